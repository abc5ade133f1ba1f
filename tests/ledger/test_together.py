"""Questions that many threads ask at once, and what each of them is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from bot.ledger.together import MOST, Together

LONG = 30.0  # seconds; only ever waited for when something is broken


class Doubler:
    """Answers numbers with their doubles, when it is let; some numbers it cannot bear."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.finished = 0
        self.at_once = 0
        self.most_at_once = 0
        self.fails: dict[int, BaseException] = {}
        self._may = threading.Event()
        self._lock = threading.Lock()

    def answer(self, numbers: Sequence[int]) -> list[int]:
        with self._lock:
            self.calls.append(list(numbers))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        assert self._may.wait(LONG)
        with self._lock:
            self.at_once -= 1
        for number in numbers:
            if number in self.fails:
                raise self.fails[number]
        self.finished += 1
        return [2 * number for number in numbers]

    def let(self) -> None:
        self._may.set()


@pytest.fixture
def doubler() -> Doubler:
    return Doubler()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(100) as pool:
        yield pool


def asked(
    together: Together[int, int], threads: ThreadPoolExecutor, doubler: Doubler, count: int
) -> list[Future[int]]:
    """So many questions: the first is being answered, and all the others wait for it."""
    first = threads.submit(together.ask, 0)
    until(lambda: len(doubler.calls) == 1)
    rest = [threads.submit(together.ask, number) for number in range(1, count)]
    until(lambda: together.waiting == count - 1)
    return [first, *rest]


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_those_who_wait_are_asked_for_together_and_each_has_its_own_answer(
    doubler: Doubler, threads: ThreadPoolExecutor
) -> None:
    answers = asked(Together(doubler.answer), threads, doubler, 9)
    doubler.let()

    assert [one.result(LONG) for one in answers] == [2 * number for number in range(9)]
    first, rest = doubler.calls
    assert (first, sorted(rest)) == ([0], [1, 2, 3, 4, 5, 6, 7, 8])


def test_nobody_is_answered_before_the_asking_has_ended(
    doubler: Doubler, threads: ThreadPoolExecutor
) -> None:
    finished_before: list[int] = []
    together = Together(doubler.answer)

    def ask(number: int) -> int:
        answer = together.ask(number)
        finished_before.append(doubler.finished)
        return answer

    first = threads.submit(ask, 0)
    until(lambda: len(doubler.calls) == 1)
    rest = [threads.submit(ask, number) for number in range(1, 5)]
    until(lambda: together.waiting == 4)
    assert not any(one.done() for one in (first, *rest))
    doubler.let()

    assert [one.result(LONG) for one in (first, *rest)] == [0, 2, 4, 6, 8]
    assert sorted(finished_before)[0] >= 1
    assert sorted(finished_before)[1] == 2


def test_one_that_fails_is_told_so_and_all_the_others_are_answered(
    doubler: Doubler, threads: ThreadPoolExecutor
) -> None:
    doubler.fails[5] = ValueError("not five")
    answers = asked(Together(doubler.answer), threads, doubler, 9)
    doubler.let()

    for number, one in enumerate(answers):
        if number == 5:
            with pytest.raises(ValueError, match="not five"):
                one.result(LONG)
        else:
            assert one.result(LONG) == 2 * number
    assert [5] in doubler.calls


def test_a_question_alone_that_fails_is_not_asked_twice(doubler: Doubler) -> None:
    doubler.fails[5] = ValueError("not five")
    doubler.let()

    with pytest.raises(ValueError, match="not five"):
        Together(doubler.answer).ask(5)

    assert doubler.calls == [[5]]


def test_a_thread_that_dies_asking_for_others_leaves_none_of_them_waiting(
    doubler: Doubler, threads: ThreadPoolExecutor
) -> None:
    class Died(BaseException):
        pass

    doubler.fails[1] = Died()
    together = Together(doubler.answer)
    answers = asked(together, threads, doubler, 6)
    doubler.let()

    ends = [one.exception(LONG) for one in answers]
    assert all(end is None or isinstance(end, Died) for end in ends)
    assert 1 <= sum(end is None for end in ends) <= 5
    assert together.ask(7) == 14


def test_no_more_than_so_many_are_asked_for_at_once(
    doubler: Doubler, threads: ThreadPoolExecutor
) -> None:
    answers = asked(Together(doubler.answer), threads, doubler, MOST + 20)
    doubler.let()

    assert [one.result(LONG) for one in answers] == [2 * number for number in range(MOST + 20)]
    assert max(map(len, doubler.calls)) == MOST


def test_so_many_may_ask_side_by_side_and_no_more(
    doubler: Doubler, threads: ThreadPoolExecutor
) -> None:
    together = Together(doubler.answer, leaders=3)
    answers = [threads.submit(together.ask, number) for number in range(20)]
    until(lambda: len(doubler.calls) == 3 and together.waiting == 17)
    doubler.let()

    assert sorted(one.result(LONG) for one in answers) == [2 * number for number in range(20)]
    assert doubler.most_at_once == 3


def test_whoever_asks_next_may_ask_at_once_when_nobody_does(doubler: Doubler) -> None:
    doubler.let()
    together = Together(doubler.answer)

    assert [together.ask(number) for number in range(5)] == [0, 2, 4, 6, 8]
    assert doubler.calls == [[0], [1], [2], [3], [4]]
