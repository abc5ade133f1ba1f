"""The clock: runs named ticks every so many seconds, and notices when it has stopped.

APScheduler is used as a clock and nothing more. Every tick only looks in the ledger, so one that
is missed, late or doubled changes nothing. Measured in APScheduler 3.11: a wall clock that is set
back silences it for as long, and its thread can die while the process lives; so a watchdog on the
boot-time clock runs the ticks that have fallen silent, and health turns red until it is cured.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

import structlog

SILENCE_SECONDS: Final = 10.0  # of a tick, before the watchdog runs it
MISSED_TURNS: Final = 3  # a slow tick may be late by so many turns before it counts as silent
WATCH_SECONDS: Final = 1.0
SAID_AGAIN_SECONDS: Final = 600.0  # a tick that goes on failing for the same reason

log = structlog.get_logger(__name__)


def boot_seconds() -> float:
    """Seconds on a clock nobody can set, which goes on while the machine sleeps (on Linux)."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to be run every so many seconds, counted from start to start."""

    run: Callable[[], object]
    every_seconds: float

    @property
    def silence_seconds(self) -> float:
        return max(SILENCE_SECONDS, MISSED_TURNS * self.every_seconds)


class Clock:
    """Runs each tick at once when it starts and then in its rhythm, never twice at a time.

    A tick that raises is logged, once in ten minutes for as long as its reason is the same, and
    comes again. `healthy` is False while any tick has not been
    brought to its end by the scheduler itself for longer than its silence (10 s, or three turns):
    the watchdog keeps the work going, but somebody must look.
    """

    def __init__(
        self,
        ticks: Mapping[str, Tick],
        *,
        boot_time: Callable[[], float] = boot_seconds,
        watch_seconds: float = WATCH_SECONDS,
    ) -> None:
        self._runs = {name: _Run(name, tick, boot_time) for name, tick in ticks.items()}
        self._watch_seconds = watch_seconds
        self._stopping = threading.Event()
        self._scheduler = _new_scheduler(len(ticks))
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._started = False

    def start(self) -> None:
        """Starts once; a clock that was stopped is not started again."""
        for run in self._runs.values():
            run.begin_counting()
            self._scheduler.add_job(run.on_time)  # without a trigger: once, now
            self._scheduler.add_job(run.on_time, "interval", seconds=run.tick.every_seconds)
        self._scheduler.start()
        self._watchdog.start()
        self._started = True

    def stop(self) -> None:
        """Lets no tick start any more, and returns when those running have ended."""
        if not self._started or self._stopping.is_set():
            return
        self._stopping.set()
        # A job that comes due while its executor is shut down raises in the scheduler's thread.
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=True)
        self._watchdog.join()

    @property
    def healthy(self) -> bool:
        running = self._started and not self._stopping.is_set()
        return running and not any(run.is_silent() for run in self._runs.values())

    def patrol(self) -> tuple[str, ...]:
        """Runs the ticks that nobody has run for too long, and gives back their names."""
        return tuple(
            name for name, run in self._runs.items() if run.is_overdue() and run.in_place()
        )

    def _watch(self) -> None:
        while not self._stopping.wait(self._watch_seconds):
            self.patrol()


class _Run:
    """One tick's runs: who ran it last, and that nobody runs it twice at a time."""

    def __init__(self, name: str, tick: Tick, boot_time: Callable[[], float]) -> None:
        self.name, self.tick, self._boot_time = name, tick, boot_time
        self._busy = threading.Lock()
        self._silence_said = False
        self._failed: tuple[str, float] | None = None  # why, and when that was said last
        self.begin_counting()

    def begin_counting(self) -> None:
        self._last_on_time = self._last = self._boot_time()

    def on_time(self) -> None:
        """The scheduler's turn."""
        self._run(on_time=True)

    def in_place(self) -> bool:
        """The watchdog's turn, in place of the scheduler's. False where the tick still runs."""
        if not self._silence_said:
            self._silence_said = True
            log.warning("tick_silent", tick=self.name, so="the watchdog runs it")
        return self._run(on_time=False)

    def is_silent(self) -> bool:
        return self._boot_time() - self._last_on_time > self.tick.silence_seconds

    def is_overdue(self) -> bool:
        """Silent, and the watchdog's own last run is a turn ago."""
        return self.is_silent() and self._boot_time() - self._last >= self.tick.every_seconds

    def _run(self, *, on_time: bool) -> bool:
        if not self._busy.acquire(blocking=False):
            return False
        began = self._boot_time()
        try:
            self.tick.run()
            self._went_well()
        except Exception as error:
            self._went_wrong(error)
        finally:
            # Counted from its beginning, but only now: one that hangs has not come.
            self._last = began
            self._last_on_time = began if on_time else self._last_on_time
            self._silence_said = self._silence_said and not on_time
            self._busy.release()
        return True

    def _went_well(self) -> None:
        if self._failed:
            self._failed = None
            log.info("tick_well_again", tick=self.name)

    def _went_wrong(self, error: Exception) -> None:
        why, now = f"{type(error).__name__}: {error}", self._boot_time()
        if self._failed and self._failed[0] == why and now - self._failed[1] < SAID_AGAIN_SECONDS:
            return
        self._failed = why, now
        log.exception("tick_failed", tick=self.name)


def _new_scheduler(ticks: int) -> Any:
    """In memory and in UTC; a late run is run, and several late ones are one.

    Two threads a tick, so that one that hangs leaves the others their own.
    """
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.jobstores.memory import MemoryJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    # Two lines a run at INFO; at WARNING one for each turn that a slow tick makes late, which the
    # watchdog says once.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    return BackgroundScheduler(
        timezone=UTC,
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(max(1, 2 * ticks))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
