"""Editions of a national pack: compared, carried into local packs, held back and recalled."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from tests.acceptance.conftest import CAMPAIGN, LOCAL, Office, an_office
from tests.acceptance.quick import Forks
from tests.acceptance.test_content_commands import Typist

BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}


def corrected(campaign: str) -> str:
    """Its second version, in which one sentence is another one."""
    return campaign.replace("version: 1", "version: 2").replace(
        "Look out for one another", "Please look out for each other"
    )


OWN = """\
change:
  speak-up:
    first:
      en: |
        If in doubt, say so {{ in_area }}: {{ report_link }}
"""
OWN_LOOK_OUT = """\
change:
  look-out:
    first:
      en: |
        Our own words {{ in_area }}: {{ report_link }}
"""


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typist:
    return Typist(an_office(tmp_path).folder, BEFORE, patch=monkeypatch, captured=capsys)


@pytest.fixture
def forks(prepared: Forks) -> Forks:
    return prepared


# --- diff -------------------------------------------------------------------------------------


def test_a_version_that_was_planned_from_is_compared_with_the_one_here(office: Typist) -> None:
    office.bot("run", "--once")
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))

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


# --- one sentence for forty-eight forces ------------------------------------------------------

LINE = """\
campaign: Winter Watch
version: 1
starts: Monday 2015-11-23
days: 1
hashtag: WinterWatch
link: report_link
slots:
  morning: 09:00
each_force_fills_in:
  in_area:
    help: Where you are, with its small word.
    example: in Kent
themes:
  notice: Monday
messages:
  look-out:
    theme: notice
    same_for_all: agreed by the national lead, 1 May 2015
    wordings:
      first:
        en: |
          Look out for one another {{ in_area }}.
          Report it: {{ report_link }}
        cy: |
          Cadwch lygad ar eich gilydd {{ in_area }}: {{ report_link }}
