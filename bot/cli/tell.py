"""The command that tries whether staff can be told."""

from __future__ import annotations

import click

from bot import app
from bot.app.environment import tell_sender
from bot.core.model import BotError, Mode, SettingsError
from bot.core.source import did_you_mean


@click.command(epilog="Example:  .venv/bin/bot tell --test")
@click.option("--test", is_flag=True, help="Send a test message to every address, now.")
def tell(test: bool) -> None:
    """Say who is told when something goes wrong, and with --test send each a test message.

    BOT_TELL names those who are told everything, BOT_TELL_KENT the staff of Kent alone. Addresses
    are written as apprise writes them, and are secrets: they are never shown.
    """
    from bot import telling

    env = app.read_environment()
    people = telling.addresses(env)
    if not people:
        raise SettingsError(
            "nobody is told: set BOT_TELL in .env or in the environment. docs/operate.md, "
            "Being told, says how."
        )
    if env.mode is Mode.DRY and not env.tells_dry:
        click.echo("This is a dry run, of which nobody is told. BOT_TELL_DRY=yes changes that.")
    unknown = _unknown_senders(env, {sender for _, sender, _ in people if sender is not None})
    failed = bool(unknown)
    for said in unknown:
        click.echo(said)
    for name, sender, url in people:
        whose = f"the staff of {sender}" if sender else "everything"
        why = telling.send(url, TITLE, BODY) if test else None
        failed = failed or why is not None
        done = "" if not test else f": {'taken' if why is None else f'NOT TOLD: {why}'}"
        click.echo(f"{name} ({whose}){done}")
    if failed:
        raise click.exceptions.Exit(1)


TITLE = "a test"
BODY = "The campaign bot can reach you. Nothing has happened, and there is nothing to do."


def _unknown_senders(env: app.Environment, named: set[str]) -> list[str]:
    """A sentence for each setting that names nobody in config/forces.yaml."""
    try:
        config = app.load(env).config
    except BotError as error:
        return [f"config/forces.yaml cannot be read, so names were not compared: {error}"]
    senders = {*config.senders, *config.broken_senders}
    return [
        f"{tell_sender(one)} names nobody in config/forces.yaml. "
        + did_you_mean(one, senders, what="Forces")
        for one in sorted(named - senders)
    ]
