"""Days that are said by what they lie beside, and the events they are said by."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core import check
from bot.core.changes import national_changes
from bot.core.explain import explain
from bot.core.model import PostKey
from bot.core.plan import Window
from tests.core.packs_in_text import (
    CALENDAR,
    CAMPAIGNS,
    EN,
    Newsroom,
    a_campaign,
    a_config,
    a_force,
    a_message,
    a_national,
    a_standing_campaign,
    config_of,
    lines,
    national_of,
    only,
)

EVENTS = """\
events:
  black-friday:
    day: Friday 2015-11-27, Friday 2026-11-27
    source: the day after the fourth Thursday in November
  st-davids-day:
    day: 1 March
    source: every year
"""
ALL_WEEK = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"
FILES = {"calendar": EVENTS + CALENDAR, "forces": a_force("kent")}
SPAN = Window(date(2015, 11, 23), date(2015, 12, 13))


def campaign(on: str, usual: str = ALL_WEEK, more: str = "") -> str:
    """Three weeks from Monday 23 November 2015, with a theme on special days and a usual one."""
    text = a_campaign(("alpha", "bravo"), days=21, slots=1)
    themes = f"  report-it: {usual}\n  special: {on}\n{more}"
    text = text.replace(f"  report-it: {ALL_WEEK}\n", themes)
    return text + a_message("charlie", theme="special")


def special_days(text: str, window: Window = SPAN, **files: str) -> list[str]:
    """The dates on which the special theme is spoken of."""
    plan = Newsroom(text, files={**FILES, **files}).plan(window)
    assert lines(plan.problems) == []
    days = {post.due.date() for post in plan.posts if post.theme == "special"}
    return [f"{day:%a %d %b}" for day in sorted(days)]


def told(text: str, **files: str) -> str:
    """The one thing that is wrong with a pack or with its run."""
    pack, found = national_of(text)
    if pack is not None:
        found = [*found, *check.national_problems(pack, a_config(**{**FILES, **files}))]
    if not found:
        found = [*Newsroom(text, files={**FILES, **files}).plan(SPAN).problems]
    return only(found)


@pytest.mark.parametrize(
    ("on", "days"),
    [
        ("launch", ["Mon 23 Nov"]),
        ("day after launch", ["Tue 24 Nov"]),
        ("10 days after the launch", ["Thu 03 Dec"]),
        ("week 3 Tuesday", ["Tue 08 Dec"]),
        ("Week 1 Monday, week 2 sunday", ["Mon 23 Nov", "Sun 06 Dec"]),
        ("Black Friday", ["Fri 27 Nov"]),
        ("black-friday", ["Fri 27 Nov"]),
        ("day before Black Friday", ["Thu 26 Nov"]),
        ("Friday after Black Friday", ["Fri 04 Dec"]),
        ("Thursday before Black Friday", ["Thu 26 Nov"]),
        ("Saturday after launch", ["Sat 28 Nov"]),
    ],
)
def test_a_theme_is_on_the_day_that_its_anchor_says(on: str, days: list[str]) -> None:
    assert special_days(campaign(on)) == days


def test_a_friday_before_a_friday_is_a_week_earlier_and_may_lie_before_the_run() -> None:
    said = told(campaign("Friday before Black Friday"))

    assert said.startswith(
        'config/campaigns.yaml:1:1: the theme "special" is on "Friday before Black Friday", which '
        "is no day from Monday 23 November 2015 to Sunday 13 December 2015. "
        "(messages/national/cdt/campaign.yaml:13:12)"
    )


def test_an_anchored_day_moves_with_its_run_and_a_weekday_beside_it_stays() -> None:
    runs = CAMPAIGNS + "  starts: Monday 2026-11-16\n"
    window = Window(date(2026, 11, 16), date(2026, 12, 6))
    text = campaign("day after launch, Friday before Black Friday, Wednesday", "Monday, Tuesday")

    days = special_days(text, window, campaigns=runs)

    assert days == ["Tue 17 Nov", "Wed 18 Nov", "Fri 20 Nov", "Wed 25 Nov", "Wed 02 Dec"]


def test_a_day_that_gives_way_to_an_anchored_theme_is_told_with_its_anchor() -> None:
    plan = Newsroom(campaign("Black Friday"), files=FILES).plan(SPAN)

    assert [(str(one.day), one.reason, str(one.place)) for one in plan.left_out] == [
        (
            "2015-11-27", "report-it gives way to special, which is on Black Friday.",
            "messages/national/cdt/campaign.yaml:13:12",
        )
    ]  # fmt: skip


def test_explain_names_the_anchor_and_the_event() -> None:
    room = Newsroom(campaign("Black Friday"), files=FILES)
    sources = room.sources()
    config = sources.config
    key = PostKey("cdt@2015", "kent-x", "d5.slot-0", EN)
    post = next(one for one in room.plan(SPAN).posts if one.key == key)
    pack = sources.pack_of(a_national(room.campaign), config.senders["kent"])[0]

    found = explain(pack, config, config.runs["cdt@2015"], key, post.rendering)

    assert found is not None
    assert [(one.name, one.says, one.note) for one in found.chosen[-2:]] == [
        ("on", "Black Friday", "a day of special"),
        ("event", "black-friday", "the day after the fourth Thursday in November"),
    ]
    assert str(found.chosen[-1].place) == "config/calendar.yaml:2:3"


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (
            "Blak Friday",
            'has no event called "blak-friday". Did you mean black-friday? Events: black-friday, '
            "launch, st-davids-day.",
        ),
        (
            "St David's Day",
            'the theme "special" is on "St David\'s Day", and st-davids-day has no date from '
            "Monday 23 November 2015 to Sunday 13 December 2015. ",
        ),
        ("week 4 Monday", '"week 4 Monday", which is no day from Monday 23 November 2015'),
        ("21 days after launch", "which is no day from"),
        ("day before launch", "which is no day from"),
        ("week 3", '"week 3" does not name a day. Write a weekday, or week 3 Tuesday,'),
        ("two days after launch", '"two days after launch" does not name a day.'),
        ("Friday before or after launch", '"Friday before or after launch" does not name a day.'),
        ("Tusday", '"Tusday" is not a weekday.'),
    ],
)
def test_a_day_that_cannot_be_is_named(on: str, said: str) -> None:
    assert said in told(campaign(on))


@pytest.mark.parametrize(
    ("on", "other", "said"),
    [
        (
            "launch", "week 1 Monday",
            'Monday 23 November 2015 has two themes: "special" on "launch", and "third" on '
            '"week 1 Monday".',
        ),
        ("Black Friday", "4 days after launch", "Friday 27 November 2015 has two themes:"),
    ],
)  # fmt: skip
def test_two_anchored_themes_on_a_day_are_an_error(on: str, other: str, said: str) -> None:
    text = campaign(on, more=f"  third: {other}\n") + a_message("delta", theme="third")

    assert said in told(text)


def test_a_run_whose_event_has_no_date_is_not_planned_and_nothing_is_withdrawn() -> None:
    plan = Newsroom(campaign("St David's Day"), files=FILES).plan(SPAN)

    assert plan.posts == ()
    assert not plan.judges(PostKey("cdt@2015", "kent-x", "d1.slot-0", EN))


def test_a_practice_week_shows_the_anchored_days_that_it_has() -> None:
    weekly = CAMPAIGNS + "  starts: Monday of every week\n  practice: yes\n"
    text = campaign("day after launch, week 3 Monday, Black Friday", "Monday")

    days = special_days(text, Window(date(2016, 2, 1), date(2016, 2, 7)), campaigns=weekly)

    assert days == ["Tue 02 Feb"]


def test_a_campaign_of_every_week_has_weekdays_only() -> None:
    text = a_standing_campaign(days="Monday, Black Friday")

    assert '"Black Friday" is not a weekday.' in only(national_of(text)[1])


def test_a_run_pauses_another_on_its_anchored_days_only() -> None:
    runs = f"{CAMPAIGNS}  pauses: act@all\nact@all:\n  pack: act\n  who: everyone\n"
    text = campaign("Black Friday, week 2 Tuesday", "Monday")
    room = Newsroom(text, files={**FILES, "campaigns": runs}, packs={"act": a_standing_campaign()})

    left = [one for one in room.plan(SPAN).left_out if one.code == "paused"]

    assert [str(one.day) for one in left] == [
        "2015-11-23", "2015-11-27", "2015-11-30", "2015-12-01", "2015-12-07",
    ]  # fmt: skip


def a_window(day: str) -> dict[str, str]:
    window = f"    day: {day}\n    from: 08:00\n    to: 09:00\n    why: shops open\n"
    return {**FILES, "calendar": f"{FILES['calendar']}  sales:\n{window}"}


@pytest.mark.parametrize(
    ("day", "stopped"),
    [
        ("Black Friday", "2015-11-27"),
        ("day after Black Friday", "2015-11-28"),
        ("Monday after Black Friday", "2015-11-30"),
    ],
)
def test_a_window_is_on_a_day_that_is_said_by_an_event(day: str, stopped: str) -> None:
    plan = Newsroom(campaign("launch"), files=a_window(day)).plan(SPAN)

    assert [str(one.day) for one in plan.left_out if one.code == "silence"] == [stopped]


def test_two_windows_on_one_event_at_one_time_are_told() -> None:
    again = "  again:\n    day: the Black Friday\n    from: 08:30\n    to: 10:00\n    why: sales\n"
    files = a_window("Black Friday")

    found = config_of(**{**files, "calendar": files["calendar"] + again})[1]

    assert "again and sales, at config/calendar.yaml:" in only(found)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("Blak Friday", 'there is no event called "blak-friday". Did you mean black-friday?'),
        ("day after Easter", 'there is no event called "easter". Events: black-friday, st-'),
        ("day after launch", '"day after launch" is a day of a run, and a window belongs to none.'),
        ("some day", '"some day" is not a date.'),
    ],
)
def test_a_window_on_a_day_that_nobody_knows_is_named(day: str, said: str) -> None:
    assert said in only(config_of(**a_window(day))[1])


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("  launch:\n    day: 1 May\n    source: x\n", '"launch" has a meaning already'),
        ("  fair:\n    day: 1 May\n", '"source" is missing here.'),
        ("  fair:\n    source: x\n", '"day" is missing here.'),
        ("  fair:\n    day: Monday 2015-11-27\n    source: x\n", "is a Friday, not a Monday."),
        ("  fair:\n    day: 1 May, soon\n    source: x\n", '"soon" is not a date.'),
        ("  fair:\n    days: 1 May\n    day: 1 May\n    source: x\n", 'no field called "days"'),
    ],
)
def test_a_slip_in_an_event_is_named(event: str, said: str) -> None:
    assert said in only(config_of(calendar=f"events:\n{event}{CALENDAR}")[1])


def test_a_change_of_an_anchor_is_told() -> None:
    old, new = a_national(campaign("Black Friday")), a_national(campaign("launch"))

    assert national_changes(old, new) == [
        "themes: report-it on Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday; "
        "special on launch (before: report-it on Monday, Tuesday, Wednesday, Thursday, Friday, "
        "Saturday and Sunday; special on Black Friday)"
    ]
