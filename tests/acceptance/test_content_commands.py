"""The commands that make, exchange and describe what people write, as they are typed."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import stat
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from icalendar import Calendar

from bot.cli import main, reference
from tests.acceptance.conftest import CAMPAIGN, CONSTANTS, FORCES, LOCAL, PROJECT, Office, an_office
from tests.pictures import a_png

BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}
NOTES = "# Who speaks. A note that nobody may lose.\n\n# --- South East\n"
LEVELS = (
    CONSTANTS
    + """
threat_levels:
  names:
    severe:
      en: SEVERE
      cy: DIFRIFOL
    critical:
      en: CRITICAL
      cy: CRITIGOL
  meanings:
    of-2015:
      since: 2006-08-01
      severe:
        en: an attack is highly likely
        cy: mae ymosodiad yn debygol iawn
      critical:
        en: an attack is expected imminently
        cy: disgwylir ymosodiad yn fuan

  # The day each level came into force.
  history:
    2014-08-29: severe      # a note
# The end.
"""
)
SHOWS_THE_LEVEL = "The threat {{ in_area }} is {{ threat_level }}: {{ report_link }}"


def inserted(before: bytes, after: bytes) -> bytes:
    """What stands in `after` and not in `before`, if one run of bytes was put in; else b''."""
    same = (a == b for a, b in zip(before, after, strict=False))
    start = next((n for n, is_same in enumerate(same) if not is_same), len(before))
    rest = before[start:]
    return after[start : len(after) - len(rest)] if after.endswith(rest) else b""


def everything(office: Office) -> dict[str, bytes]:
    return {
        path.relative_to(office.folder).as_posix(): path.read_bytes()
        for top in ("messages", "config")
        for path in sorted((office.folder / top).rglob("*"))
        if path.is_file()
    }


@dataclass
class Typist(Office):
    """The office's program run in this process: the same words, without its second of start-up."""

    patch: pytest.MonkeyPatch | None = None
    captured: pytest.CaptureFixture[str] | None = None

    def bot(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        assert self.patch is not None
        assert self.captured is not None
        with self.patch.context() as patch:
            for name, value in {**self.environment, **variables}.items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["bot", *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = self.captured.readouterr()
        return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), out, err)


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typist:
    return Typist(an_office(tmp_path).folder, {}, patch=monkeypatch, captured=capsys)


@pytest.fixture
def program(tmp_path: Path) -> Office:
    return an_office(tmp_path)


# --- new force --------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_new_force_is_put_in_and_all_else_stays_byte_for_byte(
    office: Office, ending: str, mark: str
) -> None:
    path = office.folder / "config/forces.yaml"
    before = (mark + NOTES + FORCES.lstrip() + "# The end.\n").replace("\n", ending).encode()
    path.write_bytes(before)

    done = office.bot(
        "new", "force", "sussex", "--region", "south east",
        "--in-area", "in Sussex", "--across-area", "across Sussex",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    new = inserted(before, path.read_bytes()).decode()
    assert new.replace(ending, "\n").strip().splitlines() == [
        "sussex:",
        "  name: Sussex Police",
        "  kind: force",
        "  region: South East",
        "  languages: en",
        "  minute: 30",
        "  fill_in:",
        "    in_area: in Sussex",
        "    across_area: across Sussex",
        "  accounts:",
        "    sussex-x:",
        "      platform: x",
        "      # handle: not confirmed; the force fills it in, with handle_source.",
    ]
    assert new.count("\n") == new.count(ending)
    assert path.read_bytes().index(b"sussex:") < path.read_bytes().index(b"gwent:")
    assert office.bot("check", "--force", "sussex").returncode == 0
    assert {post["force"] for post in office.json("plan", "--on", "2015-11-23")} >= {"sussex"}


def test_a_new_force_at_the_end_of_a_file_without_a_last_line_break(office: Office) -> None:
    path = office.write("config/forces.yaml", FORCES.strip())
    before = path.read_bytes()

    assert office.bot("new", "force", "powys", "--region", "Wales").returncode == 0

    assert inserted(before, path.read_bytes()).startswith(b"\n\npowys:\n")


def test_words_that_nobody_gave_are_asked_for_and_never_guessed(office: Office) -> None:
    done = office.bot("new", "force", "powys", "--language", "cy", "--in-area", "in Powys")
    checked = office.bot("check", "--force", "powys")

    assert "Fill in in both languages: in_area, across_area." in done.stdout
    entry = (office.folder / "config/forces.yaml").read_text("utf-8").split("powys:")[1]
    assert "    in_area:\n      # cy: ...\n      en: in Powys\n" in entry
    assert checked.returncode == 1
    assert "in_area has no Welsh. Powys Police publishes in Welsh and English." in checked.stdout
    assert "winter asks powys for\n  in_area  in Powys  (config/forces.yaml:" in checked.stdout
    assert "; no Welsh yet\n" in checked.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["kent"], 1, "kent stands here already"),
        (["North Town"], 2, "Names are small letters and hyphens: north-town."),
        (["sussex", "--region", "Wails"], 1, "Did you mean Wales?"),
        (["sussex", "--name", "Sussex: Police"], 1, "Nothing is written"),
        (["sussex", "--in-area", "in Sussex # the county"], 1, "Nothing is written"),
    ],
)
def test_a_new_force_that_cannot_be_changes_nothing(
    office: Office, arguments: list[str], code: int, sentence: str
) -> None:
    before = everything(office)

    done = office.bot("new", "force", *arguments)

    assert done.returncode == code
    assert sentence in done.stderr
    assert everything(office) == before


# --- new campaign -----------------------------------------------------------------------------

NEW = ("new", "campaign", "at-work", "--title", "At Work", "--starts", "Monday 2015-11-30")


def test_a_new_campaign_is_complete_but_for_its_words(office: Office) -> None:
    done = office.bot(*NEW, "--days", "2", "--schedule")
    asked_for = office.json("check")["problems"]
    for path in (office.folder / "messages/national/at-work").glob("*day.yaml"):
        text = path.read_text(encoding="utf-8")
        text = text.replace(f"[your words: {path.stem}]", f"On {path.stem} look out")
        text = text.replace(f"[eich geiriau: {path.stem}]", f"{path.stem} edrychwch")
        path.write_text(text, encoding="utf-8")

    assert done.returncode == 0, done.stderr
    assert {(one["place"].split("/")[3].split(":")[0], one["code"]) for one in asked_for} == {
        ("monday.yaml", "left-behind"),
        ("tuesday.yaml", "left-behind"),
    }
    assert office.json("check")["errors"] == 0
    texts = {post["text"].split("\n")[0] for post in office.json("plan", "--on", "2015-11-30")}
    assert "On monday look out in Kent: gov.uk/ACT" in texts


