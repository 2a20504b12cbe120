"""Holds objects of Kubernetes' own kinds against the fields that their version has: names, types, API versions.

`fields.json` is made by `derive.py`. Kinds that are not in it, custom resources among them, pass as they are.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from blueprint.diagnostics import Diagnostic, manifests
from blueprint.evaluate.documents import Node
from blueprint.manifests.quantities import quantity

Report = Callable[[Diagnostic], None]

_VERSIONS = re.compile(r"([0-9]*)-([0-9]*)")
#: API versions that went: the minor that no longer serves them, and what took their place.
#: Source: Kubernetes' deprecated API migration guide.
REMOVED: Mapping[tuple[str, str], tuple[int, str]] = {
    **{("extensions/v1beta1", k): (16, "apps/v1") for k in ("DaemonSet", "Deployment", "ReplicaSet")},
    **{("apps/v1beta1", k): (16, "apps/v1") for k in ("Deployment", "ReplicaSet", "StatefulSet")},
    **{("apps/v1beta2", k): (16, "apps/v1") for k in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")},
    ("extensions/v1beta1", "NetworkPolicy"): (16, "networking.k8s.io/v1"),
    ("extensions/v1beta1", "Ingress"): (22, "networking.k8s.io/v1"),
    **{("networking.k8s.io/v1beta1", k): (22, "networking.k8s.io/v1") for k in ("Ingress", "IngressClass")},
    **{("rbac.authorization.k8s.io/v1beta1", k): (22, "rbac.authorization.k8s.io/v1")
       for k in ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")},
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"): (22, "apiextensions.k8s.io/v1"),
    **{("admissionregistration.k8s.io/v1beta1", k): (22, "admissionregistration.k8s.io/v1")
       for k in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")},
    ("apiregistration.k8s.io/v1beta1", "APIService"): (22, "apiregistration.k8s.io/v1"),
    ("certificates.k8s.io/v1beta1", "CertificateSigningRequest"): (22, "certificates.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", "Lease"): (22, "coordination.k8s.io/v1"),
    ("scheduling.k8s.io/v1beta1", "PriorityClass"): (22, "scheduling.k8s.io/v1"),
    **{("storage.k8s.io/v1beta1", k): (22, "storage.k8s.io/v1")
       for k in ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment")},
    ("batch/v1beta1", "CronJob"): (25, "batch/v1"),
    ("discovery.k8s.io/v1beta1", "EndpointSlice"): (25, "discovery.k8s.io/v1"),
    ("events.k8s.io/v1beta1", "Event"): (25, "events.k8s.io/v1"),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"): (25, "autoscaling/v2"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"): (26, "autoscaling/v2"),
    ("policy/v1beta1", "PodDisruptionBudget"): (25, "policy/v1"),
    ("policy/v1beta1", "PodSecurityPolicy"): (25, ""),
    ("node.k8s.io/v1beta1", "RuntimeClass"): (25, "node.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity"): (27, "storage.k8s.io/v1"),
    **{(f"flowcontrol.apiserver.k8s.io/v1beta{n}", k): (minor, "flowcontrol.apiserver.k8s.io/v1")
       for n, minor in ((1, 26), (2, 29), (3, 32)) for k in ("FlowSchema", "PriorityLevelConfiguration")},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its type as `fields.json` codes it, and the first and last minor version that has it."""

    type: str
    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """The fields of all known kinds, and the minor versions of Kubernetes that they are known of."""

    first: int
    last: int
    kinds: Mapping[str, Mapping[str, str]]
    models: Mapping[str, Mapping[str, Field]]


@cache
def table() -> Table:
    """The table that ships with oib."""
    read = json.loads((files("blueprint.manifests") / "fields.json").read_text(encoding="utf-8"))
    return Table(
        read["first"],
        read["last"],
        read["kinds"],
        {m: {n: _field(t) for n, t in known.items()} for m, known in read["models"].items()},
    )


def _field(coded: str) -> Field:
    type_, _, versions = coded.partition(" ")
    found = _VERSIONS.fullmatch(versions)
    since, until = found.groups() if found else ("", "")
    return Field(type_, int(since) if since else None, int(until) if until else None)


