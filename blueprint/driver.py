"""The pipeline on one page: text, declarations, model, addresses, graph, checks, targets.

Each pass takes the values of the one before and gives new ones with its diagnostics. Where a pass
finds errors, the later ones still run on what is whole, so that a run reports all it can; nothing is
emitted unless nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from blueprint.allot import Allotment, updated
from blueprint.checks import run_checks
from blueprint.checks.address_ranges import address_ranges
from blueprint.diagnostics import Diagnostic, Outcome, addresses, has_errors, output
from blueprint.diagnostics.grouping import grouped, joined
from blueprint.emission import emit_all
from blueprint.evaluate.code import Env, Stop
from blueprint.front import Opened, Progress, Some, addressed, opened, room_to_work, silent
from blueprint.graph import Graph, build, outside_loops
from blueprint.handovers import HandOvers, Transfer
from blueprint.incremental import asked_for, is_apart, registered, selected
from blueprint.loader import Input, Loader, lock_beside
from blueprint.lock import Lock, printed
from blueprint.lower.lower import Lowered, check_assert
from blueprint.model import Model
from blueprint.model.network import Network
from blueprint.output.consistency import facts_of_stack
from blueprint.output.layout import folder_of
from blueprint.output.register import Register, digest_of
from blueprint.output.runbook import waves_of
from blueprint.output.scope import EVERYTHING, WHOLE, Part, Scope, known_names, named
from blueprint.output.tree import LayerFiles, Tree, assembled, layer_files
from blueprint.resolve.claims import Claim, claims_of
from blueprint.resolve.modules import Module
from blueprint.resolve.unused import check_unused
from blueprint.resolve.world import Enough, Options, World
from blueprint.spans import Spans
from blueprint.target import Deployment, Target, discover, ordered, standing
from blueprint.values import Ref


@dataclass(frozen=True)
class Compilation:
    """What a run knows at its end; what it could not make is None or empty."""

    model: Model | None
    graph: Graph | None
    spans: Spans | None
    deployments: tuple[Deployment, ...]
    diagnostics: tuple[Diagnostic, ...]
    inputs: tuple[Input, ...]
    #: Hosts whose addresses were allotted in the order of their keys, for want of a lock file.
    unlocked_hosts: int = 0

    @property
    def is_ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.model is not None and not has_errors(self.diagnostics)


@dataclass
class Front:
    """The front end's result: the world, what was lowered, spans and addresses."""

    world: World
    root: Module
    lowered: Lowered
    spans: Spans
    allotment: Allotment
    lock: Lock | None
    model: Model
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Compiled:
    """A compile with the files that it gives, the deployments without their texts."""

    found: Compilation
    tree: Outcome[Tree]
    scope: Scope
    #: What a later compile of a few rows may be held against, after one of everything without a fault.
    register: Register | None = None
    #: Whether rows were proved by themselves, and not the whole.
    is_by_rows: bool = False


@dataclass(frozen=True)
class Shortcut:
    """What was left by a compile of everything from which the sources differ in rows alone, if at all."""

    register: Register
    #: Reads the sources as they were then.
    before: Callable[[], Loader]
    #: All that a compile of everything reads, as it is now.
    inputs: tuple[Input, ...]


def check_blueprint(
    loader: Loader, options: Options, progress: Progress | None = None
) -> Compilation:
    """Everything but the artifacts."""
    with room_to_work():
        return _analysed(loader, options, progress or silent).compilation()


def check_opened(structure: Opened, options: Options) -> Compilation:
    """Everything but the artifacts, of a blueprint that was read already: of a pack's base."""
    with room_to_work():
        front = _front(structure, silent)
        found = structure.world.diagnostics
        return _judged(front, found, structure.world.loader, options, silent).compilation()


def compile_blueprint(
    loader: Loader, options: Options, progress: Progress | None = None
) -> Compilation:
    """The whole way. Deployments are made only where nothing is wrong."""
    with room_to_work():
        known = _analysed(loader, options, progress or silent)
        if not known.is_ok:
            return known.compilation()
        return known.compilation(tuple(known.emitted(t, layer) for t, layer in known.work))


