"""A message's video, what it shows and says: named in a pack, changed by a force, in a post."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core import changes, check
from bot.core.localise import local_file
from bot.core.model import Language, PlatformName, Rendering, Uncaptioned
from bot.core.packs import (
    LocalPack,
    NationalPack,
    Read,
    local_with_files,
    named_files,
    national_with_files,
    overlay,
)
from bot.core.pictures import Fault, PictureFile
from bot.core.plan import Plan, Sources, plan
from bot.core.reading import Words
from bot.core.render import names_in
from bot.core.source import Place, Problem
from bot.core.videos import CaptionsFile, VideoFile
from tests.core.packs_in_text import (
    CAMPAIGN,
    EN,
    FORCES,
    GWENT,
    KENT,
    WEEK,
    a_config,
    lines,
    local_of,
    national_of,
    only,
)

FOLDER = "messages/national/cdt/videos"
LINE = "messages/national/cdt/campaign.yaml"
FILM = VideoFile("aa" * 32, 1280, 720, 62_000, 25.0, 5_000_000)
OTHER = replace(FILM, sha256="bb" * 32)
SAID = CaptionsFile(b"WEBVTT\n", "cc" * 32, 60_000, Place(f"{FOLDER}/film-en.vtt", 9))

VIDEO = """\
    video: film.mp4
    video_shows:
      en: |
        An officer {{ in_area }} answers the phone.
      cy: |
        Swyddog {{ in_area }} yn ateb y ffôn.
    captions:
      en: film-en.vtt
      cy: film-cy.srt
"""


def with_video(lines: str = VIDEO) -> str:
    """The campaign, the one message of which has these lines too."""
    return CAMPAIGN.replace("    theme: report-it\n", f"    theme: report-it\n{lines}")


ONE = with_video()


def read_of(*names: str) -> Read:
    """What becomes of files with these names: all of them are there and sound."""
    found: dict[str, VideoFile | CaptionsFile] = {}
    for name in names:
        if name.endswith((".vtt", ".srt")):
            found[name] = SAID
        else:
            found[name] = OTHER if "own" in name else FILM
    return found


def sources(campaign: str = ONE, *, forces: str = FORCES, **local: str) -> Sources:
    national, found = national_of(campaign)
    assert national is not None, lines(found)
    own = {force: local_of(text, force)[0] for force, text in local.items()}
    packs: list[NationalPack | LocalPack] = [national, *own.values()]
    names = [one.file for pack in packs for one in named_files(pack)]
    read = read_of(*names)
    return Sources(
        a_config(forces=forces),
        {"cdt": national_with_files(national, read)[0]},
        {(force, "cdt"): local_with_files(one, read)[0] for force, one in own.items()},
    )


def made_plan(campaign: str = ONE, *, forces: str = FORCES, **local: str) -> Plan:
    return plan(sources(campaign, forces=forces, **local), WEEK, {})


def renderings(
    force: str, campaign: str = ONE, *, forces: str = FORCES, **local: str
) -> list[Rendering]:
    found = made_plan(campaign, forces=forces, **local)
    assert not found.problems, lines(found.problems)
    return [post.rendering for post in found.posts if post.sender == force]


def problems_of(campaign: str = ONE, local: str = KENT, force: str = "kent") -> list[Problem]:
    """Everything that is said of the two packs, where each file that is named is there."""
    pack, found = national_of(campaign)
    own, more = local_of(local, force)
    found, config = [*found, *more], a_config()
    if pack is not None:
        pack, _ = national_with_files(pack, read_of(*(one.file for one in named_files(pack))))
        own, _ = local_with_files(own, read_of(*(one.file for one in named_files(own))))
        found += check.national_problems(pack, config)
        if own.ok:
            found += check.local_problems(own, pack, config)
            found += overlay(pack, config.senders[force], own)[1]
    return check.gathered(found)


# --- in a national pack -------------------------------------------------------------------------


def test_a_video_is_part_of_every_post_of_its_message() -> None:
    [one, *_] = found = renderings("kent")

    assert all(each.video and not each.pictures for each in found)
    assert one.video is not None
    assert one.video.alt == "An officer in Kent answers the phone."
    assert (one.video.file, one.video.milliseconds) == (f"{FOLDER}/film.mp4", 62_000)
    assert [(said.language, said.sha256) for said in one.video.captions] == [("en", "cc" * 32)]


def test_a_welsh_post_has_its_welsh_words_and_captions() -> None:
    welsh = [one for one in renderings("gwent", gwent=GWENT) if one.language is Language.CY]

    assert {one.video and one.video.alt for one in welsh} == {"Swyddog yng Ngwent yn ateb y ffôn."}
    assert {said.language for one in welsh if one.video for said in one.video.captions} == {"cy"}


@pytest.mark.parametrize("said", list(Uncaptioned))
def test_a_video_may_need_no_captions(said: Uncaptioned) -> None:
    campaign = ONE.replace(
        "captions:\n      en: film-en.vtt\n      cy: film-cy.srt", f"captions: {said}"
    )

    found = renderings("kent", campaign)

    assert {one.video and one.video.uncaptioned for one in found} == {said}
    assert not any(one.video.captions for one in found if one.video)


def test_what_is_approved_is_the_video_its_words_and_its_captions() -> None:
    [one, *_] = renderings("kent")
    assert one.video is not None
    other_captions = (replace(one.video.captions[0], sha256="dd" * 32),)

    edited = [
        replace(one, video=None),
        replace(one, video=replace(one.video, sha256="dd" * 32)),
        replace(one, video=replace(one.video, alt="Another.")),
        replace(one, video=replace(one.video, captions=other_captions)),
        replace(one, video=replace(one.video, captions=())),
    ]

    assert len({one.digest, *(each.own_digest() for each in edited)}) == 6
    moved = replace(one, video=replace(one.video, file="elsewhere.mp4"))
    assert moved.own_digest() == one.digest


CAPTIONS = """
    captions:
      en: film-en.vtt
      cy: film-cy.srt
