"""The README's quarter of an hour, done word for word."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from tests.acceptance.conftest import PROJECT, Office


def test_the_tutorial_holds(tmp_path: Path) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    tutorial = readme.split("## A quarter of an hour with it")[1].split("\n## ")[0]
    takes_part, places, change = re.findall(r"```yaml\n(.*?)```", tutorial, re.DOTALL)
    commands = [
        shlex.split(line)[1:]
        for block in re.findall(r"```sh\n(.*?)```", tutorial, re.DOTALL)
        for line in block.splitlines()
    ]
    names = [command[0] for command in commands]
    assert names == ["localise", "check", "preview", "preview", "approve", "rehearse"]
    localise, check, preview, as_page, approve, rehearse = commands
    office = Office(tmp_path, {"BOT_NOW": "2026-11-22T12:00:00"})
    for folder in ("messages", "config"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)

    assert office.bot(*localise).returncode == 0
    own = tmp_path / "messages/local/sussex/ct-awareness-week.yaml"
    text = own.read_text(encoding="utf-8")
    text = text.replace("\ntakes_part:\n", f"\n{takes_part}", 1)
    text = text.replace("\n  local_places:\n", f"\n{places}", 1)
    text = text.replace("\nchange:\n", f"\nchange:\n{change}", 1)
    own.write_text(text, encoding="utf-8")

    checked = office.bot(*check)
    assert "0 errors, 0 warnings" in checked.stdout, checked.stdout

    shown = office.bot(*preview).stdout
    assert (
        "Communities defeat terrorism: on the seafront, at the station and on the Downs." in shown
    )
    assert office.bot(*as_page).returncode == 0
    assert "on the seafront" in (tmp_path / "week.html").read_text(encoding="utf-8")

    code = re.findall(r"approve --preview (\S+)", shown)[-1]
    approved = office.bot(*[code if word == "CODE" else word for word in approve])
    assert "15 posts approved by A. Smith." in approved.stdout

    rehearsed = office.bot(*rehearse)
    assert rehearsed.returncode == 0
    assert re.search(r"published +15\b", rehearsed.stdout)
