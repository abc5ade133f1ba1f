"""What staff were told of this ledger's history: kept in the history itself.

So a bot that starts again, on whatever machine, tells nothing twice, and an audit sees what was
told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from bot.ledger import chain, schema
from bot.ledger.chain import Entry
from bot.ledger.database import Book
from bot.ledger.values import Event

TOLD = "told"
"""The event of staff being told, or of there being nothing to tell up to it."""


class Told(Book):
    """The part of the ledger that knows what staff were told."""

    def told(self) -> Mapping[str, object] | None:
        """The facts given with the last `note_told`; None where there is none."""
        event = schema.event
        last = select(event).where(event.c.action == TOLD).order_by(event.c.seq.desc()).limit(1)
        with self._reading() as connection:
            found = chain.read(connection.execute(last).mappings().all())
        return found[0].facts if found else None

    def note_told(self, sentence: str, facts: Mapping[str, object], *, now: datetime) -> None:
        """Record what staff were told, with what must be known to go on from there."""
        with self._writing() as connection:
            chain.append(connection, now, [Entry(TOLD, "bot", sentence, facts=facts)])

    def events_of(self, actions: Collection[str], *, after: int) -> tuple[Event, ...]:
        """The events of these actions after a number, oldest first."""
        event = schema.event
        wanted = (
            select(event)
            .where(event.c.seq > after, event.c.action.in_(actions))
            .order_by(event.c.seq)
        )
        with self._reading() as connection:
            return chain.read(connection.execute(wanted).mappings().all())
