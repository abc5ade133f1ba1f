"""Configuration + environment + folders -> the parts, wired. The only reader of os.environ."""

from __future__ import annotations

import ipaddress
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.core import check
from bot.core.config import Config, read_config
from bot.core.model import (
    LONDON,
    Account,
    Mode,
    Pick,
    Post,
    PostKey,
    SettingsError,
)
from bot.core.packs import LocalPack, NationalPack, read_local, read_national
from bot.core.plan import Plan, Sources, Window, plan
from bot.core.source import MAX_FILE_BYTES, Place, Problem, Severity, did_you_mean
from bot.delivery import Clocks, Delivery
from bot.ledger import Adoption, Ledger
from bot.platforms import Platform
from bot.platforms.dry_run import DryRun
from bot.platforms.x import XCredentials, XPlatform
from bot.process import has_ended, worker_name

T = TypeVar("T")
PROJECT: Final = Path(__file__).resolve().parent.parent
X_URL: Final = "https://api.twitter.com"
EPHEMERAL: Final = ("DYNO", "K_SERVICE", "FLY_APP_NAME", "RENDER")
"""Variables that hosts set whose disk does not outlive a restart."""


# --- the environment --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process was told from outside: `.env`, then the real environment over it."""

    values: Mapping[str, str] = field(repr=False)  # credentials are among them
    mode: Mode
    messages: Path
    config: Path
    data: Path
    database_url: str | None
    forces: tuple[str, ...]  # whom this deployment publishes for; empty: everyone
    x_url: str
    now: datetime | None  # a pretended time; only where nothing can leave this machine

    @property
    def ledger_url(self) -> str:
        if self.database_url:
            return self.database_url
        name = "live" if self.mode is Mode.LIVE else "dry-run"
        return f"sqlite:///{self.data / name}.sqlite3"

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.x_url)


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def environment(extra: Mapping[str, str] | None = None) -> Environment:
    """The environment of this process. Raises SettingsError where a value makes no sense."""
    from_file = _dotenv(PROJECT / ".env")
    values = {**from_file, **os.environ, **(extra or {})}
    mode = values.get("BOT_MODE", "dry").strip().lower()
    if mode not in ("dry", "live"):
        raise SettingsError(f'BOT_MODE is dry or live, not "{mode}".')
    found = Environment(
        values=values,
        mode=Mode(mode),
        messages=_folder(values, "BOT_MESSAGES", PROJECT / "messages"),
        config=_folder(values, "BOT_CONFIG", PROJECT / "config"),
        data=_folder(values, "BOT_DATA", PROJECT / "data"),
        database_url=_database_url(values.get("DATABASE_URL", "")),
        forces=tuple(f.strip() for f in values.get("BOT_FORCES", "").split(",") if f.strip()),
        x_url=values.get("BOT_X_URL", "").strip().rstrip("/") or X_URL,
        now=_pretended(values.get("BOT_NOW", "")),
    )
    if found.now and found.mode is Mode.LIVE and not found.is_loopback:
        raise SettingsError(
            "BOT_NOW pretends a time, so it is refused in live mode unless BOT_X_URL is a "
            "server on this machine."
        )
    return found


