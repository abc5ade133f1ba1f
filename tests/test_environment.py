"""What the process is told from outside."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import environment as outside
from bot.app import read_environment
from bot.app.environment import is_loopback
from bot.app.wiring import credentials, not_its_own, platform
from bot.core.model import Mode, PlatformName, SettingsError
from tests.factories import an_account
from tests.pds import PdsServer

KEYS = {
    "KENT_X_ACCESS_TOKEN": "123-token",
    "KENT_X_ACCESS_TOKEN_SECRET": "token-secret",
    "X_API_KEY": "shared-key",
    "X_API_KEY_SECRET": "shared-secret",
}


def test_credentials_are_named_after_the_accounts_id_and_the_app_may_be_shared() -> None:
    found = credentials(read_environment(KEYS), an_account("kent-x"))

    assert (found["api_key"], found["access_token"]) == ("shared-key", "123-token")


def test_an_accounts_own_app_goes_before_the_shared_one() -> None:
    found = credentials(read_environment(KEYS | {"KENT_X_API_KEY": "own"}), an_account("kent-x"))

    assert found["api_key"] == "own"


def test_an_account_on_bluesky_has_an_identifier_and_an_app_password() -> None:
    kent = replace(an_account("kent-bsky"), platform=PlatformName.BLUESKY)
    set_ = {"KENT_BSKY_IDENTIFIER": "kent.police.uk", "KENT_BSKY_APP_PASSWORD": "abcd-efgh"}

    assert credentials(read_environment(set_), kent) == {
        "identifier": "kent.police.uk",
        "app_password": "abcd-efgh",
    }
    with pytest.raises(SettingsError, match="KENT_BSKY_IDENTIFIER, KENT_BSKY_APP_PASSWORD"):
        credentials(read_environment(KEYS | {"BOT_X_URL": "http://127.0.0.1:1"}), kent)


def test_a_live_bot_reaches_bluesky_and_keeps_its_session_in_the_data_folder(
    pds: PdsServer, tmp_path: Path
) -> None:
    there = pds.make_account("kent")
    kent = replace(an_account("kent-bsky"), platform=PlatformName.BLUESKY, handle=there.handle)
    env = read_environment(
        {
            "BOT_MODE": "live",
            "BOT_DATA": str(tmp_path),
            "BOT_BLUESKY_URL": pds.url,
            "KENT_BSKY_IDENTIFIER": there.handle,
            "KENT_BSKY_APP_PASSWORD": pds.make_app_password(there),
        }
    )

    assert platform(env, kent, credentials(env, kent)).recent() == ()

    (kept,) = (tmp_path / "sessions").iterdir()
    assert kept.name == "kent-bsky.json"


def test_where_the_ledger_is_a_database_no_session_is_kept_on_the_disk(
    pds: PdsServer, tmp_path: Path
) -> None:
    there = pds.make_account("kent")
    kent = replace(an_account("kent-bsky"), platform=PlatformName.BLUESKY, handle=there.handle)
    env = read_environment(
        {
            "BOT_DATA": str(tmp_path),
            "BOT_BLUESKY_URL": pds.url,
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        }
    )
    keys = {"identifier": there.handle, "app_password": pds.make_app_password(there)}

    assert platform(env, kent, keys).recent() == ()

    (kept,) = tmp_path.rglob("*.json")
    assert kept.parent.name == "sign-ins"
    (instant,) = json.loads(kept.read_text())
    assert datetime.fromisoformat(instant).tzinfo is not None


SAME = [
    (PlatformName.X, "ACCESS_TOKEN", "123-token", "123-another"),
    (PlatformName.BLUESKY, "IDENTIFIER", "kent.police.uk", "@Kent.Police.UK"),
    (PlatformName.MASTODON, "ACCESS_TOKEN", "a-token", "a-token "),
]


@pytest.mark.parametrize(("platform", "name", "ours", "theirs"), SAME)
def test_accounts_that_would_speak_from_one_page_are_named_and_no_secret_is(
    platform: PlatformName, name: str, ours: str, theirs: str
) -> None:
    kent, essex, dorset = (
        replace(an_account(force), platform=platform) for force in ("kent", "essex", "dorset")
    )
    env = read_environment(
        {f"KENT_{name}": ours, f"ESSEX_{name}": theirs, f"DORSET_{name}": "7-its-own"}
    )

    said = not_its_own(env, kent, [kent, essex, dorset])

    assert said == (
        f"essex and kent have the credentials of one and the same account on {platform.label}: one"
        f" would speak as the other. Give each its own in .env: ESSEX_{name} and KENT_{name}."
    )
    assert not_its_own(env, dorset, [kent, essex, dorset]) is None


def test_accounts_without_credentials_have_nothing_in_common() -> None:
    kent, essex = an_account("kent-x"), an_account("essex-x")

    assert not_its_own(read_environment({}), kent, [kent, essex]) is None


def test_missing_credentials_are_named_and_nothing_of_the_others_is_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        credentials(read_environment(KEYS), an_account("dorset-x"))

    assert "DORSET_X_ACCESS_TOKEN, DORSET_X_ACCESS_TOKEN_SECRET" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "KENT" not in str(caught.value)


def test_an_environment_never_shows_what_it_holds() -> None:
    assert "token-secret" not in repr(read_environment(KEYS))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the bot takes for its own."""
    monkeypatch.setattr(outside, "PROJECT", tmp_path)
    return tmp_path


