"""Commands for people who decide: approve, hold, release, unsettled, settle."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Final

import click

from bot import app
from bot.cli import show
from bot.cli.filters import FORMAT
from bot.core.model import (
    Language,
    Mode,
    PlatformName,
    PostKey,
    SettingsError,
    State,
    configured_run,
)
from bot.core.plan import Sources, Window, days_of
from bot.core.source import did_you_mean, listed
from bot.ledger import Ledger, Phase, Scope, ScopeKind
from bot.platforms import REQUEST_DEADLINE_SECONDS

FileReader = Callable[[], Sources | None]
NOT_SAID: Final = "not said yet"
BY = click.option("--by", metavar="NAME", help="Who decides: your name. It is recorded.")


# --- approve ----------------------------------------------------------------------------------


@click.command(epilog='Example:  .venv/bin/bot approve --preview K7QF-2M9D --by "A. Smith"')
@click.option("--preview", "code", metavar="CODE", help="The code that a preview showed.")
@click.option("--from-dry-run", is_flag=True, help="Carry over what people approved in dry run.")
@click.option("--by", metavar="NAME", required=True, help="Who approves: your name.")
def approve(code: str | None, from_dry_run: bool, by: str) -> None:
    """Approve exactly what a preview showed. What has changed since is named, not approved."""
    if bool(code) == from_dry_run:
        raise click.UsageError("Name one of --preview CODE and --from-dry-run.")
    if not by.strip():
        raise click.UsageError("--by needs a name.")
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    ledger = app.open_ledger(env, now=now, create=True)
    try:
        basis = f"preview {code}" if code else "approved in dry run"
        pairs = _previewed(env, ledger, code.strip().upper()) if code else _from_dry_run(env)
        good, changed = _still_so(env, ledger, pairs, now)
        new = ledger.approve(good, by=by.strip(), now=now, basis=basis)
    finally:
        ledger.close()
    already = len(good) - new
    click.echo(
        f"{show.counted(new, 'post')} approved by {by.strip()}."
        + (f" {already} were approved already." if already else "")
    )
    for line in changed:
        click.echo(f"NOT approved: {line}")
    if changed:
        click.echo("Look at them again with bot preview, and approve its new code.")
        raise click.exceptions.Exit(1)


def _previewed(env: app.Environment, ledger: Ledger, code: str) -> tuple[tuple[PostKey, str], ...]:
    whole = code if "-" in code else f"{code[:4]}-{code[4:]}"
    pairs = ledger.preview(whole)
    if pairs is None and env.mode is Mode.DRY:
        pairs = app.kept_preview(env, whole)
    if pairs is None:
        raise SettingsError(
            f"no preview here has the code {code}. Make one with bot preview and use the code it "
            "shows; codes of another mode or ledger do not count."
        )
    return pairs


def _from_dry_run(env: app.Environment) -> tuple[tuple[PostKey, str], ...]:
    if env.mode is not Mode.LIVE:
        raise SettingsError("--from-dry-run is for live mode: set BOT_MODE=live.")
    path = env.data / "dry-run.sqlite3"
    dry = Ledger.open(f"sqlite:///{path}", Mode.DRY)
    try:
        return tuple((one.key, one.digest) for one in dry.approvals() if not one.automatic)
    finally:
        dry.close()


def _still_so(
    env: app.Environment, ledger: Ledger, pairs: Iterable[tuple[PostKey, str]], now: Any
) -> tuple[list[tuple[PostKey, str]], list[str]]:
    """(what would still go out exactly so, a line for everything that would not)."""
    pairs = list(pairs)
    loaded = app.load(env)
    digests: dict[PostKey, str] = {}
    stopped: dict[PostKey, str] = {}
    picks = ledger.picks()
    for window in _windows_of(loaded, {key.run for key, _ in pairs}):
        planned = app.make_plan(loaded, window, picks, now=now)
        digests.update((post.key, post.rendering.digest) for post in planned.plan.posts)
        stopped.update((k, problem.message) for k, problem in planned.checked.stopped.items())
    digests.update((post.key, post.rendering.digest) for post in ledger.given_times())
    good, changed = [], []
    for key, digest in pairs:
        if digests.get(key) == digest:
            good.append((key, digest))
        elif key in stopped:
            changed.append(f"{key} has an error now: {stopped[key]}")
        elif key in digests:
            changed.append(f"{key} has changed since.")
        else:
            changed.append(f"{key} is no longer planned.")
    return good, changed


def _windows_of(loaded: app.Loaded, runs: Iterable[str]) -> Iterable[Window]:
    """The days of runs: a weekly one's week is in its id."""
    sources = loaded.usable
    for name in sorted(runs):
        run = sources.config.runs.get(configured_run(name))
        pack = sources.packs.get(run.pack) if run else None
        if run is None or pack is None:
            continue
        days = days_of(run, pack, name)
        if days is not None:
            yield days