def _dotenv(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read: save it as UTF-8.") from error
    import io

    return {k: v for k, v in dotenv_values(stream=io.StringIO(text)).items() if v is not None}


def _folder(values: Mapping[str, str], name: str, default: Path) -> Path:
    said = values.get(name, "").strip()
    return Path(said).expanduser().resolve() if said else default


def _database_url(url: str) -> str | None:
    if not url.strip():
        return None
    for old in ("postgres://", "postgresql://"):
        if url.startswith(old):
            return "postgresql+psycopg://" + url.removeprefix(old)
    return url.strip()


def _pretended(value: str) -> datetime | None:
    if not value.strip():
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise SettingsError(f'BOT_NOW is not a time: "{value}".') from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


class SystemClocks:
    """The wall clock, or one that was set to a pretended time at start, and the boot-time clock."""

    def __init__(self, pretended: datetime | None = None) -> None:
        self._offset = pretended - datetime.now(UTC) if pretended else timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def boot(self) -> float:
        # CLOCK_BOOTTIME goes on while a laptop sleeps; elsewhere monotonic is the nearest.
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        return time.clock_gettime(clock) if clock is not None else time.monotonic()


def today(now: datetime) -> date:
    """The date in London."""
    return now.astimezone(LONDON).date()


# --- files ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything read from messages/ and config/. `sources` is None where config cannot be used."""

    sources: Sources | None
    problems: tuple[Problem, ...]

    @property
    def config(self) -> Config:
        """The configuration. Raises SettingsError where it cannot be used."""
        return self.usable.config

    @property
    def usable(self) -> Sources:
        if self.sources is None:
            count = sum(problem.severity is Severity.ERROR for problem in self.problems)
            raise SettingsError(
                f"config/ cannot be used: {count} problem{'s' * (count != 1)}. "
                "Run `bot check` and mend what it says."
            )
        return self.sources


def load(env: Environment) -> Loaded:
    """Reads messages/ and config/, and everything in them. Never raises for what a file holds."""
    problems: list[Problem] = []
    config, found = read_config(_files(env.config, "config", problems))
    problems += found
    files = _files(env.messages, "messages", problems)
    packs: dict[str, NationalPack | None] = {}
    for name in sorted({p.split("/")[2] for p in files if p.startswith("messages/national/")}):
        folder = f"messages/national/{name}/"
        pack, found = read_national(
            name, {path: content for path, content in files.items() if path.startswith(folder)}
        )
        packs[name] = pack
        problems += found
    local = _local_packs(files, packs, config, problems)
    if config is None:
        return Loaded(None, tuple(problems))
    for pack in packs.values():
        if pack is not None:
            problems += check.national_problems(pack, config)
    for one in local.values():
        national = packs.get(one.campaign)
        if national is not None and one.ok:
            problems += check.local_problems(one, national, config)
    packs, local = _only_sound(packs, local, problems)
    return Loaded(Sources(config, packs, local, env.mode is Mode.LIVE), tuple(problems))


def _only_sound(
    packs: Mapping[str, NationalPack | None],
    local: Mapping[tuple[str, str], LocalPack],
    problems: Iterable[Problem],
) -> tuple[dict[str, NationalPack | None], dict[tuple[str, str], LocalPack]]:
    """A pack whose words have an error is not planned from: its last good plan stands."""
    wrong = {p.place.file for p in problems if p.severity is Severity.ERROR}
    sound = {
        name: None if any(f.startswith(f"messages/national/{name}/") for f in wrong) else pack
        for name, pack in packs.items()
    }
    marked = {
        key: replace(one, ok=one.ok and one.place.file not in wrong) for key, one in local.items()
    }
    return sound, marked


def _files(folder: Path, shown: str, problems: list[Problem]) -> dict[str, bytes]:
    """Every .yaml file below a folder, by the path a person would name it with."""
    files: dict[str, bytes] = {}
    if not folder.is_dir():
        problems.append(
            Problem(Place(shown), "no-folder", "this folder is missing.", f"Looked in {folder}.")
        )
        return files
    for path in sorted(folder.rglob("*.y*ml")):
        name = f"{shown}/{path.relative_to(folder).as_posix()}"
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.suffix == ".yml":
            problems.append(
                Problem(Place(name), "yml", "the bot reads files that end in .yaml.", "Rename it.")
            )
            continue
        try:
            with path.open("rb") as file:
                files[name] = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            problems.append(
                Problem(Place(name), "unreadable", f"cannot be read: {error.strerror}.")
            )
    return files


def fingerprint(env: Environment) -> frozenset[tuple[str, float]]:
    """Every pack and configuration file with the time it was saved."""
    found = set()
    for folder in (env.messages, env.config):
        for path in folder.rglob("*.yaml"):
            try:
                found.add((str(path), path.stat().st_mtime))
            except FileNotFoundError:
                continue  # an editor replaces a file by deleting it first
    return frozenset(found)


def _local_packs(
    files: Mapping[str, bytes],
    packs: Mapping[str, NationalPack | None],
    config: Config | None,
    problems: list[Problem],
) -> dict[tuple[str, str], LocalPack]:
    local = {}
    for path, content in files.items():
        parts = path.split("/")
        if parts[1] != "local" or len(parts) != 4:
            if parts[1] != "national" or len(parts) != 4:
                problems.append(_misplaced(path))
            continue
        sender, campaign = parts[2], parts[3].removesuffix(".yaml")
        pack, found = read_local(path, content, sender=sender, campaign=campaign)
        problems += found
        if config is not None and sender not in config.senders:
            problems.append(
                Problem(
                    Place(path),
                    "unknown-sender",
                    f'there is no force called "{sender}" in config/forces.yaml.',
                    did_you_mean(sender, config.senders, what="Forces"),
                )
            )
        elif campaign not in packs:
            problems.append(
                Problem(
                    Place(path),
                    "unknown-campaign",
                    f'there is no campaign called "{campaign}" in messages/national.',
                    did_you_mean(campaign, packs, what="Campaigns"),
                )
            )
        else:
            local[sender, campaign] = pack
    return local


def _misplaced(path: str) -> Problem:
    return Problem(
        Place(path),
        "misplaced",
        "no pack stands here.",
        "National packs stand in messages/national/CAMPAIGN/, local ones in "
        "messages/local/FORCE/CAMPAIGN.yaml.",
        Severity.WARNING,
    )


def chosen(what: str, name: str, known: Mapping[str, T]) -> T:
    """The one that a person named. Raises SettingsError, with the nearest name there is."""
    if name not in known:
        hint = did_you_mean(name, known, what=f"{what.capitalize()}s")
        raise SettingsError(f'there is no {what} called "{name}". {hint}')
    return known[name]


# --- planning ---------------------------------------------------------------------------------


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
) -> Planned:
    """The checked plan of a window of London dates. Raises SettingsError where config is broken."""
    sources = loaded.usable
    whole = plan(sources, window, kept)
    checked = check.check_posts(whole.posts, sources.packs, sources.config)
    facts = check.fact_problems(sources.config, today(now), live=sources.live)
    problems = check.gathered([*loaded.problems, *facts, *whole.problems, *checked.problems])
    stopped = tuple(post for post in whole.posts if post.key in checked.stopped)
    return Planned(whole.without(checked.stopped), checked, tuple(problems), stopped)


