"""Everything that can be wrong with words: in a pack as it is written, and in posts as they go out.

An error stops what it touches; a warning is shown. One cause gives one line, with the forces it
touches.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from bot.core.config import Config
from bot.core.model import LONDON, WEEKLY, Language, Post, PostKey
from bot.core.packs import LocalPack, NationalPack, Wording
from bot.core.reading import WEEKDAYS, Words, written
from bot.core.render import inspect, template_problems
from bot.core.source import Place, Problem, Severity, did_you_mean, listed
from bot.core.text import x
from bot.core.typed import LEFT_BEHIND, typed_problems

IDENTICAL_WITHIN: Final = timedelta(days=7)
SAME_CAUSE: Final = 3  # from so many places on, one wrong name is one line
SENTENCE_START: Final = re.compile(r"(?:^|[.?!] )\{\{\s*(\w+)\s*\}\}")
RISING: Final = re.compile(r"[^.?!:;…\"'”’)]$")  # a line that does not end a sentence


# --- packs as they are written ----------------------------------------------------------------


def national_problems(pack: NationalPack, config: Config) -> list[Problem]:
    """What is wrong with a national pack, whoever says it."""
    lists = frozenset(name for name, value in pack.values.items() if value.is_list)
    known = frozenset(pack.values) | config.tokens()
    found = list(_pack_problems(pack, config))
    for message in pack.messages.values():
        for wording in message.wordings.values():
            found += _wording_problems(message.name, wording, known, lists)
            found += _condition_problems(wording, pack)
            found += _unguarded(message.name, wording, pack, config)
            found += _small_letters(wording, pack)
            if not _differs(wording, known, frozenset(pack.values) | {"force"}):
                found.append(
                    _warning(
                        wording.place,
                        "no-local-value",
                        f"{message.name}/{wording.name} says the same for every force.",
                        "X forbids one text on many accounts. Put in a value each force fills in.",
                    )
                )
    return found


def local_problems(local: LocalPack, pack: NationalPack, config: Config) -> list[Problem]:
    """What is wrong with the words of a local pack."""
    lists = frozenset(name for name, value in pack.values.items() if value.is_list)
    known = frozenset(pack.values) | config.tokens()
    changed = ((name, w) for name, wordings in local.change.items() for w in wordings.values())
    added = ((name, w) for name, m in local.add.items() for w in m.wordings.values())
    found: list[Problem] = []
    for name, wording in [*changed, *added]:
        found += _wording_problems(name, wording, known, lists)
        found += _condition_problems(wording, pack)
        found += _small_letters(wording, pack)
    for name, values in local.fill_in.items():
        for value in values.values():
            if not set(value) & set("{}"):  # said when the pack is laid over the national one
                found += typed_problems(local.places["fill_in", name], value, ())
            if value.endswith("."):
                found.append(_ends_with_stop(local.places["fill_in", name], name))
    found += _version_problems(local, pack)
    return [replace(problem, forces=(local.sender,)) for problem in found]


def _ends_with_stop(place: Place, name: str) -> Problem:
    return _warning(
        place,
        "full-stop",
        f'"{name}" ends with a full stop, and stands inside sentences.',
        "Take the full stop away.",
    )


def _version_problems(local: LocalPack, pack: NationalPack) -> Iterator[Problem]:
    """One line for all the forces that are behind: the cause is one, a new national version."""
    said = local.written_for_version
    if said < pack.version:
        yield _warning(
            pack.places.get("version", pack.place),
            "behind",
            f"the pack is now version {pack.version}; these local packs were written for {said}.",
            "Read what changed, then set written_for_version in messages/local.",
        )
    if said > pack.version:
        yield _warning(
            local.place,
            "ahead",
            f"written for version {said} of {pack.title}, which is at version {pack.version}.",
            f"Write written_for_version: {pack.version}",
        )


def _pack_problems(pack: NationalPack, config: Config) -> Iterator[Problem]:
    for name in sorted(set(pack.values) & config.tokens()):
        yield _error(
            pack.values[name].place,
            "two-values",
            f'"{name}" is already a constant, in config/constants.yaml.',
            "Give the value another name.",
        )
    fact = config.facts.get(pack.link or "")
    if pack.link and (fact is None or not fact.is_link):
        links = [name for name, fact in config.facts.items() if fact.is_link]
        yield _error(
            pack.places.get("link", pack.place),
            "unknown-link",
            f'there is no link called "{pack.link}" in config/constants.yaml.',
            did_you_mean(pack.link, links, what="Links"),
        )
    for theme in pack.themes.values():
        if not any(message.theme == theme.name for message in pack.messages.values()):
            days = listed(WEEKDAYS[day] for day in sorted(theme.weekdays))
            yield _error(
                theme.place,
                "empty-theme",
                f'the theme "{theme.name}" has no messages, so {days} would be silent.',
                "Write at least one, or take the theme out.",
            )
        if not theme.weekdays & _weekdays_of(pack):
            yield _warning(
                theme.place,
                "never",
                f'the theme "{theme.name}" never comes: the {pack.days} days from '
                f"{written(pack.starts)} have none of its weekdays.",
                "Give it another weekday, or the campaign more days.",
            )


def _weekdays_of(pack: NationalPack) -> frozenset[int]:
    return frozenset((pack.starts.weekday() + day) % 7 for day in range(min(pack.days, 7)))


def _wording_problems(
    message: str, wording: Wording, known: frozenset[str], lists: frozenset[str]
) -> Iterator[Problem]:
    for language, words in wording.words.items():
        of_template = list(template_problems(words, local=wording.local, known=known, lists=lists))
        yield from of_template
        lines = {problem.place.line for problem in of_template}
        for problem in typed_problems(words.place, words.text, known):
            # A bracket on a line whose {{ }} are wrong already is the same mistake.
            if problem.code != "left-behind" or problem.place.line not in lines:
                yield problem
        yield from _broken_sentences(words)
        names = inspect(words.text, local=wording.local)[0].names
        if "hotline" in names and "emergency" not in names:
            yield _error(
                Place(words.place.file, words.place.line + names["hotline"] - 1),
                "hotline-alone",
                f"{message}/{wording.name} ({language.label}) gives the hotline without 999.",
                "Say what to do in an emergency in the same post: {{ emergency }}.",
            )
    for language in Language:
        if wording.words and language not in wording.words and not wording.local:
            yield _warning(
                wording.place,
                "no-twin",
                f"{message}/{wording.name} has no {language.label}.",
                "Forces that publish in it cannot use this wording.",
            )


def _condition_problems(wording: Wording, pack: NationalPack) -> Iterator[Problem]:
    for name in (*wording.forces_with, *wording.forces_without):
        if name not in pack.values:
            yield _error(
                wording.place,
                "unknown-value",
                f'for_forces names a value the pack does not ask for: "{name}".',
                did_you_mean(name, pack.values),
            )


def _broken_sentences(words: Words) -> Iterator[Problem]:
    lines = words.text.split("\n")
    for number, (line, following) in enumerate(pairwise(lines)):
        if RISING.search(line.rstrip()) and following[:1].islower():
            yield _warning(
                Place(words.place.file, words.place.line + number),
                "broken-line",
                "the line breaks in the middle of a sentence, and will in the post.",
                "A line in the file is a line in the post: join the two lines.",
            )


def _unguarded(
    message: str, wording: Wording, pack: NationalPack, config: Config
) -> Iterator[Problem]:
    """A value that a force may leave empty, in a wording that every force may use."""
    if not set(wording.forces_with) <= set(pack.values):
        return  # the condition itself is wrong, and is named
    may_be_empty = {
        name
        for name, value in pack.values.items()
        if not value.needed and not value.is_list and name not in config.tokens()
    }
    for words in wording.words.values():
        use, _ = inspect(words.text, local=wording.local)
        for name, line in use.names.items():
            if name in may_be_empty - use.guarded - set(wording.forces_with):
                yield _error(
                    Place(words.place.file, words.place.line + line - 1),
                    "may-be-empty",
                    f"{message}/{wording.name} shows {name}, which a force may leave empty.",
                    f"Add for_forces_with: {name} to the wording.",
                )


def _small_letters(wording: Wording, pack: NationalPack) -> Iterator[Problem]:
    """A phrase such as `in Kent` at the start of a sentence."""
    for words in wording.words.values():
        for number, line in enumerate(words.text.split("\n")):
            for match in SENTENCE_START.finditer(line):
                if match[1] in pack.values:
                    yield _warning(
                        Place(words.place.file, words.place.line + number),
                        "small-letter",
                        f"a sentence begins with {match[1]}, so with a small letter.",
                        f"Write {{{{ {match[1]} | first_capital }}}}, or put another word first.",
                    )


def _differs(wording: Wording, known: frozenset[str], local: frozenset[str]) -> bool:
    """Whether each language shows something that differs from force to force.

    A template that is wrong, or names what nobody knows, is not judged: that is named already.
    """
    for words in wording.words.values():
        use, wrong = inspect(words.text, local=wording.local)
        judged = not wrong and not use.misspelt and set(use.names) <= known
        if judged and not local & set(use.names):
            return False
    return True


def fact_problems(config: Config, today: date, *, live: bool) -> list[Problem]:
    """Constants past their check-by: errors when live, because somebody must look again."""
    dated = [(fact.name, fact.check_by, fact.place) for fact in config.facts.values()]
    if config.threat:
        dated.append(("threat_levels", config.threat.check_by, config.threat.place))
    return [
        Problem(
            place,
            "past-check-by",
            f"{name} should have been checked by {written(check_by, weekday=False)}.",
            "Look it up at its source, then move as_of and check_by.",
            Severity.ERROR if live else Severity.WARNING,
        )
        for name, check_by, place in dated
        if check_by is not None and check_by < today
    ]


# --- posts as they go out ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """Problems of posts: one line for a cause, and the posts each error stops."""

    problems: tuple[Problem, ...]
    by_post: Mapping[PostKey, tuple[Problem, ...]]
    stopped: Mapping[PostKey, Problem]


def check_posts(
    posts: Sequence[Post], packs: Mapping[str, NationalPack | None], config: Config
) -> Checked:
    """What is wrong with posts as they would go out."""
    found: dict[PostKey, list[Problem]] = defaultdict(list)
    summary: list[Problem] = []
    for check in (_too_long, _refused_characters, _missing_hashtags, _left_in_values, _identical):
        for problem, touched in check(posts, packs):
            summary.append(problem)
            for key in touched:
                found[key].append(problem)
    for problem, touched in _without_link(posts, packs, config):
        summary.append(problem)
        for key in touched:
            found[key].append(problem)
    stopped = {
        key: error
        for key, problems in found.items()
        for error in [next((p for p in problems if p.severity is Severity.ERROR), None)]
        if error
    }
    return Checked(
        tuple(summary), {key: tuple(problems) for key, problems in found.items()}, stopped
    )


Packs = Mapping[str, NationalPack | None]
Findings = Iterator[tuple[Problem, list[PostKey]]]


def _too_long(posts: Sequence[Post], _packs: Packs) -> Findings:
    by_place: dict[tuple[Place, str], list[Post]] = defaultdict(list)
    everyone = len({post.sender for post in posts})
    for post in posts:
        if post.rendering.length > post.rendering.limit:
            by_place[post.place, post.rendering.platform.label].append(post)
    for (place, platform), long in by_place.items():
        over: dict[str, int] = {}
        for post in long:
            by = post.rendering.length - post.rendering.limit
            over[post.sender] = max(by, over.get(post.sender, 0))
        detail = ", ".join(f"{sender} by {by}" for sender, by in sorted(over.items()))
        yield (
            Problem(
                place,
                "too-long",
                f"too long on {platform} for {len(over)} of {everyone}: {detail}.",
                "Shorten the wording, or the longest of the values these forces filled in.",
                forces=tuple(sorted(over)),
            ),
            [post.key for post in long],
        )


def _refused_characters(posts: Sequence[Post], _packs: Packs) -> Findings:
    for post in posts:
        fits = x.parse(post.rendering.text).fits
        if not fits and post.rendering.length <= post.rendering.limit:
            yield (
                Problem(
                    post.place,
                    "refused-character",
                    "the text is empty or holds an invisible character that X refuses.",
                    "Type the words again.",
                    forces=(post.sender,),
                ),
                [post.key],
            )


def _missing_hashtags(posts: Sequence[Post], packs: Packs) -> Findings:
    for post in posts:
        pack = packs.get(post.campaign)
        linked = {tag.casefold() for tag in post.rendering.hashtags}
        for tag in pack.hashtags if pack else ():
            if tag.casefold() not in linked:
                yield (
                    Problem(
                        post.place,
                        "hashtag-not-linked",
                        f"X would not link #{tag} here.",
                        "It needs a space or the start of a line before it.",
                        forces=(post.sender,),
                    ),
                    [post.key],
                )


def _left_in_values(posts: Sequence[Post], _packs: Packs) -> Findings:
    """The last look before the public: one line for each blank of a force."""
    found: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in posts:
        for blank in {match[0] for match in LEFT_BEHIND.finditer(post.rendering.text)}:
            found[post.sender, blank].append(post)
    for (sender, blank), of_sender in found.items():
        yield (
            Problem(
                of_sender[0].place,
                "left-behind",
                f'"{blank}" would be published as it stands.',
                f"Look at the values {sender} filled in.",
                forces=(sender,),
            ),
            [post.key for post in of_sender],
        )


def _identical(posts: Sequence[Post], _packs: Packs) -> Findings:
    by_text: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in posts:
        by_text[post.rendering.platform.label, post.rendering.text].append(post)
    for (platform, text), same in by_text.items():
        close = [
            later for earlier, later in pairwise(same) if later.due - earlier.due < IDENTICAL_WITHIN
        ]
        accounts = sorted({post.key.account for post in same})
        practice = all(WEEKLY.search(post.key.run) for post in same)
        if not close or (practice and len(accounts) == 1):  # never published, so never refused
            continue
        first = text.split("\n")[0]
        if len(accounts) > 1:
            yield (
                Problem(
                    same[0].place,
                    "identical",
                    f'{listed(accounts)} would publish the same words on {platform}: "{first}"',
                    "X forbids one text on several accounts. Put in a value each force fills in, "
                    "or change the words for one of them.",
                    forces=tuple(sorted({post.sender for post in same})),
                ),
                [post.key for post in same],
            )
        else:
            yield (
                _warning(
                    same[0].place,
                    "said-again",
                    f'{accounts[0]} says the same words twice within a week: "{first}"',
                    f"{platform} may refuse the second. More wordings would help.",
                ),
                [post.key for post in close],
            )


def _without_link(posts: Sequence[Post], packs: Packs, config: Config) -> Findings:
    days: dict[tuple[str, str, date, Language], list[Post]] = defaultdict(list)
    for post in posts:
        day = post.due.astimezone(LONDON).date()
        days[post.key.run, post.key.account, day, post.key.language].append(post)
    without: dict[tuple[str, str], list[tuple[date, Post]]] = defaultdict(list)
    touched: dict[tuple[str, str], list[PostKey]] = defaultdict(list)
    for (run, _, day, language), of_day in days.items():
        pack = packs.get(of_day[0].campaign)
        fact = config.facts.get(pack.link) if pack and pack.link else None
        link = fact.value(language) if fact else None
        if link and not any(link in post.rendering.links for post in of_day):
            without[run, link].append((day, of_day[0]))
            touched[run, link] += [post.key for post in of_day]
    for (run, link), found in without.items():
        pack = packs[found[0][1].campaign]
        assert pack is not None
        yield _no_link(pack, link, found), touched[run, link]


def _no_link(pack: NationalPack, link: str, found: Sequence[tuple[date, Post]]) -> Problem:
    """One line for all the days on which an account does not show the campaign's link."""
    shown = [f"{post.key.account} on {written(day)}" for day, post in found[:3]]
    more = [f"{len(found) - 3} more"] if len(found) > 3 else []
    return replace(
        _warning(
            pack.places.get("link", pack.place),
            "no-link",
            f"days that do not show {link}: {listed([*shown, *more])}.",
            "Every account should show the campaign's link once a day: put it in more wordings.",
        ),
        forces=tuple(sorted({post.sender for _, post in found})),
    )


