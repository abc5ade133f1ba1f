"""What a plan is made from, and what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from bot.core.config import Config
from bot.core.model import Account, Post, PostKey, Sender, configured_run, is_said, london_day
from bot.core.packs import LocalPack, NationalPack, Pack, overlay
from bot.core.source import Place, Problem


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
class Sources:
    """Everything a plan is made from, as far as it could be read."""

    config: Config
    packs: Mapping[str, NationalPack | None]  # None: it is there and cannot be read
    local: Mapping[tuple[str, str], LocalPack]  # (sender, campaign)
    live: bool = False
    embargoed: frozenset[str] = frozenset()  # packs of which nothing may be planned yet
    regions: Mapping[tuple[str, str], LocalPack] = field(default_factory=dict)  # (region, campaign)
    forces: tuple[str, ...] = ()  # whom this deployment publishes for; none: everybody

    def at(self, now: datetime, *, lifted: Collection[str] = ()) -> Sources:
        """The same as it counts at an instant; `lifted` are packs whose embargo is looked past."""
        under = (pack.id for pack in self.packs.values() if pack and pack.is_embargoed(now))
        return replace(self, embargoed=frozenset(under) - frozenset(lifted))

    def region_of(self, sender: Sender, campaign: str) -> LocalPack | None:
        """What the sender's region lays over a campaign."""
        return self.regions.get((sender.region or "", campaign))

    @property
    def overlays(self) -> tuple[LocalPack, ...]:
        """Every pack that is laid over a national one: those of senders and of regions."""
        return (*self.local.values(), *self.regions.values())

    def overlays_are_sound(self, sender: Sender, campaign: str) -> bool:
        """Whether everything that is laid over a campaign for this sender could be read."""
        found = (self.local.get((sender.id, campaign)), self.region_of(sender, campaign))
        return all(one is None or one.ok for one in found)

    def pack_of(
        self, national: NationalPack, sender: Sender, account: Account | None = None
    ) -> tuple[Pack, list[Problem]]:
        """The campaign as a sender says it, or one of its accounts; and what does not fit."""
        local = self.local.get((sender.id, national.id))
        region = self.region_of(sender, national.id)
        retired = self.config.retired
        return overlay(national, sender, local, retired, region=region, account=account)

    def has_own(self, account: Account, campaign: str) -> bool:
        """Whether an account says something else than its sender's other accounts."""
        local = self.local.get((account.sender, campaign))
        return local is not None and account.id in local.accounts

    def publishes(self, sender: str) -> bool:
        """Whether what a sender says is published here, so that this ledger knows of it."""
        return not self.forces or sender in self.forces


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
    broken_senders: frozenset[str] = frozenset()  # whose accounts nobody knows

    def judges(self, key: PostKey) -> bool:
        """Whether this plan may say that a place is no longer filled.

        Only campaign-force-days that planned without an error are judged: a pack that is broken,
        half-saved or missing withdraws nothing. What a person said now is in no plan.
        """
        if is_said(key):
            return False
        run = configured_run(key.run)
        if run not in self.runs:
            return True
        if key.account not in self.owners:
            return not self.broken_senders  # or it may be one of theirs
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
        stopped = {**stopped, **self._reposts_of(stopped)}
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

    def _reposts_of(self, stopped: Mapping[PostKey, Problem]) -> dict[PostKey, Problem]:
        """What stops a post stops those that repost it."""
        return {
            post.key: stopped[original]
            for post in self.posts
            if (original := post.rendering.reposts) and original in stopped
        }


CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U


def preview_code(pairs: Iterable[tuple[PostKey, str]]) -> str:
    """A short code that stands for exactly these renderings: (key, digest), in any order."""
    whole = "\n".join(sorted(f"{key} {digest}" for key, digest in pairs))
    number = int.from_bytes(hashlib.sha256(whole.encode()).digest()[:5], "big")
    letters = [CODE_LETTERS[(number >> shift) & 31] for shift in range(35, -5, -5)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
