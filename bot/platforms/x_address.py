"""What a person gives as the place of a published post on X: its address, or its number alone."""

from __future__ import annotations

import re
from typing import Final

from bot.core.model import Account, SettingsError
from bot.platforms.x_answers import is_id

_ADDRESS: Final = re.compile(
    r"(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/"
    r"(?:i/(?:web/)?status|(?P<handle>[A-Za-z0-9_]{1,15})/status(?:es)?)/(?P<id>[^/?#]*)"
    r"(?:/(?:photo|video)/[0-9]+)?/?(?:[?#].*)?",
    re.IGNORECASE,
)


def check_place(said: str, account: Account) -> None:
    """Nothing, where this can be one of the account's posts. Raises SettingsError, saying why not.

    Whether the post is there is not asked: the person looked.
    """
    place = said.strip()
    if is_id(place):
        return
    example = f"https://x.com/{account.handle or 'HANDLE'}/status/1234567890"
    found = _ADDRESS.fullmatch(place)
    if found is None:
        raise SettingsError(
            f'"{place}" is not the address of a post on X. Open the post on the account\'s page'
            f" and copy its whole address, such as {example}"
        )
    if not is_id(found["id"]):
        raise SettingsError(
            f'"{place}" does not end in a post\'s number: after status/ stand 1 to 20 digits and'
            f" nothing else, as in {example}"
        )
    handle = found["handle"]
    if handle and account.handle and handle.lower() != account.handle.lower():
        raise SettingsError(
            f"that is a post of @{handle}, and this post belongs to {account.id}, which is"
            f" @{account.handle}. Look at https://x.com/{account.handle} and copy the address from"
            " there. If the account has a new handle, write it into config/forces.yaml first."
        )
