"""Files for other programs, written whole or not at all, or put on the standard output."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.app.saving import save


def hand_over(content: bytes, path: Path | None, said: str) -> None:
    """Writes `content` to a file and says so; without one, to the standard output."""
    if path is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    save(path, content)
    click.echo(f"{path}: {said}.")
