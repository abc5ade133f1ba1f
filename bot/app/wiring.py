"""The parts, wired: plans from files, a ledger from the environment, a bot from both."""

from __future__ import annotations

import os
import signal
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Final

from bot.app.account_files import AccountFile
from bot.app.environment import Environment, SystemClocks, is_loopback, today
from bot.app.files import Loaded, load
from bot.app.given import with_given_times
from bot.app.outdated import no_longer
from bot.app.packs_read import pack_texts
from bot.app.planning import make_plan
from bot.app.trusted import carried_over
from bot.core import check
from bot.core.model import Account, Mode, PlatformName, SettingsError
from bot.core.plan import Window
from bot.core.source import Place, Problem, listed
from bot.core.text.rules import Limits
from bot.delivery import Clocks, Delivery
from bot.ledger import Adoption, Claim, Ledger
from bot.platforms import Channel, Finding, Platform
from bot.platforms.dry_run import DryRun
from bot.platforms.x import XCredentials, XPlatform
from bot.process import has_ended, worker_name


class Bot:
    """The parts, wired: what to plan from, where state is kept, and the way out."""

    def __init__(self, env: Environment, ledger: Ledger, clocks: Clocks | None = None) -> None:
        self.env = env
        self.ledger = ledger
        self.clocks = clocks or SystemClocks(env.now)
        self.last_good: Loaded | None = None
        self.problems: tuple[Problem, ...] = ()
        self._latest: Loaded | None = None  # good or not
        self._platforms: dict[str, tuple[Account, Platform]] = {}
        self.delivery = Delivery(
            ledger,
            self.platform_for,
            self.clocks,
            worker=worker_name(),
            step=_fail_point(env),
            has_ended=has_ended,
            why_not=self._why_not,
        )

    def plan_ahead(self) -> Adoption:
        """Plans the days ahead and adopts them. Raises SettingsError where config is broken."""
        now = self.clocks.now()
        loaded = self._latest = self.load()
        # First of all, and whatever else is wrong: a plan that cannot be made recalls nothing.
        self.ledger.recall(loaded.recalls, by="bot", now=now)
        settings = loaded.config.settings
        first = today(now)
        window = Window(first, today(now + settings.plan_ahead))
        planned = make_plan(loaded, window, self.ledger.picks(), now=now)
        self.last_good, self.problems = loaded, planned.problems
        posts = [post for post in planned.plan.posts if self.runs_here(post.sender)]
        sources = loaded.usable.at(now)
        posts, gone = with_given_times(sources, posts, self.ledger.given_times())
        packs = pack_texts(loaded, posts)
        adoption = self.ledger.adopt(
            posts,
            planned.plan.judges,
            now=now,
            gone=gone,
            packs=packs,
            pictures=loaded.pictures,
            carried=carried_over(self.env, loaded, posts, self.ledger),
        )
        self.ledger.miss(no_longer(loaded.usable, posts, self.ledger, now), by="bot", now=now)
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

    def embargoed(self) -> frozenset[str]:
        """The packs that are under embargo now, as the last good plan knew them."""
        good = self.last_good
        return good.usable.at(self.clocks.now()).embargoed if good else frozenset()

    def runs_here(self, sender: str) -> bool:
        """Whether this deployment publishes for a sender."""
        return not self.env.forces or sender in self.env.forces

    def _why_not(self, claim: Claim) -> str | None:
        """Why what was approved must not leave by the locks that stand now, however it came here.

        Plans are checked for the same, but what was adopted before there was a lock stands until a
        sound one takes its place. It waits within its grace, so that a wrong lock can be mended.
        """
        loaded = self.last_good or self._latest
        if loaded is None or loaded.sources is None:
            return None
        packs, config = loaded.sources.packs, loaded.sources.config
        wrong = check.altered(claim.rendering, check.locks_over(claim.campaign, packs), config)
        first = next(wrong, None)
        return f"{first.sentence} It was not sent." if first else None

    def platform_for(self, account_id: str) -> Platform:
        """The way out for one account: dry unless this is a live bot. Raises SettingsError.

        While the configuration cannot be used, the last good one stands; in a process that never
        saw a good one, what the ledger knows of the account.
        """
        account = self._account(account_id)
        made = self._platforms.get(account_id)
        if made is None or made[0] != account:
            made = self._platforms[account_id] = account, self._make_platform(account)
        return made[1]

    def _account(self, account_id: str) -> Account:
        self._latest = self._latest or self.load()
        loaded = self.last_good or self._latest
        if loaded.sources is None:
            account = self._as_planned(account_id)
        else:
            account = loaded.config.accounts.get(account_id)
            if account is None and loaded.config.broken_senders:
                account = self._as_planned(account_id)
        if account is None:
            raise SettingsError(f'config/forces.yaml has no account called "{account_id}".')
        return account

    def _as_planned(self, account_id: str) -> Account | None:
        """An account as its last planned post has it: all that sending needs but its handle."""
        for post in self.ledger.posts(accounts=[account_id], limit=1):
            languages = (post.rendering.language,)
            account = Account(account_id, post.sender, post.platform, languages, None, live=True)
            limits = Limits(max_characters=post.rendering.limit)
            return replace(account, limits=limits, visibility=post.rendering.visibility)
        return None

    def _make_platform(self, account: Account) -> Platform:
        if self.env.mode is Mode.DRY:
            return DryRun(platform(self.env, account, None))
        keys = credentials(self.env, account)
        loaded = self.last_good or self._latest
        others = loaded.config.accounts.values() if loaded and loaded.sources else ()
        if why := not_its_own(self.env, account, [one for one in others if one.live]):
            raise SettingsError(why)
        if self.env.now and not is_loopback(address(self.env, account)):
            raise SettingsError(
                f"BOT_NOW pretends a time, so nothing is sent from {account.id}: its server is not"
                " on this machine."
            )
        return platform(self.env, account, keys)


