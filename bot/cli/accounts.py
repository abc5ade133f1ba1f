"""The command that says how every account stands."""

from __future__ import annotations

from typing import Any

import click

from bot import app
from bot.app.standing import Standing, standings, written_facts
from bot.cli import show
from bot.cli.filters import FORMAT
from bot.core.model import Language


@click.command(
    epilog="Examples:  .venv/bin/bot accounts     .venv/bin/bot accounts --force kent     "
    ".venv/bin/bot accounts --format json"
)
@click.option("--force", "forces", multiple=True, metavar="NAME", help="Only this sender.")
@FORMAT
def accounts(forces: tuple[str, ...], form: str) -> None:
    """List every account here: its handle, its credentials, who takes part, and what is next.

    Credentials are named, never shown. Nothing is posted, and no network is asked.
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
    if form == "json":
        show.as_json([_record(one) for one in wanted])
        return
    for one in wanted:
        _in_words(one)
    for sender, why in without.items():
        click.echo(f"\n{click.style(senders[sender].name(Language.EN), bold=True)}: no account")
        click.echo(f"    {why}")
    live = sum(one.account.live for one in wanted)
    ready = sum(not one.missing for one in wanted)
    click.echo(f"\n{show.counted(len(wanted), 'account')}: {live} live, {ready} with credentials.")


def _in_words(one: Standing) -> None:
    account = one.account
    name = click.style(account.id, bold=True)
    languages = " and ".join(language.label for language in account.languages)
    live = "live" if account.live else "not live"
    click.echo(f"\n{name}  {one.sender.name(Language.EN)}, {languages}, {live}")
    if account.handle:
        click.echo(f"    @{account.handle}, seen: {one.handle_source or 'nobody said where'}")
    else:
        click.echo("    no handle yet")
    there = len(one.credentials) - len(one.missing)
    if one.missing:
        names = ", ".join(one.missing)
        click.echo(f"    credentials: {there} of {len(one.credentials)}; missing: {names}")
    else:
        click.echo("    credentials: all there")
    for campaign, said in one.takes_part.items():
        click.echo(f"    {campaign}: takes part: {said}")
    click.echo(f"    Next: {one.next}")


def _record(one: Standing) -> dict[str, Any]:
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
    }
