"""Videos that a platform was given, in whole or in part, and that no post has used yet.

A video may take longer than one claim stands: the post is put back, and its next claim goes on
where the last one stopped. Kept in memory: a process that ends begins again, and one that lives
on never does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.core.model import Video

KEPT_SECONDS: Final = 30 * 60.0
"""Longer than any post waits that is put back, shorter than platforms keep what is not used."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A video on its way to a platform."""

    remote_id: str
    expires_at: datetime | None = None  # where the platform says it
    pieces: int = 0  # that were taken
    steps: int = 0  # after the last piece, that are done
    at: float = field(default_factory=time.monotonic)  # when it was begun

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.at < KEPT_SECONDS


class Underway:
    """What one account's platform has of videos. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[tuple[object, ...], Begun] = {}

    def of(self, video: Video) -> Begun | None:
        with self._lock:
            begun = self._begun.get(_key(video))
            return begun if begun and begun.is_fresh else None

    def keep(self, video: Video, begun: Begun) -> None:
        with self._lock:
            self._begun = {key: one for key, one in self._begun.items() if one.is_fresh}
            self._begun[_key(video)] = begun

    def forget(self, video: Video) -> None:
        with self._lock:
            self._begun.pop(_key(video), None)

    def used(self, remote_ids: Collection[str]) -> None:
        """Forget what a post is about to use: a platform may put a video into one post only."""
        with self._lock:
            self._begun = {
                key: one for key, one in self._begun.items() if one.remote_id not in remote_ids
            }


def _key(video: Video) -> tuple[object, ...]:
    return video.sha256, video.alt, video.captions
