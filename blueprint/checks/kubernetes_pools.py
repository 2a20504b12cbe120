"""How nodes of pools share out CPUs and memory, and what else a pool promises: managers, zones, namespaces."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.fleet import descriptions, parts_of
from blueprint.model import Kubernetes, Model, OpenStack
from blueprint.model.kata import SHIMS
from blueprint.model.kubernetes import NodePool
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size

NOTHING_RESERVED = Rule("OIB5740", "manager-without-reserve")
NO_NUMA = Rule("OIB5741", "topology-that-guests-hide", Severity.WARNING)
NAMESPACE = Rule("OIB5750", "namespace-against-runtime")
OVERHEAD = Rule("OIB5751", "pods-over-memory-of-namespace")
TWO_DEFAULTS = Rule("OIB5752", "two-default-storage-classes")
NO_PROVISIONER = Rule("OIB5753", "storage-class-from-nowhere")


def kubernetes_pools(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Pools, namespaces and storage classes that can't keep their word."""
    for ref, cluster in model.of(Kubernetes).items():
        if ref in model.existing:
            continue
        for label, pool in cluster.pool.items():
            if cluster.on is None:
                yield from _reserves(ref, label, pool, model, spans)
            else:
                yield from _numa(ref, label, pool, cluster.on, model, spans)
        yield from _namespaces(ref, cluster, spans)
        yield from _classes(ref, cluster, spans)


def _reserves(
    ref: Ref, label: str, pool: NodePool, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    """Static managers give away whole CPUs and memory, so that the system's own must be said."""
    for manager, field in (("cpu_manager", "cores"), ("memory_manager", "memory")):
        if getattr(pool, manager) != "static":
            continue
        for part in parts_of(model, pool.hosts):
            for spec in descriptions(part.members):
                kept = spec.cores.platform if field == "cores" else spec.memory.platform
                if kept is None:
                    span = spans.at(ref, "pool", label, manager)
                    where = spans.at(part.group.ref)
                    yield nothing_reserved(span, manager, field, part.group.ref, where)
                    break


def _numa(
    ref: Ref, label: str, pool: NodePool, on: Ref, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    region = model.things.get(on)
    if pool.topology_manager == "none" or pool.flavor is None or not isinstance(region, OpenStack):
        return
    flavor = region.flavor.get(pool.flavor.label)
    if flavor is None or flavor.baremetal or (flavor.numa_nodes or 1) > 1:
        return
    pinned = flavor.cpu_policy == "dedicated" or flavor.hugepages is not None
    if flavor.numa_nodes is None and not pinned:
        span = spans.at(ref, "pool", label, "topology_manager")
        where = spans.at(on, "flavor", pool.flavor.label)
        yield no_numa(span, label, pool.flavor.label, where)


def _namespaces(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    for label, namespace in cluster.namespace.items():
        path = ("namespace", label)
        if namespace.enforce and namespace.runtime is None:
            text = f"`namespace.{label}` holds its pods to a runtime, and states none"
            hint = "state `runtime`, one of the cluster's shims, or take `enforce` out"
            yield of_namespace(spans.at(ref, *path, "enforce"), text, hint, None)
        elif namespace.runtime is not None and namespace.host_network:
            text = f"pods of `namespace.{label}` run in virtual machines, which can't use the nodes' network"
            where = Label(spans.at(ref, *path, "runtime"), "pods under Kata")
            hint = "take `host_network` or `runtime` out"
            yield of_namespace(spans.at(ref, *path, "host_network"), text, hint, where)
        quota = namespace.quota
        if namespace.runtime is None or quota.pods is None or quota.memory is None:
            continue
        needed = quota.pods * int(SHIMS[namespace.runtime].memory)
        if needed > quota.memory:
            yield overhead(
                spans.at(ref, *path, "quota", "pods"), quota.pods, namespace.runtime, Size(needed),
                quota.memory, spans.at(ref, *path, "quota", "memory"),
            )  # fmt: skip


def _classes(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    first: str | None = None
    for label, each in cluster.storage_class.items():
        path = ("storage_class", label)
        if each.default and first is not None:
            there = spans.at(ref, "storage_class", first, "default")
            yield two_defaults(spans.at(ref, *path, "default"), label, first, there)
        elif each.default:
            first = label
        if each.ceph is None and cluster.on is None:
            yield no_provisioner(spans.at(ref, *path), label, ref)


def nothing_reserved(
    span: Span, manager: str, field: str, group: str, group_span: Span
) -> Diagnostic:
    """A manager that gives everything away, the system's part included."""
    what = "CPUs" if field == "cores" else "memory"
    example = "cores { platform = 2 }" if field == "cores" else "memory { platform = 8 GiB }"
    return Diagnostic(
        NOTHING_RESERVED,
        span,
        f"`{manager} = static` needs {what} kept for the system, and `{group}` keeps none",
        labels=(Label(group_span, "the nodes"),),
        notes=("the kubelet doesn't start without a reserve under this policy",),
        hint=f"add `{example}` or more, per NUMA node, to `{group}`",
    )


def no_numa(span: Span, pool: str, flavor: str, flavor_span: Span) -> Diagnostic:
    """A topology kept inside guests that float over the NUMA nodes of their hosts."""
    return Diagnostic(
        NO_NUMA,
        span,
        f"nodes of `pool.{pool}` see one NUMA node whatever is below: flavor `{flavor}` states no `numa_nodes`",
        labels=(Label(flavor_span, "guests of this flavor float over the host's NUMA nodes"),),
        hint="state `numa_nodes` in the flavor, or take `topology_manager` out",
    )


def of_namespace(span: Span, text: str, hint: str, label: Label | None) -> Diagnostic:
    """A namespace that contradicts its runtime."""
    return Diagnostic(NAMESPACE, span, text, labels=() if label is None else (label,), hint=hint)


def overhead(
    span: Span, pods: int, shim: str, needed: Size, memory: Size, memory_span: Span
) -> Diagnostic:
    """A bound on pods that the bound on memory makes unreachable."""
    return Diagnostic(
        OVERHEAD,
        span,
        f"virtual machines of {pods:,} pods under `{shim}` take {needed}, and the namespace may have {memory}",
        labels=(Label(memory_span, "counts what pods cost beside their containers too"),),
        hint="raise `memory`, or lower `pods`",
    )


def two_defaults(span: Span, label: str, first: str, first_span: Span) -> Diagnostic:
    """Two classes for volumes that state none."""
    return Diagnostic(
        TWO_DEFAULTS,
        span,
        f"`storage_class.{label}` and `storage_class.{first}` are both the default",
        labels=(Label(first_span, "the other default"),),
        hint="leave `default = true` at one of them",
    )


def no_provisioner(span: Span, label: str, cluster: str) -> Diagnostic:
    """Volumes of hosts without a Ceph cluster."""
    return Diagnostic(
        NO_PROVISIONER,
        span,
        f"`storage_class.{label}` names no Ceph cluster, and below `{cluster}` is no Cinder",
        hint="add `ceph = ceph.…`; a Ceph cluster on this one states its classes in its pools",
    )
