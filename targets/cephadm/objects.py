"""Plans what is made inside a running cluster: CRUSH rules, pools, clients; a script that may run again.

Every command either finds what it makes and says so, or sets it anew to the same value.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from decimal import Decimal

from blueprint.model.ceph import CLIENTS, KUBERNETES_CLIENT, Erasure, Pool
from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets.cephadm.cluster import Cluster

Line = tuple[str, Cause]

#: Pools of other uses that the client of a use reads: images are cloned, not copied.
_READS = {"cinder": ("glance",), "nova": ("glance",)}


#: The gateways' own pool and those of the zone `default`, beside the one of objects' data.
_OBJECT_POOLS = (
    ".rgw.root", "default.rgw.control", "default.rgw.log", "default.rgw.meta", "default.rgw.buckets.index",
    "default.rgw.buckets.non-ec",
)  # fmt: skip
_OBJECT_DATA = "default.rgw.buckets.data"
#: The managers' pool, which the first of them makes.
_MANAGERS = ".mgr"
#: Its copies, which are those of every pool that nothing is said of (`osd_pool_default_size`).
_COPIES = 3
_WIDEST = ("zone", "rack", "host")


def has_objects(cluster: Cluster) -> bool:
    """Whether anything is made inside the cluster."""
    layer = cluster.layer
    return bool(layer.pool or layer.filesystem or layer.object is not None)


def script(cluster: Cluster, header: str) -> Artifact:
    """The script, to be run with the `ceph` and `rbd` commands at hand."""
    page = Page()
    for line in ("#!/bin/sh", f"# {header}", "set -eu"):
        page.line(line)
    for part in (_rules, _managers, _pools, _filesystems, _object_store, _clients):
        for text, cause in part(cluster):
            page.line(text, cause)
    made = page.artifact("cephadm/pools.sh")
    return Artifact(made.path, made.text, made.runs, is_executable=True)


def _rules(cluster: Cluster) -> Iterator[Line]:
    seen: set[str] = set()
    for path, domain, medium in _placed(cluster):
        rule = rule_name(domain, medium)
        if rule in seen:
            continue
        seen.add(rule)
        field = f"{cluster.ref}.{path}"
        cause = Cause("a rule for each failure domain and medium", _placing(field))
        of_medium = f" {medium}" if medium else ""
        yield f"ceph osd crush rule create-replicated {rule} default {domain}{of_medium}", cause


def _managers(cluster: Cluster) -> Iterator[Line]:
    """The managers' pool goes by a rule of the others: the default one spans all media and only hosts."""
    placed = sorted(_placed(cluster), key=lambda each: _WIDEST.index(each[1]))
    wide = [each for each in placed if _copies(cluster, each[0]) >= _COPIES]
    for path, domain, medium in wide[:1] or placed[-1:]:
        rule = "the rule of the widest failure domain that holds as many copies"
        cause = Cause(rule, _placing(f"{cluster.ref}.{path}"))
        yield f"ceph osd pool set {_MANAGERS} crush_rule {rule_name(domain, medium)}", cause


def _placed(cluster: Cluster) -> Iterator[tuple[str, str, str | None]]:
    """Everything that is kept in copies: its path, its failure domain, its medium."""
    layer = cluster.layer
    for name, pool in layer.pool.items():
        yield f"pool.{name}", pool.failure_domain, pool.device_class
    for name, filesystem in layer.filesystem.items():
        yield f"filesystem.{name}", filesystem.failure_domain, None
    if layer.object is not None:
        yield "object", layer.object.failure_domain, None


def _copies(cluster: Cluster, path: str) -> int:
    """How many copies something is kept in."""
    layer, (field, _, name) = cluster.layer, path.partition(".")
    if field == "pool":
        return layer.pool[name].size
    if field == "filesystem":
        return layer.filesystem[name].size
    return 0 if layer.object is None else layer.object.size


def rule_name(domain: str, medium: str | None) -> str:
    """The CRUSH rule for copies in a failure domain, on a medium where one is asked for."""
    return f"by_{domain}_{medium}" if medium else f"by_{domain}"


def least_copies(pool: Pool) -> int:
    """The copies that must exist for a write: half, rounded up, plus one of even sizes."""
    if pool.min_size is not None:
        return pool.min_size
    return pool.size // 2 + 1


def _pools(cluster: Cluster) -> Iterator[Line]:
    for name, pool in cluster.layer.pool.items():
        field = f"{cluster.ref}.pool.{name}"
        rule = rule_name(pool.failure_domain, pool.device_class)
        yield from _replicated(field, name, rule, pool.size, least_copies(pool))
        data = cluster.layer.data_pool(name)
        if data is not None:
            yield from _erasure(
                field, data, pool.erasure, pool.failure_domain, pool.device_class, "rbd"
            )
        if pool.share is not None:
            target = shlex.quote(data or name)
            share = Cause("its expected share of the data", (f"{field}.share",))
            yield (
                f"ceph osd pool set {target} target_size_ratio {Decimal(pool.share).normalize():f}",
                share,
            )
        use = Cause("it holds block devices", (f"{field}.use",))
        yield f"rbd pool init {shlex.quote(name)}", use


