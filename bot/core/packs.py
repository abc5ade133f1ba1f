"""National pack + local overlay -> one Pack; every wording knows the line it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Final

from bot.core.model import Language, Sender
from bot.core.reading import WEEKDAYS, Reader, Words
from bot.core.source import Fields, Node, Place, Problem, did_you_mean, listed, read

DEFAULT_GRACE: Final = timedelta(minutes=20)
HASHTAG: Final = re.compile(r"\w{1,100}")


@dataclass(frozen=True, slots=True)
class ValueField:
    """Something each force fills in: a phrase, with its small word."""

    name: str
    help: str
    example: str
    needed: bool
    is_list: bool  # several values with commas between them, for a loop
    place: Place


@dataclass(frozen=True, slots=True)
class Slot:
    """A named occasion in a campaign's day, and when it is, on London's clocks."""

    name: str
    at: time
    place: Place


@dataclass(frozen=True, slots=True)
class Theme:
    """What a day is about, and on which weekdays (0 is Monday)."""

    name: str
    about: str
    weekdays: frozenset[int]
    place: Place


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a message, in each language side by side."""

    name: str
    words: Mapping[Language, Words]
    forces_with: tuple[str, ...]  # only for forces that filled in all of these values
    forces_without: tuple[str, ...]  # only for forces that filled in none of these
    place: Place
    local: bool = False  # the force's own words


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say, in several wordings."""

    name: str
    theme: str
    wordings: Mapping[str, Wording]
    place: Place
    withdrawn: str | None = None  # the reason; it keeps its rank, and its places are refilled
    local: bool = False


@dataclass(frozen=True, slots=True)
class NationalPack:
    """A campaign as its national team wrote it."""

    id: str  # the folder's name
    title: str
    version: int
    starts: date  # the date it was written for; a run may have another
    days: int
    hashtags: tuple[str, ...]  # required: they always fit
    more_hashtags: tuple[str, ...]  # while they fit, in this order
    link: str | None  # the token every account shows at least once a day
    grace: timedelta
    translation_reviewed: bool
    slots: Mapping[str, Slot]
    values: Mapping[str, ValueField]
    themes: Mapping[str, Theme]
    messages: Mapping[str, Message]
    place: Place


@dataclass(frozen=True, slots=True)
class LocalPack:
    """What one sender lays over a national pack."""

    sender: str
    campaign: str
    takes_part: bool | None  # None: not said yet, so planned and previewed, never live
    why_not: str
    written_for_version: int
    fill_in: Mapping[str, Mapping[Language, str]]
    fill_in_places: Mapping[str, Place]
    change: Mapping[str, Mapping[str, Wording]]
    add: Mapping[str, Message]
    withdraw: Mapping[str, str]
    times: Mapping[str, time]
    place: Place
    ok: bool = True  # read without an error


@dataclass(frozen=True, slots=True)
class Pack:
    """A campaign as one sender says it: the national pack with the local one laid over it."""

    national: NationalPack
    sender: Sender
    local: LocalPack | None
    values: Mapping[str, Mapping[Language, str]]
    slots: Mapping[str, Slot]
    messages: Mapping[str, Message]

    @property
    def id(self) -> str:
        return self.national.id

    def on_day(self, day: date) -> Theme | None:
        """The theme of a date."""
        themes = self.national.themes.values()
        return next((theme for theme in themes if day.weekday() in theme.weekdays), None)


# --- the national pack ------------------------------------------------------------------------

CAMPAIGN_FIELDS: Final = (
    "campaign", "version", "starts", "days", "weeks", "hashtag", "more_hashtags", "link", "grace",
    "translation", "slots", "each_force_fills_in", "themes", "messages",
)  # fmt: skip
THEME_FILE_FIELDS: Final = ("theme", "messages")
MESSAGE_FIELDS: Final = ("theme", "wordings")
WORDING_FIELDS: Final = ("en", "cy", "for_forces_with", "for_forces_without")
VALUE_FIELDS: Final = ("help", "example", "needed", "list")
LOCAL_FIELDS: Final = (
    "force", "campaign", "takes_part", "why", "written_for_version", "fill_in", "change", "add",
    "withdraw", "times",
)  # fmt: skip


def read_national(
    id: str,  # noqa: A002 - the trade's word
    files: Mapping[str, bytes],
) -> tuple[NationalPack | None, list[Problem]]:
    """The pack in the folder `id`, or None where it cannot be used; and every Problem in it.

    `files` maps each file's path to its bytes: `campaign.yaml` and any number of theme files.
    """
    reader = Reader()
    main = next((path for path in files if path.endswith("/campaign.yaml")), None)
    if main is None:
        folder = Place(f"messages/national/{id}")
        reader.problem(
            folder, "no-campaign", "there is no campaign.yaml here.", "Every campaign has one."
        )
        return None, reader.problems
    top, problems = read(main, files[main])
    reader.problems += problems
    if top is None:
        return None, reader.problems
    reader.known_fields(top, CAMPAIGN_FIELDS, "a campaign")
    messages = _messages(reader, top, None, what="campaign.yaml")
    for path in sorted(set(files) - {main}):
        theme_file, problems = read(path, files[path])
        reader.problems += problems
        if theme_file is None:
            continue
        reader.known_fields(theme_file, THEME_FILE_FIELDS, "a theme's file")
        theme = reader.phrase(theme_file, "theme")
        for name, message in _messages(reader, theme_file, theme, what=path).items():
            if name in messages:
                reader.problem(
                    message.place,
                    "two-messages",
                    f'there is another message called "{name}" at {messages[name].place}.',
                    "Give one of them another name.",
                )
            messages.setdefault(name, message)
    pack = _national(reader, id, top, messages)
    usable = pack is not None and not any(p.severity == "error" for p in reader.problems)
    return (pack if usable else None), reader.problems


def _national(
    reader: Reader, pack_id: str, top: Fields, messages: dict[str, Message]
) -> NationalPack | None:
    title = reader.phrase(top, "campaign")
    starts = reader.day(top, "starts")
    hashtag = reader.phrase(top, "hashtag")
    days = reader.number(top, "days", default=0, least=1, most=366)
    weeks = reader.number(top, "weeks", default=0, least=1, most=53)
    if not (days or weeks):
        reader.problem(top.place, "missing-field", '"days" or "weeks" is missing here.')
    slots = _slots(reader, top, "slots")
    if not slots:
        reader.problem(top.place, "missing-field", '"slots" is missing: when posts go out.')
    themes = _themes(reader, top)
    for message in messages.values():
        if message.theme not in themes:
            reader.problem(
                message.place,
                "unknown-theme",
                f'there is no theme called "{message.theme}".',
                did_you_mean(message.theme, themes, what="Themes"),
            )
    hashtags = _hashtags(reader, top, "hashtag", hashtag)
    more = _hashtags(reader, top, "more_hashtags", ",".join(reader.listed(top, "more_hashtags")))
    if title is None or starts is None:
        return None
    return NationalPack(
        id=pack_id,
        title=title,
        version=reader.number(top, "version", default=1, least=1, most=9999),
        starts=starts,
        days=days or weeks * 7,
        hashtags=hashtags,
        more_hashtags=more,
        link=reader.phrase(top, "link", needed=False),
        grace=reader.duration(top, "grace", default=DEFAULT_GRACE),
        translation_reviewed=_reviewed(reader, top),
        slots=slots,
        values=_values(reader, top),
        themes=themes,
        messages=messages,
        place=top.keys.get("campaign", top.place),
    )


def _reviewed(reader: Reader, top: Fields) -> bool:
    said = reader.phrase(top, "translation", needed=False)
    if said in (None, "reviewed", "unreviewed"):
        return said != "unreviewed"
    reader.problem(
        reader.at(top, "translation"),
        "translation",
        f'"translation" is reviewed or unreviewed, not "{said}".',
    )
    return False


def _hashtags(reader: Reader, top: Fields, name: str, value: str | None) -> tuple[str, ...]:
    tags = []
    for tag in (value or "").split(","):
        tag = tag.strip()
        if tag.startswith("#"):
            reader.problem(
                reader.at(top, name), "hashtag", f'"{tag}" is written without the #: {tag[1:]}'
            )
        elif tag and not (HASHTAG.fullmatch(tag) and re.search(r"[^\W\d_]", tag)):
            reader.problem(
                reader.at(top, name),
                "hashtag",
                f'"{tag}" would not link as one hashtag.',
                "Use letters, digits and _ only, with at least one letter and no spaces.",
            )
        elif tag:
            tags.append(tag)
    return tuple(tags)


def _slots(reader: Reader, top: Fields, name: str) -> dict[str, Slot]:
    group = reader.fields(top.entries.get(name), top.place, f'"{name}"')
    slots = {}
    for slot in reader.names(group, "slot"):
        at = reader.clock(group, slot)
        if at is not None:
            slots[slot] = Slot(slot, at, group.keys[slot])
    return slots


def _themes(reader: Reader, top: Fields) -> dict[str, Theme]:
    group = reader.fields(top.entries.get("themes"), top.place, '"themes"')
    themes: dict[str, Theme] = {}
    taken: dict[int, str] = {}
    for name, node in reader.names(group, "theme").items():
        if isinstance(node, Fields):
            reader.known_fields(node, ("on", "about"), "a theme")
            holder, days, about = node, "on", reader.phrase(node, "about", needed=False) or name
        else:
            holder, days, about = group, name, name
        weekdays = _weekdays(reader, holder, days)
        for weekday in weekdays:
            if weekday in taken:
                reader.problem(
                    group.keys[name],
                    "two-themes",
                    f"{WEEKDAYS[weekday]} already belongs to the theme {taken[weekday]}.",
                )
            taken[weekday] = name
        themes[name] = Theme(name, about, weekdays, group.keys[name])
    return themes


def _weekdays(reader: Reader, group: Fields, name: str) -> frozenset[int]:
    found = set()
    for word in reader.listed(group, name):
        if word.capitalize() in WEEKDAYS:
            found.add(WEEKDAYS.index(word.capitalize()))
        else:
            reader.problem(
                reader.at(group, name),
                "weekday-name",
                f'"{word}" is not a weekday.',
                did_you_mean(word.capitalize(), WEEKDAYS) if len(word) > 2 else "",
            )
    if not found and name not in group.entries:
        reader.problem(group.place, "missing-field", 'a theme needs "on:" with its weekdays.')
    return frozenset(found)


def _values(reader: Reader, top: Fields) -> dict[str, ValueField]:
    group = reader.fields(
        top.entries.get("each_force_fills_in"), top.place, '"each_force_fills_in"'
    )
    values = {}
    for name, node in group.entries.items():
        place = group.keys[name]
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            reader.problem(
                place,
                "bad-name",
                f'"{name}" cannot be the name of a value.',
                "Use small letters and _, such as in_area.",
            )
            continue
        inner = reader.fields(node, place, f'"{name}"')
        reader.known_fields(inner, VALUE_FIELDS, "a value")
        values[name] = ValueField(
            name,
            reader.phrase(inner, "help", needed=False) or "",
            reader.phrase(inner, "example", needed=False) or "",
            reader.yes_no(inner, "needed", default=True),
            reader.yes_no(inner, "list", default=False),
            place,
        )
    return values


def _messages(reader: Reader, top: Fields, theme: str | None, *, what: str) -> dict[str, Message]:
    group = reader.fields(top.entries.get("messages"), top.place, f'"messages" in {what}')
    found = {}
    for name, node in reader.names(group, "message").items():
        message = _message(reader, name, node, group.keys[name], theme)
        if message:
            found[name] = message
    return found


def _message(
    reader: Reader, name: str, node: Node, place: Place, theme: str | None, *, local: bool = False
) -> Message | None:
    inner = reader.fields(node, place, f'the message "{name}"')
    reader.known_fields(inner, MESSAGE_FIELDS, "a message")
    own = reader.phrase(inner, "theme", needed=theme is None)
    if own and theme and own != theme:
        reader.problem(
            reader.at(inner, "theme"),
            "other-theme",
            f'this file is for the theme "{theme}", not "{own}".',
            "Move the message to its theme's file, or leave the line out.",
        )
    group = reader.fields(inner.entries.get("wordings"), place, f'"wordings" of {name}')
    wordings = _wordings(reader, group, name, local=local)
    if not wordings:
        reader.problem(place, "no-wordings", f'the message "{name}" has no wordings.')
        return None
    return Message(name, theme or own or "", wordings, place, local=local)


def _wordings(reader: Reader, group: Fields, message: str, *, local: bool) -> dict[str, Wording]:
    found = {}
    for name, node in reader.names(group, "wording").items():
        inner = reader.fields(node, group.keys[name], f'the wording "{message}/{name}"')
        reader.known_fields(inner, WORDING_FIELDS, "a wording")
        words = {}
        for language in Language:
            if language.value in inner.entries:
                text = reader.words(inner.entries[language.value], language.value)
                if text:
                    words[language] = text
        if not words and not inner.entries.keys() & {"en", "cy"}:
            reader.problem(
                group.keys[name], "no-words", f'the wording "{message}/{name}" has no words.'
            )
        found[name] = Wording(
            name,
            words,
            reader.listed(inner, "for_forces_with"),
            reader.listed(inner, "for_forces_without"),
            group.keys[name],
            local,
        )
    return found


# --- the local pack ---------------------------------------------------------------------------


def read_local(
    file: str, content: bytes, *, sender: str, campaign: str
) -> tuple[LocalPack, list[Problem]]:
    """The local pack in one file; `ok` is False, and nothing in it counts, where it has errors."""
    reader = Reader()
    top, problems = read(file, content)
    reader.problems += problems
    if top is None:
        return _broken_local(sender, campaign, Place(file)), reader.problems
    reader.known_fields(top, LOCAL_FIELDS, "a local pack")
    for name, expected in (("force", sender), ("campaign", campaign)):
        said = reader.phrase(top, name)
        if said and said != expected:
            reader.problem(
                reader.at(top, name),
                "wrong-folder",
                f'this file stands where {name} is "{expected}", but says "{said}".',
                "Move the file, or correct the line.",
            )
    takes_part = None
    if "takes_part" in top.entries:
        takes_part = reader.yes_no(top, "takes_part", default=False)
    why_not = reader.phrase(top, "why", needed=False) or ""
    if takes_part is False and not why_not:
        reader.problem(
            reader.at(top, "takes_part"),
            "no-reason",
            "takes_part: no has no reason.",
            "Add a line such as why: our own campaign runs that week",
        )
    fill_in = reader.fields(top.entries.get("fill_in"), top.place, '"fill_in"')
    local = LocalPack(
        sender=sender,
        campaign=campaign,
        takes_part=takes_part,
        why_not=why_not,
        written_for_version=reader.number(
            top, "written_for_version", default=1, least=1, most=9999
        ),
        fill_in={
            name: reader.by_language(node, name)
            for name, node in fill_in.entries.items()
            if getattr(node, "value", None) != ""  # left blank by `bot localise`: not filled in
        },
        fill_in_places=fill_in.keys,
        change=_changes(reader, top),
        add=_added(reader, top),
        withdraw=_withdrawn(reader, top),
        times={name: slot.at for name, slot in _slots(reader, top, "times").items()},
        place=Place(file, 1),
    )
    ok = not any(problem.severity == "error" for problem in reader.problems)
    return replace(local, ok=ok), reader.problems


def _broken_local(sender: str, campaign: str, place: Place) -> LocalPack:
    return LocalPack(
        sender, campaign, None, "", 1, {}, {}, {}, {}, {}, {}, place=place, ok=False
    )  # fmt: skip


def _changes(reader: Reader, top: Fields) -> dict[str, dict[str, Wording]]:
    group = reader.fields(top.entries.get("change"), top.place, '"change"')
    return {
        name: _wordings(
            reader, reader.fields(node, group.keys[name], f'"{name}"'), name, local=True
        )
        for name, node in group.entries.items()
    }


def _added(reader: Reader, top: Fields) -> dict[str, Message]:
    group = reader.fields(top.entries.get("add"), top.place, '"add"')
    found = {}
    for name, node in reader.names(group, "message").items():
        message = _message(reader, name, node, group.keys[name], None, local=True)
        if message:
            found[name] = message
    return found


def _withdrawn(reader: Reader, top: Fields) -> dict[str, str]:
    group = reader.fields(top.entries.get("withdraw"), top.place, '"withdraw"')
    found = {}
    for name in group.entries:
        reason = reader.phrase(group, name, needed=False)
        if not reason:
            reader.problem(
                group.keys[name],
                "no-reason",
                f'"{name}" is withdrawn without a reason.',
                f"Write one after it: {name}: we have no cinema",
            )
        found[name] = reason or ""
    return found


# --- one laid over the other ------------------------------------------------------------------


@dataclass
class _Overlay:
    national: NationalPack
    sender: Sender
    local: LocalPack | None
    reader: Reader = field(default_factory=Reader)

    def pack(self) -> Pack:
        local = self.local
        self._check_languages_of_fill_in()
        if local is None:
            return self._pack({}, self.national.slots, self.national.messages)
        messages = dict(self.national.messages)
        for name, wordings in local.change.items():
            if name in messages:
                messages[name] = self._changed(messages[name], wordings)
            else:
                self._no_message(name, wordings)
        for name, message in local.add.items():
            self._add(messages, name, message)
        for name, reason in local.withdraw.items():
            if name in messages:
                messages[name] = replace(messages[name], withdrawn=reason or "withdrawn")
            else:
                self._no_message(name, {})
        slots = dict(self.national.slots)
        for name, at in local.times.items():
            if name in slots:
                slots[name] = replace(slots[name], at=at)
            else:
                self.reader.problem(
                    local.place,
                    "unknown-slot",
                    f'"times" names a slot the pack does not have: "{name}".',
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
            )
        return replace(message, wordings=result)

    def _check_twins(self, message: str, wording: Wording, national: Wording) -> None:
        """A changed English beside an unchanged Welsh would say two different things."""
        for language in self.sender.languages:
            if language in wording.words or language not in national.words:
                continue
            changed = next((lang for lang in wording.words if lang in self.sender.languages), None)
            if changed:
                self.reader.problem(
                    wording.place,
                    "stale-twin",
                    f"you changed the {changed.label} of {message}/{wording.name}; its "
                    f"{language.label} still says the national words.",
                    f'Change "{language}" too.',
                )

    def _add(self, messages: dict[str, Message], name: str, message: Message) -> None:
        if name in messages:
            self.reader.problem(
                message.place,
                "two-messages",
                f'the national pack already has a message called "{name}".',
                'Give yours another name, or put your words under "change".',
            )
        elif message.theme not in self.national.themes:
            self.reader.problem(
                message.place,
                "unknown-theme",
                f'there is no theme called "{message.theme}".',
                did_you_mean(message.theme, self.national.themes, what="Themes"),
            )
        else:
            messages[name] = message

    def _no_message(self, name: str, wordings: Mapping[str, Wording]) -> None:
        assert self.local is not None
        first = next(iter(wordings.values()), None)
        self.reader.problem(
            first.place if first else self.local.place,
            "unknown-message",
            f'the national pack has no message called "{name}".',
            did_you_mean(name, self.national.messages, what="Messages"),
        )

    def _check_fill_in(self) -> None:
        assert self.local is not None
        for name, values in self.local.fill_in.items():
            place = self.local.fill_in_places[name]
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

    def _check_languages_of_fill_in(self) -> None:
        given = {**self.sender.values, **(self.local.fill_in if self.local else {})}
        own = self.local.fill_in_places if self.local else {}
        for name, value in self.national.values.items():
            filled = given.get(name)
            place = own.get(name) or (self.local.place if self.local else self._at_sender())
            if not filled:
                if value.needed:
                    self.reader.problem(
                        place,
                        "not-filled-in",
                        f'{self.sender.id} has not filled in "{name}".',
                        f"{value.help} For example: {value.example}",
                    )
                continue
            for language in self.sender.languages:
                if language not in filled:
                    spoken = listed(lang.label for lang in self.sender.languages)
                    self.reader.problem(
                        place,
                        "no-twin",
                        f"{name} has no {language.label}. "
                        f"{self.sender.name(Language.EN)} publishes in {spoken}.",
                        f'Write both, under "{name}:", as en: and cy:',
                    )

    def _at_sender(self) -> Place:
        return self.sender.place or Place("config/forces.yaml")


def overlay(
    national: NationalPack, sender: Sender, local: LocalPack | None
) -> tuple[Pack, list[Problem]]:
    """The pack as this sender says it, and what is wrong between the two files."""
    work = _Overlay(national, sender, local)
    pack = work.pack()
    return pack, work.reader.problems
