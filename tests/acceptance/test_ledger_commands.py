"""The commands that ask the ledger and decide over it: history, missed, audit, backup, health."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from bot.app.wiring import hash_id
from bot.cli.audit import as_csv
from tests.acceptance.conftest import CAMPAIGN, RUNS, Office
from tests.loopback.x_server import TIMELINE, XServer, drop_before_answer, limited, no_credit

MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}
LATER = {"BOT_NOW": "2015-11-23T09:40:00"}
AFTERNOON = {"BOT_NOW": "2015-11-23T14:00:00"}
KENT = "winter@2015/kent-x/d1.morning/en"


def missing_the_morning(office: Office) -> None:
    """The bot slept over the morning's three posts."""
    office.bot("run", "--once", **LATER)


def keys_missed(office: Office, **when: str) -> list[str]:
    return [one["key"] for one in office.json("missed", **when)]


def texts(x: XServer) -> list[str]:
    return [post.text for post in x.posts()]


# --- history ----------------------------------------------------------------------------------


def test_history_lists_what_went_out_the_newest_first(live: Office, x: XServer) -> None:
    live.bot("run", "--once", **MORNING)
    live.bot("run", "--once", BOT_NOW="2015-11-23T17:31:00")

    found = live.json("history", BOT_NOW="2015-11-24T08:00:00")
    said = live.bot("history", "--force", "kent", BOT_NOW="2015-11-24T08:00:00").stdout

    moments = [one["went_out"] for one in found]
    assert len(found) == 4
    assert moments == sorted(moments, reverse=True)
    assert "Mon 23 Nov 2015 17:31  kent-x  notice" in said.splitlines()[0]
    assert "https://x.com/" in said
    assert "2 posts went out" in said
    assert live.json("history", BOT_NOW="2015-12-24T08:00:00") == []
    week = live.json("history", "--campaign", "winter@2015", BOT_NOW="2015-12-24T08:00:00")
    assert len(week) == 4


def test_the_history_of_one_post_says_all_that_happened_to_it(live: Office, x: XServer) -> None:
    hold = ("hold", "kent", "--by", "Gold", "--reason", "incident", "--routine")
    live.bot(*hold, BOT_NOW="2015-11-22T20:00:00")
    live.bot("release", "kent", "--by", "Gold", "--reason", "over", BOT_NOW="2015-11-22T21:00:00")
    live.bot("run", "--once", **MORNING)

    said = live.bot("history", KENT, **LATER).stdout
    happened = live.json("history", KENT, **LATER)["happened"]

    assert [one["action"] for one in happened] == [
        "planned", "approved", "held", "released", "claimed", "intended", "published",
    ]  # fmt: skip
    assert "Approved by A. Smith" in said
    assert "Put on hold, force kent, by Gold: incident" in said
    assert "Published: https://x.com/" in said
    assert "the bot on " in said  # a worker's name is more than anybody wants to read


@pytest.mark.parametrize("key", ["winter@2015/kent-x/d9.morning/en", "nonsense"])
def test_the_history_of_a_post_that_is_not_there_is_one_sentence(live: Office, key: str) -> None:
    done = live.bot("history", key, **LATER)

    assert done.returncode == 1
    assert key in done.stderr
    assert "Traceback" not in done.stderr


# --- missed -----------------------------------------------------------------------------------


def test_missed_lists_what_waits_with_its_reason_and_text(live: Office, x: XServer) -> None:
    missing_the_morning(live)

    said = live.bot("missed", **LATER).stdout

    assert len(keys_missed(live, **LATER)) == 3
    assert KENT in said
    assert "More than 20 minutes had passed since its time." in said
    assert "in Kent" in said
    assert keys_missed(live, BOT_NOW="2015-12-20T09:00:00") == []
    assert live.json("missed", "--since", "2015-11-01", BOT_NOW="2015-12-20T09:00:00")


