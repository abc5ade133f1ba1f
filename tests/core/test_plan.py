"""What goes out, when, and why something does not: design invariants 1, 2, 3 and 11."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import LONDON, PostKey
from bot.core.packs import NationalPack
from bot.core.picks import assign, settled
from bot.core.plan import Plan, Sources, Window, plan, preview_code
from bot.core.reading import to_utc
from bot.core.source import Place, Problem
from tests.core.packs_in_text import (
    CALENDAR,
    CAMPAIGN,
    CAMPAIGNS,
    CY,
    EN,
    FORCES,
    GWENT,
    KENT,
    WEEK,
    Newsroom,
    a_campaign,
    a_config,
    a_force,
    a_national,
    lines,
    picks,
    texts,
)

NAMES = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")
forces = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
messages = st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True)


def a_newsroom(
    messages: Sequence[str],
    forces: Sequence[str] = ("alpha",),
    *,
    wordings: int = 2,
    days: int = 5,
    languages: str = "en",
    local: str = "",
) -> Newsroom:
    """A week of these messages for these forces; `local` is what alpha lays over it."""
    own = "force: alpha\ncampaign: cdt\ntakes_part: yes\n" + local
    entries = "".join(a_force(one, languages=languages) for one in forces)
    return Newsroom(
        a_campaign(messages, wordings=wordings, days=days),
        {"alpha": own} if local else {},
        {"forces": entries},
    )


def of(sender: str, found: Plan) -> dict[str, str]:
    return texts([post for post in found.posts if post.sender == sender])


# --- picks do not wander ----------------------------------------------------------------------


@given(forces, st.sampled_from(NAMES), messages)
def test_adding_a_force_changes_no_other_forces_posts(
    before: list[str], new: str, said: list[str]
) -> None:
    alone = a_newsroom(said, before).plan()

    together = a_newsroom(said, [new, *(name for name in before if name != new)]).plan()

    for name in set(before) - {new}:
        assert of(name, together) == of(name, alone)


@given(messages, st.sampled_from(NAMES), st.integers(1, 3), st.data())
def test_adding_a_message_changes_no_kept_place(
    said: list[str], new: str, wordings: int, data: st.DataObject
) -> None:
    old = a_newsroom(said, wordings=wordings).plan()
    kept = data.draw(st.lists(st.sampled_from(old.posts), unique_by=lambda post: post.key))

    bigger = a_newsroom([*said, *{new} - set(said)], wordings=wordings).plan(kept=picks(kept))

    assert texts(kept).items() <= texts(bigger.posts).items()


@given(messages, st.integers(1, 3), st.data())
def test_keeping_what_is_planned_anyway_changes_nothing(
    said: list[str], wordings: int, data: st.DataObject
) -> None:
    room = a_newsroom(said, wordings=wordings, languages="cy, en")
    natural = room.plan()
    kept = data.draw(st.lists(st.sampled_from(natural.posts), unique_by=lambda post: post.key))

    assert texts(room.plan(kept=picks(kept)).posts) == texts(natural.posts)


@given(
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=8, unique=True),
    st.integers(1, 7),
    st.data(),
)
def test_a_withdrawn_message_changes_only_its_own_places(
    said: list[str], days: int, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(said))
    before = a_newsroom(said, days=days).plan()

    after = a_newsroom(said, days=days, local=f"withdraw:\n  {gone}: a reason\n").plan()

    others = [post for post in before.posts if post.rendering.pick.message != gone]
    assert texts(others).items() <= texts(after.posts).items()
    assert len(after.posts) == len(before.posts)
    assert gone not in {post.rendering.pick.message for post in after.posts}


@given(
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=8, unique=True),
    st.integers(1, 7),
    st.data(),
)
def test_a_withdrawn_messages_places_are_refilled_from_messages_not_yet_used(
    said: list[str], days: int, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(said))

    after = a_newsroom(said, days=days, local=f"withdraw:\n  {gone}: a reason\n").plan()

    uses = Counter(post.rendering.pick.message for post in after.posts)
    assert max(uses.values()) == 1 or len(uses) == len(said) - 1


CINEMA = """\
  {name}:
    theme: report-it
    wordings:
      on-screen:
        for_forces_with: cinema
        en: |
          See our film {{{{ cinema }}}}: {{{{ report_link }}}}
