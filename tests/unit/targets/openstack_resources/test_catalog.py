"""The catalogue knows every release of the model, and what the playbook asks of modules is known to it."""

from __future__ import annotations

import typing
from importlib.resources import files

import pytest
import yaml

from blueprint.model.openstack import Release
from targets._derivation.packages import has_environment
from targets.openstack_resources.catalog import derive, modules, vocabulary
from targets.openstack_resources.catalog.releases import RELEASES

PLAYS = [
    play
    for name in ("playbook.yml", "volume_types.yml")
    for play in yaml.safe_load(
        files("targets.openstack_resources").joinpath(name).read_text(encoding="utf-8")
    )
]
PLAY = PLAYS[0]
PREFIX = "openstack.cloud."
CALLS = [
    (task["name"], key.removeprefix(PREFIX), task[key] or {})
    for play in PLAYS
    for task in play["tasks"]
    for key in task
    if key.startswith(PREFIX)
]
BY_TASK = pytest.mark.parametrize(("name", "module", "arguments"), CALLS, ids=[c[0] for c in CALLS])


def test_every_release_of_the_model_is_known():
    assert RELEASES == typing.get_args(Release)


@BY_TASK
def test_a_task_uses_a_module_and_arguments_that_the_collection_has(name, module, arguments):
    assert set(arguments) - set(modules()[module].arguments) == set()


@BY_TASK
def test_a_task_states_what_its_module_requires(name, module, arguments):
    known = modules()[module]
    required = {key for key, each in known.arguments.items() if each.get("required")}
    for field, value, wanted, *any_one in known.rules.get("required_if", ()):
        if arguments.get(field, known.arguments[field].get("default")) == value:
            required |= set(wanted) & set(arguments) if any_one and any_one[0] else set(wanted)
    has_default = {key for key, each in known.arguments.items() if "default" in each}
    assert required - set(arguments) - has_default == set()


@BY_TASK
def test_a_task_states_nothing_twice(name, module, arguments):
    for alone in modules()[module].rules.get("mutually_exclusive", ()):
        assert len(set(alone) & set(arguments)) <= 1


@BY_TASK
def test_a_stated_word_is_one_that_the_module_takes(name, module, arguments):
    for key, value in arguments.items():
        choices = modules()[module].arguments[key].get("choices")
        if choices and not str(value).startswith("{{"):
            assert value in choices


@BY_TASK
def test_every_call_is_made_in_the_region(name, module, arguments):
    """The collection's own group of modules lacks some, which are told the region one by one."""
    lacking = {"trait"}
    assert PLAY["module_defaults"]["group/openstack.cloud.openstack"]["region_name"]
    assert module not in lacking or arguments["region_name"] == "{{ cloud_region }}"


@pytest.mark.parametrize(
    ("release", "name", "is_known"),
    [
        ("2025.1", "hw:cpu_policy", True),
        ("2025.1", "hw:cpu_polcy", False),
        ("2025.1", "hw:numa_cpus.1", True),
        ("2025.1", "hw:numa_cpus.one", False),
        ("2025.1", "trait:HW_CPU_X86_AVX512F", True),
        ("2025.1", "trait_group1:CUSTOM_X", True),
        ("2025.1", "trait:CUSTOM_x", False),
        ("2025.1", "resources:VGPU", True),
        ("2025.1", "resources1:CUSTOM_FPGA", True),
        ("2025.1", "resources:VGPUS", False),
        ("2025.1", "capabilities:cpu_info:model", True),
        ("2025.1", "hw:sound_model", False),
        ("2025.2", "hw:sound_model", True),
        ("2025.2", "hw:tpm_secret_security", False),
        ("2026.1", "hw:tpm_secret_security", True),
    ],
)
def test_extra_specs_are_those_of_the_release(release, name, is_known):
    assert is_known == (vocabulary(release).extra_spec(name) is not None)


@pytest.mark.parametrize(
    ("name", "value", "is_taken"),
    [
        ("hw:cpu_max_sockets", 1, True),
        ("hw:cpu_max_sockets", 0, False),
        ("hw:cpu_max_sockets", "one", False),
        ("hw:pmu", True, True),
        ("hw:pmu", "on", True),
        ("hw:pmu", "maybe", False),
        ("hw:mem_page_size", "1GB", True),
        ("hw:mem_page_size", "1 gigabyte", False),
        ("hw:cpu_policy", "mixed", True),
        ("hw:cpu_policy", "pinned", False),
        ("trait:CUSTOM_X", "preferred", False),
    ],
)
def test_values_are_judged_as_novas_api_does(name, value, is_taken):
    word = vocabulary("2025.1").extra_spec(name)
    assert word is not None
    assert is_taken == (word.wanted(value) is None)


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("hw_vif_multiqueue_enabled", True),
        ("hw_numa_mem.0", True),
        ("kube_version", True),
        ("trait:COMPUTE_TRUSTED_CERTS", True),
        ("hw_vif_multiqueue", False),
        ("visibility", False),
    ],
)
def test_properties_are_those_that_a_service_reads(name, is_known):
    assert is_known == (vocabulary("2025.1").image_property(name) is not None)


@pytest.mark.parametrize("release", RELEASES)
def test_the_catalogue_of_a_release_is_what_the_packages_say(release):
    if not has_environment(derive.PINS / f"{release}.txt"):
        pytest.skip("the services of this release are not installed here")
    ((name, text),) = derive.vocabulary_catalogue(release).items()
    assert (derive.HERE / name).read_text(encoding="utf-8") == text


def test_the_catalogue_of_the_collection_is_what_the_package_says():
    if not has_environment(derive.HERE / "derivation" / "pins" / "ansible.txt"):
        pytest.skip("the collection is not installed here")
    ((name, text),) = derive.collection_catalogue().items()
    assert (derive.HERE / name).read_text(encoding="utf-8") == text
