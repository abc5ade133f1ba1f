"""Posts that wait to leave and must not any more, where adopting a plan may not change them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.core.model import Post, PostKey, State, is_said
from bot.core.plan import Sources
from bot.core.retime import barred, stop_at
from bot.ledger import Ledger


def no_longer(
    sources: Sources, posts: Iterable[Post], ledger: Ledger, now: datetime
) -> dict[PostKey, str]:
    """Posts that the ledger still has planned, each with the reason why it is missed instead.

    Adopting changes nothing once a post is due, and nothing to when a person gave it its time. So
    what waits in a window in which nothing goes out is found here; and what was due, has not left
    yet, and would say something else by now, such as another threat level, or may not be said.
    """
    planned = {post.key: post for post in posts}
    due = ledger.posts(states=[State.PLANNED], due_before=now + timedelta(microseconds=1))
    found = {}
    for one in (*due, *ledger.given_times()):
        if is_said(one.key):
            continue
        stop = stop_at(sources, one, one.due)
        new = planned.get(one.key)
        if stop is not None:
            found[one.key] = f"Nothing goes out then: {stop.reason}."
        elif one.due <= now and new is None and (why := barred(sources, one, one.due)):
            found[one.key] = f"It must not go out: {why}"
        elif one.due <= now and new is not None and new.rendering.digest != one.rendering.digest:
            found[one.key] = "Its words changed after its time, so what was approved is outdated."
    return found
