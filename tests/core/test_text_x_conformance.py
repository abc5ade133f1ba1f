"""The official conformance suite of twitter-text, read in place.

Set BOT_TWITTER_TEXT to a folder that holds validate.yml, extract.yml and tlds.yml (the folder
`conformance` of github.com/twitter/twitter-text, or a copy). Without it these tests are skipped.

Every case runs. The few that ask something else than what X links or counts stand in NOT_OURS,
each with the reason and with what we answer.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from bot.core.text.parsed import Entity, Span
from bot.core.text.x import LIMIT, URL_LENGTH, fitting, parse

FOLDER = os.environ.get("BOT_TWITTER_TEXT", "")
if not FOLDER:
    pytest.skip(
        "BOT_TWITTER_TEXT is not set: twitter-text's conformance suite was NOT run. Name the "
        "folder that holds validate.yml, extract.yml and tlds.yml.",
        allow_module_level=True,
    )

# The suite's values are whatever its YAML holds; they are only compared.
Answer: TypeAlias = Any


def spans(kind: Entity, text: str) -> list[Span]:
    return [span for span in parse(text).spans if span.kind is kind]


def values(kind: Entity) -> Callable[[str], Answer]:
    return lambda text: [span.value for span in spans(kind, text)]


def values_with_indices(kind: Entity, key: str) -> Callable[[str], Answer]:
    return lambda text: [
        {key: span.value, "indices": [span.start, span.end]} for span in spans(kind, text)
    ]


def lists_with_indices(text: str) -> Answer:
    found = []
    for span in spans(Entity.MENTION, text):
        name, slash, slug = span.value.partition("/")
        indices = [span.start, span.end]
        found.append({"screen_name": name, "list_slug": slash + slug, "indices": indices})
    return found


def replied_to(text: str) -> Answer:
    """The account a post is addressed to: a mention with nothing but space before it."""
    first = next(iter(parse(text).spans), None)
    if first and first.kind is Entity.MENTION and not text[: first.start].strip():
        return first.value
    return None


def is_one(kind: Entity) -> Callable[[str], Answer]:
    """Whether X would make one thing of the whole text."""
    return lambda text: (
        [(s.kind, s.start, s.end) for s in parse(text).spans] == [(kind, 0, len(text))]
    )


def is_one_list(text: str) -> Answer:
    return is_one(Entity.MENTION)(text) and "/" in text


def fits_140(text: str) -> Answer:
    """Whether the text was valid before weights: every code point 1, every link 23, limit 140."""
    links = spans(Entity.LINK, text)
    points = len(unicodedata.normalize("NFC", text)) - sum(s.end - s.start for s in links)
    return 0 < points + len(links) * URL_LENGTH <= 140


def counted(text: str) -> Answer:
    """All the suite asks of a weighted text. Its ends are inclusive, in UTF-16 units."""
    parsed = parse(text)
    return {
        "weightedLength": parsed.length,
        "valid": parsed.fits,
        "permillage": parsed.length * 1000 // LIMIT,
        "displayRangeStart": 0,
        "displayRangeEnd": utf16_length(text) - 1,
        "validRangeStart": 0,
        "validRangeEnd": utf16_length(text[: fitting(text)]) - 1,
    }


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


ANSWERS: dict[str, Callable[[str], Answer]] = {
    "extract/mentions": values(Entity.MENTION),
    "extract/mentions_with_indices": values_with_indices(Entity.MENTION, "screen_name"),
    "extract/mentions_or_lists_with_indices": lists_with_indices,
    "extract/replies": replied_to,
    "extract/urls": values(Entity.LINK),
    "extract/urls_with_indices": values_with_indices(Entity.LINK, "url"),
    "extract/urls_with_directional_markers": values_with_indices(Entity.LINK, "url"),
    "extract/tco_urls_with_params": values(Entity.LINK),
    "extract/hashtags": values(Entity.HASHTAG),
    "extract/hashtags_from_astral": values(Entity.HASHTAG),
    "extract/hashtags_with_indices": values_with_indices(Entity.HASHTAG, "hashtag"),
    "extract/cashtags": values(Entity.CASHTAG),
    "extract/cashtags_with_indices": values_with_indices(Entity.CASHTAG, "cashtag"),
    "tlds/country": values(Entity.LINK),
    "tlds/generic": values(Entity.LINK),
    "validate/tweets": fits_140,
    "validate/usernames": is_one(Entity.MENTION),
    "validate/lists": is_one_list,
    "validate/hashtags": is_one(Entity.HASHTAG),
    "validate/urls": is_one(Entity.LINK),
    "validate/urls_without_protocol": is_one(Entity.LINK),
    "validate/WeightedTweetsCounterTest": counted,
    "validate/WeightedTweetsWithDiscountedEmojiCounterTest": counted,
    "validate/UnicodeDirectionalMarkerCounterTest": counted,
}

WELL_FORMED = (
    "asks whether the text is a well-formed address (RFC 3986), not whether X links all of it"
)
VERSION_2 = "this section is configuration v2, which did not count an emoji sequence as one"

# Section and description of the case: why it is not for us, what it expects, what we answer.
NOT_OURS: dict[tuple[str, str], tuple[str, Answer, Answer]] = {
    ("validate/urls", "Valid url: port and userinfo"): (WELL_FORMED, True, False),
    ("validate/urls", "Valid url: ipv4"): (WELL_FORMED, True, False),
    ("validate/urls", "Valid url: ipv6"): (WELL_FORMED, True, False),
    ("validate/urls", "Valid url: sub delims and question marks"): (WELL_FORMED, True, False),
    (
        "validate/WeightedTweetsCounterTest",
        "Count a mix of single byte single word, and double word unicode characters",
    ): (
        VERSION_2,
        {"weightedLength": 16, "permillage": 57},
        {"weightedLength": 7, "permillage": 25},
    ),
    (
        "validate/WeightedTweetsCounterTest",
        "Count unicode emoji chars outside the basic multilingual plane with skin tone modifiers",
    ): (
        VERSION_2,
        {"weightedLength": 9, "permillage": 32},
        {"weightedLength": 4, "permillage": 14},
    ),
}


def suite() -> dict[str, list[dict[str, Any]]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for name in ("extract", "tlds", "validate"):
        content = yaml.safe_load((Path(FOLDER) / f"{name}.yml").read_text(encoding="utf-8"))
        sections |= {f"{name}/{section}": cases for section, cases in content["tests"].items()}
    return sections


SUITE = suite()


ALL_CASES = [
    pytest.param(section, case, id=f"{section}: {case['description']}")
    for section, cases in SUITE.items()
    for case in cases
]


@pytest.mark.parametrize(("section", "case"), ALL_CASES)
def test_the_suite_is_answered_as_it_expects(section: str, case: dict[str, Any]) -> None:
    expected = case["expected"]
    exception = NOT_OURS.get((section, case["description"]))
    if exception:
        _, theirs, ours = exception
        # The case must still be the one we left out, and our answer the one we gave.
        is_partial = isinstance(ours, dict)
        assert (expected | theirs if is_partial else theirs) == expected
        expected = expected | ours if is_partial else ours

    assert ANSWERS[section](case["text"]) == expected


def test_every_section_of_the_suite_is_asked_and_no_other() -> None:
    assert SUITE.keys() == ANSWERS.keys()


def test_every_case_left_out_is_in_the_suite() -> None:
    known = {(section, case["description"]) for section, cases in SUITE.items() for case in cases}

    assert NOT_OURS.keys() <= known
