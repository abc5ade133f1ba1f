"""Kills a run of the program between two lines of the delivery protocol."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Final

from tests.faults.world import PROJECT

PROTOCOL: Final = tuple(
    str(PROJECT / "bot" / name)
    for name in (
        "delivery.py",
        "ledger/chain.py",
        "ledger/database/kind.py",
        "ledger/database/prepared.py",
        "ledger/moves.py",
        "ledger/sending.py",
        "ledger/steps.py",
        "ledger/together.py",
        "ledger/witness.py",
        "platforms/wire.py",
        "platforms/x.py",
        "platforms/x_answers.py",
    )
)
"""Whatever runs between a claim and its record."""


def kill_at_line(number: int, note: Path) -> None:
    """Arms this process: it kills itself before the `number`th line of the protocol it runs.

    Lines are counted over all its threads, from the first delivery, sweep or look on. Where it
    died is written to `note`, a line for each death.
    """
    from bot.delivery import Delivery

    counted = 0
    lock = threading.Lock()
    known = frozenset(PROTOCOL)

    def called(frame: FrameType, _event: str, _argument: object) -> Any:
        return line if frame.f_code.co_filename in known else None

    def line(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal counted
        if event == "line":
            with lock:
                counted += 1
                if counted >= number:
                    _die(frame, note)
        return line

    def traced(act: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            sys.settrace(called)
            try:
                return act(*arguments, **named)
            finally:
                sys.settrace(None)

        return wrapped

    for name in ("deliver", "sweep", "settle"):
        setattr(Delivery, name, traced(getattr(Delivery, name)))


def _die(frame: FrameType, note: Path) -> None:
    place = Path(frame.f_code.co_filename).relative_to(PROJECT)
    written = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(written, f"{place}:{frame.f_lineno}\n".encode())
    os.kill(os.getpid(), signal.SIGKILL)
