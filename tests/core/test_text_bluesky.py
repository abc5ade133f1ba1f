"""How Bluesky counts a text and what links there: our own cases, from the rules as known."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from bot.core.text.bluesky import LIMIT, MAX_BYTES, at_most, byte_offsets, parse, target
from bot.core.text.parsed import Entity, Span, Unfit
from tests.core.strings import FAMILY, TEXTS


def links(text: str) -> tuple[str, ...]:
    return parse(text).named(Entity.LINK)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Police", 6),
        ("cafe\u0301", 4),
        ("警察", 2),
        (FAMILY, 1),
        ("🇬🇧🇬", 2),
        ("👍🏽", 1),
        ("a\r\nb", 3),
        ("a\n\rb", 4),
        ("e\u0301\u0301\u0301", 1),
        ("क्षि", 1),  # one syllable, four code points
        ("a\u094dष", 2),  # a virama joins consonants only
        ("\u0915\u1cf5\u0937", 3),  # a linker since Unicode 18, a letter before
        ("a\u05c9", 2),  # a mark since Unicode 18, unassigned before
        ("\U0001f7da\u200d😀", 1),  # kept for an emoji that never came
        ("\u1100\u1161\u11a8", 1),  # one Korean syllable in its three letters
        ("https://www.gov.uk/ACT", 22),  # a link counts in full
    ],
)
def test_what_a_reader_takes_for_one_character_counts_one(text: str, length: int) -> None:
    assert parse(text).length == length


def test_300_characters_fit_and_one_more_does_not() -> None:
    assert parse("é" * LIMIT).fits
    assert parse("é" * (LIMIT + 1)).unfit is Unfit.TOO_LONG
    assert parse("").unfit is Unfit.EMPTY


def test_few_characters_can_have_too_many_bytes() -> None:
    just, over = FAMILY * 120, FAMILY * 121

    assert len(just.encode()) == MAX_BYTES
    assert parse(just).fits
    assert parse(over).length == 121
    assert parse(over).unfit is Unfit.TOO_MANY_BYTES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Go to https://gov.uk/ACT.", ("https://gov.uk/ACT",)),
        ("Go to gov.uk/ACT, or (met.police.uk)!", ("gov.uk/ACT", "met.police.uk")),
        ("(https://gov.uk/a)", ("https://gov.uk/a",)),
        ("https://gov.uk/a_(b)", ("https://gov.uk/a_(b)",)),
        ("see https://gov.uk/a?!", ("https://gov.uk/a?",)),  # one mark only is taken off
        ("now.Call 101", ()),  # top-level domains in small letters only
        ("now.call 101", ("now.call",)),
        ("GOV.UK Gov.uk", ("Gov.uk",)),
        ("HTTPS://gov.uk", ()),
        ("https://intranet", ("https://intranet",)),
        ("httpbin.nosuch", ("httpbin.nosuch",)),  # what begins with http is never looked up
        ("heddlu-de.cymru", ()),  # no hyphen in an address without a protocol
        ("1st.uk a.b", ()),
        ("“gov.uk”", ()),
        ("é gov.uk\u00a0act.uk", ("gov.uk", "act.uk")),
        ("file.zip something.jpg", ("file.zip",)),
    ],
)
def test_an_address_links_after_white_space_or_a_bracket(text: str, found: tuple[str, ...]) -> None:
    assert links(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#CounterTerrorismUK, #ACT.", ("CounterTerrorismUK", "ACT")),
        ('(#CT) "#CT" 🚨#ACT', ()),
        ("#CT’s", ("CT’s",)),
        ("#COVID-19 #A&E", ("COVID-19", "A&E")),
        ("#2026 #24/7", ()),
        ("#a\u2e60 #\u2e60", ("a\u2e60", "\u2e60")),  # punctuation since Unicode 18
        ("#24/7x", ("24/7x",)),
        ("＃ACT", ("ACT",)),
        ("#" + "a" * 64, ("a" * 64,)),
        ("#" + "a" * 65, ()),
        ("#" + "🚨" * 33, ()),  # counted in UTF-16 units
        ("#ACT\u200bnow", ("ACT",)),
        ("#a\n#b", ("a", "b")),
    ],
)
def test_a_hashtag_begins_after_white_space_and_goes_on_to_the_next(
    text: str, found: tuple[str, ...]
) -> None:
    assert parse(text).named(Entity.HASHTAG) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@kent.police.uk, (@act.test)", ("kent.police.uk", "act.test")),
        ("@kent press@kent.police.uk", ()),
        ("@kent.police.uk.", ("kent.police.uk",)),
        ("@kent.police.uk_x", ()),
    ],
)
def test_a_mention_is_a_domain(text: str, found: tuple[str, ...]) -> None:
    assert parse(text).named(Entity.MENTION) == found


def test_a_cashtag_is_a_hashtag_in_capitals_with_its_dollar() -> None:
    (span,) = parse("about $aapl.").spans

    assert span == Span(Entity.CASHTAG, 6, 11, "aapl")
    assert target(span) == "$AAPL"


@pytest.mark.parametrize(
    ("text", "leads_to"),
    [
        ("gov.uk/ACT", "https://gov.uk/ACT"),
        ("https://gov.uk", "https://gov.uk"),
        ("httpbin.org", "https://httpbin.org"),
        ("#ACT", "ACT"),
        ("@kent.police.uk", "kent.police.uk"),
    ],
)
def test_a_span_leads_to_an_address_a_name_or_a_handle(text: str, leads_to: str) -> None:
    (span,) = parse(text).spans

    assert target(span) == leads_to


def test_offsets_count_bytes_of_utf8() -> None:
    text = "Appeal: é 🚨 https://gov.uk"
    (span,) = parse(text).spans

    assert byte_offsets(text, span) == (16, 30)


@given(TEXTS)
def test_every_span_slices_back_to_what_it_names(text: str) -> None:
    signs = {Entity.HASHTAG: "#＃", Entity.MENTION: "@", Entity.CASHTAG: "$"}
    encoded = text.encode()
    for span in parse(text).spans:
        written = text[span.start : span.end]
        start, end = byte_offsets(text, span)
        assert encoded[start:end].decode() == written
        if span.kind is Entity.LINK:
            assert written == span.value
        else:
            assert (written[0] in signs[span.kind], written[1:]) == (True, span.value)


@given(TEXTS)
def test_spans_of_one_kind_never_overlap(text: str) -> None:
    for kind in Entity:
        spans = [span for span in parse(text).spans if span.kind is kind]
        assert all(a.end <= b.start for a, b in pairwise(spans))


@given(TEXTS, TEXTS)
def test_two_texts_joined_by_a_space_count_as_their_sum_and_one(before: str, after: str) -> None:
    """If the second begins with an ASCII letter: an accent or a joiner belongs to the space."""
    after = "a" + after

    joined = parse(f"{before}\n{after}").length

    assert joined == parse(before).length + 1 + parse(after).length - before.endswith("\r")


@given(TEXTS, TEXTS)
def test_at_most_is_never_less_than_the_length(before: str, after: str) -> None:
    assert parse(before + after).length <= at_most(before) + at_most(after)
