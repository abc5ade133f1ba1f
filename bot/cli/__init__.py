"""The commands. Each asks the parts below and shows what they say; no rule of the trade is here.

Exit codes: 0 done; 1 your content or settings need attention; 2 wrong usage; 3 our fault;
130 interrupted.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Final

import click

from bot import __version__
from bot.cli.completion import VARIABLE, complete_names
from bot.core.model import BotError

COMMANDS: Final = {
    "check": "checking",
    "plan": "content",
    "preview": "content",
    "overview": "overview",
    "export": "export",
    "explain": "explain",
    "diff": "diff",
    "translations": "translations",
    "localise": "content",
    "new": "making",
    "import": "importing",
    "update": "update",
    "submit": "exchange",
    "receive": "exchange",
    "approve": "approve",
    "rehearse": "content",
    "run": "run",
    "say": "say",
    "status": "status",
    "history": "history",
    "missed": "missed",
    "health": "health",
    "tell": "tell",
    "audit": "audit",
    "hold": "hold",
    "release": "hold",
    "holds": "holds",
    "recall": "recall",
    "unsettled": "settle",
    "settle": "settle",
    "accounts": "accounts",
    "level": "level",
    "schema": "schema",
    "completion": "completion",
    "db": "status",
}
"""Every command and the module it stands in, in the order in which help lists them."""


class _Commands(click.Group):
    """The commands, each imported when it is asked for: none waits for what another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            module = import_module(f"bot.cli.{COMMANDS[cmd_name]}")
            its_name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
            command: click.Command = getattr(module, its_name)
            complete_names(command)
            self.add_command(command)
        return self.commands.get(cmd_name)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="Begin with:  .venv/bin/bot preview --campaign ct-awareness-week@2015 --force kent",
)
@click.version_option(__version__, prog_name="bot")
def bot() -> None:
    """Publishes official campaigns from each force's own accounts: on time, once.

    Nothing is sent unless BOT_MODE=live is set. Until then every command is a dry run.
    """


def commands_of(group: click.Group) -> list[tuple[str, click.Command]]:
    """The commands of a group with their names, all imported."""
    context = click.Context(group)
    found = ((name, group.get_command(context, name)) for name in group.list_commands(context))
    return [(name, command) for name, command in found if command is not None]


def main() -> None:
    """The program: one sentence for every failure, and the exit code that fits it."""
    # What is read from files lives as long as the command: looking for garbage in it costs a tenth.
    gc.set_threshold(20_000)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        sys.exit(
            bot.main(prog_name=".venv/bin/bot", complete_var=VARIABLE, standalone_mode=False) or 0
        )
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BotError as error:
        click.echo(_sentence(error), err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception:
        import traceback

        click.echo(
            "This is a fault in the bot, not yours. Please report it with these lines:", err=True
        )
        traceback.print_exc()
        sys.exit(3)


def _sentence(error: BotError) -> str:
    text = str(error)
    first = text.split(" ", 1)[0]
    is_name = "/" in first or "_" in first  # a path or a variable keeps its spelling
    return text if is_name else text[:1].upper() + text[1:]
