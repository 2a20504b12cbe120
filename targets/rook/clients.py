"""Plans the clients of services, as resources that Rook makes keys for: what each may do, and no more."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.ceph import CLIENTS
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.object_gateways import NAMESPACE
from targets._kubernetes.resources import Resource
from targets.rook.cluster import Cluster

#: Pools of other uses that the client of a use reads: images are cloned, not copied.
_READS = {"cinder": ("glance",), "nova": ("glance",), "glance": (), "cinder_backup": ()}


def clients(cluster: Cluster) -> Iterator[Resource]:
    """A client for each service that keeps data in the cluster, unless its chart makes it."""
    if cluster.makes_clients:
        yield from _of_pools(cluster)
    layer = cluster.layer
    shares = layer.filesystem_for("manila")
    if shares is not None:
        field = cluster.path("filesystem", shares, "use")
        cause = Cause("the service's own client, which lets managers make volumes", (field,))
        yield _client(CLIENTS["manila"], {"mon": "allow r", "mgr": "allow rw"}, cause)


def _of_pools(cluster: Cluster) -> Iterator[Resource]:
    layer = cluster.layer
    for use, client in CLIENTS.items():
        own = layer.pool_for(use)
        if own is None:
            continue
        writes = [own, *([data] if (data := layer.data_pool(own)) else [])]
        reads = [pool for other in _READS[use] if (pool := layer.pool_for(other)) is not None]
        fields = tuple(cluster.path("pool", pool, "use") for pool in (own, *reads))
        reads += [data for pool in reads if (data := layer.data_pool(pool))]
        caps = {
            "mon": "profile rbd",
            "osd": ", ".join(
                (
                    *(f"profile rbd pool={pool}" for pool in writes),
                    *(f"profile rbd-read-only pool={pool}" for pool in reads),
                )
            ),
            "mgr": ", ".join(f"profile rbd pool={pool}" for pool in writes),
        }
        cause = Cause(
            "the service's own client, which writes its pool and reads what it clones", fields
        )
        yield _client(client, caps, cause)


def _client(name: str, caps: dict[str, str], cause: Cause) -> Resource:
    body = {"spec": {"caps": Traced(caps, cause)}}
    return Resource("ceph.rook.io/v1", "CephClient", name, cause, namespace=NAMESPACE, body=body)
