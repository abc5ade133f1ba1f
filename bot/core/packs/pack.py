"""What a pack is made of, once it has been read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.core.anchors import Anchor, Events
from bot.core.model import Language, Sender, SenderKind, Uncaptioned
from bot.core.pictures import Made
from bot.core.reading import WEEKDAYS, Words, parse_day, written
from bot.core.source import Place, listed
from bot.core.videos import CaptionsFile, VideoFile


class ValueKind(StrEnum):
    """What a force writes where a pack asks for something."""

    PHRASE = "phrase"  # with its small word, in each language
    LIST = "list"  # several phrases with commas between them, for a loop
    NUMBER = "number"
    DATE = "date"
    YES_OR_NO = "yes or no"  # a fact for conditions, and never words

    @property
    def is_said(self) -> bool:
        """Whether it is words, which differ from language to language."""
        return self in (ValueKind.PHRASE, ValueKind.LIST)


@dataclass(frozen=True, slots=True)
class ValueField:
    """Something each force fills in: most often a phrase, with its small word."""

    name: str
    help: str
    example: str
    needed: bool
    place: Place
    kind: ValueKind = ValueKind.PHRASE
    default: Mapping[Language, str] = field(default_factory=dict)  # where a force says nothing

    @property
    def is_list(self) -> bool:
        return self.kind is ValueKind.LIST

    def written(self, given: Mapping[Language, str], language: Language) -> str:
        """What a force wrote for a language; a number or a date is written once for all."""
        one = next(iter(given.values()), "") if not self.kind.is_said else ""
        return given.get(language, one)

    def shown(self, given: Mapping[Language, str], language: Language) -> str:
        """What stands in a post: 30,984, or Friday 27 November; nothing for a no."""
        said = self.written(given, language)
        match self.kind:
            case ValueKind.NUMBER:
                digits = said.replace(",", "")
                return f"{int(digits):,}" if digits.isdecimal() else said
            case ValueKind.DATE:
                day = parse_day(said)[1]
                # A Welsh date changes its first letter after a small word: it is a phrase.
                return written(day, year=False) if day and language is Language.EN else ""
            case ValueKind.YES_OR_NO:
                return said.lower() if said.lower() == "yes" else ""
        return said

    def is_filled(self, given: Mapping[Language, str], languages: Collection[Language]) -> bool:
        """Whether it is there for all of these languages; of a yes or no, whether it is yes."""
        if self.kind is ValueKind.YES_OR_NO:
            return self.written(given, Language.EN).lower() == "yes"
        return all(self.written(given, language) for language in languages)


@dataclass(frozen=True, slots=True)
class Slot:
    """A named occasion in a campaign's day, and when it is, on London's clocks."""

    name: str
    at: time
    place: Place


@dataclass(frozen=True, slots=True)
class Brief:
    """What a campaign is for, in words for colleagues."""

    owner: str | None
    objective: str | None
    measured_by: str | None  # how anybody will know whether the objective was reached
    audiences: tuple[str, ...]
    partners: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Locked:
    """That no overlay changes a theme or a message, and why: where it is written."""

    why: str
    place: Place


@dataclass(frozen=True, slots=True)
class Lock:
    """Facts, or a phrase, that the words of an overlay must keep, and why."""

    name: str
    why: str
    place: Place
    facts: tuple[str, ...] = ()  # names of constants, or of values that forces fill in
    reads: str | None = None  # what the fact must say, digit by digit, whatever config/ says
    never_without: tuple[str, ...] = ()  # the constants that stand wherever these do
    phrase: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Theme:
    """What a day is about, and on which weekdays (0 is Monday)."""

    name: str
    about: str
    weekdays: frozenset[int]  # none in a pack that is never scheduled
    place: Place
    locked: Locked | None = None
    anchors: tuple[Anchor, ...] = ()  # days that go before those of any theme's weekdays

    @property
    def days(self) -> tuple[str, ...]:
        """Its days as a pack says them: weekdays first."""
        return (*(WEEKDAYS[day] for day in sorted(self.weekdays)), *(a.said for a in self.anchors))


@dataclass(frozen=True, slots=True)
class Dated:
    """On the days it was written for; a run may begin on another date of the same weekday."""

    starts: date
    days: int


@dataclass(frozen=True, slots=True)
class EveryWeek:
    """A standing campaign: its weekdays come round again, week after week."""


@dataclass(frozen=True, slots=True)
class Never:
    """Held ready for the day it is needed, and in no plan until then."""


Schedule = Dated | EveryWeek | Never


Limits: TypeAlias = tuple[tuple[str, ...], ...]
"""Lists of forces, regions, platforms, accounts and conditions: only who is on every list."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Facts that must all hold of an account and its force, under a name that limits may use."""

    name: str
    facts: Mapping[str, tuple[str, ...]]  # region: any of these; a value that is asked for: yes, no
    place: Place
    places: Mapping[str, Place]  # where each fact stands

    def __str__(self) -> str:
        """`nation Wales, at_cinemas yes`."""
        facts = (f"{fact} {listed(wanted, 'or')}" for fact, wanted in self.facts.items())
        return ", ".join(facts)


