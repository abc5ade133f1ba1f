"""Videos on Bluesky's own server on 127.0.0.1: the blobs, their captions, and the record."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from bot.core.model import Captions, Language, NotSent, Receipt, Refused, Rendering, Video
from bot.platforms import Prepared, Upload
from bot.platforms.bluesky import BlueskyPlatform
from bot.platforms.bluesky_record import record
from tests.loopback import hostile_proxy as faults
from tests.loopback.hostile_proxy import HostileProxy
from tests.pds import PdsAccount, PdsServer
from tests.platforms import test_bluesky as words
from tests.platforms.test_bluesky import a_key, bluesky, kent, password, proxy
from tests.videos import a_video

__all__ = ["bluesky", "kent", "password", "proxy"]  # fixtures

UPLOAD = "uploadBlob"
ALT = "Swyddog yn ateb y ffôn 🚨\nAn officer answers the phone."
FILM = a_video(width=640, height=360)
SAID = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nDywedwch wrthym – tell us.\n".encode()
CAPTIONS = Captions(Language.EN, hashlib.sha256(SAID).hexdigest(), len(SAID))
VIDEO = Video(
    hashlib.sha256(FILM).hexdigest(), "video/mp4", 640, 360, 2_000, len(FILM), ALT, (CAPTIONS,)
)
CONTENTS = {VIDEO.sha256: FILM, CAPTIONS.sha256: SAID}


def a_rendering(video: Video = VIDEO) -> Rendering:
    return replace(words.a_rendering(), video=video)


def upload(bluesky: BlueskyPlatform) -> Upload | NotSent | Refused:
    return bluesky.upload_video(VIDEO, CONTENTS, seconds=60.0)


def test_what_stands_there_is_the_video_its_captions_and_what_it_shows(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    given = upload(bluesky)
    assert isinstance(given, Upload), given
    outcome = bluesky.publish(a_key(), a_rendering(), Prepared((given,)))

    assert isinstance(outcome, Receipt), outcome
    (kept,) = pds.records(kent)
    payload = bluesky.payload(a_key(), a_rendering(), Prepared((given,)))
    assert kept["value"] == json.loads(payload)["record"] == record(a_rendering())
    shown = kept["value"]["embed"]
    assert (shown["$type"], shown["alt"]) == ("app.bsky.embed.video", ALT)
    assert shown["aspectRatio"] == {"width": 640, "height": 360}
    assert pds.blob(kent, shown["video"]["ref"]["$link"]) == FILM
    (captions,) = shown["captions"]
    assert captions["lang"] == "en"
    assert pds.blob(kent, captions["file"]["ref"]["$link"]) == SAID


def test_the_captions_go_first_and_each_as_what_it_is(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    upload(bluesky)

    asked = [(one.headers["content-type"], one.body) for one in proxy.asked(UPLOAD)]
    assert asked == [("text/vtt", SAID), ("video/mp4", FILM)]


def test_what_goes_wrong_with_a_video_is_tried_again(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    proxy.script([faults.dropped(route=UPLOAD)])

    outcome = upload(bluesky)

    assert isinstance(outcome, NotSent)
    assert "did not say that it has the video of this post" in outcome.sentence
    assert isinstance(upload(bluesky), Upload)


def test_a_record_with_a_video_has_no_pictures_and_no_empty_captions() -> None:
    shown = record(a_rendering(replace(VIDEO, captions=())))["embed"]

    assert "images" not in shown
    assert "captions" not in shown
