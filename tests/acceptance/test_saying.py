"""Words that people say now: the real program, against an X on this machine."""

from __future__ import annotations

import pytest

from bot.core.model import Mode, State
from bot.ledger import Ledger, LedgerPost
from tests.acceptance.conftest import Office
from tests.loopback.x_server import (
    TIMELINE,
    XServer,
    drop_before_answer,
    late,
    not_permitted,
    server_fault,
)

NIGHT = {"BOT_NOW": "2015-11-22T12:15:00"}
TWO = ("--by", "A. Smith", "--and", "B. Jones", "--yes")
WORDS = "Keep clear of the harbour {{ in_area }}: {{ report_link }}"

CRISIS = """
campaign: Crisis lines
scheduled: never
translation: reviewed
each_force_fills_in:
  in_area:
    help: Where you are.
    example: in Kent
themes:
  keep-away:
    about: Keeping clear
messages:
  stay-away:
    theme: keep-away
    same_for_all: advice that must read the same everywhere
    wordings:
      plain:
        en: |
          Please keep away from the area.
        cy: |
          Cadwch draw o'r ardal.
"""


@pytest.fixture
def ready(live: Office) -> Office:
    """Live, with a crisis pack."""
    live.write("messages/national/crisis/campaign.yaml", CRISIS)
    return live


def said(office: Office, mode: Mode = Mode.LIVE) -> list[LedgerPost]:
    """What the ledger has of what people said."""
    name = "live" if mode is Mode.LIVE else "dry-run"
    ledger = Ledger.open(f"sqlite:///{office.folder}/data/{name}.sqlite3", mode)
    try:
        return [post for post in ledger.posts() if post.key.run.startswith("say@")]
    finally:
        ledger.close()


def texts(x: XServer) -> list[str]:
    return [post.text for post in x.posts()]


def test_words_go_out_at_once_with_their_link_and_on_two_peoples_word(
    live: Office, x: XServer
) -> None:
    done = live.bot("say", WORDS, "--force", "kent", *TWO, **NIGHT)

    assert done.returncode == 0, done.stdout + done.stderr
    assert texts(x) == ["Keep clear of the harbour in Kent: gov.uk/ACT"]
    assert "PUBLISHED https://x.com/" in done.stdout
    (post,) = said(live)
    assert str(post.key).startswith("say@2015/kent-x/t20151122-1215")
    assert "said by A. Smith with B. Jones" in live.bot("history", str(post.key), **NIGHT).stdout
    assert "Whole:" in live.bot("audit", "verify", **NIGHT).stdout
    assert live.json("status", **NIGHT)["waiting"] == 12  # the campaign's, untouched


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["Hello.", "--force", "kent", "--by", "A", "--yes"], "second one's name with --and"),
        (["Hello.", "--force", "kent", "--by", "A. Smith", "--and", " a.  SMITH", "--yes"],
         "--by and --and are both A. Smith"),
        (["Hello.", "--force", "kent", "--by", "A", "--and", "B"], "give --yes"),
        (["Call 0800 123 456.", "--force", "kent", *TWO], "is typed here"),
        (["Look #Kent.", "--force", "kent", *TWO], "the hashtag"),
        (["Look at evil.example.com now.", "--force", "kent", *TWO], "the link"),
        (["Hel\u200blo.", "--force", "kent", *TWO], "invisible character"),
        (["Long. " * 60, "--force", "kent", *TWO], "too long on X"),
        ([" ", "--force", "kent", *TWO], "no words"),
        (["Say {{ nothing_known }}.", "--force", "kent", *TWO], "no value called"),
        (["Helo.", "--force", "kent", "--language", "cy", *TWO], "does not publish in Welsh"),
        (["Hello.", "--force", "kent", "--force", "gwent", *TWO], "would publish the same words"),
        (["--message", "stay-awy", "--force", "kent", *TWO], "Did you mean stay-away?"),
        (["Hello.", "--force", "knet", *TWO], "Did you mean kent?"),
    ],
)  # fmt: skip
def test_what_may_not_be_said_is_refused_before_anything_is_written(
    ready: Office, x: XServer, arguments: list[str], sentence: str
) -> None:
    done = ready.bot("say", *arguments, **NIGHT)

    assert done.returncode == 1, done.stdout + done.stderr
    assert sentence in done.stdout + done.stderr
    assert (x.posts(), said(ready)) == ((), [])


def test_the_same_words_are_refused_for_a_day_and_it_says_where_they_stand(
    live: Office, x: XServer
) -> None:
    first = live.bot("say", "Keep clear of the harbour.", "--force", "kent", *TWO, **NIGHT)
    link = first.stdout.split("PUBLISHED ")[1].split()[0]

    again = ("say", "keep CLEAR of  the harbour.", "--force", "kent", *TWO)
    soon = live.bot(*again, BOT_NOW="2015-11-23T12:10:00")
    assert len(texts(x)) == 1
    later = live.bot(*again, BOT_NOW="2015-11-23T12:16:00")

    assert soon.returncode == 1
    assert "on Sunday 22 November 2015 at 12:15" in soon.stderr
    assert link in soon.stderr
    assert (later.returncode, len(texts(x))) == (0, 2), later.stderr


