"""What is known of accounts: which are stopped, and what their own timelines showed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from bot.core.model import Receipt, Rendering
from bot.ledger import chain, schema, witness
from bot.ledger.chain import Entry
from bot.ledger.database import Book
from bot.ledger.questions import GIVEN_TIME
from bot.ledger.rows import sender_of, text_sha256
from bot.ledger.values import StoppedAccount, TimelinePost

IDLE: Final = timedelta(minutes=15)
"""After so long without a heartbeat the timelines are read again before anything is sent.

A ledger restored from a copy has not beaten since the copy was made, and what was published after
that must be found. Reading costs money for each account, so a restart alone is no reason."""

STANDING: Final = timedelta(hours=24)
"""How long before a post's time the same words on its timeline count as that post."""


class Accounts(Book):
    """The part of the ledger that knows accounts."""

    def stop_account(self, account: str, sentence: str, *, now: datetime, by: str = "bot") -> None:
        """Let nothing more of this account be claimed, and say why in plain words."""
        with self._writing() as connection:
            force = sender_of(connection, account)
            told = stop(connection, account, sentence, by=by, now=now, force=force)
            chain.append(connection, now, told)

    def start_account(self, account: str, *, by: str, now: datetime) -> bool:
        """Let the account publish again; False when it was not stopped."""
        stopped = schema.stopped_account
        with self._writing() as connection:
            gone = connection.execute(delete(stopped).where(stopped.c.account == account))
            if gone.rowcount == 0:
                return False
            said = f"{by} let {account} publish again."
            facts, force = {"account": account}, sender_of(connection, account)
            entry = Entry("account-started", by, said, facts=facts, force=force)
            chain.append(connection, now, [entry])
        return True

    def stopped_accounts(self) -> tuple[StoppedAccount, ...]:
        """The accounts that publish nothing, each with the reason, by their ids."""
        stopped = schema.stopped_account
        with self._reading() as connection:
            rows = connection.execute(select(stopped).order_by(stopped.c.account)).mappings().all()
        return tuple(StoppedAccount(row["account"], row["sentence"], row["at"]) for row in rows)

    def remote_ids(self, account: str, *, noted_by: datetime | None = None) -> frozenset[str]:
        """The platform's ids that the ledger holds for this account: they never match again.

        Those of published posts, and those that a timeline showed; of these, with
        `noted_by`, only what it had shown by that instant, since what it showed later may
        be the very post that is looked for.
        """
        post, shown = schema.post, schema.timeline_post
        published = select(post.c.remote_id).where(
            post.c.account == account, post.c.remote_id.is_not(None)
        )
        noted = select(shown.c.remote_id).where(shown.c.account == account)
        if noted_by is not None:
            noted = noted.where(shown.c.noted_at <= noted_by)
        with self._reading() as connection:
            return frozenset((*connection.scalars(published), *connection.scalars(noted)))

    def note_timeline(self, account: str, seen: Iterable[TimelinePost], *, now: datetime) -> None:
        """Record what the account's timeline shows, and that it was read."""
        shown, timeline = schema.timeline_post, schema.timeline
        posts = {one.remote_id: one for one in seen}
        with self._writing() as connection:
            for known in connection.scalars(
                select(shown.c.remote_id).where(shown.c.account == account)
            ):
                posts.pop(known, None)
            if posts:
                connection.execute(
                    insert(shown), [_shown(account, one, now) for one in posts.values()]
                )
            connection.execute(delete(timeline).where(timeline.c.account == account))
            connection.execute(insert(timeline).values(account=account, read_at=now))
            said = f"Read the timeline of {account}: {len(posts)} posts not seen before."
            facts = {"account": account, "remote_ids": sorted(posts)}
            force = sender_of(connection, account)
            entry = Entry("timeline-read", "bot", said, facts=facts, force=force)
            chain.append(connection, now, [entry])

    def timeline_read_at(self, account: str) -> datetime | None:
        """When this account's timeline was last read."""
        timeline = schema.timeline
        with self._reading() as connection:
            return connection.scalar(
                select(timeline.c.read_at).where(timeline.c.account == account)
            )

    def must_read_timeline(self, account: str, *, now: datetime) -> bool:
        """Whether the timeline must be read before this account publishes.

        It must the first time under this ledger, and after the ledger stood idle for long.
        """
        with self._reading() as connection:
            timeline = schema.timeline
            read_at = connection.scalar(
                select(timeline.c.read_at).where(timeline.c.account == account)
            )
            beat_at, woke_at = connection.execute(
                select(schema.ledger.c.beat_at, schema.ledger.c.woke_at)
            ).one()
        return must_read(read_at, beat_at, woke_at, now)

    def standing(self, account: str, rendering: Rendering) -> Receipt | None:
        """The post of the account's noted timeline that already says this, if there is one.

        Only what was published within a day before the rendering's time, or since, and belongs
        to no other place. It is how a new or restored ledger learns what its forerunner sent.
        Where a person gave the post its time, the day before its first time counts.
        """
        with self._reading() as connection:
            return standing_post(connection, account, rendering)

    def heartbeat(self, *, now: datetime, unbroken: bool = False) -> None:
        """Note that a process watches this ledger.

        `unbroken` says that it did so ever since the last beat: a simulated clock leaps from post
        to post, and nobody slept meanwhile. A ledger that is not as it was when something was
        last sent here is a copy of an earlier one, and is marked as restored.
        """
        last_intent = witness.read(self._engine.url)  # first: no ledger in use is behind it
        with self._delivering() as connection:
            last = connection.scalar(select(schema.ledger.c.beat_at).with_for_update())
            if last_intent is not None and not _has_event(connection, *last_intent):
                _restored(connection, "It is not as it was when last used here.", "bot", now)
                witness.write(self._engine.url, *chain.end(connection))
            values = {"beat_at": now}
            if last is not None and now - last > IDLE and not unbroken:
                values["woke_at"] = now
            connection.execute(update(schema.ledger).values(values))

    def mark_restored(self, *, why: str, by: str, now: datetime) -> None:
        """Note that this ledger may not know what went out last.

        Every account's timeline is read again before its next post, whatever the clock says.
        """
        with self._writing() as connection:
            _restored(connection, why, by, now)

    def last_heartbeat(self) -> datetime | None:
        """When a process last said that it watches this ledger."""
        with self._reading() as connection:
            return connection.scalar(select(schema.ledger.c.beat_at))


