"""Texts that are hard to count: emoji, scripts, marks, and links glued to things."""

from __future__ import annotations

from hypothesis import strategies as st

FAMILY = "👨\u200d👩\u200d👧\u200d👦"

PIECES = (
    *"aZé9警Яع #@＃＠$&.…:/-_()!?’\n\r",
    *("\u0301", "\ufe0f", "\ufe0e", "\u20e3", "\u200d", "\u200c", "\u200f", "\u3000", "\ufeff"),
    *("🚨", "👍🏽", FAMILY, "🇬🇧", "🇬", "1\ufe0f\u20e3", "𠀡", "\r\n", "\u00a0", "\u200b", "\u2060"),
    *("क\u094dष", "가", "\u1100\u1161", "ไทย", "்", "\u0600", "\u00ad", "\u2028", "\u0085", "·"),
    *("https://", "http://", "gov.uk", "t.co/abc", ".com", "now.Call", "xn--", "みんな", "/a_(b)"),
    *("?c=d", "#Tag", "@kent", "@kent/list", "@kent@example.social", "$AB", "RT", "@a.test"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=60)
