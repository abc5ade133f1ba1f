"""Named conditions, and whom wordings are for and not for."""

from __future__ import annotations

from textwrap import indent

import pytest

from bot.core import check
from bot.core.changes import national_changes
from bot.core.explain import explain
from bot.core.source import Severity
from tests.core.packs_in_text import (
    CAMPAIGN,
    FORCES,
    GWENT,
    SETTINGS,
    WEEK,
    Newsroom,
    a_config,
    a_force,
    a_national,
    lines,
    national_of,
    only,
    problems_of,
)

WELSH_FILM = "conditions:\n  welsh-with-cinema:\n    nation: Wales\n    at_cinemas: yes\n"
DYFED = a_force("dyfed", minute=40, languages="cy, en").replace("London", "Wales")
BUSES = a_force("buses", minute=50, more="sector: transport\n").replace(": force\n", ": partner\n")
ALL = FORCES + DYFED + BUSES


def limited(line: str, conditions: str = "", wording: str = "not-sure") -> str:
    """The usual campaign with a line under a wording."""
    text = CAMPAIGN.replace(f"      {wording}:\n", f"      {wording}:\n        {line}\n")
    return text.replace("themes:\n", f"{conditions}themes:\n")


def who_says(wording: str, campaign: str, forces: str = ALL) -> set[str]:
    """The accounts that say a wording on some day, where Gwent has filled in a cinema."""
    room = Newsroom(campaign, {"gwent": GWENT}, {"forces": forces})
    found = {one.key.account for one in room.posts() if one.rendering.pick.wording == wording}
    return {account.removesuffix("-x") for account in found}


def errors(campaign: str) -> str:
    """The one thing that is wrong with a national pack."""
    pack, found = national_of(campaign)
    config = a_config(forces=ALL, settings=SETTINGS + "sectors: retail, transport\n")
    return only([*found, *(check.national_problems(pack, config) if pack else ())])


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("only_for: welsh-with-cinema", {"gwent"}),
        ("only_for: welsh-with-cinema, kent", {"gwent", "kent"}),
        ("not_for: welsh-with-cinema", {"kent", "dyfed", "buses"}),
        ("not_for: Wales", {"kent", "buses"}),
        ("only_for: transport", {"buses"}),
        ("only_for: force\n        not_for: welsh-with-cinema, kent", {"dyfed"}),
    ],
)
def test_a_wording_is_said_by_those_who_meet_its_condition(line: str, who: set[str]) -> None:
    assert who_says("not-sure", limited(line, WELSH_FILM)) == who


@pytest.mark.parametrize(
    ("facts", "who"),
    [
        ("at_cinemas: no", {"kent", "dyfed", "buses"}),
        ("language: Welsh", {"gwent", "dyfed"}),
        ("language: cy\nat_cinemas: no", {"dyfed"}),
        ("region: south east, London", {"kent", "buses"}),
        ("region: London\nsector: transport, retail", {"buses"}),
        ("kind: force\nforce: kent, buses", {"kent"}),
        ("platform: x\nnation: England", {"kent", "buses"}),
        ("platform: mastodon, bluesky", set()),
    ],
)
def test_all_the_facts_of_a_condition_hold_at_once(facts: str, who: set[str]) -> None:
    condition = "conditions:\n  mine:\n" + indent(facts, "    ") + "\n"

    assert who_says("not-sure", limited("only_for: mine", condition)) == who


def test_a_condition_counts_for_a_whole_message_and_in_a_local_pack() -> None:
    campaign = CAMPAIGN.replace("themes:\n", f"{WELSH_FILM}themes:\n")
    of_message = campaign.replace(
        "    wordings:\n", "    not_for: welsh-with-cinema\n    wordings:\n"
    )
    own = GWENT + "only_for:\n  trust-your-instincts/not-sure: welsh-with-cinema\n"

    said = {one.sender for one in Newsroom(of_message, {"gwent": GWENT}).posts()}
    local = Newsroom(campaign, {"gwent": own}).posts()

    assert said == {"kent"}
    assert "not-sure" in {one.rendering.pick.wording for one in local if one.sender == "gwent"}


def test_a_force_that_conditions_leave_with_nothing_is_an_error_that_names_it() -> None:
    campaign = limited("only_for: welsh-with-cinema", WELSH_FILM)
    campaign = campaign.replace(
        "      every-report:\n", "      every-report:\n        only_for: Wales\n"
    )

    found = Newsroom(campaign, {"gwent": GWENT}, {"forces": FORCES + DYFED}).plan()

    assert {post.sender for post in found.posts} == {"gwent", "dyfed"}
    assert only(found.problems).startswith(
        "messages/national/cdt/campaign.yaml:23:3: nothing of the theme "
        '"report-it" is left for kent to say.'
    )


def test_what_a_force_limits_by_itself_leaves_it_with_nothing_and_no_error() -> None:
    own = GWENT.replace("gwent", "kent") + "only_for:\n  trust-your-instincts: bluesky\n"
    forces = FORCES + "    kent-bsky:\n      platform: bluesky\n"

    found = Newsroom(local={"kent": own}, files={"forces": forces}).plan(WEEK)

    assert lines(found.problems) == []
    assert {one.account for one in found.left_out if one.code == "empty-pool"} == {"kent-x"}


