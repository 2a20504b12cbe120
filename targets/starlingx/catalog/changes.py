"""Which keys of the bootstrap can be changed on a system that is deployed, and with what.

Read in sysinv (starlingx/config): `address_pool.py` refuses to change the pools of platform networks after the
initial configuration but for OAM, for the admin network, and on one all-in-one host that is locked for management;
`system.py` and `service_parameter.py` hold the rest. What no rule here names is decided at installation for good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal


@dataclass(frozen=True, slots=True)
class Change:
    """How a key is changed later: by a command, on one locked host alone, or by a new installation."""

    sort: Literal["command", "locked_simplex", "never"]
    command: str | None = None


_NEVER = Change("never")
#: Keys by pattern, the first that matches counts.
CHANGES: tuple[tuple[str, Change], ...] = (
    (r"external_oam_.*", Change("command", "system oam-modify")),
    (r"admin_(subnet|start_address|end_address|floating_address|gateway_address)",
     Change("command", "system addrpool-modify")),
    (r"management_dynamic_address_allocation|management_multicast_.*", _NEVER),
    (r"management_.*", Change("locked_simplex", "system addrpool-modify")),
    (r"dns_servers", Change("command", "system dns-modify")),
    (r"timezone", Change("command", "system modify --timezone")),
    (r"system_mode", Change("locked_simplex", "system modify --system_mode")),
    (r"(vault_)?docker_registries|docker_.*_proxy|docker_no_proxy",
     Change("command", "system service-parameter-modify docker")),
    (r"user_dns_host_records", Change("command", "system service-parameter-modify dns host-record")),
    (r"apiserver_.*|controllermanager_.*|scheduler_.*|kubelet_configurations",
     Change("command", "system service-parameter-modify kubernetes")),
    (r"kubernetes_version", Change("command", "system kube-upgrade-start")),
    (r"kernel", Change("command", "system host-kernel-modify")),
    (r"docker_fs_size", Change("command", "system host-fs-modify")),
    (r"docker_distribution_fs_size", Change("command", "system controllerfs-modify")),
    (r"applications", Change("command", "system application-apply")),
    (r"(vault_)?admin_password", Change("command", "openstack user password set")),
    (r"ssl_ca_cert", Change("command", "system ca-certificate-install")),
    (r"system_(root_ca|local_ca)_.*|system_platform_certificate",
     Change("command", "ansible-playbook update_platform_certificates.yml")),
)  # fmt: skip


@cache
def change_of(key: str) -> Change:
    """How a key of the bootstrap can be changed later."""
    for pattern, change in CHANGES:
        if re.fullmatch(pattern, key):
            return change
    return _NEVER


@cache
def said_of(key: str, mode: str) -> str:
    """How a key can be changed later, for people; `mode` is that of the system, `simplex` or `duplex`."""
    change = change_of(key)
    if change.sort == "command":
        return f"`{change.command}` changes it later"
    if change.sort == "locked_simplex" and mode == "simplex":
        return f"`{change.command}` changes it later, while the one host is locked"
    return "only a new installation changes it"


def is_installation_only(key: str) -> bool:
    """Whether nothing but a new installation changes the key's value."""
    return change_of(key).sort == "never"
