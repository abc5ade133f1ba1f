"""What another version of a pack changes, and what each force has to look at for it: in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.core.model import Language, Sender
from bot.core.packs import (
    Dated,
    EveryWeek,
    LocalPack,
    Message,
    MessagePicture,
    MessageVideo,
    NamedCaptions,
    NationalPack,
    Never,
    Wording,
)
from bot.core.packs.brief import in_lines
from bot.core.reading import written, written_moment
from bot.core.source import listed


@dataclass(frozen=True, slots=True)
class Difference:
    """The names that are in only one of two, and those that are in both and differ."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]

    @classmethod
    def between(cls, old: Mapping[str, object], new: Mapping[str, object]) -> Difference:
        """By comparing values with ==."""
        return cls(
            tuple(name for name in new if name not in old),
            tuple(name for name in old if name not in new),
            tuple(name for name in new if name in old and old[name] != new[name]),
        )


def national_changes(old: NationalPack, new: NationalPack) -> list[str]:
    """What is different in `new`, a line each; empty where only notes and spaces differ."""
    messages = between_messages(old, new)
    values = Difference.between(_values(old), _values(new))
    lines = [*facts(old, new)]
    lines += _named("message", "is new", "are new", messages.new)
    lines += _named("message", "is gone", "are gone", messages.gone)
    for name in messages.changed:
        lines.append(f"{name}: {_message_change(old.messages[name], new.messages[name])}.")
    lines += recalls(old, new)
    lines += _named("value", "is new", "are new", values.new)
    lines += _named("value", "is gone", "are gone", values.gone)
    lines += _named(
        "value", "is asked for differently", "are asked for differently", values.changed
    )
    words_changed = bool(messages.new or messages.gone or messages.changed)
    if words_changed and new.version == old.version:
        lines.append(
            f"The version is still {new.version}, though words changed: forces will not be told to "
            "look again."
        )
    if new.version < old.version:
        lines.append(f"It is older than the pack here: version {new.version}, not {old.version}.")
    return lines


def between_messages(old: NationalPack, new: NationalPack) -> Difference:
    """The messages that differ in their words, what they show, their theme or whom they are for."""
    return Difference.between(_messages(old), _messages(new))


def recalls(old: NationalPack, new: NationalPack) -> Iterator[str]:
    """Messages that are recalled now and were not, and the other way round."""
    difference = Difference.between(old.withdraw, new.withdraw)
    for name in (*difference.new, *difference.changed):
        yield f"{name} is recalled: {new.withdraw[name]}."
    yield from (f"{name} is no longer recalled." for name in difference.gone)


def facts(old: NationalPack, new: NationalPack) -> Iterator[str]:
    """Title, version, dates, hashtags and the like, before and after."""
    pairs = (
        ("version", str(old.version), str(new.version)),
        ("title", old.title, new.title),
        ("scheduled", _schedule(old), _schedule(new)),
        ("hashtags", _tags(old), _tags(new)),
        ("link", old.link or "none", new.link or "none"),
        ("latest sending", _minutes(old), _minutes(new)),
        ("Welsh", _reviewed(old), _reviewed(new)),
        ("embargo", _embargo(old), _embargo(new)),
        ("may preview it", *(", ".join(one.may_preview) or "nobody" for one in (old, new))),
        ("handling", old.handling or "none", new.handling or "none"),
        ("review", _review(old), _review(new)),
        ("reviewed", _last_review(old), _last_review(new)),
        ("brief", _brief(old), _brief(new)),
        ("times", _times(old), _times(new)),
        ("themes", _themes(old), _themes(new)),
        ("locked", _locks(old), _locks(new)),
        ("conditions", _conditions(old), _conditions(new)),
    )
    for what, before, after in pairs:
        if before != after:
            yield f"{what}: {after} (before: {before})"


def _schedule(pack: NationalPack) -> str:
    match pack.schedule:
        case Dated(starts, days):
            return f"{days} day{'' if days == 1 else 's'} from {written(starts)}"
        case EveryWeek():
            return "every week"
        case Never():
            return "never"


def _tags(pack: NationalPack) -> str:
    more = f", more: {' '.join(pack.more_hashtags)}" if pack.more_hashtags else ""
    return f"{' '.join(pack.hashtags) or 'none'}{more}"


