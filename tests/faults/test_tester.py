"""The tester tested: a program broken on purpose is noticed."""

from __future__ import annotations

from tests.faults.mutations import CAUGHT_BY, MUTATIONS
from tests.faults.short import the_tester


def test_every_way_of_breaking_the_program_is_noticed() -> None:
    assert CAUGHT_BY.keys() == MUTATIONS.keys()

    done = the_tester("--seeds", "2", "--mutations")

    assert "NOT NOTICED" not in done.stdout
    assert done.stdout.count("noticed: ") == len(MUTATIONS), done.stdout + done.stderr
    assert done.returncode == 0
