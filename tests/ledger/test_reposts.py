"""A repost leaves once the post that it passes on is public as approved, and else not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.core.model import Post, Receipt, Refused, Rendering, State
from bot.ledger import Claim, Ledger, NotClaimed, NotClaimedReason, Public, Scope, TimelinePost
from tests.factories import CAPTIONS, a_key, a_picture, a_post, a_repost, a_video, at
from tests.ledger.steps import claimed, everything, intended, nothing, planned, state, why

ORIGINAL = a_post(text="What the nation hears.", force="ct-policing", region=None)
REPOST = a_repost(ORIGINAL, region="south-east")  # due at 10:00


PICTURE, VIDEO = a_picture(b"a picture"), a_video(b"a video")
GIVEN = {
    PICTURE.sha256: b"a picture",
    VIDEO.sha256: b"a video",
    VIDEO.captions[0].sha256: CAPTIONS,
}


def both(ledger: Ledger) -> None:
    planned(ledger, ORIGINAL, REPOST)


def published(ledger: Ledger, post: Post) -> None:
    claim = intended(ledger, post)
    ledger.record(claim, Receipt("1001", "https://x.com/ct/status/1001"), now=post.due)


def claim(ledger: Ledger, post: Post = REPOST) -> Claim | NotClaimed:
    return ledger.claim(post.key, worker="w", now=post.due)


# --- what is approved -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        replace(REPOST.rendering, reposts=None),
        replace(REPOST.rendering, reposts=a_key("d2.morning", account="ct-policing-x")),
        replace(REPOST.rendering, text="Other words."),
        replace(REPOST.rendering, pictures=(a_picture(),)),
        replace(REPOST.rendering, due=at("10:01")),
    ],
)
def test_whose_post_it_is_and_all_that_it_shows_belong_to_what_is_approved(
    other: Rendering,
) -> None:
    assert other.own_digest() != REPOST.rendering.digest


def test_a_repost_is_kept_as_it_is_and_gives_its_platform_no_picture(ledger: Ledger) -> None:
    rendering = replace(REPOST.rendering, pictures=(a_picture(),)).with_digest()
    repost = replace(REPOST, rendering=rendering)

    planned(ledger, repost)

    kept = ledger.post(repost.key)
    assert kept is not None
    assert kept.rendering.reposts == ORIGINAL.key
    assert [one.alt for one in kept.rendering.pictures] == ["A phone in a hand."]
    assert kept.rendering.files == ()


# --- when it may leave ----------------------------------------------------------------------------


def test_it_is_claimed_once_the_post_is_public_and_knows_where(ledger: Ledger) -> None:
    both(ledger)
    published(ledger, ORIGINAL)

    found = claim(ledger)

    assert isinstance(found, Claim)
    assert found.before == Public(ORIGINAL.key, "1001", "https://x.com/ct/status/1001")


def dropped(ledger: Ledger) -> None:
    ledger.sweep_late(now=at("09:21"))
    ledger.drop([ORIGINAL.key], by="Ann", reason="not today", now=at("09:30"))


def refused(ledger: Ledger) -> None:
    ledger.record(intended(ledger, ORIGINAL), Refused("No."), now=at("09:00"))


def taken_down(ledger: Ledger) -> None:
    published(ledger, ORIGINAL)
    ledger.mark_removed(ORIGINAL.key, by="Ann", now=at("09:30"))


def withdrawn(ledger: Ledger) -> None:
    ledger.adopt([REPOST], everything, now=at("07:00"))


def changed(ledger: Ledger, **what: Any) -> None:
    new = replace(ORIGINAL, rendering=replace(ORIGINAL.rendering, **what).with_digest())
    ledger.adopt([new], nothing, now=at("07:00"), pictures=GIVEN)
    ledger.approve([(new.key, new.rendering.digest)], by="Ann", now=at("07:00"))
    published(ledger, new)


NEVER: Mapping[str, Callable[[Ledger], object]] = {
    "is missed": lambda ledger: ledger.sweep_late(now=at("09:21")),
    "is dropped": dropped,
    "is refused": refused,
    "is withdrawn": withdrawn,
    "was taken down": taken_down,
    "went out otherwise than was approved": partial(changed, text="What it hears instead."),
    "which went out otherwise": partial(changed, pictures=(PICTURE,)),
    "otherwise than was approved": partial(changed, video=VIDEO),
}


@pytest.mark.parametrize("reason", NEVER)
def test_it_never_leaves_where_the_post_does_not_stand_as_approved(
    ledger: Ledger, reason: str
) -> None:
    both(ledger)
    NEVER[reason](ledger)

    found = claim(ledger)

    assert isinstance(found, NotClaimed)
    assert found.reason is NotClaimedReason.NOT_ITS_TURN
    assert REPOST.key in ledger.sweep_late(now=REPOST.due + timedelta(minutes=21))
    assert str(ORIGINAL.key) in why(ledger, REPOST)
    assert reason in why(ledger, REPOST)


@pytest.mark.parametrize("scope", [Scope.force("ct-policing"), Scope.account("ct-policing-x")])
def test_what_holds_the_national_account_holds_what_passes_on_its_words(
    ledger: Ledger, scope: Scope
) -> None:
    both(ledger)
    published(ledger, ORIGINAL)
    ledger.hold(scope, by="Gold", reason="an incident", now=at("09:30"))

    found = claim(ledger)

    assert isinstance(found, NotClaimed)
    assert found.reason is NotClaimedReason.HELD
    assert ledger.sweep_late(now=REPOST.due) == (REPOST.key,)
    assert "on hold by Gold: an incident" in why(ledger, REPOST)


@pytest.mark.parametrize("stops", ["held", "taken down"])
def test_a_hold_or_a_removal_after_the_claim_stops_it_before_its_intent(
    ledger: Ledger, stops: str
) -> None:
    both(ledger)
    published(ledger, ORIGINAL)
    mine = claimed(ledger, REPOST)
    if stops == "held":
        ledger.hold(Scope.force("ct-policing"), by="Gold", reason="an incident", now=at("10:00"))
    else:
        ledger.mark_removed(ORIGINAL.key, by="Ann", now=at("10:00"))

    found = ledger.intend(mine, payload_sha256="ab" * 32, now=at("10:00:01"))

    assert isinstance(found, NotClaimed)
    assert ledger.attempts(REPOST.key) == ()


def test_the_same_words_on_the_accounts_own_page_are_another_post(ledger: Ledger) -> None:
    both(ledger)
    published(ledger, ORIGINAL)
    own = TimelinePost("7", ORIGINAL.rendering.text, at("09:30"))
    ledger.note_timeline("kent-x", [own], now=at("09:40"))

    found = claim(ledger)

    assert isinstance(found, Claim)
    assert found.standing is None
    assert state(ledger, REPOST) is State.SENDING
