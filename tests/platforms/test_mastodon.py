"""Mastodon over real HTTP on 127.0.0.1: what is known after each thing that can happen."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

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
from bot.core.text.rules import Limits
from bot.platforms import CannotLook, Found, NotFound, Prepared, Remote
from bot.platforms.mastodon import MastodonCredentials, MastodonPlatform, idempotency_key
from bot.platforms.mastodon_text import as_written, comparable, shows_the_words
from tests.loopback import mastodon_server as faults
from tests.loopback.mastodon_server import (
    DELETE,
    INSTANCE,
    ME,
    POST,
    SHOW,
    TIMELINE,
    Fault,
    MastodonServer,
    Software,
    as_content,
)

NAME = "kent_police"
TOKEN = f"token-of-{NAME}"
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = "Trust your instincts. https://www.gov.uk/ACT #ActionCountersTerrorism"


def a_server(**settings: Any) -> MastodonServer:
    return MastodonServer(names={TOKEN: NAME}, **settings)


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with a_server() as server:
        yield server


@pytest.fixture
def kent(server: MastodonServer) -> MastodonPlatform:
    return a_platform(server.url)


def a_platform(
    url: str, *, token: str = TOKEN, deadline_seconds: float = 10.0, visibility: str = "public"
) -> MastodonPlatform:
    account = an_account(url, visibility=visibility)
    return MastodonPlatform(account, MastodonCredentials(token), deadline_seconds=deadline_seconds)


def an_account(
    url: str, *, handle: str | None = "kent_police", visibility: str = "public"
) -> Account:
    return Account(
        "kent-mastodon",
        "kent",
        PlatformName.MASTODON,
        (Language.EN,),
        handle=handle,
        instance=url,
        visibility=visibility,
    )


def a_key(slot: str = "d1.morning", *, account: str = "kent-mastodon") -> PostKey:
    return PostKey("ct@2026", account, slot, Language.EN)


def a_rendering(text: str = WORDS, *, language: Language = Language.EN) -> Rendering:
    due = datetime(2026, 11, 22, 9, tzinfo=UTC)
    pick = Pick("m", "w")
    account = "kent-mastodon"
    return Rendering(
        account,
        PlatformName.MASTODON,
        language,
        due,
        pick,
        text,
        len(text),
        500,
        (),
        (),
    ).with_digest()


def publish(platform: MastodonPlatform, text: str = WORDS) -> Outcome:
    return platform.publish(a_key(), a_rendering(text))


def look(
    platform: MastodonPlatform,
    text: str = WORDS,
    *,
    since: datetime = LONG_AGO,
    known: tuple[str, ...] = (),
) -> Found | NotFound | CannotLook:
    return platform.find(a_key(), a_rendering(text), since=since, known=known)


# --- published --------------------------------------------------------------------------------


def test_a_post_is_published_once_and_its_receipt_names_it(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    outcome = publish(kent, "One line & another\n\nand <more> 'quoted' https://www.gov.uk/ACT")

    (status,) = server.statuses()
    assert isinstance(outcome, Receipt)
    assert outcome.remote_id == status.id
    assert outcome.url == f"{server.url}/@{NAME}/{status.id}"
    assert status.text == "One line & another\n\nand <more> 'quoted' https://www.gov.uk/ACT"


def test_what_is_sent_is_the_payload_byte_for_byte_and_it_is_json(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    rendering = a_rendering("Ymddiriedwch yn eich greddf – ŵŷ 🚨", language=Language.CY)

    kent.publish(a_key(), rendering)

    (request,) = server.requests(POST)
    assert request.body == kent.payload(a_key(), rendering)
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {
        "status": "Ymddiriedwch yn eich greddf – ŵŷ 🚨",
        "language": "cy",
        "visibility": "public",
    }


def test_a_post_is_as_visible_as_it_was_approved(server: MastodonServer) -> None:
    unlisted = replace(a_rendering(), visibility="unlisted").with_digest()

    a_platform(server.url, visibility="unlisted").publish(a_key(), unlisted)

    assert server.statuses()[0].visibility == "unlisted"


@pytest.mark.parametrize(("planned", "now"), [("public", "private"), ("unlisted", "public")])
def test_a_post_that_was_planned_for_others_to_see_is_not_sent(
    server: MastodonServer, planned: str, now: str
) -> None:
    rendering = replace(a_rendering(), visibility=planned).with_digest()

    outcome = a_platform(server.url, visibility=now).publish(a_key(), rendering)

    assert isinstance(outcome, NotSent)
    assert f"planned as {planned}, and the account's posts are {now} now" in outcome.sentence
    assert server.requests() == ()


def test_the_evidence_keeps_the_status_and_the_limits(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    outcome = publish(kent)

    assert isinstance(outcome, Receipt)
    for kept in ("200", "x-ratelimit-remaining 299", f"id {outcome.remote_id}"):
        assert kept in outcome.evidence


def test_an_instance_that_shows_a_post_less_widely_is_noted(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.script([answer_with(server, "Words", visibility="unlisted")])

    outcome = publish(kent, "Words")

    assert isinstance(outcome, Receipt)
    assert "visibility unlisted, asked for public" in outcome.evidence


@pytest.mark.parametrize("software", list(Software))
def test_every_program_that_speaks_the_api_publishes_what_was_sent(software: Software) -> None:
    text = (
        "Gwŷdd & <b>\nline\n\nhttps://www.gov.uk/report-terrorism-and-more-than-that #ACT @a@b.uk"
    )
    with a_server(software=software) as server:
        kent = a_platform(server.url)
        outcome = publish(kent, text)
        found = look(kent, text)

    assert isinstance(outcome, Receipt)
    assert isinstance(found, Found)
    assert (found.seen.remote_id, found.seen.url) == (outcome.remote_id, outcome.url)


@pytest.mark.parametrize(
    "said",
    [
        None,
        17,
        "javascript:alert(1)",
        "https://elsewhere.example/@kent_police/1",
        "http://127.0.0.1:9/@kent_police/1",
        "https://[",
        "/@kent_police/1",
    ],
)
def test_a_page_that_is_not_on_the_instance_is_not_believed(
    server: MastodonServer, kent: MastodonPlatform, said: object
) -> None:
    server.script([answer_with(server, "Words", url=said)])

    outcome = publish(kent, "Words")

    assert isinstance(outcome, Receipt)
    assert outcome.url is None


# --- the key ----------------------------------------------------------------------------------


def test_a_second_copy_of_the_bot_makes_no_second_post_within_the_hour(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    first = publish(kent)
    second = publish(a_platform(server.url))

    assert isinstance(first, Receipt)
    assert isinstance(second, Receipt)
    assert first.remote_id == second.remote_id
    assert len(server.statuses()) == 1


def test_the_key_follows_from_the_place_and_from_what_fills_it() -> None:
    key, rendering = a_key(), a_rendering("Words")

    same = idempotency_key(a_key(), a_rendering("Words"))
    elsewhere = idempotency_key(a_key("d1.evening"), rendering)
    other_words = idempotency_key(key, a_rendering("Other words"))

    assert idempotency_key(key, rendering) == same
    assert len({same, elsewhere, other_words}) == 3
    assert len(same) == 64


def test_the_key_is_the_same_in_another_process(kent: MastodonPlatform) -> None:
    program = (
        "from tests.platforms.test_mastodon import *\n"
        "print(idempotency_key(a_key(), a_rendering('Words')))"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert said.stdout.decode().strip() == idempotency_key(a_key(), a_rendering("Words"))


def test_a_repeated_key_answered_with_500_may_be_public(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.repeated_key_is_a_fault = True
    publish(kent)

    outcome = publish(kent)

    assert isinstance(outcome, Unknown)
    assert isinstance(look(kent), Found)
    assert len(server.statuses()) == 1


# --- published, but not as it was given -------------------------------------------------------


def test_an_empty_post_is_removed_and_stops_the_account(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.rewrites = lambda text: ""

    outcome = publish(kent)

    assert isinstance(outcome, Refused)
    assert outcome.stops_account
    assert "published an empty post" in outcome.sentence
    assert "removed again" in outcome.sentence
    assert "kent-mastodon (@kent_police)" in outcome.sentence
    assert server.statuses() == ()


def test_other_words_than_were_sent_are_removed_and_kept_as_evidence(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.rewrites = lambda text: "Buy now!"

    outcome = publish(kent)

    assert isinstance(outcome, Refused)
    assert "published other words" in outcome.sentence
    assert "Buy now!" in outcome.evidence
    assert server.statuses() == ()


def still_shows_it(server: MastodonServer) -> None:
    server.removes = False


def refuses_to_remove(server: MastodonServer) -> None:
    server.script([faults.problem(403, route=DELETE)])


def drops_the_removal(server: MastodonServer) -> None:
    server.script([faults.drop_before_answer(accepts=False, route=DELETE)])


def cannot_say(server: MastodonServer) -> None:
    server.script([faults.server_fault(502, route=SHOW)])


@pytest.mark.parametrize(
    "goes_wrong", [still_shows_it, refuses_to_remove, drops_the_removal, cannot_say]
)
def test_what_could_not_be_removed_is_said_to_be_public(
    server: MastodonServer, kent: MastodonPlatform, goes_wrong: Callable[[MastodonServer], None]
) -> None:
    server.rewrites = lambda text: ""
    goes_wrong(server)

    outcome = publish(kent)

    assert isinstance(outcome, Refused)
    assert outcome.stops_account
    assert "could not be removed" in outcome.sentence
    assert f"{server.url}/@{NAME}/" in outcome.sentence


def test_a_removal_whose_answer_was_lost_counts_when_the_post_is_gone(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.rewrites = lambda text: ""
    server.script([faults.drop_before_answer(route=DELETE)])

    outcome = publish(kent)

    assert isinstance(outcome, Refused)
    assert "removed again" in outcome.sentence


def test_signs_that_an_instance_swallows_make_no_other_post(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.rewrites = lambda text: text.replace("*", "")

    outcome = publish(kent, "Call *now* on 999")

    assert isinstance(outcome, Receipt)
    assert "its signs differ: 'Call now on 999'" in outcome.evidence
    assert len(server.statuses()) == 1


def test_a_first_post_that_a_person_has_edited_since_is_left_alone(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    first = publish(kent, "Ring 999")
    server.edit(server.statuses()[0].id, "Ring 999, or 18000 by text")

    again = publish(kent, "Ring 999")

    assert isinstance(first, Receipt)
    assert isinstance(again, Receipt)
    assert again.remote_id == first.remote_id
    assert "edited since" in again.evidence
    assert [one.text for one in server.statuses()] == ["Ring 999, or 18000 by text"]


# --- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "says", "stops"),
    [
        (faults.problem(401), "does not accept the access token", True),
        (faults.problem(403, "This action is outside the authorized scopes"), "may not do", True),
        (faults.problem(422, "This method requires an authenticated user"), "may not do", True),
        (faults.problem(403, "Your login is currently disabled"), "closed, moved", True),
        (faults.problem(403, "Forbidden: your account has moved"), "closed, moved", True),
        (faults.problem(403, "This action is not allowed"), "does not permit this post", False),
        (faults.problem(404, "Record not found"), "did not take this post", False),
        (faults.garbage(404, accepts=False), "nothing there answers as Mastodon does", True),
        (faults.problem(422, "Text character limit of 500 exceeded"), "too long", False),
        (faults.problem(422), "found something wrong", False),
        (faults.problem(400), "found something wrong", False),
        (faults.garbage(403, accepts=False), "does not permit this post", False),
        (Fault(accepts=False, status=403, body=b'{"error":null}'), "does not permit", False),
        (Fault(accepts=False, status=422, body=b"[1,2]"), "found something wrong", False),
        (faults.problem(418), "did not take this post", False),
    ],
)  # fmt: skip
def test_a_refusal_says_which_account_and_whether_it_must_stop(
    server: MastodonServer, kent: MastodonPlatform, fault: Fault, says: str, stops: bool
) -> None:
    server.script([fault])

    outcome = publish(kent)

    assert isinstance(outcome, Refused)
    assert says in outcome.sentence
    assert "kent-mastodon (@kent_police)" in outcome.sentence
    assert outcome.stops_account == stops
    assert outcome.evidence.startswith(str(fault.status))


def test_a_post_too_long_or_of_another_account_does_not_leave(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    too_long = kent.publish(a_key(), a_rendering("word " * 120))
    another = kent.publish(a_key(account="essex-mastodon"), a_rendering())

    assert isinstance(too_long, Refused)
    assert "characters long and Mastodon takes 500" in too_long.sentence
    assert isinstance(another, Refused)
    assert server.requests() == ()


def test_an_instance_that_lies_about_its_limit_refuses_in_words(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.says, server.max_characters = {"max_characters": 500}, 20

    outcome = publish(kent)

    assert isinstance(outcome, Refused)
    assert "bot accounts --check" in outcome.sentence


# --- surely not sent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [
        (faults.limited(), 300, 300),
        (faults.limited(reset_in=120), 120, 122),
        (faults.limited(retry_after=40), 40, 40),
        (faults.limited(reset_in=120, retry_after=400), 400, 400),
        (faults.limited(reset_in=10**8), 24 * 3600, 24 * 3600),
        (faults.limited(reset_in=-600), 1, 1),
        (faults.problem(429, headers=(("X-RateLimit-Reset", "soon"),)), 300, 300),
        (faults.problem(429, headers=(("X-RateLimit-Reset", "9" * 12),)), 86400, 86400),
    ],
)
def test_a_limit_is_not_waited_for_but_says_how_long(
    server: MastodonServer, kent: MastodonPlatform, fault: Fault, least: float, most: float
) -> None:
    server.script([fault])

    outcome = publish(kent)

    assert isinstance(outcome, NotSent)
    assert least <= outcome.retry_after_seconds <= most
    assert not outcome.stops_account
    assert len(server.requests()) == 1


def test_a_refused_connection_is_surely_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    outcome = publish(a_platform(f"http://127.0.0.1:{port}"))

    assert isinstance(outcome, NotSent)
    assert "could not be reached" in outcome.sentence


def test_a_server_that_does_not_speak_tls_is_surely_not_sent(server: MastodonServer) -> None:
    outcome = publish(a_platform(server.url.replace("http:", "https:")))

    assert isinstance(outcome, NotSent)
    assert "secure" in outcome.sentence


def test_without_a_token_nothing_is_sent_and_the_account_stops(server: MastodonServer) -> None:
    outcome = publish_without_token(server)

    assert isinstance(outcome, NotSent)
    assert outcome.stops_account
    assert server.requests() == ()


def publish_without_token(server: MastodonServer) -> Outcome:
    return MastodonPlatform(an_account(server.url), None).publish(a_key(), a_rendering())


# --- may be public ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        faults.drop_before_answer(),
        faults.drop_before_answer(reset=True),
        faults.drop_before_answer(accepts=False),
        faults.drop_in_headers(),
        faults.half_a_body(),
        faults.half_a_body(accepts=False),
        faults.garbage(),
        faults.garbage(201),
        faults.no_id(),
        Fault(body=b""),
        Fault(body=b"[]"),
        Fault(body=b"null"),
        Fault(body=b'{"id": null, "content": "x"}'),
        Fault(body=b'{"id": "1"}'),
        Fault(body=b'{"id": "../1", "content": "<p>Words</p>"}'),
        faults.server_fault(500, accepts=True),
        faults.server_fault(502),
        faults.server_fault(503),
        faults.server_fault(504, accepts=True),
        faults.redirect(301),
        faults.redirect(307, to="http://127.0.0.1:9/", accepts=True),
        faults.problem(408),
        faults.problem(409),
    ],
)
def test_whatever_is_not_an_answer_may_be_public(
    server: MastodonServer, kent: MastodonPlatform, fault: Fault
) -> None:
    server.script([fault])

    outcome = publish(kent)

    assert isinstance(outcome, Unknown)
    assert "may be public or may not" in outcome.sentence
    assert len(server.requests()) == 1  # nothing was followed, and nothing tried again
    expected = Found if fault.accepts else NotFound
    assert isinstance(look(kent), expected)


@pytest.mark.parametrize(
    "fault", [faults.late(30), faults.drip_body(0.05), faults.drip_headers(0.05)]
)
def test_a_slow_answer_is_left_at_the_deadline(server: MastodonServer, fault: Fault) -> None:
    server.script([fault])

    outcome = publish(a_platform(server.url, deadline_seconds=0.4))

    assert isinstance(outcome, Unknown)
    assert "in time" in outcome.sentence or "to the end" in outcome.sentence
    assert server.has_been_cut_off()


def test_a_drop_after_the_whole_answer_changes_nothing(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.script([faults.drop_after_answer()])

    assert isinstance(publish(kent), Receipt)


# --- looking ----------------------------------------------------------------------------------


def test_a_post_is_found_by_its_words_on_the_accounts_own_timeline(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.show("essex_police", WORDS)
    server.show(NAME, "Other words")
    mine = server.show(NAME, WORDS)

    found = look(kent)

    assert isinstance(found, Found)
    assert found.seen.remote_id == mine.id
    assert found.seen.text == WORDS
    assert abs(found.seen.at - mine.at) < timedelta(seconds=1)
    assert found.posts == 2


def test_a_known_id_never_matches(server: MastodonServer, kent: MastodonPlatform) -> None:
    known = server.show(NAME, WORDS)

    assert isinstance(look(kent, known=(known.id,)), NotFound)


def test_what_was_there_before_does_not_match(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.show(NAME, WORDS, at=LONG_AGO)
    server.show(NAME, "Newer")

    found = look(kent, since=LONG_AGO + timedelta(minutes=2))

    assert found == NotFound(2)


def test_no_more_is_read_than_reaches_back_to_the_attempt(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    for number in range(250):
        server.show(NAME, f"Line {number}", at=LONG_AGO)

    assert look(kent, since=LONG_AGO + timedelta(hours=1)) == NotFound(40)


def test_several_pages_are_read(server: MastodonServer, kent: MastodonPlatform) -> None:
    mine = server.show(NAME, WORDS)
    for number in range(95):
        server.show(NAME, f"Line {number}")

    found = look(kent)

    assert isinstance(found, Found)
    assert found.seen.remote_id == mine.id
    assert len(server.requests(TIMELINE)) == 3


def test_a_timeline_longer_than_is_read_is_no_answer(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    for number in range(201):
        server.show(NAME, f"Line {number}")

    answer = look(kent)

    assert isinstance(answer, CannotLook)
    assert "too much" in answer.sentence


def test_a_repost_is_not_taken_for_a_post(server: MastodonServer, kent: MastodonPlatform) -> None:
    mine = server.show(NAME, WORDS)
    status = a_document(server, WORDS, id=mine.id) | {"reblog": {"id": "1"}}
    server.script([Fault(TIMELINE, body=json.dumps([status]).encode())])

    assert look(kent) == NotFound(1)


def test_a_timeline_that_lags_is_looked_at_again(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    server.show(NAME, WORDS)
    server.script([faults.timeline_behind()])

    assert isinstance(look(kent), NotFound)
    assert isinstance(look(kent), Found)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.problem(401, route=ME), "access token"),
        (faults.problem(403, route=TIMELINE), "access token"),
        (faults.limited(route=TIMELINE), "so soon"),
        (faults.server_fault(route=TIMELINE), "no answer"),
        (faults.drop_before_answer(route=TIMELINE), "no answer"),
        (faults.redirect(route=TIMELINE), "no answer"),
        (faults.garbage(route=TIMELINE), "could not be understood"),
        (faults.garbage(route=ME), "could not be understood"),
        (Fault(TIMELINE, body=b"{}"), "could not be understood"),
        (Fault(TIMELINE, body=b"[1]"), "could not be understood"),
        (Fault(TIMELINE, body=b'[{"id": "1"}]'), "could not be understood"),
    ],
)
def test_a_timeline_that_cannot_be_read_says_nothing_of_the_post(
    server: MastodonServer, kent: MastodonPlatform, fault: Fault, says: str
) -> None:
    server.script([fault])

    answer = look(kent)

    assert isinstance(answer, CannotLook)
    assert says in answer.sentence
    assert "kent-mastodon (@kent_police)" in answer.sentence


def test_the_newest_posts_are_read_in_one_page(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    for number in range(50):
        server.show(NAME, f"Line {number}")

    seen = kent.recent()

    assert not isinstance(seen, CannotLook)
    assert [one.text for one in seen][:2] == ["Line 49", "Line 48"]
    assert len(seen) == 40


# --- checking ---------------------------------------------------------------------------------


def checked(server: MastodonServer, **changed: Any) -> list[str]:
    """What a check finds to mend."""
    known = {"handle": f"{NAME}@{server.url.removeprefix('http://')}"}
    account = replace(an_account(server.url), **(known | changed))
    found = MastodonPlatform(account, MastodonCredentials(TOKEN)).check()
    return [one.sentence for one in found if not one.is_well]


def test_a_check_of_a_sound_account_finds_nothing_to_mend_and_posts_nothing(
    server: MastodonServer,
) -> None:
    assert checked(server) == []
    assert [one.method for one in server.requests()] == ["GET", "GET"]
    assert server.requests()[0].path == "/api/v2/instance"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"handle": "surrey@policing.example"}, "config/forces.yaml says @surrey@policing.example"),
        ({"handle": None}, "write handle: kent_police@127.0.0.1"),
        ({"limits": Limits(max_characters=501)}, "max_characters is 500 there, and 501 here"),
        (
            {"limits": Limits(characters_reserved_per_url=22)},
            "characters_reserved_per_url is 23 there, and 22 here",
        ),
    ],
)
def test_a_check_says_what_to_mend_in_the_configuration(
    server: MastodonServer, changed: dict[str, object], says: str
) -> None:
    (sentence,) = checked(server, **changed)

    assert says in sentence


def test_numbers_that_only_waste_room_are_told_and_need_no_mending(server: MastodonServer) -> None:
    limits = Limits(max_characters=400, characters_reserved_per_url=30)
    account = replace(an_account(server.url), limits=limits)

    found = MastodonPlatform(account, MastodonCredentials(TOKEN)).check()

    told = [one for one in found if "nothing is refused for that" in one.sentence]
    assert [one.is_well for one in told] == [True, True]
    assert "write max_characters: 500" in told[0].sentence


def test_an_account_that_is_not_marked_as_automated_is_told_to_be(server: MastodonServer) -> None:
    server.accounts[NAME] = {"bot": False}

    (sentence,) = checked(server)

    assert "not marked as automated" in sentence


@pytest.mark.parametrize(
    ("software", "advice"), [(Software.MASTODON, 0), (Software.GOTOSOCIAL, 1), (Software.HOLLO, 1)]
)
def test_sending_again_by_rule_is_warned_of_where_keys_are_not_kept(
    software: Software, advice: int
) -> None:
    with a_server(software=software) as server:
        limits = Limits(server.max_characters, server.per_url)

        found = checked(server, resend_if_absent=True, limits=limits)

    assert len([one for one in found if "Take resend_if_absent out" in one]) == advice


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.problem(401, route=ME), "does not accept the access token"),
        (faults.problem(403, route=ME), "does not accept the access token"),
        (faults.server_fault(route=ME), "gave no answer"),
        (faults.drop_before_answer(route=INSTANCE), "gave no answer"),
        (faults.redirect(route=INSTANCE), "gave no answer"),
        (faults.garbage(404, route=INSTANCE), "is not Mastodon"),
        (faults.garbage(route=INSTANCE), "is not Mastodon"),
        (Fault(INSTANCE, body=b'{"domain": "x"}'), "is not Mastodon"),
    ],
)
def test_a_check_that_fails_says_why(server: MastodonServer, fault: Fault, says: str) -> None:
    server.script([fault])

    found = checked(server)

    assert says in found[-1]


# --- text -------------------------------------------------------------------------------------

WORDS_OF_ANY_KIND = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12),
        st.sampled_from(
            [
                "https://www.gov.uk/report-terrorism-and-more-than-that",
                "https://met.police.uk/a?b=c&d=e#f",
                "#ActionCountersTerrorism",
                "@act@policing.example.org",
                "Tom & <b>Ann</b> &amp; \"'",
                "👩‍👩‍👧‍👦",
                "\n",
                "\n\n",
            ]
        ),
    ),
    max_size=12,
).map(" ".join)


@given(text=WORDS_OF_ANY_KIND, software=st.sampled_from(list(Software)))
def test_what_an_instance_shows_compares_equal_to_what_was_sent(
    text: str, software: Software
) -> None:
    content = as_content(text, "https://m.example", software)

    assert comparable(as_written(content)) == comparable(text)
    assert shows_the_words(content, text) == bool(text.strip())


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>One</p><p>Two<br />three</p>", "One\n\nTwo\nthree"),
        ('<p>See <a href="https://gov.uk/report-it">gov.uk/rep…</a></p>', "See https://gov.uk/report-it"),
        ('<a href="https://elsewhere.example">gov.uk/rep…</a>', "gov.uk/rep…"),
        ("&lt;p&gt; &amp;amp; &#39;", "<p> &amp; '"),
        ("<p>cafe\u0301</p>", "caf\u00e9"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_becomes_the_text_its_author_wrote(content: str, text: str) -> None:
    assert as_written(content) == text


@pytest.mark.parametrize(
    ("content", "text", "shows"),
    [
        ("<p>Call now</p>", "Call *now*", True),
        ("<p>Call never</p>", "Call now", False),
        ("", "Call now", False),
        ("<p> </p>", "🚨🚨", False),
        ("<p>Call 99</p>", "Call 999", False),
        ("<p>See gov.uk/ACT</p>", "See https://Gov.uk/ACT/", True),
        ('<p>See <a href="https://gov.uk/ACT">our page</a></p>', "See https://gov.uk/ACT", True),
        ('<p>See <a href="https://a.example">our page</a></p>', "See https://gov.uk/ACT", False),
    ],
)
def test_other_words_are_told_from_other_signs(content: str, text: str, shows: bool) -> None:
    assert shows_the_words(content, text) == shows


# --- secrets, threads, and the dry run --------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        faults.problem(422, "You sent ECHO"),
        faults.problem(403, "ECHO", headers=(("X-Request-Id", "ECHO"),)),
        faults.server_fault(accepts=True),
        Fault(headers=(("X-Request-Id", "ECHO"),)),
        Fault(body=b'{"id": "1", "content": "<p>ECHO</p>"}'),
        Fault(body=b'{"id": "1", "content": "<p>Words</p>", "url": "URL/@kent/ECHO"}'),
    ],
)
def test_the_token_is_never_shown(fault: Fault) -> None:
    with a_server() as server:
        body = fault.body and fault.body.replace(b"URL", server.url.encode())
        server.script([replace(fault, body=body)])

        outcome = publish(a_platform(server.url), "Words")

    assert TOKEN not in repr(outcome)


def test_credentials_do_not_show_themselves() -> None:
    assert TOKEN not in repr(MastodonCredentials(TOKEN))


def test_a_token_is_not_read_from_a_file_of_its_name(server: MastodonServer) -> None:
    publish(a_platform(server.url, token=__file__))

    (request,) = server.requests(POST)
    assert request.headers["authorization"] == f"Bearer {__file__}"


def test_neither_proxies_nor_netrc_have_a_say(
    server: MastodonServer,
    kent: MastodonPlatform,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("default login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert isinstance(publish(kent), Receipt)
    assert server.requests(POST)[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("url", ["http://policing.example", "ftp://127.0.0.1", "policing.example"])
def test_an_instance_is_https_or_on_this_machine(url: str) -> None:
    with pytest.raises(SettingsError, match="kent-mastodon's instance"):
        a_platform(url)


def test_many_threads_share_one_platform(server: MastodonServer, kent: MastodonPlatform) -> None:
    def one(number: int) -> Outcome:
        return kent.publish(a_key(f"d1.s{number}"), a_rendering(f"Line {number}"))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(24)))

    assert all(isinstance(outcome, Receipt) for outcome in outcomes)
    assert {status.text for status in server.statuses()} == {f"Line {n}" for n in range(24)}
    ids = {status.text: status.id for status in server.statuses()}
    got = [outcome.remote_id for outcome in outcomes if isinstance(outcome, Receipt)]
    assert got == [ids[f"Line {number}"] for number in range(24)]


def test_a_dry_run_shows_the_payload_and_imports_nothing_of_the_library() -> None:
    program = (
        "import sys\n"
        "from bot.platforms.dry_run import DryRun\n"
        "from tests.platforms.test_mastodon import *\n"
        "platform = MastodonPlatform(an_account('https://policing.example'), None)\n"
        "outcome = DryRun(platform).publish(a_key(), a_rendering())\n"
        "print(type(outcome).__name__, 'mastodon' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert said.stdout.decode().split() == ["Receipt", "False"]


# --- for tests --------------------------------------------------------------------------------


def a_document(server: MastodonServer, text: str, **more: object) -> dict[str, object]:
    return {
        "id": "1",
        "created_at": "2026-11-22T09:00:00.000Z",
        "content": as_content(text, server.url),
        "visibility": "public",
        "url": f"{server.url}/@{NAME}/1",
    } | more


def answer_with(server: MastodonServer, text: str, **more: object) -> Fault:
    return Fault(body=json.dumps(a_document(server, text, **more)).encode())


def test_a_part_published_by_itself_is_removed_and_the_account_stops(
    server: MastodonServer, kent: MastodonPlatform
) -> None:
    publish(kent, "First part.")
    (first,) = server.statuses()
    server.forgets_replies = True
    key, second = replace(a_key(), part=2), replace(a_rendering("Second part."), part=2)

    outcome = kent.publish(key, second, Prepared(parent=Remote(first.id)))

    assert isinstance(outcome, Refused)
    assert "by itself, and not as a reply to the part before. It was removed" in outcome.sentence
    assert outcome.stops_account
    assert [one.text for one in server.statuses()] == ["First part."]
