"""X's POST /2/tweets as its own process: accepts whatever comes and answers after 100 ms.

It spends next to nothing itself, so that what is measured is the client. `python -m
tests.bench.x_in_100_ms` prints its port, and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import re
from itertools import count

ANSWERS_AFTER_SECONDS = 0.1
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
IDS = count(1_900_000_000_000_000_000)


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        length = LENGTH.search(head)
        await reader.readexactly(int(length[1]) if length else 0)
        await asyncio.sleep(ANSWERS_AFTER_SECONDS)
        if head[:3] == b"GET":
            body = b'{"meta":{"result_count":0}}'
            status = b"200 OK"
        else:
            body = b'{"data":{"id":"%d","text":"-"}}' % next(IDS)
            status = b"201 Created"
        writer.write(
            b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(body), body)
        )


async def serve() -> None:
    server = await asyncio.start_server(converse, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
