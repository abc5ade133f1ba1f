"""How much accounts of one platform sound alike within a week, and what would set them apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from bot.core.model import Language, PlatformName, Post, Rendering, Sender, london_day
from bot.core.packs import Audience, LocalPack, NationalPack, Wording
from bot.core.source import Place, listed
from bot.core.templates import inspect

IDENTICAL_WITHIN: Final = timedelta(days=7)

ALIKE_PERCENT: Final = 75.0
"""From here on two posts count as the same but for a name: one wording in two places is 75 to 98.
X forbids "substantially similar" posts on several accounts and gives no figure; this one is ours.
"""

SHINGLE: Final = 3  # words that are compared as one: order counts, and a word changes three of them
SHARED: Final = 0.5
"""Wordings that share fewer of their shingles than this cannot come to ALIKE_PERCENT."""

_WORD: Final = re.compile(r"[\w'’-]+")

Theme = tuple[str, str, Language]
Local = Mapping[tuple[str, str], LocalPack]
Packs = Mapping[str, NationalPack | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two posts of different accounts on one platform, within a week."""

    one: Post
    other: Post
    percent: float  # how alike their words are, of 100, without links and hashtags

    @property
    def theme(self) -> Theme:
        return _theme(self.one)


@dataclass(frozen=True, slots=True)
class Alike:
    """A theme whose accounts say nearly the same within a week."""

    campaign: str
    theme: str
    language: Language
    wordings: int  # that the national pack has for the theme in this language
    accounts: int  # that speak on one day, at most
    a_day: int  # posts of one account on one day, at most
    worst: Pair
    pairs: int  # of posts of different accounts on one platform, within a week
    alike: int  # of these pairs, how many are ALIKE_PERCENT or more

    @property
    def percent(self) -> float:
        return self.worst.percent

    @property
    def missing(self) -> int:
        """How many wordings more it takes at least, so that no day needs one of them twice."""
        return max(0, self.accounts * self.a_day - self.wordings)


def alike(posts: Iterable[Post], packs: Packs, *, sender: str | None = None) -> list[Alike]:
    """The themes in which two accounts say nearly the same, the worst first.

    With a `sender`, only its own posts are held against the others'. Lines that a pack marks as
    the same for all are left out, and reposts: they are meant to be.
    """
    own = [
        post for post in posts if post.rendering.reposts is None and not is_official(post, packs)
    ]
    near: dict[Theme, list[Pair]] = defaultdict(list)
    for pair in _near(own, sender):
        near[pair.theme].append(pair)
    of_themes: dict[Theme, list[Post]] = defaultdict(list)
    for post in own:
        of_themes[_theme(post)].append(post)
    found = [
        Alike(
            *theme,
            _wordings(packs.get(theme[0]), theme[1], theme[2]),
            *_busiest_day(of_themes[theme]),
            min(pairs, key=lambda pair: (-pair.percent, str(pair.one.key), str(pair.other.key))),
            _all_pairs(of_themes[theme], sender),
            len(pairs),
        )
        for theme, pairs in near.items()
    ]
    return sorted(found, key=lambda one: (-one.percent, one.campaign, one.theme, one.language))


def _theme(post: Post) -> Theme:
    return post.campaign, post.theme, post.rendering.language


def _busiest_day(posts: Iterable[Post]) -> tuple[int, int]:
    """(accounts that speak on one day, posts of one account on one day), each at most."""
    days: dict[date, Counter[str]] = defaultdict(Counter)
    for post in posts:
        days[london_day(post.due)][post.key.account] += 1
    return max(map(len, days.values())), max(max(day.values()) for day in days.values())


def _all_pairs(posts: Iterable[Post], sender: str | None) -> int:
    """How many pairs of posts there are that must not be alike."""
    by_platform: dict[PlatformName, list[Post]] = defaultdict(list)
    for post in sorted(posts, key=lambda post: post.due):
        by_platform[post.rendering.platform].append(post)
    return sum(_pairs_within(of_platform, sender) for of_platform in by_platform.values())


def _pairs_within(posts: Sequence[Post], sender: str | None) -> int:
    """How many pairs of different accounts lie within a week; `posts` are in order of time."""
    found = first = mine = 0
    accounts: Counter[str] = Counter()
    for number, post in enumerate(posts):
        while post.due - posts[first].due >= IDENTICAL_WITHIN:
            accounts[posts[first].key.account] -= 1
            mine -= posts[first].sender == sender
            first += 1
        if sender is None or post.sender == sender:
            found += number - first - accounts[post.key.account]
        else:
            found += mine
        accounts[post.key.account] += 1
        mine += post.sender == sender
    return found


# --- comparing ----------------------------------------------------------------------------------


def bare_words(rendering: Rendering) -> tuple[str, ...]:
    """The words of a post in small letters, without its links and hashtags."""
    return tuple(_WORD.findall(without_links(rendering).casefold()))


def without_links(rendering: Rendering) -> str:
    """The text of a post without its links and hashtags."""
    text = rendering.text
    for link in rendering.links:
        text = text.replace(link, "")
    for tag in rendering.hashtags:
        text = text.replace(f"#{tag}", "")
    return text.rstrip()


def _shingles(words: tuple[str, ...]) -> tuple[int, ...]:
    """Every run of SHINGLE words, each as a number; a shorter text is one run."""
    last = max(len(words) - SHINGLE, 0)
    return tuple(hash(words[start : start + SHINGLE]) for start in range(last + 1))


@dataclass(slots=True)
class _OneWording:
    """The posts of a platform that say one wording."""

    posts: list[Post] = field(default_factory=list)
    shingles: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def each(self) -> Iterable[tuple[Post, tuple[int, ...]]]:
        return zip(self.posts, self.shingles, strict=True)


