"""Words that are not in the language they stand under, by the small words that only one has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Final

from bot.core.check.lines import error
from bot.core.check.prose import Found, Prose
from bot.core.model import Language
from bot.core.packs import Wording
from bot.core.reading import Words
from bot.core.source import Problem, listed
from bot.core.templates import inspect
from bot.core.typed import TOKEN

# Words of both languages, such as a, i, am, at, no, or o, tell nothing and are in neither list.
_WELSH: Final = """
    y yr yn yng ym ac â ar gan gyda wrth eich chi ni nhw mae maen nid oes oedd sydd bod bydd wedi
    fel neu os beth pan na nad dim hyn hwn hon eu ein ei fod ond hefyd pob rhag dros i'r i'ch o'r
    a'r a'ch mae'r mae'n sy'n sut pwy ble eto drwy trwy cyn heb
"""
_ENGLISH: Final = """
    the and of to in is you your we our for that with it it's are be this these if what when who
    how not can from have has was but by they their them will would before about
"""
SMALL_WORDS: Final = {
    Language.CY: frozenset(_WELSH.split()),
    Language.EN: frozenset(_ENGLISH.split()),
}
ENOUGH: Final = 3  # fewer of them may be a name or a quotation
CLEARLY: Final = 3  # times as many as of the language it should be in

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ADDRESS: Final = re.compile(r"\S*[./@#]\w\S*")


def wrong_language(said: Prose) -> Iterator[Found]:
    """English under cy:, or Welsh under en:. What is too short to tell is not judged."""
    for other in Language:
        if other is not said.language and is_clearly(other, said):
            message = f"these words under {said.language}: look like {other.label}."
            advice = f"Move them under {other}:, and write the {said.language.label} here."
            yield Found("wrong-language", 1, message, advice)


def is_clearly(language: Language, said: Prose) -> bool:
    """Whether words are surely in this language and not in the other, their values left out.

    False where there are too few small words to tell.
    """
    if len(said.words & SMALL_WORDS[language]) == 0:
        return False
    text = _ADDRESS.sub(" ", "\n".join(said.lines))
    words = [word.replace("’", "'").casefold() for word in _WORD.findall(text)]
    counts = {one: sum(word in small for word in words) for one, small in SMALL_WORDS.items()}
    other = sum(count for one, count in counts.items() if one is not language)
    return counts[language] >= max(ENOUGH, CLEARLY * other)


def unlike_facts(wording: Wording, facts: Collection[str]) -> Iterator[tuple[Language, Found]]:
    """Links and numbers that one language gives, with the language that does not give them."""
    given = {
        language: inspect(words.text, local=wording.local)[0].names.keys() & set(facts)
        for language, words in wording.words.items()
    }
    for language, names in given.items():
        for other in given:
            if lacking := sorted(given[other] - names):
                has = f"{other.label} gives {listed(lacking)}, and {language.label} does not."
                yield language, Found("facts-differ", 1, has)


def same_in_both(name: str, words: Mapping[Language, Words]) -> Iterator[Problem]:
    """One text under two languages; `name` names it for people.

    Where nothing but values stands in it, each language puts in its own.
    """
    for one, other in combinations(sorted(words, key=lambda language: language.rank), 2):
        says = _WORD.search(TOKEN.sub("", words[one].text))
        if says and _bare(words[one]) == _bare(words[other]):
            yield error(
                words[one].place,
                "same-in-both",
                f"{name} says the same under {one}: and {other}:.",
                f"Write the {one.label} there, or take {one}: out: accounts in {one.label} then "
                "leave this wording out.",
            )


def _bare(words: Words) -> str:
    return " ".join(words.text.split()).casefold()