# --- hold and release -------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot hold     .venv/bin/bot hold kent --by Gold "
    '--reason "major incident"     .venv/bin/bot hold "South East"'
)
@click.argument("scope", nargs=-1)
@BY
@click.option("--reason", metavar="WORDS", help="Why. It is recorded and shown to everybody.")
def hold(scope: tuple[str, ...], by: str | None, reason: str | None) -> None:
    """Stop everything here, at once; or one force, region, account, platform, campaign or theme.

    When this command returns, nothing it covers can leave any more. With nothing after it, it
    holds everything first and asks for the reason and your name after.
    """
    env = app.read_environment()
    modes = app.modes_here(env)
    sources = _read_once(env)
    covers = partial(_covers, env, sources)
    placed: list[tuple[Mode, int]] = []
    wanted = Scope.everything()
    for mode in modes or (Mode.DRY,):
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            wanted = _scope(sources, ledger, " ".join(scope), _HOLDING)
            one = ledger.hold(wanted, by=by or NOT_SAID, reason=reason or NOT_SAID, now=now)
            placed += [(mode, one.id)] if NOT_SAID in (one.by, one.reason) else []
            click.echo(click.style(f"HELD, {_spoken(mode)}: {covers(wanted)}", bold=True))
            _say_for_a_run(" ".join(scope), wanted, _HOLDING)
            _wait_for_flights(ledger, wanted)
    if not modes:
        click.echo("No bot has run with this data folder. If one is running, stop its process.")
    if not (by and reason) and sys.stdin.isatty():
        reason = reason or click.prompt("Why")
        by = by or click.prompt("Your name")
    for mode, hold_id in placed if by and reason else ():
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            ledger.explain_hold(hold_id, by=str(by), reason=str(reason), now=now)
    if not (by and reason):
        click.echo("No name and reason are recorded yet: give the command again with both:")
        click.echo(f"  .venv/bin/bot hold{_as_typed(wanted)} --by NAME --reason WORDS")
    click.echo("What falls due under the hold is missed: nothing catches up by itself. To end it:")
    click.echo(f"  .venv/bin/bot release{_as_typed(wanted)} --by NAME --reason WORDS")


@contextmanager
def _ledger(env: app.Environment, mode: Mode) -> Iterator[Ledger]:
    env = replace(env, mode=mode)
    ledger = app.open_ledger(env, now=app.SystemClocks(env.now).now(), create=True)
    try:
        yield ledger
    finally:
        ledger.close()


def _spoken(mode: Mode) -> str:
    return "LIVE" if mode is Mode.LIVE else "dry run"


@click.command(epilog='Example:  .venv/bin/bot release kent --by Gold --reason "incident over"')
@click.argument("scope", nargs=-1)
@click.option("--by", metavar="NAME", required=True, help="Who decides: your name.")
@click.option("--reason", metavar="WORDS", required=True, help="Why the hold ends.")
def release(scope: tuple[str, ...], by: str, reason: str) -> None:
    """End a hold. Nothing catches up: posts whose time passed under it stay missed.

    An account that the bot itself stopped (out of credit, suspended) is started again by its name.
    """
    env = app.read_environment()
    sources = _read_once(env)
    covers = partial(_covers, env, sources)
    done = False
    for mode in app.modes_here(env):
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            wanted = _scope(sources, ledger, " ".join(scope), _RELEASING)
            ended = ledger.release(wanted, by=by, reason=reason, now=now)
            started = wanted.kind is ScopeKind.ACCOUNT and ledger.start_account(
                str(wanted.name), by=by, now=now
            )
            done = done or bool(ended) or started
            if started:
                click.echo(f"Started again, {_spoken(mode)}: the account {wanted.name}.")
            for one in ended:
                since = show.local_moment(one.at)
                click.echo(f"Released, {_spoken(mode)}: {covers(one.scope)} Held since {since}.")
                _say_for_a_run(" ".join(scope), wanted, _RELEASING)
            for one in ledger.holds():
                by_whom = f"Held by {one.by}: {one.reason}."
                click.echo(f"Still held, {_spoken(mode)}: {covers(one.scope)} {by_whom}")
    if not done:
        click.echo("NOTHING IS RELEASED: there is no such hold here.")
    raise click.exceptions.Exit(0 if done else 1)


