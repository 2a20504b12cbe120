"""What the parser and its recovery hand to each other."""

from __future__ import annotations

from typing import NamedTuple


class Token(NamedTuple):
    """A terminal with its place; inserted ones are empty."""

    kind: str
    start: int
    end: int
    word: str


class Resume(NamedTuple):
    """Where the parser goes on: with a terminal in the place of what was found, or by scanning."""

    at: int
    token: Token | None = None


class RestartError(Exception):
    """The braces do not balance: read again, minding the indentation. Never leaves the parser."""
