"""Every run, every sender, every account: the whole plan of a window of days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.config import Run, may_be_reposted
from bot.core.model import Account, Language, Pick, Post, PostKey, Sender, SenderKind
from bot.core.packs import LocalPack, NationalPack, Pack, may_speak_welsh
from bot.core.plan.cap import capped
from bot.core.plan.occurrences import Occurrence, Window, gives_way, occurrences, wrong_dates
from bot.core.plan.pausing import Pauses
from bot.core.plan.places import VoicePlan
from bot.core.plan.reposts import Reposting, delays, with_originals
from bot.core.plan.summary import nothing_left_in_words, too_long_in_words
from bot.core.plan.values import LeftOut, Plan, Sources
from bot.core.plan.voices import Voice, voices
from bot.core.reading import written_moment
from bot.core.render import TooLong
from bot.core.source import Place, Problem, Severity, did_you_mean


@dataclass(frozen=True, slots=True)
class Part:
    """One sender's share of a plan."""

    run: Run
    occurrences: tuple[Occurrence, ...]
    national: NationalPack
    sender: Sender


BROKEN: Final = ("broken-local-pack", "no-local-pack", "broken-region-pack")
"""Why a sender is not planned for, although it may take part: what was planned stands."""

Watch = Callable[[Sequence[Part]], Iterable[Part]]
"""Hands the parts on, one by one, so that somebody can watch how far a plan has come."""


def plan(
    sources: Sources, window: Window, kept: Mapping[PostKey, Pick], *, watch: Watch = iter
) -> Plan:
    """Every post due in `window`, rendered.

    `kept` are places whose message stays what it is, because it was approved or is on its way:
    an addition to a pack moves none of them.
    """
    work = Planning(sources, window, kept, Pauses(sources))
    # What a national account says is known before anybody reposts it.
    parts = [
        part
        for run in sources.config.runs.values()
        for part in sorted(work.parts(run), key=lambda one: not _is_national(one.sender))
    ]
    for part in watch(parts):
        work.sender(part)
    posts, too_many = capped(work.posts, sources, kept.keys())
    posts, alone = with_originals(posts)
    owners = {a.id: s.id for s in sources.config.senders.values() for a in s.accounts}
    return Plan(
        tuple(sorted(posts, key=_order)),
        (*work.left_out, *too_many, *alone),
        (
            *work.problems,
            *too_long_in_words(work.too_long, len(work.asked)),
            *nothing_left_in_words(work.nothing_left),
        ),
        frozenset(work.unjudged),
        frozenset(work.broken),
        owners,
        frozenset(sources.config.runs),
        sources.config.broken_senders,
    )


def _order(post: Post) -> tuple[datetime, str, int, int]:
    return post.due, post.key.account, post.key.language.rank, post.key.part


