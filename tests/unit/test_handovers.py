"""What one layer makes and another reads: brought together, moved where it must be, and found missing."""

from __future__ import annotations

import json

from blueprint.handovers import HandOvers, faults
from blueprint.output.runbook import deploy_md, order_json
from blueprint.target import Deployment, Given, HandOver, Step, Taken
from blueprint.values import Ref

CEPH, CLOUD, BASE = Ref("ceph.main"), Ref("openstack.core"), Ref("kubernetes.base")
KEYRING = HandOver("keyring", CEPH, "client.glance")
PRINTED = "sudo cephadm shell -- ceph auth get client.glance"
CONFIG = HandOver("kubeconfig", BASE)
PLACE = "~/.kube/base.yaml"


def gives(layer: Ref, *given: Given, host: str | None = None) -> Deployment:
    return Deployment(layer, "giver", (), (Step("Give", ("true",), hands_over=given),), host)


def takes(layer: Ref, *taken: Taken, host: str | None = None, target: str = "taker") -> Deployment:
    return Deployment(layer, target, (), (Step("Take", ("true",), takes=taken),), host)


def one(given: Given, taken: Taken, *, by: str | None = None, on: str | None = None):
    waves = [[gives(given.what.layer, given, host=by)], [takes(CLOUD, taken, host=on)]]
    (transfer,) = HandOvers(waves).transfers
    return transfer


def test_what_lies_where_it_is_read_is_not_moved():
    assert not one(Given(CONFIG, PLACE), Taken(CONFIG, PLACE)).is_moved


def test_what_lies_on_another_host_is_moved():
    assert one(Given(CONFIG, PLACE), Taken(CONFIG, PLACE), on="deployer").is_moved


def test_what_lies_at_another_path_is_moved():
    assert one(Given(CONFIG, "/etc/kubernetes/admin.conf"), Taken(CONFIG, PLACE)).is_moved


def test_what_a_command_prints_is_moved():
    assert one(Given(KEYRING, command=PRINTED), Taken(KEYRING, "glance.keyring")).is_moved


def test_what_the_commands_fetch_is_not_moved():
    taken = Taken(KEYRING, "glance.keyring", is_fetched=True)
    assert not one(Given(KEYRING, command=PRINTED), taken).is_moved


def test_a_host_that_is_stated_for_what_is_given_stands_before_that_of_its_deployment():
    given = Given(CONFIG, PLACE, host="control-1")
    transfer = one(given, Taken(CONFIG, PLACE), by="deployer", on="control-1")
    assert transfer.is_there


def test_another_name_is_another_thing():
    taken = Taken(HandOver("keyring", CEPH, "client.cinder"), "cinder.keyring")
    assert one(Given(KEYRING, command=PRINTED), taken).source is None


def test_a_program_reads_where_a_thing_is_and_where_it_is_to_go():
    waves = [
        [gives(CEPH, Given(KEYRING, command=PRINTED), host="ceph1")],
        [takes(CLOUD, Taken(KEYRING, "glance.keyring"))],
    ]
    first, second = json.loads(order_json(waves, {}))["waves"]
    made = {"kind": "keyring", "of": "ceph.main", "name": "client.glance"}
    assert first["layers"][0]["steps"][0]["hands_over"] == [
        {**made, "command": PRINTED, "host": "ceph1"}
    ]
    origin = {"layer": "ceph.main", "target": "giver", "step": "1.1"}
    origin |= {"command": PRINTED, "host": "ceph1"}
    assert second["layers"][0]["steps"][0]["takes"] == [
        {**made, "path": "glance.keyring", "moved": True, "from": origin}
    ]


def test_people_read_how_a_thing_comes_to_its_place():
    waves = [
        [gives(BASE, Given(CONFIG, PLACE), host="deployer")],
        [takes(CLOUD, Taken(CONFIG, PLACE), Taken(KEYRING, "glance.keyring"))],
    ]
    text = deploy_md("cloud", None, waves, {}).decode()
    assert f"bring `{PLACE}` there from `deployer`, where step 1.1 left it" in text
    assert "as `glance.keyring`: nothing here makes it, so bring it there" in text


def test_the_run_book_begins_with_what_is_handed_over():
    waves = [[gives(BASE, Given(CONFIG, PLACE))], [takes(CLOUD, Taken(CONFIG, PLACE))]]
    row = "| `kubernetes.base` with `giver` | an administrator's kubeconfig | `openstack.core` with `taker` |"
    assert row in deploy_md("cloud", None, waves, {}).decode().partition("## Wave 1")[0]


def test_what_is_given_before_is_no_fault():
    waves = [[gives(BASE, Given(CONFIG, PLACE))], [takes(CLOUD, Taken(CONFIG, PLACE))]]
    assert list(faults(waves, [BASE, CLOUD])) == []


def test_what_nobody_gives_is_a_fault_of_a_target():
    (said,) = faults([[takes(CLOUD, Taken(CONFIG, PLACE))]], [BASE, CLOUD])
    assert (
        said
        == "taker of openstack.core takes kubeconfig of kubernetes.base, which nothing has given by then"
    )


def test_what_a_standing_layer_has_is_no_fault():
    assert list(faults([[takes(CLOUD, Taken(CONFIG, PLACE))]], [CLOUD])) == []


def test_what_is_given_in_the_same_wave_is_too_late():
    wave = [gives(BASE, Given(CONFIG, PLACE)), takes(CLOUD, Taken(CONFIG, PLACE))]
    assert "in the same wave" in next(faults([wave], [BASE, CLOUD]))


def test_a_later_tool_of_one_layer_takes_what_an_earlier_one_gives():
    wave = [gives(BASE, Given(CONFIG, PLACE)), takes(BASE, Taken(CONFIG, PLACE))]
    assert list(faults([wave], [BASE])) == []


def test_what_the_commands_fetch_is_named_in_one_line():
    names = ("client.glance", "client.nova")
    taken = [Taken(HandOver("keyring", CEPH, n), f"{n}.keyring", is_fetched=True) for n in names]
    text = deploy_md("cloud", None, [[takes(CLOUD, *taken)]], {}).decode()
    keyrings = ", ".join(f"the keyring of `{name}`" for name in names)
    assert f"- from `ceph.main`, fetched by these commands: {keyrings}\n" in text
