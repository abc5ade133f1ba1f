"""Operational security: no sites, no patrol times, no tactics, no names of staff, no staff text.

Plain lists and patterns: they find what people write without thinking, not what somebody hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.core.check.prose import Found, Prose

_HOW: Final = "it says how police work"
_WHERE: Final = "it says what police watch"
_WHEN: Final = "it says when police are there, and how soon"

TACTICS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("undercover", "plain clothes", "plain-clothes", "covert"), _HOW),
    **dict.fromkeys(("armed response", "snipers", "informant", "informants"), _HOW),
    **dict.fromkeys(("facial recognition", "phone tracking", "search dogs", "wiretap"), _HOW),
    **dict.fromkeys(("surveillance", "number plate recognition", "ANPR"), _WHERE),
    **dict.fromkeys(("response time", "response times", "shift pattern", "shift patterns"), _WHEN),
    **dict.fromkeys(("shift change", "duty roster", "staffing levels"), _WHEN),
}
"""Words about how police work, and why they stay out. config/words.yaml adds to them."""

_STAFF_TEXT: Final = re.compile(
    r"\bOFFICIAL(?:[- ]SENSITIVE)?\b"
    r"|(?i:\b(?:not for publication|do not publish|(?:for )?internal use only|(?:for )?staff only"
    r"|embargoed until|restricted circulation|ddim i'w gyhoeddi)\b)"
)

_RANK: Final = (
    r"(?:PCSO|P[CS]|D(?:et(?:ective)?)? ?(?:Ch(?:ief)? )?Insp(?:ector)?|D[CSI]|DCI|DCC|ACC|T/ACC|CC"
    r"|Sgt|Insp|Supt|(?:Chief |Detective |Police )*(?:Constable|Sergeant|Inspector|Superintendent)"
    r"|(?:Deputy |Assistant )*(?:Chief Constable|Commissioner)|Commander"
    r"|Cwnstabl|Rhingyll|Arolygydd|Prif Gwnstabl)"
)
_STAFF: Final = re.compile(rf"(?<![\w/]){_RANK} [A-Z][a-zâêîôûŵŷ'’-]+(?: [A-Z][a-z'’-]+)?")

_PATROL: Final = re.compile(
    r"\b(?:patrol\w*|on duty|[bp]h?atr[oô]l\w*|ar ddyletswydd)\b", re.IGNORECASE
)
_TIME: Final = re.compile(
    r"\b(?:[0-9]{1,2}(?:[:.][0-5][0-9])? ?[ap]\.?m\b|(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|tonight\b|tomorrow\b|midnight\b"
    r"|(?:dydd|nos) (?:llun|mawrth|mercher|iau|gwener|sadwrn|sul)\b|heno\b|yfory\b)",
    re.IGNORECASE,
)

_SITE: Final = re.compile(
    r"\b(?:(?!The |Your |Our |Every |Any |Police )[A-Z][\w'’-]+ )+"
    r"(?:Airport|Arena|Barracks|Cathedral|Docks|Embassy|Parliament|Power Station|Railway Station"
    r"|Refinery|Shopping Centre|Stadium|Station|Synagogue|Mosque|Hospital|Palace)\b"
)


def staff_text(prose: Prose) -> Iterator[Found]:
    for number, line in enumerate(prose.lines, start=1):
        if match := _STAFF_TEXT.search(line):
            yield Found("staff-text", number, f'"{match[0]}" is for staff, and this is public.')


def names_staff(prose: Prose) -> Iterator[Found]:
    for number, line in enumerate(prose.lines, start=1):
        for match in _STAFF.finditer(line):
            yield Found("names-staff", number, f'"{match[0]}" names a member of staff.')


def patrol_times(prose: Prose) -> Iterator[Found]:
    """Sentences with a patrol and a time in them."""
    if not _PATROL.search(prose.text):
        return
    for number, sentence in prose.sentences:
        if (patrol := _PATROL.search(sentence)) and (time := _TIME.search(sentence)):
            said = f'"{patrol[0]}" and "{time[0]}" in one sentence say when officers are about.'
            yield Found("patrol-times", number, said)


def names_site(prose: Prose) -> Iterator[Found]:
    for number, line in enumerate(prose.lines, start=1):
        for match in _SITE.finditer(line):
            yield Found("names-site", number, f'"{match[0]}" names one place.')
