"""What Kolla-Ansible's networking can't do: virtual functions, DPDK, load balancers, DNS; rules and wording."""

from __future__ import annotations

from collections.abc import Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span

VPN = Rule("OIB6050", "vpn-not-offered")
FUNCTIONS_PHYSNET = Rule("OIB6051", "functions-without-physnet")
SCHEDULER_FILTER = Rule("OIB6052", "scheduler-filter-missing")
DPDK_PLUGIN = Rule("OIB6053", "dpdk-without-openvswitch")
DPDK_SYSTEM = Rule("OIB6054", "dpdk-on-unsupported-system")
DPDK_BOND = Rule("OIB6055", "dpdk-bond")
OVERLAY_BESIDE_DPDK = Rule("OIB6056", "overlay-beside-dpdk")
NETWORK_ON_DPDK = Rule("OIB6057", "network-on-dpdk-port")
KERNEL_BESIDE_DPDK = Rule("OIB6058", "kernel-link-beside-dpdk")
DATAPATHS = Rule("OIB6059", "datapaths-differ")
BALANCERS_NETWORK = Rule("OIB6060", "load-balancers-without-network")
CONTROLLERS_OFF = Rule("OIB6061", "controllers-off-load-balancer-network")
BALANCERS_PHYSNET = Rule("OIB6062", "load-balancer-network-off-physnet")
PROVIDER = Rule("OIB6063", "load-balancer-provider-not-offered")
DUAL_STACK = Rule("OIB6064", "dual-stack-network")
NAME_SERVERS_OFF = Rule("OIB6065", "name-servers-off-network")
AMPHORA_ADDRESSES = Rule("OIB6066", "amphorae-without-addresses")
DPDK_FAMILY = Rule("OIB6067", "ipv6-overlay-on-dpdk")
DPDK_ADDRESS = Rule("OIB6068", "dpdk-port-without-address")
NO_ZONE = Rule("OIB6069", "dns-service-without-zone")

_OFF_MANAGEMENT = "the network between controllers and amphorae"


def vpn_not_offered(span: Span, release: str, plugin_span: Span) -> Diagnostic:
    """VPNs on OVN in a release that has no agent for them."""
    labels = () if plugin_span == span else (Label(plugin_span, "the mechanism is OVN"),)
    return Diagnostic(
        VPN,
        span,
        f"Kolla-Ansible {release} runs no agent for VPNs on OVN",
        labels=labels,
        hint="write `plugin = ovs`, take `vpn` out, or deploy 2026.1 or later",
    )


def functions_without_physnet(span: Span, port: str) -> Diagnostic:
    """Virtual functions that lead nowhere Neutron knows."""
    return Diagnostic(
        FUNCTIONS_PHYSNET,
        span,
        f"virtual functions of `{port}` lead to no physical network",
        hint="set `physnet = physnet.…` in `sriov`, or on the port",
    )


def scheduler_filter_missing(
    span: Span, missing: Sequence[tuple[str, str, Span]], wanted: Sequence[str]
) -> Diagnostic:
    """A list of scheduler filters of one's own that lacks what the blueprint needs."""
    names = [f"`{name}`" for name, _, _ in missing]
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return Diagnostic(
        SCHEDULER_FILTER,
        span,
        f"the filters lack {joined}",
        labels=tuple(Label(where, f"needs `{name}`: {why}") for name, why, where in missing[:2]),
        hint=f"take the option out, or write `[{', '.join(chr(34) + n + chr(34) for n in wanted)}]`",
    )


def dpdk_without_openvswitch(span: Span, plugin_span: Span) -> Diagnostic:
    """DPDK with OVN."""
    labels = () if plugin_span == span else (Label(plugin_span, "the mechanism is OVN"),)
    return Diagnostic(
        DPDK_PLUGIN,
        span,
        "Kolla-Ansible runs DPDK with Open vSwitch's own agents only, not with OVN",
        labels=labels,
        hint="write `plugin = ovs`, or use virtual functions (`sriov`) for guests that need speed",
    )


