"""What every adapter promises, over real HTTP: by itself, and in a delivery that goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.core.model import NotSent, Post, Receipt, Refused, State, Unknown
from bot.delivery import Delivery
from bot.ledger import LEASE_SECONDS, Ledger
from bot.platforms import CannotLook, Found, NotFound, Platform, Prepared, Remote
from bot.platforms.dry_run import DryRun
from tests.factories import a_key, a_repost
from tests.ledger.memory_platform import Killed, SetClocks
from tests.ledger.steps import planned, state
from tests.platforms.channels import CHANNELS, KEPT, UNCLEAR, Channel, Trouble

NOBODY = "http://127.0.0.1:9"
WORDS = "Trust your instincts – report it at gov.uk/ACT #ActionCountersTerrorism"


@pytest.fixture
def kind() -> str:
    """SQLite alone: what both databases promise is proven elsewhere."""
    return "sqlite"


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks()


@pytest.fixture(params=CHANNELS)
def channel(request: pytest.FixtureRequest, clocks: SetClocks) -> Iterator[Channel]:
    with CHANNELS[request.param](request, clocks) as channel:
        yield channel


def find(channel: Channel, post: Post, *, url: str | None = None) -> Found | NotFound | CannotLook:
    since = post.due - timedelta(minutes=1)
    return channel.platform(url).find(post.key, post.rendering, since=since, known=())


# --- by itself --------------------------------------------------------------------------------


def test_what_it_publishes_is_public_once_as_it_was_written_and_is_found(channel: Channel) -> None:
    post = channel.post(text=WORDS)

    outcome = channel.platform().publish(post.key, post.rendering)

    assert isinstance(outcome, Receipt)
    assert outcome.url is not None
    assert outcome.url.startswith("http")
    assert channel.public() == [WORDS]
    found = find(channel, post)
    assert isinstance(found, Found)
    assert (found.seen.remote_id, found.seen.url) == (outcome.remote_id, outcome.url)


def test_a_payload_is_the_same_every_time_and_says_the_words(channel: Channel) -> None:
    post = channel.post(text=WORDS)

    payload = channel.platform().payload(post.key, post.rendering)

    assert payload == channel.platform().payload(post.key, post.rendering)
    assert WORDS.encode() in payload
    assert channel.asked() == 0


def test_a_dry_run_shows_the_same_payload_and_nothing_leaves(channel: Channel) -> None:
    post = channel.post()
    dry = DryRun(channel.platform())

    assert isinstance(dry.publish(post.key, post.rendering), Receipt)

    assert dry.payload(post.key, post.rendering) == channel.platform().payload(
        post.key, post.rendering
    )
    assert dry.absence_is_proof is channel.absence_is_proof
    assert channel.asked() == 0


def test_its_page_is_read_newest_first_and_an_empty_one_too(channel: Channel) -> None:
    assert channel.platform().recent() == ()
    first, second = channel.post("d1", text="First."), channel.post("d2", text="Second.")
    for post in (first, second):
        channel.platform().publish(post.key, post.rendering)

    seen = channel.platform().recent()

    assert isinstance(seen, tuple)
    assert {one.text for one in seen} == {"First.", "Second."}
    assert all(one.at.tzinfo is not None for one in seen)


def test_another_accounts_post_never_leaves(channel: Channel) -> None:
    post = channel.post()

    outcome = channel.platform().publish(a_key(account="essex-x"), post.rendering)

    assert isinstance(outcome, Refused)
    assert channel.asked() == 0


@pytest.mark.parametrize("trouble", UNCLEAR)
def test_what_is_unclear_may_be_public_and_is_asked_once(
    channel: Channel, trouble: Trouble
) -> None:
    post = channel.post()
    channel.next_goes(trouble)

    outcome = channel.platform().publish(post.key, post.rendering)

    assert isinstance(outcome, Unknown)
    assert channel.account.id in outcome.sentence
    assert channel.asked() == 1
    assert len(channel.public()) == (1 if trouble in KEPT else 0)
    assert isinstance(find(channel, post), Found if trouble in KEPT else NotFound)


def test_a_limit_is_surely_not_published_and_says_when_to_come_back(channel: Channel) -> None:
    post = channel.post()
    channel.next_goes(Trouble.LIMITED)

    outcome = channel.platform().publish(post.key, post.rendering)

    assert isinstance(outcome, NotSent)
    assert (outcome.retry_after_seconds, outcome.stops_account) == (40, False)
    assert outcome.rests_seconds == 40
    assert channel.public() == []


@pytest.mark.parametrize(("trouble", "stops"), [(Trouble.REFUSED, False), (Trouble.SHUT, True)])
def test_a_refusal_is_surely_not_published_and_only_the_accounts_own_stops_it(
    channel: Channel, trouble: Trouble, stops: bool
) -> None:
    post = channel.post()
    channel.next_goes(trouble)

    outcome = channel.platform().publish(post.key, post.rendering)

    assert isinstance(outcome, Refused)
    assert outcome.stops_account is stops
    assert channel.account.id in outcome.sentence
    assert channel.public() == []


def test_where_nobody_listens_nothing_was_sent_and_nothing_can_be_seen(channel: Channel) -> None:
    post = channel.post()
    nobody = channel.platform(NOBODY)

    assert isinstance(nobody.publish(post.key, post.rendering), NotSent)
    assert isinstance(find(channel, post, url=NOBODY), CannotLook)
    assert isinstance(nobody.recent(), CannotLook)


# --- in a delivery ----------------------------------------------------------------------------


def a_delivery(
    channel: Channel,
    ledger: Ledger,
    clocks: SetClocks,
    *,
    dies_at: str | None = None,
) -> Delivery:
    """As a new process has it."""
    platform = channel.platform()

    def step(name: str) -> None:
        if name == dies_at:
            raise Killed

    return Delivery(ledger, lambda _: platform, clocks, worker="w", step=step)


def look_until_settled(delivery: Delivery, ledger: Ledger, clocks: SetClocks, post: Post) -> State:
    for _ in range(60):
        if state(ledger, post) is not State.UNKNOWN:
            break
        clocks.pass_time(15)
        delivery.settle()
    return state(ledger, post)


def let_leases_run_out(delivery: Delivery, clocks: SetClocks) -> None:
    delivery.sweep()
    clocks.pass_time(LEASE_SECONDS)
    delivery.sweep()


def test_a_post_is_delivered_once_however_often_that_is_asked(
    channel: Channel, ledger: Ledger, clocks: SetClocks
) -> None:
    post = channel.post()
    planned(ledger, post)

    states = [a_delivery(channel, ledger, clocks).deliver(post.key) for _ in range(3)]

    assert states == [State.PUBLISHED, None, None]
    assert (channel.asked(), len(channel.public())) == (1, 1)


def test_a_crash_between_acceptance_and_record_leaves_one_post_and_a_ledger_that_knows(
    channel: Channel, ledger: Ledger, clocks: SetClocks
) -> None:
    post = channel.post()
    planned(ledger, post)
    with pytest.raises(Killed):
        a_delivery(channel, ledger, clocks, dies_at="published").deliver(post.key)
    assert len(channel.public()) == 1
    after = a_delivery(channel, ledger, clocks)
    let_leases_run_out(after, clocks)

    assert look_until_settled(after, ledger, clocks, post) is State.PUBLISHED
    assert after.deliver(post.key) is None
    assert (channel.asked(), len(channel.public())) == (1, 1)


@pytest.mark.parametrize("trouble", KEPT)
def test_a_post_whose_answer_was_lost_is_found_and_not_sent_again(
    channel: Channel, ledger: Ledger, clocks: SetClocks, trouble: Trouble
) -> None:
    post = channel.post()
    planned(ledger, post)
    delivery = a_delivery(channel, ledger, clocks)
    channel.next_goes(trouble)
    assert delivery.deliver(post.key) is State.UNKNOWN

    assert look_until_settled(delivery, ledger, clocks, post) is State.PUBLISHED
    assert (channel.asked(), len(channel.public())) == (1, 1)


def goes_out_after_one_look(
    channel: Channel, ledger: Ledger, clocks: SetClocks, post: Post, delivery: Delivery
) -> None:
    """As far as absence proves anything: else it waits for a person."""
    settled = look_until_settled(delivery, ledger, clocks, post)

    if not channel.absence_is_proof:
        assert (settled, channel.public()) == (State.UNKNOWN, [])
        return
    assert settled is State.PLANNED
    assert delivery.deliver(post.key) is State.PUBLISHED
    assert len(channel.public()) == 1


def test_a_post_that_was_lost_on_its_way_goes_again_only_where_absence_is_proof(
    channel: Channel, ledger: Ledger, clocks: SetClocks
) -> None:
    post = channel.post()
    planned(ledger, post)
    delivery = a_delivery(channel, ledger, clocks)
    channel.next_goes(Trouble.LOST_BEFORE)
    assert delivery.deliver(post.key) is State.UNKNOWN

    goes_out_after_one_look(channel, ledger, clocks, post, delivery)


def test_a_crash_before_the_first_byte_is_settled_only_where_absence_is_proof(
    channel: Channel, ledger: Ledger, clocks: SetClocks
) -> None:
    post = channel.post()
    planned(ledger, post)
    with pytest.raises(Killed):
        a_delivery(channel, ledger, clocks, dies_at="intended").deliver(post.key)
    after = a_delivery(channel, ledger, clocks)
    let_leases_run_out(after, clocks)

    goes_out_after_one_look(channel, ledger, clocks, post, after)


def test_where_absence_is_proof_the_same_key_twice_is_one_post_without_any_ledger(
    channel: Channel,
) -> None:
    post = channel.post()

    for _ in range(2):
        channel.platform().publish(post.key, post.rendering)

    if channel.absence_is_proof:
        assert len(channel.public()) == 1


def test_one_accounts_refusal_stops_it_and_nothing_more_leaves(
    channel: Channel, ledger: Ledger, clocks: SetClocks
) -> None:
    posts = [channel.post(f"d1.{number}") for number in range(2)]
    planned(ledger, *posts)
    delivery = a_delivery(channel, ledger, clocks)
    channel.next_goes(Trouble.SHUT)

    states = [delivery.deliver(post.key) for post in posts]

    assert states == [State.REFUSED, None]
    assert channel.asked() == 1


# --- a thread ---------------------------------------------------------------------------------


def a_thread(channel: Channel, ledger: Ledger) -> list[Post]:
    """Three parts, planned and approved."""
    posts = [
        channel.post(text=f"{text} part.", part=part)
        for part, text in enumerate(("First", "Second", "Third"), start=1)
    ]
    planned(ledger, *posts)
    return posts


def test_each_part_of_a_thread_replies_to_the_one_before(
    channel: Channel, ledger: Ledger, clocks: SetClocks
) -> None:
    posts = a_thread(channel, ledger)
    delivery = a_delivery(channel, ledger, clocks)

    states = [delivery.deliver(post.key) for post in posts]

    assert states == [State.PUBLISHED] * 3
    assert sorted(channel.threads(), key=str) == [
        ("First part.", None),
        ("Second part.", "First part."),
        ("Third part.", "Second part."),
    ]


def test_no_part_leaves_before_the_one_it_replies_to(
    channel: Channel, ledger: Ledger, clocks: SetClocks
) -> None:
    posts = a_thread(channel, ledger)
    delivery = a_delivery(channel, ledger, clocks)

    assert [delivery.deliver(post.key) for post in reversed(posts)] == [None, None, State.PUBLISHED]
    assert channel.public() == ["First part."]


def test_a_refused_part_is_final_and_the_first_is_never_said_again(
    channel: Channel, ledger: Ledger, clocks: SetClocks
) -> None:
    first, second, third = a_thread(channel, ledger)
    delivery = a_delivery(channel, ledger, clocks)
    delivery.deliver(first.key)
    channel.next_goes(Trouble.REFUSED)

    assert delivery.deliver(second.key) is State.REFUSED
    assert [delivery.deliver(post.key) for post in (first, second, third)] == [None, None, None]
    clocks.pass_time(timedelta(minutes=41).total_seconds())
    delivery.sweep()
    missed = ledger.post(third.key)
    assert missed is not None
    assert (missed.state, missed.why) == (
        State.MISSED, f"It waits for {second.key}, which is refused."
    )  # fmt: skip
    assert channel.public() == ["First part."]


def test_a_thread_goes_on_once_a_part_of_unknown_fate_was_found(
    channel: Channel, ledger: Ledger, clocks: SetClocks
) -> None:
    first, second, third = a_thread(channel, ledger)
    delivery = a_delivery(channel, ledger, clocks)
    delivery.deliver(first.key)
    channel.next_goes(Trouble.LOST_AFTER)
    assert delivery.deliver(second.key) is State.UNKNOWN
    assert delivery.deliver(third.key) is None

    assert look_until_settled(delivery, ledger, clocks, second) is State.PUBLISHED
    assert delivery.deliver(third.key) is State.PUBLISHED
    assert ("Third part.", "Second part.") in channel.threads()
    assert len(channel.public()) == 3


# --- a repost ---------------------------------------------------------------------------------


@dataclass
class Nation:
    """A national account that has spoken at nine, and a force's that passes it on at ten."""

    channel: Channel
    ledger: Ledger
    clocks: SetClocks
    national: Platform
    original: Post
    repost: Post

    def delivery(self, *, dies_at: str | None = None) -> Delivery:
        here = self.channel.platform()
        platforms = {self.original.key.account: self.national, here.account.id: here}

        def step(name: str) -> None:
            if name == dies_at:
                raise Killed

        return Delivery(self.ledger, platforms.__getitem__, self.clocks, worker="w", step=step)


