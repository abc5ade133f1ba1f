"""YAML text -> nodes that remember their line; places, problems, and did-you-mean.

Every scalar stays text: types come from the field that is read, never from YAML 1.1's guesses
(`22:30` is not 1350, `no` is not False). What a person can get wrong in a file comes back as
Problems in her words; no parser's message reaches her.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

import yaml

MAX_FILE_BYTES: Final = 2_000_000  # a campaign of a year is under 1 MB
MAX_DEPTH: Final = 20
MANY: Final = 20  # of one kind of mistake in one file; the rest are only counted
WORD_SPACES: Final = "\u00a0\u2007\u202f"  # no-break spaces, as word processors insert them
LINE_BREAKS: Final = re.compile(
    "[\u0085\u2028\u2029]"
)  # YAML counts them as lines; nobody sees them
CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""What no text holds. YAML refuses it as it is, and makes it of "\\0" and "\\e" in quotes."""
HIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What no sentence shows as it stands: a terminal would obey it, or write on from right to left."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file, counted from 1. `file` is relative to the folder that was read."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a person can mend: where it is, what is wrong, what to do."""

    place: Place
    code: str  # short and stable, for machines: unknown-field, too-long, ...
    message: str
    advice: str = ""
    severity: Severity = Severity.ERROR
    forces: tuple[str, ...] = ()  # whom it touches, where that is not everybody
    accepted: str = ""  # the reason a pack gives for letting it stand

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        return f"{text}\n    {self.advice}" if self.advice else text


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text as it stands in the file."""

    value: str
    place: Place  # of the value
    block: bool = False  # written under `|`
    cut: str = ""  # what YAML silently dropped behind it as a note
    cut_place: Place | None = None
    lines: int = 1  # how many lines of the file it fills


@dataclass(frozen=True, slots=True)
class Fields:
    """Names with values under them, in the order of the file."""

    entries: Mapping[str, Node]
    keys: Mapping[str, Place]
    place: Place


@dataclass(frozen=True, slots=True)
class Dashes:
    """A list with dashes, or anything in brackets or braces. No field takes one."""

    place: Place
    written: str = "-"  # its line from there on

    @property
    def is_list(self) -> bool:
        return self.written[:1] not in "[{"


Node = Scalar | Fields | Dashes


