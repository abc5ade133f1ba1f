"""Editions of a national pack: compared, carried into local packs, held back and recalled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import CAMPAIGN, LOCAL, an_office
from tests.acceptance.test_content_commands import Typist

BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}
SECOND = CAMPAIGN.replace("version: 1", "version: 2").replace(
    "Look out for one another", "Please look out for each other"
)
OWN = """\
change:
  speak-up:
    first:
      en: |
        If in doubt, say so {{ in_area }}: {{ report_link }}
"""


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typist:
    return Typist(an_office(tmp_path).folder, BEFORE, patch=monkeypatch, captured=capsys)


# --- diff -------------------------------------------------------------------------------------


def test_a_version_that_was_planned_from_is_compared_with_the_one_here(office: Typist) -> None:
    office.bot("run", "--once")
    office.write("messages/national/winter/campaign.yaml", SECOND)

    done = office.bot("diff", "--campaign", "winter@2015", "--against", "1")

    assert done.returncode == 0, done.stderr
    assert "version 1, from the ledger" in done.stdout
    assert "[-Look-]{+Please look+} out for [-one another-]{+each other+} in " in done.stdout
    assert "The same in 1 more post: " in done.stdout
    assert "posts changed, 0 only in version 2" in done.stdout


def test_a_force_is_compared_with_the_national_words_and_with_another_one(office: Typist) -> None:
    office.write("messages/local/kent/winter.yaml", LOCAL.format(force="kent") + OWN)
    page = office.folder / "diff.html"

    national = office.json("diff", "--force", "kent", "--national")
    other = office.bot("diff", "--force", "kent", "--with", "gwent", "--html", str(page))

    [changed] = national[0]["changed"]
    assert (changed["message"], changed["before"]["text"]) == (
        "speak-up",
        "Speak up in Kent: gov.uk/ACT\n#WinterWatch",
    )
    assert other.returncode == 0, other.stderr
    assert "1 wording differs, 0 only in" in other.stdout
    assert "<ins>If in doubt, say so in Kent: gov.uk/ACT</ins>" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--force", "kent"], 2, "Name one of --against VERSION, --with FORCE and --national."),
        (["--force", "kent", "--with", "kent"], 2, "another force than kent"),
        (["--with", "kent"], 2, "Name one force first"),
        (["--against", "1"], 2, "Name the campaign"),
        (["--campaign", "winter", "--against", "9"], 1, "version 9 of winter was kept nowhere"),
        (["--campaign", "winter", "--against", "gone"], 1, 'no folder or zip "gone"'),
        (["--campaign", "winter", "--against", "."], 0, "No difference"),
    ],
)
def test_a_comparison_that_cannot_be_is_one_sentence(
    office: Typist, arguments: list[str], code: int, sentence: str
) -> None:
    done = office.bot("diff", *arguments)

    assert done.returncode == code
    assert sentence.lower() in (done.stdout + done.stderr).lower()


# --- under embargo ----------------------------------------------------------------------------

EMBARGOED = CAMPAIGN.replace(
    "version: 1",
    "version: 1\nembargo: 2015-11-22 09:00\nmay_preview: A. Smith\n"
    "handling: OFFICIAL until it ends.",
)
WEEK = ("--campaign", "winter@2015")


def test_what_is_under_embargo_is_seen_by_the_named_and_planned_when_it_ends(
    office: Typist,
) -> None:
    office.write("messages/national/winter/campaign.yaml", EMBARGOED)
    office.write("config/settings.yaml", "plan_ahead: 14 days\ndry_run_approves: no\n")

    office.bot("run", "--once")
    unseen = office.bot("preview", *WEEK)
    why = office.json("plan", *WEEK, "--why-not")
    refused = office.bot("preview", *WEEK, "--embargoed", "--as", "C. Brown")
    seen = office.json("preview", *WEEK, "--embargoed", "--as", "a. smith")
    approved = office.bot("approve", "--preview", seen["code"], "--by", "A. Smith")
    held = office.json("status")
    after = {"BOT_NOW": "2015-11-22T09:00:01"}
    office.bot("run", "--once", **after)
    planned = office.json("status", **after)

    assert "Winter Watch is under embargo until Sunday 22 November 2015 at 09:00." in unseen.stdout
    assert "Look out" not in unseen.stdout
    assert {one["code"] for one in why} == {"embargo"}
    assert "C. Brown is not among those who may preview winter" in refused.stderr
    assert seen["handling"][0] == "OFFICIAL until it ends."
    assert len(seen["posts"]) == 12
    assert approved.returncode == 0, approved.stdout
    assert (held["waiting"], planned["waiting"], planned["not_approved"]) == (0, 12, 0)


def test_a_name_alone_or_an_embargo_without_a_name_is_wrong_usage(office: Typist) -> None:
    alone, nobody = office.bot("preview", "--as", "Ann"), office.bot("preview", "--embargoed")

    assert (alone.returncode, nobody.returncode) == (2, 2)
    assert "--embargoed and --as go together" in alone.stderr
