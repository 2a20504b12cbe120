"""The list of addresses: every host on every network that it is on."""

from __future__ import annotations

from dataclasses import replace

from blueprint.model import Addresses
from blueprint.model.addresses import Assignment, Origin
from blueprint.values import Ref
from targets.kolla_ansible import TARGET
from tests.unit.targets import models


def rows(model) -> list[list[str]]:
    (layer,) = TARGET.layers(model)
    artifacts = {a.path: a for a in TARGET.emit(layer, model).artifacts}
    lines = artifacts["kolla_ansible/addresses.csv"].text.splitlines()
    return [line.split(",") for line in lines[1:]]


def test_every_address_of_the_model_is_listed_once():
    model = models.three_node_cloud()
    expected = {
        (model.host[host].name, str(network), str(address))
        for network in model.addresses.tables
        for host, address in model.addresses.on(network)
    }
    found = [
        (name, network, address.split("/")[0]) for name, _, network, _, _, address in rows(model)
    ]
    assert (len(expected), expected) == (len(found), set(found))


def test_a_tagged_interface_shows_its_vlan():
    found = {interface: vlan for _, interface, _, vlan, _, _ in rows(models.three_node_cloud())}
    assert {i.partition(".")[2]: v for i, v in found.items() if "." in i} == {
        v: v for v in found.values() if v
    }


def test_a_network_of_both_families_has_a_line_for_each_address_of_a_host():
    model = models.three_node_cloud()
    network = next(iter(model.addresses.tables))
    subnet = models.cidr("2001:db8:1::/64")
    first = int(subnet.network_address)
    hosts = model.addresses.tables[network]
    second = {h: Assignment(first + n, subnet, Origin.ALLOTTED) for n, h in enumerate(hosts, 1)}
    tables6: dict[Ref, dict[Ref, Assignment]] = {network: second}
    model = replace(model, addresses=Addresses(model.addresses.tables, tables6))
    found = {(r[0], r[5]) for r in rows(model) if r[2] == network and ":" in r[5]}
    assert found == {(model.host[h].name, f"2001:db8:1::{n}/64") for n, h in enumerate(hosts, 1)}
