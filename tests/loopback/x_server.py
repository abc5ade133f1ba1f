"""X on 127.0.0.1: keeps what it accepts, counts what it is asked, and goes wrong when told to.

    with XServer() as server:
        server.script([late(2.0), FINE, drop_before_answer()])
        ... server.url ...
        assert [post.text for post in server.posts()] == ["..."]

or as a process that outlives the bot under test:

    python -m tests.loopback.x_server --port 0 --log accepted.jsonl

which prints its address and writes every accepted post as a JSON line, synced to disk before it
answers. `POST /control/script` takes `[{"fault": "late", "seconds": 2}, ...]`, `POST
/control/chances` takes `{"seed": 7, "weights": {"fine": 8, "late": 1}}`, `POST /control/away` takes
`{"seconds": 2}`, `POST /control/show` puts `{"user": "7", "text": "..."}` on a timeline as if it
was written by hand, `GET /control/posts` gives what was accepted, `GET /control/asks` every request
to publish with its time and what came of it.

Source of bodies and headers: docs.x.com, August 2026, and answers that others recorded in 2026.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import signal
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import quote, unquote

from bot.app.environment import SystemClocks
from tests.loopback import hostile
from tests.loopback.hostile import (
    FINE,
    Arrival,
    Chances,
    Fault,
    HostileServer,
    Reply,
    as_json,
    drip_body,
    drip_headers,
    drop_after_answer,
    drop_before_answer,
    drop_in_headers,
    half_a_body,
    late,
)
from tests.loopback.x_chunks import APPEND, FINALIZE, INITIALIZE, STATUS, SUBTITLES, Chunks

__all__ = [
    "DELETE", "FAULTS", "FINE", "ME", "MEDIA", "METADATA", "POST", "REPOST", "TIMELINE",
    "Accepted", "Ask", "Chances", "Fault", "XServer", "as_shown", "bad_request",
    "client_forbidden", "drip_body", "drip_headers", "drop_after_answer", "drop_before_answer",
    "drop_in_headers", "duplicate", "garbage", "half_a_body", "late", "limited", "no_credit",
    "no_id", "not_permitted", "only_errors", "problem", "read_only_app", "redirect",
    "server_fault", "suspended", "timeline_behind", "unauthorised", "usage_capped",
]  # fmt: skip

POST: Final = "POST /2/tweets"
REPOST: Final = "POST /2/users/:id/retweets"
TIMELINE: Final = "GET /2/users/:id/tweets"
ME: Final = "GET /2/users/me"
MEDIA: Final = "POST /2/media/upload"
METADATA: Final = "POST /2/media/metadata"
PICTURE_BYTES: Final = 5_000_000  # the most. Source: docs.x.com, media upload
DELETE: Final = "DELETE /2/tweets/:id"
SIGNED_HOST: Final = "https://api.twitter.com"  # what clients sign over, wherever they connect
WINDOW_SECONDS: Final = 900
POSTS_A_WINDOW: Final = 100  # per user. Source: docs.x.com, rate limits, August 2026


# --- what was accepted, and what was asked ----------------------------------------------------


@dataclass(frozen=True)
class Accepted:
    """A post this server keeps, as its author wrote it."""

    id: str
    user: str
    text: str
    at: datetime
    media: tuple[str, ...] = ()  # ids of the pictures it has
    replies_to: str | None = None
    reposts: str | None = None  # the number of another's post, whose text it has


@dataclass(frozen=True)
class Ask:
    """A request to publish. `at` is monotonic seconds, the same for all processes of a machine."""

    at: float
    user: str
    text: str
    came_of_it: str  # "accepted", "duplicate", "limited" or "refused"
    side_by_side: bool  # while another one of this user was being answered


# --- what can go wrong ------------------------------------------------------------------------


def garbage(status: int = 201, *, accepts: bool = True, route: str = POST) -> Fault:
    return hostile.garbage(status, accepts=accepts, route=route)


def no_id() -> Fault:
    return Fault(body=as_json({"data": {"text": "..."}}))


def only_errors() -> Fault:
    error = {"title": "Not Found Error", "detail": "Could not find it.", "type": "about:blank"}
    return Fault(accepts=False, status=200, body=as_json({"errors": [error]}))


def redirect(status: int = 301, to: str = "/2/tweets", *, accepts: bool = False) -> Fault:
    return hostile.redirect(status, to, accepts=accepts)


def problem(
    status: int,
    detail: str = "",
    *,
    title: str = "",
    type_: str = "about:blank",
    route: str = POST,
    accepts: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
) -> Fault:
    """X's problem document, which it sends with everything it refuses."""
    title = title or HTTPStatus(status).phrase
    document = {"title": title, "detail": detail or title, "type": type_, "status": status}
    return Fault(route, accepts, status, as_json(document), headers)


