"""What Bluesky's answers mean: sorted by what is then known of the post, and said in our words.

`BlueskyAnswers` turns one exchange into one outcome. Below it stand the sentences, in which
`{account}` becomes the account's name and handle, the rules by which Bluesky refuses, and how an
answer is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Final

from bot.core.model import (
    Account,
    Captions,
    NotSent,
    Outcome,
    Picture,
    Receipt,
    Refused,
    Rendering,
    Unknown,
    Video,
)
from bot.platforms import (
    Remote,
    Upload,
)
from bot.platforms.answers import RETRY_PICTURE_SECONDS, Doubts, evidence, is_definite
from bot.platforms.bluesky_record import COLLECTION, KEY_LETTERS, REPOSTS, blob
from bot.platforms.bluesky_sign_ins import TooManySignInsError
from bot.platforms.wire import Answer, Exchange

RETRY_SESSION_SECONDS: Final = 60.0
RETRY_LIMITED_SECONDS: Final = 5 * 60.0  # the length of its shortest window
LONGEST_RETRY_SECONDS: Final = 24 * 3600.0
KEPT_HEADERS: Final = ("ratelimit-", "retry-after", "atproto-repo-rev", "date")


@dataclass(frozen=True, slots=True)
class BlueskyAnswers:
    """What Bluesky's answers mean for one account. `clean` takes its secrets out of them."""

    account: Account
    clean: Callable[[str], str]
    medium: str = "picture"  # what is said of what a post shows

    def of(self, rendering: Rendering) -> BlueskyAnswers:
        """The same, about a post that shows this."""
        return replace(self, medium="video" if rendering.video else "picture")

    def outcome(self, exchange: Exchange, rkey: str, original: Remote | None = None) -> Outcome:
        """What is known of a post after the request that puts it into its place.

        A repost has a place like any post, and people see it where its `original` is.
        """
        answer = exchange.answer
        if answer is None:
            return DOUBTS.without_answer(exchange, self.say)
        if 200 <= answer.status < 300:
            return self._receipt(answer, rkey, original)
        if answer.status == 429:
            return self.limited(answer)
        if is_stale(answer):
            return NotSent(self.say(NO_SESSION), RETRY_SESSION_SECONDS, self.evidence(answer))
        if name_of(answer) == "BlobNotFound":  # pictures that stand in no record are cleared away
            return NotSent(self.say(PICTURE_GONE), RETRY_PICTURE_SECONDS, self.evidence(answer))
        if is_definite(answer.status):
            return self._refused(answer, PUT_REFUSALS)
        return Unknown(self.say(DOUBTS.unclear(answer.status)), self.evidence(answer))

    def upload(
        self, exchange: Exchange, given: Picture | Video | Captions
    ) -> Upload | NotSent | Refused:
        """What came of giving Bluesky this: it must have these very bytes, as this type."""
        answer = exchange.answer
        if answer is None:
            return DOUBTS.no_picture(exchange, self.say)
        evidence = self.evidence(answer)
        if answer.status == 429:
            # The account does not rest: pictures have a limit of their own, of a whole day.
            return NotSent(self.say(PICTURE_LIMITED), _wait_seconds(answer.headers), evidence)
        if is_stale(answer):
            return NotSent(self.say(NO_SESSION), RETRY_SESSION_SECONDS, evidence)
        if is_definite(answer.status):
            return self._refused(answer, PICTURE_REFUSALS)
        named, said = blob(given), answer.document.get("blob")
        as_given = isinstance(said, dict) and {name: said.get(name) for name in named} == named
        if answer.status != 200 or not as_given:
            return NotSent(self.say(PICTURE_UNCLEAR), RETRY_PICTURE_SECONDS, evidence)
        return Upload(given.sha256, named["ref"]["$link"])

    def upload_failed(self, problem: Exception | None) -> NotSent:
        """The outcome where nobody knows whether Bluesky has the picture: it is given again."""
        return DOUBTS.upload_failed(problem, self.say)

    def without_session(self, exchange: Exchange) -> NotSent | Refused:
        """The outcome where Bluesky let us not sign in: nothing of the post has left."""
        answer = exchange.answer
        if exchange.unreached is not None:
            return DOUBTS.unreached(exchange.unreached, self.say)
        if answer is None:
            evidence = f"signing in: {type(exchange.problem).__name__}"
            return NotSent(self.say(NO_SESSION), RETRY_SESSION_SECONDS, evidence)
        if answer.status == 429:
            return self.limited(answer)
        if is_definite(answer.status):
            return self._refused(answer, SESSION_REFUSALS)
        return NotSent(self.say(NO_SESSION), RETRY_SESSION_SECONDS, self.evidence(answer))

    def limited(self, answer: Answer) -> NotSent:
        wait = _wait_seconds(answer.headers)
        said, evidence = self.say(LIMITED), self.evidence(answer)
        return NotSent(said, wait, evidence, rests_seconds=wait)

    def signed_in_too_often(self, many: TooManySignInsError) -> NotSent:
        """The outcome where we do not sign in again: Bluesky would soon let nobody in."""
        said = f"{self.say(SIGNED_IN_TOO_OFTEN)} {many.until:%Y-%m-%d %H:%M:%S} UTC."
        return NotSent(said, many.seconds, "not signed in", rests_seconds=many.seconds)

    def taken(self, rkey: str, did: str) -> Refused:
        """The outcome where another post stands in the place of this one."""
        return Refused(f"{self.say(TAKEN)} {self.url(rkey, did)}", f"InvalidSwap; {did}/{rkey}")

    def unclear(self, evidence: str) -> Unknown:
        """The outcome where something stands in its place, and nobody can tell what."""
        return Unknown(self.say(UNREAD_PLACE), evidence)

    def not_there(self, *, to_repost: bool) -> Refused:
        """The outcome where the post that another was to point at is not public any more."""
        return Refused(self.say(ORIGINAL_GONE if to_repost else PARENT_GONE), "RecordNotFound")

    def not_shown(self, problem: Exception, *, to_repost: bool) -> NotSent:
        """The outcome where nobody can say how the post to point at is to be named."""
        said = self.say(ORIGINAL_UNREAD if to_repost else PARENT_UNREAD)
        return NotSent(said, RETRY_PICTURE_SECONDS, type(problem).__name__)

    def without_keys(self) -> NotSent:
        """The outcome where there is nothing to sign in with. It stops the account."""
        return NotSent(self.say(NO_KEYS), RETRY_LIMITED_SECONDS, stops_account=True)

    def unforeseen(self, problem: Exception) -> Unknown:
        """The outcome where we failed ourselves: what is not understood may be public."""
        return Unknown(self.say(UNFORESEEN), type(problem).__name__)

    def url(self, rkey: str, did: str) -> str:
        """The public address of one of the account's posts."""
        return f"https://bsky.app/profile/{self.account.handle or did}/post/{rkey}"

    def say(self, sentence: str) -> str:
        """One of this module's sentences, about this account."""
        name, handle = self.account.id, self.account.handle
        account = f"{name} (@{handle})" if handle else name
        return sentence.format(account=account, medium=self.medium)

    def evidence(self, answer: Answer) -> str:
        """Status, what Bluesky said, and what is left of the limits."""
        return evidence(_told(answer), self.clean)

    def _receipt(self, answer: Answer, rkey: str, original: Remote | None) -> Receipt | Unknown:
        did, place, cid = place_of(answer.document, REPOSTS if original else COLLECTION)
        if place != rkey or not cid:
            return Unknown(self.say(UNREADABLE), self.evidence(answer))
        evidence = f"{self.evidence(answer)}; {did}/{rkey} {cid}"
        spent = answer.headers.get("ratelimit-remaining") == "0"
        rests = _wait_seconds(answer.headers) if spent else 0.0
        url = original.url if original else self.url(rkey, did)
        return Receipt(rkey, url, evidence, rests)

    def _refused(self, answer: Answer, rules: tuple[_Rule, ...]) -> Refused:
        rule = next(rule for rule in rules if rule.fits(answer))
        return Refused(self.say(rule.sentence), self.evidence(answer), rule.stops)


