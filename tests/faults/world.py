"""An office with 48 forces and one campaign, whose ledger holds every post, approved."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]
DAY: Final = "2015-11-23"
REGIONS: Final = ("North East", "South West", "Eastern", "London")
GRACE: Final = timedelta(minutes=20)
SPREAD_MINUTES: Final = 16  # over which a slot's posts fall due, so that there is always something

_MESSAGE: Final = """
  message-{number}:
    theme: notice
    wordings:
{wordings}
"""

_WORDING: Final = """\
      w{wording}:
        en: |
          {start} {number} {{{{ in_area }}}}: {{{{ report_link }}}}
"""

_STARTS: Final = (
    "Look out for message", "Tell somebody of word", "It may be nothing: note", "Seen it? Report",
    "Your call could help with line", "Trust your instincts about matter", "Say something on point",
    "Act early, says notice", "Neighbours count in part", "Do not wait for number",
    "What feels wrong in case", "Share what you know of chapter",
)  # fmt: skip
"""No more than a third of a day's accounts may say one wording: `bot check` sees to it."""

_CAMPAIGN: Final = """
campaign: Watch
version: 1
starts: Monday 2015-11-23
days: 1
hashtag: WatchWeek
link: report_link
slots:
{slots}
each_force_fills_in:
  in_area:
    help: Where you are, with its small word.
    example: in Kent
    needed: yes
themes:
  notice: Monday
messages:
{messages}
"""

_FORCE: Final = """
{name}:
  name: Force {number:02}
  kind: force
  region: {region}
  languages: en
  minute: {minute}
  fill_in:
    in_area: around town {number:02}
  accounts:
    {name}-x:
      platform: x
      handle: force_{number:02}
      handle_source: this test
      live: yes
"""

_CONSTANTS: Final = """
report_link:
  link: gov.uk/ACT
  source: this test
  as_of: 2015-11-01
  check_by: 2030-01-01
"""


class Clock:
    """The machine's clocks, in a file that every process reads: how far ahead of the true ones.

    Two files, because a platform's clock goes on when ours jumps. `history` keeps what the
    platform's said when, in monotonic seconds, so that a request can be dated afterwards.
    """

    def __init__(self, folder: Path, start: datetime) -> None:
        self.ours, self.theirs = folder / "clock", folder / "their-clock"
        self.history: list[tuple[float, float]] = []
        self._wall = (start - datetime.now(UTC)).total_seconds()
        self._boot = 0.0
        self._write()

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._wall)

    def pass_time(self, seconds: float) -> None:
        self._wall += seconds
        self._boot += seconds
        self._write()

    def move_to(self, moment: datetime) -> None:
        self.pass_time(max(0.0, (moment - self.now()).total_seconds()))

    def jump(self, seconds: float) -> None:
        """Our wall clock alone is set wrong by so much; 0 sets it right."""
        _replace(self.ours, f"{self._wall + seconds} {self._boot}")

    def _write(self) -> None:
        self.history.append((time.monotonic(), self._wall))
        for file in (self.theirs, self.ours):
            _replace(file, f"{self._wall} {self._boot}")

    def at(self, monotonic: float) -> datetime:
        """What the platform's clock said then."""
        wall = next(wall for since, wall in reversed(self.history) if since <= monotonic)
        true = datetime.now(UTC) - timedelta(seconds=time.monotonic() - monotonic)
        return true + timedelta(seconds=wall)


def _replace(file: Path, content: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(content, encoding="ascii")
    fresh.replace(file)


@dataclass(frozen=True)
class Size:
    """How large the campaign is."""

    forces: int = 48
    slots: int = 6
    minutes_apart: int = 120
    spread_minutes: int = SPREAD_MINUTES

    @property
    def posts(self) -> int:
        return self.forces * self.slots

    @property
    def times(self) -> list[str]:
        """Of the slots, on the day's clock."""
        minutes = [9 * 60 + number * self.minutes_apart for number in range(self.slots)]
        return [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]


@dataclass
class World:
    """A folder with packs, configuration and data, and the environment that names them."""

    folder: Path
    size: Size
    database_url: str | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "BOT_MODE": "live",
            "BOT_MESSAGES": str(self.folder / "messages"),
            "BOT_CONFIG": str(self.folder / "config"),
            "BOT_DATA": str(self.folder / "data"),
            "BOT_ENV_FILE": str(self.folder / "env"),
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
        }
        return own | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    @property
    def ledger_url(self) -> str:
        return self.database_url or f"sqlite:///{self.ledger_file}"

    @property
    def ledger_file(self) -> Path:
        return self.folder / "data" / "live.sqlite3"

    def slot_times(self) -> list[datetime]:
        return [datetime.fromisoformat(f"{DAY}T{slot}Z") for slot in self.size.times]

    def copy(self, folder: Path, database_url: str | None = None) -> World:
        shutil.copytree(self.folder, folder)
        return World(folder, self.size, database_url)


def forces(size: Size) -> list[str]:
    return [f"f{number:02}" for number in range(1, size.forces + 1)]


def a_world(folder: Path, size: Size, database_url: str | None = None) -> World:
    """The files, without a ledger yet."""
    named = {f"s{number}": slot for number, slot in enumerate(size.times, start=1)}
    slots = "\n".join(f"  {name}: {slot}" for name, slot in named.items())
    messages = "".join(_message(number) for number in range(1, size.slots + 1))
    files = {
        "messages/national/watch/campaign.yaml": _CAMPAIGN.format(slots=slots, messages=messages),
        "config/constants.yaml": _CONSTANTS,
        "config/campaigns.yaml": "watch@2015:\n  pack: watch\n  who: everyone\n",
        "config/calendar.yaml": "no_posts:\n",
        "config/settings.yaml": "plan_ahead: 2 days\nrelease_takes_two: no\n",
        "config/forces.yaml": "".join(
            _FORCE.format(
                name=name,
                number=number,
                region=REGIONS[number % len(REGIONS)],
                minute=number % size.spread_minutes,
            )
            for number, name in enumerate(forces(size), start=1)
        ),
        "env": "BOT_MODE=live\n",
    }
    files |= {
        f"messages/local/{name}/watch.yaml": f"force: {name}\ncampaign: watch\ntakes_part: yes\n"
        for name in forces(size)
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (folder / "data").mkdir()
    return World(folder, size, database_url)


def _message(number: int) -> str:
    wordings = "".join(
        _WORDING.format(wording=count, start=start, number=number)
        for count, start in enumerate(_STARTS)
    )
    return _MESSAGE.format(number=number, wordings=wordings)


def approve_everything(run: Callable[..., str]) -> None:
    """Makes the ledger, plans into it, and approves all that a preview shows, by its code."""
    run("db", "create", "--live")
    run("run", "--once")
    shown = run("preview", "--campaign", "watch@2015")
    code = re.search(r"--preview ([0-9A-Z]{4}-[0-9A-Z]{4})", shown)
    if code is None:
        raise AssertionError(f"the preview shows no code:\n{shown[-2000:]}")
    run("approve", "--preview", code[1], "--by", "The tester")
