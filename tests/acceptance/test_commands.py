"""The commands as people type them: what they say, and how they end."""

from __future__ import annotations

import re
import signal
import time
from pathlib import Path

import click
import pytest

from bot.cli import bot as commands
from bot.cli import commands_of
from tests.acceptance.conftest import CAMPAIGN, PROJECT, RUNS, Office

DAY = ("--on", "2015-11-23")
BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}


def leaves(group: click.Group, path: str = "") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, command in commands_of(group):
        here = f"{path} {name}".strip()
        found += leaves(command, here) if isinstance(command, click.Group) else [(here, command)]
    return found


# --- help and documentation -------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, _ in leaves(commands)])
def test_every_command_is_in_the_readme(name: str) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")

    assert f"`{name}" in readme


@pytest.mark.parametrize(("name", "command"), leaves(commands))
def test_every_command_has_help_with_an_example(name: str, command: click.Command) -> None:
    assert command.help
    assert f".venv/bin/bot {name}" in (command.epilog or "")


# --- check ------------------------------------------------------------------------------------


def test_check_is_clean_over_what_is_shipped(tmp_path: Path) -> None:
    shipped = Office(tmp_path)
    shipped.variables = {
        "BOT_MESSAGES": str(PROJECT / "messages"),
        "BOT_CONFIG": str(PROJECT / "config"),
        "BOT_NOW": "2026-11-22T12:00:00",
    }

    found = shipped.json("check")

    assert (found["errors"], found["warnings"], found["problems"]) == (0, 0, [])


def test_check_says_how_many_wordings_a_theme_still_needs_with_the_worst_pair(
    tmp_path: Path,
) -> None:
    shipped = Office(tmp_path)
    shipped.variables = {
        "BOT_MESSAGES": str(PROJECT / "messages"),
        "BOT_CONFIG": str(PROJECT / "config"),
        "BOT_NOW": "2026-11-22T12:00:00",
    }

    alike = shipped.json("check", "--on", "2015-11-24")["alike"]
    found = {one["theme"]: one for one in alike if one["language"] == "en"}
    words = shipped.bot("check", "--on", "2015-11-24").stdout

    assert found["attack-planning"]["missing"] == 3 * 49 - found["attack-planning"]["wordings"]
    assert re.search(r"ct-awareness-week/attack-planning +27 +49 +3 +120", words)
    for one in found["attack-planning"]["worst"]:
        assert one["text"].split("\n")[0] in words


def test_check_names_place_problem_and_advice_and_ends_with_1(office: Office) -> None:
    office.write(
        "messages/local/kent/winter.yaml",
        "force: kent\ncampaign: winter\ntakes_part: yes\nfill_in:\n  in_aera: in Kent\n",
    )

    done = office.bot("check")

    assert done.returncode == 1
    assert (
        'messages/local/kent/winter.yaml:5:3: error: the pack asks for no value called "in_aera"'
        in done.stdout
    )
    assert "Did you mean in_area?" in done.stdout


def test_check_in_json_has_the_promised_fields(office: Office) -> None:
    office.write("messages/local/knt/winter.yaml", "force: knt\ncampaign: winter\n")

    found = office.json("check")

    assert found["errors"] == 1
    assert found["problems"][0].keys() == {
        "place", "severity", "code", "message", "advice", "forces",
    }  # fmt: skip
    assert found["problems"][0]["code"] == "unknown-sender"


def test_what_touches_another_force_only_is_not_shown_to_this_one(office: Office) -> None:
    frost = CAMPAIGN.replace("Winter Watch", "Frost Watch").replace("09:00", "08:30")
    office.write("messages/national/frost/campaign.yaml", frost)
    office.write("config/campaigns.yaml", f"{RUNS}frost@2015:\n  pack: frost\n  who: kent\n")
    said = "kent-x says the same words twice within a week"

    assert said in office.bot("check", "--force", "kent", *DAY).stdout
    assert said not in office.bot("check", "--force", "gwent", *DAY).stdout
    assert said in office.bot("preview", "--force", "kent", *DAY).stdout
    assert said not in office.bot("preview", "--force", "gwent", *DAY).stdout
    assert said not in office.bot("preview", "--region", "Wales", *DAY).stdout


