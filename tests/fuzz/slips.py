"""What happens to a file while somebody works on it, as hypothesis can think of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

from tests.core.strings import PIECES

Lines = list[str]

WEIRD: Final = (
    "\u202e", "\u200b", "\ufeff", "\u00a0", "\u2028", "\u0085", "\x00", "\x07", "\x1b[2J", "\x7f",
    "\ufffe", "\t", "\r", "’", "“", "”", "…", "–", "é", "ŵ", "🇬🇧", "👩‍👩‍👧",
    "e\u0301", "\U000e0001", "ﬁ", "ꙮ",
)  # fmt: skip
VALUES: Final = (
    "", "yes", "no", "true", "null", "~", "0", "-1", "1", "9999", "99999999999999999999", "1e9",
    "0x1F", "½", "²", "٣", "12.5", "inf", "nan", "2015-11-24", "Tuesday 2015-11-23",
    "Monday 2015-02-30", "31 November", "30 February", "29 February", "fifth Monday in February",
    "Monday 9999-12-31", "0001-01-01", "24:00", "09:60", "9.30", "9am", "25:99", "00:00", "23:59",
    "22:00 to 22:00", "07:00 to 22:00", "999 weeks", "0 minutes", "12 hours", "2199-12-31",
    "2015-11-23 09:00", "Monday of every week", "Friday of every week", "everyone", "nobody",
    "kent", "kent, kent", "gwent", "Wales", "force", "partner", "South East", "x", "mastodon",
    "bluesky", "en", "cy", "cy, en", "en, en", "winter", "winter@2015", "every-day@standing",
    "notice", "report", "morning", "tell-us", "look-out", "look-out/first", "report_link",
    "hotline", "in_area", "local_places", "stations", "minister_2015", "trusted", "pass", "staff",
    "repost", "never", "every week", "by date", "film.mp4", "../film.mp4", "film.mp4/..",
    "phone.png", "CON.png", "in the picture", "no speech", "{{ in_area }}", "{{ nosuch }}", "{{",
    "}}", "{%", "%}", "{{ in area }}", "{{ in_area | upper }}", "{{ in_area.__class__ }}",
    "{{ ''.join }}", "{% for one in stations %}{{ one }}", "{% if local_places %}", "{% endif %}",
    "{% raw %}", "{# note #}",
    "{% for a in stations %}{% for b in stations %}{{ a }}{% endfor %}{% endfor %}",
    "{{ 9 ** 9 ** 9 }}", "{% for one in in_area %}{{ one }}{% endfor %}", "{{ stations }}",
    "{% set x = 1 %}", "{{ force }}", "#Tag", "# note", "@kent", "&a", "*a",
    "!!python/object:os.system", "!x", "- dash", "[a, b]", "{a: b}", "|", ">", "|2", '"\\0"',
    '"\\e[2J"', '"\\N"', '"\\u202e"', '"a\\nb"', "|+", "'", '"', "'open", '"open', "a: b", "a:b",
    "http://gov.uk/ACT", "gov.uk/ACT", "https://[::1]/", "0800 789 321", "0800 789 322", "999",
    "---", "...", "<<: *a", "? a", "%YAML 1.1", "=1+1", "💥" * 50, "a" * 1_200,
    "very long words that go on " * 40, "w" * 6_000,
)  # fmt: skip
SENSIBLE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"\b\d\d:\d\d\b", ("00:00", "06:59", "09:00", "11:00", "17:15", "22:30", "23:59")),
    (r"(?:\w+day )?\b\d{4}-\d\d-\d\d\b", (
        "Monday 2015-11-23", "Tuesday 2015-11-24", "Wednesday 2015-11-25", "Saturday 2015-11-28",
        "2015-11-22", "2015-11-30", "2014-01-01", "2027-01-01", "Monday 2015-11-30",
    )),
    (r"(?<=: )(?:yes|no)\b", ("yes", "no")),
    (r"(?<=: )\d+\b", ("0", "1", "2", "5", "7", "23", "30", "59", "100", "366")),
    (r"(?:[MTWFS]\w+day(?:, )?)+", ("Monday", "Tuesday, Wednesday", "Sunday", "Monday, Tuesday")),
    (r"(?<=\{\{ )\w+", (
        "in_area", "local_places", "stations", "report_link", "old_link", "hotline", "emergency",
        "threat_level", "reports_2014", "minister_2015", "force", "example_partner",
        "in_area | first_capital",
    )),
    (r"(?<=who: ).*|(?<=only_for: ).*", (
        "everyone", "kent", "gwent, kent", "Wales", "England", "force", "national", "South East",
        "mastodon", "kent-mastodon", "Scotland", "partner", "bluesky",
    )),
    (r"(?<=theme: ).*|(?<=a-level: ).*", ("notice", "report")),
    (r"(?<=languages: ).*", ("en", "cy", "cy, en", "en, cy")),
    (r"(?<=type: ).*", ("phrase", "list", "number", "date", "yes or no")),
    (r"(?<=on: ).*", (
        "launch", "2 days after launch", "week 1 Tuesday", "week 9 Friday", "Black Friday",
        "Friday before Black Friday", "Monday after launch", "day before launch", "No Such Day",
        "300 days after Black Friday", "Tuesday, launch",
    )),
    (r"(?<=at-the-sea)(?=$)|welsh-with-places", ("at-the-sea", "welsh-with-places")),
    (r"(?<=region: ).*|(?<=nation: ).*", ("Wales", "England", "South East", "Scotland, Wales")),
    (r"(?<=follows: ).*", ("gwent-x", "gwent-english-x", "kent-x", "gwent-bluesky")),
    (r"(?<=platform: ).*", ("x", "bluesky", "mastodon")),
    (r"(?<=scheduled: ).*", ("never", "every week", "by date")),
    (r"(?<=handle: ).*", ("kent_police", "kent.police.uk", "kentpolice@example.social")),
    (r"(?:(?<=reads: )|(?<=value: )).*", ("0800 789 321", "999", "101", "0800 111 222")),
    (r"(?<=video: ).*|(?<=captions: ).*", ("film.mp4", "no", "in the picture", "no speech")),
    (r"\d+ (?:minutes?|hours?|days?)", ("1 minute", "90 minutes", "12 hours", "1 day", "300 days")),
    (r"(?<=pauses: ).*", ("every-day@standing", "winter", "winter@practice", "every-day")),
)  # fmt: skip
"""Other values that a field might well have, by what stands there."""
LINES: Final = (
    "---", "...", "<<<<<<< HEAD", "=======", ">>>>>>> theirs", "\t", "- a", "a", "a:", "  a: b",
    "? a", ": b", "# note", "#hashtag", "a: &a [*a, *a]", "a: {b: {c: {d: e}}}", "en: |", "cy: |",
    "messages:", "wordings:", "{", "[", "'", '"', "|", ">", "%TAG ! x", "\u00a0\u00a0a: b", "@a",
    "`a", "*a", "&a", "!a", "a: |\n    b\n  c", "x" * 300,
)  # fmt: skip
BOMB: Final = "\n".join(
    ["a: &a [x, x, x, x, x, x, x, x, x]"]
    + [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(9)]
)
DEEP: Final = (
    "[" * 5_000, "{" * 5_000, "a: " * 3_000, "- " * 3_000,
    "\n".join(f"{' ' * n}a:" for n in range(400)), BOMB, "? " * 3_000, "'" * 3_001, "&a " * 1_000,
    "| " * 1_000, "{{ " * 1_000, "{% if in_area %}" * 400, "a" * 100_000, "\n" * 20_000,
    "x: y\n" * 5_000, "{{ not " + "not " * 2_000 + "in_area }}", "{{ " + "(" * 2_000 + "in_area",
)  # fmt: skip


@st.composite
def slipped(draw: st.DrawFn, text: str, others: tuple[str, ...]) -> bytes:
    """A file after one to five slips. `others` are the words of files that are near."""
    lines = text.split("\n")
    for _ in range(draw(st.sampled_from((1, 1, 2, 3, 5)))):
        lines = draw(st.sampled_from(_SLIPS))(draw, lines, others)
    return _saved(draw, "\n".join(lines))


@st.composite
def changed(draw: st.DrawFn, text: str) -> bytes:
    """A file that still is one, after one to five changes that somebody might mean."""
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 5))):
        lines = draw(st.sampled_from(_GENTLE))(draw, lines, ())
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _saved(draw: st.DrawFn, text: str) -> bytes:
    """As an editor saves it, most often the usual way."""
    content = text.encode("utf-8", "surrogatepass")
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: b"\xef\xbb\xbf" + content,
        lambda: text.replace("\n", "\r\n").encode("utf-8", "surrogatepass"),
        lambda: text.replace("\n", "\r").encode("utf-8", "surrogatepass"),
        lambda: text.encode("utf-16", "surrogatepass"),
        lambda: text.encode("utf-16-le", "surrogatepass"),
        lambda: text.encode("cp1252", "replace"),
        lambda: content[: draw(st.integers(0, len(content)))],
        lambda: content + b"\0" * draw(st.integers(1, 3_000)),
        lambda: bytes(reversed(content)),
        lambda: content + content,
        lambda: b"",
    )
    way = draw(st.integers(-40, len(ways) - 1))
    return ways[way]() if way >= 0 else content


def _place(draw: st.DrawFn, lines: Lines) -> int:
    return draw(st.integers(0, max(0, len(lines) - 1)))


def _stretch(draw: st.DrawFn, lines: Lines) -> tuple[int, int]:
    start = _place(draw, lines)
    return start, min(len(lines), start + draw(st.integers(1, 8)))


def _changed(lines: Lines, at: int, line: str) -> Lines:
    return [*lines[:at], line, *lines[at + 1 :]] if lines else [line]


def _delete(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    start, end = _stretch(draw, lines)
    return lines[:start] + lines[end:]


def _double(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    start, end = _stretch(draw, lines)
    return lines[:end] + lines[start:]


def _move(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    start, end = _stretch(draw, lines)
    rest = lines[:start] + lines[end:]
    at = _place(draw, rest)
    return rest[:at] + lines[start:end] + rest[at:]


def _indent(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    start, end = _stretch(draw, lines)
    by = draw(st.sampled_from((" ", "  ", "    ", "\t", "\u00a0", "", "- ")))
    moved = [by + line if by else line.removeprefix("  ") for line in lines[start:end]]
    return lines[:start] + moved + lines[end:]


def _value(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    """Another value of a field: any, or that of another field."""
    named = [at for at, line in enumerate(lines) if ":" in line]
    if not named:
        return lines
    at = draw(st.sampled_from(named))
    name = lines[at].partition(":")[0]
    values = [line.partition(":")[2].strip() for line in lines if ":" in line]
    value = draw(st.sampled_from(VALUES) | st.sampled_from(values) | st.text(max_size=20))
    return _changed(lines, at, f"{name}: {value}")


def _sensible(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    """Another value that might be right where it stands."""
    found = [
        (at, match, values)
        for at, line in enumerate(lines)
        for pattern, values in SENSIBLE
        for match in re.finditer(pattern, line)
    ]
    if not found:
        return lines
    at, match, values = draw(st.sampled_from(found))
    new = draw(st.sampled_from(values))
    return _changed(lines, at, lines[at][: match.start()] + new + lines[at][match.end() :])


def _entry(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    """A field gone with all that stands under it, or put in once more under another name."""
    named = [at for at, line in enumerate(lines) if re.match(r" *[\w@/-]+:", line)]
    if not named:
        return lines
    at = draw(st.sampled_from(named))
    depth = len(lines[at]) - len(lines[at].lstrip())
    ends = [
        one
        for one in range(at + 1, len(lines))
        if lines[one].strip() and len(lines[one]) - len(lines[one].lstrip()) <= depth
    ]
    end = ends[0] if ends else len(lines)
    if draw(st.integers(0, 2)):
        return lines[:at] + lines[end:]
    again = [lines[at].replace(":", "-too:", 1), *lines[at + 1 : end]]
    return lines[:end] + again + lines[end:]


def _typed(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    """Something typed into words that stand under a bar."""
    spoken = [at for at, line in enumerate(lines) if line.strip() and not re.search(r"\S:", line)]
    if not spoken:
        return lines
    at = draw(st.sampled_from(spoken))
    line = lines[at]
    cut = draw(st.integers(len(line) - len(line.lstrip()), len(line)))
    typed = draw(st.sampled_from(VALUES) | st.sampled_from(PIECES) | st.sampled_from(WEIRD[11:]))
    return _changed(lines, at, line[:cut] + typed + line[cut:])


def _name(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    """Another name of a field: that of another, or one with a letter too many."""
    named = [at for at, line in enumerate(lines) if ":" in line]
    if not named:
        return lines
    at = draw(st.sampled_from(named))
    name, _, value = lines[at].partition(":")
    blank = name[: len(name) - len(name.lstrip())]
    near = [name + "s", name[:-1], name.upper(), name.replace("-", " "), name.replace("_", "-")]
    other = [blank + lines[one].partition(":")[0].strip() for one in named]
    new = draw(st.sampled_from([*near, *other]) | st.sampled_from(VALUES).map(blank.__add__))
    return _changed(lines, at, f"{new}:{value}")


def _words(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    """Something typed into a line."""
    at = _place(draw, lines)
    line = lines[at] if lines else ""
    cut = draw(st.integers(0, len(line)))
    typed = draw(
        st.sampled_from(WEIRD)
        | st.sampled_from(VALUES)
        | st.sampled_from(PIECES)
        | st.text(max_size=8)
    )
    gone = draw(st.integers(0, 3))
    return _changed(lines, at, line[:cut] + typed + line[cut + gone :])


def _line(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    at = _place(draw, lines)
    line = lines[at] if lines else ""
    blank = line[: len(line) - len(line.lstrip())]
    new = draw(st.sampled_from(LINES))
    return [*lines[:at], draw(st.sampled_from((blank, ""))) + new, *lines[at:]]


def _paste(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    """Lines of another file."""
    other = draw(st.sampled_from(others)).split("\n")
    start, end = _stretch(draw, other)
    at = _place(draw, lines)
    return lines[:at] + other[start:end] + lines[at:]


def _deep(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    at = _place(draw, lines)
    line = lines[at] if lines else ""
    blank = line[: len(line) - len(line.lstrip())]
    return [
        *lines[:at],
        blank + draw(st.sampled_from(("", "a: "))) + draw(st.sampled_from(DEEP)),
        *lines[at:],
    ]


def _glue(draw: st.DrawFn, lines: Lines, others: tuple[str, ...]) -> Lines:
    """A line joined to the one below it, or broken in two."""
    at = _place(draw, lines)
    if draw(st.booleans()) and at + 1 < len(lines):
        return [*lines[:at], lines[at] + lines[at + 1].lstrip(), *lines[at + 2 :]]
    line = lines[at] if lines else ""
    cut = draw(st.integers(0, len(line)))
    return [*lines[:at], line[:cut], line[cut:], *lines[at + 1 :]]


_SLIPS: Final = (
    *(_sensible,) * 3, *(_delete,) * 2, _double, _move, _indent, *(_value,) * 3, *(_name,) * 2,
    *(_words,) * 3, _line, _paste, _deep, _glue, _entry,
)  # fmt: skip
_GENTLE: Final = (*(_sensible,) * 5, _entry, _typed, _typed)
