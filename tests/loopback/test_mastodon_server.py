"""The hostile Mastodon of the tests, where the bot's own tests do not show what it does."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.loopback.hostile import Chances
from tests.loopback.mastodon_server import MastodonServer, Software, as_content

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with MastodonServer() as server:
        yield server


def asked(
    server: MastodonServer,
    path: str,
    content: object = None,
    *,
    method: str | None = None,
    form: bool = False,
    key: str | None = None,
) -> tuple[int, Any]:
    status, document, _ = answered(server, path, content, method=method, form=form, key=key)
    return status, document


def answered(
    server: MastodonServer,
    path: str,
    content: Any = None,
    *,
    method: str | None = None,
    form: bool = False,
    key: str | None = None,
) -> tuple[int, Any, dict[str, str]]:
    headers = {"Authorization": "Bearer kent", "Content-Type": "application/json"}
    body = None if content is None else json.dumps(content).encode()
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode(content).encode()
    if key:
        headers["Idempotency-Key"] = key
    request = urllib.request.Request(f"{server.url}{path}", body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer), dict(answer.headers)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused), dict(refused.headers)


def posted(server: MastodonServer, text: str, *, key: str | None = None) -> Any:
    return asked(server, "/api/v1/statuses", {"status": text}, key=key)[1]


def timeline(server: MastodonServer, query: str = "") -> tuple[list[str], str]:
    _, me = asked(server, "/api/v1/accounts/verify_credentials")
    path = f"/api/v1/accounts/{me['id']}/statuses{query}"
    _, statuses, headers = answered(server, path)
    return [one["id"] for one in statuses], headers.get("Link", "")


# --- publishing -------------------------------------------------------------------------------


def test_json_and_forms_are_both_taken(server: MastodonServer) -> None:
    asked(server, "/api/v1/statuses", {"status": "From JSON", "visibility": "unlisted"})
    asked(server, "/api/v1/statuses", {"status": "From a form", "language": "cy"}, form=True)

    first, second = server.statuses("kent")
    assert (first.text, first.visibility) == ("From JSON", "unlisted")
    assert (second.text, second.language) == ("From a form", "cy")


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), ("x" * 501, 422), ("x" * 500, 200), ("🚓" * 500, 200)]
)
def test_what_is_too_long_or_empty_is_refused(
    server: MastodonServer, text: str, status: int
) -> None:
    assert asked(server, "/api/v1/statuses", {"status": text})[0] == status


def test_a_link_counts_as_so_many_characters_and_a_mention_without_its_host(
    server: MastodonServer,
) -> None:
    link, mention = "https://www.gov.uk/" + "a" * 100, "@act@policing.example.org"

    assert asked(server, "/api/v1/statuses", {"status": f"{'x' * 476} {link}"})[0] == 200
    assert asked(server, "/api/v1/statuses", {"status": f"{'x' * 477} {link}"})[0] == 422
    assert asked(server, "/api/v1/statuses", {"status": f"{'x' * 495} {mention}"})[0] == 200


def test_one_key_makes_one_post_for_an_hour_and_for_one_account() -> None:
    now = [NOON]
    with MastodonServer(now=lambda: now[0]) as server:
        first = posted(server, "Once", key="k")
        again = posted(server, "Once", key="k")
        now[0] += timedelta(hours=1)
        later = posted(server, "Once", key="k")

    assert first["id"] == again["id"] != later["id"]
    assert [one.came_of_it for one in server.asks] == ["accepted", "repeated", "accepted"]


def test_gotosocial_ignores_the_key() -> None:
    with MastodonServer(software=Software.GOTOSOCIAL) as server:
        first, second = posted(server, "Twice", key="k"), posted(server, "Twice", key="k")

    assert first["id"] != second["id"]
    assert len(server.statuses()) == 2


def test_hollo_races_on_the_key_and_honours_it_afterwards() -> None:
    with MastodonServer(software=Software.HOLLO) as server, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: posted(server, "Race", key="k"), range(4)))
        raced = len(server.statuses())
        posted(server, "Race", key="k")

    assert raced > 1
    assert len(server.statuses()) == raced
    assert server.most_at_once["kent"] > 1


def test_hollo_publishes_nothing_but_air_for_a_form() -> None:
    with MastodonServer(software=Software.HOLLO) as server:
        status, document = asked(server, "/api/v1/statuses", {"status": "Words"}, form=True)

    assert (status, document["content"]) == (200, "")
    assert [one.text for one in server.statuses()] == [""]


def test_a_repeated_key_may_be_answered_with_500(server: MastodonServer) -> None:
    server.repeated_key_is_a_fault = True
    posted(server, "Once", key="k")

    assert asked(server, "/api/v1/statuses", {"status": "Once"}, key="k")[0] == 500
    assert len(server.statuses()) == 1


def test_who_has_posted_his_share_of_a_window_must_wait(server: MastodonServer) -> None:
    server.posts_a_window = 1
    posted(server, "First")

    status, _, headers = answered(server, "/api/v1/statuses", {"status": "Second"})

    assert (status, headers["X-RateLimit-Remaining"]) == (429, "0")
    assert datetime.fromisoformat(headers["X-RateLimit-Reset"]) > datetime.now(UTC)


# --- reading ----------------------------------------------------------------------------------


def test_a_timeline_is_read_page_by_page_in_both_directions(server: MastodonServer) -> None:
    ids = [posted(server, f"Line {number}")["id"] for number in range(5)]

    newest, link = timeline(server, "?limit=2")
    older, _ = timeline(server, f"?limit=2&max_id={newest[-1]}")
    newer, _ = timeline(server, f"?limit=2&min_id={ids[0]}")

    assert newest == [ids[4], ids[3]]
    assert f"max_id={ids[3]}" in link
    assert f"min_id={ids[4]}" in link
    assert older == [ids[2], ids[1]]
    assert newer == [ids[2], ids[1]]


def test_a_lagging_timeline_does_not_show_the_newest(server: MastodonServer) -> None:
    posted(server, "New")
    server.timeline_lag = timedelta(minutes=1)

    assert timeline(server)[0] == []


def test_a_status_is_shown_until_its_own_account_removes_it(server: MastodonServer) -> None:
    remote_id = posted(server, "Gone soon")["id"]
    another = server.show("essex", "Stays").id

    shown = asked(server, f"/api/v1/statuses/{remote_id}")[0]
    removed, document = asked(server, f"/api/v1/statuses/{remote_id}", method="DELETE")
    foreign = asked(server, f"/api/v1/statuses/{another}", method="DELETE")[0]

    assert (shown, removed, document["text"], foreign) == (200, 200, "Gone soon", 404)
    assert asked(server, f"/api/v1/statuses/{remote_id}")[0] == 404
    assert [one.text for one in server.statuses()] == ["Stays"]


def test_an_instance_says_its_limits_and_may_lie(server: MastodonServer) -> None:
    server.says = {"max_characters": 9999}

    _, document = asked(server, "/api/v2/instance")

    statuses = document["configuration"]["statuses"]
    assert (statuses["max_characters"], statuses["characters_reserved_per_url"]) == (9999, 23)
    assert asked(server, "/api/v1/statuses", {"status": "x" * 501})[0] == 422


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("One\nline & <more>\n\nTwo", "<p>One<br />line &amp; &lt;more&gt;</p><p>Two</p>"),
        (
            "See https://www.gov.uk/report-terrorism-and-more-than-that.",
            '<p>See <a href="https://www.gov.uk/report-terrorism-and-more-than-that"'
            ' target="_blank" rel="nofollow noopener" translate="no">'
            '<span class="invisible">https://www.</span>'
            '<span class="ellipsis">gov.uk/report-terrorism-and-mo</span>'
            '<span class="invisible">re-than-that</span></a>.</p>',
        ),
        (
            "#ACT now",
            '<p><a href="https://m.example/tags/ACT" class="mention hashtag" rel="tag">'
            "#<span>ACT</span></a> now</p>",
        ),
    ],
)
def test_text_becomes_html_as_on_mastodon(text: str, content: str) -> None:
    assert as_content(text, "https://m.example") == content


# --- files ------------------------------------------------------------------------------------


def test_a_picture_is_taken_with_its_description(server: MastodonServer) -> None:
    server.processes_media = True
    parts = (
        b'--b\r\nContent-Disposition: form-data; name="description"\r\n\r\nA red van\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="van.png"\r\n'
        b"Content-Type: image/png\r\n\r\nnot really a picture\r\n--b--\r\n"
    )
    request = urllib.request.Request(
        f"{server.url}/api/v2/media",
        parts,
        {"Authorization": "Bearer kent", "Content-Type": "multipart/form-data; boundary=b"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        made = json.load(answer)

    assert (answer.status, made["url"]) == (202, None)
    assert made["description"] == "A red van"
    assert server.medium(made["id"]).content == b"not really a picture"
    assert asked(server, f"/api/v1/media/{made['id']}")[1]["url"]
    assert asked(server, "/api/v1/media/none")[0] == 404


# --- as it is told ----------------------------------------------------------------------------


def test_a_test_can_tell_it_what_to_do_over_http(server: MastodonServer) -> None:
    asked(server, "/control/show", {"user": "kent", "text": "By hand"})
    asked(server, "/control/script", [{"fault": "server_fault", "status": 502}])

    refused = asked(server, "/api/v1/statuses", {"status": "Not this time"})[0]

    assert refused == 502
    assert [one["text"] for one in asked(server, "/control/statuses")[1]] == ["By hand"]
    assert asked(server, "/control/counts")[1]["POST /api/v1/statuses"] == 1


def test_chance_gives_a_request_the_same_fault_in_every_run() -> None:
    def run() -> list[int]:
        with MastodonServer() as server:
            server.chances = Chances(3, {"fine": 1, "server_fault": 1, "problem:422": 1}, FAULTS)
            path = "/api/v1/statuses"
            return [asked(server, path, {"status": f"Line {one}"})[0] for one in range(12)]

    first, second = run(), run()

    assert first == second
    assert set(first) == {200, 422, 503}


FAULTS = {"problem:422": {"status": 422}}
