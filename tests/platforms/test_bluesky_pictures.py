"""Pictures on Bluesky's own server on 127.0.0.1, and on a hostile one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.model import (
    Account,
    Card,
    NotSent,
    Picture,
    PlatformName,
    Post,
    Receipt,
    Refused,
    Rendering,
    State,
)
from bot.delivery import Delivery
from bot.ledger import LEASE_SECONDS, Ledger
from bot.platforms import Found, NotFound, Prepared, Upload
from bot.platforms.bluesky import BlueskyCredentials, BlueskyPlatform
from bot.platforms.bluesky_record import content_id, record
from bot.platforms.dry_run import DryRun
from tests.factories import a_post, an_account, at
from tests.ledger.memory_platform import Killed, SetClocks
from tests.ledger.steps import nothing, state, why
from tests.loopback import hostile_proxy as faults
from tests.loopback.hostile_proxy import Fault, HostileProxy
from tests.pds import PdsAccount, PdsServer
from tests.pictures import a_jpeg, a_png
from tests.platforms import test_bluesky as words
from tests.platforms.test_bluesky import InMemory, a_key, a_platform, bluesky, kent, password, proxy

__all__ = ["bluesky", "kent", "password", "proxy"]  # fixtures

UPLOAD = "uploadBlob"
ALT = "Ffôn mewn llaw: “0800 789 321” 🚨\nA phone in a hand."
PNG = a_png(640, 360)
ANOTHER = a_png(640, 361)


def a_picture(content: bytes = PNG, *, media_type: str = "image/png", alt: str = ALT) -> Picture:
    sha256 = hashlib.sha256(content).hexdigest()
    return Picture(sha256, media_type, 640, 360, len(content), alt, "messages/…/phone.png")


def a_rendering(*pictures: Picture, text: str = words.WORDS) -> Rendering:
    return replace(words.a_rendering(text), pictures=pictures or (a_picture(),))


def upload(bluesky: BlueskyPlatform, content: bytes = PNG) -> Upload | NotSent | Refused:
    return bluesky.upload(a_picture(content), content)


def uploaded(bluesky: BlueskyPlatform, content: bytes = PNG) -> list[Upload]:
    given = upload(bluesky, content)
    assert isinstance(given, Upload), given
    return [given]


def prepared(uploads: list[Upload]) -> Prepared:
    return Prepared(tuple(uploads))


# --- published --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "media_type"), [(PNG, "image/png"), (a_jpeg(640, 360), "image/jpeg")]
)
def test_what_stands_there_is_what_was_approved_to_the_last_byte_of_the_picture(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform, content: bytes, media_type: str
) -> None:
    picture = a_picture(content, media_type=media_type)
    rendering = a_rendering(picture)

    given = bluesky.upload(picture, content)
    assert isinstance(given, Upload), given
    outcome = bluesky.publish(a_key(), rendering, Prepared((given,)))

    (kept,) = pds.records(kent)
    assert isinstance(outcome, Receipt), outcome
    assert (
        kept["value"]
        == json.loads(bluesky.payload(a_key(), rendering, Prepared((given,))))["record"]
    )
    assert kept["value"]["text"] == rendering.text
    (shown,) = kept["value"]["embed"]["images"]
    assert shown["alt"].encode() == ALT.encode()
    assert shown["aspectRatio"] == {"width": 640, "height": 360}
    assert shown["image"]["ref"]["$link"] == given.remote_id
    assert pds.blob(kent, given.remote_id) == content


def test_four_pictures_keep_their_order_and_each_its_own_words(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    contents = [a_png(640, 360 + number) for number in range(4)]
    pictures = [a_picture(one, alt=f"Number {place}") for place, one in enumerate(contents)]
    given = [uploaded(bluesky, one)[0] for one in contents]

    outcome = bluesky.publish(a_key(), a_rendering(*pictures), prepared(given))

    assert isinstance(outcome, Receipt), outcome
    (kept,) = pds.records(kent)
    shown = kept["value"]["embed"]["images"]
    assert [one["alt"] for one in shown] == ["Number 0", "Number 1", "Number 2", "Number 3"]
    assert [pds.blob(kent, one["image"]["ref"]["$link"]) for one in shown] == contents


def test_the_picture_travels_as_it_is(proxy: HostileProxy, bluesky: BlueskyPlatform) -> None:
    uploaded(bluesky)

    (asked,) = proxy.asked(UPLOAD)
    assert asked.body == PNG
    assert asked.headers["content-type"] == "image/png"


def test_a_dry_run_shows_the_record_that_would_be_sent(bluesky: BlueskyPlatform) -> None:
    dry = DryRun(BlueskyPlatform(bluesky.account, None))

    given = dry.upload(a_picture(), PNG)

    payload = dry.payload(a_key(), a_rendering(), Prepared((given,)))
    assert json.loads(payload)["record"] == record(a_rendering())
    assert isinstance(dry.publish(a_key(), a_rendering(), Prepared((given,))), Receipt)


def test_a_record_without_a_picture_is_what_it_was() -> None:
    assert "embed" not in record(words.a_rendering())


def test_the_name_of_bytes_is_the_one_that_the_specification_gives() -> None:
    # Source: the CID of no bytes at all, as multiformats' own tools say it.
    assert content_id(hashlib.sha256(b"").hexdigest()) == (
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    )


# --- one place, one post ----------------------------------------------------------------------


def test_the_same_key_twice_is_one_post_also_after_a_crash_between_picture_and_post(
    pds: PdsServer, kent: PdsAccount, password: str, bluesky: BlueskyPlatform
) -> None:
    uploaded(bluesky)  # and the process ends
    assert bluesky.find(a_key(), a_rendering(), since=words.DUE, known=()) == NotFound(looked_at=0)
    copies = [a_platform(pds.url, kent, password) for _ in range(2)]

    outcomes = [copy.publish(a_key(), a_rendering(), prepared(uploaded(copy))) for copy in copies]

    (kept,) = pds.records(kent)
    assert all(isinstance(one, Receipt) for one in outcomes), outcomes
    assert kept["value"] == record(a_rendering())


def test_a_post_whose_answer_was_lost_is_found_with_its_picture(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    proxy.script([faults.dropped()])
    bluesky.publish(a_key(), a_rendering(), prepared(uploaded(bluesky)))

    found = bluesky.find(a_key(), a_rendering(), since=words.DUE, known=())

    assert isinstance(found, Found)


@pytest.mark.parametrize(
    "other",
    [
        a_rendering(a_picture(alt="Something else.")),
        a_rendering(a_picture(ANOTHER)),
        words.a_rendering(),
    ],
    ids=["other alt text", "another picture", "no picture"],
)
def test_the_same_words_with_another_picture_are_another_post(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform, other: Rendering
) -> None:
    given = uploaded(bluesky) + uploaded(bluesky, ANOTHER)
    bluesky.publish(a_key(), a_rendering(), prepared(given[:1]))

    assert bluesky.find(a_key(), other, since=words.DUE, known=()) == NotFound(looked_at=1)
    of_other = [one for one in given if one.sha256 in {two.sha256 for two in other.pictures}]
    outcome = bluesky.publish(a_key(), other, prepared(of_other))

    assert isinstance(outcome, Refused)
    assert "another post stands in its place" in outcome.sentence
    (kept,) = pds.records(kent)
    assert kept["value"] == record(a_rendering())


# --- not taken --------------------------------------------------------------------------------


def test_a_picture_bigger_than_the_server_takes_is_refused(
    pds: PdsServer, kent: PdsAccount, password: str
) -> None:
    big = PNG + bytes(6_000_000)

    outcome = upload(a_platform(pds.url, kent, password), big)

    assert isinstance(outcome, Refused)
    assert not outcome.stops_account
    assert f"the picture of this post from kent-bsky (@{kent.handle})" in outcome.sentence
    assert outcome.evidence.startswith("413; error PayloadTooLarge")


def test_a_picture_bigger_than_a_post_takes_is_refused_as_the_picture_it_is(
    bluesky: BlueskyPlatform,
) -> None:
    big = PNG + bytes(2_000_001)

    outcome = bluesky.publish(
        a_key(), a_rendering(a_picture(big)), prepared(uploaded(bluesky, big))
    )

    assert isinstance(outcome, Refused)
    assert not outcome.stops_account
    assert "did not take the picture" in outcome.sentence


def test_a_picture_of_another_kind_than_it_says_is_not_used(bluesky: BlueskyPlatform) -> None:
    outcome = bluesky.upload(a_picture(media_type="image/jpeg"), PNG)

    assert isinstance(outcome, NotSent)


def test_other_bytes_than_were_approved_are_not_used(bluesky: BlueskyPlatform) -> None:
    outcome = bluesky.upload(a_picture(), ANOTHER)

    assert isinstance(outcome, NotSent)


def test_a_picture_that_was_cleared_away_is_given_again(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    never_given = Upload(a_picture().sha256, content_id(a_picture().sha256))

    outcome = bluesky.publish(a_key(), a_rendering(), Prepared((never_given,)))

    assert isinstance(outcome, NotSent), outcome
    assert "no longer had the picture" in outcome.sentence
    assert pds.records(kent) == []
    assert isinstance(bluesky.publish(a_key(), a_rendering(), prepared(uploaded(bluesky))), Receipt)


def test_a_post_whose_picture_was_not_given_does_not_leave(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    assert isinstance(bluesky.publish(a_key(), a_rendering()), Refused)
    assert proxy.arrivals == []


# --- each kind of failure ---------------------------------------------------------------------


def said(**other: Any) -> Fault:
    """An answer as to an upload, in which something is otherwise."""
    blob = {
        "$type": "blob",
        "ref": {"$link": content_id(a_picture().sha256)},
        "mimeType": "image/png",
        "size": len(PNG),
    }
    return Fault(UPLOAD, body=json.dumps({"blob": blob | other}).encode())


@pytest.mark.parametrize(
    "fault",
    [
        faults.dropped(route=UPLOAD),
        faults.dropped(route=UPLOAD, accepts=False),
        faults.dropped(route=UPLOAD, reset=True),
        replace(faults.half_a_body(), route=UPLOAD),
        faults.html(route=UPLOAD),
        faults.html(502, route=UPLOAD),
        faults.refused(500, "InternalServerError", route=UPLOAD),
        faults.refused(500, "InternalServerError", route=UPLOAD, accepts=True),
        faults.refused(408, route=UPLOAD),
        faults.refused(409, route=UPLOAD),
        replace(faults.redirect(307), route=UPLOAD),
        replace(faults.redirect(302, accepts=True), route=UPLOAD),
        Fault(UPLOAD, body=b"{}"),
        Fault(UPLOAD, body=b'{"blob": 7}'),
        Fault(UPLOAD, status=202),
        Fault(UPLOAD, body=b" " * 5_000_000),
        said(ref={"$link": content_id("ab" * 32)}),
        said(ref=content_id(a_picture().sha256)),
        said(size=len(PNG) - 1),
        said(mimeType="image/webp"),
    ],
)
def test_what_is_not_understood_is_asked_once_and_may_be_tried_again(
    proxy: HostileProxy, kent: PdsAccount, bluesky: BlueskyPlatform, fault: Fault
) -> None:
    proxy.script([fault])

    outcome = upload(bluesky)

    assert isinstance(outcome, NotSent), outcome
    assert not outcome.stops_account
    assert f"the picture of this post of kent-bsky (@{kent.handle})" in outcome.sentence
    assert len(proxy.asked(UPLOAD)) == 1
    assert isinstance(bluesky.publish(a_key(), a_rendering(), prepared(uploaded(bluesky))), Receipt)


def test_what_the_server_says_besides_does_no_harm(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    proxy.script([said(more="of it")])

    uploaded(bluesky)


@pytest.mark.parametrize("status", [400, 404, 413, 415, 422])
def test_a_picture_that_is_refused_is_refused_for_this_post_alone(
    proxy: HostileProxy, kent: PdsAccount, bluesky: BlueskyPlatform, status: int
) -> None:
    proxy.script([faults.refused(status, "InvalidRequest", "not this one", route=UPLOAD)])

    outcome = upload(bluesky)

    assert isinstance(outcome, Refused), outcome
    assert not outcome.stops_account
    assert f"kent-bsky (@{kent.handle})" in outcome.sentence
    assert "Look at the picture" in outcome.sentence
    assert "not this one" in outcome.evidence


def test_a_limit_is_waited_for_and_the_account_goes_on_with_words(
    proxy: HostileProxy, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    limit = faults.refused(429, "RateLimitExceeded", headers={"Retry-After": "77"}, route=UPLOAD)
    proxy.script([limit])

    outcome = upload(bluesky)

    assert isinstance(outcome, NotSent), outcome
    assert (outcome.retry_after_seconds, outcome.rests_seconds) == (77, 0)
    assert f"no more pictures from kent-bsky (@{kent.handle})" in outcome.sentence


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.refused(401, "AuthMissing", route=UPLOAD), "app password"),
        (faults.refused(401, "AccountTakedown", route=UPLOAD), "taken down"),
        (faults.refused(403, "Forbidden", route=UPLOAD), "taken down"),
    ],
)
def test_an_account_that_is_not_let_in_stops(
    proxy: HostileProxy, kent: PdsAccount, bluesky: BlueskyPlatform, fault: Fault, says: str
) -> None:
    proxy.script([fault])

    outcome = upload(bluesky)

    assert isinstance(outcome, Refused), outcome
    assert outcome.stops_account
    assert says in outcome.sentence
    assert f"kent-bsky (@{kent.handle})" in outcome.sentence


def test_an_account_that_is_taken_down_gives_no_picture(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    uploaded(bluesky)
    pds.take_down(kent)

    outcome = upload(bluesky)

    assert isinstance(outcome, Refused), outcome
    assert outcome.stops_account


def test_nobody_there_is_said_of_the_account(kent: PdsAccount, password: str) -> None:
    outcome = upload(a_platform("http://127.0.0.1:9", kent, password))

    assert isinstance(outcome, NotSent)
    assert "could not be reached" in outcome.sentence
    assert f"kent-bsky (@{kent.handle})" in outcome.sentence


def test_a_line_that_is_closed_once_signed_in_is_said_too(
    kent: PdsAccount, password: str, pds: PdsServer
) -> None:
    kept = InMemory()
    uploaded(a_platform(pds.url, kent, password, sessions=kept))
    nowhere = words.moved_to("http://127.0.0.1:9", kept)

    outcome = upload(a_platform("http://127.0.0.1:9", kent, password, sessions=nowhere))

    assert isinstance(outcome, NotSent)
    assert "could not be reached" in outcome.sentence


def test_signing_in_and_the_picture_share_one_deadline(
    kent: PdsAccount, password: str, proxy: HostileProxy
) -> None:
    warm = a_platform(proxy.url, kent, password)
    warm.recent()  # the library is imported
    slow = [Fault("createSession", wait_seconds=1.2), Fault(UPLOAD, wait_seconds=1.2)]
    proxy.script(slow)

    outcome = upload(a_platform(proxy.url, kent, password, deadline_seconds=2.0))

    assert isinstance(outcome, NotSent)


def test_without_credentials_nothing_is_given_and_the_account_stops() -> None:
    outcome = upload(BlueskyPlatform(words.an_account("kent.test"), None))

    assert isinstance(outcome, NotSent)
    assert outcome.stops_account


def test_a_wrong_app_password_stops_the_account(proxy: HostileProxy, kent: PdsAccount) -> None:
    outcome = upload(a_platform(proxy.url, kent, "abcd-efgh-ijkl-mnop"))

    assert isinstance(outcome, Refused)
    assert outcome.stops_account
    assert proxy.asked(UPLOAD) == []


# --- the session ------------------------------------------------------------------------------


def test_a_session_that_runs_out_midway_is_renewed_and_the_picture_is_given(
    pds: PdsServer, proxy: HostileProxy, kent: PdsAccount, password: str
) -> None:
    kept = InMemory()
    a_platform(proxy.url, kent, password, sessions=kept).recent()
    kept.let_the_access_run_out()
    later = a_platform(proxy.url, kent, password, sessions=kept)

    outcome = later.publish(a_key(), a_rendering(), prepared(uploaded(later)))

    assert isinstance(outcome, Receipt)
    assert [one.body for one in proxy.asked(UPLOAD)] == [PNG, PNG]
    assert {one.headers["content-type"] for one in proxy.asked(UPLOAD)} == {"image/png"}
    assert len(proxy.asked("refreshSession")) == len(proxy.asked("createSession")) == 1
    assert pds.blob(kent, content_id(a_picture().sha256)) == PNG


def test_a_session_that_runs_out_again_and_again_ends_in_a_later_try(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    proxy.script([faults.refused(400, "ExpiredToken", route=UPLOAD)] * 2)

    outcome = upload(bluesky)

    assert isinstance(outcome, NotSent)
    assert len(proxy.asked(UPLOAD)) == 2


# --- through ledger and delivery --------------------------------------------------------------


@pytest.fixture
def kind() -> str:
    """SQLite alone: what both databases promise is proven elsewhere."""
    return "sqlite"


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks()


@pytest.fixture
def delivery_of(
    ledger: Ledger, proxy: HostileProxy, kent: PdsAccount, password: str, clocks: SetClocks
) -> Callable[..., Delivery]:
    """Each as a new process would have it."""

    def made(step: Callable[[str], None] = lambda _: None) -> Delivery:
        keys = BlueskyCredentials(kent.handle, password)
        there = BlueskyPlatform(account_of(kent), keys, url=proxy.url)
        return Delivery(ledger, lambda _: there, clocks, worker="w", step=step)

    return made


def account_of(kent: PdsAccount) -> Account:
    account = replace(an_account("kent-bsky"), platform=PlatformName.BLUESKY, handle=kent.handle)
    return replace(account, resend_if_absent=True)


def planned_with_a_picture(ledger: Ledger) -> Post:
    """A post of Kent's with a picture, due at 09:00, adopted at six and approved."""
    post = a_post(account="kent-bsky", text=words.WORDS, pictures=(a_picture(),))
    rendering = replace(post.rendering, platform=PlatformName.BLUESKY, limit=300).with_digest()
    post = replace(post, rendering=rendering)
    ledger.adopt([post], nothing, now=at("06:00"), pictures={a_picture().sha256: PNG})
    ledger.approve([(post.key, rendering.digest)], by="Ann", now=at("06:00"))
    return post


