"""The addresses in a text, found from left to right in one pass.

X and Mastodon look for a character that may stand before an address, a protocol or none, a domain
that ends in a known top-level domain, and what may follow it. What is taken in is spent, and the
longest domain wins. As one regular expression that search is quadratic: in `a.a.a.a` it walks to
the end of the word from every letter. So where a domain ends is found out once for each label,
from right to left.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one platform spells an address, in the order in which it is read.

    `start` is what may stand `before`, a `protocol` or none, and looks ahead to where a domain may
    begin. A `label` goes as far as its letters; it is `whole` if a domain may begin with it.
    `rest` may be empty, and has a `path`.
    """

    start: re.Pattern[str]
    label: re.Pattern[str]
    rest: re.Pattern[str]


class Address(NamedTuple):
    """An address as written: `protocol` and `path` are empty where it has none."""

    start: int
    end: int
    before: str
    protocol: str
    domain: str
    path: str


_start: Final = attrgetter("start")


class _Label(NamedTuple):
    """Where domains end that begin in this label; None where none can."""

    start: int
    longer: int | None = None  # past the full stop after it
    own: int | None = None  # with this label as the last before the top-level domain ...
    own_from: int = 0  # ... for those that begin here or later: no underscore is in that label

    def domain_end(self, start: int) -> int | None:
        if self.longer is not None:
            return self.longer
        return self.own if start >= self.own_from else None


def addresses(
    text: str,
    spelling: Spelling,
    top_level: re.Pattern[str],
    first: int = 0,
    last: int = sys.maxsize,
) -> Iterator[Address]:
    """The addresses in that part of the text, in order; `top_level` begins with its full stop."""
    labels = _labels(text, list(spelling.label.finditer(text, first, last)), top_level, last)
    at = first
    while match := spelling.start.search(text, at, last):
        before, protocol = match.groups("")
        begins = match.end()
        end = labels[bisect_right(labels, begins, key=_start) - 1].domain_end(begins)
        if end is None:
            at = match.start() + 1
            continue
        rest = spelling.rest.match(text, end, last)
        path, at = (rest["path"] or "", rest.end()) if rest else ("", end)
        yield Address(begins - len(protocol), at, before, protocol, text[begins:end], path)


def _labels(
    text: str, found: Sequence[re.Match[str]], top_level: re.Pattern[str], last: int
) -> list[_Label]:
    labels: list[_Label] = []
    follows, follows_from = None, -1  # where a domain ends that begins with the label after
    for run in reversed(found):
        start, stop = run.span()
        label = _Label(start)
        if text.startswith(".", stop, last) and text[stop - 1] != "-":
            tld = top_level.match(text, stop, last)
            joined = follows_from == stop + 1 and text[stop - 1] != "_"
            own_from = text.rfind("_", start, stop) + 1
            label = _Label(start, follows if joined else None, tld and tld.end(), own_from)
        labels.append(label)
        follows, follows_from = (label.domain_end(start) if run["whole"] else None), start
    labels.reverse()
    return labels
