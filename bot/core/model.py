"""The nouns every part shares: senders and accounts, posts and renderings, states and outcomes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.source import Place
from bot.core.text.rules import USUAL, Limits, Rules, rules

LONDON: Final = ZoneInfo("Europe/London")


def london_day(instant: datetime) -> date:
    """The date in London."""
    return instant.astimezone(LONDON).date()


class BotError(Exception):
    """What stops work. Problems a person can mend are values (`Problem`), not exceptions.

    BotError
    ├── LedgerError        the ledger is missing, of the wrong mode, locked, damaged or too new
    └── SettingsError      the environment or the configuration cannot be used
    """


class LedgerError(BotError):
    """The ledger is missing, of the wrong mode, locked, damaged, or from a newer version."""


class SettingsError(BotError):
    """The environment or the configuration cannot be used as it stands."""


class Language(StrEnum):
    EN = "en"
    CY = "cy"

    @property
    def label(self) -> str:
        return {"en": "English", "cy": "Welsh"}[self.value]

    @property
    def rank(self) -> int:
        """Its turn where one place is filled in several languages: Welsh first."""
        return {"cy": 0, "en": 1}[self.value]


class PlatformName(StrEnum):
    X = "x"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"

    @property
    def label(self) -> str:
        return {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}[self.value]


class Mode(StrEnum):
    """What a ledger is stamped with when it is made. Dry sends nothing."""

    DRY = "dry"
    LIVE = "live"


class SenderKind(StrEnum):
    FORCE = "force"
    NATIONAL = "national"
    PARTNER = "partner"


class Nation(StrEnum):
    """A part of the United Kingdom with elections and bank holidays of its own."""

    ENGLAND = "England"
    WALES = "Wales"
    SCOTLAND = "Scotland"
    NORTHERN_IRELAND = "Northern Ireland"


class State(StrEnum):
    """Where a post stands. Held and approved are facts about a post, not states."""

    PLANNED = "planned"  # waits for its time
    SENDING = "sending"  # claimed by one worker under a token and a lease
    PUBLISHED = "published"  # a platform's receipt is recorded; final
    REFUSED = "refused"  # the platform said no, surely not public; final
    UNKNOWN = "unknown"  # may be public; must be settled, never blindly sent again
    MISSED = "missed"  # its time passed unsent; a person keeps, moves or drops it
    DROPPED = "dropped"  # a person decided it shall not go out
    WITHDRAWN = "withdrawn"  # the packs no longer hold it


ALLOWED_MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.SENDING, State.MISSED, State.DROPPED, State.WITHDRAWN}),
    State.SENDING: frozenset(
        {State.PUBLISHED, State.REFUSED, State.UNKNOWN, State.PLANNED, State.MISSED}
    ),
    State.UNKNOWN: frozenset({State.PUBLISHED, State.PLANNED, State.MISSED}),
    State.MISSED: frozenset({State.PLANNED, State.DROPPED}),
    State.WITHDRAWN: frozenset({State.PLANNED, State.MISSED}),
    State.PUBLISHED: frozenset(),
    State.REFUSED: frozenset(),
    State.DROPPED: frozenset(),
}


MAY_BE_OUT: Final = (State.SENDING, State.PUBLISHED, State.UNKNOWN)
"""Where a post is public, or may be."""


@dataclass(frozen=True, slots=True, order=True)
class PostKey:
    """The place to be filled: never what fills it, so no edit of words can make a second post.

    `run` is written in the configuration and is not the start date; `account` is the internal
    id, not the handle; `slot` is a named occurrence such as `d1.morning`, not a clock time.
    """

    run: str
    account: str
    slot: str
    language: Language
    part: int = 1

    def __str__(self) -> str:
        text = f"{self.run}/{self.account}/{self.slot}/{self.language}"
        return text if self.part == 1 else f"{text}/{self.part}"

    @classmethod
    def parse(cls, text: str) -> PostKey:
        """The key that was printed as `text`. Raises ValueError when it is not one."""
        match = re.fullmatch(r"([^/]+)/([^/]+)/([^/]+)/([a-z]{2})(?:/([1-9][0-9]*))?", text)
        if match is None:
            raise ValueError(f"not a post's key: {text!r}")
        run, account, slot, language, part = match.groups()
        return cls(run, account, slot, Language(language), int(part or 1))


Following = Callable[[], PostKey | None]
"""Which key of the account is delivered next, where that is sure; None where it is not."""


WEEKLY: Final = re.compile(r"-\d{4}w\d{2}$")
"""How the id of one week of a run ends that comes every week: act-every-day@standing-2026w48."""


def configured_run(run: str) -> str:
    """The id that stands in the configuration: a week's less its week, any other's as it is."""
    return WEEKLY.sub("", run)


SAID: Final = "say@"
"""How the run of what people say now begins: no campaign can have it, and no plan judges it."""


def said_run(at: datetime) -> str:
    """The run of what is said at an instant: say@2026, by London's year."""
    return f"{SAID}{london_day(at).year}"


def is_said(key: PostKey) -> bool:
    """Whether a person said this post now, so that it stands in no plan."""
    return key.run.startswith(SAID)


