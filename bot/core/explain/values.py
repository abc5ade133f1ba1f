"""What is said of where a post came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.model import Language, Pick, PostKey
from bot.core.source import Place


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says, and where."""

    says: str
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a post: what it is, as it stands there, where it came from."""

    name: str  # in_area, morning, hashtag; empty for a line of the words
    says: str
    place: Place | None  # None where no file holds it: a person said it
    note: str = ""  # in words, where the place alone does not say enough
    replaced: tuple[Said, ...] = ()  # what it stands instead of, the last one first


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every part of a post, each with the line of the file it came from."""

    key: PostKey
    campaign: str
    theme: str
    pick: Pick
    language: Language
    due: datetime
    text: str
    chosen: tuple[Part, ...]  # theme, message and wording
    lines: tuple[Part, ...]  # the words, a line at a time
    replaced: tuple[Said, ...]  # the lines of the wordings that these words stand instead of
    values: tuple[Part, ...]
    hashtags: tuple[Part, ...]
    left_out: tuple[Part, ...]  # hashtags for which there is no room
    time: tuple[Part, ...]  # day, slot, minute, and a person's own time
    pictures: tuple[Part, ...]
    video: tuple[Part, ...]
    is_exact: bool = True  # False: the words differ from what stands in the files now
