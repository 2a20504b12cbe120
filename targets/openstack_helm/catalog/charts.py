"""The charts of OpenStack-Helm that the catalogue knows."""

CHARTS = (
    "aodh", "barbican", "blazar", "ceilometer", "ceph-adapter-rook", "cinder", "cloudkitty",
    "cyborg", "designate", "etcd", "glance", "heat", "horizon", "ironic", "keystone",
    "libvirt", "magnum", "manila", "mariadb", "masakari", "memcached", "mistral", "neutron", "nova",
    "octavia", "openvswitch", "ovn", "placement", "powerdns", "rabbitmq", "redis", "skyline",
    "tacker", "trove", "watcher",
)  # fmt: skip
