"""The command that runs the bot."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

import click
import structlog

from bot import app
from bot.cli import show
from bot.cli.greeting import greet
from bot.cli.log import log_for_people_or_programs
from bot.cli.watch import Watch
from bot.core.model import BotError, Following, LedgerError, Mode, PostKey, SettingsError, State
from bot.core.source import Severity, did_you_mean
from bot.delivery import nothing_follows
from bot.ledger import Adoption, Hold, LedgerPost

DISPATCH_SECONDS: Final = 2.0
SWEEP_SECONDS: Final = 15.0
TELL_SECONDS: Final = 15.0
PLAN_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0
"""How long a post in hand may take to end after SIGTERM; hosts kill after 30."""

LISTEN_SECONDS: Final = 5.0
"""How long a bot is silent at first to hear another: one beats every two seconds."""
JUST_NOW: Final = timedelta(seconds=10)

log = structlog.get_logger()


# --- run --------------------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot run     .venv/bin/bot run --once     "
    "BOT_MODE=live .venv/bin/bot run"
)
@click.option("--once", is_flag=True, help="Do what is due now and end: for cron, every minute.")
def run(once: bool) -> None:
    """Publish what is due, when it is due, until stopped. Dry run unless BOT_MODE=live.

    SIGTERM (or Ctrl-C) finishes the post in hand and ends.
    """
    env = app.read_environment()
    log_for_people_or_programs()
    clocks = app.SystemClocks(env.now)
    ledger = app.open_ledger(env, now=clocks.now(), create=True)
    try:
        running = Running(app.Bot(env, ledger, clocks))
        if once:
            running.once()
            return
        code = running.until_stopped()
    finally:
        ledger.close()
    raise click.exceptions.Exit(code)


class Running:
    """The clock's ticks over one bot."""

    def __init__(self, bot: app.Bot) -> None:
        self.bot = bot
        self._planned_from: object = None
        self._ruled_by: object = None  # the files by whose change what was approved may not leave
        self._planning = threading.Lock()
        self._plan_trouble: SettingsError | None = None
        self._warned: set[PostKey] = set()
        self._said: dict[PostKey, str] = {}  # why a post was not sent, where the ledger failed
        self._holds: dict[int, Hold] = {one.id: one for one in bot.ledger.holds()}
        self._clock = _WallClock(bot)
        self._watch = Watch(bot)
        self._heads_on = _london_day(bot.ledger.last_heartbeat())

    def once(self) -> None:
        """What is due, and then, as an error, what stood in its way: the other posts went out."""
        ledger, clocks = self.bot.ledger, self.bot.clocks
        adoption = self._first_plan()
        self._watch.begin()
        changed = adoption is not None and bool(adoption.new or adoption.changed)
        if changed or _an_hour_turned(ledger.last_heartbeat(), clocks.now()):
            self.say_who_cannot_send()
            self._warn()
        self.say_heads()
        ledger.heartbeat(now=clocks.now())
        self.sweep()
        trouble: BotError | None = self._plan_trouble
        for key in ledger.due(now=clocks.now()):
            try:
                self._deliver(key)
            except LedgerError as error:
                log.error("not-sent-yet", key=str(key), why=str(error))
                trouble = trouble or error
        self._settle()
        worked = not isinstance(trouble, LedgerError)
        self._watch.ended(worked=worked, plan_trouble=self._plan_trouble)
        if trouble is not None:
            raise trouble

    def until_stopped(self) -> int:
        """Runs until a signal comes; the exit code."""
        from bot.carrier import Carrier
        from bot.clock import Clock, Tick

        stopped = threading.Event()
        code = 0

        def stop(number: int, _frame: Any) -> None:
            nonlocal code
            code = 130 if number == signal.SIGINT else 0
            stopped.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        place = app.SameLedger(self.bot.env, self.bot.ledger, self.bot.clocks)
        others = _Others(self.bot)
        self._first_plan()
        self.say_who_cannot_send()
        self._warn()
        greet(self.bot, self._plan_trouble)

        def deliver(key: PostKey, following: Following) -> None:
            if place.is_in_place():
                self._deliver_or_say_why(key, following)

        carrier = Carrier(deliver)

        def dispatch() -> None:
            nonlocal code
            gone = place.gone()
            if gone:
                log.error("ledger-gone", so=gone)
                code = 1
                stopped.set()
                return
            now = self.bot.clocks.now()
            others.listen()
            if not others.listening:
                self.bot.ledger.heartbeat(now=now)
            self._tell_holds()
            carrier.submit(self.bot.ledger.due(now=now))

        def sweep() -> None:
            if not others.listening:  # sweeping beats too
                self.say_heads()
                self.sweep()
                self._settle()
                if clock.healthy:
                    self._say_alive()

        clock = Clock(
            {
                "dispatch": Tick(dispatch, every_seconds=DISPATCH_SECONDS),
                "sweep": Tick(sweep, every_seconds=SWEEP_SECONDS),
                "plan": Tick(self.plan, every_seconds=PLAN_SECONDS),
                "tell": Tick(self._tell, every_seconds=TELL_SECONDS),
            }
        )
        clock.start()
        while not stopped.wait(0.5):
            pass
        clock.stop()
        finished = carrier.drain(STOP_SECONDS - 2)
        app.note_jump(self.bot.env, None)
        if finished:
            click.echo("Stopped. Nothing was left in hand.")
        else:
            click.echo("Stopped with a post in hand: .venv/bin/bot unsettled will name it.")
        return code

    # --- planning -------------------------------------------------------------------------------

    def _first_plan(self) -> Adoption | None:
        """The first plan; None where it could not be made and an older one stands in the ledger.

        Raises SettingsError where there is none, and where BOT_FORCES names nobody.
        """
        planned_from, ruled_by = self._sources(), app.rules_fingerprint(self.bot.env)
        try:
            adoption = self.bot.plan_ahead()
        except SettingsError as error:
            if not self.bot.ledger.posts(limit=1):
                raise
            self._plan_failed(error)
            adoption = None
        else:
            _check_forces(self.bot)
        self._planned_from, self._ruled_by = planned_from, ruled_by
        return adoption

    def plan(self) -> None:
        """Plans again where a file or the date has changed, or an embargo has ended.

        A broken file changes nothing.
        """
        with self._planning:  # of two plans the one made from older files must not come last
            self._plan_if_changed()
        self._warn()

    def _plan_if_changed(self) -> None:
        planned_from, ruled_by = self._sources(), app.rules_fingerprint(self.bot.env)
        if (planned_from, ruled_by) != (self._planned_from, self._ruled_by):
            try:
                self._tell_plan(self.bot.plan_ahead())
            except SettingsError as error:
                self._plan_failed(error)
        # Only now: what the ledger could not take is tried again at the next turn.
        self._planned_from, self._ruled_by = planned_from, ruled_by

    def _see_rules(self) -> None:
        """Plans first where the constants or the calendar have changed since the last plan.

        Looked at before every post: with another threat level, or in a silence that was written
        down meanwhile, what was approved must not leave in the minute until the next plan.
        """
        if app.rules_fingerprint(self.bot.env) == self._ruled_by:
            return
        with self._planning:
            self._plan_if_changed()

    def _if_rules_stand(self, following: Following) -> PostKey | None:
        """The next key; none where there is to be a plan before it is claimed."""
        stands = app.rules_fingerprint(self.bot.env) == self._ruled_by
        return following() if stands else None

    def _sources(self) -> object:
        """What a plan follows from: read before it, so that a later change is seen."""
        day = app.today(self.bot.clocks.now())
        return app.fingerprint(self.bot.env), day, self.bot.embargoed()

    def _plan_failed(self, error: SettingsError) -> None:
        self._plan_trouble = error
        log.error("plan-failed", why=str(error), so="the last good plan stands")

    def _tell_plan(self, adoption: Adoption) -> None:
        self._plan_trouble = None
        done = {
            "new": len(adoption.new),
            "changed": len(adoption.changed),
            "withdrawn": len(adoption.gone),
        }
        if any(done.values()):
            log.info("planned", **done)
        errors = [p for p in self.bot.problems if p.severity is Severity.ERROR]
        for problem in errors[:5]:
            log.error("problem", where=str(problem.place), what=problem.message)

    def say_who_cannot_send(self) -> None:
        waiting = self.bot.ledger.posts(states=[State.PLANNED])
        for account in sorted({post.key.account for post in waiting}):
            try:
                self.bot.platform_for(account)
            except SettingsError as error:  # the other accounts go on
                log.error("no-credentials", account=account, why=str(error))

    def _warn(self) -> None:
        """One line for all that nobody has approved yet, and again only for more of them."""
        soon = [post for post in unapproved_soon(self.bot) if post.key not in self._warned]
        if soon:
            self._warned.update(post.key for post in soon)
            log.warning(
                "not-approved",
                posts=len(soon),
                key=str(soon[0].key),
                due=show.local_moment(soon[0].due),
                so="what nobody approves is not sent",
            )

    # --- the ledger -----------------------------------------------------------------------------

    def say_heads(self) -> None:
        """The heads of all chains, once a day: a log kept elsewhere shows later what was cut off.

        Not before a first day is over: until then there is little that anybody could cut.
        """
        today = app.today(self.bot.clocks.now())
        if self._heads_on is None:
            self._heads_on = today
        if self._heads_on == today:
            return
        events, head = self.bot.ledger.head()
        heads = {force or "ledger": one for force, (_, one) in self.bot.ledger.heads().items()}
        why = "kept elsewhere, it shows later that nothing before it was cut off"
        log.info("audit-head", events=events, head=head, heads=heads, why=why)
        self._heads_on = today

    def sweep(self) -> None:
        """Puts right what was left, and says so; and when the clock cannot be believed."""
        found = self.bot.delivery.sweep()
        self._clock.swept(steady=found.clock_is_steady)
        for hold in found.ended:
            log.warning("hold-ended", scope=str(hold.scope), so="its end had come")
        for key in found.missed:
            post = self.bot.ledger.post(key)
            log.warning("missed", key=str(key), why=post.why if post else "")

    def _say_alive(self) -> None:
        self._watch.swept(steady=self._clock.jump is None)

    def _tell(self) -> None:
        self._watch.tell(jump=self._clock.jump, plan_trouble=self._plan_trouble)

    def _settle(self) -> None:
        for look in self.bot.delivery.settle():
            log.info("looked", key=str(look.key), state=str(look.state), seen=look.sentence)

    def _tell_holds(self) -> None:
        holds = {one.id: one for one in self.bot.ledger.holds()}
        for number in holds.keys() - self._holds.keys():
            one = holds[number]
            log.warning(
                "held",
                scope=str(one.scope),
                kind=str(one.kind),
                until=one.until.isoformat() if one.until else None,
                by=one.by,
                reason=one.reason,
            )
        for number in self._holds.keys() - holds.keys():
            log.warning("released", scope=str(self._holds[number].scope))
        self._holds = holds

    def _deliver_or_say_why(self, key: PostKey, following: Following) -> None:
        """Delivers; a ledger that fails is said once for a post, not at every turn."""
        try:
            self._deliver(key, following)
        except LedgerError as error:
            if self._said.get(key) != str(error):
                self._said[key] = str(error)
                log.error("not-sent-yet", key=str(key), why=str(error))

    def _deliver(self, key: PostKey, following: Following = nothing_follows) -> None:
        self._see_rules()
        state = self.bot.delivery.deliver(key, partial(self._if_rules_stand, following))
        spoken = "dry-run-" * (self.bot.env.mode is Mode.DRY) + str(state)
        if state is State.PUBLISHED:
            log.info(spoken, key=str(key))
        if state in (State.PLANNED, State.REFUSED, State.UNKNOWN):
            post = self.bot.ledger.post(key)
            said = "not-sent-yet" if state is State.PLANNED else spoken
            log.warning(said, key=str(key), why=post.why if post else "")


