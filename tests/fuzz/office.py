"""A small office in text, with something of everything that packs and configuration may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.app.environment import PROJECT, X_URL, Environment
from bot.core.model import Mode
from bot.core.plan import Window
from tests.videos import a_video

WINTER = """\
campaign: Winter Watch
version: 2
starts: Monday 2015-11-23
days: 4
hashtag: WinterWatch
more_hashtags: CommunitiesDefeatTerrorism, StaySafe
link: report_link
link_cards:
  report_link:
    title:
      en: Report something that does not feel right
      cy: Rhoi gwybod am rywbeth
    about:
      en: Tell the police in confidence what you have seen.
      cy: Dywedwch wrth yr heddlu beth welsoch.
grace: 30 minutes
on_bank_holidays: no
translation: reviewed
embargo: Friday 2015-11-20 09:00
may_preview: A. Smith, B. Jones
handling: For press officers only
review: Monday 2027-05-31
reviewed: Monday 2015-11-16
slots:
  morning: 09:00
  evening: 17:30
each_force_fills_in:
  in_area:
    help: Where you are, with its small word.
    example: in Kent
    needed: yes
  local_places:
    help: Two or three kinds of place.
    example: on the bus or at the market
    needed: no
  stations:
    help: Where there is a desk.
    example: Dover, Deal
    needed: no
    type: list
  officers:
    help: How many of you there are.
    example: 3200
    needed: no
    type: number
    default: 1000
  opens_on:
    help: The day on which your desk opens.
    example: 2015-11-24
    needed: no
    type: date
  has_port:
    help: Whether there is a port.
    example: yes
    needed: no
    type: yes or no
conditions:
  at-the-sea:
    has_port: yes
    region: South East, London
  welsh-with-places:
    nation: Wales
    local_places: yes
    language: cy
brief:
  owner: the national lead
  objective: that people know where to turn
locked:
  hotline:
    facts: hotline
    reads: 0800 789 321
    never_without: emergency
    why: one wrong digit sends a caller to a stranger
  in-confidence:
    phrase:
      en: in confidence
      cy: yn gyfrinachol
    why: this is what police promise
withdraw:
  old-advice: the figure is wrong
themes:
  notice:
    on: Monday
    about: What to look for
  report:
    on: Tuesday, day before Black Friday, 2 days after launch
    about: How to tell us
messages:
  look-out:
    theme: notice
    amplify: repost
    wordings:
      first:
        en: |
          Look out for one another {{ in_area }}.
          Report it: {{ report_link }}
        cy: |
          Cadwch lygad ar eich gilydd {{ in_area }}.
          Rhowch wybod: {{ report_link }}
      second:
        for_forces_with: local_places
        en: |
          You know what is normal {{ local_places }} {{ in_area }}: {{ report_link }}
        cy: |
          Rydych chi'n gwybod beth sy'n arferol {{ local_places }} {{ in_area }}: {{ report_link }}
  speak-up:
    theme: notice
    essential: ACC Smith, 1 May 2015
    wordings:
      first:
        en: |
          Speak up {{ in_area }}, in confidence: {{ hotline }}. In danger? {{ emergency }}.
          ---
          Or online{% if local_places %}, {{ local_places }}{% endif %}: {{ report_link }}
        cy: |
          Siaradwch {{ in_area }}, yn gyfrinachol: {{ hotline }}. Mewn perygl? {{ emergency }}.
          ---
          Ar-lein mae'n cymryd dwy funud: {{ report_link }}
  old-advice:
    theme: notice
    wordings:
      first:
        en: |
          Call us {{ in_area }}: {{ report_link }}
        cy: |
          Ffoniwch ni {{ in_area }}: {{ report_link }}
"""

REPORT = """\
theme: report

