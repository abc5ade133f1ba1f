"""Text: counting and linking beside the official JavaScript, on the same texts and machine.

Set BOT_ORACLE to a folder in which `npm install twitter-text@3.1.0 @atproto/api` was run; without
it, or without Node, nothing is compared and the report says so.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random

from bot.core.text import bluesky, graphemes, mastodon, x
from bot.core.text.parsed import Parsed
from tests import oracle
from tests.bench.planning import planned_texts

POSTS = 6_000
REPEATS = 3
WORDS = (  # noqa: SIM905 (so many words are read more easily than a list)
    "the police in Kent are asking you to look out for anything that does not feel right and tell "
    "us in confidence because no report is too small it could save lives officers across county "
    "work with communities every day Stay safe trust your instincts call online now help’s – café "
    "heddlu Gymru dŵr terrorism support protect public places events"
).split()
PARSERS: tuple[tuple[str, Callable[[str], Parsed]], ...] = (
    ("X", x.parse),
    ("Bluesky", bluesky.parse),
    ("Mastodon", mastodon.parse),
)
CACHES = (x._measured, x._linked, bluesky._measured, mastodon._measured, graphemes._counted)


def report() -> Iterator[str]:
    yield from _compared("texts never seen, 200 to 280 characters", _unseen(), "0.25")
    # A plan's texts are read in another process: planning them would have filled the caches.
    found = subprocess.run(
        (sys.executable, "-m", "tests.bench.planning", "texts"),
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    yield from _compared("the week of 2015", planned_texts(found.stdout), "1")


def _compared(what: str, texts: Sequence[str], least: str) -> Iterator[str]:
    why = oracle.missing()
    official = {} if why else _official(texts)
    for name, parse in PARSERS:
        rate = max(_rate(texts, parse) for _ in range(REPEATS))
        beside = why or "no official library to compare with"
        if name in official:
            ratio = rate / official[name]
            beside = f"{ratio:.2f} times as fast as the official JavaScript (at least {least})"
        yield f"text, {what}, {name}: {len(texts)} texts at {rate:.0f} a second, {beside}"


def _official(texts: Sequence[str]) -> dict[str, float]:
    on_x, _, on_bluesky = oracle.ask("speed", texts)
    return {"X": on_x, "Bluesky": on_bluesky}


def _rate(texts: Sequence[str], parse: Callable[[str], Parsed]) -> float:
    """Texts a second, with nothing remembered from before."""
    for cache in CACHES:
        cache.cache_clear()
    started = time.perf_counter()
    for text in texts:
        parse(text)
    return len(texts) / (time.perf_counter() - started)


def _unseen() -> list[str]:
    chance = Random(2026)
    return [_a_post(chance) for _ in range(POSTS)]


def _a_post(chance: Random) -> str:
    words: list[str] = []
    wanted = chance.randint(150, 215)
    while sum(map(len, words)) + len(words) < wanted:
        end = chance.choice([".", ",", "!", "?"]) if chance.random() < 0.15 else ""
        words.append(chance.choice(WORDS) + end)
    if chance.random() < 0.5:
        emoji = chance.choice(["🚨", "👮🏿\u200d♀\ufe0f", "🇬🇧"])
        words.insert(chance.randrange(len(words)), emoji)
    number = chance.randint(1, 10**6)
    words.append(
        chance.choice(["gov.uk/a", "https://www.gov.uk/a", "met.police.uk/a"]) + str(number)
    )
    words.append(f"#ActionCountersTerrorism #ACT{chance.randint(1, 10**5)}")
    return " ".join(words + (["@kent_police"] if chance.random() < 0.3 else []))
