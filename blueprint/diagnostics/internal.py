"""Faults of the compiler itself."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule

INTERNAL_ERROR = Rule("OIB9000", "internal-error")


def internal_error(kind: str, words: str, place: str, version: str, python: str) -> Diagnostic:
    """An exception that no pass expected: which, where in oib, and with what versions."""
    return Diagnostic(
        INTERNAL_ERROR,
        None,
        f"oib failed: {kind}: {words}" if words else f"oib failed: {kind}",
        notes=(f"at {place}", f"oib {version}, Python {python}"),
        hint="this is a fault of oib, not of the blueprint: report it with these lines and the "
        "blueprint; `OIB_DEBUG=1` shows the traceback",
    )
