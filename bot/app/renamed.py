"""Messages that were published and whose names no pack holds any more: renamed, most likely."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.app.environment import Environment, today
from bot.app.files import Loaded
from bot.app.ledgers import ledger_exists, open_ledger
from bot.core.model import LedgerError, SettingsError, State
from bot.core.reading import written
from bot.core.source import Problem, Severity, did_you_mean

if TYPE_CHECKING:
    from bot.ledger import LedgerPost

LOOKED_BACK: Final = timedelta(days=366)  # the longest a pack lasts


def renamed_messages(env: Environment, loaded: Loaded, now: datetime) -> list[Problem]:
    """A warning for each name that was published within a year and is in its pack no longer.

    A name is how a published message is known: under another it counts as one never said, and may
    go out again. None where there is no ledger yet.
    """
    if loaded.sources is None:
        return []
    try:
        published = _published(env, now)
    except (LedgerError, SettingsError):  # words are judged even where no ledger can be asked
        return []
    first: dict[tuple[str, str], LedgerPost] = {}
    for post in published:
        if _is_gone(loaded, post):
            first.setdefault((post.campaign, post.rendering.pick.message), post)
    return [_renamed(loaded, post) for post in first.values()]


def _published(env: Environment, now: datetime) -> tuple[LedgerPost, ...]:
    if not ledger_exists(env):
        return ()
    ledger = open_ledger(env, now=now, create=False)
    try:
        return ledger.posts(states={State.PUBLISHED}, due_from=now - LOOKED_BACK)
    finally:
        ledger.close()


def _is_gone(loaded: Loaded, post: LedgerPost) -> bool:
    """Whether a sound pack no longer has the message. What cannot be read is not judged."""
    sources, name = loaded.usable, post.rendering.pick.message
    pack = sources.packs.get(post.campaign)
    if pack is None or name in pack.messages:
        return False
    local = sources.local.get((post.sender, post.campaign))
    region = sources.regions.get((post.region or "", post.campaign))
    overlays = [one for one in (region, local) if one is not None]
    if not all(one.ok for one in overlays):
        return False
    own = [part for one in overlays for part in (one, *one.accounts.values())]
    return not any(name in part.add for part in own)


def _renamed(loaded: Loaded, post: LedgerPost) -> Problem:
    pack = loaded.usable.packs[post.campaign]
    assert pack is not None
    name = post.rendering.pick.message
    theme = pack.themes.get(post.theme)
    return Problem(
        theme.place if theme else pack.place,
        "renamed",
        f'a message was published on {written(today(post.due))} as "{name}", and none has that '
        "name now.",
        f"If it was renamed, give it the name {name} back: under another it may go out again. "
        f"{did_you_mean(name, pack.messages, what='Messages')}",
        Severity.WARNING,
    )
