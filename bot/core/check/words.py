"""Every wording looked at once, whoever says it: plain, calm, safe, and rightly spelt.

What must not go out is an error, and is found wherever packs are read (`unsafe`). All else is a
warning, and only `bot check` looks for it (`word_problems`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from bot.core.check import asks, dates, figures, plain, security, tone
from bot.core.check.american import american
from bot.core.check.catalogue import CHECKS
from bot.core.check.claims import typed_claims
from bot.core.check.level import LEVELS, typed_levels
from bot.core.check.prose import Found, Prose, prose
from bot.core.check.signatures import own_signature_problems, signature_problems
from bot.core.check.spelling import Dictionaries, Speller
from bot.core.check.spoken import unlike_facts, wrong_language
from bot.core.config import Config
from bot.core.model import Language, Sender
from bot.core.packs import Audience, Dated, LocalPack, Message, NationalPack, Wording, overlay
from bot.core.reading import Words
from bot.core.source import Place, Problem
from bot.core.templates import at_line

_SIGNS: Final = (
    "official", "publi", "internal", "only", "embargo", "restricted", "gyhoeddi", "atrol", "atrôl",
    "on duty", "ddyletswydd", *sorted(tone.TOWARDS), *sorted(LEVELS),
)  # fmt: skip
_DIGITS: Final = frozenset("0123456789")
"""What words hold in which `unsafe` could find anything."""


def unsafe(words: Words, language: Language, year: int | None = None) -> Iterator[Problem]:
    """What must never be published; `year` is that of the campaign, for dates without one."""
    lower = words.text.lower()
    if _DIGITS.isdisjoint(lower) and not any(sign in lower for sign in _SIGNS):
        return  # as nearly always, and every command that reads packs comes by here
    said = prose(words.text, language)
    for found in (
        *security.staff_text(said),
        *security.patrol_times(said),
        *tone.at_risk(said),
        *figures.wrong_weekdays(said, year),
        *typed_levels(said),
    ):
        yield as_problem(words.place, found)


def year_of(pack: NationalPack) -> int | None:
    return pack.schedule.starts.year if isinstance(pack.schedule, Dated) else None


def as_problem(place: Place, found: Found, forces: Iterable[str] = ()) -> Problem:
    """What was found, as the catalogue judges it; `place` is that of the words' first line."""
    check = CHECKS[found.code]
    return Problem(
        at_line(place, found.line),
        check.code,
        found.message,
        found.advice or check.fix,
        check.severity,
        tuple(sorted(forces)),
    )


def word_problems(
    packs: Mapping[str, NationalPack | None],
    local: Iterable[LocalPack],
    config: Config,
    dictionaries: Dictionaries,
) -> list[Problem]:
    """The warnings about every wording, picture and value, each looked at once."""
    look = _Look(config, dictionaries)
    found = [*_links(config), *look.at_names()]
    mine: dict[str, list[LocalPack]] = {}
    for one in local:
        mine.setdefault(one.campaign, []).extend((one, *one.accounts.values()))
    for name, pack in packs.items():
        if pack is not None:
            found += look.at_national(pack, mine.get(name, []))
            for one in mine.get(name, []):
                found += look.at_local(one, pack)
    return found


def _links(config: Config) -> Iterator[Problem]:
    for fact in config.facts.values():
        for address in set(fact.values.values()) if fact.is_link else ():
            if (host := figures.shortener_of(address)) is not None:
                said = f"{fact.name} leads through {host}, so nobody can see where to."
                yield as_problem(fact.place, Found("shortener", 1, said))


def _own_hashtags(local: LocalPack, pack: NationalPack) -> Iterator[Problem]:
    """The faults of what stands in place of the optional hashtags, beside the required one."""
    own = local.more_hashtags
    if own is None:
        return
    for found in plain.hashtag_faults(pack.hashtags, own.tags):
        if found.line == 2:  # the other is the national pack's
            yield as_problem(own.place, replace(found, line=1))


