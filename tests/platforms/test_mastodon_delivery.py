"""A post's whole way to an instance: through ledger, delivery and adapter, over real HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from bot.core.model import Account, Mode, PlatformName, Post, State
from bot.delivery import Delivery
from bot.ledger import LEASE_SECONDS, Ledger
from bot.platforms.dry_run import DryRun
from bot.platforms.mastodon import MastodonCredentials, MastodonPlatform, idempotency_key
from tests.factories import a_post, an_account, at
from tests.ledger.memory_platform import Killed, SetClocks
from tests.ledger.steps import planned, state, why
from tests.loopback.mastodon_server import (
    POST,
    MastodonServer,
    Software,
    drop_before_answer,
    late,
)

NAME = "kent_police"
TOKEN = f"token-of-{NAME}"


@pytest.fixture
def kind() -> str:
    """SQLite alone: what both databases promise is proven elsewhere."""
    return "sqlite"


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks()


def a_server(**settings: Any) -> MastodonServer:
    return MastodonServer(names={TOKEN: NAME}, **settings)


@pytest.fixture
def server(clocks: SetClocks) -> Iterator[MastodonServer]:
    with a_server(now=clocks.now) as server:
        yield server


@pytest.fixture
def delivery(ledger: Ledger, server: MastodonServer, clocks: SetClocks) -> Delivery:
    return a_delivery(ledger, server, clocks)


def a_delivery(
    ledger: Ledger,
    server: MastodonServer,
    clocks: SetClocks,
    *,
    resend: bool = False,
    step: Callable[[str], None] = lambda _: None,
) -> Delivery:
    kent = MastodonPlatform(account_on(server, resend=resend), MastodonCredentials(TOKEN))
    return Delivery(ledger, lambda _: kent, clocks, worker="w", step=step)


def account_on(server: MastodonServer, *, resend: bool = False) -> Account:
    return replace(
        an_account("kent-mastodon"),
        platform=PlatformName.MASTODON,
        handle="kent_police@policing.example",
        instance=server.url,
        resend_if_absent=resend,
    )


def a_status(slot: str = "d1.morning", *, text: str | None = None) -> Post:
    """A post of Kent's on Mastodon, due at 09:00."""
    post = a_post(slot, text=text, account="kent-mastodon")
    rendering = replace(post.rendering, platform=PlatformName.MASTODON, limit=500)
    return replace(post, rendering=rendering.with_digest())


def look_until_settled(
    ledger: Ledger, delivery: Delivery, clocks: SetClocks, post: Post, *, minutes: int = 15
) -> State:
    for _ in range(4 * minutes):
        if state(ledger, post) is not State.UNKNOWN:
            break
        clocks.pass_time(15)
        delivery.settle()
    return state(ledger, post)


def dies_at(step: str) -> Callable[[str], None]:
    def die(now_at: str) -> None:
        if now_at == step:
            raise Killed

    return die


# --- the straight way -------------------------------------------------------------------------


def test_a_post_is_published_and_the_ledger_names_it(
    ledger: Ledger, server: MastodonServer, delivery: Delivery
) -> None:
    post = a_status(text="Trust your instincts: https://www.gov.uk/ACT #ACT")
    planned(ledger, post)

    assert delivery.deliver(post.key) is State.PUBLISHED
    assert delivery.deliver(post.key) is None

    (status,) = server.statuses()
    (attempt,) = ledger.attempts(post.key)
    standing = ledger.post(post.key)
    assert standing is not None
    assert standing.remote_id == status.id
    assert standing.remote_url == f"{server.url}/@{NAME}/{status.id}"
    assert attempt.payload_sha256 == hashlib.sha256(server.requests(POST)[0].body).hexdigest()


def test_a_dry_run_goes_the_same_way_and_nothing_leaves(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks
) -> None:
    post = a_status()
    planned(ledger, post)
    dry = DryRun(MastodonPlatform(account_on(server), None))
    real = MastodonPlatform(account_on(server), MastodonCredentials(TOKEN))

    ended = Delivery(ledger, lambda _: dry, clocks, worker="w").deliver(post.key)

    (attempt,) = ledger.attempts(post.key)
    payload = real.payload(post.key, post.rendering)
    assert ended is State.PUBLISHED
    assert attempt.payload_sha256 == hashlib.sha256(payload).hexdigest()
    assert server.requests() == ()


# --- what nobody is sure of -------------------------------------------------------------------


@pytest.mark.parametrize("software", list(Software))
def test_a_post_whose_answer_was_lost_is_found_and_not_sent_again(
    ledger: Ledger, clocks: SetClocks, software: Software
) -> None:
    post = a_status(text="Ring 999, 'now' & https://www.gov.uk/report-terrorism-in-confidence")
    planned(ledger, post)
    with a_server(software=software, now=clocks.now) as server:
        delivery = a_delivery(ledger, server, clocks)
        server.script([drop_before_answer()])
        assert delivery.deliver(post.key) is State.UNKNOWN

        assert look_until_settled(ledger, delivery, clocks, post) is State.PUBLISHED

        (status,) = server.statuses()
    standing = ledger.post(post.key)
    assert standing is not None
    assert standing.remote_id == status.id
    assert len(server.requests(POST)) == 1


