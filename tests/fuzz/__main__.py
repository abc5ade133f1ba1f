"""`make fuzz`: as many files as there is time for, each in a process of its own with limits."""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.core.model import Mode
from tests.acceptance.quick import import_all
from tests.core.packs_in_text import a_config
from tests.fuzz.cases import Case, cases
from tests.fuzz.children import Tried, tried
from tests.fuzz.films import broken_films, film_faults
from tests.fuzz.office import Office
from tests.fuzz.pictures import broken_pictures, picture_faults
from tests.fuzz.sheets import STARTS, a_csv, a_workbook, sheet_faults
from tests.fuzz.telling import faults

BATCH: Final = 50
"""Files of one kind before it is another's turn."""


@dataclass
class Tally:
    """What came of all tries of one kind."""

    tries: int = 0
    faulty: int = 0
    seconds: float = 0.0
    bytes: int = 0
    worst: str = ""
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, found: Tried, name: str) -> None:
        self.tries += 1
        self.faulty += bool(found.faults)
        self.kinds.update(fault[:100] for fault in found.faults)
        if found.seconds > self.seconds:
            self.seconds, self.worst = found.seconds, name
        self.bytes = max(self.bytes, found.bytes)


@dataclass(frozen=True)
class Kind:
    """Files of one kind, and what is done with one of them."""

    made: st.SearchStrategy[Any]
    tried: Callable[[Any], Tried]
    files: Callable[[Any], Mapping[str, bytes | None]]


def kinds(folder: Path) -> dict[str, Kind]:
    offices = {
        "packs": Office.small(folder / "small"),
        "shipped packs": Office.shipped(folder / "shipped"),
    }
    for office in offices.values():  # what is made once in a life need not be made in each child
        assert faults(office.environment(), office.days) == []
    gc.freeze()
    of_offices = {
        name: Kind(cases(office.texts), partial(in_office, office), lambda case: case.files)
        for name, office in offices.items()
    }
    of_sheets = {
        "sheets as text": _sheets(a_csv(), folder / "plan.csv"),
        "workbooks": _sheets(a_workbook(), folder / "plan.xlsx"),
    }
    films = Kind(
        broken_films(),
        lambda content: tried(lambda: film_faults(content)),
        lambda content: {"film.mp4": content},
    )
    pictures = Kind(
        broken_pictures(),
        lambda drawn: tried(lambda: picture_faults(*drawn)),
        lambda drawn: {drawn[1]: drawn[0]},
    )
    return {**of_offices, **of_sheets, "videos": films, "pictures": pictures}


def _sheets(made: st.SearchStrategy[bytes], path: Path) -> Kind:
    facts = a_config().facts
    return Kind(
        st.tuples(made, STARTS),
        lambda drawn: tried(lambda: sheet_faults(path, drawn[0], facts, drawn[1])),
        lambda drawn: {path.name: drawn[0]},
    )


def in_office(office: Office, case: Case) -> Tried:
    """What comes of an office that is changed so; here it is put back, whatever ends the try."""
    with office.changed(case.files):
        return tried(lambda: faults(office.environment(case.mode), office.days))


def batch(kind: Kind, number: int, size: int, tell: Callable[[Any, Tried], None]) -> None:
    """Tries so many files, always the same ones for the same number."""

    @seed(number)
    @settings(
        max_examples=size,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(kind.made)
    def each(drawn: Any) -> None:
        tell(drawn, kind.tried(drawn))

    each()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1, help="the same files for the same number")
    parser.add_argument("--batches", type=int, help="so many of each kind, whatever the time")
    parser.add_argument("--kind", action="append", help="only these: packs, workbooks, videos, …")
    parser.add_argument("--size", type=int, default=BATCH, help="files in a batch")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"), metavar="FOLDER")
    parser.add_argument("--again", type=Path, metavar="FOLDER", help="try one that was kept")
    options = parser.parse_args()
    import_all()
    with tempfile.TemporaryDirectory() as made:
        every = kinds(Path(made))
        if options.again:
            raise SystemExit(1 if again(Path(made), options.again) else 0)
        chosen = {name: one for name, one in every.items() if name in (options.kind or every)}
        tallies = run(chosen, options)
    for name, tally in tallies.items():
        say(
            f"{name:15} {tally.tries:7,} files, {tally.faulty} with faults; at most "
            f"{tally.seconds:.2f} s of work and {tally.bytes / 1e6:.0f} MB more"
        )
        for fault, times in tally.kinds.most_common():
            say(f"    {times:5,} × {fault}")
    raise SystemExit(1 if any(one.faulty for one in tallies.values()) else 0)


def run(chosen: Mapping[str, Kind], options: argparse.Namespace) -> dict[str, Tally]:
    tallies = {name: Tally() for name in chosen}
    ends = time.monotonic() + 60 * options.minutes
    number = 0
    while number < (options.batches or number + 1):
        for name, kind in chosen.items():
            if not options.batches and time.monotonic() > ends:
                return tallies
            tally = tallies[name]

            def tell(drawn: Any, found: Tried, name: str = name, tally: Tally = tally) -> None:
                slowest = found.seconds > tally.seconds
                tally.add(found, name)
                if found.faults:
                    keep(options.keep / f"{name.replace(' ', '-')}-{tally.tries}", drawn, found)
                elif slowest:
                    keep(options.keep / f"slowest-{name.replace(' ', '-')}", drawn, found)

            def keep(folder: Path, drawn: Any, found: Tried, kind: Kind = kind) -> None:
                write(folder, kind.files(drawn), found, getattr(drawn, "mode", Mode.DRY))

            size = max(1, options.size // (10 if name.startswith("shipped") else 1))
            batch(kind, 1_000_000 * options.seed + number, size, tell)
        number += 1
    return tallies


def write(folder: Path, files: Mapping[str, bytes | None], found: Tried, mode: Mode) -> None:
    """What was tried, and what came of it, to be looked at and tried again."""
    gone = [name for name, content in files.items() if content is None]
    for name, content in files.items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    folder.mkdir(parents=True, exist_ok=True)
    told = {"faults": found.faults, "seconds": found.seconds, "gone": gone, "mode": mode}
    (folder / "found.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def again(made: Path, kept: Path) -> tuple[str, ...]:
    """What is found in packs that were kept."""
    told = json.loads((kept / "found.json").read_text(encoding="utf-8"))
    office = Office(made / ("shipped" if kept.name.startswith("shipped") else "small"), {})
    names = [path for path in kept.rglob("*") if path.is_file() and path.name != "found.json"]
    files: dict[str, bytes | None] = dict.fromkeys(told["gone"])
    files |= {path.relative_to(kept).as_posix(): path.read_bytes() for path in names}
    found = in_office(office, Case(files, Mode(told["mode"]))).faults
    for one in found:
        say(one)
    return found


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # it is what this program is for


if __name__ == "__main__":
    main()
