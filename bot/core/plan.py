"""Campaigns + accounts + calendar + window -> Plan: the posts, and what was left out and why.

Picks do not wander: which message and wording fill a place depends on the run, the sender's own
pack, the account's id, the theme and the place's ordinal within it, and on nothing else. So
adding a force changes no other force's posts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.core.config import Config, Run
from bot.core.model import (
    Account,
    Language,
    Pick,
    Post,
    PostKey,
    Sender,
    configured_run,
    london_day,
)
from bot.core.packs import LocalPack, Message, NationalPack, Pack, Slot, Theme, Wording, overlay
from bot.core.picks import assign, rank, settled, turns_of
from bot.core.reading import WEEKDAYS, to_utc, written
from bot.core.render import TooLong, render, too_long
from bot.core.source import Place, Problem, Severity, did_you_mean, listed


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that could have been a post, and the reason why it is none."""

    run: str
    campaign: str
    sender: str
    reason: str
    place: Place
    code: str
    day: date | None = None  # None: the whole run
    slot: str = ""
    account: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """London dates, both inclusive."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A run with its dates: a weekly one has one for each week."""

    run: Run
    id: str
    starts: date
    days: int

    @property
    def last(self) -> date:
        return self.starts + timedelta(days=self.days - 1)

    def dates(self) -> Iterator[tuple[int, date]]:
        """(day number from 1, date)."""
        for number in range(self.days):
            yield number + 1, self.starts + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything a plan is made from, as far as it could be read."""

    config: Config
    packs: Mapping[str, NationalPack | None]  # None: it is there and cannot be read
    local: Mapping[tuple[str, str], LocalPack]  # (sender, campaign)
    live: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Posts in the order of their due times; what was left out; every Problem met."""

    posts: tuple[Post, ...]
    left_out: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]
    unjudged: frozenset[tuple[str, str, str]]  # (run, account, day) with an error in it
    broken: frozenset[tuple[str, str]]  # (run, sender), sender "" for all of them
    owners: Mapping[str, str]  # account -> sender
    runs: frozenset[str]

    def judges(self, key: PostKey) -> bool:
        """Whether this plan may say that a place is no longer filled.

        Only campaign-force-days that planned without an error are judged: a pack that is broken,
        half-saved or missing withdraws nothing.
        """
        run = configured_run(key.run)
        if run not in self.runs or key.account not in self.owners:
            return True
        if (run, "") in self.broken or (run, self.owners[key.account]) in self.broken:
            return False
        return (key.run, key.account, key.slot.split(".")[0]) not in self.unjudged

    def only(self, wanted: Callable[[Post], bool], left: Callable[[LeftOut], bool]) -> Plan:
        """The same plan, shown in part. Filters never change what is planned."""
        return replace(
            self,
            posts=tuple(post for post in self.posts if wanted(post)),
            left_out=tuple(one for one in self.left_out if left(one)),
        )

    def without(self, stopped: Mapping[PostKey, Problem]) -> Plan:
        """The plan less the posts that an error stops; their days are not judged."""
        if not stopped:
            return self
        out = [
            LeftOut(
                run=post.key.run,
                campaign=post.campaign,
                sender=post.sender,
                reason=stopped[post.key].message,
                place=stopped[post.key].place,
                code=stopped[post.key].code,
                day=london_day(post.due),
                slot=post.key.slot,
                account=post.key.account,
                language=post.key.language,
            )
            for post in self.posts
            if post.key in stopped
        ]
        days = {(one.run, one.account, one.slot.split(".")[0]) for one in out}
        return replace(
            self,
            posts=tuple(post for post in self.posts if post.key not in stopped),
            left_out=self.left_out + tuple(out),
            unjudged=self.unjudged | days,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One sender's share of a plan."""

    run: Run
    occurrences: tuple[Occurrence, ...]
    national: NationalPack
    sender: Sender


Watch = Callable[[Sequence[Part]], Iterable[Part]]
"""Hands the parts on, one by one, so that somebody can watch how far a plan has come."""


def plan(
    sources: Sources, window: Window, kept: Mapping[PostKey, Pick], *, watch: Watch = iter
) -> Plan:
    """Every post due in `window`, rendered.

    `kept` are places whose message stays what it is, because it was approved or is on its way:
    an addition to a pack moves none of them.
    """
    work = _Planning(sources, window, kept)
    parts = [part for run in sources.config.runs.values() for part in work.parts(run)]
    for part in watch(parts):
        work.sender(part)
    posts = sorted(work.posts, key=_order)
    owners = {a.id: s.id for s in sources.config.senders.values() for a in s.accounts}
    return Plan(
        tuple(posts),
        tuple(work.left_out),
        (*work.problems, *_too_long_in_words(work.too_long, len(work.asked))),
        frozenset(work.unjudged),
        frozenset(work.broken),
        owners,
        frozenset(sources.config.runs),
    )


def _too_long_in_words(found: Iterable[TooLong], senders: int) -> Iterator[Problem]:
    """One line for each wording that is too long for anybody."""
    by_place: dict[tuple[Place, str], list[TooLong]] = {}
    for one in found:
        by_place.setdefault((one.place, one.platform.label), []).append(one)
    for (place, platform), long in by_place.items():
        over = {one.sender: one.by for one in sorted(long, key=lambda one: one.by)}
        values = sorted(one.longest_value for one in long if one.longest_value)
        longest = f" Longest value: {max(values, key=values.count)}." if values else ""
        yield Problem(
            place,
            "too-long",
            f"too long on {platform} for {len(over)} of {senders}: {_by(over)}.{longest}",
            "Shorten the wording, or the longest of the values these forces filled in.",
            forces=tuple(sorted(over)),
        )


def _by(over: Mapping[str, int]) -> str:
    """`dyfed-powys by 6, hampshire by 2`; of many, the five that are furthest over."""
    most = sorted(over, key=lambda sender: (-over[sender], sender))
    shown = ", ".join(f"{sender} by {over[sender]}" for sender in most[:5])
    return (
        f"{shown} and {len(most) - 5} more"
        if len(most) > 6
        else ", ".join(f"{sender} by {over[sender]}" for sender in most)
    )


def occurrences(run: Run, pack: NationalPack, window: Window) -> list[Occurrence]:
    """The run's dates that touch the window."""
    if run.weekly is None:
        found = [Occurrence(run, run.id, run.starts or pack.starts, pack.days)]
    else:
        first = window.first - timedelta(days=pack.days)
        first += timedelta(days=(run.weekly - first.weekday()) % 7)
        starts = (first + timedelta(days=7 * n) for n in range(60))
        found = [_weekly(run, day, pack) for day in starts if day <= window.last]
    return [one for one in found if one.starts <= window.last and one.last >= window.first]


def _weekly(run: Run, day: date, pack: NationalPack) -> Occurrence:
    year, week, _ = day.isocalendar()
    return Occurrence(run, f"{run.id}-{year}w{week:02d}", day, min(pack.days, 7))


def _order(post: Post) -> tuple[datetime, str, int, int]:
    return post.due, post.key.account, post.key.language.rank, post.key.part


@dataclass
class _Planning:
    sources: Sources
    window: Window
    kept: Mapping[PostKey, Pick]
    posts: list[Post] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unjudged: set[tuple[str, str, str]] = field(default_factory=set)
    broken: set[tuple[str, str]] = field(default_factory=set)
    too_long: set[TooLong] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)  # senders whose wordings were measured

    def parts(self, run: Run) -> list[Part]:
        """What there is to plan for a run; nothing where its pack cannot be used."""
        if run.pack not in self.sources.packs:
            self._problem(
                run.place,
                "no-pack",
                f'there is no pack called "{run.pack}".',
                did_you_mean(run.pack, self.sources.packs, what="Packs in messages/national")
                or f"It would stand in messages/national/{run.pack}/campaign.yaml.",
            )
        national = self.sources.packs.get(run.pack)
        if national is None:
            self.broken.add((run.id, ""))
            return []
        first = run.starts or national.starts
        if run.weekly is None and first.weekday() != national.starts.weekday():
            self.broken.add((run.id, ""))
            self._problem(run.place, "other-weekday", *_other_weekday(first, national))
            return []
        if run.practice and self.sources.live:
            return []
        found = occurrences(run, national, self.window)
        if run.weekly is not None:
            found = [one for one in found if not self._gives_way(one, national)]
        return [
            Part(run, tuple(found), national, sender)
            for sender in self.sources.config.senders.values()
            if found and run.takes(sender)
        ]

    def _gives_way(self, practice: Occurrence, national: NationalPack) -> bool:
        """A practice week is left out where the pack has a real run in those days."""
        real = (run for run in self.sources.config.runs.values() if run.weekly is None)
        window = Window(practice.starts, practice.last)
        return any(run.pack == national.id and occurrences(run, national, window) for run in real)

    def sender(self, part: Part) -> None:
        """Plans one sender's posts of a run, or notes why it has none."""
        run, national, sender = part.run, part.national, part.sender
        local = self.sources.local.get((sender.id, national.id))
        reason = self._why_not(sender, local)
        if reason:
            code, sentence, place = reason
            if code == "broken-local-pack":
                self.broken.add((run.id, sender.id))
            self._leave(run.id, national, sender, sentence, place, code)
            return
        pack, problems = overlay(national, sender, local)
        self.problems += [replace(problem, forces=(sender.id,)) for problem in problems]
        if any(problem.severity is Severity.ERROR for problem in problems):
            self.broken.add((run.id, sender.id))
            first = problems[0]
            self._leave(run.id, national, sender, first.message, first.place, first.code)
            return
        for occurrence in part.occurrences:
            for account in sender.accounts:
                if self.sources.live and not account.live:
                    self._leave(
                        run.id,
                        national,
                        sender,
                        f"the account {account.id} is not marked live: yes.",
                        account.place or national.place,
                        "not-live",
                    )
                    continue
                if self.sources.live and not _may_say(account, national):
                    self._leave(
                        run.id,
                        national,
                        sender,
                        "the pack's Welsh has not been reviewed by a translator.",
                        national.place,
                        "unreviewed",
                    )
                    continue
                self.asked.add(sender.id)
                _AccountPlan(self, occurrence, pack, account).fill()

    def _why_not(self, sender: Sender, local: LocalPack | None) -> tuple[str, str, Place] | None:
        at = sender.place or Place("config/forces.yaml")
        if not sender.accounts:
            return "no-account", f"{sender.name(Language.EN)} has no account.", at
        if local is not None and not local.ok:
            return "broken-local-pack", "its local pack has an error.", local.place
        if local is not None and local.takes_part is False:
            return "takes-no-part", f"takes no part: {local.why_not}", local.place
        if self.sources.live and (local is None or not local.takes_part):
            return "not-confirmed", "has not written takes_part: yes in a local pack.", at
        return None

    def _leave(
        self, run: str, national: NationalPack, sender: Sender, reason: str, place: Place, code: str
    ) -> None:
        self.left_out.append(LeftOut(run, national.id, sender.id, reason, place, code))

    def _problem(self, place: Place, code: str, message: str, advice: str = "") -> None:
        self.problems.append(Problem(place, code, message, advice))


