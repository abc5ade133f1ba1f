"""Whether the anchored days of a pack are days of a run, and each of one theme only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.core.anchors import LAUNCH, Anchor, Events
from bot.core.packs.pack import NationalPack, Theme
from bot.core.reading import written

Fault = tuple[str, str, str]  # code, message, advice


def anchor_faults(
    pack: NationalPack, first: date, last: date, events: Events, *, of_events: bool = True
) -> Iterator[tuple[Anchor, Fault]]:
    """What is wrong with the anchors of a pack in a run of these days, each with its anchor.

    Without `of_events` only those are looked at that are the same in every run.
    """
    anchors = [
        (theme, anchor)
        for theme in pack.themes.values()
        for anchor in theme.anchors
        if of_events or anchor.event in ("", LAUNCH)
    ]
    taken: dict[date, tuple[Theme, Anchor]] = {}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for theme, anchor in anchors:
        found = [day for day in days if anchor.falls_on(day, first, events)]
        if not found:
            yield anchor, _nowhere(theme, anchor, days, events)
        for day in found:
            other, beside = taken.setdefault(day, (theme, anchor))
            if other.name != theme.name:
                yield anchor, _two_themes(theme, anchor, other, beside, day)


def _nowhere(theme: Theme, anchor: Anchor, days: list[date], events: Events) -> Fault:
    span = f"from {written(days[0])} to {written(days[-1])}"
    event = events.get(anchor.event)
    said = f'the theme "{theme.name}" is on "{anchor.said}"'
    if event is not None and not any(event.falls_on(day) for day in days):
        return (
            "no-event",
            f"{said}, and {anchor.event} has no date {span}.",
            f"Write its date under {anchor.event}: in config/calendar.yaml, or give the theme "
            "another day.",
        )
    return (
        "outside-run",
        f"{said}, which is no day {span}.",
        "Give the theme another day, or the campaign more days.",
    )


def _two_themes(theme: Theme, anchor: Anchor, other: Theme, beside: Anchor, day: date) -> Fault:
    return (
        "two-themes",
        f'{written(day)} has two themes: "{other.name}" on "{beside.said}", and "{theme.name}" on '
        f'"{anchor.said}".',
        "A day has one theme: give one of them another day.",
    )
