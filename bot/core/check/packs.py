"""Packs as they are written: everything that can be wrong with words, whoever says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from bot.core.anchors import LAUNCH
from bot.core.check.claims import typed_claims
from bot.core.check.conditions import condition_problems
from bot.core.check.limits import national_limits, overlay_limits
from bot.core.check.lines import error, warning
from bot.core.check.locks import lock_problems, unlocked_problems
from bot.core.check.spoken import same_in_both
from bot.core.check.values import kind_problems, lists_of, told_apart
from bot.core.check.words import unsafe, year_of
from bot.core.config import Config
from bot.core.model import Language
from bot.core.packs import (
    Audience,
    Dated,
    EveryWeek,
    LocalPack,
    Message,
    MessagePicture,
    MessageVideo,
    Named,
    NationalPack,
    Never,
    ValueField,
    ValueKind,
    Wording,
)
from bot.core.packs.anchored import anchor_faults
from bot.core.packs.conditions import filled_in_by
from bot.core.packs.videos import CAPTIONS, told_of, too_late_captions
from bot.core.pictures import alt_fault
from bot.core.reading import DIVIDER, WEEKDAYS, Words, written
from bot.core.render import nothing_said, value_names
from bot.core.source import MANY, Place, Problem, Severity, did_you_mean, listed, shortened
from bot.core.templates import inspect, template_problems
from bot.core.typed import typed_problems

SENTENCE_START: Final = re.compile(r"(?:^|[.?!] )\{\{\s*(\w+)\s*\}\}")


CONSTANTS: Final = "config/constants.yaml"

TOLD_BEFORE: Final = timedelta(days=30)
"""How long before a fact's last day somebody is told, so that there is time to find another."""

RISING: Final = re.compile(r"[^.?!:;…\"'”’)]$")  # a line that does not end a sentence


def national_problems(pack: NationalPack, config: Config) -> list[Problem]:
    """What is wrong with a national pack, whoever says it."""
    known = value_names(pack, config)
    found = [*_pack_problems(pack, config), *_standing_problems(pack)]
    found += _anchor_problems(pack, config)
    found += [*lock_problems(pack, config), *condition_problems(pack, config)]
    found += national_limits(pack, config)
    found += _same_wordings(
        (name, wording)
        for name, message in pack.messages.items()
        for wording in message.wordings.values()
    )
    found += _card_problems(pack, config)
    found += _never_amplified(pack)
    for message in pack.messages.values():
        if message.audience is Audience.STAFF:
            continue
        spoken = {lang for one in message.wordings.values() for lang in one.words}
        for shown in _shown_with(message):
            found += _not_described(message.name, shown, spoken)
            found += _unguarded_alt(message, shown.alt, pack, config)
            found += _alt_problems(shown, message.wordings.values(), known, pack.values, config)
        if message.video:
            found += too_late_captions(message.video)
        for wording in message.wordings.values():
            found += _wording_problems(
                message.name, wording, known, pack.values, config, year_of(pack)
            )
            found += _condition_problems(wording, pack)
            found += _unguarded(message, wording, pack, config)
            found += _small_letters(wording, pack)
            if not message.same_for_all and not _differs(
                wording, known, told_apart(pack.values) | {"force"}
            ):
                found.append(
                    warning(
                        wording.place,
                        "no-local-value",
                        f"{message.name}/{wording.name} says the same for every force.",
                        "X forbids one text on many accounts. Put in a value each force fills in; "
                        "or, for a fixed official line, write its basis under the message, after "
                        "same_for_all:",
                    )
                )
    return found


def local_problems(local: LocalPack, pack: NationalPack, config: Config) -> list[Problem]:
    """What is wrong with the words of a local pack and its accounts, or of a region's pack."""
    senders = config.senders.values()
    whose = [one.id for one in senders if local.region in (None, one.region)]
    whose = [local.sender] if local.sender else whose
    found = _overlay_problems(local, pack, config)
    found += overlay_limits(local, pack, config, whose)
    for own in local.accounts.values():
        found += _overlay_problems(own, pack, config)
    found += _version_problems(local, pack)
    return [replace(problem, forces=tuple(whose)) for problem in found]


