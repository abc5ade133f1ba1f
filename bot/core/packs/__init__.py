"""National pack + local overlay -> one Pack; every wording knows the line it came from."""

from bot.core.packs.limits import is_for, names_of
from bot.core.packs.local import read_local, read_region
from bot.core.packs.national import read_national, recalled_in
from bot.core.packs.overlay import overlay
from bot.core.packs.pack import (
    Dated,
    EveryWeek,
    LocalPack,
    Lock,
    Locked,
    Message,
    MessagePicture,
    NamedPicture,
    NationalPack,
    Never,
    Pack,
    Schedule,
    Slot,
    Theme,
    ValueField,
    Wording,
)
from bot.core.packs.pictures import (
    Read,
    local_with_pictures,
    named_pictures,
    national_with_pictures,
)

__all__ = [
    "Dated",
    "EveryWeek",
    "LocalPack",
    "Lock",
    "Locked",
    "Message",
    "MessagePicture",
    "NamedPicture",
    "NationalPack",
    "Never",
    "Pack",
    "Read",
    "Schedule",
    "Slot",
    "Theme",
    "ValueField",
    "Wording",
    "is_for",
    "local_with_pictures",
    "named_pictures",
    "names_of",
    "national_with_pictures",
    "overlay",
    "read_local",
    "read_national",
    "read_region",
    "recalled_in",
]
