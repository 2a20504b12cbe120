"""The run-book of cephadm: who reaches whom, and what is looked at."""

import os
import subprocess

import pytest

from blueprint.model import Pki, Registry
from blueprint.model.ceph import ObjectStore
from blueprint.values import Ref, SecretRef
from targets.cephadm import TARGET
from tests.unit.targets.cephadm.test_gateways import with_swift
from tests.unit.targets.models import ceph, three_node_cloud
from tests.unit.targets.reading import deployment

NODES = (Ref("hosts.node"),)
PROGRAMS = {
    # Each "host" is a folder, in which what comes over SSH is run.
    "ssh": "#!/bin/sh\nfor last; do :; done\nfor each; do case $each in *@*) to=${each#*@};; esac; done\n"
    'cd "$HOSTS/$to" && HOME=$PWD exec sh -c "$last"\n',
    "sudo": '#!/bin/sh\nexec echo "ssh-rsa KEY ceph"\n',
}


def steps(model):
    return {step.title: step for step in deployment(TARGET, model).steps}


@pytest.fixture
def hosts(tmp_path):
    """Three hosts, the specification that lists them, and the programs that reach them."""
    addresses = [f"10.30.0.{number}" for number in (11, 12, 13)]
    for address in addresses:
        (tmp_path / address).mkdir()
    (tmp_path / "hosts.yaml").write_text(
        "".join(f'---\nhostname: x\naddr: "{each}"\n' for each in addresses), encoding="utf-8"
    )
    for name, text in PROGRAMS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def take_in(hosts):
    command = steps(three_node_cloud())["Take in the hosts"].commands[0]
    env = {**os.environ, "PATH": f"{hosts}:{os.environ['PATH']}", "HOSTS": str(hosts)}
    return subprocess.run(["sh", "-c", command], cwd=hosts, env=env, check=False).returncode


def test_every_host_gets_the_key_once_however_often_it_is_handed_out(hosts):
    assert (take_in(hosts), take_in(hosts)) == (0, 0)
    found = [path.read_text(encoding="utf-8") for path in hosts.glob("10.*/.ssh/authorized_keys")]
    assert found == ["ssh-rsa KEY ceph\n"] * 3


def test_the_first_host_that_cannot_be_reached_ends_it(hosts):
    (hosts / "10.30.0.12").rmdir()
    assert take_in(hosts) != 0
    assert not (hosts / "10.30.0.13" / ".ssh").exists()


def test_hosts_are_reached_by_the_account_that_has_their_trust():
    step = steps(three_node_cloud())["Take in the hosts"]
    assert "sudo ssh" not in step.commands[0]
    assert "as `deploy`" in step.needs[0]


def test_gateways_find_the_name_of_the_identity_service():
    model = with_swift(
        three_node_cloud({"ceph.main": ceph(rgw=NODES, object=ObjectStore(swift=True))})
    )
    step = steps(model)["Start metadata servers and gateways"]
    assert "`api.int.cloud.example`" in step.needs[0]
    assert "getent ahosts api.int.cloud.example" in step.checks[-1]


@pytest.mark.parametrize(("issuer", "is_told"), [("internal", True), ("acme", False)])
def test_gateways_that_do_not_verify_the_identity_service_are_told_of(issuer, is_told):
    stored = ceph(rgw=NODES, object=ObjectStore(swift=True))
    model = with_swift(three_node_cloud({"ceph.main": stored, "pki.ca": Pki(issuer=issuer)}))
    needs = steps(model)["Start metadata servers and gateways"].needs
    assert any("rgw_keystone_verify_ssl" in need for need in needs) == is_told


FIRST = "Start the first monitor of Ceph Squid"


def test_the_image_has_a_full_version():
    (command,) = steps(three_node_cloud())[FIRST].commands
    assert "--image quay.io/ceph/ceph:v19.2.3 " in command


def test_a_registry_serves_the_image_to_whom_it_knows():
    password = SecretRef('secrets.vault["robot"]')
    own = Registry(url="r.example:5000", namespace="mirror", username="u", password=password)
    main = ceph(registry=Ref("registry.r"))
    step = steps(three_node_cloud({"ceph.main": main, "registry.r": own}))[FIRST]
    assert "--image r.example:5000/mirror/ceph/ceph:v19.2.3 " in step.commands[0]
    assert "--registry-json registry.json" in step.commands[0]
    assert any("`registry.json`" in need and "`robot`" in need for need in step.needs)


def test_a_stated_image_is_taken_as_it_is():
    main = ceph(image="r.example/ceph/ceph:v19.2.2")
    (command,) = steps(three_node_cloud({"ceph.main": main}))[FIRST].commands
    assert "--image r.example/ceph/ceph:v19.2.2 " in command
