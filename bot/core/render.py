"""Sandboxed, strict templates -> the exact text for one account, with its digest.

A wording is Jinja2 with an allow-list: `{{ name }}`, named filters, and in national packs `if`
and `for` over a list. No arithmetic, no calls, no `range`: a template cannot grow without end,
because nothing in it makes anything, and a loop runs over what a person typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.config import Config
from bot.core.model import Account, Language, Pick, PlatformName, Rendering
from bot.core.packs import NationalPack, Pack, Wording
from bot.core.reading import Words
from bot.core.source import Place, Problem, did_you_mean
from bot.core.text import x

MAX_TEXT: Final = 5_000  # characters; no platform takes more, and a mistake stops here
MAX_LOOPS: Final = 2  # one inside another


def first_capital(text: str) -> str:
    """The phrase with a capital first letter, for the start of a sentence."""
    return text[:1].upper() + text[1:]


FILTERS: Final = {"first_capital": first_capital}

_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, cache_size=0, keep_trailing_newline=False
)
_ENVIRONMENT.filters.clear()
_ENVIRONMENT.filters.update(FILTERS)
_ENVIRONMENT.globals.clear()

ALLOWED: Final = (
    "A wording knows {{ name }}, {{ name | filter }}, {% if name %} and "
    "{% for one in names %}, and nothing else."
)

INSIDE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
LOGIC_WORDS: Final = {"and", "or", "not", "if", "else", "is"}

ALLOWED_LOCAL: Final = "A local wording knows {{ name }} and {{ name | filter }}, and nothing else."
A_LOOP: Final = "{% for one in names %}{{ one }}{% endfor %} prints the values of a list."

_OUTPUT: Final = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Filter)
_LOGIC: Final = (nodes.If, nodes.For, nodes.Not, nodes.And, nodes.Or)


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """What a template asks for: names with the line (from 1) of their first use."""

    names: Mapping[str, int]  # all of them
    lists: frozenset[str] = frozenset()  # those a loop runs over
    guarded: frozenset[str] = frozenset()  # those an `if` asks about: they may be empty
    misspelt: tuple[tuple[str, int], ...] = ()  # written with spaces or hyphens


@lru_cache(maxsize=50_000)
def _compiled(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)


@lru_cache(maxsize=50_000)
def inspect(text: str, *, local: bool) -> tuple[TemplateUse, tuple[tuple[int, str, str, str], ...]]:
    """The names a template uses, and what is wrong with it: (line, code, message, advice)."""
    misspelt = tuple(_misspelt(text))
    if misspelt:
        return TemplateUse({}, misspelt=misspelt), ()
    if hidden := _hidden(text):
        return TemplateUse({}), (hidden,)
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        return TemplateUse({}), (_syntax(text, error),)
    found = next(_forbidden(tree, local=local), None)
    return (TemplateUse({}), (found,)) if found else (_use(tree), ())


def _use(tree: nodes.Template) -> TemplateUse:
    loops = list(tree.find_all(nodes.For))
    loop_names = {loop.target.name for loop in loops if isinstance(loop.target, nodes.Name)}
    lists = frozenset(loop.iter.name for loop in loops if isinstance(loop.iter, nodes.Name))
    guarded = frozenset(
        name.name for branch in tree.find_all(nodes.If) for name in _names_in(branch.test)
    )
    names: dict[str, int] = {}
    for node in tree.find_all(nodes.Name):
        if node.name not in loop_names:
            names.setdefault(node.name, node.lineno)
    return TemplateUse(names, lists, guarded)


def _names_in(node: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Name):
        yield node
    yield from node.find_all(nodes.Name)


def _misspelt(text: str) -> Iterator[tuple[str, int]]:
    """What stands between {{ }} and would be a name if it had _ for its spaces and hyphens."""
    for number, line in enumerate(text.split("\n"), start=1):
        for match in INSIDE.finditer(line):
            words = re.split(r"[ -]+", match[1])
            if (
                len(words) > 1
                and not LOGIC_WORDS & set(words)
                and all(map(str.isidentifier, words))
            ):
                yield match[1], number


def _hidden(text: str) -> tuple[int, str, str, str] | None:
    """Jinja2's notes and its way to print braces: neither is ever seen on the tree."""
    for number, line in enumerate(text.split("\n"), start=1):
        if "{#" in line:
            return (
                number,
                "template-note",
                "{# #} is not used in a wording.",
                "A note for colleagues stands behind # on a line of its own, above the wording.",
            )
        if re.search(r"\{%[-+]?\s*raw\b", line):
            return number, "template-word", '"raw" cannot be used in a wording.', ALLOWED
    return None