@dataclass(slots=True)
class Planning:
    """A plan while it is made: what it is made from, and what has been found so far."""

    sources: Sources
    window: Window
    kept: Mapping[PostKey, Pick]
    pauses: Pauses
    posts: list[Post] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unjudged: set[tuple[str, str, str]] = field(default_factory=set)
    broken: set[tuple[str, str]] = field(default_factory=set)
    too_long: set[TooLong] = field(default_factory=set)
    nothing_left: dict[tuple[Place, str], set[str]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # senders whose wordings were measured
    national: dict[str, list[VoicePlan]] = field(default_factory=dict)  # by run, as far as here
    broken_nationals: set[str] = field(default_factory=set)  # runs
    delays: Mapping[str, timedelta] = field(init=False)

    def __post_init__(self) -> None:
        self.delays = delays(self.sources.config)

    def parts(self, run: Run) -> list[Part]:
        """What there is to plan for a run; nothing where its pack cannot be used."""
        if run.pack not in self.sources.packs:
            self._problem(
                run.place,
                "no-pack",
                f'there is no pack called "{run.pack}".',
                did_you_mean(run.pack, self.sources.packs, what="Packs in messages/national")
                if self.sources.packs
                else f"It would stand in messages/national/{run.pack}/campaign.yaml.",
            )
        national = self.sources.packs.get(run.pack)
        if national is None:
            self.broken.add((run.id, ""))
            return []
        wrong = wrong_dates(run, national, self.sources.config.calendar.events)
        for found in wrong:
            self.broken.add((run.id, ""))
            self._problem(run.place, *found)
        if wrong:
            return []
        if run.practice and self.sources.live:
            return []
        shown = tuple(
            one
            for one in occurrences(run, national, self.window)
            if not gives_way(one, national, self.sources.config)
        )
        return [
            Part(run, shown, national, sender)
            for sender in self.sources.config.senders.values()
            if shown and run.takes(sender)
        ]

    def sender(self, part: Part) -> None:
        """Plans one sender's posts of a run, or notes why it has none."""
        run, national, sender = part.run, part.national, part.sender
        local = self.sources.local.get((sender.id, national.id))
        region = self.sources.region_of(sender, national.id)
        reason = self._embargo(national) or self._why_not(sender, local) or _broken(region)
        if reason:
            code, sentence, place = reason
            if code == "no-local-pack":
                self.broken.add((run.id, sender.id))
            elif code in BROKEN:
                self._note_broken(part)
            self._leave(part, sentence, place, code)
            return
        pack, problems = self.sources.pack_of(national, sender)
        if self._is_broken(part, problems):
            return
        if any(account.amplifies for account in sender.accounts) and self._unknown_nation(run):
            self.broken.add((run.id, sender.id))
            why = "it may repost a national account, which has an error in its files."
            self._leave(part, why, sender.place or run.place, "may-repost")
            return
        for voice in voices(sender, live=self.sources.live):
            own = self._own(part, voice, pack)
            if own is None:
                return
            if self._may_publish(part, voice, own):
                self.asked.add(sender.id)
                planned = VoicePlan(self, run, own, voice)
                if _is_national(sender) and self.sources.publishes(sender.id):
                    self.national.setdefault(run.id, []).append(planned)
                planned.reposting = self._reposting(planned)
                planned.fill(part.occurrences)

    def _own(self, part: Part, voice: Voice, pack: Pack) -> Pack | None:
        """The pack as a voice says it; None where something laid over it does not fit."""
        if not self.sources.has_own(voice.as_one, part.national.id):
            return pack
        own, problems = self.sources.pack_of(part.national, part.sender, voice.as_one)
        return None if self._is_broken(part, problems) else own

    def _is_broken(self, part: Part, problems: Sequence[Problem]) -> bool:
        """Notes what does not fit between overlays; whether nothing can be planned for it."""
        sender = part.sender.id
        self.problems += [replace(problem, forces=(sender,)) for problem in problems]
        first = next((one for one in problems if one.severity is Severity.ERROR), None)
        if first is None:
            return False
        self._note_broken(part)
        self._leave(part, first.message, first.place, first.code)
        return True

    def _note_broken(self, part: Part) -> None:
        """What was planned for a sender stands; where it is a national one, its reposts do too."""
        self.broken.add((part.run.id, part.sender.id))
        if _is_national(part.sender):
            self.broken_nationals.add(part.run.id)

    def _embargo(self, national: NationalPack) -> tuple[str, str, Place] | None:
        """Why nothing of a pack is planned yet; what was planned of it before is withdrawn."""
        if national.id not in self.sources.embargoed or national.embargo is None:
            return None
        at = national.places.get("embargo", national.place)
        return "embargo", f"it is under embargo until {written_moment(national.embargo)}.", at

    def _reposting(self, planned: VoicePlan) -> Reposting | None:
        """What an account reposts: nothing unless it was opted in and there is whom to repost."""
        there = self.national.get(planned.run.id, ()) if planned.account.amplifies else ()
        for national in there:
            if may_be_reposted(national.account, planned.account):
                return Reposting(planned, national)
        return None

    def reposters(self, run: Run, national: Account) -> list[Account]:
        """The accounts that take part in a run, and may repost what this national one says.

        Among them are those whose own pack is broken: the others' turns do not depend on that.
        """
        return [
            account
            for sender in self.sources.config.senders.values()
            if run.takes(sender) and self._takes_part(sender, run)
            for account in sender.accounts
            if account.amplifies and may_be_reposted(national, account)
            if account.live or not self.sources.live
        ]

    def _takes_part(self, sender: Sender, run: Run) -> bool:
        why_not = self._why_not(sender, self.sources.local.get((sender.id, run.pack)))
        return why_not is None or why_not[0] in BROKEN

    def _unknown_nation(self, run: Run) -> bool:
        """Whether nobody knows what a national account says: what was planned of it stands."""
        return run.id in self.broken_nationals or self.sources.config.national_is_broken

    def _may_publish(self, part: Part, voice: Voice, pack: Pack) -> bool:
        """Whether a voice is planned for; where it is not, the reason is noted."""
        for account in voice.accounts:
            if self.sources.live and not account.live:
                reason = f"the account {account.id} is not marked live: yes."
                self._leave(part, reason, account.place or part.national.place, "not-live")
                return False
            if self.sources.live and part.sender.lacks_welsh(account):
                reason = f"{account.id} has no Welsh beside it, to which {part.sender.id} is bound."
                self._leave(part, reason, account.place or part.national.place, "no-welsh")
                return False
        if self.sources.live and not _may_say(voice, pack):
            reason = "the pack's Welsh has not been reviewed by a translator."
            self._leave(part, reason, part.national.place, "unreviewed")
            return False
        return True

    def _why_not(self, sender: Sender, local: LocalPack | None) -> tuple[str, str, Place] | None:
        at = sender.place or Place("config/forces.yaml")
        if not sender.accounts:
            return "no-account", f"{sender.name(Language.EN)} has no account.", at
        if local is not None and not local.ok:
            return "broken-local-pack", "its local pack has an error.", local.place
        if local is not None and local.takes_part is False:
            return "takes-no-part", f"takes no part: {local.why_not}", local.place
        if self.sources.live and local is None:
            # It may have had one: a file that is gone withdraws nothing, takes_part: no does.
            return "no-local-pack", "has no local pack with takes_part: yes for it.", at
        if self.sources.live and local is not None and not local.takes_part:
            return "not-confirmed", "has not written takes_part: yes in its local pack.", at
        return None

    def _leave(self, part: Part, reason: str, place: Place, code: str) -> None:
        self.left_out.append(
            LeftOut(part.run.id, part.national.id, part.sender.id, reason, place, code)
        )

    def _problem(self, place: Place, code: str, message: str, advice: str = "") -> None:
        self.problems.append(Problem(place, code, message, advice))


def _broken(region: LocalPack | None) -> tuple[str, str, Place] | None:
    if region is None or region.ok:
        return None
    return "broken-region-pack", "the pack of its region has an error.", region.place


def _is_national(sender: Sender) -> bool:
    return sender.kind is SenderKind.NATIONAL


def _may_say(voice: Voice, pack: Pack) -> bool:
    """Whether every language of the voice may go out; one never goes without the other."""
    return Language.CY not in voice.speakers or may_speak_welsh(pack)
