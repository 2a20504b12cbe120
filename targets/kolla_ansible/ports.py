"""TCP ports on which what Kolla-Ansible deploys listens, by the variables of the release that state them."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.openstack import SERVICES
from targets.kolla_ansible.cloud import Cloud

#: What runs in every region: the first word of its variables.
_ALWAYS = frozenset(
    {"database", "fluentd", "haproxy", "mariadb", "memcached", "proxysql", "rabbitmq"}
)
#: Ports that are not on the hosts of control, network or monitoring, not TCP's, or of a mode that is off.
_ELSEWHERE = frozenset(
    {
        "haproxy_single_external_frontend_public_port",
        "octavia_amp_listen_port",
        "octavia_health_manager_port",
    }
)


def ports_of(cloud: Cloud) -> dict[int, str]:
    """The ports of a region's own services, and the variable of each."""
    found: dict[int, str] = {}
    for name, port in _stated(cloud):
        found.setdefault(port, name)
    return found


def _stated(cloud: Cloud) -> Iterator[tuple[str, int]]:
    changed = cloud.layer.tool.get("kolla_ansible", {})
    for name, variable in cloud.catalog.variables.items():
        first = name.partition("_")[0]
        runs = first in cloud.layer.services if first in SERVICES else first in _ALWAYS
        port = changed.get(name, variable.default)
        if name.endswith("_port") and runs and name not in _ELSEWHERE and isinstance(port, int):
            yield name, port
