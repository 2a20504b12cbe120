"""Settings of networks: Neutron's drivers and ranges, OVN or Open vSwitch on the nodes, their bridges.

The charts find the interface of tunnels by the route to a subnet, so nodes with other names of interfaces need
nothing; a bridge's interface has to be named, and differs by profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from blueprint.model import Physnet
from blueprint.target import Cause
from blueprint.values import Range, Ref
from targets._formats.page import Traced
from targets.openstack_helm.cloud import (
    CONTROL_LABEL,
    NETWORK_LABEL,
    PROFILE_LABEL,
    ROUTER_LABEL,
    Cloud,
    Profile,
)
from targets.openstack_helm.settings import ChartSetting, at

OVERLAYS = {"ovn": "geneve", "ovs": "vxlan"}
_ETHERNET = 1500
#: Servers of a database that survives the loss of one.
_QUORUM = 3
_LONGEST_INTERFACE = 15
_ML2 = ("conf", "plugins", "ml2_conf")


def network(cloud: Cloud) -> Iterator[ChartSetting]:
    """All of it, by chart."""
    if not cloud.has("neutron"):
        return
    yield from _backend(cloud)
    yield from _drivers(cloud)
    yield from _ranges(cloud)
    yield from _frames(cloud)
    yield from _names(cloud)
    if cloud.layer.neutron.plugin == "ovn":
        yield from _ovn(cloud)
    else:
        yield from _open_vswitch(cloud)
    yield from _functions(cloud)


def overlay_of(cloud: Cloud) -> str:
    """The encapsulation of tenants' networks."""
    neutron = cloud.layer.neutron
    return neutron.overlay or OVERLAYS[neutron.plugin]


def bridge_of(cloud: Cloud, physnet: Ref) -> str:
    """The bridge of a physical network: after its name where that fits an interface's."""
    name = f"br-{cloud.physnets[physnet]}"
    if len(name) <= _LONGEST_INTERFACE:
        return name
    return f"br-ex{list(cloud.physnets).index(physnet) + 1}"


def has_functions(cloud: Cloud) -> bool:
    """Whether computes have virtual functions for guests' ports."""
    return any(
        link.functions_physnet is not None
        for profile in cloud.profiles_of("compute")
        for link in profile.links
    )


def _backend(cloud: Cloud) -> Iterator[ChartSetting]:
    plugin = cloud.layer.neutron.plugin
    listed = ["ovn" if plugin == "ovn" else "openvswitch"]
    paths = [cloud.path("neutron", "plugin")]
    if has_functions(cloud):
        listed.append("sriov")
        paths += [f"{p.group}.port" for p in cloud.profiles_of("compute") if p.spec.port]
    cause = Cause("the mechanisms of the nodes", tuple(paths))
    for name in ("neutron", "nova", "libvirt"):
        if name in cloud.charts and cloud.reads(name, "network", "backend"):
            yield at(name, "network.backend", listed, cause)
    if plugin != "ovn":
        return
    # What OVN has no use for, and its own agent (values_overrides/neutron/ovn.yaml of the project).
    for part in (
        "daemonset_dhcp_agent", "daemonset_l3_agent", "daemonset_metadata_agent",
        "daemonset_netns_cleanup_cron", "deployment_rpc_server",
    ):  # fmt: skip
        yield at("neutron", ("manifests", part), value=False, cause=cause)
    yield at("neutron", "manifests.daemonset_ovn_metadata_agent", value=True, cause=cause)


def _drivers(cloud: Cloud) -> Iterator[ChartSetting]:
    neutron = cloud.layer.neutron
    plugin = cloud.path("neutron", "plugin")
    overlay = Cause(
        "encapsulation of tenants' networks", (cloud.path("neutron", "overlay"), plugin)
    )
    types = [*dict.fromkeys(("flat", "vlan", overlay_of(cloud)))]
    yield at("neutron", (*_ML2, "ml2", "type_drivers"), ",".join(types), overlay)
    yield at("neutron", (*_ML2, "ml2", "tenant_network_types"), overlay_of(cloud), overlay)
    mechanisms = ["ovn"] if neutron.plugin == "ovn" else ["openvswitch", "l2population"]
    paths = [plugin]
    if has_functions(cloud):
        mechanisms.append("sriovnicswitch")
        paths += [f"{p.group}.port" for p in cloud.profiles_of("compute") if p.spec.port]
    if cloud.has("ironic"):
        mechanisms.append("baremetal")
        paths.append(cloud.path("services"))
    cause = Cause("the mechanisms of the nodes", tuple(paths))
    yield at("neutron", (*_ML2, "ml2", "mechanism_drivers"), ",".join(mechanisms), cause)
    features = [
        ("qos", neutron.qos, "qos"),
        ("trunk", neutron.trunk, "trunk"),
        ("port_forwarding", neutron.port_forwarding, "port_forwarding"),
    ]
    plugins = ["ovn-router" if neutron.plugin == "ovn" else "router"]
    plugins += [name for name, wanted, _ in features if wanted]
    paths = [plugin, *(cloud.path("neutron", field) for _, _, field in features)]
    listed = Cause("features of the network service", tuple(paths))
    default = ("conf", "neutron", "DEFAULT")
    yield at("neutron", (*default, "service_plugins"), ",".join(plugins), listed)
    extensions = ["port_security", *(["qos"] if neutron.qos else [])]
    yield at("neutron", (*_ML2, "ml2", "extension_drivers"), ",".join(extensions), listed)
    yield at("neutron", (*default, "l3_ha_network_type"), overlay_of(cloud), overlay)
    if neutron.dns_domain is not None:
        domain = Cause("domain of guests' names", (cloud.path("neutron", "dns_domain"),))
        yield at("neutron", (*default, "dns_domain"), neutron.dns_domain, domain)


