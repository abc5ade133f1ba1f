"""Many threads with a question of one kind: whoever is free to ask takes along all who wait."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")

MOST: Final = 64
"""Questions that are asked together at most, so that nobody waits for an endless one."""


class _Asked(Generic[Q, A]):
    """One thread's question. Its thread sleeps until it is answered, or told to ask for others."""

    __slots__ = ("answers", "leads", "question", "woken")

    def __init__(self, question: Q) -> None:
        self.question = question
        self.leads = False
        self.answers: tuple[A, ...] = ()  # one, or none: then it is to be asked alone
        self.woken = threading.Lock()
        self.woken.acquire()


class Together(Generic[Q, A]):
    """Asks the questions of many threads at once, where asking costs more than the questions do.

    `answer` is called with at least one question and gives as many answers, in their order. It is
    called in one of the threads that ask, in at most `leaders` of them at once; everybody else's
    question waits for the next call. Where it raises for several questions, nothing may have come
    of any, and each is asked again alone: only its own thread sees what then goes wrong.
    """

    def __init__(self, answer: Callable[[Sequence[Q]], Sequence[A]], *, leaders: int = 1) -> None:
        self._answer = answer
        self._leaders = leaders
        self._lock = threading.Lock()
        self._leading = 0  # threads that ask at this moment, or have been told to
        self._waiting: deque[_Asked[Q, A]] = deque()  # only while all leaders are at work

    @property
    def waiting(self) -> int:
        """How many questions wait at this moment to be asked."""
        return len(self._waiting)

    def ask(self, question: Q) -> A:
        """The answer, as `answer` has returned it. Raises what `answer` raises for it alone."""
        mine: _Asked[Q, A] = _Asked(question)
        if not self._may_lead(mine):
            self._wait(mine)
        if mine.leads:
            self._lead(mine)
        answers = mine.answers or self._answer((question,))
        return answers[0]

    def _may_lead(self, mine: _Asked[Q, A]) -> bool:
        with self._lock:
            mine.leads = self._leading < self._leaders
            if mine.leads:
                self._leading += 1
            else:
                self._waiting.append(mine)
            return mine.leads

    def _wait(self, mine: _Asked[Q, A]) -> None:
        try:
            mine.woken.acquire()
        except BaseException:  # an interrupt: nobody may go on waiting for this thread to lead
            with self._lock:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                elif mine.leads:
                    self._pass_on()
            raise

    def _lead(self, mine: _Asked[Q, A]) -> None:
        with self._lock:
            others = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST - 1))]
        try:
            if others:
                self._ask_all([mine, *others])
            else:
                mine.answers = tuple(self._answer((mine.question,)))
        finally:
            with self._lock:
                self._pass_on()
            for one in others:
                one.woken.release()

    def _ask_all(self, asked: Sequence[_Asked[Q, A]]) -> None:
        try:
            answers = self._answer([one.question for one in asked])
        except Exception:
            return  # it is nobody's yet: whose question it was shows when each is asked alone
        for one, answer in zip(asked, answers, strict=True):
            one.answers = (answer,)

    def _pass_on(self) -> None:
        """Let the first who waits lead instead of this thread. The lock is held."""
        if not self._waiting:
            self._leading -= 1
            return
        heir = self._waiting.popleft()
        heir.leads = True
        heir.woken.release()
