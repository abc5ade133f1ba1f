"""The real program with an account on Mastodon beside one on X, both on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.conftest import FORCES, Office
from tests.acceptance.quick import Forks
from tests.acceptance.test_no_secrets import a_loud_process, whoever_told
from tests.loopback.mastodon_server import (
    ME,
    POST,
    Fault,
    MastodonServer,
    drop_before_answer,
    garbage,
    limited,
    problem,
    redirect,
)
from tests.loopback.x_server import XServer

BEFORE = {"BOT_NOW": "2015-11-22T08:00:00"}
MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}
NOWHERE = "http://127.0.0.1:9"

ON_MASTODON = """\
    kent-mastodon:
      platform: mastodon
      handle: kent_police@{server}
      handle_source: the force's own page
      live: yes
      {instance}
"""
TOKENS = {"KENT_MASTODON_ACCESS_TOKEN": "kent_police"}  # the server takes it for the name


@pytest.fixture(scope="module")
def prepared() -> Iterator[Forks]:
    """Where most runs import Mastodon's library, it is imported once."""
    with closing(Forks("mastodon")) as made:
        yield made


@pytest.fixture
def mastodon() -> Iterator[MastodonServer]:
    with MastodonServer() as server:
        yield server


@pytest.fixture
def loudly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    with closing(a_loud_process(tmp_path_factory.mktemp("loud"), "mastodon")) as made:
        yield made


@pytest.fixture
def office(office: Office, x: XServer, mastodon: MastodonServer) -> Office:
    """Kent is on X and on Mastodon."""
    host = mastodon.url.removeprefix("http://")
    account = ON_MASTODON.format(server="policing.example", instance=f"instance: http://{host}")
    office.write("config/forces.yaml", FORCES.replace("gwent:\n", f"{account}gwent:\n", 1))
    office.variables = {"BOT_MODE": "live", "BOT_X_URL": x.url, **TOKENS}
    return office


@pytest.fixture
def live(office: Office) -> Office:
    """Planned, previewed and approved the day before."""
    office.bot("db", "create", "--live", **BEFORE)
    office.bot("run", "--once", **BEFORE)
    code = office.json("preview", "--campaign", "winter@2015", **BEFORE)["code"]
    approved = office.bot("approve", "--preview", code, "--by", "A. Smith", **BEFORE)
    assert approved.returncode == 0, approved.stdout + approved.stderr
    return office


def elsewhere(office: Office) -> Office:
    """Kent's Mastodon account is not on this machine."""
    account = ON_MASTODON.format(server="policing.example", instance="")
    office.write("config/forces.yaml", FORCES.replace("gwent:\n", f"{account}gwent:\n", 1))
    return office


def state_of(office: Office, slot: str, **variables: str) -> str:
    """How Kent's post on Mastodon stands."""
    key = f"winter@2015/kent-mastodon/{slot}/en"
    posts = office.json("history", **variables, **MORNING)
    return str(next(post["state"] for post in posts if post["key"] == key))


def texts_of(office: Office, account: str) -> set[str]:
    posts = office.json("plan", "--from", "2015-11-23", "--to", "2015-11-23", **BEFORE)
    return {post["text"] for post in posts if post["account"] == account}


# --- publishing -------------------------------------------------------------------------------


def test_a_post_goes_out_on_both_platforms_once_as_it_was_planned(
    live: Office, x: XServer, mastodon: MastodonServer
) -> None:
    for _ in range(2):
        ran = live.bot("run", "--once", **MORNING)
        assert ran.returncode == 0, ran.stderr

    (status,) = mastodon.statuses()
    assert status.user == "kent_police"
    assert status.text in texts_of(live, "kent-mastodon")
    assert len(mastodon.requests(POST)) == 1
    assert len(x.posts()) == 3  # Kent's, and Gwent's in two languages


def test_a_dry_run_publishes_the_same_and_nothing_leaves(
    office: Office, mastodon: MastodonServer
) -> None:
    dry = {"BOT_MODE": "dry"}
    office.bot("db", "create", **dry, **BEFORE)
    office.write("config/settings.yaml", "plan_ahead: 14 days\ndry_run_approves: yes\n")
    office.bot("run", "--once", **dry, **BEFORE)
    office.bot("run", "--once", **dry, **MORNING)

    assert state_of(office, "d1.morning", **dry) == "published"
    assert mastodon.requests() == ()


