"""A bot at work: files broken under it, a clock that jumps, another bot, a log on a full disk."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import Bot, open_ledger, read_environment
from bot.cli.log import in_a_sentence
from bot.cli.run import Running
from bot.core.model import LedgerError, SettingsError, State
from tests.acceptance.conftest import CAMPAIGN, FORCES, LOCAL, Office
from tests.acceptance.running_bot import RunningBot
from tests.ledger.memory_platform import SetClocks
from tests.ledger.steps import change_behind
from tests.loopback.x_server import XServer

BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}
MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}
NOWHERE = {"BOT_X_URL": "http://127.0.0.1:9"}


def logged(err: str) -> list[dict[str, Any]]:
    """The lines of the log; what else was said is no JSON."""
    return [json.loads(line) for line in err.splitlines() if line.startswith("{")]


def actions(err: str) -> list[str]:
    return [line["action"] for line in logged(err)]


# --- a bot that starts with broken files ------------------------------------------------------


def remove_packs(office: Office) -> None:
    shutil.rmtree(office.folder / "messages")


def remove_configuration(office: Office) -> None:
    shutil.rmtree(office.folder / "config")


def half_save_the_forces(office: Office) -> None:
    office.write("config/forces.yaml", FORCES[: len(FORCES) // 2] + "\n  oops: [")


def mistake_one_force(office: Office) -> None:
    office.write("config/forces.yaml", FORCES.replace("minute: 3", "minute: 99"))


def empty_the_runs(office: Office) -> None:
    office.write("config/campaigns.yaml", "winter@2015:\n  pack:\n")


@pytest.mark.parametrize(
    ("break_it", "named"),
    [
        (remove_packs, "messages: this folder is missing."),
        (remove_configuration, "config: this folder is missing."),
        (half_save_the_forces, "config/forces.yaml:"),
        (empty_the_runs, "config/campaigns.yaml:"),
    ],
)
def test_with_files_that_cannot_be_used_what_was_planned_goes_out(
    live: Office, x: XServer, break_it: Callable[[Office], None], named: str
) -> None:
    break_it(live)

    ran = live.bot("run", "--once", **MORNING)

    assert len(x.posts()) == 3
    assert ran.returncode == 1
    assert named in ran.stderr
    assert "Traceback" not in ran.stderr
    assert [line["so"] for line in logged(ran.stderr) if line["action"] == "plan-failed"] == [
        "the last good plan stands"
    ]
    assert live.json("status", **MORNING)["waiting"] == 9


def test_a_mistake_in_one_forces_entry_stops_no_other_force(live: Office, x: XServer) -> None:
    mistake_one_force(live)  # Gwent's
    live.write(
        "messages/local/kent/winter.yaml",
        LOCAL.format(force="kent") + "times:\n  evening: 18:15\n",
    )

    ran = live.bot("run", "--once", **MORNING)

    assert "Traceback" not in ran.stderr
    assert live.json("status", **MORNING)["errors_in_files"] == 1
    assert len(x.posts()) == 3  # what was planned of Gwent goes out as well
    assert live.json("status", **MORNING)["waiting"] == 9  # and nothing of it is withdrawn
    planned = live.json("plan", "--on", "2015-11-23")
    assert {(post["force"], post["due_local"][11:16]) for post in planned} == {
        ("kent", "09:00"), ("kent", "18:15"),
    }  # fmt: skip


def test_with_nothing_planned_yet_broken_files_end_the_bot(office: Office) -> None:
    half_save_the_forces(office)

    for arguments in (["run"], ["run", "--once"]):
        refused = office.bot(*arguments, **BEFORE)

        assert refused.returncode == 1
        assert "config/forces.yaml:" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_bot_started_over_broken_files_says_so_and_publishes(live: Office, x: XServer) -> None:
    half_save_the_forces(live)

    with RunningBot(live, **MORNING) as bot:
        bot.until(lambda: len(bot.actions("published")) == 3)
        assert bot.stop() == 0

    assert any("config/forces.yaml:" in line for line in bot.out)
    assert any("the last good plan stands" in line for line in bot.out)
    assert len(bot.actions("plan-failed")) == 1
    assert len(x.posts()) == 3


def test_an_account_that_cannot_send_is_said_once_and_the_others_go_on(
    live: Office, running: Running
) -> None:
    remove_configuration(live)
    keys = dict.fromkeys(("API_KEY", "API_KEY_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET"), "k")
    values = {f"KENT_X_{name}": value for name, value in keys.items()}
    env = replace(running.bot.env, x_url="https://api.example.org", values=values)
    with capture_logs() as logs:
        Running(Bot(env, running.bot.ledger, running.bot.clocks)).say_who_cannot_send()

    (line,) = logs
    assert (line["event"], line["account"]) == ("no-credentials", "gwent-x")
    assert "set GWENT_X_API_KEY" in line["why"]


# --- files broken under a bot that runs -------------------------------------------------------


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks(wall=datetime(2015, 11, 22, 9, tzinfo=UTC))


@pytest.fixture
def running(live: Office, clocks: SetClocks) -> Iterator[Running]:
    """A bot in this process, planned, its clocks moved by the test."""
    env = replace(read_environment(live.environment), now=None)
    ledger = open_ledger(env, now=clocks.now(), create=False)
    running = Running(Bot(env, ledger, clocks))
    running.plan()
    yield running
    ledger.close()


def waiting(running: Running, sender: str) -> int:
    return len(running.bot.ledger.posts(states=[State.PLANNED], senders=[sender]))


def words(running: Running) -> str:
    return "\n".join(post.rendering.text for post in running.bot.ledger.posts())


def test_a_pack_half_saved_or_gone_while_the_bot_runs_keeps_its_plan(
    live: Office, running: Running
) -> None:
    campaign = live.folder / "messages/national/winter/campaign.yaml"
    local = live.folder / "messages/local/kent/winter.yaml"

    for half in (CAMPAIGN[:700], "", "campaign: [\n"):
        campaign.write_text(half, encoding="utf-8")
        with capture_logs() as logs:
            running.plan()
            running.plan()
        assert (waiting(running, "kent"), waiting(running, "gwent")) == (4, 8)
        assert any("winter/campaign.yaml" in line.get("where", "") for line in logs)
    campaign.unlink()
    running.plan()
    assert (waiting(running, "kent"), waiting(running, "gwent")) == (4, 8)

    campaign.write_text(CAMPAIGN.replace("Speak up", "Speak out"), encoding="utf-8")
    local.write_text(LOCAL.format(force="kent") + "change: [\n", encoding="utf-8")
    running.plan()
    assert waiting(running, "kent") == 4
    assert "Speak out in Gwent" in words(running)
    assert "Speak up in Kent" in words(running) or "Speak out in Kent" not in words(running)


def test_a_configuration_broken_and_mended_while_the_bot_runs(
    live: Office, running: Running
) -> None:
    half_save_the_forces(live)
    with capture_logs() as broken:
        running.plan()
        running.plan()
    live.write("config/forces.yaml", FORCES.replace("in_area: in Kent", "in_area: by the sea"))
    with capture_logs() as mended:
        running.plan()

    assert [line["event"] for line in broken] == ["plan-failed"]
    assert [line["event"] for line in mended] == ["planned"]
    assert "by the sea" in words(running)


def test_a_plan_that_the_ledger_could_not_take_is_tried_again(
    live: Office, running: Running
) -> None:
    url = f"sqlite:///{live.folder}/data/live.sqlite3"
    change_behind(
        url, "CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    live.write("config/forces.yaml", FORCES.replace("in_area: in Kent", "in_area: by the sea"))
    with pytest.raises(Exception, match="full"):
        running.plan()
    assert "by the sea" not in words(running)

    change_behind(url, "DROP TRIGGER full")
    running.plan()

    assert "by the sea" in words(running)


def test_a_handle_that_changes_while_the_bot_runs_is_taken_up(
    live: Office, running: Running
) -> None:
    before = running.bot.platform_for("kent-x")
    assert running.bot.platform_for("kent-x") is before
    live.write("config/forces.yaml", FORCES.replace("kent_police", "kentpolice"))
    running.plan()

    assert running.bot.platform_for("kent-x") is not before
    assert running.bot.platform_for("gwent-x") is running.bot.platform_for("gwent-x")


def test_an_account_that_no_file_names_any_more_is_known_from_the_ledger(
    live: Office, running: Running
) -> None:
    remove_configuration(live)
    fresh = Bot(running.bot.env, running.bot.ledger, running.bot.clocks)

    fresh.platform_for("kent-x")

    with pytest.raises(SettingsError, match='no account called "essex-x"'):
        fresh.platform_for("essex-x")


# --- the clock --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "way"), [(-3600, "back by 60 minutes"), (3 * 86_400, "forward by 3 days")]
)
def test_a_clock_that_jumped_is_said_once_and_by_status_and_health(
    live: Office, running: Running, clocks: SetClocks, step: float, way: str
) -> None:
    with capture_logs() as logs:
        running.sweep()
        clocks.pass_time(15)
        clocks.step_wall(step)
        for _ in range(3):
            running.sweep()
            clocks.pass_time(15)
    at = {"BOT_NOW": clocks.now().replace(tzinfo=None).isoformat()}
    sentence = (
        f"the clock of this computer jumped {way}. Nothing is sent until it has run steadily for "
        "ten minutes, or is set right."
    )

    assert [line["so"] for line in logs if line["event"] == "clock-jumped"] == [sentence]
    assert f"NOTHING IS SENT NOW: {sentence}" in live.bot("status", **at).stdout
    health = live.bot("health", **at)
    assert f"NOT WELL: {sentence}" in health.stdout
    assert health.returncode == 1

    clocks.pass_time(600)
    with capture_logs() as logs:
        running.sweep()
        running.sweep()

    assert [line["event"] for line in logs if line["event"].startswith("clock")] == ["clock-steady"]
    assert live.json("status", **at)["clock_jumped"] is None


def test_slow_correction_of_the_clock_is_no_jump(running: Running, clocks: SetClocks) -> None:
    with capture_logs() as logs:
        for _ in range(20):
            clocks.pass_time(15)
            clocks.step_wall(10)
            running.sweep()

    assert logs == []


def test_a_bot_that_starts_believes_its_clock(live: Office, clocks: SetClocks) -> None:
    live.write("data/live.clock", '{"at": "2015-11-20T09:00:00+00:00", "seconds": 60}\n')
    assert live.json("status", **BEFORE)["clock_jumped"] is not None

    live.bot("run", "--once", **BEFORE)

    assert live.json("status", **BEFORE)["clock_jumped"] is None


def test_a_last_tick_in_the_future_is_not_well(live: Office) -> None:
    live.bot("run", "--once", **BEFORE)

    health = live.bot("health", BOT_NOW="2015-11-22T07:00:00")

    assert "last ticked 60 minutes from now. Was this computer's clock set back?" in health.stdout
    assert health.returncode == 1


# --- the log ----------------------------------------------------------------------------------


def test_cron_is_told_once_an_hour_what_nobody_approved(office: Office, x: XServer) -> None:
    office.variables = {"BOT_MODE": "live", "BOT_X_URL": x.url}
    office.bot("db", "create", "--live", BOT_NOW="2015-11-22T17:29:00")
    said = {
        minute: actions(office.bot("run", "--once", BOT_NOW=f"2015-11-22T{minute}:00").stderr)
        for minute in ("17:30", "17:31", "17:32", "18:00", "18:01")
    }

    assert {minute: lines.count("not-approved") for minute, lines in said.items()} == {
        "17:30": 1,
        "17:31": 0,
        "17:32": 0,
        "18:00": 1,
        "18:01": 0,
    }


def test_what_nobody_approved_is_one_line_with_its_number_and_first_time(
    running: Running, clocks: SetClocks, live: Office
) -> None:
    clocks.pass_time(5400)
    live.write("config/forces.yaml", FORCES.replace("in_area: in Kent", "in_area: by the sea"))
    with capture_logs() as logs:
        running.plan()
        running.plan()

    (line,) = [line for line in logs if line["event"] == "not-approved"]
    assert (line["posts"], line["due"]) == (1, "Monday 23 November 2015 at 09:00")


def test_a_failure_is_one_line_without_the_values_on_its_way() -> None:
    def fails(password: str) -> None:
        raise KeyError(password)

    lines = []
    for error in (LedgerError("The ledger is locked."), None):
        try:
            if error:
                raise error
            fails("s3cret")
        except Exception:
            lines.append(in_a_sentence(None, "error", {"event": "tick_failed", "exc_info": True}))

    assert lines[0] == {"event": "tick_failed", "why": "The ledger is locked."}
    assert str(lines[1]["why"]).startswith("KeyError at test_running.py:")
    assert "s3cret" not in str(lines[1])
    assert "exc_info" not in lines[1]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_log_that_cannot_be_written_stops_no_post(live: Office, x: XServer) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "bot", "run", "--once"],
            env={**live.environment, **MORNING},
            cwd=live.folder,
            stderr=full,
            stdout=subprocess.PIPE,
            check=False,
        )

    assert ran.returncode == 0
    assert len(x.posts()) == 3


# --- another bot ------------------------------------------------------------------------------


def test_a_second_bot_says_that_one_is_enough(live: Office, x: XServer) -> None:
    with RunningBot(live, **BEFORE) as first:
        first.until(lambda: live.json("status", **BEFORE)["last_tick"] > "2015-11-22T08:00:00.1")
        with RunningBot(live, **BEFORE) as second:
            second.until(lambda: bool(second.actions("another-bot")))
            assert second.stop() == 0
        assert first.stop() == 0

    assert first.actions("another-bot") == []
    assert len(second.actions("another-bot")) == 1


# --- no network -------------------------------------------------------------------------------


def test_without_a_network_a_post_is_tried_again_within_its_grace(live: Office, x: XServer) -> None:
    away = live.bot("run", "--once", **MORNING, **NOWHERE)
    assert (away.returncode, x.posts()) == (0, ())
    assert all("why" in line for line in logged(away.stderr))

    live.bot("run", "--once", BOT_NOW="2015-11-23T09:04:20")

    assert len(x.posts()) == 3


def test_without_a_network_for_longer_a_post_is_missed(live: Office, x: XServer) -> None:
    for minute in ("03", "21", "24"):
        live.bot("run", "--once", BOT_NOW=f"2015-11-23T09:{minute}:10", **NOWHERE)
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:25:00")

    assert x.posts() == ()
    assert live.json("status", BOT_NOW="2015-11-23T09:25:00")["today"] == {
        "missed": 3,
        "planned": 3,
    }
