"""How posts, problems and times are shown: in JSON for programs, in words for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli import lines
from bot.core.check import ALIKE_PERCENT, CHECKS, worst_pairs
from bot.core.config import Config
from bot.core.model import LONDON, Card, Language, Picture, Post, Rendering, Video
from bot.core.plan import LeftOut
from bot.core.reading import written_moment
from bot.core.source import Problem, Severity

if TYPE_CHECKING:
    from bot.core.check import Alike, Pair
    from bot.core.packs import NationalPack
    from bot.ledger import LedgerPost

T = TypeVar("T")


def as_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def cost(post: Post, config: Config) -> Decimal:
    """US dollars for a post. A repost has no link of its own."""
    linked = bool(post.rendering.links) and post.rendering.reposts is None
    return config.settings.cost(post.rendering.platform, with_link=linked)


def video_record(video: Video | None) -> dict[str, Any] | None:
    """A post's video, without its bytes."""
    if video is None:
        return None
    return {
        "file": video.file,
        "alt": video.alt,
        "sha256": video.sha256,
        "type": video.media_type,
        "width": video.width,
        "height": video.height,
        "seconds": video.milliseconds / 1000,
        "bytes": video.size,
        "captions": {one.language.value: one.sha256 for one in video.captions},
        "uncaptioned": video.uncaptioned,
    }


def picture_record(picture: Picture) -> dict[str, Any]:
    """A post's picture, without its bytes."""
    return {
        "file": picture.file,
        "alt": picture.alt,
        "sha256": picture.sha256,
        "type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "bytes": picture.size,
    }


def post_record(post: Post, config: Config) -> dict[str, Any]:
    """A planned post as `plan --format json` gives it."""
    rendering = post.rendering
    return {
        "key": str(post.key),
        "run": post.key.run,
        "campaign": post.campaign,
        "theme": post.theme,
        "message": rendering.pick.message,
        "wording": rendering.pick.wording,
        "slot": post.key.slot,
        "force": post.sender,
        "account": post.key.account,
        "platform": rendering.platform.value,
        "language": rendering.language.value,
        "due": post.due.isoformat(),
        "due_local": post.due.astimezone(LONDON).isoformat(),
        "text": rendering.text,
        "length": rendering.length,
        "limit": rendering.limit,
        "hashtags": list(rendering.hashtags),
        "links": list(rendering.links),
        "pictures": [picture_record(one) for one in rendering.pictures],
        "card": card_record(rendering.card),
        "video": video_record(rendering.video),
        "visibility": rendering.visibility,
        "reposts": repost_record(rendering),
        "digest": rendering.digest,
        "cost_usd": float(cost(post, config)),
        "place": str(post.place),
        "essential": post.essential,
    }


def left_out_record(one: LeftOut) -> dict[str, Any]:
    return {
        "run": one.run,
        "campaign": one.campaign,
        "force": one.sender,
        "account": one.account or None,
        "day": one.day.isoformat() if one.day else None,
        "slot": one.slot or None,
        "language": one.language or None,
        "reason": one.reason,
        "code": one.code,
        "place": str(one.place),
    }


def problem_record(problem: Problem) -> dict[str, Any]:
    return {
        "place": str(problem.place),
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "advice": problem.advice,
        "forces": list(problem.forces),
    }


def ledger_record(post: LedgerPost) -> dict[str, Any]:
    """A post as the ledger has it."""
    return {
        "key": str(post.key),
        "state": post.state.value,
        "force": post.sender,
        "account": post.key.account,
        "campaign": post.campaign,
        "theme": post.theme,
        "due": post.due.isoformat(),
        "text": post.rendering.text,
        "pictures": [picture_record(one) for one in post.rendering.pictures],
        "card": card_record(post.rendering.card),
        "video": video_record(post.rendering.video),
        "reposts": repost_record(post.rendering),
        "digest": post.rendering.digest,
        "approved_by": post.approved_by,
        "held": post.held_by.reason if post.held_by else None,
        "why": post.why,
        "url": post.remote_url,
        "essential": post.essential,
        "removed_at": post.removed_at.isoformat() if post.removed_at else None,
    }


def problems_in_words(problems: Iterable[Problem]) -> tuple[int, int]:
    """Prints every problem that no pack accepts, place first; (errors, warnings)."""
    errors = warnings = 0
    for problem in problems:
        if problem.accepted:
            continue
        is_error = problem.severity is Severity.ERROR
        errors += is_error
        warnings += not is_error
        kind = click.style("error", fg="red") if is_error else click.style("warning", fg="yellow")
        touched = f" [{some(problem.forces)}]" if problem.forces else ""
        touched += f" ({problem.code})" if problem.code in CHECKS else ""
        click.echo(
            f"{click.style(str(problem.place), bold=True)}: {kind}: {problem.message}{touched}"
        )
        if problem.advice:
            click.echo(f"    {problem.advice}")
    return errors, warnings