def test_a_rehearsal_over_real_adapters_wants_every_server_on_this_machine(
    office: Office, x: XServer, mastodon: MastodonServer
) -> None:
    elsewhere(office)

    refused = office.bot("rehearse", "winter", "--to-loopback")
    rehearsed = office.json("rehearse", "winter", "--to-loopback", BOT_MASTODON_URL=mastodon.url)

    assert refused.returncode == 1
    assert "set BOT_MASTODON_URL=http://127.0.0.1:PORT" in refused.stderr
    assert rehearsed["published"] == rehearsed["planned"]
    assert len(mastodon.statuses("kent-mastodon")) == 4


def test_a_pretended_time_never_reaches_a_real_server(live: Office, x: XServer) -> None:
    elsewhere(live)

    live.bot("run", "--once", **MORNING)

    said = live.bot("history", "winter@2015/kent-mastodon/d1.morning/en", **MORNING).stdout
    assert "BOT_NOW pretends a time, so nothing is sent from kent-mastodon" in said
    assert len(x.posts()) == 3


def test_a_live_account_without_its_token_is_named(office: Office) -> None:
    elsewhere(office)
    office.variables = {"BOT_MODE": "live", "BOT_X_URL": NOWHERE}

    said = office.bot("check", **BEFORE)

    assert "kent-mastodon has no credentials: set KENT_MASTODON_ACCESS_TOKEN" in said.stdout


@pytest.mark.parametrize("url", ["https://policing.example", "policing.example", "nonsense"])
def test_the_address_of_a_test_server_is_on_this_machine(office: Office, url: str) -> None:
    refused = office.bot("plan", BOT_MASTODON_URL=url)

    assert refused.returncode == 1
    assert "BOT_MASTODON_URL is for a test server on this machine" in refused.stderr


def test_posts_that_others_may_see_must_be_approved_again(
    live: Office, mastodon: MastodonServer
) -> None:
    forces = (live.folder / "config/forces.yaml").read_text(encoding="utf-8")
    live.write(
        "config/forces.yaml", forces.replace("instance:", "visibility: unlisted\n      instance:")
    )

    live.bot("run", "--once", **MORNING)

    assert mastodon.statuses() == ()
    shown = live.bot("preview", "--force", "kent", "--on", "2015-11-23", **BEFORE).stdout
    assert shown.count("visibility: unlisted") == 2
    page = live.folder / "week.html"
    live.bot("preview", "--force", "kent", "--on", "2015-11-23", "--html", str(page), **BEFORE)
    assert page.read_text(encoding="utf-8").count("<dd>unlisted</dd>") == 2


WRONG = [
    (garbage(route=POST), "unknown"),
    (redirect(route=POST), "unknown"),
    (drop_before_answer(route=POST), "unknown"),
    (problem(422, "Validation failed: Text limit of 20 exceeded", route=POST), "refused"),
    (limited(reset_in=-99, route=POST), "not-sent-yet"),
]


def test_whatever_an_instance_does_is_said_of_its_post_and_the_others_go_out(
    live: Office, tmp_path: Path
) -> None:
    for number, (fault, action) in enumerate(WRONG):
        copy = Office(tmp_path / f"copy-{number}", dict(live.variables), live.forks)
        shutil.copytree(live.folder, copy.folder, ignore=shutil.ignore_patterns("copy-*"))
        with XServer() as x, MastodonServer() as mastodon:
            mastodon.script([fault])
            here = {"BOT_X_URL": x.url, "BOT_MASTODON_URL": mastodon.url}
            ran = copy.bot("run", "--once", **here, **MORNING)

            assert len(x.posts()) == 3
        (said,) = [one for one in ran.stderr.splitlines() if f'"action": "{action}"' in one]
        assert "winter@2015/kent-mastodon/d1.morning/en" in said
        assert "kent-mastodon (@kent_police@policing.example)" in said


def test_no_token_is_written_anywhere_in_a_hostile_run(
    live: Office, tmp_path: Path, loudly: Forks
) -> None:
    token = "kent/token+Zq7=&x-nobody-may-know"
    live.variables["KENT_MASTODON_ACCESS_TOKEN"] = token
    office = live.folder
    for number, fault in enumerate(echoes()):
        copy = Office(tmp_path / f"office-{number}", dict(live.variables), loudly)
        shutil.copytree(office, copy.folder, ignore=shutil.ignore_patterns("office-*"))
        with MastodonServer(names={token: "kent_police"}) as mastodon:
            mastodon.script([fault])
            copy.variables["BOT_MASTODON_URL"] = mastodon.url
            runs = [copy.bot("run", "--once", **MORNING), copy.bot("unsettled", **MORNING)]
            runs.append(copy.bot("accounts", "--force", "kent", "--check", **MORNING))
            assert len(mastodon.requests(POST)) == 1
        assert all("DEBUG:here:the log is turned on" in ran.stderr for ran in runs)
        said = "".join(ran.stdout + ran.stderr for ran in runs)
        (copy.folder / "said.txt").write_text(said, encoding="utf-8")

    assert whoever_told({"token": token}, tmp_path) == []