def test_missed_is_listed_within_what_was_named(live: Office, x: XServer) -> None:
    missing_the_morning(live)
    gwent = f"{KENT.replace('kent', 'gwent').removesuffix('en')}"

    said = live.bot("missed", "--force", "gwent", **LATER).stdout.splitlines()

    assert said[0] == "Heddlu Gwent, Welsh, Monday 23 November 2015 at 09:03"
    assert said[3].strip() == f"{gwent}cy"
    assert said[4] == "Gwent Police, English, Monday 23 November 2015 at 09:03"
    assert not any("kent-x" in line for line in said)
    for named in (("--region", "south east"), ("--account", "kent-x")):
        assert [one["key"] for one in live.json("missed", *named, **LATER)] == [KENT]
    for named in (("--campaign", "winter@2015"), ("--theme", "notice")):
        assert len(live.json("missed", *named, **LATER)) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--force", "knet"), 1, 'Nothing was missed within --force "knet". Did you mean kent?'),
        (
            ("--force", "kent", "drop", "--all", "--reason", "r", "--by", "Ann"),
            2,
            "Write what is meant after drop, not before it.",
        ),
    ],
)
def test_what_cannot_be_listed_is_said(
    live: Office, x: XServer, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    missing_the_morning(live)

    done = live.bot("missed", *arguments, **LATER)

    assert done.returncode == code
    assert sentence in done.stderr
    assert len(keys_missed(live, **LATER)) == 3


def test_a_post_kept_goes_out_at_its_new_time_once_it_is_approved(live: Office, x: XServer) -> None:
    missing_the_morning(live)

    kept = live.bot("missed", "keep", KENT, "--at", "14:30", "--by", "Ann", **AFTERNOON)
    assert kept.returncode == 0, kept.stderr
    assert "Monday 23 November 2015 at 14:30" in kept.stdout
    live.bot("run", "--once", BOT_NOW="2015-11-23T14:31:00")
    assert x.posts() == ()  # nobody has approved it

    code = kept.stdout.split("approve --preview ")[1].split()[0]
    approved = live.bot("approve", "--preview", code, "--by", "Ben", BOT_NOW="2015-11-23T14:31:00")
    assert approved.returncode == 0, approved.stdout
    live.bot("run", "--once", BOT_NOW="2015-11-23T14:32:00")
    live.bot("run", "--once", BOT_NOW="2015-11-23T14:33:00")

    assert len(x.posts()) == 1
    assert "in Kent" in x.posts()[0].text


def test_moving_one_language_moves_the_other(live: Office, x: XServer) -> None:
    missing_the_morning(live)
    welsh = "winter@2015/gwent-x/d1.morning/cy"

    live.bot("missed", "keep", welsh, "--at", "14:30", "--by", "Ann", "--approve", **AFTERNOON)
    live.bot("run", "--once", BOT_NOW="2015-11-23T14:31:00")

    assert keys_missed(live, BOT_NOW="2015-11-23T14:32:00") == [KENT]
    assert [text.split()[0] for text in texts(x)] == ["Cadwch", "Look"]


def test_posts_of_one_account_kept_together_do_not_leave_in_a_burst(
    live: Office, x: XServer
) -> None:
    missing_the_morning(live)
    live.bot("run", "--once", BOT_NOW="2015-11-23T18:00:00")

    kept = live.bot(
        "missed", "keep", "--all", "--at", "2015-11-24 12:00", "--every", "15m", "--by", "Ann",
        "--approve", BOT_NOW="2015-11-23T18:01:00",
    )  # fmt: skip

    assert "6 posts approved by Ann." in kept.stdout, kept.stderr
    shown = live.bot("status", BOT_NOW="2015-11-23T18:02:00").stdout
    assert "missed post" not in shown
    for minute, posts in (("12:01", 3), ("12:14", 3), ("12:16", 6)):
        live.bot("run", "--once", BOT_NOW=f"2015-11-24T{minute}:00")
        assert len(x.posts()) == posts, minute


def test_a_post_moved_keeps_its_time_of_day_and_stays_when_the_bot_plans_again(
    live: Office, x: XServer
) -> None:
    missing_the_morning(live)

    moved = live.bot(
        "missed", "move", "--force", "kent", "--to", "2015-11-24", "--by", "Ann", "--approve",
        **AFTERNOON,
    )  # fmt: skip
    assert "Tuesday 24 November 2015 at 09:00" in moved.stdout, moved.stderr
    live.bot("run", "--once", BOT_NOW="2015-11-23T14:05:00")  # plans again
    live.bot("run", "--once", BOT_NOW="2015-11-24T07:00:00")

    shown = live.bot("preview", "--force", "kent", "--on", "2015-11-23", **AFTERNOON).stdout
    assert "goes out on Tuesday 24 November 2015 at 09:00 instead" in shown
    live.bot("run", "--once", BOT_NOW="2015-11-24T09:00:30")
    happened = live.json("history", KENT, BOT_NOW="2015-11-24T10:00:00")
    assert happened["state"] == "published"
    assert "given-time" in [one["action"] for one in happened["happened"]]


def test_a_plan_shows_a_post_at_the_time_a_person_gave_it(live: Office, x: XServer) -> None:
    missing_the_morning(live)
    moving = ("missed", "move", "--to", "2015-11-24", "--by", "Ann", "--approve")
    live.bot(*moving, "--force", "kent", **AFTERNOON)
    monday = ("plan", "--force", "kent", "--on", "2015-11-23")
    tuesday = ("plan", "--force", "kent", "--on", "2015-11-24")

    said = live.bot(*tuesday, **AFTERNOON).stdout
    table = live.bot(*tuesday, "--format", "csv", **AFTERNOON).stdout
    calendar = live.bot(*tuesday, "--format", "ics", **AFTERNOON).stdout

    assert [one["slot"] for one in live.json(*monday, **AFTERNOON)] == ["d1.evening"]
    moved = {one["key"]: one for one in live.json(*tuesday, **AFTERNOON)}[KENT]
    assert moved["due_local"] == "2015-11-24T09:00:00+00:00"
    assert moved["place"].startswith("messages/national/winter/campaign.yaml:")
    assert said.count("Tue 24 Nov 09:00") == 2
    assert "3 posts from 1 account" in said
    assert table.count("approved by Ann") == 1
    assert calendar.count("DTSTART:20151124T090000Z") == 2


def test_a_plan_marks_what_is_held_with_the_reason(live: Office, x: XServer) -> None:
    live.bot("hold", "kent", "--by", "Gold", "--reason", "incident", BOT_NOW="2015-11-22T20:00:00")

    said = live.bot("plan", "--on", "2015-11-23", BOT_NOW="2015-11-22T20:01:00").stdout

    of_kent = [line for line in said.splitlines() if "kent-x" in line]
    assert len(of_kent) == 2
    assert all(line.endswith("HELD: incident") for line in of_kent)
    assert said.count("HELD") == 2


def test_words_with_a_fact_that_changed_are_rendered_anew(live: Office, x: XServer) -> None:
    constants = live.folder / "config/constants.yaml"
    missing_the_morning(live)
    constants.write_text(
        constants.read_text(encoding="utf-8").replace("gov.uk/ACT", "gov.uk/ACT2"), "utf-8"
    )

    kept = live.bot("missed", "keep", KENT, "--at", "15:00", "--by", "Ann", **AFTERNOON)

    assert "gov.uk/ACT2" in kept.stdout
    assert "THE WORDS ARE NOT THOSE THAT WERE MISSED" in kept.stdout


def test_words_that_change_after_a_move_are_taken_over_and_lose_their_approval(
    live: Office, x: XServer
) -> None:
    missing_the_morning(live)
    live.bot("missed", "keep", KENT, "--at", "15:00", "--by", "Ann", "--approve", **AFTERNOON)
    constants = live.folder / "config/constants.yaml"
    constants.write_text(
        constants.read_text(encoding="utf-8").replace("gov.uk/ACT", "gov.uk/ACT2"), "utf-8"
    )

    live.bot("run", "--once", BOT_NOW="2015-11-23T14:10:00")

    one = live.json("history", KENT, BOT_NOW="2015-11-23T14:11:00")
    assert (one["state"], one["approved_by"]) == ("planned", None)
    assert one["due"].startswith("2015-11-23T15:00")
    assert "gov.uk/ACT2" in one["text"]


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("09:00", "that time has passed"),
        ("2015-11-25 09:00", "is not within winter@2015. It ends on Tuesday 24 November 2015."),
        ("2015-11-24 11:00", "nothing goes out then: two minutes of silence"),
    ],
)
def test_a_time_at_which_nothing_may_go_out_is_refused(
    live: Office, x: XServer, at: str, sentence: str
) -> None:
    live.write(
        "config/calendar.yaml",
        "no_posts:\n  silence:\n    day: 24 November\n    from: 10:30\n    to: 11:30\n"
        "    why: two minutes of silence\n",
    )
    missing_the_morning(live)

    kept = live.bot("missed", "keep", KENT, "--at", at, "--by", "Ann", **AFTERNOON)

    assert kept.returncode == 1
    assert sentence in kept.stdout, kept.stdout + kept.stderr
    assert KENT in keys_missed(live, **AFTERNOON)


