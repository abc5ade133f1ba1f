"""What X's answers mean: sorted by what is then known of the post, and said in our words.

`XAnswers` turns one exchange into one outcome. Below it stand the sentences, in which `{account}`
becomes the account's name and handle, the rules by which X refuses, and how an answer is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeGuard

from bot.core.model import Account, NotSent, Outcome, Picture, Receipt, Refused, Unknown
from bot.platforms import Remote, Upload
from bot.platforms.answers import RETRY_PICTURE_SECONDS, Doubts, evidence, is_definite
from bot.platforms.underway import Begun
from bot.platforms.wire import Answer, Exchange

RETRY_LIMITED_SECONDS: Final = 15 * 60.0  # the length of X's windows. Source: rate-limits.mdx
LONGEST_RETRY_SECONDS: Final = 24 * 3600.0
RETRY_UNDERWAY_SECONDS: Final = 1.0
PICTURE_FAULTS: Final = frozenset({400, 413, 415, 422})
LIMITS: Final = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
KEPT_HEADERS: Final = ("x-transaction-id", "x-request-id", "cf-ray", "retry-after", "date")


@dataclass(frozen=True, slots=True)
class XAnswers:
    """What X's answers mean for one account. `clean` takes its keys out of what X says."""

    account: Account
    clean: Callable[[str], str]
    medium: str = "picture"  # what is said of what a post shows

    def outcome(self, exchange: Exchange) -> Outcome:
        """What is known of a post after its request: published, surely not sent, or unclear."""
        answer = exchange.answer
        if answer is None:
            return DOUBTS.without_answer(exchange, self.say)
        if 200 <= answer.status < 300:
            return self._receipt(answer)
        if answer.status == 429:
            return self._limited(answer)
        if is_definite(answer.status):
            rule = next(rule for rule in REFUSALS if rule.fits(answer))
            return Refused(
                self.say(rule.sentence), self._evidence(answer), rule.stops, rule.duplicate
            )
        return Unknown(self.say(DOUBTS.unclear(answer.status)), self._evidence(answer))

    def reposted(self, exchange: Exchange, original: Remote) -> Outcome:
        """What is known of a repost after its request.

        X keeps one for each account and post: that it has it already is as good as that it took
        it. It gives it no number of its own, so it goes by that of the post.
        """
        answer = exchange.answer
        if answer is None or answer.status == 429:
            return self.outcome(exchange)
        said, evidence = answer.document.get("data"), self._evidence(answer)
        took = answer.status == 200 and isinstance(said, dict) and said.get("retweeted") is True
        if took or _REPOSTED_ALREADY.fits(answer):
            rests = _wait_seconds(answer.headers) if _spent(answer.headers) else 0.0
            evidence = f"{evidence}; repost of {original.remote_id}"
            return Receipt(original.remote_id, original.url, evidence, rests)
        if answer.status == 404:
            return Refused(self.say(ORIGINAL_GONE), evidence)
        if 200 <= answer.status < 300:
            return Unknown(self.say(UNREADABLE), evidence)
        return self.outcome(exchange)

    def upload(self, exchange: Exchange, picture: Picture) -> Upload | NotSent | Refused:
        """What came of giving X a picture."""
        begun = self.begun(exchange)
        if not isinstance(begun, Begun):
            return begun
        return Upload(picture.sha256, begun.remote_id, begun.expires_at)

    def begun(self, exchange: Exchange) -> Begun | NotSent | Refused:
        """What came of giving X something, or of beginning to: its number, and how long it is."""
        said = self._told(exchange)
        if not isinstance(said, dict):
            return said
        remote_id = said.get("id")
        if not is_id(remote_id):
            return self._unclear(exchange)
        return Begun(remote_id, _expiry(exchange.answer, said.get("expires_after_secs")))

    def finished(self, exchange: Exchange) -> datetime | NotSent | Refused | None:
        """What came of saying that X has all of a video: until when it keeps it."""
        said = self._told(exchange)
        if not isinstance(said, dict):
            return said
        return _expiry(exchange.answer, said.get("expires_after_secs"))

    def is_worked_on(self, exchange: Exchange) -> bool:
        """Whether X says that it is not done with a video yet."""
        said = exchange.answer.document.get("data") if exchange.answer else None
        return isinstance(said, dict) and _state(said) is not None

    def progress(self, exchange: Exchange) -> float | NotSent | Refused | None:
        """How X stands with a video: seconds until it is to be asked again, or None: it is done."""
        said = self._told(exchange)
        if not isinstance(said, dict):
            return said
        state = _state(said)
        if state in (None, "succeeded"):
            return None
        if state == "failed":
            about = said["processing_info"].get("error")
            evidence = self._clean_words(about)
            return Refused(self.say(PICTURE_REFUSED), evidence)
        wait = said["processing_info"].get("check_after_secs")
        return float(wait) if isinstance(wait, int | float) and wait > 0 else 1.0

    def described(self, exchange: Exchange, upload: Upload) -> Upload | NotSent | Refused:
        """What came of saying what a picture shows: without its alt text it is not used."""
        return self.not_told(exchange) or upload

    def not_told(self, exchange: Exchange) -> NotSent | Refused | None:
        """Why X did not take what is said of a picture or video; None where it did."""
        said = self._told(exchange)
        return None if isinstance(said, dict) else said

    def underway(self) -> NotSent:
        """The outcome where there was no time to give X all of a video: the rest follows."""
        return NotSent(self.say(UNDERWAY), RETRY_UNDERWAY_SECONDS)

    def lost(self, refused: Refused) -> NotSent:
        """The outcome where X no longer knows what it was given of a video."""
        return NotSent(self.say(PICTURE_UNCLEAR), RETRY_PICTURE_SECONDS, refused.evidence)

    def _told(self, exchange: Exchange) -> dict[str, Any] | NotSent | Refused:
        """What X says about something it was given; else why it did not take it."""
        refused = self.not_uploaded(exchange)
        if refused is not None or exchange.answer is None:
            return refused or self.upload_failed(exchange.problem)
        said = exchange.answer.document.get("data")
        return said if isinstance(said, dict) else self._unclear(exchange)

    def _unclear(self, exchange: Exchange) -> NotSent:
        evidence = self._evidence(exchange.answer) if exchange.answer else ""
        return NotSent(self.say(PICTURE_UNCLEAR), RETRY_PICTURE_SECONDS, evidence)

    def _clean_words(self, said: object) -> str:
        words = said.get("message") if isinstance(said, dict) else None
        return evidence(["processing failed", str(words or "")], self.clean)

    def not_uploaded(self, exchange: Exchange) -> NotSent | Refused | None:
        """Why X did not take a picture, or what is said of it; None where it did."""
        answer = exchange.answer
        if answer is None:
            return DOUBTS.no_picture(exchange, self.say)
        if 200 <= answer.status < 300:
            return None
        evidence = self._evidence(answer)
        if answer.status == 429:
            return NotSent(self.say(PICTURE_LIMITED), _wait_seconds(answer.headers), evidence)
        if answer.status in PICTURE_FAULTS:
            return Refused(self.say(PICTURE_REFUSED), evidence)
        if is_definite(answer.status):
            rule = next(rule for rule in REFUSALS if rule.fits(answer))
            return Refused(self.say(rule.sentence), evidence, rule.stops)
        return NotSent(self.say(PICTURE_UNCLEAR), RETRY_PICTURE_SECONDS, evidence)

    def upload_failed(self, problem: Exception | None) -> NotSent:
        """The outcome where nobody knows whether X has the picture: it is given again."""
        return DOUBTS.upload_failed(problem, self.say)

    def without_keys(self) -> NotSent:
        """The outcome where there is nothing to sign with. It stops the account."""
        return NotSent(self.say(NO_KEYS), RETRY_LIMITED_SECONDS, stops_account=True)

    def without_number(self) -> NotSent:
        """The outcome where nobody knows which account it is that would repost."""
        return NotSent(self.say(NO_NUMBER), RETRY_LIMITED_SECONDS, stops_account=True)

    def unforeseen(self, problem: Exception) -> Unknown:
        """The outcome where we failed ourselves: what is not understood may be public."""
        return Unknown(self.say(UNFORESEEN), type(problem).__name__)

    def url(self, remote_id: str) -> str:
        """The public address of one of the account's posts."""
        return f"https://x.com/{self.account.handle or 'i/web'}/status/{remote_id}"

    def say(self, sentence: str) -> str:
        """One of this module's sentences, about this account."""
        name = self.account.id
        account = f"{name} (@{self.account.handle})" if self.account.handle else name
        return sentence.format(account=account, medium=self.medium)

    def _receipt(self, answer: Answer) -> Receipt | Unknown:
        content = answer.document.get("data")
        remote_id = content.get("id") if isinstance(content, dict) else None
        if not is_id(remote_id):
            return Unknown(self.say(UNREADABLE), self._evidence(answer))
        evidence = f"{self._evidence(answer)}; id {remote_id}"
        rests = _wait_seconds(answer.headers) if _spent(answer.headers) else 0.0
        return Receipt(remote_id, self.url(remote_id), evidence, rests)

    def _limited(self, answer: Answer) -> NotSent:
        capped = "usage-capped" in _complaint(answer)
        wait = _wait_seconds(answer.headers)
        return NotSent(
            self.say(CAPPED if capped else LIMITED),
            wait,
            self._evidence(answer),
            stops_account=capped,
            rests_seconds=wait,
        )

    def _evidence(self, answer: Answer) -> str:
        """Status, what X said, its numbers for the request, and what is left of the limits."""
        return evidence(_told(answer), self.clean)


