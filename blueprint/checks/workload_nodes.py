"""Nodes that the pods of workloads ask for: labels that none has, and more than any can give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.fleet import descriptions, parts_of
from blueprint.manifests.quantities import quantity
from blueprint.model import Hardware, Hosts, Kubernetes, Model, OpenStack, Workload
from blueprint.model.kubernetes import Control, NodePool
from blueprint.model.workload import Pod
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size

NO_NODE = Rule("OIB5922", "no-node-with-label")
NOT_OFFERED = Rule("OIB5923", "resource-of-no-node")

#: Domains whose labels software on the nodes sets: the kubelet, Node Feature Discovery, operators.
_SET_BY_SOFTWARE = (
    "kubernetes.io", "k8s.io", "katacontainers.io", "nvidia.com", "amd.com", "intel.com", "rook.io", "cilium.io",
    "openshift.io", "projectcalico.org",
)  # fmt: skip
#: Prefix of what the SR-IOV operator's device plug-in offers.
_FUNCTIONS = "openshift.io/"
_PAGES = "hugepages-"


def workload_nodes(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Pods that no node of their cluster can take."""
    for ref, workload in model.of(Workload).items():
        cluster = model.things.get(workload.on)
        if not isinstance(cluster, Kubernetes) or workload.on in model.existing:
            continue
        offered = _offered(cluster, model)
        for label, pod in workload.pod.items():
            yield from _labels(ref, label, pod, workload.on, cluster, spans)
            yield from _resources(ref, label, pod, workload.on, offered, spans)


def _blocks(cluster: Kubernetes) -> list[Control | NodePool]:
    pools: list[Control | NodePool] = list(cluster.pool.values())
    return [*pools, cluster.control] if cluster.control.schedulable or not pools else pools


def _labels(
    ref: Ref, label: str, pod: Pod, on: Ref, cluster: Kubernetes, spans: Spans
) -> Iterator[Diagnostic]:
    blocks = _blocks(cluster)
    stated = {key for block in blocks for key in block.labels}
    for key in pod.node_labels:
        domain = key.rpartition("/")[0]
        if key in stated or any(domain == d or domain.endswith(f".{d}") for d in _SET_BY_SOFTWARE):
            continue
        yield no_node(spans.at(ref, "pod", label, "node_labels"), key, "", on, sorted(stated))
        return
    wanted = {k: v for k, v in pod.node_selector.items() if k in stated}
    if wanted and not any(wanted.items() <= block.labels.items() for block in blocks):
        key, value = next(
            ((k, v) for k, v in wanted.items() if not any(b.labels.get(k) == v for b in blocks)),
            next(iter(wanted.items())),
        )
        span = spans.at(ref, "pod", label, "node_selector")
        known = sorted({b.labels[key] for b in blocks if key in b.labels})
        yield no_node(span, key, value, on, known)


def _offered(cluster: Kubernetes, model: Model) -> Mapping[str, Decimal]:
    """The most of each resource that one node has; of what is not known of a node, nothing is said."""
    most: dict[str, Decimal] = {}

    def add(name: str, amount: int) -> None:
        most[name] = max(most.get(name, Decimal(0)), Decimal(amount))

    region = model.things.get(cluster.on) if cluster.on is not None else None
    for block in _blocks(cluster):
        if isinstance(region, OpenStack):
            flavor = region.flavor.get(block.flavor.label) if block.flavor is not None else None
            if flavor is not None and flavor.vcpus is not None and flavor.ram is not None:
                add("cpu", flavor.vcpus)
                add("memory", int(flavor.ram))
            continue
        for part in parts_of(model, block.hosts):
            for spec in descriptions(part.members):
                for name, amount in _of_host(spec, model):
                    add(name, amount)
    if cluster.on is None and most:
        for size in ("1Gi", "2Mi"):
            most.setdefault(f"{_PAGES}{size}", Decimal(0))
    functions = {
        f"{_FUNCTIONS}{label.replace('-', '_')}"
        for label, network in cluster.secondary_network.items()
        if network.cni == "sriov"
    }
    return {**most, **dict.fromkeys(functions, Decimal(10**6))}


def _of_host(spec: Hosts, model: Model) -> Iterator[tuple[str, int]]:
    hardware = model.things.get(spec.hardware)
    if not isinstance(hardware, Hardware):
        return
    cpu = hardware.cpu
    yield "cpu", cpu.sockets * cpu.cores * cpu.threads
    yield "memory", int(hardware.memory)
    for written, pages in spec.memory.hugepages.items():
        number, _, unit = written.partition(" ")
        size = Size.of(int(number), unit)
        yield f"{_PAGES}{number}{unit[:2]}", int(size) * pages.count * hardware.numa_nodes


def _resources(
    ref: Ref, label: str, pod: Pod, on: Ref, offered: Mapping[str, Decimal], spans: Spans
) -> Iterator[Diagnostic]:
    asked: dict[str, tuple[Decimal, tuple[str, ...]]] = {}
    for name, container in pod.container.items():
        for resource, written in container.resources.items():
            path: tuple[str, ...] = ("pod", label, "container", name, "resources")
            before = asked.get(resource, (Decimal(0), path))[0]
            asked[resource] = (before + (quantity(written) or 0), path)
    if pod.container:
        for resource, amount in (
            ("cpu", pod.cpu_request),
            ("memory", Decimal(int(pod.memory_request))),
        ):
            field = f"{resource}_request"
            name = max(pod.container, key=lambda n: getattr(pod.container[n], field) or 0)
            asked[resource] = (amount, ("pod", label, "container", name, field))
    for resource, (amount, path) in asked.items():
        is_known = resource in offered or (bool(offered) and resource.startswith(_FUNCTIONS))
        most = offered.get(resource, Decimal(0))
        if is_known and amount > most:
            yield not_offered(spans.at(ref, *path), resource, amount, most, on, spans.at(on))


def no_node(span: Span, key: str, value: str, on: Ref, known: list[str]) -> Diagnostic:
    """Pods that would wait for a node for ever, since none is labelled so."""
    shown = f"{key}={value}" if value else key
    return Diagnostic(
        NO_NODE,
        span,
        f"no pool of `{on}` labels its nodes `{shown}`",
        hint=did_you_mean(value or key, known)
        or f'add it to the `labels` of a pool: `"{key}" = "{value or "…"}"`',
    )


def not_offered(
    span: Span, resource: str, amount: Decimal, most: Decimal, on: Ref, where: Span
) -> Diagnostic:
    """A pod that asks for more than the largest node has."""
    if not most:
        text, hint = (
            f"no node of `{on}` has `{resource}`",
            _HINTS.get(resource.partition("/")[0] + "/", ""),
        )
        if resource.startswith(_PAGES):
            hint = "state `memory { hugepages … }` of the hosts of a pool"
        return Diagnostic(NOT_OFFERED, span, text, hint=hint or None)
    is_cpu = resource == "cpu"
    asked, has = (
        (f"{amount.normalize():f}", f"{most:f}") if is_cpu else (_size(amount), _size(most))
    )
    return Diagnostic(
        NOT_OFFERED,
        span,
        f"a pod asks for {asked} of `{resource}`, and the largest node has {has}",
        labels=(Label(where, "the cluster"),),
        hint="ask for less, or give the cluster larger nodes",
    )


def _size(amount: Decimal) -> str:
    return str(Size(int(amount)))


_HINTS: Mapping[str, str] = {
    _FUNCTIONS: "name a `secondary_network` of the cluster with `cni = sriov`: `openshift.io/NAME`",
}

__all__ = ["workload_nodes"]
