"""A planning sheet as somebody typed it, and the pack that is made of it."""

from __future__ import annotations

from datetime import date, datetime, time
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Language
from bot.core.packs import NationalPack, read_national
from bot.core.sheets import Cell, Made, Named, Sheet, imported, in_order, place_of
from bot.core.sheets.moments import NoMomentError, clock_of, day_of
from bot.core.source import Problem
from tests.core.packs_in_text import a_config, lines

FACTS = a_config().facts
WINTER = Named("winter", "Winter Watch", "WinterWatch")
DAY = date(2027, 11, 22)  # a Monday
AT_NINE = datetime(2027, 11, 22, 9)  # noqa: DTZ001 - a workbook's cells have no zone


def a_sheet(text: str, **values: Any) -> Sheet:
    """A sheet with | between its cells; a word in capitals stands for one of `values`."""
    rows = []
    for number, line in enumerate(dedent(text).strip("\n").split("\n"), start=1):
        cells = {}
        for at, said in enumerate(line.split("|"), start=1):
            value = values.get(said.strip(), said.strip().replace("\\n", "\n"))
            if value != "":
                cells[at] = Cell(value, place_of("plan.xlsx", "Plan", number, at))
        rows.append(cells)
    return Sheet("plan.xlsx", "Plan", tuple(rows))


def read(text: str, starts: date | None = None, **values: Any) -> tuple[Made | None, list[str]]:
    sheet = a_sheet(text, **values)
    made, problems = imported([sheet], WINTER, FACTS, starts=starts)
    return made, lines(in_order(problems, [sheet]))


def made_of(text: str, starts: date | None = None, **values: Any) -> Made:
    made, problems = read(text, starts, **values)
    assert made is not None, problems
    return made


def pack_of(made: Made) -> NationalPack:
    files = {f"messages/national/winter/{n}": text.encode() for n, text in made.files.items()}
    pack, problems = read_national("winter", files)
    assert pack is not None, lines(problems)
    return pack


def texts(made: Made, language: Language = Language.EN) -> list[str]:
    return [
        wording.words[language].text
        for message in pack_of(made).messages.values()
        for wording in message.wordings.values()
    ]


PLAN = """
    Date       | Time  | Theme  | Copy                         | Alt text  | Image     | Link
    22/11/2027 | 9am   | Launch | Know where to turn? #WinterN | A phone   | phone.png | http://gov.uk/act
               | 17.30 |        | Call 0800 789 321 #WinterN   |           |           | n/a
    23/11/2027 | 09:00 | Signs  | Trust your instincts #WinterN|           |           |
"""


def test_a_plan_becomes_a_pack() -> None:
    pack = pack_of(made_of(PLAN))

    assert (pack.title, pack.hashtags, str(pack.schedule)) == (
        "Winter Watch",
        ("WinterN",),
        "Dated(starts=datetime.date(2027, 11, 22), days=2)",
    )
    assert {name: slot.at for name, slot in pack.slots.items()} == {
        "morning": time(9),
        "evening": time(17, 30),
    }
    assert {name: sorted(theme.weekdays) for name, theme in pack.themes.items()} == {
        "launch": [0],
        "signs": [1],
    }
    first = pack.messages["know-where-to-turn"]
    assert first.picture is not None
    assert first.picture.shows[Language.EN].text == "A phone"


def test_numbers_links_and_shared_hashtags_are_left_to_the_bot() -> None:
    assert sorted(texts(made_of(PLAN))) == [
        "Call {{ hotline }}",
        "Know where to turn? {{ report_link }}",
        "Trust your instincts",
    ]


def test_a_row_without_a_date_has_the_one_above_and_it_is_said() -> None:
    _, problems = read(PLAN)

    assert problems == [
        "plan.xlsx:Plan: no date of its own in row 3: the one above was taken. So it is where "
        "cells are merged. If not, write the date in each row."
    ]


