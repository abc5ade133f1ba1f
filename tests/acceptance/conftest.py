"""The real program, started as its users start it, in an office of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.loopback.x_server import XServer

if TYPE_CHECKING:
    from tests.acceptance.quick import Forks

PROJECT = Path(__file__).resolve().parents[2]

CAMPAIGN = """
campaign: Winter Watch
version: 1
starts: Monday 2015-11-23
days: 2
hashtag: WinterWatch
link: report_link
slots:
  morning: 09:00
  evening: 17:30
each_force_fills_in:
  in_area:
    help: Where you are, with its small word.
    example: in Kent
    needed: yes
themes:
  notice: Monday
  report: Tuesday
messages:
  look-out:
    theme: notice
    wordings:
      first:
        en: |
          Look out for one another {{ in_area }}.
          Report it: {{ report_link }}
        cy: |
          Cadwch lygad ar eich gilydd {{ in_area }}.
          Rhowch wybod: {{ report_link }}
  speak-up:
    theme: notice
    wordings:
      first:
        en: |
          Speak up {{ in_area }}: {{ report_link }}
        cy: |
          Codwch eich llais {{ in_area }}: {{ report_link }}
  tell-us:
    theme: report
    wordings:
      first:
        en: |
          Tell us what you saw {{ in_area }}: {{ report_link }}
        cy: |
          Dywedwch beth welsoch chi {{ in_area }}: {{ report_link }}
  in-confidence:
    theme: report
    wordings:
      first:
        en: |
          What you say {{ in_area }} stays between us: {{ report_link }}
        cy: |
          Mae'n gyfrinachol {{ in_area }}: {{ report_link }}
"""

CONSTANTS = """
report_link:
  link: gov.uk/ACT
  source: the campaign
  as_of: 2015-11-01
  check_by: 2030-01-01
"""

FORCES = """
kent:
  name: Kent Police
  kind: force
  region: South East
  languages: en
  fill_in:
    in_area: in Kent
  accounts:
    kent-x:
      platform: x
      handle: kent_police
      handle_source: the force's own page
      live: yes
gwent:
  name:
    en: Gwent Police
    cy: Heddlu Gwent
  kind: force
  region: Wales
  languages: cy, en
  minute: 3
  fill_in:
    in_area:
      en: in Gwent
      cy: yng Ngwent
  accounts:
    gwent-x:
      platform: x
      handle: gwentpolice
      handle_source: the force's own page
      live: yes
"""

RUNS = """
winter@2015:
  pack: winter
  who: everyone
"""

LOCAL = """
force: {force}
campaign: winter
takes_part: yes
"""


@dataclass
class Office:
    """Packs, configuration and a ledger in a folder, and the program to run over them."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    forks: Forks | None = None  # runs the program at once, in a process of its own all the same

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "BOT_MESSAGES": str(self.folder / "messages"),
            "BOT_CONFIG": str(self.folder / "config"),
            "BOT_DATA": str(self.folder / "data"),
            "HOME": str(self.folder / "home"),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
        }
        return {**own, **self.variables}

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            env={**self.environment, **variables},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def bot(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        if self.forks is not None:
            return self.forks.run(arguments, {**self.environment, **variables}, self.folder)
        process = self.start(*arguments, **variables)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def json(self, *arguments: str, **variables: str) -> Any:
        done = self.bot(*arguments, "--format", "json", **variables)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)


def an_office(folder: Path) -> Office:
    """An office with a two-day campaign for an English and a Welsh force."""
    office = Office(folder)
    office.write("messages/national/winter/campaign.yaml", CAMPAIGN)
    for force in ("kent", "gwent"):
        office.write(f"messages/local/{force}/winter.yaml", LOCAL.format(force=force))
    office.write("config/constants.yaml", CONSTANTS)
    office.write("config/forces.yaml", FORCES)
    office.write("config/campaigns.yaml", RUNS)
    office.write("config/calendar.yaml", "no_posts:\n")
    office.write("config/settings.yaml", "plan_ahead: 14 days\n")
    return office


@pytest.fixture(scope="session")
def prepared() -> Iterator[Forks]:
    """A process that has imported the program already."""
    from tests.acceptance.quick import Forks

    made = Forks()
    yield made
    made.close()


@pytest.fixture
def forks(prepared: Forks) -> Forks | None:
    """Where every run is forked from. A module whose point is the start overrides it with None."""
    return prepared


@pytest.fixture
def office(tmp_path: Path, forks: Forks | None) -> Office:
    office = an_office(tmp_path)
    office.forks = forks
    return office


@pytest.fixture
def x() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture(scope="session")
def approved(tmp_path_factory: pytest.TempPathFactory, prepared: Forks) -> Path:
    """The folder of an office gone live: planned, previewed and approved the day before."""
    office = an_office(tmp_path_factory.mktemp("approved"))
    office.forks = prepared
    office.variables = {
        "BOT_MODE": "live",
        "BOT_X_URL": "http://127.0.0.1:9",  # never asked: nothing is due yet
        "BOT_NOW": "2015-11-22T08:00:00",
    }
    assert office.bot("db", "create", "--live").returncode == 0
    assert office.bot("run", "--once").returncode == 0
    code = office.json("preview", "--campaign", "winter@2015")["code"]
    approved = office.bot("approve", "--preview", code, "--by", "A. Smith")
    assert approved.returncode == 0, approved.stdout + approved.stderr
    return office.folder


@pytest.fixture
def live(approved: Path, tmp_path: Path, x: XServer, forks: Forks | None) -> Office:
    """An office gone live against a loopback X, with everything approved."""
    shutil.copytree(approved, tmp_path / "office")
    return Office(tmp_path / "office", {"BOT_MODE": "live", "BOT_X_URL": x.url}, forks)


OBEYING = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Makes root obey the rights of files, like everybody else."""


def obeying_rights(
    office: Office, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs the bot as somebody whom the rights of files stop."""
    is_root = os.geteuid() == 0
    if is_root and not shutil.which("setpriv"):
        pytest.skip("root may read and write everywhere, and there is no setpriv to give that up")
    return subprocess.run(
        [*(OBEYING if is_root else ()), sys.executable, "-m", "bot", *arguments],
        env={**office.environment, **variables},
        cwd=office.folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
