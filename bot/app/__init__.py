"""Configuration + environment + folders -> the parts, wired.

`environment` alone reads os.environ, `files` alone reads packs and configuration, `wiring` puts
the parts together.
"""

from bot.app.environment import Environment, SystemClocks, read_environment, today
from bot.app.files import Loaded, chosen, fingerprint, load
from bot.app.wiring import Bot, Planned, ledger_exists, make_plan, open_ledger

__all__ = [
    "Bot",
    "Environment",
    "Loaded",
    "Planned",
    "SystemClocks",
    "chosen",
    "fingerprint",
    "ledger_exists",
    "load",
    "make_plan",
    "open_ledger",
    "read_environment",
    "today",
]
