"""Which runs of characters X counts as one emoji.

X gives every emoji the weight 2, however many characters it is made of. An emoji of a single
character weighs 2 anyway, so only those of several matter here: with a variation selector or a
skin tone, keycaps, flags, and people or things joined by U+200D.

X's own table (twemoji-parser 11, of 2019) lacks the emoji added since, and the official
JavaScript counts those piece by piece; x.com shows them as 2, and so do we.

Source: the behaviour of twemoji-parser 11.0.2 and 14.0.0, compared over the `emoji` package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from bot.core.text.x_words import any_of

_SELECTOR = "\ufe0f"  # asks for the colour form of the character before it
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"

# Coloured without being asked, yet X takes a selector after them into the same emoji.
_SELECTOR_ALLOWED = (
    "⌚⌛◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛔⛪⛲⛳⛵⛺⛽❗⬛⬜⭐⭕🀄🈚🈯"
)
# The skier is not meant to have a skin tone, but X counts one with it.
_TONE_ALLOWED = "\u26f7"
# A person in a suit, floating: never given a gender by Unicode, but by X.
_FLOATING = "\U0001f574"
# A person in a tuxedo: given a gender by X long before Unicode did.
_TUXEDO = "\U0001f935"
# X splits these two: infinity with a selector, and the eye in a speech bubble with its own.
_SPLIT = {"\u267e\ufe0f", "\U0001f441\ufe0f\u200d\U0001f5e8\ufe0f"}
_EYE_IN_BUBBLE = "\U0001f441\u200d\U0001f5e8"


def _sequences(newest: float) -> set[str]:
    """Every emoji of two characters or more that X counts as one, up to a version of Emoji."""
    from emoji import EMOJI_DATA, STATUS  # a fortieth of a second, for texts that have emoji

    proper = {
        emoji
        for emoji, facts in EMOJI_DATA.items()
        if len(emoji) > 1
        and facts["status"] == STATUS["fully_qualified"]
        and (facts["E"] <= newest or emoji[0] == _TUXEDO)
    }
    found = (proper - _SPLIT) | {_EYE_IN_BUBBLE}
    found |= {
        f"{_FLOATING}{look}\u200d{gender}\ufe0f"
        for look in (_SELECTOR, *_SKIN_TONES)
        for gender in "♀♂"
    }
    found |= {base + _SELECTOR for base in _SELECTOR_ALLOWED}
    found |= {f"{key}\u20e3" for key in "#*0123456789"}
    toned = {e[0] for e in proper if len(e) == 2 and e[1] in _SKIN_TONES} | set(_TONE_ALLOWED)
    found |= {base + tone for base in _TONE_ALLOWED for tone in _SKIN_TONES}
    both = {base for base in toned if base + _SELECTOR in proper}
    return found | {base + _SELECTOR + tone for base in both for tone in _SKIN_TONES}


OLD: Final = 11.0  # the version of Emoji that the official JavaScript knows
ANY: Final = 1_000.0


@cache
def _sequence(newest: float) -> re.Pattern[str]:
    return re.compile(any_of(_sequences(newest)))  # slow, and most texts never need it


# What every sequence has in second place, and most texts do not have at all.
_SECOND = re.compile(f"[\u200d\u20e3{_SELECTOR}\U0001f1e6-\U0001f1ff{_SKIN_TONES}\U000e0067]")


def find_emoji_sequences(text: str, *, newest: float = ANY) -> Iterator[re.Match[str]]:
    """The emoji of two characters or more, from left to right, up to a version of Emoji."""
    taken = 0
    for second in _SECOND.finditer(text):
        start = second.start() - 1
        match = _sequence(newest).match(text, start) if start >= taken else None
        if match:
            taken = match.end()
            yield match
