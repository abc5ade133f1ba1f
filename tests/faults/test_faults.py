"""The merciless tester in its short form, and the tester tested."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.faults.mutations import CAUGHT_BY, MUTATIONS
from tests.faults.world import PROJECT
from tests.postgres import MISSING, PostgresServer, started

SMALL = ("--forces", "8", "--slots", "1", "--jobs", "1")


def the_tester(*options: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: it forks, and this one may have threads."""
    return subprocess.run(
        [sys.executable, "-m", "tests.faults", *SMALL, *options],
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if not name.startswith("BOT_")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_killed_and_lied_to_nothing_is_doubled_lost_outrun_late_or_stuck(kind: str) -> None:
    if kind == "postgres":
        _need_postgres()

    done = the_tester("--seeds", "4", "--kills", "15", "--on", kind, "--scenario", "none")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_hold_is_not_outrun_and_whole_ledgers_may_be_lost(kind: str) -> None:
    if kind == "postgres":
        _need_postgres()

    done = the_tester("--seeds", "2", "--on", kind, "--scenario", "all")

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_way_of_breaking_the_program_is_noticed() -> None:
    assert CAUGHT_BY.keys() == MUTATIONS.keys()

    done = the_tester("--seeds", "2", "--mutations")

    assert "NOT NOTICED" not in done.stdout
    assert done.stdout.count("noticed: ") == len(MUTATIONS), done.stdout + done.stderr
    assert done.returncode == 0


def _need_postgres() -> None:
    server: PostgresServer | None = started()
    if server is None:
        pytest.skip(MISSING)
    server.close()
