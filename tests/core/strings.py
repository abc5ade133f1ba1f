"""Texts that are hard to count: emoji, scripts, marks, and links glued to things."""

from __future__ import annotations

from random import Random

from emoji import EMOJI_DATA
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

EMOJI = tuple(sorted(EMOJI_DATA))
TOP_LEVEL = (
    *("uk", "co.uk", "gov.uk", "com", "police", "wales", "cymru", "Call", "tv", "test", "web"),
    *("рф", "みんな", "中国", "онлайн", "한국", "भारत", "السعودية", "nosuch", "goo", "xn--p1ai"),
)
SCRIPTS = (
    *((0x41, 0x5A), (0x61, 0x7A), (0x30, 0x39), (0xC0, 0x24F), (0x370, 0x3FF), (0x400, 0x52F)),
    *((0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0x980, 0x9FF), (0xB80, 0xBFF)),
    *((0xE00, 0xE7F), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0xAC00, 0xD7A3)),
    *((0x3040, 0x30FF), (0x4E00, 0x9FFF), (0x300, 0x36F), (0x2000, 0x206F), (0x20A0, 0x20CF)),
    *((0x2100, 0x27BF), (0xFF00, 0xFFEF), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1FAFF)),
    *((0x1D400, 0x1D7FF), (0x20000, 0x2A6DF)),
)
MARKS = (
    "\u0301\u0308\u20e3\ufe0f\ufe0e\u200d\u200c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2069\u061c\u00ad\u2060\u20e2\ufeff\ufffe\u2028\u2029\u0085\u3000\u00a0\u200a\u1680"
    "\u180e\u094d\u0600\t\r\n\x0b\x0c\x1c\x1f\x00\x7f"
)
PUNCTUATION = "#＃@＠$&.…:/-_()[]{}!?’'\"“”,;*+=~|<>%^`·•—–‘«» "


def seeded(seed: int, count: int) -> list[str]:
    """So many texts, the same for the same seed: emoji, scripts, marks, links glued to things."""
    chance = Random(seed)
    return [_text(chance) for _ in range(count)]


def _text(chance: Random) -> str:
    parts: list[str] = []
    for _ in range(chance.randint(1, chance.choice([6, 12, 30]))):
        kind = chance.random()
        parts.append(
            chance.choice(PIECES)
            if kind < 0.3
            else _address(chance)
            if kind < 0.45
            else _character(chance)
        )
        parts.append(" " if chance.random() < 0.35 else "")
    return "".join(parts)


def _address(chance: Random) -> str:
    protocol = chance.choice(["", "", "http://", "https://", "https://www."])
    name = chance.choice(["a", "gov", "éa", "b-c", "x_y", "9", _character(chance)])
    tail = chance.choice(["", "/", "/a", "/a_(b)", "?x=y", "/é?é", ":80/", _character(chance)])
    return f"{protocol}{name}.{chance.choice(TOP_LEVEL)}{tail}"


def _character(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return chance.choice(PUNCTUATION)
    if kind < 0.4:
        return chance.choice(MARKS)
    if kind < 0.55:
        return chance.choice(EMOJI)
    first, last = chance.choice(SCRIPTS)
    return "".join(chr(chance.randint(first, last)) for _ in range(chance.randint(1, 3)))
