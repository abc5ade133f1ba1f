"""Taking a plan into the ledger: what is new, changed, gone, and what may no longer change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from bot.core.model import LedgerError, PackText, Pick, Post, PostKey, Rendering, State
from bot.core.reading import written_moment
from bot.ledger import chain, moves, schema
from bot.ledger.chain import Entry
from bot.ledger.database import Book
from bot.ledger.moves import Move
from bot.ledger.packs import keep_packs
from bot.ledger.pictures import PictureBytes, keep_pictures
from bot.ledger.questions import given_its_time, unsettled
from bot.ledger.rows import in_chunks, is_true_to_its_digest, post_facts, rendering_values
from bot.ledger.values import TRUSTED, Adoption, Carried

PackTexts = Mapping[tuple[str, str], PackText]
"""Packs as they were read, by sender and campaign."""

NO_PACKS: Final[PackTexts] = MappingProxyType({})
NO_PICTURES: Final[PictureBytes] = MappingProxyType({})
NONE_CARRIED: Final[Mapping[PostKey, Carried]] = MappingProxyType({})

_PLANNER: Final = "bot"  # who adopts, in the events
_CHANGEABLE: Final = (State.PLANNED, State.WITHDRAWN)
_UNDER_WAY: Final = (State.PLANNED, State.SENDING, State.UNKNOWN)


class Planning(Book):
    """The part of the ledger that takes plans."""

    def picks(self) -> Mapping[PostKey, Pick]:
        """What fills the places whose message must not wander any more.

        They are the posts that a person approved as they now stand, or whose approval was carried
        over from a person's; those to which a person gave their time; and every post that has left
        `planned` for anything but `withdrawn`.
        """
        post, rendering, approval = schema.post, schema.rendering, schema.approval
        approved = exists().where(
            approval.c.key == post.c.key,
            approval.c.digest == post.c.digest,
            or_(approval.c.automatic.is_(False), approval.c.by == TRUSTED),
        )
        statement = (
            select(post.c.key, rendering.c.message, rendering.c.wording)
            .join(rendering, rendering.c.digest == post.c.digest)
            .where(or_(post.c.state.not_in(_CHANGEABLE), approved, _has_its_time()))
        )
        with self._reading() as connection:
            rows = connection.execute(statement).all()
        return {PostKey.parse(key): Pick(message, wording) for key, message, wording in rows}

    def adopt(
        self,
        posts: Sequence[Post],
        judges: Callable[[PostKey], bool],
        *,
        now: datetime,
        gone: Collection[PostKey] = (),
        packs: PackTexts = NO_PACKS,
        pictures: PictureBytes = NO_PICTURES,
        carried: Mapping[PostKey, Carried] = NONE_CARRIED,
    ) -> Adoption:
        """Make the ledger say what the plan says, where it still may; what was done.

        `judges(key)` tells whether the plan judged that place: a planned post in a judged place
        that is not among `posts` is withdrawn, one in any other place stays. Only posts in
        `planned` before their time, and posts in `withdrawn`, ever change, and none with an
        attempt that is not settled. A changed rendering loses the approval of the old one.

        What a person gave its time keeps it: no post of another time takes its place, and it is
        withdrawn only where it is among `gone`, the places whose words no pack holds any more.
        `packs` are what the posts were planned from, by sender and campaign: kept with new words.
        `pictures` are the bytes of the posts' pictures by their SHA-256: kept with them. `carried`
        are approvals that outlive the change of their post: by a rule from then on. Raises
        ValueError for two posts of one key, for words that are not their digest's, and for a
        picture that is neither given nor kept already.
        """
        by_key = {str(post.key): post for post in posts}
        if len(by_key) != len(posts):
            raise ValueError("two posts of a plan have the same key")
        with self._writing() as connection:
            return _Adopting(
                connection, by_key, judges, now, frozenset(gone), packs, pictures, carried
            ).run()


@dataclass(slots=True)
class _Adopting:
    connection: Connection
    posts: Mapping[str, Post]
    judges: Callable[[PostKey], bool]
    now: datetime
    gone: frozenset[PostKey] = frozenset()
    packs: PackTexts = NO_PACKS
    pictures: PictureBytes = NO_PICTURES
    carried: Mapping[PostKey, Carried] = NONE_CARRIED
    moves: list[Move] = field(default_factory=list)
    changes: list[dict[str, object]] = field(default_factory=list)
    lost: list[dict[str, object]] = field(default_factory=list)  # approvals
    given: list[dict[str, object]] = field(default_factory=list)  # approvals carried over
    entries: list[Entry] = field(default_factory=list)
    done: dict[str, list[str]] = field(default_factory=dict)

    def run(self) -> Adoption:
        rows = self._read()
        unseen = [post for key, post in self.posts.items() if key not in rows]
        self._keep_renderings(rows)
        self._add(unseen)
        for key, row in rows.items():
            post = self.posts.get(key)
            if post is None:
                self._absent(row)
            elif not self._may_change(row) or (row["timed"] and post.due != row["due"]):
                self._note("same" if post.rendering.digest == row["digest"] else "kept", key)
            elif row["state"] == State.WITHDRAWN:
                self._back(row, post)
            else:
                self._planned(row, post)
        self._write_changes()
        self._drop_approvals()
        moves.move(self.connection, self.moves, by=_PLANNER, now=self.now)
        chain.append(self.connection, self.now, self.entries)
        return self._adoption()

    def _read(self) -> dict[str, RowMapping]:
        """The rows the plan may be about: those of its runs, and whatever is under way."""
        post, approval = schema.post, schema.approval
        runs = {one.key.run for one in self.posts.values()}
        statement = (
            select(
                *post.c,
                approval.c.by.label("approved_by"),
                approval.c.automatic.label("by_rule"),
                unsettled().label("unsettled"),
                _has_its_time().label("timed"),
            )
            .outerjoin(
                approval, (approval.c.key == post.c.key) & (approval.c.digest == post.c.digest)
            )
            .where(or_(post.c.run.in_(runs), post.c.state.in_(_UNDER_WAY)))
        )
        return {row["key"]: row for row in self.connection.execute(statement).mappings()}

    def _may_change(self, row: RowMapping) -> bool:
        if row["unsettled"]:
            return False
        waits = row["state"] == State.PLANNED and row["due"] > self.now
        return bool(waits or row["state"] == State.WITHDRAWN)

    def _keep_renderings(self, rows: Mapping[str, RowMapping]) -> None:
        """Add the renderings that are not there yet; those that are stay as they are."""
        have = {row["digest"] for row in rows.values()}
        fresh = [post for post in self.posts.values() if post.rendering.digest not in have]
        add_renderings(self.connection, fresh, self.packs, self.pictures)

    def _add(self, posts: Iterable[Post]) -> None:
        rows: list[dict[str, object]] = []
        for post in posts:
            key, late = str(post.key), post.due <= self.now
            if PostKey.parse(key) != post.key:
                raise ValueError(f"{key} cannot be read back as the key it was made of")
            why = "First seen after its time." if late else "Planned."
            state = State.MISSED if late else State.PLANNED
            rows.append(
                {
                    "key": key,
                    "run": post.key.run,
                    "digest": post.rendering.digest,
                    "state": state,
                    "since": self.now,
                    "why": why,
                    "token": 0,
                    "looks": 0,
                    **post_facts(post),
                }
            )
            facts = {"to": state, "digest": post.rendering.digest}
            facts |= {"essential": post.essential} if post.essential else {}
            self.entries.append(Entry(state, _PLANNER, why, key, facts, force=post.sender))
            self._note("missed" if late else "new", key)
        if rows:
            self.connection.execute(insert(schema.post), rows)

    def _absent(self, row: RowMapping) -> None:
        state, key = State(row["state"]), PostKey.parse(row["key"])
        if state in (State.WITHDRAWN, State.DROPPED):
            return
        if row["timed"] and key not in self.gone:
            self._note("kept", row["key"])
            return
        if not row["timed"] and not self.judges(key):
            return
        if not self._may_change(row):
            self._note("kept", row["key"])
            return
        why = "Withdrawn: the packs no longer hold it."
        self.moves.append(Move(row, State.WITHDRAWN, "withdrawn", why))
        self._note("gone", row["key"])

    def _back(self, row: RowMapping, post: Post) -> None:
        late = post.due <= self.now
        self._say_essential(row, post)
        why = "Back in the packs after its time." if late else "Back in the packs: planned again."
        to = State.MISSED if late else State.PLANNED
        self._lose_approval(row, post)
        self.moves.append(self._move(row, post, to, why))
        self._note("missed" if late else "new", row["key"])

    def _planned(self, row: RowMapping, post: Post) -> None:
        key, changed = row["key"], post.rendering.digest != row["digest"]
        self._say_essential(row, post)
        if changed:
            self._lose_approval(row, post)
        if changed and post.due <= self.now:
            self.moves.append(
                self._move(row, post, State.MISSED, "Moved to a time that had passed already.")
            )
            self._note("missed", key)
        elif changed:
            self._change(row, post)
            self._note("changed", key)
        else:
            self._refresh(row, post)
            self._note("same", key)

    def _move(self, row: RowMapping, post: Post, to: State, why: str) -> Move:
        values = {**post_facts(post), "digest": post.rendering.digest, "not_before": None}
        return Move(row, to, to, why, facts={"digest": post.rendering.digest}, values=values)

    def _change(self, row: RowMapping, post: Post) -> None:
        why = "Changed in the packs."
        self.changes.append(
            _bound(row, {**post_facts(post), "digest": post.rendering.digest, "why": why})
        )
        facts = {"from_digest": row["digest"], "digest": post.rendering.digest}
        force = row["sender"]
        self.entries.append(Entry("changed", _PLANNER, why, row["key"], facts, force=force))

    def _refresh(self, row: RowMapping, post: Post) -> None:
        """Take over what is not part of the rendering, so that holds by theme or region bite."""
        facts = post_facts(post)
        if any(row[name] != value for name, value in facts.items()):
            self.changes.append(_bound(row, {**facts, "digest": row["digest"], "why": row["why"]}))

    def _say_essential(self, row: RowMapping, post: Post) -> None:
        """Write down on whose authority the post may go out in mourning, where that changed."""
        if row["essential"] == post.essential:
            return
        why = (
            f"Marked as essential in the packs: {post.essential}."
            if post.essential
            else "No longer marked as essential in the packs."
        )
        facts = {"essential": post.essential}
        self.entries.append(
            Entry("essential", _PLANNER, why, row["key"], facts, force=row["sender"])
        )

    def _write_changes(self) -> None:
        if not self.changes:
            return
        post = schema.post
        names = self.changes[0].keys() - {"was_key"}
        statement = (
            update(post)
            .where(post.c.key == bindparam("was_key"), post.c.state == State.PLANNED)
            .values({name: bindparam(name) for name in names})
        )
        if self.connection.execute(statement, self.changes).rowcount != len(self.changes):
            raise LedgerError("Posts changed while the plan was being adopted. Plan again.")

    def _drop_approvals(self) -> None:
        approval = schema.approval
        statement = delete(approval).where(
            approval.c.key == bindparam("was_key"), approval.c.digest == bindparam("was_digest")
        )
        if self.lost:
            self.connection.execute(statement, self.lost)
        if self.given:
            self.connection.execute(insert(approval), self.given)

    def _lose_approval(self, row: RowMapping, post: Post) -> None:
        if row["approved_by"] is None or row["digest"] == post.rendering.digest:
            return
        self.lost.append({"was_key": row["key"], "was_digest": row["digest"]})
        approver = row["approved_by"]
        carried = self.carried.get(post.key)
        if carried is not None and carried.digest == row["digest"]:
            self._carry_approval(row, post, carried)
            return
        until = written_moment(post.due)
        why = f"Changed after {approver} approved it: to be approved again before {until}."
        facts = {"digest": row["digest"], "approved_by_rule": row["by_rule"]}
        key, force = row["key"], row["sender"]
        self.entries.append(
            Entry("approval-lost", _PLANNER, why, key, facts, force=force, named=(approver,))
        )

    def _carry_approval(self, row: RowMapping, post: Post, carried: Carried) -> None:
        """The approval of the old words counts for the new ones, by a rule that says why."""
        key, force, approver = row["key"], row["sender"], row["approved_by"]
        digest = post.rendering.digest
        facts = {"digest": row["digest"], "carried": True}
        said = f"What {approver} had approved has changed: {carried.basis}."
        self.entries.append(
            Entry("approval-lost", _PLANNER, said, key, facts, force=force, named=(approver,))
        )
        if self._is_approved(key, digest):
            return
        values: dict[str, object] = {"key": key, "digest": digest, "by": TRUSTED, "at": self.now}
        self.given.append({**values, "automatic": True, "basis": carried.basis})
        said = f"Carried over by {TRUSTED}: {carried.basis}."
        facts = {"digest": digest, "automatic": True}
        self.entries.append(Entry("approved", TRUSTED, said, key, facts, force=force))

    def _is_approved(self, key: str, digest: str) -> bool:
        """Whether somebody approved these words before they were planned."""
        approval = schema.approval
        found = select(approval.c.key).where(approval.c.key == key, approval.c.digest == digest)
        return self.connection.scalar(found) is not None

    def _note(self, what: str, key: str) -> None:
        self.done.setdefault(what, []).append(key)

    def _adoption(self) -> Adoption:
        def listed(what: str) -> tuple[PostKey, ...]:
            return tuple(PostKey.parse(key) for key in sorted(self.done.get(what, ())))

        return Adoption(
            new=listed("new"),
            changed=listed("changed"),
            same=listed("same"),
            gone=listed("gone"),
            missed=listed("missed"),
            kept=listed("kept"),
        )


def _bound(row: RowMapping, values: Mapping[str, object]) -> dict[str, object]:
    return {"was_key": row["key"], **values}


def _has_its_time() -> ColumnElement[bool]:
    """Whether a post waits for the time that a person gave it."""
    return and_(schema.post.c.state == State.PLANNED, given_its_time())


def add_renderings(
    connection: Connection,
    posts: Iterable[Post],
    packs: PackTexts = NO_PACKS,
    pictures: PictureBytes = NO_PICTURES,
) -> None:
    """Add the posts' renderings that are not there yet; those that are stay as they are.

    With each the pack it is from, where that is among `packs`, and its pictures. Raises ValueError
    for words that are not their digest's, and for a picture that nobody gave.
    """
    of = {post.rendering.digest: post for post in posts}
    fresh: dict[str, Rendering] = {digest: post.rendering for digest, post in of.items()}
    for chunk in in_chunks(list(fresh)):
        known = select(schema.rendering.c.digest).where(schema.rendering.c.digest.in_(chunk))
        for digest in connection.scalars(known):
            del fresh[digest]
    for rendering in fresh.values():
        if not is_true_to_its_digest(rendering):
            raise ValueError(f"the digest {rendering.digest!r} is not that of its rendering")
    keep_pictures(connection, fresh.values(), pictures)
    if fresh:
        connection.execute(
            insert(schema.rendering), [rendering_values(one) for one in fresh.values()]
        )
    whose = {digest: (of[digest].sender, of[digest].campaign) for digest in fresh}
    keep_packs(connection, {digest: packs[one] for digest, one in whose.items() if one in packs})
