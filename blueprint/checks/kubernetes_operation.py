"""What watches a Kubernetes cluster and bounds what it takes: accounts, image policies, rates, limits."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Kubernetes, Model, OpenStack
from blueprint.model.kubernetes_features import MetalLb, SecondaryNetwork
from blueprint.model.kubernetes_operation import SyslogStore
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Duration, Quantity, Rate, Ref

HALF_ACCOUNT = Rule("OIB5855", "half-an-account-of-logs")
NO_IMAGES = Rule("OIB5856", "image-policy-without-effect")
RATES = Rule("OIB5857", "rates-of-functions")
BFD = Rule("OIB5858", "unusable-bfd")
LIMITS = Rule("OIB5859", "limits-contradict")
MEASUREMENTS = Rule("OIB5860", "volume-of-measurements")
WHOLE = Rule("OIB5861", "amount-not-in-whole-units")
KEPT = Rule("OIB5862", "unusable-reserve-of-nodes")

_MILLISECOND, _SECOND, _MEGABIT = Duration.units["ms"], Duration.units["s"], Rate.units["Mbps"]
_MEBIBYTE = 1024**2
#: What MetalLB takes as time between two packets, in milliseconds.
_LEAST, _MOST = 10, 60000


def kubernetes_operation(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """What is said of logs, images, measurements, rates and limits, and can't be so."""
    for ref, cluster in model.of(Kubernetes).items():
        if ref in model.existing:
            continue
        for subject in (_logs, _measurements, _images, _bfd, _limits, _kept_of_hosts):
            yield from subject(ref, cluster, spans)
        yield from _kept_of_guests(ref, cluster, model, spans)
        for label, network in cluster.secondary_network.items():
            if network.cni == "sriov":
                yield from _rates(ref, label, network, spans)


