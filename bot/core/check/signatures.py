"""Welsh that was signed, and says something else now; and Welsh that is called reviewed only."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.check.lines import warning
from bot.core.packs import NationalPack, Review, national_review
from bot.core.reading import written
from bot.core.source import Problem


def signature_problems(pack: NationalPack) -> Iterator[Problem]:
    """What a translator has to read again, wherever she read it once."""
    unsigned = 0
    for message in pack.messages.values():
        for wording in message.wordings.values():
            review = national_review(pack, message, wording)
            unsigned += review is Review.REVIEWED
            if review is Review.STALE:
                one = pack.signatures[message.name, wording.name]
                name = f"{message.name}/{wording.name}"
                yield warning(
                    wording.place,
                    "stale-welsh",
                    f"{name} has changed since {one.by} signed it on {written(one.on)}. Live, it "
                    "stays at home.",
                    "Have it read again: .venv/bin/bot translations sign "
                    f"{pack.id} --message {name}",
                )
    if unsigned and "translation" in pack.places:
        yield warning(
            pack.places["translation"],
            "unsigned",
            f"the Welsh is called reviewed, and {unsigned} of its wordings bear no signature: "
            "nobody would see that their English has changed.",
            f"Have the translator sign: .venv/bin/bot translations sign {pack.id}",
        )
