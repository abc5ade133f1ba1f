"""The contract every outgoing channel keeps, and nothing else.

A platform turns one rendering into one outcome. It writes no state, waits for no rate limit,
and tries nothing twice: what to do next is decided by `bot.delivery` from the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.core.model import (
    Account,
    NotSent,
    Outcome,
    Picture,
    PostKey,
    Refused,
    Rendering,
    SenderKind,
    Video,
)
from bot.core.text.parsed import Unfit

REQUEST_DEADLINE_SECONDS = 15.0
"""One hard deadline for a whole request, first byte to last, after which the socket is closed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A post that the account's own timeline shows."""

    remote_id: str
    text: str  # as the author wrote it: entities undone, t.co expanded, NFC
    at: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture or video as a platform has it, to be used in one post of whoever gave it."""

    sha256: str  # of its bytes
    remote_id: str  # what the platform calls it
    expires_at: datetime | None = None  # when it lets it go unused, where it says so


@dataclass(frozen=True, slots=True)
class Remote:
    """A public post as its platform knows it, for another post to point at."""

    remote_id: str
    address: str | None = None  # its at:// address, on Bluesky
    content_id: str | None = None  # on Bluesky, of exactly what it says: its CID
    account: Account | None = None  # whose it is, where it is not the account's own
    url: str | None = None  # where people see it


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a post needs of its platform beside its own words, all of it got before the intent."""

    uploads: tuple[Upload, ...] = ()  # of the rendering's files, in their order
    parent: Remote | None = None  # the part before, for a part of a thread
    root: Remote | None = None  # its first part
    original: Remote | None = None  # the post of another account that it reposts


NOTHING: Final = Prepared()
"""For a post that is words alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """The attempt was published after all."""

    seen: Seen
    posts: int = 1  # that the platform gave: each has its price


@dataclass(frozen=True, slots=True)
class NotFound:
    """It was looked for and is not there (yet): proof only where `Platform.absence_is_proof`."""

    looked_at: int  # how many posts the platform gave; all were compared
    twice_is_once: bool = False  # sent again it would be the same one, so it may be

    @property
    def posts(self) -> int:
        return self.looked_at


@dataclass(frozen=True, slots=True)
class CannotLook:
    """The timeline could not be read."""

    sentence: str
    posts: int = 0  # that the platform gave before it failed: each has its price


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that its platform says of an account, and what to do where it is not well."""

    sentence: str
    is_well: bool = True


def name_finding(configured: str | None, its_own: str) -> Finding:
    """Whether credentials are those of the account that the configuration names."""
    if configured is None:
        return Finding(
            f"The credentials are those of @{its_own}. If that is right, write handle: {its_own}"
            " in config/forces.yaml.",
            is_well=False,
        )
    if configured.lower() == its_own.lower():
        return Finding(f"The credentials are those of @{its_own}, as configured.")
    return Finding(
        f"The credentials are those of @{its_own}, and config/forces.yaml says @{configured}. Put"
        " right whichever is wrong before anything is sent.",
        is_well=False,
    )


def refused_before_sending(
    account: Account, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING
) -> Refused | None:
    """Why this post must not even be tried from this account, or None.

    Every channel asks before its first byte, and so does the dry run: what one refuses, both do.
    """
    if {key.account, rendering.account} != {account.id} or rendering.platform != account.platform:
        return Refused(f"This post belongs to another account than {account.id}. It was not sent.")
    if rendering.reposts or prepared.original:
        return _refused_repost(account, rendering, prepared.original)
    label, parsed = account.platform.label, account.rules.parse(rendering.text)
    if not rendering.text.strip() or parsed.unfit is Unfit.EMPTY:
        return Refused(f"This post of {account.id} has no words. It was not sent.")
    length, limit = max((rendering.length, rendering.limit), (parsed.length, parsed.limit), key=_by)
    if length > limit:
        return Refused(
            f"This post of {account.id} is {length:,} characters long and {label} takes"
            f" {limit:,}. It was not sent."
        )
    if parsed.unfit is Unfit.TOO_MANY_BYTES:
        return Refused(
            f"This post of {account.id} has more bytes than {label} takes. It was not sent."
        )
    if parsed.unfit is Unfit.REFUSED_CHARACTER:
        return Refused(
            f"This post of {account.id} holds an invisible character that {label} refuses. It was"
            " not sent."
        )
    if key.part != rendering.part or (rendering.part > 1) != (prepared.parent is not None):
        return Refused(
            f"This post of {account.id} is a part of a thread, and nothing says what it replies to."
            " It was not sent."
        )
    if [one.sha256 for one in prepared.uploads] != [one.sha256 for one in rendering.files]:
        medium = "video" if rendering.video else "picture"
        return Refused(
            f"This post of {account.id} has a {medium} that {label} was not given. It was not sent."
        )
    return None


