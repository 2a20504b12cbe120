"""Pools of Ceph: copies that keep data, one pool for a purpose, shares that add up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from blueprint.checks.ceph_domains import copies
from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.model import Ceph, Model
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ratio

USE_REPEATED = Rule("OIB5307", "pool-use-repeated")
SHARES_OVER = Rule("OIB5309", "pool-shares-over-whole")
MIN_SIZE_OVER = Rule("OIB5310", "min-size-over-copies")
FEW_COPIES = Rule("OIB5311", "too-few-copies", Severity.WARNING)


def pools(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Pools that can't keep data, compete for a purpose, or promise more than there is."""
    for ref, cluster in model.of(Ceph).items():
        uses: dict[str, str] = {}
        for label, pool in cluster.pool.items():
            other = uses.setdefault(pool.use, label)
            if other != label and pool.use != "rbd":
                yield use_repeated(
                    spans.at(ref, "pool", label, "use"), label, other, pool.use,
                    spans.at(ref, "pool", other, "use"),
                )  # fmt: skip
            whole = copies(pool)
            if pool.min_size is not None and pool.min_size > whole:
                field = "size" if pool.erasure is None else "erasure"
                yield min_size_over(
                    spans.at(ref, "pool", label, "min_size"), label, pool.min_size, whole,
                    spans.at(ref, "pool", label, field),
                )  # fmt: skip
            if pool.erasure is None and pool.size < 3 and ref not in model.existing:
                yield few_copies(spans.at(ref, "pool", label, "size"), label, pool.size)
        shares = {n: p.share for n, p in cluster.pool.items() if p.share is not None}
        total = sum(shares.values(), Decimal(0))
        if total > 1:
            largest = max(shares, key=lambda name: shares[name])
            yield shares_over(spans.at(ref, "pool", largest, "share"), ref, Ratio(total))


def use_repeated(span: Span, pool: str, other: str, use: str, other_span: Span) -> Diagnostic:
    """Two pools for one service."""
    return Diagnostic(
        USE_REPEATED,
        span,
        f"`pool.{pool}` is for `{use}`, and `pool.{other}` is already",
        labels=(Label(other_span, "first stated here"),),
        hint="a service keeps its data in one pool; `use = rbd` is for pools of other clients",
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


def few_copies(span: Span, pool: str, size: int) -> Diagnostic:
    """A pool that loses data, or stops, with its first or second disk."""
    fate = "loses data with any disk" if size == 1 else "stops or loses data with its second disk"
    number = "one copy" if size == 1 else "two copies"
    return Diagnostic(
        FEW_COPIES,
        span,
        f"`pool.{pool}` keeps {number}, and {fate}",
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
