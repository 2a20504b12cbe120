"""Plans Open vSwitch with DPDK: variables of its hosts, its configuration, and steps around the deployment.

Kolla-Ansible's role writes `ovs-dpdkctl.conf` on each host unless it is there, and has no variable for the
cores that poll nor for the ports' driver. So the file is made here, and a step puts it in place before the
deployment. The role's own way to give the bridge its address is ifupdown's; a unit of systemd does it on every system.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from blueprint.model.links import Link
from blueprint.target import Artifact, Cause, Step
from targets._formats.page import Page, Traced
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.commands import on_hosts
from targets.kolla_ansible.dpdk import (
    bridge_mappings,
    bridge_of,
    control_mask,
    dpdk_classes,
    dpdk_links,
    driver_of,
    overlay_link,
    polling_mask,
    port_block,
    port_mappings,
    socket_memory,
)
from targets.kolla_ansible.dpdk_checks import RULES, check_dpdk
from targets.kolla_ansible.subject import Columns, Files, Subject

_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."
#: Where the role looks for its configuration on a host (`node_config_directory`).
_PLACE = "/etc/kolla/ovsdpdk-db"
_UNIT = "oib-overlay-address.service"
_AGENT_FILE = "neutron/openvswitch_agent.ini"
_ETHERNET = 1500
#: What Kolla-Ansible takes (roles/ovs-dpdk/defaults/main.yml).
_MEMORY_CHANNELS = 4
_HUGE_PAGES = "/dev/hugepages"


def _why(cloud: Cloud, hosts: HostClass, *more: str) -> tuple[str, ...]:
    roles = [role for role in ("network", "compute") if cloud.has_role(hosts, role)]
    named = dict.fromkeys(cloud.field_of(role) for role in roles)
    return (*more, cloud.path("neutron", "datapath"), *named, cloud.path("services"))


def _blocks(hosts: HostClass, links: Iterable[Link]) -> tuple[str, ...]:
    return tuple(path for link in links for path in hosts.link_paths(link))


def _mapping_paths(hosts: HostClass, links: tuple[Link, ...]) -> tuple[str, ...]:
    return (*_blocks(hosts, links), *(str(link.physnet) for link in links if link.physnet))


def _class_variables(cloud: Cloud, hosts: HostClass) -> Iterator[tuple[str, Traced]]:
    links = dpdk_links(cloud, hosts)
    if not links:
        return
    on = Cause("hosts with a port that DPDK drives", _why(cloud, hosts, *_blocks(hosts, links)))
    yield "enable_ovs_dpdk", Traced(value=True, cause=on)
    paths = _why(cloud, hosts, *_mapping_paths(hosts, links))
    bridges = Cause("a bridge for each physical network, and one for the overlay alone", paths)
    yield "ovs_bridge_mappings", Traced(bridge_mappings(cloud, hosts), bridges)
    ports = Cause("the ports that DPDK drives, and the bridge of each", paths)
    yield "ovs_port_mappings", Traced(port_mappings(cloud, hosts), ports)
    carried = [link for link in links if link.physnet is not None]
    if carried:
        named = ",".join(bridge_of(cloud, link) for link in carried)
        yield "neutron_bridge_name", Traced(named, bridges)
    memory = Cause("memory of the virtual switch on each NUMA node, in MiB", _memory_paths(hosts))
    yield "ovs_socket_mem", Traced(socket_memory(cloud, hosts), memory)
    link = overlay_link(cloud, hosts)
    if link is not None:
        _, field = cloud.network_of("tenant")
        rule = "the overlay's address moves from the DPDK port to its bridge"
        cause = Cause(rule, _why(cloud, hosts, field, *_mapping_paths(hosts, (link,))))
        yield "tunnel_interface", Traced(bridge_of(cloud, link), cause)
        yield "dpdk_tunnel_interface", Traced(bridge_of(cloud, link), cause)


def _memory_paths(hosts: HostClass) -> tuple[str, ...]:
    return (f"{hosts.group}.memory.vswitch", f"{hosts.spec.hardware}.cpu.sockets")


def _columns(cloud: Cloud, hosts: HostClass) -> Columns:
    """Each host's address on the overlay: the bridge that has it is not there before the deployment."""
    link = overlay_link(cloud, hosts)
    tenant, field = cloud.network_of("tenant")
    table = cloud.model.addresses.tables.get(tenant, {})
    if link is None or not all(ref in table for ref in hosts.refs):
        return
    texts = [cloud.model.addresses.text(ref, tenant) or "" for ref in hosts.refs]
    paths = (f"{hosts.path}.address.{tenant}", field, *_blocks(hosts, (link,)))
    cause = Cause("the host's address on the network of tenants' overlay", paths)
    yield "tunnel_interface_address", texts, cause
    yield "dpdk_tunnel_interface_address", texts, cause
    bridge = bridge_of(cloud, link)
    lengths = [table[ref].subnet.prefixlen for ref in hosts.refs]
    values = [f"{bridge}:{text}/{n}" for text, n in zip(texts, lengths, strict=True)]
    yield "ovs_cidr_mappings", values, cause