def _ranges(cloud: Cloud) -> Iterator[ChartSetting]:
    """VLANs, flat networks and overlay identifiers."""
    tagged = [(r, n) for r, n in cloud.physnets.items() if cloud.physnet(r).type == "vlan"]
    flat = [(r, n) for r, n in cloud.physnets.items() if cloud.physnet(r).type == "flat"]
    if tagged:
        paths = tuple(f"{ref}.vlans" for ref, _ in tagged)
        listed = ",".join(_vlan_ranges(name, cloud.physnet(ref)) for ref, name in tagged)
        cause = Cause("the VLANs of each physical network", paths)
        yield at("neutron", (*_ML2, "ml2_type_vlan", "network_vlan_ranges"), listed, cause)
    paths = tuple(f"{ref}.type" for ref in cloud.physnets) or (cloud.path("neutron"),)
    cause = Cause("physical networks whose frames carry no tags", paths)
    names = ",".join(name for _, name in flat)
    yield at("neutron", (*_ML2, "ml2_type_flat", "flat_networks"), names, cause)
    vni = cloud.layer.neutron.vni
    if vni is not None:
        cause = Cause("network identifiers of the overlay", (cloud.path("neutron", "vni"),))
        section = f"ml2_type_{overlay_of(cloud)}"
        yield at("neutron", (*_ML2, section, "vni_ranges"), f"{vni.first}:{vni.last}", cause)


def _vlan_ranges(name: str, physnet: Physnet) -> str:
    if not physnet.vlans:
        return name
    bounds = [(v.first, v.last) if isinstance(v, Range) else (v, v) for v in physnet.vlans]
    return ",".join(f"{name}:{first}:{last}" for first, last in sorted(bounds))


def _frames(cloud: Cloud) -> Iterator[ChartSetting]:
    """Sizes of frames, where any is not Ethernet's."""
    tenant, field = cloud.network_of("tenant")
    sizes = [(cloud.physnet(ref).mtu, f"{ref}.mtu") for ref in cloud.physnets]
    if tenant in cloud.networks:
        sizes.append((cloud.networks[tenant].mtu, f"{tenant}.mtu"))
    if all(size == _ETHERNET for size, _ in sizes):
        return
    rule = "the largest payload of any network that carries tenants' traffic"
    cause = Cause(rule, tuple(path for _, path in sizes))
    largest = max(size for size, _ in sizes)
    yield at("neutron", ("conf", "neutron", "DEFAULT", "global_physnet_mtu"), largest, cause)
    if tenant in cloud.networks:
        carried = Cause("the payload of the overlay's network", (f"{tenant}.mtu", field))
        yield at("neutron", (*_ML2, "ml2", "path_mtu"), cloud.networks[tenant].mtu, carried)
    if cloud.physnets:
        listed = ",".join(f"{name}:{cloud.physnet(r).mtu}" for r, name in cloud.physnets.items())
        each = Cause(
            "the payload of each physical network", tuple(f"{ref}.mtu" for ref in cloud.physnets)
        )
        yield at("neutron", (*_ML2, "ml2", "physical_network_mtus"), listed, each)


def _names(cloud: Cloud) -> Iterator[ChartSetting]:
    """The site's name servers, for networks that name none."""
    if cloud.site is None:
        return
    ref, site = cloud.site
    servers = ",".join(str(each) for each in site.dns if not isinstance(each, str))
    if not servers:
        return
    cause = Cause("the site's name servers, for networks that name none", (f"{ref}.dns",))
    if cloud.layer.neutron.plugin == "ovn":
        yield at("neutron", (*_ML2, "ovn", "dns_servers"), servers, cause)
    else:
        path = ("conf", "dhcp_agent", "DEFAULT", "dnsmasq_dns_servers")
        yield at("neutron", path, servers, cause)


