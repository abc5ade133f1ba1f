"""The dry run: the same plan, payload and limits as the real thing, and nothing leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime

from bot.core.model import (
    Account,
    Outcome,
    Picture,
    PostKey,
    Receipt,
    Rendering,
    Video,
)
from bot.platforms import (
    NOTHING,
    NotFound,
    Platform,
    Prepared,
    Remote,
    Seen,
    Upload,
    refused_before_sending,
)


class DryRun:
    """Any platform with its last step taken away.

    It asks the platform inside for the payload and for nothing else, so the bytes shown are the
    bytes that would be sent. A platform makes its payload without credentials and without
    importing its library (`XPlatform(account, None)`), so neither is needed here.
    """

    def __init__(self, inner: Platform) -> None:
        self._inner = inner
        self.account = inner.account

    @property
    def absence_is_proof(self) -> bool:
        return self._inner.absence_is_proof

    def upload(self, picture: Picture, content: bytes) -> Upload:
        """Nothing leaves: the picture is called by its hash."""
        return Upload(picture.sha256, f"dry-{picture.sha256[:16]}")

    def upload_video(
        self, video: Video, contents: Mapping[str, bytes], *, seconds: float
    ) -> Upload:
        """Nothing leaves: the video is called by its hash."""
        return Upload(video.sha256, f"dry-{video.sha256[:16]}")

    def locate(
        self, remote_id: str, *, of: Account | None = None, url: str | None = None
    ) -> Remote:
        return Remote(remote_id, f"at://dry-run/{remote_id}", "dry-run", of, url)

    def payload(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> bytes:
        return self._inner.payload(key, rendering, prepared)

    def publish(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> Outcome:
        """A receipt whose id follows from the key and the payload alone, or the same refusal."""
        refused = refused_before_sending(self.account, key, rendering, prepared)
        if refused is not None:
            return refused
        content = str(key).encode() + b"\0" + self.payload(key, rendering, prepared)
        remote_id = f"dry-{hashlib.sha256(content).hexdigest()[:16]}"
        return Receipt(remote_id, evidence=f"dry run, nothing was sent; {remote_id}")

    def find(
        self,
        key: PostKey,
        rendering: Rendering,
        *,
        since: datetime,
        known: Collection[str],
        original: Remote | None = None,
    ) -> NotFound:
        """Nothing ever left, so there is nothing to find."""
        return NotFound(looked_at=0)

    def recent(self) -> tuple[Seen, ...]:
        return ()