def _overlay_problems(local: LocalPack, pack: NationalPack, config: Config) -> list[Problem]:
    known = value_names(pack, config)
    changed = ((name, w) for name, wordings in local.change.items() for w in wordings.values())
    added = ((name, w) for name, m in local.add.items() for w in m.wordings.values())
    found = [*unlocked_problems(local, pack)]
    own = [*changed, *added]
    found += _same_wordings(own)
    for name, wording in own:
        found += _wording_problems(name, wording, known, pack.values, config, year_of(pack))
        found += _condition_problems(wording, pack)
        found += _small_letters(wording, pack)
    media = [
        *((own, pack.messages[name].wordings) for name, own in _changed_media(local)
          if name in pack.messages),
        *((shown, one.wordings) for one in local.add.values() for shown in _shown_with(one)),
    ]  # fmt: skip
    for shown, wordings in media:
        found += _alt_problems(shown, wordings.values(), known, pack.values, config)
    for name, values in local.fill_in.items():
        if name in pack.values and not pack.values[name].kind.is_said:
            continue  # a number or a date is no words
        for language, value in values.items():
            if not set(value) & set("{}"):  # said when the pack is laid over the national one
                place = local.places["fill_in", name]
                found += typed_problems(place, value, (), config.retired)
                found += typed_claims(place, value, config)
                found += unsafe(Words(value, place), language)
            if value.endswith("."):
                found.append(_ends_with_stop(local.places["fill_in", name], name))
    return found


# --- pictures and videos --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a message shows beside its words."""

    noun: str  # picture or video
    files: Mapping[Language, Named]
    told: Mapping[str, Mapping[Language, object]]  # what each language needs, by its field
    alt: Wording  # as a wording: it is checked as words for the public are


def _shown_with(message: Message) -> Iterator[_Shown]:
    if message.picture:
        yield _picture(message.picture)
    if message.video:
        yield _video(message.video)


def _changed_media(local: LocalPack) -> Iterator[tuple[str, _Shown]]:
    """What a force changes of what national messages show, by the message."""
    yield from ((name, _picture(one)) for name, one in local.pictures.items())
    yield from ((name, _video(one)) for name, one in local.videos.items())


def _picture(picture: MessagePicture) -> _Shown:
    alt = Wording("picture_shows", picture.shows, (), (), picture.place, local=True)
    told = {"picture": picture.files, "picture_shows": picture.shows}
    return _Shown("picture", picture.files, told, alt)


def _video(video: MessageVideo) -> _Shown:
    alt = Wording("video_shows", video.shows, (), (), video.place, local=True)
    return _Shown("video", video.files, told_of(video), alt)


def _not_described(message: str, shown: _Shown, spoken: Iterable[Language]) -> Iterator[Problem]:
    """Languages that the message speaks, and its picture or its video does not."""
    for language in sorted(spoken, key=lambda one: one.rank):
        for field, known in shown.told.items():
            if known and language not in known:
                has = "have" if field == CAPTIONS else "has"
                yield error(
                    shown.alt.place,
                    "no-alt" if field.endswith("_shows") else f"no-{field}",
                    f"{message} has words in {language.label}, and its {field} {has} none.",
                    f'Write it beside the other, under {field}:, as "{language}:".',
                )


def _unguarded_alt(
    message: Message, alt: Wording, pack: NationalPack, config: Config
) -> Iterator[Problem]:
    for place, name in _may_be_empty(message, alt, pack, config):
        yield error(
            place,
            "may-be-empty",
            f"{alt.name} of {message.name} says {name}, which a force may leave empty.",
            f"Take {{{{ {name} }}}} out of it.",
        )


def _alt_problems(
    shown: _Shown,
    wordings: Iterable[Wording],
    known: frozenset[str],
    values: Mapping[str, ValueField],
    config: Config,
) -> Iterator[Problem]:
    yield from same_in_both(f"the {shown.noun}'s description", shown.alt.words)
    lists = lists_of(values)
    yield from kind_problems(shown.alt, values)
    for language, words in shown.alt.words.items():
        yield from unsafe(words, language)
        yield from template_problems(words, local=True, known=known, lists=lists)
        yield from typed_problems(words.place, words.text, known, config.retired)
        yield from typed_claims(words.place, words.text, config)
        named = shown.files.get(language)
        file = named.file if named else ""
        said = [one.words[language].text for one in wordings if language in one.words] or [""]
        faults = (alt_fault(words.text, text, file, shown.noun) for text in said)
        fault = next((one for one in faults if one), None)
        if fault:
            yield error(words.place, fault.code, fault.message, fault.advice)


def said_problems(pack: NationalPack, config: Config) -> list[Problem]:
    """What is wrong with words that are said once, outside any campaign."""
    known = value_names(pack, config)
    return [
        problem
        for message in pack.messages.values()
        for wording in message.wordings.values()
        for problem in _wording_problems(message.name, wording, known, {}, config)
    ]


