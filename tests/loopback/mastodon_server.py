"""Mastodon on 127.0.0.1: keeps what it accepts, shows it as HTML, and goes wrong when told to.

    with MastodonServer() as server:
        server.script([late(2.0), FINE, server_fault(500, accepts=True)])
        ... server.url, and any access token: the token is the account's name ...
        assert [status.text for status in server.statuses()] == ["..."]

It can also behave as two other programs do that speak the same API: GoToSocial, which ignores the
Idempotency-Key, and Hollo, which races on it and publishes nothing but air for form bodies.

    python -m tests.loopback.mastodon_server --port 0 --log accepted.jsonl

runs it as a process that outlives the bot under test: it prints its address and writes every
accepted status as a JSON line. `POST /control/script`, `/control/chances` and `/control/away` are
as in `hostile`; `POST /control/show` puts `{"user": "kent", "text": "..."}` on a timeline as if it
was written by hand; `GET /control/statuses` gives what was accepted.

Source of routes, bodies and headers: docs.joinmastodon.org and mastodon 4.5's formatters; what
GoToSocial and Hollo do was measured on them, November 2026.
"""

from __future__ import annotations

import argparse
import email.parser
import email.policy
import html
import json
import operator
import os
import re
import signal
import sys
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl

import regex

from bot.app.environment import SystemClocks
from tests.loopback import hostile
from tests.loopback.hostile import (
    FINE,
    Arrival,
    Fault,
    HostileServer,
    Reply,
    as_json,
    drip_body,
    drip_headers,
    drop_after_answer,
    drop_before_answer,
    drop_in_headers,
    garbage,
    half_a_body,
    late,
    redirect,
)

__all__ = [
    "DELETE", "FINE", "INSTANCE", "ME", "MEDIA", "MEDIUM", "POST", "REBLOG", "SEARCH", "SHOW",
    "SOURCE", "TIMELINE", "Fault", "MastodonServer", "Medium", "Software", "Status",
    "drip_body", "drip_headers", "drop_after_answer", "drop_before_answer", "drop_in_headers",
    "garbage", "half_a_body", "late", "limited", "no_id", "problem", "redirect", "server_fault",
    "timeline_behind",
]  # fmt: skip

POST: Final = "POST /api/v1/statuses"
SHOW: Final = "GET /api/v1/statuses/:id"
SOURCE: Final = "GET /api/v1/statuses/:id/source"
DELETE: Final = "DELETE /api/v1/statuses/:id"
REBLOG: Final = "POST /api/v1/statuses/:id/reblog"
SEARCH: Final = "GET /api/v2/search"
ME: Final = "GET /api/v1/accounts/verify_credentials"
TIMELINE: Final = "GET /api/v1/accounts/:id/statuses"
INSTANCE: Final = "GET /api/v2/instance"
MEDIA: Final = "POST /api/v2/media"
MEDIUM: Final = "GET /api/v1/media/:id"

KEY_KEPT: Final = timedelta(hours=1)
WINDOW: Final = timedelta(hours=3)
POSTS_A_WINDOW: Final = 300  # per account. Source: mastodon's app/lib/rate_limiter.rb
LONGEST_PAGE: Final = 40


class Software(StrEnum):
    MASTODON = "4.5.3"
    GOTOSOCIAL = "0.20.2+git-8d01ea8"
    HOLLO = "0.6.19 (compatible; Hollo/0.6.19)"


@dataclass(frozen=True)
class Status:
    """A post this server keeps, as its author wrote it."""

    id: str
    user: str
    text: str
    at: datetime
    visibility: str = "public"
    language: str | None = None
    spoiler: str = ""
    key: str | None = None  # the Idempotency-Key it came with
    edited_at: datetime | None = None
    media: tuple[str, ...] = ()  # the ids of its files
    replies_to: str | None = None


