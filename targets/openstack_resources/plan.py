"""The plan of a region: everything that its APIs are asked to make, as variables with their causes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.openstack_resources import nodes
from targets.openstack_resources.aggregates import aggregates, traits
from targets.openstack_resources.flavors import flavors
from targets.openstack_resources.identity import domains, projects
from targets.openstack_resources.images import images
from targets.openstack_resources.networks import dns_zones, networks, subnets
from targets.openstack_resources.region import Region, traced
from targets.openstack_resources.shares import share_types
from targets.openstack_resources.volume_types import volume_types

#: Variables of the playbook, in the order in which things are made, and the fields that they are made of.
VARIABLES: Mapping[str, tuple[Callable[[Region], Any], tuple[str, ...]]] = {
    "cloud_domains": (domains, ("project",)),
    "cloud_projects": (projects, ("project",)),
    "cloud_aggregates": (aggregates, ("aggregate", "compute", "services")),
    "cloud_traits": (traits, ("aggregate", "services")),
    "cloud_flavors": (flavors, ("flavor", "services")),
    "cloud_images": (images, ("image", "services")),
    "cloud_share_types": (share_types, ("manila", "services")),
    "cloud_dns_zones": (dns_zones, ("designate", "services")),
    "cloud_networks": (networks, ("external_network", "provider_network", "services")),
    "cloud_subnets": (subnets, ("external_network", "provider_network", "services")),
    "cloud_node_kinds": (nodes.kinds, ("ironic", "services")),
    "cloud_nodes": (nodes.nodes, ("ironic", "services")),
    "cloud_ports": (nodes.ports, ("ironic", "services")),
}


def plan(region: Region) -> dict[str, Traced]:
    """The variables of a region in which `check` found nothing wrong."""
    named = traced(
        region.layer.region, "the region that everything belongs to", region.path("region")
    )
    found = {"cloud_region": named}
    for name, (make, fields) in VARIABLES.items():
        paths = tuple(region.path(field) for field in fields)
        found[name] = Traced(make(region), Cause("what the region offers", paths))
    found.update(volume_types(region))
    physical_network = nodes.physical_network(region)
    if physical_network is not None:
        found["cloud_node_network"] = physical_network
    return found
