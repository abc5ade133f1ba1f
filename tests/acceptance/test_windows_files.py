"""Files as Windows and its editors leave them, and what the program says of them.

The files are made here as Windows makes them; the program was not run on Windows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import CAMPAIGN, LOCAL, PROJECT, Office
from tests.acceptance.test_files import the_problems

LEFT_BESIDE = [
    "desktop.ini", "Thumbs.db", "~$campaign.yaml", "~campaign.yaml.tmp", "campaign.yaml~",
    "campaign.yaml.bak", "campaign.yaml.BAK", "campaign.yaml.orig", "#campaign.yaml#",
    ".~lock.campaign.yaml#", "__MACOSX/campaign.yaml", "ehthumbs.db",
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_windows_files_give_the_same_posts(office: Office, encoding: str, ending: str) -> None:
    expected = office.json("plan", "--campaign", "winter@2015")
    for path in office.folder.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("\n", ending)
        path.write_bytes(text.encode(encoding))

    assert office.json("plan", "--campaign", "winter@2015") == expected


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_file_in_another_of_notepads_encodings_is_one_sentence(
    office: Office, encoding: str
) -> None:
    words = CAMPAIGN.replace("Look out", "Don’t look away")
    path = office.folder / "messages/national/winter/campaign.yaml"
    path.write_bytes(words.encode(encoding))

    done = office.bot("check")

    assert "not saved as UTF-8" in done.stdout
    assert "In Notepad: Save as, Encoding UTF-8." in done.stdout
    assert done.stdout.count(": error: ") == 1


def test_what_windows_and_editors_leave_beside_packs_is_passed_over(office: Office) -> None:
    for folder in ("messages/national/winter", "messages/local/kent", "config"):
        for name in LEFT_BESIDE:
            office.write(f"{folder}/{name}", "left: here")

    assert the_problems(office) == []


@pytest.mark.parametrize("name", ["campaign.yaml.txt", "CAMPAIGN.YAML", "campaign.yml"])
def test_a_file_with_another_ending_is_named(office: Office, name: str) -> None:
    folder = office.folder / "messages/national/winter"
    (folder / "campaign.yaml").rename(folder / name)

    assert (
        f"messages/national/winter/{name}: the bot reads only files whose names end in .yaml."
        in the_problems(office)
    )


@pytest.mark.parametrize("name", ["messages/national/winter/Campaign", "config/Forces"])
def test_a_capital_where_the_name_is_fixed_is_named(office: Office, name: str) -> None:
    path = office.folder / f"{name}.yaml"
    path.with_name(path.name.lower()).rename(path)

    assert (
        f"{name}.yaml: this name is written in small letters: {path.name.lower()}."
        in the_problems(office)
    )


def test_two_names_that_are_one_on_windows_are_named(office: Office) -> None:
    for name in ("Notice", "notice"):
        office.write(f"messages/national/winter/{name}.yaml", "theme: notice\nmessages:\n")

    assert the_problems(office) == [
        "messages/national/winter/notice.yaml: this and messages/national/winter/Notice.yaml "
        "have the same name but for capitals."
    ]


@pytest.mark.parametrize(
    "name",
    ["Kent/winter", "kent/Winter", "kent/winter - Copy", "kent/winter (1)", "kent/winter-PC7"],
)
def test_a_local_file_under_another_name_is_one_line(office: Office, name: str) -> None:
    office.write(f"messages/local/{name}.yaml", LOCAL.format(force="kent"))

    (line,) = the_problems(office)

    assert line.startswith(f"messages/local/{name}.yaml: there is no ")


def test_a_theme_may_have_spaces_and_capitals_in_its_files_name(office: Office) -> None:
    office.write("messages/national/winter/My Theme.yaml", "theme: notice\nmessages:\n")

    assert the_problems(office) == []


def test_a_folder_with_spaces_and_letters_of_any_language(office: Office, tmp_path: Path) -> None:
    place = tmp_path / "Ein ffôrs ni"
    place.mkdir()
    for folder in ("messages", "config"):
        (office.folder / folder).rename(place / folder)
    office.variables = {
        "BOT_MESSAGES": str(place / "messages"),
        "BOT_CONFIG": str(place / "config"),
        "BOT_DATA": str(place / "data"),
        "BOT_NOW": "2015-11-23T08:00:00",
    }

    assert len(office.json("plan", "--on", "2015-11-23")) == 6
    assert office.bot("run", "--once").returncode == 0
    assert (place / "data/dry-run.sqlite3").exists()


def test_welsh_is_shown_where_the_console_is_not_in_utf_8(office: Office) -> None:
    done = office.bot(
        "preview", "--force", "gwent", "--on", "2015-11-23",
        PYTHONIOENCODING="cp1252", LC_ALL="C", PYTHONUTF8="0",
    )  # fmt: skip

    assert "…" not in done.stderr
    assert "Cadwch lygad" in done.stdout or "Codwch eich llais" in done.stdout
    assert done.returncode == 0


def test_the_windows_starter_sets_up_with_hashes_and_speaks_utf_8() -> None:
    content = (PROJECT / "bot.cmd").read_bytes()
    lines = content.decode("ascii").split("\r\n")

    assert b"\n" not in content.replace(b"\r\n", b"")
    assert any(line.startswith("chcp 65001") for line in lines)
    assert "set PYTHONUTF8=1" in lines
    assert any("--require-hashes -r" in line and "requirements.txt" in line for line in lines)
    assert any(line.strip().endswith("-m bot %*") for line in lines)
