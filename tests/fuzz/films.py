"""MP4 files that something happened to: in a byte, in a number of a table, in a whole box."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from hypothesis import strategies as st

from bot.core.mp4 import Film, read_film
from bot.core.source import Place, Problem
from bot.core.videos import film_fault
from tests.fuzz.looking import wrong_words
from tests.videos import Tree, a_video, trees

NUMBERS: Final = (
    0,
    1,
    2,
    3,
    7,
    100,
    0xFF,
    0xFFFF,
    0x10000,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFF0,
    0xFFFFFFFF,
)
FILMS: Final = (
    a_video(), a_video(data=b"+51.27", sound=None), a_video(head_last=True, is_turned=True),
    a_video(frames=3, filling=999),
)  # fmt: skip


@st.composite
def broken_films(draw: st.DrawFn) -> bytes:
    whole = Tree(b"", b"", trees(draw(st.sampled_from(FILMS))))
    for _ in range(draw(st.integers(0, 4))):
        every = list(whole.all())[1:]
        if not every:
            break
        one = draw(st.sampled_from(every))
        way = draw(st.integers(0, 5))
        if way == 0:
            one.kind = draw(
                st.sampled_from([other.kind for other in every]) | st.binary(min_size=4, max_size=4)
            )
        elif way == 1:
            holder = draw(st.sampled_from([whole, *(other for other in every if other.inner)]))
            holder.inner.insert(0, deepcopy(one))
        elif way == 2:
            one.inner = one.inner[1:]
            one.content = one.content[: draw(st.integers(0, max(0, len(one.content))))]
        else:
            one.content = _renumbered(draw, one.content)
    content = b"".join(map(bytes, whole.inner))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(content)))
        content = (
            content[:at] + draw(st.binary(max_size=8)) + content[at + draw(st.integers(0, 8)) :]
        )
    return content


def _renumbered(draw: st.DrawFn, content: bytes) -> bytes:
    """Another number in a table, or other rows in it."""
    numbers = st.sampled_from(NUMBERS) | st.integers(0, 2_000)
    if draw(st.booleans()):
        rows = draw(st.lists(numbers, max_size=12))
        return bytes(4) + struct.pack(f">I{len(rows)}I", draw(numbers), *rows)
    at = 4 * draw(st.integers(0, max(0, len(content) // 4 - 1)))
    return content[:at] + struct.pack(">I", draw(numbers)) + content[at + 4 :]


def film_faults(content: bytes) -> Iterator[str]:
    """What must never come of a film's bytes."""
    found = read_film(content, "film.mp4")
    if not isinstance(found, Film):
        yield from wrong_words(Problem(Place("F"), found.code, found.message, found.advice))
        return
    written = sum(len(new) for _, new in found.edits)
    if written > 3 * len(content) + 1_000:
        yield f"{written} bytes are written over {len(content)}"
        return
    clean = found.cleaned(content)
    if len(clean) != len(content):
        yield "the cleaned film has another length"
    again = read_film(clean, "film.mp4")
    if not isinstance(again, Film):
        yield f"the cleaned film cannot be read: {again}"
    elif again.cleaned(clean) != clean:
        yield "to clean a clean film changes it"
    film_fault(found, "film.mp4")