def _class_files(cloud: Cloud, hosts: HostClass) -> Files:
    """The firewall in Open vSwitch itself where DPDK moves frames, past the kernel's.

    Other hosts with an agent say that they have none of it, so that the option is not for all.
    """
    links = dpdk_links(cloud, hosts)
    if not links:
        has_agent = cloud.has_role(hosts, "network") or cloud.has_role(hosts, "compute")
        return {_AGENT_FILE: {}} if has_agent and dpdk_classes(cloud) else {}
    fields = _why(cloud, hosts, *_blocks(hosts, links))
    cause = Cause("security groups where DPDK moves frames", fields)
    driver = {"firewall_driver": Traced("openvswitch", cause)}
    return {_AGENT_FILE: {"securitygroup": driver}}


def _artifacts(cloud: Cloud) -> Iterator[Artifact]:
    for each in dpdk_classes(cloud):
        yield _configuration(cloud, each)
        if overlay_link(cloud, each) is not None:
            yield _unit(cloud, each)


def _configuration(cloud: Cloud, hosts: HostClass) -> Artifact:
    links = dpdk_links(cloud, hosts)
    mappings = Cause("ports that DPDK drives, and their bridges", _mapping_paths(hosts, links))
    fields = tuple(f"{path}.driver" for path in _blocks(hosts, links) if ".port." in path)
    cards = tuple(f"{hosts.spec.hardware}.{link.ports[0].ref.family}.pci" for link in links)
    devices = Cause("PCI addresses and drivers of the ports", (*fields, *dict.fromkeys(cards)))
    cores = (f"{hosts.group}.cores", f"{hosts.spec.hardware}.cpu")
    own = Cause(
        "what Kolla-Ansible takes unless told otherwise", (cloud.path("neutron", "datapath"),)
    )
    drivers = dict.fromkeys(driver_of(hosts, link) for link in links)
    page = Page()
    page.line(f"# {_NOTICE}")
    page.line("[ovs]", mappings)
    page.line(f"bridge_mappings = {bridge_mappings(cloud, hosts)}", mappings)
    page.line(f"port_mappings = {port_mappings(cloud, hosts)}", mappings)
    page.line("cidr_mappings = {{ ovs_cidr_mappings }}", mappings)
    page.line(
        f"ovs_coremask = {control_mask(cloud, hosts)}", Cause("a core of the platform", cores)
    )
    page.line(f"pmd_coremask = {polling_mask(cloud, hosts)}", Cause("the cores that poll", cores))
    channels = cloud.layer.tool.get("kolla_ansible", {}).get("ovs_mem_channels", _MEMORY_CHANNELS)
    stated = (cloud.path("tool", "kolla_ansible"), cloud.path("neutron", "datapath"))
    page.line(
        f"ovs_mem_channels = {channels}", Cause("channels of memory, four unless stated", stated)
    )
    memory = Cause("memory of the virtual switch on each NUMA node, in MiB", _memory_paths(hosts))
    page.line(f"ovs_socket_mem = {socket_memory(cloud, hosts)}", memory)
    page.line(f"dpdk_interface_driver = {next(iter(drivers))}", devices)
    page.line(f"hugepage_mountpoint = {_HUGE_PAGES}", own)
    page.line("physical_port_policy = named", own)
    listed = " ".join(f"-a {link.ports[0].pci}" for link in links)
    page.line(f"pci_whitelist = {listed}", devices)
    for link in links:
        page.line(f"[{link.name}]", devices)
        page.line(f"address = {link.ports[0].pci}", devices)
        page.line(f"driver = {driver_of(hosts, link)}", devices)
    return page.artifact(f"kolla_ansible/{_file(hosts, 'conf')}")


def _unit(cloud: Cloud, hosts: HostClass) -> Artifact:
    link = overlay_link(cloud, hosts)
    assert link is not None
    bridge = bridge_of(cloud, link)
    tenant, field = cloud.network_of("tenant")
    device = f"sys-subsystem-net-devices-{bridge}.device"
    paths = (field, *_mapping_paths(hosts, (link,)), f"{tenant}.mtu")
    cause = Cause("the overlay's address on the bridge of its DPDK port", paths)
    page = Page()
    page.line(f"# {_NOTICE}")
    for line in (
        "[Unit]",
        f"Description=Address of the overlay on {bridge}",
        f"BindsTo={device}",
        f"After={device}",
        "",
        "[Service]",
        "Type=oneshot",
        "RemainAfterExit=yes",
        f"ExecStart=ip address replace {{{{ ovs_cidr_mappings.split(':')[1] }}}} dev {bridge}",
        f"ExecStart=ip link set dev {bridge} up",
        "",
        "[Install]",
        f"WantedBy={device}",
    ):
        page.line(line, cause if line else None)
    return page.artifact(f"kolla_ansible/{_file(hosts, 'service')}")


def _file(hosts: HostClass, form: str) -> str:
    return f"dpdk/{hosts.inventory_group}.{form}"


