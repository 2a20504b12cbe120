"""CPU numbers of cores by purpose and NUMA node, and huge pages of a node."""

from __future__ import annotations

import pytest

from blueprint.model.hardware import Cpu, Hardware
from blueprint.model.hosts import HostCores, HostMemory
from blueprint.model.pages import page_sizes, pages_of_node, size_of_label, vswitch_pages
from blueprint.model.processors import (
    PURPOSES,
    core_counts,
    cpu_list,
    cpu_mask,
    cpus_for,
    cpus_on_node,
    node_of_cpu,
)
from blueprint.values import Size

GIB = 2**30
TWO_SOCKETS = Cpu(sockets=2, cores=28, threads=2)
PLAN = HostCores(platform=2, vswitch=2, shared=4, isolated="rest")


def test_siblings_of_a_core_stand_a_whole_servers_cores_apart() -> None:
    assert "0-1,56-57" == cpu_list(cpus_on_node(PLAN, TWO_SOCKETS, "platform", 0))
    assert "28-29,84-85" == cpu_list(cpus_on_node(PLAN, TWO_SOCKETS, "platform", 1))


def test_purposes_are_laid_out_in_one_order_on_each_node() -> None:
    assert "2-3,30-31,58-59,86-87" == cpu_list(cpus_for(PLAN, TWO_SOCKETS, "vswitch"))
    assert "4-7,32-35,60-63,88-91" == cpu_list(cpus_for(PLAN, TWO_SOCKETS, "shared"))
    assert "8-27,36-55,64-83,92-111" == cpu_list(cpus_for(PLAN, TWO_SOCKETS, "isolated"))


def test_sockets_that_alternate_share_out_even_and_odd_numbers() -> None:
    cpu = Cpu(sockets=2, cores=4, threads=2, numbering="alternating")
    plan = HostCores(platform=1, isolated="rest")
    assert (0, 8) == cpus_on_node(plan, cpu, "platform", 0)
    assert (1, 9) == cpus_on_node(plan, cpu, "platform", 1)
    assert (2, 4, 6, 10, 12, 14) == cpus_on_node(plan, cpu, "isolated", 0)


def test_adjacent_siblings_stand_beside_each_other() -> None:
    cpu = Cpu(sockets=2, cores=4, threads=2, numbering="adjacent")
    plan = HostCores(platform=1, isolated="rest")
    assert (0, 1) == cpus_on_node(plan, cpu, "platform", 0)
    assert (8, 9) == cpus_on_node(plan, cpu, "platform", 1)
    assert (2, 3, 4, 5, 6, 7) == cpus_on_node(plan, cpu, "isolated", 0)


def test_what_is_not_named_comes_last() -> None:
    plan = HostCores(platform=2, vswitch=2)
    assert 24 == core_counts(plan, TWO_SOCKETS)["unnamed"]
    assert "4-27,60-83" == cpu_list(cpus_on_node(plan, TWO_SOCKETS, "unnamed", 0))


def test_more_cores_than_there_are_leave_no_rest() -> None:
    plan = HostCores(platform=20, vswitch=20, isolated="rest")
    assert 0 == core_counts(plan, TWO_SOCKETS)["isolated"]
    assert () == cpus_for(plan, TWO_SOCKETS, "isolated")
    assert 28 == len(cpus_on_node(HostCores(platform=28), TWO_SOCKETS, "platform", 0)) // 2


@pytest.mark.parametrize("numbering", ["socket", "alternating", "adjacent"])
@pytest.mark.parametrize(
    ("sockets", "cores", "threads"), [(1, 8, 1), (2, 6, 2), (4, 3, 2), (2, 4, 4)]
)
def test_every_cpu_has_one_purpose_and_one_node(
    numbering: str, sockets: int, cores: int, threads: int
) -> None:
    cpu = Cpu.model_validate(
        {"sockets": sockets, "cores": cores, "threads": threads, "numbering": numbering}
    )
    plan = HostCores(platform=1, shared=1)
    numbers = [
        (number, node)
        for purpose in PURPOSES
        for node in range(sockets)
        for number in cpus_on_node(plan, cpu, purpose, node)
    ]
    assert list(range(sockets * cores * threads)) == sorted(number for number, _ in numbers)
    assert all(node == node_of_cpu(cpu, number) for number, node in numbers)


def test_sets_are_written_as_linux_writes_them() -> None:
    assert "0-3,7,9-10" == cpu_list([10, 9, 7, 3, 2, 1, 0])
    assert "" == cpu_list([])
    assert "0xf0000000f" == cpu_mask([0, 1, 2, 3, 32, 33, 34, 35])


@pytest.mark.parametrize(
    ("label", "size"),
    [("1 GiB", GIB), ("1GiB", GIB), ("2 MiB", 2 * 2**20), ("1024 MiB", None), ("4 KiB", None), ("", None)],
)  # fmt: skip
def test_labels_of_huge_pages_are_sizes_that_processors_know(label: str, size: int | None) -> None:
    assert (None if size is None else Size(size)) == size_of_label(label)


def _hardware(*features: str, arch: str = "x86_64") -> Hardware:
    return Hardware.model_validate(
        {
            "arch": arch,
            "cpu": {"sockets": 2, "cores": 28, "features": features},
            "memory": Size(512 * GIB),
        }
    )


def test_gibibyte_pages_need_their_flag_where_flags_are_stated() -> None:
    assert (Size(2 * 2**20),) == page_sizes(_hardware("vmx"))
    assert Size(GIB) in page_sizes(_hardware("vmx", "pdpe1gb"))
    assert Size(GIB) in page_sizes(_hardware())


def test_the_switch_takes_pages_of_the_guests_size() -> None:
    memory = HostMemory.model_validate(
        {"vswitch": Size(4 * GIB), "hugepages": {"1 GiB": {"count": 200}}}
    )
    assert (Size(GIB), 4) == vswitch_pages(memory, _hardware("pdpe1gb"))
    assert {Size(GIB): 204} == pages_of_node(memory, _hardware("pdpe1gb"))


def test_the_switch_takes_the_largest_pages_that_it_fills() -> None:
    memory = HostMemory.model_validate({"vswitch": Size(1536 * 2**20)})
    assert (Size(2 * 2**20), 768) == vswitch_pages(memory, _hardware("pdpe1gb"))
    memory = HostMemory.model_validate({"vswitch": Size(2 * GIB)})
    assert (Size(GIB), 2) == vswitch_pages(memory, _hardware("pdpe1gb"))
