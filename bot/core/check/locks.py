"""What a national pack locks: kept by every overlay, and looked for again in what goes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.check.lines import error
from bot.core.check.numbers import digits_of, look_alikes
from bot.core.config import Config
from bot.core.model import Language, Post, PostKey, Rendering
from bot.core.packs import LocalPack, Lock, Locked, Message, NationalPack, Wording
from bot.core.source import Place, Problem, did_you_mean, listed
from bot.core.templates import inspect

# --- locks as they are written --------------------------------------------------------------------


def lock_problems(pack: NationalPack, config: Config) -> Iterator[Problem]:
    """What is wrong with a pack's locks, and with its own words by them."""
    known = {*config.tokens(), *pack.values}
    for lock in pack.locks.values():
        for name in (*lock.facts, *lock.never_without):
            if name not in known:
                yield error(
                    lock.place,
                    "unknown-value",
                    f'the lock "{lock.name}" names a fact that nobody knows: "{name}".',
                    did_you_mean(name, known),
                )
        yield from _other_reading(lock, config)
    for message in pack.messages.values():
        for wording in message.wordings.values():
            yield from _alone(message.name, wording, pack)


def _other_reading(lock: Lock, config: Config) -> Iterator[Problem]:
    """A constant that says something else than its lock: one of the two has a wrong digit."""
    fact = config.facts.get(lock.facts[0]) if lock.facts else None
    if fact is None or lock.reads is None:
        return
    for value in dict.fromkeys(fact.values.values()):
        if value != lock.reads:
            yield error(
                fact.place,
                "locked-fact",
                f'{fact.name} is "{value}" here, and locked as "{lock.reads}": {_why(lock)}',
                f"Read both out, digit by digit, and put right the one that is wrong. {_at(lock)}",
            )


def _alone(message: str, wording: Wording, pack: NationalPack) -> Iterator[Problem]:
    """Words that show a locked fact without the one that must stand beside it."""
    for language, words in wording.words.items():
        names = inspect(words.text, local=wording.local)[0].names
        for lock, fact, other in _pairs(pack.locks.values()):
            # The hotline without 999 has a sentence of its own, in every pack.
            if fact in names and other not in names and (fact, other) != ("hotline", "emergency"):
                yield error(
                    Place(words.place.file, words.place.line + names[fact] - 1),
                    "locked-alone",
                    f"{message}/{wording.name} ({language.label}) shows {fact} without {other}: "
                    f"{_why(lock)}",
                    f"Put {{{{ {other} }}}} into it too. {_at(lock)}",
                )


def _pairs(locks: Iterable[Lock]) -> Iterator[tuple[Lock, str, str]]:
    for lock in locks:
        for fact in lock.facts:
            yield from ((lock, fact, other) for other in lock.never_without)


def _why(lock: Lock | Locked) -> str:
    return f"{lock.why.rstrip('.')}."


def _at(lock: Lock | Locked) -> str:
    return f"Its lock stands at {lock.place.file}:{lock.place.line}."


# --- what an overlay changes ----------------------------------------------------------------------


def unlocked_problems(local: LocalPack, pack: NationalPack) -> Iterator[Problem]:
    """What an overlay changes, withdraws or adds although it is locked, or leaves out of it."""
    yield from _touched(local, pack)
    for name, wordings in local.change.items():
        message = pack.messages.get(name)
        if message and not pack.lock_on(message):
            yield from _left_out(message, wordings, pack)
    for message in local.add.values():
        for wording in message.wordings.values():
            yield from _alone(message.name, wording, pack)
    for name, theme in [*local.moves.items(), *((m.name, m.theme) for m in local.add.values())]:
        into = pack.themes.get(theme)
        if into and into.locked:
            place = local.places.get(("move", name)) or local.places["add", name]
            said = f"the theme {into.name} is locked and takes no message more"
            yield _locked(place, said, into.locked)
    for fixed in pack.locks.values():
        for name in sorted(set(fixed.facts) & local.fill_in.keys()):
            yield _locked(local.places["fill_in", name], f"{name} is locked", fixed)


TOUCHED: Final = {
    "change": "is locked",
    "add": "is locked and takes no wording more",
    "withdraw": "is locked and cannot be withdrawn",
    "move": "is locked and cannot be moved",
    "only_for": "is locked, and for everyone",
}


def _touched(local: LocalPack, pack: NationalPack) -> Iterator[Problem]:
    """Every locked message that a part of the overlay names, itself or one of its wordings."""
    named = {
        "change": local.change,
        "add": local.add,
        "withdraw": local.withdraw,
        "move": local.moves,
        "only_for": local.only_for,
    }
    for part, names in named.items():
        for name in names:
            message = pack.messages.get(name.split("/")[0])
            lock = pack.lock_on(message) if message else None
            if message and lock:
                said = f"{message.name} {TOUCHED[part]}"
                yield _locked(local.places[part, name], said, lock)