def test_a_new_campaign_is_scheduled_only_when_somebody_says_so(office: Office) -> None:
    before = (office.folder / "config/campaigns.yaml").read_bytes()

    done = office.bot(*NEW, "--weeks", "1", "--theme", "arriving", "--theme", "leaving")

    assert (office.folder / "config/campaigns.yaml").read_bytes() == before
    assert "at-work@2015:\n  pack: at-work\n  starts: Monday 30 November 2015" in done.stdout
    written = office.folder / "messages/national/at-work"
    assert {path.name for path in written.iterdir()} == {
        "campaign.yaml",
        "arriving.yaml",
        "leaving.yaml",
    }


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["winter", "--title", "W", "--starts", "2015-11-30", "--days", "1"], 1, "there already"),
        (["a", "--title", "A", "--starts", "Monday 2015-12-01", "--days", "1"], 2, "is a Tuesday"),
        (["a", "--title", "A", "--starts", "2015-11-30"], 2, "--days 5, or --weeks 8"),
        (["a", "--title", "A: B", "--starts", "2015-11-30", "--days", "1"], 1, "plain words"),
        (
            ["a", "--title", "A", "--starts", "2015-11-30", "--days", "1", "--hashtag", "A B"],
            1,
            "Use letters, digits and _ only",
        ),
    ],
)
def test_a_new_campaign_that_cannot_be_changes_nothing(
    office: Office, arguments: list[str], code: int, sentence: str
) -> None:
    before = everything(office)

    done = office.bot("new", "campaign", *arguments)

    assert done.returncode == code
    assert sentence in done.stderr
    assert everything(office) == before


def test_a_new_campaign_takes_no_folder_that_is_there(office: Office) -> None:
    office.write("messages/national/at-work/notes.txt", "for colleagues")

    done = office.bot(*NEW, "--days", "2")

    assert done.returncode == 1
    assert "nothing is written over" in done.stderr
    assert not (office.folder / "messages/national/at-work/campaign.yaml").exists()


# --- receive ----------------------------------------------------------------------------------


def a_zip(office: Office, files: dict[str, str], name: str = "sent.zip") -> str:
    with zipfile.ZipFile(office.folder / name, "w", zipfile.ZIP_DEFLATED) as target:
        for path, text in files.items():
            target.writestr(path, text)
    return name


def test_a_pack_that_was_sent_is_compared_shown_and_then_written(program: Office) -> None:
    program.write(
        "messages/local/kent/winter.yaml",
        LOCAL.format(force="kent")
        + "change:\n  look-out:\n    first:\n      en: |\n"
        + "        Our own words {{ in_area }}: {{ report_link }}\n"
        + "withdraw:\n  in-confidence: we say it elsewhere\n",
    )
    new = (
        CAMPAIGN.replace("version: 1", "version: 2")
        .replace("  in-confidence:", "  in-strict-confidence:")
        .replace("hashtag: WinterWatch", "hashtag: WatchOut")
        .replace("themes:", "  at_shops:\n    help: Which shops.\n    needed: yes\nthemes:", 1)
    )
    first = CAMPAIGN.split("look-out:")[1].split("en: |")[1].split("{{")[0].strip()
    new = new.replace(first, "Other words", 1)
    sent = a_zip(program, {"winter/campaign.yaml": new})
    before = everything(program)

    shown = program.bot("receive", sent, **BEFORE)
    unchanged = everything(program)
    done = program.bot("receive", sent, "--yes", **BEFORE)
    again = program.bot("receive", sent, **BEFORE)

    assert shown.returncode == 0, shown.stderr
    for line in (
        "version: 2 (before: 1)",
        "hashtags: WatchOut (before: WinterWatch)",
        "1 message is new: in-strict-confidence.",
        "1 message is gone: in-confidence.",
        "look-out: wording first changed in English.",
        "1 value is new: at_shops.",
        "    fill in at_shops: Which shops.",
        "    in-confidence: this message, withdrawn here, is no longer in the pack; take it out.",
        "    look-out/first: the national words changed under yours; read both again.",
        "    read what changed, then write written_for_version: 2.",
    ):
        assert line in shown.stdout
    assert "Nothing is written." in shown.stdout
    assert unchanged == before
    assert done.returncode == 0, done.stderr
    assert (program.folder / "messages/national/winter/campaign.yaml").read_text("utf-8") == new
    kept = program.folder / "data/packs/winter-version-1-2015-11-22.zip"
    with zipfile.ZipFile(kept) as old:
        assert old.read("winter/campaign.yaml").decode() == CAMPAIGN
    assert "winter is the same as the pack here. Nothing to do." in again.stdout


def test_a_pack_of_a_new_campaign_is_received(office: Office) -> None:
    sent = a_zip(
        office,
        {"spring/campaign.yaml": CAMPAIGN, "spring/logo.png": "x", "__MACOSX/spring/._a": "x"},
    )

    done = office.bot("receive", sent, "--yes")

    assert done.returncode == 0, done.stderr
    assert "There is no pack of this name here yet." in done.stdout
    assert (office.folder / "messages/national/spring/logo.png").is_file()


STANDING = CAMPAIGN.replace("starts: Monday 2015-11-23\ndays: 2", "scheduled: every week")
READY = (
    CAMPAIGN.replace("starts: Monday 2015-11-23\ndays: 2", "scheduled: never")
    .replace("slots:\n  morning: 09:00\n  evening: 17:30\n", "")
    .replace("notice: Monday\n  report: Tuesday", "notice:\n  report:")
)


@pytest.mark.parametrize("pack", [STANDING, READY])
def test_packs_that_have_no_days_are_tried_and_received_too(office: Office, pack: str) -> None:
    wrong = pack.replace("{{ in_area }}", "{{ in_area }} " + "and so on " * 26, 1)

    refused = office.bot("receive", a_zip(office, {"spring/campaign.yaml": wrong}), "--yes")
    done = office.bot("receive", a_zip(office, {"spring/campaign.yaml": pack}), "--yes")

    assert refused.returncode == 1, refused.stdout
    assert "too long on X for 2 of 2" in refused.stdout
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_pack_with_an_error_is_shown_and_not_written(office: Office) -> None:
    sent = a_zip(office, {"winter/campaign.yaml": CAMPAIGN.replace("{{ in_area }}", "[town]", 1)})
    before = everything(office)

    done = office.bot("receive", sent, "--yes")

    assert done.returncode == 1
    assert '"[town]" would be published as it stands.' in done.stdout
    assert everything(office) == before