def _minutes(pack: NationalPack) -> str:
    return f"{int(pack.grace.total_seconds() // 60)} minutes late"


def _reviewed(pack: NationalPack) -> str:
    return "reviewed" if pack.translation_reviewed else "not reviewed"


def _embargo(pack: NationalPack) -> str:
    return f"until {written_moment(pack.embargo)}" if pack.embargo else "none"


def _review(pack: NationalPack) -> str:
    return f"by {written(pack.review)}" if pack.review else "none"


def _last_review(pack: NationalPack) -> str:
    return f"on {written(pack.reviewed)}" if pack.reviewed else "not said"


def _brief(pack: NationalPack) -> str:
    return "; ".join(f"{name}: {said}" for name, said in in_lines(pack.brief)) or "none"


def _times(pack: NationalPack) -> str:
    return ", ".join(f"{slot.name} {slot.at:%H:%M}" for slot in pack.slots.values())


def _themes(pack: NationalPack) -> str:
    return "; ".join(
        f"{theme.name} on {listed(theme.days)}" if theme.days else theme.name
        for theme in pack.themes.values()
    )


def _locks(pack: NationalPack) -> str:
    facts = (f"{one.name}{f' as {one.reads}' if one.reads else ''}" for one in pack.locks.values())
    themes = (theme.name for theme in pack.themes.values() if theme.locked)
    messages = (message.name for message in pack.messages.values() if message.locked)
    return ", ".join([*facts, *themes, *messages]) or "nothing"


def _conditions(pack: NationalPack) -> str:
    return "; ".join(f"{one.name} is {one}" for one in pack.conditions.values()) or "none"


def _named(noun: str, one: str, several: str, names: tuple[str, ...]) -> Iterator[str]:
    if len(names) == 1:
        yield f"1 {noun} {one}: {names[0]}."
    elif names:
        yield f"{len(names)} {noun}s {several}: {', '.join(names)}."


def _messages(pack: NationalPack) -> dict[str, object]:
    return {name: _content(message) for name, message in pack.messages.items()}


def _content(message: Message) -> object:
    """A message without its places: what is compared."""
    wordings = {name: _said(wording) for name, wording in message.wordings.items()}
    shown = _shown(message.picture), _shown(message.video)
    marks = message.same_for_all, message.essential, message.amplify
    return message.theme, marks, wordings, *shown, message.only_for, message.not_for


def _shown(shown: MessagePicture | MessageVideo | None) -> object:
    """What is shown, without its places: its files, what was made of them, and its words."""
    if shown is None:
        return None
    words = {language: words.text for language, words in shown.shows.items()}
    return _files_of(shown), words


def _files_of(shown: MessagePicture | MessageVideo) -> object:
    files = {language: (one.file, one.made) for language, one in shown.files.items()}
    if isinstance(shown, MessagePicture):
        return files
    spoken = {
        language: one.made and one.made.sha256 if isinstance(one, NamedCaptions) else one
        for language, one in shown.captions.items()
    }
    return files, spoken


def _said(wording: Wording) -> object:
    words = {language: words.text for language, words in wording.words.items()}
    whose = wording.forces_with, wording.forces_without, wording.only_for, wording.not_for
    return words, whose


def _values(pack: NationalPack) -> dict[str, object]:
    return {
        name: (one.help, one.example, one.needed, one.kind, one.default)
        for name, one in pack.values.items()
    }


def _message_change(old: Message, new: Message) -> str:
    """`wording first changed in English; wording third is new`."""
    difference = Difference.between(_wordings(old), _wordings(new))
    parts = [f"wording {name} is new" for name in difference.new]
    parts += [f"wording {name} is gone" for name in difference.gone]
    parts += [
        f"wording {name} changed{_in_languages(old.wordings[name], new.wordings[name])}"
        for name in difference.changed
    ]
    if old.theme != new.theme:
        parts.append(f"moved to the theme {new.theme}")
    if old.same_for_all != new.same_for_all:
        parts.append("same_for_all changed")
    for noun, was, is_now in (
        ("picture", old.picture, new.picture),
        ("video", old.video, new.video),
    ):
        if _shown(was) != _shown(is_now):
            parts.append(f"its {noun} {_change_of(was, is_now)}")
    if (old.only_for, old.not_for) != (new.only_for, new.not_for):
        parts.append("it is for others now")
    if old.essential != new.essential:
        parts.append(f"essential: {new.essential or 'no longer'}")
    if old.amplify != new.amplify:
        parts.append("amplify: repost" if new.amplify else "no longer reposted")
    return "; ".join(parts)


