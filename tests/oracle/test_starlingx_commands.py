"""The commands of run-books are ones that StarlingX's own clients take, of each release that runs them."""

from __future__ import annotations

import os

import pytest

from blueprint.model import StarlingX
from targets.starlingx.catalog.releases import BRANCHES
from tests.oracle.starlingx_commands import CLIENTS_VARIABLE, commands_in, judge
from tests.unit.targets.starlingx.systems import NAMES, cloud
from tests.unit.targets.starlingx.test_upgrades import upgraded

pytestmark = pytest.mark.oracle
#: The clients that run before the system is at its next release.
_BEFORE = ("software", "system")


@pytest.fixture(autouse=True)
def _clients_are_at_hand():
    if not os.environ.get(CLIENTS_VARIABLE):
        pytest.skip(f"`{CLIENTS_VARIABLE}` names no folder of StarlingX's clients")


def said(found, *releases):
    """What the clients say of all commands of a compilation; the last release is the one that systems come to."""
    faults = set()
    for deployment in found.deployments:
        thing = found.model.things[deployment.layer]
        of = thing.release if isinstance(thing, StarlingX) else "12.0"
        lines = [line for step in deployment.steps for line in (*step.commands, *step.checks)]
        lines += [a.text for a in deployment.artifacts if a.path.endswith(".sh")]
        for words in commands_in(each for text in lines for each in text.splitlines()):
            if not releases:
                faults.add(judge(of, words))
            faults |= {judge(each, words) for each in releases[-1:]}
            faults |= {judge(each, words) for each in releases[:-1] if words[0] in _BEFORE}
    return faults - {None}


@pytest.mark.parametrize("name", NAMES)
def test_the_clients_take_the_commands_of_a_deployment(name):
    assert said(cloud(name)) == set()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("aio_sx", "11.0", "12.0"),
        ("aio_dx", "11.0", "12.0"),
        ("standard", "10.0", "11.0"),
        ("dedicated_storage", "10.0", "11.0"),
        ("distributed_cloud", "11.0", "12.0"),
    ],
)
def test_the_clients_take_the_commands_of_an_upgrade(name, before, after):
    assert said(upgraded(name, before, after), before, after) == set()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("dcmanager upgrade-strategy create", "knows no"),
        ("dcmanager sw-deploy-strategy create --version starlingx-12.0.0", "unrecognized"),
        ("software deploy host", "required"),
        ("system host-swact --to controller-0 controller-1", "unrecognized"),
        ("sw-manager kube-upgrade-strategy create", "required"),
        ("dcmanager sw-deploy-strategy create --subcloud-apply-type both", "invalid choice"),
    ],
)
def test_a_command_that_is_none_is_told_from_one(words, fault):
    assert fault in str(judge("12.0", words.split()))


def test_every_release_has_clients_of_its_own():
    known = {each: judge(each, ["dcmanager", "upgrade-strategy", "show"]) is None
             for each in ("9.0", "10.0", "11.0", "12.0")}  # fmt: skip
    assert known == {"9.0": True, "10.0": False, "11.0": False, "12.0": False}
    assert set(known) < set(BRANCHES)
