"""Which run gives way to which: by dates and configuration, account by account."""

from dataclasses import replace
from datetime import date

import pytest

from bot.core.model import PostKey
from bot.core.plan import Plan, Window
from tests.core.packs_in_text import (
    EN,
    FORCES,
    Newsroom,
    a_campaign,
    a_force,
    a_standing_campaign,
)

CAMPAIGNS = """\
cdt@2026:
  pack: cdt
  starts: Monday 2026-11-23
  who: alpha, bravo
  pauses: daily@standing
daily@standing:
  pack: daily
  who: everyone
"""
FIVE_DAYS = a_campaign(["hotel"], slots=1).replace(
    "Thursday, Friday, Saturday, Sunday", "Thursday, Friday"
)
ROOM = Newsroom(
    FIVE_DAYS,
    files={
        "campaigns": CAMPAIGNS,
        "forces": a_force("alpha") + a_force("bravo") + a_force("charlie"),
    },
    packs={"daily": a_standing_campaign()},
)
WEEK = Window(date(2026, 11, 23), date(2026, 11, 29))
PAUSED = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]
ALL = [*PAUSED, "2026-11-28", "2026-11-29"]
TUESDAY = PostKey("daily@standing-2026w48", "alpha-x", "d2.slot-0", EN)


def standing_days(found: Plan, account: str = "alpha-x") -> list[str]:
    """The days on which the standing run speaks from an account."""
    mine = [post for post in found.posts if post.campaign == "daily"]
    return [str(post.due.date()) for post in mine if post.key.account == account]


def left_days(found: Plan, code: str, account: str = "alpha-x") -> list[str]:
    mine = [one for one in found.left_out if one.code == code and one.account == account]
    return [str(one.day) for one in mine]


def test_a_standing_run_is_left_out_on_the_days_of_the_run_that_pauses_it() -> None:
    found = ROOM.plan(WEEK)

    assert standing_days(found) == ["2026-11-28", "2026-11-29"]
    assert left_days(found, "paused") == PAUSED
    left = next(one for one in found.left_out if one.code == "paused")
    assert left.reason == "cdt@2026 speaks on this day, and pauses daily@standing."
    assert str(left.place) == "config/campaigns.yaml:1:1"
    assert found.judges(TUESDAY)


def test_a_sender_who_is_not_among_those_who_take_part_goes_on() -> None:
    assert standing_days(ROOM.plan(WEEK), "charlie-x") == ALL


def test_a_sender_who_says_that_it_takes_no_part_goes_on() -> None:
    own = "force: bravo\ncampaign: cdt\ntakes_part: no\nwhy: our own week\n"

    found = replace(ROOM, local={"bravo": own}).plan(WEEK)

    assert standing_days(found, "bravo-x") == ALL
    assert standing_days(found) == ["2026-11-28", "2026-11-29"]


def test_the_pause_holds_where_the_other_runs_words_cannot_be_said() -> None:
    own = "force: alpha\ncampaign: cdt\ntakes_part: yes\nwithdraw:\n  no-such: a reason\n"

    found = replace(ROOM, local={"alpha": own}).plan(WEEK)

    assert {post.campaign for post in found.posts if post.sender == "alpha"} == {"daily"}
    assert standing_days(found) == ["2026-11-28", "2026-11-29"]


def test_days_before_and_after_the_other_run_are_not_paused() -> None:
    around = Window(date(2026, 11, 16), date(2026, 12, 6))

    assert left_days(ROOM.plan(around), "paused") == PAUSED


def test_a_pause_may_name_a_campaign_for_all_its_runs() -> None:
    campaigns = CAMPAIGNS.replace("pauses: daily@standing", "pauses: daily")

    found = replace(ROOM, files={**(ROOM.files or {}), "campaigns": campaigns}).plan(WEEK)

    assert left_days(found, "paused") == PAUSED


# --- where the other run cannot be read -------------------------------------------------------


def test_days_that_a_broken_pack_might_pause_are_neither_planned_nor_judged() -> None:
    broken = replace(ROOM, campaign=FIVE_DAYS.replace("hashtag", "hash tag"))

    found = broken.plan(Window(date(2026, 11, 20), date(2026, 11, 24)))

    assert standing_days(found) == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert left_days(found, "may-be-paused") == ["2026-11-23", "2026-11-24"]
    assert not found.judges(TUESDAY)
    assert standing_days(found, "charlie-x")[-1] == "2026-11-24"


def test_a_broken_pack_pauses_nothing_from_a_year_after_its_run_began() -> None:
    broken = replace(ROOM, campaign=FIVE_DAYS.replace("hashtag", "hash tag"))

    days = standing_days(broken.plan(Window(date(2027, 11, 27), date(2027, 11, 30))))

    assert days == ["2027-11-29", "2027-11-30"]


def test_a_broken_pack_whose_run_has_no_date_of_its_own_might_pause_any_day() -> None:
    campaigns = CAMPAIGNS.replace("  starts: Monday 2026-11-23\n", "")
    broken = replace(
        ROOM,
        campaign=FIVE_DAYS.replace("hashtag", "hash tag"),
        files={**(ROOM.files or {}), "campaigns": campaigns},
    )

    found = broken.plan(Window(date(2026, 6, 1), date(2026, 6, 2)))

    assert left_days(found, "may-be-paused") == ["2026-06-01", "2026-06-02"]


def test_a_broken_local_pack_may_say_no_so_its_days_are_not_judged() -> None:
    found = replace(ROOM, local={"alpha": "force: alpha\ncampaign: cdt\ntakes_part: eh\n"}).plan(
        WEEK
    )

    assert left_days(found, "may-be-paused") == PAUSED
    assert not found.judges(TUESDAY)
    assert left_days(found, "paused", "bravo-x") == PAUSED


def test_a_run_on_the_wrong_weekday_may_pause_its_days() -> None:
    campaigns = CAMPAIGNS.replace("Monday 2026-11-23", "Tuesday 2026-11-24")

    found = replace(ROOM, files={**(ROOM.files or {}), "campaigns": campaigns}).plan(WEEK)

    assert left_days(found, "may-be-paused") == ALL[1:6]


# --- practice ---------------------------------------------------------------------------------

LIVE = "      handle: {name}\n      handle_source: its own page\n      live: yes\n"


@pytest.mark.parametrize(("live", "days"), [(False, PAUSED), (True, [])])
def test_a_practice_run_pauses_nothing_live(live: bool, days: list[str]) -> None:
    campaigns = CAMPAIGNS.replace("Monday 2026-11-23", "Monday of every week\n  practice: yes")
    forces = "".join(a_force(name) + LIVE.format(name=name) for name in ("alpha", "bravo"))
    confirmed = "force: alpha\ncampaign: {pack}\ntakes_part: yes\n"
    local = {"alpha": confirmed.format(pack="cdt"), "alpha/daily": confirmed.format(pack="daily")}
    room = replace(ROOM, files={"campaigns": campaigns, "forces": forces}, local=local, live=live)

    found = room.plan(WEEK)

    assert left_days(found, "paused") == days
    assert standing_days(found) == [day for day in ALL if day not in days]


def test_every_sender_of_the_usual_forces_is_paused_where_everyone_takes_part() -> None:
    campaigns = CAMPAIGNS.replace("alpha, bravo", "everyone")
    room = replace(ROOM, files={"campaigns": campaigns, "forces": FORCES})

    assert {post.due.weekday() for post in room.plan(WEEK).posts if post.campaign == "daily"} == {
        5,
        6,
    }
