"""What a person gives as the place of a published post on Mastodon: its address, or its number."""

from __future__ import annotations

import re
from typing import Final

from bot.core.model import Account, SettingsError

_NUMBER: Final = r"(?:[0-9]{8,20}|[0-9A-Z]{26}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
"""As Mastodon, GoToSocial and Hollo number their posts."""
_ADDRESS: Final = re.compile(
    rf"https?://(?P<host>[^/@\s]+)/(?:web/|deck/)?(?:@|users/)(?P<name>[\w.-]+)(?:@[\w.-]+)?/"
    rf"(?:statuses/)?(?P<id>{_NUMBER})/?(?:[?#].*)?",
    re.IGNORECASE,
)


def page(account: Account) -> str | None:
    """The account's page on its own server."""
    if account.handle is None or account.instance is None:
        return None
    return f"{account.instance}/@{_name(account)}"


def check_place(said: str, account: Account) -> None:
    """As `addresses.check_place`. While an account's server is not known, any is taken for it."""
    place = said.strip()
    if re.fullmatch(_NUMBER, place):
        return
    shown = page(account) or "https://SERVER/@NAME"
    found = _ADDRESS.fullmatch(place)
    if found is None:
        raise SettingsError(
            f'"{place}" is not the address of a post on Mastodon. Open the post on the account\'s'
            f" page and copy its whole address, such as {shown}/112233445566778899"
        )
    if account.instance and found["host"].lower() != account.instance.partition("//")[2].lower():
        raise SettingsError(
            f"that is a post on {found['host']}, and {account.id} is on {account.instance}. Look at"
            f" {shown} and copy the address from there."
        )
    if account.handle and found["name"].lower() != _name(account).lower():
        raise SettingsError(
            f"that is a post of @{found['name']}, and this post belongs to {account.id}, which is"
            f" @{account.handle}. Look at {shown} and copy the address from there."
        )


def _name(account: Account) -> str:
    """Its handle without the server: kentpolice@example.social is @kentpolice there."""
    return (account.handle or "").partition("@")[0]
