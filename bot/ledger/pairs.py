"""The English that belongs to a Welsh post: neither is released without the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, and_, bindparam, literal_column, select

from bot.core.model import Language, PostKey, State
from bot.ledger import schema
from bot.ledger.database.prepared import Prepared, Row

_post, _approval = schema.post, schema.approval

# By the index of states and times: a plan has too many posts to look through all that wait.
_WAITING: Final = Prepared(
    select(
        *(_post.c.key, _post.c.account, _post.c.sender, _post.c.region, _post.c.platform),
        *(_post.c.campaign, _post.c.theme, _post.c.due, _post.c.state, _post.c.run),
        *(_post.c.essential, _post.c.waits_for, _approval.c.by.label("approved_by")),
    )
    .outerjoin(
        _approval, and_(_approval.c.key == _post.c.key, _approval.c.digest == _post.c.digest)
    )
    .where(_post.c.state.in_([literal_column(f"'{state}'") for state in State]))
    .where(_post.c.due == bindparam("of_due", type_=schema.Utc))
    .where(_post.c.waits_for.is_not(None))
    .order_by(_post.c.key)
)


def english_of(connection: Connection, welsh: Row) -> Row | None:
    """The post that goes out in English when this Welsh one is public; None where none does.

    `welsh` needs `key` and `due`. Of a Welsh thread, the first part has it: once that is public,
    the rest belongs to it.
    """
    key = PostKey.parse(welsh["key"])
    if key.language is not Language.CY or key.part > 1:
        return None
    for row in _WAITING.rows(connection, {"of_due": welsh["due"]}):
        waits = PostKey.parse(row["key"]).language is Language.EN
        if waits and replace(PostKey.parse(row["waits_for"]), part=1) == key:
            return row
    return None
