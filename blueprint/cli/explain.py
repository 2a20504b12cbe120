"""`oib explain`: what a code means; and of a line or key of an artifact, everything that it comes from."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from blueprint.cli import exits, options
from blueprint.cli.console import Console
from blueprint.cli.opening import Place, locate, open_place
from blueprint.cli.rules import explain_rule
from blueprint.diagnostics import Diagnostic, did_you_mean
from blueprint.diagnostics import output as faults
from blueprint.diagnostics.display import escaped
from blueprint.diagnostics.render_text import render_place
from blueprint.output import lookup, state
from blueprint.output.disk import state_of
from blueprint.output.layout import MANIFEST
from blueprint.output.manifest import Manifest, UnreadableError, read_manifest
from blueprint.output.planning import is_as

if TYPE_CHECKING:
    from blueprint.explain import CauseSite
    from blueprint.output.source_map import Origin

DESCRIPTION = """\
Explains a diagnostic by its code, or a rule of a pack by its id, with `--blueprint` also why that
blueprint passes or fails it. Or tells of a line of a file that `oib compile` wrote, or of a key in it,
everything that had a hand in it: attributes, templates, cells of data files, environments, `--set`,
defaults, lock entries, and the rule that derived it.
"""
EXAMPLES = """\
  oib explain OIB5001                                          what a code means, with examples
  oib explain ra2.k8s.002 --blueprint cloud                    a rule, and how a blueprint meets it
  oib explain out/openstack.core/kolla_ansible/globals.yml:12  where this line comes from
  oib explain globals.yml:kolla_internal_vip_address           the line that sets a key
  oib explain kolla_internal_vip_address -o out                the same, in whatever file
  oib explain globals.yml:12 --format json                     for programs
"""

#: Keys are explained at so many lines; the rest is counted.
_LINES = 5
_CODE = re.compile(r"[A-Za-z]{2,8}[0-9]{3,5}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `explain`."""
    parser.add_argument("what", metavar="CODE | RULE | ARTIFACT:LINE | ARTIFACT:KEY | KEY")
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        help="the folder that `oib compile` wrote (default: the one around the artifact or the current "
        "folder, else out)",
    )
    parser.add_argument(
        "--blueprint",
        metavar="PATH",
        help="the blueprint that it was made from, where oib doesn't know any more; of a rule, the blueprint "
        "to judge",
    )
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        dest="packs",
        metavar="PATH",
        help="of a rule: a pack beside those of the library; may be repeated",
    )
    options.add_reporting(parser, forms=("text", "json"))


def run(given: argparse.Namespace) -> int:
    """Explains a code or an artifact."""
    console = Console.of(given)
    if _CODE.fullmatch(given.what):
        found = _explain_code(given.what.upper(), console)
        if found is not None:
            return found
    told = explain_rule(given.what, given.blueprint, given.packs, console)
    if told is not None:
        return told
    artifact, colon, rest = given.what.rpartition(":")
    if not colon:
        artifact, rest = "", given.what
    directory = given.output or _directory(artifact)
    try:
        manifest = None if directory is None else read_manifest(directory)
    except UnreadableError as error:
        console.report([faults.manifest_unreadable(f"{directory}/{error.path}", str(error))])
        return exits.WRONG
    if directory is None or manifest is None:
        console.report([faults.no_manifest(directory or artifact or os.curdir)])
        return exits.WRONG
    places = _lines(directory, manifest, artifact, rest)
    if isinstance(places, Diagnostic):
        console.report([places])
        return exits.WRONG
    return _Explanation(directory, manifest, given.blueprint, console).tell(places)


def _explain_code(code: str, console: Console) -> int | None:
    """Prints the page of a code; None where it may be the name of something else, such as `node001`."""
    from blueprint.cli import pages

    text = pages.page(code)
    if text is None and not code.startswith("OIB"):
        return None
    if text is None:
        hint = did_you_mean(code, pages.codes())
        return exits.usage(f"there is no code `{code}`{f'; {hint}' if hint else ''}")
    if console.form == "json":
        _print_json({"code": code, "page": text})
        return exits.OK
    look = console.look(sys.stdout)
    for line in text.splitlines():
        is_heading = line.startswith("#")
        sys.stdout.write(f"{look.paint('strong', line) if is_heading else line}\n")
    return exits.OK


def _directory(artifact: str) -> str | None:
    """The output folder that a question is about."""
    start = artifact if artifact and os.path.lexists(artifact) else os.curdir
    found = lookup.folder_above(start)
    if found is None and os.path.isfile(os.path.join("out", MANIFEST)):
        found = "out"
    return None if found is None else os.path.relpath(found)


def _lines(
    directory: str, manifest: Manifest, artifact: str, rest: str
) -> list[tuple[str, int]] | Diagnostic:
    """The lines asked about, as paths and numbers from 1."""
    paths = lookup.explained(manifest)
    if artifact:
        inside = os.path.relpath(artifact, directory).replace(os.sep, "/")
        paths = lookup.matching(manifest, inside) or lookup.matching(manifest, artifact)
        if not paths:
            return faults.unknown_artifact(artifact, manifest.files)
    texts = {path: _text(directory, path) for path in paths}
    if artifact and rest.isascii() and rest.isdigit():
        line = int(rest)
        for path, text in texts.items():
            count = len(text.splitlines())
            if not 1 <= line <= count:
                return faults.no_such_line(path, line, count)
        return [(path, line) for path in paths]
    found = [(path, line) for path in paths for line in lookup.lines_that_set(texts[path], rest)]
    if not found:
        known = {key for text in texts.values() for key in lookup.keys_of(text)}
        return faults.unknown_key(rest, artifact or None, known)
    return found


