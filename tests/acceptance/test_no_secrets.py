"""A hostile run: whatever goes wrong and whatever is turned on, no secret is written anywhere."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.acceptance.conftest import PROJECT, Office
from tests.acceptance.quick import Forks
from tests.loopback.hook_server import HookServer
from tests.loopback.x_server import FAULTS, POST, TIMELINE, Fault, XServer, limited, problem

MORNING = {"BOT_NOW": "2015-11-23T09:03:10"}
NAMES = ("API_KEY", "API_KEY_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
KEYS = {
    f"{account}_X_{name}": f"{number if name == 'ACCESS_TOKEN' else ''}{'-' * (number % 2)}"
    f"{account.lower()}/{name.lower()}+Zq7=&x"
    for number, account in ((101, "KENT"), (103, "GWENT"))
    for name in NAMES
}
"""Four for each account, no two alike, with characters that look different in a URL."""

SLOW: Mapping[str, Fault] = {
    "late": FAULTS["late"](0.1),
    "drip_body": replace(FAULTS["drip_body"](0.0)),
    "drip_headers": replace(FAULTS["drip_headers"](0.0)),
    "problem": FAULTS["problem"](418),
    "limited": limited(reset_in=60),
}
"""The faults that want a number, or would use up a whole deadline."""

LOUD = """
import logging
import sys
logging.basicConfig(level=logging.DEBUG)
for name in ("tweepy", "requests", "urllib3", "oauthlib", "requests_oauthlib", "apprise"):
    logging.getLogger(name).setLevel(logging.DEBUG)
here = logging.getLogger("here")
here.debug("the log is turned on")
sys.addaudithook(lambda event, _: event == "os.chdir" and here.debug("the log is turned on"))
"""
"""A run that is forked says so where it goes to its folder."""


def echoes() -> Iterator[Fault]:
    """Answers that say back what came in the Authorization header, in the body and in headers."""
    for _turn in range(2):  # one account is asked first, and then the other
        said = "Authorization: ECHO"
        headers = tuple((name, said) for name in ("x-transaction-id", "x-request-id", "cf-ray"))
        for status, route in ((400, POST), (403, POST), (503, POST), (503, TIMELINE)):
            yield problem(status, said, title=said[:90], type_=said, headers=headers, route=route)
        yield Fault(status=201, body=said.encode(), headers=headers)
        yield Fault(status=302, body=b"", headers=(("Location", f"/?{quote(said)}"),))


def all_faults() -> list[Fault]:
    named = [SLOW.get(name) or made() for name, made in FAULTS.items()]
    return [*named, *echoes()]


def forms(secret: str) -> set[bytes]:
    """A secret as it is, in a URL, and in base64 at each of the three places it can begin."""
    raw = secret.encode()
    found = {raw, quote(secret, safe="").encode(), quote_plus(secret).encode()}
    found.add(json.dumps(secret)[1:-1].encode())
    for offset in range(3):
        coded = base64.b64encode(b"x" * offset + raw + b"x" * 3)
        found.add(coded[4 if offset else 0 : 4 * ((offset + len(raw)) // 3) - 4])
    return found


def whoever_told(secrets: Mapping[str, str], folder: Path) -> list[str]:
    """`NAME in file` for each file under the folder that holds a secret in any form."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        found += [
            f"{name} in {path.name}"
            for name, secret in secrets.items()
            if any(form in content for form in forms(secret))
        ]
    return found


@pytest.mark.parametrize("secret", ["kent/api_key+Zq7=&x", "s3cret-of-the-hook"])
def test_a_secret_is_found_in_each_of_its_forms(secret: str, tmp_path: Path) -> None:
    for number in range(3):
        coded = base64.b64encode(b"u" * number + secret.encode() + b":more")
        (tmp_path / f"base64-{number}").write_bytes(coded)
    (tmp_path / "url").write_text(quote(secret, safe=""), encoding="ascii")
    (tmp_path / "plain").write_text(f"x{secret}x", encoding="ascii")

    found = whoever_told({"KEY": secret}, tmp_path)

    assert len(found) == 5


def a_loud_process(folder: Path, *modules: str) -> Forks:
    """Forks runs in which every log is turned on, by a file in this folder."""
    (folder / "sitecustomize.py").write_text(LOUD, encoding="utf-8")
    return Forks(*modules, PYTHONPATH=f"{folder}:{PROJECT}")


def test_no_secret_is_written_anywhere_in_a_hostile_run(approved: Path, tmp_path: Path) -> None:
    written, loud = tmp_path / "written", tmp_path / "loud"
    written.mkdir()
    loud.mkdir()
    secrets = {
        **KEYS,
        "alive": "ping-7f3c9a-nobody-may-know",
        "hook": "hook-5d1e-nobody-may-know",
        "password": "pass-91bb-nobody-may-know",
    }
    attempts = 0
    with HookServer() as hook, closing(a_loud_process(loud, "apprise")) as forks:
        variables = {
            **KEYS,
            "BOT_MODE": "live",
            "BOT_ALIVE_URL": f"http://{hook.host}/{secrets['alive']}",
            "BOT_TELL": f"json://me:{secrets['password']}@{hook.host}/{secrets['hook']}",
            "PYTHONPATH": f"{loud}:{PROJECT}",
        }
        for number, pair in enumerate([*pairwise(all_faults())][::2]):
            hook.status = 500 if number % 2 else 200  # what is not taken is logged
            # One is started from cold, as all are in life.
            office = Office(written / f"office-{number}", variables, forks if number else None)
            shutil.copytree(approved, office.folder)
            with XServer() as x:
                x.script(pair)
                office.variables["BOT_X_URL"] = x.url
                runs = [office.bot("run", "--once", **MORNING)]
                if number % 9 == 0:
                    runs.append(office.bot("run", "--once", BOT_NOW="2015-11-23T09:06:00"))
                    runs += [office.bot(*words, **MORNING) for words in look_everywhere(office)]
                attempts += len(x.requests(POST))
            for turn, ran in enumerate(runs):
                (office.folder / f"said-{turn}.txt").write_text(ran.stdout + ran.stderr)

        assert attempts >= len(all_faults())
        assert {*hook.arrived, *hook.calls} == {f"/{secrets['hook']}", f"/{secrets['alive']}"}
    said = [path.read_bytes() for path in written.rglob("said-*.txt")]
    assert all(b"DEBUG:here:the log is turned on" in one for one in said)
    assert whoever_told(secrets, written) == []


def look_everywhere(office: Office) -> list[list[str]]:
    return [
        ["unsettled"],
        ["history"],
        ["health"],
        ["accounts"],
        ["audit", "export", "--from", "2015-11-22"],
        ["preview", "--campaign", "winter@2015", "--html", str(office.folder / "week.html")],
        ["db", "backup", str(office.folder / "copy.sqlite3")],
    ]
