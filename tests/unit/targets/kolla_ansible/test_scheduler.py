"""The filters of Nova's scheduler: the release's own and what the blueprint needs, or a list of the operator's."""

from __future__ import annotations

import pytest

from targets.kolla_ansible.catalog import catalog, releases

from .texts import COMPUTE, cloud, emitted, faults

FILE = "nova/nova-scheduler.conf"
FUNCTIONS = "  port nic.fast[0] { sriov { vfs = 16  physnet = physnet.provider } }\n"
AGGREGATE = """  aggregate fast { hosts = hosts.cmp }
  flavor big { vcpus = 2  ram = 4 GiB  aggregate = aggregate.fast }
"""


def listed(text: str) -> list[str]:
    return emitted(text).options(FILE)["filter_scheduler"]["enabled_filters"].split(",")


def stated(*names: str, file: str = "nova.conf") -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return (
        f'  nova {{ config "{file}" {{ filter_scheduler {{ enabled_filters = [{quoted}] }} }} }}\n'
    )


@pytest.mark.parametrize("release", releases())
def test_what_is_needed_comes_after_the_releases_own(release):
    default = catalog(release).options("nova.conf").section("filter_scheduler")
    assert default is not None
    own = default["enabled_filters"].default
    assert own is not None
    found = listed(cloud(COMPUTE + FUNCTIONS, release=release))
    assert found == [*own, "PciPassthroughFilter"]


def test_where_nothing_more_is_needed_the_default_stands():
    assert f"config/{FILE}" not in emitted(cloud()).artifacts


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (cloud(layer=AGGREGATE), "AggregateInstanceExtraSpecsFilter"),
        (
            cloud(COMPUTE + "  memory { platform = 16 GiB  hugepages 1 GiB { count = 8 } }\n"),
            "NUMATopologyFilter",
        ),
        (
            cloud(
                COMPUTE
                + "  cores { platform = 2  isolated = rest }\n  memory { platform = 16 GiB }\n"
            ),
            "NUMATopologyFilter",
        ),
        (cloud(services=", blazar"), "BlazarFilter"),
    ],
    ids=["an aggregate", "huge pages", "pinned processors", "reservations"],
)
def test_each_thing_that_needs_a_filter_has_it(text, name):
    assert name in listed(text)


def test_a_list_of_the_operators_own_stands_if_it_holds_what_is_needed():
    names = ("ComputeFilter", "PciPassthroughFilter")
    found = emitted(cloud(COMPUTE + FUNCTIONS, layer=stated(*names)))
    assert found.options("nova.conf")["filter_scheduler"] == {"enabled_filters": ",".join(names)}


def test_a_list_of_the_operators_own_leaves_no_other():
    names = ("ComputeFilter", "PciPassthroughFilter")
    found = emitted(cloud(COMPUTE + FUNCTIONS, layer=stated(*names)))
    assert f"config/{FILE}" not in found.artifacts


@pytest.mark.parametrize("file", ["nova.conf", "nova-scheduler.conf"])
def test_a_list_that_lacks_a_filter_is_refused(file):
    text = cloud(COMPUTE + FUNCTIONS, layer=stated("ComputeFilter", file=file))
    assert [each.rule.code for each in faults(text)] == ["OIB6052"]


def test_filters_in_one_text_count_as_a_list():
    layer = stated("ComputeFilter, PciPassthroughFilter").replace("[", "").replace("]", "")
    assert faults(cloud(COMPUTE + FUNCTIONS, layer=layer)) == []


def test_the_filter_that_is_missing_is_named_with_what_needs_it():
    text = cloud(COMPUTE + FUNCTIONS, layer=stated("ComputeFilter"))
    (found,) = faults(text)
    assert found.message == "the filters lack `PciPassthroughFilter`"
    assert [text[label.span.start : label.span.end] for label in found.labels] == ["sriov"]
