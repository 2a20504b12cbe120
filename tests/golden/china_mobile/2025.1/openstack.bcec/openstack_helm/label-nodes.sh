#!/bin/sh
# Says what each node is for; safe to run again.
set -eu
kubectl label --overwrite node cmp-001 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-002 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-007 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-008 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-013 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-014 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-019 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-020 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-025 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-026 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-031 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-032 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-037 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-038 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-043 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-044 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-049 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-050 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-055 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-056 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute
kubectl label --overwrite node cmp-003 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-004 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-009 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-010 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-015 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-016 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-021 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-022 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-027 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-028 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-033 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-034 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-039 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-040 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-045 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-046 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-051 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-052 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-057 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-058 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-2
kubectl label --overwrite node cmp-005 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-006 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-011 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-012 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-017 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-018 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-023 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-024 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-029 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-030 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-035 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-036 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-041 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-042 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-047 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-048 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-053 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-054 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-059 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node cmp-060 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=compute-3
kubectl label --overwrite node k8s-m01 openstack-control-plane=enabled oib/openstack-profile=control
kubectl label --overwrite node k8s-m02 openstack-control-plane=enabled oib/openstack-profile=control-2
kubectl label --overwrite node k8s-m03 openstack-control-plane=enabled oib/openstack-profile=control-3
kubectl label --overwrite node net-01 openstack-network-node=enabled l3-agent=enabled openvswitch=enabled oib/openstack-profile=network
kubectl label --overwrite node net-02 openstack-network-node=enabled l3-agent=enabled openvswitch=enabled oib/openstack-profile=network-2
kubectl label --overwrite node net-03 openstack-network-node=enabled l3-agent=enabled openvswitch=enabled oib/openstack-profile=network-3