def read(file: str, content: bytes) -> tuple[Fields | None, list[Problem]]:
    """The fields of one YAML file, or None where it cannot be read at all, and all Problems.

    Never raises: bytes that are not UTF-8, a file over 2 MB, nesting over 20 levels, anchors and
    broken YAML are Problems. A file with nothing in it gives empty Fields.
    """
    if len(content) > MAX_FILE_BYTES:
        advice = "Is it the right file? A campaign of a whole year is smaller."
        return None, [_whole(file, "too-big", "the file is bigger than 2 MB.", advice)]
    if content.startswith((b"{\\rtf", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        advice = "Save it as plain text with the encoding UTF-8, or use Notepad."
        return None, [_whole(file, "not-text", "this is a word processor's document.", advice)]
    if content.count(b"\0") > len(content) // 4:  # UTF-16 without the mark that says so
        advice = "In Notepad: Save as, Encoding UTF-8."
        return None, [Problem(Place(file, 1), "not-utf-8", "not saved as UTF-8.", advice)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        advice = "In Notepad: Save as, Encoding UTF-8."
        return None, [Problem(Place(file, line), "not-utf-8", "not saved as UTF-8.", advice)]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if hidden := LINE_BREAKS.search(text):
        place = Place(file, text[: hidden.start()].count("\n") + 1)
        return None, [_strange_character(place)]
    return _Builder(file, text).build()


def did_you_mean(wrong: str, known: Iterable[str], *, what: str = "Known here") -> str:
    """`Did you mean 'x'?` where something known is near, and what is known, shortened."""
    names = sorted(set(known))
    near = nearest(wrong, names)
    if not names:
        return f"{what}: none yet."
    hint = f"Did you mean {near}? " if near else ""
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"{hint}{what}: {shown}."


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like a wrong one, whatever its capitals."""
    lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(wrong.lower(), sorted(lower), n=1, cutoff=0.6)
    return lower[near[0]] if near else None


def listed(names: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    *front, end = list(names) or [""]
    return f"{', '.join(front)} {last} {end}" if front else end


def _whole(file: str, code: str, message: str, advice: str = "") -> Problem:
    return Problem(Place(file), code, message, advice)


@dataclass
class _Builder:
    """Events of one file -> nodes. Stops at the first thing it must not go on from."""

    file: str
    text: str
    problems: list[Problem] = field(default_factory=list)
    repeated: int = 0  # fields that stand there twice

    def build(self) -> tuple[Fields | None, list[Problem]]:
        self.source_lines = self.text.split("\n")
        try:
            node = self._document(self._events())
        except yaml.YAMLError as error:
            why = self._explain(error)
            # What was noted from that line on is a consequence, not a second mistake.
            before = [problem for problem in self.problems if problem.place.line < why.place.line]
            return None, [*before, why]
        except _StopReadingError:
            return None, self.problems
        if node is None:
            return Fields({}, {}, Place(self.file, 1)), self.problems
        if not isinstance(node, Fields):
            self._problem(
                node.place.line,
                "no-fields",
                "this file has no fields.",
                "Every line of it begins with a name and a colon, such as force: kent",
            )
            return None, self.problems
        return node, self.problems

    def _events(self) -> Iterator[yaml.Event]:
        # The C parser ends the whole process on 100,000 open brackets; the depth is counted on
        # the stream of events, so parsing stops long before.
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        depth = 0
        for event in yaml.parse(self.text, Loader=loader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                self._stop_at_sign(event)
            if getattr(event, "tag", None):
                self._stop_at_sign(event)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                self._stop(
                    event,
                    "too-deep",
                    f"nested more than {MAX_DEPTH} levels deep.",
                    "No file here needs more than six: move these lines back to the left.",
                )
            yield event

    def _document(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._stop(
                        event,
                        "two-documents",
                        "what stands below '---' would not be read.",
                        "Take that line out.",
                    )
                first = next(events)
                root = self._node(first, events)
        return None if isinstance(root, Scalar) and not root.value else root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        place = self._place(event)
        if isinstance(event, yaml.MappingStartEvent) and not event.flow_style:
            return self._fields(place, events)
        return self._list(place, events)

    def _list(self, place: Place, events: Iterator[yaml.Event]) -> Dashes:
        """Passes over everything in it: what stands in a thing that is wrong is not looked at."""
        depth = 1
        while depth:
            inner = next(events)
            depth += isinstance(inner, yaml.CollectionStartEvent)
            depth -= isinstance(inner, yaml.CollectionEndEvent)
        return Dashes(place, self.source_lines[place.line - 1][place.column - 1 :].strip())

    def _fields(self, place: Place, events: Iterator[yaml.Event]) -> Fields:
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            name_node = self._node(event, events)
            value = self._node(next(events), events)
            if not isinstance(name_node, Scalar):
                where = name_node.place
                self.problems.append(_brackets(where))
                continue
            name = name_node.value
            if name in entries:
                self.repeated += 1
                if self.repeated > MANY:
                    continue
                self._problem(
                    name_node.place.line,
                    "repeated-field",
                    f'"{shortened(name)}" stands here twice (first on line {keys[name].line}).',
                    "Keep one of the two; names must differ.",
                )
                continue
            entries[name], keys[name] = value, name_node.place
        return Fields(entries, keys, place)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = _marks(event)
        block = event.style in ("|", ">")
        value = CONTROL.sub("", event.value)
        if value != event.value:
            self.problems.append(_escaped(self._place(event)))
        if event.style == ">":
            self._problem(
                start.line + 1,
                "folded",
                'words under ">" lose their line breaks.',
                'Write "|" instead.',
            )
        lines = end.line - start.line + (0 if block else 1)
        if block:
            cut_at = self._tag_from(end.line, start.line)
        elif event.style:
            cut_at = None
        else:
            cut_at = self._cut(end.line, end.column, start.line, value)
        if cut_at is None:
            return Scalar(value, self._place(event), block, lines=lines)
        line, column = cut_at
        cut, place = (
            self.source_lines[line][column:].strip(),
            Place(self.file, line + 1, column + 1),
        )
        return Scalar(value, self._place(event), block, cut, place, lines)

    def _cut(self, line: int, column: int, start: int, value: str) -> tuple[int, int] | None:
        """Where YAML dropped something behind a plain value: ` #...`, or `#word` lines below it."""
        text = self.source_lines[line] if line < len(self.source_lines) else ""
        rest = text[column:]
        if rest.strip().startswith("#"):
            return line, column + _indent(rest)
        return self._tag_from(line + 1, start) if value else None

    def _tag_from(self, line: int, start: int) -> tuple[int, int] | None:
        """A line `#word` under a value, further in than its field: a hashtag, not a note."""
        indent = _indent(self.source_lines[start])
        for number in range(line, len(self.source_lines)):
            below = self.source_lines[number]
            if below.strip():
                found = _indent(below) > indent and re.match(r" +#\w", below)
                return (number, _indent(below)) if found else None
        return None

    def _place(self, event: yaml.Event) -> Place:
        start, _ = _marks(event)
        return Place(self.file, start.line + 1, start.column + 1)

    def _problem(self, line: int, code: str, message: str, advice: str = "") -> None:
        self.problems.append(Problem(Place(self.file, line), code, message, advice))

    def _stop(self, event: yaml.Event, code: str, message: str, advice: str) -> None:
        self._problem(_marks(event)[0].line + 1, code, message, advice)
        raise _StopReadingError

    def _stop_at_sign(self, event: yaml.Event) -> None:
        """&, * and ! give names and types in YAML. Here nobody means them."""
        place = self._place(event)
        sign = self.source_lines[place.line - 1][place.column - 1 : place.column] or "&"
        field_line = FIELD_LINE.match(self.source_lines[place.line - 1])
        name = field_line[2] if field_line else "en"
        self.problems.append(_first_character(place, sign, name))
        raise _StopReadingError

    def _explain(self, error: yaml.YAMLError) -> Problem:
        """The sentence for a file that the parser gave up on, by the habit that explains it."""
        if isinstance(error, yaml.reader.ReaderError):
            before = self.text[: error.position] if isinstance(error.position, int) else ""
            return _strange_character(Place(self.file, before.count("\n") + 1))
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        at = min(mark.line if mark else 0, len(self.source_lines) - 1)
        if "quoted" in str(getattr(error, "context", "")):
            return self._open_quote(error.context_mark.line)  # type: ignore[attr-defined]  # a MarkedYAMLError
        return (
            self._habit(at)
            or self._word_space_above(at)
            or self._quote_above(at)
            or self._missing_colon(at)
            or self._words_outside(at)
            or Problem(
                Place(self.file, at + 1),
                "not-understood",
                "this line does not fit under the one above it.",
                "Check its spaces: every field of a group begins in the same column, and words "
                'the public reads stand under "|", two spaces further in.',
            )
        )

    def _habit(self, at: int) -> Problem | None:
        for number in (at, at - 1, at + 1):
            if 0 <= number < len(self.source_lines):
                found = _explain_line(self.file, number + 1, self.source_lines[number])
                if found:
                    return found
        return None

    def _word_space_above(self, at: int) -> Problem | None:
        for number in range(at, -1, -1):
            if re.match(rf"\s*[{WORD_SPACES}]", self.source_lines[number]):
                return _word_space(Place(self.file, number + 1, 1))
        return None

    def _quote_above(self, at: int) -> Problem | None:
        for number in range(at, -1, -1):
            if re.search(r"""^\s*[\w-]+:\s+("[^"]*|'[^']*)$""", self.source_lines[number]):
                return self._open_quote(number)
        return None

    def _open_quote(self, line: int) -> Problem:
        return Problem(
            Place(self.file, line + 1),
            "open-quote",
            "a quotation mark is opened here and never closed.",
            'Put the words on the next line, under "|"; there nothing needs quotes.',
        )

    def _missing_colon(self, at: int) -> Problem | None:
        """A name alone on its line, with something further in below it."""
        for number in (at - 1, at):
            line = self.source_lines[number]
            below = self.source_lines[number + 1 : number + 2]
            if re.fullmatch(r"\s*[\w-]+\s*", line) and below and _indent(below[0]) > _indent(line):
                return Problem(
                    Place(self.file, number + 1, _indent(line) + 1),
                    "no-colon",
                    f'there is no colon after "{line.strip()}".',
                    f"Write {line.strip()}:",
                )
        return None

    def _words_outside(self, at: int) -> Problem | None:
        """Words for the public that do not stand under a `|`, near the line of an error."""
        end = at + 1
        for owner in range(at, -1, -1):
            field_line = FIELD_LINE.match(self.source_lines[owner])
            if field_line is None:
                continue
            below = [
                number
                for number in range(owner + 1, end)
                if self.source_lines[number].strip()
                and (not field_line[3].startswith("|") or self._is_outside(owner, number))
            ]
            if below:
                return self._outside(below[0], field_line[2], field_line[3].strip())
            end = owner
            if owner < at - 1:
                return None
        return None

    def _is_outside(self, owner: int, number: int) -> bool:
        following = next((line for line in self.source_lines[owner + 1 :] if line.strip()), "")
        column = max(_indent(following), _indent(self.source_lines[owner]) + 1)
        return _indent(self.source_lines[number]) < column

    def _outside(self, number: int, name: str, value: str) -> Problem:
        line = self.source_lines[number]
        place = Place(self.file, number + 1, _indent(line) + 1)
        if glued := re.match(r" *([a-z_-]+):[^\s]", line):
            return no_space(place, glued[1])
        if line.lstrip().startswith("- "):
            advice = "Give it a name instead of the dash: everything here has a name."
            return Problem(place, "dashes", "this line begins with a dash.", advice)
        if value.startswith("|"):
            return Problem(
                place,
                "outside-words",
                f'this line is not far enough in to belong to the words under "{name}: |".',
                f'Begin all of them in the same column, two spaces further in than "{name}:".',
            )
        if value:
            return _run_together(place, name)
        words = line.split(":")[0].strip()
        return Problem(
            place,
            "no-bar",
            f'"{shortened(words)}" is not a field.',
            f'Did you forget the | after "{name}:"?',
        )


class _Mark(Protocol):
    line: int
    column: int


class _StopReadingError(Exception):
    """The file must not be read any further; the reason is among the problems."""


def _marks(event: yaml.Event) -> tuple[_Mark, _Mark]:
    assert event.start_mark is not None
    assert event.end_mark is not None
    return event.start_mark, event.end_mark


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def shortened(text: str) -> str:
    """At most 40 characters of it, with a mark for each that would turn or wipe a line of it."""
    text = HIDDEN.sub("\ufffd", text)
    return text if len(text) <= 40 else text[:37].rstrip() + "…"


UNDER_A_BAR: Final = 'Put the words on the next line, under "{name}: |".'
FIELD_LINE: Final = re.compile(r"(\s*)([\w@.-]+):(?= |$)\s*(.*)$")


def _brackets(place: Place) -> Problem:
    return Problem(
        place,
        "braces",
        "{ and [ have a meaning of their own here.",
        UNDER_A_BAR.format(name="en"),
    )


def _strange_character(place: Place) -> Problem:
    return Problem(
        place,
        "strange-character",
        "there is an invisible character here that no text should hold.",
        "Delete the word and type it again.",
    )


def _escaped(place: Place) -> Problem:
    return Problem(
        place,
        "strange-character",
        'a "\\" between quotation marks stands for a character that nobody sees.',
        'Put the words on the next line, under "|"; there nothing needs quotes.',
    )


def _word_space(place: Place) -> Problem:
    return Problem(
        place,
        "word-space",
        "this line begins with a space copied from Word.",
        "Delete it and use ordinary spaces.",
    )


def _run_together(place: Place, name: str) -> Problem:
    return Problem(
        place,
        "no-bar",
        f'these lines would run together: there is no | after "{name}:".',
        UNDER_A_BAR.format(name=name),
    )


def _first_character(place: Place, sign: str, name: str) -> Problem:
    advice = UNDER_A_BAR.format(name=name)
    if name not in ("en", "cy"):
        advice = f"Write it without the {sign}."
    return Problem(place, "first-character", f'a value cannot begin with "{sign}" here.', advice)


def _explain_line(file: str, number: int, line: str) -> Problem | None:
    """The sentence for a line that the parser stumbled over, where a known habit explains it."""
    place = Place(file, number, len(line) - len(line.lstrip()) + 1)
    start = Place(file, number, 1)
    if re.match(r" *\t", line):
        return Problem(start, "tab", "this line begins with a tab.", "Use ordinary spaces.")
    if re.match(rf"\s*[{WORD_SPACES}]", line):
        return _word_space(start)
    if glued := re.match(r"\s*([\w-]+):\|", line):
        return no_space(place, glued[1])
    match = re.match(r"\s*([\w@.-]+):\s+(\S.*)$", line)
    return _explain_value(place, match[1], match[2]) if match else None


def no_space(place: Place, name: str) -> Problem:
    """`en:|` or `en:words`: YAML sees no field there."""
    return Problem(place, "no-space", f'put a space after "{name}:".', f'Write "{name}: |".')


def _explain_value(place: Place, name: str, value: str) -> Problem | None:
    advice = UNDER_A_BAR.format(name=name)
    if value[0] in "|>" and re.search(r"\w", value.split(" #")[0]):
        return Problem(
            place, "same-line", f'words stand on the same line as the "{value[0]}".', advice
        )
    if value[0] in "@`%{[&*!" or re.match(r"[?-] ", value):
        return _first_character(place, value[0], name)
    if re.search(r":(\s|$)", value):
        return Problem(place, "colon", "a colon here is read as a new field.", advice)
    if value[0] in "\"'":
        return Problem(place, "open-quote", "the quotation marks here do not match.", advice)
    return None
