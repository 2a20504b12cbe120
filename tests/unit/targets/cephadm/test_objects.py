"""Pools, rules and clients: a script that may run again, with the least capabilities."""

import subprocess
from decimal import Decimal

import pytest

from blueprint.model.ceph import Erasure, ObjectStore, Pool
from blueprint.target import HandOver
from blueprint.values import Ratio, Ref
from targets.cephadm import TARGET
from tests.unit.targets.models import ceph, pools, region, three_node_cloud
from tests.unit.targets.reading import artifacts, deployment


def script(pool):
    return artifacts(TARGET, three_node_cloud({"ceph.main": ceph(pool=pool)}))["pools.sh"]


def lines(pool):
    return script(pool).text.splitlines()


def test_the_script_is_executable_and_stops_at_a_fault():
    made = script(pools())
    assert made.is_executable
    assert made.text.splitlines()[2] == "set -eu"


def test_placement_groups_are_left_to_the_autoscaler():
    made = [line for line in lines(pools()) if "osd pool create" in line]
    assert made
    assert [line for line in made if "--autoscale-mode=on" not in line] == []


def test_a_shell_reads_the_script():
    checked = subprocess.run(["sh", "-n"], input=script(pools()).text, text=True, check=False)
    assert checked.returncode == 0


def test_pools_of_one_failure_domain_share_a_rule():
    rules = [line for line in lines(pools()) if "crush rule create" in line]
    assert rules == ["ceph osd crush rule create-replicated by_rack default rack"]


def test_a_medium_has_a_rule_of_its_own():
    found = lines({"fast": Pool(use="nova", device_class="nvme")})
    assert "ceph osd crush rule create-replicated by_host_nvme default host nvme" in found
    assert "ceph osd pool set fast crush_rule by_host_nvme" in found


@pytest.mark.parametrize(("size", "least"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3)])
def test_a_write_needs_more_than_half_of_the_copies(size, least):
    assert f"ceph osd pool set p min_size {least}" in lines({"p": Pool(use="rbd", size=size)})


def test_a_stated_least_holds():
    assert "ceph osd pool set p min_size 1" in lines({"p": Pool(use="rbd", min_size=1)})


def test_a_single_copy_must_be_allowed_first():
    found = lines({"p": Pool(use="rbd", size=1)})
    allowed = found.index("ceph config set global mon_allow_pool_size_one true")
    assert found[allowed + 1] == "ceph osd pool set p size 1 --yes-i-really-mean-it"


def test_a_share_is_a_number():
    found = lines({"p": Pool(use="rbd", share=Ratio(Decimal("0.25")))})
    assert "ceph osd pool set p target_size_ratio 0.25" in found


def test_an_erasure_coded_pool_keeps_its_metadata_in_copies():
    found = lines({"p": Pool(use="cinder", erasure=Erasure(k=4, m=2), failure_domain="rack")})
    assert "ceph osd pool set p size 3" in found
    assert (
        "ceph osd erasure-code-profile set p.data.profile k=4 m=2 crush-failure-domain=rack"
        in found
    )
    assert "ceph osd pool create p.data erasure p.data.profile --autoscale-mode=on" in found
    assert "ceph osd pool set p.data allow_ec_overwrites true" in found


def test_a_client_writes_its_pool_and_reads_what_it_clones():
    found = [line for line in lines(pools()) if line.startswith("ceph auth caps client.cinder ")]
    assert found == [
        (
            "ceph auth caps client.cinder mon 'profile rbd' "
            "osd 'profile rbd pool=volumes, profile rbd-read-only pool=images' "
            "mgr 'profile rbd pool=volumes'"
        )
    ]


def test_a_client_writes_the_data_of_an_erasure_coded_pool():
    pool = {"v": Pool(use="cinder", erasure=Erasure(k=2, m=1))}
    (caps,) = (line for line in lines(pool) if line.startswith("ceph auth caps"))
    assert "osd 'profile rbd pool=v, profile rbd pool=v.data'" in caps


def test_images_are_written_by_their_own_service_alone():
    writers = [line for line in lines(pools()) if "profile rbd pool=images" in line]
    assert [line.split()[3] for line in writers] == ["client.glance"]


def test_clusters_of_kubernetes_beside_it_have_a_client():
    pool = {"kube": Pool(use="kubernetes")}
    (caps,) = [line for line in lines(pool) if line.startswith("ceph auth caps")]
    assert caps == (
        "ceph auth caps client.kubernetes mon 'profile rbd' osd 'profile rbd pool=kube' "
        "mgr 'profile rbd pool=kube'"
    )
    model = three_node_cloud({"ceph.main": ceph(pool=pool)})
    given = [each for step in deployment(TARGET, model).steps for each in step.hands_over]
    assert HandOver("keyring", Ref("ceph.main"), "client.kubernetes") in [e.what for e in given]


def test_a_pool_for_no_service_has_no_client():
    assert not [line for line in lines({"p": Pool(use="rbd")}) if "auth" in line]


def test_no_key_is_shown():
    created = [line for line in lines(pools()) if "get-or-create" in line]
    assert created
    assert all(line.endswith(">/dev/null") for line in created)


def test_a_cluster_without_pools_has_no_script():
    assert "pools.sh" not in artifacts(TARGET, three_node_cloud({"ceph.main": ceph(pool={})}))


def test_the_cluster_begins_on_the_first_monitor():
    first = deployment(TARGET, region()).steps[0]
    assert first.commands == (
        (
            "sudo cephadm --image quay.io/ceph/ceph:v19.2.3 bootstrap --mon-ip 10.30.0.11 "
            "--config cluster.conf --ssh-user deploy --skip-monitoring-stack --allow-fqdn-hostname"
        ),
    )


def test_no_exporter_of_ceph_stands_beside_those_of_a_region():
    (command,) = deployment(TARGET, three_node_cloud()).steps[0].commands
    assert "--skip-monitoring-stack" in command.split()


def test_a_stated_fsid_is_given_to_the_cluster():
    fsid = "6C3F8F8E-94d9-4ab1-9b2a-55d2a1a4b0f7"
    model = three_node_cloud({"ceph.main": ceph(fsid=fsid)})
    (command,) = deployment(TARGET, model).steps[0].commands
    assert command.endswith(f"--fsid {fsid.lower()}")


def test_the_managers_pool_goes_by_the_rule_of_the_widest_domain():
    found = lines(
        {
            "fast": Pool(use="nova", device_class="nvme"),
            "wide": Pool(use="cinder", failure_domain="rack", device_class="hdd"),
        }
    )
    rule = found.index("ceph osd crush rule create-replicated by_rack_hdd default rack hdd")
    assert found.index("ceph osd pool set .mgr crush_rule by_rack_hdd") > rule


def test_the_managers_pool_is_not_spread_over_fewer_domains_than_it_has_copies():
    found = lines(
        {"two": Pool(use="nova", size=2, failure_domain="zone"), "three": Pool(use="cinder")}
    )
    assert "ceph osd pool set .mgr crush_rule by_host" in found


def test_the_gateways_own_pool_goes_by_the_stated_rule():
    stored = ObjectStore(failure_domain="rack")
    nodes = (Ref("hosts.node"),)
    model = three_node_cloud({"ceph.main": ceph(pool={}, rgw=nodes, object=stored)})
    found = artifacts(TARGET, model)["pools.sh"].text.splitlines()
    assert "ceph osd pool create .rgw.root --autoscale-mode=on --yes-i-really-mean-it" in found
    assert "ceph osd pool set .rgw.root crush_rule by_rack" in found
