"""The resources `DataNetwork`: the physical networks that ports of the system lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Physnet
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.starlingx.resources.common import data_network, resource
from targets.starlingx.system import System


def data_networks(system: System) -> Iterator[dict[str, Any]]:
    """A resource for each physical network, in the order in which ports name them."""
    for ref in physnets(system):
        physnet = system.model.at(ref, Physnet)
        spec = {
            "type": Traced(physnet.type, Cause("how frames are told apart", (f"{ref}.type",))),
            "mtu": Traced(physnet.mtu, Cause("the largest frame", (f"{ref}.mtu",))),
        }
        yield resource("DataNetwork", data_network(ref), spec, Cause("a data network", (str(ref),)))


def physnets(system: System) -> tuple[Ref, ...]:
    """The physical networks of the system's hosts."""
    return tuple(dict.fromkeys(_used(system)))


def _used(system: System) -> Iterator[Ref]:
    for member in system.members:
        spec = member.host.spec
        for link in (*spec.bond.values(), *spec.port.values()):
            if link.physnet is not None:
                yield link.physnet
        for port in spec.port.values():
            if port.sriov is not None and port.sriov.physnet is not None:
                yield port.sriov.physnet


__all__ = ["data_networks", "physnets"]
