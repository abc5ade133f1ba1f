"""Plain and accessible English and Welsh: what is hard to read, or to hear read aloud."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from bot.core.check.prose import HOLE, Found, Prose, longer_sentences
from bot.core.source import shortened

LONGEST: Final = 25  # words in a sentence. Source: GOV.UK content design; GCS accessibility guide
MOST_EMOJI: Final = 2  # in a wording. Source: GCS accessibility guide, which says 2 or 3
MOST_HASHTAGS: Final = 2  # Source: GCS accessibility guide

_CAPITALS: Final = re.compile(r"(?<![\w#@])[A-ZÀ-ÖØ-ÞŴŶ]{2,}(?:[ ,]+[A-ZÀ-ÖØ-ÞŴŶ]{2,})*(?![\w])")
_SHORT: Final = frozenset({"NO", "NOT", "NOW", "ALL", "ANY", "YOU", "YES", "DO", "GO", "SEE"})
"""Short words that are shouted; others of up to three letters are taken for abbreviations."""

ABBREVIATIONS: Final = frozenset(
    {"UK", "GB", "EU", "US", "ACT", "CCTV", "NHS", "BBC", "ITV", "RNLI", "RSPCA", "SMS", "PIN"}
)


def long_sentences(text: str, values: Mapping[str, int]) -> Iterator[Found]:
    """Sentences that most people must read twice; `values` says how many words each value has."""
    for line, words, begins in longer_sentences(text, values, LONGEST):
        said = f'the sentence that begins "{begins}" has {words} words'
        yield Found("long-sentence", line, f"{said}, and {LONGEST} are the most.")


def capitals(prose: Prose, abbreviations: Collection[str]) -> Iterator[Found]:
    """Words in capitals for emphasis, not for an abbreviation."""
    for number, line in enumerate(prose.lines, start=1):
        for match in _CAPITALS.finditer(line):
            shouted = [
                word
                for word in re.split("[ ,]+", match[0])
                if word not in abbreviations and (len(word) > 3 or word in _SHORT)
            ]
            if shouted:
                yield Found("capitals", number, f'"{shortened(match[0])}" is in capitals.')


def exclamations(prose: Prose) -> Iterator[Found]:
    for number, line in enumerate(prose.lines, start=1):
        if "!" in line:
            yield Found("exclamation", number, "an exclamation mark raises the voice.")


def emoji_among_words(prose: Prose) -> Iterator[Found]:
    """Emoji that are many, come twice, or have words after them."""
    if max(prose.text, default="") <= "\u203b" and "©" not in prose.text:
        return
    from emoji import emoji_list  # a fortieth of a second, for words that have emoji

    every: list[str] = []
    for number, line in enumerate(prose.lines, start=1):
        found = emoji_list(line)
        every += [str(one["emoji"]) for one in found]
        if found and re.search(rf"[\w{HOLE}]", line[int(found[0]["match_end"]) :]):
            said = f"{every[-len(found)]} stands before words, as if it were one."
            yield Found("emoji-in-words", number, said)
    if len(every) > MOST_EMOJI:
        yield Found("many-emoji", 1, f"{len(every)} emoji, and {MOST_EMOJI} are the most.")
    elif len(set(every)) < len(every):
        yield Found("many-emoji", 1, f"{every[0]} comes twice.")


def hashtag_faults(required: tuple[str, ...], more: tuple[str, ...]) -> Iterator[Found]:
    """What is wrong with a campaign's hashtags; the line is that of the field, 1 or 2."""
    for number, tags in enumerate((required, more), start=1):
        for tag in tags:
            if not tag[:1].isupper() or (len(tag) > 5 and tag.isupper()):
                said = f'"{tag}" does not show where its words begin.'
                yield Found("hashtag-capitals", number, said)
    if len(required) + len(more) > MOST_HASHTAGS:
        said = f"{len(required) + len(more)} hashtags, and {MOST_HASHTAGS} are the most."
        yield Found("many-hashtags", 2 if more else 1, said)
