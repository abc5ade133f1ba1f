"""Questions about one post that are put to the database as part of larger statements."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Exists, exists, or_

from bot.ledger import schema

GIVEN_TIME: Final = "given-time"
"""The event of a person giving a post its time. A post that has one keeps that time."""


def unsettled() -> Exists:
    """Whether a post has an attempt of which nobody knows yet how it ended."""
    attempt = schema.attempt
    return exists().where(
        attempt.c.key == schema.post.c.key,
        or_(attempt.c.outcome.is_(None), attempt.c.outcome == "unknown"),
        attempt.c.settled_at.is_(None),
    )


def given_its_time() -> Exists:
    """Whether a person gave the post the time it has."""
    event = schema.event
    return exists().where(event.c.key == schema.post.c.key, event.c.action == GIVEN_TIME)
