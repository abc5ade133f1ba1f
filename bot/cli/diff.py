"""`bot diff`: two versions, two forces, or a force and the national words, by rendered posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from bot import app
from bot.app.editions import edition, read_edition, with_edition
from bot.app.saving import save
from bot.cli import differences, show
from bot.cli.filters import FORMAT, Asked, embargo_options, filter_options, lifted
from bot.core.comparison import (
    Report,
    by_key,
    by_wording,
    by_wording_of_account,
    compared,
    without_own_phrases,
)
from bot.core.model import Language, Pick, Post, PostKey, SettingsError, configured_run
from bot.core.packs import LocalPack, NationalPack, Never, Slot
from bot.core.plan import LeftOut, Sources, plan, read_ready
from bot.core.source import listed

Silent = Mapping[str, str]  # senders that say nothing of a campaign, each with the reason


@click.command(
    epilog="Examples:  .venv/bin/bot diff --campaign ct-awareness-week@2015 --against 1     "
    ".venv/bin/bot diff --force kent --national     "
    ".venv/bin/bot diff --force kent --with sussex --campaign ct-awareness-week --html diff.html"
)
@filter_options
@click.option(
    "--against",
    metavar="VERSION",
    help="An older version, by its number; or the folder or zip that holds another one.",
)
@click.option(
    "--version", metavar="VERSION", help="With --against: this one instead of the pack here."
)
@click.option("--with", "other", metavar="FORCE", help="Another force.")
@click.option("--national", is_flag=True, help="The national words.")
@click.option(
    "--every-wording",
    is_flag=True,
    help="With --against: all that could be said, not only the posts of these days.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write one page for the browser.",
)
@embargo_options
@FORMAT
def diff(
    asked: Asked,
    against: str | None,
    version: str | None,
    other: str | None,
    national: bool,
    every_wording: bool,
    html: Path | None,
    reader: str | None,
    form: str,
) -> None:
    """Show what two versions, two forces, or a force and the national words say differently.

    Posts are compared as the public would read them, word by word. With --against the posts of
    the days asked for, version by version; otherwise every wording that each could use.
    """
    _check_options(asked, against, version, other, national, every_wording)
    desk = _Desk(asked, reader)
    if against is not None:
        reports = [desk.versions(against, version, every_wording=every_wording)]
    else:
        reports = [desk.forces(campaign, other) for campaign in desk.campaigns(other)]
    if form == "json":
        show.as_json([differences.record(one) for one in reports])
    elif html is not None:
        _write_page(reports, desk, html)
    else:
        for one in reports:
            differences.in_words(one, desk.config)


def _check_options(
    asked: Asked,
    against: str | None,
    version: str | None,
    other: str | None,
    national: bool,
    every_wording: bool,
) -> None:
    if [against is not None, other is not None, national].count(True) != 1:
        raise click.UsageError("Name one of --against VERSION, --with FORCE and --national.")
    if against is None and (version or every_wording or asked.start or asked.end):
        raise click.UsageError(
            "Days, --version and --every-wording go with --against: two forces are compared in "
            "all their wordings."
        )
    if against is None and (len(asked.forces) != 1 or "," in asked.forces[0]):
        raise click.UsageError("Name one force first: --force kent.")
    if against is not None and not asked.campaign:
        raise click.UsageError("Name the campaign: --campaign ct-awareness-week.")


# --- what is compared -----------------------------------------------------------------------------


class _Desk:
    """What stands here, and what somebody wants to compare it with."""

    def __init__(self, asked: Asked, reader: str | None) -> None:
        self.env = app.read_environment()
        self.now = app.SystemClocks(self.env.now).now()
        self.loaded = app.load(self.env)
        self.sources = self.loaded.usable
        self.config = self.sources.config
        self._lifted = lifted(self.sources.packs, reader, self.now)
        self.filters = asked.settled(self.config, self.sources.packs, app.today(self.now))

    # --- two versions ---

    def versions(self, against: str, version: str | None, *, every_wording: bool) -> Report:
        campaign = self._campaign()
        before, old = self._edition(campaign, against)
        after, new = self._edition(campaign, version) if version else self._here(campaign)
        by_place = not (every_wording or isinstance(new.schedule, Never))
        posts = self._planned if by_place else self._wordings
        said, without = posts(with_edition(self.loaded, old).usable, old)
        says, lacking = posts(with_edition(self.loaded, new).usable, new)
        found = compared(said, says, by_key if by_place else by_wording_of_account)
        about = self.filters.spoken(self.config) if by_place else self._who()
        notes = [*self._silent(before, without, lacking), *self._silent(after, lacking, without)]
        handling = tuple(show.handling_of(new, self.now))
        return Report(
            new.title, before, after, about, found, by_place, True, tuple(notes), handling
        )

    def _campaign(self) -> str:
        said = configured_run(str(self.filters.campaign))
        run = self.config.runs.get(said)
        return run.pack if run else said

    def _here(self, campaign: str) -> tuple[str, NationalPack]:
        pack = self.sources.packs.get(campaign)
        if pack is None:
            raise SettingsError(f"the pack {campaign} has errors. Run `bot check` first.")
        self._must_be_seen(pack)
        return f"version {pack.version}, as it stands here", pack

    def _edition(self, campaign: str, said: str) -> tuple[str, NationalPack]:
        one = edition(self.env, campaign, said, now=self.now)
        pack = read_edition(self.env, one)
        self._must_be_seen(pack)
        return f"version {pack.version}, from {one.source}", pack

    def _must_be_seen(self, pack: NationalPack) -> None:
        if pack.embargo is not None and pack.is_embargoed(self.now) and pack.id not in self._lifted:
            raise SettingsError(
                f"version {pack.version} of {pack.id} is under embargo until "
                f"{show.local_moment(pack.embargo)}. Those whom it names see it with --embargoed "
                "--as NAME."
            )

    def _planned(self, sources: Sources, pack: NationalPack) -> tuple[list[Post], Silent]:
        """The posts of the days asked for, as they would be planned from these packs."""
        planned = plan(self._of_those(sources), self.filters.window, self._picks())
        return [
            post for post in planned.posts if post.campaign == pack.id and self.filters.wants(post)
        ], _silent(planned.left_out, pack)

    def _picks(self) -> dict[PostKey, Pick]:
        if not app.ledger_exists(self.env):
            return {}
        ledger = app.open_ledger(self.env, now=self.now, create=False)
        try:
            return dict(ledger.picks())
        finally:
            ledger.close()

    def _wordings(self, sources: Sources, pack: NationalPack) -> tuple[list[Post], Silent]:
        """Every wording as each account would say it now."""
        read = read_ready(self._of_those(sources), pack, self.now)
        return list(read.posts), _silent(read.left_out, pack)

    def _silent(self, edition: str, silent: Silent, elsewhere: Silent) -> Iterator[str]:
        """Who says nothing at all of one version alone: else its posts would seem to be new."""
        for sender in silent.keys() - elsewhere.keys():
            yield f"{self._name(sender)} has nothing of {edition}: {silent[sender][:-1]}"

    def _of_those(self, sources: Sources) -> Sources:
        """Nobody who asks about one force waits for the words of the others."""
        senders = {
            name: sender
            for name, sender in sources.config.senders.items()
            if (not self.filters.forces or name in self.filters.forces)
            and (
                not self.filters.region
                or (sender.region or "").lower() == self.filters.region.lower()
            )
        }
        return replace(sources, config=replace(sources.config, senders=senders))

    def _who(self) -> str:
        who = listed(self._name(force) for force in self.filters.forces)
        return f"{who or self.filters.region or 'All senders'}, every wording"

    # --- two forces ---

    def campaigns(self, other: str | None) -> list[str]:
        """The campaign that was named; else those in which one of the forces has its own words."""
        if other is not None:
            app.chosen("force", other, self.config.senders)
            if other == self.filters.forces[0]:
                raise click.UsageError(f"--with names another force than {other}.")
        if self.filters.campaign:
            return [self._campaign()]
        forces = {self.filters.forces[0], other}
        found = sorted({pack for force, pack in self.sources.local if force in forces})
        if not found:
            raise SettingsError(f"{self._name(self.filters.forces[0])} has no local pack.")
        return found

    def forces(self, campaign: str, other: str | None) -> Report:
        """A force beside another one, or beside the national words with its own phrases."""
        _, pack = self._here(campaign)
        force = self.filters.forces[0]
        mine = self._said_by(force, pack, self.sources)
        if other is None:
            plain = self._without_own_words(force, pack)
            found = compared(self._said_by(force, pack, plain), mine, by_wording)
            before, alike = "the national words", 0
        else:
            theirs = self._said_by(other, pack, self.sources)
            shared = _languages(theirs) & _languages(mine)
            found, alike = without_own_phrases(
                compared(_in(shared, theirs), _in(shared, mine), by_wording)
            )
            before = self._name(other)
        notes = [*self._times(force, other, pack), *_alike(alike)]
        return Report(
            pack.title,
            before,
            self._name(force),
            "Every wording",
            found,
            notes=tuple(notes),
            handling=tuple(show.handling_of(pack, self.now)),
        )

    def _said_by(self, force: str, pack: NationalPack, sources: Sources) -> list[Post]:
        """Raises SettingsError where the force can say nothing of it."""
        only = {force: sources.config.senders[force]}
        read = read_ready(
            replace(sources, config=replace(sources.config, senders=only)), pack, self.now
        )
        if read.left_out:
            raise SettingsError(f"{pack.id}, {self._name(force)}: {read.left_out[0].reason}")
        return list(read.posts)

    def _without_own_words(self, force: str, pack: NationalPack) -> Sources:
        local = self.sources.local.get((force, pack.id))
        plain = {(force, pack.id): _plain(local)} if local is not None else {}
        regions = {key: _plain(one) for key, one in self.sources.regions.items()}
        return replace(self.sources, local={**self.sources.local, **plain}, regions=regions)

    def _times(self, force: str, other: str | None, pack: NationalPack) -> Iterator[str]:
        """The slots that the two do not have at the same time."""
        for slot in pack.slots.values():
            mine, theirs = self._at(force, pack, slot), self._at(other, pack, slot)
            if mine != theirs:
                before = self._name(other) if other else "nationally"
                yield f"{slot.name}: {self._name(force)} at {mine}, {before} at {theirs}"

    def _at(self, force: str | None, pack: NationalPack, slot: Slot) -> str:
        if force is None:
            return f"{slot.at:%H:%M}"
        said, _ = self.sources.pack_of(pack, self.config.senders[force])
        return f"{said.slots[slot.name].at:%H:%M}"

    def _name(self, force: str) -> str:
        return self.config.senders[force].name(Language.EN)


def _silent(left: Iterable[LeftOut], pack: NationalPack) -> Silent:
    return {one.sender: one.reason for one in left if one.day is None and one.campaign == pack.id}


def _plain(local: LocalPack) -> LocalPack:
    """The phrases that it fills in, and nothing else."""
    return replace(
        local, change={}, add={}, withdraw={}, times={}, pictures={}, moves={}, only_for={},
        accounts={}, videos={},
    )  # fmt: skip


def _languages(posts: Iterable[Post]) -> set[Language]:
    return {post.rendering.language for post in posts}


def _in(languages: set[Language], posts: Iterable[Post]) -> list[Post]:
    """Those in a language that both publish in: nobody is compared with silence."""
    return [post for post in posts if post.rendering.language in languages]


def _alike(count: int) -> Iterator[str]:
    if count:
        wordings = show.counted(count, "wording")
        yield f"{wordings} more in the same words, with each force's own phrases in them"


# --- as a page --------------------------------------------------------------------------------


def _write_page(reports: Sequence[Report], desk: _Desk, path: Path) -> None:
    from bot.desk import diff as pages

    save(path, pages.page(reports, desk.config, made_at=desk.now).encode())
    for one in reports:
        click.echo(f"{path}: {one.title}. {differences.totals(one)}")
