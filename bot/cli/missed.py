"""Commands for what was missed: list it, keep it, move it, drop it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import Any, Final, TypeVar

import click

from bot import app
from bot.cli import show
from bot.cli.filters import FORMAT, Day
from bot.core.model import (
    LONDON,
    Account,
    Mode,
    Post,
    PostKey,
    SettingsError,
    State,
    configured_run,
)
from bot.core.plan import preview_code
from bot.core.reading import to_utc
from bot.core.retime import spaced
from bot.core.source import did_you_mean
from bot.core.turns import place_of, twin_of
from bot.ledger import Ledger, LedgerPost

F = TypeVar("F", bound=Callable[..., Any])

DAYS: Final = 14
"""What was missed longer ago is not listed unless --since asks for it."""

SEEN_LATE: Final = "First seen after its time."  # what the ledger says of a post planned too late

Chosen = Sequence[tuple[LedgerPost, datetime]]  # posts, each with the time it would get


# --- what the commands share ------------------------------------------------------------------


class Moment(click.ParamType[Any]):
    """`18:30` (today), `tomorrow 09:00` or `2026-11-24 09:00`, on London's clocks."""

    name = "TIME"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        day, _, clock = str(value).strip().rpartition(" ")
        found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", clock)
        if found is None:
            self.fail(f'"{value}" is not a time. Write it as 18:30 or 2026-11-24 09:00.')
        on = Day().convert(day.strip(), param, ctx) if day.strip() else "today"
        return on, time(int(found[1]), int(found[2]))


class Length(click.ParamType[Any]):
    """`10m`, `10 minutes`, `1h`."""

    name = "LENGTH"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([0-9]{1,3}) *(m|minutes?|h|hours?)", str(value).strip())
        if found is None or int(found[1]) == 0:
            self.fail(f'"{value}" is not a length of time. Write it as 10m or 1h.')
        return timedelta(**{"hours" if found[2][0] == "h" else "minutes": int(found[1])})


@dataclass(frozen=True, slots=True)
class Which:
    """Which of the missed posts somebody means."""

    keys: tuple[str, ...]
    everything: bool
    since: Any
    named: Mapping[str, str]  # what was typed after --force, --region and so on

    def of(self, ledger: Ledger, now: datetime) -> list[LedgerPost]:
        """Those posts, by their time. Raises SettingsError where nothing was missed there."""
        if not (self.keys or self.everything or any(self.named.values())):
            raise click.UsageError(
                "Name posts by their keys, or --force, --region, --account, --campaign or "
                "--theme, or --all."
            )
        if self.keys:
            return self._by_key(ledger)
        missed = ledger.missed(since=since(self.since, now))
        found = [one for one in missed if _covers(self.named, one)]
        if not found:
            raise SettingsError(_nothing(self.named, missed))
        return found

    def _by_key(self, ledger: Ledger) -> list[LedgerPost]:
        missed = {str(one.key): one for one in ledger.missed()}
        for key in self.keys:
            if key not in missed:
                raise SettingsError(
                    f"{key} does not wait for a decision: {_standing(ledger, key)}. "
                    "NOTHING WAS DONE. .venv/bin/bot missed lists what does."
                )
        return [missed[key] for key in dict.fromkeys(self.keys)]


def _covers(named: Mapping[str, str], one: LedgerPost) -> bool:
    return all(
        value.lower() in (name.lower() for name in _names(one)[what])
        for what, value in named.items()
        if value
    )


def _nothing(named: Mapping[str, str], missed: Iterable[LedgerPost]) -> str:
    asked = " ".join(f'--{what} "{value}"' for what, value in named.items() if value)
    known = {n for o in missed for what in named for n in _names(o)[what]}
    near = [did_you_mean(v, known, what="Missed") for v in named.values() if v]
    return f"nothing was missed {f'within {asked}' if asked else 'here'}. {' '.join(near[:1])}"


def _names(one: LedgerPost) -> dict[str, tuple[str, ...]]:
    return {
        "force": (one.sender,),
        "region": (one.region,) if one.region else (),
        "account": (one.key.account,),
        "campaign": (one.campaign, one.key.run, configured_run(one.key.run)),
        "theme": (one.theme,),
    }


def _standing(ledger: Ledger, key: str) -> str:
    try:
        post = ledger.post(PostKey.parse(key))
    except ValueError:
        return "that is not a post's key"
    return "the ledger does not hold it" if post is None else f"it is {post.state}"


def since(day: Any, now: datetime) -> datetime:
    """The first instant of a day that was named, or of the days that are listed unasked."""
    today = app.today(now)
    first = day if isinstance(day, date) else today
    return to_utc(first if day else today - timedelta(days=DAYS), time(0))


