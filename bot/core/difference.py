"""Two plans of the same days: which posts are new, gone, moved, or say something else."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.core.comparison import Change
from bot.core.model import Post


class Turn(StrEnum):
    """What became of a post between two plans."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"  # the public sees another post, at whatever time
    MOVED = "moved"  # the same at another time


@dataclass(frozen=True, slots=True)
class Difference:
    """Posts that differ between two plans in the same way; the first of them stands for all."""

    turn: Turn
    pairs: tuple[tuple[Post | None, Post | None], ...]  # (before, after), by when they are due

    @property
    def posts(self) -> tuple[Post, ...]:
        """Each as it is now, or as it was where it is gone."""
        return tuple(one for before, after in self.pairs if (one := after or before))


def differences(before: Iterable[Post], after: Iterable[Post]) -> list[Difference]:
    """What differs, by the posts' keys: one Difference for all that differ in the same way.

    Posts that are alike have the same turn and come from the same wordings.
    """
    old = {post.key: post for post in before}
    new = {post.key: post for post in after}
    groups: dict[Hashable, list[tuple[Post | None, Post | None]]] = {}
    for key in sorted(old.keys() | new.keys(), key=lambda key: _order(new.get(key) or old[key])):
        pair = old.get(key), new.get(key)
        turn = _turn(*pair)
        if turn is not None:
            groups.setdefault((turn, *map(_source, pair)), []).append(pair)
    return [Difference(_turn(*pairs[0]) or Turn.CHANGED, tuple(pairs)) for pairs in groups.values()]


def _turn(before: Post | None, after: Post | None) -> Turn | None:
    if before is None:
        return Turn.NEW
    if after is None:
        return Turn.GONE
    change = Change(before, after)
    if change.is_seen:
        return Turn.CHANGED
    return Turn.MOVED if change.is_moved else None


def _source(post: Post | None) -> Hashable:
    """The wording that a post came from."""
    if post is None:
        return None
    return post.campaign, post.rendering.language, post.rendering.pick


def _order(post: Post) -> tuple[str, str]:
    return post.due.isoformat(), str(post.key)
