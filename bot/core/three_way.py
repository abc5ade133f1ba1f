"""What the national team changed, what a force had changed, and where the two meet.

A local pack holds only what a force says its own way, so whatever else changes in the national pack
reaches it by itself. What both have changed does not: there the force's words stand, until somebody
has read both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.core.insertion import as_notes, entry_lines, lines_of, with_lines, with_value
from bot.core.model import Language
from bot.core.packs import (
    LocalPack,
    Message,
    MessagePicture,
    MessageVideo,
    NamedCaptions,
    NationalPack,
    Wording,
)
from bot.core.packs.hashtags import OPTIONAL
from bot.core.packs.pictures import PICTURE_FIELDS
from bot.core.packs.videos import VIDEO_FIELDS
from bot.core.source import Fields, Node, Place, read

Path = tuple[str, ...]
"""Where something stands in a local pack: ("change", "look-out", "first")."""

Medium = MessagePicture | MessageVideo
MEDIA: Final = {"picture": PICTURE_FIELDS, "video": VIDEO_FIELDS}


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that the national team changed and the force did not: it is taken as it is."""

    name: str  # look-out/first
    sentence: str  # "is new", "changed in English"
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Collision:
    """Something that both have changed. Theirs is taken by taking ours out of the local pack."""

    name: str  # look-out/first, as it is typed after --ours or --theirs
    sentence: str
    base: str
    theirs: str
    ours: str
    paths: tuple[Path, ...]
    may_keep: bool = True  # False where the pack has no place for it any more


@dataclass(frozen=True, slots=True)
class Moot:
    """Something in a local pack that says nothing any more, and is taken out without a question."""

    path: Path
    sentence: str


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """One local pack between the national text it was written for and the one there is now."""

    taken: tuple[Taken, ...]
    collisions: tuple[Collision, ...]
    moot: tuple[Moot, ...]
    kept: tuple[str, ...]  # what the force says its own way, and nobody touched


def three_way(
    base: NationalPack, new: NationalPack, local: LocalPack, languages: Collection[Language]
) -> ThreeWay:
    """Compared message by message, wording by wording, in the languages of the force."""
    collisions = [
        *_words(base, new, local, languages),
        *_media(base, new, local),
        *_withdrawn(base, new, local, languages),
        *_added(new, local),
        *_times(base, new, local),
        *_hashtags(base, new, local),
    ]
    touched = {one.name for one in collisions}
    kept = [one for one in _own(local) if not {one, one.split("/")[0]} & touched]
    taken = [one for one in national_steps(base, new, languages) if one.name not in touched]
    moot = tuple(_moot(new, local))
    return ThreeWay(tuple(taken), tuple(collisions), moot, tuple(kept))


# --- what they changed ----------------------------------------------------------------------------


def national_steps(
    base: NationalPack, new: NationalPack, languages: Collection[Language]
) -> Iterator[Taken]:
    """What the national team changed in its messages, in these languages."""
    for name in base.messages:
        if name not in new.messages:
            yield Taken(name, "is gone", before=_all_of(base.messages[name], languages))
    for name, message in new.messages.items():
        if name not in base.messages:
            yield Taken(name, "is new", after=_all_of(message, languages))
            continue
        yield from _message_steps(base.messages[name], message, languages)


def _message_steps(old: Message, new: Message, languages: Collection[Language]) -> Iterator[Taken]:
    for name in {**old.wordings, **new.wordings}:
        before, after = old.wordings.get(name), new.wordings.get(name)
        full = f"{new.name}/{name}"
        for language in languages:
            said, says = _said(before, language), _said(after, language)
            if said != says:
                what = "is new" if not said else "is gone" if not says else "changed"
                yield Taken(full, f"{what} in {language.label}", said, says)
        if before and after and _whose(before) != _whose(after):
            yield Taken(full, "is for other forces now")
    if old.theme != new.theme:
        yield Taken(new.name, f"moved to the theme {new.theme}")
    for noun in MEDIA:
        was, is_now = _medium(old, noun), _medium(new, noun)
        if _shown(was) != _shown(is_now):
            yield Taken(f"{new.name}/{noun}", "changed", _alt(was), _alt(is_now))


