#!/bin/sh
# Installs or upgrades what lies here, in its order; safe to run again.
set -eu
: "${KUBECONFIG:?must name the kubeconfig of the cluster}"
cd "$(dirname "$0")"

helm upgrade --install calico-crds crd.projectcalico.org.v1 \
  --repo https://docs.tigera.io/calico/charts \
  --version v3.32.1 \
  --namespace tigera-operator --create-namespace \
  --values values/calico-crds.yaml \
  --wait --timeout 900s

helm upgrade --install calico tigera-operator \
  --repo https://docs.tigera.io/calico/charts \
  --version v3.32.1 \
  --namespace tigera-operator --create-namespace \
  --values values/calico.yaml \
  --wait --timeout 900s

helm upgrade --install openstack-cloud-controller-manager openstack-cloud-controller-manager \
  --repo https://kubernetes.github.io/cloud-provider-openstack \
  --version 2.34.2 \
  --namespace kube-system --create-namespace \
  --values values/openstack-cloud-controller-manager.yaml \
  --wait --timeout 900s

helm upgrade --install cinder-csi openstack-cinder-csi \
  --repo https://kubernetes.github.io/cloud-provider-openstack \
  --version 2.34.2 \
  --namespace kube-system --create-namespace \
  --values values/cinder-csi.yaml \
  --wait --timeout 900s
