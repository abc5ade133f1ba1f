"""Whom a message is for: the public, partners, or staff, whose text no account ever says."""

from __future__ import annotations

from bot.core.plan import read_ready
from tests.core.packs_in_text import (
    CAMPAIGN,
    FORCES,
    Newsroom,
    a_message,
    a_national,
    lines,
    national_of,
    problems_of,
)
from tests.factories import at


def with_audience(audience: str) -> str:
    """The campaign with one more message, which is for this audience."""
    other = a_message("for-some", wordings=1)
    return CAMPAIGN + other.replace("    wordings", f"    audience: {audience}\n    wordings")


def saying(campaign: str, forces: str = FORCES) -> set[str]:
    """Who says the message in a week."""
    posts = Newsroom(campaign, files={"forces": forces}).posts()
    return {post.sender for post in posts if post.rendering.pick.message == "for-some"}


def test_what_is_for_staff_is_in_no_plan_and_in_no_post() -> None:
    assert saying(with_audience("public")) == {"gwent", "kent"}
    assert saying(with_audience("staff")) == set()


def test_what_is_for_staff_cannot_be_said_from_a_pack_held_ready() -> None:
    dated = "starts: Monday 2015-11-23\ndays: 5\n"
    ready = with_audience("staff").replace(dated, "scheduled: never\n")
    ready = ready.replace("slots:\n  morning: 09:00\n  evening: 17:30\n", "")
    ready = ready.replace("report-it: Monday, Tuesday, Wednesday, Thursday, Friday", "report-it:")
    sources = Newsroom(ready).sources()

    pack = sources.packs["cdt"]

    assert pack is not None
    said = read_ready(sources, pack, at("09:00")).posts
    assert {post.rendering.pick.message for post in said} == {"trust-your-instincts"}


def test_partners_alone_say_what_is_for_partners() -> None:
    partner = FORCES.replace("kind: force\n  region: South East", "kind: partner")

    assert saying(with_audience("partner")) == set()
    assert saying(with_audience("partner"), partner) == {"kent"}


def test_a_misspelt_audience_is_an_error_and_keeps_the_message_from_the_public() -> None:
    _, problems = national_of(with_audience("stuff"))

    assert lines(problems) == [
        'messages/national/cdt/campaign.yaml:38:15: "audience" is public, partner or staff, not '
        '"stuff". Leave the line out for the public. What is for staff is never published.'
    ]


def test_what_is_for_staff_may_hold_what_the_public_must_not_see() -> None:
    words = with_audience("staff").replace("for-some said 0", "Staff only: call 0800 789 321")

    assert lines(problems_of(words)) == []


def test_a_theme_with_words_for_staff_only_is_empty() -> None:
    only_staff = CAMPAIGN.replace("    wordings:", "    audience: staff\n    wordings:")

    assert [one.code for one in problems_of(only_staff)] == ["empty-theme"]


def test_a_campaign_records_the_basis_on_which_all_may_say_the_same() -> None:
    basis = "written permission of X, 3 May 2026"

    pack = a_national(f"{CAMPAIGN}same_for_all: {basis}\n")

    assert {message.same_for_all for message in pack.messages.values()} == {basis}
