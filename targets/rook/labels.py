"""Plans the labels by which Rook learns where a node stands, for clusters whose own tool does not set them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model import Host
from blueprint.target import Artifact, Cause
from blueprint.values import Ref
from targets._formats.page import Page
from targets.rook.cluster import Cluster

_ZONE, _RACK = "topology.kubernetes.io/zone", "topology.rook.io/rack"


def places(cluster: Cluster) -> dict[Ref, str]:
    """Names of the racks and zones that nodes with OSDs are in; with the site's where two would be one."""
    found: dict[Ref, str] = {}
    for each in ("zone", "rack"):
        refs = sorted({place for h in cluster.members("osds") if (place := _place(h, each))})
        names = {ref: ref.plain for ref in refs}
        if len(set(names.values())) != len(names):
            names = {ref: f"{Ref('.'.join(ref.parts[:-2])).plain}-{ref.plain}" for ref in refs}
        found |= names
    return found


def _place(host: Host, sort: str) -> Ref | None:
    return host.zone if sort == "zone" else host.rack


def needs_labels(cluster: Cluster) -> bool:
    """Whether nodes are to be labelled here: Kubespray does it for the clusters that it deploys."""
    is_ours = (
        cluster.on not in cluster.model.existing and cluster.kubernetes.tool_name == "kubespray"
    )
    return bool(places(cluster)) and not is_ours


def labels_script(cluster: Cluster) -> Iterator[Artifact]:
    """A script of `kubectl label`, where it is needed."""
    if not needs_labels(cluster):
        return
    page = Page()
    cause = Cause("where nodes stand, which may fail as a whole", (cluster.path("osds"),))
    for line in ("#!/bin/sh", "# Says where each node stands; safe to run again.", "set -eu"):
        page.line(line, cause)
    names = places(cluster)
    for host in cluster.members("osds"):
        labels = [
            shlex.quote(f"{key}={names[place]}")
            for key, place in ((_ZONE, host.zone), (_RACK, host.rack))
            if place is not None
        ]
        if labels:
            paths = (f"{host.ref}.name", f"{host.ref}.rack")
            node = shlex.quote(host.name)
            command = f"kubectl label node {node} --overwrite {' '.join(labels)}"
            page.line(command, Cause("where the node stands", paths))
    made = page.artifact("rook/labels.sh")
    yield Artifact(made.path, made.text, made.runs, is_executable=True)
