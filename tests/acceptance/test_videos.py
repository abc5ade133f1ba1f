"""Videos from a pack's folder to the platform, with the program as it is used."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.conftest import CAMPAIGN, Office
from tests.acceptance.quick import Forks
from tests.acceptance.test_pictures import BEFORE, LATER, problems, put
from tests.loopback.x_server import XServer
from tests.videos import MAKER, a_video

NATIONAL = "messages/national/winter/videos"
VIDEO = """\
    video: film.mp4
    video_shows:
      en: |
        An officer answers the phone.
      cy: |
        Swyddog yn ateb y ffôn.
    captions:
      en: film-en.vtt
      cy: film-cy.srt
"""
WITH_VIDEO = re.sub(r"(    theme: \w+\n)", rf"\1{VIDEO}", CAMPAIGN)
VTT = b"WEBVTT\n\nNOTE by P C Smith\n\n00:00:00.500 --> 00:00:01.500\nTell us.\n"
SRT = b"1\n00:00:00,500 --> 00:00:01,500\nDywedwch wrthym.\n"


@pytest.fixture
def forks(prepared: Forks) -> Forks:
    return prepared


@pytest.fixture
def office(office: Office) -> Office:
    """One in which every national message has a video."""
    office.variables = dict(BEFORE)
    office.write("messages/national/winter/campaign.yaml", WITH_VIDEO)
    put(office, f"{NATIONAL}/film.mp4", a_video())
    put(office, f"{NATIONAL}/film-en.vtt", VTT)
    return put(office, f"{NATIONAL}/film-cy.srt", SRT)


def test_every_fault_of_videos_and_captions_is_said_at_once(office: Office) -> None:
    put(office, f"{NATIONAL}/film.mp4", a_video()[:-200])
    put(office, f"{NATIONAL}/film-en.vtt", VTT.replace(b"-->", b"->"))
    (office.folder / NATIONAL / "film-cy.srt").unlink()

    assert problems(office) == [
        "messages/national/winter/campaign.yaml:22:12: film.mp4 is damaged or was not copied "
        "whole, here and in 3 more places. Copy it here again, or export it again.",
        "messages/national/winter/campaign.yaml:30:11: there is no film-cy.srt in "
        f"{NATIONAL}, here and in 3 more places. Did you mean film-en.vtt? There: film-en.vtt.",
        f'{NATIONAL}/film-en.vtt:5: no line with times stands above "Tell us.". Each caption '
        "begins with one, such as 00:00:01.000 --> 00:00:03.500",
    ]


def test_a_live_post_goes_out_with_its_video_and_can_be_had_back(
    office: Office, x: XServer, tmp_path: Path
) -> None:
    office.variables = {"BOT_MODE": "live", "BOT_X_URL": x.url}
    office.bot("db", "create", "--live", **BEFORE)
    office.bot("run", "--once", **BEFORE)
    shown = office.bot("preview", "--on", "2015-11-23", "--force", "kent", **BEFORE).stdout
    code = office.json("preview", "--campaign", "winter@2015", **BEFORE)["code"]
    office.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)

    office.bot("run", "--once", BOT_NOW="2015-11-23T09:03:10")

    assert "[film.mp4: 0:02, captions in English, 640 by 360, " in shown
    assert x.posts()
    for post in x.posts():
        video = x.chunks.files[post.media[0]]
        assert MAKER not in video.content
        assert len(video.content) == len(a_video())
        captions = x.chunks.files[video.subtitles[0]["id"]].content
        assert b"Smith" not in captions
        assert captions.startswith(b"WEBVTT\n\n00:00:00.500 --> 00:00:01.500\n")
    export = office.bot("audit", "export", "--force", "kent", **LATER).stdout.splitlines()
    said = json.loads(json.loads(export[1])["video"])
    assert said["alt"] == "An officer answers the phone."
    kept = ("audit", "picture", said["sha256"], "--to-file", str(tmp_path / "kept.mp4"))
    assert office.bot(*kept, **LATER).returncode == 0
    assert (tmp_path / "kept.mp4").read_bytes() == x.chunks.files[x.posts()[0].media[0]].content


def test_a_video_goes_with_the_pack_that_names_it(office: Office) -> None:
    with zipfile.ZipFile(office.folder / "sent.zip", "w") as sent:
        sent.writestr("winter/campaign.yaml", WITH_VIDEO.replace("version: 1", "version: 2"))
        sent.writestr("winter/videos/film.mp4", a_video(width=1280, height=720))
        sent.writestr("winter/videos/film-en.vtt", VTT)
        sent.writestr("winter/videos/film-cy.srt", SRT)

    done = office.bot("receive", "sent.zip", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "look-out: its video changed." in done.stdout
    there = office.folder / NATIONAL / "film.mp4"
    assert there.read_bytes() == a_video(width=1280, height=720)
