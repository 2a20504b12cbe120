"""The fact table of OpenStack-Helm: which field of which rendered manifest carries which fact of a blueprint.

`python -m tests.oracle.openstack_helm_facts` makes the tables anew for the reference blueprints that stand on Kubernetes,
in each release that they offer, and for a blueprint with every other service. It needs a checkout of the charts, which
`OIB_OPENSTACK_HELM` names. A table says, chart by chart:

- `values`: each value that `oib` emits, the facts of the blueprint behind it, and fields that change with it;
- `passwords`: each place of a password, its name, and the Secrets that hold it in the cluster;
- `nodes`: each label that pods ask of their nodes, the facts that decide which nodes have it, and the pods.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from blueprint.driver import compile_blueprint
from blueprint.loader import FileLoader, Loader, MemoryLoader
from blueprint.resolve.world import Options
from blueprint.values import Ref
from targets._derivation.text import catalogue_text
from targets._kubernetes.resources import plain
from targets.openstack_helm.passwords import passwords
from targets.openstack_helm.placement import role_labels
from targets.openstack_helm.places import Place, places
from targets.openstack_helm.plan import Plan, plan
from tests.oracle.openstack_helm import Rendering
from tests.unit.targets.openstack_helm.regions import every_region

HERE = Path(__file__).parent / "fixtures" / "openstack_helm"
_REPOSITORY = Path(__file__).parents[2]
#: Of routes, which are stated whole, the names and the gateways.
_OF_ROUTES = {("hostnames",), ("parentRefs",)}


@dataclass(frozen=True)
class Judged:
    """A blueprint in a release, as a table is about it."""

    name: str
    layer: str
    release: str

    def __str__(self) -> str:
        """Its name for tests and files."""
        return f"{self.name}-{self.release}"

    @property
    def file(self) -> Path:
        """Where its table is kept."""
        return HERE / f"{self}.json"


BLUEPRINTS = (
    Judged("china_mobile", "openstack.bcec", "2025.1"),
    Judged("china_mobile", "openstack.bcec", "2026.1"),
    Judged("h3c_cloudos", "openstack.cloudos", "2025.1"),
    Judged("h3c_cloudos", "openstack.cloudos", "2026.1"),
    Judged("vexxhost_atmosphere", "openstack.atmosphere", "2026.1"),
    Judged("every_service", "openstack.core", "2026.1"),
)


@cache
def planned(judged: Judged) -> Plan:
    """The plan of the layer."""
    folder = _REPOSITORY / "reference_blueprints" / judged.name
    loader: Loader
    if folder.is_dir():
        loader, sets = FileLoader(folder), (("release", judged.release),)
    else:
        text = every_region(judged.release)
        loader, sets = MemoryLoader({"main.oib": text}), ()
    made = compile_blueprint(loader, Options(sets=sets, targets=("openstack_helm",)))
    assert [each.message for each in made.diagnostics if each.is_error] == []
    assert made.model is not None
    return plan(Ref(judged.layer), made.model)


def judged_places(plan: Plan) -> Iterator[Place]:
    """The values that the table is about."""
    for place in places(plan):
        is_judged = place.path[0] != "extraObjects" or place.path[3:4] in _OF_ROUTES
        if is_judged and plain(place.value) != {} and place.path[-1] != "namespace":
            yield place


def emitted(plan: Plan) -> dict[str, dict[str, Any]]:
    """The rows of the table that no chart is needed for: what is emitted, and by which facts."""
    return {
        _row(place.chart, place.path): {
            "facts": sorted(place.cause.paths), "is": json.loads(json.dumps(plain(place.value), default=str)),
        }
        for place in judged_places(plan)
    }  # fmt: skip


def labels(plan: Plan) -> dict[str, list[str]]:
    """The labels that nodes are given, and the fields that say which ones."""
    found: dict[str, list[str]] = {}
    for role, names in role_labels(plan.cloud).items():
        for name in names:
            found.setdefault(f"{name}=enabled", []).append(plan.cloud.field_of(role))
    return {label: sorted(set(facts)) for label, facts in found.items()}


def fact_table(judged: Judged) -> dict[str, Any]:
    """The table, made by rendering the real charts."""
    plan = planned(judged)
    rows, given = emitted(plan), labels(plan)
    kept: dict[str, Any] = {}
    asked: dict[str, set[str]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in plan.cloud.charts:
            folder = Path(scratch) / name
            folder.mkdir()
            rendering = Rendering(name, plan.values[name], plan.cloud.options.namespace, folder)
            wanted = [place for place in judged_places(plan) if place.chart == name]
            for place, carried in zip(wanted, rendering.carriers(wanted), strict=True):
                rows[_row(name, place.path)]["fields"] = carried
            secret = {each.path: each.name for each in passwords(plan.cloud) if each.chart == name}
            for (path, word), fields in zip(
                secret.items(), rendering.kept(dict.fromkeys(secret, "")), strict=True
            ):
                kept[_row(name, path)] = {"name": word, "fields": fields}
            for label, workload in rendering.selectors():
                asked.setdefault(label, set()).add(f"{name}: {workload}")
    nodes = {
        label: {"facts": given.get(label, []), "pods": sorted(pods)}
        for label, pods in asked.items()
    }
    versions = {name: plan.cloud.facts(name).version for name in plan.cloud.charts}
    return {"charts": versions, "nodes": nodes, "passwords": kept, "values": rows}


def written(table: dict[str, Any]) -> str:
    """The text of a table: a row on each line."""
    return catalogue_text(table, levels=2)


def _row(chart: str, path: tuple[str, ...]) -> str:
    return f"{chart}: {'.'.join(path)}"


def main() -> None:
    """Make all tables anew."""
    HERE.mkdir(parents=True, exist_ok=True)
    for judged in BLUEPRINTS:
        judged.file.write_text(written(fact_table(judged)), encoding="utf-8")


if __name__ == "__main__":
    main()
