"""`bot translations`: Welsh and English side by side, and a translator's signature under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import click

from bot import app
from bot.app.saving import save
from bot.cli import show
from bot.cli.lines import INDENT, broken, room, room_beside, side_by_side
from bot.core import translations as known
from bot.core.model import Language, Sender, SettingsError
from bot.core.packs import NationalPack, Review
from bot.core.packs.pack import Signatures
from bot.core.packs.signatures import FILE, own_signatures_text, signatures_text, signed
from bot.core.source import did_you_mean
from bot.core.translations import Translation

COLOURS: Final = {Review.MISSING: "red", Review.STALE: "red", Review.UNREVIEWED: "yellow"}
EACH: Final = (Language.CY, Language.EN)  # Welsh first
A_NAME: Final = re.compile(r"[^\W\d_][\w .,()'’-]*")  # which YAML reads as it stands


@click.group(
    "translations",
    invoke_without_command=True,
    epilog="Examples:  .venv/bin/bot translations --force gwent     "
    ".venv/bin/bot translations --campaign crisis --only stale     "
    '.venv/bin/bot translations sign crisis --by "A. Jones"',
)
@click.option("--force", metavar="NAME", help="As this force says it, with its own words.")
@click.option("--campaign", metavar="NAME", help="Only this campaign.")
@click.option(
    "--only",
    type=click.Choice([review.value for review in Review]),
    help="Only the wordings whose Welsh stands so.",
)
@click.pass_context
def translations(
    context: click.Context, force: str | None, campaign: str | None, only: str | None
) -> None:
    """Show the Welsh of every wording beside its English, and how it stands.

    Missing, stale (one of the two texts has changed since a translator signed them), unreviewed,
    reviewed or signed. Live, Welsh goes out only where it is reviewed or signed.
    """
    if context.invoked_subcommand is not None:
        if force or campaign or only:
            raise click.UsageError("Write what is meant after sign, not before it.")
        return
    loaded = app.load(app.read_environment())
    sender = _sender(loaded, force)
    packs = [_pack(loaded, campaign)] if campaign else _packs(loaded)
    found = list(known.translations(loaded.usable, packs, sender))
    shown = [one for one in found if only in (None, one.review.value)]
    for one in shown:
        for line in _lines(one):
            click.echo(line)
    click.echo(_totals(found))


def _packs(loaded: app.Loaded) -> list[NationalPack]:
    return [pack for pack in loaded.usable.packs.values() if pack is not None]


def _sender(loaded: app.Loaded, name: str | None) -> Sender | None:
    sender = app.chosen("force", name, loaded.config.senders) if name else None
    if sender is not None and Language.CY not in sender.every_language:
        raise SettingsError(f"no Welsh to look at: {sender.id} publishes in English only.")
    return sender


def _pack(loaded: app.Loaded, name: str) -> NationalPack:
    pack = app.chosen("campaign", name, loaded.usable.packs)
    if pack is None:
        raise SettingsError(f"the pack {name} has an error: .venv/bin/bot check")
    return pack


def _lines(one: Translation) -> Iterator[str]:
    stands = click.style(one.review.value.upper(), fg=COLOURS.get(one.review))
    yield f"{click.style(f'{one.campaign}: {one.name}', bold=True)}  {stands}"
    yield f"{INDENT}{one.wording.place}"
    width = room_beside(len(EACH))
    if width is not None:
        for line in side_by_side([_block(one, language, width) for language in EACH], width):
            yield f"{INDENT}{line.rstrip()}"
    else:
        for language in EACH:
            yield from (f"{INDENT}{line}" for line in _block(one, language, room()))
    yield ""


def _block(one: Translation, language: Language, width: int | None) -> list[str]:
    text = one.text(language) or "(nothing)"
    lines = [part for line in text.split("\n") for part in broken(line, width, anywhere=True)]
    return [click.style(f"{language.label}:", dim=True), *lines]


def _totals(found: Sequence[Translation]) -> str:
    counts = ", ".join(f"{number} {review}" for review, number in known.counted(found).items())
    return f"{show.counted(len(found), 'wording')}: {counts}." if counts else "No wordings."


# --- sign -----------------------------------------------------------------------------------------


@translations.command(
    epilog='Examples:  .venv/bin/bot translations sign crisis --by "A. Jones"     '
    '.venv/bin/bot translations sign crisis --message run-hide-tell --by "A. Jones"     '
    '.venv/bin/bot translations sign crisis --force gwent --by "A. Jones"'
)
@click.argument("campaign")
@click.option("--by", metavar="NAME", required=True, help="Who has read them: the translator.")
@click.option("--message", metavar="NAME", help="Only this message, or MESSAGE/WORDING.")
@click.option("--force", metavar="NAME", help="What this force says in its own words.")
def sign(campaign: str, by: str, message: str | None, force: str | None) -> None:
    """Sign the Welsh of a campaign, or of one message, as it stands beside its English now.

    Written into translations.yaml in the campaign's folder, with the day and the name. Where one of
    the two texts changes afterwards, the signature counts no more. A force's own words are signed
    with --force, into translations.yaml in the force's folder.
    """
    name = " ".join(by.split())
    if not A_NAME.fullmatch(name):
        raise click.UsageError("--by needs a name, in letters.")
    env = app.read_environment()
    loaded = app.load(env)
    pack, sender = _pack(loaded, campaign), _sender(loaded, force)
    wanted = _wanted(loaded, pack, sender, message)
    fresh = [one for one in wanted if one.review not in (Review.MISSING, Review.SIGNED)]
    if fresh:
        today = app.today(app.SystemClocks(env.now).now())
        new = signed([(one.message, one.wording) for one in fresh], by=name, on=today)
        _write(env, loaded, pack, sender, new)
    for one in fresh:
        click.echo(f"Signed: {one.name}")
    for one in wanted:
        if one.review is Review.MISSING:
            click.echo(f"NOT signed: {one.name} has no Welsh.")
    click.echo(f"{show.counted(len(fresh), 'wording')} signed by {name}.")


def _wanted(
    loaded: app.Loaded, pack: NationalPack, sender: Sender | None, message: str | None
) -> list[Translation]:
    """What is to be signed: of a force its own words only."""
    every = list(known.translations(loaded.usable, [pack], sender))
    mine = [one for one in every if one.own or sender is None]
    if sender is not None and not mine:
        raise SettingsError(f"no words of its own: {sender.id} says {pack.id} as it is written.")
    wanted = [one for one in mine if message in (None, one.message.name, one.name)]
    if not wanted:
        near = did_you_mean(message or "", {one.message.name for one in mine}, what="Messages")
        whose = f" of {sender.id}'s own" if sender else ""
        raise SettingsError(f'there is no message{whose} called "{message}" in {pack.id}. {near}')
    return wanted


def _write(
    env: app.Environment,
    loaded: app.Loaded,
    pack: NationalPack,
    sender: Sender | None,
    new: Signatures,
) -> None:
    """The signatures into their file, beside those that stand there."""
    if sender is None:
        text = signatures_text({**pack.signatures, **new})
        save(env.messages / "national" / pack.id / FILE, text.encode())
        return
    had = {
        campaign: local.signatures
        for (force, campaign), local in loaded.usable.local.items()
        if force == sender.id
    }
    text = own_signatures_text({**had, pack.id: {**had.get(pack.id, {}), **new}})
    save(env.messages / "local" / sender.id / FILE, text.encode())
