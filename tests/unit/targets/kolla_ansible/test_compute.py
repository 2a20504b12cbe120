"""Nova's computes: CPU sets, huge pages, ratios, PCI devices, shared graphics processors, cells."""

import json

import pytest

from blueprint.model.hardware import Accelerator, Cpu, Device, Nic
from blueprint.model.hosts import (
    Bond,
    HostCores,
    HostMemory,
    HugePages,
    Port,
    Sriov,
    VirtualGpu,
)
from blueprint.model.openstack_resources import Aggregate, Cell
from blueprint.model.openstack_services import Nova
from blueprint.values import Rate, Ref, Size
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import bond, collapsed_hosts, group, region, server, with_hosts
from tests.unit.targets.reading import artifacts, lines_with_causes, options, read

CPU = Cpu(sockets=2, cores=32, threads=2, features=("vmx", "pdpe1gb"))
TRUNK = {
    "bond0": bond(0, "api", "storage", "tenant", "migration", mtu=9000),
    "bond1": Bond(ports=(Ref("nic.slot1[1]"), Ref("nic.slot2[1]")), physnet=Ref("physnet.ex")),
}
GPU = Accelerator(count=2, model="10de:20b5", sriov=True)
QAT = Device(count=2, model="8086:4940", pci=("0000:6b:00.0", "0000:e8:00.0"))
T4 = Accelerator(model="10de:1eb8", pci=("0000:17:00.0",))


def cloud(hardware=None, members=6, things=None, layer=None, **fields):
    """A region whose computes have these fields."""
    spec = collapsed_hosts(
        **{"bond": TRUNK, "memory": HostMemory(platform=Size.of(16, "GiB")), **fields}
    )
    made = {"hardware.r760": server(**{"cpu": CPU, **(hardware or {})}), **(things or {})}
    return with_hosts(
        region(things=made, **(layer or {})), group("compute", spec, members, host_name="cmp")
    )


def file(model, path="nova/nova-compute.conf"):
    made = artifacts(TARGET, model)
    return options(made[f"config/{path}"]) if f"config/{path}" in made else {}


def lines(model, path="nova/nova-compute.conf"):
    return artifacts(TARGET, model)[f"config/{path}"].text.splitlines()


# ------------------------------------------------------------------------------- CPUs and memory


def test_cores_set_apart_become_sets_of_processors():
    model = cloud(cores=HostCores(platform=2, shared=4, isolated="rest"))
    assert file(model)["compute"] == {
        "cpu_dedicated_set": "6-31,38-63,70-95,102-127",
        "cpu_shared_set": "2-5,34-37,66-69,98-101",
    }


def test_a_number_of_processors_to_keep_goes_with_no_sets():
    model = cloud(cores=HostCores(platform=2, isolated="rest"))
    assert "reserved_host_cpus" not in file(model)["DEFAULT"]
    assert "cpu_shared_set" not in file(model)["compute"]
    assert file(cloud(cores=HostCores(platform=2)))["DEFAULT"]["reserved_host_cpus"] == "8"


def test_cores_not_named_are_for_guests_that_share():
    model = cloud(cores=HostCores(platform=2, vswitch=2, isolated=20))
    assert file(model)["compute"]["cpu_shared_set"] == "24-31,56-63,88-95,120-127"


def test_the_switchs_memory_is_kept_from_guests_as_memory_and_as_pages():
    memory = HostMemory(
        platform=Size.of(16, "GiB"),
        vswitch=Size.of(4, "GiB"),
        hugepages={"1 GiB": HugePages(count=100)},
    )
    model = cloud(cores=HostCores(platform=2, vswitch=2, isolated="rest"), memory=memory)
    assert file(model)["DEFAULT"]["reserved_host_memory_mb"] == str(40 * 1024)
    assert [line for line in lines(model) if line.startswith("reserved_huge_pages")] == [
        "reserved_huge_pages = node:0,size:1048576,count:4",
        "reserved_huge_pages = node:1,size:1048576,count:4",
    ]


def test_where_the_platforms_share_is_not_stated_novas_own_reserve_stays():
    memory = HostMemory(vswitch=Size.of(1, "GiB"))
    model = cloud(cores=HostCores(platform=2, vswitch=1), memory=memory)
    assert file(model)["DEFAULT"]["reserved_host_memory_mb"] == str(2 * 1024 + 512)


# --------------------------------------------------------------------------------------- ratios


def test_ratios_of_the_region_are_for_all_computes():
    found = file(cloud(layer={"nova": Nova(cpu_ratio=4, ram_ratio=1, disk_ratio=2)}))["DEFAULT"]
    assert [found[f"{what}_allocation_ratio"] for what in ("cpu", "ram", "disk")] == ["4", "1", "2"]


def test_a_ratio_of_an_aggregate_is_for_its_hosts_alone():
    aggregate = {"dense": Aggregate(hosts=(Ref("hosts.compute[2]"),), cpu_ratio=1)}
    text = "\n".join(lines(cloud(layer={"aggregate": aggregate, "nova": Nova(cpu_ratio=4)})))
    assert "{% if 'oib_compute__1' in group_names %}\ncpu_allocation_ratio = 4" in text
    assert "{% if 'oib_compute__2' in group_names %}\ncpu_allocation_ratio = 1" in text


