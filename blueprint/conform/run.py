"""One run: a blueprint in, judgements out, with everything that is wrong on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from blueprint import __version__
from blueprint.checks import run_checks
from blueprint.conform.claims import waivers_of
from blueprint.conform.examples import Tested, pack_tested
from blueprint.conform.judge import Judge
from blueprint.conform.pack import Pack
from blueprint.conform.packs import Shelf, library_packs
from blueprint.conform.subject import Subject
from blueprint.conform.verdicts import Conformance
from blueprint.conform.written import marked, paths_written
from blueprint.diagnostics import Diagnostic, conform, has_errors
from blueprint.diagnostics.grouping import grouped
from blueprint.driver import emitted, front_end
from blueprint.front import Progress, room_to_work, silent
from blueprint.graph import build
from blueprint.loader import Loader
from blueprint.resolve.claims import Claim
from blueprint.resolve.world import Options, World
from blueprint.source import Span
from blueprint.values import Ref


@dataclass(frozen=True, slots=True)
class Asked:
    """What to judge by: packs (those that the blueprint names where none are), profiles, a day."""

    packs: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    as_of: date | None = None
    wants_evidence: bool = False
    #: Whether to mark settings that are written for no tool; that takes as long as a compile.
    wants_written: bool = False
    #: What goes before the paths of sources in reports.
    prefix: str = ""
    #: Only these rules, by their full ids; all of the packs where none are named.
    rules: tuple[str, ...] = ()


def read_packs(loader: Loader, names: Sequence[str] = ()) -> tuple[list[Pack], list[Diagnostic]]:
    """The packs of these names, all of the library where none are given, and what is wrong with them."""
    with room_to_work():
        world = World(loader, Options())
        shelf = Shelf(loader, world)
        found = [shelf.pack(name, None) for name in names or library_packs(loader)]
        return [pack for pack in found if pack is not None], list(grouped(world.diagnostics))


def packs_tested(
    loader: Loader, names: Sequence[str], rules: Sequence[str] = ()
) -> tuple[list[Tested], list[Diagnostic]]:
    """What the examples of packs come to; packs that can't be read whole are not run."""
    with room_to_work():
        world = World(loader, Options())
        shelf = Shelf(loader, world)
        read = [shelf.pack(name, None) for name in names]
        if has_errors(world.diagnostics):
            return [], list(grouped(world.diagnostics))
        packs = [pack for pack in read if pack is not None]
        known = {r.id for pack in packs for r in pack.requirements}
        wrong = [conform.unknown_rule(None, rule, known) for rule in rules if rule not in known]
        tested = [pack_tested(pack, wanted=rules) for pack in packs]
        found = [*world.diagnostics, *wrong, *(d for t in tested for d in t.diagnostics)]
        return tested, list(grouped(found))


def judge_blueprint(
    loader: Loader, options: Options, asked: Asked, progress: Progress | None = None
) -> tuple[Conformance | None, list[Diagnostic]]:
    """The judgements; None where the blueprint is wrong, or where there is nothing to judge by."""
    with room_to_work():
        return _judged(loader, options, asked, progress or silent)


def _judged(
    loader: Loader, options: Options, asked: Asked, progress: Progress
) -> tuple[Conformance | None, list[Diagnostic]]:
    front, found = front_end(loader, options, progress)
    if front is not None and not has_errors(found):
        found += [
            *build(front.model, front.spans).diagnostics,
            *run_checks(front.model, front.spans),
        ]
    if front is None or has_errors(found):
        return None, list(grouped(found))
    progress("reading the packs")
    world = World(loader, Options())
    shelf = Shelf(loader, world)
    packs = _packs(shelf, asked.packs, front.claims)
    scopes = _scopes(shelf, front.claims)
    profiles = _profiles(asked, front.claims, packs, world)
    waivers = waivers_of(
        front.claims, packs, _ignored if asked.packs else world.report
    )  # of packs that are not asked for
    wrong = [*found, *world.diagnostics]
    if not packs or has_errors(world.diagnostics):
        return None, list(grouped(wrong))
    progress("judging")
    subject = Subject(front.model, front.spans, world.trace)
    judge = Judge(packs, subject, world.report, asked.as_of, scopes=scopes)
    if asked.rules:
        judge.requirements = [r for r in judge.requirements if r[1].full_id in asked.rules]
    judgements = judge.verdicts(profiles, waivers, wants_evidence=asked.wants_evidence)
    if asked.wants_written:
        progress("looking at what is written for the tools")
        judgements = marked(judgements, paths_written(emitted(front, options)))
    conformance = Conformance(
        front.model.name, front.model.title or "", tuple(judge.packs), tuple(judgements),
        asked.as_of, profiles, tuple((i.path, i.sha256) for i in loader.inputs()),
        (("oib", __version__), *((p.name, f"{p.version} (sha256 {digest(p)[:16]})") for p in judge.packs)),
        asked.prefix, scopes,
    )  # fmt: skip
    return conformance, list(grouped([*found, *world.diagnostics]))


def _packs(shelf: Shelf, asked: Sequence[str], claims: Iterable[Claim]) -> list[Pack]:
    """The packs that the command line names, or else those that the blueprint does, each once."""
    found: dict[str, Pack] = {}
    if asked:
        read = [shelf.pack(name, None) for name in asked]
    else:
        main = shelf.loader.main
        read = [shelf.pack(name, span, main) for claim in claims for name, span in claim.packs]
    for pack in read:
        if pack is not None:
            found.setdefault(pack.name, pack)
    return list(found.values())


def _scopes(shelf: Shelf, claims: Iterable[Claim]) -> dict[str, tuple[Ref, ...]]:
    """What the blueprint says that each pack judges; nothing where one of its claims is of everything."""
    found: dict[str, list[tuple[Ref, ...]]] = {}
    for claim in claims:
        for name, span in claim.packs:
            pack = shelf.pack(name, span, shelf.loader.main)
            if pack is not None:
                found.setdefault(pack.name, []).append(claim.of)
    return {
        name: tuple(dict.fromkeys(ref for refs in scopes for ref in refs))
        for name, scopes in found.items()
        if all(scopes)
    }


def _profiles(
    asked: Asked, claims: Iterable[Claim], packs: Iterable[Pack], world: World
) -> tuple[str, ...]:
    """The profiles that are meant: those of the command line, or else the blueprint's."""
    known = {word for pack in packs for each in pack.packs() for word in each.profiles}
    wanted: list[tuple[str, Span | None]] = [(word, None) for word in asked.profiles]
    if not asked.profiles:
        wanted = [(word, span) for claim in claims for word, span in claim.profiles]
        if asked.packs:  # the blueprint speaks of the packs that it names
            wanted = [(word, span) for word, span in wanted if word in known]
    for word, span in wanted:
        if word not in known:
            world.report(conform.unknown_profile(span, word, known))
    return tuple(word for word, _ in wanted)


def digest(pack: Pack) -> str:
    """What tells one state of a pack from another: its texts."""
    whole = hashlib.sha256()
    for source in pack.sources:
        whole.update(source.text.encode())
        whole.update(b"\0")
    return whole.hexdigest()


def _ignored(_diagnostic: Diagnostic) -> None:
    return
