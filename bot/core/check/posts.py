"""Posts as they go out: what only shows once every value is filled in, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.core.check.alike import IDENTICAL_WITHIN, is_official, without_links
from bot.core.check.catalogue import CHECKS
from bot.core.check.lines import error, warning
from bot.core.check.locks import altered_facts
from bot.core.config import Config
from bot.core.model import Language, PlatformName, Post, PostKey, configured_run, london_day
from bot.core.packs import NationalPack, Never
from bot.core.reading import written
from bot.core.source import Place, Problem, Severity, listed, shortened
from bot.core.text import bluesky, x
from bot.core.text.parsed import Parsed, Unfit
from bot.core.text.profiles import unmatched_handles
from bot.core.text.rules import rules
from bot.core.text.slips import unlinked_addresses, unlinked_hashtags, unmeant_links
from bot.core.turns import place_of
from bot.core.typed import blanks_in

ONE_VOICE_SHARE: Final = 1 / 3
"""One wording from more of a day's accounts than this is one text with the names exchanged."""

ONE_VOICE_LEAST: Final = 6
"""Fewer accounts than this with one wording are a coincidence among few."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Problems of posts: one line for a cause, and the posts each error stops."""

    problems: tuple[Problem, ...]
    by_post: Mapping[PostKey, tuple[Problem, ...]]
    stopped: Mapping[PostKey, Problem]


Packs = Mapping[str, NationalPack | None]


Findings = Iterator[tuple[Problem, list[PostKey]]]


Measured = Sequence[tuple[Post, Parsed]]


def check_posts(
    posts: Sequence[Post],
    packs: Mapping[str, NationalPack | None],
    config: Config,
) -> Checked:
    """What is wrong with posts as they would go out.

    Those of a pack that is never scheduled are looked at one by one: which of them go out
    together, if any, a person decides.
    """
    own = [post for post in posts if post.rendering.reposts is None]  # the rest is another's words
    together = [post for post in own if not _is_held_ready(post, packs)]
    every = [post for post in posts if not _is_held_ready(post, packs)]
    measured = [(post, _parsed(post, config)) for post in own]
    found: dict[PostKey, list[Problem]] = defaultdict(list)
    summary: list[Problem] = []
    for problem, touched in (
        *_too_long(own, packs),
        *_unfit(measured),
        *_slips(measured),
        *_by_old_emoji(own),
        *_unheard(own),
        *_other_handles(own),
        *_missing_hashtags(own, packs),
        *_left_in_values(own, packs),
        *altered_facts(own, packs, config),
        *_one_voice(together, packs),
        *_identical(together, packs, config),
        *_without_link(every, packs, config),
    ):
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
        tuple(summary),
        {key: tuple(problems) for key, problems in found.items()},
        _with_their_places(stopped, posts, config),
    )


def _with_their_places(
    stopped: Mapping[PostKey, Problem], posts: Sequence[Post], config: Config
) -> dict[PostKey, Problem]:
    """What is stopped, with all that stands in the same places: no language goes out without the
    other, and no part of a thread without the rest."""
    if not stopped:
        return {}
    accounts = config.accounts
    why = {place_of(key, accounts): problem for key, problem in stopped.items()}
    more = {post.key: why.get(place_of(post.key, accounts)) for post in posts}
    return {key: problem for key, problem in more.items() if problem} | dict(stopped)


def _is_held_ready(post: Post, packs: Packs) -> bool:
    pack = packs.get(post.campaign)
    return pack is not None and isinstance(pack.schedule, Never)


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


def _parsed(post: Post, config: Config) -> Parsed:
    """The post as its account's platform has it."""
    account = config.accounts.get(post.key.account)
    own = account.rules if account else rules(post.rendering.platform)
    return own.parse(post.rendering.text)


def _unheard(posts: Sequence[Post]) -> Findings:
    """Videos that have captions, and go to a platform that shows none."""
    by_video: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in posts:
        video, platform = post.rendering.video, post.rendering.platform
        if video and not (video.captions or video.uncaptioned):
            by_video[platform.label, video.file.rpartition("/")[2]].append(post)
    for (label, file), touched in sorted(by_video.items()):
        unheard = warning(
            min(post.place for post in touched),
            "no-captions",
            f"{label} takes no captions, so people there who cannot hear {file} do not learn "
            "what is said in it.",
            "Burn them into the picture and write captions: in the picture.",
        )
        forces = tuple(sorted({post.sender for post in touched}))
        yield replace(unheard, forces=forces), [post.key for post in touched]


_UNFIT: Final = {
    Unfit.EMPTY: ("refused-character", "the text is empty."),
    Unfit.REFUSED_CHARACTER: (
        "refused-character",
        "the text holds an invisible character that {platform} refuses.",
    ),
    Unfit.TOO_MANY_BYTES: (
        "too-many-bytes",
        f"the text has more than {bluesky.MAX_BYTES:,} bytes, the most {{platform}} takes.",
    ),
}
_UNFIT_ADVICE: Final = {
    Unfit.EMPTY: "Type the words again.",
    Unfit.REFUSED_CHARACTER: "Type the words again.",
    Unfit.TOO_MANY_BYTES: "Take some of its emoji or accents out: each is made of many parts.",
}