"""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "    video: film.mp4\n    captions: no speech\n",
            f"{LINE}:23:12: nobody says what the video of trust-your-instincts shows. Write "
            'video_shows: under it, then "en: |" and what it shows, for people who cannot see it.',
        ),
        (
            VIDEO.partition("    captions")[0],
            f"{LINE}:23:12: the video of trust-your-instincts has no captions for people who "
            "cannot hear it. Write captions: under it, and under that en: film-en.vtt; or, where "
            "it needs none, captions: no speech or captions: in the picture",
        ),
        (
            VIDEO.partition("\n")[2],
            f"{LINE}:23:5: trust-your-instincts says what a video shows, and names no video. "
            "Write video: and the name of its file above it, or take this out.",
        ),
        (
            VIDEO.replace("film.mp4", "film.mov"),
            f'{LINE}:23:12: "film.mov" is not the name of an MP4 video. Its name ends in .mp4. A '
            "video of another kind: export it as MP4, with H.264 and AAC.",
        ),
        (
            VIDEO.replace("film-en.vtt", "film-en.txt"),
            f'{LINE}:30:11: "film-en.txt" is not the name of a file of captions. Its name ends in '
            ".vtt or .srt. If it needs none: captions: in the picture, or: no speech.",
        ),
        (
            VIDEO.replace("      cy: film-cy.srt\n", ""),
            f"{LINE}:23:5: trust-your-instincts has words in Welsh, and its captions have none. "
            'Write it beside the other, under captions:, as "cy:".',
        ),
        (
            f"{VIDEO}    picture: phone.png\n    picture_shows: A phone in Kent.\n",
            f"{LINE}:23:5: trust-your-instincts has a picture and a video, and platforms show one "
            "or the other. Take one of the two out.",
        ),
        (
            VIDEO.replace("An officer {{ in_area }} answers the phone.", "video_001.mp4"),
            f'{LINE}:26: "video_001.mp4" is a file\'s name, and says nothing to somebody who '
            "cannot see. Say what the video shows, and any words that can be read in it.",
        ),
    ],
)
def test_what_is_wrong_with_a_video_is_said_at_its_line(written: str, said: str) -> None:
    found = problems_of(with_video(written))

    assert said in lines(found), lines(found)


def test_a_file_that_cannot_be_used_is_said_where_it_is_named() -> None:
    national, _ = national_of(ONE)
    assert national is not None
    fault = Fault("video-broken", "film.mp4 is damaged.", "Copy it here again.")
    at_line = Problem(Place(f"{FOLDER}/film-en.vtt", 7), "captions", "no times.", "Write them.")
    read: Read = {
        f"{FOLDER}/film.mp4": fault,
        f"{FOLDER}/film-en.vtt": replace(SAID, problems=(at_line,)),
    }

    _, problems = national_with_files(national, read)

    assert lines(problems) == [
        f"{LINE}:23:12: film.mp4 is damaged. Copy it here again.",
        f"{FOLDER}/film-en.vtt:7: no times. Write them.",
    ]


def test_captions_of_a_longer_video_are_named_at_their_line() -> None:
    national, _ = national_of(ONE)
    assert national is not None
    read = dict(read_of(*(one.file for one in named_files(national))))
    read[f"{FOLDER}/film-en.vtt"] = replace(SAID, ends=70_000)

    pack, _ = national_with_files(national, read)

    assert only(check.national_problems(pack, a_config())).startswith(
        f"{FOLDER}/film-en.vtt:9: this caption ends at 1:10, and film.mp4 lasts 1:02."
    )


def test_a_video_too_long_for_one_platform_stops_the_posts_there() -> None:
    forces = FORCES + "    kent-bluesky:\n      platform: bluesky\n"
    national, _ = national_of(ONE)
    assert national is not None
    read = dict(read_of(*(one.file for one in named_files(national))))
    read[f"{FOLDER}/film.mp4"] = replace(FILM, milliseconds=150_000)
    packs = {"cdt": national_with_files(national, read)[0]}

    found = plan(Sources(a_config(forces=forces), packs, {}), WEEK, {})

    said = check.gathered(found.problems)
    assert only(said).startswith(f"{LINE}:23:12: film.mp4 lasts 2:30, and X takes 2:20.")
    assert {post.rendering.platform for post in found.posts} == {PlatformName.BLUESKY}


def test_mastodon_is_given_no_captions_and_that_is_said() -> None:
    forces = FORCES + (
        "    kent-mastodon:\n      platform: mastodon\n      instance: https://policing.example\n"
    )
    found = made_plan(forces=forces)
    packs, config = sources(forces=forces).packs, a_config(forces=forces)

    there = [p for p in found.posts if p.rendering.platform is PlatformName.MASTODON]
    warned = [p for p in check.check_posts(there, packs, config).problems if "captions" in p.code]

    assert all(p.rendering.video and p.rendering.video.captions == () for p in there)
    assert "Mastodon takes no captions, so people there who cannot hear film.mp4" in only(warned)


# --- in a force's pack --------------------------------------------------------------------------


def kent(lines: str) -> str:
    return f"{KENT}change:\n  trust-your-instincts:\n{lines}"


def test_a_force_takes_a_video_out() -> None:
    found = renderings("kent", kent=kent("    video: no\n"))

    assert {one.video for one in found} == {None}


def test_a_force_shows_a_video_of_its_own() -> None:
    own = kent(
        "    video: own.mp4\n    video_shows: A car in Maidstone.\n    captions: own-en.vtt\n"
    )

    found = renderings("kent", kent=own)

    assert {one.video and (one.video.sha256, one.video.alt) for one in found} == {
        ("bb" * 32, "A car in Maidstone.")
    }


def test_a_force_describes_the_national_video_its_own_way() -> None:
    found = renderings("kent", kent=kent("    video_shows: An officer of ours.\n"))

    assert {one.video and (one.video.sha256, one.video.alt) for one in found} == {
        ("aa" * 32, "An officer of ours.")
    }


def test_a_force_shows_a_picture_in_place_of_the_video() -> None:
    picture = "    picture: phone.png\n    picture_shows: A phone in Kent.\n"
    phone = PictureFile(b"a phone", "ee" * 32, "image/png", 1200, 675)

    local, _ = local_of(kent(picture), "kent")
    local, _ = local_with_files(
        local, {one.file: dict.fromkeys(PlatformName, phone) for one in named_files(local)}
    )
    national = sources().packs["cdt"]
    assert national is not None
    pack, problems = overlay(national, a_config().senders["kent"], local)

    assert only(problems) == (
        "F:7:5: trust-your-instincts has a video already, and platforms show one or the other. "
        "To show your picture instead, write video: no beside it."
    )
    assert not problems_of(local=kent(f"{picture}    video: no\n"))
    assert pack.messages["trust-your-instincts"].picture


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "    video: own.mp4\n    video_shows: A car.\n",
            "F:7:12: the video of trust-your-instincts has no captions for people who cannot hear "
            "it.",
        ),
        (
            "    video: ../own.mp4\n    video_shows: A car.\n    captions: no speech\n",
            'F:7:12: "../own.mp4" leads to another folder, and videos stand in /videos. Put it '
            "there, and write its name alone: video: own.mp4",
        ),
    ],
)
def test_what_is_wrong_with_a_forces_video_is_said(written: str, said: str) -> None:
    assert only(problems_of(local=kent(written))).startswith(said)


def test_a_force_cannot_describe_a_video_that_is_not_there() -> None:
    found = problems_of(CAMPAIGN, kent("    video_shows: A car in Kent.\n"))

    assert only(found).startswith(
        "F:7:5: trust-your-instincts has no video in the national pack, so there is nothing to "
        "show."
    )


# --- what is said of it elsewhere ---------------------------------------------------------------


def test_a_force_reads_in_its_draft_what_the_national_video_shows() -> None:
    national = sources().packs["cdt"]
    assert national is not None

    draft = local_file(national, a_config().senders["kent"], "cdt@2015")

    assert "Its video is film.mp4. Write video: no to leave it out" in draft
    assert "video_shows:" in draft


def test_another_video_is_a_change_of_the_pack() -> None:
    old, new = sources(CAMPAIGN).packs["cdt"], sources().packs["cdt"]
    assert old is not None
    assert new is not None

    assert any("its video is new" in line for line in changes.national_changes(old, new))
    assert any("its video is gone" in line for line in changes.national_changes(new, old))


def test_names_in_what_a_video_shows_are_names_of_its_posts() -> None:
    national, _ = national_of(ONE)
    assert national is not None
    message = national.messages["trust-your-instincts"]
    wording = next(iter(message.wordings.values()))
    alone = replace(message, video=None)
    quoting = replace(
        message, video=replace(message.video, shows={EN: Words("{{ a_quote }}", wording.place)})
    ) if message.video else message  # fmt: skip

    assert "a_quote" not in names_in(alone, wording, (EN,))
    assert "a_quote" in names_in(quoting, wording, (EN,))
