"""The command that records a new threat level."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from bot import app
from bot.app.saving import save
from bot.cli import show
from bot.cli.making import WrittenDay
from bot.core.config import ThreatLevels
from bot.core.insertion import place_for_level, with_lines
from bot.core.model import Mode, Pick, Post, PostKey, SettingsError, State
from bot.core.plan import Window
from bot.core.reading import written
from bot.core.source import Fields, did_you_mean, read


class Since(WrittenDay):
    """A day as it would be written, `today` or `yesterday`."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        said = str(value).strip().lower()
        return said if said in ("today", "yesterday") else super().convert(value, param, ctx)


@click.command(
    epilog="Examples:  .venv/bin/bot level substantial --since 2027-05-01 "
    "--source https://www.gov.uk/terrorism-national-emergency     "
    ".venv/bin/bot level severe --since 2026-04-30 --correct"
)
@click.argument("name", metavar="LEVEL")
@click.option("--since", required=True, type=Since(), help="The day it came into force.")
@click.option("--source", metavar="TEXT", help="Where it was announced; a note beside the line.")
@click.option("--correct", is_flag=True, help="Put in a day that lies before the last one there.")
def level(name: str, since: Any, source: str | None, correct: bool) -> None:
    """Add the national threat level to its history in config/constants.yaml.

    One line goes in, and the rest of the file stays as it is. Says which planned posts show the
    level. Before it returns, those in every ledger here, live and dry, have their new words and
    have lost their approval: none leaves with the old level, and each is named with its time.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    today = app.today(now)
    since = {"today": today, "yesterday": today - timedelta(days=1)}.get(since, since)
    before = app.load(env)
    threat = before.config.threat
    path = env.config / "constants.yaml"
    content = path.read_bytes()
    history = _history(content)
    if threat is None or history is None:
        raise SettingsError("config/constants.yaml has no history of threat levels to add to.")
    chosen = _level(name, threat)
    _refuse(chosen, since, threat, correct=correct)
    at, column = place_for_level(history, since)
    note = f"  # {' '.join(source.split())}" if source and source.strip() else ""
    line = f"{' ' * (column - 1)}{since.isoformat()}: {chosen}{note}"
    changed = with_lines(content, at, [line])
    window = Window(app.today(now), app.today(now + before.config.settings.plan_ahead))
    picks = _picks(env, now)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "config"
        shutil.copytree(env.config, trial)
        (trial / "constants.yaml").write_bytes(changed)
        after = app.load(replace(env, config=trial))
        found = after.sources.config.threat if after.sources else None
        if found is None or (since, chosen) not in found.history:
            raise SettingsError("nothing is written: the line would be read as something else.")
        old = app.make_plan(before, window, picks, now=now).plan.posts
        new = app.make_plan(after, window, picks, now=now).plan.posts
    save(path, changed)
    click.echo(f"Written: config/constants.yaml, line {at + 1}: {line.strip()}")
    _say_touched([post for post in _touched(old, new) if post.due > now], window)
    for mode in app.modes_here(env):
        _take_up(replace(env, mode=mode))
    click.echo("Have somebody else read the line, then move as_of and check_by beside it.")


def _take_up(env: app.Environment) -> None:
    """Plans at once with the new level, and says which posts of this ledger wait for approval.

    A running bot would do so too, before its next post; where none runs, this is what counts.
    """
    clocks = app.SystemClocks(env.now)
    ledger = app.open_ledger(env, now=clocks.now(), create=False)
    try:
        before = [post for post in ledger.posts(states=[State.PLANNED]) if post.approved_by]
        on_the_way = ledger.in_flight()
        app.Bot(env, ledger, clocks).plan_ahead()
        after = ledger.posts_of([post.key for post in before])
    finally:
        ledger.close()
    spoken = "LIVE" if env.mode is Mode.LIVE else "Dry run"
    again = [one for one in after.values() if one.state is State.PLANNED and not one.approved_by]
    again.sort(key=lambda one: (one.due, one.key))
    stopped = sorted(one.key for one in after.values() if one.state is State.MISSED)
    done = "lost its approval" if len(again) == 1 else "lost their approval"
    if again:
        click.echo(f"{spoken}: {show.counted(len(again), 'post')} {done}. Approve again:")
    else:
        click.echo(f"{spoken}: no post that waits was approved with the old level.")
    for one in again:
        click.echo(f"  {one.key}, before {show.local_moment(one.due)}")
    for key in stopped:
        click.echo(f"  {key} was due and had not left: missed.")
    for flight in on_the_way:
        click.echo(f"  {flight.key} was on its way out already, in these words: {flight.text}")


def _history(content: bytes) -> Fields | None:
    top, _ = read("config/constants.yaml", content)
    levels = top.entries.get("threat_levels") if top else None
    history = levels.entries.get("history") if isinstance(levels, Fields) else None
    return history if isinstance(history, Fields) and history.entries else None


def _level(name: str, threat: ThreatLevels) -> str:
    known = {one.lower(): one for one in threat.names}
    if name.strip().lower() not in known:
        hint = did_you_mean(name, threat.names, what="Levels")
        raise SettingsError(f'there is no level called "{name}". {hint}')
    return known[name.strip().lower()]


def _refuse(name: str, since: date, threat: ThreatLevels, *, correct: bool) -> None:
    """A level twice, a day twice, or a day before the last one that nobody meant to correct."""
    days = dict(threat.history)
    if since in days:
        raise SettingsError(
            f"the history has a level for {written(since)} already: {days[since]}. If that is "
            "wrong, change that line in config/constants.yaml."
        )
    last = max(days, default=since)
    if since < last and not correct:
        raise SettingsError(
            f"{written(since)} is before the last change, on {written(last)}. "
            "If a day was forgotten, say so with --correct."
        )
    earlier = [day for day in days if day < since]
    later = [day for day in days if day > since]
    if earlier and days[max(earlier)] == name:
        raise SettingsError(f"the level has been {name} since {written(max(earlier))} already.")
    if later and days[min(later)] == name:
        raise SettingsError(
            f"the history says {name} from {written(min(later))} on. If it came in on "
            f"{written(since)}, change the day in that line of config/constants.yaml."
        )


def _picks(env: app.Environment, now: datetime) -> Mapping[PostKey, Pick]:
    """What fills the places that are approved or under way; nothing where no ledger is yet."""
    if not app.ledger_exists(env):
        return {}
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        return ledger.picks()
    finally:
        ledger.close()


def _touched(old: Iterable[Post], new: Iterable[Post]) -> list[Post]:
    """The posts whose words are other ones now, in the order of their due times."""
    digests = {post.key: post.rendering.digest for post in old}
    changed = [post for post in new if digests.get(post.key) != post.rendering.digest]
    return sorted(changed, key=lambda post: post.due)


def _say_touched(posts: list[Post], window: Window) -> None:
    days = f"{written(window.first)} to {written(window.last)}"
    if not posts:
        click.echo(f"No post planned from {days} shows it.")
        return
    click.echo(
        f"{show.counted(len(posts), 'planned post')} from {days} "
        f"{'shows' if len(posts) == 1 else 'show'} it, and must be approved again:"
    )
    counts = Counter(post.sender for post in posts)
    for sender in sorted(counts):
        first = next(post for post in posts if post.sender == sender)
        click.echo(
            f"  {sender:28} {show.counted(counts[sender], 'post')}, "
            f"the first on {show.local_moment(first.due)}"
        )
