#!/bin/sh
# Installs or upgrades what lies here, in its order; safe to run again.
set -eu
: "${KUBECONFIG:?must name the kubeconfig of the cluster}"
cd "$(dirname "$0")"

helm upgrade --install kata-deploy oci://ghcr.io/kata-containers/kata-deploy-charts/kata-deploy \
  --version 4.1.0 \
  --namespace kube-system --create-namespace \
  --values values/kata-deploy.yaml \
  --wait --timeout 1800s
