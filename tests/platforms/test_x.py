"""X over real HTTP on 127.0.0.1: what is known after each thing that can happen to a request."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from bot.platforms import CannotLook, Found, NotFound, Prepared, Remote, Seen
from bot.platforms.x import XCredentials, XPlatform
from bot.platforms.x_text import as_written, comparable
from tests.loopback import x_server as faults
from tests.loopback.x_server import ME, POST, TIMELINE, Accepted, Fault, XServer, as_shown

USER = "1234567890"
SECRETS = {USER: ("consumer-secret-of-kent", "token-secret-of-kent")}
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
DEAD = "http://127.0.0.1:9"


@pytest.fixture
def server() -> Iterator[XServer]:
    with XServer(secrets=SECRETS) as server:
        yield server


@pytest.fixture
def x(server: XServer) -> XPlatform:
    return a_platform(server.url)


def a_platform(url: str, *, account: str = "kent-x", deadline_seconds: float = 10.0) -> XPlatform:
    return XPlatform(an_account(account), some_keys(), url=url, deadline_seconds=deadline_seconds)


def an_account(id_: str = "kent-x", *, handle: str | None = "kent_police") -> Account:
    return Account(id_, "kent", PlatformName.X, (Language.EN,), handle=handle)


def some_keys(user: str = USER, name: str = "kent") -> XCredentials:
    return XCredentials(
        f"consumer-key-of-{name}",
        f"consumer-secret-of-{name}",
        f"{user}-token-of-{name}",
        f"token-secret-of-{name}",
    )


def a_key(account: str = "kent-x") -> PostKey:
    return PostKey("ct@2026", account, "d1.morning", Language.EN)


def a_rendering(
    text: str = "Trust your instincts. gov.uk/ACT", *, account: str = "kent-x"
) -> Rendering:
    due = datetime(2026, 11, 22, 9, tzinfo=UTC)
    pick = Pick("m", "w")
    length = len(text)
    return Rendering(
        account, PlatformName.X, Language.EN, due, pick, text, length, 280, (), (), "digest"
    )


def publish(x: XPlatform, text: str = "Trust your instincts. gov.uk/ACT") -> Outcome:
    account = x.account.id
    return x.publish(a_key(account), a_rendering(text, account=account))


# --- published --------------------------------------------------------------------------------


def test_a_post_is_published_once_and_its_receipt_names_it(server: XServer, x: XPlatform) -> None:
    outcome = publish(x, "Report it at gov.uk/ACT & stay safe")

    (post,) = server.posts(USER)
    assert isinstance(outcome, Receipt)
    assert outcome.remote_id == post.id
    assert outcome.url == f"https://x.com/kent_police/status/{post.id}"
    assert post.text == "Report it at gov.uk/ACT & stay safe"


def test_an_account_without_a_handle_has_an_address_too(server: XServer) -> None:
    x = XPlatform(an_account(handle=None), some_keys(), url=server.url)

    outcome = publish(x)

    assert isinstance(outcome, Receipt)
    assert outcome.url == f"https://x.com/i/web/status/{outcome.remote_id}"


def test_what_is_sent_is_the_payload_byte_for_byte(server: XServer, x: XPlatform) -> None:
    rendering = a_rendering("Ymddiriedwch yn eich greddf – ŵŷ 🚨")

    x.publish(a_key(), rendering)

    assert server.requests(POST)[0].body == x.payload(a_key(), rendering)


def test_the_evidence_keeps_the_request_and_the_limits(server: XServer, x: XPlatform) -> None:
    outcome = publish(x)

    assert isinstance(outcome, Receipt)
    for kept in ("201", "x-transaction-id", "x-rate-limit-remaining 99", outcome.remote_id):
        assert kept in outcome.evidence


def test_an_answer_compressed_unasked_is_still_read(server: XServer, x: XPlatform) -> None:
    import gzip

    body = gzip.compress(json.dumps({"data": {"id": "77"}}).encode())
    server.script(
        [
            Fault(
                body=body,
                headers=(("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))),
            )
        ]
    )

    outcome = publish(x)

    assert isinstance(outcome, Receipt)
    assert outcome.remote_id == "77"


# --- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "says", "stops", "duplicate"),
    [
        (faults.bad_request(), "found something wrong", False, False),
        (faults.unauthorised(), "does not accept the access keys", True, False),
        (faults.no_credit(), "no credit left", True, False),
        (faults.problem(403, "x", title="credits-depleted"), "no credit left", True, False),
        (faults.duplicate(), "posted these words already", False, True),
        (faults.suspended(), "suspended or locked", True, False),
        (faults.client_forbidden(), "does not let our app post", True, False),
        (faults.read_only_app(), "does not let our app post", True, False),
        (faults.not_permitted(), "gives no closer reason", False, False),
        (faults.problem(403, "Something new."), "did not take this post", False, False),
        (faults.problem(404), "did not take this post", False, False),
        (faults.problem(422), "found something wrong", False, False),
        (faults.garbage(403, accepts=False), "did not take this post", False, False),
        (Fault(accepts=False, status=403, body=b"[1,2]"), "did not take this post", False, False),
        (Fault(accepts=False, status=403, body=b'{"errors":null}'), "did not take", False, False),
        (
            Fault(accepts=False, status=403, body=b'{"errors":[{"code":187,"message":"Status"}]}'),
            "posted these words already",
            False,
            True,
        ),
        (
            Fault(accepts=False, status=403, body=b'{"errors":[{"code":326,"message":"Locked"}]}'),
            "suspended or locked",
            True,
            False,
        ),
    ],
)
def test_a_refusal_says_which_account_and_whether_it_must_stop(
    server: XServer, x: XPlatform, fault: Fault, says: str, stops: bool, duplicate: bool
) -> None:
    server.script([fault])

    outcome = publish(x)

    assert isinstance(outcome, Refused)
    assert says in outcome.sentence
    assert "kent-x (@kent_police)" in outcome.sentence
    assert (outcome.stops_account, outcome.duplicate) == (stops, duplicate)
    assert outcome.evidence.startswith(str(fault.status))


def test_x_refuses_the_same_words_twice(server: XServer, x: XPlatform) -> None:
    publish(x, "The same words")

    outcome = publish(x, "The same words")

    assert isinstance(outcome, Refused)
    assert outcome.duplicate
    assert len(server.posts()) == 1


def test_a_post_too_long_or_of_another_account_does_not_leave(
    server: XServer, x: XPlatform
) -> None:
    too_long = x.publish(a_key(), a_rendering("word " * 60))
    another = x.publish(a_key("essex-x"), a_rendering())

    assert isinstance(too_long, Refused)
    assert isinstance(another, Refused)
    assert server.requests() == ()


# --- surely not sent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (faults.limited(), 900),
        (faults.limited(reset_in=120), 121),
        (faults.limited(retry_after=40), 40),
        (faults.limited(reset_in=120, retry_after=400), 400),
        (faults.limited(reset_in=10**8), 24 * 3600),
        (faults.limited(reset_in=0), 1),
        (
            faults.problem(
                429,
                headers=(
                    ("x-rate-limit-reset", "+60"),
                    ("x-app-limit-24hour-remaining", "0"),
                    ("x-app-limit-24hour-reset", "+7200"),
                ),
            ),
            7201,
        ),
        (faults.problem(429, headers=(("x-rate-limit-reset", "soon"),)), 900),
    ],
)
def test_a_limit_is_not_waited_for_but_says_how_long(
    server: XServer, x: XPlatform, fault: Fault, seconds: float
) -> None:
    server.script([fault])

    outcome = publish(x)

    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_seconds == seconds
    assert not outcome.stops_account
    assert len(server.requests()) == 1


def test_the_last_post_of_a_limit_lets_the_account_rest(server: XServer, x: XPlatform) -> None:
    spent = (("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "+120"))
    server.script([Fault(headers=spent), faults.limited(reset_in=60)])

    last, limited, free = (publish(x, f"Call 999. ({number})") for number in range(3))

    assert isinstance(last, Receipt)
    assert last.rests_seconds == 121
    assert isinstance(limited, NotSent)
    assert limited.rests_seconds == 61
    assert isinstance(free, Receipt)
    assert free.rests_seconds == 0


def test_a_used_up_month_stops_the_account(server: XServer, x: XPlatform) -> None:
    server.script([faults.usage_capped()])

    outcome = publish(x)

    assert isinstance(outcome, NotSent)
    assert outcome.stops_account


def test_a_refused_connection_is_surely_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    outcome = publish(a_platform(f"http://127.0.0.1:{port}"))

    assert isinstance(outcome, NotSent)
    assert "could not be reached" in outcome.sentence


def test_a_name_that_is_not_found_is_surely_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)

    outcome = publish(a_platform("https://x.invalid"))

    assert isinstance(outcome, NotSent)
    assert "Name or service" not in outcome.sentence + outcome.evidence


def test_a_name_look_up_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        released.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)

    outcome = publish(a_platform("https://x.invalid", deadline_seconds=0.2))

    assert not released.is_set()
    released.set()
    assert isinstance(outcome, NotSent)
    assert "in time" in outcome.sentence


def test_a_server_that_takes_no_connection_is_left_at_the_deadline() -> None:
    with socket.socket() as full, socket.socket() as one, socket.socket() as two:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filling in (one, two):
            filling.setblocking(False)
            filling.connect_ex(full.getsockname())

        outcome = publish(
            a_platform(f"http://127.0.0.1:{full.getsockname()[1]}", deadline_seconds=0.3)
        )

    assert isinstance(outcome, NotSent)


def test_a_server_that_does_not_speak_tls_is_surely_not_sent(server: XServer) -> None:
    outcome = publish(a_platform(server.url.replace("http:", "https:")))

    assert isinstance(outcome, NotSent)
    assert "secure" in outcome.sentence
    assert server.posts() == ()


def test_a_tls_handshake_that_hangs_is_left_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"

        outcome = publish(a_platform(url, deadline_seconds=0.2))

    assert isinstance(outcome, NotSent)


def test_without_keys_nothing_is_sent_and_the_account_stops(server: XServer) -> None:
    outcome = publish(XPlatform(an_account(), None, url=server.url))

    assert isinstance(outcome, NotSent)
    assert outcome.stops_account
    assert server.requests() == ()


def test_a_process_frozen_before_its_first_byte_does_not_send_late(
    server: XServer, x: XPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = 0.0
    clock, monotonic, request = (
        time.clock_gettime,
        time.monotonic,
        http.client.HTTPConnection.request,
    )

    def freeze(*arguments: object, **named: object) -> None:
        nonlocal slept
        slept = 3600.0
        request(*arguments, **named)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(time, "clock_gettime", lambda kind: clock(kind) + slept)
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + slept)
    monkeypatch.setattr(http.client.HTTPConnection, "request", freeze)

    outcome = publish(x)

    assert isinstance(outcome, NotSent)
    assert server.posts() == ()


# --- may be public ----------------------------------------------------------------------------

MAY_BE_PUBLIC = [
    faults.drop_before_answer(),
    faults.drop_before_answer(reset=True),
    faults.drop_before_answer(accepts=False),
    faults.drop_in_headers(),
    faults.drop_in_headers(reset=True),
    faults.half_a_body(),
    faults.half_a_body(reset=True),
    faults.garbage(),
    faults.garbage(200),
    Fault(body=b""),
    Fault(body=b"[]"),
    Fault(body=b"\xff\xfe"),
    Fault(body=b"[" * 200_000),
    Fault(body=b'{"data":{"id":null}}'),
    Fault(body=b'{"data":{"id":""}}'),
    Fault(body=b'{"data":[{"id":"1"}]}'),
    Fault(body=b"plain", headers=(("Content-Encoding", "gzip"),)),
    Fault(headers=(("Content-Length", "100000000000"),)),
    faults.no_id(),
    faults.only_errors(),
    faults.redirect(301),
    faults.redirect(302, accepts=True),
    faults.redirect(307),
    faults.problem(408),
    faults.problem(409),
    faults.server_fault(500),
    faults.server_fault(500, accepts=True),
    faults.server_fault(503),
    faults.server_fault(503, accepts=True),
]


@pytest.mark.parametrize("fault", MAY_BE_PUBLIC)
def test_what_is_not_understood_may_be_public_and_is_asked_once(
    server: XServer, x: XPlatform, fault: Fault
) -> None:
    server.script([fault])

    outcome = publish(x)

    assert isinstance(outcome, Unknown)
    assert "kent-x (@kent_police)" in outcome.sentence
    assert [arrival.route for arrival in server.requests()] == [POST]


@pytest.mark.parametrize("fault", [faults.drip_body(), faults.drip_headers(), faults.late(60)])
def test_a_slow_answer_is_cut_off_at_the_deadline(server: XServer, fault: Fault) -> None:
    server.script([fault])

    outcome = publish(a_platform(server.url, deadline_seconds=0.4))

    assert isinstance(outcome, Unknown)
    assert server.has_been_cut_off()
    assert server.finished[POST] == 0
    assert len(server.requests()) == 1


def test_an_answer_without_end_is_not_read_for_ever(server: XServer, x: XPlatform) -> None:
    server.script([Fault(body=b" " * 5_000_000)])

    assert isinstance(publish(x), Unknown)


def test_a_whole_answer_counts_even_if_the_line_then_breaks(server: XServer, x: XPlatform) -> None:
    server.script([faults.drop_after_answer()])

    assert isinstance(publish(x), Receipt)


def test_a_redirect_is_never_followed(server: XServer, x: XPlatform) -> None:
    server.script([faults.redirect(status) for status in (301, 302, 303, 307, 308)])

    outcomes = [publish(x, f"Words {number}") for number in range(5)]

    assert all(isinstance(outcome, Unknown) for outcome in outcomes)
    assert [arrival.method for arrival in server.requests()] == ["POST"] * 5


def test_the_unforeseen_may_be_public(x: XPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    import tweepy

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret inner words")

    monkeypatch.setattr(tweepy.Client, "request", fail)

    outcome = publish(x)

    assert isinstance(outcome, Unknown)
    assert "secret inner words" not in outcome.sentence + outcome.evidence


# --- the surroundings have no say, and hear no secret -------------------------------------------


def test_proxies_and_netrc_of_the_environment_are_ignored(
    server: XServer, x: XPlatform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\ndefault login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, DEAD)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))

    outcome = publish(x)

    assert isinstance(outcome, Receipt)
    assert server.requests()[0].headers["authorization"].startswith("OAuth ")


def test_no_key_is_logged_printed_or_kept(
    server: XServer,
    x: XPlatform,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = some_keys()
    secrets = (keys.api_key, keys.api_key_secret, keys.access_token, keys.access_token_secret)
    echo = f"Keys {' '.join(secrets)} are wrong"
    errors = json.dumps({"errors": [{"message": echo}]}).encode()
    server.script(
        [faults.FINE, faults.problem(401, echo, title=echo), Fault(status=403, body=errors)]
    )
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    publish(x, "so that every library is imported and has its logger")
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)
    caplog.set_level(logging.DEBUG)

    outcomes = [publish(x, f"Words {number}") for number in range(3)]

    printed = capfd.readouterr()
    everything = repr((outcomes, keys, x, caplog.records, caplog.text, printed))
    assert not [secret for secret in secrets if secret.lower() in everything.lower()]


def test_x_is_only_spoken_to_in_the_open_on_this_machine() -> None:
    for url in ("http://api.twitter.com", "ftp://127.0.0.1", "api.twitter.com"):
        with pytest.raises(SettingsError):
            a_platform(url)


def test_accounts_at_work_at_once_each_sign_with_their_own_keys() -> None:
    users = {"kent-x": ("111", "kent"), "essex-x": ("222", "essex")}
    secrets = {u: (f"consumer-secret-of-{n}", f"token-secret-of-{n}") for u, n in users.values()}
    with XServer(secrets=secrets) as server, ThreadPoolExecutor(8) as pool:
        server.always = faults.late(0.01)
        platforms = [
            XPlatform(an_account(id_), some_keys(user, name), url=server.url)
            for id_, (user, name) in users.items()
        ]

        outcomes = list(
            pool.map(
                lambda n: publish(platforms[n % 2], f"{platforms[n % 2].account.id} {n}"), range(40)
            )
        )

        assert all(isinstance(outcome, Receipt) for outcome in outcomes)
        assert {post.text.split()[0] for post in server.posts("111")} == {"kent-x"}
        assert {post.text.split()[0] for post in server.posts("222")} == {"essex-x"}


def test_publishing_and_looking_at_once_do_not_mix_their_answers(
    server: XServer, x: XPlatform
) -> None:
    server.always = faults.late(0.01)

    def work(number: int) -> object:
        return publish(x, f"Words {number}") if number % 2 else x.recent()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(work, range(40)))

    assert all(isinstance(outcome, Receipt) for outcome in outcomes[1::2])
    assert all(isinstance(outcome, tuple) for outcome in outcomes[::2])


def test_a_payload_is_made_without_importing_tweepy_or_requests() -> None:
    program = """