def is_stale(answer: Answer) -> bool:
    """Whether Bluesky no longer takes this session: nothing was done, and another may be had."""
    return answer.status in (400, 401) and name_of(answer) in ("ExpiredToken", "InvalidToken")


def name_of(answer: Answer) -> str:
    """The name that Bluesky gives an error."""
    name = answer.document.get("error")
    return name if isinstance(name, str) else ""


def place_of(document: Mapping[str, object], collection: str = COLLECTION) -> tuple[str, str, str]:
    """Whose record, its key and the hash of what stands there; empty where they are not told."""
    uri, cid = document.get("uri"), document.get("cid")
    found = _URI.fullmatch(uri) if isinstance(uri, str) else None
    if (
        found is None
        or found["collection"] != collection
        or not isinstance(cid, str)
        or not _CID.fullmatch(cid)
    ):
        return "", "", ""
    return found["did"], found["rkey"], cid


_URI: Final = re.compile(
    r"at://(?P<did>did:[a-z]+:[A-Za-z0-9.:%_-]{1,200})/(?P<collection>[A-Za-z.]{1,100})"
    rf"/(?P<rkey>[{KEY_LETTERS}]{{13}})"
)
_CID: Final = re.compile("[a-z0-9]{20,100}")


# --- the sentences ----------------------------------------------------------------------------

