"""One overlay laid over the messages and slots of what stands below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from bot.core.model import Language
from bot.core.packs.messages import no_theme
from bot.core.packs.pack import (
    Audience,
    LocalPack,
    Message,
    MessagePicture,
    MessageVideo,
    NationalPack,
    Slot,
    Wording,
)
from bot.core.packs.videos import told_of, too_late_captions
from bot.core.reading import Reader
from bot.core.source import Place, did_you_mean, listed


class Whose(Protocol):
    """What laying needs to know of whoever says the pack."""

    @property
    def languages(self) -> tuple[Language, ...]: ...

    def publishes(self) -> str:
        """`Gwent Police publishes in Welsh and English.`"""


@dataclass(slots=True)
class Laying:
    """Lays `layer` over `messages` and `slots`, which it changes; notes what does not fit."""

    national: NationalPack
    layer: LocalPack
    messages: dict[str, Message]
    slots: dict[str, Slot]
    whose: Whose
    reader: Reader

    def lay(self) -> None:
        """Changes first, then what is added, and last what is withdrawn, moved and limited."""
        layer = self.layer
        for name, wordings in layer.change.items():
            if name in self.messages:
                self.messages[name] = self._changed(self.messages[name], wordings)
            else:
                self._no_message("change", name)
        for name, picture in layer.pictures.items():
            if name in self.messages:
                self.messages[name] = self._with_picture(self.messages[name], picture)
        for name, video in layer.videos.items():
            if name in self.messages:
                self.messages[name] = self._with_video(self.messages[name], video)
        for name in {**layer.pictures, **layer.videos}:
            if name in self.messages:
                self.messages[name] = self._with_one_medium(self.messages[name])
        for name, message in layer.add.items():
            self._add(name, message)
        for name, reason in layer.withdraw.items():
            self._withdraw(name, reason or "withdrawn")
        for name, theme in layer.moves.items():
            self._move(name, theme)
        for name, names in layer.only_for.items():
            self._limit(name, names)
        self._times()
        self._check_fill_in()

    def _times(self) -> None:
        for name, at in self.layer.times.items():
            if name in self.slots:
                self.slots[name] = replace(self.slots[name], at=at)
            else:
                self.reader.problem(
                    self.layer.places["times", name],
                    "unknown-slot",
                    f'the national pack has no slot called "{name}".',
                    did_you_mean(name, self.slots, what="Slots"),
                )

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
                not_for=(*national.not_for, *wording.not_for),
            )
        return replace(message, wordings=result)

    def _check_twins(self, message: str, wording: Wording, national: Wording) -> None:
        """A changed English beside an unchanged Welsh would say two different things."""
        for language in self.whose.languages:
            if language in wording.words or language not in national.words:
                continue
            changed = next((lang for lang in wording.words if lang in self.whose.languages), None)
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
            told = {"picture": own.files, "picture_shows": own.shows}
            self._check_described(message.name, own.place, told)
            return replace(message, picture=own)
        if national is None:
            self.reader.problem(
                own.place,
                "no-picture",
                f"{message.name} has no picture in the national pack, so there is nothing to show.",
                "Write picture: and the name of your own above it, or take this out.",
            )
            return message
        what = f"what the picture of {message.name} shows"
        self._check_stale(what, own.place, own.shows, national.shows)
        shows = {**national.shows, **own.shows}
        return replace(message, picture=replace(national, shows=shows))

    def _with_video(self, message: Message, own: MessageVideo) -> Message:
        national = message.video
        if own.taken_out:
            return replace(message, video=None)
        if own.files:
            self._check_described(message.name, own.place, told_of(own))
            merged = own
        elif national is None:
            said = f"{message.name} has no video in the national pack, so there is nothing to show."
            advice = "Write video: and the name of your own above it, or take this out."
            self.reader.problem(own.place, "no-video", said, advice)
            return message
        else:
            what = f"what the video of {message.name} shows"
            self._check_stale(what, own.place, own.shows, national.shows)
            shows, captions = {**national.shows, **own.shows}, {**national.captions, **own.captions}
            merged = replace(national, shows=shows, captions=captions)
        self.reader.problems += too_late_captions(merged)
        return replace(message, video=merged)

    def _with_one_medium(self, message: Message) -> Message:
        """The message without its video where it would have a picture as well."""
        if message.picture is None or message.video is None:
            return message
        own = self.layer.pictures.get(message.name)
        new, old = ("picture", "video") if own and own.files else ("video", "picture")
        place = (self.layer.pictures if new == "picture" else self.layer.videos)[message.name].place
        self.reader.problem(
            place,
            "two-media",
            f"{message.name} has a {old} already, and platforms show one or the other.",
            f"To show your {new} instead, write {old}: no beside it.",
        )
        return replace(message, video=None)

    def _check_stale(
        self,
        what: str,
        place: Place,
        own: Mapping[Language, object],
        national: Mapping[Language, object],
    ) -> None:
        """A picture described anew in one language, and in the other as before."""
        stale = [one for one in self.whose.languages if one not in own and one in national]
        if stale and set(own) & set(self.whose.languages):
            self.reader.problem(
                place,
                "stale-twin",
                f"you changed {what} in one language; the {spoken(stale)} still says the "
                "national words.",
                f'Change "{stale[0]}" too.',
            )

    def _check_described(
        self, message: str, place: Place, told: Mapping[str, Mapping[Language, object]]
    ) -> None:
        """What a force shows of its own is there, and told, in each language it publishes in."""
        for name, known in told.items():
            missing = [language for language in self.whose.languages if language not in known]
            if not missing or not known:
                continue
            self.reader.problem(
                place,
                "no-twin",
                f"{name} of {message} has no {spoken(missing)}. {self.whose.publishes()}",
                f'Write it beside the other, under {name}:, as "{missing[0]}:".',
            )

    def _add(self, name: str, message: Message) -> None:
        below = self.messages.get(name)
        if below is not None and _is_whole(message):
            self.reader.problem(
                message.place,
                "two-messages",
                f'{self._who_has(name)} already has a message called "{name}".',
                'Give yours another name, or put your words under "change". To add wordings to '
                "it, write nothing but wordings: under its name.",
            )
        elif below is not None:
            self.messages[name] = self._with_more(below, message)
        elif not message.theme:
            said = f'"theme" is missing here: the national pack has no message called "{name}".'
            advice = f"Add a line that begins with theme:. {did_you_mean(name, self.messages)}"
            self.reader.problem(message.place, "missing-field", said, advice.strip())
        elif message.theme not in self.national.themes:
            no_theme(self.reader, message.place, message.theme, self.national.themes)
        else:
            self._check_added(message)
            self.messages[name] = message

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

    def _withdraw(self, name: str, reason: str) -> None:
        found = self._found("withdraw", name)
        if found is None:
            return
        message, wording = found
        if wording is None:
            self.messages[message.name] = replace(message, withdrawn=reason)
        else:
            self._replace(message, replace(wording, withdrawn=reason))

    def _limit(self, name: str, names: tuple[str, ...]) -> None:
        found = self._found("only_for", name)
        if found is None:
            return
        message, wording = found
        if wording is None:
            self.messages[message.name] = replace(message, only_for=(*message.only_for, names))
        else:
            limited = replace(wording, only_for=(*wording.only_for, names))
            self._replace(message, limited)

    def _move(self, name: str, theme: str) -> None:
        message = self.messages.get(name)
        if message is None:
            self._no_message("move", name)
        elif theme not in self.national.themes:
            no_theme(self.reader, self.layer.places["move", name], theme, self.national.themes)
        elif theme != message.theme:
            was = None if message.local else message.moved_from or message.theme
            self.messages[name] = replace(message, theme=theme, moved_from=was)

    def _found(self, part: str, name: str) -> tuple[Message, Wording | None] | None:
        """The message, or `message/wording`, that an overlay names; None and a Problem if none."""
        title, _, own = name.partition("/")
        message = self.messages.get(title)
        if message is None:
            self._no_message(part, name, title)
            return None
        if own and own not in message.wordings:
            self.reader.problem(
                self.layer.places[part, name],
                "unknown-wording",
                f'{title} has no wording called "{own}".',
                did_you_mean(own, message.wordings, what="Its wordings"),
            )
            return None
        return message, message.wordings[own] if own else None

    def _replace(self, message: Message, wording: Wording) -> None:
        wordings = {**message.wordings, wording.name: wording}
        self.messages[message.name] = replace(message, wordings=wordings)

    def _check_added(self, message: Message) -> None:
        if picture := message.picture:
            told = {"picture": picture.files, "picture_shows": picture.shows}
            self._check_described(message.name, picture.place, told)
        if video := message.video:
            self._check_described(message.name, video.place, told_of(video))
            self.reader.problems += too_late_captions(video)
        for wording in message.wordings.values():
            missing = [
                language for language in self.whose.languages if language not in wording.words
            ]
            if missing:
                self.reader.problem(
                    wording.place,
                    "no-twin",
                    f"{message.name}/{wording.name} has no {spoken(missing)}. "
                    f"{self.whose.publishes()}",
                    f'Write it beside the other, under "{missing[0]}: |".',
                )

    def _no_message(self, part: str, name: str, message: str = "") -> None:
        message = message or name
        self.reader.problem(
            self.layer.places[part, name],
            "unknown-message",
            f'the national pack has no message called "{message}".',
            did_you_mean(message, self.national.messages, what="Messages"),
        )

    def _check_fill_in(self) -> None:
        for name, values in self.layer.fill_in.items():
            place = self.layer.places["fill_in", name]
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

    def _who_has(self, message: str) -> str:
        return "the national pack" if message in self.national.messages else "what is below"


def spoken(languages: Iterable[Language]) -> str:
    """`English and Welsh`."""
    return listed(language.label for language in languages)


def _is_whole(message: Message) -> bool:
    """Whether there is more to it than wordings for a message that is there already."""
    shown = message.picture or message.video
    limited = message.only_for or message.not_for or message.audience is not Audience.PUBLIC
    return bool(message.theme or shown or message.essential or limited)
