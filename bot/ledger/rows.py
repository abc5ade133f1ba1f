"""Rows of the tables as the nouns of the model, and back."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, and_, bindparam, or_, select

from bot.core.holds import HoldKind, lets_pass
from bot.core.model import (
    Captions,
    Card,
    Language,
    LedgerError,
    Pick,
    Picture,
    PlatformName,
    Post,
    PostKey,
    Rendering,
    Uncaptioned,
    Video,
)
from bot.ledger import schema
from bot.ledger.database.prepared import Prepared, Row
from bot.ledger.values import Attempt, Hold, LedgerPost, Scope, ScopeKind

_T = TypeVar("_T")

RENDERING: Final = tuple(column.label(f"r_{column.name}") for column in schema.rendering.c)
"""The rendering's columns under names of their own, to be read beside the post's."""


@cache
def post_with_rendering() -> Select[tuple[object, ...]]:
    """Posts, each with the rendering it now has, and whose approval stands for it."""
    post, approval = schema.post, schema.approval
    return (
        select(*post.c, *RENDERING, approval.c.by.label("approved_by"))
        .join(schema.rendering, schema.rendering.c.digest == post.c.digest)
        .outerjoin(approval, and_(approval.c.key == post.c.key, approval.c.digest == post.c.digest))
    )


def rendering_of(row: Row) -> Rendering:
    """The rendering read through RENDERING, its digest as it was stored."""
    text, pictures, card, video = said_by(row)
    return Rendering(
        account=row["r_account"],
        platform=PlatformName(row["r_platform"]),
        language=Language(row["r_language"]),
        due=row["r_due"],
        pick=Pick(row["r_message"], row["r_wording"]),
        text=text,
        length=row["r_length"],
        limit=row["r_max_length"],
        hashtags=tuple(row["r_hashtags"]),
        links=tuple(row["r_links"]),
        digest=row["r_digest"],
        pictures=pictures,
        part=row["r_part"],
        card=card,
        reposts=PostKey.parse(row["r_reposts"]) if row["r_reposts"] else None,
        video=video,
        visibility=row["r_visibility"],
    )


Said = tuple[str, tuple[Picture, ...], Card | None, Video | None]
"""What a post shows the public: its words, its pictures, what its link shows, and its video."""


def said_by(row: Row) -> Said:
    """What the post of a row shows the public, or would."""
    pictures = tuple(Picture(**one) for one in row["r_pictures"])
    return row["r_text"], pictures, _card(row["r_card"]), _video(row["r_video"])


def _card(kept: Mapping[str, Any] | None) -> Card | None:
    if kept is None:
        return None
    picture = kept["picture"]
    return Card(**{**kept, "picture": Picture(**picture) if picture else None})


def _video(kept: Mapping[str, Any] | None) -> Video | None:
    if kept is None:
        return None
    captions = tuple(
        Captions(**{**one, "language": Language(one["language"])}) for one in kept["captions"]
    )
    uncaptioned = kept["uncaptioned"] and Uncaptioned(kept["uncaptioned"])
    return Video(**{**kept, "captions": captions, "uncaptioned": uncaptioned})


def rendering_values(rendering: Rendering) -> dict[str, object]:
    return {
        "digest": rendering.digest,
        "account": rendering.account,
        "platform": rendering.platform,
        "language": rendering.language,
        "due": rendering.due,
        "message": rendering.pick.message,
        "wording": rendering.pick.wording,
        "text": rendering.text,
        "length": rendering.length,
        "max_length": rendering.limit,
        "hashtags": list(rendering.hashtags),
        "links": list(rendering.links),
        "pictures": [asdict(one) for one in rendering.pictures],
        "part": rendering.part,
        "card": asdict(rendering.card) if rendering.card else None,
        "reposts": str(rendering.reposts) if rendering.reposts else None,
        "video": asdict(rendering.video) if rendering.video else None,
        "visibility": rendering.visibility,
    }


def is_true_to_its_digest(rendering: Rendering) -> bool:
    """Whether the words and what is shown are those that the digest was made of."""
    return rendering.own_digest() == rendering.digest


def post_facts(post: Post) -> dict[str, object]:
    """What the ledger keeps of a post beside its rendering and its state."""
    return {
        "account": post.key.account,
        "sender": post.sender,
        "region": post.region,
        "platform": post.rendering.platform,
        "campaign": post.campaign,
        "theme": post.theme,
        "place": str(post.place),
        "due": post.due,
        "grace_seconds": post.grace_seconds,
        "essential": post.essential,
        "waits_for": str(post.waits_for) if post.waits_for else None,
    }


def hold_of(row: Row) -> Hold:
    """Raises ValueError for a row that no hold was written as."""
    return Hold(
        id=row["id"],
        scope=Scope(ScopeKind(row["kind"]), row["name"]),
        by=row["by"],
        reason=row["reason"],
        at=row["at"],
        released_at=row["released_at"],
        released_by=row["released_by"],
        release_reason=row["release_reason"],
        kind=HoldKind(row["lets_pass"]),
        until=row["until"],
        routine=row["routine"],
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        asked_reason=row["asked_reason"],
    )


_COLUMN: Final = {
    ScopeKind.REGION: "region",
    ScopeKind.FORCE: "sender",
    ScopeKind.ACCOUNT: "account",
    ScopeKind.PLATFORM: "platform",
    ScopeKind.CAMPAIGN: "campaign",
    ScopeKind.THEME: "theme",
}


def covers(scope: Scope, row: Row) -> bool:
    """Whether the post of this row is within the scope."""
    return scope.kind is ScopeKind.EVERYTHING or row[_COLUMN[scope.kind]] == scope.name


def within(scope: Scope, post: LedgerPost) -> bool:
    """Whether this post is within the scope."""
    names = {
        "region": post.region,
        "sender": post.sender,
        "account": post.key.account,
        "platform": post.platform,
        "campaign": post.campaign,
        "theme": post.theme,
    }
    return covers(scope, names)


def passes(hold: Hold, row: Row) -> bool:
    """Whether the hold's kind lets the post of this row pass, where it covers it."""
    return lets_pass(
        hold.kind, essential=row["essential"], campaign=row["campaign"], run=row["run"]
    )


