"""`make faults`: seeds on SQLite and on PostgreSQL, and the table of what came of them."""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as ready

from tests.acceptance.quick import import_all
from tests.faults import verdict
from tests.faults.mutations import CAUGHT_BY, MUTATIONS
from tests.faults.scenarios import SCENARIOS
from tests.faults.template import KINDS, Templates, some_templates
from tests.faults.verdict import Verdict, judged
from tests.faults.world import Size


@dataclass(frozen=True)
class Wanted:
    """What a worker is to do: these seeds, or these scenarios, on one kind of database."""

    kind: str
    size: Size
    tasks: tuple[tuple[str, int], ...]  # a scenario's name or "", and a seed
    kills: int
    mutation: str | None


def one_seed(
    templates: Templates, size: Size, seed: int, kills: int, mutation: str | None = None
) -> Verdict:
    """In every other one the platform takes the same words twice; in every third it lags."""
    lag = 90.0 if seed % 3 == 0 else 0.0
    template = templates.of(size)
    with template.stage(seed, mutation=mutation, lag=lag, same_words_twice=seed % 2 == 0) as stage:
        stage.platform.take_chances(seed)
        campaign = stage.campaign(kills)
        campaign.live_through()
        campaign.settle()
        return judged(campaign.done, stage.platform.asks())


def work(wanted: Wanted, results: Connection) -> None:
    """One process's share. It has no threads, so it may fork."""
    with some_templates(wanted.kind) as templates:
        for scenario, seed in wanted.tasks:
            if scenario:
                found = SCENARIOS[scenario](templates, wanted.size, seed, wanted.mutation)
            else:
                found = one_seed(templates, wanted.size, seed, wanted.kills, wanted.mutation)
            results.send((f"{wanted.kind[:8]} {scenario} {seed}".replace("  ", " "), found))
    results.send(None)


def shares(options: argparse.Namespace) -> Iterator[Wanted]:
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    asked = options.scenario or []
    names = [name for name in SCENARIOS if not asked or name in asked or "all" in asked]
    tasks = [("", seed) for seed in seeds if not asked or "none" in asked]
    tasks += [(name, seed) for seed in seeds for name in names]
    kinds = KINDS if options.on == "both" else (options.on,)
    jobs = max(1, options.jobs // len(kinds))
    size = Size(options.forces, options.slots)
    for kind in kinds:
        for job in range(jobs):
            yield Wanted(kind, size, tuple(tasks[job::jobs]), options.kills, options.mutation)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--seeds", default="1-10", help="such as 7, or 1-20")
    parser.add_argument("--kills", type=int, default=250, help="about so many in each seed")
    parser.add_argument("--on", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--forces", type=int, default=48)
    parser.add_argument("--slots", type=int, default=6)
    parser.add_argument("--jobs", type=int, default=4, help="so many processes share the seeds")
    parser.add_argument("--mutation", choices=MUTATIONS, help="a program broken on purpose")
    parser.add_argument(
        "--mutations", action="store_true", help="all of those, each where it must be noticed"
    )
    parser.add_argument(
        "--scenario",
        action="append",
        choices=[*SCENARIOS, "all", "none"],
        help="only these; or none but the seeds",
    )
    options = parser.parse_args()
    import_all()
    began = time.monotonic()
    if options.mutations:
        raise SystemExit(1 if unnoticed(options) else 0)
    total = run(list(shares(options)))
    say(verdict.row("all", total))
    for line in verdict.in_words(total):
        say(line)
    say(f"{time.monotonic() - began:.0f} seconds.")
    if not total.is_good:
        raise SystemExit(1)


def run(wanted: list[Wanted]) -> Verdict:
    """All shares side by side, a row for each seed as it ends; the sum of them."""
    total = Verdict()
    fork = multiprocessing.get_context("fork")
    open_, workers = [], []
    for share in wanted:
        here, there = fork.Pipe(duplex=False)
        worker = fork.Process(target=work, args=(share, there))
        worker.start()
        there.close()
        open_.append(here)
        workers.append(worker)
    say(verdict.head())
    while open_:
        for results in ready(open_):
            assert isinstance(results, Connection)
            try:
                said = results.recv()
            except EOFError:
                total.faults.append("a worker of the tester's died")
                said = None
            if said is None:
                open_.remove(results)
                continue
            name, found = said
            show(name, found)
            total.add(found)
    for worker in workers:
        worker.join()
    return total


def unnoticed(options: argparse.Namespace) -> list[str]:
    """The mutations that the tester did not notice, each told on the way."""
    size, found = Size(options.forces, options.slots), []
    seed = int(options.seeds.partition("-")[0])
    with some_templates(KINDS[0]) as templates:
        for name, scenario in CAUGHT_BY.items():
            # Whether a race is lost in one run is chance: three may lose it.
            runs = (SCENARIOS[scenario](templates, size, seed + more, name) for more in range(3))
            seen = next((one for one in runs if not one.is_good), Verdict())
            if seen.is_good:
                found.append(name)
            why = f"noticed: {seen.faults[0]}" if seen.faults else "NOT NOTICED"
            say(f"{name.replace('_', ' '):32} {why}")
    return found


def show(name: str, found: Verdict) -> None:
    say(verdict.row(name, found))
    for fault in found.faults[:10]:
        say(f"    {fault}")


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # it is what this program is for


if __name__ == "__main__":
    main()