@dataclass(frozen=True, slots=True)
class Account:
    """One official account on one platform. Its id is ours and never changes; its handle may."""

    id: str
    sender: str
    platform: PlatformName
    languages: tuple[Language, ...]
    handle: str | None = None  # without the first @; only where verified
    live: bool = False
    resend_if_absent: bool = False  # by rule, what looking did not find; else a person decides
    place: Place | None = None
    limits: Limits = USUAL  # of its own server, for Mastodon
    instance: str | None = None  # the server's address, for Mastodon: https://policing.example
    visibility: str = "public"  # who sees its posts, for Mastodon
    kind: SenderKind = SenderKind.FORCE  # its sender's
    amplifies: bool = False  # it may repost what a national account says
    follows: str | None = None  # the Welsh account that says the same first: the two are a pair
    followed_by: str | None = None  # the English account that follows it

    @property
    def pair(self) -> str | None:
        """The other account of its pair."""
        return self.follows or self.followed_by

    @property
    def rules(self) -> Rules:
        """How its platform counts and links: the one measure for whatever it would say."""
        return rules(self.platform, self.limits)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A stretch of every day, on London's clocks, in which a sender says nothing."""

    start: time
    end: time  # no longer quiet; earlier than `start` where the stretch passes midnight
    place: Place

    def holds(self, at: time) -> bool:
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M} to {self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who speaks: a force, a national body or a partner."""

    id: str
    kind: SenderKind
    names: Mapping[Language, str]
    region: str | None
    languages: tuple[Language, ...]
    minute: int  # minutes after a slot's time at which this sender's posts are due
    values: Mapping[str, Mapping[Language, str]]  # phrases for any campaign: in_area -> en, cy
    accounts: tuple[Account, ...]
    place: Place | None = None
    places: Mapping[str, Place] = field(default_factory=dict)  # where each field of it stands
    value_places: Mapping[str, Place] = field(default_factory=dict)  # and each of its phrases
    nation: Nation | None = None  # None: of several, or of the whole United Kingdom
    quiet_hours: QuietHours | None = None
    sectors: tuple[str, ...] = ()  # of a partner: retail, transport

    @property
    def is_bound_to_welsh(self) -> bool:
        """Whether the Welsh Language (Wales) Measure 2011 binds it to say in both what it says."""
        return self.kind is SenderKind.FORCE and self.nation is Nation.WALES

    def lacks_welsh(self, account: Account) -> bool:
        """Whether an account says in English what the sender has to say in Welsh beside it."""
        both = Language.CY in account.languages or account.pair is not None
        return self.is_bound_to_welsh and not both

    @property
    def every_language(self) -> tuple[Language, ...]:
        """Those that it or one of its accounts publishes in."""
        of_accounts = (language for one in self.accounts for language in one.languages)
        return tuple(dict.fromkeys((*self.languages, *of_accounts)))

    def is_among(self, names: Collection[str]) -> bool:
        """Whether it is named: by itself, its kind, its region or its nation, in any capitals."""
        mine = {self.id, self.kind.value, (self.region or "").lower(), (self.nation or "").lower()}
        return any(name.lower() in mine for name in names)

    def name(self, language: Language) -> str:
        return self.names.get(language) or self.names[Language.EN]


@dataclass(frozen=True, slots=True)
class Pick:
    """What fills a place: a message of the pack and one of its wordings, by their names."""

    message: str
    wording: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a post: the bytes to be uploaded, by their hash, and what they show."""

    sha256: str  # hex, of the exact bytes; the ledger keeps them by it
    media_type: str  # image/png or image/jpeg
    width: int  # pixels
    height: int
    size: int  # bytes
    alt: str  # what it shows, for those who cannot see it
    file: str = field(default="", compare=False)  # the pack's own, for people; in no digest


class Uncaptioned(StrEnum):
    """Why a video has no file of captions."""

    IN_THE_PICTURE = "in the picture"  # burnt into it
    NO_SPEECH = "no speech"  # nobody says anything in it


@dataclass(frozen=True, slots=True)
class Captions:
    """What is said in a video, to be read while it runs: WebVTT, by the hash of its bytes."""

    language: Language
    sha256: str  # hex
    size: int  # bytes
    media_type: str = "text/vtt"


@dataclass(frozen=True, slots=True)
class Video:
    """The video of a post: the bytes to be uploaded, by their hash, what they show and say."""

    sha256: str  # hex, of the exact bytes; the ledger keeps them by it
    media_type: str  # video/mp4
    width: int  # pixels, as it is shown
    height: int
    milliseconds: int
    size: int  # bytes
    alt: str  # what it shows, for those who cannot see it
    captions: tuple[Captions, ...] = ()  # what its platform is given
    uncaptioned: Uncaptioned | None = None  # None: there is speech, and a file for it
    file: str = field(default="", compare=False)  # the pack's own, for people; in no digest

    @property
    def parts(self) -> dict[str, str]:
        """The media type of each of its files, by its hash."""
        captions = {one.sha256: one.media_type for one in self.captions}
        return {self.sha256: self.media_type, **captions}


@dataclass(frozen=True, slots=True)
class Card:
    """What a link shows under a post, where the platform shows only what it is given: Bluesky."""

    address: str  # whole, with https://
    title: str
    about: str
    picture: Picture | None = None  # without alt text: a card has none


@dataclass(frozen=True, slots=True)
class Rendering:
    """Exactly what would be published, and the digest of it that is previewed and approved."""

    account: str
    platform: PlatformName
    language: Language
    due: datetime  # UTC
    pick: Pick
    text: str
    length: int  # as the platform counts
    limit: int
    hashtags: tuple[str, ...]  # without '#', in order of appearance
    links: tuple[str, ...]  # as written
    digest: str = ""  # of all a person approves; `with_digest` gives it
    pictures: tuple[Picture, ...] = ()  # a pack gives one at most; the platforms take four
    part: int = 1  # of a thread; from the second on it replies to the part before
    card: Card | None = None  # never beside pictures or a video
    video: Video | None = None  # never beside pictures
    reposts: PostKey | None = None  # whose words and pictures these are: it has none of its own
    visibility: str = "public"  # who sees it, on Mastodon

    @property
    def shown(self) -> tuple[Picture | Video, ...]:
        """What stands beside the words, each with its alt text."""
        return (*self.pictures, self.video) if self.video else self.pictures

    @property
    def files(self) -> tuple[Picture | Video, ...]:
        """Whatever must be given to the platform before the post, in this order."""
        if self.reposts:
            return ()
        thumbnail = self.card.picture if self.card else None
        return (*self.shown, thumbnail) if thumbnail else self.shown

    def with_digest(self) -> Rendering:
        """The same, under the digest of what it says now."""
        return replace(self, digest=self.own_digest())

    def own_digest(self) -> str:
        """SHA-256 (hex) over everything a person approves: words, pictures, place, and time.

        What a rendering does not have is not in it, so approvals outlive what the bot learns.
        """
        content: dict[str, object] = {
            "account": self.account,
            "due": self.due.astimezone(UTC).isoformat(),
            "language": self.language,
            "message": self.pick.message,
            "platform": self.platform,
            "text": self.text,
            "wording": self.pick.wording,
        }
        if self.pictures:
            content["pictures"] = [
                {"alt": one.alt, "media_type": one.media_type, "sha256": one.sha256}
                for one in self.pictures
            ]
        if self.part > 1:
            content["part"] = self.part
        if self.card:
            picture = self.card.picture
            content["card"] = {
                "about": self.card.about,
                "address": self.card.address,
                "picture": picture and {"media_type": picture.media_type, "sha256": picture.sha256},
                "title": self.card.title,
            }
        if self.reposts:
            content["reposts"] = str(self.reposts)
        if self.video:
            content["video"] = {
                "alt": self.video.alt,
                "captions": [[one.language, one.sha256] for one in self.video.captions],
                "media_type": self.video.media_type,
                "sha256": self.video.sha256,
            }
        if self.visibility != "public":
            content["visibility"] = self.visibility
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Post:
    """One planned post: its key, who and when, and its rendering."""

    key: PostKey
    campaign: str  # the pack's folder name
    theme: str
    sender: str
    region: str | None
    rendering: Rendering
    grace_seconds: int  # how late it may still be sent
    place: Place  # the line its words came from
    essential: str | None = None  # on whose authority it goes out even in mourning
    waits_for: PostKey | None = None  # the post that must be public before it

    @property
    def due(self) -> datetime:
        return self.rendering.due


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack, as it was read."""

    name: str  # messages/national/...
    sha256: str  # of its text in UTF-8
    text: str


@dataclass(frozen=True, slots=True)
class PackText:
    """A pack as one sender had it at one time: the national files and its own, by their names."""

    campaign: str
    version: int
    files: tuple[PackFile, ...]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the files' names and hashes."""
        names = json.dumps([[file.name, file.sha256] for file in self.files], ensure_ascii=False)
        return hashlib.sha256(names.encode()).hexdigest()


# --- what is known after an attempt to publish ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Receipt:
    """Published: the platform's own id for it."""

    remote_id: str
    url: str | None = None
    evidence: str = ""  # one line for the record: status, id; never a credential
    rests_seconds: float = 0.0  # so long the platform takes nothing more from the account


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not published, and trying again would not help. Final for this post."""

    sentence: str  # plain words for staff
    evidence: str = ""
    stops_account: bool = False  # out of credit, suspended, credentials refused: nothing more goes
    duplicate: bool = False  # the platform says it already has this text


@dataclass(frozen=True, slots=True)
class NotSent:
    """Surely not published; due again after `retry_after_seconds`."""

    sentence: str
    retry_after_seconds: float
    evidence: str = ""
    stops_account: bool = False
    rests_seconds: float = 0.0  # so long the platform takes nothing more from the account


@dataclass(frozen=True, slots=True)
class Unknown:
    """May be public: nobody can tell from what came back. Settled by looking, never re-sent."""

    sentence: str
    evidence: str = ""


Outcome = Receipt | Refused | NotSent | Unknown