class Audience(StrEnum):
    """Whom a message is for."""

    PUBLIC = "public"
    PARTNER = "partner"  # said by partners' accounts only
    STAFF = "staff"  # for colleagues who read the pack: no account ever says it

    def suits(self, kind: SenderKind) -> bool:
        """Whether a sender of this kind may say what is for this audience."""
        return self is Audience.PUBLIC or (self is Audience.PARTNER and kind is SenderKind.PARTNER)


class Purpose(StrEnum):
    """What a message is there to do, most of all."""

    INFORM = "inform"  # what is the case, and what is being done
    REASSURE = "reassure"  # what keeps people from being afraid, or from speaking up
    ASK = "ask"  # for a report
    ADVISE = "advise"  # what people can do to keep safe


class Setting(StrEnum):
    """Where the people whom a message is about are."""

    HOME = "home"
    BUSINESS = "business"
    ONLINE = "online"
    OUT = "out"  # and about: in the street, in a shop, on a train, at a match


@dataclass(frozen=True, slots=True)
class Accepted:
    """A warning that somebody lets stand, by its code, and why."""

    code: str
    reason: str
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
    only_for: Limits = ()
    not_for: tuple[str, ...] = ()  # names, as in a limit: nobody who has any of them
    withdrawn: str | None = None  # the reason
    accepts: tuple[Accepted, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """That a translator has read the Welsh of a wording beside its English."""

    by: str
    on: date
    words: str  # SHA-256 (hex) of both texts as they were signed


Signatures: TypeAlias = Mapping[tuple[str, str], Signature]
"""By message and wording."""


@dataclass(frozen=True, slots=True)
class NamedPicture:
    """A picture's file as a pack names it, and what was made of it for each platform."""

    file: str  # messages/national/<campaign>/pictures/phone.png
    place: Place
    made: Made = field(default_factory=dict)  # nothing until the file has been read


@dataclass(frozen=True, slots=True)
class MessagePicture:
    """The picture of a message, for each language: the same one, or one with other words in it.

    In a force's `change` no files means the national picture, and no words its national ones.
    """

    files: Mapping[Language, NamedPicture]
    shows: Mapping[Language, Words]
    place: Place
    taken_out: bool = False  # `picture: no`, in a force's own pack


@dataclass(frozen=True, slots=True)
class LinkCard:
    """What Bluesky shows of a link under a post, in each language: the pack's own words."""

    link: str  # by its name in config/constants.yaml
    titles: Mapping[Language, Words]
    abouts: Mapping[Language, Words]
    pictures: Mapping[Language, NamedPicture]
    place: Place


@dataclass(frozen=True, slots=True)
class NamedVideo:
    """A video's file as a pack names it, and what is known of it once it was looked at."""

    file: str  # messages/national/<campaign>/videos/film.mp4
    place: Place
    made: VideoFile | None = None


@dataclass(frozen=True, slots=True)
class NamedCaptions:
    """A file of captions as a pack names it, and what is in it once it has been read."""

    file: str
    place: Place
    made: CaptionsFile | None = None


@dataclass(frozen=True, slots=True)
class MessageVideo:
    """The video of a message, what it shows and what is said in it, for each language.

    In a force's `change` what is empty is the national video's.
    """

    files: Mapping[Language, NamedVideo]
    shows: Mapping[Language, Words]
    captions: Mapping[Language, NamedCaptions | Uncaptioned]
    place: Place
    taken_out: bool = False  # `video: no`, in a force's own pack


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say, in several wordings."""

    name: str
    theme: str
    wordings: Mapping[str, Wording]
    place: Place
    withdrawn: str | None = None  # the reason; it keeps its rank, and its places are refilled
    local: bool = False
    same_for_all: str | None = None  # on what basis every account may say exactly this
    essential: str | None = None  # on whose authority it goes out even in mourning
    picture: MessagePicture | None = None
    video: MessageVideo | None = None  # never beside a picture
    locked: Locked | None = None
    only_for: Limits = ()
    not_for: tuple[str, ...] = ()
    moved_from: str | None = None  # the national theme, in which it keeps its rank
    amplify: bool = False  # what the national account says of it, a few accounts repost
    accepts: tuple[Accepted, ...] = ()  # in all its wordings
    audience: Audience = Audience.PUBLIC
    purpose: Purpose | None = None
    settings: tuple[Setting, ...] = ()

    def withdrawn_as(self, wording: Wording) -> str | None:
        """Why one of its wordings is not said; None where it may be."""
        return self.withdrawn or wording.withdrawn


@dataclass(frozen=True, slots=True)
class NationalPack:
    """A campaign as its national team wrote it."""

    id: str  # the folder's name
    title: str
    version: int
    schedule: Schedule
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
    cards: Mapping[str, LinkCard] = field(default_factory=dict)  # by the names of their links
    locks: Mapping[str, Lock] = field(default_factory=dict)
    embargo: datetime | None = None  # until then it is shown to the named, and never planned
    may_preview: tuple[str, ...] = ()  # the named, while it is under embargo
    handling: str | None = None  # how it is to be handled, on top of whatever shows it
    review: date | None = None  # by then somebody should have read it again
    reviewed: date | None = None  # on that day somebody did last, whether or not it changed
    brief: Brief | None = None
    on_bank_holidays: bool = True  # whether it speaks then
    withdraw: Mapping[str, str] = field(default_factory=dict)  # messages recalled, with the reason
    accepts: tuple[Accepted, ...] = ()  # in all its messages
    signatures: Signatures = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)

    def is_embargoed(self, now: datetime) -> bool:
        """Whether its embargo is still to end."""
        return self.embargo is not None and now < self.embargo

    @property
    def no_bank_holidays(self) -> Place | None:
        """Where it says that it keeps quiet on bank holidays."""
        return None if self.on_bank_holidays else self.places["on_bank_holidays"]

    def on_day(self, day: date, starts: date, events: Events) -> Theme | None:
        """The theme of a date in a run that begins on `starts`: an anchored one goes first."""
        anchored = self.anchored(day, starts, events)
        return anchored[0] if anchored else self.on_weekday(day)

    def anchored(self, day: date, starts: date, events: Events) -> tuple[Theme, Anchor] | None:
        """The theme that is anchored to a date, and how."""
        for theme in self.themes.values():
            for anchor in theme.anchors:
                if anchor.falls_on(day, starts, events):
                    return theme, anchor
        return None

    def on_weekday(self, day: date) -> Theme | None:
        """The theme that a date has by its weekday."""
        return next((one for one in self.themes.values() if day.weekday() in one.weekdays), None)

    def lock_on(self, message: Message) -> Locked | None:
        """The lock on a message, or on its theme."""
        theme = self.themes.get(message.theme)
        return message.locked or (theme.locked if theme else None)


@dataclass(frozen=True, slots=True)
class OwnHashtags:
    """What an overlay says in place of the optional hashtags below it; no tags: none of them."""

    tags: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class LocalPack:
    """What a sender, one of its accounts, or a region lays over the pack below it.

    Of an account it is a part of its sender's; of a region there is no sender.
    """

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
    pictures: Mapping[str, MessagePicture] = field(default_factory=dict)  # changed, by message
    videos: Mapping[str, MessageVideo] = field(default_factory=dict)  # the same
    moves: Mapping[str, str] = field(default_factory=dict)  # messages to other themes
    only_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by message or wording
    trusts_corrections: bool = False  # approvals outlive what only the national team changed
    accounts: Mapping[str, LocalPack] = field(default_factory=dict)  # what single accounts say
    region: str | None = None  # for whose forces it is, if it is a region's
    accepts: tuple[Accepted, ...] = ()  # in all of the force's own words
    signatures: Signatures = field(default_factory=dict)  # under the force's own words
    more_hashtags: OwnHashtags | None = None

    def has_own(self, message: str) -> bool:
        """Whether the sender says anything of a message its own way."""
        mine = {**self.change, **self.pictures, **self.videos, **self.add, **self.moves}
        return message in mine or any(one.has_own(message) for one in self.accounts.values())


@dataclass(frozen=True, slots=True)
class Pack:
    """A campaign as one sender says it: the national pack with the local one laid over it."""

    national: NationalPack
    sender: Sender
    local: LocalPack | None
    values: Mapping[str, Mapping[Language, str]]
    slots: Mapping[str, Slot]
    messages: Mapping[str, Message]
    layers: tuple[LocalPack, ...] = ()  # what is laid over the national pack, the lowest first

    @property
    def id(self) -> str:
        return self.national.id

    @property
    def more_hashtags(self) -> tuple[str, ...]:
        """The optional hashtags, of whoever says them last; the national ones if nobody does."""
        own = [layer.more_hashtags.tags for layer in self.layers if layer.more_hashtags]
        return own[-1] if own else self.national.more_hashtags

    def has(self, name: str, languages: Collection[Language]) -> bool:
        """Whether a value is filled in, in each of these languages; a yes or no, whether yes."""
        asked, given = self.national.values.get(name), self.values.get(name, {})
        return asked is not None and asked.is_filled(given, languages)
