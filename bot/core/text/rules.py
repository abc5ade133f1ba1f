"""One way to ask how a platform counts and links, so that all who ask hear the same.

What is rendered, checked, previewed and sent is measured by the account's own rules:
`account.rules.parse(text)`. Who has a platform's name alone asks `rules(name)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from bot.core.text import bluesky, mastodon, x
from bot.core.text.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Limits:
    """What an account's own server allows; None where it is its platform's usual number."""

    max_characters: int | None = None
    characters_reserved_per_url: int | None = None


class Rules(Protocol):
    """How one platform counts and links; for Mastodon, one account's server."""

    def __hash__(self) -> int:
        """Rules are values: two accounts under the same ones share what was found out."""

    @property
    def limit(self) -> int:
        """The most a text may measure."""

    def parse(self, text: str) -> Parsed:
        """The text's length, whether it fits, and its links, hashtags and mentions."""

    def at_most(self, text: str) -> int:
        """What the text can measure at most, by itself or within another: a quick upper bound."""


@dataclass(frozen=True, slots=True)
class XRules:
    limit: int = x.LIMIT

    def parse(self, text: str) -> Parsed:
        return x.parse(text, limit=self.limit)

    def at_most(self, text: str) -> int:
        return x.at_most(text)


@dataclass(frozen=True, slots=True)
class BlueskyRules:
    limit: int = bluesky.LIMIT

    def parse(self, text: str) -> Parsed:
        return bluesky.parse(text)

    def at_most(self, text: str) -> int:
        return bluesky.at_most(text)


@dataclass(frozen=True, slots=True)
class MastodonRules:
    limit: int = mastodon.LIMIT
    reserved: int = mastodon.RESERVED_PER_URL

    def parse(self, text: str) -> Parsed:
        return mastodon.parse(text, limit=self.limit, reserved=self.reserved)

    def at_most(self, text: str) -> int:
        return mastodon.at_most(text, reserved=self.reserved)


USUAL: Final = Limits()
PLATFORMS: Final = ("x", "bluesky", "mastodon")


_X: Final = XRules()
_BLUESKY: Final = BlueskyRules()


def rules(platform: str, limits: Limits = USUAL) -> Rules:
    """The rules of a platform by its name in the configuration, with a server's own limits."""
    if platform == "mastodon":
        return MastodonRules(
            limits.max_characters or mastodon.LIMIT,
            limits.characters_reserved_per_url or mastodon.RESERVED_PER_URL,
        )
    return _BLUESKY if platform == "bluesky" else _X
