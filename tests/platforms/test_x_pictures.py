"""Pictures on X: given before the post, with what they show, and then in it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from bot.core.model import NotSent, Picture, Receipt, Refused, Rendering
from bot.platforms import Found, Prepared, Upload
from bot.platforms.x import XPlatform
from tests.loopback import x_server as faults
from tests.loopback.x_server import MEDIA, METADATA, POST, Fault, XServer
from tests.platforms.test_x import SECRETS, USER, a_key, a_platform, a_rendering


def a_picture(colour: str = "navy") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (120, 80), colour).save(drawn, "PNG")
    return drawn.getvalue()


CONTENT = a_picture()
ALT = "A hand holds a telephone. Below it: Call 0800 789 321."
PICTURE = Picture(hashlib.sha256(CONTENT).hexdigest(), "image/png", 120, 80, len(CONTENT), alt=ALT)


@pytest.fixture
def server() -> Iterator[XServer]:
    with XServer(secrets=SECRETS) as server:
        yield server


@pytest.fixture
def x(server: XServer) -> XPlatform:
    return a_platform(server.url)


def with_picture(text: str = "Trust your instincts. gov.uk/ACT") -> Rendering:
    return replace(a_rendering(text), pictures=(PICTURE,))


def given(x: XPlatform) -> Upload:
    upload = x.upload(PICTURE, CONTENT)
    assert isinstance(upload, Upload), upload
    return upload


def test_a_post_has_the_very_bytes_and_says_what_they_show(server: XServer, x: XPlatform) -> None:
    upload = given(x)
    outcome = x.publish(a_key(), with_picture(), Prepared((upload,)))

    assert isinstance(outcome, Receipt)
    (post,) = server.posts(USER)
    assert post.media == (upload.remote_id,)
    kept = server.media(upload.remote_id)
    assert (kept["content"], kept["category"]) == (CONTENT, "tweet_image")
    assert kept["metadata"] == {"alt_text": {"text": ALT}}


def test_a_picture_says_when_x_lets_it_go(x: XPlatform) -> None:
    upload = given(x)

    assert upload.expires_at is not None
    left = upload.expires_at - datetime.now(UTC)
    assert timedelta(hours=23) < left < timedelta(hours=25)


def test_a_post_with_a_picture_is_found_by_its_words(server: XServer, x: XPlatform) -> None:
    x.publish(a_key(), with_picture(), Prepared((given(x),)))

    found = x.find(a_key(), with_picture(), since=datetime.now(UTC), known=())

    assert isinstance(found, Found)
    assert found.seen.text == "Trust your instincts. gov.uk/ACT"


def test_a_post_without_its_picture_is_refused_before_its_first_byte(
    server: XServer, x: XPlatform
) -> None:
    outcome = x.publish(a_key(), with_picture())

    assert isinstance(outcome, Refused)
    assert "has a picture that X was not given" in outcome.sentence
    assert server.requests(POST) == ()


def test_a_picture_that_x_finds_too_large_is_refused(server: XServer, x: XPlatform) -> None:
    huge = bytes(5_000_001)
    picture = replace(PICTURE, sha256=hashlib.sha256(huge).hexdigest(), size=len(huge))

    outcome = x.upload(picture, huge)

    assert isinstance(outcome, Refused)
    assert outcome.sentence.startswith("X did not take the picture of this post from kent-x")


@pytest.mark.parametrize("route", [MEDIA, METADATA])
@pytest.mark.parametrize(
    "fault",
    [
        faults.server_fault(),
        faults.garbage(200),
        faults.garbage(503),
        faults.redirect(302),
        faults.drop_before_answer(),
        faults.half_a_body(),
        faults.limited(reset_in=60),
    ],
)
def test_what_goes_wrong_with_a_picture_is_tried_again(
    server: XServer, x: XPlatform, route: str, fault: Fault
) -> None:
    server.script([replace(fault, route=route)])

    outcome = x.upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert "so nothing was sent" in outcome.sentence
    assert "kent-x (@kent_police)" in outcome.sentence
    assert not outcome.stops_account
    assert isinstance(x.upload(PICTURE, CONTENT), Upload)


def test_an_answer_without_a_number_gives_no_picture(server: XServer, x: XPlatform) -> None:
    server.script([Fault(MEDIA, status=200, body=b'{"data": {"id": "../../2/tweets"}}')])

    assert isinstance(x.upload(PICTURE, CONTENT), NotSent)


def test_keys_that_x_refuses_stop_the_account(server: XServer, x: XPlatform) -> None:
    server.script([faults.unauthorised(route=MEDIA)])

    outcome = x.upload(PICTURE, CONTENT)

    assert isinstance(outcome, Refused)
    assert outcome.stops_account


def test_x_cannot_be_reached() -> None:
    outcome = a_platform("http://127.0.0.1:9").upload(PICTURE, CONTENT)

    assert isinstance(outcome, NotSent)
    assert outcome.sentence.startswith("X could not be reached, so nothing was sent for kent-x")