UNDERSTOOD_NOT = """
    Winter toolkit |        |            |                          |         |
    Date           | Time   | Theme      | Copy                     | Hastags | Link
    22/11/2027     | 9am    | Launch     | First #WinterNow         | #A      | gov.uk/other
    11/24/2027     | lunch  | Launch     | Second #WinterNow #Else  | #B      |
    Total          |        |            |                          | 2       |
    Tue 22/11/2027 | 9am    | Signs      | Third [town] #WinterNow  |         |
"""


def test_every_cell_that_is_not_understood_is_named() -> None:
    _, problems = read(UNDERSTOOD_NOT)

    places = [problem.split(": ")[0].removeprefix("plan.xlsx:Plan!") for problem in problems]
    assert places == ["A1", "E2", "F3", "A4", "B4", "D4", "D4", "A5", "A6", "C6", "D6"]
    said = "\n".join(problems)
    assert "its 3 cells (E3 to E5) were not read. Did you mean Hashtags?" in said
    assert 'the link "gov.uk/other" is not in config/constants.yaml' in said
    assert "there is no month 24: dates are read with the day first. Write it as 24 Nov" in said
    assert '"lunch": this is not a time of day.' in said
    assert 'the hashtag "#Else" is typed here.' in said
    assert 'nothing was made of it: A5 "Total", E5 "2".' in said
    assert "is a Monday, not a Tuesday. Write Monday 22 November 2027, or Tuesday 16" in said
    assert '"[town]" would be published as it stands.' in said


def test_a_number_that_is_nearly_the_hotline_is_not_taken_for_it() -> None:
    made, problems = read("Date|Text\n22/11/2027|Call 0800 7789 321 now")

    assert made is not None
    assert texts(made) == ["Call 0800 7789 321 now"]
    assert 'Plan!B2: the number "0800 7789 321" is nearly that of hotline' in "\n".join(problems)
    assert "is typed here" not in "\n".join(problems)


def test_a_weekday_has_one_theme() -> None:
    made, problems = read("""
        Date       | Time | Theme  | Text
        22/11/2027 | 9am  | Launch | First words
        23/11/2027 | 9am  | Signs  | Second words
        29/11/2027 | 9am  | Launch | Third words
        30/11/2027 | 9am  | Online | Fourth words
    """)

    assert made is not None
    assert (made.themes, made.days) == (2, 9)
    assert 'Plan!C5: Tuesday has the theme "Signs", so the words of row 5 went there' in problems[0]


def test_times_that_a_pack_cannot_hold_are_named() -> None:
    made, problems = read("""
        Date       | Time  | Text
        22/11/2027 | 9am   | First words
        23/11/2027 | 9am   | Second words
        24/11/2027 | 09:15 | Third words
    """)

    assert made is not None
    assert "  morning: 09:00\n" in made.files["campaign.yaml"]
    assert problems[0].startswith("plan.xlsx:Plan!B4: row 4 is meant for 09:15, and other days")


def test_weekdays_count_from_the_first_day() -> None:
    sheet = "Day|Text\nWeds|First words\n|Second words\nDay 5|Third words\nMon|Fourth words"

    assert read(sheet)[0] is None
    made = made_of(sheet, starts=DAY)
    assert (made.starts, made.days) == (date(2027, 11, 24), 6)


def test_gaps_of_place_become_what_each_force_fills_in() -> None:
    made = made_of("Date|Text\n22/11/2027|Seen something in [your local area]? Tell us.")

    assert texts(made) == ["Seen something {{ in_area }}? Tell us."]
    assert list(pack_of(made).values) == ["in_area"]


def test_welsh_stands_beside_its_english() -> None:
    made = made_of("Date|Text|Cymraeg\n22/11/2027|Call 999 now|Ffoniwch 999 nawr")

    assert texts(made, Language.CY) == ["Ffoniwch {{ emergency }} nawr"]


