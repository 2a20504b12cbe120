"""`oib lock`: keeps the addresses that were given out, in a file beside the blueprint."""

from __future__ import annotations

import argparse
import os

from blueprint.cli import exits, options
from blueprint.cli.console import Console
from blueprint.cli.opening import STDIN, Place, locate, open_place
from blueprint.cli.replacing import replace_text
from blueprint.diagnostics import Diagnostic, has_errors
from blueprint.diagnostics.output import output_differs
from blueprint.loader import lock_beside

DESCRIPTION = """\
Writes oib.lock beside main.oib, or cloud.oib.lock beside cloud.oib: the address of every host on every network. With it under version control,
a host keeps its addresses when others come and go. Addresses of hosts that are gone stay reserved until they are
pruned. No other verb writes this file, and `oib compile` fails where it is out of date.
"""
EXAMPLES = """\
  oib lock cloud            write or bring up to date cloud/oib.lock
  oib lock cloud --prune    and give the addresses of hosts that are gone free
  oib lock cloud --check    write nothing; exit with 1 where it is out of date
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `lock`."""
    options.add_blueprint(parser)
    parser.add_argument(
        "--prune", action="store_true", help="give the addresses of hosts that are gone free"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit with 1 where the file would change",
    )
    options.add_parameters(parser)
    options.add_reporting(parser)


def run(given: argparse.Namespace) -> int:
    """Brings the lock file up to date."""
    from blueprint.driver import Options, locked

    place = locate(given.blueprint)
    console = Console.of(given, place.prefix if isinstance(place, Place) else "")
    if isinstance(place, Diagnostic) or place.main == STDIN:
        return _refuse(place, console)
    params = tuple(place.relative(path) for path in given.params)
    asked = Options(tuple(given.sets), params, given.env, ())
    text, found = locked(open_place(place, params), asked, prune=given.prune)
    if text is None or has_errors(found):
        console.report(found)
        return exits.WRONG
    path = os.path.join(place.root, lock_beside(place.main))
    if _standing(path) == text:
        console.report(found)
        console.say(f"{os.path.normpath(path)} is up to date")
        return exits.OK
    if given.check:
        console.report((*found, output_differs(os.path.normpath(path), "differs")))
        return exits.WRONG
    fault = replace_text(path, text)
    faults = (*found, fault) if fault is not None else tuple(found)
    console.report(faults)
    if fault is None:
        console.say(f"wrote {os.path.normpath(path)}")
    return exits.of(faults)


def _refuse(place: Place | Diagnostic, console: Console) -> int:
    if isinstance(place, Diagnostic):
        console.report([place])
        return exits.WRONG
    return exits.usage("`lock` writes beside a file, so it cannot read standard input")


def _standing(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError):
        return None
