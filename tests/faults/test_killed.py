"""Killed and lied to, in the short form."""

from __future__ import annotations

import pytest

from tests.faults.short import need, the_tester


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_killed_and_lied_to_nothing_is_doubled_lost_outrun_late_or_stuck(kind: str) -> None:
    need(kind)

    done = the_tester("--seeds", "4", "--kills", "8", "--on", kind, "--scenario", "none")

    assert done.returncode == 0, done.stdout + done.stderr
