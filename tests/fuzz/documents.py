"""Whole files made from what docs/schema says of their fields, with right and wrong values."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from hypothesis import strategies as st

from bot.core.schema import schema
from tests.fuzz.slips import VALUES

NAMES: Final = (
    "winter", "winter@2015", "every-day@standing", "kent", "gwent", "nation-wide", "kent-x",
    "kent-mastodon", "gwent-bluesky", "new-x", "report_link", "hotline", "in_area", "local_places",
    "stations", "threat_levels", "look-out", "tell-us", "a-level", "what-she-said/quote", "first",
    "notice", "report", "morning", "evening", "x", "severe", "2014-08-29", "capitals", "a",
    "Not A Name", "{{ in_area }}", "picture", "no",
)  # fmt: skip
RIGHT: Final = {
    "starts": "Monday 2015-11-23", "ends": "Saturday 2015-11-28", "pack": "winter",
    "who": "everyone", "theme": "notice", "campaign": "winter", "force": "kent",
    "region": "South East", "platform": "x", "name": "A Name", "languages": "en", "kind": "force",
    "hashtag": "Winter", "source": "a page", "as_of": "2015-01-01", "check_by": "2027-05-31",
    "value": "999", "link": "gov.uk/ACT", "takes_part": "yes", "days": "3", "on": "Monday",
    "en": "Tell us {{ in_area }}: {{ report_link }}",
    "cy": "Dywedwch {{ in_area }}: {{ report_link }}", "example": "in Kent",
    "help": "Where you are.", "why": "we say so", "from": "10:45", "to": "11:15",
    "day": "Tuesday 2015-11-24", "in_area": "in Kent", "expires": "2016-01-01",
}  # fmt: skip
"""What makes a file go further than its first mistake."""

DEEPEST: Final = 7


@lru_cache
def _schema(name: str) -> dict[str, Any]:
    return schema(name)


def a_document(name: str) -> st.SearchStrategy[bytes]:
    """A file of this kind: forces, local, pack and so on."""
    return _of_schema(name).map(lambda lines: "\n".join([*lines, ""]).encode("utf-8", "replace"))


@st.composite
def _of_schema(draw: st.DrawFn, name: str) -> list[str]:
    return _fields(draw, _schema(name), "", 0)


def _fields(draw: st.DrawFn, part: dict[str, Any], blank: str, depth: int) -> list[str]:
    """Lines for a group of fields: some that it has, seldom one that it has not."""
    if "then" in part:
        part = part["then"] if draw(st.booleans()) else part["else"]
    lines: list[str] = []
    properties: dict[str, Any] = part.get("properties", {})
    rest = part.get("additionalProperties")
    chosen = [
        one for one in properties if one in part.get("required", ()) or draw(st.integers(0, 2)) == 0
    ]
    if not isinstance(rest, dict) and draw(st.integers(0, 15)) == 0:
        chosen.append(draw(st.sampled_from(NAMES)))
    for field in chosen:
        lines += _field(draw, field, properties.get(field, {}), blank, depth)
    if isinstance(rest, dict):
        for field in draw(st.lists(st.sampled_from(NAMES), max_size=3)):
            lines += _field(draw, field, rest, blank, depth)
    return lines


def _field(draw: st.DrawFn, name: str, part: dict[str, Any], blank: str, depth: int) -> list[str]:
    head = f"{blank}{name}:"
    forms = [one for one in part.get("anyOf", ()) if "type" in one or "pattern" in one] or [part]
    form = draw(st.sampled_from(forms))
    if depth < DEEPEST and (
        "properties" in form or isinstance(form.get("additionalProperties"), dict)
    ):
        return [head, *_fields(draw, form, blank + "  ", depth + 1)]
    value = _value(draw, name, form)
    if name in ("en", "cy") and draw(st.booleans()):
        return [f"{head} |", f"{blank}  {value}"]
    return [f"{head} {value}"]


def _value(draw: st.DrawFn, name: str, part: dict[str, Any]) -> str:
    if draw(st.integers(0, 5)) == 0:
        return draw(
            st.sampled_from(VALUES) | st.text(max_size=12).map(lambda text: text.replace("\n", " "))
        )
    if "enum" in part:
        return str(draw(st.sampled_from(part["enum"])) or "")
    if part.get("type") == "integer":
        return str(draw(st.integers(part["minimum"] - 1, part["maximum"] + 1)))
    return RIGHT.get(name) or draw(st.sampled_from(VALUES))