def test_an_old_fact_is_a_warning_in_dry_run_and_an_error_live(office: Office) -> None:
    later = {"BOT_NOW": "2030-06-01T08:00:00", "BOT_X_URL": "http://127.0.0.1:9"}

    dry = office.json("check", **later)
    live = office.json("check", **later, BOT_MODE="live")

    assert (dry["errors"], dry["warnings"]) == (0, 1)
    assert (live["errors"], live["problems"][0]["code"]) == (1, "past-check-by")


# --- plan and preview -------------------------------------------------------------------------


def test_plan_in_json_has_the_promised_fields(office: Office) -> None:
    post = office.json("plan", "--force", "kent", *DAY)[0]

    assert post | {"text": "", "digest": "", "message": "", "length": 0} == {
        "key": "winter@2015/kent-x/d1.morning/en",
        "run": "winter@2015",
        "campaign": "winter",
        "theme": "notice",
        "message": "",
        "wording": "first",
        "slot": "d1.morning",
        "force": "kent",
        "account": "kent-x",
        "platform": "x",
        "language": "en",
        "due": "2015-11-23T09:00:00+00:00",
        "due_local": "2015-11-23T09:00:00+00:00",
        "text": "",
        "length": 0,
        "limit": 280,
        "hashtags": ["WinterWatch"],
        "pictures": [],
        "card": None,
        "video": None,
        "visibility": "public",
        "reposts": None,
        "links": ["gov.uk/ACT"],
        "digest": "",
        "essential": None,
        "cost_usd": 0.0,
        "place": post["place"],
    }
    assert post["place"].startswith("messages/national/winter/campaign.yaml:")


def test_from_and_to_are_both_included(office: Office) -> None:
    days = office.json("plan", "--force", "kent", "--from", "2015-11-23", "--to", "2015-11-24")

    assert [post["slot"] for post in days] == [
        "d1.morning",
        "d1.evening",
        "d2.morning",
        "d2.evening",
    ]


def test_a_filter_never_changes_what_is_planned(office: Office) -> None:
    everything = office.json("plan", *DAY)

    in_wales = office.json("plan", *DAY, "--region", "wales")

    assert in_wales == [post for post in everything if post["force"] == "gwent"]


def test_why_not_says_who_was_left_out_and_why(office: Office) -> None:
    office.write(
        "messages/local/kent/winter.yaml",
        "force: kent\ncampaign: winter\ntakes_part: no\nwhy: our own campaign runs that week\n",
    )

    left = office.json("plan", *DAY, "--why-not")

    assert [(one["force"], one["reason"]) for one in left] == [
        ("kent", "takes no part: our own campaign runs that week")
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("plan", "--force", "knet"), 'There is no force called "knet". Did you mean kent?'),
        (("plan", "--region", "Wails"), 'There is no region called "Wails". Did you mean Wales?'),
        (
            ("plan", "--campaign", "wintr"),
            'There is no campaign called "wintr". Did you mean winter?',
        ),
        (("plan", "--from", "2015-11-24", "--to", "2015-11-23"), "is before"),
        (("localise", "knet", "winter"), 'There is no force called "knet". Did you mean kent?'),
        (("localise", "kent", "winter"), "is there already"),
        (("rehearse", "summer"), 'There is no campaign called "summer".'),
        (("rehearse", "winter", "--start", "2026-12-09"), "is not a Monday"),
        (("approve", "--preview", "AAAA-BBBB", "--by", "A"), "no preview here has the code"),
        (("settle", "nonsense", "--not-published", "--by", "A"), "is not a post's key"),
    ],
)
def test_a_wrong_name_ends_with_1_and_one_sentence(
    office: Office, arguments: tuple[str, ...], sentence: str
) -> None:
    done = office.bot(*arguments, **BEFORE)

    assert done.returncode == 1
    assert sentence.lower() in (done.stderr + done.stdout).lower()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--on", "yesterday-ish"),
        ("plan", "--on", "2015-11-23", "--to", "2015-11-24"),
        ("approve", "--by", "A"),
        ("settle", "winter@2015/kent-x/d1.morning/en", "--by", "A"),
        ("nonsense",),
    ],
)
def test_wrong_usage_ends_with_2(office: Office, arguments: tuple[str, ...]) -> None:
    assert office.bot(*arguments).returncode == 2


