"""Where apprise's json:// sends, on 127.0.0.1: keeps what it is told, fails, or hangs."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class HookServer:
    """Keeps every message as (path, title, message)."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []
        self.arrived: list[str] = []  # the paths of all POSTs, answered or not
        self.calls: list[str] = []  # the paths of all GETs
        self.status = 200
        self.hanging: set[str] = set()  # paths that are not answered
        self._let_go = threading.Event()
        hook = self

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.arrived.append(self.path)
                if self.path in hook.hanging:
                    hook._let_go.wait(60)
                    return
                if hook.status == 200:
                    hook.told.append((self.path, said["title"], said["message"]))
                self._end(hook.status)

            def do_GET(self) -> None:
                hook.calls.append(self.path)
                self._end(hook.status)

            def _end(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.host = f"127.0.0.1:{self._server.server_port}"

    def titles(self, path: str = "/all") -> list[str]:
        return [title for told, title, _ in self.told if told == path]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
