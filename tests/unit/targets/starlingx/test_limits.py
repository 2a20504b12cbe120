"""Limits of a system: each just kept, and just not."""

from __future__ import annotations

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

_HEAD = """blueprint demo {{ language = 1 }}
secrets vault {{ store file {{ path = "/srv/vault.yaml" }} }}
site here {{ dns = [{dns}] }}
hardware server {{
  cpu {{ cores = 16  threads = {threads}  features = [vmx, pdpe1gb] }}
  memory = {memory}
  disk system {{ size = {disk}  media = ssd  paths = ["/dev/disk/by-path/a"] }}
  disk data {{ count = {osds}  size = {osd}  media = ssd  paths = [for i in 1..{osds}: "/dev/disk/by-path/d${{i}}"] }}
  nic a {{ ports = 1  speed = 25 Gbps  names = ["ens1f0"] }}
  nic b {{ ports = 1  speed = 25 Gbps  names = ["ens2f0"] }}
}}
hardware other {{
  cpu {{ cores = 16 }}
  memory = {memory_of_others}
  disk system {{ size = {disk_of_others}  media = hdd  paths = ["/dev/disk/by-path/a"] }}
  disk data {{ size = 960 GB  media = ssd  paths = ["/dev/disk/by-path/d"] }}
  nic a {{ ports = 1  speed = 25 Gbps  names = ["ens1f0"] }}
  nic b {{ ports = 1  speed = 25 Gbps  names = ["ens2f0"] }}
}}
network oam {{ cidr = {oam}  gateway = 10.20.0.1 }}
network mgmt {{ cidr = {mgmt}  vlan = 20  {allot} }}
template hosts system {{
  managed_by = starlingx
  bmc {{ credentials = secrets.vault["bmc"] }}
  bond oam0 {{ ports = [nic.a[0], nic.b[0]]  native = network.oam  networks = network.mgmt }}
}}
"""
_GROUP = """hosts {name} like hosts.system {{
  count = {count}
  hardware = hardware.{hardware}
  name = "{name}-${{index}}"
  bmc {{ address = address(10.14.{number}.0/24, 11 + index) }}
  boot {{ mac = [{macs}][index] }}
  {inside}
}}
"""
_SYSTEM = """starlingx plant {{
  release = "{release}"
  config = {config}
  controllers = hosts.controller
  {others}
  networks {{ oam = network.oam  mgmt = network.mgmt }}
  oam {{ floating = {floating} }}
  admin_password = secrets.vault["stx_admin"]
  sysadmin_password = secrets.vault["stx_sysadmin"]
  {inside}
}}
"""
_DEFAULTS = {
    "dns": "10.53.0.53", "threads": 2, "memory": "128 GiB", "disk": "960 GB", "osd": "960 GB", "osds": 1,
    "memory_of_others": "64 GiB", "disk_of_others": "960 GB", "oam": "10.20.0.0/24",
    "mgmt": "10.20.1.0/24", "allot": "", "release": "12.0", "config": "aio_dx",
    "floating": "10.20.0.10", "inside": "", "hosts": "",
}  # fmt: skip


def found(*, workers: int = 0, stores: int = 0, **stated: object) -> list[str]:
    """The codes that a system is told of, with what is stated in the place of what is usual."""
    values = {**_DEFAULTS, **stated}
    controllers = 1 if values["config"] == "aio_sx" else 2
    groups = [("controller", controllers, "server"), ("worker", workers, "other"), ("store", stores, "other")]  # fmt: skip
    text, others = _HEAD.format(**values), []
    for number, (name, count, hardware) in enumerate(groups):
        if count:
            macs = ", ".join(f"02:00:00:00:{number:02}:{i:02x}" for i in range(count))
            inside = values["hosts"] if name == "controller" else ""
            text += _GROUP.format(
                name=name, count=count, hardware=hardware, number=number, macs=macs, inside=inside
            )
    if workers:
        others.append("workers = hosts.worker")
    if stores:
        others.append("storage_nodes = hosts.store")
    text += _SYSTEM.format(**{**values, "others": "  ".join(others)})
    options = Options(targets=("starlingx",))
    told = check_blueprint(MemoryLoader({"main.oib": text}), options).diagnostics
    return [diagnostic.rule.code for diagnostic in told]