def test_a_post_too_long_for_one_force_is_found_before_a_pack_is_written(office: Office) -> None:
    long = CAMPAIGN.replace("{{ in_area }}", "{{ in_area }} " + "and so on " * 26, 1)
    before = everything(office)

    done = office.bot("receive", a_zip(office, {"winter/campaign.yaml": long}), "--yes")

    assert done.returncode == 1
    assert "too long on X" in done.stdout
    assert everything(office) == before


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a/campaign.yaml": CAMPAIGN, "b/campaign.yaml": CAMPAIGN}, "more than one campaign"),
        ({"../winter/campaign.yaml": CAMPAIGN}, "points out of its folder"),
        ({"/winter/campaign.yaml": CAMPAIGN}, "points out of its folder"),
        ({"..\\winter\\campaign.yaml": CAMPAIGN}, "points out of its folder"),
        ({"C:/winter/campaign.yaml": CAMPAIGN}, "points out of its folder"),
        ({"winter/campaign.yaml": CAMPAIGN, "winter/run.exe": "x"}, "does not belong in a pack"),
        ({"winter/campaign.yaml": CAMPAIGN, "notes.yaml": "a: b"}, "outside the campaign's"),
        ({"Winter!/campaign.yaml": CAMPAIGN}, "cannot be the name of a campaign"),
        ({"winter/campaign.yaml": "#" + " " * 3_000_000}, "bigger than 2 MB"),
        ({f"winter/p{n}.png": "\0" * 4_900_000 for n in range(9)}, "more than 40 MB"),
        ({f"winter/{n}.png": "x" for n in range(501)}, "more than 500 files"),
        ({"winter/launch.yaml": "theme: launch\n"}, "no campaign.yaml, and no local pack"),
        ({}, "no campaign.yaml, and no local pack"),
    ],
)
def test_a_zip_that_is_no_pack_is_one_sentence(
    office: Office, files: dict[str, str], sentence: str
) -> None:
    before = everything(office)

    done = office.bot("receive", a_zip(office, files), "--yes")

    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert everything(office) == before
    assert sorted(p.name for p in office.folder.iterdir()) == ["config", "messages", "sent.zip"]


def test_a_link_in_a_zip_is_refused(program: Office) -> None:
    link = zipfile.ZipInfo("winter/secret.yaml")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(program.folder / "sent.zip", "w") as target:
        target.writestr("winter/campaign.yaml", CAMPAIGN)
        target.writestr(link, "/etc/passwd")

    done = program.bot("receive", "sent.zip", "--yes")

    assert done.returncode == 1
    assert "is a link, and a pack has none" in done.stderr


@pytest.mark.parametrize("content", [b"", b"not a zip at all", b"PK\x03\x04" + b"\0" * 100])
def test_a_file_that_is_no_zip_is_one_sentence(office: Office, content: bytes) -> None:
    (office.folder / "sent.zip").write_bytes(content)

    done = office.bot("receive", "sent.zip")

    assert done.returncode == 1
    assert done.stderr == ('"sent.zip" is no zip, or it is broken. Ask for it to be sent again.\n')


def test_a_zip_damaged_on_the_way_is_one_sentence(office: Office) -> None:
    path = office.folder / a_zip(office, {"winter/campaign.yaml": CAMPAIGN})
    content = bytearray(path.read_bytes())
    content[60:70] = b"\xff" * 10
    path.write_bytes(bytes(content))

    done = office.bot("receive", "sent.zip")

    assert done.returncode == 1
    assert "it is broken" in done.stderr


# --- submit -----------------------------------------------------------------------------------


def test_a_local_pack_goes_from_one_office_to_another(office: Office, tmp_path: Path) -> None:
    office.write(
        "messages/local/kent/winter.yaml",
        LOCAL.format(force="kent") + "fill_in:\n  in_area: in the Garden of England\n",
    )
    sent = office.bot("submit", "kent", "winter", "--to", "kent.zip")
    content = (office.folder / "kent.zip").read_bytes()
    again = office.bot("submit", "kent", "winter", "--to", "again.zip")
    own = office.write("messages/local/kent/winter.yaml", LOCAL.format(force="kent"))

    done = office.bot("receive", "kent.zip", "--yes", **BEFORE)

    assert sent.returncode == 0, sent.stderr
    assert again.returncode == 0
    assert (office.folder / "again.zip").read_bytes() == content
    assert done.returncode == 0, done.stderr
    assert "1 phrase is new: in_area." in done.stdout
    assert "Garden of England" in own.read_text("utf-8")
    assert (office.folder / "data/packs/kent-winter-version-1-2015-11-22.zip").is_file()
    with zipfile.ZipFile(office.folder / "kent.zip") as opened:
        assert opened.namelist() == ["kent/winter.yaml", "manifest.yaml"]
        manifest = opened.read("manifest.yaml").decode().splitlines()
    assert manifest[:3] == ["force: kent", "campaign: winter", "written_for_version: 1"]


def test_a_local_pack_for_an_older_national_one_is_named_and_warned_of(office: Office) -> None:
    local = LOCAL.format(force="kent")
    office.write("messages/local/kent/winter.yaml", local + "written_for_version: 1\n")
    office.bot("submit", "kent", "winter", "--to", "old.zip")
    pack = office.folder / "messages/national/winter/campaign.yaml"
    pack.write_text(pack.read_text("utf-8").replace("version: 1", "version: 2"), "utf-8")
    office.write(
        "messages/local/kent/winter.yaml",
        local.replace("takes_part: yes", "takes_part: no\nwhy: busy")
        + "written_for_version: 2\nfill_in:\n  in_area: in Dover\ntimes:\n  morning: 10:00\n",
    )

    said = office.bot("receive", "old.zip", **BEFORE).stdout

    assert "Only notes" not in said
    assert "  written_for_version: 1 (before: 2)\n" in said
    assert "  takes_part: yes (before: no, busy)\n" in said
    assert "  fill_in: 1 phrase is gone: in_area.\n" in said
    assert "  times: 1 own time is gone: morning.\n" in said
    assert "warning: it was written for version 1 of the national pack" in said


