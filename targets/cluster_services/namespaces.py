"""Namespaces of the blueprint with their bounds, and those that charts run privileged pods in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kubernetes_features import Namespace
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.resources import Resource, quantity
from targets.cluster_services import image_policy
from targets.cluster_services.services import Services

_POD_SECURITY = "pod-security.kubernetes.io"


def privileged(name: str, cause: Cause) -> Resource:
    """A namespace whose pods configure their nodes, whatever the cluster's own standard is."""
    labels = {f"{_POD_SECURITY}/{mode}": "privileged" for mode in ("enforce", "audit", "warn")}
    return Resource("v1", "Namespace", name, cause, labels=labels)


def namespaces(services: Services) -> Iterator[Resource]:
    """Each namespace, its quota and what its pods may hear and say at first."""
    for name, space in services.cluster.namespace.items():
        yield _namespace(services, name, space)
        if (quota := _quota(services, name, space)) is not None:
            yield quota
        if (limits := _limits(services, name, space)) is not None:
            yield limits
        if space.network_policy != "allow":
            yield _isolation(services, name, space)


def _namespace(services: Services, name: str, space: Namespace) -> Resource:
    labels: dict[str, Any] = {
        key: Traced(value, services.cause("a label of the namespace", "namespace", name, "labels"))
        for key, value in space.labels.items()
    }
    if image_policy.stated(services) is not None:
        asked = services.cause("its pods' images are judged", "security", "image_policy")
        labels[image_policy.INCLUDED] = Traced("true", asked)
    standard = space.pod_security
    if standard is not None:
        cause = services.cause("the standard of its pods", "namespace", name, "pod_security")
        for mode in ("enforce", "audit", "warn"):
            labels[f"{_POD_SECURITY}/{mode}"] = Traced(standard, cause)
    cause = services.cause("a namespace of the cluster", "namespace", name)
    return Resource("v1", "Namespace", name, cause, labels=labels)


def _quota(services: Services, name: str, space: Namespace) -> Resource | None:
    hard: dict[str, Any] = {}
    for field, key, value in (
        ("pods", "pods", space.quota.pods),
        ("cpu", "requests.cpu", space.quota.cpu),
        ("memory", "requests.memory", space.quota.memory and quantity(space.quota.memory)),
        ("cpu_limit", "limits.cpu", space.quota.cpu_limit),
        (
            "memory_limit",
            "limits.memory",
            space.quota.memory_limit and quantity(space.quota.memory_limit),
        ),
    ):
        if value is not None:
            cause = services.cause("the most that it may have", "namespace", name, "quota", field)
            hard[key] = Traced(str(value), cause)
    if not hard:
        return None
    fields = (services.path("namespace", name), services.path("namespace", name, "quota"))
    cause = Cause("the most that it may have", fields)
    return Resource("v1", "ResourceQuota", "quota", cause, name, body={"spec": {"hard": hard}})


def _limits(services: Services, name: str, space: Namespace) -> Resource | None:
    """What containers have that say nothing; requests are then the same."""
    bounds: dict[str, Any] = {}
    for field, value in (
        ("cpu", space.limits.cpu),
        ("memory", space.limits.memory and quantity(space.limits.memory)),
    ):
        if value is not None:
            cause = services.cause("bounds of its containers", "namespace", name, "limits", field)
            bounds[field] = Traced(str(value), cause)
    if not bounds:
        return None
    fields = (services.path("namespace", name), services.path("namespace", name, "limits"))
    cause = Cause("bounds of containers that state none", fields)
    each = {"type": "Container", "default": bounds}
    return Resource("v1", "LimitRange", "limits", cause, name, body={"spec": {"limits": [each]}})


def _isolation(services: Services, name: str, space: Namespace) -> Resource:
    fields = (services.path("namespace", name), services.path("namespace", name, "network_policy"))
    cause = Cause("traffic before other policies", fields)
    types = ["Ingress"] if space.network_policy == "deny_ingress" else ["Ingress", "Egress"]
    spec = {"podSelector": {}, "policyTypes": types}
    label = space.network_policy.replace("_", "-")
    return Resource(
        "networking.k8s.io/v1", "NetworkPolicy", label, cause, name, body={"spec": spec}
    )
