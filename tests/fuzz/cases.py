"""What is tried on an office: one file or two that are not what they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from bot.core.model import Mode
from tests.fuzz.documents import a_document
from tests.fuzz.office import SETTLED
from tests.fuzz.slips import changed, slipped

KINDS: Final = (
    ("messages/national/", "pack"),
    ("messages/local/", "local"),
    ("messages/regions/", "region"),
    *((file.removesuffix(".yaml"), file[7:-5]) for file in SETTLED),
)
RENAMED: Final = (
    "tell-us",
    "look-out",
    "first",
    "winter",
    "kent",
    "notice",
    "report_link",
    "in_area",
    "morning",
)


@dataclass(frozen=True, slots=True)
class Case:
    """Files as they are now, None for one that is gone; and whether the bot is live."""

    files: Mapping[str, bytes | None]
    mode: Mode = Mode.DRY


def cases(texts: Mapping[str, str]) -> st.SearchStrategy[Case]:
    """An office whose files have these words, after something happened to it."""
    return _case(dict(texts))


@st.composite
def _case(draw: st.DrawFn, texts: dict[str, str]) -> Case:
    files = sorted(texts, key=lambda name: (name.startswith("config"), name))
    names = draw(st.lists(st.sampled_from(files), min_size=1, max_size=2, unique=True))
    mode = draw(st.sampled_from((Mode.DRY, Mode.DRY, Mode.LIVE)))
    return Case({name: _content(draw, name, texts) for name in names}, mode)


def _content(draw: st.DrawFn, name: str, texts: dict[str, str]) -> bytes | None:
    way = draw(st.integers(0, 39))
    if way == 0:
        return None
    if way == 1:  # another file in its place
        return texts[draw(st.sampled_from(sorted(texts)))].encode()
    if way == 2:
        return draw(st.binary(max_size=200))
    if way == 3:
        old = draw(st.sampled_from(RENAMED))
        return texts[name].replace(old, old + "s").encode()
    kind = next((kind for start, kind in KINDS if name.startswith(start)), None)
    if way < 7 and kind and name.endswith(".yaml"):
        return draw(a_document(kind))
    if way < 24:
        return draw(changed(texts[name]))
    return draw(slipped(texts[name], tuple(texts.values())))
