"""What needs what: the dependency graph of a model, and the waves in which its layers are deployed.

Edges are found by walking the pydantic models for fields that are marked as references; what to
look at in a model is worked out once for each class, so a graph costs little more than the fields
that really hold references. Nodes are declarations: a group of hosts is one node however many
servers it has, so the graph of ten thousand hosts is as small as that of three. A reference to a
part (a rack of a site, one member of a group) is an edge to the declaration that holds the part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from blueprint import typesys as ts
from blueprint.capabilities.kubernetes_offers import storage_classes
from blueprint.diagnostics import Diagnostic, Outcome
from blueprint.diagnostics import graph as rules
from blueprint.model import HostGroup, Kubernetes, Model, OpenStack
from blueprint.model.schema import Block, fields_of
from blueprint.spans import Spans
from blueprint.values import Ref, SecretRef

if TYPE_CHECKING:
    import networkx as nx

#: The kinds that a tool deploys, lowest first; all others are facts that they read.
LAYER_KINDS: tuple[str, ...] = ("hosts", "starlingx", "kubernetes", "ceph", "openstack")
#: Parts of hardware: they are looked up in hosts, whose own reference to hardware is the edge.
_PARTS_OF_HARDWARE = frozenset({"nic", "disk"})

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One declaration: a layer that a tool deploys, or a fact; `is_existing` ones stand already."""

    ref: Ref
    kind: str
    is_layer: bool
    is_existing: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """`needs` is named by `node`, under each of the attribute paths."""

    node: Ref
    needs: Ref
    paths: tuple[Path, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The paths as a blueprint writes them, positions in lists left out, each once."""
        return tuple(dict.fromkeys(".".join(_without_position(path)) for path in self.paths))


def _without_position(path: Path) -> Path:
    """The path of an attribute without the position in its list, or in lists inside it."""
    while path and path[-1].isdigit():
        path = path[:-1]
    return path


@dataclass(frozen=True)
class Graph:
    """Declarations in the order of the source, their needs, and the layers in waves.

    Every layer of a wave needs only layers of earlier waves; within a wave they are sorted by
    address. Existing layers are nodes and belong to no wave.
    """

    nodes: Mapping[Ref, Node]
    edges: tuple[Edge, ...]
    waves: tuple[tuple[Ref, ...], ...]
    #: For each node the layers that it needs with no other layer between, sorted.
    nearest: Mapping[Ref, tuple[Ref, ...]] = field(repr=False, compare=False)

    def needs(self, ref: Ref) -> tuple[Ref, ...]:
        """The declarations that one names itself, sorted by address."""
        return tuple(edge.needs for edge in self.edges if edge.node == ref)

    def needed_layers(self, ref: Ref) -> tuple[Ref, ...]:
        """The layers that must be deployed right before one, those behind plain facts included."""
        return self.nearest[ref]


def build(model: Model, spans: Spans) -> Outcome[Graph]:
    """The dependency graph of a model; no value where declarations need each other in a loop."""
    nodes = _nodes(model)
    edges = _edges(model, nodes)
    needs = _adjacency(edges)
    drawn = _directed(nodes, needs)
    cycles = _cycles(drawn, edges, needs, spans)
    if cycles:
        return Outcome(None, cycles)
    nearest = _nearest_layers(drawn, nodes, needs)
    return Outcome(Graph(nodes, edges, _waves(nodes, nearest), nearest))


def outside_loops(model: Model) -> Model:
    """The model without what needs itself, and without all that refers to that.

    Whatever stands on itself stands on nothing that could be held against what it asks for.
    """
    nodes = _nodes(model)
    edges = _edges(model, nodes)
    needs = _adjacency(edges)
    users = _adjacency(Edge(edge.needs, edge.node, ()) for edge in edges)
    waiting = [ref for knot in _knots(_directed(nodes, needs), needs) for ref in knot]
    gone: set[Ref] = set()
    while waiting:
        ref = waiting.pop()
        if ref not in gone:
            gone.add(ref)
            waiting.extend(users.get(ref, ()))
    return replace(
        model,
        things={ref: thing for ref, thing in model.things.items() if ref not in gone},
        groups={ref: group for ref, group in model.groups.items() if ref not in gone},
        is_whole=False,
    )


def _nodes(model: Model) -> dict[Ref, Node]:
    kinds = [(ref, type(thing).kind) for ref, thing in model.things.items()]
    kinds += [(ref, "hosts") for ref in model.groups]
    others = {ref for ref, group in model.groups.items() if _is_of_others(group)}
    return {
        ref: Node(ref, kind, kind in LAYER_KINDS and ref not in others, ref in model.existing)
        for ref, kind in kinds
    }


def _is_of_others(group: HostGroup) -> bool:
    """Whether hosts are installed and configured by the layer that names them: a fact is all they are."""
    specs = {id(host.spec): host.spec for host in group}
    return all(spec.managed_by == "starlingx" for spec in specs.values())


def _edges(model: Model, nodes: Mapping[Ref, Node]) -> tuple[Edge, ...]:
    found: dict[tuple[Ref, Ref], dict[Path, None]] = {}
    owners: dict[Ref, Ref | None] = {}
    for node, path, wanted in _named(model):
        if wanted not in owners:
            owners[wanted] = _owner(wanted, nodes)
        owner = owners[wanted]
        is_own_part = owner == node and wanted != node
        if owner is not None and not is_own_part:
            found.setdefault((node, owner), {})[path] = None
    return tuple(Edge(node, needs, tuple(paths)) for (node, needs), paths in sorted(found.items()))


def _named(model: Model) -> Iterator[tuple[Ref, Path, Ref]]:
    """Every reference in the model: who names it, under which attribute, and its address."""
    for ref, thing in model.things.items():
        for path, wanted in references(thing):
            yield ref, path, wanted
    for ref, group in model.groups.items():
        specs = {id(host.spec): host.spec for host in group}
        for spec in specs.values():
            for path, wanted in references(spec):
                yield ref, path, wanted
        for place in dict.fromkeys(host.site for host in group):
            if place is not None:
                yield ref, ("site",), place
        for secret in dict.fromkeys(host.bmc_credentials for host in group):
            if secret is not None:
                yield ref, ("bmc", "credentials"), secret.store
    yield from _kept_on_classes(model)


def _kept_on_classes(model: Model) -> Iterator[tuple[Ref, Path, Ref]]:
    """Regions whose databases are kept on a class of storage that a Ceph cluster beside them makes.

    They name the class alone, yet its volumes are there only once that cluster is.
    """
    for ref, region in model.of(OpenStack).items():
        cluster = None if region.on is None else model.things.get(region.on)
        if region.on is not None and isinstance(cluster, Kubernetes):
            made = storage_classes(region.on, cluster, model)
            maker, _ = made.get(region.openstack_helm.storage_class, (region.on, ()))
            if maker != region.on:
                yield ref, ("deployer", "storage_class"), maker


def _owner(wanted: Ref, nodes: Mapping[Ref, Node]) -> Ref | None:
    """The declaration at an address, or the one around it; None where the model has none."""
    if wanted in nodes:
        return wanted
    parts = wanted.parts
    for length in range(len(parts), 0, -1):
        address = Ref(".".join(parts[:length]))
        for candidate in (address, address.family):
            if candidate in nodes:
                return candidate
    return None


# ------------------------------------------------------------------------------------------ references


@dataclass(frozen=True, slots=True)
class _Look:
    """One field worth looking at: an attribute that holds references, or blocks that may."""

    field: str
    name: str
    has_blocks: bool


def references(block: Block) -> Iterator[tuple[Path, Ref]]:
    """The references in a block and in those inside it, each with its attribute path."""
    for look in _looks(type(block)):
        value = getattr(block, look.field)
        if value is None:
            continue
        if not look.has_blocks:
            yield from _refs_in(value, (look.name,))
        elif isinstance(value, Block):
            yield from _within(value, (look.name,))
        else:
            for label, inner in value.items():
                yield from _within(inner, (look.name, label))


def _within(block: Block, path: Path) -> Iterator[tuple[Path, Ref]]:
    for inner, ref in references(block):
        yield (*path, *inner), ref


def _refs_in(value: Any, path: Path) -> Iterator[tuple[Path, Ref]]:
    if isinstance(value, SecretRef):
        yield path, value.store
    elif isinstance(value, Ref):
        yield path, value
    elif isinstance(value, tuple | list):
        for position, item in enumerate(value):
            yield from _refs_in(item, (*path, str(position)))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _refs_in(item, (*path, str(key)))


@cache
def _looks(model: type[Block]) -> tuple[_Look, ...]:
    """The fields of a model that hold references, themselves or somewhere inside."""
    by_name = {info.alias or field: field for field, info in model.model_fields.items()}
    return tuple(
        _Look(by_name[name], name, bool(spec.block))
        for name, spec in fields_of(model).items()
        if any(_looks(inner) for inner in spec.block) or _holds_references(spec.type)
    )


def _holds_references(kind: ts.Type) -> bool:
    match kind:
        case ts.Thing():
            return not _PARTS_OF_HARDWARE.issuperset(kind.kinds)
        case ts.ListOf() | ts.MapOf():
            return _holds_references(kind.element)
        case ts.Either():
            return any(_holds_references(option) for option in kind.options)
    return kind == ts.SECRET


# ---------------------------------------------------------------------------------------------- order


def _adjacency(edges: Iterable[Edge]) -> dict[Ref, list[Ref]]:
    needs: dict[Ref, list[Ref]] = {}
    for edge in edges:
        needs.setdefault(edge.node, []).append(edge.needs)
    return needs


def _nearest_layers(
    drawn: nx.DiGraph[Ref], nodes: Mapping[Ref, Node], needs: Mapping[Ref, list[Ref]]
) -> dict[Ref, tuple[Ref, ...]]:
    """For each node the layers that it needs with no other layer between, sorted."""
    import networkx as nx

    nearest: dict[Ref, tuple[Ref, ...]] = {}
    for ref in nx.topological_sort(drawn):  # any order will do: each result is sorted
        found: set[Ref] = set()
        for wanted in needs.get(ref, ()):
            node = nodes[wanted]
            found.update((wanted,) if node.is_layer and not node.is_existing else nearest[wanted])
        nearest[ref] = tuple(sorted(found))
    return nearest


def _waves(
    nodes: Mapping[Ref, Node], nearest: Mapping[Ref, tuple[Ref, ...]]
) -> tuple[tuple[Ref, ...], ...]:
    import networkx as nx

    layers = {ref: node for ref, node in nodes.items() if node.is_layer and not node.is_existing}
    graph = _directed(layers, {ref: list(nearest[ref]) for ref in layers})
    return tuple(tuple(sorted(wave)) for wave in nx.topological_generations(graph))


def _directed(nodes: Iterable[Ref], needs: Mapping[Ref, list[Ref]]) -> nx.DiGraph[Ref]:
    """The graph with edges from what is needed to what needs it, built in one fixed order."""
    import networkx as nx

    graph: nx.DiGraph[Ref] = nx.DiGraph()
    graph.add_nodes_from(sorted(nodes))
    graph.add_edges_from(
        sorted((wanted, ref) for ref, all_wanted in needs.items() for wanted in all_wanted)
    )
    return graph


# --------------------------------------------------------------------------------------------- cycles


def _cycles(
    drawn: nx.DiGraph[Ref], edges: tuple[Edge, ...], needs: Mapping[Ref, list[Ref]], spans: Spans
) -> tuple[Diagnostic, ...]:
    """One diagnostic for each knot of declarations: its shortest loop through the earliest one."""
    import networkx as nx

    if nx.is_directed_acyclic_graph(drawn):
        return ()
    by_ends = {(edge.node, edge.needs): edge for edge in edges}
    found = []
    for knot in _knots(drawn, needs):
        first = min(knot, key=lambda ref: _place(ref, spans))
        loop = _shortest_loop(first, knot, needs)
        assert loop is not None, knot
        steps = []
        for ref, wanted in zip(loop, (*loop[1:], loop[0]), strict=True):
            edge = by_ends[ref, wanted]
            steps.append((str(ref), edge.labels[0], spans.at(ref, *edge.paths[0])))
        found.append(rules.cycle(steps))
    return tuple(sorted(found, key=lambda diagnostic: diagnostic.sort_key))


def _knots(drawn: nx.DiGraph[Ref], needs: Mapping[Ref, list[Ref]]) -> Iterator[frozenset[Ref]]:
    """Declarations that all need each other, or one that needs itself."""
    import networkx as nx

    for knot in nx.strongly_connected_components(drawn):
        if len(knot) > 1 or any(ref in needs.get(ref, ()) for ref in knot):
            yield frozenset(knot)


def _place(ref: Ref, spans: Spans) -> tuple[str, int, str]:
    span = spans.at(ref)
    return (span.source.path, span.start, ref)


def _shortest_loop(
    first: Ref, knot: Iterable[Ref], needs: Mapping[Ref, list[Ref]]
) -> tuple[Ref, ...] | None:
    """The shortest way from a node back to itself inside a knot; of equal ones the first by address."""
    inside = frozenset(knot)
    ways: list[tuple[Ref, ...]] = [(first,)]
    seen: set[Ref] = set()
    while ways:
        longer = []
        for way in ways:
            for wanted in sorted(inside.intersection(needs.get(way[-1], ()))):
                if wanted == first:
                    return way
                if wanted not in seen:
                    seen.add(wanted)
                    longer.append((*way, wanted))
        ways = longer
    return None


__all__ = ["LAYER_KINDS", "Edge", "Graph", "Node", "build", "outside_loops", "references"]
