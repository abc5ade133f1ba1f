"""The command that writes a plan for other tools, calendars and partners: export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.cli import show
from bot.cli.calendar_files import hand_over
from bot.cli.filters import Asked, filter_options
from bot.cli.view import View
from bot.core.model import MAY_BE_OUT, Language, Mode, Post, SenderKind, SettingsError, State
from bot.core.source import listed

if TYPE_CHECKING:
    from bot.desk.tables import Layout, Part

TOOLS: Final = ("hootsuite", "buffer", "orlo")
TABLES: Final = (".csv", ".xlsx")
ENDINGS: Final = (*TABLES, ".ics", ".html")


@click.command(
    epilog="Examples:  .venv/bin/bot export week.xlsx --campaign ct-awareness-week@2015     "
    ".venv/bin/bot export week.csv --for hootsuite --force kent --from tomorrow     "
    ".venv/bin/bot export share.html --campaign ct-awareness-week@2015 --force kent"
)
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--for",
    "tool",
    type=click.Choice(TOOLS),
    help="In the columns that this tool imports: .csv or .xlsx, a file for each account.",
)
@filter_options
def export(path: Path, tool: str | None, asked: Asked) -> None:
    """Write the plan for other programs, or for partners. Nothing is sent.

    The ending of FILE says what it is: .csv and .xlsx a table, .ics a calendar, .html a sheet to
    print for partners without accounts. Each has exactly the plan's posts with their exact text.
    What docs/other-tools.md assumes of each tool must be compared with the tool itself.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise click.UsageError(f"the name of FILE ends with {listed(ENDINGS, 'or')}.")
    if tool and ending not in TABLES:
        raise click.UsageError(f"--for {tool} takes a table: FILE ends with .csv or .xlsx.")
    view = View(asked)
    if ending == ".html":
        _write_share_sheet(view, path)
    elif tool:
        _write_for(view, path, tool)
    else:
        _write_plain(view, path, ending)


def _write_plain(view: View, path: Path, ending: str) -> None:
    from bot.desk import exports, tables

    posts = view.at_given_times()
    if ending == ".ics":
        content = exports.as_ics(posts, view.config, now=view.now)
    elif ending == ".csv":
        content = exports.as_csv(posts, view.config, view.standing, view.handling)
    else:
        lines = exports.table(posts, view.config, view.standing, view.handling)
        content = tables.as_workbook(exports.COLUMNS, lines, now=view.now)
    hand_over(content, path, show.counted(len(posts), "post"))


# --- for other tools ----------------------------------------------------------------------------


def _write_for(view: View, path: Path, tool: str) -> None:
    from bot.desk import tables

    layout = tables.LAYOUTS[tool]
    posts = _still_to_go(view)
    _refuse_formulas(posts, layout, view, path)
    parts = tables.parts(posts, layout)
    several = len({part.account for part in parts}) > 1
    for part in parts:
        target = _name(path, part, named=several)
        hand_over(
            _content(part, layout, view, target),
            target,
            f"{show.counted(len(part.posts), 'post')} for {part.account}",
        )
    for line in _to_know(posts, layout, view):
        click.echo(line)


def _content(part: Part, layout: Layout, view: View, path: Path) -> bytes:
    from bot.desk import tables

    if path.suffix.lower() == ".csv":
        return tables.as_tool_csv(part.posts, layout, view.config)
    lines = tables.rows(part.posts, layout, view.config)
    return tables.as_workbook(layout.columns, lines, headings=layout.has_headings, now=view.now)


def _name(path: Path, part: Part, *, named: bool) -> Path:
    """`week.csv`; `week-kent-x.csv` where there are several accounts, `week-kent-x-2.csv` …"""
    account = f"-{part.account}" if named else ""
    number = f"-{part.number}" if part.number else ""
    return path.with_name(f"{path.stem}{account}{number}{path.suffix}")


def _still_to_go(view: View) -> list[Post]:
    """What still goes out. Raises SettingsError where a hold stops any of it.

    A tool would publish a post that is on hold, or a second time one that is out already.
    """
    posts = view.at_given_times()
    held = [post for post in posts if view.held(post)]
    if held:
        raise SettingsError(
            f"nothing is written: {show.counted(len(held), 'post')} of these "
            f"{'is' if len(held) == 1 else 'are'} on hold ({view.held(held[0])}), and another tool "
            "would publish what is held. Release the hold first, or leave them out by --force, "
            "--campaign or the days."
        )
    over = {post.key: view.state(post) for post in posts if not _goes_out(view, post)}
    for state in dict.fromkeys(over.values()):
        number = list(over.values()).count(state)
        click.echo(f"Left out, because it is {state}: {show.counted(number, 'post')}.")
    return _own_words([post for post in posts if post.key not in over])


def _own_words(posts: Sequence[Post]) -> list[Post]:
    """The posts less reposts: copied out, a national post would be said by several accounts."""
    own = [post for post in posts if post.rendering.reposts is None]
    if left := len(posts) - len(own):
        click.echo(
            f"Left out, as {'it reposts' if left == 1 else 'they repost'} what a national account "
            f"says: {show.counted(left, 'post')}. Repost by hand what is to be passed on."
        )
    return own


