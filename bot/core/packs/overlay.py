"""Overlays laid over a national pack -> the campaign as one sender, or one account, says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.core.model import Account, Language, Sender
from bot.core.packs.laying import Laying, spoken
from bot.core.packs.pack import LocalPack, NationalPack, Pack
from bot.core.packs.values import check_written
from bot.core.reading import Reader
from bot.core.source import Place, Problem, did_you_mean, listed, nearest
from bot.core.typed import NONE_RETIRED, Retired, typed_problems


@dataclass
class _Overlay:
    national: NationalPack
    sender: Sender
    local: LocalPack | None
    retired: Retired
    region: LocalPack | None = None
    account: Account | None = None
    reader: Reader = field(default_factory=Reader)

    def pack(self) -> Pack:
        self._check_values()
        if self.account is None:
            self._check_accounts()
        messages, slots = dict(self.national.messages), dict(self.national.slots)
        for layer in self.layers:
            Laying(self.national, layer, messages, slots, self, self.reader).lay()
        # Here, and nowhere further on: what no Pack holds, nothing can pick, render or send.
        messages = {
            name: one for name, one in messages.items() if one.audience.suits(self.sender.kind)
        }
        return Pack(
            self.national, self.sender, self.local, self.values, slots, messages, self.layers
        )

    @property
    def layers(self) -> tuple[LocalPack, ...]:
        """Region, sender, account: each is laid over those before it."""
        own = self.local.accounts.get(self.account.id) if self.local and self.account else None
        return tuple(layer for layer in (self.region, self.local, own) if layer)

    @property
    def values(self) -> dict[str, Mapping[Language, str]]:
        """What fills values in: config/forces.yaml is the sender's, and so above its region."""
        defaults = {n: one.default for n, one in self.national.values.items() if one.default}
        found = {**defaults, **(self.region.fill_in if self.region else {}), **self.sender.values}
        for layer in self._over_config:
            found |= layer.fill_in
        return found

    @property
    def _over_config(self) -> tuple[LocalPack, ...]:
        return tuple(layer for layer in self.layers if layer is not self.region)

    @property
    def languages(self) -> tuple[Language, ...]:
        """Those this account, or this sender or one of its accounts, publishes in."""
        return self.account.languages if self.account else self.sender.every_language

    def _check_values(self) -> None:
        """Every value is there, in every language, and is plain words."""
        own = {name for layer in self._over_config for name in layer.fill_in}
        given = self.values
        missing = [n for n, v in self.national.values.items() if v.needed and not given.get(n)]
        if missing:
            self._not_filled_in(missing, given)
        for language in self.languages:
            untranslated = [
                name
                for name, asked in self.national.values.items()
                if asked.kind.is_said and given.get(name) and language not in given[name]
            ]
            if untranslated:
                self._untranslated(untranslated, language)
        for name, asked in self.national.values.items():
            if not asked.kind.is_said and given.get(name) not in (None, asked.default):
                place = self._filled_at(name) or self._at_sender(name)
                check_written(self.reader, asked, given[name], place)
        for name, values in self.sender.values.items():
            for value in values.values() if name not in own else ():
                self.reader.problems += (
                    replace(problem, message=f"{name}: {problem.message}")
                    for problem in typed_problems(self._at_sender(), value, (), self.retired)
                )

    def _not_filled_in(
        self, missing: list[str], given: Mapping[str, Mapping[Language, str]]
    ) -> None:
        value = self.national.values[missing[0]]
        quoted = listed(f'"{name}"' for name in missing)
        slip = nearest(missing[0], set(given) - set(self.national.values))
        advice = f"{value.help} For example: {value.example}"
        self.reader.problem(
            self.local.place if self.local else self._at_sender(),
            "not-filled-in",
            f"{self.sender.id} has not filled in {quoted}.",
            f'There is "{slip}": did you mean {missing[0]}?' if slip else advice,
        )

    def _untranslated(self, names: list[str], language: Language) -> None:
        have = "has" if len(names) == 1 else "have"
        self.reader.problem(
            self._filled_at(names[0]) or self._usual_at(names[0]),
            "no-twin",
            f"{listed(names)} {have} no {language.label}. {self.publishes()}",
            f'Write both, under "{names[0]}:", as en: and cy:',
        )

    def _filled_at(self, name: str) -> Place | None:
        """Where the topmost overlay fills a value in; None where none does."""
        found = (layer.places.get(("fill_in", name)) for layer in reversed(self.layers))
        return next((place for place in found if place), None)

    def _usual_at(self, name: str) -> Place:
        """Where a value that no overlay fills in stands: in config/, or as the pack's default."""
        asked = self.national.values[name]
        by_default = asked.default and not self.sender.values.get(name)
        return asked.place if by_default else self._at_sender()

    def _check_accounts(self) -> None:
        """What is for one account names one of the sender's own."""
        known = {account.id: account for account in self.sender.accounts}
        for name, own in (self.local.accounts if self.local else {}).items():
            if name in known and (first := known[name].follows):
                self.reader.problem(
                    own.place,
                    "own-words-of-a-pair",
                    f"{name} follows {first}, and says what {first} says.",
                    f"Write what both say their own way under {first}, in both languages.",
                )
            if name not in known:
                self.reader.problem(
                    own.place,
                    "unknown-account",
                    f'{self.sender.id} has no account called "{name}" in config/forces.yaml.',
                    did_you_mean(name, known, what="Accounts"),
                )

    def publishes(self) -> str:
        """`Gwent Police publishes in Welsh and English.`"""
        return f"{self.sender.name(Language.EN)} publishes in {spoken(self.languages)}."

    def _at_sender(self, value: str = "") -> Place:
        place = self.sender.value_places.get(value) or self.sender.place
        return place or Place("config/forces.yaml")


def overlay(
    national: NationalPack,
    sender: Sender,
    local: LocalPack | None,
    retired: Retired = NONE_RETIRED,
    *,
    region: LocalPack | None = None,
    account: Account | None = None,
) -> tuple[Pack, list[Problem]]:
    """The pack as this sender, or one account of it, says it; and what is wrong between the files.

    The national pack lies below what its region lays over it, then the sender, then the account.
    """
    work = _Overlay(national, sender, local, retired, region, account)
    pack = work.pack()
    return pack, work.reader.problems
