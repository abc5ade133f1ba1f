"""An MP4 file -> what it shows and for how long, and what to overwrite before it is published.

A file is a row of boxes, each its length, its kind and its content, and some hold boxes again.
What is not picture or sound is overwritten where it stands, with as many bytes, so that no offset
moves: whole boxes become `free` boxes full of zeros, and so does every track of data (in which
cameras note where they are), with its samples. Nothing is decoded: whether each picture can be
shown is for whoever watches the video before it is approved.

Source: ISO/IEC 14496-12 (boxes), 14496-14 and 14496-1 (esds), 14496-15 (avcC).
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from bot.core.pictures import Fault

EXPORT: Final = "Export it again as MP4, with the picture as H.264 and the sound as AAC."
MAX_BOXES: Final = 10_000  # in one box; a video has a dozen
MAX_SAMPLES: Final = 2_000_000  # of a track: more than four hours at 120 pictures a second
MAX_TRACKS: Final = 20  # a video has two, and what cameras note has two or three

_KEPT: Final[dict[bytes, tuple[bytes, ...]]] = {
    b"": (b"ftyp", b"moov", b"mdat"),
    b"moov": (b"mvhd", b"trak", b"iods"),
    b"trak": (b"tkhd", b"edts", b"mdia"),
    b"mdia": (b"mdhd", b"hdlr", b"minf"),
    b"minf": (b"vmhd", b"smhd", b"dinf", b"stbl"),
    b"stbl": (
        b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stsc", b"stsz", b"stco", b"co64", b"sgpd",
        b"sbgp", b"sdtp",
    ),
}  # fmt: skip
"""What a player needs of a box, by the box that holds it. All else goes: names, places, notes."""

_OTHERS: Final = (
    (0, b"\x1aE\xdf\xa3", "a WebM or Matroska"), (0, b"RIFF", "an AVI"), (0, b"FLV", "a Flash"),
    (0, b"0&\xb2u", "a Windows Media"), (0, b"G@", "an MPEG transport"), (0, b"GIF8", "a GIF"),
    (4, b"ftypqt  ", "a QuickTime"), (4, b"moov", "a QuickTime"), (4, b"wide", "a QuickTime"),
    (0, b"\0\0\1\xba", "an MPEG"), (4, b"ftypheic", "a HEIC"), (4, b"ftypavif", "an AVIF"),
    (4, b"ftyp3gp", "a 3GP"),
)  # fmt: skip

_CODECS: Final = {
    b"hvc1": "HEVC", b"hev1": "HEVC", b"av01": "AV1", b"vp09": "VP9", b"mp4v": "MPEG-4 Part 2",
    b"apch": "ProRes", b"apcn": "ProRes", b"ac-3": "Dolby Digital", b"ec-3": "Dolby Digital",
    b"Opus": "Opus", b"alac": "ALAC", b"fLaC": "FLAC", b"lpcm": "PCM", b"sowt": "PCM",
}  # fmt: skip
_H264: Final = (b"avc1", b"avc3")
_FOR_EDITING: Final = frozenset({110, 122, 244, 44})  # profiles with 10 bits, 4:2:2 or 4:4:4
_MPEG4_AUDIO: Final = 0x40
_AAC_LC: Final = 2


@dataclass(frozen=True, slots=True)
class Film:
    """What stands in an MP4 file, and what to overwrite in it: at which byte, with what."""

    width: int  # pixels, as it is shown
    height: int
    milliseconds: int
    frames_a_second: float
    edits: tuple[tuple[int, bytes], ...]

    def cleaned(self, content: bytes) -> bytes:
        """The file's bytes with nothing in them but picture and sound; as many as before."""
        clean = bytearray(content)
        for at, new in self.edits:
            clean[at : at + len(new)] = new
        return bytes(clean)


class _FaultyError(Exception):
    """The file cannot be used; why stands in `fault`."""

    def __init__(self, code: str, message: str, advice: str = EXPORT) -> None:
        super().__init__(message)
        self.fault = Fault(code, message, advice)


