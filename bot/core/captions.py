"""A file of captions, WebVTT or SubRip -> the WebVTT that goes out, and what is wrong with it.

What goes out is written anew: times, words, and where they stand on the screen. Notes, styles and
heads are not, because they name programs and people.

Source: w3.org/TR/webvtt1; SubRip has no standard, and is read as editing programs write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.core.source import Place, Problem, Severity, shortened

MAX_LINES: Final = 2  # of words at a time: more cover the picture
MAX_PROBLEMS: Final = 10  # said of one file; after so many it is the wrong file
EXAMPLE: Final = "00:00:01.000 --> 00:00:03.500"

_TIME: Final = r"(?:(\d{1,2}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMES: Final = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}(?:\s+(.*))?")
_SETTING: Final = re.compile(r"(?:vertical|line|position|size|align):\S+")
_HEAD: Final = re.compile(r"WEBVTT(?:[ \t].*)?")
_ASIDE: Final = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
_LOOKS: Final = re.compile(r"</?font[^<>]*>|\{\\[^{}]*\}")  # colours and places, of SubRip
_TAG: Final = re.compile(r"</?[biu]>")
_ANY_TAG: Final = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words on the screen from one moment to another."""

    begins: int  # milliseconds
    ends: int
    lines: tuple[str, ...]  # as WebVTT writes them
    settings: str = ""
    line: int = 0  # of the file, where its times stand

    def __str__(self) -> str:
        times = f"{_clock(self.begins)} --> {_clock(self.ends)}"
        return "\n".join([f"{times} {self.settings}".rstrip(), *self.lines])

    @property
    def words(self) -> str:
        """What is read on the screen, on one line."""
        bare = _ANY_TAG.sub("", " ".join(self.lines))
        return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@dataclass(slots=True)
class _Reading:
    file: str
    is_srt: bool
    cues: list[Cue] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def error(self, line: int, message: str, advice: str) -> None:
        self.problems.append(Problem(Place(self.file, line), "captions", message, advice))


def read_captions(file: str, content: bytes) -> tuple[tuple[Cue, ...], list[Problem]]:
    """The captions in a file, and everything that is wrong with it, at its lines."""
    reading = _Reading(file, file.lower().endswith(".srt"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        reading.error(1, "this is not saved as UTF-8.", "Save it again with the encoding UTF-8.")
        return (), reading.problems
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    if _check_head(reading, lines):
        for number, block in _blocks(lines):
            _read_block(reading, number, block)
        if not reading.cues and not reading.problems:
            reading.error(1, "there are no captions in this file.", f"One begins: {EXAMPLE}")
    problems = reading.problems
    return tuple(reading.cues), problems[:MAX_PROBLEMS]


def as_webvtt(cues: tuple[Cue, ...]) -> bytes:
    """The captions as they go out: the same captions, the same bytes."""
    return "\n\n".join(["WEBVTT", *map(str, cues)]).encode() + b"\n"


def _check_head(reading: _Reading, lines: list[str]) -> bool:
    is_webvtt = _HEAD.fullmatch(lines[0]) is not None
    if is_webvtt and reading.is_srt:
        advice = "Rename it, so that its name ends in .vtt, there and in the pack."
        reading.error(1, "this is WebVTT, whatever the file's name says.", advice)
    elif not is_webvtt and not reading.is_srt:
        advice = "Write WEBVTT there and leave the second line empty; or is it an .srt file?"
        reading.error(1, "a .vtt file begins with WEBVTT, alone on its first line.", advice)
    return is_webvtt is not reading.is_srt


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """What stands between empty lines, with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line.rstrip())
        elif block:
            yield number - len(block), block
            block = []


def _read_block(reading: _Reading, number: int, block: list[str]) -> None:
    if not reading.is_srt and (number == 1 or _ASIDE.fullmatch(block[0])):
        return
    at = next((place for place, line in enumerate(block[:2]) if "-->" in line), None)
    if at is None:
        said = f'no line with times stands above "{shortened(block[-1])}".'
        reading.error(number, said, f"Each caption begins with one, such as {EXAMPLE}")
        return
    found = _TIMES.fullmatch(block[at])
    if found is None:
        said = f'"{shortened(block[at])}" is no line of times.'
        reading.error(number + at, said, f"Write hours, minutes, seconds, thousandths: {EXAMPLE}")
        return
    begins, ends = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:8])
    kept = " ".join(one for one in (found[9] or "").split() if _SETTING.fullmatch(one))
    words = tuple(_words(line, is_srt=reading.is_srt) for line in block[at + 1 :])
    cue = Cue(begins, ends, words, kept, number + at)
    _check(reading, cue)
    reading.cues.append(cue)


def _check(reading: _Reading, cue: Cue) -> None:
    line = cue.line
    if cue.ends <= cue.begins:
        reading.error(line, "this caption ends before it begins.", "Exchange or mend its times.")
    if reading.cues and cue.begins < reading.cues[-1].begins:
        said = "this caption begins before the one above it."
        reading.error(line, said, "Put the captions into the order in which they are shown.")
    if not cue.words.strip():
        reading.error(line, "this caption has no words.", "Write them under its times.")
    if any("-->" in one for one in cue.lines):
        said = "two captions run into one another here."
        reading.error(line, said, "Leave a line empty between them.")
    elif len(cue.lines) > MAX_LINES:
        said = f"this caption has {len(cue.lines)} lines, and they cover the picture."
        advice = "Two lines are the most: make two captions of it, one after the other."
        place = Place(reading.file, line)
        reading.problems.append(Problem(place, "captions", said, advice, Severity.WARNING))


def _words(line: str, *, is_srt: bool) -> str:
    """One line of words as WebVTT writes it. SubRip has its own marks, and &, < and > bare."""
    if not is_srt:
        return line.strip()
    bare = _LOOKS.sub("", line).strip()
    pieces, at = [], 0
    for tag in _TAG.finditer(bare):
        pieces += [_escaped(bare[at : tag.start()]), tag[0]]
        at = tag.end()
    return "".join([*pieces, _escaped(bare[at:])])


def _escaped(text: str) -> str:
    # An arrow stays: it is a mistake in the file, and is said to be one.
    bare = text.replace("&", "&amp;").replace("<", "&lt;")
    return bare if "-->" in bare else bare.replace(">", "&gt;")


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"
