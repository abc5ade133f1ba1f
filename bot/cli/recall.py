"""`bot recall`: nothing more of a message is sent, and what is public of it already is listed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import click

from bot import app
from bot.app.files import Recalls
from bot.app.saving import save
from bot.cli import show
from bot.core.insertion import with_recall
from bot.core.model import BotError, Mode, SettingsError, State
from bot.core.packs import recalled_in
from bot.core.source import did_you_mean
from bot.ledger import Ledger, LedgerPost


@click.command(
    epilog="Examples:  .venv/bin/bot recall     .venv/bin/bot recall ct-awareness-week "
    'busy-shops --reason "the figure is wrong" --by "A. Smith"'
)
@click.argument("campaign", required=False)
@click.argument("message", required=False)
@click.option("--reason", metavar="WORDS", help="Why. It is written into the pack.")
@click.option("--by", metavar="NAME", help="Who decides: your name. It is recorded.")
def recall(campaign: str | None, message: str | None, reason: str | None, by: str | None) -> None:
    """Stop every copy of a message that is not public yet, and list those that are.

    Before this command returns, nothing of the message can leave any more, from any force here,
    live or dry. It is written into the national pack under withdraw:, so that every office that is
    sent the pack stops it too. What is public must be taken down by hand: each copy is listed with
    its link. Without a message it lists all that is recalled and still public.
    """
    env = app.read_environment()
    if campaign is None:
        left = _list_all(env, app.load(env).recalls)
        raise click.exceptions.Exit(1 if left else 0)
    if not message:
        raise click.UsageError("Name a message of the campaign too, such as busy-shops.")
    said, name = " ".join((reason or "").split()), " ".join((by or "").split())
    if not said or not name:
        raise click.UsageError("NOTHING IS RECALLED: --reason needs words, and --by a name.")
    _must_be_known(env, campaign, message)
    wanted = {(campaign, message): said}
    for mode in app.modes_here(env):
        _stop(replace(env, mode=mode), wanted, name)
    _write(env, campaign, message, said)
    for mode in app.modes_here(env):
        _plan(replace(env, mode=mode))
    left = _list_all(env, wanted)
    raise click.exceptions.Exit(1 if left else 0)


def _must_be_known(env: app.Environment, campaign: str, message: str) -> None:
    """Raises SettingsError where neither a pack nor a ledger knows the message."""
    loaded = app.load(env)
    packs = loaded.sources.packs if loaded.sources else {}
    pack = packs.get(campaign)
    known = set(pack.messages) if pack is not None else set()
    campaigns = set(packs)
    for mode in app.modes_here(env):
        with _opened(replace(env, mode=mode)) as ledger:
            posts = ledger.posts()
            campaigns |= {post.campaign for post in posts}
            known |= {post.rendering.pick.message for post in posts if post.campaign == campaign}
    if campaign not in campaigns:
        hint = did_you_mean(campaign, campaigns, what="Campaigns")
        raise SettingsError(
            f'NOTHING IS RECALLED: there is no campaign called "{campaign}". {hint}'
        )
    if message not in known:
        hint = did_you_mean(message, known, what="Messages")
        raise SettingsError(
            f'NOTHING IS RECALLED: {campaign} has no message called "{message}". {hint}'
        )


@contextmanager
def _opened(env: app.Environment) -> Iterator[Ledger]:
    ledger = app.open_ledger(env, now=app.SystemClocks(env.now).now(), create=False)
    try:
        yield ledger
    finally:
        ledger.close()


def _stop(env: app.Environment, wanted: Recalls, by: str) -> None:
    """Stops every copy in one ledger, and says whose they were."""
    with _opened(env) as ledger:
        stopped = ledger.recall(wanted, by=by, now=app.SystemClocks(env.now).now())
        posts = ledger.posts_of(stopped)
    for (campaign, message), reason in wanted.items():
        heading = f"RECALLED, {_spoken(env.mode)}: {campaign}, {message}: {reason}"
        click.echo(click.style(heading, bold=True))
    click.echo(f"  {show.counted(len(stopped), 'post')} of it stopped.")
    for sender, number in sorted(Counter(post.sender for post in posts.values()).items()):
        click.echo(f"    {sender:28} {number}")


def _write(env: app.Environment, campaign: str, message: str, reason: str) -> None:
    """Writes it into the pack, for every plan to come and for every other office."""
    path = env.messages / "national" / campaign / "campaign.yaml"
    shown = f"messages/national/{campaign}/campaign.yaml"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"the copies here are stopped, but {shown} cannot be read: {error.strerror}. The next "
            f"plan brings them back, to be approved again, unless the pack says withdraw: and "
            f"under it {message}: {reason}"
        ) from error
    for words in (reason, json.dumps(reason, ensure_ascii=False)):
        changed = with_recall(content, message, words)
        if message in recalled_in({"x/campaign.yaml": changed}):
            save(path, changed)
            done = "Written" if changed != content else "Recalled already"
            click.echo(f"{done}: {shown}. Send the pack to every office that runs its own bot.")
            return
    raise SettingsError(
        f"the copies here are stopped, but {shown} cannot be changed safely. Write it by hand: "
        f"withdraw: and under it {message}: {reason}"
    )


def _plan(env: app.Environment) -> None:
    """Fills the places that are empty now, with messages that have to be approved."""
    clocks = app.SystemClocks(env.now)
    with _opened(env) as ledger:
        try:
            app.Bot(env, ledger, clocks).plan_ahead()
        except BotError as error:
            click.echo(f"No new plan could be made, so the places stay empty: {error}")
            return
        unapproved = ledger.count(states=[State.PLANNED], due_from=clocks.now(), approved=False)
    if unapproved:
        posts = show.counted(unapproved, "post")
        click.echo(f"  {_spoken(env.mode)}: {posts} planned that nobody has approved yet.")


# --- what is public -------------------------------------------------------------------------------


def _list_all(env: app.Environment, recalls: Recalls) -> int:
    """Lists what is public of recalled messages, in every ledger here; how many copies that is."""
    left = 0
    if not recalls:
        click.echo("Nothing is recalled.")
    for mode in app.modes_here(env):
        there = replace(env, mode=mode)
        with _opened(there) as ledger:
            copies = ledger.copies(recalls)
        left += len(copies) if mode is Mode.LIVE else 0
        _list(there, recalls, copies)
    return left


def _list(env: app.Environment, recalls: Recalls, copies: Sequence[LedgerPost]) -> None:
    where = _spoken(env.mode)
    for (campaign, message), reason in sorted(recalls.items()):
        mine = [one for one in copies if _said(one) == (campaign, message)]
        public = [one for one in mine if one.state is State.PUBLISHED]
        click.echo(f"\n{where}: {campaign}, {message}: {reason}")
        if env.mode is Mode.DRY:
            click.echo(f"  {show.counted(len(mine), 'post')} of it in the dry run, none public.")
            continue
        if not mine:
            click.echo("  No copy of it is public.")
        for one in public:
            link = one.remote_url or f"number {one.remote_id}, without a link"
            click.echo(f"  PUBLIC since {show.local_moment(one.since)}: {link}")
            click.echo(f"      {one.key}")
        for one in mine:
            if one.state is not State.PUBLISHED:
                click.echo(f"  MAY BE PUBLIC ({one.state}): {one.key}")
    if copies and env.mode is Mode.LIVE:
        click.echo(
            "\nTake each down by hand, then record it: .venv/bin/bot settle KEY --removed --by NAME"
        )


def _said(one: LedgerPost) -> tuple[str, str]:
    return one.campaign, one.rendering.pick.message


def _spoken(mode: Mode) -> str:
    return "LIVE" if mode is Mode.LIVE else "dry run"
