"""Planning: the week of 2015 and the eight weeks of 2019, for every force that is shipped."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.app.environment import read_environment
from bot.app.files import load
from bot.core import check
from bot.core.model import Post
from bot.core.plan import Sources, Window, plan

WEEK = Window(date(2015, 11, 23), date(2015, 11, 27))
EIGHT_WEEKS = Window(date(2019, 1, 23), date(2019, 3, 19))
REPEATS = 3


def report() -> Iterator[str]:
    yield _in_a_fresh_process("week")
    yield _in_a_fresh_process("eight-weeks")


def _in_a_fresh_process(what: str) -> str:
    """The best of a few: nothing that one run remembered helps another."""
    command = (sys.executable, "-m", "tests.bench.planning", what)
    runs = [
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        for _ in range(REPEATS)
    ]
    posts, seconds, jinja, megabytes = min(runs, key=lambda run: float(run[1]))
    if what == "week":
        rate = int(posts) / float(seconds)
        return (
            f"planning, the week of 2015: {posts} posts at {rate:.0f} a second (at least 1500), "
            f"{float(jinja) / float(seconds):.1f} times as fast as Jinja2 alone fills them in"
        )
    return (
        f"planning, eight weeks of 2019: {posts} posts, words read, planned and checked in "
        f"{float(seconds):.1f} s (under 15) and {megabytes} MB (under 300)"
    )


def _sources() -> Sources:
    return load(read_environment({"BOT_MODE": "dry"})).usable


def _week() -> tuple[list[Post], float]:
    sources = _sources()
    started = time.perf_counter()
    planned = plan(sources, WEEK, {})
    check.check_posts(planned.posts, sources.packs, sources.config)
    return list(planned.posts), time.perf_counter() - started


def _eight_weeks() -> tuple[list[Post], float]:
    started = time.perf_counter()
    sources = _sources()
    planned = plan(sources, EIGHT_WEEKS, {})
    check.check_posts(planned.posts, sources.packs, sources.config)
    return list(planned.posts), time.perf_counter() - started


def planned_texts(printed: str) -> list[str]:
    """The texts that this module prints for `texts`."""
    found: list[str] = json.loads(printed)
    return found


def _by_jinja_alone(posts: list[Post]) -> float:
    """Seconds in which Jinja2 compiles and fills in as many templates of this length."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, cache_size=0)
    words = [post.rendering.text.replace("gov.uk/ACT", "{{ link }}") for post in posts]
    started = time.perf_counter()
    for one in words:
        environment.from_string(one).render(link="gov.uk/ACT")
    return time.perf_counter() - started


def _megabytes() -> int:
    """The most memory that this process ever had."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    if sys.argv[1] == "texts":
        print(json.dumps([post.rendering.text for post in _week()[0]]))  # noqa: T201
        sys.exit()
    posts, seconds = _week() if sys.argv[1] == "week" else _eight_weeks()
    megabytes = _megabytes()
    jinja = _by_jinja_alone(posts) if sys.argv[1] == "week" else 0.0
    print(len(posts), seconds, jinja, megabytes)  # noqa: T201
