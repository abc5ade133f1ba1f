"""American spellings, and the British ones. A dictionary alone lets many of them pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.core.check.prose import Found, Prose

_OUR: Final = (
    "armor", "behavior", "clamor", "color", "demeanor", "endeavor", "favor", "flavor", "harbor",
    "honor", "humor", "labor", "neighbor", "odor", "parlor", "rumor", "savior", "splendor",
    "valor", "vapor", "vigor",
)  # fmt: skip
_RE: Final = ("caliber", "center", "fiber", "liter", "luster", "meager", "somber", "specter",
              "theater")  # fmt: skip
_DOUBLED: Final = ("cancel", "channel", "counsel", "fuel", "label", "level", "marvel", "model",
                   "quarrel", "signal", "total", "travel", "tunnel")  # fmt: skip
_WORDS: Final[Mapping[str, str]] = {
    **{word: f"{word[:-2]}our" for word in _OUR},
    **{word: f"{word[:-2]}re" for word in _RE},
    **{f"{word}{end}": f"{word}l{end}" for word in _DOUBLED for end in ("ed", "ing", "er", "ers")
       if (word, end) not in {("fuel", "er"), ("fuel", "ers"), ("total", "er"), ("total", "ers")}},
    "aging": "ageing", "airplane": "aeroplane", "aluminum": "aluminium", "analyze": "analyse",
    "catalog": "catalogue", "cozy": "cosy", "defense": "defence", "dialog": "dialogue",
    "enrollment": "enrolment", "fulfill": "fulfil", "fulfillment": "fulfilment", "gray": "grey",
    "installment": "instalment", "jewelry": "jewellery", "jewelery": "jewellery",
    "maneuver": "manoeuvre",
    "mom": "mum", "moms": "mums", "mustache": "moustache", "offense": "offence",
    "pajamas": "pyjamas", "paralyze": "paralyse", "plow": "plough", "pretense": "pretence",
    "sidewalk": "pavement", "skeptic": "sceptic", "skeptical": "sceptical", "skillful": "skilful",
    "sulfur": "sulphur", "willful": "wilful",
}  # fmt: skip
_ENDS: Final = ("", "s", "d", "ed", "ing", "ful", "ite", "ites", "hood", "hoods", "able", "ly")
_BRITISH: Final = {
    f"{word}{end}": f"{british.removesuffix('e') if end[:1] in ('e', 'i') else british}{end}"
    for word, british in _WORDS.items()
    for end in _ENDS
}
_WORD: Final = re.compile("[A-Za-z]+")
_IZE: Final = re.compile(r"\b([a-z]{3,})(iz|yz)(e|es|ed|er|ers|ing|ation|ations)\b", re.IGNORECASE)
_WITH_Z: Final = frozenset({
    "ass", "appr", "caps", "downs", "mids", "outs", "overs", "res", "supers", "unders",
})  # fmt: skip
"""What stands before -ize in words that are written so in Britain too: capsize, resize."""


def american(prose: Prose) -> Iterator[tuple[str, Found]]:
    """(word, what to say) for each American spelling."""
    lower = prose.text.lower()
    if "iz" not in lower and "yz" not in lower and _BRITISH.keys().isdisjoint(prose.words):
        return  # as nearly always
    for number, line in enumerate(prose.lines, start=1):
        for match in _WORD.finditer(line):
            if (british := _BRITISH.get(match[0].lower())) is not None:
                yield match[0], _found(number, match[0], british)
        for match in _IZE.finditer(line):
            if match[1].lower() not in _WITH_Z:
                british = f"{match[1]}{match[2][0]}s{match[3]}"
                yield match[0], _found(number, match[0], british)


def _found(line: int, word: str, british: str) -> Found:
    meant = british.capitalize() if word[:1].isupper() else british
    said = f'"{word}" is American spelling.'
    return Found("american-spelling", line, said, f"Write {meant}.")
