"""A server on 127.0.0.1 that stands before a real one and goes wrong when told to.

    with HostileProxy(pds.url) as proxy:
        proxy.script([dropped(), html()])
        ... proxy.url ...

Each entry of the script is for the next request whose path ends as the entry says; what no entry
speaks of is passed on and back. So a post can be kept by the real server, and its answer lost.
"""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Fault:
    """How one request is answered. Without arguments: by the real server."""

    route: str = "putRecord"
    accepts: bool = True  # the real server gets it before anything goes wrong
    status: int | None = None  # instead of the real answer's
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_seconds: float = 0.0  # between accepting and answering
    drip_seconds: float = 0.0  # a byte at a time
    cut: str = ""  # the line ends "before" the answer or in its "body"
    reset: bool = False  # with a reset, not an orderly end


@dataclass(frozen=True)
class Arrival:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def dropped(*, accepts: bool = True, reset: bool = False, route: str = "putRecord") -> Fault:
    return Fault(route, accepts, cut="before", reset=reset)


def half_a_body(*, accepts: bool = True) -> Fault:
    return Fault(accepts=accepts, cut="body")


def late(seconds: float) -> Fault:
    return Fault(wait_seconds=seconds)


def dripped() -> Fault:
    return Fault(drip_seconds=0.05)


def html(status: int = 200, *, accepts: bool = True, route: str = "putRecord") -> Fault:
    page = b"<!DOCTYPE html><html><body>Something went wrong</body></html>"
    return Fault(route, accepts, status, page, {"Content-Type": "text/html"})


def redirect(status: int, *, accepts: bool = False) -> Fault:
    return Fault(accepts=accepts, status=status, body=b"", headers={"Location": "/xrpc/elsewhere"})


def refused(
    status: int,
    name: str = "",
    message: str = "",
    *,
    accepts: bool = False,
    route: str = "putRecord",
    headers: Mapping[str, str] | None = None,
) -> Fault:
    """As Bluesky refuses: a name and a sentence, in JSON."""
    body = json.dumps({"error": name, "message": message}).encode()
    return Fault(route, accepts, status, body, dict(headers or {}))


class HostileProxy:
    """On a free port, each request in a thread of its own."""

    def __init__(self, upstream: str) -> None:
        there = urlsplit(upstream)
        self._upstream = there.hostname or "", there.port or 80
        self._script: list[Fault] = []
        self._lock = threading.Lock()
        self.arrivals: list[Arrival] = []
        self.stopping = threading.Event()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                proxy.answer(self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def script(self, faults: Iterable[Fault]) -> None:
        with self._lock:
            self._script = list(faults)

    def asked(self, route: str) -> list[Arrival]:
        """The requests of one route, in their order."""
        with self._lock:
            return [one for one in self.arrivals if _route(one.path) == route]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        arrival = Arrival(handler.command, handler.path, headers, handler.rfile.read(length))
        fault = self._next(arrival)
        handler.close_connection = True
        status, body, sent = 500, b"{}", dict[str, str]()
        if fault.accepts:
            status, body, sent = self._pass_on(arrival)
        self._send(
            handler,
            fault,
            status if fault.status is None else fault.status,
            body if fault.body is None else fault.body,
            sent | dict(fault.headers),
        )

    def _next(self, arrival: Arrival) -> Fault:
        with self._lock:
            self.arrivals.append(arrival)
            for place, fault in enumerate(self._script):
                if fault.route == _route(arrival.path):
                    return self._script.pop(place)
        return Fault()

    def _pass_on(self, arrival: Arrival) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection(*self._upstream, timeout=30)
        try:
            connection.request(arrival.method, arrival.path, arrival.body or None, arrival.headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        kept = ("content-type", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
        given = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, body, {name: given[name] for name in kept if name in given}

    def _send(
        self,
        handler: BaseHTTPRequestHandler,
        fault: Fault,
        status: int,
        body: bytes,
        headers: Mapping[str, str],
    ) -> None:
        self.stopping.wait(fault.wait_seconds)
        try:
            if fault.cut != "before":
                handler.send_response(status)
                for name, value in headers.items():
                    handler.send_header(name, value)
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                self._write(handler, body[: len(body) // 2] if fault.cut else body, fault)
            if fault.reset:
                linger = struct.pack("ii", 1, 0)
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                handler.connection.close()
        except OSError:
            pass  # the other side did not wait for it

    def _write(self, handler: BaseHTTPRequestHandler, body: bytes, fault: Fault) -> None:
        if not fault.drip_seconds:
            handler.wfile.write(body)
            return
        for byte in body:
            if self.stopping.is_set():
                return
            handler.wfile.write(bytes([byte]))
            time.sleep(fault.drip_seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _route(path: str) -> str:
    return urlsplit(path).path.rsplit(".", 1)[-1]
