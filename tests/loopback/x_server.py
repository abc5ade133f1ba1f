"""X on 127.0.0.1: keeps what it accepts, counts what it is asked, and goes wrong when told to.

    with XServer() as server:
        server.script([late(2.0), FINE, drop_before_answer()])
        ... server.url ...
        assert [post.text for post in server.posts()] == ["..."]

or as a process that outlives the bot under test:

    python -m tests.loopback.x_server --port 0 --log accepted.jsonl

which prints its address and writes every accepted post as a JSON line, synced to disk before it
answers. `POST /control/script` takes `[{"fault": "late", "seconds": 2}, ...]`, `POST
/control/chances` takes `{"seed": 7, "weights": {"fine": 8, "late": 1}}`, `POST /control/away` takes
`{"seconds": 2}`, `POST /control/show` puts `{"user": "7", "text": "..."}` on a timeline as if it
was written by hand, `GET /control/posts` gives what was accepted, `GET /control/asks` every request
to publish with its time and what came of it.

Source of bodies and headers: docs.x.com, August 2026, and answers that others recorded in 2026.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import re
import select
import signal
import socket
import struct
import sys
import threading
import time
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from bot.app.environment import SystemClocks

POST: Final = "POST /2/tweets"
TIMELINE: Final = "GET /2/users/:id/tweets"
ME: Final = "GET /2/users/me"
MEDIA: Final = "POST /2/media/upload"
METADATA: Final = "POST /2/media/metadata"
DELETE: Final = "DELETE /2/tweets/:id"
SIGNED_HOST: Final = "https://api.twitter.com"  # what clients sign over, wherever they connect
WINDOW_SECONDS: Final = 900
POSTS_A_WINDOW: Final = 100  # per user. Source: docs.x.com, rate limits, August 2026


# --- what was accepted, and what was asked ----------------------------------------------------


@dataclass(frozen=True)
class Accepted:
    """A post this server keeps, as its author wrote it."""

    id: str
    user: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Arrival:
    """A request as it came in. `at` is monotonic seconds."""

    at: float
    method: str
    path: str
    query: Mapping[str, str]
    user: str | None
    headers: Mapping[str, str]
    body: bytes

    @property
    def route(self) -> str:
        path = re.sub(r"^/2/users/\d+/tweets$", "/2/users/:id/tweets", self.path)
        return f"{self.method} {re.sub(r'^/2/tweets/[^/]+$', '/2/tweets/:id', path)}"


@dataclass(frozen=True)
class Ask:
    """A request to publish. `at` is monotonic seconds, the same for all processes of a machine."""

    at: float
    user: str
    text: str
    came_of_it: str  # "accepted", "duplicate", "limited" or "refused"
    side_by_side: bool  # while another one of this user was being answered


# --- what can go wrong ------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """How one request is answered. Without arguments: properly."""

    route: str = POST
    accepts: bool = True  # a post is kept before anything goes wrong
    status: int | None = None  # instead of the proper answer's
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    wait_seconds: float = 0.0  # between accepting and answering
    drips: str = ""  # "head" or "body": a byte at a time, `pause_seconds` apart
    pause_seconds: float = 0.0
    cut: str = ""  # the line ends "before", in the "head", in the "body" or "after" the answer
    reset: bool = False  # with a reset, not an orderly end
    hides_newest: int = 0  # the timeline does not show this many posts yet


FINE: Final = Fault()


def late(seconds: float, *, route: str = POST) -> Fault:
    return Fault(route, wait_seconds=seconds)


def drip_body(pause_seconds: float = 0.05, *, route: str = POST) -> Fault:
    """A proper answer, thousands of bytes long, one at a time."""
    return Fault(route, drips="body", pause_seconds=pause_seconds)


def drip_headers(pause_seconds: float = 0.05, *, route: str = POST) -> Fault:
    return Fault(route, drips="head", pause_seconds=pause_seconds)


def drop_before_answer(*, accepts: bool = True, reset: bool = False, route: str = POST) -> Fault:
    return Fault(route, accepts=accepts, cut="before", reset=reset)


def drop_in_headers(*, accepts: bool = True, reset: bool = False) -> Fault:
    return Fault(accepts=accepts, cut="head", reset=reset)


def half_a_body(*, accepts: bool = True, reset: bool = False, route: str = POST) -> Fault:
    return Fault(route, accepts=accepts, cut="body", reset=reset)


def drop_after_answer(*, reset: bool = False) -> Fault:
    return Fault(cut="after", reset=reset)


def garbage(status: int = 201, *, accepts: bool = True, route: str = POST) -> Fault:
    page = b"<!DOCTYPE html><html><body>Something went wrong</body></html>"
    return Fault(route, accepts, status, page, (("Content-Type", "text/html"),))


def no_id() -> Fault:
    return Fault(body=_json({"data": {"text": "..."}}))


def only_errors() -> Fault:
    error = {"title": "Not Found Error", "detail": "Could not find it.", "type": "about:blank"}
    return Fault(accepts=False, status=200, body=_json({"errors": [error]}))


def redirect(status: int = 301, to: str = "/2/tweets", *, accepts: bool = False) -> Fault:
    return Fault(accepts=accepts, status=status, body=b"", headers=(("Location", to),))


def problem(
    status: int,
    detail: str = "",
    *,
    title: str = "",
    type_: str = "about:blank",
    route: str = POST,
    accepts: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
) -> Fault:
    """X's problem document, which it sends with everything it refuses."""
    title = title or HTTPStatus(status).phrase
    document = {"title": title, "detail": detail or title, "type": type_, "status": status}
    return Fault(route, accepts, status, _json(document), headers)