def test_a_post_whose_words_were_withdrawn_is_not_kept(live: Office, x: XServer) -> None:
    missing_the_morning(live)
    live.write(
        "messages/local/kent/winter.yaml",
        "force: kent\ncampaign: winter\ntakes_part: yes\nwithdraw:\n"
        "  look-out: out of date\n  speak-up: out of date\n",
    )

    kept = live.bot("missed", "keep", KENT, "--at", "15:00", "--by", "Ann", **AFTERNOON)

    assert kept.returncode == 1
    assert "no pack says" in kept.stdout, kept.stdout + kept.stderr


def test_words_withdrawn_after_a_move_do_not_go_out(live: Office, x: XServer) -> None:
    missing_the_morning(live)
    live.bot("missed", "keep", KENT, "--at", "15:00", "--by", "Ann", "--approve", **AFTERNOON)
    live.write(
        "messages/local/kent/winter.yaml",
        "force: kent\ncampaign: winter\ntakes_part: yes\nwithdraw:\n"
        "  look-out: out of date\n  speak-up: out of date\n",
    )

    live.bot("run", "--once", BOT_NOW="2015-11-23T14:10:00")
    live.bot("run", "--once", BOT_NOW="2015-11-23T15:01:00")

    assert x.posts() == ()


def test_a_force_that_no_longer_takes_part_is_not_kept(live: Office, x: XServer) -> None:
    missing_the_morning(live)
    live.write(
        "messages/local/kent/winter.yaml",
        "force: kent\ncampaign: winter\ntakes_part: no\nwhy: our own campaign\n",
    )

    kept = live.bot("missed", "keep", KENT, "--at", "15:00", "--by", "Ann", **AFTERNOON)

    assert kept.returncode == 1
    assert "takes no part: our own campaign" in kept.stdout, kept.stdout + kept.stderr


def test_no_more_is_kept_for_a_day_than_an_account_posts_in_one(live: Office, x: XServer) -> None:
    missing_the_morning(live)
    live.write("config/settings.yaml", "plan_ahead: 14 days\nposts_per_account_a_day: 2\n")

    moved = live.bot("missed", "move", KENT, "--to", "2015-11-24", "--by", "Ann", **AFTERNOON)

    assert moved.returncode == 1
    assert "kent-x would post more than 2 times that day" in moved.stdout, moved.stderr


def test_a_post_kept_under_a_hold_says_so(live: Office, x: XServer) -> None:
    missing_the_morning(live)
    live.bot("hold", "kent", "--by", "Gold", "--reason", "incident", **AFTERNOON)

    kept = live.bot("missed", "keep", KENT, "--at", "15:00", "--by", "Ann", **AFTERNOON)

    assert "HELD by Gold: incident." in kept.stdout


def test_a_post_dropped_never_goes_out(live: Office, x: XServer) -> None:
    missing_the_morning(live)

    dropped = live.bot(
        "missed", "drop", "--region", "wales", "--reason", "out of date", "--by", "Ann", **AFTERNOON
    )

    assert "2 posts dropped by Ann." in dropped.stdout, dropped.stderr
    assert keys_missed(live, **AFTERNOON) == [KENT]
    live.bot("run", "--once", **AFTERNOON)
    said = live.bot("history", "winter@2015/gwent-x/d1.morning/cy", **AFTERNOON).stdout
    assert "Ann decided that it does not go out: out of date." in said


