"""A campaign that goes on every week and one that is held ready, through the real program."""

import signal
from pathlib import Path

from tests.acceptance.conftest import CAMPAIGN, Office, an_office

DAILY = (
    CAMPAIGN.replace("starts: Monday 2015-11-23\ndays: 2\n", "scheduled: every week\n")
    .replace("notice: Monday\n", "notice: Monday, Wednesday\n")
    .replace("report: Tuesday\n", "report: Tuesday, Thursday\n")
    .replace("link: report_link\n", "")
    .replace("  evening: 17:30\n", "")
)
CRISIS = """
campaign: Crisis lines
scheduled: never
each_force_fills_in:
  in_area:
    help: Where you are.
    example: in Kent
themes:
  keep-away:
    about: Keeping clear
messages:
  stay-away:
    theme: keep-away
    wordings:
      plain:
        en: |
          Please keep away from the area {{ in_area }}.
        cy: |
          Cadwch draw o'r ardal {{ in_area }}.
"""
STANDING = "daily@standing:\n  pack: daily\n  who: kent\n"
NOW = {"BOT_NOW": "2026-11-16T07:00:00"}


def with_a_standing_campaign(folder: Path, more: str = "") -> Office:
    office = an_office(folder)
    office.write("messages/national/daily/campaign.yaml", DAILY)
    office.write("config/campaigns.yaml", STANDING + more)
    return office


def test_a_standing_week_is_previewed_approved_and_named_by_its_week(tmp_path: Path) -> None:
    office = with_a_standing_campaign(tmp_path)

    shown = office.json("preview", "--campaign", "daily@standing", **NOW)
    office.bot("run", "--once", **NOW)
    done = office.bot("approve", "--preview", shown["code"], "--by", "A. Smith", **NOW)

    assert [post["key"] for post in shown["posts"]][3:6] == [
        "daily@standing-2026w47/kent-x/d4.morning/en",
        "daily@standing-2026w48/kent-x/d1.morning/en",
        "daily@standing-2026w48/kent-x/d2.morning/en",
    ]
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 posts" in done.stdout


def test_a_standing_campaign_is_rehearsed_from_a_day_to_a_day(tmp_path: Path) -> None:
    office = with_a_standing_campaign(tmp_path)

    done = office.json("rehearse", "daily", "--start", "2026-11-17", "--to", "2026-12-09", **NOW)

    assert (done["planned"], done["published"]) == (14, 14)


def test_a_campaign_with_dates_refuses_a_last_day_in_rehearsal(office: Office) -> None:
    done = office.bot("rehearse", "winter", "--to", "2015-11-23")

    assert done.returncode == 1
    assert "Winter has a length of its own: leave --to out." in done.stderr


def test_a_pack_held_ready_is_read_as_it_would_be_said_now(office: Office) -> None:
    office.write("messages/national/crisis/campaign.yaml", CRISIS)

    shown = office.bot("preview", "--campaign", "crisis", "--force", "gwent", **NOW)
    page = office.bot("preview", "--campaign", "crisis", "--html", "crisis.html", **NOW)

    assert shown.returncode == 0, shown.stderr
    assert "Cadwch draw o'r ardal yng Ngwent." in shown.stdout
    assert "40 of 280  ·  stay-away / plain  ·  held ready, never scheduled" in shown.stdout
    assert "in Kent" not in shown.stdout
    assert "Crisis lines: held ready, never scheduled. 2 wordings for 1 account" in shown.stdout
    assert page.returncode == 2


def test_check_measures_a_pack_held_ready_for_every_account(office: Office) -> None:
    long = CRISIS.replace("Please keep", "Please keep well away. " * 12 + "Keep")
    office.write("messages/national/crisis/campaign.yaml", long)

    found = office.json("check", "--on", "2015-11-23")["problems"]

    assert [(one["code"], one["forces"]) for one in found] == [("too-long", ["gwent", "kent"])]


def test_the_greeting_of_a_full_day_shows_the_first_posts_and_counts_the_others(
    office: Office,
) -> None:
    slots = "".join(f"  slot-{hour}: {hour}:00\n" for hour in range(10, 14))
    campaign = CAMPAIGN.replace("  evening: 17:30\n", slots)
    office.write("messages/national/winter/campaign.yaml", campaign)
    office.write("config/settings.yaml", "posts_per_account_a_day: 50\n")

    running = office.start("run", BOT_NOW="2015-11-23T07:00:00")
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line)
        if "Ctrl-C stops the bot" in line:
            break
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)

    greeting = "".join(said)
    assert greeting.count("-x  waiting") == 5
    assert "and 10 more today: .venv/bin/bot plan --on 2015-11-23" in greeting
