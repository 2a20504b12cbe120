"""Checks of what hosts keep and offer for guests, and of the flavors that ask for it: where each begins."""

import pytest

from blueprint.model.hardware import Accelerator, Cpu, Nic
from blueprint.model.hosts import HostCores, HostMemory, HugePages, Port, Sriov, VirtualGpu
from blueprint.model.openstack_resources import Aggregate, Flavor, Project, Quota
from blueprint.model.openstack_services import Nova
from blueprint.values import Rate, Ref, Size
from tests.unit.checks.clusters import ON_OPENSTACK
from tests.unit.checks.clusters import faults as faults_of_text
from tests.unit.checks.models import changed, cloud, everywhere, faults, gib, group, node, server

# 2 × 32 cores with 2 threads each; 128 GiB on each of two NUMA nodes.
CPU = Cpu(sockets=2, cores=32, threads=2, features=("vmx", "pdpe1gb"))
PLAN = HostCores(platform=2, isolated="rest")


def hosts_with(hardware=None, **fields):
    model = cloud(hardware__general=server(**{"cpu": CPU, **(hardware or {})}))
    return changed(model, "hosts.node", **fields)


def memory(pages, size="1 GiB", platform=64, **more):
    return HostMemory(platform=gib(platform), hugepages={size: HugePages(count=pages)}, **more)


def with_flavor(model, **fields):
    flavor = Flavor(**{"vcpus": 4, "ram": gib(8), **fields})
    return changed(model, "openstack.core", flavor={"f": flavor})


def codes(model):
    return [code for code, _ in faults(model)]


# --------------------------------------------------------------------------- cores and memory


@pytest.mark.parametrize(("isolated", "found"), [(28, []), (29, ["OIB5502"])])
def test_cores_of_all_purposes_fit_on_a_node(isolated, found):
    cores = HostCores(platform=2, vswitch=None, shared=2, isolated=isolated)
    assert found == codes(hosts_with(cores=cores))


@pytest.mark.parametrize(("shared", "found"), [(29, []), (30, ["OIB5502"])])
def test_the_rest_is_at_least_one_core(shared, found):
    cores = HostCores(platform=2, shared=shared, isolated="rest")
    assert found == codes(hosts_with(cores=cores))


def test_too_large_a_share_of_the_platform_is_one_fault():
    assert ["OIB5131"] == codes(hosts_with(cores=HostCores(platform=33, isolated=4)))


@pytest.mark.parametrize(("platform", "found"), [(1, []), (None, ["OIB5503"])])
def test_the_system_has_a_core(platform, found):
    assert found == codes(hosts_with(cores=HostCores(platform=platform, isolated="rest")))


def test_a_share_of_the_platform_alone_needs_no_plan():
    assert [] == codes(hosts_with(cores=HostCores(platform=2)))


@pytest.mark.parametrize(("pages", "found"), [(64, []), (65, ["OIB5505"])])
def test_huge_pages_fit_beside_the_platform(pages, found):
    assert found == codes(hosts_with(memory=memory(pages)))


@pytest.mark.parametrize(("vswitch", "found"), [(4, []), (5, ["OIB5505"])])
def test_the_virtual_switch_takes_its_part_of_the_memory(vswitch, found):
    plan = HostCores(platform=2, vswitch=2)
    assert found == codes(hosts_with(cores=plan, memory=memory(60, vswitch=gib(vswitch))))


@pytest.mark.parametrize(
    ("mebibytes", "found"), [(1023, ["OIB5540"]), (1024, []), (1025, ["OIB5540"]), (2048, [])]
)
def test_the_switch_has_whole_pages_of_the_mounted_size(mebibytes, found):
    plan = HostCores(platform=2, vswitch=2)
    given = memory(8, vswitch=Size.of(mebibytes, "MiB"))
    assert found == codes(hosts_with(cores=plan, memory=given))


def test_a_switch_without_guests_pages_beside_it_may_have_small_ones():
    given = HostMemory(platform=gib(64), vswitch=Size.of(512, "MiB"))
    assert [] == codes(hosts_with(cores=HostCores(platform=2, vswitch=2), memory=given))


@pytest.mark.parametrize(
    ("arch", "size", "found"),
    [
        ("x86_64", "2 MiB", []),
        ("x86_64", "1 GiB", []),
        ("x86_64", "64 KiB", ["OIB5504"]),
        ("aarch64", "64 KiB", []),
        ("aarch64", "16 MiB", ["OIB5504"]),
    ],
)
def test_pages_have_sizes_of_the_processors(arch, size, found):
    assert found == codes(hosts_with({"arch": arch}, memory=memory(8, size)))


