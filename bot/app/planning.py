"""The checked plan of some days, from what was read. It needs no ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.app.environment import today
from bot.app.files import Loaded
from bot.core import check
from bot.core.model import Pick, Post, PostKey
from bot.core.plan import Plan, Sources, Watch, Window, days_of, plan
from bot.core.source import Problem


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, checked: `plan` holds only posts that no error stops."""

    plan: Plan
    checked: check.Checked
    problems: tuple[Problem, ...]  # of files, of the plan and of its posts, gathered
    stopped: tuple[Post, ...] = ()  # posts that an error stops


def make_plan(
    loaded: Loaded,
    window: Window,
    kept: Mapping[PostKey, Pick],
    *,
    now: datetime,
    watch: Watch = iter,
    lifted: Collection[str] = (),
) -> Planned:
    """The checked plan of a window of London dates. Raises SettingsError where config is broken.

    Posts are compared with those of a week before and after, so that what stops one does not
    depend on which days are looked at. `lifted` are packs to be planned in spite of an embargo, for
    those who may see them before it ends.
    """
    sources = loaded.usable.at(now, lifted=lifted)
    around = Window(window.first - check.IDENTICAL_WITHIN, window.last + check.IDENTICAL_WITHIN)
    whole = plan(sources, around, kept, watch=watch)
    accepted = check.acceptances(sources.packs.values(), sources.overlays)
    checked = accepted.marked_posts(check.check_posts(whole.posts, sources.packs, sources.config))
    within = {post.key for post in whole.posts if window.holds(today(post.due))}
    found = {problem for key in within for problem in checked.by_post.get(key, ())}
    facts = check.fact_problems(sources.config, today(now), live=sources.live)
    facts += accepted.marked(check.edition_problems(sources.packs.values(), whole.posts, now))
    problems = check.gathered([*loaded.problems, *facts, *whole.problems, *found])
    stopped = tuple(p for p in whole.posts if p.key in checked.stopped and p.key in within)
    shown = whole.without(checked.stopped).only(
        lambda post: post.key in within,
        lambda one: one.day is None or window.holds(one.day),
    )
    return Planned(shown, checked, tuple(problems), stopped)


def windows_of(sources: Sources, today: date) -> Iterator[Window]:
    """All the days there are to look at: the next two weeks, and those of every dated run."""
    yield Window(today, today + timedelta(days=13))
    for run in sources.config.runs.values():
        pack = sources.packs.get(run.pack)
        days = days_of(run, pack) if pack is not None else None
        if days is not None:
            yield days
