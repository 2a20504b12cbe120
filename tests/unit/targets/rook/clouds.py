"""Ceph clusters on Kubernetes written as blueprints, and what Rook is given of them."""

from __future__ import annotations

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from tests.unit.targets.clusters import Compiled, reported

PLACE = """blueprint demo { language = 1 }

hardware server {
  cpu { cores = 32  features = [vmx] }
  memory = 256 GiB
  disk system { size = 480 GB  media = ssd }
  disk osd { count = 3  size = 4 TB  media = hdd  paths = [for i in 1..3: "/dev/disk/by-path/sas-${i}"] }
  disk db { count = 2  size = 800 GB  media = nvme  paths = ["/dev/nvme0n1", "/dev/nvme1n1"] }
  nic onboard { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }
}
hardware small like hardware.server {
  disk osd { count = 1  paths = ["/dev/vdb"] }
}
site here {
  timezone = "UTC"
  rack r[1..9] {}
  zone a { racks = [rack.r[1]] }
  zone b { racks = [for i in 2..9: rack.r[i]] }
}
network nodes { cidr = 10.30.0.0/24 }
network storage { cidr = 10.31.0.0/24 }
template hosts machine {
  hardware = hardware.server
  memory { platform = 96 GiB }
  port nic.onboard[0] { networks = [network.nodes] }
  port nic.onboard[1] { networks = [network.storage] }
}
hosts node like hosts.machine { count = COUNT  name = "node-${n}"  site = site.here  rack = rack.r[n] }
"""
BELOW = """kubernetes infra {
  version = "1.34"
  control { hosts = [hosts.node[1], hosts.node[2], hosts.node[3]]  schedulable = true }
  pool storage { hosts = hosts.node  TAINTS }
  api { network = network.nodes  vip = 10.30.0.250 }
  node_network = network.nodes
  pods = PODS
  services = SERVICES
  cni = calico
  DELIVERY
}
"""
CEPH = """ceph main {
  on = kubernetes.infra
  monitors = [hosts.node[1], hosts.node[2], hosts.node[3]]
  osds = hosts.node
  devices = disk.osd
  public_network = network.nodes
BODY
}
"""


def text(body: str = "", *, count: int = 3, taints: str = "", delivery: str = "",
         more: str = "", pods: str = "10.240.0.0/16", services: str = "10.96.0.0/16") -> str:  # fmt: skip
    """A Ceph cluster with more in its block."""
    below = BELOW.replace("TAINTS", taints).replace("DELIVERY", delivery)
    below = below.replace("PODS", pods).replace("SERVICES", services)
    place = PLACE.replace("COUNT", str(count))
    return place + below + CEPH.replace("BODY", body) + more


def rook(body: str = "", **changes: str | int) -> Compiled:
    """What Rook is given."""
    return made_of(text(body, **changes))  # type: ignore[arg-type] # keywords of `text`


def made_of(whole: str) -> Compiled:
    """What Rook is given of a whole text; warnings may be."""
    made = compile_blueprint(MemoryLoader({"main.oib": whole}), Options(targets=("rook",)))
    assert [(d.rule.code, d.message) for d in made.diagnostics if d.is_error] == []
    return Compiled(next(d for d in made.deployments if d.layer == "ceph.main"))


def faults(body: str = "", **changes: str | int) -> list[str]:
    """The codes of what is wrong."""
    return reported(text(body, **changes), "rook")  # type: ignore[arg-type] # keywords of `text`


#: All that a cluster can have at once.
EVERYTHING = """
  host_network = true
  cluster_network = network.storage
  release = tentacle
  managers = [hosts.node[1], hosts.node[2], hosts.node[3]]
  rgw = hosts.node
  mds = hosts.node
  db_devices = disk.db
  encrypted = true
  pool general { use = kubernetes  storage_class = "general"  default = true  share = 10 % }
  pool bulk { use = kubernetes  storage_class = "bulk"  erasure { k = 2  m = 1 } }
  pool images { use = glance  failure_domain = rack }
  pool volumes { use = cinder  erasure { k = 2  m = 1 }  device_class = hdd  share = 50 % }
  pool vms { use = nova  min_size = 2 }
  pool backups { use = cinder_backup  size = 3 }
  filesystem shares { use = manila  storage_class = "files" }
  object { erasure { k = 2  m = 1 }  port = 8088 }
"""

CLOUD = """openstack core {
  on = kubernetes.infra
  release = "2025.1"
  control = [hosts.node[1], hosts.node[2], hosts.node[3]]
  compute = hosts.node
  services = [keystone, glance]
  storage = ceph.main
  api { internal { network = network.nodes  vip = 10.30.0.240 } }
}
"""
#: Object storage that users of a region reach by Swift.
SWIFT = "rgw = hosts.node\n object { swift = true }"


def cloud_text(more: str = "") -> str:
    """A Ceph cluster and a region of OpenStack on one Kubernetes cluster."""
    body = f"""
  host_network = true
  pool general {{ use = kubernetes  storage_class = "general" }}
  pool images {{ use = glance }}
{more}
"""
    balancer = "load_balancer metallb { pools = network.nodes.pool.services }"
    pool = "pool services { ranges = [10.30.0.240..10.30.0.249]  managed_by = metallb }"
    whole = text(body, delivery=balancer, more=CLOUD)
    return whole.replace("cidr = 10.30.0.0/24", f"cidr = 10.30.0.0/24  {pool}")


def served_by_name() -> str:
    """A region with a name and a gateway, whose users keep objects in the cluster."""
    named = 'vip = 10.30.0.240  fqdn = "api.example.org"'
    whole = cloud_text(SWIFT).replace("vip = 10.30.0.240", named)
    return whole.replace(
        "  cni = calico\n", "  cni = calico\n  gateway public { network = network.nodes }\n"
    )
