"""What came of a seed: the platform's own account of it, compared with the ledger's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import timedelta
from statistics import median

from bot.core.model import Mode, PostKey, State
from bot.delivery import LEASE_MARGIN_SECONDS
from bot.ledger import LEASE_SECONDS, Event, Ledger, LedgerPost
from tests.faults.campaign import Done, HoldSeen
from tests.faults.platform import Ask, user_of

LATEST = timedelta(seconds=LEASE_SECONDS - LEASE_MARGIN_SECONDS)
"""After its grace a post that was claimed in time may still leave for so long."""
STATED = (
    State.PUBLISHED, State.REFUSED, State.UNKNOWN, State.MISSED, State.DROPPED, State.WITHDRAWN,
)  # fmt: skip


@dataclass
class Verdict:
    """One row of the table. The last five must be 0."""

    runs: int = 0
    kills: int = 0
    planned: int = 0
    once: int = 0
    refused: int = 0
    missed: int = 0
    for_a_person: int = 0
    may_still_leave: int = 0
    doubled: int = 0
    lost: int = 0
    under_hold: int = 0
    late: int = 0
    stuck: int = 0
    faults: list[str] = field(default_factory=list)  # what is wrong, in words
    hold_seconds: list[float] = field(default_factory=list)
    places: set[str] = field(default_factory=set)  # file:line where a life was killed

    @property
    def is_good(self) -> bool:
        return not self.faults

    def add(self, other: Verdict) -> None:
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            setattr(self, one.name, mine | theirs if one.name == "places" else mine + theirs)


def judged(done: Done, asks: Iterable[Ask], *, knows_all: bool = True) -> Verdict:
    """The verdict on one seed, whose lives have all ended.

    `knows_all` says whether this ledger is to account for all that is public: a new one need not.
    A request that the platform refused as a repetition counts as doubled: the platform's rule, and
    not the program, kept it from being so.
    """
    ledger = Ledger.open(done.world.ledger_url, Mode.LIVE)
    try:
        return _Judge(done, ledger, list(asks), knows_all).verdict()
    finally:
        ledger.close()


class _Judge:
    def __init__(self, done: Done, ledger: Ledger, asks: list[Ask], knows_all: bool) -> None:
        self.done, self.ledger, self.knows_all = done, ledger, knows_all
        self.posts = {
            (user_of(post.key.account), post.rendering.text.strip()): post
            for post in ledger.posts()
        }
        self.asks: dict[PostKey, list[Ask]] = defaultdict(list)
        self.found = Verdict(runs=len(done.lives.all), kills=done.lives.killed())
        for ask in asks:
            post = self.posts.get((ask.user, ask.text))
            if post is None:
                self._wrong("lost", f"the platform was asked for words nobody planned: {ask}")
            else:
                self.asks[post.key].append(ask)

    def verdict(self) -> Verdict:
        found = self.found
        states = Counter(post.state for post in self.posts.values())
        found.planned, found.refused = len(self.posts), states[State.REFUSED]
        found.missed, found.for_a_person = states[State.MISSED], states[State.UNKNOWN]
        for post in self.posts.values():
            self._look_at(post, self.asks[post.key])
        whole = self.ledger.verify()
        if not isinstance(whole, int):
            self._wrong("lost", f"the history is not whole: {whole.sentence}")
        found.hold_seconds = [one.returned - one.asked for one in self.done.holds]
        deaths = self.done.lives.deaths
        found.places = set(deaths.read_text().split()) if deaths.exists() else set()
        return found

    def _look_at(self, post: LedgerPost, asks: list[Ask]) -> None:
        accepted = [ask for ask in asks if ask.came_of_it == "accepted"]
        again = [ask for ask in asks if ask.came_of_it == "duplicate"]
        published = post.state is State.PUBLISHED
        if len(accepted) > 1 or again:
            self._wrong("doubled", f"{post.key} was sent {len(accepted) + len(again)} times")
        elif published and accepted:
            self.found.once += 1
        if published and not accepted:
            self._wrong("lost", f"{post.key} is called published, and was never accepted")
        if self.knows_all and accepted and post.state not in (State.PUBLISHED, State.UNKNOWN):
            self._wrong("lost", f"{post.key} is public, and is called {post.state}: {post.why}")
        if post.state not in STATED:
            self._wrong("stuck", f"{post.key} is {post.state}: {post.why}")
        if post.state is State.MISSED and not post.why:
            self._wrong("stuck", f"{post.key} is missed for no reason")
        if self.knows_all and asks and not self._has_attempt(post):
            self._wrong("lost", f"{post.key} was sent without an intent")
        for ask in asks:
            self._look_when(post, ask)

    def _has_attempt(self, post: LedgerPost) -> bool:
        """Or its words stood on the timeline already, as a copy that was put back finds them."""
        stood = any("stood on the timeline" in str(one.facts) for one in self._events(post))
        return stood or bool(self.ledger.attempts(post.key))

    def _events(self, post: LedgerPost) -> tuple[Event, ...]:
        return self.ledger.events(key=post.key)

    def _look_when(self, post: LedgerPost, ask: Ask) -> None:
        at = self.done.clock.at(ask.at)
        early = at < post.due - timedelta(seconds=31)  # a step so small is no step
        after = post.due + timedelta(seconds=post.grace_seconds) + LATEST
        if early or at > after:
            self._wrong("late", f"{post.key} was due at {post.due} and sent at {at}")
        if ask.side_by_side:
            self._wrong("doubled", f"{post.key} was sent while another of its account was")
        for hold in self.done.holds:
            if covers(hold, post) and _stood(hold, ask):
                self._under_hold(post, hold, ask)

    def _under_hold(self, post: LedgerPost, hold: HoldSeen, ask: Ask) -> None:
        """A process that was frozen past its intent may still send when it wakes."""
        frozen = any(since < hold.returned < until for _, since, until in self.done.frozen)
        if frozen:
            self.found.may_still_leave += 1
        else:
            late = ask.at - hold.returned
            self._wrong("under_hold", f"{post.key} reached the platform {late:.3f} s after a hold")

    def _wrong(self, column: str, sentence: str) -> None:
        setattr(self.found, column, getattr(self.found, column) + 1)
        self.found.faults.append(sentence)


def covers(hold: HoldSeen, post: LedgerPost) -> bool:
    kind, _, name = hold.scope.partition(":")
    of_post = {
        "": "",
        "force": post.sender,
        "region": post.region,
        "account": post.key.account,
    }
    return of_post[kind] == name


def _stood(hold: HoldSeen, ask: Ask) -> bool:
    return hold.returned < ask.at and (hold.released is None or ask.at < hold.released)


COLUMNS: tuple[tuple[str, str], ...] = (
    ("runs", "runs"), ("kills", "kills"), ("planned", "planned"), ("once", "once"),
    ("refused", "refused"), ("missed", "missed"), ("for_a_person", "for a person"),
    ("may_still_leave", "may still leave"), ("doubled", "doubled"), ("lost", "lost"),
    ("under_hold", "under hold"), ("late", "late"), ("stuck", "stuck"),
)  # fmt: skip


def head(first: str = "seed", width: int = 12) -> str:
    return first.ljust(width) + " ".join(title.rjust(max(7, len(title))) for _, title in COLUMNS)


def row(name: str, verdict: Verdict, width: int = 12) -> str:
    cells = (
        str(getattr(verdict, attribute)).rjust(max(7, len(title))) for attribute, title in COLUMNS
    )
    return name.ljust(width) + " ".join(cells)


def in_words(total: Verdict, lines: Callable[[], int] | None = None) -> list[str]:
    said = []
    if total.hold_seconds:
        longest, middle = max(total.hold_seconds), median(total.hold_seconds)
        said.append(
            f"{len(total.hold_seconds)} holds under load: from the command to its return "
            f"{middle:.2f} s in the middle, {longest:.2f} s at most."
        )
    if total.places:
        said.append(f"Killed before {len(total.places)} different lines of the protocol.")
    return said
