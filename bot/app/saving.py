"""The one way in which the bot writes into messages/, config/ or a file that was named."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from bot.core.model import SettingsError


def save(path: Path, content: bytes) -> None:
    """Puts `content` where `path` is, whole or not at all. Raises SettingsError.

    Another process never reads half of it. A file that was there keeps its permissions, and a
    link stays a link.
    """
    path = path.resolve()
    try:
        mode = path.stat().st_mode if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644 if mode is None else mode & 0o7777)
            os.replace(name, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise cannot_write(path, error) from error


def save_new(path: Path, content: bytes) -> None:
    """As `save`, but never over anything. Raises SettingsError where something is there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise SettingsError(f"{path} is there already, and nothing is written over.") from error
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> SettingsError:
    """The sentence for a place that does not let itself be written."""
    return SettingsError(f"{path} cannot be written: {error.strerror or error}.")
