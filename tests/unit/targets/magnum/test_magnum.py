"""What Magnum is told of a cluster: a template, a cluster, its groups of nodes, and labels that its driver reads."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint.driver import Compilation, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.target import Deployment
from targets.magnum.labels import KNOWN

SOURCE = Path(__file__).parent / "guests" / "main.oib"
WORKERS = "count = 6  min = 3  max = 15  autoscale = true  flavor"
CALICO = "cni = calico\n"
HEAT = (
    ("deployer magnum { driver = cluster_api }", "deployer magnum { driver = heat }"),
    ("  neutron { plugin = ovn }", "  magnum { driver = heat }\n  neutron { plugin = ovn }"),
    ('os = "ubuntu-24.04"', 'os = "fedora-coreos-41"'),
    ('version = "1.34"\n  image', 'version = "1.28"\n  image'),
    ('kubernetes = "1.34.1"', 'kubernetes = "1.28.9"'),
    ('  auth oidc { issuer = "https://login.example"  client_id = "tenant"  groups_claim = "groups" }\n', ""),
    ("    audit { max_age = 10 days }\n", ""),
    ('fqdn = "api.tenant.example"  ', ""),
    ('flavor = flavor["c4.m16"]  zones = spread', 'flavor = flavor["c4.m16"]'),
    ("  manager = kubernetes.manager\n", ""),
)  # fmt: skip


def compilation(*changes: tuple[str, str]) -> Compilation:
    text = SOURCE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return compile_blueprint(MemoryLoader({"main.oib": text}), Options(targets=("magnum",)))


def codes(*changes: tuple[str, str]) -> list[str]:
    return [d.rule.code for d in compilation(*changes).diagnostics]


@cache
def deployment(*changes: tuple[str, str], said: tuple[str, ...] = ()) -> Deployment:
    found = compilation(*changes)
    assert sorted({d.rule.code for d in found.diagnostics}) == sorted(said)
    return next(d for d in found.deployments if d.layer == "kubernetes.tenant")


def variables(*changes: tuple[str, str], said: tuple[str, ...] = ()) -> dict[str, Any]:
    files = {a.path: a.text for a in deployment(*changes, said=said).artifacts}
    found: dict[str, Any] = yaml.safe_load(files["magnum/cluster.yml"])
    return found


def heat() -> dict[str, Any]:
    return variables(*HEAT, said=("OIB6650",))


@pytest.mark.parametrize(("driver", "made"), [("cluster_api", variables), ("heat", heat)])
def test_a_driver_is_told_nothing_that_it_does_not_read(driver, made):
    assert set(made()["magnum_template"]["labels"]) <= KNOWN[driver]


def test_the_driver_of_old_is_warned_of_and_has_no_manager():
    assert heat()["magnum_template"]["labels"]["kube_tag"] == "v1.28.9"
    paths = [a.path for a in deployment(*HEAT, said=("OIB6650",)).artifacts]
    assert paths == ["magnum/cluster.yml", "magnum/playbook.yml"]


def test_labels_are_texts():
    labels = variables()["magnum_template"]["labels"]
    assert {type(each) for each in labels.values()} == {str}
    assert labels["auto_scaling_enabled"] == "true"
    assert labels["audit_log_max_age"] == "10"


def test_a_label_of_its_own_is_added():
    made = variables((CALICO, f"{CALICO}  tool magnum {{ etcd_volume_size = 12 }}\n"))
    assert made["magnum_template"]["labels"]["etcd_volume_size"] == "12"


@pytest.mark.parametrize("name", sorted(KNOWN["cluster_api"] ^ KNOWN["heat"]))
def test_a_label_of_the_other_driver_is_refused(name):
    of = "cluster_api" if name in KNOWN["cluster_api"] else "heat"
    said = codes((CALICO, f'{CALICO}  tool magnum {{ {name} = "x" }}\n'))
    assert ("OIB6658" in said) is (of == "heat")


def test_every_zone_of_a_pool_is_a_group_and_the_first_comes_with_the_cluster():
    made = variables()
    assert made["magnum_template"]["labels"]["availability_zone"] == "az1"
    groups = {g["name"]: (g["count"], g["least"], g["most"], g["labels"]) for g in made["magnum_groups"]}  # fmt: skip
    assert groups == {
        "workers-az2": (2, 1, 5, {"availability_zone": "az2"}),
        "workers-az3": (2, 1, 5, {"availability_zone": "az3"}),
        "batch": (2, 2, 2, {}),
    }
    assert made["magnum_cluster"] == {
        "name": "tenant", "master_count": 3, "node_count": 2, "create_timeout": 60
    }  # fmt: skip


@pytest.mark.parametrize("count", [3, 4, 5, 30, 31, 32])
def test_zones_share_the_nodes_and_lose_none(count):
    made = variables((WORKERS, f"count = {count}  flavor"))
    workers = [g["count"] for g in made["magnum_groups"] if g["name"].startswith("workers")]
    shares = [made["magnum_cluster"]["node_count"], *workers]
    assert sum(shares) == count
    assert max(shares) - min(shares) <= 1
    assert made["magnum_is_scaled"] is False


@pytest.mark.parametrize(
    "change",
    [
        ('key_pair = "admin"', 'key_pair = "other"'),
        ("pods = 10.100.0.0/16", "pods = 10.101.0.0/16"),
        ("zones = spread }\n  pool", "}\n  pool"),
    ],
)
def test_another_content_is_another_template(change):
    ours, other = variables(), variables(change)
    assert ours["magnum_template"]["name"] != other["magnum_template"]["name"]


def test_the_number_of_nodes_is_not_of_the_template():
    other = variables(("pool batch { count = 2", "pool batch { count = 3"))
    assert other["magnum_template"] == variables()["magnum_template"]


def test_the_playbook_is_one_and_its_variables_are_all_there():
    files = {a.path: a.text for a in deployment().artifacts}
    (play,) = yaml.safe_load(files["magnum/playbook.yml"])
    own = set(play["vars"]) | _registered(play)
    used = {word for word in _words(files["magnum/playbook.yml"]) if word.startswith("magnum_")}
    assert used - own == set(yaml.safe_load(files["magnum/cluster.yml"]))


def _registered(play: Any) -> set[str]:
    if isinstance(play, dict):
        own = {play["register"]} if "register" in play else set()
        return own.union(*map(_registered, play.values()))
    return set().union(*map(_registered, play)) if isinstance(play, list) else set()


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())


def test_scripts_and_commands_are_such():
    files = {a.path: a for a in deployment().artifacts}
    script = files["magnum/manager/providers.sh"]
    assert script.is_executable
    commands = "\n".join(c for step in deployment().steps for c in step.commands)
    for text in (script.text, commands):
        subprocess.run(["sh", "-n"], input=text, text=True, check=True)


def test_nodes_of_every_group_are_labelled_with_their_pool():
    commands = [c for step in deployment().steps for c in step.commands if "label nodes" in c]
    found = {c.split("nodegroup=")[1].split()[0]: c.split("oib/pool=")[1].split()[0] for c in commands}  # fmt: skip
    assert found == {
        "default-worker": "workers", "workers-az2": "workers", "workers-az3": "workers",
        "batch": "batch",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("os", "found"),
    [("ubuntu-24.04", False), ("flatcar-4230", False), ("debian-12", False), ("rockylinux-9", False), ("fedora-coreos-41", True)],
)  # fmt: skip
def test_systems_of_images(os, found):
    assert ("OIB6662" in codes(('os = "ubuntu-24.04"', f'os = "{os}"'))) is found
