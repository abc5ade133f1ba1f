"""What an account's platform keeps beside the ledger, in a file that only the bot's user reads."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


class AccountFile:
    """One text of an account. Several processes may read and write it: each sees a whole one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> str | None:
        try:
            return self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, content: str) -> None:
        """Raises OSError where it cannot be kept."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made, name = tempfile.mkstemp(dir=self._path.parent, prefix=".")  # 0600 from the start
        try:
            with os.fdopen(made, "w", encoding="utf-8") as file:
                file.write(content)
            os.replace(name, self._path)
        except OSError:
            with suppress(OSError):
                os.unlink(name)
            raise
