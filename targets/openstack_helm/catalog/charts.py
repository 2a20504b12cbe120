"""The charts of OpenStack-Helm that the catalogue knows."""

CHARTS = (
    "barbican", "blazar", "ceph-adapter-rook", "cinder", "glance", "heat", "horizon", "ironic",
    "keystone", "libvirt", "magnum", "manila", "mariadb", "masakari", "memcached", "mistral", "neutron",
    "nova", "octavia", "openvswitch", "ovn", "placement", "rabbitmq", "skyline", "tacker", "watcher",
)  # fmt: skip