def tunnel_subnet(cloud: Cloud) -> tuple[str, Cause] | None:
    """The subnet whose route names the interface of tunnels on every node."""
    tenant, field = cloud.network_of("tenant")
    declared = cloud.networks.get(tenant)
    if declared is None or declared.cidr is None:
        return None
    return str(declared.cidr), Cause("the network of the overlay", (f"{tenant}.cidr", field))


def _ovn(cloud: Cloud) -> Iterator[ChartSetting]:
    neutron = cloud.layer.neutron
    overlay = Cause(
        "encapsulation between nodes",
        (cloud.path("neutron", "overlay"), cloud.path("neutron", "plugin")),
    )
    yield at("ovn", "conf.ovn_encap_type", overlay_of(cloud), overlay)
    floating = Cause(
        "whether computes answer for floating addresses themselves",
        (cloud.path("neutron", "distributed_floating_ip"),),
    )
    path = (*_ML2, "ovn", "enable_distributed_floating_ip")
    yield at("neutron", path, neutron.distributed_floating_ip, floating)
    subnet = tunnel_subnet(cloud)
    if subnet is not None:
        yield at("ovn", "network.interface.tunnel_network_cidr", *subnet)
    yield from _databases(cloud)
    profiles = cloud.profiles_of("network", "compute")
    ours = ("overrides", "ovn_controller", "labels")
    yield from by_profile(profiles, "ovn", ours, lambda p: _bridges(cloud, p))


def _databases(cloud: Cloud) -> Iterator[ChartSetting]:
    """Where OVN's databases run. The chart would have them on the gateways, of which there may be too few."""
    gateways, servers = len(cloud.roles["network"]), len(cloud.control_hosts)
    if gateways >= min(servers, _QUORUM):
        return
    paths = (cloud.field_of("network"), cloud.path("control"))
    cause = Cause("databases on as many hosts as they have servers", paths)
    for part in ("ovn_ovsdb_nb", "ovn_ovsdb_sb", "ovn_northd"):
        yield at("ovn", ("labels", part, "node_selector_key"), CONTROL_LABEL, cause)


def _bridges(cloud: Cloud, profile: Profile) -> dict[tuple[str, ...], Traced]:
    """Bridges of a profile's nodes with their interfaces, and what they are to OVN."""
    links = {
        ref: link for ref in cloud.physnets if (link := profile.link_of_physnet(ref)) is not None
    }
    fields = tuple(f"{profile.group}.{'.'.join(each.field)}" for each in profile.links)
    named = Cause(
        "the interface that is part of each physical network", fields or (str(profile.group),)
    )
    mappings = ",".join(f"{cloud.physnets[ref]}:{bridge_of(cloud, ref)}" for ref in links)
    added = {bridge_of(cloud, ref): link for ref, link in links.items()}
    zone = profile.zone or "nova"
    why = Cause(
        "the availability zone of the nodes", (f"{profile.group}.rack", f"{profile.group}.site")
    )
    return {
        ("conf", "ovn_bridge_mappings"): Traced(mappings, named),
        ("conf", "auto_bridge_add"): Traced(added, named),
        ("conf", "ovn_cms_options"): Traced(f"availability-zones={zone}", why),
        ("conf", "ovn_cms_options_gw_enabled"): Traced(
            f"enable-chassis-as-gw,availability-zones={zone}", why
        ),
    }


def _open_vswitch(cloud: Cloud) -> Iterator[ChartSetting]:
    agent = ("conf", "plugins", "openvswitch_agent")
    overlay = Cause("encapsulation between nodes", (cloud.path("neutron", "overlay"),))
    yield at("neutron", (*agent, "agent", "tunnel_types"), overlay_of(cloud), overlay)
    distributed = cloud.layer.neutron.distributed_floating_ip
    floating = Cause(
        "whether computes answer for floating addresses themselves",
        (cloud.path("neutron", "distributed_floating_ip"),),
    )
    yield at("neutron", ("conf", "neutron", "DEFAULT", "router_distributed"), distributed, floating)
    yield at("neutron", (*agent, "agent", "enable_distributed_routing"), distributed, floating)
    subnet = tunnel_subnet(cloud)
    if subnet is not None:
        yield at("neutron", "network.interface.tunnel_network_cidr", *subnet)
    several = sum(1 for _ in cloud.model.hosts(cloud.gateways)) > 1
    redundant = Cause("routers on several gateways", (cloud.field_of("network"),))
    yield at("neutron", ("conf", "neutron", "DEFAULT", "l3_ha"), several, redundant)
    profiles = cloud.profiles_of("network", "compute")
    place = ("conf", "overrides", "neutron_ovs-agent", "labels")
    yield from by_profile(profiles, "neutron", place, lambda p: _switch_bridges(cloud, p))
    yield from _agents(cloud, profiles, floating)


