"""Holds under load, and what happens to whole ledgers, in the short form."""

from __future__ import annotations

import pytest

from tests.faults.short import need, the_tester

# Each takes some seconds. The others run with the program broken on purpose, in test_tester, and in
# `make faults` all of them on both databases.
ON = {"sqlite": ("hold", "new", "copy", "elsewhere"), "postgres": ("hold", "copy")}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_hold_is_not_outrun_and_whole_ledgers_may_be_lost(kind: str) -> None:
    need(kind)
    these = [word for name in ON[kind] for word in ("--scenario", name)]

    done = the_tester("--seeds", "2", "--on", kind, *these)

    assert done.returncode == 0, done.stdout + done.stderr