def test_members_of_an_aggregate_with_a_ratio_have_a_group_of_their_own():
    aggregate = {"dense": Aggregate(hosts=(Ref("hosts.compute[2]"),), cpu_ratio=1)}
    made = read(artifacts(TARGET, cloud(layer={"aggregate": aggregate}))["inventory/hosts.yml"])
    assert list(made["oib_compute__2"]["hosts"]) == ["cmp-2"]


def test_models_of_processors_are_listed_with_the_best_last():
    nova = Nova(cpu_mode="custom", cpu_models=("Haswell", "Icelake-Server"))
    assert file(cloud(layer={"nova": nova}))["libvirt"] == {"cpu_models": "Haswell,Icelake-Server"}


def test_guests_disks_on_a_share_leave_novas_own_folder_on_the_host():
    made = artifacts(TARGET, cloud(layer={"nova": Nova(nfs="filer:/guests"), "storage": None}))
    assert read(made["globals.yml"])["nova_instance_datadir_volume"] == "/var/lib/oib/nova"


# -------------------------------------------------------------------------------------- devices


def specs(model):
    prefix = "device_spec = "
    return [json.loads(line[len(prefix) :]) for line in lines(model) if line.startswith(prefix)]


def alias(model):
    prefix = "alias = "
    found = [line for line in lines(model, "nova.conf") if line.startswith(prefix)]
    return [json.loads(line[len(prefix) :]) for line in found]


def test_devices_given_whole_are_listed_by_vendor_and_product():
    model = cloud({"gpu": {"a100": GPU}}, passthrough=(Ref("gpu.a100"),), iommu=True)
    assert specs(model) == [{"vendor_id": "10de", "product_id": "20b5"}]


def test_single_devices_are_listed_by_address():
    model = cloud({"device": {"qat": QAT}}, passthrough=(Ref("device.qat[1]"),), iommu=True)
    assert specs(model) == [{"address": "0000:e8:00.0"}]


@pytest.mark.parametrize(("sriov", "kind"), [(True, "type-PF"), (False, "type-PCI")])
def test_flavors_ask_for_devices_by_the_hardwares_names(sriov, kind):
    gpu = Accelerator(count=2, model="10de:20b5", sriov=sriov)
    model = cloud({"gpu": {"a100": gpu}}, passthrough=(Ref("gpu.a100"),), iommu=True)
    assert alias(model) == [
        {"vendor_id": "10de", "product_id": "20b5", "device_type": kind, "name": "a100"}
    ]


def test_how_near_devices_must_be_is_said_with_their_names():
    layer = {"nova": Nova(device_affinity="required")}
    model = cloud({"gpu": {"a100": GPU}}, layer=layer, passthrough=(Ref("gpu.a100"),), iommu=True)
    assert [each["numa_policy"] for each in alias(model)] == ["required"]


def functions(pci=(), **fields):
    nic = Nic(ports=2, speed=Rate.of(25, "Gbps"), names=("ens9f0", "ens9f1"), pci=pci, sriov_vfs=8)
    port = Port(sriov=Sriov(vfs=8, physnet=Ref("physnet.ex"), **fields))
    nics = {**server().nic, "fast": nic}
    return cloud({"nic": nics}, port={"nic.fast[1]": port}, iommu=True)


def test_virtual_functions_are_listed_by_their_ports_address():
    assert specs(functions(pci=("0000:31:00.0", "0000:31:00.1"))) == [
        {"address": "0000:31:00.1", "physical_network": "ex"}
    ]


def test_virtual_functions_of_a_port_without_an_address_are_listed_by_its_name():
    assert specs(functions()) == [{"devname": "ens9f1", "physical_network": "ex"}]


def test_trusted_functions_are_marked():
    assert [each["trusted"] for each in specs(functions(trusted=True))] == ["true"]


def test_kolla_ansible_lists_no_functions_beside_ours():
    made = artifacts(TARGET, functions())
    assert read(made["globals.yml"])["nova_pci_passthrough_whitelist"] == []
    plain = read(artifacts(TARGET, cloud())["globals.yml"])
    assert "nova_pci_passthrough_whitelist" not in plain


def test_shared_graphics_processors_are_types():
    model = cloud({"gpu": {"t4": T4}}, vgpu={"t4": VirtualGpu(type="nvidia-230")})
    assert file(model)["devices"] == {"enabled_mdev_types": "nvidia-230"}


