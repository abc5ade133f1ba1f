"""What people type into planning sheets and the bot puts in: numbers, links, hashtags, places."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from bot.core.config import Fact
from bot.core.model import Language
from bot.core.text import x
from bot.core.text.parsed import Entity
from bot.core.typed import PHONE, TOKEN

ALIKE: Final = 0.85  # a number so near to one that is known is most likely that one, mistyped

_AREA: Final = (
    r"[\[<({]+\s*(?:insert |your |the |local |force(?:'s)? )*"
    r"(?:area|county|region|town|city|place|location)(?: name)?\s*[\])>}]+"
)
FILLED_IN: Final = tuple(
    (re.compile(rf"\b{word}\s+{_AREA}", re.IGNORECASE), f"{{{{ {name} }}}}")
    for word, name in (("in", "in_area"), ("across", "across_area"))
)
"""`in [your area]` as toolkits have it, and what the bot puts in there."""

_TRAILING: Final = re.compile(r"(?:(?:^|\s+)#\w+)+\s*$")


def with_tokens(text: str, language: Language, facts: Mapping[str, Fact]) -> str:
    """A text with {{ }} where it types a number, a link or a gap that the bot knows."""
    for gap, token in FILLED_IN:
        text = gap.sub(token, text)
    return _with_numbers(_with_links(text, language, facts), language, facts)


def _with_links(text: str, language: Language, facts: Mapping[str, Fact]) -> str:
    for span in reversed(x.parse(text).spans):
        if span.kind is Entity.LINK and (name := link_named(span.value, language, facts)):
            text = f"{text[: span.start]}{{{{ {name} }}}}{text[span.end :]}"
    return text


def link_named(link: str, language: Language, facts: Mapping[str, Fact]) -> str | None:
    """The constant whose link this is, however much of it is written."""
    wanted = _bare(link)
    links = (fact for fact in facts.values() if fact.is_link)
    return next((fact.name for fact in links if _bare(fact.value(language)) == wanted), None)


def _bare(link: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link.strip().casefold()).rstrip("/")


def _with_numbers(text: str, language: Language, facts: Mapping[str, Fact]) -> str:
    known = _numbers(language, facts)
    for match in reversed(list(_typed_numbers(text))):
        if name := known.get(_digits(match[0])):
            text = f"{text[: match.start()]}{{{{ {name} }}}}{text[match.end() :]}"
    return text


def _typed_numbers(text: str) -> Iterable[re.Match[str]]:
    covered = TOKEN.sub(lambda token: " " * len(token[0]), text)
    return PHONE.finditer(covered)


def mistyped(text: str, language: Language, facts: Mapping[str, Fact]) -> list[tuple[str, str]]:
    """(as typed, the name of the number that was meant) for each number that is nearly known."""
    known = _numbers(language, facts)
    found = []
    for match in _typed_numbers(text):
        near = difflib.get_close_matches(_digits(match[0]), known, n=1, cutoff=ALIKE)
        if near and near[0] != _digits(match[0]):
            found.append((match[0], known[near[0]]))
    return found


def _numbers(language: Language, facts: Mapping[str, Fact]) -> dict[str, str]:
    values = ((fact.value(language), fact.name) for fact in facts.values() if not fact.is_link)
    return {_digits(value): name for value, name in values if re.search(r"\d", value)}


def _digits(number: str) -> str:
    plain = re.sub(r"^\s*\+44\s*\(?0?\)?", "0", number)
    return re.sub(r"\D", "", plain)


# --- hashtags ---------------------------------------------------------------------------------


def hashtags_in(text: str) -> tuple[str, ...]:
    """The hashtags of a text, without their #, from left to right."""
    return x.parse(text).named(Entity.HASHTAG)


def without_last(text: str, tags: Iterable[str]) -> str:
    """A text without those of these hashtags that stand at its end."""
    end = _TRAILING.search(text)
    if end is None:
        return text
    gone = {tag.casefold() for tag in tags}
    kept = [tag for tag in re.findall(r"#\w+", end[0]) if tag[1:].casefold() not in gone]
    return " ".join([text[: end.start()].rstrip(), *kept]).strip()


def before_hashtags(text: str, more: str) -> str:
    """A text with something more behind its words, and before the hashtags at its end."""
    end = _TRAILING.search(text)
    at = end.start() if end else len(text)
    return f"{text[:at].rstrip()} {more}{text[at:]}".strip()


def common(of_texts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The hashtags that all have, whatever their capitals, in the order of the first."""
    each = [list(tags) for tags in of_texts]
    if not each:
        return ()
    shared = set.intersection(*({tag.casefold() for tag in tags} for tags in each))
    first: dict[str, str] = {}
    for tag in each[0]:
        first.setdefault(tag.casefold(), tag)
    return tuple(tag for folded, tag in first.items() if folded in shared)
