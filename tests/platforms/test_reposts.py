"""Reposts: of whom they may be, and what each platform says of one beyond what all promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.core.model import Account, NotSent, PlatformName, Receipt, Refused, SenderKind
from bot.platforms import NOTHING, NotFound, Prepared, Remote, refused_before_sending
from bot.platforms.bluesky_record import is_record_of, put, record_key
from bot.platforms.mastodon import MastodonCredentials, MastodonPlatform
from bot.platforms.x import XCredentials, XPlatform
from tests.factories import a_key, a_post, a_repost, an_account, at
from tests.loopback import x_server
from tests.loopback.mastodon_server import REBLOG, SEARCH, MastodonServer, Software
from tests.loopback.x_server import REPOST, XServer

KENT = replace(an_account(), amplifies=True)
NATION = replace(an_account("ct-policing-x"), sender="ct-policing", kind=SenderKind.NATIONAL)
WORDS = a_post(text="What the nation hears.", force="ct-policing")
PASSED_ON = a_repost(WORDS)


def of(owner: Account | None, remote_id: str = "1001") -> Prepared:
    page = f"https://x.com/ct_policing_x/status/{remote_id}"
    return Prepared(original=Remote(remote_id, "at://did:plc:ct/x/1", "bafy", owner, page))


# --- of whom --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "with_it", "why"),
    [
        (replace(KENT, amplifies=False), of(NATION), "does not say amplifies: yes"),
        (KENT, NOTHING, "nothing says of which post"),
        (KENT, of(None), "nothing says of which post"),
        (KENT, of(replace(NATION, id="other-x")), "nothing says of which post"),
        (
            KENT,
            of(replace(NATION, kind=SenderKind.FORCE)),
            "ct-policing-x is not the account of a national body",
        ),
        (KENT, of(replace(NATION, platform=PlatformName.BLUESKY)), "is on another platform"),
    ],
)
def test_nothing_but_the_post_of_a_national_account_is_reposted_and_by_those_opted_in_alone(
    account: Account, with_it: Prepared, why: str
) -> None:
    refused = refused_before_sending(account, PASSED_ON.key, PASSED_ON.rendering, with_it)

    assert isinstance(refused, Refused)
    assert why in refused.sentence


def test_a_repost_may_be_longer_than_the_accounts_own_posts() -> None:
    long = replace(PASSED_ON.rendering, length=400, limit=500)

    assert refused_before_sending(KENT, PASSED_ON.key, long, of(NATION)) is None


def test_words_of_ones_own_are_never_sent_as_a_repost() -> None:
    own = a_post()

    assert refused_before_sending(KENT, own.key, own.rendering, of(NATION)) is not None


# --- X --------------------------------------------------------------------------------------------


@pytest.fixture
def x() -> Iterator[XServer]:
    with XServer() as server:
        yield server


def kent_on(server: XServer, token: str = "42-token") -> XPlatform:
    return XPlatform(KENT, XCredentials("k" * 9, "s" * 9, token, "u" * 9), url=server.url)


def test_that_x_has_the_repost_already_is_as_good_as_that_it_took_it(x: XServer) -> None:
    post = x.show("1", WORDS.rendering.text)
    x.repost("42", post.id)
    x.refuses_what_is_reposted = True

    outcome = kent_on(x).publish(PASSED_ON.key, PASSED_ON.rendering, of(NATION, post.id))

    assert isinstance(outcome, Receipt)
    assert (outcome.remote_id, outcome.url) == (
        post.id, f"https://x.com/ct_policing_x/status/{post.id}"
    )  # fmt: skip
    assert len(x.reposts()) == 1


def test_a_post_that_is_gone_is_refused_and_one_not_said_to_be_taken_is_unclear(x: XServer) -> None:
    gone = kent_on(x).publish(PASSED_ON.key, PASSED_ON.rendering, of(NATION))
    x.script([x_server.Fault(REPOST, body=b'{"data":{"retweeted":false}}', status=200)])
    unclear = kent_on(x).publish(PASSED_ON.key, PASSED_ON.rendering, of(NATION))

    assert isinstance(gone, Refused)
    assert "does not have the post any more" in gone.sentence
    assert type(unclear).__name__ == "Unknown"


def test_a_token_without_the_accounts_number_reposts_nothing(x: XServer) -> None:
    outcome = kent_on(x, "token").publish(PASSED_ON.key, PASSED_ON.rendering, of(NATION))

    assert isinstance(outcome, NotSent)
    assert outcome.stops_account
    assert not x.requests(REPOST)


def test_another_post_that_was_reposted_is_not_taken_for_this(x: XServer) -> None:
    other = x.show("1", WORDS.rendering.text)
    x.repost("42", other.id)

    found = kent_on(x).find(
        PASSED_ON.key,
        PASSED_ON.rendering,
        since=at("09:00"),
        known=(),
        original=of(NATION).original,
    )

    assert found == NotFound(1, twice_is_once=True)


# --- Mastodon -------------------------------------------------------------------------------------


@pytest.fixture
def instance() -> Iterator[MastodonServer]:
    with MastodonServer() as server:
        yield server


def on(server: MastodonServer, account: Account = KENT) -> MastodonPlatform:
    there = replace(account, platform=PlatformName.MASTODON, instance=server.url)
    return MastodonPlatform(there, MastodonCredentials("token-of-kent"))


def test_a_post_of_the_same_instance_is_not_searched_for(instance: MastodonServer) -> None:
    kent, nation = on(instance), on(instance, NATION)

    located = kent.locate("1001", of=nation.account, url=f"{instance.url}/@ct/1001")

    assert isinstance(located, Remote)
    assert (located.remote_id, located.account) == ("1001", nation.account)
    assert not instance.requests(SEARCH)


def test_a_post_that_the_instance_cannot_find_is_not_reposted(instance: MastodonServer) -> None:
    elsewhere = replace(NATION, instance="https://elsewhere.example")

    for page in ("https://elsewhere.example/@ct/1001", None):
        located = on(instance).locate("1001", of=elsewhere, url=page)

        assert isinstance(located, NotSent)
        assert "does not show the post" in located.sentence
    assert not instance.requests(REBLOG)


def test_gotosocial_would_make_a_second_one_so_absence_proves_nothing_there() -> None:
    with MastodonServer(software=Software.GOTOSOCIAL) as server:
        kent, post = on(server), server.show("ct", "What the nation hears.")
        original = Remote(post.id, account=on(server, NATION).account)

        found = kent.find(
            PASSED_ON.key, PASSED_ON.rendering, since=at("09:00"), known=(), original=original
        )

    assert found == NotFound(looked_at=1)
    assert not found.twice_is_once


# --- Bluesky --------------------------------------------------------------------------------------


def test_a_repost_on_bluesky_is_a_record_in_a_place_that_follows_from_its_key() -> None:
    with_it = of(NATION)

    asked = put("kent.police.uk", PASSED_ON.key, PASSED_ON.rendering, with_it)

    assert asked == {
        "collection": "app.bsky.feed.repost",
        "record": {
            "$type": "app.bsky.feed.repost",
            "createdAt": "2026-11-16T10:00:00.000Z",
            "subject": {"cid": "bafy", "uri": "at://did:plc:ct/x/1"},
        },
        "repo": "kent.police.uk",
        "rkey": record_key(PASSED_ON.key, at("10:00")),
        "swapRecord": None,
    }
    assert is_record_of(PASSED_ON.rendering, asked["record"])
    assert not is_record_of(a_post().rendering, asked["record"])
    assert not is_record_of(
        PASSED_ON.rendering, {**asked["record"], "createdAt": "2026-11-16T10:01:00.000Z"}
    )
    assert record_key(PASSED_ON.key, at("10:00")) != record_key(a_key(), at("10:00", day=2))
