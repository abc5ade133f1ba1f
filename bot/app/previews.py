"""Previews shown before there is a ledger: their codes, kept in the data folder until one is made.

Where a ledger is, it keeps them: an approver may sit at another machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.app.environment import Environment
from bot.app.saving import save
from bot.core.model import PostKey

CODE: Final = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


def keep_preview(env: Environment, code: str, pairs: Sequence[tuple[PostKey, str]]) -> None:
    """Keeps what was shown under a code: (key, digest). Raises SettingsError."""
    shown = [[str(key), digest] for key, digest in pairs]
    save(_file(env, code), json.dumps(shown).encode())


def kept_preview(env: Environment, code: str) -> tuple[tuple[PostKey, str], ...] | None:
    """What was shown under a code here before there was a ledger; None when nothing was."""
    if not CODE.fullmatch(code):
        return None
    try:
        shown = json.loads(_file(env, code).read_text(encoding="utf-8"))
        return tuple((PostKey.parse(key), str(digest)) for key, digest in shown)
    except (OSError, ValueError):
        return None


def _file(env: Environment, code: str) -> Path:
    return env.data / "previews" / f"{code}.json"
