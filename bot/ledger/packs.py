"""The packs as they were: which pack a rendering was adopted from, and the text of its files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, insert, select

from bot.core.model import PackFile, PackText, State
from bot.ledger import schema
from bot.ledger.database import Book
from bot.ledger.rows import in_chunks
from bot.ledger.values import KeptPack

_pack, _text, _of = schema.pack, schema.pack_text, schema.rendering_pack
_ADOPTING = (State.PLANNED, State.MISSED, "changed")  # actions that name a new rendering


class Packs(Book):
    """The part of the ledger that knows what posts were planned from."""

    def packs_of(self, digests: Collection[str]) -> dict[str, KeptPack]:
        """The pack of each of these renderings, without the files' texts, as far as it is known."""
        statement = select(_of.c.digest, _pack.c.digest, _pack.c.campaign, _pack.c.version).join(
            _pack, _pack.c.digest == _of.c.pack
        )
        found: dict[str, KeptPack] = {}
        with self._reading() as connection:
            for chunk in in_chunks(list(dict.fromkeys(digests))):
                rows = connection.execute(statement.where(_of.c.digest.in_(chunk)))
                for one, digest, campaign, version in rows:
                    found[one] = KeptPack(digest, campaign, version, files=())
        return found

    def pack(self, digest: str) -> KeptPack | None:
        """The pack of this digest, or of one that begins so, with its files; None if unknown."""
        like = _pack.c.digest.startswith(digest, autoescape=True)
        with self._reading() as connection:
            row = connection.execute(select(_pack).where(like).limit(1)).mappings().first()
            if row is None:
                return None
            hashes = [sha256 for _, sha256 in row["files"]]
            kept = select(_text).where(_text.c.sha256.in_(hashes))
            texts = {
                (one["name"], one["sha256"]): one["text"]
                for one in connection.execute(kept).mappings()
            }
        files = (PackFile(name, sha256, texts[name, sha256]) for name, sha256 in row["files"])
        return KeptPack(row["digest"], row["campaign"], row["version"], tuple(files))

    def editions(self, campaign: str, *, beside: PackFile | None = None) -> tuple[KeptPack, ...]:
        """Every national text of a campaign that anything was planned from, without its files.

        The one adopted first comes first. Of the packs that share it, one stands for all. With
        `beside` only those that stood beside this local pack, word for word.
        """
        local = [beside.name, beside.sha256] if beside else None
        statement = (
            select(_pack, _of.c.digest.label("rendering"))
            .join(_of, _of.c.pack == _pack.c.digest)
            .where(_pack.c.campaign == campaign)
        )
        with self._reading() as connection:
            packs: dict[str, KeptPack] = {}
            renderings: dict[str, list[str]] = defaultdict(list)
            for row in connection.execute(statement.order_by(_pack.c.digest)).mappings():
                if local and local not in [list(file) for file in row["files"]]:
                    continue
                text = json.dumps([one for one in row["files"] if "/national/" in one[0]])
                kept = KeptPack(row["digest"], row["campaign"], row["version"], files=())
                packs.setdefault(text, kept)
                renderings[text].append(row["rendering"])
            first = _first_adopted(connection, renderings) if len(packs) > 1 else {}
        return tuple(packs[text] for text in sorted(packs, key=lambda text: first.get(text, 0)))


def _first_adopted(
    connection: Connection, renderings: Mapping[str, Iterable[str]]
) -> dict[str, int]:
    """The number of the first event that brought one of these renderings, for each group."""
    group_of = {digest: group for group, digests in renderings.items() for digest in digests}
    event = schema.event
    told = select(event.c.seq, event.c.facts).where(event.c.action.in_(_ADOPTING))
    first: dict[str, int] = {}
    for seq, facts in connection.execute(told.order_by(event.c.seq)):
        group = group_of.get(json.loads(facts).get("digest", ""))
        if group is not None:
            first.setdefault(group, seq)
    return first


def keep_packs(connection: Connection, of: Mapping[str, PackText]) -> None:
    """Note from which pack each of these renderings, just added, was adopted; and keep the pack."""
    # By what they are and not by what they say: comparing whole texts for each post takes long.
    digests = {number: pack.digest for number, pack in {id(p): p for p in of.values()}.items()}
    packs = {digests[id(pack)]: pack for pack in of.values()}
    known = set(connection.scalars(select(_pack.c.digest).where(_pack.c.digest.in_(packs))))
    for digest in packs.keys() - known:
        _keep(connection, digest, packs[digest])
    if of:
        connection.execute(
            insert(_of), [{"digest": one, "pack": digests[id(pack)]} for one, pack in of.items()]
        )


def _keep(connection: Connection, digest: str, pack: PackText) -> None:
    kept = select(_text.c.sha256, _text.c.name).where(
        _text.c.sha256.in_([file.sha256 for file in pack.files])
    )
    have = {(sha256, name) for sha256, name in connection.execute(kept)}
    fresh = [
        {"sha256": file.sha256, "name": file.name, "text": file.text}
        for file in pack.files
        if (file.sha256, file.name) not in have
    ]
    if fresh:
        connection.execute(insert(_text), fresh)
    files = [[file.name, file.sha256] for file in pack.files]
    connection.execute(
        insert(_pack).values(
            digest=digest, campaign=pack.campaign, version=pack.version, files=files
        )
    )
