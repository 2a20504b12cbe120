"""Every line of every artifact says why it is there, and names fields that exist."""

import pytest

from blueprint.model import Proxy, Registry
from blueprint.model.openstack import KollaAnsible
from blueprint.model.openstack_services import Neutron, Nova
from blueprint.values import FileRef, Range, Ref, SecretRef
from targets.cephadm import TARGET as CEPHADM
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import ceph, openstack, pools, region, three_node_cloud
from tests.unit.targets.reading import artifacts, lines_with_causes

REGISTRY = Registry(
    url="harbor.example:5000",
    namespace="kolla",
    username="robot",
    password=SecretRef('secrets.vault["registry"]'),
    ca=FileRef("ca.pem"),
)
MODELS = {
    "three nodes": three_node_cloud(),
    "a region": region(),
    "everything": region(
        things={
            "registry.harbor": REGISTRY,
            "proxy.out": Proxy(http="http://proxy.example:3128"),
            "ceph.main": ceph(
                monitors=(Ref("hosts.control"),),
                managers=(),
                osds=(Ref("hosts.storage"),),
                rgw=(Ref("hosts.control"),),
                pool=pools(device_class="nvme"),
            ),
        },
        registry=Ref("registry.harbor"),
        proxy=Ref("proxy.out"),
        deployer=KollaAnsible(tag="v1"),
        nova=Nova(config={"nova.conf": {"scheduler": {"max_attempts": 5}}}, ram_ratio=1),
        neutron=Neutron(plugin="ovs", vni=Range(1, 9)),
        compute=(Ref("hosts.compute"), Ref("hosts.storage")),
        tool={"kolla_ansible": {"enable_mariabackup": True}},
    ),
}
CASES = [
    pytest.param(target, model, id=f"{target.name}, {name}")
    for name, model in MODELS.items()
    for target in (TARGET, CEPHADM)
]
SHELL = {"#!/bin/sh", "set -eu"}


@pytest.mark.parametrize(("target", "model"), CASES)
def test_every_line_has_a_cause(target, model):
    uncaused = {
        line
        for artifact in artifacts(target, model).values()
        for line, cause, _ in lines_with_causes(artifact)
        if cause is None and line and not line.startswith("# ")
    }
    assert uncaused <= {"---"} | SHELL


@pytest.mark.parametrize(("target", "model"), CASES)
def test_every_cause_names_a_field(target, model):
    without = {
        line
        for artifact in artifacts(target, model).values()
        for line, cause, paths in lines_with_causes(artifact)
        if cause is not None and not paths
    }
    assert without == set()


@pytest.mark.parametrize(("target", "model"), CASES)
def test_every_path_begins_with_a_thing_of_the_model(target, model):
    things = {*model.things, *model.groups, *model.host}
    paths = {
        path
        for artifact in artifacts(target, model).values()
        for _, _, paths in lines_with_causes(artifact)
        for path in paths
    }
    assert not [
        p for p in paths if not any(p == t or p.startswith((f"{t}.", f"{t}[")) for t in things)
    ]


@pytest.mark.parametrize(("target", "model"), CASES)
def test_no_path_leaves_its_member_open(target, model):
    assert not [
        path
        for artifact in artifacts(target, model).values()
        for _, _, paths in lines_with_causes(artifact)
        for path in paths
        if "[*]" in path
    ]


def test_an_unset_field_that_decided_a_line_is_named():
    artifact = artifacts(TARGET, three_node_cloud(networks=openstack().networks))["globals.yml"]
    paths = {line: paths for line, _, paths in lines_with_causes(artifact)}
    assert paths["nova_console: novnc"] == (
        "openstack.core.nova.console",
        "openstack.core.services",
    )


def test_a_line_about_a_host_names_that_host():
    artifact = artifacts(TARGET, three_node_cloud())["inventory/hosts.yml"]
    paths = {line.strip(): paths for line, _, paths in lines_with_causes(artifact)}
    assert paths["ansible_host: 10.20.0.12"] == (
        "hosts.node[2].address.network.api",
        "openstack.core.api.internal.network",
    )


def test_an_interface_comes_from_its_link_and_its_network():
    artifact = artifacts(TARGET, three_node_cloud())["inventory/group_vars/oib_node.yml"]
    paths = {line: paths for line, _, paths in lines_with_causes(artifact)}
    assert paths["tunnel_interface: bond0.40"] == (
        "openstack.core.networks.tenant",
        "openstack.core.network",
        "openstack.core.compute",
        "hosts.node.bond.bond0",
        "network.tenant.vlan",
    )


def test_equal_models_give_equal_bytes():
    one, other = region(), region()
    assert artifacts(TARGET, one) == artifacts(TARGET, other)
