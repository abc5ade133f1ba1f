"""One official account on Bluesky, through atproto: publish once, say what is known, look.

atproto names the routes and makes the requests; the bytes travel over a `Wire`, because httpx has
no limit for a whole request, and atproto follows redirects, drops the null that keeps a put from
overwriting, and decides by exception classes that do not tell "surely not published" from "may be
public". What came over the wire is sorted by `BlueskyAnswers`. atproto is imported by the first
request, not by this module: it takes a second and a half, and a dry run never pays for it.

A post's record key follows from the post's key, so a post has one place, and what is put there
again is the same post: `bluesky_record`. A session is kept and renewed, in `sessions` also over
restarts, because Bluesky lets an account sign in 300 times a day; `sign_ins` counts them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from bot.core.model import (
    Account,
    Captions,
    NotSent,
    Outcome,
    Picture,
    PostKey,
    Receipt,
    Refused,
    Rendering,
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
    bluesky_check,
    refused_before_sending,
)
from bot.platforms.answers import without_secrets
from bot.platforms.bluesky_address import owner_in
from bot.platforms.bluesky_answers import (
    GARBLED,
    NO_KEYS,
    NO_SESSION,
    NOT_SHOWN,
    RETRY_SESSION_SECONDS,
    SILENT,
    TOO_OFTEN,
    BlueskyAnswers,
    is_stale,
    name_of,
    place_of,
)
from bot.platforms.bluesky_record import (
    COLLECTION,
    collection,
    is_record_of,
    put,
    record,
    record_key,
)
from bot.platforms.bluesky_sign_ins import SignIns, TooManySignInsError
from bot.platforms.kept import Kept, NotKept
from bot.platforms.wire import Answer, AnsweredError, Exchange, Wire, canonical

BLUESKY_URL: Final = "https://bsky.social"  # passes on to whatever server keeps the account
PAGE: Final = 100  # the most it lists at once. Source: lexicon com.atproto.repo.listRecords
JSON: Final = "application/json"
_Content = Mapping[str, object] | bytes


@dataclass(frozen=True, slots=True, repr=False)
class BlueskyCredentials:
    """What one account signs in with: its handle or DID, and an app password. Never printed."""

    identifier: str
    app_password: str

    def __repr__(self) -> str:
        return "BlueskyCredentials(not shown)"


@dataclass(frozen=True, slots=True, repr=False)
class _Session:
    """Signed in: whose record it is, a token for two hours, and one to get the next pair with."""

    did: str
    access: str
    refresh: str


# --- the platform -----------------------------------------------------------------------------


class BlueskyPlatform:
    """One account on Bluesky. Without credentials it makes payloads (for a dry run), and no more.

    Safe to use from several threads. All requests of one call, signing in included, share one
    deadline, and each has a line of its own.
    """

    absence_is_proof: Final = True

    def __init__(
        self,
        account: Account,
        credentials: BlueskyCredentials | None,
        *,
        url: str = BLUESKY_URL,
        deadline_seconds: float = REQUEST_DEADLINE_SECONDS,
        sessions: Kept | None = None,
        sign_ins: SignIns | None = None,
    ) -> None:
        self.account = account
        self._credentials = credentials
        self._url = url
        self._wire = Wire("Bluesky", url, deadline_seconds)
        self._deadline_seconds = deadline_seconds
        self._answers = BlueskyAnswers(account, self._cleaned)
        self._sessions: Kept = sessions or NotKept()
        self._sign_ins = sign_ins
        self._session: _Session | None = None
        self._session_lock = threading.Lock()
        self._client: Any = None  # none of atproto's types leaves this file
        self._client_lock = threading.Lock()

    def upload(self, picture: Picture, content: bytes) -> Upload | NotSent | Refused:
        try:
            if self._credentials is None:
                return self._answers.without_keys()
            exchange = self._signed(
                self._turn(), "upload_blob", content, picture.media_type, data=content
            )
            return self._answers.upload(exchange, picture)
        except Exception as problem:  # never raises: at worst a picture lies there unused
            return _shut_out(problem, self._answers) or self._answers.upload_failed(problem)

    def upload_video(
        self, video: Video, contents: Mapping[str, bytes], *, seconds: float
    ) -> Upload | NotSent | Refused:
        """The captions first, which are small: the video is one request, and takes what is left."""
        answers = replace(self._answers, medium="video")
        try:
            if self._credentials is None:
                return answers.without_keys()
            parts: list[Captions | Video] = [*video.captions, video]
            for part in parts:
                more = seconds - self._deadline_seconds if part is video else 0.0
                turn = self._wire.begin(more_seconds=max(more, 0.0))
                content = contents[part.sha256]
                exchange = self._signed(turn, "upload_blob", content, part.media_type, data=content)
                given = answers.upload(exchange, part)
                if part is video or not isinstance(given, Upload):
                    return given
            raise AssertionError("a video is its own last part")
        except Exception as problem:  # never raises: at worst a video lies there unused
            return _shut_out(problem, answers) or answers.upload_failed(problem)

    def locate(
        self, remote_id: str, *, of: Account | None = None, url: str | None = None
    ) -> Remote | NotSent | Refused:
        to_repost = of is not None
        try:
            if self._credentials is None:
                return self._answers.without_keys()
            query: dict[str, object] = {"collection": COLLECTION, "rkey": remote_id}
            if of is not None:
                query["repo"] = of.handle or owner_in(url) or of.id  # which no server knows
            found = self._read(self._turn(), "get_record", query).document
            content_id, (did, place, _) = found.get("cid"), place_of(found)
            if place != remote_id or not isinstance(content_id, str):
                raise _UnreadError(GARBLED)
            return Remote(
                remote_id, f"at://{did}/{COLLECTION}/{remote_id}", content_id, account=of, url=url
            )
        except Exception as problem:
            if shut_out := _shut_out(problem, self._answers):
                return shut_out
            answer = problem.answer if isinstance(problem, _UnreadError) else None
            if answer is not None and name_of(answer) == "RecordNotFound":
                return self._answers.not_there(to_repost=to_repost)
            return self._answers.not_shown(problem, to_repost=to_repost)

    def payload(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> bytes:
        return canonical(put(self._repo(), key, rendering, prepared))

    def publish(self, key: PostKey, rendering: Rendering, prepared: Prepared = NOTHING) -> Outcome:
        try:
            refused = refused_before_sending(self.account, key, rendering, prepared)
            if refused is not None:
                return refused
            if self._credentials is None:
                return self._answers.without_keys()
            return self._put(key, rendering, prepared)
        except Exception as problem:  # never raises: what is not understood may be public
            return _shut_out(problem, self._answers) or self._answers.unforeseen(problem)

    def find(
        self,
        key: PostKey,
        rendering: Rendering,
        *,
        since: datetime,
        known: Collection[str],
        original: Remote | None = None,
    ) -> Found | NotFound | CannotLook:
        """Reads the post's own place, so neither `since` nor `known` is asked.

        Another post that stands there is not this one: it is named when this is sent again.
        """
        rkey = record_key(key, rendering.due)
        try:
            standing = self._standing(self._turn(), rkey, rendering)
        except Exception as problem:
            return self._cannot_look(problem)
        if standing is None:
            return NotFound(looked_at=0)
        did, value = standing
        if not is_record_of(rendering, value):
            return NotFound(looked_at=1)
        url = original.url if original else self._answers.url(rkey, did)
        return Found(Seen(rkey, rendering.text, rendering.due, url))

    def recent(self) -> tuple[Seen, ...] | CannotLook:
        try:
            query = {"collection": COLLECTION, "limit": PAGE}
            page = self._read(self._turn(), "list_records", query)
            listed = [self._seen(one) for one in page.document["records"]]
            return tuple(seen for seen in listed if seen is not None)
        except Exception as problem:
            return self._cannot_look(problem)

    def check(self) -> tuple[Finding, ...]:
        try:
            return tuple(self._findings(self._turn()))
        except _NoSessionError as shut:
            answer = shut.exchange.answer
            refused = answer is not None and answer.status in (400, 401, 403)
            said = bluesky_check.NOT_LET_IN if refused else bluesky_check.NOT_CHECKED
        except TooManySignInsError as many:
            said = self._answers.signed_in_too_often(many).sentence
        except Exception:  # whatever Bluesky says that is no answer to this
            said = bluesky_check.NOT_CHECKED
        return (Finding(self._answers.say(said), is_well=False),)

    def _findings(self, turn: Exchange) -> Iterator[Finding]:
        # Signed in anew: a kept session goes on for a while under a password that was revoked.
        signing_in = self._ask_to_sign_in(turn)
        session = self._session_in(signing_in)
        server = self._atproto_client().com.atproto.server
        answer = self._over(turn, server.get_session, session.access).answer
        if answer is None or answer.status != 200:
            raise _UnreadError(SILENT, answer)
        query = {"collection": bluesky_check.PROFILE, "rkey": "self"}
        shown = self._ask(turn, "get_record", session, None, params=query).answer
        if shown is None or (shown.status != 200 and name_of(shown) != "RecordNotFound"):
            raise _UnreadError(SILENT, shown)
        profile = shown.document.get("value") or {}
        yield from bluesky_check.account_findings(self.account.handle, answer.document, profile)
        signed_in = signing_in.answer.headers if signing_in.answer else {}
        yield from bluesky_check.left_findings(signed_in, answer.headers)

    # --- the post's place

    def _put(self, key: PostKey, rendering: Rendering, prepared: Prepared) -> Outcome:
        turn, rkey = self._turn(), record_key(key, rendering.due)
        content = put(self._repo(), key, rendering, prepared)
        exchange = self._signed(turn, "put_record", canonical(content), data=content)
        answer = exchange.answer
        if answer is None or name_of(answer) != "InvalidSwap":
            return self._answers.of(rendering).outcome(exchange, rkey, prepared.original)
        try:
            standing = self._standing(turn, rkey, rendering)
        except Exception as problem:
            return self._answers.unclear(f"InvalidSwap, then {type(problem).__name__}")
        if standing is None:  # it was removed meanwhile
            said = self._answers.say(NO_SESSION)
            return NotSent(said, RETRY_SESSION_SECONDS, "InvalidSwap, then nothing there")
        did, value = standing
        if value != record(rendering, prepared):
            return self._answers.taken(rkey, did)
        url = prepared.original.url if prepared.original else self._answers.url(rkey, did)
        return Receipt(rkey, url, f"it was there already; {did}/{rkey}")

    def _standing(
        self, turn: Exchange, rkey: str, rendering: Rendering
    ) -> tuple[str, dict[str, Any]] | None:
        """Whose record stands in this place, and the record; None where there is surely none."""
        kind = collection(rendering)
        try:
            query: dict[str, object] = {"collection": kind, "rkey": rkey}
            found = self._read(turn, "get_record", query).document
        except _UnreadError as unread:
            if unread.answer is not None and name_of(unread.answer) == "RecordNotFound":
                return None
            raise
        did, place, _ = place_of(found, kind)
        value = found.get("value")
        if place != rkey or not isinstance(value, dict):
            raise _UnreadError(GARBLED)
        return did, value

    def _seen(self, listed: dict[str, Any]) -> Seen | None:
        """One of the account's posts; None for what another program left half made."""
        did, rkey, _ = place_of(listed)
        value = listed["value"]
        text, made = value.get("text"), value.get("createdAt")
        if not rkey or not isinstance(text, str) or not isinstance(made, str):
            return None
        try:
            at = datetime.fromisoformat(made).astimezone(UTC)
        except ValueError:
            return None
        return Seen(rkey, text, at, self._answers.url(rkey, did))

    def _read(self, turn: Exchange, route: str, query: dict[str, object]) -> Answer:
        """A whole answer of what is public. Raises _UnreadError where it cannot be read."""
        exchange = self._signed(turn, route, None, params=query)
        answer = exchange.answer
        if answer is None:
            raise _UnreadError(SILENT)
        if answer.status != 200:
            said = TOO_OFTEN if answer.status == 429 else SILENT
            raise _UnreadError(NOT_SHOWN if answer.status in (401, 403) else said, answer)
        if not answer.document:
            raise _UnreadError(GARBLED)
        return answer

    def _cannot_look(self, problem: Exception) -> CannotLook:
        if isinstance(problem, _NoSessionError):
            answer = problem.exchange.answer
            shut = answer is not None and answer.status in (400, 401, 403)
            return CannotLook(self._answers.say(NOT_SHOWN if shut else SILENT))
        if isinstance(problem, TooManySignInsError):
            return CannotLook(self._answers.signed_in_too_often(problem).sentence)
        sentence = problem.sentence if isinstance(problem, _UnreadError) else GARBLED
        return CannotLook(self._answers.say(sentence))

    def _repo(self) -> str:
        """Whose record it is: by handle, which a dry run knows too."""
        signs_in_as = self._credentials and self._credentials.identifier
        return self.account.handle or signs_in_as or self.account.id

    # --- the session

    def _signed(
        self,
        turn: Exchange,
        route: str,
        body: bytes | None,
        media_type: str = JSON,
        **content: _Content,
    ) -> Exchange:
        """One request under a session, and once more under a new one where the old has run out.

        Bluesky asks for the session before anything else, so the first has surely done nothing.
        """
        session = self._signed_in(turn)
        exchange = self._ask(turn, route, session, body, media_type, **content)
        if exchange.answer is not None and is_stale(exchange.answer):
            renewed = self._signed_in(turn, instead_of=session)
            exchange = self._ask(turn, route, renewed, body, media_type, **content)
        return exchange

    def _ask(
        self,
        turn: Exchange,
        route: str,
        session: _Session,
        body: bytes | None,
        media_type: str = JSON,
        **content: _Content,
    ) -> Exchange:
        params = content.get("params")
        if isinstance(params, Mapping):
            content["params"] = {"repo": session.did, **params}
        asked = getattr(self._atproto_client().com.atproto.repo, route)
        return self._over(turn, asked, session.access, body, media_type, **content)

    def _signed_in(self, turn: Exchange, *, instead_of: _Session | None = None) -> _Session:
        """A session, other than the one that has run out. Raises _NoSessionError.

        The cheap ways come first: what this process has, what another has renewed, the token to
        renew it with; signing in anew is rationed.
        """
        with self._session_lock:
            if self._session is None or self._session == instead_of:
                kept = self._kept()
                if kept is not None and kept != instead_of:
                    self._session = kept
                else:
                    self._session = self._renewed(turn, instead_of) or self._session_in(
                        self._ask_to_sign_in(turn)
                    )
                    self._keep(self._session)
            return self._session

    def _renewed(self, turn: Exchange, session: _Session | None) -> _Session | None:
        """The next session; None where Bluesky refuses to give one for this."""
        if session is None:
            return None
        server = self._atproto_client().com.atproto.server
        exchange = self._over(turn, server.refresh_session, session.refresh)
        answer = exchange.answer
        if answer is not None and answer.status in (400, 401):
            return None
        return self._session_in(exchange)

    def _ask_to_sign_in(self, turn: Exchange) -> Exchange:
        """One sign-in, counted. Raises TooManySignInsError."""
        if self._credentials is None:
            raise _UnreadError(NO_KEYS)
        wanted = {
            "identifier": self._credentials.identifier,
            "password": self._credentials.app_password,
        }
        server = self._atproto_client().com.atproto.server
        counted = self._sign_ins and self._sign_ins.count()
        exchange = self._over(turn, server.create_session, None, canonical(wanted), data=wanted)
        if self._sign_ins and counted and exchange.unreached is not None:
            self._sign_ins.take_back(counted)
        return exchange

    def _session_in(self, exchange: Exchange) -> _Session:
        answer = exchange.answer
        if answer is None or answer.status != 200:
            raise _NoSessionError(exchange)
        said = answer.document
        found = [said.get(name) for name in ("did", "accessJwt", "refreshJwt")]
        did, access, refresh = (one if isinstance(one, str) else "" for one in found)
        if not (did.startswith("did:") and _is_token(access) and _is_token(refresh)):
            raise _NoSessionError(exchange)
        return _Session(did, access, refresh)

    def _kept(self) -> _Session | None:
        """The session kept outside, where it is one of these credentials at this server."""
        try:
            content = json.loads(self._sessions.read() or "")
            if content.pop("of") == self._of():
                return _Session(**content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # nothing kept, or damaged: then a new one is made
        return None

    def _keep(self, session: _Session) -> None:
        with suppress(OSError):  # this process has it all the same
            self._sessions.write(json.dumps(asdict(session) | {"of": self._of()}))

    def _of(self) -> list[str]:
        return [self._url, self._credentials.identifier if self._credentials else ""]

    def _cleaned(self, text: str) -> str:
        """The text without a password or token, should Bluesky ever echo one."""
        keys, session = self._credentials, self._session
        secrets = [keys.app_password] if keys else []
        secrets += [session.access, session.refresh] if session else []
        return without_secrets(text, secrets)

    # --- one request

    def _turn(self) -> Exchange:
        """The one deadline of a call begins: an exchange that is never sent holds it."""
        return self._wire.begin()

    def _over(
        self,
        turn: Exchange,
        route: Callable[..., object],
        token: str | None,
        body: bytes | None = None,
        media_type: str = JSON,
        **content: _Content,
    ) -> Exchange:
        """One request. The answer is in the exchange: atproto never gets it."""
        exchange = self._wire.begin(body, deadline=turn.deadline)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if media_type != JSON:  # which atproto says by itself
            headers["Content-Type"] = media_type
        try:
            route(**content, headers=headers)
        except AnsweredError:
            pass
        except Exception as problem:
            exchange.problem = problem
        return exchange

    def _atproto_client(self) -> Any:
        with self._client_lock:
            if self._client is None:
                self._client = _new_client(self._url, self._wire)
            return self._client


class _NoSessionError(Exception):
    """There is no session to be had: carries the exchange that says why."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__("no session")
        self.exchange = exchange


def _shut_out(problem: Exception, answers: BlueskyAnswers) -> NotSent | Refused | None:
    """The outcome where there was no session, so that nothing of a post has left; else None."""
    if isinstance(problem, _NoSessionError):
        return answers.without_session(problem.exchange)
    if isinstance(problem, TooManySignInsError):
        return answers.signed_in_too_often(problem)
    return None


class _UnreadError(Exception):
    """What is public could not be read; carries the sentence that says why, and the answer."""

    def __init__(self, sentence: str, answer: Answer | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.answer = sentence, answer


def _is_token(text: str) -> bool:
    """Whether it can stand in a header: then no answer can break out of it."""
    return 0 < len(text) < 10_000 and text.isascii() and text.isprintable() and " " not in text


def _new_client(url: str, wire: Wire) -> Any:
    """An atproto client whose only way out is the wire."""
    from atproto_client.client.raw import ClientRaw

    return ClientRaw(url, request=_OverTheWire(wire))


class _OverTheWire:
    """What atproto takes for its way out: no proxy, .netrc, redirect, retry or other host."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, url: str, **content: Any) -> NoReturn:
        self._send("GET", url, **content)

    def post(self, url: str, **content: Any) -> NoReturn:
        self._send("POST", url, **content)

    def _send(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **_: object,
    ) -> NoReturn:
        """Whatever body atproto made, the exchange's own is sent."""
        from requests import Request

        self._wire.send(Request(method, url, params=params, headers=headers).prepare())
