"""Videos on X: given piece by piece before the post, captioned, described, and then in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.account_files import AccountFile
from bot.core.model import Captions, Language, NotSent, Receipt, Refused, Rendering, Video
from bot.platforms import Prepared, Upload
from bot.platforms.x import XPlatform
from bot.platforms.x_video import PIECE_BYTES
from tests.loopback import x_server as faults
from tests.loopback.x_chunks import APPEND, FINALIZE, INITIALIZE, STATUS, SUBTITLES
from tests.loopback.x_server import METADATA, POST, Fault, XServer
from tests.platforms.test_x import (
    SECRETS,
    USER,
    a_key,
    a_platform,
    a_rendering,
    an_account,
    some_keys,
)

FILM = bytes(range(256)) * 8_000  # three pieces, the last one short
SAID = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nTell us.\n"
ALT = "An officer answers the phone."
CAPTIONS = Captions(Language.EN, hashlib.sha256(SAID).hexdigest(), len(SAID))
VIDEO = Video(
    hashlib.sha256(FILM).hexdigest(), "video/mp4", 1280, 720, 60_000, len(FILM), ALT, (CAPTIONS,)
)
CONTENTS = {VIDEO.sha256: FILM, CAPTIONS.sha256: SAID}


@pytest.fixture
def server() -> Iterator[XServer]:
    with XServer(secrets=SECRETS) as server:
        yield server


@pytest.fixture
def x(server: XServer) -> XPlatform:
    return a_platform(server.url)


def with_video(text: str = "Trust your instincts. gov.uk/ACT") -> Rendering:
    return replace(a_rendering(text), video=VIDEO)


def upload(x: XPlatform, *, seconds: float = 60.0) -> Upload | NotSent | Refused:
    return x.upload_video(VIDEO, CONTENTS, seconds=seconds)


def given(x: XPlatform) -> Upload:
    found = upload(x)
    assert isinstance(found, Upload), found
    return found


def pieces(server: XServer) -> list[int]:
    """Which pieces of the video X was given, in their order."""
    first = next(iter(server.chunks.files))
    return [
        json.loads(one.body)["segment_index"]
        for one in server.requests(APPEND)
        if first in one.path
    ]


def test_a_post_has_the_very_video_its_captions_and_what_it_shows(
    server: XServer, x: XPlatform
) -> None:
    found = given(x)
    outcome = x.publish(a_key(), with_video(), Prepared((found,)))

    assert isinstance(outcome, Receipt), outcome
    (post,) = server.posts(USER)
    assert post.media == (found.remote_id,)
    video = server.chunks.files[found.remote_id]
    assert (video.content, video.category, video.media_type) == (FILM, "tweet_video", "video/mp4")
    assert video.metadata == {"alt_text": {"text": ALT}}
    (named,) = video.subtitles
    assert (named["language_code"], named["display_name"]) == ("EN", "English")
    captions = server.chunks.files[named["id"]]
    assert (captions.content, captions.category) == (SAID, "subtitles")


def test_no_piece_is_longer_than_a_slow_line_carries(server: XServer, x: XPlatform) -> None:
    found = given(x)

    sizes = {index: len(one) for index, one in server.chunks.files[found.remote_id].pieces.items()}
    assert sizes == {0: PIECE_BYTES, 1: PIECE_BYTES, 2: len(FILM) - 2 * PIECE_BYTES}


def test_a_video_says_when_x_lets_it_go(x: XPlatform) -> None:
    found = given(x)

    assert found.expires_at is not None
    assert timedelta(hours=23) < found.expires_at - datetime.now(UTC) < timedelta(hours=25)


def test_x_is_waited_for_until_it_is_done(server: XServer, x: XPlatform) -> None:
    server.chunks.working_asks = 3

    found = given(x)

    assert len(server.requests(STATUS)) == 4
    assert isinstance(x.publish(a_key(), with_video(), Prepared((found,))), Receipt)


def test_a_video_that_x_cannot_use_is_refused(server: XServer, x: XPlatform) -> None:
    server.chunks.cannot_use = True

    outcome = upload(x)

    assert isinstance(outcome, Refused)
    assert outcome.sentence.startswith("X did not take the video of this post from kent-x")
    assert "Unsupported video format" in outcome.evidence


def test_a_longer_one_than_the_account_may_post_is_said(server: XServer, x: XPlatform) -> None:
    said = "This user is not allowed to post a video longer than 2 minutes."
    server.script([faults.problem(403, said)])

    outcome = x.publish(a_key(), with_video(), Prepared((given(x),)))

    assert isinstance(outcome, Refused)
    assert "its video is longer than X takes from this account" in outcome.sentence


# --- what takes longer than its time ----------------------------------------------------------


def test_without_time_for_a_request_none_is_made(server: XServer, x: XPlatform) -> None:
    outcome = upload(x, seconds=0.0)

    assert isinstance(outcome, NotSent)
    assert "does not have the whole video" in outcome.sentence
    assert server.requests(APPEND) == ()


def test_a_video_goes_on_from_the_piece_that_was_lost(server: XServer, x: XPlatform) -> None:
    server.script([replace(faults.server_fault(), route=APPEND), Fault(APPEND)])

    first = upload(x)
    found = given(x)

    assert isinstance(first, NotSent)
    assert pieces(server) == [0, 0, 1, 2]
    assert len(server.requests(INITIALIZE)) == 1 + 1  # the video, and its captions
    assert server.chunks.files[found.remote_id].content == FILM


def test_what_x_is_still_at_work_on_is_not_given_again(server: XServer, x: XPlatform) -> None:
    server.chunks.working_asks = 10**6
    first = upload(x, seconds=x_deadline(x) + 0.3)
    server.chunks.files[next(iter(server.chunks.files))].asks_left = 0

    given(x)

    assert isinstance(first, NotSent)
    assert "still working on it" in first.sentence
    assert pieces(server) == [0, 1, 2]


def x_deadline(x: XPlatform) -> float:
    return x._videos._request_seconds


def test_what_was_ready_and_not_used_is_used_next_time(server: XServer, x: XPlatform) -> None:
    first = given(x)
    asked = len(server.requests())

    assert given(x) == first
    assert len(server.requests()) == asked


def test_another_process_goes_on_where_the_first_one_stopped(
    server: XServer, tmp_path: Path
) -> None:
    def a_process() -> XPlatform:
        kept = AccountFile(tmp_path / "videos" / "kent-x.json")
        return XPlatform(an_account(), some_keys(), url=server.url, underway=kept)

    server.script([Fault(APPEND), replace(faults.server_fault(), route=APPEND)])
    upload(a_process())
    found = given(a_process())
    a_process().publish(a_key(), with_video(), Prepared((found,)))

    assert pieces(server) == [0, 1, 1, 2]
    assert given(a_process()).remote_id != found.remote_id


def test_what_was_kept_and_is_damaged_is_given_anew(server: XServer, tmp_path: Path) -> None:
    kept = AccountFile(tmp_path / "kent-x.json")
    kept.write('{"a": {"remote_id": 7}}')
    x = XPlatform(an_account(), some_keys(), url=server.url, underway=kept)

    assert isinstance(upload(x), Upload)


def test_what_an_attempt_may_have_used_is_not_used_again(server: XServer, x: XPlatform) -> None:
    first = given(x)
    server.script([faults.server_fault()])
    x.publish(a_key(), with_video(), Prepared((first,)))

    assert given(x).remote_id != first.remote_id


def test_a_video_that_x_has_lost_is_given_from_the_start(server: XServer, x: XPlatform) -> None:
    server.script([replace(faults.server_fault(), route=FINALIZE)])
    upload(x)
    server.chunks.files.clear()

    lost = upload(x)

    assert isinstance(lost, NotSent)
    assert isinstance(upload(x), Upload)


# --- what goes wrong --------------------------------------------------------------------------


@pytest.mark.parametrize("route", [INITIALIZE, APPEND, FINALIZE, SUBTITLES, METADATA])
@pytest.mark.parametrize(
    "fault",
    [
        faults.limited(reset_in=60),
        faults.drop_before_answer(),
    ],
)
def test_what_goes_wrong_with_a_video_is_tried_again(
    server: XServer, x: XPlatform, route: str, fault: Fault
) -> None:
    server.script([replace(fault, route=route)])

    outcome = upload(x)

    assert isinstance(outcome, NotSent)
    assert "so nothing was sent" in outcome.sentence
    assert "picture" not in outcome.sentence
    assert isinstance(upload(x), Upload)


def test_keys_that_x_refuses_stop_the_account(server: XServer, x: XPlatform) -> None:
    server.script([faults.unauthorised(route=INITIALIZE)])

    outcome = upload(x)

    assert isinstance(outcome, Refused)
    assert outcome.stops_account


def test_a_post_without_its_video_is_refused_before_its_first_byte(
    server: XServer, x: XPlatform
) -> None:
    outcome = x.publish(a_key(), with_video())

    assert isinstance(outcome, Refused)
    assert "has a video that X was not given" in outcome.sentence
    assert server.requests(POST) == ()
