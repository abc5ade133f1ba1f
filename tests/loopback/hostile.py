"""What every hostile server of the tests is made of: faults, and a server that commits them.

A platform's server says what a proper answer is (`HostileServer.proper`); everything that can go
wrong between accepting and answering is done here, by script, by chance or always.
"""

from __future__ import annotations

import json
import random
import select
import socket
import struct
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Final, Self
from urllib.parse import parse_qsl, urlsplit


def as_json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Arrival:
    """A request as it came in. `at` is monotonic seconds, the same for all of a machine."""

    at: float
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    route: str = ""  # the method, and the path with its ids taken out
    user: str | None = None
    side_by_side: bool = False  # with another of this user's to publish


@dataclass(frozen=True)
class Fault:
    """How one request is answered. Without arguments: properly."""

    route: str = ""  # empty: the one that publishes
    accepts: bool = True  # the proper thing is done before anything goes wrong
    status: int | None = None  # instead of the proper answer's
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    wait_seconds: float = 0.0  # between accepting and answering
    drips: str = ""  # "head" or "body": a byte at a time, `pause_seconds` apart
    pause_seconds: float = 0.0
    cut: str = ""  # the line ends "before", in the "head", in the "body" or "after" the answer
    reset: bool = False  # with a reset, not an orderly end
    hides_newest: int = 0  # a timeline does not show this many posts yet


FINE: Final = Fault()


def late(seconds: float, *, route: str = "") -> Fault:
    return Fault(route, wait_seconds=seconds)


def drip_body(pause_seconds: float = 0.05, *, route: str = "") -> Fault:
    """A proper answer, thousands of bytes long, one at a time."""
    return Fault(route, drips="body", pause_seconds=pause_seconds)


def drip_headers(pause_seconds: float = 0.05, *, route: str = "") -> Fault:
    return Fault(route, drips="head", pause_seconds=pause_seconds)


def drop_before_answer(*, accepts: bool = True, reset: bool = False, route: str = "") -> Fault:
    return Fault(route, accepts=accepts, cut="before", reset=reset)


def drop_in_headers(*, accepts: bool = True, reset: bool = False, route: str = "") -> Fault:
    return Fault(route, accepts=accepts, cut="head", reset=reset)


def half_a_body(*, accepts: bool = True, reset: bool = False, route: str = "") -> Fault:
    return Fault(route, accepts=accepts, cut="body", reset=reset)


def drop_after_answer(*, reset: bool = False, route: str = "") -> Fault:
    return Fault(route, cut="after", reset=reset)


def garbage(status: int = 200, *, accepts: bool = True, route: str = "") -> Fault:
    page = b"<!DOCTYPE html><html><body>Something went wrong</body></html>"
    return Fault(route, accepts, status, page, (("Content-Type", "text/html"),))


def redirect(status: int = 301, to: str = "/", *, accepts: bool = False, route: str = "") -> Fault:
    return Fault(route, accepts, status, b"", (("Location", to),))


def timeline_behind(posts: int = 1, *, route: str) -> Fault:
    """A timeline does not show the newest posts yet."""
    return Fault(route, hides_newest=posts)


@dataclass(frozen=True)
class Chances:
    """Which fault a request takes, by chance: the same for the nth request of a user and a seed."""

    seed: int
    weights: Mapping[str, float]  # by the names of faults, and "fine"; what follows a ":" is free
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by the same names

    def named(self, arrival: Arrival, number: int) -> dict[str, Any]:
        chance = random.Random(f"{self.seed} {arrival.user} {arrival.route} {number}")
        (name,) = chance.choices([*self.weights], [*self.weights.values()])
        return {"fault": name.partition(":")[0], **self.settings.get(name, {})}


