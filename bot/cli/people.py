"""Commands for people who decide: approve, hold, release, unsettled, settle."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import Any, Final

import click

from bot import app
from bot.cli import holds, reads, show
from bot.cli.filters import FORMAT
from bot.cli.missed import Moment, instant
from bot.core.model import (
    LONDON,
    Account,
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
from bot.delivery import could_not_be_read, next_look
from bot.ledger import (
    SECOND_WORD_WITHIN,
    Attempt,
    Hold,
    HoldKind,
    Ledger,
    LedgerPost,
    Phase,
    Scope,
    ScopeKind,
    UnknownPost,
    within,
)
from bot.platforms import REQUEST_DEADLINE_SECONDS
from bot.platforms.addresses import check_place, page

FileReader = Callable[[], Sources | None]
NOT_SAID: Final = "not said yet"
BY = click.option("--by", metavar="NAME", help="Who decides: your name. It is recorded.")


# --- approve ----------------------------------------------------------------------------------


@click.command(
    epilog='Examples:  .venv/bin/bot approve --preview K7QF-2M9D --by "A. Smith"     '
    '.venv/bin/bot approve --reaffirm kent --by "A. Smith"'
)
@click.argument("scope", nargs=-1)
@click.option("--preview", "code", metavar="CODE", help="The code that a preview showed.")
@click.option("--from-dry-run", is_flag=True, help="Carry over what people approved in dry run.")
@click.option(
    "--reaffirm",
    is_flag=True,
    help="Approve again what lost its approval when a hold ended: all of it, or of one force, "
    "region, account, platform, campaign or theme.",
)
@click.option("--by", metavar="NAME", required=True, help="Who approves: your name.")
def approve(
    scope: tuple[str, ...], code: str | None, from_dry_run: bool, reaffirm: bool, by: str
) -> None:
    """Approve exactly what a preview showed. What has changed since is named, not approved.

    The end of a hold takes the approvals given before it. With --reaffirm those of posts that are
    still the same are given again, and each post is listed.
    """
    if [bool(code), from_dry_run, reaffirm].count(True) != 1:
        raise click.UsageError("Name one of --preview CODE, --from-dry-run and --reaffirm.")
    if scope and not reaffirm:
        raise click.UsageError("A force or another scope goes with --reaffirm only.")
    if not by.strip():
        raise click.UsageError("--by needs a name.")
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    if reaffirm:
        _reaffirm(env, " ".join(scope), by.strip())
        return
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


def _reaffirm(env: app.Environment, said: str, by: str) -> None:
    now = app.SystemClocks(env.now).now()
    ledger = app.open_ledger(env, now=now, create=False)
    try:
        wanted = _scope(_read_once(env), ledger, said, _REAFFIRMING)
        posts = [one for one in ledger.lost_by_release() if within(wanted, one)]
        posts = [one for one in posts if one.due > now]
        pairs = [(one.key, one.rendering.digest) for one in posts]
        ledger.approve(pairs, by=by, now=now, basis="reaffirmed after a hold")
    finally:
        ledger.close()
    for one in posts:
        click.echo(f"{show.local_moment(one.due)}  {click.style(one.key.account, bold=True)}")
        click.echo(f"    {one.rendering.text.split(chr(10))[0]}")
    click.echo(
        f"{show.counted(len(posts), 'post')} approved again by {by}."
        if posts
        else "Nothing waits to be approved again: no such post lost its approval with a hold."
    )


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
    '--reason "major incident"     .venv/bin/bot hold "South East"     '
    '.venv/bin/bot hold --kind mourning --until "2026-11-29 09:00"'
)
@click.argument("scope", nargs=-1)
@BY
@click.option("--reason", metavar="WORDS", help="Why. It is recorded and shown to everybody.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in HoldKind]),
    default=HoldKind.HOLD.value,
    show_default=True,
    help="hold: nothing leaves. mourning: only messages marked essential. crisis: only the crisis "
    "pack and free posts.",
)
@click.option(
    "--until", type=Moment(), help="When a running bot ends it by itself: 18:00, or with a date."
)
@click.option("--routine", is_flag=True, help="Not for an incident: approvals stand after it.")
def hold(
    scope: tuple[str, ...],
    by: str | None,
    reason: str | None,
    kind: str,
    until: Any,
    routine: bool,
) -> None:
    """Stop everything here, at once; or one force, region, account, platform, campaign or theme.

    When this command returns, nothing it covers can leave any more. With nothing after it, it
    holds everything first and asks for the reason and your name after. When the hold ends, what
    was approved before it must be approved again (bot approve --reaffirm), unless it was --routine.
    """
    env = app.read_environment()
    ends = _end(env, until)
    modes = app.modes_here(env)
    sources = _read_once(env)
    covers = partial(_covers, env, sources)
    placed: list[tuple[Mode, int]] = []
    wanted = Scope.everything()
    for mode in modes or (Mode.DRY,):
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            wanted = _scope(sources, ledger, " ".join(scope), _HOLDING)
            one = ledger.hold(
                wanted,
                by=by or NOT_SAID,
                reason=reason or NOT_SAID,
                now=now,
                kind=HoldKind(kind),
                until=ends,
                routine=routine,
            )
            placed += [(mode, one.id)] if NOT_SAID in (one.by, one.reason) else []
            click.echo(click.style(f"HELD, {_spoken(mode)}: {covers(wanted)}", bold=True))
            for line in holds.limits(holds.record(one, now)):
                click.echo(line)
            if one.until != ends:
                click.echo("A hold that stands for longer covers this already: it stays.")
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
        more = _options_again(kind, ends, routine)
        click.echo(f"  .venv/bin/bot hold{_as_typed(wanted)}{more} --by NAME --reason WORDS")
    _say_what_stands(env, modes, wanted, covers)
    click.echo("What falls due under the hold is missed: nothing catches up by itself. To end it:")
    click.echo(f"  .venv/bin/bot release{_as_typed(wanted)} --by NAME --reason WORDS")


def _end(env: app.Environment, until: Any) -> datetime | None:
    """The instant at which a hold shall end. Raises UsageError where it has passed."""
    if until is None:
        return None
    now = app.SystemClocks(env.now).now()
    ends = instant(until, app.today(now))
    if ends <= now:
        raise click.UsageError(
            f"NOTHING IS HELD: {show.local_moment(ends)} has passed. Write the day too: "
            '--until "tomorrow 09:00". To hold now, leave --until out.'
        )
    return ends


def _options_again(kind: str, ends: datetime | None, routine: bool) -> str:
    """What must be typed again for the command to mean the hold that stands."""
    until = f' --until "{ends.astimezone(LONDON):%Y-%m-%d %H:%M}"' if ends else ""
    return (f" --kind {kind}" if kind != HoldKind.HOLD else "") + until + " --routine" * routine


def _say_what_stands(
    env: app.Environment,
    modes: Collection[Mode],
    scope: Scope,
    covers: Callable[[Scope], str],
) -> None:
    """The end of a hold's report: what is covered, and what the public has seen of it lately."""
    for mode in modes:
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            click.echo(f"\nOn hold, {_spoken(mode)}: {covers(scope)}")
            if mode is Mode.LIVE or Mode.LIVE not in modes:
                holds.say_public(ledger, scope, now)
    click.echo()


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
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in HoldKind]),
    help="End only holds of this kind. Default: all kinds.",
)
def release(scope: tuple[str, ...], by: str, reason: str, kind: str | None) -> None:
    """End a hold. Nothing catches up: posts whose time passed under it stay missed.

    A live hold on everything takes two people within two hours, unless settings.yaml says
    release_takes_two: no. What was approved before the hold must be approved again, unless it was
    --routine: bot approve --reaffirm.

    An account that the bot itself stopped (out of credit, suspended) is started again by its name.
    """
    if not by.strip():
        raise click.UsageError("--by needs a name.")
    env = app.read_environment()
    sources = _read_once(env)
    covers = partial(_covers, env, sources)
    done = False
    again = False
    for mode in app.modes_here(env):
        with _ledger(env, mode) as ledger:
            now = app.SystemClocks(env.now).now()
            wanted = _scope(sources, ledger, " ".join(scope), _RELEASING)
            before = {one.id: one.asked_at for one in ledger.holds()}
            touched = ledger.release(
                wanted,
                by=by.strip(),
                reason=reason,
                now=now,
                kind=HoldKind(kind) if kind else None,
                takes_two=_takes_two(sources),
            )
            ended = [one for one in touched if one.released_at is not None]
            waiting = [one for one in touched if one.released_at is None]
            started = wanted.kind is ScopeKind.ACCOUNT and ledger.start_account(
                str(wanted.name), by=by, now=now
            )
            done = done or bool(touched) or started
            for one in waiting:
                same = before.get(one.id) == one.asked_at
                again = again or same
                _say_it_takes_two(one, same=same, kind=kind)
            if started:
                click.echo(f"Started again, {_spoken(mode)}: the account {wanted.name}.")
            for one in ended:
                since = show.local_moment(one.at)
                click.echo(f"Released, {_spoken(mode)}: {covers(one.scope)} Held since {since}.")
                _say_for_a_run(" ".join(scope), wanted, _RELEASING)
            if any(not one.routine for one in ended):
                _say_what_lost_its_approval(ledger)
            for one in ledger.holds():
                by_whom = f"Held by {one.by}: {one.reason}."
                click.echo(f"Still held, {_spoken(mode)}: {covers(one.scope)} {by_whom}")
    if not done:
        click.echo("NOTHING IS RELEASED: there is no such hold here.")
    raise click.exceptions.Exit(0 if done and not again else 1)


