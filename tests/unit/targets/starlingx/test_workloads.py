"""What workloads find on a system: namespaces, networks of pods, accelerators; and the steps that bring it."""

from __future__ import annotations

import json

import pytest
import yaml

from targets._kubernetes.crds import judge
from tests.unit.targets.starlingx.systems import compiled, files_of, texts

BASE = """
blueprint demo { language = 1 }
secrets vault { store file { path = "/srv/vault.yaml" } }
site here { dns = [10.53.0.53] }
hardware server {
  cpu { cores = 32  threads = 2  features = [vmx] }
  memory = 128 GiB
  disk system { size = 960 GB  media = ssd  paths = ["/dev/disk/by-path/pci-0000:00:17.0-ata-1.0"] }
  nic ran {
    ports = 4  speed = 25 Gbps  names = ["ens1f0", "ens1f1", "ens1f2", "ens1f3"]  sriov_vfs = 64  ptp = true
  }
  device fec { model = "8086:0d5c"  pci = ["0000:8a:00.0"]  sriov = true }
}
physnet front_haul { type = vlan  vlans = 100..199 }
network oam { cidr = 10.20.0.0/24  gateway = 10.20.0.1 }
network mgmt { cidr = 10.21.0.0/24  vlan = 20 }
hosts node {
  count = 2
  hardware = hardware.server
  managed_by = starlingx
  iommu = true
  clock = ptp
  bmc { address = address(10.14.0.0/24, 11 + index)  credentials = secrets.vault["bmc"] }
  boot { mac = [02:00:00:00:00:01, 02:00:00:00:00:02][index] }
  port nic.ran[0] { native = network.oam  networks = network.mgmt }
  port nic.ran[1] { sriov { vfs = 8  driver = vfio  physnet = physnet.front_haul } }
}
starlingx mast {
  release = "12.0"
  config = aio_dx
  controllers = hosts.node
  networks { oam = network.oam  mgmt = network.mgmt }
  oam { floating = 10.20.0.10 }
  admin_password = secrets.vault["stx_admin"]
  sysadmin_password = secrets.vault["stx_sysadmin"]
  ptp_instance time { service = ptp4l  ports = nic.ran[0]  parameters = { domainNumber = 24 } }
  #
}
"""
OPERATOR = 'application "sriov-fec-operator" {}'
ONE_HOST = (
    ("count = 2", "count = 1"),
    ("config = aio_dx", "config = aio_sx"),
)


def of(body, *edits):
    main = BASE.replace("  #\n", f"  {body}\n")
    for old, new in edits:
        assert old in main, old
        main = main.replace(old, new)
    return compiled({"main.oib": main})


def made(body, *edits, file="workloads.yml"):
    """The resources of a file, by kind and name."""
    found = of(body, *edits)
    assert [d.message for d in found.diagnostics if d.is_error] == []
    text = texts(found)[f"starlingx.mast/starlingx/{file}"]
    return {(e["kind"], e["metadata"]["name"]): e for e in yaml.safe_load_all(text)}


def told(body, *edits):
    return [(d.rule.code, d.message) for d in of(body, *edits).diagnostics]


def accelerator(vfs=4, queues="uplink_5g = 4  downlink_5g = 4"):
    block = f"radio_accelerator cards {{ device = device.fec  vfs = {vfs}  queue_groups {{ {queues} }} }}"
    return f"{OPERATOR}\n  {block}"


def test_nothing_is_written_where_nothing_is_described():
    assert "starlingx.mast/starlingx/workloads.yml" not in texts(of(""))


def test_a_namespace_has_its_standard_its_labels_and_its_bounds():
    body = """namespace "cu-up" {
      pod_security = baseline  network_policy = deny_ingress  labels = { "example.org/unit" = "cu" }
      quota { pods = 9  cpu = 8  memory = 32 GiB }
    }"""
    found = made(body)
    labels = found["Namespace", "cu-up"]["metadata"]["labels"]
    assert labels["example.org/unit"] == "cu"
    assert labels["pod-security.kubernetes.io/enforce"] == "baseline"
    hard = found["ResourceQuota", "quota"]["spec"]["hard"]
    assert hard == {"pods": "9", "requests.cpu": "8", "requests.memory": "32Gi"}
    policy = found["NetworkPolicy", "deny-ingress"]
    assert policy["metadata"]["namespace"] == "cu-up"
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}


