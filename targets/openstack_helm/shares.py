"""Settings of shared file systems: Manila over CephFS that guests mount themselves, and the key of its client.

The chart mounts the cluster's configuration and a key where a back end's name has `cephfs` in it. It makes
no client of its own, so the one that the cluster's tool has made is brought into the namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model.ceph import CLIENTS
from blueprint.spans import Spans
from blueprint.target import Cause, HandOver, Step, Taken
from targets._kubernetes.delivery import use_cluster
from targets.openstack_helm import limits
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.settings import ChartSetting, at

#: The back end, whose name tells the chart what it is.
_BACKEND = "cephfs_native"
#: The Secret with the client's key, by the chart's own name.
KEY_SECRET = "manila-keyring"  # noqa: S105 - a name
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*").fullmatch
_CLIENT = f"client.{CLIENTS['manila']}"


def shares(cloud: Cloud) -> Iterator[ChartSetting]:
    """All of it."""
    ceph = cloud.ceph
    name = None if ceph is None else ceph.filesystem_for("manila")
    if not cloud.has("manila") or name is None:
        return
    kept = Cause(
        "shares are kept in the cluster's file system for them",
        (cloud.path("manila", "backends"), f"{cloud.layer.storage}.filesystem.{name}.use"),
    )
    options = ("conf", "manila")
    yield at("manila", (*options, "DEFAULT", "enabled_share_backends"), _BACKEND, kept)
    yield at("manila", (*options, "DEFAULT", "enabled_share_protocols"), "CEPHFS", kept)
    yield at("manila", (*options, "DEFAULT", "cephfs_auth_id"), CLIENTS["manila"], kept)
    stated: dict[str, str | bool] = {
        "driver_handles_share_servers": False,
        "share_backend_name": "CEPHFS",
        "share_driver": "manila.share.drivers.cephfs.driver.CephFSDriver",
        "cephfs_conf_path": "/etc/ceph/ceph.conf",
        "cephfs_auth_id": CLIENTS["manila"],
        "cephfs_cluster_name": "ceph",
        "cephfs_filesystem_name": name,
    }
    for option, value in stated.items():
        yield at("manila", (*options, _BACKEND, option), value, kept)
    yield at("manila", "secrets.rbd", KEY_SECRET, kept)
    unused = Cause("no servers of shares' own, nor their images", kept.paths[:1])
    yield at("manila", "bootstrap.enabled", value=False, cause=unused)
    nameless = Cause("a test whose image the chart does not name", (cloud.path("services"),))
    yield at("manila", "manifests.pod_rally_test", value=False, cause=nameless)


def share_steps(cloud: Cloud) -> Iterator[Step]:
    """The key of Manila's client, out of the cluster."""
    if not cloud.has("manila") or cloud.layer.storage is None:
        return
    namespace = cloud.options.namespace
    yield Step(
        title="Give Manila its key to the Ceph cluster",
        takes=(Taken(HandOver("keyring", cloud.layer.storage, _CLIENT), "manila.keyring"),),
        commands=(
            use_cluster(cloud.cluster_ref),
            (
                f"kubectl --namespace {namespace} create secret generic {KEY_SECRET} "
                "--from-literal=key=\"$(sed -n 's/^[[:space:]]*key *= *//p' manila.keyring)\" "
                "--dry-run=client -o yaml | kubectl apply -f -"
            ),
        ),
        checks=(f"kubectl --namespace {namespace} get secret/{KEY_SECRET}",),
    )


def check_shares(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Ways to shares that the chart, or this target, does not have."""
    if not cloud.has("manila"):
        return
    backends = cloud.layer.manila.backends
    for position, backend in enumerate(backends):
        if backend != _BACKEND:
            span = spans.written(cloud.ref, "manila", "backends", str(position)) or spans.at(
                cloud.ref, "manila", "backends"
            )
            what = f"shares of the kind `{backend}`"
            instead = "choose `backends = [cephfs_native]`, or deploy with Kolla-Ansible"
            yield limits.not_expressible(span, what, instead)
    name = None if cloud.ceph is None else cloud.ceph.filesystem_for("manila")
    if name is not None and cloud.layer.storage is not None and not _NAME(name):
        span = spans.key(cloud.layer.storage, "filesystem", name)
        wanted = "letters, digits, `-`, `_` and `.`, a letter first"
        yield limits.unusable_text(span, "filesystem", name, wanted)
