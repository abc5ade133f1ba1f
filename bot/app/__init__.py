"""Configuration + environment + folders -> the parts, wired.

`environment` alone reads os.environ, `files` alone reads packs and configuration, `wiring` puts
the parts together.
"""

from bot.app.environment import Environment, SystemClocks, read_environment, today
from bot.app.files import Loaded, chosen, fingerprint, load
from bot.app.given import Proposed, propose
from bot.app.wiring import (
    Bot,
    Planned,
    credential_problems,
    ledger_exists,
    make_plan,
    modes_here,
    must_last,
    open_ledger,
)

__all__ = [
    "Bot",
    "Environment",
    "Loaded",
    "Planned",
    "Proposed",
    "SystemClocks",
    "chosen",
    "credential_problems",
    "fingerprint",
    "ledger_exists",
    "load",
    "make_plan",
    "modes_here",
    "must_last",
    "open_ledger",
    "propose",
    "read_environment",
    "today",
]
