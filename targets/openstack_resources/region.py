"""One region as its APIs see it: what it offers, and the names that other tools gave to its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Host, Model, Network, OpenStack
from blueprint.model.baremetal import Node, nodes_of, resource_classes
from blueprint.model.naming import joined, physnet_names, zone_names
from blueprint.target import Cause
from blueprint.values import Ref, field_address
from targets._formats.page import Traced
from targets._formats.yaml import Items
from targets._kubernetes.names import object_name
from targets.openstack_resources.catalog import Vocabulary, vocabulary


@dataclass(frozen=True)
class Region:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def layer(self) -> OpenStack:
        """The declaration."""
        return self.model.at(self.ref, OpenStack)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What flavors and images of the release may say. Raises KeyError for an unknown release."""
        return vocabulary(self.layer.release)

    @cached_property
    def networks(self) -> Mapping[Ref, Network]:
        """Every network of the blueprint."""
        return self.model.of(Network)

    @cached_property
    def physnets(self) -> dict[Ref, str]:
        """Neutron's name for each physical network: on StarlingX that of a data network, which is Kubernetes' to allow."""
        names = physnet_names(self.model)
        return (
            {ref: object_name(ref.plain) for ref in names} if self.layer.is_on_starlingx else names
        )

    @cached_property
    def computes(self) -> tuple[Host, ...]:
        """The hosts of guests, each once."""
        hosts = {host.ref: host for host in self.model.hosts(self.layer.compute)}
        return tuple(hosts.values())

    @cached_property
    def zones(self) -> dict[Ref, str]:
        """The zones that hosts of guests are in, with Nova's name for each."""
        found = {host.zone for host in self.computes}
        return {r: name for r, name in zone_names(self.model, self.ref).items() if r in found}

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The servers that the region gives out whole."""
        return nodes_of(self.model, self.ref) if self.runs("ironic") else ()

    @cached_property
    def node_classes(self) -> dict[Ref, str]:
        """The resource class of each of these servers."""
        return resource_classes(self.model, self.layer) if self.runs("ironic") else {}

    def class_of(self, flavor: str) -> str | None:
        """The resource class that a flavor of bare metal asks for, or None where it is of guests."""
        hosts = self.model.hosts(self.layer.flavor[flavor].baremetal)
        return next((self.node_classes[h.ref] for h in hosts if h.ref in self.node_classes), None)

    @property
    def deployment_host(self) -> str | None:
        """The host that tools run on, by name; None is the one where the run-book is read."""
        return next((host.name for host in self.model.hosts(self.layer.deploy_from)), None)

    @cached_property
    def plain_name(self) -> str:
        """The region's name in the blueprint, in letters, digits and `-`."""
        return joined(self.ref, "openstack", "-")

    @property
    def offers_anything(self) -> bool:
        """Whether there is anything to make."""
        layer = self.layer
        stated = (
            layer.project, layer.aggregate, layer.flavor, layer.image, layer.external_network,
            layer.provider_network, layer.volume_type, layer.designate, self.zones, self.nodes,
        )  # fmt: skip
        return any(stated) or self.runs("manila")

    def runs(self, service: str) -> bool:
        """Whether a service is among the region's."""
        return service in self.layer.services

    def path(self, *field: str) -> str:
        """The address of a field of the region."""
        return field_address(self.ref, *field)

    def stated(self, rule: str, *field: str) -> Cause:
        """What a field of the region decides."""
        return Cause(rule, (self.path(*field),))

    def names_of(self, hosts: list[Host], rule: str, *paths: str) -> list[Items]:
        """The names of hosts as items of a list, each group of equal members by its own cause."""
        by_group: dict[Ref, list[Host]] = {}
        for host in hosts:
            by_group.setdefault(host.group, []).append(host)
        found = []
        for group, members in by_group.items():
            declared = f"{group}[*]" if self.model.groups[group].is_family else str(group)
            cause = Cause(rule, (f"{declared}.name", *(p.replace("@", declared) for p in paths)))
            refs = tuple([host.ref for host in members])
            found.append(Items(refs, tuple([host.name for host in members]), cause))
        return found


def traced(value: object, rule: str, *paths: str) -> Traced:
    """A value with the rule that derived it and the fields that it reads."""
    return Traced(value, Cause(rule, paths))
