"""The arguments of oib. Each verb describes its own, and only the verb asked for is imported."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import NoReturn, Protocol, cast

from blueprint import __version__
from blueprint.diagnostics import nearest

VERBS: Mapping[str, str] = {
    "compile": "write the input of the deployment tools",
    "check": "tell what is wrong with a blueprint",
    "conform": "judge a blueprint by reference architectures and rules of one's own",
    "test": "run the examples of rule packs",
    "fmt": "lay out blueprints in the one standard way",
    "graph": "draw what needs what, and in which order it is deployed",
    "explain": "tell what a code means, or where a line of an artifact comes from",
    "init": "start a blueprint",
    "lock": "keep the addresses that were given out",
    "inventory": "print the hosts as an Ansible inventory",
    "targets": "list the deployment tools that are known",
    "schema": "print the JSON Schema of the model",
    "completion": "print a script that completes oib's arguments in a shell",
}

_HEADER = """\
oib compiles one blueprint of a whole infrastructure into the native input of its deployment tools.
"""
_EXAMPLES = """\
examples:
  oib init cloud                  start a blueprint in the folder cloud
  oib check cloud                 tell what is wrong with it
  oib compile cloud -o out        write the tools' input; begin with out/DEPLOY.md
  oib explain OIB5001             what a code means

Each verb has its own help: oib VERB --help
"""

Run = Callable[[argparse.Namespace], int]


class Verb(Protocol):
    """A module of a verb."""

    #: What the verb does, for its help.
    DESCRIPTION: str
    #: Lines of commands with what they do.
    EXAMPLES: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the verb's arguments."""
        ...

    def run(self, given: argparse.Namespace) -> int:
        """Does what the verb says and gives back the exit code."""
        ...


class _Parser(argparse.ArgumentParser):
    """argparse, but an unknown verb is met with the nearest one."""

    def error(self, message: str) -> NoReturn:
        """Prints what is wrong and how to find help, and ends with exit code 2."""
        self.exit(2, f"error: {message}\n{self.format_usage()}run `{self.prog} --help` for more\n")


def verb_module(name: str) -> Verb:
    """The module of a verb."""
    return cast("Verb", import_module(f"blueprint.cli.{name}"))


def parse(arguments: Sequence[str]) -> tuple[Run, argparse.Namespace]:
    """What to run, and with what. Leaves by SystemExit where help was asked for or the usage is wrong."""
    first = next((each for each in arguments if not each.startswith("-")), None)
    if first is not None and first not in VERBS:
        near = nearest(first, VERBS)
        hint = f"; did you mean `{near}`?" if near else ""
        top().error(f"there is no verb `{first}`{hint}")
    if not arguments:
        top().print_help()
        raise SystemExit(2)
    parser = top([first] if first else [])
    given = parser.parse_args(arguments)
    return verb_module(given.verb).run, given


def top(described: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of the whole command line, with the arguments of the verbs named."""
    parser = _Parser(
        prog="oib",
        description=_HEADER,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=f"oib {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, title="verbs")
    for name, summary in VERBS.items():
        if name in described:
            module = verb_module(name)
            child = verbs.add_parser(
                name,
                help=summary,
                description=module.DESCRIPTION,
                epilog=f"examples:\n{module.EXAMPLES}",
                formatter_class=argparse.RawDescriptionHelpFormatter,
                allow_abbrev=False,
            )
            module.arguments(child)
        else:
            verbs.add_parser(name, help=summary)
    return parser
