"""A national post that a force passes on: previewed, approved, and sent by the real program."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.acceptance.conftest import CAMPAIGN, FORCES, LOCAL, Office
from tests.acceptance.quick import Forks
from tests.loopback.x_server import XServer

NATION = """
nation:
  name: The Nation's Police
  kind: national
  languages: en
  fill_in:
    in_area: in the UK
  accounts:
    nation-x:
      platform: x
      handle: nation
      handle_source: its own page
      live: yes
"""
BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}
NINE = {"BOT_NOW": "2015-11-23T09:00:10"}


@pytest.fixture
def forks(prepared: Forks) -> Forks:
    return prepared


@pytest.fixture
def opted_in(office: Office) -> Office:
    """Kent has opted in to pass on whatever the nation says on Monday."""
    opted_in = FORCES.replace("handle: kent_police", "handle: kent_police\n      amplifies: yes")
    office.write("config/forces.yaml", opted_in + NATION)
    office.write("messages/local/nation/winter.yaml", LOCAL.format(force="nation"))
    marked = CAMPAIGN.replace("    theme: notice\n", "    theme: notice\n    amplify: repost\n")
    office.write("messages/national/winter/campaign.yaml", marked)
    return office


@pytest.fixture
def live(opted_in: Office, x: XServer) -> Office:
    """Gone live, and approved."""
    office = opted_in
    office.variables = {"BOT_MODE": "live", "BOT_X_URL": x.url}
    for arguments in (("db", "create", "--live"), ("run", "--once")):
        assert office.bot(*arguments, **BEFORE).returncode == 0
    code = office.json("preview", "--campaign", "winter@2015", **BEFORE)["code"]
    approved = office.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)
    assert approved.returncode == 0, approved.stdout
    return office


def test_what_is_reposted_is_not_written_out_for_others_to_post(opted_in: Office) -> None:
    of_kent = ("--force", "kent", "--campaign", "winter@2015")

    said = opted_in.bot("export", "week.csv", "--for", "buffer", *of_kent, **BEFORE).stdout

    assert "Left out, as they repost what a national account says: 2 posts." in said
    written = (opted_in.folder / "week.csv").read_text(encoding="utf-8")
    assert "in Kent" in written
    assert "in the UK" not in written


def test_a_repost_is_shown_as_what_it_is_and_passes_on_what_was_published(
    live: Office, x: XServer
) -> None:
    shown = live.bot("preview", "--force", "kent", "--on", "2015-11-23", **NINE).stdout
    planned = live.json("plan", "--force", "kent", "--on", "2015-11-23", **NINE)
    first = planned[0]
    due = datetime.fromisoformat(first["due"])

    live.bot("run", "--once", **NINE)
    live.bot("run", "--once", BOT_NOW=f"{due + timedelta(seconds=10):%Y-%m-%dT%H:%M:%S}")

    assert f"Repost of The Nation's Police (@nation) at {due:%H:%M}:" in shown
    assert first["reposts"] == "winter@2015/nation-x/d1.morning/en"
    (passed_on,) = x.reposts()
    assert passed_on.text == first["text"]
    assert passed_on.reposts in [post.id for post in x.posts()]
    said = live.bot("history", first["key"], **NINE).stdout
    assert "a repost of winter@2015/nation-x/d1.morning/en" in said
    assert f"/nation/status/{passed_on.reposts}" in said
