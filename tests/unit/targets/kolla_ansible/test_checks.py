"""What Kolla-Ansible can't do is said before anything is written, where the boundary really lies."""

import pytest

from blueprint.model import Pki, Proxy, Registry
from blueprint.model.hosts import OperatingSystem
from blueprint.model.openstack import KollaAnsible
from blueprint.model.openstack_resources import Project, Quota
from blueprint.model.openstack_services import Barbican, Keystone, Neutron, Nova
from blueprint.values import Duration, FileRef, Range, Ref, SecretRef, Size
from targets.kolla_ansible import TARGET
from targets.kolla_ansible.systems import SYSTEMS
from tests.unit.targets.models import (
    bond,
    collapsed_hosts,
    group,
    network,
    region,
    spans_of,
    three_node_cloud,
    with_hosts,
)


def diagnostics(model):
    (layer,) = TARGET.layers(model)
    return TARGET.check(layer, model, spans_of(model))


def slugs(model):
    return [d.rule.slug for d in diagnostics(model)]


def hosts_with(**changes):
    return with_hosts(three_node_cloud(), group("node", collapsed_hosts(**changes), 3))


@pytest.mark.parametrize("release", SYSTEMS)
@pytest.mark.parametrize("make", [three_node_cloud, region])
def test_sound_clouds_are_taken(release, make):
    registry = {"registry.r": Registry(url="harbor.example")}
    model = make(things=registry, release=release, registry=Ref("registry.r"))
    assert diagnostics(model) == ()


def test_images_of_the_tools_own_registry_are_for_tests():
    (found,) = diagnostics(three_node_cloud(release="2026.1"))
    assert (found.rule.slug, found.is_error) == ("images-for-tests", False)


@pytest.mark.parametrize(("release", "system"), [(r, s) for r in SYSTEMS for s in SYSTEMS[r]])
def test_systems_of_the_release_are_taken(release, system):
    model = with_hosts(
        three_node_cloud(release=release),
        group("node", collapsed_hosts(os=OperatingSystem(choice=system)), 3),
    )
    assert "unsupported-host-system" not in slugs(model)


def test_a_system_of_another_release_is_refused():
    assert slugs(hosts_with(os=OperatingSystem(choice="debian-13"))) == ["unsupported-host-system"]


def test_a_system_that_is_like_a_listed_one_is_taken():
    system = OperatingSystem(choice="openeuler-22.03", like="rocky-9")
    assert slugs(hosts_with(os=system)) == []


def test_a_system_that_is_like_an_unlisted_one_is_refused():
    system = OperatingSystem(choice="kylin-10", like="openeuler-22.03")
    assert slugs(hosts_with(os=system)) == ["unsupported-host-system"]


def test_a_declaration_is_reported_once_however_many_hosts_it_has():
    assert len(diagnostics(hosts_with(os=OperatingSystem(choice="kylin-10")))) == 1


@pytest.mark.parametrize(("vlan", "found"), [(999, []), (1000, ["interface-name-too-long"])])
def test_an_interface_has_fifteen_characters(vlan, found):
    carried = {"bond0trunk1": bond(0, "api", "storage", "tenant", "external")}
    spec = collapsed_hosts(bond={**carried, "bond1": bond(1, physnet=Ref("physnet.provider"))})
    model = three_node_cloud({"network.api": network("10.20.0.0/24", vlan)})
    assert slugs(with_hosts(model, group("node", spec, 3))) == found


@pytest.mark.parametrize(
    ("seconds", "found"),
    [(0, 1), (1, 0), (604800, 0), (604801, 1)],
)
def test_a_token_lasts_a_week_at_most(seconds, found):
    model = three_node_cloud(keystone=Keystone(token_expiry=Duration.of(seconds, "s")))
    assert len(slugs(model)) == found


def test_a_token_lasts_whole_seconds():
    model = three_node_cloud(keystone=Keystone(token_expiry=Duration.of(1500, "ms")))
    assert slugs(model) == ["token-expiry-out-of-range"]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(1, 2**24 - 1, 0), (0, 5, 1), (1, 2**24, 1), (5, 4, 1)],
)
def test_network_identifiers_have_twenty_four_bits(first, last, found):
    model = three_node_cloud(neutron=Neutron(vni=Range(first, last)))
    assert len(slugs(model)) == found


@pytest.mark.parametrize(
    ("vni", "networks", "found"),
    [
        (None, (1000,), []),
        (None, (1001,), ["too-few-network-identifiers"]),
        (None, (600, 401), ["too-few-network-identifiers"]),
        (None, (-1,), []),
        (Range(1, 5000), (2500, 2500), []),
        (Range(1, 4999), (2500, 2500), ["too-few-network-identifiers"]),
    ],
)
def test_each_network_of_a_quota_has_an_identifier(vni, networks, found):
    projects = {
        f"p{n}": Project(quota=Quota(networks=each)) for n, each in enumerate(networks, start=1)
    }
    assert slugs(three_node_cloud(neutron=Neutron(vni=vni), project=projects)) == found


