"""What a pack can hold of a plan: each text once, its hashtags, its themes, its times of day."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import zip_longest
from typing import Final

from bot.core.config import Fact
from bot.core.drafts import hashtag_of
from bot.core.packs import Audience
from bot.core.packs.hashtags import HASHTAG
from bot.core.reading import WEEKDAYS
from bot.core.sheets.rows import Entry
from bot.core.sheets.tokens import common, hashtags_in, mistyped, without_last
from bot.core.source import Place, Problem, Severity, listed, shortened
from bot.core.typed import typed_problems

PARTS: Final = ((12, "morning"), (14, "midday"), (17, "afternoon"), (24, "evening"))
"""What a time of day is called, up to which hour."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the sheet does not say itself."""

    id: str
    title: str
    hashtag: str | None = None


@dataclass(frozen=True, slots=True)
class Theme:
    """The texts of some weekdays, and what they are about as the sheet says it."""

    name: str
    about: str
    weekdays: tuple[int, ...]
    entries: tuple[Entry, ...]


# --- what goes in once --------------------------------------------------------------------------


def once(entries: Iterable[Entry], problems: list[Problem]) -> list[Entry]:
    """Each text once: a pack has no two wordings that say the same."""
    first: dict[str, Entry] = {}
    for entry in entries:
        words = " ".join(" ".join(entry.words.values()).split())
        other = first.setdefault(words, entry)
        if other is not entry:
            problems.append(
                Problem(
                    entry.place,
                    "same-words",
                    f"this says the same as {other.place}, so it stands in the pack once.",
                    "Say it in other words where it should go out again.",
                    Severity.WARNING,
                )
            )
    return list(first.values())


def tags_of(
    file: str, entries: Sequence[Entry], named: Named, problems: list[Problem]
) -> tuple[tuple[str, ...], list[Entry]]:
    """The hashtags of the pack: those that every text has, then taken out of the texts."""
    public = [one for one in entries if one.audience is not Audience.STAFF]
    shared = tuple(
        tag for tag in common(one.tags for one in public or entries) if HASHTAG.fullmatch(tag)
    )
    own = [
        replace(one, words={lang: without_last(text, shared) for lang, text in one.words.items()})
        for one in entries
    ]
    folded = {tag.casefold() for tag in shared}
    for entry in own:
        spoken = {tag.casefold() for text in entry.words.values() for tag in hashtags_in(text)}
        rest = [tag for tag in entry.tags if tag.casefold() not in folded | spoken]
        if rest:
            problems.append(_not_shared(entry, rest))
    if not shared:
        tag = named.hashtag or hashtag_of(named.title)
        shared = (tag,)
        if not named.hashtag:
            problems.append(_no_hashtag(file, tag))
    return shared, own


def _not_shared(entry: Entry, tags: Sequence[str]) -> Problem:
    return Problem(
        entry.place,
        "not-shared",
        f"not every text has {listed(f'#{shortened(tag)}' for tag in tags)}, so it was left out.",
        "A pack has the same hashtags on every post. To have it, add it under more_hashtags.",
        Severity.WARNING,
    )


def _no_hashtag(file: str, tag: str) -> Problem:
    return Problem(
        Place(file),
        "no-hashtag",
        f"no hashtag stands in every text, and a pack needs one: {tag} was written, from its "
        "title.",
        "Name another with --hashtag, or change it in campaign.yaml.",
        Severity.WARNING,
    )


def still_typed(
    entry: Entry, values: Iterable[str], facts: Mapping[str, Fact]
) -> Iterator[Problem]:
    """What stays in the words and nobody may type, said where its cell is.

    `values` are what each force fills in.
    """
    for language, text in entry.words.items():
        place = entry.places[language]
        near = mistyped(text, language, facts)
        for typed, name in near:
            value = facts[name].value(language)
            yield Problem(
                place,
                "mistyped-number",
                f'the number "{typed}" is nearly that of {name}, {value}.',
                f"If that is meant, write {{{{ {name} }}}} in its place, in the pack.",
            )
        for problem in typed_problems(place, text, {*facts, *values, "force"}):
            if not any(f'the number "{typed}"' in problem.message for typed, _ in near):
                yield replace(problem, place=place)


# --- days and times ---------------------------------------------------------------------------


