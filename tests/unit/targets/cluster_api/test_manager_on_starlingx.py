"""A cluster that is made from the Kubernetes of a StarlingX system."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from blueprint.driver import Compilation, Options, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.target import Step
from targets.starlingx.access import endpoint
from tests.unit.targets.cluster_api.made import sources

SYSTEM = """
hosts edge {
  hardware = hardware.server
  site = site.here
  managed_by = starlingx
  boot { mac = 02:00:00:00:01:01 }
  port nic.onboard[0] { networks = [network.api] }
}
starlingx edge {
  release = "12.0"
  config = aio_sx
  controllers = hosts.edge
  networks { oam = network.api }
  oam { floating = 10.20.0.200 }
  admin_password = secrets.vault["admin"]
  sysadmin_password = secrets.vault["sysadmin"]
  kubernetes = "1.34"
}
"""


def with_system(*changes: tuple[str, str]) -> Compilation:
    """The cluster of guests with a system as its manager."""
    routed = (
        "network api { cidr = 10.20.0.0/24",
        "network api { cidr = 10.20.0.0/24  gateway = 10.20.0.1",
    )
    managed = ("manager = kubernetes.manager", "manager = starlingx.edge")
    files = sources("guests", managed, routed)
    files["main.oib"] += SYSTEM
    for old, new in changes:
        assert old in files["main.oib"], old
        files["main.oib"] = files["main.oib"].replace(old, new, 1)
    return compile_blueprint(MemoryLoader(files), Options(targets=("cluster_api", "starlingx")))


def steps(found: Compilation, layer: str) -> tuple[Step, ...]:
    assert [d.message for d in found.diagnostics if d.is_error] == []
    (deployment,) = [each for each in found.deployments if each.layer == layer]
    return deployment.steps


def test_the_system_hands_over_the_kubeconfig_that_the_cluster_takes():
    found = with_system()
    (given,) = [one for each in steps(found, "starlingx.edge") for one in each.hands_over]
    (taken,) = steps(found, "kubernetes.tenant")[0].takes
    assert given.what == taken.what
    assert (given.path, given.host) == ("~/.kube/starlingx-edge.yaml", "edge")


def test_the_kubeconfig_leads_to_the_address_outside():
    made = steps(with_system(), "starlingx.edge")
    (step,) = [each for each in made if each.hands_over]
    assert "--server=https://10.20.0.200:6443 " in step.commands[-1]


def test_an_address_of_ipv6_stands_in_brackets():
    assert endpoint(ip_address("2001:db8:20::200")) == "https://[2001:db8:20::200]:6443"


def test_a_system_that_manages_nothing_hands_nothing_over():
    found = with_system(("manager = starlingx.edge", "manager = kubernetes.manager"))
    assert not [one for each in steps(found, "starlingx.edge") for one in each.hands_over]


def test_the_system_is_deployed_before_the_cluster():
    graph = with_system().graph
    assert graph is not None
    waves = [set(wave) for wave in graph.waves]
    places = [
        next(n for n, wave in enumerate(waves) if ref in wave)
        for ref in ("starlingx.edge", "kubernetes.tenant")
    ]
    assert places[0] < places[1]


@pytest.mark.parametrize(
    ("stated", "release", "codes"),
    [
        ('kubernetes = "1.31"', "11.0", ["OIB6954"]),
        ('kubernetes = "1.32"', "11.0", []),
        ("", "12.0", ["OIB6954"]),
    ],
)
def test_the_version_of_the_manager_is_stated_and_one_that_cluster_api_runs_on(
    stated, release, codes
):
    found = with_system(('kubernetes = "1.34"\n}', f"{stated}\n}}"), ('"12.0"', f'"{release}"'))
    assert [d.rule.code for d in found.diagnostics if d.is_error] == codes
