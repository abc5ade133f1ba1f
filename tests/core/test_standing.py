"""Standing campaigns: every week, picks that go on over the weeks, and one key for one place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Post, PostKey, configured_run
from bot.core.plan import Window, days_of
from tests.core.packs_in_text import (
    EN,
    Newsroom,
    a_config,
    a_force,
    a_national,
    a_standing_campaign,
    lines,
    picks,
    texts,
)

NAMES = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")
STANDING = "cdt@standing:\n  pack: cdt\n  who: everyone\n"
MONDAY = date(2026, 11, 16)
messages = st.lists(st.sampled_from(NAMES), min_size=2, max_size=8, unique=True)
mondays = st.integers(-60, 600).map(lambda week: MONDAY + timedelta(days=7 * week))
weekdays = st.sampled_from(["Monday", "Monday, Thursday", "Tuesday, Wednesday, Sunday"])


def a_newsroom(
    said: Sequence[str] = NAMES[:3],
    *,
    run: str = "",
    forces: Sequence[str] = ("alpha",),
    local: str = "",
    days: str = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
    slots: int = 1,
    wordings: int = 2,
) -> Newsroom:
    """Alpha's standing campaign; `run` are more lines of its run."""
    own = f"force: alpha\ncampaign: cdt\ntakes_part: yes\n{local}"
    return Newsroom(
        a_standing_campaign(said, days=days, slots=slots, wordings=wordings),
        {"alpha": own} if local else {},
        {"campaigns": STANDING + run, "forces": "".join(a_force(name) for name in forces)},
    )


def weeks(first: date, number: int) -> Window:
    return Window(first, first + timedelta(days=7 * number - 1))


def said_by(posts: Sequence[Post], account: str = "alpha-x") -> list[str]:
    return [post.rendering.pick.message for post in posts if post.key.account == account]


# --- days and keys ----------------------------------------------------------------------------


def test_a_standing_campaign_speaks_every_day_and_its_keys_name_week_and_weekday() -> None:
    keys = list(texts(a_newsroom().plan(Window(date(2026, 11, 21), date(2026, 11, 24))).posts))

    assert keys == [
        "cdt@standing-2026w47/alpha-x/d6.slot-0/en",
        "cdt@standing-2026w47/alpha-x/d7.slot-0/en",
        "cdt@standing-2026w48/alpha-x/d1.slot-0/en",
        "cdt@standing-2026w48/alpha-x/d2.slot-0/en",
    ]
    assert configured_run("cdt@standing-2026w48") == "cdt@standing"


def test_a_standing_run_begins_and_ends_on_the_days_it_says_itself_included() -> None:
    room = a_newsroom(run="  starts: Wednesday 2026-11-18\n  ends: Friday 2026-11-27\n")

    found = room.plan(Window(date(2026, 11, 1), date(2026, 12, 31)))

    days = [post.due.date() for post in found.posts]
    assert (days[0], days[-1], len(days)) == (date(2026, 11, 18), date(2026, 11, 27), 10)
    assert found.left_out == ()


@given(st.integers(0, 20), st.integers(0, 20))
def test_moving_start_or_end_changes_no_place_that_stays(start: int, length: int) -> None:
    first = MONDAY + timedelta(days=start)
    last = first + timedelta(days=length)
    window = weeks(MONDAY, 6)

    part = a_newsroom(run=f"  starts: {first}\n  ends: {last}\n").plan(window)

    whole = a_newsroom().plan(window)
    assert texts(part.posts) == texts(
        [post for post in whole.posts if first <= post.due.date() <= last]
    )


def test_a_place_before_a_later_start_is_judged_gone() -> None:
    found = a_newsroom(run="  starts: 2026-11-18\n").plan(weeks(MONDAY, 1))

    assert found.judges(PostKey("cdt@standing-2026w47", "alpha-x", "d1.slot-0", EN))


def test_a_weekday_without_a_theme_is_left_out_with_its_reason() -> None:
    left = a_newsroom(days="Monday, Tuesday").plan(weeks(MONDAY, 1)).left_out

    assert [one.reason for one in left] == [
        f"{day} has no theme." for day in ("Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    ]


def test_one_week_of_a_run_names_its_own_days_and_the_run_has_none() -> None:
    run, pack = a_config(campaigns=STANDING).runs["cdt@standing"], a_national(a_standing_campaign())

    assert days_of(run, pack, "cdt@standing-2026w48") == weeks(date(2026, 11, 23), 1)
    assert days_of(run, pack) is None


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (
            "  starts: Monday of every week\n  practice: yes\n",
            "config/campaigns.yaml:1:1: Example goes on every week by itself. "
            "Take starts: out, or write the date from which it goes on.",
        ),
    ],
)
def test_a_standing_run_that_starts_every_week_is_refused(run: str, sentence: str) -> None:
    assert lines(a_newsroom(run=run).plan(weeks(MONDAY, 1)).problems) == [sentence]