messages:

  tell-us:
    video: film.mp4
    video_shows:
      en: |
        An officer takes a call at her desk {{ in_area }}.
      cy: |
        Swyddog yn ateb galwad wrth ei desg {{ in_area }}.
    captions:
      en: film-en.vtt
      cy: film-cy.srt
    accepts:
      capitals: the film's own title is written so
    wordings:
      first:
        en: |
          Tell us what you saw {{ in_area }}: {{ report_link }}
        cy: |
          Dywedwch beth welsoch chi {{ in_area }}: {{ report_link }}
  a-level:
    same_for_all: agreed by the national lead, 1 May 2015
    wordings:
      level:
        en: |
          The threat level is {{ threat_level }}: {{ threat_meaning }}. {{ reports_2014 }} told us.
        cy: |
          Lefel y bygythiad yw {{ threat_level }}: {{ threat_meaning }}. {{ reports_2014 }}.
  what-she-said:
    wordings:
      quote:
        en: |
          {{ minister_2015 }} Help us {{ in_area }}: {{ report_link }}
        cy: |
          {{ minister_2015 }} Helpwch ni {{ in_area }}: {{ report_link }}
      desks:
        only_for: kent
        en: |
          Desks {{ in_area }}:{% for one in stations %} {{ one }}.{% endfor %} {{ report_link }}
        cy: |
          {{ in_area | first_capital }}, dewch i mewn: {{ report_link }}
  a-desk:
    purpose: ask
    setting: home, online
    not_for: welsh-with-places
    wordings:
      numbers:
        en: |
          {{ officers }} of us are here {{ in_area }}: {{ report_link }}
        cy: |
          Mae {{ officers }} ohonom yma {{ in_area }}: {{ report_link }}
      sea:
        only_for: at-the-sea
        en: |
          Our desk at the port {{ in_area }} opens{% if opens_on %} on {{ opens_on }}{% endif %}.
  for-staff:
    audience: staff
    wordings:
      note:
        en: Say it kindly.
"""

EVERY_DAY = """\
campaign: Act Every Day
scheduled: every week
hashtag: ACT
slots:
  noon: 12:00
each_force_fills_in:
  in_area:
    help: Where you are.
    example: in Kent
themes:
  at-work: Monday, Friday
  at-home:
    on: Saturday
messages:
  know-your-exits:
    theme: at-work
    wordings:
      one:
        en: |
          Know your way out {{ in_area }}.
        cy: |
          Gwybod eich ffordd allan {{ in_area }}.
  ask-a-colleague:
    theme: at-work
    wordings:
      one:
        en: |
          Ask a colleague {{ in_area }} whether it looks right to them too.
        cy: |
          Gofynnwch i gydweithiwr {{ in_area }}.
  lock-up:
    theme: at-home
    wordings:
      one:
        en: |
          Lock up {{ in_area }} before you leave.
        cy: |
          Clowch y drws {{ in_area }} cyn gadael.
"""

CRISIS = """\
campaign: Crisis
scheduled: never
each_force_fills_in:
  in_area:
    help: Where you are.
    example: in Kent
themes:
  stay-away:
messages:
  keep-out:
    theme: stay-away
    essential: the national lead, 1 May 2015
    wordings:
      one:
        en: |
          Please stay away from the scene {{ in_area }}.
        cy: |
          Cadwch draw {{ in_area }}.
"""

KENT = """\
force: kent
campaign: winter
takes_part: yes
written_for_version: 2
national_corrections: trusted
fill_in:
  local_places: on the high street or by the sea
  stations: Dover, Deal
  officers: 3200
  opens_on: Tuesday 2015-11-24
  has_port: yes
change:
  tell-us:
    first:
      en: |
        Kent: tell us what you saw {{ in_area }}. {{ report_link }}
add:
  at-the-port:
    theme: notice
    wordings:
      one:
        only_for: kent-x
        en: |
          Something odd at the port {{ in_area }}? {{ report_link }}
withdraw:
  what-she-said/quote: no politicians here
times:
  morning: 09:15
accounts:
  kent-mastodon:
    fill_in:
      local_places: on the quay
accepts:
  no-local-value: we say it as it is
"""

GWENT = """\
force: gwent
campaign: winter
takes_part: yes
written_for_version: 1
fill_in:
  local_places:
    en: on the high street
    cy: ar y stryd fawr
"""

SOUTH_EAST = """\
region: South East
campaign: winter
written_for_version: 2
move:
  a-level: notice
change:
  look-out:
    first:
      en: |
        Look out for one another in the South East and {{ in_area }}: {{ report_link }}
"""

FORCES = """\
nation-wide:
  name: Counter Terrorism Policing
  kind: national
  languages: en
  minute: 0
  fill_in:
    in_area: in the UK
  accounts:
    nation-x:
      platform: x
      handle: TerrorismPolice
      handle_source: a page
      live: yes