def _ends_with_stop(place: Place, name: str) -> Problem:
    return warning(
        place,
        "full-stop",
        f'"{name}" ends with a full stop, and stands inside sentences.',
        "Take the full stop away.",
    )


def _version_problems(local: LocalPack, pack: NationalPack) -> Iterator[Problem]:
    """One line for all the forces that are behind: the cause is one, a new national version."""
    said = local.written_for_version
    kind = "regional" if local.region else "local"
    if said < pack.version:
        yield warning(
            pack.places.get("version", pack.place),
            "behind",
            f"the pack is now version {pack.version}; these {kind} packs were written for {said}.",
            f"See what changed and carry it over: .venv/bin/bot update {pack.id}",
        )
    if said > pack.version:
        yield warning(
            local.place,
            "ahead",
            f"written for version {said} of {pack.title}, which is at version {pack.version}.",
            f"Write written_for_version: {pack.version}",
        )


def _pack_problems(pack: NationalPack, config: Config) -> Iterator[Problem]:
    for name in sorted(set(pack.values) & config.tokens()):
        fact = config.facts.get(name)
        register, file = (fact.register, fact.place.file) if fact else ("constant", CONSTANTS)
        yield error(
            pack.values[name].place,
            "two-values",
            f'"{name}" is already a {register}, in {file}.',
            "Give the value another name.",
        )
    fact = config.facts.get(pack.link or "")
    if pack.link and (fact is None or not fact.is_link):
        links = [name for name, fact in config.facts.items() if fact.is_link]
        yield error(
            pack.places.get("link", pack.place),
            "unknown-link",
            f'there is no link called "{pack.link}" in config/links.yaml.',
            did_you_mean(pack.link, links, what="Links"),
        )
    for theme in pack.themes.values():
        if not any(message.theme == theme.name for message in _for_the_public(pack)):
            days = listed(theme.days)
            silent = f", so {days} would be silent" if days else ""
            yield error(
                theme.place,
                "empty-theme",
                f'the theme "{theme.name}" has no messages{silent}.',
                "Write at least one, or take the theme out.",
            )
        if isinstance(pack.schedule, Dated) and not (
            theme.anchors or theme.weekdays & _weekdays_of(pack.schedule)
        ):
            yield warning(
                theme.place,
                "never",
                f'the theme "{theme.name}" never comes: the {pack.schedule.days} days from '
                f"{written(pack.schedule.starts)} have none of its weekdays.",
                "Give it another weekday, or the campaign more days.",
            )


def _anchor_problems(pack: NationalPack, config: Config) -> Iterator[Problem]:
    """Events that the calendar does not have, and days that no run of the pack has."""
    events = config.calendar.events
    for theme in pack.themes.values():
        for anchor in theme.anchors:
            if anchor.event not in ("", LAUNCH, *events):
                yield error(
                    anchor.place,
                    "unknown-event",
                    f'config/calendar.yaml has no event called "{shortened(anchor.event)}".',
                    did_you_mean(anchor.event, (LAUNCH, *events), what="Events"),
                )
    if isinstance(pack.schedule, Dated):
        first = pack.schedule.starts
        last = first + timedelta(days=pack.schedule.days - 1)
        for anchor, fault in anchor_faults(pack, first, last, {}, of_events=False):
            yield error(anchor.place, *fault)


def _for_the_public(pack: NationalPack) -> list[Message]:
    """The messages that any account says."""
    return [one for one in pack.messages.values() if one.audience is not Audience.STAFF]


def _weekdays_of(dates: Dated) -> frozenset[int]:
    return frozenset((dates.starts.weekday() + day) % 7 for day in range(min(dates.days, 7)))


def _standing_problems(pack: NationalPack) -> Iterator[Problem]:
    """A standing campaign speaks on every weekday, and repeats nothing within a week."""
    if not isinstance(pack.schedule, EveryWeek):
        return
    for theme in pack.themes.values():
        places = len(theme.weekdays) * len(pack.slots)
        messages = sum(message.theme == theme.name for message in _for_the_public(pack))
        if 0 < messages < places:
            yield error(
                theme.place,
                "too-few-messages",
                f'the theme "{theme.name}" has {messages} of the {places} messages it needs: it '
                f"fills {places} places a week.",
                "Write more, or give it fewer weekdays or slots: nothing should come twice in a "
                "week.",
            )
    taken = {weekday for theme in pack.themes.values() for weekday in theme.weekdays}
    silent = [name for weekday, name in enumerate(WEEKDAYS) if weekday not in taken]
    if silent:
        yield warning(
            pack.places.get("themes", pack.place),
            "silent-days",
            f"{listed(silent)} {'have' if len(silent) > 1 else 'has'} no theme, so nothing goes "
            "out then.",
            "Give a theme these weekdays too, if something should be said on them.",
        )


