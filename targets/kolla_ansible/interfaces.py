"""Plans what Kolla-Ansible must know of the interfaces of a class of hosts, from its links.

These are variables of groups, never of globals.yml: that file is given to Ansible as extra variables,
which no host could override.
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.kolla_ansible.bridges import bridge_name
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.subjects import SUBJECTS


def class_variables(cloud: Cloud, hosts: HostClass) -> dict[str, Traced]:
    """The variables of a class: whom to log in as, and which interface carries what."""
    user = Cause("the user that deployment tools log in as", (f"{hosts.group}.user",))
    found = {"ansible_user": Traced(hosts.spec.user, user)}
    found.update(_network_variables(cloud, hosts))
    found.update(_physnet_variables(cloud, hosts))
    for subject in SUBJECTS:
        found.update(subject.class_variables(cloud, hosts))
    return found


def _network_variables(cloud: Cloud, hosts: HostClass) -> Iterator[tuple[str, Traced]]:
    internal = cloud.internal.network
    stated = (cloud.path("api", "internal", "network"),)
    wanted: list[tuple[str, Ref, tuple[str, ...], str]] = [
        ("network_interface", internal, stated, "the interface for whatever has none of its own"),
        ("api_interface", internal, stated, "the interface on the network of the internal API"),
    ]
    roles = {
        name: cloud.field_of(name) for name in ("network", "compute") if cloud.has_role(hosts, name)
    }
    if "network" in roles:
        fields: tuple[str, ...] = (f"{cloud.public_field}.network", roles["network"])
        rule = "the interface of a gateway that takes the public virtual address"
        wanted.append(("kolla_external_vip_interface", cloud.public.network, fields, rule))
    if roles:
        tenant, field = cloud.network_of("tenant")
        rule = "the interface on the network of tenants' overlay"
        wanted.append(("tunnel_interface", tenant, (field, *roles.values()), rule))
    if "compute" in roles:
        migration, field = cloud.network_of("migration")
        rule = "the interface on the network of live migration"
        wanted.append(("migration_interface", migration, (field, roles["compute"]), rule))
    for name, network, fields, rule in wanted:
        link = hosts.link(network)
        if link is not None:
            paths = (*fields, *hosts.link_paths(link), f"{network}.vlan")
            yield name, Traced(link.networks[network], Cause(rule, paths))


def _physnet_variables(cloud: Cloud, hosts: HostClass) -> Iterator[tuple[str, Traced]]:
    is_gateway = cloud.has_role(hosts, "network")
    is_compute = cloud.has_role(hosts, "compute")
    if not is_gateway and not is_compute:
        return
    attached = [
        (ref, name, link)
        for ref, name in cloud.physnets.items()
        if (link := cloud.physnet_link(hosts, ref)) is not None
    ]
    if attached:
        paths = tuple(
            path
            for ref, _, name in attached
            for link in hosts.links
            if link.name == name
            for path in (*(f"{p}.physnet" for p in hosts.link_paths(link)[:1]), str(ref))
        )
        roles = (name for name in ("network", "compute") if cloud.has_role(hosts, name))
        paths = (*paths, *(cloud.field_of(name) for name in roles))
        joined = {
            "neutron_external_interface": ",".join(link for _, _, link in attached),
            "neutron_bridge_name": ",".join(bridge_name(name) for _, name, _ in attached),
            "neutron_physical_networks": ",".join(name for _, name, _ in attached),
        }
        rules = {
            "neutron_external_interface": "the links that are part of physical networks",
            "neutron_bridge_name": "a bridge for each physical network that the hosts carry",
            "neutron_physical_networks": "the physical networks that the hosts carry",
        }
        for variable, value in joined.items():
            yield variable, Traced(value, Cause(rules[variable], paths))
    elif is_compute and not is_gateway:
        # Kolla-Ansible would else put an interface that it takes for granted, eth1, into a bridge.
        fields = (f"{hosts.group}.bond", f"{hosts.group}.port", cloud.field_of("compute"))
        cause = Cause("no bridge where hosts carry no physical network", fields)
        yield "computes_need_external_bridge", Traced(value=False, cause=cause)