def bad_request(detail: str = "One or more parameters to your request was invalid.") -> Fault:
    kind = "https://api.twitter.com/2/problems/invalid-request"
    return problem(400, detail, title="Invalid Request", type_=kind)


def unauthorised(*, route: str = POST) -> Fault:
    return problem(401, route=route)


def no_credit(*, route: str = POST) -> Fault:
    return problem(
        402,
        "Your enrolled account does not have any credits to fulfill this request.",
        title="CreditsDepleted",
        type_="https://api.x.com/2/problems/credits",
        route=route,
    )


def duplicate(*, accepts: bool = False) -> Fault:
    return problem(
        403, "You are not allowed to create a Tweet with duplicate content.", accepts=accepts
    )


def suspended() -> Fault:
    return problem(403, "Your account is suspended and is not permitted to access this feature.")


def not_permitted() -> Fault:
    return problem(403, "You are not permitted to perform this action.")


def client_forbidden() -> Fault:
    return problem(
        403,
        "When authenticating requests to the Twitter API v2 endpoints, you must use keys and"
        " tokens from a Twitter developer App that is attached to a Project.",
        title="Client Forbidden",
        type_="https://api.twitter.com/2/problems/client-forbidden",
    )


def read_only_app() -> Fault:
    return problem(
        403,
        "Your client app is not configured with the appropriate oauth1 app permissions for this"
        " endpoint.",
        type_="https://api.twitter.com/2/problems/oauth1-permissions",
    )


def limited(
    *, reset_in: int | None = None, retry_after: int | None = None, route: str = POST
) -> Fault:
    """429; without arguments with no header that says until when."""
    headers = {"x-rate-limit-limit": "", "x-rate-limit-remaining": "", "x-rate-limit-reset": ""}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if reset_in is not None:  # made absolute when it is sent
        headers |= {"x-rate-limit-remaining": "0", "x-rate-limit-reset": f"+{reset_in}"}
    return problem(429, route=route, headers=tuple(headers.items()))


def usage_capped() -> Fault:
    kind = "https://api.twitter.com/2/problems/usage-capped"
    return problem(429, "Usage cap exceeded: Monthly product cap", type_=kind)


def server_fault(status: int = 503, *, accepts: bool = False, route: str = POST) -> Fault:
    return problem(status, route=route, accepts=accepts)


def timeline_behind(posts: int = 1) -> Fault:
    """The timeline does not show the newest posts yet."""
    return Fault(TIMELINE, hides_newest=posts)