def refused() -> str:
    with pytest.raises(SettingsError) as caught:
        read_environment()
    assert "secret" not in str(caught.value)
    return str(caught.value)


WINDOWS = "BOT_MODE = live\r\nKENT_X_API_KEY='a key'\r\n# a note\r\nBOT_FORCES=kent, gwent\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_dotenv_file_of_notepads_is_read(home: Path, encoding: str) -> None:
    (home / ".env").write_bytes(WINDOWS.encode(encoding))

    found = read_environment()

    assert (found.mode, found.forces) == (Mode.LIVE, ("kent", "gwent"))
    assert found.values["KENT_X_API_KEY"] == "a key"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("K=v", "v"),
        ("  K =  v  ", "v"),
        ("export K=v", "v"),
        ('K="v w"', "v w"),
        ("K='v' # a note", "v"),
        ("K=v#w", "v#w"),
        ("K=${HOME}$v", "${HOME}$v"),
        ("K='C:\\new folder'", "C:\\new folder"),
        ("K=C:\\new folder", "C:\\new folder"),
        ("K=", ""),
    ],
)
def test_a_line_of_a_dotenv_file(home: Path, line: str, value: str) -> None:
    (home / ".env").write_text(f"{line}\n", encoding="utf-8")

    assert read_environment().values["K"] == value


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("X_API_KEY", "this line cannot be understood"),
        ("X_API_KEY: secret", "this line cannot be understood"),
        ("X API KEY=secret", "this line cannot be understood"),
        ("X_API_KEY='secret", "this line cannot be understood"),
        ('X_API_KEY="secret\nB=1"', "X_API_KEY has a line break or another hidden"),
        ('BOT_DATA="C:\\new secret"', "BOT_DATA has a line break or another hidden character"),
        ("X_API_KEY=“secret”", "X_API_KEY stands between curly quotation marks"),
    ],
)
def test_a_line_that_nobody_can_have_meant_is_named_and_not_shown(
    home: Path, line: str, sentence: str
) -> None:
    (home / ".env").write_text(f"# a note\n\n{line}\n", encoding="utf-8")

    assert refused().startswith(f"{home / '.env'}:3: {sentence}")


def test_a_dotenv_file_in_another_encoding_is_one_sentence(home: Path) -> None:
    (home / ".env").write_bytes("# Clés\nX_API_KEY=secret\n".encode("cp1252"))

    assert refused() == f"{home / '.env'} is not saved as UTF-8: save it again so."


