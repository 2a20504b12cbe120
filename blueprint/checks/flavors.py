"""Flavors by themselves: what must be said, what goes together, and whether anybody may have that much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blueprint.checks.flavor_fit import unfit_flavors
from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.model import Model, OpenStack
from blueprint.model.openstack_resources import Flavor, Project
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size

INCOMPLETE = Rule("OIB5516", "flavor-without-size")
SIZED_BARE_METAL = Rule("OIB5517", "bare-metal-flavor-with-size")
UNEVEN = Rule("OIB5518", "flavor-not-divisible")
THREADS_SHARED = Rule("OIB5519", "thread-policy-without-pinning")
OVER_QUOTA = Rule("OIB5520", "flavor-over-quota")
UNKNOWN_TRAIT = Rule("OIB5521", "trait-that-no-host-has")

#: What only virtual machines have.
_OF_GUESTS = (
    "vcpus", "ram", "cpu_policy", "cpu_threads", "hugepages", "numa_nodes", "vfs", "devices", "vgpus",
)  # fmt: skip
_CUSTOM = "CUSTOM_"


def flavors(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Flavors that say too little, too much, or what nobody may use."""
    for ref, region in model.of(OpenStack).items():
        for name, flavor in region.flavor.items():
            if flavor.baremetal:
                sized = next((f for f in _OF_GUESTS if getattr(flavor, f)), None)
                if sized is not None:
                    span = spans.at(ref, "flavor", name, sized)
                    bare = spans.at(ref, "flavor", name, "baremetal")
                    yield sized_bare_metal(span, name, sized, bare)
                continue
            missing = [field for field in ("vcpus", "ram") if getattr(flavor, field) is None]
            if missing:
                yield incomplete(spans.key(ref, "flavor", name), name, missing)
                continue
            yield from _uneven(ref, name, flavor, spans)
            if flavor.cpu_threads is not None and flavor.cpu_policy != "dedicated":
                span = spans.at(ref, "flavor", name, "cpu_threads")
                yield threads_shared(span, name, spans.written(ref, "flavor", name, "cpu_policy"))
            yield from _over_quota(ref, region, name, flavor, model, spans)
            yield from _traits(ref, region, name, flavor, spans)


def _uneven(ref: Ref, name: str, flavor: Flavor, spans: Spans) -> Iterator[Diagnostic]:
    nodes, ram = flavor.numa_nodes or 1, int(flavor.ram or 0)
    if (flavor.vcpus or 0) % nodes:
        span = spans.at(ref, "flavor", name, "vcpus")
        where = spans.at(ref, "flavor", name, "numa_nodes")
        parts = f"{nodes} NUMA nodes"
        yield uneven(span, name, f"{flavor.vcpus} processors", parts, where)
    elif flavor.hugepages is not None and ram % (int(flavor.hugepages) * nodes):
        span = spans.at(ref, "flavor", name, "ram")
        where = spans.at(ref, "flavor", name, "hugepages")
        parts = f"pages of {flavor.hugepages}" + (f" on {nodes} NUMA nodes" if nodes > 1 else "")
        yield uneven(span, name, f"{flavor.ram} of memory", parts, where)
    elif ram % (2**20 * nodes):
        span = spans.at(ref, "flavor", name, "ram")
        parts = "whole MiB" + (f" on each of {nodes} NUMA nodes" if nodes > 1 else "")
        yield uneven(span, name, f"{flavor.ram} of memory", parts, span)


