"""The command that makes a pack of a campaign's planning sheet: import."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from bot import app
from bot.app import exchange
from bot.app.exchange import NationalParcel
from bot.app.sheets import read_sheets
from bot.cli import show
from bot.cli.exchange import is_wanted, kept_in
from bot.cli.making import WrittenDay, checked_name, offer_run
from bot.core.model import SettingsError
from bot.core.packs import Audience
from bot.core.packs.hashtags import HASHTAG
from bot.core.pictures import FOLDER
from bot.core.reading import written
from bot.core.sheets import PLAIN, Made, Named, imported, in_order, slug
from bot.core.source import Problem, Severity, listed
from bot.pictures import MAX_FILE_BYTES as MAX_PICTURE_BYTES

SAID_AT_THE_CELL = ("typed-", "left-behind", "strange-character", "unmeant-link")
"""What is wrong with words was said where they stand in the sheet, and not again for the pack."""


@click.command(
    "import",
    epilog="Examples:  .venv/bin/bot import toolkit.xlsx     "
    ".venv/bin/bot import plan.csv --as winter-watch --title 'Winter Watch'     "
    ".venv/bin/bot import toolkit.xlsx --as winter-watch --starts 'Monday 22 November 2027' --yes",
)
@click.argument(
    "path", metavar="SHEET", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--as", "new_id", metavar="ID", help="The campaign's name in messages/national.")
@click.option("--title", metavar="TEXT", help="Its name in plain words. Default: the file's.")
@click.option(
    "--starts", type=WrittenDay(), help="The first day, where the sheet names only weekdays."
)
@click.option("--hashtag", metavar="TAG", help="Without the #, where no hashtag is in every text.")
@click.option("--yes", is_flag=True, help="Write over a campaign of that name, without asking.")
def import_(
    path: Path,
    new_id: str | None,
    title: str | None,
    starts: date | None,
    hashtag: str | None,
    yes: bool,
) -> None:
    """Make a pack of a planning sheet: date, time, theme, text, alt text, link.

    SHEET is .xlsx or .csv. Every cell that was not understood is named, as toolkit.xlsx:Sheet1!C7.
    Numbers and links that config/constants.yaml knows become {{ names }}; the hashtags that all
    texts have become the pack's. Pictures are taken that stand beside the sheet. What a pack that
    is written over held is kept in data/packs/.
    """
    named = _named(path, new_id, title, hashtag)
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    config = app.load(env).config
    sheets, problems = read_sheets(path)
    made, found = imported(sheets, named, config.facts, starts=starts)
    problems = in_order([*problems, *found], sheets)
    show.problems_in_words(problems)
    if made is None:
        raise SettingsError(f'no pack was made of "{path.name}", and nothing is written.')
    click.echo(f"{path.name}: {_in_words(made)}.")
    click.echo(_for_whom(made))
    if put_in := _put_in(made):
        click.echo(f"Put in for what was typed: {put_in}.")
    target = _Target(env, named.id)
    parcel = NationalParcel(named.id, {**_files(made), **target.pictures(path, made.pictures)})
    if not target.may_be_written(yes, parcel):
        raise click.exceptions.Exit(1)
    trial = exchange.tried(env, parcel, now=now, watch=show.watched("Checking"))
    errors = _new(trial.errors_in(f"messages/national/{named.id}"))
    old = app.load(env).usable.packs.get(named.id)
    kept_as = exchange.kept_name(named.id, old.version if old else None, now)
    kept = exchange.put_national(env, parcel, kept_as=kept_as if target.is_there else None)
    click.echo(f"Written: {target.folder}, with {', '.join(parcel.files)}.{kept_in(kept)}")
    _say_what_remains(errors)
    offer_run(env, named.id, made.starts, config, write=False)
    click.echo(f"Then look at it:  .venv/bin/bot preview --campaign {named.id}")
    wrong = errors or any(one.severity is Severity.ERROR for one in problems)
    raise click.exceptions.Exit(1 if wrong else 0)


def _named(path: Path, new_id: str | None, title: str | None, hashtag: str | None) -> Named:
    """What the pack is called. Raises UsageError for a name that a file cannot hold."""
    title = title.strip() if title else " ".join(re.findall(r"[^\W_]+", path.stem))
    if not PLAIN.fullmatch(title):
        raise click.UsageError("give the campaign a title in plain words: --title 'Winter Watch'.")
    tag = hashtag.strip().removeprefix("#") if hashtag else None
    if tag is not None and not HASHTAG.fullmatch(tag):
        raise click.UsageError(f'"{hashtag}" would not link as one hashtag: letters and digits.')
    name = new_id or slug(title)
    if not name:
        raise click.UsageError("give the campaign a name: --as winter-watch.")
    return Named(checked_name(name, "campaign"), title, tag)


def _in_words(made: Made) -> str:
    """`15 messages, 5 themes, from Monday 23 November 2015, 5 days, #WinterWatch`."""
    counts = (
        show.counted(made.messages, "message"),
        show.counted(made.themes, "theme"),
        f"from {written(made.starts)}",
        show.counted(made.days, "day"),
        " ".join(f"#{tag}" for tag in made.tags),
    )
    return ", ".join(counts)


def _for_whom(made: Made) -> str:
    """Whom the messages are for: a plan often has words for colleagues among the public's."""
    if set(made.audiences) <= {Audience.PUBLIC}:
        return (
            "All of it is for the public. If a row is for staff or for partners only, say so in a "
            "column Audience."
        )
    counts = (f"{made.audiences[one]} {one}" for one in Audience if made.audiences.get(one))
    return f"For whom: {listed(counts)}. What is for staff is never published."


def _put_in(made: Made) -> str:
    return listed(
        f"{{{{ {name} }}}} in {show.counted(number, 'text')}"
        for name, number in sorted(made.put_in.items())
    )


def _files(made: Made) -> dict[str, bytes]:
    return {name: text.encode() for name, text in made.files.items()}


@dataclass(frozen=True, slots=True)
class _Target:
    """The folder of a national pack that is going to be written."""

    env: app.Environment
    campaign: str

    @property
    def folder(self) -> Path:
        return self.env.messages / "national" / self.campaign

    @property
    def is_there(self) -> bool:
        return self.folder.exists()

    def may_be_written(self, yes: bool, parcel: NationalParcel) -> bool:
        if not self.is_there or exchange.files_here(self.folder) == parcel.files:
            return True
        click.echo(f"There is a campaign called {self.campaign} already.")
        return is_wanted(yes, f"Write over messages/national/{self.campaign}?")

    def pictures(self, sheet: Path, names: Iterable[str]) -> dict[str, bytes]:
        """The pictures that stand beside the sheet, or in the pack already."""
        folders = (sheet.parent, sheet.parent / FOLDER, self.folder / FOLDER)
        found = {}
        for name in names:
            path = next((one / name for one in folders if (one / name).is_file()), None)
            if path and path.stat().st_size <= MAX_PICTURE_BYTES:
                found[f"{FOLDER}/{name}"] = path.read_bytes()
        return found


def _new(errors: Iterable[Problem]) -> list[Problem]:
    return [one for one in errors if not one.code.startswith(SAID_AT_THE_CELL)]


def _say_what_remains(errors: list[Problem]) -> None:
    if errors:
        click.echo(f"\nWhat .venv/bin/bot check says of it, {show.counted(len(errors), 'error')}:")
        show.problems_in_words(errors)
        click.echo()
    click.echo("Every message needs more wordings, so that accounts differ: .venv/bin/bot check")
