"""What a national pack locks: kept by local packs, and looked for again in what goes out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core import check
from bot.core.check.numbers import look_alikes
from bot.core.model import Picture, Rendering
from tests.core.packs_in_text import (
    CAMPAIGN,
    CONSTANTS,
    KENT,
    Newsroom,
    a_config,
    a_national,
    lines,
    national_of,
    only,
    problems_of,
)

HOTLINE = "0800 789 321"
LOCKS = """\
locked:
  hotline:
    facts: hotline
    reads: 0800 789 321
    never_without: emergency
    why: a wrong digit sends a caller to a stranger
  promise:
    phrase:
      en: in confidence
      cy: yn gyfrinachol
    why: every report is made in confidence
"""
CALLS = CAMPAIGN.replace(
    "Tell us in confidence: {{ report_link }}",
    "Tell us in confidence: {{ hotline }}. In an emergency call {{ emergency }}.",
)
LOCKED = CALLS.replace("themes:\n", f"{LOCKS}themes:\n")
AT = "messages/national/cdt/campaign.yaml"


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), start=1) if words in line)


def changed(words: str) -> str:
    change = "change:\n  trust-your-instincts:\n    not-sure:\n      en: |\n        "
    return KENT + change + words + "\n"


# --- a local change -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (
            changed("Tell us {{ in_area }}: {{ report_link }}"),
            "F:6:3: trust-your-instincts is locked: agreed with the Home Office",
        ),
        (
            KENT + "change:\n  trust-your-instincts:\n    picture: no\n",
            "F:6:3: trust-your-instincts is locked: agreed with the Home Office",
        ),
        (
            KENT + "withdraw:\n  trust-your-instincts: not ours\n",
            "F:6:3: trust-your-instincts is locked and cannot be withdrawn: agreed with the Home "
            "Office",
        ),
    ],
)
def test_a_locked_message_is_neither_changed_nor_withdrawn(own: str, said: str) -> None:
    national = CAMPAIGN.replace(
        "    theme: report-it\n", "    theme: report-it\n    locked: agreed with the Home Office\n"
    )

    found = only(problems_of(national, own))

    assert found == (
        f"{said}. Take this out. Its lock stands at {AT}:{line_of(national, 'locked:')}."
    )


def test_a_locked_theme_takes_no_change_and_no_message_of_a_forces_own() -> None:
    week = "Monday, Tuesday, Wednesday, Thursday, Friday"
    national = CAMPAIGN.replace(
        f"report-it: {week}", f"report-it:\n    on: {week}\n    locked: the words of the court"
    )
    own = changed("Tell us {{ in_area }}: {{ report_link }}") + (
        "add:\n  ours:\n    theme: report-it\n    wordings:\n      first:\n        en: |\n"
        "          We are here {{ in_area }}: {{ report_link }}\n"
    )

    said = lines(problems_of(national, own))

    assert len(said) == 2
    assert "trust-your-instincts is locked: the words of the court" in said[0]
    assert "the theme report-it is locked and takes no message more: the words of the" in said[1]


def test_changed_words_keep_the_phrase_and_the_facts_that_are_locked() -> None:
    own = changed("Tell us {{ in_area }} anonymously: {{ report_link }}")

    said = lines(problems_of(LOCKED, own))

    at = line_of(own, "anonymously")
    assert said == [
        f"F:{at}: trust-your-instincts/not-sure (English) leaves out {{{{ hotline }}}}, locked in "
        "the national words: a wrong digit sends a caller to a stranger. Put it back as it stands "
        f"there. Its lock stands at {AT}:{line_of(LOCKED, '  hotline:')}.",
        f'F:{at}: trust-your-instincts/not-sure (English) leaves out "in confidence", locked in '
        "the national words: every report is made in confidence. Put it back as it stands there. "
        f"Its lock stands at {AT}:{line_of(LOCKED, '  promise:')}.",
    ]


def test_changed_words_that_keep_what_is_locked_may_say_the_rest_their_own_way() -> None:
    own = changed(
        "By the sea {{ in_area }}? In\n        confidence: {{ hotline }}, or {{ emergency }} if "
        "it is urgent."
    )

    found = [one for one in problems_of(LOCKED, own) if one.severity == "error"]

    assert lines(found) == []


def test_a_value_that_is_locked_is_filled_in_by_nobody() -> None:
    national = CAMPAIGN.replace(
        "themes:\n", "locked:\n  place:\n    facts: in_area\n    why: one name in court\nthemes:\n"
    )

    found = only(problems_of(national, KENT + "fill_in:\n  in_area: by the sea\n"))

    assert found.startswith("F:6:3: in_area is locked: one name in court")


def test_a_message_of_a_forces_own_cannot_be_locked_by_it() -> None:
    own = KENT + (
        "add:\n  ours:\n    theme: report-it\n    locked: it is ours\n    wordings:\n"
        "      first:\n        en: |\n          Here {{ in_area }}: {{ report_link }}\n"
    )

    assert only(problems_of(CAMPAIGN, own)).startswith(
        "F:8:5: only a national pack can lock a message."
    )


# --- a lock as it is written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        ("    facts: hotline\n", '"why" is missing here.'),
        ("    facts: hotline\n    why: yes\n", '"why: yes" does not say why.'),
        ("    why: it must be so\n", 'the lock "hotline" holds nothing.'),
        (
            "    facts: hotline\n    phrase: in confidence\n    why: it must be so\n",
            'the lock "hotline" holds both facts and a phrase.',
        ),
        (
            "    phrase: in confidence\n    reads: 0800\n    why: it must be so\n",
            '"reads" says more of one fact, and the lock "hotline" has none.',
        ),
        (
            "    facts: hotline, emergency\n    reads: 0800\n    why: it must be so\n",
            '"reads" says more of one fact, and the lock "hotline" has several.',
        ),
        ("    fact: hotline\n    why: it must be so\n", 'a lock has no field called "fact".'),
        ("    facts: hotlin\n    why: it must be so\n", "Did you mean hotline?"),
        ("    facts: hotline\n    reads: 0800 789 312\n    why: it must be so\n", "digit by digit"),
    ],
)
def test_a_lock_that_locks_nothing_is_named(lock: str, said: str) -> None:
    national = CAMPAIGN.replace("themes:\n", f"locked:\n  hotline:\n{lock}themes:\n")
    pack, found = national_of(national)

    if pack is not None:
        found = [*found, *check.national_problems(pack, a_config())]

    assert said in " ".join(lines(found))


def test_a_constant_that_is_not_what_its_lock_reads_is_an_error_in_config() -> None:
    config = a_config(constants=CONSTANTS.replace(HOTLINE, "0800 789 312"))

    found = only(check.national_problems(a_national(LOCKED), config))

    assert found == (
        'config/constants.yaml:1:1: hotline is "0800 789 312" here, and locked as "0800 789 321": '
        "a wrong digit sends a caller to a stranger. Read both out, digit by digit, and put right "
        f"the one that is wrong. Its lock stands at {AT}:{line_of(LOCKED, '  hotline:')}."
    )


# --- what goes out --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call 0800 789 321.", []),
        ("Call 0800 789321, (0800) 789-321 or +44 800 789 321.", []),
        ("Call 0800 789 321 or 999.", []),
        ("Call 0800 789 312.", ["0800 789 312"]),
        ("Call 0800 7789 321.", ["0800 7789 321"]),
        ("Call 0800 789 3210.", ["0800 789 3210"]),
        ("Call 0800-789-322.", ["0800-789-322"]),
        ("Call +44 800 789 322.", ["+44 800 789 322"]),
        ("Call O8OO 789 321.", ["O8OO 789 321"]),
        ("Call ０８００ ７８９ ３２２.", ["0800 789 322"]),
        ("0800 789 321, once 0800 789 320", ["0800 789 320"]),
        ("Since 0800 on 23 November 2015 we have had 789 calls.", []),
        ("Ring 020 7946 0018.", []),
    ],
)
def test_a_long_number_with_a_changed_digit_is_found(text: str, found: list[str]) -> None:
    assert list(look_alikes(text, HOTLINE, ["999"])) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In an emergency call 999.", []),
        ("In an emergency call 998.", ["998"]),
        ("Ffoniwch 989.", ["989"]),
        ("Mewn argyfwng: 99", ["99"]),
        ("Call 9999 at once!", ["9999"]),
        ("99 officers are there. Call 999.", []),
        ("Call 101.", []),
    ],
)
def test_a_short_number_is_judged_where_it_is_one_to_ring(text: str, found: list[str]) -> None:
    assert list(look_alikes(text, "999", [HOTLINE, "101"])) == found


def said(text: str, *, alt: str = "", campaign: str = "cdt") -> list[str]:
    """What stops a post of the locked pack with this text."""
    room = Newsroom(LOCKED)
    post = next(one for one in room.posts() if one.key.account == "kent-x")
    pictures = (Picture("0" * 64, "image/png", 1, 1, 1, alt),) if alt else ()
    post = replace(
        post,
        campaign=campaign,
        rendering=replace(post.rendering, text=text, pictures=pictures),
    )
    sources = room.sources()
    return lines(list(check.check_posts([post], sources.packs, sources.config).stopped.values()))


def test_a_post_with_a_changed_digit_is_stopped_with_the_locks_reason() -> None:
    (found,) = said("Tell us: 0800 789 312. Or call 999. #CommunitiesDefeatTerrorism")

    assert (
        '"0800 789 312" stands here, and hotline is "0800 789 321": a wrong digit sends a' in found
    )
    assert "Write {{ hotline }}, and the bot puts the number in." in found


def test_a_changed_digit_in_what_a_picture_shows_stops_its_post() -> None:
    (found,) = said("Look. #CommunitiesDefeatTerrorism", alt="A phone with 0800 789 312.")

    assert "0800 789 312" in found


def test_what_is_said_outside_any_pack_is_held_to_the_locks_of_all() -> None:
    assert said("Call 0800 789 312 or 999.", campaign="say")
    assert not said("Call 0800 789 321 or 999.", campaign="say")


def test_a_post_that_shows_the_hotline_without_999_is_stopped() -> None:
    (found,) = said("Call 0800 789 321. #CommunitiesDefeatTerrorism")

    assert "0800 789 321 stands here without 999: a wrong digit sends" in found


def test_a_constant_with_a_wrong_digit_stops_the_posts_that_show_it_and_no_others() -> None:
    wrong = CONSTANTS.replace(HOTLINE, "0800 789 312")
    room = Newsroom(LOCKED, files={"constants": wrong})
    sources = room.sources()
    posts = room.posts()

    stopped = check.check_posts(posts, sources.packs, sources.config).stopped

    showing = {(p.key.account, p.key.slot) for p in posts if "0800" in p.rendering.text}
    assert showing
    assert set(stopped) == {p.key for p in posts if (p.key.account, p.key.slot) in showing}
    assert len(showing) < len(posts)


def test_the_planned_posts_of_a_locked_pack_are_not_stopped() -> None:
    room = Newsroom(LOCKED)
    sources = room.sources()

    assert not check.check_posts(room.posts(), sources.packs, sources.config).stopped


def test_no_lock_is_no_work() -> None:
    room = Newsroom(CALLS)
    rendering: Rendering = next(iter(room.posts())).rendering

    assert not list(check.altered(rendering, (), room.sources().config))
