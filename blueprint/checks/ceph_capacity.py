"""The capacity of Ceph's pools against what projects may fill."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from blueprint.checks.ceph_domains import domain_weights
from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.model import Ceph, Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size

OVER_CAPACITY = Rule("OIB5315", "quotas-over-capacity", Severity.WARNING)

#: Ceph warns of nearly full OSDs from here on (`mon_osd_nearfull_ratio`).
FILLED = Decimal("0.85")


def capacity(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Quotas of volumes that add up to more than the pool of volumes can hold."""
    promised: dict[Ref, dict[tuple[Ref, str], int]] = {}
    for ref, region in model.of(OpenStack).items():
        if region.storage is None or not _keeps_volumes_in_ceph(region):
            continue
        for label, project in region.project.items():
            if project.quota.volumes_size is not None:
                quotas = promised.setdefault(region.storage, {})
                quotas[ref, label] = int(project.quota.volumes_size)
    for ref, quotas in promised.items():
        cluster = model.things.get(ref)
        pool = cluster.pool_for("cinder") if isinstance(cluster, Ceph) else None
        if not isinstance(cluster, Ceph) or pool is None or not cluster.devices:
            continue
        usable = usable_bytes(model, cluster, pool)
        total = sum(quotas.values())
        if usable and total > usable:
            owner, largest = max(quotas, key=lambda each: quotas[each])
            yield over_capacity(
                spans.at(owner, "project", largest, "quota", "volumes_size"),
                total, usable, f"pool.{pool}", ref, spans.at(ref, "pool", pool),
            )  # fmt: skip


def usable_bytes(model: Model, cluster: Ceph, name: str) -> int:
    """Bytes of data that a pool holds before its OSDs are nearly full; its own share where stated."""
    pool = cluster.pool[name]
    raw = sum(domain_weights(model, cluster, "host", pool.device_class).values())
    share = Decimal(1) if pool.share is None else Decimal(pool.share)
    if pool.erasure is None:
        overhead = Decimal(pool.size)
    else:
        overhead = Decimal(pool.erasure.k + pool.erasure.m) / pool.erasure.k
    return int(raw * share * FILLED / overhead)


def _keeps_volumes_in_ceph(region: OpenStack) -> bool:
    """Whether the cluster is all that volumes can be kept on."""
    return "cinder" in region.services and region.cinder.lvm is None and region.cinder.nfs is None


def over_capacity(
    span: Span, promised: int, usable: int, pool: str, cluster: str, pool_span: Span
) -> Diagnostic:
    """Projects that may have more volumes than there is room for."""
    return Diagnostic(
        OVER_CAPACITY,
        span,
        f"projects may fill {_readable(promised)} with volumes, and `{pool}` of `{cluster}` holds "
        f"{_readable(usable)}",
        labels=(Label(pool_span, f"{_readable(usable)} until its OSDs are 85 % full"),),
        hint="lower the quotas, add disks, or keep fewer copies; volumes take up room as they fill",
    )


def _readable(size: int) -> str:
    """A size in the largest decimal unit that it reaches, to a tenth."""
    units = [unit for unit in Size.units if "i" not in unit and Size.units[unit] <= max(size, 1)]
    factor = Size.units[units[-1]]
    tenths = size * 10 // factor
    whole = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
    return f"{whole} {units[-1]}"
