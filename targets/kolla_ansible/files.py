"""Which configuration files of services a blueprint may speak of, and where Kolla-Ansible reads each.

Paths are below `config/` (Kolla-Ansible's `node_custom_config`). A service's main file is merged into
the configuration of all its containers; one named after a container into that container's alone.
"""

from __future__ import annotations

from targets._openstack.options import is_paste_file
from targets.kolla_ansible.catalog import Catalog
from targets.kolla_ansible.subjects import SUBJECTS

#: Service, name, and the file whose options it takes where that has another name.
_FILES: dict[str, dict[str, str]] = {
    "keystone": {"keystone.conf": ""},
    "glance": {"glance-api.conf": "", "glance-cache.conf": ""},
    "placement": {"placement.conf": ""},
    "nova": {
        "nova.conf": "",
        "nova-api.conf": "nova.conf",
        "nova-compute.conf": "nova.conf",
        "nova-conductor.conf": "nova.conf",
        "nova-metadata.conf": "nova.conf",
        "nova-novncproxy.conf": "nova.conf",
        "nova-scheduler.conf": "nova.conf",
        "nova-spicehtml5proxy.conf": "nova.conf",
    },
    "neutron": {
        "neutron.conf": "",
        "dhcp_agent.ini": "",
        "l3_agent.ini": "",
        "metadata_agent.ini": "",
        "ml2_conf.ini": "",
        "neutron_ovn_metadata_agent.ini": "",
        "openvswitch_agent.ini": "",
        "ovn_agent.ini": "",
    },
    "cinder": {
        "cinder.conf": "",
        "cinder-api.conf": "cinder.conf",
        "cinder-backup.conf": "cinder.conf",
        "cinder-scheduler.conf": "cinder.conf",
        "cinder-volume.conf": "cinder.conf",
    },
    "heat": {
        "heat.conf": "",
        "heat-api.conf": "heat.conf",
        "heat-api-cfn.conf": "heat.conf",
        "heat-engine.conf": "heat.conf",
    },
    "horizon": {},
    "barbican": {
        "barbican.conf": "",
        "barbican-api.conf": "barbican.conf",
        "barbican-keystone-listener.conf": "barbican.conf",
        "barbican-worker.conf": "barbican.conf",
    },
}

for _subject in SUBJECTS:
    for _service, _files in _subject.config_files.items():
        _FILES.setdefault(_service, {}).update(_files)

#: The services whose blocks take `config`.
SERVICES = tuple(_FILES)


def files_of(service: str, release: Catalog) -> tuple[str, ...]:
    """The names that `config "…"` takes in a service's block: files whose options the release knows."""
    known = release.config_files
    listed = ((name, vocabulary_of(service, name)) for name in _FILES[service])
    return tuple(name for name, options in listed if options in known or is_paste_file(options))


def place_of(service: str, file: str) -> str | None:
    """Where Kolla-Ansible reads a service's file, or None where it reads no such file."""
    if file not in _FILES[service]:
        return None
    return file if file == f"{service}.conf" else f"{service}/{file}"


def vocabulary_of(service: str, file: str) -> str:
    """The file whose sections and options a file takes."""
    return _FILES[service][file] or file
