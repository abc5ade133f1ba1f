"""Campaigns + accounts + calendar + window -> Plan: the posts, and what was left out and why.

`planning` goes through runs and senders, `occurrences` says on which days a run happens, `pausing`
which run gives way to which, `places` fills one voice's days (`voices`), `choice` says with which
messages, `cap` holds a day to its number of posts, `ready` shows packs that are never scheduled,
and `values` are what all of them speak of.
"""

from bot.core.plan.occurrences import Occurrence, Window, days_of, occurrences
from bot.core.plan.planning import Part, Watch, plan
from bot.core.plan.ready import Ready, read_ready, ready_packs
from bot.core.plan.values import LeftOut, Plan, Sources, preview_code
from bot.core.plan.voices import Voice, voice_of

__all__ = [
    "LeftOut",
    "Occurrence",
    "Part",
    "Plan",
    "Ready",
    "Sources",
    "Voice",
    "Watch",
    "Window",
    "days_of",
    "occurrences",
    "plan",
    "preview_code",
    "read_ready",
    "ready_packs",
    "voice_of",
]
