"""What the kernel is started with: huge pages, CPUs kept apart, IOMMU, modules; numbers agree with the model's."""

from __future__ import annotations

import pytest

from blueprint.model.hardware import Cpu
from blueprint.model.hosts import HostCores
from blueprint.model.processors import cpu_list, cpus_for
from tests.unit.targets.host_preparation.made import LINKS, made

QUIET = LINKS + "  cores { platform = 2  shared = 4  isolated = rest }\n"
PAGES = LINKS + "  memory { platform = 16 GiB  hugepages 1 GiB { count = 8 } }\n"
BOTH = (
    LINKS
    + "  memory { platform = 16 GiB  hugepages 1 GiB { count = 8 }  hugepages 2 MiB { count = 512 } }\n"
)
PLAIN_VFS = (
    LINKS
    + "  port nic.fast[0] { physnet = physnet.ex  mtu = 9000  sriov { vfs = 8 } }\n  iommu = true\n"
)
POLLED_VFS = PLAIN_VFS.replace("vfs = 8", "vfs = 8  driver = vfio")


def arguments(body: str, **more: str) -> list[str]:
    return made(body, **more).variables["oib_kernel_arguments"]


def test_nothing_is_asked_of_the_kernel_where_nothing_is_said():
    assert arguments(LINKS) == []
    assert made().variables["oib_kernel_files"] == []


def test_huge_pages_are_those_of_all_numa_nodes():
    assert arguments(PAGES) == ["default_hugepagesz=1G", "hugepagesz=1G", "hugepages=16"]


def test_smaller_pages_are_made_on_each_numa_node_when_the_system_starts():
    assert arguments(BOTH) == arguments(PAGES)
    made_here = [
        x
        for x in made(BOTH).text("files/oib_node/hugepages.conf").splitlines()
        if x.startswith("w ")
    ]
    assert [(line.split("/")[5], line.rsplit(" ", 1)[1]) for line in made_here] == [
        ("node0", "512"),
        ("node1", "512"),
    ]


def test_no_argument_stands_twice_so_that_grubby_keeps_all():
    names = [
        a.partition("=")[0]
        for a in arguments(QUIET + "  iommu = true\n" + BOTH.removeprefix(LINKS))
    ]
    assert len(names) == len(set(names))


def test_cpus_of_pinned_guests_are_left_alone():
    cores = HostCores(platform=2, shared=4, isolated="rest")
    cpu = Cpu(sockets=2, cores=28, threads=2)
    quiet = cpu_list(cpus_for(cores, cpu, "isolated"))
    others = cpu_list(cpus_for(cores, cpu, "platform", "shared"))
    assert arguments(QUIET) == [
        f"isolcpus=managed_irq,domain,{quiet}",
        f"nohz_full={quiet}",
        f"rcu_nocbs={quiet}",
        f"irqaffinity={others}",
    ]


def test_grub_adds_each_argument_to_those_that_are_there():
    lines = made(PAGES).text("files/oib_node/grub.cfg").splitlines()[1:]
    start = 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT '
    assert lines == [f'{start}{argument}"' for argument in arguments(PAGES)]


def test_the_red_hat_family_has_grubby_and_no_file_of_grubs():
    found = made(PAGES, os="rocky-10")
    assert "files/oib_node/grub.cfg" not in found.paths
    assert "Add arguments of the kernel" in found.tasks


@pytest.mark.parametrize(
    "body",
    [LINKS + "  iommu = true\n", PLAIN_VFS, LINKS + "  iommu = true\n  passthrough = [gpu.a100]\n"],
)
def test_devices_for_guests_need_the_iommu(body):
    assert arguments(body) == ["intel_iommu=on", "iommu=pt"]
    assert made(body).variables["oib_modules"] == ["vfio-pci"]


def test_guests_run_guests_by_an_option_of_the_module():
    text = made(LINKS + "  nested_virtualization = true\n").text("files/oib_node/modprobe.conf")
    assert "options kvm_intel nested=1" in text.splitlines()


def test_devices_that_are_given_away_whole_are_kept_from_the_hosts_drivers():
    text = made(LINKS + "  iommu = true\n  passthrough = [gpu.a100]\n").text(
        "files/oib_node/modprobe.conf"
    )
    assert "options vfio-pci ids=10de:20b5" in text.splitlines()
    assert "softdep nouveau pre: vfio-pci" in text.splitlines()


@pytest.mark.parametrize(
    ("os", "path"),
    [("ubuntu-24.04", "/etc/initramfs-tools/modules"), ("rocky-10", "/etc/dracut.conf.d/oib.conf")],
)
def test_such_devices_are_taken_before_the_root_is_there(os, path):
    tasks = made(LINKS + "  iommu = true\n  passthrough = [gpu.a100]\n", os=os).tasks.values()
    assert path in {
        m.get("path") or m.get("dest") for t in tasks for m in t.values() if isinstance(m, dict)
    }


def test_functions_that_guests_poll_are_bound_for_good():
    bound = "Bind them to the driver of guests, now and at each start"
    assert bound in made(POLLED_VFS).tasks
    assert "driverctl" in made(POLLED_VFS).variables["oib_packages"]
    assert bound not in made(PLAIN_VFS).tasks


@pytest.mark.parametrize(
    ("os", "package"),
    [
        ("ubuntu-24.04", "linux-lowlatency"),
        ("debian-13", "linux-image-rt-amd64"),
        ("rocky-10", "kernel-rt"),
    ],
)
def test_the_kernel_for_low_latency_has_the_distributions_name(os, package):
    assert (
        made(LINKS + "  kernel = low_latency\n", os=os).variables["oib_kernel_package"] == package
    )


def test_the_distributions_own_kernel_is_not_installed_again():
    assert "oib_kernel_package" not in made().variables


def test_a_host_restarts_only_where_its_kernel_runs_with_something_else():
    restart = made(PAGES).tasks["Restart the host where its kernel runs with something else"]
    assert restart["when"] == [
        "oib_restart | default(true) | bool",
        "(oib_arguments_differ | bool) or oib_placed is changed",
    ]
