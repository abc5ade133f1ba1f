"""What a bot says to the person who starts it: the day's posts, and what comes next."""

from __future__ import annotations

from datetime import time
from typing import Final

import click

from bot import app
from bot.cli import show
from bot.core.model import Mode, State, london_day
from bot.core.reading import to_utc, written
from bot.core.source import Severity
from bot.ledger import LedgerPost

AS_MANY_AS_FIT: Final = 12
FIRST_FEW: Final = 5
"""How many posts the greeting shows where a day has more than fit on a screen."""


def greet(bot: app.Bot, trouble: Exception | None = None) -> None:
    """Today's posts, or those of the next day that has any; and what comes next.

    `trouble` is why nothing could be planned just now.
    """
    now = bot.clocks.now()
    click.echo(
        "DRY RUN: nothing is sent."
        if bot.env.mode is Mode.DRY
        else "LIVE: posts are published from the accounts marked live: yes."
    )
    if trouble is not None:
        click.echo(f"{trouble}\nUntil then the last good plan stands:")
    today = app.today(now)
    posts = bot.ledger.posts(states=set(State) - {State.WITHDRAWN}, due_from=to_utc(today, time(0)))
    days = sorted({london_day(post.due) for post in posts})
    day = next((day for day in days if day >= today), None)
    if day is None:
        click.echo("No posts in the days ahead. Runs stand in config/campaigns.yaml.")
        return
    of_day = [post for post in posts if london_day(post.due) == day]
    if day != today:
        click.echo(f"No posts today, {written(today)}. The next are on {written(day)}:")
    else:
        click.echo(f"Today, {written(today)}:")
    of_day.sort(key=lambda post: (post.due, post.key.account, post.key.language.rank))
    shown = of_day if len(of_day) <= AS_MANY_AS_FIT else of_day[:FIRST_FEW]
    for post in shown:
        _one_line(bot, post)
    if len(of_day) > len(shown):
        when = "today" if day == today else "that day"
        click.echo(f"\nand {len(of_day) - len(shown):,} more {when}: .venv/bin/bot plan --on {day}")
    waiting = [post for post in posts if post.state is State.PLANNED and post.due > now]
    if waiting:
        first = min(waiting, key=lambda post: post.due)
        click.echo(
            f"\nNext: {first.key.account} on {show.local_moment(first.due)}. "
            f"{show.counted(len(waiting), 'post')} waiting in the days ahead."
        )
    for problem in [p for p in bot.problems if p.severity is Severity.ERROR][:5]:
        click.echo(f"{problem.place}: {problem.message}")
    click.echo("Ctrl-C stops the bot. Holds: .venv/bin/bot hold")


def _one_line(bot: app.Bot, post: LedgerPost) -> None:
    senders = bot.last_good.config.senders if bot.last_good else {}
    language = post.rendering.language
    name = senders[post.sender].name(language) if post.sender in senders else post.sender
    click.echo(
        f"\n{show.local_time(post.due)}  {click.style(name, bold=True)}  {post.key.account}  "
        f"{post.state if post.state is not State.PLANNED else _standing(post)}"
    )
    for line in show.text_lines(post.rendering):
        click.echo(line)


def _standing(post: LedgerPost) -> str:
    if post.held_by:
        return f"held: {post.held_by.reason}"
    return "waiting" if post.approved_by else "not approved yet"
