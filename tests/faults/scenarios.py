"""What happens to whole ledgers: a new one, an old copy put back, and a second one elsewhere."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from tests.faults.campaign import LINES_OF_A_DELIVERY, STEPS, Campaign, Stage
from tests.faults.lives import Lives
from tests.faults.template import Template, Templates
from tests.faults.verdict import Verdict, judged
from tests.faults.world import SPREAD_MINUTES, Size, approve_everything, forces

Scenario = Callable[[Templates, Size, int, str | None], Verdict]


def a_new_ledger(templates: Templates, size: Size, seed: int, mutation: str | None) -> Verdict:
    """The ledger is lost within a slot, and a new one is made beside the live accounts."""
    template = templates.of(size)
    with template.stage(seed, mutation=mutation) as stage:
        _publish_some(stage)
        if template.databases is not None:
            name = template.databases.make()
            stage.lives.environment["DATABASE_URL"] = template.databases.url_of(name)
            stage.world.database_url = stage.lives.environment["DATABASE_URL"]
        else:
            lost = stage.world.ledger_file.parent.with_name("lost")
            stage.world.ledger_file.parent.rename(lost)
            stage.world.ledger_file.parent.mkdir()
        approve_everything(stage.lives.run)
        return _go_on(stage, knows_all=False)


def an_old_copy(templates: Templates, size: Size, seed: int, mutation: str | None) -> Verdict:
    """A copy of the ledger is put back after more had been published, within minutes."""
    template = templates.of(replace(size, slots=2, minutes_apart=5, spread_minutes=2))
    with template.stage(seed, mutation=mutation) as stage:
        first, second = stage.world.slot_times()
        stage.clock.move_to(first + timedelta(minutes=2))
        stage.lives.begin("run", "--once").wait()  # so the copy has read every timeline
        copy = stage.folder / "copy.sqlite3"
        if template.databases is not None:
            named = template.databases.url_of(_copied(template, stage))
        elif seed % 2:
            stage.lives.run("db", "backup", str(copy))
        else:  # past the program, which is not running
            shutil.copyfile(stage.world.ledger_file, copy)
        stage.clock.move_to(second + timedelta(minutes=2))
        _die_over_posts(stage)
        stage.clock.pass_time(130)  # an administrator stops the bot, and waits as she is told
        if template.databases is not None:
            stage.lives.environment["DATABASE_URL"] = stage.world.database_url = named
            stage.lives.run("db", "restored", "--by", "Ann")
        elif seed % 2:
            stage.lives.begin("run", "--once").wait()  # as restore itself asks
            stage.clock.pass_time(130)
            stage.lives.run("db", "restore", str(copy), "--by", "Ann")
        else:
            for file in stage.world.ledger_file.parent.glob("live.sqlite3-*"):
                file.unlink()
            shutil.copyfile(copy, stage.world.ledger_file)
        return _go_on(stage, knows_all=True)


def a_second_bot_elsewhere(
    templates: Templates, size: Size, seed: int, mutation: str | None
) -> Verdict:
    """Another copy of the bot has the same credentials, and knows nothing of this one.

    Only the platform's own rule stands between them: it takes a text once.
    """
    template = templates.of(size)
    with template.stage(seed, mutation=mutation, same_words_twice=False) as stage:
        other = template.world.copy(stage.folder / "elsewhere", template.new_database())
        elsewhere = Lives(other.folder, stage.environment(other), mutation)
        chance = random.Random(seed)
        for slot in stage.world.slot_times():
            stage.clock.move_to(slot + timedelta(minutes=SPREAD_MINUTES / 2))
            for _ in range(3):
                begun = [
                    lives.begin(
                        *("run", "--once"), dies_at_line=chance.randint(1, 5 * LINES_OF_A_DELIVERY)
                    )
                    for lives in (stage.lives, elsewhere)
                ]
                for life in begun:
                    life.wait()
            stage.clock.pass_time(60)
        for lives in (stage.lives, elsewhere):
            lives.begin("run", "--once").wait()
        asks = stage.platform.asks()
        times = Counter((ask.user, ask.text) for ask in asks if ask.came_of_it == "accepted")
        found = Verdict(
            runs=len(stage.lives.all) + len(elsewhere.all),
            kills=stage.lives.killed() + elsewhere.killed(),
            planned=stage.world.size.posts,
            once=list(times.values()).count(1),
            refused=sum(ask.came_of_it == "duplicate" for ask in asks),
        )
        for which, count in times.items():
            if count > 1:
                found.doubled += 1
                found.faults.append(f"{which} was accepted {count} times")
        return found


def a_death_at_every_step(
    templates: Templates, size: Size, seed: int, mutation: str | None
) -> Verdict:
    """A process dies at each named step of a delivery, one after the other."""
    with templates.of(size).stage(seed, mutation=mutation) as stage:
        stage.clock.move_to(stage.world.slot_times()[0] + timedelta(minutes=SPREAD_MINUTES))
        for step in STEPS:
            stage.lives.begin("run", "--once", BOT_KILL_AT=step).wait()
        return _go_on(stage, knows_all=True)


def a_timeline_that_lags(
    templates: Templates, size: Size, seed: int, mutation: str | None
) -> Verdict:
    """Every answer is lost, and the timeline shows nothing for some minutes."""
    with templates.of(size).stage(seed, mutation=mutation, lag=200.0) as stage:
        stage.clock.move_to(stage.world.slot_times()[0] + timedelta(minutes=SPREAD_MINUTES / 2))
        stage.platform.take_chances(seed, {"drop_before_answer": 1})
        stage.lives.begin("run", "--once").wait()
        stage.clock.pass_time(61)
        stage.lives.begin("run", "--once").wait()
        return _go_on(stage, knows_all=True)


def a_hold_under_full_load(
    templates: Templates, size: Size, seed: int, mutation: str | None
) -> Verdict:
    """Bots send for all accounts as fast as they can, and a person holds everything."""
    # So many for each account that there still is something to send when the hold stands.
    busy = replace(size, slots=16, minutes_apart=1, spread_minutes=1)
    with templates.of(busy).stage(seed, mutation=mutation) as stage:
        stage.platform.take_chances(seed, {"late": 1})
        campaign = stage.campaign(kills=0)
        chance = random.Random(seed)
        stage.clock.move_to(stage.world.slot_times()[-1])
        bots = [stage.lives.begin("run") for _ in range(2)]
        stage.platform.is_asked(chance.randint(1, busy.posts // 6))
        campaign.hold_now("")
        time.sleep(1.5)  # for whoever would outrun it
        for bot in bots:
            bot.kill()
        campaign.settle()
        return judged(campaign.done, stage.platform.asks())


def an_hour_asleep(templates: Templates, size: Size, seed: int, mutation: str | None) -> Verdict:
    """The machine sleeps over a slot, with a bot at work, and wakes an hour later."""
    with templates.of(size).stage(seed, mutation=mutation) as stage:
        slot = stage.world.slot_times()[0]
        stage.clock.move_to(slot - timedelta(seconds=30))
        bots = [stage.lives.begin("run")]
        stage.wait_for(bots[0], "Ctrl-C")
        stage.clock.move_to(slot + timedelta(hours=1))
        bots.append(stage.lives.begin("run"))
        stage.wait_for(bots[1], "Ctrl-C")
        time.sleep(2.5)  # it looks every two seconds
        for bot in bots:
            bot.kill()
        return _go_on(stage, knows_all=True)


def a_clock_set_wrong(templates: Templates, size: Size, seed: int, mutation: str | None) -> Verdict:
    """Our clock jumps forward over a slot under a running bot, and is set right."""
    with templates.of(size).stage(seed, mutation=mutation) as stage:
        stage.clock.move_to(stage.world.slot_times()[0] - timedelta(minutes=30))
        bot = stage.lives.begin("run")
        stage.wait_for(bot, "Ctrl-C")
        stage.clock.jump(35 * 60.0)
        time.sleep(3.0)
        stage.clock.jump(0.0)
        time.sleep(0.5)
        bot.kill()
        return _go_on(stage, knows_all=True)


def posts_by_hand(templates: Templates, size: Size, seed: int, mutation: str | None) -> Verdict:
    """Nothing is accepted and nobody is told so, while others post from the same accounts."""
    with templates.of(size).stage(seed, mutation=mutation) as stage:
        stage.clock.move_to(stage.world.slot_times()[0] + timedelta(minutes=SPREAD_MINUTES))
        stage.platform.take_chances(seed, {"server_fault": 1})
        stage.lives.begin("run", "--once").wait()
        for force in forces(size):
            stage.platform.show(f"{force}-x", "The road is open again.")
        stage.platform.be_kind()
        return _go_on(stage, knows_all=True)


def _copied(template: Template, stage: Stage) -> str:
    """The name of a copy of the stage's database as it is now."""
    databases, url = template.databases, stage.world.database_url
    assert databases is not None
    assert url is not None
    return databases.make(url.rpartition("/")[2])


