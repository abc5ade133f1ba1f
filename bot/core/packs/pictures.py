"""The picture of a message, and what it shows, as a pack names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.core.model import Language
from bot.core.packs.pack import MessagePicture, NamedPicture
from bot.core.pictures import PICTURES, Kind, name_fault
from bot.core.reading import Reader, Words
from bot.core.source import Fields, Node, Scalar

PICTURE: Final = "picture"
SHOWS: Final = "picture_shows"
PICTURE_FIELDS: Final = (PICTURE, SHOWS)


def read_picture(
    reader: Reader, group: Fields, message: str, *, changes: bool = False
) -> MessagePicture | None:
    """The picture that a message names; None where it names none, or not one that could be.

    With `changes` it stands in a force's `change`: it may be taken out, or only be described anew.
    """
    picture, shows = (group.entries.get(name) for name in PICTURE_FIELDS)
    if picture is None and shows is None:
        return None
    first = next(name for name in PICTURE_FIELDS if name in group.entries)
    place = group.keys[first]
    if changes and is_no(picture):
        return MessagePicture({}, {}, place, taken_out=True)
    if picture is None and not changes:
        reader.problem(
            place,
            "no-picture",
            f"{message} says what a picture shows, and names no picture.",
            "Write picture: and the name of its file above it, or take this out.",
        )
        return None
    files = pictures_by_language(reader, picture) if picture is not None else {}
    words = words_by_language(reader, shows, SHOWS) if shows is not None else {}
    if picture is not None and shows is None:
        reader.problem(
            picture.place,
            "no-alt",
            f"nobody says what the picture of {message} shows.",
            f'Write {SHOWS}: under it, then "en: |" and what it shows, for people who cannot see '
            "it.",
        )
    return MessagePicture(files, words, place) if files or picture is None else None


def is_no(node: Node | None) -> bool:
    """Whether a force takes something out."""
    return isinstance(node, Scalar) and node.value.strip().lower() == "no"


def pictures_by_language(reader: Reader, node: Node) -> dict[Language, NamedPicture]:
    """One name for every language, or one for each."""
    if not isinstance(node, Fields):
        named = _named(reader, node, PICTURE)
        return dict.fromkeys(Language, named) if named else {}
    found = {}
    for language, inner in by_language(reader, node, PICTURE):
        named = _named(reader, inner, language.value)
        if named:
            found[language] = named
    return found


def _named(reader: Reader, node: Node, field: str) -> NamedPicture | None:
    file = read_file_name(reader, node, field, PICTURES)
    return NamedPicture(file, node.place) if file else None


def read_file_name(reader: Reader, node: Node, field: str, kind: Kind) -> str | None:
    """The path of a file that is named alone, in the folder of its kind beside the pack's file."""
    name = reader.text(node, field)
    if name is None:
        return None
    folder = f"{node.place.file.rpartition('/')[0]}/{kind.folder}"
    fault = name_fault(name, folder, kind)
    if fault:
        reader.problem(node.place, fault.code, fault.message, fault.advice)
        return None
    return f"{folder}/{name}"


def words_by_language(reader: Reader, node: Node, field: str) -> dict[Language, Words]:
    """Words in English, or in each language under its name."""
    if not isinstance(node, Fields):
        words = reader.words(node, field)
        return {Language.EN: words} if words else {}
    found = {}
    for language, inner in by_language(reader, node, field):
        words = reader.words(inner, language.value)
        if words:
            found[language] = words
    return found


def by_language(reader: Reader, node: Fields, field: str) -> Iterator[tuple[Language, Node]]:
    """What stands under en: and cy:."""
    reader.known_fields(node, [language.value for language in Language], f'"{field}"')
    for language in Language:
        if language.value in node.entries:
            yield language, node.entries[language.value]