NO_KEYS: Final = (
    "There is no app password for {account}, so nothing was sent."
    " Give this deployment its identifier and app password, then let the account post again."
)
NOT_REACHED: Final = (
    "Bluesky could not be reached, so nothing was sent for {account}."
    " It will be tried again while there is time."
)
NOT_REACHED_IN_TIME: Final = (
    "Bluesky could not be reached in time, so nothing was sent for {account}."
    " It will be tried again while there is time."
)
NOT_SECURE: Final = (
    "No secure line to Bluesky could be opened, so nothing was sent for {account}. It will be tried"
    " again while there is time. If this stays, check this machine's clock and its network."
)
NO_SESSION: Final = (
    "Bluesky did not let {account} sign in just now, so nothing was sent."
    " It will be tried again while there is time."
)
LIMITED: Final = (
    "Bluesky takes no more requests from {account} for now, so nothing was sent."
    " It will be tried again while there is time."
)
SIGNED_IN_TOO_OFTEN: Final = (
    "{account} has signed in to Bluesky so often that it could soon be shut out, so nothing was"
    " sent. See in the log what starts the bot again and again. It signs in at the earliest at"
)
NOT_LET_IN: Final = (
    "Bluesky does not accept the app password of {account}, so nothing was sent. Sign in to the"
    " account on bsky.app. If it is in order, make a new app password in its settings, give it to"
    " this deployment, then let the account post again."
)
SHUT: Final = (
    "Bluesky did not take this post: {account} is taken down, suspended or deactivated."
    " Sign in to the account on bsky.app and do what it asks, then let the account post again."
)
OTHER_ACCOUNT: Final = (
    "Bluesky did not take this post: the identifier and app password of {account} are those of"
    " another account than the handle names. Set them right, then let the account post again."
)
NO_SUCH_HANDLE: Final = (
    "Bluesky did not take this post: it does not know the handle of {account}. Write the handle it"
    " now has into config/forces.yaml, then let the account post again."
)
TAKEN: Final = (
    "Bluesky did not take this post of {account}: another post stands in its place already, and a"
    " public post is never changed. Look at it:"
)
PICTURE_REFUSED: Final = (
    "Bluesky did not take the {medium} of this post from {account}, so nothing was published. Look"
    " at the {medium}, or take it out, then plan the post again."
)
PICTURE_LIMITED: Final = (
    "Bluesky takes no more {medium}s from {account} for now, so nothing was sent."
    " It will be tried again while there is time."
)
PICTURE_UNCLEAR: Final = (
    "Bluesky did not say that it has the {medium} of this post of {account} as it was given, so"
    " nothing was sent. It will be tried again while there is time."
)
PICTURE_GONE: Final = (
    "Bluesky no longer had the {medium} of this post of {account}, so nothing was published."
    " Both will be given again while there is time."
)
PARENT_GONE: Final = (
    "The part before this one of {account} is not on Bluesky any more, so this part was not sent."
)
PARENT_UNREAD: Final = (
    "Bluesky did not show the part before this one of {account}, so nothing was sent."
    " It will be tried again while there is time."
)
ORIGINAL_GONE: Final = (
    "The post that {account} was to repost is not on Bluesky any more, so nothing was sent."
)
ORIGINAL_UNREAD: Final = (
    "Bluesky did not show the post that {account} is to repost, so nothing was sent."
    " It will be tried again while there is time."
)
MALFORMED: Final = (
    "Bluesky did not take this post from {account}: it found something wrong with it."
    " Look at the words, then plan the post again."
)
REFUSED: Final = (
    "Bluesky did not take this post from {account}. Its reason is kept with the attempt."
)
LATE: Final = (
    "Bluesky did not answer in time. This post of {account} may be public or may not: it will be"
    " looked for in its place."
)
BROKEN: Final = (
    "The line to Bluesky broke before it answered. This post of {account} may be public or may"
    " not: it will be looked for in its place."
)
HALF: Final = (
    "Bluesky began to answer, but its answer could not be read to the end. This post of {account}"
    " may be public or may not: it will be looked for in its place."
)
UNREADABLE: Final = (
    "Bluesky answered, but not with the post's place. This post of {account} may be public or may"
    " not: it will be looked for in its place."
)
FAULT: Final = (
    "Bluesky reported a fault of its own. This post of {account} may be public or may not: it will"
    " be looked for in its place."
)
ELSEWHERE: Final = (
    "Bluesky pointed to another address instead of answering. This post of {account} may be public"
    " or may not: it will be looked for in its place."
)
UNREAD_PLACE: Final = (
    "Bluesky says that something stands in the place of this post of {account}, and did not show"
    " what. It will be looked at again."
)
UNFORESEEN: Final = (
    "Something unforeseen happened here. This post of {account} may be public or may not: it will"
    " be looked for in its place."
)
SILENT: Final = "The page of {account} cannot be read: Bluesky gave no answer to that."
NOT_SHOWN: Final = (
    "The page of {account} cannot be read: Bluesky does not let it sign in. Check its app password."
)
TOO_OFTEN: Final = "Bluesky does not show us the page of {account} again so soon."
GARBLED: Final = "The page of {account} came, but could not be understood."


