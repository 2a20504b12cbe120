"""What all custom resources of the deployment manager have: API version, kind, name, namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced

API = "starlingx.windriver.com/v1"
#: The namespace that the deployment manager of a system looks into.
NAMESPACE = "deployment"


def resource(kind: str, name: str, spec: Mapping[str, Any], cause: Cause) -> dict[str, Any]:
    """A resource with its header."""
    header = {"name": name, "namespace": NAMESPACE, "labels": {"controller-tools.k8s.io": "1.0"}}
    return {
        "apiVersion": Traced(API, cause),
        "kind": Traced(kind, cause),
        "metadata": Traced(header, cause),
        "spec": Traced(dict(spec), cause),
    }


__all__ = ["API", "NAMESPACE", "resource"]
