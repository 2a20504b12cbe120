"""What a region offers becomes variables of the playbook, each in the words and units of its API."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from blueprint.model.openstack_services import Manila
from blueprint.values import Range, Ref, Size
from targets.openstack_resources.catalog.releases import RELEASES
from targets.openstack_resources.flavors import page_size
from targets.openstack_resources.images import system_of
from targets.openstack_resources.networks import without
from targets.openstack_resources.region import Region
from targets.openstack_resources.shares import share_types
from tests.unit.targets.models import ALL_SERVICES, three_node_cloud
from tests.unit.targets.reading import lines_with_causes, read

from .clouds import artifact, compiled, deployment


def resources(*edits: tuple[str, str]) -> dict[str, Any]:
    return read(artifact("resources.yml", *edits))


def test_quotas_are_in_the_units_of_their_services():
    quota = resources()["cloud_projects"]["tenants"]["quota"]
    assert (quota["ram"], quota["gigabytes"], quota["backup_gigabytes"]) == (2**20, 4096, 2048)


def test_a_quota_without_limit_is_said_so():
    assert resources()["cloud_projects"]["operators"]["quota"]["cores"] == -1


def test_the_domain_that_is_always_there_is_not_made():
    assert resources()["cloud_domains"] == ["customers"]
    assert resources(('domain = "customers"', 'domain = "default"'))["cloud_domains"] == []


def test_zones_hold_the_computes_of_their_racks():
    zone = resources()["cloud_aggregates"]["az2"]
    assert zone == {"availability_zone": "az2", "hosts": ["cmp-2", "cmp-5", "nfv-2"]}


def test_flavors_choose_an_aggregate_by_a_property_of_its_name():
    found = resources()
    assert found["cloud_aggregates"]["pinned"]["metadata"] == {"pinned": "true"}
    specs = found["cloud_flavors"]["nfv.8x16"]["extra_specs"]
    assert specs["aggregate_instance_extra_specs:pinned"] == "true"


def test_attributes_of_a_flavor_become_extra_specs():
    specs = resources()["cloud_flavors"]["nfv.8x16"]["extra_specs"]
    expected = {
        "hw:cpu_policy": "dedicated",
        "hw:cpu_thread_policy": "require",
        "hw:mem_page_size": "1GB",
        "hw:numa_nodes": "2",
        "pci_passthrough:alias": "crypto:1",
        "trait:CUSTOM_NFV": "required",
        "hw:pmu": "false",
    }
    assert {name: specs[name] for name in expected} == expected


def test_a_flavor_for_some_projects_is_private():
    found = resources()["cloud_flavors"]
    assert (found["nfv.8x16"]["is_public"], found["gp.4x16"]["is_public"]) == (False, True)
    assert found["nfv.8x16"]["projects"] == ["operators", "tenants"]


def test_a_flavor_of_bare_metal_asks_for_one_server_and_nothing_of_guests():
    flavor = resources()["cloud_flavors"]["metal"]
    assert flavor["extra_specs"] == {
        "resources:CUSTOM_METAL": "1",
        "resources:VCPU": "0",
        "resources:MEMORY_MB": "0",
        "resources:DISK_GB": "0",
    }
    assert (flavor["vcpus"], flavor["ram"]) == (96, 262144)


@pytest.mark.parametrize(
    ("size", "written"),
    [(Size.of(1, "GiB"), "1GB"), (Size.of(2, "MiB"), "2MB"), (Size.of(64, "KiB"), "64")],
)
def test_pages_are_written_as_nova_reads_them(size, written):
    assert page_size(size) == written


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("ubuntu-24.04", ("ubuntu", "24.04")),
        ("fedora-coreos-41", ("fedora-coreos", "41")),
        ("flatcar", ("flatcar", "")),
        ("centos-stream", ("centos-stream", "")),
    ],
)
def test_the_system_of_an_image_has_a_name_and_a_version(stated, expected):
    assert system_of(stated) == expected


def test_the_image_of_amphorae_is_tagged_and_the_services_own():
    image = resources()["cloud_images"]["amphora"]
    assert (image["tags"], image["owner"], image["visibility"]) == (
        ["amphora"],
        "service",
        "private",
    )


def test_the_image_of_amphorae_is_public_where_that_is_stated():
    edit = (
        'amphora { file = file("images/amphora.raw")',
        'amphora { public = true  file = file("images/amphora.raw")',
    )
    assert resources(edit)["cloud_images"]["amphora"]["visibility"] == "public"


def test_kubernetes_inside_an_image_is_told_with_its_letter():
    assert resources()["cloud_images"]["capi"]["properties"]["kube_version"] == "v1.33.4"


def test_networks_are_on_physical_networks_by_neutrons_names():
    found = resources()["cloud_networks"]
    assert (found["public"]["physical_network"], found["public"]["segment"]) == ("provider", 1000)
    assert (found["plain"]["type"], "segment" in found["plain"]) == ("flat", False)


def test_neutron_gives_out_what_the_network_leaves():
    pools = resources()["cloud_subnets"]["public-subnet"]["allocation_pools"]
    assert pools == [{"start": "203.0.113.10", "end": "203.0.113.254"}]


def test_neutron_gives_out_the_pools_that_the_network_says_are_its():
    pools = resources()["cloud_subnets"]["enrol-subnet"]["allocation_pools"]
    assert pools == [{"start": "10.80.0.100", "end": "10.80.0.200"}]


def test_each_family_has_a_subnet_with_its_part_of_the_pool():
    found = resources()["cloud_subnets"]
    assert found["dual-subnet"]["allocation_pools"] == [
        {"start": "10.60.0.50", "end": "10.60.0.99"}
    ]
    six = found["dual-subnet6"]
    assert six["allocation_pools"] == [{"start": "2001:db8:60::100", "end": "2001:db8:60::1ff"}]
    assert (six["ip_version"], six["gateway"]) == (6, "2001:db8:60::1")


@pytest.mark.parametrize(
    ("cidr", "held", "left"),
    [
        ("192.0.2.0/29", [(1, 1)], [(2, 6)]),
        ("192.0.2.0/29", [(1, 5)], [(6, 6)]),
        ("192.0.2.0/29", [(1, 6)], []),
        ("192.0.2.0/29", [(3, 4), (2, 3)], [(1, 1), (5, 6)]),
        ("192.0.2.0/31", [(0, 0)], [(1, 1)]),
    ],
    ids=["first", "all but one", "all", "overlapping", "two addresses"],
)
def test_ranges_that_are_held_are_left_out(cidr, held, left):
    network = ipaddress.ip_network(cidr)
    base = network.network_address
    ranges = [Range(base + low, base + high) for low, high in held]
    assert without(network, ranges) == [Range(base + low, base + high) for low, high in left]


def test_the_zone_of_the_dns_is_made_and_given_to_external_networks():
    more = 'designate { zone = "cloud.example."  nameservers = ["ns1.cloud.example"] }\n  octavia {'
    found = resources(("octavia]", "octavia, designate]"), ("  octavia {", f"  {more}"))
    assert found["cloud_dns_zones"] == {"cloud.example.": {"email": "hostmaster@cloud.example"}}
    assert found["cloud_networks"]["public"]["dns_domain"] == "cloud.example."
    assert "dns_domain" not in found["cloud_networks"]["dual"]


@pytest.mark.parametrize(
    ("backends", "expected"),
    [
        (("cephfs_native",), {"default_share_type": "CEPHFS1"}),
        (
            ("cephfs_nfs", "cephfs_native"),
            {
                "default_share_type": "CEPHFSNFS1",
                "cephfs_nfs": "CEPHFSNFS1",
                "cephfs_native": "CEPHFS1",
            },
        ),
    ],
    ids=["one", "two"],
)
def test_the_type_of_shares_that_users_get_is_of_the_first_backend(backends, expected):
    services = (*ALL_SERVICES, "manila")
    model = three_node_cloud(services=services, manila=Manila(backends=backends))
    found = share_types(Region(Ref("openstack.core"), model))
    names = {name: each.value["extra_specs"]["share_backend_name"] for name, each in found.items()}
    assert names == expected


def test_nodes_are_columns_beside_what_their_kind_shares():
    found = resources()
    assert found["cloud_nodes"]["metal-2"] == {
        "kind": "kind-1",
        "address": "https://10.10.0.102",
        "credentials": 'secrets.vault["bmc"]',
    }
    kind = found["cloud_node_kinds"]["kind-1"]
    assert (kind["driver"], kind["resource_class"]) == ("redfish", "metal")
    assert kind["driver_info"] == {"redfish_verify_ca": False}


def test_ports_say_where_they_are_plugged_in():
    port = resources()["cloud_ports"]["02:00:00:00:00:03"]
    assert port["node"] == "metal-3"
    assert port["link"] == {
        "switch_id": "02:00:00:00:ff:01", "port_id": "Ethernet1/3", "switch_info": "leaf-1",
    }  # fmt: skip


def test_no_artifact_holds_a_password():
    for made in deployment().artifacts:
        if made.path.endswith(("resources.yml", "secrets.yml")):
            assert "password:" not in made.text


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_compiles(release):
    assert compiled(release=release).is_ok


@pytest.mark.parametrize("name", ["resources.yml", "secrets.yml", "playbook.yml"])
def test_every_line_knows_why_it_is_there(name):
    for line, cause, _ in lines_with_causes(artifact(name)):
        assert cause is not None or line.startswith(("#", "---")) or line.endswith(":"), line


def test_the_playbook_is_the_same_for_every_blueprint():
    other = artifact("playbook.yml", ('region = "region-1"', 'region = "elsewhere"'))
    assert other.text == artifact("playbook.yml").text


def test_a_line_about_a_host_names_that_host():
    lines = lines_with_causes(artifact("resources.yml"))
    paths = next(paths for line, _, paths in lines if line.strip() == "- cmp-5")
    assert "hosts.compute[5].rack" in paths


def test_steps_bring_what_the_playbook_needs_and_show_what_it_made():
    steps = {step.title: step for step in deployment().steps}
    install = steps["Install the collection `openstack.cloud` and its clients"]
    assert install.commands[-2] == (
        "pip install ansible==12.3.0 openstacksdk==4.4.0 python-openstackclient osc-placement "
        "python-ironicclient"
    )
    run = steps["Make what the region offers"]
    assert run.commands[-1] == (
        'ansible-playbook playbook.yml --ask-vault-pass -e @"$HOME/controllers-core.yml"'
    )
    assert "openstack flavor list --all --long" in run.checks
    nodes = steps["Take the bare-metal nodes into service"]
    assert "node manage" in nodes.commands[0]
    assert "node provide" in nodes.commands[1]


def test_kinds_of_volumes_are_made_by_a_playbook_of_their_own():
    kinds = resources()["cloud_volume_types"]
    assert kinds["fast"]["extra_specs"] == {"volume_backend_name": "rbd-1"}
    assert kinds["secret"]["projects"] == [{"project": "tenants", "domain": "customers"}]
    assert kinds["secret"]["encryption"] == {
        "provider": "luks2", "cipher": "aes-xts-plain64", "key_size": 512,
    }  # fmt: skip
    assert "encryption" not in kinds["fast"]
    assert "volume_type_encryption" in artifact("volume_types.yml").text


def test_a_signature_becomes_the_properties_that_nova_and_glance_read():
    signature = """  image amphora {
    signature { value = "c2ln"  certificate = "6f1c0e3b-7a9d-4468-8ce0-13579bdf0246" }
    file"""
    found = resources(("  image amphora { file", signature))["cloud_images"]["amphora"]
    assert {k: v for k, v in found["properties"].items() if k.startswith("img_")} == {
        "img_signature": "c2ln",
        "img_signature_hash_method": "SHA-256",
        "img_signature_key_type": "RSA-PSS",
        "img_signature_certificate_uuid": "6f1c0e3b-7a9d-4468-8ce0-13579bdf0246",
    }
