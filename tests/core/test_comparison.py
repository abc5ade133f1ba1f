"""Two sets of posts side by side, word by word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.comparison import (
    Piece,
    Side,
    by_key,
    by_wording,
    compared,
    without_own_phrases,
    word_by_word,
)
from bot.core.model import Card, Post
from tests.core.packs_in_text import CAMPAIGN, KENT, Newsroom
from tests.factories import a_picture, a_post, a_repost, at

TEXTS = st.text("abc \n", max_size=30)
OWN = """\
change:
  trust-your-instincts:
    not-sure:
      en: |
        Ask us anything {{ in_area }}: {{ report_link }}
"""


def marked(old: str, new: str) -> str:
    marks = {Side.BOTH: "{}", Side.OLD: "[-{}-]", Side.NEW: "{{+{}+}}"}
    return "".join(marks[piece.side].format(piece.text) for piece in word_by_word(old, new))


def with_card(card: Card) -> Post:
    post = a_post(text="Tell us.")
    return replace(post, rendering=replace(post.rendering, card=card))


def test_only_the_words_that_differ_are_marked() -> None:
    assert marked("Seen something that did not feel right?", "Seen something that felt right?") == (
        "Seen something that [-did not feel-]{+felt+} right?"
    )


def test_texts_with_little_in_common_are_compared_line_by_line() -> None:
    assert marked("Tell us what you saw.\n#ACT", "What did you see? Do tell.\n#ACT") == (
        "[-Tell us what you saw.-]{+What did you see? Do tell.+}\n#ACT"
    )


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_back_whatever_they_are(old: str, new: str) -> None:
    pieces = word_by_word(old, new)

    assert "".join(one.text for one in pieces if one.side is not Side.NEW) == old
    assert "".join(one.text for one in pieces if one.side is not Side.OLD) == new


def test_posts_are_new_gone_changed_or_the_same() -> None:
    gone, changed, same, new = (a_post(slot) for slot in ("d1.a", "d1.b", "d1.c", "d1.d"))

    found = compared(
        [gone, changed, same], [a_post("d1.b", text="Other words."), same, new], by_key
    )

    assert (found.removed, found.added, found.same) == ((gone,), (new,), 1)
    assert [one.new.rendering.text for one in found.changed] == ["Other words."]


def test_a_post_that_was_moved_or_shows_something_else_has_changed() -> None:
    before = [a_post("d1.a"), a_post("d1.b", pictures=(a_picture(alt="A phone."),))]
    after = [
        a_post("d1.a", due=at("09:00") + timedelta(hours=1)),
        a_post("d1.b", pictures=(a_picture(alt="A hand."),)),
    ]

    moved, shown = compared(before, after, by_key).changed

    assert (moved.is_moved, moved.says_other_words) == (True, False)
    assert [one.text for one in shown.alt] == ["A ", "phone.", "hand."]


def test_what_a_link_shows_is_compared_too() -> None:
    before, after, pictured = (
        with_card(Card("https://www.gov.uk/ACT", title, "In confidence.", picture))
        for title, picture in (("Tell us", None), ("Tell police", None), ("Tell us", a_picture()))
    )

    [other] = compared([before], [after], by_key).changed
    [shows] = compared([before], [pictured], by_key).changed

    assert [one.text for one in other.card] == ["Tell ", "us", "police", "\nIn confidence."]
    assert (shows.card, shows.card_shows_another) == ((), True)


def test_a_post_that_now_passes_on_another_has_changed() -> None:
    national = a_post(force="ct-policing", text="Tell us.")
    passed_on = a_repost(national, due=at("09:00"))
    own = replace(passed_on, rendering=replace(passed_on.rendering, reposts=None))

    [found] = compared([own], [passed_on], by_key).changed

    assert (found.says_other_words, found.passes_on_another) == (False, True)


def test_another_message_in_a_place_is_not_compared_word_by_word() -> None:
    before, after = a_post(text="Tell us now.", message="a"), a_post(text="Tell us.", message="b")

    [found] = compared([before], [after], by_key).changed

    assert found.words == (Piece(Side.OLD, "Tell us now."), Piece(Side.NEW, "Tell us."))


def test_one_national_sentence_is_one_change_however_many_forces_say_it() -> None:
    corrected = CAMPAIGN.replace("that did not feel right?", "that felt wrong?")

    found = compared(posts(), posts(corrected), by_key)

    [group] = found.by_cause()
    assert {(one.new.sender, one.new.key.language) for one in group} == {
        ("kent", "en"),
        ("gwent", "en"),
    }


def test_two_forces_differ_where_one_of_them_has_words_of_its_own() -> None:
    told = [one for one in posts(local=KENT + OWN) if one.key.language == "en"]
    kents, gwents = ([one for one in told if one.sender == who] for who in ("kent", "gwent"))

    found, alike = without_own_phrases(compared(gwents, kents, by_wording))

    assert [one.new.rendering.pick.wording for one in found.changed] == ["not-sure"]
    assert (alike, found.removed, found.added) == (1, (), ())


def posts(campaign: str = CAMPAIGN, local: str = KENT) -> tuple[Post, ...]:
    return Newsroom(campaign, {"kent": local}).plan().posts
