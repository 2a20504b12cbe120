"""Arguments that several verbs have in common."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence


def add_blueprint(parser: argparse.ArgumentParser, *, has_stdin: bool = False) -> None:
    """The blueprint: a file, a folder with `main.oib`, the current folder where none is named."""
    also = ", or `-` for standard input" if has_stdin else ""
    parser.add_argument(
        "blueprint",
        nargs="?",
        default=".",
        metavar="BLUEPRINT",
        help=f"a file, or a folder with main.oib{also} (default: the current folder)",
    )


def add_parameters(parser: argparse.ArgumentParser) -> None:
    """What decides the values of parameters."""
    group = parser.add_argument_group("parameters")
    group.add_argument(
        "--set",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        dest="sets",
        help="set a parameter; may be repeated",
    )
    group.add_argument(
        "--params",
        action="append",
        default=[],
        metavar="FILE",
        help="set parameters from a JSON or YAML file; later ones win over earlier ones",
    )
    group.add_argument("--env", metavar="NAME", help="choose an environment of the blueprint")


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Which deployment tools matter."""
    parser.add_argument(
        "--target",
        action="append",
        default=[],
        dest="targets",
        metavar="NAME",
        help="only this deployment tool; may be repeated (`oib targets` lists them)",
    )


def add_parts(parser: argparse.ArgumentParser) -> None:
    """Which part of the layers to compile, and with how many processes."""
    group = parser.add_argument_group("a part of the layers")
    group.add_argument(
        "--only",
        action="append",
        default=[],
        type=path,
        metavar="LAYER",
        help="only this layer, member of a family or whole family; others stay as they are; may be repeated",
    )
    group.add_argument(
        "--shard",
        type=_shard,
        metavar="K/N",
        help="only the layers of share K of N; shares 1/N to N/N together are the whole",
    )
    parser.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="processes that emit layers, where there are many (default: one a processor)",
    )


def add_origin(parser: argparse.ArgumentParser) -> None:
    """The release that runs now, where it is another than the blueprint's."""
    parser.add_argument(
        "--from",
        type=_release,
        dest="origin",
        metavar="RELEASE",
        help="upgrade from this release of OpenStack or StarlingX or version of Kubernetes, the one that runs now",
    )


def add_reporting(
    parser: argparse.ArgumentParser, *, forms: Sequence[str] = ("text", "json", "sarif")
) -> None:
    """How to tell what was found; `forms` are those that the verb has."""
    group = parser.add_argument_group("reporting")
    if len(forms) > 1:
        group.add_argument(
            "--format",
            choices=forms,
            default="text",
            help="form of the answer (default: text, diagnostics on standard error; others on standard output)",
        )
    group.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    group.add_argument("--no-color", action="store_true", help="no colour, even on a terminal")


def unknown_target(names: Iterable[str]) -> str | None:
    """What to say where a target is named that is not installed."""
    asked = sorted(set(names))
    if not asked:
        return None
    from blueprint.diagnostics import did_you_mean
    from blueprint.target import discover

    known = list(discover())
    for name in asked:
        if name not in known:
            hint = did_you_mean(name, known)
            return f"no target is called `{name}`" + (f"; {hint}" if hint else "")
    return None


def path(text: str) -> str:
    """A path that names something: an empty one would mean the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("an empty path names nothing")
    return text


def _release(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("an empty text names no release")
    return text


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise argparse.ArgumentTypeError(f"`{text}` is not NAME=VALUE")
    return name, value


def _shard(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"`{text}` is not K/N with K from 1 to N")
    return int(found[1]), int(found[2])


def _jobs(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of processes from 1")
    return int(text)
