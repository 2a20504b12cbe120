"""Workloads: what is said of them in the blueprint, and what their manifests ask of the cluster below.

Of a cluster that stands already too little is known, so only what is said of the workload itself is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from blueprint.capabilities import starlingx
from blueprint.capabilities.kubernetes_offers import storage_classes
from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.model import Kubernetes, Model, StarlingX, Workload
from blueprint.model.kata import class_name
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

NOTHING_NAMED = Rule("OIB5850", "workload-of-nothing")
NOT_PINNED = Rule("OIB5851", "chart-without-version")
OTHER_PACKAGE = Rule("OIB5852", "chart-of-no-helm")
NO_NAMESPACE = Rule("OIB5919", "no-such-namespace")
NO_RUNTIME = Rule("OIB5920", "no-such-runtime-class")
NO_STORAGE = Rule("OIB5921", "claim-of-no-storage-class")
NO_ATTACHMENT = Rule("OIB5924", "no-such-attachment")

#: Namespaces that every cluster has.
_OWN_NAMESPACES = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})


def workloads(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Workloads that name nothing, and what they say of their charts."""
    for ref, workload in model.of(Workload).items():
        if workload.chart is None and not workload.is_rendered:
            yield nothing_named(spans.at(ref), str(ref))
        if workload.chart is None:
            continue
        is_archive = workload.chart.startswith(("http://", "https://", ".", "/"))
        if workload.version is None and not is_archive:
            yield not_pinned(spans.at(ref, "chart"), workload.chart)
        if workload.package not in (None, "helm"):
            yield other_package(spans.at(ref, "package"), workload.package, spans.at(ref, "chart"))


