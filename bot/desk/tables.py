"""A plan in the columns that other publishing tools import, as CSV and as a workbook.

What is assumed of each tool, with its date, stands in docs/other-tools.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.config import Config, Occasion
from bot.core.model import LONDON, Post, configured_run
from bot.desk.exports import FORMULA

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What one tool takes: one row a post, the posts of one account in each file."""

    tool: str
    columns: Cells
    has_headings: bool
    most: int | None  # rows in a file; None where the tool states no limit, or none is known
    every: int  # minutes: it takes no times but those that this divides
    cells: Callable[[Post, datetime, Config], Cells]


def _hootsuite(post: Post, at: datetime, _config: Config) -> Cells:
    # Its third column would be put behind the words, which show their link already.
    return f"{at:%d/%m/%Y %H:%M}", post.rendering.text, ""


def _buffer(post: Post, at: datetime, _config: Config) -> Cells:
    # Image URL is an address that Buffer loads; Tags are its own labels. We have neither.
    return post.rendering.text, "", "", f"{at:%Y-%m-%d %H:%M}"


def _orlo(post: Post, at: datetime, config: Config) -> Cells:
    rendering = post.rendering
    shown = rendering.shown[0] if rendering.shown else None
    return (
        f"{at:%d/%m/%Y}",
        f"{at:%H:%M}",
        config.accounts[post.key.account].handle or post.key.account,
        rendering.platform.label,
        rendering.text,
        ", ".join(rendering.links),
        shown.file.rpartition("/")[2] if shown else "",
        shown.alt if shown else "",
    )


LAYOUTS: Final[Mapping[str, Layout]] = {
    layout.tool.lower(): layout
    for layout in (
        Layout("Hootsuite", ("Date", "Message", "Link"), False, 350, 5, _hootsuite),
        Layout("Buffer", ("Text", "Image URL", "Tags", "Posting Time"), True, 100, 1, _buffer),
        Layout(
            "Orlo",
            ("Date", "Time", "Account", "Platform", "Text", "Link", "Image", "Alt text"),
            True,
            None,
            1,
            _orlo,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Part:
    """The posts of one file: one account's, and no more than the tool takes at once."""

    account: str
    posts: tuple[Post, ...]
    number: int | None  # from 1, where an account needs several files


def parts(posts: Iterable[Post], layout: Layout) -> list[Part]:
    """Every post in exactly one part: a tool publishes a whole file from whatever account."""
    by_account: dict[str, list[Post]] = {}
    for post in posts:
        by_account.setdefault(post.key.account, []).append(post)
    found = []
    for account, own in by_account.items():
        size = layout.most or len(own)
        cut = [tuple(own[start : start + size]) for start in range(0, len(own), size)]
        numbers = range(1, len(cut) + 1) if cut[1:] else [None]
        found += [Part(account, some, n) for some, n in zip(cut, numbers, strict=True)]
    return found


def time_for(post: Post, layout: Layout, config: Config) -> datetime:
    """London's time of a post as the tool takes it: the next, or the last before a silence."""
    local = post.due.astimezone(LONDON).replace(second=0, microsecond=0)
    late = -local.minute % layout.every
    after = local + timedelta(minutes=late)
    occasion = Occasion(
        due=after,
        sender=config.senders[post.sender],
        run=configured_run(post.key.run),
        campaign=post.campaign,
        theme=post.theme,
        essential=bool(post.essential),
    )
    if late and config.calendar.stop(occasion):
        return after - timedelta(minutes=layout.every)
    return after


def rows(posts: Iterable[Post], layout: Layout, config: Config) -> list[Cells]:
    """One row a post, with its exact text."""
    return [layout.cells(post, time_for(post, layout, config), config) for post in posts]


def run_by_spreadsheets(posts: Iterable[Post], layout: Layout, config: Config) -> list[Post]:
    """Posts with a cell that a spreadsheet would take for a formula when it opens the CSV."""
    return [
        post
        for post in posts
        if any(cell.startswith(FORMULA) for cell in rows([post], layout, config)[0])
    ]


def as_tool_csv(posts: Iterable[Post], layout: Layout, config: Config) -> bytes:
    """CSV in UTF-8, as it is: whatever were put before a cell, the tool would publish it.

    So it holds no byte order mark and no apostrophes. Ask `run_by_spreadsheets` first.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if layout.has_headings:
        writer.writerow(layout.columns)
    writer.writerows(rows(posts, layout, config))
    return out.getvalue().encode()


def as_workbook(
    columns: Sequence[str], lines: Iterable[Sequence[str]], *, headings: bool = True, now: datetime
) -> bytes:
    """An Excel workbook whose cells are text by their type, so that none of them is ever run.

    A cell that looks like a formula is marked as quoted as well, so that editing it runs nothing.
    Its value is exactly the text.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    book.properties.creator = "campaign bot"
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    sheet = book.create_sheet("Posts", 0)
    del book["Sheet"]
    for number, line in enumerate([columns, *lines] if headings else lines, start=1):
        for at, text in enumerate(line, start=1):
            cell = sheet.cell(number, at, text)
            cell.data_type = "s"  # or it would take what begins with = for a formula
            cell.alignment = Alignment(wrap_text=len(text) > WIDEST, vertical="top")
            if text.startswith(FORMULA):
                cell.quotePrefix = True
            if number == 1 and headings:
                cell.font = Font(bold=True)
    for column in sheet.iter_cols():
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, WIDEST)
    if headings:
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WIDEST: Final = 60  # characters of a column
