"""A repository of packs outside this one, and what its workflow runs, run here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.conftest import PROJECT, an_office
from tests.pictures import a_png


class Repository:
    """The folder that `bot new pack-repo` made, and the steps of its workflow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        text = (folder / ".github/workflows/packs.yml").read_text(encoding="utf-8")
        self.workflow: Any = yaml.load(text, yaml.BaseLoader)

    @property
    def steps(self) -> dict[str, str]:
        steps = self.workflow["jobs"]["check"]["steps"]
        return {step["name"]: step["run"] for step in steps if "run" in step}

    def run(self, step: str) -> subprocess.CompletedProcess[str]:
        """A step as GitHub runs it: with bash, which ends at the first failure."""
        program = self.folder / ".bot/.venv/bin/bot"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        own = {
            **self.workflow["env"],
            "GITHUB_STEP_SUMMARY": str(self.folder / ".summary.md"),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
            "BOT_NOW": "2015-11-22T08:00:00",
        }
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step],
            cwd=self.folder,
            env=own,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack-repo")
    office = an_office(folder)
    pictures = folder / "messages/national/winter/pictures"
    pictures.mkdir()
    (pictures / "phone.png").write_bytes(a_png())
    office.write("messages/national/winter/.campaign.yaml.swp", "left behind")
    done = office.bot(
        "new", "pack-repo", "ours", "--bot-repository", "our-team/bot", "--bot-version", "v9.1"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "ours"


def test_it_has_the_packs_as_they_stand_and_what_checks_them(made: Path) -> None:
    files = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}

    assert {"messages/national/winter/pictures/phone.png", "config/forces.yaml"} <= files
    assert {"README.md", "bot", ".pre-commit-config.yaml", ".github/workflows/packs.yml"} <= files
    assert not any(name.endswith(".swp") for name in files)
    assert os.access(made / "bot", os.X_OK)


def test_its_workflow_checks_with_the_version_that_was_named(made: Path) -> None:
    repository = Repository(made)

    assert repository.workflow["env"]["BOT_REPOSITORY"] == "our-team/bot"
    assert repository.workflow["env"]["BOT_VERSION"] == "v9.1"
    assert repository.steps["Install the bot"] == "make --directory .bot .venv/ready"
    assert repository.steps["Check the packs"] == "./bot check --format github"


def test_a_change_is_checked_and_its_difference_shown(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    shutil.copytree(made, folder)
    shutil.copytree(made, folder / ".base")
    pack = folder / "messages/national/winter/campaign.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("Speak up", "Say it"), "utf-8")
    repository = Repository(folder)

    checked = repository.run(repository.steps["Check the packs"])
    shown = repository.run(repository.steps["Show what would be different"])

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "::" not in checked.stdout  # no annotation
    assert shown.returncode == 0, shown.stderr
    said = (folder / ".summary.md").read_text(encoding="utf-8")
    assert "- Speak up in Kent: gov.uk/ACT\n" in said
    assert "+ Say it in Kent: gov.uk/ACT\n" in said
    assert "2 changed; 10 posts the same." in said
