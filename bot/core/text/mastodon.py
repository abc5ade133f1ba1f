"""How a Mastodon server counts a post, and what it makes a link of.

A post may have 500 graphemes, a content warning counted with it. An address with a protocol
counts as 23 whatever its length, and `@user@domain` as `@user`; an address without a protocol, or
glued to a word, is no link and counts in full. Both numbers are the server's own to choose.

Source: the behaviour of Mastodon 4.4's StatusLengthValidator and Extractor, over twitter-text 3.1
(Ruby) and libidn 1. Ruby does not join consonants by a virama, so neither do we here. A domain that
the rules of 2003 do not know (with an emoji, say) is none. Left out on purpose: `xmpp:` and
`magnet:`, which the server links and counts in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from bot.core.text.addresses import Spelling, addresses
from bot.core.text.graphemes import code_points_at_most, graphemes
from bot.core.text.parsed import Entity, Parsed, Span, Unfit
from bot.core.text.x_urls import (
    ACCENTED,
    LABEL,
    LATIN_ACCENTED,
    NOT_IN_DOMAIN,
    REFUSED,
    linked_domains,
)
from bot.core.text.x_words import any_of

if TYPE_CHECKING:
    import regex

LIMIT: Final = 500  # graphemes, unless the server says otherwise: max_characters
RESERVED_PER_URL: Final = 23  # graphemes, unless it says so: characters_reserved_per_url
_MAX_DOMAIN: Final = 253  # characters of the domain in @user@domain
_MAX_URL: Final = 4096  # characters; Source: twitter-text 3.1
_MAX_TCO_SLUG: Final = 40

_LETTER: Final = "A-Za-z\u017f\u212a"  # to Ruby, the long s and the Kelvin sign are letters of ours
_PROTOCOL: Final = "(?i:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://"
_HAS_PROTOCOL: Final = re.compile(r"(?i:s|p|t|b|r|i)://")
_END_OF_WORD: Final = re.compile("://[^ \n]*+")
_WHITE: Final = "\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SOMETHING: Final = re.compile(f"[^{_WHITE}]")

_PATH: Final = f"[^{_WHITE}<>()?]"
_BRACKETS: Final = rf"\((?:{_PATH}+|{_PATH}*\({_PATH}+\){_PATH}*)\)"
_PATH_END: Final = rf"[^{_WHITE}()?!*\"'「」<>;:=,.$%\[\]~&|@]"
_DASHES: Final = (
    r"\u058a\u05be\u1400\u1806\u2010-\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0"
    r"\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead-"
)
_CYRILLIC: Final = (
    r"\u0400-\u0484\u0487-\u052f\u1c80-\u1c8a\u1d2b\u1d78\u2de0-\u2dff\ua640-\ua69f\ufe2e\ufe2f"
    r"\U0001e030-\U0001e06d\U0001e08f"
)
_OLD_PATH: Final = rf"[{_LETTER}0-9!*';:=+,.$/%#\[\]_~&|@{_CYRILLIC}{ACCENTED}{_DASHES}]"
_OLD_BRACKETS: Final = rf"\((?:{_OLD_PATH}+|{_OLD_PATH}*\({_OLD_PATH}+\){_OLD_PATH}*)\)"
_BEYOND_ASCII: Final = "".join(
    ["\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef"]
    + [f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14)]
    + ["\U000e1000-\U000efffd\U000f0000-\U000ffffd\U00100000-\U0010fffd"]
)
_QUERY: Final = (
    rf"\?[a-zA-Z0-9!?*'();:&=+$/%#\[\]_.,~|@^{_BEYOND_ASCII}-]*[a-zA-Z0-9_&=#/{_BEYOND_ASCII}-]"
)
_TCO: Final = re.compile(rf"(?i:https?://t\.co/)(?P<slug>[0-9{_LETTER}]+)")

_AFTER_NO_MENTION: Final = re.compile(f"[@＠{LATIN_ACCENTED}]|://")
_END_OF_PROTOCOL: Final = re.compile("(?s).+(https?)\\Z")


def parse(
    text: str, *, warning: str = "", limit: int = LIMIT, reserved: int = RESERVED_PER_URL
) -> Parsed:
    """The text's length as the server counts it with its content warning, and its links."""
    length, spans = _measured(text, warning, reserved)
    unfit = (
        Unfit.EMPTY if not _SOMETHING.search(text) else Unfit.TOO_LONG if length > limit else None
    )
    return Parsed(text, length, limit, spans, unfit)


def at_most(text: str, *, reserved: int = RESERVED_PER_URL) -> int:
    """What the text can measure at most, by itself or within another; quicker than `parse`."""
    links = text.count("://") + text.endswith((":", ":/"))
    return code_points_at_most(text) + reserved * links


@lru_cache(maxsize=4096)
def _measured(text: str, warning: str, reserved: int) -> tuple[int, tuple[Span, ...]]:
    links, mentions = list(_links(text)), list(_mentions(text))
    shortened = _shortened(text, _without_overlaps([*links, *mentions]), "x" * reserved)
    spans = _without_overlaps([*links, *_hashtags(text), *mentions])
    return graphemes(warning + shortened, conjuncts=False), tuple(spans)


