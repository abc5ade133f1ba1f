"""A bot that runs while a test watches what it says."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from typing import Any, Self

from tests.acceptance.conftest import Office

LONG = 60.0  # seconds; only ever waited for when something is broken


class RunningBot:
    """`bot run`, begun and greeted. Leaving the block ends it, if it has not ended."""

    def __init__(self, office: Office, **variables: str) -> None:
        self.process = office.start("run", **variables)
        self.out: list[str] = []
        self.lines: list[dict[str, Any]] = []
        self.plain: list[str] = []  # what is no line of the log
        self._changed = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=reading, daemon=True)
            for reading in ((self.process.stdout, self._said), (self.process.stderr, self._logged))
        ]

    def __enter__(self) -> Self:
        for reader in self._readers:
            reader.start()
        self.until(lambda: any("Ctrl-C stops the bot" in line for line in self.out))
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.ended()

    def stop(self) -> int:
        """Asks it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """Its exit code, when it has ended and everything it said was read."""
        self.process.wait(LONG)
        for reader in self._readers:
            reader.join(LONG)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return self.process.returncode

    def actions(self, name: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["action"] == name]

    def until(self, is_so: Callable[[], bool]) -> None:
        """Waits until this is so; it is looked at after each line, and now and then."""
        with self._changed:
            for _ in range(int(LONG / 0.1)):
                if is_so():
                    return
                self._changed.wait(0.1)
        raise AssertionError(f"it did not come about: {self.out} {self.lines} {self.plain}")

    def _read(self, stream: Any, take: Callable[[str], None]) -> None:
        for line in stream:
            with self._changed:
                take(line)
                self._changed.notify_all()

    def _said(self, line: str) -> None:
        self.out.append(line)

    def _logged(self, line: str) -> None:
        try:
            self.lines.append(json.loads(line))
        except ValueError:
            self.plain.append(line)
