"""The network of a host as NMState reads it (the Red Hat family), kept by NetworkManager."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from targets._formats.page import Traced
from targets.host_preparation.network import Address, Interface, Route, Wiring

_MODES = {"lacp": "802.3ad", "active_backup": "active-backup", "balance_xor": "balance-xor"}
_HASHES = {"layer2": "layer2", "layer2_3": "layer2+3", "layer3_4": "layer3+4"}


def nmstate(wiring: Wiring) -> dict[str, Any]:
    """The document for the hosts of a plan, with slots for what is each host's own."""
    own = wiring.cause("a network of the host's own", wiring.hosts.field("bond"))
    found: dict[str, Any] = {}
    servers = wiring.name_servers
    if servers is not None:
        listed = [str(server) for server in servers.servers]
        found["dns-resolver"] = Traced({"config": {"server": listed}}, servers.cause)
    found["interfaces"] = Traced(
        [Traced(_interface(wiring, each), each.cause) for each in wiring.interfaces], own
    )
    routes = [Traced(_route(r, i.name), r.cause) for i in wiring.interfaces for r in i.ip.routes]
    if routes:
        found["routes"] = Traced({"config": routes}, own)
    rules = list(_rules(wiring))
    if rules:
        found["route-rules"] = Traced({"config": rules}, own)
    return found


def _interface(wiring: Wiring, each: Interface) -> dict[str, Any]:
    found: dict[str, Any] = {"name": each.name, "type": each.kind, "state": "up"}
    found["mtu"] = Traced(each.mtu, each.mtu_cause)
    if each.bond is not None:
        found["link-aggregation"] = _aggregation(wiring, each)
    if each.vlan is not None:
        tag = Traced(each.vlan, each.vlan_cause or each.cause)
        found["vlan"] = {"base-iface": each.link.name, "id": tag}
    if each.vfs is not None:
        vfs = Traced(each.vfs, each.vfs_cause or each.cause)
        found["ethernet"] = {"sr-iov": {"total-vfs": vfs}}
    is_in_bond = each.kind == "ethernet" and each.link.kind == "bond"
    for version, family in ((4, "ipv4"), (6, "ipv6")):
        mine = [a for a in each.ip.addresses if a.subnet.version == version]
        found[family] = {"enabled": bool(mine)}
        if mine and not is_in_bond:
            found[family] |= {"dhcp": False} | ({"autoconf": False} if version == 6 else {})
            found[family]["address"] = [Traced(_address(a), a.cause) for a in mine]
    return found


def _aggregation(wiring: Wiring, each: Interface) -> dict[str, Any]:
    assert each.bond is not None
    block = wiring.hosts.field(*each.link.field)
    mode = wiring.cause("how the bond joins its ports", f"{block}.mode")
    options: dict[str, Any] = {"miimon": 100}
    if each.bond.mode == "lacp":
        options["lacp_rate"] = "fast"
    if each.bond.hash is not None:
        spread = wiring.cause("what spreads frames over the ports", f"{block}.hash")
        options["xmit_hash_policy"] = Traced(_HASHES[each.bond.hash], spread)
    return {
        "mode": Traced(_MODES[each.bond.mode], mode),
        "port": [port.interface for port in each.ports],
        "options": Traced(options, mode),
    }


def _address(address: Address) -> dict[str, Any]:
    text = address.slot if address.subnet.version == 4 else f'"{address.slot}"'
    return {"ip": text, "prefix-length": address.subnet.prefixlen}


def _route(route: Route, interface: str) -> dict[str, Any]:
    everything = "0.0.0.0/0" if route.version == 4 else "::/0"
    found: dict[str, Any] = {"destination": everything if route.to is None else str(route.to)}
    if route.via is not None:
        found["next-hop-address"] = str(route.via)
    found["next-hop-interface"] = interface
    if route.table is not None:
        found["table-id"] = route.table
    return found


def _rules(wiring: Wiring) -> Iterator[Traced]:
    for each in wiring.interfaces:
        for policy in each.ip.policies:
            rule: dict[str, Any] = {"ip-from": str(policy.source), "priority": policy.table}
            yield Traced(rule | {"route-table": policy.table}, policy.cause)
