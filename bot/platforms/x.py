"""One official account on X, through tweepy: publish once, say what is known, look without writing.

tweepy names the routes and signs (OAuth 1.0a); the bytes travel over a `Wire`, because tweepy and
requests have no limit for a whole request, follow redirects (a 301 turns POST into GET), read
proxies and .netrc from the environment, and decide by exception classes that do not tell "surely
not published" from "may be public". What came over the wire is sorted by `XAnswers`. tweepy is
imported by the first request, not by this module: a dry run never pays for it.
"""

from __future__ import annotations

import logging
import re
import threading
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn

from bot.core.model import (
    Account,
    NotSent,
    Outcome,
    Picture,
    PostKey,
    Refused,
    Rendering,
    SettingsError,
    Video,
)
from bot.platforms import (
    NOTHING,
    REQUEST_DEADLINE_SECONDS,
    CannotLook,
    Finding,
    Found,
    NotFound,
    Prepared,
    Remote,
    Seen,
    Upload,
    refused_before_sending,
)
from bot.platforms.answers import without_secrets
from bot.platforms.kept import Kept
from bot.platforms.wire import AnsweredError, Exchange, Wire, canonical
from bot.platforms.x_answers import (
    CHECK_REFUSALS,
    GARBLED,
    NO_USER,
    NOT_CHECKED,
    SILENT,
    TIMELINE_REFUSALS,
    TOO_MANY,
    XAnswers,
    is_id,
)
from bot.platforms.x_check import FIELDS, account_findings, app_findings
from bot.platforms.x_text import as_written, comparable
from bot.platforms.x_video import XVideos

X_URL: Final = "https://api.twitter.com"  # written into tweepy 4.17, and signed over
TIMELINE_QUERY: Final[Mapping[str, object]] = {
    "exclude": "retweets",
    "max_results": 100,  # the most it gives at once. Source: X's OpenAPI 2.167
    "tweet.fields": "created_at,entities",
}
REPOSTS_QUERY: Final[Mapping[str, object]] = {
    "max_results": 100,
    "tweet.fields": "created_at,referenced_tweets",
}
MAX_PAGES: Final = 5
LOOK_BACK: Final = timedelta(seconds=60)  # X's clock and ours may differ by this much
TALKATIVE: Final = ("tweepy", "requests_oauthlib", "oauthlib")  # DEBUG prints keys and signatures


@dataclass(frozen=True, slots=True, repr=False)
class XCredentials:
    """The four OAuth 1.0a keys of one account. They are never printed."""

    api_key: str
    api_key_secret: str
    access_token: str
    access_token_secret: str

    def __repr__(self) -> str:
        return "XCredentials(not shown)"

    @property
    def user_id(self) -> str | None:
        """X's number of the account: what stands before '-' in its access token."""
        match = re.match(r"([0-9]{1,20})-", self.access_token)
        return match and match[1]

    def removed_from(self, text: str) -> str:
        """The text without any of the four, should X ever echo one."""
        keys = (self.api_key, self.api_key_secret, self.access_token, self.access_token_secret)
        return without_secrets(text, keys)


# --- the platform -----------------------------------------------------------------------------