import sys
from bot.platforms.x import XCredentials, XPlatform
from tests.platforms.test_dry_run import ACCOUNT, KEY, a_rendering
x = XPlatform(ACCOUNT, XCredentials("key", "secret", "1-token", "secret"))
assert x.payload(KEY, a_rendering("Words")) == b'{"text":"Words"}'
sys.exit(bool({"tweepy", "requests"} & set(sys.modules)))
"""

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# --- looking ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Trust your instincts. Report it at gov.uk/ACT.",
        "Report it: https://www.gov.uk/report-terrorism?a=1&b=2 #ActionCountersTerrorism",
        "https://act.campaign.gov.uk/",
        "If it <doesn't> feel right & safe, call 0800 789 321 &amp; tell us",
        "Cafe\u0301 society",
        "Two\n\nlines\nand gov.uk/ACT\n",
        "GOV.UK/ACT and met.police.uk",
        "www.police.uk",
    ],
)
def test_a_post_is_found_as_its_author_wrote_it(server: XServer, x: XPlatform, text: str) -> None:
    server.script([faults.drop_before_answer()])
    publish(x, text)

    found = x.find(a_key(), a_rendering(text), since=datetime.now(UTC), known=())

    assert isinstance(found, Found)
    assert found.seen.remote_id == server.posts()[0].id


@pytest.mark.parametrize(
    ("expanded", "display"),
    [
        ("http://gov.uk/ACT", "gov.uk/ACT"),
        ("https://gov.uk/ACT", "gov.uk/ACT"),
        ("https://gov.uk/ACT/", "gov.uk/ACT/"),
    ],
)
def test_a_bare_domain_is_found_however_x_expands_it(expanded: str, display: str) -> None:
    link = {"url": "https://t.co/abcDEF1234", "expanded_url": expanded, "display_url": display}

    seen = as_written("Report it: https://t.co/abcDEF1234.", {"urls": [link]})

    assert comparable(seen) == comparable("Report it: gov.uk/ACT.")


def test_the_link_of_a_picture_is_not_part_of_the_words() -> None:
    picture = {
        "url": "https://t.co/pic4567890",
        "expanded_url": "https://x.com/kent_police/status/1/photo/1",
        "display_url": "pic.x.com/pic4567890",
        "media_key": "3_1",
    }

    assert as_written("Look out https://t.co/pic4567890", {"urls": [picture]}) == "Look out"


PIECES = """
    Report it & <b> &amp; &lt; … 🚨 999 #CT é e\u0301 now.Call a@gov.uk gov.uk/ACT www.police.uk
    MET.police.uk https://gov.uk/ACT?a=1&b=2 (https://x.org/a/) http://gov.uk T.co/x
