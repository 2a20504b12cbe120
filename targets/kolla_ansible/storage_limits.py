"""What Kolla-Ansible can't do with storage and bare metal: its rules, and the wording of each."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span

TWO_PLACES = Rule("OIB6085", "data-in-two-places")
TARGET_HELPER = Rule("OIB6086", "iscsi-target-without-image")
SHARES_ON_GUESTS = Rule("OIB6087", "shares-on-guests-without-ovs")
GATEWAY_PORT = Rule("OIB6088", "gateway-port-taken")
BACKEND_TWICE = Rule("OIB6089", "backend-listed-twice")


def two_places(span: Span, what: str, use: str, storage: Span) -> Diagnostic:
    """Images or backups on a share and in the cluster at once."""
    return Diagnostic(
        TWO_PLACES,
        span,
        f"{what} can't be on an NFS share and in Ceph",
        labels=(Label(storage, f"the cluster has a pool with `use = {use}`"),),
        hint="take the share out, or the pool",
    )


def target_without_image(span: Span, distribution: str) -> Diagnostic:
    """An iSCSI target for which no container image of the distribution exists."""
    return Diagnostic(
        TARGET_HELPER,
        span,
        f"there is no image of `tgtd` for {distribution.capitalize()}, which `tgtadm` needs",
        hint="write `helper = lioadm`, or leave it out",
    )


def shares_on_guests(span: Span, plugin: Span) -> Diagnostic:
    """Shares that guests serve, with a network that Kolla-Ansible does not lead to them."""
    return Diagnostic(
        SHARES_ON_GUESTS,
        span,
        "Kolla-Ansible reaches the guests behind `generic` through Open vSwitch only",
        labels=(Label(plugin, "the plug-in is OVN"),),
        hint="set `plugin = ovs`, or keep shares in CephFS",
    )


def gateway_port_taken(
    span: Span, port: int, variable: str, hosts: str, cluster: str, rgw: Span
) -> Diagnostic:
    """Object gateways that listen where the load balancer or a service on the same hosts does."""
    return Diagnostic(
        GATEWAY_PORT,
        span,
        f"port {port} is Kolla-Ansible's own on `{hosts}` (`{variable}`), where gateways of "
        f"`{cluster}` run",
        labels=(Label(rgw, "the gateways' hosts"),),
        hint="choose another `port` in `object { … }`, such as 7480",
    )


def backend_twice(span: Span, backend: str) -> Diagnostic:
    """A backend that stands twice in the list."""
    return Diagnostic(
        BACKEND_TWICE, span, f"`{backend}` is listed twice", hint="delete one of them"
    )