def test_what_is_not_for_the_public_is_kept_from_it_and_what_is_not_clear_too() -> None:
    made, problems = read("""
        Date       | Text                            | Audience
        22/11/2027 | Know where to turn? #WinterN    | Public
        22/11/2027 | Take your pass off at the door. | Staff
                   | Ring the desk if asked.         |
        22/11/2027 | A poster for your counter #WinterN | Partners
        22/11/2027 | Ask us anything. #WinterN       | press
    """)

    assert made is not None
    assert [one.audience.value for one in pack_of(made).messages.values()] == [
        "public", "staff", "staff", "partner", "staff",
    ]  # fmt: skip
    assert pack_of(made).hashtags == ("WinterN",)
    found = [problem for problem in problems if "so it was taken for staff" in problem]
    assert found == [
        "plan.xlsx:Plan!B4: for whom is row 4? nothing says it, so it was taken for staff. Write "
        "public, partner or staff in its column Audience: what is for staff is never published.",
        'plan.xlsx:Plan!C6: for whom is row 6? "press" is no audience, so it was taken for staff. '
        "Write public, partner or staff in its column Audience: what is for staff is never "
        "published.",
    ]


def test_the_same_words_stand_in_the_pack_once() -> None:
    made, problems = read("Date|Text\n22/11/2027|Same words\n23/11/2027|Same words")

    assert made is not None
    assert made.messages == 1
    assert "Plan!B3: this says the same as plan.xlsx:Plan!B2" in "\n".join(problems)


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("Name|Phone\nA|1", "no row of headings was found here, so none of its 4 cells was read"),
        ("Date|Text", "below the headings, which are in row 1, there is no row with words"),
        ("Date|Time\n22/11/2027|9am", "none of these headings says where the words"),
        ("Date|Text\nsoon|First", "no row names a day that was understood"),
        ("Date|Text\n22/11/2027|A\n22/11/2072|B", "16,438 days, and 366 are the most"),
    ],
)
def test_where_no_pack_can_be_made_it_is_said_why(sheet: str, said: str) -> None:
    made, problems = read(sheet)

    assert made is None
    assert said in "\n".join(problems)


def test_two_columns_for_the_words_are_not_mixed() -> None:
    made, problems = read("Date|Copy|Tweet\n22/11/2027|First|Other")

    assert made is not None
    assert texts(made) == ["First"]
    assert '"Tweet" means the same as B1: its 1 cell (C2) was not read.' in "\n".join(problems)


def test_a_row_for_the_day_alone_stands_above_its_posts() -> None:
    made, problems = read("""
        Date       | Time | Text
        22/11/2027 |      |
                   | 9am  | First words
        23/11/2027 | 9am  |
    """)

    assert made is not None
    assert (made.starts, made.days, made.messages) == (DAY, 1, 1)
    assert [one for one in problems if "no text" in one] == [
        "plan.xlsx:Plan!A4: row 4 has no text, so nothing was made of it: "
        'A4 "23/11/2027", B4 "9am". If it is a post, write its words in it, in a cell that is not '
        "merged with others."
    ]


def test_a_hashtag_that_not_every_text_has_stays_where_it_is() -> None:
    made, problems = read("Date|Text\n22/11/2027|First #Alone #All\n22/11/2027|Second #All")

    assert made is not None
    assert made.tags == ("All",)
    assert texts(made) == ["First #Alone", "Second"]
    assert 'Plan!B2: the hashtag "#Alone" is typed here.' in "\n".join(problems)


# --- days and times ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "22/11/2027", "22/11/27", "22.11.2027", "22-11-2027", "22 11 2027", "2027-11-22",
        "2027/11/22", "22 November 2027", "22nd November, 2027", "22nd of November 2027",
        "Monday 22 November 2027", "Mon 22 Nov 27", "22-Nov-27", "22 Nov", "22/11", "Mon 22/11",
        "November 22, 2027", "22/11/2027 09:00", "22 Nov 2027 at 9am", "2027-11-22T09:00:00",
        "22 November 2027 (Monday)", "46713", 46713, 46713.375, DAY, AT_NINE,
    ],
)  # fmt: skip
def test_a_date_is_understood_in_all_usual_forms(said: Any) -> None:
    found = day_of(said, epoch=date(1899, 12, 30), near=date(2027, 11, 1))

    assert found.day == DAY
    assert found.at in (None, time(9))