FAULTS: Final[Mapping[str, Callable[..., Fault]]] = {
    made.__name__: made
    for made in (
        late, drip_body, drip_headers, drop_before_answer, drop_in_headers, half_a_body,
        drop_after_answer, garbage, no_id, only_errors, redirect, problem, bad_request,
        unauthorised, no_credit, duplicate, suspended, not_permitted, client_forbidden,
        read_only_app, limited, usage_capped, server_fault, timeline_behind,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Chances:
    """Which fault a request takes, by chance: the same for the nth request of a user and a seed."""

    seed: int
    weights: Mapping[str, float]  # by the names in FAULTS, and "fine"; what follows a ":" is free
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by the same names

    def fault(self, arrival: Arrival, number: int) -> Fault:
        chance = random.Random(f"{self.seed} {arrival.user} {arrival.route} {number}")
        (name,) = chance.choices([*self.weights], [*self.weights.values()])
        return _named_fault({"fault": name.partition(":")[0], **self.settings.get(name, {})})


# --- the server -------------------------------------------------------------------------------


class XServer:
    """A server on a free port of 127.0.0.1, each request in a thread of its own.

    `secrets` names, by user, the consumer's and the token's secret: where they are known, the
    OAuth 1.0a signature is checked. `now` is what the timeline dates posts with. With
    `same_words_twice` it takes a text again that the user has posted already, as X does after a
    while: so that whoever sends one twice can be caught at it.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        log: Path | None = None,
        secrets: Mapping[str, tuple[str, str]] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        same_words_twice: bool = False,
    ) -> None:
        self.same_words_twice = same_words_twice
        self.posts_a_window = POSTS_A_WINDOW
        self.chances: Chances | None = None
        self.asks: list[Ask] = []
        self._answering: Counter[str] = Counter()
        self._numbers: Counter[tuple[str | None, str]] = Counter()
        self._media: dict[str, dict[str, object]] = {}
        self.secrets = dict(secrets or {})
        self.now = now
        self.log = log
        self.always = FINE  # how requests are answered that no script speaks of
        self.timeline_lag = timedelta(0)  # posts younger than this are not shown
        self.arrivals: list[Arrival] = []
        self.finished: Counter[str] = Counter()  # answers that went out to the last byte, by route
        self.stopping = threading.Event()
        self.lock = threading.RLock()
        self._cut = threading.Condition(self.lock)
        self._cuts = 0
        self._away_until = 0.0
        self._kept: list[Accepted] = []
        self._script: dict[str, deque[Fault]] = {}
        self._server = _Server(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._listen, name="x-server", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # --- for tests

    def script(self, faults: Iterable[Fault]) -> None:
        """The next requests of each fault's route take these, in order; then all is well."""
        with self.lock:
            for fault in faults:
                self._script.setdefault(fault.route, deque()).append(fault)

    def posts(self, user: str | None = None) -> tuple[Accepted, ...]:
        """What was accepted, oldest first."""
        with self.lock:
            return tuple(post for post in self._kept if user in (None, post.user))

    def requests(self, route: str | None = None) -> tuple[Arrival, ...]:
        with self.lock:
            return tuple(one for one in self.arrivals if route in (None, one.route))

    def has_been_cut_off(self, seconds: float = 10.0) -> bool:
        """Whether a client closes, or closed, its line before it had the whole answer."""
        with self._cut:
            return self._cut.wait_for(lambda: self._cuts > 0, timeout=seconds)

    def show(self, user: str, text: str, *, at: datetime | None = None) -> Accepted:
        """Puts a post on a timeline as if somebody had written it by hand."""
        with self.lock:
            post = Accepted(self._new_id(), user, text, at or self.now())
            self._kept.append(post)
            return post

    # --- for the handler

    def fault_for(self, arrival: Arrival) -> Fault:
        with self.lock:
            self.arrivals.append(arrival)
            waiting = self._script.get(arrival.route)
            if waiting:
                return waiting.popleft()
            if self.chances is None:
                return replace(self.always, route=arrival.route)
            self._numbers[arrival.user, arrival.route] += 1
            fault = self.chances.fault(arrival, self._numbers[arrival.user, arrival.route])
            return fault if fault.route == arrival.route else replace(FINE, route=arrival.route)

    def was_cut_off(self) -> None:
        with self._cut:
            self._cuts += 1
            self._cut.notify_all()

    def accept(self, user: str, text: str) -> Accepted | None:
        """The post, kept; None where this user has these words already."""
        with self.lock:
            words = _same(text)
            again = any(post.user == user and _same(post.text) == words for post in self._kept)
            if again and not self.same_words_twice:
                return None
            post = self.show(user, text)
            self._write_down(post)
            return post

    def resets_in(self, user: str) -> int | None:
        """Seconds until this user may post again; None where that is now."""
        with self.lock:
            began = self.now() - timedelta(seconds=WINDOW_SECONDS)
            recent = [post.at for post in self._kept if post.user == user and post.at > began]
            if len(recent) < self.posts_a_window:
                return None
            return max(1, int((recent[-self.posts_a_window] - began).total_seconds()))

    def keep_media(self, user: str, content: Mapping[str, object]) -> str:
        with self.lock:
            made = str(1_880_000_000_000_000_000 + len(self._media))
            self._media[made] = {"user": user, **content}
            return made

    def describe_media(self, user: str, remote_id: str, metadata: object) -> bool:
        with self.lock:
            known = self._media.get(remote_id)
            if known is None or known["user"] != user:
                return False
            known["metadata"] = metadata
            return True

    def begin_answering(self, user: str) -> bool:
        """Whether another request of this user to publish is being answered."""
        with self.lock:
            self._answering[user] += 1
            return self._answering[user] > 1

    def end_answering(self, user: str) -> None:
        with self.lock:
            self._answering[user] -= 1

    def go_away(self, seconds: float) -> None:
        """Nobody listens here for a while: a client is refused before a byte of it has left."""
        with self.lock:
            self._away_until = time.monotonic() + seconds
        self._server.shutdown()

    def _listen(self) -> None:
        while not self.stopping.is_set():
            self._server.serve_forever(0.02)
            away = max(0.0, self._away_until - time.monotonic())
            if away and not self.stopping.is_set():
                self._server.socket.close()
                self.stopping.wait(away)
                self._server.listen_again()

    def delete(self, user: str, remote_id: str) -> bool:
        with self.lock:
            mine = [post for post in self._kept if (post.id, post.user) == (remote_id, user)]
            self._kept = [post for post in self._kept if post not in mine]
            return bool(mine)

    def _new_id(self) -> str:
        """Longer than 53 bits and ever larger, as X's are."""
        newest = int(self._kept[-1].id) if self._kept else 0
        made = (int(self.now().timestamp() * 1000) - 1_288_834_974_657) << 22
        return str(max(made, newest + 1))

    def _write_down(self, post: Accepted) -> None:
        if self.log is None:
            return
        line = json.dumps(asdict(post) | {"at": post.at.isoformat()}, ensure_ascii=False) + "\n"
        with self.log.open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], x: XServer) -> None:
        super().__init__(address, _Handler)
        self.x = x

    def listen_again(self) -> None:
        """At the same address as before."""
        self.socket = socket.socket(self.address_family, self.socket_type)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_activate()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is no news; anything else is a fault of this server's."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as it came


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Says nothing: tests read `arrivals`."""

    def _serve(self) -> None:
        arrival, x = self._arrival(), self.server.x
        if arrival.path.startswith("/control/"):
            status, document = _control(x, arrival)
            self._write(_Reply(status, _json(document)), FINE)
            return
        side_by_side = arrival.route == POST and x.begin_answering(arrival.user or "")
        try:
            self._reply(arrival, side_by_side=side_by_side)
        finally:
            if arrival.route == POST:
                x.end_answering(arrival.user or "")

    def _reply(self, arrival: Arrival, *, side_by_side: bool) -> None:
        x = self.server.x
        fault = x.fault_for(arrival)
        reply = _answer(x, arrival, fault)
        if arrival.route == POST:
            _note(x, arrival, reply, fault, side_by_side)
        if fault.wait_seconds and not self._pause(fault.wait_seconds):
            return
        if self._write(reply, fault):
            with x.lock:
                x.finished[arrival.route] += 1

    def _arrival(self) -> Arrival:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        token = re.search(r'oauth_token="(\d+)-', self.headers.get("Authorization", ""))
        return Arrival(
            time.monotonic(),
            self.command,
            address.path,
            dict(parse_qsl(address.query, keep_blank_values=True)),
            token and token[1],
            {name.lower(): value for name, value in self.headers.items()},
            body,
        )

    def _write(self, reply: _Reply, fault: Fault) -> bool:
        """Whether the answer went out as it should, to its last byte."""
        if fault.drips:
            reply.body = reply.body.ljust(4000)  # white space after JSON is still JSON
        head, body = reply.head(), reply.body
        try:
            if fault.drips == "head":
                return self._drip(head + body, fault.pause_seconds)
            if fault.drips == "body":
                self.wfile.write(head)
                return self._drip(body, fault.pause_seconds)
            cuts = {"before": b"", "head": head[:9], "body": head + body[: len(body) // 2]}
            self.wfile.write(cuts.get(fault.cut, head + body))
        except OSError:
            return self._gone()
        if fault.cut:
            self._drop(fault)
        return fault.cut in ("", "after")

    def _drip(self, content: bytes, pause_seconds: float) -> bool:
        for byte in content:
            self.wfile.write(bytes([byte]))
            if not self._pause(pause_seconds):
                return False
        return True

    def _pause(self, seconds: float) -> bool:
        """Waits; False as soon as the client has closed its line or the server is stopping."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.server.x.stopping.is_set():
                self.close_connection = True
                return False
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.02))
            if readable and self._client_has_gone():
                return self._gone()
        return True

    def _client_has_gone(self) -> bool:
        try:
            peeked: bytes = self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True
        return peeked == b""

    def _gone(self) -> bool:
        self.close_connection = True
        self.server.x.was_cut_off()
        return False

    def _drop(self, fault: Fault) -> None:
        self.close_connection = True
        if fault.reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()