def test_what_is_usual_is_taken():
    assert found() == []
    assert found(config="aio_sx") == []
    assert found(config="standard", workers=2) == []


@pytest.mark.parametrize(
    ("config", "workers", "codes"),
    [
        ("aio_dx", 50, []),
        ("aio_dx", 51, ["OIB8023"]),
        ("standard", 100, []),
        ("standard", 101, ["OIB8023"]),
    ],
)
def test_a_pair_of_controllers_looks_after_so_many_workers(config, workers, codes):
    assert found(config=config, workers=workers) == codes


@pytest.mark.parametrize(
    ("replicas", "stores", "codes"),
    [
        (2, 2, []),
        (2, 3, ["OIB8024"]),
        (2, 8, []),
        (2, 10, ["OIB8024"]),
        (3, 3, []),
        (3, 4, ["OIB8024"]),
        (3, 9, []),
        (3, 12, ["OIB8024"]),
    ],
)
def test_storage_hosts_come_in_groups(replicas, stores, codes):
    storage = f"storage ceph {{ replicas = {replicas}  devices = disk.data }}"
    told = found(config="dedicated_storage", workers=1, stores=stores, inside=storage)
    assert told == codes


@pytest.mark.parametrize(("osds", "codes"), [(3, []), (2, ["OIB8028"])])
def test_each_copy_has_a_disk_of_its_own(osds, codes):
    storage = "storage rook { replicas = 3  devices = disk.data }"
    assert found(config="aio_sx", osds=osds, inside=storage) == codes


@pytest.mark.parametrize(
    ("config", "replicas", "codes"),
    [("aio_sx", 3, []), ("aio_sx", 4, ["OIB8027"]), ("aio_dx", 2, []), ("aio_dx", 1, ["OIB8027"])],
)
def test_copies_are_as_many_as_a_configuration_keeps(config, replicas, codes):
    storage = f"storage ceph {{ replicas = {replicas}  devices = disk.data }}"
    assert found(config=config, osds=4, inside=storage) == codes


@pytest.mark.parametrize(
    ("size", "codes"), [(19, ["OIB8029"]), (20, []), (40, []), (41, ["OIB8029"])]
)
def test_a_monitor_has_a_file_system_of_some_size(size, codes):
    storage = f"storage ceph {{ devices = disk.data  monitor_size = {size} GiB }}"
    assert found(inside=storage) == codes


def test_file_systems_fit_the_disk_of_the_system():
    # Of 600 GiB, 30,000 MiB are kept, and 67 GiB are for file systems that are not stated.
    for size, codes in ((503, []), (504, ["OIB8031"])):
        stated = f"filesystems {{ docker = {size} GiB }}"
        assert found(disk="600 GiB", inside=stated) == codes


@pytest.mark.parametrize("count", [1, 3])
def test_one_to_three_name_servers_are_asked(count):
    assert found(dns=", ".join(f"10.53.{n}.53" for n in range(count))) == []


@pytest.mark.parametrize("count", [0, 4])
def test_no_other_number_of_name_servers_is_asked(count):
    assert found(dns=", ".join(f"10.53.{n}.53" for n in range(count))) == ["OIB8033"]


@pytest.mark.parametrize(
    ("stated", "codes"),
    [
        ("pods = 172.16.0.0/16", []),
        ("pods = 172.16.0.0/17", ["OIB8036"]),
        ("services = 10.96.0.0/16", []),
        ("services = 10.96.0.0/17", ["OIB8036"]),
        ("services = 10.96.0.0/12", []),
        ("services = 10.96.0.0/11", ["OIB8036"]),
        ("multicast = 239.1.1.0/29", []),
        ("multicast = 239.1.1.0/30", ["OIB8036"]),
    ],
)
def test_subnets_of_the_cluster_have_a_size(stated, codes):
    assert found(inside=f"cluster {{ {stated} }}") == codes


