"""Plans Neutron: its variables, and what of physical networks only its own files can say."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import Physnet
from blueprint.model.openstack_services import Neutron
from blueprint.target import Cause
from blueprint.values import Range
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud

#: The encapsulation that each plug-in uses under Kolla-Ansible, which gives no choice.
OVERLAYS = {"ovn": "geneve", "ovs": "vxlan"}
_PLUGINS = {"ovn": "ovn", "ovs": "openvswitch"}
#: Bytes of payload that Neutron and Kolla-Ansible take for granted.
_ETHERNET = 1500

Options = dict[str, dict[str, Traced]]


def network_variables(cloud: Cloud) -> Iterator[tuple[str, Traced]]:
    """Neutron's variables of globals.yml."""
    neutron = cloud.layer.neutron
    if "neutron" not in cloud.layer.services:
        return
    runs = cloud.path("services")
    plugin = Cause("the mechanism", (cloud.path("neutron", "plugin"), runs))
    yield "neutron_plugin_agent", Traced(_PLUGINS[neutron.plugin], plugin)
    fields = (cloud.path("neutron", "overlay"), cloud.path("neutron", "plugin"), runs)
    overlay = Cause("encapsulation of tenants' networks, the plug-in's own unless stated", fields)
    yield "neutron_tenant_network_types", Traced(overlay_of(neutron), overlay)
    attached = tuple(f"{each.group}.bond" for each in cloud.classes_of("compute"))
    carried = any(
        cloud.physnet_link(each, ref) is not None
        for each in cloud.classes_of("compute")
        for ref in cloud.physnets
    )
    rule = "whether compute hosts carry a physical network"
    provider = Cause(rule, (*attached, cloud.path("compute"), runs))
    yield "enable_neutron_provider_networks", Traced(carried, provider)
    distributed = Cause(
        "whether computes answer for floating addresses",
        (cloud.path("neutron", "distributed_floating_ip"), cloud.path("neutron", "plugin"), runs),
    )
    is_distributed = neutron.distributed_floating_ip
    if neutron.plugin == "ovn":
        yield "neutron_ovn_distributed_fip", Traced(is_distributed, distributed)
    else:
        yield "enable_neutron_dvr", Traced(is_distributed, distributed)
        gateways = sum(1 for _ in cloud.model.hosts(cloud.roles["network"].selection))
        redundant = Cause("routers and DHCP on several gateways", (cloud.field_of("network"), runs))
        yield "enable_neutron_agent_ha", Traced(gateways > 1, redundant)
        servers = _name_servers(cloud)
        if servers is not None:
            value, cause = servers
            yield "neutron_dnsmasq_dns_servers", Traced(",".join(value), cause)


def overlay_of(neutron: Neutron) -> str:
    """The encapsulation of tenants' networks."""
    return neutron.overlay or OVERLAYS[neutron.plugin]


def network_files(cloud: Cloud) -> dict[str, Options]:
    """Options of Neutron's own files, by path below `config/`."""
    if "neutron" not in cloud.layer.services:
        return {}
    found: dict[str, Options] = {}
    service = _mtu_of_all(cloud)
    if service:
        found["neutron.conf"] = {"DEFAULT": service}
    plugin = {**_frame_sizes(cloud), **_ranges(cloud)}
    if plugin:
        found["neutron/ml2_conf.ini"] = plugin
    return found


def _mtu_of_all(cloud: Cloud) -> dict[str, Traced]:
    """Neutron's upper bound for all networks, where any is not Ethernet's."""
    sizes = _sizes(cloud)
    if all(size == _ETHERNET for size, _ in sizes):
        return {}
    cause = Cause(
        "the largest payload of any network that carries tenants' traffic",
        tuple(p for _, p in sizes),
    )
    return {"global_physnet_mtu": Traced(max(size for size, _ in sizes), cause)}


def _frame_sizes(cloud: Cloud) -> Options:
    """The payload of the overlay's network and of each physical one, where any is not Ethernet's."""
    if all(size == _ETHERNET for size, _ in _sizes(cloud)):
        return {}
    tenant, field = cloud.network_of("tenant")
    found: dict[str, Traced] = {}
    if tenant in cloud.networks:
        cause = Cause(
            "the payload of the network that carries the overlay", (f"{tenant}.mtu", field)
        )
        found["path_mtu"] = Traced(cloud.networks[tenant].mtu, cause)
    if cloud.physnets:
        declared = cloud.model.of(Physnet)
        listed = ",".join(f"{name}:{declared[ref].mtu}" for ref, name in cloud.physnets.items())
        paths = tuple(f"{ref}.mtu" for ref in cloud.physnets)
        rule = "the payload of each physical network"
        found["physical_network_mtus"] = Traced(listed, Cause(rule, paths))
    return {"ml2": found}


def _sizes(cloud: Cloud) -> list[tuple[int, str]]:
    tenant, _ = cloud.network_of("tenant")
    declared = cloud.model.of(Physnet)
    sizes = [(declared[ref].mtu, f"{ref}.mtu") for ref in cloud.physnets]
    if tenant in cloud.networks:
        sizes.append((cloud.networks[tenant].mtu, f"{tenant}.mtu"))
    return sizes


def _ranges(cloud: Cloud) -> Options:
    """VLANs, flat networks and overlay identifiers, which Kolla-Ansible leaves to Neutron's files."""
    declared = cloud.model.of(Physnet)
    tagged = [(r, name) for r, name in cloud.physnets.items() if declared[r].type == "vlan"]
    flat = [(r, name) for r, name in cloud.physnets.items() if declared[r].type == "flat"]
    found: Options = {}
    if tagged:
        paths = tuple(f"{ref}.vlans" for ref, _ in tagged)
        listed = ",".join(_vlan_ranges(name, declared[ref]) for ref, name in tagged)
        cause = Cause("the VLANs of each physical network", paths)
        found["ml2_type_vlan"] = {"network_vlan_ranges": Traced(listed, cause)}
    if cloud.physnets:
        paths = tuple(f"{ref}.type" for ref in cloud.physnets)
        cause = Cause("physical networks whose frames carry no tags", paths)
        listed = ",".join(name for _, name in flat)
        found["ml2_type_flat"] = {"flat_networks": Traced(listed, cause)}
    vni = cloud.layer.neutron.vni
    if vni is not None:
        cause = Cause("network identifiers of the overlay", (cloud.path("neutron", "vni"),))
        section = f"ml2_type_{overlay_of(cloud.layer.neutron)}"
        found[section] = {"vni_ranges": Traced(f"{vni.first}:{vni.last}", cause)}
    servers = _name_servers(cloud)
    if servers is not None and cloud.layer.neutron.plugin == "ovn":
        found["ovn"] = {"dns_servers": Traced(",".join(servers[0]), servers[1])}
    return found


def _vlan_ranges(name: str, physnet: Physnet) -> str:
    """One physical network's part of `network_vlan_ranges`; its name alone allows any VLAN to operators."""
    if not physnet.vlans:
        return name
    bounds = [(v.first, v.last) if isinstance(v, Range) else (v, v) for v in physnet.vlans]
    return ",".join(f"{name}:{first}:{last}" for first, last in sorted(bounds))


def _name_servers(cloud: Cloud) -> tuple[tuple[str, ...], Cause] | None:
    """The site's name servers, for networks that name none: Kolla-Ansible's own are public ones."""
    if cloud.site is None:
        return None
    ref, site = cloud.site
    found = tuple(str(server) for server in site.dns if not isinstance(server, str))
    if not found:
        return None
    return found, Cause("the site's name servers, for networks that name none", (f"{ref}.dns",))
