"""A chain of events in a file, JSON Lines: written for an auditor, and followed without a ledger.

The first records say what this is, the last one how many events there are and the head:

    {"kind": "note", "note": "..."}
    {"kind": "chain", "ledger": "3f5a...", "mode": "live", "force": "kent"}
    {"kind": "event", "seq": 7, "force": "kent", "number": 1, ...}
    {"kind": "end", "events": 1, "head": "9c1b..."}

`force` is null where the file has every chain. Of each event names and salts may be left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.core.chains import (
    FORM,
    WITHHELD,
    Following,
    Record,
    canonical,
    canonical_names,
    chain_name,
    salted,
)

NOTE: Final = (
    "This is what the bot recorded. Posts made elsewhere, on the platform itself or by another"
    " program, are not covered. Names given on a command line are claimed, not proven."
)

_NAMES: Final = ("by", "named", "salt")


@dataclass(frozen=True, slots=True)
class Followed:
    """A file that is whole: whose chain it is, how long, and its head."""

    force: str | None  # None: every chain of the ledger
    events: int
    head: str
    hashes: frozenset[str]
    named: int  # events with the names of people
    withheld: int  # events of which an older rule lets only the place be followed


@dataclass(frozen=True, slots=True)
class NotFollowed:
    """Where a file stops being what was written, and why, in sentences."""

    line: int
    sentence: str


def lines(
    records: Iterable[Record], *, ledger: str, mode: str, force: str | None, with_names: bool
) -> Iterator[str]:
    """The file's lines, each with its end. Records have their names and salts."""
    yield note()
    yield _line({"kind": "chain", "ledger": ledger, "mode": mode, "force": force})
    events, head = 0, ledger
    for record in records:
        events, head = events + 1, record["hash"]
        yield _line({"kind": "event", **(record if with_names else _without_names(record))})
    yield _line({"kind": "end", "events": events, "head": head})


def note() -> str:
    """The line that says what no record of the bot's can say."""
    return _line({"kind": "note", "note": NOTE})


def follow(text: Iterable[str]) -> Followed | NotFollowed:
    """What a file's lines hold, when every event is as it was written; else the first misfit."""
    found, read = _File(), 0
    for line in text:
        read += 1
        if wrong := found.take(line):
            return NotFollowed(read, wrong)
    return found.whole() or NotFollowed(read + 1, "The end of the file is missing.")


def _line(record: Mapping[str, object]) -> str:
    facts = record.get("facts")
    shown = {**record, "facts": json.loads(facts)} if isinstance(facts, str) else record
    return json.dumps(shown, ensure_ascii=False) + "\n"


def _without_names(record: Record) -> Record:
    if record["form"] == FORM:
        return {name: record[name] for name in record if name not in _NAMES}
    # Its hash covers the names in clear: with anything of it left out, only its place is proven.
    kept = ("form", "force", "number", "seq", "at", "action", "key", "previous", "hash")
    return {**{name: record[name] for name in kept}, WITHHELD: True}


class _File:
    """The lines of a file so far."""

    def __init__(self) -> None:
        self._chain: Following | None = None
        self._force: str | None = None
        self._hashes: set[str] = set()
        self._named = 0
        self._ended = False

    def take(self, line: str) -> str | None:
        """What is wrong with the next line; None where it is sound."""
        try:
            record = json.loads(line)
            kind = record["kind"]
            if self._ended:
                return "Something stands after the end."
            if kind == "note":
                return None
            if kind == "chain" and self._chain is None:
                self._force = record["force"]
                self._chain = Following(str(record["ledger"]), alone=self._force is not None)
                return None
            if kind == "event" and self._chain is not None:
                return self._event(self._chain, record)
            if kind == "end" and self._chain is not None:
                self._ended = True
                return self._end(self._chain, record)
        except (ValueError, KeyError, TypeError, AttributeError):
            return "This line is not as it was written: it cannot be read."
        return "This line is not one of a chain of events."

    def whole(self) -> Followed | None:
        """What was followed; None where the end has not come."""
        if self._chain is None or not self._ended:
            return None
        return Followed(
            force=self._force,
            events=self._chain.events,
            head=self._chain.last,
            hashes=frozenset(self._hashes),
            named=self._named,
            withheld=self._chain.withheld,
        )

    def _event(self, chain: Following, record: dict[str, Any]) -> str | None:
        if "facts" in record:
            record["facts"] = canonical(record["facts"])
        if self._force is not None and record["force"] != self._force:
            return f"This event is not one of {chain_name(self._force)}."
        wrong = _false_name(record) or chain.misfit(record)
        self._hashes.add(record["hash"])
        self._named += "by" in record
        return wrong

    def _end(self, chain: Following, record: Record) -> str | None:
        if (record["events"], record["head"]) == (chain.events, chain.last):
            return None
        return f"Events are missing before this line, or were added: it names {record['events']}."


def _false_name(record: Record) -> str | None:
    """A name that is not the one whose salted hash was written."""
    if record["form"] != FORM or "by" not in record:
        return None
    named = record["named"]
    is_true = record["by_hash"] == salted(record["salt"], record["by"]) and (
        record["named_hash"] == salted(record["salt"], canonical_names(named))
        if named
        else record["named_hash"] is None
    )
    return None if is_true else f"Event {record['seq']} is not what was written: its names."
