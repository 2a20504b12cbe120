"""Failure domains of Ceph: enough for each pool's copies, and of about equal weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.fleet import parts_of
from blueprint.model import Ceph, Hardware, Host, Model
from blueprint.model.ceph import Erasure, FailureDomain, Filesystem, ObjectStore, Pool
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

TOO_FEW_DOMAINS = Rule("OIB5301", "too-few-failure-domains")
UNBALANCED = Rule("OIB5302", "unbalanced-failure-domains", Severity.WARNING)

#: How much of the capacity must be usable before unequal failure domains are worth a warning.
LEAST_SHARE = 70


class Kept(NamedTuple):
    """Data that a cluster keeps: a pool, or what is behind a file system or the object gateways."""

    path: tuple[str, ...]
    size: int
    erasure: Erasure | None
    domain: FailureDomain
    device_class: str | None

    @property
    def name(self) -> str:
        """What a diagnostic calls it: `pool.images`, `object`."""
        return ".".join(self.path)

    @property
    def copies(self) -> int:
        """In how many failure domains each object is kept."""
        return self.size if self.erasure is None else self.erasure.k + self.erasure.m

    @property
    def size_field(self) -> str:
        """The field that says how many."""
        return "size" if self.erasure is None else "erasure"


def kept(cluster: Ceph) -> Iterator[Kept]:
    """All data of a cluster, in the order of its declaration."""
    for label, pool in cluster.pool.items():
        yield _kept(("pool", label), pool, pool.erasure, pool.device_class)
    for label, filesystem in cluster.filesystem.items():
        yield _kept(("filesystem", label), filesystem, None, None)
    if cluster.object is not None:
        yield _kept(("object",), cluster.object, cluster.object.erasure, None)


def _kept(
    path: tuple[str, ...],
    block: Pool | Filesystem | ObjectStore,
    erasure: Erasure | None,
    device_class: str | None,
) -> Kept:
    return Kept(path, block.size, erasure, block.failure_domain, device_class)


def failure_domains(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Data with fewer failure domains than copies, once for all that needs as many."""
    for ref, cluster in model.of(Ceph).items():
        if not cluster.osds or ref in model.existing:
            continue
        lacking: dict[tuple[FailureDomain, str | None, int], list[Kept]] = {}
        for each in kept(cluster):
            lacking.setdefault((each.domain, each.device_class, each.copies), []).append(each)
        weights: dict[tuple[FailureDomain, str | None], dict[Ref, int]] = {}
        for (domain, device_class, needed), alike in lacking.items():
            key = (domain, device_class)
            if key not in weights:
                weights[key] = domain_weights(model, cluster, domain, device_class)
            places = weights[key]
            count = sum(weight > 0 for weight in places.values())
            if not count and device_class is not None:
                continue  # `no-disks-of-class` says so
            count = count or len(places)
            if count < needed:
                first = alike[0]
                stated = spans.written(ref, *first.path, "failure_domain")
                span = stated or spans.at(ref, *first.path)
                size = spans.written(ref, *first.path, first.size_field)
                names = [each.name for each in alike]
                yield too_few_domains(
                    span, names, domain, count, needed, device_class, size, spans.at(ref, "osds")
                )
        yield from _balance(ref, weights, list(lacking), spans)


def domain_weights(
    model: Model, cluster: Ceph, domain: FailureDomain, device_class: str | None
) -> dict[Ref, int]:
    """Bytes of OSDs in each failure domain; hosts outside every rack or zone count for none."""
    weights: dict[Ref, int] = {}
    sizes: dict[int, int] = {}
    for part in parts_of(model, cluster.osds):
        for host in part.members:
            place = _domain_of(host, domain)
            if place is None:
                continue
            size = sizes.get(id(host.spec))
            if size is None:
                size = sizes[id(host.spec)] = _osd_bytes(model, cluster, host, device_class)
            weights[place] = weights.get(place, 0) + size
    return weights


def _domain_of(host: Host, domain: FailureDomain) -> Ref | None:
    match domain:
        case "host":
            return host.ref
        case "rack":
            return host.rack
        case "zone":
            return host.zone


def _osd_bytes(model: Model, cluster: Ceph, host: Host, device_class: str | None) -> int:
    hardware = model.things.get(host.spec.hardware)
    if not isinstance(hardware, Hardware):
        return 0
    found = [(ref, hardware.disk.get(ref.name)) for ref in cluster.devices]
    return sum(
        int(disk.size) * (1 if ref.key is not None else disk.count)
        for ref, disk in found
        if disk is not None and device_class in (None, disk.media)
    )


def _balance(
    ref: Ref,
    weights: dict[tuple[FailureDomain, str | None], dict[Ref, int]],
    asked: list[tuple[FailureDomain, str | None, int]],
    spans: Spans,
) -> Iterator[Diagnostic]:
    for (domain, device_class), by_domain in weights.items():
        filled = {place: weight for place, weight in by_domain.items() if weight}
        most = max(needed for d, c, needed in asked if (d, c) == (domain, device_class))
        if len(filled) < most:
            continue
        share = usable_share(list(filled.values()), most)
        if share < LEAST_SHARE:
            smallest = min(filled, key=lambda place: (filled[place], place))
            yield unbalanced(spans.at(ref, "osds"), ref, domain, most, share, smallest)


def usable_share(weights: list[int], needed: int) -> int:
    """Percent of the capacity that fills when each object has `needed` copies in different domains.

    A domain takes at most one copy of each object. One that holds more than an equal part of the
    copies left to place takes one of every object, whatever else it has room for; the others are
    looked at without it.
    """
    left, total = needed, sum(weights)
    for weight in sorted(weights, reverse=True):
        if left <= 1 or weight * left <= total:
            break
        left -= 1
        total -= weight
    return total * needed * 100 // (left * sum(weights))


def too_few_domains(
    span: Span,
    names: list[str],
    domain: str,
    count: int,
    needed: int,
    device_class: str | None,
    size_span: Span | None,
    osds_span: Span,
) -> Diagnostic:
    """Pools and the like that can't put each copy into a failure domain of its own."""
    one = f"`{names[0]}` needs" if len(names) == 1 else f"{_listed(names)} need"
    disks = f" with `{device_class}` OSDs" if device_class else " with OSDs"
    there = f"there is {count}" if count == 1 else f"there are {count or 'none'}"
    labels = [Label(osds_span, f"on {count} {domain}{'' if count == 1 else 's'}")]
    if size_span is not None:
        labels.insert(0, Label(size_span, f"{needed} of them"))
    return Diagnostic(
        TOO_FEW_DOMAINS,
        span,
        f"{one} {needed} {domain}s{disks}, and {there}",
        labels=tuple(labels),
        hint=f"spread the OSDs over {needed} {domain}s, or choose a smaller failure domain"
        if domain != "host"
        else f"give the cluster {needed} hosts, or keep fewer copies",
    )


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def unbalanced(
    span: Span, cluster: str, domain: str, needed: int, share: int, smallest: str
) -> Diagnostic:
    """Failure domains so unequal that much of the larger ones can't be used."""
    return Diagnostic(
        UNBALANCED,
        span,
        f"only {share} % of the capacity of `{cluster}` can be used "
        f"with {needed} copies, each in another {domain}",
        notes=(f"`{smallest}` is the smallest {domain}: the others can't fill up without it",),
        hint=f"give each {domain} about as much capacity as the others",
    )
