"""Alert, not alarmed; and nothing promised or asked that could hurt somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from bot.core.check.prose import Found, Prose

_FRIGHTENS: Final = "it frightens"
_PICTURES: Final = "it paints what nobody needs to see"
_OVERSTATES: Final = "it states the threat; only {{ threat_meaning }} does, in the official words"
_THREATENS: Final = "it sounds like a threat"

ALARMING: Final[Mapping[str, str]] = {
    **dict.fromkeys(("terrifying", "terrified", "horrific", "horrifying", "horror"), _FRIGHTENS),
    **dict.fromkeys(("nightmare", "chaos", "doomed", "evil", "monster", "monsters"), _FRIGHTENS),
    **dict.fromkeys(("maniac", "maniacs", "be afraid", "be very afraid"), _FRIGHTENS),
    **dict.fromkeys(("carnage", "bloodbath", "bloodshed", "slaughter", "massacre"), _PICTURES),
    **dict.fromkeys(("deadly", "catastrophic", "war zone", "mass murder"), _PICTURES),
    **dict.fromkeys(("imminent", "imminently", "ticking time bomb"), _OVERSTATES),
    **dict.fromkeys(("only a matter of time", "when, not if"), _OVERSTATES),
    **dict.fromkeys(("before it is too late", "before it's too late", "or else"), _THREATENS),
    **dict.fromkeys(("arswydus", "erchyll", "cyflafan", "hunllef", "anhrefn"), _FRIGHTENS),
}
"""Words that alarm, and why. config/words.yaml adds to them."""

_PROMISES: Final = re.compile(
    r"\b(?:anonym\w+|d?dienw|guarantee\w*|(?:100 ?%|completely|perfectly|totally) safe)\b",
    re.IGNORECASE,
)

_TOWARDS: Final = frozenset(
    {"approach", "confront", "challenge", "chase", "detain", "film", "follow", "photograph", "take"}
)
_SOMEBODY: Final = (
    r"(?:him|her|them|(?:the|a|any) (?:person|driver|man|woman|stranger|suspect)|suspects"
    r"|any(?:one|body)|some(?:one|body))"
)
_AT_RISK: Final = re.compile(
    rf"(?:^|, (?:then |please )?|: )(?:please )?(?:{'|'.join(sorted(_TOWARDS - {'take'}))}"
    rf"|take (?:a )?(?:photo|picture)s? of) {_SOMEBODY}\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(r"\b(?:not|never|nobody|instead of|rather than)\b|n['’]t\b", re.IGNORECASE)


def alarming(prose: Prose, more: Mapping[str, str]) -> Iterator[Found]:
    """Words from the list; `more` are those of config/words.yaml."""
    yield from from_list("alarming", prose, ALARMING, more)


def promises(prose: Prose) -> Iterator[Found]:
    for number, line in enumerate(prose.lines, start=1):
        for match in _PROMISES.finditer(line):
            yield Found("promises-too-much", number, f'"{match[0]}" promises too much.')


def at_risk(prose: Prose) -> Iterator[Found]:
    """Sentences that send people towards somebody. "Do not approach them" is none of them."""
    if _TOWARDS.isdisjoint(prose.words):
        return
    for number, sentence in prose.sentences:
        match = _AT_RISK.search(sentence)
        if match and not _NOT.search(sentence[: match.start()]):
            said = match[0].strip(" ,:")
            yield Found("puts-at-risk", number, f'"{said}" could get somebody hurt.')


def from_list(
    code: str, prose: Prose, listed: Mapping[str, str], more: Mapping[str, str]
) -> Iterator[Found]:
    """The words of a list that stand in the prose, each with its reason."""
    firsts, pattern, reasons = _pattern(tuple(listed.items()) + tuple(more.items()))
    if firsts.isdisjoint(prose.words):
        return
    for number, line in enumerate(prose.lines, start=1):
        for match in pattern.finditer(line):
            yield Found(code, number, f'"{match[0]}": {reasons[match[0].casefold()]}.')


_List = tuple[frozenset[str], re.Pattern[str], Mapping[str, str]]
"""The first word of each entry, a pattern of all, and the reason of each in small letters."""


@lru_cache(maxsize=8)
def _pattern(
    listed: tuple[tuple[str, str], ...],
) -> _List:
    reasons = {word.casefold(): reason.rstrip(".") for word, reason in listed}
    longest_first = sorted(reasons, key=len, reverse=True)
    words = "|".join(re.escape(word) for word in longest_first)
    firsts = frozenset(re.split(r"[\W\d_]+", word)[0] for word in reasons)
    return firsts, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), reasons