def stops(hold: Hold, row: Row) -> bool:
    """Whether the post of this row may not leave while the hold is active."""
    return covers(hold.scope, row) and not passes(hold, row)


_HOLDS_SINCE: Final = Prepared(
    select(schema.hold)
    .where(or_(schema.hold.c.released_at.is_(None), schema.hold.c.released_at > bindparam("start")))
    .order_by(schema.hold.c.id)
)


def holds_since(connection: Connection, start: datetime) -> tuple[Hold, ...]:
    """Every hold that stood at `start` or later, the oldest first.

    Raises LedgerError where one of them cannot be read: nothing may be sent then.
    """
    with _readable():
        return tuple(hold_of(row) for row in _HOLDS_SINCE.rows(connection, {"start": start}))


def active_holds(connection: Connection) -> tuple[Hold, ...]:
    """The holds that stand, the oldest first. Raises LedgerError where one cannot be read."""
    hold = schema.hold
    statement = select(hold).where(hold.c.released_at.is_(None)).order_by(hold.c.id)
    with _readable():
        return tuple(hold_of(row) for row in connection.execute(statement).mappings())


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError) as error:
        raise LedgerError(
            "The holds in the ledger cannot be read, so nothing is sent. Put back a copy of the "
            "ledger: .venv/bin/bot db restore FILE"
        ) from error


def hold_over(holds: Iterable[Hold], row: Row, start: datetime) -> Hold | None:
    """The first of these holds that stops the post and stood at any instant since then."""
    return next((h for h in holds if stops(h, row) and h.stood_since(start)), None)


def sender_of(connection: Connection, account: str) -> str:
    """Whose account it is by its latest post; "" where the ledger has none of it."""
    post = schema.post
    latest = select(post.c.sender).where(post.c.account == account).order_by(post.c.due.desc())
    return connection.scalar(latest.limit(1)) or ""


def senders_of(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Whose each of these posts is; of those not adopted yet, whose their account is."""
    post = schema.post
    found: dict[str, str] = {}
    for chunk in in_chunks(keys):
        statement = select(post.c.key, post.c.sender).where(post.c.key.in_(chunk))
        found.update((key, sender) for key, sender in connection.execute(statement))
    unseen = {key: PostKey.parse(key).account for key in keys if key not in found}
    accounts = {account: sender_of(connection, account) for account in set(unseen.values())}
    return found | {key: accounts[account] for key, account in unseen.items()}


def attempt_of(row: Row) -> Attempt:
    return Attempt(
        key=PostKey.parse(row["key"]),
        token=row["token"],
        digest=row["digest"],
        payload_sha256=row["payload_sha256"],
        at=row["at"],
        outcome=row["outcome"],
        sentence=row["sentence"],
        evidence=row["evidence"],
        recorded_at=row["recorded_at"],
        fenced=row["fenced"],
    )


def text_sha256(text: str) -> str:
    """A hash that is the same for texts that a reader would call the same."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(plain.encode()).hexdigest()


def in_chunks(values: Sequence[_T], size: int = 500) -> Iterator[list[_T]]:
    """The values in lists short enough for one IN (...)."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk
