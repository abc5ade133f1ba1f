"""A video on its way to X: begun, given piece by piece, finished, worked on, captioned, described.

Each request has its own deadline, and all of them together the time that they are given: what is
not done by then is done when the video is given again, from where it stopped.

Source: docs.x.com, media upload (chunked), subtitles and metadata, and X's OpenAPI 2.167: bodies
are JSON, and a piece is base64 in it. That captions must be given before the post is [the older
upload API's word], and that X takes them as WebVTT [its list of media types]; neither was tried.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from bot.core.model import Captions, NotSent, Refused, Video
from bot.platforms import Upload
from bot.platforms.kept import Kept
from bot.platforms.underway import Begun, Underway
from bot.platforms.wire import Exchange
from bot.platforms.x_answers import XAnswers

PIECE_BYTES: Final = 1_000_000  # base64 in JSON: 1.3 MB, which a slow line carries in 15 seconds
STATUS: Final = "/2/media/upload"
LONGEST_WAIT_SECONDS: Final = 5.0  # before X is asked again whether it is done


class Ask(Protocol):
    """One signed request."""

    def __call__(
        self,
        method: str,
        route: str,
        content: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, str] | None = None,
    ) -> Exchange: ...


Step = Callable[[Begun], "Begun | NotSent | Refused"]


class XVideos:
    """The videos of one account. `request_seconds` is the longest that one request lasts."""

    def __init__(
        self, ask: Ask, answers: XAnswers, request_seconds: float, kept: Kept | None
    ) -> None:
        self._ask, self._answers = ask, answers
        self._request_seconds = request_seconds
        self.underway = Underway(kept)

    def upload(
        self, video: Video, contents: Mapping[str, bytes], seconds: float
    ) -> Upload | NotSent | Refused:
        until = time.monotonic() + seconds
        known = self.underway.of(video)
        begun = known or self._begin(contents[video.sha256], video.media_type, "tweet_video")
        while isinstance(begun, Begun):
            self.underway.keep(video, begun)
            step = self._next_step(video, contents, begun, until)
            if step is None:
                return Upload(video.sha256, begun.remote_id, begun.expires_at)
            if time.monotonic() + self._request_seconds > until:
                return self._answers.underway()
            begun = step(begun)
        return self._failed(video, begun, was_known=known is not None)

    def _failed(
        self, video: Video, outcome: NotSent | Refused, *, was_known: bool
    ) -> NotSent | Refused:
        if isinstance(outcome, NotSent):
            return outcome
        is_known = was_known and self.underway.of(video) is not None
        self.underway.forget(video)
        if is_known and not outcome.stops_account:
            return self._answers.lost(outcome)  # X no longer knows it: it is given anew
        return outcome

    def _next_step(
        self, video: Video, contents: Mapping[str, bytes], begun: Begun, until: float
    ) -> Step | None:
        """What comes next for a video; None where it is ready to be posted."""
        content = contents[video.sha256]
        if begun.pieces * PIECE_BYTES < len(content):
            return lambda begun: self._append(begun, content)
        steps: list[Step] = [self._finish, lambda begun: self._wait(begun, video, until)]
        steps += [
            lambda begun, one=one: self._caption(begun, one, contents[one.sha256])  # type: ignore[misc]  # bound
            for one in video.captions
        ]
        steps.append(lambda begun: self._describe(begun, video.alt))
        return steps[begun.steps] if begun.steps < len(steps) else None

    # --- the steps

    def _begin(self, content: bytes, media_type: str, category: str) -> Begun | NotSent | Refused:
        about = {
            "media_category": category,
            "media_type": media_type,
            "total_bytes": len(content),
        }
        return self._answers.begun(self._ask("POST", "/2/media/upload/initialize", about))

    def _append(self, begun: Begun, content: bytes) -> Begun | NotSent | Refused:
        at = begun.pieces * PIECE_BYTES
        piece = b64encode(content[at : at + PIECE_BYTES]).decode("ascii")
        body = {"media": piece, "segment_index": begun.pieces}
        given = self._ask("POST", f"/2/media/upload/{begun.remote_id}/append", body)
        return self._answers.not_uploaded(given) or _moved(begun, pieces=1)

    def _finish(self, begun: Begun) -> Begun | NotSent | Refused:
        given = self._ask("POST", f"/2/media/upload/{begun.remote_id}/finalize")
        expires_at = self._answers.finished(given)
        if isinstance(expires_at, Refused) and self._is_whole(begun):
            return _moved(begun, steps=1)  # it was said before, and the answer was lost
        if isinstance(expires_at, NotSent | Refused):
            return expires_at
        # Where X says nothing of its work on it, it is ready.
        done = 1 if self._answers.is_worked_on(given) else 2
        return Begun(begun.remote_id, expires_at, begun.pieces, done, begun.at)

    def _is_whole(self, begun: Begun) -> bool:
        """Whether X says that it is at work on it, or was."""
        return not isinstance(self._answers.progress(self._status(begun)), NotSent | Refused)

    def _status(self, begun: Begun) -> Exchange:
        query = {"command": "STATUS", "media_id": begun.remote_id}
        return self._ask("GET", STATUS, query=query)

    def _wait(self, begun: Begun, video: Video, until: float) -> Begun | NotSent | Refused:
        asked = self._status(begun)
        said = self._answers.progress(asked)
        if not isinstance(said, float):
            if isinstance(said, Refused) and asked.answer and asked.answer.status == 200:
                self.underway.forget(video)  # X knows it well, and cannot use it
            return said or _moved(begun, steps=1)
        left = until - time.monotonic() - self._request_seconds
        time.sleep(max(0.0, min(said, left, LONGEST_WAIT_SECONDS)))
        return begun

    def _caption(
        self, begun: Begun, captions: Captions, content: bytes
    ) -> Begun | NotSent | Refused:
        given = self._begin(content, captions.media_type, "subtitles")
        for step in (lambda one: self._append(one, content), self._finish):
            given = step(given) if isinstance(given, Begun) else given
        if not isinstance(given, Begun):
            return given
        about = {
            "id": begun.remote_id,
            "media_category": "TweetVideo",
            "subtitles": {
                "display_name": captions.language.label,
                "id": given.remote_id,
                "language_code": captions.language.value.upper(),
            },
        }
        bound = self._ask("POST", "/2/media/subtitles", about)
        return self._answers.not_told(bound) or _moved(begun, steps=1)

    def _describe(self, begun: Begun, alt: str) -> Begun | NotSent | Refused:
        about = {"id": begun.remote_id, "metadata": {"alt_text": {"text": alt}}}
        told = self._ask("POST", "/2/media/metadata", about)
        return self._answers.not_told(told) or _moved(begun, steps=1)


def _moved(begun: Begun, *, pieces: int = 0, steps: int = 0) -> Begun:
    return Begun(
        begun.remote_id,
        begun.expires_at,
        begun.pieces + pieces,
        begun.steps + steps,
        begun.at,
    )