def _forbidden(tree: nodes.Template, *, local: bool) -> Iterator[tuple[int, str, str, str]]:
    for node, depth in _walk(tree, 0):
        line = getattr(node, "lineno", 1)
        if isinstance(node, (nodes.If, nodes.For)) and local:
            yield (
                line,
                "template-local",
                "{% %} is not used in local packs.",
                "Write the words out; {{ name }} is all a local wording needs.",
            )
            return
        if not isinstance(node, _OUTPUT if local else _OUTPUT + _LOGIC):
            sentence = f"{_spoken(node)} cannot be used in a {'local ' * local}wording."
            yield line, "template-word", sentence, ALLOWED_LOCAL if local else ALLOWED
            return
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield (
                line,
                "unknown-filter",
                f'there is no filter called "{node.name}".',
                did_you_mean(node.name, FILTERS),
            )
        if isinstance(node, nodes.For) and (
            not isinstance(node.iter, nodes.Name) or node.recursive or node.test
        ):
            yield line, "template-loop", "a loop runs over one list by its name.", A_LOOP
        if depth > MAX_LOOPS:
            yield line, "template-loop", "these loops are nested too deep.", A_LOOP


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    yield node, depth
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + isinstance(child, nodes.For))


def _spoken(node: nodes.Node) -> str:
    names: dict[type[nodes.Node], str] = {
        nodes.Const: "a number or a text in quotes",
        nodes.Call: "a call with ( )",
        nodes.Getattr: "a dot inside {{ }}",
        nodes.Getitem: "[ ] inside {{ }}",
        nodes.Assign: '"set"',
        nodes.CondExpr: '"if" inside {{ }}',
        nodes.And: '"and"',
        nodes.Or: '"or"',
        nodes.Not: '"not"',
        nodes.Compare: "a comparison",
        nodes.Concat: "~ inside {{ }}",
        nodes.Test: '"is"',
    }
    if isinstance(node, (nodes.BinExpr, nodes.UnaryExpr)) and type(node) not in names:
        return "arithmetic"
    return names.get(type(node), f'"{type(node).__name__.lower()}"')


def _syntax(text: str, error: TemplateSyntaxError) -> tuple[int, str, str, str]:
    """A Jinja2 syntax error in the author's words."""
    line = error.lineno or 1
    written = text.split("\n")[line - 1 : line]
    if any(not inside[1] for inside in INSIDE.finditer(written[0] if written else "")):
        return line, "template", "{{ }} is empty.", "Write a name in it: {{ in_area }}."
    if "{%" in text:
        return (
            line,
            "template",
            "the {% %} here do not match.",
            "Every {% if name %} needs its {% endif %}, every {% for %} its {% endfor %}.",
        )
    return (
        line,
        "template",
        "the {{ }} here do not match.",
        "Every {{ needs its }} on the same line, with one name between them.",
    )


def value_names(pack: NationalPack, config: Config) -> frozenset[str]:
    """Every name a wording of this pack may use."""
    return frozenset(pack.values) | config.tokens()


def template_problems(
    words: Words, *, local: bool, known: Collection[str], lists: Collection[str] = ()
) -> Iterator[Problem]:
    """Everything wrong with one wording's template, whichever branch would be taken.

    `known` are all names it may use, `lists` those of them that hold several values.
    """
    use, wrong = inspect(words.text, local=local)
    for line, code, message, advice in wrong:
        yield Problem(_at(words.place, line), code, message, advice)
    for name, line in use.misspelt:
        meant = re.sub(r"[ -]+", "_", name).lower()
        advice = (
            f"{_did_you_mean(meant, known)} Names have no spaces or hyphens; they have _ instead."
        )
        sentence = f'no value called "{name}".'
        yield Problem(_at(words.place, line), "unknown-value", sentence, advice)
    for name, line in use.names.items():
        if name not in known:
            yield Problem(
                _at(words.place, line),
                "unknown-value",
                f'no value called "{name}".',
                _did_you_mean(name, known),
            )
        elif (name in lists) != (name in use.lists):
            yield Problem(
                _at(words.place, line),
                "list",
                f'"{name}" {"holds several values" if name in lists else "is not a list"}.',
                A_LOOP,
            )


def _did_you_mean(wrong: str, known: Collection[str]) -> str:
    return re.sub(r"Did you mean (\w+)\?", r"Did you mean {{ \1 }}?", did_you_mean(wrong, known))


def _at(place: Place, line: int) -> Place:
    """The pack's line of a template's line; a `|` block's words begin at `place`."""
    return Place(place.file, place.line + line - 1)


def values_for(
    pack: Pack, config: Config, language: Language, due: datetime
) -> dict[str, str | tuple[str, ...]]:
    """What every name stands for, for one sender, in one language, at one instant."""
    values: dict[str, str | tuple[str, ...]] = {
        name: fact.value(language) for name, fact in config.facts.items()
    }
    if config.threat:
        values.update(config.threat.at(due, language))
    values["force"] = pack.sender.name(language)
    for name, asked in pack.national.values.items():
        filled = pack.values.get(name, {}).get(language, "")
        values[name] = _several(filled) if asked.is_list else filled
    return values


def _several(filled: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in filled.split(",") if one.strip())


