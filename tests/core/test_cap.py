"""No account says more in a day than the settings allow, over all runs."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Pick, PostKey
from bot.core.plan import Plan, Window
from tests.core.packs_in_text import CY, EN, Newsroom, a_campaign, a_force, a_standing_campaign
from tests.core.packs_in_text import SETTINGS as SOME

DATED = "{name}:\n  pack: {pack}\n  starts: Monday 2026-11-23\n  who: everyone\n"
STANDING = "daily@standing:\n  pack: daily\n  who: everyone\n"
DAY = Window(date(2026, 11, 23), date(2026, 11, 23))


def a_day(
    most: int, *, runs: Sequence[str] = (), languages: str = "en", slots: int = 3
) -> Newsroom:
    """One force on a day with the runs of two campaigns and a standing one."""
    both = (DATED.format(name="cdt@2026", pack="cdt"), DATED.format(name="b@2026", pack="other"))
    return Newsroom(
        a_campaign(["alpha", "bravo"], slots=slots),
        files={
            "campaigns": "".join(runs or (STANDING, *both)),
            "forces": a_force("alpha", languages=languages),
            "settings": SOME + f"posts_per_account_a_day: {most}\n",
        },
        packs={
            "other": a_campaign(["golf", "hotel"], slots=slots),
            "daily": a_standing_campaign(["echo", "foxtrot"], slots=slots),
        },
    )


def places(found: Plan) -> list[str]:
    return [f"{post.key.run} {post.key.slot}" for post in found.posts]


def capped(found: Plan) -> list[str]:
    return [f"{one.run} {one.slot}" for one in found.left_out if one.code == "daily-cap"]


def test_runs_with_dates_go_before_standing_ones_and_then_by_the_order_of_the_file() -> None:
    found = a_day(4).plan(DAY)

    assert sorted(places(found)) == [
        "b@2026 d1.slot-0",
        "cdt@2026 d1.slot-0",
        "cdt@2026 d1.slot-1",
        "cdt@2026 d1.slot-2",
    ]
    assert capped(found) == [
        "b@2026 d1.slot-1",
        "b@2026 d1.slot-2",
        "daily@standing-2026w48 d1.slot-0",
        "daily@standing-2026w48 d1.slot-1",
        "daily@standing-2026w48 d1.slot-2",
    ]


def test_what_is_left_out_says_why() -> None:
    left = next(one for one in a_day(1).plan(DAY).left_out if one.code == "daily-cap")

    assert left.reason == "alpha-x has no room left that day: posts_per_account_a_day is 1."
    assert str(left.place) == "config/settings.yaml"
    assert (left.day, left.account) == (date(2026, 11, 23), "alpha-x")


def test_what_was_approved_or_is_on_its_way_goes_first() -> None:
    kept = {PostKey("daily@standing-2026w48", "alpha-x", "d1.slot-2", EN): Pick("echo", "w0")}

    found = a_day(2).plan(DAY, kept)

    assert places(found) == ["cdt@2026 d1.slot-0", "daily@standing-2026w48 d1.slot-2"]


def test_a_place_in_two_languages_counts_two_and_goes_or_stays_as_a_whole() -> None:
    found = a_day(5, languages="cy, en", runs=[DATED.format(name="cdt@2026", pack="cdt")]).plan(DAY)

    assert [(post.key.slot, post.key.language) for post in found.posts] == [
        ("d1.slot-0", CY),
        ("d1.slot-0", EN),
        ("d1.slot-1", CY),
        ("d1.slot-1", EN),
    ]
    assert capped(found) == ["cdt@2026 d1.slot-2"]


def test_every_day_and_every_account_has_its_own_room() -> None:
    found = a_day(2).plan(Window(date(2026, 11, 23), date(2026, 11, 24)))

    assert [post.due.day for post in found.posts] == [23, 23, 24, 24]


def test_a_place_that_has_no_room_is_judged_so_that_it_is_withdrawn() -> None:
    found = a_day(1).plan(DAY)

    assert found.judges(PostKey("b@2026", "alpha-x", "d1.slot-0", EN))


@given(st.integers(1, 10), st.integers(1, 3))
def test_no_day_has_more_than_the_cap_nor_less_than_it_could_have(most: int, slots: int) -> None:
    found = a_day(most, slots=slots).plan(DAY)

    assert len(found.posts) == min(most, 3 * slots)
    assert len(found.posts) + len(capped(found)) == 3 * slots
