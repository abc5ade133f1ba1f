"""The values that a post shows, each with the file in which it was filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bot.core.config import Config
from bot.core.explain.values import Part, Said
from bot.core.model import Language, london_day
from bot.core.packs import LocalPack, Pack, ValueField, ValueKind
from bot.core.reading import Words, written
from bot.core.source import Place
from bot.core.templates import Values, inspect


def values_used(
    pack: Pack,
    config: Config,
    words: tuple[Words, ...],
    values: Values,
    language: Language,
    due: datetime,
) -> Iterator[Part]:
    """A part for each name in these words, in the order in which they are first read."""
    names = {name: None for one in words for name in inspect(one.text, local=False)[0].names}
    for name in names:
        if name in pack.national.values:
            yield filled_in(pack, name, language)
        else:
            yield Part(name, str(values.get(name, "")), *_of_config(pack, config, name, due))


def _of_config(pack: Pack, config: Config, name: str, due: datetime) -> tuple[Place | None, str]:
    """(where config/ has what everybody may show, a note)."""
    if name in config.facts:
        return config.facts[name].place, ""
    if config.threat and name in ("threat_level", "threat_meaning"):
        past = [dated for dated in config.threat.history if dated[0] <= london_day(due)]
        since = f"{past[-1][1]} since {written(past[-1][0], weekday=False)}" if past else ""
        return config.threat.place, since
    sender = pack.sender
    return (sender.places.get("name", sender.place), "") if name == "force" else (None, "")


def filled_in(pack: Pack, name: str, language: Language) -> Part:
    """What was filled in last, and what each layer below it had."""
    found = list(_layers(pack, name, language))
    if not found:
        return Part(name, "", None, "nobody filled it in")
    top = found.pop()
    return Part(name, top.says, top.place, replaced=tuple(reversed(found)))


def _layers(pack: Pack, name: str, language: Language) -> Iterator[Said]:
    """What fills a value in, from the lowest up: config/forces.yaml lies above a region's pack."""
    sender, asked = pack.sender, pack.national.values[name]
    if asked.default:
        yield Said(_says(asked, asked.default, language), asked.place)
    regions = [layer for layer in pack.layers if layer.region]
    yield from _filled_by(regions, asked, language)
    usual = _says(asked, sender.values.get(name, {}), language)
    if usual:
        yield Said(usual, sender.value_places.get(name) or sender.place or Place("config"))
    yield from _filled_by([layer for layer in pack.layers if not layer.region], asked, language)


def _filled_by(
    layers: Iterable[LocalPack], asked: ValueField, language: Language
) -> Iterator[Said]:
    for layer in layers:
        own = _says(asked, layer.fill_in.get(asked.name, {}), language)
        if own:
            yield Said(own, layer.places["fill_in", asked.name])


def _says(asked: ValueField, given: Mapping[Language, str], language: Language) -> str:
    is_fact = asked.kind is ValueKind.YES_OR_NO  # of which a no is an answer too
    return asked.written(given, language) if is_fact else asked.shown(given, language)
