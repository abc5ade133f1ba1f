"""campaigns.yaml: which campaigns run, when, and who takes part."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.core.model import Sender
from bot.core.reading import WEEKDAYS, Reader
from bot.core.source import Fields, Place, did_you_mean, listed, shortened

RUN_ID: Final = re.compile(r"[a-z0-9-]+@[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Run:
    """One time a campaign runs. Its id is a name, not its date, so a moved date doubles nothing."""

    id: str
    pack: str
    starts: date | None  # None: the date the pack was written for
    weekly: int | None  # or: every week, from this weekday
    who: tuple[str, ...]  # senders, regions, kinds; empty: everyone
    practice: bool  # dry run only
    place: Place

    def takes(self, sender: Sender) -> bool:
        """Whether a sender is among those who take part."""
        names = {sender.id, sender.kind.value, (sender.region or "").lower()}
        return not self.who or any(name.lower() in names for name in self.who)


def read_runs(reader: Reader, top: Fields, known: Collection[str] | None) -> dict[str, Run]:
    runs = {}
    if not top.entries and not any(p.place.file == top.place.file for p in reader.problems):
        reader.warn(
            top.place,
            "no-runs",
            "no campaign runs, so nothing is planned.",
            "Add an entry such as ct-awareness-week@2026:",
        )
    for name, node in top.entries.items():
        place = top.keys[name]
        if not RUN_ID.fullmatch(name):
            reader.problem(
                place,
                "run-id",
                f'"{shortened(name)}" cannot be the name of a run.',
                "Write the pack, @, and a word of your own, in small letters: "
                "ct-awareness-week@2026",
            )
            continue
        group = reader.fields(node, place, f'"{name}"')
        reader.known_fields(group, ("pack", "starts", "who", "practice"), "a run")
        weekly, starts = _starts(reader, group)
        practice = reader.yes_no(group, "practice", default=False)
        if weekly is not None and not practice:
            reader.problem(
                reader.at(group, "starts"),
                "weekly",
                "only a run with practice: yes can start every week.",
                "Give a real run its date: starts: Monday 2026-11-23",
            )
        runs[name] = Run(
            id=name,
            pack=reader.phrase(group, "pack") or name.split("@")[0],
            starts=starts,
            weekly=weekly,
            who=_who(reader, group, known),
            practice=practice,
            place=place,
        )
    return runs


def _starts(reader: Reader, group: Fields) -> tuple[int | None, date | None]:
    value = reader.phrase(group, "starts", needed=False)
    every = re.fullmatch(r"(\w+) of every week", value or "")
    if every and every[1].capitalize() in WEEKDAYS:
        return WEEKDAYS.index(every[1].capitalize()), None
    return None, reader.day(group, "starts", needed=False)


def _who(reader: Reader, group: Fields, known: Collection[str] | None) -> tuple[str, ...]:
    before = len(reader.problems)
    names = reader.listed(group, "who")
    if not names and len(reader.problems) == before:  # nobody must never come to mean everybody
        reader.problem(
            group.place,
            "missing-field",
            '"who" is missing here: who takes part?',
            "Write who: everyone, or names with commas between them.",
        )
    lower = {name.lower() for name in known or ()}
    unknown = [name for name in names if name.lower() not in lower]
    if unknown and known is not None:
        quoted = listed((f'"{shortened(name)}"' for name in unknown), "or")
        reader.problem(
            reader.at(group, "who"),
            "unknown-sender",
            f"there is no sender or region called {quoted}.",
            did_you_mean(unknown[0], known),
        )
    return () if "everyone" in map(str.lower, names) else names
