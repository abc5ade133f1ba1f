"""The command that publishes words now: typed ones, or a message of a pack held ready."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import click

from bot import app
from bot.app.saying import (
    AGAIN_AFTER,
    Asked,
    crisis_over,
    in_words,
    next_second,
    people,
    stopping,
)
from bot.cli import show
from bot.cli.log import log_for_people_or_programs
from bot.cli.rows import posts_in_words
from bot.core.model import (
    Following,
    Language,
    LedgerError,
    Mode,
    Post,
    PostKey,
    SettingsError,
    State,
)
from bot.core.plan import Sources
from bot.core.saying import Said
from bot.ledger import Ledger, LedgerPost
from bot.platforms import REQUEST_DEADLINE_SECONDS

WAIT: Final = timedelta(seconds=2 * REQUEST_DEADLINE_SECONDS + 5)
"""How long the outcome of one post of an account is waited for: its timeline may be read first."""

NOTHING: Final = "Nothing was published."


@click.command(
    epilog='Examples:  .venv/bin/bot say "Avoid Dover port. Officers are there." --force kent '
    '--by "A. Smith" --and "B. Jones"     .venv/bin/bot say --message avoid-the-area:when-asked '
    '--force kent --force sussex --by "A. Smith" --and "B. Jones"'
)
@click.argument("words", required=False)
@click.option("--message", metavar="NAME[:WORDING]", help="A message of a pack held ready.")
@click.option(
    "--force", "forces", multiple=True, required=True, metavar="NAME", help="Who says it."
)
@click.option(
    "--language",
    type=click.Choice([one.value for one in Language]),
    help="en if not said; of a message, every language of the account.",
)
@click.option("--by", metavar="NAME", required=True, help="Who says it: your name.")
@click.option("--and", "second", metavar="NAME", help="The second person who agrees.")
@click.option("--yes", is_flag=True, help="Publish without asking; needed without a terminal.")
def say(
    words: str | None,
    message: str | None,
    forces: tuple[str, ...],
    language: str | None,
    by: str,
    second: str | None,
    yes: bool,
) -> None:
    """Publish words now, from every account of a force, in no campaign and no plan.

    Takes two people. The words are checked as a pack's are, shown, and go the way of every other
    post; they may name constants, such as {{ report_link }}. What cannot leave at once does not
    leave later.
    """
    if (words is None) == (message is None):
        raise click.UsageError("Give the words to say, or --message NAME: one of the two.")
    env = app.read_environment()
    log_for_people_or_programs()
    clocks = app.SystemClocks(env.now)
    loaded = app.load(env)
    senders = tuple(
        app.chosen("force", name, loaded.config.senders) for name in _named(env, forces)
    )
    asked = Asked(words, message, senders, Language(language) if language else None)
    at = next_second(clocks.now())
    said = _sound(asked.said(loaded.usable, at))
    ledger = app.open_ledger(env, now=clocks.now(), create=True)
    try:
        bot = app.Bot(env, ledger, clocks)
        bot.last_good = loaded
        names = people(
            by, second, in_crisis=all(crisis_over(ledger.holds_on(p)) for p in said.posts)
        )
        saying = Saying(bot, loaded.usable, asked, " ".join(by.split()), names)
        saying.refuse(said.posts)
        saying.show(said)
        _confirm(yes)
        standing = saying.publish(said)
    finally:
        ledger.close()
    everywhere = all(post.state is State.PUBLISHED for post in standing.values())
    raise click.exceptions.Exit(0 if everywhere else 1)


def _named(env: app.Environment, forces: Sequence[str]) -> list[str]:
    """The forces as they were named, each once. Raises SettingsError for one not run here."""
    named = [name.strip() for one in forces for name in one.split(",") if name.strip()]
    for name in named:
        if env.forces and name not in env.forces:
            raise SettingsError(f"{name} is not run here: BOT_FORCES does not name it. {NOTHING}")
    return list(dict.fromkeys(named))


def _sound(said: Said) -> Said:
    """What may go out. Everything that is wrong is printed, and an error ends the command."""
    show.problems_in_words(said.problems)
    if said.errors or not said.posts:
        raise SettingsError(f"this cannot be said as it stands. {NOTHING}")
    return said


def _confirm(yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise SettingsError(f"there is no terminal to ask on: give --yes. {NOTHING}")
    if not click.confirm("Publish now?", default=False):
        raise SettingsError(NOTHING)


@dataclass
class Saying:
    """One saying: who says it, and its way out."""

    bot: app.Bot
    sources: Sources
    asked: Asked
    by: str
    people: str  # as the approval records them
    _trouble: dict[PostKey, str] = field(default_factory=dict)  # the ledger failed

    @property
    def ledger(self) -> Ledger:
        return self.bot.ledger

    def refuse(self, posts: Sequence[Post]) -> None:
        """Raises SettingsError for what is on hold, and for words that were said lately."""
        for post in posts:
            if holds := stopping(self.ledger.holds_on(post), post):
                raise SettingsError(f"{in_words(holds)} {NOTHING}")
        for key, before in self._said_before(posts).items():
            raise SettingsError(f"the account {key.account} {_lately(before)} {NOTHING}")

    def _said_before(self, posts: Sequence[Post]) -> Mapping[PostKey, LedgerPost]:
        since = min(post.due for post in posts) - AGAIN_AFTER
        return self.ledger.said_since(posts, since)

    def show(self, said: Said) -> None:
        """Prints exactly what would go out, from where, and on whose word."""
        config = self.sources.config
        posts_in_words(said.posts, config, lambda _post: self.people, {})
        if said.basis and len({post.key.account for post in said.posts}) > 1:
            click.echo(f"\nSeveral accounts say it on this basis: {said.basis}.")
        dry = self.bot.env.mode is Mode.DRY
        click.echo("\nDRY RUN: nothing is sent." if dry else "\nThis goes out LIVE.")

    def publish(self, shown: Said) -> Mapping[PostKey, LedgerPost]:
        """Adopts, approves and delivers it; says what became of each post, and gives it back."""
        posts = self._adopt(shown)
        basis = self.people + (f"; {shown.basis}" if shown.basis else "")
        pairs = [(post.key, post.rendering.digest) for post in posts]
        self.ledger.approve(pairs, by=self.by, now=self.bot.clocks.now(), basis=basis)
        self._deliver(posts)
        keys = [post.key for post in posts]
        waiting = self.ledger.posts_of(keys)
        why = {key: self._why(post) for key, post in waiting.items()}
        self._take_back(keys, "it could not leave at once")
        standing = self.ledger.posts_of(keys)
        for key in keys:
            click.echo(f"{key.account}, {key.language.label}: {self._spoken(standing[key], why)}")
            click.echo(f"    {key}")
        return standing

    def _adopt(self, shown: Said) -> tuple[Post, ...]:
        """What was shown, made for this second, in the ledger and not approved yet.

        Raises SettingsError, with nothing left planned, where it is not what was shown any more
        or where somebody says the same at the same time.
        """
        now, posts = self._made_anew()
        if _words(posts) != _words(shown.posts):
            raise SettingsError(
                f"the words have changed since they were shown. {NOTHING} Say it again."
            )
        self.refuse(posts)
        # It is in no plan, so it judges no place: nothing of any campaign is touched.
        pictures = self.bot.last_good.pictures if self.bot.last_good else {}
        adoption = self.ledger.adopt(posts, lambda _key: False, now=now, pictures=pictures)
        twice = self._said_before(posts)
        if twice or len(adoption.new) != len(posts):
            self._take_back(adoption.new, "somebody else says the same")
            raise SettingsError(
                f"somebody else says something from there at this moment. {NOTHING} "
                "Look at .venv/bin/bot history, and say it again."
            )
        return posts

    def _made_anew(self) -> tuple[datetime, tuple[Post, ...]]:
        """(now, the posts as of the next second); of a second that nothing was said in yet."""
        while True:
            now = self.bot.clocks.now()
            posts = self.asked.said(self.sources, next_second(now)).posts
            if not self.ledger.posts_of([post.key for post in posts]):
                return now, posts
            self._until(next_second(now))

    def _until(self, moment: datetime) -> None:
        while (left := (moment - self.bot.clocks.now()).total_seconds()) > 0:
            time.sleep(left)

    # --- its way out ----------------------------------------------------------------------------

    def _deliver(self, posts: Sequence[Post]) -> None:
        """Delivers side by side, and waits until each has ended, or for as long as requests last.

        A bot that runs on the same ledger may be first: the claim decides, and it is as good.
        """
        from bot.carrier import Carrier

        keys = [post.key for post in posts]
        due = max(post.due for post in posts)
        until = due + WAIT * len({key.language for key in keys})
        carrier = Carrier(self._deliver_one)
        self._until(due)
        while self.bot.clocks.now() < until:
            standing = self.ledger.posts_of(keys).values()
            waiting = [post for post in standing if self._may_still_end(post, until)]
            if not waiting:
                break
            carrier.submit(post.key for post in waiting if post.state is State.PLANNED)
            time.sleep(0.1)
        carrier.drain(REQUEST_DEADLINE_SECONDS)

    def _deliver_one(self, key: PostKey, following: Following) -> None:
        try:
            self.bot.delivery.deliver(key, following)
        except LedgerError as error:
            self._trouble[key] = str(error)

    def _may_still_end(self, post: LedgerPost, until: datetime) -> bool:
        if post.state is State.SENDING:
            return True
        stands = post.state is State.PLANNED and not self._stops(post)
        later = post.not_before is not None and post.not_before > until
        return stands and not later and post.key not in self._trouble

    def _stops(self, post: LedgerPost) -> str:
        """Why the claim refuses it and will go on doing so; empty where it does not."""
        hold = post.held_by
        if hold is not None:
            return in_words([hold])
        stopped = {one.account: one.sentence for one in self.ledger.stopped_accounts()}
        why = stopped.get(post.key.account)
        return f"The account {post.key.account} is stopped: {why}" if why else ""

    def _why(self, post: LedgerPost) -> str:
        """Why a post did not leave, as far as anybody can say."""
        return self._stops(post) or self._trouble.get(post.key) or post.why

    def _take_back(self, keys: Sequence[PostKey], reason: str) -> None:
        now = self.bot.clocks.now()
        self.ledger.take_back(keys, by=self.by, reason=reason, now=now)

    def _spoken(self, post: LedgerPost, why: Mapping[PostKey, str]) -> str:
        """What became of a post."""
        dry = self.bot.env.mode is Mode.DRY
        match post.state:
            case State.PUBLISHED if dry:
                return "dry run: NOTHING WAS SENT, and all else was done."
            case State.PUBLISHED:
                return f"PUBLISHED {post.remote_url or post.remote_id}"
            case State.REFUSED:
                return f"REFUSED by {post.platform.label}: {post.why}"
            case State.UNKNOWN:
                return f"UNKNOWN, it may be public: {post.why} See .venv/bin/bot unsettled."
            case State.SENDING:
                return "ON ITS WAY, and not answered yet. See .venv/bin/bot history KEY."
            case _:
                return f"NOT SENT: {why[post.key]} It will not leave later."


def _words(posts: Sequence[Post]) -> dict[tuple[str, Language], object]:
    return {
        (post.key.account, post.key.language): (post.rendering.text, post.rendering.shown)
        for post in posts
    }


def _lately(before: LedgerPost) -> str:
    """`said the same words on Monday … at 09:07: https://x.com/…`."""
    where = before.remote_url or f"it is {before.state}, as {before.key}"
    when = show.local_moment(before.due)
    return f"said the same words within 24 hours, on {when}: {where}."
