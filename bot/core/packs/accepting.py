"""`accepts:` in a pack: what somebody lets stand, each with the reason."""

from __future__ import annotations

import re
from typing import Final

from bot.core.packs.pack import Accepted
from bot.core.reading import Reader
from bot.core.source import Fields, shortened

ACCEPTS: Final = "accepts"

_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def read_accepts(reader: Reader, inner: Fields) -> tuple[Accepted, ...]:
    """What stands under `accepts:`, the code of each warning with its reason.

    Whether there is such a warning is not known here: `bot check` says so.
    """
    if ACCEPTS not in inner.entries:
        return ()
    group = reader.fields(inner.entries[ACCEPTS], inner.place, f'"{ACCEPTS}"')
    found = []
    for code in group.entries:
        before = len(reader.problems)
        reason = reader.phrase(group, code, needed=False) or ""
        if len(reader.problems) > before:
            continue
        if len(_WORD.findall(reason)) < 2:
            said = f'"{shortened(reason)}" is no reason' if reason else "there is no reason"
            reader.problem(
                group.keys[code],
                "no-reason",
                f"{said} for accepting {shortened(code)}.",
                f"Write it in two words or more: {shortened(code)}: read aloud and clear",
            )
            continue
        found.append(Accepted(code, reason, group.keys[code]))
    return tuple(found)
