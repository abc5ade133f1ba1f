"""Videos of posts: what each platform takes, and what a video's file and its captions must be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.core.captions import Cue, as_webvtt, read_captions
from bot.core.model import Captions, Language, PlatformName, Uncaptioned, Video
from bot.core.mp4 import Film
from bot.core.pictures import Fault, Kind
from bot.core.source import Place, Problem

FOLDER: Final = "videos"  # beside the file that names what stands in it; captions too
MEDIA_TYPE: Final = "video/mp4"
MAX_FILE_BYTES: Final = 100_000_000
"""What the least generous platform takes."""

MAX_CAPTIONS_BYTES: Final = 200_000  # of a file; ten times what any platform takes
LEAST_SIDE: Final = 200  # pixels; in a smaller one nobody can read anything on a phone
SHORTEST: Final = 500  # milliseconds. Source: docs.x.com, media best practices
MOST_OBLONG: Final = 3  # times as long on one side as on the other. Source: the same
TOLERANCE: Final = 500  # milliseconds that a caption may outlast its video

VIDEOS: Final = Kind(
    "video", FOLDER, (".mp4",), "an MP4 video", "film.mp4",
    "Its name ends in .mp4. A video of another kind: export it as MP4, with H.264 and AAC.",
)  # fmt: skip
CAPTIONS: Final = Kind(
    "captions", FOLDER, (".vtt", ".srt"), "a file of captions", "film-en.vtt",
    "Its name ends in .vtt or .srt. If it needs none: captions: in the picture, or: no speech.",
)  # fmt: skip


# --- what platforms take ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """The biggest video that a platform takes."""

    size: int  # bytes
    milliseconds: int | None  # None where it states no limit, here and below
    sides: tuple[int, int] | None  # pixels, the longer one first
    pixels: int | None  # width times height
    frames_a_second: int | None
    captions_size: int | None  # bytes; 0 where it takes no captions
    source: str
    as_of: date


LIMITS: Final[Mapping[PlatformName, Limits]] = {
    PlatformName.X: Limits(
        512_000_000, 140_000, (1_920, 1_200), None, 60, None,
        "docs.x.com, media best practices: the limits that every account has had; newer ones for"
        " all accounts are 20 minutes and 8 GB",
        date(2026, 11, 28),
    ),
    PlatformName.BLUESKY: Limits(
        100_000_000, 180_000, None, None, None, 20_000,
        "lexicon app.bsky.embed.video; its video service takes three minutes",
        date(2026, 11, 28),
    ),
    PlatformName.MASTODON: Limits(
        103_809_024, None, None, 8_294_400, 120, 0,
        "/api/v2/instance of a server with its usual settings: 99 MB",
        date(2026, 11, 28),
    ),
}  # fmt: skip
"""An instance of Mastodon may set other limits."""


@dataclass(frozen=True, slots=True)
class VideoFile:
    """What is known of a video as it goes out. Its bytes stay on the disk until they are wanted."""

    sha256: str  # hex, of the bytes that go out
    width: int  # pixels, as it is shown
    height: int
    milliseconds: int
    frames_a_second: float
    size: int  # bytes

    def video(self, alt: str, file: str, captions: CaptionsFile | Uncaptioned | None,
              language: Language) -> Video:  # fmt: skip
        """It as part of a rendering; None for captions where the platform takes none."""
        spoken = captions.captions(language) if isinstance(captions, CaptionsFile) else None
        return Video(
            self.sha256, MEDIA_TYPE, self.width, self.height, self.milliseconds, self.size,
            alt=alt, captions=(spoken,) if spoken else (),
            uncaptioned=captions if isinstance(captions, Uncaptioned) else None, file=file,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaptionsFile:
    """Captions as they go out, and what is wrong with the file that they are from."""

    content: bytes = field(repr=False)  # WebVTT
    sha256: str  # hex
    ends: int  # milliseconds, of the last one
    last: Place  # where that stands
    problems: tuple[Problem, ...] = ()

    def captions(self, language: Language) -> Captions:
        """They as part of a rendering."""
        return Captions(language, self.sha256, len(self.content))


# --- a file ------------------------------------------------------------------------------------


def too_big(name: str) -> Fault:
    """The sentence for a file that no platform would take."""
    return Fault(
        "video-huge",
        f"{name} is bigger than {MAX_FILE_BYTES // 1_000_000} MB.",
        "Export it smaller: 1,280 by 720 pixels at 5 Mbit/s are plenty for a phone.",
    )


def film_fault(film: Film, name: str) -> Fault | None:
    """What of a video no platform takes, or nobody can watch."""
    wide, high = film.width, film.height
    sizes = f"{wide:,} by {high:,} pixels"
    if film.milliseconds < SHORTEST:
        return Fault("video-short", f"{name} is over in less than half a second.", "Is it whole?")
    if min(wide, high) < LEAST_SIDE:
        advice = f"It needs {LEAST_SIDE} on each side at least; export it with 1,280 by 720."
        return Fault("video-size", f"{name} has only {sizes}.", advice)
    if max(wide, high) > MOST_OBLONG * min(wide, high):
        advice = f"At most {MOST_OBLONG} to 1: export it with 1,280 by 720, or 720 by 1,280."
        return Fault("video-size", f"{name} is a strip of {sizes}.", advice)
    if wide % 2 or high % 2:
        return Fault(
            "video-size",
            f"{name} has {sizes}, and H.264 is played in even numbers.",
            f"Export it with {wide - wide % 2:,} by {high - high % 2:,}.",
        )
    return None


def video_file(film: Film, content: bytes) -> VideoFile:
    """The video as it goes out, from what stands in it and its cleaned bytes."""
    return VideoFile(
        hashlib.sha256(content).hexdigest(),
        film.width,
        film.height,
        film.milliseconds,
        film.frames_a_second,
        len(content),
    )


def captions_file(file: str, content: bytes) -> CaptionsFile | Fault:
    """The captions in a file of a pack, made ready; the file's own lines say what is wrong."""
    name = file.rpartition("/")[2]
    if len(content) > MAX_CAPTIONS_BYTES:
        said = f"{name} is bigger than {MAX_CAPTIONS_BYTES // 1_000} kB."
        return Fault("captions-huge", said, "Is it the right file? Captions are words and times.")
    cues, problems = read_captions(file, content)
    clean = as_webvtt(cues)
    last: Cue = max(cues, key=lambda cue: cue.ends, default=Cue(0, 0, (), line=1))
    place = Place(file, last.line)
    return CaptionsFile(clean, hashlib.sha256(clean).hexdigest(), last.ends, place, tuple(problems))