"""


@given(messages, st.sampled_from(NAMES))
def test_withdrawing_what_a_force_could_not_say_anyway_changes_nothing(
    said: list[str], unsayable: str
) -> None:
    campaign = a_campaign([name for name in said if name != unsayable])
    campaign = campaign.replace(
        "each_force_fills_in:\n", "each_force_fills_in:\n  cinema:\n    needed: no\n"
    )
    room = Newsroom(
        campaign + CINEMA.format(name=unsayable),
        {"alpha": "force: alpha\ncampaign: cdt\ntakes_part: yes\n"},
        {"forces": a_force("alpha")},
    )
    own = f"force: alpha\ncampaign: cdt\nwithdraw:\n  {unsayable}: a reason\n"

    without = replace(room, local={"alpha": own})

    assert texts(without.plan().posts) == texts(room.plan().posts)


@given(messages, st.integers(1, 7))
def test_no_message_comes_twice_before_the_pool_is_through(said: list[str], days: int) -> None:
    posts = a_newsroom(said, days=days).plan(Window(date(2015, 11, 23), date(2015, 11, 29))).posts

    order = [post.rendering.pick.message for post in posts]
    for start in range(0, len(order), len(said)):
        assert len(set(order[start : start + len(said)])) == len(order[start : start + len(said)])


@given(messages, st.integers(1, 4), st.integers(1, 7), st.data())
def test_no_text_comes_twice_on_an_account_while_wordings_suffice(
    said: list[str], wordings: int, days: int, data: st.DataObject
) -> None:
    room = a_newsroom(said, wordings=wordings, days=days)
    natural = room.plan(Window(date(2015, 11, 23), date(2015, 11, 29)))
    kept = data.draw(st.lists(st.sampled_from(natural.posts), unique_by=lambda post: post.key))

    posts = a_newsroom(["zulu", *said], wordings=wordings, days=days).plan(kept=picks(kept)).posts

    if len(posts) <= len(said) * wordings:
        assert max(Counter(post.rendering.text for post in posts).values(), default=1) == 1


@given(st.integers(0, 30), st.integers(1, 8), st.data())
def test_every_message_is_used_as_often_as_the_others_give_or_take_one(
    places: int, pool: int, data: st.DataObject
) -> None:
    usable = data.draw(st.sets(st.sampled_from(NAMES[:pool]), min_size=1))

    found = assign(places, NAMES[:pool], usable)

    uses = Counter(name for name, _ in found)
    assert len(found) == places
    assert {turn for _, turn in found} <= set(range(places))
    assert len(set(found)) == len(found)
    if usable == set(NAMES[:pool]) and places:
        assert max(uses.values()) - min(uses[name] for name in usable) <= 1


def test_no_message_to_say_fills_no_place() -> None:
    assert assign(3, NAMES[:2], ()) == []


def test_what_is_kept_stays_and_what_it_took_is_replaced() -> None:
    assert settled("abc", ["c", None, None], "abc") == ["c", "b", "a"]
    assert settled("abca", [None, None, None, "a"], "abc") == ["a", "b", "c", "a"]


@given(messages, st.data())
def test_the_order_of_a_files_entries_is_irrelevant(said: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(said))

    one, other = a_newsroom(said).plan(), a_newsroom(shuffled).plan()

    assert texts(one.posts) == texts(other.posts)


@given(messages, st.integers(0, 4), st.integers(0, 4))
def test_a_window_shows_a_part_of_the_plan_and_changes_none_of_it(
    said: list[str], first: int, length: int
) -> None:
    start = date(2015, 11, 23) + timedelta(days=first)
    room = a_newsroom(said)

    part = room.plan(Window(start, start + timedelta(days=length)))

    assert texts(part.posts).items() <= texts(room.plan().posts).items()
    assert {post.due.date() for post in part.posts} <= {
        start + timedelta(days=n) for n in range(length + 1)
    }


def test_a_filter_shows_a_part_of_the_plan_and_changes_none_of_it() -> None:
    whole = Newsroom().plan()

    part = whole.only(lambda post: post.sender == "kent", lambda _: True)

    assert part.posts == tuple(post for post in whole.posts if post.sender == "kent")
    assert part.judges(PostKey("cdt@2015", "gwent-x", "d1.morning", EN))


def test_two_accounts_do_not_say_the_same_things_in_the_same_order() -> None:
    found = a_newsroom(NAMES, NAMES[:4]).plan()

    orders = {
        name: tuple(post.rendering.pick for post in found.posts if post.sender == name)
        for name in NAMES[:4]
    }
    assert len(set(orders.values())) == 4


# --- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("words", Newsroom(CAMPAIGN.replace("Seen something", "Noticed something"))),
        ("a time", Newsroom(CAMPAIGN.replace("morning: 09:00", "morning: 08:15"))),
        ("a local time", Newsroom(local={"gwent": GWENT + "times:\n  morning: 11:00\n"})),
        ("a handle", Newsroom(files={"forces": FORCES.replace("kent_police", "KentPolice")})),
        ("a minute", Newsroom(files={"forces": FORCES.replace("minute: 28", "minute: 5")})),
        (
            "the start",
            Newsroom(files={"campaigns": CAMPAIGNS + "  starts: Monday 30 November 2015\n"}),
        ),
        (
            "the version",
            Newsroom(CAMPAIGN.replace("version: 1", "version: 9")),
        ),
    ],
)
def test_a_key_never_changes_with(name: str, room: Newsroom) -> None:
    month = Window(date(2015, 11, 1), date(2015, 12, 31))

    assert name
    assert set(texts(room.plan(month).posts)) == set(texts(Newsroom().plan(month).posts))


def test_a_key_is_the_place_to_be_filled() -> None:
    keys = list(texts(Newsroom().plan().posts))

    assert keys[:3] == [
        "cdt@2015/gwent-x/d1.morning/cy",
        "cdt@2015/gwent-x/d1.morning/en",
        "cdt@2015/kent-x/d1.morning/en",
    ]
    assert all(str(PostKey.parse(key)) == key for key in keys)


def test_no_two_posts_have_one_key() -> None:
    posts = Newsroom().plan().posts

    assert len({post.key for post in posts}) == len(posts) == 30


# --- times ------------------------------------------------------------------------------------


def test_welsh_goes_before_english_and_a_force_speaks_at_its_minute() -> None:
    posts = [post for post in Newsroom().plan().posts if post.sender == "gwent"]

    assert [post.key.language for post in posts[:4]] == [CY, EN, CY, EN]
    assert posts[0].due == posts[1].due == datetime(2015, 11, 23, 9, 25, tzinfo=UTC)


def test_posts_stand_in_the_order_of_their_due_times() -> None:
    posts = Newsroom().plan().posts

    assert all(one.due <= other.due for one, other in pairwise(posts))


@pytest.mark.parametrize(
    ("day", "clock", "utc"),
    [
        ("2026-03-28", "01:30", "2026-03-28T01:30"),
        ("2026-03-29", "00:59", "2026-03-29T00:59"),
        ("2026-03-29", "01:00", "2026-03-29T01:00"),  # does not exist: 02:00 on London's clocks
        ("2026-03-29", "01:30", "2026-03-29T01:30"),
        ("2026-03-29", "02:00", "2026-03-29T01:00"),
        ("2026-03-29", "09:00", "2026-03-29T08:00"),
        ("2026-10-25", "00:59", "2026-10-24T23:59"),
        ("2026-10-25", "01:30", "2026-10-25T00:30"),  # comes twice: the first
        ("2026-10-25", "02:00", "2026-10-25T02:00"),
        ("2026-10-25", "09:00", "2026-10-25T09:00"),
        ("2026-07-01", "09:00", "2026-07-01T08:00"),
    ],
)
def test_a_missing_hour_shifts_forward_and_a_repeated_one_is_the_first(
    day: str, clock: str, utc: str
) -> None:
    found = to_utc(date.fromisoformat(day), time.fromisoformat(clock))

    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "slot", "dues"),
    [
        ("Saturday 28 March 2026", "09:00", ["2026-03-28T09:28", "2026-03-29T08:28"]),
        ("Saturday 28 March 2026", "00:45", ["2026-03-28T01:13", "2026-03-29T01:13"]),
        ("Saturday 24 October 2026", "09:00", ["2026-10-24T08:28", "2026-10-25T09:28"]),
        (
            "Saturday 24 March 2018",
            "09:00",
            ["2018-03-24T09:28", "2018-03-25T08:28", "2018-03-26T08:28"],
        ),
        (
            "Saturday 26 October 2019",
            "09:00",
            ["2019-10-26T08:28", "2019-10-27T09:28", "2019-10-28T09:28"],
        ),
        ("Saturday 24 October 2026", "23:50", ["2026-10-24T23:18", "2026-10-26T00:18"]),
    ],
)
def test_a_campaign_over_a_clock_change_keeps_londons_time(
    starts: str, slot: str, dues: list[str]
) -> None:
    campaign = CAMPAIGN.replace("Monday 2015-11-23", starts).replace(
        "days: 5", f"days: {len(dues)}"
    )
    campaign = campaign.replace("Monday, Tuesday", "Saturday, Sunday, Monday, Tuesday")
    campaign = campaign.replace("  morning: 09:00\n  evening: 17:30\n", f"  morning: {slot}\n")
    window = Window(date(2018, 3, 1), date(2026, 12, 31))

    posts = [post for post in Newsroom(campaign).plan(window).posts if post.sender == "kent"]

    assert [f"{post.due:%Y-%m-%dT%H:%M}" for post in posts] == dues


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.times())
def test_an_instant_reads_the_same_on_londons_clocks_unless_its_hour_is_missing(
    day: date, clock: time
) -> None:
    clock = clock.replace(second=0, microsecond=0)

    found = to_utc(day, clock)

    shown = found.astimezone(LONDON)
    gap = shown.replace(tzinfo=None) - datetime.combine(day, clock)
    assert gap in (timedelta(), timedelta(hours=1))


# --- what is left out -------------------------------------------------------------------------


def test_a_silence_leaves_posts_out_with_its_reason() -> None:
    calendar = CALENDAR.replace("11 November", "23 November").replace("10:45", "09:00")

    found = Newsroom(files={"calendar": calendar}).plan()

    left = [one for one in found.left_out if one.code == "silence"]
    assert {(one.account, one.slot, str(one.day)) for one in left} == {
        ("gwent-x", "d1.morning", "2015-11-23"),
        ("kent-x", "d1.morning", "2015-11-23"),
    }
    assert left[0].reason == "two minutes of silence at 11 o'clock (armistice-day)"
    assert str(left[0].place) == "config/calendar.yaml:2:3"
    assert len(found.posts) == 27


def test_a_silence_moves_no_other_place() -> None:
    calendar = CALENDAR.replace("11 November", "23 November").replace("10:45", "09:00")

    found = Newsroom(files={"calendar": calendar}).plan()

    assert texts(found.posts).items() <= texts(Newsroom().plan().posts).items()


@pytest.mark.parametrize(
    ("local", "code", "reason"),
    [
        ("takes_part: no\nwhy: our own week\n", "takes-no-part", "takes no part: our own week"),
        ("takes_part: perhaps\n", "broken-local-pack", "its local pack has an error."),
    ],
)
def test_a_force_that_is_left_out_is_listed_with_its_reason(
    local: str, code: str, reason: str
) -> None:
    found = Newsroom(local={"kent": f"force: kent\ncampaign: cdt\n{local}"}).plan()

    assert [(one.sender, one.code, one.reason) for one in found.left_out] == [
        ("kent", code, reason)
    ]
    assert {post.sender for post in found.posts} == {"gwent"}


def test_a_force_without_an_account_is_listed() -> None:
    forces = FORCES.replace(
        "  accounts:\n    kent-x:\n      platform: x\n      handle: kent_police\n",
        "  no_accounts_because: it has none yet\n",
    )

    left = Newsroom(files={"forces": forces}).plan().left_out

    assert [(one.sender, one.code) for one in left] == [("kent", "no-account")]


def test_a_day_without_a_theme_is_listed() -> None:
    found = Newsroom(CAMPAIGN.replace("Monday, Tuesday, ", "Tuesday, ")).plan()

    left = {(str(one.day), one.reason) for one in found.left_out}
    assert left == {("2015-11-23", "Monday has no theme.")}


def test_a_theme_with_nothing_left_to_say_is_listed() -> None:
    own = KENT + "withdraw:\n  trust-your-instincts: not ours\n"

    left = [one for one in Newsroom(local={"kent": own}).plan().left_out if one.sender == "kent"]

    assert {one.reason for one in left} == {"no message of report-it is left for it."}
    assert len(left) == 10


CINEMA_ONLY = CAMPAIGN.replace(
    "      not-sure:\n", "      not-sure:\n        for_forces_with: at_cinemas\n"
).replace("      every-report:\n", "      every-report:\n        for_forces_with: at_cinemas\n")


def test_a_force_for_which_a_theme_has_no_wording_is_an_error_that_names_both() -> None:
    found = Newsroom(CINEMA_ONLY, {"gwent": GWENT}).plan()

    assert {post.sender for post in found.posts} == {"gwent"}
    assert lines(found.problems) == [
        'messages/national/cdt/campaign.yaml:19:3: nothing of the theme "report-it" is left for '
        "kent to say. Each of its wordings is for other forces, or lacks one of their languages. "
        "Write one that any force can use."
    ]
    assert (found.problems[0].code, found.problems[0].forces) == (
        "force-left-with-nothing",
        ("kent",),
    )
    assert {one.code for one in found.left_out} == {"force-left-with-nothing"}
    assert not found.judges(PostKey("cdt@2015", "kent-x", "d1.morning", EN))
    assert found.judges(PostKey("cdt@2015", "gwent-x", "d1.morning", EN))


def test_a_length_of_its_own_is_not_cut_by_the_run() -> None:
    found = Newsroom(files={"campaigns": CAMPAIGNS + "  ends: Wednesday 2015-11-25\n"}).plan()

    assert found.posts == ()
    assert lines(found.problems) == [
        "config/campaigns.yaml:1:1: Communities Defeat Terrorism has a length of its own, so its "
        "runs have no ends:. Take the line out: how long it lasts stands in "
        "messages/national/cdt/campaign.yaml."
    ]


LIVE = "      handle: kent_police\n      handle_source: its own page\n      live: yes\n"


def test_live_leaves_out_whoever_has_not_said_yes_and_every_account_not_marked_live() -> None:
    forces = FORCES.replace("      handle: kent_police\n", LIVE)

    found = Newsroom(local={"kent": KENT}, files={"forces": forces}, live=True).plan()

    assert {post.sender for post in found.posts} == {"kent"}
    assert [(one.sender, one.code) for one in found.left_out] == [("gwent", "no-local-pack")]


def test_an_account_not_marked_live_is_left_out_when_live() -> None:
    found = Newsroom(local={"kent": KENT, "gwent": GWENT}, live=True).plan()

    assert found.posts == ()
    assert {one.code for one in found.left_out} == {"not-live"}


# --- runs -------------------------------------------------------------------------------------


def test_a_run_on_another_weekday_is_refused_with_both_near_dates() -> None:
    campaigns = CAMPAIGNS + "  starts: Tuesday 24 November 2015\n"

    found = Newsroom(files={"campaigns": campaigns}).plan()

    assert found.posts == ()
    assert lines(found.problems) == [
        "config/campaigns.yaml:1:1: Tuesday 24 November 2015 is not a Monday, on which "
        "Communities Defeat Terrorism starts. Its themes belong to weekdays. "
        "Start it on Monday 23 November 2015 or Monday 30 November 2015."
    ]


def test_a_run_of_an_unknown_pack_is_named() -> None:
    found = Newsroom(files={"campaigns": CAMPAIGNS.replace("pack: cdt", "pack: ctd")}).plan()

    assert lines(found.problems) == [
        'config/campaigns.yaml:1:1: there is no pack called "ctd". '
        "Did you mean cdt? Packs in messages/national: cdt."
    ]


PRACTICE = """\
cdt@practice:
  pack: cdt
  starts: Monday of every week
  practice: yes
  who: kent
