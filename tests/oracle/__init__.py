"""The platforms' own libraries in Node, as a second opinion for the tests: never in the product.

Set BOT_ORACLE to a folder in which `npm install twitter-text@3.1.0 @atproto/api` was run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = os.environ.get("BOT_ORACLE", "")
NODE = shutil.which("node")


def missing() -> str:
    """Why the libraries cannot be asked; empty where they can."""
    if not FOLDER:
        return "BOT_ORACLE is not set: nothing was compared with the platforms' own libraries."
    if NODE is None:
        return "Node is not installed: nothing was compared with the platforms' own libraries."
    wanted = [name for name in ("twitter-text", "@atproto/api") if not _package(name).is_dir()]
    return f"BOT_ORACLE has no {' and no '.join(wanted)} in node_modules." if wanted else ""


def _package(name: str) -> Path:
    return Path(FOLDER) / "node_modules" / name


def ask(question: str, texts: Sequence[str]) -> list[Any]:
    """One answer for each text; the questions stand in ask.js."""
    script = Path(__file__).with_name("ask.js")
    assert NODE is not None
    answered = subprocess.run(
        (NODE, str(script), question),
        input=json.dumps(texts),
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={"NODE_PATH": str(Path(FOLDER).resolve() / "node_modules")},
    )
    found: list[Any] = json.loads(answered.stdout)
    return found