def _all_of(message: Message, languages: Collection[Language]) -> str:
    said = (_said(one, lang) for one in message.wordings.values() for lang in languages)
    return _joined(said)


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text)


def _said(wording: Wording | None, language: Language) -> str:
    words = wording.words.get(language) if wording else None
    return words.text if words else ""


def _whose(wording: Wording) -> object:
    return wording.forces_with, wording.forces_without, wording.only_for, wording.not_for


def _medium(message: Message, noun: str) -> Medium | None:
    return message.picture if noun == "picture" else message.video


def _shown(shown: Medium | None) -> object:
    """What is shown, without its places and its bytes, which older texts are kept without."""
    if shown is None:
        return None
    files = {language: one.file for language, one in shown.files.items()}
    captions = shown.captions.items() if isinstance(shown, MessageVideo) else ()
    spoken = {
        language: one.file if isinstance(one, NamedCaptions) else one for language, one in captions
    }
    return files, {language: words.text for language, words in shown.shows.items()}, spoken


def _alt(shown: Medium | None) -> str:
    return "\n".join(dict.fromkeys(one.text for one in shown.shows.values())) if shown else ""


# --- where both meet ------------------------------------------------------------------------------


def _words(
    base: NationalPack, new: NationalPack, local: LocalPack, languages: Collection[Language]
) -> Iterator[Collision]:
    for name in {**local.change, **local.pictures, **local.videos}:
        message, was = new.messages.get(name), base.messages.get(name)
        wordings = local.change.get(name, {})
        if message is None:
            ours = "\n\n".join(_text(one, languages) for one in wordings.values())
            theirs = "This message is no longer in the pack."
            told = _all_of(was, languages) if was else ""
            yield Collision(
                name, "you changed a message that is gone", told, theirs, ours,
                (("change", name),), may_keep=False,
            )  # fmt: skip
            continue
        for own in wordings.values():
            before = was.wordings.get(own.name) if was else None
            yield from _one_wording(name, own, before, message.wordings.get(own.name), languages)


def _one_wording(
    message: str,
    ours: Wording,
    before: Wording | None,
    after: Wording | None,
    languages: Collection[Language],
) -> Iterator[Collision]:
    """The words of a wording that both changed in one of the languages that the force has in it."""
    name, path = f"{message}/{ours.name}", ("change", message, ours.name)
    mine = _text(ours, languages)
    if after is None:
        theirs = "This wording is no longer in the pack."
        yield Collision(
            name, "you changed a wording that is gone", _text(before, languages), theirs, mine,
            (path,), may_keep=False,
        )  # fmt: skip
        return
    spoken = [language for language in languages if language in ours.words]
    moved = [one for one in spoken if _said(before, one) != _said(after, one)]
    if any(_said(after, one) != _said(ours, one) for one in moved):
        yield Collision(
            name, "both changed it", _text(before, spoken), _text(after, spoken), mine, (path,)
        )


def _text(wording: Wording | None, languages: Iterable[Language]) -> str:
    return "\n".join(text for one in languages if (text := _said(wording, one)))


def _media(base: NationalPack, new: NationalPack, local: LocalPack) -> Iterator[Collision]:
    for noun, name, own in _own_media(local):
        if name not in new.messages or name not in base.messages:
            continue
        before, after = _medium(base.messages[name], noun), _medium(new.messages[name], noun)
        if _shown(before) == _shown(after):
            continue
        yield Collision(
            f"{name}/{noun}",
            f"both changed its {noun}",
            _alt(before) or f"no {noun}",
            _alt(after) or f"no {noun}",
            f"no {noun}" if own.taken_out else _alt(own) or "another file",
            tuple(("change", name, field) for field in MEDIA[noun]),
        )


def _changed_words(
    base: NationalPack, new: NationalPack, name: str, languages: Collection[Language]
) -> tuple[str | None, str | None]:
    """What of a message changed between the two, before and after; None where it is gone."""
    message, was = new.messages.get(name), base.messages.get(name)
    if message is None or was is None:
        return None, None
    steps = [one for one in _message_steps(was, message, languages) if one.before or one.after]
    return _joined(one.before for one in steps), _joined(one.after for one in steps)


