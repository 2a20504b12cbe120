"""A region on Kubernetes written as a blueprint, for tests: text in, documents out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from blueprint.driver import check_blueprint, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.target import Artifact, Deployment

_BELOW = """blueprint demo {{ language = 1 }}

site here {{
  country = DE
  rack r[1..3] {{}}
  zone az[1..3] {{ racks = [rack.r[n]] }}
  dns = [10.20.0.53]
}}
secrets vault {{ store vault {{ address = "https://vault.example:8200"  path = "demo" }} }}
pki ca {{ issuer = internal }}
registry repo {{ url = "registry.example"  namespace = "osh" }}
hardware server {{
  cpu {{ sockets = 2  cores = 16  threads = 2  features = [vmx] }}
  memory = 256 GiB
  disk system {{ size = 480 GB  media = ssd }}
  disk osd {{ size = 7680 GB  media = nvme  count = 2  paths = ["/dev/disk/by-path/pci-0000:c1:00.0-nvme-1", "/dev/disk/by-path/pci-0000:c2:00.0-nvme-1"] }}
  nic a {{ ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"]  pci = ["0000:3b:00.0", "0000:3b:00.1"]  sriov_vfs = 64  model = "8086:1592" }}
}}
hardware other like hardware.server {{ nic a {{ names = ["enp1s0", "enp2s0"] }} }}
network node {{
  site = site.here  cidr = 10.20.0.0/22  gateway = 10.20.0.1  reserved = [10.20.0.53]
  pool lb {{ ranges = 10.20.3.200..10.20.3.240  managed_by = metallb }}
}}
network storage {{ site = site.here  cidr = 10.21.0.0/22  vlan = 66  mtu = 9000 }}
network tenant {{ site = site.here  cidr = 10.22.0.0/22  vlan = 68  mtu = 9000 }}
network outside {{
  site = site.here  cidr = 192.0.2.0/24  vlan = 700  gateway = 192.0.2.1  managed_by = neutron
}}
physnet ex {{ type = vlan  vlans = [700, 1000..1999]  mtu = 9000 }}
template hosts machine {{
  site = site.here  hardware = hardware.server  spread = zone
  memory {{ platform = 16 GiB }}
  port nic.a[0] {{ networks = [network.node, network.storage, network.tenant]  native = network.node  mtu = 9000 }}
}}
hosts control like hosts.machine {{ count = 3  name = "ctl-${{n}}" }}
hosts gateway like hosts.machine {{
  count = 2  spread = rack  name = "net-${{n}}"
  port nic.a[1] {{ physnet = physnet.ex  mtu = 9000 }}
}}
hosts compute like hosts.machine {{
  count = 3  name = "cmp-${{n}}"
  {compute}
  port nic.a[1] {{ physnet = physnet.ex  mtu = 9000  {port} }}
}}
kubernetes base {{
  version = "1.34"
  control {{ hosts = hosts.control  schedulable = true }}
  pool network {{ hosts = hosts.gateway }}
  pool compute {{ hosts = hosts.compute  taints = {{ "node-role/compute" = no_schedule }} }}
  api {{ network = network.node  vip = 10.20.3.250 }}
  node_network = network.node
  pods = 10.200.0.0/14
  services = 10.204.0.0/16
  cni {cni}
  load_balancer metallb {{ pools = network.node.pool.lb }}
  gateway public {{ network = network.node }}
  {cluster}
}}
ceph rook {{
  on = kubernetes.base  monitors = hosts.control  osds = hosts.control  devices = disk.osd
  host_network = true  public_network = network.storage
  pool general {{ use = kubernetes  storage_class = "general"  default = true }}
  pool images {{ use = glance }}
  pool volumes {{ use = cinder }}
  pool backups {{ use = cinder_backup }}
  pool vms {{ use = nova }}
}}
"""
_REGION = """
openstack core {{
  on = kubernetes.base
  release = "{release}"
  region = "here-1"
  control = hosts.control  network = hosts.gateway  compute = hosts.compute
  storage = ceph.rook  registry = registry.repo  secrets = secrets.vault
  api {{
    internal {{ network = network.node  vip = 10.20.3.201  fqdn = "int.cloud.example" }}
    public {{ network = network.node  vip = 10.20.3.200  fqdn = "cloud.example"  tls = pki.ca }}
  }}
  networks {{ tenant = network.tenant  migration = network.node  storage = network.storage }}
  services = [{services}]
  neutron {{
    plugin = {plugin}
    {neutron}
  }}
  external_network outside {{ network = network.outside  physnet = physnet.ex  pool = 192.0.2.50..192.0.2.250 }}
  {body}
}}
"""
SERVICES = "keystone, glance, placement, nova, neutron, cinder, heat, horizon, barbican"
EVERY_SERVICE = (
    f"{SERVICES}, octavia, magnum, manila, masakari, mistral, blazar, tacker, watcher, skyline"
)
#: What the further services need to be told.
EVERY_BODY = (
    "octavia { providers = [ovn] }  masakari { monitors = [instance] }  "
    'magnum { kubeconfig = secrets.vault["capi"] }'
)


def region(
    body: str = "", *, services: str = SERVICES, release: str = "2025.1", plugin: str = "ovn",
    neutron: str = "", compute: str = "", port: str = "", cluster: str = "", cni: str = "= calico",
) -> str:  # fmt: skip
    """A region with all below it, and more in some of its blocks."""
    below = _BELOW.format(compute=compute, port=port, cluster=cluster, cni=cni)
    return below + _REGION.format(
        body=body, services=services, release=release, plugin=plugin, neutron=neutron
    )


def with_shares(text: str) -> str:
    """The region above a cluster with a file system for shares, which guests reach by a router."""
    wanted = "network storage { site = site.here  cidr = 10.21.0.0/22  "
    system = "mds = hosts.control\n  filesystem shares { use = manila }\n"
    return text.replace(wanted, f"{wanted}gateway = 10.21.0.1  ").replace(
        "  pool vms { use = nova }\n", f"  pool vms {{ use = nova }}\n  {system}"
    )


def every_region(release: str = "2026.1") -> str:
    """A region with all services that have charts here, Ironic apart."""
    return with_shares(region(EVERY_BODY, services=EVERY_SERVICE, release=release))


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the target made of a text."""

    deployment: Deployment

    @property
    def files(self) -> dict[str, Artifact]:
        """The artifacts by path."""
        return {artifact.path: artifact for artifact in self.deployment.artifacts}

    def values(self, chart: str) -> dict[str, Any]:
        """The values of a chart."""
        text = self.files[f"openstack_helm/values/{chart}.yaml"].text
        found: dict[str, Any] = yaml.safe_load(text)
        return found

    def text(self, path: str) -> str:
        """A file below the target's folder."""
        return self.files[f"openstack_helm/{path}"].text


@cache
def compiled(text: str) -> Compiled:
    """The deployment of the region; the text must be right."""
    made = compile_blueprint(MemoryLoader({"main.oib": text}), Options(targets=("openstack_helm",)))
    faults = [(d.rule.code, d.message) for d in made.diagnostics if d.severity == "error"]
    assert faults == []
    return Compiled(next(d for d in made.deployments if d.target == "openstack_helm"))


def reported(text: str) -> list[str]:
    """The codes of what is wrong with a text."""
    found = check_blueprint(MemoryLoader({"main.oib": text}), Options(targets=("openstack_helm",)))
    return [each.rule.code for each in found.diagnostics]