def test_a_local_pack_with_an_error_is_not_submitted(office: Office) -> None:
    office.write(
        "messages/local/kent/winter.yaml", LOCAL.format(force="kent") + "fill_in:\n  in_aera: x\n"
    )

    done = office.bot("submit", "kent", "winter")

    assert done.returncode == 1
    assert "in_aera" in done.stdout
    assert not (office.folder / "kent-winter.zip").exists()


def test_a_submission_is_not_written_over_another_file(office: Office) -> None:
    office.write("kent-winter.zip", "something else")

    done = office.bot("submit", "kent", "winter")

    assert done.returncode == 1
    assert "The file kent-winter.zip is there already." in done.stderr
    assert (office.folder / "kent-winter.zip").read_text("utf-8") == "something else"

    again = office.bot("submit", "kent", "winter", "--again")

    assert again.returncode == 0, again.stderr
    assert zipfile.is_zipfile(office.folder / "kent-winter.zip")


@pytest.mark.parametrize(
    ("pack", "sentence"),
    [
        ("force: knt\ncampaign: winter\n", "Did you mean kent?"),
        ("force: kent\ncampaign: wintr\n", "Did you mean winter?"),
        ("force: ../kent\ncampaign: winter\n", "cannot be the name of a force"),
    ],
)
def test_a_local_pack_for_nobody_here_is_one_sentence(
    office: Office, pack: str, sentence: str
) -> None:
    done = office.bot("receive", a_zip(office, {"x/winter.yaml": pack}), "--yes")

    assert done.returncode == 1
    assert sentence in done.stderr


def test_a_manifest_that_belongs_to_another_pack_is_refused(office: Office) -> None:
    files = {"kent/winter.yaml": LOCAL.format(force="kent"), "manifest.yaml": "force: gwent\n"}

    done = office.bot("receive", a_zip(office, files), "--yes")

    assert done.returncode == 1
    assert "its manifest says force gwent, its pack kent" in done.stderr


# --- explain ----------------------------------------------------------------------------------


def test_a_post_is_explained_by_what_it_was_made_from_when_its_pack_has_changed(
    office: Office,
) -> None:
    key, pack = "winter@2015/kent-x/d1.morning/en", "messages/national/winter/campaign.yaml"
    before = office.json("explain", key, **BEFORE)
    office.bot("run", "--once", **BEFORE)
    adopted = office.json("explain", key, **BEFORE)
    office.write(pack, "\n" + CAMPAIGN.replace(" {{ in_area }}", ", please, {{ in_area }}"))

    after = office.json("explain", key, **BEFORE)
    words = office.bot("explain", key, **BEFORE).stdout

    file, line = before["lines"][0]["place"].split(":")
    assert file == pack
    written = CAMPAIGN.splitlines()[int(line) - 1].strip()
    assert before["lines"][0]["says"].startswith(written.split("{{")[0])
    assert [one["state"] for one in (before, adopted, after)] == [None, "planned", "planned"]
    assert (before["changed"], adopted["changed"]) == (None, None)
    assert after["lines"] == before["lines"]
    assert after["changed"].startswith("Now it would read:")
    assert ", please, in Kent" in after["changed"]
    assert f"version 1: .venv/bin/bot audit pack {after['pack'][:12]}" in words


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("winter", '"winter" is not a post\'s key. It names run, account, place and language'),
        ("wintr@2015/kent-x/d1.morning/en", "Did you mean winter@2015?"),
        ("winter@2015/knet-x/d1.morning/en", "Did you mean kent-x?"),
        ("winter@2015/kent-x/d1.mornign/en", "Did you mean morning?"),
        ("winter@2015/kent-x/morning/en", '"morning" is no place in a campaign, such as d1.'),
        ("winter@2015/kent-x/d9.morning/en", "The run winter@2015 has no day 9."),
        ("winter@2015/kent-x/d1.morning/eng", "Did you mean en?"),
        ("winter@2015/kent-x/d1.morning/cy", "kent-x does not publish in Welsh."),
        ("winter@2015-2015w99/kent-x/d1.morning/en", "is not planned."),
        ("say@2015/kent-x/t1/en", "The ledger knows no post"),
        ("crisis@ready/kent-x/run.first/en", 'There is no pack held ready called "crisis".'),
    ],
)
def test_a_key_of_no_post_is_one_sentence_with_what_is_wrong_in_it(
    office: Office, key: str, sentence: str
) -> None:
    done = office.bot("explain", key, **BEFORE)

    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr


def test_a_place_that_is_left_empty_says_why(office: Office) -> None:
    own = LOCAL.format(force="kent").replace("yes", "no\nwhy: our own campaign runs")
    office.write("messages/local/kent/winter.yaml", own)

    done = office.bot("explain", "winter@2015/kent-x/d1.morning/en", **BEFORE)

    assert done.returncode == 1
    assert "is not planned: takes no part: our own campaign runs" in done.stderr
    assert "messages/local/kent/winter.yaml:1" in done.stderr


# --- locks ------------------------------------------------------------------------------------

HELPLINE = """
helpline:
  value: 0800 789 312
  source: a page
  as_of: 2015-11-01
  check_by: 2030-01-01
"""


def test_what_was_adopted_with_a_wrong_digit_does_not_leave_once_there_is_a_lock(
    office: Office,
) -> None:
    key, pack = "winter@2015/kent-x/d1.morning/en", "messages/national/winter/campaign.yaml"
    lock = "facts: helpline\n    reads: 0800 789 321\n    why: one digit is another caller"
    calls = CAMPAIGN.replace("{{ in_area }}", "{{ in_area }} on {{ helpline }}")
    office.write("config/constants.yaml", CONSTANTS + HELPLINE)
    office.write(pack, calls)
    office.bot("run", "--once", **BEFORE)

    office.write(pack, calls.replace("themes:", f"locked:\n  helpline:\n    {lock}\nthemes:"))
    office.bot("run", "--once", BOT_NOW="2015-11-23T09:00:30")

    post = office.json("history", key, BOT_NOW="2015-11-23T09:01:00")
    assert "0800 789 312" in post["text"]
    assert post["state"] == "planned"
    assert 'helpline is "0800 789 321": one digit is another caller. It was not' in post["why"]


# --- regions ----------------------------------------------------------------------------------


