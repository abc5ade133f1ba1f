"""The note that a running bot leaves when the computer's clock has jumped, for whoever asks."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.app.environment import Environment
from bot.core.model import Mode

CURE = "Nothing is sent until it has run steadily for ten minutes, or is set right."


@dataclass(frozen=True, slots=True)
class Jump:
    """The clock was moved, and nothing is sent until it can be believed again."""

    at: datetime  # by the clock after it
    seconds: float  # forward; less than 0: back

    @property
    def sentence(self) -> str:
        way = "forward" if self.seconds > 0 else "back"
        return f"the clock of this computer jumped {way} by {_length(abs(self.seconds))}. {CURE}"


def note_jump(env: Environment, jump: Jump | None) -> None:
    """Leaves the note in the data folder, or takes it away. The log has it too, so none must be."""
    path = _place(env)
    with suppress(OSError):
        if jump is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            words = json.dumps({"at": jump.at.isoformat(), "seconds": round(jump.seconds)})
            path.write_text(words + "\n", encoding="ascii")


def noted_jump(env: Environment) -> Jump | None:
    """What a bot that runs here noted; None where there is nothing, or nothing to be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        noted = json.loads(_place(env).read_text(encoding="ascii"))
        return Jump(datetime.fromisoformat(noted["at"]), float(noted["seconds"]))
    return None


def _place(env: Environment) -> Path:
    return env.data / f"{'live' if env.mode is Mode.LIVE else 'dry-run'}.clock"


def _length(seconds: float) -> str:
    """`45 seconds`, `12 minutes`, `3 hours`, `2 days`."""
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{timedelta(seconds=seconds) // timedelta(seconds=length)} {unit}s"
    return f"{round(seconds)} seconds"