def themes_of(entries: Sequence[Entry], problems: list[Problem]) -> list[Theme]:
    """Each weekday belongs to the theme that most of its texts name."""
    on_day: dict[int, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        if entry.day:
            on_day[entry.day.weekday()][_spoken_theme(entry)] += 1
    owner = {weekday: found.most_common(1)[0][0] for weekday, found in on_day.items()}
    first = owner[next(one.day for one in entries if one.day).weekday()]
    groups: dict[str, list[Entry]] = defaultdict(list)
    strangers: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        named = entry.theme if entry.theme in owner.values() else first
        theme = owner[entry.day.weekday()] if entry.day else named
        groups[theme].append(entry)
        if entry.day and entry.theme and entry.theme != theme:
            strangers[entry.day.weekday(), entry.theme].append(entry)
    for (weekday, theme), found in strangers.items():
        problems.append(_stranger(weekday, theme, owner[weekday], found))
    names = unique({theme: slug(theme) or "theme" for theme in groups}, taken=("campaign",))
    return [
        Theme(
            names[theme],
            theme,
            tuple(sorted(day for day, named in owner.items() if named == theme)),
            tuple(found),
        )
        for theme, found in groups.items()
    ]


def _spoken_theme(entry: Entry) -> str:
    return entry.theme or (WEEKDAYS[entry.day.weekday()] if entry.day else "")


def _stranger(weekday: int, theme: str, owner: str, found: Sequence[Entry]) -> Problem:
    rows = listed(str(one.row) for one in found[:6]) + (" and more" if found[6:] else "")
    return Problem(
        found[0].theme_place or found[0].place,
        "two-themes",
        f'{WEEKDAYS[weekday]} has the theme "{shortened(owner)}", so the words of row {rows} went '
        f'there and not under "{shortened(theme)}".',
        "In a pack a weekday has one theme for the whole campaign. Where themes change from week "
        "to week, make a pack for each week.",
    )


def slots_of(file: str, entries: Sequence[Entry], problems: list[Problem]) -> dict[str, time]:
    """As many slots as the fullest day has posts, each at the time that most days have there."""
    by_day: dict[date, set[time]] = defaultdict(set)
    for entry in entries:
        if entry.day and entry.at:
            by_day[entry.day].add(entry.at)
    turns = zip_longest(*(sorted(times) for times in by_day.values()))
    usual: list[time] = []
    for times in turns:
        counted = Counter(at for at in times if at is not None and at not in usual)
        if counted:
            usual.append(counted.most_common(1)[0][0])
    problems += _other_times(file, entries, usual)
    if not usual:
        usual = [time(9)]
    names = unique({str(at): _part_of_day(at) for at in sorted(usual)})
    return {names[str(at)]: at for at in sorted(usual)}


def _part_of_day(at: time) -> str:
    return next(name for until, name in PARTS if at.hour < until)


def _other_times(file: str, entries: Sequence[Entry], usual: Sequence[time]) -> Iterator[Problem]:
    """Times that a pack cannot hold: it has the same ones on every day."""
    without = [one for one in entries if one.at is None]
    if without:
        rows = listed(str(one.row) for one in without[:6]) + (" and more" if without[6:] else "")
        at = listed(f"{one:%H:%M}" for one in sorted(usual) or [time(9)])
        yield Problem(
            without[0].place,
            "no-time",
            f"no time was understood in row {rows}: the pack's slots are at {at}.",
            "Change them under slots: in campaign.yaml.",
            Severity.WARNING,
        )
    for entry in entries:
        if entry.at and entry.at not in usual:
            yield Problem(
                entry.at_place or entry.place,
                "other-time",
                f"row {entry.row} is meant for {entry.at:%H:%M}, and other days have another time "
                "there.",
                f"A pack has the same times every day: {listed(f'{one:%H:%M}' for one in usual)}.",
                Severity.WARNING,
            )


# --- names ---------------------------------------------------------------------------------------


def slug(text: str) -> str:
    """`Know how to report!` -> know-how-to-report: a name of small letters and hyphens."""
    plain = re.sub(r"['’]", "", text.casefold())
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")


def unique(wanted: Mapping[str, str], taken: Iterable[str] = ()) -> dict[str, str]:
    """The wanted names, with a number behind those that are taken."""
    used = set(taken)
    found = {}
    for key, name in wanted.items():
        names = [name, *(f"{name}-{number}" for number in range(2, len(wanted) + 3))]
        found[key] = next(one for one in names if one not in used)
        used.add(found[key])
    return found
