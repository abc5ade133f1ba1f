"""Whatever the clocks do: no post twice, none early, and the late ones missed by their grace.

Plan, ledger and delivery are the real ones; the clocks are set by hand. When a slot of London's
clocks is due is worked out here a second time, from the law and not from the zone's tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.core.model import PostKey, Rendering, State, Unknown, london_day
from bot.core.plan import Sources, Window, plan
from bot.delivery import CLOCK_STEADY_SECONDS, Delivery
from bot.ledger import Ledger
from tests.core.packs_in_text import Newsroom, a_campaign, a_force
from tests.factories import a_post, an_account, at
from tests.ledger.memory_platform import MemoryPlatform, SetClocks
from tests.ledger.steps import an_empty_ledger, planned

MINUTE = 28
SLOTS = (time(0, 20), time(0, 45), time(1, 20), time(9), time(23, 20))
"""With the minute of the force: before, in and after the hours that London skips and repeats."""

GRACE = timedelta(minutes=20)
DAYS = 3
HOUR = timedelta(hours=1)

lives = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


# --- London's clocks, from the law --------------------------------------------------------------


def last_sunday(year: int, month: int) -> date:
    end = date(year, month, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


def due_by_law(day: date, clock: time) -> datetime:
    """Summer time is from 01:00 UTC on March's last Sunday until 01:00 UTC on October's.

    A time that comes twice means the first; one that is skipped is an hour later.
    Source: Summer Time Act 1972, as amended in 2002.
    """
    begins, ends = (
        datetime.combine(last_sunday(day.year, month), time(1), UTC) for month in (3, 10)
    )
    winter = datetime.combine(day, clock, UTC)
    summer = winter - HOUR
    return summer if begins <= summer < ends else winter


SPECIAL = (
    *(last_sunday(year, month) for year in range(2018, 2031) for month in (3, 10)),
    *(date(year, 2, 29) for year in (2020, 2024, 2028)),
    *(date(year, 12, 31) for year in (2018, 2019, 2027, 2028)),
)
first_days = st.builds(
    lambda day, before: day - timedelta(days=before), st.sampled_from(SPECIAL), st.integers(0, 2)
)


# --- a life -------------------------------------------------------------------------------------


@dataclass
class Life:
    """A bot for one account, and what left it: each with the true time and the wall clock's."""

    ledger: Ledger
    clocks: SetClocks
    sources: Sources | None = None
    true: datetime = field(init=False)
    sent: list[tuple[PostKey, datetime, datetime]] = field(default_factory=list)
    ticks: list[datetime] = field(default_factory=list)  # true times
    planned_on: date | None = None

    def __post_init__(self) -> None:
        self.true = self.clocks.now()
        account = an_account("alpha-x", sender="alpha")
        self.platform = MemoryPlatform(self.clocks, account, before=self._leaves)
        self.delivery = Delivery(self.ledger, lambda _: self.platform, self.clocks, worker="w")

    def _leaves(self, key: PostKey, rendering: Rendering) -> Unknown | None:
        self.sent.append((key, self.true, self.clocks.now()))
        return None

    def pass_time(self, passed: timedelta) -> None:
        self.true += passed
        self.clocks.pass_time(passed.total_seconds())

    def tick(self, *, unbroken: bool = False) -> None:
        """All that a running bot does, once. `unbroken`: it ran ever since the last tick."""
        now = self.clocks.now()
        self.ticks.append(self.true)
        if unbroken:
            self.ledger.heartbeat(now=now, unbroken=True)
        if self.sources is not None and self.planned_on != london_day(now):
            self._plan(self.sources, now)
        for key in self.ledger.due(now=now):
            self.delivery.deliver(key)
        self.delivery.sweep()
        self.delivery.settle()

    def _plan(self, sources: Sources, now: datetime) -> None:
        """Two days ahead, anew on each of London's days."""
        self.planned_on = london_day(now)
        window = Window(self.planned_on, self.planned_on + timedelta(days=2))
        made = plan(sources, window, self.ledger.picks())
        self.ledger.adopt(made.posts, made.judges, now=now)
        pairs = [(post.key, post.rendering.digest) for post in made.posts if post.due > now]
        self.ledger.approve(pairs, by="Ann", now=now)

    def run_until(self, end: datetime, late_by: timedelta = timedelta(0)) -> None:
        """Awake: it ticks when a post is due or a little later, and as each day begins."""
        while True:
            coming = [p.due for p in self.ledger.posts(states=[State.PLANNED])]
            midnight = due_by_law(london_day(self.true) + timedelta(days=1), time(0))
            tick = min([one for one in (*coming, midnight) if one > self.true], default=end)
            if tick + late_by >= end:
                break
            self.pass_time(tick + late_by - self.true)
            self.tick(unbroken=True)
        self.pass_time(end - self.true)

    def sleep_until(self, end: datetime) -> None:
        self.pass_time(end - self.true)
        self.tick()

    @property
    def states(self) -> dict[PostKey, State]:
        return {post.key: post.state for post in self.ledger.posts()}