def _takes_two(sources: FileReader) -> bool:
    """What the settings say; where they cannot be read, the safe answer."""
    found = sources()
    return found is None or found.config.settings.release_takes_two


def _say_it_takes_two(one: Hold, *, same: bool, kind: str | None) -> None:
    """That the first of two people has spoken, and what the second must type."""
    click.echo(
        click.style("STILL HELD, LIVE: it takes two people to release everything.", bold=True)
    )
    if same:
        click.echo(f"{one.asked_by} has said so already: it takes somebody else's word now.")
    until = show.local_time((one.asked_at or one.at) + SECOND_WORD_WITHIN)
    which = f" --kind {kind}" if kind else ""
    click.echo(f"Until {until} a second person ends it with:")
    click.echo(f"  .venv/bin/bot release{which} --by NAME --reason WORDS")


def _say_what_lost_its_approval(ledger: Ledger) -> None:
    lost = len(ledger.lost_by_release())
    if lost:
        click.echo(
            f"{show.counted(lost, 'post')} approved before the hold must be approved again: "
            ".venv/bin/bot approve --reaffirm --by NAME"
        )


def _read_once(env: app.Environment) -> FileReader:
    """Reads packs and configuration when first asked for: a bare hold waits for no file."""
    return cache(lambda: app.load(env).sources)


