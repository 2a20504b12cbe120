"""Names in the tools' own words that several of them must agree on: physical networks, zones, nodes' labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from blueprint.model import Model, OpenStack, Physnet
from blueprint.values import Ref

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_]+")

#: Label of a node of Kubernetes with the name of its pool; nodes of the control plane alone have none.
POOL_LABEL = "oib/pool"


def joined(ref: Ref, kind: str, glue: str) -> str:
    """The parts of an address without the kind's word, in letters, digits, `_` and the glue."""
    parts = [part for part in ref.parts if part != kind]
    return _NOT_A_NAME.sub(glue, glue.join(parts)).strip(glue)


def unique(names: Mapping[Ref, str]) -> dict[Ref, str]:
    """The names, each made to differ from the others by a number where need be."""
    taken: set[str] = set()
    found = {}
    for ref in sorted(names):
        name, number = names[ref], 2
        while name in taken:
            name, number = f"{names[ref]}_{number}", number + 1
        taken.add(name)
        found[ref] = name
    return {ref: found[ref] for ref in names}


def physnet_names(model: Model) -> dict[Ref, str]:
    """Neutron's name for each physical network of the blueprint."""
    return unique({ref: joined(ref, "physnet", "-") for ref in sorted(model.of(Physnet))})


def zone_names(model: Model, region: Ref) -> dict[Ref, str]:
    """The zones that hosts of a region are in, with the names that Nova and OVN know them by."""
    layer = model.at(region, OpenStack)
    roles = (
        layer.control, layer.network, layer.compute, layer.monitoring, layer.volumes,
        layer.deploy_from, *(part for c in layer.cell.values() for part in (c.control, c.compute)),
    )  # fmt: skip
    named = dict.fromkeys(ref for role in roles for ref in role)
    zones = sorted({host.zone for host in model.hosts(named) if host.zone is not None})
    names = {zone: zone.plain for zone in zones}
    if len(set(names.values())) == len(names):
        return names
    return {zone: f"{Ref(zone[: zone.rindex('.zone.')]).plain}-{zone.plain}" for zone in zones}


def kubeconfig(cluster: Ref) -> str:
    """Where the administrator's kubeconfig of a cluster lies on the host that tools run on."""
    return f"~/.kube/{joined(cluster, 'kubernetes', '-')}.yaml"


class CloudAccess(NamedTuple):
    """Where the `clouds.yaml` of a region's administrator lies on the host that tools run on, and the cloud in it."""

    path: str
    cloud: str

    @property
    def export(self) -> str:
        """The command after which clients reach the region."""
        path = self.path.replace("~/", '"$HOME"/')
        return f"export OS_CLIENT_CONFIG_FILE={path} OS_CLOUD={self.cloud}"


def cloud_access(model: Model, region: Ref) -> CloudAccess:
    """How tools reach the APIs of a region: Kolla-Ansible writes the file itself, all others' is made in one place."""
    is_there = region in model.existing
    if not is_there and model.at(region, OpenStack).tool_name == "kolla_ansible":
        return CloudAccess(f"{kolla_folder(model, region)}/clouds.yaml", "kolla-admin")
    name = joined(region, "openstack", "-")
    return CloudAccess(f"~/.config/openstack/{name}.yaml", name)


def kolla_folder(model: Model, region: Ref) -> str:
    """Where Kolla-Ansible's configuration of a region lies on the host that it runs on."""
    if len(model.of(OpenStack)) == 1:
        return "/etc/kolla"
    return f"/etc/kolla-{joined(region, 'openstack', '-')}"


__all__ = [
    "POOL_LABEL",
    "CloudAccess",
    "cloud_access",
    "joined",
    "kolla_folder",
    "kubeconfig",
    "physnet_names",
    "unique",
    "zone_names",
]