@contextmanager
def a_life(start: datetime, sources: Sources | None = None) -> Iterator[Life]:
    with TemporaryDirectory() as folder:
        ledger = an_empty_ledger(Path(folder) / "ledger.db")
        try:
            yield Life(ledger, SetClocks(start), sources)
            assert isinstance(ledger.verify(), int)
        finally:
            ledger.close()


@cache
def campaign_from(first: date) -> Sources:
    """Three days of five slots each, all with words of their own."""
    text = a_campaign([f"message-{number:02}" for number in range(15)], wordings=1, days=DAYS)
    times = "".join(f"  s{number}: {slot:%H:%M}\n" for number, slot in enumerate(SLOTS))
    text = text.replace("Monday 2015-11-23", f"{first:%A} {first}")
    text = text.replace("  slot-0: 08:00\n  slot-1: 09:00\n", times)
    files = {"forces": a_force("alpha", minute=MINUTE), "campaigns": RUN}
    return Newsroom(text, files=files).sources()


RUN = "cdt@test:\n  pack: cdt\n  who: everyone\n"


def dues_from(first: date) -> dict[PostKey, datetime]:
    """Every place of the campaign, and when the law has it due."""
    found = {}
    for number in range(DAYS):
        day = first + timedelta(days=number)
        for which, slot in enumerate(SLOTS):
            clock = (datetime.combine(day, slot) + timedelta(minutes=MINUTE)).time()
            key = PostKey.parse(f"cdt@test/alpha-x/d{number + 1}.s{which}/en")
            found[key] = due_by_law(day, clock)
    return found


# --- the calendar -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "clock", "due"),
    [
        ("2018-03-25", "00:48", "2018-03-25T00:48"),
        ("2018-03-25", "01:13", "2018-03-25T01:13"),  # skipped: 02:13 on the clock
        ("2018-03-25", "02:13", "2018-03-25T01:13"),
        ("2019-10-27", "00:48", "2019-10-26T23:48"),
        ("2019-10-27", "01:13", "2019-10-27T00:13"),  # comes twice: the first
        ("2019-10-27", "02:13", "2019-10-27T02:13"),
        ("2028-02-29", "09:28", "2028-02-29T09:28"),
    ],
)
def test_the_law_is_read_as_it_is_meant(day: str, clock: str, due: str) -> None:
    found = due_by_law(date.fromisoformat(day), time.fromisoformat(clock))

    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


@lives
@given(first=first_days, late_by=st.sampled_from([0, 1, 59, 1200]))
@example(first=date(2018, 3, 24), late_by=0)
@example(first=date(2019, 10, 26), late_by=0)
@example(first=date(2028, 2, 28), late_by=0)
@example(first=date(2027, 12, 31), late_by=1200)
def test_a_bot_that_stays_awake_fills_every_place_once_and_on_time(
    first: date, late_by: int
) -> None:
    due, late = dues_from(first), timedelta(seconds=late_by)
    with a_life(due_by_law(first, time(0)) - HOUR, campaign_from(first)) as life:
        life.tick()
        life.run_until(max(due.values()) + 2 * HOUR, late)

        assert life.states == dict.fromkeys(due, State.PUBLISHED)
        assert Counter(key for key, _, _ in life.sent) == Counter(list(due))
        for key, true, _ in life.sent:
            assert due[key] <= true <= due[key] + GRACE
            if late_by < 60:
                assert true == due[key] + late


# --- asleep -------------------------------------------------------------------------------------

naps = st.lists(st.tuples(st.integers(0, 20 * 60), st.integers(1, 30 * 60)), min_size=1, max_size=4)


