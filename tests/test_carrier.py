"""Keys are taken to delivery side by side, one of an account at a time, and none twice at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from bot.carrier import Carrier
from bot.core.model import Following, Language, PostKey

LONG = 30.0  # seconds; only ever waited for when something is broken


def a_key(account: str, slot: str = "d1.morning") -> PostKey:
    return PostKey("ct@2026", account, slot, Language.EN)


class Gate:
    """A delivery that notes what begins, and ends when it is let."""

    def __init__(self) -> None:
        self.begun: list[PostKey] = []
        self.ended: list[PostKey] = []
        self.overlaps: list[PostKey] = []
        self._now: set[str] = set()
        self._opened: set[PostKey] = set()
        self._all_open = False
        self._changed = threading.Condition()

    def deliver(self, key: PostKey, _following: Following) -> None:
        with self._changed:
            if key.account in self._now:
                self.overlaps.append(key)
            self._now.add(key.account)
            self.begun.append(key)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._all_open or key in self._opened, LONG)
            self._now.discard(key.account)
            self.ended.append(key)
            self._changed.notify_all()

    def open(self, *keys: PostKey) -> None:
        """Lets these end; without keys, everything from now on."""
        with self._changed:
            self._opened.update(keys)
            self._all_open = self._all_open or not keys
            self._changed.notify_all()

    def has_begun(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self.begun) >= count, LONG)

    def has_ended(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self.ended) >= count, LONG)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def carrier(gate: Gate) -> Iterator[Carrier]:
    carrier = Carrier(gate.deliver, threads=4)
    yield carrier
    gate.open()
    carrier.drain(LONG)


def test_every_key_is_delivered(gate: Gate, carrier: Carrier) -> None:
    keys = [a_key(f"account-{number}") for number in range(20)]
    gate.open()

    assert carrier.submit(keys) == 20

    assert gate.has_ended(20)
    assert set(gate.begun) == set(keys)


def test_accounts_go_side_by_side_up_to_the_number_of_threads(gate: Gate, carrier: Carrier) -> None:
    carrier.submit(a_key(f"account-{number}") for number in range(6))

    assert gate.has_begun(4)
    assert len(carrier.in_hand) == 4
    assert len(gate.begun) == 4


def test_an_account_has_one_post_in_hand_and_keeps_its_order(gate: Gate, carrier: Carrier) -> None:
    first, second, third = (a_key("kent-x", slot) for slot in ("d1.a", "d1.b", "d1.c"))

    carrier.submit([first, second])
    carrier.submit([third])
    assert gate.has_begun(1)
    assert carrier.in_hand == {first}
    gate.open(first)
    assert gate.has_begun(2)
    assert carrier.in_hand == {second}
    gate.open()

    assert gate.has_ended(3)
    assert gate.ended == [first, second, third]


def test_a_key_waiting_or_in_hand_is_not_taken_again(gate: Gate, carrier: Carrier) -> None:
    first, second = a_key("kent-x", "d1.a"), a_key("kent-x", "d1.b")
    carrier.submit([first, second, first])
    gate.has_begun(1)

    assert carrier.submit([first, second]) == 0


def test_a_key_that_was_put_down_can_be_taken_again(gate: Gate, carrier: Carrier) -> None:
    gate.open()
    carrier.submit([a_key("kent-x")])
    assert gate.has_ended(1)
    while carrier.in_hand:
        pass

    assert carrier.submit([a_key("kent-x")]) == 1
    assert gate.has_ended(2)


def test_an_account_with_much_to_say_lets_the_others_in(gate: Gate) -> None:
    carrier = Carrier(gate.deliver, threads=1)
    loud = [a_key("loud-x", f"d{number}") for number in range(5)]
    carrier.submit(loud)
    assert gate.has_begun(1)
    carrier.submit([a_key("quiet-x")])
    gate.open()

    assert gate.has_ended(6)
    assert gate.ended.index(a_key("quiet-x")) == 1
    carrier.drain(LONG)


def test_a_delivery_that_raises_is_logged_and_the_next_one_comes() -> None:
    came = threading.Event()

    def deliver(key: PostKey, _following: Following) -> None:
        if key.slot == "bad":
            raise RuntimeError("the database has gone")
        came.set()

    with capture_logs() as logs:
        carrier = Carrier(deliver, threads=1)
        carrier.submit([a_key("kent-x", "bad"), a_key("kent-x", "good")])

        assert came.wait(LONG)
        assert carrier.drain(LONG)

    (line,) = logs
    assert line["event"] == "delivery_failed"
    assert line["key"] == "ct@2026/kent-x/bad/en"


def test_a_drain_lets_what_is_in_hand_finish_and_starts_nothing_new(
    gate: Gate, carrier: Carrier
) -> None:
    first, second, third = a_key("kent-x", "d1.a"), a_key("kent-x", "d1.b"), a_key("essex-x")
    carrier.submit([first, second])
    assert gate.has_begun(1)

    with ThreadPoolExecutor(1) as aside:
        drained = aside.submit(carrier.drain, LONG)
        while carrier.submit([third]):
            pass
        gate.open()

        assert drained.result(LONG)
    assert first in gate.ended
    assert second not in gate.begun


def test_a_drain_that_runs_out_of_time_says_so(gate: Gate, carrier: Carrier) -> None:
    carrier.submit([a_key("kent-x")])
    assert gate.has_begun(1)

    assert not carrier.drain(0.01)
    gate.open()
    assert gate.has_ended(1)


def test_a_carrier_that_was_drained_takes_nothing_and_can_be_drained_again(gate: Gate) -> None:
    carrier = Carrier(gate.deliver)

    assert carrier.drain(LONG)
    assert carrier.submit([a_key("kent-x")]) == 0
    assert carrier.drain(LONG)


def test_a_key_that_was_promised_comes_next_even_in_a_drain() -> None:
    first, second, third = (a_key("kent-x", slot) for slot in ("d1.a", "d1.b", "d1.c"))
    promised, seen = threading.Event(), list[PostKey]()
    draining = threading.Event()

    def deliver(key: PostKey, following: Following) -> None:
        seen.append(key)
        if key == first:
            assert following() == following() == second
            promised.set()
            draining.wait(LONG)
        else:
            assert following() is None

    carrier = Carrier(deliver)
    carrier.submit([first, second, third])
    assert promised.wait(LONG)
    assert carrier.submit([second]) == 0
    with ThreadPoolExecutor(1) as aside:
        drained = aside.submit(carrier.drain, LONG)
        while carrier.submit([a_key("essex-x")]):
            pass
        draining.set()
        assert drained.result(LONG)

    assert [key for key in seen if key.account == "kent-x"] == [first, second]


def test_nothing_is_promised_while_another_account_waits_for_the_thread() -> None:
    answers: list[PostKey | None] = []
    both_in, all_done = threading.Event(), threading.Semaphore(0)

    def deliver(_key: PostKey, following: Following) -> None:
        both_in.wait(LONG)
        answers.append(following())
        all_done.release()

    carrier = Carrier(deliver, threads=1)
    carrier.submit([a_key("loud-x", "d1.a"), a_key("loud-x", "d1.b")])
    carrier.submit([a_key("quiet-x")])
    both_in.set()

    assert all(all_done.acquire(timeout=LONG) for _ in range(3))
    assert answers == [None, None, None]
    carrier.drain(LONG)


def test_many_submitters_never_overlap_an_account(gate: Gate, carrier: Carrier) -> None:
    gate.open()

    def submit(number: int) -> int:
        return carrier.submit(a_key(f"account-{account}", f"d{number}") for account in range(5))

    with ThreadPoolExecutor(8) as aside:
        taken = sum(aside.map(submit, range(40)))

    assert taken == 200
    assert gate.has_ended(200)
    assert gate.overlaps == []
