"""What an overlay moves, limits, withdraws in part and adds to: and that nothing else stirs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.core import check
from bot.core.changes import local_changes
from bot.core.explain import explain
from bot.core.model import Pick, PostKey
from bot.core.packs import read_region
from tests.core.packs_in_text import (
    KENT,
    Newsroom,
    a_campaign,
    a_config,
    a_force,
    a_national,
    lines,
    local_of,
    only,
    picks,
    problems_of,
    yaml,
)

NAMES = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot")
TWO_THEMES = a_campaign(NAMES).replace(
    "  report-it: Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday\n",
    "  report-it: Monday, Wednesday, Friday\n  look-out: Tuesday, Thursday\n",
)
TWO_THEMES += (
    a_campaign(("golf", "hotel")).partition("messages:\n")[2].replace("report-it", "look-out")
)
FORCES = a_force("kent") + "    kent-bsky:\n      platform: bluesky\n" + a_force("sussex", minute=5)


def a_room(own: str = "", campaign: str = TWO_THEMES) -> Newsroom:
    return Newsroom(campaign, {"kent": KENT + own}, {"forces": FORCES})


def told(own: str, campaign: str = TWO_THEMES) -> list[str]:
    return lines(problems_of(campaign, KENT + own))


def of(account: str, picked: Mapping[PostKey, Pick]) -> dict[PostKey, Pick]:
    return {key: pick for key, pick in picked.items() if key.account == account}


def messages(account: str, room: Newsroom) -> set[str]:
    return {pick.message for pick in of(account, picks(room.posts())).values()}


# --- move -----------------------------------------------------------------------------------------


def test_a_moved_message_is_said_in_its_new_theme_and_leaves_the_others_of_the_old_one() -> None:
    before, after = picks(a_room().posts()), picks(a_room("move:\n  alpha: look-out\n").posts())

    themes = {
        post.theme
        for post in a_room("move:\n  alpha: look-out\n").posts()
        if post.rendering.pick.message == "alpha" and post.sender == "kent"
    }
    stirred = {
        before[key].message
        for key in of("kent-x", before)
        if key.slot[:2] in ("d1", "d3", "d5") and before[key] != after[key]
    }
    assert themes == {"look-out"}
    assert stirred == {"alpha"}
    assert of("sussex-x", before) == of("sussex-x", after)


def test_a_message_moves_only_to_a_theme_that_there_is() -> None:
    assert told("move:\n  alpha: look-uot\n") == [
        'F:6:3: there is no theme called "look-uot". Did you mean look-out? Themes: look-out, '
        "report-it."
    ]
    assert "Did you mean alpha?" in only(problems_of(TWO_THEMES, KENT + "move:\n  alhpa: x\n"))


# --- only_for -------------------------------------------------------------------------------------


def test_a_message_limited_by_a_force_is_said_by_the_named_alone() -> None:
    before = picks(a_room().posts())

    after = picks(a_room("only_for:\n  alpha: bluesky\n").posts())

    assert of("kent-bsky", before) == of("kent-bsky", after)
    assert of("sussex-x", before) == of("sussex-x", after)
    assert {before[key].message for key in before if before[key] != after[key]} == {"alpha"}
    assert "alpha" not in {pick.message for pick in of("kent-x", after).values()}


@pytest.mark.parametrize(
    ("limit", "who"),
    [
        ("kent", {"kent-x", "kent-bsky"}),
        ("London, kent-x", {"kent-x", "kent-bsky", "sussex-x"}),
        ("kent-x, sussex", {"kent-x", "sussex-x"}),
        ("X", {"kent-x", "sussex-x"}),
        ("force", {"kent-x", "kent-bsky", "sussex-x"}),
        ("Wales", set()),
    ],
)
def test_a_national_message_names_those_it_is_for(limit: str, who: set[str]) -> None:
    limited = TWO_THEMES.replace("  golf:\n", f"  golf:\n    only_for: {limit}\n")

    room = a_room(campaign=limited)

    assert {a for a in ("kent-x", "kent-bsky", "sussex-x") if "golf" in messages(a, room)} == who


def test_a_limit_of_an_overlay_narrows_the_national_one_and_never_widens_it() -> None:
    limited = TWO_THEMES.replace("  golf:\n", "  golf:\n    only_for: kent-x, sussex\n")

    room = a_room("only_for:\n  golf: bluesky\n", limited)

    assert "golf" not in messages("kent-x", room) | messages("kent-bsky", room)
    assert "golf" in messages("sussex-x", room)


def test_a_wording_is_limited_by_itself() -> None:
    room = a_room("only_for:\n  golf/w0: bluesky\n  hotel/w0: bluesky\n")

    said = of("kent-x", picks(room.posts()))

    assert {pick.wording for pick in said.values() if pick.message in ("golf", "hotel")} == {"w1"}


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("only_for:\n  golf: tiktok\n", 'golf is only for "tiktok", and nothing has that name.'),
        ("only_for:\n  golf: gwent\n", "golf is only for gwent, which no account of kent is."),
        ("only_for:\n  gofl: x\n", "Did you mean golf?"),
        ("only_for:\n  golf/w7: x\n", 'golf has no wording called "w7".'),
        ("only_for:\n  golf:\n", '"golf" is limited to nobody.'),
    ],
)
def test_a_limit_that_reaches_nobody_is_named(own: str, said: str) -> None:
    assert said in only(problems_of(TWO_THEMES, KENT + own))


# --- withdraw and add to --------------------------------------------------------------------------


def test_a_withdrawn_wording_is_not_said_and_the_message_goes_on() -> None:
    before = picks(a_room().posts())

    after = picks(a_room("withdraw:\n  alpha/w0: we have no harbour\n").posts())

    mine = {pick.wording for pick in of("kent-x", after).values() if pick.message == "alpha"}
    assert mine == {"w1"}
    assert {key: pick.message for key, pick in before.items()} == {
        key: pick.message for key, pick in after.items()
    }


MORE = """\
add:
  golf:
    wordings:
      by-the-sea:
        en: |
          By the sea {{ in_area }}, golf: {{ report_link }}
