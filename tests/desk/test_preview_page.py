from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Card, Language, Mode, Picture, PlatformName, Video
from bot.core.source import Place, Problem, Severity
from bot.core.text.parsed import Entity, Span
from bot.core.text.rules import rules
from bot.desk.preview import AVATAR_COLOURS, LeftOut, Preview, Shown, page
from tests.factories import CAPTIONS, a_picture, a_post, a_repost, a_video, at

VOID = {"meta", "link", "br", "wbr", "input", "use", "path"}


@dataclass
class Element:
    """What a browser's reader would find: a tag, its attributes, and what stands inside."""

    tag: str
    attributes: dict[str, str | None]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return (self.attributes.get("class") or "").split()

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.inside:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, name: str) -> list[Element]:
        """Every element of this tag, or of this .class."""
        if name.startswith("."):
            return [one for one in self.walk() if name[1:] in one.classes]
        return [one for one in self.walk() if one.tag == name]

    def one(self, name: str) -> Element:
        (found,) = self.all(name)
        return found

    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text() for part in self.inside)

    def words(self) -> str:
        """The text as read aloud: white space between words is one space."""
        return " ".join(self.text().split())


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, text: str) -> None:
        self.open[-1].inside.append(text)


def read(preview: Preview) -> Element:
    reader = Reader()
    reader.feed(page(preview))
    reader.close()
    (document,) = reader.open
    return document


def a_shown(
    slot: str = "d1.morning",
    *,
    text: str | None = None,
    spans: tuple[Span, ...] = (),
    force: str = "kent",
    name: str = "Kent Police",
    handle: str | None = "kent_police",
    language: Language = Language.EN,
    due: datetime | None = None,
    problems: tuple[Problem, ...] = (),
    standing: str = "planned",
    cost: str = "0.015",
    pictures: tuple[Picture, ...] = (),
    video: Video | None = None,
    platform: PlatformName = PlatformName.X,
) -> Shown:
    post = a_post(
        slot, text=text, force=force, platform=platform, language=language, due=due,
        pictures=pictures, video=video,
    )  # fmt: skip
    own = rules(platform)
    return Shown(post, name, handle, spans, problems, standing, Decimal(cost), own)


def a_preview(
    *shown: Shown,
    mode: Mode = Mode.DRY,
    left_out: tuple[LeftOut, ...] = (),
    problems: tuple[Problem, ...] = (),
    pictures: Mapping[str, bytes] | None = None,
    handling: tuple[str, ...] = (),
) -> Preview:
    return Preview(
        title="Awareness Week",
        filters="Kent Police, Monday 16 to Friday 20 November 2026",
        made_at=datetime(2026, 11, 13, 16, 42, tzinfo=UTC),
        mode=mode,
        shown=shown,
        left_out=left_out,
        problems=problems,
        code="K7QF-2M9D",
        pictures=pictures or {},
        handling=handling,
    )


def a_problem(
    message: str = "the post is 12 characters too long.",
    *,
    severity: Severity = Severity.ERROR,
    advice: str = "Shorten the second sentence.",
) -> Problem:
    place = Place("messages/local/kent/awareness.yaml", 14, 11)
    return Problem(place, "too-long", message, advice, severity)


# --- what the public will read ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert('no')</script> & \"quotes\" &amp; <b>not bold</b>",
        "One line.\nThe next.\n\nA gap, then  two   spaces.",
        "\n A break and a space at either end \n",
        "Tabs\tand\r\nreturns\rtoo",
        "👮🏽‍♀️ Wedi gweld rhywbeth yng Ngwent? Does dim rhaid bod yn siŵr.",
        "{{ not_a_template }} {% nor this %}",
    ],
)
def test_the_words_are_the_renderings_character_for_character(text: str) -> None:
    document = read(a_preview(a_shown(text=text)))

    assert document.one(".words").text() == text


READABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\r<&>\"'"))


@given(text=READABLE, ends=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4))
def test_no_spans_whatever_they_cover_can_change_the_words(
    text: str, ends: list[tuple[int, int]]
) -> None:
    spans = tuple(Span(Entity.LINK, start, end, "") for start, end in ends)

    document = read(a_preview(a_shown(text=text, spans=spans)))

    assert document.one(".words").text() == text


