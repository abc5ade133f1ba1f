"""A local pack between the national text it was written for and the one there is now."""

from __future__ import annotations

import pytest

from bot.core.model import Language
from bot.core.three_way import ThreeWay, carried, three_way
from tests.core.packs_in_text import CAMPAIGN, CY, EN, a_national, local_of, yaml

OURS = """\
force: kent
campaign: cdt
takes_part: yes
written_for_version: 1   # read by Ann

# Where we are.
fill_in:
  at_cinemas: at the Example Cinema in Maidstone

change:
  trust-your-instincts:
    # Ann's words. Do not touch.
    not-sure:
      en: |
        Ask us anything {{ in_area }}.

        We mean it: {{ report_link }}

withdraw:
  no-cinema: we have none   # for now

times:
  evening: 18:15
"""
BASE = (
    CAMPAIGN
    + """\
  no-cinema:
    theme: report-it
    wordings:
      first:
        en: |
          Life has no rewind button {{ in_area }}: {{ report_link }}
"""
)
SOMETHING = "that did not feel right? You do not have to be sure."
CORRECTED = BASE.replace("version: 1", "version: 2").replace(SOMETHING, "that felt wrong?")
ELSEWHERE = BASE.replace("is too small:", "is ever too small:")


def found(new: str, base: str = BASE, ours: str = OURS, *languages: Language) -> ThreeWay:
    local, problems = local_of(ours, "kent")
    assert problems == []
    return three_way(a_national(base), a_national(new), local, languages or (EN,))


def after(new: str, *theirs: str, ours: str = OURS) -> str:
    return carried(yaml(ours), found(new, ours=ours), theirs, 2, when="28 November 2026").decode()


def test_what_the_force_has_not_changed_is_taken() -> None:
    [taken] = found(ELSEWHERE).taken

    assert (taken.name, taken.sentence) == (
        "trust-your-instincts/every-report", "changed in English"
    )  # fmt: skip
    assert "is ever too small" in taken.after
    assert found(ELSEWHERE).collisions == ()


def test_what_both_have_changed_collides_with_all_three_texts() -> None:
    [one] = found(CORRECTED).collisions

    assert (one.name, one.sentence) == ("trust-your-instincts/not-sure", "both changed it")
    assert "did not feel right?" in one.base
    assert "that felt wrong?" in one.theirs
    assert one.ours.startswith("Ask us anything {{ in_area }}.\n\nWe mean it")
    assert found(CORRECTED).taken == ()


def test_a_change_in_a_language_that_the_force_does_not_speak_is_none_of_its_own() -> None:
    welsh = BASE.replace("yn gyfrinachol", "yn gyfrinachol iawn")

    assert found(welsh) == ThreeWay((), (), (), found(BASE).kept)
    assert found(welsh, BASE, OURS, CY, EN).collisions == ()  # ours says nothing in Welsh


def test_words_that_came_out_the_same_do_not_collide() -> None:
    same = BASE.replace(
        f"Seen something {{{{ in_area }}}} {SOMETHING}\n"
        "          Tell us in confidence: {{ report_link }}\n",
        "Ask us anything {{ in_area }}.\n\n          We mean it: {{ report_link }}\n",
    )

    assert same != BASE
    assert found(same).collisions == ()


@pytest.mark.parametrize(
    ("new", "name", "sentence", "may_keep"),
    [
        (
            BASE.replace("no rewind", "no re-wind"),
            "no-cinema", "you withdrew it, and its national words changed", True,
        ),
        (
            BASE.replace("evening: 17:30", "evening: 18:00"),
            "times/evening", "both changed its time", True,
        ),
        (
            BASE.replace("not-sure:", "unsure:"),
            "trust-your-instincts/not-sure", "you changed a wording that is gone", False,
        ),
        (
            BASE.replace("trust-your-instincts:", "trust-yourself:"),
            "trust-your-instincts", "you changed a message that is gone", False,
        ),
    ],
)  # fmt: skip
def test_everything_that_both_may_change_can_collide(
    new: str, name: str, sentence: str, may_keep: bool
) -> None:
    [one] = found(new).collisions

    assert (one.name, one.sentence, one.may_keep) == (name, sentence, may_keep)


def test_what_says_nothing_any_more_is_taken_out_without_a_question() -> None:
    gone = BASE[: BASE.index("  no-cinema:")].replace("  evening: 17:30\n", "")

    assert [one.path for one in found(gone).moot] == [
        ("withdraw", "no-cinema"),
        ("times", "evening"),
    ]


