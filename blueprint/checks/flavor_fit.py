"""Whether a guest of each flavor fits any host that it may run on, were there no other guest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from blueprint.capabilities.openstack_offers import NOVA_CPU_RATIO
from blueprint.checks.core_plans import names_too_many
from blueprint.checks.page_plans import plans_too_much
from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.fleet import descriptions, parts_of
from blueprint.model import Hardware, Model, OpenStack
from blueprint.model.guest_offer import GuestOffer, guest_offer
from blueprint.model.openstack_resources import Flavor
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size

NO_SUCH_PAGES = Rule("OIB5522", "flavor-pages-nowhere")
TOO_LARGE = Rule("OIB5523", "flavor-fits-nowhere")
UNKNOWN_DEVICE = Rule("OIB5524", "unknown-device")
OVERCOMMITTED = Rule("OIB5525", "pinned-guests-overcommitted")


@dataclass(frozen=True, slots=True)
class _Host:
    """Hosts of one description that a flavor's guests may run on."""

    group: Ref
    hardware: Ref
    offer: GuestOffer
    has_shared_cores: bool


@dataclass(frozen=True, slots=True)
class _Lack:
    """What a host has too little of: how far down the list of needs, the flavor's field, and the words."""

    order: int
    field: tuple[str, ...]
    needed: str
    offered: str
    amount: int
    what: str


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is wrong with a flavor; `nothing_of` is the group of hosts that offers none of what it needs."""

    region: Ref
    flavor: str
    fault: Diagnostic
    is_unfit: bool = False
    nothing_of: tuple[Ref, str] | None = None


def flavor_fit(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Flavors whose guests no host could run.

    Where hosts keep none at all of what several flavors need, the hosts are wrong, and that is told once.
    """
    told: dict[tuple[Ref, str], list[_Judged]] = {}
    for each in _judged(model, spans):
        if each.nothing_of is None:
            yield each.fault
        else:
            told.setdefault(each.nothing_of, []).append(each)
    for first, *others in told.values():
        notes = tuple(f"nor does one of flavor `{each.flavor}` fit" for each in others)
        yield replace(first.fault, notes=(*first.fault.notes, *notes))


def unfit_flavors(model: Model, spans: Spans) -> frozenset[tuple[Ref, str]]:
    """The flavors that fit no host; what clusters of them would need says nothing new."""
    return frozenset((e.region, e.flavor) for e in _judged(model, spans) if e.is_unfit)


def _judged(model: Model, spans: Spans) -> Iterator[_Judged]:
    for ref, region in model.of(OpenStack).items():
        everywhere = tuple(_hosts(model, region.compute))
        for name, flavor in region.flavor.items():
            if flavor.baremetal or flavor.vcpus is None or flavor.ram is None:
                continue
            hosts, ratio = everywhere, region.nova.cpu_ratio
            stated: tuple[str, ...] = ("nova", "cpu_ratio")
            if flavor.aggregate is not None:
                label = flavor.aggregate.label
                aggregate = region.aggregate.get(label)
                hosts = () if aggregate is None else tuple(_hosts(model, aggregate.hosts))
                if aggregate is not None and aggregate.cpu_ratio is not None:
                    ratio, stated = aggregate.cpu_ratio, ("aggregate", label, "cpu_ratio")
            if not hosts:
                continue
            unknown = list(_unknown(ref, name, flavor, everywhere, spans))
            yield from (_Judged(ref, name, fault) for fault in unknown)
            if unknown:
                continue
            lacks = [_lack(flavor, host.offer, ratio) for host in hosts]
            fitting = [host for host, lack in zip(hosts, lacks, strict=True) if lack is None]
            if not fitting:
                yield _worst(ref, name, flavor, hosts, lacks, spans)
            elif _is_overcommitted(flavor, ratio, fitting):
                span = spans.at(ref, "flavor", name, "cpu_policy")
                yield _Judged(
                    ref, name,
                    overcommitted(span, name, fitting[0].group, str(ratio), spans.at(ref, *stated)),
                )  # fmt: skip


