"""From one version of Kubernetes to the next: which origins are such versions, and whether one upgrade leads there.

The control plane goes one minor version at a time, whatever the tool, and never back: Kubernetes' policy of version
skew. Patches of a minor version are free.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from blueprint.model import Kubernetes, Model
from blueprint.values import Ref

_VERSION = re.compile(r"v?1\.[0-9]{1,3}(\.[0-9]{1,3})?").fullmatch


class NoWay(NamedTuple):
    """Why no single upgrade leads from an origin to a version: the wording that the tools' rules share."""

    message: str
    notes: tuple[str, ...]
    hint: str


def is_version(origin: str) -> bool:
    """Whether what `--from` states is a version of Kubernetes."""
    return _VERSION(origin) is not None


def numbers(version: str) -> tuple[int, ...]:
    """Major and minor version, and the patch where it is stated."""
    return tuple(int(part) for part in version.removeprefix("v").split("."))


def minor(version: str) -> str:
    """A version without its patch: `1.34`."""
    return ".".join(map(str, numbers(version)[:2]))


def is_there(origin: str, goal: str) -> bool:
    """Whether what runs is what is wanted, as far as both are stated."""
    both = tuple(zip(numbers(origin), numbers(goal), strict=False))
    return all(one == other for one, other in both)


def no_way(model: Model, origin: str, goal: str) -> NoWay | None:
    """What stands against going from the origin to a version; None where one upgrade does it."""
    if is_there(origin, goal):
        layers = model.of(Kubernetes).items()
        if all(ref in model.existing or is_there(origin, each.version) for ref, each in layers):
            return NoWay(
                f"`--from {origin}` and the blueprint state the same version", (),
                "leave `--from` out, or state the version to come here",
            )  # fmt: skip
        return None
    before, after = numbers(origin), numbers(goal)
    if after < before:
        return NoWay(
            f"`{goal}` is older than `{origin}`, from which `--from` comes",
            ("what a newer API server has stored, an older one may not read",),
            f"state `{origin}` or a later version here",
        )
    if after[1] - before[1] > 1:
        way = ", then ".join(f"`1.{each}`" for each in range(before[1] + 1, after[1] + 1))
        return NoWay(
            f"no single upgrade leads from `{origin}` to `{goal}`",
            ("the control plane of Kubernetes goes one minor version at a time",),
            f"upgrade to {way}",
        )
    return None


def above(model: Model, layer: Ref) -> tuple[Ref, ...]:
    """The layers that stand on a cluster, whose pods move while its nodes are taken out of use."""
    return tuple(
        ref for ref, kind in model.things.items()
        if getattr(kind, "on", None) == layer and ref not in model.existing
    )  # fmt: skip


def versions_of_nodes(kubectl: str) -> str:
    """A command that prints the versions of the kubelets, each once."""
    return (
        f"{kubectl} get nodes --no-headers --output custom-columns=V:.status.nodeInfo.kubeletVersion"
        " | sort --unique"
    )
