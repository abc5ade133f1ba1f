"""What an instance's answers mean: sorted by what is then known of the post, said in our words.

`MastodonAnswers` turns one exchange into one outcome. Below it stand the sentences, in which
`{account}` becomes the account's name and handle and `{instance}` the instance's host, the rules
by which an instance refuses, and how an answer is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeGuard
from urllib.parse import urlsplit

from bot.core.model import (
    Account,
    NotSent,
    Outcome,
    Picture,
    Receipt,
    Refused,
    Rendering,
    Unknown,
    Video,
)
from bot.platforms import NOTHING, Prepared, Remote, Upload
from bot.platforms.answers import RETRY_PICTURE_SECONDS, Doubts, evidence, is_definite, printable
from bot.platforms.mastodon_text import as_written, comparable, shows_the_words
from bot.platforms.wire import Answer, Exchange

RETRY_PLANNED_SECONDS: Final = 60.0
RETRY_LIMITED_SECONDS: Final = 5 * 60.0  # the length of Mastodon's windows for most requests
LONGEST_RETRY_SECONDS: Final = 24 * 3600.0
LIMITS: Final = "x-ratelimit-"
KEPT_HEADERS: Final = ("x-request-id", "x-runtime", "cf-ray", "retry-after", "date")


@dataclass(frozen=True, slots=True)
class Misprint:
    """Published, but not as it was given. It has to go."""

    receipt: Receipt
    what: str  # the sentence that says what was published instead


@dataclass(frozen=True, slots=True)
class MastodonAnswers:
    """What one instance's answers mean for one account. `clean` takes its token out of them."""

    account: Account
    instance: str  # host, and port where there is one
    clean: Callable[[str], str]
    medium: str = "picture"  # what is said of what a post shows

    def of(self, rendering: Rendering) -> MastodonAnswers:
        """The same, about a post that shows this."""
        return replace(self, medium="video" if rendering.video else "picture")

    def outcome(
        self, exchange: Exchange, rendering: Rendering, prepared: Prepared = NOTHING
    ) -> Outcome | Misprint:
        """What is known of a post after its request, compared with what was sent."""
        answer = exchange.answer
        if answer is None:
            return DOUBTS.without_answer(exchange, self.say)
        if 200 <= answer.status < 300:
            return self._published(answer, rendering, prepared)
        if answer.status == 429:
            wait = wait_seconds(answer.headers)
            said, evidence = self.say(LIMITED), self.evidence(answer)
            return NotSent(said, wait, evidence, rests_seconds=wait)
        if is_definite(answer.status):
            if prepared.uploads and re.search(PICTURE_GONE, _complaint(answer)):
                return NotSent(self.say(PICTURE_LOST), RETRY_PICTURE_SECONDS, self.evidence(answer))
            rule = next(rule for rule in REFUSALS if rule.fits(answer))
            return Refused(self.say(rule.sentence), self.evidence(answer), rule.stops)
        return Unknown(self.say(DOUBTS.unclear(answer.status)), self.evidence(answer))

    def reposted(
        self, exchange: Exchange, rendering: Rendering, original: Remote
    ) -> Outcome | Misprint:
        """What is known of a repost after its request. One that stands already is answered alike.

        It goes by the number of the post, which is what undoing it takes too.
        """
        answer = exchange.answer
        if answer is None:
            return self.outcome(exchange, rendering)
        evidence = self.evidence(answer)
        if _shows_repost(answer, original) or _REPOSTED_ALREADY.fits(answer):
            spent = answer.headers.get("x-ratelimit-remaining") == "0"
            rests = wait_seconds(answer.headers) if spent else 0.0
            evidence = f"{evidence}; repost of {original.remote_id}"
            return Receipt(original.remote_id, original.url, evidence, rests)
        if 200 <= answer.status < 300:
            return Unknown(self.say(UNREADABLE), evidence)
        if answer.status in (404, 410) and "not found" in _complaint(answer):
            return Refused(self.say(ORIGINAL_GONE), evidence)
        return self.outcome(exchange, rendering)

    def planned_for_others(self, rendering: Rendering) -> NotSent:
        """The outcome where the account's visibility is not the one that was approved."""
        said = self.say(OTHER_VISIBILITY).replace("{planned}", rendering.visibility)
        return NotSent(said.replace("{now}", self.account.visibility), RETRY_PLANNED_SECONDS)

    def not_here(self, evidence: str = "") -> NotSent:
        """The outcome where the instance does not show the post that is to be reposted."""
        return NotSent(self.say(ORIGINAL_NOT_HERE), RETRY_PICTURE_SECONDS, evidence)

    def taken_back(self, misprint: Misprint, *, is_gone: bool, evidence: str) -> Refused:
        """The outcome where something else was published than was sent.

        What was sent is surely not public, and what is must not be followed by more like it: the
        account stops.
        """
        page = misprint.receipt.url or f"the account's page, number {misprint.receipt.remote_id}"
        rest = REMOVED if is_gone else NOT_REMOVED.replace("{page}", page)
        said = f"{misprint.receipt.evidence}; {evidence}"
        return Refused(self.say(f"{misprint.what} {rest} {LOOK}"), said, stops_account=True)

    def upload(
        self, exchange: Exchange, given: Picture | Video, *, was_taken: bool
    ) -> Upload | NotSent | Refused:
        """What came of giving the instance this, and of asking for it when it `was_taken`."""
        answer = exchange.answer
        if answer is None:
            return DOUBTS.no_picture(exchange, self.say)
        evidence = self.evidence(answer)
        if unready(exchange):
            return NotSent(self.say(PICTURE_NOT_READY), RETRY_PICTURE_SECONDS, evidence)
        if was_taken and answer.status in (404, 410):
            return NotSent(self.say(PICTURE_LOST), RETRY_PICTURE_SECONDS, evidence)
        if answer.status != 200:
            return self._not_uploaded(answer)
        remote_id, shown = answer.document.get("id"), answer.document.get("description")
        if not is_id(remote_id):
            return NotSent(self.say(PICTURE_UNCLEAR), RETRY_PICTURE_SECONDS, evidence)
        if _spaced(shown) != _spaced(given.alt):
            kept = printable(self.clean(str(shown)))[:200]
            return Refused(self.say(OTHER_ALT), f"{evidence}; kept {kept!r}")
        return Upload(given.sha256, remote_id)

    def upload_failed(self, problem: Exception | None) -> NotSent:
        """The outcome where nobody knows whether the instance has a picture: it is given again."""
        return DOUBTS.upload_failed(problem, self.say)

    def without_token(self) -> NotSent:
        """The outcome where there is nothing to sign in with. It stops the account."""
        return NotSent(self.say(NOT_SIGNED_IN), RETRY_LIMITED_SECONDS, stops_account=True)

    def unforeseen(self, problem: Exception) -> Unknown:
        """The outcome where we failed ourselves: what is not understood may be public."""
        return Unknown(self.say(UNFORESEEN), type(problem).__name__)

    def url(self, said: object) -> str | None:
        """The address an instance gives for a post, where it is one of that very instance's."""
        if not isinstance(said, str) or not said.isascii() or not said.isprintable():
            return None
        try:
            address = urlsplit(said)
        except ValueError:
            return None
        fits = address.netloc.lower() == self.instance.lower() and self.clean(said) == said
        return said if fits and address.scheme in ("https", "http") and len(said) < 500 else None

    def say(self, sentence: str) -> str:
        """One of this module's sentences, about this account."""
        name, handle = self.account.id, self.account.handle
        account = f"{name} (@{handle.removeprefix('@')})" if handle else name
        # Replaced, not formatted: the address of a post may hold anything.
        said = sentence.replace("{account}", account).replace("{instance}", self.instance)
        return said.replace("{medium}", self.medium)

    def evidence(self, answer: Answer) -> str:
        """Status, what the instance said, and what is left of the limits."""
        return evidence(_told(answer), self.clean)

    def _not_uploaded(self, answer: Answer) -> NotSent | Refused:
        evidence = self.evidence(answer)
        if answer.status == 429:
            return NotSent(self.say(PICTURE_LIMITED), wait_seconds(answer.headers), evidence)
        if not is_definite(answer.status):
            return NotSent(self.say(PICTURE_UNCLEAR), RETRY_PICTURE_SECONDS, evidence)
        rule = next(rule for rule in REFUSALS if rule.fits(answer))
        is_picture = answer.status in PICTURE_FAULTS and not rule.stops
        sentence = PICTURE_REFUSED if is_picture else rule.sentence
        return Refused(self.say(sentence), evidence, rule.stops)

    def _published(
        self, answer: Answer, rendering: Rendering, prepared: Prepared
    ) -> Receipt | Unknown | Misprint:
        status, text, uploads = answer.document, rendering.text, prepared.uploads
        remote_id, content = status.get("id"), status.get("content")
        attached = _attached(status)
        if not is_id(remote_id) or not isinstance(content, str) or (uploads and attached is None):
            return Unknown(self.say(UNREADABLE), self.evidence(answer))
        evidence = f"{self.evidence(answer)}; id {remote_id}"
        spent = answer.headers.get("x-ratelimit-remaining") == "0"
        rests = wait_seconds(answer.headers) if spent else 0.0
        receipt = Receipt(remote_id, self.url(status.get("url")), evidence, rests)
        shown = self.clean(as_written(content))
        if status.get("edited_at"):
            # Not of this moment: the key led to a first post, and a person has changed it since.
            return replace(receipt, evidence=f"{evidence}; edited since it was published")
        if not shows_the_words(content, text):
            seen = f"{evidence}; published {printable(shown)[:200]!r}"
            return Misprint(replace(receipt, evidence=seen), OTHER_WORDS if shown else EMPTY)
        if not _are_those(attached or [], rendering.shown, uploads):
            seen = f"{evidence}; published with {len(attached or [])} {self.medium}s"
            return Misprint(replace(receipt, evidence=seen), OTHER_PICTURES)
        parent, replies_to = prepared.parent, status.get("in_reply_to_id")
        if parent and replies_to != parent.remote_id:
            seen = f"{evidence}; in reply to {printable(self.clean(str(replies_to)))[:80]!r}"
            return Misprint(replace(receipt, evidence=seen), NO_REPLY)
        notes = "".join(f"; {note}" for note in _differences(status, shown, text, self.account))
        if not _has_numbers(attached or [], uploads):
            notes += "; with what was given for its key before"
        return replace(receipt, evidence=f"{evidence}{notes}")


