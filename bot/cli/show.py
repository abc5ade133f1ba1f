"""How posts, problems and times are shown: in JSON for programs, in words for people."""

from __future__ import annotations

import json
import math
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.core.check import ALIKE_PERCENT
from bot.core.config import Config
from bot.core.model import LONDON, Card, Language, Picture, Post, PostKey, Rendering, london_day
from bot.core.plan import LeftOut
from bot.core.reading import written
from bot.core.source import Problem, Severity
from bot.core.text.parsed import Entity
from bot.core.text.rules import Rules, rules

if TYPE_CHECKING:
    from bot.core.check import Alike
    from bot.ledger import LedgerPost

T = TypeVar("T")
COLOURS = {Entity.LINK: "blue", Entity.HASHTAG: "cyan", Entity.MENTION: "cyan"}


def as_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def cost(post: Post, config: Config) -> Decimal:
    """US dollars for a post."""
    linked = bool(post.rendering.links)
    return config.settings.cost(post.rendering.platform, with_link=linked)


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
        "digest": post.rendering.digest,
        "approved_by": post.approved_by,
        "held": post.held_by.reason if post.held_by else None,
        "why": post.why,
        "url": post.remote_url,
        "essential": post.essential,
        "removed_at": post.removed_at.isoformat() if post.removed_at else None,
    }


def problems_in_words(problems: Iterable[Problem]) -> tuple[int, int]:
    """Prints every problem, place first; (errors, warnings)."""
    errors = warnings = 0
    for problem in problems:
        is_error = problem.severity is Severity.ERROR
        errors += is_error
        warnings += not is_error
        kind = click.style("error", fg="red") if is_error else click.style("warning", fg="yellow")
        touched = f" [{_forces(problem.forces)}]" if problem.forces else ""
        click.echo(
            f"{click.style(str(problem.place), bold=True)}: {kind}: {problem.message}{touched}"
        )
        if problem.advice:
            click.echo(f"    {problem.advice}")
    return errors, warnings


def _forces(forces: tuple[str, ...]) -> str:
    if len(forces) <= 6:
        return ", ".join(forces)
    return f"{', '.join(forces[:5])} and {len(forces) - 5} more"


def counted(number: int, noun: str) -> str:
    """`1 post`, `2 posts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def local_time(instant: datetime) -> str:
    """`09:07` on London's clocks."""
    return f"{instant.astimezone(LONDON):%H:%M}"


def local_moment(instant: datetime) -> str:
    """`Monday 23 November 2015 at 09:07`."""
    local = instant.astimezone(LONDON)
    return f"{written(local.date())} at {local:%H:%M}"


def coloured(text: str, rules: Rules) -> str:
    """The text with its links and hashtags coloured as the platform would link them."""
    shown, end = [], 0
    for span in rules.parse(text).spans:
        if span.start < end:
            continue  # the app shows the one that starts first
        shown += [text[end : span.start]]
        shown += [click.style(text[span.start : span.end], fg=COLOURS.get(span.kind))]
        end = span.end
    return "".join([*shown, text[end:]])


def text_lines(rendering: Rendering) -> Iterator[str]:
    """A post's text, indented and coloured; on a terminal a long line is broken at a space."""
    its_rules = rules(rendering.platform)
    for line in rendering.text.split("\n"):
        for part in _fitted(line) if is_terminal() else [line]:
            yield f"       {coloured(part, its_rules)}"


def _fitted(line: str) -> list[str]:
    width = max(shutil.get_terminal_size().columns - 8, 40)
    return textwrap.wrap(
        line, width, break_long_words=False, break_on_hyphens=False, replace_whitespace=False
    ) or [""]


def posts_in_words(
    posts: Iterable[Post],
    config: Config,
    standing: Callable[[Post], str],
    problems: Mapping[PostKey, Iterable[Problem]],
) -> None:
    """Prints posts as a day's running order: each as the public will see it, and how it stands."""
    day = ""
    for post in posts:
        local = written(london_day(post.due))
        if local != day:
            day = local
            click.echo(f"\n{click.style(day, bold=True)} - {post.theme}")
        for line in _post_lines(post, config, standing(post)):
            click.echo(line)
        for problem in problems.get(post.key, ()):
            colour = "red" if problem.severity is Severity.ERROR else "yellow"
            click.echo(click.style(f"       {problem.severity}: {problem.message}", fg=colour))


def _post_lines(post: Post, config: Config, standing: str) -> Iterator[str]:
    rendering = post.rendering
    sender = config.senders[post.sender]
    account = config.accounts[post.key.account]
    handle = f"@{account.handle}" if account.handle else post.key.account
    name = click.style(sender.name(rendering.language), bold=True)
    language = "" if len(account.languages) == 1 else f", {Language(rendering.language).label}"
    yield f"\n{local_time(post.due)}  {name} {handle}{language}"
    yield from text_lines(rendering)
    for picture in rendering.pictures:
        yield from _picture_lines(picture)
    if rendering.card:
        yield from _card_lines(rendering.card)
    pick = rendering.pick
    facts = [
        f"{rendering.length} / {rendering.limit}",
        f"{pick.message} / {pick.wording}",
        standing,
        f"essential: {post.essential}" if post.essential else "",
    ]
    yield click.style("       " + "  ·  ".join(fact for fact in facts if fact), dim=True)


def card_record(card: Card | None) -> dict[str, Any] | None:
    if card is None:
        return None
    picture = picture_record(card.picture) if card.picture else None
    return {"address": card.address, "title": card.title, "about": card.about, "picture": picture}


def _card_lines(card: Card) -> Iterator[str]:
    """`[Report it | gov.uk/ACT]`, and below it what the page is for."""
    file = card.picture.file.rpartition("/")[2] if card.picture else ""
    shown = " | ".join(one for one in (card.title, card.address, file) if one)
    yield click.style(f"       [{shown}]", fg="magenta")
    for part in _fitted(card.about) if is_terminal() else [card.about]:
        yield f"       {part}"


def _picture_lines(picture: Picture) -> Iterator[str]:
    """`[phone.png: 1,200 by 675, 24 kB]`, and below it what it shows."""
    file = picture.file.rpartition("/")[2]
    size = f"{picture.width:,} by {picture.height:,}, {math.ceil(picture.size / 1000):,} kB"
    yield click.style(f"       [{file}: {size}]", fg="magenta")
    first = "Alt text: "
    for line in picture.alt.split("\n"):
        for part in _fitted(f"{first}{line}") if is_terminal() else [f"{first}{line}"]:
            yield f"       {part}"
        first = ""


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


def is_terminal() -> bool:
    return sys.stdout.isatty()


# --- how alike accounts sound -------------------------------------------------------------------


def alike_in_words(found: Sequence[Alike]) -> None:
    """The themes that have too few wordings; then the worst pair of all, as the public sees it."""
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
            f"Of {pairs:,} pairs of accounts on one day, {near:,} are {ALIKE_PERCENT:.0f} % alike "
            f"or more. The worst, {found[0].percent:.0f} %:"
        )
    for post in found[0].worst if found else ():
        click.echo(f"  {post.key.account}, {local_moment(post.due)}, {post.place}")
        for line in text_lines(post.rendering):
            click.echo(line)


def _theme_of(one: Alike) -> str:
    language = f" ({one.language.label})" if one.language is not Language.EN else ""
    return f"{one.campaign}/{one.theme}{language}"


def alike_record(one: Alike) -> dict[str, Any]:
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
            for post in one.worst
        ],
    }
