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
from bot.core.render import template_problems
from bot.core.source import Place, Problem, Severity, did_you_mean, listed
from bot.core.text import x

IDENTICAL_WITHIN: Final = timedelta(days=7)
TOKEN: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
LEFT_BEHIND: Final = re.compile(
    r"(?<!\{)\{(?![{%])[^{}]*\}(?!\})"  # {in_area}
    r"|\[[^\]]*\]"  # [town]
    r"|\bX{3,}\b|\b(?:TBC|TBD|TODO|LOREM)\b|<[a-z_ ]+>"
)
PHONE: Final = re.compile(r"\b(?:0[0-9 ]{8,14}[0-9]|999|101|116 ?123)\b")
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
            if not _uses_a_local_value(wording, pack):
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
    for name, values in local.fill_in.items():
        for value in values.values():
            found += _typed(local.fill_in_places[name], value)
    if local.written_for_version < pack.version:
        found.append(
            _warning(
                local.place,
                "behind",
                f"written for version {local.written_for_version} of {pack.title}; "
                f"the national pack is now version {pack.version}.",
                "Read what changed, then set written_for_version.",
            )
        )
    return [replace(problem, forces=(local.sender,)) for problem in found]


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
            pack.place,
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


def _wording_problems(
    message: str, wording: Wording, known: frozenset[str], lists: frozenset[str]
) -> Iterator[Problem]:
    for language, words in wording.words.items():
        yield from template_problems(words, local=wording.local, known=known, lists=lists)
        yield from _typed(words.place, words.text)
        yield from _broken_sentences(words)
        if "{{ hotline }}" in words.text and "{{ emergency }}" not in words.text:
            yield _error(
                words.place,
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


def _typed(place: Place, text: str) -> Iterator[Problem]:
    """Hashtags, numbers, links and blanks that a person typed: the bot must insert them."""
    for number, line in enumerate(text.split("\n")):
        at = Place(place.file, place.line + number)
        bare = TOKEN.sub(" token ", line)
        for match in LEFT_BEHIND.finditer(bare):
            written_so = match[0]
            name = re.sub(r"\W+", "_", written_so.strip("{}[]<>").strip()).strip("_").lower()
            yield _error(
                at,
                "left-behind",
                f'"{written_so}" would be published as it stands.',
                f"Write {{{{ {name} }}}}." if written_so[0] in "{[<" else "Write the words out.",
            )
        for match in PHONE.finditer(bare):
            yield _error(
                at,
                "typed-number",
                f'the number "{match[0]}" is typed here.',
                "Numbers are inserted, so that no digit is ever wrong: {{ hotline }}, "
                "{{ emergency }}.",
            )
        for span in x.parse(bare).spans:
            if span.kind is x.Entity.HASHTAG:
                yield _error(
                    at,
                    "typed-hashtag",
                    f'the hashtag "#{span.value}" is typed here.',
                    "Take it out: the bot adds the campaign's hashtags.",
                )
            if span.kind is x.Entity.LINK and span not in x.unmeant_links(bare):
                yield _error(
                    at,
                    "typed-link",
                    f'the link "{span.value}" is typed here.',
                    "Links are inserted: {{ report_link }}. They stand in config/constants.yaml.",
                )
        for span in x.unmeant_links(bare):
            yield _error(
                at,
                "unmeant-link",
                f'X would turn "{span.value}" into a link.',
                "Put a space after the full stop.",
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


def _uses_a_local_value(wording: Wording, pack: NationalPack) -> bool:
    return all(
        any(re.search(rf"\b{name}\b", token) for token in TOKEN.findall(words.text))
        for words in wording.words.values()
        for name in [_any_of(pack.values)]
    )


def _any_of(names: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, names)) + ")"


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
    for post in posts:
        for match in LEFT_BEHIND.finditer(post.rendering.text):
            yield (
                Problem(
                    post.place,
                    "left-behind",
                    f'"{match[0]}" would be published as it stands.',
                    f"Look at the values {post.sender} filled in.",
                    forces=(post.sender,),
                ),
                [post.key],
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
    for (_, account, day, language), of_day in days.items():
        pack = packs.get(of_day[0].campaign)
        fact = config.facts.get(pack.link) if pack and pack.link else None
        if fact is None:
            continue
        link = fact.value(language)
        if not any(link in post.rendering.links for post in of_day):
            yield (
                _warning(
                    of_day[0].place,
                    "no-link",
                    f"{account} does not show {link} on {written(day)}.",
                    "Every day should show the campaign's link at least once.",
                ),
                [post.key for post in of_day],
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
    return sorted(merged, key=lambda p: (p.severity is Severity.WARNING, p.place, p.code))


def _error(place: Place, code: str, message: str, advice: str = "") -> Problem:
    return Problem(place, code, message, advice)


def _warning(place: Place, code: str, message: str, advice: str = "") -> Problem:
    return Problem(place, code, message, advice, Severity.WARNING)
