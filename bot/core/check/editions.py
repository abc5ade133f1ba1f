"""What is wrong with a national pack's aim, its version, and when it is seen and read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.core.changes import between_messages
from bot.core.check.lines import warning
from bot.core.model import Post, london_day
from bot.core.packs import NationalPack
from bot.core.packs.brief import MEASURED_BY, OBJECTIVE
from bot.core.reading import written, written_moment
from bot.core.source import Problem, listed

NAMED: Final = 3  # messages, before the others are counted


def edition_problems(
    packs: Iterable[NationalPack | None], posts: Sequence[Post], now: datetime
) -> list[Problem]:
    """Packs without an aim, those whose review is overdue, and posts due before an embargo ends.

    Posts of a pack under embargo are among `posts` only for those who look past it.
    """
    usable = [pack for pack in packs if pack is not None]
    return [
        *_aimless(usable),
        *_to_be_read_again(usable, now),
        *_due_too_early(usable, posts, now),
    ]


def unraised_version(
    pack: NationalPack, first: NationalPack, forces: tuple[str, ...]
) -> Problem | None:
    """That messages differ from those that this very version was first planned from, if they do.

    `forces` have local packs that were written for this version.
    """
    between = between_messages(first, pack)
    names = [*between.changed, *between.new, *between.gone]
    if not names:
        return None
    if len(names) > NAMED + 1:
        names[NAMED:] = [f"{len(names) - NAMED} other messages"]
    found = warning(
        pack.places.get("version", pack.place),
        "same-version",
        f"the version is still {pack.version}, though {listed(names)} changed since it was first "
        "planned.",
        f"Raise it, so that forces are asked to look again: version: {pack.version + 1}",
    )
    return replace(found, forces=forces)


def _aimless(packs: Iterable[NationalPack]) -> Iterator[Problem]:
    """Packs whose brief does not say what they are to bring about, or how anybody will know."""
    for pack in packs:
        if pack.brief is None:
            continue
        said = {OBJECTIVE: pack.brief.objective, MEASURED_BY: pack.brief.measured_by}
        if missing := [name for name, words in said.items() if not words]:
            yield warning(
                pack.brief.place,
                "no-objective",
                f"the brief of {pack.title} does not say its {listed(missing, 'or')}.",
                "Write who shall do or know what by when, and what will be counted to tell.",
            )


def _to_be_read_again(packs: Iterable[NationalPack], now: datetime) -> Iterator[Problem]:
    for pack in packs:
        if pack.review is not None and pack.review < london_day(now):
            yield warning(
                pack.places.get("review", pack.place),
                "past-review",
                f"{pack.title} should have been read again by {written(pack.review)}.",
                "Read it again, whether all of it still holds; then move the day.",
            )


def _due_too_early(
    packs: Iterable[NationalPack], posts: Sequence[Post], now: datetime
) -> Iterator[Problem]:
    for pack in packs:
        if pack.embargo is None or not pack.is_embargoed(now):
            continue
        early = Counter(
            post.sender
            for post in posts
            if post.campaign == pack.id and now < post.due <= pack.embargo
        )
        if early:
            yield warning(
                pack.places.get("embargo", pack.place),
                "before-embargo",
                f"{sum(early.values()):,} posts are due before the embargo ends, "
                f"{written_moment(pack.embargo)}, and will not go out.",
                "End it earlier, or start later: the bot needs some minutes to plan after it.",
            )
