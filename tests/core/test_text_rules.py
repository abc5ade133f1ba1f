"""What holds for every platform's rules, on strings made to be hard."""

from __future__ import annotations

import unicodedata

import pytest

from bot.core.text import bluesky, x
from bot.core.text.parsed import Entity
from bot.core.text.rules import PLATFORMS, Limits, rules
from tests.core.strings import seeded

TEXTS = seeded(2026, 1_500)
HARD = pytest.mark.parametrize("platform", PLATFORMS)


@HARD
def test_offsets_slice_back_to_what_they_name(platform: str) -> None:
    for text in TEXTS:
        for span in rules(platform).parse(text).spans:
            written = text[span.start : span.end]
            assert span.value == (written if span.kind is Entity.LINK else written[1:])


def test_each_platforms_own_offsets_name_the_same_words() -> None:
    for text in TEXTS:
        for span in x.parse(text).spans:
            start, end = (2 * units for units in x.utf16_offsets(text, span))
            assert text.encode("utf-16-le")[start:end].decode("utf-16-le").endswith(span.value)
        for span in bluesky.parse(text).spans:
            start, end = bluesky.byte_offsets(text, span)
            assert text.encode()[start:end].decode().endswith(span.value)


@HARD
def test_a_text_in_nfc_counts_the_same_when_it_is_brought_to_nfc_again(platform: str) -> None:
    for text in TEXTS:
        once = unicodedata.normalize("NFC", text)
        measured = rules(platform).parse(once)
        again = rules(platform).parse(unicodedata.normalize("NFC", once))
        assert (measured.length, measured.spans) == (again.length, again.spans)
        if platform == "x":
            assert rules(platform).parse(text).length == measured.length


@HARD
def test_two_texts_joined_at_a_line_count_as_their_sum_and_one(platform: str) -> None:
    for before, after in zip(TEXTS, TEXTS[1:] + TEXTS[:1], strict=True):
        first, second = f"a{before}.", f"a {after}"
        measured = [rules(platform).parse(one).length for one in (first, second)]
        assert rules(platform).parse(f"{first}\n{second}").length == sum(measured) + 1


@HARD
def test_at_most_is_never_less_than_the_length(platform: str) -> None:
    for before, after in zip(TEXTS, TEXTS[1:] + TEXTS[:1], strict=True):
        most = rules(platform).at_most(before) + rules(platform).at_most(after)
        assert rules(platform).parse(before + after).length <= most


@HARD
def test_a_text_fits_exactly_where_nothing_is_said_against_it(platform: str) -> None:
    for text in TEXTS:
        parsed = rules(platform).parse(text)
        assert parsed.fits == (parsed.unfit is None)
        assert not parsed.fits or 0 < parsed.length <= parsed.limit == rules(platform).limit


@HARD
@pytest.mark.parametrize(
    ("word", "links"),
    [
        ("a." * 10_000 + "https://gov.uk", {"x": 1, "mastodon": 1, "bluesky": 0}),
        ("https://gov.uk/(" + "a_b.uk." * 3_000, {"x": 1, "mastodon": 1, "bluesky": 1}),
        ("#" * 20_000 + "a." * 3_000, {"x": 0, "mastodon": 0, "bluesky": 0}),
    ],
)
def test_a_word_without_an_end_is_read_at_once(
    platform: str, word: str, links: dict[str, int]
) -> None:
    """Read from each of its letters to its end it takes minutes, as it once did."""
    assert len(rules(platform).parse(word).named(Entity.LINK)) == links[platform]


def test_only_mastodon_heeds_a_servers_own_limits() -> None:
    limits = Limits(max_characters=1_000, characters_reserved_per_url=25)

    measured = {name: rules(name, limits).parse("https://gov.uk") for name in PLATFORMS}

    assert {name: (one.length, one.limit) for name, one in measured.items()} == {
        "x": (23, 280),
        "bluesky": (14, 300),
        "mastodon": (25, 1_000),
    }


def test_the_emoji_of_2019_never_count_less() -> None:
    assert all(x.length_of_2019(text) >= x.length(text) for text in TEXTS)
    assert x.length_of_2019("🤵\u200d♂\ufe0f 👮🏿\u200d♀\ufe0f") == 5
    assert x.length_of_2019("🧑\u200d🚒") == 5