@pytest.mark.parametrize(
    ("line", "conditions", "said"),
    [
        (
            "only_for: welsh-with-cinemas", WELSH_FILM,
            '"welsh-with-cinemas", and nothing has that name. Did you mean welsh-with-cinema?',
        ),
        ("not_for: Wails", "", 'not-sure is not for "Wails", and nothing has that name.'),
        ("not_for: x", "", "is only for all but x, which no account is."),
        (
            "only_for: mine", "conditions:\n  mine:\n    cinema: yes\n",
            'no fact is called "cinema", and the pack asks for no such value. '
            "Did you mean at_cinemas?",
        ),
        (
            "only_for: mine", "conditions:\n  mine:\n    at_cinemas: two\n",
            'whether a force filled in at_cinemas is yes or no, not "two".',
        ),
        (
            "only_for: mine", "conditions:\n  mine:\n    nation: Wales, Egland\n",
            'there is no nation called "Egland". Did you mean England?',
        ),
        (
            "only_for: mine", "conditions:\n  mine:\n    sector: retial\n",
            'there is no sector called "retial". Did you mean retail?',
        ),
        ("only_for: mine", "conditions:\n  mine:\n", 'the condition "mine" has no facts.'),
        ("only_for: mine", "conditions:\n  mine:\n    nation:\n", '"nation" is empty.'),
        (
            "only_for: kent", "conditions:\n  kent:\n    nation: Wales\n",
            '"kent" has a meaning already, so no condition can be called so.',
        ),
    ],
)  # fmt: skip
def test_a_slip_in_a_condition_is_named(line: str, conditions: str, said: str) -> None:
    assert said in errors(limited(line, conditions))


def test_a_condition_that_nobody_meets_is_a_warning_where_it_stands() -> None:
    condition = "conditions:\n  mine:\n    nation: Scotland\n    region: Wales\n"

    found = check.national_problems(
        a_national(limited("only_for: mine", condition)), a_config(forces=ALL)
    )

    assert [one.severity for one in found] == [Severity.WARNING]
    assert "19:3: no account meets the condition mine: nation Scotland, region Wales." in only(
        found
    )


def test_a_local_limit_names_a_condition_that_its_force_may_meet_one_day() -> None:
    campaign = CAMPAIGN.replace(
        "themes:\n",
        "conditions:\n  film:\n    at_cinemas: yes\n  welsh:\n    nation: Wales\nthemes:\n",
    )
    own = GWENT.replace("gwent", "kent") + "only_for:\n  trust-your-instincts: "

    assert problems_of(campaign, own + "film\n") == []
    assert "is only for welsh, which no account of kent is." in only(
        problems_of(campaign, own + "welsh\n")
    )


@pytest.mark.parametrize(
    "line",
    [
        "only_for: welsh-with-cinema",
        "only_for: welsh-with-cinema, film",
        "not_for: no-film",
    ],
)
def test_a_condition_answers_for_a_value_that_its_words_show(line: str) -> None:
    conditions = WELSH_FILM + "  film:\n    at_cinemas: yes\n  no-film:\n    at_cinemas: no\n"
    campaign = limited(line, conditions).replace(
        "something {{ in_area }}", "something {{ in_area }} {{ at_cinemas }}"
    )
    unsure = campaign.replace(line, "only_for: film, kent")

    assert problems_of(campaign) == []
    assert "shows at_cinemas, which a force may leave empty." in only(problems_of(unsure))


def test_only_a_partner_has_a_sector_and_one_that_is_listed() -> None:
    settings = SETTINGS + "sectors: transport\n"
    police = "sector: retail\n"

    found = a_config(forces=ALL + a_force("esk", more=police), settings=settings)

    assert "esk" in found.broken_senders
    assert found.senders["buses"].sectors == ("transport",)


def test_the_condition_of_a_wording_is_explained_and_its_change_is_told() -> None:
    campaign = limited("only_for: welsh-with-cinema", WELSH_FILM)
    room = Newsroom(campaign, {"gwent": GWENT})
    sources = room.sources()
    post = next(one for one in room.posts() if one.rendering.pick.wording == "not-sure")
    pack = sources.pack_of(a_national(campaign), sources.config.senders["gwent"])[0]

    found = explain(pack, sources.config, None, post.key, post.rendering)
    told = national_changes(
        a_national(campaign), a_national(campaign.replace("nation: Wales", "region: Wales"))
    )

    assert found is not None
    assert [(one.name, one.says, one.note) for one in found.chosen][-1] == (
        "condition", "welsh-with-cinema", "nation Wales, at_cinemas yes",
    )  # fmt: skip
    assert told[0] == (
        "conditions: welsh-with-cinema is region Wales, at_cinemas yes "
        "(before: welsh-with-cinema is nation Wales, at_cinemas yes)"
    )
