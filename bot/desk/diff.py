"""One page on which two versions, or two forces, stand side by side, post by post.

Like the preview it is a single file that loads nothing and links only to itself. It has no script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Template

from bot.core.comparison import Change, Piece, Report, Side, by_pick, card_in_words
from bot.core.config import Config
from bot.core.model import Language, Post
from bot.desk.preview import pages


@dataclass(frozen=True, slots=True)
class _Text:
    """What one side of a card says, cut where the two differ."""

    pieces: tuple[Piece, ...]
    alt: tuple[Piece, ...] = ()
    card: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class _Card:
    """One difference, with everybody it touches."""

    kind: str  # changed, old or new
    post: Post
    notes: tuple[str, ...]
    before: _Text | None
    after: _Text | None
    others: tuple[Post, ...]  # that differ in the same way


@dataclass(frozen=True, slots=True)
class _Part:
    """One campaign."""

    report: Report
    cards: tuple[_Card, ...]


def page(reports: Sequence[Report], config: Config, *, made_at: datetime) -> str:
    """The whole page as HTML text, to be written as UTF-8."""
    return _template().render(
        parts=[_Part(one, tuple(_cards(one))) for one in reports],
        names=_names(config),
        handling=list(dict.fromkeys(line for one in reports for line in one.handling)),
        made_at=made_at,
    )


def _names(config: Config) -> Mapping[tuple[str, Language], str]:
    return {
        (sender.id, language): sender.name(language)
        for sender in config.senders.values()
        for language in Language
    }


def _cards(report: Report) -> Iterable[_Card]:
    for changes in report.found.by_cause():
        yield _changed(report, changes)
    for side, posts in ((Side.OLD, report.found.removed), (Side.NEW, report.found.added)):
        for group in by_pick(posts):
            post = group[0]
            said = _Text(
                (Piece(side, post.rendering.text),),
                tuple(Piece(side, one.alt) for one in post.rendering.shown),
                (Piece(side, card),) if (card := card_in_words(post)) else (),
            )
            before, after = (said, None) if side is Side.OLD else (None, said)
            yield _Card(side.value, post, (), before, after, group[1:])


def _changed(report: Report, changes: Sequence[Change]) -> _Card:
    first = changes[0]
    shown = first.words, first.alt, first.card
    sides = [_Text(*(_of(pieces, side) for pieces in shown)) for side in (Side.OLD, Side.NEW)]
    notes = tuple(_notes(first, by_place=report.by_place))
    others = tuple(one.new for one in changes[1:])
    return _Card("changed", first.new, notes, sides[0], sides[1], others)


def _of(pieces: Iterable[Piece], side: Side) -> tuple[Piece, ...]:
    return tuple(one for one in pieces if one.side in (Side.BOTH, side))


def _notes(one: Change, *, by_place: bool) -> Iterable[str]:
    old, new = one.old.rendering.pick, one.new.rendering.pick
    if old != new:
        what = "message" if one.is_another else "wording"
        yield f"Another {what}: it was {old.message} / {old.wording}."
    if one.shows_another:
        yield f"Its {one.noun} is another one."
    if one.card_shows_another:
        yield "The picture in what its link shows is another one."
    if one.passes_on_another:
        yield "It reposts another post, or one where it did not, or none where it did."
    if by_place and one.is_moved:
        yield "Its time is another one."


@cache
def _template() -> Template:
    return pages().get_template("diff.html")
