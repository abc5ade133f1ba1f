"""Tiny MP4 files, made of their boxes where a test stands: no picture in them can be shown."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.core.mp4 import Film, read_film
from bot.core.pictures import Fault

MADE_AT = struct.pack(">II", 3_850_000_000, 3_850_000_000)  # created, changed: in 2026
PLACE = b"+51.2720+000.5290/"
MAKER = b"A telephone of P C Smith"
HIGH, HIGH_422 = 100, 122  # profiles of H.264
AAC_LC, HE_AAC = 2, 5


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def a_video(
    *,
    width: int = 640,
    height: int = 360,
    milliseconds: int = 2_000,
    frames: int | None = None,
    picture: bytes = b"avc1",
    sound: bytes | None = b"mp4a",
    profile: int = HIGH,
    audio: int = AAC_LC,
    channels: int = 2,
    is_turned: bool = False,
    head_last: bool = False,
    data: bytes = b"",  # of a third track
    filling: int = 0,  # bytes, so that it has a size
) -> bytes:
    """A file of two seconds with picture and sound, what cameras note, and its head first."""
    frames = milliseconds * 25 // 1_000 if frames is None else frames
    samples = [(b"vide", b"p" * frames, frames)]
    if sound is not None:
        samples.append((b"soun", b"s" * 10, 10))
    if data:
        samples.append((b"meta", data, 1))
    start = box(b"ftyp", b"isom", b"\0\0\2\0", b"isomavc1")
    entries = {
        b"vide": _picture_entry(picture, width, height, profile),
        b"soun": _sound_entry(sound or b"", audio, channels),
        b"meta": box(b"gpmd", bytes(8)),
    }

    def head(offset: int) -> bytes:
        tracks = []
        for kind, content, count in samples:
            at = offset if count else 0
            tracks.append(
                _track(kind, entries[kind], at, len(content), count, milliseconds,
                       (width, height), is_turned=is_turned)
            )  # fmt: skip
            offset += len(content)
        mvhd = box(b"mvhd", bytes(4), MADE_AT, struct.pack(">II", 1_000, milliseconds), bytes(80))
        notes = box(b"udta", box(b"\xa9xyz", PLACE), box(b"meta", MAKER))
        return box(b"moov", mvhd, *tracks, notes)

    media = box(b"mdat", *(content for _, content, _ in samples), bytes(filling))
    xmp = box(b"uuid", bytes(16), MAKER)
    if head_last:
        return start + media + head(len(start) + 8) + xmp
    return start + head(len(start) + len(head(0)) + 8) + media + xmp


def _track(
    kind: bytes,
    entry: bytes,
    offset: int,
    size: int,
    count: int,
    milliseconds: int,
    sides: tuple[int, int],
    *,
    is_turned: bool,
) -> bytes:
    one = 1 << 16
    turned = (0, one, 0, -one, 0, 0, 0, 0, 1 << 30)
    matrix = turned if is_turned else (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
    shown = [side << 16 for side in sides] if kind == b"vide" else [0, 0]
    tkhd = box(
        b"tkhd", bytes(4), MADE_AT, struct.pack(">III", 1, 0, milliseconds), bytes(16),
        struct.pack(">9i", *matrix), struct.pack(">II", *shown),
    )  # fmt: skip
    mdhd = box(b"mdhd", bytes(4), MADE_AT, struct.pack(">II", 1_000, milliseconds), bytes(4))
    hdlr = box(b"hdlr", bytes(8), kind, bytes(12), MAKER, b"\0")
    each = size // count if count else 0
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), entry),
        box(b"stts", struct.pack(">IIII", 0, 1, count, 40)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, count, 1)),
        box(b"stsz", struct.pack(">III", 0, each, count)),
        box(b"stco", struct.pack(">III", 0, 1, offset)),
    )
    return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", table)))


def _picture_entry(kind: bytes, width: int, height: int, profile: int) -> bytes:
    head = bytes(24) + struct.pack(">HH", width, height) + bytes(14)
    return box(kind, head, MAKER.ljust(32, b"\0"), bytes(4), box(b"avcC", bytes([1, profile, 0])))


def _sound_entry(kind: bytes, audio: int, channels: int) -> bytes:
    config = struct.pack(">H", audio << 11 | 3 << 7 | channels << 3)
    decoder = b"\x40" + bytes(12) + b"\x05" + bytes([len(config)]) + config
    described = bytes(3) + b"\x04" + bytes([len(decoder)]) + decoder
    esds = bytes(4) + b"\x03" + bytes([len(described)]) + described
    return box(kind, bytes(28), box(b"esds", esds))


HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


@dataclass
class Tree:
    """A box and what stands in it."""

    kind: bytes
    content: bytes = b""
    inner: list[Tree] = field(default_factory=list)

    def __bytes__(self) -> bytes:
        return box(self.kind, self.content, *map(bytes, self.inner))

    def all(self) -> Iterator[Tree]:
        yield self
        for one in self.inner:
            yield from one.all()


def trees(content: bytes) -> list[Tree]:
    """The boxes of a film, to be changed and put together again."""
    found, at = [], 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + size]
        found.append(Tree(kind, b"", trees(body)) if kind in HOLDERS else Tree(kind, body))
        at += max(size, 8)
    return found


def with_table(content: bytes, kind: bytes, numbers: Sequence[int], *, track: int = 0) -> bytes:
    """A film with other numbers in one table of one of its tracks, and its media where it was."""
    whole = Tree(b"", b"", trees(content))
    table = [one for one in whole.all() if one.kind == kind][track]
    table.content = struct.pack(f">{len(numbers)}I", *numbers)
    return b"".join(map(bytes, whole.inner))


def film_of(content: bytes, name: str = "film.mp4") -> Film:
    found = read_film(content, name)
    assert not isinstance(found, Fault), found
    return found


def fault_of(content: bytes, name: str = "film.mp4") -> str:
    found = read_film(content, name)
    assert isinstance(found, Fault), found
    return f"{found.message} {found.advice}"
