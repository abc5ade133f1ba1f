"""Everything that `check`, `plan` and `preview` do with what stands in an office, and what is wrong
with what comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from bot.app.environment import Environment
from bot.app.files import Loaded, load
from bot.app.planning import Planned, make_plan
from bot.core import check
from bot.core.plan import Sources, Window, occurrences
from bot.core.plan.occurrences import gives_way
from bot.core.source import Problem, Severity
from tests.fuzz.office import NOW

INNARDS: Final = re.compile(
    r"Traceback|object at 0x|(?<!\x22)\bNone\b|\b(?:Scalar|Fields|Dashes|Place|Decimal|Problem)\("
    r"|\b[A-Z]\w{0,40}Error\b|datetime\.|frozenset|<class|\[Errno"
)
"""What only a programmer understands. No slip that is tried here writes any of it."""

HIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would move a terminal's cursor, or turn a line of it around."""

LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
MOST: Final = 1_500
"""Characters of a sentence: what somebody pasted is shortened in it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of an office."""

    loaded: Loaded
    problems: tuple[Problem, ...]
    planned: Planned | None = None  # None: its configuration cannot be used

    @property
    def has_errors(self) -> bool:
        return any(one.severity is Severity.ERROR for one in self.problems)


def look(env: Environment, days: Window) -> Looked:
    """Reads, checks, plans and renders, as the program does for somebody who asks for `check`."""
    loaded = load(env)
    if loaded.sources is None:
        return Looked(loaded, tuple(check.gathered(loaded.problems)))
    planned = make_plan(loaded, days, {}, now=NOW)
    sources = loaded.sources
    accepts = check.acceptances(sources.packs.values(), sources.overlays)
    words = check.word_problems(sources.packs, sources.overlays, sources.config, {})
    found = [*planned.problems, *accepts.marked(words)]
    found += accepts.left_over(found, ())
    near = check.alike(planned.plan.posts, sources.packs)
    for one in near:
        check.to_set_apart(one.worst, sources.packs, sources.local, sources.config.senders)
    return Looked(loaded, tuple(check.gathered(found)), planned)


def wrong(looked: Looked, env: Environment, days: Window) -> Iterator[str]:
    """What must never be: of the Problems, of the plan, and of what was read."""
    yield from wrong_problems(looked.problems, env)
    if looked.planned is None:
        if not looked.has_errors:
            yield "nothing can be used, and no error says so"
        return
    assert looked.loaded.sources is not None
    yield from missing_places(looked.loaded.sources.at(NOW), looked.planned, days)
    if not looked.has_errors:
        yield from lost_in_reading(looked.loaded.sources, looked.loaded.texts, env)


# --- problems ---------------------------------------------------------------------------------


def wrong_problems(problems: Iterable[Problem], env: Environment) -> Iterator[str]:
    """Problems without a place, without words, or in a programmer's words."""
    lines: dict[str, int | None] = {}
    for problem in problems:
        file = problem.place.file
        if file not in lines:
            lines[file] = _lines_of(env, file)
        many = lines[file]
        if not file.startswith(("messages", "config")):
            yield f"no place: {problem!r}"
        elif many is None and problem.place.line:
            yield f"a line in a file that is not there: {problem!r}"
        elif not 0 <= problem.place.line <= (many or 0):
            yield f"a line of {many} that is not there: {problem!r}"
        yield from wrong_words(problem)


def wrong_words(problem: Problem) -> Iterator[str]:
    """What is wrong with what a Problem says."""
    said = f"{problem.message}\n{problem.advice}"
    if not re.fullmatch(r"[a-z0-9-]+", problem.code):
        yield f"no code: {problem!r}"
    if not problem.message.strip() or not problem.advice.strip():
        yield f"no words: {problem!r}"
    if INNARDS.search(said):
        yield f"a programmer's words: {problem!r}"
    if HIDDEN.search(said) or HIDDEN.search(problem.place.file):
        yield f"hidden characters: {problem!r}"
    if len(said) > MOST:
        yield f"{len(said)} characters: {said[:200]!r}"


def _lines_of(env: Environment, file: str) -> int | None:
    """How many lines a file has by whatever ends a line for anybody; None where it is not there."""
    top, _, rest = file.partition("/")
    path = {"messages": env.messages, "config": env.config}.get(top, env.data) / rest
    if not path.is_file():
        return None
    content = path.read_bytes()
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1


