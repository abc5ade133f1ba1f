"""What an instance says of an account and of itself, compared with what is configured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.core.model import Account, PlatformName
from bot.core.pictures import LIMITS as PICTURES
from bot.core.pictures import MEDIA_TYPES
from bot.core.text import mastodon
from bot.core.videos import LIMITS as VIDEOS
from bot.platforms import Finding, name_finding

KEYLESS: Final = ("GoToSocial", "Hollo")
"""Programs on which two requests with one key can make two posts. Measured, November 2026."""

_MILLION: Final = 1_000_000
_ENDLESS: Final = 10**12  # a limit that is no limit


def account_findings(
    account: Account, me: Mapping[str, Any], instance: Mapping[str, Any]
) -> Iterator[Finding]:
    """What an instance says of whose token this is. Raises KeyError and the like for nonsense."""
    yield Finding("The access token works.")
    yield name_finding(account.handle, f"{me['username']}@{instance['domain']}")
    if me.get("bot") is True:
        yield Finding("The account is marked as automated.")
    else:
        yield Finding(
            "The account is not marked as automated. In its settings, under Public profile, tick"
            " that it is an automated account.",
            is_well=False,
        )


def instance_findings(account: Account, instance: Mapping[str, Any]) -> Iterator[Finding]:
    """The instance's own limits beside the configured ones, and what its program asks of us.

    Raises KeyError and the like where it does not say its limits.
    """
    limits, its_own = account.limits, instance["configuration"]["statuses"]
    yield _limit_finding(
        "max_characters",
        _number(its_own["max_characters"]),
        limits.max_characters or mastodon.LIMIT,
        more_is_harmless=True,
    )
    yield _limit_finding(
        "characters_reserved_per_url",
        _number(its_own["characters_reserved_per_url"]),
        limits.characters_reserved_per_url or mastodon.RESERVED_PER_URL,
        more_is_harmless=False,
    )
    yield from _video_finding(instance["configuration"].get("media_attachments"))
    said = f"{instance.get('source_url')} {instance.get('version')}".lower()
    program = next((name for name in KEYLESS if name.lower() in said), None)
    if program and account.resend_if_absent:
        yield Finding(
            f"It runs {program}, which can make two posts of one that is sent twice. Take"
            " resend_if_absent out at the account in config/forces.yaml: then a person decides.",
            is_well=False,
        )


def _video_finding(its_own: object) -> Iterator[Finding]:
    """Where an instance takes smaller videos than usual: nobody can set that here."""
    most = its_own.get("video_size_limit") if isinstance(its_own, Mapping) else None
    if isinstance(most, int) and most < VIDEOS[PlatformName.MASTODON].size:
        yield Finding(
            f"Videos have at most {most / _MILLION:,.0f} MB there: bigger ones are refused."
        )


def picture_findings(instance: Mapping[str, Any]) -> Iterator[Finding]:
    """The instance's own limits for pictures beside those that every picture is made for.

    Raises ValueError and the like where it says nonsense.
    """
    media = instance["configuration"].get("media_attachments", {})
    if "image_size_limit" in media:
        most = _number(media["image_size_limit"])
        yield _picture_finding(most, PICTURES["mastodon"].size, "MB")
    if "image_matrix_limit" in media:
        most = _number(media["image_matrix_limit"])
        yield _picture_finding(most, PICTURES["mastodon"].pixels or most, "million pixels")
    types = media.get("supported_mime_types")
    for name, media_type in MEDIA_TYPES.items() if isinstance(types, list) else ():
        if media_type not in types:
            yield Finding(
                f"It takes no {name} pictures, and refuses the posts that have one. Let those who"
                " publish there have pictures of another kind.",
                is_well=False,
            )


def _picture_finding(its_own: int, made_for: int, unit: str) -> Finding:
    most, here = (f"{number / _MILLION:,.1f} {unit}" for number in (its_own, made_for))
    if its_own >= made_for:
        return Finding(f"It takes pictures of {most}, and none is made with more than {here}.")
    return Finding(
        f"It takes pictures of {most} at most, and they are made with up to {here}: it refuses the"
        " bigger ones, and their posts. Save the pictures of those who publish there smaller.",
        is_well=False,
    )


def _number(said: object) -> int:
    """A limit that can be one. Raises ValueError for nonsense."""
    if isinstance(said, bool) or not isinstance(said, int) or not 0 < said < _ENDLESS:
        raise ValueError("no limit")
    return said


def _limit_finding(name: str, its_own: int, configured: int, *, more_is_harmless: bool) -> Finding:
    if its_own == configured:
        return Finding(f"{name} is {its_own} there, as configured.")
    advice = f"write {name}: {its_own} at the account in config/forces.yaml."
    said = f"{name} is {its_own} there, and {configured} here:"
    if (its_own > configured) == more_is_harmless:
        return Finding(f"{said} nothing is refused for that. To use all there is, {advice}")
    return Finding(f"{said} posts can be refused as too long. Now {advice}", is_well=False)
