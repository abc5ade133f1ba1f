"""One try in a process of its own, with limits that end it: two seconds of work, 300 MB more."""

from __future__ import annotations

import json
import os
import resource
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

MOST_SECONDS: Final = 2.0
MOST_BYTES: Final = 300_000_000  # beyond what the program takes when it is loaded
PATIENCE_SECONDS: Final = 60  # on the wall: whoever sleeps is stuck


@dataclass(frozen=True, slots=True)
class Tried:
    """How a try ended, and what it cost."""

    faults: tuple[str, ...]
    seconds: float  # of work
    bytes: int  # at most at a time, beyond what the loaded program takes


def tried(work: Callable[[], Iterable[str]], seconds: float = MOST_SECONDS) -> Tried:
    """What `work` finds wrong; that it raised, took too long or too much is a fault as well.

    The process must have no threads.
    """
    reading, writing = os.pipe()
    before = _pages(1)
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing, seconds)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as said:
        found = said.read()
    _, status, used = os.wait4(child, 0)
    faults = json.loads(found) if found else [_killed(status, seconds)]
    more = used.ru_maxrss * 1024 - before
    return Tried(tuple(faults), used.ru_utime + used.ru_stime, max(0, more))


def _work(work: Callable[[], Iterable[str]], writing: int, seconds: float) -> None:
    """What the child does until its end."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    resource.setrlimit(resource.RLIMIT_AS, (_pages(0) + MOST_BYTES,) * 2)
    signal.alarm(PATIENCE_SECONDS)
    try:
        found = list(work())
    except MemoryError:
        found = [f"more than {MOST_BYTES:,} bytes"]
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        found = [f"{type(error).__name__} in {last.name}: {error}\n{traceback.format_exc()}"]
    os.write(writing, json.dumps(found[:20])[:60_000].encode())
    os._exit(0)


def _killed(status: int, seconds: float) -> str:
    number = os.waitstatus_to_exitcode(status)
    if number == -signal.SIGPROF:
        return f"more than {seconds} seconds of work"
    return f"stuck for {PATIENCE_SECONDS} s" if number == -signal.SIGALRM else f"ended by {number}"


def _pages(field: int) -> int:
    """Bytes that this process has: of address space (0), in memory (1)."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[field]) * resource.getpagesize()


# --- that it ends what it should --------------------------------------------------------------


def _is_well() -> Iterator[str]:
    yield from ()


def _hoards() -> Iterator[str]:
    yield str(len(bytearray(2 * MOST_BYTES)))


def _never_ends() -> Iterator[str]:
    yield str(sum(count()))


def _raises() -> Iterator[str]:
    nothing: dict[str, str] = {}
    yield nothing["nothing"]


if __name__ == "__main__":
    for name, work in (
        ("all is well", _is_well),
        ("hoards", _hoards),
        ("never ends", _never_ends),
        ("raises", _raises),
    ):
        found = tried(work, 0.2).faults or ("nothing",)
        print(f"{name}: {found[0].splitlines()[0]}")  # noqa: T201  # it is what this program is for
