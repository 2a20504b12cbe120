"""What each release can do, and what can be changed later."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from targets.starlingx.catalog import catalog
from targets.starlingx.catalog.changes import CHANGES, change_of, is_installation_only, said_of
from targets.starlingx.releases import STATED, can_be_upgraded, release, releases

FACTS = Path(__file__).parents[5] / "shared" / "facts" / "compat.json"


def test_an_unknown_release_is_a_key_error():
    with pytest.raises(KeyError):
        release("8.0")


@pytest.mark.parametrize(
    ("name", "software"),
    [("9.0", "24.03"), ("10.0", "24.09"), ("11.0", "25.09"), ("12.0", "26.03")],
)
def test_tools_know_a_release_by_another_version(name, software):
    assert release(name).software == software


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("9.0", "10.0", True),
        ("10.0", "11.0", True),
        ("11.0", "12.0", True),
        ("10.0", "12.0", False),
        ("9.0", "11.0", False),
        ("12.0", "11.0", False),
        ("8.0", "10.0", True),
    ],
)
def test_upgrades_go_by_the_paths_that_a_release_states(old, new, expected):
    assert can_be_upgraded(old, new) is expected


def test_rook_came_with_10():
    assert [n for n in releases() if release(n).ceph_backends == ("ceph",)] == ["9.0"]


@pytest.mark.parametrize(("name", "count"), [("9.0", 500), ("10.0", 5000), ("12.0", 5000)])
def test_groups_are_updated_within_the_limit_of_the_release(name, count):
    assert release(name).parallel_subclouds == count


def test_a_figure_that_nobody_states_is_none():
    assert (release("9.0").subclouds, release("10.0").openstack) == (None, None)


@pytest.mark.parametrize("name", [name for name in STATED if name != "9.0"])
def test_announcement_and_playbooks_agree_on_kubernetes(name):
    assert release(name).default_kubernetes.rsplit(".", 1)[0] == STATED[name].kubernetes


def test_the_reviewed_figures_are_those_of_the_facts():
    if not FACTS.is_file():
        pytest.skip(f"the facts are not here: {FACTS}")
    facts = json.loads(FACTS.read_text(encoding="utf-8"))["starlingx"]
    for name, stated in STATED.items():
        fact = facts[name]
        assert (stated.date, stated.openstack, stated.kernel, stated.subclouds) == (
            fact["blog"], fact.get("openstack"), fact.get("kernel"), fact.get("subclouds"),
        )  # fmt: skip
        assert fact["k8s"].removeprefix("<=").endswith(stated.kubernetes)


@pytest.mark.parametrize(
    "name",
    ["cluster_pod_subnet", "cluster_service_subnet", "pxeboot_subnet", "cluster_host_subnet",
     "management_multicast_subnet", "distributed_cloud_role"],
)  # fmt: skip
def test_what_is_decided_at_installation_is_known_as_such(name):
    assert is_installation_only(name)


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("external_oam_subnet", "command"),
        ("dns_servers", "command"),
        ("management_subnet", "locked_simplex"),
        ("system_mode", "locked_simplex"),
    ],
)
def test_what_can_be_changed_later_says_how(name, sort):
    change = change_of(name)
    assert (change.sort, bool(change.command)) == (sort, True)


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in CHANGES])
def test_every_rule_of_change_is_about_a_key_that_exists(pattern):
    known = {name for each in releases() for name in catalog(each).bootstrap}
    assert any(re.fullmatch(pattern, name) for name in known)


@pytest.mark.parametrize(
    ("key", "mode", "said"),
    [
        ("cluster_pod_subnet", "simplex", "only a new installation changes it"),
        ("management_subnet", "duplex", "only a new installation changes it"),
        (
            "management_subnet",
            "simplex",
            "`system addrpool-modify` changes it later, while the one host is locked",
        ),
        ("dns_servers", "duplex", "`system dns-modify` changes it later"),
    ],
)
def test_how_a_key_changes_later_is_told(key, mode, said):
    assert said_of(key, mode) == said
