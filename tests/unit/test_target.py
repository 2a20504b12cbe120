"""In which order targets deploy the same layer."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from blueprint.target import discover, ordered


@dataclass
class Tool:
    name: str
    after: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        ([Tool("b"), Tool("a")], ["a", "b"]),
        ([Tool("a", ("z",)), Tool("z"), Tool("m")], ["m", "z", "a"]),
        ([Tool("a", ("b",)), Tool("b", ("c",)), Tool("c")], ["c", "b", "a"]),
        ([Tool("a", ("absent",))], ["a"]),
        ([Tool("a", ("b",)), Tool("b", ("a",)), Tool("c", ("a",))], ["a", "b", "c"]),
    ],
    ids=["by name", "behind another", "in a chain", "behind one that is absent", "in a loop"],
)
def test_targets_stand_behind_those_that_they_come_after(tools, expected):
    assert expected == [tool.name for tool in ordered(tools)]


def test_what_an_api_makes_comes_after_what_makes_the_api():
    names = [target.name for target in ordered(load() for load in discover().values())]
    assert names.index("kolla_ansible") < names.index("openstack_resources")
