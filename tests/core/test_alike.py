"""How much one account's posts sound like another's, and how much is too much."""

from collections.abc import Mapping
from dataclasses import replace

from bot.core.check import Pair, alike, check_posts, to_set_apart
from bot.core.model import Pick, PlatformName, Post, PostKey
from bot.core.packs import NationalPack
from bot.core.source import Place
from tests.core.packs_in_text import Newsroom, a_campaign, a_config, a_force, a_national
from tests.factories import a_post, at

BY_THE_SEA = "Seen something that does not feel right? Tell us in confidence, here in {}."
AT_WORK = "The people who open and close your shop notice what others miss. Ask them in {}."

PACKS = {"cdt": a_national(a_campaign(["m1"], wordings=2))}


def said(words: str, force: str, *, day: int = 1, line: int = 10) -> Post:
    """What a force says; `line` is where its wording stands."""
    post = a_post(
        f"d{day}.morning",
        text=words.format(force.title()),
        due=at("09:00", day=day),
        force=force,
        campaign="cdt",
        theme="report-it",
    )
    return replace(post, place=Place("messages/national/cdt/campaign.yaml", line))


def one_voice(posts: list[Post], packs: Mapping[str, NationalPack] = PACKS) -> set[PostKey]:
    """The posts stopped because too many accounts say the same."""
    by_post = check_posts(posts, packs, a_config()).by_post
    return {key for key, found in by_post.items() if "one-voice" in {one.code for one in found}}


def test_one_wording_with_two_names_is_found_with_its_pair() -> None:
    posts = [said(BY_THE_SEA, "kent"), said(BY_THE_SEA, "essex"), said(AT_WORK, "dorset")]

    (found,) = alike(posts, PACKS)

    assert [found.worst.one.sender, found.worst.other.sender] == ["essex", "kent"]
    assert found.percent > 90
    assert (found.accounts, found.a_day, found.pairs, found.alike) == (3, 1, 3, 1)


def test_what_is_missing_is_a_wording_for_every_post_of_a_day() -> None:
    forces = ["kent", "essex", "dorset", "norfolk", "suffolk", "surrey", "sussex"]

    (found,) = alike([said(BY_THE_SEA, force) for force in forces], PACKS)

    assert (found.wordings, found.missing) == (2, 5)


def test_a_week_apart_and_one_account_are_not_compared() -> None:
    posts = [said(BY_THE_SEA, "kent"), said(BY_THE_SEA, "essex", day=8)]
    again = replace(posts[0], key=replace(posts[0].key, slot="d1.evening"))

    assert alike([*posts, again], PACKS) == []


def test_days_within_a_week_are_compared() -> None:
    posts = [said(BY_THE_SEA, "kent"), said(BY_THE_SEA, "essex", day=7)]

    assert [(one.pairs, one.alike) for one in alike(posts, PACKS)] == [(1, 1)]


def test_accounts_of_two_platforms_are_not_compared() -> None:
    one, other = said(BY_THE_SEA, "kent"), said(BY_THE_SEA, "essex")
    elsewhere = replace(other.rendering, platform=PlatformName.MASTODON)

    assert alike([one, replace(other, rendering=elsewhere)], PACKS) == []


def test_links_and_hashtags_make_no_difference() -> None:
    one, other = said(BY_THE_SEA, "kent"), said(BY_THE_SEA, "kent", line=11)
    text = f"{one.rendering.text} gov.uk/ACT\n#CounterTerrorismUK"
    linked = replace(
        other.rendering, text=text, links=("gov.uk/ACT",), hashtags=("CounterTerrorismUK",)
    )
    other = replace(other, key=replace(other.key, account="essex-x"), rendering=linked)

    (found,) = alike([one, other], PACKS)

    assert found.percent == 100
    assert "identical" in {
        one.code for one in check_posts([one, other], PACKS, a_config()).problems
    }


def test_what_would_set_two_apart_is_a_value_that_both_filled_in_otherwise() -> None:
    words = a_campaign(["m1"]).replace(
        "themes:", "  local_places:\n    help: Everyday places.\n    needed: no\nthemes:"
    )
    places = "force: {}\ncampaign: cdt\nfill_in:\n  local_places: {}\n"
    both = {
        "kent": places.format("kent", "by the sea"),
        "essex": places.format("essex", "on the marsh"),
    }
    forces = {"forces": a_force("kent") + a_force("essex", minute=9)}

    def advice(local: dict[str, str]) -> str:
        sources = Newsroom(words, local, forces).sources()
        posts = [replace(said("m1 said 0 in {}", force), place=Place("F", 1)) for force in both]
        posts = [replace(p, rendering=replace(p.rendering, pick=Pick("m1", "w0"))) for p in posts]
        pair = Pair(posts[0], posts[1], 90.0)
        return to_set_apart(pair, sources.packs, sources.local, sources.config.senders)

    assert advice(both) == "Put {{ local_places }} into the wording: both have filled it in."
    assert advice({}) == (
        "Put {{ local_places }} into a wording for those who have it; kent and essex can fill "
        "it in."
    )


def test_a_wording_from_more_than_a_third_of_the_accounts_is_stopped() -> None:
    same = [said(BY_THE_SEA, f"force{n}") for n in range(6)]
    others = [said(AT_WORK, f"other{n}", line=20 + n) for n in range(11)]

    checked = check_posts(same + others, PACKS, a_config())

    assert "6 of 17 accounts would say this wording on one day." in [
        problem.message for problem in checked.problems
    ]
    assert one_voice(same + others) == {post.key for post in same}


def test_a_third_of_the_accounts_or_a_few_may_share_a_wording() -> None:
    third = [said(BY_THE_SEA, f"force{n}") for n in range(6)]
    others = [said(AT_WORK, f"other{n}", line=20 + n) for n in range(12)]
    few = [said(AT_WORK, f"few{n}", day=3) for n in range(5)]

    assert not one_voice([*third, *others, *few])


def test_a_line_that_is_meant_to_be_the_same_is_left_alone() -> None:
    campaign = a_campaign(["act"], wordings=2).replace(
        "    theme: report-it\n", "    theme: report-it\n    same_for_all: agreed nationally\n"
    )
    same = [said(BY_THE_SEA, f"force{n}") for n in range(9)]
    packs = {"cdt": a_national(campaign)}

    assert alike(same, packs) == []
    assert not one_voice(same, packs)
