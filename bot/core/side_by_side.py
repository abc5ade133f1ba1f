"""A sender's accounts in one slot: whose posts stand side by side, and how they differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from bot.core.model import Language, Pick, Picture, PlatformName, Post, Video
from bot.core.source import listed
from bot.core.text.parsed import Entity, Span
from bot.core.text.rules import Rules

T = TypeVar("T", bound=Hashable)
V = TypeVar("V")

_PROTOCOL: Final = re.compile("https?://", re.IGNORECASE)
_FIRST: Final = {platform: turn for turn, platform in enumerate(PlatformName)}


def in_columns(shown: Iterable[V], post_of: Callable[[V], Post]) -> list[list[list[V]]]:
    """Rows of columns: a row is a run, slot, language and sender, a column one of its accounts.

    Rows come as the first post of each comes; columns by platform, X first. A column has more
    than one post where the account sends a thread.
    """
    found = []
    for row in _grouped((_row(post_of(one)), one) for one in shown).values():
        ordered = sorted(row, key=lambda one: _column_order(post_of(one)))
        by_account = _grouped((post_of(one).key.account, one) for one in ordered)
        found.append(list(by_account.values()))
    return found


def _row(post: Post) -> tuple[str, str, Language, str]:
    return post.key.run, post.key.slot, post.key.language, post.sender


def _column_order(post: Post) -> tuple[int, str, int]:
    return _FIRST[post.rendering.platform], post.key.account, post.key.part


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the posts of a row differ from platform to platform, in whole sentences."""

    same_words: bool  # but for how an address is written
    remarks: tuple[str, ...]  # what is to say of the words comes first


@dataclass(frozen=True, slots=True)
class _Side:
    """What one account says: a post, or a thread in its parts."""

    name: str  # of its platform; of the account where two are on one platform
    posts: tuple[Post, ...]
    rules: Rules
    spans: tuple[Span, ...]

    @property
    def platform(self) -> PlatformName:
        return self.posts[0].rendering.platform

    @property
    def words(self) -> list[str]:
        return [word for post in self.posts for word in post.rendering.text.split()]

    @property
    def shown(self) -> tuple[Picture | Video, ...]:
        return tuple(one for post in self.posts for one in post.rendering.shown)


def compare(columns: Sequence[Sequence[Post]], rules: Mapping[str, Rules]) -> Comparison:
    """How the columns of a row differ, under the rules of each account by its id."""
    sides = _sides(columns, rules)
    same_words, of_words = _words(sides)
    found = [of_words, *_parts(sides), *_links(sides), *_unlinked(sides)]
    if same_words and all(len(side.posts) == 1 for side in sides):
        found += _other_counts(sides)
    return Comparison(same_words, (*found, *_media(sides)))


def _sides(columns: Sequence[Sequence[Post]], rules: Mapping[str, Rules]) -> list[_Side]:
    platforms = [posts[0].rendering.platform for posts in columns]
    sides = []
    for posts, platform in zip(columns, platforms, strict=True):
        account = posts[0].key.account
        name = account if platforms.count(platform) > 1 else platform.label
        parsed = (rules[account].parse(post.rendering.text) for post in posts)
        spans = tuple(span for one in parsed for span in one.spans)
        sides.append(_Side(name, tuple(posts), rules[account], spans))
    return sides


# --- words --------------------------------------------------------------------------------------


def _words(sides: Sequence[_Side]) -> tuple[bool, str]:
    """Whether all say the same words, and the sentence about it."""
    picks = _grouped((side.posts[0].rendering.pick, side.name) for side in sides)
    if len(picks) > 1:
        return False, _told_apart(picks)
    everywhere = listed(side.name for side in sides)
    tags = _grouped((tag, side.name) for side in sides for tag in _hashtags(side))
    some = {tag: names for tag, names in tags.items() if len(names) < len(sides)}
    if len({tuple(_plain(side)) for side in sides}) > 1:
        return False, "The same wording, and yet not the same words on each."
    if some:
        only = "; ".join(f"{tag} is only on {listed(names)}" for tag, names in some.items())
        return False, f"The same words but for hashtags: {only}."
    return True, f"The same words on {everywhere}."


def _told_apart(picks: Mapping[Pick, Sequence[str]]) -> str:
    shared = [f"{listed(names)} share a wording" for names in picks.values() if len(names) > 1]
    alone = [name for names in picks.values() if len(names) == 1 for name in names]
    if shared:
        others = [f"{listed(alone)} {'has' if len(alone) == 1 else 'each have'} another"]
        return f"{'; '.join([*shared, *(others if alone else [])])}."
    messages = {pick.message for pick in picks}
    if len(messages) == 1:
        return f"Each has its own wording of {messages.pop()}."
    return f"Each has its own {'message' if len(messages) == len(picks) else 'words'}."


def _plain(side: _Side) -> list[str]:
    return [_PROTOCOL.sub("", word) for word in side.words if not word.startswith("#")]


def _hashtags(side: _Side) -> dict[str, None]:
    return dict.fromkeys(word for word in side.words if word.startswith("#"))


def _parts(sides: Sequence[_Side]) -> Iterator[str]:
    by_number = _grouped((len(side.posts), side.name) for side in sides)
    if len(by_number) > 1:
        said = (f"{number} on {listed(names)}" for number, names in by_number.items())
        yield f"Posts in a thread: {', '.join(said)}."