# --- picks go on over the weeks ---------------------------------------------------------------


@given(messages, mondays, weekdays, st.integers(1, 2))
def test_no_message_comes_twice_before_the_pool_is_through(
    said: list[str], first: date, days: str, slots: int
) -> None:
    posts = a_newsroom(said, days=days, slots=slots).plan(weeks(first, 5)).posts

    order = said_by(posts)
    for start in range(len(order) - len(said) + 1):
        assert len(set(order[start : start + len(said)])) == len(said)


def test_a_message_comes_back_in_its_other_wordings() -> None:
    posts = a_newsroom(NAMES[:2], days="Monday", wordings=3).plan(weeks(MONDAY, 6)).posts

    assert len({post.rendering.text for post in posts}) == 6


@given(messages, st.integers(0, 4), st.integers(0, 30), st.integers(0, 20))
def test_the_plan_of_a_day_does_not_depend_on_the_window_it_is_asked_through(
    said: list[str], slots: int, start: int, length: int
) -> None:
    first = MONDAY + timedelta(days=start)
    room = a_newsroom(said, slots=slots + 1)

    part = room.plan(Window(first, first + timedelta(days=length)))

    whole = room.plan(weeks(MONDAY, 8))
    days = {first + timedelta(days=number) for number in range(length + 1)}
    assert texts(part.posts) == texts([p for p in whole.posts if p.due.date() in days])


@given(messages, st.lists(st.sampled_from(NAMES[1:]), min_size=1, max_size=3, unique=True))
def test_adding_a_force_changes_nothing_for_the_others(said: list[str], others: list[str]) -> None:
    alone = a_newsroom(said).plan(weeks(MONDAY, 3)).posts

    together = a_newsroom(said, forces=["alpha", *others]).plan(weeks(MONDAY, 3)).posts

    assert texts([post for post in together if post.sender == "alpha"]) == texts(alone)


@given(messages, mondays, weekdays, st.data())
def test_a_withdrawn_message_changes_only_its_own_places(
    said: list[str], first: date, days: str, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(said))
    before = a_newsroom(said, days=days).plan(weeks(first, 6)).posts

    local = f"withdraw:\n  {gone}: a reason\n"
    after = a_newsroom(said, days=days, local=local).plan(weeks(first, 6)).posts

    others = [post for post in before if post.rendering.pick.message != gone]
    assert texts(others).items() <= texts(after).items()
    assert len(after) == len(before)
    assert gone not in said_by(after)


@given(st.lists(st.sampled_from(NAMES), min_size=4, max_size=8, unique=True), st.data())
def test_the_place_of_a_withdrawn_message_repeats_none_of_its_neighbours(
    said: list[str], data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(said))
    local = f"withdraw:\n  {gone}: a reason\n"

    order = said_by(a_newsroom(said, local=local).plan(weeks(MONDAY, 5)).posts)

    assert all(one != other for one, other in pairwise(order))


@given(messages, mondays, weekdays, st.data())
def test_keeping_what_is_planned_anyway_changes_nothing(
    said: list[str], first: date, days: str, data: st.DataObject
) -> None:
    room = a_newsroom(said, days=days)
    natural = room.plan(weeks(first, 4)).posts
    kept = data.draw(st.lists(st.sampled_from(natural), unique_by=lambda post: post.key))

    assert texts(room.plan(weeks(first, 4), picks(kept)).posts) == texts(natural)


@given(messages, st.sampled_from(NAMES), mondays, st.data())
def test_adding_a_message_changes_no_kept_place(
    said: list[str], new: str, first: date, data: st.DataObject
) -> None:
    old = a_newsroom(said).plan(weeks(first, 2)).posts
    kept = data.draw(st.lists(st.sampled_from(old), unique_by=lambda post: post.key))

    bigger = a_newsroom([*said, *{new} - set(said)]).plan(weeks(first, 2), picks(kept)).posts

    assert texts(kept).items() <= texts(bigger).items()


def test_weeks_before_the_first_that_is_counted_are_planned_too() -> None:
    posts = a_newsroom(days="Monday").plan(weeks(date(2015, 11, 23), 3)).posts

    assert len(set(said_by(posts))) == 3


# --- over a clock change ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "utc"),
    [
        (date(2018, 3, 24), ["2018-03-24T09:00", "2018-03-25T08:00", "2018-03-26T08:00"]),
        (date(2019, 10, 26), ["2019-10-26T08:00", "2019-10-27T09:00", "2019-10-28T09:00"]),
    ],
)
def test_a_standing_run_keeps_londons_time_over_a_clock_change(
    before: date, utc: list[str]
) -> None:
    room = a_newsroom()
    nine = replace(room, campaign=room.campaign.replace("08:00", "09:00"))

    posts = nine.plan(Window(before, before + timedelta(days=2))).posts

    assert [f"{post.due:%Y-%m-%dT%H:%M}" for post in posts] == utc
