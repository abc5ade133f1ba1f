"""National packs whose words were changed while their version stayed as it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.app.editions import files_read, first_planned, read_edition
from bot.app.environment import Environment
from bot.app.files import Loaded
from bot.core.check import acceptances, unraised_version
from bot.core.model import SettingsError
from bot.core.packs import NationalPack
from bot.core.source import Problem


def unraised_versions(
    env: Environment, loaded: Loaded, packs: Iterable[NationalPack | None], now: datetime
) -> list[Problem]:
    """A warning for each, where a force wrote for this very version and so would not be asked.

    None of what no ledger here has ever planned. Compared is with the first text of the version,
    not with the last: a running bot plans from what changed within a minute.
    """
    usable = [pack for pack in packs if pack is not None]
    found = [problem for pack in usable if (problem := _unraised(env, loaded, pack, now))]
    return acceptances(usable, ()).marked(found)


def _unraised(
    env: Environment, loaded: Loaded, pack: NationalPack, now: datetime
) -> Problem | None:
    forces = sorted(
        sender
        for (sender, campaign), local in loaded.usable.local.items()
        if campaign == pack.id and local.written_for_version == pack.version
    )
    if not forces:
        return None
    first = first_planned(env, pack.id, pack.version, now=now)
    if first is None or first.files == files_read(loaded, pack.id):
        return None
    try:
        was = read_edition(env, first)
    except SettingsError:  # by today's rules it has an error: then nobody can compare
        return None
    return unraised_version(pack, was, tuple(forces))
