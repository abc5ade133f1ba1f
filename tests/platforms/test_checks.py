"""What a check says beside the account itself: limits that are left, and limits for pictures."""

from __future__ import annotations

import json

import pytest

from bot.platforms import Finding
from bot.platforms.limits_left import limit_findings
from bot.platforms.mastodon import MastodonCredentials, MastodonPlatform
from bot.platforms.mastodon_check import picture_findings
from tests.loopback.mastodon_server import INSTANCE, Fault, MastodonServer
from tests.loopback.x_server import XServer
from tests.platforms import test_mastodon, test_x


def sentences(found: tuple[Finding, ...]) -> str:
    return "\n".join(one.sentence for one in found)


# --- what is left -----------------------------------------------------------------------------


def left(limit: str, remaining: str, reset: str = "") -> list[Finding]:
    headers = {"x-limit": limit, "x-remaining": remaining, "x-reset": reset}
    return [*limit_findings(headers, "x", "posts")]


@pytest.mark.parametrize(
    ("reset", "until"),
    [
        ("1795428000", " until 2026-11-23 10:00 UTC"),
        ("2026-11-23T10:00:00.123456Z", " until 2026-11-23 10:00 UTC"),
        ("2026-11-23T11:00:00+01:00", " until 2026-11-23 10:00 UTC"),
        ("", ""),
        ("soon", ""),
        ("99999999999", " until 5138-11-16 09:46 UTC"),
    ],
)
def test_what_is_left_is_said_with_its_end_where_that_is_known(reset: str, until: str) -> None:
    (found,) = left("300", "299", reset)

    assert found == Finding(f"299 of 300 posts are left{until}.")


def test_a_limit_that_is_used_up_is_to_be_waited_for() -> None:
    (found,) = left("300", "0", "1795428000")

    assert not found.is_well
    assert found.sentence.endswith(" UTC. Until then nothing more is taken.")


@pytest.mark.parametrize(
    ("limit", "remaining"),
    [
        ("", ""),
        ("300", ""),
        ("", "3"),
        ("300", "-1"),
        ("300", "301"),
        ("9" * 40, "1"),
        ("3e2", "1"),
    ],
)
def test_a_limit_that_makes_no_sense_is_not_passed_on(limit: str, remaining: str) -> None:
    assert left(limit, remaining) == []


def test_a_check_on_x_says_what_is_left_and_that_there_is_credit() -> None:
    with XServer() as server:
        found = test_x.a_platform(server.url).check()

    assert "99 of 100 questions like this one are left until 20" in sentences(found)
    assert "X answered, so there is credit." in sentences(found)


def test_a_check_on_mastodon_says_what_is_left() -> None:
    with MastodonServer() as server:
        account = test_mastodon.an_account(server.url)
        found = MastodonPlatform(account, MastodonCredentials("kent_police")).check()

    assert "300 of 300 requests are left until 20" in sentences(found)


# --- pictures on an instance ------------------------------------------------------------------


def pictures(**media: object) -> list[Finding]:
    return [*picture_findings({"configuration": {"media_attachments": media}})]


def test_an_instance_with_the_usual_limits_for_pictures_needs_no_mending() -> None:
    found = pictures(
        image_size_limit=16_777_216,
        image_matrix_limit=33_177_600,
        supported_mime_types=["image/png", "image/jpeg"],
    )

    assert all(one.is_well for one in found)
    assert found[0].sentence == (
        "It takes pictures of 16.8 MB, and none is made with more than 16.8 MB."
    )


@pytest.mark.parametrize(
    ("media", "says"),
    [
        ({"image_size_limit": 8_388_608}, "pictures of 8.4 MB at most, and they are made with up"),
        ({"image_matrix_limit": 16_000_000}, "16.0 million pixels at most, and they are made"),
        ({"supported_mime_types": ["image/jpeg", "image/webp"]}, "It takes no PNG pictures"),
        ({"supported_mime_types": ["image/png"]}, "It takes no JPEG pictures"),
    ],
)
def test_what_an_instance_refuses_of_pictures_is_said_with_what_to_do(
    media: dict[str, object], says: str
) -> None:
    (found,) = pictures(**media)

    assert not found.is_well
    assert says in found.sentence


@pytest.mark.parametrize("limit", [0, -1, True, "16 MB", None, 10**30, [1]])
def test_an_instance_that_lies_about_its_limits_is_not_believed(limit: object) -> None:
    usual = {"max_characters": 500, "characters_reserved_per_url": 23}
    configurations = [
        {"statuses": usual, "media_attachments": {"image_size_limit": limit}},
        {"statuses": usual | {"max_characters": limit}},
    ]
    for configuration in configurations:
        document = {"domain": "policing.example", "configuration": configuration}
        with MastodonServer() as server:
            server.script([Fault(INSTANCE, body=json.dumps(document).encode())])
            account = test_mastodon.an_account(server.url)
            found = MastodonPlatform(account, MastodonCredentials("kent_police")).check()

        assert not found[-1].is_well
        assert "is not Mastodon, or not as it should be" in found[-1].sentence
        assert "config/forces.yaml" in found[-1].sentence


def test_an_instance_that_says_nothing_of_pictures_is_not_suspected() -> None:
    assert pictures() == []
    assert [*picture_findings({"configuration": {}})] == []
