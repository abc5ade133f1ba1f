"""What an overlay moves, limits, withdraws in part and adds to: and that nothing else stirs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.core.changes import local_changes
from bot.core.model import Pick, PostKey
from tests.core.packs_in_text import (
    KENT,
    Newsroom,
    a_campaign,
    a_force,
    lines,
    local_of,
    only,
    picks,
    problems_of,
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


# --- in words -------------------------------------------------------------------------------------


def test_moves_and_limits_are_told_when_a_pack_is_received() -> None:
    old, _ = local_of(KENT, "kent")
    new, _ = local_of(KENT + "move:\n  alpha: look-out\nonly_for:\n  golf: x\n", "kent")

    assert local_changes(old, new) == [
        "move: 1 moved message is new: alpha.",
        "only_for: 1 limit is new: golf.",
    ]
