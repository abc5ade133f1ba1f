"""What Bluesky says of an account when `bot accounts --check` asks: sentences, nothing sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.platforms import Finding, name_finding
from bot.platforms.limits_left import limit_findings

PROFILE = "app.bsky.actor.profile"
NOT_CHECKED = "The account could not be asked about: Bluesky gave no answer to that. Try again."
NOT_LET_IN = (
    "Bluesky does not accept the app password of {account}. Make a new one in the account's"
    " settings on bsky.app, and give it to this deployment."
)


def account_findings(
    handle: str | None, session: Mapping[str, Any], profile: Mapping[str, Any]
) -> Iterator[Finding]:
    """What Bluesky says of whose app password this is; `profile` is empty where there is none.

    Raises KeyError and the like for nonsense.
    """
    yield Finding("The app password works.")
    yield name_finding(handle, str(session["handle"]))
    if session.get("active") is False:
        yield Finding(
            f"The account is {session.get('status') or 'not active'}. Sign in to it on bsky.app and"
            " do what it asks.",
            is_well=False,
        )
    if "bot" in _own_labels(profile):
        yield Finding("The account is labelled as a bot.")
    else:
        yield Finding(
            "The account is not labelled as a bot. In its settings on bsky.app, under Account, say"
            " that it is automated.",
            is_well=False,
        )


def left_findings(signing_in: Mapping[str, str], asking: Mapping[str, str]) -> Iterator[Finding]:
    """What is left of Bluesky's limits, by the headers of its answers to these two."""
    yield from limit_findings(signing_in, "ratelimit", "sign-ins")
    yield from limit_findings(asking, "ratelimit", "requests")


def _own_labels(profile: Mapping[str, Any]) -> set[str]:
    """The labels that the account gives itself. Source: lexicon com.atproto.label.defs."""
    labels = profile.get("labels")
    values = labels.get("values") if isinstance(labels, dict) else None
    every = values if isinstance(values, list) else []
    return {str(one.get("val")) for one in every if isinstance(one, dict)}