"""


def test_a_wording_is_added_to_a_national_message() -> None:
    posts = [post for post in a_room(MORE).posts() if post.key.account == "kent-x"]

    said = {post.rendering.pick.wording for post in posts if post.rendering.pick.message == "golf"}

    assert told(MORE) == []
    assert said == {"by-the-sea", "w0"} or said == {"by-the-sea", "w1"}


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (MORE.replace("by-the-sea:", "w0:"), 'golf already has a wording called "w0".'),
        (MORE.replace("    wordings:", "    theme: look-out\n    wordings:"), "To add wordings to"),
        (MORE.replace("  golf:", "  glof:"), '"theme" is missing here'),
        (MORE.replace("  golf:", "  glof:"), "Did you mean golf?"),
    ],
)
def test_what_is_added_to_is_there_and_not_said_anew(own: str, said: str) -> None:
    assert said in only(problems_of(TWO_THEMES, KENT + own))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("move:\n  golf: report-it\n", "golf is locked and cannot be moved: agreed in court."),
        ("only_for:\n  golf/w0: x\n", "golf is locked, and for everyone: agreed in court."),
        ("withdraw:\n  golf/w0: why not\n", "golf is locked and cannot be withdrawn: agreed in"),
        (MORE, "golf is locked and takes no wording more: agreed in court."),
    ],
)
def test_a_locked_message_is_touched_in_no_part(own: str, said: str) -> None:
    national = TWO_THEMES.replace("  golf:\n", "  golf:\n    locked: agreed in court\n")

    assert said in only(problems_of(national, KENT + own))


def test_a_message_is_not_moved_into_a_locked_theme() -> None:
    national = TWO_THEMES.replace(
        "  look-out: Tuesday, Thursday\n",
        "  look-out:\n    on: Tuesday, Thursday\n    locked: the words of the court\n",
    )

    found = only(problems_of(national, KENT + "move:\n  alpha: look-out\n"))

    assert found.startswith("F:6:3: the theme look-out is locked and takes no message more: the")


# --- region, force, account -----------------------------------------------------------------------

ONE = a_campaign(("alpha",), wordings=1, days=1, slots=1)


def says(who: str, indent: int = 0) -> str:
    """An overlay's change of the only wording there is."""
    change = f"""\
change:
  alpha:
    w0:
      en: |
        {who} says alpha {{{{ in_area }}}}: {{{{ report_link }}}}
"""
    return "".join(" " * indent + line for line in change.splitlines(keepends=True))


REGION = "region: London\ncampaign: cdt\n"


def layered(*layers: str, campaign: str = ONE, more: str = "") -> Newsroom:
    """A newsroom in which these say alpha their own way: region, kent, kent-bsky."""
    own = KENT + (says("kent") if "kent" in layers else "") + more
    if "kent-bsky" in layers:
        own += "accounts:\n  kent-bsky:\n" + says("kent-bsky", 4)
    regions = {"London": REGION + says("region")} if "region" in layers else {}
    return Newsroom(campaign, {"kent": own}, {"forces": FORCES}, regions=regions)


