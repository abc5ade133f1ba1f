"""Two sets of posts side by side: what is only in one, and what differs, word by word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from bot.core.model import Language, Pick, Post

WORD: Final = re.compile(r"\s+|[^\s]+")
LINE: Final = re.compile(r"[^\n]+|\n")
CRUMBS: Final = (" ", "\n")
LEAST_IN_COMMON: Final = 0.5
"""Of the longer text's words. Two that share less are shown line by line: else words that both have
by chance would tear both to pieces."""


class Side(StrEnum):
    """In which of two texts words stand."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand in both texts, or in one of them only."""

    side: Side
    text: str


def word_by_word(old: str, new: str) -> tuple[Piece, ...]:
    """Both texts in one: without what is new it is the old one, without what is old the new one."""
    found = _torn(old, new, WORD)
    shared = sum(len(one.text.split()) for one in found if one.side is Side.BOTH)
    longer = max(len(old.split()), len(new.split()))
    return found if shared >= LEAST_IN_COMMON * longer else _torn(old, new, LINE)


def _torn(old: str, new: str, unit: re.Pattern[str]) -> tuple[Piece, ...]:
    before, after = unit.findall(old), unit.findall(new)
    found: list[Piece] = []
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for kind, at, to, start, end in steps:
        if kind == "equal":
            found.append(Piece(Side.BOTH, "".join(before[at:to])))
            continue
        found += _pieces((Side.OLD, "".join(before[at:to])), (Side.NEW, "".join(after[start:end])))
    return tuple(_without_crumbs(found))


def _pieces(*sides: tuple[Side, str]) -> Iterator[Piece]:
    return (Piece(side, text) for side, text in sides if text)


