"""Pictures on Mastodon: given before the post, with what they show, and then in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import NotSent, Outcome, Picture, Post, Receipt, Refused, Rendering, State
from bot.delivery import TRY_AGAIN, Delivery
from bot.ledger import LEASE_SECONDS, Ledger
from bot.platforms import Found, Prepared, Upload
from bot.platforms.mastodon import MastodonPlatform
from tests.factories import at
from tests.ledger.memory_platform import Killed, SetClocks
from tests.ledger.steps import nothing, why
from tests.loopback import mastodon_server as faults
from tests.loopback.hostile import as_json
from tests.loopback.mastodon_server import (
    DELETE,
    MEDIA,
    MEDIUM,
    POST,
    Fault,
    MastodonServer,
    Software,
)
from tests.pictures import a_jpeg, encoded, noise
from tests.platforms.test_mastodon import (
    LONG_AGO,
    NAME,
    TOKEN,
    WORDS,
    a_key,
    a_platform,
    a_rendering,
    a_server,
)
from tests.platforms.test_mastodon_delivery import (
    a_delivery,
    a_status,
    dies_at,
    look_until_settled,
)

CONTENT = encoded(noise(90, 60))  # every byte there is, line ends and quotes among them
ALT = 'Llaw â ffôn: "Ffoniwch 0800 789 321".\nA hand holds a telephone 📱.'


def a_picture(content: bytes = CONTENT, *, alt: str = ALT, kind: str = "image/png") -> Picture:
    return Picture(hashlib.sha256(content).hexdigest(), kind, 90, 60, len(content), alt=alt)


PICTURE = a_picture()


@pytest.fixture
def server(clocks: SetClocks) -> Iterator[MastodonServer]:
    with a_server(now=clocks.now) as server:
        yield server


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks()


@pytest.fixture
def kent(server: MastodonServer) -> MastodonPlatform:
    return a_platform(server.url)


def with_picture(text: str = WORDS) -> Rendering:
    return replace(a_rendering(text), pictures=(PICTURE,))


def given(kent: MastodonPlatform, picture: Picture = PICTURE, content: bytes = CONTENT) -> Upload:
    upload = kent.upload(picture, content)
    assert isinstance(upload, Upload), upload
    return upload


def publish(kent: MastodonPlatform) -> Outcome:
    return kent.publish(a_key(), with_picture(), Prepared((given(kent),)))


# --- given, and published ---------------------------------------------------------------------


@pytest.mark.parametrize("software", list(Software))
def test_a_post_has_the_very_bytes_and_says_what_they_show(software: Software) -> None:
    with a_server(software=software) as server:
        kent = a_platform(server.url)
        upload = given(kent)
        outcome = kent.publish(a_key(), with_picture(), Prepared((upload,)))

        (status,) = server.statuses()
        medium = server.medium(upload.remote_id)
    assert isinstance(outcome, Receipt)
    assert status.media == (upload.remote_id,)
    assert (medium.content, medium.kind, medium.description) == (CONTENT, "image/png", ALT)
    assert upload == Upload(PICTURE.sha256, medium.id)
    assert "key" not in outcome.evidence


def test_a_jpeg_is_given_as_one(server: MastodonServer, kent: MastodonPlatform) -> None:
    content = a_jpeg()

    upload = given(kent, a_picture(content, kind="image/jpeg"), content)

    medium = server.medium(upload.remote_id)
    assert (medium.content, medium.kind) == (content, "image/jpeg")


def test_a_picture_costs_one_request(server: MastodonServer, kent: MastodonPlatform) -> None:
    given(kent)

    assert [one.route for one in server.requests()] == [MEDIA]


def test_words_alone_leave_as_they_did_before_there_were_pictures(kent: MastodonPlatform) -> None:
    upload = Upload(PICTURE.sha256, "7")

    assert b"media_ids" not in kent.payload(a_key(), a_rendering())
    assert b'"media_ids":["7"]' in kent.payload(a_key(), with_picture(), Prepared((upload,)))


@pytest.mark.parametrize("software", list(Software))
def test_a_picture_adds_nothing_to_the_words_on_a_timeline(software: Software) -> None:
    with a_server(software=software) as server:
        kent = a_platform(server.url)
        publish(kent)

        found = kent.find(a_key(), with_picture(), since=LONG_AGO, known=())
        recent = kent.recent()

    assert isinstance(found, Found)
    assert isinstance(recent, tuple)
    assert [found.seen.text, *(one.text for one in recent)] == [WORDS, WORDS]


def test_a_post_without_its_picture_is_refused_before_its_first_byte(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    outcome = kent.publish(a_key(), with_picture())

    assert isinstance(outcome, Refused)
    assert "has a picture that Mastodon was not given" in outcome.sentence
    assert server.requests() == ()


# --- when it is ready -------------------------------------------------------------------------


@pytest.mark.parametrize("asks", [0, 2])
def test_a_picture_that_takes_time_is_waited_for(
    server: MastodonServer, kent: MastodonPlatform, asks: int
) -> None:
    server.processes_media, server.processing_asks = True, asks

    outcome = publish(kent)

    assert isinstance(outcome, Receipt)
    assert len(server.requests(MEDIUM)) == asks + 1
    assert len(server.requests(MEDIA)) == 1


def test_a_picture_without_an_address_is_asked_for(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.processes_media = True
    server.script([Fault(MEDIA, status=200, body=b'{"id": "1", "url": null}')])
    server.script([Fault(MEDIUM, status=206, body=b'{"id": "1", "url": null}')])
    ready = as_json({"id": "1", "url": "https://m.example/1.png", "description": ALT})
    server.script([Fault(MEDIUM, status=200, body=ready)])

    assert given(kent).remote_id == "1"


def test_a_picture_that_is_never_ready_sends_nothing(server: MastodonServer) -> None:
    server.processes_media, server.processing_asks = True, 10_000

    outcome = a_platform(server.url, deadline_seconds=2.0).upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert "was not done in time with the picture of this post of kent-mastodon" in outcome.sentence
    assert server.requests(POST) == ()


@pytest.mark.parametrize("route", [MEDIA, MEDIUM])
def test_an_answer_that_never_ends_is_not_waited_for(server: MastodonServer, route: str) -> None:
    server.processes_media = True
    server.script([faults.drip_body(route=route)])

    outcome = a_platform(server.url, deadline_seconds=0.9).upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert server.has_been_cut_off()


def test_giving_and_waiting_share_one_deadline(server: MastodonServer) -> None:
    server.processes_media = True
    server.script([faults.late(1.0, route=MEDIA), faults.late(1.5, route=MEDIUM)])

    outcome = a_platform(server.url, deadline_seconds=2.0).upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert server.has_been_cut_off()


def test_a_picture_that_cannot_be_made_ready_is_refused(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.processes_media = True
    said = "Error processing thumbnail for uploaded media"
    server.script([faults.problem(422, said, route=MEDIUM)])

    outcome = kent.upload(PICTURE, CONTENT)

    assert isinstance(outcome, Refused)
    assert "did not take the picture" in outcome.sentence
    assert said in outcome.evidence


def test_a_picture_that_was_lost_meanwhile_is_given_again(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.processes_media = True
    server.script([faults.garbage(404, route=MEDIUM)])

    outcome = kent.upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert "no longer has the picture" in outcome.sentence


# --- when it is not taken ---------------------------------------------------------------------


@pytest.mark.parametrize("route", [MEDIA, MEDIUM])
@pytest.mark.parametrize(
    "fault",
    [
        faults.server_fault(500),
        faults.server_fault(503),
        faults.garbage(200),
        faults.garbage(503),
        faults.redirect(302),
        faults.drop_before_answer(),
        faults.drop_before_answer(accepts=False, reset=True),
        faults.half_a_body(),
        faults.no_id(),
        Fault(status=200, body=b'{"id": "../../statuses", "url": "https://m.example/1.png"}'),
        Fault(status=200, body=b"[]"),
        faults.problem(408),
        faults.limited(reset_in=60),
    ],
)
def test_what_goes_wrong_with_a_picture_is_tried_again(
    server: MastodonServer, kent: MastodonPlatform, route: str, fault: Fault
) -> None:
    server.processes_media = True
    server.script([replace(fault, route=route)])

    outcome = kent.upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert "so nothing was sent" in outcome.sentence
    assert "kent-mastodon (@kent_police)" in outcome.sentence
    assert (outcome.stops_account, outcome.rests_seconds) == (False, 0.0)
    assert isinstance(kent.upload(PICTURE, CONTENT), Upload)


def test_too_many_pictures_wait_for_as_long_as_the_instance_says(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.script([faults.limited(retry_after=1200, route=MEDIA)])

    outcome = kent.upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert "takes no more pictures from kent-mastodon" in outcome.sentence
    assert outcome.retry_after_seconds == 1200


@pytest.mark.parametrize(
    "fault",
    [
        faults.problem(422, "Validation failed: File content type is invalid"),
        faults.problem(422, "Validation failed: File is too long"),
        faults.garbage(413),
        faults.problem(415),
    ],
)
def test_a_picture_that_an_instance_does_not_take_is_refused(
    server: MastodonServer, kent: MastodonPlatform, fault: Fault
) -> None:
    server.script([replace(fault, route=MEDIA)])

    outcome = kent.upload(PICTURE, CONTENT)

    assert isinstance(outcome, Refused)
    assert outcome.sentence.startswith(
        f"{server.domain} did not take the picture of this post from kent-mastodon (@kent_police)"
    )
    assert not outcome.stops_account


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (faults.problem(401), "does not accept the access token of kent-mastodon"),
        (
            faults.problem(403, "This action is outside the authorized scopes"),
            "the access token of kent-mastodon (@kent_police) may not do that",
        ),
        (faults.problem(403, "Your login is currently disabled"), "is closed, moved or"),
        (faults.problem(422, "Your login is currently disabled"), "is closed, moved or"),
        (faults.garbage(404), "nothing there answers as Mastodon does"),
    ],
)
def test_an_account_that_may_not_give_pictures_stops(
    server: MastodonServer, kent: MastodonPlatform, fault: Fault, sentence: str
) -> None:
    server.script([replace(fault, route=MEDIA)])

    outcome = kent.upload(PICTURE, CONTENT)

    assert isinstance(outcome, Refused)
    assert sentence in outcome.sentence
    assert outcome.stops_account


def test_an_instance_cannot_be_reached() -> None:
    outcome = a_platform("http://127.0.0.1:9").upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert "could not be reached, so nothing was sent for kent-mastodon" in outcome.sentence


def test_without_a_token_nothing_is_given(server: MastodonServer, kent: MastodonPlatform) -> None:
    outcome = MastodonPlatform(kent.account, None).upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert outcome.stops_account
    assert server.requests() == ()


@pytest.mark.parametrize("kept", [ALT[:20], "", "Something else."])
def test_an_instance_that_keeps_other_words_for_a_picture_gets_no_post(
    server: MastodonServer, kent: MastodonPlatform, kept: str
) -> None:
    server.describes = lambda _: kept

    outcome = kent.upload(PICTURE, CONTENT)

    assert isinstance(outcome, Refused)
    assert "kept other words than it was given to say what the picture" in outcome.sentence
    assert "kent-mastodon (@kent_police)" in outcome.sentence
    assert not outcome.stops_account


def test_spaces_round_an_alt_text_may_go(server: MastodonServer, kent: MastodonPlatform) -> None:
    assert given(kent, a_picture(alt=" A hand\n holds a telephone. "))


def test_a_token_that_is_echoed_is_not_kept(server: MastodonServer, kent: MastodonPlatform) -> None:
    server.script([faults.problem(422, "ECHO", route=MEDIA)])

    outcome = kent.upload(PICTURE, CONTENT)

    assert isinstance(outcome, Refused)
    assert "[removed]" in outcome.evidence
    assert TOKEN not in repr(outcome)


# --- published without it ---------------------------------------------------------------------


def test_a_post_published_without_its_picture_is_removed(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.drops_media = True

    outcome = publish(kent)

    assert isinstance(outcome, Refused)
    assert "published this post of kent-mastodon (@kent_police) without its picture" in (
        outcome.sentence
    )
    assert "removed again at once" in outcome.sentence
    assert outcome.stops_account
    assert server.statuses() == ()
    assert len(server.requests(DELETE)) == 1


def test_a_post_published_with_another_picture_is_removed(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    upload = given(kent)
    other = as_json(
        {
            "id": "1",
            "content": f"<p>{WORDS}</p>",
            "media_attachments": [{"id": "9", "description": "A red van."}],
        }
    )
    server.script([Fault(POST, body=other)])

    outcome = kent.publish(a_key(), with_picture(), Prepared((upload,)))

    assert isinstance(outcome, Refused)
    assert "or with another" in outcome.sentence


@pytest.mark.parametrize("said", ["Nothing attached.", "Cannot attach files that have not"])
def test_other_refusals_of_a_post_with_a_picture_stay_final(
    server: MastodonServer, kent: MastodonPlatform, said: str
) -> None:
    server.script([faults.problem(422, said)])

    assert isinstance(publish(kent), Refused)


def test_a_picture_that_another_post_has_used_is_given_again(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    upload = given(kent)
    kent.publish(a_key(), with_picture(), Prepared((upload,)))

    outcome = kent.publish(a_key("d1.evening"), with_picture(), Prepared((upload,)))

    assert isinstance(outcome, NotSent)
    assert "no longer has the picture" in outcome.sentence
    assert len(server.statuses()) == 1


def test_a_picture_that_is_still_being_worked_on_is_given_again(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    upload = given(kent)
    server.medium(upload.remote_id).asks_left = 1

    assert isinstance(kent.publish(a_key(), with_picture(), Prepared((upload,))), NotSent)


def test_an_answer_that_does_not_say_what_is_attached_is_no_receipt(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    upload = given(kent)
    bare = as_json({"id": "1", "content": f"<p>{WORDS}</p>"})
    server.script([Fault(POST, body=bare)])

    outcome = kent.publish(a_key(), with_picture(), Prepared((upload,)))

    assert not isinstance(outcome, Receipt | Refused | NotSent)
    assert server.requests(DELETE) == ()


# --- the whole way ----------------------------------------------------------------------------


@pytest.fixture
def kind() -> str:
    """SQLite alone: what both databases promise is proven elsewhere."""
    return "sqlite"


@pytest.fixture
def delivery(ledger: Ledger, server: MastodonServer, clocks: SetClocks) -> Delivery:
    return a_delivery(ledger, server, clocks)


def planned_with_picture(ledger: Ledger) -> Post:
    """An approved post of Kent's, due at 09:00, of which the ledger has the picture."""
    post = a_status(text=WORDS)
    rendering = replace(post.rendering, pictures=(PICTURE,)).with_digest()
    post = replace(post, rendering=rendering)
    ledger.adopt([post], nothing, now=at("06:00"), pictures={PICTURE.sha256: CONTENT})
    ledger.approve([(post.key, rendering.digest)], by="Ann", now=at("06:00"))
    return post


