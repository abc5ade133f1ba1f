"""How X counts a post, and what it makes a link of.

A post may weigh 280. The text is brought to NFC; then every link weighs 23 whatever its
length, every emoji 2 however it is put together, and of the other characters those of most
alphabets 1 and the rest (Chinese, Japanese, Korean, symbols) 2. Bare domains are links too:
`gov.uk/ACT`, but also `now.Call` where a space is missing.

Source: twitter-text configuration v3, and the behaviour of twitter-text 3.1.0 (JavaScript).
Known differences from that JavaScript, all on purpose:

- Emoji newer than its table of 2019 weigh 2 here, as on x.com; more there.
- A bare domain that goes on in another script and has a path (`a.com日本.com/path`) is counted
  by it up to where its own arithmetic ends. We follow, unless that is inside an emoji.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from typing import TypeAlias

from bot.core.text.parsed import Entity, Parsed, Span, Unfit, utf16_length
from bot.core.text.x_emoji import ANY, OLD, find_emoji_sequences
from bot.core.text.x_tags import Found, find_cashtags, find_hashtags, find_mentions
from bot.core.text.x_urls import REFUSED, Url, find_urls

LIMIT = 280  # weighted characters; Source: twitter-text configuration v3
URL_LENGTH = 23
_EMOJI_LENGTH = 2

# Runs of characters that weigh 2; all others weigh 1. Source: configuration v3, `ranges`.
_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")
_REFUSED = re.compile(f"[{REFUSED}]")
_MAY_LINK = re.compile(r"\.\w")  # what no link is without


def parse(text: str, *, limit: int = LIMIT) -> Parsed:
    """The text's weighted length and everything in it that X would link.

    The length is that of the text in NFC; the spans are of the text as given.
    """
    weight, spans = _measured(text)
    return Parsed(text, weight, limit, spans, _unfit(text, weight, limit))


def _unfit(text: str, weight: int, limit: int) -> Unfit | None:
    if weight == 0:
        return Unfit.EMPTY
    if weight > limit:
        return Unfit.TOO_LONG
    return Unfit.REFUSED_CHARACTER if _REFUSED.search(text) else None


# One text is asked about several times on its way: do the hashtags fit, what links, may it go.
@lru_cache(maxsize=4096)
def _measured(text: str) -> tuple[int, tuple[Span, ...]]:
    spans: list[Span] = []
    urls: list[Url] = []
    for at, found in _in_words(text):
        spans += [Span(one.kind, at + one.start, at + one.end, one.value) for one in found[0]]
        urls += _moved(found[1], at)
    normal = unicodedata.normalize("NFC", text)
    return _weight(normal, urls if normal == text else _urls(normal)), tuple(spans)


def _urls(text: str) -> list[Url]:
    return [url for at, (_, urls) in _in_words(text) for url in _moved(urls, at)]


def _moved(urls: Iterable[Url], by: int) -> list[Url]:
    return [Url(by + url.start, by + url.end, by + url.counted) for url in urls]


# Nothing that X links holds a space, so each word can be looked at by itself, from its start to its
# end; this finds the end of those with a sign in them that some link has.
_END_OF_WORD = re.compile(r"(?:\.(?=[^ \n])|[#＃@＠$])[^ \n]*+")
_Linked: TypeAlias = "tuple[tuple[Span, ...], tuple[Url, ...]]"


def _in_words(text: str) -> Iterator[tuple[int, _Linked]]:
    """Where each word that may link begins, and what links in it, counted from there."""
    for end in _END_OF_WORD.finditer(text):
        start = max(text.rfind(" ", 0, end.start()), text.rfind("\n", 0, end.start())) + 1
        found = _linked(text[start : end.end()], opens_text=start == 0)
        if found[0]:
            yield start, found


@lru_cache(maxsize=8192)
def _linked(word: str, *, opens_text: bool) -> _Linked:
    """What links in a word; at the very start of a text X looks at its first letter otherwise."""
    urls = find_urls(word) if opens_text else _moved(find_urls(f" {word}"), -1)
    return _spans(word, urls), tuple(urls)


def length(text: str) -> int:
    """The weighted length of the text in NFC."""
    return _measured(text)[0]


def length_of_2019(text: str) -> int:
    """The weighted length by the emoji table of the official JavaScript: never less than `length`.

    Whoever counts by it, as other programs and perhaps some part of X do, takes each emoji that is
    newer for the several it is put together from.
    """
    normal = unicodedata.normalize("NFC", text)
    return _weight(normal, _urls(normal), newest=OLD)


def at_most(text: str) -> int:
    """What the text can weigh at most, by itself or within another: quicker than `length`.

    Every full stop before a letter, or at the end, is taken for a link of its own. A text in
    other than NFC may grow, and is measured as twice its decomposed length.
    """
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFD", text) * 2
    links = len(_MAY_LINK.findall(text)) + text.endswith(".")
    return _plain_weight(text) + URL_LENGTH * links


def fitting(text: str, *, limit: int = LIMIT) -> int:
    """How many code points of the text, from its start, X would take.

    All of them if the text is not too long and holds no character X refuses. A link or an emoji
    is never cut in two.
    """
    normal = unicodedata.normalize("NFC", text)
    room, kept = limit, 0
    for end, weight in _pieces(normal):
        room -= weight
        if room < 0 or _REFUSED.match(normal, kept):
            return _before_normalising(text, kept)
        kept = end
    return len(text)


def utf16_offsets(text: str, span: Span) -> tuple[int, int]:
    """Start and end of the span in UTF-16 units, as JavaScript and X's interface count."""
    start = utf16_length(text[: span.start])
    return start, start + utf16_length(text[span.start : span.end])


