"""When nothing goes out, or no politician is quoted: what a window leaves out, and what not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from textwrap import indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.check import window_problems
from bot.core.config.bank_holidays import bank_holiday
from bot.core.model import LONDON, Nation, Pick, Post, PostKey
from bot.core.packs import Wording
from bot.core.plan import Plan, Window
from bot.core.plan.choice import refilled
from bot.core.reading import to_utc
from bot.core.retime import hindrance
from bot.core.source import Place, Severity
from tests.core.packs_in_text import (
    CAMPAIGNS,
    Newsroom,
    a_campaign,
    a_config,
    a_force,
    a_standing_campaign,
    config_of,
    lines,
    only,
    picks,
    texts,
)

JAVID = """\
javid:
  words: We all have a role to play.
  speaker: Sajid Javid
  role: Home Secretary
  role_as_of: 2015-11-01
  politician: yes
  source: a page
  cleared_by: his office
  cleared_on: 2015-11-01
"""
NAMES = ("alpha", "bravo", "charlie", "delta", "echo")
FORCES = a_force("kent", minute=7) + a_force("gwent", minute=25).replace("London", "Wales")
BOTH = FORCES.replace("Wales\n  languages: en", "Wales\n  languages: cy, en")
ALL = "everyone"


def a_window(when: str, more: str = "") -> str:
    """A calendar with one window, at line 2; `when` and `more` are its fields."""
    fields = "\n".join(line for line in (when, "why: a silence", more) if line)
    return f"no_posts:\n  quiet:\n{indent(fields, '    ')}\n"


def an_election(when: str, more: str = "who: everyone") -> str:
    fields = f"{when}\nwhy: an election\nsource: a page\n{more}"
    return f"no_politicians:\n  election:\n{indent(fields, '    ')}\n"


def a_newsroom(
    calendar: str = "no_posts:\n",
    *,
    quoting: Sequence[str] = (),
    messages: Sequence[str] = NAMES,
    wordings: int = 1,
    forces: str = FORCES,
    campaign: str = "",
) -> Newsroom:
    """A week at 08:00 and 09:00; the first wording of each of `quoting` quotes a politician."""
    text = campaign or a_campaign(messages, wordings=wordings)
    for name in quoting:
        text = text.replace(f"{name} said 0", f"{{{{ javid }}}} {name} said 0")
    return Newsroom(text, files={"calendar": calendar, "forces": forces, "quotes": JAVID})


def slots(plan: Plan, account: str = "kent-x") -> set[str]:
    return {post.key.slot for post in plan.posts if post.key.account == account}


EVERY_SLOT = {f"d{day}.slot-{hour}" for day in range(1, 6) for hour in range(2)}


# --- when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "due", "quiet"),
    [
        ("day: second Sunday in November\nfrom: 10:45\nto: 11:15", "2026-11-08T11:00", True),
        ("day: second Sunday in November\nfrom: 10:45\nto: 11:15", "2027-11-14T11:00", True),
        ("day: second Sunday in November\nfrom: 10:45\nto: 11:15", "2027-11-07T11:00", False),
        ("day: last Monday of May\nfrom: 00:00\nto: 23:59", "2027-05-31T11:00", True),
        ("day: last Monday of May\nfrom: 00:00\nto: 23:59", "2027-05-24T11:00", False),
        ("from: 2027-05-01\nuntil: 2027-05-06", "2027-04-30T23:59", False),
        ("from: 2027-05-01\nuntil: 2027-05-06", "2027-05-01T00:00", True),
        ("from: 2027-05-01\nuntil: 2027-05-06", "2027-05-06T23:59:59", True),
        ("from: 2027-05-01\nuntil: 2027-05-06", "2027-05-07T00:00", False),
        ("from: Saturday 1 May 2027 00:01\nuntil: 6 May 2027 22:00", "2027-05-01T00:00", False),
        ("from: Saturday 1 May 2027 00:01\nuntil: 6 May 2027 22:00", "2027-05-06T22:00:30", True),
        ("from: Saturday 1 May 2027 00:01\nuntil: 6 May 2027 22:00", "2027-05-06T22:01", False),
    ],
)
def test_a_window_covers_its_minutes_on_londons_clocks(when: str, due: str, quiet: bool) -> None:
    window = a_config(calendar=a_window(when)).calendar.silences[0].when

    assert window.covers(datetime.fromisoformat(due).replace(tzinfo=LONDON)) is quiet


def test_of_an_hour_that_comes_twice_a_window_covers_both() -> None:
    night = a_window("from: 2026-10-25 01:10\nuntil: 2026-10-25 01:30")
    window = a_config(calendar=night).calendar.silences[0].when

    covered = [m for m in range(180) if window.covers(datetime(2026, 10, 25, tzinfo=UTC)
               + timedelta(minutes=m))]  # fmt: skip

    assert covered == list(range(10, 91))


# --- whom and what --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "kent", "gwent"),
    [
        ("", False, False),
        ("who: everyone", False, False),
        ("who: kent", False, True),
        ("who: wales", True, False),
        ("who: England", False, True),
        ("who: Scotland", True, True),
        ("who: force", False, False),
        ("campaigns: cdt", False, False),
        ("campaigns: cdt@2015", False, False),
        ("campaigns: other", True, True),
        ("themes: report-it", False, False),
        ("themes: another", True, True),
    ],
)
def test_a_window_is_for_whom_and_what_it_names(more: str, kent: bool, gwent: bool) -> None:
    room = a_newsroom(a_window("day: 23 November\nfrom: 08:00\nto: 08:59", more))
    runs = {
        **(room.files or {}),
        "campaigns": CAMPAIGNS + "other@2015:\n  pack: other\n  who: everyone\n",
    }

    plan = Newsroom(room.campaign, files=runs).plan()

    assert ("d1.slot-0" in slots(plan), "d1.slot-0" in slots(plan, "gwent-x")) == (kent, gwent)
    assert slots(plan) >= EVERY_SLOT - {"d1.slot-0"}


def test_what_is_left_out_names_the_window_and_its_line() -> None:
    plan = a_newsroom(a_window("from: 2015-11-24\nuntil: 2015-11-24 08:30")).plan()

    left = [one for one in plan.left_out if one.code == "silence"]
    assert {(one.account, one.slot) for one in left} == {
        ("kent-x", "d2.slot-0"),
        ("gwent-x", "d2.slot-0"),
    }
    assert left[0].reason == "a silence (quiet)"
    assert str(left[0].place) == "config/calendar.yaml:2:3"


@pytest.mark.parametrize(
    ("window", "mark", "out"),
    [
        ("", "", False),
        ("", "    essential: ACC Smith, 1 May 2015\n", False),
        ("essential: pass", "", False),
        ("essential: pass", "    essential: ACC Smith, 1 May 2015\n", True),
    ],
)
def test_only_what_somebody_marked_goes_out_where_the_window_lets_it(
    window: str, mark: str, out: bool
) -> None:
    theme = "    theme: report-it\n"
    campaign = a_campaign(["alpha"]).replace(theme, theme + mark)
    calendar = a_window("from: 2015-11-23\nuntil: 2015-11-27", window)

    assert bool(a_newsroom(calendar, campaign=campaign).posts()) is out


# --- no politician --------------------------------------------------------------------------------

WEEK = "from: 2015-11-23\nuntil: 2015-11-27"
TUESDAY = "from: 2015-11-24\nuntil: 2015-11-24"


def quotes(post: Post) -> bool:
    return "Sajid Javid" in post.rendering.text


def test_another_wording_of_the_same_message_stands_in_for_a_politicians_quote() -> None:
    before = a_newsroom(quoting=NAMES, wordings=2).plan()

    after = a_newsroom(an_election(TUESDAY), quoting=NAMES, wordings=2).plan()

    changed = [p for p, q in zip(before.posts, after.posts, strict=True) if p != q]
    assert {post.key.slot for post in changed} <= {"d2.slot-0", "d2.slot-1"}
    assert len(changed) == sum(quotes(p) for p in before.posts if p.key.slot[:2] == "d2") > 0
    assert [p.rendering.pick.message for p in after.posts] == [
        p.rendering.pick.message for p in before.posts
    ]


def test_where_nothing_else_is_left_the_place_stays_empty_with_the_reason() -> None:
    plan = a_newsroom(an_election(WEEK), quoting=["alpha"], messages=["alpha"]).plan()

    assert plan.posts == ()
    left = next(one for one in plan.left_out if one.account == "kent-x")
    assert left.reason == (
        "an election (election), and it quotes a politician: alpha/w0 drops out, and nothing is "
        "left."
    )
    assert str(left.place) == "config/calendar.yaml:2:3"
    assert not plan.unjudged


def test_a_message_that_stands_in_is_named_beside_the_window() -> None:
    plan = a_newsroom(an_election(WEEK), quoting=["alpha"], messages=["alpha", "bravo"]).plan()

    assert {post.rendering.pick.message for post in plan.posts} == {"bravo"}
    assert plan.left_out[0].reason.endswith("alpha/w0 drops out, and bravo/w0 stands in for it.")


@pytest.mark.parametrize(
    ("force", "who", "may"),
    [
        ("region: London", "Wales", True),
        ("region: Wales", "Wales", False),
        ("nation: Scotland", "Wales, Northern Ireland", True),
        ("nation: Scotland", "scotland", False),
        ("kind: national", "Wales", False),
        ("kind: national", "kent", False),
    ],
)
def test_whoever_speaks_in_the_whole_kingdom_speaks_in_each_of_its_elections(
    force: str, who: str, may: bool
) -> None:
    forces = a_force("kent").replace("  region: London\n", f"  {force}\n")
    if force.startswith("kind"):
        forces = forces.replace("  kind: force\n", "")
    calendar = an_election(WEEK, f"who: {who}")

    plan = a_newsroom(calendar, quoting=["alpha"], messages=["alpha"], forces=forces).plan()

    assert bool(plan.posts) is may


@given(st.sets(st.sampled_from(NAMES), max_size=3), st.integers(1, 3), st.integers(1, 5), st.data())
@settings(max_examples=25)
def test_approving_what_stands_in_moves_nothing_else(
    quoting: set[str], wordings: int, day: int, data: st.DataObject
) -> None:
    on = f"from: 2015-11-23\nuntil: 2015-11-{22 + day}"
    room = a_newsroom(
        an_election(on), quoting=sorted(quoting), messages=NAMES[:4], wordings=wordings
    )
    before = room.plan()
    kept = data.draw(st.lists(st.sampled_from(before.posts), unique_by=lambda post: post.key))

    assert texts(room.plan(kept=picks(kept)).posts) == texts(before.posts)


def test_two_quotes_are_replaced_by_two_messages() -> None:
    said = [(name, Wording("w0", {}, (), (), Place("F"))) for name in NAMES[:4]]
    pool = {name: (wording,) for name, wording in said}

    found = refilled(pool, said, {0, 1}, lambda _, name, __: name in NAMES[2:])

    assert [choice[0] for choice in found if choice] == ["charlie", "delta", "charlie", "delta"]


def test_approving_what_stands_in_moves_nothing_in_a_standing_campaign_either() -> None:
    campaign = a_standing_campaign(("alpha", "bravo", "charlie"), wordings=1)
    room = a_newsroom(an_election(TUESDAY), quoting=["alpha", "bravo"], campaign=campaign)
    weeks = Window(date(2015, 11, 23), date(2015, 12, 20))
    before = room.plan(weeks)

    after = room.plan(weeks, picks([p for p in before.posts if p.key.slot.startswith("d2")]))

    assert texts(after.posts) == texts(before.posts)


def test_a_quote_that_was_approved_before_the_window_drops_out_all_the_same() -> None:
    approved = picks(a_newsroom(quoting=["alpha"]).posts())

    plan = a_newsroom(an_election(WEEK), quoting=["alpha"]).plan(kept=approved)

    assert len(plan.posts) == 20
    assert not any(map(quotes, plan.posts))


# --- what always holds ----------------------------------------------------------------------------


@st.composite
def stretches(draw: st.DrawFn) -> tuple[str, datetime, datetime]:
    """A window of some hours in the week, with its first and last minute."""
    sunday = datetime(2015, 11, 22, tzinfo=UTC)  # London's time in winter
    start = sunday + timedelta(minutes=draw(st.integers(0, 6 * 1440)))
    end = start + timedelta(minutes=draw(st.integers(0, 2 * 1440)))
    return f"from: {start:%Y-%m-%d %H:%M}\nuntil: {end:%Y-%m-%d %H:%M}", start, end


@given(stretches(), st.sampled_from([ALL, "kent", "Wales", "England, gwent"]))
@settings(max_examples=25)
def test_no_post_is_due_in_a_window_that_covers_it_and_no_other_post_changes(
    stretch: tuple[str, datetime, datetime], who: str
) -> None:
    when, first, last = stretch
    concerned = {ALL: {"kent", "gwent"}, "kent": {"kent"}, "Wales": {"gwent"}}.get(
        who, {"kent", "gwent"}
    )
    before = a_newsroom().plan()

    after = a_newsroom(a_window(when, f"who: {who}")).plan()

    def covered(post: Post) -> bool:
        return post.sender in concerned and first <= post.due < last + timedelta(minutes=1)

    assert not any(map(covered, after.posts))
    assert after.posts == tuple(post for post in before.posts if not covered(post))


@given(stretches(), st.sets(st.sampled_from(NAMES)), st.integers(1, 2), st.data())
@settings(max_examples=25)
def test_a_pre_election_period_changes_quotes_in_it_and_nothing_else(
    stretch: tuple[str, datetime, datetime], quoting: set[str], wordings: int, data: st.DataObject
) -> None:
    when, first, last = stretch
    before = a_newsroom(quoting=sorted(quoting), wordings=wordings).plan()
    kept = data.draw(st.lists(st.sampled_from(before.posts), unique_by=lambda post: post.key))

    later = a_newsroom(an_election(when), quoting=sorted(quoting), wordings=wordings)
    after = later.plan(kept=picks(kept))

    def dropped(post: Post) -> bool:
        return quotes(post) and first <= post.due < last + timedelta(minutes=1)

    theirs = {post.key: post for post in before.posts}
    assert not any(map(dropped, after.posts))
    assert {post for post in before.posts if not dropped(post)} <= set(after.posts)
    assert all(theirs[p.key].due == p.due and theirs[p.key].theme == p.theme for p in after.posts)
    if wordings > 1 or quoting < set(NAMES):
        assert len(after.posts) == len(before.posts)


# --- bank holidays --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "nation", "name"),
    [
        (date(2015, 11, 30), Nation.SCOTLAND, "Saint Andrew's Day"),
        (date(2015, 11, 30), Nation.ENGLAND, None),
        (date(2026, 12, 28), Nation.WALES, "Boxing Day (observed)"),
        (date(2026, 7, 13), Nation.NORTHERN_IRELAND, "Battle of the Boyne (observed)"),
        (date(2026, 4, 6), Nation.SCOTLAND, None),
    ],
)
def test_each_nation_has_its_bank_holidays(day: date, nation: Nation, name: str | None) -> None:
    assert bank_holiday(day, nation) == name


@pytest.mark.parametrize(
    ("sender", "says", "own", "silent"),
    [
        ("nation: Scotland", "on_bank_holidays: no\n", "", True),
        ("nation: Scotland", "on_bank_holidays: yes\n", "", False),
        ("nation: Scotland", "", "", False),
        ("region: London", "on_bank_holidays: no\n", "", False),
        ("quiet_hours: 22:00 to 07:00", "on_bank_holidays: no\n", "", False),
        ("region: London", "on_bank_holidays: no\n", "who: England, wales", True),
        ("region: London", "on_bank_holidays: no\n", "who: Wales", False),
        ("quiet_hours: 22:00 to 07:00", "on_bank_holidays: no\n", "source: a page", True),
    ],
)
def test_a_pack_that_says_so_keeps_quiet_on_the_bank_holidays_of_a_senders_nation(
    sender: str, says: str, own: str, silent: bool
) -> None:
    text = a_campaign(NAMES, days=12).replace("hashtag:", f"{says}hashtag:")
    forces = a_force("kent").replace("  region: London\n", f"  {sender}\n")
    calendar = "no_posts:\n"
    if own:
        calendar = f"bank_holidays:\n  jubilee:\n    day: 2015-11-30\n    why: Jubilee\n    {own}\n"

    plan = a_newsroom(calendar, campaign=text, forces=forces).plan(
        Window(date(2015, 11, 23), date(2015, 12, 4))
    )

    assert ("d8.slot-0" not in slots(plan)) is silent
    assert slots(plan) >= {"d7.slot-0", "d9.slot-0"}
    for left in [one for one in plan.left_out if one.code == "bank-holiday"]:
        assert str(left.place) == "messages/national/cdt/campaign.yaml:4:1"
        assert left.reason.startswith("Monday 30 November 2015 is ")


# --- quiet hours ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "left"),
    [
        ("22:00 to 07:00", EVERY_SLOT),
        ("22:00 to 08:00", EVERY_SLOT),  # with its minute, Kent's first slot is at 08:07
        ("22:00 to 08:08", {slot for slot in EVERY_SLOT if slot.endswith("1")}),
        ("09:07 to 10:00", {slot for slot in EVERY_SLOT if slot.endswith("0")}),
        ("08:00 to 09:07", {slot for slot in EVERY_SLOT if slot.endswith("1")}),
    ],
)
def test_a_force_says_nothing_in_its_quiet_hours(hours: str, left: set[str]) -> None:
    forces = a_force("kent", minute=7, more=f"quiet_hours: {hours}\n")

    plan = a_newsroom(forces=forces).plan()

    assert slots(plan) == left
    out = [one for one in plan.left_out if one.code == "quiet-hours"]
    assert {one.slot for one in out} == EVERY_SLOT - left
    assert all(one.reason.endswith(f"lies in its quiet hours, {hours}") for one in out)
    assert all(str(one.place) == "config/forces.yaml:14:16" for one in out)


def test_a_slot_in_quiet_hours_is_a_warning_at_its_line() -> None:
    forces = a_force("kent", more="quiet_hours: 18:00 to 08:30\n")
    room = a_newsroom(forces=forces)
    own = {"kent": "force: kent\ncampaign: cdt\ntakes_part: yes\ntimes:\n  slot-1: 19:00\n"}

    found = Newsroom(room.campaign, own, room.files).plan().problems

    assert {(line.split(" ")[0], p.severity, p.forces) for line, p in
            zip(lines(found), found, strict=True)} == {
        ("messages/national/cdt/campaign.yaml:6:3:", Severity.WARNING, ("kent",)),
        ("F:5:3:", Severity.WARNING, ("kent",)),
    }  # fmt: skip
    assert found[0].message == "nothing goes out at slot-0: it falls into quiet hours."


# --- times that people give -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar", "quoting", "reason"),
    [
        (a_window("from: 2015-11-25\nuntil: 2015-11-25", "who: kent"), (), "a silence (quiet)."),
        (a_window("from: 2015-11-25\nuntil: 2015-11-25", "who: gwent"), (), None),
        (an_election("from: 2015-11-25\nuntil: 2015-11-25"), NAMES,
         "an election (election), and it quotes a politician."),
        (an_election("from: 2015-11-25\nuntil: 2015-11-25"), (), None),
    ],
)  # fmt: skip
def test_a_time_that_a_person_gives_is_no_way_round_a_window(
    calendar: str, quoting: Sequence[str], reason: str | None
) -> None:
    room = a_newsroom(calendar, quoting=quoting)
    post = next(post for post in room.posts() if post.key == _monday())

    found = hindrance(room.sources(), post, to_utc(date(2015, 11, 25), time(15)))

    assert found == (f"nothing goes out then: {reason}" if reason else None)


def _monday() -> PostKey:
    return PostKey.parse("cdt@2015/kent-x/d1.slot-0/en")


# --- mistakes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar", "sentence"),
    [
        (a_window("day: 11 November\nfrom: 10:45\nto: 11:15", "who: knet"),
         '7:10: there is no sender or region called "knet". Did you mean kent?'),
        (a_window("day: 11 November\nfrom: 10:45\nto: 11:15", "who:"),
         '3:5: "who" is missing here: who takes part?'),
        (a_window("day: 11 November\nfrom: 10:45\nto: 11:15", "campaigns: cdtt"),
         '7:16: there is no run or campaign called "cdtt" in config/campaigns.yaml. '
         "Did you mean cdt?"),
        (a_window("day: 11 November\nfrom: 10:45\nto: 11:15", "essential: yes"),
         '7:16: "essential" is pass, not "yes".'),
        (a_window("day: 11 November\nfrom: 10:45\nuntil: 2027-05-06"),
         "5:5: a window of one day has day:, from: and to:, and no until:."),
        (a_window("from: 2027-05-01\nto: 11:15\nuntil: 2027-05-06"),
         "4:5: a window over several days has from: and until:, and no to:."),
        (a_window("from: 10:45\nto: 11:15"), "3:5: this window does not say when it is."),
        (a_window("from: 2027-05-06\nuntil: 2027-05-01"),
         "4:12: the window ends before it starts."),
        (a_window("from: 2027-05-06 22:00\nuntil: 2027-05-06 07:00"),
         "4:12: the window ends before it starts."),
        (a_window("from: 1 May\nuntil: 2027-05-06"),
         '3:11: "1 May" has no year. Write the year behind it: 1 May 2027'),
        (a_window("from: Saturday 1 May 10:00\nuntil: 2027-05-06"),
         '3:11: "Saturday 1 May" has no year.'),
        (a_window("day: Sunday 8 November\nfrom: 10:45\nto: 11:15"),
         '3:10: "Sunday 8 November" has no year. Write the year behind it: 8 November 2027'),
        (a_window("day: Monday 8 November 2026\nfrom: 10:45\nto: 11:15"),
         "3:10: 8 November 2026 is a Sunday, not a Monday."),
        (a_window("day: fifth Sunday in November\nfrom: 10:45\nto: 11:15"),
         '3:10: "fifth Sunday in November" is not a day of the year.'),
        (a_window("from: 2027-05-01 6pm\nuntil: 2027-05-06"),
         '3:11: "2027-05-01 6pm" is not a date.'),
        (a_window("from: 2027-05-01 24:00\nuntil: 2027-05-06"),
         '3:11: "2027-05-01 24:00" is not a day, nor a day and a time.'),
        (an_election("from: 2027-05-01\nuntil: 2027-05-06", ""),
         '3:5: "who" is missing here: who takes part?'),
        (an_election("from: 2027-05-01\nuntil: 2027-05-06").replace("    source: a page\n", ""),
         '3:5: "source" is missing here.'),
        ("bank_holidays:\n  jubilee:\n    day: 2027-06-01\n    why: x\n    who: Whales\n",
         '5:10: there is no nation called "Whales". Did you mean Wales?'),
        ("bank_holidays:\n  jubilee:\n    day: 1 June\n    why: x\n",
         '3:10: "1 June" is not a date.'),
    ],
)  # fmt: skip
def test_a_mistake_in_the_calendar_is_one_line(calendar: str, sentence: str) -> None:
    found = only(config_of(calendar=calendar, forces=BOTH)[1])

    assert found.removeprefix("config/calendar.yaml:").startswith(sentence)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("from: 2027-05-01\nuntil: 2027-05-06", "from: 2027-05-06\nuntil: 2027-05-09", True),
        ("from: 2027-05-01\nuntil: 2027-05-06", "from: 2027-05-07\nuntil: 2027-05-09", False),
        ("from: 2027-05-01\nuntil: 2027-05-06\nwho: kent",
         "from: 2027-05-06\nuntil: 2027-05-09\nwho: Wales", False),
        ("from: 2027-05-01\nuntil: 2027-05-06\nwho: kent",
         "from: 2027-05-06\nuntil: 2027-05-09\nwho: England", True),
        ("from: 2026-11-10\nuntil: 2026-11-12", "day: 11 November 2026\nfrom: 10:45\nto: 11:15",
         True),
        ("day: 11 November\nfrom: 10:45\nto: 11:15", "day: 11 November\nfrom: 11:15\nto: 12:00",
         True),
        ("day: 11 November\nfrom: 10:45\nto: 11:15",
         "day: second Sunday in November\nfrom: 11:15\nto: 12:00", False),
    ],
)  # fmt: skip
def test_two_windows_for_the_same_at_one_time_are_a_warning(
    first: str, second: str, told: bool
) -> None:
    other = a_window(second).removeprefix("no_posts:\n").replace("quiet:", "again:")

    found = config_of(calendar=a_window(first) + other, forces=BOTH)[1]

    assert [p.message for p in found] == (
        ["again and quiet, at config/calendar.yaml:2:3, are for the same at one time."]
        if told
        else []
    )
    assert all(p.severity is Severity.WARNING for p in found)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("quiet_hours: 10pm to 7am", '"10pm to 7am" is not a stretch of a day.'),
        ("quiet_hours: 22:00", '"22:00" is not a stretch of a day.'),
        ("quiet_hours: 07:00 to 07:00", '"07:00 to 07:00" is not a stretch of a day.'),
        ("nation: Scotlnd", 'there is no nation called "Scotlnd". Did you mean Scotland?'),
    ],
)
def test_a_mistake_in_a_senders_hours_or_nation_is_one_line(line: str, sentence: str) -> None:
    forces = BOTH + a_force("alpha", more=f"{line}\n")

    assert sentence in only(config_of(forces=forces)[1])


@pytest.mark.parametrize(("theme", "told"), [("report-it", False), ("reprot-it", True)])
def test_a_theme_that_no_campaign_has_is_named(theme: str, told: bool) -> None:
    calendar = a_window("day: 11 November\nfrom: 10:45\nto: 11:15", f"themes: {theme}")
    sources = a_newsroom(calendar).sources()

    found = lines(list(window_problems(sources.config, sources.packs)))

    assert found == (
        ['config/calendar.yaml:2:3: quiet names the theme "reprot-it", which none of its campaigns '
         "has. Did you mean report-it? Themes: report-it."] if told else []
    )  # fmt: skip


def test_a_pick_is_kept_only_where_its_words_may_be_said() -> None:
    approved = {_monday(): Pick("alpha", "w0")}

    plan = a_newsroom(an_election(WEEK), quoting=["alpha"]).plan(kept=approved)

    assert next(p for p in plan.posts if p.key == _monday()).rendering.pick.message != "alpha"


def test_of_windows_that_were_copied_over_and_over_the_first_are_named() -> None:
    first = a_window("day: 11 November\nfrom: 10:45\nto: 11:15")
    block = first.removeprefix("no_posts:\n")
    copies = "".join(block.replace("quiet:", f"copy-{number}:") for number in range(100))

    found = config_of(calendar=first + copies, forces=BOTH)[1]

    assert len([problem for problem in found if problem.code == "overlap"]) == 20
