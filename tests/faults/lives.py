"""Runs of the real program that can be killed, frozen and watched, each a process of its own.

They are forked from this process, which has imported the program already: a life begins at once
instead of after a second. Only a process without other threads may do so.
"""

from __future__ import annotations

import os
import resource
import signal
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.acceptance.quick import become
from tests.faults.lines import kill_at_line
from tests.faults.mutations import MUTATIONS

LONGEST_SECONDS: Final = 60.0  # real ones, after which a life that should end is a fault


@dataclass
class Life:
    """One run of the program."""

    number: int
    pid: int
    arguments: tuple[str, ...]
    out: Path
    began: float = field(default_factory=time.monotonic)
    ended_at: float | None = None
    code: int | None = None  # less than 0: killed by that signal

    def reaped(self) -> bool:
        """Whether it has ended by now."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code, self.ended_at = os.waitstatus_to_exitcode(status), time.monotonic()
        return self.code is not None

    def wait(self, seconds: float = LONGEST_SECONDS) -> int:
        """Its exit code. Raises AssertionError with what it said if it does not end."""
        until = time.monotonic() + seconds
        while not self.reaped():
            if time.monotonic() > until:
                self.kill()
                raise AssertionError(f"{self.arguments} did not end:\n{self.said()[-3000:]}")
            time.sleep(0.005)
        return self.code if self.code is not None else 0

    def kill(self) -> bool:
        """kill -9. Whether it was still alive."""
        if self.reaped():
            return False
        self.signal(signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self.code, self.ended_at = os.waitstatus_to_exitcode(status), time.monotonic()
        return self.code == -signal.SIGKILL

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def said(self) -> str:
        return self.out.read_text(encoding="utf-8", errors="replace") if self.out.exists() else ""


class Lives:
    """Begins lives, and knows all that have been."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], mutation: str | None = None
    ) -> None:
        self.folder, self.environment = folder, dict(environment)
        self.all: list[Life] = []
        self.deaths = folder / "deaths.txt"
        self._mutation = mutation
        (folder / "said").mkdir(exist_ok=True)

    def begin(
        self,
        *arguments: str,
        dies_at_line: int | None = None,
        room_bytes: int | None = None,
        **variables: str,
    ) -> Life:
        """A life, begun. `room_bytes` is how large any file that it writes may become."""
        number = len(self.all)
        out = self.folder / "said" / f"{number}.txt"
        pid = os.fork()
        if pid == 0:
            self._live(arguments, out, dies_at_line, room_bytes, variables)
        life = Life(number, pid, arguments, out)
        self.all.append(life)
        return life

    def run(self, *arguments: str) -> str:
        """What a command said, from its beginning to its good end."""
        life = self.begin(*arguments)
        if life.wait() != 0:
            raise AssertionError(f"{arguments} ended with {life.code}:\n{life.said()[-3000:]}")
        return life.said()

    def living(self) -> Iterator[Life]:
        return (life for life in self.all if not life.reaped())

    def kill_all(self) -> int:
        """How many were still alive."""
        return sum(life.kill() for life in [*self.living()])

    def killed(self) -> int:
        """How many died by kill -9, by whomever."""
        return sum(life.code == -signal.SIGKILL for life in self.all)

    def _live(
        self,
        arguments: tuple[str, ...],
        out: Path,
        dies_at_line: int | None,
        room_bytes: int | None,
        variables: Mapping[str, str],
    ) -> None:
        try:
            os.setpgid(0, 0)
            if self._mutation:
                MUTATIONS[self._mutation]()
            if dies_at_line is not None:
                kill_at_line(dies_at_line, self.deaths)
            if room_bytes is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (room_bytes, room_bytes))
            wanted: dict[str, object] = {
                "arguments": arguments,
                "environment": {**self.environment, **variables},
                "folder": str(self.folder),
                "out": str(out),
                "err": str(out),
            }
            become(wanted)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(3)
