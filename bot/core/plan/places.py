"""One voice's days in a run: its places, and what fills them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.core.config import BARRED, Run
from bot.core.model import Account, Pick, Post, PostKey, london_day
from bot.core.packs import Message, Pack, Slot, Theme, Wording
from bot.core.plan.choice import (
    Choice,
    Pool,
    choose,
    choose_cycle,
    left_with_nothing,
    pool_of,
    suits,
)
from bot.core.plan.occurrences import FIRST_WEEK, WEEK, Occurrence, standing_week
from bot.core.plan.politicians import (
    Dues,
    Natural,
    Words,
    kept_but_for_refills,
    without_politicians,
)
from bot.core.plan.reposts import Lead, Reposting, repost, with_reposts
from bot.core.plan.values import LeftOut
from bot.core.plan.voices import Voice
from bot.core.posts import posts_of
from bot.core.reading import WEEKDAYS, to_utc
from bot.core.render import too_long
from bot.core.source import Place, Problem, Severity

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
class VoicePlan:
    """The posts of one account in a run, or of two that say the same."""

    planning: Planning
    run: Run
    pack: Pack
    voice: Voice
    reposting: Reposting | None = None
    said: dict[PostKey, Post] = field(default_factory=dict)  # of a thread the first part
    _pools: dict[tuple[str, str], Pool] = field(default_factory=dict)
    _cycles: dict[tuple[str, int], list[Choice]] = field(default_factory=dict)
    account: Account = field(init=False)  # as which the voice picks its messages
    _words: Words = field(init=False)

    def __post_init__(self) -> None:
        self.account = self.voice.as_one
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
            for day in sorted(shown):
                self._note_anchored(occurrence, day)

    def _measure(self, occurrence: Occurrence) -> None:
        """Notes every wording that would not fit, whether it is picked this time or not."""
        wordings = [
            wording
            for message in self.pack.messages.values()
            for wording in message.wordings.values()
            if suits(wording, self.pack, self.account)
            and self.voice.may_say(self.pack, message, wording)
        ]
        noon, config = to_utc(occurrence.starts, time(12)), self.planning.sources.config
        for account in self.voice.accounts:
            self.planning.too_long |= set(too_long(self.pack, config, account, wordings, noon))

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
            if self._theme_on(occurrence, day) is None:
                weekday = WEEKDAYS[day.weekday()]
                self._left(occurrence, day, "", "no-theme", f"{weekday} has no theme.")
            elif not self._is_paused(occurrence, number, day):
                yield day

    def _theme_on(self, occurrence: Occurrence, day: date) -> Theme | None:
        events = self.planning.sources.config.calendar.events
        return self.pack.national.on_day(day, occurrence.starts, events)

    def _note_anchored(self, occurrence: Occurrence, day: date) -> None:
        """Notes the theme that a day has by its weekday, where it gives way to an anchored one."""
        events = self.planning.sources.config.calendar.events
        anchored = self.pack.national.anchored(day, occurrence.starts, events)
        usual = self.pack.national.on_weekday(day) if anchored else None
        if anchored and usual and usual is not anchored[0]:
            theme, anchor = anchored
            reason = f"{usual.name} gives way to {theme.name}, which is on {anchor.said}."
            self._left(occurrence, day, "", "anchored", reason, anchor.place)

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
            theme = self._theme_on(occurrence, day)
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
        nothing = left_with_nothing(pool, self.pack, self.account, theme)
        if nothing:
            self.planning.nothing_left.setdefault((theme.place, theme.name), set()).add(
                self.pack.sender.id
            )
        choices = self._choices(occurrence, theme, pool, places)
        reposts: Mapping[int, Lead] = {}
        if self.reposting:
            kept = [self._approved(occurrence.id, place.name, pool) for place in places]
            leads = self.reposting.leads(occurrence, theme, places, shown)
            choices, reposts = with_reposts(choices, kept, pool, leads)
            self._keep_words(occurrence, places, shown, leads, reposts)
        filled = self._filled(occurrence, theme, pool, places, choices)
        for number, (place, choice) in enumerate(zip(places, filled, strict=True)):
            natural, lead = choices[number], reposts.get(number)
            if place.day not in shown:
                continue
            if lead is not None and self._repost(occurrence, theme, place, lead):
                continue
            if natural is not None and natural is not choice:
                self._say_dropped(occurrence, theme, place, natural, choice)
            if choice is not None:
                self._post(occurrence, theme, place, *choice)
                continue
            if natural is not None:
                continue
            code, reason = "empty-pool", f"no message of {theme.name} is left for it."
            if nothing:
                self._unjudged(occurrence, place.name)
                code = "force-left-with-nothing"
                reason = f"no wording of {theme.name} is for this force."
            self._left(occurrence, place.day, place.name, code, reason)

    def messages(self, occurrence: Occurrence, theme: str) -> dict[str, Message]:
        """What this account says on a theme, by place, whether it speaks on that day or not."""
        for other, places in self._by_theme(occurrence):
            if other.name == theme:
                pool = self._pool(occurrence, other)
                choices = self._choices(occurrence, other, pool, places)
                filled = self._filled(occurrence, other, pool, places, choices)
                said = zip(places, filled, strict=True)
                return {place.name: self.pack.messages[pick[0]] for place, pick in said if pick}
        return {}

    def _filled(
        self,
        occurrence: Occurrence,
        theme: Theme,
        pool: Pool,
        places: Sequence[PlaceInDay],
        choices: Sequence[Choice],
    ) -> list[Choice]:
        """The choices, and what stands in where nobody may quote a politician."""
        kept = [self._kept(occurrence, theme, place.name, pool) for place in places]
        return without_politicians(self._words, theme, pool, self._dues(places), kept, choices)

    def _keep_words(
        self,
        occurrence: Occurrence,
        places: Sequence[PlaceInDay],
        shown: set[date],
        leads: Mapping[int, Lead],
        reposts: Mapping[int, Lead],
    ) -> None:
        """Notes which places have words of the account's own that a repost does not put out."""
        for number, lead in leads.items():
            if number not in reposts and places[number].day in shown:
                why = f"says {lead.message} its own way, leaves it out, or has approved its words"
                reason = f"does not repost {lead.key}: its force {why}."
                self.leave(occurrence, places[number], "no-repost", reason)

    def _repost(self, occurrence: Occurrence, theme: Theme, place: PlaceInDay, lead: Lead) -> bool:
        """Fills a place with a repost, or notes why not; False where it has its own words then."""
        assert self.reposting is not None
        originals = self.reposting.originals(lead)
        if not originals and self.reposting.is_unsure(lead):
            self._unjudged(occurrence, place.name)
            self.leave(occurrence, place, "may-repost", f"{lead.key} has an error.")
            return True
        due = originals[0].due + self.reposting.delay if originals else None
        why = self._no_repost(theme, place, originals[0], due) if due else "does not go out"
        if due is None or why:
            self.leave(occurrence, place, "no-repost", f"says it itself: {lead.key} {why}.")
            return False
        if not self._is_stopped(occurrence, theme, place, due, *self._passed_on(originals[0])):
            for one in originals:
                self.planning.posts.append(repost(one, self.account, self.pack.sender, due))
        return True

    def _no_repost(
        self, theme: Theme, place: PlaceInDay, original: Post, due: datetime
    ) -> str | None:
        """Why an account's own words stand in a place, although there is a post to repost."""
        name, wording = self._passed_on(original)
        if london_day(due) != place.day:
            return "would be reposted on the day after"
        if not self.voice.may_say(self.pack, self.pack.messages[name], wording):
            return f"says {name}/{wording.name}, which is not for this account"
        if self._words.drop(theme, due, name, wording):
            return "quotes a politician, and then nobody may"
        return None

    def _passed_on(self, original: Post) -> tuple[str, Wording]:
        """What a national post says, as it stands in this account's own pack if it does."""
        assert self.reposting is not None
        pick, national = original.rendering.pick, self.reposting.national.pack
        own = self.pack.messages[pick.message].wordings.get(pick.wording)
        return pick.message, own or national.messages[pick.message].wordings[pick.wording]

    def _pool(self, occurrence: Occurrence, theme: Theme) -> Pool:
        asked = occurrence.ranks, theme.name
        if asked not in self._pools:
            self._pools[asked] = pool_of(self.pack, self.voice, theme, occurrence.ranks)
        return self._pools[asked]

    def _choices(
        self, occurrence: Occurrence, theme: Theme, pool: Pool, places: Sequence[PlaceInDay]
    ) -> list[Choice]:
        if not occurrence.standing or not pool:
            kept = [self._kept(occurrence, theme, place.name, pool) for place in places]
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
                of_week = standing_week(self.run, monday)
                kept.append(self._kept(of_week, theme, places[index].name, pool))
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

    def _kept(self, occurrence: Occurrence, theme: Theme, place: str, pool: Pool) -> Pick | None:
        """What must stay in a place, and counts among what is said.

        A repost does not: it takes the place of a message, and so changes no other place when it
        is approved.
        """
        pick = self._approved(occurrence.id, place, pool)
        if pick and self.reposting:
            lead = self.reposting.mine(occurrence, theme.name).get(place)
            return None if lead and lead.message == pick.message else pick
        return pick

    def _approved(self, run: str, place: str, pool: Pool) -> Pick | None:
        """What must stay in a place, as long as its message can still be said."""
        if not self.planning.kept:
            return None
        for language, account in self.voice.speakers.items():
            pick = self.planning.kept.get(PostKey(run, account.id, place, language))
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
        if self._is_stopped(occurrence, theme, place, due, message, wording):
            return
        said = {
            language: self._said(
                account,
                PostKey(occurrence.id, account.id, place.name, language),
                *(theme, due, message, wording),
            )
            for language, account in self.voice.speakers.items()
        }
        wrong = [one for one in said.values() if isinstance(one, Problem)]
        barred = [one for one in wrong if one.code in BARRED]
        # No language goes out without the other. What must not be said is judged, approved or not,
        # and leaves its place empty; any other error may be mended, and withdraws nothing.
        for one in barred or wrong:
            self.planning.problems.append(replace(one, forces=(self.pack.sender.id,)))
            if not barred:
                self._unjudged(occurrence, place.name)
            self._left(occurrence, place.day, place.name, one.code, one.message, one.place)
        for posts in said.values() if not wrong else ():
            if not isinstance(posts, Problem):
                self.planning.posts += posts
                self.said[posts[0].key] = posts[0]

    def _is_stopped(
        self,
        occurrence: Occurrence,
        theme: Theme,
        place: PlaceInDay,
        due: datetime,
        message: str,
        wording: Wording,
    ) -> bool:
        """Whether the calendar lets nothing go out then; if so, that is noted."""
        stop = self._words.stop(theme, due, message, wording)
        if stop:
            self._left(occurrence, place.day, place.name, stop.code, stop.reason, stop.place)
        return stop is not None

    def _said(
        self,
        account: Account,
        key: PostKey,
        theme: Theme,
        due: datetime,
        message: str,
        wording: Wording,
    ) -> tuple[Post, ...] | Problem:
        """The post of a place in one language, or all of its thread."""
        return posts_of(
            self.pack,
            self.planning.sources.config,
            account,
            key,
            message=self.pack.messages[message],
            wording=wording,
            due=due,
        )

    def _unjudged(self, occurrence: Occurrence, place: str) -> None:
        for account in self.voice.accounts:
            self.planning.unjudged.add((occurrence.id, account.id, place.split(".")[0]))

    def leave(self, occurrence: Occurrence, place: PlaceInDay, code: str, reason: str) -> None:
        """Notes what could have stood in a place, and why it does not."""
        self._left(occurrence, place.day, place.name, code, reason)

    def _left(
        self,
        occurrence: Occurrence,
        day: date,
        place: str,
        code: str,
        reason: str,
        at: Place | None = None,
    ) -> None:
        self.planning.left_out += [
            LeftOut(
                occurrence.id,
                self.pack.id,
                self.pack.sender.id,
                reason,
                at or self.pack.national.place,
                code,
                day,
                place,
                account.id,
            )
            for account in self.voice.accounts
        ]


def _local(day: date, slot: Slot, pack: Pack) -> datetime:
    """When a slot of a day is on London's clocks, at the sender's own minute."""
    return datetime.combine(day, slot.at) + timedelta(minutes=pack.sender.minute)
