"""`oib test`: whether the rules of packs pass and fail where their examples say."""

from __future__ import annotations

import argparse
import json
import os
import sys

from blueprint.cli import exits, options
from blueprint.cli.console import Console
from blueprint.cli.opening import Place, open_place
from blueprint.diagnostics import has_errors

DESCRIPTION = """\
Runs the examples of rule packs: every rule must pass somewhere and fail somewhere, and a failing example
must fail nothing that reads other facts. Lists rules that no example fails. Exits with 1 where anything
is wrong.
"""
EXAMPLES = """\
  oib test ./acme.oib                 a pack of one's own
  oib test rules/                     a folder that is one pack
  oib test anuket.ra2                 a pack of the library
  oib test anuket.ra2 --rule ra2.k8s.002
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `test`."""
    parser.add_argument(
        "packs", nargs="+", metavar="PACK", help="a pack of the library, a file, or a folder"
    )
    parser.add_argument(
        "--rule", action="append", default=[], dest="rules", metavar="ID",
        help="only the examples of this rule; may be repeated",
    )  # fmt: skip
    options.add_reporting(parser, forms=("text", "json"))


def run(given: argparse.Namespace) -> int:
    """Tests, and tells."""
    from blueprint.conform.run import packs_tested
    from blueprint.conform.shelves import named

    console = Console("text", given.quiet, given.no_color)
    here = Place(os.curdir, "main.oib", "")
    names, outside = named(given.packs, here.relative)
    tested, diagnostics = packs_tested(open_place(here, outside), names, given.rules)
    if diagnostics:
        console.report(diagnostics)
    if given.format == "json":
        rows = [
            {"pack": t.pack, "rules": t.rules, "examples": t.examples,
             "never_failing": t.never_failing, "faults": len(t.diagnostics)}
            for t in tested
        ]  # fmt: skip
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    elif not given.quiet:
        for each in tested:
            wrong = sum(d.is_error for d in each.diagnostics)
            state = "all as stated" if not wrong else f"{wrong} not as stated"
            rules, examples = _counted(each.rules, "rule"), _counted(each.examples, "example")
            sys.stdout.write(f"{each.pack}: {rules}, {examples}, {state}\n")
            if each.never_failing:
                sys.stdout.write(f"  no example fails: {', '.join(each.never_failing)}\n")
    return exits.WRONG if has_errors(diagnostics) else exits.OK


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
