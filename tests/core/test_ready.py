"""Packs held ready: never scheduled, and every wording measured for every account."""

from datetime import UTC, date, datetime

import pytest

from bot.core import check
from bot.core.packs import NationalPack
from bot.core.plan import Ready, Window, read_ready, ready_packs
from tests.core.packs_in_text import (
    FORCES,
    Newsroom,
    a_national,
    lines,
    texts,
)

CRISIS = """\
campaign: Crisis lines
scheduled: never
each_force_fills_in:
  in_area:
    help: Where you are.
    example: in Kent
  lead_force:
    help: The force that leads.
    example: Example Police
    needed: no
themes:
  keep-away:
    about: Keeping clear
  the-lead:
messages:
  stay-away:
    theme: keep-away
    wordings:
      plain:
        en: |
          Please keep away from the area {{ in_area }}.
        cy: |
          Cadwch draw o'r ardal {{ in_area }}.
  follow-the-lead:
    theme: the-lead
    wordings:
      their-words:
        for_forces_with: lead_force
        en: |
          Follow {{ lead_force }} for news {{ in_area }}.
        cy: |
          Dilynwch {{ lead_force }} {{ in_area }}.
"""
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def read(campaign: str = CRISIS, **local: str) -> Ready:
    sources = Newsroom(campaign, local).sources()
    pack = sources.packs["cdt"]
    assert pack is not None
    return read_ready(sources, pack, NOW)


def problems(ready: Ready, pack: NationalPack | None = None) -> list[str]:
    config = Newsroom(CRISIS).sources().config
    checked = check.check_posts(ready.posts, {"cdt": pack or a_national(CRISIS)}, config)
    return lines(check.gathered([*ready.problems, *checked.problems]))


def test_every_wording_is_rendered_for_every_account_in_its_languages() -> None:
    assert texts(read().posts) == {
        "cdt@ready/gwent-x/stay-away.plain/cy": "Cadwch draw o'r ardal yng Ngwent.",
        "cdt@ready/gwent-x/stay-away.plain/en": "Please keep away from the area in Gwent.",
        "cdt@ready/gwent-x/follow-the-lead.their-words/cy": "Dilynwch Example Police yng Ngwent.",
        "cdt@ready/gwent-x/follow-the-lead.their-words/en": (
            "Follow Example Police for news in Gwent."
        ),
        "cdt@ready/kent-x/stay-away.plain/en": "Please keep away from the area in Kent.",
        "cdt@ready/kent-x/follow-the-lead.their-words/en": (
            "Follow Example Police for news in Kent."
        ),
    }


def test_a_value_that_is_filled_in_only_when_it_is_needed_is_shown_by_its_example() -> None:
    found = read(kent="force: kent\ncampaign: cdt\nfill_in:\n  lead_force: Sussex Police\n")

    by_text = {post.rendering.text: post.key for post in found.posts}
    kents = by_text["Follow Sussex Police for news in Kent."]
    gwents = by_text["Follow Example Police for news in Gwent."]
    assert kents not in found.with_examples
    assert found.with_examples[gwents] == ("lead_force",)


def test_a_pack_held_ready_is_in_no_plan_and_a_run_of_it_is_refused() -> None:
    found = Newsroom(CRISIS).plan(Window(date(2015, 1, 1), date(2016, 1, 1)))

    assert found.posts == ()
    assert lines(found.problems) == [
        "config/campaigns.yaml:1:1: Crisis lines is held ready and never scheduled, so it cannot "
        "be run. Take this entry out. To read it: .venv/bin/bot preview --campaign cdt"
    ]


def test_the_packs_held_ready_are_those_that_say_so() -> None:
    sources = Newsroom(CRISIS, packs={"broken": None, "daily": None}).sources()

    assert [pack.id for pack in ready_packs(sources)] == ["cdt"]
    assert list(ready_packs(Newsroom().sources())) == []


def test_a_wording_that_is_too_long_is_found_though_nothing_is_scheduled() -> None:
    long = CRISIS.replace("Please keep", "Please keep well away and stay there. " * 8 + "Keep")

    assert problems(read(long)) == [
        "messages/national/cdt/campaign.yaml:21: too long on X for 2 of 2: gwent by 57, "
        "kent by 56. Shorten the wording, or the longest of the values these forces filled in."
    ]


def test_one_official_line_on_many_accounts_is_no_error_while_it_is_only_held_ready() -> None:
    same = CRISIS.replace("away from the area {{ in_area }}", "away from the area")

    assert problems(read(same)) == []


def test_a_force_that_could_say_nothing_on_a_theme_is_named() -> None:
    no_welsh = "\n".join(line for line in CRISIS.split("\n") if "Dilynwch" not in line)
    no_welsh = no_welsh.replace("for news {{ in_area }}.\n        cy: |\n", "for news.\n")

    assert problems(read(no_welsh)) == [
        "messages/national/cdt/campaign.yaml:14:3: nothing of the theme "
        '"the-lead" is left for gwent to say. Each of its wordings is for other forces, or lacks '
        "one of their languages. Write one that any force can use."
    ]


@pytest.mark.parametrize(
    ("local", "code"),
    [
        ("takes_part: no\nwhy: we have our own\n", "takes-no-part"),
        ("takes_part: perhaps\n", "broken-local-pack"),
        ("withdraw:\n  no-such: a reason\n", "unknown-message"),
    ],
)
def test_a_force_that_is_left_out_is_listed_with_its_reason(local: str, code: str) -> None:
    found = read(kent=f"force: kent\ncampaign: cdt\n{local}")

    assert {post.sender for post in found.posts} == {"gwent"}
    assert [(one.sender, one.code) for one in found.left_out] == [("kent", code)]


def test_a_message_that_a_force_has_withdrawn_is_not_shown_for_it() -> None:
    found = read(kent="force: kent\ncampaign: cdt\nwithdraw:\n  stay-away: not ours\n")

    assert "cdt@ready/kent-x/stay-away.plain/en" not in texts(found.posts)
    assert found.problems == ()


def test_a_force_without_an_account_has_nothing_to_show() -> None:
    forces = FORCES.replace(
        "  accounts:\n    kent-x:\n      platform: x\n      handle: kent_police\n",
        "  no_accounts_because: it has none yet\n",
    )
    sources = Newsroom(CRISIS, files={"forces": forces}).sources()

    posts = read_ready(sources, a_national(CRISIS), NOW).posts

    assert {post.sender for post in posts} == {"gwent"}
