"""The history: every move leaves an event, and no event can be altered unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.holds import HoldKind
from bot.core.model import LedgerError, Receipt, State
from bot.ledger import BrokenEvent, Ledger, Scope
from tests.factories import a_post, at
from tests.ledger.steps import intended, planned

_SAID = "at, action, key, by, sentence, facts"
_BOUND = "form, force, number + 1, named, salt, hash"


def test_a_posts_whole_life_can_be_read(ledger: Ledger) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Receipt("5", evidence="201"), now=at("09:00:05"))

    events = ledger.events(key=post.key)

    assert [event.action for event in events] == [
        "planned",
        "approved",
        "claimed",
        "intended",
        "published",
    ]
    assert events[-1].facts == {
        "evidence": "201",
        "from": "sending",
        "remote_id": "5",
        "to": "published",
        "token": 1,
    }


def test_the_last_events_can_be_asked_for(ledger: Ledger) -> None:
    planned(ledger, a_post("d1.a"), a_post("d1.b"))

    assert [event.seq for event in ledger.events(last=2)] == [3, 4]
    assert [event.seq for event in ledger.events(after=3)] == [4]


def test_an_untouched_history_is_whole(ledger: Ledger) -> None:
    assert ledger.verify() == 0

    ledger.record(intended(ledger, a_post()), Receipt("5"), now=at("09:00:05"))

    assert ledger.verify() == 5


@pytest.mark.parametrize(
    ("tampering", "seq"),
    [
        ("UPDATE event SET sentence = 'Approved by Bob.' WHERE seq = 2", 2),
        ("UPDATE event SET by = 'Bob' WHERE seq = 2", 2),
        ("UPDATE event SET at = '2026-11-16 05:00:00.000000' WHERE seq = 2", 2),
        ("UPDATE event SET facts = '{}' WHERE seq = 2", 2),
        ("UPDATE event SET hash = 'ab' WHERE seq = 2", 2),
        ("DELETE FROM event WHERE seq = 2", 2),
        ("DELETE FROM event WHERE seq = 5", 5),
        (
            f"INSERT INTO event SELECT 6, {_SAID}, hash, hash, {_BOUND} FROM event WHERE seq = 5",
            6,
        ),
        ("UPDATE event SET force = 'dorset' WHERE seq = 2", 2),
        ("UPDATE event SET salt = 'ab' WHERE seq = 2", 2),
        ("UPDATE event SET form = 1 WHERE seq = 2", 2),
        ("UPDATE event SET form = 7 WHERE seq = 2", 2),
        ("UPDATE event SET seq = 12 - seq WHERE seq IN (5)", 5),
        ("UPDATE chain_end SET events = 4", 6),
    ],
)
def test_a_tampered_event_is_found(
    ledger: Ledger, behind: Callable[[str], int], tampering: str, seq: int
) -> None:
    ledger.record(intended(ledger, a_post()), Receipt("5"), now=at("09:00:05"))
    assert behind(tampering) == 1

    broken = ledger.verify()

    assert isinstance(broken, BrokenEvent)
    assert broken.seq == seq


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE post SET state = 'missed', remote_id = NULL", "The post {key} is not as"),
        ("UPDATE post SET remote_id = '6'", "The post {key} is not as"),
        ("UPDATE post SET essential = 'ACC Smith'", "The post {key} is not as"),
        ("UPDATE post SET removed_at = since", "The post {key} is not as"),
        ("DELETE FROM post", "The post {key} is gone."),
        ("UPDATE approval SET digest = 'ab'", "No event tells of an approval of {key}."),
        ("DELETE FROM approval", "An approval of {key} is gone"),
        ("UPDATE rendering SET text = 'Nothing to see.'", "The words of {key} are not"),
        ("UPDATE hold SET released_at = at", "The hold on force kent (number 1) is not as"),
        ("UPDATE hold SET name = 'dorset'", "The hold on force dorset (number 1) is not as"),
        ("UPDATE hold SET lets_pass = 'crisis'", "The hold on force kent (number 1) is not as"),
        ("UPDATE hold SET until = at", "The hold on force kent (number 1) is not as"),
        ("UPDATE hold SET routine = true", "The hold on force kent (number 1) is not as"),
        ("DELETE FROM hold", "The hold on force kent is gone."),
    ],
)
def test_what_was_altered_behind_the_ledgers_back_is_found(
    ledger: Ledger, behind: Callable[[str], int], tampering: str, said: str
) -> None:
    post = a_post()
    ledger.record(intended(ledger, post), Receipt("5"), now=at("09:00:05"))
    ledger.hold(Scope.force("kent"), by="gold", reason="incident", now=at("09:30"))
    assert ledger.verify() == 6
    if tampering == "DELETE FROM post":
        behind("DELETE FROM attempt")
    assert behind(tampering) == 1

    broken = ledger.verify()

    assert isinstance(broken, BrokenEvent)
    assert broken.sentence.startswith(said.format(key=post.key))


def test_a_history_with_every_kind_of_mark_is_whole(ledger: Ledger) -> None:
    post = a_post(essential="ACC Smith")
    ledger.record(intended(ledger, post), Receipt("5"), now=at("09:00:05"))
    ledger.mark_removed(post.key, by="Ann", now=at("09:10"))
    made = ledger.hold(
        Scope.force("kent"),
        by="gold",
        reason="",
        now=at("09:30"),
        kind=HoldKind.MOURNING,
        until=at("11:00"),
        routine=True,
    )
    ledger.explain_hold(made.id, by="Ann", reason="incident", now=at("09:31"))
    ledger.end_holds(now=at("11:01"))

    assert ledger.verify() == 9


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_file_damaged_on_disk_is_found(ledger: Ledger, tmp_path: Path) -> None:
    planned(ledger, *(a_post(f"d1.s{n}") for n in range(50)))
    ledger.close()
    path = tmp_path / "ledger.db"
    content = bytearray(path.read_bytes())
    for page in range(8, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(bytes(content))

    with pytest.raises(LedgerError, match=r"damaged|could not be read"):
        ledger.verify()


def test_holds_and_stopped_accounts_are_in_the_history(ledger: Ledger) -> None:
    ledger.hold(Scope.force("kent"), by="gold", reason="incident", now=at("08:00"))
    ledger.release(Scope.force("kent"), by="gold", reason="over", now=at("09:00"))
    ledger.stop_account("kent-x", "Out of credit.", now=at("09:00"))
    ledger.start_account("kent-x", by="Ann", now=at("09:10"))

    assert [(event.action, event.by) for event in ledger.events()] == [
        ("held", "gold"),
        ("released", "gold"),
        ("account-stopped", "bot"),
        ("account-started", "Ann"),
    ]


def test_posts_can_be_asked_for_by_what_they_are(ledger: Ledger) -> None:
    kent, dorset = a_post(force="kent"), a_post(force="dorset", due=at("10:00"))
    planned(ledger, kent, dorset)
    ledger.hold(Scope.force("kent"), by="gold", reason="incident", now=at("08:00"))

    first, second = ledger.posts()
    assert (first.key, first.approved_by, first.why) == (kent.key, "Ann", "Planned.")
    assert first.held_by is not None
    assert (second.key, second.held_by) == (dorset.key, None)
    assert [one.key for one in ledger.posts(senders=["kent"])] == [kent.key]
    assert [one.key for one in ledger.posts(accounts=["dorset-x"])] == [dorset.key]
    assert [one.key for one in ledger.posts(due_from=at("10:00"))] == [dorset.key]
    assert [one.key for one in ledger.posts(due_before=at("10:00"))] == [kent.key]
    assert ledger.posts(states=[State.MISSED]) == ()
    assert ledger.posts(campaign="another") == ()
    assert len(ledger.posts(limit=1)) == 1