def _same_wordings(wordings: Iterable[tuple[str, Wording]]) -> Iterator[Problem]:
    """Two wordings of a pack with one text: whoever picks the second says the first again."""
    first: dict[tuple[Language, str], str] = {}
    said = 0
    for message, wording in wordings:
        name = f"{message}/{wording.name}"
        for language, words in wording.words.items():
            other = first.setdefault((language, " ".join(words.text.split())), name)
            if other != name and (said := said + 1) <= MANY:
                yield error(
                    words.place,
                    "same-wording",
                    f"{name} ({language.label}) says the same as {other}.",
                    "Say it in other words, or take one of the two out.",
                )


def _unlike_threads(message: str, wording: Wording) -> Iterator[Problem]:
    """Languages that say the same message in another number of posts."""
    parts = {language: len(words.parts()) for language, words in wording.words.items()}
    (first, most), *others = [*parts.items()] or [(Language.EN, 1)]
    for language, fewer in others:
        if most != fewer:
            yield warning(
                wording.words[language].place,
                "parts-differ",
                f"{message}/{wording.name} has {most} parts in {first.label} and {fewer} in "
                f"{language.label}.",
                f"Put a line of {DIVIDER} in the same places of both.",
            )


def _never_amplified(pack: NationalPack) -> Iterator[Problem]:
    """Messages to be reposted in a pack that nobody says on any day."""
    for message in pack.messages.values():
        if message.amplify and isinstance(pack.schedule, Never):
            yield warning(
                message.place,
                "amplify",
                f"{message.name} is never reposted: the pack is held ready, and in no plan.",
                "Take the line amplify: repost out. To pass it on, repost it by hand.",
            )


def _card_problems(pack: NationalPack, config: Config) -> Iterator[Problem]:
    """Link cards for what is no link, and languages that the pack speaks and a card does not."""
    links = {name for name, fact in config.facts.items() if fact.is_link}
    wordings = (one for message in pack.messages.values() for one in message.wordings.values())
    spoken = {language for wording in wordings for language in wording.words}
    for name, card in pack.cards.items():
        if name not in links:
            advice = did_you_mean(name, links, what="Links in config/links.yaml")
            yield error(card.place, "unknown-link", f'no link is called "{name}".', advice)
        for language in sorted(spoken - card.titles.keys(), key=lambda one: one.rank):
            yield warning(
                card.place,
                "no-twin",
                f"the card of {name} has no {language.label}, and posts in it go without one.",
                f"Write its title and about in {language.label} too, under {language}:",
            )
        for language, words in (*card.titles.items(), *card.abouts.items()):
            yield from typed_problems(words.place, words.text, ())
            yield from unsafe(words, language, year_of(pack))


def _wording_problems(
    message: str,
    wording: Wording,
    known: frozenset[str],
    values: Mapping[str, ValueField],
    config: Config,
    year: int | None = None,
) -> Iterator[Problem]:
    lists = lists_of(values)
    yield from kind_problems(wording, values)
    for language, words in wording.words.items():
        yield from unsafe(words, language, year)
        of_template = list(template_problems(words, local=wording.local, known=known, lists=lists))
        yield from of_template
        lines = {problem.place.line for problem in of_template}
        for problem in typed_problems(words.place, words.text, known, config.retired):
            # A bracket on a line whose {{ }} are wrong already is the same mistake.
            if problem.code != "left-behind" or problem.place.line not in lines:
                yield problem
        yield from typed_claims(words.place, words.text, config)
        yield from _broken_sentences(words)
        for part in words.parts():
            if not part.text.strip():
                yield error(part.place, "no-words", *nothing_said(part))
        names = inspect(words.text, local=wording.local)[0].names
        if "hotline" in names and "emergency" not in names:
            yield error(
                Place(words.place.file, words.place.line + names["hotline"] - 1),
                "hotline-alone",
                f"{message}/{wording.name} ({language.label}) gives the hotline without 999.",
                "Say what to do in an emergency in the same post: {{ emergency }}.",
            )
    yield from same_in_both(f"{message}/{wording.name}", wording.words)
    yield from _unlike_threads(message, wording)
    for language in Language:
        if wording.words and language not in wording.words and not wording.local:
            yield warning(
                wording.place,
                "no-twin",
                f"{message}/{wording.name} has no {language.label}.",
                "Forces that publish in it cannot use this wording.",
            )


