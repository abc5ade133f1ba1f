"""The log of a running bot: a line for each event, for people or for programs."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Final

import structlog

from bot.core.model import BotError

FRAMES: Final = 3

LOUD: Final = ("apprise", "oauthlib", "requests_oauthlib", "tweepy", "urllib3")
"""Libraries whose own lines, where somebody turns them on, show keys, signatures or addresses."""


def log_for_people_or_programs() -> None:
    """One structured line an event: coloured on a terminal, JSON where a program reads it."""
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    for_people = sys.stderr.isatty()
    processors: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(
            fmt="%H:%M:%S" if for_people else "iso", utc=not for_people
        ),
        in_a_sentence,
    ]
    if for_people:
        processors.append(structlog.dev.ConsoleRenderer())
    else:
        processors.append(structlog.processors.EventRenamer("action"))
        processors.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    structlog.configure(processors=processors, logger_factory=_Lines)


def in_a_sentence(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception as `why`: our own sentence, or its kind and where it came from.

    The words of anybody else's error may hold a credential, and so may the values on the way.
    """
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found
    if isinstance(error, BaseException):
        event["why"] = str(error) if isinstance(error, BotError) else _where(error)
    return event


def _where(error: BaseException) -> str:
    """`KeyError at plan.py:14, reached from wiring.py:99, run.py:120`."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-FRAMES:])
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    at = f" at {places[0]}" if places else ""
    through = f", reached from {', '.join(places[1:])}" if places[1:] else ""
    return f"{type(error).__name__}{at}{through}"


class _Lines:
    """Writes to the standard error. A full disk behind it must not stop a post or its record.

    Past Python's own buffer: what stayed in there would fail again when the program ends.
    """

    def __init__(self, *_names: object) -> None:
        self._stream = sys.stderr

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError):  # full, or closed
            self._stream.flush()
            os.write(self._stream.fileno(), f"{line}\n".encode(errors="replace"))

    debug = info = warning = error = exception = critical = msg
