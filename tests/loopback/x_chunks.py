"""What X does with a video that it is given piece by piece.

Source: docs.x.com, media upload (initialize, append, finalize, status) and subtitles, November
2026.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.loopback.hostile import Arrival, Reply, as_json

INITIALIZE: Final = "POST /2/media/upload/initialize"
APPEND: Final = "POST /2/media/upload/:id/append"
FINALIZE: Final = "POST /2/media/upload/:id/finalize"
STATUS: Final = "GET /2/media/upload"
SUBTITLES: Final = "POST /2/media/subtitles"
MOST_A_PIECE: Final = 5_000_000
TYPES: Final = ("video/mp4", "text/vtt", "text/srt")


@dataclass
class Chunked:
    """A file on its way."""

    user: str
    media_type: str
    category: str
    total: int
    pieces: dict[int, bytes] = field(default_factory=dict)
    is_whole: bool = False
    asks_left: int = 0  # to be told that it is still being worked on
    subtitles: list[Mapping[str, str]] = field(default_factory=list)
    metadata: object = None

    @property
    def content(self) -> bytes:
        return b"".join(self.pieces[index] for index in sorted(self.pieces))


class Chunks:
    """The files that X was given piece by piece, by their numbers."""

    def __init__(self) -> None:
        self.working_asks = 0  # so often it says of a video that it is at work on it
        self.cannot_use = False  # what it says then
        self.files: dict[str, Chunked] = {}
        self._lock = threading.Lock()

    def answer(self, arrival: Arrival) -> Reply | None:
        """Its answer; None where it takes that for nonsense."""
        user, number = arrival.user or "", arrival.path.split("/")[-2]
        body = _document(arrival)
        with self._lock:
            if arrival.route == INITIALIZE:
                return self._begin(user, body)
            if arrival.route == STATUS:
                return self._status(user, arrival.query)
            if arrival.route == SUBTITLES:
                return self._bind(user, body)
            file = self.files.get(number)
            if file is None or file.user != user or file.is_whole:
                return Reply(404, as_json({"title": "Not Found", "detail": "no such media"}))
            return self._append(file, body) if arrival.route == APPEND else self._finish(number)

    def is_ready(self, user: str, number: str) -> bool:
        file = self.files.get(number)
        return file is not None and file.user == user and file.is_whole and file.asks_left <= 0

    def _begin(self, user: str, body: Mapping[str, Any]) -> Reply | None:
        if body.get("media_type") not in TYPES or not isinstance(body.get("total_bytes"), int):
            return None
        number = str(1_990_000_000_000_000_000 + len(self.files))
        file = Chunked(user, body["media_type"], body["media_category"], body["total_bytes"])
        self.files[number] = file
        said = {"id": number, "media_key": f"13_{number}", "expires_after_secs": 1_295_999}
        return Reply(200, as_json({"data": said}))

    def _append(self, file: Chunked, body: Mapping[str, Any]) -> Reply | None:
        piece = base64.b64decode(body["media"], validate=True)
        if len(piece) > MOST_A_PIECE:
            return None
        file.pieces[body["segment_index"]] = piece
        return Reply(200, as_json({"data": {"expires_at": 1_800_000_000}}))

    def _finish(self, number: str) -> Reply | None:
        file = self.files[number]
        if len(file.content) != file.total:
            return None
        file.is_whole = True
        said: dict[str, object] = {"id": number, "size": file.total, "expires_after_secs": 86_400}
        if file.category == "tweet_video" and (self.working_asks or self.cannot_use):
            file.asks_left = self.working_asks
            said["processing_info"] = {"state": "pending", "check_after_secs": 0.01}
        return Reply(200, as_json({"data": said}))

    def _status(self, user: str, query: Mapping[str, str]) -> Reply | None:
        file = self.files.get(query.get("media_id", ""))
        if file is None or file.user != user:
            return Reply(404, as_json({"title": "Not Found", "detail": "no such media"}))
        file.asks_left -= 1
        about: dict[str, object] = {"state": "in_progress", "check_after_secs": 0.01}
        if file.asks_left < 0:
            about = {"state": "succeeded", "progress_percent": 100}
            if self.cannot_use:
                error = {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}
                about = {"state": "failed", "error": error}
        return Reply(200, as_json({"data": {"id": query["media_id"], "processing_info": about}}))

    def _bind(self, user: str, body: Mapping[str, Any]) -> Reply | None:
        video, words = self.files.get(str(body.get("id"))), body.get("subtitles", {})
        said = self.files.get(str(words.get("id")))
        if not (video and said and said.is_whole and body.get("media_category") == "TweetVideo"):
            return None
        video.subtitles.append(words)
        return Reply(200, as_json({"data": {"id": body["id"], "associated_subtitles": [words]}}))


def _document(arrival: Arrival) -> dict[str, Any]:
    try:
        found = json.loads(arrival.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
