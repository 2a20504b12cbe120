"""Names, time, disks, shares and proxies of hosts; the order in which hosts go; the steps of the run-book."""

from __future__ import annotations

import pytest

from blueprint.model.mounts import GUESTS, IMAGES
from tests.unit.targets.host_preparation.made import BOND, LINKS, made

REGION = """
openstack core {
  release = "2025.1"  control = hosts.node  compute = hosts.node
  services = [keystone, glance, placement, nova, neutron, cinder]
  api { internal { network = network.api  vip = 10.20.0.250 } }
  glance { nfs = "nas.example:/images" }
  nova { nfs = "nas.example:/guests" }
  cinder { lvm { devices = disk.volumes } }
  proxy = proxy.out
}
proxy out { http = "http://proxy.example:3128"  no_proxy = ["10.0.0.0/8"] }
"""
BODY = LINKS + "  memory { platform = 16 GiB }\n"


def region(os: str = "ubuntu-24.04"):
    return made(BODY, os=os, more=REGION, count=3)


def test_hosts_are_reached_at_the_address_that_they_will_have():
    hosts = made().read("inventory/hosts.yml")["oib_node"]["hosts"]
    assert hosts["node-1"] == {"ansible_host": "10.20.0.2", "oib_address": "10.20.0.2"}


def test_chrony_asks_the_time_servers_of_the_site():
    servers = [
        x for x in made().text("files/oib_node/chrony.conf").splitlines() if x.startswith("server")
    ]
    assert servers == ["server 10.20.0.123 iburst", "server ntp.example iburst"]


@pytest.mark.parametrize(
    ("os", "place"), [("debian-13", "/etc/chrony/chrony.conf"), ("rocky-10", "/etc/chrony.conf")]
)
def test_chrony_is_configured_where_the_system_reads_it(os, place):
    tasks = made(os=os).tasks
    (configured,) = (task for name, task in tasks.items() if name.startswith("Configure chron"))
    assert configured["ansible.builtin.copy"]["dest"] == place


def test_a_ptp_clock_is_that_of_the_first_port_that_has_one():
    found = made(LINKS + "  clock = ptp\n")
    assert "ExecStart=/usr/sbin/ptp4l -2 -s -i ens1f0" in found.text(
        "files/oib_node/oib-ptp4l.service"
    )
    assert "-s ens1f0 -w -E ntpshm" in found.text("files/oib_node/oib-phc2sys.service")


def test_chrony_prefers_the_ptp_clock_and_keeps_the_servers():
    text = made(LINKS + "  clock = ptp\n").text("files/oib_node/chrony.conf")
    assert "refclock SHM 0 refid PTP poll 2 dpoll -2 prefer" in text
    assert "server 10.20.0.123 iburst" in text


def test_volumes_have_a_group_on_the_stated_disks():
    assert region().variables["oib_volume_groups"] == [
        {"name": "cinder-volumes", "devices": ["/dev/disk/by-path/a", "/dev/disk/by-path/b"]}
    ]


def test_shares_are_mounted_where_services_are_told():
    assert region().variables["oib_shares"] == [
        {"share": "nas.example:/images", "path": IMAGES},
        {"share": "nas.example:/guests", "path": GUESTS},
    ]


@pytest.mark.parametrize(
    ("os", "package"), [("ubuntu-24.04", "nfs-common"), ("rocky-10", "nfs-utils")]
)
def test_shares_need_the_families_package(os, package):
    assert package in region(os).variables["oib_packages"]


def test_programs_are_told_of_the_proxy_in_both_spellings():
    assert region().text("files/oib_node/environment").splitlines() == [
        'http_proxy="http://proxy.example:3128"',
        'HTTP_PROXY="http://proxy.example:3128"',
        'no_proxy="localhost,127.0.0.1,10.0.0.0/8"',
        'NO_PROXY="localhost,127.0.0.1,10.0.0.0/8"',
    ]


def test_hosts_that_keep_quorums_go_one_at_a_time():
    assert region().read("playbook.yml")[0]["serial"] == "{{ oib_at_once | default(1) }}"


def test_other_hosts_go_several_at_a_time():
    assert made().read("playbook.yml")[0]["serial"] == "{{ oib_at_once | default('25%') }}"


def test_a_host_that_fails_stops_the_others():
    assert region().read("playbook.yml")[0]["max_fail_percentage"] == 0


def test_the_way_back_is_open_before_the_network_changes():
    names = [t["name"] for t in made().tasks["Change the network"]["block"]]
    start, apply = names.index("Start the timer of the way back"), names.index("Apply the network")
    reached, stop = (
        names.index("Wait until the host answers"),
        names.index("Stop the timer of the way back"),
    )
    assert names.index("Let netplan judge it") < start < apply < reached < stop


def test_what_debians_installer_left_is_kept_before_it_is_taken_away():
    names = [t["name"] for t in made(os="debian-13").tasks["Change the network"]["block"]]
    kept, gone = "Keep the network of ifupdown", "Take the network away from ifupdown"
    assert names.index(kept) < names.index("Start the timer of the way back") < names.index(gone)


def test_nmstate_commits_only_what_the_host_answers_with():
    names = [t["name"] for t in made(os="rocky-10").tasks["Change the network by NMState"]["block"]]
    assert (
        names.index("Apply the network")
        < names.index("Wait until the host answers")
        < names.index("Commit the network")
    )


def test_a_frame_of_full_size_is_sent_on_each_network():
    pings = [line.split("-a ")[1] for line in made().lines if "ping -c" in line]
    assert pings == [
        "'ping -c 3 -M do -s 1472 10.11.0.1'",
        "'ping -c 3 -M do -s 1472 10.20.0.1'",
        "'ping -c 3 -M do -s 8972 10.50.2.2'",
        "'ping -c 3 -M do -s 1472 198.51.100.1'",
    ]


def test_each_description_in_a_declaration_has_a_group_of_its_own():
    body = "kernel = if key == 1 then low_latency else standard\n"
    found = made(LINKS + f"  {body}")
    assert list(found.read("inventory/hosts.yml")) == ["oib_node__1", "oib_node__2"]


def test_hosts_that_a_region_names_alone_have_a_group_of_their_own():
    more = REGION.replace("control = hosts.node", "control = hosts.node[1]")
    assert list(made(BODY, more=more, count=3).read("inventory/hosts.yml")) == [
        "oib_node__1",
        "oib_node__2",
    ]


def test_hosts_that_stand_already_or_are_ironics_are_not_prepared():
    more = f"existing hosts old {{ hardware = hardware.edge  bond bond0 {{ {BOND}  networks = [network.api] }} }}\n"
    assert [d.layer for d in made(LINKS, more=more).deployments] == ["hosts.node"]