def _agents(cloud: Cloud, profiles: tuple[Profile, ...], floating: Cause) -> Iterator[ChartSetting]:
    """Where routers and DHCP servers run. The chart would have them on the control plane, which has no switch."""
    leads = Cause("the hosts that lead to the outside", (cloud.field_of("network"),))
    yield at("neutron", "labels.agent.dhcp.node_selector_key", NETWORK_LABEL, leads)
    routers = Cause("the hosts that have routers", (*leads.paths, *floating.paths))
    for agent in ("agent.l3", "agent.metadata", "netns_cleanup_cron"):
        yield at("neutron", f"labels.{agent}.node_selector_key", ROUTER_LABEL, routers)
    if cloud.layer.neutron.distributed_floating_ip:
        place = ("conf", "overrides", "neutron_l3-agent", "labels")
        yield from by_profile(profiles, "neutron", place, lambda p: _router_mode(cloud, p, routers))


def _router_mode(cloud: Cloud, profile: Profile, cause: Cause) -> dict[tuple[str, ...], Traced]:
    """What distributed routers do on nodes: those of computes alone translate no shared addresses."""
    leads = any(host.ref in cloud.roles["network"] for host in profile.hosts)
    mode = Traced("dvr_snat" if leads else "dvr", cause)
    return {("conf", "l3_agent", "DEFAULT", "agent_mode"): mode}


def _switch_bridges(cloud: Cloud, profile: Profile) -> dict[tuple[str, ...], Traced]:
    found = _bridges(cloud, profile)
    mappings = found[("conf", "ovn_bridge_mappings")]
    return {
        ("conf", "plugins", "openvswitch_agent", "ovs", "bridge_mappings"): mappings,
        ("conf", "auto_bridge_add"): found[("conf", "auto_bridge_add")],
    }


def _functions(cloud: Cloud) -> Iterator[ChartSetting]:
    """Which port leads to which physical network, for virtual functions."""
    if not has_functions(cloud):
        return
    profiles = [
        p for p in cloud.profiles_of("compute") if any(k.functions_physnet for k in p.links)
    ]
    place = ("conf", "overrides", "neutron_sriov-agent", "labels")
    yield from by_profile(tuple(profiles), "neutron", place, lambda p: _devices(cloud, p))


def _devices(cloud: Cloud, profile: Profile) -> dict[tuple[str, ...], Traced]:
    pairs = [
        f"{cloud.physnets[link.functions_physnet]}:{port.interface}"
        for link in profile.links
        if link.functions_physnet is not None
        for port in link.ports
    ]
    cause = Cause("ports with virtual functions, and where they lead", (f"{profile.group}.port",))
    path = ("conf", "plugins", "sriov_agent", "sriov_nic", "physical_device_mappings")
    return {path: Traced(",".join(pairs), cause)}


def by_profile(
    profiles: tuple[Profile, ...],
    chart: str,
    place: tuple[str, ...],
    values: Callable[[Profile], dict[tuple[str, ...], Traced]],
) -> Iterator[ChartSetting]:
    """Values that profiles agree on, once; where they differ, each one's below its label at `place`.

    Of the two forms of overrides, one takes whole values by `LABEL::VALUE`, the other configuration in
    a list of labels (helm-toolkit's `daemonset_overrides_root` and `daemonset_overrides`).
    """
    of_profile = {profile.name: values(profile) for profile in profiles}
    first = next(iter(of_profile.values()), {})
    plain = [{path: _plain(t.value) for path, t in each.items()} for each in of_profile.values()]
    if all(each == plain[0] for each in plain):
        for path, traced in first.items():
            yield at(chart, path, traced.value, traced.cause)
        return
    cause = Cause(
        "nodes that differ, by the label of their profile",
        tuple(dict.fromkeys(str(p.group) for p in profiles)),
    )
    if place[0] == "overrides":
        entries = {
            f"{PROFILE_LABEL}::{name}": {"values": _nested(each)}
            for name, each in of_profile.items()
        }
        yield at(chart, place, entries, cause)
        return
    listed = [
        {"label": {"key": PROFILE_LABEL, "values": [name]}, "conf": _nested(each)["conf"]}
        for name, each in of_profile.items()
    ]
    yield at(chart, place, listed, cause)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value


def _nested(entries: dict[tuple[str, ...], Traced]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in entries.items():
        place = tree
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
    return tree
