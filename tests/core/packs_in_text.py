"""Packs and configurations as people write them, and what the core makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import dedent, indent

from bot.core import check
from bot.core.config import Config, read_config
from bot.core.model import Language, Pick, Post, PostKey
from bot.core.packs import (
    LocalPack,
    NationalPack,
    Pack,
    overlay,
    read_local,
    read_national,
    read_region,
)
from bot.core.plan import Plan, Sources, Window, plan
from bot.core.source import Problem

CAMPAIGN = """\
campaign: Communities Defeat Terrorism
version: 1
starts: Monday 2015-11-23
days: 5
hashtag: CommunitiesDefeatTerrorism
slots:
  morning: 09:00
  evening: 17:30
each_force_fills_in:
  in_area:
    help: Where you are, with its small word.
    example: in Kent
    needed: yes
  at_cinemas:
    help: Where the film is showing.
    example: at the Example Cinema in Bootle
    needed: no
themes:
  report-it: Monday, Tuesday, Wednesday, Thursday, Friday
messages:
  trust-your-instincts:
    theme: report-it
    wordings:
      not-sure:
        en: |
          Seen something {{ in_area }} that did not feel right? You do not have to be sure.
          Tell us in confidence: {{ report_link }}
        cy: |
          Wedi gweld rhywbeth {{ in_area }} nad oedd yn teimlo'n iawn?
          Dywedwch wrthym yn gyfrinachol: {{ report_link }}
      every-report:
        en: |
          No report {{ in_area }} is too small: {{ report_link }}
        cy: |
          Does dim un adroddiad {{ in_area }} yn rhy fach: {{ report_link }}
"""

GWENT = """\
force: gwent
campaign: cdt
takes_part: yes
written_for_version: 1
fill_in:
  at_cinemas:
    en: at the Example Cinema in Newport
    cy: yn yr Example Cinema yng Nghasnewydd
"""

KENT = """\
force: kent
campaign: cdt
takes_part: yes
written_for_version: 1
"""

CONSTANTS = """\
hotline:
  value: 0800 789 321
  source: a page
  as_of: 2015-01-01
  check_by: 2027-05-31
emergency:
  value: 999
  source: a page
  as_of: 2015-01-01
  check_by: 2027-05-31
report_link:
  link: gov.uk/ACT
  source: a page
  as_of: 2015-01-01
  check_by: 2027-05-31
"""

FORCES = """\
gwent:
  name:
    en: Gwent Police
    cy: Heddlu Gwent
  kind: force
  region: Wales
  languages: cy, en
  minute: 25
  fill_in:
    in_area:
      en: in Gwent
      cy: yng Ngwent
  accounts:
    gwent-x:
      platform: x
kent:
  name: Kent Police
  kind: force
  region: South East
  languages: en
  minute: 28
  fill_in:
    in_area: in Kent
  accounts:
    kent-x:
      platform: x
      handle: kent_police
"""

CAMPAIGNS = """\
cdt@2015:
  pack: cdt
  who: everyone
"""

CALENDAR = """\
no_posts:
  armistice-day:
    day: 11 November
    from: 10:45
    to: 11:15
    why: two minutes of silence at 11 o'clock
"""

SETTINGS = """\
plan_ahead: 14 days
prices:
  x:
    post_usd: 0.015
    post_with_link_usd: 0.20
"""

WEEK = Window(date(2015, 11, 23), date(2015, 11, 27))


def yaml(text: str) -> bytes:
    """A file as it stands in a test, without the test's indentation."""
    return dedent(text).encode()


def a_force(name: str, *, minute: int = 0, languages: str = "en", more: str = "") -> str:
    """One entry of forces.yaml, with its place in both languages."""
    entry = f"""\
{name}:
  name: {name.title()} Police
  kind: force
  region: London
  languages: {languages}
  minute: {minute}
  fill_in:
    in_area:
      en: in {name.title()}
      cy: yn {name.title()}
  accounts:
    {name}-x:
      platform: x
"""
    return entry + indent(dedent(more), "  ")


def a_message(name: str, *, wordings: int = 2, theme: str = "report-it") -> str:
    """One message of campaign.yaml; every wording differs, in both languages."""
    lines = [f"  {name}:", f"    theme: {theme}", "    wordings:"]
    for number in range(wordings):
        lines += [
            f"      w{number}:",
            "        en: |",
            f"          {name} said {number} {{{{ in_area }}}}: {{{{ report_link }}}}",
            "        cy: |",
            f"          {name} eto {number} {{{{ in_area }}}}: {{{{ report_link }}}}",
        ]
    return "\n".join(lines) + "\n"


def a_campaign(messages: Sequence[str], *, wordings: int = 2, days: int = 5, slots: int = 2) -> str:
    """A campaign.yaml with one theme all week and these messages."""
    times = "".join(f"  slot-{number}: {8 + number:02d}:00\n" for number in range(slots))
    week = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"
    return (
        f"campaign: Example\nstarts: Monday 2015-11-23\ndays: {days}\nhashtag: Example\n"
        f"slots:\n{times}"
        "each_force_fills_in:\n  in_area:\n    help: Where you are.\n    example: in Kent\n"
        f"themes:\n  report-it: {week}\nmessages:\n"
        + "".join(a_message(name, wordings=wordings) for name in messages)
    )