def test_a_link_after_an_emoji_is_marked_exactly() -> None:
    text = "👮🏽‍♀️ Tell us: gov.uk/ACT #StaySafe"
    link, tag = text.index("gov"), text.index("#")
    spans = (
        Span(Entity.HASHTAG, tag, len(text), "StaySafe"),
        Span(Entity.LINK, link, link + len("gov.uk/ACT"), "gov.uk/ACT"),
    )

    document = read(a_preview(a_shown(text=text, spans=spans)))

    marked = [(span.classes[1], span.text()) for span in document.one(".words").all(".span")]
    assert marked == [("link", "gov.uk/ACT"), ("hashtag", "#StaySafe")]
    assert "1 hashtag, 1 link" in document.one(".facts").words()


def test_white_space_is_kept_where_words_are_shown() -> None:
    style = read(a_preview(a_shown())).one("style").text()

    assert re.search(r"\.words \{[^}]*white-space: pre-wrap", style)


def test_words_and_name_say_which_language_they_are_in() -> None:
    welsh = a_shown(name="Heddlu Gwent", force="gwent", language=Language.CY)

    post = read(a_preview(welsh)).one(".post")

    assert post.one(".words").attributes["lang"] == "cy"
    assert post.one("h5").attributes["lang"] == "cy"
    assert post.one(".tag").text() == "X, Welsh"


def test_the_time_is_what_a_clock_in_london_shows() -> None:
    summer = a_shown(due=datetime(2026, 6, 24, 8, 7, tzinfo=UTC))

    document = read(a_preview(summer))

    assert document.one(".post").one("time").text() == "09:07"
    assert "Wednesday 24 June 2026" in document.words()


def test_a_post_just_after_midnight_in_summer_stands_on_its_london_day() -> None:
    document = read(a_preview(a_shown(due=datetime(2026, 6, 23, 23, 30, tzinfo=UTC))))

    assert document.one("h3").words() == "Wednesday 24 June 2026"


def test_a_handle_nobody_has_verified_is_never_shown_as_one() -> None:
    document = read(a_preview(a_shown(handle=None)))

    assert document.one(".handle").words() == "handle not verified yet"


def test_how_a_pack_is_to_be_handled_stands_above_all_else() -> None:
    found = read(a_preview(a_shown(), handling=("OFFICIAL. <Press> only.",)))

    assert found.one("body").words().startswith("Skip to the posts OFFICIAL. <Press> only.")


def test_each_post_says_its_length_standing_cost_and_where_its_words_came_from() -> None:
    shown = a_shown(text="Tell us.", standing="approved by A. Smith", cost="0.20")

    facts = read(a_preview(shown)).one(".facts").words()

    assert "8 of 280" in facts
    assert "approved by A. Smith" in facts
    assert "US$0.20" in facts
    assert "act / a messages/national/ct-awareness-week/day-1.yaml:12" in facts


# --- the week ---------------------------------------------------------------------------------


def a_week_of(forces: int) -> tuple[Shown, ...]:
    return tuple(
        a_shown(
            f"d{day}.{slot}",
            force=f"force-{number}",
            name=f"Force {number}",
            language=language,
            due=at(clock, day=day),
        )
        for day in range(1, 6)
        for slot, clock in (("morning", "09:00"), ("midday", "12:30"), ("evening", "17:30"))
        for number in range(forces)
        for language in Language
    )


def on_every_platform(**what: Any) -> list[Shown]:
    return [a_shown(platform=platform, **what) for platform in PlatformName]


@pytest.mark.parametrize("forces", [1, 2, 3, 20])
def test_every_post_appears_exactly_once(forces: int) -> None:
    shown = a_week_of(forces)

    posts = read(a_preview(*shown)).all(".post")

    assert sorted(post.attributes["id"] or "" for post in posts) == sorted(
        str(one.post.key) for one in shown
    )


