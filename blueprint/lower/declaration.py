"""Lowers the members of one declaration: values evaluated and held against the kind's model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprint.evaluate.code import Stop
from blueprint.lower.asserts import check_assert
from blueprint.lower.body import Path, Shape, Shaper, vary
from blueprint.lower.validate import validated
from blueprint.model import Kind
from blueprint.model.hosts import HostGroup, Hosts
from blueprint.resolve.declarations import Declaration, Member, Node
from blueprint.resolve.merge import node_of
from blueprint.resolve.world import World
from blueprint.source import Span
from blueprint.values import Ref

#: A host's member, what it shares with equals, and its own columns.
Part = tuple[Member, Hosts, dict[str, Any]]
#: Whether a member is lowered, where not all of them are.
Keeps = Callable[[Member], bool]


@dataclass
class Lowered:
    """What lowering makes: things, groups of hosts, spans, what was left out."""

    things: dict[Ref, Kind] = field(default_factory=dict)
    groups: dict[Ref, HostGroup] = field(default_factory=dict)
    spans: dict[tuple[str, ...], Span] = field(default_factory=dict)
    existing: set[Ref] = field(default_factory=set)
    documentation: dict[Ref, str] = field(default_factory=dict)
    damaged: set[Ref] = field(default_factory=set)


class Lowering:
    """Lowers the members of one declaration."""

    def __init__(
        self,
        world: World,
        declaration: Declaration,
        found: Lowered,
        keeps: Keeps | None = None,
    ) -> None:
        self.world = world
        self.keeps = keeps
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
            if self.keeps is not None and not self.keeps(member):
                continue
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

    def hosts(self) -> list[Part]:
        """Lowers hosts: what differs in columns stays beside the specification."""
        declaration = self.declaration
        columns = Hosts.columns
        made: list[Part] = []
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
                described, problems = validated(
                    declaration.model,
                    probe,
                    spans,
                    shape.broken | failed,
                    f"`hosts {declaration.name}`",
                    is_partial=member.origin.is_partial,
                )
                for problem in problems:
                    self.world.report(problem)
                specs[token] = (
                    described.model_copy(update=_SHARED) if isinstance(described, Hosts) else None
                )
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


__all__ = ["Lowered", "Lowering", "Part"]
