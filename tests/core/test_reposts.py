"""What a national account says and a few others repost: who, in which places, and when."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from textwrap import dedent

import pytest

from bot.core import check
from bot.core.config import Config
from bot.core.model import Account, PlatformName, Post, PostKey
from bot.core.plan import LeftOut, Plan, Window, plan
from bot.core.plan.reposts import chosen, delays
from bot.core.retime import said_at
from bot.core.source import Problem
from tests.core.packs_in_text import (
    EN,
    SETTINGS,
    WEEK,
    Newsroom,
    a_campaign,
    a_config,
    a_force,
    a_standing_campaign,
    config_of,
    lines,
    only,
    problems_of,
)

MESSAGES = ("alpha", "bravo", "charlie", "delta")
OPTED_IN = "platform: x\n      amplifies: yes"


def a_nation(*, minute: int = 0, languages: str = "en") -> str:
    return a_force("nation", minute=minute, languages=languages).replace("force", "national", 1)


def opted_in(name: str, *, minute: int = 0, languages: str = "en") -> str:
    return a_force(name, minute=minute, languages=languages).replace("platform: x", OPTED_IN)


FORCES = a_nation() + opted_in("kent", minute=7) + a_force("essex", minute=13)


def amplified(*names: str, campaign: str | None = None) -> str:
    """A campaign in which these messages are marked."""
    text = campaign or a_campaign(MESSAGES)
    for name in names:
        text = text.replace(f"  {name}:\n", f"  {name}:\n    amplify: repost\n")
    return text


def newsroom(
    *names: str, forces: str = FORCES, settings: str = SETTINGS, campaign: str | None = None
) -> Newsroom:
    files = {"forces": forces, "settings": settings}
    return Newsroom(amplified(*names, campaign=campaign), files=files)


def of(plan: Plan, account: str) -> dict[str, Post]:
    return {post.key.slot: post for post in plan.posts if post.key.account == account}


def reposts(posts: dict[str, Post]) -> dict[str, Post]:
    return {slot: post for slot, post in posts.items() if post.rendering.reposts}


def digests(posts: tuple[Post, ...], *but: str) -> dict[str, str]:
    return {str(post.key): post.rendering.digest for post in posts if post.key.account not in but}


def left(plan: Plan, code: str) -> list[LeftOut]:
    return [one for one in plan.left_out if one.code == code]


# --- whose words, and where -----------------------------------------------------------------------


def test_a_repost_is_for_those_who_see_its_own_account() -> None:
    unlisted = OPTED_IN.replace("platform: x", "platform: mastodon\n      visibility: unlisted")
    forces = a_nation().replace("platform: x", "platform: mastodon")
    forces += a_force("kent", minute=7).replace("platform: x", unlisted)

    made = newsroom("bravo", forces=forces).plan()

    passed_on = reposts(of(made, "kent-x"))
    assert {post.rendering.visibility for post in passed_on.values()} == {"unlisted"}
    assert {post.rendering.visibility for post in of(made, "nation-x").values()} == {"public"}


def test_an_account_reposts_in_the_slot_in_which_the_national_one_says_it() -> None:
    made = newsroom("bravo").plan()

    national, kent = of(made, "nation-x"), of(made, "kent-x")
    said = {slot for slot, post in national.items() if post.rendering.pick.message == "bravo"}
    assert set(reposts(kent)) == said
    for slot, post in reposts(kent).items():
        original = national[slot]
        assert post.rendering.reposts == post.waits_for == original.key
        assert post.rendering.text == original.rendering.text
        assert post.rendering.pick == original.rendering.pick
        assert post.place == original.place
        assert (post.sender, post.region) == ("kent", "London")


def test_what_would_have_stood_there_goes_to_where_the_account_would_have_said_it() -> None:
    before = of(newsroom().plan(), "kent-x")
    after = of(newsroom("bravo").plan(), "kent-x")

    def said(posts: dict[str, Post]) -> Counter[str]:
        return Counter(post.rendering.pick.message for post in posts.values())

    moved = [slot for slot in before if before[slot].rendering.pick != after[slot].rendering.pick]
    assert abs(said(before)["bravo"] - said(after)["bravo"]) <= 1
    assert set(before) == set(after)
    own = {slot for slot in moved if not after[slot].rendering.reposts}
    assert all(before[slot].rendering.pick.message == "bravo" for slot in own)


def test_whoever_does_not_opt_in_keeps_every_post_byte_for_byte() -> None:
    with_nobody = FORCES.replace(OPTED_IN, "platform: x")

    before = newsroom(*MESSAGES, forces=with_nobody).posts()
    after = newsroom(*MESSAGES).posts()

    assert digests(before, "kent-x") == digests(after, "kent-x")
    assert not any(post.rendering.reposts for post in before)
    assert digests(newsroom().posts()) == digests(newsroom(forces=with_nobody).posts())


@pytest.mark.parametrize("campaign", [a_campaign(MESSAGES), a_standing_campaign(MESSAGES)])
def test_the_days_that_are_looked_at_change_no_place(campaign: str) -> None:
    room = newsroom("bravo", "delta", campaign=campaign)
    whole = digests(room.posts())

    for day in range(23, 28):
        window = Window(date(2015, 11, day), date(2015, 11, day))
        shown = digests(room.plan(window).posts)

        assert shown
        assert shown.items() <= whole.items()


def test_a_message_that_is_not_marked_is_never_reposted() -> None:
    posts = of(newsroom("bravo").plan(), "kent-x")

    assert {post.rendering.pick.message for post in reposts(posts).values()} == {"bravo"}
    assert len(reposts(posts)) < len(posts)


# --- when -----------------------------------------------------------------------------------------


def test_it_comes_the_forces_minute_and_a_spread_after_the_national_post() -> None:
    made = newsroom(*MESSAGES).plan()

    after = {
        post.due - of(made, "nation-x")[slot].due
        for slot, post in reposts(of(made, "kent-x")).items()
    }

    assert len(after) == 1
    assert timedelta(minutes=37) <= after.pop() <= timedelta(minutes=127)


def many(number: int, *, region: str = "London", settings: str = SETTINGS) -> Config:
    forces = "".join(opted_in(f"force-{n}") for n in range(number)) + a_nation()
    return a_config(forces=forces.replace("London", region), settings=settings)


def test_no_two_accounts_of_a_region_repost_at_one_minute() -> None:
    found = delays(many(60))

    assert len(set(found.values())) == 60
    assert all(timedelta(minutes=30) <= one <= timedelta(minutes=120) for one in found.values())
    assert {name: found[name] for name in delays(many(20))} == delays(many(20))


def test_where_the_spread_is_too_narrow_it_is_gone_beyond_and_nobody_shares_a_minute() -> None:
    narrow = SETTINGS + "reposts:\n  soonest: 30 minutes\n  latest: 31 minutes\n"

    found = delays(many(4, settings=narrow))

    assert sorted(one // timedelta(minutes=1) for one in found.values()) == [30, 31, 32, 33]


def test_a_repost_of_the_next_day_is_none_and_the_account_says_it_itself() -> None:
    late = a_campaign(MESSAGES, slots=1).replace("08:00", "23:30")
    made = newsroom(*MESSAGES, campaign=late).plan()

    kent = of(made, "kent-x")
    assert reposts(kent) == {}
    assert {post.due.astimezone().strftime("%H:%M") for post in kent.values()} == {"23:37"}
    assert len(left(made, "no-repost")) == len(kent)


def test_a_repost_is_left_out_where_nothing_goes_out_like_any_post() -> None:
    quiet = dedent("""\
        no_posts:
          afternoon:
            day: 2015-11-24
            from: 08:31
            to: 12:00
            why: a service
        """)
    files = {"forces": FORCES, "calendar": quiet}
    made = Newsroom(amplified(*MESSAGES), files=files).plan()

    assert "d2.slot-0" in of(made, "nation-x")
    assert "d2.slot-0" not in of(made, "kent-x")
    assert "kent-x" in {one.account for one in left(made, "silence")}


# --- how many -------------------------------------------------------------------------------------


TWO = SETTINGS + "reposts:\n  accounts: 2\n"
FIVE = a_nation() + "".join(opted_in(f"force-{n}", minute=n) for n in range(5))


def test_no_more_accounts_repost_one_post_than_the_settings_say_and_it_is_said_which() -> None:
    made = newsroom(*MESSAGES, forces=FIVE, settings=TWO).plan()

    by_post = Counter(post.rendering.reposts for post in made.posts if post.rendering.reposts)
    assert set(by_post.values()) == {2}
    assert len({post.key.account for post in made.posts if post.rendering.reposts}) > 2
    (first, *_) = sorted(left(made, "repost-cap"), key=lambda one: (one.slot, one.account))
    passing = sorted(
        post.key.account
        for post in made.posts
        if post.rendering.reposts and post.key.slot == first.slot
    )
    assert first.reason == (
        f"reposts nothing here: {passing[0]} and {passing[1]} repost"
        f" cdt@2015/nation-x/{first.slot}/en, and 2 may (reposts: accounts)."
    )
    own = of(made, first.account)[first.slot]
    assert own.rendering.text.count("in Force-") == 1


def test_who_reposts_which_post_follows_from_their_ids_alone() -> None:
    key = PostKey("cdt@2015", "nation-x", "d1.morning", EN)
    accounts = [Account(f"force-{n}", f"force-{n}", PlatformName.X, (EN,))
                for n in range(9)]  # fmt: skip

    assert chosen(accounts, key, 3) == chosen(reversed(accounts), key, 3)
    others = {chosen(accounts, replace(key, slot=f"d{day}.morning"), 3) for day in range(1, 8)}
    assert len(others) > 3


# --- where it is left be --------------------------------------------------------------------------


def test_words_that_its_force_wrote_are_said_in_place_of_a_repost() -> None:
    own = dedent("""\
        force: kent
        campaign: cdt
        change:
          bravo:
            w0:
              en: |
                We in Kent say bravo our own way: {{ report_link }}
        """)
    made = replace(newsroom("bravo"), local={"kent": own}).plan()

    assert reposts(of(made, "kent-x")) == {}
    assert "its force says bravo its own way" in left(made, "no-repost")[0].reason


def test_what_was_approved_in_its_own_words_is_not_moved_and_not_said_twice() -> None:
    alone = of(newsroom().plan(), "kent-x")
    kept = {
        post.key: post.rendering.pick
        for post in alone.values()
        if post.rendering.pick.message == "bravo"
    }

    made = of(newsroom("bravo").plan(kept=kept), "kent-x")

    national = of(newsroom("bravo").plan(), "nation-x")
    for slot, post in reposts(made).items():
        assert post.key in kept
        assert national[slot].rendering.pick.message == "bravo"
    assert all(made[key.slot].rendering.pick.message == "bravo" for key in kept)


def test_an_approved_repost_stays_where_it_is() -> None:
    first = newsroom("bravo").plan()
    kept = {post.key: post.rendering.pick for post in reposts(of(first, "kent-x")).values()}

    again = newsroom("bravo").plan(kept=kept)

    assert digests(again.posts) == digests(first.posts)


def test_a_language_that_the_national_account_lacks_is_not_left_out_by_a_repost() -> None:
    forces = a_nation() + opted_in("gwent", languages="cy, en")

    made = newsroom(*MESSAGES, forces=forces)

    assert not any(post.rendering.reposts for post in made.posts())
    both = a_nation(languages="cy, en") + opted_in("gwent", languages="cy, en")
    found = [post for post in newsroom(*MESSAGES, forces=both).posts() if post.rendering.reposts]
    assert {post.key.language for post in found} == {"cy", "en"}
    assert all(post.rendering.reposts.language == post.key.language
               for post in found if post.rendering.reposts)  # fmt: skip


def test_a_deployment_that_does_not_publish_the_national_post_reposts_nothing() -> None:
    sources = newsroom(*MESSAGES).sources()

    made = plan(replace(sources, forces=("kent",)), WEEK, {})

    assert reposts(of(made, "kent-x")) == {}


def test_a_national_account_that_is_not_live_is_not_reposted_live() -> None:
    local = {
        name: f"force: {name}\ncampaign: cdt\ntakes_part: yes\n" for name in ("kent", "nation")
    }
    live = FORCES.replace(OPTED_IN, f"{OPTED_IN}\n      live: yes\n      handle: kent\n"
                          "      handle_source: a page")  # fmt: skip
    room = Newsroom(amplified(*MESSAGES), local, {"forces": live}, live=True)

    assert reposts(of(room.plan(), "kent-x")) == {}
    assert len(of(room.plan(), "kent-x")) > 0


def test_a_national_pack_with_an_error_leaves_what_was_planned_of_its_reposts() -> None:
    broken = replace(
        newsroom("bravo"), local={"nation": "force: nation\ncampaign: cdt\nnonsense: 1\n"}
    )

    made = broken.plan()

    assert of(made, "kent-x") == {}
    assert not made.judges(PostKey("cdt@2015", "kent-x", "d1.slot-0", EN))
    assert len(of(made, "essex-x")) > 0


def test_a_repost_goes_where_its_post_goes_out_of_a_plan() -> None:
    made = newsroom(*MESSAGES).plan()
    original = next(p.rendering.reposts for p in made.posts if p.rendering.reposts)
    assert original is not None
    problem = check.lines.error(made.posts[0].place, "too-long", "Too long.")

    shown = made.without({original: problem})

    keys = {post.key for post in shown.posts}
    assert original not in keys
    assert replace(original, account="kent-x") not in keys
    assert not shown.judges(replace(original, account="kent-x"))


def test_a_repost_is_left_out_where_its_post_has_no_room_in_its_day() -> None:
    one = SETTINGS + "posts_per_account_a_day: 1\n"
    room = newsroom(*MESSAGES, settings=one)
    late = next(p for p in room.posts() if p.key.account == "nation-x")
    evening = replace(late.key, slot="d1.slot-1")

    made = room.plan(kept={evening: late.rendering.pick})  # so the nation's morning is left out

    national, kent = of(made, "nation-x"), of(made, "kent-x")
    assert "d1.slot-0" not in national
    assert "d1.slot-0" not in kent
    (why,) = [one.reason for one in left(made, "no-original") if one.slot == "d1.slot-0"]
    assert why == "it would repost cdt@2015/nation-x/d1.slot-0/en, which is left out itself."


# --- what a force, its region and the calendar say of it ------------------------------------------


def test_a_force_says_its_own_words_where_what_it_would_pass_on_is_not_for_it() -> None:
    one = a_campaign(MESSAGES).replace("      w0:\n", "      w0:\n        only_for: nation\n")

    made = newsroom(*MESSAGES, campaign=one).plan()

    said = {post.rendering.pick.wording for post in of(made, "kent-x").values()}
    assert said == {"w1"}
    reasons = "".join(one.reason for one in left(made, "no-repost"))
    assert "/w0, which is not for this account" in reasons


def in_an_election(who: str, *names: str) -> Plan:
    """A plan in which these messages are marked, their only wording quotes a politician, and on
    Tuesday nobody of `who` may.
    """
    election = (
        "no_politicians:\n  election:\n    from: 2015-11-24\n    until: 2015-11-24\n"
        f"    why: an election\n    source: a page\n    who: {who}\n"
    )
    quotes = (
        "javid:\n  words: Words of his.\n  speaker: Sajid Javid\n  role: Home Secretary\n"
        "  role_as_of: 2015-11-01\n  politician: yes\n  source: a page\n"
        "  cleared_by: his office\n  cleared_on: 2015-11-01\n"
    )
    campaign = amplified(*names, campaign=a_campaign(MESSAGES, wordings=1, slots=4))
    for name in names:
        campaign = campaign.replace(f"{name} said 0", f"{{{{ javid }}}} {name} said 0")
    return Newsroom(
        campaign, files={"forces": FORCES, "calendar": election, "quotes": quotes}
    ).plan()


def test_a_force_that_may_not_quote_a_politician_reposts_no_quote_of_one() -> None:
    made = in_an_election("kent", "alpha", "bravo")

    national, kent = of(made, "nation-x"), of(made, "kent-x")
    quoted = {slot for slot, post in national.items() if "Words of his" in post.rendering.text}
    assert any(slot.startswith("d2.") for slot in quoted)
    assert set(reposts(kent)) == {slot for slot in quoted if not slot.startswith("d2.")}
    assert not any("Words of his" in kent[slot].rendering.text for slot in kent if "d2." in slot)
    assert "quotes a politician" in left(made, "no-repost")[0].reason


def test_what_stands_in_for_a_quote_of_a_politician_is_not_reposted_in_its_name() -> None:
    made = in_an_election("everyone", "alpha")

    days = Counter(slot[:2] for slot in reposts(of(made, "kent-x")))
    assert set(days) == {"d1", "d3", "d4", "d5"}
    assert {p.rendering.pick.message for p in reposts(of(made, "kent-x")).values()} == {"alpha"}


def test_nothing_is_reposted_in_the_quiet_hours_of_a_force() -> None:
    quiet = FORCES.replace("minute: 7\n", "minute: 7\n  quiet_hours: 07:30 to 13:00\n")

    made = newsroom(*MESSAGES, forces=quiet).plan()

    assert of(made, "kent-x") == {}
    assert of(made, "nation-x")
    assert left(made, "quiet-hours")


def test_a_repost_is_not_given_another_time() -> None:
    room = newsroom(*MESSAGES)
    post = next(post for post in room.posts() if post.rendering.reposts)

    found = said_at(room.sources(), post, post.due + timedelta(hours=1))

    assert isinstance(found, Problem)
    assert found.message == f"it reposts {post.rendering.reposts}, and has no words of its own."


# --- what is checked ------------------------------------------------------------------------------


def test_a_repost_is_not_the_same_words_on_two_accounts() -> None:
    room = newsroom(*MESSAGES)
    sources = room.sources()

    found = check.check_posts(room.posts(), sources.packs, sources.config)

    assert not [one for one in found.problems if one.code in ("identical", "one-voice")]
    assert all(one.percent < 100 for one in check.alike(room.posts(), sources.packs))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("amplify: repost", ""),
        ("amplify: like", '"amplify: like" is nothing that the bot does.'),
        ("amplify: yes", '"amplify: yes" is nothing that the bot does.'),
    ],
)
def test_a_message_is_amplified_by_a_repost_and_by_nothing_else(written: str, said: str) -> None:
    found = problems_of(a_campaign(MESSAGES).replace("  bravo:\n", f"  bravo:\n    {written}\n"))

    assert [one.message for one in found if one.code == "amplify"] == ([said] if said else [])


@pytest.mark.parametrize(
    "where",
    [
        "add:\n  ours:\n    theme: report-it\n    amplify: repost\n    wordings:\n      w:\n"
        "        en: |\n          Ours {{ in_area }}: {{ report_link }}\n",
        "change:\n  bravo:\n    amplify: repost\n",
    ],
)
def test_a_force_cannot_have_its_own_messages_reposted(where: str) -> None:
    own = f"force: kent\ncampaign: cdt\ntakes_part: yes\nwritten_for_version: 1\n{where}"

    found = [one for one in problems_of(a_campaign(MESSAGES), own) if one.code == "amplify"]

    assert "only a national pack can say that its message is reposted." in only(found)
    assert "amplifies: yes under the account" in only(found)


def test_a_pack_that_is_held_ready_says_that_nothing_of_it_is_reposted() -> None:
    never = amplified("bravo").replace("starts: Monday 2015-11-23\ndays: 5\n", "scheduled: never\n")
    never = never.replace("slots:\n  slot-0: 08:00\n  slot-1: 09:00\n", "")
    never = never.replace(
        "report-it: Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday", "report-it:"
    )

    assert "bravo is never reposted" in only(
        [one for one in problems_of(never) if one.code == "amplify"]
    )


@pytest.mark.parametrize(
    ("forces", "said"),
    [
        (
            a_nation().replace("platform: x", OPTED_IN),
            "only an account of a force can repost, and nation is of kind national.",
        ),
        (opted_in("kent"), "kent-x amplifies, and there is no national account on X."),
        (
            a_nation() + opted_in("kent", languages="cy, en"),
            "kent-x amplifies, and there is no national account on X that says everything in Welsh"
            " and English and to everybody.",
        ),
    ],
)
def test_who_may_repost_is_checked_in_the_configuration(forces: str, said: str) -> None:
    _, problems = config_of(forces=forces, campaigns="cdt@2015:\n  who: everyone\n")

    assert said in only([one for one in problems if one.code == "amplifies"])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("accounts: 0", "1 to 10"),
        ("accounts: 48", "1 to 10"),
        ("soonest: at once", "is not a length of time"),
        ("soonest: 3 hours", "the latest repost would come before the soonest"),
        ("latest: 7 hours", "from 1 minute to 6 hours"),
        ("most: 5", "most"),
    ],
)
def test_how_reposts_are_spread_is_checked(written: str, said: str) -> None:
    _, problems = config_of(settings=f"{SETTINGS}reposts:\n  {written}\n")

    assert said in " ".join(lines(problems))
