"""Plans what the cores of each NUMA node of a host are for, in physical cores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.processors import Purpose, core_counts
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.starlingx.resources.common import View

#: What StarlingX calls each purpose; cores without one are the applications'.
FUNCTIONS: dict[Purpose, str] = {
    "platform": "platform",
    "vswitch": "vswitch",
    "shared": "shared",
    "isolated": "application-isolated",
}


def processors(view: View) -> list[Any]:
    """The functions of each NUMA node; none where nothing is stated or StarlingX assigns none."""
    if not view.has_workloads:
        return []
    functions = list(_functions(view))
    if not functions:
        return []
    cause = view.cause("what cores are for", "cores")
    return [
        Traced({"node": node, "functions": functions}, cause)
        for node in range(view.hardware.numa_nodes)
    ]


def _functions(view: View) -> Iterator[Any]:
    cores = view.spec.cores
    counts = core_counts(cores, view.hardware.cpu)
    stated = [name for name in FUNCTIONS if getattr(cores, name) is not None]
    for purpose, function in FUNCTIONS.items():
        if purpose in stated:
            cause = view.cause("cores of each NUMA node", "cores", purpose)
            yield Traced({"function": function, "count": counts[purpose]}, cause)
        elif purpose == "vswitch" and stated and view.system.layer.vswitch != "ovs_dpdk":
            paths = (view.path("cores"), view.system.path("vswitch"))
            cause = Cause("no virtual switch polls on the host", paths)
            yield Traced({"function": function, "count": 0}, cause)


__all__ = ["FUNCTIONS", "processors"]
