"""messages/ and config/ -> everything in them. The only file reading there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from bot.app.environment import Environment
from bot.core import check
from bot.core.config import Config, read_config
from bot.core.model import Mode, SettingsError
from bot.core.packs import LocalPack, NationalPack, read_local, read_national
from bot.core.plan import Sources
from bot.core.source import MAX_FILE_BYTES, Place, Problem, Severity, did_you_mean

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything read from messages/ and config/. `sources` is None where config cannot be used."""

    sources: Sources | None
    problems: tuple[Problem, ...]

    @property
    def config(self) -> Config:
        """The configuration. Raises SettingsError where it cannot be used."""
        return self.usable.config

    @property
    def usable(self) -> Sources:
        if self.sources is None:
            errors = [p for p in self.problems if p.severity is Severity.ERROR]
            errors.sort(key=lambda problem: not problem.place.file.startswith("config"))
            more = f"\n… and {len(errors) - 3} more: .venv/bin/bot check" if errors[3:] else ""
            raise SettingsError(
                "the configuration cannot be used until this is mended:\n"
                + "\n".join(str(problem) for problem in errors[:3])
                + more
            )
        return self.sources


def load(env: Environment) -> Loaded:
    """Reads messages/ and config/, and everything in them. Never raises for what a file holds."""
    problems: list[Problem] = []
    config, found = read_config(_files(env.config, "config", problems))
    problems += found
    files = _files(env.messages, "messages", problems)
    if not env.messages.is_dir():
        return Loaded(None, tuple(problems))  # each run would only say the same again
    packs: dict[str, NationalPack | None] = {}
    for name in sorted({p.split("/")[2] for p in files if p.startswith("messages/national/")}):
        folder = f"messages/national/{name}/"
        pack, found = read_national(
            name, {path: content for path, content in files.items() if path.startswith(folder)}
        )
        packs[name] = pack
        problems += found
    local = _local_packs(files, packs, config, problems)
    if config is None:
        return Loaded(None, tuple(problems))
    for pack in packs.values():
        if pack is not None:
            problems += check.national_problems(pack, config)
    for one in local.values():
        national = packs.get(one.campaign)
        if national is not None and one.ok:
            problems += check.local_problems(one, national, config)
    packs, local = _only_sound(packs, local, problems)
    return Loaded(Sources(config, packs, local, env.mode is Mode.LIVE), tuple(problems))


def _only_sound(
    packs: Mapping[str, NationalPack | None],
    local: Mapping[tuple[str, str], LocalPack],
    problems: Iterable[Problem],
) -> tuple[dict[str, NationalPack | None], dict[tuple[str, str], LocalPack]]:
    """A pack whose words have an error is not planned from: its last good plan stands."""
    wrong = {p.place.file for p in problems if p.severity is Severity.ERROR}
    sound = {
        name: None if any(f.startswith(f"messages/national/{name}/") for f in wrong) else pack
        for name, pack in packs.items()
    }
    marked = {
        key: replace(one, ok=one.ok and one.place.file not in wrong) for key, one in local.items()
    }
    return sound, marked


def _files(folder: Path, shown: str, problems: list[Problem]) -> dict[str, bytes]:
    """Every .yaml file below a folder, by the path a person would name it with."""
    files: dict[str, bytes] = {}
    if not folder.is_dir():
        problems.append(
            Problem(Place(shown), "no-folder", "this folder is missing.", f"Looked in {folder}.")
        )
        return files
    for path in sorted(folder.rglob("*")):
        name = f"{shown}/{path.relative_to(folder).as_posix()}"
        if any(part.startswith(".") for part in path.relative_to(folder).parts) or path.is_dir():
            continue
        if path.suffix != ".yaml":
            if re.search(r"\.ya?ml", path.name):  # a.yml; a.yaml.txt, which Notepad makes
                sentence = "the bot reads only files whose names end in .yaml."
                problems.append(Problem(Place(name), "not-yaml", sentence, "Rename it."))
            continue
        try:
            with path.open("rb") as file:
                files[name] = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            problems.append(
                Problem(
                    Place(name),
                    "unreadable",
                    "this file is there, but may not or cannot be read.",
                    f"Ask whoever looks after the computer; it says: {error.strerror}.",
                )
            )
    return files


def fingerprint(env: Environment) -> frozenset[tuple[str, float]]:
    """Every pack and configuration file with the time it was saved."""
    found = set()
    for folder in (env.messages, env.config):
        for path in folder.rglob("*.yaml"):
            try:
                found.add((str(path), path.stat().st_mtime))
            except FileNotFoundError:
                continue  # an editor replaces a file by deleting it first
    return frozenset(found)


def _local_packs(
    files: Mapping[str, bytes],
    packs: Mapping[str, NationalPack | None],
    config: Config | None,
    problems: list[Problem],
) -> dict[tuple[str, str], LocalPack]:
    local = {}
    for path, content in files.items():
        parts = path.split("/")
        if parts[1] != "local" or len(parts) != 4:
            if parts[1] != "national" or len(parts) != 4:
                problems.append(_misplaced(path))
            continue
        sender, campaign = parts[2], parts[3].removesuffix(".yaml")
        if config is not None and sender not in config.senders:
            problems.append(
                Problem(
                    Place(path),
                    "unknown-sender",
                    f'there is no force called "{sender}" in config/forces.yaml.',
                    did_you_mean(sender, config.senders, what="Forces"),
                )
            )
        elif campaign not in packs:
            problems.append(
                Problem(
                    Place(path),
                    "unknown-campaign",
                    f'there is no campaign called "{campaign}" in messages/national.',
                    did_you_mean(campaign, packs, what="Campaigns"),
                )
            )
        else:
            local[sender, campaign], found = read_local(
                path, content, sender=sender, campaign=campaign
            )
            problems += found
    return local


def _misplaced(path: str) -> Problem:
    return Problem(
        Place(path),
        "misplaced",
        "no pack stands here.",
        "National packs stand in messages/national/CAMPAIGN/, local ones in "
        "messages/local/FORCE/CAMPAIGN.yaml.",
        Severity.WARNING,
    )


def chosen(what: str, name: str, known: Mapping[str, T]) -> T:
    """The one that a person named. Raises SettingsError, with the nearest name there is."""
    if name not in known:
        hint = did_you_mean(name, known, what=f"{what.capitalize()}s")
        raise SettingsError(f'there is no {what} called "{name}". {hint}')
    return known[name]
