"""Delivery beside a bare tweepy loop, to one server that answers in 100 ms."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import requests
import tweepy
from requests.adapters import HTTPAdapter

from bot.app.environment import SystemClocks
from bot.carrier import Carrier
from bot.core.model import Following, Mode, PostKey, State
from bot.delivery import Delivery
from bot.ledger import Ledger
from bot.platforms.x import XCredentials, XPlatform
from tests.factories import a_post, an_account

REPEATS = 5
WORDS = "Seen something in Kent that does not feel right? Tell us in confidence: gov.uk/ACT ({})"


def report() -> Iterator[str]:
    """A line for one account, and one for 48."""
    for accounts, posts, least in ((1, 40, 0.9), (48, 20, 0.8)):
        yield measured(accounts, posts, least)


def measured(accounts: int, posts: int, least: float) -> str:
    with a_server() as url, tempfile.TemporaryDirectory() as folder:
        runs = [
            (
                bare(url, accounts, posts),
                through_the_ledger(url, accounts, posts, Path(folder) / f"{number}.sqlite3"),
            )
            for number in range(REPEATS)
        ]
    alone, ours = median(one for one, _ in runs), median(other for _, other in runs)
    total = accounts * posts
    return (
        f"delivery, {accounts} account{'s' * (accounts > 1)}: bare tweepy {total / alone:.1f} "
        f"posts/s, the bot {total / ours:.1f}: {alone / ours:.2f} of it (at least {least})"
    )


@contextmanager
def a_server() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.x_in_100_ms"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


class _ToTheServer(HTTPAdapter):
    """X's address is written into tweepy; this leads it to the server on this machine."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        assert request.url is not None
        request.url = request.url.replace("https://api.twitter.com", self._url)
        return super().send(request, *args, **kwargs)


def keys_of(number: int) -> XCredentials:
    return XCredentials("k" * 25, "s" * 50, f"{number + 1}-{'t' * 40}", "u" * 45)


def bare(url: str, accounts: int, posts: int) -> float:
    """Seconds that a thread for each account takes, calling create_tweet in a loop."""
    with ThreadPoolExecutor(accounts) as pool:
        started = time.perf_counter()
        list(pool.map(lambda number: _loop(url, number, posts), range(accounts)))
        return time.perf_counter() - started


def _loop(url: str, number: int, posts: int) -> None:
    keys = keys_of(number)
    client = tweepy.Client(
        consumer_key=keys.api_key,
        consumer_secret=keys.api_key_secret,
        access_token=keys.access_token,
        access_token_secret=keys.access_token_secret,
    )
    client.session.trust_env = False
    client.session.mount("https://api.twitter.com/", _ToTheServer(url))
    for index in range(posts):
        client.create_tweet(text=WORDS.format(index))


def through_the_ledger(url: str, accounts: int, posts: int, file: Path) -> float:
    """Seconds for the same posts by ledger, delivery and carrier, from due to published."""
    clocks = SystemClocks()
    now = clocks.now()
    before = now - timedelta(minutes=1)
    names = [f"f{number:02}" for number in range(accounts)]
    every = [
        a_post(f"d1.s{index:03}", force=name, text=WORDS.format(index), due=now)
        for name in names
        for index in range(posts)
    ]
    ledger = Ledger.create(f"sqlite:///{file}", Mode.LIVE, now=before)
    ledger.adopt(every, lambda key: True, now=before)
    pairs = [(post.key, post.rendering.digest) for post in every]
    ledger.approve(pairs, by="the bench", now=before, basis="the bench")
    platforms = {}
    for number, name in enumerate(names):
        ledger.note_timeline(f"{name}-x", [], now=now)
        account = an_account(f"{name}-x", sender=name)
        platforms[account.id] = XPlatform(account, keys_of(number), url=url)
    ledger.heartbeat(now=now)
    delivery = Delivery(ledger, platforms.__getitem__, clocks, worker="the bench")
    delivered = threading.Semaphore(0)

    def deliver(key: PostKey, following: Following) -> None:
        delivery.deliver(key, following)
        delivered.release()

    carrier = Carrier(deliver)
    started = time.perf_counter()
    carrier.submit(ledger.due(now=clocks.now(), limit=len(every)))
    for _ in every:
        delivered.acquire()  # asking again and again would take its turns from the threads
    took = time.perf_counter() - started
    assert len(ledger.posts(states=[State.PUBLISHED])) == len(every)
    ledger.close()
    return took
