"""A message's picture and what it shows: named in a pack, changed by a force, in a post."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core import check
from bot.core.localise import local_file
from bot.core.model import Language, PlatformName, Rendering
from bot.core.packs import (
    local_with_files,
    named_files,
    national_with_files,
    overlay,
)
from bot.core.pictures import Fault, Made, PictureFile
from bot.core.plan import Plan, Sources, plan
from bot.core.source import Problem
from tests.core.packs_in_text import (
    CAMPAIGN,
    GWENT,
    KENT,
    WEEK,
    a_config,
    lines,
    local_of,
    national_of,
    only,
)

FOLDER = "messages/national/cdt/pictures"
LINE = "messages/national/cdt/campaign.yaml"
PHONE = PictureFile(b"a phone", "aa" * 32, "image/png", 1200, 675)
HAND = PictureFile(b"a hand", "bb" * 32, "image/jpeg", 800, 600)

SHOWS = """\
    picture_shows:
      en: |
        A hand holding a phone {{ in_area }}.
      cy: |
        Llaw yn dal ffôn {{ in_area }}.
"""


def with_picture(
    lines: str = f"    picture: phone.png\n{SHOWS}", *, campaign: str = CAMPAIGN
) -> str:
    """The campaign, the one message of which has these lines too."""
    return campaign.replace("    theme: report-it\n", f"    theme: report-it\n{lines}")


NO_WORDS = "is a file's name, and says nothing to somebody who cannot see."

ONE = with_picture()
"""The campaign with a picture, described in both languages."""


def made(file: PictureFile = PHONE) -> Made:
    return dict.fromkeys(PlatformName, file)


def problems_of(campaign: str = ONE, local: str = KENT, force: str = "kent") -> list[Problem]:
    """Everything that is said of the two packs, where each picture that is named is there."""
    pack, found = national_of(campaign)
    own, more = local_of(local, force)
    found = [*found, *more]
    config = a_config()
    if pack is not None:
        found += check.national_problems(pack, config)
        if own.ok:
            found += check.local_problems(own, pack, config)
            found += overlay(pack, config.senders[force], own)[1]
    return check.gathered(found)


def sources(campaign: str = ONE, **local: str) -> Sources:
    """What plans are made from, with `phone.png` and `hand.jpg` where they are named."""
    national, found = national_of(campaign)
    assert national is not None, lines(found)
    own = {force: local_of(text, force)[0] for force, text in local.items()}
    files = [*named_files(national)]
    for one in own.values():
        files += named_files(one)
    read = {one.file: made(HAND if "hand" in one.file else PHONE) for one in files}
    return Sources(
        a_config(),
        {"cdt": national_with_files(national, read)[0]},
        {(force, "cdt"): local_with_files(one, read)[0] for force, one in own.items()},
    )


def made_plan(campaign: str = ONE, **local: str) -> Plan:
    return plan(sources(campaign, **local), WEEK, {})


def renderings(force: str, campaign: str = ONE, **local: str) -> list[Rendering]:
    found = made_plan(campaign, **local)
    assert not found.problems, lines(found.problems)
    return [post.rendering for post in found.posts if post.sender == force]


# --- in a national pack -------------------------------------------------------------------------


def test_a_picture_is_part_of_every_post_of_its_message() -> None:
    [one, *_] = found = renderings("kent")

    assert {len(each.pictures) for each in found} == {1}
    assert one.pictures[0].alt == "A hand holding a phone in Kent."
    assert one.pictures[0].file == f"{FOLDER}/phone.png"
    assert (one.pictures[0].sha256, one.pictures[0].size) == (PHONE.sha256, 7)


def test_it_is_described_in_the_language_of_the_post() -> None:
    welsh = [one for one in renderings("gwent", gwent=GWENT) if one.language is Language.CY]

    assert {one.pictures[0].alt for one in welsh} == {"Llaw yn dal ffôn yng Ngwent."}


def test_a_picture_with_words_in_it_may_be_another_in_welsh() -> None:
    campaign = ONE.replace(
        "picture: phone.png", "picture:\n      en: phone.png\n      cy: hand.jpg"
    )

    found = renderings("gwent", campaign, gwent=GWENT)

    assert {(one.language.value, one.pictures[0].sha256) for one in found} == {
        ("en", PHONE.sha256),
        ("cy", HAND.sha256),
    }


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "    picture: phone.png\n",
            f"{LINE}:23:14: nobody says what the picture of trust-your-instincts shows. "
            'Write picture_shows: under it, then "en: |" and what it shows, for people who cannot '
            "see it.",
        ),
        (
            SHOWS,
            f"{LINE}:23:5: trust-your-instincts says what a picture shows, and names no picture. "
            "Write picture: and the name of its file above it, or take this out.",
        ),
        (
            f"    picture: ../phone.png\n{SHOWS}",
            f'{LINE}:23:14: "../phone.png" leads to another folder, and pictures stand in '
            f"{FOLDER}. Put it there, and write its name alone: picture: phone.png",
        ),
        (
            f"    picture: C:\\Users\\Ann\\phone.png\n{SHOWS}",
            f'{LINE}:23:14: "C:\\Users\\Ann\\phone.png" leads to another folder, and pictures '
            f"stand in {FOLDER}. Put it there, and write its name alone: picture: phone.png",
        ),
        (
            f"    picture: phone.heic\n{SHOWS}",
            f'{LINE}:23:14: "phone.heic" is not the name of a PNG or a JPEG picture. Its name '
            "ends in .png or .jpg. A picture of another kind: open it and save it as PNG.",
        ),
        (
            f"    picture: .png\n{SHOWS}",
            f'{LINE}:23:14: ".png" has a character that not every computer takes in a file\'s '
            "name. Rename it with letters, digits and hyphens, such as phone.png.",
        ),
        (
            f"    picture: no\n{SHOWS}",
            f'{LINE}:23:14: "no" is not the name of a PNG or a JPEG picture. Its name ends in '
            ".png or .jpg. A picture of another kind: open it and save it as PNG.",
        ),
        (
            "    picture: phone.png\n    picture_shows: A hand holding a phone.\n",
            f"{LINE}:23:5: trust-your-instincts has words in Welsh, and its picture_shows has "
            'none. Write it beside the other, under picture_shows:, as "cy:".',
        ),
        (
            f"    picture:\n      en: phone.png\n{SHOWS}",
            f"{LINE}:23:5: trust-your-instincts has words in Welsh, and its picture has none. "
            'Write it beside the other, under picture:, as "cy:".',
        ),
        (
            "    picture: phone.png\n" + SHOWS.replace("A hand holding a phone {{ in_area }}.", ""),
            f'{LINE}:25:11: "en" has no words under it. Write them on the next line, two spaces '
            "further in.",
        ),
    ],
)
def test_what_is_wrong_with_a_picture_is_said_at_its_line(written: str, said: str) -> None:
    assert only(problems_of(with_picture(written))) == said


@pytest.mark.parametrize(
    ("alt", "said"),
    [
        (
            "phone.png",
            '"phone.png" is a file\'s name, and says nothing to somebody who cannot see.',
        ),
        ("IMG_1234", '"IMG_1234" is a file\'s name, and says nothing to somebody who cannot see.'),
        ("Phone", '"Phone" is a file\'s name, and says nothing to somebody who cannot see.'),
        ("A photo.", '"A photo." says nothing to somebody who cannot see.'),
        ("🚨 …", '"🚨 …" says nothing to somebody who cannot see.'),
        ("a" * 1001, "picture_shows has 1,001 characters, and 1,000 are the most."),
        (
            "No report {{ in_area }} is too small: {{ report_link }}",
            "picture_shows says the same as the post itself, so it would be read aloud twice.",
        ),
        ("Call 0800 789 321.", 'the number "0800 789 321" is typed here.'),
        ("A phone that shows #ACT", 'the hashtag "#ACT" is typed here.'),
        ("A phone [TBC]", '"[TBC]" would be published as it stands.'),
        ("A phone {{ in_are }}", 'no value called "in_are".'),
        (
            "A screen {{ at_cinemas }}",
            "picture_shows of trust-your-instincts says at_cinemas, which a force may leave empty.",
        ),
    ],
)
def test_what_a_picture_shows_is_checked_as_words_for_the_public_are(alt: str, said: str) -> None:
    campaign = ONE.replace("A hand holding a phone {{ in_area }}.", alt)

    found = [p for p in problems_of(campaign) if p.severity == "error"]

    assert [p.message for p in found] == [said]
    assert str(found[0].place).startswith(f"{LINE}:26")


def test_what_fills_up_beyond_the_most_stops_the_post_that_it_does_so_in() -> None:
    long = with_picture().replace("A hand holding a phone {{ in_area }}.", "{{ in_area }}, " * 60)
    far = "fill_in:\n  in_area: in a place with a name that is rather long\n"

    found = made_plan(long, kent=f"{KENT}{far}")

    [said] = check.gathered(found.problems)
    assert said.message == "picture_shows has 2,639 characters, and 1,000 are the most."
    assert said.forces == ("kent",)
    assert {post.sender for post in found.posts} == {"gwent"}


def test_a_wording_cannot_be_called_picture() -> None:
    """A force could not say whether it changes the wording or the picture."""
    campaign = CAMPAIGN.replace("      not-sure:", "      picture:")

    assert "no wording can be called picture." in lines(problems_of(campaign))[0]


# --- once its file was read ---------------------------------------------------------------------


def test_a_picture_that_is_none_is_said_where_it_is_named() -> None:
    national, _ = national_of(ONE)
    assert national is not None
    fault = Fault("picture-empty", "phone.png is empty.", "Put back what it held.")

    _, found = national_with_files(national, {f"{FOLDER}/phone.png": fault})

    assert only(found) == f"{LINE}:23:14: phone.png is empty. Put back what it held."


def test_a_force_whose_own_picture_is_none_stays_out_and_the_others_go_on() -> None:
    own, _ = local_of(f"{KENT}change:\n  trust-your-instincts:\n{OWN}", "kent")
    fault = Fault("picture-empty", "hand.jpg is empty.", "Put back what it held.")
    read = {named.file: fault for named in named_files(own)}

    local, found = local_with_files(own, read)
    of_all = sources()
    planned = plan(replace(of_all, local={("kent", "cdt"): local}), WEEK, {})

    assert not local.ok
    assert [problem.forces for problem in found] == [("kent",)]
    assert {post.sender for post in planned.posts} == {"gwent"}
    assert not any(planned.judges(post.key) for post in made_plan().posts if post.sender == "kent")


# --- in a force's own pack ----------------------------------------------------------------------

OWN = """\
    picture: hand.jpg
    picture_shows: Two hands holding a phone {{ in_area }}.
