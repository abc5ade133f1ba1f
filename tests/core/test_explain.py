"""Where each part of a post came from, with the file and line, and what it stands instead of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core import check
from bot.core.explain import Explanation, Part, Said, explain
from bot.core.explain.words import lines_of
from bot.core.model import PostKey
from bot.core.packs import overlay
from bot.core.reading import Words
from bot.core.source import Place
from tests.core.packs_in_text import CAMPAIGN, FORCES, GWENT, KENT, Newsroom, a_config, a_national

ONE_WORDING = CAMPAIGN[: CAMPAIGN.index("      every-report:")]
NATIONAL = "messages/national/cdt/campaign.yaml"
KENT_X = "cdt@2015/kent-x/d1.morning/en"
OWN_WORDS = (
    KENT
    + """\
change:
  trust-your-instincts:
    not-sure:
      en: |
        By the sea and on the high street, trust your instincts.
        Tell us what you saw {{ in_area }}: {{ report_link }}
"""
)


def found_in(
    room: Newsroom, key: str = KENT_X, *, given: str = "", of: Newsroom | None = None, **other: Any
) -> Explanation | None:
    """How a newsroom's packs explain a post: their own, or that `of` another, with other facts."""
    sources, wanted = room.sources(), PostKey.parse(key)
    post = next(one for one in (of or room).posts() if one.key == wanted)
    national, sender = sources.packs["cdt"], sources.config.senders[post.sender]
    assert national is not None
    pack, _ = overlay(national, sender, sources.local.get((sender.id, "cdt")))
    rendering = replace(post.rendering, **other)
    run = sources.config.runs["cdt@2015"]
    return explain(pack, sources.config, run, wanted, rendering, given=given)


def explained(room: Newsroom, key: str = KENT_X, **more: Any) -> Explanation:
    found = found_in(room, key, **more)
    assert found is not None
    return found


def where(parts: tuple[Part, ...] | tuple[Said, ...]) -> list[str]:
    """Each part as `what it says: file:line`."""
    return [f"{one.says} @ {one.place.file}:{one.place.line}" for one in parts if one.place]


def named(parts: tuple[Part, ...], name: str) -> Part:
    return next(part for part in parts if part.name == name)


def line_of(text: str, words: str) -> int:
    """The number of the line that holds these words."""
    return next(n for n, line in enumerate(text.split("\n"), start=1) if words in line)


def test_each_line_has_the_line_of_the_file_that_holds_it() -> None:
    room = Newsroom(ONE_WORDING)

    found = explained(room)

    first = line_of(ONE_WORDING, "Seen something {{ in_area }}")
    assert where(found.lines) == [
        f"Seen something in Kent that did not feel right? You do not have to be sure. "
        f"@ {NATIONAL}:{first}",
        f"Tell us in confidence: gov.uk/ACT @ {NATIONAL}:{first + 1}",
    ]
    assert found.is_exact
    assert not found.replaced


def test_changed_words_name_the_national_lines_that_they_stand_instead_of() -> None:
    room = Newsroom(ONE_WORDING, {"kent": OWN_WORDS})

    found = explained(room)

    first = line_of(OWN_WORDS, "By the sea")
    assert [place.split(" @ ")[1] for place in where(found.lines)] == [
        f"F:{first}",
        f"F:{first + 1}",
    ]
    assert where(found.replaced)[1] == (
        f"Tell us in confidence: {{{{ report_link }}}} @ {NATIONAL}:"
        f"{line_of(ONE_WORDING, 'Tell us in confidence')}"
    )
    assert named(found.chosen, "wording").replaced[0].place.file == NATIONAL


def test_a_value_has_the_file_in_which_it_was_filled_in_and_the_phrase_below_it() -> None:
    own = KENT + "fill_in:\n  in_area: on the Kent coast\n"
    room = Newsroom(ONE_WORDING, {"kent": own})

    values = explained(room).values

    assert where(values) == [
        f"on the Kent coast @ F:{line_of(own, 'in_area')}",
        "gov.uk/ACT @ config/constants.yaml:11",
    ]
    assert where(values[0].replaced) == [
        f"in Kent @ config/forces.yaml:{line_of(FORCES, 'in_area: in Kent')}"
    ]


def test_welsh_values_are_those_of_the_welsh_post() -> None:
    room = Newsroom(ONE_WORDING, {"gwent": GWENT})

    found = explained(room, "cdt@2015/gwent-x/d1.morning/cy")

    assert named(found.values, "in_area").says == "yng Ngwent"
    assert found.lines[0].says.startswith("Wedi gweld rhywbeth yng Ngwent")


def test_a_time_is_day_slot_and_minute_each_with_its_line() -> None:
    room = Newsroom(ONE_WORDING, {"kent": KENT + "times:\n  evening: 18:15\n"})

    found = explained(room, "cdt@2015/kent-x/d2.evening/en")

    assert where(found.time) == [
        f"Tuesday 24 November 2015 @ {NATIONAL}:{line_of(ONE_WORDING, 'starts:')}",
        "18:15 @ F:6",
        f"28 minutes later @ config/forces.yaml:{line_of(FORCES, 'minute: 28')}",
    ]
    assert where(found.time[1].replaced) == [
        f"17:30 @ {NATIONAL}:{line_of(ONE_WORDING, 'evening')}"
    ]


