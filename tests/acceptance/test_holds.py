"""Holds as those who place and end them meet them: kinds, ends, two people, approvals again."""

from __future__ import annotations

import signal
import time

from tests.acceptance.conftest import Office
from tests.loopback.x_server import POST, XServer, late

EVENING = {"BOT_NOW": "2015-11-22T20:00:00"}
NIGHT = {"BOT_NOW": "2015-11-22T21:00:00"}
MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}
"""Kent's post is three minutes old, and both of Gwent's are due."""
AFTERNOON = {"BOT_NOW": "2015-11-23T14:00:00"}
GOLD = ("--by", "Gold", "--reason", "incident")
OVER = ("--reason", "over", "--by")


def essential_look_out(office: Office) -> None:
    """`look-out` is marked essential in the pack, and planned so."""
    campaign = office.folder / "messages/national/winter/campaign.yaml"
    text = campaign.read_text(encoding="utf-8")
    marked = text.replace("    theme: notice\n", "    theme: notice\n    essential: ACC Smith\n", 1)
    campaign.write_text(marked, encoding="utf-8")
    office.bot("run", "--once", BOT_NOW="2015-11-22T09:00:00")


# --- kinds and ends ---------------------------------------------------------------------------


def test_under_mourning_only_what_the_pack_marks_essential_goes_out(
    live: Office, x: XServer
) -> None:
    essential_look_out(live)
    live.bot("hold", "--kind", "mourning", *GOLD, **EVENING)

    live.bot("run", "--once", **MORNING)

    plan = live.json("plan", "--on", "2015-11-23", **EVENING)
    wanted = [one for one in plan if one["essential"] and one["slot"] == "d1.morning"]
    assert wanted
    assert sorted(post.text for post in x.posts()) == sorted(one["text"] for one in wanted)
    assert all("ACC Smith" in one["essential"] for one in wanted)
    said = live.bot("history", wanted[0]["key"], **AFTERNOON).stdout
    assert "Sent under mourning as essential: ACC Smith." in said
    assert "Put on hold (mourning), everything, by Gold: incident" in said
    assert "essential: ACC Smith" in live.bot("preview", "--on", "2015-11-23", **EVENING).stdout


def test_a_hold_ends_by_itself_and_what_fell_due_under_it_stays_missed(
    live: Office, x: XServer
) -> None:
    until = ("--until", "2015-11-23 12:00", "--routine")
    live.bot("hold", "kent", *until, *GOLD, **EVENING)
    live.bot("run", "--once", **MORNING)
    past = live.json("holds", **AFTERNOON)[0]

    ended = live.bot("run", "--once", **AFTERNOON)
    live.bot("run", "--once", BOT_NOW="2015-11-23T17:31:00")

    assert (past["until"], past["past_its_end"]) == ("2015-11-23T12:00:00+00:00", True)
    assert '"action": "hold-ended"' in ended.stderr
    assert live.json("holds", **AFTERNOON) == []
    published = live.json("history", "--force", "kent", BOT_NOW="2015-11-23T18:00:00")
    assert [one["key"].split("/")[2] for one in published] == ["d1.evening"]
    missed = [one["key"] for one in live.json("missed", **AFTERNOON)]
    assert "winter@2015/kent-x/d1.morning/en" in missed


def test_an_end_that_has_passed_holds_nothing(live: Office) -> None:
    done = live.bot("hold", "--until", "19:00", **EVENING)

    assert done.returncode == 2
    assert "NOTHING IS HELD: Sunday 22 November 2015 at 19:00 has passed." in done.stderr
    assert live.json("holds", **EVENING) == []


def test_holds_status_and_health_say_kind_and_end(live: Office) -> None:
    live.bot("hold", "kent", "--kind", "crisis", "--until", "23:00", *GOLD, **EVENING)

    listed = live.bot("holds", **EVENING).stdout
    status, health = live.json("status", **EVENING), live.json("health", **EVENING)

    assert "LIVE: force kent\n  crisis, by Gold" in listed
    assert "Until Sunday 22 November 2015 at 23:00." in listed
    assert (status["holds"][0]["kind"], status["holds"][0]["scope"]) == ("crisis", "force kent")
    assert status["holds"][0]["until"] == "2015-11-22T23:00:00+00:00"
    assert [one["code"] for one in health["notes"]] == ["held"]
    assert "HELD (crisis): force kent by Gold: incident" in live.bot("status", **EVENING).stdout


def test_without_a_hold_there_is_nothing_to_list(live: Office) -> None:
    done = live.bot("holds", **EVENING)

    assert (done.returncode, done.stdout) == (0, "Nothing is on hold.\n")


# --- the end of a hold ------------------------------------------------------------------------


def test_a_live_hold_on_everything_is_released_by_two(live: Office) -> None:
    live.bot("hold", *GOLD, **EVENING)

    first = live.bot("release", *OVER, "Ann", **NIGHT)
    same = live.bot("release", *OVER, "ann ", **NIGHT)
    waits = live.json("holds", **NIGHT)[0]["waits_for_second"]
    second = live.bot("release", *OVER, "Bob", **NIGHT)

    assert first.returncode == 0
    assert "STILL HELD, LIVE: it takes two people" in first.stdout
    assert ".venv/bin/bot release --by NAME --reason WORDS" in first.stdout
    assert same.returncode == 1
    assert "Ann has said so already" in same.stdout
    assert waits["by"] == "Ann"
    assert second.returncode == 0
    assert live.json("holds", **NIGHT) == []


