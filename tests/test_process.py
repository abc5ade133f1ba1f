from __future__ import annotations

import subprocess
import sys

import pytest

from bot.process import has_ended, worker_name

NAME = "import bot.process; print(bot.process.worker_name(), flush=True)"

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells by /proc")


def test_a_running_process_has_not_ended() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", f"{NAME}; input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()

        assert not has_ended(name)
        assert not has_ended(worker_name())
        other.communicate("\n")


@linux_only
def test_a_process_that_is_gone_has_ended() -> None:
    done = subprocess.run([sys.executable, "-c", NAME], capture_output=True, text=True, check=True)

    assert has_ended(done.stdout.strip())


@linux_only
def test_a_number_given_again_is_not_the_process_before() -> None:
    *rest, start = worker_name().split("|")

    assert has_ended("|".join([*rest, str(int(start) + 1)]))


@linux_only
def test_whatever_ran_before_this_boot_has_ended() -> None:
    host, _, *rest = worker_name().split("|")

    assert has_ended("|".join([host, "another-boot", *rest]))


@pytest.mark.parametrize("name", ["", "worker-1", "other-host|b|s|1|2", "||||", "a|b|c|d|e"])
def test_of_others_nothing_is_claimed(name: str) -> None:
    assert not has_ended(name)
