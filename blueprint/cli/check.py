"""`oib check`: everything that is wrong with a blueprint."""

from __future__ import annotations

import argparse

from blueprint.cli import exits, options
from blueprint.cli.console import Console, progress_for
from blueprint.cli.opening import Place, locate, open_place
from blueprint.diagnostics import Diagnostic

DESCRIPTION = """\
Checks a blueprint: its text, its names and types, that its layers fit together, and that the deployment
tools can do what it asks for. Writes nothing. Exits with 1 where anything is wrong.
"""
EXAMPLES = """\
  oib check                             the blueprint in the current folder
  oib check cloud.oib --env lab         with the values of an environment
  oib check cloud --from 2025.1         can it be upgraded from there?
  oib check - < cloud.oib               standard input, as editors use it
  oib check cloud --format json         for programs
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `check`."""
    options.add_blueprint(parser, has_stdin=True)
    options.add_parameters(parser)
    options.add_targets(parser)
    options.add_origin(parser)
    options.add_reporting(parser)


def run(given: argparse.Namespace) -> int:
    """Checks, and tells."""
    wrong = options.unknown_target(given.targets)
    if wrong is not None:
        return exits.usage(wrong)
    place = locate(given.blueprint)
    console = Console.of(given, place.prefix if isinstance(place, Place) else "")
    if isinstance(place, Diagnostic):
        console.report([place])
        return exits.WRONG
    from blueprint.driver import Options, check_blueprint

    params = tuple(place.relative(path) for path in given.params)
    targets = tuple(sorted(set(given.targets)))
    asked = Options(tuple(given.sets), params, given.env, targets, given.origin)
    progress, close = progress_for(console)
    try:
        found = check_blueprint(open_place(place, params), asked, progress)
    finally:
        close()
    console.report(found.diagnostics)
    if not found.diagnostics and found.model is not None:
        hosts = sum(len(group) for group in found.model.groups.values())
        things = len(found.model.things) + len(found.model.groups)
        console.say(f"{found.model.name} is fine: {things} declarations, {hosts} hosts")
    return exits.of(found.diagnostics)
