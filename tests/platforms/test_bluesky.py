"""Bluesky's own server on 127.0.0.1, and a hostile one before it: what is known after each."""

from __future__ import annotations

import json
import logging
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.account_files import AccountFile
from bot.core.model import (
    Account,
    Language,
    NotSent,
    Outcome,
    Pick,
    PlatformName,
    PostKey,
    Receipt,
    Refused,
    Rendering,
    SettingsError,
    Unknown,
)
from bot.core.text import bluesky as text_rules
from bot.platforms import CannotLook, Found, NotFound, Remote
from bot.platforms.bluesky import BlueskyCredentials, BlueskyPlatform
from bot.platforms.bluesky_record import put, record, record_key
from bot.platforms.bluesky_sign_ins import SignIns
from bot.platforms.kept import Kept
from tests.loopback import hostile_proxy as faults
from tests.loopback.hostile_proxy import Fault, HostileProxy
from tests.pds import PdsAccount, PdsServer, expired

DUE = datetime(2026, 11, 22, 9, tzinfo=UTC)
WORDS = "Trust your instincts 🚨 Report it at gov.uk/ACT #ActionCountersTerrorism"


class InMemory:
    """A session that outlives the platform, as a file does."""

    def __init__(self) -> None:
        self.content: str | None = None
        self.writes = 0

    def read(self) -> str | None:
        return self.content

    def write(self, content: str) -> None:
        self.content, self.writes = content, self.writes + 1

    def let_the_access_run_out(self) -> None:
        kept = json.loads(self.content or "")
        self.content = json.dumps(kept | {"access": expired(kept["access"])})


@pytest.fixture
def kent(pds: PdsServer) -> PdsAccount:
    return pds.make_account("kent")


@pytest.fixture
def password(pds: PdsServer, kent: PdsAccount) -> str:
    return pds.make_app_password(kent)


@pytest.fixture
def proxy(pds: PdsServer) -> Iterator[HostileProxy]:
    with HostileProxy(pds.url) as proxy:
        yield proxy


@pytest.fixture
def bluesky(proxy: HostileProxy, kent: PdsAccount, password: str) -> BlueskyPlatform:
    return a_platform(proxy.url, kent, password)


def a_platform(
    url: str,
    account: PdsAccount,
    password: str,
    *,
    handle: str | None = "its own",
    deadline_seconds: float = 12.0,
    sessions: Kept | None = None,
    sign_ins: SignIns | None = None,
) -> BlueskyPlatform:
    return BlueskyPlatform(
        an_account(account.handle if handle == "its own" else handle),
        BlueskyCredentials(account.handle, password),
        url=url,
        deadline_seconds=deadline_seconds,
        sessions=sessions,
        sign_ins=sign_ins,
    )


def an_account(handle: str | None) -> Account:
    return Account("kent-bsky", "kent", PlatformName.BLUESKY, (Language.EN,), handle=handle)


def a_key(slot: str = "d1.morning") -> PostKey:
    return PostKey("ct@2026", "kent-bsky", slot, Language.EN)


def a_rendering(text: str = WORDS) -> Rendering:
    length = text_rules.parse(text).length
    return Rendering(
        "kent-bsky", PlatformName.BLUESKY, Language.EN, DUE, Pick("m", "w"), text, length, 300,
        (), (), "digest",
    )  # fmt: skip


def publish(bluesky: BlueskyPlatform, text: str = WORDS, slot: str = "d1.morning") -> Outcome:
    return bluesky.publish(a_key(slot), a_rendering(text))


def find(
    bluesky: BlueskyPlatform, text: str = WORDS, slot: str = "d1.morning"
) -> Found | NotFound | CannotLook:
    return bluesky.find(a_key(slot), a_rendering(text), since=DUE, known=())


