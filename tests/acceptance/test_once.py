"""Every post once: the real program, killed at every step, against an X that counts."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.delivery import STEPS
from tests.acceptance.conftest import Office
from tests.loopback.x_server import (
    TIMELINE,
    XServer,
    drop_before_answer,
    no_credit,
    server_fault,
)

MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}
"""Kent's post is three minutes old, and both of Gwent's are due."""


def test_posts_that_are_due_and_approved_are_published_once(live: Office, x: XServer) -> None:
    live.forks = None  # started from cold, as its users start it

    live.bot("run", "--once", **MORNING)
    live.bot("run", "--once", **MORNING)

    assert sorted(post.text.split()[-1] for post in x.posts()) == ["#WinterWatch"] * 3
    assert len({post.text for post in x.posts()}) == 3


def test_what_is_published_is_what_was_previewed_to_the_byte(live: Office, x: XServer) -> None:
    previewed = live.json("preview", "--force", "kent", "--on", "2015-11-23", **MORNING)["posts"]

    live.bot("run", "--once", **MORNING)

    assert previewed[0]["text"].encode() in [post.text.encode() for post in x.posts()]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_nothing_is_doubled_and_nothing_is_lost(
    live: Office, x: XServer, step: str
) -> None:
    killed = live.bot("run", "--once", **MORNING, BOT_KILL_AT=step)
    assert killed.returncode == -9

    for minute in ("04", "06", "12"):
        again = live.bot("run", "--once", BOT_NOW=f"2015-11-23T09:{minute}:10")
        assert again.returncode == 0, again.stderr

    assert [text for text, times in Counter(p.text for p in x.posts()).items() if times > 1] == []
    published = live.json("status", BOT_NOW="2015-11-23T09:16:00")["today"].get("published", 0)
    unsettled = live.json("unsettled", BOT_NOW="2015-11-23T09:16:00")
    assert published == len(x.posts())
    assert published + len(unsettled) == 3


def test_an_answer_that_never_came_is_looked_for_and_not_sent_again(
    live: Office, x: XServer
) -> None:
    x.script([drop_before_answer()])
    live.bot("run", "--once", **MORNING)
    assert len(live.json("unsettled", **MORNING)) == 1

    live.bot("run", "--once", BOT_NOW="2015-11-23T09:05:10")

    assert live.json("unsettled", BOT_NOW="2015-11-23T09:06:00") == []
    assert max(Counter(post.text for post in x.posts()).values()) == 1


def test_a_post_nobody_approved_is_missed_and_never_sent(office: Office, x: XServer) -> None:
    office.variables = {"BOT_MODE": "live", "BOT_X_URL": x.url}
    office.bot("db", "create", "--live", BOT_NOW="2015-11-22T08:00:00")
    office.bot("run", "--once", BOT_NOW="2015-11-22T08:00:00")

    office.bot("run", "--once", **MORNING)
    office.bot("run", "--once", BOT_NOW="2015-11-23T09:30:00")

    assert x.posts() == ()
    assert office.json("status", BOT_NOW="2015-11-23T09:31:00")["today"]["missed"] == 3


def test_an_edit_after_approval_takes_the_approval_away(live: Office, x: XServer) -> None:
    campaign = live.folder / "messages/national/winter/campaign.yaml"
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(
        text.replace("Look out for one", "Look after one").replace("Speak up", "Speak out"),
        encoding="utf-8",
    )
    live.bot("run", "--once", BOT_NOW="2015-11-22T09:00:00")

    live.bot("run", "--once", **MORNING)

    assert {post.text.split()[0] for post in x.posts()} <= {"Cadwch", "Codwch"}


def test_nothing_leaves_under_a_hold_and_nothing_catches_up_after_it(
    live: Office, x: XServer
) -> None:
    live.bot("hold", "--by", "Gold", "--reason", "incident", BOT_NOW="2015-11-23T08:59:00")
    live.bot("run", "--once", **MORNING)
    for person in ("Gold", "Silver"):
        released = live.bot(
            "release", "--by", person, "--reason", "over", BOT_NOW="2015-11-23T09:04:00"
        )
        assert released.returncode == 0

    live.bot("run", "--once", BOT_NOW="2015-11-23T09:05:00")

    assert x.posts() == ()
    assert live.json("status", BOT_NOW="2015-11-23T09:06:00")["today"]["missed"] == 3


def test_dry_run_takes_the_same_path_and_sends_nothing(office: Office, x: XServer) -> None:
    office.variables = {"BOT_X_URL": x.url}
    office.bot("run", "--once", BOT_NOW="2015-11-22T08:00:00")

    office.bot("run", "--once", **MORNING)

    assert office.json("status", BOT_NOW="2015-11-23T09:04:00")["today"]["published"] == 3
    assert x.requests() == ()


def test_a_rehearsal_to_loopback_publishes_the_whole_campaign_once(
    office: Office, x: XServer
) -> None:
    result = office.json("rehearse", "winter", "--to-loopback", BOT_X_URL=x.url)

    assert (result["planned"], result["published"]) == (12, 12)
    assert Counter(post.text for post in x.posts()) == Counter(p["text"] for p in result["posts"])


def test_a_rehearsal_to_loopback_is_refused_for_any_other_address(office: Office) -> None:
    for address in ("https://api.twitter.com", "http://10.0.0.1:1", ""):
        refused = office.bot("rehearse", "winter", "--to-loopback", BOT_X_URL=address)

        assert refused.returncode == 1
        assert "server on this machine" in refused.stderr


def test_an_account_out_of_credit_is_stopped_and_the_others_go_on(live: Office, x: XServer) -> None:
    x.script([no_credit()])

    live.bot("run", "--once", **MORNING)

    found = live.json("status", BOT_NOW="2015-11-23T09:04:00")
    assert len(found["stopped_accounts"]) == 1
    assert "credit" in found["stopped_accounts"][0]["why"]
    assert found["today"]["published"] >= 1


def test_a_stopped_account_is_started_again_by_a_person(live: Office, x: XServer) -> None:
    x.script([no_credit()])
    live.bot("run", "--once", **MORNING)
    account = live.json("status", **MORNING)["stopped_accounts"][0]["account"]

    done = live.bot("release", account, "--by", "Admin", "--reason", "paid", **MORNING)

    assert done.returncode == 0, done.stderr
    assert live.json("status", **MORNING)["stopped_accounts"] == []


def test_a_test_server_that_serves_no_timeline_still_sees_the_whole_campaign(
    office: Office, x: XServer
) -> None:
    x.script([server_fault(501, route=TIMELINE)] * 20)

    result = office.json("rehearse", "winter", "--to-loopback", BOT_X_URL=x.url)

    assert (result["planned"], result["published"]) == (12, 12)


def test_a_hold_stops_a_live_bot_whatever_mode_it_is_typed_in(live: Office, x: XServer) -> None:
    typed_without_a_mode = {"BOT_MODE": "dry", "BOT_NOW": "2015-11-23T08:59:00"}

    held = live.bot("hold", "--by", "Gold", "--reason", "incident", **typed_without_a_mode)
    live.bot("run", "--once", **MORNING)

    assert "HELD, LIVE: everything that runs here." in held.stdout
    assert x.posts() == ()
    status = live.bot("status", **typed_without_a_mode)
    assert "There is a live ledger here" in status.stdout


def test_a_post_that_cannot_leave_is_overdue_with_its_reason(live: Office, x: XServer) -> None:
    x.script([server_fault(503, route=TIMELINE)] * 20)

    done = live.bot("run", "--once", **MORNING)

    overdue = live.json("status", BOT_NOW="2015-11-23T09:04:00")["overdue"]
    assert len(overdue) == 3
    assert "timeline" in overdue[0]["why"]
    assert done.stderr.count('"action": "not-sent-yet"') >= 2
    assert "OVERDUE since 09:0" in live.bot("status", BOT_NOW="2015-11-23T09:04:00").stdout


def test_a_bot_whose_ledger_is_gone_stops(live: Office, x: XServer) -> None:
    running = live.start("run", BOT_NOW="2015-11-23T06:00:00")
    assert running.stdout is not None
    for line in running.stdout:
        if "Ctrl-C" in line:
            break
    for path in (live.folder / "data").iterdir():
        path.unlink()

    _, err = running.communicate(timeout=30)

    assert running.returncode == 1
    assert '"action": "ledger-gone"' in err