def must_read(
    read_at: datetime | None, beat_at: datetime | None, woke_at: datetime | None, now: datetime
) -> bool:
    """Whether a timeline read then must be read again before its account publishes.

    `beat_at` and `woke_at` are the ledger's: its last heartbeat, and the last after a long idle.
    """
    if read_at is None or (beat_at is not None and now - max(beat_at, read_at) > IDLE):
        return True
    return woke_at is not None and read_at < woke_at


def standing_post(connection: Connection, account: str, rendering: Rendering) -> Receipt | None:
    """`Accounts.standing`, within the caller's transaction."""
    if rendering.reposts:  # a timeline shows no reposts, and the same words are another post
        return None
    post, shown = schema.post, schema.timeline_post
    taken = select(post.c.remote_id).where(post.c.account == account, post.c.remote_id.is_not(None))
    statement = (
        select(shown)
        .where(shown.c.account == account)
        .where(shown.c.text_sha256 == text_sha256(rendering.text))
        .where(shown.c.remote_id.not_in(taken))
        .where(shown.c.at >= _first_due(connection, rendering) - STANDING)
        .order_by(shown.c.at, shown.c.remote_id)
        .limit(1)
    )
    row = connection.execute(statement).mappings().first()
    if row is None:
        return None
    evidence = f"stood on the timeline already, published at {row['at']:%Y-%m-%d %H:%M} UTC"
    return Receipt(row["remote_id"], row["url"], evidence)


def stop(
    connection: Connection, account: str, sentence: str, *, by: str, now: datetime, force: str
) -> tuple[Entry, ...]:
    """Stop the account within the caller's transaction, who is to append the events given back.

    The first reason given stands: none are given back for an account that is stopped already.
    """
    stopped = schema.stopped_account
    if connection.scalar(select(stopped.c.account).where(stopped.c.account == account)):
        return ()
    connection.execute(insert(stopped).values(account=account, sentence=sentence, at=now))
    facts = {"account": account}
    return (Entry("account-stopped", by, sentence, facts=facts, at=now, force=force),)


def _shown(account: str, one: TimelinePost, now: datetime) -> dict[str, object]:
    return {
        "account": account,
        "remote_id": one.remote_id,
        "text_sha256": text_sha256(one.text),
        "at": one.at,
        "url": one.url,
        "noted_at": now,
    }


def _restored(connection: Connection, why: str, by: str, now: datetime) -> None:
    connection.execute(delete(schema.timeline))
    said = f"The ledger was restored. {why} Every account's page is read before its next post."
    chain.append(connection, now, [Entry("restored", by, said)])


def _has_event(connection: Connection, seq: int, event_hash: str) -> bool:
    event = schema.event
    found = connection.scalar(select(event.c.hash).where(event.c.seq == seq))
    return found is not None and found == event_hash


def _first_due(connection: Connection, rendering: Rendering) -> datetime:
    """The earliest time that the post of this rendering ever had."""
    post, event = schema.post, schema.event
    moved = (
        select(event.c.facts)
        .join(post, post.c.key == event.c.key)
        .where(post.c.account == rendering.account, post.c.digest == rendering.digest)
        .where(event.c.action == GIVEN_TIME)
    )
    times = [json.loads(facts)["was_due"] for facts in connection.scalars(moved)]
    return min([rendering.due, *map(datetime.fromisoformat, times)])