def is_id(remote_id: object) -> TypeGuard[str]:
    """Whether this is a post's number as X writes them: 1 to 20 digits, in a string."""
    return isinstance(remote_id, str) and re.fullmatch(r"[0-9]{1,20}", remote_id) is not None


# --- the sentences ----------------------------------------------------------------------------

NO_KEYS: Final = (
    "There are no access keys for {account}, so nothing was sent."
    " Give this deployment its four X keys, then let the account post again."
)
NO_NUMBER: Final = (
    "The access token of {account} does not begin with the account's number, so nothing was"
    " reposted. Check its four X keys, then let the account post again."
)
NOT_REACHED: Final = (
    "X could not be reached, so nothing was sent for {account}."
    " It will be tried again while there is time."
)
NOT_REACHED_IN_TIME: Final = (
    "X could not be reached in time, so nothing was sent for {account}."
    " It will be tried again while there is time."
)
NOT_SECURE: Final = (
    "No secure line to X could be opened, so nothing was sent for {account}. It will be tried"
    " again while there is time. If this stays, check this machine's clock and its network."
)
LIMITED: Final = (
    "X takes no more posts from {account} for now, so nothing was sent."
    " It will be tried again while there is time."
)
CAPPED: Final = (
    "The use of X paid for by the developer account behind {account} is used up, so nothing was"
    " sent. Raise the limit in X's developer console, then let the account post again."
)
PICTURE_REFUSED: Final = (
    "X did not take the {medium} of this post from {account}, so nothing was sent. Look at the"
    " {medium}, or take it out, then plan the post again."
)
PICTURE_LIMITED: Final = (
    "X takes no more {medium}s from {account} for now, so nothing was sent."
    " It will be tried again while there is time."
)
PICTURE_UNCLEAR: Final = (
    "X did not say that it has the {medium} of this post of {account}, so nothing was sent."
    " It will be tried again while there is time."
)
ORIGINAL_GONE: Final = (
    "X did not take this repost of {account}: it does not have the post any more, or does not show"
    " it to the account."
)
UNDERWAY: Final = (
    "X does not have the whole video of this post of {account} yet, or is still working on it, so"
    " nothing was sent. It goes on from there while there is time."
)
VIDEO_TOO_LONG: Final = (
    "X did not take this post from {account}: its video is longer than X takes from this account."
    " Cut it shorter, then plan the post again."
)
DUPLICATE: Final = (
    "X did not take this post: it says that {account} has posted these words already."
)
NO_CREDIT: Final = (
    "X did not take this post: the developer account behind {account} has no credit left."
    " Buy credit in X's developer console, then let the account post again."
)
SUSPENDED: Final = (
    "X did not take this post: it has suspended or locked {account}."
    " Sign in to the account on x.com and do what X asks, then let the account post again."
)
KEYS_REFUSED: Final = (
    "X did not take this post: it does not accept the access keys of {account}. Check that its"
    " four keys are current and this machine's clock is right, then let the account post again."
)
APP_REFUSED: Final = (
    "X did not take this post: it does not let our app post for {account}. In X's developer"
    " console, see that the app may read and write, make new access keys for the account, then"
    " let the account post again."
)
NOT_PERMITTED: Final = (
    "X does not permit this post from {account} and gives no closer reason. Look at the account"
    " on x.com for a warning, and at the words: X refuses what it takes for spam in the same way."
)
MALFORMED: Final = (
    "X did not take this post from {account}: it found something wrong with it."
    " Look at the words, then plan the post again."
)
REFUSED: Final = "X did not take this post from {account}. Its reason is kept with the attempt."
LATE: Final = (
    "X did not answer in time. This post of {account} may be public or may not: it will be looked"
    " for, and is not sent again blindly."
)
BROKEN: Final = (
    "The line to X broke before it answered. This post of {account} may be public or may not: it"
    " will be looked for, and is not sent again blindly."
)
HALF: Final = (
    "X began to answer, but its answer could not be read to the end. This post of {account} may be"
    " public or may not: it will be looked for, and is not sent again blindly."
)
UNREADABLE: Final = (
    "X answered, but not with a post's number. This post of {account} may be public or may not: it"
    " will be looked for, and is not sent again blindly."
)
FAULT: Final = (
    "X reported a fault of its own. This post of {account} may be public or may not: it will be"
    " looked for, and is not sent again blindly."
)
ELSEWHERE: Final = (
    "X pointed to another address instead of answering. This post of {account} may be public or"
    " may not: it will be looked for, and is not sent again blindly."
)
UNFORESEEN: Final = (
    "Something unforeseen happened here. This post of {account} may be public or may not: it will"
    " be looked for, and is not sent again blindly."
)
NO_USER: Final = (
    "The timeline of {account} cannot be read: without an access token that begins with the"
    " account's number we do not know whose it is. Check the account's four X keys."
)
SILENT: Final = "The timeline of {account} cannot be read: X gave no answer to that."
SHUT: Final = (
    "X does not show us the timeline of {account}. Check its access keys and the developer"
    " account's credit."
)
TOO_OFTEN: Final = "X does not show us the timeline of {account} again so soon. Wait 15 minutes."
GARBLED: Final = "The timeline of {account} came, but could not be understood."
TOO_MANY: Final = (
    "{account} has posted too much since then to look through all of it."
    " Look for the post on the account's page."
)

