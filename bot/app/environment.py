"""What the process was told from outside, and its clocks. The only reader of os.environ."""

from __future__ import annotations

import io
import ipaddress
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.core.model import Mode, SettingsError, london_day

PROJECT: Final = Path(__file__).resolve().parents[2]
X_URL: Final = "https://api.twitter.com"


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


def read_environment(extra: Mapping[str, str] | None = None) -> Environment:
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
    return london_day(now)
