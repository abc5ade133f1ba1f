"""Commands that exchange packs: receive, submit."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from bot import app
from bot.app import exchange
from bot.app.exchange import LocalParcel, NationalParcel, Tried
from bot.app.saving import save
from bot.cli import show
from bot.core import changes
from bot.core.model import Language, Sender, SettingsError
from bot.core.packs import LocalPack, NationalPack
from bot.core.source import Problem

# --- receive ----------------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot receive ct-awareness-week.zip     "
    ".venv/bin/bot receive kent-ct-awareness-week.zip --yes"
)
@click.argument(
    "path", metavar="PACK.zip", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--yes", is_flag=True, help="Write it without asking.")
def receive(path: Path, yes: bool) -> None:
    """Look through a pack that was sent, say what it changes, and put it in its place.

    A national pack is a folder with campaign.yaml; a local one is what `bot submit` makes. It is
    checked first, and never written with an error in it. What it replaces is kept in data/packs/.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    parcel = exchange.unpacked(path)
    if isinstance(parcel, NationalParcel):
        _receive_national(env, parcel, now, yes=yes)
    else:
        _receive_local(env, parcel, now, yes=yes)


def _receive_national(
    env: app.Environment, parcel: NationalParcel, now: datetime, *, yes: bool
) -> None:
    name = parcel.campaign
    here = exchange.files_here(env.messages / "national" / name)
    if here == dict(parcel.files):
        click.echo(f"{name} is the same as the pack here. Nothing to do.")
        return
    before = app.load(env).usable
    old = before.packs.get(name)
    trial = exchange.tried(env, parcel, now=now, watch=show.watched("Checking"))
    folder = f"messages/national/{name}/"
    _refuse_errors(trial.errors_in(folder), folder)
    new = trial.loaded.usable.packs.get(name)
    if new is None:
        raise SettingsError(f"{name} cannot be used as it is, and nothing is written.")
    click.echo(f"{new.title} ({name}), version {new.version}, {_contents(new)}.")
    _say_national(old, new, known=bool(here))
    _say_consequences(old, new, trial, name)
    if not is_wanted(yes, f"Write messages/national/{name}?"):
        return
    kept_as = exchange.kept_name(name, old.version if old else None, now) if here else None
    kept = exchange.put_national(env, parcel, kept_as=kept_as)
    click.echo(f"Written: messages/national/{name}.{kept_in(kept)}")
    click.echo("Posts whose words changed have to be approved again. See: .venv/bin/bot check")


def _contents(pack: NationalPack) -> str:
    wordings = sum(len(message.wordings) for message in pack.messages.values())
    themes, messages = len(pack.themes), len(pack.messages)
    return ", ".join(
        show.counted(number, noun)
        for number, noun in ((themes, "theme"), (messages, "message"), (wordings, "wording"))
    )


def _say_national(old: NationalPack | None, new: NationalPack, *, known: bool) -> None:
    if old is None:
        click.echo(
            "The pack here has errors, so the two cannot be compared."
            if known
            else "There is no pack of this name here yet."
        )
        return
    lines = changes.national_changes(old, new)
    click.echo("\nWhat changes:" if lines else "Only notes, spaces, pictures or videos change.")
    for line in lines:
        click.echo(f"  {line}")


def _say_consequences(old: NationalPack | None, new: NationalPack, trial: Tried, name: str) -> None:
    sources = trial.loaded.usable
    found: dict[str, list[str]] = {}
    for sender, local in _local_packs_of(name, sources.local, sources.config.senders):
        lines = changes.consequences(old, new, local, sender)
        if lines:
            found[sender.id] = lines
    if found:
        click.echo("\nWhat each local pack here must look at:")
    for force, lines in found.items():
        click.echo(f"  {force}")
        for line in lines:
            click.echo(f"    {line}")
    without = _must_fill_in(new, sources.config.senders, set(found))
    if without:
        click.echo(
            f"\nTo fill in before they can post: {show.counted(len(without), 'sender')} "
            "without a local pack. See .venv/bin/bot check."
        )
    click.echo()


def _local_packs_of(
    name: str, local: Mapping[tuple[str, str], LocalPack], senders: Mapping[str, Sender]
) -> list[tuple[Sender, LocalPack]]:
    return [(senders[force], pack) for (force, of), pack in local.items() if of == name]


def _must_fill_in(new: NationalPack, senders: Mapping[str, Sender], said: set[str]) -> list[Sender]:
    needed = [value.name for value in new.values.values() if value.needed]
    return [
        sender
        for sender in senders.values()
        if sender.accounts
        and sender.id not in said
        and any(not sender.values.get(name) for name in needed)
    ]