@dataclass
class Reply:
    """An answer. An empty header takes itself away."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def head(self) -> bytes:
        now = datetime.now(UTC)
        headers = {
            "Date": now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(self.body)),
        } | self.headers
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value]
        return "\r\n".join([*lines, "", ""]).encode()


# --- the server -------------------------------------------------------------------------------


class HostileServer:
    """A server on a free port of 127.0.0.1, each request in a thread of its own."""

    publishes: ClassVar[str]  # the route that publishes: faults that name none are its
    faults: ClassVar[Mapping[str, Callable[..., Fault]]]  # by the names scripts and chances use

    def __init__(self, *, port: int = 0) -> None:
        self.always = FINE  # how requests are answered that no script speaks of
        self.chances: Chances | None = None
        self.arrivals: list[Arrival] = []
        self.finished: Counter[str] = Counter()  # answers that went out to the last byte, by route
        self.most_at_once: Counter[str] = Counter()  # requests to publish, by user
        self.stopping = threading.Event()
        self.lock = threading.RLock()
        self._answering: Counter[str] = Counter()
        self._numbers: Counter[tuple[str | None, str]] = Counter()
        self._script: dict[str, deque[Fault]] = {}
        self._cut = threading.Condition(self.lock)
        self._cuts = 0
        self._away_until = 0.0
        self._server = _Server(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._listen, name="hostile", daemon=True)
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

    # --- what a platform says

    def known(self, arrival: Arrival) -> Arrival:
        """The request with its route and its user."""
        raise NotImplementedError

    def proper(self, arrival: Arrival, fault: Fault) -> Reply:
        """The answer to a request where nothing goes wrong, and what it does."""
        raise NotImplementedError

    def control(self, arrival: Arrival) -> tuple[int, object]:
        """The answer to a request of the test's own, under /control/."""
        wanted = json.loads(arrival.body or b"null")
        match arrival.path:
            case "/control/counts":
                return 200, Counter(one.route for one in self.requests())
            case "/control/script":
                self.script([self.named_fault(line) for line in wanted])
            case "/control/chances":
                self.chances = Chances(**wanted) if wanted else None
            case "/control/away":
                seconds = float(wanted["seconds"])
                threading.Thread(target=self.go_away, args=(seconds,), daemon=True).start()
            case _:
                return 404, {}
        return 200, {}

    # --- for tests

    def script(self, faults: Iterable[Fault]) -> None:
        """The next requests of each fault's route take these, in order; then all is well."""
        with self.lock:
            for fault in faults:
                route = fault.route or self.publishes
                self._script.setdefault(route, deque()).append(fault)

    def requests(self, route: str | None = None) -> tuple[Arrival, ...]:
        with self.lock:
            return tuple(one for one in self.arrivals if route in (None, one.route))

    def has_been_cut_off(self, seconds: float = 10.0) -> bool:
        """Whether a client closes, or closed, its line before it had the whole answer."""
        with self._cut:
            return self._cut.wait_for(lambda: self._cuts > 0, timeout=seconds)

    def go_away(self, seconds: float) -> None:
        """Nobody listens here for a while: a client is refused before a byte of it has left."""
        with self.lock:
            self._away_until = time.monotonic() + seconds
        self._server.shutdown()

    def named_fault(self, line: Mapping[str, Any]) -> Fault:
        settings = dict(line)
        name = settings.pop("fault")
        return FINE if name == "fine" else self.faults[name](**settings)

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
            number = self._numbers[arrival.user, arrival.route]
            fault = self.named_fault(self.chances.named(arrival, number))
            fits = (fault.route or self.publishes) == arrival.route
            return fault if fits else FINE

    def answer(self, arrival: Arrival, fault: Fault) -> Reply:
        """The proper answer, unless the fault has another."""
        reply = self.proper(arrival, fault) if fault.accepts else Reply(200, b"{}")
        if fault.status is not None:
            reply = Reply(fault.status, fault.body or b"", reply.headers)
        elif fault.body is not None:
            reply.body = fault.body
        reply.headers = reply.headers | dict(fault.headers)
        return reply

    def begin_answering(self, user: str) -> bool:
        """Whether another request of this user to publish is being answered."""
        with self.lock:
            self._answering[user] += 1
            self.most_at_once[user] = max(self.most_at_once[user], self._answering[user])
            return self._answering[user] > 1

    def end_answering(self, user: str) -> None:
        with self.lock:
            self._answering[user] -= 1

    def was_cut_off(self) -> None:
        with self._cut:
            self._cuts += 1
            self._cut.notify_all()

    def _listen(self) -> None:
        while not self.stopping.is_set():
            self._server.serve_forever(0.02)
            away = max(0.0, self._away_until - time.monotonic())
            if away and not self.stopping.is_set():
                self._server.socket.close()
                self.stopping.wait(away)
                self._server.listen_again()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], hostile: HostileServer) -> None:
        super().__init__(address, _Handler)
        self.hostile = hostile

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

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Says nothing: tests read `arrivals`."""

    def _serve(self) -> None:
        arrival, hostile = self._arrival(), self.server.hostile
        if arrival.path.startswith("/control/"):
            status, document = hostile.control(arrival)
            self._write(Reply(status, as_json(document)), FINE)
            return
        if arrival.route != hostile.publishes:
            self._reply(arrival)
            return
        beside = hostile.begin_answering(arrival.user or "")
        try:
            self._reply(replace(arrival, side_by_side=beside))
        finally:
            hostile.end_answering(arrival.user or "")

    def _reply(self, arrival: Arrival) -> None:
        hostile = self.server.hostile
        fault = hostile.fault_for(arrival)
        reply = hostile.answer(arrival, fault)
        if fault.wait_seconds and not self._pause(fault.wait_seconds):
            return
        if self._write(reply, fault):
            with hostile.lock:
                hostile.finished[arrival.route] += 1

    def _arrival(self) -> Arrival:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        arrival = Arrival(time.monotonic(), self.command, address.path, query, headers, body)
        return self.server.hostile.known(arrival)

    def _write(self, reply: Reply, fault: Fault) -> bool:
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
            if self.server.hostile.stopping.is_set():
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
        self.server.hostile.was_cut_off()
        return False

    def _drop(self, fault: Fault) -> None:
        self.close_connection = True
        if fault.reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
