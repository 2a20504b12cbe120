#!/bin/sh
# Installs or upgrades what lies here, in its order; safe to run again.
set -eu
: "${KUBECONFIG:?must name the kubeconfig of the cluster}"
cd "$(dirname "$0")"

kubectl apply --server-side --filename manifests/system-namespaces/system-namespaces.yaml

kubectl apply --server-side --filename manifests/namespaces/namespaces.yaml

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

helm upgrade --install metallb metallb \
  --repo https://metallb.github.io/metallb \
  --version 0.16.1 \
  --namespace metallb-system --create-namespace \
  --values values/metallb.yaml \
  --wait --timeout 900s

helm upgrade --install gateway-helm oci://docker.io/envoyproxy/gateway-helm \
  --version v1.9.0 \
  --namespace envoy-gateway-system --create-namespace \
  --values values/gateway-helm.yaml \
  --wait --timeout 900s

helm upgrade --install monitoring kube-prometheus-stack \
  --repo https://prometheus-community.github.io/helm-charts \
  --version 88.5.3 \
  --namespace monitoring --create-namespace \
  --values values/monitoring.yaml \
  --wait --timeout 900s

helm upgrade --install fluent-bit fluent-bit \
  --repo https://fluent.github.io/helm-charts \
  --version 0.58.1 \
  --namespace logging --create-namespace \
  --values values/fluent-bit.yaml \
  --wait --timeout 900s

helm upgrade --install fluent-bit-events fluent-bit \
  --repo https://fluent.github.io/helm-charts \
  --version 0.58.1 \
  --namespace logging --create-namespace \
  --values values/fluent-bit-events.yaml \
  --wait --timeout 900s

kubectl apply --server-side --filename manifests/address-pools/address-pools.yaml

helm upgrade --install cert-manager oci://quay.io/jetstack/charts/cert-manager \
  --version v1.21.1 \
  --namespace cert-manager --create-namespace \
  --values values/cert-manager.yaml \
  --wait --timeout 900s

kubectl apply --server-side --filename manifests/gateways/gateways.yaml

kubectl apply --server-side --filename manifests/certificates/certificates.yaml
