"""Videos on Mastodon: given before the post, waited for over several claims, and then in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.core.model import NotSent, Receipt, Refused, Rendering, Video
from bot.platforms import Prepared, Upload
from bot.platforms.mastodon import MastodonPlatform
from tests.loopback import mastodon_server as faults
from tests.loopback.mastodon_server import MEDIA, MEDIUM, MastodonServer, Software
from tests.platforms.test_mastodon import WORDS, a_key, a_platform, a_rendering, a_server
from tests.videos import a_video

FILM = a_video()
ALT = "Swyddog yn ateb y ffôn.\nAn officer answers the phone 📱."
VIDEO = Video(
    hashlib.sha256(FILM).hexdigest(), "video/mp4", 640, 360, 2_000, len(FILM), ALT, ()
)  # fmt: skip
MUCH, LITTLE = 30.0, 0.0  # seconds


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with a_server() as server:
        yield server


@pytest.fixture
def kent(server: MastodonServer) -> MastodonPlatform:
    return a_platform(server.url, deadline_seconds=1.0)


def with_video() -> Rendering:
    return replace(a_rendering(WORDS), video=VIDEO)


def upload(kent: MastodonPlatform, seconds: float = MUCH) -> Upload | NotSent | Refused:
    return kent.upload_video(VIDEO, {VIDEO.sha256: FILM}, seconds=seconds)


def given(kent: MastodonPlatform) -> Upload:
    found = upload(kent)
    assert isinstance(found, Upload), found
    return found


@pytest.mark.parametrize("software", list(Software))
def test_a_post_has_the_very_video_and_says_what_it_shows(software: Software) -> None:
    with a_server(software=software) as server:
        kent = a_platform(server.url)
        found = given(kent)
        outcome = kent.publish(a_key(), with_video(), Prepared((found,)))

        (status,) = server.statuses()
        medium = server.medium(found.remote_id)
    assert isinstance(outcome, Receipt), outcome
    assert status.media == (found.remote_id,)
    assert (medium.content, medium.kind, medium.description) == (FILM, "video/mp4", ALT)


def test_a_video_is_waited_for_while_there_is_time(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.processes_media, server.processing_asks = True, 2

    outcome = kent.publish(a_key(), with_video(), Prepared((given(kent),)))

    assert isinstance(outcome, Receipt), outcome


def test_what_the_instance_is_still_at_work_on_is_not_given_again(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.processes_media, server.processing_asks = True, 10**6

    first = upload(kent, LITTLE)
    server.media()[0].asks_left = 0
    found = given(kent)

    assert isinstance(first, NotSent)
    assert "was not done in time with the video of this post" in first.sentence
    assert len(server.requests(MEDIA)) == 1
    assert found.remote_id == server.media()[0].id


def test_a_video_that_is_gone_meanwhile_is_given_anew(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.processes_media, server.processing_asks = True, 10**6
    upload(kent, LITTLE)
    server.processes_media = False
    server._media.clear()

    lost = upload(kent)

    assert isinstance(lost, NotSent)
    assert isinstance(upload(kent), Upload)
    assert len(server.requests(MEDIA)) == 2


def test_a_video_that_the_instance_cannot_use_is_refused(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.processes_media, server.processing_fails = True, True

    outcome = upload(kent)

    assert isinstance(outcome, Refused)
    assert "did not take the video of this post" in outcome.sentence


def test_what_an_attempt_may_have_used_is_not_used_again(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    first = given(kent)
    assert given(kent) == first
    server.script([faults.server_fault(accepts=True)])
    kent.publish(a_key(), with_video(), Prepared((first,)))

    assert given(kent).remote_id != first.remote_id


@pytest.mark.parametrize("route", [MEDIA, MEDIUM])
def test_what_goes_wrong_with_a_video_is_tried_again(
    server: MastodonServer, kent: MastodonPlatform, route: str
) -> None:
    server.processes_media = True
    server.script([replace(faults.server_fault(), route=route)])

    outcome = upload(kent)

    assert isinstance(outcome, NotSent)
    assert "picture" not in outcome.sentence
    assert isinstance(upload(kent), Upload)


def test_a_post_that_came_out_without_its_video_is_taken_back(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.drops_media = True

    outcome = kent.publish(a_key(), with_video(), Prepared((given(kent),)))

    assert isinstance(outcome, Refused)
    assert "without its video, or with another" in outcome.sentence
    assert server.statuses() == ()


def test_an_instance_that_takes_smaller_videos_is_named_when_it_is_checked(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    assert not any("Videos" in one.sentence for one in kent.check())

    server.video_bytes = 40_000_000

    told = [one for one in kent.check() if "Videos" in one.sentence]
    assert [(one.sentence, one.is_well) for one in told] == [
        ("Videos have at most 40 MB there: bigger ones are refused.", True)
    ]
