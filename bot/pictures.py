"""A picture's file -> the very bytes for each platform, or what is wrong with it.

A file that fits goes out as it is, less everything that is not the picture: EXIF with its place
and author, comments, thumbnails, whatever stands behind its end. That is done on the file's own
parts, so the pixels stay what they were, and the bytes stay the same with another Pillow. It is
encoded anew only where it must be: a platform takes no such big one, it lies on its side, or its
colours are not those that screens take for granted (sRGB).

Nothing in a file is believed: its kind is told by its first bytes, its size in pixels is looked at
before anything is unpacked, and it is unpacked once to see that it can be.
"""

from __future__ import annotations

import hashlib
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Final

from bot.core.model import PlatformName
from bot.core.pictures import LIMITS, MEDIA_TYPES, Fault, Limits, Made, PictureFile

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_FILE_BYTES: Final = 20_000_000
"""A photograph of any camera; what is bigger was meant for print."""

MAX_PIXELS: Final = 50_000_000
"""Unpacked, so many take 150 to 200 MB; no camera that people carry makes more."""

LEAST_SIDE: Final = 200
"""Pixels. In a smaller one nobody can read anything on a phone."""

SRGB: Final = "sRGB"
JPEG_QUALITIES: Final = (90, 80, 70)
_MAX_PROFILE: Final = 4_000_000  # bytes; a profile unpacks to some kilobytes

_KINDS: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"BM", "BMP"),
    (b"%PDF", "PDF"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"),
)  # fmt: skip
_SUFFIXES: Final = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}
_ENDINGS: Final = {"PNG": "png", "JPEG": "jpg"}


class _FaultyError(Exception):
    """The picture cannot be used; why stands in `fault`."""

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.fault = Fault(code, message, advice)


@dataclass(slots=True)
class _Parts:
    """A picture taken apart: what of it is kept, and what says how to read it."""

    kept: bytearray = field(default_factory=bytearray)
    width: int = 0
    height: int = 0
    exif: bytes = b""
    profile: bytes = b""  # ICC


_made: dict[tuple[str, str], Made | Fault] = {}
_KEPT: Final = 200  # pictures; a campaign of a year has some dozens


def made(content: bytes, name: str) -> Made | Fault:
    """The picture for every platform, from the bytes of the file called `name`.

    The same bytes are looked at once in the life of a process.
    """
    asked = hashlib.sha256(content).hexdigest(), name
    if asked not in _made:
        if len(_made) >= _KEPT:
            _made.clear()
        try:
            _made[asked] = _make(content, name)
        except _FaultyError as error:
            _made[asked] = error.fault
    return _made[asked]


def _make(content: bytes, name: str) -> Made:
    kind = _kind(content, name)
    parts = _taken_apart(content, name, kind)
    _check_size(parts, name)
    image = _unpacked(bytes(parts.kept), name, kind)
    plain = _plain(image, parts)
    source = _file(bytes(parts.kept), kind, *image.size)
    if plain is not image or image.mode not in _MODES:
        source = _encoded(plain, kind, JPEG_QUALITIES[0])
    return {one: _fitting(source, plain, kind, LIMITS[one.value]) for one in PlatformName}


# --- what it is -------------------------------------------------------------------------------


def _kind(content: bytes, name: str) -> str:
    """PNG or JPEG."""
    if not content:
        raise _FaultyError("picture-empty", f"{name} is empty.", "Put back what it held.")
    if len(content) > MAX_FILE_BYTES:
        raise _FaultyError(
            "picture-huge",
            f"{name} is bigger than {MAX_FILE_BYTES // 1_000_000} MB.",
            "Save it smaller: 2,000 pixels on its longer side are plenty.",
        )
    kind = _told_kind(content)
    if kind not in MEDIA_TYPES:
        raise _FaultyError("picture-kind", *_other_kind(content, name, kind))
    if kind != _SUFFIXES.get(name.lower().rpartition(".")[2]):
        better = f"{name.rpartition('.')[0]}.{_ENDINGS[kind]}"
        raise _FaultyError(
            "picture-suffix",
            f"{name} holds a {kind} picture, whatever its name says.",
            f"Rename it to {better}, there and here.",
        )
    return kind


def _told_kind(content: bytes) -> str | None:
    for begins, kind in _KINDS:
        if content.startswith(begins):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    if content[4:8] == b"ftyp":
        return "AVIF" if content[8:12] in (b"avif", b"avis") else "HEIC"
    return "SVG" if b"<svg" in content[:1_000] else None