def check_object(node: Node, api: Node, kind: Node, minor: int | None, report: Report) -> None:
    """Says which fields of an object its kind does not have, and which values have another type.

    `minor` is that of the cluster; None where it is not known, and then no version is judged.
    """
    gone = REMOVED.get((api.value, kind.value))
    if gone is not None and minor is not None and minor >= gone[0]:
        report(
            manifests.not_served(
                api.span, api.value, kind.value, f"went with Kubernetes 1.{gone[0]}",
                f"write `apiVersion: {gone[1]}`" if gone[1] else "nothing took its place",
            )
        )  # fmt: skip
        return
    known = table().kinds.get(api.value, {})
    model = known.get(kind.value)
    if model is None:
        right = [a for a, kinds in table().kinds.items() if kind.value in kinds]
        is_ours = "." not in api.value.partition("/")[0] or api.value.split("/")[0].endswith(
            "k8s.io"
        )
        if right and is_ours and "alpha" not in api.value and "beta" not in api.value:
            report(
                manifests.not_served(
                    api.span, api.value, kind.value, "is not served by any version",
                    f"write `apiVersion: {right[-1]}`",
                )
            )  # fmt: skip
        return
    _Walk(minor, report).map(node, model, kind.value)


class _Walk:
    def __init__(self, minor: int | None, report: Report) -> None:
        self.minor = minor
        self.report = report

    def map(self, node: Node, model: str, around: str) -> None:
        """The fields of one part of an object."""
        if node.value is None:
            return
        if not isinstance(node.value, dict):
            self._wrong(node, around, "a map of fields")
            return
        known = table().models[model]
        for name, value in node.value.items():
            field = known.get(name)
            if field is None:
                if self.minor is None or self.minor <= table().last:
                    self.report(
                        manifests.unknown_field(_name_of(node, value, name), name, around, known)
                    )
                continue
            problem = self._problem(field)
            if problem:
                self.report(
                    manifests.field_of_other_version(
                        _name_of(node, value, name), name, around, problem
                    )
                )
                continue
            self.value(value, field.type, name)

    def _problem(self, field: Field) -> str:
        if self.minor is None:
            return ""
        if field.since is not None and self.minor < field.since:
            return f"from Kubernetes 1.{field.since} on, and the cluster has 1.{self.minor}"
        if field.until is not None and self.minor > field.until:
            return f"up to Kubernetes 1.{field.until}, and the cluster has 1.{self.minor}"
        return ""

    def value(self, node: Node, type_: str, name: str) -> None:
        """A value of a field, held against its type; `null` goes for any."""
        value = node.value
        if value is None or type_ == "any":
            return
        if type_[0] == "[":
            if not isinstance(value, list):
                self._wrong(node, name, "a list")
                return
            for item in value:
                self.value(item, type_[1:-1], name)
        elif type_[0] == "{":
            if not isinstance(value, dict):
                self._wrong(node, name, "a map")
                return
            for key, item in value.items():
                self.value(item, type_[1:-1], key)
        elif type_ in _SCALARS:
            wanted, fits = _SCALARS[type_]
            if not fits(node):
                self._wrong(node, name, wanted)
        else:
            self.map(node, type_, name)

    def _wrong(self, node: Node, name: str, wanted: str) -> None:
        value = node.value
        is_plain = isinstance(value, bool | int | Decimal)
        shown = (
            "a map"
            if isinstance(value, dict)
            else "a list"
            if isinstance(value, list)
            else f"`{node.span.text[:40]}`"
        )
        hint = (
            f'write `"{node.span.text[:40]}"`, in quotes' if wanted == "text" and is_plain else None
        )
        if isinstance(value, str) and (value in ("true", "false") or value.isdecimal()):
            hint = f"write `{value[:40]}`, without quotes"
        self.report(manifests.wrong_type(node.span, name[:60], wanted, shown, hint))


def _name_of(around: Node, value: Node, name: str) -> Any:
    """Where the name of a field stands: before its value, on this line or on one before it."""
    from blueprint.source import Span

    source = around.span.source
    at = source.text.rfind(name, around.span.start, value.span.start)
    return Span(source, at, at + len(name)) if at >= 0 else value.span


def _is_text(node: Node) -> bool:
    """Whether Kubernetes reads a text: its reader knows no dates, and no numbers with colons."""
    value = node.value
    return isinstance(value, str | dt.date) or (
        isinstance(value, int | Decimal) and not isinstance(value, bool) and ":" in node.span.text
    )


def _is_int(node: Node) -> bool:
    return isinstance(node.value, int) and not isinstance(node.value, bool)


_SCALARS: Mapping[str, tuple[str, Callable[[Node], bool]]] = {
    "text": ("text", _is_text),
    "int": ("a whole number", _is_int),
    "number": ("a number", lambda n: _is_int(n) or isinstance(n.value, Decimal)),
    "bool": ("true or false", lambda n: isinstance(n.value, bool)),
    "quantity": ("a quantity, such as `500m` or `2Gi`", lambda n: quantity(n.value) is not None),
}

__all__ = ["REMOVED", "check_object", "table"]