def test_utf_16_without_its_mark_is_one_sentence(home: Path) -> None:
    (home / ".env").write_bytes("X_API_KEY=secret\n".encode("utf-16-le"))

    assert refused() == f"{home / '.env'} is not plain text: save it again as UTF-8."


def test_the_ending_that_notepad_adds_is_named(home: Path) -> None:
    (home / ".env.txt").write_text("BOT_MODE=live\n", encoding="utf-8")

    assert refused() == f"{home / '.env.txt'} is not read: rename it to .env."


def test_a_folder_called_dotenv_is_one_sentence(home: Path) -> None:
    (home / ".env").mkdir()

    assert refused().startswith(f"{home / '.env'} is there, but may not or cannot be read: ")


def test_the_settings_may_stand_in_another_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "elsewhere").write_text("BOT_FORCES=kent\n", encoding="utf-8")
    monkeypatch.setenv("BOT_ENV_FILE", str(home / "elsewhere"))

    assert read_environment().forces == ("kent",)


def test_another_file_that_is_not_there_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_ENV_FILE", "/nowhere/bot.env")

    assert refused() == "BOT_ENV_FILE names /nowhere/bot.env, and there is no such file."


@pytest.mark.parametrize("name", ["BOT_FORCE", "BOT_FORSES", "BOT_DATE", "BOT_URL"])
def test_a_slip_in_a_name_is_no_silence(home: Path, name: str) -> None:
    (home / ".env").write_text(f"{name}=kent\n", encoding="utf-8")

    assert refused().startswith(f".env: there is no setting called {name}. Did you mean BOT_")


def test_other_names_are_nobodys_business(home: Path) -> None:
    (home / ".env").write_text("BOT_X_ACCESS_TOKEN=1-a\nBOTTLES=9\n", encoding="utf-8")

    assert read_environment().values["BOT_X_ACCESS_TOKEN"] == "1-a"


def test_a_path_counts_from_the_bots_folder_wherever_somebody_stands(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".env").write_text("BOT_DATA=ledgers\n", encoding="utf-8")
    (home / "there").mkdir()
    monkeypatch.chdir(home / "there")

    assert read_environment().data == home / "ledgers"


def test_no_mode_is_a_dry_run(home: Path) -> None:
    (home / ".env").write_text("BOT_MODE=\n", encoding="utf-8")

    assert read_environment().mode is Mode.DRY


def test_the_real_environment_goes_before_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_MODE", "dry")
    (home / ".env").write_text("BOT_MODE=live\n", encoding="utf-8")

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


# --- who is told ------------------------------------------------------------------------------


def test_whom_to_tell_is_named_by_setting_and_is_not_shown() -> None:
    told = {"BOT_TELL": "json://a:s3cret@h/ \n json://b/", "BOT_TELL_KENT": "json://c/"}

    found = read_environment(told | {"BOT_TELL_GWENT": " ", "BOT_ALIVE_URL": "https://s3cret/"})

    assert found.tell == {
        "BOT_TELL": ("json://a:s3cret@h/", "json://b/"),
        "BOT_TELL_KENT": ("json://c/",),
    }
    assert "s3cret" not in repr(found)
    assert not found.tells_dry
    assert read_environment({"BOT_TELL_DRY": "yes"}).tells_dry


@pytest.mark.parametrize(
    ("slip", "meant"), [("BOT_TEL", "BOT_TELL"), ("BOT_ALIVE_UR", "BOT_ALIVE_URL")]
)
def test_a_slip_in_the_settings_for_watching_is_named(slip: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"no setting called {slip}. Did you mean {meant}"):
        read_environment({slip: "x"})


def test_whether_a_dry_run_is_told_is_yes_or_no() -> None:
    with pytest.raises(SettingsError, match='BOT_TELL_DRY is yes or no, not "perhaps"'):
        read_environment({"BOT_TELL_DRY": "perhaps"})
