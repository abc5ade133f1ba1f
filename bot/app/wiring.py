"""The parts, wired: plans from files, a ledger from the environment, a bot from both."""

from __future__ import annotations

import os
import signal
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.app.environment import Environment, SystemClocks, today
from bot.app.files import Loaded, load
from bot.app.given import with_given_times
from bot.core import check
from bot.core.model import Account, LedgerError, Mode, Pick, Post, PostKey, SettingsError
from bot.core.plan import Plan, Watch, Window, plan
from bot.core.source import Place, Problem
from bot.delivery import Clocks, Delivery
from bot.ledger import Adoption, Ledger
from bot.platforms import Platform
from bot.platforms.dry_run import DryRun
from bot.platforms.x import XCredentials, XPlatform
from bot.process import has_ended, worker_name

EPHEMERAL: Final = ("DYNO", "K_SERVICE", "FLY_APP_NAME", "RENDER")
"""Variables that hosts set whose disk does not outlive a restart."""

_SEEN: Final[set[str]] = set()
"""The ledgers in database servers that this process has found."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, checked: `plan` holds only posts that no error stops."""

    plan: Plan
    checked: check.Checked
    problems: tuple[Problem, ...]  # of files, of the plan and of its posts, gathered
    stopped: tuple[Post, ...] = ()  # posts that an error stops


def make_plan(
    loaded: Loaded,
    window: Window,
    kept: Mapping[PostKey, Pick],
    *,
    now: datetime,
    watch: Watch = iter,
) -> Planned:
    """The checked plan of a window of London dates. Raises SettingsError where config is broken.

    Posts are compared with those of a week before and after, so that what stops one does not
    depend on which days are looked at.
    """
    sources = loaded.usable
    around = Window(window.first - check.IDENTICAL_WITHIN, window.last + check.IDENTICAL_WITHIN)
    whole = plan(sources, around, kept, watch=watch)
    checked = check.check_posts(whole.posts, sources.packs, sources.config)
    within = {post.key for post in whole.posts if window.holds(today(post.due))}
    found = {problem for key in within for problem in checked.by_post.get(key, ())}
    facts = check.fact_problems(sources.config, today(now), live=sources.live)
    problems = check.gathered([*loaded.problems, *facts, *whole.problems, *found])
    stopped = tuple(p for p in whole.posts if p.key in checked.stopped and p.key in within)
    shown = whole.without(checked.stopped).only(
        lambda post: post.key in within,
        lambda one: one.day is None or window.holds(one.day),
    )
    return Planned(shown, checked, tuple(problems), stopped)


class Bot:
    """The parts, wired: what to plan from, where state is kept, and the way out."""

    def __init__(self, env: Environment, ledger: Ledger, clocks: Clocks | None = None) -> None:
        self.env = env
        self.ledger = ledger
        self.clocks = clocks or SystemClocks(env.now)
        self.last_good: Loaded | None = None
        self.problems: tuple[Problem, ...] = ()
        self._platforms: dict[str, Platform] = {}
        self.delivery = Delivery(
            ledger,
            self.platform_for,
            self.clocks,
            worker=worker_name(),
            step=_fail_point(env),
            has_ended=has_ended,
        )

    def plan_ahead(self) -> Adoption:
        """Plans the days ahead and adopts them. Raises SettingsError where config is broken."""
        now = self.clocks.now()
        loaded = self.load()
        settings = loaded.config.settings
        first = today(now)
        window = Window(first, today(now + settings.plan_ahead))
        planned = make_plan(loaded, window, self.ledger.picks(), now=now)
        self.last_good, self.problems = loaded, planned.problems
        posts = [post for post in planned.plan.posts if self.runs_here(post.sender)]
        posts, gone = with_given_times(loaded.usable, posts, self.ledger.given_times())
        adoption = self.ledger.adopt(posts, planned.plan.judges, now=now, gone=gone)
        if self.approves_itself:
            waiting = [(post.key, post.rendering.digest) for post in posts if post.due > now]
            self.ledger.approve(
                waiting, by="the dry run", now=now, automatic=True, basis="nothing is sent"
            )
        return adoption

    def load(self) -> Loaded:
        """What there is to plan from, read afresh."""
        return load(self.env)

    @property
    def approves_itself(self) -> bool:
        """Only where nothing is sent, and the settings say so."""
        settings = self.last_good.config.settings if self.last_good else None
        return self.env.mode is Mode.DRY and bool(settings and settings.dry_run_approves)

    def runs_here(self, sender: str) -> bool:
        """Whether this deployment publishes for a sender."""
        return not self.env.forces or sender in self.env.forces

    def platform_for(self, account_id: str) -> Platform:
        """The way out for one account: dry unless this is a live bot. Raises SettingsError."""
        if account_id not in self._platforms:
            loaded = self.last_good or self.load()
            account = loaded.config.accounts.get(account_id)
            if account is None:
                raise SettingsError(f'config/forces.yaml has no account called "{account_id}".')
            self._platforms[account_id] = self._make_platform(account)
        return self._platforms[account_id]

    def _make_platform(self, account: Account) -> Platform:
        if self.env.mode is Mode.DRY:
            return DryRun(XPlatform(account, None, url=self.env.x_url))
        return XPlatform(account, credentials(self.env, account), url=self.env.x_url)


