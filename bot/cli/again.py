"""What must be approved again: by whom, what, and by when; with one code for all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import click

from bot import app
from bot.app.environment import TELL, tell_sender
from bot.cli import differences, show
from bot.cli.view import as_planned
from bot.core.comparison import Report, by_key, compared
from bot.core.config import Config
from bot.core.model import Language, Mode, State
from bot.core.plan import preview_code
from bot.core.source import listed
from bot.ledger import TRUSTED, Ledger, LedgerPost, LostApproval

NAMED = 4  # posts of a force, before the others are counted


def take_up(env: app.Environment, config: Config, concerns: Callable[[LedgerPost], bool]) -> int:
    """Plans at once in every ledger here, and lists what must be approved again; how much that is.

    A running bot would plan so within a minute; where none runs, this is what counts.
    """
    waiting = 0
    for mode in app.modes_here(env):
        there = replace(env, mode=mode)
        clocks = app.SystemClocks(env.now)
        ledger = app.open_ledger(there, now=clocks.now(), create=False)
        try:
            app.Bot(there, ledger, clocks).plan_ahead()
            now = clocks.now()
            lost = [
                one for one in ledger.lost_by_change() if one.post.due > now and concerns(one.post)
            ]
            replaced = [
                one.by
                for one in ledger.replaced_by_dry_run()
                if one.post.due > now and concerns(one.post)
            ]
            _say_replaced(replaced)
            if lost or not replaced:
                _list(there, ledger, config, lost)
            _say_carried(ledger, config, now, concerns)
        finally:
            ledger.close()
        waiting += len(lost)
    return waiting


def _say_replaced(approvers: Sequence[str]) -> None:
    """What people had approved and a dry run approved by itself, who for each post."""
    if approvers:
        posts = show.counted(len(approvers), "post")
        click.echo(
            f"\nDry run: of what {listed(dict.fromkeys(approvers))} had approved, {posts} changed, "
            "and the dry run approved by itself what stands there now. Live, somebody has to "
            "approve it again."
        )


def _list(
    env: app.Environment, ledger: Ledger, config: Config, lost: Sequence[LostApproval]
) -> None:
    spoken = "LIVE" if env.mode is Mode.LIVE else "Dry run"
    if not lost:
        click.echo(f"\n{spoken}: nothing that was approved has to be approved again.")
        return
    posts = show.counted(len(lost), "post")
    heading = f"{spoken}: {posts} to be approved again, or not sent"
    click.echo(f"\n{click.style(heading, bold=True)}")
    _show_changes(lost, config)
    by_force: dict[str, list[LostApproval]] = defaultdict(list)
    for one in lost:
        by_force[one.post.sender].append(one)
    click.echo("\nWho must approve again, what, and by when:")
    for force, ones in sorted(by_force.items()):
        _say_who(config, force, ones)
    for line in _told(env, sorted(by_force)):
        click.echo(line)
    pairs = [(one.post.key, one.post.rendering.digest) for one in lost]
    code = preview_code(pairs)
    ledger.remember_preview(code, pairs, now=app.SystemClocks(env.now).now())
    live = "BOT_MODE=live " if env.mode is Mode.LIVE else ""
    click.echo(f"\nTo approve all {posts} as they now stand:")
    click.echo(f'  {live}.venv/bin/bot approve --preview {code} --by "Your Name"')


def _say_carried(
    ledger: Ledger, config: Config, now: datetime, concerns: Callable[[LedgerPost], bool]
) -> None:
    """What goes out with words that nobody approved, by a rule of the force."""
    by_rule = {one.key: one.digest for one in ledger.approvals() if one.by == TRUSTED}
    posts = [
        post
        for post in ledger.posts_of(list(by_rule)).values()
        if post.state is State.PLANNED
        and post.due > now
        and post.rendering.digest == by_rule[post.key]
        and concerns(post)
    ]
    by_force: dict[str, list[LedgerPost]] = defaultdict(list)
    for post in sorted(posts, key=lambda one: (one.due, str(one.key))):
        by_force[post.sender].append(post)
    for force, ones in sorted(by_force.items()):
        count = show.counted(len(ones), "post")
        click.echo(f"{_name(config, force)}: {count} carried over by {TRUSTED}.")
        for post in ones[:NAMED]:
            click.echo(f"      {post.key}, due {show.local_moment(post.due)}")
        if ones[NAMED:]:
            click.echo(f"      and {len(ones) - NAMED} more after these")


def _name(config: Config, force: str) -> str:
    sender = config.senders.get(force)
    return sender.name(Language.EN) if sender else force


def _show_changes(lost: Sequence[LostApproval], config: Config) -> None:
    """What was approved, and what would go out now, word by word."""
    before = [as_planned(replace(one.post, rendering=one.before)) for one in lost]
    found = compared(before, [as_planned(one.post) for one in lost], by_key)
    report = Report("", "what was approved", "what would go out", "", found, True, True)
    for causes in found.by_cause():
        for line in differences.cause_lines(causes, report, config):
            click.echo(line)
    if found.same:
        click.echo(f"\n{show.counted(found.same, 'post')} changed, and changed back.")


def _say_who(config: Config, force: str, lost: Sequence[LostApproval]) -> None:
    people = listed(dict.fromkeys(one.by for one in lost))
    click.echo(
        f"  {_name(config, force)}: {show.counted(len(lost), 'post')}, approved before by {people}."
    )
    for one in lost[:NAMED]:
        click.echo(f"      {one.post.key}, before {show.local_moment(one.post.due)}")
    if lost[NAMED:]:
        click.echo(f"      and {len(lost) - NAMED} more after these")


def _told(env: app.Environment, forces: Sequence[str]) -> Iterator[str]:
    """Whom a running bot tells of it, and for which forces there is nobody."""
    if env.mode is Mode.DRY and not env.tells_dry:
        yield "Nobody is told of a dry run."
        return
    if TELL in env.tell:
        yield "The bot tells those whom BOT_TELL names."
    own = [force for force in forces if tell_sender(force) in env.tell]
    others = [force for force in forces if force not in own]
    if own:
        yield f"The bot tells the staff of {show.some(own)}."
    if others:
        yield f"Tell them yourself: {show.some(others)}. {tell_sender(others[0])} is not set."