NOT_CHECKED: Final = "X gave no answer about {account}. Ask again later."
KEYS_NOT_TAKEN: Final = (
    "X does not accept the access keys of {account}. Check that its four keys are current and this"
    " machine's clock is right."
)
APP_NOT_TAKEN: Final = (
    "X does not let our app ask about {account}. In X's developer console, see that the app may"
    " read and write, and that the account is not locked."
)
NO_CREDIT_LEFT: Final = (
    "The developer account behind {account} has no credit left, so X takes no post. Buy credit in"
    " X's developer console."
)
CHECKED_TOO_OFTEN: Final = "X does not answer about {account} again so soon. Wait 15 minutes."


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

CHECK_REFUSALS: Final = {
    401: KEYS_NOT_TAKEN, 402: NO_CREDIT_LEFT, 403: APP_NOT_TAKEN, 429: CHECKED_TOO_OFTEN,
}  # fmt: skip
TIMELINE_REFUSALS: Final = {401: SHUT, 402: SHUT, 403: SHUT, 429: TOO_OFTEN}


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way in which X refuses. `marks` are looked for in the body: any one is enough."""

    sentence: str
    statuses: frozenset[int] = frozenset()  # empty: any
    marks: tuple[str, ...] = ()  # empty: any
    stops: bool = False
    duplicate: bool = False

    def fits(self, answer: Answer) -> bool:
        if self.statuses and answer.status not in self.statuses:
            return False
        return not self.marks or any(mark in _complaint(answer) for mark in self.marks)


_FORBIDDEN: Final = frozenset({400, 403})
_REPOSTED_ALREADY: Final = _Rule(
    "", _FORBIDDEN, ("code 327.", "already retweeted", "already reposted")
)
REFUSALS: Final = (  # the first that fits; the last fits always
    _Rule(
        DUPLICATE,
        _FORBIDDEN,
        ("duplicate content", "status is a duplicate", "code 187."),
        duplicate=True,
    ),
    _Rule(VIDEO_TOO_LONG, frozenset({403}), ("post a video longer than",)),
    _Rule(NO_CREDIT, frozenset({402}), stops=True),
    _Rule(NO_CREDIT, _FORBIDDEN, ("creditsdepleted", "credits-depleted"), stops=True),
    _Rule(
        SUSPENDED,
        frozenset({401, 403}),
        ("suspended", "temporarily locked", "is locked", "code 63.", "code 64.", "code 326."),
        stops=True,
    ),
    _Rule(KEYS_REFUSED, frozenset({401}), stops=True),
    _Rule(
        APP_REFUSED,
        frozenset({403}),
        ("client-forbidden", "unsupported-authentication", "oauth1-permissions", "oauth1 app perm"),
        stops=True,
    ),
    _Rule(NOT_PERMITTED, frozenset({403}), ("not permitted to perform this action",)),
    _Rule(MALFORMED, frozenset({400, 413, 422})),
    _Rule(REFUSED),
)


# --- how an answer is read --------------------------------------------------------------------


def _wait_seconds(headers: Mapping[str, str]) -> float:
    """How long X asks us to wait, by X's own clock (the answer's Date), so ours need not be right.

    Where several limits are named, those used up count, and the longest of them.
    """
    now = _seconds_of_date(headers.get("date", ""))
    asked = [float(value) for value in (headers.get("retry-after", ""),) if value.isdecimal()]
    for name in _spent(headers) or LIMITS[:1]:
        reset = headers.get(f"{name}-reset", "")
        if now is not None and reset.isdecimal() and len(reset) <= 12:
            asked.append(int(reset) - now + 1)
    wait = max(asked, default=RETRY_LIMITED_SECONDS)
    return min(max(wait, 1.0), LONGEST_RETRY_SECONDS)


def _expiry(answer: Answer | None, seconds: object) -> datetime | None:
    """When X lets go of an unused picture, by its own clock; None where it does not say."""
    now = _seconds_of_date(answer.headers.get("date", "")) if answer else None
    if now is None or not isinstance(seconds, int) or not 0 < seconds < 10**9:
        return None
    return datetime.fromtimestamp(now + seconds, UTC)


def _state(said: dict[str, Any]) -> str | None:
    """What X says of its work on a video; None where there is none to do."""
    about = said.get("processing_info")
    state = about.get("state") if isinstance(about, dict) else None
    return state if isinstance(state, str) else None


def _spent(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The limits of which the answer says that nothing is left."""
    return tuple(name for name in LIMITS if headers.get(f"{name}-remaining") == "0")


def _seconds_of_date(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None


def _words(answer: Answer) -> str:
    """What X says is wrong, from both of its forms of saying so.

    Problem documents (type, title, detail) and lists of errors (code, message).
    """
    document = answer.document
    errors = document.get("errors")
    return " ".join(
        f"code {said[name]}." if name == "code" else str(said[name])
        for said in (document, *(errors if isinstance(errors, list) else ()))
        if isinstance(said, dict)
        for name in ("type", "title", "detail", "code", "message", "reason")
        if isinstance(said.get(name), str | int)
    )


def _complaint(answer: Answer) -> str:
    """The same, in lower case, to look for marks in."""
    return _words(answer).lower()


def _told(answer: Answer) -> Iterator[str]:
    yield str(answer.status)
    document = answer.document
    named = [name for name in ("type", "title", "detail") if isinstance(document.get(name), str)]
    yield from (f"{name} {document[name]}" for name in named)
    if not named and (words := _words(answer)):
        yield words
    for name, value in answer.headers.items():
        if name in KEPT_HEADERS or name.startswith(LIMITS):
            yield f"{name} {value}"