def compile_files(
    loader: Loader,
    options: Options,
    part: Part = EVERYTHING,
    progress: Progress | None = None,
    *,
    jobs: int = 1,
    shortcut: Shortcut | None = None,
    is_remembered: bool = False,
) -> Compiled:
    """The whole way and on to the files, for all layers or some; each layer is kept as bytes only.

    With a shortcut a few rows are proved by themselves where that is the same. What is to be remembered
    gives a register, unless anything was wrong or there are no rows.
    """
    tell = progress or silent
    with room_to_work():
        if shortcut is not None:
            found = _of_rows(loader, options, part, shortcut, tell)
            if found is not None:
                return replace(_made(found[0], found[1], 1, tell), is_by_rows=True)
        known = _analysed(loader, options, tell)
        scope, wrong = _scope(known, part)
        if wrong:
            known.found += wrong
        if not known.is_ok or scope is None:
            return Compiled(known.compilation(), Outcome(None), scope or WHOLE)
        is_remembered = is_remembered and scope.is_whole and known.is_spotless
        return _made(known, scope, jobs, tell, is_remembered=is_remembered)


def _made(
    known: _Analysis, scope: Scope, jobs: int, tell: Progress, *, is_remembered: bool = False
) -> Compiled:
    """The files of a blueprint in which nothing is wrong."""
    model, graph = known.model, known.graph
    assert model is not None and graph is not None and known.spans is not None  # noqa: PT018  # one fact
    by_layer: dict[Ref, list[Target]] = {}
    for target, layer in known.work:
        by_layer.setdefault(layer, []).append(target)
    facts = facts_of_stack(model) if scope.has_top else None

    def emit(layer: Ref) -> LayerFiles:
        is_owned = scope.owns(folder_of(layer))
        if not is_owned and not scope.has_top:
            return LayerFiles(layer, ())
        made = (known.emitted(target, layer) for target in by_layer[layer])
        files = layer_files(layer, made, is_owned=is_owned, facts=facts)
        return replace(files, sha256=digest_of(files.files or {})) if is_remembered else files

    layers = emit_all(list(by_layer), emit, jobs, tell)
    tell("laying out the output")
    needs = {layer: graph.needed_layers(layer) for layer in by_layer} if scope.has_top else {}
    tree = assembled(model.name, model.title, layers, graph.waves, needs, known.spans, scope, facts)
    made = tuple(each for layer in layers for each in layer.deployments)
    register = None
    if is_remembered and known.world is not None and not tree.diagnostics:
        digests = {each.layer: each.sha256 for each in layers if each.sha256 is not None}
        register = registered(known.world, model, digests)
    return Compiled(known.compilation(made), tree, scope, register)


def _of_rows(
    loader: Loader, options: Options, part: Part, shortcut: Shortcut, tell: Progress
) -> tuple[_Analysis, Scope] | None:
    """The proof of a few rows by themselves; None where only the whole proves them (`blueprint/incremental.py`)."""
    if not part.only or options.origin is not None:
        return None
    becomes, found = opened(loader, options, tell)
    if becomes is None or found:
        return None
    asked = asked_for(becomes, shortcut.register, part.only)
    if asked is None:
        return None
    was, found_before = opened(shortcut.before(), options, silent, rows=asked.rows_before())
    some = None if was is None else selected(was, becomes, asked)
    if was is None or some is None:
        return None
    try:
        new, old = _front(becomes, tell, some), _front(was, silent, some)
    except Enough:
        return None
    if found or has_errors(found_before):
        return None
    if not is_apart(old.model, new.model, some, becomes.world):
        return None
    known = _judged(new, found, loader, options, tell)
    if not known.is_spotless or not {i.path for i in known.inputs} <= {
        i.path for i in shortcut.inputs
    }:
        return None
    known.inputs = shortcut.inputs
    layers = {folder_of(layer): layer for _, layer in known.work}
    for folder in some.asked:
        layer = layers.get(folder)
        if layer is None:
            return None
        made = [t.emit(layer, old.model) for t, each in known.work if each == layer]
        files = layer_files(layer, made, is_owned=True).files or {}
        if digest_of(files) != shortcut.register.layers[folder].sha256:
            return None
    return known, Scope(some.asked)


