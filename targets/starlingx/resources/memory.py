"""Plans what the memory of each NUMA node of a host is for: the platform's share, and huge pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.pages import guest_pages, vswitch_pages
from blueprint.values import Size
from targets._formats.page import Traced
from targets.starlingx.resources.common import View

_SMALL = 4096
#: The huge pages that StarlingX makes, by its words.
PAGES = {Size(2 * 2**20): "2MB", Size(2**30): "1GB"}


def memory(view: View) -> list[Any]:
    """The functions of each NUMA node; none where nothing is stated."""
    functions = list(_functions(view))
    if not functions:
        return []
    cause = view.cause("what memory is for", "memory")
    return [
        Traced({"node": node, "functions": functions}, cause)
        for node in range(view.hardware.numa_nodes)
    ]


def _functions(view: View) -> Iterator[Any]:
    stated = view.spec.memory
    if stated.platform is not None:
        cause = view.cause("the platform's share of each NUMA node", "memory", "platform")
        yield Traced(_entry("platform", "4KB", int(stated.platform) // _SMALL), cause)
    if not view.has_workloads:
        return
    switch = vswitch_pages(stated, view.hardware)
    if switch is not None and switch[0] in PAGES:
        cause = view.cause("pages of the virtual switch", "memory", "vswitch")
        yield Traced(_entry("vswitch", PAGES[switch[0]], switch[1]), cause)
    for size, count in guest_pages(stated).items():
        if size in PAGES:
            cause = view.cause("huge pages of each NUMA node", "memory", "hugepages")
            yield Traced(_entry("vm", PAGES[size], count), cause)


def _entry(function: str, size: str, count: int) -> dict[str, Any]:
    return {"function": function, "pageSize": size, "pageCount": count}


__all__ = ["PAGES", "memory"]
