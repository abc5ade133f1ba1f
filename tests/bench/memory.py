"""Memory over a rehearsed year: whether it grows with the days."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

YEAR = (
    "rehearse",
    "act-every-day",
    "--force",
    "kent",
    "--start",
    "2026-01-01",
    "--to",
    "2026-12-31",
)


def report() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *YEAR],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "BOT_DATA": folder, "BOT_MODE": "dry"},
        )
        sizes = []
        while process.poll() is None:
            sizes.append(_megabytes(process.pid))
            time.sleep(0.1)
        assert process.stdout is not None
        assert process.returncode == 0
        published = re.findall(r"published +(\d+)", process.stdout.read())[0]
    quarter = len(sizes) // 4
    first, last = median(sizes[quarter : 2 * quarter]), median(sizes[-quarter:])
    yield (
        f"memory over a rehearsed year: {first:.0f} MB in its second quarter, {last:.0f} MB in its "
        f"last: {last / first:.2f} times (flat); {published} posts published"
    )


def _megabytes(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return 0.0
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")),
        0.0,
    )