def _unfit(measured: Measured) -> Findings:
    """What a platform refuses although it is not too long."""
    for post, parsed in measured:
        unfit = parsed.unfit
        if unfit in _UNFIT and post.rendering.length <= post.rendering.limit:
            code, sentence = _UNFIT[unfit]
            yield (
                Problem(
                    post.place,
                    code,
                    sentence.format(platform=post.rendering.platform.label),
                    _UNFIT_ADVICE[unfit],
                    forces=(post.sender,),
                ),
                [post.key],
            )


def _slips(measured: Measured) -> Findings:
    """What would link and was not meant to, or would not link and was: one line for a cause."""
    found: dict[tuple[Place, str, str, str], list[Post]] = defaultdict(list)
    for post, parsed in measured:
        platform = post.rendering.platform
        slips = [("unmeant-link", span) for span in unmeant_links(parsed)]
        slips += [("unlinked-hashtag", span) for span in unlinked_hashtags(parsed)]
        if platform is not PlatformName.X:
            slips += [("unlinked-address", span) for span in unlinked_addresses(parsed)]
        for code, span in slips:
            written_as = parsed.text[span.start : span.end]
            found[post.place, platform.label, code, written_as].append(post)
    for (place, platform_label, code, written_as), touched in found.items():
        message, advice = _SLIPS[code]
        yield (
            replace(
                warning(
                    place,
                    code,
                    message.format(platform=platform_label, written=shortened(written_as)),
                    advice.format(written=shortened(written_as)),
                ),
                forces=tuple(sorted({post.sender for post in touched})),
            ),
            [post.key for post in touched],
        )


_SLIPS: Final = {
    "unmeant-link": (
        '{platform} would turn "{written}" into a link.',
        "Put a space after the full stop, or write the name in small letters.",
    ),
    "unlinked-hashtag": (
        '{platform} would not link "{written}" here.',
        "A hashtag needs white space before it and a letter in it.",
    ),
    "unlinked-address": (
        '{platform} would not link "{written}".',
        "Write https:// before it, and white space before that.",
    ),
}


def _by_old_emoji(posts: Sequence[Post]) -> Findings:
    """Posts that fit X by today's emoji, and by the table of 2019 do not."""
    over: dict[Place, dict[str, int]] = defaultdict(dict)
    touched: dict[Place, list[PostKey]] = defaultdict(list)
    for post in posts:
        rendering = post.rendering
        if rendering.platform is not PlatformName.X or rendering.text.isascii():
            continue
        by = x.length_of_2019(rendering.text) - rendering.limit
        if by > 0 and rendering.length <= rendering.limit:
            over[post.place][post.sender] = max(by, over[post.place].get(post.sender, 0))
            touched[post.place].append(post.key)
    for place, by_sender in over.items():
        detail = ", ".join(f"{sender} by {by}" for sender, by in sorted(by_sender.items()))
        yield (
            replace(
                warning(
                    place,
                    "new-emoji",
                    f"fits on X, but not where emoji since 2019 are counted in parts: {detail}.",
                    "Shorten the wording, or take an emoji that is older, to be sure.",
                ),
                forces=tuple(sorted(by_sender)),
            ),
            touched[place],
        )


def _other_handles(posts: Sequence[Post]) -> Findings:
    """Handles beside the page of another account."""
    found: dict[tuple[Place, str, str], list[Post]] = defaultdict(list)
    for post in posts:
        for handle, other in unmatched_handles(post.rendering.text):
            found[post.place, handle, other].append(post)
    for (place, handle, other), touched in found.items():
        said = f"it names @{handle}, and its link leads to {other}."
        yield (
            replace(
                warning(place, "handle-differs", said, CHECKS["handle-differs"].fix),
                forces=tuple(sorted({post.sender for post in touched})),
            ),
            [post.key for post in touched],
        )


def _missing_hashtags(posts: Sequence[Post], packs: Packs) -> Findings:
    for post in posts:
        if post.rendering.part > 1:
            continue  # a thread's hashtags stand in its first part
        pack = packs.get(post.campaign)
        linked = {tag.casefold() for tag in post.rendering.hashtags}
        for tag in pack.hashtags if pack else ():
            if tag.casefold() not in linked:
                yield (
                    Problem(
                        post.place,
                        "hashtag-not-linked",
                        f"{post.rendering.platform.label} would not link #{tag} here.",
                        "It needs a space or the start of a line before it.",
                        forces=(post.sender,),
                    ),
                    [post.key],
                )


def _left_in_values(posts: Sequence[Post], _packs: Packs) -> Findings:
    """The last look before the public: one line for each blank of a force."""
    found: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in posts:
        for blank in set(blanks_in(post.rendering.text)):
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


