"""Named conditions on facts of a force, one of its accounts, or what it filled in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from bot.core.model import Account, Sender
from bot.core.packs.limits import names_of
from bot.core.packs.pack import (
    Condition,
    Message,
    NationalPack,
    Pack,
    ValueField,
    Wording,
)
from bot.core.reading import Reader
from bot.core.source import Fields, did_you_mean, shortened

CONDITIONS: Final = "conditions"
FACTS: Final = ("force", "kind", "sector", "region", "nation", "language", "platform")
"""The facts that every sender or account has, by the names that conditions call them."""
YES_NO: Final = ("yes", "no")


def read_conditions(
    reader: Reader, top: Fields, values: Mapping[str, ValueField]
) -> dict[str, Condition]:
    """The conditions of a pack; `values` are what it asks each force for."""
    group = reader.fields(top.entries.get(CONDITIONS), top.place, f'"{CONDITIONS}"')
    found = {}
    for name, node in reader.names(group, "condition").items():
        place = group.keys[name]
        inner = reader.fields(node, place, f'the condition "{name}"')
        if not inner.entries and not any(one.place.line == place.line for one in reader.problems):
            advice = "Write each fact on a line under it, such as nation: Wales"
            reader.problem(place, "empty", f'the condition "{name}" has no facts.', advice)
        facts = {fact: _fact(reader, inner, fact, values) for fact in inner.entries}
        found[name] = Condition(name, facts, place, inner.keys)
    return found


def _fact(
    reader: Reader, group: Fields, fact: str, values: Mapping[str, ValueField]
) -> tuple[str, ...]:
    """What a fact may be; of what a force may have filled in `yes` or `no`."""
    place = group.keys[fact]
    if fact in FACTS and fact in values:
        said = f'"{fact}" is a fact of every force, and a value that this pack asks for.'
        reader.problem(place, "two-values", said, "Give the value another name.")
    elif fact not in FACTS and fact not in values:
        said = f'no fact is called "{shortened(fact)}", and the pack asks for no such value.'
        reader.problem(place, "unknown-fact", said, did_you_mean(fact, (*FACTS, *values)))
    words = (reader.phrase(group, fact) or "").split(",")
    wanted = tuple(one.strip() for one in words if one.strip())
    if fact not in values:
        return wanted
    wanted = tuple(one.lower() for one in wanted)
    if other := next((one for one in wanted if one not in YES_NO), None):
        said = f'whether a force filled in {fact} is yes or no, not "{shortened(other)}".'
        reader.problem(reader.at(group, fact), "yes-or-no", said, f"Write {fact}: yes")
    return wanted


def names_in(pack: Pack, account: Account) -> frozenset[str]:
    """Every name that means an account in this pack: its own, and the conditions it meets."""
    names = names_of(pack.sender, account)
    met = (one.name for one in pack.national.conditions.values() if holds(one, pack, account))
    return names.union(met)


def filled_in_by(message: Message, wording: Wording, pack: NationalPack) -> frozenset[str]:
    """The values that whoever may say a wording has surely filled in."""
    found = set(wording.forces_with)
    for limit in (*message.only_for, *wording.only_for):
        met = [pack.conditions.get(name.lower()) for name in limit]
        asked = [_said(condition, "yes") if condition else frozenset() for condition in met]
        found |= frozenset.intersection(*asked)
    for name in (*message.not_for, *wording.not_for):
        condition = pack.conditions.get(name.lower())
        if condition and len(condition.facts) == 1:
            found |= _said(condition, "no")
    return frozenset(found)


def _said(condition: Condition, answer: str) -> frozenset[str]:
    """The values that a condition wants filled in, or empty."""
    facts = condition.facts.items()
    return frozenset(fact for fact, wanted in facts if fact not in FACTS and wanted == (answer,))


def holds(condition: Condition, pack: Pack, account: Account) -> bool:
    """Whether all facts of a condition are so for an account."""
    return may_hold(condition, pack.sender, account) and all(
        YES_NO[not pack.has(fact, account.languages)] in wanted
        for fact, wanted in condition.facts.items()
        if fact not in FACTS
    )


def may_hold(condition: Condition, sender: Sender, account: Account) -> bool:
    """Whether it is so, or would be if the force filled in something else."""
    return all(
        not facts_of(fact, sender, account).isdisjoint(map(str.lower, wanted))
        for fact, wanted in condition.facts.items()
        if fact in FACTS
    )


def facts_of(fact: str, sender: Sender, account: Account) -> frozenset[str]:
    """What one of FACTS is for an account, in small letters: it may have several languages."""
    found: Collection[str | None] = {
        "force": (sender.id,),
        "kind": (sender.kind,),
        "sector": sender.sectors,
        "region": (sender.region,),
        "nation": (sender.nation,),
        "language": [*account.languages, *(language.label for language in account.languages)],
        "platform": (account.platform,),
    }[fact]
    return frozenset(one.lower() for one in found if one)