"""


def kent(change: str) -> str:
    return f"{KENT}change:\n  trust-your-instincts:\n{change}"


def test_a_force_shows_a_picture_of_its_own() -> None:
    [one, *_] = renderings("kent", kent=kent(OWN))

    assert one.pictures[0].sha256 == HAND.sha256
    assert one.pictures[0].alt == "Two hands holding a phone in Kent."


def test_a_force_describes_the_national_picture_its_own_way() -> None:
    [one, *_] = renderings("kent", kent=kent("    picture_shows: A phone in a hand.\n"))

    assert (one.pictures[0].sha256, one.pictures[0].alt) == (PHONE.sha256, "A phone in a hand.")


def test_a_force_leaves_the_picture_out() -> None:
    assert {one.pictures for one in renderings("kent", kent=kent("    picture: no\n"))} == {()}


def test_a_picture_and_words_of_a_force_s_own_go_together() -> None:
    words = "    every-report:\n      en: |\n        Tell us {{ in_area }}: {{ report_link }}\n"

    found = renderings("kent", kent=kent(OWN + words))

    assert {one.pictures[0].sha256 for one in found} == {HAND.sha256}
    assert any(one.text.startswith("Tell us in Kent") for one in found)


def test_a_message_that_a_force_adds_may_have_a_picture() -> None:
    added = f"""\
