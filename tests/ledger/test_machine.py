"""Any order of plans, decisions, deliveries, faults and deaths keeps what must always hold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.core.model import (
    Mode,
    NotSent,
    Outcome,
    Post,
    PostKey,
    Receipt,
    Refused,
    Rendering,
    State,
    Unknown,
)
from bot.delivery import STEPS, Delivery
from bot.ledger import LEASE_SECONDS, Claim, Ledger, NotClaimed, Scope
from tests.factories import a_post, an_account
from tests.ledger.memory_platform import Killed, MemoryPlatform, SetClocks
from tests.ledger.steps import everything

FORCES = ("kent", "dorset")
FAULTS: tuple[Outcome | None, ...] = (
    None,
    None,
    None,
    Unknown("A timeout."),
    NotSent("Too many requests.", 30.0),
    Refused("Too long."),
    Refused("It stands there already.", duplicate=True),
)
BEFORE_THE_INTENT = STEPS[: STEPS.index("intended")]
FINAL = (State.PUBLISHED, State.REFUSED, State.DROPPED)


class Wrong(BaseException):
    """Something left that never should have. No `except Exception` may hide it."""


class LedgerMachine(RuleBasedStateMachine):
    """Two accounts, some places, one ledger that is closed and opened as processes die."""

    new_place: Callable[[], AbstractContextManager[str]]

    def __init__(self) -> None:
        super().__init__()
        self.place = self.new_place()
        self.url = self.place.__enter__()
        self.ledger = Ledger.open(self.url, Mode.DRY)
        self.clocks = SetClocks()
        self.platforms = {
            f"{force}-x": MemoryPlatform(
                self.clocks, an_account(f"{force}-x", sender=force), before=self._on_the_wire
            )
            for force in FORCES
        }
        self.fault: Outcome | None = None
        self.added: list[Post] = []
        self.plan: dict[PostKey, Post] = {}
        self.final: dict[PostKey, State] = {}
        self.tokens: dict[PostKey, int] = {}
        self.stale: list[Claim] = []
        self.sweeper = self._delivery()

    @initialize()
    def a_first_plan(self) -> None:
        for _ in range(4):
            self._add(minutes=1)
        self._adopt_and_approve()

    def _delivery(self, dies_at: str | None = None, held_at: str | None = None) -> Delivery:
        def step(name: str) -> None:
            if name == dies_at:
                raise Killed
            if name == held_at:
                self.ledger.hold(Scope.everything(), by="gold", reason="?", now=self.clocks.now())

        return Delivery(self.ledger, self.platforms.__getitem__, self.clocks, worker="w", step=step)

    def _on_the_wire(self, key: PostKey, rendering: Rendering) -> Outcome | None:
        """What must be true whenever a first byte leaves."""
        post = self.ledger.post(key)
        late = self.clocks.now() - rendering.due
        if post is None or post.state is not State.SENDING:
            raise Wrong("sent without a claim")
        if not any(one.outcome is None for one in self.ledger.attempts(key)):
            raise Wrong("sent without an intent")
        if post.held_by is not None:
            raise Wrong("sent under a hold")
        if not self.ledger.is_approved(key, rendering.digest):
            raise Wrong("sent without approval")
        if not timedelta(0) <= late <= timedelta(seconds=post.grace_seconds):
            raise Wrong("sent at a wrong time")
        return self.fault

    def _add(self, minutes: int) -> None:
        number = len(self.added)
        due = self.clocks.now() + timedelta(minutes=minutes)
        post = a_post(f"d1.s{number}", force=FORCES[number % 2], due=due)
        self.added.append(post)
        self.plan[post.key] = post

    def _adopt_and_approve(self) -> None:
        self.ledger.adopt(list(self.plan.values()), everything, now=self.clocks.now())
        pairs = [(post.key, post.rendering.digest) for post in self.added]
        self.ledger.approve(pairs, by="Ann", now=self.clocks.now())

    # --- what happens ---------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([0, 1, 1, 2]))
    def plan_another(self, minutes: int) -> None:
        self._add(minutes)
        self._adopt_and_approve()

    @rule(which=st.integers(0, 3), minutes=st.sampled_from([-5, 1, 1]))
    def edit(self, which: int, minutes: int) -> None:
        """Other words and another time for a place, which nobody approves yet."""
        old = self.added[-1 - which]
        post = a_post(
            old.key.slot,
            force=old.sender,
            due=self.clocks.now() + timedelta(minutes=minutes),
            text=f"Edited: {old.key}",
        )
        self.plan[post.key] = post
        self.ledger.adopt(list(self.plan.values()), everything, now=self.clocks.now())

    @rule(which=st.integers(0, 3), back=st.booleans())
    def remove_or_bring_back(self, which: int, back: bool) -> None:
        post = self.added[-1 - which]
        if back:
            self.plan[post.key] = post
        else:
            self.plan.pop(post.key, None)
        self._adopt_and_approve()

    @rule(scope=st.sampled_from([Scope.everything(), Scope.force("kent")]))
    def hold_for_a_moment(self, scope: Scope) -> None:
        self._until_something_is_due()
        self.ledger.hold(scope, by="gold", reason="incident", now=self.clocks.now())
        self._deliver_all(self._delivery())
        self.clocks.pass_time(1)
        self._release()

    @rule(seconds=st.sampled_from([1, 31, 61, 61, 1300]))
    def wait(self, seconds: int) -> None:
        self.clocks.pass_time(seconds)

    @rule(
        dies_at=st.sampled_from([None, None, None, *STEPS]),
        held_at=st.sampled_from([None, None, *BEFORE_THE_INTENT]),
        fault=st.sampled_from(FAULTS),
        loses_answer=st.booleans(),
        tidies_up=st.booleans(),
    )
    def deliver(
        self,
        dies_at: str | None,
        held_at: str | None,
        fault: Outcome | None,
        loses_answer: bool,
        tidies_up: bool,
    ) -> None:
        self._until_something_is_due()
        self.fault = fault
        for platform in self.platforms.values():
            platform.answer = _lost if loses_answer else _kept
        self._deliver_all(self._delivery(dies_at, held_at))
        self._release()
        if tidies_up:
            self.leases_run_out()

    def _until_something_is_due(self) -> None:
        if not self.ledger.due(now=self.clocks.now()):
            self._add(minutes=1)
            self._adopt_and_approve()
            self.clocks.pass_time(61)

    def _deliver_all(self, delivery: Delivery) -> None:
        for key in self.ledger.due(now=self.clocks.now()):
            try:
                delivery.deliver(key)
            except Killed:
                self._restart()
                return

    def _release(self) -> None:
        for one in self.ledger.holds():
            self.ledger.release(one.scope, by="gold", reason="over", now=self.clocks.now())

    @rule(intends=st.booleans(), again=st.booleans())
    def claim_and_freeze(self, intends: bool, again: bool) -> None:
        self._until_something_is_due()
        self._freeze(intends)
        if again:
            self.leases_run_out()
            self._freeze(intends)

    def _freeze(self, intends: bool) -> None:
        for key in self.ledger.due(now=self.clocks.now()):
            claim = self.ledger.claim(key, worker="frozen", now=self.clocks.now())
            if isinstance(claim, Claim):
                if intends:
                    self.ledger.intend(claim, payload_sha256="ab", now=self.clocks.now())
                self.stale.append(claim)
                return

    @precondition(lambda self: self.stale)
    @rule(outcome=st.sampled_from([Refused("No."), Unknown("?"), NotSent("Later.", 1.0)]))
    def a_frozen_worker_wakes(self, outcome: Outcome) -> None:
        """Long after its lease: it must find itself fenced out, unless nobody ended its claim."""
        claim = self.stale.pop(0)
        standing = {one.key: one.token for one in self.ledger.sending()}
        before = self.ledger.post(claim.key)
        if standing.get(claim.key) != claim.token:
            refused = self.ledger.intend(claim, payload_sha256="cd", now=self.clocks.now())
            assert isinstance(refused, NotClaimed)
            assert not self.ledger.record(claim, outcome, now=self.clocks.now())
            assert self.ledger.post(claim.key) == before

    @rule()
    def leases_run_out(self) -> None:
        self.sweeper.sweep()
        self.clocks.pass_time(LEASE_SECONDS)
        self.sweeper.sweep()

    @rule()
    def settle(self) -> None:
        self.sweeper.settle()
        self.clocks.pass_time(60)
        self.sweeper.settle()

    def _restart(self) -> None:
        self.ledger.close()
        self.ledger = Ledger.open(self.url, Mode.DRY)
        self.sweeper = self._delivery()

    # --- what must always hold ------------------------------------------------------------------

    @invariant()
    def no_place_is_filled_twice_and_the_ledger_knows(self) -> None:
        posts = {post.key: post for post in self.ledger.posts()}
        sent = [key for platform in self.platforms.values() for key, _ in platform.published]
        assert len(sent) == len(set(sent)), "published twice"
        for key in sent:
            assert posts[key].state in (State.PUBLISHED, State.UNKNOWN, State.SENDING)
        for post in posts.values():
            assert (post.state is State.PUBLISHED) <= (post.key in sent), "never published"

    @invariant()
    def what_is_final_stays(self) -> None:
        now = {post.key: post.state for post in self.ledger.posts()}
        for key, state in self.final.items():
            assert now[key] is state
        self.final = {key: state for key, state in now.items() if state in FINAL}

    @invariant()
    def one_post_of_an_account_is_in_flight_and_tokens_only_grow(self) -> None:
        sending = self.ledger.sending()
        assert len({one.key.account for one in sending}) == len(sending)
        for one in sending:
            assert one.token >= self.tokens.get(one.key, 0)
            self.tokens[one.key] = one.token

    def teardown(self) -> None:
        assert isinstance(self.ledger.verify(), int)
        self.ledger.close()
        self.place.__exit__(None, None, None)


def _lost(_receipt: Receipt) -> Outcome:
    return Unknown("The line was cut.")


def _kept(receipt: Receipt) -> Outcome:
    return receipt


def test_any_order_of_events_keeps_what_must_always_hold(
    kind: str, empty_ledgers: Callable[[], AbstractContextManager[str]]
) -> None:
    class Machine(LedgerMachine):
        new_place = staticmethod(empty_ledgers)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25 if kind == "sqlite" else 10,  # the server's answers take longer
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
