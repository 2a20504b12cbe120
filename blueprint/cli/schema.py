"""`oib schema`: the JSON Schema of the model, for editors, documentation and other programs."""

from __future__ import annotations

import argparse
import json
import re
import sys
from typing import Any

from blueprint.cli import exits, options
from blueprint.diagnostics import did_you_mean

DESCRIPTION = """\
Prints the JSON Schema of the resolved model: every kind of declaration with its attributes, their types, bounds,
words and defaults. The model is the one source of what a blueprint may say.
"""
EXAMPLES = """\
  oib schema              all kinds
  oib schema network      one kind
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `schema`."""
    parser.add_argument(
        "kind", nargs="?", metavar="KIND", help="one kind of declaration (default: all)"
    )
    options.add_reporting(parser, forms=("text",))


def run(given: argparse.Namespace) -> int:
    """Prints the schema."""
    from blueprint.model import KINDS

    if given.kind is not None and given.kind not in KINDS:
        hint = did_you_mean(given.kind, KINDS)
        return exits.usage(f"there is no kind `{given.kind}`{f'; {hint}' if hint else ''}")
    sys.stdout.write(json.dumps(schema(given.kind), indent=2, ensure_ascii=False) + "\n")
    return exits.OK


def schema(kind: str | None = None) -> dict[str, Any]:
    """The schema of the whole model, or of declarations of one kind with the blocks inside them."""
    from blueprint.model.json_schema import json_schema

    whole = json_schema()
    if kind is None:
        return whole
    start = whole["properties"][kind]["additionalProperties"]["$ref"].rpartition("/")[2]
    wanted = _reachable(start, whole["$defs"])
    return {
        "$schema": whole["$schema"],
        "$ref": f"#/$defs/{start}",
        "$defs": {name: whole["$defs"][name] for name in sorted(wanted)},
    }


def _reachable(start: str, definitions: dict[str, Any]) -> set[str]:
    """The definitions that one refers to, itself included."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            text = json.dumps(definitions[name])
            waiting += re.findall(r'"#/\$defs/([^"]+)"', text)
    return found