def bad_request(detail: str = "One or more parameters to your request was invalid.") -> Fault:
    kind = "https://api.twitter.com/2/problems/invalid-request"
    return problem(400, detail, title="Invalid Request", type_=kind)


def unauthorised(*, route: str = POST) -> Fault:
    return problem(401, route=route)


def no_credit(*, route: str = POST) -> Fault:
    return problem(
        402,
        "Your enrolled account does not have any credits to fulfill this request.",
        title="CreditsDepleted",
        type_="https://api.x.com/2/problems/credits",
        route=route,
    )


def not_your_conversation() -> Fault:
    """What X says of a reply to somebody who has not asked for one."""
    said = (
        "Reply to this conversation is not allowed because you have not been mentioned or otherwise"
        " engaged by the author of the post you are replying to."
    )
    return problem(403, said)


def duplicate(*, accepts: bool = False) -> Fault:
    return problem(
        403, "You are not allowed to create a Tweet with duplicate content.", accepts=accepts
    )


def suspended() -> Fault:
    return problem(403, "Your account is suspended and is not permitted to access this feature.")


def not_permitted() -> Fault:
    return problem(403, "You are not permitted to perform this action.")


def client_forbidden() -> Fault:
    return problem(
        403,
        "When authenticating requests to the Twitter API v2 endpoints, you must use keys and"
        " tokens from a Twitter developer App that is attached to a Project.",
        title="Client Forbidden",
        type_="https://api.twitter.com/2/problems/client-forbidden",
    )


def read_only_app() -> Fault:
    return problem(
        403,
        "Your client app is not configured with the appropriate oauth1 app permissions for this"
        " endpoint.",
        type_="https://api.twitter.com/2/problems/oauth1-permissions",
    )


def limited(
    *, reset_in: int | None = None, retry_after: int | None = None, route: str = POST
) -> Fault:
    """429; without arguments with no header that says until when."""
    headers = {"x-rate-limit-limit": "", "x-rate-limit-remaining": "", "x-rate-limit-reset": ""}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if reset_in is not None:  # made absolute when it is sent
        headers |= {"x-rate-limit-remaining": "0", "x-rate-limit-reset": f"+{reset_in}"}
    return problem(429, route=route, headers=tuple(headers.items()))


def usage_capped() -> Fault:
    kind = "https://api.twitter.com/2/problems/usage-capped"
    return problem(429, "Usage cap exceeded: Monthly product cap", type_=kind)


def server_fault(status: int = 503, *, accepts: bool = False, route: str = POST) -> Fault:
    return problem(status, route=route, accepts=accepts)


def timeline_behind(posts: int = 1) -> Fault:
    return hostile.timeline_behind(posts, route=TIMELINE)


FAULTS: Final[Mapping[str, Callable[..., Fault]]] = {
    made.__name__: made
    for made in (
        late, drip_body, drip_headers, drop_before_answer, drop_in_headers, half_a_body,
        drop_after_answer, garbage, no_id, only_errors, redirect, problem, bad_request,
        unauthorised, no_credit, duplicate, suspended, not_permitted, client_forbidden,
        read_only_app, limited, usage_capped, server_fault, timeline_behind,
    )
}  # fmt: skip


# --- the server -------------------------------------------------------------------------------


