"""Hosts: how the deployment manager finds them, and what is theirs alone."""

from __future__ import annotations

import pytest

from blueprint.model import StarlingX
from blueprint.values import SecretRef
from targets._kubernetes.names import name_fault
from targets.starlingx.resources.board_management import secret_name, secrets
from targets.starlingx.system import System
from tests.unit.targets.starlingx.resources_of import of_kind, planned, resources
from tests.unit.targets.starlingx.systems import cloud


def test_the_first_controller_is_found_by_the_port_that_it_booted_from():
    host = of_kind("Host", "aio_dx")["controller-0"]
    assert host["match"] == {"bootMAC": "02:00:00:00:01:01"}
    assert planned("aio_dx", "controller-0")["provisioningMode"] == "dynamic"


def test_without_it_the_first_controller_is_found_by_its_board_management_controller():
    edit = ("  boot { mac = 02:00:00:01:00:01 }\n", "")
    match = of_kind("Host", "aio_sx", edit)["controller-0"]["match"]
    assert match == {"boardManagement": {"address": "10.72.0.1"}}


def test_others_are_told_by_the_port_that_they_will_boot_from():
    host = of_kind("Host", "aio_dx")["controller-1"]
    assert "match" not in host
    plan = planned("aio_dx", "controller-1")
    assert (plan["provisioningMode"], plan["bootMAC"]) == ("static", "02:00:00:00:01:02")


def test_hosts_have_the_names_of_starlingx():
    assert list(of_kind("Host", "dedicated_storage")) == [
        "controller-0", "controller-1", "worker-0", "worker-1", "storage-0", "storage-1", "storage-2", "storage-3",
    ]  # fmt: skip


def test_user_and_password_of_management_controllers_are_a_secret():
    board = planned("aio_dx", "worker-1")["boardManagement"]
    assert board == {
        "type": "redfish",
        "credentials": {"password": {"secret": "bmc-vault-bmc"}},
        "address": "10.14.0.22",
    }
    model = cloud("aio_dx").model
    (ref,) = model.of(StarlingX)
    assert dict(secrets(System(ref, model))) == {"bmc-vault-bmc": 'secrets.vault["bmc"]'}


def test_no_resource_is_a_secret_or_holds_one():
    for name in ("aio_sx", "aio_dx", "distributed_cloud"):
        assert "Secret" not in {each["kind"] for each in resources(name)}


@pytest.mark.parametrize("key", ["bmc", "ILO_Admin", "a/b", "x" * 300, "\u4e2d"])
def test_secrets_have_names_that_kubernetes_takes(key):
    assert name_fault(secret_name(SecretRef.of("secrets.vault", key))) is None


def test_no_two_secrets_have_one_name():
    refs = [SecretRef.of("secrets.vault", key) for key in ("a_b", "a-b", "a b", "A-b", "a--b")]
    refs += [SecretRef.of("secrets.vault_a", "b"), SecretRef.of('secrets.vault["a"]', "b")]
    assert len({secret_name(ref) for ref in refs}) == len(refs)


def test_hosts_that_are_alike_but_for_their_secrets_share_a_profile():
    stated = "  bmc { address = address(network.bmc.cidr, 11 + index)"
    edit = (stated, f'{stated}  credentials = secrets.vault["bmc-${{index}}"]')
    assert set(of_kind("HostProfile", "dedicated_storage", edit)) == set(
        of_kind("HostProfile", "dedicated_storage")
    )
    boards = {
        name: planned("dedicated_storage", name, edit)["boardManagement"]
        for name in ("controller-0", "controller-1", "worker-0")
    }
    assert [each["credentials"]["password"]["secret"] for each in boards.values()] == [
        "bmc-vault-bmc-0", "bmc-vault-bmc-1", "bmc-vault-bmc",
    ]  # fmt: skip
    assert {each["type"] for each in boards.values()} == {"redfish"}
    assert boards["controller-1"]["address"] == "10.14.0.12"


def test_one_secret_of_all_hosts_stands_in_their_profiles():
    hosts = of_kind("Host", "dedicated_storage").values()
    assert {tuple(each["overrides"]["boardManagement"]) for each in hosts} == {("address",)}


def test_a_host_without_credentials_has_no_board_management():
    edit = ('  bmc { address = 10.72.0.1  credentials = secrets.vault["bmc"] }\n', "")
    assert "boardManagement" not in planned("aio_sx", "controller-0", edit)


def test_the_loopback_interface_gives_up_the_management_network_that_a_port_has():
    ports = {
        each["name"]: each for each in planned("aio_dx", "controller-0")["interfaces"]["ethernet"]
    }
    assert ports["lo"] == {
        "class": "none",
        "name": "lo",
        "platformNetworks": [],
        "port": {"name": "lo"},
    }
    assert "lo" not in str(planned("aio_dx", "controller-1")["interfaces"]["ethernet"])


def test_a_host_stands_where_its_rack_is():
    edits = (
        ("site here {", "site here {\n  rack r1 {}"),
        ("  hardware = hardware.edge_box\n", "  hardware = hardware.edge_box\n  rack = rack.r1\n  unit = 7\n"),
    )  # fmt: skip
    assert planned("aio_sx", "controller-0", *edits)["location"] == "r1 unit 7"


def test_the_namespace_comes_first():
    first = resources("aio_sx")[0]
    assert (first["kind"], first["metadata"]["name"]) == ("Namespace", "deployment")
