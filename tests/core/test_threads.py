"""A message in several parts: how it is written, what is planned, and what is said when it errs."""

from bot.core.check import check_posts
from bot.core.check.packs import national_problems
from bot.core.explain.explaining import explain
from bot.core.model import Post
from bot.core.reading import Words
from bot.core.source import Place
from tests.core.packs_in_text import Newsroom, a_config, a_force, a_national, lines

PACK = """\
campaign: Threads
version: 1
starts: Monday 2015-11-23
days: 1
hashtag: ACT
slots:
  morning: 09:00
each_force_fills_in:
  in_area:
    help: Where.
    example: in Kent
themes:
  report-it: Monday
messages:
  how-to-report:
    theme: report-it
    wordings:
      step-by-step:
        en: |
          Seen something {{ in_area }}? Here is how to tell us.
          ---
          Online: {{ report_link }}

          It takes two minutes.
          ---
          Or by phone, in confidence.
"""


def planned(pack: str = PACK) -> tuple[Post, ...]:
    return Newsroom(pack, {}, {"forces": a_force("kent")}).posts()


def problems(pack: str) -> list[str]:
    found = lines(national_problems(a_national(pack), a_config()))
    return [line for line in found if "part" in line]


def test_each_part_is_a_post_of_its_own_and_the_hashtag_stands_in_the_first() -> None:
    posts = planned()

    assert [str(post.key) for post in posts] == [
        "cdt@2015/kent-x/d1.morning/en",
        "cdt@2015/kent-x/d1.morning/en/2",
        "cdt@2015/kent-x/d1.morning/en/3",
    ]
    assert [post.rendering.text for post in posts] == [
        "Seen something in Kent? Here is how to tell us.\n#ACT",
        "Online: gov.uk/ACT\n\nIt takes two minutes.",
        "Or by phone, in confidence.",
    ]


def test_a_part_waits_for_the_one_before_and_may_leave_ten_minutes_later() -> None:
    first, second, third = planned()

    assert (first.waits_for, second.waits_for, third.waits_for) == (None, first.key, second.key)
    assert [post.grace_seconds // 60 for post in (first, second, third)] == [20, 30, 40]
    assert first.due == second.due == third.due


def test_each_part_names_its_own_line_of_the_pack() -> None:
    starts = PACK[: PACK.index("Seen something")].count("\n") + 1

    assert [post.place.line for post in planned()] == [starts, starts + 2, starts + 6]


def test_which_part_it_is_belongs_to_what_is_approved() -> None:
    again = PACK.replace("Online: {{ report_link }}\n\n          It takes two minutes.", "Same.")
    again = again.replace("Or by phone, in confidence.", "Same.")

    _, second, third = planned(again)

    assert second.rendering.text == third.rendering.text
    assert second.rendering.digest != third.rendering.digest


def test_a_part_without_words_is_named_by_its_line_and_stops_the_thread() -> None:
    empty = PACK.replace("Or by phone, in confidence.", "")
    starts = PACK[: PACK.index("Or by phone")].count("\n") + 1

    assert planned(empty) == ()
    assert problems(empty) == [
        f"messages/national/cdt/campaign.yaml:{starts}: a part of this thread has no words: nothing"
        " stands between two lines of ---. Write its words there, or take out the ---."
    ]


def test_languages_that_differ_in_parts_are_shown() -> None:
    welsh = PACK + "        cy: |\n          Un.\n          ---\n          Dau.\n"

    (said,) = problems(welsh)

    assert "how-to-report/step-by-step has 3 parts in English and 2 in Welsh." in said


def test_a_dash_within_a_line_divides_nothing() -> None:
    words = Words("One --- two\n--\nthree", Place("F", 7))

    assert words.parts() == (words,)
    assert [(one.text, one.place.line) for one in Words("a\n---\nb", Place("F", 7)).parts()] == [
        ("a", 7), ("b", 9)
    ]  # fmt: skip


def test_a_part_too_long_for_a_force_is_measured_by_itself() -> None:
    long = PACK.replace("Or by phone, in confidence.", "Or " + "by phone " * 40)

    found = Newsroom(long, {}, {"forces": a_force("kent")}).plan().problems

    assert any("too long" in line for line in lines(found)), lines(found)


def test_nobody_misses_the_hashtags_of_the_first_part_in_the_others() -> None:
    newsroom = Newsroom(PACK, {}, {"forces": a_force("kent")})
    sources = newsroom.sources()

    found = check_posts(newsroom.posts(), sources.packs, sources.config)

    assert lines(found.problems) == []


def test_an_error_in_one_part_stops_the_whole_thread() -> None:
    long = PACK.replace("Or by phone, in confidence.", "Or " + "by phone, " * 40)
    newsroom = Newsroom(long, {}, {"forces": a_force("kent")})
    sources = newsroom.sources()

    found = check_posts(newsroom.posts(), sources.packs, sources.config)

    assert {key.part for key in found.stopped} == {1, 2, 3}


def test_each_part_is_explained_by_its_own_lines() -> None:
    newsroom = Newsroom(PACK, {}, {"forces": a_force("kent")})
    sources = newsroom.sources()
    national, sender = sources.packs["cdt"], sources.config.senders["kent"]
    assert national is not None
    pack, _ = sources.pack_of(national, sender)
    starts = PACK[: PACK.index("Online:")].count("\n") + 1

    second = newsroom.posts()[1]
    run = sources.config.runs["cdt@2015"]
    found = explain(pack, sources.config, run, second.key, second.rendering)

    assert found is not None
    assert found.is_exact
    assert [(one.says, one.place and one.place.line) for one in found.lines if one.says] == [
        ("Online: gov.uk/ACT", starts), ("It takes two minutes.", starts + 2)
    ]  # fmt: skip
