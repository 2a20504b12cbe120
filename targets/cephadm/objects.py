"""Plans what is made inside a running cluster: CRUSH rules, pools, clients; a script that may run again.

Every command either finds what it makes and says so, or sets it anew to the same value.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from decimal import Decimal

from blueprint.model.ceph import CLIENTS, Pool
from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets.cephadm.cluster import Cluster

Line = tuple[str, Cause]

#: Pools of other uses that the client of a use reads: images are cloned, not copied.
_READS = {"cinder": ("glance",), "nova": ("glance",), "glance": (), "cinder_backup": ()}


def script(cluster: Cluster, header: str) -> Artifact:
    """The script, to be run with the `ceph` and `rbd` commands at hand."""
    page = Page()
    for line in ("#!/bin/sh", f"# {header}", "set -eu"):
        page.line(line)
    for part in (_rules, _pools, _clients):
        for text, cause in part(cluster):
            page.line(text, cause)
    made = page.artifact("cephadm/pools.sh")
    return Artifact(made.path, made.text, made.runs, is_executable=True)


def _rules(cluster: Cluster) -> Iterator[Line]:
    seen: set[str] = set()
    for name, pool in cluster.layer.pool.items():
        rule = rule_name(pool)
        if rule in seen:
            continue
        seen.add(rule)
        field = f"{cluster.ref}.pool.{name}"
        cause = Cause(
            "a rule for each failure domain and medium",
            (f"{field}.failure_domain", f"{field}.device_class"),
        )
        medium = f" {pool.device_class}" if pool.device_class else ""
        yield (
            f"ceph osd crush rule create-replicated {rule} default {pool.failure_domain}{medium}",
            cause,
        )


def rule_name(pool: Pool) -> str:
    """The CRUSH rule of a pool's copies."""
    medium = f"_{pool.device_class}" if pool.device_class else ""
    return f"by_{pool.failure_domain}{medium}"


def least_copies(pool: Pool) -> int:
    """The copies that must exist for a write: half, rounded up, plus one of even sizes."""
    if pool.min_size is not None:
        return pool.min_size
    return pool.size // 2 + 1


def _pools(cluster: Cluster) -> Iterator[Line]:
    for name, pool in cluster.layer.pool.items():
        field = f"{cluster.ref}.pool.{name}"
        quoted = shlex.quote(name)
        named = Cause("the pool", (field,))
        domain = Cause(
            "the rule of its failure domain", (f"{field}.failure_domain", f"{field}.device_class")
        )
        yield f"ceph osd pool create {quoted} --autoscale-mode=on", named
        yield f"ceph osd pool set {quoted} crush_rule {rule_name(pool)}", domain
        copies = Cause("how many copies are kept", (f"{field}.size",))
        if pool.size == 1:
            yield "ceph config set global mon_allow_pool_size_one true", copies
        confirmed = " --yes-i-really-mean-it" if pool.size == 1 else ""
        yield f"ceph osd pool set {quoted} size {pool.size}{confirmed}", copies
        least = Cause("how many copies a write needs", (f"{field}.min_size", f"{field}.size"))
        yield f"ceph osd pool set {quoted} min_size {least_copies(pool)}", least
        data = cluster.layer.data_pool(name)
        if data is not None:
            yield from _erasure(field, data, pool)
        if pool.share is not None:
            target = shlex.quote(data or name)
            share = Cause("its expected share of the data", (f"{field}.share",))
            yield (
                f"ceph osd pool set {target} target_size_ratio {Decimal(pool.share).normalize():f}",
                share,
            )
        use = Cause("it holds block devices", (f"{field}.use",))
        yield f"rbd pool init {quoted}", use


def _erasure(field: str, data: str, pool: Pool) -> Iterator[Line]:
    code = pool.erasure
    assert code is not None
    cause = Cause(
        "the data of block devices, erasure-coded",
        (f"{field}.erasure", f"{field}.failure_domain", f"{field}.device_class"),
    )
    quoted, profile = shlex.quote(data), shlex.quote(f"{data}.profile")
    medium = f" crush-device-class={pool.device_class}" if pool.device_class else ""
    yield (
        (
            f"ceph osd erasure-code-profile set {profile} k={code.k} m={code.m} "
            f"crush-failure-domain={pool.failure_domain}{medium}"
        ),
        cause,
    )
    yield f"ceph osd pool create {quoted} erasure {profile} --autoscale-mode=on", cause
    yield f"ceph osd pool set {quoted} allow_ec_overwrites true", cause
    yield f"ceph osd pool application enable {quoted} rbd", cause


def _clients(cluster: Cluster) -> Iterator[Line]:
    layer = cluster.layer
    for use, client in CLIENTS.items():
        own = layer.pool_for(use)
        if own is None:
            continue
        writes = [own, *([data] if (data := layer.data_pool(own)) else [])]
        reads = [pool for other in _READS[use] if (pool := layer.pool_for(other)) is not None]
        reads += [data for pool in reads if (data := layer.data_pool(pool))]
        osd = ", ".join(
            (
                *(f"profile rbd pool={p}" for p in writes),
                *(f"profile rbd-read-only pool={p}" for p in reads),
            )
        )
        manager = ", ".join(f"profile rbd pool={pool}" for pool in writes)
        cause = Cause(
            "the service's own client, which writes its pool and reads what it clones",
            tuple(f"{cluster.ref}.pool.{pool}.use" for pool in (own, *reads) if pool in layer.pool),
        )
        yield f"ceph auth get-or-create client.{client} >/dev/null", cause
        yield (
            (
                f"ceph auth caps client.{client} mon 'profile rbd' osd {shlex.quote(osd)} "
                f"mgr {shlex.quote(manager)}"
            ),
            cause,
        )