def a_standing_campaign(
    messages: Sequence[str] = ("alpha", "bravo", "charlie"),
    *,
    wordings: int = 2,
    days: str = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
    slots: int = 1,
) -> str:
    """A campaign.yaml that goes on every week, with one theme on these days."""
    text = a_campaign(messages, wordings=wordings, slots=slots)
    return text.replace("starts: Monday 2015-11-23\ndays: 5\n", "scheduled: every week\n").replace(
        "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday", days
    )


def config_of(**files: str) -> tuple[Config | None, list[Problem]]:
    """config/ with these files in place of the usual ones."""
    texts = {
        "constants": CONSTANTS,
        "forces": FORCES,
        "campaigns": CAMPAIGNS,
        "calendar": CALENDAR,
        "settings": SETTINGS,
    } | files
    return read_config({f"config/{name}.yaml": yaml(text) for name, text in texts.items()})


def a_config(**files: str) -> Config:
    config, problems = config_of(**files)
    assert config is not None, problems
    return config


def national_of(
    campaign: str = CAMPAIGN, /, pack: str = "cdt", **themes: str
) -> tuple[NationalPack | None, list[Problem]]:
    """A pack, `cdt` unless it is named, whose theme files are given by name."""
    files = {"campaign": campaign} | themes
    folder = f"messages/national/{pack}"
    return read_national(
        pack, {f"{folder}/{name}.yaml": yaml(text) for name, text in files.items()}
    )


def a_national(campaign: str = CAMPAIGN, **themes: str) -> NationalPack:
    pack, problems = national_of(campaign, **themes)
    assert pack is not None, problems
    return pack


def local_of(
    text: str, force: str = "gwent", campaign: str = "cdt"
) -> tuple[LocalPack, list[Problem]]:
    """A local pack in a file called F."""
    return read_local("F", yaml(text), sender=force, campaign=campaign)


def a_pack(
    campaign: str = CAMPAIGN, local: str | None = None, force: str = "gwent", **files: str
) -> tuple[Pack, list[Problem]]:
    """The campaign as one force says it."""
    own = local_of(local, force)[0] if local is not None else None
    return overlay(a_national(campaign), a_config(**files).senders[force], own)


def problems_of(campaign: str = CAMPAIGN, local: str = KENT, force: str = "kent") -> list[Problem]:
    """Everything a person would be told about one national and one local pack."""
    pack, found = national_of(campaign)
    own, more = local_of(local, force)
    found = [*found, *more]
    if pack is not None:
        config = a_config()
        found += check.national_problems(pack, config)
        if own.ok:
            found += check.local_problems(own, pack, config)
            found += overlay(pack, config.senders[force], own)[1]
    return check.gathered(found)


@dataclass(frozen=True)
class Newsroom:
    """Files that can be read, and the plans made from them.

    `local` is by force, or by force/pack for another pack than cdt; `packs` are other packs, each
    by its name, None for one that cannot be read.
    """

    campaign: str = CAMPAIGN
    local: Mapping[str, str] | None = None
    files: Mapping[str, str] | None = None
    live: bool = False
    packs: Mapping[str, str | None] | None = None
    regions: Mapping[str, str] | None = None  # by region, for cdt

    def sources(self) -> Sources:
        local = {}
        for name, text in (self.local or {}).items():
            force, _, campaign = name.partition("/")
            campaign = campaign or "cdt"
            local[force, campaign] = local_of(text, force, campaign)[0]
        texts = {"cdt": self.campaign, **(self.packs or {})}
        packs = {name: national_of(text, name)[0] if text else None for name, text in texts.items()}
        regions = {
            (region, "cdt"): read_region("R", yaml(text), region=region, campaign="cdt")[0]
            for region, text in (self.regions or {}).items()
        }
        config = a_config(**(self.files or {}))
        return Sources(config, packs, local, self.live, regions=regions)

    def plan(self, window: Window = WEEK, kept: Mapping[PostKey, Pick] | None = None) -> Plan:
        return plan(self.sources(), window, kept or {})

    def posts(self) -> tuple[Post, ...]:
        return self.plan().posts


def lines(problems: Sequence[Problem]) -> list[str]:
    """Each problem as one line: place, sentence, advice."""
    return [str(problem).replace("\n    ", " ") for problem in problems]


def only(problems: Sequence[Problem]) -> str:
    """The one line that is said."""
    assert len(problems) == 1, lines(problems)
    return lines(problems)[0]


def texts(posts: Sequence[Post]) -> dict[str, str]:
    return {str(post.key): post.rendering.text for post in posts}


def picks(posts: Sequence[Post]) -> dict[PostKey, Pick]:
    return {post.key: post.rendering.pick for post in posts}


EN, CY = Language.EN, Language.CY