def accepted_in_words(problems: Iterable[Problem]) -> None:
    """Prints what packs accept, each with the reason they give."""
    for problem in problems:
        if problem.accepted:
            kind = click.style("accepted", fg="cyan")
            click.echo(f"{click.style(str(problem.place), bold=True)}: {kind}: {problem.message}")
            click.echo(f"    {problem.code}: {problem.accepted}")


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    if len(names) <= 6:
        return ", ".join(names)
    return f"{', '.join(names[:5])} and {len(names) - 5} more"


def counted(number: int, noun: str) -> str:
    """`1 post`, `2 posts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def handling(
    posts: Iterable[Post], packs: Mapping[str, NationalPack | None], now: datetime
) -> list[str]:
    """How the packs of these posts say that they are to be handled, each line once."""
    lines: list[str] = []
    for campaign in dict.fromkeys(post.campaign for post in posts):
        pack = packs.get(campaign)
        lines += handling_of(pack, now) if pack is not None else ()
    return list(dict.fromkeys(lines))


def handling_of(pack: NationalPack, now: datetime) -> Iterator[str]:
    """What stands on top of whatever shows a pack: how to handle it, and that it is embargoed."""
    if pack.handling:
        yield pack.handling
    if pack.embargo is not None and pack.is_embargoed(now):
        yield f"{pack.title} is under embargo until {local_moment(pack.embargo)}."


def local_time(instant: datetime) -> str:
    """`09:07` on London's clocks."""
    return f"{instant.astimezone(LONDON):%H:%M}"


def local_moment(instant: datetime) -> str:
    """`Monday 23 November 2015 at 09:07`."""
    return written_moment(instant)


def card_record(card: Card | None) -> dict[str, Any] | None:
    """What a link shows on Bluesky, as a program reads it."""
    if card is None:
        return None
    picture = picture_record(card.picture) if card.picture else None
    return {"address": card.address, "title": card.title, "about": card.about, "picture": picture}


def repost_record(rendering: Rendering) -> str | None:
    """The key of the post that this one passes on."""
    return str(rendering.reposts) if rendering.reposts else None


def text_lines(rendering: Rendering) -> Iterator[str]:
    """A post's text, indented and coloured; on a terminal a long line is broken at a space."""
    return (f"{lines.INDENT}{line}" for line in lines.text_lines(rendering, lines.room()))


def watched(label: str) -> Callable[[Sequence[T]], Iterator[T]]:
    """Shows a progress bar on a terminal while what it is given is worked through."""

    def through(parts: Sequence[T]) -> Iterator[T]:
        with click.progressbar(
            parts, label=label, file=sys.stderr, hidden=not sys.stderr.isatty(), update_min_steps=4
        ) as bar:
            yield from bar
        if sys.stderr.isatty():
            click.echo("\033[1A\033[2K", file=sys.stderr, nl=False)  # done: nobody needs it now

    return through


# --- how alike accounts sound -------------------------------------------------------------------


def alike_in_words(found: Sequence[Alike], advice: Callable[[Pair], str]) -> None:
    """The themes that have too few wordings; then the worst pairs, as the public sees them."""
    short = [one for one in found if one.missing]
    if short:
        width = max(len(_theme_of(one)) for one in short)
        click.echo("Too few wordings for every account to say something else on one day:\n")
        click.echo(f"  {'':{width}}  wordings  accounts  posts a day  to add, at least")
        for one in sorted(short, key=lambda one: (one.campaign, one.language, -one.missing)):
            click.echo(
                f"  {_theme_of(one):{width}}  {one.wordings:8}  {one.accounts:8}  "
                f"{one.a_day:11}  {one.missing:16}"
            )
        click.echo("\nWhat a force changes or adds in its own pack counts as well.")
    if found:
        pairs, near = sum(one.pairs for one in found), sum(one.alike for one in found)
        click.echo(
            f"Of {pairs:,} pairs of posts from two accounts of a platform within a week, {near:,} "
            f"are {ALIKE_PERCENT:.0f} % alike or more. The worst:"
        )
    for pair in worst_pairs(found):
        click.echo(f"\n  {pair.percent:.0f} % alike. {advice(pair)}")
        for post in (pair.one, pair.other):
            click.echo(f"  {post.key.account}, {local_moment(post.due)}, {post.place}")
            for line in text_lines(post.rendering):
                click.echo(line)


def _theme_of(one: Alike) -> str:
    language = f" ({one.language.label})" if one.language is not Language.EN else ""
    return f"{one.campaign}/{one.theme}{language}"


def alike_record(one: Alike, advice: str) -> dict[str, Any]:
    return {
        "campaign": one.campaign,
        "theme": one.theme,
        "language": one.language.value,
        "wordings": one.wordings,
        "accounts": one.accounts,
        "posts_a_day": one.a_day,
        "missing": one.missing,
        "pairs": one.pairs,
        "alike": one.alike,
        "worst_percent": round(one.percent, 1),
        "worst": [
            {"key": str(post.key), "place": str(post.place), "text": post.rendering.text}
            for post in (one.worst.one, one.worst.other)
        ],
        "advice": advice,
    }
