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
from bot.core.model import Language, SettingsError
from bot.core.packs import NationalPack, Review, with_signatures
from bot.core.packs.signatures import FILE
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
    sender = app.chosen("force", force, loaded.config.senders) if force else None
    if sender is not None and Language.CY not in sender.every_language:
        raise SettingsError(f"{sender.id} publishes in English only: it has no Welsh to look at.")
    packs = [_pack(loaded, campaign)] if campaign else _packs(loaded)
    found = list(known.translations(loaded.usable, packs, sender))
    shown = [one for one in found if only in (None, one.review.value)]
    for one in shown:
        for line in _lines(one):
            click.echo(line)
    click.echo(_totals(found))


def _packs(loaded: app.Loaded) -> list[NationalPack]:
    return [pack for pack in loaded.usable.packs.values() if pack is not None]


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
    '.venv/bin/bot translations sign crisis --message run-hide-tell --by "A. Jones"'
)
@click.argument("campaign")
@click.option("--by", metavar="NAME", required=True, help="Who has read them: the translator.")
@click.option("--message", metavar="NAME", help="Only this message, or MESSAGE/WORDING.")
def sign(campaign: str, by: str, message: str | None) -> None:
    """Sign the Welsh of a campaign, or of one message, as it stands beside its English now.

    Written into translations.yaml in the campaign's folder, with the day and the name. Where one of
    the two texts changes afterwards, the signature counts no more. A force's own words in a local
    pack are not covered.
    """
    name = " ".join(by.split())
    if not A_NAME.fullmatch(name):
        raise click.UsageError("--by needs a name, in letters.")
    env = app.read_environment()
    loaded = app.load(env)
    pack = _pack(loaded, campaign)
    every = list(known.translations(loaded.usable, [pack], None))
    wanted = [one for one in every if message in (None, one.message.name, one.name)]
    if not wanted:
        names = {one.message.name for one in every}
        near = did_you_mean(message or "", names, what="Messages")
        raise SettingsError(f'there is no message called "{message}" in {pack.id}. {near}')
    fresh = [one for one in wanted if one.review not in (Review.MISSING, Review.SIGNED)]
    if fresh:
        path = env.messages / "national" / pack.id / FILE
        signed = [(one.message, one.wording) for one in fresh]
        today = app.today(app.SystemClocks(env.now).now())
        save(path, with_signatures(pack, signed, by=name, on=today).encode())
    for one in fresh:
        click.echo(f"Signed: {one.name}")
    for one in wanted:
        if one.review is Review.MISSING:
            click.echo(f"NOT signed: {one.name} has no Welsh.")
    click.echo(f"{show.counted(len(fresh), 'wording')} signed by {name}.")