def test_a_post_goes_its_whole_way_with_its_picture(
    pds: PdsServer, kent: PdsAccount, ledger: Ledger, delivery_of: Callable[..., Delivery]
) -> None:
    post = planned_with_a_picture(ledger)

    assert delivery_of().deliver(post.key) is State.PUBLISHED

    (kept,) = pds.records(kent)
    assert kept["value"] == record(post.rendering)
    assert pds.blob(kent, content_id(a_picture().sha256)) == PNG


@pytest.mark.parametrize("step", ["prepared", "intended", "published"])
def test_a_process_killed_between_picture_and_record_publishes_once(
    pds: PdsServer,
    kent: PdsAccount,
    ledger: Ledger,
    clocks: SetClocks,
    delivery_of: Callable[..., Delivery],
    step: str,
) -> None:
    post = planned_with_a_picture(ledger)

    def die(now_at: str) -> None:
        if now_at == step:
            raise Killed

    with pytest.raises(Killed):
        delivery_of(die).deliver(post.key)

    after = delivery_of()
    after.sweep()
    clocks.pass_time(LEASE_SECONDS)
    after.sweep()
    for _ in range(60):
        if state(ledger, post) is State.UNKNOWN:
            clocks.pass_time(15)
            after.settle()
    after.deliver(post.key)

    assert state(ledger, post) is State.PUBLISHED, why(ledger, post)
    (kept,) = pds.records(kent)
    assert kept["value"] == record(post.rendering)


