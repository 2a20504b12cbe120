"""The command line of oib. Nothing is imported here that `oib --version` does not need."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from blueprint import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs oib and gives back the exit code: 0 fine, 1 the blueprint is wrong, 2 wrong usage, 70 our fault."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given in (["--version"], ["-V"]):
        sys.stdout.write(f"oib {__version__}\n")
        return 0
    # A run is short and makes little garbage: looking for it, while modules are imported and once
    # more when the interpreter ends, takes a quarter of the time of a small compile.
    is_own_process = arguments is None
    if is_own_process:
        gc.disable()
    from blueprint.cli.run import run

    code = run(given)
    if is_own_process:
        gc.freeze()
    return code
