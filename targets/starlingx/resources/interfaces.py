"""Plans the interfaces of a host: ports, bonds and VLANs, with the networks on each.

StarlingX gives an interface one class. `platform` carries networks of the system, `data` those of guests,
`pci-sriov` has virtual functions, and may carry networks of the system beside them. A VLAN is called after its
number, since a host has each number once. Members of a bond keep the names and the settings that StarlingX
finds them with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from blueprint.model import Network
from blueprint.model.hosts import Bond
from blueprint.model.links import Link
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.starlingx.resources import ptp
from targets.starlingx.resources.common import View, data_network
from targets.starlingx.system import System

InterfaceClass: TypeAlias = Literal["platform", "data", "pci-sriov", "none"]

#: What StarlingX calls each platform network.
WORDS = {
    "oam": "oam",
    "mgmt": "mgmt",
    "cluster_host": "cluster-host",
    "pxeboot": "pxeboot",
    "admin": "admin",
    "storage": "storage",
}
#: Networks that StarlingX has on controllers alone.
CONTROLLERS_ONLY = ("oam", "admin")
MODES = {"lacp": "802.3ad", "active_backup": "active_standby", "balance_xor": "balanced"}
HASHES = {"layer2": "layer2", "layer2_3": "layer2+3"}
LOOPBACK = "lo"


def interfaces(view: View) -> dict[str, Any]:
    """The interfaces by sort, none of a sort left out."""
    found: dict[str, list[Any]] = {"ethernet": list(_loopback(view)), "bond": [], "vlan": []}
    for link in view.links:
        found["bond" if link.kind == "bond" else "ethernet"].extend(_link(view, link))
        found["vlan"].extend(_vlans(view, link))
    found["ethernet"].extend(_clock_ports(view))
    return {sort: listed for sort, listed in found.items() if listed}


def unused_loopback(system: System) -> dict[str, Any]:
    """The loopback interface of controller-0, where the bootstrap leaves the management network."""
    cause = Cause("the management network is on a port", (system.path("networks", "mgmt"),))
    entry = {"class": "none", "name": LOOPBACK, "platformNetworks": [], "port": {"name": LOOPBACK}}
    return {"ethernet": [Traced(entry, cause)]}


def class_of(view: View, link: Link) -> InterfaceClass:
    """The class of a bond or port: what it is for."""
    if link.sriov is not None:
        return "pci-sriov"
    if link.physnet is not None:
        return "data"
    is_clock = link.kind == "port" and any(ptp.of_port(view, link.ports[0].ref))
    return "platform" if link.networks or is_clock else "none"


def roles(view: View, network: Ref) -> tuple[str, ...]:
    """The attributes of the system that name a network, as far as the host can have them."""
    named = (name for name, ref in view.system.layer.platform_networks() if ref == network)
    is_controller = view.member.personality == "controller"
    return tuple(name for name in named if is_controller or name not in CONTROLLERS_ONLY)


def _loopback(view: View) -> Iterator[Any]:
    """The management network inside the host, of an all-in-one host that states none."""
    if view.system.layer.networks.mgmt is not None or view.member.personality != "controller":
        return
    networks = ["mgmt"]
    if view.system.layer.networks.cluster_host is None:
        networks.append("cluster-host")
    path = view.system.path("networks")
    entry = {
        "class": "platform",
        "name": LOOPBACK,
        "platformNetworks": networks,
        "port": {"name": LOOPBACK},
    }
    yield Traced(entry, Cause("no management network is stated: it is inside the host", (path,)))


def _link(view: View, link: Link) -> Iterator[Any]:
    """A bond or a port."""
    kind = class_of(view, link)
    if kind == "none":
        return
    why = view.cause("what the interface is for", *link.field)
    entry: dict[str, Any] = {
        "class": Traced(kind, why),
        "name": Traced(link.name, _name_cause(view, link)),
        "mtu": Traced(link.mtu, _mtu_cause(view, link)),
    }
    networks = list(_untagged(view, link))
    if networks or kind == "platform":
        entry["platformNetworks"] = Traced([word for word, _ in networks], _merged(why, networks))
    entry.update(_data_networks(view, link))
    if link.kind == "bond":
        entry.update(_bond(view, link))
    else:
        entry["port"] = Traced({"name": link.name}, _name_cause(view, link))
        entry.update(_functions(view, link))
        entry.update(_clocks(view, link.ports[0].ref))
    yield Traced(entry, why)


def _untagged(view: View, link: Link) -> Iterator[tuple[str, Cause]]:
    """The platform networks of the interface itself."""
    for network, interface in link.networks.items():
        if interface == link.name:
            yield from _words(view, link, network)
    if link.native is None and _is_installed_over(view, link):
        yield "pxeboot", view.cause("beneath the tagged management network", *link.field)


def _is_installed_over(view: View, link: Link) -> bool:
    """Whether hosts are installed over a link without the blueprint saying so: it has management tagged."""
    if view.system.layer.networks.pxeboot is not None or view.system.system_mode == "simplex":
        return False
    tagged = (ref for ref, interface in link.networks.items() if interface != link.name)
    return any("mgmt" in roles(view, ref) for ref in tagged)


def _words(view: View, link: Link, network: Ref) -> Iterator[tuple[str, Cause]]:
    """What StarlingX calls a network; the cluster's own is beside that of management where unset."""
    native = network == link.native
    field = (*link.field, "native" if native else "networks")
    for name in roles(view, network):
        paths = (view.path(*field), view.system.path("networks", name))
        yield WORDS[name], Cause("a network of the system", paths)
        if name == "mgmt" and view.system.layer.networks.cluster_host is None:
            yield "cluster-host", Cause("beside the management network where unset", paths)


