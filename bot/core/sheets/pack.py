"""The entries of a planning sheet -> the files of a pack, and what a pack cannot hold of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from bot.core.config import Fact
from bot.core.model import Language
from bot.core.packs import Audience
from bot.core.reading import MAX_LINE, WEEKDAYS, written
from bot.core.sheets.fitting import (
    Named,
    Theme,
    once,
    slots_of,
    slug,
    still_typed,
    tags_of,
    themes_of,
    unique,
)
from bot.core.sheets.rows import Entry
from bot.core.source import Place, Problem
from bot.core.typed import TOKEN

MOST_DAYS: Final = 366  # of a campaign
PHRASES: Final = {
    "in_area": ("Where you are, with its small word.", "in Kent"),
    "across_area": ("The same place, after another small word.", "across Kent"),
}
PLAIN: Final = re.compile(r"[^\W_][\w ,.()&/'’-]*")  # what can stand behind a field's name


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that was made of a sheet, by the names of its files in its folder."""

    files: Mapping[str, str]
    starts: date
    days: int
    themes: int
    messages: int
    tags: tuple[str, ...]
    put_in: Mapping[str, int]  # how often each name stands in its words
    audiences: Mapping[Audience, int]  # how many messages are for whom
    pictures: tuple[str, ...]


def pack_of(
    file: str, entries: Sequence[Entry], named: Named, facts: Mapping[str, Fact]
) -> tuple[Made | None, list[Problem]]:
    """The pack of a plan, None where no row has a day; and what does not fit into it."""
    problems: list[Problem] = []
    dated = [one.day for one in entries if one.day]
    if not dated:
        if entries:
            problems.append(_no_day(file))
        return None, problems
    days = (max(dated) - min(dated)).days + 1
    if days > MOST_DAYS:
        problems.append(_too_long(entries, days))
        return None, problems
    tags, entries = tags_of(file, entries, named, problems)
    entries = once(entries, problems)
    themes = themes_of(entries, problems)
    slots = slots_of(file, entries, problems)
    values = [name for name in PHRASES if any(name in _names(one) for one in entries)]
    for entry in entries:
        problems += still_typed(entry, values, facts)
    made = _Pack(named, min(dated), days, tags, slots, themes, values)
    return made.made(), problems


def _no_day(file: str) -> Problem:
    return Problem(
        Place(file),
        "no-days",
        "no row names a day that was understood, so no pack was made.",
        "Write a date in each row, or in the first row of each day, in a column Date.",
    )


def _too_long(entries: Sequence[Entry], days: int) -> Problem:
    last = max((one for one in entries if one.day), key=lambda one: one.day or date.min)
    return Problem(
        last.place,
        "too-many-days",
        f"from the first to the last row there are {days:,} days, and {MOST_DAYS} are the most.",
        f"Is the year of row {last.row} right? It was read as {written(last.day or date.min)}.",
    )


# --- the files --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pack:
    named: Named
    starts: date
    days: int
    tags: tuple[str, ...]
    slots: Mapping[str, time]
    themes: Sequence[Theme]
    values: Sequence[str]

    def made(self) -> Made:
        names = self._message_names()
        files = {"campaign.yaml": _text(self._campaign())}
        for theme in self.themes:
            files[f"{theme.name}.yaml"] = _text(_theme_file(theme, names))
        entries = [entry for theme in self.themes for entry in theme.entries]
        return Made(
            files=files,
            starts=self.starts,
            days=self.days,
            themes=len(self.themes),
            messages=len(entries),
            tags=self.tags,
            put_in=Counter(name for entry in entries for name in _names(entry)),
            audiences=Counter(one.audience for one in entries),
            pictures=tuple(dict.fromkeys(one.picture for one in entries if one.picture)),
        )

    def _message_names(self) -> dict[str, str]:
        wanted = {
            str(entry.place): _first_words(entry) or theme.name
            for theme in self.themes
            for entry in theme.entries
        }
        return unique(wanted)

    def _campaign(self) -> Iterator[str]:
        hashtag, *more = self.tags
        yield f"# {self.named.title}, as a planning sheet had it. Notes are never published."
        yield "#"
        yield "# For each account the bot picks the day's messages from the day's theme: no text is"
        yield "# tied to the date and time that it had in the sheet. Write more wordings of each."
        yield ""
        yield f"campaign: {self.named.title}"
        yield "version: 1"
        yield f"starts: {written(self.starts)}"
        yield f"days: {self.days}"
        yield f"hashtag: {hashtag}"
        if more:
            yield f"more_hashtags: {', '.join(more)}"
        yield "translation: unreviewed   # a translator signs it with bot translations sign"
        yield ""
        yield "slots:"
        for name, at in self.slots.items():
            yield f"  {name}: {at:%H:%M}"
        if self.values:
            yield ""
            yield "each_force_fills_in:"
        for name in self.values:
            about, example = PHRASES[name]
            yield f"  {name}:"
            yield f"    help: {about}"
            yield f"    example: {example}"
            yield "    needed: yes"
        yield ""
        yield "themes:"
        for theme in self.themes:
            yield f"  {theme.name}:"
            yield f"    on: {', '.join(WEEKDAYS[day] for day in theme.weekdays)}"
            yield f"    about: {_plain_line(theme.about) or theme.name}"


def _theme_file(theme: Theme, names: Mapping[str, str]) -> Iterator[str]:
    yield f"theme: {theme.name}"
    yield ""
    yield "messages:"
    for entry in theme.entries:
        yield ""
        yield from _message(names[str(entry.place)], entry)


def _message(name: str, entry: Entry) -> Iterator[str]:
    meant = [written(entry.day)] if entry.day else []
    meant += [f"{entry.at:%H:%M}"] if entry.at else []
    yield f"  # {entry.place}" + (f", meant for {' at '.join(meant)}" if meant else "")
    if entry.shows and not entry.picture:
        for language, text in entry.shows.items():
            yield f"  # alt text, {language}: {' '.join(text.split())}"
    yield f"  {name}:"
    if entry.picture:
        yield f"    picture: {entry.picture}"
        if entry.shows:
            yield "    picture_shows:"
            yield from _by_language(entry.shows, 6)
    if entry.audience is not Audience.PUBLIC:
        yield f"    audience: {entry.audience}"
    yield "    wordings:"
    yield "      as-planned:"
    yield from _by_language(entry.words, 8)


def _by_language(words: Mapping[Language, str], indent: int) -> Iterator[str]:
    space = " " * indent
    for language, text in words.items():
        yield f"{space}{language}: |"
        for line in text.split("\n"):
            yield f"{space}  {line}".rstrip()


def _text(lines: Iterable[str]) -> str:
    return "\n".join([*lines, ""])


def _plain_line(text: str) -> str:
    """As much of it as can stand behind the name of a field, on one line."""
    found = PLAIN.match(" ".join(text.split()))
    return found[0].strip()[:MAX_LINE] if found else ""


def _first_words(entry: Entry) -> str:
    text = entry.words.get(Language.EN) or next(iter(entry.words.values()))
    return slug(" ".join(TOKEN.sub(" ", text).split()[:5]))


def _names(entry: Entry) -> set[str]:
    """The names between {{ }} in an entry's words."""
    return {
        name
        for text in entry.words.values()
        for token in TOKEN.findall(text)
        for name in re.findall(r"\w+", token)
    }
