"""The Bluesky server of the tests is a real one: it keeps accounts, and it checks what is sent."""

from __future__ import annotations

import pytest

from tests.pds import PdsError, PdsServer, expired


def test_an_account_is_made_and_its_page_is_empty(pds: PdsServer) -> None:
    account = pds.make_account()

    assert account.did.startswith("did:plc:")
    assert pds.records(account) == []


def test_a_token_that_has_run_out_is_told_from_a_wrong_one(pds: PdsServer) -> None:
    account = pds.make_account()

    with pytest.raises(PdsError, match="ExpiredToken"):
        pds.call("com.atproto.server.getSession", token=expired(account.token))
    with pytest.raises(PdsError, match="InvalidToken"):
        pds.call("com.atproto.server.getSession", token=account.token[:-4] + "aaaa")
