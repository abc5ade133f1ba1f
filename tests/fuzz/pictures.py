"""Pictures that something happened to: in a byte, in a part of a PNG, in a segment of a JPEG."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from typing import Final

from hypothesis import strategies as st
from PIL import Image, ImageCms

from bot.core.pictures import Fault
from bot.core.source import Place, Problem
from bot.pictures import made
from tests.fuzz.looking import wrong_words
from tests.pictures import a_jpeg, a_png, an_image, chunk, encoded, moving

KINDS: Final = (b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"IDAT", b"IEND", b"acTL", b"tEXt")
MARKERS: Final = (0xC0, 0xC2, 0xC4, 0xD8, 0xDA, 0xDB, 0xDD, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE, 0xFF)
NAMES: Final = st.sampled_from(("phone.png", "phone.jpg"))


@cache
def _pictures() -> tuple[bytes, ...]:
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return (
        a_png(),
        a_png(exif=exif, icc_profile=profile),
        a_jpeg(exif=exif, icc_profile=profile),
        a_jpeg(progressive=True),
        encoded(an_image(mode="RGB").convert("P"), "PNG", transparency=0),
        encoded(an_image(mode="CMYK"), "JPEG"),
        moving("PNG"),
    )


@st.composite
def broken_pictures(draw: st.DrawFn) -> tuple[bytes, str]:
    content = draw(st.sampled_from(_pictures()))
    for _ in range(draw(st.integers(1, 3))):
        if content.startswith(b"\x89PNG") and draw(st.booleans()):
            content = _other_parts(draw, content)
        elif content.startswith(b"\xff\xd8") and draw(st.booleans()):
            content = _other_segment(draw, content)
        else:
            at = draw(st.integers(0, len(content)))
            gone = draw(st.integers(0, 4))
            content = content[:at] + draw(st.binary(max_size=4)) + content[at + gone :]
    right = "phone.jpg" if content.startswith(b"\xff\xd8") else "phone.png"
    return content, draw(NAMES) if draw(st.integers(0, 9)) == 0 else right


def _other_parts(draw: st.DrawFn, content: bytes) -> bytes:
    """One part of a PNG changed, gone, doubled or new; with the sum that goes with it."""
    parts, at = [], 8
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        parts.append((kind, content[at + 8 : at + 8 + length]))
        at += 12 + length
    if not parts:
        return content
    at = draw(st.integers(0, len(parts) - 1))
    kind, body = parts[at]
    cut = draw(st.integers(0, len(body)))
    changed = body[:cut] + draw(st.binary(max_size=4)) + body[cut + draw(st.integers(0, 4)) :]
    new = (draw(st.sampled_from(KINDS)), draw(st.binary(max_size=30)))
    ways: tuple[list[tuple[bytes, bytes]], ...] = (
        [],
        [(kind, changed)],
        [(kind, body)] * 2,
        [(kind, body), new],
        [new, (kind, body)],
    )
    parts[at : at + 1] = draw(st.sampled_from(ways))
    return content[:8] + b"".join(chunk(kind, body) for kind, body in parts)


def _other_segment(draw: st.DrawFn, content: bytes) -> bytes:
    """One more segment of a JPEG behind its head, of whatever kind and stated length."""
    body = draw(st.binary(max_size=30))
    length = draw(st.sampled_from((len(body) + 2, 0, 1, 2, 0xFFFF)))
    segment = bytes((0xFF, draw(st.sampled_from(MARKERS)))) + struct.pack(">H", length) + body
    return content[:2] + segment + content[2:]


def picture_faults(content: bytes, name: str) -> Iterator[str]:
    """What must never come of a picture's bytes."""
    found = made(content, name)
    if isinstance(found, Fault):
        yield from wrong_words(Problem(Place("F"), found.code, found.message, found.advice))
        return
    for platform, one in found.items():
        again = made(one.content, "again.png" if one.media_type == "image/png" else "again.jpg")
        if isinstance(again, Fault):
            yield f"what goes out to {platform} cannot be read: {again.message}"
        elif again[platform].content != one.content:
            yield f"what goes out to {platform} is not ready"