def _hosts(model: Model, selection: Sequence[str]) -> Iterator[_Host]:
    for part in parts_of(model, selection):
        for spec in descriptions(part.members):
            hardware = model.things.get(spec.hardware)
            if isinstance(hardware, Hardware) and not (
                names_too_many(spec, hardware) or plans_too_much(spec, hardware)
            ):
                shared = spec.cores.shared is not None
                yield _Host(part.group.ref, spec.hardware, guest_offer(spec, hardware), shared)


def _is_overcommitted(flavor: Flavor, ratio: object, hosts: Sequence[_Host]) -> bool:
    """Whether CPUs of hosts for pinned guests alone are counted more than once.

    Where a host keeps shared cores apart, the ratio is for these.
    """
    return (
        flavor.cpu_policy == "dedicated"
        and ratio is not None
        and ratio != 1
        and not any(host.has_shared_cores for host in hosts)
    )


def _unknown(
    ref: Ref, name: str, flavor: Flavor, everywhere: Sequence[_Host], spans: Spans
) -> Iterator[Diagnostic]:
    known = sorted({device for host in everywhere for device in host.offer.devices})
    for device in flavor.devices:
        if device not in known:
            yield unknown_device(spans.key(ref, "flavor", name, "devices", device), device, known)


def _worst(
    ref: Ref,
    name: str,
    flavor: Flavor,
    hosts: Sequence[_Host],
    lacks: Sequence[_Lack | None],
    spans: Spans,
) -> _Judged:
    """What to say of a flavor that fits nowhere: of the hosts that come nearest."""
    pairs = [(lack, host) for lack, host in zip(lacks, hosts, strict=True) if lack is not None]
    lack, host = max(pairs, key=lambda pair: (pair[0].order, pair[0].amount))
    span = spans.at(ref, "flavor", name, *lack.field)
    where = spans.at(host.group)
    if lack.field == ("hugepages",):
        sizes = sorted({size for each in hosts for size in each.offer.pages})
        fault = no_such_pages(span, name, str(flavor.hugepages), host.group, sizes, where)
        return _Judged(
            ref, name, fault, is_unfit=True, nothing_of=(host.group, str(flavor.hugepages))
        )
    fault = too_large(span, name, lack.needed, lack.offered, host.group, where)
    nothing = None if lack.amount else (host.group, lack.what)
    return _Judged(ref, name, fault, is_unfit=True, nothing_of=nothing)


def _lack(flavor: Flavor, offer: GuestOffer, ratio: object) -> _Lack | None:
    """The first need of a flavor that a host can't meet, or None where a guest fits."""
    pinned = flavor.cpu_policy == "dedicated"
    tied = pinned or flavor.hugepages is not None or flavor.numa_nodes is not None
    nodes = flavor.numa_nodes or 1
    needs = [
        (("numa_nodes",), nodes, offer.nodes, "NUMA nodes", tied),
        (("hugepages",), 1, offer.pages.get(flavor.hugepages or Size(0), 0), "", bool(flavor.hugepages)),
        _pinned(flavor, offer, nodes) if pinned else _shared(flavor, offer, ratio),
        _memory(flavor, offer, nodes, tied=tied),
        (("vfs",), flavor.vfs, offer.functions, "virtual functions", True),
        *(
            (("devices", name), count, offer.devices.get(name, 0), f"devices `{name}`", True)
            for name, count in flavor.devices.items()
        ),
        (("vgpus",), min(flavor.vgpus, 1), int(offer.shares_gpus), "shares of graphics processors", True),
    ]  # fmt: skip
    for order, (field, needed, offered, what, applies) in enumerate(needs):
        if applies and needed > offered:
            as_text = Size if field == ("ram",) else str
            return _Lack(
                order, field, f"{as_text(needed)} {what}", f"{as_text(offered)}", offered, what
            )
    return None