class XServer(HostileServer):
    """X on loopback.

    `secrets` names, by user, the consumer's and the token's secret: where they are known, the
    OAuth 1.0a signature is checked. `now` is what the timeline dates posts with. With
    `same_words_twice` it takes a text again that the user has posted already, as X does after a
    while: so that whoever sends one twice can be caught at it.
    """

    publishes: ClassVar[str] = POST
    faults: ClassVar[Mapping[str, Callable[..., Fault]]] = FAULTS

    def __init__(
        self,
        *,
        port: int = 0,
        log: Path | None = None,
        secrets: Mapping[str, tuple[str, str]] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        same_words_twice: bool = False,
    ) -> None:
        super().__init__(port=port)
        self.same_words_twice = same_words_twice
        self.posts_a_window = POSTS_A_WINDOW
        self.asks: list[Ask] = []
        self.secrets = dict(secrets or {})
        self.now = now
        self.log = log
        self.timeline_lag = timedelta(0)  # posts younger than this are not shown
        self.refuses_what_is_reposted = False  # error 327, where X may say that it has it
        self.chunks = Chunks()  # videos
        self._media: dict[str, dict[str, object]] = {}
        self._kept: list[Accepted] = []
        self._reposts: list[Accepted] = []

    # --- for tests

    def posts(self, user: str | None = None) -> tuple[Accepted, ...]:
        """What was accepted, oldest first."""
        with self.lock:
            return tuple(post for post in self._kept if user in (None, post.user))

    def reposts(self, user: str | None = None) -> tuple[Accepted, ...]:
        """What was passed on, oldest first."""
        with self.lock:
            return tuple(one for one in self._reposts if user in (None, one.user))

    def show(self, user: str, text: str, *, at: datetime | None = None) -> Accepted:
        """Puts a post on a timeline as if somebody had written it by hand."""
        with self.lock:
            post = Accepted(self._new_id(), user, text, at or self.now())
            self._kept.append(post)
            return post

    # --- what it says

    def known(self, arrival: Arrival) -> Arrival:
        path = re.sub(r"^/2/users/\d+/(tweets|retweets)$", r"/2/users/:id/\1", arrival.path)
        path = re.sub(r"^/2/tweets/[^/]+$", "/2/tweets/:id", path)
        path = re.sub(r"^/2/media/upload/\d+/", "/2/media/upload/:id/", path)
        token = re.search(r'oauth_token="(\d+)-', arrival.headers.get("authorization", ""))
        return replace(arrival, route=f"{arrival.method} {path}", user=token and token[1])

    def answer(self, arrival: Arrival, fault: Fault) -> Reply:
        if arrival.route == POST and not fault.accepts:
            self.note(arrival, "refused")
        reply = super().answer(arrival, fault)
        reply.headers = _with_limits(reply.headers)
        _echo(reply, arrival.headers.get("authorization", ""))
        return reply

    def proper(self, arrival: Arrival, fault: Fault) -> Reply:
        if arrival.user is None or not _is_signed(self, arrival):
            if arrival.route == POST:
                self.note(arrival, "refused")
            return _as_reply(unauthorised())
        answers: Mapping[str, Callable[[], Reply]] = {
            POST: lambda: _post(self, arrival),
            REPOST: lambda: _repost(self, arrival),
            TIMELINE: lambda: _timeline(self, arrival, fault),
            ME: lambda: _me(arrival),
            DELETE: lambda: _delete(self, arrival),
            MEDIA: lambda: _upload(self, arrival),
            METADATA: lambda: _describe(self, arrival),
        }
        if arrival.route in (INITIALIZE, APPEND, FINALIZE, STATUS, SUBTITLES):
            return self.chunks.answer(arrival) or _as_reply(bad_request())
        answer = answers.get(arrival.route)
        return answer() if answer else _as_reply(problem(404))

    def control(self, arrival: Arrival) -> tuple[int, object]:
        if arrival.path == "/control/posts":
            return 200, [asdict(post) | {"at": post.at.isoformat()} for post in self.posts()]
        if arrival.path == "/control/asks":
            with self.lock:
                return 200, [asdict(one) for one in self.asks]
        if arrival.path == "/control/show":
            shown = json.loads(arrival.body)
            return 200, {"id": self.show(shown["user"], shown["text"]).id}
        return super().control(arrival)

    def note(self, arrival: Arrival, came_of_it: str) -> None:
        """Keeps a request to publish."""
        try:
            text = str(json.loads(arrival.body)["text"])
        except (ValueError, KeyError, TypeError):
            text = ""
        user, beside = arrival.user or "", arrival.side_by_side
        with self.lock:
            self.asks.append(Ask(arrival.at, user, _same(text), came_of_it, beside))

    def accept(
        self, user: str, text: str, media: Sequence[str] = (), replies_to: str | None = None
    ) -> Accepted | None:
        """The post, kept; None where this user has these words already."""
        with self.lock:
            words = _same(text)
            again = any(post.user == user and _same(post.text) == words for post in self._kept)
            if again and not self.same_words_twice:
                return None
            post = replace(self.show(user, text), media=tuple(media), replies_to=replies_to)
            self._kept[-1] = post
            self._write_down(post)
            return post

    def repost(self, user: str, remote_id: str) -> str:
        """What comes of passing a post on: made, already, or gone."""
        with self.lock:
            wanted = next((post for post in self._kept if post.id == remote_id), None)
            if wanted is None:
                return "gone"
            if any((one.user, one.reposts) == (user, remote_id) for one in self._reposts):
                return "already"
            made = replace(wanted, id=self._new_id(), user=user, at=self.now(), reposts=remote_id)
            self._reposts.append(made)
            return "made"

    def resets_in(self, user: str) -> int | None:
        """Seconds until this user may post again; None where that is now."""
        with self.lock:
            began = self.now() - timedelta(seconds=WINDOW_SECONDS)
            recent = [post.at for post in self._kept if post.user == user and post.at > began]
            if len(recent) < self.posts_a_window:
                return None
            return max(1, int((recent[-self.posts_a_window] - began).total_seconds()))

    def keep_media(self, user: str, content: Mapping[str, object]) -> str:
        with self.lock:
            made = str(1_880_000_000_000_000_000 + len(self._media))
            self._media[made] = {"user": user, **content}
            return made

    def media(self, remote_id: str) -> Mapping[str, object]:
        """A picture as it was given: user, content, category, and metadata where it has some."""
        with self.lock:
            return dict(self._media[remote_id])

    def has_media(self, user: str, remote_ids: Iterable[str]) -> bool:
        """Whether these pictures are here, and this user's."""
        with self.lock:
            return all(
                self._media.get(one, {}).get("user") == user or self.chunks.is_ready(user, one)
                for one in remote_ids
            )

    def describe_media(self, user: str, remote_id: str, metadata: object) -> bool:
        with self.lock:
            video = self.chunks.files.get(remote_id)
            if video is not None:
                video.metadata = metadata
                return video.user == user
            known = self._media.get(remote_id)
            if known is None or known["user"] != user:
                return False
            known["metadata"] = metadata
            return True

    def delete(self, user: str, remote_id: str) -> bool:
        with self.lock:
            mine = [post for post in self._kept if (post.id, post.user) == (remote_id, user)]
            self._kept = [post for post in self._kept if post not in mine]
            return bool(mine)

    def _new_id(self) -> str:
        """Longer than 53 bits and ever larger, as X's are."""
        newest = max((int(one.id) for one in (*self._kept[-1:], *self._reposts[-1:])), default=0)
        made = (int(self.now().timestamp() * 1000) - 1_288_834_974_657) << 22
        return str(max(made, newest + 1))

    def _write_down(self, post: Accepted) -> None:
        if self.log is None:
            return
        line = json.dumps(asdict(post) | {"at": post.at.isoformat()}, ensure_ascii=False) + "\n"
        with self.log.open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