def _change_of(
    old: MessagePicture | MessageVideo | None, new: MessagePicture | MessageVideo | None
) -> str:
    if old is None or new is None:
        return "is gone" if new is None else "is new"
    return "is described differently" if _files_of(old) == _files_of(new) else "changed"


def _wordings(message: Message) -> dict[str, object]:
    return {name: _said(wording) for name, wording in message.wordings.items()}


def _in_languages(old: Wording, new: Wording) -> str:
    changed = [
        language.label
        for language in Language
        if getattr(old.words.get(language), "text", None)
        != getattr(new.words.get(language), "text", None)
    ]
    return f" in {listed(changed)}" if changed else " in who may use it"


# --- what a force has to do -------------------------------------------------------------------


def consequences(
    old: NationalPack | None, new: NationalPack, local: LocalPack, sender: Sender
) -> list[str]:
    """What a force must fill in or look at again once `new` stands here; empty where nothing."""
    lines = list(to_fill_in(new, local, sender))
    lines += _no_longer_there(old, new, local)
    lines += _of_single_accounts(old, new, local)
    if local.written_for_version < new.version:
        lines.append(f"read what changed, then write written_for_version: {new.version}.")
    return lines


def _of_single_accounts(
    old: NationalPack | None, new: NationalPack, local: LocalPack
) -> Iterator[str]:
    """What single accounts say of what is no longer below them, or says something else there."""
    below = replace(new, messages={**local.add, **new.messages})
    for name, own in local.accounts.items():
        yield from (f"{name}: {line}" for line in _no_longer_there(old, below, own))


def _no_longer_there(
    old: NationalPack | None, new: NationalPack, local: LocalPack
) -> Iterator[str]:
    """What an overlay names and the pack below it no longer has, or has in other words."""
    yield from _no_longer("message", local.change, new.messages, "changed")
    withdrawn = dict.fromkeys(name.split("/")[0] for name in local.withdraw)
    yield from _no_longer("message", withdrawn, new.messages, "withdrawn")
    yield from _no_longer("value", local.fill_in, new.values, "filled in")
    yield from _no_longer("slot", local.times, new.slots, "given another time")
    yield from _no_longer("message", local.moves, new.messages, "moved")
    for name in sorted(set(local.add) & set(new.messages)):
        if local.add[name].theme:  # else these are wordings for a message that is there
            yield f"{name}: the national pack has a message of that name now; rename yours."
    yield from _changed_below(old, new, local)


def to_fill_in(new: NationalPack, local: LocalPack, sender: Sender) -> Iterator[str]:
    """What a force has still to fill in."""
    given = {**sender.values, **local.fill_in}
    for name, value in new.values.items():
        if value.needed and not given.get(name):
            yield f"fill in {name}: {value.help or 'it is needed now.'}"


def _no_longer(
    noun: str, own: Iterable[str], known: Mapping[str, object], what: str
) -> Iterator[str]:
    for name in own:
        if name not in known:
            yield f"{name}: this {noun}, {what} here, is no longer in the pack; take it out."


def _changed_below(old: NationalPack | None, new: NationalPack, local: LocalPack) -> Iterator[str]:
    """Wordings that the force says its own way, where the national words are gone or are others."""
    for name, wordings in local.change.items():
        message = new.messages.get(name)
        was = old.messages.get(name) if old else None
        for wording in wordings if message else ():
            now = message.wordings.get(wording) if message else None
            before = was.wordings.get(wording) if was else None
            if now is None:
                yield f"{name}/{wording}: this wording, changed here, is gone; take it out."
            elif before is not None and _said(before) != _said(now):
                yield f"{name}/{wording}: the national words changed under yours; read both again."
    for name in {**local.pictures, **local.videos}:
        was, is_now = (pack.messages.get(name) if pack else None for pack in (old, new))
        if was and is_now and _shown(was.picture) != _shown(is_now.picture):
            yield f"{name}: the national picture changed under yours; look at both again."
        if was and is_now and _shown(was.video) != _shown(is_now.video):
            yield f"{name}: the national video changed under yours; look at both again."