def _missing_value(
    use: TemplateUse, values: Mapping[str, str | tuple[str, ...]], words: Words, due: datetime
) -> Problem | None:
    """The first name in a wording that stands for nothing on the day."""
    for name, line in [*use.names.items(), *use.misspelt]:
        if name not in values:
            return Problem(
                _at(words.place, line),
                "unknown-value",
                f'no value called "{name}" on {due:%d %B %Y}.',
                _did_you_mean(name, values),
            )
        if not values[name] and name not in use.guarded | use.lists:
            return Problem(
                _at(words.place, line),
                "not-filled-in",
                f'"{name}" is empty here, so a hole would be published.',
                f"Fill it in, or add for_forces_with: {name} to the wording.",
            )
    return None


def render(
    pack: Pack,
    config: Config,
    account: Account,
    *,
    language: Language,
    due: datetime,
    message: str,
    wording: Wording,
) -> Rendering | Problem:
    """Exactly what this account would publish, or the Problem that stops it, at the pack's line."""
    words = wording.words[language]
    values = values_for(pack, config, language, due)
    use, wrong = inspect(words.text, local=wording.local)
    if wrong:
        line, code, sentence, advice = wrong[0]
        return Problem(_at(words.place, line), code, sentence, advice)
    missing = _missing_value(use, values, words, due)
    if missing:
        return missing
    text = _tidy(_compiled(words.text).render(values))
    if not text:
        return Problem(
            words.place,
            "no-words",
            "no words are left here, so only hashtags would be published.",
            "Give the {% if %} an {% else %} with words.",
        )
    if len(text) > MAX_TEXT:
        return Problem(
            words.place,
            "endless",
            f"the text grows to {len(text):,} characters.",
            "No platform takes so much: take the loop out, or shorten its list.",
        )
    return finished(
        text, pack, account, language=language, due=due, pick=Pick(message, wording.name)
    )


@dataclass(frozen=True, slots=True)
class TooLong:
    """A wording that does not fit for one account, picked or not."""

    place: Place
    platform: PlatformName
    sender: str
    by: int
    longest_value: str  # the name of the longest value in it; empty where it has none


def too_long(
    pack: Pack, config: Config, account: Account, wordings: Iterable[Wording], due: datetime
) -> Iterator[TooLong]:
    """The wordings that would not fit, with the hashtags that must go in."""
    tags = "\n" + " ".join(f"#{tag}" for tag in pack.national.hashtags)
    for language in account.languages:
        values = values_for(pack, config, language, due)
        for wording in wordings:
            use, wrong = inspect(wording.words[language].text, local=wording.local)
            if wrong or use.misspelt or set(use.names) - set(values):
                continue
            text = _tidy(_compiled(wording.words[language].text).render(values)) + tags
            # Plain characters weigh 1 and a link 23, so most texts need not be parsed.
            if text.isascii() and len(text) + 23 * len(MAY_LINK.findall(text)) <= x.LIMIT:
                continue
            by = x.parse(text).length - x.LIMIT
            if by > 0:
                mine = [name for name in use.names if name in pack.national.values]
                longest = max(mine, key=lambda name: len(str(values[name])), default="")
                place = wording.words[language].place
                yield TooLong(place, account.platform, pack.sender.id, by, longest)


MAY_LINK: Final = re.compile(r"\.\w")  # what no link is without


def finished(
    words: str, pack: Pack, account: Account, *, language: Language, due: datetime, pick: Pick
) -> Rendering:
    """Words -> the rendering: hashtags added, counted and linked as the platform does it."""
    text = with_hashtags(words, pack.national.hashtags, pack.national.more_hashtags)
    parsed = x.parse(text)
    return Rendering(
        account=account.id,
        platform=account.platform,
        language=language,
        due=due,
        pick=pick,
        text=text,
        length=parsed.length,
        limit=parsed.limit,
        hashtags=tuple(s.value for s in parsed.spans if s.kind is x.Entity.HASHTAG),
        links=tuple(s.value for s in parsed.spans if s.kind is x.Entity.LINK),
        digest=Rendering.digest_of(
            account=account.id,
            platform=account.platform,
            language=language,
            due=due,
            pick=pick,
            text=text,
        ),
    )


def with_hashtags(words: str, required: Iterable[str], optional: Iterable[str]) -> str:
    """The words with the campaign's hashtags on a last line.

    Required ones always go in, optional ones in their order while the whole fits; one that the
    words already hold, in any capitals, is not added twice.
    """
    present = {
        span.value.casefold() for span in x.parse(words).spans if span.kind is x.Entity.HASHTAG
    }
    tags: list[str] = []

    def joined(names: list[str]) -> str:
        return words + ("\n" + " ".join(f"#{name}" for name in names) if names else "")

    for name in required:
        if name.casefold() not in present:
            tags.append(name)
            present.add(name.casefold())
    for name in optional:
        if name.casefold() not in present and x.parse(joined([*tags, name])).fits:
            tags.append(name)
            present.add(name.casefold())
    return joined(tags)


def _tidy(text: str) -> str:
    """NFC, no spaces at line ends, no empty lines at the ends: what is counted is what is sent."""
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n")]
    return "\n".join(lines).strip()
