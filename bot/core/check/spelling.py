"""Words that no dictionary has. Names are left alone: a capital inside a sentence marks one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from bot.core.check.prose import Found, Prose
from bot.core.model import Language
from bot.core.source import listed

_WORD: Final = re.compile(r"(?<![\w#@./])[^\W\d_]+(?:['’-][^\W\d_]+)*(?![\w/]|\.\w)")
_JOINED: Final = re.compile(r"['’](?:s|r|n|m|u|i|w|ch|th|d|ll|ve|re)$", re.IGNORECASE)
MOST_MEANT: Final = 3


class Dictionary(Protocol):
    """The words of one language."""

    def knows(self, word: str) -> bool: ...

    def near(self, word: str) -> Sequence[str]: ...


Dictionaries = Mapping[Language, Dictionary]


@dataclass
class Speller:
    """One language's dictionary, and words that are right besides, in small letters."""

    dictionary: Dictionary
    right: Collection[str]
    _fine: set[str] = field(default_factory=set)  # words that were looked up, and are right

    def misspelt(self, prose: Prose) -> Iterator[Found]:
        """Words that the dictionary does not know."""
        if self._fine.issuperset(_WORD.findall("\n".join(prose.lines))):
            return  # as most often: the same words come again and again
        for number, sentence in prose.sentences:
            for count, match in enumerate(_WORD.finditer(sentence)):
                is_name = match[0][0].isupper() and (count > 0 or match[0].isupper())
                if is_name:
                    self._fine.add(match[0])
                if is_name or self._is_fine(match[0]):
                    continue
                said = f'"{match[0]}" is in no dictionary here.'
                near = self.dictionary.near(match[0])[:MOST_MEANT]
                yield Found("spelling", number, said, _meant(near))

    def _is_fine(self, word: str) -> bool:
        if word not in self._fine and self._is_right(word.replace("’", "'")):
            self._fine.add(word)
        return word in self._fine

    def _is_right(self, word: str) -> bool:
        stem = _JOINED.sub("", word)
        if len(stem) == 1:
            return True
        forms = dict.fromkeys((word, word.lower(), stem, stem.lower()))
        if any(form in self.right or self.dictionary.knows(form) for form in forms):
            return True
        parts = [part for part in stem.split("-") if part]
        return len(parts) > 1 and all(map(self._is_right, parts))


def _meant(near: Sequence[str]) -> str:
    if not near:
        return ""
    return f"Did you mean {listed(near, 'or')}? A word that is right goes into config/words.yaml."
