"""Hashtags, mentions and cashtags as X finds them.

Each is found on its own, as if there were no links; `x.parse` drops those inside a link.

Source: the behaviour of twitter-text 3.1.0 (JavaScript), compared on random strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from bot.core.text.x_urls import LATIN_ACCENTED, PUNCTUATION, SPACE

if TYPE_CHECKING:
    import regex

# Letters, marks and digits added to Unicode after version 7 (2014): X does not know them.
# Gaps without an older letter are left out, so a range may span several scripts.
_SINCE_2014 = """
558 560 588-58C 5C8-5C9 5EF 7FD 860-89F 8B3-8E3 9FC-9FE AF9-AFF B53-B55 C04 C3C C5A-C5D C80
CDC-CDD CF3-D00 D04 D3B-D3C D54-D56 D5F D81 E86 E89 E8C E8E-E93 E98 EA0 EA8-EA9 EAC EBA ECE 13F5
13FD 170D 1715-171F 180F 1878 1ABF-1AF0 1B4C 1C89-1C8A 1CF7 1CFA 1DF6-1DFB 208F 209D-209F 2C2F
2C5F 312E-312F 31BB-31BF 4DB6-4DBF 9FCD-9FFF A69E A78F A7AF A7B4-A7C3 A7C7-A7CA A7CC-A7DB
A7DD-A7F6 A82C A8C5 A8FD-A8FF AB60-AB63 AB66-AB6D FE2E-FE2F 1032D-1032F 104B0-104FB 10570-105F3
10780-107BF 108E0-108F5 10940-10959 10A34-10A35 10C80-10FF6 11070-11075 110C2 11144-11147
111C9-111CF 111DC 1123E-112A8 11300 1133B 11350 11380-11461 115D8-115DD 116B8 116D0-1183A
11900-11ABF 11B0A-11FB0 12399-12FF0 1342F-16139 16A70-16AC9 16D40-16ED3 16F45-16F4F 16F7F-16F87
16FE0-1AFFE 1B002-1B2FB 1CCF0-1D128 1D250-1D281 1D6A6 1DA00-1E7FE 1E900-1E959 1FBF0-1FBF9
2A6D7-2A6DF 2B735-2B73F 2B81E-2EE5D 30000-3FC3F
"""
# Letters to X although Unicode leaves their meaning open.
_PRIVATE_LETTERS = r"\uf870-\uf87f\uf882\uf884-\uf89f\uf8b8\uf8c1-\uf8d6"
_JOINING = (  # allowed inside a hashtag, though a hashtag of nothing else is none
    r"_\u00b7\u05be\u05f3\u05f4\u0f0b\u0f0c\u200c\u200d\u3003\u301c\u309b\u309c\u30a0\u30fb"
    r"\ua67e\uff5e"
)


def _class_of(ranges: str) -> str:
    """A regex class of hexadecimal ranges such as `08B3-08E3`."""
    ends = (pair.split("-") for pair in ranges.split())
    return "".join(f"\\U{a[0]:0>8}-\\U{a[-1]:0>8}" for a in ends)


_LETTER = rf"[[\p{{L}}\p{{M}}{_PRIVATE_LETTERS}]--[{_class_of(_SINCE_2014)}]]"
_WORD = rf"[{_LETTER}{_JOINING}[\p{{Nd}}--[{_class_of(_SINCE_2014)}]]]"


# The sign comes first, so that the search is one for a character.
@cache
def _hashtag() -> regex.Pattern[str]:
    import regex  # as long to import as all of this package

    return regex.compile(
        rf"[#＃](?<=(?:^|[\ufe0e\ufe0f]|[^{_WORD}&]).)(?![\ufe0f\u20e3])"
        rf"(?P<name>(?=[{_WORD}--{_LETTER}]*+{_LETTER}){_WORD}++)",
        regex.VERSION1 | regex.DOTALL,
    )


_AFTER_NO_HASHTAG = ("#", "＃", "://")

_MENTION = re.compile(
    r"(?:^|[^a-zA-Z0-9_!#$%&*@＠]|(?:^|[^a-zA-Z0-9_+~.-])[rR][tT]:?)"
    r"(?P<tag>[@＠](?P<name>[a-zA-Z0-9_]{1,20}(?:/[a-zA-Z][a-zA-Z0-9_-]{0,24})?))"
)
_AFTER_NO_MENTION = re.compile(f"[@＠{LATIN_ACCENTED}]|://")

_JS_SPACE = "\ufeff\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CASHTAG = re.compile(
    rf"(?:^|[{SPACE}])(?P<tag>\$(?P<name>[a-zA-Z]{{1,6}}(?:[._][a-zA-Z]{{1,2}})?))"
    rf"(?=\Z|[{_JS_SPACE}{PUNCTUATION}])"
)

Found = tuple[int, int, str]  # start, end, name without its sign


# Among these characters the letters of a hashtag are few, and a class of all of Unicode need not
# be made; it takes as long as a hundred posts.
_WESTERN = re.compile("[\\x00-\u024f\u2010-\u2027]*+\\Z")
_WESTERN_LETTER = "A-Za-z\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\u024f"
_WESTERN_HASHTAG = re.compile(
    rf"(?<![{_WESTERN_LETTER}0-9_\xb7&])#"
    rf"(?P<name>(?=[0-9_\xb7]*+[{_WESTERN_LETTER}])[{_WESTERN_LETTER}0-9_\xb7]++)"
)


def find_hashtags(text: str) -> Iterator[Found]:
    if "#" not in text and "＃" not in text:
        return
    taken = 0
    pattern = _WESTERN_HASHTAG if _WESTERN.match(text) else _hashtag()
    for match in pattern.finditer(text):
        start, end = match.span()
        if 0 < start <= taken:
            continue  # the character before the sign is part of the hashtag before
        taken = end
        if not text.startswith(_AFTER_NO_HASHTAG, end):
            yield start, end, match["name"]


def find_mentions(text: str) -> Iterator[Found]:
    """Accounts named, and lists as `user/list`."""
    if "@" not in text and "＠" not in text:
        return
    for match in _MENTION.finditer(text):
        if not _AFTER_NO_MENTION.match(text, match.end()):
            yield (*match.span("tag"), match["name"])


def find_cashtags(text: str) -> Iterator[Found]:
    if "$" not in text:
        return
    for match in _CASHTAG.finditer(text):
        yield (*match.span("tag"), match["name"])
