"""Whom a message or a wording is for: forces, regions, platforms and accounts, by their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.core.model import Account, Sender
from bot.core.packs.pack import Limits

ONLY_FOR: Final = "only_for"


def names_of(sender: Sender, account: Account) -> frozenset[str]:
    """Every name that means this account, in small letters."""
    names = (account.id, account.platform, sender.id, sender.kind, sender.region or "")
    return frozenset(name.lower() for name in names if name)


def is_for(limits: Limits, sender: Sender, account: Account) -> bool:
    """Whether every limit names the account: a layer narrows what is below it, and no more."""
    if not limits:
        return True
    names = names_of(sender, account)
    return all(_named(limit, names) for limit in limits)


def _named(limit: Iterable[str], names: frozenset[str]) -> bool:
    return any(name.lower() in names for name in limit)