def _may_say(account: Account, national: NationalPack) -> bool:
    """Whether every language of the account may go out; one never goes without the other."""
    return national.translation_reviewed or Language.CY not in account.languages


def _other_weekday(first: date, national: NationalPack) -> tuple[str, str]:
    expected = national.starts.weekday()
    before = first - timedelta(days=(first.weekday() - expected) % 7)
    near = listed((written(before), written(before + timedelta(days=7))), "or")
    return (
        f"{written(first)} is not a {WEEKDAYS[expected]}, on which {national.title} starts.",
        f"Its themes belong to weekdays. Start it on {near}.",
    )


@dataclass
class _AccountPlan:
    """One account's posts in one occurrence of a run."""

    planning: _Planning
    occurrence: Occurrence
    pack: Pack
    account: Account

    def fill(self) -> None:
        self._measure()
        places: dict[str, list[tuple[int, date, Slot]]] = {}
        for number, day in self.occurrence.dates():
            theme = self.pack.on_day(day)
            if theme is None:
                if self.planning.window.holds(day):
                    self._left(day, "", "no-theme", f"{WEEKDAYS[day.weekday()]} has no theme.")
                continue
            places.setdefault(theme.name, []).extend(
                (number, day, slot) for slot in self.pack.slots.values()
            )
        for theme_name, of_theme in places.items():
            if any(self.planning.window.holds(day) for _, day, _ in of_theme):
                self._theme(self.pack.national.themes[theme_name], of_theme)

    def _measure(self) -> None:
        """Notes every wording that would not fit, whether it is picked this time or not."""
        wordings = [
            wording
            for message in self.pack.messages.values()
            if not message.withdrawn
            for wording in self._usable(message)
        ]
        noon = to_utc(self.occurrence.starts, time(12))
        self.planning.too_long |= set(
            too_long(self.pack, self.planning.sources.config, self.account, wordings, noon)
        )

    def _theme(self, theme: Theme, places: Sequence[tuple[int, date, Slot]]) -> None:
        pool = self._pool(theme)
        slots = [f"d{number}.{slot.name}" for number, _, slot in places]
        picks = self._picks(pool, slots)
        for (_, day, slot), name, pick in zip(places, slots, picks, strict=True):
            if not self.planning.window.holds(day):
                continue
            if pick is None:
                self._left(day, name, "empty-pool", f"no message of {theme.name} is left for it.")
                continue
            message, wording = pick
            self._post(theme, day, slot, name, self.pack.messages[message], wording)

    def _picks(
        self, pool: Mapping[str, tuple[Wording, ...]], slots: Sequence[str]
    ) -> list[tuple[str, Wording] | None]:
        """What fills each place of a theme: a message and one of its wordings."""
        order = [name for name, wordings in pool.items() if wordings]
        natural = assign(len(slots), list(pool), order)
        if not natural:
            return [None] * len(slots)
        kept = [self._kept(slot, pool) for slot in slots]
        messages = settled(
            [name for name, _ in natural], [pick.message if pick else None for pick in kept], order
        )
        turns = turns_of(natural, messages)
        picks: dict[int, tuple[str, Wording]] = {}
        for name in dict.fromkeys(messages):
            usable = {wording.name: wording for wording in pool[name]}
            mine = [index for index, message in enumerate(messages) if message == name]
            wordings = settled(
                [list(usable)[turns[index] % len(usable)] for index in mine],
                [
                    pick.wording if (pick := kept[n]) and pick.wording in usable else None
                    for n in mine
                ],
                list(usable),
            )
            picks |= {
                index: (name, usable[wording])
                for index, wording in zip(mine, wordings, strict=True)
            }
        return [picks[index] for index in range(len(slots))]

    def _pool(self, theme: Theme) -> dict[str, tuple[Wording, ...]]:
        """The theme's messages in this account's order, each with the wordings it may use.

        A withdrawn message keeps its rank and has no wordings, so only its own places change.
        """
        run, account = self.occurrence.id, self.account.id
        ranked = sorted(
            (message for message in self.pack.messages.values() if message.theme == theme.name),
            key=lambda message: rank(run, account, theme.name, message.name),
        )
        pool = {}
        for message in ranked:
            usable = self._usable(message)
            if usable:
                pool[message.name] = () if message.withdrawn else usable
        return pool

    def _usable(self, message: Message) -> tuple[Wording, ...]:
        run, account = self.occurrence.id, self.account.id
        return tuple(
            sorted(
                (wording for wording in message.wordings.values() if self._fits(wording)),
                key=lambda wording: rank(run, account, message.name, wording.name),
            )
        )

    def _fits(self, wording: Wording) -> bool:
        return (
            all(language in wording.words for language in self.account.languages)
            and all(self._filled(name) for name in wording.forces_with)
            and not any(self._filled(name) for name in wording.forces_without)
        )

    def _filled(self, name: str) -> bool:
        given = self.pack.values.get(name, {})
        return all(given.get(language) for language in self.account.languages)

    def _key(self, slot: str, language: Language) -> PostKey:
        return PostKey(self.occurrence.id, self.account.id, slot, language)

    def _kept(self, slot: str, pool: Mapping[str, Sequence[Wording]]) -> Pick | None:
        """What must stay in a place, as long as its message can still be said."""
        for language in self.account.languages:
            pick = self.planning.kept.get(self._key(slot, language))
            if pick and pool.get(pick.message):
                return pick
        return None

    def _post(
        self, theme: Theme, day: date, slot: Slot, name: str, message: Message, wording: Wording
    ) -> None:
        minute = timedelta(minutes=self.pack.sender.minute)
        local = datetime.combine(day, slot.at) + minute
        due = to_utc(local.date(), local.time())
        silence = next((s for s in self.planning.sources.config.calendar if s.covers(due)), None)
        if silence:
            self._left(day, name, "silence", f"{silence.why} ({silence.name})", silence.place)
            return
        for language in self.account.languages:
            rendered = render(
                self.pack,
                self.planning.sources.config,
                self.account,
                language=language,
                due=due,
                message=message.name,
                wording=wording,
            )
            if isinstance(rendered, Problem):
                self.planning.problems.append(replace(rendered, forces=(self.pack.sender.id,)))
                self.planning.unjudged.add(
                    (self.occurrence.id, self.account.id, name.split(".")[0])
                )
                self._left(day, name, rendered.code, rendered.message, rendered.place)
                continue
            self.planning.posts.append(
                Post(
                    key=self._key(name, language),
                    campaign=self.pack.id,
                    theme=theme.name,
                    sender=self.pack.sender.id,
                    region=self.pack.sender.region,
                    rendering=rendered,
                    grace_seconds=int(self.pack.national.grace.total_seconds()),
                    place=wording.words[language].place,
                )
            )

    def _left(
        self, day: date, slot: str, code: str, reason: str, place: Place | None = None
    ) -> None:
        self.planning.left_out.append(
            LeftOut(
                self.occurrence.id,
                self.pack.id,
                self.pack.sender.id,
                reason,
                place or self.pack.national.place,
                code,
                day,
                slot,
                self.account.id,
            )
        )


CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U


def preview_code(pairs: Iterable[tuple[PostKey, str]]) -> str:
    """A short code that stands for exactly these renderings: (key, digest), in any order."""
    whole = "\n".join(sorted(f"{key} {digest}" for key, digest in pairs))
    number = int.from_bytes(hashlib.sha256(whole.encode()).digest()[:5], "big")
    letters = [CODE_LETTERS[(number >> shift) & 31] for shift in range(35, -5, -5)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
