"""The real program without the second it takes to import it: forked from a process that has.

`python -m tests.acceptance.quick MODULE ...` imports those too, reads what to run, a JSON object a
line, and writes how each run ended. Every run is a process with an environment of its own, and can
be killed like any other.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
_FLAGS = {"r": os.O_RDONLY, "w": os.O_WRONLY | os.O_CREAT | os.O_APPEND}


class Forks:
    """Runs the program, one run after the other. `modules` are what its runs would import.

    Variables are for the process that they are forked from: what Python reads when it starts.
    """

    def __init__(self, *modules: str, **variables: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.quick", *modules],
            cwd=PROJECT,
            env={**os.environ, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        """One run in a folder, to its end: its exit code, and what it said."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        out, err = folder / "out.txt", folder / "err.txt"
        wanted = {
            "arguments": arguments,
            "environment": dict(environment),
            "folder": str(folder),
            "out": str(out),
            "err": str(err),
        }
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        said = [path.read_text(encoding="utf-8") for path in (out, err)]
        out.unlink()
        err.unlink()
        return subprocess.CompletedProcess(arguments, code, *said)

    def close(self) -> None:
        self._process.communicate(timeout=30)


LATER = ("alembic.command", "sqlalchemy.dialects.sqlite", "tweepy")
"""What most runs import when they come to it."""


def import_all(modules: Sequence[str] = ()) -> None:
    """What every run would import, once for them all; it begins no thread."""
    import bot
    from bot.core.text import x

    own = (found.name for found in pkgutil.walk_packages(bot.__path__, "bot."))
    for module in (*own, *LATER, *modules):
        if "migrations" not in module and not module.endswith("__main__"):
            importlib.import_module(module)
    x.parse("gov.uk")  # the patterns for it take a tenth of a second to make
    gc.freeze()  # a run that looks through all this memory would have to copy it


def _serve() -> None:
    import_all(sys.argv[1:])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            become(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def become(wanted: dict[str, Any]) -> None:
    """This process, newly forked, is one run of the program from now on, and ends with it."""
    from bot.cli import main

    for number, name, mode in ((0, os.devnull, "r"), (1, "out", "w"), (2, "err", "w")):
        path = wanted.get(name, name)
        opened = os.open(path, _FLAGS[mode], 0o600)
        os.dup2(opened, number)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    sys.argv = ["bot", *wanted["arguments"]]
    try:
        main()
    except SystemExit as ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 0)


if __name__ == "__main__":
    _serve()