def _condition_problems(wording: Wording, pack: NationalPack) -> Iterator[Problem]:
    for name in (*wording.forces_with, *wording.forces_without):
        if name not in pack.values:
            yield error(
                wording.place,
                "unknown-value",
                f'for_forces names a value the pack does not ask for: "{name}".',
                did_you_mean(name, pack.values),
            )


def _broken_sentences(words: Words) -> Iterator[Problem]:
    lines = words.text.split("\n")
    for number, (line, following) in enumerate(pairwise(lines)):
        if RISING.search(line.rstrip()) and following[:1].islower():
            yield warning(
                Place(words.place.file, words.place.line + number),
                "broken-line",
                "the line breaks in the middle of a sentence, and will in the post.",
                "A line in the file is a line in the post: join the two lines.",
            )


def _unguarded(
    message: Message, wording: Wording, pack: NationalPack, config: Config
) -> Iterator[Problem]:
    """A value that a force may leave empty, in a wording that every force may use."""
    if not set(wording.forces_with) <= set(pack.values):
        return  # the condition itself is wrong, and is named
    for place, name in _may_be_empty(message, wording, pack, config):
        yield error(
            place,
            "may-be-empty",
            f"{message.name}/{wording.name} shows {name}, which a force may leave empty.",
            f"Add for_forces_with: {name} to the wording.",
        )


def _may_be_empty(
    message: Message, wording: Wording, pack: NationalPack, config: Config
) -> Iterator[tuple[Place, str]]:
    """Where a wording names a value that a force may leave empty, and which."""
    may_be_empty = {
        name
        for name, value in pack.values.items()
        if value.kind is not ValueKind.YES_OR_NO  # which no words show
        if not (value.needed or value.default or value.is_list) and name not in config.tokens()
    }
    sure = filled_in_by(message, wording, pack)
    for words in wording.words.values():
        use, _ = inspect(words.text, local=wording.local)
        for name, line in use.names.items():
            if name in may_be_empty - use.guarded - sure:
                yield Place(words.place.file, words.place.line + line - 1), name


def _small_letters(wording: Wording, pack: NationalPack) -> Iterator[Problem]:
    """A phrase such as `in Kent` at the start of a sentence."""
    for words in wording.words.values():
        for number, line in enumerate(words.text.split("\n")):
            for match in SENTENCE_START.finditer(line):
                if match[1] in pack.values and pack.values[match[1]].kind.is_said:
                    yield warning(
                        Place(words.place.file, words.place.line + number),
                        "small-letter",
                        f"a sentence begins with {match[1]}, so with a small letter.",
                        f"Write {{{{ {match[1]} | first_capital }}}}, or put another word first.",
                    )


def _differs(wording: Wording, known: frozenset[str], local: frozenset[str]) -> bool:
    """Whether each language shows something that differs from force to force.

    A template that is wrong, or names what nobody knows, is not judged: that is named already.
    """
    for words in wording.words.values():
        use, wrong = inspect(words.text, local=wording.local)
        judged = not wrong and not use.misspelt and set(use.names) <= known
        if judged and not local & set(use.names):
            return False
    return True


def fact_problems(config: Config, today: date, *, live: bool) -> list[Problem]:
    """Facts past their check-by, which are errors when live: somebody must look again; and soon
    barred ones."""
    dated = [(fact.name, fact.check_by, fact.place) for fact in config.facts.values()]
    if config.threat:
        dated.append(("threat_levels", config.threat.check_by, config.threat.place))
    past = [
        Problem(
            place,
            "past-check-by",
            f"{name} should have been checked by {written(check_by, weekday=False)}.",
            "Look it up at its source, then move as_of and check_by.",
            Severity.ERROR if live else Severity.WARNING,
        )
        for name, check_by, place in dated
        if check_by is not None and check_by < today
    ]
    return [*past, *_ending_soon(config, today)]


def _ending_soon(config: Config, today: date) -> Iterator[Problem]:
    """What may be said today, and not much longer: its posts further ahead are stopped."""
    for fact in config.facts.values():
        for bar in fact.bars:
            if bar.first and today < bar.first <= today + TOLD_BEFORE:
                yield warning(
                    fact.place,
                    "ends-soon",
                    f"{fact.name} must not be used from {written(bar.first)} on.",
                    "Find what takes its place before that day: posts that name it then are "
                    "stopped.",
                )
