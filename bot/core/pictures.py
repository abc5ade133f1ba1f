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

_NAME: Final = re.compile(r"[^\W_][\w .()+,&'’-]*")


def name_fault(name: str, folder: str) -> Fault | None:
    """Why this cannot be the name of a picture in that folder; None where it can."""
    suffix = name.lower().rpartition(".")[2]
    if "/" in name or "\\" in name:
        alone = re.split(r"[/\\]", name)[-1] or "phone.png"
        return Fault(
            "picture-name",
            f'"{shortened(name)}" leads to another folder, and pictures stand in {folder}.',
            f"Put it there, and write its name alone: picture: {alone}",
        )
    if f".{suffix}" not in SUFFIXES:
        return Fault(
            "picture-name",
            f'"{shortened(name)}" is not the name of a PNG or a JPEG picture.',
            "Its name ends in .png or .jpg. A picture of another kind: open it and save it as PNG.",
        )
    if not _NAME.fullmatch(name):
        return Fault(
            "picture-name",
            f'"{shortened(name)}" has a character that not every computer takes in a file\'s name.',
            "Rename it with letters, digits and hyphens, such as phone.png.",
        )
    return None


def no_such_file(name: str, folder: str, there: list[str], *, beside: bool) -> Fault:
    """The sentence for a picture that is not in its folder; `there` are the names that are."""
    message = f"there is no {name} in {folder}."
    if beside:
        pack = folder.rpartition("/")[0]
        return Fault("no-picture", message, f"It stands in {pack}: move it into {folder}.")
    advice = did_you_mean(name, there, what="There")
    return Fault("no-picture", message, advice or f"Put the picture there: {folder}/{name}")


# --- alt text ---------------------------------------------------------------------------------

_FILE_NAME: Final = re.compile(
    r"\S+\.(png|jpe?g|gif|webp|heic|bmp|tiff?|svg)|(img|dsc|pxl|image|photo|screenshot)[\W_]*\d+",
    re.IGNORECASE,
)


def alt_fault(alt: str, words: str, file: str) -> Fault | None:
    """What makes this no alt text for a post with these words; None where it may be one.

    Both may be templates still, or both filled in.
    """
    if len(alt) > MAX_ALT:
        return Fault(
            "alt-too-long",
            f"picture_shows has {len(alt):,} characters, and {MAX_ALT:,} are the most.",
            "Say what matters in the picture: two sentences are plenty.",
        )
    stem = file.rpartition("/")[2].rpartition(".")[0]
    if _FILE_NAME.fullmatch(alt.strip()) or _plain(alt) == _plain(stem):
        return Fault(
            "alt-is-file-name",
            f'"{shortened(alt)}" is a file\'s name, and says nothing to somebody who cannot see.',
            "Say what the picture shows, and any words that can be read in it.",
        )
    if _plain(alt) == _plain(words):
        return Fault(
            "alt-is-words",
            "picture_shows says the same as the post itself, so it would be read aloud twice.",
            "Say what the picture shows, and any words that can be read in it.",
        )
    return None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))
