"""National pack + local overlay -> one Pack; every wording knows the line it came from."""

from bot.core.packs.local import read_local
from bot.core.packs.national import read_national
from bot.core.packs.overlay import overlay
from bot.core.packs.pack import (
    Dated,
    EveryWeek,
    LocalPack,
    Message,
    NationalPack,
    Never,
    Pack,
    Schedule,
    Slot,
    Theme,
    ValueField,
    Wording,
)

__all__ = [
    "Dated",
    "EveryWeek",
    "LocalPack",
    "Message",
    "NationalPack",
    "Never",
    "Pack",
    "Schedule",
    "Slot",
    "Theme",
    "ValueField",
    "Wording",
    "overlay",
    "read_local",
    "read_national",
]