def _with_limits(said: Mapping[str, str]) -> dict[str, str]:
    """What X says with every answer. '+60' is made a time so many seconds from now."""
    now = datetime.now(UTC)
    headers = {
        "Date": now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "x-rate-limit-limit": "100",
        "x-rate-limit-remaining": "99",
        "x-rate-limit-reset": f"+{WINDOW_SECONDS}",
        "x-transaction-id": hashlib.sha256(os.urandom(8)).hexdigest()[:16],
    } | dict(said)
    return {
        name: str(int(now.timestamp()) + int(value)) if value[:1] == "+" else value
        for name, value in headers.items()
    }


def _echo(reply: Reply, signed: str) -> None:
    """Puts the keys of whoever asks where a fault says ECHO, as they came and as they are."""
    said = f"{signed} or {unquote(signed)}".replace('"', "'")
    reply.body = reply.body.replace(b"ECHO", said.encode())
    reply.headers = {name: value.replace("ECHO", said) for name, value in reply.headers.items()}


# --- what it answers --------------------------------------------------------------------------


def _me(arrival: Arrival) -> Reply:
    name = f"user{arrival.user}"
    return Reply(200, as_json({"data": {"id": arrival.user, "name": name, "username": name}}))


def _delete(x: XServer, arrival: Arrival) -> Reply:
    deleted = x.delete(arrival.user or "", arrival.path.rpartition("/")[2])
    return Reply(200, as_json({"data": {"deleted": deleted}}))


