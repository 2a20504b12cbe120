"""The committed catalogues say what is known of the releases, and can be derived again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from targets.kubespray.catalog import catalog, releases
from targets.kubespray.catalog.derivation import facts
from targets.kubespray.catalog.derivation.tree import Tree, tree_of_folder, tree_of_tag
from targets.kubespray.catalog.derivation.variables import computed, variables
from targets.kubespray.catalog.derive import HERE, release_catalogue
from targets.kubespray.catalog.releases import TAGS

SHARED = Path(__file__).parents[5] / "shared" / "upstream" / "kubespray"
every_release = pytest.mark.parametrize("release", releases())


def test_the_newest_release_has_the_versions_that_openstack_helm_asks_for():
    minors = {".".join(v.split(".")[:2]) for v in catalog("2.31").kubernetes()}
    assert minors == {"1.33", "1.34", "1.35"}


def test_a_release_without_a_catalogue_is_a_key_error():
    with pytest.raises(KeyError):
        catalog("1.0")


@every_release
def test_every_release_knows_three_minor_versions(release):
    assert len({v.split(".")[1] for v in catalog(release).kubernetes()}) == 3


@every_release
def test_versions_are_in_order(release):
    found = [tuple(map(int, v.split("."))) for v in catalog(release).kubernetes()]
    assert found == sorted(found)


@every_release
def test_the_groups_are_those_of_the_inventory(release):
    expected = {"kube_control_plane", "kube_node", "etcd", "k8s_cluster", "calico_rr", "bastion"}
    assert set(catalog(release).groups) == expected


@every_release
def test_what_the_roles_assert_are_the_words_of_a_variable(release):
    assert set(catalog(release).variables["container_manager"].words) == {
        "docker", "crio", "containerd",
    }  # fmt: skip


@every_release
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("kube_pods_subnet", "string"),
        ("kube_network_node_prefix", "int"),
        ("kube_encrypt_secret_data", "bool"),
        ("supplementary_addresses_in_ssl_keys", "list"),
        ("kubelet_config_extra_args", "map"),
        ("kubelet_cpu_manager_policy", "unknown"),
    ],
)
def test_a_variable_has_the_type_of_its_default(release, name, kind):
    assert catalog(release).variables[name].type == kind


@every_release
@pytest.mark.parametrize("name", ["kube_major_version", "kube_service_subnets"])
def test_what_kubespray_works_out_is_no_variable(release, name):
    assert name in catalog(release).computed
    assert name not in catalog(release).variables


def test_a_variable_that_lost_its_last_reader_is_known_as_such():
    assert not catalog("2.31").variables["eviction_hard_control_plane"].is_read


def test_a_variable_that_is_put_together_when_it_is_read_counts_as_read():
    assert catalog("2.31").variables["system_memory_reserved"].is_read


def test_systems_are_named_as_blueprints_name_them():
    systems = catalog("2.31").systems
    assert systems["debian"] == ("11", "12", "13")
    assert systems["rocky"] == ("9", "10")
    assert systems["openeuler"] == ()


def test_the_release_says_which_ansible_it_asks_for():
    assert catalog("2.31").ansible == {
        "at_least": "2.18.0", "below": "2.19.0", "package": "11.13.0",
    }  # fmt: skip


TREE = Tree(
    {
        "roles/a/defaults/main.yml": "plain: 1\nunused: x\nspelt_out: \"{{ other_one | default('x') }}\"\n"
        "# shown_list:\n#   - one\n# said_only: 1\nkube_cpu_reserved: 100m\n",
        "roles/a/vars/main.yml": "fixed: 1\n",
        "roles/a/tasks/main.yml": "- assert:\n    that: plain in [1, 2]\n"
        "- debug:\n    msg: \"{{ fixed }} {{ spelt_out }} {{ shown_list }} {{ lookup('vars', x + '_reserved') }}\"\n"
        "- set_fact:\n    made_here: 1\n- debug:\n    msg: '{{ made_here }} {{ read_without_default }}'\n",
    }
)


def test_a_small_role_gives_its_variables():
    found = variables(TREE)
    assert found["plain"] == {"default": 1, "type": "int", "words": [1, 2]}
    assert found["unused"] == {"default": "x", "type": "string", "unread": True}
    assert found["shown_list"] == {"type": "list"}
    assert found["read_without_default"] == {"type": "unknown"}
    assert "unread" not in found["kube_cpu_reserved"]
    assert {"fixed", "made_here", "said_only"} & set(found) == set()
    assert computed(TREE) == ["fixed"]


def test_systems_of_a_readme_are_read_with_their_versions():
    text = (
        "## Supported Linux Distributions\n\n- **Debian** Bookworm, Trixie\n"
        "- **Rocky Linux** [9, 10](docs/rhel.md#x) (experimental in 10: see [notes](a.md))\n"
        "- **CentOS Stream / RHEL** 9\n- **Kylin Linux Advanced Server V10** (see [notes](b.md))\n\nNote:\n"
    )
    assert facts.systems(Tree({"README.md": text})) == {
        "centos-stream": ["9"],
        "debian": ["12", "13"],
        "kylin": ["v10"],
        "rhel": ["9"],
        "rocky": ["9", "10"],
    }


@pytest.mark.slow
@every_release
def test_the_catalogue_can_be_derived_again(release):
    stated = os.environ.get("OIB_KUBESPRAY")
    if not stated:
        pytest.skip("`OIB_KUBESPRAY` names no repository of Kubespray")
    text = release_catalogue(tree_of_tag(Path(stated), TAGS[release]), TAGS[release])
    assert text == (HERE / f"{release}.json").read_text(encoding="utf-8")


def test_the_state_of_august_declares_little_that_no_release_knows():
    """What lies beside the repository is of the line after the newest release: it may add some."""
    if not SHARED.is_dir():
        pytest.skip("the files of Kubespray are not beside the repository")
    found = variables(tree_of_folder(SHARED))
    known = set(catalog("2.31").variables) | catalog("2.31").computed
    assert len(found) > 700
    assert len({n for n, entry in found.items() if "unread" not in entry} - known) < 30
