"""What a pre-election period takes out of an account's places, and what stands there instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.core.config import Config, Occasion, Run, Stop
from bot.core.model import Account, Pick
from bot.core.packs import Pack, Theme, Wording
from bot.core.plan.choice import Choice, Pool, refilled
from bot.core.render import names_in

Natural: TypeAlias = Callable[[list[Pick | None]], list[Choice]]
"""What fills places of a theme, by what is kept in them."""

Dues: TypeAlias = Callable[[int], datetime]
"""When each of them is due."""


@dataclass(slots=True)
class Words:
    """What the calendar says of an account's words."""

    config: Config
    run: Run
    pack: Pack
    account: Account
    _politicians: frozenset[str] = field(init=False)  # the names of their quotes
    _quoting: dict[tuple[str, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._politicians = self.config.of_politicians

    def stop(self, theme: Theme, due: datetime, message: str, wording: Wording) -> Stop | None:
        """Why a place stays empty of them."""
        return self.config.calendar.stop(self._occasion(theme, due, message, wording))

    def drop(self, theme: Theme, due: datetime, message: str, wording: Wording) -> Stop | None:
        """Why other words should stand in the place."""
        if not self.quotes(message, wording):
            return None
        return self.config.calendar.drop(self._occasion(theme, due, message, wording))

    def quotes(self, message: str, wording: Wording) -> bool:
        """Whether they quote a politician, in one of the account's languages."""
        if not self._politicians:
            return False
        asked = message, wording.name
        if asked not in self._quoting:
            names = names_in(self.pack.messages[message], wording, self.account.languages)
            self._quoting[asked] = not self._politicians.isdisjoint(names)
        return self._quoting[asked]

    def may_drop(self, dues: Iterable[datetime]) -> bool:
        """Whether somebody may not quote a politician at one of these times."""
        silences = [one for one in self.config.calendar.silences if one.of_politicians]
        return bool(silences) and any(one.when.covers(due) for due in dues for one in silences)

    def _occasion(self, theme: Theme, due: datetime, message: str, wording: Wording) -> Occasion:
        return Occasion(
            due=due,
            sender=self.pack.sender,
            run=self.run.id,
            campaign=self.pack.id,
            theme=theme.name,
            essential=bool(self.pack.messages[message].essential),
            of_politician=self.quotes(message, wording),
            no_bank_holidays=self.pack.national.no_bank_holidays,
        )


def kept_but_for_refills(
    words: Words,
    theme: Theme,
    pool: Pool,
    dues: Dues,
    kept: Sequence[Pick | None],
    natural: Natural,
) -> list[Pick | None]:
    """What stays in each place of a theme, less what only stands in for a politician's quote.

    Counted as kept, that would move what stands in other places, on other days.
    """
    if not any(kept) or not words.may_drop(map(dues, range(len(kept)))):
        return list(kept)
    found = list(kept)
    for index, choice in enumerate(natural([None] * len(kept))):
        stays = _named(pool, kept[index])
        due = dues(index)
        if choice and stays and words.drop(theme, due, *choice):
            found[index] = None if words.drop(theme, due, *stays) is None else kept[index]
    return found


def without_politicians(
    words: Words,
    theme: Theme,
    pool: Pool,
    dues: Dues,
    kept: Sequence[Pick | None],
    choices: Sequence[Choice],
) -> list[Choice]:
    """The choices, refilled where nobody may quote a politician; what is kept there stays."""
    if not words.may_drop(map(dues, range(len(choices)))):
        return list(choices)
    holes = {n for n, one in enumerate(choices) if one and words.drop(theme, dues(n), *one)}

    def may(index: int, message: str, wording: Wording) -> bool:
        return words.drop(theme, dues(index), message, wording) is None

    # First all of them, then what is kept: what stands in for one must not depend on another.
    found = refilled(pool, choices, holes, may)
    for index in holes:
        stays = _named(pool, kept[index])
        if stays and may(index, *stays):
            found[index] = stays
    return found


def _named(pool: Pool, pick: Pick | None) -> Choice:
    """What a pick names, as far as it may still be used."""
    usable = pool.get(pick.message, ()) if pick else ()
    wording = next((one for one in usable if pick and one.name == pick.wording), None)
    return (pick.message, wording) if pick and wording else None
