"""What kinds of hold there are, and what each lets pass."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

CRISIS_CAMPAIGN: Final = "crisis"
"""The pack whose lines are held ready for the first hour (`scheduled: never`)."""

FREE_RUN: Final = "say@"
"""How the run of a free post begins: words that somebody wrote for this hour."""


class HoldKind(StrEnum):
    HOLD = "hold"  # nothing leaves
    MOURNING = "mourning"  # only posts of messages marked essential
    CRISIS = "crisis"  # only posts of the crisis pack, and free posts

    @property
    def passing(self) -> str:
        """Who may still leave, in words."""
        return {
            "hold": "Nothing leaves.",
            "mourning": "Only messages marked essential leave.",
            "crisis": "Only posts of the crisis pack and free posts leave.",
        }[self.value]


def lets_pass(kind: HoldKind, *, essential: str | None, campaign: str, run: str) -> bool:
    """Whether a hold of this kind lets such a post leave.

    `essential` is the authority on which its message is marked so, None where it is not; `run` is
    the run of the post's key.
    """
    if kind is HoldKind.MOURNING:
        return bool(essential)
    if kind is HoldKind.CRISIS:
        return campaign == CRISIS_CAMPAIGN or run.startswith(FREE_RUN)
    return False