@pytest.fixture
def nation(channel: Channel, ledger: Ledger, clocks: SetClocks) -> Nation:
    original = channel.national_post(text=WORDS)
    repost = a_repost(original, account=channel.account.id)
    planned(ledger, original, repost)
    made = Nation(channel, ledger, clocks, channel.national(), original, repost)
    assert made.delivery().deliver(original.key) is State.PUBLISHED
    clocks.pass_time(3600)
    return made


def prepared(nation: Nation) -> Prepared:
    """As a delivery has it: the national post, as the account can point at it."""
    public = nation.ledger.post(nation.original.key)
    assert public is not None
    assert public.remote_id is not None
    located = nation.channel.platform().locate(
        public.remote_id, of=nation.national.account, url=public.remote_url
    )
    assert isinstance(located, Remote)
    return Prepared(original=located)


def test_a_repost_passes_the_national_post_on_and_says_nothing_of_its_own(nation: Nation) -> None:
    assert nation.delivery().deliver(nation.repost.key) is State.PUBLISHED

    assert nation.channel.reposts() == [WORDS]
    assert nation.channel.public() == []
    said, passed_on = (nation.ledger.post(post.key) for post in (nation.original, nation.repost))
    assert said is not None
    assert passed_on is not None
    assert passed_on.remote_url == said.remote_url