def test_settings_may_say_that_one_person_is_enough(live: Office) -> None:
    live.write("config/settings.yaml", "plan_ahead: 14 days\nrelease_takes_two: no\n")
    live.bot("hold", *GOLD, **EVENING)

    assert live.bot("release", *OVER, "Ann", **NIGHT).returncode == 0
    assert live.json("holds", **NIGHT) == []


def test_in_a_dry_run_one_person_is_enough(office: Office) -> None:
    office.bot("hold", *GOLD, **EVENING)

    assert office.bot("release", *OVER, "Ann", **NIGHT).returncode == 0
    assert office.json("holds", **NIGHT) == []


def test_after_an_incident_only_what_is_reaffirmed_goes_out(live: Office, x: XServer) -> None:
    live.bot("hold", "winter", *GOLD, **EVENING)
    released = live.bot("release", "winter", *OVER, "Gold", **NIGHT)

    again = live.bot("approve", "--reaffirm", "kent", "--by", "Ann", **NIGHT)
    live.bot("run", "--once", **MORNING)

    assert "12 posts approved before the hold must be approved again" in released.stdout
    assert "4 posts approved again by Ann." in again.stdout
    assert "Monday 23 November 2015 at 09:00  kent-x" in again.stdout
    (sent,) = x.posts()
    assert sent.text.split("\n")[0] in again.stdout
    assert live.json("status", **NIGHT)["to_reaffirm"] == 8


def test_a_post_edited_since_is_not_reaffirmed(live: Office) -> None:
    live.bot("hold", "kent", *GOLD, **EVENING)
    live.bot("release", "kent", *OVER, "Gold", **NIGHT)
    campaign = live.folder / "messages/national/winter/campaign.yaml"
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(text.replace("Tell us what", "Say what"), encoding="utf-8")
    live.bot("run", "--once", BOT_NOW="2015-11-22T22:00:00")

    again = live.bot("approve", "--reaffirm", "--by", "Ann", BOT_NOW="2015-11-22T22:01:00")

    assert "3 posts approved again by Ann." in again.stdout
    assert "Say what" not in again.stdout


def test_what_was_missed_under_a_hold_never_catches_up_in_any_later_process(
    live: Office, x: XServer
) -> None:
    live.bot("hold", *GOLD, **EVENING)
    live.bot("run", "--once", **MORNING)
    for person in ("Gold", "Silver"):
        live.bot("release", *OVER, person, BOT_NOW="2015-11-23T09:04:00")
    for minute in ("05", "10", "19"):
        live.bot("run", "--once", BOT_NOW=f"2015-11-23T09:{minute}:00")

    one = live.bot(
        "missed", "keep", "winter@2015/kent-x/d1.morning/en",
        "--at", "15:00", "--by", "Ann", "--approve", **AFTERNOON,
    )  # fmt: skip
    scope = live.bot(
        "missed", "drop", "--region", "wales", *OVER, "Ann", BOT_NOW="2015-11-23T14:01:00"
    )

    assert x.posts() == ()
    assert one.returncode == 0, one.stdout + one.stderr
    assert "2 posts dropped by Ann." in scope.stdout
    assert live.json("missed", BOT_NOW="2015-11-23T14:02:00") == []
    live.bot("run", "--once", BOT_NOW="2015-11-23T15:00:10")
    assert len(x.posts()) == 1


# --- what a hold says -------------------------------------------------------------------------


def test_a_hold_ends_with_what_it_covers_and_what_the_public_has_seen(
    live: Office, x: XServer
) -> None:
    live.bot("run", "--once", **MORNING)
    live.bot("settle", "winter@2015/kent-x/d1.morning/en", "--removed", "--by", "Ann", **MORNING)

    done = live.bot("hold", BOT_FORCES="kent", **AFTERNOON)

    end = done.stdout.split("On hold, LIVE: ")[1]
    assert end.startswith("Kent Police. 1 sender is not run here.\n")
    assert "3 posts were published in the last 24 hours:" in end
    assert end.count("https://x.com/") == 3
    assert end.count("taken down by hand\n") == 1


def test_a_post_taken_down_by_hand_is_told_everywhere(live: Office, x: XServer) -> None:
    live.bot("run", "--once", **MORNING)
    key = "winter@2015/kent-x/d1.morning/en"

    done = live.bot("settle", key, "--removed", "--by", "Ann", **AFTERNOON)

    assert done.stdout == f"{key}: published, and taken down by hand.\n"
    assert "taken down by hand, Mon 23 Nov 2015 14:00" in live.bot("history", **AFTERNOON).stdout
    assert "Ann says it was taken down by hand." in live.bot("history", key, **AFTERNOON).stdout
    assert [one["key"] for one in live.json("status", **AFTERNOON)["removed"]] == [key]
    export = live.bot("audit", "export", **AFTERNOON).stdout.splitlines()
    (row,) = [line for line in export if key in line]
    assert '"removed": "2015-11-23T14:00:00+00:00"' in row
    again = live.bot("settle", key, "--removed", "--by", "Ann", **AFTERNOON)
    assert again.returncode == 1
    assert "taken down already" in again.stderr


def test_a_post_whose_process_is_frozen_is_named_as_one_that_may_still_leave(
    live: Office, x: XServer
) -> None:
    x.script([late(2.0)] * 3)
    sending = live.start("run", "--once", **MORNING)
    while not x.requests(POST):
        assert sending.poll() is None
        time.sleep(0.01)
    sending.send_signal(signal.SIGSTOP)

    done = live.bot("hold", *GOLD, **MORNING)

    sending.send_signal(signal.SIGCONT)
    sending.communicate(timeout=60)
    assert done.returncode == 0
    assert "On its way out already: winter@2015/" in done.stdout
    assert "MAY STILL LEAVE: its process has not answered." in done.stdout
    assert len(x.posts()) <= 1