def _logs(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    block = cluster.logging
    if block is None:
        return
    store = block.store
    if not isinstance(store, SyslogStore) and (store.user is None) != (store.password is None):
        stated, missing = ("user", "password") if store.password is None else ("password", "user")
        yield half_an_account(spans.at(ref, "logging", "store", stated), stated, missing)
    for field in ("buffer", "max_size"):
        yield from _whole(getattr(block, field), _MEBIBYTE, "MiB", spans.at(ref, "logging", field))


def _measurements(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    block = cluster.monitoring
    if block is None:
        return
    if block.storage_class is not None and block.storage is None:
        yield class_without_volume(spans.at(ref, "monitoring", "storage_class"))
    yield from _whole(block.retention, _SECOND, "s", spans.at(ref, "monitoring", "retention"))


def _images(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    policy = cluster.security.image_policy
    if policy is None:
        return
    span = spans.at(ref, "security", "image_policy")
    if not policy.keys and not policy.registries:
        hint = 'state `registries = "registry.example.org"`, or `keys = [file("cosign.pub")]`'
        yield image_policy_without_effect(span, "the policy lets every image in", hint)
    elif not cluster.namespace:
        hint = "declare the namespaces of workloads: `namespace cnf {}`"
        text = "the policy is in force in the cluster's namespaces, and none is stated"
        yield image_policy_without_effect(span, text, hint)


def _bfd(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    balancer = cluster.load_balancer
    if not isinstance(balancer, MetalLb) or balancer.bfd is None:
        return
    if balancer.mode != "bgp":
        yield bfd_without_bgp(
            spans.at(ref, "load_balancer", "bfd"), spans.at(ref, "load_balancer", "mode")
        )
        return
    interval = balancer.bfd.interval
    span = spans.at(ref, "load_balancer", "bfd", "interval")
    if int(interval) % _MILLISECOND or not _LEAST <= int(interval) // _MILLISECOND <= _MOST:
        yield interval_not_offered(span, str(interval))


def _limits(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    for name, space in cluster.namespace.items():
        for field in ("cpu", "memory"):
            most = getattr(space.quota, f"{field}_limit")
            if most is None:
                continue
            there = spans.at(ref, "namespace", name, "quota", f"{field}_limit")
            for part, what in (
                ("quota", "pods of the namespace may request"),
                ("limits", "a container has that states nothing"),
            ):
                stated = getattr(getattr(space, part), field)
                if stated is not None and stated > most:
                    span = spans.at(ref, "namespace", name, part, field)
                    yield limits_contradict(span, what, stated, most, there)


def _kept_of_hosts(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    for name, pool in cluster.pool.items():
        for field in ("cpus", "memory") if cluster.is_on_hosts else ():
            if getattr(pool.reserved, field) is not None:
                yield kept_of_hosts(spans.at(ref, "pool", name, "reserved", field), field)


def _kept_of_guests(
    ref: Ref, cluster: Kubernetes, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    """Less than all of a guest is kept, in whole mebibytes."""
    region = None if cluster.on is None else model.things.get(cluster.on)
    if cluster.on is None or not isinstance(region, OpenStack):
        return
    for name, pool in cluster.pool.items():
        at = ("pool", name, "reserved")
        yield from _whole(pool.reserved.memory, _MEBIBYTE, "MiB", spans.at(ref, *at, "memory"))
        flavor = None if pool.flavor is None else region.flavor.get(pool.flavor.label)
        if flavor is None or pool.flavor is None:
            continue
        there = spans.at(cluster.on, "flavor", pool.flavor.label)
        for field, kept, whole in (
            ("cpus", pool.reserved.cpus, flavor.vcpus),
            ("memory", pool.reserved.memory, flavor.ram),
        ):
            if kept is not None and whole is not None and kept >= whole:
                yield nothing_left(spans.at(ref, *at, field), str(kept), str(whole), there)


def _rates(ref: Ref, label: str, network: SecondaryNetwork, spans: Spans) -> Iterator[Diagnostic]:
    path = ("secondary_network", label)
    for field in ("min_rate", "max_rate"):
        yield from _whole(getattr(network, field), _MEGABIT, "Mbps", spans.at(ref, *path, field))
    if network.priority is not None and network.vlan is None:
        text = "frames have a priority in the tag of a VLAN, and these have none"
        span = spans.at(ref, *path, "priority")
        yield Diagnostic(RATES, span, text, hint="state `vlan`, or take `priority` out")
    least, most = network.min_rate, network.max_rate
    if least is not None and most is not None and least > most:
        yield Diagnostic(
            RATES,
            spans.at(ref, *path, "min_rate"),
            f"a function is promised {least}, and may send {most}",
            labels=(Label(spans.at(ref, *path, "max_rate"), "the most"),),
            hint="promise no more than that",
        )


def _whole(value: Quantity | None, unit: int, word: str, span: Span) -> Iterator[Diagnostic]:
    """An amount that a program counts in whole units, at least one."""
    if value is not None and (int(value) < unit or int(value) % unit):
        whole = max(1, round(int(value) / unit))
        yield Diagnostic(
            WHOLE, span, f"{value} is not in whole {word}", hint=f"write `{whole} {word}`"
        )


def half_an_account(span: Span, stated: str, missing: str) -> Diagnostic:
    """A user without a password, or the other way round."""
    example = 'secrets.NAME["…"]' if missing == "password" else '"writer"'
    return Diagnostic(
        HALF_ACCOUNT,
        span,
        f"the store of logs is given a `{stated}`, and no `{missing}`",
        hint=f"add `{missing} = {example}`, or take `{stated}` out",
    )


def image_policy_without_effect(span: Span, text: str, hint: str) -> Diagnostic:
    """A policy that refuses nothing, or that looks at nothing."""
    return Diagnostic(NO_IMAGES, span, text, hint=hint)


def bfd_without_bgp(span: Span, mode: Span) -> Diagnostic:
    """Sessions that would belong to no routers."""
    return Diagnostic(
        BFD,
        span,
        "BFD watches the sessions of BGP, and addresses are announced by ARP",
        labels=(Label(mode, "how they are announced"),),
        hint="write `mode = bgp`, or take `bfd` out",
    )


def interval_not_offered(span: Span, interval: str) -> Diagnostic:
    """A pace that MetalLB does not keep."""
    return Diagnostic(
        BFD,
        span,
        f"MetalLB can't send a packet every {interval}",
        hint=f"use whole milliseconds, from {_LEAST} to {_MOST}",
    )


def kept_of_hosts(span: Span, field: str) -> Diagnostic:
    """What hosts say themselves, for all that runs on them."""
    word = "cores { platform = … }" if field == "cpus" else "memory { platform = … }"
    return Diagnostic(
        KEPT,
        span,
        f"hosts say themselves what `{field}` the system keeps",
        hint=f"write `{word}` in the hosts of the pool, and take it out here",
    )


def nothing_left(span: Span, kept: str, whole: str, there: Span) -> Diagnostic:
    """A guest of which pods get nothing."""
    return Diagnostic(
        KEPT,
        span,
        f"{kept} is kept of a node that has {whole}",
        labels=(Label(there, "the node's size"),),
        hint="keep less, or take a larger flavor",
    )


def limits_contradict(
    span: Span, what: str, stated: object, most: object, there: Span
) -> Diagnostic:
    """Bounds of which one is never reached, or never kept."""
    return Diagnostic(
        LIMITS,
        span,
        f"{stated} is what {what}, and all pods together may use {most}",
        labels=(Label(there, "the most that they may use"),),
        hint=f"use {most} at most here, or raise the other",
    )


def class_without_volume(span: Span) -> Diagnostic:
    """A class of volumes where there are none."""
    return Diagnostic(
        MEASUREMENTS,
        span,
        "measurements are kept on no volume, so that a class of volumes has no use",
        hint="state `storage`, the size of the volume, or take `storage_class` out",
    )