@dataclass
class _Reply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    came_of_it: str = "refused"  # of a request to publish

    def head(self) -> bytes:
        """Status line and headers. An empty value takes the header away; '+60' is from now."""
        now = datetime.now(UTC)
        serial = hashlib.sha256(os.urandom(8)).hexdigest()
        headers = {
            "Date": now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(self.body)),
            "x-rate-limit-limit": "100",
            "x-rate-limit-remaining": "99",
            "x-rate-limit-reset": f"+{WINDOW_SECONDS}",
            "x-transaction-id": serial[:16],
        } | self.headers
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        for name, value in headers.items():
            absolute = str(int(now.timestamp()) + int(value)) if value[:1] == "+" else value
            if absolute:
                lines.append(f"{name}: {absolute}")
        return "\r\n".join([*lines, "", ""]).encode()


# --- what it answers --------------------------------------------------------------------------


def _answer(x: XServer, arrival: Arrival, fault: Fault) -> _Reply:
    """The proper answer, unless the fault has another; a fault may come before or after keeping."""
    reply = _proper(x, arrival, fault) if fault.accepts else _Reply(201, b"{}")
    if fault.status is not None:
        reply = _Reply(fault.status, fault.body or b"", came_of_it=reply.came_of_it)
    elif fault.body is not None:
        reply.body = fault.body
    reply.headers |= dict(fault.headers)
    _echo(reply, arrival.headers.get("authorization", ""))
    return reply


