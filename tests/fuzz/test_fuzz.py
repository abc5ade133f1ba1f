"""Whatever stands in a file, what comes of it is sentences with places: the short form."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings

from bot.app.environment import PROJECT
from bot.core.model import Mode
from bot.core.source import Place, Problem
from tests.core.packs_in_text import a_config
from tests.fuzz.cases import Case, cases
from tests.fuzz.films import broken_films, film_faults
from tests.fuzz.looking import look, lost_in_reading, missing_places, wrong_problems
from tests.fuzz.office import NOW, TEXTS, WINTER, Office
from tests.fuzz.pictures import broken_pictures, picture_faults
from tests.fuzz.sheets import PLAN, STARTS, a_csv, a_workbook, sheet_faults
from tests.fuzz.telling import faults

Test = TypeVar("Test", bound=Callable[..., None])


def short(examples: int) -> Callable[[Test], Test]:
    """The same few examples in every run: `make fuzz` tries others."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office.small(tmp_path_factory.mktemp("office"))


@short(25)
@given(case=cases(TEXTS))
def test_packs_and_configuration_end_in_sentences_and_no_place_is_lost(
    office: Office, case: Case
) -> None:
    with office.changed(case.files):
        assert faults(office.environment(case.mode), office.days) == []


@short(40)
@given(content=a_csv(), starts=STARTS)
def test_a_sheet_in_text_ends_in_a_pack_or_in_sentences(
    office: Office, content: bytes, starts: date | None
) -> None:
    facts = a_config().facts

    assert list(sheet_faults(office.folder / "plan.csv", content, facts, starts)) == []


@short(8)
@given(content=a_workbook(), starts=STARTS)
def test_a_workbook_ends_in_a_pack_or_in_sentences(
    office: Office, content: bytes, starts: date | None
) -> None:
    facts = a_config().facts

    assert list(sheet_faults(office.folder / "plan.xlsx", content, facts, starts)) == []


@short(80)
@given(content=broken_films())
def test_a_video_of_any_bytes_is_read_or_refused_and_cleaned_once(content: bytes) -> None:
    assert list(film_faults(content)) == []


@short(80)
@given(picture=broken_pictures())
def test_a_picture_of_any_bytes_is_made_ready_or_refused(picture: tuple[bytes, str]) -> None:
    assert list(picture_faults(*picture)) == []


# --- that it would be noticed -----------------------------------------------------------------


def test_the_office_as_it_is_has_posts_and_no_error(office: Office) -> None:
    looked = look(office.environment(), office.days)

    assert not looked.has_errors, looked.problems
    assert looked.planned is not None
    accounts = {post.key.account for post in looked.planned.plan.posts}
    forces = {"kent-x", "kent-mastodon", "gwent-bluesky", "gwent-x", "gwent-english-x"}
    assert accounts == {"nation-x", *forces}


def test_a_post_that_is_gone_without_a_reason_is_noticed(office: Office) -> None:
    looked = look(office.environment(), office.days)
    assert looked.planned is not None
    assert looked.loaded.sources is not None
    lost = next(post for post in looked.planned.plan.posts if post.key.account == "kent-x")
    fewer = looked.planned.plan.only(lambda post: post is not lost, lambda one: True)

    found = list(
        missing_places(
            looked.loaded.sources.at(NOW), replace(looked.planned, plan=fewer), office.days
        )
    )

    run, account, slot = lost.key.run, lost.key.account, lost.key.slot
    assert found == [f"no post and no reason: {run} {account} {slot}"]


def test_what_is_written_and_was_not_read_is_noticed(office: Office) -> None:
    env = office.environment()
    looked = look(env, office.days)
    assert looked.loaded.sources is not None
    name = "messages/national/winter/campaign.yaml"
    more = WINTER.replace("  evening:", "  midday: 12:30\n  evening:").encode()

    found = list(lost_in_reading(looked.loaded.sources, {**looked.loaded.texts, name: more}, env))

    assert found == ["slots of winter: ['midday'] is written and was not read, and nothing is said"]


@pytest.mark.parametrize(
    ("place", "code", "message", "advice"),
    [
        (Place("config/links.yaml", 999), "a", "Wrong.", "Mend it."),
        (Place("config/nosuch.yaml", 1), "a", "Wrong.", "Mend it."),
        (Place("links.yaml", 1), "a", "Wrong.", "Mend it."),
        (Place("config/links.yaml", 1), "", "Wrong.", "Mend it."),
        (Place("config/links.yaml", 1), "a", "Wrong.", ""),
        (Place("config/links.yaml", 1), "a", "KeyError: 'a'", "Mend it."),
        (Place("config/links.yaml", 1), "a", "None is no link.", "Mend it."),
        (Place("config/links.yaml", 1), "a", "\x1b[2J is no link.", "Mend it."),
        (Place("config/links.yaml", 1), "a", "Wrong. " * 500, "Mend it."),
    ],
)
def test_a_sentence_that_nobody_could_use_is_noticed(
    office: Office, place: Place, code: str, message: str, advice: str
) -> None:
    problem = Problem(place, code, message, advice)

    assert len(list(wrong_problems([problem], office.environment(Mode.LIVE)))) == 1


def test_a_cell_that_is_nowhere_is_noticed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.sheets.in_order", lambda problems, sheets: [])
    content = PLAN.replace("gov.uk/ACT", "gov.uk/nosuch").encode()

    found = sheet_faults(office.folder / "plan.csv", content, a_config().facts, None)

    assert [fault.split(":")[1] for fault in found] == ["A7 is nowhere"]


def test_who_takes_too_much_or_raises_is_noticed_and_ended() -> None:
    # In a process without threads, because it forks.
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.children"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        "all is well: nothing",
        "hoards: more than 300,000,000 bytes",
        "never ends: more than 0.2 seconds of work",
        "raises: KeyError in _raises: 'nothing'",
    ]