def _post(x: XServer, arrival: Arrival) -> Reply:
    user = arrival.user or ""
    try:
        content = json.loads(arrival.body)
        text, media = content["text"], content.get("media", {"media_ids": []})["media_ids"]
        replies_to = content.get("reply", {"in_reply_to_tweet_id": None})["in_reply_to_tweet_id"]
    except (ValueError, KeyError, TypeError, AttributeError):
        text, media, replies_to = None, [], None
    if replies_to is not None and all(one.id != replies_to for one in x.posts(user)):
        x.note(arrival, "refused")
        return _as_reply(not_your_conversation())
    if not isinstance(text, str) or not text.strip() or not x.has_media(user, media):
        x.note(arrival, "refused")
        return _as_reply(bad_request())
    resets_in = x.resets_in(user)
    if resets_in is not None:
        x.note(arrival, "limited")
        return _as_reply(limited(reset_in=resets_in))
    post = x.accept(user, unicodedata.normalize("NFC", text).strip(), media, replies_to)
    if post is None:
        x.note(arrival, "duplicate")
        return _as_reply(duplicate())
    x.note(arrival, "accepted")
    shown, _ = as_shown(post)
    content = {"id": post.id, "text": shown, "edit_history_tweet_ids": [post.id]}
    return Reply(201, as_json({"data": content}))


def _repost(x: XServer, arrival: Arrival) -> Reply:
    user = arrival.user or ""
    try:
        remote_id = str(json.loads(arrival.body)["tweet_id"])
    except (ValueError, KeyError, TypeError):
        return _as_reply(bad_request())
    if arrival.path.split("/")[3] != user:
        return _as_reply(not_permitted())
    came_of_it = x.repost(user, remote_id)
    if came_of_it == "gone":
        return _as_reply(problem(404, f"Could not find tweet with id: [{remote_id}]."))
    if came_of_it == "already" and x.refuses_what_is_reposted:
        said = {"code": 327, "message": "You have already retweeted this Tweet."}
        return Reply(403, as_json({"errors": [said]}))
    return Reply(200, as_json({"data": {"retweeted": True}}))


def _upload(x: XServer, arrival: Arrival) -> Reply:
    """A whole picture in one request, as base64 in JSON. Source: X's OpenAPI 2.167."""
    try:
        content = json.loads(arrival.body)
        picture = base64.b64decode(content["media"], validate=True)
        category = str(content["media_category"])
    except (ValueError, KeyError, TypeError):
        return _as_reply(bad_request())
    if len(picture) > PICTURE_BYTES:
        return _as_reply(problem(413))
    made = x.keep_media(arrival.user or "", {"content": picture, "category": category})
    said = {"id": made, "media_key": f"3_{made}", "size": len(picture)}
    said |= {"expires_after_secs": 86_400}
    return Reply(200, as_json({"data": said}))


def _describe(x: XServer, arrival: Arrival) -> Reply:
    try:
        content = json.loads(arrival.body)
        remote_id, metadata = str(content["id"]), content["metadata"]
    except (ValueError, KeyError, TypeError):
        return _as_reply(bad_request())
    if not x.describe_media(arrival.user or "", remote_id, metadata):
        return _as_reply(problem(404))
    return Reply(200, as_json({"data": {"id": remote_id, "associated_metadata": metadata}}))


def _timeline(x: XServer, arrival: Arrival, fault: Fault) -> Reply:
    """Newest first, `max_results` at a time; the next page's token is the last id shown."""
    size = int(arrival.query.get("max_results", "10"))
    if not 5 <= size <= 100:
        return _as_reply(bad_request("The `max_results` query parameter value is not valid."))
    user = arrival.path.split("/")[3]
    passed_on = () if "retweets" in arrival.query.get("exclude", "") else x.reposts(user)
    shown = sorted((*x.posts(user), *passed_on), key=lambda post: -int(post.id))
    posts = [post for post in shown if post.at <= x.now() - x.timeline_lag]
    posts = [post for post in posts[fault.hides_newest :] if _is_asked_for(post, arrival.query)]
    page, rest = posts[:size], posts[size:]
    meta: dict[str, object] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if rest:
        meta["next_token"] = page[-1].id
    fields = set(arrival.query.get("tweet.fields", "").split(","))
    content = {"data": [_as_tweet(post, fields) for post in page]} if page else {}
    return Reply(200, as_json({**content, "meta": meta}))


def _is_asked_for(post: Accepted, query: Mapping[str, str]) -> bool:
    if "start_time" in query and post.at < datetime.fromisoformat(query["start_time"]):
        return False
    if "since_id" in query and int(post.id) <= int(query["since_id"]):
        return False
    token = query.get("pagination_token")
    return token is None or int(post.id) < int(token)


