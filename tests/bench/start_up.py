"""A preview from cold, beside importing three libraries."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

REPEATS = 11
LIBRARIES = (sys.executable, "-c", "import jinja2, yaml, pydantic")
PREVIEW = (sys.executable, "-m", "bot", "preview", "--force", "kent", "--on", "2015-11-23")


def report() -> Iterator[str]:
    """One line for a preview where no ledger is yet, and one for a day-old deployment."""
    with tempfile.TemporaryDirectory() as folder:
        yield _line("where nothing has run", Path(folder), least="at most 3")
        _seconds((sys.executable, "-m", "bot", "run", "--once"), Path(folder))
        yield _line("with a ledger", Path(folder), least="no target")


def _line(what: str, data: Path, *, least: str) -> str:
    pairs = [(_seconds(LIBRARIES, data), _seconds(PREVIEW, data)) for _ in range(REPEATS)]
    libraries, preview = median(one for one, _ in pairs), median(other for _, other in pairs)
    return (
        f"start-up, {what}: libraries {libraries * 1000:.0f} ms, preview {preview * 1000:.0f} ms: "
        f"{preview / libraries:.1f} times ({least})"
    )


def _seconds(command: Sequence[str], data: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=_environment(data))
    return time.perf_counter() - started


def _environment(data: Path) -> dict[str, str]:
    return {**os.environ, "BOT_DATA": str(data), "BOT_MODE": "dry"}
