"""National pack + local overlay -> one Pack; every wording knows the line it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Final

from bot.core.model import Language, Sender
from bot.core.reading import WEEKDAYS, Reader, Words
from bot.core.source import (
    Fields,
    Node,
    Place,
    Problem,
    Scalar,
    did_you_mean,
    listed,
    nearest,
    read,
    shortened,
)
from bot.core.typed import typed_problems

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
    places: Mapping[str, Place]  # where each field of campaign.yaml stands


@dataclass(frozen=True, slots=True)
class LocalPack:
    """What one sender lays over a national pack."""

    sender: str
    campaign: str
    takes_part: bool | None  # None: not said yet, so planned and previewed, never live
    why_not: str
    written_for_version: int
    fill_in: Mapping[str, Mapping[Language, str]]
    change: Mapping[str, Mapping[str, Wording]]
    add: Mapping[str, Message]
    withdraw: Mapping[str, str]
    times: Mapping[str, time]
    place: Place
    places: Mapping[tuple[str, str], Place]  # where each name stands: ("withdraw", "no-rewind")
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
    themes = _themes(reader, top)
    messages = _messages(reader, top, None, themes, what="campaign.yaml")
    for path in sorted(set(files) - {main}):
        for name, message in _theme_file(reader, path, files[path], themes).items():
            if name in messages:
                reader.problem(
                    message.place,
                    "two-messages",
                    f'there is another message called "{name}" at {messages[name].place}.',
                    "Give one of them another name.",
                )
            messages.setdefault(name, message)
    pack = _national(reader, id, top, themes, messages)
    usable = pack is not None and not any(p.severity == "error" for p in reader.problems)
    return (pack if usable else None), reader.problems


def _theme_file(
    reader: Reader, path: str, content: bytes, themes: Mapping[str, Theme]
) -> dict[str, Message]:
    """The messages in a theme's file; a file with nothing but notes in it has none."""
    top, problems = read(path, content)
    reader.problems += problems
    if top is None or not top.entries:
        return {}
    reader.known_fields(top, THEME_FILE_FIELDS, "a theme's file")
    theme = reader.phrase(top, "theme") or ""
    if theme and theme not in themes:
        _no_theme(reader, reader.at(top, "theme"), theme, themes)
    return _messages(reader, top, theme, themes, what=path)


def _no_theme(reader: Reader, place: Place, theme: str, themes: Mapping[str, Theme]) -> None:
    reader.problem(
        place,
        "unknown-theme",
        f'there is no theme called "{theme}".',
        did_you_mean(theme, themes, what="Themes"),
    )


def _days(reader: Reader, top: Fields) -> int:
    days = reader.number(top, "days", default=0, least=1, most=366)
    weeks = reader.number(top, "weeks", default=0, least=1, most=53)
    said = top.entries.keys() & {"days", "weeks"}
    if len(said) != 1:
        reader.problem(
            top.keys["weeks"] if said else top.place,
            "missing-field",
            '"days" and "weeks" both stand here.' if said else '"days" or "weeks" is missing here.',
            "Say how long it lasts in one way: days: 5, or weeks: 8.",
        )
    return days or weeks * 7


def _national(
    reader: Reader,
    pack_id: str,
    top: Fields,
    themes: dict[str, Theme],
    messages: dict[str, Message],
) -> NationalPack | None:
    title = reader.phrase(top, "campaign")
    starts = reader.day(top, "starts")
    hashtag = reader.phrase(top, "hashtag")
    days = _days(reader, top)
    slots = _slots(reader, top, "slots")
    if not slots and _is_empty(top.entries.get("slots") or Fields({}, {}, top.place)):
        reader.problem(
            top.keys.get("slots", top.place),
            "missing-field",
            '"slots" is missing here: when posts go out.',
            "Add slots: and under it a line such as morning: 09:00",
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
        days=days,
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
        places=top.keys,
    )


