"""One request over a line of its own, with one hard deadline, and what is then known of it.

A platform calls `begin`, lets its library make a request and hand it to `send` where the library
would have sent it, and reads the `Exchange`: the library never sees an answer. The wire knows no
platform, and every answer it asks for is JSON. The body is the exchange's, byte for byte, and only
where that has none the library's: what kind it is stands in the request's own headers. It imports
nothing of the library's.
"""

from __future__ import annotations

import http.client
import io
import json
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast
from urllib.parse import urlsplit

from bot.core.model import SettingsError

if TYPE_CHECKING:
    import requests

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
MAX_ANSWER_BYTES: Final = 4_000_000  # a page of 100 posts is about 100 kB


def canonical(content: object) -> bytes:
    """The JSON bytes of a body. Same content, same bytes: a payload shown is the payload sent."""
    return _ENCODER.encode(content).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, read to its last byte. Header names are in lower case."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        """The body as JSON; None when it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def document(self) -> dict[str, Any]:
        """The body as a JSON object; empty when it is anything else."""
        content = self.content
        return content if isinstance(content, dict) else {}


@dataclass(slots=True)
class Exchange:
    """What is known of one request, whatever the layers above make of it."""

    deadline: _Deadline
    body: bytes | None = None
    left: bool = False  # a byte of the request may have left
    unreached: OSError | None = None  # why none did
    status: int | None = None  # the status line came, even if the rest did not
    answer: Answer | None = None
    problem: Exception | None = None


class AnsweredError(Exception):
    """The exchange holds the whole answer."""


class _Deadline:
    """One end for every wait of a request. Counts the time a machine sleeps, where it can."""

    def __init__(self, seconds: float) -> None:
        self._end = boot_seconds() + seconds

    def left(self) -> float:
        """Seconds left, more than 0. Raises TimeoutError when there are none."""
        seconds = self._end - boot_seconds()
        if seconds <= 0:
            raise TimeoutError
        return seconds


def boot_seconds() -> float:
    """Seconds since boot: they never step, and are the same in every process."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)  # Linux: goes on while the machine is suspended
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Wire:
    """Carries signed requests to one server.

    No line is used twice, so a byte of the request has left or has not: a kept line that the
    server had closed would leave that open. Costs a TLS handshake a request. Safe to share
    between threads. Raises SettingsError, in which `whose` names the server, for an address that
    is neither https nor on this machine.
    """

    def __init__(self, whose: str, url: str, deadline_seconds: float) -> None:
        address = urlsplit(url)
        here = address.hostname in ("127.0.0.1", "::1", "localhost")
        allowed = ("https", "http") if here else ("https",)
        if not address.hostname or address.scheme not in allowed:
            raise SettingsError(
                f"{whose}'s address must begin with https://, or be on this machine."
            )
        self._secure = address.scheme == "https"
        self._name, self._host = address.netloc, address.hostname
        self._port = address.port or (443 if self._secure else 80)
        self._deadline_seconds = deadline_seconds
        self._local = threading.local()
        self._tls: ssl.SSLContext | None = None

    def begin(
        self,
        body: bytes | None = None,
        *,
        deadline: _Deadline | None = None,
        deadline_seconds: float | None = None,
        more_seconds: float = 0.0,
    ) -> Exchange:
        """A new exchange for this thread's next request. Its deadline runs from now.

        `body` is sent byte for byte, whatever the library makes of the same content; without one
        goes what the library made, if anything. With the `deadline` of an earlier exchange both
        must be over by then; `deadline_seconds` can only be shorter than the wire's, and
        `more_seconds` are for a body so big that it takes them.
        """
        seconds = min(self._deadline_seconds, deadline_seconds or self._deadline_seconds)
        seconds += more_seconds
        exchange = Exchange(deadline or _Deadline(seconds), body)
        self._local.exchange = exchange
        return exchange

    def send(self, request: requests.PreparedRequest, **_: object) -> NoReturn:
        """Fills the exchange begun last in this thread.

        Raises AnsweredError when the answer is whole, and what broke it otherwise: a library above
        gets no answer that it could follow, try again, or take for something else. The exchange
        keeps what broke it, should the library turn that into an error of its own.
        """
        exchange: Exchange = self._local.exchange
        if exchange.left:
            raise RuntimeError("a second request for one exchange")
        line: socket.socket | None = None
        try:
            line = self._connect(exchange.deadline)
            if self._secure:
                line.settimeout(exchange.deadline.left())
                line = self._tls_context().wrap_socket(line, server_hostname=self._host)
            exchange.answer = self._converse(request, line, exchange)
        except Exception as problem:
            exchange.problem = problem
            if isinstance(problem, OSError) and not exchange.left:
                exchange.unreached = problem
            raise
        finally:
            if line is not None:
                line.close()
        raise AnsweredError

    def _connect(self, deadline: _Deadline) -> socket.socket:
        """A line to the first address that takes one; a silent address cannot use all the time."""
        addresses = _addresses(self._host, self._port, deadline)
        problem = OSError("no address")
        for tried, (family, kind, protocol, _, address) in enumerate(addresses):
            line = socket.socket(family, kind, protocol)
            try:
                line.settimeout(deadline.left() / (len(addresses) - tried))
                line.connect(address)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as refused:
                line.close()
                problem = refused
            else:
                return line
        raise problem

    def _tls_context(self) -> ssl.SSLContext:
        """Certificates checked against certifi's list; no environment variable has a say."""
        if self._tls is None:
            from requests.utils import DEFAULT_CA_BUNDLE_PATH

            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
            self._tls = context
        return self._tls

    def _converse(
        self, request: requests.PreparedRequest, line: socket.socket, exchange: Exchange
    ) -> Answer:
        connection = http.client.HTTPConnection(self._host, self._port)
        connection.auto_open = 0  # never a second line
        connection.set_debuglevel(0)  # it would print the Authorization header
        timed = _TimedLine(line, exchange)
        connection.sock = cast(socket.socket, timed)
        headers = {name: _text(value) for name, value in request.headers.items()}
        headers |= {"Host": self._name, "Accept": "application/json"}
        headers |= {"Accept-Encoding": "identity", "Connection": "close"}
        body = request.body
        if exchange.body is not None:
            body = exchange.body
            headers["Content-Length"] = str(len(body))
        connection.request(request.method or "GET", request.path_url, body, headers)
        timed.send_all_at_once()
        response = connection.getresponse()
        exchange.status = response.status
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, response.reason, named, _whole_body(response, named))


