"""One account on a Mastodon instance, through Mastodon.py: publish once, say what is known, look.

Mastodon.py names the routes and the headers; the bytes travel over a `Wire`, as the library waits
for up to five minutes, sends again by itself, follows redirects (a 301 turns POST into GET), reads
proxies from the environment and hides what broke a line. A post leaves as JSON, because one of the
programs that speak this API publishes nothing but air for a form; a picture leaves as a form, as
nothing else is taken. What came over the wire is sorted by `MastodonAnswers`. Mastodon.py is
imported by the first request, not by this module.

Every post carries an Idempotency-Key that follows from what it is, so that within the hour in
which Mastodon keeps one neither a crash, nor a lost ledger, nor a second copy of the bot makes two
posts of it. GoToSocial ignores the key and Hollo races on it: what holds there is that an account
has one request in flight, and that nothing is sent again blindly.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
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
from bot.platforms.limits_left import limit_findings
from bot.platforms.mastodon_answers import (
    CHECK_REFUSALS,
    GARBLED,
    GARBLED_WHEN_CHECKED,
    SILENT,
    SILENT_WHEN_CHECKED,
    TIMELINE_REFUSALS,
    TOO_MANY,
    MastodonAnswers,
    Misprint,
    is_id,
    unready,
)
from bot.platforms.mastodon_check import account_findings, instance_findings, picture_findings
from bot.platforms.mastodon_text import as_written, comparable
from bot.platforms.underway import Begun, Underway
from bot.platforms.wire import Answer, Exchange, Wire, canonical

PAGE: Final = 40  # the most an instance gives at once. Source: docs.joinmastodon.org
MAX_PAGES: Final = 5
LOOK_BACK: Final = timedelta(seconds=60)  # the instance's clock and ours may differ by this much
REMOVAL_SECONDS: Final = 6.0
"""How long taking a misprinted post back may last, and how long seeing that it is gone: with the
request that made it, inside what a lease keeps free."""
FIRST_PAUSE_SECONDS: Final = 0.25
"""Before an instance is asked whether a picture is ready; then twice as long each time."""
LONGEST_PAUSE_SECONDS: Final = 2.0
STATED_VERSION: Final = "4.5.0"
"""Told to Mastodon.py, which else asks the instance before it gives a picture, in the very exchange
meant for that; the instance need not be it. Pictures are taken by /api/v2/media since 3.1.4."""
GONE: Final = frozenset({404, 410})
NO_INSTANCE: Final = "config/forces.yaml does not say on which instance {account} is."


@dataclass(frozen=True, slots=True, repr=False)
class MastodonCredentials:
    """The access token of one account. It is never printed."""

    access_token: str

    def __repr__(self) -> str:
        return "MastodonCredentials(not shown)"

    def removed_from(self, text: str) -> str:
        """The text without the token, should an instance ever echo it."""
        return without_secrets(text, (self.access_token,))


def idempotency_key(key: PostKey, rendering: Rendering) -> str:
    """What an instance knows a post by for an hour: its place and everything that fills it.

    Same place, same words, same time: same key, in whichever process.
    """
    return hashlib.sha256(f"{key}\0{rendering.digest}".encode()).hexdigest()


# --- the platform -----------------------------------------------------------------------------


class MastodonPlatform:
    """One account on one instance. Without credentials it makes payloads (for a dry run), no more.

    Safe to use from several threads. Raises SettingsError where the account's instance is not
    known, or is neither https nor on this machine.
    """

    absence_is_proof: Final = False

    def __init__(
        self,
        account: Account,
        credentials: MastodonCredentials | None,
        *,
        deadline_seconds: float = REQUEST_DEADLINE_SECONDS,
        underway: Kept | None = None,
    ) -> None:
        """`underway` is where it keeps what the instance has of videos, over processes."""
        if account.instance is None and credentials is not None:
            raise SettingsError(NO_INSTANCE.format(account=account.id))
        self.account = account
        self._credentials = credentials
        self._url = account.instance or ""
        self._wire: Wire | None = None
        if account.instance is not None:
            self._wire = Wire(f"{account.id}'s instance", account.instance, deadline_seconds)
        clean = credentials.removed_from if credentials else str
        self._answers = MastodonAnswers(account, self._url.partition("//")[2], clean)
        self._deadline_seconds = deadline_seconds
        self._videos = Underway(underway)
        self._library: Any = None  # what Mastodon.py gives is taken from the wire, not from it
        self._number: str | None = None  # the instance's own, of the account
        self._lock = threading.Lock()

    def upload(self, picture: Picture, content: bytes) -> Upload | NotSent | Refused:
        """Giving it and waiting until it is ready are both over by the one deadline."""
        try:
            if self._credentials is None:
                return self._answers.without_token()
            given = self._give(picture, content, "picture")
            last = self._once_ready(given)
            return self._answers.upload(last, picture, was_taken=last is not given)
        except Exception as problem:  # never raises: at worst a picture lies there unused
            return self._answers.upload_failed(problem)

    def upload_video(
        self, video: Video, contents: Mapping[str, bytes], *, seconds: float
    ) -> Upload | NotSent | Refused:
        """One request, and then waiting: a video that the instance is still at work on is kept.

        There are no captions here: Mastodon takes none.
        """
        answers = replace(self._answers, medium="video")
        try:
            if self._credentials is None:
                return answers.without_token()
            known = self._videos.of(video)
            more = max(seconds - self._deadline_seconds, 0.0)
            given = (
                self._medium(known.remote_id, None, more)
                if known
                else self._give(video, contents[video.sha256], "video", more)
            )
            last = self._once_ready(given)
            was_taken = known is not None or last is not given
            upload = answers.upload(last, video, was_taken=was_taken)
            remote_id = upload.remote_id if isinstance(upload, Upload) else unready(last)
            if remote_id is not None:
                self._videos.keep(video, known or Begun(remote_id))
            elif last.answer is not None:  # where there is no answer, it is there as before
                self._videos.forget(video)
            return upload
        except Exception as problem:  # never raises: at worst a video lies there unused
            return answers.upload_failed(problem)

    def locate(
        self, remote_id: str, *, of: Account | None = None, url: str | None = None
    ) -> Remote | NotSent | Refused:
        """A post of another instance has a number of its own here, which must be asked for."""
        if of is None or of.instance == self.account.instance:
            return Remote(remote_id, account=of, url=url)
        try:
            if self._credentials is None:
                return self._answers.without_token()
            number = self._number_here(url) if url else None
            return Remote(number, account=of, url=url) if number else self._answers.not_here()
        except Exception as problem:  # never raises: nothing has left
            return self._answers.not_here(type(problem).__name__)

    def payload(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> bytes:
        if prepared.original:
            return canonical({"visibility": rendering.visibility})
        content: dict[str, object] = {
            "language": rendering.language,
            "status": rendering.text,
            "visibility": rendering.visibility,
        }
        if prepared.uploads:
            content["media_ids"] = [one.remote_id for one in prepared.uploads]
        if prepared.parent:
            content["in_reply_to_id"] = prepared.parent.remote_id
        return canonical(content)

    def publish(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> Outcome:
        try:
            refused = refused_before_sending(self.account, key, rendering, prepared)
            if refused is not None:
                return refused
            if self._credentials is None:
                return self._answers.without_token()
            if rendering.visibility != self.account.visibility:
                return self._answers.planned_for_others(rendering)
            self._videos.used([one.remote_id for one in prepared.uploads])
            answers = self._answers.of(rendering)
            if prepared.original:
                exchange = self._repost(prepared.original, self.payload(key, rendering, prepared))
                outcome = answers.reposted(exchange, rendering, prepared.original)
            else:
                exchange = self._send(key, rendering, prepared)
                outcome = answers.outcome(exchange, rendering, prepared)
            return self._take_back(outcome, answers) if isinstance(outcome, Misprint) else outcome
        except Exception as problem:  # never raises: what is not understood may be public
            return self._answers.unforeseen(problem)

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

        Of a repost the instance itself says whether the account has made it. That it has not
        proves nothing: Mastodon makes no second one, GoToSocial may.
        """
        wanted, given = comparable(rendering.text), _Given()
        start = since.astimezone(UTC) - LOOK_BACK
        try:
            if original is not None:
                if not self._has_reposted(original):
                    return NotFound(looked_at=1)
                return Found(Seen(original.remote_id, rendering.text, rendering.due, original.url))
            for post in self._timeline(given, since=start, pages=MAX_PAGES):
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
        refusals, found = CHECK_REFUSALS, list[Finding]()
        try:
            ask = self._ask(lambda library: library.instance_v2())
            instance = _read(ask, refusals, SILENT_WHEN_CHECKED).document
            ask = self._ask(lambda library: library.account_verify_credentials())
            me = _read(ask, refusals, SILENT_WHEN_CHECKED)
            found += account_findings(self.account, me.document, instance)
            found += instance_findings(self.account, instance)
            found += picture_findings(instance)
            found += limit_findings(me.headers, "x-ratelimit", "requests")
        except Exception as problem:
            said = problem.sentence if isinstance(problem, _UnreadError) else GARBLED_WHEN_CHECKED
            found.append(Finding(self._answers.say(said), is_well=False))
        return tuple(found)

    # --- pictures and videos

    def _give(
        self, shown: Picture | Video, content: bytes, stem: str, more_seconds: float = 0.0
    ) -> Exchange:
        suffix = shown.media_type.rpartition("/")[2]
        return self._ask(
            lambda library: library.media_post(
                content,
                mime_type=shown.media_type,
                description=shown.alt,
                file_name=f"{stem}.{suffix}",  # some programs show it
            ),
            more_seconds=more_seconds,
        )

    def _once_ready(self, given: Exchange) -> Exchange:
        """The exchange that says how a picture stands once the instance is done with it.

        It is the last one that there was time for where the instance is never done.
        """
        exchange, pause = given, FIRST_PAUSE_SECONDS
        while (remote_id := unready(exchange)) and given.deadline.left() > pause:
            time.sleep(pause)
            exchange = self._medium(remote_id, given)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        return exchange

    def _medium(
        self, remote_id: str, given: Exchange | None, more_seconds: float = 0.0
    ) -> Exchange:
        return self._ask(
            lambda library: library.media(remote_id), after=given, more_seconds=more_seconds
        )

    # --- publishing

    def _send(self, key: PostKey, rendering: Rendering, prepared: Prepared) -> Exchange:
        return self._ask(
            lambda library: library.status_post(
                rendering.text,
                visibility=rendering.visibility,
                language=rendering.language.value,
                idempotency_key=idempotency_key(key, rendering),
            ),
            body=self.payload(key, rendering, prepared),
        )

    def _repost(self, original: Remote, body: bytes) -> Exchange:
        return self._ask(
            lambda library: library.status_reblog(
                original.remote_id, visibility=self.account.visibility
            ),
            body=body,
        )

    def _has_reposted(self, original: Remote) -> bool:
        shown = _read(self._ask(lambda library: library.status(original.remote_id))).document
        if shown.get("id") != original.remote_id:
            raise _UnreadError(GARBLED)
        return shown.get("reblogged") is True

    def _number_here(self, url: str) -> str | None:
        """This instance's number of a post that another shows at `url`; None where it has none."""
        found = _read(
            self._ask(
                lambda library: library.search_v2(
                    url, resolve=True, result_type="statuses", limit=1
                )
            )
        ).document
        for status in found.get("statuses", ()):
            if url in (status.get("url"), status.get("uri")) and is_id(status.get("id")):
                return str(status["id"])
        return None

    def _take_back(self, misprint: Misprint, answers: MastodonAnswers) -> Refused:
        """Removes a post that is not what was sent, and looks whether it is gone."""
        remote_id = misprint.receipt.remote_id
        evidence, is_gone = [], False
        try:
            removal = self._ask(lambda library: library.status_delete(remote_id), REMOVAL_SECONDS)
            evidence.append(f"removal {_status(removal)}")
            look = self._ask(lambda library: library.status(remote_id), REMOVAL_SECONDS)
            evidence.append(f"then {_status(look)}")
            is_gone = look.answer is not None and look.answer.status in GONE
        except Exception as problem:
            evidence.append(type(problem).__name__)
        return answers.taken_back(misprint, is_gone=is_gone, evidence=", ".join(evidence))

    # --- one request

    def _ask(
        self,
        call: Callable[[Any], object],
        deadline_seconds: float | None = None,
        body: bytes | None = None,
        *,
        after: Exchange | None = None,
        more_seconds: float = 0.0,
    ) -> Exchange:
        """One signed request. The answer is in the exchange: Mastodon.py never gets it.

        It is over by the deadline of the exchange that it comes `after`, where there is one.
        """
        if self._wire is None:
            raise SettingsError(NO_INSTANCE.format(account=self.account.id))
        library = self._mastodon(self._wire)
        deadline = after.deadline if after else None
        exchange = self._wire.begin(
            body,
            deadline=deadline,
            deadline_seconds=deadline_seconds,
            more_seconds=more_seconds,
        )
        try:
            call(library)
        except Exception as problem:  # Mastodon.py makes one kind of error of all that the wire has
            if exchange.answer is None and exchange.problem is None:
                exchange.problem = problem
        return exchange

    def _mastodon(self, wire: Wire) -> Any:
        with self._lock:
            if self._library is None:
                self._library = _new_library(self._url, self._credentials, wire)
            return self._library

    # --- the timeline

    def _timeline(self, given: _Given, *, since: datetime | None, pages: int) -> Iterator[Seen]:
        """The account's own posts, newest first. Raises _UnreadError where they cannot be read."""
        number = self._account_number()
        oldest: str | None = None
        for _ in range(pages):
            page = self._page(number, oldest)
            given.posts += len(page)
            if not page or page[-1]["id"] == oldest:
                return
            seen = [self._seen(status) for status in page if not status.get("reblog")]
            yield from (one for one in seen if since is None or one.at >= since)
            oldest = page[-1]["id"]
            if since is not None and _at(page[-1]) < since:
                return
        if since is not None:
            raise _UnreadError(TOO_MANY)

    def _page(self, number: str, older_than: str | None) -> list[dict[str, Any]]:
        exchange = self._ask(
            lambda library: library.account_statuses(
                number, exclude_reblogs=True, max_id=older_than, limit=PAGE
            )
        )
        page = _read(exchange).content
        if not isinstance(page, list) or not all(is_id(status["id"]) for status in page):
            raise _UnreadError(GARBLED)
        return page

    def _seen(self, status: dict[str, Any]) -> Seen:
        text, url = as_written(status["content"]), self._answers.url(status.get("url"))
        text = self._answers.clean(text)
        return Seen(status["id"], text, _at(status), url)

    def _account_number(self) -> str:
        """The instance's own number of the account whose token this is."""
        with self._lock:
            number = self._number
        if number is None:
            found = _read(self._ask(lambda library: library.account_verify_credentials())).document
            number = found.get("id")
            if not is_id(number):
                raise _UnreadError(GARBLED)
            with self._lock:
                self._number = number
        return number

    def _cannot_look(self, problem: Exception, given: _Given) -> CannotLook:
        sentence = problem.sentence if isinstance(problem, _UnreadError) else GARBLED
        return CannotLook(self._answers.say(sentence), given.posts)


