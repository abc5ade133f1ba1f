"""Approved posts over which the rules change: the threat level, and when nothing goes out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.acceptance.conftest import CAMPAIGN, CONSTANTS, LOCAL, Office
from tests.acceptance.running_bot import RunningBot
from tests.loopback.x_server import TIMELINE, XServer, server_fault

BEFORE = {"BOT_NOW": "2015-11-22T09:00:00"}
JUST_BEFORE = {"BOT_NOW": "2015-11-23T08:59:30"}
MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}
KENT = "winter@2015/kent-x/d1.morning/en"

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
  history:
    2014-08-29: severe
"""
)
CRITICAL = LEVELS + "    2015-11-23: critical\n"
QUOTE = """\
basu:
  words: Every call counts.
  speaker: Neil Basu
  role: Deputy Assistant Commissioner
  role_as_of: 2015-11-01
  politician: no
  source: a page
"""
KENTS_OWN = """\
change:
  look-out:
    first:
      en: |
        It is {{ threat_level }} {{ in_area }}.
        Report it: {{ report_link }}
  speak-up:
    first:
      en: |
        The level is {{ threat_level }} {{ in_area }}: {{ report_link }}
"""
SILENCE = """\
no_posts:
  flood:
    day: 23 November 2015
    from: 08:50
    to: 09:30
    why: the flood at Tonbridge
"""


@pytest.fixture
def quoting(live: Office) -> Office:
    """Approved; on Monday all English posts quote the level, and no Welsh one does."""
    words = CAMPAIGN.replace("Look out for one another", "It is {{ threat_level }}")
    words = words.replace("Speak up {{ in_area }}", "The level is {{ threat_level }} {{ in_area }}")
    live.write("messages/national/winter/campaign.yaml", words)
    return approved(live)


@pytest.fixture
def kent_quotes(live: Office) -> Office:
    """Approved; on Monday Kent's posts quote the level, and those of Gwent do not."""
    live.write("messages/local/kent/winter.yaml", LOCAL.format(force="kent") + KENTS_OWN)
    return approved(live)


def approved(office: Office) -> Office:
    office.write("config/constants.yaml", LEVELS)
    assert office.bot("run", "--once", **BEFORE).returncode == 0
    code = office.json("preview", "--campaign", "winter@2015", **BEFORE)["code"]
    done = office.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)
    assert done.returncode == 0, done.stdout + done.stderr
    return office


def by_command(office: Office) -> None:
    done = office.bot("level", "critical", "--since", "2015-11-23", **JUST_BEFORE)
    assert done.returncode == 0, done.stderr


def by_hand(office: Office) -> None:
    office.write("config/constants.yaml", CRITICAL)


def approver(office: Office, key: str) -> str | None:
    found: str | None = office.json("history", key, **JUST_BEFORE)["approved_by"]
    return found


def gwents_alone(x: XServer) -> bool:
    said = [post.text for post in x.posts()]
    return len(said) == 2 and all("gwent" in text.lower() for text in said)


# --- the threat level -------------------------------------------------------------------------


def test_posts_that_quote_the_level_go_out_while_it_stands(quoting: Office, x: XServer) -> None:
    quoting.bot("run", "--once", **MORNING)

    assert sorted("SEVERE" in post.text for post in x.posts()) == [False, True, True]


@pytest.mark.parametrize("change", [by_command, by_hand])
def test_no_post_that_quotes_an_old_level_leaves_and_the_others_do(
    kent_quotes: Office, x: XServer, change: Callable[[Office], None]
) -> None:
    change(kent_quotes)

    kent_quotes.bot("run", "--once", **MORNING)

    assert gwents_alone(x)
    assert kent_quotes.json("history", KENT, **MORNING)["state"] in ("planned", "missed")


def test_the_level_takes_approvals_from_every_ledger_before_it_returns(quoting: Office) -> None:
    dry = {"BOT_MODE": "dry"}
    quoting.write("config/settings.yaml", "plan_ahead: 14 days\ndry_run_approves: no\n")
    quoting.bot("run", "--once", **BEFORE, **dry)
    code = quoting.json("preview", "--campaign", "winter@2015", **BEFORE, **dry)["code"]
    quoting.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE, **dry)
    assert approver(quoting, KENT) == "A. Smith"

    done = quoting.bot("level", "critical", "--since", "2015-11-23", **JUST_BEFORE)

    assert approver(quoting, KENT) is None
    assert approver(quoting, KENT.replace("kent", "gwent").replace("/en", "/cy")) == "A. Smith"
    assert "LIVE: 4 posts lost their approval. Approve again:" in done.stdout
    assert "Dry run: 4 posts lost their approval. Approve again:" in done.stdout
    assert f"  {KENT}, before Monday 23 November 2015 at 09:00" in done.stdout


