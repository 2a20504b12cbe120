"""What regions and hosts state of security: numbers that just fit, and that just don't."""

from __future__ import annotations

from typing import Any

import pytest

from blueprint.checks.region_security import region_security
from blueprint.model import Model
from blueprint.model.openstack_resources import (
    Flavor,
    Image,
    Signature,
    VolumeEncryption,
    VolumeType,
)
from blueprint.model.openstack_services import Keystone, Neutron, Nova
from blueprint.model.security import Passwords
from blueprint.values import Duration, Ref
from tests.unit.targets.models import ALL_SERVICES, server, spans_of, three_node_cloud

UUID = "6f1c0e3b-7a9d-4468-8ce0-13579bdf0246"


def slugs(model: Model) -> list[str]:
    return [found.rule.slug for found in region_security(model, spans_of(model))]


def region(things: Any = None, **changes: Any) -> Model:
    services = (*dict.fromkeys((*ALL_SERVICES, "barbican", "cinder")),)
    return three_node_cloud(things, services=services, **changes)


def with_key(cipher: str, size: int) -> Model:
    encryption = VolumeEncryption(cipher=cipher, key_size=size)
    return region(volume_type={"secret": VolumeType(encryption=encryption)})


@pytest.mark.parametrize(
    ("cipher", "size", "found"),
    [
        ("aes-xts-plain64", 256, []),
        ("aes-xts-plain64", 512, []),
        ("aes-xts-plain64", 128, ["key-not-for-cipher"]),
        ("aes-cbc-essiv:sha256", 128, []),
        ("aes-cbc-essiv:sha256", 512, ["key-not-for-cipher"]),
    ],
)
def test_xts_takes_twice_the_key(cipher, size, found):
    assert slugs(with_key(cipher, size)) == found


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"expires": Duration.of(1, "days")}, []),
        ({"expires": Duration.of(23, "h")}, ["password-time-not-whole"]),
        ({"lockout_for": Duration.of(1, "s")}, []),
        ({"lockout_for": Duration.of(999, "ms")}, ["password-time-not-whole"]),
    ],
)
def test_times_are_whole_days_and_seconds(rule, found):
    assert slugs(region(keystone=Keystone(passwords=Passwords(**rule)))) == found


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("sev", []),
        ("sev_snp", []),
        ("tdx", ["no-encrypted-memory"]),
        (None, ["no-encrypted-memory"]),
    ],
)
def test_guests_have_encrypted_memory_on_processors_with_sev(kind, found):
    flavor = {"secret": Flavor(vcpus=2, memory_encryption=True)}
    things = {"hardware.r760": server(memory_encryption=kind)}
    assert slugs(region(things, flavor=flavor)) == found


def test_every_image_is_signed_where_nova_proves_them():
    signed = Image(file="https://x/i", signature=Signature(value="c2ln", certificate=UUID))
    proving = {"nova": Nova(verify_images=True)}
    assert slugs(region(image={"a": signed}, **proving)) == []
    plain = Image(file="https://x/i")
    assert slugs(region(image={"a": signed, "b": plain}, **proving)) == ["image-not-signed"]


def test_keys_need_a_key_manager_and_are_told_of_once():
    kinds = {"a": VolumeType(encryption=VolumeEncryption())}
    without = tuple(each for each in ALL_SERVICES if each != "barbican")
    model = three_node_cloud(
        services=without, volume_type=kinds, nova=Nova(verify_images=True)
    )  # fmt: skip
    assert slugs(model) == ["keys-without-key-manager"]


def test_chains_are_open_vswitch_s():
    assert slugs(region(neutron=Neutron(plugin="ovs", service_chaining=True))) == []
    found = slugs(region(neutron=Neutron(plugin="ovn", service_chaining=True)))
    assert found == ["chains-without-openvswitch"]


def test_projects_are_named_where_a_kind_of_volumes_is_not_public():
    named = {"projects": (Ref("openstack.core.project.a"),)}
    assert slugs(region(volume_type={"fast": VolumeType(public=False, **named)})) == []
    found = slugs(region(volume_type={"fast": VolumeType(**named)}))
    assert found == ["public-volume-type-with-projects"]
