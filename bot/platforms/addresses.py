"""Where an account's posts stand for the public, and what a person may give as the place of one."""

from __future__ import annotations

from bot.core.model import Account, PlatformName
from bot.platforms import bluesky_address, mastodon_address, x_address


def page(account: Account) -> str | None:
    """The public page of an account, where it is known."""
    match account.platform:
        case PlatformName.X:
            return f"https://x.com/{account.handle}" if account.handle else None
        case PlatformName.MASTODON:
            return mastodon_address.page(account)
        case PlatformName.BLUESKY:
            return bluesky_address.page(account)


def check_place(said: str, account: Account) -> None:
    """Nothing, where this can be one of the account's posts. Raises SettingsError, saying why not.

    Whether the post is there is not asked: the person looked.
    """
    match account.platform:
        case PlatformName.X:
            x_address.check_place(said, account)
        case PlatformName.MASTODON:
            mastodon_address.check_place(said, account)
        case PlatformName.BLUESKY:
            bluesky_address.check_place(said, account)