@dataclass(slots=True)
class _Given:
    """How many posts the instance gave in one reading."""

    posts: int = 0


class _UnreadError(Exception):
    """The timeline could not be read; carries the sentence that says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _read(
    exchange: Exchange, refusals: Mapping[int, str] = TIMELINE_REFUSALS, silent: str = SILENT
) -> Answer:
    """The answer to a question. Raises _UnreadError where there is none, or a refusal."""
    answer = exchange.answer
    if answer is None:
        raise _UnreadError(silent)
    if answer.status != 200:
        raise _UnreadError(refusals.get(answer.status, silent))
    return answer


def _status(exchange: Exchange) -> str:
    if exchange.answer is not None:
        return str(exchange.answer.status)
    return type(exchange.problem).__name__


def _at(status: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(status["created_at"]).astimezone(UTC)


def _new_library(url: str, credentials: MastodonCredentials | None, wire: Wire) -> Any:
    """A Mastodon.py whose only way out is the wire."""
    from mastodon import Mastodon

    if credentials is None:
        raise SettingsError("no credentials")
    session: Any = _OverTheWire(wire)  # it uses no more of a session than `request`
    library = Mastodon(
        api_base_url=url,
        mastodon_version=STATED_VERSION,
        version_check_mode="created",  # with "none" it forgets the version, and uses /api/v1/media
        ratelimit_method="throw",
        request_timeout=REQUEST_DEADLINE_SECONDS,
        session=session,
        user_agent="campaign-bot",
    )
    # Set afterwards: given at the start, a token is first tried as the name of a file.
    library.access_token = credentials.access_token
    return library


class _OverTheWire:
    """What Mastodon.py takes for its session: no proxy, redirect, retry or other host."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        files: dict[str, object] | None = None,
        **_: object,
    ) -> NoReturn:
        """Sends a file as a form; whatever else has a body as the JSON that the exchange holds."""
        from requests import Request

        # Mastodon.py asks for /api/v2/instance/, which others answer with a redirect.
        request = Request(method, url.rstrip("/"), headers=headers, params=params)
        if files:
            request.files, request.data = files, data
        elif method == "POST":
            request.headers = headers | {"Content-Type": "application/json"}
        self._wire.send(request.prepare())
