"""Nodes -> typed values, with every mistake noted in words that a press officer uses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from bot.core.model import LONDON, Language
from bot.core.source import (
    MANY,
    UNDER_A_BAR,
    WORD_SPACES,
    Dashes,
    Fields,
    Node,
    Place,
    Problem,
    Scalar,
    Severity,
    did_you_mean,
    listed,
    no_space,
    shortened,
)
from bot.core.text.strange import strange_character

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_LINE: Final = 1_000  # characters of a value on one line; the senders of a run are the longest
MAX_VALUE: Final = 500  # of a phrase that stands inside a post, in one language
MAX_WORDS: Final = 5_000  # of a wording as it is written; no platform takes so long a post
YEARS: Final = range(1900, 2200)  # plans reach some weeks beyond the days they are asked for
UNITS: Final = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}


DIVIDER: Final = "---"
"""A line of it in the words of a message: what comes after is another post, in reply to this."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text the public reads, and the place of its first line."""

    text: str
    place: Place

    def parts(self) -> tuple[Words, ...]:
        """The parts of a thread: what stands between lines of `---`; itself where there are none.

        A part may be empty, and `place` is where its words begin or would.
        """
        if DIVIDER not in self.text:
            return (self,)
        found: list[list[str]] = [[]]
        starts = [0]
        for number, line in enumerate(self.text.split("\n"), start=1):
            if line.strip() == DIVIDER:
                found.append([])
                starts.append(number)
            else:
                found[-1].append(line)
        file, first = self.place.file, self.place.line
        return tuple(
            Words("\n".join(lines), Place(file, first + start) if start else self.place)
            for lines, start in zip(found, starts, strict=True)
        )


