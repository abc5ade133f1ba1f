"""Alert, not alarmed; and nothing promised or asked that could hurt somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

TOWARDS: Final = frozenset(
    {"approach", "confront", "challenge", "chase", "detain", "film", "follow", "photograph", "take"}
)
_SOMEBODY: Final = (
    r"(?:him|her|them|(?:the|a|any) (?:person|driver|man|woman|stranger|suspect)|suspects"
    r"|any(?:one|body)|some(?:one|body))"
)
_AT_RISK: Final = re.compile(
    rf"(?:^|, (?:then |please )?|: )(?:please )?(?:{'|'.join(sorted(TOWARDS - {'take'}))}"
    rf"|take (?:a )?(?:photo(?:graph)?|picture|video)s? of) {_SOMEBODY}\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(r"\b(?:not|never|nobody|instead of|rather than)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """Words and phrases that should not stand in a post, each with the reason."""

    reasons: Mapping[str, str]  # by the words in small letters
    firsts: frozenset[str]  # the first word of each
    pattern: re.Pattern[str]

    def found(self, code: str, prose: Prose) -> Iterator[Found]:
        """Those that stand in the prose."""
        if self.firsts.isdisjoint(prose.words):
            return
        for number, line in enumerate(prose.lines, start=1):
            for match in self.pattern.finditer(line):
                reason = self.reasons[match[0].casefold()]
                yield Found(code, number, f'"{match[0]}": {reason}.')


def listed(*lists: Mapping[str, str]) -> Listed:
    """Several lists as one."""
    reasons = {w.casefold(): why.rstrip(".") for one in lists for w, why in one.items()}
    longest_first = "|".join(map(re.escape, sorted(reasons, key=len, reverse=True)))
    firsts = frozenset(re.split(r"[\W\d_]+", word)[0] for word in reasons)
    pattern = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", re.IGNORECASE)
    return Listed(reasons, firsts, pattern)


def promises(prose: Prose) -> Iterator[Found]:
    for number, line in enumerate(prose.lines, start=1):
        for match in _PROMISES.finditer(line):
            yield Found("promises-too-much", number, f'"{match[0]}" promises too much.')


def at_risk(prose: Prose) -> Iterator[Found]:
    """Sentences that send people towards somebody. "Do not approach them" is none of them."""
    if TOWARDS.isdisjoint(prose.words):
        return
    for number, sentence in prose.sentences:
        match = _AT_RISK.search(sentence)
        if match and not _NOT.search(sentence[: match.start()]):
            said = match[0].strip(" ,:")
            yield Found("puts-at-risk", number, f'"{said}" could get somebody hurt.')
