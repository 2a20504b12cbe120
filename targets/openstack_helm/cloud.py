"""One OpenStack layer as OpenStack-Helm sees it: the cluster below, its hosts by profile, charts, names.

A *profile* is a set of nodes that the charts may treat alike: hosts of one declaration with one description,
in one availability zone. Facts are derived once for each; where profiles differ, daemon sets are overridden
by the label that nodes of a profile carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Ceph, Host, Hosts, Kubernetes, Model, Network, OpenStack, Physnet, Site
from blueprint.model.links import Link, links_of, physnet_interface
from blueprint.model.naming import joined, physnet_names, zone_names
from blueprint.model.openstack import Endpoint, OpenStackHelm
from blueprint.target import Cause
from blueprint.values import Ref, field_address
from targets._kubernetes.names import object_name
from targets.openstack_helm.catalog import Facts, chart, facts, is_read

#: Label of a node with the name of its profile.
PROFILE_LABEL = "oib/openstack-profile"
#: The label of control nodes, which every chart selects unless told otherwise.
CONTROL_LABEL = "openstack-control-plane"
#: Labels of the hosts that lead to the outside: what pods select, and what makes a gateway of OVN, or
#: whoever has routers of Open vSwitch.
NETWORK_LABEL, ROUTER_LABEL = "openstack-network-node", "l3-agent"
#: What runs for every region, whatever its services.
BACKENDS = ("mariadb", "rabbitmq", "memcached")
#: Services with charts of the same name that this target sets up.
SERVICES = (
    "keystone", "glance", "placement", "nova", "neutron", "cinder", "heat", "horizon", "octavia",
    "barbican", "magnum", "ironic", "manila", "masakari", "blazar", "mistral", "skyline", "tacker", "watcher",
)  # fmt: skip
#: The adapter that brings clients' access to a cluster of Rook into the namespace of OpenStack.
ADAPTER = "ceph-adapter-rook"
#: Where Rook keeps a cluster, of which there is one on a Kubernetes.
ROOK_NAMESPACE = "rook-ceph"
#: Letters of a profile's name, which is a label's value, before a number that tells it apart.
_LONGEST_LABEL = 56
_ALL_NEED = ("mariadb", "rabbitmq", "memcached")
#: Charts that a chart comes after, beside the databases and Keystone.
_NEEDS: dict[str, tuple[str, ...]] = {
    "keystone": (),
    "horizon": ("keystone",),
    "nova": ("placement", "glance", "libvirt", "neutron", "ironic"),
    "neutron": ("openvswitch", "ovn"),
    "libvirt": ("openvswitch", "ovn"),
    "ovn": ("openvswitch",),
    "octavia": ("nova", "neutron", "glance", "barbican", "ovn"),
    "magnum": ("heat", "barbican"),
    "ironic": ("neutron", "glance"),
    "manila": ("neutron",),
    "masakari": ("nova",),
    "heat": ("nova", "neutron", "glance"),
}
_NO_BACKENDS = frozenset({*BACKENDS, "openvswitch", "ovn", "libvirt", ADAPTER})


@dataclass(frozen=True, slots=True)
class Profile:
    """Nodes that are alike: `name` is the value of their label, `path` the declaration for causes."""

    name: str
    group: Ref
    path: str
    spec: Hosts
    hosts: tuple[Host, ...]
    links: tuple[Link, ...]
    zone: str | None

    def link_of_physnet(self, physnet: Ref) -> str | None:
        """The link that is part of a physical network, or None."""
        return physnet_interface(self.links, physnet)


@dataclass(frozen=True)
class Cloud:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def layer(self) -> OpenStack:
        """The declaration."""
        return self.model.at(self.ref, OpenStack)

    @cached_property
    def options(self) -> OpenStackHelm:
        """The deployment tool's options."""
        return self.layer.openstack_helm

    @cached_property
    def cluster_ref(self) -> Ref:
        """The Kubernetes cluster below."""
        assert self.layer.on is not None
        return self.layer.on

    @cached_property
    def cluster(self) -> Kubernetes:
        """Its declaration."""
        return self.model.at(self.cluster_ref, Kubernetes)

    def path(self, *field: str) -> str:
        """The address of a field of the layer."""
        return field_address(self.ref, *field)

    def has(self, service: str) -> bool:
        """Whether a service runs."""
        return service in self.layer.services

    @cached_property
    def charts(self) -> tuple[str, ...]:
        """The charts to install, in no order."""
        found = [*BACKENDS]
        if self.rook is not None:
            found.append(ADAPTER)
        if self.has("neutron"):
            found.append("openvswitch")
            if self.layer.neutron.plugin == "ovn":
                found.append("ovn")
        if self.has("nova"):
            found.append("libvirt")
        return (*found, *(name for name in SERVICES if self.has(name)))

    def needs(self, name: str) -> tuple[str, ...]:
        """The charts that come before one."""
        wanted = [*_NEEDS.get(name, ())]
        if name not in _NO_BACKENDS:
            wanted = [*_ALL_NEED, *(["keystone"] if name != "keystone" else []), *wanted]
        if self.rook is not None and name in {"glance", "cinder", "nova", "libvirt", "manila"}:
            wanted.append(ADAPTER)
        return tuple(each for each in dict.fromkeys(wanted) if each in self.charts)

    def facts(self, name: str) -> Facts:
        """What a chart says of itself."""
        return facts(name)

    def reads(self, name: str, *path: str) -> bool:
        """Whether a chart has a value path that some template reads."""
        return is_read(chart(name), path)

    @cached_property
    def ceph(self) -> Ceph | None:
        """The storage cluster, where there is one."""
        return None if self.layer.storage is None else self.model.at(self.layer.storage, Ceph)

    @cached_property
    def rook(self) -> Ceph | None:
        """The storage cluster where it stands on the same Kubernetes."""
        ceph = self.ceph
        return ceph if ceph is not None and ceph.on == self.layer.on else None

    @cached_property
    def public(self) -> Endpoint:
        """The endpoint for users: the internal one where none is stated."""
        return self.layer.api.public or self.layer.api.internal

    @property
    def public_field(self) -> str:
        """The field of the endpoint for users."""
        return self.path("api", "public" if self.layer.api.public else "internal")

    @cached_property
    def gateway(self) -> tuple[Ref, str] | None:
        """The gateway for users, and its label: as stated, or the cluster's only one."""
        stated = self.options.gateway
        if stated is not None:
            return stated, stated.plain
        if len(self.cluster.gateway) == 1:
            (label,) = self.cluster.gateway
            return Ref(f"{self.cluster_ref}.gateway.{label}"), label
        return None

    @cached_property
    def networks(self) -> Mapping[Ref, Network]:
        """Every network of the blueprint."""
        return self.model.of(Network)

    @cached_property
    def control_hosts(self) -> tuple[Host, ...]:
        """Hosts of the APIs."""
        return tuple(self.model.hosts(self.layer.control))

    @cached_property
    def gateways(self) -> tuple[Ref, ...]:
        """Hosts that lead to the outside; the control hosts where none are named."""
        return self.layer.network or self.layer.control

    def selection(self, role: str) -> tuple[Ref, ...]:
        """The hosts of a role as the layer names them."""
        return {
            "control": self.layer.control,
            "network": self.gateways,
            "compute": self.layer.compute,
        }[role]

    def field_of(self, role: str) -> str:
        """The field of the layer that names the hosts of a role."""
        return self.path("control" if role == "network" and not self.layer.network else role)

    @cached_property
    def roles(self) -> dict[str, frozenset[Ref]]:
        """The hosts of each role."""
        return {
            role: frozenset(host.ref for host in self.model.hosts(self.selection(role)))
            for role in ("control", "network", "compute")
        }

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles of all hosts of the layer, in the order of their addresses."""
        return tuple(self._profiles())

    def profiles_of(self, *roles: str) -> tuple[Profile, ...]:
        """The profiles with hosts of one of the roles."""
        wanted = frozenset[Ref]().union(*(self.roles[role] for role in roles))
        return tuple(p for p in self.profiles if any(h.ref in wanted for h in p.hosts))

    @cached_property
    def zones(self) -> dict[Ref, str]:
        """The zones that hosts are in, by Nova's names for them."""
        return zone_names(self.model, self.ref)

    @cached_property
    def physnets(self) -> dict[Ref, str]:
        """The physical networks that hosts of the layer carry, with Neutron's names for them."""
        carried = {
            physnet
            for profile in self.profiles_of("network", "compute")
            for link in profile.links
            for physnet in (link.physnet, link.functions_physnet)
            if physnet is not None
        }
        carried |= {each.physnet for _, _, each in self.layer.neutron_networks()}
        return {ref: name for ref, name in physnet_names(self.model).items() if ref in carried}

    def physnet(self, ref: Ref) -> Physnet:
        """The declaration of a physical network."""
        return self.model.at(ref, Physnet)

    @cached_property
    def site(self) -> tuple[Ref, Site] | None:
        """The site of the control hosts, where it is known."""
        for host in self.control_hosts:
            if host.site is not None:
                return host.site, self.model.at(host.site, Site)
        return None

    def network_of(self, kind: str) -> tuple[Ref, str]:
        """The network of a kind of traffic and the field that says so; the internal API's by default."""
        stated: Ref | None = getattr(self.layer.networks, kind)
        return stated or self.layer.api.internal.network, self.path("networks", kind)

    @cached_property
    def why_chart(self) -> Cause:
        """Why there is a chart at all."""
        return Cause("a chart for each service and what they need", (self.path("services"),))

    @cached_property
    def name(self) -> str:
        """The layer's name for files and labels."""
        return joined(self.ref, "openstack", "-")

    def _profiles(self) -> Iterator[Profile]:
        every = frozenset[Ref]().union(*self.roles.values())
        found: dict[tuple[Ref, int, str | None], list[Host]] = {}
        for group_ref in sorted(self.model.groups):
            for host in self.model.groups[group_ref].members:
                if host.ref in every:
                    zone = None if host.zone is None else self.zones.get(host.zone)
                    found.setdefault((group_ref, id(host.spec), zone), []).append(host)
        taken: set[str] = set()
        for (group_ref, _, zone), hosts in found.items():
            base = (
                object_name(joined(group_ref, "hosts", "-"))[:_LONGEST_LABEL].strip("-") or "hosts"
            )
            name, number = base, 2
            while name in taken:
                name, number = f"{base}-{number}", number + 1
            taken.add(name)
            group = self.model.groups[group_ref]
            yield Profile(
                name=name,
                group=group_ref,
                path=f"{group_ref}[*]" if group.is_family else str(group_ref),
                spec=hosts[0].spec,
                hosts=tuple(hosts),
                links=links_of(hosts[0].spec, self.model.hardware(hosts[0]), self.networks),
                zone=zone,
            )


def distinct(items: Iterable[str]) -> tuple[str, ...]:
    """The items, each once, in their order."""
    return tuple(dict.fromkeys(items))