# --- many problems, few lines -----------------------------------------------------------------


def gathered(problems: Iterable[Problem]) -> list[Problem]:
    """One line for one cause, with every force it touches; errors first, then by place."""
    groups: dict[tuple[Place, str, str, str, Severity], set[str]] = {}
    everybody: set[tuple[Place, str, str, str, Severity]] = set()
    for problem in problems:
        key = (problem.place, problem.code, problem.message, problem.advice, problem.severity)
        groups.setdefault(key, set()).update(problem.forces)
        if not problem.forces:
            everybody.add(key)
    merged = [
        Problem(*key, forces=() if key in everybody else tuple(sorted(forces)))
        for key, forces in groups.items()
    ]
    return sorted(
        dict.fromkeys(_one_line_each(merged)),
        key=lambda p: (p.severity is Severity.WARNING, p.place, p.code),
    )


def _one_line_each(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Joins what one cause says at many places: a wrong name, or a wording too long for several."""
    by_cause: dict[tuple[str, ...], list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.code == "too-long":
            by_cause[problem.code, str(problem.place)].append(problem)
        elif problem.code in ("unknown-value", "unknown-link"):
            by_cause[problem.code, problem.message, problem.advice].append(problem)
        else:
            yield problem
    for (code, *_), found in by_cause.items():
        if code == "too-long":  # posts of a few days name fewer forces than the whole pack does
            yield max(found, key=lambda problem: (len(problem.forces), len(problem.message)))
        elif len(found) < SAME_CAUSE:
            yield from found
        else:
            yield _joined(sorted(found, key=lambda problem: problem.place))


def _joined(found: Sequence[Problem]) -> Problem:
    forces = {force for problem in found for force in problem.forces}
    everybody = any(not problem.forces for problem in found)
    message = found[0].message.removesuffix(".")
    return replace(
        found[0],
        message=f"{message}, here and in {len(found) - 1} more places.",
        forces=() if everybody else tuple(sorted(forces)),
    )


def _error(place: Place, code: str, message: str, advice: str = "") -> Problem:
    return Problem(place, code, message, advice)


def _warning(place: Place, code: str, message: str, advice: str = "") -> Problem:
    return Problem(place, code, message, advice, Severity.WARNING)