"""
pieces = st.sampled_from([*PIECES.split(), "\n"])


@given(st.lists(pieces, min_size=1, max_size=12).map(" ".join))
def test_whatever_x_makes_of_a_text_it_compares_equal(text: str) -> None:
    post = Accepted("1", USER, text.strip(), LONG_AGO)
    stored, links = as_shown(post)

    assert comparable(as_written(stored, {"urls": links})) == comparable(text)


@pytest.mark.parametrize("other", ["Trust your instinct. gov.uk/ACT", "Trust your instincts."])
def test_other_words_are_not_found(server: XServer, x: XPlatform, other: str) -> None:
    server.show(USER, other)

    found = x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=())

    assert found == NotFound(looked_at=1)


def test_a_post_the_ledger_knows_never_matches(server: XServer, x: XPlatform) -> None:
    post = server.show(USER, "Trust your instincts. gov.uk/ACT")

    found = x.find(a_key(), a_rendering(), since=datetime.now(UTC), known={post.id})

    assert found == NotFound(looked_at=1)


def test_a_post_from_before_the_attempt_is_not_looked_at(server: XServer, x: XPlatform) -> None:
    server.show(USER, "Trust your instincts. gov.uk/ACT", at=datetime.now(UTC) - timedelta(hours=1))

    assert x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=()) == NotFound(
        looked_at=0
    )


def test_another_accounts_same_words_are_not_found(server: XServer, x: XPlatform) -> None:
    server.show("999", "Trust your instincts. gov.uk/ACT")

    assert x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=()) == NotFound(
        looked_at=0
    )


def test_a_timeline_that_lags_does_not_show_the_post_yet(server: XServer, x: XPlatform) -> None:
    publish(x)
    server.script([faults.timeline_behind()])

    first = x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=())
    second = x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=())

    assert first == NotFound(looked_at=0)
    assert isinstance(second, Found)


def test_a_post_on_a_later_page_is_found(server: XServer, x: XPlatform) -> None:
    server.show(USER, "Trust your instincts. gov.uk/ACT")
    for number in range(150):
        server.show(USER, f"Roads {number}")

    found = x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=())

    assert isinstance(found, Found)
    assert len(server.requests(TIMELINE)) == 2


def test_a_timeline_too_long_to_read_says_so(server: XServer, x: XPlatform) -> None:
    for number in range(520):
        server.show(USER, f"Roads {number}")

    found = x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=())

    assert isinstance(found, CannotLook)
    assert len(server.requests(TIMELINE)) == 5


def test_what_x_gave_is_counted_by_whole_pages_whatever_came_of_it(
    server: XServer, x: XPlatform
) -> None:
    for number in range(150):
        server.show(USER, f"Roads {number}")
    server.show(USER, "Trust your instincts. gov.uk/ACT")

    found = x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=())
    absent = x.find(a_key(), a_rendering("Other words."), since=datetime.now(UTC), known=())
    server.script([Fault(TIMELINE), faults.limited(route=TIMELINE)])
    broken_off = x.find(a_key(), a_rendering("Other words."), since=datetime.now(UTC), known=())

    assert isinstance(found, Found)
    assert isinstance(broken_off, CannotLook)
    assert (found.posts, absent.posts, broken_off.posts) == (100, 151, 100)


TIMELINE_FAULTS = [
    faults.unauthorised(route=TIMELINE),
    faults.no_credit(route=TIMELINE),
    faults.limited(route=TIMELINE),
    faults.server_fault(route=TIMELINE),
    faults.drop_before_answer(route=TIMELINE),
    faults.half_a_body(route=TIMELINE),
    faults.garbage(200, route=TIMELINE),
    Fault(TIMELINE, body=b'{"errors":[{"title":"Not Found Error"}]}'),
    Fault(TIMELINE, body=b'{"data":"x","meta":{}}'),
    Fault(TIMELINE, body=b'{"data":[{}],"meta":{}}'),
    Fault(TIMELINE, body=b'{"data":[{"id":"1","text":"x"}],"meta":{}}'),
    Fault(TIMELINE, body=b'{"data":[{"id":"1","text":7,"created_at":"2026"}],"meta":{}}'),
]


@pytest.mark.parametrize("fault", TIMELINE_FAULTS)
def test_a_timeline_that_cannot_be_read_is_no_absence(
    server: XServer, x: XPlatform, fault: Fault
) -> None:
    server.script([fault, fault])

    found = x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=())
    recent = x.recent()

    assert isinstance(found, CannotLook)
    assert isinstance(recent, CannotLook)
    assert "kent-x (@kent_police)" in found.sentence


def test_a_dripping_timeline_is_cut_off_too(server: XServer) -> None:
    server.script([faults.drip_body(route=TIMELINE)])

    assert isinstance(a_platform(server.url, deadline_seconds=0.4).recent(), CannotLook)
    assert server.has_been_cut_off()


def test_looking_writes_nothing(server: XServer, x: XPlatform) -> None:
    x.find(a_key(), a_rendering(), since=datetime.now(UTC), known=())
    x.recent()

    assert {arrival.method for arrival in server.requests()} == {"GET"}


def test_the_recent_posts_are_the_newest_as_written(server: XServer, x: XPlatform) -> None:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    server.show(USER, "Old & read: gov.uk/ACT", at=at)
    for number in range(100):
        server.show(USER, f"Roads {number}")

    recent = x.recent()
    first = XServer.posts(server)[0]

    assert isinstance(recent, tuple)
    assert len(recent) == 100
    assert first.id not in {seen.remote_id for seen in recent}


def test_a_seen_post_has_its_words_its_time_and_its_address(server: XServer, x: XPlatform) -> None:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    post = server.show(USER, "Safe & sound: gov.uk/ACT https://www.police.uk/", at=at)

    assert x.recent() == (
        Seen(
            post.id,
            "Safe & sound: gov.uk/ACT https://www.police.uk/",
            at,
            f"https://x.com/kent_police/status/{post.id}",
        ),
    )


def test_a_token_without_a_number_cannot_look(server: XServer) -> None:
    x = XPlatform(an_account(), XCredentials("k", "s", "odd", "s"), url=server.url)

    assert isinstance(x.recent(), CannotLook)
    assert server.requests() == ()


# --- checking ---------------------------------------------------------------------------------


def who_x_says(**said: object) -> Fault:
    document = {"data": {"id": USER, "name": "Kent", "username": "Kent_Police"} | said}
    return Fault(ME, body=json.dumps(document).encode())


def test_a_check_of_a_sound_account_finds_nothing_to_mend_and_posts_nothing(
    server: XServer, x: XPlatform
) -> None:
    server.script([who_x_says(verified_type="government")])

    found = x.check()

    assert all(one.is_well for one in found)
    assert "X has verified the account as: government." in [one.sentence for one in found]
    assert [one.route for one in server.requests()] == [ME]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (who_x_says(username="surrey"), "those of @surrey, and config/forces.yaml says @kent_poli"),
        (who_x_says(protected=True), "The account is protected"),
        (faults.unauthorised(route=ME), "does not accept the access keys of kent-x"),
        (faults.no_credit(route=ME), "no credit left"),
        (faults.problem(403, route=ME), "does not let our app ask"),
        (faults.limited(route=ME), "so soon"),
        (faults.server_fault(route=ME), "gave no answer"),
        (faults.drop_before_answer(route=ME), "gave no answer"),
        (faults.garbage(200, route=ME), "gave no answer"),
        (Fault(ME, body=b'{"data": []}'), "gave no answer"),
    ],
)
def test_a_check_says_what_to_mend(server: XServer, x: XPlatform, fault: Fault, says: str) -> None:
    server.script([fault])

    (mended,) = [one.sentence for one in x.check() if not one.is_well]

    assert says in mended


def test_a_reply_that_x_does_not_allow_is_final_and_does_not_stop_the_account(
    server: XServer, x: XPlatform
) -> None:
    key, second = replace(a_key(x.account.id), part=2), replace(a_rendering("Second."), part=2)

    outcome = x.publish(key, second, Prepared(parent=Remote("1")))

    assert isinstance(outcome, Refused)
    assert not outcome.stops_account
    assert "Reply to this conversation is not allowed" in outcome.evidence
    assert server.posts(USER) == ()


def test_a_part_that_replies_to_nothing_does_not_leave(server: XServer, x: XPlatform) -> None:
    key, second = replace(a_key(x.account.id), part=2), replace(a_rendering("Second."), part=2)

    outcome = x.publish(key, second)

    assert isinstance(outcome, Refused)
    assert "nothing says what it replies to" in outcome.sentence
    assert server.requests() == ()
