"""Kata Containers that come with StarlingX: its containerd knows them, and Kubernetes is told by a RuntimeClass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kata import SHIMS
from blueprint.target import Cause
from blueprint.values import Size
from targets._formats.page import Traced
from targets.starlingx.releases import KATA_HANDLER
from targets.starlingx.system import System


def runtime_classes(system: System) -> Iterator[dict[str, Any]]:
    """A RuntimeClass for each runtime of a system."""
    for label, runtime in system.layer.runtime.items():
        path = system.path("runtime", label)
        cause = Cause("Kata Containers of the release", (path,))
        stated = Cause("what the pod's virtual machine takes", (f"{path}.overhead", path))
        memory = SHIMS["qemu"].memory if runtime.overhead is None else runtime.overhead
        overhead = {"memory": _quantity(memory), "cpu": f"{SHIMS['qemu'].cpu_m}m"}
        yield {
            "apiVersion": Traced("node.k8s.io/v1", cause),
            "kind": Traced("RuntimeClass", cause),
            "metadata": Traced({"name": label}, cause),
            "handler": Traced(KATA_HANDLER, cause),
            "overhead": Traced({"podFixed": overhead}, stated),
        }


def _quantity(size: Size) -> str:
    """A size as Kubernetes writes it."""
    count, rest = divmod(int(size), 1024**2)
    return str(int(size)) if rest else f"{count}Mi"


__all__ = ["runtime_classes"]
