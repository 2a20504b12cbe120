"""Sound blueprints of Kubernetes as text, ways to change them, and what the checks then say.

A blueprint is compiled as far as the model, without targets: what is tested are the checks alone.
"""

from __future__ import annotations

from functools import lru_cache

from blueprint.checks import run_checks
from blueprint.diagnostics import Diagnostic
from blueprint.driver import front_end
from blueprint.loader import MemoryLoader
from blueprint.model import Model
from blueprint.resolve.world import Options
from blueprint.spans import Spans

ON_HOSTS = """blueprint demo { language = 1 }

hardware server {
  cpu { sockets = 2  cores = 16  features = [vmx] }
  memory = 128 GiB
  disk system { size = 480 GB  media = ssd }
  nic onboard { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"]  sriov_vfs = 16 }
}
network node {
  cidr = 10.20.0.0/24
  gateway = 10.20.0.1
  pool lb { ranges = 10.20.0.200..10.20.0.220  managed_by = metallb }
}
physnet provider { type = vlan  vlans = 100..199 }
existing ceph store {
  public_network = network.node
  pool kube { use = kubernetes }
}
hosts control {
  count = 3
  hardware = hardware.server
  memory { platform = 16 GiB }
  port nic.onboard[0] { networks = [network.node] }
  port nic.onboard[1] { physnet = physnet.provider }
}
hosts worker like hosts.control { count = 2 }
kubernetes base {
  version = "1.34"
  control { hosts = hosts.control  schedulable = true }
  pool workers { hosts = hosts.worker }
  api { network = network.node  vip = 10.20.0.250 }
  node_network = network.node
  pods = 10.200.0.0/16
  services = 10.210.0.0/16
  cni calico { encapsulation = ipip }
  load_balancer metallb { pools = network.node.pool.lb }
  storage_class general { ceph = ceph.store }
}
"""

ON_KUBERNETES = (
    ON_HOSTS
    + """
openstack core {
  on = kubernetes.base
  release = "2025.1"
  control = hosts.control
  compute = hosts.worker
  api { internal { network = network.node  vip = 10.20.0.201 } }
  services = [keystone, glance, placement, nova, neutron]
}
"""
)

ON_OPENSTACK = """blueprint demo { language = 1 }

site here {
  rack r[1..3] {}
  zone az[1..3] { racks = [rack.r[key]] }
}
hardware server {
  cpu { sockets = 2  cores = 16  threads = 2  features = [vmx] }
  memory = 256 GiB
  nic onboard { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }
}
network api { cidr = 10.20.0.0/24  gateway = 10.20.0.1 }
network floating { cidr = 203.0.113.0/24  vlan = 100  gateway = 203.0.113.1  managed_by = neutron }
physnet provider { type = vlan  vlans = 100..199 }
hosts node {
  count = 3
  spread = zone
  hardware = hardware.server
  nested_virtualization = true
  memory { platform = 32 GiB }
  port nic.onboard[0] { networks = [network.api] }
  port nic.onboard[1] { physnet = physnet.provider }
}
openstack core {
  release = "2025.1"
  control = hosts.node
  compute = hosts.node
  api { internal { network = network.api  vip = 10.20.0.250 } }
  services = [keystone, glance, placement, nova, neutron, heat, octavia]
  nova { cpu_mode = host_passthrough }
  octavia { providers = [ovn] }
  aggregate general { hosts = hosts.node }
  flavor m4 { vcpus = 4  ram = 8 GiB  disk = 40 GiB }
  image kube { file = "https://images.example/kube.qcow2"  kubernetes = "1.34.1" }
  external_network public {
    network = network.floating  physnet = physnet.provider  pool = 203.0.113.20..203.0.113.99
  }
  project caas { quota { cores = 400  ram = 1000 GiB  instances = 100 } }
}
existing kubernetes manager {
  version = "1.34"
  control {}
  pods = 10.200.0.0/16
  services = 10.210.0.0/16
  cni = calico
}
kubernetes tenant {
  on = openstack.core
  project = project.caas
  manager = kubernetes.manager
  version = "1.34.1"
  image = image.kube
  control { count = 3  flavor = flavor.m4 }
  pool workers { count = 2  flavor = flavor.m4 }
  guest_network { cidr = 10.6.0.0/24 }
  pods = 10.100.0.0/16
  services = 10.110.0.0/16
  cni = calico
  api { load_balancer octavia { provider = ovn } }
}
"""


def changed(text: str, *edits: tuple[str, str]) -> str:
    """The text with parts replaced; a part that isn't there is a fault of the test."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


@lru_cache(maxsize=64)
def model_of(text: str) -> tuple[Model, Spans]:
    """The model of a blueprint that the front end finds nothing wrong with."""
    front, found = front_end(MemoryLoader({"main.oib": text}), Options(), lambda _what: None)
    assert front is not None
    assert [d.message for d in found if d.is_error] == []
    return front.model, front.spans


def found(text: str, *edits: tuple[str, str]) -> tuple[Diagnostic, ...]:
    """What all checks say of a blueprint."""
    return run_checks(*model_of(changed(text, *edits)))


def faults(text: str, *edits: tuple[str, str]) -> list[str]:
    """The codes of what the checks find."""
    return [d.rule.code for d in found(text, *edits)]