def test_a_post_that_may_be_public_is_not_offered(live: Office, x: XServer) -> None:
    x.script([drop_before_answer()])
    live.bot("run", "--once", **MORNING)
    unsettled = live.json("unsettled", **MORNING)[0]["key"]

    kept = live.bot("missed", "keep", unsettled, "--at", "15:00", "--by", "Ann", **AFTERNOON)

    assert kept.returncode == 1
    assert "it is unknown" in kept.stderr
    assert unsettled not in keys_missed(live, **AFTERNOON)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("keep", "--at", "15:00", "--by", "Ann"), 2, "Name posts by their keys"),
        (("keep", KENT, "--at", "half nine", "--by", "Ann"), 2, "is not a time"),
        (("keep", KENT, "--all", "--at", "15:00", "--by", "Ann"), 2, "not both"),
        (("drop", KENT, "--by", "Ann"), 2, "--reason"),
        (("drop", "--force", "knt", "--reason", "x", "--by", "A"), 1, "Did you mean kent"),
        (("drop", "winter@2015/kent-x/d2.morning/en", "--reason", "x", "--by", "A"), 1, "planned"),
        (("drop", KENT, "--force", "kent", "--reason", "x", "--by", "A"), 2, "not both"),
    ],
)
def test_missed_says_in_one_sentence_what_was_typed_wrong(
    live: Office, x: XServer, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    missing_the_morning(live)

    done = live.bot("missed", *arguments, **AFTERNOON)

    assert done.returncode == code
    assert sentence in done.stderr
    assert len(keys_missed(live, **AFTERNOON)) == 3


# --- audit ------------------------------------------------------------------------------------


def test_audit_verify_prints_a_head_that_shows_later_that_nothing_was_cut_off(
    live: Office, x: XServer
) -> None:
    ledger = live.folder / "data/live.sqlite3"
    head = live.bot("audit", "verify", **MORNING).stdout.split("Head: ")[1].strip()
    live.bot("run", "--once", **MORNING)
    assert live.bot("audit", "verify", "--head", head, **LATER).returncode == 0
    later = live.bot("audit", "verify", **LATER).stdout.split("Head: ")[1].strip()

    with closing(sqlite3.connect(ledger)) as database, database:
        database.execute("DELETE FROM event WHERE seq > (SELECT max(seq) - 3 FROM event)")
        database.execute(
            "UPDATE ledger SET (events, last_hash) ="
            " (SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1)"
        )
    cut = live.bot("audit", "verify", "--head", later, **LATER)

    assert cut.returncode == 1
    assert "NOT WHOLE" in cut.stdout


def test_audit_verify_names_the_first_event_that_was_altered(live: Office, x: XServer) -> None:
    ledger = live.folder / "data/live.sqlite3"
    with closing(sqlite3.connect(ledger)) as database, database:
        database.execute("UPDATE event SET \"by\" = 'Mallory' WHERE seq = 5")

    done = live.bot("audit", "verify", **LATER)

    assert done.returncode == 1
    assert "Event 5 is not what was written." in done.stdout


def test_audit_export_says_what_was_public_and_names_no_staff(live: Office, x: XServer) -> None:
    live.bot("run", "--once", **MORNING)

    done = live.bot("audit", "export", "--from", "2015-11-23", "--to", "2015-11-23", **LATER)
    named = live.bot("audit", "export", "--with-names", **LATER)

    note, *rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert note["kind"] == "note"
    assert "Posts made elsewhere" in note["note"]
    assert "claimed, not proven" in note["note"]
    assert sorted(row["text"] for row in rows) == sorted(texts(x))
    assert {row["public"] for row in rows} == {"yes"}
    assert {row["approved"] for row in rows} == {"by a person"}
    assert all(row["url"].endswith(row["remote_id"]) for row in rows)
    assert "A. Smith" not in done.stdout
    assert named.stdout.count('"approved_by": "A. Smith"') == 3


def test_a_post_nobody_has_settled_is_exported_as_not_known(live: Office, x: XServer) -> None:
    x.script([drop_before_answer()])
    live.bot("run", "--once", **MORNING)

    _note, *rows = live.bot("audit", "export", **LATER).stdout.splitlines()

    assert Counter(json.loads(row)["public"] for row in rows) == {"yes": 2, "not known": 1}


def test_a_cell_that_a_spreadsheet_would_run_is_made_text(live: Office, x: XServer) -> None:
    live.write(
        "messages/local/kent/winter.yaml",
        "force: kent\ncampaign: winter\ntakes_part: yes\nfill_in:\n  in_area: in Kent\nchange:\n"
        + "".join(
            f"  {name}:\n    first:\n      en: |\n        =1+1 {name} {{{{ report_link }}}}\n"
            for name in ("look-out", "speak-up")
        ),
    )
    live.bot("run", "--once", BOT_NOW="2015-11-22T09:00:00")
    preview = ("preview", "--force", "kent", "--on", "2015-11-23")
    code = live.json(*preview, BOT_NOW="2015-11-22T09:01:00")["code"]
    live.bot("approve", "--preview", code, "--by", "Ann", BOT_NOW="2015-11-22T09:02:00")
    live.bot("run", "--once", **MORNING)

    done = live.bot("audit", "export", "--format", "csv", **LATER)

    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    kents = [row["text"] for row in rows if row["force"] == "kent"]
    assert len(kents) == 1, done.stderr
    assert kents[0].startswith("'=1+1 ")
    assert "Posts made elsewhere" in done.stderr


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", " \n-1", "\xa0=1"]
)
def test_a_cell_opens_as_text_however_its_formula_is_led_in(cell: str) -> None:
    [row] = csv.DictReader(io.StringIO(as_csv([{"text": cell}]), newline=""))

    assert row["text"] == f"'{cell}"