def _text(directory: str, path: str) -> str:
    try:
        with open(os.path.join(directory, path), encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


class _Explanation:
    """Tells where lines of one output folder come from; the blueprint is read once."""

    def __init__(
        self, directory: str, manifest: Manifest, blueprint: str | None, console: Console
    ) -> None:
        self.directory = directory
        self.manifest = manifest
        self.blueprint = blueprint
        self.console = console
        self.look = console.look(sys.stdout)

    def tell(self, places: list[tuple[str, int]]) -> int:
        """Prints what is known of each line."""
        try:
            known = [
                (path, line, lookup.origin_of(self.directory, self.manifest, path, line))
                for path, line in places[:_LINES]
            ]
        except lookup.MapUnreadableError as error:
            path = os.path.normpath(os.path.join(self.directory, error.path))
            self.console.report([faults.source_map_unreadable(path)])
            return exits.WRONG
        needs_blueprint = any(origin is not None and origin.paths for _, _, origin in known)
        place = self._place() if needs_blueprint else None
        if isinstance(place, Diagnostic):
            self.console.report([place])
            return exits.WRONG
        if self.console.form == "json":
            lines = [self._record(path, line, origin, place) for path, line, origin in known]
            _print_json({"lines": lines, "more": max(0, len(places) - _LINES)})
            return exits.OK
        for path, line, origin in known:
            self._line(path, line, origin, place)
        if len(places) > _LINES:
            self._say(f"… and {len(places) - _LINES} more lines")
        return exits.OK

    def _say(self, text: str = "") -> None:
        sys.stdout.write(f"{text}\n")

    def _place(self) -> Place | Diagnostic:
        argument = self.blueprint or state.origin(self.directory)
        if argument is None:
            return faults.blueprint_not_found(self.directory)
        if self.blueprint is None:
            argument = min(os.path.relpath(argument), argument, key=len)
        return locate(argument)

    def _line(self, path: str, line: int, origin: Origin | None, place: Place | None) -> None:
        text = _text(self.directory, path).splitlines()
        head = f"{os.path.normpath(os.path.join(self.directory, path))}:{line}"
        self._say(self.look.paint("strong", escaped(head)))
        self._say(f"  {escaped(text[line - 1] if line <= len(text) else '')}")
        self._say()
        entry = self.manifest.files[path]
        if not is_as(state_of(os.path.join(self.directory, path)), entry):
            self._say("  the file was edited after oib wrote it: lines may have moved")
            self._say()
        if origin is None:
            made_by = f"by the target `{entry.target}`" if entry.target else "by oib itself"
            self._say(f"  written {made_by}; nothing in the blueprint decided this line")
            self._say()
            return
        about = f", of {origin.member}" if origin.member else ""
        self._say(f"  {escaped(origin.rule)}{escaped(about)}")
        self._say()
        if place is not None and origin.paths:
            self._causes(origin, place)

    def _record(
        self, path: str, line: int, origin: Origin | None, place: Place | None
    ) -> dict[str, Any]:
        """What is known of one line, for programs."""
        text = _text(self.directory, path).splitlines()
        entry = self.manifest.files[path]
        found: dict[str, Any] = {
            "artifact": path,
            "line": line,
            "text": text[line - 1] if line <= len(text) else "",
            "is_edited": not is_as(state_of(os.path.join(self.directory, path)), entry),
            "layer": entry.layer,
            "target": entry.target,
        }
        if origin is None:
            return found
        sites = self._sites(origin, place) if place is not None and origin.paths else ()
        return {
            **found,
            "rule": origin.rule,
            "member": origin.member,
            "fields": list(origin.paths),
            "causes": [self._cause(site, place) for site in sites],
        }

    def _cause(self, site: CauseSite, place: Place | None) -> dict[str, Any]:
        from blueprint.diagnostics.render_json import place_of

        if site.span is None:
            return {"text": site.text}
        console = Console(prefix=place.prefix if place is not None else "")
        return {"text": site.text, "place": place_of(console.span(site.span))}

    def _sites(self, origin: Origin, place: Place) -> tuple[CauseSite, ...]:
        from blueprint.explain import causes_of
        from blueprint.resolve.world import Options

        settings = self.manifest.settings
        asked = Options(settings.sets, settings.params, settings.env, settings.targets)
        return causes_of(open_place(place, settings.params), asked, origin.paths)

    def _causes(self, origin: Origin, place: Place) -> None:
        console = Console(prefix=place.prefix)
        for site in self._sites(origin, place):
            if site.span is None:
                self._say(f"  --> {escaped(site.text)}")
            else:
                self._say(render_place(console.span(site.span), site.text, self.look))
            self._say()


def _print_json(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({"version": 1, **answer}, indent=2, ensure_ascii=False) + "\n")