def test_a_few_posts_stand_as_a_calendar_and_many_as_a_list() -> None:
    few, many = a_week_of(2), a_week_of(3)

    assert read(a_preview(*few)).all(".calendar")
    assert read(a_preview(*many)).all(".list")


def test_posts_come_by_day_then_time_then_sender_and_welsh_before_english() -> None:
    evening = a_shown("d1.evening", due=at("17:30"))
    welsh = a_shown(force="gwent", name="Heddlu Gwent", language=Language.CY, due=at("09:03"))
    english = a_shown(force="gwent", name="Gwent Police", due=at("09:03"))
    kent = a_shown(due=at("09:00"))
    tomorrow = a_shown("d2.morning", due=at("09:00", day=2))

    document = read(a_preview(tomorrow, evening, welsh, kent, english))

    assert [post.attributes["id"] for post in document.all(".post")] == [
        str(one.post.key) for one in (welsh, english, kent, evening, tomorrow)
    ]
    assert document.all(".slot-head")[0].words() == "Morning 09:00 to 09:03"


def test_what_a_sender_says_on_each_platform_stands_side_by_side_x_first() -> None:
    welsh = on_every_platform(force="gwent", name="Heddlu Gwent", language=Language.CY)
    english = on_every_platform(force="gwent", name="Gwent Police")

    rows = read(a_preview(*reversed([*english, *welsh]))).all(".together")

    assert [row.one("h5").text() for row in rows] == ["Heddlu Gwent", "Gwent Police"]
    assert [[h.text() for h in row.all("h6")] for row in rows] == [["X", "Bluesky", "Mastodon"]] * 2
    assert [row.one("time").text() for row in rows] == ["09:00", "09:00"]


def test_that_the_words_are_the_same_is_said_above_them_and_that_they_differ_too() -> None:
    same = on_every_platform(text="Tell us.")
    other = [
        a_shown("d1.noon", text=str(platform), platform=platform, due=at("12:00"))
        for platform in PlatformName
    ]

    first, second = read(a_preview(*same, *other)).all(".remarks")

    assert first.one(".same").words() == "The same words on X, Bluesky and Mastodon."
    assert second.all(".same") == []
    assert second.words() == "The same wording, and yet not the same words on each."


def test_each_platform_has_its_own_words_count_and_marked_links() -> None:
    text = "Tell us: gov.uk/ACT"
    link = (Span(Entity.LINK, 9, len(text), text[9:]),)
    x, bluesky = a_shown(text=text, spans=link), a_shown(text=text, platform=PlatformName.BLUESKY)

    first, second = read(a_preview(bluesky, x)).one(".columns").all(".post")

    assert first.one(".words").text() == second.one(".words").text() == text
    assert [span.text() for span in first.one(".words").all(".span")] == ["gov.uk/ACT"]
    assert second.one(".words").all(".span") == []
    assert "19 of 280" in first.one(".facts").words()


def test_a_few_posts_on_several_platforms_stand_in_a_list_where_there_is_room() -> None:
    document = read(a_preview(*on_every_platform()))

    assert document.all(".calendar") == []
    assert (
        document.all("nav")[0].words() == "Monday 16 November 2026 Mon 16 Nov Morning 09:00 3 posts"
    )


def test_the_parts_of_a_thread_stand_in_one_column_below_each_other() -> None:
    x, bluesky, _ = on_every_platform()
    second = replace(x, post=replace(x.post, key=replace(x.post.key, part=2)))

    columns = read(a_preview(second, bluesky, x)).one(".columns").all(".post")

    assert [post.one("h6").words() for post in columns] == ["X 1 of 2", "X 2 of 2", "Bluesky"]
    assert [post.attributes.get("style") for post in columns] == [None, "--part:2", None]


def test_a_sender_with_one_account_stands_alone() -> None:
    document = read(a_preview(*on_every_platform(), a_shown(force="gwent", name="Gwent Police")))

    assert len(document.all(".together")) == 1
    alone = [post for post in document.all(".post") if post.all("h5")]
    assert [post.attributes["data-sender"] for post in alone] == ["gwent"]