def the_one_post(server: MastodonServer) -> tuple[bytes, str | None]:
    """The picture and the alt text of the only post there is."""
    (status,) = server.statuses(NAME)
    (medium,) = [server.medium(one) for one in status.media]
    return medium.content, medium.description


def test_a_post_is_delivered_with_its_picture_and_the_history_names_it(
    ledger: Ledger, server: MastodonServer, delivery: Delivery
) -> None:
    post = planned_with_picture(ledger)

    assert delivery.deliver(post.key) is State.PUBLISHED

    (status,) = server.statuses()
    (intended,) = [one for one in ledger.events(key=post.key) if one.action == "intended"]
    assert the_one_post(server) == (CONTENT, ALT)
    assert intended.facts["uploads"] == [
        {"expires_at": None, "remote_id": status.media[0], "sha256": PICTURE.sha256}
    ]
    (attempt,) = ledger.attempts(post.key)
    assert attempt.payload_sha256 == hashlib.sha256(server.requests(POST)[0].body).hexdigest()


def test_killed_between_the_picture_and_the_intent_it_publishes_once(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks, delivery: Delivery
) -> None:
    post = planned_with_picture(ledger)
    with pytest.raises(Killed):
        a_delivery(ledger, server, clocks, step=dies_at("prepared")).deliver(post.key)

    delivery.sweep()
    clocks.pass_time(LEASE_SECONDS)
    delivery.sweep()

    assert delivery.deliver(post.key) is State.PUBLISHED
    assert the_one_post(server) == (CONTENT, ALT)
    assert len(server.media()) == 2


