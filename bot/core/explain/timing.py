"""When a post is due, each part of it with the line it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.core.config import Run
from bot.core.explain.values import Part, Said
from bot.core.model import LONDON, PostKey
from bot.core.packs import Dated, NationalPack, Never, Pack
from bot.core.plan import days_of
from bot.core.reading import to_utc, written

SLOT: Final = re.compile(r"d([1-9][0-9]{0,3})\.(.+)")


@dataclass(frozen=True, slots=True)
class Timing:
    """The parts of a post's time; `is_exact` is False where they give another one."""

    parts: tuple[Part, ...]
    is_exact: bool


def timing(pack: Pack, run: Run | None, key: PostKey, due: datetime, given: str) -> Timing:
    """Day, slot and minute, and where somebody gave it another time: who, in words."""
    place = SLOT.fullmatch(key.slot)
    day = day_of(pack.national, run, key)
    slot = pack.slots.get(place[2]) if place else None
    if isinstance(pack.national.schedule, Never) and not given:
        return Timing((), is_exact=True)  # held ready: in no plan
    if run is None or day is None or slot is None:
        note = "" if given else "no pack has this time any more"
        return Timing((Part("time", _moment(due), None, given or note),), bool(given))
    found = [_day(pack, run, key, day), _slot(pack, slot.name), *_minute(pack)]
    later = datetime.combine(day, slot.at) + timedelta(minutes=pack.sender.minute)
    planned = to_utc(later.date(), later.time())
    if given and planned != due:
        instead = (Said(_moment(planned), found[1].place or slot.place),)
        found.append(Part("time", _moment(due), None, given, instead))
    return Timing(tuple(found), bool(given) or planned == due)


def day_of(pack: NationalPack, run: Run | None, key: PostKey) -> date | None:
    """The date of a post's place in its run; None where the run has no such day."""
    place = SLOT.fullmatch(key.slot)
    try:
        days = days_of(run, pack, key.run) if run else None
    except ValueError:  # the 54th week of a year
        return None
    if place is None or days is None:
        return None
    day = days.first + timedelta(days=int(place[1]) - 1)
    return day if days.holds(day) else None


def _day(pack: Pack, run: Run, key: PostKey, day: date) -> Part:
    national, schedule = pack.national, pack.national.schedule
    number = SLOT.fullmatch(key.slot)
    note = f"day {number[1]} of {key.run}" if number else ""
    starts = national.places.get("starts", national.place)
    if not isinstance(schedule, Dated) or run.weekly is not None:
        return Part("day", written(day), run.place, note)
    if run.starts in (None, schedule.starts):
        return Part("day", written(day), run.place if run.starts else starts, note)
    instead = (Said(f"starts {written(schedule.starts)}", starts),)
    return Part("day", written(day), run.place, note, instead)


def _slot(pack: Pack, name: str) -> Part:
    found = [
        Said(f"{slot.at:%H:%M}", slot.place) for slot in [pack.national.slots.get(name)] if slot
    ]
    for layer in pack.layers:
        if name in layer.times:
            found.append(Said(f"{layer.times[name]:%H:%M}", layer.places["times", name]))
    top = found.pop()
    return Part(name, top.says, top.place, replaced=tuple(reversed(found)))


def _minute(pack: Pack) -> Iterator[Part]:
    sender = pack.sender
    if sender.minute:
        later = f"{sender.minute} minute{'' if sender.minute == 1 else 's'} later"
        yield Part("minute", later, sender.places.get("minute", sender.place))


def _moment(instant: datetime) -> str:
    local = instant.astimezone(LONDON)
    return f"{written(local.date())} at {local:%H:%M}"
