"""The page that a writer fills: lines of one artifact, each with its cause, repeated ones as blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blueprint.target import Artifact, Cause, Run
from blueprint.values import Ref


@dataclass(frozen=True, slots=True)
class Traced:
    """A value and why it is so; what lies inside it has the same cause unless it names its own."""

    value: Any
    cause: Cause


class Page:
    """Lines of text with causes, added from the top; `artifact` closes it."""

    def __init__(self) -> None:
        """Start with an empty page."""
        self._chunks: list[str] = []
        self._runs: list[Run] = []
        self._open: list[Cause | None] = []
        self._count = 0

    def line(self, text: str, cause: Cause | None = None) -> None:
        """Add one line, given without its line end."""
        self._chunks.append(text + "\n")
        self._open.append(cause)
        self._count += 1

    def block(self, text: str, causes: tuple[Cause | None, ...], members: Sequence[Ref]) -> None:
        """Add `len(causes)` lines for each member in turn, all of them in one text."""
        if not members:
            return
        self._close()
        self._chunks.append(text)
        self._runs.append(Run(self._count + 1, causes, tuple(members)))
        self._count += len(causes) * len(members)

    def artifact(self, path: str) -> Artifact:
        """The file made of what was added."""
        self._close()
        return Artifact(path, "".join(self._chunks), tuple(self._runs))

    def _close(self) -> None:
        if self._open:
            first = self._count - len(self._open) + 1
            self._runs.append(Run(first, tuple(self._open)))
            self._open = []
