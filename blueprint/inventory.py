"""The hosts of a blueprint as an Ansible inventory: groups by declaration, by place and by role, and facts of each host.

Servers that a bare-metal service gives to users are left out: nobody logs in to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from blueprint.fleet import stated_roles
from blueprint.model import Ceph, Host, Model, OpenStack
from blueprint.values import Ref

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_]+")


def inventory_of(model: Model) -> dict[str, Any]:
    """The inventory in the form that Ansible takes from a script: groups, and `_meta` with the hosts' variables.

    Groups are `hosts_NAME` for a declaration, `site_…`, `zone_…` and `rack_…` for places, and
    `openstack_NAME_ROLE` or `ceph_NAME_ROLE` for what a layer does on the hosts. No secret is in it.
    """
    groups: dict[str, list[str]] = {}
    names = _Names()
    hosts = [h for g in model.groups.values() for h in g if h.spec.managed_by == "oib"]
    for host in hosts:
        for place in (host.group, host.site, host.zone, host.rack):
            if place is not None:
                groups.setdefault(names.of(place), []).append(host.name)
    known = {host.ref for host in hosts}
    for role in stated_roles(model):
        members = [h.name for h in model.hosts(role.selection) if h.ref in known]
        if members:
            groups[names.of(Ref(f"{role.layer}.{role.field}"))] = list(dict.fromkeys(members))
    logins = dict(_logins(model))
    return {
        **{name: {"hosts": groups[name]} for name in sorted(groups)},
        "_meta": {"hostvars": {h.name: _variables(h, model, logins) for h in hosts}},
    }


def _variables(host: Host, model: Model, logins: dict[Ref, Ref]) -> dict[str, Any]:
    carried = [n for n, table in model.addresses.tables.items() if host.ref in table]
    addresses = {n.plain: model.addresses.text(host.ref, n) for n in sorted(carried)}
    second = [n for n in sorted(carried) if host.ref in model.addresses.tables6.get(n, {})]
    facts = {
        "address": str(host.ref),
        "hardware": str(host.spec.hardware),
        "os": host.spec.os.name,
        "site": host.site,
        "zone": host.zone,
        "rack": host.rack,
        "unit": host.unit,
        "serial": host.serial,
        "bmc": host.bmc_address,
        "addresses": addresses,
        "addresses6": {n.plain: model.addresses.text6(host.ref, n) for n in second} or None,
    }
    variables: dict[str, Any] = {
        "ansible_user": host.spec.user,
        "oib": {
            name: value if isinstance(value, int | dict) else str(value)
            for name, value in facts.items()
            if value is not None
        },
    }
    network = logins.get(host.group, carried[0] if carried else None)
    if network is not None and host.ref in model.addresses.tables.get(network, {}):
        variables["ansible_host"] = model.addresses.text(host.ref, network)
    return dict(sorted(variables.items()))


def _logins(model: Model) -> Iterator[tuple[Ref, Ref]]:
    """The network on which the hosts of a group are reached: a region's API comes before a cluster's clients."""
    layers = [(c, c.public_network, ("monitors", "osds", "rgw")) for c in model.of(Ceph).values()]
    regions = model.of(OpenStack).values()
    roles = ("control", "network", "compute", "monitoring")
    for layer, network, fields in (
        *layers,
        *((r, r.api.internal.network, roles) for r in regions),
    ):
        for field in fields:
            for host in model.hosts(getattr(layer, field)):
                yield host.group, network


class _Names:
    """Names of groups, each made to differ from the others by a number where need be."""

    def __init__(self) -> None:
        self._by_ref: dict[Ref, str] = {}
        self._taken: set[str] = {"all", "ungrouped"}

    def of(self, ref: Ref) -> str:
        """The name of the group for a thing: its kind, its name, its key."""
        found = self._by_ref.get(ref)
        if found is None:
            found = base = re.sub("__+", "_", _NOT_A_NAME.sub("_", ref)).strip("_")
            number = 1
            while found in self._taken:
                number += 1
                found = f"{base}_{number}"
            self._taken.add(found)
            self._by_ref[ref] = found
        return found