def _other_kind(content: bytes, name: str, kind: str | None) -> tuple[str, str]:
    if kind is None:
        return f"{name} is no picture that can be read.", "Export it again, as PNG or JPEG."
    if kind in ("GIF", "WebP") and _moves(content):
        return _moving(name)
    article = "an" if kind in ("SVG", "AVIF") else "a"
    return (
        f"{name} is {article} {kind} picture, and pictures here are PNG or JPEG.",
        "Open it and save it as PNG, under a name that ends in .png.",
    )


def _moving(name: str) -> tuple[str, str]:
    return (
        f"{name} moves, and only still pictures are published.",
        "Save the one of its pictures that says most, as PNG.",
    )


def _moves(content: bytes) -> bool:
    """Whether a GIF or WebP has more than one picture in it."""
    if content.startswith(b"RIFF"):
        return b"ANIM" in content[:64]
    # Each picture of a GIF that moves has a control block with its time, after the first too.
    return content.count(b"\x21\xf9\x04") > 1


# --- taking it apart --------------------------------------------------------------------------


def _taken_apart(content: bytes, name: str, kind: str) -> _Parts:
    try:
        return _png(content, name) if kind == "PNG" else _jpeg(content)
    except (struct.error, IndexError, zlib.error, ValueError) as error:
        raise _broken(name) from error


def _broken(name: str) -> _FaultyError:
    return _FaultyError(
        "picture-broken",
        f"{name} is damaged or was not copied whole.",
        "Copy it here again, or export it again.",
    )


PNG_KEPT: Final = (b"IHDR", b"PLTE", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"IDAT", b"IEND")
"""The parts of a PNG that are the picture. Source: PNG specification, third edition."""


def _png(content: bytes, name: str) -> _Parts:
    parts = _Parts(bytearray(content[:8]))
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        body = content[at + 8 : end - 4]
        if struct.unpack_from(">I", content, end - 4)[0] != zlib.crc32(kind + body):
            raise ValueError(kind)
        if kind == b"acTL":
            raise _FaultyError("picture-moves", *_moving(name))
        if kind == b"IHDR":
            parts.width, parts.height = struct.unpack_from(">II", body)
        elif kind == b"eXIf":
            parts.exif = body
        elif kind == b"iCCP":
            packed = body[body.index(b"\0") + 2 :]
            parts.profile = zlib.decompressobj().decompress(packed, _MAX_PROFILE)
        if kind in PNG_KEPT:
            parts.kept += content[at:end]
        elif kind[:1].isupper():
            raise ValueError(kind)  # a part without which it cannot be read, and nobody knows it
        at = end
    return parts


JFIF: Final = bytes.fromhex("ffe000104a46494600010100000100010000")
"""The head of a JPEG, with no thumbnail and no density. Source: JFIF 1.02."""