def test_a_namespace_without_bounds_is_a_namespace_alone():
    assert list(made("namespace du {}")) == [("Namespace", "du")]


CORES = ("  iommu = true", "  iommu = true\n  cores { platform = 2  isolated = 24 }")
#: Of two hosts with 128 GiB each, 16 GiB for the platform and 64 GiB of huge pages leave 96 GiB.
MEMORY = (
    "  iommu = true",
    "  iommu = true\n  memory { platform = 16 GiB  hugepages 2 MiB { count = 32768 } }",
)


@pytest.mark.parametrize(
    ("quota", "edit", "codes"),
    [
        ("cpu = 24", CORES, []),
        ("cpu = 25", CORES, ["OIB8206"]),
        ("memory = 96 GiB", MEMORY, []),
        ("memory = 97 GiB", MEMORY, ["OIB8206"]),
    ],
)
def test_namespaces_may_ask_for_what_the_hosts_have_beside_isolated_cores_and_huge_pages(
    quota, edit, codes
):
    assert [code for code, _ in told(f"namespace du {{ quota {{ {quota} }} }}", edit)] == codes


def test_what_all_namespaces_may_ask_for_counts():
    halves = "namespace a { quota { cpu = 12 } }\n  namespace b { quota { cpu = 13 } }"
    ((code, message),) = told(halves, CORES)
    assert code == "OIB8206"
    assert message == "namespaces may ask for 25 processors, and the hosts have 24 for them"


def test_a_network_names_the_functions_of_its_data_network():
    body = """namespace du {}
  pod_network ru { namespace = "du"  physnet = physnet.front_haul  vlan = 101  trusted = true }"""
    network = made(body)["NetworkAttachmentDefinition", "ru"]
    assert network["metadata"]["annotations"] == {
        "k8s.v1.cni.cncf.io/resourceName": "intel.com/pci_sriov_net_front_haul"
    }
    assert json.loads(network["spec"]["config"]) == {
        "cniVersion": "0.3.1", "name": "ru", "type": "sriov", "vlan": 101, "spoofchk": "off", "trust": "on",
    }  # fmt: skip
    (data,) = (n for k, n in made(body, file="deployment-config.yml") if k == "DataNetwork")
    assert data.replace("-", "_") == "front_haul"


def test_functions_that_are_for_guests_lead_no_pods_anywhere():
    body = """namespace du {}
  pod_network ru { namespace = "du"  physnet = physnet.front_haul }"""
    region = """openstack edge {
  on = starlingx.mast  release = "2025.1"  control = hosts.node  compute = hosts.node
  api { internal { network = network.oam  vip = 10.20.0.10  fqdn = "edge.example" } }
  services = [keystone, glance, placement, nova, neutron, heat, horizon]
  neutron { plugin = ovs }
}
"""
    edit = ("starlingx mast {", f"{region}starlingx mast {{")
    assert "OIB8200" in {code for code, _ in told(body, edit)}


def test_each_host_has_its_accelerator_set_up():
    found = made(accelerator())
    assert list(found) == [
        ("SriovFecClusterConfig", "cards-controller-0"),
        ("SriovFecClusterConfig", "cards-controller-1"),
    ]
    spec = found["SriovFecClusterConfig", "cards-controller-1"]["spec"]
    assert spec["nodeSelector"] == {"kubernetes.io/hostname": "controller-1"}
    assert spec["acceleratorSelector"]["pciAddress"] == "0000:8a:00.0"
    assert "drainSkip" not in spec
    assert [fault for each in found.values() for fault in judge(each)] == []


def test_a_single_host_is_never_drained():
    found = made(accelerator(), *ONE_HOST)
    assert found["SriovFecClusterConfig", "cards-controller-0"]["spec"]["drainSkip"] is True


def test_of_several_devices_the_stated_one_is_chosen_by_its_address():
    two = (
        'model = "8086:0d5c"  pci = ["0000:8a:00.0"]',
        'count = 2  model = "8086:0d5c"  pci = ["0000:8a:00.0", "0000:8b:00.0"]',
    )
    name = ("SriovFecClusterConfig", "cards-controller-0")
    by_model = {"vendorID": "8086", "deviceID": "0d5c"}
    assert made(accelerator(), two)[name]["spec"]["acceleratorSelector"] == by_model
    second = made(accelerator(), two, ("device = device.fec", "device = device.fec[1]"))[name]
    assert second["spec"]["acceleratorSelector"] == {**by_model, "pciAddress": "0000:8b:00.0"}


