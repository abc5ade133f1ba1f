"""The files that packs name beside their words, once they were read: pictures, videos, captions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from bot.core.model import Language, Uncaptioned
from bot.core.packs.pack import (
    LocalPack,
    Message,
    MessagePicture,
    MessageVideo,
    NamedCaptions,
    NamedPicture,
    NamedVideo,
    NationalPack,
)
from bot.core.pictures import Fault, Made
from bot.core.source import Problem
from bot.core.videos import CaptionsFile, VideoFile

Named: TypeAlias = NamedPicture | NamedVideo | NamedCaptions
Read: TypeAlias = Mapping[str, Made | VideoFile | CaptionsFile | Fault]
"""What became of each file, by its path."""


def named_files(pack: NationalPack | LocalPack) -> Iterator[Named]:
    """Every file that a pack names."""
    if isinstance(pack, LocalPack):
        for own in pack.accounts.values():
            yield from named_files(own)
    messages = pack.messages if isinstance(pack, NationalPack) else pack.add
    pictures = [one.picture for one in messages.values()]
    videos = [one.video for one in messages.values()]
    if isinstance(pack, LocalPack):
        pictures += pack.pictures.values()
        videos += pack.videos.values()
    else:
        for card in pack.cards.values():
            yield from card.pictures.values()
    for picture in filter(None, pictures):
        yield from picture.files.values()
    for video in filter(None, videos):
        yield from video.files.values()
        yield from (one for one in video.captions.values() if isinstance(one, NamedCaptions))


def national_with_files(pack: NationalPack, read: Read) -> tuple[NationalPack, list[Problem]]:
    """The pack with what its files hold, and the Problems of those that cannot be used."""
    messages = {name: _message(message, read) for name, message in pack.messages.items()}
    cards = {
        link: replace(card, pictures=_with_made(card.pictures, read))
        for link, card in pack.cards.items()
    }
    return replace(pack, messages=messages, cards=cards), _problems(pack, read)


def local_with_files(pack: LocalPack, read: Read) -> tuple[LocalPack, list[Problem]]:
    """The same of an overlay, which then is not ok."""
    whose = (pack.sender,) if pack.sender else ()
    problems = [replace(one, forces=whose) for one in _problems(pack, read)]
    ok = pack.ok and not any(one.severity == "error" for one in problems)
    return replace(_overlay(pack, read), ok=ok), problems


def _overlay(pack: LocalPack, read: Read) -> LocalPack:
    return replace(
        pack,
        pictures={name: _picture(one, read) for name, one in pack.pictures.items()},
        videos={name: _video(one, read) for name, one in pack.videos.items()},
        add={name: _message(one, read) for name, one in pack.add.items()},
        accounts={name: _overlay(own, read) for name, own in pack.accounts.items()},
    )


def _message(message: Message, read: Read) -> Message:
    if message.picture:
        message = replace(message, picture=_picture(message.picture, read))
    if message.video:
        message = replace(message, video=_video(message.video, read))
    return message


def _picture(picture: MessagePicture, read: Read) -> MessagePicture:
    return replace(picture, files=_with_made(picture.files, read))


def _with_made(files: Mapping[Language, NamedPicture], read: Read) -> dict[Language, NamedPicture]:
    found = {}
    for language, named in files.items():
        made = read.get(named.file)
        found[language] = replace(named, made=made) if isinstance(made, Mapping) else named
    return found


def _video(video: MessageVideo, read: Read) -> MessageVideo:
    files, captions = {}, {}
    for language, named in video.files.items():
        made = read.get(named.file)
        files[language] = replace(named, made=made) if isinstance(made, VideoFile) else named
    for language, spoken in video.captions.items():
        captions[language] = spoken if isinstance(spoken, Uncaptioned) else _captions(spoken, read)
    return replace(video, files=files, captions=captions)


def _captions(named: NamedCaptions, read: Read) -> NamedCaptions:
    made = read.get(named.file)
    return replace(named, made=made) if isinstance(made, CaptionsFile) else named


def _problems(pack: NationalPack | LocalPack, read: Read) -> list[Problem]:
    found: dict[Problem, None] = {}
    for named in named_files(pack):
        what = read.get(named.file)
        if isinstance(what, Fault):
            found[Problem(named.place, what.code, what.message, what.advice)] = None
        elif isinstance(what, CaptionsFile):
            found |= dict.fromkeys(what.problems)
    return list(found)
