"""What the process is told from outside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import environment as outside
from bot.app import read_environment
from bot.app.environment import is_loopback
from bot.app.wiring import credentials
from bot.core.model import Mode, SettingsError
from tests.factories import an_account

KEYS = {
    "KENT_X_ACCESS_TOKEN": "123-token",
    "KENT_X_ACCESS_TOKEN_SECRET": "token-secret",
    "X_API_KEY": "shared-key",
    "X_API_KEY_SECRET": "shared-secret",
}


def test_credentials_are_named_after_the_accounts_id_and_the_app_may_be_shared() -> None:
    found = credentials(read_environment(KEYS), an_account("kent-x"))

    assert (found.api_key, found.access_token) == ("shared-key", "123-token")


def test_an_accounts_own_app_goes_before_the_shared_one() -> None:
    found = credentials(read_environment(KEYS | {"KENT_X_API_KEY": "own"}), an_account("kent-x"))

    assert found.api_key == "own"


def test_missing_credentials_are_named_and_nothing_of_the_others_is_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        credentials(read_environment(KEYS), an_account("dorset-x"))

    assert "DORSET_X_ACCESS_TOKEN, DORSET_X_ACCESS_TOKEN_SECRET" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "KENT" not in str(caught.value)


def test_an_environment_never_shows_what_it_holds() -> None:
    assert "token-secret" not in repr(read_environment(KEYS))


def test_a_dotenv_file_may_have_a_byte_order_mark_spaces_and_quotes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "PROJECT", tmp_path)
    text = (
        "\ufeffBOT_MODE = live\r\nKENT_X_API_KEY='a key'\r\n# a note\r\nBOT_FORCES=kent, gwent\r\n"
    )
    (tmp_path / ".env").write_text(text, encoding="utf-8")

    found = read_environment()

    assert (found.mode, found.forces) == (Mode.LIVE, ("kent", "gwent"))
    assert found.values["KENT_X_API_KEY"] == "a key"


def test_the_real_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "PROJECT", tmp_path)
    monkeypatch.setenv("BOT_MODE", "dry")
    (tmp_path / ".env").write_text("BOT_MODE=live\n", encoding="utf-8")

    assert read_environment().mode is Mode.DRY


def test_dry_and_live_never_share_a_ledger() -> None:
    env = read_environment()

    assert replace(env, mode=Mode.DRY).ledger_url != replace(env, mode=Mode.LIVE).ledger_url


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://127.8.9.1", True),
        ("http://localhost:1", True),
        ("http://[::1]:1", True),
        ("https://api.twitter.com", False),
        ("http://10.0.0.1", False),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost.example.com", False),
        ("http://user@example.com#@127.0.0.1", False),
        ("", False),
    ],
)
def test_only_this_machine_is_a_loopback_address(url: str, here: bool) -> None:
    assert is_loopback(url) is here
