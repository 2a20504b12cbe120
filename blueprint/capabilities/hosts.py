"""What layers require of hosts, and what hosts offer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.capabilities.contract import Capability, Requirement
from blueprint.fleet import Part, Role, descriptions, links_in, parts_of
from blueprint.model import Hardware, Host, Hosts, Kubernetes, Model, Network
from blueprint.model.links import Link
from blueprint.values import Ref

GIB = 1024**3


def on_hosts(
    role: Role,
    cause: tuple[str, ...],
    capability: Capability,
    model: Model,
    quantity: int = 1,
    purpose: str = "",
    choice: tuple[str, ...] = (),
) -> Iterator[Requirement]:
    """A requirement on each group of a role; `choice` is the field of the role where that is a path."""
    for part in parts_of(model, role.selection):
        if all(host.spec.managed_by == "ironic" for host in part.members):
            continue  # `bare-metal-in-role` says that they are nobody's to ask
        yield Requirement(
            consumer=role.layer,
            cause=cause,
            provider=part.group.ref,
            choice=(*(choice or (role.field,)), str(part.position)),
            capability=capability,
            quantity=quantity,
            part=part,
            purpose=purpose,
        )


def as_nodes(roles: Iterable[Role], on: Ref, model: Model) -> Iterator[Requirement]:
    """Hosts of roles have to be nodes of the cluster below, where that says what its nodes are."""
    cluster = model.things.get(on)
    if not isinstance(cluster, Kubernetes) or (on in model.existing and not cluster.node_hosts):
        return
    for role in roles:
        for part in parts_of(model, role.selection):
            node, choice = Capability("node", part.group.ref), (*role.path, str(part.position))
            yield Requirement(role.layer, ("on",), on, choice, node, len(part.members), part)


def disk(
    role: Role,
    cause: tuple[str, ...],
    wanted: Ref,
    model: Model,
    choice: tuple[str, ...] = (),
) -> Iterator[Requirement]:
    """Disks of every host of a role: as many of a name as the reference counts up to."""
    needed = int(wanted.key) + 1 if wanted.key is not None and wanted.key.isdigit() else 1
    yield from on_hosts(
        role, cause, Capability("disk", wanted.family), model, needed, choice=choice
    )


def hardware_of(model: Model, members: tuple[Host, ...]) -> Iterator[Hardware]:
    """The models of server among hosts, once for each description."""
    for spec in descriptions(members):
        hardware = model.things.get(spec.hardware)
        if isinstance(hardware, Hardware):
            yield hardware


class HostOffers:
    """What hosts offer; what one description of hosts offers is worked out once."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._networks = model.of(Network)
        self._descriptions: dict[Ref, tuple[Hosts, ...]] = {}

    def of(self, part: Part, capability: Capability) -> int:
        """How much the hosts of a part offer; the least of several descriptions."""
        if len(part.members) == len(part.group):
            known = self._descriptions.get(part.group.ref)
            specs = descriptions(part.members) if known is None else known
            self._descriptions[part.group.ref] = specs
        else:
            specs = descriptions(part.members)
        return min((self._of_hosts(spec, capability) for spec in specs), default=0)

    def _of_hosts(self, spec: Hosts, capability: Capability) -> int:
        hardware = self._model.things.get(spec.hardware)
        if not isinstance(hardware, Hardware):
            return 0
        match capability.sort:
            case "kvm":
                return int(hardware.has_kvm)
            case "memory":
                return int(hardware.memory)
            case "disk":
                found = hardware.disk.get(Ref(capability.of).name)
                return 0 if found is None else found.count
        links = self.links(spec, hardware)
        carried = {network for link in links for network in link.networks}
        match capability.sort:
            case "l2":
                return int(capability.of in carried)
            case "physnet":
                return int(any(link.physnet == capability.of for link in links))
            case "functions":
                ports = [link for link in links if _leads(link, capability.of)]
                return min((_functions(port, hardware) for port in ports), default=0)
            case "reach":
                return int(capability.of in carried or self._is_routed(Ref(capability.of), carried))
        return 0

    def links(self, spec: Hosts, hardware: Hardware) -> tuple[Link, ...]:
        """The links of hosts of a description."""
        return links_in(self._model, spec, hardware, self._networks)

    def _is_routed(self, wanted: Ref, carried: set[Ref]) -> bool:
        """Whether routers lead from one of the networks that a host is on to another network."""
        target = self._networks[wanted]
        return has_router(target) and any(
            has_router(near) and near.realm == target.realm
            for near in (self._networks[ref] for ref in carried)
        )


def _leads(link: Link, physnet: str) -> bool:
    """Whether virtual functions of a link lead to a physical network, or could."""
    return (link.functions_physnet or link.physnet) == physnet


def _functions(link: Link, hardware: Hardware) -> int:
    """Virtual functions of a port that pods may be given: those made, or those that an operator can make."""
    if link.kind == "bond":
        return 0
    if link.sriov is not None:
        return link.sriov.vfs
    card = hardware.nic.get(link.ports[0].ref.name)
    return 0 if card is None else card.sriov_vfs


def has_router(network: Network) -> bool:
    """Whether a router joins a network to others."""
    gateways = [network.gateway, *(segment.gateway for segment in network.segment.values())]
    return network.routable and any(gateway is not None for gateway in gateways)
