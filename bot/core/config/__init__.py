"""The configuration: who speaks, the facts packs may use, which campaigns run, and when not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.core.config.calendar import (
    Calendar,
    Occasion,
    Silence,
    Stop,
    read_calendar,
)
from bot.core.config.campaigns import Run, read_runs
from bot.core.config.claims import read_claims
from bot.core.config.constants import ThreatLevels, read_facts
from bot.core.config.facts import BARRED, VALUE_NAME, Bar, Fact, Register, joined
from bot.core.config.forces import REGIONS, may_be_reposted, read_senders
from bot.core.config.links import read_links
from bot.core.config.quotes import read_quotes
from bot.core.config.settings import Settings, read_settings
from bot.core.config.words import WordLists, read_words
from bot.core.model import Account, Language, Nation, Sender, SenderKind
from bot.core.reading import Reader
from bot.core.source import Fields, Place, Problem, did_you_mean, read
from bot.core.typed import Retired

__all__ = [
    "BARRED",
    "Bar",
    "Calendar",
    "Config",
    "Fact",
    "Occasion",
    "Register",
    "Run",
    "Settings",
    "Silence",
    "Stop",
    "ThreatLevels",
    "WordLists",
    "may_be_reposted",
    "read_config",
]


FILES: Final = ("constants", "forces", "campaigns", "calendar", "settings")
REGISTERS: Final = ("links", "claims", "quotes")
"""Files that may be missing: there is nothing in that register then."""
WORDS: Final = "config/words.yaml"


@dataclass(frozen=True, slots=True)
class Config:
    """All of `config/`."""

    facts: Mapping[str, Fact]
    threat: ThreatLevels | None
    senders: Mapping[str, Sender]
    runs: Mapping[str, Run]
    calendar: Calendar
    settings: Settings
    broken_senders: frozenset[str] = frozenset()  # an error in their entry: not planned for
    retired: Retired = field(default_factory=dict)  # addresses that nobody may type, nor use
    national_is_broken: bool = False  # one of them is a national body
    words: WordLists = field(default_factory=WordLists)

    @property
    def accounts(self) -> dict[str, Account]:
        return {
            account.id: account for sender in self.senders.values() for account in sender.accounts
        }

    @property
    def sectors(self) -> frozenset[str]:
        """The trades that partners have or may have."""
        own = (one for sender in self.senders.values() for one in sender.sectors)
        return frozenset((*self.settings.sectors, *own))

    @property
    def of_politicians(self) -> frozenset[str]:
        """The names of the quotes that no post uses in a pre-election period."""
        return frozenset(name for name, fact in self.facts.items() if fact.of_politician)

    def speaker(self, account_id: str, language: Language) -> str:
        """Who speaks from an account: Counter Terrorism Policing (@TerrorismPolice)."""
        account = self.accounts.get(account_id)
        if account is None:
            return account_id
        name = self.senders[account.sender].name(language)
        return f"{name} ({f'@{account.handle}' if account.handle else account.id})"

    def tokens(self) -> frozenset[str]:
        """Names that every wording may use, besides the pack's own values."""
        threat = {"threat_level", "threat_meaning"} if self.threat else set()
        return frozenset(self.facts) | threat | {"force"}


def read_config(files: Mapping[str, bytes]) -> tuple[Config | None, list[Problem]]:
    """The configuration, or None where a file is missing or has an error; and every Problem.

    `files` maps `config/constants.yaml` and so on to their bytes.
    """
    reader = Reader()
    if not files:
        advice = "Put its files back; config/README.md says what each holds."
        reader.problem(Place("config"), "missing-file", "there is nothing here.", advice)
        return None, reader.problems
    tops = {name: _top(reader, files, name) for name in (*FILES, *REGISTERS)}
    constants, threat = read_facts(reader, tops["constants"])
    links, retired = read_links(reader, tops["links"], constants)
    claims, quotes = read_claims(reader, tops["claims"]), read_quotes(reader, tops["quotes"])
    senders = read_senders(reader, tops["forces"])
    partners = _partners(senders.sound.values())
    named = {*senders.sound, *senders.broken}
    # Where forces.yaml cannot be read, no name in the other files is known: that is one mistake.
    known = {"everyone", *named, *SenderKind, *REGIONS, *Nation} if named else None
    runs = read_runs(reader, tops["campaigns"], known)
    settings = read_settings(reader, tops["settings"])
    _check_sectors(reader, senders.sound.values(), settings.sectors)
    config = Config(
        facts=joined(reader, constants, links, claims, quotes, partners),
        retired={at: f"{one.bars[0].advice} See {one.place}." for at, one in retired.items()},
        threat=threat,
        senders=senders.sound,
        broken_senders=senders.broken,
        runs=runs,
        calendar=read_calendar(reader, tops["calendar"], known, senders.sound.values(), runs),
        national_is_broken=senders.national_is_broken,
        settings=settings,
        words=read_words(reader, _words_file(reader, files)),
    )
    # An error in one sender's entry is no reason for the others to be silent, nor is one in a list
    # that only `check` goes by.
    shared = (
        problem
        for problem in reader.problems
        if problem not in senders.errors and problem.place.file != WORDS
    )
    failed = not senders.sound or any(problem.severity == "error" for problem in shared)
    return (None if failed else config), reader.problems


def _check_sectors(reader: Reader, senders: Iterable[Sender], known: Collection[str]) -> None:
    """Warns of partners whose trade settings.yaml does not list, where it lists any."""
    for sender in senders:
        for name in (one for one in sender.sectors if known and one not in known):
            reader.warn(
                sender.places["sector"],
                "unknown-sector",
                f'config/settings.yaml lists no sector called "{name}".',
                did_you_mean(name, known),
            )


def _words_file(reader: Reader, files: Mapping[str, bytes]) -> Fields:
    """words.yaml adds to lists that the program brings, so it may be missing or empty."""
    top, problems = read(WORDS, files.get(WORDS, b""))
    reader.problems += problems
    return top or Fields({}, {}, Place(WORDS))


def _top(reader: Reader, files: Mapping[str, bytes], name: str) -> Fields:
    path = f"config/{name}.yaml"
    if path not in files and name in REGISTERS:
        return Fields({}, {}, Place(path))
    if path not in files:
        reader.problem(
            Place(path),
            "missing-file",
            "this file is missing.",
            "Put it back; config/README.md says what it holds.",
        )
        return Fields({}, {}, Place(path))
    top, problems = read(path, files[path])
    reader.problems += problems
    needs_fields = name in ("forces", "constants") or not files[path].strip()  # or half saved
    if needs_fields and top is not None and not top.entries:
        reader.problem(
            Place(path, 1), "empty", "there is nothing in this file.", "Put back what it held."
        )
    return top or Fields({}, {}, Place(path))


def _partners(senders: Iterable[Sender]) -> dict[str, Fact]:
    """The partners that a post may name: example-town-partnership is example_town_partnership."""
    found = {}
    for sender in senders:
        name = sender.id.replace("-", "_")
        if sender.kind is SenderKind.PARTNER and VALUE_NAME.fullmatch(name):
            at = sender.place or Place("config/forces.yaml")
            found[name] = Fact(name, sender.names, False, None, None, at, Register.PARTNER)
    return found
