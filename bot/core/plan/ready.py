"""Packs that are held ready and never scheduled: every wording as each account would say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.model import Account, Post, PostKey, Sender
from bot.core.packs import Message, NationalPack, Never, Pack, ValueField, ValueKind, Wording
from bot.core.packs.conditions import filled_in_by
from bot.core.plan.choice import is_meant_for, suits
from bot.core.plan.summary import nothing_left_in_words
from bot.core.plan.values import LeftOut, Sources
from bot.core.plan.voices import Voice, voices
from bot.core.posts import posts_of
from bot.core.source import Place, Problem, Severity


@dataclass(frozen=True, slots=True)
class Ready:
    """A pack held ready, as it would read at one instant.

    The posts stand in no plan and no ledger; the slot of each is its message and wording.
    """

    pack: NationalPack
    posts: tuple[Post, ...]
    with_examples: Mapping[
        PostKey, tuple[str, ...]
    ]  # values not filled in: their examples stand in
    left_out: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]


def ready_packs(sources: Sources) -> Iterator[NationalPack]:
    """The packs that are never scheduled, as far as they can be read."""
    for pack in sources.packs.values():
        if pack is not None and isinstance(pack.schedule, Never):
            yield pack


def read_ready(sources: Sources, pack: NationalPack, at: datetime) -> Ready:
    """Every wording of a pack for every account that may use it, rendered for the instant `at`."""
    work = _Reading(sources, pack, at)
    for sender in sources.config.senders.values():
        work.sender(sender)
    problems = (*work.problems, *nothing_left_in_words(work.nothing_left))
    return Ready(pack, tuple(work.posts), work.with_examples, tuple(work.left_out), problems)


@dataclass(slots=True)
class _Reading:
    sources: Sources
    national: NationalPack
    at: datetime
    posts: list[Post] = field(default_factory=list)
    with_examples: dict[PostKey, tuple[str, ...]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    nothing_left: dict[tuple[Place, str], set[str]] = field(default_factory=dict)

    def sender(self, sender: Sender) -> None:
        local = self.sources.local.get((sender.id, self.national.id))
        if local is not None and not local.ok:
            reason = "its local pack has an error."
            self._leave(sender, reason, local.place, "broken-local-pack")
            return
        if local is not None and local.takes_part is False:
            self._leave(sender, f"takes no part: {local.why_not}", local.place, "takes-no-part")
            return
        region = self.sources.region_of(sender, self.national.id)
        if region is not None and not region.ok:
            reason = "the pack of its region has an error."
            self._leave(sender, reason, region.place, "broken-region-pack")
            return
        pack = self._pack(sender)
        # Shown whole; who says it is told what no translator has signed.
        for voice in voices(sender, live=False) if pack else ():
            own = pack
            if self.sources.has_own(voice.as_one, self.national.id):
                own = self._pack(sender, voice.as_one)
            if own:
                self._voice(own, voice)

    def _pack(self, sender: Sender, account: Account | None = None) -> Pack | None:
        """The pack as a sender or one account says it; None where its overlays do not fit."""
        pack, problems = self.sources.pack_of(self.national, sender, account)
        self.problems += [replace(problem, forces=(sender.id,)) for problem in problems]
        first = next((p for p in problems if p.severity is Severity.ERROR), None)
        if first:
            self._leave(sender, first.message, first.place, first.code)
        return None if first else pack

    def _voice(self, pack: Pack, voice: Voice) -> None:
        spoken, account = set(), voice.as_one
        for message in pack.messages.values():
            for wording in message.wordings.values():
                missing = _not_filled_in(message, wording, pack, account)
                filled = _with_examples(pack, account, missing)
                if not suits(wording, filled, account):
                    continue
                if is_meant_for(filled, account, message, wording):
                    spoken.add(message.theme)
                if voice.may_say(filled, message, wording):
                    self._wording(filled, voice, message, wording, missing)
        for theme in self.national.themes.values():
            if theme.name not in spoken:
                silent = self.nothing_left.setdefault((theme.place, theme.name), set())
                silent.add(account.sender)

    def _wording(
        self,
        pack: Pack,
        voice: Voice,
        message: Message,
        wording: Wording,
        missing: tuple[str, ...],
    ) -> None:
        for language, account in voice.speakers.items():
            slot = f"{message.name}.{wording.name}"
            key = PostKey(f"{pack.id}@ready", account.id, slot, language)
            posts = posts_of(
                pack,
                self.sources.config,
                account,
                key,
                message=message,
                wording=wording,
                due=self.at,
            )
            if isinstance(posts, Problem):
                self.problems.append(replace(posts, forces=(account.sender,)))
                continue
            if missing:
                self.with_examples |= {post.key: missing for post in posts}
            self.posts += posts

    def _leave(self, sender: Sender, reason: str, place: Place, code: str) -> None:
        self.left_out.append(
            LeftOut(f"{self.national.id}@ready", self.national.id, sender.id, reason, place, code)
        )


def _not_filled_in(
    message: Message, wording: Wording, pack: Pack, account: Account
) -> tuple[str, ...]:
    """The values a wording waits for: some are filled in only when the day comes."""
    return tuple(
        name
        for name in sorted(filled_in_by(message, wording, pack.national))
        if name in pack.national.values and not pack.has(name, account.languages)
    )


def _with_examples(pack: Pack, account: Account, missing: tuple[str, ...]) -> Pack:
    """The pack with the examples of these values in their places, so that it can be measured."""
    examples = {
        name: dict.fromkeys(account.languages, _example(pack.national.values[name]))
        for name in missing
    }
    return replace(pack, values={**pack.values, **examples}) if missing else pack


def _example(value: ValueField) -> str:
    return "yes" if value.kind is ValueKind.YES_OR_NO else value.example