def test_the_page_holds_every_post_and_the_code_that_approves_them(office: Office) -> None:
    page = office.folder / "week.html"

    done = office.bot("preview", "--campaign", "winter@2015", "--html", str(page), **BEFORE)

    html = page.read_text(encoding="utf-8")
    code = done.stdout.split()[-1].rstrip(".")
    assert code in html
    assert "yng Ngwent" in html
    assert all(post["key"] in html for post in office.json("plan", "--campaign", "winter@2015"))


# --- approve ----------------------------------------------------------------------------------


def test_a_code_approves_what_it_showed_and_names_what_has_changed(office: Office) -> None:
    code = office.json("preview", "--campaign", "winter@2015", **BEFORE)["code"]
    campaign = office.folder / "messages/national/winter/campaign.yaml"
    words = campaign.read_text(encoding="utf-8").replace("Tell us what you saw", "Say what you saw")
    campaign.write_text(words, encoding="utf-8")

    done = office.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)

    assert done.returncode == 1
    assert "9 posts approved by A. Smith." in done.stdout
    *changed, welsh = [line for line in done.stdout.splitlines() if line.startswith("NOT approved")]
    assert len(changed) == 2
    english = next(line.split()[2] for line in changed if "gwent" in line)
    assert f"/cy goes out with {english} or not at all." in welsh
    assert all("has changed since" in line and "/en" in line for line in changed)


def test_an_approval_is_shown_in_the_next_preview(office: Office) -> None:
    code = office.json("preview", "--force", "kent", *DAY, **BEFORE)["code"]

    office.bot("approve", "--preview", code.lower(), "--by", "A. Smith", **BEFORE)

    shown = office.bot("preview", "--force", "kent", *DAY, **BEFORE).stdout
    assert shown.count("approved by A. Smith") == 2


def test_approvals_by_people_carry_over_to_live_and_the_dry_runs_own_do_not(
    office: Office,
) -> None:
    office.bot("run", "--once", **BEFORE)  # approves everything for itself
    code = office.json("preview", "--force", "kent", *DAY, **BEFORE)["code"]
    office.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)
    live = {**BEFORE, "BOT_MODE": "live", "BOT_X_URL": "http://127.0.0.1:9"}
    office.bot("db", "create", "--live", **live)

    done = office.bot("approve", "--from-dry-run", "--by", "B. Jones", **live)

    assert "2 posts approved by B. Jones." in done.stdout


# --- hold -------------------------------------------------------------------------------------


def test_a_bare_hold_holds_everything_without_asking_first(office: Office) -> None:
    done = office.bot("hold", **BEFORE)

    assert done.returncode == 0
    assert done.stdout.startswith("HELD, dry run: everything that runs here.")
    assert office.json("status", **BEFORE)["holds"][0]["scope"] == "everything"


def test_a_mistyped_scope_says_that_nothing_is_held(office: Office) -> None:
    done = office.bot("hold", "knet", **BEFORE)

    assert done.returncode == 1
    assert 'NOTHING IS HELD: there is nothing called "knet". Did you mean kent?' in done.stderr
    assert office.json("status", **BEFORE)["holds"] == []


def test_a_hold_needs_no_sound_configuration(office: Office) -> None:
    office.bot("run", "--once", **BEFORE)
    office.write("config/forces.yaml", "kent: [\n")

    assert office.bot("hold", "kent", **BEFORE).returncode == 0
    assert office.bot("hold", **BEFORE).returncode == 0


def test_a_region_of_two_words_needs_no_quotes(office: Office) -> None:
    done = office.bot("hold", "south", "east", "--by", "G", "--reason", "r", **BEFORE)

    assert "HELD, dry run: the region South East." in done.stdout


