"""How a Mastodon server counts a text and what links there: our own cases, from the rules."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from bot.core.text.mastodon import LIMIT, at_most, parse
from bot.core.text.parsed import Entity, Unfit
from tests.core.strings import FAMILY, TEXTS


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        (" \n\u3000", 0),  # nothing is published
        ("\x1f", 1),
        ("Heddlu", 6),
        ("cafe\u0301 警察", 7),
        (FAMILY, 1),
        ("क्षि", 2),  # Ruby joins no consonants
        ("https://gov.uk", 23),
        ("https://www.gov.uk/" + "a" * 200, 23),
        ("see https://gov.uk/ACT.", 28),
        ("gov.uk/ACT", 10),  # no protocol, no link
        ("nowhttps://gov.uk", 17),  # glued to a word
        ("：https://gov.uk", 24),
        ("https://nosuch.tldhere", 22),
        ("https://localhost", 17),
        ("gemini://gov.uk/a", 23),
        ("@kent", 5),
        ("@kent@police.social", 5),
        ("(@kent@police.social)", 7),
        ("a@kent@police.social", 20),
        ("@kent@police.socialé", 5),  # a letter like others, so of the domain
        ("@kent@police.social://", 22),
        ("/@kent@police.social", 20),
        ("https://a.uk/@kent@police.social", 23),
    ],
)
def test_a_link_counts_23_and_a_mention_without_its_server(text: str, length: int) -> None:
    assert parse(text).length == length


def test_a_content_warning_counts_with_the_text() -> None:
    assert parse("Heddlu", warning="Rhybudd").length == 13


def test_a_server_sets_its_own_limit_and_its_own_length_of_a_link() -> None:
    assert parse("a" * LIMIT).fits
    assert parse("a" * (LIMIT + 1)).unfit is Unfit.TOO_LONG
    assert parse("a" * 5000, limit=5000).fits
    assert parse("https://gov.uk", reserved=25).length == 25
    assert parse(" ").unfit is Unfit.EMPTY


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "https://gov.uk/ACT. https://met.police.uk!",
            ("https://gov.uk/ACT", "https://met.police.uk"),
        ),
        ("(https://gov.uk/a_(b))", ("https://gov.uk/a_(b)",)),
        ("gov.uk now.Call www.gov.uk", ()),
        ("HTTPS://Gov.UK/Act", ("HTTPS://Gov.UK/Act",)),
        ("https://gov.uk/heddlu-cŵn", ("https://gov.uk/heddlu-cŵn",)),
        ("https://gov.uk/a?b=é", ("https://gov.uk/a?b=é",)),
        ("https://t.co/abc's", ("https://t.co/abc",)),
        ("https://" + "a" * 64 + ".uk", ()),
        ('https://a"b.uk https://a`b.uk https://a\x1fb.uk', ()),
        ("https://t.co/abc?x=1", ("https://t.co/abc",)),
        ("https://heddlu.cymru/a_(b—c)", ("https://heddlu.cymru/a_(b—c)",)),
        ("https://a.xn--vermgensberatung-pwb", ("https://a.xn--vermgensberatung",)),
    ],
)
def test_only_an_address_with_a_protocol_links(text: str, found: tuple[str, ...]) -> None:
    assert parse(text).named(Entity.LINK) == found


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://münchen.de https://例え.jp https://президент.рф", 3),
        ("https://🚨.uk https://❤️.uk", 1),  # the heart is of 1993
        ("https://ꩰ.com", 0),
        ("https://אב.uk https://אb.uk", 1),
        ("https://xn--é.uk", 0),
        ("https://" + "ü" * 60 + ".uk", 0),
    ],
)
def test_a_domain_links_if_the_rules_of_2003_can_look_it_up(text: str, links: int) -> None:
    found = parse(text)

    assert len(found.named(Entity.LINK)) == links
    assert links or found.length == len(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#CounterTerrorismUK, #ACT.\n#CT", ("CounterTerrorismUK", "ACT", "CT")),
        ('(#CT) "#CT" 🚨#ACT a#b', ()),
        ("#CT’s", ("CT",)),
        ("#COVID-19 #A&E", ("COVID", "A")),
        ("#2026", ()),
        ("#9a_b", ("9a_b",)),
        ("＃ACT", ("ACT",)),
        ("#heddlu·cymru #a·", ("heddlu·cymru", "a")),
        ("#acthttps://gov.uk", ("act",)),
    ],
)
def test_a_hashtag_begins_after_white_space_and_ends_with_its_word(
    text: str, found: tuple[str, ...]
) -> None:
    assert parse(text).named(Entity.HASHTAG) == found


@given(TEXTS)
def test_spans_are_in_order_and_slice_back_to_what_they_name(text: str) -> None:
    spans = parse(text).spans

    assert all(a.end <= b.start for a, b in pairwise(spans))
    for span in spans:
        written = text[span.start : span.end]
        assert span.value in (written, written[1:])


@given(TEXTS, TEXTS)
def test_two_texts_joined_by_a_space_count_as_their_sum_and_one(before: str, after: str) -> None:
    before, after = f"a{before}", f"a{after}"

    joined = parse(f"{before}\n{after}").length

    assert joined == parse(before).length + 1 + parse(after).length - before.endswith("\r")


@given(TEXTS, TEXTS)
def test_at_most_is_never_less_than_the_length(before: str, after: str) -> None:
    assert parse(before + after).length <= at_most(before) + at_most(after)
