"""Networks that pods are attached to besides: who gives addresses on them, and who drives their devices."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.checks.address_ranges import as_range, is_inside, range_text
from blueprint.checks.external_networks import vlan_outside
from blueprint.checks.mtu import mtu_over_physnet
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import descriptions, parts_of
from blueprint.model import Kubernetes, Model, Physnet
from blueprint.model.kubernetes import NodePool
from blueprint.model.kubernetes_features import SecondaryNetwork
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Range, Ref

NO_IPAM = Rule("OIB5765", "secondary-network-without-addresses")
RANGE_OUTSIDE = Rule("OIB5766", "range-outside-secondary-network")
NOT_SRIOV = Rule("OIB5768", "functions-of-no-port")
NO_IOMMU = Rule("OIB5769", "functions-without-iommu")


def secondary_networks(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Networks of pods that leave them without an address, or ask for what their plug-in hasn't."""
    for ref, cluster in model.of(Kubernetes).items():
        if ref in model.existing:
            continue
        for label, network in cluster.secondary_network.items():
            yield from _addresses(ref, label, network, spans)
            yield from _wire(ref, label, network, model, spans)
            if network.cni != "sriov":
                yield from _functions(ref, label, network, spans)
            yield from _iommu(ref, label, network, cluster, model, spans)


def _addresses(
    ref: Ref, label: str, network: SecondaryNetwork, spans: Spans
) -> Iterator[Diagnostic]:
    path = ("secondary_network", label)
    if network.ipam is None:
        hint = "state `ipam`: `whereabouts` with a `cidr`, `static`, or `none` where pods see to it themselves"
        yield no_addresses(
            spans.at(ref, *path), f"nothing says who gives pods addresses on `{label}`", hint
        )
        return
    if network.ipam == "whereabouts" and network.cidr is None and not network.ranges:
        hint = "add `cidr`, the subnet that addresses are taken of"
        text = f"`whereabouts` has no addresses to give on `{label}`"
        yield no_addresses(spans.at(ref, *path, "ipam"), text, hint)
        return
    if network.cidr is None:
        return
    where = spans.at(ref, *path, "cidr")
    named: list[tuple[tuple[str, ...], Range]] = [
        (("ranges", str(i)), as_range(each)) for i, each in enumerate(network.ranges)
    ]
    if network.gateway is not None:
        named.append((("gateway",), Range(network.gateway, network.gateway)))
    for inner, each in named:
        if not is_inside(each, network.cidr):
            span = spans.at(ref, *path, *inner)
            yield range_outside(span, range_text(each), label, str(network.cidr), where)


def _wire(
    ref: Ref, label: str, network: SecondaryNetwork, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    path = ("secondary_network", label)
    physnet = model.things.get(network.physnet)
    if not isinstance(physnet, Physnet):
        return
    if network.vlan is not None and physnet.vlans:
        allowed = (v if isinstance(v, Range) else Range(v, v) for v in physnet.vlans)
        if not any(network.vlan in each for each in allowed):
            span, where = spans.at(ref, *path, "vlan"), spans.at(network.physnet, "vlans")
            yield vlan_outside(span, ".".join(path), network.vlan, network.physnet, where)
    if network.mtu is not None and network.mtu > physnet.mtu:
        yield mtu_over_physnet(
            spans.at(ref, *path, "mtu"), ".".join(path), network.mtu, network.physnet, physnet.mtu,
            spans.at(network.physnet, "mtu"),
        )  # fmt: skip


def _functions(
    ref: Ref, label: str, network: SecondaryNetwork, spans: Spans
) -> Iterator[Diagnostic]:
    path = ("secondary_network", label)
    for field, is_stated in (
        ("vfs", network.vfs is not None),
        ("driver", network.driver != "netdevice"),
        ("min_rate", network.min_rate is not None),
        ("max_rate", network.max_rate is not None),
        ("priority", network.priority is not None),
    ):
        if is_stated:
            where = spans.at(ref, *path, "cni")
            yield not_sriov(spans.at(ref, *path, field), field, network.cni, where)
            return


def _iommu(
    ref: Ref, label: str, network: SecondaryNetwork, cluster: Kubernetes, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    if network.cni != "sriov" or network.driver != "vfio_pci":
        return
    for _, pool in _pools(network, cluster):
        for part in parts_of(model, pool.hosts):
            if not all(spec.iommu for spec in descriptions(part.members)):
                span = spans.at(ref, "secondary_network", label, "driver")
                yield no_iommu(span, part.group.ref, spans.at(part.group.ref))
                return


def _pools(network: SecondaryNetwork, cluster: Kubernetes) -> Iterator[tuple[str, NodePool]]:
    wanted = {each.label for each in network.pools}
    for name, pool in cluster.pool.items():
        if not wanted or name in wanted:
            yield name, pool


def no_addresses(span: Span, text: str, hint: str) -> Diagnostic:
    """A network of pods on which nobody gives them addresses."""
    return Diagnostic(NO_IPAM, span, text, hint=hint)


def range_outside(span: Span, addresses: str, label: str, cidr: str, cidr_span: Span) -> Diagnostic:
    """Addresses for pods that are not in the subnet."""
    return Diagnostic(
        RANGE_OUTSIDE,
        span,
        f"{addresses} is not in {cidr} of `secondary_network.{label}`",
        labels=(Label(cidr_span, "the subnet"),),
        hint="correct the addresses or the subnet",
    )


def not_sriov(span: Span, field: str, cni: str, cni_span: Span) -> Diagnostic:
    """What is said of virtual functions where pods get none."""
    return Diagnostic(
        NOT_SRIOV,
        span,
        f"`{field}` is said of virtual functions, and pods get none with `cni = {cni}`",
        labels=(Label(cni_span, "attaches pods"),),
        hint=f"write `cni = sriov`, or take `{field}` out",
    )


def no_iommu(span: Span, group: str, group_span: Span) -> Diagnostic:
    """Functions driven from pods, on hosts that don't isolate devices."""
    return Diagnostic(
        NO_IOMMU,
        span,
        f"pods drive these functions themselves, and `{group}` doesn't isolate devices",
        labels=(Label(group_span, "`iommu` is off"),),
        hint=f"add `iommu = true` to `{group}`, or write `driver = netdevice`",
    )
