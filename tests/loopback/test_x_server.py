"""The hostile X of the tests, where the bot's own tests do not show what it does."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from bot.core.model import NotSent, PostKey, Receipt, Rendering
from bot.platforms.x import XCredentials, XPlatform
from tests.factories import a_post, an_account
from tests.loopback.x_server import Chances, XServer

KEYS = XCredentials("k" * 25, "s" * 50, f"7-{'t' * 40}", "u" * 45)


@pytest.fixture
def x() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def platform(x: XServer) -> XPlatform:
    return XPlatform(an_account("kent-x"), KEYS, url=x.url)


def posted(platform: XPlatform, number: int) -> Any:
    key, rendering = words(number)
    return platform.publish(key, rendering)


def words(number: int) -> tuple[PostKey, Rendering]:
    post = a_post(f"d1.s{number}", force="kent", text=f"Line {number}.")
    return post.key, post.rendering


def asked(x: XServer, path: str, content: object) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"{x.url}{path}",
        json.dumps(content).encode(),
        {"Authorization": 'OAuth oauth_token="7-t"'},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_who_has_posted_his_share_of_a_window_must_wait(x: XServer, platform: XPlatform) -> None:
    x.posts_a_window = 2

    outcomes = [posted(platform, number) for number in range(3)]

    assert [type(one) for one in outcomes] == [Receipt, Receipt, NotSent]
    assert 0 < outcomes[2].retry_after_seconds <= 901
    assert [one.came_of_it for one in x.asks] == ["accepted", "accepted", "limited"]


def test_chance_gives_a_request_the_same_fault_in_every_run(x: XServer) -> None:
    def run() -> list[str]:
        with XServer() as other:
            other.chances = Chances(3, {"fine": 1, "server_fault": 1, "bad_request": 1})
            there = XPlatform(an_account("kent-x"), KEYS, url=other.url)
            return [type(posted(there, number)).__name__ for number in range(12)]

    first, second = run(), run()

    assert first == second
    assert set(first) == {"Receipt", "Unknown", "Refused"}


def test_nobody_is_reached_while_it_is_away_and_afterwards_it_is_where_it_was(
    x: XServer, platform: XPlatform
) -> None:
    x.go_away(0.5)

    numbers = count()
    while not isinstance(posted(platform, next(numbers)), NotSent):
        pass
    accepted = len(x.posts())
    while isinstance(outcome := posted(platform, next(numbers)), NotSent):
        assert len(x.posts()) == accepted

    assert isinstance(outcome, Receipt)


def test_a_picture_is_taken_as_base64_and_described_by_its_owner_alone(x: XServer) -> None:
    media = base64.b64encode(b"not really a picture").decode()

    status, made = asked(x, "/2/media/upload", {"media": media, "media_category": "tweet_image"})
    described = asked(
        x, "/2/media/metadata", {"id": made["data"]["id"], "metadata": {"alt_text": {"text": "A"}}}
    )
    unknown = asked(x, "/2/media/metadata", {"id": "1", "metadata": {}})

    assert (status, made["data"]["size"]) == (200, 20)
    assert described[0] == 200
    assert unknown[0] == 404
    assert asked(x, "/2/media/upload", {"media": "?"})[0] == 400