def _own_media(local: LocalPack) -> Iterator[tuple[str, str, Medium]]:
    """What a force shows its own way: a picture or a video, its message, and itself."""
    yield from (("picture", name, own) for name, own in local.pictures.items())
    yield from (("video", name, own) for name, own in local.videos.items())


def _withdrawn(
    base: NationalPack, new: NationalPack, local: LocalPack, languages: Collection[Language]
) -> Iterator[Collision]:
    """What a force took out, and the national team has since put in other words."""
    for name, reason in local.withdraw.items():
        if "/" in name:
            before, after = (_words_of(pack.messages, name, languages) for pack in (base, new))
        else:
            before, after = _changed_words(base, new, name, languages)
        if None not in (before, after) and before != after:
            yield Collision(
                name, "you withdrew it, and its national words changed", before or "", after or "",
                f"withdrawn: {reason}", (("withdraw", name),),
            )  # fmt: skip


def _words_of(
    messages: Mapping[str, Message], name: str, languages: Collection[Language]
) -> str | None:
    """What a message says, or one wording of it, `message/wording`; None where there is none."""
    title, _, wording = name.partition("/")
    message = messages.get(title)
    if message is None or (wording and wording not in message.wordings):
        return None
    return _text(message.wordings[wording], languages) if wording else _all_of(message, languages)


def _added(new: NationalPack, local: LocalPack) -> Iterator[Collision]:
    for name, own in local.add.items():
        message = new.messages.get(name)
        if not own.theme:  # these are wordings for a message that is there
            yield from _added_wordings(message, own)
        elif message is not None:
            theirs, ours = (_all_of(one, tuple(Language)) for one in (message, own))
            yield Collision(
                name, "you added a message, and the pack has one of that name now", "", theirs,
                ours, (("add", name),), may_keep=False,
            )  # fmt: skip


def _added_wordings(message: Message | None, own: Message) -> Iterator[Collision]:
    if message is None:
        yield Collision(
            own.name, "you added wordings to a message that is gone", "",
            "This message is no longer in the pack.", _all_of(own, tuple(Language)),
            (("add", own.name),), may_keep=False,
        )  # fmt: skip
        return
    for name in (one for one in own.wordings if one in message.wordings):
        path: Path = ("add", own.name)
        theirs, ours = (_text(one.wordings[name], tuple(Language)) for one in (message, own))
        yield Collision(
            f"{own.name}/{name}", "you added a wording, and the pack has one of that name now", "",
            theirs, ours, (path if len(own.wordings) == 1 else (*path, "wordings", name),),
            may_keep=False,
        )  # fmt: skip


def _times(base: NationalPack, new: NationalPack, local: LocalPack) -> Iterator[Collision]:
    for name, ours in local.times.items():
        slot, was = new.slots.get(name), base.slots.get(name)
        if slot is None or was is None or slot.at in (was.at, ours):
            continue
        yield Collision(
            f"times/{name}", "both changed its time", f"{was.at:%H:%M}", f"{slot.at:%H:%M}",
            f"{ours:%H:%M}", (("times", name),),
        )  # fmt: skip


def _hashtags(base: NationalPack, new: NationalPack, local: LocalPack) -> Iterator[Collision]:
    was, now, own = base.more_hashtags, new.more_hashtags, local.more_hashtags
    if own is not None and now not in (was, own.tags):
        before, theirs, ours = (", ".join(tags) or "none" for tags in (was, now, own.tags))
        yield Collision(
            OPTIONAL, "both changed these hashtags", before, theirs, ours, ((OPTIONAL,),)
        )


# --- the rest -------------------------------------------------------------------------------------


def _moot(new: NationalPack, local: LocalPack) -> Iterator[Moot]:
    for group, one_by_one in (("withdraw", local.withdraw), ("only_for", local.only_for)):
        for name in one_by_one:
            if all(_words_of(known, name, ()) is None for known in (new.messages, local.add)):
                noun = "wording" if "/" in name else "message"
                yield Moot((group, name), f"the pack has no such {noun} any more")
    for part, names, known, noun in (
        ("move", local.moves, {**new.messages, **local.add}, "message"),
        ("fill_in", local.fill_in, new.values, "value"),
        ("times", local.times, new.slots, "slot"),
    ):
        for name in names:
            if name not in known:
                yield Moot((part, name), f"the pack has no such {noun} any more")


