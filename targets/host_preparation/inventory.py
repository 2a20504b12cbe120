"""The inventory of a layer: hosts with their addresses, and what holds for all hosts of a class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from blueprint.model.links import PortUse
from blueprint.model.security import HostSecurity
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._formats.yaml import Rows
from targets.host_preparation.kernel import (
    kernel_arguments,
    kernel_package,
    module_options,
    modules,
    page_files,
)
from targets.host_preparation.layer import HostClass, Preparation
from targets.host_preparation.packages import packages
from targets.host_preparation.ports import namings
from targets.host_preparation.security import PLACES, expiry, features, remembered, said
from targets.host_preparation.storage import shares, volume_groups
from targets.host_preparation.surroundings import environment

FAMILY_FACTS = {"debian": "Debian", "redhat": "RedHat"}


def plan_hosts(layer: Preparation) -> dict[str, Any]:
    """The hosts by class, each with the address that it is reached at."""
    return {
        each.inventory_group: Traced(
            {"hosts": _rows(layer, each)},
            Cause("hosts that are prepared alike share a group", (str(each.group),)),
        )
        for each in layer.classes
    }


def _rows(layer: Preparation, each: HostClass) -> Rows:
    name = Cause("the host's name", (f"{each.path}.name",))
    columns: dict[str, Sequence[str]] = {}
    causes: list[Cause] = []
    if each.management is not None:
        text = layer.model.addresses.text
        addresses = [text(host.ref, each.management) or "" for host in each.hosts]
        rule = "hosts are reached at their address on the network of the internal API, or the first"
        paths = (f"{each.path}.address.{each.management}", *each.management_cause)
        for column in ("ansible_host", "oib_address"):
            columns[column] = addresses
            causes.append(Cause(rule, paths))
    if any(naming.pci is None and naming.is_boot_port for naming in namings(each)):
        columns["oib_boot_mac"] = [str(host.boot_mac) for host in each.hosts]
        causes.append(Cause("the address of the boot port", (f"{each.path}.boot.mac",)))
    refs, names = [host.ref for host in each.hosts], [host.name for host in each.hosts]
    return Rows(refs, names, name, columns, tuple(causes))


def class_variables(layer: Preparation, each: HostClass) -> Mapping[str, Traced]:
    """The variables of a class. All text in them is data: Ansible evaluates none of it."""
    found = {
        "ansible_user": Traced(
            each.spec.user, Cause("the user that deployment tools log in as", (each.field("user"),))
        ),
        "oib_class": Traced(
            each.inventory_group, Cause("where the files of the class lie", (str(each.group),))
        ),
        "oib_os_family": Traced(
            FAMILY_FACTS[each.family], Cause("the family of the host system", (each.field("os"),))
        ),
        "oib_packages": Traced(list(packages(layer, each)), _about(each, "packages of the hosts")),
        "oib_interfaces": Traced(
            [
                Traced(port.interface, _port_cause(each, port))
                for link in each.links
                if link.datapath == "kernel"
                for port in link.ports
            ],
            _about(each, "ports that the hosts must have", f"{each.spec.hardware}.nic"),
        ),
    }
    found.update(_conditional(layer, each))
    return found


def _conditional(layer: Preparation, each: HostClass) -> Iterator[tuple[str, Traced]]:
    """Variables that some class of the layer needs: empty for the others."""
    site = layer.site(each)
    if site is not None:
        ref, declared = site
        cause = Cause("the time zone of the site", (f"{ref}.timezone", each.field("site")))
        yield "oib_timezone", Traced(declared.timezone, cause)
    arguments = list(kernel_arguments(each))
    yield "oib_kernel_arguments", Traced(arguments, _about(each, "arguments of the kernel"))
    files = [
        Traced(name, lines[0].cause)
        for name, lines in (
            ("grub.cfg", arguments if each.family == "debian" else []),
            ("hugepages.conf", list(page_files(each))),
            ("modprobe.conf", list(module_options(each))),
            ("modules.conf", list(modules(each))),
        )
        if lines
    ]
    yield "oib_kernel_files", Traced(files, _about(each, "files that say something"))
    yield "oib_modules", Traced(list(modules(each)), _about(each, "modules that are loaded"))
    package = kernel_package(each)
    if package is not None:
        yield "oib_kernel_package", package
    yield (
        "oib_environment",
        Traced(environment(layer, each), _about(each, "the proxy of the hosts")),
    )
    yield (
        "oib_volume_groups",
        Traced(list(volume_groups(layer, each)), _about(each, "disks that volumes are kept on")),
    )
    yield "oib_shares", Traced(list(shares(layer, each)), _about(each, "shares that are mounted"))
    yield "oib_named_ports", Traced(list(_named(each)), _about(each, "ports without stated names"))
    functions = [
        Traced(
            {"port": link.name, "count": made.vfs, "driver": _DRIVERS[made.driver]},
            Cause("virtual functions of a port", (each.field(*link.field, "sriov"),)),
        )
        for link in each.links
        if (made := each.functions(link)) is not None
    ]
    yield from _guards(each)
    yield "oib_virtual_functions", Traced(functions, _about(each, "virtual functions of ports"))


def _guards(each: HostClass) -> Iterator[tuple[str, Traced]]:
    """What guards the hosts, where anything is stated."""
    told = each.spec.security
    if told == HostSecurity():
        return
    if told.lsm is not None:
        cause = Cause("the state of the system's security module", (each.field("security", "lsm"),))
        yield "oib_lsm", Traced(told.lsm, cause)
    files = [name for name in PLACES if said(each, name)]
    stated = Cause("files of what guards the hosts", (each.field("security"),))
    yield "oib_guards", Traced(files, stated)
    yield "oib_features", Traced(features(each), stated)
    days = expiry(each)
    if days is not None:
        yield "oib_password_days", days
    last = remembered(each)
    if last is not None:
        yield "oib_remember", last


_DRIVERS = {"netdevice": "kernel", "vfio": "vfio-pci"}


def _port_cause(each: HostClass, port: PortUse) -> Cause:
    names = f"{each.spec.hardware}.nic.{port.ref.name}.names"
    return _about(each, "a port that the hosts must have", names)


def _named(each: HostClass) -> Iterator[Traced]:
    for naming in namings(each):
        nic = f"{each.spec.hardware}.{naming.port.ref.family}"
        if naming.pci is not None:
            cause = Cause("a port is named by its PCI address", (f"{nic}.pci", f"{nic}.names"))
            value = {"name": naming.port.interface, "match": f"Path=pci-{naming.pci}"}
            yield Traced(value, cause)


def boot_ports(each: HostClass) -> tuple[str, ...]:
    """Names of ports that only the address of the boot port tells."""
    return tuple(n.port.interface for n in namings(each) if n.pci is None and n.is_boot_port)


def _about(each: HostClass, rule: str, *more: str) -> Cause:
    return Cause(rule, (str(each.group), *more))
