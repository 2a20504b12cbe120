"""Rules of StarlingX that no blueprint can break: what is written follows them, whatever is stated."""

from __future__ import annotations

import pytest
import yaml

from blueprint.model.network import Physnet
from targets.starlingx.catalog import catalog
from tests.unit.targets.starlingx.systems import NAMES, cloud, texts


def bootstrap_files(name: str) -> list[tuple[str, dict[str, object]]]:
    """Each file of a bootstrap of one of the blueprints, by its path."""
    found = texts(cloud(name)).items()
    wanted = ("localhost.yml", "bootstrap-values.yml")
    return [(path, yaml.safe_load(text)) for path, text in found if path.endswith(wanted)]


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("aio_sx", "simplex"),
        ("aio_dx", "duplex"),
        ("standard", "duplex"),
        ("dedicated_storage", "duplex"),
    ],
)
def test_the_mode_follows_from_the_configuration(name, mode):
    assert [values["system_mode"] for _, values in bootstrap_files(name)] == [mode]


@pytest.mark.parametrize("name", NAMES)
def test_every_network_that_a_bootstrap_needs_is_stated_or_a_default(name):
    needed = {
        "pxeboot_subnet", "management_subnet", "cluster_host_subnet", "cluster_pod_subnet",
        "cluster_service_subnet", "external_oam_subnet", "management_multicast_subnet",
    }  # fmt: skip
    for release in ("9.0", "10.0", "11.0", "12.0"):
        known = catalog(release).bootstrap
        assert {key for key in needed if known[key].default is None} == set()
    for path, values in bootstrap_files(name):
        told = {key: value for key, value in values.items() if key in needed}
        assert {"external_oam_subnet", "cluster_pod_subnet", "cluster_service_subnet"} <= set(told)
        assert all(told.values()), path


def test_data_networks_are_of_the_types_of_physical_networks():
    words = Physnet.model_json_schema()["properties"]["type"]["enum"]
    for release in ("9.0", "10.0", "11.0", "12.0"):
        assert set(words) <= set(catalog(release).words("data_networks"))
