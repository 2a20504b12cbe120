"""Pools of Ceph: copies that keep data, one pool for a purpose, shares that add up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from blueprint.checks.ceph_domains import kept
from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.model import Ceph, Model
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ratio, Ref

USE_REPEATED = Rule("OIB5307", "pool-use-repeated")
SHARES_OVER = Rule("OIB5309", "pool-shares-over-whole")
MIN_SIZE_OVER = Rule("OIB5310", "min-size-over-copies")
FEW_COPIES = Rule("OIB5311", "too-few-copies", Severity.WARNING)
CLASS_OFF_KUBERNETES = Rule("OIB5318", "class-off-kubernetes")


#: Uses that any number of pools or file systems may have.
_SHARED = {"rbd", "cephfs", "kubernetes"}


def pools(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Pools that can't keep data, compete for a purpose, or promise more than there is."""
    for ref, cluster in model.of(Ceph).items():
        yield from _uses(ref, cluster, spans)
        if cluster.on is None:
            yield from _classes(ref, cluster, spans)
        for label, pool in cluster.pool.items():
            whole = pool.size if pool.erasure is None else pool.erasure.k + pool.erasure.m
            if pool.min_size is not None and pool.min_size > whole:
                field = "size" if pool.erasure is None else "erasure"
                yield min_size_over(
                    spans.at(ref, "pool", label, "min_size"), label, pool.min_size, whole,
                    spans.at(ref, "pool", label, field),
                )  # fmt: skip
        for each in kept(cluster):
            if each.erasure is None and each.size < 3 and ref not in model.existing:
                yield few_copies(spans.at(ref, *each.path, "size"), each.name, each.size)
        shares = {n: p.share for n, p in cluster.pool.items() if p.share is not None}
        total = sum(shares.values(), Decimal(0))
        if total > 1:
            largest = max(shares, key=lambda name: shares[name])
            yield shares_over(spans.at(ref, "pool", largest, "share"), ref, Ratio(total))


def _uses(ref: Ref, cluster: Ceph, spans: Spans) -> Iterator[Diagnostic]:
    """Two pools, or two file systems, for one service."""
    for field, stated in (
        ("pool", {label: pool.use for label, pool in cluster.pool.items()}),
        ("filesystem", {label: each.use for label, each in cluster.filesystem.items()}),
    ):
        first: dict[str, str] = {}
        for label, use in stated.items():
            other = first.setdefault(use, label)
            if other != label and use not in _SHARED:
                yield use_repeated(
                    spans.at(ref, field, label, "use"), f"{field}.{label}", f"{field}.{other}",
                    use, spans.at(ref, field, other, "use"),
                )  # fmt: skip


def _classes(ref: Ref, cluster: Ceph, spans: Spans) -> Iterator[Diagnostic]:
    """Storage classes of pools and file systems where nothing would make them: the first of each."""
    for field, stated in (("pool", cluster.pool), ("filesystem", cluster.filesystem)):
        for label, each in stated.items():
            name = "storage_class" if each.storage_class is not None else "default"
            if each.storage_class is not None or each.default:
                yield class_off_kubernetes(spans.at(ref, field, label, name), name, ref)
                break


def use_repeated(span: Span, name: str, other: str, use: str, other_span: Span) -> Diagnostic:
    """Two pools, or two file systems, for one service."""
    return Diagnostic(
        USE_REPEATED,
        span,
        f"`{name}` is for `{use}`, and `{other}` is already",
        labels=(Label(other_span, "first stated here"),),
        hint="a service keeps its data in one file system; `use = cephfs` is for other clients"
        if name.startswith("filesystem.")
        else "a service keeps its data in one pool; `use = rbd` is for pools of other clients",
    )


def min_size_over(span: Span, pool: str, least: int, whole: int, size_span: Span) -> Diagnostic:
    """A pool that can never be written to."""
    return Diagnostic(
        MIN_SIZE_OVER,
        span,
        f"`pool.{pool}` takes no write with fewer than {least} copies, and keeps only {whole}",
        labels=(Label(size_span, f"{whole} in all"),),
        hint=f"set `min_size` below {whole}, so that one copy may be missing"
        if whole > 1
        else "keep more copies",
    )


def few_copies(span: Span, name: str, size: int) -> Diagnostic:
    """A pool that loses data, or stops, with its first or second disk."""
    fate = "loses data with any disk" if size == 1 else "stops or loses data with its second disk"
    number = "one copy" if size == 1 else "two copies"
    return Diagnostic(
        FEW_COPIES,
        span,
        f"`{name}` keeps {number}, and {fate}",
        hint="keep three copies, or erasure-coded chunks",
    )


def shares_over(span: Span, cluster: str, total: Ratio) -> Diagnostic:
    """Pools that together expect more than the cluster has."""
    return Diagnostic(
        SHARES_OVER,
        span,
        f"the shares of the pools of `{cluster}` add up to {total}",
        hint="lower them to 100 % or less in all",
    )


def class_off_kubernetes(span: Span, field: str, ceph: Ref) -> Diagnostic:
    """What a Ceph cluster on hosts says of the storage classes of a cluster that it does not stand on."""
    return Diagnostic(
        CLASS_OFF_KUBERNETES,
        span,
        f"`{field}` has no effect: `{ceph}` stands on no Kubernetes cluster",
        hint=f"state the class in the cluster that uses it: `storage_class general {{ ceph = {ceph} }}`",
    )
