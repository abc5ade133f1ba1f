"""The command check: everything that can be wrong, at once, in words or for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from bot import app
from bot.app.planning import windows_of
from bot.cli import asked, review, show
from bot.cli.filters import Day
from bot.cli.ready import ready_problems
from bot.core import check as checks
from bot.core.model import Language, Post, PostKey
from bot.core.plan import Window
from bot.core.source import Problem, Severity, did_you_mean

NO_DICTIONARY = (
    "No dictionary of British English is installed here: only American spellings were looked for.\n"
    "    make spelling installs one; so does Debian's package hunspell-en-gb."
)


@click.command(
    epilog="Examples:  .venv/bin/bot check     .venv/bin/bot check --on 2015-11-23     "
    ".venv/bin/bot check --explain long-sentence     "
    ".venv/bin/bot check --in ~/our-packs --format sarif"
)
@click.option("--on", type=Day(), help="Check the posts of this day too. Default: every run.")
@click.option("--force", metavar="NAME", help="Only what touches this force.")
@click.option(
    "--accepted", is_flag=True, help="List what packs accept as well, each with the reason."
)
@click.option(
    "--explain", metavar="CODE", help="Say why a check is made, by whose rule, and what to do."
)
@click.option(
    "--in",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Check the messages/ and config/ in this folder instead: for a repository of packs.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="Words for people, JSON for programs, or what code review shows beside the lines.",
)
def check(
    on: Any, force: str | None, accepted: bool, explain: str | None, folder: Path | None, form: str
) -> None:
    """Find every problem in the packs and the configuration, at once.

    Each line says where, what is wrong, and what to do. Exit code 1 where there are errors.

    With --force it also lists what each campaign asks that force for, and what it has filled in.

    What a pack lists under accepts: is not shown, and counted at the end.
    """
    if explain is not None:
        click.echo(explained(explain))
        return
    found = _look(on, force, folder)
    if form == "json":
        show.as_json(
            {
                **({"asked": asked.records(found.loaded, force)} if force else {}),
                "errors": found.errors,
                "warnings": found.warnings,
                "problems": [
                    show.problem_record(problem)
                    for problem in found.problems
                    if not problem.accepted
                ],
                "accepted": [
                    {**show.problem_record(problem), "reason": problem.accepted}
                    for problem in found.problems
                    if problem.accepted
                ],
                "alike": [show.alike_record(one, found.advice(one.worst)) for one in found.near],
            }
        )
    elif form == "sarif":
        show.as_json(review.sarif(found.problems))
    elif form == "github":
        for line in review.github(found.problems):
            click.echo(line)
    else:
        if force:
            asked.in_words(found.loaded, force)
        _in_words(found, alone=force is not None, with_accepted=accepted)
    raise click.exceptions.Exit(1 if found.errors else 0)


def explained(code: str) -> str:
    """The catalogue's entry for a check. Raises a usage error where there is none."""
    known = checks.CHECKS.get(code)
    if known is None:
        raise click.UsageError(
            f'there is no check on words called "{code}". '
            f"{did_you_mean(code, checks.CHECKS, what='Among them')} All of them: docs/checks.md. "
            "A code about the form of a file needs no more than its own line says."
        )
    return "\n".join(_entry(known))


def _entry(check: checks.Check) -> Iterator[str]:
    yield click.style(f"{check.code}: {check.severity}", bold=True)
    yield f"  finds    {check.finds}"
    yield f"  why      {check.reason}"
    yield f"  source   {check.source.name}"
    if check.source.address:
        yield f"           {check.source.address}"
    yield f"  mend     {check.fix}"
    if check.may_be_accepted:
        yield "  accept   at the wording, the message, or the whole pack, with your reason:"
        yield "             accepts:"
        yield f"               {check.code}: read aloud by two of us, and clear"
    else:
        yield "  accept   It cannot be accepted: errors are about safety, a platform's limits, or a"
        yield "           post that would go out broken."