@dataclass
class Reader:
    """Reads fields and collects Problems; what cannot be read comes back as None."""

    problems: list[Problem] = field(default_factory=list)

    def problem(self, place: Place, code: str, message: str, advice: str = "") -> None:
        self.problems.append(Problem(place, code, message, advice))

    def warn(self, place: Place, code: str, message: str, advice: str = "") -> None:
        self.problems.append(Problem(place, code, message, advice, Severity.WARNING))

    # --- groups of fields ---------------------------------------------------------------------

    def fields(self, node: Node | None, place: Place, what: str) -> Fields:
        """The fields under a name, whatever their names; empty where there are none."""
        if isinstance(node, Fields):
            return node
        if isinstance(node, Dashes):
            self.problem(
                node.place,
                "dashes",
                f"{what} has a list with dashes or brackets.",
                "Give each one a name on a line of its own instead: everything here has a name.",
            )
        elif isinstance(node, Scalar) and node.value:
            self.problems.append(_no_fields(node, what))
        return Fields({}, {}, place)

    def known_fields(self, group: Fields, known: Iterable[str], what: str) -> None:
        """A Problem for every field that `what` does not have."""
        names = tuple(known)
        unknown = [name for name in group.keys if name not in names]
        for name in unknown[:MANY]:
            self.problem(group.keys[name], "unknown-field", *_unknown_field(name, names, what))
        if more := unknown[MANY:]:
            self.problem(
                group.keys[more[0]],
                "unknown-field",
                f"from here on, {len(more):,} more fields that {what} does not have.",
                "Is it the right file?",
            )

    def names(self, group: Fields, what: str) -> dict[str, Node]:
        """Entries whose names are small letters, digits and hyphens; others are Problems."""
        good = {}
        for name, node in group.entries.items():
            if NAME.fullmatch(name):
                good[name] = node
            else:
                self.problem(group.keys[name], *_bad_name(name, what))
        return good

    # --- single values ------------------------------------------------------------------------

    def phrase(self, group: Fields, name: str, *, needed: bool = True) -> str | None:
        """One line of plain text."""
        node = group.entries.get(name)
        if node is None:
            if needed:
                self.problem(
                    group.place,
                    "missing-field",
                    f'"{name}" is missing here.',
                    f"Add a line that begins with {name}:",
                )
            return None
        return self.text(node, name, needed=needed)

    def text(
        self, node: Node, name: str, *, needed: bool = True, in_posts: bool = False
    ) -> str | None:
        """A node as one line of plain text; None and a Problem where it is not."""
        if not isinstance(node, Scalar):
            self.problem(node.place, "expected-words", *_not_words(node, name, in_posts=in_posts))
            return None
        value = with_plain_spaces(node.value).strip()
        if node.cut and (not value or re.match(r"#\w", node.cut)):
            self.problem(node.cut_place or node.place, "cut-off", *_cut_off(name, value, node.cut))
            return None
        if "\n" in value or (node.lines > 1 and not node.block):
            self.problem(
                node.place,
                "one-line",
                f'"{name}" should fit on one line.',
                "Join its lines, however long the line becomes.",
            )
            return None
        if not value:
            if needed:
                self.problem(node.place, "empty", f'"{name}" is empty.', "Write a value after it.")
            return None
        if strange := strange_character(value):
            self.problem(node.place, "strange-character", *strange)
            return None
        if len(value) > (most := MAX_VALUE if in_posts else MAX_LINE):
            self.problem(node.place, "too-many", *_too_many(name, len(value), most))
            return None
        return value

    def words(self, node: Node, name: str) -> Words | None:
        """Text for the public: under `|`, or one short line. A line here is a line in the post."""
        if not isinstance(node, Scalar):
            self.problem(*_no_bar(node, name))
            return None
        if node.cut:
            self.problem(
                node.cut_place or node.place,
                "cut-off",
                'everything after " #" is cut off here as a note.',
                TAG_UNDER_A_BAR if node.block else UNDER_A_BAR.format(name=name),
            )
            return None
        if not node.block and node.lines > 1:
            self.problem(
                node.place,
                "no-bar",
                f'these lines would run together: there is no | after "{name}:".',
                UNDER_A_BAR.format(name=name),
            )
            return None
        plain = with_plain_spaces(node.value)
        lines = [line.rstrip() for line in plain.split("\n")]
        skipped = next((n for n, line in enumerate(lines) if line), 0)
        text = "\n".join(lines).strip()
        if not text:
            self.problem(
                node.place,
                "empty",
                f'"{name}" has no words under it.',
                "Write them on the next line, two spaces further in.",
            )
            return None
        if len(text) > MAX_WORDS:
            self.problem(node.place, "too-many", *_too_many(name, len(text), MAX_WORDS))
            return None
        first = node.place.line + skipped + 1
        return Words(text, Place(node.place.file, first) if node.block else node.place)

    def yes_no(self, group: Fields, name: str, *, default: bool) -> bool:
        """`yes` or `no`."""
        value = self.phrase(group, name, needed=False)
        if value is None:
            return default
        if value.lower() in ("yes", "no"):
            return value.lower() == "yes"
        self.problem(
            self.at(group, name),
            "yes-or-no",
            f'"{name}" is yes or no, not "{shortened(value)}".',
            f"Write {name}: yes, or {name}: no.",
        )
        return default

    def number(self, group: Fields, name: str, *, default: int, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self.phrase(group, name, needed=False)
        if value is None:
            return default
        if re.fullmatch(r"[0-9]{1,6}", value) and least <= int(value) <= most:
            return int(value)
        self.problem(
            self.at(group, name),
            "number",
            f'"{name}" is a whole number from {least} to {most}, not "{shortened(value)}".',
            f"Write digits only, such as {name}: {max(default, least)}",
        )
        return default

    def money(self, group: Fields, name: str) -> Decimal | None:
        """US dollars, such as 0.20."""
        value = self.phrase(group, name)
        if value is None:
            return None
        if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", value):
            return Decimal(value)
        self.problem(
            self.at(group, name),
            "number",
            f'"{name}" is a price in dollars, not "{shortened(value)}".',
            f"Write digits and a point only: {name}: 0.20",
        )
        return None

    def duration(
        self, group: Fields, name: str, *, default: timedelta, most: tuple[timedelta, str]
    ) -> timedelta:
        """`20 minutes`, `2 hours`, `14 days`; at least a minute, and no more than `most`."""
        value = self.phrase(group, name, needed=False)
        if value is None:
            return default
        match = re.fullmatch(r"([0-9]{1,4}) (minute|hour|day|week)s?", value)
        length = timedelta(seconds=int(match[1]) * UNITS[match[2]]) if match else None
        if length is not None and timedelta() < length <= most[0]:
            return length
        if length is not None:
            self.problem(
                self.at(group, name),
                "duration",
                f'"{name}" is from 1 minute to {most[1]}, not {value}.',
                f"Write a length between the two, or take the line out: {name} then has its usual "
                "length.",
            )
            return default
        self.problem(
            self.at(group, name),
            "duration",
            f'"{shortened(value)}" is not a length of time.',
            "Write it as 20 minutes, 2 hours or 14 days.",
        )
        return default

    def clock(self, group: Fields, name: str) -> time | None:
        """A time of day, `18:15`, on London's clocks."""
        value = self.phrase(group, name)
        if value is None:
            return None
        return self._clock_from(value, self.at(group, name))

    def _clock_from(self, value: str, place: Place) -> time | None:
        if (found := clock_time(value)) is not None:
            return found
        self.problem(
            place,
            "time",
            f'"{shortened(value)}" is not a time of day.',
            f"Write the time as {_better_time(value)}.",
        )
        return None

    def moment(self, group: Fields, name: str) -> datetime | None:
        """A day and a time of day on London's clocks: `2015-11-23 09:00`."""
        value = self.phrase(group, name, needed=False)
        if value is None:
            return None
        place = self.at(group, name)
        day, _, clock = value.rpartition(" ")
        if not day or parse_day(value)[1] is not None:
            self.problem(
                place,
                "time",
                f'"{name}" is a day and a time of day, not "{shortened(value)}".',
                f"Write both: {name}: Monday 2015-11-23 09:00. The time is the UK's.",
            )
            return None
        found = self.day_from(day.removesuffix(" at"), place)
        at = self._clock_from(clock, place)
        return to_utc(found, at) if found is not None and at is not None else None

    def day(self, group: Fields, name: str, *, needed: bool = True) -> date | None:
        """`2015-11-23` or `Monday 23 November 2015`; a weekday that is written is checked."""
        value = self.phrase(group, name, needed=needed)
        if value is None:
            return None
        return self.day_from(value, self.at(group, name))

    def day_from(self, value: str, place: Place) -> date | None:
        """The date that `value` names; a Problem where there is none or its weekday differs."""
        weekday, found = parse_day(value)
        if found is None:
            self.problem(place, "date", f'"{shortened(value)}" is not a date.', _better_day(value))
            return None
        if found.year not in YEARS:
            self.problem(
                place,
                "date",
                f"the bot plans for the years {YEARS[0]} to {YEARS[-1]}, not for {found.year}.",
                _better_day(value),
            )
            return None
        if weekday is not None and weekday != found.weekday():
            repairs = _nearest(found, weekday)
            self.problem(
                place,
                "weekday",
                f"{written(found, weekday=False)} is a {WEEKDAYS[found.weekday()]}, "
                f"not a {WEEKDAYS[weekday]}.",
                f"Write {written(found)}, or {listed(map(written, repairs), 'or')}.",
            )
            return None
        return found

    def languages(self, group: Fields, name: str) -> tuple[Language, ...]:
        """`en`, or `cy, en` in the order in which they are published."""
        found = []
        for part in self.listed(group, name) or ("en",):
            try:
                found.append(Language(part))
            except ValueError:
                self.problem(
                    self.at(group, name),
                    "language",
                    f'"{part}" is not a language we publish in.',
                    "Write en, cy, or both with a comma: cy, en.",
                )
        return tuple(found) or (Language.EN,)

    def listed(self, group: Fields, name: str) -> tuple[str, ...]:
        """Words with commas between them: `Wednesday, Friday`."""
        value = self.phrase(group, name, needed=False)
        return tuple(part.strip() for part in value.split(",") if part.strip()) if value else ()

    def by_language(self, node: Node, name: str) -> dict[Language, str]:
        """A phrase for every language: one line is English, or `en:` and `cy:` under the name."""
        if isinstance(node, Fields):
            self.known_fields(node, [language.value for language in Language], f'"{name}"')
            found = {}
            for language in Language:
                inner = node.entries.get(language.value)
                value = self.text(inner, language.value, in_posts=True) if inner else None
                if value:
                    found[language] = value
            return found
        value = self.text(node, name, in_posts=True)
        return {Language.EN: value} if value else {}

    @staticmethod
    def at(group: Fields, name: str) -> Place:
        """Where the value of a field stands, or the field's group where it is missing."""
        node = group.entries.get(name)
        return node.place if node is not None else group.place


def parse_day(value: str) -> tuple[int | None, date | None]:
    """(the weekday written, 0 is Monday, or None; the date, or None where there is none)."""
    parts = value.replace(",", " ").split()
    weekday = None
    if parts and (named := _one_of(parts[0], WEEKDAYS)) is not None:
        weekday = named
        parts.pop(0)
    rest = " ".join(parts)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", rest):
            return weekday, date.fromisoformat(rest)
        match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]+) (\d{4})", rest)
        month = _one_of(match[2], MONTHS) if match else None
        if match and month is not None:
            return weekday, date(int(match[3]), month + 1, int(match[1]))
    except ValueError:
        return weekday, None
    return weekday, None


