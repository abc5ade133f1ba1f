"""The command that prints or writes the JSON Schemas."""

from __future__ import annotations

from pathlib import Path

import click

from bot.app.saving import save
from bot.core.schema import FILES, as_text


@click.command(
    epilog="Examples:  .venv/bin/bot schema local     .venv/bin/bot schema --write docs/schema"
)
@click.argument("name", required=False, type=click.Choice(list(FILES)))
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write them as files, all or the one that is named.",
)
def schema(name: str | None, folder: Path | None) -> None:
    """Print the JSON Schema of a kind of file, for editors; without a name, what there is.

    Your editor then marks unknown fields and wrong values as you type. messages/README.md says
    how; `bot check` still finds more.
    """
    if folder is not None:
        for one in [name] if name else FILES:
            save(folder / f"{one}.json", as_text(one).encode())
            click.echo(f"Written: {folder / f'{one}.json'}")
    elif name is not None:
        click.echo(as_text(name), nl=False)
    else:
        for one, files in FILES.items():
            click.echo(f"{one:10} {files}")
