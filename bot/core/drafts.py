"""What a person begins with: a sender's entry, a campaign's first files, an entry for a run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.core.config import Config
from bot.core.model import Language, Sender, SenderKind
from bot.core.reading import WEEKDAYS, written

TO_WRITE: Final = {Language.EN: "[your words: {}]", Language.CY: "[eich geiriau: {}]"}
"""What stands where words are missing. `bot check` finds it and says to write the words out."""


@dataclass(frozen=True, slots=True)
class NewSender:
    """A sender who is not in the configuration yet, as far as somebody has said."""

    id: str
    names: Mapping[Language, str]
    kind: SenderKind
    region: str | None
    languages: tuple[Language, ...]
    minute: int
    values: Mapping[str, Mapping[Language, str]]  # in_area and across_area, as far as known

    @property
    def account(self) -> str:
        return f"{self.id}-x"


PHRASES: Final = {
    "in_area": ("in ...", 'A phrase with its small word. Read it aloud after "Seen something".'),
    "across_area": ("across ...", 'The same place. Read it aloud after "Officers".'),
}


def entry(sender: NewSender) -> list[str]:
    """The lines of a sender's entry in forces.yaml. What is not known stands there as a note."""
    return [
        f"{sender.id}:",
        *_by_language("name", sender.names, 2),
        f"  kind: {sender.kind.value}",
        *([f"  region: {sender.region}"] if sender.region else []),
        f"  languages: {', '.join(sender.languages)}",
        f"  minute: {sender.minute}",
        "  fill_in:",
        *(line for name in PHRASES for line in _phrase(name, sender)),
        "  accounts:",
        f"    {sender.account}:",
        "      platform: x",
        "      # handle: not confirmed; the force fills it in, with handle_source.",
    ]


def _phrase(name: str, sender: NewSender) -> Iterator[str]:
    """A phrase for every campaign. What nobody has said yet is never guessed: it is published."""
    known = sender.values.get(name, {})
    if set(sender.languages) <= known.keys():
        yield from _by_language(name, known, 4)
        return
    example, about = PHRASES[name]
    yield f"    # {about}"
    if len(sender.languages) == 1:
        yield f"    # {name}: {example}"
        return
    yield f"    {'' if known else '# '}{name}:"
    blank = "      # " if known else "    #   "
    for language in sender.languages:
        said = known.get(language)
        yield f"      {language}: {said}" if said else f"{blank}{language}: ..."


def _by_language(name: str, words: Mapping[Language, str], indent: int) -> list[str]:
    space = " " * indent
    if set(words) == {Language.EN}:
        return [f"{space}{name}: {words[Language.EN]}"]
    return [
        f"{space}{name}:",
        *(f"{space}  {language}: {words[language]}" for language in Language if language in words),
    ]


def free_minute(senders: Collection[Sender], region: str | None) -> int:
    """A minute that no sender has, or the fewest, and as far as can be from those of the region."""
    taken = [sender.minute for sender in senders]
    near = [sender.minute for sender in senders if sender.region == region]
    fewest = min(taken.count(minute) for minute in range(60))
    free = [minute for minute in range(60) if taken.count(minute) == fewest]
    return max(free, key=lambda m: (min((_apart(m, n) for n in near), default=30), -m))


def _apart(one: int, other: int) -> int:
    """Minutes between two minutes of the hour, whichever way round is shorter."""
    return min((one - other) % 60, (other - one) % 60)


# --- a campaign -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """A campaign that is not written yet."""

    id: str
    title: str
    starts: date
    days: int
    weeks: int | None  # where its length was given in weeks
    hashtag: str
    link: str | None  # the token that every account shows, such as report_link
    themes: tuple[str, ...]  # in the order of the days; empty: one for each weekday, named after it

    def theme_days(self) -> dict[str, tuple[int, ...]]:
        """Each theme's weekdays, 0 is Monday: in turn, so that no day is without one."""
        first = [(self.starts + timedelta(days=n)).weekday() for n in range(min(self.days, 7))]
        names = self.themes or tuple(WEEKDAYS[day].lower() for day in first)
        found: dict[str, list[int]] = {name: [] for name in names}
        for number, day in enumerate(first):
            found[names[number % len(names)]].append(day)
        return {name: tuple(days) for name, days in found.items()}


