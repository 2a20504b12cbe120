"""Blueprints as text for tests of Kolla-Ansible's networking, compiled in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.driver import Options, check_blueprint, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.target import Artifact, Step
from tests.unit.targets.reading import options, read

OPTIONS = Options(targets=("kolla_ansible",))
CARD = (
    '  nic fast { ports = 2  speed = 100 Gbps  names = ["ens5f0", "ens5f1"]'
    '  pci = ["0000:5e:00.0", "0000:5e:00.1"]  sriov_vfs = 64  dpdk = true }\n'
)
#: The first port of every host carries the API, the second one the provider networks.
COMPUTE = """
  port nic.onboard[0] { networks = [network.api, network.tenant] }
  port nic.onboard[1] { physnet = physnet.provider }
"""


def cloud(
    compute: str = COMPUTE,
    layer: str = "",
    services: str = "",
    things: str = "",
    control: str = COMPUTE,
    release: str = "2025.1",
) -> str:
    """Three control hosts that are gateways too, and two computes `cmp` with a fast card."""
    return f"""blueprint demo {{ language = 1 }}
hardware server {{
  cpu {{ sockets = 2  cores = 16  threads = 2  features = [vmx, pdpe1gb] }}
  memory = 256 GiB
  nic onboard {{ ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }}
{CARD}}}
network api {{ cidr = 10.20.0.0/24 }}
network tenant {{ cidr = 10.40.0.0/24  vlan = 40 }}
physnet provider {{ type = vlan  vlans = 100..199 }}
{things}
hosts node {{
  count = 3
  hardware = hardware.server
  memory {{ platform = 16 GiB }}
{control}
}}
hosts cmp {{
  count = 2
  hardware = hardware.server
  iommu = true
{compute if "memory" in compute else "  memory { platform = 16 GiB }" + compute}
}}
openstack core {{
  release = "{release}"
  control = hosts.node
  compute = hosts.cmp
  api {{ internal {{ network = network.api  vip = 10.20.0.250 }} }}
  networks {{ tenant = network.tenant }}
{layer}
  services = [keystone, glance, placement, nova, neutron{services}]
}}
"""


@dataclass(frozen=True, slots=True)
class Emitted:
    """What a blueprint becomes: files by path below the target's folder, and steps."""

    artifacts: dict[str, Artifact]
    steps: tuple[Step, ...]

    def variables(self, group: str | None = None) -> dict[str, Any]:
        """globals.yml, or the variables of a group."""
        path = "globals.yml" if group is None else f"inventory/group_vars/{group}.yml"
        found: dict[str, Any] = read(self.artifacts[path])
        return found

    def hosts(self, group: str) -> dict[str, dict[str, Any]]:
        """The hosts of a group, each with its own variables."""
        found: dict[str, dict[str, Any]] = read(self.artifacts["inventory/hosts.yml"])[group][
            "hosts"
        ]
        return found

    def options(self, path: str) -> dict[str, dict[str, str]]:
        """The sections of a file below `config/`."""
        return options(self.artifacts[f"config/{path}"])

    def step(self, title: str) -> Step:
        """The step whose title begins so."""
        (found,) = (step for step in self.steps if step.title.startswith(title))
        return found


def emitted(text: str, origin: str | None = None) -> Emitted:
    """What becomes of a blueprint in which nothing is wrong, on the way from a release where one is named."""
    options = replace(OPTIONS, origin=origin)
    found = compile_blueprint(MemoryLoader({"main.oib": text}), options)
    assert found.is_ok, [(d.rule.code, d.message) for d in found.diagnostics]
    (deployment,) = found.deployments
    folder = "kolla_ansible/"
    files = {each.path.removeprefix(folder): each for each in deployment.artifacts}
    return Emitted(files, deployment.steps)


def faults(text: str) -> list[Diagnostic]:
    """The errors of a blueprint."""
    found = check_blueprint(MemoryLoader({"main.oib": text}), OPTIONS).diagnostics
    return [each for each in found if each.is_error]