def test_pages_of_one_gibibyte_need_their_flag():
    cpu = Cpu(sockets=2, cores=32, threads=2, features=("vmx",))
    assert ["OIB5504"] == codes(hosts_with({"cpu": cpu}, memory=memory(8)))


# --------------------------------------------------------------------------- devices of hosts


def cards(**fields):
    names = ("ens1f0", "ens1f1")
    return {"nic": {"slot1": Nic(ports=2, speed=Rate.of(25, "Gbps"), names=names, **fields)}}


def on_a_port(hardware=None, **fields):
    spec = node(hardware=Ref("hardware.spare"), bond={}, port={"nic.slot1[0]": Port(**fields)})
    fields = {"iommu": True, "cores": HostCores(platform=2, vswitch=2)}
    extra = group("extra", 1, spec.model_copy(update=fields))
    spare = server(**{"cpu": CPU, **(hardware or cards())})
    return cloud(group("node", 3), extra, hardware__spare=spare)


@pytest.mark.parametrize(("vfs", "found"), [(16, []), (17, ["OIB5508"])])
def test_a_port_has_as_many_functions_as_its_card_offers(vfs, found):
    model = on_a_port(
        cards(sriov_vfs=16), sriov=Sriov(vfs=vfs), physnet=Ref("physnet.ex"), mtu=9000
    )
    model = changed(model, "hosts.extra", cores=HostCores(platform=2))
    assert found == codes(model)


@pytest.mark.parametrize("driver", ["netdevice", "vfio"])
def test_functions_for_guests_need_the_iommu(driver):
    functions = Sriov(vfs=4, driver=driver)
    model = on_a_port(cards(sriov_vfs=16), sriov=functions, physnet=Ref("physnet.ex"), mtu=9000)
    model = changed(model, "hosts.extra", cores=HostCores(platform=2), iommu=False)
    assert ["OIB5509"] == codes(model)


@pytest.mark.parametrize(
    ("driver", "iommu", "found"),
    [(None, True, []), (None, False, ["OIB5509"]), ("igb_uio", False, []), ("vfio_pci", False, ["OIB5509"])],
)  # fmt: skip
def test_a_driver_on_vfio_needs_the_iommu(driver, iommu, found):
    model = on_a_port(cards(dpdk=True), datapath="dpdk", driver=driver)
    model = changed(
        model, "hosts.extra", memory=HostMemory(platform=gib(64), vswitch=gib(2)), iommu=iommu
    )
    assert found == codes(model)


@pytest.mark.parametrize(
    ("cores", "vswitch", "found"),
    [
        (2, gib(2), []),
        (None, gib(2), ["OIB5506"]),
        (2, None, ["OIB5507"]),
        (None, None, ["OIB5506"]),
    ],
)
def test_a_polled_port_has_cores_and_memory(cores, vswitch, found):
    model = on_a_port(cards(dpdk=True), datapath="dpdk")
    model = changed(
        model,
        "hosts.extra",
        cores=HostCores(platform=2, vswitch=cores),
        memory=HostMemory(platform=gib(64), vswitch=vswitch),
    )
    assert found == codes(model)


GPUS = {"gpu": {"a100": Accelerator(count=2, model="10de:20b5")}}


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("gpu.a100", []),
        ("gpu.a100[1]", []),
        ("gpu.a100[2]", ["OIB5512"]),
        ("device.a100", ["OIB5512"]),
    ],
)
def test_devices_given_whole_are_those_of_the_hardware(ref, found):
    assert found == codes(hosts_with(GPUS, passthrough=(Ref(ref),), iommu=True))


@pytest.mark.parametrize(("name", "found"), [("a100", []), ("a10", ["OIB5510"])])
def test_shared_graphics_processors_are_those_of_the_hardware(name, found):
    assert found == codes(hosts_with(GPUS, vgpu={name: VirtualGpu(type="nvidia-319")}))


# --------------------------------------------------------------------------- aggregates


def two_groups(first, second, **region):
    """Controllers, and two groups of computes."""
    spec = node(hardware=Ref("hardware.general"))
    groups = (
        group("node", 3),
        group("one", 3, spec.model_copy(update=first)),
        group("more", 3, spec.model_copy(update=second)),
    )
    model = cloud(*groups, hardware__general=server(cpu=CPU))
    computes = (*everywhere("one"), *everywhere("more"))
    fields = {"compute": computes, **region}
    return changed(model, "openstack.core", **fields)