"""
FORTY_EIGHT = tuple(f"force-{number:02}" for number in range(48))
OVERLAY = """\
# {force} takes part. This note stays.
force: {force}
campaign: winter
takes_part: yes
written_for_version: 1
"""


def test_one_national_sentence_is_shown_carried_and_approved_again_in_one_sitting(
    office: Typist,
) -> None:
    """48 forces, planned and approved; the national team corrects a sentence that all of them say.

    One of them says it in its own words, which stand.
    """
    office.write("messages/national/winter/campaign.yaml", LINE)
    office.write("config/forces.yaml", "".join(an_entry(force) for force in FORTY_EIGHT))
    office.write("config/settings.yaml", "plan_ahead: 14 days\ndry_run_approves: no\n")
    for force in FORTY_EIGHT:
        office.write(f"messages/local/{force}/winter.yaml", OVERLAY.format(force=force))
    office.write(
        "messages/local/force-07/winter.yaml", OVERLAY.format(force="force-07") + OWN_LOOK_OUT
    )
    office.bot("run", "--once")
    code = office.json("preview", *WEEK)["code"]
    assert office.bot("approve", "--preview", code, "--by", "A. Smith").returncode == 0
    office.write("messages/national/winter/campaign.yaml", corrected(LINE))

    behind = office.json("check")["problems"]
    asked = office.bot("update", "winter")
    carried = office.bot("update", "winter", "--ours", "look-out/first")
    waiting = office.json("status")["not_approved"]
    code = carried.stdout.split("--preview ")[1].split()[0]
    approved = office.bot("approve", "--preview", code, "--by", "B. Jones")

    [named] = [one for one in behind if one["code"] == "behind"]
    assert named["forces"] == list(FORTY_EIGHT)
    assert asked.returncode == 1
    assert "COLLIDES: look-out/first: both changed it" in asked.stdout
    assert "messages/local/force-07/winter.yaml is not written" in asked.stdout
    assert carried.returncode == 0, carried.stdout + carried.stderr
    # Shown once for all of them, with whom it touches, and what each has to approve by when.
    assert carried.stdout.count("[-one another-]{+each other+} in Force-") == 1
    assert "47 posts to be approved again" in carried.stdout
    assert "Force-03 Police: 1 post, approved before by A. Smith." in carried.stdout
    assert (
        "winter@2015/force-03-x/d1.morning/en, before Monday 23 November 2015 at 09:00"
        in carried.stdout
    )
    assert "force-07-x" not in carried.stdout
    # One word puts all of it right, and nobody is behind any more.
    assert waiting == 47
    assert approved.returncode == 0, approved.stdout
    assert "47 posts approved by B. Jones." in approved.stdout
    assert office.json("status")["not_approved"] == 0
    assert "behind" not in {one["code"] for one in office.json("check")["problems"]}
    for force in FORTY_EIGHT:
        text = (office.folder / f"messages/local/{force}/winter.yaml").read_text("utf-8")
        assert text.startswith(OVERLAY.format(force=force).replace("version: 1", "version: 2"))


def test_a_correction_that_raised_no_version_at_first_collides_all_the_same(
    office: Typist,
) -> None:
    own = LOCAL.format(force="kent") + OWN_LOOK_OUT
    office.write("messages/local/kent/winter.yaml", own)
    office.bot("run", "--once")
    forgot = corrected(CAMPAIGN).replace("version: 2", "version: 1")
    office.write("messages/national/winter/campaign.yaml", forgot)
    office.bot("run", "--once")
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))

    shown = office.bot("update", "winter", "--force", "kent", "--show").stdout

    assert "[-Look-]" in shown
    assert "COLLIDES: look-out/first: both changed it" in shown


def test_words_that_changed_under_one_version_are_told_though_they_are_planned_already(
    office: Typist,
) -> None:
    office.bot("run", "--once")
    code = office.json("preview", *WEEK)["code"]
    assert office.bot("approve", "--preview", code, "--by", "A. Smith").returncode == 0
    forgot = corrected(CAMPAIGN).replace("version: 2", "version: 1")
    office.write("messages/national/winter/campaign.yaml", forgot)

    shown = [office.bot("update").stdout for _ in range(2)]
    found = [one for one in office.json("check")["problems"] if one["code"] == "same-version"]

    for said in shown:
        assert "though look-out changed since it was first planned." in said
        assert "asked to look again: version: 2" in said
        assert (
            "Dry run: of what A. Smith had approved, 2 posts changed, and the dry run approved by"
            in said
        )
        assert "nothing that was approved" not in said
    assert [one["forces"] for one in found] == [["gwent", "kent"]]


def test_national_words_that_are_taken_leave_the_forces_own_as_notes(office: Typist) -> None:
    office.bot("run", "--once")
    own = LOCAL.format(force="kent") + OWN_LOOK_OUT + "withdraw:\n  in-confidence: not ours\n"
    office.write("messages/local/kent/winter.yaml", own)
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))

    shown = office.bot("update", "--force", "kent", "--show")
    unchanged = (office.folder / "messages/local/kent/winter.yaml").read_text("utf-8")
    done = office.bot("update", "--force", "kent", "--theirs", "look-out/first")
    text = (office.folder / "messages/local/kent/winter.yaml").read_text("utf-8")
    again = office.bot("update", "--force", "kent")

    assert shown.returncode == 0, shown.stderr
    assert unchanged == own
    assert done.returncode == 0, done.stdout + done.stderr
    assert "takes_part: yes\nwritten_for_version: 2\nchange:\n  # Taken out on 22 November" in text
    assert "  #       Our own words {{ in_area }}: {{ report_link }}\nwithdraw:\n" in text
    assert "No local pack is behind." in again.stdout
    assert office.json("check", "--force", "kent")["errors"] == 0


def test_what_a_region_adds_is_no_message_that_is_gone(office: Typist) -> None:
    adds = """\
region: South East
campaign: winter
written_for_version: 2
add:
  ours:
    theme: notice
    wordings:
      first:
        en: |
          Our region says so {{ in_area }}: {{ report_link }}