def _echo(reply: _Reply, signed: str) -> None:
    """Puts the keys of whoever asks where a fault says ECHO, as they came and as they are."""
    said = f"{signed} or {unquote(signed)}".replace('"', "'")
    reply.body = reply.body.replace(b"ECHO", said.encode())
    reply.headers = {name: value.replace("ECHO", said) for name, value in reply.headers.items()}


def _proper(x: XServer, arrival: Arrival, fault: Fault) -> _Reply:
    if arrival.user is None or not _is_signed(x, arrival):
        return _as_reply(unauthorised())
    if arrival.route == POST:
        return _post(x, arrival)
    if arrival.route == TIMELINE:
        return _timeline(x, arrival, fault)
    if arrival.route == ME:
        name = f"user{arrival.user}"
        return _Reply(200, _json({"data": {"id": arrival.user, "name": name, "username": name}}))
    if arrival.route == DELETE:
        deleted = x.delete(arrival.user, arrival.path.rpartition("/")[2])
        return _Reply(200, _json({"data": {"deleted": deleted}}))
    if arrival.route == MEDIA:
        return _upload(x, arrival)
    if arrival.route == METADATA:
        return _describe(x, arrival)
    return _as_reply(problem(404))


def _post(x: XServer, arrival: Arrival) -> _Reply:
    try:
        text = json.loads(arrival.body)["text"]
    except (ValueError, KeyError, TypeError):
        return _as_reply(bad_request())
    if not isinstance(text, str) or not text.strip():
        return _as_reply(bad_request())
    resets_in = x.resets_in(arrival.user or "")
    if resets_in is not None:
        return replace(_as_reply(limited(reset_in=resets_in)), came_of_it="limited")
    post = x.accept(arrival.user or "", unicodedata.normalize("NFC", text).strip())
    if post is None:
        return replace(_as_reply(duplicate()), came_of_it="duplicate")
    shown, _ = as_shown(post)
    content = {"id": post.id, "text": shown, "edit_history_tweet_ids": [post.id]}
    return _Reply(201, _json({"data": content}), came_of_it="accepted")


