"""Workloads whose objects rules can't see: what has to be done first, and by which command."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from blueprint.model.workload import Workload
from blueprint.values import Ref


def to_render(unseen: Mapping[str, Workload]) -> str:
    """Which workloads have to be rendered before a rule can look at their objects, and how."""
    ref, workload = next(iter(unseen.items()))
    others = f", and {len(unseen) - 1} more" if len(unseen) > 1 else ""
    return (
        f"`{ref}`{others} must be rendered first: `{render_command(ref, workload)}`, "
        "and the file named as its `manifests`"
    )


def render_command(ref: str, workload: Workload) -> str:
    """The command that renders the chart of a workload."""
    name = Ref(ref).parts[1]
    words = ["helm", "template", name, workload.chart or "CHART", "--namespace", workload.namespace]
    if workload.version is not None:
        words += ["--version", workload.version]
    return f"{shlex.join(words)} > {shlex.quote(f'{name}.yaml')}"


__all__ = ["render_command", "to_render"]