add:
  our-own:
    theme: report-it
{OWN}    wordings:
      first:
        en: |
          Ours {{{{ in_area }}}}: {{{{ report_link }}}}
"""
    found = renderings("kent", kent=KENT + added)

    assert any(one.pictures[0].sha256 == HAND.sha256 for one in found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "    picture: hand.jpg\n",
            "F:7:14: nobody says what the picture of trust-your-instincts shows.",
        ),
        (
            "    picture: hand.jpg\n    picture_shows:\n      en: Two hands.\n",
            "F:7:5: picture_shows of trust-your-instincts has no Welsh. Gwent Police publishes in "
            "Welsh and English.",
        ),
        (
            "    picture_shows:\n      en: Two hands.\n",
            "F:7:5: you changed what the picture of trust-your-instincts shows in one language; "
            "the Welsh still says the national words.",
        ),
    ],
)
def test_a_force_is_told_what_its_picture_lacks(change: str, said: str) -> None:
    own = "force: gwent\ncampaign: cdt\ntakes_part: yes\nwritten_for_version: 1\nchange:\n"

    found = lines(problems_of(local=f"{own}  trust-your-instincts:\n{change}", force="gwent"))

    assert [line[: len(said)] for line in found] == [said]


def test_there_is_nothing_to_describe_where_the_national_pack_has_no_picture() -> None:
    found = problems_of(CAMPAIGN, kent("    picture_shows: Two hands.\n"))

    assert "has no picture in the national pack" in only(found)


def test_the_file_for_a_force_says_what_the_picture_shows() -> None:
    national, _ = national_of(ONE)
    assert national is not None

    text = local_file(national, a_config().senders["kent"], "cdt@2015")
    taken = text.replace("  #   picture_shows:", "  trust-your-instincts:\n    picture_shows:")
    taken = taken.replace("  #     en: |\n  #       A hand", "      en: |\n        Our hand")
    own, found = local_of(taken.replace("takes_part:", "takes_part: yes"), "kent")

    assert "# Its picture is phone.png." in text
    assert lines(found) == []
    shows = own.pictures["trust-your-instincts"].shows[Language.EN]
    assert shows.text == "Our hand holding a phone {{ in_area }}."


# --- in the digest ------------------------------------------------------------------------------


def digest(campaign: str = ONE, file: PictureFile = PHONE) -> str:
    national, _ = national_of(campaign)
    assert national is not None
    read = {one.file: made(file) for one in named_files(national)}
    packs = {"cdt": national_with_files(national, read)[0]}
    return plan(Sources(a_config(), packs, {}), WEEK, {}).posts[0].rendering.digest


def test_another_picture_or_another_description_is_another_rendering() -> None:
    others = [
        digest(ONE.replace("holding", "with").replace("yn dal", "gyda")),
        digest(file=HAND),
        digest(CAMPAIGN),
    ]

    assert len({digest(), *others}) == 4


def test_the_name_of_the_file_is_not_what_anybody_approves() -> None:
    assert digest(ONE.replace("phone.png", "telephone.png")) == digest()


def test_a_rendering_without_a_picture_has_the_digest_it_always_had() -> None:
    """Approvals that stand are for it. The number was made before there were pictures."""
    assert digest(CAMPAIGN) == "9120bd29a9690834b2712ceb04a407100bd4c2d247f15abe258ef08ef23681a2"


# --- live ---------------------------------------------------------------------------------------
