"""The network of a host as netplan reads it (Ubuntu and Debian), rendered by systemd-networkd."""

from __future__ import annotations

from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.host_preparation.network import Address, Interface, Route, Wiring

_MODES = {"lacp": "802.3ad", "active_backup": "active-backup", "balance_xor": "balance-xor"}
_HASHES = {"layer2": "layer2", "layer2_3": "layer2+3", "layer3_4": "layer3+4"}
_SECTIONS = {"ethernet": "ethernets", "bond": "bonds", "vlan": "vlans"}


def netplan(wiring: Wiring) -> dict[str, Any]:
    """The document for the hosts of a plan, with slots for what is each host's own."""
    own = wiring.cause("a network of the host's own", wiring.hosts.field("bond"))
    network: dict[str, Any] = {"version": 2, "renderer": "networkd"}
    for each in wiring.interfaces:
        section = network.setdefault(_SECTIONS[each.kind], {})
        section[each.name] = Traced(_interface(wiring, each), each.cause)
    return {"network": Traced(network, own)}


def _interface(wiring: Wiring, each: Interface) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if each.bond is not None:
        found["interfaces"] = Traced([port.interface for port in each.ports], each.cause)
        found["parameters"] = _parameters(wiring, each)
    if each.vlan is not None:
        found["id"] = Traced(each.vlan, each.vlan_cause or each.cause)
        found["link"] = each.link.name
    found["mtu"] = Traced(each.mtu, each.mtu_cause)
    found |= {"dhcp4": False, "dhcp6": False, "accept-ra": False}
    found["link-local"] = ["ipv6"] if any(a.subnet.version == 6 for a in each.ip.addresses) else []
    if each.vfs is not None:
        found["virtual-function-count"] = Traced(each.vfs, each.vfs_cause or each.cause)
    if each.ip.addresses:
        found["addresses"] = [Traced(_address(a), a.cause) for a in each.ip.addresses]
    servers = wiring.name_servers
    if servers is not None and servers.interface == each.name:
        listed = [str(server) for server in servers.servers]
        found["nameservers"] = Traced({"addresses": listed}, servers.cause)
    if each.ip.routes:
        found["routes"] = [Traced(_route(r), r.cause) for r in each.ip.routes]
    if each.ip.policies:
        found["routing-policy"] = [
            Traced({"from": str(p.source), "table": p.table, "priority": p.table}, p.cause)
            for p in each.ip.policies
        ]
    return found


def _parameters(wiring: Wiring, each: Interface) -> Traced:
    assert each.bond is not None
    block = wiring.hosts.field(*each.link.field)
    mode = wiring.cause("how the bond joins its ports", f"{block}.mode")
    found: dict[str, Any] = {"mode": _MODES[each.bond.mode], "mii-monitor-interval": 100}
    if each.bond.mode == "lacp":
        found["lacp-rate"] = "fast"
    if each.bond.hash is not None:
        spread: Cause = wiring.cause("what spreads frames over the ports", f"{block}.hash")
        found["transmit-hash-policy"] = Traced(_HASHES[each.bond.hash], spread)
    return Traced(found, mode)


def _address(address: Address) -> str:
    text = f"{address.slot}/{address.subnet.prefixlen}"
    return text if address.subnet.version == 4 else f'"{text}"'


def _route(route: Route) -> dict[str, Any]:
    everything = "0.0.0.0/0" if route.version == 4 else "::/0"
    found: dict[str, Any] = {"to": everything if route.to is None else str(route.to)}
    if route.via is None:
        found["scope"] = "link"
    else:
        found["via"] = str(route.via)
    if route.table is not None:
        found["table"] = route.table
    return found
