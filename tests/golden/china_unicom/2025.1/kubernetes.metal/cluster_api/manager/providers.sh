#!/bin/sh
# Gives a manager Cluster API and its providers, once; safe to run again.
set -eu
: "${KUBECONFIG:?must name the kubeconfig of the manager}"
cd "$(dirname "$0")"

export ENABLE_BMH_NAME_BASED_PREALLOCATION=true
# What stands already is left: its upgrades are a matter of their own.
has() { kubectl get deployment "$2" --namespace "$1" >/dev/null 2>&1; }

export CLUSTER_TOPOLOGY=true EXP_KUBEADM_BOOTSTRAP_FORMAT_IGNITION=true
if ! has capi-system capi-controller-manager; then
  clusterctl init --core cluster-api:v1.13.5 --bootstrap kubeadm:v1.13.5 --control-plane kubeadm:v1.13.5
fi
if ! has capm3-system capm3-controller-manager; then
  clusterctl init --infrastructure metal3:v1.13.2 --ipam metal3:v1.13.2
fi
kubectl apply --server-side --filename https://github.com/metal3-io/ironic-standalone-operator/releases/download/v0.11.0/install.yaml
kubectl wait deployment --all --for=condition=Available --namespace ironic-standalone-operator-system --timeout=10m
kubectl create namespace baremetal-operator-system --dry-run=client --output yaml | kubectl apply --filename -
kubectl apply --server-side --filename ironic.yaml
kubectl wait ironic/ironic --for=condition=Ready --namespace baremetal-operator-system --timeout=20m
kubectl apply --server-side --kustomize 'https://github.com/metal3-io/baremetal-operator/config/use-irso?ref=v0.13.2'
kubectl wait deployment --all --for=condition=Available --namespace baremetal-operator-system --timeout=10m
