"""Every adapter with the server behind it, as the contract's tests want them: one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import pytest

from bot.core.model import Account, PlatformName, Post, SenderKind
from bot.core.text.rules import rules
from bot.platforms import Platform
from bot.platforms.bluesky import BlueskyCredentials, BlueskyPlatform
from bot.platforms.mastodon import MastodonCredentials, MastodonPlatform
from bot.platforms.x import XCredentials, XPlatform
from tests.factories import a_post, an_account
from tests.ledger.memory_platform import SetClocks
from tests.loopback import hostile, hostile_proxy, mastodon_server, x_server
from tests.loopback.hostile_proxy import HostileProxy
from tests.loopback.mastodon_server import MastodonServer
from tests.loopback.x_server import XServer
from tests.pds import REPOST


class Trouble(Enum):
    """What can happen to one request to publish."""

    LOST_AFTER = "kept, and the line is cut before the answer"
    LOST_BEFORE = "not kept, and the line is cut before the answer"
    GARBLED = "kept, and the answer is a web page"
    FAULT = "not kept, and the server reports a fault of its own"
    MOVED = "not kept, and the answer points elsewhere"
    LIMITED = "not kept: too many requests"
    REFUSED = "not kept: something is wrong with the post"
    SHUT = "not kept: the account or its keys are not in order"


KEPT: Final = (Trouble.LOST_AFTER, Trouble.GARBLED)
UNCLEAR: Final = (*KEPT, Trouble.LOST_BEFORE, Trouble.FAULT, Trouble.MOVED)


@dataclass
class Channel:
    """One account on one platform's server."""

    account: Account
    connect: Callable[[str | None], Platform]  # a new adapter, as a new process would have it
    public: Callable[[], list[str]]  # the texts on the account's page, as they were written
    next_goes: Callable[[Trouble], None]
    asked: Callable[[], int]  # how many requests to publish came in
    absence_is_proof: bool
    threads: Callable[[], list[tuple[str, str | None]]]  # each text, and the one it replies to
    national: Callable[[], Platform]  # a national account, on the same platform
    reposts: Callable[[], list[str]]  # the texts that the account passed on
    next_repost_goes: Callable[[Trouble], None]
    asked_to_repost: Callable[[], int]  # how many requests came in
    twice_is_once: bool  # a repost that is not there may be sent again, and never be two

    def platform(self, url: str | None = None) -> Platform:
        """Reaches its own server, unless another address is given."""
        return self.connect(url)

    def post(self, slot: str = "d1.morning", *, text: str | None = None, part: int = 1) -> Post:
        """A post of this account's, due at 09:00."""
        return self._fitted(a_post(slot, text=text, account=self.account.id, part=part))

    def national_post(self, *, text: str | None = None) -> Post:
        """What the national account says at 09:00."""
        return self._fitted(a_post(text=text, force="ct-policing", account=NATIONAL))

    def _fitted(self, post: Post) -> Post:
        was, name = post.rendering, self.account.platform
        parsed = rules(name).parse(was.text)
        fits = replace(was, platform=name, length=parsed.length, limit=parsed.limit)
        return replace(post, rendering=fits.with_digest())


NATIONAL: Final = "ct-policing"
"""The id of the national account, whichever its platform."""


def _of_a_nation(account: Account) -> Account:
    """A national account, on the platform of this one."""
    return replace(account, id=NATIONAL, sender="ct-policing", kind=SenderKind.NATIONAL)


def _threads(posts: Iterable[tuple[str, str, str | None]]) -> list[tuple[str, str | None]]:
    kept = list(posts)
    texts = {remote_id: text for remote_id, text, _ in kept}
    return [(text, texts[parent] if parent else None) for _, text, parent in kept]


# --- X ------------------------------------------------------------------------------------------

_X_TROUBLE: Final = {
    Trouble.LOST_AFTER: x_server.drop_before_answer(),
    Trouble.LOST_BEFORE: x_server.drop_before_answer(accepts=False),
    Trouble.GARBLED: x_server.garbage(),
    Trouble.FAULT: x_server.server_fault(503),
    Trouble.MOVED: x_server.redirect(301),
    Trouble.LIMITED: x_server.limited(retry_after=40),
    Trouble.REFUSED: x_server.bad_request(),
    Trouble.SHUT: x_server.unauthorised(),
}


@contextmanager
def _x(_request: pytest.FixtureRequest, clocks: SetClocks) -> Iterator[Channel]:
    account, keys = an_account("kent-x"), XCredentials("k" * 9, "s" * 9, "42-token", "u" * 9)
    account = replace(account, amplifies=True)
    with XServer(now=clocks.now) as server:
        yield Channel(
            account,
            lambda url: XPlatform(account, keys, url=url or server.url),
            lambda: [post.text for post in server.posts("42")],
            lambda trouble: server.script([_X_TROUBLE[trouble]]),
            lambda: len(server.requests(x_server.POST)),
            absence_is_proof=False,
            threads=lambda: _threads((one.id, one.text, one.replies_to) for one in server.posts()),
            national=lambda: XPlatform(
                _of_a_nation(account), replace(keys, access_token="1-token"), url=server.url
            ),
            reposts=lambda: [post.text for post in server.reposts("42")],
            next_repost_goes=lambda trouble: server.script(
                [replace(_X_TROUBLE[trouble], route=x_server.REPOST)]
            ),
            asked_to_repost=lambda: len(server.requests(x_server.REPOST)),
            twice_is_once=True,
        )