def test_a_picture_that_did_not_arrive_publishes_nothing_and_is_given_again(
    pds: PdsServer,
    kent: PdsAccount,
    proxy: HostileProxy,
    ledger: Ledger,
    clocks: SetClocks,
    delivery_of: Callable[..., Delivery],
) -> None:
    post, delivery = planned_with_a_picture(ledger), delivery_of()
    proxy.script([faults.dropped(route=UPLOAD)])

    assert delivery.deliver(post.key) is State.PLANNED
    assert pds.records(kent) == []
    assert proxy.asked("putRecord") == []

    clocks.pass_time(61)
    assert delivery.deliver(post.key) is State.PUBLISHED
    assert len(pds.records(kent)) == 1


# --- link cards -------------------------------------------------------------------------------


def test_a_card_is_what_the_pack_says_and_its_picture_is_the_very_bytes(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    card = Card("https://gov.uk/ACT", "Report it", "In confidence.", replace(a_picture(), alt=""))
    rendering = replace(a_rendering(), pictures=(), card=card)

    outcome = bluesky.publish(a_key(), rendering, prepared(uploaded(bluesky)))

    assert isinstance(outcome, Receipt), outcome
    (kept,) = pds.records(kent)
    assert kept["value"] == record(rendering)
    shown = kept["value"]["embed"]["external"]
    assert (shown["uri"], shown["title"]) == ("https://gov.uk/ACT", "Report it")
    assert pds.blob(kent, shown["thumb"]["ref"]["$link"]) == PNG


def test_a_card_without_a_picture_takes_no_upload(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    card = Card("https://gov.uk/ACT", "Report it", "In confidence.")
    rendering = replace(a_rendering(), pictures=(), card=card)

    assert isinstance(bluesky.publish(a_key(), rendering), Receipt)

    (kept,) = pds.records(kent)
    assert kept["value"]["embed"]["external"] == {
        "description": "In confidence.", "title": "Report it", "uri": "https://gov.uk/ACT"
    }  # fmt: skip
