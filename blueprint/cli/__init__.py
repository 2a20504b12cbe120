"""The command line of oib. Nothing is imported here that `oib --version` does not need."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from blueprint import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs oib and gives back the exit code: 0 fine, 1 the blueprint is wrong, 2 wrong usage, 70 our fault."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given in (["--version"], ["-V"]):
        sys.stdout.write(f"oib {__version__}\n")
        return 0
    from blueprint.cli.run import run

    return run(given)