def event_name(said: str) -> str:
    """The name in config/calendar.yaml of what people call `Black Friday` or `the Oscars`."""
    return "-".join(re.sub("['’]", "", said.lower().removeprefix("the ")).split())


def clock_time(value: str) -> time | None:
    """The time of day that `18:15` names; None where it names none."""
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", value)
    return time(int(match[1]), int(match[2])) if match else None


def _one_of(word: str, names: tuple[str, ...]) -> int | None:
    """Which of the names a word is, written out or as its first three letters."""
    for number, name in enumerate(names):
        if word.capitalize() in (name, name[:3]):
            return number
    return None


def written(day: date, *, weekday: bool = True, year: bool = True) -> str:
    """`Monday 23 November 2015`."""
    text = f"{day.day} {MONTHS[day.month - 1]}{f' {day.year}' if year else ''}"
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def written_moment(instant: datetime) -> str:
    """`Monday 23 November 2015 at 09:00`, on London's clocks."""
    local = instant.astimezone(LONDON)
    return f"{written(local.date())} at {local:%H:%M}"


def to_utc(day: date, at: time) -> datetime:
    """The instant of a London wall-clock time, by our stated rule for the two odd hours.

    An hour that does not exist (spring) is shifted forward by the length of the gap; an hour that
    comes twice (autumn) means the first.
    """
    local = datetime.combine(day, at, LONDON)  # fold=0: the first of two; before a gap's offset
    return local.astimezone(UTC)