def test_a_message_held_ready_may_be_the_same_for_all_and_its_basis_is_recorded(
    ready: Office, x: XServer
) -> None:
    done = ready.bot("say", "--message", "stay-away", "--force", "kent,gwent", *TWO, **NIGHT)

    assert done.returncode == 0, done.stdout + done.stderr
    away = "Please keep away from the area."
    assert sorted(texts(x)) == ["Cadwch draw o'r ardal.", away, away]
    for post in said(ready):
        assert (post.campaign, post.theme) == ("crisis", "keep-away")
        history = ready.bot("history", str(post.key), **NIGHT).stdout
        assert "advice that must read the same everywhere" in history


def test_welsh_that_no_translator_read_is_not_said(ready: Office, x: XServer) -> None:
    unread = CRISIS.replace("translation: reviewed", "translation: unreviewed")
    ready.write("messages/national/crisis/campaign.yaml", unread)
    asked = ("say", "--message", "stay-away:plain", "--force", "gwent", *TWO)

    both = ready.bot(*asked, **NIGHT)
    english = ready.bot(*asked, "--language", "en", **NIGHT)

    assert both.returncode == 1
    assert "not been reviewed" in both.stdout
    assert english.returncode == 0, english.stdout + english.stderr
    assert texts(x) == ["Please keep away from the area."]


def test_a_hold_refuses_it_and_nothing_is_left_planned(live: Office, x: XServer) -> None:
    live.bot("hold", "kent", "--by", "Gold", "--reason", "incident", **NIGHT)

    done = live.bot("say", "Hello.", "--force", "kent", *TWO, **NIGHT)

    assert done.returncode == 1
    assert "Force kent is on hold by Gold: incident. Nothing was published." in done.stderr
    assert (x.posts(), said(live)) == ((), [])


def test_in_a_crisis_one_persons_word_goes_out_and_the_campaign_does_not(
    live: Office, x: XServer
) -> None:
    live.bot("hold", "--kind", "crisis", "--by", "Gold", "--reason", "attack", **NIGHT)

    done = live.bot("say", WORDS, "--force", "kent", "--by", "A. Smith", "--yes", **NIGHT)
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:03:10")

    assert done.returncode == 0, done.stdout + done.stderr
    assert texts(x) == ["Keep clear of the harbour in Kent: gov.uk/ACT"]
    (post,) = said(live)
    history = live.bot("history", str(post.key), **NIGHT).stdout
    assert "said by A. Smith in a crisis" in history


def test_in_mourning_nothing_is_said(live: Office, x: XServer) -> None:
    live.bot("hold", "--kind", "mourning", "--by", "Gold", "--reason", "mourning", **NIGHT)

    done = live.bot("say", WORDS, "--force", "kent", *TWO, **NIGHT)

    assert (done.returncode, x.posts()) == (1, ())


def test_a_hold_that_comes_while_it_is_on_its_way_drops_it(live: Office, x: XServer) -> None:
    x.script([late(4, route=TIMELINE)])
    saying = live.start("say", "Hello.", "--force", "kent", *TWO, **NIGHT)
    while not x.requests(TIMELINE):
        assert saying.poll() is None
    live.bot("hold", "--by", "Gold", "--reason", "incident", **NIGHT)

    out, _ = saying.communicate(timeout=60)

    assert saying.returncode == 1
    assert "NOT SENT: Everything is on hold by Gold: incident." in out
    assert x.posts() == ()
    assert [post.state for post in said(live)] == [State.DROPPED]


def test_what_x_refuses_and_what_nobody_knows_is_said_so(live: Office, x: XServer) -> None:
    x.script([not_permitted(), drop_before_answer()])

    refused = live.bot("say", "Hello.", "--force", "kent", *TWO, **NIGHT)
    unknown = live.bot("say", "Hello there.", "--force", "gwent", *TWO, **NIGHT)

    assert (refused.returncode, unknown.returncode) == (1, 1)
    assert "REFUSED by X:" in refused.stdout or "NOT SENT:" in refused.stdout
    assert "UNKNOWN, it may be public:" in unknown.stdout
    assert len(live.json("unsettled", **NIGHT)) == 1


def test_what_cannot_leave_at_once_does_not_leave_later(live: Office, x: XServer) -> None:
    x.script([server_fault(503, route=TIMELINE)])

    done = live.bot("say", "Hello.", "--force", "kent", *TWO, **NIGHT)
    live.bot("run", "--once", BOT_NOW="2015-11-22T12:17:00")

    assert "NOT SENT: Its timeline could not be read" in done.stdout
    assert x.posts() == ()
    assert [post.state for post in said(live)] == [State.DROPPED]


def test_what_a_killed_saying_left_is_missed_after_five_minutes_and_not_kept(
    live: Office, x: XServer
) -> None:
    live.bot("say", "Hello.", "--force", "kent", *TWO, **NIGHT, BOT_KILL_AT="claimed")
    live.bot("run", "--once", BOT_NOW="2015-11-22T12:21:00")
    (post,) = said(live)
    assert post.state is State.MISSED

    kept = live.bot(
        *("missed", "keep", str(post.key), "--at", "15:00", "--by", "Ann"),
        BOT_NOW="2015-11-22T12:22:00",
    )

    assert "say it again with bot say" in kept.stdout
    assert x.posts() == ()


def test_a_dry_run_says_that_nothing_was_sent(office: Office, x: XServer) -> None:
    done = office.bot("say", "Hello.", "--force", "kent", *TWO, **NIGHT)

    assert done.returncode == 0, done.stderr
    assert "NOTHING WAS SENT" in done.stdout
    assert [post.state for post in said(office, Mode.DRY)] == [State.PUBLISHED]
