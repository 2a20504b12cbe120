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

kubectl apply --server-side --filename manifests/storage-classes/storage-classes.yaml

helm upgrade --install node-feature-discovery oci://registry.k8s.io/nfd/charts/node-feature-discovery \
  --version 0.19.0 \
  --namespace node-feature-discovery --create-namespace \
  --values values/node-feature-discovery.yaml \
  --wait --timeout 900s

helm upgrade --install falco falco \
  --repo https://falcosecurity.github.io/charts \
  --version 9.1.0 \
  --namespace falco --create-namespace \
  --values values/falco.yaml \
  --wait --timeout 900s

helm upgrade --install trivy-operator trivy-operator \
  --repo https://aquasecurity.github.io/helm-charts \
  --version 0.34.0 \
  --namespace trivy-system --create-namespace \
  --values values/trivy-operator.yaml \
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
