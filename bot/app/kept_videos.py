"""Videos as they go out, kept in the data folder; their bytes are read only when they are wanted.

A video may have a hundred megabytes, and packs are read once a minute under cron. So its file is
hashed piece by piece, and looked into and cleaned once: what was found is kept beside the cleaned
file. What was approved also stays there when somebody puts another video into its place.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from bot.app.saving import save
from bot.core.model import SettingsError
from bot.core.mp4 import read_film
from bot.core.pictures import Fault
from bot.core.videos import MAX_FILE_BYTES, VideoFile, film_fault, too_big, video_file

FORM: Final = 1
"""Of what is kept; another number where videos are looked at or cleaned in another way."""

_seen: dict[tuple[str, str], VideoFile | Fault] = {}  # by hash and name, in the life of a process
_MOST_SEEN: Final = 200

Wanted = Callable[[], bytes]
"""Reads the bytes of a video."""


class Bytes(Mapping[str, bytes]):
    """What goes out beside the words, by its SHA-256: pictures at hand, videos when asked for."""

    def __init__(self, small: Mapping[str, bytes], videos: Mapping[str, Wanted]) -> None:
        self._small, self._videos = small, videos

    def __getitem__(self, sha256: str) -> bytes:
        """Raises SettingsError where a video is no longer what it was when the packs were read."""
        return self._videos[sha256]() if sha256 in self._videos else self._small[sha256]

    def __contains__(self, sha256: object) -> bool:
        return sha256 in self._videos or sha256 in self._small

    def __iter__(self) -> Iterator[str]:
        yield from {**self._small, **self._videos}

    def __len__(self) -> int:
        return len({**self._small, **self._videos})


def looked_at(data: Path, path: Path, name: str) -> VideoFile | Fault:
    """The video in a file, as it goes out. Raises OSError where it cannot be read.

    It is kept only where there is a data folder: nobody who just looks at packs makes one.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        return too_big(name)
    with path.open("rb") as file:
        key = hashlib.file_digest(file, "sha256").hexdigest()
    if (key, name) not in _seen:
        if len(_seen) >= _MOST_SEEN:
            _seen.clear()
        _seen[key, name] = _kept(data, key) or _made(data, key, path, name)
    return _seen[key, name]


def reader(data: Path, path: Path, video: VideoFile) -> Wanted:
    """How the bytes of a video are read that was looked at in this file."""

    def read() -> bytes:
        for content in _everywhere(data, path, video):
            if hashlib.sha256(content).hexdigest() == video.sha256:
                return content
        raise SettingsError(f"{path.name} changed while it was read. Try it again.")

    return read


def _everywhere(data: Path, path: Path, video: VideoFile) -> Iterator[bytes]:
    with contextlib.suppress(OSError):
        yield (data / "videos" / video.sha256).read_bytes()
    with contextlib.suppress(OSError):
        content = path.read_bytes()
        film = read_film(content, path.name)
        if not isinstance(film, Fault):
            yield film.cleaned(content)


def _kept(data: Path, key: str) -> VideoFile | None:
    try:
        said = json.loads((data / "videos" / f"{key}-{FORM}.json").read_bytes())
        video = VideoFile(**said)
        is_there = (data / "videos" / video.sha256).stat().st_size == video.size
    except (OSError, ValueError, TypeError):
        return None  # never looked at, or not whole: it is looked at again
    return video if is_there else None


def _made(data: Path, key: str, path: Path, name: str) -> VideoFile | Fault:
    content = path.read_bytes()
    film = read_film(content, name)
    if isinstance(film, Fault):
        return film
    fault = film_fault(film, name)
    if fault:
        return fault
    clean = film.cleaned(content)
    video = video_file(film, clean)
    if data.is_dir():
        with contextlib.suppress(SettingsError):  # a full disk only makes the next look take long
            save(data / "videos" / video.sha256, clean)
            described = json.dumps(asdict(video)).encode()
            save(data / "videos" / f"{key}-{FORM}.json", described)
    return video