def checked(env: Environment, account: Account) -> tuple[Finding, ...]:
    """What an account's platform says of it, in either mode; it reads, and never writes."""
    try:
        return platform(env, account, credentials(env, account)).check()
    except SettingsError as error:
        return (Finding(str(error), is_well=False),)


def platform(env: Environment, account: Account, keys: Mapping[str, str] | None) -> Channel:
    """The way out for one account, with its `credentials`; without them for a dry run alone."""
    match account.platform:
        case PlatformName.X:
            return XPlatform(
                account,
                XCredentials(**keys) if keys else None,
                url=env.x_url,
                underway=_kept(env, "underway", account),
            )
        # Imported here, so that who publishes on X alone does not wait for it.
        case PlatformName.BLUESKY:
            from bot.platforms.bluesky import BlueskyCredentials, BlueskyPlatform
            from bot.platforms.bluesky_sign_ins import SignIns

            signed_in = _kept_always(env, "sign-ins", account)
            return BlueskyPlatform(
                account,
                BlueskyCredentials(**keys) if keys else None,
                url=env.bluesky_url,
                sessions=_kept(env, "sessions", account),
                sign_ins=SignIns(signed_in, SystemClocks(env.now).now) if keys else None,
            )
        case PlatformName.MASTODON:
            from bot.platforms.mastodon import MastodonCredentials, MastodonPlatform

            there = replace(account, instance=address(env, account) or None)
            return MastodonPlatform(
                there,
                MastodonCredentials(**keys) if keys else None,
                underway=_kept(env, "underway", account),
            )


def address(env: Environment, account: Account) -> str:
    """Where an account's platform is reached; empty where the configuration does not say."""
    match account.platform:
        case PlatformName.X:
            return env.x_url
        case PlatformName.BLUESKY:
            return env.bluesky_url
        case PlatformName.MASTODON:
            return env.mastodon_url or account.instance or ""


def _kept(env: Environment, what: str, account: Account) -> AccountFile | None:
    """Where an account's session, or its videos underway, outlive the process.

    Nowhere where the ledger is in PostgreSQL: the disk may not last there, and the process does.
    """
    return None if env.database_url else _kept_always(env, what, account)


def _kept_always(env: Environment, what: str, account: Account) -> AccountFile:
    return AccountFile(env.data / what / f"{account.id}.json")


CREDENTIALS: Final[Mapping[PlatformName, tuple[str, ...]]] = {
    PlatformName.X: ("API_KEY", "API_KEY_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET"),
    PlatformName.BLUESKY: ("IDENTIFIER", "APP_PASSWORD"),
    PlatformName.MASTODON: ("ACCESS_TOKEN",),
}
SHARED: Final = {(PlatformName.X, "API_KEY"), (PlatformName.X, "API_KEY_SECRET")}
"""What all accounts of a platform may share, as X_API_KEY and X_API_KEY_SECRET."""


