"""Holds under load, and what happens to whole ledgers, in the short form."""

from __future__ import annotations

import pytest

from tests.faults.scenarios import SCENARIOS
from tests.faults.short import need, the_tester

# Of the two databases, only what differs between them.
ON = {"sqlite": (*SCENARIOS,), "postgres": ("hold", "new", "copy")}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_hold_is_not_outrun_and_whole_ledgers_may_be_lost(kind: str) -> None:
    need(kind)
    these = [word for name in ON[kind] for word in ("--scenario", name)]

    done = the_tester("--seeds", "2", "--on", kind, *these)

    assert done.returncode == 0, done.stdout + done.stderr
