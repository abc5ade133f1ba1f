"""A whole platform in memory, that can be told to go wrong; and clocks that a test moves."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.model import (
    Account,
    NotSent,
    Outcome,
    Picture,
    PostKey,
    Receipt,
    Refused,
    Rendering,
    Video,
)
from bot.platforms import NOTHING, CannotLook, Found, NotFound, Prepared, Remote, Seen, Upload
from tests.factories import an_account, at


class Killed(BaseException):
    """The process dies here: nothing catches it, and nothing is tidied up."""


@dataclass
class SetClocks:
    """Both clocks, moved only by the test."""

    wall: datetime = field(default_factory=lambda: at("09:00"))
    since_boot: float = 1000.0

    def now(self) -> datetime:
        return self.wall

    def boot(self) -> float:
        return self.since_boot

    def pass_time(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.since_boot += seconds

    def step_wall(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)


@dataclass
class MemoryPlatform:
    """Holds what was published. `answer` and `before` let a test decide how publishing goes."""

    clocks: SetClocks
    account: Account = field(default_factory=an_account)
    timeline: list[Seen] = field(default_factory=list)
    published: list[tuple[PostKey, str]] = field(default_factory=list)  # key, digest
    before: Callable[[PostKey, Rendering], Outcome | None] = lambda _key, _rendering: None
    answer: Callable[[Receipt], Outcome] = lambda receipt: receipt
    cannot_look: CannotLook | None = None
    reads: int = 0
    absence_is_proof: bool = False
    given: list[tuple[str, bytes]] = field(default_factory=list)  # pictures: alt text, bytes
    takes_no_picture: NotSent | Refused | None = None
    seconds_given: list[float] = field(default_factory=list)  # for videos
    hidden: int = 0  # how many of the newest posts the timeline does not show yet

    def upload(self, picture: Picture, content: bytes) -> Upload | NotSent | Refused:
        if self.takes_no_picture is not None:
            return self.takes_no_picture
        self.given.append((picture.alt, content))
        return Upload(picture.sha256, f"picture-{len(self.given)}")

    def upload_video(
        self, video: Video, contents: Mapping[str, bytes], *, seconds: float
    ) -> Upload | NotSent | Refused:
        self.seconds_given.append(seconds)
        if self.takes_no_picture is not None:
            return self.takes_no_picture
        self.given += [(video.alt, contents[sha256]) for sha256 in video.parts]
        return Upload(video.sha256, f"video-{len(self.given)}")

    def locate(
        self, remote_id: str, *, of: Account | None = None, url: str | None = None
    ) -> Remote:
        return Remote(remote_id, account=of, url=url)

    def payload(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> bytes:
        if prepared.original:
            return f"{key}\nrepost of {prepared.original.remote_id}".encode()
        pictures = "".join(f"\n{one.remote_id}" for one in prepared.uploads)
        return f"{key}\n{rendering.text}{pictures}".encode()

    def publish(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> Outcome:
        """Nothing is public when `before` gives an outcome; else it is, whatever `answer` says."""
        early = self.before(key, rendering)
        if early is not None:
            return early
        remote_id = f"{self.account.id}-{len(self.timeline) + 1}"
        text = unicodedata.normalize("NFC", rendering.text)
        self.timeline.append(Seen(remote_id, text, self.clocks.now()))
        self.published.append((key, rendering.digest))
        return self.answer(Receipt(remote_id))

    def find(
        self,
        key: PostKey,
        rendering: Rendering,
        *,
        since: datetime,
        known: Collection[str],
        original: Remote | None = None,
    ) -> Found | NotFound | CannotLook:
        self.reads += 1
        if self.cannot_look is not None:
            return self.cannot_look
        shown = self.timeline[: len(self.timeline) - self.hidden]
        for seen in shown:
            if seen.text == rendering.text and seen.at >= since and seen.remote_id not in known:
                return Found(seen, len(shown))
        return NotFound(len(shown))

    def recent(self) -> tuple[Seen, ...] | CannotLook:
        self.reads += 1
        return self.cannot_look or tuple(self.timeline)
