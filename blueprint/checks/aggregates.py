"""Aggregates of computes: of computes, with one ratio for each host, and alike where flavors need that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import Part, descriptions, parts_of
from blueprint.model import Hosts, Model, OpenStack
from blueprint.model.openstack_resources import Aggregate, Flavor
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

NO_COMPUTES = Rule("OIB5513", "aggregate-of-other-hosts")
RATIOS_DIFFER = Rule("OIB5514", "aggregates-disagree")
MIXED = Rule("OIB5515", "aggregate-of-unlike-hosts")

_RATIOS = ("cpu_ratio", "ram_ratio", "disk_ratio")


def aggregates(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Aggregates whose hosts are no computes, have two ratios, or differ where flavors rely on them."""
    for ref, region in model.of(OpenStack).items():
        computes = frozenset(host.ref for host in model.hosts(region.compute))
        members = {
            name: parts_of(model, aggregate.hosts) for name, aggregate in region.aggregate.items()
        }
        for name, parts in members.items():
            other = next((p for p in parts if any(h.ref not in computes for h in p.members)), None)
            if other is not None:
                span = spans.at(ref, "aggregate", name, "hosts", other.position)
                yield no_computes(span, name, other, ref, spans.at(ref, "compute"))
        yield from _disagreeing(ref, region, members, spans)
        yield from _mixed(ref, region, members, spans)


def _disagreeing(
    ref: Ref, region: OpenStack, members: dict[str, tuple[Part, ...]], spans: Spans
) -> Iterator[Diagnostic]:
    for field in _RATIOS:
        stated: list[tuple[str, Aggregate]] = [
            (name, each)
            for name, each in region.aggregate.items()
            if getattr(each, field) is not None
        ]
        for position, (name, each) in enumerate(stated):
            mine = _refs(members[name])
            for other, earlier in stated[:position]:
                both = sorted(mine & _refs(members[other]))
                if both and getattr(each, field) != getattr(earlier, field):
                    span = spans.at(ref, "aggregate", name, field)
                    first = spans.at(ref, "aggregate", other, field)
                    yield ratios_differ(span, field, name, other, both, first)
                    break


def _mixed(
    ref: Ref, region: OpenStack, members: dict[str, tuple[Part, ...]], spans: Spans
) -> Iterator[Diagnostic]:
    for name, parts in members.items():
        flavor = next((label for label, f in region.flavor.items() if _relies_on(f, name)), None)
        if flavor is None:
            continue
        kinds: dict[tuple[object, ...], tuple[Part, Hosts]] = {}
        for part in parts:
            for spec in descriptions(part.members):
                kinds.setdefault(_kind(spec), (part, spec))
        if len(kinds) > 1:
            (one, first), (other, second), *_ = kinds.values()
            span = spans.at(ref, "aggregate", name, "hosts", other.position)
            where = spans.at(ref, "flavor", flavor)
            yield mixed(span, name, one, other, _difference(first, second), flavor, where)


def _relies_on(flavor: Flavor, aggregate: str) -> bool:
    """Whether guests of a flavor rely on how the hosts of an aggregate are laid out."""
    if flavor.aggregate is None or flavor.aggregate.label != aggregate:
        return False
    return (
        flavor.cpu_policy == "dedicated"
        or flavor.hugepages is not None
        or flavor.numa_nodes is not None
    )


def _kind(spec: Hosts) -> tuple[object, ...]:
    pages = sorted((name, pages.count) for name, pages in spec.memory.hugepages.items())
    cores = spec.cores
    plan = (cores.platform, cores.vswitch, cores.shared, cores.isolated)
    return (spec.hardware, plan, tuple(pages))


def _difference(one: Hosts, other: Hosts) -> str:
    if one.hardware != other.hardware:
        return "their hardware"
    return "what their cores are for" if one.cores != other.cores else "their huge pages"


def _refs(parts: Sequence[Part]) -> frozenset[Ref]:
    return frozenset(host.ref for part in parts for host in part.members)


def no_computes(span: Span, name: str, part: Part, region: str, computes: Span) -> Diagnostic:
    """Hosts in an aggregate that run no guests."""
    return Diagnostic(
        NO_COMPUTES,
        span,
        f"`{part.named}` in aggregate `{name}` is no compute of `{region}`",
        labels=(Label(computes, "the computes"),),
        hint=f"add it to `compute`, or take it out of the aggregate `{name}`",
    )


def ratios_differ(
    span: Span, field: str, name: str, other: str, hosts: Sequence[str], first: Span
) -> Diagnostic:
    """Hosts with two ratios."""
    which = (
        f"`{hosts[0]}` is" if len(hosts) == 1 else f"`{hosts[0]}` and {len(hosts) - 1:,} more are"
    )
    return Diagnostic(
        RATIOS_DIFFER,
        span,
        f"aggregates `{name}` and `{other}` give the same hosts different `{field}`",
        labels=(Label(first, f"the ratio in `{other}`"),),
        notes=(f"{which} in both",),
        hint="state the ratio in one of them, or take the hosts out of one",
    )


def mixed(
    span: Span, name: str, one: Part, other: Part, what: str, flavor: str, flavor_span: Span
) -> Diagnostic:
    """Hosts that a flavor needs alike, and that differ."""
    return Diagnostic(
        MIXED,
        span,
        f"`{one.group.ref}` and `{other.group.ref}` in aggregate `{name}` differ in {what}",
        labels=(Label(flavor_span, f"guests of `{flavor}` are tied to the hosts' cores or pages"),),
        notes=("a guest that fits one of them may not fit the other, nor move to it",),
        hint="make an aggregate of each kind of host",
    )