CREDENTIALS: Final = ("API_KEY", "API_KEY_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")


def credential_names(account: Account) -> dict[str, str]:
    """The environment variables that hold an account's credentials: KENT_X_API_KEY and so on."""
    prefix = account.id.upper().replace("-", "_")
    return {name: f"{prefix}_{name}" for name in CREDENTIALS}


def credentials(env: Environment, account: Account) -> XCredentials:
    """An account's credentials, named after its id. Raises SettingsError naming what is missing.

    The two of the app may be shared by all accounts as X_API_KEY and X_API_KEY_SECRET.
    """
    found, missing = {}, []
    for name, variable in credential_names(account).items():
        shared = f"X_{name}" if name.startswith("API_KEY") else ""
        value = env.values.get(variable) or env.values.get(shared) or ""
        found[name.lower()] = value.strip()
        if not value.strip():
            missing.append(variable)
    if missing and env.is_loopback:
        token = f"{abs(hash_id(account.id))}-loopback"
        return XCredentials("loopback", "loopback", token, "loopback")
    if missing:
        raise SettingsError(
            f"{account.id} has no credentials: set {', '.join(missing)} in .env or in the "
            "environment."
        )
    return XCredentials(**found)


def credential_problems(env: Environment, loaded: Loaded) -> list[Problem]:
    """Live accounts of this deployment whose credentials are missing; none in a dry run."""
    if env.mode is Mode.DRY or loaded.sources is None:
        return []
    found = []
    for account in loaded.config.accounts.values():
        if not account.live or (env.forces and account.sender not in env.forces):
            continue
        try:
            credentials(env, account)
        except SettingsError as error:
            place = account.place or Place("config/forces.yaml")
            found.append(Problem(place, "no-credentials", str(error), forces=(account.sender,)))
    return found


def hash_id(account_id: str) -> int:
    """A number that stands for an account on a loopback server, the same in every run."""
    return zlib.crc32(account_id.encode())


def open_ledger(env: Environment, *, now: datetime, create: bool) -> Ledger:
    """The ledger of this mode. A dry one is made when `create` is true and it is not there yet.

    Raises LedgerError, and SettingsError for live mode on a disk that does not last.
    """
    must_last(env)
    if ledger_exists(env):
        return Ledger.open(env.ledger_url, env.mode)
    if env.mode is Mode.LIVE or not create:
        raise SettingsError(
            "there is no live ledger here. For a new deployment make one: .venv/bin/bot db create "
            "--live. If there was one, find it first."
            if env.mode is Mode.LIVE
            else "nothing has run here yet. Start with: make run"
        )
    if _is_file(env):
        env.data.mkdir(parents=True, exist_ok=True)
    try:
        return Ledger.create(env.ledger_url, Mode.DRY, now=now)
    except LedgerError:
        if ledger_exists(env):  # another process made it meanwhile
            return Ledger.open(env.ledger_url, Mode.DRY)
        raise


def must_last(env: Environment) -> None:
    """Raises SettingsError for a live ledger in a file on a host that loses its disk."""
    host = next((name for name in EPHEMERAL if name in env.values), None)
    if env.mode is Mode.LIVE and host and _is_file(env):
        raise SettingsError(
            f"This host ({host} is set) loses its disk at every restart, and the ledger with it. "
            "Set DATABASE_URL to a PostgreSQL database (postgresql://user:password@host/database), "
            "or publish live from a machine with a disk that lasts."
        )


def modes_here(env: Environment) -> tuple[Mode, ...]:
    """The modes that have a ledger here, live first: a hold means all of them.

    A database server holds one ledger, and its stamp says of which mode. Raises LedgerError when
    it cannot be asked.
    """
    if env.database_url:
        stamped = Ledger.stamp(env.database_url)
        return () if stamped is None else (stamped,)
    both = (Mode.LIVE, Mode.DRY)
    return tuple(mode for mode in both if ledger_exists(replace(env, mode=mode)))


def ledger_exists(env: Environment) -> bool:
    """Whether the ledger is there; in a database server, one of any mode. Raises LedgerError.

    What was there once is taken to be there: only a file goes away without a word, and the bot
    asks every two seconds.
    """
    if _is_file(env):
        return Path(env.ledger_url.removeprefix("sqlite:///")).exists()
    if env.ledger_url not in _SEEN and Ledger.stamp(env.ledger_url) is not None:
        _SEEN.add(env.ledger_url)
    return env.ledger_url in _SEEN


def _is_file(env: Environment) -> bool:
    return env.ledger_url.startswith("sqlite")


def _fail_point(env: Environment) -> Callable[[str], None]:
    """Kills this process at a named step of a delivery, for tests: only where nothing can leave."""
    wanted = env.values.get("BOT_KILL_AT", "")
    if not wanted or not (env.is_loopback or env.mode is Mode.DRY):
        return lambda step: None

    def step(name: str) -> None:
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return step
