"""`bot approve`: a person takes what a preview showed, or what was approved before a hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import click

from bot import app
from bot.cli import show
from bot.cli.scopes import (
    REAFFIRMING,
    read_once,
    scope_of,
)
from bot.core.model import (
    MAY_BE_OUT,
    Account,
    Mode,
    PostKey,
    SettingsError,
    configured_run,
)
from bot.core.plan import Window, days_of
from bot.core.turns import twin_of
from bot.ledger import (
    Ledger,
    within,
)


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

    Welsh is not approved without its English, nor English without its Welsh.

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
        wanted = scope_of(read_once(env), ledger, said, REAFFIRMING)
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
        # Who had the code of a preview under embargo may approve it: its posts wait for the end.
        planned = app.make_plan(loaded, window, picks, now=now, lifted=loaded.usable.packs)
        digests.update((post.key, post.rendering.digest) for post in planned.plan.posts)
        stopped.update((k, problem.message) for k, problem in planned.checked.stopped.items())
    digests.update((post.key, post.rendering.digest) for post in ledger.given_times())
    good: list[tuple[PostKey, str]] = []
    changed = []
    for key, digest in pairs:
        if digests.get(key) == digest:
            good.append((key, digest))
        elif key in stopped:
            changed.append(f"{key} has an error now: {stopped[key]}")
        elif key in digests:
            changed.append(f"{key} has changed since.")
        else:
            changed.append(f"{key} is no longer planned.")
    alone = _alone(ledger, loaded.config.accounts, good, digests)
    return (
        [pair for pair in good if pair[0] not in alone],
        [*changed, *(f"{key} goes out with {twin} or not at all." for key, twin in alone.items())],
    )


def _alone(
    ledger: Ledger,
    accounts: Mapping[str, Account],
    good: Collection[tuple[PostKey, str]],
    digests: Mapping[PostKey, str],
) -> dict[PostKey, PostKey]:
    """What would be approved in one language only, each with the post that belongs to it."""
    twins = {
        key: twin
        for key, _ in good
        if (account := accounts.get(key.account)) and (twin := twin_of(key, account))
    }
    approved = {(one.key, one.digest) for one in ledger.approvals(twins.values())}
    approved |= set(good)
    out = {key for key, one in ledger.posts_of(twins.values()).items() if one.state in MAY_BE_OUT}
    return {
        key: twin
        for key, twin in twins.items()
        if twin not in out and (twin, digests.get(twin)) not in approved
    }


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
