"""Values of a type: what is asked for, what forces write, and what stands in a post."""

from __future__ import annotations

import pytest

from bot.core.changes import national_changes
from bot.core.explain import filled_in
from bot.core.localise import local_file
from tests.core.packs_in_text import (
    CAMPAIGN,
    CY,
    GWENT,
    KENT,
    Newsroom,
    a_config,
    a_national,
    a_pack,
    lines,
    national_of,
    only,
    problems_of,
)


def asking(value: str, *, english: str = "", welsh: str = "") -> str:
    """The usual campaign, which asks for one value more and may show it in its first wording."""
    text = CAMPAIGN.replace("themes:\n", f"  {value}\nthemes:\n", 1)
    if english:
        text = text.replace(
            "Seen something {{ in_area }}", f"Seen something {{{{ in_area }}}} {english}"
        )
    if welsh:
        text = text.replace("Wedi gweld rhywbeth", f"{welsh} Wedi gweld rhywbeth")
    return text


def field(name: str, type: str, **more: str) -> str:  # noqa: A002 - as it is called there
    rest = "".join(f"\n    {key}: {said}" for key, said in more.items())
    return f"{name}:\n    help: What it is.\n    type: {type}{rest}"


OPEN_DAY = field("open_day", "date", needed="no")
STALLS = field("stalls", "number", needed="no")
CINEMA = field("cinema", "yes or no", needed="no")


def kent_says(campaign: str, own: str) -> set[str]:
    """The first line of every post of Kent's."""
    posts = Newsroom(campaign, {"kent": KENT + own}).posts()
    return {one.rendering.text.split("\n")[0] for one in posts if one.sender == "kent"}


@pytest.mark.parametrize(
    ("value", "english", "own", "shown"),
    [
        (OPEN_DAY, "on {{ open_day }}", "open_day: 2027-11-26", "on Friday 26 November"),
        (OPEN_DAY, "on {{ open_day }}", "open_day: 26 November 2027", "on Friday 26 November"),
        (STALLS, "at {{ stalls }} stalls", "stalls: 1500", "at 1,500 stalls"),
        (STALLS, "at {{ stalls }} stalls", "stalls: 12,500", "at 12,500 stalls"),
        (CINEMA, "{% if cinema %}at the film{% endif %}", "cinema: Yes", "at the film"),
    ],
)  # fmt: skip
def test_a_value_stands_in_a_post_the_british_way(
    value: str, english: str, own: str, shown: str
) -> None:
    condition = f"      not-sure:\n        for_forces_with: {value.partition(':')[0]}\n"
    campaign = asking(value, english=english).replace("      not-sure:\n", condition)

    said = kent_says(campaign, f"fill_in:\n  {own}\n")

    assert any(shown in line for line in said), said


@pytest.mark.parametrize(("own", "who"), [("yes", {"kent"}), ("no", {"gwent"})])
def test_a_no_is_an_answer_and_the_force_is_without_it(own: str, who: set[str]) -> None:
    campaign = asking(CINEMA).replace(
        "      not-sure:\n", "      not-sure:\n        for_forces_with: cinema\n"
    )
    other = "no" if own == "yes" else "yes"
    local = {
        "kent": KENT + f"fill_in:\n  cinema: {own}\n",
        "gwent": GWENT.replace("fill_in:\n", f"fill_in:\n  cinema: {other}\n"),
    }

    room = Newsroom(campaign, local)

    said = {one.sender for one in room.posts() if one.rendering.pick.wording == "not-sure"}
    assert said == who
    assert lines(room.plan().problems) == []


def test_a_default_stands_where_a_force_says_nothing() -> None:
    default = (
        "near_you:\n    help: Where.\n    default:\n      en: near you\n      cy: yn eich ardal"
    )
    campaign = asking(default, english="{{ near_you }}", welsh="{{ near_you }}")

    own = kent_says(campaign, "fill_in:\n  near_you: in our towns\n")
    usual = kent_says(campaign, "")
    part = filled_in(a_pack(campaign, GWENT)[0], "near_you", CY)

    assert any("in Kent in our towns that" in line for line in own)
    assert any("in Kent near you that" in line for line in usual)
    assert (part.says, part.place) == (
        "yn eich ardal",
        a_national(campaign).values["near_you"].place,
    )


def test_a_default_without_welsh_is_named_where_it_stands() -> None:
    campaign = asking("near_you:\n    help: Where.\n    default: near you")

    said = only(a_pack(campaign, GWENT)[1])

    assert said.startswith("messages/national/cdt/campaign.yaml:18:3: near_you has no Welsh.")