def test_a_run_alone_of_its_campaign_is_held_and_released_by_it(office: Office) -> None:
    held = office.bot("hold", "winter@2015", "--by", "G", "--reason", "r", **BEFORE)
    holds = office.json("status", **BEFORE)["holds"]
    over = office.bot("release", "winter@2015", "--by", "G", "--reason", "over", **BEFORE)

    assert "HELD, dry run: the campaign winter." in held.stdout
    assert "winter@2015 is held by its campaign: winter." in held.stdout
    assert [one["scope"] for one in holds] == ["campaign winter"]
    assert over.returncode == 0
    assert "winter@2015 is released by its campaign: winter." in over.stdout


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (("hold",), "NOTHING IS HELD: a run is held by its campaign: .venv/bin/bot hold winter"),
        (
            ("release", "--by", "G", "--reason", "over"),
            "NOTHING IS RELEASED: a run is released by its campaign: .venv/bin/bot release winter "
            "--by NAME --reason WORDS",
        ),
    ],
)
def test_one_of_two_runs_is_never_taken_for_the_whole_campaign(
    office: Office, act: tuple[str, ...], sentence: str
) -> None:
    with (office.folder / "config/campaigns.yaml").open("a", encoding="utf-8") as runs:
        runs.write("winter@2016:\n  pack: winter\n  who: everyone\n  starts: 2016-11-21\n")
    office.bot("run", "--once", **BEFORE)

    done = office.bot(*act, "winter@2015", **BEFORE)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert office.json("status", **BEFORE)["holds"] == []


def test_release_of_what_is_not_held_says_so(office: Office) -> None:
    office.bot("hold", "kent", **BEFORE)

    done = office.bot("release", "gwent", "--by", "G", "--reason", "over", **BEFORE)

    assert done.returncode == 1
    assert "NOTHING IS RELEASED" in done.stdout


# --- run --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_run_shows_the_day_and_stops_when_told(
    office: Office, number: signal.Signals, code: int
) -> None:
    running = office.start("run", BOT_NOW="2015-11-23T07:00:00")
    assert running.stdout is not None
    shown = [running.stdout.readline() for _ in range(2)]

    for line in running.stdout:
        if "Ctrl-C" in line:
            break
    running.send_signal(number)

    assert shown == ["DRY RUN: nothing is sent.\n", "Today, Monday 23 November 2015:\n"]
    assert running.wait(timeout=25) == code
    running.communicate()


def test_a_pack_broken_while_the_bot_runs_withdraws_nothing(office: Office) -> None:
    office.bot("run", "--once", **BEFORE)
    campaign = office.folder / "messages/national/winter/campaign.yaml"
    whole = campaign.read_text(encoding="utf-8")
    for broken in (whole[: len(whole) // 2], "", "campaign: [", None):
        campaign.unlink() if broken is None else campaign.write_text(broken, encoding="utf-8")

        done = office.bot("run", "--once", **BEFORE)

        assert done.returncode == 0, done.stderr
        assert office.json("status", **BEFORE)["waiting"] == 12


def test_a_run_taken_out_of_the_configuration_withdraws_its_posts(office: Office) -> None:
    office.bot("run", "--once", **BEFORE)
    office.write("config/campaigns.yaml", "# nothing runs\n")

    office.bot("run", "--once", **BEFORE)

    assert office.json("status", **BEFORE)["waiting"] == 0


# --- ledgers and settings ---------------------------------------------------------------------


def test_live_wants_a_live_ledger(office: Office) -> None:
    live = {"BOT_MODE": "live"}

    missing = office.bot("run", "--once", **live)
    made = office.bot("db", "create", "--live", **live)
    twice = office.bot("db", "create", "--live", **live)

    assert (missing.returncode, made.returncode, twice.returncode) == (1, 0, 1)
    assert "db create --live" in missing.stderr


def test_a_dry_ledger_is_refused_live(office: Office) -> None:
    office.bot("run", "--once", **BEFORE)
    (office.folder / "data/dry-run.sqlite3").rename(office.folder / "data/live.sqlite3")

    done = office.bot("status", BOT_MODE="live")

    assert done.returncode == 1
    assert "dry" in done.stderr


def test_live_is_refused_on_a_host_whose_disk_does_not_last(office: Office) -> None:
    done = office.bot("run", "--once", BOT_MODE="live", DYNO="worker.1")

    assert done.returncode == 1
    assert "DYNO" in done.stderr


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"BOT_MODE": "lvie"}, "BOT_MODE is dry or live"),
        ({"BOT_NOW": "tomorrow"}, "BOT_NOW is not a time"),
        ({"BOT_MODE": "live", "BOT_NOW": "2015-11-23T09:00"}, "BOT_NOW pretends a time"),
        ({"BOT_FORCES": "knet"}, "Did you mean kent?"),
        ({"DATABASE_URL": "postgres://u:secret-word@db/x"}, "DATABASE_URL"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    office: Office, variables: dict[str, str], sentence: str
) -> None:
    done = office.bot("run", "--once", **variables)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "secret-word" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_configuration_is_named_wherever_it_is_needed(office: Office) -> None:
    office.write("config/forces.yaml", "kent:\n\tname: Kent\n")

    run, check = office.bot("run", "--once"), office.bot("check")

    assert run.returncode == check.returncode == 1
    assert "config/forces.yaml:2:1: this line begins with a tab." in run.stderr
    assert "error: this line begins with a tab." in check.stdout
    assert check.stdout.startswith("config/forces.yaml:2:")