def _reviewed(reader: Reader, top: Fields) -> bool:
    said = reader.phrase(top, "translation", needed=False)
    if said in (None, "reviewed", "unreviewed"):
        return said != "unreviewed"
    reader.problem(
        reader.at(top, "translation"),
        "translation",
        f'"translation" is reviewed or unreviewed, not "{said}".',
        "Write reviewed once a translator has signed the Welsh.",
    )
    return False


def _hashtags(reader: Reader, top: Fields, name: str, value: str | None) -> tuple[str, ...]:
    tags = []
    for tag in (value or "").split(","):
        tag = tag.strip()
        if tag.startswith("#"):
            reader.problem(
                reader.at(top, name),
                "hashtag",
                f'"{shortened(tag)}" has a # in front.',
                f"Write it without the #: {name}: {tag[1:]}",
            )
        elif tag and not (HASHTAG.fullmatch(tag) and re.search(r"[^\W\d_]", tag)):
            reader.problem(
                reader.at(top, name),
                "hashtag",
                f'"{shortened(tag)}" would not link as one hashtag.',
                "Use letters, digits and _ only, at most 100, at least one letter, no spaces.",
            )
        elif tag:
            tags.append(tag)
    return tuple(tags)


def _slots(reader: Reader, top: Fields, name: str) -> dict[str, Slot]:
    group = reader.fields(top.entries.get(name), top.place, f'"{name}"')
    slots: dict[str, Slot] = {}
    for slot in reader.names(group, "slot"):
        at = reader.clock(group, slot)
        if at is None:
            continue
        twin = next((other for other in slots.values() if other.at == at), None)
        if twin:
            reader.problem(
                group.keys[slot],
                "two-slots",
                f"{slot} and {twin.name} are at the same time.",
                "An account says one thing at a time: give one of them another time.",
            )
        else:
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
                    "A day has one theme: take the weekday out of one of them.",
                )
            taken[weekday] = name
        themes[name] = Theme(name, about, weekdays, group.keys[name])
    return themes


def _weekdays(reader: Reader, group: Fields, name: str) -> frozenset[int]:
    found = set()
    node = group.entries.get(name)
    if isinstance(node, Scalar) and not node.value:
        reader.problem(
            node.place, "empty", f'"{name}" has no weekday.', f"Write one after it: {name}: Monday"
        )
    for word in reader.listed(group, name):
        if word.capitalize() in WEEKDAYS:
            found.add(WEEKDAYS.index(word.capitalize()))
        else:
            reader.problem(
                reader.at(group, name),
                "weekday-name",
                f'"{word}" is not a weekday.',
                "Write it out in full, with commas between several: Monday, Thursday.",
            )
    if not found and name not in group.entries:
        reader.problem(
            group.place,
            "missing-field",
            'a theme needs "on:" with its weekdays.',
            "Add a line such as on: Monday",
        )
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
                f"Use small letters and _: {re.sub(r'[^a-z0-9]+', '_', name.lower())}",
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


def _messages(
    reader: Reader,
    top: Fields,
    theme: str | None,
    themes: Mapping[str, Theme],
    *,
    what: str,
) -> dict[str, Message]:
    """The messages of a file; `theme` is the file's own, None where each message names its own."""
    group = reader.fields(top.entries.get("messages"), top.place, f'"messages" in {what}')
    found = {}
    for name, node in reader.names(group, "message").items():
        message = _message(reader, name, node, group.keys[name], theme)
        if message is None:
            continue
        found[name] = message
        if theme is None and message.theme and message.theme not in themes:
            _no_theme(reader, _at_theme(node, message.place), message.theme, themes)
    return found


def _at_theme(node: Node, place: Place) -> Place:
    return Reader.at(node, "theme") if isinstance(node, Fields) else place


