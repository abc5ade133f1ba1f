"""Windows of the calendar that name what no pack has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.check.lines import error
from bot.core.config import Config, Silence
from bot.core.packs import NationalPack
from bot.core.source import Problem, did_you_mean, shortened


def window_problems(config: Config, packs: Mapping[str, NationalPack | None]) -> Iterator[Problem]:
    """One line for each window that names a theme which none of its campaigns has."""
    for silence in config.calendar.silences:
        known = _themes(silence, config, packs)
        for theme in silence.themes if known is not None else ():
            if known is not None and theme not in known:
                yield error(
                    silence.place,
                    "unknown-theme",
                    f'{silence.name} names the theme "{shortened(theme)}", which none of its '
                    "campaigns has.",
                    did_you_mean(theme, known, what="Themes"),
                )


def _themes(
    silence: Silence, config: Config, packs: Mapping[str, NationalPack | None]
) -> set[str] | None:
    """The themes that a window could mean; None where a pack of them cannot be read."""
    runs = config.runs
    named = {runs[name].pack if name in runs else name for name in silence.campaigns or packs}
    found: set[str] = set()
    for name in named:
        pack = packs.get(name)
        if pack is None:
            return None
        found |= pack.themes.keys()
    return found
