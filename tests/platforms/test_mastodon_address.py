"""A person's word for where a post stands on Mastodon."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import PlatformName, SettingsError
from bot.platforms.addresses import check_place, page
from tests.factories import an_account

KENT = replace(
    an_account("kent-mastodon"),
    platform=PlatformName.MASTODON,
    handle="kent_police@policing.example",
    instance="https://social.policing.example",
)
NUMBER = "112233445566778899"
PAGE = "https://social.policing.example/@kent_police"


@pytest.mark.parametrize(
    "said",
    [
        NUMBER,
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        f"{PAGE}/{NUMBER}",
        f" {PAGE}/{NUMBER}/?s=20#m ",
        f"https://SOCIAL.policing.example/@Kent_Police/{NUMBER}",
        f"https://social.policing.example/@kent_police@policing.example/{NUMBER}",
        f"https://social.policing.example/web/@kent_police/{NUMBER}",
        f"https://social.policing.example/users/kent_police/statuses/{NUMBER}",
        f"{PAGE}/statuses/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        f"{PAGE}/0190f5b7-1234-7abc-8def-0123456789ab",
    ],
)
def test_an_address_that_can_be_the_accounts_post_is_taken(said: str) -> None:
    check_place(said, KENT)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("yesterday", "is not the address of a post on Mastodon"),
        (PAGE, "is not the address of a post on Mastodon"),
        (f"{PAGE}/12a4", "is not the address of a post on Mastodon"),
        ("https://x.com/kent_police/status/1234567890", "is not the address of a post"),
        (f"https://elsewhere.example/@kent_police/{NUMBER}", "a post on elsewhere.example"),
        (f"https://social.policing.example/@surrey/{NUMBER}", "a post of @surrey"),
    ],
)
def test_another_address_is_refused_with_the_reason(said: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why) as caught:
        check_place(said, KENT)

    assert "https://social.policing.example/@kent_police" in str(caught.value)


def test_while_the_account_is_not_known_any_server_and_name_are_taken() -> None:
    unknown = replace(KENT, handle=None, instance=None)

    check_place(f"https://elsewhere.example/@surrey/{NUMBER}", unknown)


def test_an_accounts_page_is_on_its_server() -> None:
    assert page(KENT) == PAGE
    assert page(replace(KENT, handle=None)) is None
    assert page(replace(KENT, instance=None)) is None