# --- looking ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Looked:
    """Everything that was found."""

    problems: Sequence[Problem]
    near: Sequence[checks.Alike]
    posts: int
    spelt: bool  # whether there is a dictionary of English
    loaded: app.Loaded

    def advice(self, pair: checks.Pair) -> str:
        """What would set two posts apart."""
        sources = self.loaded.usable
        return checks.to_set_apart(pair, sources.packs, sources.local, sources.config.senders)

    @property
    def errors(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def accepted(self) -> int:
        return sum(bool(problem.accepted) for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors - self.accepted


def _look(on: Any, force: str | None, folder: Path | None) -> _Looked:
    env = app.read_environment(_in_folder(folder))
    now = app.SystemClocks(env.now).now()
    loaded = app.load(env)
    problems = list(loaded.problems)
    posts: dict[PostKey, Post] = {}
    dictionaries = app.installed_dictionaries()
    if loaded.sources is not None:
        for window in _windows_to_check(loaded, on, app.today(now)):
            planned = app.make_plan(
                loaded,
                window,
                {},
                now=now,
                watch=show.watched("Checking"),
                lifted=loaded.usable.packs,  # what is wrong is said of what nobody may see yet too
            )
            problems += planned.problems
            posts |= {post.key: post for post in planned.plan.posts}
        problems += ready_problems(loaded, now)
        problems += app.renamed_messages(env, loaded, now)
        problems += app.unraised_versions(env, loaded, loaded.usable.packs.values(), now)
        problems = _with_words(problems, loaded, dictionaries, everything=on is None)
    problems += app.credential_problems(env, loaded)
    gathered = checks.gathered(problems)
    if force:
        if loaded.sources is not None:
            app.chosen("force", force, loaded.config.senders)
        gathered = [p for p in gathered if not p.forces or force in p.forces]
    packs = loaded.sources.packs if loaded.sources else {}
    secret = loaded.sources.at(now).embargoed if loaded.sources else frozenset()
    shown = [post for post in posts.values() if post.campaign not in secret]
    near = checks.alike(shown, packs, sender=force)
    spelt = Language.EN in dictionaries
    return _Looked(gathered, near, len(posts), spelt, loaded)


def _in_folder(folder: Path | None) -> dict[str, str]:
    """The settings under which that folder's packs are read."""
    if folder is None:
        return {}
    return {
        f"BOT_{name.upper()}": str((folder / name).resolve()) for name in ("messages", "config")
    }


def _with_words(
    problems: Sequence[Problem],
    loaded: app.Loaded,
    dictionaries: checks.Dictionaries,
    *,
    everything: bool,
) -> list[Problem]:
    """With what is wrong with any wording, and with what is accepted for nothing."""
    sources = loaded.usable
    accepts = checks.acceptances(sources.packs.values(), sources.overlays)
    of_words = checks.word_problems(sources.packs, sources.overlays, sources.config, dictionaries)
    marked = accepts.marked(of_words)
    # In a pack with errors a line that has one is mended first: its warnings are of the same words.
    broken = {one.place.file for one in sources.overlays if not one.ok}
    wrong = {
        (one.place.file, one.place.line)
        for one in problems
        if one.severity is Severity.ERROR and one.place.file in broken
    }
    found = [*problems]
    found += [one for one in marked if (one.place.file, one.place.line) not in wrong]
    if everything:  # a day's posts alone do not show what another day needs
        untried = ["same-version"]  # it is the ledger that knows, and not every machine has it
        untried += [] if len(dictionaries) == len(Language) else ["spelling"]
        found += accepts.left_over([*problems, *marked], untried)
    return found


def _windows_to_check(loaded: app.Loaded, on: Any, today: date) -> Iterator[Window]:
    """The asked day; or the days of every dated run, and the next two weeks."""
    if on is not None:
        day = {"today": today, "tomorrow": today + timedelta(days=1)}.get(on, on)
        yield Window(day, day)
        return
    yield from windows_of(loaded.usable, today)


def _in_words(found: _Looked, *, alone: bool, with_accepted: bool) -> None:
    show.problems_in_words(found.problems)
    if with_accepted:
        show.accepted_in_words(found.problems)
    if not alone:  # a force cannot change what the others say
        show.alike_in_words(found.near, found.advice)
    if not found.spelt:
        click.echo(NO_DICTIONARY)
    counts = [show.counted(found.errors, "error"), show.counted(found.warnings, "warning")]
    if found.accepted:
        counts.append(f"{found.accepted:,} accepted")
    click.echo(f"{', '.join(counts)}, {show.counted(found.posts, 'post')} checked.")
    for line in found.loaded.elsewhere:
        click.echo(line)
