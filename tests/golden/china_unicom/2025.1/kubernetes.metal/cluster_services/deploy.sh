#!/bin/sh
# Installs or upgrades what lies here, in its order; safe to run again.
set -eu
: "${KUBECONFIG:?must name the kubeconfig of the cluster}"
cd "$(dirname "$0")"

kubectl apply --server-side --filename manifests/system-namespaces/system-namespaces.yaml

helm upgrade --install metrics-server metrics-server \
  --repo https://kubernetes-sigs.github.io/metrics-server \
  --version 3.13.1 \
  --namespace kube-system --create-namespace \
  --values values/metrics-server.yaml \
  --wait --timeout 900s

helm upgrade --install node-feature-discovery oci://registry.k8s.io/nfd/charts/node-feature-discovery \
  --version 0.19.0 \
  --namespace node-feature-discovery --create-namespace \
  --values values/node-feature-discovery.yaml \
  --wait --timeout 900s
