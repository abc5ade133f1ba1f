"""Takes due posts to delivery in a pool of threads, made as they are needed.

What it holds is a hint and never the truth: a key lost, late or doubled changes nothing, because
the claim alone decides who may send, and the next tick finds in the ledger what is still due.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import structlog

from bot.core.model import Following, PostKey

log = structlog.get_logger(__name__)

THREADS: Final = 48
"""One for each force's account. Each waits for its platform nearly all of its time."""


class Carrier:
    """Delivers keys side by side, but never two of one account, and those in their order.

    `deliver` is called with one key in one of at most `threads` threads; what it returns is not
    used, and what it raises is logged. Threads take turns between accounts, so one account with
    much to say does not keep the others waiting. Beside the key it is given a question that it may
    ask: which key of the account the same thread delivers next. What was answered is kept to.
    """

    def __init__(
        self, deliver: Callable[[PostKey, Following], object], *, threads: int = THREADS
    ) -> None:
        self._deliver = deliver
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="carrier")
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[PostKey]] = {}  # by account, only where there are some
        self._in_hand: dict[str, PostKey] = {}  # by account
        self._promised: dict[str, PostKey] = {}  # by account: what its thread takes up next
        self._queued: set[str] = set()  # accounts that wait for a thread
        self._draining = False

    def submit(self, keys: Iterable[PostKey]) -> int:
        """How many of these were taken: those not waiting or in hand already; none in a drain."""
        with self._changed:
            taken = [key for key in dict.fromkeys(keys) if self._is_new(key)]
            for key in taken:
                if key.account not in self._waiting and key.account not in self._in_hand:
                    self._queued.add(key.account)
                    self._pool.submit(self._carry, key.account)
                self._waiting.setdefault(key.account, deque()).append(key)
            return len(taken)

    @property
    def in_hand(self) -> frozenset[PostKey]:
        """The keys being delivered at this moment."""
        with self._changed:
            return frozenset(self._in_hand.values())

    def drain(self, timeout_seconds: float) -> bool:
        """Lets no key start any more, and waits for those in hand. False if some are not done.

        Those that were waiting are forgotten here, and stay due in the ledger.
        """
        with self._changed:
            self._draining = True
            self._waiting.clear()
            done = self._changed.wait_for(lambda: not self._in_hand, timeout_seconds)
        self._pool.shutdown(wait=done, cancel_futures=True)
        return done

    def _is_new(self, key: PostKey) -> bool:
        account = key.account
        known = key in self._waiting.get(account, ())
        taken = key in (self._in_hand.get(account), self._promised.get(account))
        return not self._draining and not known and not taken

    def _carry(self, account: str) -> None:
        """Delivers what the account has, until another account waits for a thread."""
        key = self._take(account)
        while key is not None:
            try:
                self._deliver(key, partial(self._promise, account))
            except Exception:
                log.exception("delivery_failed", key=str(key), account=account)
            finally:
                key = self._put_down(account)

    def _take(self, account: str) -> PostKey | None:
        with self._changed:
            self._queued.discard(account)
            return None if account in self._in_hand else self._next(account)

    def _put_down(self, account: str) -> PostKey | None:
        """The account's next key, if this thread may go on with it."""
        with self._changed:
            del self._in_hand[account]
            if promised := self._promised.pop(account, None):
                self._in_hand[account] = key = promised
            elif account in self._waiting and self._queued:
                self._carry_on(account)
                key = None
            else:
                key = self._next(account)
            self._changed.notify_all()
            return key

    def _next(self, account: str) -> PostKey | None:
        key = self._first(account)
        if key is not None:
            self._in_hand[account] = key
        return key

    def _promise(self, account: str) -> PostKey | None:
        """The account's next key, if its thread will go on with it; then it will."""
        with self._changed:
            if not self._queued and account not in self._promised:
                key = self._first(account)
                if key is not None:
                    self._promised[account] = key
            return self._promised.get(account)

    def _first(self, account: str) -> PostKey | None:
        """Takes the first of the account's keys that wait."""
        keys = self._waiting.get(account)
        if not keys:
            return None
        key = keys.popleft()
        if not keys:
            del self._waiting[account]
        return key

    def _carry_on(self, account: str) -> None:
        try:
            self._pool.submit(self._carry, account)
            self._queued.add(account)
        except RuntimeError:  # no thread to be had, or the process is ending
            # Forgotten here, not lost: left waiting, no later tick could submit them again.
            log.exception("carrier_cannot_go_on", account=account)
            del self._waiting[account]
