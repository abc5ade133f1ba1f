"""The picture of a message, and what it shows: as a pack names it, and once its file was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from bot.core.model import Language
from bot.core.packs.pack import LocalPack, Message, MessagePicture, NamedPicture, NationalPack
from bot.core.pictures import FOLDER, Fault, Made, name_fault
from bot.core.reading import Reader, Words
from bot.core.source import Fields, Node, Place, Problem, Scalar

PICTURE: Final = "picture"
SHOWS: Final = "picture_shows"
PICTURE_FIELDS: Final = (PICTURE, SHOWS)

Read: TypeAlias = Mapping[str, "Made | Fault"]
"""What became of each picture's file, by its path."""


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
    if changes and _is_no(picture):
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


def _is_no(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value.strip().lower() == "no"


def pictures_by_language(reader: Reader, node: Node) -> dict[Language, NamedPicture]:
    """One name for every language, or one for each."""
    if not isinstance(node, Fields):
        named = _named(reader, node, PICTURE)
        return dict.fromkeys(Language, named) if named else {}
    found = {}
    for language, inner in _by_language(reader, node, PICTURE):
        named = _named(reader, inner, language.value)
        if named:
            found[language] = named
    return found


def _named(reader: Reader, node: Node, field: str) -> NamedPicture | None:
    name = reader.text(node, field)
    if name is None:
        return None
    folder = f"{node.place.file.rpartition('/')[0]}/{FOLDER}"
    fault = name_fault(name, folder)
    if fault:
        reader.problem(node.place, fault.code, fault.message, fault.advice)
        return None
    return NamedPicture(f"{folder}/{name}", node.place)


def words_by_language(reader: Reader, node: Node, field: str) -> dict[Language, Words]:
    """Words in English, or in each language under its name."""
    if not isinstance(node, Fields):
        words = reader.words(node, field)
        return {Language.EN: words} if words else {}
    found = {}
    for language, inner in _by_language(reader, node, field):
        words = reader.words(inner, language.value)
        if words:
            found[language] = words
    return found


def _by_language(reader: Reader, node: Fields, field: str) -> Iterator[tuple[Language, Node]]:
    reader.known_fields(node, [language.value for language in Language], f'"{field}"')
    for language in Language:
        if language.value in node.entries:
            yield language, node.entries[language.value]


# --- once the files were read -----------------------------------------------------------------


def named_pictures(pack: NationalPack | LocalPack) -> Iterator[NamedPicture]:
    """Every picture that a pack names."""
    for picture in _pictures(pack):
        yield from picture.files.values()
    if isinstance(pack, NationalPack):
        for card in pack.cards.values():
            yield from card.pictures.values()


def _pictures(pack: NationalPack | LocalPack) -> Iterator[MessagePicture]:
    if isinstance(pack, LocalPack):
        yield from pack.pictures.values()
        for own in pack.accounts.values():
            yield from _pictures(own)
    messages = pack.messages if isinstance(pack, NationalPack) else pack.add
    for message in messages.values():
        if message.picture:
            yield message.picture


def national_with_pictures(pack: NationalPack, read: Read) -> tuple[NationalPack, list[Problem]]:
    """The pack with its pictures in it, and a Problem for each that is none."""
    messages = {name: _message(message, read) for name, message in pack.messages.items()}
    cards = {
        link: replace(card, pictures=_with_made(card.pictures, read))
        for link, card in pack.cards.items()
    }
    return replace(pack, messages=messages, cards=cards), _problems(pack, read)


def local_with_pictures(pack: LocalPack, read: Read) -> tuple[LocalPack, list[Problem]]:
    """The same of an overlay, which then is not ok."""
    whose = (pack.sender,) if pack.sender else ()
    problems = [replace(one, forces=whose) for one in _problems(pack, read)]
    return replace(_overlay(pack, read), ok=pack.ok and not problems), problems


def _overlay(pack: LocalPack, read: Read) -> LocalPack:
    return replace(
        pack,
        pictures={name: _with_files(picture, read) for name, picture in pack.pictures.items()},
        add={name: _message(message, read) for name, message in pack.add.items()},
        accounts={name: _overlay(own, read) for name, own in pack.accounts.items()},
    )


def _message(message: Message, read: Read) -> Message:
    if message.picture is None:
        return message
    return replace(message, picture=_with_files(message.picture, read))


def _with_files(picture: MessagePicture, read: Read) -> MessagePicture:
    return replace(picture, files=_with_made(picture.files, read))


def _with_made(files: Mapping[Language, NamedPicture], read: Read) -> dict[Language, NamedPicture]:
    found = {}
    for language, named in files.items():
        made = read.get(named.file, {})
        found[language] = named if isinstance(made, Fault) else replace(named, made=made)
    return found


def _problems(pack: NationalPack | LocalPack, read: Read) -> list[Problem]:
    found: dict[Place, Problem] = {}
    for named in named_pictures(pack):
        fault = read.get(named.file)
        if isinstance(fault, Fault):
            found[named.place] = Problem(named.place, fault.code, fault.message, fault.advice)
    return list(found.values())
