"""Whose turn it is where a message goes out as several posts: Welsh first, and part after part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.core.model import Account, Language, PostKey
from bot.core.packs import Wording

WAITS: Final = timedelta(minutes=10)
"""How much later a post may leave than the one it waits for: so long looking takes where the fate
of that one is unknown, and a thread that has begun should not end in the middle."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A post's turn in its place: the post that must be public before it, and how many are."""

    after: PostKey | None
    number: int  # from 1

    def grace_seconds(self, of_first: int) -> int:
        """How late it may still leave, where the first one may leave so late."""
        return of_first + (self.number - 1) * int(WAITS.total_seconds())


def turn_of(key: PostKey, account: Account, wording: Wording) -> Turn:
    """The turn of a post of this account that says this wording.

    English waits for the Welsh of its place, for the last part of it where that is a thread.
    """
    welsh = twin_of(key, account)
    parts = 0
    if key.language is Language.EN and welsh is not None and Language.CY in wording.words:
        parts = len(wording.words[Language.CY].parts())
    if key.part > 1:
        return Turn(replace(key, part=key.part - 1), parts + key.part)
    return Turn(replace(welsh, part=parts) if welsh and parts else None, parts + 1)


def twin_of(key: PostKey, account: Account) -> PostKey | None:
    """The first part of the same place in the other language; None where nothing is said in it.

    That is a post of the same account, or of the one with which it is a pair.
    """
    other = {Language.CY: Language.EN, Language.EN: Language.CY}[key.language]
    if account.pair is not None:
        return replace(key, account=account.pair, language=other, part=1)
    return replace(key, language=other, part=1) if other in account.languages else None


def place_of(key: PostKey, accounts: Mapping[str, Account]) -> tuple[str, str, str]:
    """What all posts of a place have in common: in every language, part and account of a pair."""
    account = accounts.get(key.account)
    return key.run, (account and account.follows) or key.account, key.slot