def _identical(posts: Sequence[Post], packs: Packs, config: Config) -> Findings:
    # Practice runs are never published: they are compared among themselves only.
    rehearsed = {run.id for run in config.runs.values() if run.practice}
    by_words: dict[tuple[str, str, bool], list[Post]] = defaultdict(list)
    for post in posts:
        practice = configured_run(post.key.run) in rehearsed
        by_words[post.rendering.platform.label, without_links(post.rendering), practice].append(
            post
        )
    for (platform, _, practice), same in by_words.items():
        if len(same) == 1 or all(is_official(post, packs) for post in same):
            continue
        same.sort(key=lambda post: post.due)
        shared = _close(same, lambda one, other: one.key.account != other.key.account)
        if shared:
            yield _on_two_accounts(shared, platform), [post.key for post in shared]
            continue
        again = _close(same, lambda one, other: one.key.account == other.key.account)
        if again and not practice:
            yield (
                replace(
                    warning(
                        again[0].place,
                        "said-again",
                        f'{again[0].key.account} says the same words twice within a week: "'
                        f'{_first_line(again[0])}"',
                        f"{platform} may refuse the second. More wordings would help.",
                    ),
                    forces=(again[0].sender,),
                ),
                [post.key for post in again[1:]],
            )


def _close(same: Sequence[Post], counts: Callable[[Post, Post], bool]) -> list[Post]:
    """The posts that have another, which counts, within seven days; `same` is in order of time."""
    found: dict[PostKey, Post] = {}
    for index, post in enumerate(same):
        for later in same[index + 1 :]:
            if later.due - post.due >= IDENTICAL_WITHIN:
                break
            if counts(post, later):
                found |= {post.key: post, later.key: later}
    return list(found.values())


def _first_line(post: Post) -> str:
    return post.rendering.text.split("\n")[0]


def _on_two_accounts(shared: Sequence[Post], platform: str) -> Problem:
    accounts = sorted({post.key.account for post in shared})
    few = accounts if len(accounts) < 8 else [*accounts[:5], f"{len(accounts) - 5} more"]
    first = _first_line(shared[0])
    return Problem(
        shared[0].place,
        "identical",
        f'{listed(few)} would publish the same words on {platform}: "{first}"',
        f"{_why_not(shared[0], 'one text on several accounts')} Put in a value each force fills "
        "in, or change the words for one of them.",
        forces=tuple(sorted({post.sender for post in shared})),
    )


def _why_not(post: Post, what: str) -> str:
    if post.rendering.platform is PlatformName.X:
        return f"X forbids {what}."
    return f"{what[0].upper()}{what[1:]} reads like spam."


def _one_voice(posts: Sequence[Post], packs: Packs) -> Findings:
    """A wording that too many of a day's accounts on a platform say: only the names differ.

    X allows local posts on many accounts and forbids "substantially similar" ones.
    Source: docs.x.com, developer guidelines and restricted uses, August 2026.
    """
    speaking: dict[tuple[str, date, Language, str], set[str]] = defaultdict(set)
    saying: dict[tuple[tuple[str, date, Language, str], Place], list[Post]] = defaultdict(list)
    for post in posts:
        if not is_official(post, packs):
            platform = post.rendering.platform.label
            day = post.key.run, london_day(post.due), post.key.language, platform
            speaking[day].add(post.key.account)
            saying[day, post.place].append(post)
    worst: dict[Place, tuple[int, int, list[Post]]] = {}
    for (day, place), same in saying.items():
        accounts, of = len({post.key.account for post in same}), len(speaking[day])
        if accounts >= ONE_VOICE_LEAST and accounts > of * ONE_VOICE_SHARE:
            before = worst.get(place, (0, 0, []))
            worst[place] = *max(before[:2], (accounts, of)), before[2] + same
    for place, (accounts, of, same) in worst.items():
        yield (
            error(
                place,
                "one-voice",
                f"{accounts} of {of} accounts would say this wording on one day.",
                f"{_why_not(same[0], 'nearly the same text on many accounts')} Write more messages "
                "and wordings for the theme, or have forces change this one.",
            ),
            [post.key for post in same],
        )


def _without_link(posts: Sequence[Post], packs: Packs, config: Config) -> Findings:
    days: dict[tuple[str, str, date, Language], list[Post]] = defaultdict(list)
    for post in posts:
        day = london_day(post.due)
        days[post.key.run, post.key.account, day, post.key.language].append(post)
    without: dict[tuple[str, str], list[tuple[date, Post]]] = defaultdict(list)
    touched: dict[tuple[str, str], list[PostKey]] = defaultdict(list)
    for (run, _, day, language), of_day in days.items():
        pack = packs.get(of_day[0].campaign)
        fact = config.facts.get(pack.link) if pack and pack.link else None
        link = fact.value(language) if fact else None
        forms = {link, f"https://{link}"}
        if link and not any(forms & set(post.rendering.links) for post in of_day):
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
        warning(
            pack.places.get("link", pack.place),
            "no-link",
            f"days that do not show {link}: {listed([*shown, *more])}.",
            "Every account should show the campaign's link once a day: put it in more wordings.",
        ),
        forces=tuple(sorted({post.sender for _, post in found})),
    )