@pytest.mark.parametrize(("ratio", "found"), [(2, []), (4, ["OIB5514"])])
def test_hosts_in_two_aggregates_have_one_ratio(ratio, found):
    both = (*everywhere("one"), *everywhere("more"))
    aggregate = {
        "one": Aggregate(hosts=everywhere("one"), cpu_ratio=2),
        "all": Aggregate(hosts=both, cpu_ratio=ratio),
    }
    assert found == codes(two_groups({}, {}, aggregate=aggregate))


def test_aggregates_of_other_hosts_may_have_other_ratios():
    aggregate = {
        "one": Aggregate(hosts=everywhere("one"), cpu_ratio=2),
        "two": Aggregate(hosts=everywhere("more"), cpu_ratio=4),
    }
    assert [] == codes(two_groups({}, {}, aggregate=aggregate))


@pytest.mark.parametrize(
    ("flavor", "found"),
    [
        ({"cpu_policy": "dedicated"}, ["OIB5515"]),
        ({"hugepages": gib(1), "cpu_policy": "dedicated"}, ["OIB5515"]),
        ({}, []),
    ],
)
def test_hosts_behind_a_flavor_that_relies_on_their_plan_are_alike(flavor, found):
    pinned = {"cores": HostCores(platform=2, shared=4, isolated="rest"), "memory": memory(32)}
    other = {"cores": HostCores(platform=2, shared=8, isolated="rest"), "memory": memory(32)}
    both = (*everywhere("one"), *everywhere("more"))
    model = two_groups(pinned, other, aggregate={"all": Aggregate(hosts=both)})
    assert found == codes(with_flavor(model, aggregate=Ref("aggregate.all"), **flavor))


# --------------------------------------------------------------------------- flavors


@pytest.mark.parametrize(
    ("fields", "vcpus", "found"),
    [
        ({}, 60, []),
        ({}, 61, ["OIB5523"]),
        ({"numa_nodes": 2}, 120, []),
        ({"numa_nodes": 2}, 122, ["OIB5523"]),
        ({"cpu_threads": "isolate"}, 30, []),
        ({"cpu_threads": "isolate"}, 31, ["OIB5523"]),
    ],
)
def test_pinned_processors_fit_on_the_nodes_of_a_guest(fields, vcpus, found):
    model = with_flavor(hosts_with(cores=PLAN), cpu_policy="dedicated", vcpus=vcpus, **fields)
    assert found == codes(model)


@pytest.mark.parametrize(
    ("cores", "ratio", "vcpus", "found"),
    [
        (HostCores(platform=2), None, 128, []),
        (HostCores(platform=2), None, 129, ["OIB5523"]),
        (HostCores(platform=2), 1, 120, []),
        (HostCores(platform=2), 1, 121, ["OIB5523"]),
        (HostCores(platform=2, shared=4, isolated="rest"), None, 16, []),
        (HostCores(platform=2, shared=4, isolated="rest"), None, 17, ["OIB5523"]),
    ],
)
def test_shared_processors_fit_on_a_host(cores, ratio, vcpus, found):
    model = changed(hosts_with(cores=cores), "openstack.core", nova=Nova(cpu_ratio=ratio))
    assert found == codes(with_flavor(model, vcpus=vcpus))


TWO_FLAVORS = {name: Flavor(vcpus=vcpus, ram=gib(8)) for name, vcpus in (("f", 4), ("g", 8))}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"cores": HostCores(platform=2, isolated=30)}, ["OIB5523"]),
        ({"cores": HostCores(platform=2, isolated=31)}, ["OIB5502"]),
        ({"memory": memory(32)}, []),
        ({"memory": memory(129)}, ["OIB5505"]),
        ({"memory": memory(300, size="3 MiB")}, ["OIB5504"]),
    ],
)
def test_hosts_that_leave_guests_nothing_are_one_fault(fields, found):
    model = changed(hosts_with(**fields), "openstack.core", flavor=TWO_FLAVORS)
    assert found == codes(model)


@pytest.mark.parametrize(
    ("fields", "ram", "found"),
    [
        ({"hugepages": gib(1)}, 32, []),
        ({"hugepages": gib(1)}, 33, ["OIB5523"]),
        ({"hugepages": gib(1), "numa_nodes": 2}, 64, []),
        ({"hugepages": gib(1), "numa_nodes": 2}, 66, ["OIB5523"]),
        ({}, 64, []),
        ({}, 65, ["OIB5523"]),
        ({"numa_nodes": 1}, 32, []),
        ({"numa_nodes": 1}, 33, ["OIB5523"]),
    ],
)
def test_memory_fits_in_its_pages_or_beside_them(fields, ram, found):
    # 64 GiB for the platform, 32 GiB of pages, so 32 GiB left on each node
    model = hosts_with(memory=memory(32))
    assert found == codes(with_flavor(model, ram=gib(ram), **fields))


