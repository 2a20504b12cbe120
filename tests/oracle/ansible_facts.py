"""Turns a hand-written facts file into what Ansible's `setup` would have found on each host.

The file states what a person sees on the machines (interfaces, addresses, operating system); it is
written from the hardware's side and never from a blueprint, so that a wrong interface name in the
emitted inventory meets a host that does not have it.
"""

import ipaddress
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


def host_facts(path: Path) -> dict[str, dict[str, Any]]:
    """Return host -> Ansible facts, keys prefixed as in a fact cache."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        host: {
            f"ansible_{name}": value
            for name, value in {
                **document["everywhere"],
                **_names(host),
                **_interfaces(stated["interfaces"]),
                **stated.get("facts", {}),
            }.items()
        }
        for host, stated in document["hosts"].items()
    }


def write_cache(facts: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """Fill a jsonfile fact cache, in the shapes that ansible-core reads before and since 2.19."""
    folder.mkdir(parents=True, exist_ok=True)
    for host, values in facts.items():
        text = json.dumps(values, sort_keys=True)
        (folder / host).write_text(text, encoding="utf-8")
        (folder / f"s1_{host}").write_text(json.dumps({"__payload__": text}), encoding="utf-8")


def _names(host: str) -> dict[str, Any]:
    short = host.split(".", 1)[0]
    return {"hostname": short, "nodename": short, "fqdn": host}


def _interfaces(stated: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
    facts: dict[str, Any] = {"interfaces": ["lo", *stated], "all_ipv4_addresses": []}
    for name, given in stated.items():
        settings = given or {}
        interface: dict[str, Any] = {
            "active": True,
            "device": name,
            "mtu": settings.get("mtu", 1500),
            "type": "bonding" if name.startswith("bond") and "." not in name else "ether",
        }
        if "ipv4" in settings:
            address = ipaddress.ip_interface(settings["ipv4"])
            interface["ipv4"] = {
                "address": str(address.ip),
                "broadcast": str(address.network.broadcast_address),
                "netmask": str(address.netmask),
                "network": str(address.network.network_address),
                "prefix": str(address.network.prefixlen),
            }
            facts["all_ipv4_addresses"].append(str(address.ip))
        facts[name.replace("-", "_")] = interface
    return facts