def test_a_region_begins_with_a_file_and_its_words_reach_its_forces_alone(office: Office) -> None:
    file = "messages/regions/south-east/winter.yaml"
    region = "region: South East\ncampaign: winter\nchange:\n  speak-up:\n    first:\n      en: |\n"
    words = "        Our region {{ in_area }}: {{ report_link }}\n"
    before = {one["key"]: one["text"] for one in office.json("plan", **BEFORE)}
    made = office.bot("localise", "south east", "winter", **BEFORE)
    begun = {one["key"]: one["text"] for one in office.json("plan", **BEFORE)}
    office.write(file, region + words)
    office.bot("run", "--once", **BEFORE)
    spoken = {one["key"]: one["text"] for one in office.json("plan", **BEFORE)}
    key = next(key for key in spoken if spoken[key] != before[key])
    office.write(file, f"# A note.\n{region}{words.replace('Our', 'Their')}")

    after = office.json("explain", key, **BEFORE)

    assert made.returncode == 0, made.stderr
    assert file in made.stdout
    assert begun == before
    assert {key.split("/")[1] for key in before if before[key] != spoken[key]} == {"kent-x"}
    assert [part["place"] for part in after["lines"]] == [f"{file}:7"]
    assert after["lines"][0]["says"].startswith("Our region in Kent")
    assert after["state"] == "planned"
    assert after["changed"]


# --- accounts ---------------------------------------------------------------------------------


def test_accounts_name_what_is_missing_and_never_what_is_there(office: Office) -> None:
    secrets = {
        "KENT_X_API_KEY": "open-sesame", "KENT_X_API_KEY_SECRET": "b", "KENT_X_ACCESS_TOKEN": "c"
    }  # fmt: skip

    done = office.bot("accounts", **secrets)
    kent, gwent = office.json("accounts", **secrets)

    assert done.returncode == 0, done.stderr
    assert "@kent_police, seen: the force's own page" in done.stdout
    assert "open-sesame" not in done.stdout + json.dumps(kent)
    assert kent["credentials"] == {
        **dict.fromkeys(secrets, True),
        "KENT_X_ACCESS_TOKEN_SECRET": False,
    }
    assert kent["next"] == "Put what X gave you in .env as KENT_X_ACCESS_TOKEN_SECRET."
    assert kent["takes_part"] == {"winter": "yes"}
    assert (gwent["live"], gwent["languages"]) == (True, ["cy", "en"])


def test_accounts_say_the_first_thing_that_is_to_do(office: Office) -> None:
    steps = {
        "no local pack": "Make its local pack: .venv/bin/bot localise kent winter",
        "not said": "Write takes_part: yes or no in messages/local/kent/winter.yaml.",
        "no": "Nothing: it takes part in no campaign.",
    }
    own = office.folder / "messages/local/kent/winter.yaml"
    own.unlink()
    found = {"no local pack": office.json("accounts", "--force", "kent")[0]["next"]}
    for said, line in (("not said", "takes_part:"), ("no", "takes_part: no\nwhy: not now")):
        own.write_text(f"force: kent\ncampaign: winter\n{line}\n", "utf-8")
        found[said] = office.json("accounts", "--force", "kent")[0]["next"]

    assert found == steps


# --- level ------------------------------------------------------------------------------------


def with_levels(office: Office, ending: str = "\n") -> bytes:
    first = CAMPAIGN.split("look-out:")[1].split("en: |\n")[1].split("\n")[0].strip()
    office.write(
        "messages/national/winter/campaign.yaml", CAMPAIGN.replace(first, SHOWS_THE_LEVEL, 1)
    )
    content = LEVELS.replace("\n", ending).encode("utf-8-sig")
    (office.folder / "config/constants.yaml").write_bytes(content)
    return content


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_new_level_is_one_line_and_names_the_posts_it_touches(
    office: Office, ending: str
) -> None:
    before = with_levels(office, ending)
    told = office.json("plan", "--campaign", "winter@2015", **BEFORE)

    done = office.bot(
        "level", "Critical", "--since", "2015-11-23", "--source", "gov.uk,  today", **BEFORE
    )

    assert done.returncode == 0, done.stderr
    after = (office.folder / "config/constants.yaml").read_bytes()
    line = f"    2015-11-23: critical  # gov.uk, today{ending}".encode()
    assert after == before.replace(b"# The end.", line + b"# The end.")
    now = office.json("plan", "--campaign", "winter@2015", **BEFORE)
    digests = {post["key"]: post["digest"] for post in told}
    touched = [post for post in now if digests[post["key"]] != post["digest"]]
    assert touched
    assert f"{len(touched)} planned post" in done.stdout
    first = min(post["due_local"] for post in touched if post["force"] == "kent")
    assert f"Monday 23 November 2015 at {first[11:16]}" in done.stdout
    assert "approved again" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["critcal", "--since", "2015-11-23"], 1, "Did you mean critical?"),
        (["severe", "--since", "2015-11-23"], 1, "has been severe since Friday 29 August 2014"),
        (["critical", "--since", "2014-08-29"], 1, "has a level for Friday 29 August 2014 already"),
        (["critical", "--since", "2014-08-01"], 1, "say so with --correct"),
        (["severe", "--since", "2014-08-01", "--correct"], 1, "change the day in that line"),
        (["critical", "--since", "23.11.2015"], 2, "is not a date"),
    ],
)
def test_a_level_that_cannot_be_changes_nothing(
    office: Office, arguments: list[str], code: int, sentence: str
) -> None:
    before = with_levels(office)

    done = office.bot("level", *arguments, **BEFORE)

    assert done.returncode == code
    assert sentence in done.stderr
    assert (office.folder / "config/constants.yaml").read_bytes() == before


@pytest.mark.parametrize(("said", "day"), [("today", "2015-11-22"), ("Yesterday", "2015-11-21")])
def test_a_level_may_be_since_today_or_yesterday(office: Office, said: str, day: str) -> None:
    with_levels(office)

    done = office.bot("level", "critical", "--since", said, **BEFORE)

    assert done.returncode == 0, done.stderr
    assert f"{day}: critical" in (office.folder / "config/constants.yaml").read_text("utf-8")


def test_a_forgotten_level_is_put_in_its_place(office: Office) -> None:
    before = with_levels(office)

    done = office.bot("level", "critical", "--since", "2014-08-01", "--correct", **BEFORE)

    assert done.returncode == 0, done.stderr
    after = (office.folder / "config/constants.yaml").read_bytes()
    line = b"    2014-08-01: critical\n"
    assert after == before.replace(b"    2014-08-29", line + b"    2014-08-29", 1)


