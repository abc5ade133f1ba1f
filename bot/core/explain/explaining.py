"""A post and the pack it was made from -> every part of it, with the line it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot.core.config import Config, Run
from bot.core.explain.timing import day_of, timing
from bot.core.explain.values import Explanation, Part, Said
from bot.core.explain.values_used import values_used
from bot.core.explain.words import lines_of, template_lines
from bot.core.model import Language, PostKey, Rendering
from bot.core.packs import Message, MessagePicture, MessageVideo, NamedCaptions, Pack, Wording
from bot.core.packs.hashtags import OPTIONAL, REQUIRED
from bot.core.plan import days_of
from bot.core.reading import Words
from bot.core.render import values_for
from bot.core.source import Place
from bot.core.templates import Values
from bot.core.text.rules import rules

ONLY_TAGS: Final = re.compile(r"#\w+(?: #\w+)*")


def explain(
    pack: Pack,
    config: Config,
    run: Run | None,
    key: PostKey,
    rendering: Rendering,
    *,
    given: str = "",
) -> Explanation | None:
    """Where every part of a post came from; None where the pack does not hold its wording.

    `given` says in words who gave it its time, where a person did. What files no longer say as
    the post does is told by `is_exact`.
    """
    pick, language = rendering.pick, rendering.language
    message = pack.messages.get(pick.message)
    wordings = list(_wordings(pack, pick.message, pick.wording, language))
    if message is None or not wordings:
        return None
    account = config.accounts.get(key.account)
    its_rules = account.rules if account else rules(rendering.platform)
    values = values_for(pack, config, its_rules, language, rendering.due)
    chosen = [*_chosen(pack, message, wordings), *_anchored(pack, config, run, key)]
    words = _part(wordings[-1], key) or wordings[-1].words[language]
    shown, is_exact = _lines(words, values, rendering)
    when = timing(pack, run, key, rendering.due, given)
    medium = message.picture or message.video
    shows = medium.shows if medium else {}
    read = (words, shows[language]) if language in shows else (words,)
    used = values_used(pack, config, read, values, language, rendering.due)
    return Explanation(
        key=key,
        campaign=pack.id,
        theme=message.theme,
        pick=pick,
        language=language,
        due=rendering.due,
        text=rendering.text,
        chosen=tuple(chosen),
        lines=tuple(Part("", says, place) for says, place in shown),
        replaced=tuple(
            Said(says, place)
            for one in reversed(wordings[:-1])
            if (before := _part(one, key))
            for says, place in template_lines(before)
        ),
        values=tuple(part if is_exact else _doubted(part, rendering) for part in used),
        hashtags=tuple(_hashtags(pack, rendering)),
        left_out=tuple(_left_out(pack, rendering)),
        time=when.parts,
        pictures=tuple(_medium(pack, message, "picture", language, values)),
        video=tuple(_medium(pack, message, "video", language, values)),
        is_exact=is_exact and when.is_exact,
    )


def _part(wording: Wording, key: PostKey) -> Words | None:
    """What a wording says in the post of this key, which may be one part of a thread."""
    parts = wording.words[key.language].parts()
    return parts[key.part - 1] if key.part <= len(parts) else None


# --- words ----------------------------------------------------------------------------------------


def _wordings(pack: Pack, message: str, wording: str, language: Language) -> Iterator[Wording]:
    """The wordings of this name, the national one first, each laid over the one before it."""
    national = pack.national.messages.get(message)
    found = [national.wordings.get(wording) if national else None]
    for layer in pack.layers:
        added = layer.add.get(message)
        found += [added.wordings.get(wording) if added else None]
        found += [layer.change.get(message, {}).get(wording)]
    yield from (one for one in found if one and language in one.words)


def _lines(
    words: Words, values: Values, rendering: Rendering
) -> tuple[list[tuple[str, Place]], bool]:
    """The post's lines without its hashtags, with places; and whether the pack says them so now."""
    now = lines_of(words, values)
    said = rendering.text.split("\n")
    if len(said) > 1 and ONLY_TAGS.fullmatch(said[-1]):
        said.pop()
    if [line for line, _ in now] == said:
        return now, True
    places = [place for _, place in now] + [words.place] * len(said)
    return list(zip(said, places, strict=False)), False


def _doubted(part: Part, rendering: Rendering) -> Part:
    """A value that stands in a file now, of a post whose words say something else."""
    shown = rendering.text + "".join(one.alt for one in rendering.shown)
    if part.says.casefold() in shown.casefold():
        return part
    return replace(part, note="this is what stands there now, and not in these words")


def _theme(pack: Pack, message: Message) -> Iterator[Part]:
    themes = pack.national.themes
    theme, was = themes.get(message.theme), themes.get(message.moved_from or "")
    if theme is None:
        return
    about = theme.about if theme.about != theme.name else ""
    moved = [one.places["move", message.name] for one in pack.layers if message.name in one.moves]
    instead = (Said(was.name, was.place),) if was else ()
    yield Part("theme", theme.name, moved[-1] if moved else theme.place, about, instead)


