"""The commands. Each asks the parts below and shows what they say; no rule of the trade is here.

Exit codes: 0 done; 1 your content or settings need attention; 2 wrong usage; 3 our fault;
130 interrupted.
"""

from __future__ import annotations

import sys
import traceback

import click

from bot import __version__
from bot.cli import (
    accounts,
    audit,
    completion,
    content,
    exchange,
    health,
    history,
    level,
    making,
    missed,
    people,
    run,
    schema,
    status,
)
from bot.cli.completion import VARIABLE, complete_names
from bot.core.model import BotError


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="Begin with:  .venv/bin/bot preview --campaign ct-awareness-week@2015 --force kent",
)
@click.version_option(__version__, prog_name="bot")
def bot() -> None:
    """Publishes official campaigns from each force's own accounts: on time, once.

    Nothing is sent unless BOT_MODE=live is set. Until then every command is a dry run.
    """


for command in (
    content.check,
    content.plan,
    content.preview,
    content.localise,
    making.new,
    exchange.submit,
    exchange.receive,
    people.approve,
    content.rehearse,
    run.run,
    status.status,
    history.history,
    missed.missed,
    health.health,
    audit.audit,
    people.hold,
    people.release,
    people.unsettled,
    people.settle,
    accounts.accounts,
    level.level,
    schema.schema,
    completion.completion,
    status.db,
):
    bot.add_command(command)
complete_names(bot)


def main() -> None:
    """The program: one sentence for every failure, and the exit code that fits it."""
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
