"""What many accounts have in common, in one line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.core.render import TooLong
from bot.core.source import Place, Problem, listed


def too_long_in_words(found: Iterable[TooLong], senders: int) -> Iterator[Problem]:
    """One line for each wording that is too long for anybody."""
    by_place: dict[tuple[Place, str], list[TooLong]] = {}
    for one in found:
        by_place.setdefault((one.place, one.platform.label), []).append(one)
    for (place, platform), long in by_place.items():
        over = {one.sender: one.by for one in sorted(long, key=lambda one: one.by)}
        values = sorted(one.longest_value for one in long if one.longest_value)
        longest = f" Longest value: {max(values, key=values.count)}." if values else ""
        yield Problem(
            place,
            "too-long",
            f"too long on {platform} for {len(over)} of {senders}: {_by(over)}.{longest}",
            "Shorten the wording, or the longest of the values these forces filled in.",
            forces=tuple(sorted(over)),
        )


def _by(over: Mapping[str, int]) -> str:
    """`dyfed-powys by 6, hampshire by 2`; of many, the five that are furthest over."""
    most = sorted(over, key=lambda sender: (-over[sender], sender))
    shown = ", ".join(f"{sender} by {over[sender]}" for sender in most[:5])
    return (
        f"{shown} and {len(most) - 5} more"
        if len(most) > 6
        else ", ".join(f"{sender} by {over[sender]}" for sender in most)
    )


def nothing_left_in_words(found: Mapping[tuple[Place, str], Collection[str]]) -> Iterator[Problem]:
    """One line for each theme on which some force could say nothing at all."""
    for (place, theme), senders in found.items():
        forces = tuple(sorted(senders))
        shown = listed(forces[:6] if len(forces) < 8 else (*forces[:5], f"{len(forces) - 5} more"))
        yield Problem(
            place,
            "force-left-with-nothing",
            f'nothing of the theme "{theme}" is left for {shown} to say.',
            "Each of its wordings is for other forces, or lacks one of their languages. Write one "
            "that any force can use.",
            forces=forces,
        )
