"""What a running bot tells those who watch over it: that it is alive, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from bot import app, watching
from bot.core.model import BotError, SettingsError
from bot.news import Cause, Standing

if TYPE_CHECKING:
    from bot.alive import AliveSignal
    from bot.telling import Telling

log = structlog.get_logger()


@contextmanager
def _aside() -> Iterator[None]:
    """What is done in here stops nothing: whatever goes wrong is said, and no more."""
    try:
        yield
    except Exception:
        log.exception("cannot-tell")


class Watch:
    """The dead man's switch and the telling of staff, over one bot. Nothing here stops a post."""

    def __init__(self, bot: app.Bot) -> None:
        self._bot = bot
        self._alive = self._make_alive()
        self._telling = self._make_telling()
        self._begun = False

    def begin(self) -> None:
        """From here on staff are told: before the first post of a run that does not last."""
        with _aside():
            self._begin()

    def _begin(self) -> None:
        if self._telling is not None and not self._begun:
            self._telling.begin()
            self._begun = True

    def swept(self, *, steady: bool) -> None:
        """After a sweep that went well: says that the bot is alive, unless it is not working."""
        if self._alive is None or not steady:
            return
        if not watching.not_working(self._bot.env, self._bot.ledger, self._bot.clocks.now()):
            self._alive.all_is_well()

    def tell(self, *, jump: app.Jump | None, plan_trouble: SettingsError | None) -> None:
        """Tells staff what there is to tell. Raises LedgerError where the ledger fails."""
        if self._telling is None:
            return
        self._begin()
        standing = [*self._without_credentials()]
        if jump is not None:
            standing.append(Standing(Cause.CLOCK, jump.sentence))
        if plan_trouble is not None:
            standing.append(Standing(Cause.PLAN, str(plan_trouble)))
        self._telling.turn(standing)

    def ended(self, *, worked: bool, plan_trouble: SettingsError | None) -> None:
        """All of it for a run that does not last; returns when it was sent or took too long."""
        with _aside():
            self.swept(steady=worked)
        with _aside():
            self.tell(jump=None, plan_trouble=plan_trouble)
            if self._telling is not None:
                self._telling.finish()
        if self._alive is not None:
            self._alive.wait()

    def _without_credentials(self) -> list[Standing]:
        if self._bot.last_good is None:
            return []
        problems = app.credential_problems(self._bot.env, self._bot.last_good)
        return [Standing(Cause.CREDENTIALS, one.message, *one.forces[:1]) for one in problems]

    def _make_alive(self) -> AliveSignal | None:
        if not self._bot.env.alive_url:
            return None
        from bot.alive import AliveSignal

        try:
            return AliveSignal(self._bot.env.alive_url, self._bot.clocks.boot)
        except BotError as error:  # a wrong address must not stop a campaign
            log.error("alive-not-told", why=str(error))
            return None

    def _make_telling(self) -> Telling | None:
        if not self._bot.env.tell:
            return None
        from bot.telling import Telling

        return Telling.wanted(self._bot)
