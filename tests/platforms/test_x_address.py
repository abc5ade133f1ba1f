"""A person's word for where a post stands on X."""

from __future__ import annotations

import pytest

from bot.core.model import SettingsError
from bot.platforms.x_address import check_place
from tests.factories import an_account

KENT = an_account("kent-x")  # @kent_x


@pytest.mark.parametrize(
    "said",
    [
        "1234567890",
        "https://x.com/kent_x/status/1234567890",
        "https://x.com/Kent_X/status/1234567890?s=20#m",
        "http://www.twitter.com/kent_x/status/1234567890/",
        "https://mobile.twitter.com/kent_x/statuses/1234567890",
        "x.com/kent_x/status/1234567890/photo/1",
        "https://x.com/i/status/1234567890",
        " https://x.com/i/web/status/1234567890 ",
    ],
)
def test_an_address_that_can_be_the_accounts_post_is_taken(said: str) -> None:
    check_place(said, KENT)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("https://x.com/surrey_x/status/1234567890", "post of @surrey_x, and this post belongs"),
        ("https://x.com/kent_x/status/12a4", "does not end in a post's number"),
        ("https://x.com/kent_x/status/", "does not end in a post's number"),
        ("https://x.com/kent_x/status/123456789012345678901", "does not end in a post's number"),
        ("https://x.com/i/status/today", "does not end in a post's number"),
        ("https://x.com/kent_x", "is not the address of a post on X"),
        ("https://kent.police.uk/status/1234567890", "is not the address of a post on X"),
        ("https://x.com.example.org/kent_x/status/1", "is not the address of a post on X"),
        ("https://example.org/x.com/kent_x/status/1", "is not the address of a post on X"),
        ("https://bsky.app/profile/kent/post/3k", "is not the address of a post on X"),
        ("yes", "is not the address of a post on X"),
        ("\u0661\u0662", "is not the address of a post on X"),
    ],
)
def test_any_other_is_refused_with_what_to_do(said: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why) as refused:
        check_place(said, KENT)

    assert "https://x.com/kent_x" in str(refused.value)


def test_of_an_account_without_a_handle_any_handle_is_taken() -> None:
    from dataclasses import replace

    check_place("https://x.com/anybody/status/1", replace(KENT, handle=None))
