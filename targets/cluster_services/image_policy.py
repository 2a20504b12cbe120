"""Images that pods may have: Sigstore's policy controller, and the policies of its that follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Registry
from blueprint.model.kubernetes_operation import ImagePolicy
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.resources import Resource
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.services import Services

NAMESPACE = "cosign-system"
#: The label of namespaces whose pods the controller looks at.
INCLUDED = "policy.sigstore.dev/include"
#: The ConfigMap with the certificate of the registry's authority, and the key in it.
AUTHORITY, CA = "registry-authority", "ca.crt"
_API = "policy.sigstore.dev/v1beta1"


def stated(services: Services) -> ImagePolicy | None:
    """The block, where the cluster has it."""
    return services.cluster.security.image_policy


def authority(services: Services) -> Cause | None:
    """Why the controller is told of an authority: it reads signatures out of the registry itself."""
    ref = services.cluster.registry
    if ref is None or services.model.at(ref, Registry).ca is None:
        return None
    return Cause("the registry's authority", (f"{ref}.ca", services.path("registry")))


def key_name(position: int) -> str:
    """The Secret with a public key, by its place in the list."""
    return f"image-key-{position + 1}"


def values(services: Services) -> dict[str, Any]:
    """Values of the chart: what becomes of images that no policy names."""
    policy = stated(services)
    assert policy is not None
    is_strict = policy.mode == "enforce"
    cause = services.cause("what becomes of other images", "security", "image_policy", "mode")
    several = services.cause("two where there are nodes for them", "pool")
    trusted = authority(services)
    told = () if trusted is None else (
        Setting(("webhook", "registryCaBundle", "name"), AUTHORITY, trusted),
        Setting(("webhook", "registryCaBundle", "key"), CA, trusted),
    )  # fmt: skip
    return tree(
        told,
        Setting(
            ("webhook", "configData", "no-match-policy"), "deny" if is_strict else "warn", cause
        ),
        Setting(("webhook", "replicaCount"), 2 if services.workers > 1 else 1, several),
    )


def resources(services: Services) -> Iterator[Resource]:
    """One policy: whose images are let in, and whose signatures they need."""
    policy = stated(services)
    if policy is None:
        return
    path = ("security", "image_policy")
    whose = services.cause("registries whose images are let in", *path, "registries")
    images = [{"glob": f"{each}/**"} for each in policy.registries] or [{"glob": "**"}]
    spec: dict[str, Any] = {
        "images": Traced(images, whose),
        "mode": Traced(policy.mode, services.cause("what becomes of others", *path, "mode")),
        "authorities": _authorities(services, policy),
    }
    cause = services.cause("images that pods may have", *path)
    yield Resource(_API, "ClusterImagePolicy", "images", cause, body={"spec": spec})


def _authorities(services: Services, policy: ImagePolicy) -> Traced:
    cause = services.cause("who signs images", "security", "image_policy", "keys")
    if not policy.keys:
        return Traced([{"name": "anybody", "static": {"action": "pass"}}], cause)
    listed = [
        Traced(
            {"name": key_name(position), "key": {"secretRef": {"name": key_name(position)}}},
            Cause(
                "a public key", (services.path("security", "image_policy", "keys", str(position)),)
            ),
        )
        for position in range(len(policy.keys))
    ]
    return Traced(listed, cause)