def test_a_run_on_another_date_stands_instead_of_the_packs() -> None:
    runs = "cdt@2015:\n  pack: cdt\n  starts: Monday 2016-11-21\n  who: everyone\n"
    moved = Newsroom(ONE_WORDING, files={"campaigns": runs})

    day = explained(moved, of=Newsroom(ONE_WORDING)).time[0]

    assert where((day,)) == ["Monday 21 November 2016 @ config/campaigns.yaml:1"]
    assert day.replaced[0].says == "starts Monday 23 November 2015"


def test_a_time_that_a_person_gave_says_so_and_what_was_planned() -> None:
    room, later = Newsroom(ONE_WORDING), datetime(2015, 11, 23, 11, tzinfo=UTC)

    found = explained(room, due=later, given="given by A. Smith")
    unsaid = explained(room, due=later)

    assert found.time[-1].note == "given by A. Smith"
    assert found.time[-1].replaced[0].says == "Monday 23 November 2015 at 09:28"
    assert (found.is_exact, unsaid.is_exact) == (True, False)


def test_hashtags_that_found_no_room_are_named() -> None:
    long = ONE_WORDING.replace(
        "hashtag: CommunitiesDefeatTerrorism",
        f"hashtag: CommunitiesDefeatTerrorism\nmore_hashtags: ACT, {'Long' * 25}",
    ).replace(
        "You do not have to be sure.", "You need not be sure. " + "Tell us all the same. " * 3
    )
    room = Newsroom(long)

    found = explained(room)

    assert [part.says for part in found.hashtags] == ["#CommunitiesDefeatTerrorism", "#ACT"]
    assert where(found.hashtags)[1] == f"#ACT @ {NATIONAL}:{line_of(long, 'more_hashtags')}"
    assert [part.says for part in found.left_out] == ["#" + "Long" * 25]


@pytest.mark.parametrize(
    ("template", "lines"),
    [
        ("One {{ a }}\n\nThree", [("One A", 5), ("", 6), ("Three", 7)]),
        ("{% if a %}\nTwo {{ a }}\n{% endif %}\nFour", [("Two A", 6), ("", 7), ("Four", 8)]),
        ("{% if b %}\nTwo\n{% else %}\nFour\n{% endif %}", [("Four", 8)]),
        ("Seen {% for p in l %}{{ p }}. {% endfor %}\nTwo", [("Seen x. y.", 5), ("Two", 6)]),
        ("{% for p in l %}\n- {{ p }}\n{% endfor %}", [("- x", 6), ("", 7), ("- y", 6)]),
        ("One {% if a %}\n{%- endif %}\nThree", [("One", 5), ("Three", 5)]),
    ],
)
def test_a_line_keeps_its_place_through_loops_and_conditions(
    template: str, lines: list[tuple[str, int]]
) -> None:
    words = Words(template, Place("F", 5))

    found = lines_of(words, {"a": "A", "b": "", "l": ("x", "y")})

    assert [(line, place.line) for line, place in found] == lines


def test_words_that_no_file_says_any_more_are_not_passed_off_as_its_own() -> None:
    room = Newsroom(ONE_WORDING)
    was = "Seen something in the Garden of England?\nTell us: gov.uk/ACT\n#Old"

    found = explained(room, text=was)

    assert not found.is_exact
    assert [part.says for part in found.lines] == was.split("\n")[:2]
    assert named(found.values, "in_area").note == (
        "this is what stands there now, and not in these words"
    )
    assert not named(found.values, "report_link").note


PICTURE = "    picture: phone.png\n    picture_shows: A phone {{ in_area }}.\n"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("", ["messages/national/cdt/pictures/phone.png", "A phone in Kent."]),
        (
            "    picture_shows: Our phone {{ in_area }}.\n",
            ["messages/national/cdt/pictures/phone.png", "Our phone in Kent."],
        ),
        ("    picture: no\n", ["none"]),
    ],
)
def test_a_picture_has_its_line_and_the_national_one_below_it(
    change: str, expected: list[str]
) -> None:
    national = ONE_WORDING.replace("    wordings:\n", PICTURE + "    wordings:\n")
    own = KENT + (f"change:\n  trust-your-instincts:\n{change}" if change else "")
    room = Newsroom(national, {"kent": own})

    found = explained(room, of=Newsroom(ONE_WORDING))

    assert [part.says for part in found.pictures] == expected
    top = found.pictures[-1]
    assert bool(top.replaced) == bool(change)
    assert {said.place.file for said in top.replaced} <= {NATIONAL}


def test_what_no_pack_says_has_no_explanation() -> None:
    renamed = Newsroom(ONE_WORDING.replace("not-sure:", "unsure:"))

    found = found_in(renamed, of=Newsroom(ONE_WORDING))

    assert found is None


def test_a_mark_by_which_lines_are_followed_is_refused_in_a_pack() -> None:
    odd = ONE_WORDING.replace("feel right?", "feel \ue001 right?")

    found = check.national_problems(a_national(odd), a_config())

    assert "strange-character" in {problem.code for problem in found}