@pytest.mark.parametrize(
    ("base", "new", "collides"),
    [
        ("ACT", "StaySafe", True),
        ("ACT", "", True),
        ("", "ACT", True),
        ("ACT", "ACT", False),
        ("ACT", "Kent", False),
    ],
)
def test_hashtags_that_both_changed_collide_under_their_name(
    base: str, new: str, collides: bool
) -> None:
    was, now = (
        BASE.replace("slots:\n", f"more_hashtags: {tags}\nslots:\n" if tags else "slots:\n", 1)
        for tags in (base, new)
    )

    between = found(now, was, OURS + "more_hashtags: Kent\n")

    told = [(one.name, one.base, one.theirs, one.ours) for one in between.collisions]
    assert told == ([("more_hashtags", base or "none", new or "none", "Kent")] if collides else [])
    assert ("more_hashtags" in between.kept) is not collides


def test_hashtags_that_give_way_stay_in_the_file_as_a_note() -> None:
    ours = OURS + "more_hashtags: Kent\n"
    new = BASE.replace("slots:\n", "more_hashtags: ACT\nslots:\n", 1)

    text = after(new, "more_hashtags", ours=ours)

    assert "stand.\n# more_hashtags: Kent\n" in text
    assert local_of(text, "kent")[0].more_hashtags is None


SINGLE = """\
withdraw:
  no-cinema/first: not ours
only_for:
  no-cinema/first: kent-x
move:
  no-cinema: report-it
add:
  trust-your-instincts:
    wordings:
      ours:
        en: |
          Kent says so {{ in_area }}.
"""


def test_single_wordings_that_are_there_still_stay_as_they_are() -> None:
    ours = OURS[: OURS.index("withdraw:")] + SINGLE

    between = found(BASE.replace("version: 1", "version: 2"), ours=ours)

    assert (between.collisions, between.moot) == ((), ())
    assert {"no-cinema/first", "move/no-cinema", "only_for/no-cinema/first"} <= {*between.kept}


def test_a_single_wording_that_is_gone_or_changed_is_named() -> None:
    ours = OURS[: OURS.index("withdraw:")] + SINGLE

    gone = found(BASE[: BASE.index("  no-cinema:")], ours=ours)
    changed = found(BASE.replace("Life has no", "There is no"), ours=ours)

    assert [one.path for one in gone.moot] == [
        ("withdraw", "no-cinema/first"),
        ("only_for", "no-cinema/first"),
        ("move", "no-cinema"),
    ]
    assert [one.name for one in changed.collisions] == ["no-cinema/first"]


def test_an_added_wording_collides_with_a_national_one_of_its_name() -> None:
    ours = OURS[: OURS.index("withdraw:")] + SINGLE.replace("ours:", "not-sure:")

    (one,) = found(BASE, ours=ours).collisions

    assert one.name == "trust-your-instincts/not-sure"
    assert (one.may_keep, one.paths) == (False, (("add", "trust-your-instincts"),))


def test_a_file_that_keeps_its_words_changes_in_its_version_alone() -> None:
    assert after(CORRECTED) == OURS.replace("written_for_version: 1 ", "written_for_version: 2 ")


def test_words_that_give_way_stay_in_the_file_as_notes() -> None:
    text = after(CORRECTED, "trust-your-instincts/not-sure")

    assert text == OURS.replace("version: 1 ", "version: 2 ").replace(
        """\
  trust-your-instincts:
    # Ann's words. Do not touch.
    not-sure:
      en: |
        Ask us anything {{ in_area }}.

        We mean it: {{ report_link }}
""",
        """\
  # Taken out on 28 November 2026: the national words of version 2 stand.
  # trust-your-instincts:
  #   # Ann's words. Do not touch.
  #   not-sure:
  #     en: |
  #       Ask us anything {{ in_area }}.
  #
  #       We mean it: {{ report_link }}
""",
    )
    local, problems = local_of(text, "kent")
    assert (problems, local.change, local.times) == ([], {}, local_of(OURS, "kent")[0].times)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_endings_and_a_mark_in_front_stay(ending: str, mark: str) -> None:
    ours = (mark + OURS.replace("written_for_version: 1   # read by Ann\n", "")).replace(
        "\n", ending
    )
    there = found(CORRECTED)

    text = carried(ours.encode(), there, ["trust-your-instincts/not-sure"], 2, when="today")

    assert text.decode().startswith(f"{mark}force: kent{ending}")
    assert f"takes_part: yes{ending}written_for_version: 2{ending}{ending}" in text.decode()
    assert text.count(b"\n") == text.count(ending.encode())
    assert local_of(text.decode().replace("\r\n", "\n").lstrip("\ufeff"), "kent")[1] == []
