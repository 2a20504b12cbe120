"""`oib conform`: how far a blueprint meets reference architectures and rules of one's own, with the evidence."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from typing import TYPE_CHECKING

from blueprint.cli import exits, options
from blueprint.cli.console import Console, progress_for
from blueprint.cli.opening import Place, locate, open_place
from blueprint.diagnostics import Diagnostic, has_errors, names

if TYPE_CHECKING:
    from blueprint.conform.compare import Row
    from blueprint.conform.verdicts import Conformance
    from blueprint.front import Progress

DESCRIPTION = """\
Judges a blueprint by rule packs: those that its `conform` blocks name, or those given with `--pack`.
Prints each requirement with its verdict: pass, fail, waived, declared (stated, but only a run-time test
could prove it), n/a (nothing that it speaks of), unchecked (with the reason). Exits with 1 where a MUST
fails that is not waived.
"""
EXAMPLES = """\
  oib conform cloud                              by the packs that the blueprint names
  oib conform cloud --pack anuket.ra2            by a pack of the library
  oib conform cloud --pack ./acme.oib            by a pack of one's own
  oib conform cloud --as-of 2027-01-31           waivers that have ended by then count as failures
  oib conform cloud --format html > report.html  one page for reviewers
  oib conform cloud --compare before.json        what has changed since a report was kept
  oib conform --list                             packs and their rules
"""
#: Characters of a report that was kept.
_REPORT_LIMIT = 64 * 2**20
_NOTHING = (
    "nothing to judge by: the blueprint has no `conform` block; name a pack with `--pack` "
    "(`oib conform --list` lists them)"
)
FORMS = ("text", "json", "junit", "sarif", "html", "csv")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `conform`."""
    options.add_blueprint(parser)
    options.add_parameters(parser)
    group = parser.add_argument_group("what to judge by")
    group.add_argument(
        "--pack", action="append", default=[], dest="packs", metavar="PACK",
        help="a pack of the library, or the path of a file or a folder; may be repeated (default: "
        "what the blueprint's `conform` blocks name)",
    )  # fmt: skip
    group.add_argument(
        "--profile", action="append", default=[], dest="profiles", metavar="PROFILE",
        help="only rules for this profile and for all; may be repeated",
    )  # fmt: skip
    group.add_argument(
        "--as-of", type=_date, metavar="DATE", dest="as_of",
        help="the day to judge waivers by (default: they are listed with their dates and not judged)",
    )  # fmt: skip
    group.add_argument(
        "--level", choices=("must", "should", "may"), default="must",
        help="exit with 1 where a rule of this level or a higher one fails (default: must)",
    )  # fmt: skip
    group.add_argument(
        "--list", action="store_true", dest="is_listing", help="list packs and rules; judge nothing"
    )
    group.add_argument(
        "--compare",
        metavar="OTHER",
        help="tell what is judged otherwise than in this other blueprint",
    )
    options.add_reporting(parser, forms=FORMS)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is no date such as 2027-06-30") from None


def run(given: argparse.Namespace) -> int:
    """Judges, and tells."""
    if given.is_listing:
        return _list(given)
    place = locate(given.blueprint)
    console = _console(given, place.prefix if isinstance(place, Place) else "")
    if isinstance(place, Diagnostic):
        console.report([place])
        return exits.WRONG
    progress, close = progress_for(console)
    try:
        found, diagnostics = _judged(given, place, progress)
        before = _compared(given, progress) if found is not None and given.compare else None
    finally:
        close()
    if diagnostics:
        console.report(diagnostics)
    if found is None:
        return exits.WRONG if has_errors(diagnostics) else exits.usage(_NOTHING)
    if isinstance(before, list):
        console.report(before)
        return exits.WRONG
    _print(found, before, given, console)
    if has_errors(diagnostics) or found.failing(given.level):
        return exits.WRONG
    return exits.OK


def _console(given: argparse.Namespace, prefix: str) -> Console:
    """Diagnostics go to standard error as text: standard output is the report's, whatever its form."""
    return Console("text", given.quiet, given.no_color, prefix)


