"""`make bench`: what the bot costs, as ratios measured side by side in one run."""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = ("start_up", "planning", "delivery", "memory", "text")

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        for line in import_module(f"tests.bench.{name}").report():
            print(line, flush=True)  # noqa: T201
