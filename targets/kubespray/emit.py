"""Writes a cluster as the inventory that Kubespray reads, each line with its causes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from blueprint.target import Artifact, Cause
from targets._formats.page import Traced
from targets._formats.yaml import ansible_string, yaml_artifact, yaml_sequence
from targets._passthrough.values import as_variable
from targets.kubespray import control_plane, engine, networking, passthrough, playbooks
from targets.kubespray.cluster import Cluster
from targets.kubespray.inventory import plan_inventory
from targets.kubespray.nodes import class_variables

_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."
Subject = Callable[[Cluster], Iterator[tuple[str, Traced]]]
#: Files of variables for all hosts, and what is in each. Hosts of etcd alone need most of them too.
_FILES: Mapping[str, tuple[Subject, ...]] = {
    "container_engine": (engine.engine, engine.images, engine.proxy),
    "etcd": (control_plane.etcd,),
    "kubernetes": (
        control_plane.kubernetes,
        control_plane.api_server,
        control_plane.authentication,
        control_plane.security,
        control_plane.watched,
    ),
    "network": (networking.families, networking.plugin, networking.services, networking.resolution),
}


def emit(cluster: Cluster) -> tuple[Artifact, ...]:
    """The artifacts of a cluster, by path."""
    header = (_NOTICE,)
    base = "kubespray/inventory"
    artifacts = [
        yaml_artifact(f"{base}/hosts.yaml", plan_inventory(cluster), header, ansible_string)
    ]
    for name, variables in {**files(cluster), "tool": tool(cluster)}.items():
        if variables:
            path = f"{base}/group_vars/all/{name}.yml"
            artifacts.append(yaml_artifact(path, variables, header, ansible_string))
    for each in cluster.classes:
        path = f"{base}/group_vars/{each.inventory_group}.yml"
        variables = class_variables(cluster, each)
        artifacts.append(yaml_artifact(path, variables, header, ansible_string))
    for name, plays in (
        ("prepare", playbooks.preparation(cluster)),
        ("etcd-backup", playbooks.backup(cluster)),
    ):
        if plays:
            artifacts.append(yaml_sequence(f"kubespray/playbooks/{name}.yml", plays, header))
    artifacts += playbooks.backup_files(cluster)
    return tuple(sorted(artifacts, key=lambda artifact: artifact.path))


def files(cluster: Cluster) -> dict[str, dict[str, Traced]]:
    """Variables for all hosts by file."""
    return {
        name: {key: traced for subject in subjects for key, traced in subject(cluster)}
        for name, subjects in _FILES.items()
    }


def tool(cluster: Cluster) -> dict[str, Traced]:
    """Variables that the blueprint passes through."""
    return {
        name: Traced(
            as_variable(value),
            Cause(
                "a variable of Kubespray as stated", (cluster.path("tool", passthrough.TOOL, name),)
            ),
        )
        for name, value in passthrough.stated(cluster).items()
    }
