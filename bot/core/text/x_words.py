"""One fast pattern for many words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

_Tree: TypeAlias = "dict[str, _Tree]"
_END = ""


def any_of(words: Iterable[str], *, either_case: bool = False) -> str:
    """A pattern for `re` that matches the longest of the words at a place.

    A plain `a|b|c` of thousands of words is tried word by word; this one is nested by first
    character, so the cost grows with the length of the word found. `either_case` lets each
    letter stand in upper or lower case without the surprises of `re.IGNORECASE`, for which
    the Kelvin sign is a K.
    """
    tree: _Tree = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[_END] = {}
    return _pattern(tree, either_case)


def _pattern(tree: _Tree, either_case: bool) -> str:
    leaves: list[str] = []
    branches: list[str] = []
    for character, rest in sorted(tree.items()):
        if character == _END:
            continue
        if rest.keys() == {_END}:
            leaves.append(_one(character, either_case))
        else:
            branches.append(f"[{_one(character, either_case)}]{_pattern(rest, either_case)}")
    if leaves:
        branches.append(f"[{''.join(leaves)}]")
    optional = "?" if _END in tree else ""
    return f"(?:{'|'.join(branches)}){optional}"


def _one(character: str, either_case: bool) -> str:
    forms = {character, character.lower(), character.upper()} if either_case else {character}
    return "".join(re.escape(form) for form in sorted(forms) if len(form) == 1)