def _message(
    reader: Reader, name: str, node: Node, place: Place, theme: str | None, *, local: bool = False
) -> Message | None:
    inner = reader.fields(node, place, f'the message "{name}"')
    if _nameless(reader, inner, f"the message {name}", "wordings: and the name of a wording"):
        return None
    reader.known_fields(inner, MESSAGE_FIELDS, "a message")
    own = reader.phrase(inner, "theme", needed=theme is None and bool(inner.entries))
    if own and theme and own != theme:
        reader.problem(
            reader.at(inner, "theme"),
            "other-theme",
            f'this file is for the theme "{theme}", not "{own}".',
            "Move the message to its theme's file, or leave the line out.",
        )
    group = reader.fields(inner.entries.get("wordings"), place, f'"wordings" of {name}')
    wordings = _wordings(reader, group, name, local=local)
    if wordings:
        return Message(name, theme or own or "", wordings, place, local=local)
    if not group.entries and _is_empty(node) and not set(inner.entries) - {"theme", "wordings"}:
        reader.problem(
            place,
            "no-wordings",
            f'the message "{name}" has no wordings.',
            "Write wordings: under it, then a name for each, then en: and cy:",
        )
    return None


def _is_empty(node: Node) -> bool:
    """Whether nothing stands there: neither fields nor something else, reported already."""
    return isinstance(node, Fields) or (isinstance(node, Scalar) and not node.value)


def _nameless(reader: Reader, group: Fields, where: str, missing: str) -> bool:
    """Words that stand where a name should: a level was left out."""
    for language in Language:
        if language.value in group.entries:
            reader.problem(
                group.keys[language.value],
                "level-missing",
                f'"{language}:" stands straight under {where}.',
                f"Between the two belongs {missing}.",
            )
            return True
    return False


def _wordings(reader: Reader, group: Fields, message: str, *, local: bool) -> dict[str, Wording]:
    if _nameless(reader, group, message, "the name of a wording"):
        return {}
    found = {}
    for name, node in reader.names(group, "wording").items():
        place = group.keys[name]
        inner = reader.fields(node, place, f'the wording "{message}/{name}"')
        reader.known_fields(inner, WORDING_FIELDS, "a wording")
        words = {}
        for language in Language:
            if language.value in inner.entries:
                text = reader.words(inner.entries[language.value], language.value)
                if text:
                    words[language] = text
        if _is_empty(node) and not set(inner.entries) - set(WORDING_FIELDS[2:]):
            reader.problem(
                place,
                "no-words",
                f'the wording "{message}/{name}" has no words.',
                'Write them under it: "en: |", and the words on the next line.',
            )
        found[name] = Wording(
            name,
            words,
            reader.listed(inner, "for_forces_with"),
            reader.listed(inner, "for_forces_without"),
            place,
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
    if not top.entries:
        advice = f"Begin with: .venv/bin/bot localise {sender} {campaign}"
        reader.problem(Place(file, 1), "empty", "there is nothing in this file.", advice)
        return _broken_local(sender, campaign, Place(file, 1)), reader.problems
    reader.known_fields(top, LOCAL_FIELDS, "a local pack")
    for name, expected in (("force", sender), ("campaign", campaign)):
        _check_folder(reader, top, name, expected)
    takes_part, why_not = _takes_part(reader, top)
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
            if not _left_blank(node)
        },
        change=_changes(reader, top),
        add=_added(reader, top),
        withdraw=_withdrawn(reader, top),
        times={name: slot.at for name, slot in _slots(reader, top, "times").items()},
        place=Place(file, 1),
        places=_places(top),
    )
    ok = not any(problem.severity == "error" for problem in reader.problems)
    return replace(local, ok=ok), reader.problems