def _chosen(pack: Pack, message: Message, wordings: Sequence[Wording]) -> Iterator[Part]:
    yield from _theme(pack, message)
    yield Part("message", message.name, message.place)
    instead = tuple(Said(one.name, one.place) for one in reversed(wordings[:-1]))
    yield Part("wording", wordings[-1].name, wordings[-1].place, replaced=instead)
    limits = [*message.only_for, *wordings[-1].only_for, message.not_for, wordings[-1].not_for]
    for name in dict.fromkeys(name.lower() for limit in limits for name in limit):
        if condition := pack.national.conditions.get(name):
            yield Part("condition", name, condition.place, str(condition))


def _anchored(pack: Pack, config: Config, run: Run | None, key: PostKey) -> Iterator[Part]:
    """What the day of a post was said by, where it is no plain weekday."""
    day, events = day_of(pack.national, run, key), config.calendar.events
    days = days_of(run, pack.national, key.run) if run and day else None
    found = pack.national.anchored(day, days.first, events) if day and days else None
    if found:
        theme, anchor = found
        yield Part("on", anchor.said, anchor.place, f"a day of {theme.name}")
        if event := events.get(anchor.event):
            yield Part("event", event.name, event.place, event.source)


# --- hashtags -------------------------------------------------------------------------------------


def _hashtags(pack: Pack, rendering: Rendering) -> Iterator[Part]:
    required = {tag.casefold() for tag in pack.national.hashtags}
    optional = {tag.casefold() for tag in pack.more_hashtags}
    for tag in rendering.hashtags:
        if tag.casefold() in required:
            place = pack.national.places.get(REQUIRED, pack.national.place)
            yield Part(REQUIRED, f"#{tag}", place)
        elif tag.casefold() in optional:
            yield _optional(pack, f"#{tag}")
        else:
            yield Part("", f"#{tag}", None, "in the words")
    if not optional and any(layer.more_hashtags for layer in pack.layers):
        yield _optional(pack, "none")


def _left_out(pack: Pack, rendering: Rendering) -> Iterator[Part]:
    shown = {tag.casefold() for tag in rendering.hashtags}
    for tag in pack.more_hashtags:
        if tag.casefold() not in shown:
            yield _optional(pack, f"#{tag}")


def _optional(pack: Pack, says: str) -> Part:
    """What the topmost overlay says of the optional hashtags, and all that it stands instead of."""
    national = _said_tags(pack.national.more_hashtags)
    said = [Said(national, pack.national.places.get(OPTIONAL, pack.national.place))]
    own = [layer.more_hashtags for layer in pack.layers if layer.more_hashtags]
    said += [Said(_said_tags(one.tags) or "none", one.place) for one in own]
    *before, last = said
    return Part(
        OPTIONAL, says, last.place, replaced=tuple(one for one in reversed(before) if one.says)
    )


def _said_tags(tags: Sequence[str]) -> str:
    return " ".join(f"#{tag}" for tag in tags)


# --- the picture or the video ---------------------------------------------------------------------


def _medium(
    pack: Pack, message: Message, noun: str, language: Language, values: Values
) -> Iterator[Part]:
    """The picture or the video and what it shows, or that it was taken out."""
    layers = list(_layers(pack, message.name, noun))
    files = [Said(named.file, named.place) for one in layers if (named := one.files.get(language))]
    taken_out = next((one for one in reversed(layers) if one.taken_out), None)
    if (message.picture if noun == "picture" else message.video) is None:
        if taken_out:
            yield Part(noun, "none", taken_out.place, replaced=tuple(reversed(files)))
        return
    yield from _newest(noun, files)
    alts = [one.shows[language] for one in layers if language in one.shows]
    if alts:
        *before, alt = alts
        old = tuple(Said(*one) for words in reversed(before) for one in template_lines(words))
        for number, (says, place) in enumerate(lines_of(alt, values)):
            yield Part(f"{noun}_shows", says, place, replaced=old if number == 0 else ())
    yield from _newest("captions", list(_captions(layers, language)))


def _newest(name: str, said: Sequence[Said]) -> Iterator[Part]:
    if said:
        *instead, one = said
        yield Part(name, one.says, one.place, replaced=tuple(reversed(instead)))


def _captions(
    layers: Sequence[MessagePicture | MessageVideo], language: Language
) -> Iterator[Said]:
    for one in layers:
        spoken = one.captions.get(language) if isinstance(one, MessageVideo) else None
        if isinstance(spoken, NamedCaptions):
            yield Said(spoken.file, spoken.place)
        elif spoken:
            yield Said(spoken, one.place)


def _layers(pack: Pack, message: str, noun: str) -> Iterator[MessagePicture | MessageVideo]:
    of_messages = [pack.national.messages, *(layer.add for layer in pack.layers)]
    named = [one[message] for one in of_messages if message in one]
    if noun == "picture":
        own = [layer.pictures.get(message) for layer in pack.layers]
        yield from filter(None, [*(one.picture for one in named), *own])
    else:
        films = [layer.videos.get(message) for layer in pack.layers]
        yield from filter(None, [*(one.video for one in named), *films])
