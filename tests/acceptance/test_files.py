"""Folders and files as people leave them, and what the program says of them."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import CAMPAIGN, LOCAL, Office

BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}


def the_problems(office: Office) -> list[str]:
    return [f"{one['place']}: {one['message']}" for one in office.json("check")["problems"]]


@pytest.mark.parametrize("name", ["winter.yml", "winter.yaml.txt"])
def test_a_file_with_another_ending_is_named(office: Office, name: str) -> None:
    office.write(f"messages/local/kent/{name}", LOCAL.format(force="kent"))

    assert the_problems(office) == [
        f"messages/local/kent/{name}: the bot reads only files whose names end in .yaml."
    ]


def test_a_folder_of_a_force_that_is_not_there_is_one_line(office: Office) -> None:
    office.write("messages/local/Kent/winter.yaml", LOCAL.format(force="kent"))

    assert the_problems(office) == [
        'messages/local/Kent/winter.yaml: there is no force called "Kent" in config/forces.yaml.'
    ]


def test_a_copy_that_an_editor_made_is_one_line(office: Office) -> None:
    office.write("messages/local/kent/winter copy.yaml", LOCAL.format(force="kent"))

    assert the_problems(office) == [
        "messages/local/kent/winter copy.yaml: there is no campaign called "
        '"winter copy" in messages/national.'
    ]


def test_what_editors_and_systems_leave_beside_packs_is_passed_over(office: Office) -> None:
    office.write("messages/national/winter/.campaign.yaml.swp", "x")
    office.write("messages/national/winter/notes.txt", "for colleagues")
    office.write("messages/README.md", "# Packs")
    (office.folder / "messages/national/odd.yaml").mkdir()

    assert the_problems(office) == []


def test_a_file_that_cannot_be_read_does_not_stop_the_others(office: Office) -> None:
    (office.folder / "messages/local/gwent/winter.yaml").unlink()
    (office.folder / "messages/local/gwent/winter.yaml").symlink_to("nowhere")

    assert the_problems(office) == [
        "messages/local/gwent/winter.yaml: this file is there, but may not or cannot be read."
    ]
    assert {p["force"] for p in office.json("plan", "--on", "2015-11-23")} == {"kent"}


def test_a_missing_folder_is_one_line(office: Office) -> None:
    done = office.bot("check", BOT_MESSAGES=str(office.folder / "gone"))

    assert done.returncode == 1
    assert done.stdout.count(": error: ") == 1


def test_one_broken_local_pack_leaves_the_other_forces_alone(office: Office) -> None:
    office.write("messages/local/kent/winter.yaml", "force: kent\n  campaign: winter\n")

    done = office.bot("preview", "--on", "2015-11-23", **BEFORE)

    assert done.returncode == 0
    assert "messages/local/kent/winter.yaml:2" in done.stdout
    assert "Gwent Police" in done.stdout
    assert "Kent Police" not in done.stdout


def test_an_unreviewed_translation_keeps_welsh_accounts_out_of_live(office: Office) -> None:
    unreviewed = CAMPAIGN.replace("version: 1", "version: 1\ntranslation: unreviewed")
    office.write("messages/national/winter/campaign.yaml", unreviewed)
    live = {"BOT_MODE": "live", "BOT_X_URL": "http://127.0.0.1:9", **BEFORE}

    dry = {post["force"] for post in office.json("plan", "--on", "2015-11-23")}
    published = {post["force"] for post in office.json("plan", "--on", "2015-11-23", **live)}
    left = office.json("plan", "--on", "2015-11-23", "--why-not", **live)

    assert (dry, published) == ({"kent", "gwent"}, {"kent"})
    assert [one["reason"] for one in left] == [
        "the pack's Welsh has not been reviewed by a translator."
    ]


def test_posts_are_compared_with_those_of_the_days_around_the_ones_looked_at(
    office: Office,
) -> None:
    # One theme for both days: Dorset says on Tuesday, word for word, what Kent says on Monday.
    one_theme = CAMPAIGN.replace("theme: report", "theme: notice")
    one_theme = one_theme.replace("notice: Monday\n  report: Tuesday", "notice: Monday, Tuesday")
    office.write("messages/national/winter/campaign.yaml", one_theme)
    office.write(
        "config/forces.yaml",
        (office.folder / "config/forces.yaml").read_text(encoding="utf-8")
        + """
dorset:
  name: Dorset Police
  kind: force
  languages: en
  fill_in:
    in_area: in Kent
  accounts:
    dorset-x:
      platform: x
""",
    )

    whole = office.json("plan", "--campaign", "winter@2015")
    days = [office.json("plan", "--on", f"2015-11-{day}") for day in ("23", "24")]

    assert [post["key"] for day in days for post in day] == [post["key"] for post in whole]
