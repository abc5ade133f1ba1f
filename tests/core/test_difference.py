"""What becomes of posts between two plans."""

from __future__ import annotations

from dataclasses import replace

from bot.core.difference import Turn, differences
from bot.core.model import Card
from tests.factories import a_picture, a_post, at


def turns(before: list, after: list) -> list[tuple[Turn, list[str]]]:  # type: ignore[type-arg]
    found = differences(before, after)
    return [(one.turn, [post.key.account for post in one.posts]) for one in found]


def test_the_same_posts_are_no_difference() -> None:
    posts = [a_post(), a_post(force="gwent")]

    assert differences(posts, list(reversed(posts))) == []


def test_each_post_that_differs_has_one_turn() -> None:
    kept = a_post("d1.morning")
    before = [kept, a_post("d2.x", force="gone"), a_post("d3.x", text="Old", force="other")]
    before += [a_post("d4.x", text="Same", force="late")]
    after = [kept, a_post("d2.y", force="new"), a_post("d3.x", text="New", force="other")]
    after += [a_post("d4.x", text="Same", force="late", due=at("10:00"))]

    assert turns(before, after) == [
        (Turn.GONE, ["gone-x"]),
        (Turn.NEW, ["new-x"]),
        (Turn.CHANGED, ["other-x"]),
        (Turn.MOVED, ["late-x"]),
    ]


def test_another_picture_is_a_change() -> None:
    before, after = a_post(text="a"), a_post(text="a", pictures=(a_picture(),))

    assert turns([before], [after]) == [(Turn.CHANGED, ["kent-x"])]


def test_another_title_in_what_a_link_shows_is_a_change() -> None:
    post = a_post(text="a")
    before, after = (
        replace(post, rendering=replace(post.rendering, card=Card("https://x.test/", title, "b")))
        for title in ("Tell us", "Tell police")
    )

    assert turns([before], [after]) == [(Turn.CHANGED, ["kent-x"])]


def test_posts_of_one_wording_are_told_together() -> None:
    forces = ("essex", "kent", "sussex")
    before = [a_post(force=force, text=f"Old in {force}") for force in forces]
    after = [a_post(force=force, text=f"New in {force}") for force in forces]

    assert turns(before, after) == [(Turn.CHANGED, ["essex-x", "kent-x", "sussex-x"])]
    other = [a_post(force="essex", text="New", message="another"), *after[1:]]
    assert len(turns(before, other)) == 2
