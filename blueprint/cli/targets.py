"""`oib targets`: the deployment tools that are installed."""

from __future__ import annotations

import argparse
import json
import sys

from blueprint.cli import exits, options
from blueprint.cli.console import Console

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
    found = [
        {"name": target.name, "summary": target.summary}
        for target in (load() for load in discover().values())
    ]
    if console.form != "text":
        sys.stdout.write(json.dumps({"version": 1, "targets": found}, indent=2) + "\n")
        return exits.OK
    room = max((len(each["name"]) for each in found), default=0)
    for each in found:
        sys.stdout.write(f"{each['name']:{room}}  {each['summary']}\n")
    return exits.OK
