"""What `bot diff` found, in words for people and in JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from bot.cli import show
from bot.core.comparison import Change, Piece, Report, Side, by_pick
from bot.core.config import Config
from bot.core.model import Post


def in_words(one: Report, config: Config) -> None:
    """Prints what is different: old words in [- -], new ones in {+ +}."""
    for line in one.handling:
        click.echo(click.style(line, bold=True))
    click.echo(click.style(f"\n{one.title}: {one.about}", bold=True))
    click.echo(_marked(Piece(Side.OLD, f"these words: {one.old}")))
    click.echo(_marked(Piece(Side.NEW, f"these words: {one.new}")))
    lines = [line for causes in one.found.by_cause() for line in cause_lines(causes, one, config)]
    for side, what, posts in (
        (Side.OLD, f"ONLY IN {one.old}", one.found.removed),
        (Side.NEW, f"ONLY IN {one.new}", one.found.added),
    ):
        for group in by_pick(posts):
            lines += [f"\n{what}: {_heading(group[0], one, config)}"]
            lines += piece_lines([Piece(side, group[0].rendering.text)])
            lines += _others(group, one)
    for line in lines:
        click.echo(line)
    for note in one.notes:
        click.echo(f"\n{note}.")
    click.echo(f"\n{totals(one)}")


def cause_lines(changes: Sequence[Change], one: Report, config: Config) -> Iterator[str]:
    """Posts that were changed in the same way: the first word by word, and whom else it touches."""
    first = changes[0]
    what = "CHANGED" if one.over_time else "DIFFERENT"
    yield f"\n{what}: {_heading(first.new, one, config)}"
    if first.is_another:
        yield f"    another message: {_pick(first.old)}, now {_pick(first.new)}"
    elif first.old.rendering.pick != first.new.rendering.pick:
        yield f"    another wording: {_pick(first.old)}, now {_pick(first.new)}"
    if one.by_place and first.is_moved:
        yield f"    moved from {show.local_moment(first.old.due)}"
    if first.says_other_words:
        yield from piece_lines(first.words)
    if first.shows_another:
        yield f"    another {first.noun}"
    if first.alt:
        yield "    Alt text:"
        yield from piece_lines(first.alt)
    if first.card:
        yield "    What its link shows:"
        yield from piece_lines(first.card)
    if first.card_shows_another:
        yield "    another picture in what its link shows"
    if first.passes_on_another:
        yield f"    {_passed_on(first)}"

    yield from _others([change.new for change in changes], one)


def _passed_on(one: Change) -> str:
    """What became of a post that reposts another, or did."""
    before, after = one.old.rendering.reposts, one.new.rendering.reposts
    if after is None:
        return f"words of its own, where it reposted {before}"
    return f"now reposts {after}" + (f", and not {before}" if before else "")


def _others(posts: Sequence[Post], one: Report) -> Iterator[str]:
    """Those that differ in the same way as the first, which is shown."""
    names = list(dict.fromkeys(post.key.account for post in posts[1:]))
    if names:
        noun = "more post" if one.by_place else "more wording"
        yield f"    The same in {show.counted(len(posts) - 1, noun)}: {show.some(names)}"


def _heading(post: Post, one: Report, config: Config) -> str:
    language = f", {post.rendering.language.label}"
    if not one.by_place:
        return f"{_pick(post)}{language}"
    name = config.senders[post.sender].name(post.rendering.language)
    return f"{name}, {show.local_moment(post.due)}{language}: {_pick(post)}"


def _pick(post: Post) -> str:
    return f"{post.rendering.pick.message} / {post.rendering.pick.wording}"


def piece_lines(pieces: Iterable[Piece]) -> Iterator[str]:
    """Two texts in one, indented."""
    marked = "".join(_marked(piece) for piece in pieces)
    return (f"       {line}" for line in marked.split("\n"))


def _marked(piece: Piece) -> str:
    """Words that are gone in [- -], new ones in {+ +}; each line by itself, and in colour."""
    if piece.side is Side.BOTH:
        return piece.text
    first, last, colour = ("[-", "-]", "red") if piece.side is Side.OLD else ("{+", "+}", "green")
    return "\n".join(
        click.style(f"{first}{line}{last}", fg=colour) if line else line
        for line in piece.text.split("\n")
    )


def totals(one: Report) -> str:
    """`24 posts changed, 2 only in …`"""
    noun = "post" if one.by_place else "wording"
    found = one.found
    if found.is_empty:
        return f"No difference: {show.counted(found.same, noun)} the same."
    differ = "differs" if len(found.changed) == 1 else "differ"
    changed = f"{show.counted(len(found.changed), noun)} {'changed' if one.over_time else differ}"
    return (
        f"{changed}, {len(found.added)} only in {one.new}, "
        f"{len(found.removed)} only in {one.old}, {found.same} the same."
    )


# --- for programs ---------------------------------------------------------------------------------


def record(one: Report) -> dict[str, Any]:
    """The same as JSON holds it."""
    return {
        "campaign": one.title,
        "old": one.old,
        "new": one.new,
        "about": one.about,
        "changed": [_changed_record(change) for change in one.found.changed],
        "added": [_post_record(post) for post in one.found.added],
        "removed": [_post_record(post) for post in one.found.removed],
        "same": one.found.same,
        "notes": list(one.notes),
        "handling": list(one.handling),
    }


def _changed_record(change: Change) -> dict[str, Any]:
    return {
        **_post_record(change.new),
        "before": _post_record(change.old),
        "words": [{"side": piece.side.value, "text": piece.text} for piece in change.words],
    }


def _post_record(post: Post) -> dict[str, Any]:
    pick = post.rendering.pick
    return {
        "key": str(post.key),
        "force": post.sender,
        "account": post.key.account,
        "message": pick.message,
        "wording": pick.wording,
        "language": post.rendering.language.value,
        "due": post.due.isoformat(),
        "text": post.rendering.text,
        "alt": [one.alt for one in post.rendering.shown],
        "card": show.card_record(post.rendering.card),
        "reposts": show.repost_record(post.rendering),
        "digest": post.rendering.digest,
    }