def _note(x: XServer, arrival: Arrival, reply: _Reply, fault: Fault, side_by_side: bool) -> None:
    try:
        text = str(json.loads(arrival.body)["text"])
    except (ValueError, KeyError, TypeError):
        text = ""
    came_of_it = reply.came_of_it if fault.accepts else "refused"
    with x.lock:
        x.asks.append(Ask(arrival.at, arrival.user or "", _same(text), came_of_it, side_by_side))


def _upload(x: XServer, arrival: Arrival) -> _Reply:
    """A whole picture in one request, as base64 in JSON. Source: X's OpenAPI 2.167."""
    try:
        content = json.loads(arrival.body)
        size = len(base64.b64decode(content["media"], validate=True))
        category = str(content["media_category"])
    except (ValueError, KeyError, TypeError):
        return _as_reply(bad_request())
    made = x.keep_media(arrival.user or "", {"size": size, "category": category})
    said = {"id": made, "media_key": f"3_{made}", "size": size, "expires_after_secs": 86_400}
    return _Reply(200, _json({"data": said}))


def _describe(x: XServer, arrival: Arrival) -> _Reply:
    try:
        content = json.loads(arrival.body)
        remote_id, metadata = str(content["id"]), content["metadata"]
    except (ValueError, KeyError, TypeError):
        return _as_reply(bad_request())
    if not x.describe_media(arrival.user or "", remote_id, metadata):
        return _as_reply(problem(404))
    return _Reply(200, _json({"data": {"id": remote_id, "associated_metadata": metadata}}))


def _timeline(x: XServer, arrival: Arrival, fault: Fault) -> _Reply:
    """Newest first, `max_results` at a time; the next page's token is the last id shown."""
    size = int(arrival.query.get("max_results", "10"))
    if not 5 <= size <= 100:
        return _as_reply(bad_request("The `max_results` query parameter value is not valid."))
    user = arrival.path.split("/")[3]
    posts = [post for post in reversed(x.posts(user)) if post.at <= x.now() - x.timeline_lag]
    posts = [post for post in posts[fault.hides_newest :] if _is_asked_for(post, arrival.query)]
    page, rest = posts[:size], posts[size:]
    meta: dict[str, object] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if rest:
        meta["next_token"] = page[-1].id
    fields = set(arrival.query.get("tweet.fields", "").split(","))
    content = {"data": [_as_tweet(post, fields) for post in page]} if page else {}
    return _Reply(200, _json({**content, "meta": meta}))


def _is_asked_for(post: Accepted, query: Mapping[str, str]) -> bool:
    if "start_time" in query and post.at < datetime.fromisoformat(query["start_time"]):
        return False
    if "since_id" in query and int(post.id) <= int(query["since_id"]):
        return False
    token = query.get("pagination_token")
    return token is None or int(post.id) < int(token)


def _as_tweet(post: Accepted, fields: set[str]) -> dict[str, object]:
    text, urls = as_shown(post)
    tweet: dict[str, object] = {"id": post.id, "text": text, "edit_history_tweet_ids": [post.id]}
    if "created_at" in fields:
        tweet["created_at"] = post.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if "entities" in fields and urls:
        tweet["entities"] = {"urls": urls}
    return tweet


_LINK = re.compile(
    r"(?<![\w@.])(?:https?://\S+?|(?:[a-z0-9-]+\.)+(?:uk|com|org|net|info|eu|wales|cymru|scot)\b"
    r"(?:/[^\s]*?)?)(?=[.,;:!?)\"']*(?:\s|$))",
    re.IGNORECASE,
)