def test_a_forces_chain_is_handed_over_without_names_and_followed_without_the_ledger(
    live: Office, x: XServer
) -> None:
    live.bot("hold", "kent", "--by", "Gold", "--reason", "incident", BOT_NOW="2015-11-22T10:00:00")
    live.bot("release", "kent", "--by", "Gold", "--reason", "over", BOT_NOW="2015-11-22T10:05:00")
    live.bot("run", "--once", **MORNING)
    head = live.bot("audit", "head", "--force", "kent", **LATER).stdout.split()[-1]
    export = ("audit", "export", "--what", "events", "--force", "kent")

    plain = live.write("kent.jsonl", live.bot(*export, **LATER).stdout)
    named = live.write("named.jsonl", live.bot(*export, "--with-names", **LATER).stdout)
    shutil.rmtree(live.folder / "data")

    for file, names in ((plain, 0), (named, len(named.read_text().splitlines()) - 3)):
        done = live.bot("audit", "verify", str(file), "--head", head, **LATER)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"Names are in {names} of them." in done.stdout
        assert f"Head: {head}" in done.stdout
    assert "{by} put force kent on hold: incident." in plain.read_text()
    assert not any(name in plain.read_text() for name in ("Gold", "A. Smith"))
    assert "gwent" not in plain.read_text()
    cut = live.write("cut.jsonl", "".join(named.read_text().splitlines(True)[:-1]))
    assert "the file is missing" in live.bot("audit", "verify", str(cut), **LATER).stdout
    forged = live.write("forged.jsonl", named.read_text().replace('"by": "Gold"', '"by": "Ann"'))
    assert "is not what was written" in live.bot("audit", "verify", str(forged), **LATER).stdout


@pytest.mark.parametrize("what", ["public", "events"])
def test_an_export_of_a_force_that_is_not_there_says_which_are(
    live: Office, x: XServer, what: str
) -> None:
    done = live.bot("audit", "export", "--what", what, "--force", "knt", **LATER)

    assert (done.returncode, done.stdout) == (1, "")
    assert "Did you mean kent" in done.stderr


def test_an_export_names_the_pack_and_the_ledger_keeps_it_as_it_was(
    live: Office, x: XServer
) -> None:
    live.bot("run", "--once", **MORNING)
    local = live.folder / "messages/local/kent/winter.yaml"
    before = local.read_text()
    live.write("messages/local/kent/winter.yaml", before + "fill_in:\n  in_area: by the sea\n")
    live.bot("run", "--once", **LATER)

    lines = live.bot("audit", "export", "--force", "kent", **LATER).stdout.splitlines()
    post = json.loads(lines[1])
    pack = live.bot("audit", "pack", post["pack"][:12], **LATER)

    assert post["pack_version"] == "1"
    assert f"# === messages/local/kent/winter.yaml  {sha256(before.encode()).hexdigest()}" in (
        pack.stdout
    )
    assert before in pack.stdout
    assert "by the sea" not in pack.stdout
    assert (live.folder / "messages/national/winter/campaign.yaml").read_text() in pack.stdout
    unknown = live.bot("audit", "pack", "ab" * 6, **LATER)
    assert (unknown.returncode, unknown.stdout) == (1, "")


def test_the_heads_are_logged_when_a_day_has_turned(live: Office, x: XServer) -> None:
    same_day = live.bot("run", "--once", BOT_NOW="2015-11-22T10:00:00")
    next_day = live.bot("run", "--once", BOT_NOW="2015-11-23T06:00:00")

    assert "audit-head" not in same_day.stderr
    [said] = [json.loads(line) for line in next_day.stderr.splitlines() if "audit-head" in line]
    assert set(said["heads"]) >= {"kent", "gwent"}
    for head in (said["head"], *said["heads"].values()):
        assert live.bot("audit", "verify", "--head", head, **LATER).returncode == 0


def test_nothing_of_a_dry_run_is_exported_as_public(office: Office) -> None:
    office.bot("run", "--once", BOT_NOW="2015-11-22T08:00:00")
    office.bot("run", "--once", **MORNING)

    refused = office.bot("audit", "export", **LATER)
    marked = office.bot("audit", "export", "--dry", **LATER)

    assert refused.returncode == 1
    assert refused.stdout == ""
    _note, *rows = [json.loads(line) for line in marked.stdout.splitlines()]
    assert len(rows) == 3
    assert {row["public"] for row in rows} == {"no: dry run"}


# --- unsettled and settle ---------------------------------------------------------------------

NAMED = ("settle", KENT, "--by", "Ann", "--published")


def an_unsettled_post(live: Office, x: XServer) -> str:
    """Kent's morning post is public, its answer was lost, and the page is not shown."""
    live.bot("run", "--once", BOT_NOW="2015-11-22T09:00:00", BOT_FORCES="kent")
    x.script([drop_before_answer()])
    live.bot("run", "--once", **MORNING, BOT_FORCES="kent")
    x.script([limited(route=TIMELINE)])
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:05:10", BOT_FORCES="kent")
    [one] = live.json("unsettled", **LATER)
    key: str = one["key"]
    return key


