"""A post at a time that a person gave it: the same message, said as of that time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from bot.core.config import BARRED
from bot.core.model import Pick, Post, PostKey, configured_run, london_day
from bot.core.packs import overlay
from bot.core.plan import Sources, Window, may_say, occurrences
from bot.core.reading import written, written_moment
from bot.core.render import render
from bot.core.source import Place, Problem, Severity
from bot.core.threads import grace_seconds

T = TypeVar("T")

GONE: Final = "gone"
"""The code of the Problem that no pack holds a post's words any more, and none is broken."""


def said_at(
    sources: Sources, key: PostKey, *, campaign: str, sender: str, pick: Pick, due: datetime
) -> Post | Problem:
    """The post of this place, rendered anew for another time; or why it cannot be.

    Facts with dates, such as the threat level, are those of the new time.
    """
    config = sources.config
    account, speaks = config.accounts.get(key.account), config.senders.get(sender)
    national = sources.packs.get(campaign)
    if account is None or speaks is None:
        return _cannot("no-account", f"config/forces.yaml no longer has {key.account}.")
    if national is None:
        return _cannot("no-pack", f"its pack {campaign} cannot be used.")
    local = sources.local.get((sender, campaign))
    if local is not None and not local.ok:
        return _cannot("broken-local-pack", f"{local.place.file} has an error.")
    pack, problems = overlay(national, speaks, local)
    wrong = next((one for one in problems if one.severity is Severity.ERROR), None)
    if wrong is not None:
        return wrong
    message = pack.messages.get(pick.message)
    if message is None or message.withdrawn:
        return _cannot(GONE, f"no pack says {pick.message} any more.")
    wording = message.wordings.get(pick.wording)
    if wording is None or key.language not in wording.words:
        return _cannot(GONE, f"{pick.message} has no wording called {pick.wording} any more.")
    parts = wording.words[key.language].parts()
    if key.part > len(parts):
        return _cannot(GONE, f"{pick.message}/{pick.wording} has no part {key.part} any more.")
    if not may_say(pack, account, message, wording):
        return _cannot(GONE, f"{pick.message}/{pick.wording} is not for {account.id} any more.")
    rendered = render(
        pack,
        config,
        account,
        language=key.language,
        due=due,
        message=message.name,
        wording=wording,
        part=key.part,
    )
    if isinstance(rendered, Problem):
        return rendered
    return Post(
        key=key,
        campaign=campaign,
        theme=message.theme,
        sender=sender,
        region=speaks.region,
        rendering=rendered,
        grace_seconds=grace_seconds(int(national.grace.total_seconds()), key.part),
        place=parts[key.part - 1].place,
        essential=message.essential,
        waits_for=replace(key, part=key.part - 1) if key.part > 1 else None,
    )


def barred(
    sources: Sources, key: PostKey, *, campaign: str, sender: str, pick: Pick, due: datetime
) -> str | None:
    """Why a place must not be filled with this message: it names an expired claim, or the like.

    Where that is so in one of the account's languages, none of them goes out.
    """
    account = sources.config.accounts.get(key.account)
    for language in account.languages if account else ():
        twin = replace(key, language=language)
        said = said_at(sources, twin, campaign=campaign, sender=sender, pick=pick, due=due)
        if isinstance(said, Problem) and said.code in BARRED:
            return said.message
    return None


def hindrance(
    sources: Sources, key: PostKey, campaign: str, *, was_due: datetime, due: datetime
) -> str | None:
    """Why nothing may go out from this place at that time; None when the calendar allows it."""
    silence = next((one for one in sources.config.calendar if one.covers(due)), None)
    if silence is not None:
        return f"nothing goes out then: {silence.why} ({silence.name})."
    run = sources.config.runs.get(configured_run(key.run))
    national = sources.packs.get(campaign)
    if national is not None and national.embargo and campaign in sources.embargoed:
        return f"it is under embargo until {written_moment(national.embargo)}."
    if run is None or national is None:
        return f"the run {key.run} is not in config/campaigns.yaml any more."
    day = london_day(due)
    window = Window(min(london_day(was_due), day), max(london_day(was_due), day))
    mine = next((one for one in occurrences(run, national, window) if one.id == key.run), None)
    if mine is None or not mine.starts <= day <= mine.last:
        until = f" It ends on {written(mine.last)}." if mine else ""
        return f"{written(day)} is not within {key.run}.{until}"
    return None


def spaced(
    places: Iterable[T],
    account_of: Callable[[T], str],
    wanted: Callable[[T], datetime],
    every: timedelta,
) -> list[tuple[T, datetime]]:
    """Each place with its time: no two of one account nearer than `every`, none before its own.

    Those that want the same time keep the order they are given in.
    """
    last: dict[str, datetime] = {}
    found = []
    for place in sorted(places, key=wanted):
        account = account_of(place)
        earliest = last[account] + every if account in last else wanted(place)
        last[account] = max(wanted(place), earliest)
        found.append((place, last[account]))
    return found


def _cannot(code: str, sentence: str) -> Problem:
    return Problem(Place("messages"), code, sentence)
