"""What a person gives as the place of a post on Bluesky: its address, or its key alone."""

from __future__ import annotations

import re
from typing import Final

from bot.core.model import Account, SettingsError

_KEY: Final = "[234567a-z]{13}"
_ADDRESS: Final = re.compile(
    rf"(?:https?://bsky\.app/profile/(?P<who>[^/?#]+)/post/|at://(?P<did>[^/?#]+)/app\.bsky\.feed"
    rf"\.post/)(?P<key>{_KEY})/?(?:[?#].*)?",
    re.IGNORECASE,
)


def page(account: Account) -> str | None:
    """The public page of an account, where its handle is known."""
    return f"https://bsky.app/profile/{account.handle}" if account.handle else None


def owner_in(address: str | None) -> str | None:
    """The handle or DID that the address of a post names."""
    found = _ADDRESS.fullmatch(address or "")
    return (found["who"] or found["did"]) if found else None


def check_place(said: str, account: Account) -> None:
    """Nothing, where this can be one of the account's posts. Raises SettingsError, saying why not.

    An address may name its owner by a DID, which says nothing of the handle.
    """
    place = said.strip()
    if re.fullmatch(_KEY, place):
        return
    found = _ADDRESS.fullmatch(place)
    if found is None:
        raise SettingsError(
            f'"{place}" is not the address of a post on Bluesky. Open the post on the account\'s'
            " page and copy its whole address, such as"
            f" https://bsky.app/profile/{account.handle or 'HANDLE'}/post/3n2tjtxy245df"
        )
    who = found["who"] or found["did"]
    if account.handle and not who.startswith("did:") and who.lower() != account.handle.lower():
        raise SettingsError(
            f"that is a post of @{who}, and this post belongs to {account.id}, which is"
            f" @{account.handle}. Look at https://bsky.app/profile/{account.handle} and copy the"
            " address from there. If the account has a new handle, write it into"
            " config/forces.yaml first."
        )
