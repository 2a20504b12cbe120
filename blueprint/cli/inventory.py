"""`oib inventory`: the hosts of a blueprint in the form that Ansible takes from a script, and where its plug-in is."""

from __future__ import annotations

import argparse
import json
import sys

from blueprint.cli import exits, options
from blueprint.cli.console import Console
from blueprint.cli.opening import Place, locate, open_place
from blueprint.diagnostics import Diagnostic, has_errors
from blueprint.diagnostics.grouping import grouped

DESCRIPTION = """\
Prints the hosts of a blueprint as an Ansible inventory: groups by declaration, by place and by role, with addresses
and facts of each host. Ansible reads a blueprint itself through the plug-in that comes with oib:

  export ANSIBLE_INVENTORY_PLUGINS=$(oib inventory --plugins) ANSIBLE_INVENTORY_ENABLED=oib
  ansible-inventory -i cloud/main.oib --graph
"""
EXAMPLES = """\
  oib inventory cloud                    the inventory as JSON
  oib inventory cloud --env lab          of an environment
  oib inventory --plugins                the folder of the plug-in, for ANSIBLE_INVENTORY_PLUGINS
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `inventory`."""
    options.add_blueprint(parser, has_stdin=True)
    parser.add_argument(
        "--plugins",
        action="store_true",
        help="print the folder of Ansible's plug-in for blueprints, and do nothing else",
    )
    options.add_parameters(parser)
    options.add_reporting(parser, forms=("text",))


def run(given: argparse.Namespace) -> int:
    """Prints the inventory of a blueprint without errors."""
    if given.plugins:
        from importlib.resources import files

        sys.stdout.write(f"{files('blueprint.ansible') / 'inventory'}\n")
        return exits.OK
    from blueprint.driver import Options, check_blueprint
    from blueprint.inventory import inventory_of

    place = locate(given.blueprint)
    console = Console.of(given, place.prefix if isinstance(place, Place) else "")
    if isinstance(place, Diagnostic):
        console.report([place])
        return exits.WRONG
    params = tuple(place.relative(path) for path in given.params)
    asked = Options(tuple(given.sets), params, given.env, ())
    compilation = check_blueprint(open_place(place, params), asked)
    console.report(grouped(compilation.diagnostics))
    if compilation.model is None or has_errors(compilation.diagnostics):
        return exits.WRONG
    found = inventory_of(compilation.model)
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return exits.OK