@dataclass(frozen=True, slots=True)
class Sorted:
    """What was missed: what a person may want to decide on, and what nobody could have sent."""

    for_a_person: tuple[LedgerPost, ...]
    before_first_run: tuple[LedgerPost, ...]


def sorted_missed(ledger: Ledger, *, since: datetime) -> Sorted:
    """What was missed since then. A new ledger's first plan begins with the day's past posts."""
    waiting = ledger.missed(since=since)
    seen_late = [one for one in waiting if one.why == SEEN_LATE]
    first_run = _first_planned(ledger, since) if seen_late else None
    early = tuple(one for one in seen_late if one.since == first_run)
    keys = {one.key for one in early}
    return Sorted(tuple(one for one in waiting if one.key not in keys), early)


def _first_planned(ledger: Ledger, since: datetime) -> datetime:
    """When the first plan was made, as far as the first post and those due since then can tell.

    What was planned then and still waits, or was late already, is in its state since that moment.
    """
    return min(post.since for post in (*ledger.posts(limit=1), *ledger.posts(due_from=since)))


def scope_options(function: F) -> F:
    """Adds the names of scopes; hands them on as `named`."""

    @click.option("--force", default="", metavar="NAME", help="All that this force missed.")
    @click.option("--region", default="", metavar="NAME", help="All of this region.")
    @click.option("--account", default="", metavar="NAME", help="All of this account.")
    @click.option("--campaign", default="", metavar="NAME", help="All of this campaign or run.")
    @click.option("--theme", default="", metavar="NAME", help="All of this theme.")
    @wraps(function)
    def wrapped(
        force: str, region: str, account: str, campaign: str, theme: str, **rest: Any
    ) -> Any:
        named = {
            "force": force,
            "region": region,
            "account": account,
            "campaign": campaign,
            "theme": theme,
        }
        return function(named=named, **rest)

    return wrapped  # type: ignore[return-value]  # the options change the signature


def which_options(function: F) -> F:
    """Adds KEYS and the names of scopes; hands them on as `which`."""

    @click.argument("keys", nargs=-1, metavar="[KEY]...")
    @scope_options
    @click.option("--all", "everything", is_flag=True, help="All that was missed.")
    @SINCE
    @wraps(function)
    def wrapped(
        keys: tuple[str, ...],
        named: Mapping[str, str],
        everything: bool,
        since: Any,
        **rest: Any,
    ) -> Any:
        if keys and (everything or any(named.values())):
            raise click.UsageError("Name posts by their keys, or by a scope: not both.")
        return function(which=Which(keys, everything, since, named), **rest)

    return wrapped  # type: ignore[return-value]  # the options change the signature


SINCE: Final = click.option(
    "--since", type=Day(), help=f"Missed since this day; {DAYS} days ago if not said."
)
BY: Final = click.option("--by", metavar="NAME", required=True, help="Who decides: your name.")
EVERY: Final = click.option(
    "--every",
    type=Length(),
    default="10m",
    show_default=True,
    help="How far apart the posts of one account go out.",
)
APPROVE: Final = click.option(
    "--approve", "approves", is_flag=True, help="Approve, by the same name, what is shown."
)


@contextmanager
def _opened(env: app.Environment, now: datetime) -> Iterator[Ledger]:
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        yield ledger
    finally:
        ledger.close()


# --- listing ----------------------------------------------------------------------------------


@click.group(
    invoke_without_command=True,
    epilog="Examples:  .venv/bin/bot missed     .venv/bin/bot missed --force kent     "
    ".venv/bin/bot missed keep --force kent --at 18:30 --by Gold",
)
@scope_options
@SINCE
@FORMAT
@click.pass_context
def missed(context: click.Context, named: Mapping[str, str], since: Any, form: str) -> None:
    """List what was missed and waits for a decision: keep it, move it, or drop it.

    Nothing catches up by itself. A post that may be public is not here: see bot unsettled.
    """
    act = context.invoked_subcommand
    if act is None:
        _list(named, since, form)
    elif since is not None or any(named.values()):
        # The act would not see them, and might touch more than was meant.
        raise click.UsageError(f"Write what is meant after {act}, not before it.")


