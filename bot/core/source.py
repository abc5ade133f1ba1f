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
    lines: int = 1  # how many lines of the file it fills


@dataclass(frozen=True, slots=True)
class Fields:
    """Names with values under them, in the order of the file."""

    entries: Mapping[str, Node]
    keys: Mapping[str, Place]
    place: Place


@dataclass(frozen=True, slots=True)
class Dashes:
    """A list written with dashes or brackets. No field takes one."""

    place: Place


Node = Scalar | Fields | Dashes


def read(file: str, content: bytes) -> tuple[Fields | None, list[Problem]]:
    """The fields of one YAML file, or None where it cannot be read at all, and all Problems.

    Never raises: bytes that are not UTF-8, a file over 2 MB, nesting over 20 levels, anchors and
    broken YAML are Problems. A file with nothing in it gives empty Fields.
    """
    if len(content) > MAX_FILE_BYTES:
        size = f"{len(content) / 1e6:.0f} MB"
        return None, [_whole(file, "too-big", f"the file is too big ({size}; at most 2 MB).")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        advice = "In Notepad: Save as, Encoding UTF-8."
        return None, [Problem(Place(file, line), "not-utf-8", "not saved as UTF-8.", advice)]
    return _Builder(file, text.replace("\r\n", "\n").replace("\r", "\n")).build()


def did_you_mean(wrong: str, known: Iterable[str], *, what: str = "Known here") -> str:
    """`Did you mean 'x'?` where something known is near, and what is known, shortened."""
    names = sorted(set(known))
    near = difflib.get_close_matches(wrong.lower(), names, n=1, cutoff=0.6)
    hint = f"Did you mean {near[0]}? " if near else ""
    if not names:
        return hint.strip()
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"{hint}{what}: {shown}."


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

    def build(self) -> tuple[Fields | None, list[Problem]]:
        self.source_lines = self.text.split("\n")
        try:
            node = self._document(self._events())
        except yaml.YAMLError as error:
            self.problems.append(self._explain(error))
            return None, self.problems
        except _StopReadingError:
            return None, self.problems
        if node is None:
            return Fields({}, {}, Place(self.file, 1)), self.problems
        if not isinstance(node, Fields):
            self._problem(
                node.place.line,
                "no-fields",
                "the file must begin with a field, such as campaign: or force:",
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
                self._stop(event, "anchor", "names with & or * are not used in these files.")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                self._stop(event, "too-deep", f"nested more than {MAX_DEPTH} levels deep.")
            yield event

    def _document(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._stop(event, "two-documents", "'---' begins a second document.")
                first = next(events)
                root = self._node(first, events)
        return None if isinstance(root, Scalar) and not root.value else root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        place = self._place(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._fields(place, events)
        for inner in events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            self._node(inner, events)
        return Dashes(place)

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
                self._problem(
                    name_node.place.line,
                    "repeated-field",
                    f'"{name}" stands here twice (first on line {keys[name].line}).',
                    "Keep one of the two; names must differ.",
                )
                continue
            entries[name], keys[name] = value, name_node.place
        return Fields(entries, keys, place)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = _marks(event)
        block = event.style in ("|", ">")
        if event.style == ">":
            self._problem(
                start.line + 1,
                "folded",
                'words under ">" lose their line breaks.',
                'Write "|" instead.',
            )
        cut = "" if event.style else self._cut(end.line, end.column, start.line, event.value)
        lines = end.line - start.line + (0 if block else 1)
        return Scalar(event.value, self._place(event), block, cut, lines)

    def _cut(self, line: int, column: int, start: int, value: str) -> str:
        """What YAML dropped behind a plain value: ` #...` on its line, or `#word` lines below."""
        rest = self.source_lines[line][column:] if line < len(self.source_lines) else ""
        if rest.strip().startswith("#"):
            return rest.strip()
        indent = _indent(self.source_lines[start])
        for below in self.source_lines[line + 1 : line + 2]:
            if value and _indent(below) > indent and re.match(r"\s+#\w", below):
                return below.strip()
        return ""

    def _place(self, event: yaml.Event) -> Place:
        start, _ = _marks(event)
        return Place(self.file, start.line + 1, start.column + 1)

    def _problem(self, line: int, code: str, message: str, advice: str = "") -> None:
        self.problems.append(Problem(Place(self.file, line), code, message, advice))

    def _stop(self, event: yaml.Event, code: str, message: str) -> None:
        self._problem(_marks(event)[0].line + 1, code, message, "Write the words out instead.")
        raise _StopReadingError

    def _explain(self, error: yaml.YAMLError) -> Problem:
        if isinstance(error, yaml.reader.ReaderError):
            before = self.text[: error.position] if isinstance(error.position, int) else ""
            place = Place(self.file, before.count("\n") + 1)
            return Problem(
                place,
                "strange-character",
                "there is an invisible character here that no text should hold.",
                "Delete the word and type it again.",
            )
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        at = min(mark.line if mark else 0, len(self.source_lines) - 1)
        for number in (at, at - 1, at + 1):
            if 0 <= number < len(self.source_lines):
                found = _explain_line(self.file, number + 1, self.source_lines[number])
                if found:
                    return found
        context = getattr(error, "context_mark", None)
        if context and '"' in self.source_lines[min(context.line, at)]:
            return Problem(
                Place(self.file, context.line + 1),
                "open-quote",
                "a quotation mark is opened here and never closed.",
                'Put the words on the next line, under "|"; there nothing needs quotes.',
            )
        return Problem(
            Place(self.file, at + 1),
            "not-understood",
            "this line does not fit under the one above it.",
            "Check its spaces: every field of a group begins in the same column, and words the "
            'public reads stand under "|", two spaces further in.',
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


def _brackets(place: Place) -> Problem:
    return Problem(
        place,
        "braces",
        "{ and [ have a meaning of their own here.",
        'Put the words on the next line, under "en: |".',
    )


UNDER_A_BAR: Final = 'Put the words on the next line, under "{name}: |".'


def _explain_line(file: str, number: int, line: str) -> Problem | None:
    """The sentence for a line that the parser stumbled over, where a known habit explains it."""

    def problem(code: str, message: str, advice: str) -> Problem:
        return Problem(
            Place(file, number, len(line) - len(line.lstrip()) + 1), code, message, advice
        )

    if re.match(r" *\t", line):
        return problem("tab", "this line begins with a tab.", "Use ordinary spaces.")
    if re.match(r"\s*[\u00a0\u2007\u202f]", line):
        return problem(
            "word-space",
            "this line begins with a space copied from Word.",
            "Delete it and use ordinary spaces.",
        )
    if glued := re.match(r"\s*([\w-]+):\|", line):
        return problem("no-space", f'there is no space after "{glued[1]}:".', 'Write "en: |".')
    match = re.match(r"\s*([^\s:#][^:]*):\s+(\S.*)$", line)
    if match is None:
        return None
    name, value = match[1].strip(), match[2]
    advice = UNDER_A_BAR.format(name=name)
    if re.search(r":(\s|$)", value):
        return problem("colon", "a colon here is read as a new field.", advice)
    if value[0] in "@`%{[&*!":
        return problem("first-character", f'a value cannot begin with "{value[0]}" here.', advice)
    if value[0] in "\"'":
        return problem("open-quote", "the quotation marks here do not match.", advice)
    return None
