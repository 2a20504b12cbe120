"""`oib graph`: a picture of what needs what."""

from __future__ import annotations

import argparse
import os
import sys

from blueprint.cli import exits, options
from blueprint.cli.console import Console, progress_for
from blueprint.cli.opening import Place, locate, open_place
from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics.output import output_unwritable
from blueprint.drawing import FORMATS, render

DESCRIPTION = """\
Draws the declarations of a blueprint, what each needs, and the waves in which layers are deployed.
"""
EXAMPLES = """\
  oib graph cloud -o cloud.svg        a picture; the ending of the name says which form
  oib graph cloud --as mermaid        for Markdown, to standard output
  oib graph cloud --as dot | dot -Tpdf > cloud.pdf
  oib graph cloud --as json           for programs
"""

_ENDINGS = {
    ".svg": "svg",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".json": "json",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `graph`."""
    options.add_blueprint(parser, has_stdin=True)
    parser.add_argument(
        "--as",
        choices=FORMATS,
        dest="form",
        help="the form (default: by the ending of the output file, else mermaid)",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="where to write (default: standard output)"
    )
    options.add_parameters(parser)
    options.add_reporting(parser)


def run(given: argparse.Namespace) -> int:
    """Draws what has no errors in its graph."""
    from blueprint.driver import Options, check_blueprint

    ending = os.path.splitext(given.output)[1].lower() if given.output else ""
    form = given.form or _ENDINGS.get(ending, "mermaid")
    place = locate(given.blueprint)
    console = Console.of(given, place.prefix if isinstance(place, Place) else "")
    if isinstance(place, Diagnostic):
        console.report([place])
        return exits.WRONG
    params = tuple(place.relative(path) for path in given.params)
    asked = Options(tuple(given.sets), params, given.env, ())
    progress, close = progress_for(console)
    try:
        found = check_blueprint(open_place(place, params), asked, progress)
    finally:
        close()
    if found.graph is None or found.model is None:
        console.report(found.diagnostics)
        return exits.WRONG
    # a blueprint with faults has a picture too, which may be just what helps to find them
    Console("text", console.is_quiet, console.is_plain, console.prefix).report(found.diagnostics)
    text = render(form, found.graph, found.model)
    if given.output:
        try:
            with open(given.output, "w", encoding="utf-8") as stream:
                stream.write(text)
        except OSError as error:
            console.report([output_unwritable(given.output, (error.strerror or "").lower())])
            return exits.WRONG
    else:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    return exits.of(found.diagnostics)