def _as_tweet(post: Accepted, fields: set[str]) -> dict[str, object]:
    text, urls = as_shown(post)
    tweet: dict[str, object] = {"id": post.id, "text": text, "edit_history_tweet_ids": [post.id]}
    if "created_at" in fields:
        tweet["created_at"] = post.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if "referenced_tweets" in fields and post.reposts:
        tweet["referenced_tweets"] = [{"type": "retweeted", "id": post.reposts}]
    if "entities" in fields and urls:
        tweet["entities"] = {"urls": urls}
    return tweet


_LINK = re.compile(
    r"(?<![\w@.])(?:https?://\S+?|(?:[a-z0-9-]+\.)+(?:uk|com|org|net|info|eu|wales|cymru|scot)\b"
    r"(?:/[^\s]*?)?)(?=[.,;:!?)\"']*(?:\s|$))",
    re.IGNORECASE,
)


def as_shown(post: Accepted) -> tuple[str, list[dict[str, object]]]:
    """The text as X stores it: links and bare domains shortened, &, < and > escaped."""
    shown, urls, end = "", [], 0
    for link in _LINK.finditer(post.text):
        shown += _escaped(post.text[end : link.start()])
        short = f"https://t.co/{_code(post.id, link[0])}"
        urls.append(_entity(short, link[0], len(shown)))
        shown, end = shown + short, link.end()
    shown += _escaped(post.text[end:])
    for place, media in enumerate(post.media, 1):  # one link for all, with an entity for each
        short = f"https://t.co/{_code(post.id, 'photo')}"
        shown += f" {short}" if place == 1 else ""
        page = f"https://x.com/user{post.user}/status/{post.id}/photo/{place}"
        picture = {"expanded_url": page, "display_url": f"pic.x.com/{media[-6:]}"}
        start = len(shown) - len(short)
        urls.append(_entity(short, page, start) | picture | {"media_key": f"3_{media}"})
    return shown, urls


def _entity(short: str, written: str, start: int) -> dict[str, object]:
    whole = written if re.match(r"https?://", written, re.IGNORECASE) else f"http://{written}"
    display = re.sub(r"^https?://(?:www\.)?", "", whole, flags=re.IGNORECASE)
    return {
        "start": start,
        "end": start + len(short),
        "url": short,
        "expanded_url": whole,
        "display_url": display if len(display) <= 30 else f"{display[:29]}…",
    }


def _code(remote_id: str, written: str) -> str:
    digest = hashlib.sha256(f"{remote_id} {written}".encode()).digest()
    return re.sub(r"[^A-Za-z0-9]", "x", base64.b64encode(digest).decode())[:10]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _same(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _as_reply(fault: Fault) -> Reply:
    return Reply(fault.status or 500, fault.body or b"", dict(fault.headers))


# --- OAuth 1.0a, RFC 5849 section 3.4 ----------------------------------------------------------


def _is_signed(x: XServer, arrival: Arrival) -> bool:
    if arrival.user not in x.secrets:
        return True
    header = arrival.headers.get("authorization", "")
    given = {name: unquote(value) for name, value in re.findall(r'(oauth_\w+)="([^"]*)"', header)}
    signature = given.pop("oauth_signature", "")
    pairs = sorted((_quoted(k), _quoted(v)) for k, v in (*given.items(), *arrival.query.items()))
    content = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(map(_quoted, (arrival.method, SIGNED_HOST + arrival.path, content)))
    key = "&".join(map(_quoted, x.secrets[arrival.user]))
    made = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(made).decode(), signature)


def _quoted(text: str) -> str:
    return quote(text, safe="~")


# --- as a process -----------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.loopback.x_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="every accepted post, one JSON line each")
    parser.add_argument("--late", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument("--clock", type=Path, help="a file that sets its clock, as BOT_NOW=@FILE")
    parser.add_argument("--lag", type=float, default=0.0, help="seconds until a timeline shows it")
    parser.add_argument("--same-words-twice", action="store_true", help="take one text twice")
    parser.add_argument("--until-input-ends", action="store_true", help="so it outlives nobody")
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    with XServer(
        port=options.port,
        log=options.log,
        now=SystemClocks(options.clock).now,
        same_words_twice=options.same_words_twice,
    ) as server:
        server.always = Fault(wait_seconds=options.late)
        server.timeline_lag = timedelta(seconds=options.lag)
        print(server.url, flush=True)  # noqa: T201  # the caller reads it
        if options.until_input_ends:
            sys.stdin.read()
        else:
            stopped.wait()


if __name__ == "__main__":
    main()
