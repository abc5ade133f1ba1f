"""Welsh and English of a place: who waits for whom, on one account and on the two of a pair."""

from dataclasses import replace

import pytest

from bot.core import check
from bot.core.model import Pick, Post
from bot.core.plan import Plan, plan
from bot.core.retime import said_at
from bot.core.saying import said_from_pack
from tests.core.packs_in_text import (
    CAMPAIGN,
    CY,
    EN,
    FORCES,
    WEEK,
    Newsroom,
    config_of,
    lines,
    texts,
)
from tests.factories import at

PAIR = FORCES.replace(
    "    gwent-x:\n      platform: x\n",
    "    gwent-x:\n      platform: x\n      languages: en\n      follows: gwent-cymraeg-x\n"
    "    gwent-cymraeg-x:\n      platform: x\n      languages: cy\n",
)
THREAD = CAMPAIGN.replace(
    "          Dywedwch wrthym", "          ---\n          Dywedwch wrthym"
).replace("          Tell us in", "          ---\n          Tell us in")


def gwent(campaign: str = CAMPAIGN, forces: str = FORCES) -> tuple[Post, ...]:
    posts = Newsroom(campaign, files={"forces": forces}).posts()
    return tuple(post for post in posts if post.sender == "gwent")


def chain(posts: tuple[Post, ...], slot: str) -> list[tuple[str, str | None, int]]:
    """Each post of a slot, what it waits for, and its grace in minutes."""

    def short(key: object) -> str:
        account, _, rest = str(key).removeprefix("cdt@2015/").partition(f"/{slot}/")
        return f"{account} {rest}"

    return [
        (short(p.key), short(p.waits_for) if p.waits_for else None, p.grace_seconds // 60)
        for p in posts
        if p.key.slot == slot
    ]


def test_english_waits_for_the_welsh_of_its_place_and_may_leave_ten_minutes_later() -> None:
    assert chain(gwent(), "d1.morning") == [
        ("gwent-x cy", None, 20),
        ("gwent-x en", "gwent-x cy", 30),
    ]


def test_english_waits_for_the_last_part_of_a_welsh_thread() -> None:
    threads = [p for p in gwent(THREAD) if p.rendering.pick.wording == "not-sure"]
    slot = threads[0].key.slot

    assert chain(gwent(THREAD), slot) == [
        ("gwent-x cy", None, 20),
        ("gwent-x cy/2", "gwent-x cy", 30),
        ("gwent-x en", "gwent-x cy/2", 40),
        ("gwent-x en/2", "gwent-x en", 50),
    ]


def test_what_a_post_waits_for_is_no_part_of_what_is_approved() -> None:
    post = next(post for post in gwent() if post.waits_for)

    assert post.rendering.digest == post.rendering.own_digest()


def test_a_pair_says_the_same_message_in_the_same_place_and_english_follows() -> None:
    posts = gwent(forces=PAIR)

    assert chain(posts, "d1.morning") == [
        ("gwent-cymraeg-x cy", None, 20),
        ("gwent-x en", "gwent-cymraeg-x cy", 30),
    ]
    picks: dict[str, set[Pick]] = {}
    for post in posts:
        picks.setdefault(post.key.slot, set()).add(post.rendering.pick)
    assert len(posts) == 20
    assert all(len(of_slot) == 1 for of_slot in picks.values())


def test_a_pair_leaves_out_what_only_one_of_its_accounts_may_say() -> None:
    message = "  trust-your-instincts:\n"
    limited = CAMPAIGN.replace(message, message + "    only_for: gwent-x\n")

    plan = Newsroom(limited, files={"forces": PAIR}).plan()

    assert plan.posts == ()
    assert {one.account for one in plan.left_out if one.sender == "gwent"} == {
        "gwent-x", "gwent-cymraeg-x"
    }  # fmt: skip


def test_a_language_that_cannot_be_said_leaves_out_the_other_too() -> None:
    broken = CAMPAIGN.replace("yn rhy fach: {{ report_link }}", "yn rhy fach: {{ hotlin }}")

    plan = Newsroom(broken).plan()

    said = {p.rendering.pick.wording for p in plan.posts if p.sender == "gwent"}
    assert said == {"not-sure"}
    assert {day for _, account, day in plan.unjudged if account == "gwent-x"}


def test_an_error_in_one_language_stops_the_other_and_the_pair_s_too() -> None:
    long = CAMPAIGN.replace("yn rhy fach", "yn rhy fach " * 30)
    room = Newsroom(long, files={"forces": PAIR})
    posts, sources = room.posts(), room.sources()

    stopped = check.check_posts(posts, sources.packs, sources.config).stopped

    wording = {p.key: p.rendering.pick.wording for p in posts if p.sender == "gwent"}
    assert stopped.keys() == {key for key, name in wording.items() if name == "every-report"}
    assert {key.account for key in stopped} == {"gwent-x", "gwent-cymraeg-x"}


def test_a_full_day_leaves_out_both_accounts_of_a_pair_or_neither() -> None:
    settings = "plan_ahead: 14 days\nposts_per_account_a_day: 1\n"
    files = {"forces": PAIR, "settings": settings}

    plan: Plan = Newsroom(files=files).plan()

    mine = [str(p.key) for p in plan.posts if p.sender == "gwent" and ".d" not in str(p.key)]
    assert len(mine) == 10
    left = [one.account for one in plan.left_out if one.code == "daily-cap"]
    assert left.count("gwent-x") == left.count("gwent-cymraeg-x") == 5


def test_a_post_given_a_new_time_still_waits_for_its_welsh() -> None:
    room = Newsroom(THREAD)
    english = next(
        p for p in gwent(THREAD) if p.key.language is EN and p.rendering.pick.wording == "not-sure"
    )

    again = said_at(room.sources(), english, at("18:00"))

    assert isinstance(again, Post)
    assert again.waits_for == english.waits_for
    assert again.grace_seconds == english.grace_seconds


OWN = """force: gwent
campaign: cdt
takes_part: yes
accounts:
  %s:
    times:
      morning: 08:00
"""


def test_a_pair_says_what_the_local_pack_says_for_its_welsh_account() -> None:
    own = {"gwent": OWN % "gwent-cymraeg-x"}
    room = Newsroom(local=own, files={"forces": PAIR})

    plan = room.plan()

    mine = [post for post in plan.posts if post.sender == "gwent"]
    assert {post.key.account for post in mine} == {"gwent-x", "gwent-cymraeg-x"}
    assert {f"{post.due:%H:%M}" for post in mine if "morning" in post.key.slot} == {"08:25"}
    again = [said_at(room.sources(), post, post.due) for post in mine]
    assert [one.rendering for one in again if isinstance(one, Post)] == [p.rendering for p in mine]


def test_words_of_its_own_for_the_account_that_follows_are_an_error() -> None:
    own = {"gwent": OWN % "gwent-x"}

    plan = Newsroom(local=own, files={"forces": PAIR}).plan()

    assert not [post for post in plan.posts if post.sender == "gwent"]
    [told] = [one for one in plan.problems if one.code == "own-words-of-a-pair"]
    assert told.message == "gwent-x follows gwent-cymraeg-x, and says what gwent-cymraeg-x says."


READY = (
    CAMPAIGN.replace("starts: Monday 2015-11-23\ndays: 5\n", "scheduled: never\n")
    .replace(
        "report-it: Monday, Tuesday, Wednesday, Thursday, Friday", "report-it:\n    about: Reports"
    )
    .replace("slots:\n  morning: 09:00\n  evening: 17:30\n", "")
)


def test_what_is_said_now_in_both_languages_is_said_in_welsh_first() -> None:
    sources = Newsroom(READY, files={"forces": PAIR}).sources()

    said = said_from_pack(
        sources,
        "trust-your-instincts:not-sure",
        [sources.config.senders["gwent"]],
        None,
        at=at("09:00"),
    )

    assert [(p.key.account, p.waits_for and p.waits_for.account) for p in said.posts] == [
        ("gwent-cymraeg-x", None),
        ("gwent-x", "gwent-cymraeg-x"),
    ], lines(said.problems)
    assert [p.grace_seconds // 60 for p in said.posts] == [5, 15]
    assert {p.key.slot for p in said.posts} == {said.posts[1].waits_for and said.posts[0].key.slot}


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("follows: gwent-cymraeg-x", "follows: gwent-cymreag-x", "to follow. Did you mean"),
        ("follows: gwent-cymraeg-x", "follows: kent-x", 'gwent has no account called "kent-x"'),
        ("languages: cy\n", "languages: cy, en\n", "English follows Welsh. It goes with"),
        ("gwent-cymraeg-x:\n      platform: x", "gwent-cymraeg-x:\n      platform: bluesky",
         "cannot follow gwent-cymraeg-x, which is on Bluesky."),
        ("follows: gwent-cymraeg-x\n", "follows: gwent-cymraeg-x\n      amplifies: yes\n",
         "gwent-x has amplifies: yes, and the two of a pair repost nothing."),
    ],
)  # fmt: skip
def test_what_is_no_pair_is_named_by_its_line(before: str, after: str, says: str) -> None:
    _, problems = config_of(forces=PAIR.replace(before, after))

    (line,) = lines(problems)
    assert line.startswith("config/forces.yaml:17:")
    assert says in line