def _replicated(field: str, name: str, rule: str, size: int, least: int) -> Iterator[Line]:
    """A pool that keeps copies, with its rule and their number."""
    quoted = shlex.quote(name)
    named = Cause("the pool", (field,))
    domain = Cause("the rule of its failure domain", _placing(field))
    # a name that begins with a dot is made on confirmation only, without an error
    dotted = " --yes-i-really-mean-it" if name.startswith(".") else ""
    yield f"ceph osd pool create {quoted} --autoscale-mode=on{dotted}", named
    yield f"ceph osd pool set {quoted} crush_rule {rule}", domain
    copies = Cause("how many copies are kept", (f"{field}.size",))
    if size == 1:
        yield "ceph config set global mon_allow_pool_size_one true", copies
    confirmed = " --yes-i-really-mean-it" if size == 1 else ""
    yield f"ceph osd pool set {quoted} size {size}{confirmed}", copies
    stated = (f"{field}.min_size",) if _is_pool(field) else ()
    enough = Cause("how many copies a write needs", (*stated, f"{field}.size"))
    yield f"ceph osd pool set {quoted} min_size {least}", enough


def _filesystems(cluster: Cluster) -> Iterator[Line]:
    for name, filesystem in cluster.layer.filesystem.items():
        field = f"{cluster.ref}.filesystem.{name}"
        rule = rule_name(filesystem.failure_domain, None)
        pools = (f"cephfs.{name}.meta", f"cephfs.{name}.data")
        for pool in pools:
            size = filesystem.size
            yield from _replicated(field, pool, rule, size, size // 2 + 1)
        quoted = shlex.quote(name)
        made = Cause("the file system over its two pools", (field,))
        yield (
            f"ceph fs get {quoted} >/dev/null 2>&1 || ceph fs new {quoted} {' '.join(pools)}",
            made,
        )


def _object_store(cluster: Cluster) -> Iterator[Line]:
    """Pools of the gateways' own zone, `default`, made before the gateways would make them."""
    stored = cluster.layer.object
    if stored is None:
        return
    field = f"{cluster.ref}.object"
    rule = rule_name(stored.failure_domain, None)
    copied = list(_OBJECT_POOLS)
    if stored.erasure is None:
        copied.append(_OBJECT_DATA)
    for pool in copied:
        yield from _replicated(field, pool, rule, stored.size, stored.size // 2 + 1)
        use = Cause("it belongs to the object gateways", (field,))
        yield f"ceph osd pool application enable {pool} rgw", use
    if stored.erasure is not None:
        yield from _erasure(field, _OBJECT_DATA, stored.erasure, stored.failure_domain, None, "rgw")


def _placing(field: str) -> tuple[str, ...]:
    """The fields that say over what data is spread; only pools choose a medium."""
    medium = (f"{field}.device_class",) if _is_pool(field) else ()
    return (f"{field}.failure_domain", *medium)


def _is_pool(field: str) -> bool:
    return ".pool." in field


def _erasure(
    field: str, data: str, code: Erasure | None, domain: str, device_class: str | None, use: str
) -> Iterator[Line]:
    assert code is not None
    cause = Cause("the data, erasure-coded", (f"{field}.erasure", *_placing(field)))
    quoted, profile = shlex.quote(data), shlex.quote(f"{data}.profile")
    medium = f" crush-device-class={device_class}" if device_class else ""
    yield (
        (
            f"ceph osd erasure-code-profile set {profile} k={code.k} m={code.m} "
            f"crush-failure-domain={domain}{medium}"
        ),
        cause,
    )
    yield f"ceph osd pool create {quoted} erasure {profile} --autoscale-mode=on", cause
    if use == "rbd":
        yield f"ceph osd pool set {quoted} allow_ec_overwrites true", cause
    yield f"ceph osd pool application enable {quoted} {use}", cause


def clients() -> dict[str, str]:
    """The client of each use of a pool or file system, `client.` before it."""
    return {**CLIENTS, "kubernetes": KUBERNETES_CLIENT}


def _clients(cluster: Cluster) -> Iterator[Line]:
    layer = cluster.layer
    for use, client in clients().items():
        own = layer.pool_for(use)
        if own is None:
            continue
        writes = [own, *([data] if (data := layer.data_pool(own)) else [])]
        reads = [
            pool for other in _READS.get(use, ()) if (pool := layer.pool_for(other)) is not None
        ]
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
    shares = layer.filesystem_for("manila")
    if shares is not None:
        client = CLIENTS["manila"]
        fields = (f"{cluster.ref}.filesystem.{shares}.use", f"{cluster.ref}.nfs")
        cause = Cause("the service's own client, which lets managers make volumes", fields)
        yield f"ceph auth get-or-create client.{client} >/dev/null", cause
        exports = " osd 'allow rw pool=.nfs'" if layer.nfs else ""
        yield f"ceph auth caps client.{client} mon 'allow r' mgr 'allow rw'{exports}", cause
