"""The services whose options the catalogue knows, and what these need besides the generator files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Dynamic = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Project:
    """A service and its packages; a release whose pins lack the first package lacks the service.

    `extensions` are packages that add files to the service where the pins have them.
    `named` says which file a generator file is for where that doesn't say so itself.
    `aliases` are names under which Kolla-Ansible takes overrides for a file of another name.
    `also` adds namespaces that a service registers although its generator file forgets them.
    `lost` holds the namespaces of files whose generator file some source archives lack.
    `dynamic` are sections that only a deployment names: a pattern, and where the options come from;
    the first pattern that matches wins.
    """

    name: str
    package: str
    aliases: Mapping[str, str] = field(default_factory=dict)
    dynamic: tuple[Dynamic, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()

    def packages(self, versions: Mapping[str, str]) -> tuple[str, ...]:
        """The packages that the pins have, none where the release lacks the service."""
        if self.package not in versions:
            return ()
        return (self.package, *(each for each in self.extensions if each in versions))


# A privileged helper has a section of its own, named in code, with the options of `privsep`.
_PRIVSEP = r"privsep_(?:osbrick|conntrack|dhcp_release|link|namespace|ovs_vsctl)|[a-z]+_sys_admin"
_ANY = r"[A-Za-z0-9_.-]+"

_CORE = (
    Project(
        "barbican",
        "barbican",
        dynamic=(
            {
                "file": "barbican.conf",
                "pattern": r"secretstore:[A-Za-z0-9_.-]+",
                "options": {
                    "crypto_plugin": "string",
                    "global_default": "bool",
                    "secret_store_plugin": "string",
                },
            },
        ),
    ),
    Project(
        "cinder",
        "cinder",
        # A back end named in `enabled_backends` has a section of its own, of any name.
        dynamic=(
            {"file": "cinder.conf", "pattern": _PRIVSEP, "like": ["privsep"]},
            {"file": "cinder.conf", "pattern": _ANY, "like": ["backend_defaults"]},
        ),
    ),
    Project(
        "glance",
        "glance",
        {"glance.conf": "glance-api.conf"},
        # A store named in `enabled_backends`: the generator shows one section for each driver.
        (
            {
                "file": "glance-api.conf",
                "pattern": _ANY,
                "like": ["glance.store.*.store", "cinder", "file"],
            },
        ),
    ),
    Project("heat", "openstack-heat"),
    Project(
        "keystone",
        "keystone",
        # A federation protocol is an authentication method of any name.
        dynamic=(
            {
                "file": "keystone.conf",
                "pattern": _ANY,
                "options": {"remote_id_attribute": "string"},
            },
        ),
    ),
    Project(
        "neutron",
        "neutron",
        # Kolla-Ansible calls the file of the tap service after the service.
        {"neutron_taas.conf": "taas_plugin.ini"},
        ({"file": "neutron.conf", "pattern": _PRIVSEP, "like": ["privsep"]},),
        {
            "neutron_ovn_metadata_agent.ini": ("neutron.ml2.ovn",),
            "ovn_agent.ini": ("neutron.ml2.ovn",),
        },
        extensions=(
            "networking-baremetal",
            "networking-sfc",
            "neutron-dynamic-routing",
            "neutron-fwaas",
            "neutron-vpnaas",
            "tap-as-a-service",
        ),
    ),
    Project(
        "nova",
        "nova",
        dynamic=(
            {
                "file": "nova.conf",
                "pattern": rf"{_PRIVSEP}|vif_plug_(?:ovs|linux_bridge)_privileged",
                "like": ["privsep"],
            },
            {
                "file": "nova.conf",
                "pattern": r"(?:mdev|vgpu)_[A-Za-z0-9_.-]+",
                "options": {
                    "device_addresses": "list",
                    "max_instances": {"n": 1, "t": "int"},
                    "mdev_class": "string",
                },
            },
        ),
    ),
    Project("placement", "openstack-placement"),
)
_MORE = (
    Project("aodh", "aodh", named={"aodh-config-generator.conf": "aodh.conf"}),
    Project("blazar", "blazar"),
    Project("ceilometer", "ceilometer"),
    Project("cloudkitty", "cloudkitty"),
    Project("cyborg", "openstack-cyborg"),
    Project("designate", "designate"),
    Project("gnocchi", "gnocchi", named={"gnocchi-config-generator.conf": "gnocchi.conf"}),
    Project(
        "ironic",
        "ironic",
        named={"config-generator.conf": "ironic-inspector.conf"},
        extensions=("ironic-inspector",),
    ),
    Project("magnum", "magnum"),
    # A share back end named in `enabled_share_backends` takes what `DEFAULT` does.
    Project(
        "manila",
        "manila",
        dynamic=({"file": "manila.conf", "pattern": _ANY, "like": ["DEFAULT"]},),
    ),
    Project(
        "masakari",
        "masakari",
        {"masakari-monitors.conf": "masakarimonitors.conf"},
        extensions=("masakari-monitors",),
    ),
    Project(
        "mistral",
        "mistral",
        # Source archives of 2024.2 have no generator file; this is what later ones hold.
        lost={
            "mistral.conf": (
                "keystonemiddleware.auth_token",
                "mistral.config",
                "oslo.db",
                "oslo.log",
                "oslo.messaging",
                "oslo.middleware.cors",
                "oslo.middleware.healthcheck",
                "oslo.middleware.http_proxy_to_wsgi",
                "oslo.policy",
                "oslo.service.service",
                "oslo.service.sslutils",
            )
        },
    ),
    Project("octavia", "octavia"),
    Project("tacker", "tacker"),
    Project("trove", "trove", {"trove-guestagent.conf": "trove.conf"}),
    Project("watcher", "python-watcher"),
    Project("zun", "zun"),
)
#: Every service.
PROJECTS = (*_CORE, *_MORE)
