"""One account's days in a run: its places, and what fills them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.core.config import BARRED, Run
from bot.core.model import Account, Pick, Post, PostKey
from bot.core.packs import Pack, Slot, Theme, Wording
from bot.core.plan.choice import Choice, Pool, choose, choose_cycle, may_say, pool_of, suits
from bot.core.plan.occurrences import FIRST_WEEK, WEEK, Occurrence, week_id
from bot.core.plan.politicians import (
    Dues,
    Natural,
    Words,
    kept_but_for_refills,
    without_politicians,
)
from bot.core.plan.values import LeftOut
from bot.core.reading import WEEKDAYS, to_utc
from bot.core.render import render, too_long
from bot.core.source import Place, Problem, Severity
from bot.core.threads import thread

if TYPE_CHECKING:
    from bot.core.plan.planning import Planning


@dataclass(frozen=True, slots=True)
class PlaceInDay:
    """One slot of one day, before anything fills it."""

    number: int  # of the day in its occurrence, from 1
    day: date
    slot: Slot

    @property
    def name(self) -> str:
        return f"d{self.number}.{self.slot.name}"


@dataclass(slots=True)
class AccountPlan:
    """One account's posts in a run."""

    planning: Planning
    run: Run
    pack: Pack
    account: Account
    _pools: dict[tuple[str, str], Pool] = field(default_factory=dict)
    _cycles: dict[tuple[str, int], list[Choice]] = field(default_factory=dict)
    _words: Words = field(init=False)

    def __post_init__(self) -> None:
        self._words = Words(self.planning.sources.config, self.run, self.pack, self.account)

    def fill(self, occurrences: Sequence[Occurrence]) -> None:
        """Plans every place of the occurrences that the window shows, or notes why it is empty."""
        for occurrence in occurrences[:1]:
            self._measure(occurrence)
            self._quiet_slots()
        for occurrence in occurrences:
            shown = set(self._days_to_fill(occurrence))
            for theme, places in self._by_theme(occurrence):
                if any(place.day in shown for place in places):
                    self._theme(occurrence, theme, places, shown)

    def _measure(self, occurrence: Occurrence) -> None:
        """Notes every wording that would not fit, whether it is picked this time or not."""
        wordings = [
            wording
            for message in self.pack.messages.values()
            for wording in message.wordings.values()
            if suits(wording, self.pack, self.account)
            and may_say(self.pack, self.account, message, wording)
        ]
        noon = to_utc(occurrence.starts, time(12))
        self.planning.too_long |= set(
            too_long(self.pack, self.planning.sources.config, self.account, wordings, noon)
        )

    def _quiet_slots(self) -> None:
        """Notes every slot that the sender's own quiet hours leave empty, whatever the day."""
        hours, local = self.pack.sender.quiet_hours, self.pack.local
        for slot in self.pack.slots.values():
            if hours is None or not hours.holds(_local(FIRST_WEEK, slot, self.pack).time()):
                continue
            own = local.places.get(("times", slot.name)) if local else None
            self.planning.problems.append(
                Problem(
                    own or slot.place,
                    "quiet-slot",
                    f"nothing goes out at {slot.name}: it falls into quiet hours.",
                    "Give the slot another time, under times: in messages/local, or change "
                    "quiet_hours in config/forces.yaml.",
                    Severity.WARNING,
                    (self.pack.sender.id,),
                )
            )

    def _days_to_fill(self, occurrence: Occurrence) -> Iterator[date]:
        for number, day in occurrence.dates():
            if not (self.planning.window.holds(day) and occurrence.happens(day)):
                continue
            if self.pack.national.on_day(day) is None:
                weekday = WEEKDAYS[day.weekday()]
                self._left(occurrence, day, "", "no-theme", f"{weekday} has no theme.")
            elif not self._is_paused(occurrence, number, day):
                yield day

    def _is_paused(self, occurrence: Occurrence, number: int, day: date) -> bool:
        found = self.planning.pauses.by(self.run, self.pack.sender, day)
        if found is None:
            return False
        other, sure = found
        if sure:
            code, reason = "paused", f"{other.id} speaks on this day, and pauses {self.run.id}."
        else:
            self._unjudged(occurrence, f"d{number}")
            code = "may-be-paused"
            reason = f"{other.id} may pause {self.run.id} on this day, and its pack has an error."
        self._left(occurrence, day, "", code, reason, other.place)
        return True

    def _by_theme(self, occurrence: Occurrence) -> Iterator[tuple[Theme, list[PlaceInDay]]]:
        places: dict[str, list[PlaceInDay]] = {}
        for number, day in occurrence.dates():
            theme = self.pack.national.on_day(day)
            if theme:
                places.setdefault(theme.name, []).extend(
                    PlaceInDay(number, day, slot) for slot in self.pack.slots.values()
                )
        for name, of_theme in places.items():
            yield self.pack.national.themes[name], of_theme

    def _theme(
        self,
        occurrence: Occurrence,
        theme: Theme,
        places: Sequence[PlaceInDay],
        shown: set[date],
    ) -> None:
        pool = self._pool(occurrence, theme)
        if not pool:
            self.planning.nothing_left.setdefault((theme.place, theme.name), set()).add(
                self.pack.sender.id
            )
        choices = self._choices(occurrence, theme, pool, places)
        kept = [self._kept(occurrence.id, place.name, pool) for place in places]
        dues = self._dues(places)
        filled = without_politicians(self._words, theme, pool, dues, kept, choices)
        for place, choice, natural in zip(places, filled, choices, strict=True):
            if place.day not in shown:
                continue
            if natural is not None and natural is not choice:
                self._say_dropped(occurrence, theme, place, natural, choice)
            if choice is not None:
                self._post(occurrence, theme, place, *choice)
                continue
            if natural is not None:
                continue
            code, reason = "empty-pool", f"no message of {theme.name} is left for it."
            if not pool:
                self._unjudged(occurrence, place.name)
                code = "force-left-with-nothing"
                reason = f"no wording of {theme.name} is for this force."
            self._left(occurrence, place.day, place.name, code, reason)

    def _pool(self, occurrence: Occurrence, theme: Theme) -> Pool:
        asked = occurrence.ranks, theme.name
        if asked not in self._pools:
            self._pools[asked] = pool_of(self.pack, self.account, theme, occurrence.ranks)
        return self._pools[asked]

    def _choices(
        self, occurrence: Occurrence, theme: Theme, pool: Pool, places: Sequence[PlaceInDay]
    ) -> list[Choice]:
        if not occurrence.standing or not pool:
            kept = [self._kept(occurrence.id, place.name, pool) for place in places]
            return self._chosen(theme, pool, places, kept, lambda kept: choose(pool, kept))
        weeks = (occurrence.starts - FIRST_WEEK) // WEEK
        ordinals = range(weeks * len(places), (weeks + 1) * len(places))
        return [
            self._cycle(theme, pool, places, ordinal // len(pool))[ordinal % len(pool)]
            for ordinal in ordinals
        ]

    def _cycle(
        self, theme: Theme, pool: Pool, places: Sequence[PlaceInDay], cycle: int
    ) -> list[Choice]:
        """The choices of a standing theme for one turn through its pool, over however many weeks.

        `places` are those of one week.
        """
        asked = theme.name, cycle
        if asked not in self._cycles:
            kept: list[Pick | None] = []
            filled: list[PlaceInDay] = []
            for ordinal in range(cycle * len(pool), (cycle + 1) * len(pool)):
                week, index = divmod(ordinal, len(places))
                monday = FIRST_WEEK + week * WEEK
                day = monday + timedelta(days=places[index].number - 1)
                filled.append(replace(places[index], day=day))
                kept.append(self._kept(week_id(self.run, monday), places[index].name, pool))
            self._cycles[asked] = self._chosen(
                theme, pool, filled, kept, lambda kept: choose_cycle(pool, kept, cycle)
            )
        return self._cycles[asked]

    def _chosen(
        self,
        theme: Theme,
        pool: Pool,
        places: Sequence[PlaceInDay],
        kept: Sequence[Pick | None],
        natural: Natural,
    ) -> list[Choice]:
        dues = self._dues(places)
        return natural(kept_but_for_refills(self._words, theme, pool, dues, kept, natural))

    def _say_dropped(
        self,
        occurrence: Occurrence,
        theme: Theme,
        place: PlaceInDay,
        dropped: tuple[str, Wording],
        instead: Choice,
    ) -> None:
        stop = self._words.drop(theme, self._due(place), *dropped)
        assert stop is not None
        fills = f"{instead[0]}/{instead[1].name} stands in for it" if instead else "nothing is left"
        reason = f"{stop.reason}: {dropped[0]}/{dropped[1].name} drops out, and {fills}."
        self._left(occurrence, place.day, place.name, stop.code, reason, stop.place)

    def _dues(self, places: Sequence[PlaceInDay]) -> Dues:
        return lambda index: self._due(places[index])

    def _due(self, place: PlaceInDay) -> datetime:
        local = _local(place.day, place.slot, self.pack)
        return to_utc(local.date(), local.time())

    def _kept(self, run: str, place: str, pool: Pool) -> Pick | None:
        """What must stay in a place, as long as its message can still be said."""
        if not self.planning.kept:
            return None
        for language in self.account.languages:
            pick = self.planning.kept.get(PostKey(run, self.account.id, place, language))
            if pick and pool.get(pick.message):
                return pick
        return None

    def _post(
        self,
        occurrence: Occurrence,
        theme: Theme,
        place: PlaceInDay,
        message: str,
        wording: Wording,
    ) -> None:
        due = self._due(place)
        if stop := self._words.stop(theme, due, message, wording):
            self._left(occurrence, place.day, place.name, stop.code, stop.reason, stop.place)
            return
        said = {
            language: self._said(
                PostKey(occurrence.id, self.account.id, place.name, language),
                *(theme, due, message, wording),
            )
            for language in self.account.languages
        }
        if self._is_barred(occurrence, place, said.values()):
            return
        for posts in said.values():
            if isinstance(posts, Problem):
                self.planning.problems.append(replace(posts, forces=(self.pack.sender.id,)))
                self._unjudged(occurrence, place.name)
                self._left(
                    occurrence, place.day, place.name, posts.code, posts.message, posts.place
                )
                continue
            self.planning.posts += posts

    def _said(
        self, key: PostKey, theme: Theme, due: datetime, message: str, wording: Wording
    ) -> tuple[Post, ...] | Problem:
        """The post of a place in one language, or all of its thread."""
        config, language = self.planning.sources.config, key.language
        rendered = partial(
            render,
            *(self.pack, config, self.account),
            language=language,
            due=due,
            message=message,
            wording=wording,
        )
        first = rendered()
        if isinstance(first, Problem):
            return first
        post = Post(
            key=key,
            campaign=self.pack.id,
            theme=theme.name,
            sender=self.pack.sender.id,
            region=self.pack.sender.region,
            rendering=first,
            grace_seconds=int(self.pack.national.grace.total_seconds()),
            place=wording.words[language].place,
            essential=self.pack.messages[message].essential,
        )
        return thread(post, wording, rendered)

    def _is_barred(
        self, occurrence: Occurrence, place: PlaceInDay, said: Iterable[tuple[Post, ...] | Problem]
    ) -> bool:
        """Whether a language names what must not go out: then none of them goes out, approved or
        not, and the place is judged to be empty."""
        found = [one for one in said if isinstance(one, Problem) and one.code in BARRED]
        for one in found:
            self.planning.problems.append(replace(one, forces=(self.pack.sender.id,)))
            self._left(occurrence, place.day, place.name, one.code, one.message, one.place)
        return bool(found)

    def _unjudged(self, occurrence: Occurrence, place: str) -> None:
        self.planning.unjudged.add((occurrence.id, self.account.id, place.split(".")[0]))

    def _left(
        self,
        occurrence: Occurrence,
        day: date,
        place: str,
        code: str,
        reason: str,
        at: Place | None = None,
    ) -> None:
        self.planning.left_out.append(
            LeftOut(
                occurrence.id,
                self.pack.id,
                self.pack.sender.id,
                reason,
                at or self.pack.national.place,
                code,
                day,
                place,
                self.account.id,
            )
        )


def _local(day: date, slot: Slot, pack: Pack) -> datetime:
    """When a slot of a day is on London's clocks, at the sender's own minute."""
    return datetime.combine(day, slot.at) + timedelta(minutes=pack.sender.minute)
