"""What X says of an account, compared with what is configured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.platforms import Finding, name_finding
from bot.platforms.limits_left import limit_findings

FIELDS: Final = "protected,username,verified_type"


_LIMITS: Final = (
    ("x-rate-limit", "questions like this one"),
    ("x-user-limit-24hour", "posts of this account in a day"),
    ("x-app-limit-24hour", "posts of the app in a day"),
)


def account_findings(handle: str | None, me: Mapping[str, Any]) -> Iterator[Finding]:
    """What X says of whose keys these are. Raises KeyError and the like for nonsense."""
    yield Finding("The access keys work.")
    yield name_finding(handle, str(me["username"]))
    if me.get("protected"):
        yield Finding(
            "The account is protected, so the public cannot see its posts. Open it in its settings"
            " on x.com, under Privacy and safety.",
            is_well=False,
        )
    kind = me.get("verified_type")
    if isinstance(kind, str) and kind != "none":
        yield Finding(f"X has verified the account as: {kind}.")
    else:
        yield Finding("X has not verified the account, or does not say so.")
    yield Finding(
        "X tells no program whether an account carries the label Automated: look at its page."
    )


def app_findings(headers: Mapping[str, str]) -> Iterator[Finding]:
    """What X's answer says of the app behind the account: its limits, and that it has credit."""
    for name, what in _LIMITS:
        yield from limit_findings(headers, name, what)
    yield Finding(
        "X answered, so there is credit. It tells no program how much: look in its developer"
        " console, and have it buy more by itself before there is none."
    )
