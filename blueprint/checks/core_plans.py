"""What cores of each NUMA node are for: not more than there are, and some for the system."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import described_groups
from blueprint.model import Hardware, Hosts, Model
from blueprint.model.processors import plans_cores
from blueprint.source import Span
from blueprint.spans import Spans

REST_TWICE = Rule("OIB5501", "rest-of-cores-twice")
CORES_OVER = Rule("OIB5502", "cores-over-budget")
NO_PLATFORM = Rule("OIB5503", "cores-without-platform")

_PURPOSES = ("platform", "vswitch", "shared", "isolated")


def core_plans(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts whose plan of cores names more than they have, or leaves the system none."""
    for group, spec, hardware in described_groups(model):
        cores, available = spec.cores, hardware.cpu.cores
        if not plans_cores(cores):
            continue  # the platform's share alone is judged with its memory
        if cores.shared == "rest" and cores.isolated == "rest":
            at = spans.at(group, "cores", "isolated")
            yield rest_twice(at, spans.at(group, "cores", "shared"))
            continue
        if cores.platform is None:
            yield no_platform(spans.at(group, "cores"), group)
        elif cores.platform >= available:
            continue
        stated = {name: n for name in _PURPOSES if isinstance(n := getattr(cores, name), int)}
        rest = next((name for name in _PURPOSES if getattr(cores, name) == "rest"), None)
        total = sum(stated.values())
        if total > available or (rest is not None and total == available):
            last = rest if total <= available else tuple(stated)[-1]
            assert last is not None
            where = spans.at(spec.hardware, "cpu", "cores")
            yield cores_over(spans.at(group, "cores", last), group, stated, rest, available, where)


def names_too_many(spec: Hosts, hardware: Hardware) -> bool:
    """Whether the plan of cores names more than each NUMA node has, so that it gives guests nothing."""
    stated = [n for name in _PURPOSES if isinstance(n := getattr(spec.cores, name), int)]
    return sum(stated) > hardware.cpu.cores


def rest_twice(span: Span, first: Span) -> Diagnostic:
    """The rest of the cores, given to two purposes."""
    return Diagnostic(
        REST_TWICE,
        span,
        "`shared` and `isolated` can't both be the rest of the cores",
        labels=(Label(first, "the rest is given away here"),),
        hint="say how many cores one of them has",
    )


def cores_over(
    span: Span,
    group: str,
    stated: dict[str, int],
    rest: str | None,
    available: int,
    hardware_span: Span,
) -> Diagnostic:
    """More cores named than each NUMA node has."""
    sums = " + ".join(f"{count} `{name}`" for name, count in stated.items())
    total = sum(stated.values())
    what = (
        f"`{group}` names {total} cores on each NUMA node, which has {available}"
        if total > available
        else f"`{group}` leaves nothing of the {available} cores on each NUMA node for `{rest}`"
    )
    return Diagnostic(
        CORES_OVER,
        span,
        what,
        labels=(Label(hardware_span, "cores of each socket, which is one NUMA node"),),
        notes=(sums,),
        hint="name fewer cores; they are counted on each NUMA node",
    )


def no_platform(span: Span, group: str) -> Diagnostic:
    """Cores for everything but the system."""
    return Diagnostic(
        NO_PLATFORM,
        span,
        f"`{group}` keeps no core for the system",
        notes=("guests and the virtual switch get cores of their own, and the system is on none",),
        hint="keep at least one on each NUMA node: `platform = 1`",
    )
