"""A local pack laid over its national pack -> the campaign as one sender says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.core.model import Language, Sender
from bot.core.packs.messages import no_theme
from bot.core.packs.pack import (
    LocalPack,
    Message,
    MessagePicture,
    NationalPack,
    Pack,
    Slot,
    Wording,
)
from bot.core.reading import Reader
from bot.core.source import Place, Problem, did_you_mean, listed, nearest
from bot.core.typed import NONE_RETIRED, Retired, typed_problems


@dataclass
class _Overlay:
    national: NationalPack
    sender: Sender
    local: LocalPack | None
    retired: Retired
    reader: Reader = field(default_factory=Reader)

    def pack(self) -> Pack:
        local = self.local
        self._check_values()
        if local is None:
            return self._pack({}, self.national.slots, self.national.messages)
        messages = dict(self.national.messages)
        for name, wordings in local.change.items():
            if name in messages:
                messages[name] = self._changed(messages[name], wordings)
            else:
                self._no_message("change", name)
        for name, picture in local.pictures.items():
            if name in messages:
                messages[name] = self._with_picture(messages[name], picture)
        for name, message in local.add.items():
            self._add(messages, name, message)
        for name, reason in local.withdraw.items():
            self._withdraw(messages, name, reason or "withdrawn")
        for name, theme in local.moves.items():
            self._move(messages, name, theme)
        for name, names in local.only_for.items():
            self._limit(messages, name, names)
        slots = dict(self.national.slots)
        for name, at in local.times.items():
            if name in slots:
                slots[name] = replace(slots[name], at=at)
            else:
                self.reader.problem(
                    local.places["times", name],
                    "unknown-slot",
                    f'the national pack has no slot called "{name}".',
                    did_you_mean(name, slots, what="Slots"),
                )
        self._check_fill_in()
        return self._pack(local.fill_in, slots, messages)

    def _pack(
        self,
        fill_in: Mapping[str, Mapping[Language, str]],
        slots: Mapping[str, Slot],
        messages: Mapping[str, Message],
    ) -> Pack:
        values = {**self.sender.values, **fill_in}
        return Pack(self.national, self.sender, self.local, values, slots, messages)

    def _changed(self, message: Message, wordings: Mapping[str, Wording]) -> Message:
        result = dict(message.wordings)
        for name, wording in wordings.items():
            national = message.wordings.get(name)
            if national is None:
                self.reader.problem(
                    wording.place,
                    "unknown-wording",
                    f'{message.name} has no wording called "{name}".',
                    did_you_mean(name, message.wordings, what="Its wordings"),
                )
                continue
            self._check_twins(message.name, wording, national)
            result[name] = replace(
                wording,
                words={**national.words, **wording.words},
                forces_with=wording.forces_with or national.forces_with,
                forces_without=wording.forces_without or national.forces_without,
                only_for=(*national.only_for, *wording.only_for),
            )
        return replace(message, wordings=result)

    def _check_twins(self, message: str, wording: Wording, national: Wording) -> None:
        """A changed English beside an unchanged Welsh would say two different things."""
        for language in self.languages:
            if language in wording.words or language not in national.words:
                continue
            changed = next((lang for lang in wording.words if lang in self.languages), None)
            if changed:
                self.reader.problem(
                    wording.place,
                    "stale-twin",
                    f"you changed the {changed.label} of {message}/{wording.name}; its "
                    f"{language.label} still says the national words.",
                    f'Change "{language}" too.',
                )

    def _with_picture(self, message: Message, own: MessagePicture) -> Message:
        national = message.picture
        if own.taken_out:
            return replace(message, picture=None)
        if own.files:
            self._check_described(message.name, own)
            return replace(message, picture=own)
        if national is None:
            self.reader.problem(
                own.place,
                "no-picture",
                f"{message.name} has no picture in the national pack, so there is nothing to show.",
                "Write picture: and the name of your own above it, or take this out.",
            )
            return message
        stale = [
            language
            for language in self.languages
            if language not in own.shows and language in national.shows
        ]
        if stale and set(own.shows) & set(self.languages):
            self.reader.problem(
                own.place,
                "stale-twin",
                f"you changed what the picture of {message.name} shows in one language; the "
                f"{self._spoken(stale)} still says the national words.",
                f'Change "{stale[0]}" too.',
            )
        shows = {**national.shows, **own.shows}
        return replace(message, picture=replace(national, shows=shows))

    def _check_described(self, message: str, picture: MessagePicture) -> None:
        """A picture of a force's own is there, and described, in each language it publishes in."""
        for what, known in (("file", picture.files), ("words", picture.shows)):
            missing = [language for language in self.languages if language not in known]
            if not missing or not known:
                continue
            no = "picture" if what == "file" else "picture_shows"
            self.reader.problem(
                picture.place,
                "no-twin",
                f"{no} of {message} has no {self._spoken(missing)}. {self._publishes()}",
                f'Write it beside the other, under {no}:, as "{missing[0]}:".',
            )

    def _add(self, messages: dict[str, Message], name: str, message: Message) -> None:
        below = messages.get(name)
        if below is not None and _is_whole(message):
            self.reader.problem(
                message.place,
                "two-messages",
                f'the national pack already has a message called "{name}".',
                'Give yours another name, or put your words under "change". To add wordings to '
                "it, write nothing but wordings: under its name.",
            )
        elif below is not None:
            messages[name] = self._with_more(below, message)
        elif not message.theme:
            said = f'"theme" is missing here: the national pack has no message called "{name}".'
            advice = f"Add a line that begins with theme:. {did_you_mean(name, messages)}"
            self.reader.problem(message.place, "missing-field", said, advice.strip())
        elif message.theme not in self.national.themes:
            no_theme(self.reader, message.place, message.theme, self.national.themes)
        else:
            self._check_added(message)
            messages[name] = message

    def _with_more(self, below: Message, added: Message) -> Message:
        """A message with wordings more."""
        self._check_added(added)
        for name in added.wordings:
            if name in below.wordings:
                self.reader.problem(
                    added.wordings[name].place,
                    "two-wordings",
                    f'{below.name} already has a wording called "{name}".',
                    'Give yours another name, or put your words under "change".',
                )
        return replace(below, wordings={**below.wordings, **added.wordings})

    # --- what is said less, elsewhere, or by fewer --------------------------------------------

    def _withdraw(self, messages: dict[str, Message], name: str, reason: str) -> None:
        found = self._found(messages, "withdraw", name)
        if found is None:
            return
        message, wording = found
        if wording is None:
            messages[message.name] = replace(message, withdrawn=reason)
        else:
            self._replace(messages, message, replace(wording, withdrawn=reason))

    def _limit(self, messages: dict[str, Message], name: str, names: tuple[str, ...]) -> None:
        found = self._found(messages, "only_for", name)
        if found is None:
            return
        message, wording = found
        if wording is None:
            messages[message.name] = replace(message, only_for=(*message.only_for, names))
        else:
            limited = replace(wording, only_for=(*wording.only_for, names))
            self._replace(messages, message, limited)

    def _move(self, messages: dict[str, Message], name: str, theme: str) -> None:
        assert self.local is not None
        message = messages.get(name)
        if message is None:
            self._no_message("move", name)
        elif theme not in self.national.themes:
            no_theme(self.reader, self.local.places["move", name], theme, self.national.themes)
        elif theme != message.theme:
            was = None if message.local else message.moved_from or message.theme
            messages[name] = replace(message, theme=theme, moved_from=was)

    def _found(
        self, messages: Mapping[str, Message], part: str, name: str
    ) -> tuple[Message, Wording | None] | None:
        """The message, or `message/wording`, that an overlay names; None and a Problem if none."""
        assert self.local is not None
        title, _, own = name.partition("/")
        message = messages.get(title)
        if message is None:
            self._no_message(part, name, title)
            return None
        if own and own not in message.wordings:
            self.reader.problem(
                self.local.places[part, name],
                "unknown-wording",
                f'{title} has no wording called "{own}".',
                did_you_mean(own, message.wordings, what="Its wordings"),
            )
            return None
        return message, message.wordings[own] if own else None

    @staticmethod
    def _replace(messages: dict[str, Message], message: Message, wording: Wording) -> None:
        wordings = {**message.wordings, wording.name: wording}
        messages[message.name] = replace(message, wordings=wordings)

    def _check_added(self, message: Message) -> None:
        if message.picture:
            self._check_described(message.name, message.picture)
        for wording in message.wordings.values():
            missing = [language for language in self.languages if language not in wording.words]
            if missing:
                self.reader.problem(
                    wording.place,
                    "no-twin",
                    f"{message.name}/{wording.name} has no {self._spoken(missing)}. "
                    f"{self._publishes()}",
                    f'Write it beside the other, under "{missing[0]}: |".',
                )

    def _no_message(self, part: str, name: str, message: str = "") -> None:
        assert self.local is not None
        message = message or name
        self.reader.problem(
            self.local.places[part, name],
            "unknown-message",
            f'the national pack has no message called "{message}".',
            did_you_mean(message, self.national.messages, what="Messages"),
        )

    @property
    def languages(self) -> tuple[Language, ...]:
        return self.sender.every_language

    def _check_fill_in(self) -> None:
        assert self.local is not None
        for name, values in self.local.fill_in.items():
            place = self.local.places["fill_in", name]
            if name not in self.national.values:
                self.reader.problem(
                    place,
                    "unknown-value",
                    f'the pack asks for no value called "{name}".',
                    did_you_mean(name, self.national.values),
                )
            for value in values.values():
                if "{" in value or "}" in value:
                    self.reader.problem(
                        place,
                        "braces-in-value",
                        "values are plain words; {{ }} works only in wordings.",
                        f'Write the words of "{name}" out.',
                    )

    def _check_values(self) -> None:
        """Every value is there, in every language, and is plain words."""
        own = self.local.fill_in if self.local else {}
        given = {**self.sender.values, **own}
        missing = [n for n, v in self.national.values.items() if v.needed and not given.get(n)]
        if missing:
            self._not_filled_in(missing, given)
        for language in self.languages:
            untranslated = [
                n for n in self.national.values if given.get(n) and language not in given[n]
            ]
            if untranslated:
                self._untranslated(untranslated, language)
        for name, values in self.sender.values.items():
            for value in values.values() if name not in own else ():
                self.reader.problems += (
                    replace(problem, message=f"{name}: {problem.message}")
                    for problem in typed_problems(self._at_sender(), value, (), self.retired)
                )

    def _not_filled_in(
        self, missing: list[str], given: Mapping[str, Mapping[Language, str]]
    ) -> None:
        value = self.national.values[missing[0]]
        quoted = listed(f'"{name}"' for name in missing)
        slip = nearest(missing[0], set(given) - set(self.national.values))
        advice = f"{value.help} For example: {value.example}"
        self.reader.problem(
            self.local.place if self.local else self._at_sender(),
            "not-filled-in",
            f"{self.sender.id} has not filled in {quoted}.",
            f'There is "{slip}": did you mean {missing[0]}?' if slip else advice,
        )

    def _untranslated(self, names: list[str], language: Language) -> None:
        own = self.local.places.get(("fill_in", names[0])) if self.local else None
        have = "has" if len(names) == 1 else "have"
        self.reader.problem(
            own or self._at_sender(),
            "no-twin",
            f"{listed(names)} {have} no {language.label}. {self._publishes()}",
            f'Write both, under "{names[0]}:", as en: and cy:',
        )

    def _publishes(self) -> str:
        return f"{self.sender.name(Language.EN)} publishes in {self._spoken(self.languages)}."

    @staticmethod
    def _spoken(languages: Iterable[Language]) -> str:
        return listed(language.label for language in languages)

    def _at_sender(self) -> Place:
        return self.sender.place or Place("config/forces.yaml")


def _is_whole(message: Message) -> bool:
    """Whether there is more to it than wordings for a message that is there already."""
    return bool(message.theme or message.picture or message.essential or message.only_for)


def overlay(
    national: NationalPack,
    sender: Sender,
    local: LocalPack | None,
    retired: Retired = NONE_RETIRED,
) -> tuple[Pack, list[Problem]]:
    """The pack as this sender says it, and what is wrong between the two files."""
    work = _Overlay(national, sender, local, retired)
    pack = work.pack()
    return pack, work.reader.problems