def _read_once(env: app.Environment) -> FileReader:
    """Reads packs and configuration when first asked for: a bare hold waits for no file."""
    return cache(lambda: app.load(env).sources)


@dataclass(frozen=True, slots=True)
class _Act:
    """What a person does with a scope, in the words that say so."""

    done: str
    command: str


_HOLDING: Final = _Act("held", ".venv/bin/bot hold {}")
_RELEASING: Final = _Act("released", ".venv/bin/bot release {} --by NAME --reason WORDS")


def _scope(sources: FileReader, ledger: Ledger, said: str, act: _Act) -> Scope:
    """What a person meant by a name. Raises SettingsError, saying that nothing happened."""
    said = said.strip()
    if not said or said.lower() in ("everything", "all"):
        return Scope.everything()
    known = _known_scopes(sources(), ledger)
    wanted = said.lower()
    matches = sorted(scope for scope in known if wanted in _names(scope))
    if len(matches) == 1:
        return matches[0]
    nothing = f"NOTHING IS {act.done.upper()}:"
    if matches:
        choices = listed((_as_typed(scope, whole=True) for scope in matches), "or")
        raise SettingsError(f'{nothing} "{said}" could be {choices}.')
    runs = _known_runs(sources(), ledger)
    run = configured_run(said)
    campaign = runs.get(run)
    if campaign is not None:
        alone = list(runs.values()).count(campaign) == 1
        if alone and said == run:
            return Scope.campaign(campaign)
        command = act.command.format(campaign)
        raise SettingsError(f"{nothing} a run is {act.done} by its campaign: {command}")
    names = {str(scope.name) for scope in known}
    raise SettingsError(
        f'{nothing} there is nothing called "{said}". '
        + did_you_mean(said, {n.lower(): n for n in names}, what="Known")
        + (" To stop everything: .venv/bin/bot hold" if act is _HOLDING else "")
    )


def _known_runs(sources: Sources | None, ledger: Ledger) -> dict[str, str]:
    """The campaign of every configured run, from the configuration and from what is planned."""
    found = {configured_run(post.key.run): post.campaign for post in ledger.posts()}
    return found | {run.id: run.pack for run in (sources.config.runs if sources else {}).values()}


def _say_for_a_run(said: str, scope: Scope, act: _Act) -> None:
    """That a campaign stands for its only run, where that is what was typed."""
    said = said.strip()
    if scope.kind is ScopeKind.CAMPAIGN and said.lower() not in _names(scope):
        click.echo(f"{said} is {act.done} by its campaign: {scope.name}.")


def _known_scopes(sources: Sources | None, ledger: Ledger) -> set[Scope]:
    """Everything that can be held, from the configuration and from what the ledger holds."""
    found = {Scope.platform(name.value) for name in PlatformName}
    for post in ledger.posts():
        found |= {Scope.force(post.sender), Scope.account(post.key.account)}
        found |= {Scope.campaign(post.campaign), Scope.theme(post.theme)}
        found |= {Scope.region(post.region)} if post.region else set()
    if sources is None:  # a broken configuration must not stand in the way of a hold
        return found
    for sender in sources.config.senders.values():
        found |= {Scope.force(sender.id)} | {Scope.account(a.id) for a in sender.accounts}
        found |= {Scope.region(sender.region)} if sender.region else set()
    for name, pack in sources.packs.items():
        found.add(Scope.campaign(name))
        found |= {Scope.theme(theme) for theme in (pack.themes if pack else ())}
    return found


def _names(scope: Scope) -> tuple[str, str]:
    return str(scope.name).lower(), _as_typed(scope, whole=True).lower()


def _as_typed(scope: Scope, *, whole: bool = False) -> str:
    if scope.name is None:
        return ""
    name = f'"{scope.name}"' if " " in scope.name else scope.name
    return f"{scope.kind}:{scope.name}" if whole else f" {name}"


