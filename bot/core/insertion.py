"""New lines in a file that people edit: everything else stays as it is, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.core.model import Sender
from bot.core.reading import parse_day
from bot.core.source import Fields, read

LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def with_lines(content: bytes, at: int, new: Sequence[str]) -> bytes:
    """`content` with new lines before the line `at`, counted from 0 as an editor counts from 1.

    They end as the lines around them do, so a file from Windows stays one; a byte order mark
    stays in front.
    """
    mark = BYTE_ORDER_MARK if content.startswith(BYTE_ORDER_MARK) else b""
    lines = LINE.findall(content[len(mark) :])
    ending = _ending(lines[at - 1 : at] or lines[:1]) or _ending(lines) or b"\n"
    if at and lines and not _ending(lines[at - 1 : at]):
        lines[at - 1] += ending  # the last line of a file that does not end with one
    added = [line.encode() + ending for line in new]
    return mark + b"".join([*lines[:at], *added, *lines[at:]])


def _ending(lines: Sequence[bytes]) -> bytes:
    return next((m[0] for line in lines if (m := re.search(rb"[\r\n]+$", line))), b"")


def lines_of(content: bytes) -> list[str]:
    """Its lines without their endings, one for each that a Place counts."""
    text = content.removeprefix(BYTE_ORDER_MARK)
    return [line.rstrip(b"\r\n").decode("utf-8", "replace") for line in LINE.findall(text)]


def end_of_entry(lines: Sequence[str], start: int) -> int:
    """The line (from 0) after the last one that belongs to the entry that begins on `start`.

    Notes that are indented belong to it; blank lines and notes at the left edge do not.
    """
    end = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.strip() and line[0] not in " \t":
            break
        if line.strip():
            end = number + 1
    return end


def entry_lines(lines: Sequence[str], start: int, column: int) -> range:
    """The lines (from 0) of the entry whose name stands on `start`, at this column from 1.

    Whatever is indented further belongs to it, notes too; blank lines behind it do not.
    """
    end = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip(" ")) < column:
            break
        if line.strip():
            end = number + 1
    return range(start, end)


def as_notes(content: bytes, entries: Mapping[range, str]) -> bytes:
    """`content` with these lines made notes, each run of them below a note that says why.

    Nothing is lost: who wants the words back takes the # away.
    """
    mark = BYTE_ORDER_MARK if content.startswith(BYTE_ORDER_MARK) else b""
    lines = LINE.findall(content[len(mark) :])
    usual = _ending(lines) or b"\n"
    for where, why in sorted(entries.items(), key=lambda one: one[0].start, reverse=True):
        indent = len(lines[where.start]) - len(lines[where.start].lstrip(b" "))
        ending = _ending(lines[where.start : where.start + 1]) or usual
        for number in where:
            line = lines[number]
            blank = b"#" + _ending([line])
            lines[number] = b" " * indent + (b"# " + line[indent:] if line.strip() else blank)
        lines.insert(where.start, b" " * indent + b"# " + why.encode() + ending)
    return mark + b"".join(lines)


def with_value(content: bytes, at: int, name: str, value: str) -> bytes:
    """`content` with another value after `name:` in the line `at` (from 0); its note stays."""
    mark = BYTE_ORDER_MARK if content.startswith(BYTE_ORDER_MARK) else b""
    lines = LINE.findall(content[len(mark) :])
    pattern = rb"^(\s*" + name.encode() + rb"\s*:[ \t]*)[^\s#]*"
    lines[at] = re.sub(pattern, lambda found: found[1] + value.encode(), lines[at])
    return mark + b"".join(lines)


def with_recall(content: bytes, message: str, reason: str) -> bytes:
    """A campaign.yaml that recalls one more message; the same where it does already."""
    top, _ = read("campaign.yaml", content)
    group = top.entries.get("withdraw") if top is not None else None
    if isinstance(group, Fields) and message in group.keys:
        return content
    if isinstance(group, Fields) and group.keys:
        last = max(group.keys.values())
        return with_lines(content, last.line, [f"{' ' * (last.column - 1)}{message}: {reason}"])
    if top is not None and "withdraw" in top.keys:
        return with_lines(content, top.keys["withdraw"].line, [f"  {message}: {reason}"])
    lines = lines_of(content)
    gap = [""] if lines and lines[-1].strip() else []
    return with_lines(content, len(lines), [*gap, "withdraw:", f"  {message}: {reason}"])


def place_for_sender(
    lines: Sequence[str], senders: Mapping[str, Sender], name: str, kind: str, region: str | None
) -> int:
    """The line (from 0) before which a new sender's entry stands: among those of its region.

    After the neighbour that comes before it in the alphabet; without one, after the last sender
    of its region, else of its kind, else at the end of the file.
    """
    same_region = [s for s in senders.values() if s.region == region and s.kind == kind]
    neighbours = same_region or [s for s in senders.values() if s.kind == kind]
    if not neighbours:
        return len(lines)
    before = [sender for sender in same_region if sender.id < name]
    after = max(before, key=lambda s: s.id) if before else max(neighbours, key=_line)
    return end_of_entry(lines, _line(after) - 1)


def _line(sender: Sender) -> int:
    return sender.place.line if sender.place else 0


def place_for_level(history: Fields, since: date) -> tuple[int, int]:
    """(the line (from 0) before which a level belongs, the column at which its day begins)."""
    earlier = [
        place.line
        for name, place in history.keys.items()
        if (day := parse_day(name)[1]) is not None and day < since
    ]
    first = min((place.line for place in history.keys.values()), default=history.place.line)
    column = min((place.column for place in history.keys.values()), default=0)
    return (max(earlier) if earlier else first - 1), column