kent:
  name: Kent Police
  kind: force
  region: South East
  languages: en
  minute: 7
  quiet_hours: 22:00 to 07:00
  fill_in:
    in_area: in Kent
  accounts:
    kent-x:
      platform: x
      handle: kent_police
      handle_source: the force's own page
      live: yes
      amplifies: yes
    kent-mastodon:
      platform: mastodon
      handle: kentpolice@example.social
      handle_source: the force's own page
      max_characters: 400
      visibility: unlisted
gwent:
  name:
    en: Gwent Police
    cy: Heddlu Gwent
  kind: force
  region: Wales
  languages: cy, en
  minute: 13
  fill_in:
    in_area:
      en: in Gwent
      cy: yng Ngwent
  accounts:
    gwent-bluesky:
      platform: bluesky
      handle: gwent.police.uk
      handle_source: the force's own page
    gwent-x:
      platform: x
      languages: cy
    gwent-english-x:
      platform: x
      languages: en
      follows: gwent-x
example-partner:
  name: The Example Partnership
  kind: partner
  languages: en
  nation: Scotland
  sector: retail
  minute: 20
  fill_in:
    in_area: in Example
  no_accounts_because: it only lends its name
"""

CAMPAIGNS = """\
winter@2015:
  pack: winter
  starts: Monday 2015-11-23
  who: everyone
  pauses: every-day@standing
winter@practice:
  pack: winter
  starts: Monday of every week
  practice: yes
  who: kent
every-day@standing:
  pack: every-day
  starts: Saturday 2015-11-21
  ends: Saturday 2015-11-28
  who: everyone
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
threat_levels:
  source: a page
  as_of: 2015-01-01
  check_by: 2027-05-31
  names:
    substantial:
      en: SUBSTANTIAL
      cy: SYLWEDDOL
    severe:
      en: SEVERE
      cy: DIFRIFOL
  meanings:
    first:
      since: 2014-01-01
      substantial:
        en: an attack is likely
        cy: mae ymosodiad yn debygol
      severe:
        en: an attack is highly likely
        cy: mae ymosodiad yn debygol iawn
  history:
    2014-08-29: severe
"""

LINKS = """\
report_link:
  link: gov.uk/ACT
  source: a page
  as_of: 2015-01-01
  check_by: 2027-05-31
old_link:
  en: gov.uk/old
  cy: gov.uk/hen
  source: a page
  as_of: 2015-01-01
  retired: 2015-11-01
  instead: report_link
  why: a booklet of 2014
"""

CLAIMS = """\
reports_2014:
  figure:
    en: more than a fifth
    cy: mwy nag un rhan o bump
  about: reports from the public
  period: 2014
  source: a page
  as_of: 2015-01-01
  expires: 2016-01-01
  owner: the national team
"""

QUOTES = """\
minister_2015:
  words:
    en: We all have a role to play.
    cy: Mae gan bawb ran.
  speaker: A. Minister
  role:
    en: Home Secretary
    cy: yr Ysgrifennydd Cartref
  role_as_of: 2015-01-01
  politician: yes
  source: a page
  cleared_by: A. Smith
  cleared_on: 2015-02-01
"""

CALENDAR = """\
events:
  black-friday:
    day: Friday 2015-11-27, Friday 2016-11-25
    source: a page
no_posts:
  a-silence:
    day: Tuesday 2015-11-24
    from: 17:00
    to: 17:45
    why: two minutes of silence
    who: kent
    essential: pass
  armistice-day:
    day: 11 November
    from: 10:45
    to: 11:15
    why: two minutes of silence at 11 o'clock
no_politicians:
  an-election:
    from: Tuesday 2015-11-24
    until: Wednesday 2015-11-25 22:00
    who: Wales
    why: the pre-election period
    source: a page
bank_holidays:
  a-wedding:
    day: Friday 2015-11-27
    who: England, Wales
    why: a royal wedding
"""

SETTINGS = """\
plan_ahead: 14 days
warn_unapproved: 1 day
dry_run_approves: yes
posts_per_account_a_day: 6
release_takes_two: yes
reposts:
  accounts: 2
  soonest: 30 minutes
  latest: 120 minutes
prices:
  x:
    post_usd: 0.015
    post_with_link_usd: 0.20
    read_usd: 0.005
    source: docs.x.com
    as_of: 2015-01-01
"""

WORDS = """\
spelling:
  en: barista
  cy: |
    apiau beis
abbreviations: BTP, ACT
alarming:
  lockdown: it sounds like an order
