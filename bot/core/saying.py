"""Words that a person says now: typed, or a message of a pack held ready, as posts of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core import check
from bot.core.model import Account, Language, Post, PostKey, Sender, said_run
from bot.core.packs import Message, NationalPack, Never, ValueField, Wording, overlay, review_of
from bot.core.plan import Ready, Sources, read_ready, ready_packs
from bot.core.posts import posts_of
from bot.core.reading import Words, written_moment
from bot.core.retime import stop_at
from bot.core.source import Place, Problem, Severity, did_you_mean, listed
from bot.core.turns import WAITS, place_of

GRACE: Final = timedelta(minutes=5)
"""How late it may still leave. What is said now is missed after that, and never sent later."""

SAY: Final = "say"  # the campaign, theme and message of words that were typed
TYPED: Final = Place("bot say", 1)

NO_TAGS: Final = "Take it out: what is said now stands beside no tag, and so beside no rumours."


@dataclass(frozen=True, slots=True)
class Said:
    """What would go out, by account and Welsh first; what is wrong with it; and its basis."""

    posts: tuple[Post, ...] = ()
    problems: tuple[Problem, ...] = ()
    basis: str = ""  # why several accounts may say the same; empty for words that were typed

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)


def said_slot(at: datetime) -> str:
    """The slot of what is said at an instant, by its second in UTC: t20261128-031500."""
    return f"t{at.astimezone(UTC):%Y%m%d-%H%M%S}"


# --- words that were typed ------------------------------------------------------------------------


def said_in_words(
    sources: Sources, text: str, senders: Iterable[Sender], language: Language, *, at: datetime
) -> Said:
    """The same words from every account of these senders, in one language, checked.

    They may name constants and each sender's own values, as in a pack: `{{ report_link }}`.
    """
    posts: list[Post] = []
    found: list[Problem] = []
    wording = Wording(
        "typed", {language: Words(text.replace("\r\n", "\n"), TYPED)}, (), (), TYPED, local=True
    )
    for sender in senders:
        found += _cannot_speak(sources, sender, language)
        national = _typed_pack(sender, wording)
        wrong = [_without_tags(one) for one in check.said_problems(national, sources.config)]
        found += wrong
        if any(one.severity is Severity.ERROR for one in wrong):
            continue
        pack, _ = overlay(national, sender, None)
        for account in _speaking(sources, sender, language):
            key = PostKey(said_run(at), account.id, said_slot(at), language)
            said = posts_of(
                pack,
                sources.config,
                account,
                key,
                message=pack.messages[SAY],
                wording=wording,
                due=at,
            )
            if isinstance(said, Problem):
                found.append(replace(said, forces=(sender.id,)))
            else:
                posts += said
    return _checked(sources, posts, found)


def _typed_pack(sender: Sender, wording: Wording) -> NationalPack:
    """A pack that holds these words only, and asks for what the sender has filled in anyway."""
    values = {name: ValueField(name, "", "", False, TYPED) for name in sender.values}
    return NationalPack(
        id=SAY,
        title="Said now",
        version=1,
        schedule=Never(),
        hashtags=(),
        more_hashtags=(),
        link=None,
        grace=GRACE,
        translation_reviewed=True,
        slots={},
        values=values,
        themes={},
        messages={SAY: Message(SAY, SAY, {wording.name: wording}, TYPED, local=True)},
        place=TYPED,
        places={},
    )


def _without_tags(problem: Problem) -> Problem:
    return replace(problem, advice=NO_TAGS) if problem.code == "typed-hashtag" else problem


# --- a message held ready -------------------------------------------------------------------------


def said_from_pack(
    sources: Sources,
    name: str,
    senders: Iterable[Sender],
    language: Language | None,
    *,
    at: datetime,
) -> Said:
    """A message of a pack held ready, as `NAME` or `NAME:WORDING`, from these senders' accounts.

    In every language of an account unless one is named: they go out together or not at all.
    """
    message, _, wording = name.partition(":")
    ready = _ready_with(sources, message, at)
    if isinstance(ready, Problem):
        return Said(problems=(ready,))
    posts: list[Post] = []
    found: list[Problem] = []
    for sender in senders:
        found += _cannot_speak(sources, sender, language)
        mine = [
            post
            for post in ready.posts
            if post.sender == sender.id
            and post.rendering.pick.message == message
            and language in (None, post.key.language)
            and _may_publish(sources, post.key.account)
        ]
        wanted = _of_wording(mine, message, wording)
        if isinstance(wanted, Problem):
            found.append(replace(wanted, forces=(sender.id,)))
        elif wanted:
            found += _examples_left(ready, wanted)
            found += _unreviewed(sources, ready.pack, wanted)
            posts += [_now(post, at, ready.pack, alone=language is not None) for post in wanted]
        else:
            found.append(_nothing_to_say(ready, sender, message))
    named = ready.pack.messages.get(message)
    if named is not None and named.withdrawn:
        said = f"{message} is recalled: {named.withdrawn}."
        return Said(problems=(Problem(named.place, "recalled", said),))
    why = named.same_for_all if named and named.same_for_all else "a line held ready for this"
    return _checked(sources, posts, found, f"{ready.pack.id}/{message}: {why}")


def _ready_with(sources: Sources, message: str, at: datetime) -> Ready | Problem:
    """The pack held ready that has this message, read for this instant."""
    known: set[str] = set()
    for pack in ready_packs(sources):
        ready = read_ready(sources, pack, at)
        names = {post.rendering.pick.message for post in ready.posts} | set(pack.messages)
        if message in names and pack.embargo and pack.is_embargoed(at):
            until = written_moment(pack.embargo)
            return _cannot("embargo", f"{pack.id} is under embargo until {until}.")
        if message in names:
            return ready
        known |= names
    return _cannot(
        "unknown-message",
        f'no pack held ready has a message called "{message}".',
        did_you_mean(message, known, what="Messages"),
    )


def _of_wording(posts: Sequence[Post], message: str, wording: str) -> list[Post] | Problem:
    """Those of one wording: the one that was named, or the only one there is."""
    names = sorted({post.rendering.pick.wording for post in posts})
    if wording and names and wording not in names:
        said = f'{message} has no wording called "{wording}" for it.'
        return _cannot("unknown-wording", said, did_you_mean(wording, names, what="Its wordings"))
    if not wording and len(names) > 1:
        choices = listed([f"{message}:{name}" for name in names], "or")
        return _cannot("which-wording", f"{message} has several wordings.", f"Say {choices}.")
    return [post for post in posts if post.rendering.pick.wording in (wording or names)]


def _examples_left(ready: Ready, posts: Iterable[Post]) -> Iterable[Problem]:
    """Values that nobody filled in: what is shown in a preview must not go out."""
    for post in posts:
        for value in ready.with_examples.get(post.key, ()):
            yield Problem(
                post.place,
                "not-filled-in",
                f'"{value}" is not filled in, and only its example stands there.',
                f"Fill it in, in messages/local/{post.sender}/{ready.pack.id}.yaml.",
                forces=(post.sender,),
            )


def _nothing_to_say(ready: Ready, sender: Sender, message: str) -> Problem:
    left = next((one for one in ready.left_out if one.sender == sender.id), None)
    wrong = next((one for one in ready.problems if sender.id in one.forces), None)
    why = left.reason if left else wrong.message if wrong else "no wording of it may be used."
    place = left.place if left else wrong.place if wrong else ready.pack.place
    said = f"{sender.name(Language.EN)} cannot say {message}: {why}"
    return Problem(place, "nothing-to-say", said, forces=(sender.id,))


def _unreviewed(
    sources: Sources, national: NationalPack, posts: Iterable[Post]
) -> Iterable[Problem]:
    """Welsh that no translator has read does not go out, whoever says it."""
    for post in posts:
        if not sources.live or post.key.language is not Language.CY or post.key.part > 1:
            continue
        sender, account = (
            sources.config.senders[post.sender],
            sources.config.accounts[post.key.account],
        )
        pack, _ = sources.pack_of(national, sender, account)
        pick = post.rendering.pick
        message = pack.messages[pick.message]
        if not review_of(pack, message, message.wordings[pick.wording]).may_go_out:
            yield Problem(
                post.place,
                "unreviewed",
                f"the Welsh of {message.name} has not been reviewed by a translator.",
                "Say it in English with --language en, and the Welsh in words that a Welsh speaker "
                "types.",
                forces=(sender.id,),
            )


def _now(post: Post, at: datetime, pack: NationalPack, *, alone: bool) -> Post:
    """A post of a pack held ready as it goes out at that instant, `alone` in its language."""
    run, slot, after = said_run(at), said_slot(at), post.waits_for
    waits = timedelta(seconds=post.grace_seconds) - pack.grace
    if alone:
        after = after if post.key.part > 1 else None
        waits = WAITS * (post.key.part - 1)
    return replace(
        post,
        key=replace(post.key, run=run, slot=slot),
        grace_seconds=int((GRACE + waits).total_seconds()),
        waits_for=replace(after, run=run, slot=slot) if after else None,
    )


# --- what both share ------------------------------------------------------------------------------


def _cannot_speak(sources: Sources, sender: Sender, language: Language | None) -> Iterable[Problem]:
    """Why a sender, or one of its accounts, can say nothing here."""
    at = sender.place or Place("config/forces.yaml")
    name = sender.name(Language.EN)
    if not sender.accounts:
        yield Problem(at, "no-account", f"{name} has no account.", forces=(sender.id,))
    for account in sender.accounts:
        where = account.place or at
        if not _may_publish(sources, account.id):
            said = f"the account {account.id} is not marked live: yes."
            yield Problem(where, "not-live", said, forces=(sender.id,))
        if language is not None and language not in account.languages:
            said = f"{account.id} does not publish in {language.label}."
            yield Problem(where, "other-language", said, forces=(sender.id,))


def _speaking(sources: Sources, sender: Sender, language: Language) -> list[Account]:
    return [
        account
        for account in sender.accounts
        if language in account.languages and _may_publish(sources, account.id)
    ]


def _may_publish(sources: Sources, account: str) -> bool:
    return not sources.live or sources.config.accounts[account].live


def _checked(
    sources: Sources, posts: Sequence[Post], found: Iterable[Problem], basis: str = ""
) -> Said:
    """The posts with all that is wrong with them, and what should be known before they go."""
    checked = check.check_posts(posts, sources.packs, sources.config)
    problems = [*found, *checked.problems, *_other_language(sources, posts)]
    problems += _in_a_silence(sources, posts)
    accounts = sources.config.accounts
    ordered = sorted(
        posts, key=lambda p: (p.sender, place_of(p.key, accounts), p.key.language.rank, p.key.part)
    )
    return Said(tuple(ordered), tuple(check.gathered(problems)), basis)


def _other_language(sources: Sources, posts: Sequence[Post]) -> Iterable[Problem]:
    said: dict[str, set[Language]] = {}
    for post in posts:
        said.setdefault(post.key.account, set()).add(post.key.language)
    for account, languages in said.items():
        for language in set(sources.config.accounts[account].languages) - languages:
            yield Problem(
                TYPED,
                "one-language",
                f"{account} publishes in {language.label} too, and would say this without it.",
                f"Say it in {language.label} as well, with --language {language}.",
                Severity.WARNING,
                (sources.config.accounts[account].sender,),
            )


def _in_a_silence(sources: Sources, posts: Sequence[Post]) -> Iterable[Problem]:
    """What nobody plans a person may still say: she is told, and decides."""
    stops = {post.sender: stop for post in posts if (stop := stop_at(sources, post, post.due))}
    for sender, stop in stops.items():
        said = f"nothing is planned for now: {stop.reason}."
        yield Problem(stop.place, stop.code, said, "", Severity.WARNING, (sender,))


def _cannot(code: str, sentence: str, advice: str = "") -> Problem:
    return Problem(TYPED, code, sentence, advice)
