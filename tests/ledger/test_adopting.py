"""Taking plans in: what each adoption may change, and what it must leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import NotSent, Pick, PlatformName, Post, Receipt, Refused, State, Unknown
from bot.ledger import TRUSTED, Adoption, Carried, Ledger, Scope
from tests.factories import a_post, at
from tests.ledger.steps import claimed, everything, intended, nothing, planned, state, why


def adopt(ledger: Ledger, *posts: Post, now: str = "07:00") -> Adoption:
    """An adoption of a plan that judged every place."""
    return ledger.adopt(posts, everything, now=at(now))


def test_a_post_seen_for_the_first_time_is_planned(ledger: Ledger) -> None:
    post = a_post()

    assert adopt(ledger, post) == Adoption(new=(post.key,))
    assert state(ledger, post) is State.PLANNED


def test_adopting_the_same_plan_twice_changes_nothing(ledger: Ledger) -> None:
    post = a_post()
    adopt(ledger, post)
    before = ledger.events()

    assert adopt(ledger, post) == Adoption(same=(post.key,))
    assert ledger.events() == before


def test_changed_words_take_the_place_of_the_old_ones(ledger: Ledger) -> None:
    adopt(ledger, a_post(text="Old words."))
    edited = a_post(text="New words.")

    assert adopt(ledger, edited).changed == (edited.key,)

    standing = ledger.post(edited.key)
    assert standing is not None
    assert standing.rendering == edited.rendering


def test_changed_words_lose_their_approval(ledger: Ledger) -> None:
    planned(ledger, a_post(text="Old words."))
    edited = a_post(text="New words.")

    adopt(ledger, edited)

    assert ledger.approvals() == ()
    assert "approval-lost" in [event.action for event in ledger.events(key=edited.key)]


def test_an_approval_is_lost_when_others_may_see_the_post(ledger: Ledger) -> None:
    post = a_post(platform=PlatformName.MASTODON)
    planned(ledger, post)
    shown = replace(post.rendering, visibility="unlisted").with_digest()

    adopt(ledger, replace(post, rendering=shown))

    assert ledger.approvals() == ()
    standing = ledger.post(post.key)
    assert standing is not None
    assert standing.rendering == shown


def test_words_changed_and_changed_back_are_to_be_approved_again(ledger: Ledger) -> None:
    post = a_post(text="Old words.")
    planned(ledger, post)

    adopt(ledger, a_post(text="New words."))
    adopt(ledger, post)

    assert not ledger.is_approved(post.key, post.rendering.digest)


def test_a_move_in_time_loses_the_approval_too(ledger: Ledger) -> None:
    planned(ledger, a_post(due=at("09:00")))
    moved = a_post(due=at("11:00"))

    adopt(ledger, moved)

    assert not ledger.is_approved(moved.key, moved.rendering.digest)
    assert ledger.due(now=at("10:00")) == ()
    assert ledger.due(now=at("11:00")) == (moved.key,)


def test_words_approved_before_they_are_adopted_stay_approved(ledger: Ledger) -> None:
    planned(ledger, a_post(text="Old words."))
    edited = a_post(text="New words.")
    ledger.approve([(edited.key, edited.rendering.digest)], by="Ann", now=at("06:30"))

    adopt(ledger, edited)

    assert ledger.is_approved(edited.key, edited.rendering.digest)


def test_a_place_that_was_judged_and_is_empty_is_withdrawn(ledger: Ledger) -> None:
    gone, stays = a_post("d1.morning"), a_post("d1.evening", due=at("18:00"))
    adopt(ledger, gone, stays)

    assert adopt(ledger, stays) == Adoption(same=(stays.key,), gone=(gone.key,))
    assert state(ledger, gone) is State.WITHDRAWN


def test_a_broken_pack_withdraws_nothing(ledger: Ledger) -> None:
    post = a_post()
    adopt(ledger, post)

    assert ledger.adopt([], nothing, now=at("07:00")) == Adoption()
    assert state(ledger, post) is State.PLANNED


def test_a_campaign_that_is_gone_altogether_is_withdrawn(ledger: Ledger) -> None:
    gone, stays = a_post(run="old@2026"), a_post(run="new@2026")
    adopt(ledger, gone, stays)

    assert adopt(ledger, stays).gone == (gone.key,)


def test_a_withdrawn_post_that_is_back_is_planned_again(ledger: Ledger) -> None:
    post = a_post()
    planned(ledger, post)
    adopt(ledger)

    assert adopt(ledger, post).new == (post.key,)
    assert state(ledger, post) is State.PLANNED


def test_a_withdrawn_post_that_is_back_too_late_is_missed(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"))
    planned(ledger, post)
    adopt(ledger)

    assert adopt(ledger, post, now="09:00").missed == (post.key,)
    assert state(ledger, post) is State.MISSED


def test_a_post_first_seen_after_its_time_is_missed_and_never_sent(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"))

    assert adopt(ledger, post, now="09:01") == Adoption(missed=(post.key,))
    assert ledger.due(now=at("09:02")) == ()


def test_a_post_moved_to_a_time_that_has_passed_is_missed(ledger: Ledger) -> None:
    planned(ledger, a_post(due=at("15:00")))
    moved = a_post(due=at("09:00"))

    assert adopt(ledger, moved, now="09:05").missed == (moved.key,)


@pytest.mark.parametrize(
    "outcome",
    [Receipt("1"), Refused("No."), Unknown("A timeout."), None],
    ids=["published", "refused", "unknown", "sending"],
)
def test_a_post_that_was_begun_is_kept_as_it_is(
    ledger: Ledger, outcome: Receipt | Refused | Unknown | None
) -> None:
    post = a_post(text="Sent words.")
    claim = intended(ledger, post)
    if outcome is not None:
        ledger.record(claim, outcome, now=at("09:01"))
    before = ledger.post(post.key)

    adoption = adopt(ledger, a_post(text="New words.", due=at("18:00")), now="09:02")

    assert adoption == Adoption(kept=(post.key,))
    assert adopt(ledger, a_post("d1.other", due=at("18:00")), now="09:02").kept == (post.key,)
    assert ledger.post(post.key) == before


def test_a_post_whose_time_has_come_is_kept_as_it_is(ledger: Ledger) -> None:
    post = a_post(text="Approved words.", due=at("09:00"))
    planned(ledger, post)

    adoption = adopt(ledger, a_post(text="New words.", due=at("09:00")), now="09:00")

    assert adoption.kept == (post.key,)
    assert ledger.is_approved(post.key, post.rendering.digest)


def test_a_missed_post_waits_for_a_person(ledger: Ledger) -> None:
    post = a_post(due=at("09:00"))
    adopt(ledger, post)
    ledger.sweep_late(now=at("12:00"))

    assert adopt(ledger, a_post(due=at("18:00")), now="12:00").kept == (post.key,)
    assert state(ledger, post) is State.MISSED


def test_a_post_surely_not_sent_may_still_be_edited(ledger: Ledger) -> None:
    post = a_post("d1.late", due=at("09:00"))
    claim = intended(ledger, post)
    ledger.record(claim, NotSent("Too many requests.", 60.0), now=at("09:01"))
    # Its time has come: only withdrawn and future posts change, so nothing does.
    assert adopt(ledger, a_post("d1.late", text="New.", due=at("18:00")), now="09:01").kept


def test_a_theme_renamed_is_held_under_its_new_name(ledger: Ledger) -> None:
    post = a_post(theme="day-1")
    planned(ledger, post)
    ledger.hold(Scope.theme("vigilance"), by="gold", reason="incident", now=at("08:00"))

    assert adopt(ledger, a_post(theme="vigilance")).same == (post.key,)

    standing = ledger.post(post.key)
    assert standing is not None
    assert standing.held_by is not None


def test_picks_are_of_posts_approved_or_begun(ledger: Ledger) -> None:
    approved = a_post("d1.approved", message="one")
    waiting = a_post("d1.waiting", message="two")
    published = a_post("d1.published", message="three")
    planned(ledger, approved)
    adopt(ledger, approved, waiting, published)
    ledger.approve([(published.key, published.rendering.digest)], by="Ann", now=at("07:00"))
    ledger.record(intended(ledger, published), Receipt("1"), now=at("09:00"))

    assert ledger.picks() == {
        approved.key: Pick("one", "a"),
        published.key: Pick("three", "a"),
    }


def test_two_posts_of_one_key_are_a_fault_of_the_plan(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="same key"):
        adopt(ledger, a_post(text="One."), a_post(text="Two."))


def test_words_that_are_not_their_digests_are_not_taken(ledger: Ledger) -> None:
    post = a_post()
    forged = replace(post, rendering=replace(post.rendering, text="Other words."))

    with pytest.raises(ValueError, match="digest"):
        adopt(ledger, forged)

    assert ledger.posts() == ()


def test_the_reason_of_a_withdrawal_can_be_read(ledger: Ledger) -> None:
    post = a_post()
    adopt(ledger, post)

    adopt(ledger)

    assert why(ledger, post) == "Withdrawn: the packs no longer hold it."


def test_a_post_being_sent_is_not_withdrawn(ledger: Ledger) -> None:
    post = a_post()
    claimed(ledger, post)

    adopt(ledger, now="09:00")

    assert state(ledger, post) is State.SENDING


def test_more_posts_than_fit_into_one_question_are_adopted(ledger: Ledger) -> None:
    posts = [a_post(f"d1.s{n}", force=f"force-{n % 48}") for n in range(1_200)]

    adopt(ledger, *posts)

    assert ledger.count(states=[State.PLANNED]) == 1_200


# --- what was lost ----------------------------------------------------------------------------


def test_what_was_approved_and_changed_is_to_be_approved_again(ledger: Ledger) -> None:
    old, new = a_post(text="Old words."), a_post(text="New words.")
    other, gone = a_post("d1.b", due=at("10:00")), a_post("d1.c", due=at("11:00"))
    planned(ledger, old, other, gone)
    ledger.adopt([new, other], everything, now=at("07:00"))

    [lost] = ledger.lost_by_change()
    ledger.approve([(new.key, new.rendering.digest)], by="Bob", now=at("07:30"))

    assert (lost.post.key, lost.by, lost.at) == (new.key, "Ann", at("07:00"))
    assert (lost.before.text, lost.post.rendering.text) == ("Old words.", "New words.")
    assert ledger.lost_by_change() == ()


def test_what_a_rule_had_approved_or_a_hold_took_was_not_lost_by_a_change(ledger: Ledger) -> None:
    by_rule, held = a_post(text="Old words."), a_post("d1.b", force="dorset")
    ledger.adopt([by_rule, held], everything, now=at("06:00"))
    pairs = [(by_rule.key, by_rule.rendering.digest)]
    ledger.approve(pairs, by="the dry run", now=at("06:00"), automatic=True)
    ledger.approve([(held.key, held.rendering.digest)], by="Ann", now=at("06:00"))
    ledger.hold(Scope.force("dorset"), by="Gold", reason="incident", now=at("06:30"))
    ledger.adopt([a_post(text="New words."), held], everything, now=at("07:00"))

    ledger.release(Scope.force("dorset"), by="Gold", reason="over", now=at("07:30"))

    assert [one.key for one in ledger.lost_by_release()] == [held.key]
    assert ledger.lost_by_change() == ()


def test_what_a_dry_run_approved_in_a_persons_place_is_known(ledger: Ledger) -> None:
    texts = ("Old words.", "New words.", "Newer words.")
    old, new, newer = (a_post(text=text) for text in texts)
    planned(ledger, old)
    for post, hour in ((new, "07:00"), (newer, "07:10")):
        ledger.adopt([post], everything, now=at(hour))
        pairs = [(post.key, post.rendering.digest)]
        ledger.approve(pairs, by="the dry run", now=at(hour), automatic=True)

    [replaced] = ledger.replaced_by_dry_run()
    ledger.approve([(newer.key, newer.rendering.digest)], by="Bob", now=at("07:30"))

    assert (replaced.by, replaced.before.text) == ("Ann", "Old words.")
    assert replaced.post.rendering.text == "Newer words."
    assert ledger.replaced_by_dry_run() == ()


def test_an_approval_that_is_carried_over_is_a_rules_and_says_why(ledger: Ledger) -> None:
    old, new = a_post(text="Old words."), a_post(text="New words.")
    planned(ledger, old)
    carried = {new.key: Carried(old.rendering.digest, "only the national pack changed")}

    ledger.adopt([new], everything, now=at("07:00"), carried=carried)

    [approval] = ledger.approvals()
    assert (approval.digest, approval.by, approval.automatic) == (
        new.rendering.digest, TRUSTED, True
    )  # fmt: skip
    assert ledger.lost_by_change() == ledger.replaced_by_dry_run() == ()
    assert ledger.picks() == {new.key: new.rendering.pick}
    told = {event.action: event.sentence for event in ledger.events(key=new.key)}
    assert told["approval-lost"] == (
        "What Ann had approved has changed: only the national pack changed."
    )
    assert told["approved"] == f"Carried over by {TRUSTED}: only the national pack changed."
    assert ledger.verify() == len(ledger.events())


def test_an_approval_of_other_words_is_not_carried_over(ledger: Ledger) -> None:
    old, new = a_post(text="Old words."), a_post(text="New words.")
    planned(ledger, old)

    carried = {new.key: Carried(a_post(text="Others.").rendering.digest, "why")}
    ledger.adopt([new], everything, now=at("07:00"), carried=carried)

    assert ledger.approvals() == ()
    assert [one.post.key for one in ledger.lost_by_change()] == [new.key]