"""
    own = LOCAL.format(force="kent") + OWN_LOOK_OUT.replace("look-out", "ours")
    office.write("messages/regions/south-east/winter.yaml", adds)
    office.write("messages/local/kent/winter.yaml", own)
    office.bot("run", "--once")
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))

    differs = office.json("diff", "--force", "kent", "--national", "--campaign", "winter")
    done = office.bot("update", "--force", "kent")

    assert [one["message"] for one in differs[0]["added"]] == ["ours"]
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is gone" not in done.stdout


def test_a_regions_pack_is_carried_for_all_and_not_for_one_force(office: Typist) -> None:
    region = "region: South East\ncampaign: winter\nwritten_for_version: 1\n" + OWN_LOOK_OUT
    file = "messages/regions/south-east/winter.yaml"
    office.write(file, region)
    office.write("messages/local/kent/winter.yaml", LOCAL.format(force="kent"))
    office.bot("run", "--once")
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))

    kent = office.bot("update", "--force", "kent")
    untouched = (office.folder / file).read_text("utf-8")
    asked = office.bot("update", "winter", "--show")
    done = office.bot("update", "winter", "--theirs", "look-out/first")

    assert kent.returncode == 0, kent.stdout + kent.stderr
    assert untouched == region
    assert "  South East: 1 collision" in asked.stdout
    assert done.returncode == 0, done.stdout + done.stderr
    text = (office.folder / file).read_text("utf-8")
    assert "written_for_version: 2\n" in text
    assert "  #       Our own words {{ in_area }}: {{ report_link }}\n" in text
    assert "behind" not in {one["code"] for one in office.json("check")["problems"]}


def test_what_an_account_says_is_carried_like_what_its_force_says(office: Typist) -> None:
    own = "accounts:\n  kent-x:\n" + indent(OWN_LOOK_OUT, "    ")
    own += "    withdraw:\n      spek-up: not here\n"
    office.write("messages/local/kent/winter.yaml", LOCAL.format(force="kent") + own)
    office.bot("run", "--once")
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))

    asked = office.bot("update", "--force", "kent")
    done = office.bot("update", "--force", "kent", "--theirs", "kent-x/look-out/first")
    text = (office.folder / "messages/local/kent/winter.yaml").read_text("utf-8")

    assert asked.returncode == 1
    assert "COLLIDES: kent-x/look-out/first: both changed it" in asked.stdout
    assert done.returncode == 0, done.stdout + done.stderr
    assert "written_for_version: 2\n" in text
    assert "      # Taken out on 22 November" in text
    assert "      #       Our own words {{ in_area }}: {{ report_link }}\n    withdraw:\n" in text
    assert "      # spek-up: not here" in text
    assert office.json("check", "--force", "kent")["errors"] == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--force", "kant"], "Did you mean kent?"),
        (["wintr"], "Did you mean winter?"),
        (["--theirs", "look-out/frist"], "Did you mean look-out/first?"),
        (["--base", "nowhere"], 'no folder or zip "nowhere"'),
        ([], "Version 1 of winter was kept nowhere"),
    ],
)
def test_an_update_that_cannot_be_is_one_sentence_and_changes_nothing(
    office: Typist, arguments: list[str], sentence: str
) -> None:
    own = LOCAL.format(force="kent") + OWN_LOOK_OUT
    office.write("messages/local/kent/winter.yaml", own)
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))
    if "--theirs" in arguments:
        office.write("old/campaign.yaml", CAMPAIGN)
        arguments = [*arguments, "--base", str(office.folder / "old")]

    done = office.bot("update", *arguments)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert (office.folder / "messages/local/kent/winter.yaml").read_text("utf-8") == own


def test_a_local_pack_that_cannot_be_read_keeps_nobody_else_waiting(office: Typist) -> None:
    office.write("old/campaign.yaml", CAMPAIGN)
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))
    office.write("messages/local/kent/winter.yaml", "force: kent\n\tcampaign: winter\n")

    done = office.bot("update", "--base", str(office.folder / "old"))

    assert done.returncode == 1
    assert "messages/local/kent/winter.yaml:2" in done.stdout
    assert (
        "1 local pack written for the new version: messages/local/gwent/winter.yaml" in done.stdout
    )


# --- corrections that a force trusts ----------------------------------------------------------

TRUSTS = LOCAL + "national_corrections: trusted\n"
PHRASE = "fill_in:\n  in_area:\n    en: all over Gwent\n    cy: ledled Gwent\n"


def approved(office: Typist, *local: str) -> None:
    """Kent and Gwent with these local packs, planned, and approved by A. Smith."""
    office.write("config/settings.yaml", "plan_ahead: 14 days\ndry_run_approves: no\n")
    for force, text in zip(("kent", "gwent"), local, strict=True):
        office.write(f"messages/local/{force}/winter.yaml", text.format(force=force))
    office.bot("run", "--once")
    code = office.json("preview", *WEEK)["code"]
    assert office.bot("approve", "--preview", code, "--by", "A. Smith").returncode == 0


def test_a_force_that_trusts_national_corrections_keeps_its_approvals_by_a_rule(
    office: Typist,
) -> None:
    approved(office, TRUSTS, LOCAL)
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))

    told, by_rule = office.bot("update", "winter").stdout.split("To approve all")
    shown = office.bot("preview", *WEEK, "--force", "kent").stdout

    assert "Gwent Police: 1 post, approved before by A. Smith." in told
    assert "Kent Police" not in told.split("Who must approve")[1]
    assert "Kent Police: 1 post carried over by the rule national_corrections: trusted" in by_rule
    assert "approved by the rule national_corrections: trusted" in shown


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("messages/local/gwent/winter.yaml", "national_", PHRASE + "national_"),
        ("config/constants.yaml", "gov.uk/ACT", "gov.uk/report"),
        ("messages/national/winter/campaign.yaml", "version: 2", "version: 1"),
        ("messages/national/winter/campaign.yaml", "morning: 09:00", "morning: 09:10"),
    ],
)
def test_nothing_but_a_new_national_version_is_trusted(
    office: Typist, file: str, before: str, after: str
) -> None:
    approved(office, LOCAL, TRUSTS)
    office.write("messages/national/winter/campaign.yaml", corrected(CAMPAIGN))
    text = (office.folder / file).read_text("utf-8")
    office.write(file, text.replace(before, after, 1))

    told = office.bot("update", "winter").stdout

    assert "winter@2015/gwent-x/" in told.split("Who must approve again")[1]
    assert "carried over" not in told


def an_entry(force: str) -> str:
    return f"""\
{force}:
  name: {force.capitalize()} Police
  kind: force
  languages: en
  fill_in:
    in_area: in {force.capitalize()}
  accounts:
    {force}-x:
      platform: x
      handle: {force.replace("-", "_")}
      handle_source: the force's own page