def test_of_several_types_each_has_its_devices():
    a10 = Accelerator(count=2, model="10de:2236", pci=("0000:af:00.0", "0000:d8:00.0"))
    shares = {"t4": VirtualGpu(type="nvidia-230"), "a10": VirtualGpu(type="nvidia-592")}
    found = file(cloud({"gpu": {"t4": T4, "a10": a10}}, vgpu=shares))
    assert found["devices"] == {"enabled_mdev_types": "nvidia-230,nvidia-592"}
    assert found["mdev_nvidia-230"] == {"device_addresses": "0000:17:00.0"}
    assert found["mdev_nvidia-592"] == {"device_addresses": "0000:af:00.0,0000:d8:00.0"}


# ---------------------------------------------------------------------------------------- cells


def with_cells(compute=("hosts.compute[1]", "hosts.compute[2]"), **layer):
    cell = Cell(
        control=(Ref("hosts.storage[1]"),),
        compute=tuple(Ref(ref) for ref in compute),
    )
    return cloud(layer={"cell": {"north": cell}, **layer})


def inventory(model):
    return read(artifacts(TARGET, model)["inventory/groups.yml"])


def test_a_cell_has_groups_of_its_computes_and_of_its_conductors():
    made = inventory(with_cells())
    assert made["oib_cell__north__compute"] == {"children": {"oib_compute__1": {}}}
    assert made["oib_cell__north__control"] == {"children": {"oib_storage": {}}}


def test_conductors_and_proxies_run_on_the_hosts_of_cells():
    made = inventory(with_cells())
    wanted = {"children": {"oib_cell__north__control": {}, "oib_unnamed_cell__control": {}}}
    for name in ("nova-conductor", "nova-novncproxy", "nova-spicehtml5proxy", "nova-serialproxy"):
        assert made[name] == wanted, name


def test_computes_in_no_cell_are_in_one_without_a_name():
    made = inventory(with_cells())
    assert made["oib_unnamed_cell__compute"] == {"children": {"oib_compute__2": {}}}
    assert made["oib_unnamed_cell__control"] == {"children": {"control": {}}}


def test_there_is_no_unnamed_cell_where_all_computes_have_one():
    made = inventory(with_cells(compute=("hosts.compute",)))
    assert made["nova-conductor"] == {"children": {"oib_cell__north__control": {}}}
    assert "oib_unnamed_cell__compute" not in made


def test_hosts_of_cells_have_what_every_host_has():
    made = inventory(with_cells())
    assert "oib_cell__north__control" in made["common"]["children"]
    assert "oib_cell__north__control" in made["baremetal"]["children"]


def test_hosts_know_their_cell():
    made = artifacts(TARGET, with_cells())
    inside = read(made["inventory/group_vars/oib_compute__1.yml"])
    outside = read(made["inventory/group_vars/oib_compute__2.yml"])
    assert (inside["nova_cell_name"], inside["nova_cell_compute_group"]) == (
        "north",
        "oib_cell__north__compute",
    )
    assert "nova_cell_name" not in outside
    assert outside["nova_cell_compute_group"] == "oib_unnamed_cell__compute"


@pytest.mark.parametrize(
    ("console", "variable"),
    [("novnc", "nova_novncproxy_port"), ("spice", "nova_spicehtml5proxy_port"), ("none", None)],
)
def test_consoles_of_a_cell_have_a_port_of_their_own(console, variable):
    model = with_cells(nova=Nova(console=console))
    made = read(artifacts(TARGET, model)["inventory/group_vars/oib_storage.yml"])
    ports = {name: value for name, value in made.items() if name.endswith("proxy_port")}
    assert ports == ({} if variable is None else {variable: 6090})


def test_a_region_without_cells_is_not_told_of_any():
    made = artifacts(TARGET, cloud())
    assert "enable_cells" not in read(made["globals.yml"])
    assert not any("nova_cell" in artifact.text for artifact in made.values())


# --------------------------------------------------------------------------------------- causes


def test_every_line_about_computes_names_fields_that_exist():
    gpus = {"gpu": {"a100": GPU, "t4": T4}, "device": {"qat": QAT}}
    cell = Cell(control=(Ref("hosts.storage[1]"),), compute=(Ref("hosts.compute[1]"),))
    model = cloud(
        gpus,
        layer={
            "cell": {"north": cell},
            "aggregate": {"dense": Aggregate(hosts=(Ref("hosts.compute"),), cpu_ratio=1)},
            "nova": Nova(device_affinity="socket", cpu_ratio=2),
        },
        passthrough=(Ref("gpu.a100"), Ref("device.qat[0]")),
        vgpu={"t4": VirtualGpu(type="nvidia-230")},
        iommu=True,
        cores=HostCores(platform=2, vswitch=1, isolated="rest"),
        memory=HostMemory(platform=Size.of(16, "GiB"), vswitch=Size.of(2, "GiB")),
    )
    known = {str(ref) for ref in (*model.things, *model.groups)}
    stated = {
        path
        for artifact in artifacts(TARGET, model).values()
        for _, _, paths in lines_with_causes(artifact)
        for path in paths
    }
    assert "hosts.compute.passthrough.1" in stated
    assert {path for path in stated if not _begins_with(path, known)} == set()


def _begins_with(path, known):
    return any(path == name or path.startswith((f"{name}.", f"{name}[")) for name in known)
