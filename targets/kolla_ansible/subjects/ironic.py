"""Plans Ironic: networks of nodes, the agent that installs them, inspection, and the compute service over it.

Nodes get their addresses of Neutron while they are installed and cleaned, since Ironic makes ports for
them. One that is inspected is answered by a DHCP server of Kolla-Ansible's own, which boots the agent.
Up to 2025.1 the agent reports to a service beside Ironic, the inspector; later to Ironic itself.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.model import Network
from blueprint.model.baremetal import neutron_network
from blueprint.model.openstack_services import Ironic
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from blueprint.values import FileRef, Ip, Range, Ref
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.commands import folder_of
from targets.kolla_ansible.limits import unusable_text
from targets.kolla_ansible.subject import Files, Subject, Variables

#: Kolla-Ansible's names for the agent's files (roles/ironic/tasks/config.yml).
_AGENT = {"kernel": "ironic-agent.kernel", "ramdisk": "ironic-agent.initramfs"}
#: Where the containers put them, in the volume that the conductor shares with its servers of files.
_SERVED = {"ipxe": "/var/lib/ironic/httpboot", "pxe": "/var/lib/ironic/tftpboot"}
_INSPECTOR, _SWITCH = "ironic-inspector", "enable_ironic_inspector"
_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%\[\]-]+").fullmatch
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9-]+")
_FILES = {
    "ironic.conf": "",
    **dict.fromkeys(
        ("ironic-api.conf", "ironic-conductor.conf", "ironic-prometheus-exporter.conf"),
        "ironic.conf",
    ),
}


def _settings(cloud: Cloud) -> Ironic | None:
    return cloud.layer.ironic if "ironic" in cloud.layer.services else None


def _has(cloud: Cloud, service: str) -> bool:
    return any(service == each for each in cloud.layer.services)


def _variables(cloud: Cloud) -> Variables:
    ironic, runs = _settings(cloud), cloud.path("services")
    if ironic is None:
        return
    yield "enable_ironic", Traced(value=True, cause=Cause("runs if it is listed", (runs,)))
    field = "provisioning" if ironic.cleaning is None else "cleaning"
    name = neutron_network(cloud.layer, ironic.cleaning or ironic.provisioning)
    if name is not None:
        cause = _network_cause(cloud, "the network that nodes are cleaned over", field)
        yield "ironic_cleaning_network", Traced(name, cause)
    yield from _inspection(cloud, ironic)
    booted = Cause("how nodes load their first system", (cloud.path("ironic", "boot"), runs))
    yield "ironic_dnsmasq_serve_ipxe", Traced(ironic.boot == "ipxe", booted)
    if _has(cloud, "neutron"):
        bound = Cause("Neutron is told which physical networks nodes are on", (runs,))
        yield "enable_ironic_neutron_agent", Traced(value=True, cause=bound)
        if cloud.layer.neutron.plugin == "ovn":
            paths = (cloud.path("neutron", "plugin"), runs)
            rule = "OVN answers no bare-metal server, so Neutron's own agents do"
            yield "neutron_ovn_dhcp_agent", Traced(value=True, cause=Cause(rule, paths))


def _network_cause(cloud: Cloud, rule: str, field: str) -> Cause:
    stated = (cloud.path("ironic", field), cloud.path("ironic", "provisioning"))
    networks = (cloud.path("provider_network"), cloud.path("external_network"))
    return Cause(rule, tuple(dict.fromkeys((*stated, *networks, cloud.path("services")))))


def _inspection(cloud: Cloud, ironic: Ironic) -> Variables:
    field, known = cloud.path("ironic", "inspection"), cloud.catalog.variables
    runs = (field, cloud.path("services"))
    is_inspected = ironic.inspection is not None
    by_dhcp = Cause("a DHCP server for nodes that are inspected", (*runs, cloud.path("release")))
    if "enable_ironic_dnsmasq" in known:
        yield "enable_ironic_dnsmasq", Traced(is_inspected, by_dhcp)
    if _SWITCH in known:
        yield _SWITCH, Traced(is_inspected, by_dhcp)
    if ironic.inspection is None:
        if "enable_ironic_dnsmasq" not in known:
            yield "ironic_dnsmasq_dhcp_ranges", Traced([], by_dhcp)
        return
    network = cloud.networks[ironic.inspection]
    ranges = [_range(cloud, network, each) for each in network.dhcp]
    parts = ("dhcp", "cidr", "gateway", "segment")
    paths = tuple(f"{ironic.inspection}.{part}" for part in parts)
    site = () if cloud.site is None else (f"{cloud.site[0]}.ntp",)
    given = Cause("addresses for nodes that are inspected", (*paths, *runs, *site))
    yield "ironic_dnsmasq_dhcp_ranges", Traced(ranges, given)


def _range(cloud: Cloud, network: Network, each: Range | Ip) -> dict[str, Any]:
    """A range with its mask, router and clock, for nodes on its subnet or behind a relay.

    Router and clock end with a line break: the template has one in a place where Ansible takes it
    away, so that the next option would stand in the same line (roles/ironic/templates/ironic-dnsmasq.conf.j2).
    """
    first, last = (each.first, each.last) if isinstance(each, Range) else (each, each)
    cidr, gateway = network.cidr, network.gateway
    for segment in network.segment.values():
        if first in segment.cidr:
            cidr, gateway = segment.cidr, segment.gateway
    found: dict[str, Any] = {"range": f"{first},{last},{cidr.netmask}"}
    if gateway is not None:
        found["routers"] = f"{gateway}\n"
    clocks = [] if cloud.site is None else [s for s in cloud.site[1].ntp if not isinstance(s, str)]
    if clocks:
        found["ntp_server"] = f"{clocks[0]}\n"
    return found


def _reached_over(cloud: Cloud, hosts: HostClass) -> Ref | None:
    """The network over which nodes reach these controllers: the provisioning one where they are on it."""
    ironic = _settings(cloud)
    if ironic is None or not cloud.has_role(hosts, "control"):
        return None
    return ironic.provisioning if hosts.link(ironic.provisioning) is not None else None


def _class_variables(cloud: Cloud, hosts: HostClass) -> Variables:
    ironic = _settings(cloud)
    if ironic is None or not cloud.has_role(hosts, "control"):
        return
    wanted = [
        ("ironic_http_interface", _reached_over(cloud, hosts), "provisioning", "fetch files from"),
        ("ironic_tftp_interface", _reached_over(cloud, hosts), "provisioning", "fetch files from"),
        ("ironic_dnsmasq_interface", ironic.inspection, "inspection", "get addresses from"),
    ]
    for name, network, field, what in wanted:
        link = None if network is None else hosts.link(network)
        if network is not None and link is not None:
            fields = (cloud.path("ironic", field), cloud.field_of("control"))
            paths = (*fields, *hosts.link_paths(link), f"{network}.vlan", cloud.path("services"))
            cause = Cause(f"the interface that nodes {what}", paths)
            yield name, Traced(link.networks[network], cause)
    custom = "nova_compute_ironic_custom_host"
    is_known = custom in cloud.catalog.variables and _has(cloud, "nova")
    if is_known and _compute_host(cloud) in hosts.refs:
        rule = "the compute service of bare metal keeps its name when it moves"
        named = _NOT_A_NAME.sub("-", cloud.layer.region).strip("-")
        cause = Cause(rule, (cloud.path("region"), cloud.path("services"), cloud.path("release")))
        yield custom, Traced(named, cause)


def _compute_host(cloud: Cloud) -> Ref | None:
    """The one host that runs the compute service of bare metal."""
    return next((host.ref for host in cloud.model.hosts(cloud.layer.control)), None)


def _groups(cloud: Cloud) -> Iterator[tuple[str, Traced]]:
    """One compute service over all nodes: several would take them from each other."""
    first = _compute_host(cloud)
    if _settings(cloud) is None or first is None or not _has(cloud, "nova"):
        return
    fields = (cloud.path("control"), cloud.path("services"))
    cause = Cause("one compute service for all bare-metal servers", fields)
    yield "nova-compute-ironic", Traced({"hosts": {cloud.model.host[first].name: {}}}, cause)


def _files(cloud: Cloud) -> Files:
    ironic = _settings(cloud)
    if ironic is None:
        return {}
    runs = cloud.path("services")
    wiped = Cause(
        "whether disks are wiped between two users", (cloud.path("ironic", "clean"), runs)
    )
    agent = Cause(
        "the agent's files, where its server of files has them",
        (cloud.path("ironic", "boot"), cloud.path("ironic", "deploy_image"), runs),
    )
    served = _SERVED[ironic.boot]
    conductor = {
        "automated_clean": Traced(ironic.clean, wiped),
        "deploy_kernel": Traced(f"file://{served}/{_AGENT['kernel']}", agent),
        "deploy_ramdisk": Traced(f"file://{served}/{_AGENT['ramdisk']}", agent),
    }
    sections: dict[str, dict[str, Traced]] = {"DEFAULT": _defaults(cloud, ironic)}
    sections["conductor"] = conductor
    name = neutron_network(cloud.layer, ironic.provisioning)
    if name is not None:
        rule = "the network that nodes are installed over"
        cause = _network_cause(cloud, rule, "provisioning")
        sections["neutron"] = {"provisioning_network": Traced(name, cause)}
    if ironic.inspection is not None and not _has_inspector(cloud):
        rule = "nodes that are inspected boot from the DHCP server beside Ironic"
        unmanaged = Cause(rule, (cloud.path("ironic", "inspection"), runs))
        sections["inspector"] = {"require_managed_boot": Traced(value=False, cause=unmanaged)}
    files = {"ironic.conf": {name: found for name, found in sections.items() if found}}
    files.update(_own_files(cloud))
    if _has(cloud, "neutron") and cloud.layer.neutron.plugin == "ovn":
        paths = (cloud.path("neutron", "plugin"), runs)
        rule = "Neutron's own agents answer bare-metal servers, and OVN keeps silent"
        silent = Traced(value=True, cause=Cause(rule, paths))
        files["neutron/ml2_conf.ini"] = {"ovn": {"disable_ovn_dhcp_for_baremetal_ports": silent}}
    return files


def _defaults(cloud: Cloud, ironic: Ironic) -> dict[str, Traced]:
    found: dict[str, Traced] = {}
    if ironic.boot == "pxe":
        booted = Cause("how nodes load their first system", (cloud.path("ironic", "boot"),))
        found["default_boot_interface"] = Traced("pxe", booted)
    if ironic.inspection is not None:
        by = "inspector" if _has_inspector(cloud) else "agent"
        fields = (cloud.path("ironic", "inspection"), cloud.path("release"))
        cause = Cause("what nodes report to when they are inspected", fields)
        found["enabled_inspect_interfaces"] = Traced(f"{by},redfish,no-inspect", cause)
        found["default_inspect_interface"] = Traced(by, cause)
    return found


def _has_inspector(cloud: Cloud) -> bool:
    """Whether nodes report to a service beside Ironic in this release."""
    return _INSPECTOR in cloud.catalog.groups


def _own_files(cloud: Cloud) -> dict[str, dict[str, dict[str, Traced]]]:
    """The address of each controller's TFTP server: Kolla-Ansible's template has that of its API."""
    files: dict[str, dict[str, dict[str, Traced]]] = {}
    text = cloud.model.addresses.text
    for each in cloud.every_class():
        network = _reached_over(cloud, each)
        if network is None:
            continue
        for ref, name in zip(each.refs, each.names, strict=True):
            address = text(ref, network)
            if address is not None and ref in _control(cloud):
                paths = (f"{ref}.address.{network}", cloud.path("ironic", "provisioning"))
                fields = (*paths, cloud.path("control"), cloud.path("services"))
                cause = Cause("where nodes fetch their first system", fields)
                own = {"pxe": {"tftp_server": Traced(address, cause)}}
                files[f"ironic/{name}/ironic.conf"] = own
    return files


def _control(cloud: Cloud) -> frozenset[Ref]:
    return frozenset(host.ref for host in cloud.model.hosts(cloud.layer.control))


def _supplies(cloud: Cloud) -> Iterator[Step]:
    ironic = _settings(cloud)
    if ironic is None:
        return
    place = f"{folder_of(cloud)}/config/ironic"
    needs: list[str] = []
    commands = [f"install -d -m 0750 {place}"]
    for part, name in _AGENT.items():
        source = getattr(ironic.deploy_image, part)
        if isinstance(source, FileRef):
            needs.append(
                f"`{cloud.configuration_folder}/config/ironic/{name}`, which is `{source}` beside the blueprint"
            )
        else:
            commands.append(f"curl -fL --retry 3 -o {place}/{name} {shlex.quote(source)}")
    yield Step(
        title="Put the agent that installs bare-metal servers in its place",
        needs=tuple(needs),
        commands=tuple(commands),
        checks=tuple(f"test -s {place}/{name}" for name in _AGENT.values()),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    ironic = _settings(cloud)
    if ironic is None:
        return
    for part in _AGENT:
        source = getattr(ironic.deploy_image, part)
        if not isinstance(source, FileRef) and not _URL(source):
            span = spans.at(cloud.ref, "ironic", "deploy_image", part)
            yield unusable_text(span, part, source, '`file("…")`, or a URL of `http` or `https`')


SUBJECT = Subject(
    name="ironic",
    variables=_variables,
    class_variables=_class_variables,
    files=_files,
    groups=_groups,
    supplies=_supplies,
    check=_check,
    derived_variables={
        "enable_ironic": "`services`",
        "enable_ironic_dnsmasq": "`ironic { inspection }`",
        "enable_ironic_neutron_agent": "`services`",
        _SWITCH: "`ironic { inspection }`",
        "ironic_cleaning_network": "`ironic { cleaning }`",
        "ironic_dnsmasq_dhcp_ranges": "`dhcp` of the network for inspection",
        "ironic_dnsmasq_interface": "`ironic { inspection }`",
        "ironic_dnsmasq_serve_ipxe": "`ironic { boot }`",
        "ironic_http_interface": "`ironic { provisioning }`",
        "ironic_tftp_interface": "`ironic { provisioning }`",
        "neutron_ovn_dhcp_agent": "`services`",
        "nova_compute_ironic_custom_host": "`region`",
    },
    derived_options={
        ("ironic", "conductor", "automated_clean"): "`ironic { clean }`",
        ("ironic", "conductor", "deploy_kernel"): "`ironic { deploy_image { kernel } }`",
        ("ironic", "conductor", "deploy_ramdisk"): "`ironic { deploy_image { ramdisk } }`",
        ("ironic", "DEFAULT", "default_boot_interface"): "`ironic { boot }`",
        ("ironic", "neutron", "provisioning_network"): "`ironic { provisioning }`",
        ("ironic", "neutron", "cleaning_network"): "`ironic { cleaning }`",
        ("ironic", "pxe", "tftp_server"): "`ironic { provisioning }`",
    },
    config_files={"ironic": _FILES},
)
