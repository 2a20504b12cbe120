"""Makes the model of all declarations, and the table of their spans.

A declaration with an error is left out of the model, and with it all that refers to it: one mistake
stays one error, and checks see only what is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate.code import Stop
from blueprint.lower.body import Path, Shape, Shaper, vary
from blueprint.lower.cells import cell_of
from blueprint.lower.hosts import Places, group_of
from blueprint.lower.validate import validated
from blueprint.model import Kind
from blueprint.model.hosts import HostGroup, Hosts
from blueprint.model.site import Site
from blueprint.resolve.declarations import Declaration, Member, Node
from blueprint.resolve.merge import node_of
from blueprint.resolve.modules import Module
from blueprint.resolve.world import World
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.syntax import ast
from blueprint.values import Range, Ref


@dataclass
class Lowered:
    """What lowering makes: things, groups of hosts, spans, what was left out."""

    things: dict[Ref, Kind] = field(default_factory=dict)
    groups: dict[Ref, HostGroup] = field(default_factory=dict)
    spans: dict[tuple[str, ...], Span] = field(default_factory=dict)
    existing: set[Ref] = field(default_factory=set)
    documentation: dict[Ref, str] = field(default_factory=dict)
    damaged: set[Ref] = field(default_factory=set)


def lower(world: World, root: Module) -> tuple[Lowered, Spans]:
    """The declarations of a blueprint and its modules as models."""
    found = Lowered()
    modules = list(root.modules())
    declarations = [d for module in modules for d in module.declarations.values()]
    declarations.sort(key=lambda d: d.kind == "hosts")
    parts: dict[Ref, list[tuple[Member, Hosts, dict[str, Any]]]] = {}
    for declaration in declarations:
        one = _Lowering(world, declaration, found)
        if declaration.kind == "hosts":
            parts[declaration.ref] = one.hosts()
        else:
            one.things()
    spans = Spans(found.spans, _cells(world))
    places = Places({ref: thing for ref, thing in found.things.items() if isinstance(thing, Site)})
    for declaration in declarations:
        if declaration.kind == "hosts" and declaration.ref not in found.damaged:
            before = len(world.diagnostics)
            group = group_of(declaration, parts[declaration.ref], places, spans.at, world.report)
            if len(world.diagnostics) == before:
                found.groups[declaration.ref] = group
            else:
                found.damaged.add(declaration.ref)
    found.things = {d: found.things[d] for d in _in_source_order(modules) if d in found.things}
    if found.damaged or any(d.is_error for d in world.diagnostics):
        _leave_out(found)
    return found, spans


def _in_source_order(modules: list[Module]) -> Iterator[Ref]:
    for module in modules:
        for declaration in module.declarations.values():
            for member in declaration.members.values():
                yield member.ref


class _Lowering:
    """Lowers the members of one declaration."""

    def __init__(self, world: World, declaration: Declaration, found: Lowered) -> None:
        self.world = world
        self.declaration = declaration
        self.module = declaration.module
        self.found = found
        self.shapes: dict[int, tuple[Shape, dict[Path, Span]]] = {}
        ref = declaration.ref
        found.spans[ref,] = declaration.span
        if declaration.is_existing:
            found.existing.add(ref)
        if declaration.is_broken:
            found.damaged.add(ref)
        if declaration.doc:
            found.documentation[ref] = declaration.doc

    def shape(self, member: Member, node: Node) -> tuple[Shape, dict[Path, Span]]:
        """The shape of a member's body, made once for all that share it."""
        known = self.shapes.get(id(node))
        if known is None:
            spans: dict[Path, Span] = {}
            shape = Shaper(self.module, member, spans).run(node)
            known = (shape, spans)
            is_first = not self.shapes
            self.shapes[id(node)] = known
            ref = self.declaration.ref if is_first else member.ref
            for path, span in spans.items():
                self.found.spans[(ref, *path)] = span
            if not is_first:
                self.found.spans[member.ref,] = node.head
        return known

    def members(self) -> Iterator[tuple[Member, Shape, dict[Path, Span], list[Any], set[Path]]]:
        """Members with what is alike and what is their own."""
        for member in self.declaration.members.values():
            try:
                node = node_of(member)
                shape, spans = self.shape(member, node)
                own, failed = vary(shape, member, self.module) if shape.varying else ([], set())
            except Stop as stop:
                self.world.report(stop.diagnostic)
                self.damage(member)
                continue
            self.check_asserts(member, node)
            yield member, shape, spans, own, failed

    def damage(self, member: Member) -> None:
        """Leaves a member, and as a group of hosts all of them, out of the model."""
        self.found.damaged.add(member.ref)
        self.found.damaged.add(self.declaration.ref)

    def things(self) -> None:
        """Lowers the members of any kind but hosts."""
        declaration = self.declaration
        for member, shape, spans, own, failed in self.members():
            data = _overlaid(shape.fixed, own) if own else shape.fixed
            thing, problems = validated(
                declaration.model,
                data,
                spans,
                shape.broken | failed,
                f"`{declaration.kind} {declaration.name}`",
                is_partial=member.origin.is_partial,
            )
            for problem in problems:
                self.world.report(problem)
            if thing is None or shape.broken or failed or member.origin.is_partial:
                self.damage(member)
            else:
                self.found.things[member.ref] = thing
                if declaration.is_existing:
                    self.found.existing.add(member.ref)

    def hosts(self) -> list[tuple[Member, Hosts, dict[str, Any]]]:
        """Lowers hosts: what differs in columns stays beside the specification."""
        declaration = self.declaration
        columns = Hosts.columns
        made: list[tuple[Member, Hosts, dict[str, Any]]] = []
        specs: dict[tuple[Any, ...], Hosts | None] = {}
        fixed_parts: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
        for member, shape, spans, own, failed in self.members():
            split = fixed_parts.get(id(shape))
            if split is None:
                split = _split(shape.fixed, columns)
                fixed_parts[id(shape)] = split
            fixed, shared_columns = split
            column_values = dict(shared_columns)
            other: list[tuple[Path, Any, Any]] = []
            for path, value, spec in own:
                name = ".".join(path)
                if name in columns:
                    column_values[name] = value
                else:
                    other.append((path, value, spec))
            token = (id(shape), *((path, _token(value)) for path, value, _ in other))
            if token not in specs:
                data = _overlaid(fixed, other) if other else fixed
                probe = {**data, **_column_probe(column_values)}
                spec_model, problems = validated(
                    Hosts,
                    probe,
                    spans,
                    shape.broken | failed,
                    f"`hosts {declaration.name}`",
                    is_partial=member.origin.is_partial,
                )
                for problem in problems:
                    self.world.report(problem)
                if spec_model is not None:
                    spec_model = spec_model.model_copy(update=_SHARED)
                specs[token] = spec_model
            spec_model = specs[token]
            if spec_model is None or shape.broken or failed or member.origin.is_partial:
                self.damage(member)
                continue
            made.append((member, spec_model, column_values))
        return made

    def check_asserts(self, member: Member, node: Node) -> None:
        """Evaluates the assertions inside a body."""
        for decl, scope in node.asserts:
            check_assert(self.module, decl, scope, member.env)