def _check_folder(reader: Reader, top: Fields, name: str, expected: str) -> None:
    if name not in top.entries:
        reader.problem(
            top.place,
            "missing-field",
            f'"{name}" is missing here.',
            f"Add a line {name}: {expected}",
        )
        return
    said = reader.phrase(top, name)
    if said and said != expected:
        reader.problem(
            reader.at(top, name),
            "wrong-folder",
            f'this file stands where {name} is "{expected}", but says "{shortened(said)}".',
            f"Write {name}: {expected}, or move the file.",
        )


def _takes_part(reader: Reader, top: Fields) -> tuple[bool | None, str]:
    """(whether the force takes part, None where it has not said; why not)."""
    why_not = reader.phrase(top, "why", needed=False) or ""
    before = len(reader.problems)
    said = reader.yes_no(top, "takes_part", default=True)
    if "takes_part" not in top.entries or len(reader.problems) > before:
        return None, why_not
    if not said and not why_not:
        reader.problem(
            reader.at(top, "takes_part"),
            "no-reason",
            "takes_part: no has no reason.",
            "Add a line such as why: our own campaign runs that week",
        )
    return said, why_not


def _left_blank(node: Node) -> bool:
    """As `bot localise` leaves it: the name, and nothing written after it or its languages."""
    if isinstance(node, Scalar):
        return not node.value and not node.cut
    return isinstance(node, Fields) and all(map(_left_blank, node.entries.values()))


def _places(top: Fields) -> dict[tuple[str, str], Place]:
    return {
        (part, name): place
        for part, node in top.entries.items()
        if isinstance(node, Fields)
        for name, place in node.keys.items()
    }


def _broken_local(sender: str, campaign: str, place: Place) -> LocalPack:
    return LocalPack(
        sender, campaign, None, "", 1, {}, {}, {}, {}, {}, place=place, places={}, ok=False
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
        before = len(reader.problems)
        reason = reader.phrase(group, name, needed=False)
        if not reason and len(reader.problems) == before:
            reader.problem(
                group.keys[name],
                "no-reason",
                f'"{name}" is withdrawn without a reason.',
                f"Write it after the name: {name}: we have no cinema",
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
        self._check_values()
        if local is None:
            return self._pack({}, self.national.slots, self.national.messages)
        messages = dict(self.national.messages)
        for name, wordings in local.change.items():
            if name in messages:
                messages[name] = self._changed(messages[name], wordings)
            else:
                self._no_message("change", name)
        for name, message in local.add.items():
            self._add(messages, name, message)
        for name, reason in local.withdraw.items():
            if name in messages:
                messages[name] = replace(messages[name], withdrawn=reason or "withdrawn")
            else:
                self._no_message("withdraw", name)
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

    def _add(self, messages: dict[str, Message], name: str, message: Message) -> None:
        if name in messages:
            self.reader.problem(
                message.place,
                "two-messages",
                f'the national pack already has a message called "{name}".',
                'Give yours another name, or put your words under "change".',
            )
        elif message.theme not in self.national.themes:
            _no_theme(self.reader, message.place, message.theme, self.national.themes)
        else:
            self._check_added(message)
            messages[name] = message

    def _check_added(self, message: Message) -> None:
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

    def _no_message(self, part: str, name: str) -> None:
        assert self.local is not None
        self.reader.problem(
            self.local.places[part, name],
            "unknown-message",
            f'the national pack has no message called "{name}".',
            did_you_mean(name, self.national.messages, what="Messages"),
        )

    @property
    def languages(self) -> tuple[Language, ...]:
        """Those this sender or one of its accounts publishes in."""
        of_accounts = (language for one in self.sender.accounts for language in one.languages)
        return tuple(dict.fromkeys((*self.sender.languages, *of_accounts)))

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
                    for problem in typed_problems(self._at_sender(), value, ())
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


def overlay(
    national: NationalPack, sender: Sender, local: LocalPack | None
) -> tuple[Pack, list[Problem]]:
    """The pack as this sender says it, and what is wrong between the two files."""
    work = _Overlay(national, sender, local)
    pack = work.pack()
    return pack, work.reader.problems