def read_film(content: bytes, name: str) -> Film | Fault:
    """What stands in the file called `name`, or the first thing that is wrong with it."""
    try:
        _check_kind(content, name)
        return _Reading(memoryview(content), name).film()
    except _FaultyError as error:
        return error.fault
    except (struct.error, LookupError, ValueError, ZeroDivisionError):
        return _broken(name).fault


def _broken(name: str) -> _FaultyError:
    return _FaultyError(
        "video-broken",
        f"{name} is damaged or was not copied whole.",
        "Copy it here again, or export it again.",
    )


def _check_kind(content: bytes, name: str) -> None:
    if not content:
        raise _FaultyError("video-empty", f"{name} is empty.", "Put back what it held.")
    for at, mark, kind in _OTHERS:
        if content[at:].startswith(mark) if at == 0 else content[at : at + len(mark)] == mark:
            said = f"{name} is {kind} file whatever its name says, and videos here are MP4."
            raise _FaultyError("video-kind", said)
    if content[4:8] != b"ftyp":
        raise _FaultyError("video-kind", f"{name} is no video that can be read.")


# --- boxes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int  # where its content begins
    end: int


@dataclass(slots=True)
class _Track:
    """What is known of one track of a film."""

    box: _Box
    kind: bytes = b""  # vide, soun, or something that is neither
    width: int = 0
    height: int = 0
    timescale: int = 0
    duration: int = 0
    tables: dict[bytes, _Box] = field(default_factory=dict)  # of its samples


