"""The rule that binds events to each other, and following it from event to event.

Each force's events are a chain of their own; those that concern no force are the chain "". An
event's hash covers what it says, the hash of the event before it in its chain, and of the one
before it in the ledger. So one force's history can be handed over and followed alone, and the
newest hash stands for all that ever happened. Of a person's name it covers only a salted hash:
where name and salt are left out, the rest can still be followed.

A record is an event as a mapping: `form`, `force`, `number` (in its chain), `seq` (in the ledger),
`at` (ISO 8601, UTC), `action`, `key`, `sentence` (with {by}, {name1} for names), `facts` (canonical
JSON), `by_hash`, `named_hash`, `previous` (in its chain), `before` (in the ledger), `hash`. One of
form 1 is bound by an older rule, which covered names in clear: it has `by` for `by_hash`, and its
chain is the whole ledger's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

FORM: Final = 2
"""The rule by which events are written now."""

MOST_NAMES: Final = 9
"""How many names a sentence may have beside that of who did it."""

WITHHELD: Final = "withheld"
"""What stands in a record whose content was left out, because an older rule covers its names."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_COVERED: Final = {
    1: ("seq", "at", "action", "key", "by", "sentence", "facts", "previous"),
    2: (
        *("form", "force", "number", "seq", "at", "action", "key", "by_hash", "named_hash"),
        *("sentence", "facts", "previous", "before"),
    ),
}
_NAME: Final = re.compile(r"\{(by|name[1-9])\}")

Record = Mapping[str, Any]


def canonical(value: Mapping[str, object]) -> str:
    """The one way to write this as JSON."""
    return _ENCODER.encode(value)


def hash_of(record: Record) -> str:
    """What the record's `hash` must be, by the rule of its form (SHA-256, hex).

    The older rule takes the values by name, as a JSON object; the present one in their order, as a
    JSON array, which is quicker to write.
    """
    form = record["form"]
    names = _COVERED[form]
    if form == 1:
        said = _ENCODER.encode({name: record[name] for name in names})
    else:
        said = _ENCODER.encode([record[name] for name in names])
    return hashlib.sha256(said.encode()).hexdigest()


def canonical_names(named: Sequence[str]) -> str:
    """The one way to write names as JSON."""
    return json.dumps(named, ensure_ascii=False, separators=(",", ":"))


def salted(salt: str, name: str) -> str:
    """What is covered of a name (SHA-256, hex)."""
    return hashlib.sha256(f"{salt}{name}".encode()).hexdigest()


def without_names(sentence: str, by: str, named: Sequence[str] = ()) -> str:
    """The sentence with {by}, {name1}, {name2} where it has these names. `with_names` undoes it."""
    marks = {by: "{by}"} | {name: f"{{name{place}}}" for place, name in enumerate(named, 1)}
    there = tuple(name for name in marks if name and name in sentence)
    return _any_of(there).sub(lambda found: marks[found[0]], sentence) if there else sentence


@lru_cache(maxsize=256)  # one worker says nearly all that is said
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    either = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def with_names(sentence: str, by: str, named: Sequence[str] = ()) -> str:
    """The sentence as it was said."""
    names = {"by": by} | {f"name{place}": name for place, name in enumerate(named, 1)}
    return _NAME.sub(lambda found: names.get(found[1], found[0]), sentence)


def chain_name(force: str) -> str:
    """What a chain is called in a sentence."""
    return force or "the ledger itself"


@dataclass(slots=True)
class Following:
    """Follows a ledger's chains, or one force's alone, from event to event.

    `start` is the ledger's id: what stands before the first event of every chain. `alone` says
    that there are the events of one chain only.
    """

    start: str
    alone: bool = False
    events: int = 0
    withheld: int = 0  # of which only the place could be followed
    form: int = 1  # of the newest event: never an older one after it
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)  # number and hash, by force
    last: str = ""  # the hash of the newest event

    def __post_init__(self) -> None:
        self.last = self.start

    def misfit(self, record: Record) -> str | None:
        """What is wrong with the next event, in sentences; None where it fits, and is followed."""
        wrong = self._not_next(record) or self._not_as_written(record) or self._not_bound(record)
        if wrong:
            return f"{wrong} {described(record)}"
        self.events += 1
        self.form = record["form"]
        self.ends[record["force"]] = record["number"], record["hash"]
        self.last = record["hash"]
        return None

    def _end(self, force: str) -> tuple[int, str]:
        return self.ends.get(force, (0, self.start))

    def _not_next(self, record: Record) -> str | None:
        number, _ = self._end(record["force"])
        if not self.alone and record["seq"] != self.events + 1:
            return f"Event {self.events + 1} is missing, or not in its place."
        if record["number"] != number + 1:
            chain = chain_name(record["force"])
            return f"Number {number + 1} of {chain} is missing, or not in its place."
        return None

    def _not_as_written(self, record: Record) -> str | None:
        form = record["form"]
        is_old = form == 1 and record["force"] == ""
        if (is_old or form == FORM) and form >= self.form:
            if is_old and record.get(WITHHELD):
                self.withheld += 1
                return None
            if record["hash"] == hash_of(record):
                return None
        return f"Event {record['seq']} is not what was written."

    def _not_bound(self, record: Record) -> str | None:
        _, previous = self._end(record["force"])
        follows = record["previous"] == (self.last if record["form"] == 1 else previous)
        if record["form"] == FORM and not self.alone:
            follows = follows and record["before"] == self.last
        if follows:
            return None
        return f"Event {record['seq']} does not follow the one before it: one was put there."


def described(record: Record) -> str:
    """Which event it is, in a sentence."""
    key = f", {record['key']}" if record.get("key") else ""
    return (
        f"There stands number {record['number']} of {chain_name(record['force'])}:"
        f" {record.get('action')}, {str(record['at'])[:19].replace('T', ' ')} UTC{key}."
    )