@pytest.mark.parametrize(
    ("value", "own", "said"),
    [
        (OPEN_DAY, "open_day: soon", 'F:6:3: "soon" is not a date.'),
        (OPEN_DAY, "open_day: 26/11/2027", "Write Friday 26 November 2027."),
        (OPEN_DAY, "open_day: Monday 2027-11-26", "26 November 2027 is a Friday, not a Monday."),
        (STALLS, "stalls: a dozen", 'stalls is a number, not "a dozen". Write digits only'),
        (CINEMA, "cinema: perhaps", 'cinema is yes or no, not "perhaps".'),
        (
            CINEMA, "cinema:\n    en: yes\n    cy: no",
            "cinema is a yes or no, and so the same in every language.",
        ),
    ],
)  # fmt: skip
def test_what_a_force_writes_fits_what_is_asked(value: str, own: str, said: str) -> None:
    assert said in only(problems_of(asking(value), KENT + f"fill_in:\n  {own}\n"))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (field("a", "dat"), '"dat" is not a type of value. Did you mean date? Types: date, list'),
        (field("a", "number", example="many"), 'a is a number, not "many".'),
        (field("a", "date", default="soon"), '"soon" is not a date.'),
        (
            field("a", "phrase", needed="yes", default="here"),
            "a is needed and has a default, so nobody would have to fill it in.",
        ),
    ],
)
def test_a_slip_in_what_is_asked_is_named(value: str, said: str) -> None:
    assert said in only(national_of(asking(value))[1])


@pytest.mark.parametrize(
    ("value", "words", "said"),
    [
        (
            OPEN_DAY, "Ar {{ open_day }}.",
            "open_day is a date, and Welsh words change their first letter beside it. The bot "
            'cannot write "o ddydd Gwener". Ask for the whole phrase instead',
        ),
        (
            field("towns", "list", needed="no"),
            "Yn {% for one in towns %}{{ one }} {% endfor %}.",
            "towns is a list, and Welsh words change their first letter beside it.",
        ),
        (CINEMA, "Mae {{ cinema }}.", 'cinema is a yes or no, so "yes" would be published.'),
    ],
)  # fmt: skip
def test_a_welsh_sentence_has_no_date_and_no_list_in_it(value: str, words: str, said: str) -> None:
    guard = f"      not-sure:\n        for_forces_with: {value.partition(':')[0]}\n"
    campaign = asking(value, welsh=words).replace("      not-sure:\n", guard)

    assert said in only(problems_of(campaign))


def test_a_force_cannot_put_a_date_into_welsh_words_of_its_own_either() -> None:
    own = GWENT.replace("fill_in:\n", "fill_in:\n  open_day: 2027-11-26\n") + (
        "change:\n  trust-your-instincts:\n    not-sure:\n      en: |\n"
        "        On {{ open_day }} {{ in_area }}.\n      cy: |\n"
        "        Ar {{ open_day }} {{ in_area }}.\n"
    )

    assert "F:16: open_day is a date, and Welsh words" in only(
        problems_of(asking(OPEN_DAY), own, "gwent")
    )


def test_a_local_file_asks_for_a_number_once_and_says_what_stands_there_else() -> None:
    default = "near_you:\n    help: Where.\n    default:\n      en: near you\n      cy: gerllaw"
    campaign = asking(f"{STALLS}\n  {default}")

    text = local_file(a_national(campaign), a_config().senders["gwent"], "cdt@2015")

    assert "  # Write a number, once for all languages.\n  # May stay empty.\n  stalls:\n" in text
    assert "  # May stay empty: it says near you (English) and gerllaw (Welsh) then.\n" in text


def test_an_older_pack_may_say_that_a_value_is_a_list_and_a_new_type_is_told() -> None:
    old, new = asking("towns:\n    list: yes\n    needed: no"), asking(STALLS)

    assert a_national(old).values["towns"].is_list
    assert national_changes(a_national(asking(CINEMA)), a_national(new))[:1] == [
        "1 value is new: stalls."
    ]
    assert "1 value is asked for differently: stalls." in national_changes(
        a_national(asking(STALLS.replace("number", "date"))), a_national(new)
    )


def test_a_wording_that_only_a_default_sets_apart_says_the_same_for_every_force() -> None:
    default = "near_you:\n    help: Where.\n    default:\n      en: near you\n      cy: gerllaw"
    campaign = asking(default).replace(
        "No report {{ in_area }} is", "No report {{ near_you }} is"
    ).replace("adroddiad {{ in_area }} yn", "adroddiad {{ near_you }} yn")  # fmt: skip

    assert "every-report says the same for every force." in only(problems_of(campaign))