@pytest.mark.parametrize(
    ("plugin", "overlay", "found"),
    [
        ("ovn", "geneve", []),
        ("ovs", "vxlan", []),
        ("ovn", None, []),
        ("ovn", "vxlan", ["overlay-not-offered"]),
        ("ovs", "geneve", ["overlay-not-offered"]),
    ],
)
def test_each_plugin_has_its_own_overlay(plugin, overlay, found):
    assert slugs(three_node_cloud(neutron=Neutron(plugin=plugin, overlay=overlay))) == found


def test_gateways_carry_a_physical_network():
    bare = group(
        "node", collapsed_hosts(bond={"bond0": bond(0, "api", "storage", "tenant", "external")}), 3
    )
    assert slugs(with_hosts(three_node_cloud(external_network={}), bare)) == [
        "gateway-without-physnet"
    ]


def test_gateways_of_an_external_network_are_left_to_the_requirements_of_layers():
    model = hosts_with(bond={"bond0": bond(0, "api", "storage", "tenant", "external")})
    assert slugs(model) == []


def test_a_custom_processor_has_a_name():
    nova = Nova(cpu_mode="custom", cpu_models=("Cascadelake-Server",))
    assert slugs(three_node_cloud(nova=nova)) == []


def test_a_key_of_an_authority_is_never_adopted():
    pki = Pki(
        issuer="provided",
        ca_certificate=FileRef("root-ca.pem"),
        ca_key=SecretRef('secrets.vault["ca"]'),
    )
    assert slugs(three_node_cloud({"pki.ca": pki})) == ["authority-not-adopted"]


def test_podman_behind_a_proxy_is_refused():
    model = three_node_cloud(
        {"proxy.p": Proxy(https="http://proxy.example:3128")},
        proxy=Ref("proxy.p"),
        deployer=KollaAnsible(container_engine="podman"),
    )
    assert slugs(model) == ["proxy-without-docker"]


def tool(**variables):
    return three_node_cloud(tool={"kolla_ansible": variables})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("enable_mariabackup", True),
        ("nova_api_workers", 4),
        ("openstack_logging_debug", True),
        ("docker_custom_config", {"live-restore": True}),
        ("virtualenv", "/opt/kolla"),
        ("ubuntu_pkg_removals", ["lxd"]),
    ],
)
def test_known_variables_of_fitting_types_are_taken(name, value):
    assert slugs(tool(**{name: value})) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("enable_mariabackup", "yes"),
        ("enable_mariabackup", 1),
        ("database_max_pool_size", True),
        ("virtualenv", 5),
        ("ubuntu_pkg_removals", "lxd"),
        ("docker_custom_config", []),
    ],
)
def test_known_variables_of_other_types_are_refused(name, value):
    assert slugs(tool(**{name: value})) == ["variable-of-wrong-type"]


@pytest.mark.parametrize(
    "value", [Size.of(1, "GiB"), Range(1, 2), Ref("hosts.node"), SecretRef('secrets.vault["a"]')]
)
def test_values_that_only_the_language_knows_are_refused(value):
    assert slugs(tool(virtualenv=value)) == ["value-without-plain-form"]


def test_a_misspelled_variable_is_told_its_nearest_name():
    (found,) = diagnostics(tool(enable_mariabakup=True))
    assert found.hint == "did you mean `enable_mariabackup`?"


def test_a_misspelled_derived_variable_is_told_the_attribute():
    (found,) = diagnostics(tool(kolla_internal_vip_addres="10.20.0.251"))
    assert found.hint == (
        "did you mean `kolla_internal_vip_address`? it follows from the blueprint: set `vip` in "
        "`api { internal { … } }`"
    )


def test_an_option_that_was_renamed_is_told_its_new_name():
    nova = Nova(config={"nova.conf": {"neutron": {"url": "http://a"}}})
    (found,) = diagnostics(three_node_cloud(nova=nova))
    assert found.rule.slug == "unknown-option"


def test_a_service_without_files_takes_no_configuration():
    from blueprint.model.openstack_services import Horizon

    horizon = Horizon(config={"local_settings.py": {"a": {"b": 1}}})
    assert slugs(three_node_cloud(horizon=horizon)) == ["unknown-configuration-file"]


def test_configuration_of_a_service_that_does_not_run_is_refused():
    barbican = Barbican(config={"barbican.conf": {"DEFAULT": {"debug": True}}})
    model = three_node_cloud(services=("keystone",), barbican=barbican)
    assert slugs(model) == ["configuration-of-absent-service"]


def test_an_authority_of_ones_own_with_its_key_is_one_fault():
    own = Pki(
        issuer="internal",
        ca_certificate=FileRef("root-ca.pem"),
        ca_key=SecretRef('secrets.vault["ca"]'),
    )
    (found,) = diagnostics(three_node_cloud({"pki.ca": own}))
    assert found.message.startswith("`ca_certificate` and `ca_key` of `pki.ca` would reach nobody")
    assert len(found.labels) == 1