def hashtag_of(title: str) -> str:
    """`Winter Watch` -> `WinterWatch`."""
    words = re.findall(r"[^\W_]+", title)
    return "".join(word[:1].upper() + word[1:] for word in words)[:100]


def campaign_files(campaign: NewCampaign) -> dict[str, str]:
    """Every file of a new campaign's folder, by its name.

    They are read without an error, but for the words that nobody has written yet.
    """
    days = campaign.theme_days()
    files = {"campaign.yaml": "\n".join([*_campaign(campaign, days), ""])}
    for theme, weekdays in days.items():
        files[f"{theme}.yaml"] = "\n".join([*_theme_file(campaign, theme, weekdays), ""])
    return files


def _campaign(campaign: NewCampaign, themes: Mapping[str, Sequence[int]]) -> Iterator[str]:
    length = f"weeks: {campaign.weeks}" if campaign.weeks else f"days: {campaign.days}"
    yield f"# {campaign.title}: what it is about, in a sentence for colleagues."
    yield "#"
    yield "# Lines that begin with # are notes. They are never published. The words stand in one"
    yield "# file a theme beside this one. messages/README.md says what every field means."
    yield ""
    yield f"campaign: {campaign.title}"
    yield "version: 1                # raise it when the words change, so forces know to look again"
    yield f"starts: {written(campaign.starts)}"
    yield length
    yield f"hashtag: {campaign.hashtag}"
    if campaign.link:
        yield f"link: {campaign.link}         # every account shows it at least once a day"
    yield "translation: unreviewed   # a translator signs it with bot translations sign"
    yield ""
    yield "# The times of day, on London's clocks. More of them need more messages in every theme."
    yield "slots:"
    yield "  morning: 09:00"
    yield "  # evening: 17:30"
    yield ""
    yield "# Phrases that every force fills in. Most have in_area in config/forces.yaml already."
    yield "each_force_fills_in:"
    yield "  in_area:"
    yield '    help: Where you are, with its small word. Read it aloud after "Seen something".'
    yield "    example: in Kent"
    yield "    needed: yes"
    yield ""
    yield "themes:"
    for name, weekdays in themes.items():
        yield f"  {name}:"
        yield f"    on: {', '.join(WEEKDAYS[day] for day in sorted(weekdays))}"
        yield f"    about: {name.replace('-', ' ').capitalize()}, in a line for colleagues"


def _theme_file(campaign: NewCampaign, theme: str, weekdays: Sequence[int]) -> Iterator[str]:
    days = ", ".join(WEEKDAYS[day] for day in sorted(weekdays))
    link = f": {{{{ {campaign.link} }}}}" if campaign.link else "."
    yield f"# {campaign.title}, {days}: what the day is about."
    yield "#"
    yield "# Write at least six messages here and three wordings of each, so that forces differ."
    yield "# Where words are missing there are square brackets: .venv/bin/bot check finds them all."
    yield ""
    yield f"theme: {theme}"
    yield ""
    yield "messages:"
    yield ""
    yield "  # A message is one thing to say. Its name stays when its words change."
    yield f"  {theme}-first:"
    yield "    wordings:"
    yield "      # A wording is one way to say it. Its words stand under the |, two spaces in, and"
    yield "      # a line here is a line in the post. {{ in_area }} and the link are filled in."
    yield "      one-way:"
    for language in Language:
        yield f"        {language}: |"
        yield f"          {TO_WRITE[language].format(theme)} {{{{ in_area }}}}{link}"
    yield "      # The next wording: take the # away, keep the columns, and write."
    yield "      # another-way:"
    yield "      #   en: |"
    yield f"      #     Other words {{{{ in_area }}}}, not the same with one word changed{link}"
    yield ""
    yield f"  # {theme}-second:"
    yield "  #   wordings:"


def run_entry(run: str, pack: str, starts: date) -> list[str]:
    """The lines of a run's entry in campaigns.yaml."""
    return [f"{run}:", f"  pack: {pack}", f"  starts: {written(starts)}", "  who: everyone"]


def new_run_id(pack: str, starts: date, config: Config | None) -> str:
    """`winter-watch@2027`, or with a letter behind it where that run is there already."""
    taken = config.runs if config else {}
    names = [f"{pack}@{starts.year}{letter}" for letter in ("", "b", "c", "d", "e", "f")]
    return next((name for name in names if name not in taken), names[-1])
