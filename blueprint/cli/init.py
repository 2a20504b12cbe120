"""`oib init`: a blueprint to start from."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from blueprint.cli import exits, options
from blueprint.cli.console import Console
from blueprint.diagnostics import Diagnostic, did_you_mean
from blueprint.diagnostics.output import foreign_file, output_unwritable

DESCRIPTION = """\
Starts a blueprint in a folder: a small cloud that compiles as it is, with a comment wherever something is yours
to change. Or, with --from, a copy of one of the reference blueprints. No file is ever overwritten.
"""
EXAMPLES = """\
  oib init cloud                            a first cloud in the folder cloud
  oib init cloud --from three_node_cloud    a copy of a reference blueprint
  oib init --list                           which there are
"""

_STARTER = "starter"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `init`."""
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="DIR", help="where (default: the current folder)"
    )
    parser.add_argument(
        "--from",
        default=_STARTER,
        dest="origin",
        metavar="NAME",
        help="what to start from (default: starter)",
    )
    parser.add_argument("--list", action="store_true", help="list what there is to start from")
    options.add_reporting(parser, forms=("text",))


def run(given: argparse.Namespace) -> int:
    """Copies a blueprint into a folder."""
    console = Console.of(given)
    known = origins()
    if given.list:
        sys.stdout.write("".join(f"{name}\n" for name in known))
        return exits.OK
    if given.origin not in known:
        hint = did_you_mean(given.origin, known)
        return exits.usage(
            f"there is no `{given.origin}` to start from{f'; {hint}' if hint else ''}"
        )
    copies = list(_files(known[given.origin], ""))
    faults = _in_the_way(given.folder, copies) or _copy(given.folder, copies)
    if faults:
        console.report(faults)
        return exits.WRONG
    for path, _ in copies:
        console.say(f"made {os.path.join(given.folder, path)}")
    console.say(f"next: oib check {given.folder}")
    return exits.OK


def origins() -> dict[str, Traversable]:
    """What a blueprint can be started from, by name: the starter first, then the reference blueprints."""
    found = {_STARTER: files("blueprint") / _STARTER}
    references = files("reference_blueprints")
    for folder in sorted(references.iterdir(), key=lambda each: each.name):
        if folder.is_dir() and (folder / "main.oib").is_file():
            found[folder.name] = folder
    return found


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.iterdir(), key=lambda item: item.name):
        if each.name == "__pycache__" or each.name.startswith("."):
            continue
        if each.is_dir():
            yield from _files(each, f"{prefix}{each.name}/")
        elif not each.name.endswith(".py"):
            yield f"{prefix}{each.name}", each.read_bytes()


def _in_the_way(folder: str, copies: list[tuple[str, bytes]]) -> list[Diagnostic]:
    paths = [os.path.join(folder, path) for path, _ in copies]
    remedy = "move it away, or start in another folder"
    return [foreign_file(path, remedy) for path in paths if os.path.lexists(path)]


def _copy(folder: str, copies: list[tuple[str, bytes]]) -> list[Diagnostic]:
    for path, data in copies:
        place = os.path.join(folder, path)
        try:
            os.makedirs(os.path.dirname(place) or os.curdir, exist_ok=True)
            with open(place, "xb") as stream:
                stream.write(data)
        except OSError as error:
            return [output_unwritable(place, (error.strerror or "it can't be written").lower())]
    return []
