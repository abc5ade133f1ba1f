"""Welsh that was signed, and says something else now; and Welsh that is called reviewed only."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.check.lines import warning
from bot.core.packs import (
    Message,
    NationalPack,
    Pack,
    Review,
    Wording,
    national_review,
    review_of,
)
from bot.core.packs.pack import Signatures
from bot.core.packs.signatures import is_own
from bot.core.reading import written
from bot.core.source import Problem


def signature_problems(pack: NationalPack) -> Iterator[Problem]:
    """What a translator has to read again of a campaign, wherever she read it once."""
    unsigned = 0
    for message in pack.messages.values():
        for wording in message.wordings.values():
            review = national_review(pack, message, wording)
            unsigned += review is Review.REVIEWED
            if review is Review.STALE:
                yield _stale(pack.signatures, message, wording, pack.id)
    if unsigned and "translation" in pack.places:
        yield warning(
            pack.places["translation"],
            "unsigned",
            f"the Welsh is called reviewed, and {unsigned} of its wordings bear no signature: "
            "nobody would see that their English has changed.",
            f"Have the translator sign: .venv/bin/bot translations sign {pack.id}",
        )


def own_signature_problems(pack: Pack) -> Iterator[Problem]:
    """What she has to read again of a force's own words."""
    signatures = pack.local.signatures if pack.local else {}
    for message in pack.messages.values() if signatures else ():
        for wording in message.wordings.values():
            if is_own(pack, message, wording) and review_of(pack, message, wording) is Review.STALE:
                said = f"{pack.id} --force {pack.sender.id}"
                yield _stale(signatures, message, wording, said)


def _stale(signatures: Signatures, message: Message, wording: Wording, said: str) -> Problem:
    one, name = signatures[message.name, wording.name], f"{message.name}/{wording.name}"
    changed = f"{name} has changed since {one.by} signed it on {written(one.on)}."
    return warning(
        wording.place,
        "stale-welsh",
        f"{changed} Live, it stays at home.",
        f"Have it read again: .venv/bin/bot translations sign {said} --message {name}",
    )
