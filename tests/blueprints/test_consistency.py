"""One fact once: what a blueprint states stands in every file that a tool reads it from, and is the same in all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from blueprint.driver import Compilation, compile_blueprint
from blueprint.loader import FileLoader, MemoryLoader
from blueprint.output.consistency import (
    Fact,
    Found,
    Standing,
    causes_of,
    facts_of,
    facts_of_stack,
    found_in,
    is_stack,
    report,
    standings,
)
from blueprint.resolve.world import Options
from tests.unit.targets.openstack_helm.regions import region

REPOSITORY = Path(__file__).parents[2]
BLUEPRINTS = ("china_mobile", "h3c_cloudos", "vexxhost_atmosphere")
#: Facts whose text says nothing else wherever it stands.
DISTINCT = (".region", ".vip", ".fqdn", ".url", ".cidr", ".pods", ".services", ".domain")
#: What values of such facts look like, and with them any value that would differ.
SHAPES = {
    "fqdn": re.compile(r"[a-z0-9.-]+\.example"),
    "region": re.compile(r"region[^:]*: *(\S+)"),
    "vip": re.compile(r"\d+\.\d+\.\d+\.\d+"),
}
NO_SHAPE = re.compile("(?!)")
#: What only the run-book's commands need, or nobody: the BMCs' network has no address of a tool's own.
NOWHERE = {
    "china_mobile": {"network.ipmi.cidr", "secrets.kv.store.address"},
    "h3c_cloudos": {"network.ipmi.cidr", "network.ipmi.gateway"},
    "vexxhost_atmosphere": {
        "network.ipmi.cidr",
        "network.ipmi.gateway",
        "secrets.kv.store.address",
    },
}
#: Texts that somebody states whole, and that may repeat what another field says.
STATED = (".deployer.images.", ".image_policy.registries")
#: Layers whose tools each must know a fact of the stack.
KNOWN_TO = {
    "openstack.bcec.region": {"openstack_helm", "openstack_resources", "magnum"},
    "openstack.bcec.api.internal.vip": {"openstack_helm", "cluster_services"},
    "openstack.bcec.api.public.vip": {"cluster_services"},
    "openstack.bcec.api.public.fqdn": {"openstack_helm", "cluster_services", "rook"},
    "kubernetes.base.domain": {"kubespray", "openstack_helm", "rook"},
    "registry.repo.url": {"kubespray", "openstack_helm"},
    "ceph.rook.pool.images": {"rook", "openstack_helm"},
    "ceph.rook.pool.volumes": {"rook", "openstack_helm"},
    "physnet.ex": {"openstack_helm", "openstack_resources"},
    "openstack.cloudos.region": {"openstack_helm", "openstack_resources"},
    "openstack.cloudos.api.internal.vip": {"openstack_helm", "cluster_services"},
    "openstack.cloudos.api.public.fqdn": {"openstack_helm", "cluster_services"},
    "openstack.atmosphere.region": {"openstack_helm", "openstack_resources", "magnum"},
    "openstack.atmosphere.api.public.fqdn": {"openstack_helm", "cluster_services", "rook"},
    "ceph.onestor.pool.volumes": {"cephadm", "openstack_helm"},
    "ceph.onestor.pool.kube": {"cephadm", "cluster_services"},
    "network.storage.cidr": {"cephadm", "rook"},
}


@cache
def compiled(name: str) -> Compilation:
    folder = REPOSITORY / "reference_blueprints" / name
    found = compile_blueprint(FileLoader(folder), Options())
    assert found.is_ok
    return found


def found(made: Compilation) -> list[Found]:
    assert made.model is not None
    facts = facts_of_stack(made.model)
    assert facts is not None
    return [found_in(facts, each.layer, [each]) for each in made.deployments]


def standing(made: Compilation) -> list[Standing]:
    assert made.model is not None
    facts = facts_of_stack(made.model)
    assert facts is not None
    return standings(facts, found(made))


def distinct(made: Compilation) -> list[Fact]:
    assert made.model is not None
    return [fact for fact in facts_of(made.model) if fact.path.endswith(DISTINCT)]


def lines(made: Compilation) -> Iterator[tuple[str, int, str, tuple[str, ...]]]:
    """Every line that a tool reads: file, number, text, the fields behind it."""
    for deployment in made.deployments:
        for artifact in deployment.artifacts:
            texts = artifact.text.split("\n")
            causes = causes_of(artifact, set(range(len(texts))))
            for number, text in enumerate(texts):
                yield artifact.path, number + 1, text, causes.get(number, ())


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_every_fact_stands_in_some_file(name: str) -> None:
    made = compiled(name)
    assert made.model is not None
    missing = {each.fact.path for each in standing(made) if not each.lines}
    assert missing == NOWHERE[name]


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_every_tool_that_must_know_a_fact_has_it(name: str) -> None:
    made = compiled(name)
    assert made.model is not None
    tools = {each.target for each in made.deployments}
    lacking = []
    for each in standing(made):
        there = {tool for tool in tools if any(f"/{tool}/" in path for path in each.lines)}
        wanted = KNOWN_TO.get(each.fact.path, set()) & tools
        lacking += [(each.fact.path, tool) for tool in sorted(wanted - there)]
    assert lacking == []


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_no_line_holds_a_facts_value_from_elsewhere(name: str) -> None:
    """What stands somewhere without the fact among its causes would not change with it."""
    made = compiled(name)
    facts = distinct(made)
    strays = [
        (path, number, text.strip())
        for path, number, text, causes in lines(made)
        for fact in facts
        for value in fact.texts
        if value in text
        and not any(stated in cause for cause in causes for stated in STATED)
        and not any(other.is_among(causes) for other in facts if value in other.texts)
    ]
    assert strays == []


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_no_line_that_a_fact_alone_decides_names_another(name: str) -> None:
    made = compiled(name)
    facts = {fact.path: fact for fact in distinct(made)}
    others = [
        (path, number, text.strip())
        for path, number, text, causes in lines(made)
        if len(causes) == 1 and causes[0] in facts
        for found in SHAPES.get(causes[0].rpartition(".")[2], NO_SHAPE).findall(text)
        if not any(value in found for value in facts[causes[0]].texts)
    ]
    assert others == []


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_the_report_is_a_page(name: str) -> None:
    made = compiled(name)
    assert made.model is not None
    facts = facts_of_stack(made.model)
    assert facts is not None
    page = report(facts, found(made)).decode()
    assert page.count("\n") < 80
    assert f"| `{next(facts_of(made.model)).path}` |" in page


def test_a_blueprint_of_one_tool_needs_no_report() -> None:
    folder = REPOSITORY / "reference_blueprints" / "three_node_cloud"
    model = compile_blueprint(FileLoader(folder), Options()).model
    assert model is not None
    assert not is_stack(model)


def test_another_value_stands_in_the_same_files() -> None:
    def places(text: str) -> set[str]:
        made = compile_blueprint(MemoryLoader({"main.oib": text}), Options())
        assert made.model is not None
        fact = "openstack.core.region"
        return {path for each in standing(made) if each.fact.path == fact for path in each.lines}

    text = region()
    assert places(text) == places(text.replace("here-1", "elsewhere-2")) != set()
