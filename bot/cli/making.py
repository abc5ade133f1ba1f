"""Commands that write the first lines of something: new force, campaign, pack-repo."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import click

from bot import __version__, app
from bot.app.pack_copy import copy_packs
from bot.app.saving import save, save_new
from bot.cli import show
from bot.core import drafts
from bot.core.config import Config, read_config
from bot.core.config.forces import REGIONS
from bot.core.insertion import lines_of, place_for_sender, with_lines
from bot.core.model import Language, Sender, SenderKind, SettingsError
from bot.core.pack_repository import SCRIPT, WORKFLOW, Pinned, repository_files
from bot.core.packs import read_national
from bot.core.reading import NAME, Reader, written
from bot.core.source import Place, Problem, did_you_mean


class WrittenDay(click.ParamType[Any]):
    """`2027-11-22` or `Monday 22 November 2027`; a weekday that is written must be the right one.

    Unlike a filter's day it is going to stand in a file.
    """

    name = "DATE"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if isinstance(value, date):
            return value
        reader = Reader()
        found = reader.day_from(str(value), Place(""))
        if found is None:
            problem = reader.problems[0]
            self.fail(f"{problem.message} {problem.advice}", param, ctx)
        return found


@click.group()
def new() -> None:
    """Write the first lines of something: a sender, a campaign, a repository of packs."""


def checked_name(name: str, what: str) -> str:
    """A name that files may have. Raises UsageError with a better one."""
    if NAME.fullmatch(name):
        return name
    better = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    hint = f": {better}" if better else ", such as north-town"
    raise click.UsageError(
        f'"{name}" cannot be the name of a {what}. Names are small letters and hyphens{hint}.'
    )


# --- new force --------------------------------------------------------------------------------


@new.command(
    epilog="Examples:  .venv/bin/bot new force north-town --region 'North East'     "
    ".venv/bin/bot new force north-town-council --kind partner --name 'North Town Council' "
    "--in-area 'in North Town' --across-area 'across North Town'"
)
@click.argument("new_id", metavar="ID")
@click.option("--name", metavar="TEXT", help="What the public calls it. Default: from the ID.")
@click.option("--name-cy", metavar="TEXT", help="Its Welsh name.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in SenderKind]),
    default="force",
    show_default=True,
    help="Who speaks.",
)
@click.option("--region", "in_region", metavar="NAME", help="Its region, such as 'South East'.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(["en", "cy"]),
    help="cy for one that publishes in Welsh and English. Default: en.",
)
@click.option("--in-area", metavar="PHRASE", help="Where it is: 'in North Town'.")
@click.option("--in-area-cy", metavar="PHRASE", help="The same in Welsh, mutation included.")
@click.option("--across-area", metavar="PHRASE", help="'across North Town'.")
@click.option("--across-area-cy", metavar="PHRASE", help="The same in Welsh.")
def force(
    new_id: str,
    name: str | None,
    name_cy: str | None,
    kind: str,
    in_region: str | None,
    languages: tuple[str, ...],
    in_area: str | None,
    in_area_cy: str | None,
    across_area: str | None,
    across_area_cy: str | None,
) -> None:
    """Write a new sender's entry into config/forces.yaml, and leave the rest of it as it is.

    Asks nothing. What is not said stands there as a note, and `bot check` asks for it. The minute
    is one that no other sender has.
    """
    checked_name(new_id, "sender")
    env = app.read_environment()
    senders = app.load(env).config.senders
    _refuse_taken(new_id, senders)
    region = _region(in_region)
    spoken = {"en", *languages} if "cy" in languages else {"en"}
    sender = drafts.NewSender(
        id=new_id,
        names=_said(name or _name_from(new_id, kind), name_cy),
        kind=SenderKind(kind),
        region=region,
        languages=tuple(Language(one) for one in ("cy", "en") if one in spoken),
        minute=drafts.free_minute(tuple(senders.values()), region),
        values={
            phrase: words
            for phrase, words in (
                ("in_area", _said(in_area, in_area_cy)),
                ("across_area", _said(across_area, across_area_cy)),
            )
            if words
        },
    )
    path = env.config / "forces.yaml"
    content = path.read_bytes()
    at = place_for_sender(lines_of(content), senders, new_id, kind, region)
    content = with_lines(content, at, ["", *drafts.entry(sender)])
    _refuse_unread(env, content, sender)
    save(path, content)
    _say_what_next(sender, at + 2, named=name is not None)


def _said(en: str | None, cy: str | None) -> dict[Language, str]:
    pairs = ((Language.EN, en), (Language.CY, cy))
    return {language: words.strip() for language, words in pairs if words and words.strip()}


def _name_from(new_id: str, kind: str) -> str:
    name = new_id.replace("-", " ").title().replace(" And ", " and ")
    return f"{name} Police" if kind == SenderKind.FORCE else name


def _region(said: str | None) -> str | None:
    if said is None:
        return None
    for region in REGIONS:
        if region.lower() == said.strip().lower():
            return region
    raise SettingsError(f'there is no region called "{said}". {did_you_mean(said, REGIONS)}')


def _refuse_taken(name: str, senders: Any) -> None:
    if name in senders:
        raise SettingsError(
            f"{senders[name].place}: {name} stands here already. Edit it, or choose another name."
        )
    owner = next((s for s in senders.values() for a in s.accounts if a.id == f"{name}-x"), None)
    if owner is not None:
        raise SettingsError(
            f'{owner.id} already has an account called "{name}-x". Choose another name.'
        )


def _refuse_unread(env: app.Environment, content: bytes, sender: drafts.NewSender) -> None:
    """The reader must find in the new file exactly what was meant, before anything is written."""
    config, problems = _read_with(env, "forces", content)
    errors = [problem for problem in problems if problem.severity == "error"]
    found = config.senders.get(sender.id) if config else None
    if found is None or errors or not _is_as_meant(found, sender):
        why = errors[0].message if errors else "its words would be read as something else."
        raise SettingsError(
            f"nothing is written: {why} Use plain words, without colons, # or line breaks."
        )


def _is_as_meant(found: Sender, meant: drafts.NewSender) -> bool:
    complete = {
        name: words for name, words in meant.values.items() if set(meant.languages) <= words.keys()
    }
    return found.names == meant.names and all(
        found.values.get(name) == words for name, words in complete.items()
    )


def _read_with(
    env: app.Environment, name: str, content: bytes
) -> tuple[Config | None, list[Problem]]:
    """The configuration as it would be with another content of one of its files."""
    files = {f"config/{path.name}": path.read_bytes() for path in env.config.glob("*.yaml")}
    return read_config({**files, f"config/{name}.yaml": content})


def _say_what_next(sender: drafts.NewSender, line: int, *, named: bool) -> None:
    click.echo(f"Written: config/forces.yaml, line {line}. It posts at minute {sender.minute}.")
    if not named:
        click.echo(f'Check its name: "{sender.names[Language.EN]}".')
    empty = [
        phrase
        for phrase in drafts.PHRASES
        if not set(sender.languages) <= sender.values.get(phrase, {}).keys()
    ]
    if empty:
        both = " in both languages" if len(sender.languages) > 1 else ""
        click.echo(f"Fill in{both}: {', '.join(empty)}. The notes there say how.")
    click.echo("Then write its handle, and after handle_source: where you saw it.")
    click.echo(f"Ask what is missing:   .venv/bin/bot check --force {sender.id}")
    click.echo(f"Give it a local pack:  .venv/bin/bot localise {sender.id} CAMPAIGN")


# --- new campaign -----------------------------------------------------------------------------


@new.command(
    epilog="Examples:  .venv/bin/bot new campaign winter-watch --title 'Winter Watch' "
    "--starts 2027-11-22 --days 5     .venv/bin/bot new campaign at-the-match --title "
    "'At the Match' --starts 'Saturday 7 August 2027' --weeks 8 --theme arriving --theme leaving "
    "--schedule"
)
@click.argument("new_id", metavar="ID")
@click.option("--title", required=True, metavar="TEXT", help="Its name in plain words.")
@click.option("--starts", required=True, type=WrittenDay(), help="The first day.")
@click.option("--days", type=click.IntRange(1, 366), metavar="N", help="How many days it lasts.")
@click.option("--weeks", type=click.IntRange(1, 53), metavar="N", help="Or how many weeks.")
@click.option("--hashtag", metavar="TAG", help="Without the #. Default: from the title.")
@click.option(
    "--theme",
    "themes",
    multiple=True,
    metavar="NAME",
    help="A theme; the days go round them. Default: one for each weekday.",
)
@click.option("--schedule", is_flag=True, help="Add its run to config/campaigns.yaml too.")
def campaign(
    new_id: str,
    title: str,
    starts: date,
    days: int | None,
    weeks: int | None,
    hashtag: str | None,
    themes: tuple[str, ...],
    schedule: bool,
) -> None:
    """Write a campaign's first files: campaign.yaml, and a theme's file for each theme.

    Each has a first message with notes. Where words are missing there are square brackets; nothing
    is published while they stand. Nothing that is there already is written over.
    """
    checked_name(new_id, "campaign")
    if (days is None) == (weeks is None):
        raise click.UsageError("say how long it lasts in one way: --days 5, or --weeks 8.")
    length = days or (weeks or 0) * 7
    _check_themes(themes, min(length, 7))
    env = app.read_environment()
    loaded = app.load(env)
    facts = loaded.config.facts
    links = [name for name, fact in facts.items() if fact.is_link]
    draft = drafts.NewCampaign(
        id=new_id,
        title=title.strip(),
        starts=starts,
        days=length,
        weeks=weeks,
        hashtag=(hashtag or drafts.hashtag_of(title)).strip().removeprefix("#"),
        link="report_link" if "report_link" in links else next(iter(links), None),
        themes=themes,
    )
    files = drafts.campaign_files(draft)
    _refuse_broken(draft, files)
    folder = env.messages / "national" / new_id
    if folder.exists():
        raise SettingsError(f"{folder} is there already, and nothing is written over.")
    for name, text in files.items():
        save_new(folder / name, text.encode())
    click.echo(f"Written: {folder}, with {', '.join(files)}")
    offer_run(env, draft.id, draft.starts, loaded.config, write=schedule)
    click.echo("Write the words where there are square brackets, then ask what is missing:")
    click.echo("  .venv/bin/bot check")


def _check_themes(themes: tuple[str, ...], weekdays: int) -> None:
    for name in themes:
        checked_name(name, "theme")
    if len(set(themes)) != len(themes) or "campaign" in themes:
        raise click.UsageError("every theme needs a name of its own, and none is called campaign.")
    if len(themes) > weekdays:
        raise click.UsageError(
            f"a theme belongs to weekdays, and {weekdays} of them are not enough for "
            f"{show.counted(len(themes), 'theme')}."
        )


def _refuse_broken(draft: drafts.NewCampaign, files: dict[str, str]) -> None:
    """What was typed may not fit into a file; it must be said before one is written."""
    folder = f"messages/national/{draft.id}"
    content = {f"{folder}/{name}": text.encode() for name, text in files.items()}
    pack, problems = read_national(draft.id, content)
    if pack is None or pack.title != draft.title or pack.hashtags != (draft.hashtag,):
        errors = [problem for problem in problems if problem.severity == "error"]
        why = errors[0].message if errors else "the title would be read as something else."
        advice = "Use a title in plain words, without colons, # or quotation marks."
        if errors and errors[0].code == "hashtag":
            advice = errors[0].advice
        raise SettingsError(f"nothing is written: {why} {advice}")


def offer_run(
    env: app.Environment, pack: str, starts: date, config: Config, *, write: bool
) -> None:
    """Writes the entry of a campaign's run into campaigns.yaml, or shows what to add there."""
    run = drafts.new_run_id(pack, starts, config)
    lines = drafts.run_entry(run, pack, starts)
    path = env.config / "campaigns.yaml"
    if not write:
        click.echo("To run it, add this to config/campaigns.yaml:\n")
        click.echo("\n".join(lines) + "\n")
        return
    content = path.read_bytes()
    old = lines_of(content)
    gap = [""] if old and old[-1].strip() else []
    save(path, with_lines(content, len(old), [*gap, *lines]))
    click.echo(f"Added to config/campaigns.yaml: {run}, from {written(starts)}.")