def _list(named: Mapping[str, str], day: Any, form: str) -> None:
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    missed: tuple[LedgerPost, ...] = ()
    if app.ledger_exists(env):
        with _opened(env, now) as ledger:
            missed = ledger.missed(since=since(day, now))
    waiting = [one for one in missed if _covers(named, one)]
    if form == "json":
        show.as_json([show.ledger_record(one) for one in waiting])
        return
    if missed and not waiting:
        raise SettingsError(_nothing(named, missed))
    sources = app.load(env).sources if waiting else None
    senders = sources.config.senders if sources else {}
    for one in waiting:
        language = one.key.language
        sender = senders.get(one.sender)
        name = sender.name(language) if sender else one.sender
        said = f", {language.label}" if sender and len(sender.languages) > 1 else ""
        first_line = one.rendering.text.split("\n")[0]
        click.echo(f"{click.style(name, bold=True)}{said}, {show.local_moment(one.due)}")
        click.echo(f"    {first_line}")
        click.echo(f"    {one.why}")
        click.echo(f"    {one.key}")
    if not waiting:
        click.echo("Nothing waits for a decision.")
        return
    click.echo(f"\n{show.counted(len(waiting), 'post')} missed. For each, or for all of a scope:")
    click.echo("  .venv/bin/bot missed keep KEY --at 18:30 --by NAME       at a new time")
    click.echo("  .venv/bin/bot missed move KEY --to DATE --by NAME        its time of day, then")
    click.echo("  .venv/bin/bot missed drop KEY --reason WORDS --by NAME   not at all")


# --- keep and move ----------------------------------------------------------------------------


@missed.command(
    epilog='Examples:  .venv/bin/bot missed keep --force kent --at 18:30 --by "A. Smith"     '
    ".venv/bin/bot missed keep ct-awareness-week@2015/kent-x/d1.morning/en "
    '--at "2015-11-24 09:00" --by "A. Smith" --approve'
)
@which_options
@click.option("--at", "moment", type=Moment(), required=True, help="18:30, or 2026-11-24 09:00.")
@EVERY
@BY
@APPROVE
def keep(which: Which, moment: Any, every: timedelta, by: str, approves: bool) -> None:
    """Publish what was missed at a new time, London's.

    Several posts of one account go out one after the other, --every so far apart; the languages
    of one place stay together. The new time is part of what is approved, so it must be approved.
    """

    def wanted(_post: LedgerPost, today: date) -> datetime:
        return instant(moment, today)

    _give_times(which, wanted, every, by=by, approves=approves)


@missed.command(
    epilog="Example:  .venv/bin/bot missed move --campaign ct-awareness-week@2015 "
    '--to 2015-11-25 --by "A. Smith"'
)
@which_options
@click.option("--to", "day", type=Day(), required=True, help="The day it goes out instead.")
@EVERY
@BY
@APPROVE
def move(which: Which, day: Any, every: timedelta, by: str, approves: bool) -> None:
    """Publish what was missed on another day, at its own time of day.

    Two posts of one account that want the same time go out --every so far apart.
    """

    def wanted(post: LedgerPost, today: date) -> datetime:
        local = post.due.astimezone(LONDON)
        return to_utc(_on(day, today), local.time())

    _give_times(which, wanted, every, by=by, approves=approves)


def instant(moment: Any, today: date) -> datetime:
    """What a Moment stands for."""
    return to_utc(_on(moment[0], today), moment[1])


def _on(day: Any, today: date) -> date:
    if isinstance(day, date):
        return day
    return today + timedelta(days=1) if day == "tomorrow" else today


def _give_times(
    which: Which,
    wanted: Callable[[LedgerPost, date], datetime],
    every: timedelta,
    *,
    by: str,
    approves: bool,
) -> None:
    by = _name(by)
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    loaded = app.load(env)
    sources = loaded.usable.at(now)
    with _opened(env, now) as ledger:
        accounts = sources.config.accounts
        whole, alone = _with_twins(which.of(ledger, now), ledger, accounts)
        chosen = _spaced(whole, lambda one: wanted(one, app.today(now)), every, accounts)
        proposed = app.propose(sources, chosen, ledger.picks(), now=now)
        packs = app.pack_texts(loaded, proposed.posts)
        made = set(
            ledger.give_times(proposed.posts, by=by, now=now, packs=packs, pictures=loaded.pictures)
        )
        done = [post for post in proposed.posts if post.key in made]
        pairs = [(post.key, post.rendering.digest) for post in done]
        basis = "shown when it was given a new time"
        if approves:
            ledger.approve(pairs, by=by, now=now, basis=basis)
        elif env.mode is Mode.DRY and sources.config.settings.dry_run_approves:
            ledger.approve(
                pairs, by="the dry run", now=now, automatic=True, basis="nothing is sent"
            )
        _tell(ledger, done, {one.key: one for one, _ in chosen})
        code = preview_code(pairs)
        ledger.remember_preview(code, pairs, now=now)
    refused = {str(key): why for key, why in ({**proposed.refused, **alone}).items()}
    refused |= {
        str(post.key): "it does not wait for a decision any more."
        for post in proposed.posts
        if post.key not in made
    }
    if done and approves:
        click.echo(f"\n{show.counted(len(done), 'post')} approved by {by}.")
    elif done:
        click.echo(
            f'\nTo approve exactly these: .venv/bin/bot approve --preview {code} --by "Your Name"'
        )
    for key, why in sorted(refused.items()):
        click.echo(f"NOT given a new time: {key}: {why}")
    raise click.exceptions.Exit(1 if refused else 0)