def test_the_totals_count_posts_accounts_days_and_cost() -> None:
    shown = (
        a_shown(cost="0.20"),
        a_shown("d2.morning", due=at("09:00", day=2), cost="0.015"),
        a_shown(force="gwent", cost="0.20"),
    )

    totals = read(a_preview(*shown)).one(".totals").all("div")

    assert {div.one("dt").words(): div.one("dd").words() for div in totals} == {
        "posts": "3",
        "accounts": "2",
        "days": "2",
        "estimated cost": "US$0.415",
        "errors": "0",
        "warnings": "0",
    }


def test_what_was_left_out_is_named_with_its_reason_and_place() -> None:
    left_out = LeftOut(
        "Gwent Police", "Friday midday", "takes no part", Place("messages/local/gwent.yaml", 31, 3)
    )

    document = read(a_preview(a_shown(), left_out=(left_out,)))

    assert document.one(".left-out").words() == (
        "Gwent Police Friday midday takes no part messages/local/gwent.yaml:31"
    )


def test_a_selection_without_posts_offers_nothing_to_approve() -> None:
    document = read(a_preview())

    assert "There are no posts in this selection." in document.words()
    assert "bot approve" not in document.words()


def test_three_thousand_posts_are_all_drawn() -> None:
    text = page(a_preview(*a_week_of(100)))

    assert text.count("<article") == 3000


# --- approval and problems --------------------------------------------------------------------


def test_the_code_and_the_command_to_approve_with_are_there() -> None:
    document = read(a_preview(a_shown()))

    assert document.one(".code").text() == "K7QF-2M9D"
    expected = '.venv/bin/bot approve --preview K7QF-2M9D --by "Your Name"'
    assert document.one(".command").text() == expected
    assert "exactly the 1 rendering on this page" in document.words()


def test_an_error_is_told_in_words_on_its_post_and_stops_its_approval() -> None:
    good, bad = a_shown(), a_shown("d1.evening", problems=(a_problem(),))

    document = read(a_preview(good, bad))

    assert document.one(".stopped").one(".problems").words() == (
        "Error: the post is 12 characters too long. Shorten the second sentence. "
        "messages/local/kent/awareness.yaml:14:11"
    )
    assert "cannot be approved" in document.one(".stopped").one(".facts").words()
    assert "1 post with errors cannot be approved." in document.one(".approve").words()
    assert "exactly the 1 rendering without errors" in document.one(".approve").words()


def test_when_every_post_has_errors_no_command_is_offered() -> None:
    document = read(a_preview(a_shown(problems=(a_problem(),))))

    assert "bot approve" not in document.words()


def test_a_warning_is_told_in_words_and_stops_nothing() -> None:
    warning = a_problem("a sentence has 31 words.", severity=Severity.WARNING)

    document = read(a_preview(a_shown(problems=(warning,))))

    assert document.one(".problems").words().startswith("Warning: a sentence has 31 words.")
    assert "cannot be approved" not in document.words()


def test_a_problem_that_touches_many_posts_is_counted_once_and_links_to_them() -> None:
    problem = a_problem()
    shown = tuple(
        a_shown(f"d{n}.morning", due=at("09:00", day=n), problems=(problem,)) for n in (1, 2)
    )

    document = read(a_preview(*shown, problems=(problem,)))

    assert document.all(".complaints")[0].words().count("too long") == 1
    assert [link.words() for link in document.one(".touched").all("a")] == [
        "Kent Police on X, English, Mon 16 Nov, 09:00",
        "Kent Police on X, English, Tue 17 Nov, 09:00",
    ]
    assert "On Kent Police" in document.one(".touched").words()


def test_a_problem_of_no_post_is_shown_too() -> None:
    document = read(a_preview(a_shown(), problems=(a_problem("no value called 'force.nmae'."),)))

    assert "Error: no value called 'force.nmae'." in document.one(".errors").words()


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        (Mode.DRY, "This is a dry run: nothing has been sent."),
        (Mode.LIVE, "This is live."),
    ],
)
def test_the_page_says_whether_anything_can_be_sent(mode: Mode, sentence: str) -> None:
    banner = read(a_preview(a_shown(), mode=mode)).one(".mode")

    assert banner.words().startswith(sentence)
    assert ("dry run" in banner.words()) is (mode is Mode.DRY)


