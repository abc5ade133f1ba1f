"""The video of a message, what it shows and what is said in it, as a pack names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.core.model import Language, Uncaptioned
from bot.core.packs.pack import MessageVideo, NamedCaptions, NamedVideo
from bot.core.packs.pictures import by_language, is_no, read_file_name, words_by_language
from bot.core.reading import Reader
from bot.core.source import Fields, Node, Place, Problem, Scalar
from bot.core.videos import CAPTIONS as CAPTION_FILES
from bot.core.videos import VIDEOS, past_the_end

VIDEO: Final = "video"
SHOWS: Final = "video_shows"
CAPTIONS: Final = "captions"
VIDEO_FIELDS: Final = (VIDEO, SHOWS, CAPTIONS)


def read_video(
    reader: Reader, group: Fields, message: str, *, changes: bool = False
) -> MessageVideo | None:
    """The video that a message names; None where it names none, or not one that could be.

    With `changes` it stands in a force's `change`: it may be taken out, or only be described anew
    or given other captions.
    """
    video, shows, captions = (group.entries.get(name) for name in VIDEO_FIELDS)
    first = next((name for name in VIDEO_FIELDS if name in group.entries), None)
    if first is None:
        return None
    place = group.keys[first]
    if changes and is_no(video):
        return MessageVideo({}, {}, {}, place, taken_out=True)
    if video is None and not changes:
        said = f"{message} says {_what(first)}, and names no video."
        advice = "Write video: and the name of its file above it, or take this out."
        reader.problem(place, "no-video", said, advice)
        return None
    files = _files(reader, video) if video is not None else {}
    words = words_by_language(reader, shows, SHOWS) if shows is not None else {}
    spoken = _captions(reader, captions) if captions is not None else {}
    if video is not None:
        _check_told(reader, message, video.place, shows=shows, captions=captions)
    return MessageVideo(files, words, spoken, place) if files or video is None else None


def _what(field: str) -> str:
    return "what a video shows" if field == SHOWS else "how a video is captioned"


def _check_told(
    reader: Reader, message: str, place: Place, *, shows: Node | None, captions: Node | None
) -> None:
    """That people who cannot see a video, or cannot hear it, are told of it."""
    if shows is None:
        said = f"nobody says what the video of {message} shows."
        advice = f'Write {SHOWS}: under it, then "en: |" and what it shows, for people who cannot '
        reader.problem(place, "no-alt", said, f"{advice}see it.")
    if captions is None:
        said = f"the video of {message} has no captions for people who cannot hear it."
        advice = f"Write {CAPTIONS}: under it, and under that en: film-en.vtt; or, where it needs "
        ways = f"none, {CAPTIONS}: {Uncaptioned.NO_SPEECH} or {CAPTIONS}: "
        reader.problem(place, "no-captions", said, f"{advice}{ways}{Uncaptioned.IN_THE_PICTURE}")


def _files(reader: Reader, node: Node) -> dict[Language, NamedVideo]:
    """One file for every language, or one for each."""
    if not isinstance(node, Fields):
        file = read_file_name(reader, node, VIDEO, VIDEOS)
        return dict.fromkeys(Language, NamedVideo(file, node.place)) if file else {}
    found = {}
    for language, inner in by_language(reader, node, VIDEO):
        file = read_file_name(reader, inner, language.value, VIDEOS)
        if file:
            found[language] = NamedVideo(file, inner.place)
    return found


def _captions(reader: Reader, node: Node) -> dict[Language, NamedCaptions | Uncaptioned]:
    if not isinstance(node, Fields):
        one = _one_captions(reader, node, CAPTIONS)
        if isinstance(one, Uncaptioned):
            return dict.fromkeys(Language, one)
        return {Language.EN: one} if one else {}  # a file is in one language
    found: dict[Language, NamedCaptions | Uncaptioned] = {}
    for language, inner in by_language(reader, node, CAPTIONS):
        one = _one_captions(reader, inner, language.value)
        if one:
            found[language] = one
    return found


def _one_captions(reader: Reader, node: Node, field: str) -> NamedCaptions | Uncaptioned | None:
    said = " ".join(node.value.lower().split()) if isinstance(node, Scalar) else ""
    if said in list(Uncaptioned):
        return Uncaptioned(said)
    file = read_file_name(reader, node, field, CAPTION_FILES)
    return NamedCaptions(file, node.place) if file else None


def told_of(video: MessageVideo) -> dict[str, Mapping[Language, object]]:
    """What must be there in every language, by the field that says it."""
    return {VIDEO: video.files, SHOWS: video.shows, CAPTIONS: video.captions}


def too_late_captions(video: MessageVideo) -> Iterator[Problem]:
    """Captions that are shown when their video is over: those of another one."""
    for language, spoken in video.captions.items():
        named = video.files.get(language)
        if named and named.made and isinstance(spoken, NamedCaptions) and spoken.made:
            problem = past_the_end(named.made, spoken.made, named.file.rpartition("/")[2])
            if problem:
                yield problem