def _scope(known: _Analysis, part: Part) -> tuple[Scope | None, list[Diagnostic]]:
    """The scope of a part of the compile, and what forbids to compile a part."""
    if part.is_everything or known.model is None:
        return WHOLE, []
    layers = {folder_of(layer): layer for _, layer in known.work}
    wrong = []
    only = []
    for text in part.only:
        folder = named(text, layers)
        if folder is not None:
            only.append(folder)
        elif known.model.is_whole:  # else it may be what was left out for an error
            wrong.append(output.no_such_layer(text, known_names(layers)))
    if known.unlocked_hosts:
        wrong.append(output.part_without_lock(known.lock_path, known.unlocked_hosts))
    return (None if wrong else Scope(tuple(only), part.shard)), wrong


@dataclass
class _Analysis:
    """What is known of a blueprint before anything is emitted."""

    options: Options
    found: list[Diagnostic]
    inputs: tuple[Input, ...]
    lock_path: str
    model: Model | None = None
    graph: Graph | None = None
    spans: Spans | None = None
    work: Sequence[tuple[Target, Ref]] = ()
    unlocked_hosts: int = 0
    world: World | None = None

    @property
    def is_ok(self) -> bool:
        return self.model is not None and not has_errors(self.found)

    @property
    def is_spotless(self) -> bool:
        """Whether there is nothing to say of the blueprint at all, and its lock gives all addresses."""
        is_made = self.model is not None and self.graph is not None
        return is_made and not self.found and not self.unlocked_hosts

    def emitted(self, target: Target, layer: Ref) -> Deployment:
        assert self.model is not None and self.spans is not None  # noqa: PT018  # one fact: nothing is wrong
        return _emitted(target, layer, self.model, self.spans, self.options.origin)

    def compilation(self, deployments: tuple[Deployment, ...] = ()) -> Compilation:
        return Compilation(
            self.model,
            self.graph,
            self.spans,
            deployments,
            grouped(self.found),
            self.inputs,
            unlocked_hosts=self.unlocked_hosts,
        )


def _analysed(loader: Loader, options: Options, progress: Progress) -> _Analysis:
    """All passes but emission."""
    front, found = front_end(loader, options, progress)
    if front is None:
        return _Analysis(options, found, loader.inputs(), lock_beside(loader.main))
    return _judged(front, found, loader, options, progress)


def _judged(
    front: Front, found: list[Diagnostic], loader: Loader, options: Options, progress: Progress
) -> _Analysis:
    """What the graph, the checks and the targets say of a front end's result."""
    model, spans = front.model, front.spans
    progress("ordering the layers")
    graph = build(model, spans)
    progress("checking that the layers fit")
    sound = model if graph.value is not None else outside_loops(model)
    found += [*graph.diagnostics, *run_checks(sound, spans)]
    work = [(t, layer) for t in _targets(options, found) for layer in t.layers(sound)]
    of_tools: list[tuple[str, Diagnostic]] = []
    for number, (target, layer) in enumerate(work):
        progress("checking what the tools can do", number, len(work))
        of_tools += ((target.name, each) for each in target.check(layer, sound, spans))
    found = joined(found, of_tools)
    found += _check_upgrades(work, sound, spans, options, is_whole=not has_errors(found))
    return _Analysis(
        options,
        found,
        loader.inputs(),
        lock_beside(loader.main),
        model,
        graph.value,
        spans,
        work,
        unlocked_hosts=len(model.host) if front.allotment.is_allotted and not front.lock else 0,
        world=front.world,
    )


def handed_over(front: Front, graph: Graph, options: Options) -> tuple[Transfer, ...]:
    """What layers hand over to each other, for a picture; nothing where something is wrong.

    Groups of hosts are left out: what makes them ready hands nothing over, and takes longest.
    """
    model, spans = front.model, front.spans
    found = list(run_checks(model, spans))
    work = [
        (target, layer)
        for target in _targets(options, found)
        for layer in target.layers(model)
        if layer not in model.groups
    ]
    for target, layer in work:
        found += target.check(layer, model, spans)
    if has_errors(found):
        return ()
    deployments = [target.emit(layer, model) for target, layer in work]
    return HandOvers(waves_of(deployments, graph.waves)).between_layers()


def emitted(front: Front, options: Options) -> tuple[Deployment, ...]:
    """What all targets make of a blueprint that fits together; nothing of what one of them can't express."""
    model, found = front.model, list[Diagnostic]()
    return tuple(
        target.emit(layer, model)
        for target in _targets(options, found)
        for layer in target.layers(model)
        if not has_errors(target.check(layer, model, front.spans))
    )


