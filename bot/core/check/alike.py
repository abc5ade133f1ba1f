"""How much one account's posts sound like another's on the same day, theme by theme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from bot.core.model import Language, Post, london_day
from bot.core.packs import NationalPack

ALIKE_PERCENT: Final = 90.0
"""From here on two texts count as the same but for a name: one wording in two places is 95 to 99.
X forbids "substantially similar" posts on several accounts and gives no figure; this one is ours.
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """A theme whose accounts say nearly the same on one day."""

    campaign: str
    theme: str
    language: Language
    wordings: int  # that the national pack has for the theme in this language
    accounts: int  # that speak on one day, at most
    a_day: int  # posts of one account on one day, at most
    worst: tuple[Post, Post]
    percent: float  # how alike the worst two are, of 100
    pairs: int  # of different accounts on the same day
    alike: int  # of these pairs, how many are ALIKE_PERCENT or more

    @property
    def missing(self) -> int:
        """How many wordings more it takes at least, so that no day needs one of them twice."""
        return max(0, self.accounts * self.a_day - self.wordings)


def alike(
    posts: Iterable[Post], packs: Mapping[str, NationalPack | None], *, sender: str | None = None
) -> list[Alike]:
    """The themes in which two accounts say nearly the same on one day, the worst first.

    With a `sender`, only its own posts are held against the others'. Lines that a pack marks as
    the same for all are left out, and reposts: they are meant to be.
    """
    themes: dict[tuple[str, str, Language], dict[date, list[Post]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for post in posts:
        if post.rendering.reposts is None and not is_official(post, packs):
            theme = (post.campaign, post.theme, post.rendering.language)
            themes[theme][london_day(post.due)].append(post)
    found = [_measured(theme, days, packs, sender) for theme, days in themes.items()]
    return sorted(
        (one for one in found if one is not None),
        key=lambda one: (-one.percent, one.campaign, one.theme, one.language),
    )


def _measured(
    theme: tuple[str, str, Language],
    days: Mapping[date, Sequence[Post]],
    packs: Mapping[str, NationalPack | None],
    sender: str | None,
) -> Alike | None:
    from rapidfuzz.fuzz import ratio  # only `check` compares, and the other commands need not wait

    pairs = near = accounts = a_day = 0
    worst: tuple[float, Post, Post] | None = None
    for _, of_day in sorted(days.items()):
        by_account: dict[str, int] = defaultdict(int)
        for post in of_day:
            by_account[post.key.account] += 1
        accounts, a_day = max(accounts, len(by_account)), max(a_day, *by_account.values())
        for one, other in _pairs(of_day, sender):
            pairs += 1
            # Below the cutoff the answer is 0, and costs a fraction.
            percent = ratio(one.rendering.text, other.rendering.text, score_cutoff=ALIKE_PERCENT)
            near += percent > 0
            if percent > (worst[0] if worst else 0):
                worst = percent, one, other
    if worst is None:
        return None
    percent, one, other = worst
    supply = _wordings(packs.get(theme[0]), theme[1], theme[2])
    return Alike(*theme, supply, accounts, a_day, (one, other), percent, pairs, near)


def _pairs(posts: Sequence[Post], sender: str | None) -> Iterator[tuple[Post, Post]]:
    for one, other in combinations(sorted(posts, key=lambda post: str(post.key)), 2):
        wanted = sender is None or sender in (one.sender, other.sender)
        if wanted and one.key.account != other.key.account:
            yield one, other


def _wordings(pack: NationalPack | None, theme: str, language: Language) -> int:
    if pack is None:
        return 0
    of_theme = (message for message in pack.messages.values() if message.theme == theme)
    return sum(language in one.words for message in of_theme for one in message.wordings.values())


def is_official(post: Post, packs: Mapping[str, NationalPack | None]) -> bool:
    """Whether its message may be the same for all, on the basis that the pack records."""
    pack = packs.get(post.campaign)
    message = pack.messages.get(post.rendering.pick.message) if pack else None
    return message is not None and message.same_for_all is not None
