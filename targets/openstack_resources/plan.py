"""The plan of a region: everything that its APIs are asked to make, as variables with their causes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from targets._formats.yaml import Rows
from targets.openstack_resources import nodes
from targets.openstack_resources.aggregates import aggregates, traits
from targets.openstack_resources.flavors import flavors
from targets.openstack_resources.identity import domains, projects
from targets.openstack_resources.images import images
from targets.openstack_resources.networks import dns_zones, networks, subnets
from targets.openstack_resources.region import Region, traced
from targets.openstack_resources.shares import share_types

#: Variables of the playbook, in the order in which things are made.
VARIABLES: Mapping[str, Callable[[Region], Any]] = {
    "cloud_domains": domains,
    "cloud_projects": projects,
    "cloud_aggregates": aggregates,
    "cloud_traits": traits,
    "cloud_flavors": flavors,
    "cloud_images": images,
    "cloud_share_types": share_types,
    "cloud_dns_zones": dns_zones,
    "cloud_networks": networks,
    "cloud_subnets": subnets,
    "cloud_node_kinds": nodes.kinds,
    "cloud_nodes": nodes.nodes,
    "cloud_ports": nodes.ports,
}


def plan(region: Region) -> dict[str, Any]:
    """The variables of a region in which `check` found nothing wrong."""
    found: dict[str, Any] = {
        "cloud_region": traced(
            region.layer.region, "the region that everything belongs to", region.path("region")
        )
    }
    found |= {name: make(region) for name, make in VARIABLES.items()}
    physical_network = nodes.physical_network(region)
    if physical_network is not None:
        found["cloud_node_network"] = physical_network
    return found


def is_empty(variables: Mapping[str, Any]) -> bool:
    """Whether a plan asks for nothing."""
    return not any(_has_entries(variables[name]) for name in VARIABLES)


def _has_entries(value: Any) -> bool:
    return isinstance(value, Rows) or bool(value)
