"""When a national pack may be seen and planned, how it is handled, and when it is read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core import check
from bot.core.changes import facts
from bot.core.insertion import with_recall
from bot.core.packs import NationalPack, read_national, recalled_in
from bot.core.packs.brief import in_lines
from bot.core.plan import Plan, plan
from bot.core.saying import said_from_pack
from tests.core.packs_in_text import (
    CAMPAIGN,
    KENT,
    WEEK,
    Newsroom,
    a_national,
    local_of,
    national_of,
    texts,
)

EDITION = CAMPAIGN.replace(
    "version: 1\n",
    "version: 2\nembargo: Monday 2015-11-23 08:30\nmay_preview: A. Smith, B. Jones\n"
    "handling: OFFICIAL. For press offices only.\nreview: 2015-11-20\n",
)
BEFORE, AT = (datetime(2015, 11, 23, 8, minute, tzinfo=UTC) for minute in (29, 30))


def planned(now: datetime, *, lifted: tuple[str, ...] = ()) -> Plan:
    return plan(Newsroom(EDITION).sources().at(now, lifted=lifted), WEEK, {})


def test_an_edition_says_when_it_may_be_seen_by_whom_and_how_it_is_handled() -> None:
    pack = a_national(EDITION.replace("Monday 2015-11-23 08:30", "1 July 2015 at 09:00"))

    assert pack.embargo == datetime(2015, 7, 1, 8, tzinfo=UTC)  # nine o'clock in summer
    assert pack.may_preview == ("A. Smith", "B. Jones")
    assert pack.handling == "OFFICIAL. For press offices only."


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("2015-11-23", '"embargo" is a day and a time of day, not "2015-11-23".'),
        ("09:00", '"embargo" is a day and a time of day, not "09:00".'),
        ("Tuesday 2015-11-23 09:00", "23 November 2015 is a Monday, not a Tuesday."),
        ("2015-11-23 9am", '"9am" is not a time of day.'),
        ("tomorrow 09:00", '"tomorrow" is not a date.'),
    ],
)
def test_an_embargo_without_a_day_or_a_time_is_named(said: str, sentence: str) -> None:
    _, problems = national_of(EDITION.replace("Monday 2015-11-23 08:30", said))

    assert [problem.message for problem in problems] == [sentence]


def test_names_without_an_embargo_are_warned_of() -> None:
    _, problems = national_of(EDITION.replace("embargo: Monday 2015-11-23 08:30\n", ""))

    assert [problem.code for problem in problems] == ["no-embargo"]


def test_nothing_is_planned_before_the_embargo_ends_and_the_reason_can_be_read() -> None:
    before = planned(BEFORE)

    assert before.posts == ()
    assert {(one.sender, one.code, str(one.place)) for one in before.left_out} == {
        ("kent", "embargo", "messages/national/cdt/campaign.yaml:3:1"),
        ("gwent", "embargo", "messages/national/cdt/campaign.yaml:3:1"),
    }
    assert before.left_out[0].reason == (
        "it is under embargo until Monday 23 November 2015 at 08:30."
    )


def test_what_was_planned_before_somebody_set_an_embargo_is_withdrawn() -> None:
    key = planned(AT).posts[0].key

    assert planned(BEFORE).judges(key)


def test_all_is_planned_once_it_has_ended_and_for_the_named_before() -> None:
    assert texts(planned(AT).posts) == texts(Newsroom().posts())
    assert planned(BEFORE, lifted=("cdt",)).posts == planned(AT).posts


def test_a_line_held_ready_is_not_said_under_embargo() -> None:
    ready = a_ready(EDITION)
    sources = Newsroom(ready).sources()
    kent = sources.config.senders["kent"]

    said = said_from_pack(sources, "trust-your-instincts", [kent], None, at=BEFORE)

    assert [problem.code for problem in said.errors] == ["embargo"]
    assert said.posts == ()


def test_messages_that_changed_while_the_version_stayed_are_warned_of_and_notes_are_not() -> None:
    first = a_national(EDITION)
    other = a_national(EDITION.replace("Seen something", "Seen anything"))
    noted = a_national("# only a note\n" + EDITION)

    found = check.unraised_version(other, first, ("kent",))

    assert check.unraised_version(noted, first, ("kent",)) is None
    assert found is not None
    assert (found.place.line, found.code, found.forces) == (2, "same-version", ("kent",))
    assert found.message == (
        "the version is still 2, though trust-your-instincts changed since it was first planned."
    )
    assert found.advice.endswith("version: 3")


def test_a_review_that_is_overdue_and_posts_due_too_early_are_warned_of() -> None:
    pack: NationalPack = a_national(EDITION.replace("08:30", "09:30"))
    posts = planned(BEFORE, lifted=("cdt",)).posts

    found = check.edition_problems([pack, None], posts, BEFORE)

    assert [f"{problem.place.line}: {problem.message}" for problem in found] == [
        "6: Communities Defeat Terrorism should have been read again by Friday 20 November 2015.",
        "3: 3 posts are due before the embargo ends, Monday 23 November 2015 at 09:30, and will "
        "not go out.",
    ]


BRIEF = """\
brief:
  owner: the national team
  objective: by Friday, people know how to report
  measured_by: reports by phone and online, counted apart
  audiences: everyone, young people
  partners: retail, sport