def local_changes(old: LocalPack | None, new: LocalPack) -> list[str]:
    """What is different in a force's own pack; everything, where there was none."""
    lines = []
    if old is not None and new.written_for_version != old.written_for_version:
        before = old.written_for_version
        lines.append(f"written_for_version: {new.written_for_version} (before: {before})")
    trusts = [one.trusts_corrections for one in (old, new) if one is not None]
    if trusts != [False] and (len(trusts) == 1 or trusts[0] != trusts[1]):
        lines.append(f"national_corrections: {'trusted' if new.trusts_corrections else 'ask'}")
    taking = _spoken_part(old) if old else None
    if taking != _spoken_part(new):
        lines.append(
            f"takes_part: {_spoken_part(new)}" + (f" (before: {taking})" if taking else "")
        )
    lines += _both("fill_in", "phrase", old.fill_in if old else {}, new.fill_in)
    lines += _both("change", "changed wording", _own(old.change) if old else {}, _own(new.change))
    for noun, was, is_now in (
        ("own picture", old.pictures if old else {}, new.pictures),
        ("own video", old.videos if old else {}, new.videos),
    ):
        lines += _both("change", noun, _own_media(was), _own_media(is_now))
    lines += _both("add", "own message", _added(old) if old else {}, _added(new))
    lines += _both("withdraw", "withdrawn message", old.withdraw if old else {}, new.withdraw)
    lines += _both("move", "moved message", old.moves if old else {}, new.moves)
    lines += _both("only_for", "limit", old.only_for if old else {}, new.only_for)
    lines += _both("times", "own time", old.times if old else {}, new.times)
    lines += _own_tags(old, new)
    lines += _both("accounts", "account", _of_accounts(old) if old else {}, _of_accounts(new))
    return lines


def _own_tags(old: LocalPack | None, new: LocalPack) -> Iterator[str]:
    was, now = (one.more_hashtags if one else None for one in (old, new))
    before, after = ((" ".join(one.tags) or "none") if one else "not said" for one in (was, now))
    if before != after:
        yield f"more_hashtags: {after} (before: {before})"


def _of_accounts(local: LocalPack) -> dict[str, object]:
    """What single accounts say, without places."""
    return {
        name: (
            own.fill_in,
            _own(own.change),
            _own_media(own.pictures),
            _own_media(own.videos),
            _added(own),
            own.withdraw,
            own.moves,
            own.times,
            own.more_hashtags and own.more_hashtags.tags,
        )
        for name, own in local.accounts.items()
    }


def goes_back(old: LocalPack | None, new: LocalPack) -> str | None:
    """A warning that a local pack was written for an older national one than the pack here."""
    if old is None or new.written_for_version >= old.written_for_version:
        return None
    return (
        f"it was written for version {new.written_for_version} of the national pack, the one here "
        f"for version {old.written_for_version}. Make sure that it is not an older copy."
    )


def _spoken_part(local: LocalPack) -> str:
    if local.takes_part is None:
        return "not said"
    return "yes" if local.takes_part else f"no, {local.why_not}"


def _own(change: Mapping[str, Mapping[str, Wording]]) -> dict[str, object]:
    return {
        f"{message}/{name}": _said(wording)
        for message, wordings in change.items()
        for name, wording in wordings.items()
    }


def _own_media(changed: Mapping[str, MessagePicture | MessageVideo]) -> dict[str, object]:
    return {name: (one.taken_out, _shown(one)) for name, one in changed.items()}


def _added(local: LocalPack) -> dict[str, object]:
    return {name: _content(message) for name, message in local.add.items()}


def _both(
    field: str, noun: str, old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[str]:
    difference = Difference.between(old, new)
    for line in (
        *_named(noun, "is new", "are new", difference.new),
        *_named(noun, "is gone", "are gone", difference.gone),
        *_named(noun, "is different", "are different", difference.changed),
    ):
        yield f"{field}: {line}"