@dataclass
class Medium:
    """A file this server was given."""

    id: str
    user: str
    content: bytes
    kind: str  # as its form names it: image/png
    description: str | None
    asks_left: int  # to be told that it is still being worked on

    @property
    def is_ready(self) -> bool:
        return self.asks_left < 0


@dataclass(frozen=True)
class Ask:
    """A request to publish. `at` is monotonic seconds, the same for all processes of a machine."""

    at: float
    user: str
    text: str
    key: str | None
    came_of_it: str  # "accepted", "repeated", "limited" or "refused"


# --- what can go wrong besides what `hostile` holds ----------------------------------------------


def problem(
    status: int,
    error: str = "",
    *,
    route: str = "",
    accepts: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
) -> Fault:
    """Mastodon's way of refusing: an object with the one field `error`."""
    said = {401: "The access token is invalid", 404: "Record not found", 422: "Validation failed"}
    body = as_json({"error": error or said.get(status, "This action is not allowed")})
    return Fault(route, accepts, status, body, headers)


def server_fault(status: int = 503, *, accepts: bool = False, route: str = "") -> Fault:
    return problem(status, "Something went wrong on our end", accepts=accepts, route=route)


def no_id() -> Fault:
    return Fault(body=as_json({"content": "<p>...</p>"}))


def limited(*, reset_in: float | None = None, retry_after: int | None = None, **more: Any) -> Fault:
    """429; without arguments with no header that says until when."""
    headers = {"X-RateLimit-Limit": "", "X-RateLimit-Remaining": "", "X-RateLimit-Reset": ""}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if reset_in is not None:  # made absolute when it is sent
        headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"in {reset_in}"}
    return problem(429, "Too many requests", headers=tuple(headers.items()), **more)


def timeline_behind(posts: int = 1) -> Fault:
    return hostile.timeline_behind(posts, route=TIMELINE)


# --- the server -------------------------------------------------------------------------------