def workload_needs(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Namespaces, runtimes, storage and networks that pods name and their cluster does not have."""
    made: dict[Ref, set[str]] = {}
    for workload in model.of(Workload).values():
        names = (o.name for o in workload.object.values() if o.kind == "Namespace")
        made.setdefault(workload.on, set()).update(names)
    known: dict[Ref, Platform] = {}
    for ref, workload in model.of(Workload).items():
        on = workload.on
        if on in model.existing or on not in model.things:
            continue
        if on not in known:
            known[on] = _platform(on, model)
        platform = known[on]
        yield from _namespaces(ref, workload, platform.namespaces | made[on], spans)
        yield from _runtimes(ref, workload, platform.runtimes, spans)
        yield from _storage(ref, workload, platform.classes, spans)
        yield from _attachments(ref, workload, platform.attachments, spans)


@dataclass(frozen=True, slots=True)
class Platform:
    """What pods may name on a cluster, by name."""

    namespaces: frozenset[str]
    runtimes: frozenset[str]
    classes: frozenset[str]
    attachments: frozenset[str]


def _platform(ref: Ref, model: Model) -> Platform:
    """What a cluster, or the one that comes with a StarlingX system, has for pods."""
    on = model.things[ref]
    if isinstance(on, StarlingX):
        classes: Iterable[str] = starlingx.storage_classes(on)
        networks = [(label, each.namespace) for label, each in on.pod_network.items()]
        runtimes = set(on.runtime)
    else:
        assert isinstance(on, Kubernetes), on
        classes = storage_classes(ref, on, model)
        networks = [(label, each.namespace) for label, each in on.secondary_network.items()]
        runtimes = {class_name(shim) for each in on.runtime.values() for shim in each.shims}
        runtimes |= {"kata"} if on.runtime else set()
        runtimes |= {"nvidia"} if "gpu_operator" in on.addons else set()
    return Platform(
        frozenset(label.replace("_", "-") for label in on.namespace),
        frozenset(runtimes),
        frozenset(classes),
        frozenset(f"{namespace}/{label.replace('_', '-')}" for label, namespace in networks),
    )


def _made(workload: Workload, kind: str) -> set[str]:
    """Names of the objects of a kind that the manifests make themselves."""
    return {o.name for o in workload.object.values() if o.kind == kind}


def _namespaces(
    ref: Ref, workload: Workload, known: AbstractSet[str], spans: Spans
) -> Iterator[Diagnostic]:
    told: set[str] = set()
    for label, pod in workload.pod.items():
        if pod.namespace in known | told | _OWN_NAMESPACES:
            continue
        told.add(pod.namespace)
        is_own = pod.namespace == workload.namespace
        span = spans.at(ref, "namespace") if is_own else spans.at(ref, "object", label, "namespace")
        yield no_namespace(span, pod.namespace, workload.on, sorted(known))


def _runtimes(
    ref: Ref, workload: Workload, stated: AbstractSet[str], spans: Spans
) -> Iterator[Diagnostic]:
    known = stated | _made(workload, "RuntimeClass")
    for label, pod in workload.pod.items():
        if pod.runtime_class is not None and pod.runtime_class not in known:
            span = spans.at(ref, "pod", label, "runtime_class")
            where = spans.at(workload.on)
            yield no_runtime(span, pod.runtime_class, workload.on, sorted(known), where)


def _storage(
    ref: Ref, workload: Workload, stated: AbstractSet[str], spans: Spans
) -> Iterator[Diagnostic]:
    known = stated | _made(workload, "StorageClass")
    asked: list[tuple[str | None, tuple[str, ...]]] = [
        (claim.storage_class, ("claim", label, "storage_class"))
        for label, claim in workload.claim.items()
    ]
    asked += [
        (volume.storage_class, ("pod", label, "volume", name, "storage_class"))
        for label, pod in workload.pod.items()
        for name, volume in pod.volume.items()
    ]
    for name, path in asked:
        if name and name not in known:  # the empty name asks for no class at all
            yield no_storage(spans.at(ref, *path), name, workload.on, sorted(known))


def _attachments(
    ref: Ref, workload: Workload, stated: AbstractSet[str], spans: Spans
) -> Iterator[Diagnostic]:
    known = stated | {
        f"{o.namespace}/{o.name}"
        for o in workload.object.values()
        if o.kind == "NetworkAttachmentDefinition"
    }
    for label, pod in workload.pod.items():
        for network in pod.networks:
            if network not in known:
                span = spans.at(ref, "pod", label, "networks")
                yield no_attachment(span, network, workload.on, sorted(known))


def nothing_named(span: Span, ref: str) -> Diagnostic:
    """A workload of which nothing can be seen."""
    return Diagnostic(
        NOTHING_NAMED,
        span,
        f"`{ref}` names neither manifests nor a chart",
        hint='add `manifests = "manifests"`, a folder of rendered YAML, or `chart = "oci://…"`',
    )


def not_pinned(span: Span, chart: str) -> Diagnostic:
    """A chart whose version is whatever is newest on that day."""
    return Diagnostic(
        NOT_PINNED,
        span,
        f"the chart `{chart}` has no version, so each day may bring another one",
        hint='add `version = "…"`, that of the chart',
    )


def other_package(span: Span, package: str | None, chart: Span) -> Diagnostic:
    """A chart that is said not to be one of Helm."""
    return Diagnostic(
        OTHER_PACKAGE,
        span,
        f"a chart is a package of Helm, and `package` is `{package}`",
        labels=(Label(chart, "the chart"),),
        hint="take `package` out, or `chart`",
    )


def no_namespace(span: Span, name: str, cluster: Ref, known: list[str]) -> Diagnostic:
    """Pods in a namespace that nobody makes."""
    return Diagnostic(
        NO_NAMESPACE,
        span,
        f"nothing makes the namespace `{name}` on `{cluster}`",
        hint=did_you_mean(name, known) or f"add `namespace {name} {{}}` to `{cluster}`",
    )


def no_runtime(span: Span, name: str, cluster: Ref, known: list[str], where: Span) -> Diagnostic:
    """Pods of a RuntimeClass that the cluster does not have: they would not be accepted."""
    alternatives = f"it has {', '.join(f'`{n}`' for n in known)}" if known else "it has none"
    return Diagnostic(
        NO_RUNTIME,
        span,
        f"`{cluster}` has no RuntimeClass `{name}`",
        labels=(Label(where, alternatives),),
        hint=did_you_mean(name, known) or "add a `runtime` with that shim to the cluster",
    )


def no_storage(span: Span, name: str, cluster: Ref, known: list[str]) -> Diagnostic:
    """A claim of a class that the cluster does not have: it would wait for ever."""
    listed = f"; it has {', '.join(f'`{n}`' for n in known)}" if known else "; it has none"
    return Diagnostic(
        NO_STORAGE,
        span,
        f"`{cluster}` has no storage class `{name}`{listed}",
        hint=did_you_mean(name, known) or f"add `storage_class {name} {{ … }}` to the cluster",
    )


def no_attachment(span: Span, name: str, cluster: Ref, known: list[str]) -> Diagnostic:
    """Pods that ask for a network that nothing defines: they would not start."""
    listed = f"; it has {', '.join(f'`{n}`' for n in known)}" if known else "; it has none"
    return Diagnostic(
        NO_ATTACHMENT,
        span,
        f"`{cluster}` has no secondary network `{name}`{listed}",
        hint=did_you_mean(name, known)
        or "add a `secondary_network` to the cluster, or define it in the manifests",
    )


__all__ = ["workload_needs", "workloads"]
