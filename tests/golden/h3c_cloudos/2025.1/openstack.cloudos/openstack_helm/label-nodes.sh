#!/bin/sh
# Says what each node is for; safe to run again.
set -eu
kubectl label --overwrite node kvm-001 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=kvm
kubectl label --overwrite node kvm-002 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=kvm
kubectl label --overwrite node kvm-003 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=kvm
kubectl label --overwrite node kvm-004 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=kvm
kubectl label --overwrite node kvm-005 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=kvm
kubectl label --overwrite node kvm-006 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=kvm
kubectl label --overwrite node mgmt-1 openstack-control-plane=enabled oib/openstack-profile=management
kubectl label --overwrite node mgmt-2 openstack-control-plane=enabled oib/openstack-profile=management
kubectl label --overwrite node mgmt-3 openstack-control-plane=enabled oib/openstack-profile=management
kubectl label --overwrite node net-1 openstack-network-node=enabled l3-agent=enabled openvswitch=enabled oib/openstack-profile=netnode
kubectl label --overwrite node net-2 openstack-network-node=enabled l3-agent=enabled openvswitch=enabled oib/openstack-profile=netnode
