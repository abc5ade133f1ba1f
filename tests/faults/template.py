"""A world with everything approved, made once, to be copied for each seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.campaign import BEFORE, Stage
from tests.faults.lives import Lives
from tests.faults.world import Clock, Size, World, a_world, approve_everything
from tests.postgres import Databases, PostgresServer, started

KINDS = ("sqlite", "postgres")


class Template:
    """Copies of one world, each on a stage of its own."""

    def __init__(
        self,
        folder: Path,
        size: Size,
        server: PostgresServer | None,
        databases: Databases | None,
    ) -> None:
        self.server, self.databases = server, databases
        self._name = self.databases.make() if self.databases else None
        url = self.databases.url_of(self._name) if self.databases and self._name else None
        self.world: World = a_world(folder / "office", size, url)
        clock = Clock(folder, BEFORE)
        known = {"BOT_X_URL": "http://127.0.0.1:9", "BOT_NOW": f"@{clock.ours}"}
        approve_everything(Lives(folder, self.world.environment | known).run)

    def new_database(self) -> str | None:
        """The address of a copy of its database; None where the ledger is a file."""
        if self.databases is None or self._name is None:
            return None
        return self.databases.url_of(self.databases.make(self._name))

    def stage(
        self,
        seed: int,
        *,
        mutation: str | None = None,
        lag: float = 0.0,
        same_words_twice: bool = True,
    ) -> Stage:
        return Stage(
            self.world,
            seed=seed,
            mutation=mutation,
            server=self.server,
            database_url=self.new_database(),
            lag=lag,
            same_words_twice=same_words_twice,
        )


class Templates:
    """One for each size that is asked for."""

    def __init__(self, folder: Path, server: PostgresServer | None) -> None:
        self._folder, self._server = folder, server
        self._databases = Databases(server.url) if server else None
        self._made: dict[Size, Template] = {}

    def of(self, size: Size) -> Template:
        if size not in self._made:
            folder = self._folder / str(len(self._made))
            folder.mkdir()
            self._made[size] = Template(folder, size, self._server, self._databases)
        return self._made[size]


@contextmanager
def some_templates(kind: str) -> Iterator[Templates]:
    """On SQLite, or on a PostgreSQL server of its own that ends with the block."""
    with ExitStack() as open_:
        folder = Path(open_.enter_context(TemporaryDirectory(prefix="faults-")))
        server = None
        if kind == "postgres":
            server = started()
            if server is None:
                raise SystemExit("NO POSTGRESQL: apt-get install postgresql, or --on sqlite.")
            open_.enter_context(server)
        yield Templates(folder, server)