def test_the_newer_card_has_queue_groups_for_transforms():
    queues = "uplink_5g = 4  downlink_5g = 4  fft = 4"
    found = made(accelerator(2, queues), ("8086:0d5c", "8086:57c0"))
    each = found["SriovFecClusterConfig", "cards-controller-0"]
    card = each["spec"]["physicalFunction"]["bbDevConfig"]["acc200"]
    assert card["qfft"]["numQueueGroups"] == 4
    assert judge(each) == ()


@pytest.mark.parametrize(
    ("vfs", "queues", "model", "codes"),
    [
        (16, "uplink_5g = 4  downlink_5g = 4", "8086:0d5c", []),
        (17, "uplink_5g = 4  downlink_5g = 4", "8086:0d5c", ["OIB8204"]),
        (4, "uplink_4g = 2  downlink_4g = 2  uplink_5g = 2  downlink_5g = 2", "8086:0d5c", []),
        (4, "uplink_4g = 2  downlink_4g = 2  uplink_5g = 2  downlink_5g = 3", "8086:0d5c", ["OIB8204"]),
        (4, "uplink_5g = 6  downlink_5g = 6  fft = 4", "8086:57c0", []),
        (4, "uplink_5g = 6  downlink_5g = 6  fft = 5", "8086:57c0", ["OIB8204"]),
    ],
)  # fmt: skip
def test_a_card_has_so_many_functions_and_queue_groups(vfs, queues, model, codes):
    found = told(accelerator(vfs, queues), ("8086:0d5c", model))
    assert [code for code, _ in found] == codes


def test_devices_of_hosts_without_workloads_are_of_no_use():
    others = """hardware plain like hardware.server { remove device.fec }
hosts worker {
  name = "worker-0"  hardware = hardware.plain  managed_by = starlingx  clock = ptp
  bmc { address = 10.14.0.21  credentials = secrets.vault["bmc"] }
  boot { mac = 02:00:00:00:00:21 }
  port nic.ran[0] { networks = network.mgmt }
}
starlingx mast {
  workers = hosts.worker"""
    edits = (
        ("starlingx mast {", others),
        ("config = aio_dx", "config = standard"),
        (
            "  port nic.ran[1] { sriov { vfs = 8  driver = vfio  physnet = physnet.front_haul } }\n",
            "",
        ),
    )
    assert [code for code, _ in told(accelerator(), *edits)] == ["OIB8202"]


GROUPS = """ptp_instance fronthaul {
    service = ptp4l
    ports = nic.ran[0]
    port_parameters = { masterOnly = 0 }
    port_group radio { ports = [nic.ran[2], nic.ran[3]]  parameters = { masterOnly = 1 } }
  }"""


def test_ports_of_a_clock_have_the_parameters_of_their_group():
    found = made(GROUPS, file="deployment-config.yml")
    parameters = {
        name: each["spec"].get("parameters")
        for (k, name), each in found.items()
        if k == "PtpInterface"
    }
    assert parameters == {
        "time-ports": None,
        "fronthaul-ports": ["masterOnly=0"],
        "fronthaul-radio": ["masterOnly=1"],
    }
    (profile,) = (each["spec"] for (kind, _), each in found.items() if kind == "HostProfile")
    on = {e["name"]: e.get("ptpInterfaces") for e in profile["interfaces"]["ethernet"]}
    assert on["ens1f0"] == ["time-ports", "fronthaul-ports"]
    assert on["ens1f2"] == on["ens1f3"] == ["fronthaul-radio"]
    assert on["ens1f1"] is None


def test_numbers_are_parameters_as_texts_are():
    number, text = (
        made("", ("domainNumber = 24", f"domainNumber = {each}"), file="deployment-config.yml")
        for each in ("24", '"24"')
    )
    assert number == text
    spec = number["PtpInstance", "time"]["spec"]
    assert spec["parameters"] == {"global": ["domainNumber=24"]}


