"""A post by its key, and the packs it was made from: as they stand now, or as they were kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from bot.app.environment import Environment
from bot.app.files import Loaded, chosen
from bot.app.ledgers import ledger_exists, open_ledger
from bot.app.planning import make_plan
from bot.app.regions import REGIONS_IN, region_in
from bot.core.explain import SLOT, Explanation, day_of, explain
from bot.core.model import (
    Language,
    Post,
    PostKey,
    Rendering,
    SettingsError,
    State,
    configured_run,
    is_said,
    london_day,
)
from bot.core.packs import EveryWeek, NationalPack, read_local, read_national, read_region
from bot.core.plan import LeftOut, Sources, Window, read_ready, ready_packs, voice_of
from bot.core.retime import said_at
from bot.core.saying import SAY
from bot.core.source import did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.config import Run
    from bot.core.model import Pick
    from bot.ledger import KeptPack, Ledger, LedgerPost

READY: Final = "@ready"
"""How the run of a pack held ready ends, as `preview` shows it: it is in no plan."""

A_KEY: Final = "ct-awareness-week@2015/kent-x/d1.morning/en"


@dataclass(frozen=True, slots=True)
class Explained:
    """A post's parts, how it stands, and what has changed since it was made."""

    explanation: Explanation
    state: State | None  # None: the ledger does not know it
    kept: KeptPack | None  # the pack as it was, where it no longer stands so
    changed: str  # in words; empty where the files still say the same


def explained(env: Environment, loaded: Loaded, said: str, now: datetime) -> Explained:
    """Where every part of the post with this key came from.

    Raises SettingsError for what is no post's key, with the nearest that is one.
    """
    sources, key = loaded.usable, _key(said)
    picks: Mapping[PostKey, Pick] = {}
    if ledger_exists(env):
        ledger = open_ledger(env, now=now, create=False)
        try:
            known, picks = ledger.post(key), ledger.picks()
            if known is not None:
                return _of_ledger(sources, ledger, known)
        finally:
            ledger.close()
    if is_said(key):
        raise SettingsError(f"the ledger knows no post {key}. bot history lists what was said.")
    post = (
        _ready(sources, key, now) if key.run.endswith(READY) else _planned(loaded, key, picks, now)
    )
    found = _explained_by(sources, key, post.campaign, post.sender, post.rendering)
    if found is None:
        raise SettingsError(f"no pack holds the words of {key}.")
    return Explained(found, None, None, "")


def _explained_by(
    sources: Sources,
    key: PostKey,
    campaign: str,
    sender: str,
    rendering: Rendering,
    given: str = "",
) -> Explanation | None:
    national, speaks = sources.packs.get(campaign), sources.config.senders.get(sender)
    if national is None or speaks is None:
        return None
    account = sources.config.accounts.get(key.account)
    as_one = voice_of(account, sources.config.accounts, live=False).as_one if account else None
    pack, _ = sources.pack_of(national, speaks, as_one)
    run = sources.config.runs.get(configured_run(key.run))
    return explain(pack, sources.config, run, key, rendering, given=given)


# --- the key --------------------------------------------------------------------------------------


def _key(said: str) -> PostKey:
    """The key that was typed. Raises SettingsError that says what is wrong with it."""
    try:
        return PostKey.parse(said.strip())
    except ValueError:
        pass
    parts = said.strip().split("/")
    if len(parts) in (4, 5) and parts[3] not in list(Language):
        wrong = f'"{shortened(parts[3])}" is no language of ours.'
        raise SettingsError(f"{wrong} {did_you_mean(parts[3], Language, what='Languages')}")
    raise SettingsError(
        f'"{shortened(said)}" is not a post\'s key. It names run, account, place and language: '
        f"{A_KEY}. bot plan --format json and bot history show them."
    )


# --- what the ledger does not know ----------------------------------------------------------------


def _planned(loaded: Loaded, key: PostKey, picks: Mapping[PostKey, Pick], now: datetime) -> Post:
    """The post that fills a place, by the plan of its day. Raises SettingsError where none does."""
    day = _day(loaded.usable, key)
    planned = make_plan(loaded, Window(day, day), picks, now=now)
    posts = {post.key: post for post in (*planned.plan.posts, *planned.stopped)}
    if key in posts:
        return posts[key]
    sender = loaded.config.accounts[key.account].sender
    left = next((one for one in planned.plan.left_out if _is_about(one, sender, key, day)), None)
    if left is None:
        raise SettingsError(f"{key} is not planned. bot plan --why-not lists what was left out.")
    raise SettingsError(f"{key} is not planned: {left.reason}\n    {left.place}")


