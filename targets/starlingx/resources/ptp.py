"""The resources `PtpInstance` and `PtpInterface`: time services, and what they want of ports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from blueprint.model.links import PortUse, port_of
from blueprint.model.starlingx_parts import PtpInstance
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets.starlingx.resources.common import View, resource
from targets.starlingx.system import System

#: Releases whose deployment manager knows one section of parameters only, as a list.
_ONE_SECTION = ("9.0", "10.0", "11.0")
_SECTION = "global"
_DOMAIN = "domainNumber"


@lru_cache(maxsize=1024)
def instance_name(label: str) -> str:
    """The name of the instance of a label."""
    return object_name(label)


def interface_name(label: str, group: str | None = None) -> str:
    """The name of what an instance wants of its ports, or of a group of them."""
    return f"{instance_name(label)}-{'ports' if group is None else object_name(group)}"


def instances(system: System) -> Iterator[dict[str, Any]]:
    """A resource for each instance, and one for its ports where it has any."""
    for label, instance in system.layer.ptp_instance.items():
        here = ("ptp_instance", label)
        service = Cause("the program", (system.path(*here, "service"),))
        spec: dict[str, Any] = {"service": Traced(instance.service.replace("_", "-"), service)}
        parameters, cause = _parameters(system, label, instance)
        if parameters:
            pairs = _pairs(parameters)
            listed = pairs if system.layer.release in _ONE_SECTION else {_SECTION: pairs}
            spec["parameters"] = Traced(listed, cause)
        cause = Cause("a time service", (system.path(*here),))
        yield resource("PtpInstance", instance_name(label), spec, cause)
    for label, instance in system.layer.ptp_instance.items():
        for group in _groups(instance):
            yield _interface(system, label, group)


def _parameters(
    system: System, label: str, instance: PtpInstance
) -> tuple[Mapping[str, str | int], Cause]:
    """The parameters of an instance; what follows another one is told where that speaks, and in which domain."""
    here = ("ptp_instance", label)
    cause = Cause("the stated parameters", (system.path(*here, "parameters"),))
    followed = instance.follows
    if followed is None or followed not in system.layer.ptp_instance:
        return instance.parameters, cause
    found: dict[str, str | int] = {"uds_address": socket_of(followed)}
    domain = system.layer.ptp_instance[followed].parameters.get(_DOMAIN)
    if domain is not None:
        found[_DOMAIN] = domain
    paths = (
        system.path(*here, "follows"),
        system.path("ptp_instance", followed, "parameters"),
        *cause.paths,
    )
    return {**found, **instance.parameters}, Cause("the clock that it follows", paths)


def socket_of(label: str) -> str:
    """Where an instance of ptp4l is asked: config, sysinv puppet/networking.py."""
    return f"/var/run/ptp4l-{instance_name(label)}"


class _Group(NamedTuple):
    """Ports of an instance with the same parameters: the label of the group, None of the instance's own."""

    label: str | None
    ports: tuple[Ref, ...]
    parameters: Mapping[str, str | int]

    def path(self, field: str) -> tuple[str, ...]:
        """The field of the instance that states the ports, or their parameters."""
        if self.label is None:
            return ("ports" if field == "ports" else "port_parameters",)
        return ("port_group", self.label, field)


def _groups(instance: PtpInstance) -> Iterator[_Group]:
    if instance.ports:
        yield _Group(None, instance.ports, instance.port_parameters)
    for label, group in instance.port_group.items():
        yield _Group(label, group.ports, group.parameters)


def _interface(system: System, label: str, group: _Group) -> dict[str, Any]:
    here = ("ptp_instance", label)
    cause = Cause("the ports of a time service", (system.path(*here, *group.path("ports")),))
    spec: dict[str, Any] = {"ptpinstance": Traced(instance_name(label), cause)}
    if group.parameters:
        where = (system.path(*here, *group.path("parameters")),)
        spec["parameters"] = Traced(_pairs(group.parameters), Cause("the stated parameters", where))
    return resource("PtpInterface", interface_name(label, group.label), spec, cause)


def of_port(view: View, port: Ref) -> Iterator[str]:
    """The labels of the instances that are on a port of a host."""
    for label in view.services:
        if any(_is_same(each, port) for each in view.system.layer.ptp_instance[label].all_ports):
            yield label


def wanted_of(view: View, port: Ref) -> Iterator[tuple[str, str]]:
    """What instances want of a port of a host: the name of the resource, and the field that names the port."""
    for label in of_port(view, port):
        for group in _groups(view.system.layer.ptp_instance[label]):
            if any(_is_same(each, port) for each in group.ports):
                path = view.system.path("ptp_instance", label, *group.path("ports"))
                yield interface_name(label, group.label), path


def ports(view: View) -> Iterator[PortUse]:
    """The ports of a host that time services are on."""
    seen: set[Ref] = set()
    for label in view.services:
        for ref in view.system.layer.ptp_instance[label].all_ports:
            port = port_of(ref, view.hardware)
            if port is not None and port.ref not in seen:
                seen.add(port.ref)
                yield port


def _is_same(one: Ref, other: Ref) -> bool:
    return (one.name, one.key or "0") == (other.name, other.key or "0")


def _pairs(parameters: Mapping[str, str | int]) -> list[str]:
    return [f"{key}={value}" for key, value in parameters.items()]


__all__ = [
    "instance_name",
    "instances",
    "interface_name",
    "of_port",
    "ports",
    "socket_of",
    "wanted_of",
]
