"""The pictures, videos and captions that packs name: found, read, and put into the packs."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from bot.app.environment import Environment
from bot.app.kept_pictures import kept_or_made
from bot.app.kept_videos import Bytes, looked_at, reader
from bot.core.packs import (
    LocalPack,
    NationalPack,
    Read,
    local_with_files,
    named_files,
    national_with_files,
)
from bot.core.pictures import PICTURES, Fault, Kind, Made, no_such_file
from bot.core.source import Problem
from bot.core.videos import (
    CAPTIONS,
    MAX_CAPTIONS_BYTES,
    VIDEOS,
    CaptionsFile,
    VideoFile,
    captions_file,
)
from bot.pictures import MAX_FILE_BYTES as MAX_PICTURE_BYTES

Overlays: TypeAlias = dict[tuple[str, str], LocalPack]


def with_files(
    env: Environment,
    packs: Mapping[str, NationalPack | None],
    local: Mapping[tuple[str, str], LocalPack],
    regions: Mapping[tuple[str, str], LocalPack],
    problems: list[Problem],
) -> tuple[dict[str, NationalPack | None], Overlays, Overlays, Mapping[str, bytes]]:
    """The packs with the files that they name, and what goes out of each, by its SHA-256."""
    usable = [pack for pack in packs.values() if pack is not None]
    all_packs: list[NationalPack | LocalPack] = [*usable, *local.values(), *regions.values()]
    files = {one.file for pack in all_packs for one in named_files(pack)}
    if not files:
        return dict(packs), dict(local), dict(regions), {}
    read: Read = {file: _file(env, file) for file in sorted(files)}
    seen: dict[str, NationalPack | None] = dict(packs)
    for pack in usable:
        seen[pack.id], found = national_with_files(pack, read)
        problems += found
    laid: tuple[Overlays, Overlays] = {}, {}
    for own, overlays in zip(laid, (local, regions), strict=True):
        for key, one in overlays.items():
            own[key], found = local_with_files(one, read)
            problems += found
    return seen, *laid, _bytes(env, read)


def _bytes(env: Environment, read: Read) -> Bytes:
    """What goes out of these files."""
    small: dict[str, bytes] = {}
    videos = {}
    for file, what in read.items():
        if isinstance(what, VideoFile) and isinstance(path := _found(env, file, VIDEOS), Path):
            videos[what.sha256] = reader(env.data, path, what)
        elif isinstance(what, CaptionsFile):
            small[what.sha256] = what.content
        elif not isinstance(what, Fault | VideoFile):
            small |= {one.sha256: one.content for one in what.values()}
    return Bytes(small, videos)


def _file(env: Environment, file: str) -> Made | VideoFile | CaptionsFile | Fault:
    """What a file that a pack names holds, made ready; Pillow is loaded only for a picture."""
    kind = next(one for one in (PICTURES, VIDEOS, CAPTIONS) if file.lower().endswith(one.suffixes))
    name = file.rpartition("/")[2]
    found = _found(env, file, kind)
    if isinstance(found, Fault):
        return found
    try:
        if kind is VIDEOS:
            return looked_at(env.data, found, name)
        most = MAX_PICTURE_BYTES if kind is PICTURES else MAX_CAPTIONS_BYTES
        with found.open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as error:
        advice = f"Ask whoever looks after the computer; it says: {error.strerror}."
        return Fault("unreadable", f"{name} may not or cannot be read.", advice)
    if kind is PICTURES:
        return kept_or_made(env.data, content, name)
    return captions_file(file, content)


def _found(env: Environment, file: str, kind: Kind) -> Path | Fault:
    """Where a file stands that a pack names."""
    folder, _, name = file.rpartition("/")
    path, code = env.messages / file.removeprefix("messages/"), f"{kind.field}-link"
    if path.parent.is_symlink():
        advice = "Put the folder itself here: links are not followed."
        return Fault(code, f"{folder} is a link to another folder.", advice)
    # As it is written, letter for letter: what one computer finds another must find too.
    there = _names_in(path.parent)
    found = there.get(unicodedata.normalize("NFC", name))
    advice = f"Put the {kind.field} itself there"
    if found is None:
        beside = unicodedata.normalize("NFC", name) in _names_in(path.parent.parent)
        shown = [one for one in there if one.lower().endswith(kind.suffixes)]
        return no_such_file(name, folder, shown, beside=beside, kind=kind)
    if found.is_symlink():
        said = f"{name} is a link to another file."
        return Fault(code, said, f"{advice}: links are not followed.")
    if not found.is_file():
        return Fault(code, f"{name} is no ordinary file.", f"{advice}.")
    return found


def _names_in(folder: Path) -> dict[str, Path]:
    """What stands in a folder, by its name in one form: a Mac writes accents in another."""
    try:
        return {unicodedata.normalize("NFC", path.name): path for path in folder.iterdir()}
    except OSError:
        return {}
