from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import Language, Pick, Picture, PlatformName, Post
from bot.core.side_by_side import Comparison, compare, in_columns
from bot.core.text.rules import rules
from tests.factories import a_picture, a_post

X, BLUESKY, MASTODON = PlatformName


def said(
    platform: PlatformName,
    text: str,
    wording: str = "tell-us / plain",
    *,
    account: str | None = None,
    part: int = 1,
    pictures: tuple[Picture, ...] = (),
) -> Post:
    """Kent's post there, with its true length."""
    post = a_post(text=text, platform=platform, account=account, pictures=pictures)
    length = rules(platform).parse(text).length
    pick = Pick(*wording.split(" / "))
    rendering = replace(post.rendering, length=length, pick=pick)
    return replace(post, key=replace(post.key, part=part), rendering=rendering)


def on_each(text: str, mastodon: str | None = None) -> tuple[Post, ...]:
    return said(X, text), said(BLUESKY, text), said(MASTODON, mastodon or text)


def rows(*posts: Post) -> list[list[list[str]]]:
    """The words in rows of columns."""
    found = in_columns(posts, lambda post: post)
    return [[[post.rendering.text for post in column] for column in row] for row in found]


def compared(*posts: Post) -> Comparison:
    own = {post.key.account: rules(post.rendering.platform) for post in posts}
    [row] = in_columns(posts, lambda post: post)
    return compare(row, own)


def remarks(*posts: Post) -> tuple[str, ...]:
    return compared(*posts).remarks


# --- what stands together -----------------------------------------------------------------------


def test_a_senders_accounts_share_a_row_and_its_languages_and_slots_do_not() -> None:
    posts = [
        a_post(text="welsh", language=Language.CY),
        a_post(text="mastodon", platform=MASTODON),
        a_post(text="x"),
        a_post(text="welsh, bluesky", language=Language.CY, platform=BLUESKY),
        a_post("d1.evening", text="evening"),
        a_post(text="gwent", force="gwent"),
    ]

    assert rows(*posts) == [
        [["welsh"], ["welsh, bluesky"]],
        [["x"], ["mastodon"]],
        [["evening"]],
        [["gwent"]],
    ]


def test_columns_come_by_platform_then_account_and_a_thread_is_one() -> None:
    posts = [
        said(MASTODON, "c"),
        said(X, "b", account="kent-x", part=2),
        said(X, "z", account="kent-zone-x"),
        said(X, "a", account="kent-x"),
    ]

    assert rows(*posts) == [[["a", "b"], ["z"], ["c"]]]


# --- words --------------------------------------------------------------------------------------


def test_words_are_the_same_where_an_address_alone_is_written_otherwise() -> None:
    posts = on_each("Tell us: gov.uk/ACT", mastodon="Tell us: https://gov.uk/ACT")

    found = compared(*posts)

    assert found.same_words
    assert found.remarks == (
        "The same words on X, Bluesky and Mastodon.",
        "gov.uk/ACT counts 23 on X and Mastodon, 10 on Bluesky; "
        "on Mastodon it is written https://gov.uk/ACT.",
    )


@pytest.mark.parametrize(
    ("wordings", "sentence"),
    [
        (("act / a", "act / b", "act / c"), "Each has its own wording of act."),
        (("act / a", "see / a", "say / a"), "Each has its own message."),
        (("act / a", "act / b", "say / a"), "Each has its own words."),
        (("act / a", "act / b", "act / b"), "Bluesky and Mastodon share a wording; X has another."),
    ],
)
def test_it_is_said_how_far_the_words_differ(wordings: tuple[str, ...], sentence: str) -> None:
    posts = [said(on, w, w) for on, w in zip(PlatformName, wordings, strict=True)]

    assert remarks(*posts) == (sentence,)


def test_a_hashtag_that_had_no_room_is_named() -> None:
    short, whole = "Tell us.\n#Watch", "Tell us.\n#Watch #Harbour"

    found = remarks(said(X, short), said(BLUESKY, whole), said(MASTODON, whole))

    assert found == ("The same words but for hashtags: #Harbour is only on Bluesky and Mastodon.",)


def test_a_thread_is_compared_whole_and_its_parts_are_counted() -> None:
    parts = said(X, "Tell us."), said(X, "Today.", part=2)

    found = remarks(*parts, said(MASTODON, "Tell us.\nToday."))

    assert found == (
        "The same words on X and Mastodon.",
        "Posts in a thread: 2 on X, 1 on Mastodon.",
    )


def test_two_accounts_on_one_platform_go_by_their_own_names() -> None:
    one, two = said(X, "Tell us."), said(X, "Tell us.", account="kent-roads-x")

    assert remarks(one, two) == ("The same words on kent-roads-x and kent-x.",)


# --- links and counts ---------------------------------------------------------------------------


def test_what_links_on_one_platform_alone_is_named() -> None:
    found = remarks(*on_each("Ask @kent_police (#ACT) today."))

    assert "#ACT links on X, not on Bluesky or Mastodon." in found
    assert "@kent_police links on X and Mastodon, not on Bluesky." in found


def test_a_part_of_a_longer_hashtag_is_not_one_that_does_not_link() -> None:
    found = remarks(said(X, "#ACT", "act / a"), said(BLUESKY, "#ACTEarly", "act / b"))

    assert found == ("Each has its own wording of act.",)


def test_what_else_counts_differently_is_said_with_its_reason() -> None:
    found = remarks(*on_each("👮 Tell us…"))

    assert found[1:] == (
        "Without links the words count 12 on X, 10 on Bluesky and Mastodon: "
        "an emoji, and some other signs, count 2 on X.",
    )


# --- pictures -----------------------------------------------------------------------------------

PHONE = a_picture()


def pictured(*pictures: Picture | None) -> tuple[str, ...]:
    """The remarks but the first, with one picture for each platform."""
    shown = zip(PlatformName, pictures, strict=True)
    return remarks(*(said(on, "a", pictures=(one,) if one else ()) for on, one in shown))[1:]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            replace(PHONE, sha256="b", width=800, height=450),
            "phone.png is scaled: 1,200 by 675 on X and Mastodon, 800 by 450 on Bluesky.",
        ),
        (
            replace(PHONE, sha256="b", media_type="image/jpeg", size=940_001),
            "phone.png is packed anew: PNG, 1 kB on X and Mastodon, JPEG, 941 kB on Bluesky.",
        ),
        (None, "A picture on X and Mastodon only."),
        (replace(PHONE, file="messages/…/map.png"), "The pictures are not the same."),
        (replace(PHONE, alt="A map."), "The alt text of phone.png is not the same on each."),
    ],
)
def test_a_picture_that_is_another_on_one_platform_is_named(
    changed: Picture | None, sentence: str
) -> None:
    assert pictured(PHONE, PHONE, PHONE) == ()
    assert pictured(PHONE, changed, PHONE) == (sentence,)
