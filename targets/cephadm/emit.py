"""Writes a cluster as the files that cephadm reads, each line with its causes."""

from __future__ import annotations

from blueprint.target import Artifact
from targets._formats.ini import ini_artifact
from targets._formats.yaml import yaml_documents
from targets.cephadm.cluster import Cluster
from targets.cephadm.gateways import gateway_specifications
from targets.cephadm.objects import has_objects, script
from targets.cephadm.specifications import (
    first_configuration,
    host_specifications,
    service_specifications,
)

_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."


def emit(cluster: Cluster) -> tuple[Artifact, ...]:
    """The artifacts of a cluster, by path."""
    header = (_NOTICE,)
    artifacts = [
        ini_artifact("cephadm/cluster.conf", first_configuration(cluster), header),
        yaml_documents("cephadm/hosts.yaml", tuple(host_specifications(cluster)), header),
        yaml_documents("cephadm/services.yaml", tuple(service_specifications(cluster)), header),
    ]
    if has_objects(cluster):
        artifacts.append(script(cluster, _NOTICE))
    gateways = tuple(gateway_specifications(cluster))
    if gateways:
        artifacts.append(yaml_documents("cephadm/gateways.yaml", gateways, header))
    return tuple(sorted(artifacts, key=lambda artifact: artifact.path))
