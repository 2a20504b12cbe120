"""Exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from blueprint.diagnostics import Diagnostic, has_errors

OK = 0
WRONG = 1
USAGE = 2
INTERNAL = 70
#: As the shell reports a process that SIGINT ended.
INTERRUPTED = 130
#: The same for SIGPIPE: whoever read has gone.
UNREAD = 141


def of(diagnostics: Iterable[Diagnostic]) -> int:
    """1 where any of the diagnostics is an error."""
    return WRONG if has_errors(diagnostics) else OK


def usage(words: str) -> int:
    """Says on standard error what is wrong with the command line."""
    sys.stderr.write(f"error: {words}\n")
    return USAGE
