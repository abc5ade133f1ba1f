"""What each campaign asks a force for, and what the force has filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import click

from bot import app
from bot.core.explain import Part, filled_in
from bot.core.model import Language
from bot.core.packs import ValueField
from bot.core.source import listed


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that a campaign asks for, and what stands there in each language of the force."""

    campaign: str
    value: ValueField
    said: Mapping[Language, Part]
    missing: tuple[Language, ...]

    @property
    def says(self) -> list[str]:
        return list(dict.fromkeys(part.says for part in self.said.values()))


def in_words(loaded: app.Loaded, force: str) -> None:
    """Prints the values of each campaign, those that are needed first."""
    found = list(_asked(loaded, force))
    width = max((len(one.value.name) for one in found), default=0)
    for campaign, values in groupby(found, key=lambda one: one.campaign):
        click.echo(click.style(f"{campaign} asks {force} for", bold=True))
        for one in values:
            click.echo(f"  {one.value.name:{width}}  {_state(one)}")
            if not one.said and one.value.help:
                click.echo(f"  {'':{width}}  {one.value.help}{_example(one.value)}")
    if found:
        click.echo()


def _state(one: Asked) -> str:
    if not one.said:
        needed = one.value.needed
        return click.style("needed, and empty", bold=True) if needed else "may stay empty"
    place = next(part.place for part in one.said.values() if part.place)
    where = "the pack's own" if place == one.value.place else f"{place.file}:{place.line}"
    lacks = listed(language.label for language in one.missing)
    without = click.style(f"; no {lacks} yet", bold=True) if lacks else ""
    return f"{' / '.join(one.says)}  ({where}){without}"


def _example(value: ValueField) -> str:
    return f" For example: {value.example}" if value.example else ""


def records(loaded: app.Loaded, force: str) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "campaign": one.campaign,
            "name": one.value.name,
            "type": one.value.kind.value,
            "needed": one.value.needed,
            "says": one.says,
            "missing": [language.value for language in one.missing],
            "help": one.value.help or None,
            "example": one.value.example or None,
        }
        for one in _asked(loaded, force)
    ]


def _asked(loaded: app.Loaded, force: str) -> Iterator[Asked]:
    """What the force is asked for in each campaign that it has not declined."""
    sources = loaded.sources
    sender = sources.config.senders.get(force) if sources else None
    if sources is None or sender is None:
        return
    for national in sources.packs.values():
        local = sources.local.get((force, national.id)) if national else None
        if national is None or (local and local.takes_part is False):
            continue
        pack, _ = sources.pack_of(national, sender)
        for value in sorted(national.values.values(), key=lambda one: not one.needed):
            parts = {one: filled_in(pack, value.name, one) for one in sender.every_language}
            said = {language: part for language, part in parts.items() if part.says}
            missing = [one for one in parts if one not in said and value.kind.is_said]
            yield Asked(national.id, value, said, tuple(missing))
