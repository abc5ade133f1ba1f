"""Everything that can be wrong with words: in a pack as it is written, and in posts as they go out.

An error stops what it touches; a warning is shown. One cause gives one line, with the forces it
touches.
"""

from bot.core.check.accepting import Acceptances, acceptance_problems, acceptances
from bot.core.check.alike import (
    ALIKE_PERCENT,
    IDENTICAL_WITHIN,
    Alike,
    Pair,
    alike,
    to_set_apart,
    worst_pairs,
)
from bot.core.check.catalogue import CHECKS, GROUPS, Check
from bot.core.check.editions import edition_problems, unraised_version
from bot.core.check.lines import gathered
from bot.core.check.locks import altered, locks_over
from bot.core.check.packs import fact_problems, local_problems, national_problems, said_problems
from bot.core.check.posts import Checked, check_posts
from bot.core.check.spelling import Dictionaries, Dictionary
from bot.core.check.windows import window_problems
from bot.core.check.words import word_problems

__all__ = [
    "ALIKE_PERCENT",
    "CHECKS",
    "GROUPS",
    "IDENTICAL_WITHIN",
    "Acceptances",
    "Alike",
    "Check",
    "Checked",
    "Dictionaries",
    "Dictionary",
    "Pair",
    "acceptance_problems",
    "acceptances",
    "alike",
    "altered",
    "check_posts",
    "edition_problems",
    "fact_problems",
    "gathered",
    "local_problems",
    "locks_over",
    "national_problems",
    "said_problems",
    "to_set_apart",
    "unraised_version",
    "window_problems",
    "word_problems",
    "worst_pairs",
]
