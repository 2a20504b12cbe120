"""Plans the values that OpenStack's application is given for each of its charts, beyond those it works out itself.

The application derives nearly all of its values from the system: hosts, data networks, storage, processors and
memory. What is planned here is what a region says beside that, and what a blueprint passes through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprint.model import Host, Physnet
from blueprint.target import Cause
from blueprint.values import Range, Ref
from targets._kubernetes.values import Setting, laid_over, traced, tree
from targets._openstack.option_values import written
from targets._openstack.options import Option, option_catalog
from targets._passthrough.values import as_variable
from targets.starlingx.openstack_app import Region
from targets.starlingx.resources.common import data_network

TOOL = "stx_openstack"
#: Where the charts take a service's own files from: chart, and path of its values.
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "aodh.conf": ("aodh", ("conf", "aodh")),
    "barbican.conf": ("barbican", ("conf", "barbican")),
    "ceilometer.conf": ("ceilometer", ("conf", "ceilometer")),
    "cinder.conf": ("cinder", ("conf", "cinder")),
    "dhcp_agent.ini": ("neutron", ("conf", "dhcp_agent")),
    "glance-api.conf": ("glance", ("conf", "glance")),
    "gnocchi.conf": ("gnocchi", ("conf", "gnocchi")),
    "heat.conf": ("heat", ("conf", "heat")),
    "keystone.conf": ("keystone", ("conf", "keystone")),
    "l3_agent.ini": ("neutron", ("conf", "l3_agent")),
    "metadata_agent.ini": ("neutron", ("conf", "metadata_agent")),
    "ml2_conf.ini": ("neutron", ("conf", "plugins", "ml2_conf")),
    "neutron.conf": ("neutron", ("conf", "neutron")),
    "nova.conf": ("nova", ("conf", "nova")),
    "openvswitch_agent.ini": ("neutron", ("conf", "plugins", "openvswitch_agent")),
    "placement.conf": ("placement", ("conf", "placement")),
    "sriov_agent.ini": ("neutron", ("conf", "plugins", "sriov_agent")),
}
_RATIOS = {
    "cpu_ratio": "cpu_allocation_ratio",
    "ram_ratio": "ram_allocation_ratio",
    "disk_ratio": "disk_allocation_ratio",
}
_NOVA = ("conf", "nova")
_ML2 = ("conf", "plugins", "ml2_conf")


@dataclass(frozen=True, slots=True)
class ChartValue:
    """A value of a chart."""

    chart: str
    setting: Setting


def values(region: Region) -> dict[str, dict[str, Any]]:
    """The values of each chart that is given any, in the order of their names."""
    settings: dict[str, list[Setting]] = {}
    for each in (*derived(region), *_configured(region)):
        settings.setdefault(each.chart, []).append(each.setting)
    stated = stated_values(region)
    found = {}
    for name in sorted({*settings, *stated}):
        given = tree(settings.get(name, ()))
        passed = stated.get(name, {})
        if isinstance(passed, Mapping) and passed:
            path = region.path("tool", TOOL, name)
            given = laid_over(given, traced(as_variable(passed), "a value of the chart", path))
        if given:
            found[name] = given
    return found


def stated_values(region: Region) -> Mapping[str, Any]:
    """What the blueprint itself says of charts."""
    return region.layer.tool.get(TOOL, {})


def derived(region: Region) -> Iterator[ChartValue]:
    """What follows from the region."""
    yield from _of_nova(region)
    yield from _of_neutron(region)
    keystone = region.layer.keystone
    cause = region.cause("how long a token is good for", "keystone", "token_expiry")
    path = ("conf", "keystone", "token", "expiration")
    yield _at("keystone", path, int(keystone.token_expiry) // 10**9, cause)


def _of_nova(region: Region) -> Iterator[ChartValue]:
    nova = region.layer.nova
    if nova.cpu_mode is not None:
        mode = nova.cpu_mode.replace("_", "-")
        cause = region.cause("the processor that guests see", "nova", "cpu_mode")
        yield _at("nova", (*_NOVA, "libvirt", "cpu_mode"), mode, cause)
    if nova.cpu_models:
        models = ",".join(nova.cpu_models)
        cause = region.cause("models of processors that guests see", "nova", "cpu_models")
        yield _at("nova", (*_NOVA, "libvirt", "cpu_models"), models, cause)
    for field, option in _RATIOS.items():
        ratio = getattr(nova, field)
        if ratio is not None:
            cause = region.cause("how far hosts are shared", "nova", field)
            yield _at("nova", (*_NOVA, "DEFAULT", option), ratio, cause)


def _of_neutron(region: Region) -> Iterator[ChartValue]:
    neutron = region.layer.neutron
    if neutron.vni is not None:
        text = f"{neutron.vni.first}:{neutron.vni.last}"
        cause = region.cause("identifiers of tenants' networks", "neutron", "vni")
        yield _at("neutron", (*_ML2, "ml2_type_vxlan", "vni_ranges"), text, cause)
    if neutron.dns_domain is not None:
        cause = region.cause("the domain of guests' names", "neutron", "dns_domain")
        path = ("conf", "neutron", "DEFAULT", "dns_domain")
        yield _at("neutron", path, neutron.dns_domain, cause)
    ranges = [each for ref in physnets(region) for each in _vlan_ranges(region, ref)]
    if ranges:
        paths = tuple(dict.fromkeys(f"{ref}.vlans" for ref in physnets(region)))
        cause = Cause("the VLANs of the data networks", paths)
        where = (*_ML2, "ml2_type_vlan", "network_vlan_ranges")
        yield _at("neutron", where, ",".join(ranges), cause)


def physnets(region: Region) -> tuple[Ref, ...]:
    """The physical networks that the computes have ports on, each once."""
    hosts = region.model.hosts(region.layer.compute)
    return tuple(dict.fromkeys(ref for host in hosts for ref in physnets_of(host)))


def physnets_of(host: Host) -> Iterator[Ref]:
    """The physical networks that a host has ports on."""
    for link in (*host.spec.bond.values(), *host.spec.port.values()):
        if link.physnet is not None:
            yield link.physnet
    for port in host.spec.port.values():
        if port.sriov is not None and port.sriov.physnet is not None:
            yield port.sriov.physnet


def _vlan_ranges(region: Region, ref: Ref) -> Iterator[str]:
    physnet = region.model.at(ref, Physnet)
    if physnet.type == "vlan":
        for each in physnet.vlans:
            first, last = (each.first, each.last) if isinstance(each, Range) else (each, each)
            yield f"{data_network(ref)}:{first}:{last}"


def _configured(region: Region) -> Iterator[ChartValue]:
    """Options of services' own files."""
    known = option_catalog(region.layer.release)
    for service in region.layer.services:
        config: Mapping[str, Any] = getattr(getattr(region.layer, service), "config", {})
        for file, sections in config.items():
            if file not in FILES:
                continue  # a check has said so
            chart, place = FILES[file]
            for section, options in sections.items():
                names: Mapping[str, Option] = known.options(file).section(section) or {}
                for option, value in options.items():
                    path = (service, "config", f'"{file}"', section, option)
                    cause = region.cause("an option of the service itself", *path)
                    text = written(names.get(option), as_variable(value))
                    yield _at(chart, (*place, section, option), _shaped(text), cause)


def _shaped(value: Any) -> Any:
    """A value as the charts' writer of configuration takes it."""
    if isinstance(value, (list, tuple)):
        return {"type": "multistring", "values": [str(item) for item in value]}
    return value


def _at(chart: str, path: tuple[str, ...], value: Any, cause: Cause) -> ChartValue:
    return ChartValue(chart, Setting(path, value, cause))


__all__ = [
    "FILES",
    "TOOL",
    "ChartValue",
    "derived",
    "physnets",
    "physnets_of",
    "stated_values",
    "values",
]