# --- new pack-repo ----------------------------------------------------------------------------


@new.command(
    "pack-repo",
    epilog="Examples:  .venv/bin/bot new pack-repo ../our-packs     "
    ".venv/bin/bot new pack-repo ../our-packs --bot-repository our-organisation/campaign-bot "
    "--bot-version v0.1.0",
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--bot-repository",
    default="our-organisation/campaign-bot",
    show_default=True,
    metavar="OWNER/NAME",
    help="Where on GitHub the bot is, for the checks.",
)
@click.option(
    "--bot-version",
    default=f"v{__version__}",
    show_default=True,
    metavar="TAG",
    help="The version that checks: a tag or a commit.",
)
def pack_repo(folder: Path, bot_repository: str, bot_version: str) -> None:
    """Make a repository of packs outside this one: the packs and the configuration from here.

    With a README, a check before each commit, and a workflow for GitHub that checks each change and
    shows on a pull request which posts would be different.
    """
    for said, form in ((bot_repository, r"[\w.-]+/[\w.-]+"), (bot_version, r"[\w./-]+")):
        if not re.fullmatch(form, said):
            raise click.UsageError(
                f'"{said}" is no repository such as our-organisation/bot, or tag.'
            )
    folder = folder.expanduser().resolve()
    if folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} is not empty, and nothing is written over.")
    env = app.read_environment()
    packs = app.load(env).usable.packs
    copy_packs(env, folder)
    for name, text in repository_files(Pinned(bot_repository, bot_version)).items():
        save_new(folder / name, text.encode())
    (folder / SCRIPT).chmod(0o755)
    click.echo(f"Written: {folder}, with {show.counted(len(packs), 'campaign')} and config/.")
    click.echo(f"  cd {folder} && git init && git add . && git commit")
    click.echo(f"It is checked with {bot_repository} {bot_version}: see {WORKFLOW}.")
    click.echo("For the bot here to read it, write into .env:")
    click.echo(f"  BOT_MESSAGES={folder / 'messages'}")
    click.echo(f"  BOT_CONFIG={folder / 'config'}")
