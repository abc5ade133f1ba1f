"""What a message is there to do, and where its readers are: for the balance of a pack."""

from __future__ import annotations

from typing import Final

from bot.core.packs.pack import Purpose, Setting
from bot.core.reading import Reader
from bot.core.source import Fields, did_you_mean, listed, shortened

PURPOSE: Final = "purpose"
SETTING: Final = "setting"


def read_purpose(reader: Reader, inner: Fields) -> Purpose | None:
    """What a message is there to do; None where nobody says, or says it so that it is unknown."""
    said = reader.phrase(inner, PURPOSE, needed=False)
    if said is None or said.lower() in list(Purpose):
        return Purpose(said.lower()) if said else None
    reader.problem(
        reader.at(inner, PURPOSE),
        PURPOSE,
        f'"{PURPOSE}" is {listed(Purpose, "or")}, not "{shortened(said)}".',
        "Write the one that it is most of all: a message that asks informs a little too.",
    )
    return None


def read_settings(reader: Reader, inner: Fields) -> tuple[Setting, ...]:
    """The settings of a message, in which people read or use it; none where nobody says."""
    found = []
    for word in reader.listed(inner, SETTING):
        if word.lower() in list(Setting):
            found.append(Setting(word.lower()))
            continue
        reader.problem(
            reader.at(inner, SETTING),
            SETTING,
            f'no setting is called "{shortened(word)}".',
            did_you_mean(word.lower(), Setting, what="Settings"),
        )
    return tuple(found)