def _goes_out(view: View, post: Post) -> bool:
    """Whether a post is still to be published; what a dry run published is not public."""
    state = view.state(post)
    if view.env.mode is Mode.DRY:
        return state not in (State.DROPPED, State.WITHDRAWN)
    return state is State.PLANNED


def _refuse_formulas(posts: Sequence[Post], layout: Layout, view: View, path: Path) -> None:
    from bot.desk import tables

    if path.suffix.lower() != ".csv":
        return
    risky = tables.run_by_spreadsheets(posts, layout, view.config)
    if risky:
        raise SettingsError(
            f"nothing is written: {show.counted(len(risky), 'post')}, such as {risky[0].place}, "
            "would begin a cell with =, +, - or @, which Excel would run as a formula. Whatever "
            "stood before it would be published too. Begin the words with a letter, or write "
            f"{path.with_suffix('.xlsx').name}."
        )


def _to_know(posts: Sequence[Post], layout: Layout, view: View) -> list[str]:
    """What the person at the tool has to know, and what is not in the file."""
    from bot.desk import tables

    lines = []
    moved = sum(tables.time_for(p, layout, view.config) != p.due for p in posts)
    if moved and layout.every > 1:
        lines.append(
            f"{layout.tool} takes no times but every {layout.every} minutes: "
            f"{show.counted(moved, 'post')} {'stands' if moved == 1 else 'stand'} a little later."
        )
    shown = sum(bool(post.rendering.shown) for post in posts)
    if shown:
        videos = any(post.rendering.video for post in posts)
        noun = "picture or a video" if videos else "picture"
        lines.append(
            f"{show.counted(shown, 'post')} {'has' if shown == 1 else 'have'} a {noun}, and "
            f"a table cannot hold one: add it in {layout.tool} by hand, with its alt text. "
            ".venv/bin/bot export share.html shows both."
        )
    threads = {replace(post.key, part=1) for post in posts if post.key.part > 1}
    if threads:
        lines.append(
            f"{show.counted(len(threads), 'thread')} in several parts: {layout.tool} would publish "
            "each part by itself, and not as a reply."
        )
    live = sorted({p.key.account for p in posts if view.config.accounts[p.key.account].live})
    if live:
        lines.append(
            f"{listed(live)} {'is' if len(live) == 1 else 'are'} marked live here: what "
            f"{layout.tool} publishes as well goes out twice."
        )
    lines.append(
        f"Times are London's: set {layout.tool} to London. What is assumed of it stands in "
        "docs/other-tools.md."
    )
    return lines


# --- for partners -------------------------------------------------------------------------------


def _write_share_sheet(view: View, path: Path) -> None:
    from bot.desk import share

    posts = _of_one_sender(view, _shareable(view))
    sender = view.config.senders[posts[0].sender]
    sheet = share.Sheet(
        title=_title(view, posts),
        sender_name=sender.name(Language.EN),
        posts=posts,
        unapproved=sum(not view.is_approved(post) for post in posts),
        made_at=view.now,
        pictures=view.loaded.pictures,
        handling=show.handling(posts, view.loaded.usable.packs, view.now),
    )
    hand_over(
        share.page(sheet).encode(),
        path,
        f"{show.counted(len(posts), 'post')} of {sheet.sender_name}, to print or to send",
    )
    if sheet.unapproved:
        click.echo(
            f"It says that it is a draft: nobody has approved "
            f"{show.counted(sheet.unapproved, 'post')} of it."
        )


def _shareable(view: View) -> list[Post]:
    """What goes out or is public: partners may say that again."""
    posts = view.at_given_times()
    held = next((post for post in posts if view.held(post)), None)
    if held:
        raise SettingsError(
            f"nothing is written: some of these posts are on hold ({view.held(held)}). Release the "
            "hold first, or leave them out by --force, --campaign or the days."
        )
    return _own_words(
        [post for post in posts if _goes_out(view, post) or view.state(post) in MAY_BE_OUT]
    )


def _of_one_sender(view: View, posts: list[Post]) -> list[Post]:
    """The posts of the sender that was named, or of the national voice."""
    senders = dict.fromkeys(post.sender for post in posts)
    national = [s for s in senders if view.config.senders[s].kind is SenderKind.NATIONAL]
    if not posts:
        raise SettingsError("there is no post to share in these days: name others, or a campaign.")
    if len(senders) > 1 and len(national) != 1:
        raise SettingsError(
            "a share sheet speaks with one voice, and these are the posts of "
            f"{show.counted(len(senders), 'sender')}: name one with --force."
        )
    spoken = national[0] if len(senders) > 1 else next(iter(senders))
    return [post for post in posts if post.sender == spoken]


def _title(view: View, posts: Sequence[Post]) -> str:
    campaigns = dict.fromkeys(post.campaign for post in posts)
    if len(campaigns) > 1:
        raise SettingsError(
            f"a share sheet is for one campaign, and these days have {listed(campaigns)}: name one "
            "with --campaign."
        )
    pack = view.loaded.usable.packs.get(next(iter(campaigns)))
    return pack.title if pack else next(iter(campaigns))
