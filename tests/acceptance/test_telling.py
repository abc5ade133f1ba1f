"""Staff are told once of one cause, over apprise's json:// to a server on 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.app import Bot, Environment, open_ledger, read_environment
from bot.cli.watch import Watch
from bot.core.model import Mode
from bot.ledger import Ledger, Scope
from bot.news import Cause, Standing
from bot.telling import Telling
from tests.acceptance.conftest import CAMPAIGN, Office
from tests.ledger.memory_platform import SetClocks
from tests.loopback.hook_server import HookServer
from tests.loopback.x_server import (
    Fault,
    XServer,
    bad_request,
    drop_before_answer,
    no_credit,
    unauthorised,
)

SECRET = "s3cret-of-the-hook"


@pytest.fixture
def hook() -> Iterator[HookServer]:
    with HookServer() as server:
        yield server


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks(wall=datetime(2015, 11, 23, 9, 3, 10, tzinfo=UTC))


@pytest.fixture
def env(live: Office, hook: HookServer) -> Environment:
    told = {
        "BOT_TELL": f"json://bot:{SECRET}@{hook.host}/all",
        "BOT_TELL_KENT": f"json://{hook.host}/kent",
    }
    return replace(read_environment(live.environment | told), now=None)


@pytest.fixture
def ledger(env: Environment, clocks: SetClocks) -> Iterator[Ledger]:
    ledger = open_ledger(env, now=clocks.now(), create=False)
    yield ledger
    ledger.close()


@pytest.fixture
def bot(env: Environment, ledger: Ledger, clocks: SetClocks) -> Bot:
    return Bot(env, ledger, clocks)


@pytest.fixture
def telling(bot: Bot) -> Telling:
    return begun(bot)


def begun(bot: Bot) -> Telling:
    telling = Telling.wanted(bot)
    assert telling is not None
    telling.begin()
    return telling


def turn(telling: Telling, *standing: Standing) -> None:
    telling.turn(standing)
    telling.finish()


def deliver(bot: Bot) -> None:
    for key in bot.ledger.due(now=bot.clocks.now()):
        bot.delivery.deliver(key)


def test_many_posts_of_one_cause_are_one_message_and_a_forces_staff_hear_of_their_own(
    bot: Bot, telling: Telling, clocks: SetClocks, hook: HookServer
) -> None:
    clocks.pass_time(3600)
    bot.delivery.sweep()
    turn(telling)
    assert hook.told == []  # more may come

    clocks.pass_time(31)
    for _ in range(3):
        turn(telling)

    assert hook.titles("/all") == ["3 posts were missed"]
    assert hook.titles("/kent") == ["a post was missed"]
    ((_, _, said),) = [one for one in hook.told if one[0] == "/all"]
    assert "Their time passed unsent, of gwent-x (2) and kent-x." in said
    assert "The first: winter@2015/gwent-x/d1.morning/cy: More than 20 minutes" in said
    assert "What to do: keep, move or drop what was missed: .venv/bin/bot missed" in said


def test_more_of_a_cause_is_told_after_ten_minutes_with_its_count(
    bot: Bot, telling: Telling, clocks: SetClocks, hook: HookServer
) -> None:
    for minutes in range(4):
        bot.ledger.hold(Scope.theme(f"t{minutes}"), by="Gold", reason="", now=clocks.now())
        clocks.pass_time(60)
        turn(telling)
    assert hook.titles() == ["a hold began"]

    clocks.pass_time(600)
    turn(telling)

    assert hook.titles() == ["a hold began", "3 holds began"]
    assert "since the last message of this kind, at 09:04 on 23 November." in hook.told[-1][2]


def test_a_bot_that_starts_again_tells_nothing_twice_and_nothing_is_forgotten(
    bot: Bot, telling: Telling, clocks: SetClocks, hook: HookServer
) -> None:
    bot.ledger.hold(Scope.everything(), by="Gold", reason="", now=clocks.now())
    clocks.pass_time(60)
    turn(telling)
    bot.ledger.release(
        Scope.everything(), by="Gold", reason="over", now=clocks.now(), takes_two=False
    )

    clocks.pass_time(3600)
    turn(begun(bot))
    turn(begun(bot))

    assert hook.titles() == ["a hold began", "a hold ended"]


def test_what_was_before_the_first_bot_that_tells_is_not_told(
    bot: Bot, clocks: SetClocks, hook: HookServer
) -> None:
    bot.ledger.hold(Scope.everything(), by="Gold", reason="", now=clocks.now())
    clocks.pass_time(60)

    turn(begun(bot))

    assert hook.told == []


@pytest.mark.parametrize(
    ("fault", "title", "cure"),
    [
        (no_credit(), "an account is out of credit", "buy credit"),
        (unauthorised(), "an account was stopped", "release ACCOUNT"),
        (bad_request(), "a post was refused", "bot history KEY"),
        (drop_before_answer(), "a post may or may not be public", "bot unsettled"),
    ],
)
def test_what_a_platform_does_is_one_message_of_its_cause(
    bot: Bot, telling: Telling, clocks: SetClocks, hook: HookServer, x: XServer,
    fault: Fault, title: str, cure: str,
) -> None:  # fmt: skip
    x.script([fault])
    deliver(bot)
    clocks.pass_time(91)

    turn(telling)

    assert hook.titles() == [title]
    assert cure in hook.told[0][2]


def test_a_post_found_meanwhile_is_not_told(
    bot: Bot, telling: Telling, clocks: SetClocks, hook: HookServer, x: XServer
) -> None:
    x.script([drop_before_answer()])
    deliver(bot)
    (post,) = bot.ledger.unknown()
    bot.ledger.settle(post.key, published="https://x.com/k/status/1", by="A", now=clocks.now())
    clocks.pass_time(91)

    turn(telling)

    assert hook.told == []


def test_who_must_approve_again_is_told_unless_it_was_done_meanwhile(
    bot: Bot, telling: Telling, clocks: SetClocks, hook: HookServer, live: Office
) -> None:
    changed = CAMPAIGN.replace("Tell us what you saw", "Tell police what you saw")
    live.write("messages/national/winter/campaign.yaml", changed)
    bot.plan_ahead()
    lost = {one.post.sender: one.post for one in bot.ledger.lost_by_change()}
    gwents = lost["gwent"]
    bot.ledger.approve([(gwents.key, gwents.rendering.digest)], by="B. Jones", now=clocks.now())
    clocks.pass_time(31)

    turn(telling)

    assert hook.titles("/kent") == ["a post must be approved again"]
    (said,) = (text for path, _, text in hook.told if path == "/all")
    assert "until somebody approves it again, of kent-x." in said
    assert "Changed after A. Smith approved it: to be approved again before Tuesday 24" in said


def test_what_lasts_is_told_when_it_begins_and_when_it_comes_again(
    bot: Bot, telling: Telling, clocks: SetClocks, hook: HookServer
) -> None:
    jumped = Standing(Cause.CLOCK, "the clock of this computer jumped forward by 3 hours.")
    keys = Standing(Cause.CREDENTIALS, "gwent-x has no credentials.", "gwent")
    for _ in range(3):
        turn(telling, jumped, keys)
        clocks.pass_time(900)
    turn(begun(bot), jumped)
    assert hook.titles() == ["nothing is sent: the clock jumped", "an account has no credentials"]
    assert hook.titles("/kent") == ["nothing is sent: the clock jumped"]

    turn(telling)
    turn(begun(bot), jumped)

    assert hook.titles("/kent") == ["nothing is sent: the clock jumped"] * 2


def test_an_address_that_hangs_delays_no_other_and_is_not_called_again_meanwhile(
    bot: Bot, telling: Telling, clocks: SetClocks, hook: HookServer
) -> None:
    hook.hanging.add("/all")
    bot.ledger.hold(Scope.everything(), by="Gold", reason="", now=clocks.now())
    clocks.pass_time(31)
    with capture_logs() as logs:
        telling.turn([])  # returns, though one of them never answers
        while not hook.titles("/kent") or "/all" not in hook.arrived:
            telling.turn([])
        clocks.pass_time(31)
        telling.turn([])
        telling.turn([])

    assert "BOT_TELL 1" in [line["who"] for line in logs if line["event"] == "not-told"]
    assert hook.arrived.count("/all") == 1


def test_a_failure_is_said_once_without_the_address_and_tried_again(
    bot: Bot, telling: Telling, clocks: SetClocks, hook: HookServer
) -> None:
    hook.status = 500
    bot.ledger.hold(Scope.force("gwent"), by="Gold", reason="", now=clocks.now())
    with capture_logs() as logs:
        for _ in range(3):
            clocks.pass_time(61)
            turn(telling)
    hook.status = 200
    clocks.pass_time(61)
    turn(telling)

    assert [line["who"] for line in logs] == ["BOT_TELL 1"]
    assert SECRET not in str(logs)
    assert hook.titles() == ["a hold began"]
    assert hook.titles("/kent") == []


def test_nobody_is_told_of_a_dry_run_unless_a_setting_says_so(bot: Bot) -> None:
    dry = replace(bot.env, mode=Mode.DRY)

    assert Telling.wanted(Bot(dry, bot.ledger, bot.clocks)) is None
    told = replace(dry, tells_dry=True)
    assert Telling.wanted(Bot(told, bot.ledger, bot.clocks)) is not None
    nobody = replace(bot.env, tell={})
    assert Telling.wanted(Bot(nobody, bot.ledger, bot.clocks)) is None


def test_under_cron_what_one_run_saw_the_next_one_tells_and_says_that_it_is_alive(
    live: Office, x: XServer, hook: HookServer
) -> None:
    live.variables |= {
        "BOT_TELL": f"json://{hook.host}/all",
        "BOT_ALIVE_URL": f"http://{hook.host}/alive",
    }
    x.script([no_credit()])
    for time in ("09:00:10", "09:01:10", "09:02:10"):
        assert live.bot("run", "--once", BOT_NOW=f"2015-11-23T{time}").returncode == 0

    assert hook.titles() == ["an account is out of credit"]
    assert hook.calls == ["/alive"] * 3
    assert live.bot("audit", "verify").returncode == 0
    assert any(one["action"] == "told" for one in events(live))


def events(office: Office) -> list[dict[str, str]]:
    env = replace(read_environment(office.environment), now=None)
    ledger = open_ledger(env, now=datetime(2015, 11, 23, tzinfo=UTC), create=False)
    try:
        return [{"action": one.action, "sentence": one.sentence} for one in ledger.events(last=50)]
    finally:
        ledger.close()


def test_a_bot_that_does_not_work_does_not_say_that_it_is_alive(
    bot: Bot, hook: HookServer, clocks: SetClocks
) -> None:
    watched = Bot(replace(bot.env, alive_url=f"http://{hook.host}/alive"), bot.ledger, clocks)
    watch = Watch(watched)
    clocks.pass_time(120)
    watch.ended(worked=True, plan_trouble=None)  # Kent's post was due, and nobody tried
    watch.ended(worked=False, plan_trouble=None)
    assert hook.calls == []

    deliver(bot)
    watch.ended(worked=True, plan_trouble=None)

    assert hook.calls == ["/alive"]


def test_an_address_that_makes_no_sense_stops_no_post(live: Office, x: XServer) -> None:
    live.variables |= {"BOT_ALIVE_URL": f"ftp://{SECRET}/", "BOT_TELL": f"nonsense://{SECRET}"}

    ran = live.bot("run", "--once", BOT_NOW="2015-11-23T09:03:10")

    assert (ran.returncode, len(x.posts())) == (0, 3)
    assert "BOT_ALIVE_URL" in ran.stderr
    assert SECRET not in ran.stdout + ran.stderr


# --- the command ------------------------------------------------------------------------------


def test_a_test_message_goes_to_every_address_and_each_is_said(
    office: Office, hook: HookServer
) -> None:
    office.variables = {
        "BOT_TELL": f"json://bot:{SECRET}@{hook.host}/all nonsense://{SECRET}",
        "BOT_TELL_KENT": f"json://{hook.host}/kent",
    }

    done = office.bot("tell", "--test")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "This is a dry run, of which nobody is told. BOT_TELL_DRY=yes changes that.",
        "BOT_TELL 1 (everything): taken",
        "BOT_TELL 2 (everything): NOT TOLD: apprise does not understand this address",
        "BOT_TELL_KENT 1 (the staff of kent): taken",
    ]
    assert SECRET not in done.stdout + done.stderr
    assert [path for path, _, _ in hook.told] == ["/all", "/kent"]


def test_a_setting_for_a_force_that_is_not_there_is_named(office: Office) -> None:
    office.variables = {"BOT_TELL_KNET": "json://127.0.0.1:9/"}

    done = office.bot("tell")

    assert done.returncode == 1
    assert "BOT_TELL_KNET names nobody in config/forces.yaml. Did you mean" in done.stdout


def test_without_anybody_to_tell_the_command_says_what_to_set(office: Office) -> None:
    done = office.bot("tell", "--test")

    assert done.returncode == 1
    assert "set BOT_TELL in .env" in done.stderr