# --- one file, for everybody ------------------------------------------------------------------


@pytest.fixture
def full() -> Element:
    text = "See https://example.org/a?b=1&c=2"
    link = Span(Entity.LINK, 4, len(text), text[4:])
    warning = a_problem("long sentence.", severity=Severity.WARNING)
    return read(
        a_preview(
            *a_week_of(3),
            a_shown(text=text, spans=(link,), problems=(a_problem(), warning)),
            a_shown(platform=PlatformName.BLUESKY),
            left_out=(LeftOut("Gwent Police", "", "has no account on X"),),
            problems=(a_problem("another."),),
        )
    )


def test_nothing_is_loaded_from_outside(full: Element) -> None:
    loads = [
        value
        for element in full.walk()
        for name, value in element.attributes.items()
        if name in {"src", "srcset", "href", "action", "data", "poster"} and value
    ]

    assert [value for value in loads if not value.startswith(("#", "data:,"))] == []
    assert "url(" not in full.one("style").text()
    assert "@import" not in full.one("style").text()


def test_links_in_a_post_lead_nowhere(full: Element) -> None:
    assert [link for words in full.all(".words") for link in words.all("a")] == []


def test_every_link_of_the_page_finds_its_goal(full: Element) -> None:
    ids = [str(one.attributes["id"]) for one in full.walk() if "id" in one.attributes]
    links = [link.attributes["href"] or "" for link in full.all("a")]

    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#").replace("%40", "@") for link in links} <= set(ids)


def test_the_only_script_is_the_one_the_page_allows(full: Element) -> None:
    script = full.one("script").text()
    policy = next(
        one.attributes["content"] or ""
        for one in full.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    )

    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_without_scripts_every_post_is_shown_and_no_dead_filter(full: Element) -> None:
    hidden = [one for one in full.walk() if "hidden" in one.attributes]

    assert [one.attributes["id"] for one in hidden] == ["filter"]
    assert hidden[0].all(".post") == []


def test_posts_can_be_told_apart_by_the_filter(full: Element) -> None:
    senders = {option.attributes["value"] for option in full.all("select")[0].all("option")}
    with_problems = [post for post in full.all(".post") if "data-problems" in post.attributes]

    assert {post.attributes["data-sender"] for post in full.all(".post")} == senders - {""}
    assert {post.attributes["data-language"] for post in full.all(".post")} == {"en", "cy"}
    assert {post.attributes["data-platform"] for post in full.all(".post")} == {"x", "bluesky"}
    assert len(with_problems) == 1


def test_the_page_has_a_language_landmarks_and_headings_in_order(full: Element) -> None:
    levels = [int(one.tag[1]) for one in full.walk() if re.fullmatch("h[1-6]", one.tag)]

    assert full.one("html").attributes["lang"] == "en-GB"
    assert full.one("main")
    assert full.one("footer")
    assert full.one("title").text().startswith("Dry run: Awareness Week")
    assert levels[0] == levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_names_and_reasons_are_text_and_never_markup() -> None:
    shown = a_shown(name="<b>Kent</b>", handle="<i>", standing="<u>held</u>", force='a"b')
    left_out = LeftOut("<b>", "<b>", "<b>", Place("<b>.yaml", 1))

    document = read(a_preview(shown, left_out=(left_out,), problems=(a_problem("<b>"),)))

    assert document.all("b") + document.all("i") + document.all("u") == []
    assert document.one("h5").text() == "<b>Kent</b>"


@pytest.mark.parametrize("colour", AVATAR_COLOURS)
def test_white_initials_can_be_read_on_every_avatar(colour: str) -> None:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    assert 1.05 / (luminance + 0.05) >= 4.5


# --- pictures ---------------------------------------------------------------------------------

PHONE = b"a phone"
ALT = 'A phone in a "hand" & a <glove>.'