@dataclass(frozen=True, slots=True)
class _Act:
    """What a person does with a scope, in the words that say so."""

    done: str
    command: str


_HOLDING: Final = _Act("held", ".venv/bin/bot hold {}")
_REAFFIRMING: Final = _Act("approved again", ".venv/bin/bot approve --reaffirm {} --by NAME")
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
        run_here = [senders[name].name(Language.EN) for name in env.forces if name in senders]
        text = f"{listed(run_here)}." if 0 < len(run_here) <= 3 else "everything that runs here."
    elif scope.kind is ScopeKind.FORCE and sender is not None:
        text = f"{sender.name(Language.EN)}."
    else:
        text = f"the {scope.kind} {scope.name}."
    elsewhere = len([name for name in senders if env.forces and name not in env.forces])
    are = "is" if elsewhere == 1 else "are"
    return f"{text} {show.counted(elsewhere, 'sender')} {are} not run here." if elsewhere else text


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
    """Nothing, where this may be the account's post. Raises SettingsError, saying why not.

    While the configuration cannot be read, or no longer names the account, any handle is taken for
    its own: what is public must be able to be recorded.
    """
    loaded = app.load(env)
    account = loaded.config.accounts.get(key.account) if loaded.sources else None
    if account is None:
        platform = post.rendering.platform if post else PlatformName.X
        account = Account(key.account, "", platform, (key.language,))
    check_place(published, account)