def credential_names(account: Account) -> dict[str, str]:
    """The environment variables that hold an account's credentials: KENT_X_API_KEY and so on."""
    prefix = account.id.upper().replace("-", "_")
    return {name: f"{prefix}_{name}" for name in CREDENTIALS[account.platform]}


def credential_values(env: Environment, account: Account) -> dict[str, str]:
    """What is set for each of an account's credentials, by CREDENTIALS; empty where nothing is."""
    found = {}
    for name, variable in credential_names(account).items():
        shared = f"{account.platform.upper()}_{name}"
        is_shared = (account.platform, name) in SHARED
        value = env.values.get(variable) or (env.values.get(shared) if is_shared else "")
        found[name] = (value or "").strip()
    return found


def credentials(env: Environment, account: Account) -> dict[str, str]:
    """An account's credentials, by the names its platform takes them under.

    On a server on this machine, made-up ones where none are set. Raises SettingsError naming what
    is missing.
    """
    values, names = credential_values(env, account), credential_names(account)
    missing = [names[name] for name, value in values.items() if not value]
    if missing and is_loopback(address(env, account)):
        return _made_up(account)
    if missing:
        raise SettingsError(
            f"{account.id} has no credentials: set {', '.join(missing)} in .env or in the "
            "environment."
        )
    return {name.lower(): value for name, value in values.items()}


def _made_up(account: Account) -> dict[str, str]:
    if account.platform is PlatformName.X:
        token = f"{abs(hash_id(account.id))}-loopback"  # its number is that of X's account
        return dict.fromkeys(("api_key", "api_key_secret", "access_token_secret"), "loopback") | {
            "access_token": token
        }
    made_up = {name.lower(): account.id for name in CREDENTIALS[account.platform]}
    if account.platform is PlatformName.BLUESKY and account.handle:
        made_up["identifier"] = account.handle  # its own server has no other names
    return made_up


def credential_problems(env: Environment, loaded: Loaded) -> list[Problem]:
    """Live accounts here whose credentials are missing or not their own; none in a dry run."""
    if env.mode is Mode.DRY or loaded.sources is None:
        return []
    found = []
    live = [one for one in loaded.config.accounts.values() if one.live]
    for account in live:
        if env.forces and account.sender not in env.forces:
            continue
        place, forces = account.place or Place("config/forces.yaml"), (account.sender,)
        try:
            credentials(env, account)
        except SettingsError as error:
            found.append(Problem(place, "no-credentials", str(error), forces=forces))
        if why := not_its_own(env, account, live):
            found.append(Problem(place, "same-credentials", why, forces=forces))
    return found


SIGNED_BY: Final[Mapping[PlatformName, str]] = {
    PlatformName.X: "ACCESS_TOKEN",
    PlatformName.BLUESKY: "IDENTIFIER",
    PlatformName.MASTODON: "ACCESS_TOKEN",
}
"""The one of an account's credentials that says whose page its posts are on."""


def not_its_own(env: Environment, account: Account, others: Iterable[Account]) -> str | None:
    """Where others have credentials of the very account that these are of: what to do."""
    page = _page(env, account)
    same = [one for one in others if page and one.id != account.id and _page(env, one) == page]
    if not same:
        return None
    every = sorted([account, *same], key=attrgetter("id"))
    return (
        f"{listed(one.id for one in every)} have the credentials of one and the same account on"
        f" {account.platform.label}: one would speak as the other. Give each its own in .env:"
        f" {listed(_signed_by(one) for one in every)}."
    )


def _signed_by(account: Account) -> str:
    return credential_names(account)[SIGNED_BY[account.platform]]


def _page(env: Environment, account: Account) -> tuple[PlatformName, str] | None:
    said = env.values.get(_signed_by(account), "").strip()
    if account.platform is PlatformName.X:
        said = said.partition("-")[0]  # X's own number of the account
    if account.platform is PlatformName.BLUESKY:
        said = said.removeprefix("@").lower()
    return (account.platform, said) if said else None


def hash_id(account_id: str) -> int:
    """A number that stands for an account on a loopback server, the same in every run."""
    return zlib.crc32(account_id.encode())


def _fail_point(env: Environment) -> Callable[[str], None]:
    """Kills this process at a named step of a delivery, for tests: only where nothing can leave."""
    wanted = env.values.get("BOT_KILL_AT", "")
    if not wanted or not (env.is_loopback or env.mode is Mode.DRY):
        return lambda step: None

    def step(name: str) -> None:
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return step