_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg(content: bytes) -> _Parts:
    parts = _Parts(bytearray(content[:2]))
    profile = []
    for marker, segment in _segments(content):
        body = segment[4:]
        if marker in _FRAMES:
            parts.height, parts.width = struct.unpack_from(">HH", body, 1)
        if marker == _APP0 and body.startswith(b"JFIF\0"):
            parts.kept += JFIF
        elif marker == _APP1 and body.startswith(b"Exif\0\0"):
            parts.exif = parts.exif or body[6:]
        elif marker == _APP2 and body.startswith(b"ICC_PROFILE\0"):
            profile.append((body[12], body[14:]))
        # Adobe's mark, which says how colours are written, is the one other that is needed.
        if marker == _APP14 or not (_APP0 <= marker <= 0xEF or marker == _COM):
            parts.kept += segment
    parts.profile = b"".join(piece for _, piece in sorted(profile))
    return parts


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, segment) up to the end of the picture, the data behind a scan's head with it."""
    at = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1  # fill
        if content[at] != 0xFF:
            raise ValueError(at)
        marker = content[at + 1]
        if marker == _EOI:
            yield marker, content[at : at + 2]
            return
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if end > len(content):
            raise ValueError(at)
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands: not a stuffed FF 00, nor a restart within the data."""
    while True:
        at = content.index(0xFF, at)
        if content[at + 1] not in (0x00, *range(0xD0, 0xD8), 0xFF):
            return at
        at += 2 if content[at + 1] != 0xFF else 1


def _check_size(parts: _Parts, name: str) -> None:
    """Before anything is unpacked: a small file can claim a picture that fills the memory."""
    if parts.width * parts.height > MAX_PIXELS:
        raise _FaultyError(
            "picture-huge",
            f"{name} has {parts.width:,} by {parts.height:,} pixels, and that is far too many.",
            "Save it smaller: 2,000 pixels on its longer side are plenty.",
        )
    if min(parts.width, parts.height) < LEAST_SIDE:
        raise _FaultyError(
            "picture-small",
            f"{name} has only {parts.width:,} by {parts.height:,} pixels.",
            f"It needs {LEAST_SIDE} on each side at least; 1,200 by 675 reads well on a phone.",
        )


# --- unpacking, and packing again where it must be ----------------------------------------------


_MODES: Final = ("1", "L", "LA", "P", "PA", "RGB", "RGBA")
"""What a browser shows as it is; CMYK, for print, it does not."""

_DEEP: Final = ("I;16", "I")  # greys of 16 bits, from scanners


def _unpacked(content: bytes, name: str, kind: str) -> Image:
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=[kind]) as image:
            image.load()
            return image
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise _broken(name) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _broken(name) from error


def _plain(image: Image, parts: _Parts) -> Image:
    """The picture the right way up and in the colours of screens; itself where it is both."""
    from PIL import Image

    method = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(_turned(parts.exif))
    image = image.transpose(method) if method is not None else image
    if image.mode in _DEEP:
        return image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return _in_srgb(image, parts.profile) if parts.profile else image


def _turned(notes: bytes) -> int:
    """How a camera was held, as EXIF numbers it; 1, upright, where its notes are damaged."""
    from PIL import Image

    exif = Image.Exif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is damaged in them goes out to nobody
            exif.load(notes)
            turned = exif.get(0x0112, 1)
    except (SyntaxError, ValueError, TypeError, struct.error):
        return 1
    return turned if isinstance(turned, int) else 1


def _in_srgb(image: Image, profile: bytes) -> Image:
    from PIL import ImageCms

    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        if SRGB in ImageCms.getProfileDescription(own):
            return image
        # A profile is for the colours it names: a palette has them only once it is resolved.
        colours = image.convert("RGBA" if "transparency" in image.info else "RGB")
        wanted = image if image.mode in ("RGB", "RGBA", "CMYK", "L") else colours
        mode = "RGBA" if wanted.mode == "RGBA" else "RGB"
        target = ImageCms.createProfile(SRGB)
        return ImageCms.profileToProfile(wanted, own, target, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return image  # a profile that is none: what browsers do with it


def _fitting(source: PictureFile, image: Image, kind: str, limits: Limits) -> PictureFile:
    """The source where the platform takes it, or the best that it takes."""
    pixels = source.width * source.height
    if len(source.content) <= limits.size and pixels <= (limits.pixels or pixels):
        return source
    tries: list[Callable[[Image], PictureFile]] = [
        lambda small, quality=quality: _encoded(small, "JPEG", quality)  # type: ignore[misc]  # bound
        for quality in JPEG_QUALITIES
    ]
    side = limits.side
    first = [lambda small: _encoded(small, "PNG")] if kind == "PNG" else []
    while True:
        small = _scaled(image, side)
        for one in (*first, *tries):
            found = one(small)
            if len(found.content) <= limits.size:
                return found
        first, side = [], side * 3 // 4


def _scaled(image: Image, side: int) -> Image:
    from PIL import Image

    if max(image.size) <= side:
        return image
    whole = image if image.mode in ("L", "RGB", "RGBA", "LA", "CMYK") else _full(image)
    longer = max(image.size)
    size = [max(1, round(length * side / longer)) for length in image.size]
    return whole.resize((size[0], size[1]), Image.Resampling.LANCZOS)


def _full(image: Image) -> Image:
    """In whole colours: neither a palette nor black and white only."""
    see_through = image.has_transparency_data
    return image.convert("RGBA" if see_through else "RGB")


def _encoded(image: Image, kind: str, quality: int = JPEG_QUALITIES[0]) -> PictureFile:
    """The picture packed anew, with nothing but pixels: the same pixels give the same bytes."""
    bare = image.copy()
    bare.info = {}
    out = BytesIO()
    if kind == "PNG":
        if image.mode == "CMYK":
            bare = bare.convert("RGB")
        transparency = image.info.get("transparency")
        extra = {} if transparency is None else {"transparency": transparency}
        bare.save(out, "PNG", compress_level=6, **extra)
    else:
        _on_white(image).save(out, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
    return _file(out.getvalue(), kind, *image.size)


def _on_white(image: Image) -> Image:
    from PIL import Image

    if image.mode == "L":
        bare = image.copy()
        bare.info = {}
        return bare
    if not image.has_transparency_data:
        bare = image.convert("RGB")
        bare.info = {}
        return bare
    over = image.convert("RGBA")
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(over)
    return ground.convert("RGB")


def _file(content: bytes, kind: str, width: int, height: int) -> PictureFile:
    return PictureFile(
        content, hashlib.sha256(content).hexdigest(), MEDIA_TYPES[kind], width, height
    )
