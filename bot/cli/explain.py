"""The command that says where every part of a post came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

from bot import app
from bot.app.explaining import Explained, explained
from bot.cli import show
from bot.cli.filters import FORMAT
from bot.core.explain import Explanation, Part, Said
from bot.core.source import Place

WIDTH = 22
"""How far in the place of a part begins."""


@click.command(epilog="Example:  .venv/bin/bot explain ct-awareness-week@2015/kent-x/d1.morning/en")
@click.argument("key")
@FORMAT
def explain(key: str, form: str) -> None:
    """Say where every line, value, hashtag and time of a post came from, and what it replaced.

    KEY names a post, planned or published: plan --format json and history show them. Of a post
    whose packs have changed since, the packs as the ledger kept them are shown.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    found = explained(env, app.load(env), key, now)
    if form == "json":
        show.as_json(_record(found))
        return
    for line in _in_words(found):
        click.echo(line)


# --- in words -------------------------------------------------------------------------------------


def _in_words(found: Explained) -> Iterator[str]:
    one = found.explanation
    state = found.state or ("not in the ledger yet" if one.time else "held ready, in no plan")
    yield f"{click.style(str(one.key), bold=True)}: {state}"
    if one.time:
        yield f"Due on {show.local_moment(one.due)}."
    yield from _since(found)
    yield from _section("Chosen", one.chosen)
    yield from _words(one)
    yield from _section("Values", one.values)
    yield from _section("Hashtags", one.hashtags)
    yield from _section("No room for", one.left_out)
    yield from _section("Time", one.time)
    yield from _section("Picture", one.pictures)
    yield from _section("Video", one.video)


def _since(found: Explained) -> Iterator[str]:
    """What is not as it was when the post was made."""
    if found.changed:
        yield "The packs or config/ have changed since it was made. Below is what it was made from."
        first, *more = found.changed.split("\n")
        yield f"    {first}"
        yield from (f"    | {line}" for line in more)
    if found.kept:
        command = f".venv/bin/bot audit pack {found.kept.digest[:12]}"
        yield f"    Its pack as it was, version {found.kept.version}: {command}"
    if not found.explanation.is_exact:
        yield "    Some of it stands in no file any more: only the ledger still has these words."


def _words(one: Explanation) -> Iterator[str]:
    yield "\nWords"
    for part in one.lines:
        yield f"  {part.says}"
        if part.says:
            yield f"      {_where(part.place)}"
    if one.replaced:
        yield "  instead of"
        yield from _instead(one.replaced)


def _section(title: str, parts: Iterable[Part]) -> Iterator[str]:
    for number, part in enumerate(parts):
        if number == 0:
            yield f"\n{title}"
        named = f"{part.name}: {part.says}" if part.name else part.says
        yield f"  {named}{f'  ({part.note})' if part.note else ''}"
        if part.place:
            yield f"      {_where(part.place)}"
        if part.replaced:
            yield "    instead of"
            yield from _instead(part.replaced)


def _instead(replaced: Iterable[Said]) -> Iterator[str]:
    for said in replaced:
        if said.says:
            yield click.style(f"      {said.says}", dim=True)
            yield click.style(f"          {_where(said.place)}", dim=True)


def _where(place: Place | None) -> str:
    return f"{place.file}:{place.line}" if place else ""


# --- for programs ---------------------------------------------------------------------------------


def _record(found: Explained) -> dict[str, Any]:
    one = found.explanation
    return {
        "key": str(one.key),
        "state": found.state.value if found.state else None,
        "campaign": one.campaign,
        "theme": one.theme,
        "message": one.pick.message,
        "wording": one.pick.wording,
        "due": one.due.isoformat(),
        "text": one.text,
        "changed": found.changed or None,
        "pack": found.kept.digest if found.kept else None,
        "exact": one.is_exact,
        "chosen": [_part(part) for part in one.chosen],
        "lines": [_part(part) for part in one.lines],
        "instead_of": [_said(said) for said in one.replaced],
        "values": [_part(part) for part in one.values],
        "hashtags": [_part(part) for part in one.hashtags],
        "no_room_for": [_part(part) for part in one.left_out],
        "time": [_part(part) for part in one.time],
        "pictures": [_part(part) for part in one.pictures],
        "video": [_part(part) for part in one.video],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name or None,
        "says": part.says,
        "place": _where(part.place) or None,
        "note": part.note or None,
        "instead_of": [_said(said) for said in part.replaced],
    }


def _said(said: Said) -> dict[str, str]:
    return {"says": said.says, "place": _where(said.place)}
