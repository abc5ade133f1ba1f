"""What is the same of every platform's answers: when a post surely was not sent, and when not so.

A platform brings its own sentences; what they stand for is decided here, once for all of them.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from bot.core.model import NotSent, Unknown
from bot.platforms.wire import Exchange

RETRY_UNREACHED_SECONDS: Final = 30.0
RETRY_PICTURE_SECONDS: Final = 60.0
SHORTEST_SECRET: Final = 6  # platforms' have 19 to 50 characters; a shorter one blots out words
INDEFINITE: Final = frozenset({408, 409, 425, 499})  # 4xx that do not say "not done"

Say = Callable[[str], str]
"""Makes one of a platform's sentences one about an account."""


def is_definite(status: int) -> bool:
    """Whether a status says that what was asked for surely was not done."""
    return 400 <= status < 500 and status not in INDEFINITE


@dataclass(frozen=True, slots=True)
class Doubts:
    """A platform's sentences for what came of a request, where its answer does not say so."""

    not_reached: str
    not_reached_in_time: str
    not_secure: str
    late: str
    broken: str
    half: str
    unreadable: str
    fault: str
    elsewhere: str
    unforeseen: str
    picture_unclear: str

    def without_answer(self, exchange: Exchange, say: Say) -> NotSent | Unknown:
        """The outcome of a request to publish that has no whole answer."""
        if exchange.unreached is not None:
            return self.unreached(exchange.unreached, say)
        reason = type(exchange.problem).__name__
        if exchange.status is not None:
            return Unknown(say(self.half), f"{exchange.status}, then {reason}")
        if not exchange.left:
            return Unknown(say(self.unforeseen), reason)
        late = isinstance(exchange.problem, TimeoutError)
        return Unknown(say(self.late if late else self.broken), f"sent, then {reason}")

    def unreached(self, problem: OSError, say: Say) -> NotSent:
        """The outcome where not a byte of a request left."""
        if isinstance(problem, TimeoutError):
            sentence = self.not_reached_in_time
        else:
            sentence = self.not_secure if isinstance(problem, ssl.SSLError) else self.not_reached
        return NotSent(say(sentence), RETRY_UNREACHED_SECONDS, f"no line: {type(problem).__name__}")

    def unclear(self, status: int) -> str:
        """The sentence for a status that leaves open whether a post is public."""
        if 300 <= status < 400:
            return self.elsewhere
        return self.fault if status >= 500 else self.unreadable

    def no_picture(self, exchange: Exchange, say: Say) -> NotSent:
        """The outcome of giving a picture where there is no whole answer: it is given again."""
        if exchange.unreached is not None:
            return self.unreached(exchange.unreached, say)
        return self.upload_failed(exchange.problem, say)

    def upload_failed(self, problem: Exception | None, say: Say) -> NotSent:
        """The outcome where nobody knows whether the platform has the picture."""
        reason = type(problem).__name__ if problem else ""
        return NotSent(say(self.picture_unclear), RETRY_PICTURE_SECONDS, reason)


def evidence(told: Iterable[str], clean: Callable[[str], str]) -> str:
    """What an answer told, for the record: without secrets, on one line, not endless."""
    # Cleaned before it is cut: half a secret would not be recognised.
    return "; ".join(printable(clean(part))[:200] for part in told)[:900]


def printable(text: str) -> str:
    """The text with a space for every character that cannot be shown."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """The text without any of these, should a platform ever echo one."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "[removed]")
    return text