"""


def test_a_practice_run_comes_every_week_and_each_week_has_its_own_keys() -> None:
    window = Window(date(2026, 11, 16), date(2026, 11, 27))

    posts = Newsroom(files={"campaigns": PRACTICE}).plan(window).posts

    assert {post.key.run for post in posts} == {"cdt@practice-2026w47", "cdt@practice-2026w48"}
    assert len(posts) == 20


def test_a_practice_week_gives_way_to_a_real_run_of_the_same_pack() -> None:
    posts = Newsroom(files={"campaigns": CAMPAIGNS + PRACTICE}).plan().posts

    assert {post.key.run for post in posts} == {"cdt@2015"}


def test_a_practice_run_is_never_planned_live() -> None:
    forces = FORCES.replace("      handle: kent_police\n", LIVE)
    files = {"campaigns": PRACTICE, "forces": forces}

    assert Newsroom(local={"kent": KENT}, files=files, live=True).plan().posts == ()


# --- what the plan may judge ------------------------------------------------------------------

KENTS = PostKey("cdt@2015", "kent-x", "d1.morning", EN)
GWENTS = PostKey("cdt@2015", "gwent-x", "d1.morning", CY)


def broken(packs: dict[str, NationalPack | None], **files: str) -> Plan:
    return plan(Sources(a_config(**files), packs, {}), WEEK, {})


def test_a_sound_plan_judges_its_runs() -> None:
    found = Newsroom().plan()

    assert found.judges(KENTS)
    assert found.judges(GWENTS)


def test_a_broken_or_missing_pack_withdraws_nothing() -> None:
    assert not broken({"cdt": None}).judges(KENTS)
    assert not broken({}).judges(KENTS)


def test_a_broken_pack_leaves_other_campaigns_judged() -> None:
    two = CAMPAIGNS + "other@2015:\n  pack: other\n  who: everyone\n"

    found = broken({"cdt": a_national(), "other": None}, campaigns=two)

    assert found.judges(KENTS)
    assert not found.judges(PostKey("other@2015", "kent-x", "d1.morning", EN))


@pytest.mark.parametrize(
    "local",
    ["takes_part: perhaps\n", "withdraw:\n  no-such-message: a reason\n"],
)
def test_a_broken_local_pack_withdraws_nothing_of_that_force_alone(local: str) -> None:
    found = Newsroom(local={"kent": f"force: kent\ncampaign: cdt\n{local}"}).plan()

    assert not found.judges(KENTS)
    assert found.judges(GWENTS)


def test_a_removed_run_or_account_is_judged_gone() -> None:
    found = Newsroom().plan()

    assert found.judges(PostKey("cdt@2014", "kent-x", "d1.morning", EN))
    assert found.judges(PostKey("cdt@2015", "essex-x", "d1.morning", EN))


def test_a_run_moved_to_a_wrong_weekday_withdraws_nothing() -> None:
    found = Newsroom(files={"campaigns": CAMPAIGNS + "  starts: 2015-11-24\n"}).plan()

    assert not found.judges(KENTS)


def test_a_day_whose_post_has_an_error_is_not_judged_and_the_others_are() -> None:
    whole = Newsroom().plan()
    stopped = next(post for post in whole.posts if post.key == KENTS)

    found = whole.without({KENTS: Problem(Place("F", 1), "too-long", "too long.")})

    assert stopped not in found.posts
    assert not found.judges(KENTS)
    assert not found.judges(PostKey("cdt@2015", "kent-x", "d1.evening", EN))
    assert found.judges(PostKey("cdt@2015", "kent-x", "d2.morning", EN))
    assert found.left_out[-1].reason == "too long."


def test_a_value_that_is_missing_on_a_day_leaves_that_day_unjudged() -> None:
    own = KENT + (
        "change:\n  trust-your-instincts:\n    not-sure:\n      en: See {{ at_cinemas }}.\n"
        "    every-report:\n      en: See it {{ at_cinemas }}.\n"
    )

    found = Newsroom(local={"kent": own}).plan()

    assert not found.judges(KENTS)
    assert {one.code for one in found.left_out} == {"not-filled-in"}
    assert {post.sender for post in found.posts} == {"gwent"}


def test_one_wording_that_is_too_long_for_two_forces_is_one_line_even_if_it_is_not_picked() -> None:
    long = "Seen something that did not feel right. " * 6
    campaign = CAMPAIGN.replace("No report {{ in_area }} is too small", long + "{{ in_area }}")

    found = Newsroom(campaign).plan(Window(date(2015, 11, 23), date(2015, 11, 23)))

    assert [str(problem).split("\n")[0] for problem in found.problems] == [
        "messages/national/cdt/campaign.yaml:33: too long on X for 2 of 2: "
        "gwent by 21, kent by 20. Longest value: in_area."
    ]
    assert found.problems[0].forces == ("gwent", "kent")


def test_a_message_a_force_has_withdrawn_is_not_measured_for_it() -> None:
    long = "Seen something that did not feel right. " * 6
    campaign = CAMPAIGN.replace("No report {{ in_area }} is too small", long + "{{ in_area }}")
    own = KENT + "withdraw:\n  trust-your-instincts: not ours\n"

    found = Newsroom(campaign, {"kent": own}).plan()

    assert [problem.forces for problem in found.problems] == [("gwent",)]


# --- the code of a preview --------------------------------------------------------------------


def test_a_preview_code_stands_for_exactly_these_renderings_in_any_order() -> None:
    pairs = [(post.key, post.rendering.digest) for post in Newsroom().plan().posts]

    code = preview_code(pairs)

    assert code == preview_code(reversed(pairs))
    assert code != preview_code(pairs[1:])
    assert len(code) == 9
    assert not set(code) & set("ILOU")


def test_live_a_local_pack_that_is_gone_withdraws_nothing_and_a_no_does() -> None:
    forces = {"forces": FORCES.replace("      handle: kent_police\n", LIVE)}
    posts = Newsroom(local={"kent": KENT}, files=forces, live=True).plan().posts
    said_no = KENT.replace("takes_part: yes", "takes_part: no\nwhy: a local event")

    gone = Newsroom(local={}, files=forces, live=True).plan()
    no = Newsroom(local={"kent": said_no}, files=forces, live=True).plan()

    assert posts
    assert not any(gone.judges(post.key) for post in posts)
    assert all(no.judges(post.key) for post in posts)


def test_a_mistake_in_one_senders_entry_withdraws_nothing_of_it() -> None:
    posts = Newsroom().plan().posts
    forces = {"forces": FORCES.replace("platform: x\n", "platform: y\n", 1)}

    found = Newsroom(files=forces).plan()

    assert {post.sender for post in posts} > {post.sender for post in found.posts} > set()
    assert not any(found.judges(post.key) for post in posts if post not in found.posts)


def test_a_plan_judges_nothing_that_a_person_said_now() -> None:
    made = Plan((), (), (), frozenset(), frozenset(), {"kent-x": "kent"}, frozenset())

    assert made.judges(PostKey("gone@2026", "kent-x", "d1.morning", EN))
    assert not made.judges(PostKey("say@2026", "kent-x", "t20261128-031500", EN))