# --- links and counts ---------------------------------------------------------------------------


def _links(sides: Sequence[_Side]) -> Iterator[str]:
    """What an address counts on each platform, and how it is written, where that differs."""
    found: dict[str, dict[str, str]] = {}  # address -> side -> as it is written there
    rules = {side.name: side.rules for side in sides}
    for side in sides:
        for span in side.spans:
            if span.kind is Entity.LINK:
                address = _PROTOCOL.sub("", span.value)
                found.setdefault(address, {}).setdefault(side.name, span.value)
    for address, written in found.items():
        counts = _grouped((_count(form, rules[name]), name) for name, form in written.items())
        forms = _grouped((form, name) for name, form in written.items() if form != address)
        said = [f"{address} counts {_each(counts)}"] if len(counts) > 1 else []
        if sum(map(len, forms.values())) < len(written):
            it = "it" if said else address
            said += [f"on {listed(names)} {it} is written {form}" for form, names in forms.items()]
        if said:
            yield f"{'; '.join(said)}."


@lru_cache(maxsize=1_000)
def _count(link: str, rules: Rules) -> int:
    return rules.parse(link).length


def _unlinked(sides: Sequence[_Side]) -> Iterator[str]:
    """What links on one platform, and stands as plain words on another."""
    linked = _grouped((text, side.name) for side in sides for text in _linked(side))
    for text, names in linked.items():
        others = (side for side in sides if side.name not in names)
        plain = [side.name for side in others if _stands_in(text, side)]
        if plain:
            yield f"{text} links on {listed(names)}, not on {listed(plain, 'or')}."


def _linked(side: _Side) -> dict[str, None]:
    """What links there, as it stands in the words but for https://."""
    signs = {Entity.LINK: "", Entity.HASHTAG: "#", Entity.MENTION: "@", Entity.CASHTAG: "$"}
    return dict.fromkeys(
        f"{signs[span.kind]}{_PROTOCOL.sub('', span.value)}" for span in side.spans
    )


def _stands_in(text: str, side: _Side) -> bool:
    whole = re.compile(rf"(?<![\w/@.]){re.escape(text)}(?![\w/@-]|\.\w)", re.IGNORECASE)
    return any(whole.search(post.rendering.text) for post in side.posts)


def _other_counts(sides: Sequence[_Side]) -> Iterator[str]:
    """What the same words count without their addresses, where that differs."""
    counts = _grouped((_without_links(side), side.name) for side in sides)
    if len(counts) > 1:
        most = counts[max(counts)]
        on_x = any(side.name in most and side.platform is PlatformName.X for side in sides)
        why = ": an emoji, and some other signs, count 2 on X" if on_x else ""
        yield f"Without links the words count {_each(counts)}{why}."


def _without_links(side: _Side) -> int:
    links = (span.value for span in side.spans if span.kind is Entity.LINK)
    whole = sum(post.rendering.length for post in side.posts)
    return whole - sum(_count(link, side.rules) for link in links)


# --- pictures and videos ------------------------------------------------------------------------


def _media(sides: Sequence[_Side]) -> Iterator[str]:
    having = [side for side in sides if side.shown]
    if not having:
        return
    noun = "video" if isinstance(having[0].shown[0], Video) else "picture"
    if len(having) < len(sides):
        yield f"A {noun} on {listed(side.name for side in having)} only."
    files = _grouped((tuple(one.file for one in side.shown), side.name) for side in having)
    if len(files) > 1:
        yield f"The {noun}s are not the same."
        return
    for number, first in enumerate(having[0].shown):
        yield from _medium(first, {side.name: side.shown[number] for side in having})


def _medium(first: Picture | Video, shown: Mapping[str, Picture | Video]) -> Iterator[str]:
    """How one file of the pack was made ready for each platform."""
    name = first.file.rpartition("/")[2]
    sizes = _grouped((f"{p.width:,} by {p.height:,}", on) for on, p in shown.items())
    if len(sizes) > 1:
        yield f"{name} is scaled: {_each(sizes)}."
    elif len({one.sha256 for one in shown.values()}) > 1:
        packed = _grouped((_kilobytes(one), on) for on, one in shown.items())
        yield f"{name} is packed anew: {_each(packed)}."
    captioned = [on for on, one in shown.items() if isinstance(one, Video) and one.captions]
    if 0 < len(captioned) < len(shown):
        yield f"{name} has captions on {listed(captioned)} only."
    if len({_PROTOCOL.sub("", one.alt) for one in shown.values()}) > 1:
        yield f"The alt text of {name} is not the same on each."


def _kilobytes(picture: Picture | Video) -> str:
    kind = picture.media_type.rpartition("/")[2].upper()
    return f"{kind}, {-(-picture.size // 1000):,} kB"


def _each(groups: Mapping[T, Sequence[str]]) -> str:
    """`23 on X and Mastodon, 10 on Bluesky`."""
    return ", ".join(f"{value} on {listed(names)}" for value, names in groups.items())


def _grouped(pairs: Iterable[tuple[T, V]]) -> dict[T, list[V]]:
    found: dict[T, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