def _over_quota(
    ref: Ref, region: OpenStack, name: str, flavor: Flavor, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    """A flavor too large for a project that it is for, or for every project of the region."""
    over = _projects_too_small(region, flavor)
    if not over or (ref, name) in unfit_flavors(model, spans):
        return
    label, (field, quota) = next(iter(over.items()))
    limit = getattr(region.project[label].quota, quota)
    span = spans.at(ref, "flavor", name, field)
    where = spans.at(ref, "project", label, "quota", quota)
    yield over_quota(span, name, getattr(flavor, field), field, label, limit, where)


def _projects_too_small(region: OpenStack, flavor: Flavor) -> dict[str, tuple[str, str]]:
    """The projects that a flavor is for and that may not have one guest of it."""
    named = [project.label for project in flavor.projects]
    users = {label: p for label, p in region.project.items() if not named or label in named}
    over = {label: found for label, p in users.items() if (found := _exceeded(flavor, p))}
    return {} if not named and len(over) < len(users) else over


def unusable_flavors(model: Model, spans: Spans) -> frozenset[tuple[Ref, str]]:
    """The flavors of which nobody can have a guest: what clusters of them need says nothing new."""
    over = {
        (ref, name)
        for ref, region in model.of(OpenStack).items()
        for name, flavor in region.flavor.items()
        if _projects_too_small(region, flavor)
    }
    return unfit_flavors(model, spans) | over


def _exceeded(flavor: Flavor, project: Project) -> tuple[str, str] | None:
    quota = project.quota
    if quota.cores is not None and 0 <= quota.cores < (flavor.vcpus or 0):
        return "vcpus", "cores"
    if quota.ram is not None and quota.ram < (flavor.ram or Size(0)):
        return "ram", "ram"
    return None


def _traits(
    ref: Ref, region: OpenStack, name: str, flavor: Flavor, spans: Spans
) -> Iterator[Diagnostic]:
    chosen = None if flavor.aggregate is None else flavor.aggregate.label
    given = {
        trait
        for label, aggregate in region.aggregate.items()
        if chosen is None or label == chosen
        for trait in aggregate.traits
    }
    for position, trait in enumerate(flavor.traits):
        if trait.startswith(_CUSTOM) and trait not in given:
            span = spans.at(ref, "flavor", name, "traits", position)
            yield unknown_trait(span, trait, chosen, sorted(given))


def incomplete(span: Span, name: str, missing: Sequence[str]) -> Diagnostic:
    """A flavor without processors or memory."""
    wanted = " and ".join(f"`{field}`" for field in missing)
    return Diagnostic(
        INCOMPLETE,
        span,
        f"flavor `{name}` needs {wanted}",
        hint=f"set {wanted}, or `baremetal` for servers that are given out whole",
    )


def sized_bare_metal(span: Span, name: str, field: str, bare: Span) -> Diagnostic:
    """A server given out whole, of which a flavor asks for a part."""
    return Diagnostic(
        SIZED_BARE_METAL,
        span,
        f"`{field}` says nothing of flavor `{name}`, whose servers are given out whole",
        labels=(Label(bare, "bare-metal servers"),),
        hint=f"take `{field}` out",
    )


def uneven(span: Span, name: str, what: str, parts: str, where: Span) -> Diagnostic:
    """A guest that can't be cut into the parts that it asks for."""
    return Diagnostic(
        UNEVEN,
        span,
        f"{what} of flavor `{name}` can't be divided into {parts}",
        labels=() if where == span else (Label(where, "asked for here"),),
        hint="take a multiple",
    )


def threads_shared(span: Span, name: str, policy: Span | None) -> Diagnostic:
    """A rule for siblings of processors that are not pinned."""
    return Diagnostic(
        THREADS_SHARED,
        span,
        f"`cpu_threads` of flavor `{name}` needs processors that are pinned",
        labels=() if policy is None else (Label(policy, "they are not"),),
        hint="set `cpu_policy = dedicated`, or take `cpu_threads` out",
    )


def over_quota(
    span: Span, name: str, wanted: object, field: str, project: str, limit: object, where: Span
) -> Diagnostic:
    """A flavor that its users may not have once."""
    what = f"{wanted} processors" if field == "vcpus" else f"{wanted} of memory"
    return Diagnostic(
        OVER_QUOTA,
        span,
        f"{what} of flavor `{name}` are more than project `{project}` may have"
        if field == "vcpus"
        else f"{what} of flavor `{name}` is more than project `{project}` may have",
        labels=(Label(where, f"its quota is {limit}"),),
        hint="raise the quota, or name other `projects` for the flavor",
    )


def unknown_trait(
    span: Span, trait: str, aggregate: str | None, known: Sequence[str]
) -> Diagnostic:
    """A trait of one's own that no hosts are given."""
    whose = (
        "no aggregate gives its hosts" if aggregate is None else f"aggregate `{aggregate}` lacks"
    )
    return Diagnostic(
        UNKNOWN_TRAIT,
        span,
        f"{whose} the trait `{trait}`",
        hint=did_you_mean(trait, known, otherwise="add it to `traits` of an aggregate"),
    )
