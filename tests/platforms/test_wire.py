"""One request over a line of its own: what is known where a server does not hear it out."""

from __future__ import annotations

import socket
import threading
from http.client import HTTPException

import pytest
import requests

from bot.platforms.wire import AnsweredError, Exchange, Wire

MORE_THAN_A_LINE_HOLDS = b"x" * 20_000_000


def sent_to_a_server_that_reads_the_head_and_says(answer: bytes) -> Exchange:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line:
                line.recv(1_000)
                line.sendall(answer)

        serving = threading.Thread(target=serve)
        serving.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        wire = Wire("The server", url, deadline_seconds=10)
        exchange = wire.begin(MORE_THAN_A_LINE_HOLDS)
        try:
            wire.send(requests.Request("POST", url).prepare())
        except (AnsweredError, OSError, HTTPException):
            pass  # the exchange says it
        finally:
            serving.join()
    return exchange


def test_a_refusal_that_comes_before_everything_was_sent_is_read() -> None:
    exchange = sent_to_a_server_that_reads_the_head_and_says(
        b"HTTP/1.1 413 Too large\r\nContent-Length: 2\r\n\r\n{}"
    )

    assert exchange.answer is not None
    assert (exchange.answer.status, exchange.answer.body) == (413, b"{}")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 413 Too large\r\nContent-Length: 9\r\n\r\n{"])
def test_a_line_cut_while_sending_leaves_open_what_was_done(answer: bytes) -> None:
    exchange = sent_to_a_server_that_reads_the_head_and_says(answer)

    assert exchange.left
    assert exchange.answer is None
    assert exchange.unreached is None
    assert exchange.problem is not None