# --- plan as files ----------------------------------------------------------------------------


def test_a_plan_is_handed_over_as_a_table_and_as_a_calendar(program: Office) -> None:
    posts = program.json("plan", "--on", "2015-11-23", **BEFORE)

    table = program.bot(
        "plan", "--on", "2015-11-23", "--format", "csv", "--to-file", "week.csv", **BEFORE
    )
    calendar = program.bot(
        "plan", "--on", "2015-11-23", "--format", "ics", "--to-file", "week.ics", **BEFORE
    )

    assert (table.returncode, calendar.returncode) == (0, 0)
    assert table.stdout == f"week.csv: {len(posts)} posts.\n"
    content = (program.folder / "week.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["text"] for row in rows] == [post["text"] for post in posts]
    events = Calendar.from_ical((program.folder / "week.ics").read_bytes()).walk("VEVENT")
    assert [event["UID"] for event in events] == [post["key"] for post in posts]
    assert [event["DESCRIPTION"] for event in events] == [post["text"] for post in posts]


@pytest.mark.parametrize("arguments", [["--format", "csv", "--why-not"], ["--to-file", "week.csv"]])
def test_options_of_plan_that_do_not_go_together(office: Office, arguments: list[str]) -> None:
    assert office.bot("plan", *arguments).returncode == 2


# --- preview ----------------------------------------------------------------------------------

ON_BLUESKY_TOO = """
    gwent-bsky:
      platform: bluesky
      handle: gwent.police.uk
      handle_source: the force's own page
"""
TUESDAY = ("preview", "--force", "gwent", "--on", "2015-11-23")


def on_two_platforms(office: Office) -> None:
    """Gwent speaks on Bluesky too, and its campaign has one thing to say."""
    forces = FORCES.rstrip() + ON_BLUESKY_TOO
    office.write("config/forces.yaml", forces)
    campaign = CAMPAIGN.replace("  evening: 17:30\n", "")
    before, _, rest = campaign.partition("  speak-up:\n")
    tuesday = rest[rest.index("  tell-us:") :]
    office.write("messages/national/winter/campaign.yaml", f"{before}{tuesday}")


def test_platforms_stand_one_under_another_where_there_is_no_terminal(office: Office) -> None:
    on_two_platforms(office)

    said = office.bot(*TUESDAY, **BEFORE).stdout

    english = said[said.index("Gwent Police, English") :].splitlines()
    assert [line.strip() for line in english[:13]] == [
        "Gwent Police, English",
        "= The same words on X and Bluesky.",
        "≠ gov.uk/ACT counts 23 on X, 10 on Bluesky.",
        "",
        "X  @gwentpolice",
        "Look out for one another in Gwent.",
        "Report it: gov.uk/ACT",
        "#WinterWatch",
        "82 of 280  ·  look-out / first  ·  not approved yet",
        "",
        "Bluesky  @gwent.police.uk",
        "Look out for one another in Gwent.",
        "Report it: gov.uk/ACT",
    ]


def test_platforms_stand_side_by_side_in_a_terminal_of_80(program: Office) -> None:
    on_two_platforms(program)
    ours, theirs = pty.openpty()

    subprocess.run(
        [sys.executable, "-m", "bot", *TUESDAY],
        env={**program.environment, **BEFORE, "COLUMNS": "80"},
        cwd=program.folder,
        stdout=theirs,
        timeout=60,
        check=True,
    )

    lines = click.unstyle(os.read(ours, 1 << 16).decode()).split("\r\n")
    english = lines[lines.index("09:03  Gwent Police, English") :]
    assert english[4:9] == [
        "       X  @gwentpolice                     │ Bluesky  @gwent.police.uk",
        "       Look out for one another in Gwent.  │ Look out for one another in Gwent.",
        "       Report it: gov.uk/ACT               │ Report it: gov.uk/ACT",
        "       #WinterWatch                        │ #WinterWatch",
        "       82 of 280                           │ 69 of 300",
    ]


# --- check ------------------------------------------------------------------------------------


def test_a_folder_of_packs_is_checked_for_code_review(office: Office, tmp_path: Path) -> None:
    elsewhere = tmp_path / "packs"
    for name in ("messages", "config"):
        shutil.copytree(office.folder / name, elsewhere / name)
    pack = elsewhere / "messages/national/winter/campaign.yaml"
    first, second, rest = pack.read_text(encoding="utf-8").split("{{ in_area }}", 2)
    words = f"{first}{{{{ in_area }}}} now!{second}{{{{ in_area }}}}{rest}"
    pack.write_text(f"{words}accepts:\n  exclamation: it is the slogan\n", encoding="utf-8")

    github = office.bot("check", "--in", str(elsewhere), "--format", "github")
    accepted = office.bot("check", "--in", str(elsewhere), "--accepted")

    assert (github.returncode, "exclamation" in github.stdout) == (0, False)
    assert "exclamation: it is the slogan" in accepted.stdout
    assert "0 errors, " in accepted.stdout
    assert ", 1 accepted, " in accepted.stdout


def test_a_mistake_in_the_list_of_words_stops_no_plan(office: Office) -> None:
    office.write("config/words.yaml", "spelling: barista\n")

    checked, planned = office.bot("check"), office.bot("plan", "--on", "2015-11-23")

    assert 'config/words.yaml:1:11: error: "spelling" should have fields' in checked.stdout
    assert planned.returncode == 0


# --- schema, completion, reference ------------------------------------------------------------


def test_schemas_are_printed_listed_and_written(office: Office) -> None:
    one = office.bot("schema", "local").stdout
    listed = office.bot("schema").stdout
    written = office.bot("schema", "--write", "schemas")

    assert json.loads(one)["properties"]["takes_part"]
    assert listed.splitlines()[1].split() == ["local", "messages/local/*/*.yaml"]
    assert written.returncode == 0
    assert (office.folder / "schemas/local.json").read_text("utf-8") == one


def completed(office: Office, *words: str) -> list[str]:
    """What Tab offers after these words, the last of which is not finished."""
    done = office.bot(
        _BOT_COMPLETE="bash_complete",
        COMP_WORDS=" ".join(["bot", *words]),
        COMP_CWORD=str(len(words)),
    )
    assert done.stderr == ""
    return [line.split(",", 1)[1] for line in done.stdout.splitlines() if line]


def test_tab_offers_commands_and_the_names_that_are_here(office: Office) -> None:
    assert completed(office, "acc") == ["accounts"]
    assert completed(office, "localise", "g") == ["gwent"]
    assert completed(office, "localise", "gwent", "w") == ["winter"]
    assert completed(office, "plan", "--campaign", "w") == ["winter", "winter@2015"]
    assert completed(office, "plan", "--region", "south-e") == []
    assert completed(office, "plan", "--region", "so") == ["South East", "South West"]


def test_tab_offers_only_what_can_be_held(office: Office) -> None:
    assert completed(office, "hold", "") == ["South East", "Wales", "gwent", "kent", "winter"]
    assert completed(office, "release", "w") == ["Wales", "winter"]


def test_tab_stays_silent_where_files_are_broken_or_gone(office: Office) -> None:
    (office.folder / "config/forces.yaml").write_bytes(b"kent:\n\t- [\xff\n")
    (office.folder / "config/campaigns.yaml").unlink()

    assert completed(office, "accounts", "--force", "k") == ["kent"]
    assert completed(office, "plan", "--campaign", "w") == []


def test_the_script_for_bash_completes_the_program_by_its_path(program: Office) -> None:
    typed = program.write("tools/bot", f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    typed.chmod(0o755)
    script = program.bot("completion", "bash").stdout
    asks = (
        f"{script}\n"
        "complete -p bot\n"
        "COMP_WORDS=(tools/bot plan --region so); COMP_CWORD=3; COMPREPLY=()\n"
        "_bot_completion tools/bot\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )

    done = subprocess.run(
        ["bash", "-c", asks], env=program.environment, cwd=program.folder, capture_output=True,
        text=True, check=True,
    )  # fmt: skip

    assert done.stdout.splitlines()[1:] == ["South\\ East", "South\\ West"]


@pytest.mark.parametrize(
    ("shell", "asks_what_was_typed"),
    [("zsh", "zsh_complete ${words[1]})"), ("fish", "(commandline -opc)[1])")],
)
def test_the_other_scripts_ask_the_program_that_was_typed(
    office: Office, shell: str, asks_what_was_typed: str
) -> None:
    script = office.bot("completion", shell).stdout

    assert asks_what_was_typed in script
    assert "$+commands[bot]" not in script


def test_the_page_of_commands_is_current() -> None:
    page = (PROJECT / "docs/commands.md").read_text(encoding="utf-8")

    assert page == reference.text(), "docs/commands.md is not current. Run: make docs"


# --- import -----------------------------------------------------------------------------------

SHEET = """\
Date,Time,Theme,Copy,Alt text,Image,Approved by
23/11/2015,9am,Notice,"Look out for one another in [area]: gov.uk/ACT",A phone.,phone.png,JS
,5.30pm,,"Speak up in [area], whatever it is: gov.uk/ACT",,,
24/11/2015,soon,Report,Tell us in [area] what you saw: gov.uk/ACT,,,
"""


def test_a_planning_sheet_becomes_a_pack_and_what_is_wrong_is_said(office: Office) -> None:
    office.write("plan.csv", SHEET)
    (office.folder / "phone.png").write_bytes(a_png())

    done = office.bot("import", "plan.csv", "--as", "autumn", "--title", "Autumn Watch")

    assert done.returncode == 1, done.stderr
    assert 'plan.csv:B4: error: "soon": this is not a time of day.' in done.stdout
    assert "plan.csv:G1: warning: no column called" in done.stdout
    assert "3 messages, 2 themes, from Monday 23 November 2015, 2 days, #AutumnWatch" in done.stdout
    assert "autumn@2015:\n  pack: autumn\n" in done.stdout
    folder = office.folder / "messages/national/autumn"
    assert {path.name for path in folder.rglob("*.*")} == {
        "campaign.yaml",
        "notice.yaml",
        "report.yaml",
        "phone.png",
    }
    errors = [p for p in office.json("check")["problems"] if p["severity"] == "error"]
    assert [p["place"] for p in errors if "national/autumn" in p["place"]] == []


def test_an_import_writes_over_nothing_without_yes(office: Office) -> None:
    office.write("plan.csv", SHEET)
    before = everything(office)

    refused = office.bot("import", "plan.csv", "--as", "winter")

    assert refused.returncode == 1
    assert "There is a campaign called winter already." in refused.stdout
    assert everything(office) == before

    done = office.bot("import", "plan.csv", "--as", "winter", "--yes")

    assert "What stood there is kept in" in done.stdout
    assert everything(office) != before


# --- export -----------------------------------------------------------------------------------

WINTER = ("--campaign", "winter@2015")


def test_an_export_has_the_posts_of_the_plan_in_a_file_for_each_account(office: Office) -> None:
    planned = office.json("plan", *WINTER, **BEFORE)

    done = office.bot("export", "week.csv", "--for", "buffer", *WINTER, **BEFORE)

    assert done.returncode == 0, done.stderr
    assert "gwent-x and kent-x are marked live here" in done.stdout
    written = [
        (account, row["Text"])
        for account in ("kent-x", "gwent-x")
        for row in csv.DictReader(
            io.StringIO((office.folder / f"week-{account}.csv").read_bytes().decode(), newline="")
        )
    ]
    assert sorted(written) == sorted((post["account"], post["text"]) for post in planned)


def test_a_share_sheet_speaks_with_one_voice(office: Office) -> None:
    refused = office.bot("export", "share.html", *WINTER, **BEFORE)
    done = office.bot("export", "share.html", "--force", "kent", *WINTER, **BEFORE)

    assert (refused.returncode, done.returncode) == (1, 0), done.stderr
    assert "the posts of 2 senders: name one with --force." in refused.stderr
    page = (office.folder / "share.html").read_text(encoding="utf-8")
    assert page.count('class="words"') == 4
    assert "Words to share, from Kent Police" in page


def test_what_is_on_hold_goes_into_no_other_tool(office: Office) -> None:
    assert office.bot("run", "--once", **BEFORE).returncode == 0
    held = office.bot("hold", "kent", "--by", "gold", "--reason", "incident", **BEFORE)
    assert held.returncode == 0, held.stderr

    for command in (["week.csv", "--for", "buffer"], ["share.html", "--force", "kent"]):
        refused = office.bot("export", *command, *WINTER, **BEFORE)

        assert refused.returncode == 1
        assert "on hold (incident)" in refused.stderr
        assert not (office.folder / command[0]).exists()
    others = office.bot(
        "export", "week.csv", "--for", "buffer", "--force", "gwent", *WINTER, **BEFORE
    )
    assert others.returncode == 0, others.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["week.doc"], "ends with .csv, .xlsx, .ics or .html"),
        (["week.ics", "--for", "orlo"], "--for orlo takes a table"),
        (["week.csv", "--for", "pigeon"], "Invalid value for '--for'"),
    ],
)
def test_an_export_that_makes_no_sense_is_refused(
    office: Office, arguments: list[str], said: str
) -> None:
    done = office.bot("export", *arguments)

    assert done.returncode == 2
    assert said in done.stderr


