"""What a picture says about each declaration: its name, the facts that tell most, its roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blueprint.drawing.text import visible
from blueprint.graph import Edge, Graph
from blueprint.model import (
    Ceph,
    Hardware,
    HostGroup,
    Kubernetes,
    Model,
    Network,
    OpenStack,
    Physnet,
    Pki,
    Proxy,
    Registry,
    Secrets,
    Site,
    StarlingX,
)
from blueprint.model.schema import Kind
from blueprint.model.site import VaultStore
from blueprint.values import Range, Ref, Size

_BETWEEN = " · "
_PLUGINS = {"ovn": "OVN", "ovs": "Open vSwitch"}


@dataclass(frozen=True, slots=True)
class Card:
    """One declaration in a picture; `members` of a family share a card."""

    ref: Ref
    kind: str
    name: str
    facts: tuple[str, ...]
    members: int
    is_existing: bool
    wave: int | None = None

    @property
    def title(self) -> str:
        """Kind and name, and the wave in which it is deployed."""
        wave = "" if self.wave is None else f" (wave {self.wave})"
        return f"{self.kind} {self.name}{wave}"


def cards(graph: Graph, model: Model) -> tuple[tuple[Card, ...], dict[Ref, Ref]]:
    """The cards of a graph in the order of the source, and the card that each node is on."""
    families: dict[tuple[Ref, str], list[Ref]] = {}
    for node in graph.nodes.values():
        families.setdefault((node.ref.family, node.kind), []).append(node.ref)
    waves = {ref: number for number, wave in enumerate(graph.waves, start=1) for ref in wave}
    made, place = [], {}
    for (family, kind), refs in families.items():
        ref = refs[0] if len(refs) == 1 else family
        facts = _shared([_facts(each, model) for each in refs])
        made.append(
            Card(
                ref=ref,
                kind=kind,
                name=visible(_name(ref)),
                facts=tuple(visible(fact) for fact in facts if fact),
                members=len(refs),
                is_existing=graph.nodes[refs[0]].is_existing,
                wave=waves.get(refs[0]),
            )
        )
        place.update(dict.fromkeys(refs, ref))
    return tuple(made), place


def _shared(facts: Sequence[list[str]]) -> list[str]:
    """What is so of every member of a family, part by part of each line."""
    first, *others = facts
    found = []
    for line, said in enumerate(first):
        rest = [set(each[line].split(_BETWEEN)) if line < len(each) else set() for each in others]
        parts = [part for part in said.split(_BETWEEN) if all(part in each for each in rest)]
        found.append(_BETWEEN.join(parts))
    return found


def merged(edges: Iterable[Edge], place: dict[Ref, Ref]) -> tuple[Edge, ...]:
    """The edges between cards."""
    found: dict[tuple[Ref, Ref], dict[tuple[str, ...], None]] = {}
    for edge in edges:
        ends = (place[edge.node], place[edge.needs])
        found.setdefault(ends, {}).update(dict.fromkeys(edge.paths))
    return tuple(Edge(a, b, tuple(paths)) for (a, b), paths in found.items() if a != b)


def _name(ref: Ref) -> str:
    """`core` of `openstack.core`; in a module `region.openstack.core` is `region.core`."""
    parts = ref.parts
    return ".".join((*parts[:-2], parts[-1]))


def _facts(ref: Ref, model: Model) -> list[str]:
    group = model.groups.get(ref)
    if group is not None:
        return _of_hosts(group, model)
    thing = model.things[ref]
    match thing:
        case Site():
            return _of_site(thing)
        case Hardware():
            return _of_hardware(thing)
        case Network():
            tag = f" · VLAN {thing.vlan}" if thing.vlan is not None else ""
            return [f"{thing.cidr}{tag}"]
        case Physnet():
            ranges = ", ".join(
                str(r).replace("..", "–")
                if isinstance(r, Range) and r.first != r.last
                else str(r).partition("..")[0]
                for r in thing.vlans
            )
            return [f"VLAN {ranges}" if ranges else thing.type]
        case Ceph():
            return _of_ceph(thing, model)
        case OpenStack():
            return _of_openstack(thing)
        case Kubernetes():
            return _of_kubernetes(thing, model)
        case StarlingX():
            return _of_starlingx(thing)
        case _:
            return _of_service(thing)


def _of_hosts(group: HostGroup, model: Model) -> list[str]:
    if not len(group):
        return ["no members"]
    first = group.members[0]
    thing = model.things.get(first.spec.hardware)
    memory = f" · {thing.memory}" if isinstance(thing, Hardware) else ""
    racks = {host.rack for host in group if host.rack is not None}
    spread = f" · {_count(len(racks), 'rack')}" if len(racks) > 1 else ""
    system = "StarlingX" if first.spec.managed_by == "starlingx" else first.spec.os.name
    return [f"{len(group)} × {first.spec.hardware.name}{memory}", f"{system}{spread}"]


def _of_site(site: Site) -> list[str]:
    where = " · ".join(str(part) for part in (site.country, site.region) if part)
    parts = [_count(len(site.rack), "rack"), _count(len(site.zone), "zone")]
    return [where, " · ".join(p for p in parts if not p.startswith("0 "))]


def _of_hardware(hardware: Hardware) -> list[str]:
    cpu = hardware.cpu
    ports: dict[str, int] = {}
    for nic in hardware.nic.values():
        ports[str(nic.speed)] = ports.get(str(nic.speed), 0) + nic.ports
    links = [f"{count} × {speed}" for speed, count in ports.items()]
    largest = max(hardware.disk.values(), key=lambda d: d.count * d.size, default=None)
    shown = f"{largest.count} × {largest.size} {largest.media}" if largest else ""
    return [
        f"{cpu.sockets} × {cpu.cores} cores · {hardware.memory}",
        " · ".join(part for part in (shown, *links[:1]) if part),
    ]


def _of_ceph(ceph: Ceph, model: Model) -> list[str]:
    devices, raw = 0, 0
    for host in model.hosts(ceph.osds):
        hardware = model.things.get(host.spec.hardware)
        if isinstance(hardware, Hardware):
            for disk in (hardware.disk.get(ref.name) for ref in ceph.devices):
                if disk is not None:
                    devices += disk.count
                    raw += disk.count * disk.size
    facts = [" · ".join((ceph.release, *([_count(devices, "OSD")] if devices else ())))]
    if raw:
        facts[0] += f" · {_about(raw)} raw"
    return [*facts, "pools " + ", ".join(ceph.pool) if ceph.pool else ""]


def _of_openstack(cloud: OpenStack) -> list[str]:
    plugin = _PLUGINS.get(cloud.neutron.plugin, cloud.neutron.plugin)
    face = cloud.api.public or cloud.api.internal
    secured = "https://" if face.tls else "http://"
    return [
        f"{cloud.release} · {plugin} · {_count(len(cloud.services), 'service')}",
        f"{secured}{face.fqdn or face.vip}",
    ]


def _of_starlingx(system: StarlingX) -> list[str]:
    role = "subcloud" if system.is_subcloud else system.role.replace("_", " ")
    words = [system.release, system.config.replace("_", " ")]
    return [" · ".join(words), "" if role == "none" else role]


def _of_kubernetes(cluster: Kubernetes, model: Model) -> list[str]:
    cni = cluster.cni.choice.capitalize()
    if cluster.is_on_hosts:
        nodes = _count(len({host.ref for host in model.hosts(cluster.node_hosts)}), "node")
    else:
        guests = sum(pool.count or pool.min or 0 for pool in cluster.pool.values())
        nodes = _count((cluster.control.count or 0) + guests, "guest")
    face = cluster.api.fqdn or (str(cluster.api.vip) if cluster.api.vip is not None else "")
    shims = dict.fromkeys(shim for each in cluster.runtime.values() for shim in each.shims)
    kata = f"Kata: {', '.join(shims)}" if shims else ""
    return [
        f"{cluster.version} · {cni} · {nodes}",
        " · ".join(
            part for part in (f"https://{face}:{cluster.api.port}" if face else "", kata) if part
        ),
    ]


def _of_service(thing: Kind) -> list[str]:
    match thing:
        case Secrets():
            store = thing.store
            return [store.choice, store.address if isinstance(store, VaultStore) else ""]
        case Pki():
            return [f"{thing.issuer} authority"]
        case Registry():
            return [thing.url]
        case Proxy():
            return [thing.https or thing.http or ""]
    return []


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _about(size: int) -> str:
    """A size in the largest decimal unit, two or three digits."""
    for unit in ("PB", "TB", "GB"):
        factor = Size.units[unit]
        if size >= factor:
            amount = size / factor
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return str(Size(size))


__all__ = ["Card", "cards", "merged"]
