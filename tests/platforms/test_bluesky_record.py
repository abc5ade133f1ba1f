"""A post's record on Bluesky, and the key of its place: pure, and the same for ever."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Language, Pick, PlatformName, PostKey, Rendering
from bot.platforms.bluesky_record import KEY_LETTERS, put, record, record_key

DUE = datetime(2026, 11, 22, 9, tzinfo=UTC)
KEY = PostKey("ct@2026", "kent-bsky", "d1.morning", Language.EN)


def a_rendering(text: str = "Tell us.", *, due: datetime = DUE) -> Rendering:
    return Rendering(
        "kent-bsky", PlatformName.BLUESKY, Language.EN, due, Pick("m", "w"), text, len(text), 300,
        (), (), "digest",
    )  # fmt: skip


def instant_of(rkey: str) -> datetime:
    """What the record key says of time, as the specification of TIDs reads it."""
    bits = 0
    for letter in rkey:
        bits = bits << 5 | KEY_LETTERS.index(letter)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=bits >> 10)


# --- the key of a place -----------------------------------------------------------------------


def test_a_place_has_the_same_record_key_in_every_version_of_the_bot() -> None:
    # Written down: a change would make a second post of whatever is tried across an update.
    assert record_key(KEY, DUE) == "3n2tjtxy245df"


keys = st.builds(
    PostKey,
    st.text("abcz@-2026", min_size=1),
    st.sampled_from(["kent-bsky", "gwent-bsky"]),
    st.text("d1.morning", min_size=1),
    st.sampled_from(Language),
    st.integers(1, 9),
)
dues = st.integers(0, 30 * 365 * 24 * 60).map(lambda minutes: DUE + timedelta(minutes=minutes))


@given(keys, dues)
def test_every_record_key_is_a_tid_of_the_day_before(key: PostKey, due: datetime) -> None:
    rkey = record_key(key, due)

    # Source: the regular expression in atproto.com/specs/tid
    assert re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", rkey)
    assert due.date() - instant_of(rkey).date() == timedelta(days=1)


@given(keys, keys, dues)
def test_two_places_have_two_record_keys(one: PostKey, other: PostKey, due: datetime) -> None:
    assert (record_key(one, due) == record_key(other, due)) is (one == other)


def test_a_post_moved_within_its_day_keeps_its_place_and_days_stand_in_their_order() -> None:
    moved = record_key(KEY, DUE + timedelta(hours=8))
    later = record_key(KEY, DUE + timedelta(days=1))

    assert moved == record_key(KEY, DUE)
    assert later > record_key(KEY, DUE)


# --- the record -------------------------------------------------------------------------------


def test_the_record_says_when_it_is_due_and_in_which_language() -> None:
    made = record(replace(a_rendering(), language=Language.CY))

    assert made == {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-11-22T09:00:00.000Z",
        "langs": ["cy"],
        "text": "Tell us.",
    }


def test_links_and_hashtags_are_given_by_their_bytes() -> None:
    made = record(a_rendering("Apêl 🚨 gov.uk/ACT #ActionCountersTerrorism"))

    text = made["text"].encode()
    found = [
        (text[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(), one["features"])
        for one in made["facets"]
    ]
    assert found == [
        ("gov.uk/ACT", [{"$type": "app.bsky.richtext.facet#link", "uri": "https://gov.uk/ACT"}]),
        (
            "#ActionCountersTerrorism",
            [{"$type": "app.bsky.richtext.facet#tag", "tag": "ActionCountersTerrorism"}],
        ),
    ]


def test_nobody_is_mentioned_because_that_would_take_the_network() -> None:
    assert "facets" not in record(a_rendering("With @kent.police.uk"))


@given(st.text("a#@.(🚨é \n$G", max_size=60))
def test_facets_stand_in_order_and_never_overlap(text: str) -> None:
    ends = 0
    for facet in record(a_rendering(text)).get("facets", ()):
        index = facet["index"]
        assert ends <= index["byteStart"] < index["byteEnd"] <= len(text.encode())
        ends = index["byteEnd"]


def test_a_put_never_overwrites() -> None:
    assert put("kent.test", KEY, a_rendering())["swapRecord"] is None