class _TimedLine(io.RawIOBase):
    """The part of a socket that http.client uses, with every wait ending at the one deadline.

    A socket's own timeout begins anew with every byte, so one byte a second holds it for ever.
    """

    def __init__(self, line: socket.socket, exchange: Exchange) -> None:
        self._line, self._exchange = line, exchange
        self._unsent = bytearray()

    def sendall(self, content: bytes) -> None:
        self._unsent += content

    def send_all_at_once(self) -> None:
        """Send what was written so far: the head and the body of a request leave in one piece."""
        # Asked before the first byte: a process that was frozen until now must not send late.
        self._line.settimeout(self._exchange.deadline.left())
        self._exchange.left = True
        # A server may refuse what is too big before it has all of it: its answer says so.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._line.sendall(self._unsent)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(self._exchange.deadline.left())
        return self._line.recv_into(buffer)

    def close(self) -> None:
        """The wire closes the line: http.client would while the answer is still being read."""


def _addresses(host: str, port: int, deadline: _Deadline) -> list[Any]:
    """The host's addresses. A look-up cannot be interrupted: it runs beside, and is left there."""
    number = _number(host, port)
    if number is not None:
        return [number]
    answers: queue.SimpleQueue[list[Any] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except OSError as problem:
            answers.put(problem)
        except UnicodeError:
            answers.put(OSError("not a host's name"))

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        found = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, OSError):
        raise found
    return found


def _number(host: str, port: int) -> Any:
    """The address that the host's name already is; None when it must be looked up."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError, UnicodeError, ValueError):
            socket.inet_pton(family, host)
            return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port)
    return None


def _whole_body(response: http.client.HTTPResponse, headers: Mapping[str, str]) -> bytes:
    """Every byte of the body. Raises IncompleteRead when the line ends before the body does."""
    body = b""
    while chunk := response.read(65_536):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise http.client.HTTPException("answer too long")
    if response.length:
        raise http.client.IncompleteRead(body, response.length)
    if headers.get("content-encoding", "identity") == "gzip":  # not asked for, yet readable
        return zlib.decompressobj(wbits=31).decompress(body, MAX_ANSWER_BYTES)
    return body


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")