def _near(posts: Iterable[Post], sender: str | None) -> Iterator[Pair]:
    """The pairs that are ALIKE_PERCENT or more."""
    platforms: dict[PlatformName, dict[Place, _OneWording]] = defaultdict(
        lambda: defaultdict(_OneWording)
    )
    for post in sorted(posts, key=lambda post: str(post.key)):
        wording = platforms[post.rendering.platform][post.place]
        wording.posts.append(post)
        wording.shingles.append(_shingles(bare_words(post.rendering)))
    for wordings in platforms.values():
        for wording in wordings.values():
            yield from _compared(combinations(wording.each, 2), sender)
        for one, other in _like_each_other(list(wordings.values())):
            yield from _compared(((a, b) for a in one.each for b in other.each), sender)


def _compared(
    pairs: Iterable[tuple[tuple[Post, tuple[int, ...]], tuple[Post, tuple[int, ...]]]],
    sender: str | None,
) -> Iterator[Pair]:
    from rapidfuzz.distance import Indel  # only `check` compares, and other commands need not wait

    for (one, ones), (other, others) in pairs:
        if one.key.account == other.key.account or (
            sender is not None and sender not in (one.sender, other.sender)
        ):
            continue
        if abs(one.due - other.due) < IDENTICAL_WITHIN:
            percent = 100 * Indel.normalized_similarity(ones, others)
            if percent >= ALIKE_PERCENT:
                yield Pair(one, other, percent)


def _like_each_other(wordings: Sequence[_OneWording]) -> Iterator[tuple[_OneWording, _OneWording]]:
    """Different wordings that share enough to be worth comparing, judged by one post of each."""
    first = [frozenset(wording.shingles[0]) for wording in wordings]
    having: dict[int, list[int]] = defaultdict(list)
    for number, shingles in enumerate(first):
        for shingle in shingles:
            having[shingle].append(number)
    shared = Counter(
        pair for numbers in having.values() if len(numbers) > 1 for pair in combinations(numbers, 2)
    )
    for (one, other), count in shared.items():
        if count >= SHARED * min(len(first[one]), len(first[other])):
            yield wordings[one], wordings[other]


# --- what would set two apart -------------------------------------------------------------------


def worst_pairs(found: Iterable[Alike], most: int = 3) -> list[Pair]:
    """The worst pair of the worst themes."""
    ordered = sorted(found, key=lambda one: -one.percent)
    return [one.worst for one in ordered[:most]]


def to_set_apart(pair: Pair, packs: Packs, local: Local, senders: Mapping[str, Sender]) -> str:
    """What to do so that the two differ: which local value would, if there is one."""
    one, other = pair.one, pair.other
    pack = packs.get(one.campaign)
    wording = _said(one, pack, local)
    if pack is None or wording is None or one.place != other.place:
        return f"Say it in other words for {one.sender} or for {other.sender}."
    names = inspect(wording.words[one.rendering.language].text, local=wording.local)[0].names
    unused = [name for name in pack.values if name not in names]
    given = [_given(post, local, senders) for post in (one, other)]
    for name in unused:
        fresh = [
            _fresh_words(post, own.get(name, ""))
            for post, own in zip((one, other), given, strict=True)
        ]
        if all(fresh) and fresh[0] != fresh[1]:
            return f"Put {{{{ {name} }}}} into the wording: both have filled it in."
    for name in unused:
        lacking = [
            post.sender for post, own in zip((one, other), given, strict=True) if name not in own
        ]
        if lacking:
            can = f"{listed(lacking)} can fill it in"
            return f"Put {{{{ {name} }}}} into a wording for those who have it; {can}."
    return f"No value would: change it in the pack of {one.sender} or of {other.sender}."


def _given(post: Post, local: Local, senders: Mapping[str, Sender]) -> Mapping[str, str]:
    """What the post's sender has filled in, in the post's language."""
    sender, own = senders.get(post.sender), local.get((post.sender, post.campaign))
    every = {**(sender.values if sender else {}), **(own.fill_in if own else {})}
    language = post.rendering.language
    return {name: values[language] for name, values in every.items() if values.get(language)}


def _fresh_words(post: Post, value: str) -> frozenset[str]:
    """The words of a value that the post does not have yet: across Kent brings no new place."""
    return frozenset(_WORD.findall(value.casefold())) - set(bare_words(post.rendering))


def _said(post: Post, pack: NationalPack | None, local: Local) -> Wording | None:
    """The wording that a post says, as it is written: a force's own, or the national one."""
    pick, own = post.rendering.pick, local.get((post.sender, post.campaign))
    if own is not None and pick.wording in own.change.get(pick.message, {}):
        return own.change[pick.message][pick.wording]
    for messages in (pack.messages if pack else {}, own.add if own else {}):
        message = messages.get(pick.message)
        if message is not None and pick.wording in message.wordings:
            return message.wordings[pick.wording]
    return None


def _wordings(pack: NationalPack | None, theme: str, language: Language) -> int:
    if pack is None:
        return 0
    of_theme = (
        message
        for message in pack.messages.values()
        if message.theme == theme and message.audience is not Audience.STAFF
    )
    return sum(language in one.words for message in of_theme for one in message.wordings.values())


def is_official(post: Post, packs: Packs) -> bool:
    """Whether its message may be the same for all, on the basis that the pack records."""
    pack = packs.get(post.campaign)
    message = pack.messages.get(post.rendering.pick.message) if pack else None
    return message is not None and message.same_for_all is not None