DOUBTS: Final = Doubts(
    not_reached=NOT_REACHED,
    not_reached_in_time=NOT_REACHED_IN_TIME,
    not_secure=NOT_SECURE,
    late=LATE,
    broken=BROKEN,
    half=HALF,
    unreadable=UNREADABLE,
    fault=FAULT,
    elsewhere=ELSEWHERE,
    unforeseen=UNFORESEEN,
    picture_unclear=PICTURE_UNCLEAR,
)


# --- the rules --------------------------------------------------------------------------------

_SHUT_NAMES: Final = (
    "AccountTakedown", "AccountSuspended", "AccountDeactivated", "RepoTakendown", "RepoSuspended",
    "RepoDeactivated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way in which Bluesky refuses: by the error's name, by status, by words, or any."""

    sentence: str
    names: tuple[str, ...] = ()
    statuses: frozenset[int] = frozenset()
    words: str = ""
    stops: bool = False

    def fits(self, answer: Answer) -> bool:
        if self.names and name_of(answer) not in self.names:
            return False
        if self.statuses and answer.status not in self.statuses:
            return False
        return self.words in str(answer.document.get("message", "")).lower()


_NO_ACCOUNT: Final = ("AccountNotFound", "RepoNotFound", "HandleNotFound", "InvalidHandle")
PUT_REFUSALS: Final = (  # the first that fits; the last fits always
    _Rule(SHUT, _SHUT_NAMES, stops=True),
    _Rule(NO_SUCH_HANDLE, _NO_ACCOUNT, stops=True),
    _Rule(NO_SUCH_HANDLE, words="could not find repo", stops=True),
    _Rule(OTHER_ACCOUNT, statuses=frozenset({401}), stops=True),
    _Rule(SHUT, statuses=frozenset({403}), stops=True),
    _Rule(PICTURE_REFUSED, ("InvalidMimeType", "InvalidSize")),
    _Rule(PICTURE_REFUSED, statuses=frozenset({400, 413, 422}), words="record.embed"),
    _Rule(MALFORMED, statuses=frozenset({400, 413, 422})),
    _Rule(REFUSED),
)
PICTURE_REFUSALS: Final = (
    _Rule(SHUT, _SHUT_NAMES, stops=True),
    _Rule(NOT_LET_IN, statuses=frozenset({401}), stops=True),
    _Rule(SHUT, statuses=frozenset({403}), stops=True),
    _Rule(PICTURE_REFUSED),
)
SESSION_REFUSALS: Final = (
    _Rule(SHUT, _SHUT_NAMES, stops=True),
    _Rule(NOT_LET_IN, stops=True),
)


# --- how an answer is read --------------------------------------------------------------------


def _wait_seconds(headers: Mapping[str, str]) -> float:
    """How long Bluesky asks us to wait, by its own clock (the answer's Date)."""
    after, reset = headers.get("retry-after", ""), headers.get("ratelimit-reset", "")
    asked = [float(after)] if after.isdecimal() and len(after) <= 12 else []
    try:
        now = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        now = None
    if now is not None and reset.isdecimal() and len(reset) <= 12:
        asked.append(int(reset) - now + 1)
    wait = max(asked, default=RETRY_LIMITED_SECONDS)
    return min(max(wait, 1.0), LONGEST_RETRY_SECONDS)


def _told(answer: Answer) -> Iterator[str]:
    yield str(answer.status)
    for name in ("error", "message"):
        if isinstance(answer.document.get(name), str):
            yield f"{name} {answer.document[name]}"
    for name, value in answer.headers.items():
        if name.startswith(KEPT_HEADERS):
            yield f"{name} {value}"