# --- Mastodon -----------------------------------------------------------------------------------

_MASTODON_TROUBLE: Final = {
    Trouble.LOST_AFTER: hostile.drop_before_answer(),
    Trouble.LOST_BEFORE: hostile.drop_before_answer(accepts=False),
    Trouble.GARBLED: hostile.garbage(),
    Trouble.FAULT: mastodon_server.server_fault(503),
    Trouble.MOVED: hostile.redirect(301),
    Trouble.LIMITED: mastodon_server.limited(retry_after=40),
    Trouble.REFUSED: mastodon_server.problem(422),
    Trouble.SHUT: mastodon_server.problem(401),
}


@contextmanager
def _mastodon(_request: pytest.FixtureRequest, clocks: SetClocks) -> Iterator[Channel]:
    token = "token-of-kent"
    keys = MastodonCredentials(token)
    with (
        MastodonServer(names={token: "kent_police"}, now=clocks.now) as server,
        MastodonServer(names={token: "ct_policing"}, now=clocks.now) as elsewhere,
    ):
        server.peers = [elsewhere]
        account = replace(
            an_account("kent-mastodon"),
            platform=PlatformName.MASTODON,
            handle="kent_police@policing.example",
            instance=server.url,
            amplifies=True,
        )
        yield Channel(
            account,
            lambda url: MastodonPlatform(replace(account, instance=url or server.url), keys),
            lambda: [status.text for status in server.statuses()],
            lambda trouble: server.script([_MASTODON_TROUBLE[trouble]]),
            lambda: len(server.requests(mastodon_server.POST)),
            absence_is_proof=False,
            threads=lambda: _threads(
                (one.id, one.text, one.replies_to) for one in server.statuses()
            ),
            national=lambda: MastodonPlatform(
                replace(_of_a_nation(account), instance=elsewhere.url), keys
            ),
            reposts=lambda: list(server.reblogs("kent_police")),
            next_repost_goes=lambda trouble: server.script(
                [replace(_MASTODON_TROUBLE[trouble], route=mastodon_server.REBLOG)]
            ),
            asked_to_repost=lambda: len(server.requests(mastodon_server.REBLOG)),
            twice_is_once=False,
        )


# --- Bluesky ------------------------------------------------------------------------------------

_BLUESKY_TROUBLE: Final = {
    Trouble.LOST_AFTER: hostile_proxy.dropped(),
    Trouble.LOST_BEFORE: hostile_proxy.dropped(accepts=False),
    Trouble.GARBLED: hostile_proxy.html(),
    Trouble.FAULT: hostile_proxy.refused(503),
    Trouble.MOVED: hostile_proxy.redirect(301),
    Trouble.LIMITED: hostile_proxy.refused(429, headers={"Retry-After": "40"}),
    Trouble.REFUSED: hostile_proxy.refused(400, "InvalidRequest", "Invalid record"),
    Trouble.SHUT: hostile_proxy.refused(401, "AccountTakedown"),
}


@contextmanager
def _bluesky(request: pytest.FixtureRequest, _clocks: SetClocks) -> Iterator[Channel]:
    pds = request.getfixturevalue("pds")  # the real server, where it is installed
    there = pds.make_account("kent")
    keys = BlueskyCredentials(there.handle, pds.make_app_password(there))
    account = replace(an_account("kent-bsky"), platform=PlatformName.BLUESKY, handle=there.handle)
    account = replace(account, amplifies=True)

    def national() -> Platform:
        theirs = pds.make_account("ct")
        theirs_to_use = BlueskyCredentials(theirs.handle, pds.make_app_password(theirs))
        named = replace(_of_a_nation(account), handle=theirs.handle)
        return BlueskyPlatform(named, theirs_to_use, url=pds.url)

    def reposts() -> list[str]:
        subjects = [kept["value"]["subject"]["uri"] for kept in pds.records(there, REPOST)]
        return [str(pds.record(uri)["value"]["text"]) for uri in subjects]

    with HostileProxy(pds.url) as proxy:
        yield Channel(
            account,
            lambda url: BlueskyPlatform(account, keys, url=url or proxy.url),
            lambda: [kept["value"]["text"] for kept in pds.records(there)],
            lambda trouble: proxy.script([_BLUESKY_TROUBLE[trouble]]),
            lambda: len(proxy.asked("putRecord")),
            absence_is_proof=True,
            threads=lambda: _threads(
                (
                    kept["uri"],
                    kept["value"]["text"],
                    kept["value"].get("reply", {}).get("parent", {}).get("uri"),
                )
                for kept in pds.records(there)
            ),
            national=national,
            reposts=reposts,
            next_repost_goes=lambda trouble: proxy.script([_BLUESKY_TROUBLE[trouble]]),
            asked_to_repost=lambda: len(proxy.asked("putRecord")),
            twice_is_once=True,
        )


CHANNELS: Final[
    Mapping[
        PlatformName,
        Callable[[pytest.FixtureRequest, SetClocks], AbstractContextManager[Channel]],
    ]
] = {PlatformName.X: _x, PlatformName.BLUESKY: _bluesky, PlatformName.MASTODON: _mastodon}
