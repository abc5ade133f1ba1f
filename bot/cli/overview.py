"""The command that shows a campaign at a glance: what it is for, and how far each force is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

import click

from bot import app
from bot.cli import show
from bot.cli.filters import FORMAT, Asked, embargo_options, lifted
from bot.cli.view import View
from bot.core.coverage import Answer, Balance, Coverage, balance, coverage
from bot.core.model import Language, Mode, SenderKind, SettingsError, State, configured_run
from bot.core.packs import LocalPack, NationalPack
from bot.core.packs.brief import in_lines
from bot.core.reading import WEEKDAYS, written
from bot.core.source import listed

NOWHERE: Final = "No region"


@click.command(
    epilog="Examples:  .venv/bin/bot overview ct-awareness-week@2015     "
    ".venv/bin/bot overview ct-awareness-week@2015 --region Wales --format json"
)
@click.argument("campaign")
@click.option("--region", metavar="NAME", help="Only this region, such as 'South East'.")
@embargo_options
@FORMAT
def overview(campaign: str, region: str | None, reader: str | None, form: str) -> None:
    """Show a campaign at a glance: what it is for, what its posts do, how far each force is.

    CAMPAIGN is a run, such as ct-awareness-week@2015, or a pack: then the next two weeks count. For
    each force: whether it takes part, what it says its own way, how many posts it has, how many a
    person approved, how many are out. At the end stand those to ask. Nobody is made to take part.
    """
    found = _look(campaign, region, reader)
    if form == "json":
        show.as_json(_record(found))
        return
    for line in _in_words(found):
        click.echo(line)


@dataclass(frozen=True, slots=True)
class _Looked:
    view: View
    pack: NationalPack
    forces: Sequence[Coverage]
    balance: Balance


def _look(campaign: str, region: str | None, reader: str | None) -> _Looked:
    """Everything that is shown. Raises SettingsError for a name that nobody has."""
    view = View(Asked((), region, campaign, None, None), reader=reader)
    sources = view.loaded.usable
    run = view.config.runs.get(configured_run(campaign))
    name = run.pack if run else configured_run(campaign)
    pack = app.chosen("campaign", name, sources.packs)
    if pack is None:
        raise SettingsError(f"the pack {name} cannot be used: see .venv/bin/bot check.")
    if pack.embargo and pack.id not in lifted(sources.packs, reader, view.now):
        _refuse_before(pack.embargo, pack, view)
    local = _local(view, pack)
    asked = [
        one
        for one in view.config.senders.values()
        if (run is None or run.takes(one))
        and (region is None or (one.region or "").lower() == region.lower())
    ]
    forces = coverage(
        pack,
        asked,
        local,
        view.posts,
        approved={post.key for post in view.posts if view.is_approved(post)},
        out={post.key for post in view.posts if view.state(post) is State.PUBLISHED},
    )
    return _Looked(view, pack, forces, balance(pack, local, view.posts))


def _refuse_before(end: datetime, pack: NationalPack, view: View) -> None:
    """Raises SettingsError while the pack is under embargo."""
    if pack.is_embargoed(view.now):
        raise SettingsError(
            f"{pack.title} is under embargo until {show.local_moment(end)}. Those whom it names "
            "see it with --embargoed --as NAME."
        )


def _local(view: View, pack: NationalPack) -> dict[str, LocalPack]:
    every = view.loaded.usable.local
    return {sender: own for (sender, campaign), own in every.items() if campaign == pack.id}


# --- in words -----------------------------------------------------------------------------------


def _in_words(found: _Looked) -> Iterator[str]:
    yield click.style(found.pack.title, bold=True)
    yield f"  {found.view.filters.spoken(found.view.config)}"
    for name, words in _about(found.pack):
        yield f"  {f'{name}:':12} {words}"
    yield ""
    for theme in found.pack.themes.values():
        days = ", ".join(WEEKDAYS[day] for day in sorted(theme.weekdays))
        messages = sum(one.theme == theme.name for one in found.pack.messages.values())
        yield f"  {days or 'held ready'}: {theme.about} ({show.counted(messages, 'message')})"
    yield ""
    yield f"  purpose: {_shares(found.balance.purposes)}"
    yield f"  setting: {_shares(found.balance.settings)}"
    yield from _table(found.forces)
    yield ""
    yield from _summed_up(found)


def _about(pack: NationalPack) -> Iterator[tuple[str, str]]:
    yield "version", str(pack.version)
    yield from in_lines(pack.brief)
    if pack.handling:
        yield "handling", pack.handling
    if pack.reviewed:
        yield "read again", f"on {written(pack.reviewed)}"
    if pack.review:
        yield "to be read", f"by {written(pack.review)}"


def _shares(counts: Mapping[Any, int]) -> str:
    """`ask 312 (40 %), advise 200 (26 %)`: the most first, what nobody said last."""
    total = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda one: (one[0] is None, -one[1]))
    shares = (f"{_name(name)} {many:,} ({100 * many / total:.0f} %)" for name, many in ordered)
    return ", ".join(shares) or "no posts"


def _name(one: StrEnum | None) -> str:
    return "none said" if one is None else one.value


def _table(forces: Sequence[Coverage]) -> Iterator[str]:
    width = max((len(one.sender.id) for one in forces), default=0)
    yield f"\n  {'':{width}}  {'takes part':21}  own messages  values  posts  approved  out"
    for region, own in groupby(sorted(forces, key=_region), key=_region):
        yield click.style(region, bold=True)
        for one in own:
            yield (
                f"  {one.sender.id:{width}}  {one.answer:21}  {one.own_messages:12}  "
                f"{one.values:6}  {one.posts:5}  {one.approved:8}  {one.out:3}{_remark(one)}"
            )


def _region(one: Coverage) -> str:
    return one.sender.region or one.sender.nation or NOWHERE


def _remark(one: Coverage) -> str:
    remarks = [one.why_not] if one.why_not else []
    remarks += ["behind the national version"] if one.is_behind else []
    remarks += [] if one.sender.accounts else ["no account"]
    return f"  {'; '.join(remarks)}" if remarks else ""


def _summed_up(found: _Looked) -> Iterator[str]:
    own = [one for one in found.forces if one.sender.kind is SenderKind.FORCE]
    said = {answer: sum(one.answer is answer for one in own) for answer in Answer}
    yield (
        f"{show.counted(len(own), 'force')}. Takes part: {said[Answer.YES]}. Takes no part: "
        f"{said[Answer.NO]}. To be asked: {sum(one.is_to_be_asked for one in own)}."
    )
    if names := [one.sender.id for one in found.forces if one.is_to_be_asked]:
        yield f"To ask: {listed(names)}."
    if names := [one.sender.id for one in found.forces if one.is_behind]:
        yield f"To update: {listed(names)}: .venv/bin/bot update {found.pack.id}"
    if found.view.env.mode is Mode.DRY:
        yield "Dry run: what is out here is not public."


def _record(found: _Looked) -> dict[str, Any]:
    return {
        "campaign": found.pack.id,
        "title": found.pack.title,
        "version": found.pack.version,
        "first_day": found.view.filters.first.isoformat(),
        "last_day": found.view.filters.last.isoformat(),
        "brief": dict(in_lines(found.pack.brief)),
        "reviewed": found.pack.reviewed and found.pack.reviewed.isoformat(),
        "review": found.pack.review and found.pack.review.isoformat(),
        "purposes": {_name(one): many for one, many in found.balance.purposes.items()},
        "settings": {_name(one): many for one, many in found.balance.settings.items()},
        "forces": [
            {
                "force": one.sender.id,
                "name": one.sender.name(Language.EN),
                "region": one.sender.region,
                "takes_part": one.answer.value,
                "why_not": one.why_not or None,
                "own_messages": one.own_messages,
                "values": one.values,
                "is_behind": one.is_behind,
                "posts": one.posts,
                "approved": one.approved,
                "out": one.out,
                "is_to_be_asked": one.is_to_be_asked,
            }
            for one in found.forces
        ],
    }
