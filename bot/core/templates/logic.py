"""Templates with more than names in them: Jinja2, sandboxed and strict, with an allow-list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.source import did_you_mean
from bot.core.templates.use import A_LOOP, FILTERS, Fault, TemplateUse

MAX_LOOPS: Final = 2  # one inside another
MAX_BRANCHES: Final = 5  # {% if %} and {% for %}, one inside another
MAX_LOOPS_IN_ALL: Final = 4
MAX_DEPTH: Final = 20  # of anything: brackets, "not not not …"
ENOUGH: Final = 6_000  # characters; a text that long is refused, however much longer it would get

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

_TOO_DEEP: Final = (
    "template-depth",
    "too much stands one inside another here.",
    "Write a wording for each case instead, with for_forces_with: and for_forces_without:",
)

_OUTPUT: Final = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Filter)
_LOGIC: Final = (nodes.If, nodes.For, nodes.Not, nodes.And, nodes.Or)


@lru_cache(maxsize=10_000)
def compiled(text: str) -> Template:
    """The template, ready to be filled in. Raises TemplateSyntaxError."""
    return _ENVIRONMENT.from_string(text)


def filled(text: str, values: Mapping[str, object]) -> str:
    """The words with every value in its place, cut where they are longer than any post."""
    found: list[str] = []
    length = 0
    for piece in compiled(text).generate(values):
        found.append(piece)
        length += len(piece)
        if length > ENOUGH:
            break
    return "".join(found)


def inspect(text: str, *, local: bool) -> tuple[TemplateUse, tuple[Fault, ...]]:
    """The names a template uses, and what is wrong with it."""
    if hidden := _hidden(text):
        return TemplateUse({}), (hidden,)
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        return TemplateUse({}), (_syntax(text, error),)
    except RecursionError:
        return TemplateUse({}), ((1, *_TOO_DEEP),)
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
    loops_in_all = 0
    for node, above in _walk(tree):
        line = getattr(node, "lineno", 1)
        loops = sum(isinstance(one, nodes.For) for one in (*above, node))
        branches = sum(isinstance(one, (nodes.If, nodes.For)) for one in (*above, node))
        loops_in_all += isinstance(node, nodes.For)
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
        if loops > MAX_LOOPS:
            yield line, "template-loop", "these loops are nested too deep.", A_LOOP
        if loops_in_all > MAX_LOOPS_IN_ALL:
            yield line, "template-loop", "there are too many loops in this wording.", A_LOOP
        if branches > MAX_BRANCHES or len(above) > MAX_DEPTH:
            yield line, *_TOO_DEEP


def _walk(
    node: nodes.Node, above: tuple[nodes.Node, ...] = ()
) -> Iterator[tuple[nodes.Node, tuple[nodes.Node, ...]]]:
    """Every node with those it stands in, the outermost first."""
    yield node, above
    for child in node.iter_child_nodes():
        yield from _walk(child, (*above, node))


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
