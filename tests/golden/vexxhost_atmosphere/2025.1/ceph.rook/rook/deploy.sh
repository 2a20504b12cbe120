#!/bin/sh
# Installs or upgrades what lies here, in its order; safe to run again.
set -eu
: "${KUBECONFIG:?must name the kubeconfig of the cluster}"
cd "$(dirname "$0")"

helm upgrade --install rook-ceph rook-ceph \
  --repo https://charts.rook.io/release \
  --version v1.20.6 \
  --namespace rook-ceph --create-namespace \
  --values values/rook-ceph.yaml \
  --wait --timeout 900s

helm upgrade --install ceph-csi-drivers ceph-csi-drivers \
  --repo https://ceph.github.io/ceph-csi-operator \
  --version 1.0.4 \
  --namespace rook-ceph --create-namespace \
  --values values/ceph-csi-drivers.yaml \
  --wait --timeout 900s

helm upgrade --install rook-ceph-cluster rook-ceph-cluster \
  --repo https://charts.rook.io/release \
  --version v1.20.6 \
  --namespace rook-ceph --create-namespace \
  --values values/rook-ceph-cluster.yaml \
  --wait --timeout 3600s
kubectl --namespace rook-ceph wait cephcluster/rook-ceph --for=jsonpath='{.status.phase}'=Ready --timeout=3600s

kubectl apply --server-side --filename manifests/clients/clients.yaml
kubectl --namespace rook-ceph wait cephclient/manila --for=jsonpath='{.status.phase}'=Ready --timeout=10m
