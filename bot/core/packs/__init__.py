"""National pack + local overlay -> one Pack; every wording knows the line it came from."""

from bot.core.packs.conditions import names_in
from bot.core.packs.limits import is_for
from bot.core.packs.local import read_local, read_region
from bot.core.packs.media import Named, Read, local_with_files, named_files, national_with_files
from bot.core.packs.national import read_national, recalled_in
from bot.core.packs.overlay import overlay
from bot.core.packs.pack import (
    Accepted,
    Audience,
    Condition,
    Dated,
    EveryWeek,
    LocalPack,
    Lock,
    Locked,
    Message,
    MessagePicture,
    MessageVideo,
    NamedCaptions,
    NamedPicture,
    NamedVideo,
    NationalPack,
    Never,
    Pack,
    Schedule,
    Slot,
    Theme,
    ValueField,
    Wording,
)
from bot.core.packs.signatures import Review, may_speak_welsh, national_review, review_of

__all__ = [
    "Accepted",
    "Audience",
    "Condition",
    "Dated",
    "EveryWeek",
    "LocalPack",
    "Lock",
    "Locked",
    "Message",
    "MessagePicture",
    "MessageVideo",
    "Named",
    "NamedCaptions",
    "NamedPicture",
    "NamedVideo",
    "NationalPack",
    "Never",
    "Pack",
    "Read",
    "Review",
    "Schedule",
    "Slot",
    "Theme",
    "ValueField",
    "Wording",
    "is_for",
    "local_with_files",
    "may_speak_welsh",
    "named_files",
    "names_in",
    "national_review",
    "national_with_files",
    "overlay",
    "read_local",
    "read_national",
    "read_region",
    "recalled_in",
    "review_of",
]