def test_unsettled_shows_all_that_a_person_needs_to_decide(live: Office, x: XServer) -> None:
    key = an_unsettled_post(live, x)

    said = live.bot("unsettled", BOT_NOW="2015-11-23T09:05:30").stdout
    [one] = live.json("unsettled", BOT_NOW="2015-11-23T09:05:30")

    assert key == KENT
    assert all(f"    | {line}" in said for line in x.posts()[0].text.split("\n"))
    assert "Look yourself:    https://x.com/kent_police" in said
    assert "Tried on Monday 23 November 2015 at 09:03: The line to X broke before" in said
    assert "looked 0 times. 1 time the page could not be read." in said
    assert "It looks next on Monday 23 November 2015 at 09:06." in said
    assert f".venv/bin/bot settle {key} --published URL --by NAME" in said
    assert f".venv/bin/bot settle {key} --not-published --by NAME" in said
    assert one["page"] == "https://x.com/kent_police"
    assert (one["looks"], one["failed_looks"]) == (0, 1)
    assert one["next_look"].startswith("2015-11-23T09:06:10")
    assert [attempt["outcome"] for attempt in one["attempts"]] == ["unknown"]


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("https://x.com/gwentpolice/status/1234", "that is a post of @gwentpolice"),
        ("https://x.com/kent_police/status/12x4", "does not end in a post's number"),
        ("https://example.org/kent_police/status/1234", "is not the address of a post on X"),
    ],
)
def test_settle_takes_no_address_that_cannot_be_the_accounts_post(
    live: Office, x: XServer, place: str, why: str
) -> None:
    an_unsettled_post(live, x)

    refused = live.bot(*NAMED, place, **LATER)

    assert refused.returncode == 1
    assert why in refused.stderr[0].lower() + refused.stderr[1:]
    assert len(live.json("unsettled", **LATER)) == 1


def test_a_settled_post_has_the_address_that_was_given(live: Office, x: XServer) -> None:
    key = an_unsettled_post(live, x)
    place = f"https://x.com/kent_police/status/{x.posts()[0].id}"

    done = live.bot(*NAMED, place, **LATER)

    assert done.stdout == f"{key}: published.\n"
    assert live.json("unsettled", **LATER) == []
    assert place in live.bot("history", key, **LATER).stdout


def test_what_reading_pages_cost_is_shown_for_today_and_for_30_days(
    live: Office, x: XServer
) -> None:
    for number in range(3):
        x.show(str(abs(hash_id("kent-x"))), f"Roads {number}")
    live.write("config/settings.yaml", PRICES)
    live.bot("run", "--once", **MORNING)

    today = live.json("status", **LATER)["reads"]
    later = live.json("audit", "reads", BOT_NOW="2015-11-24T09:00:00")
    long_after = live.json("audit", "reads", BOT_NOW="2015-12-23T09:00:00")

    whole = {"readings": 2, "posts": 3, "usd": "0.015"}
    assert today == {"today": whole, "last_30_days": whole}
    assert later["today"] == {"readings": 0, "posts": 0, "usd": "0.000"}
    assert later["last_30_days"] == whole
    assert later["accounts_last_30_days"]["kent-x"] == {"readings": 1, "posts": 3}
    assert later["accounts_last_30_days"]["gwent-x"] == {"readings": 1, "posts": 0}
    assert long_after["last_30_days"]["posts"] == 0
    said = "Read on accounts' pages: today 3 posts (US$0.015), in the last 30 days 3 posts"
    for command in (("status",), ("unsettled",), ("audit", "reads")):
        assert said in live.bot(*command, **LATER).stdout


PRICES = """
prices:
  x:
    post_usd: 0.015
    post_with_link_usd: 0.20
    read_usd: 0.005
    source: docs.x.com
    as_of: 2026-08-22
"""


# --- backup and restore -----------------------------------------------------------------------


def test_a_backup_of_a_running_bot_is_whole_and_never_overwrites(live: Office, x: XServer) -> None:
    running = live.start("run", BOT_NOW="2015-11-23T06:00:00")
    try:
        assert running.stdout is not None
        for line in running.stdout:
            if "Ctrl-C" in line:
                break
        copy = live.folder / "copy.sqlite3"

        made = live.bot("db", "backup", str(copy))
        again = live.bot("db", "backup", str(copy))
        itself = live.bot("db", "backup", str(live.folder / "data/live.sqlite3-wal"))
    finally:
        running.terminate()
        running.communicate(timeout=30)

    assert "12 posts, live mode." in made.stdout, made.stderr
    assert "Head: " in made.stdout
    assert again.returncode == itself.returncode == 1
    assert "is there already" in again.stderr
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA quick_check").fetchone() == ("ok",)
    assert not Path(f"{copy}-wal").exists()


def test_what_went_out_after_a_copy_was_made_is_not_sent_again(live: Office, x: XServer) -> None:
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:02:00")  # Kent's
    live.bot("db", "backup", str(live.folder / "copy.sqlite3"), BOT_NOW="2015-11-23T09:02:10")
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:04:00")  # Gwent's
    assert len(x.posts()) == 3

    done = live.bot(
        "db", "restore", str(live.folder / "copy.sqlite3"), BOT_NOW="2015-11-23T09:07:00"
    )
    assert done.returncode == 0, done.stderr
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:08:00")
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:09:00")

    assert len(x.posts()) == 3
    assert live.json("status", BOT_NOW="2015-11-23T09:10:00")["today"]["published"] == 3
    aside = [path.name for path in (live.folder / "data").glob("live.before-*")]
    assert len(aside) == 1
    assert aside[0] in done.stdout


