"""Ticks come, whatever a tick does and whatever the scheduler's own clock does."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.clock import Clock, Tick, boot_seconds

LONG = 30.0  # seconds; only ever waited for when something is broken
NEVER = 3600.0  # the scheduler's own turn does not come within a test
SILENCE = 3 * NEVER  # of a tick with such turns


class Counted:
    """A tick that counts its runs and can be held in the middle of one."""

    def __init__(self, *, fails: bool = False, held: bool = False) -> None:
        self.count = 0
        self.running = 0
        self.most_running = 0
        self._fails = fails
        self._changed = threading.Condition()
        self._released = not held

    def __call__(self) -> None:
        with self._changed:
            self.running += 1
            self.most_running = max(self.running, self.most_running)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._released, LONG)
            self.running -= 1
            self.count += 1
            self._changed.notify_all()
        if self._fails:
            raise RuntimeError("the database has gone")

    def release(self) -> None:
        with self._changed:
            self._released = True
            self._changed.notify_all()

    def has_run(self, times: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= times, LONG)

    def is_running(self) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.running > 0, LONG)


class BootTime:
    """A boot-time clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def boot() -> BootTime:
    return BootTime()


@pytest.fixture
def tick() -> Counted:
    return Counted()


@pytest.fixture
def silent(boot: BootTime, tick: Counted) -> Iterator[Clock]:
    """A clock whose scheduler ran the tick once, and will not again within the test."""
    clock = Clock({"dispatch": Tick(tick, NEVER)}, boot_time=boot, watch_seconds=NEVER)
    clock.start()
    assert tick.has_run(1)
    yield clock
    clock.stop()


def test_a_tick_comes_at_once_and_again(tick: Counted) -> None:
    clock = Clock({"dispatch": Tick(tick, 0.01)})
    clock.start()

    assert tick.has_run(3)
    assert clock.healthy
    clock.stop()


def test_ticks_do_not_wait_for_one_that_hangs(tick: Counted) -> None:
    hanging = Counted(held=True)
    clock = Clock({"plan": Tick(hanging, 0.01), "dispatch": Tick(tick, 0.01)})
    clock.start()

    assert hanging.is_running()
    assert tick.has_run(3)
    hanging.release()
    clock.stop()
    assert hanging.most_running == 1


def test_a_tick_that_raises_is_logged_and_comes_again() -> None:
    failing = Counted(fails=True)
    clock = Clock({"dispatch": Tick(failing, 0.01)})
    with capture_logs() as logs:
        clock.start()

        assert failing.has_run(3)
        clock.stop()

    assert {(line["event"], line["tick"]) for line in logs} == {("tick_failed", "dispatch")}


def test_a_tick_that_goes_on_failing_is_said_once_and_when_it_is_well_again() -> None:
    broken = [True] * 3 + [False] * 2
    done = threading.Event()

    def tick() -> None:
        if not broken:
            done.set()
        elif broken.pop(0):
            raise RuntimeError("the database has gone")

    clock = Clock({"dispatch": Tick(tick, 0.01)})
    with capture_logs() as logs:
        clock.start()
        assert done.wait(LONG)
        clock.stop()

    assert [line["event"] for line in logs] == ["tick_failed", "tick_well_again"]


def test_another_reason_for_failing_is_said_at_once() -> None:
    reasons = ["locked", "locked", "full", "full"]
    done = threading.Event()

    def tick() -> None:
        if reasons:
            raise RuntimeError(reasons.pop(0))
        done.set()

    clock = Clock({"dispatch": Tick(tick, 0.01)})
    with capture_logs() as logs:
        clock.start()
        assert done.wait(LONG)
        clock.stop()

    assert [line["event"] for line in logs] == ["tick_failed", "tick_failed", "tick_well_again"]


def test_a_failure_that_lasts_is_said_again_after_a_while(boot: BootTime) -> None:
    failing = Counted(fails=True)
    clock = Clock({"dispatch": Tick(failing, NEVER)}, boot_time=boot, watch_seconds=NEVER)
    with capture_logs() as logs:
        clock.start()
        assert failing.has_run(1)
        for seconds in (SILENCE + 1, NEVER):
            boot.seconds += seconds
            clock.patrol()
        clock.stop()

    assert [line["event"] for line in logs].count("tick_failed") == 3


