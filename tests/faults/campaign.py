"""One seed: a day of a campaign in which all goes wrong that may, and then time to settle."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from bot.core.model import LedgerError, Mode
from bot.ledger import Ledger
from tests.faults.lives import Life, Lives
from tests.faults.platform import HostilePlatform
from tests.faults.world import GRACE, SPREAD_MINUTES, Clock, World, forces
from tests.postgres import PostgresServer

BEFORE: Final = datetime.fromisoformat("2015-11-22T08:00Z")
LINES_OF_A_DELIVERY: Final = 2_000  # about; a sweep of nothing runs fewer
STEPS: Final = ("claimed", "timeline-read", "prepared", "intended", "published", "recorded")
JUMPS: Final = (-7 * 3600.0, -3600.0, -300.0, 300.0, 3600.0, 7 * 3600.0)
HELD_SCOPES: Final = ("force:{force}", "force:{force}", "account:{force}-x", "region:London")
HELD_ALTOGETHER: Final = 0.3  # of the slots begin with everything being held under full load


@dataclass
class HoldSeen:
    """A hold as a person saw it: nothing may reach the platform from its return to its release."""

    scope: str
    asked: float  # monotonic, as are all
    returned: float
    released: float | None = None


@dataclass
class Done:
    """What was done to the program in one seed."""

    world: World
    clock: Clock
    lives: Lives
    holds: list[HoldSeen] = field(default_factory=list)
    frozen: list[tuple[Life, float, float]] = field(default_factory=list)  # from, until
    actions: dict[str, int] = field(default_factory=dict)


class Campaign:
    """A seed's choices, and the means to carry them out."""

    def __init__(
        self,
        seed: int,
        world: World,
        clock: Clock,
        lives: Lives,
        platform: HostilePlatform,
        *,
        kills: int,
        restart_database: Callable[[], None] | None = None,
    ) -> None:
        self.chance = random.Random(seed)
        self.platform = platform
        self.done = Done(world, clock, lives)
        self._kills = kills
        self._restart_database = restart_database
        self._holding: tuple[Life, HoldSeen] | None = None
        self._standing: HoldSeen | None = None

    # --- a day ----------------------------------------------------------------------------------

    def live_through(self) -> None:
        clock, lives = self.done.clock, self.done.lives
        slots = self.done.world.slot_times()
        for number, slot in enumerate(slots, start=1):
            clock.move_to(slot - timedelta(seconds=20))
            wanted = self._kills * number // len(slots)
            all_due = slot + timedelta(minutes=SPREAD_MINUTES)
            ends = all_due + GRACE + timedelta(minutes=2)
            if self.chance.random() < HELD_ALTOGETHER:
                clock.move_to(all_due)
                self._hold_under_load("")
            last_chance: datetime | None = all_due + GRACE - timedelta(minutes=SPREAD_MINUTES + 2)
            while clock.now() < ends:
                if last_chance is not None and clock.now() >= last_chance:
                    self._run_undisturbed()  # so that what the kills left is public for certain
                    last_chance = None
                self._do_something()
                missing = max(1, wanted - lives.killed())
                # Slowly while there is much to be killed, and on when there is enough of it.
                left = (ends - clock.now()).total_seconds()
                clock.pass_time(min(120.0, max(3.0, left / missing)))
            self._end_hold()
        lives.kill_all()

    def settle(self) -> None:
        """The platform is kind again, nothing is killed, and time passes."""
        self._end_hold()
        self.done.lives.kill_all()
        self.platform.be_kind()
        for minutes in (1, 2, 4, 4, 4, 15, 15):
            self._start_stopped_accounts()
            self.done.lives.begin("run", "--once").wait()
            self.done.clock.pass_time(60.0 * minutes)

    # --- what may happen ------------------------------------------------------------------------

    def _do_something(self) -> None:
        weighted: Mapping[Callable[[], None], float] = {
            self._die_at_a_line: 50,
            self._die_at_a_step: 8,
            self._die_at_any_moment: 16,
            self._two_at_once: 8,
            self._run_undisturbed: 4,
            self._hold: 5,
            self._lose_the_network: 4,
            self._lose_the_database: 3,
            self._fill_the_disk: 3,
            self._jump: 2,
            self._start_stopped_accounts: 2,
            self._post_by_hand: 2,
            self._freeze: 0.4,
        }
        (action,) = self.chance.choices([*weighted], [*weighted.values()])
        name = action.__name__.strip("_")
        self.done.actions[name] = self.done.actions.get(name, 0) + 1
        action()
        self._notice_the_hold()

    def _die_at_a_line(self) -> None:
        for life in [self._dying() for _ in range(self.chance.choice((1, 1, 2)))]:
            life.wait()

    def _dying(self) -> Life:
        most = LINES_OF_A_DELIVERY * self.chance.choice((1, 2, 4, 10))
        return self._begin("run", "--once", dies_at_line=self.chance.randint(1, most))

    def _die_at_a_step(self) -> None:
        self._begin("run", "--once", BOT_KILL_AT=self.chance.choice(STEPS)).wait()

    def _die_at_any_moment(self) -> None:
        life = self._begin(*self.chance.choice((("run",), ("run", "--once"))))
        time.sleep(self.chance.uniform(0.1, 0.9))
        life.kill()

    def _two_at_once(self) -> None:
        lives = [self._begin("run") for _ in range(self.chance.choice((2, 3)))]
        time.sleep(self.chance.uniform(0.3, 1.2))
        for life in lives:
            life.kill()

    def _run_undisturbed(self) -> None:
        self._begin("run", "--once").wait()

    def _lose_the_network(self) -> None:
        if self.chance.random() < 0.5:
            self._begin("run", "--once", BOT_X_URL="http://127.0.0.1:9").wait()
            return
        life = self._begin("run")
        time.sleep(self.chance.uniform(0.1, 0.6))
        self.platform.go_away(self.chance.uniform(0.1, 0.6))
        time.sleep(self.chance.uniform(0.3, 0.8))
        life.kill()

    def _lose_the_database(self) -> None:
        life = self._begin("run")
        time.sleep(self.chance.uniform(0.1, 0.6))
        if self._restart_database is not None:
            self._restart_database()
        else:
            other = sqlite3.connect(self.done.world.ledger_file, isolation_level=None, timeout=30)
            try:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(self.chance.uniform(0.2, 1.5))
            finally:
                other.close()
        time.sleep(self.chance.uniform(0.1, 0.5))
        life.kill()

    def _fill_the_disk(self) -> None:
        if self.done.world.database_url is not None:
            self._die_at_a_line()
            return
        files = self.done.world.ledger_file.parent.glob("live.sqlite3*")
        room = max(file.stat().st_size for file in files) + self.chance.randint(0, 150_000)
        self._begin("run", "--once", room_bytes=room).wait()

    def _jump(self) -> None:
        """Our clock jumps under a running bot, and is set right after a while."""
        life = self._begin("run")
        time.sleep(self.chance.uniform(0.3, 0.8))
        self.done.clock.jump(self.chance.choice(JUMPS))
        time.sleep(self.chance.uniform(0.5, 2.5))
        self.done.clock.jump(0.0)
        time.sleep(self.chance.uniform(0.1, 0.5))
        life.kill()

    def _freeze(self) -> None:
        """A bot is frozen beyond its lease while another sweeps, and wakes."""
        clock = self.done.clock
        frozen = self._begin("run")
        time.sleep(self.chance.uniform(0.3, 0.9))
        frozen.signal(signal.SIGSTOP)
        since = time.monotonic()
        sweeper = self._begin("run")
        time.sleep(1.5)
        clock.pass_time(130)
        time.sleep(16.0)  # it sweeps every 15 s
        self._notice_the_hold()
        frozen.signal(signal.SIGCONT)
        self.done.frozen.append((frozen, since, time.monotonic()))
        time.sleep(1.0)
        frozen.kill()
        sweeper.kill()

    def _start_stopped_accounts(self) -> None:
        """A person lets accounts publish again that the platform's answers stopped."""
        try:  # looked up here: a process to ask would take as long as all the others
            ledger = Ledger.open(self.done.world.ledger_url, Mode.LIVE)
        except LedgerError:
            return
        try:
            stopped = [one.account for one in ledger.stopped_accounts()]
        finally:
            ledger.close()
        for account in stopped:
            again = self.done.lives.begin(
                *("release", f"account:{account}", "--by", "Ann", "--reason", "paid")
            )
            again.wait()

    def _post_by_hand(self) -> None:
        number = len(self.done.lives.all)
        force = self.chance.choice(self._forces())
        self.platform.show(f"{force}-x", f"Found: a brown dog, number {number}. Is it yours?")

    # --- holds ----------------------------------------------------------------------------------

    def _hold(self) -> None:
        """A person holds while bots are at work; released some actions later."""
        if self._holding or self._standing:
            self._end_hold()
            return
        scope = self.chance.choice(HELD_SCOPES).format(force=self.chance.choice(self._forces()))
        self._hold_under_load(scope)

    def _hold_under_load(self, scope: str) -> None:
        bots = [self._begin("run") for _ in range(self.chance.choice((1, 2, 3)))]
        time.sleep(self.chance.uniform(0.3, 0.9))
        asked = time.monotonic()
        words = [scope] if scope else []
        held = self.done.lives.begin(
            "hold", *words, "--by", "Gold", "--reason", "incident", "--routine"
        )
        self._holding = held, HoldSeen(scope, asked, 0.0)
        time.sleep(self.chance.uniform(0.1, 1.5))
        for bot in bots:
            bot.kill()

    def hold_now(self, scope: str) -> None:
        """A person holds, and waits until the command has returned."""
        held = self.done.lives.begin(
            "hold", *scope.split(), "--by", "Gold", "--reason", "incident", "--routine"
        )
        self._holding = held, HoldSeen(scope, time.monotonic(), 0.0)
        held.wait()
        self._notice_the_hold()

    def _notice_the_hold(self) -> None:
        """Whether the command has returned by now: from then on its word counts."""
        if self._holding is None:
            return
        life, seen = self._holding
        if life.reaped():
            if life.code != 0:
                raise AssertionError(f"a hold failed:\n{life.said()[-2000:]}")
            seen.returned = life.ended_at or time.monotonic()
            self.done.holds.append(seen)
            self._standing, self._holding = seen, None

    def _end_hold(self) -> None:
        if self._holding is not None:
            self._holding[0].wait()
            self._notice_the_hold()
        if self._standing is None:
            return
        words = [self._standing.scope] if self._standing.scope else []
        self._standing.released = time.monotonic()
        self.done.lives.run("release", *words, "--by", "Gold", "--reason", "over")
        self._standing = None

    def _forces(self) -> list[str]:
        return forces(self.done.world.size)

    def _begin(self, *arguments: str, **options: Any) -> Life:
        return self.done.lives.begin(*arguments, **options)


