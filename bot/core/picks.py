"""Which message fills which place: no message twice until the pool is through, and none moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count


def assign(places: int, ranked: Sequence[str], usable: Iterable[str]) -> list[tuple[str, int]]:
    """For each place: (message, which turn of it); nothing at all where there is nothing to say.

    No message comes twice until the pool is through. `ranked` holds withdrawn messages too, so
    that only their own places are refilled, from the messages used least.
    """
    usable = set(usable)
    order = [name for name in ranked if name in usable]
    filled: dict[int, tuple[str, int]] = {}
    uses: Counter[str] = Counter()
    for index in range(places if order else 0):
        turn, wanted = divmod(index, len(ranked))
        if ranked[wanted] in usable:
            filled[index] = ranked[wanted], turn
            uses[ranked[wanted]] += 1
    for index in range(places if order else 0):
        if index not in filled:
            least = min(order, key=lambda name: uses[name])  # the first of its rank, on a tie
            filled[index] = least, uses[least]
            uses[least] += 1
    return [filled[index] for index in sorted(filled)]


def once_each(ranked: Sequence[str], usable: Iterable[str]) -> list[tuple[str, int]]:
    """For as many places as there are messages: (message, which turn of it), each message once.

    The place of a message that is withdrawn goes to the one used least, and of those to the one
    that comes farthest from it: what follows are the same messages in the same order.
    """
    usable = set(usable)
    order = [name for name in ranked if name in usable]
    if not order:
        return []
    at = {name: [index] for index, name in enumerate(ranked) if name in usable}
    found = []
    for index, name in enumerate(ranked):
        turn = 0
        if name not in usable:

            def nearness(one: str, here: int = index) -> tuple[int, int]:
                gaps = (abs(here - there) for there in at[one])
                return len(at[one]), -min(min(gap, len(ranked) - gap) for gap in gaps)

            name = min(order, key=nearness)
            turn = len(at[name])
            at[name].append(index)
        found.append((name, turn))
    return found


def settled(natural: Sequence[str], kept: Sequence[str | None], order: Sequence[str]) -> list[str]:
    """What fills each place: what is kept stays, the rest is natural as far as that goes.

    Each name is used as often as it would be if nothing were kept, so keeping a place as it is
    changes no other, and where a kept name came from elsewhere, its place there is refilled from
    the names that are now missing.
    """
    wanted = Counter(natural)
    uses = Counter(name for name in kept if name)
    found = []
    for name, stays in zip(natural, kept, strict=True):
        if stays is None:
            if uses[name] >= wanted[name]:
                name = min(order, key=lambda one: uses[one] - wanted[one])
            uses[name] += 1
        found.append(stays or name)
    return found


def turns_of(natural: Sequence[tuple[str, int]], names: Sequence[str]) -> list[int]:
    """Which turn of its message each place is: its natural one, or the first that is free."""
    taken = {pick for pick, name in zip(natural, names, strict=True) if pick[0] == name}
    found = []
    for pick, name in zip(natural, names, strict=True):
        turn = pick[1]
        if pick[0] != name:
            turn = next(n for n in count() if (name, n) not in taken)
            taken.add((name, turn))
        found.append(turn)
    return found


def rank(*parts: str) -> bytes:
    """The rank of what these names name: by hash, so the same everywhere and chosen by nobody."""
    return hashlib.sha256("\x1f".join(parts).encode()).digest()
