"""A wording and its values -> the exact text for one account, with its digest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from bot.core.config import Config
from bot.core.model import (
    Account,
    Card,
    Language,
    Pick,
    Picture,
    PlatformName,
    Rendering,
    Video,
)
from bot.core.packs import (
    Message,
    MessagePicture,
    MessageVideo,
    NamedCaptions,
    NationalPack,
    Pack,
    Wording,
)
from bot.core.pictures import alt_fault
from bot.core.reading import DIVIDER, Words
from bot.core.source import Place, Problem
from bot.core.templates import (
    TemplateUse,
    Values,
    at_line,
    did_you_mean_name,
    filled,
    heaviest,
    inspect,
)
from bot.core.text.parsed import Entity
from bot.core.text.rules import Rules
from bot.core.text.slips import linking
from bot.core.videos import LIMITS, CaptionsFile, limit_faults

MAX_TEXT: Final = 5_000  # characters; no platform takes more, and a mistake stops here


def value_names(pack: NationalPack, config: Config) -> frozenset[str]:
    """Every name a wording of this pack may use."""
    return frozenset(pack.values) | config.tokens()


def values_for(
    pack: Pack, config: Config, rules: Rules, language: Language, due: datetime
) -> dict[str, str | tuple[str, ...]]:
    """What every name stands for, for one sender, in one language, at one instant.

    A link stands in the form that the platform links.
    """
    values: dict[str, str | tuple[str, ...]] = {
        name: _linking(fact.value(language), rules) if fact.is_link else fact.value(language)
        for name, fact in config.facts.items()
    }
    if config.threat:
        values.update(config.threat.at(due, language))
    values["force"] = pack.sender.name(language)
    for name, asked in pack.national.values.items():
        filled = asked.shown(pack.values.get(name, {}), language)
        values[name] = _several(filled) if asked.is_list else filled
    return values


@lru_cache(maxsize=1_000)
def _linking(address: str, rules: Rules) -> str:
    return linking(address, rules)


def names_in(message: Message, wording: Wording, languages: Iterable[Language]) -> frozenset[str]:
    """Every name that a post of this wording uses, in these languages: claims and quotes too."""
    medium = message.picture or message.video
    shown = medium.shows if medium else {}
    words = [said[one] for said in (wording.words, shown) for one in languages if one in said]
    return frozenset(name for one in words for name in inspect(one.text, local=False)[0].names)


def _several(filled: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in filled.split(",") if one.strip())


def _hindrance(
    use: TemplateUse,
    values: Mapping[str, str | tuple[str, ...]],
    config: Config,
    words: Words,
    language: Language,
    due: datetime,
) -> Problem | None:
    """The first name in a wording that stands for nothing on the day, or for what is barred."""
    for name, line in [*use.names.items(), *use.misspelt]:
        fact = config.facts.get(name)
        bar = fact.bar(due, language) if fact else None
        if bar:
            return Problem(at_line(words.place, line), bar.code, bar.message, bar.advice)
        if name not in values:
            return Problem(
                at_line(words.place, line),
                "unknown-value",
                f'no value called "{name}" on {due:%d %B %Y}.',
                did_you_mean_name(name, values),
            )
        if not values[name] and name not in use.guarded | use.lists:
            return Problem(
                at_line(words.place, line),
                "not-filled-in",
                f'"{name}" is empty here, so a hole would be published.',
                f"Fill it in, or add for_forces_with: {name} to the wording.",
            )
    return None


def render(
    pack: Pack,
    config: Config,
    account: Account,
    *,
    language: Language,
    due: datetime,
    message: str,
    wording: Wording,
    part: int = 1,
) -> Rendering | Problem:
    """Exactly what this account would publish, or the Problem that stops it, at the pack's line.

    Of a thread it is one `part`; the hashtags and what is shown stand in the first.
    """
    words, pick = wording.words[language].parts()[part - 1], Pick(message, wording.name)
    values = values_for(pack, config, account.rules, language, due)
    use, wrong = inspect(words.text, local=wording.local)
    if wrong:
        line, code, sentence, advice = wrong[0]
        return Problem(at_line(words.place, line), code, sentence, advice)
    hindrance = _hindrance(use, values, config, words, language, due)
    if hindrance:
        return hindrance
    text = tidy(filled(words.text, values))
    if not text:
        return Problem(words.place, "no-words", *nothing_said(words))
    if len(text) > MAX_TEXT:
        return Problem(
            words.place,
            "endless",
            f"the text grows to more than {MAX_TEXT:,} characters.",
            "No platform takes so much: take the loop out, or shorten its list.",
        )
    if part > 1:
        later = _counted(text, account, language=language, due=due, pick=pick, part=part)
        return with_card(later, pack, config)
    said = pack.messages.get(message)
    shown = said.picture or said.video if said else None
    medium = (
        _Showing(config, account, language, values, due, words=text).made(shown) if shown else None
    )
    if isinstance(medium, Problem):
        return medium
    made = finished(
        text,
        pack,
        account,
        language=language,
        due=due,
        pick=pick,
        pictures=(medium,) if isinstance(medium, Picture) else (),
        video=medium if isinstance(medium, Video) else None,
    )
    return with_card(made, pack, config)


def with_card(made: Rendering, pack: Pack, config: Config) -> Rendering:
    """The rendering with the card of its first link that has one, on Bluesky.

    The other platforms make a card of the page itself; and a picture or a video stands where a
    card would.
    """
    if made.platform is not PlatformName.BLUESKY or made.shown or not pack.national.cards:
        return made
    for link in made.links:
        for card in pack.national.cards.values():
            fact, title = config.facts.get(card.link), card.titles.get(made.language)
            if fact and title and link in _forms(fact.value(made.language)):
                named = card.pictures.get(made.language)
                picture = named.made.get(made.platform) if named else None
                shown = Card(
                    link if "://" in link else f"https://{link}",
                    title.text,
                    card.abouts[made.language].text,
                    picture.picture("", named.file) if picture and named else None,
                )
                return replace(made, card=shown).with_digest()
    return made


def _forms(address: str) -> tuple[str, str]:
    """An address as it is typed into words, and whole."""
    return address, f"https://{address}"


def nothing_said(words: Words) -> tuple[str, str]:
    """(message, advice) for words of which nothing would be published."""
    if words.text.strip():
        said = "no words are left here, so only hashtags would be published."
        return said, "Give the {% if %} an {% else %} with words."
    return (
        f"a part of this thread has no words: nothing stands between two lines of {DIVIDER}.",
        f"Write its words there, or take out the {DIVIDER}.",
    )


@dataclass(frozen=True, slots=True)
class _Showing:
    """Fills in what stands beside the words of one post."""

    config: Config
    account: Account
    language: Language
    values: Values
    due: datetime
    words: str  # of the post, filled in

    def made(self, shown: MessagePicture | MessageVideo) -> Picture | Video | Problem:
        """As this account's platform gets it, with its alt text filled in."""
        return self._picture(shown) if isinstance(shown, MessagePicture) else self._video(shown)

    def _picture(self, shown: MessagePicture) -> Picture | Problem:
        named, alt = shown.files.get(self.language), shown.shows.get(self.language)
        file = named.made.get(self.account.platform) if named else None
        if named is None or alt is None or file is None:
            where = f"{self.language.label} on {self.account.platform.label}"
            return Problem(
                shown.place,
                "no-picture",
                f"there is no picture here for {where}.",
                "Write picture and picture_shows in each language that the message has.",
            )
        text = self._alt(alt, named.file, "picture")
        return text if isinstance(text, Problem) else file.picture(text, named.file)

    def _video(self, shown: MessageVideo) -> Video | Problem:
        """A Problem where its platform does not take it."""
        named, alt = shown.files.get(self.language), shown.shows.get(self.language)
        spoken = shown.captions.get(self.language)
        captions = spoken.made if isinstance(spoken, NamedCaptions) else spoken
        if named is None or named.made is None or alt is None or captions is None:
            return Problem(
                shown.place,
                "no-video",
                f"there is no video here for {self.language.label}.",
                "Write video, video_shows and captions in each language that the message has.",
            )
        file, platform = named.file.rpartition("/")[2], self.account.platform
        own = captions if isinstance(captions, CaptionsFile) else None
        for fault in limit_faults(named.made, own, file, platform):
            return Problem(named.place, fault.code, fault.message, fault.advice)
        text = self._alt(alt, named.file, "video")
        if isinstance(text, Problem):
            return text
        takes_none = own is not None and LIMITS[platform].captions_size == 0
        return named.made.video(text, named.file, None if takes_none else captions, self.language)

    def _alt(self, alt: Words, file: str, noun: str) -> str | Problem:
        """What a picture or a video shows, filled in."""
        use, wrong = inspect(alt.text, local=True)
        if wrong:
            line, code, sentence, advice = wrong[0]
            return Problem(at_line(alt.place, line), code, sentence, advice)
        if hindrance := _hindrance(use, self.values, self.config, alt, self.language, self.due):
            return hindrance
        text = tidy(filled(alt.text, self.values))
        fault = alt_fault(text, self.words, file, noun)
        return Problem(alt.place, fault.code, fault.message, fault.advice) if fault else text


