"""Pictures of posts: what each platform takes, how one is named, and what its alt text must be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.core.model import Picture, PlatformName
from bot.core.source import did_you_mean, shortened

SUFFIXES: Final = (".png", ".jpg", ".jpeg")
MEDIA_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}
FOLDER: Final = "pictures"  # beside the file that names what stands in it
MAX_ALT: Final = 1_000  # characters. Source: X, the lowest of the three; Mastodon takes 1,500


# --- what platforms take ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """The biggest picture that a platform takes."""

    size: int  # bytes
    side: int  # pixels: what the longer side becomes where a picture must be made smaller
    pixels: int | None  # width times height; None where the platform states no limit
    source: str
    as_of: date


LIMITS: Final[Mapping[str, Limits]] = {
    "x": Limits(5_000_000, 4_096, None, "docs.x.com, media upload: 5 MB", date(2026, 8, 22)),
    "bluesky": Limits(
        1_000_000, 2_000, None, "lexicon app.bsky.embed.images; newer servers take 2 MB",
        date(2026, 11, 28),
    ),
    "mastodon": Limits(
        16_777_216, 4_096, 33_177_600, "/api/v2/instance of a server with its usual settings",
        date(2026, 11, 28),
    ),
}  # fmt: skip
"""By the platform's name. An instance of Mastodon may set other limits."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as one platform is given it: the very bytes, and what is known of them."""

    content: bytes = field(repr=False)
    sha256: str  # hex
    media_type: str  # image/png or image/jpeg
    width: int  # pixels
    height: int

    def picture(self, alt: str, file: str) -> Picture:
        """It as part of a rendering."""
        size = len(self.content)
        return Picture(
            self.sha256, self.media_type, self.width, self.height, size, alt=alt, file=file
        )


Made = Mapping[PlatformName, PictureFile]
"""One picture, made ready for each platform."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a picture or its alt text, to be said where the pack names it."""

    code: str
    message: str
    advice: str


# --- names ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that a message may name, and how one speaks of it."""

    field: str  # picture: what names it in a pack, and how its problems' codes begin
    folder: str  # beside the file that names it
    suffixes: tuple[str, ...]
    what: str
    example: str
    advice: str  # for a name with another ending


PICTURES: Final = Kind(
    "picture", FOLDER, SUFFIXES, "a PNG or a JPEG picture", "phone.png",
    "Its name ends in .png or .jpg. A picture of another kind: open it and save it as PNG.",
)  # fmt: skip

_NAME: Final = re.compile(r"[^\W_][\w .()+,&'’-]*")


def name_fault(name: str, folder: str, kind: Kind = PICTURES) -> Fault | None:
    """Why this cannot be the name of a file in that folder; None where it can."""
    code, suffix = f"{kind.field}-name", name.lower().rpartition(".")[2]
    if "/" in name or "\\" in name:
        alone = re.split(r"[/\\]", name)[-1] or kind.example
        return Fault(
            code,
            f'"{shortened(name)}" leads to another folder, and {kind.folder} stand in {folder}.',
            f"Put it there, and write its name alone: {kind.field}: {alone}",
        )
    if f".{suffix}" not in kind.suffixes:
        return Fault(code, f'"{shortened(name)}" is not the name of {kind.what}.', kind.advice)
    if not _NAME.fullmatch(name):
        return Fault(
            code,
            f'"{shortened(name)}" has a character that not every computer takes in a file\'s name.',
            f"Rename it with letters, digits and hyphens, such as {kind.example}.",
        )
    return None


def no_such_file(
    name: str, folder: str, there: list[str], *, beside: bool, kind: Kind = PICTURES
) -> Fault:
    """The sentence for a file that is not in its folder; `there` are the names that are."""
    code, message = f"no-{kind.field}", f"there is no {name} in {folder}."
    if beside:
        pack = folder.rpartition("/")[0]
        return Fault(code, message, f"It stands in {pack}: move it into {folder}.")
    put = f"Put the {kind.field} there: {folder}/{name}"
    return Fault(code, message, did_you_mean(name, there, what="There") if there else put)


# --- alt text ---------------------------------------------------------------------------------

_FILE_NAME: Final = re.compile(
    r"\S+\.(png|jpe?g|gif|webp|heic|bmp|tiff?|svg|mp4|mov|webm)"
    r"|(img|dsc|pxl|image|photo|screenshot|vid|mov|video)[\W_]*\d+",
    re.IGNORECASE,
)


_SAYS_NOTHING: Final = re.compile(
    r"[\W\d_]*"
    r"|((an?|the|our) )?(alt|alt text|picture|photo|photograph|image|graphic|screenshot|video|film)"
    r"|llun|ffotograff|delwedd|graffig|fideo|ffilm"
)


def alt_fault(alt: str, words: str, file: str, noun: str = "picture") -> Fault | None:
    """What makes this no alt text for a post with these words; None where it may be one.

    Both may be templates still, or both filled in.
    """
    advice = f"Say what the {noun} shows, and any words that can be read in it."
    if len(alt) > MAX_ALT:
        return Fault(
            "alt-too-long",
            f"{noun}_shows has {len(alt):,} characters, and {MAX_ALT:,} are the most.",
            f"Say what matters in the {noun}: two sentences are plenty.",
        )
    stem = file.rpartition("/")[2].rpartition(".")[0]
    if _FILE_NAME.fullmatch(alt.strip()) or _plain(alt) == _plain(stem):
        return Fault(
            "alt-is-file-name",
            f'"{shortened(alt)}" is a file\'s name, and says nothing to somebody who cannot see.',
            advice,
        )
    if _SAYS_NOTHING.fullmatch(_plain(alt)):
        return Fault(
            "alt-says-nothing",
            f'"{shortened(alt)}" says nothing to somebody who cannot see.',
            advice,
        )
    if _plain(alt) == _plain(words):
        return Fault(
            "alt-is-words",
            f"{noun}_shows says the same as the post itself, so it would be read aloud twice.",
            advice,
        )
    return None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))
