"""Who reposts what a national account says, in which of its places, and how long after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import TYPE_CHECKING, Final

from bot.core.config import Config
from bot.core.model import Account, Pick, Post, PostKey, Sender, london_day
from bot.core.picks import rank
from bot.core.plan.choice import Choice, Pool
from bot.core.plan.occurrences import Occurrence
from bot.core.plan.values import LeftOut
from bot.core.source import listed

if TYPE_CHECKING:
    from bot.core.packs import Theme
    from bot.core.plan.places import PlaceInDay, VoicePlan

MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lead:
    """A place in which a national account says what a few others repost."""

    key: PostKey  # of the national post, in a language of whoever reposts it
    message: str
    by: tuple[str, ...]  # the accounts that repost it, by their ids


@dataclass(slots=True)
class Reposting:
    """What one account reposts of a national one, in one run."""

    plan: VoicePlan
    national: VoicePlan
    _leads: dict[tuple[str, str], dict[str, Lead]] = field(default_factory=dict)

    @property
    def delay(self) -> timedelta:
        return self.plan.planning.delays[self.plan.account.id]

    def mine(self, occurrence: Occurrence, theme: str) -> dict[str, Lead]:
        """What this account is to repost, by place."""
        every = self._every(occurrence, theme).items()
        return {place: lead for place, lead in every if self.plan.account.id in lead.by}

    def leads(
        self, occurrence: Occurrence, theme: Theme, places: Sequence[PlaceInDay], shown: set[date]
    ) -> dict[int, Lead]:
        """The same, by the places' numbers; where others repost, it is noted who."""
        found = {}
        for number, place in enumerate(places):
            lead = self._every(occurrence, theme.name).get(place.name)
            if lead is not None and self.plan.account.id in lead.by:
                found[number] = lead
            elif lead is not None and place.day in shown:
                repost = "repost" if len(lead.by) > 1 else "reposts"
                reason = f"reposts nothing here: {listed(lead.by)} {repost} {lead.key}, and"
                reason += f" {self._most} may (reposts: accounts)."
                self.plan.leave(occurrence, place, "repost-cap", reason)
        return found

    def originals(self, lead: Lead) -> list[Post]:
        """The national post in each of the account's languages; nothing where one is missing."""
        keys = [replace(lead.key, language=one) for one in self.plan.account.languages]
        said = self.national.said
        return [said[key] for key in keys] if said.keys() >= set(keys) else []

    def is_unsure(self, lead: Lead) -> bool:
        """Whether an error is why the national post is not there."""
        day = lead.key.run, lead.key.account, lead.key.slot.split(".")[0]
        return day in self.plan.planning.unjudged

    def _every(self, occurrence: Occurrence, theme: str) -> dict[str, Lead]:
        """Every post of the national account that is to be reposted, by whomever, by place."""
        asked = occurrence.id, theme
        if asked not in self._leads:
            account, language = self.national.account, self.plan.account.languages[0]
            able = self.plan.planning.reposters(self.plan.run, account)
            said = self.national.messages(occurrence, theme).items()
            keys = {place: PostKey(occurrence.id, account.id, place, language) for place, _ in said}
            self._leads[asked] = {
                place: Lead(keys[place], message.name, chosen(able, keys[place], self._most))
                for place, message in said
                if message.amplify
            }
        return self._leads[asked]

    @property
    def _most(self) -> int:
        return self.plan.planning.sources.config.settings.reposts.accounts


def delays(config: Config) -> dict[str, timedelta]:
    """How long after a national post each account reposts it: its minute, and a spread.

    The spread follows from the account's id. Two accounts of a region never have the same sum; the
    later one in forces.yaml gives way.
    """
    spread = config.settings.reposts
    least, most = spread.soonest // MINUTE, spread.latest // MINUTE
    taken: dict[str | None, set[int]] = defaultdict(set)
    found = {}
    for sender in config.senders.values():
        for account in (one for one in sender.accounts if one.amplifies):
            wanted = least + int.from_bytes(rank("repost", account.id)[:8]) % (most - least + 1)
            tried = chain(range(wanted, most + 1), range(least, wanted), count(most + 1))
            free = next(n for n in tried if sender.minute + n not in taken[sender.region])
            taken[sender.region].add(sender.minute + free)
            found[account.id] = (sender.minute + free) * MINUTE
    return found


def chosen(accounts: Iterable[Account], lead: PostKey, most: int) -> tuple[str, ...]:
    """The accounts that repost this post: at most so many, other ones for each post."""
    ranked = sorted(accounts, key=lambda one: rank("repost", lead.run, lead.slot, one.id))
    return tuple(sorted(one.id for one in ranked[:most]))


def with_reposts(
    choices: Sequence[Choice],
    kept: Sequence[Pick | None],
    pool: Pool,
    leads: Mapping[int, Lead],
) -> tuple[list[Choice], dict[int, Lead]]:
    """What fills an account's places where it reposts, and what it reposts, by place.

    What would have stood there goes to where the account would have said that message itself, so
    nothing is said twice. It reposts nothing that its force says its own way, has approved to be
    said elsewhere, or has no part in; and what is kept in a place stays.
    """
    found, reposts = list(choices), {}
    for place, lead in sorted(leads.items()):
        message, here = lead.message, kept[place]
        wordings = pool.get(message, ())
        if not wordings or any(one.local for one in wordings) or not _is(here, message):
            continue
        elsewhere = [
            other
            for other, choice in enumerate(found)
            if choice and choice[0] == message and other != place
            if other not in leads or leads[other].message != message
        ]
        if here is None and any(kept[other] for other in elsewhere):
            continue
        if not _says(found[place], message):
            for other in [one for one in elsewhere if kept[one] is None][:1]:
                found[other] = found[place]
            found[place] = message, wordings[0]
        reposts[place] = lead
    return found, reposts


def _is(kept: Pick | None, message: str) -> bool:
    return kept is None or kept.message == message


def _says(choice: Choice, message: str) -> bool:
    return choice is not None and choice[0] == message


def repost(original: Post, account: Account, sender: Sender, due: datetime) -> Post:
    """The post of this place: the national one, passed on to those who see this account's."""
    key = replace(original.key, account=account.id)
    passed_on = replace(
        original.rendering,
        account=account.id,
        due=due,
        reposts=original.key,
        visibility=account.visibility,
    ).with_digest()
    return replace(
        original,
        key=key,
        sender=sender.id,
        region=sender.region,
        rendering=passed_on,
        waits_for=original.key,
    )


def with_originals(posts: Iterable[Post]) -> tuple[list[Post], list[LeftOut]]:
    """The posts less every repost whose original is not among them, and why those are left out."""
    every = {post.key: post for post in posts}
    left = [post for post in every.values() if not _has_its_original(post, every)]
    return [post for post in every.values() if _has_its_original(post, every)], list(_alone(left))


def _has_its_original(post: Post, every: Mapping[PostKey, Post]) -> bool:
    return post.rendering.reposts is None or post.rendering.reposts in every


def _alone(posts: Iterable[Post]) -> Iterator[LeftOut]:
    for post in posts:
        yield LeftOut(
            run=post.key.run,
            campaign=post.campaign,
            sender=post.sender,
            reason=f"it would repost {post.rendering.reposts}, which is left out itself.",
            place=post.place,
            code="no-original",
            day=london_day(post.due),
            slot=post.key.slot,
            account=post.key.account,
            language=post.key.language,
        )
