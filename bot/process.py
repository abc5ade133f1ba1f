"""The name of this process as a worker, and whether another worker's process has ended.

A name holds the machine, its boot, the space its process numbers belong to, the number, and when
the process started, so that a number given again is not taken for the one before. Being wrong here
cannot double a post: the ledger's tokens fence out a worker that was thought to have ended.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
SEPARATOR: Final = "|"


def worker_name() -> str:
    """`host|boot|space|number|start`; the parts that this system does not tell are empty."""
    number = str(os.getpid())
    return SEPARATOR.join([platform.node(), _boot(), _space(), number, _start(number) or ""])


def has_ended(worker: str) -> bool:
    """Whether that worker's process surely is no more. False where it cannot be told."""
    parts = worker.split(SEPARATOR)
    if len(parts) != 5 or not all(parts):
        return False
    host, boot, space, number, start = parts
    if host != platform.node() or not number.isdecimal():
        return False
    if boot != _boot():
        return bool(_boot())  # the machine has started again since
    return space == _space() and _start(number) != start


def _boot() -> str:
    return _read(PROC / "sys/kernel/random/boot_id")


def _space() -> str:
    try:
        return (PROC / "self/ns/pid").readlink().name
    except OSError:
        return ""


def _start(number: str) -> str | None:
    """When a process started, in clock ticks since boot; None where there is no such process."""
    # The second field is the program's name in brackets, which may itself hold spaces.
    _, _, rest = _read(PROC / number / "stat").rpartition(")")
    fields = rest.split()
    return fields[19] if len(fields) > 19 else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