@pytest.mark.parametrize(
    ("layers", "bluesky", "kent_x", "sussex_x"),
    [
        ((), "alpha", "alpha", "alpha"),
        (("region",), "region", "region", "region"),
        (("kent",), "kent", "kent", "alpha"),
        (("kent-bsky",), "kent-bsky", "alpha", "alpha"),
        (("region", "kent"), "kent", "kent", "region"),
        (("region", "kent-bsky"), "kent-bsky", "region", "region"),
        (("region", "kent", "kent-bsky"), "kent-bsky", "kent", "region"),
    ],
)
def test_an_account_is_laid_over_its_force_its_force_over_the_region_over_the_national_pack(
    layers: tuple[str, ...], bluesky: str, kent_x: str, sussex_x: str
) -> None:
    said = {post.key.account: post.rendering.text for post in layered(*layers).posts()}

    assert {account: text.split(" ")[0] for account, text in said.items()} == {
        "kent-bsky": bluesky,
        "kent-x": kent_x,
        "sussex-x": sussex_x,
    }


def test_an_explanation_names_every_layer_below_the_one_that_is_said() -> None:
    room = layered("region", "kent", "kent-bsky", more="times:\n  slot-0: 09:30\n")
    sources, post = room.sources(), next(p for p in room.posts() if p.key.account == "kent-bsky")
    national = sources.packs["cdt"]
    assert national is not None
    account = sources.config.accounts["kent-bsky"]
    pack, _ = sources.pack_of(national, sources.config.senders["kent"], account)

    found = explain(pack, sources.config, sources.config.runs["cdt@2015"], post.key, post.rendering)

    assert found is not None
    assert found.lines[0].says.startswith("kent-bsky says alpha")
    assert [said.says.split(" ")[0] for said in found.replaced] == ["kent", "region", "alpha"]
    assert [said.place.file for said in found.replaced] == [
        "F", "R", "messages/national/cdt/campaign.yaml",
    ]  # fmt: skip
    assert [(part.name, part.says) for part in found.time[1:]] == [("slot-0", "09:30")]


def test_a_value_of_the_region_lies_below_the_forces_own() -> None:
    asks = ONE.replace(
        "themes:\n",
        "  places:\n    help: x\n    example: x\n    needed: no\nthemes:\n",
    ).replace("in_area }}: ", "in_area }}, {{ places }}: ")
    asks = asks.replace("      w0:\n", "      w0:\n        for_forces_with: places\n")
    fill_in = "fill_in:\n  in_area: in the region\n  places: by the river\n"

    room = Newsroom(
        asks,
        {"kent": KENT + "fill_in:\n  places: by the sea\n"},
        {"forces": FORCES},
        regions={"London": REGION + fill_in},
    )

    said = {post.key.account: post.rendering.text.split(":")[0] for post in room.posts()}
    assert said == {
        "kent-x": "alpha said 0 in Kent, by the sea",
        "kent-bsky": "alpha said 0 in Kent, by the sea",
        "sussex-x": "alpha said 0 in Sussex, by the river",
    }


def test_an_account_has_its_own_times_and_the_force_keeps_its_own() -> None:
    own = "times:\n  slot-0: 09:30\naccounts:\n  kent-bsky:\n    times:\n      slot-0: 10:45\n"

    due = {post.key.account: f"{post.due:%H:%M}" for post in layered(more=own).posts()}

    assert due == {"kent-x": "09:30", "kent-bsky": "10:45", "sussex-x": "08:05"}


def test_what_a_region_adds_a_force_changes_and_another_region_never_says() -> None:
    added = REGION + (
        "add:\n  ours:\n    theme: report-it\n    wordings:\n      first:\n        en: |\n"
        "          London says ours {{ in_area }}: {{ report_link }}\n"
    )
    change = "change:\n  ours:\n    first:\n      en: Kent says ours {{ in_area }}.\n"
    forces = FORCES + a_force("gwent", minute=9).replace("London", "Wales")
    campaign = a_campaign(("alpha",), wordings=1, days=1, slots=2)

    room = Newsroom(
        campaign, {"kent": KENT + change}, {"forces": forces}, regions={"London": added}
    )

    said = {(post.sender, post.rendering.text.split(" in ")[0]) for post in room.posts()}
    assert said == {
        *((force, "alpha said 0") for force in ("kent", "sussex", "gwent")),
        ("kent", "Kent says ours"),
        ("sussex", "London says ours"),
    }