def _vlans(view: View, link: Link) -> Iterator[Any]:
    """The tagged platform networks of a link."""
    for ref, interface in link.networks.items():
        words = list(_words(view, link, ref))
        if interface == link.name or not words:
            continue
        network = view.system.model.at(ref, Network)
        assert network.vlan is not None
        tag = Cause("the VLAN of the network", (f"{ref}.vlan",))
        on = view.cause("a tagged network of the link", *link.field, "networks")
        entry = {
            "class": Traced("platform", on),
            "name": Traced(f"vlan{network.vlan}", tag),
            "mtu": Traced(network.mtu, Cause("the network's frames", (f"{ref}.mtu",))),
            "platformNetworks": Traced([word for word, _ in words], _merged(on, words)),
            "lower": Traced(link.name, _name_cause(view, link)),
            "vid": Traced(network.vlan, tag),
        }
        yield Traced(entry, on)


def _bond(view: View, link: Link) -> Iterator[tuple[str, Any]]:
    """Members, mode, and what chooses between them."""
    block = view.spec.bond[link.field[1]]
    members = sorted(port.interface for port in link.ports)
    fields = tuple(f"{view.spec.hardware}.nic.{port.ref.name}.names" for port in link.ports)
    paths = (view.path(*link.field, "ports"), *dict.fromkeys(fields))
    yield "members", Traced(members, Cause("the ports of the bond", paths))
    yield "mode", Traced(MODES[block.mode], view.cause("the stated mode", *link.field, "mode"))
    if block.mode == "active_backup":
        cause = view.cause("one port at a time", *link.field, "mode")
        yield "primaryReselect", Traced("always", cause)
    else:
        paths = (view.path(*link.field, "hash"), view.path(*link.field, "mode"))
        cause = Cause("what spreads frames", paths)
        yield "transmitHashPolicy", Traced(hash_of(block), cause)


def hash_of(block: Bond) -> str:
    """What spreads frames over the ports, by StarlingX's word; layer 2 where unset."""
    return HASHES.get(block.hash or "layer2", "layer2")


def _functions(view: View, link: Link) -> Iterator[tuple[str, Any]]:
    """Virtual functions of a port."""
    if link.sriov is not None:
        field = (*link.field, "sriov")
        cause = view.cause("virtual functions of the port", *field, "vfs")
        yield "vfCount", Traced(link.sriov.vfs, cause)
        driver = view.cause("what the host binds them to", *field, "driver")
        yield "vfDriver", Traced(link.sriov.driver, driver)


def _data_networks(view: View, link: Link) -> Iterator[tuple[str, Any]]:
    physnet = link.physnet if link.sriov is None else link.functions_physnet
    if physnet is not None:
        fields = [link.field] if link.sriov is None else [(*link.field, "sriov"), link.field]
        paths = tuple(view.path(*field, "physnet") for field in fields)
        cause = Cause("the physical network that it is part of", paths)
        yield "dataNetworks", Traced([data_network(physnet)], cause)


def _clocks(view: View, port: Ref) -> Iterator[tuple[str, Any]]:
    """What time services want of a port."""
    wanted = dict(ptp.wanted_of(view, port))
    if wanted:
        cause = Cause("time services on the port", tuple(wanted.values()))
        yield "ptpInterfaces", Traced(list(wanted), cause)


def _clock_ports(view: View) -> Iterator[Any]:
    """Ports that time services alone are on, and members of bonds that they are on."""
    alone = {link.ports[0].ref for link in view.links if link.kind == "port"}
    bonded = {port.ref for link in view.links if link.kind == "bond" for port in link.ports}
    for port in ptp.ports(view):
        if port.ref in alone:
            continue
        field = f"{view.spec.hardware}.nic.{port.ref.name}.names"
        name = Traced(port.interface, Cause("the port's name", (field,)))
        clocks = dict(_clocks(view, port.ref))
        entry = {
            "class": "none" if port.ref in bonded else "platform",
            "name": name,
            "port": {"name": name},
            **clocks,
        }
        yield Traced(entry, clocks["ptpInterfaces"].cause)


def _name_cause(view: View, link: Link) -> Cause:
    field = link.name_field
    if field is None:
        return view.cause("the name of the bond", *link.field)
    paths = (f"{view.spec.hardware}.{'.'.join(field)}", view.path(*link.field))
    return Cause("the name of the port", paths)


def _mtu_cause(view: View, link: Link) -> Cause:
    carried = tuple(f"{network}.mtu" for network in link.networks)
    return Cause("the largest frame", (view.path(*link.field, "mtu"), *carried))


def _merged(first: Cause, words: list[tuple[str, Cause]]) -> Cause:
    """All causes of a list as one."""
    paths = dict.fromkeys((*first.paths, *(path for _, cause in words for path in cause.paths)))
    return Cause("the system's networks on it", tuple(paths))


__all__ = [
    "CONTROLLERS_ONLY", "HASHES", "LOOPBACK", "MODES", "WORDS", "class_of", "hash_of", "interfaces", "roles",
    "unused_loopback",
]  # fmt: skip
