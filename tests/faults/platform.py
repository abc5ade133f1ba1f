"""The hostile X, as a process of its own that outlives every bot."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from bot.app.wiring import hash_id
from tests.faults.world import PROJECT

WEIGHTS: Final[Mapping[str, float]] = {
    "fine": 60,
    "late": 14,
    "drop_before_answer": 4,
    "drop_in_headers": 2,
    "half_a_body": 2,
    "drop_after_answer": 2,
    "garbage": 2,
    "no_id": 1,
    "only_errors": 1,
    "redirect": 1,
    "bad_request": 1,
    "duplicate": 1,
    "not_permitted": 1,
    "limited": 3,
    "server_fault": 2,
    "server_fault:accepted": 2,
    "drop_before_answer:refused": 1,
    "unauthorised": 0.3,
    "no_credit": 0.3,
    "suspended": 0.3,
    "usage_capped": 0.3,
    "drip_body": 0.3,
}
"""How often a request to publish takes each fault; `SETTINGS` has what some of them are told."""

SETTINGS: Final[Mapping[str, Mapping[str, object]]] = {
    "late": {"seconds": 0.15},
    "limited": {"reset_in": 60},
    "drip_body": {"pause_seconds": 0.02},
    "drop_before_answer": {"reset": True},
    "drop_before_answer:refused": {"accepts": False},
    "server_fault:accepted": {"accepts": True},
}


@dataclass(frozen=True)
class Ask:
    """A request to publish as the platform saw it. `at` is monotonic seconds."""

    at: float
    user: str
    text: str
    came_of_it: str
    side_by_side: bool


def user_of(account: str) -> str:
    """The platform's number of an account whose credentials are those of a loopback run."""
    return str(abs(hash_id(account)))


class HostilePlatform:
    """X on loopback. Leaving the block ends it."""

    def __init__(
        self, folder: Path, clock: Path, *, lag: float = 0.0, same_words_twice: bool = True
    ) -> None:
        options = ["--log", str(folder / "accepted.jsonl"), "--clock", str(clock)]
        options += ["--lag", str(lag), "--until-input-ends"]
        options += ["--same-words-twice"] if same_words_twice else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.loopback.x_server", *options],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tester
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def take_chances(self, seed: int, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._told("chances", {"seed": seed, "weights": weights, "settings": SETTINGS})

    def be_kind(self) -> None:
        self._told("chances", {})

    def go_away(self, seconds: float) -> None:
        """Nobody listens for a while."""
        self._told("away", {"seconds": seconds})

    def show(self, account: str, text: str) -> None:
        """Somebody posts by hand."""
        self._told("show", {"user": user_of(account), "text": text})

    def asks(self) -> list[Ask]:
        return [Ask(**one) for one in self._told("asks")]

    def is_asked(self, times: int) -> None:
        """Waits until it was asked to publish so often."""
        for _ in range(1_000):
            if len(self.asks()) >= times:
                return
            time.sleep(0.02)
        raise AssertionError(f"nobody asked {times} times")

    def _told(self, what: str, content: object = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(f"{self.url}/control/{what}", body)
        for _ in range(100):
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return json.load(answer)
            except OSError:  # away
                time.sleep(0.1)
        raise AssertionError("the platform is gone")
