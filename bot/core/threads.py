"""A message in several parts: each a post of its own, in reply to the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.core.model import Post, Rendering
from bot.core.packs import Wording
from bot.core.source import Problem

WAITS: Final = timedelta(minutes=10)
"""How much later a part may leave than the one before: so long looking takes where the fate of
that one is unknown, and a thread that has begun should not end in the middle."""


def thread(
    first: Post, wording: Wording, rendered: Callable[..., Rendering | Problem]
) -> tuple[Post, ...] | Problem:
    """The posts of a message: `first`, and one for each further part of the wording.

    `rendered(part=2)` gives the rendering of the second part. A Problem in one part stops all.
    """
    posts = [first]
    for part, words in enumerate(wording.words[first.key.language].parts()[1:], start=2):
        made = rendered(part=part)
        if isinstance(made, Problem):
            return made
        before = posts[-1]
        key = replace(first.key, part=part)
        grace = grace_seconds(first.grace_seconds, part)
        posts.append(
            replace(
                before,
                key=key,
                rendering=made,
                grace_seconds=grace,
                place=words.place,
                waits_for=before.key,
            )
        )
    return tuple(posts)


def grace_seconds(of_first: int, part: int) -> int:
    """How late a part may still leave."""
    return of_first + (part - 1) * int(WAITS.total_seconds())
