"""Which configuration files of services a blueprint may speak of, and where Kolla-Ansible reads each.

Paths are below `config/` (Kolla-Ansible's `node_custom_config`). A file that it merges into several
containers' configuration comes first, those of single containers after it.
"""

from __future__ import annotations

_FILES: dict[str, dict[str, str]] = {
    "keystone": {"keystone.conf": "keystone.conf"},
    "glance": {
        "glance-api.conf": "glance/glance-api.conf",
        "glance-cache.conf": "glance/glance-cache.conf",
    },
    "placement": {"placement.conf": "placement.conf"},
    "nova": {
        "nova.conf": "nova.conf",
        "nova-api.conf": "nova/nova-api.conf",
        "nova-compute.conf": "nova/nova-compute.conf",
        "nova-conductor.conf": "nova/nova-conductor.conf",
        "nova-metadata.conf": "nova/nova-metadata.conf",
        "nova-novncproxy.conf": "nova/nova-novncproxy.conf",
        "nova-scheduler.conf": "nova/nova-scheduler.conf",
        "nova-spicehtml5proxy.conf": "nova/nova-spicehtml5proxy.conf",
    },
    "neutron": {
        "neutron.conf": "neutron.conf",
        "dhcp_agent.ini": "neutron/dhcp_agent.ini",
        "l3_agent.ini": "neutron/l3_agent.ini",
        "metadata_agent.ini": "neutron/metadata_agent.ini",
        "ml2_conf.ini": "neutron/ml2_conf.ini",
        "neutron_ovn_metadata_agent.ini": "neutron/neutron_ovn_metadata_agent.ini",
        "openvswitch_agent.ini": "neutron/openvswitch_agent.ini",
        "ovn_agent.ini": "neutron/ovn_agent.ini",
    },
    "cinder": {
        "cinder.conf": "cinder.conf",
        "cinder-api.conf": "cinder/cinder-api.conf",
        "cinder-backup.conf": "cinder/cinder-backup.conf",
        "cinder-scheduler.conf": "cinder/cinder-scheduler.conf",
        "cinder-volume.conf": "cinder/cinder-volume.conf",
    },
    "heat": {
        "heat.conf": "heat.conf",
        "heat-api.conf": "heat/heat-api.conf",
        "heat-api-cfn.conf": "heat/heat-api-cfn.conf",
        "heat-engine.conf": "heat/heat-engine.conf",
    },
    "horizon": {},
    "barbican": {
        "barbican.conf": "barbican.conf",
        "barbican-api.conf": "barbican/barbican-api.conf",
        "barbican-keystone-listener.conf": "barbican/barbican-keystone-listener.conf",
        "barbican-worker.conf": "barbican/barbican-worker.conf",
    },
}


def files_of(service: str) -> tuple[str, ...]:
    """The names that `config "…"` takes in a service's block."""
    return tuple(_FILES[service])


def place_of(service: str, file: str) -> str | None:
    """Where Kolla-Ansible reads a service's file, or None where it reads no such file."""
    return _FILES[service].get(file)
