"""Names, labels and taints as Kubernetes takes them (RFC 1123, and its own syntax of labels)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Kubernetes, Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

UNUSABLE = Rule("OIB5760", "name-not-for-kubernetes")
UNUSABLE_LABEL = Rule("OIB5761", "label-not-for-kubernetes")

_WORD = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?").fullmatch
_SUBDOMAIN = re.compile(
    r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
).fullmatch
_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?").fullmatch
#: The longest label of a domain name, and the longest domain name (RFC 1123).
_WORD_LENGTH, _DOMAIN_LENGTH = 63, 253
#: Namespaces that Kubernetes keeps for itself begin so.
_KEPT = ("kube-",)


def kubernetes_names(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Names of objects that the API server would refuse."""
    for ref, cluster in model.of(Kubernetes).items():
        if ref in model.existing:
            continue
        blocks: tuple[tuple[str, Mapping[str, object], bool], ...] = (
            ("namespace", cluster.namespace, False),
            ("gateway", cluster.gateway, False),
            ("secondary_network", cluster.secondary_network, True),
            ("storage_class", cluster.storage_class, True),
        )
        for kind, names, is_domain in blocks:
            for name in names:
                reason = _reason(name, is_domain=is_domain)
                if reason is None and kind == "namespace" and name.startswith(_KEPT):
                    reason = "`kube-` is kept for Kubernetes itself"
                if reason is not None:
                    yield unusable(spans.key(ref, kind, name), kind.replace("_", " "), name, reason)
        for label, network in cluster.secondary_network.items():
            reason = _reason(network.namespace, is_domain=False)
            if reason is not None:
                span = spans.at(ref, "secondary_network", label, "namespace")
                yield unusable(span, "namespace", network.namespace, reason)
        yield from _labels(ref, cluster, spans)
    for ref, region in model.of(OpenStack).items():
        namespace = region.openstack_helm.namespace
        reason = _reason(namespace, is_domain=False)
        if region.on is not None and reason is not None:
            yield unusable(spans.at(ref, "deployer", "namespace"), "namespace", namespace, reason)


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


def _reason(name: str, *, is_domain: bool) -> str | None:
    """Why an object can't have a name, or None where it can."""
    most = _DOMAIN_LENGTH if is_domain else _WORD_LENGTH
    if len(name) > most:
        return f"it has {len(name)} characters, and {most} are allowed"
    if (_SUBDOMAIN if is_domain else _WORD)(name):
        return None
    dots = ", `.`" if is_domain else ""
    return f"only a-z, 0-9{dots} and `-` are allowed, and no sign at an end"


def _key_fault(key: str) -> str | None:
    """Why a label or taint can't have a key: `name` or `prefix/name`."""
    prefix, slash, name = key.rpartition("/")
    if slash and (not _SUBDOMAIN(prefix) or len(prefix) > _DOMAIN_LENGTH):
        return "what stands before `/` is a domain name"
    if not _VALUE(name) or len(name) > _WORD_LENGTH:
        return "a key has at most 63 letters, digits, `-`, `_` and `.`, and no sign at an end"
    return None


def unusable(span: Span, what: str, name: str, reason: str) -> Diagnostic:
    """A name that Kubernetes refuses."""
    folded = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_WORD_LENGTH].strip("-")
    offers = bool(folded) and folded != name and not folded.startswith(_KEPT)
    return Diagnostic(
        UNUSABLE,
        span,
        f"a {what} can't be named `{name}`: {reason}",
        hint=f"call it `{folded}`" if offers else "choose another name",
    )


def unusable_label(span: Span, what: str, text: str, reason: str) -> Diagnostic:
    """A label or taint that Kubernetes refuses."""
    return Diagnostic(
        UNUSABLE_LABEL, span, f"`{text}` is no {what}: {reason}", hint="write it otherwise"
    )
