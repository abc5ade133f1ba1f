"""What a person typed that the bot must insert, or that must not go out: found in plain text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from bot.core.source import Place, Problem, Severity, nearest, shortened
from bot.core.text import x
from bot.core.text.parsed import Entity, Span
from bot.core.text.rules import PLATFORMS, rules
from bot.core.text.slips import unmeant_links
from bot.core.text.strange import strange_character

TOKEN: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
LEFT_BEHIND: Final = re.compile(
    r"\{+[^{}]*\}+|[{}]+"  # {in_area}, and a bracket without its other half
    r"|\[[^\]]*\]"  # [town]
    r"|<[a-z_ ]+>|_{3,}|%[a-z]+(?:_[a-z]+)+%|[｛｝]+[^｛｝]*[｛｝]*"
    r"|\b(?:x{3,}|tbc|tbd|lorem)\b|\bTODO\b|<[A-Z_ ]+>",
    re.IGNORECASE,
)
_IN_BLANKS: Final = (
    "{", "}", "[", "<", "___", "xxx", "tbc", "tbd", "lorem", "todo", "%", "｛", "｝",
)  # fmt: skip


def blanks_in(text: str) -> list[str]:
    """What a person meant to fill in and did not: `[town]`, `TBC`, `{in_area}`, half a bracket."""
    lower = text.lower()
    if not any(part in lower for part in _IN_BLANKS):  # no blank is without one of these
        return []
    return [match[0] for match in LEFT_BEHIND.finditer(text)]


PHONE: Final = re.compile(
    r"(?<![\w#])(?:(?:\+44|\(?0)[0-9 ()./-]{7,16}[0-9]|999|112|101|111|116 ?123)(?!\w)"
)
# From the beginning of a word alone: else an endless one is read again from each of its letters.
EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
BARE_NAME: Final = re.compile(r"(?<![\w%<\[{])[a-z]+(?:_[a-z0-9]+)+(?!\w)")
GLUED_HASHTAG: Final = re.compile(r"(?:(?<=[^\s/.?=&])|(?<!\S))#\w+")


Retired = Mapping[str, str]
"""Addresses that must not be used any more, as `plain_address` has them, each with what to do."""

NONE_RETIRED: Final[Retired] = MappingProxyType({})


def plain_address(link: str) -> str:
    """An address without what makes no other of it: https://www.gov.uk/ACT/ is gov.uk/act."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link.lower()).rstrip("/")


def typed_problems(
    place: Place, text: str, known: Collection[str], retired: Retired = NONE_RETIRED
) -> Iterator[Problem]:
    """Hashtags, numbers, links and blanks that a person typed: the bot must insert them.

    `place` is that of the text's first line; `known` are the names that stand between {{ }}.
    """
    for number, line in enumerate(text.split("\n")):
        at = Place(place.file, place.line + number, place.column if number == 0 else 0)
        for code, message, advice in _typed(line, known, retired):
            severity = Severity.WARNING if code == "typed-mention" else Severity.ERROR
            yield Problem(at, code, message, advice, severity)


def _typed(line: str, known: Collection[str], retired: Retired) -> Iterator[tuple[str, str, str]]:
    if strange := strange_character(line):
        yield "strange-character", *strange
    bare = TOKEN.sub(" token ", line)
    blanks = blanks_in(bare)
    named = [blank for blank in blanks if re.search(r"\w", blank)]
    for blank in named or blanks[:1]:  # a bracket beside {a blank} is part of the same mistake
        yield "left-behind", *_left_behind(blank, known)
    for match in BARE_NAME.finditer(LEFT_BEHIND.sub(" ", bare)):
        if match[0] in known:
            yield "left-behind", *_left_behind(match[0], known)
    for match in PHONE.finditer(bare):
        yield (
            "typed-number",
            f'the number "{match[0]}" is typed here.',
            f"Numbers are inserted, so that no digit is ever wrong: {_token_for(match[0])}.",
        )
    for match in EMAIL.finditer(bare):
        yield (
            "typed-address",
            f'the e-mail address "{shortened(match[0])}" is typed here.',
            "Take it out: a post asks for one thing, at one link, such as {{ report_link }}.",
        )
    unmeant = unmeant_links(x.parse(bare))
    bare = EMAIL.sub(" address ", bare)
    spans = _linked_anywhere(bare)
    for match in GLUED_HASHTAG.finditer(bare):
        if not any(span.start <= match.start() < span.end for span in spans):
            yield (
                "typed-hashtag",
                f'"{shortened(match[0])}" is typed here, and would not link.',
                "Take it out: the bot adds the campaign's hashtags.",
            )
    for span in spans:
        if span.kind is Entity.HASHTAG:
            yield (
                "typed-hashtag",
                f'the hashtag "#{shortened(span.value)}" is typed here.',
                "Take it out: the bot adds the campaign's hashtags.",
            )
        if span.kind is Entity.MENTION:
            yield (
                "typed-mention",
                f'the account "@{span.value}" is named here.',
                "X forbids unasked-for mentions by automated posts. Write the name without the @.",
            )
        if span.kind is Entity.LINK and (advice := _instead(span.value, retired)):
            sentence = f'"{shortened(span.value)}" is typed here, and is retired.'
            yield "retired-link", sentence, advice
        elif span.kind is Entity.LINK and span not in unmeant:
            yield (
                "typed-link",
                f'the link "{shortened(span.value)}" is typed here.',
                "Links are inserted: {{ report_link }}. They stand in config/links.yaml.",
            )
    for span in unmeant:
        if _instead(span.value, retired):
            continue
        message = f'X would turn "{shortened(span.value)}" into a link.'
        yield "unmeant-link", message, "Put a space after the full stop."


def _instead(link: str, retired: Retired) -> str | None:
    """What to do instead of a link that is retired, or that leads below one."""
    plain = plain_address(link) if retired else ""
    below = (at for at in retired if re.match(rf"{re.escape(at)}(?:$|[/?#])", plain))
    return next((retired[at] for at in below), None)


def _linked_anywhere(text: str) -> tuple[Span, ...]:
    """What any platform would link: words are typed once, for all of them.

    Where platforms differ in how far a link goes, X's is taken.
    """
    found: list[Span] = []
    taken = bytearray(len(text))  # 1 for each character in a span
    for platform in PLATFORMS:
        for span in rules(platform).parse(text).spans:
            if not any(taken[span.start : span.end]):
                found.append(span)
                taken[span.start : span.end] = b"\1" * (span.end - span.start)
    return tuple(sorted(found, key=attrgetter("start")))


def _token_for(number: str) -> str:
    """What to write instead of a number that was typed."""
    known = {"999": "{{ emergency }}", "112": "{{ emergency }}", "101": "{{ non_emergency }}"}
    return known.get(number, "{{ hotline }}")


def _left_behind(found: str, known: Collection[str]) -> tuple[str, str]:
    """(message, advice) for a blank, or a bracket, that would go out to the public."""
    message = f'"{shortened(found)}" would be published as it stands.'
    name = re.sub(r"\W+", "_", found).strip("_").lower()
    meant = name if name in known else nearest(name, known) if name else None
    if meant and (found[0] in "{[<%｛" or found == meant):
        return message, f"Write {{{{ {meant} }}}}."
    if not name and found[0] in "{}":
        return message, "Every {{ needs its }}, with one name between them."
    return message, "Write the words out."
