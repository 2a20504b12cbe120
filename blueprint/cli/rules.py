"""What `oib explain` tells of a rule of a pack: its text, and why a blueprint passes or fails it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from blueprint.cli import exits
from blueprint.cli.console import Console
from blueprint.cli.opening import Place, locate, open_place
from blueprint.diagnostics import Diagnostic, conform

if TYPE_CHECKING:
    from blueprint.conform.pack import Pack, Requirement

#: What the id of a rule looks like, with the name of its pack before it or not.
_NAME = re.compile(r"[A-Za-z][\w-]*(\.[\w-]+)+")


def explain_rule(
    name: str, blueprint: str | None, more: Sequence[str], console: Console
) -> int | None:
    """Explains a rule of the library, or of the packs named besides; None where none has that name."""
    if not _NAME.fullmatch(name):
        return None
    from blueprint.conform.claims import requirements_by_name

    here = Place(".", "main.oib", "")
    packs, found_wrong = _packs(here, more)
    if found_wrong:
        console.report(found_wrong)
        return exits.WRONG
    found = requirements_by_name(packs).get(name, [])
    if not found:
        return None
    if len(found) > 1:
        console.report([conform.ambiguous_rule(None, name, [r.pack for r in found])])
        return exits.WRONG
    requirement = found[0]
    pack = next(p for p in packs if p.name == requirement.pack)
    if console.form == "json":
        return _as_json(pack, requirement, blueprint, more, console)
    _tell(pack, requirement, console)
    return exits.OK if blueprint is None else _judge(requirement, blueprint, more, console)


def _packs(here: Place, more: Sequence[str]) -> tuple[list[Pack], list[Diagnostic]]:
    """The packs of the library, and those that are named besides."""
    from blueprint.conform.packs import library_packs
    from blueprint.conform.run import read_packs
    from blueprint.conform.shelves import named

    names, outside = named(more, here.relative)
    loader = open_place(here, outside)
    return read_packs(loader, (*library_packs(loader), *names))


def _tell(pack: Pack, requirement: Requirement, console: Console) -> None:
    from blueprint.diagnostics.display import escaped

    look = console.look(sys.stdout)
    lines = [
        look.paint("strong", f"{requirement.id}  {escaped(requirement.title)}"),
        f"{requirement.level.upper()} of {pack.name} {escaped(pack.version)} ({escaped(pack.title)})",
    ]
    facts = (
        ("chapter", requirement.chapter),
        ("source", requirement.source or pack.source),
        ("profiles", ", ".join(requirement.profile)),
        ("also known as", ", ".join(requirement.aliases)),
        ("verdict", requirement.verdict_class.replace("_", " ")),
        ("because", requirement.because),
        ("covered by", requirement.suite),
        ("note", requirement.note),
    )
    lines += [f"{name}: {escaped(text)}" for name, text in facts if text]
    if requirement.doc:
        lines += ["", *map(escaped, requirement.doc.splitlines())]
    span = requirement.decl.span
    lines += ["", f"{span.source.path}:{span.line}", *map(escaped, span.text.splitlines()), ""]
    sys.stdout.write("\n".join(lines))


def _judge(requirement: Requirement, blueprint: str, more: Sequence[str], console: Console) -> int:
    from blueprint.conform.render_text import render_text, told
    from blueprint.conform.run import Asked, judge_blueprint
    from blueprint.conform.shelves import named
    from blueprint.driver import Options

    place = locate(blueprint)
    if isinstance(place, Diagnostic):
        console.report([place])
        return exits.WRONG
    names, outside = named(more, place.relative)
    asked = Asked(_holding(requirement, names), wants_evidence=True, rules=(requirement.full_id,))
    found, diagnostics = judge_blueprint(open_place(place, outside), Options(), asked)
    if found is None:
        console.report(diagnostics)
        return exits.WRONG
    for line in render_text(found, console.look(sys.stdout)):
        sys.stdout.write(f"{line}\n")
    for judged in found.judgements:
        for value in judged.evidence:
            sys.stdout.write(f"  {told(value)}\n")
    return exits.OK


def _holding(requirement: Requirement, names: Sequence[str]) -> tuple[str, ...]:
    """What has the rule: its pack of the library, or one of those named besides."""
    from blueprint.conform.packs import library_packs

    is_ours = requirement.pack in library_packs(open_place(Place(".", "main.oib", "")))
    return (requirement.pack,) if is_ours else tuple(names)


def _as_json(
    pack: Pack,
    requirement: Requirement,
    blueprint: str | None,
    more: Sequence[str],
    console: Console,
) -> int:
    from blueprint.conform.render_json import judged, listed
    from blueprint.conform.run import Asked, judge_blueprint
    from blueprint.conform.shelves import named
    from blueprint.driver import Options

    shown = {**listed(pack, requirement), "text": requirement.decl.span.text}
    if blueprint is not None:
        place = locate(blueprint)
        if isinstance(place, Diagnostic):
            console.report([place])
            return exits.WRONG
        names, outside = named(more, place.relative)
        asked = Asked(
            _holding(requirement, names), wants_evidence=True, rules=(requirement.full_id,)
        )
        found, diagnostics = judge_blueprint(open_place(place, outside), Options(), asked)
        if found is None:
            console.report(diagnostics)
            return exits.WRONG
        shown |= judged(found)[0]
    sys.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
    return exits.OK
