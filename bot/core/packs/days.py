"""The days of a theme: weekdays, and days that are said by what they lie beside."""

from __future__ import annotations

from bot.core.anchors import HOW, Anchor, read_anchor
from bot.core.reading import WEEKDAYS, Reader
from bot.core.source import Fields, nearest, shortened


def read_days(
    reader: Reader, group: Fields, name: str, *, dated: bool
) -> tuple[frozenset[int], tuple[Anchor, ...]]:
    """The weekdays (0 is Monday) and the anchors of a field, with commas between them.

    Only a campaign with dates has anchors: one that goes on every week has the same days in each.
    """
    weekdays: set[int] = set()
    anchors: list[Anchor] = []
    place = reader.at(group, name)
    for said in reader.listed(group, name):
        if said.capitalize() in WEEKDAYS:
            weekdays.add(WEEKDAYS.index(said.capitalize()))
            continue
        anchor = read_anchor(said, place)
        if not dated or (said.isalpha() and nearest(said, WEEKDAYS)):
            advice = "Write it out in full, with commas between several: Monday, Thursday."
            message = f'"{shortened(said)}" is not a weekday.'
            reader.problem(place, "weekday-name", message, advice)
        elif anchor is None:
            reader.problem(place, "anchor", f'"{shortened(said)}" does not name a day.', HOW)
        else:
            anchors.append(anchor)
    return frozenset(weekdays), tuple(anchors)
