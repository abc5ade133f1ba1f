"""Completion with Tab: the scripts for shells, and the names that are completed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from bot import app
from bot.core.config.forces import REGIONS
from bot.core.model import BotError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VARIABLE: Final = "_BOT_COMPLETE"
ENTRY: Final = re.compile(r"^([a-z0-9][a-z0-9@-]*):", re.MULTILINE)
REGION: Final = re.compile(r"""^ +region: *["']?([A-Za-z ]*[a-z])""", re.MULTILINE)
MOST: Final = 2_000_000  # bytes of a file; completion must never keep anybody waiting


class Name(click.ParamType[Any]):
    """A name as it was typed, whose completion knows what stands in messages/ and config/.

    Files are searched, not read as YAML: that is fast, and a broken one only offers less.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        return value

    def shell_complete(self, ctx: Any, param: Any, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem  # imports asyncio

        try:
            names = sorted(set(_KNOWN[self.name]()))
        except (BotError, OSError):
            return []
        lower = incomplete.lower()
        return [CompletionItem(name) for name in names if name.lower().startswith(lower)]


def _forces() -> Iterable[str]:
    return _entries("forces.yaml")


def _packs() -> Iterator[str]:
    for path in (app.read_environment().messages / "national").iterdir():
        if path.is_dir() and not path.name.startswith("."):
            yield path.name


def _campaigns() -> Iterator[str]:
    """Packs, and the runs of them."""
    yield from _packs()
    yield from _entries("campaigns.yaml")


def _scopes() -> Iterator[str]:
    """What can be held. A run is not among it: it is held by its campaign."""
    yield from _forces()
    written = set(REGION.findall(_text("forces.yaml")))
    yield from (region for region in REGIONS if region in written)
    yield from _packs()


def _entries(file: str) -> list[str]:
    return ENTRY.findall(_text(file))


def _text(file: str) -> str:
    with (app.read_environment().config / file).open("rb") as opened:
        return opened.read(MOST).decode("utf-8-sig", "replace")


_KNOWN: Final[Mapping[str, Callable[[], Iterable[str]]]] = {
    "force": _forces,
    "pack": _packs,
    "campaign": _campaigns,
    "region": lambda: REGIONS,
    "scope": _scopes,
}
_PARAMETERS: Final = {"forces": "force", "in_region": "region"}
"""Parameters that name something of _KNOWN under a name of their own."""

_OF_A_PACK: Final = ("localise", "submit", "update")  # their campaign is never one run of it


def complete_names(command: click.Command) -> None:
    """Gives every parameter that names a force, a campaign or a region its completion."""
    for parameter in command.params:
        name = parameter.name or ""
        what = _PARAMETERS.get(name, name)
        if what == "campaign" and command.name in _OF_A_PACK:
            what = "pack"
        if what in _KNOWN and parameter.type is click.STRING:
            parameter.type = Name(what)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            complete_names(inner)


# --- the scripts ------------------------------------------------------------------------------

_MENDED: Final = {
    "bash": (("COMPREPLY+=($value)", 'COMPREPLY+=("$(printf %q "$value")")'),),  # South\\ East
    "zsh": (
        ("(( ! $+commands[bot] )) && return 1", "whence ${words[1]} >/dev/null || return 1"),
        ("_BOT_COMPLETE=zsh_complete bot)", "_BOT_COMPLETE=zsh_complete ${words[1]})"),
    ),
    "fish": (
        ("COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) bot)",
         "COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) (commandline -opc)[1])"),
    ),
}  # fmt: skip
"""What click's scripts say, and what they must say: names with spaces are quoted, and the program
that is asked is the one that was typed, as it may not be on the PATH. Bash asks that one anyway."""


@click.command(
    epilog="Examples:  source <(.venv/bin/bot completion bash)     "
    "source <(.venv/bin/bot completion zsh)     .venv/bin/bot completion fish | source"
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script with which your shell completes commands and names when you press Tab.

    It works for .venv/bin/bot as it stands, and for bot where that is on your PATH.
    """
    click.echo(script(shell))


def script(shell: str) -> str:
    """The shell's script. It asks the very program whose name was typed."""
    from click.shell_completion import get_completion_class

    from bot.cli import bot

    maker = get_completion_class(shell)
    assert maker is not None
    made = maker(bot, {}, "bot", VARIABLE)
    text = made.source_template % made.source_vars()
    for old, new in _MENDED[shell]:
        text = text.replace(old, new)
    return text.strip("\n")
