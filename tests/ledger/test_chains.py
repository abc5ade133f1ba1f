"""Each force's events are a chain of their own, names can be left out, and old chains go on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.chain_files import Followed, NotFollowed, follow, lines
from bot.core.model import Mode, NotSent, PackFile, PackText, Receipt
from bot.ledger import BrokenEvent, KeptPack, Ledger, Scope
from tests.factories import a_post, at
from tests.ledger.steps import an_old_ledger, claimed, everything, intended, planned


def exported(ledger: Ledger, force: str | None, *, with_names: bool = False) -> list[str]:
    records = ledger.chain_records(force)
    return [*lines(records, ledger=ledger.id, mode="dry", force=force, with_names=with_names)]


def test_each_force_has_a_chain_of_its_own_and_what_concerns_none_is_the_ledgers(
    ledger: Ledger,
) -> None:
    planned(ledger, a_post(force="kent"), a_post(force="dorset"))
    ledger.hold(Scope.everything(), by="Gold", reason="incident", now=at("07:00"))
    ledger.hold(Scope.account("kent-x"), by="Gold", reason="a fault", now=at("07:00"))

    told = [(event.force, event.number, event.action) for event in ledger.events()]

    assert told == [
        ("kent", 1, "planned"),
        ("dorset", 1, "planned"),
        ("kent", 2, "approved"),
        ("dorset", 2, "approved"),
        ("", 1, "held"),
        ("kent", 3, "held"),
    ]
    assert {force: events for force, (events, _) in ledger.heads().items()} == {
        "": 1,
        "dorset": 2,
        "kent": 3,
    }


@pytest.mark.parametrize("force", [None, "", "kent"])
@pytest.mark.parametrize("with_names", [False, True])
def test_a_chain_is_followed_from_its_file_with_and_without_names(
    ledger: Ledger, force: str | None, with_names: bool
) -> None:
    planned(ledger, a_post(force="kent"), a_post(force="dorset"))
    ledger.hold(Scope.everything(), by="Gold", reason="incident", now=at("07:00"))

    file = exported(ledger, force, with_names=with_names)
    found = follow(file)

    assert isinstance(found, Followed), found
    assert found.head == (ledger.head() if force is None else ledger.heads()[force])[1]
    assert any("Ann" in line or "Gold" in line for line in file) == with_names


def test_names_stand_in_no_sentence_and_are_shown_all_the_same(ledger: Ledger) -> None:
    planned(ledger, a_post())
    ledger.adopt([a_post(text="Other words.")], everything, now=at("06:30"))
    ledger.hold(Scope.force("kent"), by="Gold", reason="Ann asked", now=at("08:00"))
    ledger.sweep_late(now=at("09:00"))

    said = [event.sentence for event in ledger.events()][-2:]
    kept = "".join(exported(ledger, "kent"))

    assert said[0] == "Gold put force kent on hold: Ann asked."
    assert said[1] == "Force kent is on hold by Gold: Ann asked"
    assert "{by} put force kent on hold" in kept
    assert "is on hold by {name1}" in kept
    assert "after {name1} approved it" in kept
    assert "Gold" not in kept


def test_who_held_a_post_that_was_put_back_is_not_named_in_the_chain(ledger: Ledger) -> None:
    claim = claimed(ledger, a_post())
    ledger.hold(Scope.force("kent"), by="Gold", reason="incident", now=at("09:00:01"))
    refusal = ledger.intend(claim, payload_sha256="ab" * 32, now=at("09:00:02"))

    ledger.put_back(claim, now=at("09:00:02"), not_before=None, sentence=str(refusal))
    ledger.sweep_late(now=at("09:30"))

    assert "Gold" in ledger.events()[-1].sentence
    assert "Gold" not in "".join(exported(ledger, "kent"))


def test_whoever_gave_a_post_the_time_it_missed_again_is_not_named(ledger: Ledger) -> None:
    post = a_post()
    claim = intended(ledger, post)
    ledger.record(claim, NotSent("Too many requests.", 60.0), now=at("09:00:05"))
    ledger.sweep_late(now=at("09:30"))
    again = a_post(due=at("12:00"))
    ledger.give_times([again], by="Berta", now=at("10:00"))
    ledger.sweep_late(now=at("12:30"))

    assert "Berta" in "".join(event.sentence for event in ledger.events(key=post.key))
    assert "Berta" not in "".join(exported(ledger, "kent"))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda file: [*file[:3], *file[4:]], "Number 2 of kent is missing"),
        (lambda file: [*file[:2], file[3], file[2], *file[4:]], "Number 1 of kent is missing"),
        (lambda file: [*file[:-2], file[-1]], "Events are missing before this line"),
        (lambda file: file[:-1], "The end of the file is missing"),
        (lambda file: [line.replace("Planned.", "Planed.") for line in file], "not what was writ"),
        (lambda file: [line.replace('"by": "Ann"', '"by": "Bob"') for line in file], "its names"),
        (lambda file: [line.replace('"form": 2', '"form": 1') for line in file], "not what was"),
        (lambda file: [*file, file[3]], "Something stands after the end"),
        (lambda file: ["{", *file], "cannot be read"),
    ],
)
def test_a_file_that_was_altered_is_found_out(
    ledger: Ledger, spoil: Callable[[list[str]], list[str]], says: str
) -> None:
    ledger.record(intended(ledger, a_post()), Receipt("5"), now=at("09:00:05"))

    found = follow(spoil(exported(ledger, "kent", with_names=True)))

    assert isinstance(found, NotFollowed)
    assert says in found.sentence


def test_a_broken_event_is_named_by_its_force_number_time_and_action(
    ledger: Ledger, behind: Callable[[str], int]
) -> None:
    planned(ledger, a_post(force="kent"), a_post(force="dorset"))
    behind("UPDATE event SET sentence = 'Approved by Bob.' WHERE seq = 4")

    broken = ledger.verify()

    assert isinstance(broken, BrokenEvent)
    assert "number 2 of dorset: approved, 2026-11-16 06:00:00 UTC" in broken.sentence


def test_a_pack_is_kept_as_it_was_when_its_words_were_adopted(ledger: Ledger) -> None:
    old = a_pack("version: 1\n")
    first, second = a_post("d1.a"), a_post("d1.b", due=at("10:00"))
    whose = ("kent", "ct-awareness-week")
    ledger.adopt([first], everything, now=at("06:00"), packs={whose: old})
    ledger.adopt(
        [first, second], everything, now=at("07:00"), packs={whose: a_pack("version: 2\n")}
    )

    found = ledger.packs_of([first.rendering.digest, second.rendering.digest])
    kept = ledger.pack(found[first.rendering.digest].digest[:12])

    assert found[first.rendering.digest].digest == old.digest
    assert found[second.rendering.digest].digest != old.digest
    assert kept is not None
    assert kept.files == old.files


def test_the_national_texts_of_a_campaign_are_known_in_the_order_they_were_adopted(
    ledger: Ledger,
) -> None:
    first, second = a_pack("zeta"), replace(a_pack("alpha"), version=2)
    for pack, words in ((first, "One."), (second, "Two.")):
        posts = [a_post(force=force, text=words) for force in ("kent", "gwent")]
        own = {(post.sender, post.campaign): pack for post in posts}
        ledger.adopt(posts, everything, now=at("06:00"), packs=own)

    found = ledger.editions("ct-awareness-week")

    assert [one.version for one in found] == [1, 2]
    assert ledger.pack(found[0].digest) == KeptPack(
        first.digest, "ct-awareness-week", 1, first.files
    )


def a_pack(words: str) -> PackText:
    sha256 = hashlib.sha256(words.encode()).hexdigest()
    return PackText("ct-awareness-week", 1, (PackFile("messages/national/a.yaml", sha256, words),))


# --- a ledger of revision 0001 ------------------------------------------------------------------


def test_a_ledger_of_revision_0001_goes_on_under_the_new_rule(
    url: str, behind: Callable[[str], int]
) -> None:
    old_head = an_old_ledger(url)
    opened = Ledger.open(url, Mode.DRY)
    assert opened.head() == (1, old_head)
    assert opened.verify() == 1

    planned(opened, a_post())
    opened.hold(Scope.everything(), by="Gold", reason="incident", now=at("07:00"))

    assert opened.verify() == 4
    assert opened.holds_event(old_head)
    assert opened.heads()[""][0] == 2
    for with_names in (False, True):
        found = follow(exported(opened, None, with_names=with_names))
        assert isinstance(found, Followed), found
        assert found.withheld == (0 if with_names else 1)
    assert "Anna" not in "".join(exported(opened, None))
    behind("UPDATE event SET sentence = 'No.' WHERE seq = 1")
    assert isinstance(opened.verify(), BrokenEvent)
    opened.close()