class _WallClock:
    """Says when the wall clock has jumped, and when it can be believed again: once each.

    The ledger's delivery decides; here is only what people are told, and by how much it was.
    """

    def __init__(self, bot: app.Bot) -> None:
        self._env, self._clocks = bot.env, bot.clocks
        self._believed = self._offset()
        self.jump: app.Jump | None = None
        app.note_jump(self._env, None)

    def swept(self, *, steady: bool) -> None:
        if not steady:
            if self.jump is None:
                moved = self._offset() - self._believed
                self.jump = app.Jump(self._clocks.now(), moved)
                log.error("clock-jumped", so=self.jump.sentence)
            app.note_jump(self._env, self.jump)
            return
        self._believed = self._offset()
        if self.jump is not None:
            self.jump = None
            app.note_jump(self._env, None)
            log.warning("clock-steady", so="posts go out again")

    def _offset(self) -> float:
        return self._clocks.now().timestamp() - self._clocks.boot()


class _Others:
    """Whether another bot runs over this ledger. It beats; this one listens first, silently."""

    def __init__(self, bot: app.Bot) -> None:
        self._ledger, self._clocks = bot.ledger, bot.clocks
        self._beat = bot.ledger.last_heartbeat()
        self._until = self._clocks.boot() + LISTEN_SECONDS
        is_fresh = self._beat is not None and abs(self._clocks.now() - self._beat) <= JUST_NOW
        self.listening = is_fresh

    def listen(self) -> None:
        """Says so once where another one beat; after that, or after a while, it listens no more."""
        if not self.listening:
            return
        if self._ledger.last_heartbeat() != self._beat:
            self.listening = False
            log.warning(
                "another-bot",
                so="another bot runs on this ledger. That is harmless, and one is enough.",
            )
        elif self._clocks.boot() >= self._until:
            self.listening = False


def _london_day(instant: datetime | None) -> date | None:
    return None if instant is None else app.today(instant)


def _an_hour_turned(last: datetime | None, now: datetime) -> bool:
    """Whether an hour began since: cron starts a bot each minute, and a line an hour will do."""
    return last is None or last.timestamp() // 3600 != now.timestamp() // 3600


def _check_forces(bot: app.Bot) -> None:
    config = bot.last_good.config if bot.last_good else None
    senders = {*config.senders, *config.broken_senders} if config else set()
    for force in bot.env.forces:
        if force not in senders:
            raise SettingsError(
                f'BOT_FORCES names "{force}", which is not in config/forces.yaml. '
                + did_you_mean(force, senders, what="Forces")
            )


def unapproved_soon(bot: app.Bot) -> Sequence[LedgerPost]:
    """Posts due within the warning time that nobody has approved, the first due first."""
    now = bot.clocks.now()
    warn = bot.last_good.config.settings.warn_unapproved if bot.last_good else timedelta(days=1)
    soon = bot.ledger.posts(states=[State.PLANNED], due_before=now + warn)
    return [post for post in soon if not post.approved_by]
