"""What holds for any graph: loops are loops, names and the order of declarations don't matter."""

import random
import re
from itertools import pairwise
from pathlib import Path
from typing import Annotated, ClassVar

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from blueprint import graph
from blueprint.driver import Options, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.model.schema import Kind, Refers
from blueprint.values import Ref
from tests import clouds

ROOT = Path(__file__).parents[2]


class Cluster(Kind):
    kind: ClassVar[str] = "cluster"
    on: tuple[Annotated[Ref, Refers("cluster")], ...] = Field(())


def built(needs):
    things = {
        f"cluster.c{n}": Cluster(on=tuple(Ref(f"cluster.c{m}") for m in sorted(others)))
        for n, others in enumerate(needs)
    }
    cloud = clouds.model(things, {})
    return graph.build(cloud, clouds.spans_of(cloud))


NEEDS = st.integers(1, 8).flatmap(
    lambda count: st.lists(
        st.frozensets(st.integers(0, count - 1), max_size=3), min_size=count, max_size=count
    )
)


def directed(needs):
    ends = [(f"cluster.c{n}", f"cluster.c{m}") for n, others in enumerate(needs) for m in others]
    found = nx.DiGraph(ends)
    found.add_nodes_from(f"cluster.c{n}" for n in range(len(needs)))
    return found


@given(NEEDS)
def test_there_is_a_graph_or_a_loop(needs):
    outcome = built(needs)
    assert (outcome.value is None) == bool(outcome.diagnostics)
    assert nx.is_directed_acyclic_graph(directed(needs)) == outcome.is_ok


@given(NEEDS)
def test_a_reported_loop_is_one(needs):
    drawn = directed(needs)
    for diagnostic in built(needs).diagnostics:
        loop = re.findall(r"`([^`]+)`", diagnostic.message.rpartition(": ")[2])
        if len(loop) == 1:
            assert drawn.has_edge(loop[0], loop[0])
        else:
            assert loop[0] == loop[-1]
            assert all(drawn.has_edge(a, b) for a, b in pairwise(loop))
            assert len(set(loop)) == len(loop) - 1


@given(NEEDS)
def test_every_knot_of_declarations_has_one_loop(needs):
    knots = [
        knot
        for knot in nx.strongly_connected_components(directed(needs))
        if len(knot) > 1 or any(directed(needs).has_edge(ref, ref) for ref in knot)
    ]
    assert len(built(needs).diagnostics) == len(knots)


# ------------------------------------------------------------------------------- whole blueprints

NAMES = ["three_node_cloud", "huawei_dual_engine"]


def files_of(name):
    folder = ROOT / "reference_blueprints" / name
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "oib.lock"
    }


def compiled(files, text):
    given_files = {**files, "main.oib": text.encode()}
    found = compile_blueprint(MemoryLoader(given_files, "main.oib"), Options())
    assert [d.message for d in found.diagnostics] == []
    return found


def declarations(text):
    """A blueprint's text in pieces that can change places: top-level entries with their comments."""
    head, *rest = re.split(r"\n(?=\n)", text)
    pieces, current = [], ""
    for part in rest:
        current += "\n" + part
        if current.count("{") == current.count("}"):
            pieces.append(current)
            current = ""
    return head, pieces


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_declarations_changes_no_artifact(name, seed):
    files = files_of(name)
    text = files.pop("main.oib").decode()
    head, pieces = declarations(text)
    shuffled = list(pieces)
    random.Random(seed).shuffle(shuffled)
    assert shuffled != pieces

    def artifacts(found):
        return {(d.layer, d.target, a.path): a.text for d in found.deployments for a in d.artifacts}

    plain = artifacts(compiled(files, text))
    assert artifacts(compiled(files, "\n".join([head, *shuffled]) + "\n")) == plain


def as_networkx(found):
    drawn = nx.DiGraph()
    for node in found.graph.nodes.values():
        drawn.add_node(node.ref, kind=node.kind)
    for edge in found.graph.edges:
        drawn.add_edge(edge.node, edge.needs, labels=frozenset(edge.labels))
    return drawn


@pytest.mark.parametrize("name", NAMES)
def test_a_consistent_renaming_gives_the_same_graph(name):
    files = files_of(name)
    files.pop("oib.lock", None)
    text = files.pop("main.oib").decode()
    renamed = re.sub(r"\b(network[ .])(api|storage|tenant)\b", r"\1x_\2", text)
    renamed = re.sub(r"\b(ceph[ .])main\b", r"\1data", renamed)
    assert renamed != text
    assert nx.is_isomorphic(
        as_networkx(compiled(files, text)),
        as_networkx(compiled(files, renamed)),
        node_match=lambda a, b: a == b,
        edge_match=lambda a, b: a == b,
    )
