"""What accounts showed before: timelines read, words that stand already, and long silences."""

from __future__ import annotations

import pytest

from bot.core.model import Receipt
from bot.ledger import Ledger, TimelinePost
from tests.factories import a_post, a_rendering, at
from tests.ledger.steps import dump, intended


def test_a_timeline_is_read_the_first_time_and_then_no_more(ledger: Ledger) -> None:
    assert ledger.must_read_timeline("kent-x", now=at("09:00"))

    ledger.note_timeline("kent-x", [], now=at("09:00"))

    assert not ledger.must_read_timeline("kent-x", now=at("09:01"))
    assert ledger.must_read_timeline("dorset-x", now=at("09:01"))
    assert ledger.timeline_read_at("kent-x") == at("09:00")


@pytest.mark.parametrize("beats_again", [True, False])
def test_a_timeline_is_read_again_after_a_long_silence(ledger: Ledger, beats_again: bool) -> None:
    ledger.heartbeat(now=at("09:00"))
    ledger.note_timeline("kent-x", [], now=at("09:00"))
    if beats_again:
        ledger.heartbeat(now=at("09:16"))

    assert ledger.must_read_timeline("kent-x", now=at("09:16"))

    ledger.note_timeline("kent-x", [], now=at("09:16"))
    assert not ledger.must_read_timeline("kent-x", now=at("09:17"))


def test_a_timeline_is_not_read_again_while_somebody_watches(ledger: Ledger) -> None:
    ledger.note_timeline("kent-x", [], now=at("09:00"))
    for minute in range(0, 60, 10):
        ledger.heartbeat(now=at(f"09:{minute}"))

    assert not ledger.must_read_timeline("kent-x", now=at("10:00"))
    assert ledger.last_heartbeat() == at("09:50")


def test_a_clock_that_leaps_with_somebody_watching_is_no_sleep(ledger: Ledger) -> None:
    ledger.note_timeline("kent-x", [], now=at("09:00"))
    ledger.heartbeat(now=at("09:00"))

    ledger.heartbeat(now=at("17:30"), unbroken=True)

    assert not ledger.must_read_timeline("kent-x", now=at("17:30"))


def test_the_same_words_on_the_timeline_are_the_post_that_stands(ledger: Ledger) -> None:
    shown = TimelinePost("7", "Tell us: café \n open.", at("09:02"), "https://x.com/kent/status/7")
    ledger.note_timeline("kent-x", [shown], now=at("09:10"))

    standing = ledger.standing("kent-x", a_rendering("Tell us: café open.", due=at("09:00")))

    assert standing is not None
    assert (standing.remote_id, standing.url) == ("7", shown.url)


@pytest.mark.parametrize(
    "shown",
    [
        TimelinePost("7", "Other words.", at("09:02")),
        TimelinePost("7", "Tell us.", at("08:59", day=0)),
    ],
    ids=["other words", "a day before"],
)
def test_other_words_or_older_ones_do_not_stand_for_a_post(
    ledger: Ledger, shown: TimelinePost
) -> None:
    ledger.note_timeline("kent-x", [shown], now=at("09:10"))

    assert ledger.standing("kent-x", a_rendering("Tell us.", due=at("09:00"))) is None
    assert ledger.standing("dorset-x", a_rendering("Tell us.", due=at("09:00"))) is None


def test_a_post_that_belongs_to_one_place_does_not_stand_for_another(ledger: Ledger) -> None:
    post = a_post(text="Tell us.")
    ledger.record(intended(ledger, post), Receipt("7"), now=at("09:00:05"))
    ledger.note_timeline("kent-x", [TimelinePost("7", "Tell us.", at("09:00"))], now=at("16:00"))

    assert ledger.standing("kent-x", a_rendering("Tell us.", due=at("16:00"))) is None


def test_ids_that_a_timeline_showed_before_never_match_again(ledger: Ledger) -> None:
    ledger.note_timeline("kent-x", [TimelinePost("1", "Old.", at("08:00"))], now=at("08:30"))
    ledger.note_timeline("kent-x", [TimelinePost("2", "New.", at("09:00"))], now=at("09:30"))

    assert ledger.remote_ids("kent-x") == {"1", "2"}
    assert ledger.remote_ids("kent-x", noted_by=at("09:00")) == {"1"}


def test_the_words_of_a_timeline_are_not_kept(ledger: Ledger, url: str) -> None:
    ledger.note_timeline("kent-x", [TimelinePost("1", "Some words.", at("08:00"))], now=at("09:00"))
    ledger.close()

    assert "kent-x" in dump(url)
    assert "Some words." not in dump(url)