@lives
@given(first=first_days, naps=naps)
@example(first=date(2018, 3, 24), naps=[(60, 24 * 60)])
@example(first=date(2019, 10, 26), naps=[(60, 25 * 60)])
@example(first=date(2028, 2, 28), naps=[(12 * 60, 24 * 60)])
def test_a_bot_that_slept_sends_what_is_within_its_grace_and_misses_the_rest(
    first: date, naps: Sequence[tuple[int, int]]
) -> None:
    """Each nap: so many minutes awake, then so many asleep."""
    due = dues_from(first)
    with a_life(due_by_law(first, time(0)) - HOUR, campaign_from(first)) as life:
        life.tick()
        for awake, asleep in naps:
            life.run_until(life.true + timedelta(minutes=awake))
            life.sleep_until(life.true + timedelta(minutes=asleep))
        life.run_until(max(*due.values(), life.true) + 2 * HOUR)
        life.tick()

        assert life.states.keys() <= due.keys()
        for key, state in life.states.items():
            first_planned = any(tick < due[key] for tick in life.ticks)
            in_time = any(due[key] <= tick <= due[key] + GRACE for tick in life.ticks)
            assert first_planned
            assert state is (State.PUBLISHED if in_time else State.MISSED)
        only_once = Counter(key for key, _, _ in life.sent)
        assert set(only_once.values()) <= {1}
        assert all(due[key] <= true <= due[key] + GRACE for key, true, _ in life.sent)


def test_a_laptop_that_slept_for_a_day_sends_nothing_of_it_in_a_burst() -> None:
    first = date(2028, 2, 28)
    due = dues_from(first)
    with a_life(due_by_law(first, time(12)), campaign_from(first)) as life:
        life.tick()
        life.sleep_until(due_by_law(date(2028, 2, 29), time(12)))

        assert life.sent == []
        missed = {key for key, state in life.states.items() if state is State.MISSED}
        assert missed == {key for key in due if due[key] < life.true}
        life.run_until(max(due.values()) + HOUR)
        assert {key for key, _, _ in life.sent} == set(due) - missed


# --- a clock that is set ------------------------------------------------------------------------

steps = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from([3600, -3600, 90, -90, 86_400])),
    min_size=1,
    max_size=6,
)


@lives
@given(steps=steps)
@example(steps=[(3, 3600)])
@example(steps=[(3, -3600)])
@example(steps=[(3, 3600), (2, -3600)])
@example(steps=[(1, 3600), (2, 90), (4, 90), (4, 90)])
def test_a_clock_that_is_set_is_believed_only_after_ten_steady_minutes(
    steps: Sequence[tuple[int, int]],
) -> None:
    """Each step: after so many more minutes the wall clock is set by so many seconds."""
    posts = {
        post.key: post
        for post in (
            a_post(f"d1.s{n:02}", force="alpha", due=at("09:00") + n * timedelta(minutes=4))
            for n in range(14)
        )
    }
    with a_life(at("08:50")) as life:
        planned(life.ledger, *posts.values(), now=at("08:50"))
        life.tick()
        set_at = life.true - HOUR
        settled_for = {}
        coming = [(minutes, by) for minutes, by in steps]
        for _ in range(50):
            life.pass_time(timedelta(minutes=1))
            if coming and coming[0][0] == 0:
                life.clocks.step_wall(coming.pop(0)[1])
                set_at = life.true
            coming[:1] = [(minutes - 1, by) for minutes, by in coming[:1]]
            before = len(life.sent)
            life.tick()
            for key, _, _ in life.sent[before:]:
                settled_for[key] = life.true - set_at

        assert max(Counter(key for key, _, _ in life.sent).values(), default=0) <= 1
        for key, true, wall in life.sent:
            due = posts[key].due
            assert due <= wall <= due + GRACE
            trusted = settled_for[key] >= timedelta(seconds=CLOCK_STEADY_SECONDS)
            assert trusted or abs(wall - true) <= timedelta(seconds=30)


@pytest.mark.parametrize("step", [3600, -3600])
def test_a_clock_set_an_hour_wrong_and_right_again_sends_nothing_early_and_misses_nothing(
    step: int,
) -> None:
    due = at("09:05")
    with a_life(at("09:00")) as life:
        post = a_post(force="alpha", due=due)
        later = a_post("d1.later", force="alpha", due=at("09:45"))
        planned(life.ledger, post, later, now=at("08:00"))
        life.clocks.step_wall(step)
        for _ in range(9):
            life.pass_time(timedelta(minutes=1))
            life.tick()
        assert life.sent == []
        assert set(life.states.values()) == {State.PLANNED}

        life.clocks.step_wall(-step)
        life.tick()
        life.run_until(at("10:00"))

    assert [(key, true) for key, true, _ in life.sent] == [
        (post.key, at("09:09")),
        (later.key, at("09:45")),
    ]
