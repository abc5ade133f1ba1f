"""The command that says how every account stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from bot import app
from bot.app.standing import Standing, standings, written_facts
from bot.app.wiring import checked
from bot.cli import show
from bot.cli.filters import FORMAT
from bot.core.model import Account, Language, PlatformName
from bot.core.text import mastodon
from bot.platforms import Finding

Findings = Mapping[str, Sequence[Finding]]
"""What each account's platform said of it, by the account's id: of those that could be asked."""


@click.command(
    epilog="Examples:  .venv/bin/bot accounts     .venv/bin/bot accounts --force kent --check     "
    ".venv/bin/bot accounts --format json"
)
@click.option("--force", "forces", multiple=True, metavar="NAME", help="Only this sender.")
@click.option(
    "--check", "asks", is_flag=True, help="Ask each account's platform whether all is well."
)
@FORMAT
def accounts(forces: tuple[str, ...], asks: bool, form: str) -> None:
    """List every account here: its handle, its credentials, who takes part, and what is next.

    Credentials are named, never shown. Nothing is ever posted. No network is asked, unless --check
    is given: then each account that has its credentials asks its own platform whether they work,
    whose they are, whether the account is marked as automated, and what its limits are. X asks a
    small price for that. Ends with exit code 1 where something is to be put right.
    """
    env = app.read_environment()
    loaded = app.load(env)
    senders = loaded.config.senders
    for force in forces:
        app.chosen("force", force, senders)
    wanted = [one for one in standings(env, loaded) if not forces or one.sender.id in forces]
    without = {
        sender: why
        for sender, why in written_facts(env)[1].items()
        if sender in senders and not senders[sender].accounts and (not forces or sender in forces)
    }
    found: Findings = {}
    if asks:
        found = {one.account.id: checked(env, one.account) for one in wanted if not one.missing}
    if form == "json":
        show.as_json([_record(one, found) for one in wanted])
        _end(found)
        return
    for one in wanted:
        _in_words(one, found, asks=asks)
    for sender, why in without.items():
        click.echo(f"\n{click.style(senders[sender].name(Language.EN), bold=True)}: no account")
        click.echo(f"    {why}")
    live = sum(one.account.live for one in wanted)
    ready = sum(not one.missing for one in wanted)
    click.echo(f"\n{show.counted(len(wanted), 'account')}: {live} live, {ready} with credentials.")
    _end(found)


def _end(found: Findings) -> None:
    if not all(finding.is_well for findings in found.values() for finding in findings):
        raise click.exceptions.Exit(1)


def _in_words(one: Standing, found: Findings, *, asks: bool) -> None:
    account = one.account
    name = click.style(account.id, bold=True)
    languages = " and ".join(language.label for language in account.languages)
    live = "live" if account.live else "not live"
    click.echo(f"\n{name}  {one.sender.name(Language.EN)}, {languages}, {live}")
    if account.handle:
        click.echo(f"    @{account.handle}, seen: {one.handle_source or 'nobody said where'}")
    else:
        click.echo("    no handle yet")
    if account.platform is PlatformName.MASTODON:
        click.echo(f"    {_its_server(account)}")
    there = len(one.credentials) - len(one.missing)
    if one.missing:
        names = ", ".join(one.missing)
        click.echo(f"    credentials: {there} of {len(one.credentials)}; missing: {names}")
    else:
        click.echo("    credentials: all there")
    if asks and account.id not in found:
        click.echo("    not asked: without its credentials nobody answers")
    for finding in found.get(account.id, ()):
        mark = click.style("well", fg="green") if finding.is_well else click.style("MEND", fg="red")
        click.echo(f"    {mark}  {finding.sentence}")
    for campaign, said in one.takes_part.items():
        click.echo(f"    {campaign}: takes part: {said}")
    click.echo(f"    Next: {one.next}")


def _its_server(account: Account) -> str:
    limits = account.limits
    return (
        f"server: {account.instance or 'not known'}, {account.visibility} posts of at most"
        f" {limits.max_characters or mastodon.LIMIT} characters, a link counted as"
        f" {limits.characters_reserved_per_url or mastodon.RESERVED_PER_URL}"
    )


def _record(one: Standing, found: Findings) -> dict[str, Any]:
    return {
        "account": one.account.id,
        "force": one.sender.id,
        "name": one.sender.name(Language.EN),
        "platform": one.account.platform.value,
        "handle": one.account.handle,
        "handle_source": one.handle_source,
        "languages": [language.value for language in one.account.languages],
        "live": one.account.live,
        "credentials": dict(one.credentials),
        "takes_part": dict(one.takes_part),
        "next": one.next,
        "check": [
            {"is_well": finding.is_well, "sentence": finding.sentence}
            for finding in found.get(one.account.id, ())
        ],
    }