@dataclass
class _Look:
    config: Config
    dictionaries: Dictionaries

    @cached_property
    def abbreviations(self) -> Collection[str]:
        names = (name for one in self.config.senders.values() for name in one.names.values())
        capitals = {word for name in names for word in name.split() if word.isupper()}
        return plain.ABBREVIATIONS | self.config.words.abbreviations | capitals

    @cached_property
    def _alarming(self) -> tone.Listed:
        return tone.listed(tone.ALARMING, self.config.words.alarming)

    @cached_property
    def _tactics(self) -> tone.Listed:
        return tone.listed(security.TACTICS, self.config.words.tactics)

    @cached_property
    def links(self) -> Collection[str]:
        return {name for name, fact in self.config.facts.items() if fact.is_link}

    @cached_property
    def _spellers(self) -> Mapping[Language, Speller]:
        return {
            language: Speller(dictionary, self._right(language))
            for language, dictionary in self.dictionaries.items()
        }

    def _right(self, language: Language) -> Collection[str]:
        """Words that are right although no dictionary has them: listed ones, and every name."""
        senders = self.config.senders.values()
        names = [one.name(language) for one in senders]
        names += [v.get(language, "") for one in senders for v in one.values.values()]
        capital = {word for name in names for word in name.split() if word[:1].isupper()}
        listed = self.config.words.spelling.get(language, frozenset())
        return {word.lower() for word in capital | listed}

    # --- packs ----------------------------------------------------------------------------------

    def at_national(self, pack: NationalPack, local: Sequence[LocalPack]) -> Iterator[Problem]:
        for found in plain.hashtag_faults(pack.hashtags, pack.more_hashtags):
            at = pack.places.get("more_hashtags" if found.line == 2 else "hashtag", pack.place)
            yield as_problem(at, replace(found, line=1))
        yield from signature_problems(pack)
        lengths = self._lengths(pack, local)
        for message in pack.messages.values():
            yield from self._at_message(message, lengths)
        for card in pack.cards.values():
            yield from self._at_words(card.titles)
            yield from self._at_words(card.abouts)

    def at_local(self, local: LocalPack, pack: NationalPack) -> Iterator[Problem]:
        lengths = self._lengths(pack, [local])
        if local.region is None:
            lengths = {lang: of_all.only(local.sender) for lang, of_all in lengths.items()}
        found: list[Problem] = []
        sender = self.config.senders.get(local.sender)
        if sender and local.signatures:
            found += own_signature_problems(overlay(pack, sender, local)[0])
        found += _own_hashtags(local, pack)
        for wordings in local.change.values():
            for wording in wordings.values():
                found += self._at_wording(wording, lengths)
        for message in local.add.values():
            found += self._at_message(message, lengths)
        for picture in local.pictures.values():
            found += self._at_words(picture.shows)
        for video in local.videos.values():
            found += self._at_words(video.shows)
        for name, values in local.fill_in.items():
            if name in pack.values and not pack.values[name].kind.is_said:
                continue  # a number or a date is no words
            place = local.places["fill_in", name]
            found += self._at_words({lang: Words(v, place) for lang, v in values.items()})
        whom = (local.sender,) if local.region is None else ()  # a region's: whoever it touches
        yield from (replace(problem, forces=whom or problem.forces) for problem in found)

    def at_names(self) -> Iterator[Problem]:
        """The phrases in forces.yaml, which stand in everybody's words: their spelling."""
        for sender in self.config.senders.values():
            place = sender.place or Place("config/forces.yaml")
            for values in sender.values.values():
                for language, value in values.items():
                    for found in self._spelling(prose(value, language)):
                        yield as_problem(place, found, [sender.id])

    # --- words ----------------------------------------------------------------------------------

    def _at_message(
        self, message: Message, lengths: Mapping[Language, _Lengths]
    ) -> Iterator[Problem]:
        if message.audience is Audience.STAFF:
            return  # colleagues may be told of patrols, in capitals
        for wording in message.wordings.values():
            yield from self._at_wording(wording, lengths)
        if message.picture:
            yield from self._at_words(message.picture.shows)
        if message.video:
            yield from self._at_words(message.video.shows)

    def _at_wording(
        self, wording: Wording, lengths: Mapping[Language, _Lengths]
    ) -> Iterator[Problem]:
        yield from self._at_words(wording.words)
        for language, found in unlike_facts(wording, self.config.facts.keys()):
            yield as_problem(wording.words[language].place, found)
        for language, words in wording.words.items():
            for part in words.parts():  # of a thread: each is a post of its own
                said = prose(part.text, language)
                for found in (*asks.two_links(said, self.links), *asks.two_asks(said)):
                    yield as_problem(part.place, found)
            yield from lengths[language].too_long(words)

    def _at_words(self, words_by_language: Mapping[Language, Words]) -> Iterator[Problem]:
        """What may be wrong with any words for the public, a picture's and a value's too."""
        for language, words in words_by_language.items():
            for part in words.parts():
                yield from (as_problem(part.place, one) for one in self._in_part(part, language))

    def _in_part(self, words: Words, language: Language) -> Iterator[Found]:
        said = prose(words.text, language)
        yield from (
            *plain.capitals(said, self.abbreviations),
            *plain.exclamations(said),
            *plain.emoji_among_words(said),
            *asks.vague_links(said),
            *self._alarming.found("alarming", said),
            *tone.promises(said),
            *security.names_staff(said),
            *security.names_site(said),
            *self._tactics.found("tactics", said),
            *dates.not_british(said),
            *self._figures(words, said),
            *wrong_language(said),
            *self._spelling(said),
        )

    def _figures(self, words: Words, said: Prose) -> Iterator[Found]:
        """Those of no claim: where a claim has one, that is said wherever packs are read."""
        found = list(figures.typed_figures(said))
        claimed = typed_claims(words.place, words.text, self.config) if found else ()
        lines = {problem.place.line - words.place.line + 1 for problem in claimed}
        yield from (one for one in found if one.line not in lines)

    def _spelling(self, said: Prose) -> Iterator[Found]:
        abroad: set[str] = set()
        if said.language is Language.EN:
            for word, found in american(said):
                abroad.add(f'"{word}"')
                yield found
        if (speller := self._spellers.get(said.language)) is not None:
            for found in speller.misspelt(said):
                if found.message.split(" ")[0] not in abroad:  # said already
                    yield found

    def _lengths(
        self, pack: NationalPack, local: Iterable[LocalPack]
    ) -> Mapping[Language, _Lengths]:
        own: dict[str, Mapping[str, Mapping[Language, str]]] = {}
        for one in local:  # a sender's own comes before those of its accounts
            if one.region is None:
                own.setdefault(one.sender, one.fill_in)
        return {
            language: _Lengths(
                {
                    sender.id: self._of_sender(sender, own.get(sender.id, {}), pack, language)
                    for sender in self.config.senders.values()
                }
            )
            for language in Language
        }

    def _of_sender(
        self,
        sender: Sender,
        own: Mapping[str, Mapping[Language, str]],
        pack: NationalPack,
        language: Language,
    ) -> Mapping[str, int]:
        values = {**sender.values, **own}
        shown = {
            name: asked.shown(values.get(name, asked.default), language)
            for name, asked in pack.values.items()
        }
        found = {name: len(value.split()) for name, value in shown.items() if value}
        return {**self._facts[language], **found, "force": len(sender.name(language).split())}

    @cached_property
    def _facts(self) -> Mapping[Language, Mapping[str, int]]:
        """How many words each constant has: a link or a number is one."""
        found: dict[Language, dict[str, int]] = {language: {} for language in Language}
        for name, fact in self.config.facts.items():
            for language in Language:
                words = fact.value(language).split()
                is_one = fact.is_link or "".join(words).isdigit()
                found[language][name] = 1 if is_one else len(words)
        return found


@dataclass
class _Lengths:
    """How many words each value has, for each sender."""

    by_sender: Mapping[str, Mapping[str, int]]

    @cached_property
    def most(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for lengths in self.by_sender.values():
            for name, length in lengths.items():
                found[name] = max(length, found.get(name, 0))
        return found

    def only(self, sender: str) -> _Lengths:
        return _Lengths({sender: self.by_sender.get(sender, {})})

    def too_long(self, words: Words) -> Iterator[Problem]:
        """Sentences that are too long for some, with the forces whose values make them so."""
        for found in plain.long_sentences(words.text, self.most):
            whom = [
                sender
                for sender, lengths in self.by_sender.items()
                if any(one.line == found.line for one in plain.long_sentences(words.text, lengths))
            ]
            yield as_problem(words.place, found, () if len(whom) == len(self.by_sender) else whom)
