"""What packs accept: warnings that may stand, each with a reason, and where that counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.core.check.catalogue import CHECKS
from bot.core.check.lines import error, warning
from bot.core.check.posts import Checked
from bot.core.packs import Accepted, LocalPack, Message, NationalPack, Wording
from bot.core.reading import Words
from bot.core.source import Place, Problem, Severity, did_you_mean


@dataclass(frozen=True, slots=True)
class Acceptances:
    """What is accepted, by the lines or the whole files that it counts for."""

    lines: Mapping[tuple[str, int], list[Accepted]] = field(default_factory=dict)
    files: Mapping[str, list[Accepted]] = field(default_factory=dict)  # a pack's folder, or a file

    def at(self, place: Place) -> Iterator[Accepted]:
        """What counts for a line, the nearest first."""
        yield from self.lines.get((place.file, place.line), ())
        for file in (place.file, place.file.rpartition("/")[0]):
            yield from self.files.get(file, ())

    def marked(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems, those that a pack accepts with its reason. An error is never accepted."""
        if not self.lines and not self.files:
            return list(problems)
        return [self._marked(problem) for problem in problems]

    def _marked(self, problem: Problem) -> Problem:
        if problem.severity is Severity.ERROR:
            return problem
        why = (one.reason for one in self.at(problem.place) if one.code == problem.code)
        return replace(problem, accepted=next(why, problem.accepted))

    def marked_posts(self, checked: Checked) -> Checked:
        by_post = {key: tuple(self.marked(found)) for key, found in checked.by_post.items()}
        return Checked(tuple(self.marked(checked.problems)), by_post, checked.stopped)

    def left_over(self, problems: Iterable[Problem], untried: Iterable[str] = ()) -> list[Problem]:
        """What is accepted and was found nowhere; `untried` are codes nobody looked for."""
        used = {
            one.place
            for problem in problems
            if problem.severity is Severity.WARNING
            for one in self.at(problem.place)
            if one.code == problem.code
        }
        every = {one for found in (*self.lines.values(), *self.files.values()) for one in found}
        return [
            warning(
                one.place,
                "accepts-nothing",
                f"{one.code} is accepted here, and there is none.",
                "Take the line out: it would let the next one pass unseen.",
            )
            for one in sorted(every, key=lambda one: one.place)
            if one.place not in used and _may_stand(one.code) and one.code not in untried
        ]


def acceptances(packs: Iterable[NationalPack | None], local: Iterable[LocalPack]) -> Acceptances:
    """What these packs accept."""
    lines: dict[tuple[str, int], list[Accepted]] = defaultdict(list)
    files: dict[str, list[Accepted]] = defaultdict(list)
    for pack in packs:
        if pack is not None:
            if pack.accepts:
                files[pack.place.file.rpartition("/")[0]] += pack.accepts
            for message in pack.messages.values():
                _of_message(message, lines)
    for one in local:
        if one.accepts:
            files[one.place.file] += one.accepts
        for part in (one, *one.accounts.values()):
            for wordings in part.change.values():
                for wording in wordings.values():
                    _of_wording(wording, (), lines)
            for message in part.add.values():
                _of_message(message, lines)
    return Acceptances(dict(lines), dict(files))


def _of_message(message: Message, lines: dict[tuple[str, int], list[Accepted]]) -> None:
    for wording in message.wordings.values():
        _of_wording(wording, message.accepts, lines)
    if message.accepts:
        lines[message.place.file, message.place.line] += message.accepts
    if message.picture and message.accepts:
        _of_words(message.picture.shows.values(), message.accepts, lines)


def _of_wording(
    wording: Wording,
    of_message: tuple[Accepted, ...],
    lines: dict[tuple[str, int], list[Accepted]],
) -> None:
    if accepts := (*wording.accepts, *of_message):
        lines[wording.place.file, wording.place.line] += accepts
        _of_words(wording.words.values(), accepts, lines)


def _of_words(
    words: Iterable[Words],
    accepts: tuple[Accepted, ...],
    lines: dict[tuple[str, int], list[Accepted]],
) -> None:
    for one in words:
        for number in range(one.text.count("\n") + 1):
            lines[one.place.file, one.place.line + number] += accepts


def _may_stand(code: str) -> bool:
    return code in CHECKS and CHECKS[code].may_be_accepted


def acceptance_problems(found: Acceptances) -> list[Problem]:
    """What no pack can accept: errors, and codes that there are not."""
    every = {one for some in (*found.lines.values(), *found.files.values()) for one in some}
    return [
        _cannot(one) for one in sorted(every, key=lambda one: one.place) if not _may_stand(one.code)
    ]


def _cannot(one: Accepted) -> Problem:
    if one.code in CHECKS:
        return error(
            one.place,
            "not-acceptable",
            f"{one.code} cannot be accepted: it is an error.",
            f"{CHECKS['not-acceptable'].reason} {CHECKS[one.code].fix}",
        )
    known = [code for code, check in CHECKS.items() if check.may_be_accepted]
    return error(
        one.place,
        "not-acceptable",
        f'there is no warning called "{one.code}".',
        did_you_mean(one.code, known, what="What can be accepted"),
    )