def _refused_repost(
    account: Account, rendering: Rendering, original: Remote | None
) -> Refused | None:
    owner = original.account if original else None
    if owner is None or rendering.reposts is None or rendering.reposts.account != owner.id:
        return Refused(
            f"This is a repost of {account.id}, and nothing says of which post. It was not sent."
        )
    why = no_repost(account, owner)
    return Refused(f"{why} It was not sent.") if why else None


def no_repost(account: Account, owner: Account) -> str | None:
    """Why this account may not repost what that one says, or None.

    Only what an account of a national body says, and only where the account was opted in.
    """
    if not account.amplifies:
        return f"{account.id} does not say amplifies: yes in config/forces.yaml."
    if owner.kind is not SenderKind.NATIONAL or owner.id == account.id:
        return f"{owner.id} is not the account of a national body."
    if owner.platform != account.platform:
        return f"{owner.id} is on another platform than {account.id}."
    return None


def _by(measured: tuple[int, int]) -> int:
    length, limit = measured
    return length - limit


class Platform(Protocol):
    """One account on one platform, ready to publish."""

    account: Account

    @property
    def absence_is_proof(self) -> bool:
        """Whether what `find` does not find may be sent again: its key makes one post, ever.

        So only where the platform keeps the key with the post: a request that arrives late then
        finds its place taken. A timeline that does not show a post proves nothing.
        """

    def upload(self, picture: Picture, content: bytes) -> Upload | NotSent | Refused:
        """Give the platform one picture with its alt text; nobody sees it before it is in a post.

        Never raises. What is not understood is `NotSent`: at worst a picture lies there unused.
        """

    def upload_video(
        self, video: Video, contents: Mapping[str, bytes], *, seconds: float
    ) -> Upload | NotSent | Refused:
        """Give the platform a video with its captions and alt text, within so many seconds.

        `contents` are the video's and its captions' bytes by their SHA-256. What it has of the
        video already is not given again, where the platform allows that, until a post uses it.
        Never raises, as `upload`.
        """

    def locate(
        self, remote_id: str, *, of: Account | None = None, url: str | None = None
    ) -> Remote | NotSent | Refused:
        """A public post as this account can point at it: to reply to one of its own, or to repost
        one `of` another account, which people see at `url`.

        Reads, never writes, and never raises.
        """

    def payload(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> bytes:
        """The exact body of the publish request. Same arguments, same bytes."""

    def publish(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> Outcome:
        """Send that payload once. Never raises: whatever is not understood is `Unknown`."""

    def find(
        self,
        key: PostKey,
        rendering: Rendering,
        *,
        since: datetime,
        known: Collection[str],
        original: Remote | None = None,
    ) -> Found | NotFound | CannotLook:
        """Look for this rendering in its place, or in the account's timeline from `since`.

        A repost is looked for as the repost of its `original`. Reads, never writes. `known` are
        remote ids the ledger already holds: they never match.
        """

    def recent(self) -> tuple[Seen, ...] | CannotLook:
        """The account's newest posts, read before a new ledger's first publish."""


class Channel(Platform, Protocol):
    """A platform as it really is, which can also be asked about its account."""

    def check(self) -> tuple[Finding, ...]:
        """What is well and what is not: credentials, name, labels, limits. Reads, never writes."""
