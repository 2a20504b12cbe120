#!/bin/sh
# Gives a manager Cluster API and its providers, once; safe to run again.
set -eu
: "${KUBECONFIG:?must name the kubeconfig of the manager}"
cd "$(dirname "$0")"

# What stands already is left: its upgrades are a matter of their own.
has() { kubectl get deployment "$2" --namespace "$1" >/dev/null 2>&1; }

export CLUSTER_TOPOLOGY=true EXP_KUBEADM_BOOTSTRAP_FORMAT_IGNITION=true
if ! has capi-system capi-controller-manager; then
  clusterctl init --core cluster-api:v1.13.5 --bootstrap kubeadm:v1.13.5 --control-plane kubeadm:v1.13.5
fi
kubectl apply --server-side --filename https://github.com/k-orc/openstack-resource-controller/releases/download/v2.4.0/install.yaml
if ! has capo-system capo-controller-manager; then
  clusterctl init --infrastructure openstack:v0.14.7
fi
kubectl wait deployment --all --for=condition=Available --namespace capo-system --timeout=10m
