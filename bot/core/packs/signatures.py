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
from bot.core.packs.pack import Message, NationalPack, Signature, Wording
from bot.core.reading import Reader
from bot.core.source import Fields, Place, Problem, read

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
    shown = message.picture or message.video
    texts = [
        [language.value, words.get(language) and words[language].text]
        for words in (wording.words, shown.shows if shown else {})
        for language in Language
    ]
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()


def review_of(pack: NationalPack, message: Message, wording: Wording) -> Review:
    """How the Welsh of a wording stands. A force's own words have `translation:` only."""
    message = pack.messages.get(message.name, message)
    if Language.CY not in wording.words:
        return Review.MISSING
    signature = pack.signatures.get((message.name, wording.name))
    if signature is not None and not wording.local:
        same = signature.words == signed_words(message, wording)
        return Review.SIGNED if same else Review.STALE
    return Review.REVIEWED if pack.translation_reviewed else Review.UNREVIEWED


def may_speak_welsh(pack: NationalPack) -> bool:
    """Whether any Welsh of the pack may go out live."""
    return pack.translation_reviewed or any(
        review_of(pack, message, wording).may_go_out
        for message in pack.messages.values()
        for wording in message.wordings.values()
    )


def read_signatures(
    path: str, content: bytes
) -> tuple[dict[tuple[str, str], Signature], list[Problem]]:
    """The signatures by message and wording, and every Problem in the file."""
    reader = Reader()
    top, reader.problems = read(path, content)
    found = {}
    for message, node in reader.names(top, "message").items() if top else ():
        wordings = reader.fields(node, top.keys[message] if top else Place(path), f'"{message}"')
        for wording, inner in reader.names(wordings, "wording").items():
            fields = reader.fields(inner, wordings.keys[wording], f'"{wording}"')
            if signature := _signature(reader, fields):
                found[message, wording] = signature
    return found, reader.problems


def _signature(reader: Reader, fields: Fields) -> Signature | None:
    reader.known_fields(fields, OF_A_SIGNATURE, "a signature")
    by, words = reader.phrase(fields, "by"), reader.phrase(fields, "words")
    on = reader.day(fields, "on")
    if words is not None and not HASH.fullmatch(words):
        advice = "Take the entry out, and sign it anew with .venv/bin/bot translations sign."
        reader.problem(reader.at(fields, "words"), "signature", "this is no signature.", advice)
        return None
    return Signature(by, on, words, fields.place) if by and on and words else None


def with_signatures(
    pack: NationalPack, signed: Iterable[tuple[Message, Wording]], *, by: str, on: date
) -> str:
    """The text of translations.yaml with these signed as they stand, beside those it had."""
    entries: dict[tuple[str, str], tuple[str, date, str]] = {
        key: (one.by, one.on, one.words) for key, one in pack.signatures.items()
    }
    for message, wording in signed:
        entries[message.name, wording.name] = by, on, signed_words(message, wording)
    return HEAD + "\n".join(_lines(entries)) + "\n"


def _lines(entries: Mapping[tuple[str, str], tuple[str, date, str]]) -> Iterator[str]:
    above = ""
    for (message, wording), (by, on, words) in sorted(entries.items()):
        if message != above:
            yield f"{message}:"
        above = message
        yield f"  {wording}:"
        yield from (f"    by: {by}", f"    on: {on.isoformat()}", f"    words: {words}")
