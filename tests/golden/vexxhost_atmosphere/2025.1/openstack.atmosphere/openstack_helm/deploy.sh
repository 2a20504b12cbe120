#!/bin/sh
# Installs or upgrades what lies here, in its order; safe to run again.
set -eu
: "${KUBECONFIG:?must name the kubeconfig of the cluster}"
: "${OIB_SECRET_VALUES:?must name the folder with the values that hold passwords}"
cd "$(dirname "$0")"

kubectl apply --server-side --filename manifests/internal-gateway/internal-gateway.yaml

helm upgrade --install mariadb mariadb \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.6+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/mariadb.yaml \
  --values "$OIB_SECRET_VALUES"/mariadb.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (mariadb)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install rabbitmq rabbitmq \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.4+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/rabbitmq.yaml \
  --values "$OIB_SECRET_VALUES"/rabbitmq.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (rabbitmq)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install memcached memcached \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.1+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/memcached.yaml \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (memcached)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install ceph-adapter-rook ceph-adapter-rook \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.4+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/ceph-adapter-rook.yaml \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (ceph-adapter-rook)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install openvswitch openvswitch \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.2+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/openvswitch.yaml \
  --timeout 1800s

helm upgrade --install ovn ovn \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.5+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/ovn.yaml \
  --timeout 1800s

helm upgrade --install keystone keystone \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.24+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/keystone.yaml \
  --values "$OIB_SECRET_VALUES"/keystone.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (keystone)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install libvirt libvirt \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.5+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/libvirt.yaml \
  --timeout 1800s

helm upgrade --install glance glance \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.22+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/glance.yaml \
  --values "$OIB_SECRET_VALUES"/glance.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (glance)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install placement placement \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.15+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/placement.yaml \
  --values "$OIB_SECRET_VALUES"/placement.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (placement)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install neutron neutron \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.35+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/neutron.yaml \
  --values "$OIB_SECRET_VALUES"/neutron.json \
  --timeout 1800s

helm upgrade --install cinder cinder \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.27+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/cinder.yaml \
  --values "$OIB_SECRET_VALUES"/cinder.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (cinder)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install horizon horizon \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.16+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/horizon.yaml \
  --values "$OIB_SECRET_VALUES"/horizon.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (horizon)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install barbican barbican \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.15+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/barbican.yaml \
  --values "$OIB_SECRET_VALUES"/barbican.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (barbican)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install nova nova \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.27+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/nova.yaml \
  --values "$OIB_SECRET_VALUES"/nova.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (openvswitch, ovn, libvirt, neutron, nova)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install manila manila \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.24+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/manila.yaml \
  --values "$OIB_SECRET_VALUES"/manila.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (manila)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install heat heat \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.21+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/heat.yaml \
  --values "$OIB_SECRET_VALUES"/heat.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (heat)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install octavia octavia \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.15+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/octavia.yaml \
  --values "$OIB_SECRET_VALUES"/octavia.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (octavia)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s

helm upgrade --install magnum magnum \
  --repo https://tarballs.opendev.org/openstack/openstack-helm \
  --version 2026.1.10+0ee5adeff \
  --namespace openstack --create-namespace \
  --values values/magnum.yaml \
  --values "$OIB_SECRET_VALUES"/magnum.json \
  --timeout 1800s
kubectl --namespace openstack get deployments,statefulsets,daemonsets --output name --selector 'release_group in (magnum)' | xargs -r -n 1 kubectl --namespace openstack rollout status --timeout 1800s
