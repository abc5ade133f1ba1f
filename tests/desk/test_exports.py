"""A plan as a table and as a calendar."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from bot.core.model import Post
from bot.desk.exports import COLUMNS, as_csv, as_ics, table
from tests.core.packs_in_text import Newsroom, a_config
from tests.factories import a_post, a_repost

NOW = datetime(2015, 11, 22, 8, tzinfo=UTC)
CONFIG = a_config()


def the_posts() -> tuple[Post, ...]:
    return Newsroom().plan().posts


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def one_that_says(text: str) -> Post:
    post = the_posts()[0]
    return replace(post, rendering=replace(post.rendering, text=text))


def test_the_table_has_one_row_a_post_with_its_exact_text() -> None:
    posts = the_posts()

    content = as_csv(posts, CONFIG, lambda post: "not approved yet", {"cdt": "OFFICIAL"})

    found = rows(content)
    assert {row["handling"] for row in found} == {"OFFICIAL"}
    assert content.startswith(b"\xef\xbb\xbf" + COLUMNS[0].encode())
    assert [row["text"] for row in found] == [post.rendering.text for post in posts]
    assert {row["state"] for row in found} == {"not approved yet"}
    kent = next(row for row in found if row["sender"] == "Kent Police")
    assert (kent["date"], kent["London time"], kent["UTC"]) == (
        "2015-11-23",
        "09:28",
        "2015-11-23 09:28",
    )


@pytest.mark.parametrize("text", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1+1"])
def test_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    content = as_csv([one_that_says(text)], CONFIG, lambda post: "")

    assert rows(content)[0]["text"] == f"'{text}"


def test_the_calendar_reads_back_as_it_was_planned() -> None:
    posts = the_posts()

    events = Calendar.from_ical(as_ics(posts, CONFIG, now=NOW)).walk("VEVENT")

    assert [event["UID"] for event in events] == [str(post.key) for post in posts]
    assert [event["DESCRIPTION"] for event in events] == [post.rendering.text for post in posts]
    assert [event.decoded("DTSTART") for event in events] == [post.due for post in posts]
    assert {event.decoded("DURATION") for event in events} == {timedelta(minutes=5)}
    assert {event["TRANSP"] for event in events} == {"TRANSPARENT"}
    assert not any("ORGANIZER" in event for event in events)


def test_a_repost_says_that_it_is_one() -> None:
    original = a_post(text="What the nation hears.", force="ct-policing")
    passed_on = a_repost(original)

    (row,) = table([passed_on], CONFIG, lambda _: "planned")

    assert f"repost of {original.key}; planned" in row
    assert b"SUMMARY:10:00 Kent Police reposts: What" in as_ics([passed_on], CONFIG, now=NOW)


def test_a_heading_says_when_who_and_the_first_words() -> None:
    kent = next(post for post in the_posts() if post.sender == "kent")
    text = "Would you know where to turn if something in Kent did not feel right today?\nLook now."
    post = replace(kent, rendering=replace(kent.rendering, text=text))

    event = Calendar.from_ical(as_ics([post], CONFIG, now=NOW)).walk("VEVENT")[0]

    assert event["SUMMARY"] == (
        "09:28 Kent Police: Would you know where to turn if something in Kent did not …"
    )


def test_the_calendar_is_in_the_form_that_outlook_opens() -> None:
    post = one_that_says("Gwybodaeth ë " * 30 + "\nsecond line; with, marks \\ of all kinds")

    content = as_ics([post], CONFIG, now=NOW)

    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert b"METHOD:PUBLISH" in lines
    assert b"VERSION:2.0" in lines
    assert b"DTSTART:20151123T" in content
    assert content == as_ics([post], CONFIG, now=NOW)
    event = Calendar.from_ical(content).walk("VEVENT")[0]
    assert event["DESCRIPTION"] == post.rendering.text