def dpdk_on_unsupported_system(span: Span, system: str) -> Diagnostic:
    """DPDK on a system for which there are no images of it."""
    return Diagnostic(
        DPDK_SYSTEM,
        span,
        f"Kolla-Ansible has no Open vSwitch with DPDK for `{system}`",
        hint="use Debian or Ubuntu, for the hosts and inside the images, or virtual functions (`sriov`)",
    )


def dpdk_bond(span: Span, bond: str) -> Diagnostic:
    """A bond of DPDK ports."""
    return Diagnostic(
        DPDK_BOND,
        span,
        f"Kolla-Ansible makes no bonds of DPDK ports, and `{bond}` is one",
        hint="give DPDK a single port: `port nic.…[0] { datapath = dpdk  … }`",
    )


def overlay_beside_dpdk(
    span: Span, network: str, hosts: str, field: Span, *, is_stated: bool
) -> Diagnostic:
    """Hosts that poll for guests, and whose overlay takes the kernel's way."""
    label = "the network of the overlay" if is_stated else "the overlay's too, since none is stated"
    return Diagnostic(
        OVERLAY_BESIDE_DPDK,
        span,
        f"the overlay of `{hosts}` must come in by a DPDK port, and `{network}` is on none",
        labels=(Label(field, label),),
        hint=f"put `{network}` on a port with `datapath = dpdk`"
        if is_stated
        else "set `networks { tenant = network.… }` to a network on a port with `datapath = dpdk`",
    )


def network_on_dpdk_port(span: Span, network: str, port: str) -> Diagnostic:
    """A network of the host's own on a port that the kernel does not see."""
    return Diagnostic(
        NETWORK_ON_DPDK,
        span,
        f"`{network}` is on `{port}`, which the kernel does not see while DPDK drives it",
        hint="move it to a link of the kernel's: only the overlay's network may be on a DPDK port",
    )


def kernel_link_beside_dpdk(span: Span, link: str, physnet: str, dpdk_span: Span) -> Diagnostic:
    """A physical network on a link of the kernel's, where Open vSwitch runs with DPDK."""
    return Diagnostic(
        KERNEL_BESIDE_DPDK,
        span,
        f"`{link}` carries `{physnet}` past DPDK: on these hosts Kolla-Ansible bridges DPDK ports only",
        labels=(Label(dpdk_span, "Open vSwitch runs with DPDK here"),),
        hint="set `datapath = dpdk` on it too, or take `physnet` out",
    )


def port_without_datapath(span: Span, port: str, datapath: Span) -> Diagnostic:
    """A DPDK port in a region whose switch is the kernel's."""
    return Diagnostic(
        DATAPATHS,
        span,
        f"DPDK would drive `{port}`, and the region's datapath is the kernel's",
        labels=() if datapath == span else (Label(datapath, "the region's datapath"),),
        hint="set `neutron { datapath = dpdk }`, or take `datapath` out here",
    )


def datapath_without_port(span: Span) -> Diagnostic:
    """A region with DPDK, and no port for it."""
    return Diagnostic(
        DATAPATHS,
        span,
        "no compute has a port that DPDK could drive",
        hint="set `datapath = dpdk` on a port of the computes, or take it out here",
    )


def load_balancers_without_network(span: Span, reason: str) -> Diagnostic:
    """Amphorae, and no network to manage them over."""
    return Diagnostic(
        BALANCERS_NETWORK,
        span,
        f"amphorae need a network to the controllers: {reason}",
        hint="set `network = network.…` and `physnet = physnet.…` in `octavia`",
    )


def controllers_off_network(span: Span, hosts: str, network: str, field: Span) -> Diagnostic:
    """Controllers that don't reach amphorae."""
    return Diagnostic(
        CONTROLLERS_OFF,
        span,
        f"`{hosts}` control load balancers and are not on `{network}`",
        labels=(Label(field, _OFF_MANAGEMENT),),
        hint=f"add `{network}` to a link of theirs",
    )


def network_without_physnet(span: Span, network: str) -> Diagnostic:
    """A network of amphorae that Neutron could not make."""
    return Diagnostic(
        BALANCERS_PHYSNET,
        span,
        f"nothing says which physical network carries `{network}` to the computes",
        hint="set `physnet = physnet.…` in `octavia`",
    )