# --- the bot ----------------------------------------------------------------------------------


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
        adoption = self.ledger.adopt(posts, planned.plan.judges, now=now)
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


def hash_id(account_id: str) -> int:
    """A number that stands for an account on a loopback server, the same in every run."""
    import zlib

    return zlib.crc32(account_id.encode())


def open_ledger(env: Environment, *, now: datetime, create: bool) -> Ledger:
    """The ledger of this mode. A dry one is made when `create` is true and it is not there yet.

    Raises LedgerError, and SettingsError for live mode on a disk that does not last.
    """
    if env.database_url and not env.database_url.startswith("sqlite"):
        raise SettingsError(
            "DATABASE_URL names a database that is not supported yet: the ledger is kept in "
            "SQLite. Unset it, and set BOT_DATA to a folder on a disk that lasts."
        )
    host = next((name for name in EPHEMERAL if name in env.values), None)
    if env.mode is Mode.LIVE and host:
        raise SettingsError(
            f"This host ({host} is set) loses its disk at every restart, and the ledger with it. "
            "Publish live from a machine with a disk that lasts."
        )
    if env.mode is Mode.DRY and create and not ledger_exists(env):
        env.data.mkdir(parents=True, exist_ok=True)
        return Ledger.create(env.ledger_url, Mode.DRY, now=now)
    if not ledger_exists(env):
        raise SettingsError(
            "there is no live ledger here. For a new deployment make one: .venv/bin/bot db create "
            "--live. If there was one, find it first."
            if env.mode is Mode.LIVE
            else "nothing has run here yet. Start with: make run"
        )
    return Ledger.open(env.ledger_url, env.mode)


def ledger_exists(env: Environment) -> bool:
    """Whether the ledger's file is there; a database server is taken to be."""
    if not env.ledger_url.startswith("sqlite:///"):
        return True
    return Path(env.ledger_url.removeprefix("sqlite:///")).exists()


def _fail_point(env: Environment) -> Callable[[str], None]:
    """Kills this process at a named step of a delivery, for tests: only where nothing can leave."""
    wanted = env.values.get("BOT_KILL_AT", "")
    if not wanted or not (env.is_loopback or env.mode is Mode.DRY):
        return lambda step: None

    def step(name: str) -> None:
        if name == wanted:
            os.kill(os.getpid(), 9)

    return step