def copied_by_hand(office: Office, name: str) -> Path:
    """The ledger's file as `cp` copies it, with nothing running."""
    ledger, copy = office.folder / "data/live.sqlite3", office.folder / name
    with closing(sqlite3.connect(ledger)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(ledger, copy)
    return copy


def put_back_by_hand(office: Office, copy: Path) -> None:
    for ending in ("-wal", "-shm"):
        (office.folder / f"data/live.sqlite3{ending}").unlink(missing_ok=True)
    shutil.copyfile(copy, office.folder / "data/live.sqlite3")


def test_a_young_copy_put_back_by_hand_doubles_nothing(live: Office, x: XServer) -> None:
    live.bot("run", "--once", BOT_NOW="2015-11-23T08:58:00")
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:02:00")  # Kent's; Gwent's page is unread
    live.bot("missed", "--since", "2015-11-01", BOT_NOW="2015-11-23T09:02:00")
    copy = copied_by_hand(live, "kent-only.sqlite3")
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:04:00")  # Gwent's
    evening = copied_by_hand(live, "before-the-evening.sqlite3")
    assert len(x.posts()) == 3

    put_back_by_hand(live, copy)
    live.bot("run", "--once", BOT_NOW="2015-11-23T09:05:00")
    assert len(x.posts()) == 3

    put_back_by_hand(live, evening)
    live.bot("run", "--once", BOT_NOW="2015-11-23T17:26:00")
    young = copied_by_hand(live, "young.sqlite3")  # the accounts' pages were read before it
    live.bot("run", "--once", BOT_NOW="2015-11-23T17:34:00")
    assert len(x.posts()) == 6
    put_back_by_hand(live, young)
    live.bot("run", "--once", BOT_NOW="2015-11-23T17:36:00")

    assert len(x.posts()) == 6
    said = live.bot("audit", "verify", BOT_NOW="2015-11-23T17:37:00").stdout
    assert said.startswith("Whole")


def test_a_restore_is_refused_while_a_bot_runs_and_for_what_is_no_sound_ledger_of_this_mode(
    live: Office, x: XServer
) -> None:
    copy = live.folder / "copy.sqlite3"
    live.bot("db", "backup", str(copy), **MORNING)
    live.bot("db", "create", BOT_MODE="dry", **MORNING)
    dry = live.folder / "dry.sqlite3"
    live.bot("db", "backup", str(dry), BOT_MODE="dry", **MORNING)
    torn = live.write("torn.sqlite3", "SQLite format 3\0 and no more")
    altered = live.folder / "altered.sqlite3"
    shutil.copyfile(copy, altered)
    with closing(sqlite3.connect(altered)) as database, database:
        database.execute("UPDATE event SET \"by\" = 'Mallory' WHERE seq = 5")
    before = (live.folder / "data/live.sqlite3").read_bytes()

    wrong = {
        path: live.bot("db", "restore", str(path), **AFTERNOON).stderr
        for path in (dry, torn, altered, live.folder / "none.sqlite3")
    }
    live.bot("run", "--once", **AFTERNOON)
    soon = live.bot("db", "restore", str(copy), BOT_NOW="2015-11-23T14:00:30")

    assert "is a ledger for dry mode" in wrong[dry]
    assert "is damaged, or not a ledger" in wrong[torn]
    assert "Event 5 is not what was written" in wrong[altered]
    assert "There is no file" in wrong[live.folder / "none.sqlite3"]
    assert soon.returncode == 1
    assert (
        "A bot ran over this ledger 30 seconds ago" in soon.stderr or "seconds ago" in soon.stderr
    )
    assert before
    assert not list((live.folder / "data").glob("live.before-*"))


def test_a_restore_is_refused_while_any_program_has_the_ledger_open(
    live: Office, x: XServer
) -> None:
    copy = live.folder / "copy.sqlite3"
    live.bot("db", "backup", str(copy), **MORNING)
    with closing(sqlite3.connect(live.folder / "data/live.sqlite3")) as someone:
        someone.execute("SELECT count(*) FROM post").fetchone()

        done = live.bot("db", "restore", str(copy), **AFTERNOON)

    assert done.returncode == 1
    assert "Another program has the ledger open" in done.stderr


def test_a_hold_outlives_a_restore(live: Office, x: XServer) -> None:
    copy = live.folder / "copy.sqlite3"
    live.bot("db", "backup", str(copy), **MORNING)
    live.bot("hold", "--by", "Gold", "--reason", "incident", **MORNING)

    done = live.bot("db", "restore", str(copy), **MORNING)

    assert "Still held: everything by Gold: incident" in done.stdout, done.stderr
    assert live.json("status", **MORNING)["holds"][0]["by"] == "Gold"


def test_a_damaged_ledger_is_moved_aside_and_the_copy_takes_its_place(
    live: Office, x: XServer
) -> None:
    copy = live.folder / "copy.sqlite3"
    live.bot("db", "backup", str(copy), **MORNING)
    (live.folder / "data/live.sqlite3").write_bytes(b"torn" * 1000)

    done = live.bot("db", "restore", str(copy), **MORNING)

    assert done.returncode == 0, done.stderr
    assert "could not be read" in done.stdout
    assert live.bot("status", **MORNING).returncode == 0


def test_a_ledger_that_was_restored_by_other_means_is_marked(live: Office, x: XServer) -> None:
    live.bot("run", "--once", **MORNING)
    pages = len([one for one in x.requests() if one.route.startswith("GET /2/users")])

    assert live.bot("db", "restored", "--by", "Ann", **AFTERNOON).returncode == 0
    live.bot("run", "--once", BOT_NOW="2015-11-23T17:31:00")

    assert len([one for one in x.requests() if one.route.startswith("GET /2/users")]) > pages


@pytest.mark.parametrize("act", [("backup",), ("restore", "copy.sqlite3")])
def test_a_database_servers_ledger_is_left_to_its_own_tools(
    office: Office, act: tuple[str, ...]
) -> None:
    done = office.bot("db", *act, DATABASE_URL="postgresql://someone:secret@127.0.0.1:9/ledger")

    assert done.returncode == 1
    assert "pg_dump" in done.stderr
    assert "bot db restored" in done.stderr
    assert "secret" not in done.stderr


# --- status -----------------------------------------------------------------------------------


def test_status_groups_what_is_overdue_by_its_reason_and_says_first_that_nothing_runs(
    live: Office, x: XServer
) -> None:
    live.bot("hold", "kent", "--by", "Gold", "--reason", "incident", BOT_NOW="2015-11-22T20:00:00")

    while_running = live.bot("status", BOT_NOW="2015-11-22T08:01:00").stdout.splitlines()
    said = live.bot("status", BOT_NOW="2015-11-24T09:30:00").stdout.splitlines()

    overdue = [line for line in said if line.startswith("OVERDUE")]
    assert while_running[:2] == [
        "LIVE.",
        "The clock last ticked: Sunday 22 November 2015 at 08:00.",
    ]
    assert said[0] == (
        "The bot is not running: the clock last ticked on Sunday 22 November 2015 at 08:00."
    )
    assert overdue == [
        "OVERDUE since 09:00 on Monday 23 November 2015, the last on Tuesday 24 November 2015 at "
        "09:00: 3 posts: kent-x: held: incident",
        "OVERDUE since 09:03 on Monday 23 November 2015, the last on Tuesday 24 November 2015 at "
        "09:03: 6 posts: gwent-x (Welsh) and gwent-x (English): approved, and not sent yet.",
    ]
    assert len(live.json("status", BOT_NOW="2015-11-24T09:30:00")["overdue"]) == 9


def test_what_was_due_before_the_bot_first_ran_asks_nobody_to_decide(office: Office) -> None:
    office.bot("run", "--once", **AFTERNOON)

    said = office.bot("status", **AFTERNOON).stdout
    health = office.bot("health", **AFTERNOON)

    assert "3 posts of today were due before the bot first ran here." in said
    assert "decide" not in said
    assert "Missed today" not in said
    assert "note:" not in health.stdout
    assert len(keys_missed(office, **AFTERNOON)) == 3


def test_what_a_later_pack_brings_too_late_waits_for_a_person(office: Office) -> None:
    office.bot("run", "--once", BOT_NOW="2015-11-22T08:00:00")
    late = CAMPAIGN.replace("09:00", "08:30").replace("Winter Watch", "Frost Watch")
    office.write("messages/national/frost/campaign.yaml", late)
    office.write("config/campaigns.yaml", f"{RUNS}frost@2015:\n  pack: frost\n  who: kent\n")
    office.bot("run", "--once", **AFTERNOON)

    said = office.bot("status", **AFTERNOON).stdout

    waiting = Counter(one["why"] for one in office.json("missed", **AFTERNOON))
    assert waiting["First seen after its time."] == 1
    assert "first ran here" not in said
    assert f"{waiting.total()} missed posts for a person to decide on" in said


# --- health -----------------------------------------------------------------------------------


def wrong(office: Office, **when: str) -> dict[str, str]:
    return {one["code"]: one["sentence"] for one in office.json("health", **when)["wrong"]}


def test_health_is_well_while_the_clock_ticks(live: Office, x: XServer) -> None:
    live.bot("run", "--once", **MORNING)

    done = live.bot("health", BOT_NOW="2015-11-23T09:04:00")

    assert (done.returncode, done.stderr) == (0, "")
    assert "NOT WELL" not in done.stdout
    assert "well: LIVE: the clock ticks" in done.stdout


def test_health_names_each_thing_that_is_not_well(live: Office, x: XServer) -> None:
    x.script([no_credit(), drop_before_answer()])
    live.bot("run", "--once", **MORNING)
    live.write("messages/local/kent/winter.yaml", "force: kent\ncampaign: winter\nfill_in: [\n")

    found = wrong(live, BOT_NOW="2015-11-23T09:14:00")
    done = live.bot("health", BOT_NOW="2015-11-23T09:14:00")

    assert found.keys() >= {"clock", "stopped-account", "unsettled", "files"}
    assert "has not ticked for 10 minutes" in found["clock"]
    assert done.returncode == 1
    assert done.stdout.count("NOT WELL: ") == len(found)


def test_health_names_what_waits_for_a_decision_and_is_well_all_the_same(
    live: Office, x: XServer
) -> None:
    missing_the_morning(live)

    done = live.bot("health", **LATER)

    assert (done.returncode, done.stderr) == (0, "")
    assert "note: LIVE: 3 missed posts wait for a person to decide on" in done.stdout
    assert "nothing waits" not in done.stdout
    assert [one["code"] for one in live.json("health", **LATER)["notes"]] == ["missed"]


def test_health_names_a_post_that_is_overdue(live: Office, x: XServer) -> None:
    live.bot("run", "--once", BOT_NOW="2015-11-23T08:59:00")

    found = live.bot("health", BOT_NOW="2015-11-23T09:08:00")

    assert f"NOT WELL: {KENT} was due on Monday 23 November 2015 at 09:00" in found.stdout


def test_health_names_a_live_account_without_credentials(live: Office) -> None:
    live.variables = {"BOT_MODE": "live"}

    assert "KENT_X_API_KEY" in wrong(live)["credentials"] or "GWENT" in wrong(live)["credentials"]


def test_health_of_a_dry_run_names_a_live_ledger_over_which_nothing_runs(
    live: Office, x: XServer
) -> None:
    live.bot("run", "--once", BOT_MODE="dry", **MORNING)

    found = wrong(live, BOT_MODE="dry", BOT_NOW="2015-11-23T09:04:00")

    assert "there is a live ledger here, and its clock has not ticked" in found["clock"]


def test_health_makes_nothing_and_takes_broken_files_as_an_answer(office: Office) -> None:
    office.write("config/forces.yaml", "kent: [\n")
    before = sorted(office.folder.rglob("*"))

    done = office.bot("health")

    assert done.returncode == 1
    assert "NOT WELL" in done.stdout
    assert "Traceback" not in done.stderr
    assert sorted(office.folder.rglob("*")) == before