class _Reading:
    def __init__(self, content: memoryview, name: str) -> None:
        self.content, self.name = content, name
        self.edits: list[tuple[int, bytes]] = []

    def film(self) -> Film:
        top = self._kept(b"", 0, len(self.content))
        if b"moov" not in top or b"mdat" not in top:
            raise _broken(self.name)
        (movie,) = top[b"moov"]
        parts = self._kept(b"moov", movie.body, movie.end)
        (head,) = parts[b"mvhd"]
        timescale, duration = self._times(head)
        if len(parts.get(b"trak", ())) > MAX_TRACKS:
            raise _broken(self.name)
        tracks = [self._track(box) for box in parts.get(b"trak", ())]
        shown = self._picture(tracks)
        self._check_sound(tracks)
        for track in tracks:
            pieces = list(self._samples(track))
            if any(end > len(self.content) for _, end in pieces):
                raise _broken(self.name)
            if track.kind not in (b"vide", b"soun"):
                self._blank(track.box)
                self.edits += self._blanked(pieces, top[b"mdat"])
        frames = self._number(shown.tables[b"stsz"], 8)
        milliseconds = round(1000 * duration / timescale)
        if frames == 0 or milliseconds == 0:
            raise _broken(self.name)
        rate = frames * shown.timescale / shown.duration
        return Film(shown.width, shown.height, milliseconds, round(rate, 2), tuple(self.edits))

    def _blanked(self, pieces: list[tuple[int, int]], media: list[_Box]) -> list[tuple[int, bytes]]:
        """The edits that overwrite samples. Raises where they are not in the media, or twice."""
        bodies = [(box.body, box.end) for box in media]
        starts = [start for start, _ in bodies]
        if sum(end - start for start, end in pieces) > len(self.content):
            raise _broken(self.name)
        filled = [(start, end) for start, end in pieces if end > start]
        for start, end in filled:
            within = bisect_right(starts, start) - 1
            if within < 0 or end > bodies[within][1]:
                raise _broken(self.name)
        return [(start, bytes(end - start)) for start, end in filled]

    def _boxes(self, at: int, end: int) -> Iterator[_Box]:
        """The boxes between two places. Raises where one does not end within them."""
        for _ in range(MAX_BOXES):
            if at == end:
                return
            size, kind = struct.unpack_from(">I4s", self.content, at)
            body = at + 8
            if size == 1:
                (size,) = struct.unpack_from(">Q", self.content, body)
                body += 8
            stop = at + size if size else end
            if not body <= stop <= end:
                raise ValueError(kind)
            yield _Box(kind, at, body, stop)
            at = stop
        raise ValueError("too many boxes")

    def _kept(self, holder: bytes, at: int, end: int) -> dict[bytes, list[_Box]]:
        """What is kept of a box, by kind; the rest of it is to be overwritten."""
        found: dict[bytes, list[_Box]] = {}
        for box in self._boxes(at, end):
            if box.kind in (b"moof", b"mvex"):
                raise _FaultyError(
                    "video-pieces",
                    f"{self.name} is cut into pieces, as for streaming.",
                    "Export it again as an ordinary MP4 file, not fragmented.",
                )
            if box.kind in _KEPT[holder]:
                found.setdefault(box.kind, []).append(box)
            else:
                self._blank(box)
        return found

    def _blank(self, box: _Box) -> None:
        self.edits.append((box.start + 4, b"free"))
        self.edits.append((box.body, bytes(box.end - box.body)))

    def _number(self, box: _Box, at: int, form: str = ">I") -> int:
        """A number so many bytes into a box's content."""
        if box.body + at + struct.calcsize(form) > box.end:
            raise ValueError(box.kind)
        (number,) = struct.unpack_from(form, self.content, box.body + at)
        return int(number)

    def _is_long(self, box: _Box) -> bool:
        """Whether its times have 64 bits."""
        return self._number(box, 0, ">B") == 1

    def _times(self, box: _Box) -> tuple[int, int]:
        """(units a second, how many of them it lasts); when it was made is overwritten."""
        self.edits.append((box.body + 4, bytes(16 if self._is_long(box) else 8)))
        if self._is_long(box):
            return self._number(box, 20), self._number(box, 24, ">Q")
        return self._number(box, 12), self._number(box, 16)

    # --- tracks

    def _track(self, box: _Box) -> _Track:
        track = _Track(box)
        parts = self._kept(b"trak", box.body, box.end)
        (head,) = parts[b"tkhd"]
        self.edits.append((head.body + 4, bytes(16 if self._is_long(head) else 8)))
        track.width, track.height = self._size(head)
        (media,) = parts[b"mdia"]
        inner = self._kept(b"mdia", media.body, media.end)
        (times,), (handler,), (rest,) = inner[b"mdhd"], inner[b"hdlr"], inner[b"minf"]
        track.timescale, track.duration = self._times(times)
        track.kind = bytes(self.content[handler.body + 8 : handler.body + 12])
        # Who made the program that wrote it, and its name.
        self.edits.append((handler.body + 12, bytes(handler.end - handler.body - 12)))
        (table,) = self._kept(b"minf", rest.body, rest.end)[b"stbl"]
        kept = self._kept(b"stbl", table.body, table.end)
        track.tables = {kind: found[0] for kind, found in kept.items()}
        return track

    def _size(self, head: _Box) -> tuple[int, int]:
        """Width and height as they are shown: a telephone held upright notes that it was turned."""
        matrix = 52 if self._is_long(head) else 40
        width, height = (self._number(head, matrix + 36 + at) >> 16 for at in (0, 4))
        is_turned = self._number(head, matrix) == 0 and self._number(head, matrix + 16) == 0
        return (height, width) if is_turned else (width, height)

    def _samples(self, track: _Track) -> Iterator[tuple[int, int]]:
        """Where the track's samples begin and end in the file, chunk by chunk."""
        tables = track.tables
        sizes = self._sizes(tables[b"stsz"])
        chunks = self._chunks(tables)
        stretches = self._stretches(tables[b"stsc"], len(chunks))
        at = 0
        for start, number in zip(chunks, stretches, strict=True):
            yield start, start + sum(sizes[at : at + number])
            at += number
        if at != len(sizes):
            raise ValueError("samples")

    def _sizes(self, box: _Box) -> tuple[int, ...]:
        same, count = self._number(box, 4), self._number(box, 8)
        if count > MAX_SAMPLES:
            raise ValueError(count)
        return (same,) * count if same else self._table(box, 12, count, "I")

    def _chunks(self, tables: dict[bytes, _Box]) -> tuple[int, ...]:
        box, form = (tables[b"co64"], "Q") if b"co64" in tables else (tables[b"stco"], "I")
        count = self._number(box, 4)
        if count > MAX_SAMPLES:
            raise ValueError(count)
        return self._table(box, 8, count, form)

    def _stretches(self, box: _Box, chunks: int) -> list[int]:
        """How many samples each chunk has; written down where the number changes."""
        if (count := self._number(box, 4)) > chunks + 1:
            raise ValueError("stretches")
        rows = self._table(box, 8, 3 * count, "I")
        firsts = [*rows[::3], chunks + 1]
        if any(later < first for first, later in pairwise(firsts)):
            raise ValueError("chunks")
        found: list[int] = []
        for place, number in enumerate(rows[1::3]):
            found += [number] * (firsts[place + 1] - firsts[place])
        return found

    def _table(self, box: _Box, at: int, count: int, form: str) -> tuple[int, ...]:
        whole = f">{count}{form}"
        if box.body + at + struct.calcsize(whole) > box.end:
            raise ValueError(box.kind)
        return struct.unpack_from(whole, self.content, box.body + at)

    # --- picture and sound

    def _picture(self, tracks: list[_Track]) -> _Track:
        shown = [track for track in tracks if track.kind == b"vide"]
        if not shown:
            raise _FaultyError("video-sound-only", f"{self.name} has sound and no picture.")
        if len(shown) > 1:
            raise _FaultyError("video-tracks", f"{self.name} has more than one track of pictures.")
        for entry in self._entries(shown[0]):
            if entry.kind not in _H264:
                raise self._other_codec("picture", entry.kind)
            self.edits.append((entry.body + 42, bytes(32)))  # the name of the program
            for box in self._boxes(entry.body + 78, entry.end):
                if box.kind == b"avcC" and self._number(box, 1, ">B") in _FOR_EDITING:
                    raise _FaultyError(
                        "video-codec",
                        f"{self.name} has its picture as H.264 of a kind for editing, which few "
                        "telephones play.",
                        "Export it again with the profile High or Main: 8 bits, 4:2:0.",
                    )
        return shown[0]

    def _check_sound(self, tracks: list[_Track]) -> None:
        heard = [track for track in tracks if track.kind == b"soun"]
        if len(heard) > 1:
            raise _FaultyError("video-tracks", f"{self.name} has more than one track of sound.")
        for entry in (one for track in heard for one in self._entries(track)):
            if entry.kind != b"mp4a":
                raise self._other_codec("sound", entry.kind)
            for box in self._boxes(entry.body + 28, entry.end):
                if box.kind == b"esds":
                    self._check_aac(box)

    def _entries(self, track: _Track) -> list[_Box]:
        """How the track's samples are written: one entry, or several."""
        described = track.tables[b"stsd"]
        found = list(self._boxes(described.body + 8, described.end))
        if not found:
            raise ValueError("stsd")
        return found

    def _other_codec(self, what: str, kind: bytes) -> _FaultyError:
        named = _CODECS.get(kind) or kind.decode("ascii", "replace").strip()
        said = f"{self.name} has its {what} as {named}, and not every platform takes that."
        return _FaultyError("video-codec", said)

    def _check_aac(self, box: _Box) -> None:
        """The sound's own head: descriptors in one another, each its mark, its length, its rest."""
        at = self._descriptor(box.body + 4, 3)
        flags = self.content[at + 2]
        at += 3 + 2 * bool(flags & 0x80) + 2 * bool(flags & 0x20)
        at += 1 + self.content[at] if flags & 0x40 else 0
        at = self._descriptor(at, 4)
        if self.content[at] != _MPEG4_AUDIO:
            raise self._other_codec("sound", b"MP3")
        (config,) = struct.unpack_from(">H", self.content, self._descriptor(at + 13, 5))
        if config >> 11 != _AAC_LC:
            raise self._other_codec("sound", b"HE-AAC")
        if (config >> 3) & 15 > 2:
            raise _FaultyError(
                "video-codec",
                f"{self.name} has more than two channels of sound.",
                "Export it again with sound in stereo.",
            )

    def _descriptor(self, at: int, mark: int) -> int:
        """Where the content of the descriptor at a place begins."""
        if self.content[at] != mark:
            raise ValueError(mark)
        at += 1
        while self.content[at] & 0x80:
            at += 1
        return at + 1
