"""What the playbooks take but state nowhere in a form that a script can read: shapes of values, by name.

Each was read in the roles that use it; names that a release does not know are left out of its catalogue.
A shape is a type's name, or a mapping with `type` and what bounds it, or with `fields`, `values` or `items`.
"""

from __future__ import annotations

from typing import Any

_SECRET = {"type": "string", "form": "secret"}
_TEXTS = {"values": "scalar"}
_TEXT_LIST = {"items": "string"}
_EXTRA_VOLUME = {
    "fields": {
        "content": "string",
        "hostPath": {"type": "string", "form": "path"},
        "mountPath": {"type": "string", "form": "path"},
        "name": "string",
        "pathType": {"type": "string", "enum": ["File", "DirectoryOrCreate"]},
        "readOnly": "boolean",
    },
    "required": ["name", "hostPath", "mountPath", "pathType", "readOnly"],
}
_APPLICATION = {
    "values": {
        "fields": {
            "overrides": {
                "items": {
                    "fields": {
                        "chart": "string",
                        "namespace": "string",
                        "values-path": {"type": "string", "form": "path"},
                    },
                    "required": ["chart", "namespace", "values-path"],
                }
            }
        },
        "nullable": True,
    },
    "minProperties": 1,
    "maxProperties": 1,
}

#: Shapes of keys whose default, if they have one, says less.
SHAPES: dict[str, Any] = {
    "additional_local_registry_images": _TEXT_LIST,
    "admin_password": _SECRET,
    "admin_username": "string",
    "ansible_become_pass": _SECRET,
    "apiserver_cert_sans": _TEXT_LIST,
    "apiserver_extra_args": _TEXTS,
    "apiserver_extra_volumes": {"items": _EXTRA_VOLUME},
    "apiserver_oidc": {
        "fields": {
            "client_id": "string",
            "groups_claim": "string",
            "issuer_url": {"type": "string", "form": "url"},
            "username_claim": "string",
        },
        "required": ["client_id", "issuer_url", "username_claim"],
    },
    "applications": {"items": _APPLICATION},
    "banner": {
        "fields": {
            "issue": {"fields": {"console": "string", "network": "string"}},
            "motd": {"fields": {"head": "string", "tail": "string"}},
        }
    },
    "controllermanager_extra_args": _TEXTS,
    "controllermanager_extra_volumes": {"items": _EXTRA_VOLUME},
    "dns_servers": {"items": {"type": "string", "form": "address"}, "minItems": 1, "maxItems": 3},
    "docker_distribution_fs_size": {"type": "integer", "minimum": 1},
    "docker_fs_size": {"type": "integer", "minimum": 1},
    "docker_http_proxy": {"type": "string", "form": "url"},
    "docker_https_proxy": {"type": "string", "form": "url"},
    "docker_no_proxy": _TEXT_LIST,
    "enforce_password_change": "boolean",
    "etcd_version": "string",
    "k8s_plugins": {"values": "string", "nullable": True},
    "kernel": {"type": "string", "enum": ["standard", "lowlatency"]},
    "kubelet_configurations": "object",
    "kubelet_extra_args": _TEXTS,
    "kubernetes_version": {"type": "string", "pattern": r"^v?1\.\d+\.\d+$"},
    "networking_configurations": "object",
    "override_files_dir": {"type": "string", "form": "path"},
    "password_change_responses": {"values": _SECRET},
    "pods_wait_time": {"type": "integer", "minimum": 1},
    "region_name": "string",
    "scheduler_extra_args": _TEXTS,
    "scheduler_extra_volumes": {"items": _EXTRA_VOLUME},
    "user_dns_host_records": {"values": "string", "nullable": True},
    "vault_admin_password": _SECRET,
    "vault_admin_username": _SECRET,
    "vault_password_change_responses": {"values": _SECRET},
    "virtual_system": "boolean",
}

#: Shapes of the fields of `system_platform_certificate`, as far as its role says which it takes.
CERTIFICATE_FIELDS: dict[str, Any] = {
    "algorithm": {"type": "string", "enum": ["RSA", "ECDSA"]},
    "key_size": "integer",
    "subject_C": {"type": "string", "minLength": 2, "maxLength": 2, "nullable": True},
}

#: What one registry of `docker_registries` takes; `url` may be left empty.
REGISTRY = {
    "fields": {
        "password": _SECRET,
        "secure": "boolean",
        "type": {"type": "string", "enum": ["docker", "aws-ecr"]},
        "url": {"type": "string", "nullable": True},
        "username": "string",
    },
    "nullable": True,
}

#: Overrides that no file of defaults names, by the roles that read them. A release has those that its roles read.
UNDOCUMENTED = (
    "admin_gateway_address", "admin_subnet", "ansible_become_pass", "enforce_password_change", "etcd_version",
    "kubernetes_version", "management_gateway_address", "ssl_ca_cert", "system_platform_certificate",
    "vault_admin_password", "vault_admin_username", "vault_docker_registries", "vault_password_change_responses",
)  # fmt: skip

#: Names that roles fill in for themselves, which an override must not set.
INTERNAL = frozenset({
    "additional_static_images_list", "additional_system_controller_static_images_list", "ansible_remote_tmp",
    "check_bootstrap_address", "check_load", "check_system",
})  # fmt: skip

#: Values of a subcloud's installation (`install_values`) and what they must be.
INSTALL: dict[str, Any] = {
    "bmc_address": {"type": "string", "form": "address"},
    "bmc_ciphersuite": "scalar",
    "bmc_password": {"type": "string", "form": "base64"},
    "bmc_username": "string",
    "boot_device": "string",
    "bootstrap_address": {"type": "string", "form": "address"},
    "bootstrap_address_prefix": {"type": "integer", "minimum": 1, "maximum": 128},
    "bootstrap_interface": "string",
    "bootstrap_vlan": {"type": "integer", "minimum": 1, "maximum": 4094},
    "console_type": "string",
    "extra_boot_params": {"type": "string", "minLength": 1},
    "hw_settle": {"type": "integer", "minimum": 0},
    "image": "string",
    "install_type": {"type": "integer", "minimum": 0},
    "network_address": {"type": "string", "form": "address"},
    "network_mask": "scalar",
    "nexthop_gateway": {"type": "string", "form": "address"},
    "no_check_certificate": "boolean",
    "persistent_size": {"type": "integer"},
    "rd.net.timeout.ipv6dad": {"type": "integer", "minimum": 1},
    "rootfs_device": "string",
    "rvmc_debug_level": {"type": "integer", "minimum": 0, "maximum": 4},
    "software_version": "scalar",
    "wipe_osds": "boolean",
}
#: Install values that dcmanager's validator reads without listing them.
INSTALL_BESIDES = ("image", "rvmc_debug_level", "software_version")

#: Values that `dcmanager subcloud add` reads of the bootstrap values, beside those of the bootstrap itself.
SUBCLOUD: dict[str, Any] = {
    "bootstrap-address": {"type": "string", "form": "address"},
    "description": "string",
    "group_id": "scalar",
    "location": "string",
    "name": {"type": "string", "pattern": r"\D"},
    "region_name": "string",
    "software_version": "scalar",
    "systemcontroller_gateway_address": {"type": "string", "form": "addresses"},
}
