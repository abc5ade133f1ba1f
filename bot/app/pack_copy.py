"""The packs and the configuration from here, copied into another folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.app.environment import Environment
from bot.app.exchange import SUFFIXES
from bot.app.saving import cannot_write, save_new

KEPT: Final = (".yaml", ".md", *SUFFIXES)


def copy_packs(env: Environment, folder: Path) -> None:
    """Copies messages/ and config/ as they stand. Raises SettingsError."""
    for name, source in (("messages", env.messages), ("config", env.config)):
        for path in _files(source):
            try:
                content = path.read_bytes()
            except OSError as error:
                raise cannot_write(folder, error) from error
            save_new(folder / name / path.relative_to(source), content)


def _files(source: Path) -> Iterator[Path]:
    """What belongs to packs; not what editors and systems leave beside it."""
    for path in sorted(source.rglob("*")):
        parts = path.relative_to(source).parts
        belongs = path.suffix.lower() in KEPT and not any(p.startswith((".", "~")) for p in parts)
        if belongs and path.is_file() and not path.is_symlink():
            yield path