def test_the_ledger_does_not_depend_on_the_working_directory(office: Office) -> None:
    office.variables = {"BOT_DATA": "~/ledgers"}
    (office.folder / "home").mkdir()

    office.bot("run", "--once", **BEFORE)

    assert (office.folder / "home/ledgers/dry-run.sqlite3").exists()


def test_status_says_when_nobody_has_run_anything(office: Office) -> None:
    assert "Nothing has run yet" in office.bot("status").stdout


def test_watch_writes_the_page_again_when_a_file_is_saved(office: Office) -> None:
    page = office.folder / "week.html"
    watching = office.start(
        "preview", "--campaign", "winter@2015", "--html", str(page), "--watch", **BEFORE
    )
    assert watching.stdout is not None
    try:
        for line in watching.stdout:
            if "Watching" in line:
                break
        campaign = office.folder / "messages/national/winter/campaign.yaml"
        words = campaign.read_text(encoding="utf-8").replace("Speak up", "Speak out")
        time.sleep(0.05)  # a file system may keep times no finer than this
        campaign.write_text(words, encoding="utf-8")
        again = watching.stdout.readline()
    finally:
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=20)

    assert str(page) in again
    assert "Speak out" in page.read_text(encoding="utf-8")


def test_name_and_reason_can_be_given_after_a_bare_hold(office: Office) -> None:
    office.bot("hold", **BEFORE)

    office.bot("hold", "--by", "Gold", "--reason", "major incident", **BEFORE)

    holds = office.json("status", **BEFORE)["holds"]
    assert [(one["by"], one["reason"]) for one in holds] == [("Gold", "major incident")]


def test_check_names_the_credentials_that_live_accounts_lack(office: Office) -> None:
    found = office.json("check", BOT_MODE="live")

    assert [one["code"] for one in found["problems"]] == ["no-credentials"] * 2
    assert "KENT_X_ACCESS_TOKEN" in found["problems"][0]["message"]
    assert found["problems"][0]["place"].startswith("config/forces.yaml:")


def test_an_account_goes_live_only_with_a_handle_that_was_looked_up(office: Office) -> None:
    forces = (office.folder / "config/forces.yaml").read_text(encoding="utf-8")
    office.write("config/forces.yaml", forces.replace("      handle: kent_police\n", ""))

    found = office.json("check")

    assert [one["code"] for one in found["problems"]] == ["live-without-handle"]


def test_a_preview_with_nothing_to_approve_offers_no_code(office: Office) -> None:
    campaign = office.folder / "messages/national/winter/campaign.yaml"
    campaign.write_text("campaign: [\n", encoding="utf-8")
    page = office.folder / "week.html"

    shown = office.bot("preview", *DAY)
    written = office.bot("preview", *DAY, "--html", str(page))

    assert "Nothing can be shown until the errors above are mended." in shown.stdout
    assert "approve" not in shown.stdout
    assert "Approval code" not in written.stdout
    assert "messages/national/winter/campaign.yaml:1" in written.stdout
