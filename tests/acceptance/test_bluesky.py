"""The real program with an account on Bluesky, on Bluesky's own server on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.environment import PROJECT
from bot.core.text import bluesky
from bot.core.text.parsed import Entity
from tests.acceptance.conftest import FORCES, Office
from tests.acceptance.quick import Forks
from tests.loopback import hostile_proxy as faults
from tests.loopback.hostile_proxy import HostileProxy
from tests.loopback.x_server import XServer
from tests.pds import PdsAccount, PdsServer

BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}
MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}

ON_BLUESKY = """\
    {account}:
      platform: bluesky
      handle: {handle}
      handle_source: the force's own page
      live: yes
"""


@pytest.fixture(scope="module")
def prepared() -> Iterator[Forks]:
    """Where most runs import Bluesky's library, it is imported once."""
    with closing(Forks("atproto_client.client.raw")) as made:
        yield made


@pytest.fixture
def kent(pds: PdsServer) -> PdsAccount:
    return pds.make_account("kent")


@pytest.fixture
def office(office: Office, x: XServer, pds: PdsServer, kent: PdsAccount) -> Office:
    """Kent is on X and on Bluesky."""
    account = ON_BLUESKY.format(account="kent-bsky", handle=kent.handle)
    office.write("config/forces.yaml", FORCES.replace("gwent:\n", f"{account}gwent:\n", 1))
    office.variables = {
        "BOT_MODE": "live",
        "BOT_X_URL": x.url,
        "BOT_BLUESKY_URL": pds.url,
        "KENT_BSKY_IDENTIFIER": kent.handle,
        "KENT_BSKY_APP_PASSWORD": pds.make_app_password(kent),
    }
    return office


@pytest.fixture
def live(office: Office) -> Office:
    """Planned, previewed and approved the day before."""
    office.bot("db", "create", "--live", **BEFORE)
    office.bot("run", "--once", **BEFORE)
    code = office.json("preview", "--campaign", "winter@2015", **BEFORE)["code"]
    approved = office.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)
    assert approved.returncode == 0, approved.stdout + approved.stderr
    return office


def planned_texts(office: Office) -> set[str]:
    posts = office.json("plan", "--from", "2015-11-23", "--to", "2015-11-23", **BEFORE)
    return {post["text"] for post in posts if post["account"] == "kent-bsky"}


def public(pds: PdsServer, account: PdsAccount) -> list[str]:
    return [kept["value"]["text"] for kept in pds.records(account)]


def test_a_post_goes_out_on_both_platforms_once_as_it_was_planned(
    live: Office, x: XServer, pds: PdsServer, kent: PdsAccount
) -> None:
    for _ in range(2):
        ran = live.bot("run", "--once", **MORNING)
        assert ran.returncode == 0, ran.stderr

    (text,) = public(pds, kent)
    assert text in planned_texts(live)
    assert len(x.posts()) == 3  # Kent's, and Gwent's in two languages


def test_a_bot_that_is_killed_before_it_could_write_down_what_it_sent_sends_it_once(
    live: Office, pds: PdsServer, kent: PdsAccount
) -> None:
    live.bot("run", "--once", BOT_KILL_AT="published", **MORNING)
    for minute in range(4, 12):
        live.bot("run", "--once", BOT_NOW=f"2015-11-23T09:{minute:02}:10")

    assert len(public(pds, kent)) == 1
    posts = live.json("history", BOT_NOW="2015-11-23T09:12:10")
    states = {post["key"]: post["state"] for post in posts}
    assert states["winter@2015/kent-bsky/d1.morning/en"] == "published"


WRONG = [
    (faults.html(accepts=False), "unknown"),
    (faults.redirect(301), "unknown"),
    (faults.dropped(accepts=False), "unknown"),
    (faults.html(route="createSession"), "not-sent-yet"),
    (faults.refused(401, "AuthenticationRequired", route="createSession"), "not-sent-yet"),
    (faults.refused(400, "InvalidRequest", "Could not find repo: kent.test"), "refused"),
]


def test_whatever_bluesky_does_is_said_of_its_post_and_the_others_go_out(
    live: Office, pds: PdsServer, tmp_path: Path
) -> None:
    for number, (fault, action) in enumerate(WRONG):
        copy = Office(tmp_path / f"copy-{number}", dict(live.variables), live.forks)
        shutil.copytree(live.folder, copy.folder, ignore=shutil.ignore_patterns("copy-*"))
        with XServer() as x, HostileProxy(pds.url) as proxy:
            proxy.script([fault] * 3)  # the page is read first, and then a session asked for again
            here = {"BOT_X_URL": x.url, "BOT_BLUESKY_URL": proxy.url}
            ran = copy.bot("run", "--once", **here, **MORNING)

            assert len(x.posts()) == 3
        (said,) = [one for one in ran.stderr.splitlines() if f'"action": "{action}"' in one]
        assert "winter@2015/kent-bsky/d1.morning/en" in said
        assert "kent-bsky (@" in said


def test_a_session_that_ends_midway_and_limits_that_are_no_limits_cost_no_post(
    live: Office, x: XServer, pds: PdsServer, kent: PdsAccount
) -> None:
    lie = {"RateLimit-Limit": "5000", "RateLimit-Remaining": "0", "RateLimit-Reset": "9" * 40}
    with HostileProxy(pds.url) as proxy:
        proxy.script([faults.refused(400, "ExpiredToken"), faults.Fault(headers=lie)])
        ran = live.bot("run", "--once", BOT_BLUESKY_URL=proxy.url, **MORNING)

    assert ran.returncode == 0, ran.stderr
    assert len(public(pds, kent)) == 1
    assert len(x.posts()) == 3


def test_the_shipped_week_is_complete_and_reads_as_it_was_previewed(
    office: Office, tmp_path: Path, pds: PdsServer
) -> None:
    # A rehearsal makes its credentials up: nobody's real ones are sent anywhere.
    gwent = pds.make_account("gwent", password="gwent-bsky")
    shutil.copytree(PROJECT / "config", tmp_path / "shipped")
    forces = tmp_path / "shipped" / "forces.yaml"
    account = ON_BLUESKY.format(account="gwent-bsky", handle=gwent.handle)
    text = forces.read_text(encoding="utf-8")
    forces.write_text(text.replace("    gwent-x:\n", f"{account}    gwent-x:\n", 1))

    week = office.json(
        "rehearse", "ct-awareness-week@2015", "--force", "gwent", "--to-loopback",
        BOT_MESSAGES=str(PROJECT / "messages"),
        BOT_CONFIG=str(tmp_path / "shipped"),
    )  # fmt: skip

    wanted = [post for post in week["posts"] if post["account"] == "gwent-bsky"]
    kept = [record["value"] for record in pds.records(gwent)]
    assert len(kept) == len(wanted) == 30, {post["state"] for post in wanted}
    assert {one["text"] for one in kept} == {post["text"] for post in wanted}
    for one in kept:
        assert linked(one) == meant(one["text"])
        assert datetime.fromisoformat(one["createdAt"]).astimezone(UTC).year == 2015
    assert any(linked(one) for one in kept)


def linked(record: dict[str, object]) -> list[str]:
    """What the record's facets cover, by their bytes."""
    text = str(record["text"]).encode()
    facets = record.get("facets", [])
    assert isinstance(facets, list)
    return [
        text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode() for facet in facets
    ]


def meant(text: str) -> list[str]:
    """What the preview shows as links and hashtags."""
    spans = bluesky.parse(text).spans
    return [text[span.start : span.end] for span in spans if span.kind is not Entity.MENTION]
