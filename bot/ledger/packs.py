"""The packs as they were: which pack a rendering was adopted from, and the text of its files."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, insert, select

from bot.core.model import PackFile, PackText
from bot.ledger import schema
from bot.ledger.database import Book
from bot.ledger.rows import in_chunks
from bot.ledger.values import KeptPack

_pack, _text, _of = schema.pack, schema.pack_text, schema.rendering_pack


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