def test_a_crash_after_the_instance_accepted_leads_to_the_post(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_status()
    planned(ledger, post)
    with pytest.raises(Killed):
        a_delivery(ledger, server, clocks, step=dies_at("published")).deliver(post.key)

    delivery.sweep()
    clocks.pass_time(LEASE_SECONDS)
    delivery.sweep()

    assert look_until_settled(ledger, delivery, clocks, post) is State.PUBLISHED
    assert len(server.statuses()) == len(server.requests(POST)) == 1


def test_what_was_not_found_waits_for_a_person(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_status()
    planned(ledger, post)
    server.script([drop_before_answer(accepts=False)])
    delivery.deliver(post.key)

    assert look_until_settled(ledger, delivery, clocks, post) is State.UNKNOWN
    assert delivery.deliver(post.key) is None
    assert len(server.requests(POST)) == 1


def test_what_is_sent_again_by_rule_carries_the_same_key(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks
) -> None:
    post = a_status()
    planned(ledger, post)
    delivery = a_delivery(ledger, server, clocks, resend=True)
    server.script([drop_before_answer(accepts=False)])
    delivery.deliver(post.key)
    assert look_until_settled(ledger, delivery, clocks, post) is State.PLANNED

    assert delivery.deliver(post.key) is State.PUBLISHED

    keys = [request.headers["idempotency-key"] for request in server.requests(POST)]
    assert keys == [idempotency_key(post.key, post.rendering)] * 2
    assert len(server.statuses()) == 1


def test_a_post_that_no_look_showed_is_not_made_twice_by_the_rule(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks
) -> None:
    post = a_status()
    planned(ledger, post)
    delivery = a_delivery(ledger, server, clocks, resend=True)
    server.script([drop_before_answer()])
    delivery.deliver(post.key)
    server.accounts[NAME] = {"id": "1"}  # so its page is another, and empty
    look_until_settled(ledger, delivery, clocks, post)

    assert delivery.deliver(post.key) is State.PUBLISHED

    (status,) = server.statuses()
    standing = ledger.post(post.key)
    assert standing is not None
    assert standing.remote_id == status.id
    assert [ask.came_of_it for ask in server.asks] == ["accepted", "repeated"]


# --- never twice ------------------------------------------------------------------------------


def test_a_lost_ledger_makes_no_second_post_within_the_hour(
    server: MastodonServer,
    clocks: SetClocks,
    empty_ledgers: Callable[[], AbstractContextManager[str]],
) -> None:
    post = a_status()
    for _ in range(2):
        with empty_ledgers() as url:
            ledger = Ledger.open(url, Mode.DRY)
            planned(ledger, post)
            server.timeline_lag = clocks.now() - at("00:00")  # the page shows nothing yet
            a_delivery(ledger, server, clocks).deliver(post.key)
            assert state(ledger, post) is State.PUBLISHED
            ledger.close()
            clocks.pass_time(300)

    assert len(server.statuses()) == 1
    assert [ask.came_of_it for ask in server.asks] == ["accepted", "repeated"]


@pytest.mark.parametrize("software", [Software.GOTOSOCIAL, Software.HOLLO])
def test_a_server_that_does_not_hold_to_keys_never_sees_one_twice_at_once(
    ledger: Ledger, clocks: SetClocks, software: Software
) -> None:
    posts = [a_status(f"d1.s{number}") for number in range(3)]
    planned(ledger, *posts)
    with a_server(software=software, now=clocks.now) as server:
        server.always = late(0.1)
        deliveries = [a_delivery(ledger, server, clocks) for _ in range(4)]
        with ThreadPoolExecutor(12) as pool:
            for _ in range(12):
                if all(state(ledger, post) is State.PUBLISHED for post in posts):
                    break
                jobs = [(one, post.key) for one in deliveries for post in posts]
                list(pool.map(lambda job: job[0].deliver(job[1]), jobs))

    assert {state(ledger, post) for post in posts} == {State.PUBLISHED}
    assert server.most_at_once[NAME] == 1
    assert len(server.asks) == len(server.statuses()) == 3


# --- published, but not as it was given -------------------------------------------------------


def test_an_empty_post_is_removed_and_nothing_more_goes_from_the_account(
    ledger: Ledger, server: MastodonServer, delivery: Delivery
) -> None:
    first, second = a_status("d1.morning"), a_status("d1.noon")
    planned(ledger, first, second)
    server.rewrites = lambda text: ""

    assert delivery.deliver(first.key) is State.REFUSED
    assert delivery.deliver(second.key) is None

    assert "published an empty post" in why(ledger, first)
    assert "removed again" in why(ledger, first)
    assert server.statuses() == ()
    assert len(server.requests(POST)) == 1


def test_an_empty_post_that_stays_public_is_named_where_it_is(
    ledger: Ledger, server: MastodonServer, delivery: Delivery
) -> None:
    post = a_status()
    planned(ledger, post)
    server.rewrites, server.removes = (lambda text: ""), False

    assert delivery.deliver(post.key) is State.REFUSED

    (status,) = server.statuses()
    assert f"is public. Remove it by hand, at once: look at {server.url}" in why(ledger, post)
    assert status.id in why(ledger, post)
