"""Whom a message or a wording is for: names of forces, regions and the like, and of conditions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bot.core.model import Account, Sender
from bot.core.packs.pack import Limits

ONLY_FOR: Final = "only_for"
NOT_FOR: Final = "not_for"


def names_of(sender: Sender, account: Account) -> frozenset[str]:
    """Every name that means this account, in small letters; the conditions it meets are more."""
    names = (
        account.id, account.platform, sender.id, sender.kind, sender.region or "",
        sender.nation or "", *sender.sectors,
    )  # fmt: skip
    return frozenset(name.lower() for name in names if name)


def is_for(limits: Limits, not_for: Collection[str], names: Collection[str]) -> bool:
    """Whether every limit has one of the names, and what is not for some has none.

    So a layer narrows what is below it, and no more.
    """
    return all(_has(limit, names) for limit in limits) and not _has(not_for, names)


def _has(limit: Collection[str], names: Collection[str]) -> bool:
    return any(name.lower() in names for name in limit)