@dataclass(frozen=True, slots=True)
class TooLong:
    """A wording that does not fit for one account, picked or not."""

    place: Place
    platform: PlatformName
    sender: str
    by: int
    longest_value: str  # the name of the longest value in it; empty where it has none


def too_long(
    pack: Pack, config: Config, account: Account, wordings: Iterable[Wording], due: datetime
) -> Iterator[TooLong]:
    """The wordings that would not fit, with the hashtags that must go in."""
    rules = account.rules
    hashtags = "".join(f" #{tag}" for tag in pack.national.hashtags)  # as long as on their own line
    for language in account.languages:
        values = values_for(pack, config, rules, language, due)
        weights = {name: rules.at_most(str(value)) for name, value in values.items()}
        for wording, words, tags in _each_part(wordings, language, hashtags):
            room = rules.limit - rules.at_most(tags)
            # Most wordings surely fit, and need not be filled in to see it.
            if heaviest(words.text, weights, rules) <= room:
                continue
            use, wrong = inspect(words.text, local=wording.local)
            if wrong or use.misspelt or set(use.names) - set(values):
                continue
            text = tidy(filled(words.text, values))
            by = rules.parse(text + tags).length - rules.limit if len(text) <= MAX_TEXT else 0
            if by > 0:  # what grows without end has a sentence of its own
                mine = [name for name in use.names if name in pack.national.values]
                longest = max(mine, key=lambda name: len(str(values[name])), default="")
                yield TooLong(words.place, account.platform, pack.sender.id, by, longest)