def test_two_accounts_cannot_follow_one() -> None:
    twice = PAIR + ("    kent-too-x:\n      platform: x\n")
    twice = twice.replace(
        "    gwent-cymraeg-x:\n",
        "    gwent-too-x:\n      platform: x\n      languages: en\n"
        "      follows: gwent-cymraeg-x\n    gwent-cymraeg-x:\n",
    )

    _, problems = config_of(forces=twice)

    assert "gwent-x follows gwent-cymraeg-x already." in lines(problems)[0]


def test_without_follows_two_accounts_choose_each_for_itself() -> None:
    apart = PAIR.replace("      follows: gwent-cymraeg-x\n", "")

    posts = gwent(forces=apart)

    assert all(post.waits_for is None for post in posts)
    assert {post.key.language for post in posts} == {CY, EN}
    assert len(texts(posts)) == 20


TAKES_PART = "force: gwent\ncampaign: cdt\ntakes_part: yes\n"
ENGLISH_ONLY = FORCES.replace(
    "    gwent-x:\n      platform: x\n",
    "    gwent-x:\n      platform: x\n      languages: en\n      handle: gwent\n"
    "      handle_source: seen\n      live: yes\n",
)


def test_an_english_account_of_a_force_in_wales_says_nothing_live_and_is_warned_of() -> None:
    config, problems = config_of(forces=ENGLISH_ONLY)
    sources = Newsroom(local={"gwent": TAKES_PART}, files={"forces": ENGLISH_ONLY}).sources()

    live = plan(replace(sources, live=True), WEEK, {})

    assert config is not None
    assert [one.code for one in problems] == ["no-welsh"]
    assert [one.code for one in live.left_out if one.sender == "gwent"] == ["no-welsh"]
    assert [one for one in config_of(forces=PAIR)[1] if one.code == "no-welsh"] == []