# --- the plan ---------------------------------------------------------------------------------


def missing_places(sources: Sources, planned: Planned, days: Window) -> Iterator[str]:
    """Places that have neither a post nor a reason why they have none."""
    posts = {
        (one.key.run, one.key.account, one.key.slot, one.key.language)
        for one in (*planned.plan.posts, *planned.stopped)
    }
    left = planned.plan.left_out
    whole = {(one.run, one.sender) for one in left if one.day is None and not one.account}
    whole |= {(one.run, one.account) for one in left if one.day is None}
    empty = {(one.run, one.account, one.day, one.slot) for one in left}
    said = {problem.code for problem in planned.problems if problem.severity is Severity.ERROR}
    for run in sources.config.runs.values():
        national = sources.packs.get(run.pack)
        if national is None:
            if not said:
                yield f"{run.id} has no pack, and no error says so"
            continue
        if (run.id, "") in planned.plan.broken:
            continue
        for one in occurrences(run, national, days):
            if gives_way(one, national, sources.config):
                continue
            for sender in sources.config.senders.values():
                if not run.takes(sender) or (run.id, sender.id) in whole:
                    continue
                if not sender.accounts:
                    yield f"{sender.id} has no account, and no reason says so"
                for account in sender.accounts:
                    pack, _ = sources.pack_of(national, sender, account)
                    for number, day in one.dates():
                        if not days.holds(day) or not one.happens(day):
                            continue
                        if (one.id, account.id, day, "") in empty:
                            continue
                        for slot in pack.slots:
                            name = f"d{number}.{slot}"
                            if (one.id, account.id, day, name) in empty:
                                continue
                            for language in account.languages:
                                if (one.id, account.id, name, language) not in posts:
                                    yield f"no post and no reason: {one.id} {account.id} {name}"


# --- what was read ----------------------------------------------------------------------------


def lost_in_reading(
    sources: Sources, texts: Mapping[str, bytes], env: Environment
) -> Iterator[str]:
    """What stands in a file for another reader of YAML, and is not in what the bot read, although
    nothing is wrong."""
    config = sources.config
    forces = _parsed((env.config / "forces.yaml").read_bytes())
    yield from _differ("senders", forces, config.senders)
    for name, entry in forces.items():
        accounts = (
            {one.id for one in config.senders[name].accounts} if name in config.senders else ()
        )
        yield from _differ(f"accounts of {name}", _inner(entry, "accounts"), accounts)
    yield from _differ("runs", _parsed((env.config / "campaigns.yaml").read_bytes()), config.runs)
    for name, pack in sources.packs.items():
        if pack is None:
            yield f"{name} cannot be used, and no error says so"
            continue
        files = [
            _parsed(texts[one]) for one in texts if one.startswith(f"messages/national/{name}/")
        ]
        main = next(one for one in files if "campaign" in one)
        yield from _differ(f"slots of {name}", _inner(main, "slots"), pack.slots)
        yield from _differ(f"themes of {name}", _inner(main, "themes"), pack.themes)
        written: dict[str, Any] = {}
        for file in files:
            written |= _inner(file, "messages")
        yield from _differ(f"messages of {name}", written, pack.messages)
        for message, entry in written.items():
            if message in pack.messages:
                there = pack.messages[message].wordings
                yield from _differ(f"wordings of {message}", _inner(entry, "wordings"), there)
    for (sender, campaign), local in sources.local.items():
        entry = _parsed(texts.get(local.place.file, b""))
        yield from _differ(f"changes of {sender} to {campaign}", _inner(entry, "add"), local.add)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        found = yaml.load(content.decode("utf-8-sig"), Loader=LOADER)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        return {f"not YAML: {type(error).__name__}": {}}
    return found if isinstance(found, dict) else {}


def _inner(entry: object, name: str) -> dict[str, Any]:
    found = entry.get(name) if isinstance(entry, dict) else None
    return found if isinstance(found, dict) else {}


def _differ(what: str, written: Iterable[str], read: Iterable[str]) -> Iterator[str]:
    if lost := set(written) - set(read):
        yield f"{what}: {sorted(lost)} is written and was not read, and nothing is said"
