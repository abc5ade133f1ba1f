"""A campaign at a glance: what each force answered and did, and what the posts are there to do."""

from __future__ import annotations

import pytest

from bot.core.coverage import Answer, balance, coverage
from bot.core.packs import LocalPack
from tests.core.packs_in_text import (
    CAMPAIGN,
    KENT,
    Newsroom,
    a_config,
    a_national,
    local_of,
    problems_of,
)

TAGGED = CAMPAIGN.replace(
    "    theme: report-it\n", "    theme: report-it\n    purpose: ask\n    setting: home, online\n"
)
OWN = (
    KENT
    + """\
fill_in:
  at_cinemas: at the Example Cinema in Deal
change:
  trust-your-instincts:
    not-sure:
      en: |
        Our own words {{ in_area }}: {{ report_link }}
add:
  seaside:
    theme: report-it
    wordings:
      first:
        en: |
          The beach {{ in_area }}, and the pier: {{ report_link }}
withdraw:
  trust-your-instincts/every-report: we say it ourselves
"""
)


def local(*packs: str) -> dict[str, LocalPack]:
    return {one.sender: one for one in (local_of(text, text[7:].split()[0])[0] for text in packs)}


def test_each_force_stands_there_with_its_answer_and_what_it_did() -> None:
    newsroom = Newsroom(CAMPAIGN.replace("version: 1", "version: 2"), {"kent": OWN})
    posts = newsroom.posts()
    kent = [post.key for post in posts if post.sender == "kent"]

    found = coverage(
        a_national(newsroom.campaign),
        a_config().senders.values(),
        local(OWN),
        posts,
        approved=kent[:4],
        out=kent[:1],
    )

    gwent, own = found
    assert (gwent.answer, gwent.own_messages, gwent.values, gwent.posts) == (
        Answer.NO_PACK, 0, 1, 20,
    )  # fmt: skip
    assert (own.answer, own.own_messages, own.values) == (Answer.YES, 2, 2)
    assert (own.posts, own.approved, own.out, own.is_behind) == (10, 4, 1, True)


@pytest.mark.parametrize(
    ("said", "answer", "is_to_be_asked"),
    [
        ("takes_part: yes", Answer.YES, False),
        ("takes_part: no\nwhy: no staff that week", Answer.NO, False),
        ("takes_part:", Answer.NOT_SAID, True),
        ("takes_part: perhaps", Answer.BROKEN, True),
    ],
)
def test_whoever_has_not_answered_is_to_be_asked_and_a_no_is_an_answer(
    said: str, answer: Answer, is_to_be_asked: bool
) -> None:
    own = local(KENT.replace("takes_part: yes", said))
    pack = a_national()

    (found,) = coverage(pack, [a_config().senders["kent"]], own, (), approved=(), out=())

    assert (found.answer, found.is_to_be_asked) == (answer, is_to_be_asked)
    assert found.why_not == ("no staff that week" if answer is Answer.NO else "")


def test_posts_are_counted_by_what_they_do_and_where_their_readers_are() -> None:
    newsroom = Newsroom(TAGGED, {"kent": OWN})
    pack = a_national(TAGGED)

    counted = balance(pack, local(OWN), newsroom.posts())

    assert {name and name.value: many for name, many in counted.purposes.items()} == {
        "ask": 25, None: 5,
    }  # fmt: skip
    assert {name and name.value: many for name, many in counted.settings.items()} == {
        "home": 25, "online": 25, None: 5,
    }  # fmt: skip


def test_a_purpose_and_a_setting_that_nobody_knows_are_named() -> None:
    wrong = TAGGED.replace("purpose: ask", "purpose: sell").replace("online", "onlin")

    assert [str(one) for one in problems_of(wrong)] == [
        'messages/national/cdt/campaign.yaml:23:14: "purpose" is inform, reassure, ask or advise, '
        'not "sell".\n    Write the one that it is most of all: a message that asks informs a '
        "little too.",
        'messages/national/cdt/campaign.yaml:24:14: no setting is called "onlin".\n'
        "    Did you mean online? Settings: business, home, online, out.",
    ]
