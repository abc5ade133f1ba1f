"""Who may say something now, and the words that they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.core.holds import HoldKind, lets_pass
from bot.core.model import Language, Post, Sender, SettingsError
from bot.core.plan import Sources
from bot.core.saying import Said, said_from_pack, said_in_words

if TYPE_CHECKING:
    from bot.ledger import Hold

AGAIN_AFTER: Final = timedelta(hours=24)
"""The same words from the same account are refused for as long."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants said: words, or a message held ready; by whom, in which language."""

    words: str | None
    message: str | None
    senders: tuple[Sender, ...]
    language: Language | None

    def said(self, sources: Sources, at: datetime) -> Said:
        """The posts as they would go out at that instant, and all that is wrong with them."""
        if self.message is not None:
            return said_from_pack(sources, self.message, self.senders, self.language, at=at)
        language = self.language or Language.EN
        return said_in_words(sources, self.words or "", self.senders, language, at=at)


def crisis_over(holds: Iterable[Hold]) -> bool:
    """Whether one of these holds declares a crisis, so that one person's word is enough."""
    return any(hold.kind is HoldKind.CRISIS for hold in holds)


def stopping(holds: Iterable[Hold], post: Post) -> list[Hold]:
    """Those of the holds that stop what a person says now too."""
    return [
        hold
        for hold in holds
        if not lets_pass(hold.kind, essential=None, campaign=post.campaign, run=post.key.run)
    ]


def people(by: str, second: str | None, *, in_crisis: bool) -> str:
    """Those who say it, as the approval records them. Raises SettingsError where one is missing."""
    first, other = (" ".join((name or "").split()) for name in (by, second))
    if not first:
        raise SettingsError("--by needs a name. Nothing was published.")
    if not other and in_crisis:
        return f"said by {first} in a crisis"
    if not other:
        raise SettingsError(
            "it takes two people to say something outside the plan: give the second one's name "
            "with --and. Nothing was published."
        )
    if first.casefold() == other.casefold():
        raise SettingsError(
            f"--by and --and are both {first}, and it takes two people. Nothing was published."
        )
    return f"said by {first} with {other}"


def next_second(now: datetime) -> datetime:
    """When what is said now is due: the next whole second, so that it is not late when adopted."""
    return now.replace(microsecond=0) + timedelta(seconds=1)


def in_words(holds: Iterable[Hold]) -> str:
    """`Force kent is on hold by Gold: incident.`; empty where none stands."""
    return " ".join(
        f"{str(one.scope).capitalize()} is on hold by {one.by}: {one.reason}." for one in holds
    )
