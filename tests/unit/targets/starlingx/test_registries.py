"""Where a system pulls from: a registry in place of all public ones, a mirror of one of them."""

from __future__ import annotations

import pytest
import yaml

from targets.starlingx.catalog import catalog
from tests.unit.targets.starlingx.systems import compiled, files_of, texts

_URL = 'url = "registry.example:9001"'


def made(*inside: str):
    """What is made of a distributed cloud with more stated of its registry."""
    files = files_of("distributed_cloud")
    main = str(files["main.oib"])
    assert _URL in main
    return compiled(files | {"main.oib": main.replace(_URL, "\n  ".join((_URL, *inside)))})


def written(found, layer="starlingx.central", file="localhost.yml"):
    assert [d.message for d in found.diagnostics if d.is_error] == []
    return yaml.safe_load(texts(found)[f"{layer}/starlingx/{file}"])


def merged(values, public):
    """What the bootstrap makes of its entries for a public registry: what is false in one is passed over."""
    own = {key: value for key, value in values.get(public, {}).items() if value}
    return {"url": public} | values.get("defaults", {}) | own


def test_a_registry_takes_the_place_of_all_public_ones():
    values = written(made())["docker_registries"]
    assert list(values) == ["defaults"]
    assert merged(values, "quay.io")["url"] == "registry.example:9001"


def test_a_mirror_takes_the_place_of_its_public_registry_alone():
    values = written(made('mirrors = ["https://mirror.example/hub"]'))["docker_registries"]
    assert merged(values, "docker.io") == {"url": "mirror.example/hub"}
    assert merged(values, "quay.io") == {
        "url": "registry.example:9001", "type": "docker", "username": "puller",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "hub", "others"),
    [
        (['mirrors = ["http://mirror.example"]'], False, True),
        (['mirrors = ["https://mirror.example"]', "insecure = true"], True, False),
        (['mirrors = ["http://mirror.example"]', "insecure = true"], False, False),
        (['mirrors = ["https://mirror.example"]'], None, None),
    ],
)
def test_what_is_reached_without_tls_is_neither_more_nor_less_than_stated(stated, hub, others):
    values = written(made(*stated))["docker_registries"]
    assert merged(values, "docker.io").get("secure") is hub
    assert merged(values, "ghcr.io").get("secure") is others


@pytest.mark.parametrize("file", ["localhost.yml", "secrets.yml"])
def test_the_release_takes_mirrors(file):
    values = written(made('mirrors = ["https://mirror.example/hub"]'), file=file)
    assert catalog("12.0").judge_bootstrap(values) == ()


def test_the_password_of_the_registry_is_not_sent_to_the_mirror():
    found = made('mirrors = ["https://mirror.example/hub"]')
    values = written(found, file="secrets.yml")["vault_docker_registries"]
    assert "password" not in merged(values, "docker.io")
    assert "lookup" in merged(values, "gcr.io")["password"]


def test_subclouds_have_the_mirror_too():
    found = made('mirrors = ["https://mirror.example/hub"]')
    values = written(found, 'starlingx.edge["gd-gz-0001"]', "bootstrap-values.yml")
    assert merged(values["docker_registries"], "docker.io") == {"url": "mirror.example/hub"}
    assert catalog("12.0").judge_subcloud(values) == ()


def test_a_second_mirror_is_refused_once_for_all_systems():
    found = made('mirrors = ["https://mirror.example", "https://other.example"]')
    told = [d for d in found.diagnostics if d.is_error]
    assert [d.rule.code for d in told] == ["OIB8161"]