class MastodonServer(HostileServer):
    """An instance. Whoever comes with a bearer token has an account named like the token, unless
    `names` has another name for it.

    `now` is what statuses are dated with. What it says of its limits is in `says`, and what it
    enforces in `max_characters`: set them apart, and it lies.
    """

    publishes: ClassVar[str] = POST
    faults: ClassVar[Mapping[str, Callable[..., Fault]]] = {
        made.__name__: made
        for made in (
            late, drip_body, drip_headers, drop_before_answer, drop_in_headers, half_a_body,
            drop_after_answer, garbage, redirect, problem, server_fault, no_id, limited,
            timeline_behind,
        )
    }  # fmt: skip

    def __init__(
        self,
        *,
        port: int = 0,
        log: Path | None = None,
        software: Software = Software.MASTODON,
        names: Mapping[str, str] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(port=port)
        self.software = software
        self.names = dict(names or {})
        self.now = now
        self.log = log
        self.asks: list[Ask] = []
        self.accounts: dict[str, dict[str, object]] = {}  # what is not as for everybody, by user
        self.domain = self.url.removeprefix("http://")  # what stands in its accounts' handles
        self.max_characters = {Software.MASTODON: 500}.get(software, 5000)
        self.per_url = {Software.GOTOSOCIAL: 25, Software.HOLLO: 256}.get(software, 23)
        self.says: dict[str, object] = {}  # of its limits, where that is not what it enforces
        self.posts_a_window = POSTS_A_WINDOW
        self.video_bytes = 103_809_024
        self.repeated_key_is_a_fault = False  # mastodon#40399: 500 instead of the first status
        self.rewrites: Callable[[str], str] = str  # what it publishes of what it was given
        self.removes = True  # False: it says that it removed a status, and shows it still
        self.timeline_lag = timedelta(0)  # statuses younger than this are not shown
        self.writing_seconds = 0.2  # how long Hollo works before it remembers the key
        self.processes_media = False  # 202 first, and the file is ready when asked again
        self.processing_fails = False  # 422 to whoever asks for a file, once it is done
        self.processing_asks = 0  # so often it says that the file is not ready yet, before it is
        self.describes: Callable[[str], str] = str.strip  # what it keeps of a description
        self.forgets_replies = False  # it publishes a reply as a post of its own
        self.drops_media = False  # it publishes the words alone, whatever file it is given with
        self._kept: list[Status] = []
        self.peers: list[MastodonServer] = []  # whose statuses it fetches when it is asked to
        self._copies: dict[str, Status] = {}  # of theirs, by their addresses
        self._reblogs: list[tuple[str, str, str]] = []  # user, the status, its own number
        self._keys: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._media: dict[str, Medium] = {}

    # --- for tests

    def statuses(self, user: str | None = None) -> tuple[Status, ...]:
        """What is public here, oldest first."""
        with self.lock:
            return tuple(one for one in self._kept if user in (None, one.user))

    def reblogs(self, user: str | None = None) -> tuple[str, ...]:
        """The texts that were passed on, oldest first."""
        with self.lock:
            wanted = [one for who, one, _ in self._reblogs if user in (None, who)]
            return tuple(found.text for one in wanted if (found := self._status(one)))

    def show(self, user: str, text: str, *, at: datetime | None = None) -> Status:
        """Puts a status on a timeline as if somebody had written it by hand."""
        with self.lock:
            status = Status(self._new_id(), user, text, at or self.now())
            self._kept.append(status)
            return status

    def edit(self, remote_id: str, text: str) -> None:
        """Changes a status as a person may, by hand."""
        with self.lock:
            self._kept = [
                replace(one, text=text, edited_at=self.now()) if one.id == remote_id else one
                for one in self._kept
            ]

    def media(self) -> tuple[Medium, ...]:
        """What it was given, oldest first."""
        with self.lock:
            return tuple(self._media.values())

    def medium(self, remote_id: str) -> Medium:
        with self.lock:
            return self._media[remote_id]

    # --- what it says

    def known(self, arrival: Arrival) -> Arrival:
        bearer = re.fullmatch(r"Bearer (\S+)", arrival.headers.get("authorization", ""))
        path = re.sub(r"^/api/v1/statuses/[^/]+", "/api/v1/statuses/:id", arrival.path)
        path = re.sub(r"^/api/v1/accounts/[^/]+/statuses$", "/api/v1/accounts/:id/statuses", path)
        path = re.sub(r"^/api/v1/media/[^/]+$", "/api/v1/media/:id", path)
        user = bearer and self.names.get(bearer[1], bearer[1])
        return replace(arrival, route=f"{arrival.method} {path}", user=user)

    def answer(self, arrival: Arrival, fault: Fault) -> Reply:
        reply = super().answer(arrival, fault)
        reply.headers = _limit_headers(self, arrival) | reply.headers
        for name, value in reply.headers.items():
            if value.startswith("in "):
                reset = datetime.now(UTC) + timedelta(seconds=float(value[3:]))
                reply.headers[name] = reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        echo = arrival.headers.get("authorization", "")
        reply.body = reply.body.replace(b"ECHO", echo.encode())
        reply.headers = {name: said.replace("ECHO", echo) for name, said in reply.headers.items()}
        return reply

    def proper(self, arrival: Arrival, fault: Fault) -> Reply:
        if arrival.route == INSTANCE:
            return Reply(200, as_json(_instance(self)))
        if arrival.user is None:
            return _as_reply(problem(401))
        answers: Mapping[str, Callable[[], Reply]] = {
            POST: lambda: self._publish(arrival),
            ME: lambda: Reply(200, as_json(_account(self, arrival.user or "") | _source())),
            TIMELINE: lambda: _timeline(self, arrival, fault),
            SHOW: lambda: self._one(arrival, lambda one: self._shown_to(arrival, one)),
            SOURCE: lambda: self._one(arrival, _as_source),
            DELETE: lambda: self._remove(arrival),
            REBLOG: lambda: self._reblog(arrival),
            SEARCH: lambda: self._search(arrival),
            MEDIA: lambda: self._upload(arrival),
            MEDIUM: lambda: self._medium(arrival),
        }
        answer = answers.get(arrival.route)
        return answer() if answer else _as_reply(problem(404))

    def control(self, arrival: Arrival) -> tuple[int, object]:
        if arrival.path == "/control/statuses":
            kept = self.statuses()
            return 200, [_as_line(one) for one in kept]
        if arrival.path == "/control/show":
            shown = json.loads(arrival.body)
            return 200, {"id": self.show(shown["user"], shown["text"]).id}
        return super().control(arrival)

    # --- publishing

    def _publish(self, arrival: Arrival) -> Reply:
        user, key = arrival.user or "", arrival.headers.get("idempotency-key")
        given = _fields(self, arrival)
        if given is None:
            return self._noted(arrival, "", "refused", _as_reply(problem(422)))
        text, media = given.get("status", ""), _named_media(self, arrival)
        first = self._first_with(user, key)
        if first is not None:
            if self.repeated_key_is_a_fault:
                return self._noted(arrival, text, "repeated", _as_reply(server_fault(500)))
            return self._noted(
                arrival, text, "repeated", Reply(200, as_json(_as_document(self, first)))
            )
        refused = self._refused(user, text) or self._media_refused(user, media)
        refused = refused or self._reply_refused(given.get("in_reply_to_id"))
        if refused is not None:
            came_of_it = "limited" if refused.status == 429 else "refused"
            return self._noted(arrival, text, came_of_it, refused)
        status = self._keep(user, key, given, () if self.drops_media else media)
        return self._noted(
            arrival, text, "accepted", Reply(200, as_json(_as_document(self, status)))
        )

    def _refused(self, user: str, text: str) -> Reply | None:
        if self.software is not Software.HOLLO and not text.strip():
            return _as_reply(problem(422, "Validation failed: Text can't be blank"))
        if _length(text, self.per_url) > self.max_characters:
            most = self.max_characters
            said = f"Validation failed: Text character limit of {most} exceeded"
            return _as_reply(problem(422, said))
        if _left(self, user) <= 0:
            return _as_reply(limited(reset_in=60))
        return None

    def _reply_refused(self, replies_to: str | None) -> Reply | None:
        with self.lock:
            if replies_to is None or any(one.id == replies_to for one in self._kept):
                return None
        return _as_reply(problem(404, "The post you are trying to reply to does not exist"))

    def _media_refused(self, user: str, media: Iterable[str]) -> Reply | None:
        """A file is used in one post only, and once it is ready."""
        with self.lock:
            used = {one for status in self._kept for one in status.media}
            for remote_id in media:
                known = self._media.get(remote_id)
                if known is None or known.user != user or remote_id in used:
                    said = f"Media {remote_id} not found or already attached to another post"
                    return _as_reply(problem(422, said))
                if not known.is_ready:
                    said = "Cannot attach files that have not finished processing."
                    return _as_reply(problem(422, f"{said} Try again in a moment!"))
        return None

    def _keep(
        self, user: str, key: str | None, given: Mapping[str, str], media: tuple[str, ...]
    ) -> Status:
        """The status, kept. Mastodon and Hollo remember its key; Hollo only after a while."""
        with self.lock:
            status = Status(
                id=self._new_id(),
                user=user,
                text=self.rewrites(given.get("status", "")).strip(),
                at=self.now(),
                visibility=given.get("visibility", "public"),
                language=given.get("language"),
                spoiler=given.get("spoiler_text", ""),
                key=key,
                media=media,
                replies_to=None if self.forgets_replies else given.get("in_reply_to_id"),
            )
            self._kept.append(status)
            self._write_down(status)
            if key is not None and self.software is Software.MASTODON:
                self._keys[user, key] = status.id, status.at
        if key is not None and self.software is Software.HOLLO:
            self.stopping.wait(self.writing_seconds)
            with self.lock:
                self._keys[user, key] = status.id, status.at
        return status

    def _first_with(self, user: str, key: str | None) -> Status | None:
        if key is None or self.software is Software.GOTOSOCIAL:
            return None
        with self.lock:
            remote_id, at = self._keys.get((user, key), ("", self.now()))
            if not remote_id or self.now() - at >= KEY_KEPT:
                return None
            return next((one for one in self._kept if one.id == remote_id), None)

    def _noted(self, arrival: Arrival, text: str, came_of_it: str, reply: Reply) -> Reply:
        key = arrival.headers.get("idempotency-key")
        with self.lock:
            self.asks.append(Ask(arrival.at, arrival.user or "", text, key, came_of_it))
        return reply

    # --- passing on

    def _status(self, remote_id: str) -> Status | None:
        """One of its own, or its copy of another instance's."""
        every = (*self._kept, *self._copies.values())
        return next((one for one in every if one.id == remote_id), None)

    def _shown_to(self, arrival: Arrival, status: Status) -> dict[str, object]:
        document = _as_document(self, status)
        page = next((page for page, copy in self._copies.items() if copy.id == status.id), None)
        mine = [one for who, one, _ in self._reblogs if who == arrival.user]
        return document | {"reblogged": status.id in mine} | ({"url": page} if page else {})

    def _reblog(self, arrival: Arrival) -> Reply:
        """As mastodon's ReblogService does; GoToSocial looks for none, and makes another."""
        remote_id, user = arrival.path.split("/")[4], arrival.user or ""
        with self.lock:
            status = self._status(remote_id)
            if status is None:
                return _as_reply(problem(404))
            made = next((own for who, one, own in self._reblogs if (who, one) == (user, remote_id)),
                        None)  # fmt: skip
            if made is None or self.software is Software.GOTOSOCIAL:
                made = self._new_id()
                self._reblogs.append((user, remote_id, made))
            passed_on = self._shown_to(arrival, status)
        wrapper = {"id": made, "content": "", "account": _account(self, user), "reblog": passed_on}
        return Reply(200, as_json(wrapper | {"created_at": _moment(self.now())}))

    def _search(self, arrival: Arrival) -> Reply:
        page = arrival.query["q"]
        for peer in self.peers:
            for one in peer.statuses():
                if _as_document(peer, one)["url"] == page and page not in self._copies:
                    self._copies[page] = replace(one, id=self._new_id())
        found = [self._copies[page]] if page in self._copies else []
        shown = [self._shown_to(arrival, one) for one in found]
        return Reply(200, as_json({"accounts": [], "statuses": shown, "hashtags": []}))

    def _one(self, arrival: Arrival, said: Callable[[Status], object]) -> Reply:
        remote_id = arrival.path.split("/")[4]
        with self.lock:
            found = self._status(remote_id)
        return Reply(200, as_json(said(found))) if found else _as_reply(problem(404))

    def _remove(self, arrival: Arrival) -> Reply:
        remote_id = arrival.path.split("/")[4]
        with self.lock:
            mine = [one for one in self._kept if (one.id, one.user) == (remote_id, arrival.user)]
            if not mine:
                return _as_reply(problem(404))
            if self.removes:
                self._kept = [one for one in self._kept if one not in mine]
        return Reply(200, as_json(_as_document(self, mine[0]) | {"text": mine[0].text}))

    # --- files

    def _upload(self, arrival: Arrival) -> Reply:
        """A file and its description, as a multipart form."""
        kind = arrival.headers.get("content-type", "")
        parser = email.parser.BytesParser(policy=email.policy.HTTP)
        form = parser.parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + arrival.body)
        parts = {
            part.get_param("name", header="content-disposition"): part for part in form.iter_parts()
        }
        file, said = parts.get("file"), parts.get("description")
        content = file.get_payload(decode=True) if file else None
        described = said.get_payload(decode=True) if said else b""
        if file is None or not isinstance(content, bytes) or not isinstance(described, bytes):
            return _as_reply(problem(422, "Validation failed: File can't be blank"))
        with self.lock:
            made = Medium(
                self._new_id(),
                arrival.user or "",
                content,
                file.get_content_type(),
                self.describes(described.decode()) or None,
                self.processing_asks if self.processes_media else -1,
            )
            self._media[made.id] = made
            return Reply(200 if made.is_ready else 202, as_json(_as_attachment(self, made)))

    def _medium(self, arrival: Arrival) -> Reply:
        remote_id = arrival.path.split("/")[4]
        with self.lock:
            known = self._media.get(remote_id)
            if known is None or known.user != arrival.user:
                return _as_reply(problem(404))
            known.asks_left -= 1
            if known.is_ready and self.processing_fails:
                return _as_reply(problem(422, "Error processing thumbnail for uploaded media"))
            return Reply(200 if known.is_ready else 206, as_json(_as_attachment(self, known)))

    def _new_id(self) -> str:
        """As the software numbers its statuses: Mastodon's by time, GoToSocial's are ULIDs."""
        milliseconds = int(self.now().timestamp() * 1000)
        serial = len(self.asks) + len(self._kept) + len(self._media) + int(time.monotonic_ns())
        if self.software is Software.GOTOSOCIAL:
            return _base_32(milliseconds, 10) + _base_32(serial % 2**80, 16)
        if self.software is Software.HOLLO:
            number = (milliseconds << 80) | (7 << 76) | (2 << 62) | (serial % 2**62)
            return str(uuid.UUID(int=number))
        ids = [one.id for one in (*self._kept, *self._copies.values())] + list(self._media)
        ids += [own for _, _, own in self._reblogs]
        newest = max(map(int, ids), default=0)
        return str(max(milliseconds << 16, newest + 1))

    def _write_down(self, status: Status) -> None:
        if self.log is None:
            return
        line = json.dumps(_as_line(status), ensure_ascii=False)
        with self.log.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())


