"""A day's cap: how many posts an account publishes in a day, over all runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from bot.core.model import Post, PostKey, configured_run, london_day
from bot.core.packs import Dated
from bot.core.plan.values import LeftOut, Sources
from bot.core.source import Place
from bot.core.turns import place_of

AT: Final = Place("config/settings.yaml")


def capped(
    posts: Iterable[Post], sources: Sources, kept: Collection[PostKey]
) -> tuple[list[Post], list[LeftOut]]:
    """The posts that a day has room for, and those it has none for.

    What is kept, because it was approved or is on its way, goes first; then runs with dates before
    those of every week, in the order of campaigns.yaml; then by time. A place goes or stays with
    all its languages, each of which counts as a post, on both accounts of a pair.
    """
    most = sources.config.settings.posts_per_account_a_day
    accounts = sources.config.accounts
    turns = _turns(sources)
    places: dict[tuple[str, str, str], list[Post]] = defaultdict(list)
    for post in posts:
        places[place_of(post.key, accounts)].append(post)
    waiting = sorted(places.values(), key=lambda place: _precedence(place, turns, kept))
    used: Counter[tuple[str, date]] = Counter()
    room: list[Post] = []
    left: list[LeftOut] = []
    for place in waiting:
        wanted = Counter((post.key.account, london_day(post.due)) for post in place)
        if all(used[day] + number <= most for day, number in wanted.items()):
            used += wanted
            room += place
        else:
            one_each = {post.key.account: post for post in place}
            left += [_left_out(post, most) for post in one_each.values()]
    return room, left


def _turns(sources: Sources) -> dict[str, int]:
    """Each run's turn: those with dates first, each group in the order of the file."""

    def weekly(run_id: str) -> bool:
        run = sources.config.runs[run_id]
        pack = sources.packs.get(run.pack)
        return run.weekly is not None or (pack is not None and not isinstance(pack.schedule, Dated))

    return {run_id: turn for turn, run_id in enumerate(sorted(sources.config.runs, key=weekly))}


def _precedence(
    place: Sequence[Post], turns: Mapping[str, int], kept: Collection[PostKey]
) -> tuple[object, ...]:
    first = place[0]
    stays = any(post.key in kept for post in place)
    return not stays, turns[configured_run(first.key.run)], first.due, str(first.key)


def _left_out(post: Post, most: int) -> LeftOut:
    return LeftOut(
        run=post.key.run,
        campaign=post.campaign,
        sender=post.sender,
        reason=f"{post.key.account} has no room left that day: posts_per_account_a_day is {most}.",
        place=AT,
        code="daily-cap",
        day=london_day(post.due),
        slot=post.key.slot,
        account=post.key.account,
    )