def _pinned(
    flavor: Flavor, offer: GuestOffer, nodes: int
) -> tuple[tuple[str, ...], int, int, str, bool]:
    apart = flavor.cpu_threads == "isolate"
    threads = 1 if apart else offer.threads
    offered = offer.pinned_cores * threads
    what = "pinned CPUs on one NUMA node"
    if apart and offer.threads > 1:
        what = "pinned CPUs on cores of their own on one NUMA node"
    if flavor.cpu_threads == "require" and offer.threads == 1:
        offered, what = 0, "pinned CPUs with siblings on one NUMA node"
    return ("vcpus",), -(-(flavor.vcpus or 0) // nodes), offered, what, True


def _shared(
    flavor: Flavor, offer: GuestOffer, ratio: object
) -> tuple[tuple[str, ...], int, int, str, bool]:
    factor = float(str(NOVA_CPU_RATIO if ratio is None else ratio))
    offered = min(offer.shared_cpus, int((offer.shared_cpus - offer.kept_cpus) * factor))
    return ("vcpus",), flavor.vcpus or 0, offered, "CPUs that guests share", True


def _memory(
    flavor: Flavor, offer: GuestOffer, nodes: int, *, tied: bool
) -> tuple[tuple[str, ...], int, int, str, bool]:
    ram = int(flavor.ram or 0)
    if flavor.hugepages is not None:
        offered = int(flavor.hugepages) * offer.pages.get(flavor.hugepages, 0)
        what = f"in pages of {flavor.hugepages} on one NUMA node"
        return ("ram",), -(-ram // nodes), offered, what, True
    if tied:
        what = "of memory on one NUMA node, huge pages apart"
        return ("ram",), -(-ram // nodes), int(offer.memory), what, True
    return ("ram",), ram, int(offer.memory) * offer.nodes, "of memory, huge pages apart", True


def no_such_pages(
    span: Span, name: str, size: str, group: str, sizes: Sequence[Size], hosts: Span
) -> Diagnostic:
    """Pages of a size that no host keeps."""
    kept = " and ".join(f"`{each}`" for each in sizes)
    return Diagnostic(
        NO_SUCH_PAGES,
        span,
        f"guests of flavor `{name}` need pages of {size}, and `{group}` keeps none",
        labels=(Label(hosts, "the hosts"),),
        hint=f"there are pages of {kept}"
        if kept
        else f'keep some: `hugepages "{size}" {{ count = … }}`',
    )


def too_large(
    span: Span, name: str, needed: str, offered: str, group: str, hosts: Span
) -> Diagnostic:
    """A guest that fits no host at all."""
    return Diagnostic(
        TOO_LARGE,
        span,
        f"a guest of flavor `{name}` needs {needed}, and `{group}` offers {offered}",
        labels=(Label(hosts, "of the hosts that it may run on, these come nearest"),),
        hint="make the flavor smaller, or choose other hosts",
    )


def unknown_device(span: Span, device: str, known: Sequence[str]) -> Diagnostic:
    """A device that no host gives guests."""
    return Diagnostic(
        UNKNOWN_DEVICE,
        span,
        f"no compute gives guests a device `{device}`",
        hint=did_you_mean(
            device, known, otherwise=f"add `device.{device}` to `passthrough` of hosts"
        ),
    )


def overcommitted(span: Span, name: str, group: str, ratio: str, where: Span) -> Diagnostic:
    """Pinned guests on hosts whose CPUs are given away more than once."""
    return Diagnostic(
        OVERCOMMITTED,
        span,
        f"guests of flavor `{name}` have CPUs of their own, and the ratio of `{group}` is {ratio}",
        labels=(Label(where, "each CPU is given to as many guests"),),
        hint="set `cpu_ratio = 1.0` in an aggregate of these hosts, or keep cores apart with `shared`",
    )