@pytest.mark.parametrize(("size", "found"), [(gib(1), []), (Size(2 * 2**20), ["OIB5522"])])
def test_pages_of_a_flavor_are_those_of_its_hosts(size, found):
    assert found == codes(with_flavor(hosts_with(memory=memory(32)), hugepages=size))


@pytest.mark.parametrize(("count", "found"), [(2, []), (3, ["OIB5523"])])
def test_devices_of_a_flavor_are_on_one_host(count, found):
    model = hosts_with(GPUS, passthrough=(Ref("gpu.a100"),), iommu=True)
    assert found == codes(with_flavor(model, devices={"a100": count}))


@pytest.mark.parametrize(("name", "found"), [("a100", []), ("a101", ["OIB5524"])])
def test_devices_of_a_flavor_are_named_as_the_hardware_names_them(name, found):
    model = hosts_with(GPUS, passthrough=(Ref("gpu.a100"),), iommu=True)
    assert found == codes(with_flavor(model, devices={name: 1}))


def test_shares_of_graphics_processors_need_hosts_that_share_them():
    assert ["OIB5523"] == codes(with_flavor(hosts_with(GPUS), vgpus=1))
    shared = hosts_with(GPUS, vgpu={"a100": VirtualGpu(type="nvidia-319")})
    assert [] == codes(with_flavor(shared, vgpus=1))


@pytest.mark.parametrize(
    ("cores", "ratio", "found"),
    [
        (PLAN, 1, []),
        (PLAN, None, []),
        (PLAN, 4, ["OIB5525"]),
        (HostCores(platform=2, shared=4, isolated="rest"), 4, []),
    ],
)
def test_pinned_guests_are_on_hosts_that_give_each_processor_once(cores, ratio, found):
    model = changed(hosts_with(cores=cores), "openstack.core", nova=Nova(cpu_ratio=ratio))
    assert found == codes(with_flavor(model, cpu_policy="dedicated"))


@pytest.mark.parametrize(
    ("cores", "ram", "found"),
    [
        (4, gib(8), []),
        (3, gib(8), ["OIB5520"]),
        (4, gib(7), ["OIB5520"]),
        (-1, None, []),
        (None, None, []),
    ],
)
def test_a_project_may_have_a_guest_of_its_flavor(cores, ram, found):
    quota = Quota(cores=cores, ram=ram)
    model = changed(cloud(), "openstack.core", project={"shop": Project(quota=quota)})
    assert found == codes(with_flavor(model))


def test_a_flavor_for_all_may_be_too_large_for_some():
    small, large = Quota(cores=2), Quota(cores=64)
    projects = {"shop": Project(quota=small), "lab": Project(quota=large)}
    model = changed(cloud(), "openstack.core", project=projects)
    assert [] == codes(with_flavor(model))
    assert ["OIB5520"] == codes(with_flavor(model, projects=(Ref("project.shop"),)))


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"vcpus": 5, "numa_nodes": 2}, ["OIB5518"]),
        ({"vcpus": 4, "numa_nodes": 2}, []),
        ({"ram": Size(2560 * 2**20), "hugepages": gib(1)}, ["OIB5518"]),
        ({"ram": gib(3), "hugepages": gib(1)}, []),
        ({"ram": gib(3), "hugepages": gib(1), "numa_nodes": 2}, ["OIB5518"]),
        ({"ram": Size(2**20 + 1)}, ["OIB5518"]),
    ],
)
def test_a_guest_can_be_cut_into_nodes_and_pages(fields, found):
    assert found == codes(with_flavor(hosts_with(memory=memory(32)), **fields))


@pytest.mark.parametrize(("key", "vcpus", "expected"), [(2, 24, []), (2, 25, ["OIB5523"])])
def test_a_member_of_a_family_of_aggregates_is_that_one_alone(key, vcpus, expected):
    family = "aggregate part[1..2] { hosts = hosts.node[key] }"
    pinned = (
        f"vcpus = {vcpus}  ram = 8 GiB  cpu_policy = dedicated  aggregate = aggregate.part[{key}]"
    )
    edits = (
        ("aggregate general { hosts = hosts.node }", family),
        ("flavor m4 {", f"flavor big {{ {pinned} }}\n  flavor m4 {{"),
        (
            "memory { platform = 32 GiB }",
            "memory { platform = 32 GiB }\n  cores { platform = 1  shared = 3  isolated = rest }",
        ),
    )
    assert expected == faults_of_text(ON_OPENSTACK, *edits)