"""


def test_a_campaign_says_what_it_is_for_and_who_is_in_it() -> None:
    pack = a_national(CAMPAIGN.replace("slots:\n", f"{BRIEF}slots:\n"))

    assert in_lines(pack.brief) == [
        ("owner", "the national team"),
        ("objective", "by Friday, people know how to report"),
        ("measured by", "reports by phone and online, counted apart"),
        ("audiences", "everyone, young people"),
        ("partners", "retail, sport"),
    ]
    assert check.edition_problems([pack], (), AT) == []


@pytest.mark.parametrize(
    ("brief", "sentence"),
    [
        ("  owner: the team\n", "does not say its objective or measured_by."),
        ("  objective: people report\n", "does not say its measured_by."),
        ("  measured_by: reports\n", "does not say its objective."),
    ],
)
def test_a_brief_without_an_aim_that_can_be_looked_for_is_warned_of(
    brief: str, sentence: str
) -> None:
    pack = a_national(CAMPAIGN.replace("slots:\n", f"brief:\n{brief}slots:\n"))

    found = check.edition_problems([pack], (), AT)

    assert [(one.code, one.place.line) for one in found] == [("no-objective", 6)]
    assert found[0].message.endswith(sentence)


def test_a_review_that_changed_nothing_is_recorded_all_the_same() -> None:
    told = CAMPAIGN.replace("version: 1\n", "version: 1\nreviewed: Friday 2020-09-11\n")

    (line,) = facts(a_national(), a_national(told))

    assert line == "reviewed: on Friday 11 September 2020 (before: not said)"


def a_ready(campaign: str) -> str:
    """The same, held ready and never scheduled."""
    head, slots, rest = campaign.partition("slots:\n  morning: 09:00\n  evening: 17:30\n")
    assert slots
    head = head.replace("starts: Monday 2015-11-23\ndays: 5\n", "scheduled: never\n")
    return head + rest.replace(
        "report-it: Monday, Tuesday, Wednesday, Thursday, Friday", "report-it:"
    )


def test_trust_in_national_corrections_is_trusted_or_ask_and_never_meant_by_chance() -> None:
    said = {text: local_of(f"{KENT}national_corrections: {text}\n", "kent")[0] for text in
            ("trusted", "ask", "yes")}  # fmt: skip

    assert said["trusted"].trusts_corrections
    assert not said["ask"].trusts_corrections
    assert (said["yes"].ok, said["yes"].trusts_corrections) == (False, False)


# --- recalled ---------------------------------------------------------------------------------

TWO = (
    CAMPAIGN
    + """\
  no-rewind:
    theme: report-it
    wordings:
      first:
        en: |
          Life has no rewind button {{ in_area }}: {{ report_link }}
        cy: |
          Does dim botwm ailddirwyn {{ in_area }}: {{ report_link }}
"""
)
RECALLED = TWO.replace("themes:", "withdraw:\n  no-rewind: the film is gone\nthemes:")
OWN = (
    KENT
    + """\
change:
  no-rewind:
    first:
      en: |
        No rewinding {{ in_area }}: {{ report_link }}
"""
)


def test_a_message_that_is_recalled_is_said_by_nobody_in_whatever_words() -> None:
    said = {post.rendering.pick.message for post in Newsroom(TWO, {"kent": OWN}).posts()}
    left = {post.rendering.pick.message for post in Newsroom(RECALLED, {"kent": OWN}).posts()}

    assert said == {"trust-your-instincts", "no-rewind"}
    assert left == {"trust-your-instincts"}
    assert len(Newsroom(RECALLED, {"kent": OWN}).posts()) == len(Newsroom(TWO).posts())


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("no-rewnd: gone", 'there is no message called "no-rewnd" to recall.'),
        ("no-rewind:", '"no-rewind" is withdrawn without a reason.'),
    ],
)
def test_a_recall_that_says_nothing_is_named(said: str, sentence: str) -> None:
    _, problems = national_of(RECALLED.replace("no-rewind: the film is gone", said))

    assert [problem.message for problem in problems] == [sentence]


def test_a_recall_counts_although_the_rest_of_the_pack_has_an_error() -> None:
    broken = RECALLED.replace("days: 5", "days: five").encode()

    assert read_national("cdt", {"x/campaign.yaml": broken})[0] is None
    assert recalled_in({"x/campaign.yaml": broken}) == {"no-rewind": "the film is gone"}
    assert recalled_in({"x/campaign.yaml": CAMPAIGN.encode()}) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("campaign: A\n", "campaign: A\n\nwithdraw:\n  b: why\n"),
        ("withdraw:\n  a: x  # note\nslots:\n", "withdraw:\n  a: x  # note\n  b: why\nslots:\n"),
        ("withdraw:\r\nslots:\r\n", "withdraw:\r\n  b: why\r\nslots:\r\n"),
        ("withdraw:\n  b: x\n", "withdraw:\n  b: x\n"),
    ],
)
def test_a_recall_is_one_line_in_the_pack(before: str, after: str) -> None:
    assert with_recall(before.encode(), "b", "why") == after.encode()
