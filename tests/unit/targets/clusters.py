"""Kubernetes clusters written as blueprints, for tests of what stands on them: text in, documents out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from blueprint.driver import check_blueprint, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.target import Artifact, Deployment

HOSTS = """blueprint demo { language = 1 }

hardware server {
  cpu { sockets = 2  cores = 16  features = [vmx] }
  memory = 256 GiB
  disk system { size = 480 GB  media = ssd }
  disk thin { size = 480 GB  media = ssd  paths = ["/dev/disk/by-path/pci-0000:5f:00.0"] }
  nic onboard { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }
  nic fast {
    ports = 2  speed = 100 Gbps  names = ["ens1f0", "ens1f1"]  pci = ["0000:3b:00.0", "0000:3b:00.1"]
    sriov_vfs = 64  model = "8086:1592"
  }
}
physnet edge { type = vlan  vlans = [100..199]  mtu = 9000 }
network node { cidr = 10.20.0.0/24 }
template hosts machine {
  hardware = hardware.server
  memory { platform = 16 GiB }
  port nic.onboard[0] { networks = [network.node] }
}
hosts node like hosts.machine { count = 3 }
hosts worker like hosts.machine {
  count = 3
  port nic.fast[0] { physnet = physnet.edge  mtu = 9000 }
}
"""


def cluster(
    body: str = "", version: str = "1.34", pools: str = "pool w { hosts = hosts.worker }"
) -> str:
    """A cluster on hosts with more in its block."""
    return f"""{HOSTS}kubernetes base {{
  version = "{version}"
  control {{ hosts = hosts.node }}
  {pools}
  api {{ network = network.node  vip = 10.20.0.250 }}
  node_network = network.node
  pods = 10.200.0.0/14
  services = 10.204.0.0/16
  cni = calico
{body}
}}
"""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What one target made of a text."""

    deployment: Deployment

    @property
    def files(self) -> dict[str, Artifact]:
        """The artifacts by path."""
        return {artifact.path: artifact for artifact in self.deployment.artifacts}

    def values(self, release: str) -> dict[str, Any]:
        """Values of a chart."""
        path = f"{self.deployment.target}/values/{release}.yaml"
        loaded: dict[str, Any] = yaml.safe_load(self.files[path].text)
        return loaded

    def documents(self, name: str) -> list[dict[str, Any]]:
        """The resources of a file of manifests."""
        path = f"{self.deployment.target}/manifests/{name}/{name}.yaml"
        return list(yaml.safe_load_all(self.files[path].text))

    def of_kind(self, kind: str) -> dict[str, dict[str, Any]]:
        """All resources of a kind, by name."""
        folder = f"{self.deployment.target}/manifests/"
        return {
            each["metadata"]["name"]: each
            for path, artifact in self.files.items()
            if path.startswith(folder)
            for each in yaml.safe_load_all(artifact.text)
            if each.get("kind") == kind
        }

    @property
    def commands(self) -> list[str]:
        """All commands of all steps."""
        return [command for step in self.deployment.steps for command in step.commands]


def compiled(
    text: str, target: str, layer: str = "kubernetes.base", files: Mapping[str, str] | None = None
) -> Compiled:
    """What a target makes of a layer of a text without faults."""
    loader = MemoryLoader({"main.oib": text, **(files or {})})
    made = compile_blueprint(loader, Options(targets=(target,)))
    faults = [(d.rule.code, d.message) for d in made.diagnostics]
    assert faults == []
    return Compiled(next(d for d in made.deployments if d.layer == layer))


def reported(text: str, target: str) -> list[str]:
    """The codes of what is wrong with a text."""
    found = check_blueprint(MemoryLoader({"main.oib": text}), Options(targets=(target,)))
    return [diagnostic.rule.code for diagnostic in found.diagnostics]
