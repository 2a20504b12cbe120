#!/bin/sh
# Says what each node is for; safe to run again.
set -eu
kubectl label --overwrite node kvm01 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm02 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm07 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm08 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm13 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm14 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm19 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm20 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm25 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm26 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm31 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm32 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes
kubectl label --overwrite node kvm03 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm04 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm09 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm10 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm15 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm16 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm21 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm22 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm27 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm28 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm33 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm34 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-2
kubectl label --overwrite node kvm05 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm06 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm11 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm12 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm17 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm18 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm23 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm24 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm29 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm30 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm35 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node kvm36 openstack-compute-node=enabled openvswitch=enabled oib/openstack-profile=computes-3
kubectl label --overwrite node ctl1 openstack-control-plane=enabled openstack-network-node=enabled l3-agent=enabled openvswitch=enabled oib/openstack-profile=controllers
kubectl label --overwrite node ctl2 openstack-control-plane=enabled openstack-network-node=enabled l3-agent=enabled openvswitch=enabled oib/openstack-profile=controllers-2
kubectl label --overwrite node ctl3 openstack-control-plane=enabled openstack-network-node=enabled l3-agent=enabled openvswitch=enabled oib/openstack-profile=controllers-3
