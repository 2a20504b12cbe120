"""Plans the install values of a subcloud: how its first controller is installed over its management controller.

What follows from the rest is not asked: the type from configuration, kernel and console; the interface from the
port that carries OAM; the address and its router from the OAM network. User and password of the management
controller are a secret, which the run-book brings.
"""

from __future__ import annotations

from typing import Any

from blueprint.fleet import links_in
from blueprint.model import Network
from blueprint.model.links import Link, port_of
from blueprint.target import Cause
from blueprint.values import Ip
from targets._formats.page import Traced
from targets.starlingx.resources.common import View
from targets.starlingx.system import Member, System

#: The types by what is installed, on the serial console; the graphical console has the one after each.
_TYPES = {("standard", "standard"): 0, ("aio", "standard"): 2, ("aio", "low_latency"): 4}
_MIB = 2**20


def install_values(system: System) -> dict[str, Any]:
    """What `dcmanager subcloud add --install-values` takes, but for the user of the management controller."""
    if system.first is None:
        return {}
    host, install = system.first.host, system.layer.install
    found: dict[str, Any] = {"install_type": _type(system, system.first)}
    link = _link(system, system.first)
    if install.interface is not None:
        port = port_of(install.interface, system.model.hardware(host))
        cause = Cause("the stated port", (system.path("install", "interface"),))
        if port is not None:
            found["bootstrap_interface"] = Traced(port.interface, cause)
    elif link is not None and link.ports:
        paths = (f"{host.ref}.{'.'.join(link.field)}", system.path("networks", "oam"))
        cause = Cause("the port that carries OAM", paths)
        found["bootstrap_interface"] = Traced(link.ports[0].interface, cause)
    found.update(_vlan(system, link))
    found.update(_addresses(system))
    found.update(_disk(system, system.first))
    if host.bmc_address is not None:
        cause = Cause("the management controller of controller-0", (f"{host.ref}.bmc.address",))
        found["bmc_address"] = Traced(str(host.bmc_address), cause)
    found.update(_options(system))
    return found


def bootstrap_address(system: System) -> tuple[Ip, Cause] | None:
    """The address of the first controller while it is installed and bootstrapped."""
    stated = system.layer.install.address
    if stated is not None:
        return stated, Cause("the stated address", (system.path("install", "address"),))
    floating = system.layer.oam.floating
    if not floating:
        return None
    return floating[0], Cause("the floating OAM address", (system.path("oam", "floating"),))


def router(system: System) -> tuple[Ip, Cause] | None:
    """The router during the installation: as stated, or that of the OAM network in the address's family."""
    stated = system.layer.install.gateway
    if stated is not None:
        return stated, Cause("the stated router", (system.path("install", "gateway"),))
    address, known = bootstrap_address(system), system.network("oam")
    if address is None or known is None:
        return None
    ref, network = known
    for field, each in (("gateway", network.gateway), ("gateway6", network.gateway6)):
        if each is not None and each.version == address[0].version:
            return each, Cause("the router of the OAM network", (f"{ref}.{field}",))
    return None


def _type(system: System, first: Member) -> Traced:
    kind = "aio" if system.layer.is_all_in_one else "standard"
    kernel = first.host.spec.kernel if kind == "aio" else "standard"
    number = _TYPES[kind, kernel] + (system.layer.install.console == "graphical")
    paths = (
        system.path("config"),
        f"{first.host.ref}.kernel",
        system.path("install", "console"),
    )
    return Traced(number, Cause("what is installed, with which kernel and console", paths))


def _link(system: System, first: Member) -> Link | None:
    """What carries OAM on the first controller."""
    known = system.network("oam")
    if known is None:
        return None
    hardware = system.model.hardware(first.host)
    links = links_in(system.model, first.host.spec, hardware, system.model.of(Network))
    return next((link for link in links if known[0] in link.networks), None)


def _vlan(system: System, link: Link | None) -> dict[str, Any]:
    stated = system.layer.install.vlan
    if stated is not None:
        cause = Cause("the stated VLAN", (system.path("install", "vlan"),))
        return {"bootstrap_vlan": Traced(stated, cause)}
    known = system.network("oam")
    is_own = (
        system.layer.install.interface is None
    )  # of another port nobody knows what is tagged there
    if known is None or link is None or not is_own or link.native == known[0]:
        return {}
    ref, network = known
    cause = Cause("the VLAN of the OAM network", (f"{ref}.vlan", system.path("networks", "oam")))
    return {} if network.vlan is None else {"bootstrap_vlan": Traced(network.vlan, cause)}


def _addresses(system: System) -> dict[str, Any]:
    found: dict[str, Any] = {}
    address = bootstrap_address(system)
    known = system.network("oam")
    if address is not None:
        found["bootstrap_address"] = Traced(str(address[0]), address[1])
        if known is not None:
            subnet = known[1].subnet_of(address[0])
            cause = Cause("the OAM subnet", (f"{known[0]}.{known[1].field_of(address[0])}",))
            found["bootstrap_address_prefix"] = Traced(subnet.prefixlen, cause)
    gateway = router(system)
    if gateway is not None:
        found["nexthop_gateway"] = Traced(str(gateway[0]), gateway[1])
    return found


def _disk(system: System, first: Member) -> dict[str, Any]:
    """The disk of the system, where its path is known."""
    view = View(system, first)
    if view.system_disk is None:
        return {}
    path, field = next(iter(view.disks(view.system_disk[0])), (None, ""))
    if path is None:
        return {}
    cause = Cause("the disk of the system", (field, system.path("system_disk")))
    return {key: Traced(path, cause) for key in ("rootfs_device", "boot_device")}


def _options(system: System) -> dict[str, Any]:
    """What is stated beyond what is needed."""
    install, found = system.layer.install, {}

    def cause(field: str) -> Cause:
        return Cause("as stated", (system.path("install", field),))

    if install.persistent_size is not None:
        size = -(-int(install.persistent_size) // _MIB)
        found["persistent_size"] = Traced(size, cause("persistent_size"))
    if install.boot_parameters:
        joined = ",".join(install.boot_parameters)
        found["extra_boot_params"] = Traced(joined, cause("boot_parameters"))
    if install.wipe_osds:
        found["wipe_osds"] = Traced(value=True, cause=cause("wipe_osds"))
    if not install.verify_certificate:
        found["no_check_certificate"] = Traced(value=True, cause=cause("verify_certificate"))
    return found


__all__ = ["bootstrap_address", "install_values", "router"]
