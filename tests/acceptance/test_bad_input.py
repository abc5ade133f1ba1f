"""What a person gets wrong, and what is said: a table to be read like a document.

Every row is shown by the program itself. One clear sentence with its place and what to do, exit
code 1, no traceback; and a force that has nothing to do with it goes on.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from unittest import mock

import pytest

from bot import app
from bot.cli import main
from bot.core.plan import Window
from tests.acceptance.conftest import (
    CAMPAIGN,
    FORCES,
    LOCAL,
    PROJECT,
    RUNS,
    Office,
    an_office,
    obeying_rights,
)

N = "messages/national/winter/campaign.yaml"
K = "messages/local/kent/winter.yaml"
G = "messages/local/gwent/winter.yaml"

DORSET = """
dorset:
  name: Dorset Police
  kind: force
  languages: en
  minute: 6
  fill_in:
    in_area: in Dorset
  accounts:
    dorset-x:
      platform: x
"""

AUTUMN = """
campaign: Autumn
starts: Monday 2015-11-23
days: 1
hashtag: Autumn
slots:
  noon: 12:00
each_force_fills_in:
  in_area:
    help: Where you are.
    example: in Kent
themes:
  leaves: Monday
messages:
  mind:
    theme: leaves
    wordings:
      one:
        en: |
          Mind the leaves {{ in_area }}: {{ report_link }}
        cy: |
          Gwyliwch y dail {{ in_area }}: {{ report_link }}
"""
DORSETS = "autumn@2015/dorset-x/d1.noon/en"
"""A post of a force and a campaign that no row of the table touches."""

Change = Callable[[Office], object]


# --- how she gets it wrong --------------------------------------------------------------------


def kent(words: str) -> Change:
    """Her own words for a message, from line 7 of Kent's pack on."""
    start = LOCAL.format(force="kent").lstrip() + "change:\n  look-out:\n    first:\n      "
    return lambda office: office.write(K, start + words + "\n")


def under_bar(words: str) -> Change:
    """Words for the public where they belong: line 8."""
    return kent(f"en: |\n        {words}")


def below(text: str, force: str = "kent") -> Change:
    """What stands in a force's pack below its first three lines."""
    pack = LOCAL.format(force=force).lstrip() + text + "\n"
    return lambda office: office.write(f"messages/local/{force}/winter.yaml", pack)


def whole(text: str) -> Change:
    """All that stands in Kent's pack."""
    return lambda office: office.write(K, text)


def swap(file: str, old: str, new: str) -> Change:
    """Something else in a file that was right."""

    def change(office: Office) -> None:
        text = (office.folder / file).read_text(encoding="utf-8")
        assert old in text
        office.write(file, text.replace(old, new, 1))

    return change


def national(old: str, new: str) -> Change:
    return swap(N, old, new)


def config(name: str, old: str, new: str) -> Change:
    return swap(f"config/{name}.yaml", old, new)


def saved(file: str, content: bytes) -> Change:
    """The bytes of a file, however they came there."""
    return lambda office: office.write(file, "").write_bytes(content)


