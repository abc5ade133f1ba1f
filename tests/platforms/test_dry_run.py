"""The dry run does everything but send."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.model import (
    Account,
    Language,
    Pick,
    PlatformName,
    PostKey,
    Receipt,
    Refused,
    Rendering,
)
from bot.core.text.rules import Limits
from bot.platforms import NotFound, Platform, refused_before_sending
from bot.platforms.dry_run import DryRun
from bot.platforms.x import XPlatform
from tests.core.strings import FAMILY

ACCOUNT = Account("kent-x", "kent", PlatformName.X, (Language.EN,), handle="kent_police")
KEY = PostKey("ct@2026", "kent-x", "d1.morning", Language.EN)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def a_rendering(text: str = "Trust your instincts. gov.uk/ACT") -> Rendering:
    return Rendering(
        "kent-x",
        PlatformName.X,
        Language.EN,
        NOW,
        Pick("m", "w"),
        text,
        len(text),
        280,
        (),
        (),
        "d",
    )


def a_dry_run() -> Platform:
    return DryRun(XPlatform(ACCOUNT, None))


def test_it_makes_the_very_payload_of_the_platform_inside() -> None:
    assert a_dry_run().payload(KEY, a_rendering("Ŵy")) == '{"text":"Ŵy"}'.encode()


def test_it_gives_a_receipt_that_follows_from_key_and_payload() -> None:
    first, again = (a_dry_run().publish(KEY, a_rendering()) for _ in range(2))
    other = a_dry_run().publish(KEY, a_rendering("Other words"))

    assert isinstance(first, Receipt)
    assert isinstance(other, Receipt)
    assert first == again
    assert first.remote_id.startswith("dry-")
    assert len(first.remote_id) == len("dry-") + 16
    assert first.remote_id != other.remote_id
    assert first.url is None


def test_it_refuses_what_the_platform_inside_refuses_before_sending() -> None:
    another = PostKey("ct@2026", "essex-x", "d1.morning", Language.EN)
    live = XPlatform(ACCOUNT, None)

    for key, rendering in [
        (KEY, a_rendering("word " * 60)),
        (KEY, a_rendering("  ")),
        (another, a_rendering()),
    ]:
        outcome = a_dry_run().publish(key, rendering)

        assert isinstance(outcome, Refused)
        assert outcome == live.publish(key, rendering)


@pytest.mark.parametrize(
    ("platform", "text", "sentence"),
    [
        (PlatformName.X, "Police\ufffe", "holds an invisible character that X refuses."),
        (PlatformName.X, "警" * 141, "is 282 characters long and X takes 280."),
        (PlatformName.BLUESKY, "a" * 301, "is 301 characters long and Bluesky takes 300."),
        (
            PlatformName.BLUESKY,
            FAMILY * 121,
            "has more bytes than Bluesky takes.",
        ),
        (PlatformName.MASTODON, "a" * 501, "is 501 characters long and Mastodon takes 500."),
    ],
)
def test_each_platform_refuses_by_its_own_rules(
    platform: PlatformName, text: str, sentence: str
) -> None:
    account = replace(ACCOUNT, platform=platform)
    rendering = replace(a_rendering(text), platform=platform, length=1, limit=280)

    refused = refused_before_sending(account, KEY, rendering)

    assert refused == Refused(f"This post of kent-x {sentence} It was not sent.")


def test_what_its_own_server_takes_is_not_refused() -> None:
    account = replace(ACCOUNT, platform=PlatformName.MASTODON, limits=Limits(max_characters=1_000))
    rendering = replace(a_rendering("a" * 900), platform=PlatformName.MASTODON, limit=1_000)

    assert refused_before_sending(account, KEY, rendering) is None


def test_it_finds_nothing_because_nothing_left() -> None:
    assert a_dry_run().find(KEY, a_rendering(), since=NOW, known=()) == NotFound(looked_at=0)
    assert a_dry_run().recent() == ()


def test_it_needs_no_keys_no_tweepy_and_no_socket() -> None:
    program = """
import socket, sys
def no_socket(*_, **__): raise SystemExit("a socket was opened")
socket.socket.connect = socket.getaddrinfo = no_socket
from tests.platforms.test_dry_run import KEY, a_dry_run, a_rendering
platform = a_dry_run()
platform.publish(KEY, a_rendering())
platform.find(KEY, a_rendering(), since=None, known=())
platform.recent()
sys.exit(bool({"tweepy", "requests"} & set(sys.modules)))
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