class XPlatform:
    """One account on X. Without credentials it can make payloads (for a dry run), and no more.

    Safe to use from several threads. One tweepy client is kept per account, and every request
    has a line of its own, so "not a byte of it left" is always known.
    """

    absence_is_proof: Final = False

    def __init__(
        self,
        account: Account,
        credentials: XCredentials | None,
        *,
        url: str = X_URL,
        deadline_seconds: float = REQUEST_DEADLINE_SECONDS,
        underway: Kept | None = None,
    ) -> None:
        """`underway` is where it keeps what X has of videos, over processes."""
        self.account = account
        self._credentials = credentials
        self._wire = Wire("X", url, deadline_seconds)
        self._answers = XAnswers(account, credentials.removed_from if credentials else str)
        about_videos = replace(self._answers, medium="video")
        self._videos = XVideos(self._ask_json, about_videos, deadline_seconds, underway)
        self._client: Any = None  # tweepy has no types
        self._client_lock = threading.Lock()

    def upload(self, picture: Picture, content: bytes) -> Upload | NotSent | Refused:
        try:
            if self._credentials is None:
                return self._answers.without_keys()
            whole = {"media": b64encode(content).decode("ascii"), "media_category": "tweet_image"}
            given = self._ask("POST", "/2/media/upload", canonical(whole), json=whole)
            upload = self._answers.upload(given, picture)
            if isinstance(upload, Upload):
                shown = {"alt_text": {"text": picture.alt}}
                about = {"id": upload.remote_id, "metadata": shown}
                described = self._ask("POST", "/2/media/metadata", canonical(about), json=about)
                return self._answers.described(described, upload)
            return upload
        except Exception as problem:  # never raises: at worst a picture lies there unused
            return self._answers.upload_failed(problem)

    def upload_video(
        self, video: Video, contents: Mapping[str, bytes], *, seconds: float
    ) -> Upload | NotSent | Refused:
        try:
            if self._credentials is None:
                return self._answers.without_keys()
            return self._videos.upload(video, contents, seconds)
        except Exception as problem:  # never raises: at worst a video lies there unused
            return replace(self._answers, medium="video").upload_failed(problem)

    def locate(
        self, remote_id: str, *, of: Account | None = None, url: str | None = None
    ) -> Remote:
        return Remote(remote_id, account=of, url=url)

    def payload(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> bytes:
        return canonical(_content(rendering, prepared))

    def publish(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> Outcome:
        try:
            refused = refused_before_sending(self.account, key, rendering, prepared)
            if refused is not None:
                return refused
            if self._credentials is None:
                return self._answers.without_keys()
            self._videos.underway.used([one.remote_id for one in prepared.uploads])
            body, content = self.payload(key, rendering, prepared), _content(rendering, prepared)
            if prepared.original:
                return self._repost(prepared.original, body, content)
            exchange = self._ask("POST", "/2/tweets", body, json=content)
            return self._answers.outcome(exchange)
        except Exception as problem:  # never raises: what is not understood may be public
            return self._answers.unforeseen(problem)

    def _repost(self, original: Remote, body: bytes, content: Mapping[str, object]) -> Outcome:
        user_id = self._credentials and self._credentials.user_id
        if user_id is None:
            return self._answers.without_number()
        exchange = self._ask("POST", f"/2/users/{user_id}/retweets", body, json=content)
        return self._answers.reposted(exchange, original)

    def find(
        self,
        key: PostKey,
        rendering: Rendering,
        *,
        since: datetime,
        known: Collection[str],
        original: Remote | None = None,
    ) -> Found | NotFound | CannotLook:
        """Compares wordings, not bytes: see `as_written` and `comparable`.

        A repost is known by the number of its original. X keeps one for each account and post, so
        one that is not there can be sent again and never be two.
        """
        wanted, given = comparable(rendering.text), _Given()
        try:
            if original is not None:
                at = self._reposted_at(original, given, since)
                seen = at and Seen(original.remote_id, rendering.text, at, original.url)
                return Found(seen, given.posts) if seen else NotFound(given.posts, True)
            for post in self._timeline(given, since=since, pages=MAX_PAGES):
                if post.remote_id not in known and comparable(post.text) == wanted:
                    return Found(post, given.posts)
        except Exception as problem:
            return self._cannot_look(problem, given)
        return NotFound(given.posts)

    def recent(self) -> tuple[Seen, ...] | CannotLook:
        given = _Given()
        try:
            return tuple(self._timeline(given, since=None, pages=1))
        except Exception as problem:
            return self._cannot_look(problem, given)

    def check(self) -> tuple[Finding, ...]:
        """Asks X one question, which has a small price."""
        try:
            answer = self._ask("GET", "/2/users/me", params={"user.fields": FIELDS}).answer
            if answer is None or answer.status != 200:
                status = answer.status if answer else 0
                sentence = CHECK_REFUSALS.get(status, NOT_CHECKED)
                return (Finding(self._answers.say(sentence), is_well=False),)
            found = account_findings(self.account.handle, answer.document["data"])
            return (*found, *app_findings(answer.headers))
        except Exception:  # whatever X says that is no answer to this
            return (Finding(self._answers.say(NOT_CHECKED), is_well=False),)

    # --- one request

    def _ask(
        self, method: str, route: str, body: bytes | None = None, **content: Mapping[str, object]
    ) -> Exchange:
        """One signed request. The answer is in the exchange: tweepy never gets it."""
        client = self._tweepy_client()
        exchange = self._wire.begin(body)
        try:
            client.request(method, route, user_auth=True, **content)
        except AnsweredError:
            pass
        except Exception as problem:
            exchange.problem = problem
        return exchange

    def _ask_json(
        self,
        method: str,
        route: str,
        content: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, str] | None = None,
    ) -> Exchange:
        """One signed request with this as its body, if anything."""
        if content is not None:
            return self._ask(method, route, canonical(content), json=content)
        return self._ask(method, route, params=query or {})

    def _tweepy_client(self) -> Any:
        with self._client_lock:
            if self._client is None:
                self._client = _new_client(self._credentials, self._wire)
            _silence_talkative_libraries()
            return self._client

    # --- the timeline

    def _timeline(self, given: _Given, *, since: datetime | None, pages: int) -> Iterator[Seen]:
        """The account's own posts, newest first. Raises _UnreadError where they cannot be read."""
        for tweet in self._tweets(TIMELINE_QUERY, given, since=since, pages=pages):
            yield self._seen(tweet)

    def _reposted_at(self, original: Remote, given: _Given, since: datetime) -> datetime | None:
        """When the account reposted this post; None where its timeline does not show it."""
        named = {"type": "retweeted", "id": original.remote_id}
        for tweet in self._tweets(REPOSTS_QUERY, given, since=since, pages=MAX_PAGES):
            if named in tweet.get("referenced_tweets", ()):
                return _at(tweet)
        return None

    def _tweets(
        self, query: Mapping[str, object], given: _Given, *, since: datetime | None, pages: int
    ) -> Iterator[dict[str, Any]]:
        """What the timeline shows, as X says it. Raises _UnreadError where it cannot be read."""
        user_id = self._credentials and self._credentials.user_id
        if user_id is None:
            raise _UnreadError(NO_USER)
        query = dict(query)
        if since is not None:
            start = since.astimezone(UTC) - LOOK_BACK
            query["start_time"] = start.strftime("%Y-%m-%dT%H:%M:%SZ")
        for _ in range(pages):
            page = self._page(f"/2/users/{user_id}/tweets", query)
            given.posts += len(page.get("data", ()))
            yield from page.get("data", ())
            query["pagination_token"] = page["meta"].get("next_token")
            if not query["pagination_token"]:
                return
        if since is not None:
            raise _UnreadError(TOO_MANY)

    def _page(self, route: str, query: Mapping[str, object]) -> dict[str, Any]:
        answer = self._ask("GET", route, params=query).answer
        if answer is None:
            raise _UnreadError(SILENT)
        if answer.status != 200:
            raise _UnreadError(TIMELINE_REFUSALS.get(answer.status, SILENT))
        page = answer.document
        if not isinstance(page.get("meta"), dict) or not isinstance(page.get("data", []), list):
            raise _UnreadError(GARBLED)
        return page

    def _seen(self, tweet: dict[str, Any]) -> Seen:
        remote_id = tweet["id"]
        if not is_id(remote_id):
            raise _UnreadError(GARBLED)
        text = as_written(tweet["text"], tweet.get("entities") or {})
        return Seen(remote_id, text, _at(tweet), self._answers.url(remote_id))

    def _cannot_look(self, problem: Exception, given: _Given) -> CannotLook:
        sentence = problem.sentence if isinstance(problem, _UnreadError) else GARBLED
        return CannotLook(self._answers.say(sentence), given.posts)


def _at(tweet: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(tweet["created_at"]).astimezone(UTC)


def _content(rendering: Rendering, prepared: Prepared) -> dict[str, object]:
    if prepared.original:
        return {"tweet_id": prepared.original.remote_id}
    content: dict[str, object] = {"text": rendering.text}
    if prepared.uploads:
        content["media"] = {"media_ids": [one.remote_id for one in prepared.uploads]}
    if prepared.parent:
        content["reply"] = {"in_reply_to_tweet_id": prepared.parent.remote_id}
    return content


@dataclass(slots=True)
class _Given:
    """How many posts X gave in one reading: it asks its price for whole pages."""

    posts: int = 0


class _UnreadError(Exception):
    """The timeline could not be read; carries the sentence that says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _new_client(credentials: XCredentials | None, wire: Wire) -> Any:
    """A tweepy client whose only way out is the wire."""
    import tweepy

    if credentials is None:
        raise SettingsError("no credentials")
    client = tweepy.Client(
        consumer_key=credentials.api_key,
        consumer_secret=credentials.api_key_secret,
        access_token=credentials.access_token,
        access_token_secret=credentials.access_token_secret,
        wait_on_rate_limit=False,
    )
    client.session = _OverTheWire(wire)
    return client


class _OverTheWire:
    """What tweepy takes for its session: no proxy, .netrc, redirect, retry or other host."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def request(self, method: str, url: str, **content: Any) -> NoReturn:
        """Signs the request and sends it: `Wire.send`."""
        from requests import Request

        self._wire.send(Request(method, url, **content).prepare())


_talkative: tuple[int, tuple[str, ...]] = (0, ())  # of so many loggers, the names of these


def _silence_talkative_libraries() -> None:
    """Before each request, because a change of the logging set-up may have woken them."""
    global _talkative  # loggers are the process's, and so are their names
    every = logging.root.manager.loggerDict
    counted, names = _talkative
    if counted != len(every):  # no name ever goes
        known = list(every)
        names = tuple(name for name in known if name.split(".")[0] in TALKATIVE)
        _talkative = len(known), names
    for name in names:
        logger = every[name]
        # Asked first, because setting a level empties every logger's memory.
        if isinstance(logger, logging.Logger) and logger.level < logging.INFO:
            logger.setLevel(logging.INFO)
