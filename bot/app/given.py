"""Times that people gave to posts: kept by every plan, and proposed before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.app.environment import today
from bot.core import check
from bot.core.check import IDENTICAL_WITHIN
from bot.core.model import Pick, Post, PostKey, is_said
from bot.core.plan import Plan, Sources, Window, plan
from bot.core.retime import GONE, barred, hindrance, said_at
from bot.core.source import Problem
from bot.core.turns import place_of
from bot.ledger import LedgerPost


@dataclass(frozen=True, slots=True)
class Proposed:
    """What would go out at new times, in their order; and why the rest cannot."""

    posts: tuple[Post, ...]
    refused: Mapping[PostKey, str]


def with_given_times(
    sources: Sources, posts: Iterable[Post], given: Iterable[LedgerPost]
) -> tuple[list[Post], frozenset[PostKey]]:
    """A plan's posts, those that a person gave their time at that time; and what is gone.

    They are rendered anew, so that a threat level that changed meanwhile changes their words too.
    """
    planned = {post.key: post for post in posts}
    gone = set()
    for one in given:
        planned.pop(one.key, None)
        if one.campaign in sources.embargoed:
            gone.add(one.key)
            continue
        again = said_at(sources, one, one.due)
        if barred(sources, one, one.due):
            gone.add(one.key)
        elif isinstance(again, Post):
            planned[one.key] = again
        elif again.code == GONE:
            gone.add(one.key)
    return list(planned.values()), frozenset(gone)


def propose(
    sources: Sources,
    wanted: Sequence[tuple[LedgerPost, datetime]],
    kept: Mapping[PostKey, Pick],
    *,
    now: datetime,
) -> Proposed:
    """Missed posts at new times: rendered, and checked among all that goes out around them."""
    refused: dict[PostKey, str] = {}
    posts: list[Post] = []
    for one, due in wanted:
        again = said_at(sources, one, due)
        if is_said(one.key):
            refused[one.key] = "it was said for its moment: say it again with bot say."
        elif due <= now:
            refused[one.key] = "that time has passed."
        elif why := hindrance(sources, one, due):
            refused[one.key] = why
        elif isinstance(again, Problem):
            refused[one.key] = again.message
        elif why := barred(sources, one, due):
            refused[one.key] = why
        else:
            posts.append(again)
    if posts:
        around = _around(sources, [one for one, _ in wanted], posts, kept)
        refused |= _stopped(sources, around, posts)
    refused |= _with_their_places(sources, refused, posts)
    sound = sorted((one for one in posts if one.key not in refused), key=_order)
    return Proposed(tuple(sound), refused)


def _with_their_places(
    sources: Sources, refused: Mapping[PostKey, str], posts: Sequence[Post]
) -> dict[PostKey, str]:
    """Posts whose other language, or another part of whose thread, cannot go out then."""
    accounts = sources.config.accounts
    stays = {place_of(key, accounts): key for key in refused}
    return {
        post.key: f"{stays[place]} cannot go out then: {refused[stays[place]]}"
        for post in posts
        if post.key not in refused and (place := place_of(post.key, accounts)) in stays
    }


def _around(
    sources: Sources,
    missed: Sequence[LedgerPost],
    posts: Sequence[Post],
    kept: Mapping[PostKey, Pick],
) -> Plan:
    days = [*(today(one.due) for one in missed), *(today(post.due) for post in posts)]
    window = Window(min(days) - IDENTICAL_WITHIN, max(days) + IDENTICAL_WITHIN)
    return plan(sources, window, kept)


def _stopped(sources: Sources, around: Plan, posts: Sequence[Post]) -> dict[PostKey, str]:
    """Posts of accounts that take no part any more, and posts that have an error where they are."""
    speaks = {(post.key.run, post.key.account) for post in around.posts}
    left = {
        (one.run, one.sender): one.reason
        for one in around.left_out
        if one.day is None  # a whole run
    }
    refused = {
        post.key: left[post.key.run, post.sender]
        for post in posts
        if (post.key.run, post.key.account) not in speaks and (post.key.run, post.sender) in left
    }
    mine = {post.key for post in posts}
    others = [post for post in around.posts if post.key not in mine]
    checked = check.check_posts([*others, *posts], sources.packs, sources.config)
    errors = {key: problem.message for key, problem in checked.stopped.items() if key in mine}
    return refused | errors | _too_many(sources, others, posts)


def _too_many(
    sources: Sources, others: Sequence[Post], posts: Sequence[Post]
) -> dict[PostKey, str]:
    """Those that would be more than an account posts in a day."""
    most = sources.config.settings.posts_per_account_a_day
    used = Counter((post.key.account, today(post.due)) for post in others)
    refused = {}
    for post in sorted(posts, key=_order):
        day = post.key.account, today(post.due)
        used[day] += 1
        if used[day] > most:
            refused[post.key] = f"{post.key.account} would post more than {most} times that day."
    return refused


def _order(post: Post) -> tuple[datetime, str, int]:
    return post.due, post.key.account, post.key.language.rank