def with_picture(*slots: str) -> Element:
    picture = a_picture(PHONE, alt=ALT)
    shown = [a_shown(slot, pictures=(picture,), due=at("09:00")) for slot in slots]
    return read(a_preview(*shown, a_shown("d2.noon"), pictures={picture.sha256: PHONE}))


def test_a_picture_is_on_the_page_once_and_on_every_post_that_shows_it() -> None:
    page = with_picture("d1.morning", "d1.evening")

    [symbol] = [one for one in page.all("symbol") if one.all("image")]
    address = symbol.one("image").attributes["href"] or ""
    used = [use.attributes["href"] for figure in page.all("figure") for use in figure.all("use")]
    assert base64.b64decode(address.removeprefix("data:image/png;base64,")) == PHONE
    assert used == [f"#{symbol.attributes['id']}"] * 2


def test_what_a_picture_shows_is_there_to_be_read_and_names_it() -> None:
    figure = with_picture("d1.morning").one("figure")

    [named] = [one for one in figure.walk() if "id" in one.attributes]
    assert named.text() == ALT
    assert figure.one("svg").attributes["role"] == "img"
    assert figure.one("svg").attributes["aria-labelledby"] == named.attributes["id"]
    assert "phone.png, 1,200 by 675, 1 kB" in figure.one("figcaption").words()


def test_a_post_without_a_picture_has_none_on_the_page() -> None:
    page = with_picture("d1.morning")

    [post] = [one for one in page.all(".post") if "d2.noon" in (one.attributes["id"] or "")]
    assert post.all("figure") == []


# --- link cards -------------------------------------------------------------------------------


def test_a_link_card_shows_the_packs_words_and_where_it_leads() -> None:
    shown = a_shown(platform=PlatformName.BLUESKY)
    card = Card("https://gov.uk/ACT", "Report <it>", "In confidence.", a_picture(PHONE))
    rendering = replace(shown.post.rendering, card=card).with_digest()
    with_card = replace(shown, post=replace(shown.post, rendering=rendering))

    html = page(a_preview(with_card, pictures={a_picture(PHONE).sha256: PHONE}))

    assert '<strong lang="en">Report &lt;it&gt;</strong>' in html
    assert "In confidence." in html
    assert "Link card: https:/" in html
    assert html.count(base64.b64encode(PHONE).decode()) == 1


def test_a_later_part_of_a_thread_says_which_it_is() -> None:
    html = page(a_preview(replace(a_shown(), post=a_post(part=2))))

    assert "X, English, part 2" in html


# --- videos -----------------------------------------------------------------------------------


def test_a_video_is_described_and_what_is_said_in_it_can_be_read() -> None:
    video = a_video(b"a video", alt="A phone <rings>.")
    captions = {video.captions[0].sha256: CAPTIONS, video.sha256: b"a video"}

    page = read(a_preview(a_shown(video=video), pictures=captions))

    words = page.one("figure").words()
    assert words.startswith("film.mp4 video of 1:02, not played here Alt text: A phone <rings>.")
    assert page.one("figure").one("details").words() == "Captions in English 0:01 Tell us."
    assert not page.all("video")


def test_a_video_without_captions_says_so() -> None:
    video = replace(a_video(), captions=())

    assert "this platform takes none" in read(a_preview(a_shown(video=video))).text()


# --- reposts ----------------------------------------------------------------------------------


def test_a_repost_says_whose_post_it_is_above_the_very_words() -> None:
    words = "What the nation hears."
    passed_on = a_repost(a_post(text=words, force="ct-policing"))
    whose = "Counter Terrorism Policing (@TerrorismPolice)"
    shown = replace(a_shown(text=words), post=passed_on, reposts=whose)

    document = read(a_preview(shown, a_shown("d1.evening")))

    articles = {one.attributes["id"]: one for one in document.all("article")}
    article, other = articles[str(passed_on.key)], articles[str(a_post("d1.evening").key)]
    assert article.one(".reposts").words() == f"Repost of {whose} at 10:00"
    assert article.one(".words").text() == words
    assert str(passed_on.rendering.reposts) in article.words()
    assert not other.all(".reposts")
