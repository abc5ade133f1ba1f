"""The dead man's switch: a URL is called while the bot works, and somebody is told when it is not.

The calls tell a watcher elsewhere, such as healthchecks.io, that the bot is at work. Their silence
is the alarm: it comes also where the whole machine is gone. The URL is a secret, and is never said.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import structlog

from bot.core.model import SettingsError
from bot.platforms.wire import AnsweredError, Wire

SETTING: Final = "BOT_ALIVE_URL"
EVERY_SECONDS: Final = 60.0
DEADLINE_SECONDS: Final = 10.0

log = structlog.get_logger(__name__)


class AliveSignal:
    """Calls the URL at most once a minute, in a thread of its own, one call at a time.

    `boot` gives seconds on a clock nobody can set. Raises SettingsError for a URL that is neither
    https nor on this machine.
    """

    def __init__(self, url: str, boot: Callable[[], float]) -> None:
        self._url, self._boot = _sound(url), boot
        self._wire = Wire(SETTING, self._url, DEADLINE_SECONDS)
        self._called_at: float | None = None
        self._call: threading.Thread | None = None
        self._failure: str | None = None  # what was said of the last call, where it failed

    def all_is_well(self) -> None:
        """Calls, unless it did less than a minute ago. Returns at once and never raises."""
        now = self._boot()
        is_fresh = self._called_at is not None and now - self._called_at < EVERY_SECONDS
        if is_fresh or (self._call is not None and self._call.is_alive()):
            return
        self._called_at = now
        try:
            self._call = threading.Thread(target=self._get, name="alive", daemon=True)
            self._call.start()
        except RuntimeError:  # no thread to be had: the next tick tries again
            self._call = None

    def wait(self) -> None:
        """Lets a call end that has begun: for a process that would end before it."""
        if self._call is not None:
            self._call.join(DEADLINE_SECONDS)

    def _get(self) -> None:
        failure = self._answer()
        if failure is not None and failure != self._failure:
            log.warning("alive-not-told", why=f"{SETTING}: {failure}")
        self._failure = failure

    def _answer(self) -> str | None:
        """None where the call was taken; else why not, without a word of the URL."""
        from requests import Request

        exchange = self._wire.begin()
        try:
            self._wire.send(Request("GET", self._url).prepare())
        except AnsweredError:
            status = exchange.answer.status if exchange.answer else 0
            return None if 200 <= status < 300 else f"it was answered with {status}."
        except Exception as error:  # whatever it is, it must not touch the bot; its words may tell
            return f"it could not be called ({type(error).__name__})."


def _sound(url: str) -> str:
    """The URL, without spaces around it. Raises SettingsError, which does not repeat it."""
    try:
        address = urlsplit(url.strip())
        _ = address.port
    except ValueError:
        raise SettingsError(f"{SETTING} is no URL. Copy it again.") from None
    if address.username or address.password:
        raise SettingsError(f"{SETTING} may hold no user's name or password before its host.")
    return url.strip()
