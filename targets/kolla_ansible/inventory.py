"""Plans the inventory: hosts with what is their own, every group of the release, variables of classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._formats.yaml import Rows, flow_list
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.interfaces import class_variables
from targets.kolla_ansible.subjects import SUBJECTS


@dataclass(frozen=True, slots=True)
class Inventory:
    """The three parts of the inventory folder: `hosts.yml`, `groups.yml` and `group_vars/`."""

    hosts: Mapping[str, Any]
    groups: Mapping[str, Any]
    variables: Mapping[str, Mapping[str, Traced]]


def plan_inventory(cloud: Cloud) -> Inventory:
    """The inventory of a layer."""
    return Inventory(
        hosts={
            each.inventory_group: Traced(
                {"hosts": _rows(cloud, each)},
                Cause(
                    "hosts of one declaration with one description share a group",
                    (str(each.group),),
                ),
            )
            for each in cloud.every_class()
        },
        groups={
            **_own_groups(cloud),
            **_release_groups(cloud),
            **{n: group for each in SUBJECTS for n, group in each.groups(cloud)},
        },
        variables={
            each.inventory_group: class_variables(cloud, each) for each in cloud.every_class()
        },
    )


def _rows(cloud: Cloud, each: HostClass) -> Rows:
    network = cloud.internal.network
    text = cloud.model.addresses.text
    addresses = [address for ref in each.refs if (address := text(ref, network)) is not None]
    name = Cause("the host's name", (f"{each.path}.name",))
    columns: dict[str, Sequence[str]] = {}
    causes: list[Cause] = []
    if len(addresses) == len(each.refs):
        columns["ansible_host"] = addresses
        causes.append(
            Cause(
                "hosts are reached at their address on the network of the internal API",
                (f"{each.path}.address.{network}", cloud.path("api", "internal", "network")),
            )
        )
    zones = _gateway_zones(cloud, each)
    if zones:
        columns["neutron_ovn_availability_zones"] = zones
        rule = "the zone of a gateway's rack, for routers that ask for one"
        places = dict.fromkeys(f"{host.site}.zone" for host in each.hosts)
        fields = (f"{each.path}.rack", *places, cloud.field_of("network"))
        causes.append(Cause(rule, (*fields, cloud.path("neutron", "plugin"))))
    for subject in SUBJECTS:
        for variable, values, cause in subject.columns(cloud, each):
            columns[variable] = values
            causes.append(cause)
    return Rows(each.refs, each.names, name, columns, tuple(causes))


def _gateway_zones(cloud: Cloud, each: HostClass) -> list[str]:
    """The zone of each gateway, where Neutron runs with OVN and all of them are in zones."""
    if "neutron" not in cloud.layer.services or cloud.layer.neutron.plugin != "ovn":
        return []
    if not cloud.has_role(each, "network"):
        return []
    zones = [host.zone for host in each.hosts if host.zone is not None]
    names = cloud.zones
    return [flow_list([names[zone]]) for zone in zones] if len(zones) == len(each.hosts) else []


def _own_groups(cloud: Cloud) -> dict[str, Traced]:
    """A group over the classes of each declaration that has more than one."""
    found = {}
    for ref, classes in cloud.classes.items():
        if len(classes) > 1:
            children: dict[str, Any] = {each.inventory_group: {} for each in classes}
            cause = Cause("hosts of one declaration, described differently", (str(ref),))
            found[cloud.inventory_groups[ref]] = Traced({"children": children}, cause)
    return found


def _release_groups(cloud: Cloud) -> dict[str, Traced]:
    """Every group of the release's own inventory: six with hosts, the others made of those."""
    found = {}
    release = cloud.path("release")
    derived = Cause(f"a group of Kolla-Ansible {cloud.layer.release}'s own inventory", (release,))
    for name, group in cloud.catalog.groups.items():
        if group.takes_hosts:
            found[name] = _role_group(cloud, name)
        else:
            children: dict[str, Any] = {child: {} for child in group.children}
            found[name] = Traced({"children": children} if children else {}, derived)
    return found


def _role_group(cloud: Cloud, name: str) -> Traced:
    role = cloud.roles[name]
    cause = Cause(_ROLE_RULES[name], _role_paths(cloud, name))
    if name == "deployment" and not role.selection:
        local = {"hosts": {"localhost": {"ansible_connection": "local"}}}
        return Traced(local, cause)
    children: dict[str, Any] = {}
    hosts: dict[str, Any] = {}
    for ref in role.selection:
        if ref in cloud.model.groups:
            children[cloud.inventory_groups[ref]] = {}
        elif ref in cloud.model.host:
            hosts[cloud.model.host[Ref(ref)].name] = {}
    content: dict[str, Any] = {}
    if children:
        content["children"] = children
    if hosts:
        content["hosts"] = hosts
    return Traced(content, cause)


_ROLE_RULES = {
    "control": "hosts of the APIs, databases and queues",
    "network": "hosts of gateways and load balancers, the control hosts unless stated",
    "compute": "hosts of guests",
    "monitoring": "hosts of monitoring",
    "storage": "hosts of volume services, the control hosts unless stated",
    "deployment": "the host that the tools run on, the local one unless stated",
}


def _role_paths(cloud: Cloud, name: str) -> tuple[str, ...]:
    stated = cloud.path(cloud.roles[name].field)
    if name == "network":
        return (stated, cloud.path("control"))
    if name == "storage":
        return tuple(dict.fromkeys((stated, cloud.path("volumes"), cloud.path("services"))))
    return (stated,)