"""


# --- recalled ---------------------------------------------------------------------------------


def test_a_recall_stops_every_copy_and_lists_those_that_are_public(live: Office) -> None:
    """The national team recalls a message of which Kent's copy is out and Gwent's is not."""
    morning = {"BOT_NOW": "2015-11-23T09:00:30"}
    why = ("--reason", "wrong: see #3", "--by", "Gold")
    live.bot("run", "--once", **morning)

    done = live.bot("recall", "winter", "speak-up", *why, **morning)
    pack = (live.folder / "messages/national/winter/campaign.yaml").read_text("utf-8")
    (public,) = live.json("status", **morning)["recalled_and_public"]
    live.bot("settle", public["key"], "--removed", "--by", "Ann", **morning)
    after = live.bot("recall", **morning)

    assert done.returncode == 1, done.stdout + done.stderr  # something is left to take down
    assert "RECALLED, LIVE: winter, speak-up: wrong: see #3" in done.stdout
    assert "2 posts of it stopped.\n    gwent  " in done.stdout
    assert f"PUBLIC since Monday 23 November 2015 at 09:00: {public['url']}" in done.stdout
    assert pack.endswith('\nwithdraw:\n  speak-up: "wrong: see #3"\n')
    assert (after.returncode, "No copy of it is public." in after.stdout) == (0, True)


def test_a_recall_that_comes_with_the_pack_counts_whatever_else_is_wrong_in_it(
    office: Typist,
) -> None:
    office.bot("run", "--once")
    before = office.json("status")["waiting"]
    broken = CAMPAIGN.replace("days: 2", "days: two")
    office.write(
        "messages/national/winter/campaign.yaml", broken + "withdraw:\n  look-out: wrong\n"
    )

    office.bot("run", "--once")

    assert office.json("check")["errors"] > 0
    assert 0 < office.json("status")["waiting"] < before


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["winter"], 2, "Name a message of the campaign too"),
        (["winter", "look-out"], 2, "NOTHING IS RECALLED: --reason needs words"),
        (["wintr", "look-out", "--reason", "x", "--by", "A"], 1, "Did you mean winter?"),
        (["winter", "lookout", "--reason", "x", "--by", "A"], 1, "Did you mean look-out?"),
        ([], 0, "Nothing is recalled."),
    ],
)
def test_a_recall_that_cannot_be_says_that_nothing_happened(
    office: Typist, arguments: list[str], code: int, sentence: str
) -> None:
    done = office.bot("recall", *arguments)

    assert done.returncode == code
    assert sentence in done.stdout + done.stderr