def _judged(
    given: argparse.Namespace, place: Place, progress: Progress | None
) -> tuple[Conformance | None, list[Diagnostic]]:
    from blueprint.conform.run import Asked, judge_blueprint
    from blueprint.conform.shelves import named
    from blueprint.driver import Options

    params = tuple(place.relative(path) for path in given.params)
    packs, outside = named(given.packs, place.relative)
    asked = Asked(
        packs, tuple(given.profiles), given.as_of,
        wants_evidence=given.format in ("json", "html") or given.compare is not None,
        wants_written=given.format in ("json", "html") and given.compare is None,
        prefix=place.prefix,
    )  # fmt: skip
    loader = open_place(place, (*params, *outside))
    return judge_blueprint(loader, Options(tuple(given.sets), params, given.env), asked, progress)


def _compared(
    given: argparse.Namespace, progress: Progress | None
) -> tuple[str, list[Row]] | list[Diagnostic]:
    """What to compare with: a report that was kept, or another blueprint; or why neither can be had."""
    from blueprint.conform.compare import read_report
    from blueprint.conform.render_json import judged

    if given.compare.endswith(".json"):
        try:
            with open(given.compare, encoding="utf-8") as stream:
                rows = read_report(stream.read(_REPORT_LIMIT))
        except (OSError, UnicodeDecodeError) as error:
            return [names.unreadable(None, given.compare, str(error))]
        why = "it is no report that `oib conform --format json` wrote"
        return (
            [names.unreadable(None, given.compare, why)] if rows is None else (given.compare, rows)
        )
    place = locate(given.compare)
    if isinstance(place, Diagnostic):
        return [place]
    found, wrong = _judged(given, place, progress)
    return wrong if found is None else (found.blueprint, judged(found))


def _list(given: argparse.Namespace) -> int:
    from blueprint.conform.render_json import listed
    from blueprint.conform.run import read_packs
    from blueprint.conform.shelves import named
    from blueprint.diagnostics.display import escaped

    console = _console(given, "")
    here = Place(os.curdir, "main.oib", "")
    names, outside = named(given.packs, here.relative)
    packs, diagnostics = read_packs(open_place(here, outside), names)
    if diagnostics:
        console.report(diagnostics)
    rows = [(pack, r) for each in packs for pack, r in each.all()]
    if given.format == "json":
        text = json.dumps([listed(pack, r) for pack, r in rows], indent=2, ensure_ascii=False)
        sys.stdout.write(f"{text}\n")
    else:
        for pack in packs:
            sys.stdout.write(f"{pack.name} {escaped(pack.version)}  {escaped(pack.title)}\n")
            for _, rule in pack.all():
                kind = (
                    ""
                    if rule.verdict_class == "checked"
                    else f"  ({rule.verdict_class.replace('_', ' ')})"
                )
                sys.stdout.write(f"  {rule.id:<24} {rule.level:<6}  {escaped(rule.title)}{kind}\n")
    return exits.of(diagnostics)


def _print(
    found: Conformance,
    before: tuple[str, list[Row]] | None,
    given: argparse.Namespace,
    console: Console,
) -> None:
    if before is not None:
        from blueprint.conform.compare import render_changes
        from blueprint.conform.render_json import judged

        both = (before[0], found.blueprint)
        is_json = given.format == "json"
        sys.stdout.write(render_changes(before[1], judged(found), both, is_json=is_json))
        return
    match given.format:
        case "text":
            from blueprint.conform.render_text import render_text

            look = console.look(sys.stdout)
            for line in render_text(found, look, is_short=given.quiet):
                sys.stdout.write(f"{line}\n")
        case "json":
            from blueprint.conform.render_json import judged

            text = json.dumps(judged(found), indent=2, ensure_ascii=False)
            sys.stdout.write(f"{text}\n")
        case form:
            from blueprint.conform.forms import render

            sys.stdout.write(render(found, form))