def as_shown(post: Accepted) -> tuple[str, list[dict[str, object]]]:
    """The text as X stores it: links and bare domains shortened, &, < and > escaped."""
    shown, urls, end = "", [], 0
    for link in _LINK.finditer(post.text):
        shown += _escaped(post.text[end : link.start()])
        short = f"https://t.co/{_code(post.id, link[0])}"
        urls.append(_entity(short, link[0], len(shown)))
        shown, end = shown + short, link.end()
    return shown + _escaped(post.text[end:]), urls


def _entity(short: str, written: str, start: int) -> dict[str, object]:
    whole = written if re.match(r"https?://", written, re.IGNORECASE) else f"http://{written}"
    display = re.sub(r"^https?://(?:www\.)?", "", whole, flags=re.IGNORECASE)
    return {
        "start": start,
        "end": start + len(short),
        "url": short,
        "expanded_url": whole,
        "display_url": display if len(display) <= 30 else f"{display[:29]}…",
    }


def _code(remote_id: str, written: str) -> str:
    digest = hashlib.sha256(f"{remote_id} {written}".encode()).digest()
    return re.sub(r"[^A-Za-z0-9]", "x", base64.b64encode(digest).decode())[:10]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _same(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _as_reply(fault: Fault) -> _Reply:
    return _Reply(fault.status or 500, fault.body or b"", dict(fault.headers))


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


# --- OAuth 1.0a, RFC 5849 section 3.4 ----------------------------------------------------------


def _is_signed(x: XServer, arrival: Arrival) -> bool:
    if arrival.user not in x.secrets:
        return True
    header = arrival.headers.get("authorization", "")
    given = {name: unquote(value) for name, value in re.findall(r'(oauth_\w+)="([^"]*)"', header)}
    signature = given.pop("oauth_signature", "")
    pairs = sorted((_quoted(k), _quoted(v)) for k, v in (*given.items(), *arrival.query.items()))
    content = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(map(_quoted, (arrival.method, SIGNED_HOST + arrival.path, content)))
    key = "&".join(map(_quoted, x.secrets[arrival.user]))
    made = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(made).decode(), signature)


def _quoted(text: str) -> str:
    return quote(text, safe="~")


# --- as a process -----------------------------------------------------------------------------


def _control(x: XServer, arrival: Arrival) -> tuple[int, object]:
    if arrival.path == "/control/posts":
        return 200, [asdict(post) | {"at": post.at.isoformat()} for post in x.posts()]
    if arrival.path == "/control/counts":
        return 200, Counter(one.route for one in x.requests())
    if arrival.path == "/control/asks":
        with x.lock:
            return 200, [asdict(one) for one in x.asks]
    if arrival.path == "/control/chances":
        wanted = json.loads(arrival.body)
        x.chances = Chances(**wanted) if wanted else None
        return 200, wanted
    if arrival.path == "/control/show":
        shown = json.loads(arrival.body)
        return 200, {"id": x.show(shown["user"], shown["text"]).id}
    if arrival.path == "/control/away":
        seconds = float(json.loads(arrival.body)["seconds"])
        threading.Thread(target=x.go_away, args=(seconds,), daemon=True).start()
        return 200, {}
    if arrival.path == "/control/script":
        faults = [_named_fault(line) for line in json.loads(arrival.body)]
        x.script(faults)
        return 200, {"faults": len(faults)}
    return 404, {}


def _named_fault(line: dict[str, Any]) -> Fault:
    settings = dict(line)
    name = settings.pop("fault")
    return FINE if name == "fine" else FAULTS[name](**settings)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.loopback.x_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="every accepted post, one JSON line each")
    parser.add_argument("--late", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument("--clock", type=Path, help="a file that sets its clock, as BOT_NOW=@FILE")
    parser.add_argument("--lag", type=float, default=0.0, help="seconds until a timeline shows it")
    parser.add_argument("--same-words-twice", action="store_true", help="take one text twice")
    parser.add_argument("--until-input-ends", action="store_true", help="so it outlives nobody")
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    with XServer(
        port=options.port,
        log=options.log,
        now=SystemClocks(options.clock).now,
        same_words_twice=options.same_words_twice,
    ) as server:
        server.always = Fault(wait_seconds=options.late)
        server.timeline_lag = timedelta(seconds=options.lag)
        print(server.url, flush=True)  # noqa: T201  # the caller reads it
        if options.until_input_ends:
            sys.stdin.read()
        else:
            stopped.wait()


if __name__ == "__main__":
    main()