def _nearest(day: date, weekday: int) -> list[date]:
    """The two dates with that weekday on either side of `day`."""
    before = day - timedelta(days=(day.weekday() - weekday) % 7)
    return [before, before + timedelta(days=7)]


def _better_time(value: str) -> str:
    match = re.fullmatch(r"([0-9]{1,2})(?:[.:]?([0-9]{2}))?\s*(am|pm)?", value.strip().lower())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return "hours and minutes: 18:15"
    hour = int(match[1]) % 12 + (12 if match[3] == "pm" else 0) if match[3] else int(match[1])
    return f"{hour:02d}:{match[2] or '00'}"


def _better_day(value: str) -> str:
    """What to write instead of a date that was not understood."""
    british = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", value)
    if british:
        try:
            return f"Write {written(date(*map(int, reversed(british.groups()))))}."
        except ValueError:
            pass
    return "Write it as 2019-01-23 or Wednesday 23 January 2019."


def with_plain_spaces(text: str) -> str:
    """No-break spaces as ordinary ones: nobody can see them, and they come with every paste."""
    return re.sub(f"[{WORD_SPACES}]", " ", text)


def _no_fields(node: Scalar, what: str) -> Problem:
    """A value where fields should stand."""
    glued = re.match(rf"([\w-]+):([^\s{WORD_SPACES}]|[{WORD_SPACES}])", node.value)
    if glued:
        return no_space(node.place, glued[1])
    return Problem(
        node.place,
        "expected-fields",
        f'{what} should have fields under it, not "{shortened(node.value)}".',
        "Write each as a name, a colon and a value, on a line of its own, two spaces further in.",
    )


