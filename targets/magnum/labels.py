"""Labels that Magnum's drivers read: each driver knows its own, and neither says anything of one that it does not know.

`cluster_api`: what magnum-cluster-api 0.38.1 reads (`labels.get`, its typed accessors, and the fields of its
own `ClusterLabels`). Its page of labels is not followed where the code differs: the code reads `audit_log_max_age`,
the page says `audit_log_maxage`. `heat`: what `k8s_template_def`, `k8s_fedora_template_def` and the CoreOS
definition of Magnum's stable branches read; its driver is gone after 2026.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_BOTH = frozenset(
    {
        "admission_control_list", "auto_healing_enabled", "auto_scaling_enabled", "availability_zone",
        "boot_volume_size", "boot_volume_type", "calico_ipv4pool", "calico_tag", "cinder_csi_enabled",
        "cinder_csi_plugin_tag", "cloud_provider_tag", "container_infra_prefix", "csi_attacher_tag",
        "csi_liveness_probe_tag", "csi_node_driver_registrar_tag", "csi_provisioner_tag",
        "csi_resizer_tag", "csi_snapshotter_tag", "docker_volume_type", "etcd_volume_size",
        "etcd_volume_type", "fixed_subnet_cidr", "keystone_auth_enabled", "kube_tag",
        "master_lb_floating_ip_enabled", "max_node_count", "min_node_count", "octavia_lb_algorithm",
        "octavia_lb_healthcheck", "octavia_provider", "service_cluster_ip_range",
    }
)  # fmt: skip
_CLUSTER_API = frozenset(
    {
        "api_server_cert_sans", "api_server_floating_ip", "api_server_tls_cipher_suites",
        "audit_log_enabled", "audit_log_max_age", "audit_log_max_backup", "audit_log_max_size",
        "boot_volume_availability_zone", "cilium_hubble_ui_enabled", "cilium_ipv4pool", "cilium_tag",
        "control_plane_availability_zones", "different_failure_domain", "dns_cluster_domain",
        "kubelet_tls_cipher_suites", "manila_csi_enabled", "manila_csi_plugin_tag",
        "manila_csi_share_network_id", "oidc_client_id", "oidc_groups_claim", "oidc_groups_prefix",
        "oidc_issuer_url", "oidc_username_claim", "oidc_username_prefix", "server_group_policies",
    }
)  # fmt: skip
_HEAT = frozenset(
    {
        "auto_healing_controller", "autoscaler_tag", "calico_ipv4pool_ipip", "cert_manager_api",
        "cgroup_driver", "cloud_provider_enabled", "container_runtime", "containerd_tarball_sha256",
        "containerd_tarball_url", "containerd_version", "coredns_tag", "dns_cluster_domain",
        "etcd_tag", "flannel_backend", "flannel_network_cidr", "flannel_network_subnetlen",
        "heat_container_agent_tag", "hyperkube_prefix", "ingress_controller", "k8s_keystone_auth_tag",
        "kube_dashboard_enabled", "kubeapi_options", "kubecontroller_options", "kubelet_options",
        "kubeproxy_options", "kubescheduler_options", "magnum_auto_healer_tag",
        "master_lb_allowed_cidrs", "metrics_server_enabled", "monitoring_enabled", "npd_enabled",
        "ostree_commit", "ostree_remote", "selinux_mode", "use_podman",
    }
)  # fmt: skip

KNOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {"cluster_api": _BOTH | _CLUSTER_API, "heat": _BOTH | _HEAT}
)
