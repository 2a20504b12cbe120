"""Namespaces whose pods are to run under Kata: policies that the API server itself holds to, no webhook.

`runtime` of a namespace warns whoever makes a pod without the class; with `enforce` such a pod is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kata import class_name
from blueprint.model.kubernetes_features import Shim
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.resources import Resource
from targets.kata.installation import Installation
from targets.kata.values import DEFAULT_CLASS

_API = "admissionregistration.k8s.io/v1"
_PODS = [
    {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]},
]
_NO_HOST_NETWORK = "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"


def policies(installation: Installation) -> Iterator[Resource]:
    """A policy for each shim that namespaces ask for, with a binding for those that insist and those that don't."""
    spaces = installation.cluster.namespace
    for shim in dict.fromkeys(s.runtime for s in spaces.values() if s.runtime is not None):
        of_shim = {name: space for name, space in spaces.items() if space.runtime == shim}
        fields = tuple(installation.path("namespace", name, "runtime") for name in of_shim)
        behind = installation.path("runtime", installation.default[1])
        cause = Cause("pods of a namespace run under a shim", (*fields, behind))
        yield _policy(installation, shim, cause)
        for is_enforced in (True, False):
            names = [name for name, space in of_shim.items() if space.enforce is is_enforced]
            if names:
                yield _binding(installation, shim, names, is_enforced=is_enforced)


def _name(shim: Shim) -> str:
    return f"{class_name(shim)}-pods"


def _policy(installation: Installation, shim: Shim, cause: Cause) -> Resource:
    classes = [class_name(shim)]
    if installation.default[0] == shim:
        classes.append(DEFAULT_CLASS)
    listed = ", ".join(f"'{each}'" for each in classes)
    wanted = " or ".join(f"`{each}`" for each in classes)
    validations = [
        {
            "expression": f"has(object.spec.runtimeClassName) && object.spec.runtimeClassName in [{listed}]",
            "message": f"pods of this namespace run under Kata: set runtimeClassName to {wanted}",
            "reason": "Forbidden",
        },
        {
            "expression": _NO_HOST_NETWORK,
            "message": "pods under Kata cannot use the network of their node",
            "reason": "Forbidden",
        },
    ]
    spec: dict[str, Any] = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": _PODS},
        "validations": validations,
    }
    return Resource(_API, "ValidatingAdmissionPolicy", _name(shim), cause, body={"spec": spec})


def _binding(
    installation: Installation, shim: Shim, names: list[str], *, is_enforced: bool
) -> Resource:
    fields = ("runtime", "enforce")
    paths = tuple(installation.path("namespace", name, f) for name in names for f in fields)
    rule = (
        "pods of another runtime are refused"
        if is_enforced
        else "pods of another runtime are told of"
    )
    cause = Cause(rule, paths)
    values = [Traced(name, Cause(rule, (installation.path("namespace", name),))) for name in names]
    chosen = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": values}
    spec = {
        "policyName": _name(shim),
        "validationActions": ["Deny"] if is_enforced else ["Warn", "Audit"],
        "matchResources": {"namespaceSelector": {"matchExpressions": [chosen]}},
    }
    name = f"{_name(shim)}-{'enforced' if is_enforced else 'advised'}"
    return Resource(_API, "ValidatingAdmissionPolicyBinding", name, cause, body={"spec": spec})
