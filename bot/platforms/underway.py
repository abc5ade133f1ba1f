"""Videos that a platform was given, in whole or in part, and that no post has used yet.

A video may take longer than one claim stands: the post is put back, and its next claim goes on
where the last one stopped, under cron in another process.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Final

from bot.core.model import Video
from bot.platforms.kept import Kept, NotKept
from bot.platforms.wire import boot_seconds

KEPT_SECONDS: Final = 30 * 60.0
"""Longer than any post waits that is put back, shorter than platforms keep what is not used."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A video on its way to a platform."""

    remote_id: str
    expires_at: datetime | None = None  # where the platform says it
    pieces: int = 0  # that were taken
    steps: int = 0  # after the last piece, that are done
    at: float = field(default_factory=boot_seconds)  # when it was begun

    @property
    def is_fresh(self) -> bool:
        # Of another boot it may say a time that is still to come.
        return 0 <= boot_seconds() - self.at < KEPT_SECONDS


class Underway:
    """What one account's platform has of videos. Safe to share between threads."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._lock = threading.Lock()
        self._kept: Kept = kept or NotKept()
        self._begun: dict[str, Begun] | None = None  # nothing was asked for yet

    def of(self, video: Video) -> Begun | None:
        with self._lock:
            return self._fresh().get(_key(video))

    def keep(self, video: Video, begun: Begun) -> None:
        with self._lock:
            self._write(self._fresh() | {_key(video): begun})

    def forget(self, video: Video) -> None:
        with self._lock:
            self._write({key: one for key, one in self._fresh().items() if key != _key(video)})

    def used(self, remote_ids: Collection[str]) -> None:
        """Forget what a post is about to use: a platform may put a video into one post only."""
        if not remote_ids:
            return
        with self._lock:
            begun = self._fresh()
            left = {key: one for key, one in begun.items() if one.remote_id not in remote_ids}
            if left != begun:
                self._write(left)

    def _fresh(self) -> dict[str, Begun]:
        if self._begun is None:
            self._begun = _read(self._kept)
        return {key: one for key, one in self._begun.items() if one.is_fresh}

    def _write(self, begun: dict[str, Begun]) -> None:
        self._begun = begun
        said = {key: asdict(replace(one, expires_at=None)) | {"expires_at": _iso(one)}
                for key, one in begun.items()}  # fmt: skip
        with suppress(OSError):  # this process has it all the same
            self._kept.write(json.dumps(said))


def _iso(begun: Begun) -> str | None:
    return begun.expires_at.isoformat() if begun.expires_at else None


def _read(kept: Kept) -> dict[str, Begun]:
    try:
        found = {}
        for key, one in json.loads(kept.read() or "{}").items():
            until = one["expires_at"] and datetime.fromisoformat(one["expires_at"])
            found[key] = Begun(**{**one, "expires_at": until})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}  # damaged: the videos are given anew
    return found


def _key(video: Video) -> str:
    """What was given: the same video with other words or captions is another."""
    return json.dumps([video.sha256, video.alt, [one.sha256 for one in video.captions]])
