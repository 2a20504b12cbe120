"""`oib graph`: a picture of what needs what."""

from __future__ import annotations

import argparse
import os
import sys

from blueprint.cli import exits, options
from blueprint.cli.console import Console, progress_for
from blueprint.cli.opening import Place, locate, open_place
from blueprint.diagnostics import Diagnostic, has_errors
from blueprint.diagnostics.grouping import grouped
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
    options.add_reporting(parser, forms=("text",))


def run(given: argparse.Namespace) -> int:
    """Draws what has no errors in its graph."""
    from blueprint.driver import Options, front_end, handed_over
    from blueprint.front import silent
    from blueprint.graph import build

    ending = os.path.splitext(given.output)[1].lower() if given.output else ""
    if ending not in _ENDINGS and given.output and given.form is None:
        return exits.usage(
            f"the name `{given.output}` does not say which form: let it end in "
            f"{', '.join(f'`{each}`' for each in _ENDINGS)}, or add `--as`"
        )
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
        front, found = front_end(open_place(place, params), asked, progress or silent)
        graph = None if front is None else build(front.model, front.spans)
        is_whole = graph is not None and not has_errors([*found, *graph.diagnostics])
        transfers = (
            handed_over(front, graph.value, asked)
            if is_whole and front is not None and graph is not None and graph.value is not None
            else ()
        )
    finally:
        close()
    if graph is not None:
        found = [*found, *graph.diagnostics]
    # a blueprint with faults has a picture too, which may be just what helps to find them
    console.report(grouped(found))
    if front is None or graph is None or graph.value is None:
        return exits.WRONG
    text = render(form, graph.value, front.model, transfers)
    if given.output:
        try:
            with open(given.output, "w", encoding="utf-8") as stream:
                stream.write(text)
        except OSError as error:
            console.report([output_unwritable(given.output, (error.strerror or "").lower())])
            return exits.WRONG
    else:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    return exits.of(found)
