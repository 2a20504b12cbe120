"""`oib targets`: the deployment tools that are installed."""

from __future__ import annotations

import argparse
import sys

from blueprint.cli import exits, options
from blueprint.cli.console import Console
from blueprint.diagnostics.output import target_broken

DESCRIPTION = """\
Lists the deployment tools that oib can write for. Each is a plug-in that some installed package registers
under the entry-point group `oib.targets`.
"""
EXAMPLES = """\
  oib targets                  names, and what each is for
  oib targets --format json    for programs
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `targets`."""
    options.add_reporting(parser)


def run(given: argparse.Namespace) -> int:
    """Lists the targets by name."""
    from blueprint.target import discover

    console = Console.of(given)
    found = []
    faults = []
    for name, load in discover().items():
        try:
            found.append({"name": name, "summary": load().summary})
        except (AttributeError, ImportError) as error:
            faults.append(target_broken(name, error))
    if console.form != "text":
        console.report(faults, targets=found)
        return exits.of(faults)
    room = max((len(each["name"]) for each in found), default=0)
    for each in found:
        sys.stdout.write(f"{each['name']:{room}}  {each['summary']}\n")
    if faults:
        console.report(faults)
    return exits.of(faults)
