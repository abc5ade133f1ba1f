"""docs/commands.md: every command with its options and examples, as the program itself knows them.

Run it as `python -m bot.cli.reference > docs/commands.md`, or `make docs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from bot.cli import bot, commands_of

HEAD = """\
# The commands

Made from the program by `make docs`; do not edit it. `.venv/bin/bot COMMAND --help` says the same.

"""


def text() -> str:
    """The whole page."""
    found = list(_leaves(bot, ""))
    contents = "\n".join(f"- [`{name}`](#{_anchor(name)})" for name, _ in found)
    return f"{HEAD}{contents}\n" + "".join(f"\n{_section(name, one)}" for name, one in found)


def _leaves(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in commands_of(group):
        here = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield here, command
            yield from _leaves(command, here)
        elif not command.hidden:
            yield here, command


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _section(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f".venv/bin/bot {name}")
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [f"## {name}", f"    .venv/bin/bot {name} {usage}", *_help(command)]
    options = "\n".join(_options(command, context))
    if options:
        parts.append(f"| option | what it does |\n|---|---|\n{options}")
    examples = _examples(command)
    if examples:
        parts.append("```sh\n" + "\n".join(examples) + "\n```")
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command) -> Iterator[str]:
    for paragraph in (command.help or "").split("\n\n"):
        if paragraph.strip():
            yield "\n".join(line.strip() for line in paragraph.strip().split("\n"))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and record[1] and not {"--help", "-h"} & set(parameter.opts):
            names, about = (re.sub(r"\s+", " ", part).replace("|", "\\|") for part in record)
            yield f"| `{names}` | {about} |"


def _examples(command: click.Command) -> list[str]:
    """The commands of the epilog, one a line: they are set apart by several spaces."""
    said = re.sub(r"^Examples?:\s*", "", (command.epilog or "").strip())
    return [one.strip() for one in re.split(r"\s{2,}", said) if one.strip()]


if __name__ == "__main__":
    click.echo(text(), nl=False)
