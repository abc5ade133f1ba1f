"""Commands about words: plan, preview, localise, rehearse. `check` has a file of its own."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from bot import app
from bot.app.regions import region_file
from bot.cli import show
from bot.cli.calendar_files import hand_over
from bot.cli.filters import FORMAT, Asked, Day, embargo_options, filter_options
from bot.cli.ready import asked_for_ready, show_ready
from bot.cli.rows import posts_in_words
from bot.cli.view import View
from bot.core.config import Config
from bot.core.config.forces import REGIONS
from bot.core.localise import file_for_region, local_file
from bot.core.model import LONDON, Language, Post, SettingsError, State
from bot.core.packs import NationalPack
from bot.core.plan import Sources
from bot.core.reading import written
from bot.core.source import Severity

# --- plan -------------------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot plan --force kent --on 2015-11-23     "
    ".venv/bin/bot plan --region Wales --from 2015-11-23 --to 2015-11-27 --why-not     "
    ".venv/bin/bot plan --campaign ct-awareness-week@2015 --format ics --to-file week.ics     "
    ".venv/bin/bot plan --against ../packs-of-yesterday"
)
@filter_options
@click.option("--why-not", is_flag=True, help="List what was left out instead, and why.")
@click.option(
    "--against",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="List what differs from the plan of another folder's messages/ and config/ instead.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", "ics"]),
    default="text",
    show_default=True,
    help="Words for people, JSON for programs, a table for Excel, or a calendar for Outlook.",
)
@click.option(
    "--to-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where csv or ics is written. Default: the standard output.",
)
def plan(
    asked: Asked, why_not: bool, against: Path | None, form: str, to_file: Path | None
) -> None:
    """List the posts that are due, and when, or what was left out and why.

    Without days: the next fourteen. A run named by --campaign brings its own days. --against
    looks at the days of every dated run as well, unless days or a campaign are named.
    """
    if against is not None and (why_not or form in ("csv", "ics")):
        raise click.UsageError("--against goes with --format text or json, and without --why-not.")
    if why_not and form in ("csv", "ics"):
        raise click.UsageError(f"--why-not has no {form}: leave one of the two out.")
    if to_file is not None and form not in ("csv", "ics"):
        raise click.UsageError("--to-file goes with --format csv or --format ics.")
    if against is not None:
        from bot.cli.against import show_difference

        show_difference(asked, against, form)
        return
    view = View(asked)
    if form in ("csv", "ics"):
        _hand_over_plan(view, form, to_file)
        return
    if why_not:
        left = view.left_out
        if form == "json":
            show.as_json([show.left_out_record(one) for one in left])
            return
        for one in left:
            when = f"{one.day} {one.slot}".strip() if one.day else "every day"
            click.echo(f"{one.sender:28} {one.run}  {when}: {one.reason}")
            click.echo(f"    {one.place}")
        click.echo(
            f"{show.counted(len(left), 'thing')} left out, {view.filters.spoken(view.config)}."
        )
        return
    if form == "json":
        show.as_json([show.post_record(post, view.config) for post in view.at_given_times()])
        return
    posts = view.at_given_times()
    for post in posts:
        pick = post.rendering.pick
        reason = view.held(post)
        click.echo(
            f"{post.due.astimezone(LONDON):%a %d %b %H:%M}  {post.key.account:28} "
            f"{post.rendering.language}  {post.theme:22} {pick.message} / {pick.wording}"
            + (f"  HELD: {reason}" if reason else "")
        )
    view.summary(posts)


def _hand_over_plan(view: View, form: str, path: Path | None) -> None:
    from bot.desk import exports

    posts = view.at_given_times()
    content = (
        exports.as_csv(posts, view.config, view.standing, view.handling)
        if form == "csv"
        else exports.as_ics(posts, view.config, now=view.now)
    )
    hand_over(content, path, show.counted(len(posts), "post"))


# --- preview ----------------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot preview --force kent --on 2015-11-23     "
    ".venv/bin/bot preview --campaign ct-awareness-week@2015 --force kent --html week.html"
)
@filter_options
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one page.")
@click.option("--open", "open_it", is_flag=True, help="Write the page and open it in a browser.")
@click.option("--watch", is_flag=True, help="Write again whenever a file is saved.")
@embargo_options
@FORMAT
def preview(
    asked: Asked,
    html: Path | None,
    open_it: bool,
    watch: bool,
    reader: str | None,
    form: str,
) -> None:
    """Show posts exactly as the public will see them. Nothing is sent.

    The code at the end approves exactly what was shown: bot approve --preview CODE --by NAME.

    A campaign under embargo is shown with --embargoed to those whom its pack names. Names are taken
    at their word: whoever can read the files can read the pack.
    """
    if html is None and (open_it or watch):
        html = Path("preview.html")
    env = app.read_environment()
    now = app.SystemClocks(env.now).now()
    loaded = app.load(env, asked.around(app.today(now)))
    ready = asked_for_ready(asked, loaded)
    if ready is not None:
        if html is not None:
            raise click.UsageError(
                f"{ready.id} is never scheduled: it is shown here, not as a page."
            )
        show_ready(asked, loaded, ready, now=now, form=form, reader=reader)
        return
    view = View(asked, loaded, reader=reader)
    code = view.remember()
    if form == "json":
        records = [show.post_record(post, view.config) for post in view.going_out]
        stopped = sorted(str(key) for key in view.stopped)
        handling = show.handling(view.posts, view.loaded.usable.packs, view.now)
        show.as_json({"code": code, "posts": records, "stopped": stopped, "handling": handling})
    elif html is None:
        _preview_in_words(view, code)
    else:
        _write_page(view, code, html, watched=watch)
    if html is not None and open_it:
        import webbrowser

        webbrowser.open(html.resolve().as_uri())
    if watch and html is not None:
        _watch(asked, html, view)


def _preview_in_words(view: View, code: str) -> None:
    for line in show.handling(view.posts, view.loaded.usable.packs, view.now):
        click.echo(click.style(line, bold=True))
    posts_in_words(view.posts, view.config, view.standing, view.problems_by_post)
    click.echo()
    show.problems_in_words(view.problems)
    view.summary()
    if view.going_out:
        click.echo(
            f'To approve exactly these: .venv/bin/bot approve --preview {code} --by "Your Name"'
        )


def _write_page(view: View, code: str, path: Path, *, watched: bool = False) -> None:
    from bot.desk import preview as desk

    page = desk.page(
        desk.Preview(
            title=_title(view),
            filters=view.filters.spoken(view.config),
            made_at=view.now,
            mode=view.env.mode,
            shown=tuple(_shown(post, view) for post in view.posts),
            left_out=tuple(_left_out(one, view) for one in view.left_out),
            problems=tuple(view.problems),
            code=code,
            pictures=view.loaded.pictures,
            handling=tuple(show.handling(view.posts, view.loaded.usable.packs, view.now)),
        )
    )
    if watched:
        page = page.replace("<head>", '<head>\n<meta http-equiv="refresh" content="2">', 1)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}.") from error
    errors = [problem for problem in view.problems if problem.severity is Severity.ERROR]
    show.problems_in_words(errors)
    approves = f" Approval code {code}." if view.going_out else ""
    click.echo(f"{path}: {show.counted(len(view.posts), 'post')}.{approves}")


def _title(view: View) -> str:
    names = {post.campaign for post in view.posts}
    packs = view.loaded.usable.packs
    titles = sorted(pack.title for name in names if (pack := packs.get(name)) is not None)
    return " and ".join(titles) or "No posts"


def _shown(post: Post, view: View) -> Any:
    from bot.desk import preview as desk

    account, original = view.config.accounts[post.key.account], post.rendering.reposts
    return desk.Shown(
        post=post,
        sender_name=view.config.senders[post.sender].name(post.rendering.language),
        handle=account.handle,
        spans=account.rules.parse(post.rendering.text).spans,
        problems=tuple(view.problems_by_post.get(post.key, ())),
        standing=view.standing(post),
        cost_usd=show.cost(post, view.config),
        rules=account.rules,
        reposts=view.config.speaker(original.account, original.language) if original else None,
    )


def _left_out(one: Any, view: View) -> Any:
    from bot.desk import preview as desk

    return desk.LeftOut(
        sender_name=view.config.senders[one.sender].name(Language.EN),
        slot=f"{one.day:%a %d %b} {one.slot}".strip() if one.day else "the whole campaign",
        reason=one.reason,
        place=one.place,
    )


def _watch(asked: Asked, html: Path, view: View) -> None:
    click.echo("Watching messages/ and config/. Ctrl-C ends it.")
    seen = app.fingerprint(view.env)
    while True:
        time.sleep(0.5)
        now = app.fingerprint(view.env)
        if now == seen:
            continue
        seen = now
        try:
            view = View(asked, reader=view.reader)
            _write_page(view, view.remember(), html, watched=True)
        except SettingsError as error:
            click.echo(str(error))
            show.problems_in_words(app.load(view.env).problems)


# --- localise ---------------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot localise dorset ct-awareness-week     "
    '.venv/bin/bot localise "South East" ct-awareness-week'
)
@click.argument("force")
@click.argument("campaign")
def localise(force: str, campaign: str) -> None:
    """Write a force's own file for a campaign: what to fill in, and what may be changed.

    For FORCE a region, written as in config/forces.yaml: then the file is for all its forces.
    """
    env = app.read_environment()
    sources = app.load(env).usable
    run = _run_to_look_at(sources.config, campaign)
    region = next((one for one in REGIONS if one.lower() == force.lower()), None)
    if region is not None and force not in sources.config.senders:
        pack = _pack_to_localise(sources, campaign)
        whose = [one for one in sources.config.senders.values() if one.region == region]
        path = env.messages / region_file(region, campaign).removeprefix("messages/")
        _write_new(path, file_for_region(pack, region, whose, run))
        click.echo(f'Then look at it: .venv/bin/bot preview --region "{region}" --campaign {run}')
        return
    sender = app.chosen("force", force, sources.config.senders)
    pack = _pack_to_localise(sources, campaign)
    said, _ = sources.pack_of(pack, sender)  # with what its region lays over it
    path = env.messages / "local" / force / f"{campaign}.yaml"
    below = replace(pack, messages=said.messages, slots=said.slots)
    _write_new(path, local_file(below, sender, run))
    empty = ["takes_part", *(name for name in pack.values if name not in sender.values)]
    click.echo(f"Fill in: {', '.join(empty)}. The file says how.")
    click.echo(f"Then look at it: .venv/bin/bot preview --force {force} --campaign {run}")


def _pack_to_localise(sources: Sources, campaign: str) -> NationalPack:
    pack = app.chosen("campaign", campaign, sources.packs)
    if pack is None:
        raise SettingsError(f"the pack {campaign} has errors. Run `bot check` first.")
    return pack


def _write_new(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingsError(f"{path} is there already. Edit it, or move it away first.") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}.") from error
    click.echo(f"Written: {path}")


def _run_to_look_at(config: Config, campaign: str) -> str:
    """The run of a pack that a preview shows without being told its days, if there is one."""
    runs = [run for run in config.runs.values() if run.pack == campaign]
    return next((run.id for run in runs if run.weekly is None), campaign)


# --- rehearse ---------------------------------------------------------------------------------


@click.command(
    epilog="Examples:  .venv/bin/bot rehearse ct-awareness-week     "
    ".venv/bin/bot rehearse ct-awareness-week --start 2027-11-22 --force kent"
)
@click.argument("campaign")
@click.option("--start", type=Day(), help="Another first day.")
@click.option(
    "--to", "end", type=Day(), help="The last day, for a standing campaign. Default: one week."
)
@click.option("--force", "forces", multiple=True, metavar="NAME", help="Only this force.")
@click.option(
    "--to-loopback",
    is_flag=True,
    help="Publish through the real adapters, to servers on this machine (BOT_X_URL and so on).",
)
@FORMAT
def rehearse(
    campaign: str, start: Any, end: Any, forces: tuple[str, ...], to_loopback: bool, form: str
) -> None:
    """Live through a whole campaign in seconds: the real path, a simulated clock, nothing sent.

    CAMPAIGN is a pack or one run of it. A ledger is made for it and thrown away after.
    """
    from bot.rehearsal import rehearse as live_through

    env = app.read_environment()
    today = app.today(app.SystemClocks(env.now).now())
    named = {"today": today, "tomorrow": today + timedelta(days=1)}
    start, end = named.get(start, start), named.get(end, end)
    result = live_through(
        env,
        campaign,
        start=start,
        end=end,
        to_loopback=to_loopback,
        senders=forces,
        watch=show.watched("Rehearsing"),
    )
    if form == "json":
        posts = [show.ledger_record(post) for post in result.posts]
        show.as_json({**result.counts, "posts": posts})
    else:
        click.echo(f"{result.run.id}: {written(result.first)} to {written(result.last)}")
        for name, number in result.counts.items():
            click.echo(f"  {name:10} {number:6,}")
        _unpublished(result.posts)
        show.problems_in_words(p for p in result.problems if p.severity is Severity.ERROR)
    done = result.counts["published"] == result.counts["planned"] and result.counts["planned"]
    raise click.exceptions.Exit(0 if done else 1)


def _unpublished(posts: Any) -> None:
    others = [post for post in posts if post.state is not State.PUBLISHED]
    for post in others[:20]:
        click.echo(f"  {post.key}: {post.state}: {post.why}")
    if len(others) > 20:
        click.echo(f"  … and {len(others) - 20} more: --format json lists them all.")
