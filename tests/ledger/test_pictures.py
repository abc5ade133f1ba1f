"""The pictures of posts: kept byte for byte with the words they go out with, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.model import LedgerError, Mode, State
from bot.ledger import Claim, Ledger, NotClaimed, NotClaimedReason, backup
from tests.factories import CAPTIONS, a_picture, a_post, a_video, at
from tests.ledger.steps import an_empty_ledger, everything, old_schema, zone

PHONE, HAND = b"\x89PNG a phone \x00\xff", b"a hand"
PICTURE, OTHER = a_picture(PHONE), a_picture(HAND, alt="A hand.")
GIVEN = {PICTURE.sha256: PHONE, OTHER.sha256: HAND}


def test_a_post_comes_back_with_its_picture_and_the_very_bytes(ledger: Ledger) -> None:
    post = a_post(pictures=(PICTURE,))

    ledger.adopt([post], everything, now=at("06:00"), pictures=GIVEN)

    standing = ledger.post(post.key)
    assert standing is not None
    assert standing.rendering == post.rendering
    assert standing.rendering.pictures[0].file == PICTURE.file
    assert ledger.picture_bytes(PICTURE.sha256) == PHONE


def test_a_post_without_a_picture_has_none(ledger: Ledger) -> None:
    ledger.adopt([a_post()], everything, now=at("06:00"), pictures=GIVEN)

    assert ledger.posts()[0].rendering.pictures == ()
    with pytest.raises(LedgerError, match=f"has no picture {PICTURE.sha256}"):
        ledger.picture_bytes(PICTURE.sha256)


def test_what_is_claimed_carries_its_picture(ledger: Ledger) -> None:
    post = a_post(pictures=(PICTURE,))
    ledger.adopt([post], everything, now=at("06:00"), pictures=GIVEN)
    ledger.approve([(post.key, post.rendering.digest)], by="Ann", now=at("06:00"))

    claim = ledger.claim(post.key, worker="worker-1", now=post.due)

    assert isinstance(claim, Claim)
    assert claim.rendering.pictures == (PICTURE,)


def test_one_picture_of_many_posts_is_kept_once(ledger: Ledger) -> None:
    posts = [a_post(force=force, pictures=(PICTURE,)) for force in ("kent", "gwent", "dorset")]

    ledger.adopt(posts, everything, now=at("06:00"), pictures=GIVEN)
    adoption = ledger.adopt(
        [*posts, a_post("d1.evening", due=at("17:00"), pictures=(PICTURE,))],
        everything,
        now=at("06:01"),
        pictures={},  # it has it already
    )

    assert len(adoption.new) == 1
    assert ledger.picture_bytes(PICTURE.sha256) == PHONE


def test_another_picture_voids_an_approval(ledger: Ledger) -> None:
    post = a_post(text="Same words.", pictures=(PICTURE,))
    ledger.adopt([post], everything, now=at("06:00"), pictures=GIVEN)
    ledger.approve([(post.key, post.rendering.digest)], by="Ann", now=at("06:00"))

    edited = a_post(text="Same words.", pictures=(OTHER,))
    ledger.adopt([edited], everything, now=at("06:01"), pictures=GIVEN)

    assert ledger.approvals() == ()
    assert ledger.picture_bytes(PICTURE.sha256) == PHONE  # what was approved is still known


@pytest.mark.parametrize(
    "given", [{}, {PICTURE.sha256: b"another"}], ids=["not given", "another given"]
)
def test_nothing_is_adopted_without_its_picture(ledger: Ledger, given: dict[str, bytes]) -> None:
    posts = [a_post(), a_post("d1.evening", due=at("17:00"), pictures=(PICTURE,))]

    with pytest.raises(ValueError, match=PICTURE.sha256):
        ledger.adopt(posts, everything, now=at("06:00"), pictures=given)

    assert ledger.posts() == ()
    assert ledger.events() == ()


def test_a_post_at_a_new_time_keeps_its_picture(ledger: Ledger) -> None:
    ledger.adopt([a_post(pictures=(PICTURE,))], everything, now=at("09:30"), pictures=GIVEN)
    later = a_post(due=at("12:00"), pictures=(OTHER,))

    ledger.give_times([later], by="Ann", now=at("10:00"), pictures=GIVEN)

    standing = ledger.post(later.key)
    assert standing is not None
    assert standing.state is State.PLANNED
    assert standing.rendering.pictures == (OTHER,)
    assert ledger.picture_bytes(OTHER.sha256) == HAND


def test_a_picture_that_was_altered_is_not_handed_out(
    ledger: Ledger, behind: Callable[[str], int]
) -> None:
    ledger.adopt([a_post(pictures=(PICTURE,))], everything, now=at("06:00"), pictures=GIVEN)

    behind(f"UPDATE picture SET content = '{OTHER.sha256}'")

    with pytest.raises(LedgerError, match="is not what was kept"):
        ledger.picture_bytes(PICTURE.sha256)


def test_words_about_a_picture_that_were_altered_stop_the_post(
    ledger: Ledger, behind: Callable[[str], int]
) -> None:
    post = a_post(pictures=(PICTURE,))
    ledger.adopt([post], everything, now=at("06:00"), pictures=GIVEN)
    ledger.approve([(post.key, post.rendering.digest)], by="Ann", now=at("06:00"))

    behind("UPDATE rendering SET pictures = '[]'")
    claim = ledger.claim(post.key, worker="worker-1", now=post.due)

    assert isinstance(claim, NotClaimed)
    assert claim.reason is NotClaimedReason.DAMAGED


def test_a_copy_of_the_ledger_has_the_pictures(tmp_path: Path) -> None:
    ledger = an_empty_ledger(tmp_path / "ledger.db")
    ledger.adopt([a_post(pictures=(PICTURE,))], everything, now=at("06:00"), pictures=GIVEN)
    ledger.close()

    backup.copy(f"sqlite:///{tmp_path}/ledger.db", tmp_path / "copy.db")

    copied = Ledger.open(f"sqlite:///{tmp_path}/copy.db", Mode.DRY)
    assert copied.picture_bytes(PICTURE.sha256) == PHONE
    copied.close()


def test_approvals_of_an_older_ledger_outlive_pictures(url: str) -> None:
    """What a ledger of the first revision holds is what it was, and pictures can be added."""
    post = a_post()
    with old_schema(url) as connection:
        made = {
            "digest": post.rendering.digest,
            "due": "2026-11-16 09:00:00.000000" + zone(url),
            "at": "2026-11-16 05:00:00.000000" + zone(url),
            "text": post.rendering.text,
            "key": str(post.key),
        }
        for statement in OLD:
            connection.execute(text(statement), made)

    ledger = Ledger.open(url, Mode.DRY)
    again = ledger.adopt(
        [post, a_post("d1.evening", due=at("17:00"), pictures=(PICTURE,))],
        everything,
        now=at("06:00"),
        pictures=GIVEN,
    )

    assert again.same == (post.key,)
    assert [one.by for one in ledger.approvals()] == ["Ann"]
    assert ledger.picture_bytes(PICTURE.sha256) == PHONE
    ledger.close()


OLD = (
    "INSERT INTO ledger (id, mode, created_at, events, last_hash)"
    " VALUES ('the-id', 'dry', :at, 0, 'the-id')",
    "INSERT INTO rendering (digest, account, platform, language, due, message, wording, text,"
    " length, max_length, hashtags, links)"
    " VALUES (:digest, 'kent-x', 'x', 'en', :due, 'act', 'a', :text, 60, 280, '[]', '[]')",
    "INSERT INTO post (key, run, account, sender, region, platform, campaign, theme, place, due,"
    " grace_seconds, digest, state, since, why, token, looks)"
    " VALUES (:key, 'awareness@2026', 'kent-x', 'kent', 'south-east', 'x', 'ct-awareness-week',"
    " 'day-1', 'messages/national/ct-awareness-week/day-1.yaml:12:5', :due, 1200, :digest,"
    " 'planned', :at, 'Planned.', 0, 0)",
    'INSERT INTO approval (key, digest, "by", at, automatic, basis)'
    " VALUES (:key, :digest, 'Ann', :at, false, '')",
)
"""One approved post, as a ledger of revision 0001 kept it."""


def test_the_name_of_its_file_is_no_part_of_a_rendering() -> None:
    renamed = replace(PICTURE, file="messages/…/telephone.png")

    assert a_post(pictures=(renamed,)).rendering == a_post(pictures=(PICTURE,)).rendering


# --- videos -------------------------------------------------------------------------------------

FILM = b"a film"
VIDEO = a_video(FILM)
FILM_GIVEN = {VIDEO.sha256: FILM, VIDEO.captions[0].sha256: CAPTIONS}


def test_a_post_comes_back_with_its_video_and_what_is_said_in_it(ledger: Ledger) -> None:
    post = a_post(video=VIDEO)

    ledger.adopt([post], everything, now=at("06:00"), pictures=FILM_GIVEN)

    standing = ledger.post(post.key)
    assert standing is not None
    assert standing.rendering == post.rendering
    assert standing.rendering.video is not None
    assert standing.rendering.video.file == VIDEO.file
    assert ledger.picture_bytes(VIDEO.sha256) == FILM
    assert ledger.picture_bytes(VIDEO.captions[0].sha256) == CAPTIONS


def test_a_video_that_is_there_is_not_read_again(ledger: Ledger) -> None:
    ledger.adopt([a_post(video=VIDEO)], everything, now=at("06:00"), pictures=FILM_GIVEN)

    later = [a_post(video=VIDEO), a_post("d1.evening", due=at("17:00"), video=VIDEO)]
    adoption = ledger.adopt(later, everything, now=at("06:01"), pictures=Unreadable())

    assert len(adoption.new) == 1


class Unreadable(dict[str, bytes]):
    """Fails whoever reads a video in it."""

    def __getitem__(self, sha256: str) -> bytes:
        raise AssertionError(f"{sha256} was read")


def test_words_about_a_video_that_were_altered_stop_the_post(
    ledger: Ledger, behind: Callable[[str], int]
) -> None:
    post = a_post(video=VIDEO)
    ledger.adopt([post], everything, now=at("06:00"), pictures=FILM_GIVEN)
    ledger.approve([(post.key, post.rendering.digest)], by="Ann", now=at("06:00"))

    behind("UPDATE rendering SET video = NULL")
    claim = ledger.claim(post.key, worker="worker-1", now=post.due)

    assert isinstance(claim, NotClaimed)
    assert claim.reason is NotClaimedReason.DAMAGED
