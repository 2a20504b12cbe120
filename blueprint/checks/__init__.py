"""The checks across layers: each reads the whole resolved model and says what doesn't fit.

A check is a function of the model and its spans. Its rules and its wording stand beside it, in one
file a subject, and each code has a page in `explain/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from blueprint.checks.address_families import address_families
from blueprint.checks.address_overlap import address_overlap, segments
from blueprint.checks.address_ranges import address_ranges
from blueprint.checks.aggregates import aggregates
from blueprint.checks.baremetal_hosts import bare_metal_hosts
from blueprint.checks.baremetal_service import bare_metal_service
from blueprint.checks.bond_ports import bond_ports
from blueprint.checks.ceph_capacity import capacity
from blueprint.checks.ceph_devices import device_classes, devices
from blueprint.checks.ceph_domains import failure_domains
from blueprint.checks.ceph_frames import frames
from blueprint.checks.ceph_hosts import gateway_ports, shared_hosts
from blueprint.checks.ceph_images import ceph_images
from blueprint.checks.ceph_pools import pools
from blueprint.checks.certificates import certificates
from blueprint.checks.contract import contract
from blueprint.checks.controller_addresses import controller_addresses
from blueprint.checks.core_plans import core_plans
from blueprint.checks.deliveries import deliveries
from blueprint.checks.external_networks import (
    external_networks,
    flat_physnets,
    provider_networks,
)
from blueprint.checks.flavor_fit import flavor_fit
from blueprint.checks.flavors import flavors
from blueprint.checks.floating_pools import floating_pools, hosts_on_floating
from blueprint.checks.guest_devices import guest_devices
from blueprint.checks.guest_zones import guest_zones
from blueprint.checks.hardware_ports import hardware_ports
from blueprint.checks.host_identity import host_identity, rack_units
from blueprint.checks.host_ports import hardware_lists, host_ports
from blueprint.checks.host_resources import platform_memory, platform_share
from blueprint.checks.identity import identity
from blueprint.checks.kubernetes_addresses import kubernetes_addresses
from blueprint.checks.kubernetes_exposure import kubernetes_exposure
from blueprint.checks.kubernetes_names import kubernetes_names
from blueprint.checks.kubernetes_nodes import kubernetes_nodes
from blueprint.checks.kubernetes_operation import kubernetes_operation
from blueprint.checks.kubernetes_pools import kubernetes_pools
from blueprint.checks.kubernetes_sizes import kubernetes_sizes
from blueprint.checks.kubernetes_versions import kubernetes_versions
from blueprint.checks.layers_beside import layers_beside
from blueprint.checks.link_networks import link_networks
from blueprint.checks.magnum_managers import magnum_managers
from blueprint.checks.metal_nodes import metal_nodes
from blueprint.checks.mtu import external_mtu, link_mtu, overlay_mtu
from blueprint.checks.openstack_regions import regions
from blueprint.checks.openstack_services import (
    deployment_hosts,
    monitoring,
    processors,
    services,
    settings,
)
from blueprint.checks.page_plans import page_plans
from blueprint.checks.placement import compute_zones, gateways, mixed_roles, roles, zones
from blueprint.checks.pod_frames import pod_frames
from blueprint.checks.quorum import quorum
from blueprint.checks.region_security import region_security
from blueprint.checks.region_tools import region_tools
from blueprint.checks.registries import registries
from blueprint.checks.residency import residency
from blueprint.checks.secondary_networks import secondary_networks
from blueprint.checks.secrets import secrets
from blueprint.checks.server_addresses import server_addresses
from blueprint.checks.starlingx_hosts import starlingx_hosts
from blueprint.checks.starlingx_subclouds import starlingx_subclouds
from blueprint.checks.storage_services import storage_services
from blueprint.checks.unused_networks import unused_networks
from blueprint.checks.virtual_addresses import router_identifiers, virtual_addresses
from blueprint.checks.vlan import sites, vlan
from blueprint.checks.workload_nodes import workload_nodes
from blueprint.checks.workloads import workload_needs, workloads
from blueprint.diagnostics import Diagnostic, in_order
from blueprint.model import Model
from blueprint.spans import Spans

Check = Callable[[Model, Spans], Iterator[Diagnostic]]

#: Every check, in the order of its codes.
CHECKS: tuple[Check, ...] = (
    address_overlap,
    segments,
    address_ranges,
    address_families,
    virtual_addresses,
    router_identifiers,
    controller_addresses,
    floating_pools,
    hosts_on_floating,
    server_addresses,
    host_ports,
    hardware_lists,
    hardware_ports,
    bond_ports,
    link_networks,
    vlan,
    sites,
    link_mtu,
    overlay_mtu,
    external_mtu,
    frames,
    host_identity,
    rack_units,
    platform_share,
    platform_memory,
    quorum,
    zones,
    roles,
    gateways,
    mixed_roles,
    compute_zones,
    shared_hosts,
    gateway_ports,
    failure_domains,
    devices,
    device_classes,
    pools,
    ceph_images,
    storage_services,
    capacity,
    bare_metal_hosts,
    bare_metal_service,
    services,
    processors,
    deployment_hosts,
    regions,
    region_tools,
    identity,
    certificates,
    secrets,
    monitoring,
    settings,
    external_networks,
    flat_physnets,
    provider_networks,
    unused_networks,
    core_plans,
    page_plans,
    guest_devices,
    aggregates,
    flavors,
    flavor_fit,
    kubernetes_addresses,
    kubernetes_exposure,
    kubernetes_nodes,
    kubernetes_pools,
    kubernetes_sizes,
    magnum_managers,
    kubernetes_versions,
    kubernetes_names,
    kubernetes_operation,
    deliveries,
    secondary_networks,
    pod_frames,
    layers_beside,
    registries,
    residency,
    metal_nodes,
    guest_zones,
    starlingx_hosts,
    starlingx_subclouds,
    region_security,
    contract,
    workloads,
    workload_needs,
    workload_nodes,
)


def run_checks(model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """What all checks find, by place."""
    return in_order(found for check in CHECKS for found in check(model, spans))