def echoes() -> list[Fault]:
    """Answers that say back what came in the Authorization header."""
    headers = (("X-Request-Id", "ECHO"), ("X-RateLimit-Reset", "ECHO"))
    return [
        problem(422, "You sent ECHO", headers=headers),
        problem(503, "ECHO", headers=headers, accepts=True),
        Fault(body=b'{"id": "1", "content": "<p>ECHO</p>"}'),
    ]


# --- what nobody is sure of -------------------------------------------------------------------


def test_an_unsettled_post_names_its_page_and_takes_an_address_on_its_own_server(
    live: Office, mastodon: MastodonServer
) -> None:
    mastodon.script([drop_before_answer()])
    live.bot("run", "--once", **MORNING)
    (one,) = live.json("unsettled", **MORNING)
    page = f"{mastodon.url}/@kent_police"
    place = f"{page}/{mastodon.statuses()[0].id}"
    name = ("settle", one["key"], "--by", "A. Smith", "--published")

    refused = live.bot(*name, place.replace("127.0.0.1", "127.0.0.2"), **MORNING)
    taken = live.bot(*name, place, **MORNING)

    assert one["page"] == page
    assert "that is a post on 127.0.0.2" in refused.stderr.lower()
    assert taken.stdout == f"{one['key']}: published.\n"


# --- accounts ---------------------------------------------------------------------------------


def test_two_accounts_with_one_token_send_nothing_and_the_others_go_on(
    live: Office, x: XServer, mastodon: MastodonServer
) -> None:
    shared = {"ACCESS_TOKEN": "123-nobody-may-know", "ACCESS_TOKEN_SECRET": "s3cret-of-both"}
    keys = shared | {"API_KEY": "k", "API_KEY_SECRET": "k"}
    for force in ("KENT", "GWENT"):
        live.variables |= {f"{force}_X_{name}": value for name, value in keys.items()}

    ran = live.bot("run", "--once", **MORNING)
    check, accounts = live.json("check", **MORNING), live.bot("accounts", **MORNING)

    assert x.requests() == ()
    assert len(mastodon.statuses()) == 1
    assert [one["code"] for one in check["problems"]] == ["same-credentials"] * 2
    said = "gwent-x and kent-x have the credentials of one and the same account on X"
    assert all(said in one for one in (ran.stderr, check["problems"][0]["message"]))
    assert accounts.stdout.count(said) == 2
    assert "nobody-may-know" not in ran.stderr + str(check) + accounts.stdout


def test_accounts_says_what_is_configured_and_which_key_is_missing_and_asks_nobody(
    office: Office, mastodon: MastodonServer
) -> None:
    office.variables = {}

    said = office.bot("accounts", "--force", "kent").stdout

    assert "Put what Mastodon gave you in .env as KENT_MASTODON_ACCESS_TOKEN." in said
    assert f"server: {mastodon.url}, public posts of at most 500 characters, a link" in said
    assert mastodon.requests() == ()


def test_a_check_asks_each_account_that_has_its_keys_and_posts_nothing(
    office: Office, x: XServer, mastodon: MastodonServer
) -> None:
    office.variables["BOT_MODE"] = "dry"
    mastodon.domain = "policing.example"

    done = office.bot("accounts", "--force", "kent", "--check")
    kent_x, kent = office.json("accounts", "--force", "kent", "--check")

    assert done.returncode == 0, done.stdout
    assert "well  The access token works." in done.stdout
    assert "well  The credentials are those of @kent_police@policing.example" in done.stdout
    assert "not asked: without its credentials nobody answers" in done.stdout
    assert kent_x["check"] == []
    assert all(one["is_well"] for one in kent["check"])
    assert {one.method for one in mastodon.requests()} == {"GET"}
    assert x.requests() == ()


def test_a_check_with_something_to_mend_ends_with_1(
    office: Office, mastodon: MastodonServer
) -> None:
    mastodon.script([problem(401, route=ME)] * 2)

    done = office.bot("accounts", "--force", "kent", "--check")
    (_, kent) = office.json("accounts", "--force", "kent", "--check")

    assert done.returncode == 1
    assert "MEND  127.0.0.1" in done.stdout
    assert "does not accept the access token of kent-mastodon" in done.stdout
    assert [one["is_well"] for one in kent["check"]] == [False]
