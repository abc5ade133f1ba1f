"""States are left only along the allowed moves, and only by whoever read them last."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select

from bot.core.model import ALLOWED_MOVES, State
from bot.ledger import Ledger, moves, schema
from bot.ledger.moves import Move
from tests.factories import a_post, at
from tests.ledger.steps import claimed, planned, state

FORBIDDEN = [(was, to) for was, to in product(State, State) if to not in ALLOWED_MOVES[was]]


@pytest.mark.parametrize(("was", "to"), FORBIDDEN, ids=lambda one: str(one))
def test_a_move_that_is_not_allowed_is_not_made(ledger: Ledger, was: State, to: State) -> None:
    post = a_post()
    planned(ledger, post)
    with ledger._writing() as connection:
        row = connection.execute(select(schema.post)).mappings().one()
        standing = {**row, "state": was}

        with pytest.raises(ValueError, match="cannot go from"):
            moves.move(connection, [Move(standing, to, "?", "?")], by="w", now=at("09:00"))

    assert state(ledger, post) is State.PLANNED


def test_a_post_that_moved_since_it_was_read_stays_and_leaves_no_event(ledger: Ledger) -> None:
    post = a_post()
    planned(ledger, post)
    with ledger._reading() as connection:
        row = connection.execute(select(schema.post)).mappings().one()
    claimed(ledger, post)
    before = ledger.events()

    with ledger._writing() as connection:
        late = Move(row, State.MISSED, "missed", "Too late.")
        made = moves.move(connection, [late], by="w", now=at("09:00"))

    assert made == []
    assert state(ledger, post) is State.SENDING
    assert ledger.events() == before
