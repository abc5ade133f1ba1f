"""docs/checks.md: every check on words, as the catalogue has it.

Run it as `python -m bot.cli.checks_page > docs/checks.md`, or `make docs`.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from bot.core.check import GROUPS, Check
from bot.core.source import Severity

HEAD = """\
# The checks on words

Made from the program by `make docs`; do not edit it. `.venv/bin/bot check --explain CODE` says the
same of one check.

An **error** stops what it touches: it is about safety, a platform's limits, or a post that would
go out broken. It cannot be accepted. A **warning** may stand where somebody gives a reason, in two
words or more, at the wording, at the message, or at the end of `campaign.yaml` or of a local pack:

```yaml
accepts:
  long-sentence: read aloud by two of us, and clear
```

Codes that are not here are about the form of a file; their own line says what to do.
"""


def text() -> str:
    """The whole page."""
    return HEAD + "".join(f"\n## {title}\n\n{_rows(group)}" for title, group in GROUPS.items())


def _rows(group: tuple[Check, ...]) -> str:
    return "\n".join(line for check in group for line in _entry(check))


def _entry(check: Check) -> Iterator[str]:
    kind = "error" if check.severity is Severity.ERROR else "warning"
    source = check.source
    cited = f"[{source.name}]({source.address})" if source.address else source.name
    yield f"### `{check.code}`: {kind}"
    yield ""
    yield f"{check.finds} {check.reason}"
    yield ""
    yield f"- Mend: {check.fix}"
    yield f"- Source: {cited}."
    yield ""


if __name__ == "__main__":
    click.echo(text(), nl=False)
