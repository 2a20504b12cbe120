"""Bare metal by the charts: the reference blueprint that has it, and what the charts have no way to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

FOLDER = Path(__file__).parents[4] / "reference_blueprints" / "h3c_cloudos"
FILES = ("pki/ca.pem", "ipa/ironic-agent.kernel", "ipa/ironic-agent.initramfs")
TEXT = (FOLDER / "main.oib").read_text(encoding="utf-8")
KERNEL = 'kernel = file("ipa/ironic-agent.kernel")'
RAMDISK = 'ramdisk = file("ipa/ironic-agent.initramfs")'


def compiled(*changes: tuple[str, str]):
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    files = {name: (FOLDER / name).read_text(encoding="utf-8") for name in FILES}
    loader = MemoryLoader({"main.oib": text, **files})
    return compile_blueprint(loader, Options(targets=("openstack_helm",)))


def deployment(*changes: tuple[str, str]):
    found = compiled(*changes)
    assert [d.message for d in found.diagnostics if d.is_error] == []
    return found.deployments[0]


def values(chart: str, *changes: tuple[str, str]) -> dict[str, Any]:
    path = f"openstack_helm/values/{chart}.yaml"
    return yaml.safe_load(next(a.text for a in deployment(*changes).artifacts if a.path == path))


def steps(*changes: tuple[str, str]) -> dict[str, Any]:
    return {step.title: step for step in deployment(*changes).steps}


def errors(*changes: tuple[str, str]) -> list[str]:
    """What is wrong; what a tool says where something is wrong already is a note."""
    wrong = [d for d in compiled(*changes).diagnostics if d.is_error]
    return [text for d in wrong for text in (d.message, *d.notes)]


def test_nodes_fetch_files_from_the_interface_on_their_network():
    assert values("ironic")["network"]["pxe"]["device"] == "bond0.85"


def test_an_interface_that_others_begin_with_is_tied_to_the_end_of_its_line():
    routed = (
        "bond bond0 { networks += [network.pxe] }  # Ironic's conductors speak to the servers that they install\n",
        "",
    )
    assert values("ironic", routed)["network"]["pxe"]["device"] == "bond0$"


def test_networks_and_images_are_not_made_by_the_chart():
    found = values("ironic")
    assert found["manifests"]["job_manage_cleaning_network"] is False
    for made in ("image", "object_store"):
        assert found["bootstrap"][made] == {"enabled": False}
    for part in ("api", "conductor"):
        assert "ironic-manage-cleaning-network" not in found["dependencies"]["static"][part]["jobs"]
    assert found["conf"]["ironic"]["neutron"] == {
        "cleaning_network": "pxe",
        "provisioning_network": "pxe",
    }


def test_the_agent_lies_where_conductors_may_read_it():
    conductor = values("ironic")["conf"]["ironic"]["conductor"]
    assert conductor["deploy_kernel"] == "file:///var/lib/ironic/ironic-agent.kernel"
    (step,) = [s for title, s in steps().items() if title.startswith("Put the agent")]
    assert "/var/lib/ironic/$file" in step.commands[0]


def test_an_agent_with_a_url_is_fetched_by_the_conductors():
    changes = (
        (KERNEL, 'kernel = "https://images.example/ipa.kernel"'),
        (RAMDISK, 'ramdisk = "https://images.example/ipa.initramfs"'),
    )
    conductor = values("ironic", *changes)["conf"]["ironic"]["conductor"]
    assert conductor["deploy_ramdisk"] == "https://images.example/ipa.initramfs"
    assert not [title for title in steps(*changes) if title.startswith("Put the agent")]


def test_a_compute_service_gives_nodes_out_from_the_control_plane():
    nova = values("nova")
    assert nova["manifests"]["statefulset_compute_ironic"] is True
    label = nova["labels"]["agent"]["compute_ironic"]["node_selector_key"]
    assert label == "openstack-control-plane"
    tags = nova["images"]["tags"]
    assert tags["nova_compute_ironic"] == tags["nova_compute"]


def test_neutron_is_told_of_nodes():
    neutron = values("neutron")
    drivers = neutron["conf"]["plugins"]["ml2_conf"]["ml2"]["mechanism_drivers"]
    assert drivers == "openvswitch,l2population,baremetal"
    assert neutron["manifests"]["deployment_ironic_agent"] is True


def test_ironic_is_there_before_nova_waits_for_it():
    script = next(a.text for a in deployment().artifacts if a.path.endswith("deploy.sh"))
    assert script.index("--install ironic ") < script.index("--install nova ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((RAMDISK + "\n    }", RAMDISK + "\n    }\n    boot = pxe"), "PXE alone"),
        (("neutron { plugin = ovs  overlay = vxlan }", "neutron { plugin = ovn }"), "beside OVN"),
        (
            (RAMDISK + "\n    }", RAMDISK + "\n    }\n    inspection = network.pxe"),
            "inspection of nodes",
        ),
        ((KERNEL, 'kernel = "ftp://x"'), "`kernel` can't be 'ftp://x'"),
        (
            (
                'hosts.kvm  taints = { "cloudos/service-zone" = prefer_no_schedule',
                'hosts.kvm  taints = { "cloudos/service-zone" = no_schedule',
            ),
            "bare metal beside nodes with this taint",
        ),
    ],
)
def test_what_the_chart_has_no_way_to_do_is_an_error(change, said):
    assert [message for message in errors(change) if said in message]


def test_pods_come_past_a_taint_that_only_prefers_without_a_toleration():
    assert "tolerations" not in values("neutron").get("pod", {})