def _name(by: str) -> str:
    if not by.strip():
        raise click.UsageError("--by needs a name.")
    return by.strip()


def _with_twins(
    chosen: Sequence[LedgerPost], ledger: Ledger, accounts: Mapping[str, Account]
) -> tuple[list[LedgerPost], dict[PostKey, str]]:
    """The posts with all that was missed in their places; and why some cannot go out again.

    Moving one language moves the other. It goes alone only where the other is public.
    """
    places = {place_of(one.key, accounts) for one in chosen}
    have = {one.key: one for one in ledger.missed() if place_of(one.key, accounts) in places}
    whole = have | {one.key: one for one in chosen}
    twins = {
        key: twin
        for key in whole
        if (account := accounts.get(key.account)) and (twin := twin_of(key, account))
    }
    elsewhere = ledger.posts_of([twin for twin in twins.values() if twin not in whole])
    alone = {
        key: f"it goes out with {twin} or not at all, which is {elsewhere[twin].state}."
        for key, twin in twins.items()
        if twin in elsewhere and elsewhere[twin].state is not State.PUBLISHED
    }
    return [one for key, one in whole.items() if key not in alone], alone


def _spaced(
    posts: Iterable[LedgerPost],
    wanted: Callable[[LedgerPost], datetime],
    every: timedelta,
    accounts: Mapping[str, Account],
) -> Chosen:
    """Each post with its time; a place's languages go out together, Welsh first, as planned."""
    places: dict[tuple[str, str, str], list[LedgerPost]] = {}
    for post in posts:
        places.setdefault(place_of(post.key, accounts), []).append(post)
    found = spaced(
        places.values(), lambda group: group[0].key.account, lambda group: wanted(group[0]), every
    )
    return [(post, due) for group, due in found for post in group]


def _tell(ledger: Ledger, done: Iterable[Post], before: Mapping[PostKey, LedgerPost]) -> None:
    """Each post exactly as it would go out, and what should be known before it is approved."""
    standing = ledger.posts_of([post.key for post in done])
    for post in done:
        click.echo(f"\n{click.style(str(post.key), bold=True)}")
        click.echo(f"  {show.local_moment(post.due)}, {post.key.account}:")
        if post.rendering.reposts:
            click.echo(f"  Repost of {post.rendering.reposts}:")
        for line in show.text_lines(post.rendering):
            click.echo(line)
        if post.rendering.text != before[post.key].rendering.text:
            click.echo("  THE WORDS ARE NOT THOSE THAT WERE MISSED: look at them again.")
        hold = standing[post.key].held_by
        if hold is not None:
            click.echo(f"  HELD by {hold.by}: {hold.reason}. It is missed again unless the hold")
            click.echo("  is released before its time.")
        for other in _beside(ledger, post):
            click.echo(f"  Near it: {other.key} at {show.local_time(other.due)}.")


def _beside(ledger: Ledger, post: Post) -> list[LedgerPost]:
    """Other posts of the account within ten minutes, but for the same place's other language."""
    near = timedelta(minutes=10)
    around = ledger.posts(
        accounts=[post.key.account],
        due_from=post.due - near + timedelta(seconds=1),
        due_before=post.due + near,
    )
    return [
        one
        for one in around
        if (one.key.run, one.key.slot) != (post.key.run, post.key.slot)
        and one.state.value in ("planned", "sending", "published")
    ]


# --- drop -------------------------------------------------------------------------------------


@missed.command(
    epilog='Example:  .venv/bin/bot missed drop --theme know-the-signs --reason "out of date" '
    '--by "A. Smith"'
)
@which_options
@click.option("--reason", metavar="WORDS", required=True, help="Why it does not go out.")
@BY
def drop(which: Which, reason: str, by: str) -> None:
    """Decide that what was missed does not go out. This is for good."""
    if not reason.strip():
        raise click.UsageError("--reason needs words.")
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    with _opened(env, now) as ledger:
        chosen = which.of(ledger, now)
        reason = reason.strip().rstrip(".")
        done = set(ledger.drop([one.key for one in chosen], by=_name(by), reason=reason, now=now))
    for one in chosen:
        if one.key in done:
            click.echo(f"Dropped: {one.key}")
        else:
            click.echo(f"NOT dropped: {one.key}: it does not wait for a decision any more.")
    click.echo(f"{show.counted(len(done), 'post')} dropped by {by.strip()}.")
    raise click.exceptions.Exit(0 if len(done) == len(chosen) else 1)
