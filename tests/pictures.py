"""Pictures as a test needs them, made with Pillow where the test stands."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

from bot import pictures
from bot.core.pictures import Fault, Made

NAVY = (18, 40, 76)


def an_image(width: int = 400, height: int = 300, *, mode: str = "RGB") -> Image.Image:
    """Its upper left quarter is white, so that one can see which way up it is."""
    image = Image.new(mode, (width, height), NAVY[: len(mode)] if mode != "L" else 40)
    image.paste((255,) * len(mode) if mode != "L" else 255, (0, 0, width // 2, height // 2))
    return image


def noise(width: int, height: int, *, mode: str = "RGB") -> Image.Image:
    """What no encoder makes small."""
    size = width * height * len(mode)
    return Image.frombytes(mode, (width, height), random.Random(7).randbytes(size))


def encoded(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def a_png(width: int = 400, height: int = 300, **how: Any) -> bytes:
    return encoded(an_image(width, height), "PNG", **how)


def a_jpeg(width: int = 400, height: int = 300, **how: Any) -> bytes:
    return encoded(an_image(width, height), "JPEG", **how)


def a_bomb() -> bytes:
    """A PNG of a hundred bytes that claims 10,000,000,000 pixels."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, body) for kind, body in parts)


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """The PNG with one more part, behind its head."""
    return png[:33] + chunk(kind, body) + png[33:]


def moving(kind: str) -> bytes:
    frames = [an_image(), an_image(mode="RGB").rotate(180)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def made_of(content: bytes, name: str = "phone.png") -> Made:
    found = pictures.made(content, name)
    assert not isinstance(found, Fault), found
    return found


def fault_of(content: bytes, name: str = "phone.png") -> Fault:
    found = pictures.made(content, name)
    assert isinstance(found, Fault), found
    return found