@pytest.mark.parametrize(
    ("step", "ends", "posts"), [("intended", State.UNKNOWN, 0), ("published", State.PUBLISHED, 1)]
)
def test_killed_past_the_intent_it_is_looked_for_and_not_sent_again(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks, step: str, ends: State, posts: int
) -> None:
    post = planned_with_picture(ledger)
    with pytest.raises(Killed):
        a_delivery(ledger, server, clocks, step=dies_at(step)).deliver(post.key)
    delivery = a_delivery(ledger, server, clocks)
    delivery.sweep()
    clocks.pass_time(LEASE_SECONDS)
    delivery.sweep()

    assert look_until_settled(ledger, delivery, clocks, post) is ends
    assert delivery.deliver(post.key) is None

    assert len(server.statuses()) == len(server.requests(POST)) == posts
    assert len(server.media()) == 1


def test_a_post_that_was_put_back_gives_its_picture_anew(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks, delivery: Delivery
) -> None:
    post = planned_with_picture(ledger)
    server.script([faults.limited(retry_after=60, accepts=False)])
    assert delivery.deliver(post.key) is State.PLANNED
    clocks.pass_time(90)

    assert delivery.deliver(post.key) is State.PUBLISHED

    first, second = server.media()
    (status,) = server.statuses()
    assert status.media == (second.id,)
    assert first.content == second.content == CONTENT