def _covers(env: app.Environment, sources: FileReader, scope: Scope) -> str:
    found = sources()
    senders = found.config.senders if found else {}
    sender = senders.get(scope.name or "")
    if scope.kind is ScopeKind.EVERYTHING:
        text = "everything that runs here."
    elif scope.kind is ScopeKind.FORCE and sender is not None:
        text = f"{sender.name(Language.EN)}."
    else:
        text = f"the {scope.kind} {scope.name}."
    elsewhere = len([name for name in senders if env.forces and name not in env.forces])
    return f"{text} {show.counted(elsewhere, 'sender')} not run here." if elsewhere else text


def _wait_for_flights(ledger: Ledger, scope: Scope) -> None:
    """Names what had passed the last check before the hold, and waits to see how it ends."""
    past = [one for one in ledger.in_flight(scope) if one.phase is Phase.INTENT]
    if not past:
        click.echo("Nothing was on its way out.")
        return
    for one in past:
        click.echo(f"On its way out already: {one.key} - waiting for its end …")
    ends = time.monotonic() + REQUEST_DEADLINE_SECONDS + 5
    keys = {one.key for one in past}
    while time.monotonic() < ends and keys & {one.key for one in ledger.in_flight(scope)}:
        time.sleep(0.2)
    for key in sorted(keys):
        post = ledger.post(key)
        if post is None or post.state is State.SENDING:
            click.echo(f"  {key}: MAY STILL LEAVE: its process has not answered.")
        else:
            click.echo(f"  {key}: {post.state} {post.remote_url or ''}".rstrip())


# --- unsettled and settle ---------------------------------------------------------------------


@click.command(epilog="Example:  .venv/bin/bot unsettled")
@FORMAT
def unsettled(form: str) -> None:
    """List posts that may or may not be public, and wait for a person's word."""
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    if not app.ledger_exists(env):
        show.as_json([]) if form == "json" else click.echo("Nothing is unsettled.")
        return
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        waiting = ledger.unknown()
    finally:
        ledger.close()
    if form == "json":
        show.as_json(
            [
                {
                    "key": str(one.key),
                    "account": one.account,
                    "text": one.rendering.text,
                    "since": one.since.isoformat(),
                    "looks": one.looks,
                    "why": one.why,
                    "attempts": [attempt.at.isoformat() for attempt in one.attempts],
                }
                for one in waiting
            ]
        )
        return
    accounts = app.load(env).config.accounts if waiting else {}
    for one in waiting:
        handle = accounts[one.account].handle if one.account in accounts else None
        page = f"https://x.com/{handle}" if handle else f"the page of {one.account}"
        click.echo(click.style(str(one.key), bold=True))
        click.echo(f"  {one.why}")
        for attempt in one.attempts:
            click.echo(f"  tried {show.local_moment(attempt.at)}")
        click.echo(f"  looked {show.counted(one.looks, 'time')}; look yourself at {page}")
        for line in one.rendering.text.split("\n"):
            click.echo(f"    | {line}")
        click.echo(f"  It is there:      .venv/bin/bot settle {one.key} --published URL --by NAME")
        click.echo(
            f"  It is not there:  .venv/bin/bot settle {one.key} --not-published --by NAME\n"
        )
    click.echo(
        f"{show.counted(len(waiting), 'post')} unsettled." if waiting else "Nothing is unsettled."
    )


@click.command(
    epilog="Example:  .venv/bin/bot settle ct-awareness-week@2015/kent-x/d1.morning/en "
    "--not-published --by Gold"
)
@click.argument("key")
@click.option("--published", metavar="URL", help="It is public, at this address.")
@click.option("--not-published", is_flag=True, help="It is not public. It will be missed.")
@click.option("--by", metavar="NAME", required=True, help="Who looked: your name.")
def settle(key: str, published: str | None, not_published: bool, by: str) -> None:
    """Say whether an unsettled post is public, after looking at the account's page."""
    if bool(published) == not_published:
        raise click.UsageError("Name one of --published URL and --not-published.")
    try:
        wanted = PostKey.parse(key)
    except ValueError as error:
        raise SettingsError(f'"{key}" is not a post\'s key. bot unsettled shows them.') from error
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        state = ledger.settle(wanted, published=published, by=by, now=now)
    finally:
        ledger.close()
    click.echo(f"{key}: {state}.")
