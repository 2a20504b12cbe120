"""The steps of a deployment with Rook: exact commands, what they need, what shows success."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.target import Given, HandOver, Step
from targets._kubernetes.access import takes_kubeconfig
from targets._kubernetes.delivery import Delivered, use_cluster
from targets._kubernetes.object_gateways import NAMESPACE, USER, password_command
from targets.rook.clients import clients
from targets.rook.cluster import Cluster
from targets.rook.identity import regions, secret_commands
from targets.rook.labels import needs_labels

_CEPH = f"kubectl --namespace {NAMESPACE} exec deploy/rook-ceph-tools -- ceph"


#: Where Rook says what it does not do.
_ON_FAILURE = (
    (
        "Rook goes on by itself once the cause is gone: "
        f"`kubectl --namespace {NAMESPACE} logs deploy/rook-ceph-operator` says what it waits for"
    ),
    (
        "fewer OSDs than disks: "
        f"`kubectl --namespace {NAMESPACE} logs --selector app=rook-ceph-osd-prepare --tail=-1` says why a disk was passed "
        "over; do not wipe a disk before you know whose data is on it"
    ),
)


def steps(cluster: Cluster, done: Delivered) -> Iterator[Step]:
    """The steps in their order."""
    use = use_cluster(cluster.on)
    taken = (takes_kubeconfig(cluster.on),)
    if needs_labels(cluster):
        yield Step(
            title="Tell Kubernetes where its nodes stand",
            needs=("no OSDs yet: Rook reads a node's labels when it makes its OSDs",),
            takes=taken,
            commands=(use, "sh labels.sh"),
            checks=(
                "kubectl get nodes --label-columns topology.kubernetes.io/zone,topology.rook.io/rack",
            ),
        )
    yield Step(
        title="Install Rook and make the Ceph cluster",
        needs=(*done.needs, *_node_needs(cluster)),
        takes=taken,
        commands=(use, *secret_commands(cluster), *done.commands),
        checks=(*done.checks, *_checks(cluster)),
        on_failure=(*done.on_failure, *_ON_FAILURE),
        hands_over=tuple(_handed_over(cluster)),
        gives=tuple(_given(cluster)),
    )


def _node_needs(cluster: Cluster) -> Iterator[str]:
    layer = cluster.layer
    yield "the disks for OSDs are empty: no partitions, no LVM, no file system"
    yield "`/var/lib/rook` is absent on the nodes, unless this cluster made it"
    if layer.encrypted or layer.db_devices:
        yield "`lvm2` on the nodes with OSDs"


def _checks(cluster: Cluster) -> Iterator[str]:
    layer = cluster.layer
    wait = f"kubectl --namespace {NAMESPACE} wait"
    ready = "--for=jsonpath='{.status.phase}'=Ready --timeout=60m"
    yield f"{wait} cephcluster/{NAMESPACE} {ready}"
    for kind, names in (
        ("cephblockpool", layer.pool),
        ("cephfilesystem", layer.filesystem),
        ("cephobjectstore", (cluster.store,) if layer.rgw else ()),
        ("cephclient", tuple(each.name for each in clients(cluster))),
    ):
        for name in names:
            yield f"{wait} {shlex.quote(f'{kind}/{name}')} {ready}"
    count = sum(
        len(cluster.devices(host.spec.hardware, "devices")) for host in cluster.members("osds")
    )
    yield f"{_CEPH} status"
    yield f'test "$({_CEPH} osd ls | wc -l)" -ge {count}'
    yield f"{_CEPH} osd tree"


def _handed_over(cluster: Cluster) -> Iterator[Given]:
    """A key for each client, and how clients find the monitors."""
    there = use_cluster(cluster.on).removeprefix("export ")
    for each in clients(cluster):
        client = f"client.{each.name}"
        keyring = HandOver("keyring", cluster.ref, client)
        yield Given(keyring, command=f"{there} {_CEPH} auth get {client}")
    if next(regions(cluster), None) is not None:
        yield Given(
            HandOver("passwords", cluster.ref, USER), command=f"{there} {password_command()}"
        )
    reached = HandOver("ceph_conf", cluster.ref)
    yield Given(reached, command=f"{there} {_CEPH} config generate-minimal-conf")


def _given(cluster: Cluster) -> Iterator[str]:
    for _, label, each in cluster.keepers():
        if each.storage_class is not None:
            yield f"the storage class `{each.storage_class}`, whose volumes are kept in `{label}`"
