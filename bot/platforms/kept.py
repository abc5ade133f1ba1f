"""Where an account's platform keeps what should outlive the process."""

from __future__ import annotations

from typing import Protocol


class Kept(Protocol):
    """One text of an account. Other processes may share it."""

    def read(self) -> str | None:
        """What was written last; None when there is nothing."""

    def write(self, content: str) -> None:
        """Keep this instead. It may hold tokens: nobody else may read it. Raises OSError."""


class NotKept:
    """What ends with the process."""

    def read(self) -> str | None:
        return None

    def write(self, content: str) -> None:
        pass