def test_a_post_that_was_due_and_could_not_leave_does_not_leave_with_the_old_level(
    kent_quotes: Office, x: XServer
) -> None:
    x.script([server_fault(503, route=TIMELINE)] * 2)  # Gwent's English waits
    kent_quotes.bot("run", "--once", **MORNING)
    assert x.posts() == ()

    done = kent_quotes.bot("level", "critical", "--since", "today", BOT_NOW="2015-11-23T09:04:00")
    kent_quotes.bot("run", "--once", BOT_NOW="2015-11-23T09:05:00")

    assert f"{KENT} was due and had not left: missed." in done.stdout
    assert gwents_alone(x)
    assert kent_quotes.json("history", KENT, **MORNING)["state"] == "missed"


def test_a_running_bot_plans_again_before_a_post_that_quotes_an_old_level(
    quoting: Office, x: XServer
) -> None:
    with RunningBot(quoting, BOT_NOW="2015-11-23T09:02:40") as running:
        running.until(lambda: any("in Kent" in post.text for post in x.posts()))
        by_hand(quoting)  # Gwent's are due in some seconds, and the next plan in a minute
        running.until(lambda: bool(running.actions("planned")))
        assert running.stop() == 0

    found = quoting.json("history", KENT.replace("kent", "gwent"), **JUST_BEFORE)
    assert (
        found["state"] == "missed" or found["approved_by"] is None
    )  # as it was due by then or not
    assert not [post.text for post in x.posts() if "gwent" in post.text.lower()]  # nor its Welsh


# --- what may not be said any more ------------------------------------------------------------


def test_a_quote_whose_clearance_is_taken_back_does_not_leave_nor_does_its_twin(
    live: Office, x: XServer
) -> None:
    words = CAMPAIGN.replace("Look out for one another", "{{ basu }} Here")
    words = words.replace("Speak up {{ in_area }}", "{{ basu }} There {{ in_area }}")
    live.write("messages/national/winter/campaign.yaml", words)
    live.write("config/quotes.yaml", QUOTE + "  cleared_by: X\n  cleared_on: 2015-11-01\n")
    live.bot("run", "--once", **BEFORE)
    code = live.json("preview", "--campaign", "winter@2015", **BEFORE)["code"]
    live.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)

    live.write("config/quotes.yaml", QUOTE)
    live.bot("run", "--once", **MORNING)

    assert x.posts() == ()
    why = live.json("history", KENT, **MORNING)["why"]
    assert "It must not go out: nobody has cleared the quote basu" in why


# --- when nothing goes out --------------------------------------------------------------------


@pytest.mark.parametrize("seen", ["2015-11-23T08:59:30", "2015-11-23T09:03:10"])
def test_a_window_written_down_after_approval_stops_what_is_due_in_it(
    live: Office, x: XServer, seen: str
) -> None:
    live.write("config/calendar.yaml", SILENCE)

    live.bot("run", "--once", BOT_NOW=seen)
    live.bot("run", "--once", **MORNING)

    assert x.posts() == ()
    assert live.json("status", **MORNING)["today"]["planned"] == 3  # the evening's
    why = live.json("history", KENT, **MORNING)["why"]
    assert "Nothing goes out then: the flood" in why or "Withdrawn" in why


def test_a_time_that_a_person_gave_is_no_way_round_a_window_written_down_later(
    live: Office, x: XServer
) -> None:
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:40:00")
    live.bot(
        *("missed", "keep", KENT, "--at", "15:00", "--by", "Ann", "--approve"),
        BOT_NOW="2015-11-23T14:00:00",
    )
    live.write("config/calendar.yaml", SILENCE.replace("08:50", "14:50").replace("09:30", "15:30"))

    live.bot("run", "--once", BOT_NOW="2015-11-23T15:00:10")

    assert x.posts() == ()
    assert "the flood at Tonbridge" in live.json("history", KENT, **MORNING)["why"]


def test_a_running_bot_sees_a_window_before_the_posts_in_it(live: Office, x: XServer) -> None:
    gwent = KENT.replace("kent", "gwent")
    with RunningBot(live, BOT_NOW="2015-11-23T09:02:40") as running:
        running.until(lambda: any("in Kent" in post.text for post in x.posts()))
        live.write("config/calendar.yaml", SILENCE)
        running.until(lambda: live.json("history", gwent, **MORNING)["state"] != "planned")
        assert running.stop() == 0

    assert len(x.posts()) == 1
    assert "the flood" in live.json("history", gwent, **MORNING)["why"]
