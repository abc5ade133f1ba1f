"""translations.yaml: which Welsh of a pack a translator has signed, and in which words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from bot.core.model import Language
from bot.core.packs.pack import Message, NationalPack, Pack, Signature, Signatures, Wording
from bot.core.reading import Reader, Words
from bot.core.source import Fields, Problem, read

FILE: Final = "translations.yaml"
OF_A_SIGNATURE: Final = ("by", "on", "words")
HASH: Final = re.compile(r"[0-9a-f]{64}")

HEAD: Final = """\
# Which Welsh a translator has read beside its English. .venv/bin/bot translations sign writes it.
# words: stands for both texts as they were signed. Where one has changed since, it counts no more.

"""


class Review(StrEnum):
    """How the Welsh of a wording stands."""

    MISSING = "missing"  # there is none
    UNREVIEWED = "unreviewed"  # nobody has signed it
    STALE = "stale"  # it was signed, and one of the two texts has changed since
    REVIEWED = "reviewed"  # the pack says so of all its Welsh
    SIGNED = "signed"

    @property
    def may_go_out(self) -> bool:
        return self in (Review.REVIEWED, Review.SIGNED)


def signed_words(message: Message, wording: Wording) -> str:
    """SHA-256 (hex) of all a translator reads: the wording, and what its picture or video shows."""
    texts = [
        [language.value, words.get(language) and words[language].text]
        for words in (wording.words, _shows(message))
        for language in Language
    ]
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()


def review_of(pack: Pack, message: Message, wording: Wording) -> Review:
    """How the Welsh of a wording stands as a sender says it, who may have signed its own words."""
    over = pack.layers if is_own(pack, message, wording) else (pack.national,)
    return _review(pack.national, [one.signatures for one in over], message, wording)


def national_review(pack: NationalPack, message: Message, wording: Wording) -> Review:
    """How the Welsh of a wording stands as the national team wrote it."""
    return _review(pack, [pack.signatures], message, wording)


def _review(
    national: NationalPack, signatures: Iterable[Signatures], message: Message, wording: Wording
) -> Review:
    if Language.CY not in wording.words:
        return Review.MISSING
    key = message.name, wording.name
    if signed := [of[key].words for of in signatures if key in of]:
        return Review.SIGNED if signed_words(message, wording) in signed else Review.STALE
    return Review.REVIEWED if national.translation_reviewed else Review.UNREVIEWED


def is_own(pack: Pack, message: Message, wording: Wording) -> bool:
    """Whether a translator who read the national words has not read these."""
    national = pack.national.messages.get(message.name)
    return wording.local or national is None or _shows(message) != _shows(national)


def _shows(message: Message) -> Mapping[Language, Words]:
    shown = message.picture or message.video
    return shown.shows if shown else {}


def may_speak_welsh(pack: Pack) -> bool:
    """Whether any Welsh of the pack may go out live."""
    return pack.national.translation_reviewed or any(
        review_of(pack, message, wording).may_go_out
        for message in pack.messages.values()
        for wording in message.wordings.values()
    )


def read_signatures(path: str, content: bytes) -> tuple[Signatures, list[Problem]]:
    """The signatures of a national pack, and every Problem in the file."""
    reader = Reader()
    top, reader.problems = read(path, content)
    return (_signatures(reader, top) if top else {}), reader.problems


def read_own_signatures(path: str, content: bytes) -> tuple[dict[str, Signatures], list[Problem]]:
    """The signatures under a force's own words, by campaign, and every Problem in the file."""
    reader = Reader()
    top, reader.problems = read(path, content)
    found = {
        campaign: _signatures(reader, reader.fields(node, top.keys[campaign], f'"{campaign}"'))
        for campaign, node in (reader.names(top, "campaign") if top else {}).items()
        if top
    }
    return found, reader.problems


def _signatures(reader: Reader, group: Fields) -> Signatures:
    found = {}
    for message, node in reader.names(group, "message").items():
        wordings = reader.fields(node, group.keys[message], f'"{message}"')
        for wording, inner in reader.names(wordings, "wording").items():
            fields = reader.fields(inner, wordings.keys[wording], f'"{wording}"')
            if signature := _signature(reader, fields):
                found[message, wording] = signature
    return found


def _signature(reader: Reader, fields: Fields) -> Signature | None:
    reader.known_fields(fields, OF_A_SIGNATURE, "a signature")
    by, words = reader.phrase(fields, "by"), reader.phrase(fields, "words")
    on = reader.day(fields, "on")
    if words is not None and not HASH.fullmatch(words):
        advice = "Take the entry out, and sign it anew with .venv/bin/bot translations sign."
        reader.problem(reader.at(fields, "words"), "signature", "this is no signature.", advice)
        return None
    return Signature(by, on, words) if by and on and words else None


def signed(wordings: Iterable[tuple[Message, Wording]], *, by: str, on: date) -> Signatures:
    """A signature under each of these wordings as it stands."""
    return {
        (message.name, wording.name): Signature(by, on, signed_words(message, wording))
        for message, wording in wordings
    }


def signatures_text(signatures: Signatures) -> str:
    """The text of a national pack's translations.yaml."""
    return HEAD + "\n".join(_lines(signatures)) + "\n"


def own_signatures_text(by_campaign: Mapping[str, Signatures]) -> str:
    """The text of a force's translations.yaml."""
    lines = [
        line
        for campaign, signatures in sorted(by_campaign.items())
        if signatures
        for line in (f"{campaign}:", *(f"  {line}" for line in _lines(signatures)))
    ]
    return HEAD + "\n".join(lines) + "\n"


def _lines(signatures: Signatures) -> Iterator[str]:
    above = ""
    for (message, wording), one in sorted(signatures.items()):
        if message != above:
            yield f"{message}:"
        above = message
        yield f"  {wording}:"
        yield from (f"    by: {one.by}", f"    on: {one.on.isoformat()}", f"    words: {one.words}")
