"""How often an account may sign in to Bluesky, and what becomes of a post where it may not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.app.account_files import AccountFile
from bot.core.model import NotSent, Receipt
from bot.platforms import CannotLook
from bot.platforms.bluesky_sign_ins import SignIns, TooManySignInsError, free_at
from bot.platforms.kept import Kept, NotKept
from tests.loopback.hostile_proxy import HostileProxy
from tests.pds import PdsServer
from tests.platforms.test_bluesky import InMemory, a_platform, find, publish

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def counted(times: int, kept: Kept, *, now: datetime = NOON, apart: float = 0.001) -> None:
    """So many sign-ins that end now, each by a process of its own."""
    for number in reversed(range(times)):
        SignIns(kept, partial(after, (now - NOON) / timedelta(minutes=1) - number * apart)).count()


def test_half_of_what_bluesky_allows_is_ours() -> None:
    few = [after(n / 10) for n in range(15)]
    many = [after(6 * n) for n in range(150)]

    assert free_at(few[1:], after(2)) is None
    assert free_at(few, after(2)) == after(5)
    assert free_at(few, after(5)) is None
    assert free_at(many[1:], after(900)) is None
    assert free_at(many, after(900)) == NOON + timedelta(days=1)


def test_restarts_do_not_forget_how_often_an_account_signed_in(tmp_path: Path) -> None:
    kept = AccountFile(tmp_path / "sign-ins" / "kent-bsky.json")
    counted(15, kept)

    with pytest.raises(TooManySignInsError) as refused:
        SignIns(kept, lambda: after(1)).count()

    assert refused.value.seconds == pytest.approx(240, abs=1)
    SignIns(kept, lambda: after(5)).count()


@pytest.mark.parametrize("content", ["", "{", "7", '["now"]', '["2026-11-22T12:00:00"]', "[3]"])
def test_a_damaged_count_begins_anew(content: str) -> None:
    kept = InMemory()
    kept.content = content

    SignIns(kept, lambda: NOON).count()

    assert json.loads(kept.content) == ["2026-11-22T12:00:00+00:00"]


def test_a_clock_that_was_wrong_shuts_nobody_out() -> None:
    kept = InMemory()
    counted(15, kept, now=NOON + timedelta(days=900))

    SignIns(kept, lambda: NOON).count()

    assert len(json.loads(kept.content or "")) == 1


def test_where_nothing_can_be_kept_this_process_counts_all_the_same() -> None:
    sign_ins = SignIns(NotKept(), iter([after(n / 100) for n in range(16)]).__next__)
    for _ in range(15):
        sign_ins.count()

    with pytest.raises(TooManySignInsError):
        sign_ins.count()


def test_an_account_that_signed_in_too_often_sends_nothing_and_says_until_when(
    pds: PdsServer,
) -> None:
    kent, kept = pds.make_account("kent"), InMemory()
    counted(15, kept)
    with HostileProxy(pds.url) as proxy:
        often = a_platform(proxy.url, kent, "", sign_ins=SignIns(kept, lambda: after(1)))

        outcome, looked, (finding,) = publish(often), find(often), often.check()

        assert proxy.asked("createSession") == []
    assert isinstance(outcome, NotSent)
    assert outcome.rests_seconds == outcome.retry_after_seconds == pytest.approx(240, abs=1)
    assert outcome.sentence.startswith(f"kent-bsky (@{kent.handle}) has signed in to Bluesky so")
    assert "at the earliest at 2026-11-22 12:0" in outcome.sentence
    assert isinstance(looked, CannotLook)
    assert looked.sentence == finding.sentence == outcome.sentence


def test_a_session_that_is_kept_needs_no_sign_in(pds: PdsServer) -> None:
    kent, kept, session = pds.make_account("kent"), InMemory(), InMemory()
    password = pds.make_app_password(kent)
    first = a_platform(
        pds.url, kent, password, sessions=session, sign_ins=SignIns(kept, lambda: NOON)
    )
    assert isinstance(publish(first, slot="d1"), Receipt)
    counted(14, kept, now=after(1))

    later = SignIns(kept, lambda: after(1))
    outcome = publish(
        a_platform(pds.url, kent, password, sessions=session, sign_ins=later), slot="d2"
    )

    assert isinstance(outcome, Receipt)


def test_what_did_not_reach_bluesky_is_no_sign_in(pds: PdsServer) -> None:
    kent, kept = pds.make_account("kent"), InMemory()
    away = a_platform("http://127.0.0.1:9", kent, "", sign_ins=SignIns(kept, lambda: NOON))

    assert isinstance(publish(away), NotSent)

    assert json.loads(kept.content or "") == []