def _own(local: LocalPack) -> Iterator[str]:
    """What the force says its own way, by the names that collisions have."""
    for message, wordings in local.change.items():
        yield from (f"{message}/{name}" for name in wordings)
    yield from (f"{name}/{noun}" for noun, name, _ in _own_media(local))
    yield from local.withdraw
    yield from local.add
    yield from (f"move/{name}" for name in local.moves)
    yield from (f"only_for/{name}" for name in local.only_for)
    yield from (f"times/{name}" for name in local.times)
    if local.more_hashtags is not None:
        yield OPTIONAL


def with_accounts(found: ThreeWay, accounts: Mapping[str, ThreeWay]) -> ThreeWay:
    """What a force says, and what its accounts say below `accounts`, each by the account's name."""
    collisions, moot, kept = [*found.collisions], [*found.moot], [*found.kept]
    for name, one in accounts.items():
        above = ("accounts", name)
        collisions += [
            replace(
                each,
                name=f"{name}/{each.name}",
                paths=tuple((*above, *path) for path in each.paths),
            )
            for each in one.collisions
        ]
        moot += [replace(each, path=(*above, *each.path)) for each in one.moot]
        kept += [f"{name}/{each}" for each in one.kept]
    return ThreeWay(found.taken, tuple(collisions), tuple(moot), tuple(kept))


# --- the file, afterwards -------------------------------------------------------------------------


def carried(
    content: bytes, found: ThreeWay, theirs: Collection[str], version: int, *, when: str
) -> bytes:
    """A local pack's file, written for `version`: what is theirs or moot is a note from now on.

    All else stays as it is, byte for byte. `theirs` are the names of collisions. `when` is said in
    the notes: `28 November 2026`.
    """
    top, _ = read("local", content)
    if top is None:
        return content
    gone = {one.path: one.sentence for one in found.moot}
    for one in found.collisions:
        if one.name in theirs:
            gone |= dict.fromkeys(one.paths, f"the national words of version {version} stand")
    lines = lines_of(content)
    entries = {}
    for path, why in _whole_messages(gone, top).items():
        at = _place(top, path)
        if at is not None:
            where = entry_lines(lines, at.line - 1, at.column)
            entries[where] = f"Taken out on {when}: {why}."
    return _written_for(as_notes(content, entries), version)


def _whole_messages(gone: Mapping[Path, str], top: Fields) -> dict[Path, str]:
    """The same, but a message of which nothing would be left is taken out as a whole."""
    found = dict(gone)
    accounts = {path[:2] for path in gone if path[0] == "accounts"}
    for above in ((), *sorted(accounts)):
        group = (*above, "change")
        change = _node(top, group)
        for name, node in change.entries.items() if isinstance(change, Fields) else ():
            inner = node.entries if isinstance(node, Fields) else {}
            inside: set[Path] = {(*group, name, one) for one in inner}
            if inside and inside <= found.keys():
                why = found[min(inside)]
                found = {path: one for path, one in found.items() if path not in inside}
                found[*group, name] = why
    return found


def _node(top: Fields, path: Path) -> Node | None:
    """What stands at a path."""
    node: Node = top
    for name in path:
        if not isinstance(node, Fields) or name not in node.entries:
            return None
        node = node.entries[name]
    return node


def _place(top: Fields, path: Path) -> Place | None:
    """Where the name at the end of a path stands."""
    group = _node(top, path[:-1])
    return group.keys.get(path[-1]) if isinstance(group, Fields) else None


def _written_for(content: bytes, version: int) -> bytes:
    top, _ = read("local", content)
    name = "written_for_version"
    if top is None:
        return content
    if name in top.keys:
        return with_value(content, top.keys[name].line - 1, name, str(version))
    before = [top.keys[one].line for one in ("force", "campaign", "takes_part") if one in top.keys]
    return with_lines(content, max(before, default=0), [f"{name}: {version}"])