def _day(sources: Sources, key: PostKey) -> date:
    """The date of a place that could be planned. Raises SettingsError for a key that names none."""
    config = sources.config
    run = chosen("run", configured_run(key.run), config.runs)
    account = chosen("account", key.account, config.accounts)
    if key.language not in account.languages:
        raise SettingsError(f"the account {account.id} does not publish in {key.language.label}.")
    national = sources.packs.get(run.pack)
    if national is None:
        raise SettingsError(f"the pack {run.pack} cannot be used. Run bot check first.")
    place = SLOT.fullmatch(key.slot)
    if place is None:
        a_place = f"d1.{next(iter(national.slots), 'morning')}"
        raise SettingsError(
            f'"{shortened(key.slot)}" is no place in a campaign, such as {a_place}.'
        )
    chosen("slot", place[2], national.slots)
    day = day_of(national, run, key)
    if day is None:
        raise SettingsError(f"the run {_no_day(national, run, key, int(place[1]))}")
    return day


def _no_day(national: NationalPack, run: Run, key: PostKey, number: int) -> str:
    weekly = isinstance(national.schedule, EveryWeek) or run.weekly is not None
    if weekly and key.run == run.id:
        return f"{run.id} comes every week, and its posts say which: {run.id}-2026w48."
    return f"{key.run} has no day {number}."


def _is_about(left: LeftOut, sender: str, key: PostKey, day: date) -> bool:
    """Whether this was left out where the key's post would stand."""
    return (
        left.sender == sender
        and left.run in (key.run, configured_run(key.run))
        and left.account in ("", key.account)
        and left.slot in ("", key.slot)
        and left.day in (None, day)
    )


def _ready(sources: Sources, key: PostKey, now: datetime) -> Post:
    """A wording of a pack held ready, as it would read now."""
    packs = {pack.id: pack for pack in ready_packs(sources)}
    pack = chosen("pack held ready", key.run.removesuffix(READY), packs)
    account = chosen("account", key.account, sources.config.accounts).id
    found = (post for post in read_ready(sources, pack, now).posts if post.key.account == account)
    return chosen("post", str(key), {str(post.key): post for post in found})


# --- what the ledger knows ------------------------------------------------------------------------


def _of_ledger(sources: Sources, ledger: Ledger, known: LedgerPost) -> Explained:
    """By the packs as they stand where they still say the same, else by those that were kept."""
    key, rendering = known.key, known.rendering
    if known.campaign == SAY:
        raise SettingsError(
            f"the words of {key} were typed: no pack holds them. bot history {key} says by whom."
        )
    given = _given(ledger, key)

    def by(these: Sources) -> Explanation | None:
        return _explained_by(these, key, known.campaign, known.sender, rendering, given)

    anew = said_at(sources, known, known.due)
    if isinstance(anew, Post) and anew.rendering.digest == rendering.digest:
        found = by(sources)
        if found is not None:
            return Explained(found, known.state, None, "")
    noted = ledger.packs_of([rendering.digest]).get(rendering.digest)
    kept = ledger.pack(noted.digest) if noted else None
    found = by(_as_kept(sources, kept, known.sender)) if kept else by(sources)
    if found is None:
        raise SettingsError(f"no pack holds the words of {key} any more, and none was kept.")
    changed = (
        f"Now it would read:\n{anew.rendering.text}" if isinstance(anew, Post) else anew.message
    )
    return Explained(found, known.state, kept, changed)


def _given(ledger: Ledger, key: PostKey) -> str:
    """Who gave the post its time, in words; empty where its pack did."""
    if is_said(key):
        return "a person said it then"
    times = [event for event in ledger.events(key=key) if "due" in event.facts]
    return f"given by {times[-1].by} on {london_day(times[-1].at):%d %b %Y}" if times else ""


def _as_kept(sources: Sources, kept: KeptPack, sender: str) -> Sources:
    """The pack as the ledger kept it, beside the configuration as it stands now."""
    campaign, config = kept.campaign, sources.config
    files = {file.name: file.text.encode() for file in kept.files}
    local, regions = {}, {}
    for name in [name for name in files if not name.startswith("messages/national/")]:
        content = files.pop(name)
        if name.startswith(f"{REGIONS_IN}/"):
            region = region_in(name) or ""
            regions[region, campaign], _ = read_region(
                name, content, region=region, campaign=campaign
            )
        else:
            local[sender, campaign], _ = read_local(name, content, sender=sender, campaign=campaign)
    national, _ = read_national(campaign, files)
    return Sources(config, {campaign: national}, local, regions=regions)
