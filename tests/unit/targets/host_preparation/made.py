"""Blueprints of a few hosts in memory, and what their preparation is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.target import Artifact, Deployment
from tests.unit.targets.reading import _Loader

#: Servers with two cards by name, one by PCI address; racks with subnets of their own.
PLACE = """
blueprint edge { language = 1 }
site s1 {
  timezone = "Asia/Shanghai"
  dns = [10.20.0.53, 10.20.0.54]
  ntp = [10.20.0.123, "ntp.example"]
  rack r[1..2] { units = 42 }
}
hardware edge {
  cpu { sockets = 2  cores = 28  threads = 2  features = [vmx, ept, pdpe1gb] }
  memory = 384 GiB
  disk system { size = 480 GB  media = ssd }
  disk volumes {
    count = 2  size = 4 TB  media = ssd
    paths = ["/dev/disk/by-path/a", "/dev/disk/by-path/b"]
  }
  nic mgmt { ports = 2  speed = 25 Gbps  names = ["ens1f0", "ens1f1"]  ptp = true }
  nic fast { ports = 2  speed = 100 Gbps  names = ["ens2f0", "ens2f1"]  sriov_vfs = 64 }
  nic quick {
    ports = 2  speed = 100 Gbps  dpdk = true
    pci = ["0000:af:00.0", "0000:af:00.1"]
  }
  gpu a100 { count = 2  model = "10de:20b5" }
}
network boot { cidr = 10.11.0.0/24  gateway = 10.11.0.1  routable = false }
network api {
  cidr = 10.20.0.0/24  vlan = 20  gateway = 10.20.0.1
  cidr6 = 2001:db8:20::/64  gateway6 = 2001:db8:20::1
  reserved = [10.20.0.53, 10.20.0.54, 10.20.0.123]
}
network tenant {
  cidr = 10.50.0.0/20  vlan = 50  mtu = 9000
  segment r[1..2] {
    rack = rack.r[key]
    cidr = subnet(10.50.0.0/20, 24, n)
    gateway = address(subnet(10.50.0.0/20, 24, n), 1)
    vlan = 500 + n
  }
}
network outside { cidr = 198.51.100.0/24  vlan = 30  gateway = 198.51.100.1  realm = "outside" }
network far { cidr = 203.0.113.0/24  gateway = 203.0.113.1  realm = "outside" }
physnet ex { type = vlan  vlans = 1000..1999  mtu = 9000 }
"""
BOND = "ports = [nic.mgmt[0], nic.mgmt[1]]  mtu = 9000"
#: A bond with a network of each sort on it.
LINKS = f"""
  bond bond0 {{
    {BOND}  hash = layer3_4  native = network.boot
    networks = [network.api, network.tenant, network.outside]
  }}
"""


@dataclass(frozen=True)
class Made:
    """What was made for the layer `hosts.node`."""

    deployment: Deployment
    deployments: tuple[Deployment, ...]

    def artifact(self, path: str) -> Artifact:
        whole = f"host_preparation/{path}"
        return next(a for a in self.deployment.artifacts if a.path == whole)

    def text(self, path: str) -> str:
        return self.artifact(path).text

    def read(self, path: str) -> Any:
        return yaml.load(self.text(path), _Loader)

    @property
    def paths(self) -> set[str]:
        return {a.path.removeprefix("host_preparation/") for a in self.deployment.artifacts}

    @property
    def netplan(self) -> Any:
        return self.read("netplan/node-1.yaml")["network"]

    @property
    def nmstate(self) -> Any:
        return self.read("nmstate/node-1.yml")

    @property
    def variables(self) -> Any:
        return self.read("inventory/group_vars/oib_node.yml")

    @property
    def tasks(self) -> dict[str, Any]:
        return {task["name"]: task for task in self.read("playbook.yml")[0]["tasks"]}

    @property
    def lines(self) -> list[str]:
        """The lines of every step: what it needs, its commands, its checks."""
        steps = self.deployment.steps
        return [line for s in steps for line in (*s.needs, *s.commands, *s.checks, *s.gives)]


@cache
def made(
    body: str = LINKS, os: str = "ubuntu-24.04", more: str = "", count: int = 2, place: str = PLACE
) -> Made:
    """What is made of hosts with this body; `more` are further declarations."""
    hosts = (
        f'hosts node {{\n  count = {count}  site = site.s1  spread = rack  os = "{os}"\n'
        f"  hardware = hardware.edge\n{body}}}\n"
    )
    found = compile_blueprint(
        MemoryLoader({"main.oib": place + hosts + more}), Options(targets=("host_preparation",))
    )
    assert [d.message for d in found.diagnostics if d.is_error] == []
    (deployment,) = (d for d in found.deployments if d.layer == "hosts.node")
    return Made(deployment, found.deployments)
