"""The sheet that partners without accounts are given."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from bot.core.model import Language, PlatformName, Post
from bot.desk.share import Sheet, page
from tests.factories import a_picture, a_post

NOW = datetime(2026, 11, 15, 8, tzinfo=UTC)


class Read(HTMLParser):
    """What a browser makes of the page: the words to copy, the pictures, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.alts: list[str] = []
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.all = ""
        self._in_words = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.loads += [given[name] for name in ("src", "href") if name in given]
        if tag == "img":
            self.alts.append(given["alt"])
        if given.get("class") == "words":
            self._in_words = True
            self.words.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_words = self._in_words and tag != "p"

    def handle_data(self, data: str) -> None:
        self.all += data
        if self._in_words:
            self.words[-1] += data


def a_sheet(*posts: Post, unapproved: int = 0, content: bytes = b"a picture") -> Sheet:
    pictures = {hashlib.sha256(content).hexdigest(): content}
    return Sheet("Winter Watch", "Kent Police", posts, unapproved, NOW, pictures)


def test_every_text_stands_there_to_be_copied_exactly() -> None:
    words = ['Look <out> & "about"\nin Kent: gov.uk/ACT  twice ', "Ŵy a thŷ"]
    posts = [a_post(f"d{n}.morning", text=text) for n, text in enumerate(words, start=1)]

    assert Read(page(a_sheet(*posts))).words == words


def test_the_page_loads_nothing_and_has_no_script() -> None:
    read = Read(page(a_sheet(a_post(pictures=(a_picture(),)))))

    assert "script" not in read.tags
    assert all(one.startswith(("data:", "#")) for one in read.loads)


def test_a_picture_stands_there_once_and_what_it_shows_with_each_text() -> None:
    posts = [
        a_post(slot, text=slot, pictures=(a_picture(),)) for slot in ("d1.morning", "d1.evening")
    ]

    read = Read(page(a_sheet(*posts)))

    assert read.alts == ["A phone in a hand."]
    assert read.all.count("A phone in a hand.") == 2
    assert "the same as further up" in read.all


def test_what_several_accounts_say_stands_there_once() -> None:
    x = a_post(text="Look out.")
    rendering = replace(x.rendering, platform=PlatformName.BLUESKY)
    bluesky = replace(x, key=replace(x.key, account="kent-bluesky"), rendering=rendering)

    read = Read(page(a_sheet(x, bluesky)))

    assert read.words == ["Look out."]
    assert "for Bluesky and X" in read.all


def test_both_languages_are_named_where_there_are_two() -> None:
    posts = [a_post(text=text, language=Language(text)) for text in ("en", "cy")]

    read = Read(page(a_sheet(*posts)))

    assert ("in Welsh" in read.all, "in English" in read.all) == (True, True)


def test_it_says_how_it_is_handled_and_when_it_ends() -> None:
    sheet = a_sheet(a_post("d5.evening", due=datetime(2015, 11, 27, 17, tzinfo=UTC)))

    read = Read(page(replace(sheet, handling=["For partners. Not for the web."])))

    assert read.all.index("For partners. Not for the web.") < read.all.index("Words to share")
    assert "This sheet ends with Friday 27 November 2015. After that day" in read.all


def test_what_nobody_approved_makes_it_a_draft() -> None:
    approved, draft = (Read(page(a_sheet(a_post(), a_post("d2.x"), unapproved=n))) for n in (0, 1))

    assert "Draft" not in approved.all
    assert "One of these texts has not been approved yet" in draft.all