def _receive_local(env: app.Environment, parcel: LocalParcel, now: datetime, *, yes: bool) -> None:
    sources = app.load(env).usable
    sender = app.chosen("force", parcel.force, sources.config.senders)
    pack = app.chosen("campaign", parcel.campaign, sources.packs)
    file = f"messages/local/{parcel.force}/{parcel.campaign}.yaml"
    path = env.messages / "local" / parcel.force / f"{parcel.campaign}.yaml"
    if exchange.is_here(env, parcel):
        click.echo(f"{file} is the same as the one here. Nothing to do.")
        return
    if pack is None:
        raise SettingsError(f"the national pack {parcel.campaign} has errors. Mend it first.")
    trial = exchange.tried(env, parcel, now=now, watch=show.watched("Checking"))
    _refuse_errors(trial.errors_of(parcel.force, file), file)
    new = trial.loaded.usable.local[parcel.force, parcel.campaign]
    old = sources.local.get((parcel.force, parcel.campaign))
    click.echo(f"{pack.title}, as {sender.name(Language.EN)} says it.")
    said = parcel.manifest.get("national_pack_sha256")
    if said and said != exchange.fingerprint_of(env, parcel.campaign):
        click.echo("It was checked against another version of the national pack than is here.")
    lines = changes.local_changes(old, new)
    click.echo("\nWhat changes:" if lines else "Only notes and spaces change.")
    for line in lines:
        click.echo(f"  {line}")
    warned = changes.goes_back(old, new)
    if warned:
        click.echo(f"{click.style('warning', fg='yellow')}: {warned}")
    click.echo()
    if not is_wanted(yes, f"Write {file}?"):
        return
    label = f"{parcel.force}-{parcel.campaign}"
    version = old.written_for_version if old else None
    kept_as = exchange.kept_name(label, version, now) if path.is_file() else None
    kept = exchange.put_local(env, parcel, kept_as=kept_as)
    click.echo(f"Written: {file}.{kept_in(kept)}")


def _refuse_errors(errors: list[Problem], what: str) -> None:
    """Shows errors and ends with exit code 1: a pack with an error in it goes nowhere."""
    if not errors:
        return
    show.problems_in_words(errors)
    raise SettingsError(f"{what} has {show.counted(len(errors), 'error')}, so nothing is written.")


def is_wanted(yes: bool, question: str) -> bool:
    """Whether to write: said already, or answered now; where nobody can answer, not."""
    if yes:
        return True
    if not sys.stdin.isatty():
        click.echo("Nothing is written. To write it, give the same command with --yes.")
        return False
    if click.confirm(question):
        return True
    click.echo("Nothing is written.")
    return False


def kept_in(kept: Path | None) -> str:
    """Where what was replaced is, as the end of a sentence."""
    return f" What stood there is kept in {kept}." if kept else ""


# --- submit -----------------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot submit kent ct-awareness-week     "
    ".venv/bin/bot submit kent ct-awareness-week --to ~/Desktop/kent.zip"
)
@click.argument("force")
@click.argument("campaign")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.zip",
    help="Where the zip is written. Default: FORCE-CAMPAIGN.zip, here.",
)
@click.option("--again", is_flag=True, help="Write over the file that is there.")
def submit(force: str, campaign: str, to: Path | None, again: bool) -> None:
    """Check a force's local pack and put it into a zip, for `bot receive` at the other end.

    A pack with an error is refused. The same pack always gives the same zip, byte for byte.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    sources = app.load(env).usable
    app.chosen("force", force, sources.config.senders)
    if app.chosen("campaign", campaign, sources.packs) is None:
        raise SettingsError(f"the pack {campaign} has errors. Run `bot check` first.")
    path = env.messages / "local" / force / f"{campaign}.yaml"
    if not path.is_file():
        raise SettingsError(
            f"{force} has no local pack for {campaign}. Make one: "
            f".venv/bin/bot localise {force} {campaign}"
        )
    file = f"messages/local/{force}/{campaign}.yaml"
    parcel = exchange.parcel_of(env, force, campaign)
    trial = exchange.tried(env, parcel, now=now, watch=show.watched("Checking"))
    _refuse_errors(trial.errors_of(force, file), file)
    local = trial.loaded.usable.local[force, campaign]
    target = (to or Path(f"{force}-{campaign}.zip")).expanduser()
    content = exchange.submission(env, parcel, local.written_for_version)
    if not again and target.exists() and target.read_bytes() != content:
        raise SettingsError(
            f"the file {target} is there already. Name another with --to, or write over it with "
            "--again."
        )
    save(target, content)
    click.echo(f"Written: {target}. Send it to the national team.")
    if local.takes_part is None:
        click.echo("It does not say yet whether the force takes part: takes_part is empty.")