def test_a_clock_that_did_not_start_or_has_stopped_is_not_healthy(tick: Counted) -> None:
    clock = Clock({"dispatch": Tick(tick, 0.01)})
    assert not clock.healthy

    clock.start()
    clock.stop()

    assert not clock.healthy


def test_stop_waits_for_a_running_tick_and_none_comes_after() -> None:
    tick = Counted(held=True)
    clock = Clock({"dispatch": Tick(tick, 0.01)})
    clock.start()
    assert tick.is_running()

    stopping = threading.Thread(target=clock.stop)
    stopping.start()
    stopping.join(0.1)
    assert stopping.is_alive()
    tick.release()
    stopping.join(LONG)
    after = tick.count

    assert not stopping.is_alive()
    assert after >= 1
    assert tick.running == 0


def test_stop_can_be_called_again_and_without_a_start(tick: Counted) -> None:
    clock = Clock({"dispatch": Tick(tick, 0.01)})
    clock.stop()
    clock.start()
    clock.stop()
    clock.stop()


# --- the watchdog -----------------------------------------------------------------------------


@pytest.mark.parametrize(("every_seconds", "silence_seconds"), [(1, 10), (2, 10), (15, 45)])
def test_a_tick_is_silent_after_ten_seconds_or_three_turns(
    tick: Counted, every_seconds: float, silence_seconds: float
) -> None:
    assert Tick(tick, every_seconds).silence_seconds == silence_seconds


def test_a_silent_tick_is_run_by_the_watchdog(silent: Clock, boot: BootTime, tick: Counted) -> None:
    boot.seconds += SILENCE + 0.5

    assert not silent.healthy
    assert silent.patrol() == ("dispatch",)
    assert tick.count == 2


def test_a_tick_that_came_in_time_is_left_alone(
    silent: Clock, boot: BootTime, tick: Counted
) -> None:
    boot.seconds += SILENCE - 0.5

    assert silent.healthy
    assert silent.patrol() == ()
    assert tick.count == 1


def test_the_watchdog_keeps_the_rhythm_and_health_stays_red(
    silent: Clock, boot: BootTime, tick: Counted
) -> None:
    boot.seconds += SILENCE + 1
    silent.patrol()
    boot.seconds += NEVER / 2
    assert silent.patrol() == ()
    boot.seconds += NEVER / 2
    assert silent.patrol() == ("dispatch",)

    assert not silent.healthy
    assert tick.count == 3


def test_a_silence_is_said_once(silent: Clock, boot: BootTime, tick: Counted) -> None:
    with capture_logs() as logs:
        for seconds in (SILENCE + 1, NEVER, NEVER):
            boot.seconds += seconds
            silent.patrol()

    assert tick.count == 4
    assert [line["event"] for line in logs] == ["tick_silent"]


def test_health_is_green_again_when_the_scheduler_is(boot: BootTime, tick: Counted) -> None:
    clock = Clock({"dispatch": Tick(tick, 0.01)}, boot_time=boot, watch_seconds=NEVER)
    clock.start()
    assert tick.has_run(1)

    boot.seconds += 60
    assert tick.has_run(tick.count + 3)

    assert clock.healthy
    clock.stop()


def test_the_watchdog_lives_in_its_own_thread(boot: BootTime) -> None:
    tick = Counted()
    clock = Clock({"dispatch": Tick(tick, NEVER)}, boot_time=boot, watch_seconds=0.01)
    clock.start()
    assert tick.has_run(1)

    boot.seconds += 4 * NEVER

    assert tick.has_run(2)
    assert not clock.healthy
    clock.stop()


def test_a_hanging_tick_turns_health_red_and_is_not_doubled(boot: BootTime) -> None:
    tick = Counted(held=True)
    clock = Clock({"dispatch": Tick(tick, 2)}, boot_time=boot, watch_seconds=NEVER)
    clock.start()
    assert tick.is_running()

    boot.seconds += 60

    assert not clock.healthy
    assert clock.patrol() == ()
    tick.release()
    clock.stop()
    assert tick.most_running == 1


def test_boot_time_goes_forward() -> None:
    assert boot_seconds() <= boot_seconds()
