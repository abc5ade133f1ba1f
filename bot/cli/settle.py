"""`bot unsettled` and `bot settle`: a person decides on what nobody can be sure of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from bot import app
from bot.cli import reads, show
from bot.cli.filters import FORMAT
from bot.core.model import (
    Account,
    PlatformName,
    PostKey,
    SettingsError,
)
from bot.delivery import could_not_be_read, next_look
from bot.ledger import (
    Attempt,
    LedgerPost,
    UnknownPost,
)
from bot.platforms.addresses import check_place, page


@click.command(epilog="Example:  .venv/bin/bot unsettled")
@FORMAT
def unsettled(form: str) -> None:
    """List posts that may or may not be public, and wait for a person's word.

    For each: its text, the account's page, every attempt with what came back, how often the bot
    looked and when it looks next, and what to type once you have looked yourself.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    if not app.ledger_exists(env):
        show.as_json([]) if form == "json" else click.echo("Nothing is unsettled.")
        return
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        waiting = ledger.unknown()
        # Reading the packs takes a second: only where there is something to say.
        loaded = app.load(env) if waiting or reads.any_read(ledger, now) else None
        read = loaded and reads.reads_record(ledger, loaded, now)
    finally:
        ledger.close()
    accounts = loaded.config.accounts if loaded and loaded.sources else {}
    if form == "json":
        show.as_json([_unsettled_record(one, accounts.get(one.account)) for one in waiting])
        return
    for one in waiting:
        for line in _unsettled_in_words(one, accounts.get(one.account)):
            click.echo(line)
    click.echo(
        f"{show.counted(len(waiting), 'post')} unsettled." if waiting else "Nothing is unsettled."
    )
    if read and read["last_30_days"]["posts"]:
        click.echo(reads.in_words(read))


def _unsettled_record(post: UnknownPost, account: Account | None) -> dict[str, Any]:
    looks_next = next_look(post)
    return {
        "key": str(post.key),
        "account": post.account,
        "page": _page(account),
        "text": post.rendering.text,
        "reposts": show.repost_record(post.rendering),
        "since": post.since.isoformat(),
        "looks": post.looks,
        "failed_looks": post.failed_looks,
        "next_look": looks_next.isoformat() if looks_next else None,
        "why": post.why,
        "attempts": [
            {"at": one.at.isoformat(), "outcome": one.outcome, "came_back": _came_back(one)}
            for one in post.attempts
        ],
    }


def _unsettled_in_words(post: UnknownPost, account: Account | None) -> Iterator[str]:
    yield click.style(str(post.key), bold=True)
    yield f"  {post.why}"
    for attempt in post.attempts:
        yield f"  Tried on {show.local_moment(attempt.at)}: {_came_back(attempt)}"
    yield f"  {_looks_in_words(post)}"
    yield f"  Look yourself:    {_page(account) or f'the page of {post.account}'}"
    if post.rendering.reposts:
        yield f"  It is a repost of {post.rendering.reposts}: URL is the address of that post."
    for line in post.rendering.text.split("\n"):
        yield f"    | {line}"
    yield f"  It is there:      .venv/bin/bot settle {post.key} --published URL --by NAME"
    yield f"  It is not there:  .venv/bin/bot settle {post.key} --not-published --by NAME"
    yield ""


def _page(account: Account | None) -> str | None:
    return page(account) if account else None


def _came_back(attempt: Attempt) -> str:
    return attempt.sentence or "nothing came back."


def _looks_in_words(post: UnknownPost) -> str:
    """`The bot looked 2 times and did not see it. It looks next on Monday … at 09:07.`"""
    said = f"The bot looked {show.counted(post.looks, 'time')}"
    said += " and did not see it." if post.looks else "."
    if post.failed_looks:
        said += f" {show.counted(post.failed_looks, 'time')} the page could not be read."
    looks_next = next_look(post)
    if looks_next is not None:
        return f"{said} It looks next on {show.local_moment(looks_next)}."
    if could_not_be_read(post):
        return f"{said} It has given up: the page could not be read. Only you can tell."
    return f"{said} It looks no more: only you can tell."


@click.command(
    epilog="Example:  .venv/bin/bot settle ct-awareness-week@2015/kent-x/d1.morning/en "
    "--not-published --by Gold"
)
@click.argument("key")
@click.option("--published", metavar="URL", help="It is public, at this address.")
@click.option("--not-published", is_flag=True, help="It is not public. It will be missed.")
@click.option("--removed", is_flag=True, help="It was published, and taken down by hand since.")
@click.option("--by", metavar="NAME", required=True, help="Who looked: your name.")
def settle(key: str, published: str | None, not_published: bool, removed: bool, by: str) -> None:
    """Say whether an unsettled post is public, after looking at the account's page.

    The address must be one of the post's own account: that of another is refused. With --removed,
    that a published post was taken down by hand: it is never sent again.
    """
    if [bool(published), not_published, removed].count(True) != 1:
        raise click.UsageError("Name one of --published URL, --not-published and --removed.")
    if not by.strip():
        raise click.UsageError("--by needs a name.")
    try:
        wanted = PostKey.parse(key)
    except ValueError as error:
        raise SettingsError(f'"{key}" is not a post\'s key. bot unsettled shows them.') from error
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        if published is not None:
            _check_place(env, published, wanted, ledger.post(wanted))
        if removed:
            ledger.mark_removed(wanted, by=by.strip(), now=now)
            said = "published, and taken down by hand"
        else:
            said = str(ledger.settle(wanted, published=published, by=by.strip(), now=now))
    finally:
        ledger.close()
    click.echo(f"{key}: {said}.")


def _check_place(
    env: app.Environment, published: str, key: PostKey, post: LedgerPost | None
) -> None:
    """Nothing, where this may be the account's post, or the one that it reposts.

    Raises SettingsError, saying why not.

    While the configuration cannot be read, or no longer names the account, any handle is taken for
    its own: what is public must be able to be recorded.
    """
    loaded = app.load(env)
    # A repost stands at the address of the post that it passes on.
    whose = post.rendering.reposts.account if post and post.rendering.reposts else key.account
    account = loaded.config.accounts.get(whose) if loaded.sources else None
    if account is None:
        platform = post.rendering.platform if post else PlatformName.X
        account = Account(whose, "", platform, (key.language,))
    check_place(published, account)
