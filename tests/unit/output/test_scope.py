"""Which layers a part of a compile is about."""

from __future__ import annotations

import pytest

from blueprint.output.layout import folder_of
from blueprint.output.scope import WHOLE, Scope, known_names, named, shard_of
from blueprint.values import Ref

LAYERS = {
    folder_of(ref): ref
    for ref in map(
        Ref,
        (
            "openstack.core",
            'kubernetes.edge["site-0042"]',
            'kubernetes.edge["site-0043"]',
            'region["bj.1"].ceph.main',
        ),
    )
}


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("openstack.core", "openstack.core"),
        ('kubernetes.edge["site-0042"]', "kubernetes.edge/site-0042"),
        ("kubernetes.edge[site-0042]", "kubernetes.edge/site-0042"),
        ("kubernetes.edge", "kubernetes.edge"),
        ('region["bj.1"].ceph.main', "region/bj.1/ceph.main"),
    ],
)
def test_a_layer_a_member_and_a_family_can_be_named(text, folder):
    assert folder == named(text, LAYERS)


@pytest.mark.parametrize(
    "text",
    ["kubernetes.egde", "core", "", "[", 'region["bj.1"]', 'kubernetes.edge["site-0044"]', "a.b.c"],
)
def test_what_is_no_layer_is_unknown(text):
    assert named(text, LAYERS) is None


def test_families_are_offered_beside_their_members():
    assert {"kubernetes.edge", 'kubernetes.edge["site-0042"]'} <= set(known_names(LAYERS))


def test_a_family_owns_its_members_and_no_namesake():
    scope = Scope(only=("kubernetes.edge",))
    owned = ["kubernetes.edge/a", "kubernetes.edge2/a", "kubernetes.edge2", "openstack.core"]
    assert ["kubernetes.edge/a"] == [each for each in owned if scope.owns(each)]


@pytest.mark.parametrize("count", [1, 2, 3, 16, 1000])
def test_each_layer_has_one_shard(count):
    shards = [Scope(shard=(number, count)) for number in range(1, count + 1)]
    for folder in LAYERS:
        assert [shard_of(folder, count)] == [s.shard[0] for s in shards if s.owns(folder)]


def test_the_hash_is_the_one_that_is_documented():
    # echo -n kubernetes.edge/site-0042 | sha256sum
    assert 0x0F8713FB9D929CC7 % 16 + 1 == shard_of("kubernetes.edge/site-0042", 16)


def test_only_the_first_shard_and_the_whole_have_the_top():
    scopes = [WHOLE, Scope(shard=(1, 2)), Scope(shard=(2, 2)), Scope(only=("openstack.core",))]
    assert [True, True, False, False] == [scope.has_top for scope in scopes]
