"""A plan as somebody asked to see it, with what the ledger says of its posts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from bot import app
from bot.cli import show
from bot.cli.filters import Asked, lifted
from bot.core.model import Mode, Pick, Post, PostKey, State
from bot.core.plan import days_of, preview_code
from bot.core.reading import written
from bot.core.source import Place, Problem, Severity

if TYPE_CHECKING:
    from bot.ledger import LedgerPost


class View:
    """Posts within filters, errors included, each with its standing and its problems."""

    def __init__(
        self, asked: Asked, loaded: app.Loaded | None = None, *, reader: str | None = None
    ) -> None:
        """Raises SettingsError where config/ cannot be used or a filter names nothing.

        `loaded` is what was read already, if somebody did; `reader` who wants to see what is under
        embargo.
        """
        self.reader = reader
        self.env = app.read_environment()
        self.now = app.SystemClocks(self.env.now).now()
        self.loaded = loaded or app.load(self.env, asked.around(app.today(self.now)))
        sources = self.loaded.usable
        self.config = sources.config
        self.filters = asked.settled(self.config, sources.packs, app.today(self.now))
        self._in_ledger: Mapping[PostKey, LedgerPost] = {}
        self._given: Mapping[PostKey, LedgerPost] = {}
        self._approvers: Mapping[tuple[PostKey, str], str] = {}
        planned = app.make_plan(
            self.loaded,
            self.filters.window,
            self._picks(),
            now=self.now,
            watch=show.watched("Planning"),
            lifted=lifted(sources.packs, reader, self.now),
        )
        shown = planned.plan.only(
            self.filters.wants, lambda one: self.filters.wants_left(one, self.config)
        )
        stopped = [post for post in planned.stopped if self.filters.wants(post)]
        self.left_out = shown.left_out
        self.stopped = {post.key for post in stopped}
        self.posts = sorted(
            [*shown.posts, *stopped], key=lambda p: (p.due, p.key.account, p.key.language.rank)
        )
        self._read_standing()
        self.going_out = [post for post in self.posts if post.key not in self.stopped]
        self.problems_by_post = {
            key: tuple(problem for problem in found if not problem.accepted)
            for key, found in planned.checked.by_post.items()
        }
        senders = set(self.filters.forces) or {post.sender for post in self.posts}
        self.problems: list[Problem] = [
            problem
            for problem in planned.problems
            if not problem.accepted
            and (not problem.forces or not senders or senders & set(problem.forces))
        ]

    def _picks(self) -> Mapping[PostKey, Pick]:
        if not app.ledger_exists(self.env):
            return {}
        ledger = app.open_ledger(self.env, now=self.now, create=False)
        try:
            return ledger.picks()
        finally:
            ledger.close()

    def _read_standing(self) -> None:
        """What the ledger says of the posts that are shown: a ledger of years holds many more."""
        if not app.ledger_exists(self.env):
            return
        from bot.ledger import TRUSTED

        ledger = app.open_ledger(self.env, now=self.now, create=False)
        try:
            self._given = {post.key: post for post in ledger.given_times()}
            keys = list({*(post.key for post in self.posts), *self._given})
            self._in_ledger = ledger.posts_of(keys)
            self._approvers = {
                (one.key, one.digest): one.by
                for one in ledger.approvals(keys)
                if not one.automatic or one.by == TRUSTED
            }
        finally:
            ledger.close()

    def standing(self, post: Post) -> str:
        """How a post stands, in a few words: approved, held, published, …"""
        if post.key in self.stopped:
            return "has an error and will not go out"
        known = self._in_ledger.get(post.key)
        if known is not None and known.state is not State.PLANNED:
            return str(known.state)
        if known is not None and known.held_by:
            return f"held: {known.held_by.reason}"
        if known is not None and post.key in self._given and known.due != post.due:
            return f"goes out on {show.local_moment(known.due)} instead: a person gave it that time"
        by = self._approvers.get((post.key, post.rendering.digest))
        return f"approved by {by}" if by else "not approved yet"

    def at_given_times(self) -> list[Post]:
        """What goes out within the filters, with what a person gave a time at that time."""
        planned = [post for post in self.going_out if post.key not in self._given]
        given = [as_planned(one) for one in self._given.values() if self.filters.wants(one)]
        return sorted([*planned, *given], key=lambda p: (p.due, p.key.account, p.key.language.rank))

    def held(self, post: Post) -> str | None:
        """Why a post is on hold; None where it is not."""
        known = self._in_ledger.get(post.key)
        return known.held_by.reason if known is not None and known.held_by else None

    def state(self, post: Post) -> State:
        """How far a post has come by the ledger; planned where the ledger does not know it."""
        known = self._in_ledger.get(post.key)
        return known.state if known is not None else State.PLANNED

    def is_approved(self, post: Post) -> bool:
        """Whether a person approved exactly this, or it is public."""
        approved = (post.key, post.rendering.digest) in self._approvers
        return approved or self.state(post) is State.PUBLISHED

    def remember(self) -> str:
        """The code of what is shown, kept so that `approve` knows what it means.

        It is kept in the ledger; where nothing has run yet, in a file beside where one will be.
        Without a live ledger a live code cannot be used yet.
        """
        pairs = [(post.key, post.rendering.digest) for post in self.going_out]
        code = preview_code(pairs)
        dry = self.env.mode is Mode.DRY
        if not app.ledger_exists(self.env) and not (dry and self.env.database_url):
            if dry:
                app.keep_preview(self.env, code, pairs)
            return code
        ledger = app.open_ledger(self.env, now=self.now, create=True)
        try:
            ledger.remember_preview(code, pairs, now=self.now)
        finally:
            ledger.close()
        return code

    @property
    def handling(self) -> dict[str, str]:
        """How each campaign is to be handled, by its name, where its pack says so."""
        packs = self.loaded.usable.packs.values()
        return {pack.id: pack.handling for pack in packs if pack is not None and pack.handling}

    def summary(self, going_out: Collection[Post] | None = None) -> None:
        """Prints the totals, and where there are posts if there are none here."""
        going_out = self.going_out if going_out is None else going_out
        total = sum((show.cost(post, self.config) for post in going_out), Decimal(0))
        posts = show.counted(len(going_out), "post")
        accounts = show.counted(len({post.key.account for post in going_out}), "account")
        click.echo(
            f"\n{posts} from {accounts}, {self.filters.spoken(self.config)}. "
            f"Estimated cost ${total:.2f}."
        )
        if self.left_out:
            click.echo(
                f"{show.counted(len(self.left_out), 'thing')} left out: see "
                ".venv/bin/bot plan --why-not with the same options."
            )
        for line in self._embargoes():
            click.echo(line)
        if not self.posts and not going_out:
            click.echo(self._where_posts_are())

    def _embargoes(self) -> Iterator[str]:
        """Campaigns within the filters of which nothing is shown or planned yet."""
        for campaign in sorted({one.campaign for one in self.left_out if one.code == "embargo"}):
            pack = self.loaded.usable.packs.get(campaign)
            if pack is not None and pack.embargo is not None:
                yield (
                    f"{pack.title} is under embargo until {show.local_moment(pack.embargo)}. Those "
                    "whom it names see it with: .venv/bin/bot preview --embargoed --as NAME"
                )

    def _where_posts_are(self) -> str:
        if any(problem.severity is Severity.ERROR for problem in self.problems):
            return "Nothing can be shown until the errors above are mended."
        lines = ["There are no posts in these days. The runs in config/campaigns.yaml:"]
        sources = (self.loaded if self.loaded.whole else app.load(self.env)).usable
        for run in sources.config.runs.values():
            pack = sources.packs.get(run.pack)
            if pack is None:
                lines.append(f"  {run.id}: its pack cannot be used; see .venv/bin/bot check")
            elif (days := days_of(run, pack)) is not None:
                length = show.counted((days.last - days.first).days + 1, "day")
                lines.append(f"  {run.id}: from {written(days.first)}, {length}")
            else:
                lines.append(f"  {run.id}: every week{', practice only' * run.practice}")
        return "\n".join(lines)


def as_planned(one: LedgerPost) -> Post:
    """The ledger's post as a planned one."""
    file, *spot = one.place.split(":")
    return Post(
        key=one.key,
        campaign=one.campaign,
        theme=one.theme,
        sender=one.sender,
        region=one.region,
        rendering=one.rendering,
        grace_seconds=one.grace_seconds,
        place=Place(file, *(int(part) for part in spot)),
        essential=one.essential,
    )