#: What a specification shared by equal hosts does not say: it is each host's own.
_SHARED: dict[str, Any] = {
    "count": None, "without": (), "name": None, "rack": None, "unit": None, "serial": None, "address": {},
}  # fmt: skip


def check_assert(module: Module, decl: ast.AssertDecl, scope: Any, env: Any) -> None:
    """Evaluates one assertion and reports it where it does not hold."""
    code = module.code(decl.condition, scope, ts.BOOL)
    message = module.code(decl.message, scope, ts.STRING) if decl.message is not None else None
    if code.is_broken or (message is not None and message.is_broken):
        return

    def run() -> None:
        if not code.run(dict(env)):
            text = message.run(dict(env)) if message is not None else None
            raise Stop(names.assertion_failed(decl.condition.span, text))

    module.world.attempt(run)


def _split(
    fixed: Mapping[str, Any], columns: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fixed data without the columns, and the columns that are equal for all members."""
    rest: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, value in fixed.items():
        if name in columns:
            own[name] = value
        elif isinstance(value, dict) and any(c.startswith(f"{name}.") for c in columns):
            kept = {}
            for inner, inner_value in value.items():
                if f"{name}.{inner}" in columns:
                    own[f"{name}.{inner}"] = inner_value
                else:
                    kept[inner] = inner_value
            rest[name] = kept
        else:
            rest[name] = value
    return rest, own


def _column_probe(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of one member as fields, so that the model judges their types once for a group."""
    return {
        name: value for name, value in columns.items() if "." not in name and name != "address"
    } | ({"address": columns["address"]} if "address" in columns else {})


def _token(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value


def _overlaid(fixed: Mapping[str, Any], own: list[tuple[Path, Any, Any]]) -> dict[str, Any]:
    """The fixed data with a member's own values put in; shared parts stay shared."""
    data = dict(fixed)
    for path, value, _ in own:
        at = data
        for name in path[:-1]:
            inner = dict(at.get(name, {}))
            at[name] = inner
            at = inner
        at[path[-1]] = value
    return data


def _cells(world: World) -> Any:
    """Finds the cell of a data file behind a field of a member of a family."""

    def locate(ref: str, path: tuple[str, ...]) -> Span | None:
        member: Member | None = world.things.get(ref)
        if member is None or member.node is None or not path:
            return None
        expr = _written_at(member.node, path)
        return None if expr is None else cell_of(expr, member.env)

    return locate


def _written_at(node: Node, path: tuple[str, ...]) -> ast.Expr | None:
    """The expression that states a field, or an entry of a map."""
    found = node.at(path[:-1])
    assigns = found[0].assigns.get(path[-1]) if found else None
    if assigns:
        return assigns[-1].decl.value
    around = node.at(path[:-2]) if len(path) > 1 else None
    if around is None:
        return None
    bodies = [body for body, _, _ in around[0].maps.get(path[-2], ())]
    for assign in around[0].assigns.get(path[-2], ()):
        if isinstance(assign.decl.value, ast.MapExpr):
            bodies.append(assign.decl.value.body)
    for body in reversed(bodies):
        for entry in body.entries:
            if isinstance(entry, ast.AttributeDecl) and entry.name == path[-1]:
                return entry.value
    return None


def _leave_out(found: Lowered) -> None:
    """Removes what refers to what was left out, until nothing does."""
    users = {ref: set(_refs_in(thing)) for ref, thing in found.things.items()}
    for ref, group in found.groups.items():
        specs = {id(host.spec): host.spec for host in group}
        users[ref] = {r for spec in specs.values() for r in _refs_in(spec)}
    missing = set(found.damaged)
    changed = True
    while changed:
        changed = False
        for ref, refs in users.items():
            if ref not in missing and any(_owner(r, missing) for r in refs):
                missing.add(ref)
                if ref.endswith("]"):
                    missing.add(ref.family)
                changed = True
    for ref in missing:
        found.things.pop(ref, None)
        found.groups.pop(ref, None)


def _owner(ref: str, missing: set[Ref]) -> bool:
    """Whether a reference leads into something that was left out."""
    if ref in missing:
        return True
    parts = Ref(ref).parts
    return any(Ref(".".join(parts[:n])) in missing for n in range(2, len(parts)))


def _refs_in(value: Any) -> Iterator[str]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _refs_in(inner)
    elif isinstance(value, tuple) and not isinstance(value, Range):
        for inner in value:
            yield from _refs_in(inner)
    elif hasattr(value, "__pydantic_fields_set__"):
        for name in type(value).model_fields:
            yield from _refs_in(getattr(value, name))


__all__ = ["Lowered", "check_assert", "lower"]
