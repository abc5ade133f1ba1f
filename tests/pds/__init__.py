"""A real Bluesky server (a PDS) for the tests, on 127.0.0.1: one for them all, accounts for each.

It is Bluesky's own program, run by Node; `make pds` installs it beside the user's other caches.
Where it is not installed the tests that need it are skipped, each saying so.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

MISSING: Final = (
    "NO BLUESKY SERVER: run `make pds` (needs Node 20 and npm, and two minutes)."
    " Nothing was tested on it."
)
POST: Final = "app.bsky.feed.post"
REPOST: Final = "app.bsky.feed.repost"
_ADMIN: Final = "admin-of-the-tests"
_JWT_SECRET: Final = "jwt-secret-of-the-tests"
_HERE: Final = Path(__file__).parent
_OPENER: Final = build_opener(ProxyHandler({}))


class PdsError(Exception):
    """What the server refused: its status and the name it gave the error."""

    def __init__(self, status: int, name: str, sentence: str) -> None:
        super().__init__(f"{status} {name}: {sentence}")
        self.status, self.name = status, name


@dataclass(frozen=True)
class PdsAccount:
    """An account on the server. `password` is its own; the bot is given app passwords only."""

    did: str
    handle: str
    password: str
    token: str


class PdsServer:
    """A server of our own with no accounts; gone when it is closed or the tests are killed."""

    def __init__(self, packages: Path, *, limits: bool = False) -> None:
        self._folder = tempfile.mkdtemp(prefix="bot-pds-")
        self._numbers = itertools.count(1)
        quiet = {"LOG_ENABLED": "false", "NODE_ENV": "test", "PDS_PACKAGES": str(packages)}
        self._process = subprocess.Popen(
            ["node", str(_HERE / "server.mjs"), self._folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "PDS_LIMITS": "yes" if limits else "no"} | quiet,
            start_new_session=True,  # Ctrl-C is for the tests
        )
        if self._process.stdout is None:
            raise AssertionError("its standard output is a pipe")
        said = self._process.stdout.readline()
        if not said:
            self.close()
            raise OSError("the Bluesky server did not start")
        self.url: str = json.loads(said)["url"]

    def make_account(self, name: str = "kent", *, password: str = "") -> PdsAccount:
        """A new account whose handle begins with the name."""
        handle = f"{name}{next(self._numbers)}-{os.getpid()}.test"
        password = password or f"password-of-{handle}"
        wanted = {"handle": handle, "email": f"{handle}@example.org", "password": password}
        made = self.call("com.atproto.server.createAccount", wanted)
        return PdsAccount(made["did"], handle, password, made["accessJwt"])

    def make_app_password(self, account: PdsAccount, name: str = "bot") -> str:
        made = self.call(
            "com.atproto.server.createAppPassword", {"name": name}, token=account.token
        )
        return str(made["password"])

    def revoke_app_password(self, account: PdsAccount, name: str = "bot") -> None:
        self.call("com.atproto.server.revokeAppPassword", {"name": name}, token=account.token)

    def take_down(self, account: PdsAccount) -> None:
        """As Bluesky's moderators would."""
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": account.did}
        wanted = {"subject": subject, "takedown": {"applied": True, "ref": "test"}}
        self.call("com.atproto.admin.updateSubjectStatus", wanted, admin=True)

    def deactivate(self, account: PdsAccount) -> None:
        """As its owner would."""
        self.call("com.atproto.server.deactivateAccount", {}, token=account.token)

    def rename(self, account: PdsAccount, handle: str) -> None:
        self.call("com.atproto.identity.updateHandle", {"handle": handle}, token=account.token)

    def records(self, account: PdsAccount, collection: str = POST) -> list[dict[str, Any]]:
        """What stands on the account's page: each record's uri, cid and value, newest first."""
        query = {"repo": account.did, "collection": collection, "limit": "100"}
        listed: list[dict[str, Any]] = self.call("com.atproto.repo.listRecords", query=query)[
            "records"
        ]
        return listed

    def record(self, uri: str) -> dict[str, Any]:
        """The record of one address: its uri, cid and value."""
        repo, collection, rkey = uri.removeprefix("at://").split("/")
        query = {"repo": repo, "collection": collection, "rkey": rkey}
        return self.call("com.atproto.repo.getRecord", query=query)

    def blob(self, account: PdsAccount, cid: str) -> bytes:
        """The bytes of a picture that stands in one of the account's posts."""
        query = urlencode({"did": account.did, "cid": cid})
        with _OPENER.open(f"{self.url}/xrpc/com.atproto.sync.getBlob?{query}", timeout=30) as got:
            return bytes(got.read())

    def put(
        self, account: PdsAccount, rkey: str, record: dict[str, Any], *, collection: str = POST
    ) -> None:
        """Put a record in a place as somebody else with the account's keys would."""
        wanted = {"repo": account.did, "collection": collection, "rkey": rkey, "record": record}
        self.call("com.atproto.repo.putRecord", wanted, token=account.token)

    def call(
        self,
        route: str,
        content: dict[str, Any] | None = None,
        *,
        query: dict[str, str] | None = None,
        token: str | None = None,
        admin: bool = False,
    ) -> dict[str, Any]:
        """What the server answers. Raises PdsError when it refuses."""
        headers = {"Content-Type": "application/json"} if content is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if admin:
            signed = base64.b64encode(f"admin:{_ADMIN}".encode()).decode()
            headers["Authorization"] = f"Basic {signed}"
        body = json.dumps(content).encode() if content else None
        request = Request(
            f"{self.url}/xrpc/{route}?{urlencode(query or {})}",
            body,
            headers,
            method="GET" if content is None else "POST",
        )
        try:
            with _OPENER.open(request, timeout=30) as answer:
                return dict(json.loads(answer.read() or b"{}"))
        except HTTPError as refused:
            said = json.loads(refused.read() or b"{}")
            raise PdsError(refused.code, said.get("error", ""), said.get("message", "")) from None

    def close(self) -> None:
        self._process.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def started(*, limits: bool = False) -> PdsServer | None:
    """A server of our own; None where Node or its packages are not installed."""
    packages = _packages()
    if packages is None or shutil.which("node") is None:
        return None
    return PdsServer(packages, limits=limits)


def expired(token: str) -> str:
    """The same token as the server would have made it long ago: no longer good."""
    head, content, _ = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(content + "=="))
    said |= {"iat": int(time.time()) - 10_000, "exp": int(time.time()) - 2_800}
    signed = f"{head}.{_base64(json.dumps(said).encode())}"
    signature = hmac.new(_JWT_SECRET.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64(signature)}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _packages() -> Path | None:
    """Where `make pds` has put them: outside this folder, so that a clean clone need not wait."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    place = Path(cache) / "campaign-bot" / "pds"
    return place if (place / "installed").exists() else None