def _without_crumbs(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The same, with a lone space between two changes on both sides: they are one change."""
    old = new = ""
    for index, piece in enumerate(pieces):
        lone = piece.side is Side.BOTH and piece.text in CRUMBS and 0 < index < len(pieces) - 1
        if piece.side is Side.BOTH and not lone:
            yield from _pieces((Side.OLD, old), (Side.NEW, new))
            old = new = ""
            yield piece
            continue
        old += piece.text if piece.side is not Side.NEW else ""
        new += piece.text if piece.side is not Side.OLD else ""
    yield from _pieces((Side.OLD, old), (Side.NEW, new))


@dataclass(frozen=True, slots=True)
class Change:
    """One post before and after."""

    old: Post
    new: Post

    @property
    def is_another(self) -> bool:
        """Whether another message stands in its place: then no word is compared."""
        return self.old.rendering.pick.message != self.new.rendering.pick.message

    @property
    def words(self) -> tuple[Piece, ...]:
        """Its text word by word, or the whole of both where another message stands there."""
        before, after = self.old.rendering.text, self.new.rendering.text
        if self.is_another:
            return Piece(Side.OLD, before), Piece(Side.NEW, after)
        return word_by_word(before, after)

    @property
    def is_moved(self) -> bool:
        return self.old.due != self.new.due

    @property
    def says_other_words(self) -> bool:
        return self.old.rendering.text != self.new.rendering.text

    @property
    def shows_another(self) -> bool:
        """Another picture or another video, or captions that say something else."""
        return _bytes(self.old) != _bytes(self.new)

    @property
    def noun(self) -> str:
        """What it shows now, or showed before."""
        return "video" if self.new.rendering.video or self.old.rendering.video else "picture"

    @property
    def alt(self) -> tuple[Piece, ...]:
        """What its picture or its video shows, word by word; nothing where that is the same."""
        before, after = _alt(self.old), _alt(self.new)
        return word_by_word(before, after) if before != after else ()

    @property
    def card(self) -> tuple[Piece, ...]:
        """What its link shows, word by word; nothing where that is the same."""
        before, after = card_in_words(self.old), card_in_words(self.new)
        return word_by_word(before, after) if before != after else ()

    @property
    def card_shows_another(self) -> bool:
        """Another picture in what its link shows, or one where there was none."""
        return _card_picture(self.old) != _card_picture(self.new)

    @property
    def passes_on_another(self) -> bool:
        """Whether it reposts another post, or one where it said something of its own."""
        return self.old.rendering.reposts != self.new.rendering.reposts

    @property
    def is_seen(self) -> bool:
        """Whether the public sees another post, at whatever time and from whichever wording."""
        return (
            self.says_other_words
            or self.shows_another
            or self.card_shows_another
            or self.passes_on_another
            or bool(self.alt)
            or bool(self.card)
        )

    @property
    def cause(self) -> Cause:
        return Cause(
            self.new.campaign,
            self.new.rendering.language,
            self.old.rendering.pick,
            self.new.rendering.pick,
            tuple(one for one in self.words if one.side is not Side.BOTH)
            if not self.is_another
            else (),
            self.alt,
            self.card,
            (self.shows_another, self.card_shows_another, self.passes_on_another),
            self.is_moved,
        )


@dataclass(frozen=True, slots=True)
class Cause:
    """What many posts have in common that were changed in the same way."""

    campaign: str
    language: Language
    old: Pick
    new: Pick
    words: tuple[Piece, ...]
    alt: tuple[Piece, ...]
    card: tuple[Piece, ...]
    shown: tuple[bool, ...]  # in which ways it shows another picture, video or post
    moved: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is only in one of two sets of posts, and what is in both and differs."""

    removed: tuple[Post, ...]
    added: tuple[Post, ...]
    changed: tuple[Change, ...]
    same: int

    @property
    def is_empty(self) -> bool:
        return not (self.removed or self.added or self.changed)

    def by_cause(self) -> list[tuple[Change, ...]]:
        """The changed posts, those that were changed in the same way together."""
        groups: dict[Cause, list[Change]] = defaultdict(list)
        for one in self.changed:
            groups[one.cause].append(one)
        return [tuple(group) for group in groups.values()]


def by_pick(posts: Iterable[Post]) -> list[tuple[Post, ...]]:
    """Posts that are new, or gone: those with the same message and wording together."""
    groups: dict[tuple[Pick, Language], list[Post]] = defaultdict(list)
    for post in posts:
        groups[post.rendering.pick, post.rendering.language].append(post)
    return [tuple(group) for group in groups.values()]


@dataclass(frozen=True, slots=True)
class Report:
    """What is different between two sides of one campaign, and what they are called."""

    title: str
    old: str
    new: str
    about: str  # whose posts, of which days
    found: Comparison
    by_place: bool = False  # whether posts were compared, or else every wording
    over_time: bool = False  # two versions, so that the old one is gone
    notes: tuple[str, ...] = ()
    handling: tuple[str, ...] = ()  # how the pack says that it is to be handled


def compared(
    old: Iterable[Post], new: Iterable[Post], place: Callable[[Post], Hashable]
) -> Comparison:
    """Two sets of posts, matched by `place`. Of several in one place the first counts."""
    before, after = _by(place, old), _by(place, new)
    both = [Change(before[one], after[one]) for one in after if one in before]
    changed = tuple(one for one in both if _differs(one))
    return Comparison(
        tuple(post for one, post in before.items() if one not in after),
        tuple(post for one, post in after.items() if one not in before),
        changed,
        len(both) - len(changed),
    )


def without_own_phrases(found: Comparison) -> tuple[Comparison, int]:
    """A comparison of two forces less what both say in the same words of the pack; how many.

    There only the phrases differ that each force fills in: in Kent, in Sussex.
    """
    differing = tuple(one for one in found.changed if one.old.place != one.new.place)
    alike = len(found.changed) - len(differing)
    return replace(found, changed=differing), alike


def by_key(post: Post) -> Hashable:
    """For two versions of a plan: the place that a post fills."""
    return post.key


def by_wording(post: Post) -> Hashable:
    """For two forces: what a post says, whoever says it."""
    rendering = post.rendering
    return rendering.pick, rendering.language, rendering.platform, post.key.part


def by_wording_of_account(post: Post) -> Hashable:
    """For every wording of two versions: what is said, and by which account."""
    return post.key.account, by_wording(post)


def _by(place: Callable[[Post], Hashable], posts: Iterable[Post]) -> dict[Hashable, Post]:
    found: dict[Hashable, Post] = {}
    for post in posts:
        found.setdefault(place(post), post)
    return found


def _differs(one: Change) -> bool:
    return one.old.rendering.pick != one.new.rendering.pick or one.is_moved or one.is_seen


def _bytes(post: Post) -> list[str]:
    video = post.rendering.video
    return [*(one.sha256 for one in post.rendering.pictures), *(video.parts if video else ())]


def _alt(post: Post) -> str:
    return "\n".join(one.alt for one in post.rendering.shown)


def card_in_words(post: Post) -> str:
    """What its link shows, a line each for the title and the sentence; nothing without a card."""
    card = post.rendering.card
    return f"{card.title}\n{card.about}" if card else ""


def _card_picture(post: Post) -> str | None:
    card = post.rendering.card
    return card.picture.sha256 if card and card.picture else None
