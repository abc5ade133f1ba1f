"""campaigns.yaml: which campaigns run, when, and who takes part."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.core.model import SAID, Sender
from bot.core.reading import WEEKDAYS, Reader, written
from bot.core.source import Fields, Place, did_you_mean, listed, shortened

RUN_ID: Final = re.compile(r"[a-z0-9-]+@[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Run:
    """One time a campaign runs. Its id is a name, not its date, so a moved date doubles nothing.

    `starts` is None for the date the pack was written for; a standing campaign's is its first day
    and `ends` its last, each None where it has none.
    """

    id: str
    pack: str
    starts: date | None
    weekly: int | None  # a practice run that starts again every week, on this weekday
    who: tuple[str, ...]  # senders, regions, nations, kinds; empty: everyone
    practice: bool  # dry run only
    place: Place
    ends: date | None = None
    pauses: tuple[str, ...] = ()  # the runs that give way to it, by their ids

    def takes(self, sender: Sender) -> bool:
        """Whether a sender is among those who take part."""
        return not self.who or sender.is_among(self.who)


RUN_FIELDS: Final = ("pack", "starts", "ends", "who", "practice", "pauses")


def read_runs(reader: Reader, top: Fields, known: Collection[str] | None) -> dict[str, Run]:
    """The runs by their ids, in the order of the file; `known` are senders, regions and kinds."""
    runs: dict[str, Run] = {}
    groups: dict[str, Fields] = {}
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
        if name.startswith(SAID):
            reader.problem(
                place,
                "run-id",
                f'"{shortened(name)}" cannot be the name of a run: bot say has it.',
                "Give it another name, such as its pack's with @ and a word of your own.",
            )
            continue
        group = reader.fields(node, place, f'"{name}"')
        reader.known_fields(group, RUN_FIELDS, "a run")
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
            who=read_who(reader, group, known),
            practice=practice,
            place=place,
            ends=_ends(reader, group, starts),
        )
        groups[name] = group
    pauses = {
        name: tuple(dict.fromkeys(_pauses(reader, groups[name], run, runs)))
        for name, run in runs.items()
    }
    for circle in _circles(pauses):
        reader.problem(
            reader.at(groups[circle[0]], "pauses"),
            "pauses",
            f"these runs pause one another in a circle: {', '.join(circle)}.",
            "Take one of them out of pauses: the one that shall go on is named, and names nobody.",
        )
    return {name: replace(run, pauses=pauses[name]) for name, run in runs.items()}


def _ends(reader: Reader, group: Fields, starts: date | None) -> date | None:
    ends = reader.day(group, "ends", needed=False)
    if ends and starts and ends < starts:
        reader.problem(
            reader.at(group, "ends"),
            "end-first",
            f"the run ends on {written(ends)}, before it starts on {written(starts)}.",
            "Exchange the two dates; ends is the last day, itself included.",
        )
    return ends


def _pauses(reader: Reader, group: Fields, run: Run, runs: Mapping[str, Run]) -> Iterator[str]:
    """The ids of the runs that this one pauses; a pack's name stands for all its runs."""
    packs = {one.pack for one in runs.values()}
    for name in reader.listed(group, "pauses"):
        meant = [one.id for one in runs.values() if name in (one.id, one.pack)]
        if not meant:
            reader.problem(
                reader.at(group, "pauses"),
                "unknown-run",
                f'there is no run or campaign called "{shortened(name)}" in this file.',
                did_you_mean(name, [*runs, *sorted(packs)]),
            )
        if run.id in meant:
            reader.problem(
                reader.at(group, "pauses"),
                "pauses",
                f"{run.id} cannot pause itself.",
                "Name the other run, the one that gives way to it.",
            )
        yield from (one for one in meant if one != run.id)


def _circles(pauses: Mapping[str, tuple[str, ...]]) -> Iterator[list[str]]:
    """Every set of runs that pause one another, however far round, in the order of the file."""
    reached = {name: _reached(name, pauses) for name in pauses}
    seen: set[str] = set()
    for name in pauses:
        if name in reached[name] - seen:
            circle = [
                other for other in pauses if other in reached[name] and name in reached[other]
            ]
            seen |= set(circle)
            yield circle


def _reached(name: str, pauses: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The runs that a run pauses, and those that they pause, and so on."""
    found: set[str] = set()
    waiting = list(pauses[name])
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += pauses[one]
    return found


def _starts(reader: Reader, group: Fields) -> tuple[int | None, date | None]:
    value = reader.phrase(group, "starts", needed=False)
    every = re.fullmatch(r"(\w+) of every week", value or "")
    if every and every[1].capitalize() in WEEKDAYS:
        return WEEKDAYS.index(every[1].capitalize()), None
    return None, reader.day(group, "starts", needed=False)


def read_who(reader: Reader, group: Fields, known: Collection[str] | None) -> tuple[str, ...]:
    """Those named under `who`; none for everyone. `known` is None where nobody can tell."""
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