def _each_part(
    wordings: Iterable[Wording], language: Language, hashtags: str
) -> Iterator[tuple[Wording, Words, str]]:
    """Every part of every wording, with the hashtags that go into it."""
    for wording in wordings:
        for part, words in enumerate(wording.words[language].parts()):
            yield wording, words, "" if part else hashtags


def finished(
    words: str,
    pack: Pack,
    account: Account,
    *,
    language: Language,
    due: datetime,
    pick: Pick,
    pictures: tuple[Picture, ...] = (),
    video: Video | None = None,
) -> Rendering:
    """Words -> the rendering: hashtags added, counted and linked as the platform does it."""
    text = with_hashtags(words, pack.national.hashtags, pack.more_hashtags, account.rules)
    return _counted(
        text, account, language=language, due=due, pick=pick, pictures=pictures, video=video
    )


def _counted(
    text: str,
    account: Account,
    *,
    language: Language,
    due: datetime,
    pick: Pick,
    pictures: tuple[Picture, ...] = (),
    video: Video | None = None,
    part: int = 1,
) -> Rendering:
    parsed = account.rules.parse(text)
    return Rendering(
        account=account.id,
        platform=account.platform,
        language=language,
        due=due,
        pick=pick,
        text=text,
        length=parsed.length,
        limit=parsed.limit,
        hashtags=parsed.named(Entity.HASHTAG),
        links=parsed.named(Entity.LINK),
        pictures=pictures,
        part=part,
        video=video,
        visibility=account.visibility,
    ).with_digest()


MAY_HAVE_HASHTAG: Final = re.compile("[#＃]")


def with_hashtags(
    words: str, required: Iterable[str], optional: Iterable[str], rules: Rules
) -> str:
    """The words with the campaign's hashtags on a last line.

    Required ones always go in, optional ones in their order while the whole fits; one that the
    words already hold, in any capitals, and that the platform links there, is not added twice.
    """
    linked = rules.parse(words).named(Entity.HASHTAG) if MAY_HAVE_HASHTAG.search(words) else ()
    present = {name.casefold() for name in linked}
    tags: list[str] = []

    def joined(names: list[str]) -> str:
        return words + ("\n" + " ".join(f"#{name}" for name in names) if names else "")

    for name in required:
        if name.casefold() not in present:
            tags.append(name)
            present.add(name.casefold())
    for name in optional:
        if name.casefold() not in present and rules.parse(joined([*tags, name])).fits:
            tags.append(name)
            present.add(name.casefold())
    return joined(tags)


def tidy(text: str) -> str:
    """NFC, no spaces at line ends, no empty lines at the ends: what is counted is what is sent."""
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n")]
    return "\n".join(lines).strip()
