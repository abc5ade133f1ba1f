"""`bot update`: carries a new national version into local packs, and asks where both changed."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import click

from bot import app
from bot.app.updating import Behind, behind, carry, still_wrong, write
from bot.cli import show
from bot.cli.again import take_up
from bot.cli.differences import piece_lines
from bot.core.changes import facts, recalls
from bot.core.comparison import word_by_word
from bot.core.config import Config
from bot.core.model import Language, SettingsError
from bot.core.packs import NationalPack
from bot.core.source import Problem, did_you_mean, listed
from bot.core.three_way import Collision, Taken, national_steps
from bot.ledger import LedgerPost

ALL = "all"


@click.command(
    epilog="Examples:  .venv/bin/bot update --force kent     "
    ".venv/bin/bot update ct-awareness-week     "
    ".venv/bin/bot update --force kent ct-awareness-week --theirs trust-your-instincts/not-sure"
)
@click.argument("campaign", required=False)
@click.option("--force", "forces", multiple=True, metavar="NAME", help="Only this force.")
@click.option(
    "--base",
    metavar="VERSION",
    help="The national text the local packs were written for, where it was kept nowhere: a folder "
    "or a zip.",
)
@click.option(
    "--ours",
    multiple=True,
    metavar="NAME",
    help="Where both changed NAME, the force's words stand; all for every collision.",
)
@click.option(
    "--theirs",
    multiple=True,
    metavar="NAME",
    help="Where both changed NAME, the national words stand; the force's stay as a note.",
)
@click.option("--show", "only_show", is_flag=True, help="Only show it. Nothing is written.")
def update(
    campaign: str | None,
    forces: tuple[str, ...],
    base: str | None,
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
    only_show: bool,
) -> None:
    """Carry what changed nationally into local packs, and list what must be approved again.

    Shows what the national team changed, what the force had changed, and what collides. What does
    not collide is taken; about the rest it asks, or takes your word from --ours and --theirs. The
    local file keeps its notes and its layout. Posts that were approved and are touched have lost
    their approval: each is listed with who must approve it and by when, and one code for all.
    """
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    loaded = app.load(env)
    senders = loaded.usable.config.senders
    for force in forces:
        app.chosen("force", force, senders)
    wanted = forces or env.forces or None
    packs = _packs(loaded, campaign, now)
    words = _Words(ours, theirs)
    found: list[Behind] = []
    unread: list[Problem] = []
    for pack in packs:
        late, broken = behind(env, loaded, pack, wanted, base, now=now)
        _show(pack, late, named=bool(campaign))
        found, unread = [*found, *late], [*unread, *broken]
    if not (found or unread or campaign):
        click.echo("No local pack is behind.")
    unraised = app.unraised_versions(env, loaded, packs, now)
    show.problems_in_words(
        one for one in unraised if not wanted or not set(wanted).isdisjoint(one.forces)
    )
    show.problems_in_words(unread)
    words.must_mean_something(found)
    if only_show:
        return
    open_ends = len(unread) + _carry_all(env, found, words, loaded.config)
    ids = {pack.id for pack in packs}

    def concerns(post: LedgerPost) -> bool:
        return post.campaign in ids and (not forces or post.sender in forces)

    take_up(env, loaded.config, concerns)
    raise click.exceptions.Exit(1 if open_ends else 0)


def _packs(loaded: app.Loaded, campaign: str | None, now: datetime) -> list[NationalPack]:
    """The packs that may be shown. Raises SettingsError where the one that was named may not."""
    packs = loaded.usable.packs
    if campaign is None:
        usable = (pack for pack in packs.values() if pack is not None)
        return [pack for pack in usable if not pack.is_embargoed(now)]
    pack = app.chosen("campaign", campaign, packs)
    if pack is None:
        raise SettingsError(f"the pack {campaign} has errors. Run `bot check` first.")
    if pack.embargo is not None and pack.is_embargoed(now):
        until = show.local_moment(pack.embargo)
        raise SettingsError(f"{campaign} is under embargo until {until}. Carry it over then.")
    return [pack]


# --- what is shown --------------------------------------------------------------------------------


def _show(pack: NationalPack, late: Sequence[Behind], *, named: bool) -> None:
    if not late:
        if named:
            click.echo(f"{pack.title}: no local pack is behind version {pack.version}.")
        return
    by_text: dict[tuple[int, int], list[Behind]] = defaultdict(list)
    for one in late:
        by_text[one.local.written_for_version, id(one.was)].append(one)
    for (version, _), ones in sorted(by_text.items()):
        packs = show.counted(len(ones), "local pack")
        click.echo(
            click.style(
                f"{pack.title}: version {version} (from {ones[0].base.source}) to version "
                f"{pack.version}, for {packs}",
                bold=True,
            )
        )
        click.echo("\nWhat the national team changed:")
        for line in _national_lines(ones):
            click.echo(line)
        for line in _local_lines(ones):
            click.echo(line)
    click.echo()


def _national_lines(ones: Sequence[Behind]) -> Iterator[str]:
    languages = [lang for lang in Language if any(lang in o.owner.languages for o in ones)]
    was, new = ones[0].was, ones[0].new
    lines = [f"  {line}" for line in (*facts(was, new), *recalls(was, new))]
    for step in national_steps(was, new, languages):
        lines += _step_lines(step)
    yield from lines or ["  only notes and spaces"]


def _step_lines(step: Taken) -> Iterator[str]:
    yield f"  {step.name} {step.sentence}"
    if step.before or step.after:
        yield from piece_lines(word_by_word(step.before, step.after))


def _local_lines(ones: Sequence[Behind]) -> Iterator[str]:
    yield "\nWhat forces and regions had changed, and what collides:"
    smooth: dict[str, list[str]] = defaultdict(list)
    for one in ones:
        if not one.found.collisions and not one.found.moot:
            kept = "own words stand" if one.found.kept else "no words of their own"
            smooth[kept].append(one.owner.id)
    for kept, forces in sorted(smooth.items()):
        yield f"  nothing collides, {kept}: {show.some(forces)}"
    for one in ones:
        if one.found.collisions or one.found.moot:
            yield from _one_force(one)


def _one_force(one: Behind) -> Iterator[str]:
    yield f"  {one.owner.name}: {_counted(one)}"
    for moot in one.found.moot:
        yield f"    {'/'.join(moot.path)} is taken out: {moot.sentence}"
    for collision in one.found.collisions:
        yield from _collision_lines(collision)


def _counted(one: Behind) -> str:
    said = [show.counted(len(one.found.collisions), "collision")]
    if one.found.kept:
        said.append(f"own words in {show.counted(len(one.found.kept), 'place')} stand")
    return ", ".join(said)


def _collision_lines(one: Collision) -> Iterator[str]:
    yield f"    COLLIDES: {one.name}: {one.sentence}"
    for who, text in (("they had", one.base), ("they have", one.theirs), ("you have", one.ours)):
        for number, line in enumerate(text.split("\n") if text else ()):
            yield f"      {who + ':' if number == 0 else '':10} {line}".rstrip()


# --- what is decided ------------------------------------------------------------------------------


@dataclass
class _Words:
    """Whose words stand where both changed something: as it was typed, or as it is answered."""

    ours: Sequence[str]
    theirs: Sequence[str]
    said: dict[tuple[str, str], bool] = field(default_factory=dict)

    def must_mean_something(self, found: Iterable[Behind]) -> None:
        """Raises SettingsError for a name that does not collide, or that was given to both."""
        names = {collision.name for one in found for collision in one.found.collisions}
        for name in (*self.ours, *self.theirs):
            if name != ALL and name not in names:
                hint = did_you_mean(name, names, what="They are")
                raise SettingsError(f'nothing that collides is called "{name}". {hint}'.strip())
        both = set(self.ours) & set(self.theirs)
        if both:
            raise click.UsageError(f"--ours and --theirs both name {listed(sorted(both))}.")

    def theirs_stand(self, one: Behind, collision: Collision) -> bool | None:
        """Whether the national words stand; None where nobody has said it."""
        if collision.name in self.theirs:
            return True
        if collision.name in self.ours:
            return False
        if ALL in self.theirs:
            return True
        if ALL in self.ours and collision.may_keep:
            return False
        return self._asked(one, collision) if sys.stdin.isatty() else None

    def _asked(self, one: Behind, collision: Collision) -> bool:
        choices = ["ours", "theirs", "stop"] if collision.may_keep else ["theirs", "stop"]
        answer = click.prompt(
            f"{one.owner.name}, {collision.name}: whose words stand",
            type=click.Choice(choices),
        )
        if answer == "stop":
            raise click.Abort
        return bool(answer == "theirs")


def _carry_all(env: app.Environment, found: Sequence[Behind], words: _Words, config: Config) -> int:
    """Writes every local pack that is decided on; how much is left for a person to do."""
    written: list[str] = []
    left: list[str] = []
    for one in found:
        left += _carry_one(env, one, words, config, written.append)
    if written:
        packs = show.counted(len(written), "local pack")
        click.echo(f"{packs} written for the new version: {show.some(written)}")
    for line in left:
        click.echo(line)
    return len(left)


def _carry_one(
    env: app.Environment,
    one: Behind,
    words: _Words,
    config: Config,
    wrote: Callable[[str], None],
) -> list[str]:
    """Writes one local pack, if it is decided on; what is left to do, a line each."""
    said = {each: words.theirs_stand(one, each) for each in one.found.collisions}
    unsaid = [each.name for each, word in said.items() if word is None]
    if unsaid:
        names = listed(unsaid)
        return [
            f"{one.file} is not written: say whose words stand in {names}, with --ours NAME or "
            "--theirs NAME."
        ]
    kept = [each.name for each, word in said.items() if not word and not each.may_keep]
    if kept:
        return [
            f"{one.file} is not written: {listed(kept)} has no place in the pack any more. Put the "
            "words elsewhere by hand, or say --theirs."
        ]
    theirs = [each.name for each, word in said.items() if word]
    now = app.SystemClocks(env.now).now()
    content = carry(one, theirs, now)
    write(one, content)
    wrote(one.file)
    return [f"{one.file}: {line}" for line in one.to_do] or [
        str(problem) for problem in still_wrong(one, content, config)
    ]
