"""Pictures as they were made ready, kept in the data folder.

A photograph of a camera takes seconds to be made smaller, and under cron the packs are read once a
minute. What was made also stays what was approved when another Pillow would make other bytes of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Final

from bot import pictures
from bot.app.saving import save
from bot.core.model import PlatformName, SettingsError
from bot.core.pictures import LIMITS, Fault, Made, PictureFile

FORM: Final = 1
"""Of what is kept; another number where pictures are made ready in another way."""


def kept_or_made(data: Path, content: bytes, name: str) -> Made | Fault:
    """The picture for every platform, as it was made before where it was.

    It is kept only where there is a data folder: nobody who just looks at packs makes one.
    """
    if not data.is_dir():
        return pictures.made(content, name)
    folder = data / "pictures"
    described = folder / f"{_key(content, name)}.json"
    found = _kept(folder, described)
    if found is not None:
        return found
    made = pictures.made(content, name)
    if not isinstance(made, Fault):
        with contextlib.suppress(SettingsError):  # a full disk only makes the next one take as long
            _keep(folder, described, made)
    return made


def _key(content: bytes, name: str) -> str:
    """What it depends on how a picture is made: its bytes, its kind, the platforms' limits."""
    rules = f"{FORM} {name.lower().rpartition('.')[2]} {sorted(LIMITS.items())!r}"
    return hashlib.sha256(rules.encode() + b"\0" + content).hexdigest()


def _kept(folder: Path, described: Path) -> Made | None:
    try:
        said = json.loads(described.read_bytes())
        found = {platform: _file(folder, *said[platform.value]) for platform in PlatformName}
    except (OSError, ValueError, KeyError, TypeError):
        return None  # never made, or not whole: it is made again
    return found


def _file(folder: Path, sha256: str, media_type: str, width: int, height: int) -> PictureFile:
    content = (folder / sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(sha256)
    return PictureFile(content, sha256, media_type, width, height)


def _keep(folder: Path, described: Path, made: Made) -> None:
    for one in {one.sha256: one for one in made.values()}.values():
        save(folder / one.sha256, one.content)
    said = {
        platform.value: [one.sha256, one.media_type, one.width, one.height]
        for platform, one in made.items()
    }
    save(described, json.dumps(said).encode())
