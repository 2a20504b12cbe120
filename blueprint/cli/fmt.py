"""`oib fmt`: blueprints in the one standard layout."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence

from blueprint.cli import exits, options
from blueprint.cli.console import Console
from blueprint.cli.opening import STDIN
from blueprint.cli.replacing import replace_text
from blueprint.diagnostics import Diagnostic, has_errors, names
from blueprint.loader import SOURCE_LIMIT, Recorder
from blueprint.source import Source

DESCRIPTION = """\
Lays out blueprint files in the one standard way. Comments stay. A file that has syntax errors is reported and
left as it is. Folders are searched for files that end in .oib.
"""
EXAMPLES = """\
  oib fmt                      every .oib file below the current folder
  oib fmt cloud.oib modules    this file, and those in a folder
  oib fmt --check              change nothing; exit with 1 where a file is not laid out
  oib fmt --diff cloud.oib     change nothing; show what would change
  oib fmt - < cloud.oib        standard input to standard output, as editors use it
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `fmt`."""
    parser.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="files and folders, or `-` for standard input (default: the current folder)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="change nothing; exit with 1 where something would change",
    )
    parser.add_argument(
        "--diff", action="store_true", help="change nothing; show what would change"
    )
    options.add_reporting(parser)


class _Files(Recorder):
    """Reads files by the paths of the command line, and standard input."""

    def _bytes(self, path: str, limit: int) -> bytes | None:
        if path == STDIN:
            return sys.stdin.buffer.read(limit + 1)
        with open(path, "rb") as stream:
            return stream.read(limit + 1)


def run(given: argparse.Namespace) -> int:
    """Lays out what is named."""
    console = Console.of(given)
    files = _Files("")
    found: list[Diagnostic] = []
    changed: list[str] = []
    is_dry = given.check or given.diff
    for path in _paths(given.paths, found):
        source = files.text(path, None, SOURCE_LIMIT)
        if isinstance(source, Diagnostic):
            found.append(source)
            continue
        laid_out = _laid_out(source, found)
        if path == STDIN and not is_dry:
            sys.stdout.write(source.text if laid_out is None else laid_out)
            continue
        if laid_out is None or laid_out == source.text:
            continue
        changed.append(path)
        if given.diff:
            sys.stdout.writelines(_difference(source, laid_out))
        if not is_dry:
            fault = replace_text(path, laid_out)
            if fault is not None:
                found.append(fault)
    if found or given.format != "text":
        console.report(found, files=changed)
    _tell(changed, console, is_dry=is_dry, is_diff=given.diff)
    return exits.WRONG if has_errors(found) or (changed and is_dry) else exits.OK


def _tell(changed: Sequence[str], console: Console, *, is_dry: bool, is_diff: bool) -> None:
    if not console.is_for_people or is_diff:
        return
    verb = "would lay out" if is_dry else "laid out"
    for path in changed:
        sys.stderr.write(f"{verb} {path}\n")


def _paths(given: Sequence[str], found: list[Diagnostic]) -> Iterator[str]:
    for path in given:
        if path == "-":
            yield STDIN
        elif os.path.isdir(path):
            yield from _below(path)
        elif os.path.lexists(path):
            yield path
        else:
            found.append(names.unreadable(None, path, "no such file"))


def _below(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(files):
            if name.endswith(".oib"):
                yield os.path.normpath(os.path.join(parent, name))


def _laid_out(source: Source, found: list[Diagnostic]) -> str | None:
    """The text as it should be, or None where its syntax is wrong."""
    from blueprint.syntax.parser import parse
    from blueprint.syntax.printer import print_file

    outcome = parse(source)
    found.extend(outcome.diagnostics)
    if outcome.value is None or has_errors(outcome.diagnostics):
        return None
    return print_file(outcome.value)


def _difference(source: Source, laid_out: str) -> Iterator[str]:
    import difflib

    lines = difflib.unified_diff(
        source.text.splitlines(keepends=True),
        laid_out.splitlines(keepends=True),
        source.path,
        source.path,
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