def _prepares(cloud: Cloud) -> Iterator[Step]:
    commands: list[str] = []
    checks: list[str] = []
    for each in dpdk_classes(cloud):
        there = f"{on_hosts(cloud, each.inventory_group)} -b"
        drivers = dict.fromkeys(driver_of(each, link) for link in dpdk_links(cloud, each))
        modules = "\\n".join(drivers)
        wanted: list[Sequence[str]] = [
            ("package", "name=crudini state=present"),
            ("copy", f'content="{modules}\\n" dest=/etc/modules-load.d/oib-dpdk.conf mode=0644'),
            *(("command", f"modprobe {driver}") for driver in drivers),
            ("file", f"path={_PLACE} state=directory mode=0770"),
            ("template", f"src={_file(each, 'conf')} dest={_PLACE}/ovs-dpdkctl.conf mode=0660"),
        ]
        if overlay_link(cloud, each) is not None:
            unit = f"dest=/etc/systemd/system/{_UNIT} mode=0644"
            wanted.append(("template", f"src={_file(each, 'service')} {unit}"))
            wanted.append(("systemd_service", f"name={_UNIT} daemon_reload=true enabled=true"))
        commands += [f"{there} -m {module} -a {shlex.quote(given)}" for module, given in wanted]
        checks.append(
            f"{there} -m command -a 'crudini --get {_PLACE}/ovs-dpdkctl.conf ovs pmd_coremask'"
        )
    if commands:
        yield Step(
            title="Prepare the hosts that run Open vSwitch with DPDK",
            needs=(
                "huge pages and cores are set apart on these hosts, and they have started since",
                "no guests on these hosts: a change of their ports interrupts all traffic",
            ),
            commands=tuple(commands),
            checks=tuple(checks),
            gives=(f"`{_PLACE}/ovs-dpdkctl.conf`, which the deployment takes as it is",),
        )


def _steps(cloud: Cloud) -> Iterator[Step]:
    """What only Open vSwitch's own database holds: queues and payload of ports, the tag of the overlay."""
    engine = cloud.layer.kolla_ansible.container_engine
    commands = [
        f"{on_hosts(cloud, each.inventory_group)} -b -m command -a "
        + shlex.quote(f"{engine} exec ovsdpdk_db ovs-vsctl {words}")
        for each in dpdk_classes(cloud)
        for words in _settings(cloud, each)
    ]
    groups = [each.inventory_group for each in dpdk_classes(cloud)]
    if groups:
        show = shlex.quote(f"{engine} exec ovsdpdk_db ovs-vsctl show")
        yield Step(
            title=f"{'Set up' if commands else 'Look at'} the ports that DPDK drives",
            commands=tuple(commands),
            checks=tuple(f"{on_hosts(cloud, group)} -b -m command -a {show}" for group in groups),
        )


def _settings(cloud: Cloud, hosts: HostClass) -> Iterator[str]:
    for link in dpdk_links(cloud, hosts):
        queues = port_block(hosts, link).rx_queues
        words = [f"options:n_rxq={queues}"] if queues is not None else []
        if link.mtu != _ETHERNET:
            words.append(f"mtu_request={link.mtu}")
        if words:
            yield f"set Interface {link.name} {' '.join(words)}"
    link_in = overlay_link(cloud, hosts)
    if link_in is None:
        return
    tenant, _ = cloud.network_of("tenant")
    network, bridge = cloud.networks[tenant], bridge_of(cloud, link_in)
    if network.vlan is not None and link_in.native != tenant:
        yield f"set Port {bridge} tag={network.vlan}"
    if network.mtu != _ETHERNET:
        yield f"set Interface {bridge} mtu_request={network.mtu}"


SUBJECT = Subject(
    name="dpdk",
    class_variables=_class_variables,
    columns=_columns,
    class_files=_class_files,
    artifacts=_artifacts,
    prepares=_prepares,
    steps=_steps,
    is_repeated=True,
    check=check_dpdk,
    rules=RULES,
    derived_variables={
        "enable_ovs_dpdk": "`datapath` of `neutron` and of the hosts' ports",
        "ovs_datapath": "`datapath` of `neutron` and of the hosts' ports",
        "ovs_bridge_mappings": "`physnet` of the hosts' DPDK ports",
        "ovs_port_mappings": "`physnet` of the hosts' DPDK ports",
        "ovs_cidr_mappings": "`networks { tenant }`",
        "ovs_hugepage_mountpoint": "nothing: huge pages are where the host mounts them",
        "ovs_physical_port_policy": "nothing: ports are named",
        "ovs_socket_mem": "`memory { vswitch }` of the hosts",
        "tunnel_interface_address": "`networks { tenant }`",
        "dpdk_tunnel_interface": "`networks { tenant }`",
        "dpdk_tunnel_interface_address": "`networks { tenant }`",
    },
    derived_options={
        ("neutron", "ovs", "datapath_type"): "`datapath` of `neutron` and of the hosts' ports",
    },
)
