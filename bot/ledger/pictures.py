"""The pictures and videos of posts: the very bytes, kept by their hash as long as the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, insert, select

from bot.core.model import LedgerError, Rendering
from bot.ledger import schema
from bot.ledger.database import Book

_picture = schema.picture

PictureBytes = Mapping[str, bytes]
"""Pictures, videos and captions as they go out, by the SHA-256 of their bytes."""


class Pictures(Book):
    """The part of the ledger that keeps pictures, videos and their captions."""

    def picture_bytes(self, sha256: str) -> bytes:
        """The bytes of a picture, a video or captions, to be uploaded as they are.

        Raises LedgerError where it has none by that hash, or they are not what was kept.
        """
        with self._reading() as connection:
            content: object = connection.scalar(
                select(_picture.c.content).where(_picture.c.sha256 == sha256)
            )
        if content is None:
            raise LedgerError(f"The ledger has no picture {sha256}.")
        # SQLite gives back whatever was put there, text as well.
        if not isinstance(content, bytes) or hashlib.sha256(content).hexdigest() != sha256:
            raise LedgerError(
                f"The picture {sha256} in the ledger is not what was kept. Put back a copy of the "
                "ledger: .venv/bin/bot db restore FILE"
            )
        return content


def keep_pictures(
    connection: Connection, renderings: Iterable[Rendering], given: PictureBytes
) -> None:
    """Add what these renderings show and is not there yet, in the same transaction.

    Raises ValueError where one is neither there nor given, or what is given is another. Only what
    is not there is read: a video may have a hundred megabytes.
    """
    wanted: dict[str, str] = {}  # media types
    for rendering in renderings:
        wanted |= {one.sha256: one.media_type for one in rendering.files}
        wanted |= rendering.video.parts if rendering.video else {}
    if not wanted:
        return
    known = select(_picture.c.sha256).where(_picture.c.sha256.in_(list(wanted)))
    for sha256 in connection.scalars(known).all():
        del wanted[sha256]
    for sha256, media_type in sorted(wanted.items()):
        if sha256 not in given:
            raise ValueError(f"nobody gave the picture {sha256}")
        content = given[sha256]
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError(f"what was given as the picture {sha256} is another")
        values = {"sha256": sha256, "media_type": media_type, "content": content}
        connection.execute(insert(_picture), values)