def test_a_key_that_leads_to_the_first_post_leads_to_its_picture(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks
) -> None:
    """The answer was lost, no look showed the post, and it is sent again with a new upload."""
    post = planned_with_picture(ledger)
    delivery = a_delivery(ledger, server, clocks, resend=True)
    server.timeline_lag = timedelta(hours=1)
    server.script([faults.drop_before_answer()])
    delivery.deliver(post.key)
    look_until_settled(ledger, delivery, clocks, post)

    assert delivery.deliver(post.key) is State.PUBLISHED

    first, _ = server.media()
    (status,) = server.statuses()
    assert status.media == (first.id,)
    assert [ask.came_of_it for ask in server.asks] == ["accepted", "repeated"]
    assert server.requests(DELETE) == ()
    *_, attempt = ledger.attempts(post.key)
    assert "given for its key before" in repr(attempt)


def test_a_picture_that_failed_leaves_the_post_for_later(
    ledger: Ledger, server: MastodonServer, clocks: SetClocks, delivery: Delivery
) -> None:
    post = planned_with_picture(ledger)
    server.script([faults.server_fault(502, route=MEDIA)])
    assert delivery.deliver(post.key) is State.PLANNED
    assert server.requests(POST) == ()
    clocks.pass_time(TRY_AGAIN.total_seconds())

    assert delivery.deliver(post.key) is State.PUBLISHED
    assert the_one_post(server) == (CONTENT, ALT)


def test_a_picture_that_is_not_taken_refuses_its_post(
    ledger: Ledger, server: MastodonServer, delivery: Delivery
) -> None:
    post = planned_with_picture(ledger)
    server.script([faults.garbage(413, route=MEDIA)])

    assert delivery.deliver(post.key) is State.REFUSED

    assert "did not take the picture of this post from kent-mastodon" in why(ledger, post)
    assert server.requests(POST) == ()


def test_a_post_that_lost_its_picture_stops_the_account(
    ledger: Ledger, server: MastodonServer, delivery: Delivery
) -> None:
    post = planned_with_picture(ledger)
    server.drops_media = True

    assert delivery.deliver(post.key) is State.REFUSED

    assert "without its picture" in why(ledger, post)
    assert server.statuses() == ()