@pytest.mark.parametrize(
    "said", ["31/2/2027", "11/22/2027", "soon", "22", "week 3", "22/11/1066", True, 0.5, "22/13/27"]
)
def test_what_is_no_date_is_not_guessed_at(said: Any) -> None:
    with pytest.raises(NoMomentError):
        day_of(said, epoch=date(1899, 12, 30), near=None)


def test_a_date_without_a_year_is_the_nearest_to_the_campaign() -> None:
    found = day_of("3 January", epoch=date(1899, 12, 30), near=date(2027, 12, 28))

    assert found.day == date(2028, 1, 3)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("09:00", "09:00"), ("9.30am", "09:30"), ("9am", "09:00"), ("5.30 pm", "17:30"),
        ("12 noon", "12:00"), ("midday", "12:00"), ("0900", "09:00"), (900, "09:00"),
        ("17:30 hrs", "17:30"), ("12am", "00:00"), ("12pm", "12:00"), (0.75, "18:00"),
        (time(7, 5), "07:05"), (AT_NINE, "09:00"), ("9:00:00", "09:00"),
    ],
)  # fmt: skip
def test_a_time_is_understood_in_all_usual_forms(said: Any, expected: str) -> None:
    assert f"{clock_of(said):%H:%M}" == expected


@pytest.mark.parametrize("said", ["9", "lunch", "25:00", "9-10am", "TBC", 9.3, "09:00 EST", 1.5])
def test_what_is_no_time_is_not_guessed_at(said: Any) -> None:
    with pytest.raises(NoMomentError):
        clock_of(said)


# --- whatever stands in it ----------------------------------------------------------------------


@given(text=st.text(min_size=1, max_size=80), theme=st.text(max_size=20), alt=st.text(max_size=20))
def test_whatever_a_cell_holds_the_pack_can_be_read(text: str, theme: str, alt: str) -> None:
    top = {n: Cell(w, place_of("p", None, 1, n)) for n, w in enumerate(
        ("Date", "Theme", "Text", "Alt text", "Image"), start=1)}  # fmt: skip
    said: dict[int, Any] = {1: DAY, 2: theme, 3: text, 4: alt, 5: "phone.png"}
    row = {at: Cell(v, place_of("p", None, 2, at)) for at, v in said.items() if v not in ("", None)}

    made, problems = imported([Sheet("p", None, (top, row))], WINTER, FACTS)

    assert made is not None
    files = {f"messages/national/w/{n}": text.encode() for n, text in made.files.items()}
    _, found = read_national("w", files)
    unread = {problem.code for problem in found} - {"no-words", "empty", "alt", "no-alt"}
    assert not unread, (unread, files, problems)


def test_problems_are_told_from_the_top_down() -> None:
    sheet = a_sheet("Date|Text")
    cells = [Problem(place_of("plan.xlsx", "Plan", row, 1), "x", "") for row in (10, 9, 2)]

    ordered = in_order([*cells, Problem(sheet.place, "x", "")], [sheet])

    assert [str(one.place) for one in ordered] == [
        "plan.xlsx:Plan",
        "plan.xlsx:Plan!A2",
        "plan.xlsx:Plan!A9",
        "plan.xlsx:Plan!A10",
    ]


def test_a_title_and_an_endless_hashtag_are_said_shortly_and_with_what_to_do() -> None:
    _, said = read(f"""
        Our plan   |
        Date       | Text
        22/11/2027 | Know where to turn? #{"x" * 40_000}
        23/11/2027 | And who answers?
        """)

    assert said[0] == (
        'plan.xlsx:Plan!A1: "Our plan" stands above the headings, and was not read. '
        "A title needs no place in a pack. What matters of it goes into campaign.yaml."
    )
    assert max(map(len, said)) < 300


def test_a_theme_or_a_day_with_no_posts_below_it_is_named() -> None:
    _, said = read("""
        Date       | Theme  | Text
        22/11/2027 | Launch |
                   |        | Know where to turn?
                   | First  |
                   | Second |
                   |        | And who answers?
        24/11/2027 |        |
        """)

    silent = [line.split(": ")[1] for line in said if "has no text" in line]
    assert silent == [
        "row 4 has no text, so nothing was made of it",
        "row 7 has no text, so nothing was made of it",
    ]
