"""What `bot accounts --check` hears from a real Bluesky server, without posting anything."""

from __future__ import annotations

import pytest

from bot.platforms import Finding
from bot.platforms.bluesky import BlueskyPlatform
from tests.loopback import hostile_proxy as faults
from tests.loopback.hostile_proxy import HostileProxy
from tests.pds import PdsAccount, PdsServer
from tests.platforms.test_bluesky import a_platform

PROFILE = "app.bsky.actor.profile"


@pytest.fixture
def kent(pds: PdsServer) -> PdsAccount:
    return pds.make_account("kent")


@pytest.fixture
def bluesky(pds: PdsServer, kent: PdsAccount) -> BlueskyPlatform:
    return a_platform(pds.url, kent, pds.make_app_password(kent))


def label_as_a_bot(pds: PdsServer, account: PdsAccount) -> None:
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "bot"}]}
    pds.put(account, "self", {"$type": PROFILE, "labels": labels}, collection=PROFILE)


def to_mend(found: tuple[Finding, ...]) -> list[str]:
    return [one.sentence for one in found if not one.is_well]


def test_a_sound_account_has_nothing_to_mend_and_nothing_is_posted(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    label_as_a_bot(pds, kent)

    found = bluesky.check()

    assert to_mend(found) == []
    assert f"@{kent.handle}" in " ".join(one.sentence for one in found)
    assert pds.records(kent) == []


def test_an_account_that_does_not_say_that_it_is_automated_is_told_where_to(
    bluesky: BlueskyPlatform,
) -> None:
    (sentence,) = to_mend(bluesky.check())

    assert sentence.startswith("The account is not labelled as a bot. In its settings on bsky.app")


def test_an_app_password_of_another_account_is_named(pds: PdsServer, kent: PdsAccount) -> None:
    label_as_a_bot(pds, kent)
    wrong = a_platform(pds.url, kent, pds.make_app_password(kent), handle="sussex.test")

    (sentence,) = to_mend(wrong.check())

    assert "config/forces.yaml says @sussex.test" in sentence


def test_an_app_password_that_was_revoked_is_named_although_a_session_goes_on(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    assert bluesky.recent() == ()
    pds.revoke_app_password(kent)

    (sentence,) = to_mend(bluesky.check())

    assert sentence.startswith("Bluesky does not accept the app password of kent-bsky")


def test_a_server_that_answers_nonsense_is_no_answer(pds: PdsServer, kent: PdsAccount) -> None:
    with HostileProxy(pds.url) as proxy:
        proxy.script([faults.html(route="getSession")])
        found = a_platform(proxy.url, kent, pds.make_app_password(kent)).check()

    assert to_mend(found)[0].startswith("The account could not be asked about")


def test_a_check_on_bluesky_says_what_is_left_of_sign_ins_and_requests(
    pds: PdsServer, kent: PdsAccount
) -> None:
    with HostileProxy(pds.url) as proxy:
        proxy.script(
            [
                faults.Fault("createSession", headers=said("30", "7")),
                faults.Fault("getSession", headers=said("3000", "2999")),
            ]
        )
        found = a_platform(proxy.url, kent, pds.make_app_password(kent)).check()

    told = [one.sentence for one in found]
    assert "7 of 30 sign-ins are left until 2026-11-23 10:00 UTC." in told
    assert "2,999 of 3,000 requests are left until 2026-11-23 10:00 UTC." in told


def said(limit: str, remaining: str) -> dict[str, str]:
    return {
        "RateLimit-Limit": limit,
        "RateLimit-Remaining": remaining,
        "RateLimit-Reset": "1795428000",
    }
