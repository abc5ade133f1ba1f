"""The files of a repository of packs that stands outside this one, but for the packs themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SCRIPT: Final = "bot"
WORKFLOW: Final = ".github/workflows/packs.yml"


@dataclass(frozen=True, slots=True)
class Pinned:
    """Where the bot comes from, and which version of it."""

    repository: str  # our-organisation/campaign-bot
    version: str  # a tag or a commit


def repository_files(pinned: Pinned) -> dict[str, str]:
    """Every file by its name; `bot` is a program."""
    return {
        "README.md": README.format(pinned=pinned),
        SCRIPT: RUN,
        ".gitignore": "data/\n*.html\n.env\n",
        ".pre-commit-config.yaml": PRE_COMMIT,
        WORKFLOW: CHECKS.replace("@REPOSITORY@", pinned.repository).replace(
            "@VERSION@", pinned.version
        ),
    }


RUN: Final = """\
#!/bin/sh
# Runs the bot over the packs in this folder: ./bot check, ./bot preview --force kent
# BOT names the program, where it is not in ../campaign-bot.
here=$(cd "$(dirname "$0")" && pwd) || exit 3
export BOT_MESSAGES="$here/messages" BOT_CONFIG="$here/config" BOT_DATA="${BOT_DATA:-$here/data}"
exec "${BOT:-$here/../campaign-bot/.venv/bin/bot}" "$@"
"""

PRE_COMMIT: Final = """\
# Checks the packs before each commit: pre-commit install
repos:
  - repo: local
    hooks:
      - id: packs
        name: check the packs
        entry: ./bot check
        language: system
        files: ^(messages|config)/
        pass_filenames: false
"""

README: Final = """\
# Our packs

What the campaign bot says, and for whom. `messages/README.md` and `config/README.md` say how to
write it.

The bot itself is {pinned.repository}, version {pinned.version}. Put it beside this folder, as
`../campaign-bot`, run `make run` in it once, and then here:

```sh
./bot check                                  # every mistake, with its line
./bot preview --force kent --html week.html  # exactly what the public would read
./bot plan --against ../packs-of-yesterday   # what differs from another copy of this folder
```

`BOT=/path/to/bot ./bot check` runs another one. On Windows, without `./bot`: set `BOT_MESSAGES` and
`BOT_CONFIG` to the two folders here.

## A change

1. Make a branch, change a file, `./bot check`. With [pre-commit](https://pre-commit.com),
   `pre-commit install` does that before each commit.
2. Open a pull request. It is checked, each mistake stands beside its line, and a comment shows
   which posts would say something else, as the public would read them.
3. When it is merged, the bot that runs takes it up as soon as its copy of this folder is pulled. A
   post whose words changed has to be approved again.

## The bot that runs

In its `.env`, name the two folders of its own copy of this repository, written out in full:

    BOT_MESSAGES=/srv/packs/messages
    BOT_CONFIG=/srv/packs/config

Update that copy with `git pull`. The bot waits until git is at rest. Credentials do not belong
here.

## The version of the bot

It stands at the top of `.github/workflows/packs.yml`. Raise it there by a pull request of its own
when the bot that runs is upgraded. The workflow gets the bot from its repository. If that is
private, give the workflow a token that may read it, as the secret `BOT_TOKEN`.
"""

CHECKS: Final = """\
# Checks the packs on every change. On a pull request, says which posts would be different.
name: packs

on:
  pull_request:
  push:
    branches: [main]

env:
  # The bot that checks here: the version that publishes.
  BOT_REPOSITORY: "@REPOSITORY@"
  BOT_VERSION: "@VERSION@"
  BOT: .bot/.venv/bin/bot

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      contents: read
      pull-requests: write   # for the comment
    steps:
      - name: Get the packs
        uses: actions/checkout@v4
        with:
          persist-credentials: false

      - name: Get the bot
        uses: actions/checkout@v4
        with:
          repository: ${{ env.BOT_REPOSITORY }}
          ref: ${{ env.BOT_VERSION }}
          token: ${{ secrets.BOT_TOKEN || github.token }}
          path: .bot
          persist-credentials: false

      - name: Get Python
        uses: actions/setup-python@v5
        with:
          python-version: "3.12"

      - name: Install the bot
        run: make --directory .bot .venv/ready

      - name: Check the packs
        run: ./bot check --format github

      - name: Get what this would replace
        if: ${{ !cancelled() && github.event_name == 'pull_request' }}
        uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.base.sha }}
          path: .base
          persist-credentials: false

      - name: Show what would be different
        if: ${{ !cancelled() && github.event_name == 'pull_request' }}
        run: |
          ./bot plan --against .base > .difference.txt 2>&1 ||
            echo "The two cannot be compared." >> .difference.txt
          {
            echo "What the public would read differently:"
            echo "~~~~~diff"
            head -c 50000 .difference.txt
            echo
            echo "~~~~~"
            if [ "$(wc -c < .difference.txt)" -gt 50000 ]; then
              echo "It goes on: \\`./bot plan --against FOLDER\\` shows all of it."
            fi
          } > .difference.md
          cat .difference.md >> "$GITHUB_STEP_SUMMARY"

      - name: Write it on the pull request
        # From a copy of the repository somebody else owns nothing may be written: see the summary.
        if: >-
          ${{ !cancelled() && github.event_name == 'pull_request'
          && github.event.pull_request.head.repo.full_name == github.repository }}
        env:
          GH_TOKEN: ${{ github.token }}
          NUMBER: ${{ github.event.pull_request.number }}
        run: |
          gh pr comment "$NUMBER" --edit-last --body-file .difference.md ||
            gh pr comment "$NUMBER" --body-file .difference.md
"""
