"""The lock file: which host has which address, under version control, so that it stays.

Versioned, sorted JSON beside the main file, one for each (`lock_beside`). Addresses only, by network and identity of the host;
those of hosts that are gone are kept as retired, so that nobody else gets them, until pruned.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprint.diagnostics import Diagnostic, addresses
from blueprint.loader import DATA_LIMIT, Loader, lock_beside
from blueprint.recursion import read_json
from blueprint.source import Source

VERSION = 1


@dataclass(frozen=True)
class Lock:
    """Addresses as numbers, by network and host; `retired` are those of hosts that are gone."""

    hosts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    retired: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    #: The same for the second family of networks that have both; always IPv6.
    second: Lock | None = None


def read_lock(loader: Loader) -> Lock | Diagnostic | None:
    """The lock beside the blueprint; None where there is none."""
    path = lock_beside(loader.main)
    if not loader.exists(path):
        return None
    source = loader.text(path, None, DATA_LIMIT)
    if isinstance(source, Diagnostic):
        return addresses.lock_broken(path, source.message)
    try:
        return _parsed(source)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        why = str(error).splitlines()[0] if str(error) else "it is no lock file"
        return addresses.lock_broken(path, why)


def _parsed(source: Source) -> Lock:
    raw = read_json(source.text)
    if raw["version"] != VERSION:
        raise ValueError(f"it has version {raw['version']}, this compiler reads {VERSION}")
    second = Lock(_table(raw.get("addresses6", {})), _table(raw.get("retired6", {})))
    has_second = second.hosts or second.retired
    return Lock(
        _table(raw["addresses"]), _table(raw.get("retired", {})), second if has_second else None
    )


def _table(raw: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, int]]:
    return {
        network: {host: int(ipaddress.ip_address(address)) for host, address in hosts.items()}
        for network, hosts in raw.items()
    }


def printed(lock: Lock, versions: Mapping[str, int]) -> str:
    """The text of a lock file; `versions` tells the address family of each network."""
    document: dict[str, Any] = {
        "version": VERSION,
        "addresses": _shown(lock.hosts, versions),
        "retired": _shown(lock.retired, versions),
    }
    if lock.second is not None:
        in_second = dict.fromkeys((*lock.second.hosts, *lock.second.retired), 6)
        shown = {
            "addresses6": _shown(lock.second.hosts, in_second),
            "retired6": _shown(lock.second.retired, in_second),
        }
        document |= {name: table for name, table in shown.items() if table}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _shown(
    table: Mapping[str, Mapping[str, int]], versions: Mapping[str, int]
) -> dict[str, dict[str, str]]:
    def text(network: str, number: int) -> str:
        if versions.get(network, 4 if number < 2**32 else 6) == 4:
            return str(ipaddress.IPv4Address(number))
        return str(ipaddress.IPv6Address(number))

    return {
        network: {host: text(network, hosts[host]) for host in sorted(hosts)}
        for network, hosts in sorted(table.items())
        if hosts
    }
