"""A post at a time that a person gave it: the same message, said as of that time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from bot.core.config import BARRED, Occasion, Stop
from bot.core.model import (
    Account,
    Post,
    PostKey,
    Rendering,
    configured_run,
    london_day,
)
from bot.core.packs import Message, Pack, Wording
from bot.core.plan import Sources, Voice, Window, occurrences, voice_of
from bot.core.posts import post_of
from bot.core.reading import written, written_moment
from bot.core.render import names_in
from bot.core.source import Place, Problem, Severity
from bot.core.turns import twin_of

T = TypeVar("T")

GONE: Final = "gone"
"""The code of the Problem that no pack holds a post's words any more, and none is broken."""


class Placed(Protocol):
    """A post as it stands somewhere, planned or in the ledger."""

    @property
    def key(self) -> PostKey: ...
    @property
    def campaign(self) -> str: ...
    @property
    def theme(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def essential(self) -> str | None: ...
    @property
    def due(self) -> datetime: ...
    @property
    def rendering(self) -> Rendering: ...


def said_at(sources: Sources, one: Placed, due: datetime) -> Post | Problem:
    """The post of this place, rendered anew for another time; or why it cannot be.

    Facts with dates, such as the threat level, are those of the new time.
    """
    if one.rendering.reposts:
        return _cannot(
            "repost", f"it reposts {one.rendering.reposts}, and has no words of its own."
        )
    found = _words(sources, one)
    if isinstance(found, Problem):
        return found
    return _said(sources, one, found, one.key, due)


def barred(sources: Sources, one: Placed, due: datetime) -> str | None:
    """Why a place must not be filled with its message: it names an expired claim, or the like.

    Where that is so in one of the place's languages, none of them goes out.
    """
    found = _words(sources, one)
    account = sources.config.accounts.get(one.key.account)
    if isinstance(found, Problem) or account is None:
        return None
    twin = twin_of(one.key, account)
    for key in (one.key, twin) if twin else (one.key,):
        said = _said(sources, one, found, key, due)
        if isinstance(said, Problem) and said.code in BARRED:
            return said.message
    return None


def stop_at(sources: Sources, one: Placed, due: datetime) -> Stop | None:
    """What in the calendar keeps a post's place empty at a time."""
    config = sources.config
    account, sender = config.accounts.get(one.key.account), config.senders.get(one.sender)
    if sender is None or account is None:
        return None
    national = sources.packs.get(one.campaign)
    occasion = Occasion(
        due=due,
        sender=sender,
        run=configured_run(one.key.run),
        campaign=one.campaign,
        theme=one.theme,
        essential=bool(one.essential),
        no_bank_holidays=national.no_bank_holidays if national else None,
    )
    found = _words(sources, one)
    if not isinstance(found, Problem):
        _, message, wording = found
        languages = _voice(sources, account).speakers
        quoted = config.of_politicians & names_in(message, wording, languages)
        occasion = replace(occasion, essential=bool(message.essential), of_politician=bool(quoted))
    return config.calendar.stop(occasion)


_Words = tuple[Pack, Message, Wording]


def _words(sources: Sources, one: Placed) -> _Words | Problem:
    """The message and wording that fill a place, as its sender says them now."""
    speaks, pick = sources.config.senders.get(one.sender), one.rendering.pick
    national, account = (
        sources.packs.get(one.campaign),
        sources.config.accounts.get(one.key.account),
    )
    if account is None or speaks is None:
        return _cannot("no-account", f"config/forces.yaml no longer has {one.key.account}.")
    if national is None:
        return _cannot("no-pack", f"its pack {one.campaign} cannot be used.")
    local = sources.local.get((one.sender, one.campaign))
    for own in (local, sources.region_of(speaks, one.campaign)):
        if own is not None and not own.ok:
            return _cannot("broken-local-pack", f"{own.place.file} has an error.")
    pack, problems = sources.pack_of(national, speaks, _voice(sources, account).as_one)
    wrong = next((one for one in problems if one.severity is Severity.ERROR), None)
    if wrong is not None:
        return wrong
    message = pack.messages.get(pick.message)
    if message is None or message.withdrawn:
        return _cannot(GONE, f"no pack says {pick.message} any more.")
    wording = message.wordings.get(pick.wording)
    if wording is None or one.key.language not in wording.words:
        return _cannot(GONE, f"{pick.message} has no wording called {pick.wording} any more.")
    if one.key.part > len(wording.words[one.key.language].parts()):
        said = f"{pick.message}/{pick.wording} has no part {one.key.part} any more."
        return _cannot(GONE, said)
    voice = _voice(sources, account)
    if not voice.may_read_out(pack, message, wording):
        said = f"the Welsh of {pick.message}/{pick.wording} waits for a translator's signature."
        return _cannot("unreviewed", said)
    if not voice.may_say(pack, message, wording):
        return _cannot(GONE, f"{pick.message}/{pick.wording} is not for {account.id} any more.")
    return pack, message, wording


def _voice(sources: Sources, account: Account) -> Voice:
    return voice_of(account, sources.config.accounts, live=sources.live)


def _said(
    sources: Sources, one: Placed, words: _Words, key: PostKey, due: datetime
) -> Post | Problem:
    pack, message, wording = words
    account = sources.config.accounts[key.account]
    parts = wording.words[key.language].parts() if key.language in wording.words else ()
    if key.part > len(parts):
        return _cannot(GONE, f"{message.name}/{wording.name} has no part {key.part} any more.")
    return post_of(pack, sources.config, account, key, message=message, wording=wording, due=due)


def hindrance(sources: Sources, one: Placed, due: datetime) -> str | None:
    """Why nothing may go out from this place at that time; None when the calendar allows it."""
    if stop := stop_at(sources, one, due):
        return f"nothing goes out then: {stop.reason}."
    run = sources.config.runs.get(configured_run(one.key.run))
    national = sources.packs.get(one.campaign)
    if national is not None and national.embargo and one.campaign in sources.embargoed:
        return f"it is under embargo until {written_moment(national.embargo)}."
    if run is None or national is None:
        return f"the run {one.key.run} is not in config/campaigns.yaml any more."
    was, day = london_day(one.due), london_day(due)
    window = Window(min(was, day), max(was, day))
    mine = next(
        (each for each in occurrences(run, national, window) if each.id == one.key.run), None
    )
    if mine is None or not mine.starts <= day <= mine.last:
        until = f" It ends on {written(mine.last)}." if mine else ""
        return f"{written(day)} is not within {one.key.run}.{until}"
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
