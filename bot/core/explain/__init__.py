"""Where every part of a post came from: the file and line of each, and what it stands instead of.

Nothing is noted while packs are laid over one another: each part keeps the place it was read at,
so the layers are asked again, from the lowest up. `words` follows lines through a template,
`values_used`, `timing` and `explaining` find the rest.
"""

from bot.core.explain.explaining import explain
from bot.core.explain.timing import SLOT, day_of
from bot.core.explain.values import Explanation, Part, Said
from bot.core.explain.values_used import filled_in

__all__ = ["SLOT", "Explanation", "Part", "Said", "day_of", "explain", "filled_in"]
