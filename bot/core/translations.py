"""The Welsh and the English of packs side by side, and how the Welsh of each wording stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.model import Language, Sender
from bot.core.packs import Message, NationalPack, Review, Wording, national_review, review_of
from bot.core.packs.signatures import is_own
from bot.core.plan import Sources


@dataclass(frozen=True, slots=True)
class Translation:
    """One wording in both languages."""

    campaign: str
    message: Message
    wording: Wording
    review: Review
    own: bool = False  # the sender's own words, or beside a picture of its own

    @property
    def name(self) -> str:
        return f"{self.message.name}/{self.wording.name}"

    def text(self, language: Language) -> str:
        words = self.wording.words.get(language)
        return words.text if words else ""


def translations(
    sources: Sources, packs: Iterable[NationalPack], sender: Sender | None
) -> Iterator[Translation]:
    """Every wording of these packs, as a sender says it or as the national team wrote it."""
    for national in packs:
        yield from _said(sources, national, sender) if sender else _written(national)


def _written(national: NationalPack) -> Iterator[Translation]:
    for message, wording in _wordings(national.messages.values()):
        review = national_review(national, message, wording)
        yield Translation(national.id, message, wording, review)


def _said(sources: Sources, national: NationalPack, sender: Sender) -> Iterator[Translation]:
    pack, _ = sources.pack_of(national, sender)
    for message, wording in _wordings(pack.messages.values()):
        review, own = review_of(pack, message, wording), is_own(pack, message, wording)
        yield Translation(national.id, message, wording, review, own)


def _wordings(messages: Iterable[Message]) -> Iterator[tuple[Message, Wording]]:
    for message in messages:
        for wording in message.wordings.values():
            if not message.withdrawn_as(wording):
                yield message, wording


def counted(found: Iterable[Translation]) -> dict[Review, int]:
    """How many stand how, in the order of what is to be done first."""
    of = Counter(one.review for one in found)
    return {review: of[review] for review in Review if of[review]}
