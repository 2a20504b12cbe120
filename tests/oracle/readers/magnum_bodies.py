"""Reads what a playbook would have Magnum make, as the API's own types and validators do; run in Magnum's environment.

`python magnum_bodies.py TEMPLATE.json CLUSTER.json GROUPS.json`: attributes in the words of openstacksdk, which
turns them into bodies of requests first. Prints the bodies as the API has read them; any fault is an exception.
"""

import json
import sys
from pathlib import Path
from typing import Any

import wsme.rest.json
from magnum.api import validation
from magnum.api.controllers.v1.cluster import Cluster
from magnum.api.controllers.v1.cluster_template import ClusterTemplate
from magnum.api.controllers.v1.nodegroup import NodeGroup
from openstack.container_infrastructure_management.v1 import cluster, cluster_template
from wsme.types import Unset


def body_of(resource: Any, attributes: dict[str, Any]) -> dict[str, Any]:
    """The body of the request that openstacksdk makes of attributes; it drops those it has no word for."""
    made = resource.new(**attributes)
    body = made._prepare_request(requires_id=False, base_path=resource.base_path).body
    assert len(body) == len(attributes), sorted(attributes)
    return body


def read(kind: Any, body: dict[str, Any]) -> dict[str, Any]:
    """What the API reads of a body."""
    value = wsme.rest.json.fromjson(kind, body)
    names = [each.name for each in kind._wsme_attributes]
    return {n: getattr(value, n) for n in names if getattr(value, n) is not Unset}


def main() -> None:
    """Read all of it and print it."""
    template, made, groups = (json.loads(Path(each).read_text()) for each in sys.argv[1:4])
    found = read(ClusterTemplate, body_of(cluster_template.ClusterTemplate, template))
    judge = validation.Validator.get_coe_validator(found["coe"])
    # As `magnum.conf` of a region with the driver for Cluster API says (subjects/kubernetes_clusters.py of Kolla).
    type(judge).allowed_network_drivers = ["calico", "cilium"]
    judge.validate_network_driver(found["network_driver"])
    judge.validate_server_type(found["server_type"])
    judge.validate_volume_driver(found["volume_driver"])
    read_cluster = read(Cluster, body_of(cluster.Cluster, made))
    read_groups = [read(NodeGroup, each) for each in groups]
    print(json.dumps([found, read_cluster, read_groups], default=str))


if __name__ == "__main__":
    main()