tactics:
"""

WEBVTT = "WEBVTT\n\n00:00:00.500 --> 00:00:01.500 line:0\nTell us.\n"
SUBRIP = "1\n00:00:00,500 --> 00:00:01,500\n<i>Dywedwch</i> wrthym.\n"

PACKS = {
    "messages/national/winter/campaign.yaml": WINTER,
    "messages/national/winter/report.yaml": REPORT,
    "messages/national/every-day/campaign.yaml": EVERY_DAY,
    "messages/national/crisis/campaign.yaml": CRISIS,
    "messages/local/kent/winter.yaml": KENT,
    "messages/local/gwent/winter.yaml": GWENT,
    "messages/regions/south-east/winter.yaml": SOUTH_EAST,
}
SETTLED = {
    "config/forces.yaml": FORCES,
    "config/campaigns.yaml": CAMPAIGNS,
    "config/constants.yaml": CONSTANTS,
    "config/links.yaml": LINKS,
    "config/claims.yaml": CLAIMS,
    "config/quotes.yaml": QUOTES,
    "config/calendar.yaml": CALENDAR,
    "config/settings.yaml": SETTINGS,
    "config/words.yaml": WORDS,
}
CAPTIONS = {
    "messages/national/winter/videos/film-en.vtt": WEBVTT,
    "messages/national/winter/videos/film-cy.srt": SUBRIP,
}
FILM = "messages/national/winter/videos/film.mp4"
TEXTS = {**PACKS, **SETTLED, **CAPTIONS}
THEIRS = ("ct-policing", "kent", "gwent")
NOW = datetime(2015, 11, 22, 8, tzinfo=UTC)
DAYS = Window(date(2015, 11, 21), date(2015, 11, 27))


@dataclass(frozen=True, slots=True)
class Office:
    """An office in a folder; what is changed in it is put back."""

    folder: Path
    texts: Mapping[str, str]
    days: Window = DAYS

    @classmethod
    def small(cls, folder: Path) -> Office:
        """The one that stands above."""
        office = cls(folder, TEXTS)
        office.write(FILM, a_video())
        for name, text in office.texts.items():
            office.write(name, text.encode())
        return office

    @classmethod
    def shipped(cls, folder: Path) -> Office:
        """The packs and the configuration that come with the program, for three of the senders."""
        texts = {name: text for name, text in _shipped().items() if _is_of_theirs(name)}
        text = texts["config/forces.yaml"]
        entries = re.split(r"(?m)^(?=[a-z-]+:$)", text)
        texts["config/forces.yaml"] = "".join(
            entry for entry in entries if entry.partition(":")[0] in THEIRS
        )
        for name in ("config/campaigns.yaml", "config/calendar.yaml"):
            texts[name] = re.sub(r"(?m)^( +who: )(?!everyone)[a-z, -]+$", r"\1kent", texts[name])
        office = cls(folder, texts)
        for path in (PROJECT / "messages").glob("national/*/pictures/*"):
            office.write(path.relative_to(PROJECT).as_posix(), path.read_bytes())
        for name, text in texts.items():
            office.write(name, text.encode())
        return office

    def write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    @contextmanager
    def changed(self, files: Mapping[str, bytes | None]) -> Iterator[None]:
        """With other files in place of its own; None for one that is not there."""
        before = {name: self._read(name) for name in files}
        self._put(files)
        try:
            yield
        finally:
            self._put(before)

    def _put(self, files: Mapping[str, bytes | None]) -> None:
        for name, content in files.items():
            if content is None:
                (self.folder / name).unlink(missing_ok=True)
            else:
                self.write(name, content)

    def _read(self, name: str) -> bytes | None:
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None

    def environment(self, mode: Mode = Mode.DRY) -> Environment:
        return Environment(
            values={},
            mode=mode,
            messages=self.folder / "messages",
            config=self.folder / "config",
            data=self.folder / "data",
            database_url=None,
            forces=(),
            x_url=X_URL,
            now=NOW,
        )


def _shipped() -> dict[str, str]:
    paths = [*PROJECT.glob("messages/*/*/*.yaml"), *PROJECT.glob("config/*.yaml")]
    return {
        path.relative_to(PROJECT).as_posix(): path.read_text(encoding="utf-8") for path in paths
    }


def _is_of_theirs(name: str) -> bool:
    return not name.startswith("messages/local/") or name.split("/")[2] in THEIRS