# --- published --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        WORDS,
        "Ymddiriedwch yn eich greddf – ŵŷ 🚨🏴󠁧󠁢󠁷󠁬󠁳󠁿 https://www.gov.uk/act?a=1&b=2 #ACT",
        "Two\n\nlines: <b>&amp;</b> \u2028 and a bell\u00a0🔔 met.police.uk",
        "Cafe\u0301 #Cafe\u0301 (https://act.campaign.gov.uk/) #COVID-19",
        "@kent.police.uk $GBP 👩‍👩‍👧‍👦" * 3,
        "é" * 300,
    ],
)
def test_what_stands_there_is_what_was_previewed_byte_for_byte(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform, text: str
) -> None:
    outcome = publish(bluesky, text)

    (kept,) = pds.records(kent)
    previewed = json.loads(bluesky.payload(a_key(), a_rendering(text)))
    assert kept["value"] == previewed["record"] == record(a_rendering(text))
    assert kept["value"]["text"].encode() == text.encode()
    assert isinstance(outcome, Receipt)
    assert kept["uri"].endswith(f"/{outcome.remote_id}")
    assert kept["cid"] in outcome.evidence
    assert outcome.url == f"https://bsky.app/profile/{kent.handle}/post/{outcome.remote_id}"


def test_what_is_sent_is_the_payload_byte_for_byte(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    publish(bluesky)

    (put,) = proxy.asked("putRecord")
    assert put.body == bluesky.payload(a_key(), a_rendering())
    assert b'"swapRecord":null' in put.body


def test_the_server_takes_the_longest_post_and_what_is_longer_never_leaves(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    assert isinstance(publish(bluesky, "word " * 59 + "words", "d1"), Receipt)
    assert isinstance(publish(bluesky, "word " * 60 + "w", "d2"), Refused)

    assert len(proxy.asked("putRecord")) == 1


def test_an_account_without_a_handle_has_an_address_too(
    pds: PdsServer, kent: PdsAccount, password: str
) -> None:
    outcome = publish(a_platform(pds.url, kent, password, handle=None))

    assert isinstance(outcome, Receipt)
    assert outcome.url == f"https://bsky.app/profile/{kent.did}/post/{outcome.remote_id}"


# --- one place, one post ----------------------------------------------------------------------


def test_the_same_key_twice_is_one_post_also_from_another_copy_of_the_bot(
    pds: PdsServer, kent: PdsAccount, password: str, bluesky: BlueskyPlatform
) -> None:
    another = a_platform(pds.url, kent, password)

    outcomes = [publish(bluesky), publish(bluesky), publish(another)]

    assert len(pds.records(kent)) == 1
    assert {one.remote_id for one in outcomes if isinstance(one, Receipt)} == {
        record_key(a_key(), DUE)
    }


def test_many_copies_at_once_make_one_post(pds: PdsServer, kent: PdsAccount, password: str) -> None:
    copies = [a_platform(pds.url, kent, password) for _ in range(6)]

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(publish, copies))

    assert len(pds.records(kent)) == 1
    assert all(isinstance(one, Receipt) for one in outcomes), outcomes


def test_a_public_post_is_never_changed_and_the_refusal_says_where_it_stands(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    publish(bluesky, "First words.")

    outcome = publish(bluesky, "Second words.")

    rkey = record_key(a_key(), DUE)
    assert isinstance(outcome, Refused)
    assert not outcome.stops_account
    assert outcome.sentence.endswith(f"https://bsky.app/profile/{kent.handle}/post/{rkey}")
    assert [kept["value"]["text"] for kept in pds.records(kent)] == ["First words."]


def test_the_same_record_counts_even_where_the_server_says_that_the_place_is_taken(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    publish(bluesky)
    proxy.script([faults.refused(400, "InvalidSwap", "Record was at bafyrei")])

    assert isinstance(publish(bluesky), Receipt)


def test_a_taken_place_that_cannot_be_looked_at_may_hold_this_post(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    publish(bluesky, "First words.")
    proxy.script([faults.html(502, route="getRecord")])

    assert isinstance(publish(bluesky, "Second words."), Unknown)


def test_a_taken_place_that_is_empty_when_looked_at_may_be_tried_again(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    proxy.script([faults.refused(400, "InvalidSwap", "Record was at bafyrei")])

    assert isinstance(publish(bluesky), NotSent)
    assert isinstance(publish(bluesky), Receipt)


# --- may be public ----------------------------------------------------------------------------

MAY_BE_PUBLIC = [
    faults.dropped(),
    faults.dropped(accepts=False),
    faults.dropped(reset=True),
    faults.half_a_body(),
    faults.half_a_body(accepts=False),
    faults.html(),
    faults.html(accepts=False),
    faults.html(502),
    faults.refused(500, "InternalServerError", accepts=True),
    faults.refused(500, "InternalServerError"),
    faults.refused(502, "UpstreamFailure"),
    faults.refused(503),
    faults.refused(409),
    faults.refused(408),
    *[faults.redirect(status) for status in (301, 302, 303, 307, 308)],
    faults.redirect(302, accepts=True),
    Fault(body=b"{}"),
    Fault(body=b"[]"),
    Fault(body=b'{"uri": "at://did:plc:x/app.bsky.feed.post/aaaaaaaaaaaaa", "cid": "bafy"}'),
    Fault(body=b'{"uri": 7, "cid": null}'),
    Fault(body=b" " * 5_000_000),
]


@pytest.mark.parametrize("fault", MAY_BE_PUBLIC)
def test_what_is_not_understood_may_be_public_is_asked_once_and_is_then_found_or_not(
    pds: PdsServer, kent: PdsAccount, proxy: HostileProxy, bluesky: BlueskyPlatform, fault: Fault
) -> None:
    proxy.script([fault])

    outcome = publish(bluesky)

    assert isinstance(outcome, Unknown)
    assert f"kent-bsky (@{kent.handle})" in outcome.sentence
    assert len(proxy.asked("putRecord")) == 1
    assert isinstance(find(bluesky), Found if fault.accepts else NotFound)
    assert isinstance(publish(bluesky), Receipt)
    assert len(pds.records(kent)) == 1


@pytest.mark.parametrize("fault", [faults.late(60), faults.dripped()])
def test_a_slow_answer_is_cut_off_at_the_deadline(
    pds: PdsServer, kent: PdsAccount, password: str, proxy: HostileProxy, fault: Fault
) -> None:
    kept = InMemory()
    assert isinstance(publish(a_platform(pds.url, kent, password, sessions=kept)), Receipt)
    hasty = BlueskyPlatform(
        an_account(kent.handle),
        BlueskyCredentials(kent.handle, password),
        url=proxy.url,
        deadline_seconds=0.5,
        sessions=moved_to(proxy.url, kept),
    )
    proxy.script([fault])

    outcome = hasty.publish(a_key("d2"), a_rendering())

    assert isinstance(outcome, Unknown)
    assert "in time" in outcome.sentence or "to the end" in outcome.sentence
    assert proxy.asked("createSession") == []


def moved_to(url: str, kept: InMemory) -> InMemory:
    """The same session, as if it had been made at another address of the server."""
    moved = InMemory()
    said = json.loads(kept.content or "")
    moved.content = json.dumps(said | {"of": [url, said["of"][1]]})
    return moved


def test_signing_in_and_publishing_share_one_deadline(
    kent: PdsAccount, password: str, proxy: HostileProxy
) -> None:
    warm = a_platform(proxy.url, kent, password)
    warm.recent()  # the library is imported
    proxy.script([Fault("createSession", wait_seconds=1.2), faults.late(1.2)])

    outcome = publish(a_platform(proxy.url, kent, password, deadline_seconds=2.0))

    assert not isinstance(outcome, Receipt)
    proxy.script([Fault("createSession", wait_seconds=60)])
    assert isinstance(publish(a_platform(proxy.url, kent, password, deadline_seconds=0.5)), NotSent)


def test_the_unforeseen_may_be_public(
    bluesky: BlueskyPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atproto_client.namespaces.sync_ns import ComAtprotoRepoNamespace

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret inner words")

    monkeypatch.setattr(ComAtprotoRepoNamespace, "put_record", fail)

    outcome = publish(bluesky)

    assert isinstance(outcome, Unknown)
    assert "secret inner words" not in outcome.sentence + outcome.evidence


# --- surely not published ---------------------------------------------------------------------


def test_nobody_there_is_surely_not_published(kent: PdsAccount, password: str) -> None:
    outcome = publish(a_platform("http://127.0.0.1:9", kent, password))

    assert isinstance(outcome, NotSent)
    assert not outcome.stops_account


def test_a_limit_says_when_to_come_back(proxy: HostileProxy, bluesky: BlueskyPlatform) -> None:
    now = datetime.now(UTC)
    date = now.strftime("%a, %d %b %Y %H:%M:%S GMT")
    reset = {"ratelimit-reset": str(int(now.timestamp()) + 120), "Date": date}
    proxy.script(
        [
            faults.refused(429, "RateLimitExceeded", headers=reset),
            faults.refused(429, "RateLimitExceeded", headers={"Retry-After": "40"}),
            faults.refused(429, "RateLimitExceeded"),
        ]
    )

    waits = [one.retry_after_seconds for one in limited(bluesky, 3)]

    assert waits == [pytest.approx(121, abs=2), 40, 300]


def limited(bluesky: BlueskyPlatform, times: int) -> list[NotSent]:
    outcomes = [publish(bluesky) for _ in range(times)]
    return [one for one in outcomes if isinstance(one, NotSent)]


def test_a_limit_on_signing_in_is_waited_for_too(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    limit = faults.refused(429, "RateLimitExceeded", headers={"Retry-After": "77"})
    proxy.script([replace(limit, route="createSession")])

    outcome = publish(bluesky)

    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_seconds == 77


@pytest.mark.parametrize(
    "fault",
    [
        faults.dropped(route="createSession"),
        faults.html(route="createSession"),
        faults.html(503, route="createSession"),
        faults.refused(500, route="createSession"),
        Fault("createSession", body=b'{"did": "x", "accessJwt": "a\\r\\nb", "refreshJwt": "c"}'),
    ],
)
def test_where_signing_in_goes_wrong_nothing_was_sent(
    proxy: HostileProxy, bluesky: BlueskyPlatform, fault: Fault
) -> None:
    proxy.script([fault])

    outcome = publish(bluesky)

    assert isinstance(outcome, NotSent)
    assert proxy.asked("putRecord") == []
    assert isinstance(publish(bluesky), Receipt)


def test_a_wrong_app_password_stops_the_account(proxy: HostileProxy, kent: PdsAccount) -> None:
    outcome = publish(a_platform(proxy.url, kent, "abcd-efgh-ijkl-mnop"))

    assert isinstance(outcome, Refused)
    assert outcome.stops_account
    assert "app password" in outcome.sentence
    assert len(proxy.asked("createSession")) == 1


def test_credentials_of_another_account_post_nothing_and_stop_the_account(
    pds: PdsServer, kent: PdsAccount
) -> None:
    essex = pds.make_account("essex")
    keys = BlueskyCredentials(essex.handle, pds.make_app_password(essex))
    mixed_up = BlueskyPlatform(an_account(kent.handle), keys, url=pds.url)

    outcome = publish(mixed_up)

    assert isinstance(outcome, Refused)
    assert outcome.stops_account
    assert "another account" in outcome.sentence
    assert pds.records(kent) == pds.records(essex) == []


def test_a_handle_that_the_account_no_longer_has_stops_it(
    pds: PdsServer, kent: PdsAccount, password: str
) -> None:
    platform = a_platform(pds.url, kent, password, handle="nobody-is-called-so.test")

    outcome = publish(platform)

    assert isinstance(outcome, Refused)
    assert outcome.stops_account
    assert "does not know the handle" in outcome.sentence


@pytest.mark.parametrize("signed_in", [True, False])
def test_an_account_that_is_taken_down_is_stopped(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform, signed_in: bool
) -> None:
    if signed_in:
        publish(bluesky)
    pds.take_down(kent)

    outcome = publish(bluesky, slot="d2")

    assert isinstance(outcome, Refused)
    assert outcome.stops_account
    assert "Sign in to the account on bsky.app" in outcome.sentence


def test_an_account_that_is_deactivated_is_stopped(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    publish(bluesky)
    pds.deactivate(kent)

    outcome = publish(bluesky, slot="d2")

    assert isinstance(outcome, Refused)
    assert outcome.stops_account


def test_a_post_that_the_server_does_not_take_is_refused_and_the_account_goes_on(
    bluesky: BlueskyPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever is too long is refused before it leaves: only a record made wrong gets so far.
    wrong = put("", a_key(), a_rendering())["record"] | {"text": "word " * 70}
    monkeypatch.setattr(
        "bot.platforms.bluesky.put",
        lambda *asked: put(*asked) | {"record": wrong},
    )

    outcome = publish(bluesky)

    assert isinstance(outcome, Refused)
    assert not outcome.stops_account
    assert "grapheme" in outcome.evidence


def test_an_account_that_has_used_up_its_limit_rests_until_it_begins_anew(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    now = datetime.now(UTC)
    headers = {
        "Date": now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "ratelimit-remaining": "0",
        "ratelimit-reset": str(int(now.timestamp()) + 120),
    }
    spent = replace(faults.refused(429, "RateLimitExceeded"), headers=headers)
    proxy.script([Fault(headers=headers), spent])

    published, limited = publish(bluesky, slot="d1"), publish(bluesky, slot="d2")

    assert isinstance(published, Receipt)
    assert isinstance(limited, NotSent)
    assert published.rests_seconds == limited.rests_seconds == pytest.approx(121, abs=2)


def test_without_credentials_nothing_is_sent_and_the_account_stops() -> None:
    outcome = BlueskyPlatform(an_account("kent.test"), None).publish(a_key(), a_rendering())

    assert isinstance(outcome, NotSent)
    assert outcome.stops_account


def test_an_address_elsewhere_must_be_secure() -> None:
    with pytest.raises(SettingsError, match="https"):
        BlueskyPlatform(an_account("kent.test"), None, url="http://pds.example.org")


# --- the session ------------------------------------------------------------------------------


def test_one_session_serves_many_posts_and_the_next_process(
    proxy: HostileProxy, kent: PdsAccount, password: str
) -> None:
    kept = InMemory()
    first = a_platform(proxy.url, kent, password, sessions=kept)
    for slot in ("d1", "d2", "d3"):
        publish(first, slot=slot)

    publish(a_platform(proxy.url, kent, password, sessions=kept), slot="d4")

    assert len(proxy.asked("putRecord")) == 4
    assert len(proxy.asked("createSession")) == 1


def test_a_session_that_runs_out_midway_is_renewed_and_the_post_goes_out(
    pds: PdsServer, proxy: HostileProxy, kent: PdsAccount, password: str
) -> None:
    kept = InMemory()
    publish(a_platform(proxy.url, kent, password, sessions=kept), slot="d1")
    kept.let_the_access_run_out()
    later = a_platform(proxy.url, kent, password, sessions=kept)

    assert isinstance(publish(later, slot="d2"), Receipt)
    assert isinstance(publish(later, slot="d3"), Receipt)

    assert len(pds.records(kent)) == 3
    assert len(proxy.asked("refreshSession")) == 1
    assert len(proxy.asked("createSession")) == 1


def test_a_session_that_another_process_renewed_is_taken_over(
    proxy: HostileProxy, kent: PdsAccount, password: str
) -> None:
    kept = InMemory()
    slow = a_platform(proxy.url, kent, password, sessions=kept)
    publish(slow, slot="d1")
    fresh = kept.content
    kept.let_the_access_run_out()
    also_slow = a_platform(proxy.url, kent, password, sessions=kept)
    proxy.script([faults.refused(400, "ExpiredToken", accepts=False)])
    kept.content, stale = fresh, kept.content
    assert stale != fresh

    assert isinstance(publish(also_slow, slot="d2"), Receipt)
    assert len(proxy.asked("createSession")) == 1


def test_a_session_that_can_no_longer_be_renewed_is_made_anew(
    proxy: HostileProxy, kent: PdsAccount, password: str
) -> None:
    kept = InMemory()
    publish(a_platform(proxy.url, kent, password, sessions=kept), slot="d1")
    said = json.loads(kept.content or "")
    gone = {"access": expired(said["access"]), "refresh": expired(said["refresh"])}
    kept.content = json.dumps(said | gone)

    outcome = publish(a_platform(proxy.url, kent, password, sessions=kept), slot="d2")

    assert isinstance(outcome, Receipt)
    assert len(proxy.asked("createSession")) == 2


def test_a_revoked_app_password_stops_the_account_when_its_session_runs_out(
    pds: PdsServer, proxy: HostileProxy, kent: PdsAccount, password: str
) -> None:
    kept = InMemory()
    publish(a_platform(proxy.url, kent, password, sessions=kept), slot="d1")
    pds.revoke_app_password(kent)
    kept.let_the_access_run_out()

    outcome = publish(a_platform(proxy.url, kent, password, sessions=kept), slot="d2")

    assert isinstance(outcome, Refused)
    assert outcome.stops_account
    assert len(pds.records(kent)) == 1


@pytest.mark.parametrize("content", ["", "not json", "[]", '{"of": 1}', "null", '{"of": ["", ""]}'])
def test_a_damaged_or_foreign_session_is_replaced(
    pds: PdsServer, kent: PdsAccount, password: str, content: str
) -> None:
    kept = InMemory()
    kept.content = content

    assert isinstance(publish(a_platform(pds.url, kent, password, sessions=kept)), Receipt)
    assert kept.writes == 1


def test_the_session_of_other_credentials_is_never_used(
    pds: PdsServer, kent: PdsAccount, password: str
) -> None:
    kept, essex = InMemory(), pds.make_account("essex")
    publish(a_platform(pds.url, kent, password, sessions=kept))

    outcome = publish(a_platform(pds.url, essex, pds.make_app_password(essex), sessions=kept))

    assert isinstance(outcome, Receipt)
    assert len(pds.records(essex)) == 1


def test_threads_that_begin_together_sign_in_once(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    ready = threading.Barrier(4)

    def go(number: int) -> Outcome:
        ready.wait()
        return publish(bluesky, slot=f"d{number}")

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(go, range(4)))

    assert all(isinstance(one, Receipt) for one in outcomes), outcomes
    assert len(proxy.asked("createSession")) == 1


# --- the file a session is kept in ------------------------------------------------------------


def test_a_kept_session_is_for_the_bots_own_user_alone(tmp_path: Path) -> None:
    file = AccountFile(tmp_path / "sessions" / "kent-bsky.json")
    assert file.read() is None

    file.write("first")
    file.write("second")

    assert file.read() == "second"
    (made,) = (tmp_path / "sessions").iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700


def test_where_a_session_cannot_be_kept_posts_go_out_all_the_same(
    pds: PdsServer, kent: PdsAccount, password: str, tmp_path: Path
) -> None:
    (tmp_path / "sessions").write_text("a file where the folder should be")
    nowhere = AccountFile(tmp_path / "sessions" / "kent-bsky.json")

    assert isinstance(publish(a_platform(pds.url, kent, password, sessions=nowhere)), Receipt)


# --- looking ----------------------------------------------------------------------------------


def test_an_empty_place_is_told_from_one_that_cannot_be_read(
    proxy: HostileProxy, bluesky: BlueskyPlatform
) -> None:
    assert find(bluesky) == NotFound(looked_at=0)

    proxy.script(
        [
            faults.refused(400, "InvalidRequest", "Could not find repo", route="getRecord"),
            faults.refused(429, "RateLimitExceeded", route="getRecord"),
            faults.refused(404, "NotFound", route="getRecord"),
            faults.refused(500, route="getRecord"),
            faults.html(route="getRecord"),
            faults.dropped(route="getRecord"),
            Fault("getRecord", status=200, body=b'{"uri": "at://x", "cid": "y", "value": {}}'),
        ]
    )
    for _ in range(7):
        assert isinstance(find(bluesky), CannotLook)


def test_other_words_in_the_place_are_not_this_post(bluesky: BlueskyPlatform) -> None:
    publish(bluesky, "First words.")

    assert find(bluesky, "Second words.") == NotFound(looked_at=1)


def test_a_place_cannot_be_read_without_signing_in(kent: PdsAccount, pds: PdsServer) -> None:
    found = find(a_platform(pds.url, kent, "abcd-efgh-ijkl-mnop"))

    assert isinstance(found, CannotLook)
    assert "app password" in found.sentence


def test_the_newest_posts_are_read_and_what_others_left_half_made_is_passed_over(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    assert bluesky.recent() == ()
    publish(bluesky)
    by_hand = {
        "$type": "app.bsky.feed.post",
        "text": "By hand",
        "createdAt": "2026-11-01T08:00:00Z",
    }
    pds.put(kent, "3m4npj6y2222a", by_hand)

    seen = bluesky.recent()

    assert isinstance(seen, tuple)
    assert [one.text for one in seen] == [WORDS, "By hand"]
    assert seen[0].at == DUE
    assert seen[1].url == f"https://bsky.app/profile/{kent.handle}/post/3m4npj6y2222a"


@pytest.mark.parametrize(
    "fault",
    [
        faults.html(route="listRecords"),
        faults.refused(500, route="listRecords"),
        Fault("listRecords", body=b'{"records": [7]}'),
        Fault("listRecords", body=b'{"posts": []}'),
    ],
)
def test_a_page_that_makes_no_sense_is_not_an_empty_page(
    proxy: HostileProxy, bluesky: BlueskyPlatform, fault: Fault
) -> None:
    proxy.script([fault])

    assert isinstance(bluesky.recent(), CannotLook)


# --- the surroundings have no say, and hear no secret -----------------------------------------


def test_neither_proxies_nor_netrc_nor_logs_hear_a_secret(
    pds: PdsServer,
    kent: PdsAccount,
    password: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    kept = InMemory()

    with caplog.at_level(logging.DEBUG):
        outcome = publish(a_platform(pds.url, kent, password, sessions=kept))

    assert isinstance(outcome, Receipt)
    said = json.loads(kept.content or "")
    for secret in (password, said["access"], said["refresh"]):
        assert secret not in caplog.text + outcome.evidence


def test_a_secret_that_the_server_echoes_is_not_kept(
    proxy: HostileProxy, kent: PdsAccount, password: str
) -> None:
    platform = a_platform(proxy.url, kent, password)
    platform.recent()
    echo = proxy.asked("listRecords")[0].headers["authorization"]
    proxy.script([faults.refused(400, "InvalidRequest", f"bad {echo} {password}")])

    outcome = publish(platform)

    assert isinstance(outcome, Refused)
    assert echo.split()[1][:40] not in outcome.evidence
    assert password not in outcome.evidence
    assert password not in repr(BlueskyCredentials(kent.handle, password))


def test_a_payload_is_made_without_importing_the_library() -> None:
    program = """
import sys
from tests.platforms.test_bluesky import a_key, a_rendering, an_account
from bot.platforms.bluesky import BlueskyPlatform
platform = BlueskyPlatform(an_account("kent.test"), None)
assert b'"repo":"kent.test"' in platform.payload(a_key(), a_rendering())
sys.exit(bool({"atproto_client", "httpx", "requests"} & set(sys.modules)))
"""

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# --- what it replies to -----------------------------------------------------------------------


def test_a_public_post_is_named_by_its_address_and_its_content(
    pds: PdsServer, kent: PdsAccount, bluesky: BlueskyPlatform
) -> None:
    receipt = publish(bluesky)
    assert isinstance(receipt, Receipt)

    (kept,) = pds.records(kent)
    assert bluesky.locate(receipt.remote_id) == Remote(receipt.remote_id, kept["uri"], kept["cid"])


def test_a_part_whose_first_was_taken_down_is_refused(bluesky: BlueskyPlatform) -> None:
    outcome = bluesky.locate(record_key(a_key(), DUE))

    assert isinstance(outcome, Refused)
    assert "is not on Bluesky any more" in outcome.sentence


def test_a_part_waits_where_the_one_before_cannot_be_read() -> None:
    nobody = BlueskyPlatform(
        an_account("kent.test"), BlueskyCredentials("kent.test", "word"), url="http://127.0.0.1:9"
    )

    assert isinstance(nobody.locate("3kabc"), NotSent)
