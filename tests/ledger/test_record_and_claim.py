"""One commit that writes down what came of a post and claims the account's next one."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.model import Receipt, State, Unknown
from bot.ledger import Claim, Ledger, Scope
from tests.factories import a_post, at
from tests.ledger.steps import intended, planned, state

NINE = at("09:00")


def test_the_first_is_published_and_the_next_is_claimed(ledger: Ledger) -> None:
    first, second = a_post("d1.b", text="One."), a_post("d1.a", text="Two.")
    planned(ledger, first, second)
    claim = intended(ledger, first)

    came, following = ledger.record_and_claim(claim, Receipt("5"), second.key, now=NINE)

    assert came is State.PUBLISHED
    assert isinstance(following, Claim)
    assert [one.key for one in ledger.sending()] == [second.key]
    assert [(one.key, one.action) for one in ledger.events()[-2:]] == [
        (first.key, "published"),
        (second.key, "claimed"),
    ]


def test_the_next_part_of_a_thread_knows_where_the_part_before_is(ledger: Ledger) -> None:
    first, second = a_post(text="One."), a_post(text="Two.", part=2)
    planned(ledger, first, second)
    claim = intended(ledger, first)

    receipt = Receipt("5", "https://x.com/kent/status/5")
    _, following = ledger.record_and_claim(claim, receipt, second.key, now=NINE)

    assert following is not None
    assert following.before is not None
    assert (following.before.key, following.before.remote_id) == (first.key, "5")
    assert following.root == following.before


def test_a_post_that_nobody_approved_is_not_claimed_with_it(ledger: Ledger) -> None:
    first, second = a_post("d1.a"), a_post("d1.b")
    planned(ledger, first)
    ledger.adopt([first, second], lambda _: False, now=at("06:00"))
    claim = intended(ledger, first)

    assert ledger.record_and_claim(claim, Receipt("5"), second.key, now=NINE) == (
        State.PUBLISHED,
        None,
    )
    assert state(ledger, second) is State.PLANNED


def test_a_hold_that_came_meanwhile_stops_the_next_and_not_the_record(ledger: Ledger) -> None:
    first, second = a_post("d1.a"), a_post("d1.b")
    planned(ledger, first, second)
    claim = intended(ledger, first)
    ledger.hold(Scope.force("kent"), by="Ann", reason="An incident.", now=NINE)

    assert ledger.record_and_claim(claim, Receipt("5"), second.key, now=NINE) == (
        State.PUBLISHED,
        None,
    )


def test_nothing_is_claimed_for_an_account_that_its_platform_lets_rest(ledger: Ledger) -> None:
    first, second = a_post("d1.a"), a_post("d1.b")
    planned(ledger, first, second)
    claim = intended(ledger, first)

    last = Receipt("5", rests_seconds=300.0)
    assert ledger.record_and_claim(claim, last, second.key, now=NINE) == (State.PUBLISHED, None)


def test_nothing_is_claimed_after_an_outcome_nobody_is_sure_of(ledger: Ledger) -> None:
    first, second = a_post("d1.a"), a_post("d1.b")
    planned(ledger, first, second)
    claim = intended(ledger, first)

    lost = Unknown("The answer was lost.")
    assert ledger.record_and_claim(claim, lost, second.key, now=NINE) == (State.UNKNOWN, None)


def test_what_is_wrong_with_the_next_does_not_lose_what_came_of_the_first(
    ledger: Ledger, behind: Callable[[str], int]
) -> None:
    first, second = a_post("d1.a", text="One."), a_post("d1.b", text="Two.")
    planned(ledger, first, second)
    claim = intended(ledger, first)
    behind(f"UPDATE rendering SET platform = 'teletext' WHERE digest = '{second.rendering.digest}'")

    came = ledger.record_and_claim(claim, Receipt("5"), second.key, now=NINE)

    assert came == (State.PUBLISHED, None)
    assert state(ledger, first) is State.PUBLISHED