# --- documents --------------------------------------------------------------------------------


def _fields(server: MastodonServer, arrival: Arrival) -> dict[str, str] | None:
    """What a body gives, JSON or a form; None where it cannot be read."""
    kind = arrival.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            content = json.loads(arrival.body)
        except ValueError:
            return None
        return {k: str(v) for k, v in content.items()} if isinstance(content, dict) else None
    if server.software is Software.HOLLO:
        return {}  # it reads no forms: the post is published, and empty
    return dict(parse_qsl(arrival.body.decode()))


def _named_media(server: MastodonServer, arrival: Arrival) -> tuple[str, ...]:
    """The ids of the files that a body wants with its words, where it can be read."""
    if arrival.headers.get("content-type", "").startswith("application/json"):
        return tuple(str(one) for one in json.loads(arrival.body).get("media_ids", ()))
    if server.software is Software.HOLLO:
        return ()
    fields = parse_qsl(arrival.body.decode())
    return tuple(value for name, value in fields if name == "media_ids[]")


def _as_attachment(server: MastodonServer, medium: Medium) -> dict[str, object]:
    return {
        "id": medium.id,
        "type": "image",
        "url": f"{server.url}/media/{medium.id}" if medium.is_ready else None,
        "preview_url": f"{server.url}/media/{medium.id}",
        "description": medium.description,
    }