# --- new pack-repo, plan --against ------------------------------------------------------------


def test_a_pack_repository_is_written_over_nothing(office: Office) -> None:
    before = everything(office)

    done = office.bot("new", "pack-repo", ".")

    assert done.returncode == 1
    assert "is not empty, and nothing is written over." in done.stderr
    assert everything(office) == before


def test_a_plan_against_another_folder_says_what_differs(office: Office, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for name in ("messages", "config"):
        shutil.copytree(office.folder / name, other / name)
    office.write("messages/national/winter/campaign.yaml", CAMPAIGN.replace("17:30", "18:00"))

    same = office.bot("plan", "--against", str(office.folder), **BEFORE)
    moved = office.bot("plan", "--against", "other", "--force", "kent", **BEFORE)
    found = office.json("plan", "--against", "other", **BEFORE)
    empty = office.bot("plan", "--against", "messages", **BEFORE)

    assert same.stdout == "No difference; 12 posts the same.\n"
    assert (
        "MOVED: Monday 23 November 2015 at 18:00, winter@2015/kent-x/d1.evening/en" in moved.stdout
    )
    assert moved.stdout.endswith("2 moved; 2 posts the same.\n")
    assert {one["turn"] for one in found} == {"moved"}
    assert (empty.returncode, empty.stderr) == (
        1,
        '"messages" has no folder messages in it: name one with messages and config.\n',
    )


# --- translations -----------------------------------------------------------------------------


def test_a_translator_signs_and_sees_what_has_changed_since(office: Typist) -> None:
    path = office.folder / "messages/national/winter/campaign.yaml"
    unreviewed = CAMPAIGN.replace("days: 2\n", "days: 2\ntranslation: unreviewed\n")
    path.write_text(unreviewed, encoding="utf-8")

    nobody = office.bot("translations", "sign", "winter", "--by", "- #")
    signed = office.bot("translations", "sign", "winter", "--by", "A. Jones", **BEFORE)
    path.write_text(unreviewed.replace("Speak up", "Do speak up"), encoding="utf-8")
    shown = office.bot("translations", "--force", "gwent", "--only", "stale")

    assert nobody.returncode == 2
    assert "4 wordings signed by A. Jones." in signed.stdout
    assert "on: 2015-11-22" in (path.parent / "translations.yaml").read_text(encoding="utf-8")
    assert "winter: speak-up/first  STALE" in shown.stdout
    assert "Codwch eich llais" in shown.stdout
    assert "Cadwch lygad" not in shown.stdout
    assert "4 wordings: 1 stale, 3 signed." in shown.stdout


def test_a_force_s_own_welsh_is_signed_in_the_force_s_folder(office: Typist) -> None:
    own = "change:\n  speak-up:\n    first:\n      en: Say so {{ in_area }}.\n"
    own += "      cy: Dywedwch {{ in_area }}.\n"
    office.write("messages/local/gwent/winter.yaml", LOCAL.format(force="gwent") + own)

    none = office.bot("translations", "sign", "winter", "--force", "kent", "--by", "A. Jones")
    office.bot("translations", "sign", "winter", "--force", "gwent", "--by", "A. Jones")
    shown = office.bot("translations", "--force", "gwent")

    assert "kent publishes in English only" in none.stderr
    assert "4 wordings: 3 reviewed, 1 signed." in shown.stdout
    assert "speak-up/first  SIGNED" in shown.stdout
    office.write("messages/local/gwent/translations.yaml", "winter: yes\n")
    assert "messages/local/gwent/translations.yaml:1:" in office.bot("check").stdout


# --- overview ---------------------------------------------------------------------------------


def test_a_campaign_is_seen_at_a_glance_with_whom_to_ask(office: Typist) -> None:
    unsaid = LOCAL.format(force="gwent").replace("takes_part: yes", "takes_part:")
    office.write("messages/local/gwent/winter.yaml", unsaid)
    brief = "brief:\n  owner: the national team\n  objective: x\n  measured_by: y\nslots:\n"
    pack = (office.folder / "messages/national/winter/campaign.yaml").read_text("utf-8")
    office.write("messages/national/winter/campaign.yaml", pack.replace("slots:\n", brief))
    office.bot("run", "--once", **BEFORE)
    code = office.json("preview", *WINTER, "--force", "kent", **BEFORE)["code"]
    office.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)

    shown = office.bot("overview", "winter@2015", **BEFORE)
    wales = office.json("overview", "winter@2015", "--region", "wales", **BEFORE)
    wrong = office.bot("overview", "wintr", **BEFORE)

    assert shown.returncode == 0, shown.stderr
    assert "owner:       the national team" in shown.stdout
    assert "purpose: none said 12 (100 %)" in shown.stdout
    assert "kent yes 0 1 4 4 0 Wales gwent not said 0 1 8 0 0" in " ".join(shown.stdout.split())
    assert "2 forces. Takes part: 1. Takes no part: 0. To be asked: 1." in shown.stdout
    assert "To ask: gwent." in shown.stdout
    assert [one["force"] for one in wales["forces"] if one["is_to_be_asked"]] == ["gwent"]
    assert (wrong.returncode, "Did you mean winter?" in wrong.stderr) == (1, True)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("days: 2", "days: two", "The pack winter cannot be used: see .venv/bin/bot check."),
        ("days: 2", "days: 2\nembargo: 2015-11-23 08:30", "Winter Watch is under embargo until"),
    ],
)
def test_what_cannot_be_seen_at_a_glance_says_why(
    office: Typist, before: str, after: str, sentence: str
) -> None:
    pack = (office.folder / "messages/national/winter/campaign.yaml").read_text("utf-8")
    office.write("messages/national/winter/campaign.yaml", pack.replace(before, after))

    done = office.bot("overview", "winter@2015", **BEFORE)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)