def test_overlays_of_others_change_no_pick_and_no_text() -> None:
    rest = Newsroom(TWO_THEMES, {"kent": KENT}, {"forces": FORCES})
    wales = "region: Wales\ncampaign: cdt\nwithdraw:\n  alpha: not here\n"
    own = KENT + "accounts:\n  kent-bsky:\n    withdraw:\n      alpha: not there\n"

    room = Newsroom(TWO_THEMES, {"kent": own}, {"forces": FORCES}, regions={"Wales": wales})

    before = {str(p.key): p.rendering.digest for p in rest.posts() if p.key.account[-1] == "x"}
    after = {str(p.key): p.rendering.digest for p in room.posts() if p.key.account[-1] == "x"}
    assert before == after
    assert "alpha" not in messages("kent-bsky", room)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("accounts:\n  knet-x:\n    times:\n      slot-0: 10:00\n", "Did you mean kent-x?"),
        ("accounts:\n  kent-x:\n    takes_part: no\n", "what an account says has no field"),
        ("accounts:\n  kent-x:\n    withdraw:\n      alhpa: no\n", "Did you mean alpha?"),
    ],
)
def test_what_an_account_cannot_say_is_named_at_its_line(own: str, said: str) -> None:
    plan = a_room(own).plan()
    _, read = local_of(KENT + own, "kent")

    found = [*read, *plan.problems]

    assert said in " ".join(lines(found))
    assert {problem.place.file for problem in found} == {"F"}
    assert not [post for post in plan.posts if post.sender == "kent"]


def test_a_region_that_has_an_error_leaves_the_last_good_plan_of_its_forces() -> None:
    wrong = REGION + "withdraw:\n  alhpa: no\n"
    broken = "region: London\n\tcampaign: cdt\n"
    forces = FORCES + a_force("gwent", minute=9).replace("London", "Wales")

    for text in (wrong, broken):
        room = Newsroom(TWO_THEMES, {}, {"forces": forces}, regions={"London": text})
        plan = room.plan()

        assert {post.sender for post in plan.posts} == {"gwent"}
        assert not any(plan.judges(post.key) for post in a_room().posts() if post.sender == "kent")


def test_a_locked_message_is_touched_by_no_region_and_no_account() -> None:
    national = a_national(TWO_THEMES.replace("  golf:\n", "  golf:\n    locked: agreed in court\n"))
    config = a_config(forces=FORCES)
    withdraw = "withdraw:\n  golf: not here\n"
    region, _ = read_region("R", yaml(REGION + withdraw), region="London", campaign="cdt")
    local, _ = local_of(KENT + "accounts:\n  kent-x:\n    withdraw:\n      golf: no\n", "kent")

    of_region = check.local_problems(region, national, config)
    of_account = check.local_problems(local, national, config)

    assert only(of_region).startswith("R:4:3: golf is locked and cannot be withdrawn: agreed in")
    assert of_region[0].forces == ("kent", "sussex")
    assert only(of_account).startswith("F:8:7: golf is locked and cannot be withdrawn: agreed in")


def test_a_region_limits_a_message_to_some_of_its_forces() -> None:
    limited = {"London": REGION + "only_for:\n  golf: sussex\n"}

    room = Newsroom(TWO_THEMES, {}, {"forces": FORCES}, regions=limited)

    assert "golf" in messages("sussex-x", room)
    assert "golf" not in messages("kent-x", room) | messages("kent-bsky", room)


# --- hashtags -------------------------------------------------------------------------------------


def tagged(national: str = "", region: str = "", kent: str = "", bluesky: str = "") -> Newsroom:
    """A newsroom in which these layers write their more_hashtags."""
    campaign = ONE.replace("slots:\n", f"{more_tags(national)}slots:\n", 1)
    own = KENT + more_tags(kent)
    own += f"accounts:\n  kent-bsky:\n    {more_tags(bluesky)}" if bluesky else ""
    regions = {"London": REGION + more_tags(region)}
    return Newsroom(campaign, {"kent": own}, {"forces": FORCES}, regions=regions)


def more_tags(tags: str) -> str:
    return f"more_hashtags: {tags}\n" if tags else ""