def _instance(server: MastodonServer) -> dict[str, object]:
    statuses: dict[str, object] = {
        "max_characters": server.max_characters,
        "max_media_attachments": 4,
        "characters_reserved_per_url": server.per_url,
    }
    media = {
        "description_limit": 1500,
        "image_size_limit": 16_777_216,
        "image_matrix_limit": 33_177_600,
        "video_size_limit": server.video_bytes,
        "supported_mime_types": ["image/jpeg", "image/png", "image/webp", "video/mp4"],
    }
    return {
        "domain": server.domain,
        "title": "Loopback",
        "version": server.software.value,
        "source_url": f"https://code.example/{server.software.name.lower()}",
        "configuration": {"statuses": statuses | server.says, "media_attachments": media},
    }


def _account(server: MastodonServer, user: str) -> dict[str, object]:
    account: dict[str, object] = {
        "id": str(110_000_000_000_000_000 + zlib.crc32(user.encode())),
        "username": user,
        "acct": user,
        "display_name": user.title(),
        "bot": True,
        "locked": False,
        "url": f"{server.url}/@{user}",
    }
    return account | server.accounts.get(user, {})


def _source() -> dict[str, object]:
    return {"source": {"privacy": "public", "language": None, "note": ""}}


def _as_document(server: MastodonServer, status: Status) -> dict[str, object]:
    page = f"{server.url}/@{status.user}/"
    page += "statuses/" if server.software is Software.GOTOSOCIAL else ""
    return {
        "id": status.id,
        "created_at": _moment(status.at),
        "content": as_content(status.text, server.url, server.software),
        "edited_at": _moment(status.edited_at) if status.edited_at else None,
        "spoiler_text": status.spoiler,
        "visibility": status.visibility,
        "language": status.language,
        "url": page + status.id,
        "uri": f"{server.url}/users/{status.user}/statuses/{status.id}",
        "account": _account(server, status.user),
        "in_reply_to_id": status.replies_to,
        "reblog": None,
        "media_attachments": [_as_attachment(server, server.medium(one)) for one in status.media],
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _as_line(status: Status) -> dict[str, object]:
    edited_at = status.edited_at.isoformat() if status.edited_at else None
    return asdict(status) | {"at": status.at.isoformat(), "edited_at": edited_at}


def _as_source(status: Status) -> dict[str, object]:
    return {"id": status.id, "text": status.text, "spoiler_text": status.spoiler}


def _timeline(server: MastodonServer, arrival: Arrival, fault: Fault) -> Reply:
    """Newest first, `limit` at a time; the Link header names the pages before and after."""
    limit = min(int(arrival.query.get("limit", "20")), LONGEST_PAGE)
    wanted = arrival.path.split("/")[4]
    with server.lock:
        kept = [one for one in server.statuses() if _account(server, one.user)["id"] == wanted]
    shown = [one for one in reversed(kept) if one.at <= server.now() - server.timeline_lag]
    shown = shown[fault.hides_newest :]
    place = {one.id: number for number, one in enumerate(kept)}
    limits: Mapping[str, Callable[[int, int], bool]] = {
        "max_id": operator.lt, "min_id": operator.gt, "since_id": operator.gt,
    }  # fmt: skip
    for name in limits.keys() & arrival.query.keys():
        bound = place.get(arrival.query[name], len(kept))
        shown = [one for one in shown if limits[name](place[one.id], bound)]
    page = shown[-limit:] if "min_id" in arrival.query else shown[:limit]
    headers = {}
    if page:
        at = f"{server.url}{arrival.path}?limit={limit}"
        headers["Link"] = (
            f'<{at}&max_id={page[-1].id}>; rel="next", <{at}&min_id={page[0].id}>; rel="prev"'
        )
    return Reply(200, as_json([_as_document(server, one) for one in page]), headers)


def _limit_headers(server: MastodonServer, arrival: Arrival) -> dict[str, str]:
    left = str(max(0, _left(server, arrival.user or "")))
    return {
        "X-RateLimit-Limit": str(server.posts_a_window),
        "X-RateLimit-Remaining": left,
        "X-RateLimit-Reset": "in 300",
    }


def _left(server: MastodonServer, user: str) -> int:
    with server.lock:
        began = server.now() - WINDOW
        recent = sum(one.user == user and one.at > began for one in server.statuses())
        return server.posts_a_window - recent


def _as_reply(fault: Fault) -> Reply:
    return Reply(fault.status or 500, fault.body or b"", dict(fault.headers))


def _base_32(number: int, length: int) -> str:
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(letters[number >> 5 * place & 31] for place in reversed(range(length)))


# --- from text to HTML ------------------------------------------------------------------------

_PARTS: Final = re.compile(
    r"(?P<link>https?://[^\s<>\"]*[^\s<>\".,;:!?)'])"
    r"|(?<![\w/@])@(?P<user>\w+)@(?P<host>[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/&#])#(?P<tag>\w*[^\W\d]\w*)"
)


def as_content(text: str, url: str, software: Software = Software.MASTODON) -> str:
    """A text as an instance shows it: paragraphs, line breaks, links, mentions and hashtags."""
    plain = software is not Software.MASTODON
    shown, end = "", 0
    for found in _PARTS.finditer(text):
        shown += html.escape(text[end : found.start()]).replace("&#x27;", "&#39;")
        shown += _linked(found, url, plain=plain)
        end = found.end()
    shown += html.escape(text[end:]).replace("&#x27;", "&#39;")
    line_break = "<br>" if plain else "<br />"
    paragraphs = [part for part in re.split(r"\n{2,}", shown.replace("\r\n", "\n").strip()) if part]
    return "".join(f"<p>{part.replace(chr(10), line_break)}</p>" for part in paragraphs)


def _linked(found: re.Match[str], url: str, *, plain: bool) -> str:
    if found["link"]:
        return _plain_link(found["link"]) if plain else _short_link(found["link"])
    if found["tag"]:
        target = f"{url}/tags/{found['tag'].lower() if plain else found['tag']}"
        more = ' rel="tag nofollow noreferrer noopener" target="_blank"' if plain else ' rel="tag"'
        return f'<a href="{target}" class="mention hashtag"{more}>#<span>{found["tag"]}</span></a>'
    page = f"https://{found['host']}/@{found['user']}"
    return (
        f'<span class="h-card" translate="no"><a href="{page}" class="u-url mention">'
        f"@<span>{found['user']}</span></a></span>"
    )


def _plain_link(link: str) -> str:
    whole = html.escape(link)
    return f'<a href="{whole}" rel="nofollow noreferrer noopener" target="_blank">{whole}</a>'


def _short_link(link: str) -> str:
    prefix = re.match(r"https?://(?:www\.)?", link)
    start = prefix[0] if prefix else ""
    shown, rest = link[len(start) : len(start) + 30], link[len(start) + 30 :]
    cut = "ellipsis" if rest else ""
    return (
        f'<a href="{html.escape(link)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{html.escape(start)}</span>'
        f'<span class="{cut}">{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(rest)}</span></a>'
    )


def _length(text: str, per_url: int) -> int:
    """As Mastodon counts: graphemes, a link with its scheme as so many, @user@host as @user."""
    short = re.sub(r"https?://\S+", "x" * per_url, text)
    return len(regex.findall(r"\X", re.sub(r"(@\w+)@[\w.-]+\w", r"\1", short)))


# --- as a process -----------------------------------------------------------------------------


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.loopback.mastodon_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="every accepted status, one JSON line each")
    parser.add_argument("--late", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument("--clock", type=Path, help="a file that sets its clock, as BOT_NOW=@FILE")
    parser.add_argument("--lag", type=float, default=0.0, help="seconds until a timeline shows it")
    parser.add_argument("--software", choices=[one.name.lower() for one in Software])
    parser.add_argument("--until-input-ends", action="store_true", help="so it outlives nobody")
    options = parser.parse_args(None if arguments is None else list(arguments))
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    software = Software[(options.software or "mastodon").upper()]
    now = SystemClocks(options.clock).now
    with MastodonServer(port=options.port, log=options.log, software=software, now=now) as server:
        server.always = Fault(wait_seconds=options.late)
        server.timeline_lag = timedelta(seconds=options.lag)
        print(server.url, flush=True)  # noqa: T201  # the caller reads it
        if options.until_input_ends:
            sys.stdin.read()
        else:
            stopped.wait()


if __name__ == "__main__":
    main()
