"""The shipped week on all three platforms at once, over the real adapters."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.environment import PROJECT
from tests.acceptance.conftest import Office
from tests.loopback.mastodon_server import MastodonServer
from tests.loopback.x_server import XServer
from tests.pds import PdsServer

ACCOUNTS = """\
    gwent-bsky:
      platform: bluesky
      handle: {handle}
      handle_source: the force's own page
      live: yes
    gwent-mastodon:
      platform: mastodon
      handle: gwent_police@policing.example
      handle_source: the force's own page
      live: yes
"""


@pytest.fixture
def mastodon() -> Iterator[MastodonServer]:
    with MastodonServer() as server:
        yield server


def test_the_week_of_2015_is_complete_on_all_three_and_reads_as_planned(
    office: Office, tmp_path: Path, x: XServer, pds: PdsServer, mastodon: MastodonServer
) -> None:
    # A rehearsal makes its credentials up: nobody's real ones are sent anywhere.
    gwent = pds.make_account("gwent", password="gwent-bsky")
    shutil.copytree(PROJECT / "config", tmp_path / "shipped")
    forces = tmp_path / "shipped" / "forces.yaml"
    accounts = ACCOUNTS.format(handle=gwent.handle)
    text = forces.read_text(encoding="utf-8")
    forces.write_text(text.replace("    gwent-x:\n", f"{accounts}    gwent-x:\n", 1), "utf-8")

    week = office.json(
        "rehearse", "ct-awareness-week@2015", "--force", "gwent", "--to-loopback",
        BOT_MESSAGES=str(PROJECT / "messages"),
        BOT_CONFIG=str(tmp_path / "shipped"),
        BOT_X_URL=x.url,
        BOT_BLUESKY_URL=pds.url,
        BOT_MASTODON_URL=mastodon.url,
    )  # fmt: skip

    planned: dict[str, list[str]] = {}
    for post in week["posts"]:
        planned.setdefault(post["account"], []).append(post["text"])
    assert {account: len(texts) for account, texts in planned.items()} == {
        "gwent-x": 30,
        "gwent-bsky": 30,
        "gwent-mastodon": 30,
    }
    assert week["published"] == week["planned"] == 90
    assert sorted(post.text for post in x.posts()) == sorted(planned["gwent-x"])
    assert sorted(one["value"]["text"] for one in pds.records(gwent)) == sorted(
        planned["gwent-bsky"]
    )
    assert sorted(one.text for one in mastodon.statuses()) == sorted(planned["gwent-mastodon"])