def is_id(remote_id: object) -> TypeGuard[str]:
    """Whether this can be a post's number: digits on Mastodon, other programs take letters too."""
    return (
        isinstance(remote_id, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", remote_id) is not None
    )


def unready(exchange: Exchange) -> str | None:
    """The number of a picture that an instance has taken, and is still at work on; else None.

    It says so by 202 when it is given one, by 206 when it is asked, or by having no address for it.
    """
    answer = exchange.answer
    if answer is None or answer.status not in (200, 202, 206):
        return None
    remote_id, url = answer.document.get("id"), answer.document.get("url")
    is_ready = answer.status == 200 and isinstance(url, str) and url != ""
    return remote_id if is_id(remote_id) and not is_ready else None


# --- the sentences ----------------------------------------------------------------------------

NOT_SIGNED_IN: Final = (
    "There is no access token for {account}, so nothing was sent."
    " Give this deployment the account's token, then let the account post again."
)
NOT_REACHED: Final = (
    "{instance} could not be reached, so nothing was sent for {account}."
    " It will be tried again while there is time."
)
NOT_REACHED_IN_TIME: Final = (
    "{instance} could not be reached in time, so nothing was sent for {account}."
    " It will be tried again while there is time."
)
NOT_SECURE: Final = (
    "No secure line to {instance} could be opened, so nothing was sent for {account}. It will be"
    " tried again while there is time. If this stays, check this machine's clock and its network."
)
OTHER_VISIBILITY: Final = (
    "This post of {account} was planned as {planned}, and the account's posts are {now} now, so"
    " nothing was sent. It is planned anew, and must then be approved as it is."
)
LIMITED: Final = (
    "{instance} takes no more posts from {account} for now, so nothing was sent."
    " It will be tried again while there is time."
)
SIGN_IN_REFUSED: Final = (
    "{instance} did not take this post: it does not accept the access token of {account}. Make a"
    " new one in the account's settings, under Development, then let the account post again."
)
SCOPES: Final = (
    "{instance} did not take this post: the access token of {account} may not do that. In the"
    " account's settings, under Development, make one that may read and write, then let the account"
    " post again."
)
CLOSED: Final = (
    "{instance} did not take this post: {account} is closed, moved or not confirmed there."
    " Sign in to the account and do what the instance asks, then let the account post again."
)
NOT_PERMITTED: Final = (
    "{instance} does not permit this post from {account}. Its reason is kept with the attempt."
)
NO_MASTODON: Final = (
    "{instance} did not take this post from {account}: nothing there answers as Mastodon does."
    " Check the account's instance in config/forces.yaml, then let the account post again."
)
TOO_LONG: Final = (
    "{instance} did not take this post from {account}: it is too long for this instance. Compare"
    " the account's limits with the instance's: .venv/bin/bot accounts --check"
)
MALFORMED: Final = (
    "{instance} did not take this post from {account}: it found something wrong with it."
    " Its reason is kept with the attempt. Look at the words, then plan the post again."
)
REFUSED: Final = (
    "{instance} did not take this post from {account}. Its reason is kept with the attempt."
)
EMPTY: Final = "{instance} published an empty post in place of this one of {account}."
OTHER_WORDS: Final = "{instance} published other words than it was given for {account}."
OTHER_PICTURES: Final = (
    "{instance} published this post of {account} without its {medium}, or with another."
)
NO_REPLY: Final = (
    "{instance} published this part of a thread of {account} by itself, and not as a reply to the"
    " part before."
)
REMOVED: Final = "It was removed again at once."
NOT_REMOVED: Final = (
    "It could not be removed, and is public. Remove it by hand, at once: look at {page}."
)
LOOK: Final = (
    "No more is sent from this account until somebody has looked at its instance and lets it post"
    " again."
)
ORIGINAL_GONE: Final = (
    "{instance} did not take this repost of {account}: it does not have the post any more, or does"
    " not show it to the account."
)
ORIGINAL_NOT_HERE: Final = (
    "{instance} does not show the post that {account} is to repost, so nothing was sent."
    " It will be tried again while there is time."
)
PICTURE_REFUSED: Final = (
    "{instance} did not take the {medium} of this post from {account}, so nothing was sent. Look at"
    " the {medium}, or take it out, then plan the post again."
)
PICTURE_LIMITED: Final = (
    "{instance} takes no more {medium}s from {account} for now, so nothing was sent."
    " It will be tried again while there is time."
)
PICTURE_UNCLEAR: Final = (
    "{instance} did not say that it has the {medium} of this post of {account}, so nothing was"
    " sent."
    " It will be tried again while there is time."
)
PICTURE_NOT_READY: Final = (
    "{instance} was not done in time with the {medium} of this post of {account}, so nothing was"
    " sent. It will be tried again while there is time."
)
PICTURE_LOST: Final = (
    "{instance} no longer has the {medium} of this post of {account} ready, so nothing was sent."
    " It will be given it again while there is time."
)
OTHER_ALT: Final = (
    "{instance} kept other words than it was given to say what the {medium} of this post of"
    " {account} shows, so nothing was sent. Make them shorter and plainer under {medium}_shows, or"
    " take the {medium} out, then plan the post again."
)
_MAYBE: Final = (
    " This post of {account} may be public or may not: it will be looked for, and is not sent"
    " again blindly."
)
LATE: Final = "{instance} did not answer in time." + _MAYBE
BROKEN: Final = "The line to {instance} broke before it answered." + _MAYBE
HALF: Final = "{instance} began to answer, but it could not be read to the end." + _MAYBE
UNREADABLE: Final = "{instance} answered, but not with a post." + _MAYBE
FAULT: Final = "{instance} reported a fault of its own." + _MAYBE
ELSEWHERE: Final = "{instance} pointed to another address instead of answering." + _MAYBE
UNFORESEEN: Final = "Something unforeseen happened here." + _MAYBE
SILENT: Final = "The timeline of {account} cannot be read: {instance} gave no answer to that."
SHUT: Final = (
    "{instance} does not show us the timeline of {account}. Check the account's access token."
)
TOO_OFTEN: Final = (
    "{instance} does not show us the timeline of {account} again so soon. Wait five minutes."
)
GARBLED: Final = "The timeline of {account} came, but could not be understood."
TOO_MANY: Final = (
    "{account} has posted too much since then to look through all of it."
    " Look for the post on the account's page."
)

SILENT_WHEN_CHECKED: Final = "{instance} gave no answer about {account}. Ask again later."
GARBLED_WHEN_CHECKED: Final = (
    "What answers at {instance} is not Mastodon, or not as it should be. Check the account's"
    " instance in config/forces.yaml."
)
REFUSED_WHEN_CHECKED: Final = (
    "{instance} does not accept the access token of {account}. In the account's settings, under"
    " Development, make one that may read and write, and put it in .env."
)


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
    401: REFUSED_WHEN_CHECKED,
    403: REFUSED_WHEN_CHECKED,
    422: REFUSED_WHEN_CHECKED,
    404: GARBLED_WHEN_CHECKED,
}
TIMELINE_REFUSALS: Final = {401: SHUT, 403: SHUT, 422: SHUT, 429: TOO_OFTEN}
PICTURE_FAULTS: Final = frozenset({400, 413, 415, 422})
PICTURE_GONE: Final = r"not finished processing|already attached"  # Source: mastodon's en.yml


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way in which an instance refuses. `marks` are looked for in what it says; any will do.

    Source: mastodon's controllers and config/locales/en.yml, doorkeeper's locale, and
    GoToSocial's internal/gtserror and internal/oauth.
    """

    sentence: str
    statuses: frozenset[int] = frozenset()  # empty: any
    marks: tuple[str, ...] = ()  # empty: any
    stops: bool = False

    def fits(self, answer: Answer) -> bool:
        if self.statuses and answer.status not in self.statuses:
            return False
        complaint = _complaint(answer)
        return not self.marks or any(re.search(mark, complaint) for mark in self.marks)


_SHUT: Final = frozenset({401, 403, 422})
REFUSALS: Final = (  # the first that fits; the last fits always
    _Rule(
        CLOSED, _SHUT, ("login is", "suspended", "disabled", r"\bmoved", "deactivated"), stops=True
    ),
    _Rule(SCOPES, _SHUT, ("scope", "requires an authenticated user"), stops=True),
    _Rule(SIGN_IN_REFUSED, frozenset({401}), stops=True),
    _Rule(NOT_PERMITTED, frozenset({403})),
    _Rule(REFUSED, frozenset({404}), ("not found",)),
    _Rule(NO_MASTODON, frozenset({404, 405, 410}), stops=True),
    _Rule(TOO_LONG, frozenset({400, 413, 422}), (r"character limit", r"too (long|many char)")),
    _Rule(MALFORMED, frozenset({400, 413, 422})),
    _Rule(REFUSED),
)


_REPOSTED_ALREADY: Final = _Rule("", frozenset({422}), (r"reblog.*(taken|already|exists)",))


# --- how an answer is read --------------------------------------------------------------------


def wait_seconds(headers: Mapping[str, str]) -> float:
    """How long an instance asks us to wait, by its own clock (the answer's Date).

    Mastodon writes the end of the window as an ISO time, GoToSocial as seconds of the epoch.
    """
    asked = [float(value) for value in (headers.get("retry-after", ""),) if value.isdecimal()]
    reset, now = _seconds(headers.get("x-ratelimit-reset", "")), _date(headers.get("date", ""))
    if reset is not None and now is not None:
        asked.append(reset - now + 1)
    wait = max(asked, default=RETRY_LIMITED_SECONDS)
    return min(max(wait, 1.0), LONGEST_RETRY_SECONDS)


def _seconds(reset: str) -> float | None:
    if reset.isdecimal() and len(reset) <= 12:
        return float(reset)
    try:
        at = datetime.fromisoformat(reset)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _date(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None


def _shows_repost(answer: Answer, original: Remote) -> bool:
    """Whether an answer is a repost of this very post, or the post itself as one that was made."""
    if answer.status != 200:
        return False
    status, passed_on = answer.document, answer.document.get("reblog")
    if isinstance(passed_on, dict):
        return passed_on.get("id") == original.remote_id
    return status.get("id") == original.remote_id and status.get("reblogged") is True


def _differences(
    status: Mapping[str, object], shown: str, text: str, account: Account
) -> Iterator[str]:
    """What an instance did to a post that has the right words: kept for the record."""
    if comparable(shown) != comparable(text):
        yield f"its signs differ: {printable(shown)[:200]!r}"
    visibility = status.get("visibility")
    if visibility != account.visibility:  # an instance shows a limited account less widely
        yield f"visibility {printable(str(visibility))[:20]}, asked for {account.visibility}"


def _attached(status: Mapping[str, object]) -> list[dict[str, Any]] | None:
    """What a post has with its words; None where that cannot be read."""
    attached = status.get("media_attachments")
    if not isinstance(attached, list) or not all(isinstance(one, dict) for one in attached):
        return None
    return attached


def _are_those(
    attached: Sequence[Mapping[str, Any]],
    shown: Iterable[Picture | Video],
    uploads: Iterable[Upload],
) -> bool:
    """Whether a post has the pictures, or the video, that it was given.

    A key that was sent before leads to a first post, which has what was given for that: the same
    pictures under other numbers. They are known by their alt texts, which the key stands for too.
    """
    described = sorted(_spaced(one.get("description")) for one in attached)
    wanted = sorted(_spaced(one.alt) for one in shown)
    return _has_numbers(attached, uploads) or described == wanted


def _has_numbers(attached: Iterable[Mapping[str, Any]], uploads: Iterable[Upload]) -> bool:
    return sorted(str(one.get("id")) for one in attached) == sorted(
        one.remote_id for one in uploads
    )


def _spaced(text: object) -> str:
    """A text with single spaces, composed: instances strip alt texts. Empty where it is none."""
    return " ".join(unicodedata.normalize("NFC", text).split()) if isinstance(text, str) else ""


def _words(answer: Answer) -> str:
    document = answer.document
    said = (document.get(name) for name in ("error", "error_description", "message"))
    return " ".join(one for one in said if isinstance(one, str))


def _complaint(answer: Answer) -> str:
    return _words(answer).lower()


def _told(answer: Answer) -> Iterator[str]:
    yield str(answer.status)
    if words := _words(answer):
        yield words
    for name, value in answer.headers.items():
        if name in KEPT_HEADERS or name.startswith(LIMITS):
            yield f"{name} {value}"