def at(file: str, change: Callable[[Path], object]) -> Change:
    """Something done to a file or a folder."""
    return lambda office: change(office.folder / file)


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_link(target: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        remove(path)
        path.symlink_to(target)

    return change


def named(name: str) -> Callable[[Path], object]:
    return lambda path: path.rename(path.with_name(name))


def quiet(day: str = "11 November", start: str = "10:45", end: str = "11:15") -> Change:
    """A window of calendar.yaml."""
    window = (
        f"no_posts:\n  armistice:\n    day: {day}\n    from: {start}\n    to: {end}\n    why: w\n"
    )
    return lambda office: office.write("config/calendar.yaml", window)


def one_more(name: str) -> Change:
    """A theme file beside campaign.yaml that holds a message which is there already."""
    return lambda office: office.write(
        f"messages/national/winter/{name}.yaml",
        "theme: report\nmessages:\n  look-out:\n    wordings:\n      one:\n        en: |\n"
        "          Hello {{ in_area }}: {{ report_link }}\n        cy: |\n"
        "          Helo {{ in_area }}: {{ report_link }}\n",
    )


def loops(body: str) -> Change:
    """A national wording with loops over a list, which Kent made as long as it could."""

    def change(office: Office) -> None:
        field = (
            "  places:\n    help: Your places.\n    example: a, b\n    list: yes\n    needed: no\n"
        )
        national("    needed: yes\n", f"    needed: yes\n{field}")(office)
        national("Look out for one another {{ in_area }}.", f"Look {{{{ in_area }}}} {body}")(
            office
        )
        below("fill_in:\n  places: " + ", ".join("p" * 160))(office)

    return change


LOOP = "{% for a in places %}"
END = "{% endfor %}"


def with_messages(number: int) -> bytes:
    """The campaign with so many more messages."""
    more = (f"  m{one}:\n    theme: report\n" for one in range(number))
    return (CAMPAIGN + "".join(more)).encode()


# --- what she writes -> what is said ---------------------------------------------------------

WORDS_AND_PACKS: list[tuple[Change, list[str]]] = [
    # --- What YAML makes of words
    (
        kent("en: Report it. #ACT"),
        [
            f'{K}:7:22: everything after " #" is cut off here as a note. Put the words on '
            'the next line, under "en: |".'
        ],
    ),
    (
        kent("en: Report it.\n        #ACT now"),
        [
            f'{K}:8:9: everything after " #" is cut off here as a note. Put the words on the '
            'next line, under "en: |".'
        ],
    ),
    (
        national("hashtag: WinterWatch", "hashtag: #WinterWatch"),
        [f"{N}:6:10: the hashtag is empty. Write it without the #: hashtag: WinterWatch"],
    ),
    (
        kent("en: Remember: call"),
        [
            f"{K}:7:7: a colon here is read as a new field. Put the words on the next line, "
            'under "en: |".'
        ],
    ),
    (
        kent("en: {{ in_area }} is safe"),
        [
            f'{K}:7:7: a value cannot begin with "{{" here. Put the words on the next line, '
            'under "en: |".'
        ],
    ),
    (
        kent("en: @kent look at this"),
        [
            f'{K}:7:7: a value cannot begin with "@" here. Put the words on the next line, '
            'under "en: |".'
        ],
    ),
    (
        kent("en:\n        Seen something? Tell us: now"),
        [f'{K}:8:9: "Seen something? Tell us" is not a field. Did you forget the | after "en:"?'],
    ),
    (
        kent("en:\n        Seen something?\n        Tell us."),
        [
            f'{K}:8:9: these lines would run together: there is no | after "en:". Put the '
            'words on the next line, under "en: |".'
        ],
    ),
    (
        kent("en:|\n        Tell us."),
        [f'{K}:7:7: put a space after "en:". Write "en: |".'],
    ),
    (
        kent("-en: hi"),
        [f'{K}:7:7: "-en" is not a field. Remove the dash: write "en:".'],
    ),
    (
        kent("\ten: hi"),
        [f"{K}:7:1: this line begins with a tab. Use ordinary spaces."],
    ),
    (
        kent("en: |\n\N{NO-BREAK SPACE}       Tell us."),
        [
            f"{K}:8:1: this line begins with a space copied from Word. Delete it and use "
            "ordinary spaces."
        ],
    ),
    (
        kent("en: |\n      Tell us"),
        [
            f'{K}:8:7: this line is not far enough in to belong to the words under "en: |". '
            'Begin all of them in the same column, two spaces further in than "en:".'
        ],
    ),
    (
        kent("en: | Tell us"),
        [
            f'{K}:7:7: words stand on the same line as the "|". Put the words on the next '
            'line, under "en: |".'
        ],
    ),
    (
        kent("en: >\n        Tell us"),
        [f'{K}:7: words under ">" lose their line breaks. Write "|" instead.'],
    ),
    (
        kent('en: "Tell us'),
        [
            f"{K}:7: a quotation mark is opened here and never closed. Put the words on the "
            'next line, under "|"; there nothing needs quotes.'
        ],
    ),
    (
        kent("en: 'Don't'"),
        [
            f"{K}:7:7: the quotation marks here do not match. Put the words on the next "
            'line, under "en: |".'
        ],
    ),
    (
        kent("EN: hi"),
        [
            f'{K}:7:7: a wording has no field called "EN". Did you mean en? Known here: accepts, '
            "cy, en, for_forces_with, for_forces_without, not_for, only_for."
        ],
    ),
    (
        kent("en"),
        [
            f'{K}:7:7: the wording "look-out/first" should have fields under it, not "en". '
            "Write each as a name, a colon and a value, on a line of its own, two spaces "
            "further in."
        ],
    ),
    # --- What would be published as it stands
    (
        under_bar("Look {in_area} now"),
        [f'{K}:8: "{{in_area}}" would be published as it stands. Write {{{{ in_area }}}}.'],
    ),
    (
        under_bar("Look in [town] now"),
        [f'{K}:8: "[town]" would be published as it stands. Write the words out.'],
    ),
    (
        under_bar("Look XXX now"),
        [f'{K}:8: "XXX" would be published as it stands. Write the words out.'],
    ),
    (
        under_bar("Look TBC now"),
        [f'{K}:8: "TBC" would be published as it stands. Write the words out.'],
    ),
    (
        under_bar("Look %in_area% now"),
        [f'{K}:8: "%in_area%" would be published as it stands. Write {{{{ in_area }}}}.'],
    ),
    (
        under_bar("Look ｛｛ in_area ｝｝ now"),
        [f'{K}:8: "｛｛ in_area ｝｝" would be published as it stands. Write {{{{ in_area }}}}.'],
    ),
    (
        under_bar("Look in_area now"),
        [f'{K}:8: "in_area" would be published as it stands. Write {{{{ in_area }}}}.'],
    ),
    (
        under_bar("Look {{ in area }} now"),
        [
            f'{K}:8: no value called "in area". Did you mean {{{{ in_area }}}}? Known here: '
            "force, in_area, report_link. Names have no spaces or hyphens; they have _ "
            "instead."
        ],
    ),
    (
        under_bar("Look {{ In_area }} now"),
        [
            f'{K}:8: no value called "In_area". Did you mean {{{{ in_area }}}}? Known here: '
            "force, in_area, report_link."
        ],
    ),
    (
        under_bar("Look {{ in_town }} now"),
        [f'{K}:8: no value called "in_town". Known here: force, in_area, report_link.'],
    ),
    (
        under_bar("Look {{ in_\N{CYRILLIC SMALL LETTER A}rea }} now"),
        [
            f'{K}:8: no value called "in_аrea". Did you mean {{{{ in_area }}}}? Known here: '
            "force, in_area, report_link."
        ],
    ),
    (
        under_bar("Look {{ in_area } now"),
        [
            f"{K}:8: the {{{{ }}}} here do not match. Every {{{{ needs its }}}} on the same line, "
            "with one name between them."
        ],
    ),
    (
        under_bar("Look {{ }} now"),
        [f"{K}:8: {{{{ }}}} is empty. Write a name in it: {{{{ in_area }}}}."],
    ),
    (
        under_bar("Look {{ in_area | upper }} now"),
        [f'{K}:8: there is no filter called "upper". Known here: first_capital.'],
    ),
    (
        under_bar("Look {{ range(9) }} now"),
        [
            f"{K}:8: a call with ( ) cannot be used in a local wording. A local wording "
            "knows {{ name }} and {{ name | filter }}, and nothing else."
        ],
    ),
    (
        under_bar("Look {% if in_area %}x{% endif %}"),
        [
            f"{K}:8: {{% %}} is not used in local packs. Write the words out; {{{{ name }}}} is "
            "all a local wording needs."
        ],
    ),
    (
        under_bar("Look {# a note #} now"),
        [
            f"{K}:8: {{# #}} is not used in a wording. A note for colleagues stands behind # "
            "on a line of its own, above the wording."
        ],
    ),
    (
        below("fill_in:\n  in_area: call {{ hotline }}"),
        [
            f"{K}:5:3: values are plain words; {{{{ }}}} works only in wordings. Write the words "
            'of "in_area" out.'
        ],
    ),
    (
        below("fill_in:\n  in_area: {{ hotline }}"),
        [
            f"{K}:5:12: values are plain words; {{{{ }}}} works only in wordings. Write the "
            'words of "in_area" out.'
        ],
    ),
    (
        below("fill_in:\n  in_area: [town]"),
        [
            f'{K}:5:12: "[town]" would be published as it stands. Write the words of '
            '"in_area" out, without brackets.'
        ],
    ),
    # --- Numbers, links and hashtags that she types
    (
        under_bar("Call 999 {{ in_area }}"),
        [
            f'{K}:8: the number "999" is typed here. Numbers are inserted, so that no digit '
            "is ever wrong: {{ emergency }}."
        ],
    ),
    (
        under_bar("See gov.uk/ACT {{ in_area }}"),
        [
            f'{K}:8: the link "gov.uk/ACT" is typed here. Links are inserted: {{{{ report_link '
            "}}. They stand in config/links.yaml."
        ],
    ),
    (
        under_bar("Look out #ACT {{ in_area }}"),
        [
            f'{K}:8: the hashtag "#ACT" is typed here. Take it out: the bot adds the '
            "campaign's hashtags."
        ],
    ),
    (
        under_bar("Look out#ACT {{ in_area }}"),
        [
            f'{K}:8: "#ACT" is typed here, and would not link. Take it out: the bot adds the '
            "campaign's hashtags."
        ],
    ),
    (
        under_bar("Look out #2015 {{ in_area }}"),
        [
            f'{K}:8: "#2015" is typed here, and would not link. Take it out: the bot adds '
            "the campaign's hashtags."
        ],
    ),
    (
        national("hashtag: WinterWatch", "hashtag: Winter-Watch"),
        [
            f'{N}:6:10: "Winter-Watch" would not link as one hashtag. Use letters, digits '
            "and _ only, at most 100, at least one letter, no spaces."
        ],
    ),
    (
        national("hashtag: WinterWatch", "hashtag: Winter.Watch"),
        [
            f'{N}:6:10: "Winter.Watch" would not link as one hashtag. Use letters, digits '
            "and _ only, at most 100, at least one letter, no spaces."
        ],
    ),
    (
        national("hashtag: WinterWatch", "hashtag: 2015"),
        [
            f'{N}:6:10: "2015" would not link as one hashtag. Use letters, digits and _ '
            "only, at most 100, at least one letter, no spaces."
        ],
    ),
    (
        national("hashtag: WinterWatch\n", ""),
        [f'{N}:2:1: "hashtag" is missing here. Add a line that begins with hashtag:'],
    ),
    (
        national("link: report_link", "link: gov.uk/ACT"),
        [
            f'{N}:7:1: there is no link called "gov.uk/ACT" in config/links.yaml. Links: '
            "report_link."
        ],
    ),
    # --- Anchors, tags and wrong types
    (
        kent("en: &a Report it"),
        [
            f'{K}:7:11: a value cannot begin with "&" here. Put the words on the next line, '
            'under "en: |".'
        ],
    ),
    (
        kent("en: *Report it* now"),
        [
            f'{K}:7:11: a value cannot begin with "*" here. Put the words on the next line, '
            'under "en: |".'
        ],
    ),
    (
        kent("en: !!str Report it"),
        [
            f'{K}:7:11: a value cannot begin with "!" here. Put the words on the next line, '
            'under "en: |".'
        ],
    ),
    (
        whole("base: &base\n  x: y\n"),
        [f'{K}:1:7: a value cannot begin with "&" here. Write it without the &.'],
    ),
    (
        whole("force: kent\ncampaign: winter\ntakes_part: *yes\n"),
        [f'{K}:3:13: a value cannot begin with "*" here. Write it without the *.'],
    ),
    (
        kent("en:\n        - one\n        - two"),
        [
            f'{K}:8:9: a value cannot begin with "-" here. Put the words on the next line, '
            'under "en: |".'
        ],
    ),
    (
        kent("en: [a, b]"),
        [
            f'{K}:7:11: a value cannot begin with "[" here. Put the words on the next line, '
            'under "en: |".'
        ],
    ),
    (
        kent("en: {a: b}"),
        [
            f'{K}:7:11: a value cannot begin with "{{" here. Put the words on the next line, '
            'under "en: |".'
        ],
    ),
    (
        kent("en:\n        a: b"),
        [f'{K}:8:9: "a" is not a field. Did you forget the | after "en:"?'],
    ),
    (
        whole("force: [kent]\ncampaign: winter\n"),
        [f'{K}:1:8: a value cannot begin with "[" here. Write it without brackets.'],
    ),
    (
        whole("force:\n  name: kent\ncampaign: winter\n"),
        [
            f'{K}:2:3: "force" should be plain words on one line. Write them behind '
            '"force:", with commas between them where there are several.'
        ],
    ),
    (
        whole("force: kent\ncampaign: winter\ntakes_part:\n  - yes\n"),
        [
            f'{K}:4:3: "takes_part" should be plain words on one line. Write them behind '
            '"takes_part:", with commas between them where there are several.'
        ],
    ),
    (
        below("change: none"),
        [
            f'{K}:4:9: "change" should have fields under it, not "none". Write each as a '
            "name, a colon and a value, on a line of its own, two spaces further in."
        ],
    ),
    (
        below("change: 5"),
        [
            f'{K}:4:9: "change" should have fields under it, not "5". Write each as a name, '
            "a colon and a value, on a line of its own, two spaces further in."
        ],
    ),
    (
        below("change:\n  - look-out"),
        [
            f'{K}:5:3: "change" has a list with dashes or brackets. Give each one a name on '
            "a line of its own instead: everything here has a name."
        ],
    ),
    (
        below("fill_in:\n  in_area: |\n    in Kent\n    and Medway"),
        [
            f'{K}:5:12: "in_area" should fit on one line. Join its lines, however long the '
            "line becomes."
        ],
    ),
    (
        whole("- force: kent\n"),
        [
            f"{K}:1: this file has no fields. Every line of it begins with a name and a "
            "colon, such as force: kent"
        ],
    ),
    (
        whole("Hello colleagues\n"),
        [
            f"{K}:1: this file has no fields. Every line of it begins with a name and a "
            "colon, such as force: kent"
        ],
    ),
    (
        whole("force: kent\ncampaign: winter\ntakespart: yes\n"),
        [
            f'{K}:3:1: a local pack has no field called "takespart". Did you mean '
            "takes_part? Known here: accepts, accounts, add, campaign, change, fill_in, force, "
            "more_hashtags, move, national_corrections, only_for, takes_part, …."
        ],
    ),
    (
        kent("fr: bonjour"),
        [
            f'{K}:7:7: a wording has no field called "fr". Known here: accepts, cy, en, '
            "for_forces_with, for_forces_without, not_for, only_for."
        ],
    ),
    (
        whole("force: kent\nforce: kent\ncampaign: winter\n"),
        [
            f'{K}:2: "force" stands here twice (first on line 1). Keep one of the two; names '
            "must differ."
        ],
    ),
    (
        below("fill_in:\n  in_area: in Kent\n  in_area: in Dover"),
        [
            f'{K}:6: "in_area" stands here twice (first on line 5). Keep one of the two; '
            "names must differ."
        ],
    ),
    # --- What would grow without end
    (
        loops(LOOP + LOOP + "{{ a }}{{ in_area }}" + END + END),
        [
            f"{N}:30: the text grows to more than 5,000 characters. No platform takes so "
            "much: take the loop out, or shorten its list."
        ],
    ),
    (
        loops(LOOP * 3 + "x" + END * 3),
        [
            f"{N}:30: these loops are nested too deep. {{% for one in names %}}{{{{ one }}}}{{% "
            "endfor %} prints the values of a list."
        ],
    ),
    (
        loops((LOOP + "x" + END) * 5),
        [
            f"{N}:30: there are too many loops in this wording. {{% for one in names %}}{{{{ one "
            "}}{% endfor %} prints the values of a list."
        ],
    ),
    (
        national("Look out for one another", "{% if in_area %}" * 30 + "x" + "{% endif %}" * 30),
        [
            f"{N}:25: too much stands one inside another here. Write a wording for each case "
            "instead, with for_forces_with: and for_forces_without:"
        ],
    ),
    (
        national("Look out for one another", "{{ " + "(" * 400 + "in_area" + ")" * 400 + " }}"),
        [
            f"{N}:25: too much stands one inside another here. Write a wording for each case "
            "instead, with for_forces_with: and for_forces_without:"
        ],
    ),
    (
        national("Look out for one another", "{% if " + "not " * 400 + "in_area %}x{% endif %}"),
        [
            f"{N}:25: too much stands one inside another here. Write a wording for each case "
            "instead, with for_forces_with: and for_forces_without:"
        ],
    ),
    (
        under_bar("{{ in_area }} " * 20_000),
        [
            f'{K}:7:11: "en" has 279,999 characters, and 5,000 are the most. Shorten it. Was '
            "something pasted here that belongs elsewhere?"
        ],
    ),
    (
        under_bar("L" * 6_000 + " {{ in_area }}"),
        [
            f'{K}:7:11: "en" has 6,014 characters, and 5,000 are the most. Shorten it. Was '
            "something pasted here that belongs elsewhere?"
        ],
    ),
    (
        below("fill_in:\n  in_area: in " + "Kent " * 12_000),
        [
            f'{K}:5:12: "in_area" has 60,002 characters, and 500 are the most. Shorten it. '
            "Was something pasted here that belongs elsewhere?"
        ],
    ),
    (
        below("fill_in:\n  in_area: in " + "the-Garden-of-England--that-is-" * 8 + "Kent"),
        [
            f"{N}:25: too long on X for 1 of 3: kent by 49. Longest value: in_area. Shorten "
            "the wording, or the longest of the values these forces filled in.",
            f"{N}:35: too long on X for 1 of 3: kent by 22. Longest value: in_area. Shorten "
            "the wording, or the longest of the values these forces filled in.",
            f"{N}:43: too long on X for 1 of 3: kent by 34. Longest value: in_area. Shorten "
            "the wording, or the longest of the values these forces filled in.",
            f"{N}:51: too long on X for 1 of 3: kent by 43. Longest value: in_area. Shorten "
            "the wording, or the longest of the values these forces filled in.",
        ],
    ),
    (
        under_bar("Look. " * 49 + "Look {{ in_area }}"),
        [
            f"{K}:8: too long on X for 1 of 3: kent by 39. Longest value: in_area. Shorten "
            "the wording, or the longest of the values these forces filled in."
        ],
    ),
    # --- Dates, times and numbers
    (
        national("Monday 2015-11-23", "Monday 20 November 2015"),
        [
            f"{N}:4:9: 20 November 2015 is a Friday, not a Monday. Write Friday 20 November "
            "2015, or Monday 16 November 2015 or Monday 23 November 2015."
        ],
    ),
    (
        config("campaigns", "who: everyone", "who: everyone\n  starts: Friday 20 November 2015"),
        [
            "config/campaigns.yaml:2:1: Friday 20 November 2015 is not a Monday, on which "
            "Winter Watch starts. Its themes belong to weekdays. Start it on Monday 16 "
            "November 2015 or Monday 23 November 2015."
        ],
    ),
    (
        national("Monday 2015-11-23", "2015-02-30"),
        [
            f'{N}:4:9: "2015-02-30" is not a date. Write it as 2019-01-23 or Wednesday 23 '
            "January 2019."
        ],
    ),
    (
        national("Monday 2015-11-23", "23/11/2015"),
        [f'{N}:4:9: "23/11/2015" is not a date. Write Monday 23 November 2015.'],
    ),
    (
        national("Monday 2015-11-23", "9999-12-31"),
        [
            f"{N}:4:9: the bot plans for the years 1900 to 2199, not for 9999. Write it as "
            "2019-01-23 or Wednesday 23 January 2019."
        ],
    ),
    (
        national("Monday 2015-11-23", "next Monday"),
        [
            f'{N}:4:9: "next Monday" is not a date. Write it as 2019-01-23 or Wednesday 23 '
            "January 2019."
        ],
    ),
    (
        national("morning: 09:00", "morning: 6.15pm"),
        [f'{N}:9:12: "6.15pm" is not a time of day. Write the time as 18:15.'],
    ),
    (
        national("morning: 09:00", "morning: 24:00"),
        [f'{N}:9:12: "24:00" is not a time of day. Write the time as hours and minutes: 18:15.'],
    ),
    (
        national("morning: 09:00", "morning: 0900"),
        [f'{N}:9:12: "0900" is not a time of day. Write the time as 09:00.'],
    ),
    (
        national("morning: 09:00", "morning: １８:１５"),
        [
            f'{N}:9:12: "１８:１５" is not a time of day. Write the time as hours and minutes: '
            "18:15."
        ],
    ),
    (
        national("days: 2", "days: 99999999999999999999"),
        [
            f'{N}:5:7: "days" is a whole number from 1 to 366, not "99999999999999999999". '
            "Write digits only, such as days: 1"
        ],
    ),
    (
        national("days: 2", "days: 2\ngrace: 3 weeks"),
        [
            f'{N}:6:8: "grace" is from 1 minute to 12 hours, not 3 weeks. Write a length '
            "between the two, or take the line out: grace then has its usual length."
        ],
    ),
    (
        national("version: 1", "version: 0"),
        [
            f'{N}:3:10: "version" is a whole number from 1 to 9999, not "0". Write digits '
            "only, such as version: 1"
        ],
    ),
    (
        whole("force: kent\ncampaign: winter\ntakes_part: true\n"),
        [
            f'{K}:3:13: "takes_part" is yes or no, not "true". Write takes_part: yes, or '
            "takes_part: no."
        ],
    ),
    (
        whole("force: kent\ncampaign: winter\ntakes_part: off\n"),
        [
            f'{K}:3:13: "takes_part" is yes or no, not "off". Write takes_part: yes, or '
            "takes_part: no."
        ],
    ),
    (
        whole("force: kent\ncampaign: winter\ntakes_part: no\n"),
        [
            f"{K}:3:13: takes_part: no has no reason. Add a line such as why: our own "
            "campaign runs that week"
        ],
    ),
    # --- Names that are there twice, or not at all
    (
        national("  speak-up:", "  look-out:"),
        [
            f'{N}:30: "look-out" stands here twice (first on line 20). Keep one of the two; '
            "names must differ."
        ],
    ),
    (
        one_more("report"),
        [
            "messages/national/winter/report.yaml:3:3: there is another message called "
            f'"look-out" at {N}:20:3. Give one of them another name.'
        ],
    ),
    (
        national("report: Tuesday", "report: Monday, Tuesday"),
        [
            f"{N}:18:3: Monday already belongs to the theme notice. A day has one theme: "
            "take the weekday out of one of them."
        ],
    ),
    (
        national("    theme: report", "    theme: raport"),
        [
            f'{N}:39:12: there is no theme called "raport". Did you mean report? Themes: '
            "notice, report."
        ],
    ),
    (
        lambda office: office.write("messages/local/knet/winter.yaml", LOCAL.format(force="knet")),
        [
            'messages/local/knet/winter.yaml: there is no force called "knet" in '
            "config/forces.yaml. Did you mean kent? Forces: dorset, gwent, kent."
        ],
    ),
    (
        lambda office: office.write("messages/local/kent/wintr.yaml", LOCAL.format(force="kent")),
        [
            'messages/local/kent/wintr.yaml: there is no campaign called "wintr" in '
            "messages/national. Did you mean winter? Campaigns: autumn, winter."
        ],
    ),
    (
        config("campaigns", "pack: winter", "pack: wintre"),
        [
            'config/campaigns.yaml:2:1: there is no pack called "wintre". Did you mean '
            "winter? Packs in messages/national: autumn, winter."
        ],
    ),
    (
        at("messages/national/winter", named("Winter Watch")),
        [
            'config/campaigns.yaml:2:1: there is no pack called "winter". Did you mean '
            "Winter Watch? Packs in messages/national: Winter Watch, autumn.",
            f'{G}: there is no campaign called "winter" in messages/national. Did you mean '
            "Winter Watch? Campaigns: Winter Watch, autumn.",
            f'{K}: there is no campaign called "winter" in messages/national. Did you mean '
            "Winter Watch? Campaigns: Winter Watch, autumn.",
            'messages/national/Winter Watch: "Winter Watch" cannot be the name of a '
            "campaign. Names are small letters and hyphens: rename the folder to "
            "winter-watch",
        ],
    ),
    (
        at(N, named("campaign.yml")),
        [
            'config/campaigns.yaml:2:1: there is no pack called "winter". Packs in '
            "messages/national: autumn.",
            f'{G}: there is no campaign called "winter" in messages/national. Campaigns: autumn.',
            f'{K}: there is no campaign called "winter" in messages/national. Campaigns: autumn.',
            "messages/national/winter/campaign.yml: the bot reads only files whose names "
            "end in .yaml. Rename it.",
        ],
    ),
    (
        at(K, named("winter.yml")),
        [
            "messages/local/kent/winter.yml: the bot reads only files whose names end in "
            ".yaml. Rename it."
        ],
    ),
    (
        below("withdraw:\n  look-uot: we have no cinema"),
        [
            f'{K}:5:3: the national pack has no message called "look-uot". Did you mean '
            "look-out? Messages: in-confidence, look-out, speak-up, tell-us."
        ],
    ),
    (
        below("withdraw:\n  look-out:"),
        [
            f'{K}:5:3: "look-out" is withdrawn without a reason. Write it after the name: '
            "look-out: we have no cinema"
        ],
    ),
    (
        below("change:\n  look-uot:\n    first:\n      en: Hello {{ in_area }}"),
        [
            f'{K}:5:3: the national pack has no message called "look-uot". Did you mean '
            "look-out? Messages: in-confidence, look-out, speak-up, tell-us."
        ],
    ),
    (
        below("change:\n  look-out:\n    frist:\n      en: Hello {{ in_area }}"),
        [
            f'{K}:6:5: look-out has no wording called "frist". Did you mean first? Its '
            "wordings: first."
        ],
    ),
    (
        below("add:\n  look-out:\n    theme: notice\n    wordings:\n      one:\n        en: Hello"),
        [
            f'{K}:5:3: the national pack already has a message called "look-out". Give yours '
            'another name, or put your words under "change". To add wordings to it, write '
            "nothing but wordings: under its name."
        ],
    ),
    (
        below("fill_in:\n  in_aera: in Kent"),
        [
            f'{K}:5:3: the pack asks for no value called "in_aera". Did you mean in_area? '
            "Known here: in_area."
        ],
    ),
    (
        below("times:\n  evning: 18:15"),
        [
            f'{K}:5:3: the national pack has no slot called "evning". Did you mean evening? '
            "Slots: evening, morning."
        ],
    ),
    # --- Welsh
    (
        below("change:\n  look-out:\n    first:\n      en: Hello {{ in_area }}", "gwent"),
        [
            f"{G}:6:5: you changed the English of look-out/first; its Welsh still says the "
            'national words. Change "cy" too.'
        ],
    ),
    (
        below("fill_in:\n  in_area: in Gwent", "gwent"),
        [
            f"{G}:5:3: in_area has no Welsh. Gwent Police publishes in Welsh and English. "
            'Write both, under "in_area:", as en: and cy:'
        ],
    ),
    (
        below("fill_in:\n  in_area:\n    en: in Gwent\n    cy:", "gwent"),
        [f'{G}:7:8: "cy" is empty. Write a value after it.'],
    ),
    (
        config("forces", "      cy: yng Ngwent\n", ""),
        [
            "config/forces.yaml:15:1: in_area has no Welsh. Gwent Police publishes in "
            'Welsh and English. Write both, under "in_area:", as en: and cy:'
        ],
    ),
    # --- Characters that nobody sees
    (
        under_bar("Look\u202eout {{ in_area }}"),
        [
            f"{K}:8: there is an invisible character in this line. Delete the words around "
            "it and type them again."
        ],
    ),
    (
        under_bar("Look\u200eout {{ in_area }}"),
        [
            f"{K}:8: there is an invisible character in this line. Delete the words around "
            "it and type them again."
        ],
    ),
    (
        under_bar("Look\u200dout {{ in_area }}"),
        [
            f"{K}:8: there is an invisible character in this line. Delete the words around "
            "it and type them again."
        ],
    ),
    (
        under_bar("Look\u00adout {{ in_area }}"),
        [
            f"{K}:8: there is an invisible character in this line. Delete the words around "
            "it and type them again."
        ],
    ),
    (
        under_bar("Look\u3164out {{ in_area }}"),
        [
            f"{K}:8: there is an invisible character in this line. Delete the words around "
            "it and type them again."
        ],
    ),
    (
        under_bar("Look\ufffdout {{ in_area }}"),
        [
            f"{K}:8: there is a character in this line that was lost, or that not every "
            "phone can show. Delete the word it stands in and type it again."
        ],
    ),
    (
        under_bar("Lo" + "\u0301" * 30 + "ok {{ in_area }}"),
        [
            f"{K}:8: there is a character in this line that was lost, or that not every "
            "phone can show. Delete the word it stands in and type it again."
        ],
    ),
    (
        below("fill_in:\n  in_area: in K\u200bent"),
        [
            f"{K}:5:12: there is an invisible character in this line. Delete the words "
            "around it and type them again."
        ],
    ),
    (
        below("why: yes\ufeff"),
        [
            f"{K}:4:6: there is an invisible character in this line. Delete the words around "
            "it and type them again."
        ],
    ),
    (
        saved(K, b"force: kent\ncampaign: win\0ter\n"),
        [
            f"{K}:2: there is an invisible character here that no text should hold. Delete "
            "the word and type it again."
        ],
    ),
    (
        saved(K, b"force: kent\ncampaign: win\x1bter\n"),
        [
            f"{K}:2: there is an invisible character here that no text should hold. Delete "
            "the word and type it again."
        ],
    ),
    # --- How files are saved
    (
        saved(K, "force: kent\nwhy: Don’t\n".encode("cp1252")),
        [f"{K}:2: not saved as UTF-8. In Notepad: Save as, Encoding UTF-8."],
    ),
    (
        saved(K, b"force: kent\n\xff\xfe\xfd"),
        [f"{K}:2: not saved as UTF-8. In Notepad: Save as, Encoding UTF-8."],
    ),
    (
        saved(K, "force: kent\n".encode("utf-16")),
        [f"{K}:1: not saved as UTF-8. In Notepad: Save as, Encoding UTF-8."],
    ),
    (
        saved(K, "force: kent\n".encode("utf-16-le")),
        [f"{K}:1: not saved as UTF-8. In Notepad: Save as, Encoding UTF-8."],
    ),
    (
        saved(K, b"PK\x03\x04 a document"),
        [
            f"{K}: this is a word processor's document. Save it as plain text with the "
            "encoding UTF-8, or use Notepad."
        ],
    ),
    (
        saved(K, b""),
        [f"{K}:1: there is nothing in this file. Begin with: .venv/bin/bot localise kent winter"],
    ),
    (
        saved(K, b"# only a note\n"),
        [f"{K}:1: there is nothing in this file. Begin with: .venv/bin/bot localise kent winter"],
    ),
    (
        saved(N, b""),
        [
            f"{N}:1: there is nothing in this file. Put back what it held; "
            "messages/README.md says what a campaign needs."
        ],
    ),
    (
        saved(N, b"# only a note\n"),
        [
            f"{N}:1: there is nothing in this file. Put back what it held; "
            "messages/README.md says what a campaign needs."
        ],
    ),
    (
        saved("messages/national/winter/report.yaml", b""),
        [
            "messages/national/winter/report.yaml: this file is empty. Put back what it "
            "held, or remove the file."
        ],
    ),
    (
        saved(K, b"[" * 100_000),
        [
            f"{K}:1: nested more than 20 levels deep. No file here needs more than six: move "
            "these lines back to the left."
        ],
    ),
    (
        saved(K, b"{a: " * 100_000),
        [
            f"{K}:1: nested more than 20 levels deep. No file here needs more than six: move "
            "these lines back to the left."
        ],
    ),
    (
        saved(K, b"- " * 100_000),
        [
            f"{K}:1: nested more than 20 levels deep. No file here needs more than six: move "
            "these lines back to the left."
        ],
    ),
    (
        saved(K, b"".join(b" " * deep + b"a:\n" for deep in range(1_900))),
        [
            f"{K}:21: nested more than 20 levels deep. No file here needs more than six: "
            "move these lines back to the left."
        ],
    ),
    (
        saved(K, b"a: b\n" * 10_000_000),
        [
            f"{K}: the file is bigger than 2 MB. Is it the right file? A campaign of a whole "
            "year is smaller."
        ],
    ),
    (
        saved(N, with_messages(100_000)),
        [
            f"{N}: the file is bigger than 2 MB. Is it the right file? A campaign of a whole "
            "year is smaller."
        ],
    ),
    (
        saved(N, with_messages(3_000)),
        [
            f"{N}:20:3: there are 3,004 messages here, and 2,000 are the most. Is it the "
            "right file? A campaign of a whole year has some hundreds."
        ],
    ),
    (
        saved(K, b"<<<<<<< HEAD\nforce: kent\n=======\n"),
        [
            f"{K}:1: git found two versions of these lines, and put both here. Keep one, and "
            "remove the lines that begin with <<<<<<<, ======= and >>>>>>>."
        ],
    ),
    # --- Files and folders that are not what they should be
    (
        at(N, remove),
        [
            'config/campaigns.yaml:2:1: there is no pack called "winter". Packs in '
            "messages/national: autumn.",
            f'{G}: there is no campaign called "winter" in messages/national. Campaigns: autumn.',
            f'{K}: there is no campaign called "winter" in messages/national. Campaigns: autumn.',
        ],
    ),
    (
        at("messages/national/winter", remove),
        [
            'config/campaigns.yaml:2:1: there is no pack called "winter". Packs in '
            "messages/national: autumn.",
            f'{G}: there is no campaign called "winter" in messages/national. Campaigns: autumn.',
            f'{K}: there is no campaign called "winter" in messages/national. Campaigns: autumn.',
        ],
    ),
    (
        at(K, as_folder),
        [f"{K}: this is a folder, where a file should be. Put the file here."],
    ),
    (
        at(K, as_link("nowhere")),
        [
            f"{K}: this file is there, but may not or cannot be read. Ask whoever looks "
            "after the computer; it says: No such file or directory."
        ],
    ),
    (
        at(K, as_link("winter.yaml")),
        [
            f"{K}: this file is there, but may not or cannot be read. Ask whoever looks "
            "after the computer; it says: Too many levels of symbolic links."
        ],
    ),
    (
        at(K, as_link("/dev/zero")),
        [
            f"{K}: this is no ordinary file, so there is nothing to read in it. Put the file "
            "itself here, or remove this."
        ],
    ),
    (
        at(K, as_pipe),
        [
            f"{K}: this is no ordinary file, so there is nothing to read in it. Put the file "
            "itself here, or remove this."
        ],
    ),
    (
        at("messages/local/kent", as_link("../..")),
        [
            "messages/local/kent: this is a link to a folder, so nothing in it is read. "
            "Put the folder itself here: links to folders are not followed."
        ],
    ),
    # --- A mistake in one sender's entry leaves out that sender only
    (
        config("forces", "minute: 3", "minute: 60"),
        [
            'config/forces.yaml:22:11: "minute" is a whole number from 0 to 59, not "60". '
            "Write digits only, such as minute: 0"
        ],
    ),
    (
        config("forces", "minute: 3", "minute: -1"),
        [
            'config/forces.yaml:22:11: "minute" is a whole number from 0 to 59, not "-1". '
            "Write digits only, such as minute: 0"
        ],
    ),
    (
        config("forces", "live: yes", "live: true"),
        [
            'config/forces.yaml:14:13: "live" is yes or no, not "true". Write live: yes, '
            "or live: no."
        ],
    ),
]

SETTINGS: list[tuple[Change, list[str]]] = [
    # --- Numbers, links and hashtags that she types
    (
        config("constants", "gov.uk/ACT", "/ACT"),
        [
            'config/constants.yaml:3:9: "/ACT" would not be a link. A link has a host and '
            "no spaces: gov.uk/ACT"
        ],
    ),
    (
        config("constants", "gov.uk/ACT", "gov.uk/ACT now"),
        [
            'config/constants.yaml:3:9: "gov.uk/ACT now" would not be a link. A link has a '
            "host and no spaces: gov.uk/ACT"
        ],
    ),
    (
        config("constants", "gov.uk/ACT", "gov.zzz/ACT"),
        [
            'config/constants.yaml:3:9: "gov.zzz/ACT" would not be a link. A link has a '
            "host and no spaces: gov.uk/ACT"
        ],
    ),
    (
        config("constants", "gov.uk/ACT", "https://"),
        [
            'config/constants.yaml:3:9: "https://" would not be a link. A link has a host '
            "and no spaces: gov.uk/ACT"
        ],
    ),
    # --- Anchors, tags and wrong types
    (
        config("forces", "gwent:\n", "kent:\n"),
        [
            'config/forces.yaml:15: "kent" stands here twice (first on line 2). Keep one '
            "of the two; names must differ."
        ],
    ),
    (
        config("settings", "plan_ahead", "plan_ahed"),
        [
            'config/settings.yaml:1:1: settings has no field called "plan_ahed". Did you '
            "mean plan_ahead? Known here: dry_run_approves, plan_ahead, "
            "posts_per_account_a_day, prices, release_takes_two, reposts, sectors, warn_unapproved."
        ],
    ),
    # --- Dates, times and numbers
    (
        config("campaigns", "who: everyone", "who: everyone\n  starts: Monday 20 November 2015"),
        [
            "config/campaigns.yaml:5:11: 20 November 2015 is a Friday, not a Monday. Write "
            "Friday 20 November 2015, or Monday 16 November 2015 or Monday 23 November "
            "2015."
        ],
    ),
    (
        quiet(day="Monday 20 November 2015"),
        [
            "config/calendar.yaml:3:10: 20 November 2015 is a Friday, not a Monday. Write "
            "Friday 20 November 2015, or Monday 16 November 2015 or Monday 23 November "
            "2015."
        ],
    ),
    (
        config(
            "campaigns", "everyone", "everyone\n  starts: Monday 2015-11-23\n  ends: 2015-11-20"
        ),
        [
            "config/campaigns.yaml:6:9: the run ends on Friday 20 November 2015, before it "
            "starts on Monday 23 November 2015. Exchange the two dates; ends is the last "
            "day, itself included."
        ],
    ),
    (
        quiet(start="11:15", end="10:45"),
        [
            "config/calendar.yaml:5:9: the window ends before it starts. Exchange the two "
            "times; a window past midnight has from: and until:, with dates."
        ],
    ),
    (
        quiet(day="30 February"),
        [
            'config/calendar.yaml:3:10: there is no "30 February". Write a day there is, '
            "such as 11 November."
        ],
    ),
    (
        config("settings", "14 days", "9999 weeks"),
        [
            'config/settings.yaml:1:13: "plan_ahead" is from 1 minute to 366 days, not '
            "9999 weeks. Write a length between the two, or take the line out: plan_ahead "
            "then has its usual length."
        ],
    ),
    # --- Names that are there twice, or not at all
    (
        config("campaigns", "who: everyone", "who: kent, knet"),
        [
            'config/campaigns.yaml:4:8: there is no sender or region called "knet". Did '
            "you mean kent? Known here: East Midlands, Eastern, England, London, North East, "
            "North West, Northern Ireland, Scotland, South East, South West, Wales, West "
            "Midlands, …."
        ],
    ),
    (
        config("campaigns", "who: everyone", "who:"),
        [
            'config/campaigns.yaml:3:3: "who" is missing here: who takes part? Write who: '
            "everyone, or names with commas between them."
        ],
    ),
    (
        config("campaigns", "winter@2015:", "Winter@2015:"),
        [
            'config/campaigns.yaml:2:1: "Winter@2015" cannot be the name of a run. Write '
            "the pack, @, and a word of your own, in small letters: ct-awareness-week@2026"
        ],
    ),
    # --- How files are saved
    (
        saved("config/forces.yaml", b"# only a note\n"),
        ["config/forces.yaml:1: there is nothing in this file. Put back what it held."],
    ),
    (
        saved("config/calendar.yaml", b""),
        ["config/calendar.yaml:1: there is nothing in this file. Put back what it held."],
    ),
    (
        saved("config/campaigns.yaml", b""),
        ["config/campaigns.yaml:1: there is nothing in this file. Put back what it held."],
    ),
    # --- Files and folders that are not what they should be
    (
        at("messages", remove),
        [
            "messages: this folder is missing. Looked in FOLDER/messages. Another place is "
            "named by BOT_MESSAGES."
        ],
    ),
    (
        at("config", remove),
        [
            "config: this folder is missing. Looked in FOLDER/config. Another place is "
            "named by BOT_CONFIG."
        ],
    ),
    (
        at("config/constants.yaml", remove),
        [
            "config/constants.yaml: this file is missing. Put it back; config/README.md "
            "says what it holds."
        ],
    ),
    (
        at("config/forces.yaml", remove),
        [
            "config/forces.yaml: this file is missing. Put it back; config/README.md says "
            "what it holds."
        ],
    ),
    (
        at("config/campaigns.yaml", remove),
        [
            "config/campaigns.yaml: this file is missing. Put it back; config/README.md "
            "says what it holds."
        ],
    ),
    (
        at("config/calendar.yaml", remove),
        [
            "config/calendar.yaml: this file is missing. Put it back; config/README.md "
            "says what it holds."
        ],
    ),
    (
        at("config/settings.yaml", remove),
        [
            "config/settings.yaml: this file is missing. Put it back; config/README.md "
            "says what it holds."
        ],
    ),
    (
        at("config/forces.yaml", as_folder),
        ["config/forces.yaml: this is a folder, where a file should be. Put the file here."],
    ),
    (
        at("config/settings.yaml", as_pipe),
        [
            "config/settings.yaml: this is no ordinary file, so there is nothing to read "
            "in it. Put the file itself here, or remove this."
        ],
    ),
]


@dataclass(frozen=True)
class Ended:
    """How a run of the program ended."""

    code: int
    out: str
    err: str


def an_office_with_dorset(folder: Path) -> Office:
    """Kent, Gwent and Dorset, and a campaign for Dorset alone."""
    office = an_office(folder)
    office.variables = {"BOT_NOW": "2015-11-22T08:00:00"}
    office.write("config/forces.yaml", FORCES + DORSET)
    office.write("config/campaigns.yaml", RUNS + "autumn@2015:\n  pack: autumn\n  who: dorset\n")
    office.write("messages/national/autumn/campaign.yaml", AUTUMN)
    return office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office_with_dorset(tmp_path)


@pytest.fixture
def run(office: Office, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs the program in this process, as its own `main` does."""

    def run(*arguments: str, **variables: str) -> Ended:
        with (
            mock.patch.dict(os.environ, {**office.environment, **variables}, clear=True),
            mock.patch.object(sys, "argv", ["bot", *arguments]),
            pytest.raises(SystemExit) as ended,
        ):
            main()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, out, err)

    return run


def problems_in(answer: str) -> list[str]:
    """What `check --format json` found: place, severity unless it is an error, words, advice."""
    return [
        f"{one['place']}: {'warning: ' * (one['severity'] == 'warning')}"
        f"{one['message']} {one['advice']}"
        for one in json.loads(answer)["problems"]
    ]


@pytest.mark.parametrize(("change", "said"), WORDS_AND_PACKS)
def test_one_sentence_with_its_place_and_the_others_go_on(
    office: Office, run: Callable[..., Ended], change: Change, said: list[str]
) -> None:
    change(office)

    check, plan = run("check", "--format", "json"), run("plan", "--format", "json")

    assert problems_in(check.out) == said
    assert (check.code, plan.code) == (1, 0)
    assert "Traceback" not in check.err + plan.err
    assert DORSETS in {post["key"] for post in json.loads(plan.out)}


@pytest.mark.parametrize(("change", "said"), SETTINGS)
def test_without_sound_settings_nothing_is_planned_and_every_command_says_why(
    office: Office, run: Callable[..., Ended], change: Change, said: list[str]
) -> None:
    change(office)

    check, plan = run("check", "--format", "json"), run("plan", "--format", "json")

    assert [one.replace(str(office.folder), "FOLDER") for one in problems_in(check.out)] == said
    assert (check.code, plan.code) == (1, 1)
    assert "Traceback" not in check.err + plan.err
    first, second = plan.err.replace("\n    ", " ").split("\n")[:2]
    assert first == "The configuration cannot be used until this is mended:"
    assert second.replace(str(office.folder), "FOLDER") == said[0]


@pytest.mark.parametrize(
    "words",
    [
        "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL} look out",
        "\N{WAVING BLACK FLAG}\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f look",
        "\N{HEAVY BLACK HEART}\ufe0f look out",
        "1\ufe0f\u20e3 look out",
        "Mae'r tŷ a'r dŵr yn ddiogel",
        "50% of you said “yes”",
    ],
)
def test_what_people_may_write_is_left_alone(
    office: Office, run: Callable[..., Ended], words: str
) -> None:
    under_bar(f"{words} {{{{ in_area }}}}: {{{{ report_link }}}}")(office)

    answer = run("check", "--format", "json")

    assert (answer.code, json.loads(answer.out)["errors"]) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("plan", "--force", "knet"),
            'There is no force called "knet". Did you mean kent? Forces: dorset, gwent, kent.\n',
        ),
        (
            ("check", "--force", "knet"),
            'There is no force called "knet". Did you mean kent? Forces: dorset, gwent, kent.\n',
        ),
        (
            ("plan", "--campaign", "wintre"),
            'There is no campaign called "wintre". Did you mean winter? '
            "Campaigns: autumn, autumn@2015, winter, winter@2015.\n",
        ),
    ],
)
def test_a_name_that_is_typed_wrong_has_one_sentence(
    run: Callable[..., Ended], arguments: tuple[str, ...], sentence: str
) -> None:
    ended = run(*arguments)

    assert (ended.code, ended.err) == (1, sentence)


def test_a_deployment_for_a_force_that_is_not_there_does_not_start(
    run: Callable[..., Ended],
) -> None:
    ended = run("run", "--once", BOT_FORCES="knet")

    assert (ended.code, ended.err) == (
        1,
        'BOT_FORCES names "knet", which is not in config/forces.yaml. Did you mean kent? '
        "Forces: dorset, gwent, kent.\n",
    )


def test_a_file_that_may_not_be_read_leaves_the_others_alone(office: Office) -> None:
    (office.folder / K).chmod(0)

    assert problems_in(obeying_rights(office, "check", "--format", "json").stdout) == [
        f"{K}: this file is there, but may not or cannot be read. "
        "Ask whoever looks after the computer; it says: Permission denied."
    ]


def test_what_is_wrong_is_said_in_words_by_a_process_of_its_own(office: Office) -> None:
    as_pipe(office.folder / K)
    saved(G, b"[" * 100_000)(office)

    done = office.bot("check")

    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.splitlines()[:4] == [
        f"{G}:1: error: nested more than 20 levels deep.",
        "    No file here needs more than six: move these lines back to the left.",
        f"{K}: error: this is no ordinary file, so there is nothing to read in it.",
        "    Put the file itself here, or remove this.",
    ]


# --- whatever else happens to a file ----------------------------------------------------------


def spoilt(text: str, chance: random.Random) -> str:
    """A file with one thing done to it that hands and editors do."""
    lines = text.split("\n")
    one = chance.randrange(len(lines))
    other = chance.randrange(len(lines))
    ways: list[Callable[[], str]] = [
        lambda: "\n".join(lines[:one] + lines[one + 1 :]),
        lambda: "\n".join([*lines[:one], " " + lines[one], *lines[one + 1 :]]),
        lambda: "\n".join([*lines[:one], lines[one][1:], *lines[one + 1 :]]),
        lambda: "\n".join([*lines[:one], lines[one].replace(":", ";"), *lines[one + 1 :]]),
        lambda: "\n".join([*lines[:one], "\t" + lines[one], *lines[one + 1 :]]),
        lambda: "\n".join([*lines[: one + 5], *lines[one : one + 5], *lines[one + 5 :]]),
        lambda: "\n".join([*lines[:one], lines[other], *lines[one:]]),
        lambda: text[: chance.randrange(len(text))],
        lambda: text.replace(chance.choice("{}|:'\"#"), "", 1),
        lambda: "".join(chance.choice("&*!%@`{}[]|>\0\u202e") if n == one else c
                        for n, c in enumerate(text)),
    ]  # fmt: skip
    return chance.choice(ways)()


def read_and_plan(env: app.Environment) -> tuple[app.Loaded, app.Planned | None]:
    """What the shipped files say with one of them spoilt, and the plan of one day."""
    loaded = app.load(env)
    if loaded.sources is None:
        return loaded, None
    window = Window(date(2015, 11, 23), date(2015, 11, 23))
    return loaded, app.make_plan(loaded, window, {}, now=datetime(2015, 11, 22, 8, tzinfo=UTC))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packs and the configuration that come with the bot."""
    copy = tmp_path_factory.mktemp("shipped")
    for folder in ("messages", "config"):
        shutil.copytree(PROJECT / folder, copy / folder)
    return copy


@pytest.mark.parametrize("seed", range(int(os.environ.get("TEST_SPOILT_FILES", "30"))))
def test_no_spoilt_file_stops_the_program_without_a_word(shipped: Path, seed: int) -> None:
    chance = random.Random(seed)
    file = chance.choice(sorted(shipped.rglob("*.yaml")))
    text = file.read_text(encoding="utf-8")
    folders = {"BOT_MESSAGES": str(shipped / "messages"), "BOT_CONFIG": str(shipped / "config")}
    file.write_text(spoilt(text, chance), encoding="utf-8")
    try:
        with mock.patch.dict(os.environ, folders):
            loaded, planned = read_and_plan(app.read_environment())
    finally:
        file.write_text(text, encoding="utf-8")

    assert planned is not None or any(problem.place.line for problem in loaded.problems)


# --- names are promises -----------------------------------------------------------------------


def test_a_published_message_that_was_renamed_is_named_with_its_day(
    office: Office, run: Callable[..., Ended]
) -> None:
    run("run", "--once", BOT_NOW="2015-11-22T08:00:00")
    run("run", "--once", BOT_NOW="2015-11-23T12:07:00")
    swap("messages/national/autumn/campaign.yaml", "  mind:", "  mind-your-step:")(office)

    check = run("check", "--format", "json", BOT_NOW="2015-11-23T14:00:00")

    assert check.code == 0
    assert problems_in(check.out) == [
        "messages/national/autumn/campaign.yaml:13:3: warning: a message was published on "
        'Monday 23 November 2015 as "mind", and none has that name now. If it was renamed, give it '
        "the name mind back: under another it may go out again. Messages: mind-your-step."
    ]