def _check_upgrades(
    work: Sequence[tuple[Target, Ref]],
    model: Model,
    spans: Spans,
    options: Options,
    *,
    is_whole: bool,
) -> list[Diagnostic]:
    """Why layers can't be taken from the release that runs now to that of the blueprint, or as they are stated now."""
    origin, before = options.origin, options.before
    if origin is None:
        return []
    concerned = [
        (target.upgrades, layer)
        for target, layer in work
        if target.upgrades is not None and target.upgrades.takes(origin)
    ]
    if not concerned:  # where something is wrong, the layer may be what was left out for it
        return [output.nothing_to_upgrade(origin)] if is_whole else []
    found = [d for up, layer in concerned for d in up.check(layer, model, spans, origin)]
    if before is not None and is_whole and not has_errors(found):
        for up, layer in concerned:
            found += up.settled(layer, model, spans, partial(before, folder_of(layer)))
    return found


def _emitted(
    target: Target, layer: Ref, model: Model, spans: Spans, origin: str | None
) -> Deployment:
    if origin is None:
        return target.emit(layer, model)
    if target.upgrades is None or not target.upgrades.takes(origin):
        return standing(target.emit(layer, model))
    return target.upgrades.emit(layer, model, spans, origin)


def front_end(
    loader: Loader, options: Options, progress: Progress, *, is_traced: bool = False
) -> tuple[Front | None, list[Diagnostic]]:
    """From text to a model with addresses; no front where the main file can't be read at all."""
    with room_to_work():
        structure, found = opened(loader, options, progress, is_traced=is_traced)
        if structure is None:
            return None, found
        try:
            return _front(structure, progress), found
        except Enough:
            return None, found


def _front(structure: Opened, progress: Progress, some: Some | None = None) -> Front:
    world, root, name, title = structure
    progress("evaluating")
    lowered, spans, allotment, lock = addressed(structure, some)
    claims = claims_of(root)
    _check_the_rest(root)
    world.diagnostics += allotment.diagnostics
    is_whole = not world.has_errors
    if allotment.stale and not world.has_errors:
        world.report(
            addresses.lock_stale(
                lock_beside(world.loader.main), len(allotment.stale), allotment.stale[0]
            )
        )
    model = Model(
        name, title, lowered.things, lowered.groups, allotment.addresses,
        frozenset(lowered.existing), lowered.documentation, is_whole,
    )  # fmt: skip
    return Front(world, root, lowered, spans, allotment, lock, model, claims)


def _check_the_rest(root: Module) -> None:
    """Variables that nothing used, text that makes nothing, assertions, and things that asked for addresses."""
    for module in root.modules():
        for param in module.params.values():
            _evaluate(param.value)
        for let in list(module.lets):
            if not let.elaborated().is_broken and not let.elaborated().binders:
                _evaluate(let.value)
        check_unused(module)
        for decl, scope, env in module.asserts:
            check_assert(module, decl, scope, env)


def _evaluate(value: Callable[[Env], object]) -> None:
    try:
        value({})
    except Stop:
        return


def _targets(options: Options, found: list[Diagnostic]) -> list[Target]:
    """The targets to compile for; one that can't be loaded is reported."""
    targets = []
    for name, load in discover(options.targets or None).items():
        try:
            targets.append(load())
        except Exception as error:  # noqa: BLE001  # a plug-in of others may fail in any way
            found.append(output.target_broken(name, error))
    return ordered(targets)


def locked(loader: Loader, options: Options, *, prune: bool) -> tuple[str | None, list[Diagnostic]]:
    """The text of the lock file that the blueprint asks for now; None where something is wrong."""
    with room_to_work():
        front, found = front_end(loader, options, silent)
        if (
            front is not None
        ):  # ranges that are not where they should be leave hosts without addresses
            found += address_ranges(front.model, front.spans)
    stale = addresses.LOCK_STALE
    found = [d for d in found if d.rule is not stale]
    if front is None or has_errors(found):
        return None, list(grouped(found))
    versions = {str(r): t.cidr.version for r, t in front.model.of(Network).items()}
    return printed(updated(front.allotment.addresses, front.lock, prune=prune), versions), found


__all__ = [
    "Compilation", "Compiled", "Front", "Options", "Part", "Shortcut", "check_blueprint", "check_opened",
    "compile_blueprint", "compile_files", "front_end", "locked",
]  # fmt: skip