def _shortened(text: str, spans: Iterable[Span], placeholder: str) -> str:
    """The text as it is counted."""
    if not _SOMETHING.search(text):
        return ""
    parts, at = [], 0
    for span in spans:
        parts.append(text[at : span.start])
        is_link = span.kind is Entity.LINK
        parts.append(placeholder if is_link else f"@{span.value.split('@')[0]}")
        at = span.end
    return "".join([*parts, text[at:]])


def _without_overlaps(spans: list[Span]) -> Iterator[Span]:
    """Of spans that overlap, the one that starts first."""
    free_from = 0
    for span in sorted(spans, key=attrgetter("start")):
        if span.start >= free_from:
            yield span
            free_from = span.end


# --- links --------------------------------------------------------------------------------------


@cache
def _dot_and_top_level() -> re.Pattern[str]:
    in_ascii, others = linked_domains()
    either = "|".join(any_of(one, either_case=True) for one in (in_ascii, others))
    return re.compile(rf"\.(?:(?:{either})(?![0-9{_LETTER}@+-])|[xX][nN]--[0-9{_LETTER}]+)")


def _as_in_ruby(pattern: str) -> str:
    """X's pattern, for what Ruby lets into a domain: no control character or quote, a backslash."""
    stricter = pattern.replace("[^\t-\r ", '[^\x00- \x7f"`')
    return stricter.replace(r"\[-_", r"\[\]^_").replace(r"\[-^", r"\[\]^")


@cache
def _spelling() -> Spelling:
    path = rf"(?:{_PATH}*(?:{_BRACKETS}{_PATH}*)*(?:{_PATH_END}|{_OLD_BRACKETS})|{_PATH}+/)"
    return Spelling(
        start=re.compile(
            rf"(?P<before>[^{_LETTER}0-9@＠$#＃{REFUSED}]|^)(?P<protocol>{_PROTOCOL})?"
            rf"(?={_as_in_ruby(f'[^{NOT_IN_DOMAIN}]')})",
            re.MULTILINE,
        ),
        label=re.compile(_as_in_ruby(LABEL)),
        rest=re.compile(rf"(?::[0-9]+)?(?P<path>/{path}*)?(?:{_QUERY})?"),
    )


def _links(text: str) -> Iterator[Span]:
    if "://" not in text or not _HAS_PROTOCOL.search(text):
        return
    for start, end in _words(text):
        if _dot_and_top_level().search(text, start, end):
            yield from _links_in(text, max(0, start - 1), end)


def _words(text: str) -> Iterator[tuple[int, int]]:
    """The words with a protocol in them: no link holds a space."""
    for found in _END_OF_WORD.finditer(text):
        at = found.start()
        yield max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1, found.end()


def _links_in(text: str, first: int, last: int) -> Iterator[Span]:
    for found in addresses(text, _spelling(), _dot_and_top_level(), first, last):
        end = found.end
        if not found.protocol or not _can_be_looked_up(found.domain, text[found.start : end]):
            continue
        if tco := _TCO.match(text, found.start, end):
            if len(tco["slug"]) > _MAX_TCO_SLUG:
                continue
            end = tco.end()
        yield Span(Entity.LINK, found.start, end, text[found.start : end])


def _can_be_looked_up(domain: str, url: str) -> bool:
    in_ascii = _in_ascii(domain)
    return in_ascii is not None and len(url) + max(0, len(in_ascii) - len(domain)) <= _MAX_URL


@lru_cache(maxsize=1024)
def _in_ascii(domain: str) -> str | None:
    """The domain as it is looked up; None where a letter is not of 2003, or a label is no name."""
    from stringprep import in_table_a1  # loads the letters of 2003, and few texts have a link

    try:
        return None if any(map(in_table_a1, domain)) else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None


# --- mentions and hashtags ----------------------------------------------------------------------


@cache
def _mention() -> regex.Pattern[str]:
    import regex  # as long to import as all of this package

    word = r"[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]"
    return regex.compile(
        rf"(?<![=/{word[1:-1]}])@"
        rf"(?P<name>[{_LETTER}0-9_]+(?:[.-]+[{_LETTER}0-9_]+)*"
        rf"(?:@(?P<domain>{word}+(?:[.-]+{word}+)*))?)"
    )


def _mentions(text: str) -> Iterator[Span]:
    if "@" not in text:
        return
    for match in _mention().finditer(text):
        too_long = len(match["domain"] or "") > _MAX_DOMAIN
        if not too_long and not _AFTER_NO_MENTION.match(text, match.end()):
            yield Span(Entity.MENTION, *match.span(), match["name"])


@cache
def _hashtag() -> regex.Pattern[str]:
    import regex

    word = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}"
    joining = r"_\u00b7\u30fb\u200c"
    return regex.compile(
        rf"(?:^|(?<=[{_WHITE}]))[#＃](?P<name>"
        rf"[{word}][{word}{joining}]*[\p{{Alphabetic}}{joining}][{word}{joining}]*[{word}]"
        rf"|[{word}]*\p{{Alphabetic}}[{word}]*)",
        regex.MULTILINE,
    )


def _hashtags(text: str) -> Iterator[Span]:
    if "#" not in text and "＃" not in text:
        return
    for match in _hashtag().finditer(text):
        end = match.end()
        if text.startswith("://", end) and (found := _END_OF_PROTOCOL.match(match["name"])):
            end -= len(found[1])
        yield Span(Entity.HASHTAG, match.start(), end, text[match.start() + 1 : end])
