"""Clusters of a few hosts in memory, and what Kubespray is given of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from blueprint.driver import check_blueprint, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.target import Artifact, Deployment
from tests.unit.targets.reading import _Loader

#: Two sites' worth of facts: racks in zones, a registry, a proxy, servers with two sockets.
PLACE = """
blueprint demo { language = 1 }
site here {
  country = DE  region = "de-1"  timezone = "Europe/Berlin"
  rack r[1..3] {}
  zone az[1..3] { racks = [rack.r[n]] }
  dns = [10.64.0.53, 10.64.0.54]
  ntp = [10.64.0.123]
}
secrets kv { store vault { address = "https://vault.example:8200"  path = "k8s" } }
registry repo {
  url = "registry.example:5000"  namespace = "mirror"  username = "puller"
  password = secrets.kv["registry"]  ca = file("ca.pem")  mirrors = ["https://hub.example"]
}
registry open { url = "10.64.0.99:5000"  insecure = true }
proxy out { http = "http://proxy.example:3128"  no_proxy = [".example", "10.0.0.0/8"] }
physnet sr { type = vlan  vlans = [100..200] }
hardware server {
  cpu { sockets = 2  cores = 16  threads = 2  features = [vmx, pdpe1gb] }
  memory = 256 GiB
  disk system { size = 480 GB  media = ssd }
  disk etcd {
    count = 2  size = 800 GB  media = nvme  paths = ["/dev/disk/by-path/a", "/dev/disk/by-path/b"]
  }
  nic onboard { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }
}
network node {
  site = site.here  cidr = 10.64.0.0/22  vlan = 64  gateway = 10.64.0.1  mtu = 9000
  reserved = [10.64.0.53, 10.64.0.54, 10.64.0.123, 10.64.0.99]
  pool lb { ranges = 10.64.3.200..10.64.3.240  managed_by = metallb }
}
network both {
  site = site.here  cidr = 10.65.0.0/22  cidr6 = fd00:65::/64  vlan = 65
}
template hosts base {
  site = site.here  hardware = hardware.server  spread = rack  user = "deploy"
  bond bond0 {
    ports = [nic.onboard[0], nic.onboard[1]]  mtu = 9000  networks = [network.node, network.both]
    physnet = physnet.sr
  }
}
"""
HOSTS = """
hosts control like hosts.base { count = 3  name = "cp-${n}" }
hosts worker like hosts.base { count = 2  name = "w-${n}" }
"""
PLAIN = """
  version = "1.34"
  control { hosts = hosts.control }
  pool general { hosts = hosts.worker }
  api { network = network.node  vip = 10.64.3.250 }
  pods = 10.200.0.0/16
  services = 10.201.0.0/16
"""


@dataclass(frozen=True)
class Made:
    """What was made for the layer `kubernetes.base`."""

    deployment: Deployment

    def artifact(self, path: str) -> Artifact:
        return next(a for a in self.deployment.artifacts if a.path == f"kubespray/{path}")

    def read(self, path: str) -> Any:
        return yaml.load(self.artifact(path).text, _Loader)

    @property
    def paths(self) -> set[str]:
        return {a.path.removeprefix("kubespray/") for a in self.deployment.artifacts}

    @property
    def groups(self) -> Any:
        return self.read("inventory/hosts.yaml")

    def hosts(self, group: str) -> list[str]:
        entry = self.groups[group] or {}
        below = (h for child in entry.get("children", ()) for h in self.hosts(child))
        return [*entry.get("hosts", ()), *below]

    @property
    def variables(self) -> dict[str, Any]:
        """Variables for all hosts, of all files."""
        found: dict[str, Any] = {}
        for path in sorted(self.paths):
            if path.startswith("inventory/group_vars/all/"):
                found |= self.read(path)
        return found

    def of(self, group: str) -> dict[str, Any]:
        """The variables of a class of nodes."""
        found: dict[str, Any] = self.read(f"inventory/group_vars/{group}.yml")
        return found

    @property
    def lines(self) -> list[str]:
        """The lines of every step: what it needs, its commands, its checks, what it gives."""
        steps = self.deployment.steps
        return [line for s in steps for line in (*s.needs, *s.commands, *s.checks, *s.gives)]


def text(body: str, plain: str = PLAIN, hosts: str = HOSTS, cni: str = "cni = calico") -> str:
    """A blueprint with one cluster."""
    return f"{PLACE}{hosts}kubernetes base {{{plain}  {cni}\n{body}}}\n"


@cache
def made(body: str = "", plain: str = PLAIN, hosts: str = HOSTS, cni: str = "cni = calico") -> Made:
    """What is made of a cluster with this body."""
    files = {"main.oib": text(body, plain, hosts, cni), "ca.pem": "x", "audit.yaml": "x"}
    found = compile_blueprint(MemoryLoader(files), Options(targets=("kubespray",)))
    assert found.is_ok, [d.message for d in found.diagnostics]
    return Made(next(d for d in found.deployments if d.target == "kubespray"))


def codes(
    body: str = "", plain: str = PLAIN, hosts: str = HOSTS, cni: str = "cni = calico"
) -> list[str]:
    """What is said against a cluster with this body."""
    files = {"main.oib": text(body, plain, hosts, cni), "ca.pem": "x", "audit.yaml": "x"}
    found = check_blueprint(MemoryLoader(files), Options(targets=("kubespray",)))
    return [d.rule.code for d in found.diagnostics if d.is_error]
