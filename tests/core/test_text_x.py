"""How X counts a text, and what it links: our own cases, from the rules as known."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.text import x_tags, x_urls
from bot.core.text.parsed import Entity, Parsed, Span
from bot.core.text.slips import unmeant_links
from bot.core.text.x import (
    LIMIT,
    URL_LENGTH,
    fitting,
    length,
    parse,
    utf16_offsets,
)
from bot.core.text.x_emoji import find_emoji_sequences
from bot.core.text.x_urls import find_urls
from bot.core.text.x_words import any_of

FAMILY = "👨\u200d👩\u200d👧\u200d👦"


def named(kind: Entity, text: str) -> list[str]:
    return [span.value for span in parse(text).spans if span.kind is kind]


def links(text: str) -> list[str]:
    return named(Entity.LINK, text)


# --- the length ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Police", 6),
        ("Diolch — ‘Heddlu’ £5 é", 22),  # dashes, curly quotes, £ and accents weigh 1
        ("Поліція", 7),
        ("警察", 4),
        ("경찰", 4),
        ("€", 2),
        ("…", 2),
        ("→", 2),
        ("\u2018\u2019\u201f", 3),
        ("\u2037\u2038", 3),
        ("\u2020", 2),  # the dagger is the first after the light punctuation
        ("\u10ff\u1100", 3),  # the last light letter and the first heavy one
        ("line\nline\r\n", 11),
        ("𠀡", 2),
    ],
)
def test_a_character_weighs_one_or_two(text: str, weight: int) -> None:
    assert length(text) == weight


def test_a_letter_and_its_accent_count_once_however_they_are_written() -> None:
    assert length("cafe\u0301") == length("caf\u00e9") == 4


@pytest.mark.parametrize(
    "emoji",
    [
        "🚨",
        "☺",
        "☺\ufe0f",
        "👍🏽",
        FAMILY,
        "👮🏿\u200d♀\ufe0f",
        "🏳\ufe0f\u200d🌈",
        "🇬🇧",
        "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",  # the flag of Wales
        "1\ufe0f\u20e3",
        "#\u20e3",
        "©\ufe0f",
        "™",
        "⚡\ufe0f",
        "☝\ufe0f🏽",
        "🕴\ufe0f\u200d♂\ufe0f",
    ],
)
def test_an_emoji_weighs_two_however_it_is_put_together(emoji: str) -> None:
    assert length(emoji) == 2
    assert length(f"a{emoji}{emoji}b") == 6


def test_flags_are_read_in_pairs_from_the_left() -> None:
    assert [match[0] for match in find_emoji_sequences("🇧🇬🇧🇬🇧")] == ["🇧🇬", "🇧🇬"]


@pytest.mark.parametrize(
    "emoji", ["🧑\u200d🚒", "🧑🏻\u200d🤝\u200d🧑🏿", "🥷🏽", "❤\ufe0f\u200d🔥", "🇨🇶"]
)
def test_an_emoji_newer_than_the_table_of_2019_weighs_two_as_well(emoji: str) -> None:
    assert length(emoji) == 2


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("©", 1),
        ("®", 1),
        ("1", 1),
        ("☺\ufe0e", 4),  # asked for in black and white, it is a sign and a selector
        ("😀\ufe0f", 4),  # needs no selector, so the selector counts by itself
        ("🏃\u200d♂", 5),  # the runner, the joiner and the sign, for want of a selector
        ("♾\ufe0f", 4),
        ("🇬", 2),
        ("👍🏽🏽", 4),
        ("\ufe0f", 2),
        ("a\u200db", 3),
    ],
)
def test_what_is_not_quite_an_emoji_counts_piece_by_piece(text: str, weight: int) -> None:
    assert length(text) == weight


@pytest.mark.parametrize(
    "link",
    [
        "t.co",
        "gov.uk/ACT",
        "https://www.met.police.uk/",
        "https://act.campaign.gov.uk/" + "a" * 200 + "?b=c",
    ],
)
def test_a_link_weighs_23_whatever_its_length(link: str) -> None:
    assert length(link) == URL_LENGTH
    assert length(f"See {link} now.") == 4 + URL_LENGTH + 5


def test_the_rest_of_an_emoji_that_begins_inside_a_link_counts_by_itself() -> None:
    assert length("gov.uk/1\u20e3") == URL_LENGTH + 2


def test_a_post_of_exactly_280_fits_and_one_more_does_not() -> None:
    assert parse("a" * 280).fits
    assert not parse("a" * 281).fits
    assert parse("警" * 140).fits
    assert not parse("警" * 140 + "a").fits
    assert parse("a" * 20, limit=20).fits
    assert not parse("a" * 21, limit=20).fits


def test_an_empty_post_does_not_fit() -> None:
    assert not parse("").fits


@pytest.mark.parametrize("character", ["\ufffe", "\ufeff", "\uffff"])
def test_a_character_x_refuses_makes_a_short_post_unfit(character: str) -> None:
    assert not parse(f"Safe{character}").fits


# --- links --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Go to https://gov.uk/ACT.", ["https://gov.uk/ACT"]),
        ("Go to gov.uk/ACT, met.police.uk!", ["gov.uk/ACT", "met.police.uk"]),
        ("HTTPS://Gov.UK/Act", ["HTTPS://Gov.UK/Act"]),
        ("(https://gov.uk/a_(b))", ["https://gov.uk/a_(b)"]),
        ("https://gov.uk/a_(b(c)d)!", ["https://gov.uk/a_(b(c)d)"]),
        ("https://gov.uk/!(b)", ["https://gov.uk/"]),  # brackets end a path only after a word
        ("https://gov.uk:8080/a?b=c&d=(e)", ["https://gov.uk:8080/a?b=c&d=(e"]),
        ("gov.uk?a=b", ["gov.uk"]),  # without a path a bare domain loses its query
        ("https://gov.uk?a=b", ["https://gov.uk?a=b"]),
        ("http://heddlu-de.cymru", ["http://heddlu-de.cymru"]),
        ("http://heddlu_de.cymru", []),
        ("http://a_b.heddlu.cymru", ["http://a_b.heddlu.cymru"]),
        ("http://-a.uk http://a-.uk", []),
        ("https://bücher.de", ["https://bücher.de"]),
        ("https://警察.jp", ["https://警察.jp"]),
        ("警察.jp", []),  # a bare domain must be in letters like ours
        ("警察police.jp警察", ["police.jp"]),
        ("#🚨.gov.uk", ["gov.uk"]),  # X sees two halves, and takes the second for a domain
        ("https://example.みんな/です", ["https://example.みんな/"]),
        ("https://example.РФ", ["https://example.РФ"]),
        ("https://xn--80ak6aa92e.xn--p1ai", ["https://xn--80ak6aa92e.xn--p1ai"]),
        ("a.nosuchtld http://localhost", []),
        ("press@gov.uk @gov.uk #gov.uk $gov.uk", []),
        ("a.xerox@gov.uk", []),
        ("http://a-.gov.uk http://a_.gov.uk", []),
        ("http://xn--警.uk", []),
        ("@👩" + "é" * 48 + "aa.com", ["é" * 48 + "aa.com"]),  # 63 with half of the emoji
        ("-gov.uk _gov.uk /gov.uk", []),
        ("..gov.uk", []),
        ("one.htc", ["one.htc"]),  # withdrawn from the root zone, still linked
        ("one.kids", []),  # newer than X's list
        ("https://t.co/abc's", ["https://t.co/abc"]),
        ("https://t.co/abc?x=y", ["https://t.co/abc?x=y"]),
        ("https://t.co/" + "a" * 41, []),
        ("https://" + "a" * 63 + ".uk", ["https://" + "a" * 63 + ".uk"]),
        ("https://" + "a" * 64 + ".uk", []),
        ("https://" + "警" * 60 + ".uk", []),  # 63 is counted in Punycode
        ("https://gov.uk/" + "a" * 4073, ["https://gov.uk/" + "a" * 4073]),
        ("https://gov.uk/" + "a" * 4074, []),
        ("tel.101 e.g. 3.50 9.30am U.S. a.m.", []),
    ],
)
def test_x_links_an_address_and_a_bare_domain(text: str, found: list[str]) -> None:
    assert links(text) == found


def test_a_bare_domain_that_goes_on_in_another_script_is_linked_whole_and_counted_in_part() -> None:
    assert links("a.com警.みんな/x") == ["a.com警.みんな/x"]
    assert length("a.com警.みんな/x") == URL_LENGTH + len("/x") + 2 * len("みんな")


def test_a_domain_found_twice_is_linked_where_it_stands_first() -> None:
    assert parse("xa.comz警a.com").spans == (Span(Entity.LINK, 1, 6, "a.com"),)


def test_a_missing_space_after_a_full_stop_makes_a_link() -> None:
    assert links("Stay safe now.Call 101") == ["now.Call"]
    assert length("now.Call") == URL_LENGTH


@pytest.mark.parametrize(
    ("text", "unmeant"),
    [
        ("Stay safe now.Call 101", ["now.Call"]),
        ("We like this area.It's busy", ["area.It"]),
        ("It happened in Bath.Today we ask", ["Bath.Today"]),
        ("Go to GOV.UK", ["GOV.UK"]),
        ("See www.Police.uk", ["www.Police.uk"]),
        ("See gov.uk/ACT, Gov.uk and MLB.tv", []),
        ("See https://GOV.UK/ACT and HTTP://NOW.CALL", []),
        ("Stay safe now.call 101", []),
        ("Stay safe now. Call 101", []),
    ],
)
def test_a_bare_link_with_a_capital_after_a_dot_is_taken_for_an_accident(
    text: str, unmeant: list[str]
) -> None:
    assert [span.value for span in unmeant_links(parse(text))] == unmeant


# --- hashtags, mentions, cashtags ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#CounterTerrorismUK", ["CounterTerrorismUK"]),
        ('(#ACT) "#CT" 🚨#Alert', ["ACT", "CT", "Alert"]),
        ("#CounterTerrorismUK’s", ["CounterTerrorismUK"]),
        ("#COVID-19 #A&E", ["COVID", "A"]),
        ("#2026 #_ # #", []),
        ("#Winter2026 #101Wales", ["Winter2026", "101Wales"]),
        ("＃警察", ["警察"]),
        ("#Môn #Ynys_Môn", ["Môn", "Ynys_Môn"]),
        ("a#b &#c #d#e", []),
        ("##a", ["a"]),
        ("#a://b", []),
        ("#\ufe0f\u20e3a 1\ufe0f#b", ["b"]),
        ("https://gov.uk/#a", []),
        ("#a\ufe0f#b", []),
        ("#a\ufe0f#b\ufe0f#c", ["c"]),
        ("#\U0001e900", []),  # a letter younger than X's table
    ],
)
def test_a_hashtag_needs_a_letter_and_free_space_before_it(text: str, found: list[str]) -> None:
    assert named(Entity.HASHTAG, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@metpoliceuk, (@kent_police)", ["metpoliceuk", "kent_police"]),
        ("＠kent RT@surrey rt:@sussex", ["kent", "surrey", "sussex"]),
        ("@kent/officers-1 @kent/1st", ["kent/officers-1", "kent"]),
        ("press@kent.police.uk @kent@example.org @kenté", []),
        ("警察@kent警察", ["kent"]),
        ("@" + "a" * 21, ["a" * 20]),
        ("@http://gov.uk", []),
        ("https://gov.uk/@kent/a", []),
    ],
)
def test_a_mention_is_no_part_of_a_word_or_an_address(text: str, found: list[str]) -> None:
    assert named(Entity.MENTION, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$AB $abcdef, $TEST.T $a_bc", ["AB", "abcdef", "TEST.T", "a_bc"]),
        ("$5 $1m $toolong a$b $é", []),
        ("$AB$CD", ["AB"]),
    ],
)
def test_a_cashtag_stands_alone_and_has_no_digits(text: str, found: list[str]) -> None:
    assert named(Entity.CASHTAG, text) == found


def test_the_spans_stand_in_order_with_their_places_in_code_points() -> None:
    parsed = parse("🚨 #Alert: @kent, gov.uk/ACT $AB")

    assert parsed.spans == (
        Span(Entity.HASHTAG, 2, 8, "Alert"),
        Span(Entity.MENTION, 10, 15, "kent"),
        Span(Entity.LINK, 17, 27, "gov.uk/ACT"),
        Span(Entity.CASHTAG, 28, 31, "AB"),
    )


def test_spans_are_of_the_text_as_given_even_if_it_is_not_in_nfc() -> None:
    text = "cafe\u0301 gov.uk"

    assert parse(text) == Parsed(text, 5 + URL_LENGTH, LIMIT, (Span(Entity.LINK, 6, 12, "gov.uk"),))


def test_utf16_offsets_count_an_emoji_as_two_units() -> None:
    text = "🚨 #Alert𠀡!"
    (span,) = parse(text).spans

    assert utf16_offsets(text, span) == (3, 11)


# --- where a text stops fitting -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "limit", "count"),
    [
        ("abcdef", 4, 4),
        ("abcd", 4, 4),
        ("", 4, 0),
        ("ab警察", 5, 3),
        (f"abc{FAMILY}", 4, 3),  # never half an emoji
        ("see gov.uk now", 26, 4),  # nor half a link
        ("see gov.uk now", 27, 10),
        ("ab\uffffcd", 9, 2),
        ("e\u0301e\u0301e\u0301", 2, 4),
    ],
)
def test_a_text_is_kept_up_to_the_last_whole_piece_that_fits(
    text: str, limit: int, count: int
) -> None:
    assert fitting(text, limit=limit) == count


# --- properties ---------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"aZé9警Яع #@＃＠$&.…:/-_()!?’\n",
        *("\u0301", "\ufe0f", "\ufe0e", "\u20e3", "\u200d", "\u200f", "\u3000", "\ufeff"),
        *("🚨", "👍🏽", FAMILY, "🇬🇧", "🇬", "1\ufe0f\u20e3", "𠀡"),
        *("https://", "gov.uk", "t.co/abc", ".com", "now.Call", "xn--", "みんな", "/a_(b)", "?c=d"),
        *("#Tag", "@kent", "@kent/list", "$AB", "RT"),
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60)
SIGNS = {Entity.HASHTAG: "#＃", Entity.MENTION: "@＠", Entity.CASHTAG: "$"}


@given(TEXTS)
def test_every_span_slices_back_to_what_it_names(text: str) -> None:
    for span in parse(text).spans:
        written = text[span.start : span.end]
        if span.kind is Entity.LINK:
            assert written == span.value
        else:
            assert written[0] in SIGNS[span.kind]
            assert written[1:] == span.value


@given(TEXTS)
def test_spans_are_in_order_and_never_overlap(text: str) -> None:
    spans = parse(text).spans

    assert all(span.start < span.end for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@given(TEXTS)
def test_nfc_does_not_change_the_count_twice(text: str) -> None:
    assert length(text) == length(unicodedata.normalize("NFC", text))
    assert length(text) == length(unicodedata.normalize("NFD", text))
    assert length(text) == parse(text).length


@given(TEXTS, TEXTS)
@example("gov.uk", "gov.uk")
@example("#a", "\u0301")
def test_two_texts_joined_by_a_space_count_as_their_sum_and_one(before: str, after: str) -> None:
    """True if the second, in NFC, begins with an ASCII letter, digit, or one of # @ $.

    Nothing X counts as one holds a space, and what stands before one changes nothing after it
    but this: at the very start of a text X takes any other character for one that stands before
    a link, so an accented letter there is not part of the link, and after a space it is.
    """
    if not re.match(r"[A-Za-z0-9#@$]", unicodedata.normalize("NFC", after)):
        after = "a " + after

    assert length(f"{before} {after}") == length(before) + 1 + length(after)


def test_an_accented_letter_that_opens_a_text_is_left_out_of_the_link() -> None:
    assert links("éa.com") == ["a.com"]
    assert links(" éa.com") == ["éa.com"]


@given(TEXTS, st.integers(0, 60))
def test_what_is_said_to_fit_does_fit(text: str, limit: int) -> None:
    parsed = parse(text, limit=limit)
    kept = fitting(text, limit=limit)

    assert 0 <= kept <= len(text)
    assert parsed.fits == (kept == len(text) and parsed.length > 0)


@given(TEXTS)
def test_utf16_offsets_slice_the_same_words_in_utf16(text: str) -> None:
    units = text.encode("utf-16-le")

    for span in parse(text).spans:
        start, end = utf16_offsets(text, span)
        assert units[2 * start : 2 * end].decode("utf-16-le") == text[span.start : span.end]


@given(TEXTS)
def test_an_unmeant_link_is_one_of_the_links(text: str) -> None:
    assert set(unmeant_links(parse(text))) <= set(parse(text).spans)


@given(st.sets(st.text("ab.é-]^", min_size=1, max_size=4), min_size=1), st.text("ab.é-]^"))
def test_the_pattern_for_many_words_finds_the_longest(words: set[str], text: str) -> None:
    match = re.match(any_of(words), text)

    assert (match[0] if match else "") == max(filter(text.startswith, words), key=len, default="")


def test_the_limit_is_the_one_x_publishes() -> None:
    assert (LIMIT, parse("a").limit) == (280, 280)


def test_the_links_of_a_text_do_not_depend_on_the_texts_read_before() -> None:
    texts = [
        "gov.uk/ACT and HTTPS://Example.COM.", "xn--p1ai.xn--p1ai", "one.рф двa.РФ",
        "police.ukgov.uk", "a.com9 a.com-b a.museum", "例.中国文 x.co.uk.foo",
    ]  # fmt: skip
    x_urls._patterns.cache_clear()
    first = [find_urls(text) for text in texts]

    for domain in sorted(x_urls.linked_domains()[0])[:40]:
        find_urls(f"one.{domain}")

    assert [find_urls(text) for text in texts] == first
    assert all(first)


@given(st.text(alphabet=st.sampled_from("##&_·aZé9 0./:@ªº¼²–’…\n"), max_size=12))
def test_the_quick_search_for_hashtags_finds_what_the_whole_one_finds(text: str) -> None:
    assert x_tags._WESTERN.match(text)

    quick = [match.span() for match in x_tags._WESTERN_HASHTAG.finditer(text)]

    assert quick == [match.span() for match in x_tags._hashtag().finditer(text)]