def _locked(place: Place, said: str, lock: Lock | Locked) -> Problem:
    return error(place, "locked", f"{said}: {_why(lock)}", f"Take this out. {_at(lock)}")


def _left_out(
    message: Message, wordings: Mapping[str, Wording], pack: NationalPack
) -> Iterator[Problem]:
    """What the national words hold and is locked, and these words of an overlay do not."""
    for wording in wordings.values():
        yield from _alone(message.name, wording, pack)
        national = message.wordings.get(wording.name)
        for language in (language for language in wording.words if national):
            assert national is not None
            for lock in pack.locks.values():
                missing = _missing(lock, language, national, wording)
                if missing:
                    yield error(
                        wording.words[language].place,
                        "locked",
                        f"{message.name}/{wording.name} ({language.label}) leaves out "
                        f"{listed(missing)}, locked in the national words: {_why(lock)}",
                        f"Put it back as it stands there. {_at(lock)}",
                    )


def _missing(lock: Lock, language: Language, national: Wording, own: Wording) -> list[str]:
    if language not in national.words:
        return []
    before, after = national.words[language].text, own.words[language].text
    phrase = lock.phrase.get(language)
    if phrase and _said(phrase, before) and not _said(phrase, after):
        return [f'"{phrase}"']
    was, now = (
        inspect(text, local=local)[0].names for text, local in ((before, False), (after, True))
    )
    return [f"{{{{ {name} }}}}" for name in lock.facts if name in was and name not in now]


def _said(phrase: str, text: str) -> bool:
    """Whether the words hold a phrase, whatever its capitals and wherever its lines break."""
    return " ".join(phrase.casefold().split()) in " ".join(text.casefold().split())


# --- what goes out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Altered:
    """A locked fact that a rendering says otherwise, or shows alone."""

    lock: Lock
    sentence: str
    advice: str


def altered(rendering: Rendering, locks: Iterable[Lock], config: Config) -> Iterator[Altered]:
    """The locked facts that these words get wrong, letter by letter: the last look there is.

    In the words and in the alt text. A fact is what its lock reads, else what config/ has; nothing
    is said of a lock on words.
    """
    locks = list(locks)
    if not locks:
        return
    language = rendering.language
    text = "\n".join([rendering.text, *(one.alt for one in rendering.shown)])
    right = {
        name: lock.reads or _value(name, config, language) for lock in locks for name in lock.facts
    }
    if any(map(str.isdigit, text)):  # in most words there is no number that could be wrong
        yield from _look_alikes(text, locks, right, config, language)
    for lock, name, other in _pairs(locks):
        shown, beside = right[name], _value(other, config, language)
        if shown and beside and shown in text and beside not in text:
            yield Altered(
                lock,
                f"{shown} stands here without {beside}: {_why(lock)}",
                f"Put {{{{ {other} }}}} into the same post.",
            )


def _look_alikes(
    text: str,
    locks: Iterable[Lock],
    right: Mapping[str, str],
    config: Config,
    language: Language,
) -> Iterator[Altered]:
    usual = [_value(name, config, language) for name in config.facts if name not in right]
    others = [one for one in (*right.values(), *usual) if one and digits_of(one)]
    for lock in locks:
        for name in lock.facts:
            number = right[name]
            for found in look_alikes(text, number, others) if number else ():
                yield Altered(
                    lock,
                    f'"{found}" stands here, and {name} is "{number}": {_why(lock)}',
                    f"Write {{{{ {name} }}}}, and the bot puts the number in.",
                )


def _value(name: str, config: Config, language: Language) -> str:
    fact = config.facts.get(name)
    return fact.value(language) if fact else ""


def locks_over(campaign: str, packs: Mapping[str, NationalPack | None]) -> Sequence[Lock]:
    """The locks of a post's pack; all there are for what is said outside any pack."""
    pack = packs.get(campaign)
    whose = [pack] if campaign in packs else packs.values()
    return [lock for one in whose if one is not None for lock in one.locks.values()]


def altered_facts(
    posts: Iterable[Post], packs: Mapping[str, NationalPack | None], config: Config
) -> Iterator[tuple[Problem, list[PostKey]]]:
    """One line for a cause, and the posts that it stops."""
    found: dict[tuple[Place, str, str, str], list[Post]] = defaultdict(list)
    for post in posts:
        for one in altered(post.rendering, locks_over(post.campaign, packs), config):
            advice = f"{one.advice} {_at(one.lock)}"
            found[post.place, "locked-fact", one.sentence, advice].append(post)
    for (place, code, sentence, advice), touched in found.items():
        forces = tuple(sorted({post.sender for post in touched}))
        yield (
            Problem(place, code, sentence, advice, forces=forces),
            [post.key for post in touched],
        )