def _not_words(node: Node, name: str, *, in_posts: bool) -> tuple[str, str]:
    """(message, advice) for a group or a list where plain words should stand."""
    if isinstance(node, Dashes) and not node.is_list and not in_posts:
        sign = node.written[:1]
        return f'a value cannot begin with "{sign}" here.', "Write it without brackets."
    if isinstance(node, Dashes) and node.written.startswith("{{"):
        return (
            "values are plain words; {{ }} works only in wordings.",
            f'Write the words of "{name}" out.',
        )
    if isinstance(node, Dashes) and not node.is_list:
        return (
            f'"{shortened(node.written)}" would be published as it stands.',
            f'Write the words of "{name}" out, without brackets.',
        )
    return (
        f'"{name}" should be plain words on one line.',
        f'Write them behind "{name}:", with commas between them where there are several.',
    )


def _too_many(name: str, characters: int, most: int) -> tuple[str, str]:
    """(message, advice) for text that no post could hold."""
    return (
        f'"{shortened(name)}" has {characters:,} characters, and {most:,} are the most.',
        "Shorten it. Was something pasted here that belongs elsewhere?",
    )


def _no_bar(node: Fields | Dashes, name: str) -> tuple[Place, str, str, str]:
    """The problem with words for the public that do not stand under a `|`."""
    if isinstance(node, Fields) and node.keys:
        first, place = next(iter(node.keys.items()))
        advice = f'Did you forget the | after "{name}:"?'
        return place, "no-bar", f'"{shortened(first)}" is not a field.', advice
    sign = node.written[:1] if isinstance(node, Dashes) else "{"
    message = f'a value cannot begin with "{sign}" here.'
    return node.place, "first-character", message, UNDER_A_BAR.format(name=name)


TAG_UNDER_A_BAR: Final = (
    "Take the hashtag out, the bot adds them; a note for colleagues has a space after its #."
)


def _cut_off(name: str, value: str, cut: str) -> tuple[str, str]:
    tag = cut.lstrip("#").split()[0] if cut.lstrip("#").split() else ""
    if "hashtag" in name and not value:
        return f"{_the(name)} empty.", f"Write it without the #: {name}: {tag}"
    return 'everything after " #" is cut off here as a note.', UNDER_A_BAR.format(name=name)


def _the(name: str) -> str:
    return "the hashtag is" if name == "hashtag" else f"{name} is"


def _bad_name(name: str, what: str) -> tuple[str, str, str]:
    """(code, message, advice) for a name that is not small letters and hyphens."""
    if any(space in name for space in WORD_SPACES) or name.startswith("-"):
        return "bad-name", *_unknown_field(name, (), what)
    if re.search(r"[.,;?!'’{}]\s|[{}]", name):
        advice = 'Did you forget the | after "en:"?'
        return "no-bar", f'"{shortened(name)}" is not a field.', advice
    better = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "know-how-to-report"
    return (
        "bad-name",
        f'"{shortened(name)}" cannot be the name of {"an" if what[0] in "aeiou" else "a"} {what}.',
        f"Names are small letters and hyphens: {better}",
    )


def _unknown_field(name: str, known: tuple[str, ...], what: str) -> tuple[str, str]:
    """(message, advice) for a name that is not a field, by the habit that explains it."""
    if any(space in name for space in WORD_SPACES):
        return (
            "this line begins with a space copied from Word.",
            "Delete it and use ordinary spaces.",
        )
    if name.startswith("-"):
        return f'"{name}" is not a field.', f'Remove the dash: write "{name.lstrip("- ")}:".'
    if len(name.split()) > 2:
        return (
            f'"{shortened(name)}" is not a field.',
            'Did you forget the | after "en:", or to move these words under it?',
        )
    return f'{what} has no field called "{shortened(name)}".', did_you_mean(name, known)
