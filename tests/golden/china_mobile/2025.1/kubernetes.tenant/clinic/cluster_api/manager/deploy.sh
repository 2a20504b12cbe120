#!/bin/sh
# Installs or upgrades what lies here, in its order; safe to run again.
set -eu
: "${KUBECONFIG:?must name the kubeconfig of the cluster}"
cd "$(dirname "$0")"

helm upgrade --install cluster-autoscaler cluster-autoscaler \
  --repo https://kubernetes.github.io/autoscaler \
  --version 9.59.0 \
  --namespace tenant-clinic --create-namespace \
  --values values/cluster-autoscaler.yaml \
  --wait --timeout 900s