@pytest.mark.parametrize(
    ("release", "config", "mgmt", "codes"),
    [
        ("12.0", "aio_dx", "10.20.1.0/29", []),
        ("12.0", "aio_dx", "10.20.1.0/30", ["OIB8036"]),
        ("12.0", "aio_sx", "10.20.1.0/30", []),
        ("12.0", "aio_sx", "10.20.1.0/31", ["OIB8036"]),
        ("10.0", "aio_sx", "10.20.1.0/29", []),
        ("10.0", "aio_sx", "10.20.1.0/30", ["OIB8036"]),
    ],
)
def test_the_management_network_has_a_size_by_release(release, config, mgmt, codes):
    assert found(release=release, config=config, mgmt=mgmt) == codes


@pytest.mark.parametrize(("last", "codes"), [(6, []), (5, ["OIB8036"])])
def test_every_host_and_the_system_have_a_management_address(last, codes):
    allot = f"allot = 10.20.1.2..10.20.1.{last}"
    assert found(config="aio_dx", workers=2, allot=allot) == codes


@pytest.mark.parametrize(("floating", "codes"), [(252, []), (253, ["OIB8040"])])
def test_controllers_have_the_two_addresses_after_the_floating_one(floating, codes):
    assert found(floating=f"10.20.0.{floating}") == codes


@pytest.mark.parametrize(
    ("stated", "codes"),
    [
        ({"memory": "64 GB"}, []),
        ({"memory": "63 GB"}, ["OIB8042"]),
        ({"disk": "500 GB"}, []),
        ({"disk": "499 GB"}, ["OIB8043"]),
        ({"memory_of_others": "32 GB", "workers": 1}, []),
        ({"memory_of_others": "31 GB", "workers": 1}, ["OIB8042"]),
        ({"disk_of_others": "120 GB", "workers": 1}, []),
        ({"disk_of_others": "119 GB", "workers": 1}, ["OIB8043"]),
        ({"osd": "500 GB", "inside": "storage rook { devices = disk.data }"}, []),
        ({"osd": "499 GB", "inside": "storage rook { devices = disk.data }"}, ["OIB8043"]),
    ],
)
def test_hardware_is_what_the_documents_ask_for(stated, codes):
    assert found(**stated) == codes


@pytest.mark.parametrize(
    ("cores", "threads", "codes"),
    [
        ("platform = 1", 2, []),
        ("platform = 1", 1, ["OIB8044"]),
        ("platform = 2  shared = 1", 2, []),
        ("platform = 2  shared = 2", 2, ["OIB8044"]),
        ("platform = 2  isolated = 13", 2, []),
        ("platform = 2  isolated = 14", 2, ["OIB8044"]),
        ("platform = 2  vswitch = 8", 2, []),
        ("platform = 2  vswitch = 9", 2, ["OIB8044"]),
    ],
)
def test_cores_are_divided_as_starlingx_does(cores, threads, codes):
    hosts = f"cores {{ {cores} }}"
    if "vswitch" in cores:
        hosts += "  memory { vswitch = 1 GiB }"
    told = found(threads=threads, hosts=hosts, inside="vswitch = ovs_dpdk" if "vswitch" in cores else "")  # fmt: skip
    assert told == codes


@pytest.mark.parametrize(
    ("release", "version", "codes"),
    [
        ("12.0", "1.34", []),
        ("12.0", "1.34.1", []),
        ("12.0", "1.35", ["OIB8025"]),
        ("12.0", "1.34.2", ["OIB8025"]),
        ("12.0", "1.31", ["OIB8025"]),
        ("11.0", "1.31", []),
        ("9.0", "1.29", ["OIB8025"]),
    ],
)
def test_kubernetes_is_one_that_the_release_installs(release, version, codes):
    assert found(release=release, inside=f'kubernetes = "{version}"') == codes
