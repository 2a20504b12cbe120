"""Metadata servers, object gateways and NFS gateways as cephadm reads them."""

import pytest

from blueprint.model import OpenStack, Pki
from blueprint.model.ceph import Erasure, Filesystem, ObjectStore
from blueprint.values import Ref
from targets.cephadm import TARGET
from tests.unit.targets.models import ceph, three_node_cloud
from tests.unit.targets.reading import artifacts, deployment, read

NODES = (Ref("hosts.node"),)
SHARES = {"shares": Filesystem(use="manila")}


def cloud(**changes):
    return three_node_cloud({"ceph.main": ceph(**changes)})


def gateways(model):
    read_back = read(artifacts(TARGET, model)["gateways.yaml"])
    documents = read_back if isinstance(read_back, list) else [read_back]
    return {document["service_type"]: document for document in documents}


def script(model):
    return artifacts(TARGET, model)["pools.sh"].text.splitlines()


def with_swift(model, **changes):
    """A cloud whose region has its objects in the cluster."""
    region = model.at("openstack.core", OpenStack)
    changed = region.model_copy(update={"services": (*region.services, "swift"), **changes})
    return type(model)(
        model.name, None, {**model.things, Ref("openstack.core"): changed}, model.groups,
        model.addresses,
    )  # fmt: skip


def test_no_gateway_runs_unasked():
    assert "gateways.yaml" not in artifacts(TARGET, cloud())


def test_object_gateways_listen_on_the_public_network():
    assert gateways(cloud(rgw=NODES))["rgw"] == {
        "service_type": "rgw",
        "service_id": "main",
        "placement": {"label": "rgw"},
        "networks": ["10.30.0.0/24"],
        "spec": {"rgw_frontend_port": 7480},
        "config": {"rgw_enable_apis": "s3, admin, sts, iam, notifications"},
    }


def test_object_gateways_listen_on_their_port():
    made = gateways(cloud(rgw=NODES, object=ObjectStore(port=8443, swift=True)))["rgw"]
    assert (made["spec"], "config" in made) == ({"rgw_frontend_port": 8443}, False)


def test_gateways_of_a_region_with_swift_ask_its_identity_service():
    stored = ObjectStore(swift=True)
    config = gateways(with_swift(cloud(rgw=NODES, object=stored)))["rgw"]["config"]
    assert config["rgw_keystone_url"] == "https://api.int.cloud.example:5000"
    assert config["rgw_swift_account_in_url"] == "true"
    assert config["rgw_s3_auth_use_keystone"] == "true"


def test_no_password_of_a_gateway_stands_in_a_file():
    stored = ObjectStore(swift=True)
    text = artifacts(TARGET, with_swift(cloud(rgw=NODES, object=stored)))["gateways.yaml"].text
    assert "password" not in text


@pytest.mark.parametrize(("issuer", "verified"), [("acme", "true"), ("internal", "false")])
def test_only_public_authorities_are_trusted_by_gateways(issuer, verified):
    model = with_swift(cloud(rgw=NODES, object=ObjectStore(swift=True)))
    model = type(model)(
        model.name, None, {**model.things, Ref("pki.ca"): Pki(issuer=issuer)}, model.groups,
        model.addresses,
    )  # fmt: skip
    assert gateways(model)["rgw"]["config"]["rgw_keystone_verify_ssl"] == verified


def test_each_file_system_has_metadata_servers_beside_the_monitors():
    model = cloud(filesystem=SHARES)
    hosts = read(artifacts(TARGET, model)["hosts.yaml"])
    assert all("mds" in host["labels"] for host in hosts)
    assert gateways(model)["mds"] == {
        "service_type": "mds",
        "service_id": "shares",
        "placement": {"label": "mds"},
    }


def test_nfs_gateways_are_named_after_the_cluster():
    made = gateways(cloud(filesystem=SHARES, nfs=NODES))["nfs"]
    assert (made["service_id"], made["spec"]) == ("main", {"port": 2049})


def test_a_file_system_is_made_over_two_pools_once():
    found = script(cloud(pool={}, filesystem=SHARES))
    assert (
        "ceph fs get shares >/dev/null 2>&1 || "
        "ceph fs new shares cephfs.shares.meta cephfs.shares.data"
    ) in found
    assert "ceph osd pool set cephfs.shares.data crush_rule by_host" in found


def test_shares_have_a_client_that_lets_managers_make_volumes():
    found = script(cloud(pool={}, filesystem=SHARES))
    assert "ceph auth caps client.manila mon 'allow r' mgr 'allow rw'" in found


def test_shares_by_nfs_may_write_exports():
    found = script(cloud(pool={}, filesystem=SHARES, nfs=NODES))
    caps = "ceph auth caps client.manila mon 'allow r' mgr 'allow rw' osd 'allow rw pool=.nfs'"
    assert caps in found


def test_a_file_system_of_other_clients_has_none():
    found = script(cloud(pool={}, filesystem={"home": Filesystem()}))
    assert not [line for line in found if "ceph auth" in line]


def test_objects_are_erasure_coded_and_their_index_is_copied():
    stored = ObjectStore(erasure=Erasure(k=2, m=1), failure_domain="rack")
    found = script(cloud(pool={}, rgw=NODES, object=stored))
    assert (
        "ceph osd pool create default.rgw.buckets.data erasure default.rgw.buckets.data.profile "
        "--autoscale-mode=on"
    ) in found
    assert "ceph osd pool set default.rgw.buckets.index size 3" in found
    assert not [line for line in found if "allow_ec_overwrites" in line]


def test_objects_are_copied_where_nothing_else_is_said():
    found = script(cloud(pool={}, rgw=NODES, object=ObjectStore(size=4)))
    assert "ceph osd pool set default.rgw.buckets.data size 4" in found


def test_gateways_start_after_their_pools():
    titles = [step.title for step in deployment(TARGET, cloud(filesystem=SHARES)).steps]
    assert titles[-2:] == ["Make pools and clients", "Start metadata servers and gateways"]
