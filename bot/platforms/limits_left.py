"""What the headers of an answer say is left of a platform's limits, for who asks about an account.

Each platform has names of its own for the same three numbers; one ends in `-limit`, one in
`-remaining`, and one in `-reset`: an ISO time on Mastodon, elsewhere seconds of the epoch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from bot.platforms import Finding

_NUMBER: Final = re.compile("[0-9]{1,9}")
_EPOCH: Final = re.compile("[0-9]{9,11}")


def limit_findings(headers: Mapping[str, str], name: str, what: str) -> Iterator[Finding]:
    """What is left of one limit; nothing where the headers do not say it, or say nonsense."""
    numbers = [headers.get(f"{name}-{part}", "").strip() for part in ("limit", "remaining")]
    if not all(_NUMBER.fullmatch(number) for number in numbers):
        return
    limit, left = map(int, numbers)
    if not left <= limit:
        return
    reset = _moment(headers.get(f"{name}-reset", ""))
    until = f" until {reset:%Y-%m-%d %H:%M} UTC" if reset else ""
    said = f"{left:,} of {limit:,} {what} are left{until}."
    yield Finding(said if left else f"{said} Until then nothing more is taken.", is_well=left > 0)


def _moment(text: str) -> datetime | None:
    try:
        if _EPOCH.fullmatch(text.strip()):
            return datetime.fromtimestamp(int(text), UTC)
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