@pytest.mark.parametrize(
    ("layers", "bluesky", "kent_x", "sussex_x"),
    [
        (("ACT",), "ACT", "ACT", "ACT"),
        (("ACT", "London"), "London", "London", "London"),
        (("ACT", "", "Kent"), "Kent", "Kent", "ACT"),
        (("", "London", "Kent", "Sky"), "Sky", "Kent", "London"),
        (("ACT", "no", "Kent, Sea", "None"), "", "Kent Sea", ""),
        (("ACT", "", "example, Kent"), "Kent", "Kent", "ACT"),
    ],
)
def test_more_hashtags_of_a_later_layer_stand_in_place_of_those_below_it(
    layers: tuple[str, ...], bluesky: str, kent_x: str, sussex_x: str
) -> None:
    said = {post.key.account: post.rendering.hashtags for post in tagged(*layers).posts()}

    assert said == {
        "kent-bsky": ("Example", *bluesky.split()),
        "kent-x": ("Example", *kent_x.split()),
        "sussex-x": ("Example", *sussex_x.split()),
    }


@pytest.mark.parametrize("tags", ["Kent", "no"])
def test_an_explanation_names_the_hashtags_that_a_layer_replaced(tags: str) -> None:
    room = tagged("ACT, StaySafe", "London", "", tags)
    sources, post = room.sources(), next(p for p in room.posts() if p.key.account == "kent-bsky")
    national = sources.packs["cdt"]
    assert national is not None
    account = sources.config.accounts["kent-bsky"]
    pack, _ = sources.pack_of(national, sources.config.senders["kent"], account)

    found = explain(pack, sources.config, sources.config.runs["cdt@2015"], post.key, post.rendering)

    assert found is not None
    campaign, own = found.hashtags
    assert (campaign.says, campaign.replaced) == ("#Example", ())
    assert own.says == ("none" if tags == "no" else "#Kent")
    assert str(own.place).startswith("F:7")
    assert [(said.says, said.place.file) for said in own.replaced] == [
        ("#London", "R"),
        ("#ACT #StaySafe", "messages/national/cdt/campaign.yaml"),
    ]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (
            "hashtag: Kent\n",
            'F:5:1: a local pack has no field called "hashtag". The campaign\'s hashtag is the '
            "same for all; your own go under more_hashtags.",
        ),
        (
            "accounts:\n  kent-x:\n    hashtags: Kent\n",
            'F:7:5: what an account says has no field called "hashtags". The campaign\'s hashtag '
            "is the same for all; your own go under more_hashtags.",
        ),
        (
            "more_hashtags:\n",
            'F:5:1: "more_hashtags" is empty. Write yours with commas between them, or '
            "more_hashtags: no, to have none.",
        ),
        (
            "more_hashtags: ','\n",
            'F:5:1: "more_hashtags" is empty. Write yours with commas between them, or '
            "more_hashtags: no, to have none.",
        ),
        (
            "more_hashtags: #Kent\n",
            "F:5:16: more_hashtags is empty. Write it without the #: more_hashtags: Kent",
        ),
        (
            "more_hashtags: Stay Safe\n",
            'F:5:16: "Stay Safe" would not link as one hashtag. Use letters, digits and _ only, at '
            "most 100, at least one letter, no spaces.",
        ),
    ],
)
def test_hashtags_that_cannot_stand_are_named_at_their_line(own: str, said: str) -> None:
    assert told(own) == [said]


@pytest.mark.parametrize(
    ("own", "codes"),
    [
        ("more_hashtags: StaySafe\n", []),
        ("more_hashtags: no\n", []),
        ("more_hashtags: staysafe\n", ["hashtag-capitals F:5"]),
        ("accounts:\n  kent-x:\n    more_hashtags: Stay, Safe\n", ["many-hashtags F:7"]),
    ],
)
def test_own_hashtags_show_their_words_and_are_two_at_most_with_the_campaigns(
    own: str, codes: list[str]
) -> None:
    local, problems = local_of(KENT + own, "kent")
    assert problems == []

    found = check.word_problems({"cdt": a_national(TWO_THEMES)}, [local], a_config(), {})

    own_file = [one for one in found if one.place.file == "F"]
    assert [f"{one.code} F:{one.place.line}" for one in own_file] == codes


# --- in words -------------------------------------------------------------------------------------


def test_moves_and_limits_are_told_when_a_pack_is_received() -> None:
    old, _ = local_of(KENT, "kent")
    new, _ = local_of(
        KENT
        + "more_hashtags: Kent, Sea\nmove:\n  alpha: look-out\nonly_for:\n  golf: x\n"
        + "accounts:\n  kent-x:\n    times:\n      slot-0: 10:00\n",
        "kent",
    )

    assert local_changes(old, new) == [
        "move: 1 moved message is new: alpha.",
        "only_for: 1 limit is new: golf.",
        "more_hashtags: Kent Sea (before: not said)",
        "accounts: 1 account is new: kent-x.",
    ]
