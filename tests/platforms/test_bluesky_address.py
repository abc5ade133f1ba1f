"""A person's word for where a post stands on Bluesky."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import PlatformName, SettingsError
from bot.platforms.addresses import check_place, page
from tests.factories import an_account

KENT = replace(an_account("kent-bsky"), platform=PlatformName.BLUESKY, handle="kent.police.uk")


@pytest.mark.parametrize(
    "said",
    [
        "3n2tjtxy245df",
        "https://bsky.app/profile/kent.police.uk/post/3n2tjtxy245df",
        " https://bsky.app/profile/Kent.Police.UK/post/3n2tjtxy245df/?ref=1 ",
        "https://bsky.app/profile/did:plc:ugmi6spdz7mhubrmqxg6ej2f/post/3n2tjtxy245df",
        "at://did:plc:ugmi6spdz7mhubrmqxg6ej2f/app.bsky.feed.post/3n2tjtxy245df",
    ],
)
def test_an_address_that_can_be_the_accounts_post_is_taken(said: str) -> None:
    check_place(said, KENT)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("https://bsky.app/profile/essex.police.uk/post/3n2tjtxy245df", "post of @essex.police.uk"),
        ("https://bsky.app/profile/kent.police.uk", "is not the address of a post on Bluesky"),
        ("https://bsky.app/profile/kent.police.uk/post/1", "is not the address"),
        ("https://x.com/kent_x/status/1234567890", "is not the address of a post on Bluesky"),
        ("1234567890", "is not the address"),
        ("", "is not the address"),
    ],
)
def test_what_cannot_be_the_accounts_post_is_refused_and_the_sentence_says_why(
    said: str, why: str
) -> None:
    with pytest.raises(SettingsError, match=why):
        check_place(said, KENT)


def test_the_page_of_an_account_is_known_by_its_handle() -> None:
    assert page(KENT) == "https://bsky.app/profile/kent.police.uk"
    assert page(replace(KENT, handle=None)) is None
