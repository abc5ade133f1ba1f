"""The two historical campaigns as they are shipped, as all 48 forces say them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot import app
from bot.core import check
from bot.core.model import Account, PlatformName, Sender, SenderKind, london_day
from bot.core.packs import Purpose, Setting
from bot.core.plan import Plan, Sources, Window, plan

WEEK = "ct-awareness-week@2015", Window(date(2015, 11, 23), date(2015, 11, 27))
EIGHT_WEEKS = "communities-defeat-terrorism@2019", Window(date(2019, 1, 23), date(2019, 3, 19))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    data = tmp_path_factory.mktemp("data")
    return app.load(app.read_environment({"BOT_DATA": str(data)})).usable


@pytest.fixture(scope="module")
def week(shipped: Sources) -> Plan:
    """The week of 2015, from every sender on every platform."""
    return planned(shipped, *WEEK, platforms=tuple(PlatformName))


@pytest.fixture(scope="module")
def eight_weeks(shipped: Sources) -> Plan:
    """The campaign of 2019, from every sender on X."""
    return planned(shipped, *EIGHT_WEEKS, platforms=[PlatformName.X])


def planned(shipped: Sources, run: str, days: Window, *, platforms: Sequence[PlatformName]) -> Plan:
    """What is planned of a run where each sender has one account on each of these platforms."""
    senders = {name: on(platforms, one) for name, one in shipped.config.senders.items()}
    made = plan(replace(shipped, config=replace(shipped.config, senders=senders)), days, {})
    return made.only(lambda post: post.key.run == run, lambda left: left.run == run)


def on(platforms: Sequence[PlatformName], sender: Sender) -> Sender:
    accounts = tuple(
        Account(f"{sender.id}-{name}", sender.id, name, sender.languages, kind=sender.kind)
        for name in platforms
    )
    return replace(sender, accounts=accounts)


def of_forces(shipped: Sources, made: Plan) -> Counter[tuple[str, str, str]]:
    """How many posts each force says on each platform in each of its languages."""
    forces = {one.id for one in shipped.config.senders.values() if one.kind is SenderKind.FORCE}
    assert len(forces) == 48
    said = (post for post in made.posts if post.sender in forces)
    return Counter((p.sender, p.rendering.platform.value, p.key.language.value) for p in said)


def test_all_48_forces_plan_the_whole_week_of_2015_without_an_error(
    shipped: Sources, week: Plan
) -> None:
    posts = of_forces(shipped, week)

    assert week.problems == ()
    assert set(posts.values()) == {5 * 3}
    assert len(posts) == (48 + 4) * 3  # four forces speak in two languages


def test_all_48_forces_plan_all_eight_weeks_of_2019_without_an_error(
    shipped: Sources, eight_weeks: Plan
) -> None:
    posts = of_forces(shipped, eight_weeks)

    assert eight_weeks.problems == ()
    assert set(posts.values()) == {8 * 7}
    assert len(posts) == 48 + 4


def test_no_two_accounts_say_the_same_in_the_week_of_2015_on_any_platform(
    shipped: Sources, week: Plan
) -> None:
    near = check.alike(week.posts, shipped.packs)
    stopped = check.check_posts(week.posts, shipped.packs, shipped.config).stopped

    assert {post.rendering.platform for post in week.posts} == set(PlatformName)
    assert 75 < max(one.percent for one in near) < 100  # it did compare: 100 would be identical
    assert stopped == {}


@pytest.mark.parametrize("name", ["ct-awareness-week", "communities-defeat-terrorism"])
def test_a_campaign_informs_reassures_asks_and_advises_at_home_at_work_and_online(
    shipped: Sources, name: str
) -> None:
    pack = shipped.packs[name]
    assert pack is not None

    purposes = Counter(message.purpose for message in pack.messages.values())
    settings = Counter(where for message in pack.messages.values() for where in message.settings)

    assert set(purposes) == set(Purpose)  # and no message without one
    assert min(purposes.values()) >= len(pack.messages) / 10
    assert set(settings) == set(Setting)
    assert pack.brief is not None


def test_43_forces_stand_in_nine_regions_and_five_serve_elsewhere(shipped: Sources) -> None:
    forces = [one for one in shipped.config.senders.values() if one.kind is SenderKind.FORCE]

    assert Counter(one.region for one in forces) == {
        "London": 2, "North East": 7, "North West": 5, "West Midlands": 4, "East Midlands": 5,
        "Eastern": 6, "South East": 5, "South West": 5, "Wales": 4, None: 5,
    }  # fmt: skip


def test_each_post_is_about_the_theme_of_its_day(shipped: Sources, week: Plan) -> None:
    pack = shipped.packs["ct-awareness-week"]
    assert pack is not None

    days = {(london_day(post.due), post.theme) for post in week.posts}

    assert len(days) == 5
    assert all(one == getattr(pack.on_weekday(day), "name", None) for day, one in days)


def test_the_level_that_the_week_names_is_the_one_of_november_2015(week: Plan) -> None:
    said = [post.rendering.text for post in week.posts if "SEVERE" in post.rendering.text]

    assert said
    assert all("an attack is highly likely" in text for text in said)


def test_nobody_speaks_of_the_film_before_it_is_on_screens(eight_weeks: Plan) -> None:
    of_film = {london_day(post.due) for post in eight_weeks.posts if post.theme == "no-rewind"}

    assert min(of_film) == date(2019, 1, 25)
    assert max(london_day(post.due) for post in eight_weeks.posts) == date(2019, 3, 19)


def test_a_force_with_a_cinema_names_it_and_the_others_have_words_of_their_own(
    eight_weeks: Plan,
) -> None:
    said: dict[str, list[str]] = {}
    for post in eight_weeks.posts:
        if post.theme == "no-rewind" and post.sender in ("merseyside", "derbyshire"):
            said.setdefault(post.sender, []).append(post.rendering.text)

    assert len(said["merseyside"]) == len(said["derbyshire"]) == 16
    assert sum("at the Example Cinemas in Bootle" in text for text in said["merseyside"]) >= 4
    assert not any("Example Cinema" in text for text in said["derbyshire"])