def _spans(text: str, urls: Iterable[Url]) -> tuple[Span, ...]:
    spans = [Span(Entity.LINK, url.start, url.end, text[url.start : url.end]) for url in urls]
    spans += _as_spans(Entity.MENTION, find_mentions(text))
    spans += _as_spans(Entity.HASHTAG, find_hashtags(text))
    spans += _as_spans(Entity.CASHTAG, find_cashtags(text))
    spans.sort(key=attrgetter("start"))
    return tuple(_without_overlaps(spans))


def _as_spans(kind: Entity, found: Iterable[Found]) -> Iterator[Span]:
    return (Span(kind, start, end, name) for start, end, name in found)


def _without_overlaps(spans: Iterable[Span]) -> Iterator[Span]:
    """Of spans that overlap, the one that starts first."""
    free_from = 0
    for span in spans:
        if span.start >= free_from:
            yield span
            free_from = span.end


def _weight(text: str, urls: Iterable[Url], newest: float = ANY) -> int:
    """The weighted length of a text in NFC, given its links."""
    total = _plain_weight(text)
    for start, end, weight in _groups(text, urls, newest):
        total += weight - _plain_weight(text[start:end])
    return total


def _plain_weight(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(map(len, _HEAVY.findall(text)))


def _groups(text: str, urls: Iterable[Url], newest: float = ANY) -> Iterator[tuple[int, int, int]]:
    """Start, end and weight of what is counted as one: links, and emoji outside of links."""
    free_from = 0
    found = find_emoji_sequences(text, newest=newest)
    emoji = [(match.start(), match.end(), _EMOJI_LENGTH) for match in found]
    links = [(url.start, url.counted, URL_LENGTH) for url in urls]
    for start, end, weight in sorted(links + emoji):
        if start >= free_from:
            yield start, end, weight
            free_from = end


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """End and weight of each part of a text in NFC that is counted by itself."""
    position = 0
    for start, end, weight in _groups(text, _urls(text)):
        yield from ((at + 1, _plain_weight(text[at])) for at in range(position, start))
        yield end, weight
        position = end
    yield from ((at + 1, _plain_weight(text[at])) for at in range(position, len(text)))


def _before_normalising(text: str, count: int) -> int:
    """How many code points of the text become the first `count` of its NFC form."""
    if unicodedata.is_normalized("NFC", text):
        return count
    prefixes = range(len(text), 0, -1)
    return next((n for n in prefixes if len(unicodedata.normalize("NFC", text[:n])) <= count), 0)
