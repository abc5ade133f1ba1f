"""The merciless tester as the tests of it run it: small, and in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

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


def need(kind: str) -> None:
    """Skip the test where this kind of database cannot be started."""
    if kind == "postgres":
        server: PostgresServer | None = started()
        if server is None:
            pytest.skip(MISSING)
        server.close()
