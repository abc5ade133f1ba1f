"""Configuration + environment + folders -> the parts, wired.

`environment` alone reads os.environ, `files` alone reads packs and configuration, `planning` makes
plans of them, `ledgers` opens the ledger, `wiring` puts the parts together. Each is imported when
one of its names is first used: a command that needs no ledger does not wait for a database library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.app.dictionaries import installed_dictionaries
    from bot.app.environment import Environment, SystemClocks, read_environment, today
    from bot.app.files import Loaded, chosen, fingerprint, load, rules_fingerprint
    from bot.app.given import Proposed, propose
    from bot.app.jumps import Jump, note_jump, noted_jump
    from bot.app.ledgers import ledger_exists, modes_here, must_last, open_ledger
    from bot.app.packs_read import pack_texts
    from bot.app.planning import Planned, make_plan
    from bot.app.previews import keep_preview, kept_preview
    from bot.app.renamed import renamed_messages
    from bot.app.same_ledger import SameLedger
    from bot.app.same_version import unraised_versions
    from bot.app.wiring import Bot, credential_problems

__all__ = [
    "Bot",
    "Environment",
    "Jump",
    "Loaded",
    "Planned",
    "Proposed",
    "SameLedger",
    "SystemClocks",
    "chosen",
    "credential_problems",
    "fingerprint",
    "installed_dictionaries",
    "keep_preview",
    "kept_preview",
    "ledger_exists",
    "load",
    "make_plan",
    "modes_here",
    "must_last",
    "note_jump",
    "noted_jump",
    "open_ledger",
    "pack_texts",
    "propose",
    "read_environment",
    "renamed_messages",
    "rules_fingerprint",
    "today",
    "unraised_versions",
]

_STANDS_IN: Final = {
    **dict.fromkeys(("Environment", "SystemClocks", "read_environment", "today"), "environment"),
    "installed_dictionaries": "dictionaries",
    **dict.fromkeys(("Loaded", "chosen", "fingerprint", "load", "rules_fingerprint"), "files"),
    **dict.fromkeys(("Proposed", "propose"), "given"),
    **dict.fromkeys(("Jump", "note_jump", "noted_jump"), "jumps"),
    **dict.fromkeys(("ledger_exists", "modes_here", "must_last", "open_ledger"), "ledgers"),
    "pack_texts": "packs_read",
    **dict.fromkeys(("Planned", "make_plan"), "planning"),
    **dict.fromkeys(("keep_preview", "kept_preview"), "previews"),
    "renamed_messages": "renamed",
    "SameLedger": "same_ledger",
    "unraised_versions": "same_version",
    **dict.fromkeys(("Bot", "credential_problems"), "wiring"),
}


def __getattr__(name: str) -> object:
    if name not in _STANDS_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_STANDS_IN[name]}"), name)
