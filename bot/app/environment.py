"""What the process was told from outside, and its clocks. The only reader of os.environ."""

from __future__ import annotations

import codecs
import difflib
import io
import ipaddress
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dotenv.parser import Binding, parse_stream

from bot.core.model import Mode, SettingsError, london_day

PROJECT: Final = Path(__file__).resolve().parents[2]
X_URL: Final = "https://api.twitter.com"
BLUESKY_URL: Final = "https://bsky.social"
NAMES: Final = (
    "BOT_MODE", "BOT_FORCES", "BOT_MESSAGES", "BOT_CONFIG", "BOT_DATA", "BOT_ENV_FILE",
    "BOT_X_URL", "BOT_BLUESKY_URL", "BOT_MASTODON_URL", "BOT_NOW", "BOT_KILL_AT",
    "BOT_ALIVE_URL", "BOT_TELL", "BOT_TELL_DRY",
)  # fmt: skip
TELL: Final = "BOT_TELL"
TELL_SENDER: Final = "BOT_TELL_"  # and a sender's id, as in BOT_TELL_KENT
Pretended = datetime | Path
"""A time at which the process starts, or a file that says how far its clocks are from the true
ones at every moment: `SystemClocks`."""

ALIKE: Final = 0.85  # a name so near to one of ours is a slip, not somebody else's name


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process was told from outside: `.env`, then the real environment over it."""

    values: Mapping[str, str] = field(repr=False)  # credentials are among them
    mode: Mode
    messages: Path
    config: Path
    data: Path
    database_url: str | None = field(repr=False)  # it holds a password
    forces: tuple[str, ...]  # whom this deployment publishes for; empty: everyone
    x_url: str
    now: Pretended | None  # a pretended time; only where nothing can leave this machine
    file: Path | None = None  # the .env that was read, where there is one
    alive_url: str | None = field(default=None, repr=False)  # whoever knows it can call it
    tell: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Whom to tell, as apprise writes addresses, which hold passwords: those of everybody's staff
    under BOT_TELL, those of one sender's under BOT_TELL_KENT and so on."""
    tells_dry: bool = False  # staff are told of a dry run as well
    bluesky_url: str = BLUESKY_URL
    mastodon_url: str | None = None  # for tests: in place of every account's own instance

    @property
    def ledger_url(self) -> str:
        if self.database_url:
            return self.database_url
        name = "live" if self.mode is Mode.LIVE else "dry-run"
        return f"sqlite:///{self.data / name}.sqlite3"

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.x_url)


def tell_sender(sender: str) -> str:
    """The setting that names the staff of one sender: BOT_TELL_KENT."""
    return f"{TELL_SENDER}{sender.upper().replace('-', '_')}"


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_environment(extra: Mapping[str, str] | None = None) -> Environment:
    """The environment of this process. Raises SettingsError where a value makes no sense."""
    outside = {**os.environ, **(extra or {})}
    file = _dotenv_path(outside)
    from_file = _dotenv(file, named=bool(outside.get("BOT_ENV_FILE")))
    values = {**from_file, **outside}
    for name in values:
        _must_not_be_a_slip(name, f"{file.name}: " if name not in outside else "")
    mode = values.get("BOT_MODE", "").strip().lower() or "dry"
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
        file=file if from_file else None,
        alive_url=values.get("BOT_ALIVE_URL", "").strip() or None,
        tell=_addresses(values),
        tells_dry=_yes_or_no(values, "BOT_TELL_DRY"),
        bluesky_url=values.get("BOT_BLUESKY_URL", "").strip().rstrip("/") or BLUESKY_URL,
        mastodon_url=_here(values, "BOT_MASTODON_URL"),
    )
    if found.now and found.mode is Mode.LIVE and not found.is_loopback:
        raise SettingsError(
            "BOT_NOW pretends a time, so it is refused in live mode unless BOT_X_URL is a "
            "server on this machine."
        )
    return found


def _dotenv_path(outside: Mapping[str, str]) -> Path:
    """Where the settings stand: BOT_ENV_FILE, else .env in the bot's own folder."""
    return _whole("BOT_ENV_FILE", outside.get("BOT_ENV_FILE", "").strip() or ".env")