def test_what_follows_a_clock_is_told_where_and_in_which_domain():
    body = 'ptp_instance sys_clock { service = phc2sys  follows = "time"  parameters = { R = 2 } }'
    spec = made(body, file="deployment-config.yml")["PtpInstance", "sys-clock"]["spec"]
    assert spec["parameters"] == {
        "global": ["uds_address=/var/run/ptp4l-time", "domainNumber=24", "R=2"]
    }


def test_what_is_stated_of_a_clock_that_follows_another_counts():
    stated = "parameters = { domainNumber = 30 }"
    body = f'ptp_instance sys {{ service = phc2sys  follows = "time"  {stated} }}'
    spec = made(body, file="deployment-config.yml")["PtpInstance", "sys"]["spec"]
    assert spec["parameters"]["global"][-1] == "domainNumber=30"


def test_a_port_of_a_group_needs_a_clock_too():
    second = """nic old { ports = 2  speed = 10 Gbps  names = ["eno1", "eno2"] }
  device fec"""
    found = told(GROUPS.replace("nic.ran[3]", "nic.old[1]"), ("device fec", second))
    assert found == [("OIB8051", "`nic.old[1]` of `hardware.server` has no hardware clock")]


def test_two_resources_of_ports_can_not_have_one_name():
    body = GROUPS.replace("port_group radio", "port_group ports")
    assert "OIB8067" in {code for code, _ in told(body)}


def steps_of(found, layer):
    return next(each.steps for each in found.deployments if str(each.layer) == layer)


def test_a_system_is_prepared_where_it_stands():
    (step,) = (e for e in steps_of(of(accelerator()), "starlingx.mast") if "workloads" in e.title)
    assert step.commands[-1] == "kubectl apply --filename workloads.yml"
    assert not any("ssh" in each for each in step.commands)


def test_a_subcloud_is_prepared_from_its_system_controller():
    files = files_of("distributed_cloud")
    main = str(files["main.oib"])
    body = 'application "node-feature-discovery" {}\n  namespace du {}\n  cpu_manager = static'
    found = compiled({**files, "main.oib": main.replace("cpu_manager = static", body)})
    assert [d.message for d in found.diagnostics if d.is_error] == []
    subcloud = next(
        each for each in found.deployments if str(each.layer).startswith("starlingx.edge")
    )
    titles = [each.title for each in subcloud.steps]
    assert titles[-2:] == [
        "Install the application `node-feature-discovery`",
        "Prepare for workloads",
    ]
    assert "system application-apply node-feature-discovery" in subcloud.steps[-2].commands[-1]
    for step in subcloud.steps[-2:]:
        assert step.commands[0] == ". ./subcloud.env"
        assert all(each.startswith('ssh "sysadmin@$OAM_ADDRESS"') for each in step.commands[1:])
        assert all("ssh" in each for each in step.checks)
    environment = next(e.text for e in subcloud.artifacts if e.path.endswith("subcloud.env"))
    assert "OAM_ADDRESS=" in environment


def test_a_subcloud_with_nothing_to_prepare_is_reached_by_its_manager_alone():
    found = compiled(files_of("distributed_cloud"))
    env = [text for path, text in texts(found).items() if path.endswith("subcloud.env")]
    assert env
    assert not any("OAM_ADDRESS" in text for text in env)


def test_values_that_are_secret_are_read_where_secrets_are():
    body = """application "oran-o2" {
    version = "2.0-1"
    chart "oran-o2" {
      namespace = "oran-o2"  values = file("o2.yaml")  secret_values = secrets.vault["o2"]
    }
  }"""
    found = compiled({"main.oib": BASE.replace("  #\n", f"  {body}\n"), "o2.yaml": "a: b\n"})
    assert [d.message for d in found.diagnostics if d.is_error] == []
    steps = steps_of(found, "starlingx.mast")
    (step,) = (each for each in steps if "oran-o2" in each.title)
    (override,) = (each for each in step.commands if "helm-override-update" in each)
    assert override.endswith(
        "oran-o2 oran-o2 oran-o2 --values /home/sysadmin/files/o2.yaml "
        "--values /home/sysadmin/secrets/vault.o2"
    )
    assert any("vault.o2" in need for need in steps[0].needs)
    # the bootstrap takes one file of values, so it is not told of the application at all
    assert "applications" not in yaml.safe_load(
        texts(found)["starlingx.mast/starlingx/localhost.yml"]
    )
