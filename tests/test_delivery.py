"""One post's way out, and what is put right after it went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import (
    Mode,
    NotSent,
    Outcome,
    Post,
    PostKey,
    Receipt,
    Refused,
    Rendering,
    SenderKind,
    State,
    Unknown,
)
from bot.delivery import (
    FAILED_LOOK_DELAYS_SECONDS,
    LEASE_MARGIN_SECONDS,
    STEPS,
    Delivery,
    SteadyClock,
    could_not_be_read,
    next_look,
)
from bot.ledger import LEASE_SECONDS, Ledger, Scope
from bot.platforms import REQUEST_DEADLINE_SECONDS, CannotLook, Seen
from bot.platforms.x import XCredentials, XPlatform
from tests.factories import (
    CAPTIONS,
    a_picture,
    a_post,
    a_repost,
    a_video,
    an_account,
    at,
)
from tests.ledger.memory_platform import Killed, MemoryPlatform, SetClocks
from tests.ledger.steps import nothing, planned, state, why
from tests.loopback.x_server import XServer, drop_before_answer


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks()


@pytest.fixture
def kent(clocks: SetClocks) -> MemoryPlatform:
    return MemoryPlatform(clocks)


@pytest.fixture
def delivery(ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks) -> Delivery:
    return Delivery(ledger, lambda _account: kent, clocks, worker="worker-1")


def dies_at(step: str) -> Callable[[str], None]:
    def die(now_at: str) -> None:
        if now_at == step:
            raise Killed

    return die


def let_leases_run_out(delivery: Delivery, clocks: SetClocks) -> None:
    delivery.sweep()
    clocks.pass_time(LEASE_SECONDS)
    delivery.sweep()


def test_what_must_not_leave_is_put_back_before_its_platform_hears_of_it(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks
) -> None:
    post = a_post()
    planned(ledger, post)
    delivery = Delivery(
        ledger, lambda _: kent, clocks, worker="w", why_not=lambda claim: f"{claim.key} is wrong."
    )

    assert delivery.deliver(post.key) is State.PLANNED

    assert kent.published == []
    assert why(ledger, post) == f"{post.key} is wrong."


# --- the straight way ---------------------------------------------------------------------------


def test_a_post_that_is_due_is_published_once(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    post = a_post()
    planned(ledger, post)

    assert delivery.deliver(post.key) is State.PUBLISHED
    assert delivery.deliver(post.key) is None
    assert kent.published == [(post.key, post.rendering.digest)]


def test_the_attempt_names_the_payload_that_was_sent(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    import hashlib

    post = a_post()
    planned(ledger, post)

    delivery.deliver(post.key)

    (attempt,) = ledger.attempts(post.key)
    payload = kent.payload(post.key, post.rendering)
    assert attempt.payload_sha256 == hashlib.sha256(payload).hexdigest()


def test_the_steps_are_called_in_their_order(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks
) -> None:
    post = a_post()
    planned(ledger, post)
    seen: list[str] = []

    Delivery(ledger, lambda _: kent, clocks, worker="w", step=seen.append).deliver(post.key)

    assert tuple(seen) == STEPS


@pytest.mark.parametrize(
    ("outcome", "after"),
    [
        (Refused("No."), State.REFUSED),
        (NotSent("Too many requests.", 60.0), State.PLANNED),
        (Unknown("A timeout."), State.UNKNOWN),
    ],
)
def test_what_the_platform_says_is_recorded(
    ledger: Ledger,
    kent: MemoryPlatform,
    delivery: Delivery,
    outcome: Outcome,
    after: State,
) -> None:
    post = a_post()
    planned(ledger, post)
    kent.before = lambda _key, _rendering: outcome

    assert delivery.deliver(post.key) is after


def test_an_exception_nobody_foresaw_while_publishing_is_unknown_and_shows_no_secret(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    def fail(_key: PostKey, _rendering: Rendering) -> Outcome:
        raise RuntimeError("Authorization: Bearer s3cret")

    post = a_post()
    planned(ledger, post)
    kent.before = fail

    assert delivery.deliver(post.key) is State.UNKNOWN

    (attempt,) = ledger.attempts(post.key)
    assert attempt.evidence.startswith("RuntimeError at test_delivery.py:")
    assert "s3cret" not in str(ledger.events())


def test_an_exception_before_the_intent_puts_the_post_back(
    ledger: Ledger, clocks: SetClocks
) -> None:
    def no_platform(_account: str) -> MemoryPlatform:
        raise KeyError("kent-x")

    post = a_post()
    planned(ledger, post)

    state_after = Delivery(ledger, no_platform, clocks, worker="w").deliver(post.key)

    assert state_after is State.PLANNED
    assert ledger.attempts(post.key) == ()
    assert ledger.due(now=at("09:00:59")) == ()
    assert ledger.due(now=at("09:01")) == (post.key,)


def test_a_hold_placed_after_the_claim_stops_the_post(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks
) -> None:
    def hold(step: str) -> None:
        if step == "prepared":
            ledger.hold(Scope.everything(), by="gold", reason="incident", now=clocks.now())

    post = a_post()
    planned(ledger, post)
    delivery = Delivery(ledger, lambda _: kent, clocks, worker="w", step=hold)

    assert delivery.deliver(post.key) is State.PLANNED
    assert delivery.sweep().missed == (post.key,)
    assert kent.published == []


# --- killed in between --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "swept", "settled", "sent"),
    [
        ("claimed", State.PLANNED, State.PLANNED, 0),
        ("timeline-read", State.PLANNED, State.PLANNED, 0),
        ("prepared", State.PLANNED, State.PLANNED, 0),
        ("intended", State.UNKNOWN, State.UNKNOWN, 0),
        ("published", State.UNKNOWN, State.PUBLISHED, 1),
        ("recorded", State.PUBLISHED, State.PUBLISHED, 1),
    ],
)
def test_a_process_killed_at_a_step_leaves_what_can_be_settled(
    url: str,
    ledger: Ledger,
    kent: MemoryPlatform,
    clocks: SetClocks,
    step: str,
    swept: State,
    settled: State,
    sent: int,
) -> None:
    post = a_post()
    planned(ledger, post)
    doomed = Delivery(ledger, lambda _: kent, clocks, worker="doomed", step=dies_at(step))
    with pytest.raises(Killed):
        doomed.deliver(post.key)
    ledger.close()

    restarted = Ledger.open(url, Mode.DRY)
    sweeper = Delivery(restarted, lambda _: kent, clocks, worker="sweeper")
    let_leases_run_out(sweeper, clocks)
    after_sweep = state(restarted, post)
    sweeper.settle()
    clocks.pass_time(60)
    sweeper.settle()
    after_looking = state(restarted, post)
    restarted.close()

    assert (after_sweep, after_looking, len(kent.published)) == (swept, settled, sent)


def test_a_lease_expires_only_when_the_sweeper_itself_saw_it_stand(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks
) -> None:
    post = a_post()
    planned(ledger, post)
    with pytest.raises(Killed):
        Delivery(ledger, lambda _: kent, clocks, worker="w", step=dies_at("claimed")).deliver(
            post.key
        )
    clocks.pass_time(LEASE_SECONDS * 5)
    fresh = Delivery(ledger, lambda _: kent, clocks, worker="sweeper")

    assert fresh.sweep().expired == ()
    clocks.pass_time(LEASE_SECONDS - 1)
    assert fresh.sweep().expired == ()
    clocks.pass_time(1)
    assert fresh.sweep().expired == (post.key,)


def test_a_worker_whose_preparing_took_too_long_does_not_send(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks
) -> None:
    post = a_post()
    planned(ledger, post)
    slow = Delivery(
        ledger,
        lambda _: kent,
        clocks,
        worker="w",
        step=lambda step: clocks.pass_time(91) if step == "timeline-read" else None,
    )

    assert slow.deliver(post.key) is State.PLANNED
    assert kent.published == []
    assert ledger.attempts(post.key) == ()


def test_a_worker_frozen_after_its_intent_does_not_send(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks
) -> None:
    sweeper = Delivery(ledger, lambda _: kent, clocks, worker="sweeper")

    def freeze(step: str) -> None:
        if step == "intended":
            let_leases_run_out(sweeper, clocks)

    post = a_post()
    planned(ledger, post)

    after = Delivery(ledger, lambda _: kent, clocks, worker="w", step=freeze).deliver(post.key)

    assert after is State.UNKNOWN
    assert kent.published == []
    (attempt,) = ledger.attempts(post.key)
    assert (attempt.outcome, attempt.fenced) == ("not-sent", True)


# --- pictures ------------------------------------------------------------------------------------


PHONE = b"\x89PNG a phone"


def with_a_picture(ledger: Ledger) -> Post:
    """An approved post of which the ledger has the picture."""
    picture = a_picture(PHONE)
    post = a_post(pictures=(picture,))
    ledger.adopt([post], nothing, now=at("06:00"), pictures={picture.sha256: PHONE})
    ledger.approve([(post.key, post.rendering.digest)], by="Ann", now=at("06:00"))
    return post


def test_a_platform_is_given_the_picture_before_the_intent_and_the_history_names_it(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    post = with_a_picture(ledger)

    assert delivery.deliver(post.key) is State.PUBLISHED

    (picture,) = post.rendering.pictures
    assert kent.given == [(picture.alt, PHONE)]
    (intended,) = [one for one in ledger.events(key=post.key) if one.action == "intended"]
    assert intended.facts["uploads"] == [
        {"expires_at": None, "remote_id": "picture-1", "sha256": picture.sha256}
    ]


def test_a_picture_that_did_not_arrive_sends_nothing_and_is_tried_again(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery, clocks: SetClocks
) -> None:
    post = with_a_picture(ledger)
    kent.takes_no_picture = NotSent("It was too busy for a picture.", 60.0)

    assert delivery.deliver(post.key) is State.PLANNED
    assert (kent.published, ledger.attempts(post.key)) == ([], ())

    kent.takes_no_picture = None
    assert delivery.deliver(post.key) is None
    clocks.pass_time(60)
    assert delivery.deliver(post.key) is State.PUBLISHED


def test_a_picture_that_is_refused_refuses_the_post(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    post = with_a_picture(ledger)
    kent.takes_no_picture = Refused("It did not take the picture.")

    assert delivery.deliver(post.key) is State.REFUSED
    assert (kent.published, ledger.attempts(post.key)) == ([], ())


def test_a_process_that_dies_with_its_picture_given_gives_it_anew(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery, clocks: SetClocks
) -> None:
    post = with_a_picture(ledger)
    with pytest.raises(Killed):
        Delivery(ledger, lambda _: kent, clocks, worker="w", step=dies_at("prepared")).deliver(
            post.key
        )

    let_leases_run_out(delivery, clocks)
    assert delivery.deliver(post.key) is State.PUBLISHED

    assert len(kent.given) == 2
    assert len(kent.published) == 1


def test_a_picture_that_the_ledger_no_longer_has_sends_nothing(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery, behind: Callable[[str], int]
) -> None:
    post = with_a_picture(ledger)
    behind("DELETE FROM picture")

    assert delivery.deliver(post.key) is State.PLANNED
    assert kent.published == []


# --- videos --------------------------------------------------------------------------------------


def with_a_video(ledger: Ledger) -> Post:
    """An approved post of which the ledger has the video."""
    video = a_video(PHONE)
    post = a_post(video=video)
    given = {video.sha256: PHONE, video.captions[0].sha256: CAPTIONS}
    ledger.adopt([post], nothing, now=at("06:00"), pictures=given)
    ledger.approve([(post.key, post.rendering.digest)], by="Ann", now=at("06:00"))
    return post


def test_a_platform_is_given_the_video_and_its_captions_before_the_intent(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    post = with_a_video(ledger)

    assert delivery.deliver(post.key) is State.PUBLISHED

    assert kent.given == [("A phone rings.", PHONE), ("A phone rings.", CAPTIONS)]
    (intended,) = [one for one in ledger.events(key=post.key) if one.action == "intended"]
    video = post.rendering.video
    assert video is not None
    assert intended.facts["uploads"] == [
        {"expires_at": None, "remote_id": "video-2", "sha256": video.sha256}
    ]


def test_a_video_gets_the_time_that_publishing_leaves_of_the_lease(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    delivery.deliver(with_a_video(ledger).key)

    needed = REQUEST_DEADLINE_SECONDS + LEASE_MARGIN_SECONDS
    assert kent.seconds_given == [LEASE_SECONDS - needed]


def test_a_video_that_takes_longer_puts_its_post_back_and_goes_on_at_once(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery, clocks: SetClocks
) -> None:
    post = with_a_video(ledger)
    kent.takes_no_picture = NotSent("It does not have the whole video yet.", 1.0)

    assert delivery.deliver(post.key) is State.PLANNED
    assert (kent.published, ledger.attempts(post.key)) == ([], ())

    kent.takes_no_picture = None
    clocks.pass_time(1)
    assert delivery.deliver(post.key) is State.PUBLISHED


# --- one after another --------------------------------------------------------------------------


def test_the_next_post_is_claimed_with_the_record_of_the_one_before(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    first, second = a_post("d1.first", text="One."), a_post("d1.second", text="Two.")
    planned(ledger, first, second)

    assert delivery.deliver(first.key, lambda: second.key) is State.PUBLISHED
    assert state(ledger, second) is State.SENDING
    assert delivery.deliver(second.key) is State.PUBLISHED

    assert [key for key, _ in kent.published] == [first.key, second.key]
    assert [one.token for one in ledger.attempts(second.key)] == [1]


def test_what_comes_next_is_not_asked_of_a_post_that_is_not_public(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    first, second = a_post("d1.first"), a_post("d1.second")
    planned(ledger, first, second)
    kent.before = lambda _key, _rendering: Refused("Suspended.", stops_account=True)
    asked: list[PostKey] = []

    def following() -> PostKey:
        asked.append(second.key)
        return second.key

    assert delivery.deliver(first.key, following) is State.REFUSED
    assert asked == []


def test_a_post_that_was_claimed_with_another_does_not_outrun_a_hold(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery, clocks: SetClocks
) -> None:
    first, second = a_post("d1.first", text="One."), a_post("d1.second", text="Two.")
    planned(ledger, first, second)
    delivery.deliver(first.key, lambda: second.key)

    ledger.hold(Scope.force("kent"), by="Ann", reason="An incident.", now=clocks.now())

    assert delivery.deliver(second.key) is State.PLANNED
    assert [key for key, _ in kent.published] == [first.key]


def test_a_crash_leaves_the_post_that_was_claimed_with_another_to_be_sent(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery, clocks: SetClocks
) -> None:
    first, second = a_post("d1.first", text="One."), a_post("d1.second", text="Two.")
    planned(ledger, first, second)
    doomed = Delivery(ledger, lambda _: kent, clocks, worker="w", step=dies_at("recorded"))
    with pytest.raises(Killed):
        doomed.deliver(first.key, lambda: second.key)
    let_leases_run_out(delivery, clocks)

    assert delivery.deliver(second.key) is State.PUBLISHED
    assert [key for key, _ in kent.published] == [first.key, second.key]


# --- timelines ----------------------------------------------------------------------------------


def test_what_a_lost_ledger_published_is_recorded_and_not_sent_again(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    first, second = a_post("d1.first", text="One."), a_post("d1.second", text="Two.")
    planned(ledger, first, second)
    kent.timeline = [Seen("7", "One.", at("08:59")), Seen("8", "Two.", at("08:59"))]

    assert delivery.deliver(first.key) is State.PUBLISHED
    assert delivery.deliver(second.key) is State.PUBLISHED

    assert kent.published == []
    assert ledger.remote_ids("kent-x") == {"7", "8"}
    assert "stood on the timeline already" in str(ledger.events(key=first.key)[-1].facts)


def test_a_crash_after_reading_the_timeline_forgets_nothing_of_it(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_post(text="One.")
    planned(ledger, post)
    kent.timeline = [Seen("7", "One.", at("08:59"))]
    doomed = Delivery(ledger, lambda _: kent, clocks, worker="w", step=dies_at("timeline-read"))
    with pytest.raises(Killed):
        doomed.deliver(post.key)
    let_leases_run_out(delivery, clocks)

    assert delivery.deliver(post.key) is State.PUBLISHED
    assert kent.published == []


def test_a_timeline_that_cannot_be_read_first_lets_nothing_be_sent(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_post()
    planned(ledger, post)
    kent.cannot_look = CannotLook("The platform did not answer.")

    assert delivery.deliver(post.key) is State.PLANNED
    assert "The platform did not answer." in why(ledger, post)

    kent.cannot_look = None
    clocks.pass_time(60)
    assert delivery.deliver(post.key) is State.PUBLISHED


def test_the_timeline_is_read_once_and_again_after_a_long_silence(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    posts = [a_post("d1.a"), a_post("d1.b"), a_post("d1.c", due=at("16:00"))]
    planned(ledger, *posts)
    delivery.sweep()
    delivery.deliver(posts[0].key)
    delivery.deliver(posts[1].key)
    assert kent.reads == 1

    clocks.pass_time(timedelta(hours=7).total_seconds())
    delivery.sweep()
    delivery.deliver(posts[2].key)

    assert kent.reads == 2
    assert len(kent.published) == 3


# --- the unknown --------------------------------------------------------------------------------


def an_unknown_post(ledger: Ledger, kent: MemoryPlatform, delivery: Delivery) -> Post:
    """Public, and the answer lost."""
    post = a_post()
    planned(ledger, post)
    kent.answer = lambda _receipt: Unknown("The line was cut.")
    assert delivery.deliver(post.key) is State.UNKNOWN
    return post


def test_an_unknown_post_is_looked_for_after_a_minute_and_found(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = an_unknown_post(ledger, kent, delivery)

    assert delivery.settle() == ()
    clocks.pass_time(59)
    assert delivery.settle() == ()
    clocks.pass_time(1)
    (look,) = delivery.settle()

    assert (look.key, look.state) == (post.key, State.PUBLISHED)
    standing = ledger.post(post.key)
    assert standing is not None
    assert standing.remote_id == "kent-x-1"


def test_a_timeline_that_shows_a_post_late_is_looked_at_again(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = an_unknown_post(ledger, kent, delivery)
    kent.hidden = 1
    delivery.settle()
    clocks.pass_time(60)
    delivery.settle()
    assert state(ledger, post) is State.UNKNOWN

    kent.hidden = 0
    clocks.pass_time(180)
    delivery.settle()

    assert state(ledger, post) is State.PUBLISHED


def test_what_is_not_found_stays_for_a_person_and_is_never_sent_again(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_post()
    planned(ledger, post)
    kent.before = lambda _key, _rendering: Unknown("A timeout.")
    delivery.deliver(post.key)
    reads = kent.reads

    for _ in range(120):
        clocks.pass_time(15)
        delivery.sweep()
        delivery.settle()
        for key in ledger.due(now=clocks.now()):
            delivery.deliver(key)

    (unknown,) = ledger.unknown()
    assert unknown.looks == kent.reads - reads == 4
    assert len(ledger.attempts(post.key)) == 1


def test_a_look_that_fails_is_recorded_as_such_and_tried_again_with_growing_waits(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = an_unknown_post(ledger, kent, delivery)
    kent.cannot_look = CannotLook("Too many requests.", posts=100)
    delivery.settle()
    for wait in (60, 60, 120, 240):
        clocks.pass_time(wait - 1)
        assert delivery.settle() == ()
        clocks.pass_time(1)
        assert [look.sentence for look in delivery.settle()] == ["Too many requests."]

    (unknown,) = ledger.unknown()
    assert (unknown.looks, unknown.failed_looks) == (0, 4)
    assert [one.posts for one in unknown.readings] == [100] * 4
    assert [one.action for one in ledger.events(key=post.key)[-4:]] == ["could-not-look"] * 4

    kent.cannot_look = None
    clocks.pass_time(480)
    delivery.settle()
    assert state(ledger, post) is State.PUBLISHED


def test_a_page_that_cannot_be_read_is_left_to_a_person_after_an_hour(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = an_unknown_post(ledger, kent, delivery)
    kent.cannot_look = CannotLook("X refused to show the page.")
    reads = kent.reads

    for _ in range(24 * 60):
        clocks.pass_time(60)
        delivery.settle()

    (unknown,) = ledger.unknown()
    failed = len(FAILED_LOOK_DELAYS_SECONDS) + 1
    assert unknown.failed_looks == kent.reads - reads == failed
    assert could_not_be_read(unknown)
    assert next_look(unknown) is None
    assert f"could not be read {failed} times: a person" in ledger.events(key=post.key)[-1].sentence


def test_a_look_after_one_that_failed_is_one_of_the_four(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    an_unknown_post(ledger, kent, delivery)
    kent.hidden = 1

    for _ in range(60):
        kent.cannot_look = CannotLook("It did not answer.") if kent.reads % 2 else None
        clocks.pass_time(60)
        delivery.settle()

    (unknown,) = ledger.unknown()
    assert unknown.looks == 4
    assert not could_not_be_read(unknown)
    assert next_look(unknown) is None


def test_a_new_process_waits_on_from_the_last_look(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    an_unknown_post(ledger, kent, delivery)
    kent.cannot_look = CannotLook("It did not answer.")
    for wait in (60, 60, 120):
        clocks.pass_time(wait)
        Delivery(ledger, lambda _: kent, clocks, worker="cron").settle()

    (unknown,) = ledger.unknown()
    assert unknown.failed_looks == 3
    assert next_look(unknown) == clocks.now() + timedelta(seconds=240)
    clocks.pass_time(239)
    assert Delivery(ledger, lambda _: kent, clocks, worker="cron").settle() == ()
    clocks.pass_time(1)
    assert len(Delivery(ledger, lambda _: kent, clocks, worker="cron").settle()) == 1


@pytest.mark.parametrize("lag", [timedelta(seconds=90), timedelta(minutes=3), timedelta(minutes=9)])
def test_a_timeline_of_x_that_lags_by_minutes_is_looked_at_until_it_shows_the_post(
    ledger: Ledger, clocks: SetClocks, lag: timedelta
) -> None:
    post = a_post(text="Trust your instincts: gov.uk/ACT & tell us.")
    planned(ledger, post)
    with XServer(now=clocks.now) as server:
        server.timeline_lag = lag
        server.script([drop_before_answer()])
        x = XPlatform(an_account(), XCredentials("k", "s", "42-t", "u"), url=server.url)
        delivery = Delivery(ledger, lambda _: x, clocks, worker="w")
        assert delivery.deliver(post.key) is State.UNKNOWN

        while state(ledger, post) is State.UNKNOWN:
            assert clocks.now() < at("09:15"), "it was never found"
            clocks.pass_time(30)
            delivery.settle()

        [public] = server.posts()
    standing = ledger.post(post.key)
    assert standing is not None
    assert standing.remote_id == public.id


# --- a platform that says it has the words ------------------------------------------------------

DUPLICATE = Refused("X has these words already.", duplicate=True)


def a_post_sent_twice(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> Post:
    """Nobody knows of its first attempt; a person said it was not there and gave it a new time."""
    post = an_unknown_post(ledger, kent, delivery)
    ledger.settle(post.key, published=None, by="Ann", now=clocks.now())
    again = a_post(due=at("09:30"), text=post.rendering.text)
    ledger.give_times([again], by="Ann", now=clocks.now())
    ledger.approve([(again.key, again.rendering.digest)], by="Ann", now=clocks.now())
    clocks.pass_time(1800)
    kent.before = lambda _key, _rendering: DUPLICATE
    return again


def test_a_duplicate_refused_after_an_unknown_attempt_leads_to_the_post(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_post_sent_twice(ledger, kent, clocks, delivery)

    assert delivery.deliver(post.key) is State.UNKNOWN
    assert "An earlier attempt may be public" in why(ledger, post)
    delivery.settle()
    clocks.pass_time(60)
    (look,) = delivery.settle()

    assert look.state is State.PUBLISHED
    assert len(kent.published) == 1


def test_a_duplicate_that_is_not_found_is_left_to_a_person(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    kent.account = replace(kent.account, resend_if_absent=True)
    post = a_post_sent_twice(ledger, kent, clocks, delivery)
    kent.timeline = []

    assert delivery.deliver(post.key) is State.UNKNOWN
    for _ in range(120):
        clocks.pass_time(15)
        delivery.settle()

    (unknown,) = ledger.unknown()
    assert (unknown.key, unknown.looks) == (post.key, 4)


def test_a_duplicate_at_the_first_attempt_is_refused_and_older_words_are_not_taken_for_it(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    kent.timeline = [Seen("old", "Tell us.", at("09:00", day=-30))]
    post = a_post(text="Tell us.")
    planned(ledger, post)
    kent.before = lambda _key, _rendering: DUPLICATE

    assert delivery.deliver(post.key) is State.REFUSED

    assert why(ledger, post) == DUPLICATE.sentence
    assert delivery.settle() == ()


# --- sent again by rule -------------------------------------------------------------------------


def a_lost_post(
    ledger: Ledger,
    kent: MemoryPlatform,
    delivery: Delivery,
    *,
    grace: timedelta | None = None,
    by_rule: bool = True,
) -> Post:
    """Not public, and nobody can know; its account says resend_if_absent, or it does not."""
    kent.account = replace(kent.account, resend_if_absent=by_rule)
    post = a_post(grace=grace or timedelta(minutes=20))
    planned(ledger, post)
    kent.before = lambda _key, _rendering: Unknown("The line was cut.")
    assert delivery.deliver(post.key) is State.UNKNOWN
    kent.before = lambda _key, _rendering: None
    return post


def looks_for_ten_minutes(delivery: Delivery, clocks: SetClocks) -> None:
    delivery.settle()
    for _ in range(40):
        clocks.pass_time(15)
        delivery.settle()


def test_a_post_that_no_look_found_is_sent_once_more_where_its_account_says_so(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_lost_post(ledger, kent, delivery)

    looks_for_ten_minutes(delivery, clocks)

    assert state(ledger, post) is State.PLANNED
    assert delivery.deliver(post.key) is State.PUBLISHED
    assert kent.published == [(post.key, post.rendering.digest)]
    said = [one.action for one in ledger.events(key=post.key)]
    assert said.count("looked") == 4
    assert said.index("to-be-sent-again") > max(n for n, one in enumerate(said) if one == "looked")


def test_a_post_that_was_to_be_sent_again_and_was_held_meanwhile_can_be_decided_on(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_lost_post(ledger, kent, delivery)
    looks_for_ten_minutes(delivery, clocks)
    ledger.hold(Scope.force("kent"), by="gold", reason="incident", now=clocks.now())

    assert delivery.deliver(post.key) is None
    assert delivery.sweep().missed == (post.key,)

    assert ledger.drop([post.key], by="Ann", reason="over", now=clocks.now()) == (post.key,)
    assert kent.published == []


def test_a_post_is_never_sent_again_before_its_last_look(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_lost_post(ledger, kent, delivery)
    sent_at_look = []
    kent.before = lambda key, _rendering: sent_at_look.append(looks_recorded(ledger, key))

    delivery.settle()
    for _ in range(80):
        clocks.pass_time(15)
        delivery.settle()
        for key in ledger.due(now=clocks.now()):
            delivery.deliver(key)

    assert sent_at_look == [4]
    assert state(ledger, post) is State.PUBLISHED


def looks_recorded(ledger: Ledger, key: PostKey) -> int:
    return sum(one.action == "looked" for one in ledger.events(key=key))


def test_looks_that_failed_never_send_a_post_again(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_lost_post(ledger, kent, delivery, grace=timedelta(hours=12))
    kent.cannot_look = CannotLook("It did not answer.")

    for _ in range(24):
        looks_for_ten_minutes(delivery, clocks)

    assert state(ledger, post) is State.UNKNOWN


@pytest.mark.parametrize("says", ["no", "held", "stopped", "late"])
def test_what_may_not_go_now_stays_on_the_list_for_a_person(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery, says: str
) -> None:
    post = a_lost_post(ledger, kent, delivery, grace=timedelta(minutes=9 if says == "late" else 20))
    if says == "no":
        kent.account = replace(kent.account, resend_if_absent=False)
    elif says == "held":
        ledger.hold(Scope.force("kent"), by="gold", reason="incident", now=clocks.now())
    elif says == "stopped":
        ledger.stop_account("kent-x", "Out of credit.", now=clocks.now())

    looks_for_ten_minutes(delivery, clocks)

    assert ledger.unknown()[0].looks == 4
    assert state(ledger, post) is State.UNKNOWN


def test_a_post_is_sent_again_by_rule_only_once(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_lost_post(ledger, kent, delivery, grace=timedelta(hours=12))
    kent.before = lambda _key, _rendering: Unknown("The line was cut again.")

    for _ in range(20):
        looks_for_ten_minutes(delivery, clocks)
        delivery.deliver(post.key)

    assert len(ledger.attempts(post.key)) == 2
    assert state(ledger, post) is State.UNKNOWN


def test_what_a_process_left_that_ended_is_never_sent_again_by_rule(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    # It may only be frozen, and send when it wakes.
    kent.account = replace(kent.account, resend_if_absent=True)
    post = a_post(grace=timedelta(hours=1))
    planned(ledger, post)
    doomed = Delivery(ledger, lambda _: kent, clocks, worker="w", step=dies_at("intended"))
    with pytest.raises(Killed):
        doomed.deliver(post.key)
    let_leases_run_out(delivery, clocks)

    looks_for_ten_minutes(delivery, clocks)

    assert ledger.unknown()[0].looks == 4


# --- where absence is proof ---------------------------------------------------------------------


def test_what_is_surely_not_public_may_be_sent_again_after_one_look(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    kent.absence_is_proof = True
    post = a_lost_post(ledger, kent, delivery, by_rule=False)

    clocks.pass_time(60)
    (look,) = delivery.settle()

    assert look.state is State.PLANNED
    assert "surely not public" in why(ledger, post)
    assert delivery.deliver(post.key) is State.PUBLISHED
    assert kent.published == [(post.key, post.rendering.digest)]


def test_what_a_crash_left_may_be_sent_again_where_absence_is_proof(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    kent.absence_is_proof = True
    post = a_post(grace=timedelta(hours=1))
    planned(ledger, post)
    doomed = Delivery(ledger, lambda _: kent, clocks, worker="w", step=dies_at("intended"))
    with pytest.raises(Killed):
        doomed.deliver(post.key)
    let_leases_run_out(delivery, clocks)

    clocks.pass_time(60)
    delivery.settle()

    assert delivery.deliver(post.key) is State.PUBLISHED


def test_a_look_that_failed_proves_nothing_anywhere(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    kent.absence_is_proof = True
    post = a_lost_post(ledger, kent, delivery, by_rule=False)
    kent.cannot_look = CannotLook("It did not answer.")

    clocks.pass_time(60)
    delivery.settle()

    assert state(ledger, post) is State.UNKNOWN


def test_what_was_found_is_not_sent_again_where_absence_is_proof(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    kent.absence_is_proof = True
    post = a_post()
    planned(ledger, post)
    kent.answer = lambda _receipt: Unknown("The line was cut.")
    assert delivery.deliver(post.key) is State.UNKNOWN

    clocks.pass_time(60)
    delivery.settle()

    assert state(ledger, post) is State.PUBLISHED
    assert len(kent.published) == 1


@pytest.mark.parametrize("what", ["held", "late"])
def test_what_is_surely_not_public_and_may_not_go_now_is_missed(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery, what: str
) -> None:
    kent.absence_is_proof = True
    post = a_lost_post(ledger, kent, delivery, by_rule=False)
    if what == "held":
        ledger.hold(Scope.force("kent"), by="gold", reason="incident", now=clocks.now())
    clocks.pass_time(60 if what == "held" else 3600)
    delivery.settle()

    assert delivery.deliver(post.key) is None
    delivery.sweep()

    assert state(ledger, post) is State.MISSED
    assert kent.published == []


# --- what looking costs -------------------------------------------------------------------------


def test_every_post_that_was_read_is_counted_whatever_came_of_it(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    kent.timeline = [Seen(str(number), f"Roads {number}", at("08:00")) for number in range(7)]
    an_unknown_post(ledger, kent, delivery)  # 7 were read before it
    kent.hidden = 1
    delivery.settle()
    clocks.pass_time(60)
    delivery.settle()  # 7, and it is not among them
    kent.cannot_look = CannotLook("It broke off.", posts=3)
    clocks.pass_time(180)
    delivery.settle()
    kent.cannot_look, kent.hidden = None, 0
    clocks.pass_time(60)
    delivery.settle()  # 8, and it is the last

    [kents] = ledger.read_totals(since=at("00:00"))
    assert (kents.account, kents.readings, kents.posts) == ("kent-x", 4, 7 + 7 + 3 + 8)


def test_a_timeline_that_cannot_be_read_before_publishing_is_counted(
    ledger: Ledger, kent: MemoryPlatform, delivery: Delivery
) -> None:
    post = a_post()
    planned(ledger, post)
    kent.cannot_look = CannotLook("It broke off.", posts=2)

    delivery.deliver(post.key)

    [kents] = ledger.read_totals(since=at("00:00"))
    assert (kents.readings, kents.posts) == (1, 2)


def test_what_stood_before_the_attempt_is_never_taken_for_it(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    # Yesterday's post has the same words, and its clock is ahead of ours.
    kent.timeline = [Seen("old", "Tell us.", at("08:59:30", day=0))]
    post = a_post(text="Tell us.", due=at("09:00"))
    planned(ledger, post)
    kent.before = lambda _key, _rendering: Unknown("A timeout.")
    delivery.deliver(post.key)
    kent.timeline = [Seen("old", "Tell us.", at("09:00"))]

    delivery.settle()
    clocks.pass_time(60)
    delivery.settle()

    assert state(ledger, post) is State.UNKNOWN


def test_a_timeline_read_meanwhile_does_not_hide_the_post_that_is_looked_for(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = an_unknown_post(ledger, kent, delivery)
    shown = kent.recent()
    assert not isinstance(shown, CannotLook)
    clocks.pass_time(30)
    from bot.ledger import TimelinePost

    ledger.note_timeline(
        "kent-x",
        [TimelinePost(one.remote_id, one.text, one.at) for one in shown],
        now=clocks.now(),
    )

    delivery.settle()
    clocks.pass_time(60)
    delivery.settle()

    assert state(ledger, post) is State.PUBLISHED


# --- accounts and clocks ------------------------------------------------------------------------


def test_an_account_that_is_stopped_leaves_the_others_alone(
    ledger: Ledger, clocks: SetClocks
) -> None:
    kent = MemoryPlatform(clocks)
    kent.before = lambda _key, _rendering: Refused("Suspended.", stops_account=True)
    dorset = MemoryPlatform(clocks, an_account("dorset-x", sender="dorset"))
    platforms = {"kent-x": kent, "dorset-x": dorset}
    posts = [a_post("d1.a"), a_post("d1.b"), a_post("d1.a", force="dorset")]
    planned(ledger, *posts)
    delivery = Delivery(ledger, platforms.__getitem__, clocks, worker="w")

    assert [delivery.deliver(post.key) for post in posts] == [
        State.REFUSED,
        None,
        State.PUBLISHED,
    ]


def test_a_wall_clock_that_steps_stops_claims_and_calls_nothing_late(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks, delivery: Delivery
) -> None:
    post = a_post()
    later = a_post("d1.noon", due=at("12:00"))
    planned(ledger, post, later)

    clocks.step_wall(3600 * 3)

    assert delivery.deliver(later.key) is None
    sweep = delivery.sweep()
    assert (sweep.missed, sweep.clock_is_steady) == ((), False)

    clocks.step_wall(-3600 * 3)
    assert delivery.deliver(post.key) is State.PUBLISHED
    assert [key for key, _ in kent.published] == [post.key]


@pytest.mark.parametrize(("step", "steady"), [(31, False), (-31, False), (30, True), (-30, True)])
def test_a_step_is_more_than_thirty_seconds(step: int, steady: bool, clocks: SetClocks) -> None:
    clock = SteadyClock(clocks)

    clocks.step_wall(step)

    assert clock.is_steady() is steady


def test_a_clock_that_stepped_is_believed_again_after_ten_steady_minutes(
    clocks: SetClocks,
) -> None:
    clock = SteadyClock(clocks)
    clocks.step_wall(3600)
    assert not clock.is_steady()

    clocks.pass_time(300)
    clocks.step_wall(3600)
    assert not clock.is_steady()
    clocks.pass_time(599)
    assert not clock.is_steady()
    clocks.pass_time(1)
    assert clock.is_steady()


def test_slow_drift_is_no_step(clocks: SetClocks) -> None:
    clock = SteadyClock(clocks)

    for _ in range(100):
        clocks.pass_time(86_400)
        clocks.step_wall(20)
        assert clock.is_steady()


def test_time_that_passes_is_no_step(clocks: SetClocks) -> None:
    clock = SteadyClock(clocks)

    clocks.pass_time(timedelta(days=30).total_seconds())

    assert clock.is_steady()


def test_a_receipt_in_hand_is_recorded_even_when_the_lease_ran_out(
    ledger: Ledger, kent: MemoryPlatform, clocks: SetClocks
) -> None:
    sweeper = Delivery(ledger, lambda _: kent, clocks, worker="sweeper")

    def freeze(receipt: Receipt) -> Outcome:
        let_leases_run_out(sweeper, clocks)
        return receipt

    post = a_post()
    planned(ledger, post)
    kent.answer = freeze

    assert Delivery(ledger, lambda _: kent, clocks, worker="w").deliver(post.key) is State.PUBLISHED


# --- a repost -----------------------------------------------------------------------------------


AMPLIFIES = replace(an_account(), amplifies=True)
NATION = replace(an_account("ct-policing-x"), sender="ct-policing", kind=SenderKind.NATIONAL)


@pytest.mark.parametrize(
    ("kent", "nation", "reason"),
    [
        ("opted out", "as it was", "kent-x does not say amplifies: yes"),
        ("as it was", "no national body", "ct-policing-x is not the account of a national body"),
        ("as it was", "no account", "KeyError"),
    ],
)
def test_a_repost_of_accounts_that_changed_meanwhile_is_missed_with_the_reason(
    ledger: Ledger, clocks: SetClocks, kent: str, nation: str, reason: str
) -> None:
    passes_on = replace(AMPLIFIES, amplifies=kent == "as it was")
    kind = SenderKind.FORCE if nation == "no national body" else SenderKind.NATIONAL
    original = a_post(text="What the nation hears.", force="ct-policing")
    repost = a_repost(original)
    planned(ledger, original, repost)
    own = {"kent-x": MemoryPlatform(clocks, passes_on)}
    at_nine = own | {"ct-policing-x": MemoryPlatform(clocks, NATION)}
    at_ten = own | {"ct-policing-x": MemoryPlatform(clocks, replace(NATION, kind=kind))}
    if nation == "no account":
        del at_ten["ct-policing-x"]
    Delivery(ledger, at_nine.__getitem__, clocks, worker="w").deliver(original.key)
    clocks.pass_time(3600)
    later = Delivery(ledger, at_ten.__getitem__, clocks, worker="w")

    assert later.deliver(repost.key) is State.PLANNED
    clocks.pass_time(21 * 60)
    later.sweep()

    assert state(ledger, repost) is State.MISSED
    assert reason in why(ledger, repost)
    assert ledger.attempts(repost.key) == ()