def _publish_some(stage: Stage) -> None:
    """Some of what is due goes out, and processes die over it."""
    stage.clock.move_to(stage.world.slot_times()[0] + timedelta(minutes=SPREAD_MINUTES / 2))
    _die_over_posts(stage)


def _die_over_posts(stage: Stage) -> None:
    chance = random.Random(stage.seed)
    for _ in range(3):
        line = chance.randint(LINES_OF_A_DELIVERY, 6 * LINES_OF_A_DELIVERY)
        stage.lives.begin("run", "--once", dies_at_line=line).wait()


def _go_on(stage: Stage, *, knows_all: bool) -> Verdict:
    """The rest of the day under the ledger that now stands there, and the verdict.

    `knows_all` says whether this ledger is to account for all that is public.
    """
    campaign: Campaign = stage.campaign(kills=0)
    stage.lives.begin("run", "--once").wait()
    for slot in stage.world.slot_times():
        stage.clock.move_to(slot + timedelta(minutes=SPREAD_MINUTES))
        for _ in range(2):
            stage.lives.begin("run", "--once").wait()
            stage.clock.pass_time(60)
    campaign.settle()
    return judged(campaign.done, stage.platform.asks(), knows_all=knows_all)


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "new": a_new_ledger,
    "copy": an_old_copy,
    "elsewhere": a_second_bot_elsewhere,
    "hold": a_hold_under_full_load,
    "asleep": an_hour_asleep,
    "clock": a_clock_set_wrong,
    "by hand": posts_by_hand,
    "steps": a_death_at_every_step,
    "lag": a_timeline_that_lags,
}
