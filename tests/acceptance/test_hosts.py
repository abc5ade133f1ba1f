"""Where the program runs: a Heroku-like host, a plain server, packs from outside, a lost day."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.app import files, load, read_environment
from bot.cli import COMMANDS
from bot.cli.run import STOP_SECONDS
from tests.acceptance.conftest import LOCAL, PROJECT, Office
from tests.acceptance.test_files import the_problems
from tests.loopback.x_server import XServer
from tests.postgres import Databases

MONDAY = "2015-11-23"
NOWHERE = {"BOT_X_URL": "http://127.0.0.1:9"}


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=A. Smith", "-c", "user.email=a@example.com", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )


def texts(office: Office, force: str) -> list[str]:
    posts = office.json("plan", "--force", force, "--on", MONDAY)
    return [post["text"] for post in posts]


# --- packs from outside -----------------------------------------------------------------------


@pytest.fixture
def checkout(office: Office, tmp_path: Path) -> Path:
    """Packs and configuration as a clone of a repository of their own; the office uses it."""
    origin = tmp_path / "origin"
    origin.mkdir()
    for folder in ("messages", "config"):
        (office.folder / folder).rename(origin / folder)
    git(origin, "init", "-q", "-b", "main")
    git(origin, "add", ".")
    git(origin, "commit", "-q", "-m", "Winter Watch")
    git(tmp_path, "clone", "-q", str(origin), "packs")
    packs = tmp_path / "packs"
    office.variables = {
        "BOT_MESSAGES": str(packs / "messages"),
        "BOT_CONFIG": str(packs / "config"),
        "BOT_NOW": "2015-11-22T08:00:00",
    }
    return packs


def test_a_pull_is_taken_up_at_the_next_plan(office: Office, checkout: Path) -> None:
    assert office.bot("run", "--once").returncode == 0
    origin = checkout.parent / "origin"
    change = LOCAL.format(force="kent") + "fill_in:\n  in_area: by the sea\n"
    (origin / "messages/local/kent/winter.yaml").write_text(change, encoding="utf-8")
    git(origin, "commit", "-q", "-a", "-m", "Kent is by the sea")
    git(checkout, "pull", "-q")

    assert office.bot("run", "--once").returncode == 0

    assert all("by the sea" in text for text in texts(office, "kent"))
    assert len(texts(office, "gwent")) == 4


def test_a_repository_may_hold_the_packs_at_its_root(office: Office, checkout: Path) -> None:
    git(checkout / "messages", "init", "-q")
    git(checkout / "messages", "add", ".")

    assert the_problems(office) == []


def test_files_that_change_while_they_are_read_are_read_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = office.folder / "messages/local/kent/winter.yaml"
    last_read = office.folder / "messages/national/winter/campaign.yaml"
    local.unlink()
    opened = Path.open

    def open_and_save_another(path: Path, *how: Any, **more: Any) -> Any:
        if path == last_read and not local.exists():  # kent's folder was read before
            office.write("messages/local/kent/winter.yaml", LOCAL.format(force="kent"))
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", open_and_save_another)

    assert ("kent", "winter") in load(read_environment(office.environment)).usable.local


def test_a_pull_is_waited_for(
    office: Office, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = read_environment(office.environment)
    lock = checkout / ".git/index.lock"
    lock.touch()
    local = checkout / "messages/local/kent/winter.yaml"
    words = local.read_bytes()
    local.unlink()

    def git_ends(_seconds: float) -> None:
        local.write_bytes(words)
        lock.unlink()

    monkeypatch.setattr("bot.app.files.time.sleep", git_ends)

    sources = load(env).usable
    assert ("kent", "winter") in sources.local


def test_a_git_that_never_ends_is_named_and_stops_nothing(
    office: Office, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = read_environment(office.environment)
    (checkout / ".git/index.lock").touch()
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0)

    loaded = load(env)

    assert loaded.usable.packs["winter"] is not None
    assert {one.code for one in loaded.problems} == {"git-at-work"}
    assert f"If no git runs any more, remove {checkout}/.git/index.lock." in {
        one.advice for one in loaded.problems
    }


def test_two_versions_that_git_left_in_a_file_are_one_line(office: Office) -> None:
    text = LOCAL.format(force="kent") + "<<<<<<< HEAD\nwhy: a\n=======\nwhy: b\n>>>>>>> theirs\n"
    office.write("messages/local/kent/winter.yaml", text)

    assert the_problems(office) == [
        "messages/local/kent/winter.yaml:5: git found two versions of these lines, and put both "
        "here."
    ]
    assert len(texts(office, "gwent")) == 4


def test_packs_that_cannot_be_read_withdraw_nothing(live: Office) -> None:
    before = {"BOT_NOW": "2015-11-22T09:00:00"}
    local = live.folder / "messages/local/kent/winter.yaml"
    local.unlink()
    local.symlink_to("nowhere")

    assert live.bot("run", "--once", **before).returncode == 0

    assert live.json("status", **before)["waiting"] == 12


@pytest.mark.parametrize(
    ("setting", "named", "sentence"),
    [
        ("BOT_MESSAGES", "gone", "messages: this folder is missing."),
        ("BOT_CONFIG", "gone", "config: this folder is missing."),
        ("BOT_MESSAGES", ".", "messages: this folder is one further in."),
        ("BOT_CONFIG", ".", "config: this folder is one further in."),
        ("BOT_MESSAGES", "config", "messages: there is no folder national in it."),
        ("BOT_CONFIG", "messages", "config: none of its files is here."),
    ],
)
def test_a_wrong_folder_is_one_sentence(
    office: Office, setting: str, named: str, sentence: str
) -> None:
    office.variables = {setting: str(office.folder / named)}

    assert the_problems(office) == [sentence]


def test_a_sentence_says_where_packs_from_outside_stand(office: Office) -> None:
    office.write("config/forces.yaml", "kent:\n")

    refused = office.bot("plan")

    assert f"config/ is {office.folder / 'config'}" in refused.stderr
    assert refused.returncode == 1


# --- settings ---------------------------------------------------------------------------------


def test_credentials_that_everybody_may_read_are_named_live(office: Office) -> None:
    settings = office.write("settings", "BOT_MODE=live\n")
    office.variables = {"BOT_ENV_FILE": str(settings), "BOT_NOW": "2015-11-22T08:00:00"} | NOWHERE

    settings.chmod(0o644)
    assert the_problems(office) == ["settings: everybody on this machine may read the credentials."]
    settings.chmod(0o640)
    assert the_problems(office) == []


# --- a Heroku-like host -----------------------------------------------------------------------


@pytest.fixture
def slug(office: Office, tmp_path: Path) -> Path:
    """The repository as such a host unpacks it: not installed, with its own messages and config."""
    folder = tmp_path / "app"
    folder.mkdir()
    shutil.copytree(PROJECT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Procfile", "requirements.txt", ".python-version"):
        shutil.copy(PROJECT / name, folder / name)
    for name in ("messages", "config"):
        (office.folder / name).rename(folder / name)
    return folder


def commands(folder: Path) -> dict[str, list[str]]:
    lines = (folder / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: shlex.split(said) for name, said in (line.split(": ", 1) for line in lines)}


def in_dyno(
    slug: Path, name: str, *, arguments: Sequence[str] = (), **variables: str
) -> subprocess.Popen[str]:
    """A process of the Procfile, or a one-off one, with what such a host sets and nothing else."""
    python, *command = commands(slug)[name]
    assert python == "python"
    return subprocess.Popen(
        [sys.executable, *(["-m", "bot", *arguments] if arguments else command)],
        cwd=slug,
        env={"PATH": os.environ["PATH"], "HOME": str(slug), "DYNO": f"{name}.1", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def until_it_runs(worker: subprocess.Popen[str]) -> None:
    assert worker.stdout is not None
    assert any("Ctrl-C stops the bot" in line for line in worker.stdout)


def test_a_first_release_in_dry_run_passes_and_makes_no_live_ledger(
    slug: Path,
) -> None:
    release = in_dyno(slug, "release")
    out, err = release.communicate(timeout=60)

    assert (release.returncode, err) == (0, "")
    assert "Nothing has run yet" in out
    assert not list(slug.rglob("live*"))


@pytest.mark.parametrize("name", ["release", "worker"])
def test_live_is_refused_on_a_disk_that_does_not_last(slug: Path, name: str) -> None:
    (slug / "data").mkdir()
    (slug / "data/live.sqlite3").touch()

    refused = in_dyno(slug, name, BOT_MODE="live")
    _, err = refused.communicate(timeout=60)

    assert refused.returncode == 1
    assert "This host (DYNO is set) loses its disk at every restart" in err


def test_a_worker_ends_well_within_the_thirty_seconds_of_its_host(
    slug: Path,
) -> None:
    worker = in_dyno(slug, "worker", BOT_NOW="2015-11-22T08:00:00")
    until_it_runs(worker)

    worker.send_signal(signal.SIGTERM)
    out, _ = worker.communicate(timeout=30)

    assert worker.returncode == 0
    assert "Stopped. Nothing was left in hand." in out
    assert (slug / "data/dry-run.sqlite3").exists()


def test_from_the_first_release_to_a_live_worker_on_a_database(
    slug: Path, databases: Databases, x: XServer
) -> None:
    with databases.new("template1") as url:
        host = {
            "DATABASE_URL": re.sub(r"^postgresql(\+\w+)?://", "postgres://", url),
            "BOT_X_URL": x.url,
            "BOT_NOW": "2015-11-22T08:00:00",
        }
        first = in_dyno(slug, "release", **host)
        assert first.communicate(timeout=60)[1] == ""
        made = in_dyno(slug, "release", arguments=["db", "create", "--live"], **host)
        assert "A live ledger was made." in made.communicate(timeout=60)[0]
        host["BOT_MODE"] = "live"
        release = in_dyno(slug, "release", **host)
        assert "LIVE." in release.communicate(timeout=60)[0]
        worker = in_dyno(slug, "worker", **host)
        until_it_runs(worker)
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=30)

        assert [one.returncode for one in (first, made, release, worker)] == [0, 0, 0, 0]
        assert not (slug / "data").exists()


def test_the_host_is_told_a_python_that_the_tests_ran_on() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = (PROJECT / ".python-version").read_text(encoding="ascii").strip()

    assert f"Programming Language :: Python :: {said}" in project["classifiers"]


def test_every_requirement_has_its_hash() -> None:
    text = (PROJECT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line[:1].isalpha()]

    assert len(lines) > 20
    assert all("--hash=sha256:" in line for line in lines)


# --- a plain server ---------------------------------------------------------------------------


def unit() -> dict[str, str]:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keeps capitals
    parser.read(PROJECT / "deploy/campaign-bot.service", encoding="utf-8")
    return dict(parser["Service"])


def test_the_unit_gives_a_post_in_hand_its_time() -> None:
    assert unit()["KillSignal"] == "SIGTERM"
    assert int(unit()["TimeoutStopSec"]) > STOP_SECONDS
    assert unit()["Restart"] == "always"


def test_the_unit_starts_the_program_that_there_is() -> None:
    assert unit()["ExecStart"] == f"{unit()['WorkingDirectory']}/.venv/bin/bot run"
    assert unit()["ReadWritePaths"] == "/srv/campaign-bot/data"


def test_two_that_run_at_once_by_mistake_publish_once(live: Office, x: XServer) -> None:
    both = [live.start("run", "--once", BOT_NOW="2015-11-23T09:04:00") for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    assert live.bot("run", "--once", BOT_NOW="2015-11-23T09:05:00").returncode == 0

    assert sorted(live.json("status", BOT_NOW="2015-11-23T09:05:00")["today"].items()) == [
        ("planned", 3),
        ("published", 3),
    ]
    assert len({post.text for post in x.posts()}) == len(x.posts()) == 3


def test_the_cron_line_runs_what_is_due(live: Office, x: XServer) -> None:
    (line,) = [
        line
        for line in (PROJECT / "deploy/campaign-bot.cron").read_text(encoding="utf-8").splitlines()
        if line.startswith("*")
    ]
    program = f"{shlex.quote(sys.executable)} -m bot"
    command = line.split(" ", 6)[6]
    command = command.replace("/srv/campaign-bot/bot", str(live.folder))
    command = command.replace("/srv/campaign-bot", str(live.folder))
    command = command.replace(".venv/bin/bot", program)

    for minute in (0, 1, 4):
        subprocess.run(
            ["/bin/sh", "-c", command],
            env={**live.environment, "BOT_NOW": f"2015-11-23T09:0{minute}:00"},
            check=True,
        )

    assert len(x.posts()) == 3
    assert '"action": "published"' in (live.folder / "data/cron.log").read_text(encoding="utf-8")


# --- a lost day, and no network ---------------------------------------------------------------


def test_a_laptop_that_was_closed_for_a_day_sends_nothing_late(live: Office, x: XServer) -> None:
    tuesday = {"BOT_NOW": "2015-11-24T08:30:00"}

    assert live.bot("run", "--once", **tuesday).returncode == 0

    assert x.posts() == ()
    posts = live.bot("status", **tuesday).stdout
    assert "6 posts waiting" in posts
    assert live.bot("run", "--once", BOT_NOW="2015-11-24T09:04:00").returncode == 0
    assert len(x.posts()) == 3  # Tuesday's own, and none of Monday's


def test_without_a_network_posts_wait_with_their_reason(live: Office) -> None:
    at_nine = {"BOT_NOW": "2015-11-23T09:04:00"} | NOWHERE

    ran = live.bot("run", "--once", **at_nine)

    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr
    overdue = live.json("status", **at_nine)["overdue"]
    assert {one["account"] for one in overdue} == {"kent-x", "gwent-x"}
    assert all(one["why"] for one in overdue)


# --- docs/operate.md --------------------------------------------------------------------------


def blocks(kind: str) -> list[str]:
    text = (PROJECT / "docs/operate.md").read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def test_what_the_administrators_page_tells_to_type_works(
    office: Office, tmp_path: Path, x: XServer
) -> None:
    srv = tmp_path / "srv"
    (srv / "bot").mkdir(parents=True)
    for folder in ("messages", "config"):
        (office.folder / folder).rename(srv / "bot" / folder)
    (settings,) = blocks("ini")
    settings = settings.replace("/srv/campaign-bot", str(srv)).replace("…", "1-given-by-x")
    now = "BOT_NOW=2015-11-22T08:00:00\n"
    office.write("srv/bot/.env", f"{settings}{now}BOT_X_URL={x.url}\n")
    program = office.write("path/campaign-bot", f'#!/bin/sh\n{sys.executable} -m bot "$@"\n')
    program.chmod(0o755)
    named = {
        f"GIT_{who}_{what}": "a@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    env = {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "HOME": str(srv),
        "PYTHONPATH": str(PROJECT),
        "BOT_ENV_FILE": str(srv / "bot/.env"),
        **named,
    }

    code = ""
    for line in [line for block in blocks("sh") for line in block.splitlines()]:
        if line == "campaign-bot health":  # the page has started the bot by now
            assert subprocess.run([program, "run", "--once"], env=env, check=False).returncode == 0
        typed = line.replace("/srv/campaign-bot", str(srv)).replace("CODE", code)
        done = subprocess.run(
            ["/bin/sh", "-c", typed], env=env, cwd=srv, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        code = next(iter(re.findall(r"approve --preview (\S+)", done.stdout)), code)

    ledger = srv / "data/live.sqlite3"
    assert ledger.exists()
    assert (srv / "data/friday.sqlite3").exists()
    assert stat.S_IMODE((srv / "bot/.env").stat().st_mode) == 0o600
    assert (srv / "packs/.git").is_dir()


def test_every_command_on_the_administrators_page_is_there() -> None:
    text = (PROJECT / "docs/operate.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)campaign-bot ([a-z]+)", text, re.MULTILINE))

    assert {"db", "health", "hold", "missed", "unsettled"} <= named
    assert named - COMMANDS.keys() == set()


def test_every_file_the_administrators_page_installs_is_there() -> None:
    installed = re.findall(r"install -m \d+ (\S+)", " ".join(blocks("bash")))

    assert len(installed) == 4
    assert all((PROJECT / name).is_file() for name in installed)