def test_a_repeated_repost_is_done_and_not_doubled(nation: Nation) -> None:
    repost, with_it = nation.repost, prepared(nation)

    outcomes = [
        nation.channel.platform().publish(repost.key, repost.rendering, with_it) for _ in range(2)
    ]

    first, second = outcomes
    assert isinstance(first, Receipt)
    assert isinstance(second, Receipt)
    assert first.remote_id == second.remote_id
    assert nation.channel.reposts() == [WORDS]


def test_a_crash_after_a_repost_was_taken_leaves_one_and_a_ledger_that_knows(
    nation: Nation,
) -> None:
    with pytest.raises(Killed):
        nation.delivery(dies_at="published").deliver(nation.repost.key)
    after = nation.delivery()
    let_leases_run_out(after, nation.clocks)

    settled = look_until_settled(after, nation.ledger, nation.clocks, nation.repost)

    assert settled is State.PUBLISHED
    assert (nation.channel.asked_to_repost(), nation.channel.reposts()) == (1, [WORDS])


@pytest.mark.parametrize("trouble", [Trouble.GARBLED, Trouble.LOST_BEFORE])
def test_a_repost_of_unknown_fate_is_looked_for_and_goes_again_only_where_twice_is_once(
    nation: Nation, trouble: Trouble
) -> None:
    delivery, key = nation.delivery(), nation.repost.key
    nation.channel.next_repost_goes(trouble)
    assert delivery.deliver(key) is State.UNKNOWN

    settled = look_until_settled(delivery, nation.ledger, nation.clocks, nation.repost)

    if trouble in KEPT:
        assert (settled, nation.channel.asked_to_repost()) == (State.PUBLISHED, 1)
    elif nation.channel.twice_is_once:
        assert settled is State.PLANNED
        assert delivery.deliver(key) is State.PUBLISHED
    else:
        assert (settled, nation.channel.reposts()) == (State.UNKNOWN, [])
        return
    assert nation.channel.reposts() == [WORDS]


def test_a_refused_repost_is_final(nation: Nation) -> None:
    nation.channel.next_repost_goes(Trouble.REFUSED)

    assert nation.delivery().deliver(nation.repost.key) is State.REFUSED

    assert nation.channel.reposts() == []


def test_a_dry_run_reposts_the_same_payload_and_nothing_leaves(nation: Nation) -> None:
    repost, with_it = nation.repost, prepared(nation)
    dry = DryRun(nation.channel.platform())

    assert isinstance(dry.publish(repost.key, repost.rendering, with_it), Receipt)

    live = nation.channel.platform().payload(repost.key, repost.rendering, with_it)
    assert dry.payload(repost.key, repost.rendering, with_it) == live
    assert nation.channel.asked_to_repost() == 0
