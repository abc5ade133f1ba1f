"""The dead man's switch, over real HTTP on 127.0.0.1."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.alive import AliveSignal
from bot.core.model import SettingsError

SECRET = "7f3c9a-nobody-may-know"


class Watcher:
    """A server that notes who called; it can answer anything, point elsewhere, or hang."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.status = 200
        self.hangs = threading.Event()
        self.arrived = threading.Semaphore(0)
        self.let_go = threading.Event()
        watcher = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                watcher.paths.append(self.path)
                watcher.arrived.release()
                if watcher.hangs.is_set():
                    watcher.let_go.wait(30)
                    return
                self.send_response(watcher.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/ping/{SECRET}"

    def close(self) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    watcher = Watcher()
    yield watcher
    watcher.close()


class Boot:
    """Seconds since boot, moved by the test."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def boot() -> Boot:
    return Boot()


def test_the_url_is_called_once_a_minute_however_often_all_is_well(
    watcher: Watcher, boot: Boot
) -> None:
    signal = AliveSignal(watcher.url, boot)
    for seconds in (0, 15, 44, 1):
        boot.seconds += seconds
        signal.all_is_well()
        signal.wait()

    assert watcher.paths == [f"/ping/{SECRET}"] * 2


def test_a_watcher_that_hangs_delays_nobody_and_is_called_by_one_thread(
    watcher: Watcher, boot: Boot
) -> None:
    watcher.hangs.set()
    signal = AliveSignal(watcher.url, boot)
    signal.all_is_well()  # returns, though nobody answers
    watcher.arrived.acquire()
    for _ in range(3):
        boot.seconds += 60
        signal.all_is_well()

    assert len(watcher.paths) == 1

    watcher.hangs.clear()
    watcher.let_go.set()
    signal.wait()
    boot.seconds += 60
    signal.all_is_well()
    signal.wait()

    assert len(watcher.paths) == 2


def test_a_call_is_given_up_at_its_deadline(
    watcher: Watcher, boot: Boot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.alive.DEADLINE_SECONDS", 0.2)
    watcher.hangs.set()
    signal = AliveSignal(watcher.url, boot)
    monkeypatch.setattr("bot.alive.DEADLINE_SECONDS", 30)
    with capture_logs() as logs:
        signal.all_is_well()
        signal.wait()

    assert [line["why"] for line in logs] == [
        "BOT_ALIVE_URL: it could not be called (TimeoutError)."
    ]


def test_a_watcher_that_is_down_is_said_once_without_its_address(boot: Boot) -> None:
    signal = AliveSignal(f"http://127.0.0.1:9/{SECRET}", boot)
    with capture_logs() as logs:
        for _ in range(3):
            signal.all_is_well()
            signal.wait()
            boot.seconds += 60

    (line,) = logs
    assert line["event"] == "alive-not-told"
    assert SECRET not in str(line)


@pytest.mark.parametrize("status", [301, 302, 307, 404, 500])
def test_an_answer_that_is_no_yes_is_said_and_a_redirect_is_not_followed(
    watcher: Watcher, boot: Boot, status: int
) -> None:
    watcher.status = status
    with capture_logs() as logs:
        signal = AliveSignal(watcher.url, boot)
        signal.all_is_well()
        signal.wait()

    assert watcher.paths == [f"/ping/{SECRET}"]
    assert [line["why"] for line in logs] == [f"BOT_ALIVE_URL: it was answered with {status}."]


@pytest.mark.parametrize(
    "url",
    [
        f"http://hc.example.org/{SECRET}", f"ftp://127.0.0.1/{SECRET}", SECRET,
        f"https://[::1/{SECRET}", f"https://host:port/{SECRET}", f"https://me:{SECRET}@host/",
    ],
)  # fmt: skip
def test_a_url_that_is_not_secure_or_no_url_is_refused_and_not_repeated(
    boot: Boot, url: str
) -> None:
    with pytest.raises(SettingsError, match="BOT_ALIVE_URL") as refused:
        AliveSignal(url, boot)

    assert SECRET not in str(refused.value)
