"""Namespaces that Kubernetes keeps for itself, labels and taints as it takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Kubernetes, Model
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

KEPT_NAMESPACE = Rule("OIB5760", "namespace-of-kubernetes")
UNUSABLE_LABEL = Rule("OIB5761", "label-not-for-kubernetes")

_SUBDOMAIN = re.compile(
    r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
).fullmatch
_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?").fullmatch
#: The longest label of a domain name, and the longest domain name (RFC 1123).
_WORD_LENGTH, _DOMAIN_LENGTH = 63, 253
#: Namespaces that Kubernetes makes for itself, and what others of its own begin with.
_KEPT, _KEPT_PREFIX = ("default",), "kube-"


def kubernetes_names(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Namespaces that are Kubernetes' own, and labels that the API server would refuse."""
    for ref, cluster in model.of(Kubernetes).items():
        if ref in model.existing:
            continue
        for name in cluster.namespace:
            if name in _KEPT or name.startswith(_KEPT_PREFIX):
                yield kept(spans.key(ref, "namespace", name), name)
        yield from _labels(ref, cluster, spans)


def _labels(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    """Labels of namespaces; those of nodes that no other tool looks at, and taints."""
    blocks: list[tuple[tuple[str, ...], Mapping[str, str]]] = [
        (("namespace", name, "labels"), each.labels) for name, each in cluster.namespace.items()
    ]
    taints: list[tuple[str, ...]] = []
    if cluster.tool_name != "kubespray":
        blocks.append((("control", "labels"), cluster.control.labels))
        for name, pool in cluster.pool.items():
            blocks.append((("pool", name, "labels"), pool.labels))
            taints += [("pool", name, "taints", key) for key in pool.taints]
    for path, labels in blocks:
        for key, value in labels.items():
            reason = _key_fault(key)
            if reason is not None:
                yield unusable_label(spans.key(ref, *path, key), "label", key, reason)
            elif value and (not _VALUE(value) or len(value) > _WORD_LENGTH):
                reason = "a value has at most 63 letters, digits, `-`, `_` and `.`, and no sign at an end"
                yield unusable_label(
                    spans.at(ref, *path, key), f"value of label `{key}`", value, reason
                )
    for path in taints:
        reason = _key_fault(path[-1])
        if reason is not None:
            yield unusable_label(spans.key(ref, *path), "taint", path[-1], reason)


def _key_fault(key: str) -> str | None:
    """Why a label or taint can't have a key: `name` or `prefix/name`."""
    prefix, slash, name = key.rpartition("/")
    if slash and (not _SUBDOMAIN(prefix) or len(prefix) > _DOMAIN_LENGTH):
        return "what stands before `/` is a domain name"
    if not _VALUE(name) or len(name) > _WORD_LENGTH:
        return "a key has at most 63 letters, digits, `-`, `_` and `.`, and no sign at an end"
    return None


def kept(span: Span, name: str) -> Diagnostic:
    """A namespace that is there already and has another purpose."""
    return Diagnostic(
        KEPT_NAMESPACE,
        span,
        f"namespace `{name}` is Kubernetes' own",
        hint="choose another name, without `kube-` before it",
    )


def unusable_label(span: Span, what: str, text: str, reason: str) -> Diagnostic:
    """A label or taint that Kubernetes refuses."""
    return Diagnostic(
        UNUSABLE_LABEL, span, f"`{text}` is no {what}: {reason}", hint="write it otherwise"
    )