def _dotenv(path: Path, *, named: bool) -> dict[str, str]:
    """What a .env sets. Raises SettingsError naming the line, and never what stands in it."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        as_text = path.with_name(f"{path.name}.txt")
        if as_text.exists():  # Notepad adds the ending, and Windows hides it
            raise SettingsError(f"{as_text} is not read: rename it to {path.name}.") from None
        if named:
            raise SettingsError(f"BOT_ENV_FILE names {path}, and there is no such file.") from None
        return {}
    except OSError as error:
        raise SettingsError(
            f"{path} is there, but may not or cannot be read: {error.strerror}."
        ) from error
    found = {}
    for line in parse_stream(io.StringIO(_decoded(path, content))):
        if line.key is not None or line.error:
            _must_be_sound(path, line)
            found[str(line.key)] = line.value or ""
    return found


def _decoded(path: Path, content: bytes) -> str:
    sixteen = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # Notepad's "Unicode"
    try:
        text = content.decode("utf-16" if sixteen else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not saved as UTF-8: save it again so.") from error
    if "\0" in text:
        raise SettingsError(f"{path} is not plain text: save it again as UTF-8.")
    return text


def _must_be_sound(path: Path, line: Binding) -> None:
    """Raises SettingsError for a line that nobody can have meant."""
    text = line.original.string
    blank_lines_before = len(text[: len(text) - len(text.lstrip())].splitlines())
    place = f"{path}:{line.original.line + blank_lines_before}"
    value = line.value
    if line.error or value is None:
        raise SettingsError(
            f"{place}: this line cannot be understood. Write NAME=value, with quotation marks at "
            "both ends or at neither, and # before a note."
        )
    if not value.isprintable():
        raise SettingsError(
            f"{place}: {line.key} has a line break or another hidden character in it. Is a "
            "quotation mark missing? A backslash belongs between single quotation marks."
        )
    if re.search("^[“”„‘’‚]|[“”„‘’‚]$", value):
        raise SettingsError(
            f"{place}: {line.key} stands between curly quotation marks. Write straight ones, or "
            "none."
        )


def _must_not_be_a_slip(name: str, where: str) -> None:
    """A misspelt BOT_FORCES would publish for everybody, and say nothing."""
    if not name.startswith("BOT_") or name in NAMES or name.startswith(TELL_SENDER):
        return  # whom BOT_TELL_KENT means is known only where forces.yaml is read
    near = difflib.get_close_matches(name, NAMES, n=1, cutoff=ALIKE)
    if near:
        raise SettingsError(f"{where}there is no setting called {name}. Did you mean {near[0]}?")


def _addresses(values: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """What each BOT_TELL… setting names: addresses with spaces or lines between them."""
    named = [name for name in values if name == TELL or name.startswith(TELL_SENDER)]
    found = {name: tuple(values[name].split()) for name in named if name != "BOT_TELL_DRY"}
    return {name: addresses for name, addresses in found.items() if addresses}


def _yes_or_no(values: Mapping[str, str], name: str) -> bool:
    said = values.get(name, "").strip().lower()
    if said not in ("", "yes", "no"):
        raise SettingsError(f'{name} is yes or no, not "{said}".')
    return said == "yes"


def _here(values: Mapping[str, str], name: str) -> str | None:
    """A test server's address. Elsewhere it would be given every account's credentials."""
    url = values.get(name, "").strip().rstrip("/")
    if url and not is_loopback(url):
        raise SettingsError(f"{name} is for a test server on this machine: http://127.0.0.1:PORT.")
    return url or None


def _folder(values: Mapping[str, str], name: str, default: Path) -> Path:
    said = values.get(name, "").strip()
    return _whole(name, said) if said else default


def _whole(name: str, said: str) -> Path:
    """A path that was set, counted from the bot's folder: never from where somebody stands."""
    try:
        return (PROJECT / Path(said).expanduser()).resolve()
    except RuntimeError as error:  # ~ of somebody who has no home
        raise SettingsError(f"{name} names {said}, which has no home: write it out.") from error


def _database_url(url: str) -> str | None:
    if not url.strip():
        return None
    # Hosts write postgres://, and other programs name their own driver.
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", url.strip())


def _pretended(value: str) -> Pretended | None:
    if not value.strip():
        return None
    if value.startswith("@"):
        return Path(value.strip()[1:])
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise SettingsError(f'BOT_NOW is not a time: "{value}".') from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


class SystemClocks:
    """The wall clock and the boot-time clock; or pretended ones, for tests and rehearsals.

    Pretended by a time, the wall clock starts there. Pretended by a file, which holds two numbers
    of seconds, the wall clock is the first and the boot-time clock the second ahead of the true
    one, as the file says at that moment: whoever writes it sets the clocks of running processes.
    """

    def __init__(self, pretended: Pretended | None = None) -> None:
        self._file = pretended if isinstance(pretended, Path) else None
        self._ahead = 0.0
        if isinstance(pretended, datetime):
            self._ahead = (pretended - datetime.now(UTC)).total_seconds()

    def now(self) -> datetime:
        ahead = _ahead(self._file)[0] if self._file else self._ahead
        return datetime.now(UTC) + timedelta(seconds=ahead)

    def boot(self) -> float:
        # CLOCK_BOOTTIME goes on while a laptop sleeps; elsewhere monotonic is the nearest.
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        true = time.clock_gettime(clock) if clock is not None else time.monotonic()
        return true + _ahead(self._file)[1] if self._file else true


def _ahead(file: Path) -> tuple[float, float]:
    """Seconds by which the wall clock and the boot-time clock are ahead of the true ones."""
    try:
        wall, boot = file.read_text(encoding="ascii").split()
        return float(wall), float(boot)
    except (OSError, ValueError) as error:
        raise SettingsError(f"BOT_NOW names {file}, which tells no time.") from error


def today(now: datetime) -> date:
    """The date in London."""
    return london_day(now)