# --- what fits together -----------------------------------------------------------------------


def limit_faults(
    video: VideoFile, captions: CaptionsFile | None, name: str, platform: PlatformName
) -> Iterable[Fault]:
    """What of a video this platform does not take."""
    limits, label = LIMITS[platform], platform.label
    if video.size > limits.size:
        said = f"{name} has {_megabytes(video.size)}, and {label} takes {_megabytes(limits.size)}."
        yield Fault("video-limit", said, "Export it smaller.")
    if limits.milliseconds is not None and video.milliseconds > limits.milliseconds:
        most = spoken_length(limits.milliseconds)
        said = f"{name} lasts {spoken_length(video.milliseconds)}, and {label} takes {most}."
        yield Fault("video-limit", said, "Cut it shorter.")
    if _is_too_large(video, limits):
        said = f"{name} has {video.width:,} by {video.height:,} pixels: too many for {label}."
        yield Fault("video-limit", said, "Export it with 1,280 by 720 or 1,920 by 1,080.")
    if limits.frames_a_second and video.frames_a_second > limits.frames_a_second + 0.5:
        said = f"{name} has {video.frames_a_second:g} pictures a second, and {label} takes"
        yield Fault("video-limit", f"{said} {limits.frames_a_second}.", "Export it with 25 or 30.")
    if captions and limits.captions_size and len(captions.content) > limits.captions_size:
        most = f"{limits.captions_size // 1000} kB"
        said = f"the captions of {name} are longer than the {most} that {label} takes."
        yield Fault("video-limit", said, "Take out what is not words: colours, fonts, places.")


def _is_too_large(video: VideoFile, limits: Limits) -> bool:
    sides = sorted((video.width, video.height), reverse=True)
    too_long = limits.sides is not None and any(
        side > most for side, most in zip(sides, limits.sides, strict=True)
    )
    return too_long or (limits.pixels is not None and sides[0] * sides[1] > limits.pixels)


def past_the_end(video: VideoFile, captions: CaptionsFile, name: str) -> Problem | None:
    """The Problem of captions that are shown when their video is over."""
    if captions.ends <= video.milliseconds + TOLERANCE:
        return None
    return Problem(
        captions.last,
        "captions",
        f"this caption ends at {spoken_length(captions.ends)}, and {name} lasts "
        f"{spoken_length(video.milliseconds)}.",
        "Are these the captions of this video? Mend its times.",
    )


def spoken_length(milliseconds: int) -> str:
    """1:02, as players show it."""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}:{seconds:02}"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