# --- the places where a seed happens --------------------------------------------------------------


class Stage(AbstractContextManager["Stage"]):
    """A folder, a platform and a database for one seed, from a template that was made once."""

    def __init__(
        self,
        template: World,
        *,
        seed: int,
        mutation: str | None = None,
        server: PostgresServer | None = None,
        database_url: str | None = None,
        lag: float = 0.0,
        same_words_twice: bool = True,
    ) -> None:
        self._open = ExitStack()
        self.folder = folder = Path(tempfile.mkdtemp(prefix="faults-"))
        self._open.callback(shutil.rmtree, folder, ignore_errors=True)
        self.world = template.copy(folder / "office", database_url)
        self.clock = Clock(folder, BEFORE)
        self.platform = self._open.enter_context(
            HostilePlatform(folder, self.clock.theirs, lag=lag, same_words_twice=same_words_twice)
        )
        self.lives = Lives(folder, self.environment(self.world), mutation)
        self._open.callback(self.lives.kill_all)
        self._server = server
        self.seed = seed

    def environment(self, world: World) -> dict[str, str]:
        return world.environment | {
            "BOT_X_URL": self.platform.url,
            "BOT_NOW": f"@{self.clock.ours}",
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def wait_for(self, life: Life, words: str) -> None:
        """Until the life has said this."""
        for _ in range(2_000):
            if words in life.said():
                return
            time.sleep(0.01)
        raise AssertionError(f"it never said {words!r}:\n{life.said()[-2000:]}")

    def campaign(self, kills: int) -> Campaign:
        return Campaign(
            self.seed,
            self.world,
            self.clock,
            self.lives,
            self.platform,
            kills=kills,
            restart_database=self._server.restart if self._server else None,
        )