def physnet_off_computes(span: Span, physnet: str, hosts: str, role: Span) -> Diagnostic:
    """Computes whose amphorae would have no way to the controllers."""
    return Diagnostic(
        BALANCERS_PHYSNET,
        span,
        f"`{hosts}` run amphorae and don't carry `{physnet}`",
        labels=(Label(role, "named as computes here"),),
        hint=f"give one of their links `physnet = {physnet}`, or choose one that all computes carry",
    )


def physnet_of_other_type(
    span: Span, network: str, vlan: int | None, physnet: str, type_span: Span
) -> Diagnostic:
    """A tagged network of amphorae on a physical network without tags, or the reverse."""
    if vlan is None:
        message = f"`{network}` has no VLAN, and frames on `{physnet}` carry tags"
    else:
        message = f"`{network}` is VLAN {vlan}, and frames on `{physnet}` carry no tags"
    return Diagnostic(
        BALANCERS_PHYSNET,
        span,
        message,
        labels=(Label(type_span, f"`{physnet}` is of this type"),),
        hint="choose a physical network that fits",
    )


def provider_not_offered(span: Span, plugin_span: Span) -> Diagnostic:
    """OVN's own load balancers without OVN."""
    labels = () if plugin_span == span else (Label(plugin_span, "the mechanism is Open vSwitch"),)
    return Diagnostic(
        PROVIDER,
        span,
        "provider `ovn` balances in OVN, which does not run",
        labels=labels,
        hint="write `providers = [amphora]`, or `plugin = ovn` in `neutron`",
    )


def dual_stack_network(span: Span, network: str, uses: Sequence[str], field: Span) -> Diagnostic:
    """A network of both families in a role for which Kolla-Ansible takes one."""
    return Diagnostic(
        DUAL_STACK,
        span,
        f"`{network}` has addresses of both families, and Kolla-Ansible takes one for {' and '.join(uses)}",
        labels=(Label(field, "used here"),),
        hint="take `cidr6` out, or use another network here",
    )


def name_servers_off_network(span: Span, hosts: str, network: str, field: Span) -> Diagnostic:
    """Name servers that can't answer where they are asked."""
    return Diagnostic(
        NAME_SERVERS_OFF,
        span,
        f"`{hosts}` answer for names and are not on `{network}`",
        labels=(Label(field, "where the DNS service answers"),),
        hint=f"add `{network}` to a link of theirs, or set `networks {{ dns = network.… }}`",
    )


def amphorae_without_addresses(span: Span, network: str, found: int) -> Diagnostic:
    """A network of amphorae without one range that Neutron may give out."""
    what = "no range" if found == 0 else f"{found} ranges"
    return Diagnostic(
        AMPHORA_ADDRESSES,
        span,
        f"`{network}` has {what} that Neutron gives out, and amphorae take their addresses from one",
        hint="write `pool amphorae { ranges = …  managed_by = neutron }` in the network",
    )


def ipv6_overlay_on_dpdk(span: Span, network: str, field: Span) -> Diagnostic:
    """An overlay over IPv6 on a bridge that Kolla-Ansible addresses with IPv4 only."""
    return Diagnostic(
        DPDK_FAMILY,
        span,
        f"Kolla-Ansible gives a DPDK bridge IPv4 addresses only, and `{network}` is IPv6",
        labels=(Label(field, "the network of the overlay"),),
        hint="give the overlay a network of IPv4",
    )


def dpdk_port_without_address(span: Span, port: str, card: str) -> Diagnostic:
    """A port that DPDK is to drive, and whose PCI address nobody knows."""
    return Diagnostic(
        DPDK_ADDRESS,
        span,
        f"DPDK finds `{port}` by its PCI address, which `{card}` does not say",
        hint='write `pci = ["0000:…"]` there, one address a port',
    )


def dns_service_without_zone(span: Span) -> Diagnostic:
    """The DNS service, and nothing that it answers for."""
    return Diagnostic(
        NO_ZONE,
        span,
        "`designate` has no zone to answer for",
        hint='write `designate { zone = "cloud.example."  nameservers = ["ns1.cloud.example"] }`',
    )
