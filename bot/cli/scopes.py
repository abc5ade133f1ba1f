"""What a person means by a name: a force, a region, a campaign, or everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import click

from bot import app
from bot.cli import show
from bot.core.model import (
    Language,
    PlatformName,
    SettingsError,
    configured_run,
)
from bot.core.plan import Sources
from bot.core.source import did_you_mean, listed
from bot.ledger import (
    Ledger,
    Scope,
    ScopeKind,
)

FileReader = Callable[[], Sources | None]


def read_once(env: app.Environment) -> FileReader:
    """Reads packs and configuration when first asked for: a bare hold waits for no file."""
    return cache(lambda: app.load(env).sources)


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does with a scope, in the words that say so."""

    done: str
    command: str


HOLDING: Final = Act("held", ".venv/bin/bot hold {}")
REAFFIRMING: Final = Act("approved again", ".venv/bin/bot approve --reaffirm {} --by NAME")
RELEASING: Final = Act("released", ".venv/bin/bot release {} --by NAME --reason WORDS")


def scope_of(sources: FileReader, ledger: Ledger, said: str, act: Act) -> Scope:
    """What a person meant by a name. Raises SettingsError, saying that nothing happened."""
    said = said.strip()
    if not said or said.lower() in ("everything", "all"):
        return Scope.everything()
    known = _known_scopes(sources(), ledger)
    wanted = said.lower()
    matches = sorted(scope for scope in known if wanted in _names(scope))
    if len(matches) == 1:
        return matches[0]
    nothing = f"NOTHING IS {act.done.upper()}:"
    if matches:
        choices = listed((as_typed(scope, whole=True) for scope in matches), "or")
        raise SettingsError(f'{nothing} "{said}" could be {choices}.')
    runs = _known_runs(sources(), ledger)
    run = configured_run(said)
    campaign = runs.get(run)
    if campaign is not None:
        alone = list(runs.values()).count(campaign) == 1
        if alone and said == run:
            return Scope.campaign(campaign)
        command = act.command.format(campaign)
        raise SettingsError(f"{nothing} a run is {act.done} by its campaign: {command}")
    names = {str(scope.name) for scope in known}
    raise SettingsError(
        f'{nothing} there is nothing called "{said}". '
        + did_you_mean(said, {n.lower(): n for n in names}, what="Known")
        + (" To stop everything: .venv/bin/bot hold" if act is HOLDING else "")
    )


def _known_runs(sources: Sources | None, ledger: Ledger) -> dict[str, str]:
    """The campaign of every configured run, from the configuration and from what is planned."""
    found = {configured_run(post.key.run): post.campaign for post in ledger.posts()}
    return found | {run.id: run.pack for run in (sources.config.runs if sources else {}).values()}


def say_for_a_run(said: str, scope: Scope, act: Act) -> None:
    """That a campaign stands for its only run, where that is what was typed."""
    said = said.strip()
    if scope.kind is ScopeKind.CAMPAIGN and said.lower() not in _names(scope):
        click.echo(f"{said} is {act.done} by its campaign: {scope.name}.")


def _known_scopes(sources: Sources | None, ledger: Ledger) -> set[Scope]:
    """Everything that can be held, from the configuration and from what the ledger holds."""
    found = {Scope.platform(name.value) for name in PlatformName}
    for post in ledger.posts():
        found |= {Scope.force(post.sender), Scope.account(post.key.account)}
        found |= {Scope.campaign(post.campaign), Scope.theme(post.theme)}
        found |= {Scope.region(post.region)} if post.region else set()
    if sources is None:  # a broken configuration must not stand in the way of a hold
        return found
    for sender in sources.config.senders.values():
        found |= {Scope.force(sender.id)} | {Scope.account(a.id) for a in sender.accounts}
        found |= {Scope.region(sender.region)} if sender.region else set()
    for name, pack in sources.packs.items():
        found.add(Scope.campaign(name))
        found |= {Scope.theme(theme) for theme in (pack.themes if pack else ())}
    return found


def _names(scope: Scope) -> tuple[str, str]:
    return str(scope.name).lower(), as_typed(scope, whole=True).lower()


def as_typed(scope: Scope, *, whole: bool = False) -> str:
    if scope.name is None:
        return ""
    name = f'"{scope.name}"' if " " in scope.name else scope.name
    return f"{scope.kind}:{scope.name}" if whole else f" {name}"


def covers_in_words(env: app.Environment, sources: FileReader, scope: Scope) -> str:
    found = sources()
    senders = found.config.senders if found else {}
    sender = senders.get(scope.name or "")
    if scope.kind is ScopeKind.EVERYTHING:
        run_here = [senders[name].name(Language.EN) for name in env.forces if name in senders]
        text = f"{listed(run_here)}." if 0 < len(run_here) <= 3 else "everything that runs here."
    elif scope.kind is ScopeKind.FORCE and sender is not None:
        text = f"{sender.name(Language.EN)}."
    else:
        text = f"the {scope.kind} {scope.name}."
    elsewhere = len([name for name in senders if env.forces and name not in env.forces])
    are = "is" if elsewhere == 1 else "are"
    return f"{text} {show.counted(elsewhere, 'sender')} {are} not run here." if elsewhere else text
